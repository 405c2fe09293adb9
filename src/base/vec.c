/* SPDX-License-Identifier: BSD-2-Clause */
/* The growing array: capacity doubles from 2, never shrinks before fini. */
#include "vec.h"

#include <string.h>

#include "assert.h"

#define VEC_CAP_FIRST 2U
#define VEC_CAP_MAX   (UINT32_C(1) << 30)

int tce_vec_reserve(struct tce_vec *vec, const struct tce_mem *mem, size_t elem, uint32_t extra)
{
	uint64_t want = (uint64_t)vec->nr + extra;
	uint64_t cap = vec->cap == 0 ? VEC_CAP_FIRST : vec->cap;
	void *data;

	if (want <= vec->cap)
		return 0;
	while (cap < want)
		cap *= 2;
	if (cap > VEC_CAP_MAX || cap > SIZE_MAX / elem)
		return -TCE_ERR_NOMEM;
	data = tce_mem_new(mem, (size_t)cap * elem);
	if (data == NULL)
		return -TCE_ERR_NOMEM;
	if (vec->nr != 0)
		memcpy(data, tce_rptr_get(&vec->data), (size_t)vec->nr * elem);
	tce_mem_free(mem, tce_rptr_get(&vec->data), (size_t)vec->cap * elem);
	tce_rptr_set(&vec->data, data);
	vec->cap = (uint32_t)cap;
	return 0;
}

void *tce_vec_insert(struct tce_vec *vec, uint32_t at, size_t elem)
{
	char *hole;

	TCE_ASSERT(at <= vec->nr && vec->nr < vec->cap);
	hole = tce_vec_at(vec, at, elem);
	memmove(hole + elem, hole, (size_t)(vec->nr - at) * elem);
	memset(hole, 0, elem);
	vec->nr++;
	return hole;
}

void tce_vec_remove(struct tce_vec *vec, uint32_t at, uint32_t count, size_t elem)
{
	char *gap;

	TCE_ASSERT(at <= vec->nr && count <= vec->nr - at);
	if (count == 0)
		return;
	gap = tce_vec_at(vec, at, elem);
	memmove(gap, gap + (size_t)count * elem, (size_t)(vec->nr - at - count) * elem);
	vec->nr -= count;
}

void tce_vec_fini(struct tce_vec *vec, const struct tce_mem *mem, size_t elem)
{
	tce_mem_free(mem, tce_rptr_get(&vec->data), (size_t)vec->cap * elem);
	tce_rptr_set(&vec->data, NULL);
	vec->nr = 0;
	vec->cap = 0;
}
