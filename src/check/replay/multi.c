/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of H_PUT_TCE_INDIRECT and H_STUFF_TCE, whose lines tell less than the calls did
 * (hw/ppc/spapr_iommu.c; measured on 7.2.22, 10.0.13, 11.1.3):
 *   indirect     iobaN is the index of the last entry stored, tceN the entry read last; the count
 *                asked for and the entries before the last are not printed;
 *   stuff        ioba is the address after the last entry stored: the end of the range, or the
 *                address that was refused.
 */
#include "calls.h"

/* --- H_PUT_TCE_INDIRECT ---------------------------------------------------------------------- */

/*
 * The list as the model shall read it: the last entry as printed; the others, which are not, as if
 * the memory behind them were contiguous. Their values are marked unknown, so only the count of
 * mapped entries rests on that.
 */
static void guess_list(struct tce_replay *r, const struct tce_rwin *w,
		       const struct tce_trace_record *rec, uint64_t count)
{
	uint64_t step = UINT64_C(1) << w->shift;

	r->list.ra = rec->list & ~UINT64_C(0xfff);
	r->list.count = count;
	r->list.step = (rec->tce >> w->shift) >= count - 1 ? step : 0;
	r->list.first = rec->tce - (count - 1) * r->list.step;
}

/*
 * How many entries the model shall be asked to store so that it comes to the printed answer. The
 * count of the call is not printed: on success it is iobaN + 1; on a refusal the failing entry is
 * the one after iobaN, or the very first, or there was none to store at all.
 */
static uint64_t asked_count(const struct tce_rwin *w, const struct tce_trace_record *rec)
{
	uint64_t index;

	if (rec->ret == TCE_H_SUCCESS)
		return rec->last + 1;
	if (!tce_rwin_index(w, rec->ioba, &index))
		return 1;
	if (rec->last == 0 && rec->tce == 0 && index + 1 < w->nr)
		return 0;
	return rec->last + 2;
}

static int indirect_accepted(struct tce_replay *r, struct tce_rwin *w,
			     const struct tce_trace_record *rec, uint64_t index, uint64_t count,
			     uint64_t old_last)
{
	uint64_t last = index + count - 1;
	const struct tce_run old = {.index = last, .count = 1, .first = old_last};
	int err;

	w->info.puts += count;
	if (w->trust == TCE_TRUST_ASSUMED)
		tce_extent_accepted(r, w, last + 1);
	tce_call_overwrites(r, w, &old, tce_table_get(w->marks, last), rec->tce);
	tce_call_maps(r, w, last, rec->tce);
	tce_call_peak(w);
	err = tce_call_doubt(w, rec, index, count - 1);
	return err != 0 ? err
			: tce_table_put(w->marks, last,
					tce_mark(TCE_TOUCH_INDIRECT, rec->line, TCE_KNOWN), NULL);
}

/* Both refuse; what was stored before the refused entry is there, its values not printed. */
static int indirect_refused(struct tce_replay *r, struct tce_rwin *w,
			    const struct tce_trace_record *rec, uint64_t index, uint64_t stored)
{
	bool maybe_one = rec->last == 0 && rec->tce == 0 && index + 1 == w->nr;

	w->info.refused++;
	if (stored == 0)
		return 0;
	w->info.puts += stored;
	if (!maybe_one && stored != rec->last + 1)
		tce_replay_diverges(r, w, TCE_DIFFERS_COUNT, rec->last, stored - 1);
	return tce_call_doubt(w, rec, index, stored);
}

/* What QEMU never prints: a list off its page, or more entries than the call allows. */
static bool is_printable(struct tce_replay *r, const struct tce_rwin *w,
			 const struct tce_trace_record *rec)
{
	if ((rec->list & 0xfff) != 0)
		tce_replay_diverges(r, w, TCE_DIFFERS_ADDRESS, rec->list,
				    rec->list & ~UINT64_C(0xfff));
	if (rec->last < TCE_REPLAY_INDIRECT)
		return true;
	tce_replay_diverges(r, w, TCE_DIFFERS_COUNT, rec->last, TCE_REPLAY_INDIRECT - 1);
	return false;
}

