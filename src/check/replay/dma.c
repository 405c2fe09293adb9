/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of spapr_iommu_xlate: a device reached memory, or tried to. The line shows the address
 * inside the window, the page and permission of the TCE, and the page size (hw/ppc/spapr_iommu.c;
 * measured). It does not show whether the device read or wrote, nor bits 11:2 of the TCE.
 *
 * Most lines of most traces are these: the path of a line that agrees is kept short.
 */
#include "base/bits.h"
#include "replay.h"

#define NO_TABLE_MASK UINT32_MAX /* printed for an address outside the table; also for 16G pages */

static uint32_t printed_mask(unsigned shift)
{
	return (uint32_t)tce_low_mask(shift);
}

/* --- windows that were there before the recording began -------------------------------------- */

/* The most entries that the model can hold and that fit behind start; a power of two. */
static uint64_t largest_nr(uint64_t start, unsigned shift)
{
	uint64_t room = (UINT64_MAX - start) >> shift;
	unsigned bits = room == 0 ? 0 : tce_log2_floor(room);

	return UINT64_C(1) << (bits < 31 ? bits : 31);
}

/* The line shows the page size: enough to give a window met in the middle a geometry. */
static int learn_geometry(struct tce_replay *r, struct tce_rwin *w, uint32_t mask)
{
	struct tce_shape shape[TCE_REPLAY_SLOTS];
	unsigned index, slot, shift;

	if (!tce_liobn_split(w->liobn, &index, &slot) || mask == NO_TABLE_MASK ||
	    !tce_is_pow2((uint64_t)mask + 1) || mask < 0xfff)
		return 0;
	shift = tce_log2_floor((uint64_t)mask + 1);
	tce_replay_shape_of(&r->phb[index], shape);
	shape[slot].active = true;
	shape[slot].created = slot != 0 || shift != TCE_PAGE_SHIFT_MIN;
	shape[slot].shift = shift;
	shape[slot].start = slot == 0 ? r->profile->default_win_addr : r->profile->dyn_win_addr;
	shape[slot].nr = largest_nr(shape[slot].start, shift);
	shape[slot].trust = TCE_TRUST_LOOSE;
	return tce_replay_shape(r, &r->phb[index], shape, r->now->line);
}

/* The LIOBN has no window that the model knows of. */
static int xlate_nowhere(struct tce_replay *r, const struct tce_trace_record *rec)
{
	bool older = tce_replay_may_be_older(r, rec->liobn);

	if (!older)
		tce_replay_diverges(r, NULL, TCE_DIFFERS_WINDOW, rec->liobn, 0);
	r->now_unchecked = true;
	return tce_replay_meet(r, rec->liobn, rec->line);
}

/* --- the rules on DMA ------------------------------------------------------------------------ */

/* What firmware had mapped and unmapped before the system took over is no mapping of the system. */
static void report_fault(struct tce_replay *r, struct tce_rwin *w, uint64_t mark)
{
	struct tce_touch touch = tce_mark_touch(mark);
	bool unmapped = touch.how != TCE_TOUCH_NEVER && touch.line >= r->os_line;
	struct tce_finding f =
		tce_replay_found(r, unmapped ? TCE_RULE_DMA_AFTER_UNMAP : TCE_RULE_DMA_FAULT, w,
				 w->start + r->now->ioba);

	f.since = touch;
	f.other = r->os_line;
	w->info.faults++;
	tce_replay_report(r, &f);
}

/* --- the comparison -------------------------------------------------------------------------- */

static void diverge_dma(struct tce_replay *r, const struct tce_rwin *w, enum tce_differs what,
			uint64_t recorded, uint64_t model, uint64_t mark)
{
	struct tce_divergence d = tce_replay_differs(r, w, what, recorded, model);

	d.since = tce_mark_touch(mark);
	d.shown = tce_mark_knowledge(mark) == TCE_KNOWN_PAGE;
	tce_replay_diverge(r, &d);
}

/* Where two windows of a bridge overlap, does the model send the address to the one in the line? */
static void check_winner(struct tce_replay *r, const struct tce_rwin *w, uint64_t addr)
{
	const struct tce_dma dma = {.bus = w->buid, .addr = addr, .access = 0};
	struct tce_dma_out out;

	tce_lpar_dma(r->lpar, &dma, &out);
	if ((out.result == TCE_DMA_OK || out.result == TCE_DMA_FAULT) && out.liobn != w->liobn)
		tce_replay_diverges(r, w, TCE_DIFFERS_WINDOW, w->liobn, out.liobn);
}

