/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powernv: what the kernel believes of its PEs against the bridges and the tables in memory
 * (window-mismatch, lost-tce, leaked-tce, unbalanced-account): each TVE leads to the table that the
 * kernel maps in, each live mapping to its buffer, each page that was taken for tables hangs on
 * one, each PE counts its devices.
 */
#include "linux/powernv/powernv.h"

#include "linux_view.h"
#include "machine/bridges.h"

static struct tce_breach of_pe(enum tce_rule_id rule, const char *text, const struct tce_pnv_pe *pe)
{
	struct tce_breach breach = tce_breach_of(rule, text);

	breach.node = pe->phb;
	breach.value[0] = pe->number;
	return breach;
}

static const struct tce_ioda *bridge_of(const struct tce_check *check, uint16_t phb)
{
	return tce_bridge_of(check->machine, tce_phb_find(check->st, phb));
}

/* --- windows ---------------------------------------------------------------------------------- */

/* What the TVE of a window leads to: a table's first level, 0 for none or a bypass. */
static uint64_t table_of(const struct tce_ioda *bridge, const struct tce_pnv_pe *pe, unsigned num,
			 bool *ret_bypass)
{
	struct tce_tve tve;
	uint64_t word[2];

	tce_ioda_tve(bridge, pe->number * 2U + num, word);
	tce_tve_decode(tce_ioda_model_of(bridge)->generation, word, &tve);
	*ret_bypass = tve.kind == TCE_TVE_BYPASS;
	return tve.kind == TCE_TVE_TABLE ? tve.table : 0;
}

static void check_window(struct tce_check *check, const struct tce_pnv_pe *pe,
			 const struct tce_table_group *group, unsigned num)
{
	const struct tce_iommu_table *tbl = tce_group_table(check->st, group, num);
	uint64_t want = tbl == NULL ? 0 : tbl->base;
	const char *text = NULL;
	struct tce_breach breach;
	bool bypass;
	uint64_t table = table_of(bridge_of(check, pe->phb), pe, num, &bypass);

	if (num == 0 && pe->linear != 0)
		want = pe->linear;
	if (bypass && (num == 0 || !pe->bypass_enabled))
		text = "{node}: window {1} of PE {0} goes past all tables; the kernel does not "
		       "know";
	else if (num == 1 && pe->bypass_enabled && tbl != NULL)
		text = "{node}: window {1} of PE {0} is a user's and the bypass at a time";
	else if (!bypass && table != want)
		text = "{node}: window {1} of PE {0} leads to the table at {2}; the kernel maps in "
		       "that at {3}";
	if (text == NULL)
		return;
	breach = of_pe(TCE_RULE_WINDOW_MISMATCH, text, pe);
	breach.value[1] = num;
	breach.value[2] = table;
	breach.value[3] = want;
	tce_check_add(check, &breach);
}

/* While a user owns the PE, it has no way past the tables. */
static void check_bypass(struct tce_check *check, const struct tce_pnv_pe *pe,
			 const struct tce_table_group *group)
{
	struct tce_breach breach;
	bool bypass;

	(void)table_of(bridge_of(check, pe->phb), pe, 1, &bypass);
	if (!bypass || !group->owned)
		return;
	breach = of_pe(TCE_RULE_DOUBLE_OWNER,
		       "{node}: a user owns PE {0}, and its bypass window reaches all of memory",
		       pe);
	tce_check_add(check, &breach);
}

/* What a user's table must not be, and must not hold. */
static void check_users_table(struct tce_check *check, const struct tce_pnv_pe *pe,
			      const struct tce_iommu_table *tbl, unsigned num)
{
	uint64_t nowhere = tce_pnv_table_nr_nowhere(check->machine, tbl);
	struct tce_breach breach;

	if (tce_pnv_table_too_deep(tbl)) {
		breach = of_pe(TCE_RULE_UNCHECKED_INPUT,
			       "{node}: the table of window {1} of PE {0} has {2} levels, more "
			       "than an address has bits for",
			       pe);
		breach.value[1] = num;
		breach.value[2] = tbl->indirect_levels + 1;
		tce_check_add(check, &breach);
	}
	if (nowhere == 0)
		return;
	breach = of_pe(TCE_RULE_LEAKED_TCE,
		       "{node}: {2} TCEs of window {1} of PE {0} were cleared, but still give "
		       "permission: the device reaches real page 0",
		       pe);
	breach.value[1] = num;
	breach.value[2] = nowhere;
	tce_check_add(check, &breach);
}

/* --- PEs -------------------------------------------------------------------------------------- */

static unsigned devices_of(const struct tce_check *check, const struct tce_pnv_pe *pe)
{
	const struct tce_linux_dev *dev;
	unsigned nr = 0;

	for (uint32_t i = 0; (dev = tce_linux_dev_at(check->st, check->lx, i)) != NULL; i++)
		nr += tce_pnv_pe_covers(check->st, check->lx, pe, tce_dev_find(check->st, dev->id));
	return nr;
}

