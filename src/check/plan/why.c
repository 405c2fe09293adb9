/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reasons of what the kernel's record says (linux/pseries/ddw.h): the condition that decided, then
 * what that condition rests on.
 */
#include "base/bits.h"
#include "plan.h"

void tce_plan_add_why(struct tce_plan_whys *whys, const struct tce_plan_why *why)
{
	if (whys->nr < TCE_PLAN_WHYS_MAX)
		whys->at[whys->nr++] = *why;
}

static void add(struct tce_plan_whys *whys, enum tce_plan_reason reason, uint64_t a, uint64_t b)
{
	struct tce_plan_why why = {reason, {a, b, 0, 0}};

	tce_plan_add_why(whys, &why);
}

/* With the block: how many pages of which size, what was wanted, what it holds. */
static void add_block(struct tce_plan_whys *whys, enum tce_plan_reason reason,
		      const struct tce_ddw_record *record)
{
	const struct tce_ddw_decision *d = &record->decision;
	struct tce_plan_why why = {reason,
				   {record->block, tce_pow2(d->page_shift), tce_pow2(d->want_shift),
				    tce_pow2(d->block_shift)}};

	tce_plan_add_why(whys, &why);
}

/* --- what decided ------------------------------------------------------------------------- */

static void explain_mode(const struct tce_ddw_record *record, struct tce_plan_whys *whys)
{
	const struct tce_ddw_decision *d = &record->decision;
	struct tce_plan_why mask = {TCE_PLAN_SHORT_MASK,
				    {tce_fls64(record->dma_mask), 0, tce_pow2(d->want_shift), 0}};

	switch ((enum tce_ddw_why)d->why) {
	case TCE_DDW_WHY_FITS: add_block(whys, TCE_PLAN_FITS, record); break;
	case TCE_DDW_WHY_BLOCK: add_block(whys, TCE_PLAN_BLOCK, record); break;
	case TCE_DDW_WHY_MASK: tce_plan_add_why(whys, &mask); break;
	case TCE_DDW_WHY_UNSPLIT: add(whys, TCE_PLAN_UNSPLIT, 0, 0); break;
	case TCE_DDW_WHY_SPLIT: add(whys, TCE_PLAN_SPLIT, tce_pow2(d->ram_shift), 0); break;
	case TCE_DDW_WHY_NO_ROOM:
		add(whys, TCE_PLAN_NO_ROOM, tce_pow2(d->block_shift), tce_pow2(d->ram_shift));
		break;
	case TCE_DDW_WHY_UNDECIDED: break;
	}
}

static void explain_create(const struct tce_ddw_record *record, struct tce_plan_whys *whys)
{
	const struct tce_ddw_decision *d = &record->decision;
	struct tce_plan_why why = {TCE_PLAN_CREATE_REFUSED,
				   {d->window_shift, tce_pow2(d->page_shift), record->refusal, 0}};

	tce_plan_add_why(whys, &why);
}

void tce_plan_explain_narrow(const struct tce_kernel *kernel, uint64_t mask,
			     struct tce_plan_whys *whys)
{
	add(whys, TCE_PLAN_NARROW_MASK, tce_fls64(mask),
	    tce_pseries_mask_is_wide(kernel, tce_low_mask(33)) ? 33 : 64);
}

static void explain_step(const struct tce_kernel *kernel, const struct tce_ddw_record *record,
			 struct tce_plan_whys *whys)
{
	unsigned bits = tce_fls64(record->dma_mask);

	switch ((enum tce_ddw_step)record->step) {
	case TCE_DDW_NEVER: add(whys, TCE_PLAN_NOT_ASKED, 0, 0); break;
	case TCE_DDW_DISABLED: add(whys, TCE_PLAN_DISABLED, 0, 0); break;
	case TCE_DDW_NARROW_MASK: tce_plan_explain_narrow(kernel, record->dma_mask, whys); break;
	case TCE_DDW_NOT_OFFERED: add(whys, TCE_PLAN_NOT_OFFERED, 0, 0); break;
	case TCE_DDW_QUERY: add(whys, TCE_PLAN_QUERY_REFUSED, record->refusal, 0); break;
	case TCE_DDW_NO_LIMITED_MODE: add(whys, TCE_PLAN_NO_LIMITED_MODE, bits, 0); break;
	case TCE_DDW_LIMITED_MODE:
		add(whys, TCE_PLAN_LIMITED_REFUSED, bits, record->refusal);
		break;
	case TCE_DDW_IN_USE: add(whys, TCE_PLAN_DEFAULT_IN_USE, 0, 0); break;
	case TCE_DDW_NO_WINDOW_LEFT: add(whys, TCE_PLAN_NO_WINDOW_LEFT, 0, 0); break;
	case TCE_DDW_STILL_NO_WINDOW: add(whys, TCE_PLAN_STILL_NO_WINDOW, 0, 0); break;
	case TCE_DDW_PAGE_SIZE: add(whys, TCE_PLAN_NO_PAGE_SIZE, record->page_mask, 0); break;
	case TCE_DDW_TOO_SMALL: add_block(whys, TCE_PLAN_NOT_DIRECT, record); break;
	case TCE_DDW_CREATE: explain_create(record, whys); break;
	case TCE_DDW_NO_MEMORY: add(whys, TCE_PLAN_NO_MEMORY, 0, 0); break;
	case TCE_DDW_NO_MMIO32: add(whys, TCE_PLAN_NO_MMIO32, 0, 0); break;
	case TCE_DDW_PREMAP: add(whys, TCE_PLAN_PREMAP_REFUSED, 0, 0); break;
	default: explain_mode(record, whys); break;
	}
}

/* --- what that rests on ------------------------------------------------------------------- */

static void explain_want(const struct tce_ddw_record *record, struct tce_plan_whys *whys)
{
	const struct tce_ddw_decision *d = &record->decision;

	if (d->want_shift != tce_log2_ceil(record->hotplug_max))
		add(whys, TCE_PLAN_WANT_ALL, tce_pow2(d->want_shift), 0);
	else if (record->hotplug_max == 0)
		add(whys, TCE_PLAN_RAM_ENDS_AT_0, 0, 0);
	else
		add(whys, TCE_PLAN_WANT_RAM, record->hotplug_max, tce_pow2(d->ram_shift));
	if (d->pmem_skipped)
		add(whys, TCE_PLAN_NOT_ALL, tce_pow2(TCE_MAX_PHYSMEM_BITS),
		    tce_pow2(d->block_shift));
}

static void explain_page(const struct tce_ddw_record *record, struct tce_plan_whys *whys)
{
	uint64_t offered = tce_ddw_page_shifts(record->page_mask);
	unsigned largest = offered == 0 ? 0 : tce_log2_floor(offered);
	uint64_t page = tce_pow2(record->decision.page_shift);

	if (largest > record->decision.page_shift)
		add(whys, TCE_PLAN_UNKNOWN_PAGE, page, tce_pow2(largest));
	else
		add(whys, TCE_PLAN_LARGEST_PAGE, page, 0);
}

void tce_plan_explain(const struct tce_kernel *kernel, const struct tce_ddw_record *record,
		      struct tce_plan_whys *whys)
{
	explain_step(kernel, record, whys);
	if (record->decision.page_shift != 0) {
		explain_want(record, whys);
		explain_page(record, whys);
	}
	if (record->default_removed)
		add(whys, TCE_PLAN_ONLY_WINDOW, 0, 0);
	if (record->limited)
		add(whys, TCE_PLAN_LIMITED, 0, 0);
}
