/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dynamic DMA Windows: ibm,query-, create-, remove- and reset-pe-dma-window (LoPAR 2.9 "Dynamic DMA
 * Windows"; QEMU hw/ppc/spapr_rtas_ddw.c, measured). Each call first decides without changing
 * anything, then acts. Arguments are cells: [0] configuration address, [1] [2] BUID, then its own.
 */
#include "rtas.h"

#include "base/bits.h"

/* The bridge that a call names, if it has DDW. */
static enum tce_refusal find_phb(const struct tce_lpar *lpar, const struct tce_rtas_call *call,
				 struct papr_bus **ret_phb)
{
	uint64_t buid = (uint64_t)call->args[1] << 32 | call->args[2];
	struct papr_bus *phb = tce_papr_phb(lpar, buid);

	if (phb == NULL)
		return TCE_REFUSED_BUID_UNKNOWN;
	if (!phb->ddw)
		return TCE_REFUSED_DDW_OFF;
	*ret_phb = phb;
	return TCE_REFUSED_NOT;
}

static uint64_t largest_block(const struct tce_lpar *lpar, const struct papr_bus *phb)
{
	return phb->largest_block != 0 ? phb->largest_block : lpar->profile->largest_block_6;
}

/* Entries a create can still have, as far as the bridge's budget goes. */
static uint64_t block_left(const struct tce_lpar *lpar, const struct papr_bus *phb)
{
	uint64_t left = largest_block(lpar, phb);
	unsigned i;

	for (i = 0; lpar->profile->block_is_budget && i < phb->nr_slots; i++) {
		uint64_t used = phb->win[i].is_default ? 0 : phb->win[i].nr_entries;

		left -= used < left ? used : left;
	}
	return left;
}

/* What a query with five return cells can say of it. */
static uint32_t block_left_32(const struct tce_lpar *lpar, const struct papr_bus *phb)
{
	uint64_t left = lpar->profile->largest_block_5;

	if (phb->largest_block != 0 || lpar->profile->block_is_budget)
		left = block_left(lpar, phb);
	return left > UINT32_MAX ? UINT32_MAX : (uint32_t)left;
}

static uint32_t windows_left(const struct papr_bus *phb)
{
	unsigned active = tce_papr_active_windows(phb);

	return active < phb->max_windows ? phb->max_windows - active : 0;
}

static enum tce_refusal query_decide(const struct tce_lpar *lpar, const struct tce_rtas_call *call,
				     struct papr_bus **ret_phb)
{
	enum tce_refusal why;

	if (call->nargs != 3)
		return TCE_REFUSED_RTAS_NARGS;
	if (call->nret != 5 && call->nret != 6)
		return TCE_REFUSED_RTAS_NRET;
	why = find_phb(lpar, call, ret_phb);
	if (why == TCE_REFUSED_NOT && call->nret == 6 && !lpar->profile->query_ext_always &&
	    !(*ret_phb)->extensions)
		return TCE_REFUSED_RTAS_NRET;
	return why;
}

int tce_papr_ddw_query(struct tce_lpar *lpar, const struct tce_rtas_call *call,
		       struct tce_answer *ret_answer)
{
	uint32_t *cell = ret_answer->rets + 1;
	struct papr_bus *phb;
	enum tce_refusal why = query_decide(lpar, call, &phb);
	uint64_t left;

	if (why != TCE_REFUSED_NOT) {
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR, why);
		return 0;
	}
	tce_papr_rtas_accept(ret_answer, call->nret);
	*cell++ = windows_left(phb);
	if (call->nret == 6) {
		left = block_left(lpar, phb);
		*cell++ = (uint32_t)(left >> 32);
		*cell++ = (uint32_t)left;
	} else {
		*cell++ = block_left_32(lpar, phb);
	}
	*cell++ = tce_ddw_page_mask(phb->page_shifts);
	*cell = 0; /* no migration of pages: the hypervisor wants no help with it */
	return 0;
}

/* What a create would do. Without a refusal and an abort: a window in slot win at place. */
struct creation {
	enum tce_refusal why;
	int32_t status;
	enum tce_abort abort;
	struct papr_bus *phb;
	struct papr_window *win; /* the slot to use; NULL while that is not decided */
	struct papr_place place;
};

static void refuse_creation(struct creation *creation, int32_t status, enum tce_refusal why)
{
	creation->why = why;
	creation->status = status;
}

static unsigned shift_reduced(const struct tce_papr_profile *profile, uint32_t shift)
{
	if (profile->shift_modulo != 0)
		shift %= profile->shift_modulo;
	return shift > 64 ? 64 : shift;
}

/* The slot that a create takes: QEMU gives out the lowest LIOBN first, as a rule (measured). */
static struct papr_window *free_slot(const struct tce_lpar *lpar, struct papr_bus *phb)
{
	bool last = lpar->profile->default_liobn_last || phb->dyn_liobn_first;
	struct papr_window *best = NULL;
	unsigned i;

