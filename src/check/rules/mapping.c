/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What drivers hold, against the tables (lost-tce, reserved-range): each byte of a live mapping
 * has a TCE that leads to its memory, and lies where bus addresses may be handed out.
 *
 * pseries only: there the platform's tables can be looked at from here. On powernv a table is
 * memory, and what the bridge caches of it counts; dma.c sees what devices then do.
 */
#include "linux_view.h"

static unsigned access_of(const struct tce_mapping *map)
{
	switch ((enum tce_dma_dir)map->dir) {
	case TCE_DIR_TO_DEVICE: return TCE_READ;
	case TCE_DIR_FROM_DEVICE: return TCE_WRITE;
	default: return TCE_READ | TCE_WRITE;
	}
}

/* One stretch of a mapping that is together on both sides. */
struct stretch {
	const struct tce_mapping *map;
	uint64_t bus;
	uint64_t want;
	uint64_t len;
};

static void breach(struct tce_check *check, enum tce_rule_id rule, const char *text,
		   const struct stretch *at, const struct tce_dma_out *out)
{
	struct tce_breach found = tce_breach_of(rule, text);

	found.dev = at->map->dev;
	found.map = at->map->id;
	found.value[0] = at->bus;
	found.value[1] = at->want;
	found.value[2] = out != NULL ? out->xlate.ra.v : 0;
	tce_check_add(check, &found);
}

/* Bytes from bus on that one run of entries maps one after the other. */
static uint64_t run_bytes(const struct tce_lpar *lpar, const struct tce_dma_out *out, uint64_t bus)
{
	const struct tce_table *table = tce_lpar_table(lpar, out->liobn);
	uint64_t page = UINT64_C(1) << out->xlate.page_shift;
	struct tce_window_info info;
	struct tce_run run;
	uint64_t index;

	if (table == NULL || tce_lpar_window(lpar, out->liobn, &info) != 0)
		return page - (bus & (page - 1));
	index = (bus - info.dma_start) >> out->xlate.page_shift;
	if (!tce_table_next_run(table, index, &run) || run.index != index || run.step != page)
		return page - ((bus - info.dma_start) & (page - 1));
	return (run.count << out->xlate.page_shift) - ((bus - info.dma_start) & (page - 1));
}

/* True: the stretch is as it should be up to *ret_len. */
static bool lands(struct tce_check *check, struct tce_dma *dma, const struct stretch *at,
		  uint64_t *ret_len)
{
	const struct tce_lpar *lpar = tce_machine_lpar(check->machine);
	struct tce_dma_out out;
	uint64_t page;

	dma->addr = at->bus;
	tce_lpar_dma(lpar, dma, &out);
	if (out.result != TCE_DMA_OK) {
		breach(check, TCE_RULE_LOST_TCE,
		       out.result == TCE_DMA_FAULT
			       ? "{dev}: mapping {map} is in use, but no TCE maps its bus address "
				 "{0}"
			       : "{dev}: mapping {map} is in use, but no window holds its bus "
				 "address {0}",
		       at, NULL);
		return false;
	}
	page = (UINT64_C(1) << out.xlate.page_shift) - 1;
	if (out.xlate.ra.v != at->want) {
		bool same_page = ((out.xlate.ra.v ^ at->want) & ~page) == 0;

		breach(check, same_page ? TCE_RULE_DMA_MISDIRECTED : TCE_RULE_TCE_OVERWRITTEN,
		       same_page ? "{dev}: bus address {0} of mapping {map} leads to {2}; its "
				   "buffer is at {1}"
				 : "{dev}: the TCE of mapping {map} at bus address {0} leads to "
				   "{2}; its buffer is at {1}",
		       at, &out);
		return false;
	}
	*ret_len = run_bytes(lpar, &out, at->bus);
	return true;
}

/* --- where bus addresses may be -------------------------------------------------------------- */

static bool is_mmio32(const struct tce_phb *phb, const struct stretch *at)
{
	return phb != NULL && tce_phb_mmio32(phb) && at->bus <= phb->mmio32_last &&
	       phb->mmio32_start <= at->bus + at->len - 1;
}

/* Only what the allocator handed out: direct addresses follow from where RAM is. */
static void check_place(struct tce_check *check, const struct tce_dev *dev,
			const struct stretch *at)
{
	const struct tce_iommu_table *tbl = tce_view_table_at(check, dev->id, at->bus);

	if (tbl == NULL)
		return;
	if (at->bus >> tbl->page_shift == 0)
		breach(check, TCE_RULE_RESERVED_RANGE,
		       "{dev}: mapping {map} was given bus page 0, which drivers take for failure",
		       at, NULL);
	else if (dev->phb != TCE_NO_ID && is_mmio32(tce_phb_find(check->st, dev->phb), at))
		breach(check, TCE_RULE_RESERVED_RANGE,
		       "{dev}: mapping {map} was given bus address {0}, where the bridge has MMIO",
		       at, NULL);
}

/* --- one mapping ----------------------------------------------------------------------------- */

static void check_mapping(struct tce_check *check, const struct tce_mapping *map,
			  const struct tce_dev *dev)
{
	struct stretch at = {.map = map};
	struct tce_dma dma = {.access = access_of(map), .vio = dev->type == TCE_DEV_VIO};
	uint64_t offset = 0;
	uint64_t len;

	dma.bus = tce_node_buid(check->st, tce_node_of_dev(check->st, dev->id));
	while (tce_mapping_byte(check->st, map, offset, &at.bus, &at.want, &at.len)) {
		check_place(check, dev, &at);
		if (!lands(check, &dma, &at, &len))
			return;
		offset += len < at.len ? len : at.len;
	}
}

void tce_rule_mapping(struct tce_check *check)
{
	const struct tce_mapping *map;

	if (check->lx == NULL || tce_machine_lpar(check->machine) == NULL)
		return;
	for (uint32_t i = 0; (map = tce_mapping_at(check->st, i)) != NULL; i++) {
		const struct tce_dev *dev = tce_dev_find(check->st, map->dev);
		const struct tce_linux_dev *known;

		if (map->state != TCE_MAP_LIVE || dev == NULL)
			continue;
		known = tce_linux_dev_find(check->st, check->lx, map->dev);
		if (known != NULL && !known->dma.no_ops && !tce_view_is_owned(check, known))
			check_mapping(check, map, dev);
	}
}
