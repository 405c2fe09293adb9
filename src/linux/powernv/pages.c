/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where TCE tables lie: a page allocator that hands out the highest free block, so that tables keep
 * away from the addresses that stories give to buffers. Real kernels put them anywhere: no answer
 * depends on it. What a block held before is overwritten with zeroes, by stores.
 */
#include "powernv.h"

#include "base/bits.h"

#define EXTENT sizeof(struct tce_pnv_extent)

static struct tce_pnv_extent *extent_at(const struct tce_vec *pages, uint32_t i)
{
	return tce_vec_at(pages, i, EXTENT);
}

/* How many extents begin below addr. */
static uint32_t below(const struct tce_vec *pages, uint64_t addr)
{
	uint32_t low = 0;
	uint32_t high = pages->nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (extent_at(pages, mid)->start < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The highest free block in a stretch of RAM; 0: none. */
static uint64_t search(const struct tce_vec *pages, const struct tce_ram *ram, uint64_t size)
{
	uint64_t end = ram->addr + ram->size;

	while (end >= size && ((end - size) & ~(size - 1)) >= ram->addr) {
		uint64_t start = (end - size) & ~(size - 1);
		uint32_t i = below(pages, start + size);

		if (i == 0 || extent_at(pages, i - 1)->end <= start)
			return start;
		end = extent_at(pages, i - 1)->start;
	}
	return 0;
}

/* The same in all of RAM, the highest stretch first. */
static uint64_t search_all(const struct tce_linux *lx, uint64_t size)
{
	const struct tce_vec *pages = &tce_powernv_of(lx)->pages;
	uint64_t ra = 0;

	if (size == 0 || size > TCE_PNV_BLOCK_MAX)
		return 0;
	for (uint32_t i = lx->ram.nr; i > 0 && ra == 0; i--)
		ra = search(pages, tce_vec_at(&lx->ram, i - 1, sizeof(struct tce_ram)), size);
	return ra;
}

/* [start, end) is taken; it joins its neighbours. */
static int take(struct tce_linux_call *call, uint64_t start, uint64_t end)
{
	struct tce_vec *pages = &tce_powernv_of(call->lx)->pages;
	uint32_t i = below(pages, start);
	struct tce_pnv_extent *extent;
	int err;

	if (i > 0 && extent_at(pages, i - 1)->end == start) {
		extent_at(pages, i - 1)->end = end;
	} else {
		err = tce_vec_reserve(pages, tce_machine_mem(call->machine), EXTENT, 1);
		if (err != 0)
			return err;
		extent = tce_vec_insert(pages, i, EXTENT);
		extent->start = start;
		extent->end = end;
		i++;
	}
	if (i < pages->nr && extent_at(pages, i)->start == end) {
		extent_at(pages, i - 1)->end = extent_at(pages, i)->end;
		tce_vec_remove(pages, i, 1, EXTENT);
	}
	return 0;
}

static int zero(struct tce_linux_call *call, uint64_t ra, uint64_t size)
{
	struct tce_event event = {.kind = TCE_EV_TCE_STORE};
	struct tce_outcome outcome;

	event.u.store.ra = tce_ra(ra);
	event.u.store.words = (uint32_t)(size / 8);
	return tce_machine_call(call->machine, &event, &outcome);
}

int tce_pnv_pages_alloc(struct tce_linux_call *call, unsigned size_lg2, uint64_t *ret_ra)
{
	uint64_t size = tce_pow2(size_lg2);
	uint64_t ra;
	int err;

	*ret_ra = 0;
	if (tce_machine_alloc_fails(call->machine))
		return 0;
	ra = search_all(call->lx, size);
	if (ra == 0) {
		tce_machine_starve(call->machine);
		return 0;
	}
	err = take(call, ra, ra + size);
	if (err == 0)
		err = zero(call, ra, size);
	if (err == 0)
		*ret_ra = ra;
	return err;
}

/* What was never taken, because somebody wrote over a table: the kernel stops there. */
int tce_pnv_pages_free(struct tce_linux_call *call, uint64_t ra, uint64_t size)
{
	struct tce_vec *pages = &tce_powernv_of(call->lx)->pages;
	uint32_t i = below(pages, ra + 1);
	struct tce_pnv_extent old;

	if (i == 0 || ra + size > extent_at(pages, i - 1)->end || ra + size < ra) {
		tce_linux_oops(call);
		return 0;
	}
	i--;
	old = *extent_at(pages, i);
	if (old.start == ra && old.end == ra + size) {
		tce_vec_remove(pages, i, 1, EXTENT);
		return 0;
	}
	if (old.start == ra) {
		extent_at(pages, i)->start = ra + size;
		return 0;
	}
	extent_at(pages, i)->end = ra;
	return old.end == ra + size ? 0 : take(call, ra + size, old.end);
}

uint64_t tce_pnv_pages_taken(const struct tce_linux *lx)
{
	const struct tce_vec *pages = &tce_powernv_of(lx)->pages;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < pages->nr; i++)
		bytes += extent_at(pages, i)->end - extent_at(pages, i)->start;
	return bytes;
}
