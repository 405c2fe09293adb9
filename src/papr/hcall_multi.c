/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * H_PUT_TCE_INDIRECT and H_STUFF_TCE. Both first make a plan (how many entries to store where, and
 * the answer), which changes nothing, and then carry it out. LoPAR 2.9 wants all or nothing; QEMU
 * (hw/ppc/spapr_iommu.c, measured) stores up to the first entry it refuses.
 */
#include "hcall.h"

#include <string.h>

struct plan {
	struct papr_spot spot;
	uint64_t nr; /* entries to store */
	int64_t code;
	enum tce_refusal why;
};

/* What to store: a list, or one TCE again and again. */
struct values {
	const struct tce_be64 *list; /* NULL: tce */
	uint64_t tce;
};

static void plan_refuse(struct plan *plan, int64_t code, enum tce_refusal why)
{
	plan->nr = 0;
	plan->code = code;
	plan->why = why;
}

/* The highest index that a 64-bit bus address can name; the one after it is 0 again. */
static uint64_t last_index(const struct papr_window *win)
{
	return tce_low_mask(64U - win->page_shift);
}

/*
 * How many of count entries from the spot on exist. A window as large as the bus has no end: bus
 * addresses go on at 0 (QEMU, measured), once round at most.
 */
static uint64_t nr_existing(const struct papr_spot *spot, uint64_t count)
{
	uint64_t nr_entries = spot->win->nr_entries;
	uint64_t rest = nr_entries - spot->index;

	if (nr_entries - 1 >= last_index(spot->win) && count <= nr_entries)
		return count;
	return count < rest ? count : rest;
}

/* count entries from the spot on, as far as they exist; all of them or none when LoPAR says so. */
static void plan_range(const struct tce_lpar *lpar, uint64_t count, struct plan *plan)
{
	plan->nr = nr_existing(&plan->spot, count);
	plan->code = TCE_H_SUCCESS;
	plan->why = TCE_REFUSED_NOT;
	if (plan->nr == count)
		return;
	plan->code = TCE_H_PARAMETER;
	plan->why = TCE_REFUSED_RANGE_PAST_END;
	if (!lpar->profile->partial_stores)
		plan->nr = 0;
}

static int store(struct tce_table *table, uint64_t index, const struct values *values,
		 uint64_t count)
{
	if (values->list != NULL)
		return tce_table_put_list(table, index, values->list, count);
	return tce_table_stuff(table, index, values->tce, count);
}

/* The range goes past bus address 2^64 and on at 0: piece by piece. */
static int store_pieces(struct tce_table *table, const struct papr_spot *spot,
			const struct values *values, uint64_t count)
{
	struct values rest = *values;
	uint64_t index = spot->index;
	int err = 0;

	while (err == 0 && count != 0) {
		uint64_t n = last_index(spot->win) - index + 1;

		if (n > count)
			n = count;
		err = store(table, index, &rest, n);
		if (rest.list != NULL)
			rest.list += n;
		count -= n;
		index = 0;
	}
	return err;
}

/* Several pieces may fail after the first (COMPACT storage only): they go into a copy. */
static int store_wrapping(const struct tce_lpar *lpar, const struct papr_spot *spot,
			  const struct values *values, uint64_t count)
{
	struct papr_place place = {0, spot->win->nr_entries, spot->win->page_shift};
	struct tce_table *table = tce_papr_table(spot->win);
	struct tce_table *copy;
	int err;

	if (lpar->storage == TCE_STORAGE_LAZY)
		return store_pieces(table, spot, values, count);
	err = tce_papr_table_new(lpar, &place, &copy);
	if (err != 0)
		return err;
	err = tce_table_copy(copy, table);
	if (err == 0)
		err = store_pieces(copy, spot, values, count);
	if (err == 0)
		tce_papr_window_set_table(spot->win, copy);
	else
		tce_table_free(copy);
	return err;
}

static void tell_all(const struct tce_lpar *lpar, const struct papr_spot *spot, uint64_t count)
{
	uint64_t first = last_index(spot->win) - spot->index + 1; /* up to where indexes wrap */

	if (first == 0 || count <= first) {
		tce_papr_tell_tces(lpar, spot->win, spot->index, count);
		return;
	}
	tce_papr_tell_tces(lpar, spot->win, 0, spot->win->nr_entries);
}

