/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether the kernel made of firmware's offer what it could, and whether it fails only where
 * firmware does (window-too-small, failed-call-changed-state, window-mismatch, devtree-mismatch;
 * pseries). What enable_ddw did last is in the group's record.
 */
#include "linux_view.h"

#include "base/bits.h"

static void add(struct tce_check *check, enum tce_rule_id rule, const char *text, uint32_t node)
{
	struct tce_breach breach = tce_breach_of(rule, text);

	breach.node = node;
	tce_check_add(check, &breach);
}

/* --- what firmware offers a PE --------------------------------------------------------------- */

struct offer {
	uint64_t block;       /* entries */
	uint64_t page_shifts; /* bit n: page shift n */
};

static bool offer_of(const struct tce_check *check, uint32_t node, struct offer *ret_offer)
{
	const struct tce_papr_profile *profile = check->machine->opts.papr;
	const struct tce_phb *phb;
	const struct tce_dev *dev;

	if (node < TCE_NODE_DEV) {
		phb = tce_phb_find(check->st, (uint16_t)node);
	} else {
		dev = tce_dev_find(check->st, (uint16_t)node);
		phb = dev != NULL && dev->phb != TCE_NO_ID ? tce_phb_find(check->st, dev->phb)
							   : NULL;
	}
	if (phb == NULL || phb->papr.no_ddw)
		return false;
	ret_offer->block =
		phb->papr.largest_block != 0 ? phb->papr.largest_block : profile->largest_block_6;
	if (check->machine->opts.no_64bit_query && ret_offer->block > UINT32_MAX)
		ret_offer->block = UINT32_MAX;
	ret_offer->page_shifts =
		phb->papr.page_shifts != 0 ? phb->papr.page_shifts : profile->page_shifts;
	return true;
}

/* Page sizes that this kernel uses at all. */
static uint64_t usable_pages(const struct tce_check *check)
{
	uint64_t known = UINT64_C(1) << 12 | UINT64_C(1) << 16 | UINT64_C(1) << 24;

	if (tce_linux_has(check->lx, TCE_KF_DDW_LARGE_PAGES))
		known |= UINT64_C(0x1e) << 24 | UINT64_C(1) << 34;
	if (tce_linux_has(check->lx, TCE_KF_DDW_2M))
		known |= UINT64_C(1) << 21;
	return known;
}

/* --- a window that could have been had ------------------------------------------------------- */

/* Firmware's block holds all memory that may come, and nothing else speaks against it. */
static bool could_be_direct(const struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_ddw_record *record = &group->ddw;
	uint64_t max = tce_pseries_lrdr_max(check->machine);
	struct offer offer;
	unsigned shift;

	if (record->limited || (record->default_removed && tce_pmem_at(check->st, 0) != NULL) ||
	    !offer_of(check, group->key, &offer))
		return false;
	offer.page_shifts &= usable_pages(check);
	if (offer.page_shifts == 0 || max == 0)
		return false;
	shift = tce_log2_floor(offer.page_shifts);
	return offer.block >= tce_pow2(tce_log2_ceil(max)) >> shift;
}

static void check_outcome(struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_ddw_record *record = &group->ddw;
	bool less = record->step == TCE_DDW_TOO_SMALL || record->step == TCE_DDW_PAGE_SIZE ||
		    (record->step == TCE_DDW_DONE && record->decision.mode == TCE_MODE_DYNAMIC);

	if (less && could_be_direct(check, group))
		add(check, TCE_RULE_WINDOW_TOO_SMALL,
		    "{node}: firmware has room for a window over all memory, the kernel did not "
		    "ask for it",
		    group->key);
	if (record->step == TCE_DDW_DONE && record->default_removed &&
	    record->decision.mode == TCE_MODE_DIRECT && tce_pmem_at(check->st, 0) != NULL)
		add(check, TCE_RULE_WINDOW_TOO_SMALL,
		    "{node}: the only window is direct, there is none to map persistent memory in",
		    group->key);
}

/* --- PEs that the kernel gave up ------------------------------------------------------------- */

static bool asked_too_much(const struct tce_ddw_record *record)
{
	uint64_t bytes = record->block << record->decision.page_shift;

	return record->step == TCE_DDW_CREATE && bytes != 0 && !tce_is_pow2(bytes) &&
	       record->decision.window_shift > tce_log2_floor(bytes);
}

