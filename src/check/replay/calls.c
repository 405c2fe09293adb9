/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of H_PUT_TCE and H_GET_TCE, and what all four TCE hypercalls have in common: who is right
 * about the return code, and the rules on what was stored.
 *
 * QEMU prints the address of these two rounded down to the page already, when the LIOBN exists
 * (hw/ppc/spapr_iommu.c; measured on 7.2.22, 10.0.13, 11.1.3).
 */
#include "calls.h"

/* --- before the call: is it one the model can be asked? -------------------------------------- */

/* How the name of the event and the LIOBN fit together is the same in every QEMU. */
static void check_family(struct tce_replay *r, const struct tce_trace_record *rec)
{
	if (rec->pci != tce_liobn_is_pci(rec->liobn))
		tce_replay_diverges(r, NULL, TCE_DIFFERS_FAMILY, rec->liobn, 0);
}

static void report_refusal(struct tce_replay *r, const struct tce_rwin *w,
			   const struct tce_trace_record *rec, enum tce_refusal refusal)
{
	struct tce_finding f = tce_replay_found(r, TCE_RULE_HCALL_REFUSED, w, rec->ioba);
	const struct tce_replay_window *late;

	f.refusal = refusal;
	f.tce = rec->tce;
	if (!f.has_window) {
		late = tce_replay_late_window(r, rec->liobn);
		if (late != NULL) {
			f.window = *late;
			f.since.how = late->end;
			f.since.line = late->removed;
		}
		f.window.liobn = rec->liobn;
	}
	tce_replay_report(r, &f);
}

/* QEMU prints no line for these two when the LIOBN is no table of its own. */
static bool is_silent(const struct tce_trace_record *rec, enum tce_refusal refusal)
{
	return (rec->kind == TCE_TRACE_INDIRECT || rec->kind == TCE_TRACE_STUFF) &&
	       refusal == TCE_REFUSED_LIOBN_UNKNOWN;
}

/* A LIOBN without a window: the model refuses. Compare, and meet windows that were there before. */
static int call_nowhere(struct tce_replay *r, const struct tce_trace_record *rec)
{
	bool older = tce_replay_may_be_older(r, rec->liobn);
	struct tce_answer answer;
	int err = tce_lpar_h_put_tce(r->lpar, rec->liobn, tce_ioba(rec->ioba), 0, &answer);
	struct tce_divergence d;

	if (err != 0)
		return err;
	if (rec->ret == answer.r3) {
		if (is_silent(rec, answer.refusal) && !older)
			tce_replay_diverges(r, NULL, TCE_DIFFERS_LIOBN, rec->liobn, 0);
		else
			report_refusal(r, NULL, rec, answer.refusal);
		if (rec->kind == TCE_TRACE_GET && rec->tce != 0)
			tce_replay_diverges(r, NULL, TCE_DIFFERS_TCE, rec->tce, 0);
		return 0;
	}
	if (!older || rec->ret != TCE_H_SUCCESS) {
		d = tce_replay_differs(r, NULL, TCE_DIFFERS_RET, (uint64_t)rec->ret,
				       (uint64_t)answer.r3);
		d.refusal = answer.refusal;
		tce_replay_diverge(r, &d);
	}
	r->now_unchecked = true;
	return rec->ret == TCE_H_SUCCESS ? tce_replay_meet(r, rec->liobn, rec->line) : 0;
}

/* The window to call; NULL with *ret_err: the record is done with. */
struct tce_rwin *tce_call_window(struct tce_replay *r, const struct tce_trace_record *rec,
				 int *ret_err)
{
	struct tce_rwin *w = tce_replay_find(r, rec->liobn);

	*ret_err = 0;
	check_family(r, rec);
	if (w == NULL || !w->active) {
		*ret_err = call_nowhere(r, rec);
		return NULL;
	}
	if (w->table == NULL) {
		r->now_unchecked = true;
		return NULL;
	}
	if (rec->kind != TCE_TRACE_STUFF || rec->tce != 0)
		w->gap_end = 0;
	return w;
}

/* --- after the call: who is right about the return code -------------------------------------- */

static void diverge_ret(struct tce_replay *r, const struct tce_rwin *w,
			const struct tce_trace_record *rec, const struct tce_answer *answer)
{
	struct tce_divergence d =
		tce_replay_differs(r, w, TCE_DIFFERS_RET, (uint64_t)rec->ret, (uint64_t)answer->r3);

	d.refusal = answer->refusal;
	tce_replay_diverge(r, &d);
}

/*
 * Compare return codes; index is the first entry the call is about. A code that no such call ever
 * gives differs whatever the trust; a window of uncertain end may explain the others.
 */
