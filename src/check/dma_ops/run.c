/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of a run, and what tells of it as a whole (bitmap, state, end). A table carries over
 * from run to run of one boot; the first time it is seen, hints and bitmap are as recorded.
 */
#include "replay.h"

#include <string.h>

/* --- the table ---------------------------------------------------------------------------- */

static bool table_fits(const struct tce_dma_table *t)
{
	return t->size != 0 && t->size <= DMA_ENTRIES_MAX && t->page_shift >= TCE_PAGE_SHIFT_MIN &&
	       t->page_shift <= TCE_PAGE_SHIFT_MAX &&
	       t->offset <= (UINT64_MAX >> t->page_shift) - t->size &&
	       t->reserved_start <= UINT64_MAX >> t->page_shift;
}

/* What the hypervisor gave: the device tree's size when it tells, else what the kernel thinks. */
static uint64_t window_size(struct tce_dma_replay *replay, const struct tce_dma_table *t)
{
	uint64_t start = t->offset << t->page_shift;
	unsigned i;

	replay->window_end.learning = true;
	replay->window_end.accepted = 0;
	replay->window_end.refused = UINT64_MAX;
	for (i = 0; replay->has_facts && i < replay->facts.nr_windows; i++) {
		const struct tce_facts_window *w = &replay->facts.window[i];

		if (w->liobn == t->index && w->start == start && t->page_shift == 12) {
			replay->window_end.learning = false;
			return w->size;
		}
	}
	return t->size << t->page_shift;
}

static void note_window(struct tce_dma_replay *replay, const struct tce_dma_table *t)
{
	struct tce_dma_window *w = &replay->window[replay->sum.nr_windows];

	if (replay->sum.nr_windows == DMA_WINDOWS_MAX)
		return;
	replay->sum.nr_windows++;
	w->index = t->index;
	w->start = t->offset << t->page_shift;
	w->size = t->size << t->page_shift;
	w->page_shift = t->page_shift;
	w->file = replay->file;
	w->created = replay->run.table_line;
}

/* Bitmap, reservations and pools as a boot leaves them; the platform's entries are zero. */
static int fresh_map(struct tce_iommu_table *tbl, const struct tce_alloc *alloc,
		     const struct tce_dma_table *t)
{
	int err = tce_bitmap_init(&tbl->map, alloc, t->size);

	if (err != 0)
		return err;
	tbl->has_map = true;
	err = tce_iommu_table_reserve_pages(tbl, t->reserved_start, t->reserved_end);
	if (err == 0)
		tce_iommu_table_setparms_pools(tbl);
	return err;
}

/* A device tree tells how much RAM there is, else the default window, which covers it. */
static uint64_t ram_of(const struct tce_dma_replay *replay, const struct tce_dma_table *t)
{
	uint64_t window = t->size << t->page_shift;
	uint64_t seen = tce_ops_ram_end(replay);

	if (replay->has_facts && replay->facts.ram_end != 0)
		return replay->facts.ram_end;
	return seen > window ? seen : window;
}

/* The table is what the recorded kernel makes of the machine. */
static int boot_powernv(struct tce_dma_replay *replay, const struct tce_dma_table *t)
{
	struct tce_alloc alloc = tce_mem_alloc(&replay->mem);
	struct tce_ops_powernv_opts opts = {
		.alloc = &alloc,
		.kernel = &replay->boot.kernel,
		.page_shift = replay->env.page_shift,
		.flags = replay->boot.flags & TCE_BOOT_NOBYPASS,
		.ram = ram_of(replay, t),
		.index = t->index,
		.phb3 = replay->run.dev.dma_offset == UINT64_C(1) << 32,
	};
	int err = tce_ops_powernv_new(&opts, &replay->platform.pnv);

	if (err != 0)
		return err;
	replay->tbl = tce_ops_powernv_table(replay->platform.pnv);
	if (replay->tbl == NULL) {
		tce_ops_drop_table(replay);
		return -TCE_ERR_LIMIT;
	}
	return 0;
}

