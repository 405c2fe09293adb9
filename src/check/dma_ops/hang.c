/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The call that hangs a kernel: a buffer longer than the device's segment boundary (defect D22). A
 * recording of it is a console log that ends; the model says the same at once.
 */
#include "replay.h"

#include <string.h>

#include "base/bits.h"

/* Where the module's buffers may lie: aligned like a block of the page allocator. */
#define BUFFER_PHYS UINT64_C(0x8000000)

static int ignore_set(void *ctx, const struct tce_iommu_table *tbl,
		      const struct tce_iommu_build *what, int64_t *ret_rc)
{
	(void)ctx;
	(void)tbl;
	(void)what;
	*ret_rc = 0;
	return 0;
}

static int ignore_clear(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			uint64_t npages)
{
	(void)ctx;
	(void)tbl;
	(void)index;
	(void)npages;
	return 0;
}

/* No platform: the call never gets that far, or nobody looks. */
static const struct tce_iommu_ops no_platform = {.set = ignore_set, .clear = ignore_clear};

static int make_hung_call(struct tce_dma_replay *replay, const struct tce_dma_hung_call *call,
			  struct tce_iommu_table *tbl, struct tce_dma_answer *answer)
{
	struct tce_dma_env env = replay->env;
	struct tce_dma_buffer buffer = {BUFFER_PHYS, call->size, TCE_DIR_TO_DEVICE};
	struct tce_dma_dev dev;
	int err;

	env.kernel = &replay->boot.kernel;
	env.page_shift = replay->boot.kernel.page_shift;
	env.ops = &no_platform;
	tbl->size = call->nr_entries;
	tbl->page_shift = tce_log2_floor(call->page_size);
	err = tce_iommu_init_table(&env, tbl, 0, 0);
	if (err != 0)
		return err;
	tce_dma_dev_init(&dev);
	dev.seg_boundary = call->boundary;
	tce_rptr_set(&dev.table, tbl);
	return tce_iommu_map_page(&env, &dev, &buffer, dev.dma_mask, answer);
}

static bool plausible(const struct tce_dma_hung_call *call)
{
	return tce_is_pow2(call->page_size) && call->page_size >= 4096 &&
	       tce_log2_floor(call->page_size) <= TCE_PAGE_SHIFT_MAX && call->nr_entries != 0 &&
	       call->nr_entries <= DMA_ENTRIES_MAX && call->size != 0 &&
	       call->size <= UINT64_C(1) << 48;
}

int tce_dma_replay_hung_call(struct tce_dma_replay *replay, const struct tce_dma_hung_call *call)
{
	struct tce_alloc alloc = tce_mem_alloc(&replay->mem);
	struct tce_dma_answer answer;
	struct tce_iommu_table *tbl;
	struct tce_kernel_match newest;
	int err = 0;

	if (!plausible(call)) {
		replay->sum.damaged++;
		return 0;
	}
	if (!replay->boot.kernel_known && tce_kernel_find("99.0", &newest) == 0)
		err = tce_kernel_at(newest.index, &replay->boot.kernel);
	if (err == 0)
		err = tce_iommu_table_new(&alloc, &tbl);
	if (err != 0)
		return err;
	err = make_hung_call(replay, call, tbl, &answer);
	tce_iommu_tce_table_put(tbl);
	if (err != 0)
		return err;
	memcpy(replay->sum.kernel, replay->boot.kernel.name, sizeof(replay->sum.kernel));
	replay->sum.kernel_guessed = !replay->boot.kernel_known;
	replay->sum.nr_boots++;
	tce_ops_event_begin(replay, 0, 0);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_CAME_BACK, call->came_back,
			answer.why != TCE_DMA_WHY_HANG);
	if (answer.why == TCE_DMA_WHY_HANG)
		tce_ops_find(replay, TCE_RULE_NO_PROGRESS, 1);
	tce_ops_event_end(replay);
	replay->sum.calls++;
	return 0;
}
