/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of TCE tables in memory: the walk through the levels, which makes missing ones, and the
 * operations of a table on top of it. A CPU's stores are TCE_STORE events; its loads see memory at
 * once, a bridge may still use what it has cached until it is told (opal.c).
 *
 * Sources: pci-ioda-tce.c pnv_tce, pnv_tce_build, pnv_tce_xchg, pnv_tce_free, pnv_tce_get,
 * pnv_tce_useraddrptr; pci-ioda.c pnv_ioda2_tce_build, pnv_ioda2_tce_free, pnv_pci_ioda2_tce_kill.
 */
#include "powernv.h"

#include "base/bits.h"

#define PERM (TCE_READ | TCE_WRITE)

/* --- the walk ----------------------------------------------------------------------------- */

/* Somebody wrote over a table: the CPU stores where there is no memory. */
static bool is_memory(struct tce_linux_call *call, uint64_t ra, uint64_t words)
{
	if (ra % 8 == 0 && tce_memmap_backed(call->st, ra, words * 8))
		return true;
	tce_linux_oops(call);
	return false;
}

static int store_words(struct tce_linux_call *call, uint64_t ra, uint64_t value, uint64_t words)
{
	struct tce_event event = {.kind = TCE_EV_TCE_STORE};
	struct tce_outcome outcome;

	if (!is_memory(call, ra, words))
		return 0;
	event.u.store.ra = tce_ra(ra);
	event.u.store.value = value;
	event.u.store.words = (uint32_t)words;
	return tce_machine_call(call->machine, &event, &outcome);
}

static int store(struct tce_linux_call *call, uint64_t ra, uint64_t value)
{
	int err = tce_machine_store(call->machine, tce_ra(ra), value);

	if (err != -TCE_ERR_INVAL)
		return err;
	tce_linux_oops(call); /* as is_memory() says */
	return 0;
}

static uint64_t load(const struct tce_linux_call *call, uint64_t ra)
{
	return tce_machine_word(call->machine, ra);
}

/*
 * Fill the empty indirect entry at ra; *ret_below 0: no memory. Another CPU may have been faster
 * (seen: what the entry held when it was looked at): then its level counts. A3: ours does, and all
 * that was mapped through the other one is lost.
 */
static int add_level(struct tce_linux_call *call, const struct tce_iommu_table *tbl, uint64_t ra,
		     uint64_t *ret_below)
{
	unsigned lg2 = tce_log2_floor(tbl->level_size) + 3;
	uint64_t fresh, other;
	int err = tce_pnv_pages_alloc(call, lg2, &fresh);

	*ret_below = fresh;
	if (err != 0 || fresh == 0)
		return err;
	other = load(call, ra);
	if (other == 0 || tce_linux_bug(call->lx, TCE_DEFECT_A3))
		return store(call, ra, fresh | PERM);
	*ret_below = other & ~(uint64_t)PERM;
	return tce_pnv_pages_free(call, fresh, tce_pow2(lg2));
}

struct walk {
	const struct tce_iommu_table *tbl;
	uint64_t base;
	bool alloc;
};

/* Where entry rel lies; *ret_ra 0: a level on the way is missing (and no memory for it). */
static int find(struct tce_linux_call *call, const struct walk *walk, uint64_t rel,
		uint64_t *ret_ra)
{
	unsigned bits = tce_log2_floor(walk->tbl->level_size);
	uint64_t base = walk->base;
	int err = 0;

	for (unsigned level = walk->tbl->indirect_levels; level > 0; level--) {
		uint64_t shift = (uint64_t)level * bits;
		uint64_t n = shift < 64 ? rel >> shift & (walk->tbl->level_size - 1) : 0;
		uint64_t below = load(call, base + 8 * n) & ~(uint64_t)PERM;

		if (below != 0 && walk->alloc && tce_machine_races(call->machine))
			below = 0;
		if (below == 0 && walk->alloc)
			err = add_level(call, walk->tbl, base + 8 * n, &below);
		*ret_ra = 0;
		if (err != 0 || below == 0)
			return err;
		base = below;
		rel &= ~((walk->tbl->level_size - 1) << (shift & 63));
	}
	*ret_ra = base + 8 * rel;
	return 0;
}

static uint64_t perm_of(enum tce_dma_dir dir)
{
	switch (dir) {
	case TCE_DIR_TO_DEVICE: return TCE_READ;
	case TCE_DIR_NONE: return 0;
	default: return TCE_READ | TCE_WRITE; /* what may be written may be read */
	}
}

static enum tce_dma_dir dir_of(uint64_t tce)
{
	switch (tce & PERM) {
	case TCE_READ: return TCE_DIR_TO_DEVICE;
	case TCE_WRITE: return TCE_DIR_FROM_DEVICE;
	case 0: return TCE_DIR_NONE;
	default: return TCE_DIR_BIDIRECTIONAL;
	}
}

/* --- operations --------------------------------------------------------------------------- */

/* Tell each PE that has the table in one of its windows, in order of keys. */
static int kill_everywhere(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			   uint64_t npages)
{
	struct tce_linux_call *call = ctx;
	const struct tce_table_group *group;
	int err = 0;

	for (uint32_t i = 0; (group = tce_group_at(call->st, call->lx, i)) != NULL; i++) {
		for (unsigned slot = 0; slot < TCE_GROUP_TABLES && err == 0; slot++) {
			if (tce_group_table(call->st, group, slot) == tbl)
				err = tce_pnv_invalidate(
					call, tce_pnv_pe_find(call->st, call->lx, group->key), tbl,
					index, npages);
		}
	}
	return err;
}