	if (windows_left(phb) == 0)
		return NULL;
	for (i = 0; i < phb->nr_slots; i++) {
		struct papr_window *win = &phb->win[i];

		if (win->nr_entries != 0)
			continue;
		if (best == NULL || last || win->liobn < best->liobn)
			best = win;
	}
	return best;
}

/* Where on the bus: QEMU looks at how many windows there are, LoPAR's have a place each. */
static uint64_t window_start(const struct tce_lpar *lpar, const struct creation *creation)
{
	const struct papr_bus *phb = creation->phb;
	bool first = lpar->profile->address_by_count ? tce_papr_active_windows(phb) == 0
						     : creation->win->slot == 0;

	if (first)
		return phb->win_addr;
	return phb->limited ? lpar->profile->limited_win_addr : phb->dyn_win_addr;
}

/* Entries of a window of 2^(shift difference) pages; 0: more than can be counted. */
static uint64_t entries_of(const struct tce_lpar *lpar, uint32_t lg2)
{
	unsigned shift = shift_reduced(lpar->profile, lg2);

	if (shift >= 64)
		return 0;
	return UINT64_C(1) << shift & tce_low_mask(lpar->profile->nr_entries_bits);
}

/* Over another window of the bridge, or past the end of the bus? */
static bool overlaps(const struct creation *creation)
{
	const struct papr_place *place = &creation->place;
	uint64_t size = place->nr_entries << place->page_shift;
	unsigned i;

	if (place->nr_entries > ~UINT64_C(0) >> place->page_shift || size - 1 > ~place->start)
		return true;
	for (i = 0; i < creation->phb->nr_slots; i++) {
		const struct papr_window *other = &creation->phb->win[i];

		if (other->nr_entries != 0 &&
		    place->start - other->region_start < other->region_size)
			return true;
		if (other->nr_entries != 0 && other->region_start - place->start < size)
			return true;
	}
	return false;
}

/* How large: after the slot is known, since a failed attempt spoils it (QEMU). */
static void decide_size(const struct tce_lpar *lpar, const struct tce_rtas_call *call,
			struct creation *creation)
{
	const struct tce_papr_profile *profile = lpar->profile;
	struct papr_place *place = &creation->place;

	place->page_shift = shift_reduced(profile, call->args[3]);
	place->nr_entries = entries_of(lpar, call->args[4] - call->args[3]);
	place->start = window_start(lpar, creation);
	if (creation->win->tainted)
		creation->abort = TCE_ABORT_REGION_TWICE;
	else if (place->nr_entries == 0 || place->nr_entries > TCE_TABLE_ENTRIES_MAX ||
		 (profile->block_is_budget && place->nr_entries > block_left(lpar, creation->phb)))
		refuse_creation(creation, profile->too_large_status, TCE_REFUSED_TOO_LARGE);
	else if (profile->overlap_refused && overlaps(creation))
		refuse_creation(creation, profile->too_large_status, TCE_REFUSED_OVERLAP);
}

static void create_decide(const struct tce_lpar *lpar, const struct tce_rtas_call *call,
			  struct creation *creation)
{
	const struct tce_papr_profile *profile = lpar->profile;
	unsigned page_shift;

	*creation = (struct creation){.status = TCE_RTAS_PARAM_ERROR};
	if (call->nargs != 5)
		creation->why = TCE_REFUSED_RTAS_NARGS;
	else if (call->nret != 4)
		creation->why = TCE_REFUSED_RTAS_NRET;
	else
		creation->why = find_phb(lpar, call, &creation->phb);
	if (creation->why != TCE_REFUSED_NOT)
		return;
	page_shift = shift_reduced(profile, call->args[3]);
	if (page_shift >= 64 || (creation->phb->page_shifts >> page_shift & 1) == 0) {
		creation->why = TCE_REFUSED_PAGE_SHIFT;
	} else if (call->args[4] < call->args[3]) {
		creation->why = TCE_REFUSED_WINDOW_SHIFT;
	} else {
		creation->win = free_slot(lpar, creation->phb);
		if (creation->win == NULL)
			refuse_creation(creation, profile->no_window_status,
					TCE_REFUSED_NO_WINDOW_LEFT);
		else
			decide_size(lpar, call, creation);
	}
}

/*
 * QEMU, measured: the slot has got its place and its memory region before the entry count, cut to
 * nothing, is found wanting; neither is taken back.
 */
static void spoil_slot(const struct tce_lpar *lpar, const struct creation *creation)
{
	if (!lpar->profile->failed_create_taints || creation->why != TCE_REFUSED_TOO_LARGE ||
	    creation->place.nr_entries != 0)
		return;
	creation->win->start = creation->place.start;
	tce_papr_set_page_shift(creation->win, creation->place.page_shift);
	creation->win->tainted = true;
}