/* Carry it out. 0 and the plan's answer, or -TCE_ERR_NOMEM and nothing changed. */
static int plan_apply(struct tce_lpar *lpar, const struct plan *plan, const struct values *values,
		      struct tce_answer *ret_answer)
{
	const struct papr_spot *spot = &plan->spot;
	int err = 0;

	if (plan->nr != 0) {
		if (plan->nr - 1 <= last_index(spot->win) - spot->index)
			err = store(tce_papr_table(spot->win), spot->index, values, plan->nr);
		else
			err = store_wrapping(lpar, spot, values, plan->nr);
		if (err != 0)
			return err;
		tell_all(lpar, spot, plan->nr);
	}
	*ret_answer =
		(struct tce_answer){.refusal = plan->why, .r3 = plan->code, .nr_stored = plan->nr};
	return 0;
}

static void plan_stuff(const struct tce_lpar *lpar, const struct papr_spot *spot, uint64_t tce,
		       uint64_t count, struct plan *plan)
{
	const struct tce_papr_profile *profile = lpar->profile;
	uint64_t limit = profile->stuff_limit != 0 ? profile->stuff_limit : spot->win->nr_entries;

	plan->spot = *spot;
	if (count > limit)
		plan_refuse(plan, profile->stuff_limit_code, TCE_REFUSED_COUNT_LIMIT);
	else if (count == 0 && profile->zero_count_refused)
		plan_refuse(plan, TCE_H_PARAMETER, TCE_REFUSED_COUNT_ZERO);
	else if (profile->stuff_perm_refused && (tce & TCE_PERM) != 0)
		plan_refuse(plan, TCE_H_PARAMETER, TCE_REFUSED_TCE_PERM);
	else
		plan_range(lpar, count, plan);
	if (plan->why == TCE_REFUSED_NOT && profile->tce_checked &&
	    !tce_papr_tce_owned(lpar, spot->win, tce))
		plan_refuse(plan, TCE_H_PARAMETER, TCE_REFUSED_TCE_NOT_RAM);
}

int tce_lpar_h_stuff_tce(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba, uint64_t tce,
			 uint64_t count, struct tce_answer *ret_answer)
{
	struct values values = {NULL, tce};
	struct papr_spot spot = {NULL, 0};
	enum tce_refusal why;
	struct plan plan;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	why = tce_papr_find_spot(lpar, liobn, ioba, &spot);
	if (why != TCE_REFUSED_NOT) {
		tce_papr_refuse(ret_answer, TCE_H_PARAMETER, why);
		return 0;
	}
	plan_stuff(lpar, &spot, tce, count, &plan);
	return plan_apply(lpar, &plan, &values, ret_answer);
}

int tce_papr_stuff_on(struct tce_lpar *lpar, const struct papr_stuff *stuff, uint64_t calls,
		      uint64_t *ret_calls)
{
	struct papr_spot spot = {NULL, 0};
	struct plan plan;
	uint64_t left;
	int err;

	*ret_calls = 0;
	if (lpar->aborted != TCE_ABORT_NOT || stuff->count == 0 ||
	    tce_papr_find_spot(lpar, stuff->liobn, stuff->ioba, &spot) != TCE_REFUSED_NOT)
		return 0;
	plan_stuff(lpar, &spot, stuff->tce, stuff->count, &plan);
	left = spot.win->nr_entries - spot.index;
	if (plan.why != TCE_REFUSED_NOT || plan.nr != stuff->count ||
	    left - 1 > last_index(spot.win) - spot.index)
		return 0;
	if (calls > left / stuff->count)
		calls = left / stuff->count;
	err = tce_table_stuff(tce_papr_table(spot.win), spot.index, stuff->tce,
			      calls * stuff->count);
	if (err != 0)
		return err;
	tell_all(lpar, &spot, calls * stuff->count);
	*ret_calls = calls;
	return 0;
}

/* Everything that is decided before the list is read. False: refused, plan says why. */
static bool plan_indirect(const struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
			  struct tce_ra list, uint64_t count, struct plan *plan)
{
	const struct tce_papr_profile *profile = lpar->profile;
	struct papr_window *win = tce_papr_window(lpar, liobn);
	enum tce_refusal why = TCE_REFUSED_NOT;