static void check_pe(struct tce_check *check, const struct tce_pnv_pe *pe)
{
	const struct tce_table_group *group = tce_group_find(check->st, check->lx, tce_pnv_key(pe));
	struct tce_breach breach;
	unsigned nr;

	for (unsigned num = 0; group != NULL && num < TCE_GROUP_TABLES; num++) {
		const struct tce_iommu_table *tbl = tce_group_table(check->st, group, num);

		check_window(check, pe, group, num);
		if (tbl != NULL && tbl->user_base != 0)
			check_users_table(check, pe, tbl, num);
	}
	if (group != NULL)
		check_bypass(check, pe, group);
	if (pe->window_refused) {
		breach = of_pe(TCE_RULE_WINDOW_TOO_SMALL,
			       "{node}: the kernel asked itself for a default window that cannot "
			       "be: PE {0} has no DMA",
			       pe);
		tce_check_add(check, &breach);
	}
	if ((pe->flags & TCE_PNV_PE_SLAVE) != 0)
		return;
	nr = devices_of(check, pe);
	if (nr == pe->device_count)
		return;
	breach = of_pe(TCE_RULE_UNBALANCED_ACCOUNT,
		       "{node}: PE {0} counts {1} devices, but has {2}: it will never be released",
		       pe);
	breach.value[1] = pe->device_count;
	breach.value[2] = nr;
	tce_check_add(check, &breach);
}

/* --- pages ------------------------------------------------------------------------------------ */

static void check_pages(struct tce_check *check)
{
	const struct tce_powernv *pnv = tce_powernv_of(check->lx);
	const struct tce_pnv_pe *pe;
	struct tce_breach breach;
	uint64_t taken = tce_pnv_pages_taken(check->lx), used = 0;

	for (uint32_t i = 0; i < pnv->tables.nr; i++) {
		const struct tce_ref *ref = tce_vec_at(&pnv->tables, i, sizeof(*ref));

		used += tce_pnv_table_bytes(check->machine, tce_state_at(check->st, *ref));
	}
	for (uint32_t i = 0; (pe = tce_pnv_pe_at(check->st, check->lx, i)) != NULL; i++)
		used += pe->linear != 0 ? pe->linear_bytes : 0;
	if (taken == used)
		return;
	breach =
		tce_breach_of(TCE_RULE_UNBALANCED_ACCOUNT,
			      "{0} bytes of memory were taken for TCE tables, but tables hold {1}");
	breach.value[0] = taken;
	breach.value[1] = used;
	tce_check_add(check, &breach);
}

/* --- mappings --------------------------------------------------------------------------------- */

static unsigned access_of(const struct tce_mapping *map)
{
	switch ((enum tce_dma_dir)map->dir) {
	case TCE_DIR_TO_DEVICE: return TCE_READ;
	case TCE_DIR_FROM_DEVICE: return TCE_WRITE;
	default: return TCE_READ | TCE_WRITE;
	}
}

/* Why the byte of a mapping does not go to its buffer; NULL: it does, up to *ret_len. */
static const char *astray(const struct tce_ioda *bridge, const struct tce_ioda_access *access,
			  uint64_t want, struct tce_ioda_xlate *xlate, uint64_t *ret_len)
{
	uint64_t page;

	tce_ioda_peek(bridge, access, xlate);
	if (xlate->fault != TCE_IODA_FAULT_NOT)
		return "{dev}: mapping {map} is in use, but nothing maps its bus address {0}";
	if (xlate->ra.v != want)
		return "{dev}: the TCE of mapping {map} at bus address {0} leads to {2}; its "
		       "buffer is at {1}";
	page = UINT64_C(1) << (xlate->bypass ? 12 : xlate->page_shift);
	*ret_len = page - (access->addr & (page - 1));
	return NULL;
}

/* Past the table all bytes go the same way: its last one tells. */
static uint64_t step_of(const struct tce_ioda_xlate *xlate, uint64_t len, uint64_t left)
{
	if (xlate->bypass && left > len)
		return left - 1;
	return len < left ? len : left;
}

static void check_mapping(struct tce_check *check, const struct tce_mapping *map,
			  const struct tce_dev *dev)
{
	struct tce_ioda_access access = {.rid = tce_dev_rid(check->st, dev),
					 .access = access_of(map)};
	const struct tce_ioda *bridge = bridge_of(check, dev->phb);
	uint64_t offset = 0, want, left, len = 0;
	struct tce_ioda_xlate xlate;

	while (tce_mapping_byte(check->st, map, offset, &access.addr, &want, &left)) {
		const char *text = astray(bridge, &access, want, &xlate, &len);
		struct tce_breach breach;

		if (text != NULL) {
			breach = tce_breach_of(xlate.fault != TCE_IODA_FAULT_NOT
						       ? TCE_RULE_LOST_TCE
						       : TCE_RULE_TCE_OVERWRITTEN,
					       text);
			breach.dev = map->dev;
			breach.map = map->id;
			breach.value[0] = access.addr;
			breach.value[1] = want;
			breach.value[2] = xlate.ra.v;
			tce_check_add(check, &breach);
			return;
		}
		offset += step_of(&xlate, len, left);
	}
}

static void check_mappings(struct tce_check *check)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(check->st, i)) != NULL; i++) {
		const struct tce_linux_dev *dev;

		if (map->state != TCE_MAP_LIVE)
			continue;
		dev = tce_linux_dev_find(check->st, check->lx, map->dev);
		if (dev != NULL && !tce_view_is_owned(check, dev))
			check_mapping(check, map, tce_dev_find(check->st, map->dev));
	}
}

void tce_rule_powernv(struct tce_check *check)
{
	const struct tce_pnv_pe *pe;

	if (check->lx == NULL || check->lx->crashed || tce_view_is_pseries(check))
		return;
	for (uint32_t i = 0; (pe = tce_pnv_pe_at(check->st, check->lx, i)) != NULL; i++)
		check_pe(check, pe);
	check_pages(check);
	check_mappings(check);
}
