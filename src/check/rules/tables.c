/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's tables: who points to them, what their allocators believe, who counts them
 * (stale-table, lost-tce, leaked-tce, reserved-range, window-mismatch, unbalanced-account), and who
 * owns them (double-owner).
 */
#include "linux_view.h"

#include "base/bits.h"

static struct tce_breach of_node(const struct tce_check *check, enum tce_rule_id rule,
				 const char *text, const struct tce_table_group *group)
{
	struct tce_breach breach = tce_breach_of(rule, text);

	breach.node = tce_view_is_pseries(check) ? group->key : group->key >> 16;
	return breach;
}

/* --- devices --------------------------------------------------------------------------------- */

static bool is_of_group(const struct tce_check *check, const struct tce_table_group *group,
			const struct tce_iommu_table *tbl)
{
	for (unsigned slot = 0; slot < TCE_GROUP_TABLES; slot++) {
		if (tce_group_table(check->st, group, slot) == tbl)
			return true;
	}
	return false;
}

static bool has_table(const struct tce_check *check, const struct tce_table_group *group)
{
	return tce_group_table(check->st, group, 0) != NULL ||
	       tce_group_table(check->st, group, 1) != NULL;
}

/* With direct DMA beside it nobody notices until a driver asks for addresses below 4 GiB. */
static const char *freed_text(const struct tce_linux_dev *dev, const struct tce_table_group *group)
{
	if (group != NULL && !group->owned && dev->dma.ops_bypass)
		return "{dev} still points to table {0}, which event {d1} freed; its 64-bit DMA, "
		       "which passes all tables, works on";
	return "{dev} still points to table {0}, which event {d1} freed";
}

/* Why the pointer is not what it should be; NULL: it is. */
static const char *pointer_fault(const struct tce_check *check, const struct tce_linux_dev *dev,
				 const struct tce_table_group *group)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);

	/*
	 * pseries: the pointer goes to the user's windows as they come, and is set anew on release
	 */
	if (group != NULL && group->owned && tce_view_is_pseries(check))
		return NULL;
	if (tce_linux_dev_table_is_freed(dev))
		return freed_text(dev, group);
	if (group == NULL || group->owned)
		return NULL;
	if (tbl == NULL)
		return has_table(check, group) ? "{dev} has no table, although its PE has one"
					       : NULL;
	if (!is_of_group(check, group, tbl))
		return "{dev} points to a table that its PE no longer has";
	if (!tbl->has_map && tbl->size != 0)
		return "{dev} points to a table that was never made ready";
	return NULL;
}

static void check_device(struct tce_check *check, const struct tce_linux_dev *dev)
{
	const char *text = pointer_fault(check, dev, tce_view_group(check, dev));
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);
	struct tce_breach breach;

	if (text == NULL)
		return;
	breach = tce_breach_of(TCE_RULE_STALE_TABLE, text);
	breach.dev = dev->id;
	if (tbl != NULL) {
		breach.value[0] = tbl->index;
		breach.value[1] = tbl->freed_by;
	}
	tce_check_add(check, &breach);
}

/* --- one table ------------------------------------------------------------------------------- */

/* Bits and TCEs, against what the drivers hold. */
static void check_balance(struct tce_check *check, const struct tce_table_group *group,
			  const struct tce_iommu_table *tbl)
{
	uint64_t due = tce_view_mapped_pages(check, group, tbl);
	uint64_t reserved = tce_view_reserved(tbl);
	uint64_t bits = tbl->map.nr_set > reserved ? tbl->map.nr_set - reserved : 0;
	uint64_t tces = tce_view_nr_tces(check, tbl);
	struct tce_breach breach;

	if (bits <= due && tces <= due)
		return;
	breach =
		of_node(check, TCE_RULE_LEAKED_TCE,
			tces > due ? "{node}: window {0} holds {1} TCEs, but mappings account for "
				     "{2} only"
				   : "{node}: {1} pages of window {0} are handed out, but mappings "
				     "account for {2} only",
			group);
	breach.value[0] = tbl->index;
	breach.value[1] = tces > due ? tces : bits;
	breach.value[2] = due;
	tce_check_add(check, &breach);
}

static bool is_reserved(const struct tce_iommu_table *tbl, uint64_t entry)
{
	return tce_bitmap_test(&tbl->map, entry - tbl->offset);
}

/* The part of 32-bit MMIO that lies in a window must be handed out to nobody. */
static bool mmio_is_open(const struct tce_phb *phb, const struct tce_iommu_table *tbl)
{
	uint64_t first = phb->mmio32_start >> tbl->page_shift;
	uint64_t end = (phb->mmio32_last >> tbl->page_shift) + 1;

	if (first < tbl->offset)
		first = tbl->offset;
	if (end > tbl->offset + tbl->size)
		end = tbl->offset + tbl->size;
	return first < end && (!is_reserved(tbl, first) || !is_reserved(tbl, end - 1));
}

static const struct tce_phb *phb_of(const struct tce_check *check,
				    const struct tce_table_group *group)
{
	const struct tce_dev *dev;

	if (!tce_view_is_pseries(check))
		return NULL;
	if (group->key < TCE_NODE_DEV)
		return tce_phb_find(check->st, (uint16_t)group->key);
	dev = tce_dev_find(check->st, (uint16_t)group->key);
	return dev != NULL && dev->phb != TCE_NO_ID ? tce_phb_find(check->st, dev->phb) : NULL;
}

