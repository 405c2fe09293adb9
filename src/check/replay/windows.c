/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of the RTAS calls of Dynamic DMA Windows. QEMU prints them only when they succeed
 * (hw/ppc/spapr_rtas_ddw.c; measured); a call that failed leaves no line.
 */
#include "base/bits.h"
#include "replay.h"

/* The bridge of a BUID; NULL and *ret_err 0: it is none, which has been said. */
static struct tce_rphb *phb_of_call(struct tce_replay *r, const struct tce_trace_record *rec,
				    int *ret_err)
{
	struct tce_phb_opts first;
	uint64_t index;

	*ret_err = 0;
	tce_phb_opts_qemu(&first, 0);
	index = rec->buid - first.buid;
	if (index < TCE_REPLAY_PHBS && r->phb[index].used)
		return &r->phb[index];
	if (index >= TCE_REPLAY_PHBS || tce_replay_is_complete(r)) {
		tce_replay_diverges(r, NULL, TCE_DIFFERS_BUID, rec->buid, 0);
		return NULL;
	}
	*ret_err = tce_replay_meet_phb(r, (unsigned)index, rec->line);
	return *ret_err == 0 ? &r->phb[index] : NULL;
}

/*
 * A table must have been announced by the line before, if this recording has such lines at all; if
 * for another LIOBN than the model gives, that line is wrong.
 */
static void check_announced(struct tce_replay *r, uint64_t liobn)
{
	if (!r->explained && r->saw_table)
		tce_replay_diverges(r, NULL, TCE_DIFFERS_TABLE, 0, liobn);
	if (r->explained && r->explained_by.liobn != liobn)
		tce_replay_blame_table(r, liobn);
}

/* --- query ----------------------------------------------------------------------------------- */

/* The first query tells the page sizes a bridge offers; they never change. */
static int learn_page_sizes(struct tce_replay *r, struct tce_rphb *phb,
			    const struct tce_trace_record *rec)
{
	uint64_t shifts = tce_ddw_page_shifts(rec->page_mask);
	uint64_t before = tce_rphb_page_shifts(r, phb);
	struct tce_shape shape[TCE_REPLAY_SLOTS];

	if (tce_ddw_page_mask(shifts) != rec->page_mask || shifts == 0) {
		tce_replay_diverges(r, NULL, TCE_DIFFERS_PAGE_SIZES, rec->page_mask,
				    tce_ddw_page_mask(shifts));
		return 0;
	}
	phb->page_shifts = shifts;
	phb->mask_line = rec->line;
	if (phb->info_index < TCE_REPLAY_PHBS * 2) {
		r->phbs[phb->info_index].page_mask = rec->page_mask;
		r->phbs[phb->info_index].page_mask_known = true;
	}
	if (shifts == before)
		return 0;
	tce_replay_shape_of(phb, shape);
	return tce_replay_shape(r, phb, shape, rec->line);
}

static int check_page_sizes(struct tce_replay *r, struct tce_rphb *phb,
			    const struct tce_trace_record *rec)
{
	uint32_t mask = tce_ddw_page_mask(phb->page_shifts);
	struct tce_divergence d;

	if (phb->mask_line == 0)
		return learn_page_sizes(r, phb, rec);
	if (rec->page_mask == mask)
		return 0;
	if (rec->page_mask == phb->odd_mask)
		return learn_page_sizes(r, phb, rec); /* twice: it was the first that was wrong */
	phb->odd_mask = rec->page_mask;
	d = tce_replay_differs(r, NULL, TCE_DIFFERS_PAGE_SIZES, rec->page_mask, mask);
	d.since.line = phb->mask_line;
	tce_replay_diverge(r, &d);
	return 0;
}

int tce_replay_ddw_query(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_answer answer;
	int err;
	struct tce_rphb *phb = phb_of_call(r, rec, &err);

	if (phb == NULL)
		return err;
	err = tce_replay_rtas_phb(r, TCE_RTAS_QUERY, phb->buid, &answer);
	if (err != 0)
		return err;
	if (answer.status != TCE_RTAS_SUCCESS) {
		tce_replay_diverges(r, NULL, TCE_DIFFERS_STATUS, 0, (uint64_t)answer.status);
		return 0;
	}
	if (phb->exact && rec->windows != answer.rets[1])
		tce_replay_diverges(r, NULL, TCE_DIFFERS_WINDOWS_LEFT, rec->windows,
				    answer.rets[1]);
	if (rec->max_size != answer.rets[2])
		tce_replay_diverges(r, NULL, TCE_DIFFERS_BLOCK, rec->max_size, answer.rets[2]);
	return check_page_sizes(r, phb, rec);
}

