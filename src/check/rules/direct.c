/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Direct DMA on pseries (premap-coverage, window-too-small): where a driver's buffer goes to the
 * bus without a hypercall, a TCE must be there already, and the window must be large enough for
 * what memory there is and may come.
 */
#include "linux_view.h"

#include "base/bits.h"

/* --- what a device sends directly must be mapped --------------------------------------------- */

/* A range of real memory that a device reaches directly, and the table it does so through. */
struct reach {
	const struct tce_linux_dev *dev;
	const struct tce_window_info *info;
	const struct tce_table *table;
};

static void unmapped(struct tce_check *check, const struct reach *reach, uint64_t ra)
{
	struct tce_breach breach = tce_breach_of(
		TCE_RULE_PREMAP_COVERAGE,
		"{dev} is direct, but real address {0} is not mapped in its window {1}");

	breach.dev = reach->dev->id;
	breach.value[0] = ra;
	breach.value[1] = reach->info->liobn;
	tce_check_add(check, &breach);
}

/* The first real address in [start, end) without its TCE; end: all have one. */
static uint64_t first_unmapped(const struct reach *reach, uint64_t start, uint64_t end)
{
	unsigned shift = reach->info->page_shift;
	uint64_t base = reach->dev->dma.dma_offset - reach->info->start;
	struct tce_run run;

	while (start < end) {
		uint64_t index = (start + base) >> shift;
		uint64_t page = start & ~(tce_pow2(shift) - 1);

		if (!tce_table_next_run(reach->table, index, &run) || run.index != index ||
		    run.first != (page | TCE_READ | TCE_WRITE))
			return start;
		start = page + tce_pow2(shift);
		if (run.step == tce_pow2(shift) && run.count > 1)
			start = page + (run.count << shift);
	}
	return end;
}

static void check_range(struct tce_check *check, const struct tce_linux_dev *dev, uint64_t start,
			uint64_t end, bool pmem)
{
	const struct tce_lpar *lpar = tce_machine_lpar(check->machine);
	struct tce_dma dma = {.addr = dev->dma.dma_offset + start, .access = TCE_READ | TCE_WRITE};
	struct tce_dma_out out;
	struct tce_window_info info;
	struct reach reach = {.dev = dev, .info = &info};
	struct tce_breach breach;

	end = tce_view_direct_end(check, dev, end);
	if (start >= end)
		return;
	dma.bus = tce_node_buid(check->st, tce_node_of_dev(check->st, dev->id));
	tce_lpar_dma(lpar, &dma, &out);
	if ((out.result == TCE_DMA_OK || out.result == TCE_DMA_FAULT) &&
	    tce_lpar_window(lpar, out.liobn, &info) == 0 &&
	    end - 1 <= info.last - dma.addr + start) {
		reach.table = tce_lpar_table(lpar, out.liobn);
		start = first_unmapped(&reach, start, end);
		if (start < end)
			unmapped(check, &reach, start);
		return;
	}
	breach = tce_breach_of(
		TCE_RULE_WINDOW_TOO_SMALL,
		pmem ? "{dev} is direct for persistent memory at {0}, which lies in "
		       "no window of its own"
		     : "{dev} is direct for memory up to {1}, which lies in no window "
		       "of its own");
	breach.dev = dev->id;
	breach.value[0] = start;
	breach.value[1] = end;
	tce_check_add(check, &breach);
}

static void check_device(struct tce_check *check, const struct tce_linux_dev *dev)
{
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; i < check->lx->ram.nr; i++) {
		const struct tce_ram *ram = tce_vec_at(&check->lx->ram, i, sizeof(struct tce_ram));

		check_range(check, dev, ram->addr, ram->addr + ram->size, false);
	}
	for (uint32_t i = 0; (pmem = tce_pmem_at(check->st, i)) != NULL; i++) {
		if (!pmem->ram && !check->lx->kdump)
			check_range(check, dev, pmem->addr, pmem->addr + pmem->size, true);
	}
}

/* --- a direct window maps nothing but memory in use ------------------------------------------ */

static bool is_ram(const struct tce_check *check, uint64_t addr, uint64_t *ret_end)
{
	for (uint32_t i = 0; i < check->lx->ram.nr; i++) {
		const struct tce_ram *ram = tce_vec_at(&check->lx->ram, i, sizeof(struct tce_ram));

		if (addr - ram->addr < ram->size) {
			*ret_end = ram->addr + ram->size;
			return true;
		}
	}
	return false;
}