	if (liobn >> 63 != 0 && profile->mtt_off_code != 0) {
		plan_refuse(plan, profile->mtt_off_code, TCE_REFUSED_MTT_OFF);
		return false;
	}
	plan->spot.win = win;
	if (win == NULL && profile->liobn_checked_first)
		why = TCE_REFUSED_LIOBN_UNKNOWN;
	else if (count > PAPR_LIST_MAX)
		why = TCE_REFUSED_COUNT_LIMIT;
	else if (win == NULL)
		why = TCE_REFUSED_LIOBN_UNKNOWN;
	else if ((list.v & (PAPR_LIST_BYTES - 1)) != 0)
		why = TCE_REFUSED_LIST_UNALIGNED;
	else
		why = tce_papr_find_entry(lpar, win, ioba, &plan->spot.index);
	if (why == TCE_REFUSED_NOT && count == 0 && profile->zero_count_refused)
		why = TCE_REFUSED_COUNT_ZERO;
	plan_refuse(plan, TCE_H_PARAMETER, why);
	if (why == TCE_REFUSED_NOT)
		plan_range(lpar, count, plan);
	return plan->code == TCE_H_SUCCESS || plan->nr != 0;
}

/* How many entries Linux KVM stores before it refuses; all when it hands the call on. */
static uint64_t kernel_accepts(const struct tce_lpar *lpar, const struct papr_window *win,
			       const struct tce_be64 *list, uint64_t count)
{
	uint64_t page_mask = tce_low_mask(win->page_shift) & ~TCE_PERM;
	uint64_t i;

	for (i = 0; i < count; i++) {
		uint64_t tce = tce_be64_get(&list[i]);

		if ((tce & TCE_PERM) != 0 &&
		    ((tce & page_mask) != 0 || !tce_papr_is_ram(lpar, tce & ~TCE_PERM, 1)))
			return count;
	}
	for (i = 0; i < count; i++) {
		uint64_t tce = tce_be64_get(&list[i]);

		if ((tce & TCE_PERM) == 0 && !tce_papr_is_ram(lpar, tce, 1))
			return i;
	}
	return count;
}

/* What the profile has to say about the TCEs that would be stored. */
static void plan_check_tces(const struct tce_lpar *lpar, const struct tce_be64 *list,
			    struct plan *plan)
{
	const struct tce_papr_profile *profile = lpar->profile;
	uint64_t nr = plan->nr;
	uint64_t i;

	if (profile->kernel_indirect)
		nr = kernel_accepts(lpar, plan->spot.win, list, plan->nr);
	for (i = 0; profile->tce_checked && i < plan->nr; i++)
		if (!tce_papr_tce_owned(lpar, plan->spot.win, tce_be64_get(&list[i])))
			nr = 0;
	if (nr == plan->nr)
		return;
	plan_refuse(plan, TCE_H_PARAMETER, TCE_REFUSED_TCE_NOT_RAM);
	plan->nr = nr;
}

/* The list has been asked for: what it holds and what follows from that. */
static void plan_list(const struct tce_lpar *lpar, struct tce_ra ra, uint64_t count,
		      struct tce_be64 *list, struct plan *plan)
{
	const struct tce_papr_profile *profile = lpar->profile;

	if (count == 0) {
		/* Handed on by the kernel, and QEMU takes no empty list. */
		if (profile->kernel_indirect && !tce_papr_is_ram(lpar, ra.v, PAPR_LIST_BYTES))
			plan_refuse(plan, TCE_H_PARAMETER, TCE_REFUSED_COUNT_ZERO);
		return;
	}
	if (tce_papr_read(lpar, ra, list, (size_t)count * sizeof(*list))) {
		plan_check_tces(lpar, list, plan);
		return;
	}
	memset(list, 0, (size_t)count * sizeof(*list));
	if (profile->list_checked)
		plan_refuse(plan, TCE_H_PARAMETER, TCE_REFUSED_LIST_NOT_RAM);
}

int tce_lpar_h_put_tce_indirect(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
				struct tce_ra list, uint64_t count, struct tce_answer *ret_answer)
{
	struct tce_be64 entries[PAPR_LIST_MAX];
	struct values values = {entries, 0};
	struct plan plan;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (plan_indirect(lpar, liobn, ioba, list, count, &plan))
		plan_list(lpar, list, count, entries, &plan);
	return plan_apply(lpar, &plan, &values, ret_answer);
}
