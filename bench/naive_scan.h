/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The range allocator of src/linux compiled once more on a flat bitmap that is scanned bit by bit:
 * the same passes, pools and hints, only the searches are naive.
 */
#ifndef NAIVE_SCAN_H
#define NAIVE_SCAN_H

#include "linux/range_alloc.h"

/* The bits of the one table that the naive allocator works on; 64 to a word. */
extern uint64_t *naive_bits;

int naive_range_alloc(const struct tce_kernel *kernel, struct tce_iommu_table *tbl,
		      const struct tce_range_request *request, uint64_t *handle,
		      struct tce_range *ret_range);

void naive_free(uint64_t start, uint64_t npages);

#endif
