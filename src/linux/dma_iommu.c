/* SPDX-License-Identifier: BSD-2-Clause */
/* Page arithmetic, single buffers, coherent memory and freeing. Scatter-gather is in iommu_sg.c. */
#include "dma_iommu.h"

#include "base/assert.h"
#include "base/bits.h"
#include "iommu_pages.h"

/* iommu_alloc_coherent refuses this order whatever the page allocator has. */
#define IOMAP_MAX_ORDER 13U

/* Largest block of the page allocator with 4K and with 64K pages (Debian's configurations). */
#define BLOCK_MAX_DEFAULT (UINT64_C(16) << 20)

uint64_t tce_dma_page_align(const struct tce_dma_env *env, uint64_t size)
{
	uint64_t page = UINT64_C(1) << env->page_shift;

	return (size + page - 1) & ~(page - 1);
}

unsigned tce_dma_get_order(const struct tce_dma_env *env, uint64_t size)
{
	unsigned bits = tce_log2_ceil(size);

	if (size == 0)
		return 64 - env->page_shift;
	return bits > env->page_shift ? bits - env->page_shift : 0;
}

bool tce_dma_block_exists(const struct tce_dma_env *env, uint64_t size)
{
	uint64_t most = env->block_max != 0 ? env->block_max : BLOCK_MAX_DEFAULT;
	unsigned order = tce_dma_get_order(env, size);

	return order < 64 - env->page_shift && UINT64_C(1) << (order + env->page_shift) <= most;
}

uint64_t tce_iommu_num_pages(const struct tce_iommu_table *tbl, uint64_t addr, uint64_t len)
{
	uint64_t page = tce_iommu_page_size(tbl);

	return ((addr & (page - 1)) + len + page - 1) >> tbl->page_shift;
}

unsigned tce_iommu_map_align(const struct tce_dma_env *env, const struct tce_iommu_table *tbl,
			     uint64_t addr, uint64_t len)
{
	uint64_t page = UINT64_C(1) << env->page_shift;

	if (tbl->page_shift < env->page_shift && len >= page && (addr & (page - 1)) == 0)
		return env->page_shift - tbl->page_shift;
	return 0;
}

/* (segment boundary mask >> page shift) + 1, in I/O pages. */
static uint64_t boundary_pages(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			       const struct tce_iommu_table *tbl)
{
	uint64_t mask = dev->seg_boundary;

	if (mask == 0)
		mask = tce_kernel_has(env->kernel, TCE_KF_BOUNDARY_ONES) ? ~UINT64_C(0)
									 : UINT32_MAX;
	return (mask >> tbl->page_shift) + 1;
}

int tce_iommu_find_range(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			 struct tce_iommu_want *want, struct tce_range *ret_range)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	struct tce_range_request request = {
		.npages = want->npages,
		.mask = want->mask >> tbl->page_shift,
		.boundary = boundary_pages(env, dev, tbl),
		.align_order = want->align_order,
		.cpu = env->cpu,
	};

	return tce_iommu_range_alloc(env->kernel, tbl, &request, want->handle, ret_range);
}

/* The bits of a range whose chunks exist, because it was just taken or prepared. */
static void drop_bits(struct tce_iommu_table *tbl, uint64_t start, uint64_t npages)
{
	int err = tce_bitmap_clear(&tbl->map, start, npages);

	TCE_ASSERT(err == 0);
}

int tce_iommu_set_range(const struct tce_dma_env *env, struct tce_iommu_table *tbl,
			const struct tce_iommu_build *what, int64_t *ret_rc)
{
	int err = env->ops->set(env->ops_ctx, tbl, what, ret_rc);

	if (err != 0)
		drop_bits(tbl, what->index - tbl->offset, what->npages);
	return err;
}

/*
 * Find a range, write it; a platform that refuses gets it cleared and freed. Source: iommu_alloc.
 */
static int iommu_alloc(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		       const struct tce_dma_buffer *buffer, struct tce_iommu_want *want,
		       struct tce_dma_answer *answer)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	struct tce_iommu_build build = {.npages = want->npages, .dir = buffer->dir};
	struct tce_range range;
	bool ignored;
	int64_t rc;
	int err;

	err = tce_iommu_find_range(env, dev, want, &range);
	answer->why = range.why;
	answer->other_pool = range.other_pool;
	if (err != 0 || range.why != TCE_DMA_WHY_OK)
		return err;
	build.index = range.start + tbl->offset;
	build.addr = buffer->phys & ~(tce_iommu_page_size(tbl) - 1);
	err = tce_iommu_set_range(env, tbl, &build, &rc);
	if (err != 0)
		return err;
	answer->bus = build.index << tbl->page_shift;
	if (rc == 0)
		return 0;
	answer->why = TCE_DMA_WHY_TCE_REFUSED;
	return tce_iommu_free_pages(env, tbl, answer->bus, want->npages, &ignored);
}