static int new_table(struct tce_dma_replay *replay, const struct tce_dma_table *t)
{
	struct tce_alloc alloc = tce_mem_alloc(&replay->mem);
	struct tce_ops_platform_opts opts = {.alloc = &alloc, .profile = replay->profile};
	int err = tce_iommu_table_new(&alloc, &replay->tbl);

	if (err != 0)
		return err;
	replay->tbl->index = t->index;
	replay->tbl->offset = t->offset;
	replay->tbl->size = t->size;
	replay->tbl->page_shift = t->page_shift;
	replay->tbl->indirect_levels = t->indirect_levels;
	err = fresh_map(replay->tbl, &alloc, t);
	opts.tbl = replay->tbl;
	opts.size = window_size(replay, t);
	if (err == 0)
		err = tce_ops_platform_init(&replay->platform, &opts);
	if (err != 0)
		tce_ops_drop_table(replay);
	return err;
}

static bool same_table(const struct tce_dma_table *a, const struct tce_dma_table *b)
{
	return a->index == b->index && a->offset == b->offset && a->size == b->size &&
	       a->page_shift == b->page_shift && a->indirect_levels == b->indirect_levels;
}

/* Have the table of the run, made new unless it is the one of the run before. */
static int attach_table(struct tce_dma_replay *replay)
{
	const struct tce_dma_table *t = &replay->run.table;
	int err;

	if (replay->boot_is_new || replay->tbl == NULL || t->none ||
	    !same_table(&replay->recorded_as, t)) {
		tce_ops_drop_table(replay);
		if (t->none)
			return 0;
		if (!table_fits(t))
			return -TCE_ERR_LIMIT;
		err = tce_ops_is_powernv(t) ? boot_powernv(replay, t) : new_table(replay, t);
		if (err != 0)
			return err;
		replay->recorded_as = *t;
		replay->run.new_table = true;
		note_window(replay, t);
	}
	replay->env.ops = tce_ops_platform_ops(&replay->platform, &replay->env.ops_ctx);
	replay->platform.on_hcall = tce_ops_trace_hcall;
	replay->platform.hcall_ctx = replay;
	replay->platform.port.kernel = &replay->boot.kernel;
	replay->platform.port.no_put_indirect = (replay->boot.flags & TCE_BOOT_NO_MULTITCE) != 0;
	replay->platform.port.no_stuff = replay->platform.port.no_put_indirect;
	return 0;
}

static void compare_pool(struct tce_dma_replay *replay, unsigned i,
			 const struct tce_iommu_pool *pool)
{
	const struct tce_dma_table *t = &replay->run.table;

	if (t->pool_start[i] != pool->start)
		tce_ops_diverge(replay, TCE_DMA_DIFFERS_POOL_START, i, t->pool_start[i],
				pool->start);
	if (t->pool_end[i] != pool->end)
		tce_ops_diverge(replay, TCE_DMA_DIFFERS_POOL_END, i, t->pool_end[i], pool->end);
}

static bool hints_are_fresh(const struct tce_dma_table *t)
{
	unsigned i;

	for (i = 0; i < t->hints.nr; i++) {
		if (t->hints.hint[i] != t->pool_start[i])
			return false;
	}
	return true;
}

static enum ops_known what_is_known(const struct tce_dma_replay *replay)
{
	if (replay->run.new_table)
		return hints_are_fresh(&replay->run.table) ? OPS_AS_NEW : OPS_UNKNOWN;
	return replay->run.id.run == replay->next_run ? OPS_AS_BEFORE : OPS_UNKNOWN;
}

/* On PowerNV the table is the model's own. */
static void compare_geometry(struct tce_dma_replay *replay)
{
	const struct tce_dma_table *t = &replay->run.table;
	const struct tce_iommu_table *tbl = replay->tbl;

	tce_ops_compare(replay, TCE_DMA_DIFFERS_TABLE_OFFSET, t->offset, tbl->offset);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_TABLE_SIZE, t->size, tbl->size);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_TABLE_SHIFT, t->page_shift, tbl->page_shift);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_TABLE_LEVELS, t->indirect_levels,
			tbl->indirect_levels);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_RESERVED_START, t->reserved_start,
			tbl->reserved_start);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_RESERVED_END, t->reserved_end, tbl->reserved_end);
}

