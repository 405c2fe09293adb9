/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about the Linux half that several rules ask. */
#include "linux_view.h"

#include "base/bits.h"
#include "linux/powernv/powernv.h"

const struct tce_table_group *tce_view_group(const struct tce_check *check,
					     const struct tce_linux_dev *dev)
{
	return dev->group == TCE_NO_GROUP ? NULL : tce_group_find(check->st, check->lx, dev->group);
}

bool tce_view_is_owned(const struct tce_check *check, const struct tce_linux_dev *dev)
{
	const struct tce_table_group *group = tce_view_group(check, dev);

	return group != NULL && group->owned;
}

bool tce_view_table_holds(const struct tce_iommu_table *tbl, uint64_t bus)
{
	return (bus >> tbl->page_shift) - tbl->offset < tbl->size;
}

const struct tce_iommu_table *tce_view_table_at(const struct tce_check *check, uint16_t id,
						uint64_t bus)
{
	const struct tce_linux_dev *dev = tce_linux_dev_find(check->st, check->lx, id);
	const struct tce_table_group *group = dev != NULL ? tce_view_group(check, dev) : NULL;

	for (unsigned slot = 0; group != NULL && slot < TCE_GROUP_TABLES; slot++) {
		const struct tce_iommu_table *tbl = tce_group_table(check->st, group, slot);

		if (tbl != NULL && tce_view_table_holds(tbl, bus))
			return tbl;
	}
	return NULL;
}

/* --- what should be handed out --------------------------------------------------------------- */

/* Coherent memory is whole kernel pages, whatever was asked for. */
static uint64_t pages_of(const struct tce_check *check, const struct tce_mapping *map,
			 const struct tce_map_piece *piece, const struct tce_iommu_table *tbl)
{
	uint64_t io_page = tce_pow2(tbl->page_shift) - 1;
	uint64_t page = tce_pow2(check->lx->page_shift) - 1;
	uint64_t first = piece->addr & io_page;

	if (map->type == TCE_MAP_COHERENT)
		return (((piece->len + page) & ~page) + io_page) >> tbl->page_shift;
	return (first + piece->len + io_page) >> tbl->page_shift;
}

uint64_t tce_view_mapped_pages(const struct tce_check *check, const struct tce_table_group *group,
			       const struct tce_iommu_table *tbl)
{
	const struct tce_mapping *map;
	uint64_t pages = 0;

	for (uint32_t i = 0; (map = tce_mapping_at(check->st, i)) != NULL; i++) {
		const struct tce_map_piece *out = tce_mapping_out(check->st, map);
		const struct tce_linux_dev *dev;

		if (map->state != TCE_MAP_LIVE)
			continue;
		dev = tce_linux_dev_find(check->st, check->lx, map->dev);
		if (dev == NULL || dev->group != group->key)
			continue;
		for (uint32_t j = 0; j < map->nr_out; j++) {
			if (out[j].len != 0 && tce_view_table_holds(tbl, out[j].addr))
				pages += pages_of(check, map, &out[j], tbl);
		}
	}
	return pages;
}

uint64_t tce_view_reserved(const struct tce_iommu_table *tbl)
{
	uint64_t nr = tbl->reserved_end - tbl->reserved_start;

	if (tbl->offset == 0 && (nr == 0 || tbl->reserved_start != 0))
		nr++; /* bus page 0 */
	return nr;
}

/* Entries with permission in [first, end) of a table. */
static uint64_t mapped_between(const struct tce_table *table, uint64_t first, uint64_t end)
{
	struct tce_run run;
	uint64_t nr = 0;

	while (first < end && tce_table_next_run(table, first, &run) && run.index < end) {
		uint64_t stop = run.index + run.count < end ? run.index + run.count : end;

		if ((run.first & TCE_PERM) != 0)
			nr += stop - run.index;
		first = stop;
	}
	return nr;
}

uint64_t tce_view_nr_tces(const struct tce_check *check, const struct tce_iommu_table *tbl)
{
	const struct tce_lpar *lpar = tce_machine_lpar(check->machine);
	const struct tce_table *table;
	struct tce_window_info info;
	uint64_t first;

	if (!tce_view_is_pseries(check))
		return tce_pnv_table_nr_tces(check->machine, tbl);
	table = tce_lpar_table(lpar, tbl->index);
	if (table == NULL || tce_lpar_window(lpar, tbl->index, &info) != 0 ||
	    info.page_shift != tbl->page_shift)
		return 0;
	first = tbl->offset - (info.start >> info.page_shift);
	if (first == 0 && tbl->size >= info.nr_entries)
		return info.nr_mapped;
	return mapped_between(table, first, first + tbl->size);
}

/* --- direct DMA ------------------------------------------------------------------------------ */

/* The environment that the pure questions of dma_ops.h look at. */
static struct tce_dma_env env_of(const struct tce_check *check)
{
	struct tce_dma_env env = {.kernel = &check->lx->kernel,
				  .page_shift = check->lx->page_shift,
				  .ram_end = check->lx->ram_end};

	return env;
}

bool tce_view_is_direct_coherent(const struct tce_check *check, const struct tce_linux_dev *dev)
{
	struct tce_dma_env env = env_of(check);

	return tce_dma_passes_table(&env, &dev->dma, true);
}

uint64_t tce_view_direct_end(const struct tce_check *check, const struct tce_linux_dev *dev,
			     uint64_t end)
{
	struct tce_dma_env env = env_of(check);
	uint64_t limit = dev->dma.dma_mask;

	if (dev->dma.no_ops || end == 0)
		return 0;
	if (!tce_dma_is_direct(&env, &dev->dma, end - 1, 1)) {
		if (dev->dma.bus_dma_limit <= dev->dma.dma_offset ||
		    !tce_dma_is_direct(&env, &dev->dma, 0, 1))
			return 0;
		limit = dev->dma.bus_dma_limit - 1 < limit ? dev->dma.bus_dma_limit - 1 : limit;
	}
	if (dev->dma.bus_dma_limit != 0 && dev->dma.bus_dma_limit < limit)
		limit = dev->dma.bus_dma_limit;
	if (limit < dev->dma.dma_offset) /* direct, and refused when it comes to it */
		return 0;
	limit -= dev->dma.dma_offset;
	return limit < end - 1 ? limit + 1 : end;
}
