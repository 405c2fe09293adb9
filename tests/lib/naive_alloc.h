/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The range allocator of an iommu_table once more, as its description reads: an array of bools, one
 * entry looked at after the other, no shortcut. The twin of src/linux/range_alloc.c.
 */
#ifndef NAIVE_ALLOC_H
#define NAIVE_ALLOC_H

#include <stdbool.h>
#include <stdint.h>

#define NAIVE_ENTRIES_MAX 4096

struct naive_pool {
	uint64_t start, end, hint;
};

struct naive_table {
	uint64_t size;   /* entries, <= NAIVE_ENTRIES_MAX */
	uint64_t offset; /* absolute entry of the first */
	unsigned nr_pools;
	bool large_pool_last; /* 5.13 and later */
	struct naive_pool pool[4], large;
	bool used[NAIVE_ENTRIES_MAX];
};

enum naive_result {
	NAIVE_OK,
	NAIVE_NOTHING, /* no pages asked for */
	NAIVE_FULL,
	NAIVE_FOREVER, /* it would not come back */
	NAIVE_OVERRUN, /* it looked behind the last entry */
	NAIVE_BUG,     /* boundary is no power of two */
};

struct naive_request {
	uint64_t npages, mask, boundary;
	unsigned align_order, cpu;
	uint64_t *handle; /* or NULL */
};

/* Reserved absolute entries [res_start, res_end); shift: log2 of the page in bytes. */
void naive_table_init(struct naive_table *t, unsigned shift, uint64_t res_start, uint64_t res_end);

enum naive_result naive_alloc(struct naive_table *t, const struct naive_request *rq,
			      uint64_t *ret_start);

void naive_free(struct naive_table *t, uint64_t start, uint64_t npages);

#endif