static void take_table(struct tce_dma_replay *replay)
{
	const struct tce_dma_table *t = &replay->run.table;
	struct tce_iommu_table *tbl = replay->tbl;
	unsigned i;

	replay->run.known = what_is_known(replay);
	replay->next_run = (uint64_t)replay->run.id.run + 1;
	tce_ops_event_begin(replay, replay->run.table_line, UINT64_MAX);
	if (replay->platform.pnv != NULL)
		compare_geometry(replay);
	if (tbl != NULL &&
	    tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_POOLS, t->nr_pools, tbl->nr_pools)) {
		tce_ops_compare(replay, TCE_DMA_DIFFERS_POOLSIZE, t->poolsize, tbl->poolsize);
		for (i = 0; i < tbl->nr_pools; i++)
			compare_pool(replay, i, &tbl->pools[i]);
		compare_pool(replay, i, &tbl->large_pool);
		/* fresh hints: nobody used it, or a boot that nobody announced; the bitmap tells */
		if (replay->run.known == OPS_AS_BEFORE && !hints_are_fresh(t))
			tce_ops_compare_hints(replay, &t->hints);
		else
			tce_ops_adopt_hints(replay, &t->hints);
	}
	tce_ops_event_end(replay);
}

int tce_ops_run_begin(struct tce_dma_replay *replay)
{
	struct dma_run *run = &replay->run;
	int err = 0;

	run->begun = true;
	if (run->dev_line == 0 || run->table_line == 0 || replay->env.page_shift == 0 ||
	    run->params.streaming_bits == 0)
		return 0;
	replay->env.ram_end = tce_ops_ram_end(replay);
	replay->env.novmerge = (replay->boot.flags & TCE_BOOT_NOVMERGE) != 0;
	replay->env.kernel = &replay->boot.kernel;
	if (replay->boot_is_new && !replay->boot.kernel_known) /* PowerNV's machine boots one */
		err = tce_ops_newest_kernel(replay);
	if (err == 0)
		err = attach_table(replay);
	if (err != 0)
		return err;
	if (replay->boot_is_new) {
		tce_dma_dev_init(&replay->dev);
		tce_rptr_set(&replay->dev.table, replay->tbl);
		replay->sum.nr_boots++;
		if (!replay->boot.kernel_known)
			err = tce_ops_guess_kernel(replay);
	}
	replay->boot_is_new = false;
	if (err == 0)
		err = tce_ops_take_masks(replay);
	if (err != 0)
		return err;
	take_table(replay);
	run->replayable = true;
	replay->sum.powernv = tce_ops_is_powernv(&run->table);
	replay->sum.kernel_guessed = !replay->boot.kernel_known;
	memcpy(replay->sum.kernel, replay->boot.kernel.name, sizeof(replay->sum.kernel));
	return tce_ops_trace_sync(replay);
}

/* --- the table as a whole ----------------------------------------------------------------- */

/* The first entry at which bitmap and ranges part; false: they do not. */
static bool first_difference(const struct tce_bitmap *map, struct tce_dma_list ranges,
			     uint64_t *ret_entry)
{
	uint64_t range[3], at = 0, set, zero;

	while (tce_dma_list_next(&ranges, range)) {
		set = tce_bitmap_next_set(map, at, map->nr_bits);
		zero = set < map->nr_bits ? tce_bitmap_next_zero(map, set, map->nr_bits) : set;
		if (set != range[0] || zero != range[1]) {
			*ret_entry = set != range[0] ? (set < range[0] ? set : range[0])
						     : (zero < range[1] ? zero : range[1]);
			return true;
		}
		at = zero;
	}
	set = tce_bitmap_next_set(map, at, map->nr_bits);
	*ret_entry = set;
	return set < map->nr_bits;
}