/* Entries from rel to the end of its last level; a table of one level has no end inside it. */
static uint64_t rest_of_level(const struct tce_iommu_table *tbl, uint64_t rel)
{
	return tbl->indirect_levels == 0 ? UINT32_MAX
					 : tbl->level_size - (rel & (tbl->level_size - 1));
}

/*
 * Behind a missing level nothing is mapped: on to its end. D18: the end is counted from where the
 * range starts, so that entries of the next level are skipped, too.
 */
static int clear(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	struct tce_linux_call *call = ctx;
	const struct walk walk = {.tbl = tbl, .base = tbl->base};
	bool from_start = tce_linux_bug(call->lx, TCE_DEFECT_D18);
	uint64_t rel = index - tbl->offset;
	uint64_t i = 0, n, ra;
	int err = 0;

	while (i < npages && err == 0) {
		err = find(call, &walk, rel + i, &ra);
		n = rest_of_level(tbl, rel + i);
		if (ra == 0 && from_start)
			n = rest_of_level(tbl, i);
		n = n < npages - i ? n : npages - i;
		if (err == 0 && ra != 0)
			err = store_words(call, ra, 0, n);
		i += n;
	}
	return err != 0 ? err : kill_everywhere(call, tbl, index, npages);
}

/* No memory for a level, and what was written so far goes again. D34: it writes through null. */
static int no_level(struct tce_linux_call *call, const struct tce_iommu_table *tbl, uint64_t index,
		    uint64_t npages, int64_t *ret_rc)
{
	*ret_rc = -TCE_ENOMEM;
	if (!tce_linux_bug(call->lx, TCE_DEFECT_D34))
		return npages == 0 ? 0 : clear(call, tbl, index, npages);
	tce_linux_oops(call);
	return 0;
}

static int build(void *ctx, const struct tce_iommu_table *tbl, const struct tce_iommu_build *what,
		 int64_t *ret_rc)
{
	struct tce_linux_call *call = ctx;
	const struct walk walk = {.tbl = tbl, .base = tbl->base, .alloc = true};
	uint64_t ra;
	int err = 0;

	*ret_rc = 0;
	for (uint64_t i = 0; i < what->npages && err == 0; i++) {
		err = find(call, &walk, what->index - tbl->offset + i, &ra);
		if (err == 0 && ra == 0)
			return no_level(call, tbl, what->index, i, ret_rc);
		if (err == 0)
			err = store(call, ra,
				    (what->addr + (i << tbl->page_shift)) | perm_of(what->dir));
	}
	return err != 0 ? err : kill_everywhere(call, tbl, what->index, what->npages);
}

static int get(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t *ret_tce)
{
	struct tce_linux_call *call = ctx;
	const struct walk walk = {.tbl = tbl, .base = tbl->base};
	uint64_t ra;
	int err = find(call, &walk, index - tbl->offset, &ra);

	if (err == 0)
		*ret_tce = ra == 0 ? 0 : load(call, ra);
	return err;
}

/* Loads, which nobody sees: what follows is empty to the end of a level that is not there. */
static uint64_t skip(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	struct tce_linux_call *call = ctx;
	const struct walk walk = {.tbl = tbl, .base = tbl->base};
	uint64_t rel = index - tbl->offset;
	uint64_t n = rest_of_level(tbl, rel);
	uint64_t ra, used;

	n = n < npages ? n : npages;
	if (n == 0 || find(call, &walk, rel, &ra) != 0)
		return 0;
	if (ra != 0 && tce_machine_next_word(call->machine, ra, ra + 8 * n, &used))
		n = (used - ra) / 8;
	return n;
}

/* A7: the permission to read is written also where there is to be none. */
static int xchg(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
		struct tce_iommu_entry *entry, int *ret_errno)
{
	struct tce_linux_call *call = ctx;
	const bool gone = entry->dir == TCE_DIR_NONE;
	const struct walk walk = {.tbl = tbl, .base = tbl->base, .alloc = !gone};
	uint64_t fresh = entry->addr | perm_of(entry->dir);
	uint64_t ra, old;
	int err = find(call, &walk, index - tbl->offset, &ra);

	*ret_errno = 0;
	if (err != 0)
		return err;
	if (ra == 0) {
		*ret_errno = gone ? 0 : -TCE_ENOMEM;
		if (gone)
			entry->addr = 0;
		return 0;
	}
	if (gone && tce_linux_bug(call->lx, TCE_DEFECT_A7))
		fresh |= TCE_READ;
	old = load(call, ra);
	err = store(call, ra, fresh);
	if (err != 0)
		return err;
	entry->addr = old & ~(uint64_t)PERM;
	entry->dir = dir_of(old);
	return 0;
}

static int useraddrptr(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, bool alloc,
		       uint64_t *ret_ra)
{
	const struct walk walk = {.tbl = tbl, .base = tbl->user_base, .alloc = alloc};

	*ret_ra = 0;
	return tbl->user_base == 0 ? 0 : find(ctx, &walk, index - tbl->offset, ret_ra);
}

const struct tce_iommu_ops tce_pnv_ioda2_iommu_ops = {
	.set = build,
	.clear = clear,
	.get = get,
	.skip = skip,
	.xchg_no_kill = xchg,
	.tce_kill = kill_everywhere,
	.useraddrptr = useraddrptr,
};
