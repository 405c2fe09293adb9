/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands at the start of a run (device, table), and what tells of the table as a whole
 * (bitmap, state, end). A table carries over from run to run of one boot; the first time it is
 * seen, hints and bitmap are as recorded.
 */
#include "ops_replay.h"

#include <string.h>

#include "base/bits.h"

#define DEFAULT_RAM_END (UINT64_C(1) << 30)

/* --- the device and its masks ------------------------------------------------------------- */

/* What stands behind the mask calls of a run. */
struct mask_model {
	const struct tce_dma_replay *replay;
	const struct tce_kernel *kernel;
};

static uint64_t ram_end(const struct tce_dma_replay *replay)
{
	if (replay->has_facts && replay->facts.ram_end != 0)
		return replay->facts.ram_end;
	return replay->ram_end_seen != 0 ? replay->ram_end_seen : DEFAULT_RAM_END;
}

static bool is_powernv(const struct tce_dma_table *table)
{
	return table->indirect_levels != 0; /* only PowerNV has tables of several levels */
}

/*
 * The window at dma_offset maps all memory. An inherited window (kexec) does not, but kernels
 * before 6.7 take it for one that does (B3); from 7.0 on a limit tells the two apart.
 */
static bool ddw_is_direct(const struct mask_model *m)
{
	const struct dma_run *run = &m->replay->run;
	uint64_t table_start = run->table.offset << run->table.page_shift;

	if (run->dev.dma_offset == 0)
		return false;
	if (!run->table.none && table_start == run->dev.dma_offset)
		return false;
	if (tce_kernel_has(m->kernel, TCE_KF_LIMIT_ALWAYS))
		return run->dev.bus_dma_limit != 0;
	return !m->replay->boot.by_kexec || tce_kernel_bug(m->kernel, TCE_DEFECT_B3);
}

/* Linux arch/powerpc/platforms/powernv pnv_pci_ioda_iommu_bypass_supported. */
static bool pnv_bypass(const struct mask_model *m, uint64_t mask)
{
	uint64_t offset = m->replay->run.dev.dma_offset;
	uint64_t end = ram_end(m->replay);

	if (offset == UINT64_C(1) << 32) /* 64-bit DMA through TVE 0 */
		return mask >> 32 != 0 && mask > end + offset;
	if ((m->replay->boot.flags & TCE_BOOT_NOBYPASS) != 0)
		return false;
	return offset != 0 && mask >= offset + end - 1;
}

static int recorded_bypass(void *ctx, struct tce_dma_dev *dev, uint64_t mask, bool *ret_ok)
{
	const struct mask_model *m = ctx;
	bool wide = mask == UINT64_MAX;

	(void)dev;
	if (is_powernv(&m->replay->run.table)) {
		*ret_ok = pnv_bypass(m, mask);
		return 0;
	}
	if (tce_kernel_has(m->kernel, TCE_KF_LIMITED_MODE))
		wide = mask > UINT32_MAX;
	*ret_ok = wide && ddw_is_direct(m);
	return 0;
}

/* The device after the run's two mask calls, and their answers as the kernel gives them. */
struct masked {
	struct tce_dma_dev dev;
	int set_mask;
	int set_coherent_mask;
};

static int set_masks(struct tce_dma_replay *replay, const struct tce_kernel *kernel,
		     struct masked *ret_masked)
{
	const struct dma_run *run = &replay->run;
	struct mask_model model = {replay, kernel};
	struct tce_dma_env env = replay->env;
	struct masked *m = ret_masked;
	uint64_t streaming = tce_low_mask(run->params.streaming_bits);
	uint64_t coherent = tce_low_mask(run->params.coherent_bits);
	int err = 0, pass;

	env.kernel = kernel;
	env.bypass_supported = recorded_bypass;
	env.bypass_ctx = &model;
	m->dev = replay->dev;
	tce_rptr_set(&m->dev.table, replay->tbl);
	m->dev.dma_offset = run->dev.dma_offset;
	m->dev.bus_dma_limit = run->dev.bus_dma_limit;
	for (pass = 0; pass < 2 && err == 0; pass++) {
		if ((pass == 0) == run->params.coherent_first)
			err = tce_dma_set_coherent_mask(&env, &m->dev, coherent,
							&m->set_coherent_mask);
		else
			err = tce_dma_set_mask(&env, &m->dev, streaming, &m->set_mask);
	}
	m->dev.seg_boundary = run->params.boundary != 0 ? run->params.boundary : UINT32_MAX;
	m->dev.max_seg = run->params.max_seg != 0 ? run->params.max_seg : 65536;
	return err;
}

/* The recorded line is what this kernel would have printed. */
static bool explains(const struct tce_dma_replay *replay, const struct tce_kernel *kernel,
		     const struct masked *m)
{
	const struct tce_dma_dev_line *line = &replay->run.dev;

	/* without the flag in the log: a direct window without a limit is none of 7.0's */
	if (tce_kernel_has(kernel, TCE_KF_LIMIT_ALWAYS) && !is_powernv(&replay->run.table) &&
	    line->dma_offset != 0 && line->bus_dma_limit == 0 && !line->has_bypass)
		return false;
	return m->set_mask == -line->set_mask && m->set_coherent_mask == -line->set_coherent_mask &&
	       m->dev.dma_mask == line->dma_mask && m->dev.coherent_mask == line->coherent_mask &&
	       (!line->has_bypass || m->dev.ops_bypass == line->bypass);
}

