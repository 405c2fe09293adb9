/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing array inside an arena or on the heap: elements of one size, referred to
 * self-relatively. Elements move when the array grows: keep indexes or ids, not pointers, across
 * an insert. A struct that holds a vec must not be assigned or copied alone (rptr.h).
 */
#ifndef TCE_BASE_VEC_H
#define TCE_BASE_VEC_H

#include <stdint.h>

#include "mem.h"
#include "rptr.h"

struct tce_vec {
	struct tce_rptr data;
	uint32_t nr;
	uint32_t cap;
};

/* Element i < nr of elements of elem bytes. */
static inline void *tce_vec_at(const struct tce_vec *vec, uint32_t i, size_t elem)
{
	return (char *)tce_rptr_get(&vec->data) + (size_t)i * elem;
}

/* Room for extra more elements: after 0, that many inserts cannot fail. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_vec_reserve(struct tce_vec *vec, const struct tce_mem *mem, size_t elem,
				 uint32_t extra);

/* Open a zeroed hole before index at <= nr; room must have been reserved. */
void *tce_vec_insert(struct tce_vec *vec, uint32_t at, size_t elem);

/* Close the gap of count elements from index at. */
void tce_vec_remove(struct tce_vec *vec, uint32_t at, uint32_t count, size_t elem);

/* Give the memory back; the vec is empty. */
void tce_vec_fini(struct tce_vec *vec, const struct tce_mem *mem, size_t elem);

#endif
