/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The geometry of a multi-level TCE table, what a user is charged for it, its first level and its
 * end. Levels below the first are made when an entry is first written (tce.c). Sources:
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

#define PERM          (TCE_READ | TCE_WRITE)
#define REF           sizeof(struct tce_ref)

static bool is_sane(const struct tce_window_request *window)
{
	return window->levels >= 1 && window->levels <= LEVELS_MAX &&
	       tce_is_pow2(window->window_size);
}

static uint32_t max2(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* 1 << n as the CPU shifts: by n mod 128, all out from 64 on. */
static uint64_t shift_one(uint32_t n)
{
	return tce_pow2(n % 128);
}

/* log2 of the entries, in the kernel's 32 bits: it wraps where a page is larger than the window. */
static uint32_t entries_lg2(const struct tce_window_request *window)
{
	return tce_log2_floor(window->window_size) - window->page_shift;
}

/* log2 of the bytes of one level; it wraps likewise. */
static uint32_t level_lg2(const struct tce_linux *lx, const struct tce_window_request *window)
{
	uint32_t per_level = (entries_lg2(window) + window->levels - 1) / window->levels;

	return max2(per_level + ENTRY_LG2, lx->page_shift);
}

/* To a multiple of 2^n, or of nothing. */
static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) & ~(unit - 1);
}

