/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The range allocator of an iommu_table: finds npages free entries in a row. Small requests rotate
 * through the pool of the calling CPU, large ones use the large pool, and what fails walks the
 * other pools. Bit-exact: recordings check every address and every hint.
 * Sources: Linux arch/powerpc/kernel/iommu.c iommu_range_alloc, lib/iommu-helper.c
 * iommu_area_alloc.
 */
#ifndef TCE_LINUX_RANGE_ALLOC_H
#define TCE_LINUX_RANGE_ALLOC_H

#include "iommu_table.h"

/* Why a DMA API call failed, or that it did not. */
#define TCE_DMA_WHY_LIST(X)                                                                        \
	X(OK, "mapped")                                                                            \
	X(NO_TABLE, "the device has no table")                                                     \
	X(NOTHING, "there is nothing to map")                                                      \
	X(NO_SPACE, "the table has no room for it")                                                \
	X(TCE_REFUSED, "the platform refused the entries")                                         \
	X(BEYOND_MASK, "direct, and the bus address does not fit the mask")                        \
	X(NO_MEMORY, "larger than the blocks of the page allocator")                               \
	X(HANG, "longer than the segment boundary: the search never ends")                         \
	X(OVERRUN, "the mask ends before the window: the search leaves the bitmap")                \
	X(BAD_BOUNDARY, "the segment boundary is no power of two: the kernel stops")

enum tce_dma_why {
#define TCE_DMA_WHY_ENUM_(name, text) TCE_DMA_WHY_##name,
	TCE_DMA_WHY_LIST(TCE_DMA_WHY_ENUM_)
#undef TCE_DMA_WHY_ENUM_
	TCE_NR_DMA_WHYS
};

const char *tce_dma_why_text(enum tce_dma_why why);

struct tce_range_request {
	uint64_t npages;
	uint64_t mask;        /* absolute entries: device mask >> page shift */
	uint64_t boundary;    /* entries: (segment boundary mask >> page shift) + 1 */
	unsigned align_order; /* start is a multiple of 2^n, relative */
	unsigned cpu;
};

struct tce_range {
	uint64_t start; /* relative entry, when why is OK */
	enum tce_dma_why why;
	bool other_pool; /* it reaches out of the pool whose lock was held */
};

/*
 * handle: NULL, or in: try to go on at *handle (0: do not), out, on success: first entry after the
 * range. 0 and *ret_range, found or not; a failed search has moved hints. -TCE_ERR_NOMEM: as
 * before.
 */
TCE_MUST_USE int tce_iommu_range_alloc(const struct tce_kernel *kernel, struct tce_iommu_table *tbl,
				       const struct tce_range_request *request, uint64_t *handle,
				       struct tce_range *ret_range);

/* Pool of a CPU before it is cut to the number of pools: 0..3. Source: setup_iommu_pool_hash. */
unsigned tce_iommu_pool_hash(unsigned cpu);

#endif
