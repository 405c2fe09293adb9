/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive_alloc.h"

#include <string.h>

void naive_iommu_init(struct naive_iommu *t, unsigned shift, uint64_t res_start, uint64_t res_end)
{
	uint64_t i, poolsize;
	unsigned p;

	memset(t->used, 0, sizeof(t->used));
	if (t->offset == 0)
		t->used[0] = true;
	for (i = 0; i < t->size; i++) {
		if (t->offset + i >= res_start && t->offset + i < res_end)
			t->used[i] = true;
	}
	t->nr_pools = t->size << shift >= UINT64_C(0x40000000) ? 4 : 1;
	poolsize = t->size * 3 / 4 / t->nr_pools;
	for (p = 0; p < t->nr_pools; p++) {
		t->pool[p].start = t->pool[p].hint = p * poolsize;
		t->pool[p].end = (p + 1) * poolsize;
	}
	t->large.start = t->large.hint = t->nr_pools * poolsize;
	t->large.end = t->size;
}

/* One attempt between start and the limit, which the last entry below is never part of. */
static enum naive_iommu_result search(struct naive_iommu *t, const struct naive_iommu_request *rq,
				      uint64_t start, uint64_t limit, uint64_t *ret_start)
{
	uint64_t size = limit - 1;
	unsigned long rounds;

	for (rounds = 0; rounds < 2 * t->size + 2; rounds++) {
		uint64_t align = UINT64_C(1) << rq->align_order;
		uint64_t index = start, i;

		/* the first free entry, then up to the alignment */
		while (index < size) {
			if (index >= t->size)
				return NAIVE_IOMMU_OVERRUN;
			if (!t->used[index])
				break;
			index++;
		}
		if (index > size)
			index = size;
		while (index % align != 0)
			index++;
		if (index + rq->npages > size)
			return NAIVE_IOMMU_FULL;
		/* all of them free? else on behind the first that is not */
		for (i = index; i < index + rq->npages; i++) {
			if (i >= t->size)
				return NAIVE_IOMMU_OVERRUN;
			if (t->used[i])
				break;
		}
		if (i < index + rq->npages) {
			start = i + 1;
			continue;
		}
		if ((rq->boundary & (rq->boundary - 1)) != 0 || rq->boundary == 0)
			return NAIVE_IOMMU_BUG;
		if ((t->offset + index) % rq->boundary + rq->npages <= rq->boundary) {
			*ret_start = index;
			return NAIVE_IOMMU_OK;
		}
		while ((t->offset + index) % rq->boundary != 0)
			index++;
		start = index;
	}
	return NAIVE_IOMMU_FOREVER;
}

static unsigned pool_of_cpu(unsigned cpu)
{
	/* 0..15 as printed by a kernel; further ones by the formula behind them */
	static const unsigned known[16] = {0, 1, 3, 0, 2, 3, 1, 2, 0, 1, 3, 0, 2, 3, 1, 2};

	return cpu < 16 ? known[cpu] : (unsigned)((cpu * UINT64_C(0x61C88647) >> 30) & 3);
}

enum naive_iommu_result naive_iommu_alloc(struct naive_iommu *t,
					  const struct naive_iommu_request *rq, uint64_t *ret_start)
{
	bool large = rq->npages > 15;
	unsigned nr = pool_of_cpu(rq->cpu) & (t->nr_pools - 1);
	struct naive_iommu_pool *pool = large ? &t->large : &t->pool[nr];
	unsigned pass;

	if (rq->npages == 0)
		return NAIVE_IOMMU_NOTHING;
	for (pass = 0;; pass++) {
		uint64_t start = pool->hint, limit = pool->end, end;
		enum naive_iommu_result result;

		if (pass == 0 && rq->handle != NULL && *rq->handle != 0 &&
		    *rq->handle >= pool->start && *rq->handle < pool->end)
			start = *rq->handle;
		if (start >= limit)
			start = pool->start;
		if (limit + t->offset > rq->mask) {
			limit = rq->mask - t->offset + 1;
			if ((start & rq->mask) >= limit || pass > 0) {
				pool = &t->pool[0];
				start = pool->start;
			} else {
				start &= rq->mask;
			}
		}
		result = search(t, rq, start, limit, ret_start);
		if (result == NAIVE_IOMMU_OK) {
			end = *ret_start + rq->npages;
			memset(&t->used[*ret_start], true, rq->npages);
			pool->hint = large ? end : (end + 15) / 16 * 16;
			if (rq->handle != NULL)
				*rq->handle = end;
			return NAIVE_IOMMU_OK;
		}
		if (result != NAIVE_IOMMU_FULL)
			return result;
		if (pass > 0 && pass <= t->nr_pools) {
			nr = (nr + 1) % t->nr_pools;
			pool = &t->pool[nr];
		} else if (pass == t->nr_pools + 1 && t->large_pool_last) {
			pool = &t->large;
		} else if (pass > 0) {
			return NAIVE_IOMMU_FULL;
		}
		pool->hint = pool->start;
	}
}

void naive_iommu_free(struct naive_iommu *t, uint64_t start, uint64_t npages)
{
	memset(&t->used[start], false, npages);
}