enum tce_verdict tce_call_judge(struct tce_replay *r, struct tce_rwin *w,
				const struct tce_trace_record *rec, uint64_t index,
				const struct tce_answer *answer)
{
	bool accepted = answer->r3 == TCE_H_SUCCESS;
	bool possible = rec->ret == TCE_H_SUCCESS || rec->ret == TCE_H_PARAMETER;

	if (rec->ret == answer->r3) {
		if (!accepted)
			report_refusal(r, w, rec, answer->refusal);
		return accepted ? TCE_VERDICT_ACCEPTED : TCE_VERDICT_REFUSED;
	}
	if (w->trust == TCE_TRUST_LOOSE && possible)
		r->now_unchecked = true;
	else if (accepted && tce_extent_refused(r, w, rec, index, answer))
		r->now_unchecked = true;
	else if (!accepted && tce_extent_beyond(r, w, rec, index, answer))
		r->now_unchecked = true;
	else
		diverge_ret(r, w, rec, answer);
	return accepted ? TCE_VERDICT_ONLY_MODEL_ACCEPTS : TCE_VERDICT_ONLY_LOG_ACCEPTS;
}

/* Entries the log says exist although the model's window is shorter: grow it, when believed. */
int tce_call_grow(struct tce_replay *r, struct tce_rwin *w, uint64_t end)
{
	if (w->extent.nr_beyond < 2 || end > UINT64_C(1) << 31)
		return 0;
	return tce_replay_window_grow(r, w, end);
}

/* Entries [index, index + count) that may have been changed by rec, as far as they exist. */
int tce_call_doubt(struct tce_rwin *w, const struct tce_trace_record *rec, uint64_t index,
		   uint64_t count)
{
	static const enum tce_touch_how how[] = {
		[TCE_TRACE_PUT] = TCE_TOUCH_PUT,
		[TCE_TRACE_INDIRECT] = TCE_TOUCH_INDIRECT,
		[TCE_TRACE_STUFF] = TCE_TOUCH_STUFF,
	};

	if (w->table == NULL || index >= w->nr || count == 0)
		return 0;
	if (count > w->nr - index)
		count = w->nr - index;
	return tce_table_stuff(w->marks, index,
			       tce_mark(how[rec->kind], rec->line, TCE_KNOWN_NOTHING), count);
}

/*
 * The log says entry index refused the call, and it exists: what does the model say of storing
 * there? Asked by writing what is there already.
 */
int tce_call_probe(struct tce_replay *r, const struct tce_rwin *w, uint64_t index,
		   struct tce_answer *ret_answer)
{
	return tce_lpar_h_put_tce(r->lpar, w->liobn, tce_ioba(tce_rwin_ioba(w, index)),
				  tce_table_get(w->table, index), ret_answer);
}

/* --- rules on what was stored ---------------------------------------------------------------- */

static bool is_other_page(uint64_t old, uint64_t tce, unsigned shift)
{
	return (old & TCE_PERM) != 0 && (tce & TCE_PERM) != 0 && ((old ^ tce) >> shift) != 0;
}

void tce_call_overwrites(struct tce_replay *r, const struct tce_rwin *w, const struct tce_run *old,
			 uint64_t mark, uint64_t tce)
{
	struct tce_finding f;

	if (tce_mark_knowledge(mark) == TCE_KNOWN_NOTHING || w->in_kernel ||
	    !is_other_page(old->first, tce, w->shift))
		return;
	f = tce_replay_found(r, TCE_RULE_TCE_OVERWRITTEN, w, tce_rwin_ioba(w, old->index));
	f.count = old->count;
	f.addr_high = tce_rwin_ioba(w, old->index + old->count - 1);
	f.since = tce_mark_touch(mark);
	f.old_tce = old->first;
	f.tce = tce;
	tce_replay_report(r, &f);
}

/* A mapping that the log shows in full: does it lie in memory, is it bus = start + address? */
void tce_call_maps(struct tce_replay *r, struct tce_rwin *w, uint64_t index, uint64_t tce)
{
	uint64_t page = tce >> w->shift << w->shift;
	struct tce_finding f;

	if ((tce & TCE_PERM) == 0)
		return;
	if (page == index << w->shift)
		w->nr_direct++;
	else
		w->nr_indirect++;
	if (!r->has_facts || page + (UINT64_C(1) << w->shift) - 1 < r->facts.max_ram)
		return;
	f = tce_replay_found(r, TCE_RULE_TCE_OUTSIDE_RAM, w, tce_rwin_ioba(w, index));
	f.tce = tce;
	f.limit = r->facts.max_ram;
	tce_replay_report(r, &f);
}

void tce_call_peak(struct tce_rwin *w)
{
	uint64_t mapped = tce_table_nr_mapped(w->table);

	if (mapped > w->info.peak)
		w->info.peak = mapped;
}

/* --- H_PUT_TCE ------------------------------------------------------------------------------- */

/* QEMU prints the address rounded down; one that is not cannot come from it. */
void tce_call_aligned(struct tce_replay *r, const struct tce_rwin *w,
		      const struct tce_trace_record *rec)
{
	uint64_t low = (UINT64_C(1) << w->shift) - 1;

	if ((rec->ioba & low) != 0 && w->trust != TCE_TRUST_LOOSE)
		tce_replay_diverges(r, w, TCE_DIFFERS_ADDRESS, rec->ioba, rec->ioba & ~low);
}