/* Whole I/O pages: the last one of RAM may be larger than what is left of RAM. */
static bool run_is_ram(const struct tce_check *check, uint64_t addr, uint64_t end, uint64_t page)
{
	while (addr < end) {
		uint64_t next;

		if (!is_ram(check, addr, &next))
			return false;
		addr = (next + page - 1) & ~(page - 1);
	}
	return true;
}

/* Where the premapped part of a direct window ends. */
static uint64_t premap_end(const struct tce_check *check, const struct tce_pseries_window *window,
			   const struct tce_window_info *info)
{
	const struct tce_table_group *group = tce_group_find(check->st, check->lx, window->node);
	const struct tce_iommu_table *tbl = NULL;

	for (unsigned slot = 0; group != NULL && slot < TCE_GROUP_TABLES; slot++) {
		tbl = tce_group_table(check->st, group, slot);
		if (tbl != NULL && tbl->index == info->liobn)
			return tbl->offset - (info->start >> info->page_shift);
	}
	return info->nr_entries;
}

static void check_stale(struct tce_check *check, const struct tce_pseries_window *window,
			const struct tce_window_info *info)
{
	const struct tce_table *table =
		tce_lpar_table(tce_machine_lpar(check->machine), info->liobn);
	uint64_t end = premap_end(check, window, info);
	uint64_t page = tce_pow2(info->page_shift);
	struct tce_run run = {0};
	struct tce_breach breach;
	uint64_t from = 0;

	while (tce_table_next_run(table, from, &run) && run.index < end) {
		uint64_t addr = run.first & ~(page - 1) & ~TCE_PERM;
		uint64_t bytes = run.step == 0 ? page : run.count << info->page_shift;

		from = run.index + run.count;
		if ((run.first & TCE_PERM) == 0)
			continue;
		if (addr == run.index << info->page_shift && (run.step != 0 || run.count == 1) &&
		    run_is_ram(check, addr, addr + bytes, page))
			continue;
		breach = tce_breach_of(TCE_RULE_PREMAP_COVERAGE,
				       "{node}: direct window {0} maps {1}, which is no memory in "
				       "use");
		breach.node = window->node;
		breach.value[0] = info->liobn;
		breach.value[1] = addr;
		tce_check_add(check, &breach);
		return;
	}
}

/* --- windows --------------------------------------------------------------------------------- */

static void check_window(struct tce_check *check, const struct tce_pseries_window *window)
{
	uint64_t max = tce_pseries_lrdr_max(check->machine);
	struct tce_window_info info;
	struct tce_breach breach;
	const char *text = NULL;

	if (tce_lpar_window(tce_machine_lpar(check->machine), window->prop.liobn, &info) != 0 ||
	    info.nr_entries == 0 || info.start != window->prop.dma_base ||
	    info.page_shift != window->prop.tce_shift) {
		breach = tce_breach_of(TCE_RULE_WINDOW_MISMATCH,
				       "{node}: the kernel believes in window {0}, which firmware "
				       "does not have");
		breach.node = window->node;
		breach.value[0] = window->prop.liobn;
		tce_check_add(check, &breach);
		return;
	}
	if (!window->direct)
		return;
	check_stale(check, window, &info);
	if (window->prop.window_shift < tce_log2_ceil(max))
		text = "{node}: direct window {0} ends at {1}, but memory may come up to {2}";
	if (text == NULL)
		return;
	breach = tce_breach_of(TCE_RULE_WINDOW_TOO_SMALL, text);
	breach.node = window->node;
	breach.value[0] = info.liobn;
	breach.value[1] = tce_pow2(window->prop.window_shift);
	breach.value[2] = max;
	tce_check_add(check, &breach);
}

void tce_rule_direct(struct tce_check *check)
{
	const struct tce_pseries_window *window;
	const struct tce_linux_dev *dev;

	if (check->lx == NULL || check->lx->crashed || !tce_view_is_pseries(check))
		return;
	for (uint32_t i = 0; (window = tce_pseries_window_at(check->lx, i)) != NULL; i++)
		check_window(check, window);
	for (uint32_t i = 0; (dev = tce_linux_dev_at(check->st, check->lx, i)) != NULL; i++) {
		if (!dev->dma.vio && !tce_view_is_owned(check, dev))
			check_device(check, dev);
	}
}