/* Past the window's end: no TCE, no permission, and a page mask of all ones. */
static int xlate_outside(struct tce_replay *r, struct tce_rwin *w,
			 const struct tce_trace_record *rec)
{
	const struct tce_answer refused = {.r3 = TCE_H_PARAMETER,
					   .refusal = TCE_REFUSED_IOBA_PAST_END};
	uint64_t index = rec->ioba >> w->shift;

	if (rec->perm == 0 && rec->tce == 0 && rec->mask == NO_TABLE_MASK) {
		report_fault(r, w, 0);
		return 0;
	}
	r->now_unchecked = true;
	if (tce_extent_beyond(r, w, rec, index, &refused))
		return w->extent.nr_beyond < 2 ? 0 : tce_replay_window_grow(r, w, index + 1);
	if (w->trust != TCE_TRUST_LOOSE)
		tce_replay_diverges(r, w, TCE_DIFFERS_PERM, rec->perm, 0);
	return 0;
}

/*
 * The entry is not what the line shows. If nothing was known of it, now something is. If it was
 * known, one of the two is wrong: say so, and take the entry for unknown, so that one fault stays
 * one divergence.
 */
static int xlate_learn(struct tce_replay *r, struct tce_rwin *w, const struct tce_trace_record *rec,
		       uint64_t index, uint64_t tce, uint64_t mark)
{
	enum tce_knowledge know = TCE_KNOWN_NOTHING;
	uint64_t low = tce_low_mask(w->shift);

	if (rec->perm > TCE_PERM ||
	    (tce_mark_knowledge(mark) != TCE_KNOWN_NOTHING && rec->perm != (tce & TCE_PERM))) {
		diverge_dma(r, w, TCE_DIFFERS_PERM, rec->perm, tce & TCE_PERM, mark);
	} else if ((rec->tce & low) != 0 || tce_mark_knowledge(mark) != TCE_KNOWN_NOTHING) {
		diverge_dma(r, w, TCE_DIFFERS_PAGE, rec->tce, tce & ~low, mark);
	} else {
		r->now_unchecked = true;
		know = TCE_KNOWN_PAGE;
	}
	return tce_replay_adopt(r, w, index, (rec->tce & ~low) | (rec->perm & TCE_PERM),
				tce_mark_learned(mark, know));
}

static int xlate_inside(struct tce_replay *r, struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index)
{
	uint64_t mark = tce_table_get(w->marks, index);
	uint64_t tce = tce_table_get(w->table, index);
	int err = 0;

	if (w->trust == TCE_TRUST_ASSUMED && index >= w->extent.proven)
		tce_extent_accepted(r, w, index + 1);
	if (rec->mask != printed_mask(w->shift)) {
		diverge_dma(r, w, TCE_DIFFERS_MASK, rec->mask, printed_mask(w->shift), 0);
		return 0;
	}
	if (w->in_kernel) {
		r->now_unchecked = true;
	} else if (tce_mark_knowledge(mark) == TCE_KNOWN_NOTHING || rec->perm != (tce & TCE_PERM) ||
		   rec->tce != (tce & ~tce_low_mask(w->shift))) {
		err = xlate_learn(r, w, rec, index, tce, mark);
	}
	if (rec->perm == 0)
		report_fault(r, w, mark);
	return err;
}

/*
 * Between a new table and the line that says why it was made, another thread's DMA may be printed.
 * What the windows of that bridge are just then is open.
 */
static bool is_between(const struct tce_replay *r, uint64_t liobn)
{
	return r->pending.set && (r->pending.record.liobn ^ liobn) >> 8 == 0;
}

int tce_replay_xlate(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_rwin *w = tce_replay_find(r, rec->liobn);
	uint64_t index;
	int err = 0;

	if (is_between(r, rec->liobn)) {
		r->now_unchecked = true;
		return 0;
	}
	if (w == NULL || !w->active) {
		err = xlate_nowhere(r, rec);
		w = tce_replay_find(r, rec->liobn);
		if (err != 0 || w == NULL || !w->active)
			return err;
	}
	if (w->trust >= TCE_TRUST_LOOSE &&
	    (w->table == NULL || rec->mask != printed_mask(w->shift)))
		err = learn_geometry(r, w, rec->mask);
	if (err != 0)
		return err;
	w->info.dmas++;
	w->last_dma = rec->line;
	if (w->table == NULL) {
		r->now_unchecked = true;
		return 0;
	}
	if (w->overlapped)
		check_winner(r, w, w->start + rec->ioba);
	index = rec->ioba >> w->shift;
	err = index < w->nr ? xlate_inside(r, w, rec, index) : xlate_outside(r, w, rec);
	if (r->watch && err == 0)
		tce_replay_touched(r, w, rec, index, 1);
	return err;
}