uint64_t tce_pnv_table_size(const struct tce_linux *lx, const struct tce_window_request *window)
{
	uint64_t level, table, bytes = 0;

	if (!is_sane(window))
		return 0;
	level = shift_one(level_lg2(lx, window));
	table = shift_one(entries_lg2(window) + ENTRY_LG2);
	if (table < TCE_TABLE_MIN)
		table = TCE_TABLE_MIN;
	for (unsigned i = 0; i < window->levels; i++) {
		bytes += round_up(table, level);
		table = level == 0 ? 0 : table / level << ENTRY_LG2;
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
	uint32_t table_lg2 = max2(entries_lg2(window) + ENTRY_LG2, lx->page_shift);

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
	uint64_t bits;

	if (!is_sane(window))
		return false;
	if (tce_linux_bug(lx, TCE_DEFECT_A6) && window->window_size > tce_pnv_hotplug_max(lx))
		return false;
	bits = (uint64_t)(level_lg2(lx, window) - ENTRY_LG2) * window->levels + window->page_shift;
	return bits < ADDR_BITS_MAX || tce_linux_bug(lx, TCE_DEFECT_A5);
}

/* --- which tables have pages -------------------------------------------------------------- */

static int remember(struct tce_linux_call *call, const struct tce_iommu_table *tbl)
{
	struct tce_vec *tables = &tce_powernv_of(call->lx)->tables;
	int err = tce_vec_reserve(tables, tce_machine_mem(call->machine), REF, 1);

	if (err == 0)
		*(struct tce_ref *)tce_vec_insert(tables, tables->nr, REF) =
			tce_state_ref(call->st, tbl);
	return err;
}

static void forget(struct tce_linux_call *call, const struct tce_iommu_table *tbl)
{
	struct tce_vec *tables = &tce_powernv_of(call->lx)->tables;
	uint32_t i = 0;

	while (i < tables->nr &&
	       tce_state_at(call->st, *(struct tce_ref *)tce_vec_at(tables, i, REF)) != tbl)
		i++;
	if (i < tables->nr)
		tce_vec_remove(tables, i, 1, REF);
}

/* --- making ------------------------------------------------------------------------------- */

int tce_pnv_table_alloc(struct tce_linux_call *call, const struct tce_pnv_geometry *geometry,
			struct tce_iommu_table *tbl, int *ret_errno)
{
	unsigned lg2 = 0;
	int err;

	*ret_errno = -TCE_EINVAL;
	if (!is_allowed(call->lx, &geometry->window))
		return 0;
	*ret_errno = 0;
	lg2 = level_lg2(call->lx, &geometry->window);
	err = first_level(call, lg2, &tbl->base, ret_errno);
	if (err != 0 || *ret_errno != 0)
		return err;
	if (geometry->user_copy)
		err = first_level(call, lg2, &tbl->user_base, ret_errno);
	if (err == 0 && *ret_errno != 0) {
		err = tce_pnv_pages_free(call, tbl->base, tce_pow2(lg2));
		tbl->base = 0;
	}
	if (err != 0 || *ret_errno != 0)
		return err;
	set_geometry(call->lx, geometry, tbl);
	return remember(call, tbl);
}

/* --- walking all of it -------------------------------------------------------------------- */

/*
 * One level and all below it. Whoever writes over a table can make levels hang on each other: no
 * more are looked at than there is memory for.
 */
struct level {
	uint64_t ra;
	uint64_t entries;
	unsigned below;   /* levels */
	uint64_t *budget; /* levels that may still be entered */
};

/* The next level that hangs on one, from entry *at on; *at: behind it. */
static bool next_below(const struct tce_machine *machine, const struct level *level, uint64_t *at,
		       struct level *ret_below)
{
	uint64_t ra;

	while (level->below != 0 && tce_machine_next_word(machine, level->ra + 8 * *at,
							  level->ra + 8 * level->entries, &ra)) {
		uint64_t tce = tce_machine_word(machine, ra);

		*at = (ra - level->ra) / 8 + 1;
		if ((tce & PERM) == 0)
			continue;
		if (*level->budget == 0)
			return false;
		--*level->budget;
		ret_below->budget = level->budget;
		ret_below->ra = tce & ~(uint64_t)PERM;
		ret_below->entries = level->entries;
		ret_below->below = level->below - 1;
		return true;
	}
	return false;
}

static struct level top_of(const struct tce_machine *machine, const struct tce_iommu_table *tbl,
			   uint64_t base, uint64_t *ret_budget)
{
	struct level top = {base, tbl->level_size, tbl->indirect_levels, ret_budget};

	*ret_budget = tbl->level_size == 0 ? 0
					   : tce_pnv_pages_taken(tce_linux_of(machine)) /
						     (tbl->level_size << ENTRY_LG2);
	return top;
}

static int free_level(struct tce_linux_call *call, const struct level *level)
{
	struct level below;
	uint64_t at = 0;
	int err = 0;

	while (err == 0 && !call->lx->crashed && next_below(call->machine, level, &at, &below))
		err = free_level(call, &below);
	if (call->lx->crashed)
		return err;
	return err != 0 ? err : tce_pnv_pages_free(call, level->ra, level->entries << ENTRY_LG2);
}

int tce_pnv_table_free(struct tce_linux_call *call, struct tce_iommu_table *tbl)
{
	uint64_t budget;
	struct level top = top_of(call->machine, tbl, tbl->base, &budget);
	int err = 0;

	if (tbl->size == 0 || tbl->base == 0)
		return 0;
	err = free_level(call, &top);
	top.ra = tbl->user_base;
	if (err == 0 && top.ra != 0)
		err = free_level(call, &top);
	tbl->base = 0;
	tbl->user_base = 0;
	forget(call, tbl);
	return err;
}

static uint64_t level_bytes(const struct tce_machine *machine, const struct level *level)
{
	uint64_t bytes = level->entries << ENTRY_LG2;
	struct level below;
	uint64_t at = 0;

	while (next_below(machine, level, &at, &below))
		bytes += level_bytes(machine, &below);
	return bytes;
}

uint64_t tce_pnv_table_bytes(const struct tce_machine *machine, const struct tce_iommu_table *tbl)
{
	uint64_t budget;
	struct level top = top_of(machine, tbl, tbl->base, &budget);
	uint64_t bytes;

	if (tbl->base == 0)
		return 0;
	bytes = level_bytes(machine, &top);
	top.ra = tbl->user_base;
	return top.ra == 0 ? bytes : bytes + level_bytes(machine, &top);
}

/* Entries of the last level with permission; nowhere: only those that lead to real page 0. */
static uint64_t level_tces(const struct tce_machine *machine, const struct level *level,
			   bool nowhere)
{
	uint64_t end = level->ra + 8 * level->entries;
	struct level below;
	uint64_t nr = 0;
	uint64_t at = 0;
	uint64_t ra;

	while (next_below(machine, level, &at, &below))
		nr += level_tces(machine, &below, nowhere);
	if (level->below != 0)
		return nr;
	for (at = level->ra; tce_machine_next_word(machine, at, end, &ra); at = ra + 8) {
		uint64_t tce = tce_machine_word(machine, ra);

		nr += (tce & PERM) != 0 && (!nowhere || (tce & ~(uint64_t)PERM) == 0);
	}
	return nr;
}

static uint64_t count(const struct tce_machine *machine, const struct tce_iommu_table *tbl,
		      bool nowhere)
{
	uint64_t budget;
	struct level top = top_of(machine, tbl, tbl->base, &budget);

	if (tbl->base == 0)
		return 0;
	if (top.below == 0)
		top.entries = tbl->size;
	return level_tces(machine, &top, nowhere);
}

uint64_t tce_pnv_table_nr_tces(const struct tce_machine *machine, const struct tce_iommu_table *tbl)
{
	return count(machine, tbl, false);
}

uint64_t tce_pnv_table_nr_nowhere(const struct tce_machine *machine,
				  const struct tce_iommu_table *tbl)
{
	return count(machine, tbl, true);
}

bool tce_pnv_table_too_deep(const struct tce_iommu_table *tbl)
{
	return tce_log2_floor(tbl->level_size) * (tbl->indirect_levels + 1) + tbl->page_shift >=
	       ADDR_BITS_MAX;
}
