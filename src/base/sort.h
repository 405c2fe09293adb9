/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sorting in place, without memory of its own: qsort of the C library may allocate.
 */
#ifndef TCE_BASE_SORT_H
#define TCE_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

/* Ascending. At most 64 passes over the array, however the values lie. */
void tce_sort_u64(uint64_t *values, size_t n);

#endif