/* --- create ---------------------------------------------------------------------------------- */

/* The recording has the window whatever the model thinks of it. */
static int adopt_window(struct tce_replay *r, struct tce_rphb *phb, unsigned slot,
			const struct tce_trace_record *rec, enum tce_trust trust)
{
	struct tce_shape shape[TCE_REPLAY_SLOTS];
	unsigned page_shift = rec->page_size == 0 ? 0 : tce_log2_floor(rec->page_size);
	unsigned window_shift = rec->size == 0 ? 0 : tce_log2_floor(rec->size);

	tce_replay_window_end(r, &phb->win[slot], TCE_TOUCH_NEVER, rec->line);
	tce_replay_shape_of(phb, shape);
	shape[slot].active = window_shift >= page_shift;
	shape[slot].created = true;
	shape[slot].start = rec->start;
	shape[slot].shift = page_shift;
	shape[slot].nr = window_shift < page_shift ? 0 : UINT64_C(1) << (window_shift - page_shift);
	shape[slot].trust = trust;
	return tce_replay_shape(r, phb, shape, rec->line);
}

static void report_overlap(struct tce_replay *r, const struct tce_rphb *phb, unsigned slot)
{
	const struct tce_rwin *w = &phb->win[slot];
	struct tce_finding f;

	if (!w->overlapped)
		return;
	f = tce_replay_found(r, TCE_RULE_WINDOW_OVERLAP, w, w->start);
	f.other = phb->win[!slot].liobn;
	f.since.line = phb->win[!slot].info.created;
	tce_replay_report(r, &f);
}

/* What of the answer differs from the line; false: nothing. */
static bool differs_create(const struct tce_trace_record *rec, const struct tce_answer *answer,
			   struct tce_divergence *d)
{
	uint64_t start = (uint64_t)answer->rets[2] << 32 | answer->rets[3];

	if (answer->status != TCE_RTAS_SUCCESS) {
		d->what = answer->refusal == TCE_REFUSED_PAGE_SHIFT ? TCE_DIFFERS_PAGE_SIZES
								    : TCE_DIFFERS_STATUS;
		d->recorded = d->what == TCE_DIFFERS_STATUS ? 0 : rec->page_size;
		d->model = (uint64_t)answer->status;
		d->refusal = answer->refusal;
	} else if (rec->liobn != answer->rets[1]) {
		d->what = TCE_DIFFERS_LIOBN;
		d->recorded = rec->liobn;
		d->model = answer->rets[1];
	} else if (rec->start != start) {
		d->what = TCE_DIFFERS_START;
		d->recorded = rec->start;
		d->model = start;
	} else {
		return false;
	}
	return true;
}

static bool is_sized(struct tce_replay *r, const struct tce_trace_record *rec)
{
	bool sized = tce_is_pow2(rec->page_size) && tce_is_pow2(rec->size);

	if (!tce_is_pow2(rec->page_size))
		tce_replay_diverges(r, NULL, TCE_DIFFERS_PAGE_SIZES, rec->page_size, 0);
	else if (!tce_is_pow2(rec->size))
		tce_replay_diverges(r, NULL, TCE_DIFFERS_SIZE, rec->size, 0);
	return sized;
}

/* Make the call on the model; *ret_agrees: it gave the window of the line. */
static int create_checked(struct tce_replay *r, const struct tce_rphb *phb,
			  const struct tce_trace_record *rec, bool *ret_agrees)
{
	struct tce_divergence d = tce_replay_differs(r, NULL, TCE_DIFFERS_STATUS, 0, 0);
	struct tce_answer answer;
	int err;

	err = tce_replay_rtas_create(r, phb->buid, tce_log2_floor(rec->page_size),
				     tce_log2_floor(rec->size), &answer);
	if (err != 0)
		return err;
	if (answer.abort != TCE_ABORT_NOT) {
		tce_replay_diverges(r, NULL, TCE_DIFFERS_AFTER_ABORT, 0, 0);
		*ret_agrees = false;
		return tce_replay_revive(r);
	}
	*ret_agrees = !differs_create(rec, &answer, &d);
	if (!*ret_agrees)
		tce_replay_diverge(r, &d);
	check_announced(r, answer.status == TCE_RTAS_SUCCESS ? answer.rets[1] : rec->liobn);
	return 0;
}

