/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The range allocator beside its naive twin: every answer, every hint and every bit after every
 * call; and the promises that the defect-free allocator keeps.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "linux/range_alloc.h"
#include "naive_alloc.h"
#include "prop.h"
#include "testing.h"

#define LIVE_MAX PROP_OPS

enum op {
	OP_NEW,   /* entries, offset, shift, reserved first, reserved count, old kernel */
	OP_ALLOC, /* npages, mask, boundary, align, cpu, with handle */
	OP_FREE,  /* which */
	NR_OPS
};

struct range {
	uint64_t start, npages;
};

struct pair {
	struct tce_kernel kernel;
	struct tce_iommu_table *tbl;
	struct naive_iommu naive;
	uint64_t handle, naive_handle;
	struct range live[LIVE_MAX];
	unsigned nr_live;
	struct prop_failure *failure;
};

static int clear_nothing(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			 uint64_t npages)
{
	(void)ctx;
	(void)tbl;
	(void)index;
	(void)npages;
	return 0;
}

static const struct tce_iommu_ops no_ops = {.clear = clear_nothing};

/* One of the sizes, boundaries and masks that matter, around the ends of things. */
static void generate(void *ctx, struct prng *rng, struct prop_op *op, size_t i)
{
	static const uint64_t boundaries[] = {1 << 20, 1 << 20, 16, 32, 64, 8, 1, 0, 48};
	const struct prop_op *first = op;

	(void)ctx;
	op += i;
	op->kind = i == 0 ? OP_NEW : prng_below(rng, 3) == 0 ? OP_FREE : OP_ALLOC;
	if (op->kind == OP_NEW) {
		op->arg[0] = prng_between(rng, 1, 600);
		op->arg[1] = prng_one_in(rng, 2) ? 0 : prng_any_size(rng, 700);
		op->arg[2] = prng_one_in(rng, 2) ? 12 : 24;
		op->arg[3] = prng_below(rng, 1200);
		op->arg[4] = prng_one_in(rng, 2) ? 0 : prng_below(rng, 100);
		op->arg[5] = prng_one_in(rng, 8);
	} else if (op->kind == OP_ALLOC) {
		uint64_t end = first->arg[0] + first->arg[1];

		op->arg[0] = prng_one_in(rng, 20) ? prng_below(rng, 300) : prng_below(rng, 24);
		op->arg[1] = prng_one_in(rng, 2) ? UINT64_C(0xfffff)
						 : prng_below(rng, end + end / 4 + 2);
		op->arg[2] = boundaries[prng_below(rng, prng_one_in(rng, 30) ? 9 : 6)];
		op->arg[3] = prng_one_in(rng, 3) ? prng_below(rng, 6) : 0;
		op->arg[4] = prng_one_in(rng, 3) ? prng_below(rng, 100) : 0;
		op->arg[5] = prng_one_in(rng, 3);
	} else {
		op->arg[0] = prng_next(rng) >> 32;
	}
}

static void print(void *ctx, FILE *out, const struct prop_op *op)
{
	static const char *const name[] = {"new", "alloc", "free"};
	unsigned i;

	(void)ctx;
	fprintf(out, "%s", name[op->kind % NR_OPS]);
	for (i = 0; i < PROP_ARGS; i++)
		fprintf(out, " %" PRIu64, op->arg[i]);
}

static bool fails(struct pair *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->failure->text, sizeof(p->failure->text), format, args);
	va_end(args);
	return false;
}

static void pair_new(struct pair *p, const struct prop_op *op)
{
	struct tce_dma_env env = {.kernel = &p->kernel, .ops = &no_ops};
	struct tce_kernel_match match;

	tce_iommu_tce_table_put(p->tbl);
	assert_int_equal(tce_kernel_find(op->arg[5] != 0 ? "5.10" : "6.12.107", &match), 0);
	assert_int_equal(tce_kernel_at(match.index, &p->kernel), 0);
	assert_int_equal(tce_iommu_table_new(NULL, &p->tbl), 0);
	p->tbl->size =
		op->arg[0] % NAIVE_IOMMU_ENTRIES_MAX + (op->arg[0] % NAIVE_IOMMU_ENTRIES_MAX == 0);
	p->tbl->offset = op->arg[1] & 0xffff;
	p->tbl->page_shift = op->arg[2] > 12 ? 24 : 12;
	memset(&p->naive, 0, sizeof(p->naive));
	p->naive.size = p->tbl->size;
	p->naive.offset = p->tbl->offset;
	p->naive.large_pool_last = op->arg[5] == 0;
	naive_iommu_init(&p->naive, p->tbl->page_shift, op->arg[3], op->arg[3] + op->arg[4]);
	assert_int_equal(tce_iommu_init_table(&env, p->tbl, op->arg[3], op->arg[3] + op->arg[4]),
			 0);
	p->nr_live = 0;
	p->handle = p->naive_handle = 0;
}