static void check_failed(struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_ddw_record *record = &group->ddw;

	if (record->step < TCE_DDW_DONE)
		add(check, TCE_RULE_WINDOW_MISMATCH,
		    "{node} is on the list of those that get no dynamic window, but nobody has "
		    "tried",
		    group->key);
	else if (record->step == TCE_DDW_IN_USE && !record->was_in_use && !check->lx->kdump)
		add(check, TCE_RULE_RESERVED_RANGE,
		    "{node}: bus page 0, which nobody may use, is taken for a mapping: no dynamic "
		    "window",
		    group->key);
	else if (record->step == TCE_DDW_NO_MMIO32)
		add(check, TCE_RULE_FAILED_CALL_CHANGED_STATE,
		    "{node}: firmware made the window, the kernel gave it back and never asks "
		    "again",
		    group->key);
	else if (asked_too_much(record))
		add(check, TCE_RULE_FAILED_CALL_CHANGED_STATE,
		    "{node}: the kernel asked for more than the largest block and never asks "
		    "again, although less would fit",
		    group->key);
	else if (record->only_asked)
		add(check, TCE_RULE_FAILED_CALL_CHANGED_STATE,
		    "{node}: a driver asked which mask it needs, and the PE gets no dynamic window "
		    "ever since",
		    group->key);
}

/* --- what VFIO is told ----------------------------------------------------------------------- */

static bool has_device(const struct tce_check *check, const struct tce_table_group *group)
{
	return tce_group_next_dev(check->st, check->lx, group, 0) != NULL;
}

static void check_info(struct tce_check *check, const struct tce_table_group *group)
{
	struct offer offer;

	if (!tce_linux_has(check->lx, TCE_KF_IOMMU_OPS) || check->lx->kdump ||
	    !has_device(check, group) || !offer_of(check, group->key, &offer))
		return;
	if (!group->registered)
		add(check, TCE_RULE_FAILED_CALL_CHANGED_STATE,
		    "{node} was added, but its devices have no IOMMU group", group->key);
	if (!group->info_filled)
		add(check, TCE_RULE_DEVTREE_MISMATCH,
		    "{node}: VFIO is told of windows that are not those of the device tree",
		    group->key);
	else if (group->max_dynamic_windows != UINT32_MAX &&
		 (offer.page_shifts & usable_pages(check) & ~group->pgsizes) != 0)
		add(check, TCE_RULE_WINDOW_TOO_SMALL,
		    "{node}: a page size that firmware offers is lost on the way to VFIO",
		    group->key);
}

/* A window that a kernel before left is the only one, and no table is over it. */
static void check_inherited(struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_pseries_window *window = tce_pseries_window_find(check->lx, group->key);
	uint32_t len;

	if (window == NULL || window->direct || group->owned ||
	    tce_group_table(check->st, group, 0) != NULL ||
	    tce_group_table(check->st, group, 1) != NULL ||
	    tce_node_prop(check->st, group->key, TCE_PROP_DMA_WINDOW, &len) != NULL)
		return;
	add(check, TCE_RULE_DEVTREE_MISMATCH,
	    "{node}: the device tree tells of an inherited window, the kernel maps in none",
	    group->key);
}

/* --- the required mask ----------------------------------------------------------------------- */

static void check_required_mask(struct tce_check *check)
{
	const struct tce_linux_dev *dev;
	struct tce_breach breach;
	uint64_t end;

	if (!tce_check_after(check, TCE_EV_REQUIRED_MASK))
		return;
	dev = tce_linux_dev_find(check->st, check->lx, check->event->u.id.id);
	if (dev == NULL || !dev->dma.ops_bypass || dev->dma.no_ops)
		return;
	end = dev->dma.dma_offset + check->lx->ram_end - 1;
	if (end <= check->outcome->value)
		return;
	breach = tce_breach_of(TCE_RULE_WINDOW_TOO_SMALL,
			       "{dev} is told that mask {0} will do, but its direct DMA goes up to "
			       "{1}");
	breach.dev = dev->id;
	breach.value[0] = check->outcome->value;
	breach.value[1] = end;
	tce_check_add(check, &breach);
}

void tce_rule_ddw(struct tce_check *check)
{
	const struct tce_table_group *group;

	if (check->lx == NULL || check->lx->crashed || !tce_view_is_pseries(check))
		return;
	for (uint32_t i = 0; (group = tce_group_at(check->st, check->lx, i)) != NULL; i++) {
		const struct tce_node *node = tce_node_find(check->st, group->key);

		if (node == NULL || node->vio)
			continue;
		check_outcome(check, group);
		if (tce_pseries_has_failed(check->lx, group->key))
			check_failed(check, group);
		check_info(check, group);
		check_inherited(check, group);
	}
	check_required_mask(check);
}