static int put_accepted(struct tce_replay *r, struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index, uint64_t old)
{
	const struct tce_run before = {.index = index, .count = 1, .first = old};
	uint64_t mark = tce_table_get(w->marks, index);
	bool was_clear = tce_mark_knowledge(mark) == TCE_KNOWN && (old & TCE_PERM) == 0;

	w->info.puts++;
	if (w->trust == TCE_TRUST_ASSUMED)
		tce_extent_accepted(r, w, index + 1);
	tce_call_overwrites(r, w, &before, mark, rec->tce);
	tce_call_maps(r, w, index, rec->tce);
	tce_call_peak(w);
	if (was_clear && (rec->tce & TCE_PERM) == 0)
		return 0; /* cleared once more: the history stays */
	return tce_table_put(w->marks, index, tce_mark(TCE_TOUCH_PUT, rec->line, TCE_KNOWN), NULL);
}

int tce_replay_put(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_answer answer;
	uint64_t index, old = 0;
	int err;
	struct tce_rwin *w = tce_call_window(r, rec, &err);

	if (w == NULL)
		return err;
	tce_call_aligned(r, w, rec);
	if (tce_rwin_index(w, rec->ioba, &index))
		old = tce_table_get(w->table, index);
	err = tce_lpar_h_put_tce(r->lpar, rec->liobn, tce_ioba(rec->ioba), rec->tce, &answer);
	if (err != 0)
		return err;
	switch (tce_call_judge(r, w, rec, index, &answer)) {
	case TCE_VERDICT_ACCEPTED: err = put_accepted(r, w, rec, index, old); break;
	case TCE_VERDICT_REFUSED: w->info.refused++; break;
	case TCE_VERDICT_ONLY_MODEL_ACCEPTS:
		err = tce_replay_adopt(r, w, index, old,
				       tce_mark(TCE_TOUCH_PUT, rec->line, TCE_KNOWN_NOTHING));
		break;
	case TCE_VERDICT_ONLY_LOG_ACCEPTS:
		err = tce_call_grow(r, w, index + 1);
		if (err == 0)
			err = tce_call_doubt(w, rec, index, 1);
		break;
	}
	if (r->watch && err == 0)
		tce_replay_touched(r, w, rec, index, 1);
	return err;
}

/* --- H_GET_TCE ------------------------------------------------------------------------------- */

/* The log shows an entry in full: compare with what is known, then know it all. */
static int get_accepted(struct tce_replay *r, struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index, uint64_t tce)
{
	uint64_t mark = tce_table_get(w->marks, index);
	uint64_t known = tce_mark_bits(mark, w->shift);
	enum tce_knowledge know = TCE_KNOWN;
	struct tce_divergence d;

	w->info.gets++;
	if (w->trust == TCE_TRUST_ASSUMED)
		tce_extent_accepted(r, w, index + 1);
	if (w->in_kernel) {
		r->now_unchecked = true;
		return 0;
	}
	if (((rec->tce ^ tce) & known) != 0) {
		d = tce_replay_differs(r, w, TCE_DIFFERS_TCE, rec->tce, tce);
		d.since = tce_mark_touch(mark);
		tce_replay_diverge(r, &d);
		know = TCE_KNOWN_NOTHING; /* one of the two is wrong */
	}
	if (known == 0)
		r->now_unchecked = true;
	if (rec->tce == tce && known == ~UINT64_C(0))
		return 0;
	return tce_replay_adopt(r, w, index, rec->tce, tce_mark_learned(mark, know));
}

int tce_replay_get(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_answer answer;
	uint64_t index;
	int err;
	struct tce_rwin *w = tce_call_window(r, rec, &err);

	if (w == NULL)
		return err;
	tce_call_aligned(r, w, rec);
	tce_rwin_index(w, rec->ioba, &index);
	err = tce_lpar_h_get_tce(r->lpar, rec->liobn, tce_ioba(rec->ioba), &answer);
	if (err != 0)
		return err;
	switch (tce_call_judge(r, w, rec, index, &answer)) {
	case TCE_VERDICT_ACCEPTED: err = get_accepted(r, w, rec, index, answer.r4); break;
	case TCE_VERDICT_REFUSED:
		w->info.refused++;
		if (rec->tce != 0)
			tce_replay_diverges(r, w, TCE_DIFFERS_TCE, rec->tce, 0);
		break;
	case TCE_VERDICT_ONLY_MODEL_ACCEPTS: break;
	case TCE_VERDICT_ONLY_LOG_ACCEPTS: err = tce_call_grow(r, w, index + 1); break;
	}
	if (r->watch && err == 0)
		tce_replay_touched(r, w, rec, index, 1);
	return err;
}
