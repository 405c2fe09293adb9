/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What mapping single buffers (dma_iommu.c) and lists (iommu_sg.c) share: page arithmetic, finding
 * a range for a device, writing it, freeing it. Internal to src/linux. Pure functions of their
 * arguments, or calls on one table; one thread.
 */
#ifndef TCE_LINUX_IOMMU_PAGES_H
#define TCE_LINUX_IOMMU_PAGES_H

#include "dma_iommu.h"

/* Bytes of an I/O page. */
static inline uint64_t tce_iommu_page_size(const struct tce_iommu_table *tbl)
{
	return UINT64_C(1) << tbl->page_shift;
}

/* I/O pages that len bytes at addr touch; 0 for no bytes on a page's border. */
uint64_t tce_iommu_num_pages(const struct tce_iommu_table *tbl, uint64_t addr, uint64_t len);

/* A whole kernel page or more, on its border, keeps its alignment: log2 of it in I/O pages. */
unsigned tce_iommu_map_align(const struct tce_dma_env *env, const struct tce_iommu_table *tbl,
			     uint64_t addr, uint64_t len);

struct tce_iommu_want {
	uint64_t npages;
	uint64_t mask; /* bytes */
	unsigned align_order;
	uint64_t *handle; /* as in tce_iommu_range_alloc */
};

/* Take a range of the device's table. As tce_iommu_range_alloc. */
TCE_MUST_USE int tce_iommu_find_range(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				      struct tce_iommu_want *want, struct tce_range *ret_range);

/* Write a range that was taken; a library failure gives its bits back. */
TCE_MUST_USE int tce_iommu_set_range(const struct tce_dma_env *env, struct tce_iommu_table *tbl,
				     const struct tce_iommu_build *what, int64_t *ret_rc);

/* Clear and free; *ret_ignored: not in this table, nothing done. Source: __iommu_free. */
TCE_MUST_USE int tce_iommu_free_pages(const struct tce_dma_env *env, struct tce_iommu_table *tbl,
				      uint64_t bus, uint64_t npages, bool *ret_ignored);

#endif