static int indirect_judged(struct tce_replay *r, struct tce_rwin *w,
			   const struct tce_trace_record *rec, uint64_t index, uint64_t count,
			   const struct tce_answer *answer, uint64_t old_last)
{
	bool refused = rec->ret != TCE_H_SUCCESS && count != 0;
	int err;

	switch (tce_call_judge(r, w, rec, refused ? index + count - 1 : index, answer)) {
	case TCE_VERDICT_ACCEPTED:
		return indirect_accepted(r, w, rec, index, rec->last + 1, old_last);
	case TCE_VERDICT_REFUSED: return indirect_refused(r, w, rec, index, answer->nr_stored);
	case TCE_VERDICT_ONLY_MODEL_ACCEPTS: return tce_call_doubt(w, rec, index, rec->last + 1);
	case TCE_VERDICT_ONLY_LOG_ACCEPTS:
		err = tce_call_grow(r, w, index + rec->last + 1);
		return err != 0 ? err : tce_call_doubt(w, rec, index, rec->last + 1);
	}
	return 0;
}

/* The model's answer. An entry that exists cannot refuse: such a refusal must change nothing. */
static int indirect_call(struct tce_replay *r, struct tce_rwin *w,
			 const struct tce_trace_record *rec, uint64_t index, uint64_t count,
			 struct tce_answer *ret_answer)
{
	if (rec->ret != TCE_H_SUCCESS && count != 0 && index < w->nr && index + count <= w->nr)
		return tce_call_probe(r, w, index + count - 1, ret_answer);
	if (count != 0)
		guess_list(r, w, rec, count);
	return tce_lpar_h_put_tce_indirect(r->lpar, rec->liobn, tce_ioba(rec->ioba),
					   tce_ra(r->list.ra), count, ret_answer);
}

int tce_replay_indirect(struct tce_replay *r, const struct tce_trace_record *rec)
{
	uint64_t index, count, old_last = 0;
	struct tce_answer answer;
	int err;
	struct tce_rwin *w = tce_call_window(r, rec, &err);

	if (w == NULL)
		return err;
	if (!is_printable(r, w, rec))
		return 0;
	count = asked_count(w, rec);
	if (count > TCE_REPLAY_INDIRECT)
		count = TCE_REPLAY_INDIRECT;
	if (tce_rwin_index(w, rec->ioba, &index) && count != 0 && w->nr - index >= count)
		old_last = tce_table_get(w->table, index + count - 1);
	err = indirect_call(r, w, rec, index, count, &answer);
	if (err == 0)
		err = indirect_judged(r, w, rec, index, count, &answer, old_last);
	if (r->watch && err == 0)
		tce_replay_touched(r, w, rec, index, count);
	return err;
}

/* --- H_STUFF_TCE ----------------------------------------------------------------------------- */

/* Entries of [index, end) that a stuff really changes get a new mark; the others keep theirs. */
static int mark_changed(struct tce_rwin *w, const struct tce_table *table, uint64_t index,
			uint64_t end, uint64_t mark)
{
	struct tce_run run;
	uint64_t stop;
	int err = 0;

	for (uint64_t at = index; err == 0 && at < end; at = run.index + run.count) {
		if (!tce_table_next_run(table, at, &run))
			run.index = w->nr;
		if (run.index >= end) {
			if (table == w->table) {
				w->gap_start = at;
				w->gap_end = run.index;
			}
			break;
		}
		stop = run.index + run.count < end ? run.index + run.count : end;
		if (table == w->table || (run.first & TCE_PERM) != 0)
			err = tce_table_stuff(w->marks, run.index, mark, stop - run.index);
	}
	return err;
}

/* A stuff that clears: marks before the model forgets what was there. */
static int mark_cleared(struct tce_rwin *w, uint64_t index, uint64_t count, uint64_t line)
{
	uint64_t mark = tce_mark(TCE_TOUCH_STUFF, line, TCE_KNOWN);
	int err = 0;

	if (index < w->gap_start || index + count > w->gap_end)
		err = mark_changed(w, w->table, index, index + count, mark);
	if (err == 0 && tce_table_nr_mapped(w->marks) != 0)
		err = mark_changed(w, w->marks, index, index + count, mark);
	return err;
}