static void check_reserved(struct tce_check *check, const struct tce_table_group *group,
			   const struct tce_iommu_table *tbl, bool dynamic)
{
	const struct tce_phb *phb = phb_of(check, group);
	const char *text = NULL;
	struct tce_breach breach;

	if (tbl->offset == 0 && !tce_bitmap_test(&tbl->map, 0))
		text = "{node}: bus page 0 of window {0} may be handed out";
	else if (dynamic && phb != NULL && tce_phb_mmio32(phb) && mmio_is_open(phb, tbl))
		text = "{node}: addresses of the bridge's MMIO in window {0} may be handed out";
	if (text == NULL)
		return;
	breach = of_node(check, TCE_RULE_RESERVED_RANGE, text, group);
	breach.value[0] = tbl->index;
	tce_check_add(check, &breach);
}

/* Firmware's window, against the kernel's picture of it. */
static void check_window(struct tce_check *check, const struct tce_table_group *group,
			 const struct tce_iommu_table *tbl)
{
	const struct tce_lpar *lpar = tce_machine_lpar(check->machine);
	struct tce_window_info info;
	const char *text = NULL;
	struct tce_breach breach;

	if (tce_lpar_window(lpar, tbl->index, &info) != 0 || info.nr_entries == 0)
		text = "{node}: the kernel maps in window {0}, which firmware does not have";
	else if (info.page_shift != tbl->page_shift ||
		 tbl->offset < info.start >> info.page_shift ||
		 tbl->offset - (info.start >> info.page_shift) + tbl->size > info.nr_entries)
		text = "{node}: the kernel takes window {0} for larger than it is, or elsewhere";
	if (text == NULL)
		return;
	breach = of_node(check, TCE_RULE_WINDOW_MISMATCH, text, group);
	breach.value[0] = tbl->index;
	tce_check_add(check, &breach);
}

/* A crash kernel keeps what the dead one had mapped: nobody accounts for it. */
static void check_table(struct tce_check *check, const struct tce_table_group *group,
			const struct tce_iommu_table *tbl, bool dynamic)
{
	if (!tbl->has_map)
		return;
	if (tce_view_is_pseries(check))
		check_window(check, group, tbl);
	if (!check->lx->kdump)
		check_balance(check, group, tbl);
	check_reserved(check, group, tbl, dynamic);
}

/* --- groups ---------------------------------------------------------------------------------- */

static bool has_live_mapping(const struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(check->st, i)) != NULL; i++) {
		const struct tce_linux_dev *dev;

		if (map->state != TCE_MAP_LIVE)
			continue;
		dev = tce_linux_dev_find(check->st, check->lx, map->dev);
		if (dev != NULL && dev->group == group->key)
			return true;
	}
	return false;
}

/* What the kernel must have given up before a user has the PE. */
static void check_owned(struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_pseries_window *window = NULL;
	const char *text = NULL;
	struct tce_breach breach;

	if (tce_view_is_pseries(check))
		window = tce_pseries_window_find(check->lx, group->key);
	if (has_live_mapping(check, group))
		text = "{node}: a user owns the PE, and a driver of the kernel still maps in it";
	else if (window != NULL && window->direct)
		text = "{node}: a user owns the PE, whose direct window maps all of memory";
	if (text == NULL)
		return;
	breach = of_node(check, TCE_RULE_DOUBLE_OWNER, text, group);
	tce_check_add(check, &breach);
}

static void check_group(struct tce_check *check, const struct tce_table_group *group)
{
	const struct tce_pseries_window *window = NULL;
	struct tce_breach breach;

	if (group->lost_refs != 0) {
		breach = of_node(check, TCE_RULE_UNBALANCED_ACCOUNT,
				 "{node}: {0} references to the IOMMU group will never be given "
				 "back",
				 group);
		breach.value[0] = group->lost_refs;
		tce_check_add(check, &breach);
	}
	if (group->owned) {
		check_owned(check, group);
		return;
	}
	if (tce_view_is_pseries(check))
		window = tce_pseries_window_find(check->lx, group->key);
	for (unsigned slot = 0; slot < TCE_GROUP_TABLES; slot++) {
		const struct tce_iommu_table *tbl = tce_group_table(check->st, group, slot);

		if (tbl != NULL)
			check_table(check, group, tbl,
				    window != NULL && window->prop.liobn == tbl->index);
	}
}

/* Tables that are in no group and whose last reference nobody holds. */
static void check_strays(struct tce_check *check)
{
	for (uint32_t i = 0; i < check->lx->strays.nr; i++) {
		const struct tce_ref *ref =
			tce_vec_at(&check->lx->strays, i, sizeof(struct tce_ref));
		const struct tce_iommu_table *tbl = tce_state_at(check->st, *ref);
		struct tce_breach breach;

		if (tbl->refs == 0)
			continue;
		breach = tce_breach_of(TCE_RULE_UNBALANCED_ACCOUNT,
				       "the table over window {0} is in nobody's hands and was "
				       "not freed");
		breach.value[0] = tbl->index;
		tce_check_add(check, &breach);
	}
}

void tce_rule_tables(struct tce_check *check)
{
	const struct tce_linux_dev *dev;
	const struct tce_table_group *group;

	if (check->lx == NULL || check->lx->crashed)
		return;
	for (uint32_t i = 0; (dev = tce_linux_dev_at(check->st, check->lx, i)) != NULL; i++)
		check_device(check, dev);
	for (uint32_t i = 0; (group = tce_group_at(check->st, check->lx, i)) != NULL; i++)
		check_group(check, group);
	check_strays(check);
}
