/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The range allocator of an iommu_table once more, as its description reads: an array of bools, one
 * entry looked at after the other, no shortcut. The twin of src/linux/range_alloc.c.
 */
#ifndef NAIVE_ALLOC_H
#define NAIVE_ALLOC_H

#include <stdbool.h>
#include <stdint.h>

#define NAIVE_IOMMU_ENTRIES_MAX 4096

struct naive_iommu_pool {
	uint64_t start, end, hint;
};

struct naive_iommu {
	uint64_t size;   /* entries, <= NAIVE_IOMMU_ENTRIES_MAX */
	uint64_t offset; /* absolute entry of the first */
	unsigned nr_pools;
	bool large_pool_last; /* 5.13 and later */
	struct naive_iommu_pool pool[4], large;
	bool used[NAIVE_IOMMU_ENTRIES_MAX];
};

enum naive_iommu_result {
	NAIVE_IOMMU_OK,
	NAIVE_IOMMU_NOTHING, /* no pages asked for */
	NAIVE_IOMMU_FULL,
	NAIVE_IOMMU_FOREVER, /* it would not come back */
	NAIVE_IOMMU_OVERRUN, /* it looked behind the last entry */
	NAIVE_IOMMU_BUG,     /* boundary is no power of two */
};

struct naive_iommu_request {
	uint64_t npages, mask, boundary;
	unsigned align_order, cpu;
	uint64_t *handle; /* or NULL */
};

/* Reserved absolute entries [res_start, res_end); shift: log2 of the page in bytes. */
void naive_iommu_init(struct naive_iommu *t, unsigned shift, uint64_t res_start, uint64_t res_end);

enum naive_iommu_result
naive_iommu_alloc(struct naive_iommu *t, const struct naive_iommu_request *rq, uint64_t *ret_start);

void naive_iommu_free(struct naive_iommu *t, uint64_t start, uint64_t npages);

#endif