static unsigned newest_kernel(void)
{
	struct tce_kernel kernel;
	unsigned i = 0;

	while (tce_kernel_at(i + 1, &kernel) == 0)
		i++;
	return i - 1; /* the last one is no kernel: "fixed" */
}

/* Nobody told the kernel: the newest one that explains the device line. */
static int guess_kernel(struct tce_dma_replay *replay)
{
	struct tce_kernel kernel;
	struct masked m;
	unsigned i = newest_kernel() + 1;
	int err;

	while (i-- > 0) {
		err = tce_kernel_at(i, &kernel);
		if (err == 0)
			err = set_masks(replay, &kernel, &m);
		if (err != 0)
			return err;
		if (!explains(replay, &kernel, &m))
			continue;
		replay->boot.kernel = kernel;
		return 0;
	}
	return tce_kernel_at(newest_kernel(), &replay->boot.kernel);
}

static int take_masks(struct tce_dma_replay *replay)
{
	struct masked m;
	int err = set_masks(replay, &replay->boot.kernel, &m);

	if (err == 0 && !replay->boot.kernel_known && !explains(replay, &replay->boot.kernel, &m)) {
		err = guess_kernel(replay);
		if (err == 0)
			err = set_masks(replay, &replay->boot.kernel, &m);
	}
	if (err != 0)
		return err;
	replay->dev = m.dev;
	tce_rptr_set(&replay->dev.table, replay->tbl);
	tce_ops_event_begin(replay, replay->run.dev_line, UINT64_MAX);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_SET_MASK, (uint64_t)-replay->run.dev.set_mask,
			(uint64_t)m.set_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_SET_COHERENT_MASK,
			(uint64_t)-replay->run.dev.set_coherent_mask,
			(uint64_t)m.set_coherent_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_DMA_MASK, replay->run.dev.dma_mask, m.dev.dma_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_COHERENT_MASK, replay->run.dev.coherent_mask,
			m.dev.coherent_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_SEG_BOUNDARY, replay->run.dev.seg_boundary,
			m.dev.seg_boundary);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_MAX_SEG, replay->run.dev.max_seg, m.dev.max_seg);
	if (replay->run.dev.has_bypass) {
		tce_ops_compare(replay, TCE_DMA_DIFFERS_BYPASS, replay->run.dev.bypass,
				m.dev.ops_bypass);
		replay->dev.ops_bypass = replay->run.dev.bypass;
	}
	replay->dev.dma_mask = replay->run.dev.dma_mask;
	replay->dev.coherent_mask = replay->run.dev.coherent_mask;
	tce_ops_event_end(replay);
	return 0;
}

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

static int new_table(struct tce_dma_replay *replay, const struct tce_dma_table *t)
{
	struct tce_alloc alloc = tce_mem_alloc(&replay->mem);
	struct tce_ops_platform_opts opts = {
		.alloc = &alloc, .profile = replay->profile, .powernv = is_powernv(t)};
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

static bool same_table(const struct tce_iommu_table *tbl, const struct tce_dma_table *t)
{
	return tbl->index == t->index && tbl->offset == t->offset && tbl->size == t->size &&
	       tbl->page_shift == t->page_shift && tbl->indirect_levels == t->indirect_levels;
}

/* Have the table of the run, made new unless it is the one of the run before. */
static int attach_table(struct tce_dma_replay *replay)
{
	const struct tce_dma_table *t = &replay->run.table;
	int err;

	if (replay->boot_is_new || replay->tbl == NULL || t->none || !same_table(replay->tbl, t)) {
		tce_ops_drop_table(replay);
		if (t->none)
			return 0;
		if (!table_fits(t))
			return -TCE_ERR_LIMIT;
		err = new_table(replay, t);
		if (err != 0)
			return err;
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

static void take_table(struct tce_dma_replay *replay)
{
	const struct tce_dma_table *t = &replay->run.table;
	struct tce_iommu_table *tbl = replay->tbl;
	unsigned i;

	replay->run.known = what_is_known(replay);
	replay->next_run = (uint64_t)replay->run.id.run + 1;
	tce_ops_event_begin(replay, replay->run.table_line, UINT64_MAX);
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
	int err;

	run->begun = true;
	if (run->dev_line == 0 || run->table_line == 0 || replay->env.page_shift == 0 ||
	    run->params.streaming_bits == 0)
		return 0;
	replay->env.ram_end = ram_end(replay);
	replay->env.novmerge = (replay->boot.flags & TCE_BOOT_NOVMERGE) != 0;
	replay->env.kernel = &replay->boot.kernel;
	err = attach_table(replay);
	if (err != 0)
		return err;
	if (replay->boot_is_new) {
		tce_dma_dev_init(&replay->dev);
		tce_rptr_set(&replay->dev.table, replay->tbl);
		replay->sum.nr_boots++;
		if (!replay->boot.kernel_known)
			err = guess_kernel(replay);
	}
	replay->boot_is_new = false;
	if (err == 0)
		err = take_masks(replay);
	if (err != 0)
		return err;
	take_table(replay);
	run->replayable = true;
	replay->sum.powernv = is_powernv(&run->table);
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
