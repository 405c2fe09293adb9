/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping and unmapping in an iommu_table of 2^24 pages (1 TiB of 64 KiB pages) that is 50, 90 and
 * 99 per cent full, beside the same allocator on a bitmap scanned bit by bit. Times are per pair of
 * one allocation and one free.
 *
 * "gaps": used stretches with free ones of 64 pages between them, requests of 1 to 32 pages;
 * "scattered": each page is used or not by chance, requests of one page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "naive_scan.h"

#define NR_ENTRIES (UINT64_C(1) << 24)
#define NR_PAIRS   20000U
#define GAP        64U
#define ROUNDS     5

struct setup {
	struct tce_kernel kernel;
	struct tce_iommu_table *tbl;
	unsigned percent;
	bool scattered;
};

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_alloc: a call failed\n");
	exit(1);
}

static uint64_t mix(uint64_t v)
{
	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return v ^ v >> 31;
}

static bool is_used(const struct setup *s, uint64_t i)
{
	uint64_t period = GAP * 100 / (100 - s->percent);

	return s->scattered ? mix(i) % 100 < s->percent : i % period >= GAP;
}

static int clear_nothing(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			 uint64_t npages)
{
	(void)ctx;
	(void)tbl;
	(void)index;
	(void)npages;
	return 0;
}

/* Fill both bitmaps alike, and put all hints back. */
static void fill(void *ctx)
{
	static const struct tce_iommu_ops no_ops = {.clear = clear_nothing};
	struct setup *s = ctx;
	struct tce_dma_env env = {.kernel = &s->kernel, .ops = &no_ops};
	uint64_t i, n;

	tce_iommu_tce_table_put(s->tbl);
	must(tce_iommu_table_new(NULL, &s->tbl) == 0);
	s->tbl->size = NR_ENTRIES;
	s->tbl->page_shift = 16;
	must(tce_iommu_init_table(&env, s->tbl, 0, 0) == 0);
	memset(naive_bits, 0, NR_ENTRIES / 8);
	naive_bits[0] = 1;
	for (i = 1; i < NR_ENTRIES; i += n) {
		for (n = 0; i + n < NR_ENTRIES && is_used(s, i + n); n++)
			naive_bits[(i + n) / 64] |= UINT64_C(1) << ((i + n) % 64);
		must(tce_bitmap_set(&s->tbl->map, i, n) == 0);
		n = n != 0 ? n : 1;
	}
}

static struct tce_range_request request_of(const struct setup *s, unsigned i)
{
	struct tce_range_request request = {
		.npages = s->scattered ? 1 : 1 + mix(i) % 32,
		.mask = UINT64_MAX,
		.boundary = UINT64_C(1) << 16,
		.cpu = i % 16,
	};

	return request;
}

static void ours(void *ctx)
{
	struct setup *s = ctx;
	unsigned i;

	for (i = 0; i < NR_PAIRS; i++) {
		struct tce_range_request request = request_of(s, i);
		struct tce_range range;

		must(tce_iommu_range_alloc(&s->kernel, s->tbl, &request, NULL, &range) == 0);
		must(range.why == TCE_DMA_WHY_OK);
		must(tce_bitmap_clear(&s->tbl->map, range.start, request.npages) == 0);
		bench_use(range.start);
	}
}

static void peer(void *ctx)
{
	struct setup *s = ctx;
	unsigned i;

	for (i = 0; i < NR_PAIRS; i++) {
		struct tce_range_request request = request_of(s, i);
		struct tce_range range;

		must(naive_range_alloc(&s->kernel, s->tbl, &request, NULL, &range) == 0);
		must(range.why == TCE_DMA_WHY_OK);
		naive_free(range.start, request.npages);
		bench_use(range.start);
	}
}

int main(void)
{
	static const unsigned percent[] = {0, 50, 90, 99};
	struct setup s = {.scattered = false};
	struct tce_kernel_match match;
	unsigned i;

	must(tce_kernel_find("6.12", &match) == 0 && tce_kernel_at(match.index, &s.kernel) == 0);
	naive_bits = malloc(NR_ENTRIES / 8);
	must(naive_bits != NULL);
	bench_head("map and unmap in a table of 2^24 pages");
	for (i = 0; i < 2 * sizeof(percent) / sizeof(percent[0]); i++) {
		struct bench bench = {.unit = "ns",
				      .per_unit = 1,
				      .ctx = &s,
				      .nr = NR_PAIRS,
				      .rounds = ROUNDS,
				      .prepare = fill,
				      .ours = ours,
				      .peer = peer};
		char name[64];

		s.scattered = i % 2 != 0;
		s.percent = percent[i / 2];
		snprintf(name, sizeof(name), "map_unmap_%u_%s", s.percent,
			 s.scattered ? "scattered" : "gaps");
		bench.name = name;
		bench_run(&bench);
	}
	tce_iommu_tce_table_put(s.tbl);
	free(naive_bits);
	return 0;
}