static void create_answer(const struct creation *creation, struct tce_answer *ret_answer)
{
	tce_papr_rtas_accept(ret_answer, 4);
	ret_answer->rets[1] = (uint32_t)creation->win->liobn;
	ret_answer->rets[2] = (uint32_t)(creation->place.start >> 32);
	ret_answer->rets[3] = (uint32_t)creation->place.start;
}

int tce_papr_ddw_create(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			struct tce_answer *ret_answer)
{
	struct creation creation;
	struct tce_table *table;
	int err;

	create_decide(lpar, call, &creation);
	if (creation.abort != TCE_ABORT_NOT) {
		tce_papr_abort(lpar, creation.abort, ret_answer);
		return 0;
	}
	if (creation.why != TCE_REFUSED_NOT) {
		spoil_slot(lpar, &creation);
		tce_papr_rtas_refuse(ret_answer, creation.status, creation.why);
		return 0;
	}
	err = tce_papr_table_new(lpar, &creation.place, &table);
	if (err != 0)
		return err;
	if (!lpar->profile->default_flag_sticks)
		creation.win->is_default = false;
	tce_papr_window_enable(lpar, creation.win, &creation.place, table);
	create_answer(&creation, ret_answer);
	return 0;
}

/* What a remove would do. */
struct removal {
	enum tce_refusal why;
	enum tce_abort abort;
	struct papr_window *win;
	bool restores; /* it is the last one: the default window comes back */
};

static void remove_decide(const struct tce_lpar *lpar, const struct tce_rtas_call *call,
			  struct removal *removal)
{
	const struct papr_bus *bus;
	struct papr_window *win;

	*removal = (struct removal){.why = TCE_REFUSED_NOT};
	win = tce_papr_window(lpar, call->args[0]);
	if (call->nargs != 1) {
		removal->why = TCE_REFUSED_RTAS_NARGS;
	} else if (call->nret != 1) {
		removal->why = TCE_REFUSED_RTAS_NRET;
	} else if (win == NULL) {
		removal->why = TCE_REFUSED_LIOBN_UNKNOWN;
	} else if (tce_papr_bus_of(win)->vio) {
		removal->why = TCE_REFUSED_NOT_PCI;
		if (lpar->profile->remove_vio_aborts)
			removal->abort = TCE_ABORT_REMOVE_VIO;
	} else if (!tce_papr_bus_of(win)->ddw) {
		removal->why = TCE_REFUSED_DDW_OFF;
	} else if (win->nr_entries == 0) {
		removal->why = TCE_REFUSED_LIOBN_DISABLED;
	} else {
		bus = tce_papr_bus_of(win);
		removal->win = win;
		removal->restores = tce_papr_active_windows(bus) == 1 && !win->is_default;
		if (removal->restores && tce_papr_reset_aborts(bus))
			removal->abort = TCE_ABORT_REGION_TWICE;
	}
}

int tce_papr_ddw_remove(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			struct tce_answer *ret_answer)
{
	struct removal removal;

	remove_decide(lpar, call, &removal);
	if (removal.abort != TCE_ABORT_NOT) {
		tce_papr_abort(lpar, removal.abort, ret_answer);
		return 0;
	}
	if (removal.why != TCE_REFUSED_NOT) {
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR, removal.why);
		return 0;
	}
	tce_papr_window_disable(lpar, removal.win);
	if (removal.restores)
		tce_papr_dma_reset(lpar, tce_papr_bus_of(removal.win));
	tce_papr_rtas_accept(ret_answer, 1);
	return 0;
}

static enum tce_refusal reset_decide(const struct tce_lpar *lpar, const struct tce_rtas_call *call,
				     struct papr_bus **ret_phb)
{
	enum tce_refusal why;

	if (call->nargs == 4 && !lpar->profile->limited_mode)
		return TCE_REFUSED_LIMITED_MODE;
	if (call->nargs != 3 && call->nargs != 4)
		return TCE_REFUSED_RTAS_NARGS;
	if (call->nret != 1)
		return TCE_REFUSED_RTAS_NRET;
	why = find_phb(lpar, call, ret_phb);
	if (why == TCE_REFUSED_NOT && !(*ret_phb)->extensions)
		return TCE_REFUSED_RTAS_TOKEN;
	return why;
}

int tce_papr_ddw_reset(struct tce_lpar *lpar, const struct tce_rtas_call *call,
		       struct tce_answer *ret_answer)
{
	struct papr_bus *phb;
	enum tce_refusal why = reset_decide(lpar, call, &phb);

	if (why != TCE_REFUSED_NOT) {
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR, why);
		return 0;
	}
	if (tce_papr_reset_aborts(phb)) {
		tce_papr_abort(lpar, TCE_ABORT_REGION_TWICE, ret_answer);
		return 0;
	}
	tce_papr_dma_reset(lpar, phb);
	phb->limited = call->nargs == 4 && call->args[3] == 1;
	tce_papr_rtas_accept(ret_answer, 1);
	return 0;
}