static bool same_hints(struct pair *p)
{
	unsigned i;

	for (i = 0; i < p->naive.nr_pools; i++) {
		if (p->tbl->pools[i].hint != p->naive.pool[i].hint)
			return fails(p, "hint of pool %u: %" PRIx64 ", twin %" PRIx64, i,
				     p->tbl->pools[i].hint, p->naive.pool[i].hint);
	}
	if (p->tbl->large_pool.hint != p->naive.large.hint)
		return fails(p, "hint of the large pool: %" PRIx64 ", twin %" PRIx64,
			     p->tbl->large_pool.hint, p->naive.large.hint);
	return p->handle == p->naive_handle ||
	       fails(p, "handle: %" PRIx64 ", twin %" PRIx64, p->handle, p->naive_handle);
}

static bool same_bits(struct pair *p)
{
	uint64_t i;

	for (i = 0; i < p->tbl->size; i++) {
		if (tce_bitmap_test(&p->tbl->map, i) != p->naive.used[i])
			return fails(p, "bit %" PRIx64 " is %d", i, !p->naive.used[i]);
	}
	return true;
}

static enum naive_iommu_result as_naive(enum tce_dma_why why)
{
	switch (why) {
	case TCE_DMA_WHY_OK: return NAIVE_IOMMU_OK;
	case TCE_DMA_WHY_NOTHING: return NAIVE_IOMMU_NOTHING;
	case TCE_DMA_WHY_NO_SPACE: return NAIVE_IOMMU_FULL;
	case TCE_DMA_WHY_HANG: return NAIVE_IOMMU_FOREVER;
	case TCE_DMA_WHY_OVERRUN: return NAIVE_IOMMU_OVERRUN;
	default: return NAIVE_IOMMU_BUG;
	}
}

static struct tce_range_request request_of(const struct prop_op *op)
{
	struct tce_range_request rq = {
		.npages = op->arg[0] % NAIVE_IOMMU_ENTRIES_MAX,
		.mask = op->arg[1],
		.boundary = op->arg[2],
		.align_order = op->arg[3] % 8,
		.cpu = op->arg[4] % 2048,
	};

	return rq;
}

static bool pair_alloc(struct pair *p, const struct prop_op *op)
{
	struct tce_range_request rq = request_of(op);
	struct naive_iommu_request nrq = {rq.npages,      rq.mask, rq.boundary,
					  rq.align_order, rq.cpu,  NULL};
	struct tce_range range;
	uint64_t start = 0;
	enum naive_iommu_result result;

	nrq.handle = op->arg[5] != 0 ? &p->naive_handle : NULL;
	assert_int_equal(tce_iommu_range_alloc(&p->kernel, p->tbl, &rq,
					       op->arg[5] != 0 ? &p->handle : NULL, &range),
			 0);
	result = naive_iommu_alloc(&p->naive, &nrq, &start);
	if (as_naive(range.why) != result)
		return fails(p, "%s, twin says %d", tce_dma_why_text(range.why), (int)result);
	if (result != NAIVE_IOMMU_OK)
		return true;
	if (range.start != start)
		return fails(p, "start %" PRIx64 ", twin %" PRIx64, range.start, start);
	p->live[p->nr_live].start = start;
	p->live[p->nr_live++].npages = rq.npages;
	return true;
}

static void pair_free(struct pair *p, const struct prop_op *op)
{
	struct range *range;

	if (p->nr_live == 0)
		return;
	range = &p->live[op->arg[0] % p->nr_live];
	assert_int_equal(tce_bitmap_clear(&p->tbl->map, range->start, range->npages), 0);
	naive_iommu_free(&p->naive, range->start, range->npages);
	*range = p->live[--p->nr_live];
}

static bool run_twins(void *ctx, const struct prop_op *ops, size_t nr,
		      struct prop_failure *ret_failure)
{
	static struct pair pair; /* large */
	struct pair *p = &pair;
	struct prop_op fallback = {OP_NEW, {300, 0, 12, 0, 0, 0}};
	bool ok = true;
	size_t i;

