/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The search for free entries: attempts over pools (passes), inside each attempt the area search.
 * The places that surprise are marked with the clause that measures them in spec-differences and in
 * the recordings; each is a fault that tests/planted must notice.
 */
#include "range_alloc.h"

#include "base/bits.h"

/* More pages than this make a request large. */
#define SMALL_MAX 15U

/* Hints of small requests are rounded up to this many entries: it_blocksize. */
#define BLOCK_ENTRIES 16U

/* The one place where a search stands. */
struct attempt {
	struct tce_iommu_table *tbl;
	const struct tce_range_request *request;
	struct tce_iommu_pool *pool;
	uint64_t start; /* relative */
	uint64_t limit; /* relative, exclusive */
	unsigned pool_nr;
	unsigned pass;
	bool large;
};

const char *tce_dma_why_text(enum tce_dma_why why)
{
	static const char *const text[] = {
#define WHY_TEXT(name, clause) clause,
		TCE_DMA_WHY_LIST(WHY_TEXT)
#undef WHY_TEXT
	};

	return text[why];
}

unsigned tce_iommu_pool_hash(unsigned cpu)
{
	return (uint32_t)(cpu * UINT32_C(0x61C88647)) >> 30;
}

static uint64_t align_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

/* Free entries in a row, aligned: relative start; false: none below last. */
static bool next_zero_area(const struct attempt *a, uint64_t *start, uint64_t last)
{
	const struct tce_bitmap *map = &a->tbl->map;
	uint64_t npages = a->request->npages;
	uint64_t align = UINT64_C(1) << a->request->align_order;
	uint64_t index, end, used;

	for (;;) {
		if (*start >= last)
			return false;
		index = align_up(tce_bitmap_next_zero(map, *start, last), align);
		end = index + npages;
		if (end > last || end < index)
			return false;
		/* Any area before the last used entry would hold it too. */
		used = tce_bitmap_last_set(map, index, end);
		if (used == end)
			break;
		*start = used + 1;
	}
	*start = index;
	return true;
}

/*
 * iommu_area_alloc: the last entry below the limit is never used; areas that would cross the
 * segment boundary (on absolute entries) are skipped. With D22 a request longer than the boundary
 * comes back to the same place for ever.
 */
static enum tce_dma_why search_area(const struct attempt *a, const struct tce_kernel *kernel,
				    uint64_t *ret_start)
{
	uint64_t boundary = a->request->boundary;
	uint64_t npages = a->request->npages;
	uint64_t last = a->limit - 1;
	uint64_t start = a->start, next;

	if (npages > boundary && !tce_kernel_bug(kernel, TCE_DEFECT_D22))
		return TCE_DMA_WHY_NO_SPACE;
	if (last > a->tbl->size)
		last = a->tbl->size;
	while (next_zero_area(a, &start, last)) {
		if (!tce_is_pow2(boundary))
			return TCE_DMA_WHY_BAD_BOUNDARY;
		if (((a->tbl->offset + start) & (boundary - 1)) + npages <= boundary) {
			*ret_start = start;
			return TCE_DMA_WHY_OK;
		}
		next = align_up(a->tbl->offset + start, boundary) - a->tbl->offset;
		if (next == start)
			return TCE_DMA_WHY_HANG;
		start = next;
	}
	return last == a->limit - 1 ? TCE_DMA_WHY_NO_SPACE : TCE_DMA_WHY_OVERRUN;
}

/*
 * A mask that ends before the pool: stay at the masked hint on the first pass, else go to the first
 * pool. The limit stays the mask's, so that one search may cross pools (D21), and a relative start
 * is cut with an absolute mask.
 */
static void apply_mask(struct attempt *a, const struct tce_kernel *kernel)
{
	uint64_t mask = a->request->mask;

	if (a->limit + a->tbl->offset <= mask)
		return;
	if (!tce_kernel_bug(kernel, TCE_DEFECT_D21)) {
		/* Each pool is searched as far as the mask reaches, and no other. */
		a->limit = mask < a->tbl->offset ? a->start : mask - a->tbl->offset + 1;
		return;
	}
	a->limit = mask - a->tbl->offset + 1;
	if ((a->start & mask) >= a->limit || a->pass > 0) {
		a->pool = &a->tbl->pools[0];
		a->start = a->pool->start;
	} else {
		a->start &= mask;
	}
}