static int adopt_bitmap(struct tce_iommu_table *tbl, struct tce_dma_list ranges)
{
	uint64_t range[3];
	int err = 0;

	tce_bitmap_fill(&tbl->map, false);
	while (err == 0 && tce_dma_list_next(&ranges, range)) {
		if (range[0] < range[1] && range[1] <= tbl->size)
			err = tce_bitmap_set(&tbl->map, range[0], range[1] - range[0]);
	}
	return err;
}

static void diverge_bitmap(struct tce_dma_replay *replay, uint64_t entry)
{
	bool set = entry < replay->tbl->size && tce_bitmap_test(&replay->tbl->map, entry);

	tce_ops_diverge(replay, TCE_DMA_DIFFERS_BITMAP, entry, !set, set);
}

/* Does the recording begin a boot that nobody announced? Then the table is as new. */
static int renew_if_fresh(struct tce_dma_replay *replay, struct tce_dma_list ranges,
			  bool *ret_fresh)
{
	struct tce_dma_table *t = &replay->run.table;
	uint64_t entry;
	int err;

	*ret_fresh = false;
	if (!hints_are_fresh(t))
		return 0;
	tce_ops_drop_table(replay);
	replay->boot_is_new = true;
	err = attach_table(replay);
	replay->boot_is_new = false;
	if (err != 0)
		return err;
	tce_rptr_set(&replay->dev.table, replay->tbl);
	*ret_fresh = !first_difference(&replay->tbl->map, ranges, &entry);
	if (*ret_fresh)
		replay->sum.nr_boots++;
	return 0;
}

static int take_start_bitmap(struct tce_dma_replay *replay, const struct tce_dma_bitmap *bitmap,
			     uint64_t entry)
{
	bool fresh = false;
	int err = 0;

	if (replay->run.known == OPS_AS_BEFORE)
		err = renew_if_fresh(replay, bitmap->ranges, &fresh);
	if (err != 0 || fresh)
		return err;
	if (replay->run.known != OPS_UNKNOWN)
		diverge_bitmap(replay, entry);
	return adopt_bitmap(replay->tbl, bitmap->ranges);
}

int tce_ops_check_bitmap(struct tce_dma_replay *replay, const struct tce_dma_bitmap *bitmap)
{
	uint64_t entry;
	int err = 0;

	if (replay->tbl == NULL)
		return 0;
	if (replay->run.unsure)
		return adopt_bitmap(replay->tbl, bitmap->ranges);
	if (!first_difference(&replay->tbl->map, bitmap->ranges, &entry)) {
		replay->event_checked = true;
	} else if (bitmap->at_start) {
		err = take_start_bitmap(replay, bitmap, entry);
	} else {
		diverge_bitmap(replay, entry);
		err = adopt_bitmap(replay->tbl, bitmap->ranges);
	}
	if (bitmap->at_start && replay->tbl != NULL)
		replay->run.nr_set_at_start = replay->tbl->map.nr_set;
	return err;
}

void tce_ops_check_state(struct tce_dma_replay *replay, const struct tce_dma_state *state)
{
	const struct dma_run *run = &replay->run;

	if (run->unsure)
		return;
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_OPS, state->n, run->nr_calls);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_LIVE, state->nr_live, replay->lives.nr_live);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_USED, state->nr_used, run->nr_used);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_FAILS, state->nr_fails, run->nr_fails);
	if (replay->tbl == NULL)
		return;
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_SET, state->nr_set, replay->tbl->map.nr_set);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_FNV, state->fnv,
			tce_bitmap_fnv1a(&replay->tbl->map));
	tce_ops_compare_hints(replay, &state->hints);
}

void tce_ops_check_end(struct tce_dma_replay *replay, const struct tce_dma_end *end)
{
	const struct dma_run *run = &replay->run;

	if (run->unsure)
		return;
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_OPS, end->nr_ops, run->nr_calls);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_FAILS, end->nr_fails, run->nr_fails);
	if (replay->tbl != NULL && replay->lives.nr_live == 0 &&
	    replay->tbl->map.nr_set > run->nr_set_at_start)
		tce_ops_find(replay, TCE_RULE_LEAKED_TCE,
			     replay->tbl->map.nr_set - run->nr_set_at_start);
}