	(void)ctx;
	memset(p, 0, sizeof(*p));
	p->failure = ret_failure;
	pair_new(p, &fallback);
	for (i = 0; i < nr && ok; i++) {
		ret_failure->at = i;
		if (ops[i].kind == OP_NEW)
			pair_new(p, &ops[i]);
		else if (ops[i].kind == OP_ALLOC)
			ok = pair_alloc(p, &ops[i]);
		else
			pair_free(p, &ops[i]);
		ok = ok && same_hints(p) && (i % 8 != 0 || same_bits(p));
	}
	ok = ok && same_bits(p);
	tce_iommu_tce_table_put(p->tbl);
	return ok;
}

static void every_answer_hint_and_bit_is_that_of_the_naive_twin(void **state)
{
	struct prop prop = {.name = "range_alloc",
			    .seed = 1,
			    .nr_seqs = 3000,
			    .nr_ops = 120,
			    .generate = generate,
			    .run = run_twins,
			    .print = print};

	(void)state;
	assert_true(prop_check(&prop, NULL));
}

/* --- promises ----------------------------------------------------------------------------- */

static bool keeps_promises(struct pair *p, const struct tce_range_request *rq, uint64_t start)
{
	uint64_t end = start + rq->npages, abs = start + p->tbl->offset, i;

	if (end > p->tbl->size)
		return fails(p, "ends behind the window");
	if (abs == 0)
		return fails(p, "hands out bus page 0");
	if (start % (UINT64_C(1) << rq->align_order) != 0)
		return fails(p, "is not aligned");
	if (abs + rq->npages - 1 > rq->mask)
		return fails(p, "exceeds the mask");
	if (abs / rq->boundary != (abs + rq->npages - 1) / rq->boundary)
		return fails(p, "crosses the boundary");
	for (i = start; i < end; i++) {
		if (p->naive.used[i])
			return fails(p, "hands out entry %" PRIx64 " twice", i);
		p->naive.used[i] = true;
	}
	return true;
}

static bool run_fixed(void *ctx, const struct prop_op *ops, size_t nr,
		      struct prop_failure *ret_failure)
{
	static struct pair pair;
	struct pair *p = &pair;
	struct prop_op fallback = {OP_NEW, {300, 0, 12, 0, 0, 0}};
	struct tce_kernel_match match;
	struct tce_kernel fixed;
	bool ok = true;
	size_t i;

	(void)ctx;
	assert_int_equal(tce_kernel_find("fixed", &match), 0);
	assert_int_equal(tce_kernel_at(match.index, &fixed), 0);
	memset(p, 0, sizeof(*p));
	p->failure = ret_failure;
	pair_new(p, &fallback);
	for (i = 0; i < nr && ok; i++) {
		struct tce_range_request rq = request_of(&ops[i]);
		struct tce_range range;

		ret_failure->at = i;
		if (ops[i].kind == OP_NEW) {
			pair_new(p, &ops[i]);
		} else if (ops[i].kind == OP_FREE) {
			pair_free(p, &ops[i]);
		} else {
			rq.boundary = UINT64_C(1) << (ops[i].arg[2] % 21);
			assert_int_equal(tce_iommu_range_alloc(&fixed, p->tbl, &rq, NULL, &range),
					 0);
			if (range.why > TCE_DMA_WHY_NO_SPACE)
				ok = fails(p, "%s", tce_dma_why_text(range.why));
			if (range.why != TCE_DMA_WHY_OK)
				continue;
			ok = keeps_promises(p, &rq, range.start);
			p->live[p->nr_live].start = range.start;
			p->live[p->nr_live++].npages = rq.npages;
		}
	}
	tce_iommu_tce_table_put(p->tbl);
	return ok;
}

static void without_defects_ranges_keep_mask_boundary_alignment_and_reservations(void **state)
{
	struct prop prop = {.name = "range_alloc fixed",
			    .seed = 1,
			    .nr_seqs = 2000,
			    .nr_ops = 120,
			    .generate = generate,
			    .run = run_fixed,
			    .print = print};

	(void)state;
	assert_true(prop_check(&prop, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_hint_and_bit_is_that_of_the_naive_twin),
		cmocka_unit_test(
			without_defects_ranges_keep_mask_boundary_alignment_and_reservations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