int tce_iommu_map_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		       const struct tce_dma_buffer *buffer, uint64_t mask,
		       struct tce_dma_answer *ret_answer)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	struct tce_dma_answer answer = {.why = TCE_DMA_WHY_NO_TABLE};
	struct tce_iommu_want want = {.mask = mask};
	int err;

	if (tbl != NULL) {
		want.npages = tce_iommu_num_pages(tbl, buffer->phys, buffer->size);
		want.align_order = tce_iommu_map_align(env, tbl, buffer->phys, buffer->size);
		err = iommu_alloc(env, dev, buffer, &want, &answer);
		if (err != 0)
			return err;
		answer.bus |= buffer->phys & (tce_iommu_page_size(tbl) - 1);
	}
	*ret_answer = answer;
	return 0;
}

/* I/O pages of coherent memory of size bytes, size being whole kernel pages. */
static uint64_t coherent_pages(const struct tce_dma_env *env, const struct tce_iommu_table *tbl,
			       uint64_t size)
{
	if (tce_kernel_bug(env->kernel, TCE_DEFECT_B5))
		return size >> tbl->page_shift;
	return tce_iommu_num_pages(tbl, 0, size);
}

/* Why there is no coherent memory before the table is asked at all. */
static enum tce_dma_why coherent_possible(const struct tce_dma_env *env,
					  const struct tce_dma_dev *dev, uint64_t size)
{
	if (tce_dma_get_order(env, size) >= IOMAP_MAX_ORDER)
		return TCE_DMA_WHY_NO_MEMORY;
	if (tce_dma_dev_table(dev) == NULL)
		return TCE_DMA_WHY_NO_TABLE;
	return tce_dma_block_exists(env, size) ? TCE_DMA_WHY_OK : TCE_DMA_WHY_NO_MEMORY;
}

int tce_iommu_alloc_coherent(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			     uint64_t phys, uint64_t size, struct tce_dma_answer *ret_answer)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	struct tce_dma_answer answer = {.why = TCE_DMA_WHY_OK};
	struct tce_dma_buffer buffer = {phys, tce_dma_page_align(env, size), TCE_DIR_BIDIRECTIONAL};
	struct tce_iommu_want want = {.mask = dev->coherent_mask};
	int err;

	answer.why = coherent_possible(env, dev, buffer.size);
	if (answer.why == TCE_DMA_WHY_OK) {
		want.npages = coherent_pages(env, tbl, buffer.size);
		want.align_order = tce_log2_ceil(buffer.size) > tbl->page_shift
					   ? tce_log2_ceil(buffer.size) - tbl->page_shift
					   : 0;
		err = iommu_alloc(env, dev, &buffer, &want, &answer);
		if (err != 0)
			return err;
		if (!tce_kernel_bug(env->kernel, TCE_DEFECT_B5))
			answer.bus |= phys & (tce_iommu_page_size(tbl) - 1);
	}
	*ret_answer = answer;
	return 0;
}

/* The entries first, then the bits: in between an entry may be free in neither. */
int tce_iommu_free_pages(const struct tce_dma_env *env, struct tce_iommu_table *tbl, uint64_t bus,
			 uint64_t npages, bool *ret_ignored)
{
	uint64_t entry = bus >> tbl->page_shift;
	uint64_t rel = entry - tbl->offset;
	int err;

	*ret_ignored = entry < tbl->offset || npages > tbl->size || rel > tbl->size - npages;
	if (*ret_ignored)
		return 0;
	err = tce_bitmap_prepare_clear(&tbl->map, rel, npages);
	if (err != 0)
		return err;
	err = env->ops->clear(env->ops_ctx, tbl, entry, npages);
	if (err != 0)
		return err;
	drop_bits(tbl, rel, npages);
	return 0;
}

int tce_iommu_unmap_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev, uint64_t bus,
			 uint64_t size, bool *ret_ignored)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);

	*ret_ignored = tbl == NULL;
	if (tbl == NULL)
		return 0;
	return tce_iommu_free_pages(env, tbl, bus, tce_iommu_num_pages(tbl, bus, size),
				    ret_ignored);
}

int tce_iommu_free_coherent(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			    uint64_t bus, uint64_t size, bool *ret_ignored)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);

	*ret_ignored = tbl == NULL;
	if (tbl == NULL)
		return 0;
	return tce_iommu_free_pages(env, tbl, bus,
				    coherent_pages(env, tbl, tce_dma_page_align(env, size)),
				    ret_ignored);
}