/* A stuff that maps: which of the mapped entries under it hold another page? */
static void check_stuffed(struct tce_replay *r, struct tce_rwin *w,
			  const struct tce_trace_record *rec, uint64_t index, uint64_t count)
{
	struct tce_run run;

	for (uint64_t at = index; at < index + count && tce_table_next_run(w->table, at, &run) &&
				  run.index < index + count;
	     at = run.index + run.count) {
		if (run.count > index + count - run.index)
			run.count = index + count - run.index;
		tce_call_overwrites(r, w, &run, tce_table_get(w->marks, run.index), rec->tce);
	}
}

/* Before the call: both will accept it. */
static int stuff_prepare(struct tce_replay *r, struct tce_rwin *w,
			 const struct tce_trace_record *rec, uint64_t index, uint64_t count)
{
	if (rec->tce == 0)
		return mark_cleared(w, index, count, rec->line);
	check_stuffed(r, w, rec, index, count);
	tce_call_maps(r, w, index, rec->tce);
	return tce_table_stuff(w->marks, index, tce_mark(TCE_TOUCH_STUFF, rec->line, TCE_KNOWN),
			       count);
}

/*
 * Refused: the printed address is the first one refused, so where the call began is not known.
 * Entries just before it may have been stored; when it lies past the window's end, none was.
 */
static int stuff_refused(struct tce_rwin *w, const struct tce_trace_record *rec, uint64_t index)
{
	uint64_t maybe = rec->count;

	if (rec->count == 0 || index > w->nr)
		return 0;
	if (index == w->nr)
		maybe--; /* the refused one counts */
	if (maybe > index)
		maybe = index;
	return tce_call_doubt(w, rec, index - maybe, maybe);
}

static int stuff_judged(struct tce_replay *r, struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index,
			const struct tce_answer *answer)
{
	int err;

	switch (tce_call_judge(r, w, rec, index, answer)) {
	case TCE_VERDICT_ACCEPTED:
		w->info.stuffs += rec->count;
		if (w->trust == TCE_TRUST_ASSUMED)
			tce_extent_accepted(r, w, index + rec->count);
		tce_call_peak(w);
		return 0;
	case TCE_VERDICT_REFUSED:
		w->info.refused++;
		if (rec->count > w->nr) /* QEMU refuses those without a line */
			tce_replay_diverges(r, w, TCE_DIFFERS_COUNT, rec->count, w->nr);
		return stuff_refused(w, rec, index);
	case TCE_VERDICT_ONLY_MODEL_ACCEPTS: return stuff_refused(w, rec, index);
	case TCE_VERDICT_ONLY_LOG_ACCEPTS:
		err = tce_call_grow(r, w, index + rec->count);
		return err != 0 ? err : tce_call_doubt(w, rec, index, rec->count);
	}
	return 0;
}

static int stuff_call(struct tce_replay *r, struct tce_rwin *w, const struct tce_trace_record *rec,
		      uint64_t start, uint64_t index, struct tce_answer *ret_answer)
{
	int err = 0;

	if (rec->ret != TCE_H_SUCCESS && rec->count != 0 && index < w->nr)
		return tce_call_probe(r, w, index, ret_answer);
	if (rec->count != 0 && index < w->nr && rec->count <= w->nr - index)
		err = stuff_prepare(r, w, rec, index, rec->count);
	return err != 0 ? err
			: tce_lpar_h_stuff_tce(r->lpar, rec->liobn, tce_ioba(start), rec->tce,
					       rec->count, ret_answer);
}

int tce_replay_stuff(struct tce_replay *r, const struct tce_trace_record *rec)
{
	uint64_t start, index;
	struct tce_answer answer;
	int err;
	struct tce_rwin *w = tce_call_window(r, rec, &err);

	if (w == NULL)
		return err;
	tce_call_aligned(r, w, rec);
	start = rec->ioba >> w->shift << w->shift;
	if (rec->ret == TCE_H_SUCCESS)
		start -= rec->count << w->shift;
	tce_rwin_index(w, start, &index);
	err = stuff_call(r, w, rec, start, index, &answer);
	if (err == 0)
		err = stuff_judged(r, w, rec, index, &answer);
	if (r->watch && err == 0)
		tce_replay_touched(r, w, rec, index, rec->count);
	return err;
}
