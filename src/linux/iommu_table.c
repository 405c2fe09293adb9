/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of an iommu_table: bitmap, reservations, pools, first clearing, in-use test. Allocation
 * is in range_alloc.c. Left out: locks (one thread), printing.
 */
#include "iommu_table.h"

#include "base/assert.h"
#include "base/hash.h"

/* Windows of at least this many bytes are cut into four pools. */
#define FOUR_POOLS_BYTES (UINT64_C(1) << 30)

/* A crash kernel must find this many free entries. */
#define KDUMP_MIN_TCE_ENTRIES 2048U

/* What a get may answer for an entry that holds nothing. */
#define TCE_NOTHING UINT64_C(0x7fffffffffffffff)

int tce_iommu_table_new(const struct tce_alloc *alloc, struct tce_iommu_table **ret_tbl)
{
	struct tce_mem mem;
	struct tce_iommu_table *tbl;

	tce_mem_init(&mem, alloc);
	tbl = tce_mem_new(&mem, sizeof(*tbl));
	if (tbl == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&tbl->map.mem, alloc);
	tbl->refs = 1;
	*ret_tbl = tbl;
	return 0;
}

void tce_iommu_tce_table_get(struct tce_iommu_table *tbl)
{
	tbl->refs++;
}

bool tce_iommu_tce_table_put(struct tce_iommu_table *tbl)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (tbl == NULL)
		return false;
	TCE_ASSERT(tbl->refs != 0);
	if (--tbl->refs != 0)
		return false;
	alloc = tce_mem_alloc(&tbl->map.mem);
	tce_mem_init(&mem, &alloc);
	if (tbl->has_map)
		tce_bitmap_fini(&tbl->map);
	tce_mem_free(&mem, tbl, sizeof(*tbl));
	return true;
}

int tce_iommu_table_reserve_pages(struct tce_iommu_table *tbl, uint64_t res_start, uint64_t res_end)
{
	uint64_t end = tbl->offset + tbl->size;
	int err;

	if (tbl->offset == 0) { /* bus page 0 is never handed out */
		err = tce_bitmap_set(&tbl->map, 0, 1);
		if (err != 0)
			return err;
	}
	if (res_start < tbl->offset)
		res_start = tbl->offset;
	if (res_end > end)
		res_end = end;
	if (res_start >= res_end) {
		res_start = tbl->offset;
		res_end = tbl->offset;
	}
	err = tce_bitmap_set(&tbl->map, res_start - tbl->offset, res_end - res_start);
	if (err != 0)
		return err;
	tbl->reserved_start = res_start;
	tbl->reserved_end = res_end;
	return 0;
}

static void set_pool(struct tce_iommu_pool *pool, uint64_t start, uint64_t end)
{
	pool->start = start;
	pool->end = end;
	pool->hint = start;
}

void tce_iommu_table_setparms_pools(struct tce_iommu_table *tbl)
{
	unsigned i;

	tbl->nr_pools = (tbl->size << tbl->page_shift) >= FOUR_POOLS_BYTES ? TCE_IOMMU_NR_POOLS : 1;
	tbl->poolsize = tbl->size * 3 / 4 / tbl->nr_pools;
	for (i = 0; i < tbl->nr_pools; i++)
		set_pool(&tbl->pools[i], i * tbl->poolsize, (i + 1) * tbl->poolsize);
	set_pool(&tbl->large_pool, i * tbl->poolsize, tbl->size);
}

/* A crash kernel: what the dead one mapped stays, and stays handed out. */
static int keep_existing(const struct tce_dma_env *env, struct tce_iommu_table *tbl)
{
	uint64_t i, tce, used = 0;
	int err;

	for (i = 0; i < tbl->size; i++) {
		err = env->ops->get(env->ops_ctx, tbl, tbl->offset + i, &tce);
		if (err == 0 && tce != 0 && tce != TCE_NOTHING) {
			err = tce_bitmap_set(&tbl->map, i, 1);
			used++;
		}
		if (err != 0)
			return err;
		if (tce == 0 && env->ops->skip != NULL)
			i += env->ops->skip(env->ops_ctx, tbl, tbl->offset + i + 1,
					    tbl->size - i - 1);
	}
	if (tbl->size - used >= KDUMP_MIN_TCE_ENTRIES || tbl->size < KDUMP_MIN_TCE_ENTRIES)
		return 0;
	return tce_bitmap_clear(&tbl->map, tbl->size - KDUMP_MIN_TCE_ENTRIES,
				KDUMP_MIN_TCE_ENTRIES);
}

