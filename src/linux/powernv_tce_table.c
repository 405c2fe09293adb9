/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The geometry of a multi-level TCE table, what a user is charged for it, its first level and its
 * end. Levels below the first are made when an entry is first written (powernv_tce.c). Sources:
 * pci-ioda-tce.c pnv_pci_ioda2_table_alloc_pages, pnv_pci_ioda2_table_free_pages,
 * pnv_pci_ioda2_table_do_free_pages; pci-ioda.c pnv_pci_ioda2_get_table_size.
 */
#include "powernv.h"

#include "base/bits.h"

#define LEVELS_MAX 5U
#define ENTRY_LG2  3U
/* Page shift and index bits of all levels together stay below this. */
#define ADDR_BITS_MAX 55U
#define TCE_TABLE_MIN 4096U

static bool is_sane(const struct tce_window_request *window)
{
	return window->levels >= 1 && window->levels <= LEVELS_MAX &&
	       tce_is_pow2(window->window_size);
}

static unsigned max2(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

/* log2 of the entries; 0 where a page is larger than the window. */
static unsigned entries_lg2(const struct tce_window_request *window)
{
	unsigned size_lg2 = tce_log2_floor(window->window_size);

	return size_lg2 > window->page_shift ? size_lg2 - window->page_shift : 0;
}

/* log2 of the bytes of one level. */
static unsigned level_lg2(const struct tce_linux *lx, const struct tce_window_request *window)
{
	unsigned per_level = (entries_lg2(window) + window->levels - 1) / window->levels;

	return max2(per_level + ENTRY_LG2, lx->page_shift);
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) & ~(unit - 1);
}

uint64_t tce_pnv_table_size(const struct tce_linux *lx, const struct tce_window_request *window)
{
	uint64_t level, table, bytes = 0;

	if (!is_sane(window))
		return 0;
	level = tce_pow2(level_lg2(lx, window));
	table = tce_pow2(entries_lg2(window) + ENTRY_LG2);
	if (table < TCE_TABLE_MIN)
		table = TCE_TABLE_MIN;
	for (unsigned i = 0; i < window->levels; i++) {
		bytes += round_up(table, level);
		table = table / level << ENTRY_LG2;
		if (table < level)
			table = level;
	}
	return 2 * bytes; /* the bridge's and the user copy */
}

/* The first level of one copy. */
static int first_level(struct tce_linux_call *call, unsigned lg2, uint64_t *ret_ra, int *ret_errno)
{
	int err = tce_pnv_pages_alloc(call, lg2, ret_ra);

	if (err == 0 && *ret_ra == 0)
		*ret_errno = -TCE_ENOMEM;
	return err;
}

static void set_geometry(const struct tce_linux *lx, const struct tce_pnv_geometry *geometry,
			 struct tce_iommu_table *tbl)
{
	const struct tce_window_request *window = &geometry->window;
	unsigned table_lg2 = max2(entries_lg2(window) + ENTRY_LG2, lx->page_shift);

	tbl->page_shift = window->page_shift;
	tbl->offset = geometry->bus >> window->page_shift;
	tbl->size = tce_pow2(table_lg2 - ENTRY_LG2);
	tbl->level_size = tce_pow2(level_lg2(lx, window) - ENTRY_LG2);
	tbl->indirect_levels = window->levels - 1;
	tbl->allocated_size = 0;
}

/* A5: how many bits the levels take together is not looked at. A6: RAM limits the window. */
static bool is_allowed(const struct tce_linux *lx, const struct tce_window_request *window)
{
	unsigned bits;

	if (!is_sane(window))
		return false;
	if (tce_linux_bug(lx, TCE_DEFECT_A6) && window->window_size > tce_pnv_hotplug_max(lx))
		return false;
	bits = (level_lg2(lx, window) - ENTRY_LG2) * window->levels + window->page_shift;
	return bits < ADDR_BITS_MAX || tce_linux_bug(lx, TCE_DEFECT_A5);
}

int tce_pnv_table_alloc(struct tce_linux_call *call, const struct tce_pnv_geometry *geometry,
			struct tce_iommu_table *tbl, int *ret_errno)
{
	const struct tce_window_request *window = &geometry->window;
	unsigned lg2;
	int err;

	*ret_errno = -TCE_EINVAL;
	if (!is_allowed(call->lx, window))
		return 0;
	*ret_errno = 0;
	lg2 = level_lg2(call->lx, window);
	err = first_level(call, lg2, &tbl->base, ret_errno);
	if (err != 0 || *ret_errno != 0)
		return err;
	if (geometry->user_copy) {
		err = first_level(call, lg2, &tbl->user_base, ret_errno);
		if (err == 0 && *ret_errno != 0) {
			err = tce_pnv_pages_free(call, tbl->base, tce_pow2(lg2));
			tbl->base = 0;
		}
	}
	if (err == 0 && *ret_errno == 0)
		set_geometry(call->lx, geometry, tbl);
	return err;
}

/* One level and all below it. */
static int free_level(struct tce_linux_call *call, uint64_t ra, uint64_t entries, unsigned below)
{
	int err = 0;

	for (uint64_t i = 0; below > 0 && i < entries && err == 0; i++) {
		uint64_t tce = tce_machine_word(call->machine, ra + 8 * i);

		if ((tce & (TCE_READ | TCE_WRITE)) != 0)
			err = free_level(call, tce & ~UINT64_C(3), entries, below - 1);
	}
	return err != 0 ? err : tce_pnv_pages_free(call, ra, entries << ENTRY_LG2);
}

int tce_pnv_table_free(struct tce_linux_call *call, struct tce_iommu_table *tbl)
{
	int err = 0;

	if (tbl->size == 0 || tbl->base == 0)
		return 0;
	err = free_level(call, tbl->base, tbl->level_size, tbl->indirect_levels);
	if (err == 0 && tbl->user_base != 0)
		err = free_level(call, tbl->user_base, tbl->level_size, tbl->indirect_levels);
	tbl->base = 0;
	tbl->user_base = 0;
	return err;
}
