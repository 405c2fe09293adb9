/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iommu_mem_notifier: memory that comes online is mapped in every direct window before anyone uses
 * it, memory that goes is cleared. Three generations: all windows (B2), direct ones, and from 6.15
 * on only memory that may lie inside them (without B1). Only the start of a range is looked at.
 */
#include "pseries.h"

static bool concerns(const struct tce_linux_call *call, const struct tce_pseries_window *window,
		     const struct tce_ev_memory *range)
{
	if (!window->direct && !tce_linux_bug(call->lx, TCE_DEFECT_B2))
		return false;
	return tce_linux_bug(call->lx, TCE_DEFECT_B1) ||
	       range->addr < tce_pseries_lrdr_max(call->machine);
}

/* tce_pseries_setrange, tce_pseries_clearrange. */
typedef int change_fn(struct tce_linux_call *call, const struct tce_ddw_prop *win, uint64_t start,
		      uint64_t size, int64_t *ret_rc);

/* The answers of all windows are OR-ed. */
static int change_all(struct tce_linux_call *call, const struct tce_ev_memory *range,
		      change_fn *change, bool *ret_bad)
{
	const struct tce_pseries_window *window;
	int64_t rc;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (window = tce_pseries_window_at(call->lx, i)) != NULL;
	     i++) {
		if (!concerns(call, window, range))
			continue;
		err = change(call, &window->prop, range->addr, range->size, &rc);
		*ret_bad |= err == 0 && rc != 0;
	}
	return err;
}

/*
 * Without D20: the first refusal ends it, and what was set before is cleared at once, a part of the
 * range in the window that refused included.
 */
static int set_or_undo(struct tce_linux_call *call, const struct tce_ev_memory *range,
		       bool *ret_bad)
{
	const struct tce_pseries_window *window;
	int64_t rc = 0;
	uint32_t i;
	int err = 0;

	for (i = 0; err == 0 && rc == 0 && (window = tce_pseries_window_at(call->lx, i)) != NULL;
	     i++) {
		if (concerns(call, window, range))
			err = tce_pseries_setrange(call, &window->prop, range->addr, range->size,
						   &rc);
	}
	*ret_bad = rc != 0;
	for (; err == 0 && *ret_bad && i > 0; i--) {
		window = tce_pseries_window_at(call->lx, i - 1);
		if (concerns(call, window, range))
			err = tce_pseries_clearrange(call, &window->prop, range->addr, range->size,
						     &rc);
	}
	return err;
}

int tce_pseries_memory(struct tce_linux_call *call, enum tce_memory_action action,
		       const struct tce_ev_memory *range, bool *ret_bad)
{
	bool d20 = tce_linux_bug(call->lx, TCE_DEFECT_D20);

	switch (action) {
	case TCE_MEMORY_GOING_ONLINE:
		return d20 ? change_all(call, range, tce_pseries_setrange, ret_bad)
			   : set_or_undo(call, range, ret_bad);
	case TCE_MEMORY_CANCEL_ONLINE:
		return d20 ? change_all(call, range, tce_pseries_clearrange, ret_bad) : 0;
	default: return change_all(call, range, tce_pseries_clearrange, ret_bad);
	}
}