int tce_iommu_table_clear(const struct tce_dma_env *env, struct tce_iommu_table *tbl)
{
	if (env->kdump && env->ops->get != NULL)
		return keep_existing(env, tbl);
	return env->ops->clear(env->ops_ctx, tbl, tbl->offset, tbl->size);
}

int tce_iommu_init_table(const struct tce_dma_env *env, struct tce_iommu_table *tbl,
			 uint64_t res_start, uint64_t res_end)
{
	struct tce_alloc alloc = tce_mem_alloc(&tbl->map.mem);
	int err;

	TCE_ASSERT(!tbl->has_map && tbl->size != 0);
	err = tce_bitmap_init(&tbl->map, &alloc, tbl->size);
	if (err != 0)
		return err;
	tbl->has_map = true;
	err = tce_iommu_table_reserve_pages(tbl, res_start, res_end);
	if (err == 0) {
		tce_iommu_table_setparms_pools(tbl);
		err = tce_iommu_table_clear(env, tbl);
	}
	if (err != 0) {
		tce_bitmap_fini(&tbl->map);
		tbl->has_map = false;
	}
	return err;
}

static bool any_set(const struct tce_iommu_table *tbl, uint64_t from, uint64_t end)
{
	return tce_bitmap_next_set(&tbl->map, from, end) < end;
}

bool tce_iommu_table_in_use(const struct tce_kernel *kernel, const struct tce_iommu_table *tbl)
{
	uint64_t start = tbl->offset == 0 ? 1 : 0;

	if (tbl->reserved_start == 0 && tbl->reserved_end == 0) {
		if (tce_kernel_bug(kernel, TCE_DEFECT_B13))
			start = 0;
		return any_set(tbl, start, tbl->size);
	}
	return any_set(tbl, start, tbl->reserved_start - tbl->offset) ||
	       any_set(tbl, tbl->reserved_end - tbl->offset, tbl->size);
}

bool tce_iommu_take_ownership(const struct tce_kernel *kernel, struct tce_iommu_table *tbl)
{
	if (tce_iommu_table_in_use(kernel, tbl))
		return false;
	tce_bitmap_fill(&tbl->map, true);
	return true;
}

int tce_iommu_release_ownership(const struct tce_kernel *kernel, struct tce_iommu_table *tbl)
{
	int err;

	tce_bitmap_fill(&tbl->map, false);
	err = tce_iommu_table_reserve_pages(tbl, tbl->reserved_start, tbl->reserved_end);
	if (err == 0 && tbl->offset == 0 && tce_kernel_bug(kernel, TCE_DEFECT_A8))
		err = tce_bitmap_clear(&tbl->map, 0, 1);
	return err;
}

static bool pool_equal(const struct tce_iommu_pool *a, const struct tce_iommu_pool *b)
{
	return a->start == b->start && a->end == b->end && a->hint == b->hint;
}

static bool geometry_equal(const struct tce_iommu_table *a, const struct tce_iommu_table *b)
{
	return a->index == b->index && a->offset == b->offset && a->size == b->size &&
	       a->page_shift == b->page_shift && a->indirect_levels == b->indirect_levels &&
	       a->level_size == b->level_size && a->reserved_start == b->reserved_start &&
	       a->reserved_end == b->reserved_end && a->allocated_size == b->allocated_size;
}

bool tce_iommu_table_equal(const struct tce_iommu_table *a, const struct tce_iommu_table *b)
{
	unsigned i;

	if (!geometry_equal(a, b) || a->nr_pools != b->nr_pools || a->refs != b->refs ||
	    a->has_map != b->has_map || !pool_equal(&a->large_pool, &b->large_pool))
		return false;
	for (i = 0; i < a->nr_pools; i++) {
		if (!pool_equal(&a->pools[i], &b->pools[i]))
			return false;
	}
	return !a->has_map || tce_bitmap_equal(&a->map, &b->map);
}

uint64_t tce_iommu_table_hash(const struct tce_iommu_table *tbl, uint64_t seed)
{
	const uint64_t fields[] = {
		tbl->index,           tbl->offset,          tbl->size,           tbl->page_shift,
		tbl->nr_pools,        tbl->large_pool.hint, tbl->pools[0].hint,  tbl->pools[1].hint,
		tbl->pools[2].hint,   tbl->pools[3].hint,   tbl->reserved_start, tbl->reserved_end,
		tbl->indirect_levels, tbl->level_size,      tbl->allocated_size, tbl->refs,
	};

	seed = tce_hash_bytes(seed, fields, sizeof(fields));
	return tbl->has_map ? tce_bitmap_hash(&tbl->map, seed) : seed;
}