static enum tce_dma_why try_pool(struct attempt *a, const struct tce_kernel *kernel,
				 const uint64_t *handle, uint64_t *ret_start)
{
	a->start = a->pool->hint;
	if (a->pass == 0 && handle != NULL && *handle != 0 && *handle >= a->pool->start &&
	    *handle < a->pool->end)
		a->start = *handle;
	a->limit = a->pool->end;
	if (a->start >= a->limit)
		a->start = a->pool->start;
	apply_mask(a, kernel);
	if (a->start >= a->limit && !tce_kernel_bug(kernel, TCE_DEFECT_D21))
		return TCE_DMA_WHY_NO_SPACE;
	return search_area(a, kernel, ret_start);
}

/* Where to look next; false: nowhere. A pool that is visited starts over. */
static bool next_pass(struct attempt *a, const struct tce_kernel *kernel)
{
	struct tce_iommu_table *tbl = a->tbl;

	if (a->pass == 0) {
		/* the same pool, from its start */
	} else if (a->pass <= tbl->nr_pools) {
		a->pool_nr = (a->pool_nr + 1) & (tbl->nr_pools - 1);
		a->pool = &tbl->pools[a->pool_nr];
	} else if (a->pass == tbl->nr_pools + 1 && tce_kernel_has(kernel, TCE_KF_LARGE_POOL_LAST)) {
		a->pool = &tbl->large_pool;
	} else {
		return false;
	}
	a->pool->hint = a->pool->start;
	a->pass++;
	return true;
}

static void move_hint(const struct attempt *a, uint64_t end)
{
	a->pool->hint = a->large ? end : align_up(end, BLOCK_ENTRIES);
}

/* Hints as they were: for a library failure, which must change nothing. */
struct hints {
	uint64_t pool[TCE_IOMMU_NR_POOLS];
	uint64_t large;
};

static void save_hints(const struct tce_iommu_table *tbl, struct hints *hints)
{
	unsigned i;

	for (i = 0; i < TCE_IOMMU_NR_POOLS; i++)
		hints->pool[i] = tbl->pools[i].hint;
	hints->large = tbl->large_pool.hint;
}

static void restore_hints(struct tce_iommu_table *tbl, const struct hints *hints)
{
	unsigned i;

	for (i = 0; i < TCE_IOMMU_NR_POOLS; i++)
		tbl->pools[i].hint = hints->pool[i];
	tbl->large_pool.hint = hints->large;
}

static enum tce_dma_why search(struct attempt *a, const struct tce_kernel *kernel,
			       const uint64_t *handle, uint64_t *ret_start)
{
	enum tce_dma_why why;

	do {
		why = try_pool(a, kernel, handle, ret_start);
		if (why != TCE_DMA_WHY_NO_SPACE)
			return why;
	} while (next_pass(a, kernel));
	return why;
}

int tce_iommu_range_alloc(const struct tce_kernel *kernel, struct tce_iommu_table *tbl,
			  const struct tce_range_request *request, uint64_t *handle,
			  struct tce_range *ret_range)
{
	struct attempt a = {.tbl = tbl, .request = request, .large = request->npages > SMALL_MAX};
	struct tce_range range = {.why = TCE_DMA_WHY_NOTHING};
	struct hints before;
	int err;

	if (request->npages == 0) {
		*ret_range = range;
		return 0;
	}
	save_hints(tbl, &before);
	a.pool_nr = tce_iommu_pool_hash(request->cpu) & (tbl->nr_pools - 1);
	a.pool = a.large ? &tbl->large_pool : &tbl->pools[a.pool_nr];
	range.why = search(&a, kernel, handle, &range.start);
	if (range.why == TCE_DMA_WHY_OK) {
		err = tce_bitmap_set(&tbl->map, range.start, request->npages);
		if (err != 0) {
			restore_hints(tbl, &before);
			return err;
		}
		range.other_pool =
			range.start < a.pool->start || range.start + request->npages > a.pool->end;
		move_hint(&a, range.start + request->npages);
		if (handle != NULL)
			*handle = range.start + request->npages;
	}
	*ret_range = range;
	return 0;
}