/* The line names a LIOBN that cannot be; what the model made instead lives on under its own. */
static int follow_create(struct tce_replay *r, struct tce_rphb *phb, uint64_t line)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < TCE_REPLAY_SLOTS; i++)
		if (!phb->win[i].active && tce_lpar_table(r->lpar, phb->win[i].liobn) != NULL)
			err = tce_replay_window_begin(r, &phb->win[i], TCE_TRUST_LOOSE, line);
	return err;
}

int tce_replay_ddw_create(struct tce_replay *r, const struct tce_trace_record *rec)
{
	unsigned index, slot;
	bool agrees = false;
	int err;
	struct tce_rphb *phb = phb_of_call(r, rec, &err);
	struct tce_rwin *w;
	uint64_t line;

	if (phb == NULL)
		return err;
	if (is_sized(r, rec) && phb->exact)
		err = create_checked(r, phb, rec, &agrees);
	if (err != 0 || !phb->used)
		return err;
	if (!tce_liobn_split(rec->liobn, &index, &slot) || &r->phb[index] != phb) {
		tce_replay_diverges(r, NULL, TCE_DIFFERS_LIOBN, rec->liobn, phb->win[1].liobn);
		return follow_create(r, phb, rec->line);
	}
	w = &phb->win[slot];
	line = r->explained ? r->explained_by.line : rec->line;
	if (agrees)
		err = tce_replay_window_begin(r, w, TCE_TRUST_EXACT, line);
	else
		err = adopt_window(r, phb, slot, rec,
				   r->now_diverged ? TCE_TRUST_LOOSE : TCE_TRUST_EXACT);
	if (err != 0)
		return err;
	w->created = true;
	w->in_kernel = r->explained && r->explained_by.fd >= 0;
	w->info.in_kernel = w->in_kernel;
	report_overlap(r, phb, slot);
	return 0;
}

/* --- remove ---------------------------------------------------------------------------------- */

/* The last window went and it was not the default one: the hypervisor gives the default back. */
static int follow_restore(struct tce_replay *r, struct tce_rphb *phb, uint64_t line)
{
	struct tce_rwin *w = &phb->win[0];

	if (w->active || tce_lpar_table(r->lpar, w->liobn) == NULL)
		return 0;
	r->restoring = phb;
	return tce_replay_window_begin(r, w, tce_replay_default_trust(r, w->liobn), line);
}

int tce_replay_ddw_remove(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_rwin *w = tce_replay_find(r, rec->liobn);
	struct tce_divergence d =
		tce_replay_differs(r, w, TCE_DIFFERS_STATUS, 0, (uint64_t)TCE_RTAS_PARAM_ERROR);
	struct tce_answer answer;
	unsigned index, slot;
	int err;

	if (w == NULL || !w->active || !tce_liobn_split(rec->liobn, &index, &slot)) {
		bool older = tce_replay_may_be_older(r, rec->liobn);

		d.refusal = w == NULL ? TCE_REFUSED_LIOBN_UNKNOWN : TCE_REFUSED_LIOBN_DISABLED;
		if (!older)
			tce_replay_diverge(r, &d);
		return 0;
	}
	tce_replay_report_live(r, w, TCE_TOUCH_REMOVE, rec->line);
	tce_replay_window_end(r, w, TCE_TOUCH_REMOVE, rec->line);
	err = tce_replay_rtas_remove(r, rec->liobn, &answer);
	return err != 0 ? err : follow_restore(r, &r->phb[index], rec->line);
}

/* --- reset ----------------------------------------------------------------------------------- */

int tce_replay_ddw_reset(struct tce_replay *r, const struct tce_trace_record *rec)
{
	int err;
	struct tce_rphb *phb = phb_of_call(r, rec, &err);
	struct tce_rwin *w;

	if (phb == NULL)
		return err;
	w = &phb->win[0];
	check_announced(r, w->liobn);
	if (r->restoring == phb)
		r->restoring = NULL; /* the model did it with the remove */
	else
		err = tce_replay_reset_phb(r, phb, TCE_TOUCH_RESET,
					   r->explained ? r->explained_by.line : rec->line);
	w->in_kernel = r->explained && r->explained_by.fd >= 0;
	w->info.in_kernel = w->in_kernel;
	return err;
}
