/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table beside a flat array with the same checks. Times are per TCE or per translation where
 * the name does not say otherwise; memory is what is resident of the table itself.
 */
#define _DEFAULT_SOURCE /* mmap, mincore */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <tce/table.h>

#include "base/bits.h"
#include "bench.h"
#include "flat.h"

#define BLOCK      512
#define NR_BLOCKS  256 /* of the put, list and stuff comparisons */
#define NR         ((uint64_t)BLOCK * NR_BLOCKS)
#define NR_RANDOM  (UINT64_C(1) << 24) /* entries: 128 MiB flat; 1 TiB of 64 KiB pages */
#define NR_WINDOW  (UINT64_C(1) << 28) /* entries: 2^44 bytes of 64 KiB pages */
#define NR_LIVE    (UINT64_C(1) << 19) /* entries: 32 GiB of 64 KiB pages */
#define NR_LOOKUPS 200000U
#define NR_HOT     1024 /* addresses of the hot comparison, in 64 pages */
#define SHIFT      16
#define ROUNDS     9

/* The mapping a table or array lives in. */
struct region {
	void *mem;
	size_t size;
};

struct pair {
	struct tce_table *table;
	struct flat flat;
	struct region ours;
	struct region peer;
	struct tce_be64 list[BLOCK];
	uint64_t turn; /* differs from call to call, so that values do */
	uint64_t hot[NR_HOT];
};

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_table: a call failed\n");
	exit(1);
}

static void *region_reserve(void *ctx, size_t size)
{
	struct region *region = ctx;

	region->size = size;
	region->mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	must(region->mem != MAP_FAILED);
	madvise(region->mem, size, MADV_NOHUGEPAGE);
	return region->mem;
}

static void region_release(void *ctx, void *mem, size_t size)
{
	(void)ctx;
	munmap(mem, size);
}

static void region_discard(void *ctx, void *mem, size_t size)
{
	(void)ctx;
	madvise(mem, size, MADV_DONTNEED);
}

/* Resident KiB, by mincore in pieces. */
static double region_kib(const struct region *region)
{
	static unsigned char in_core[4096];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t step = page * sizeof(in_core);
	uint64_t n = 0;
	size_t at;

	for (at = 0; at < region->size; at += step) {
		size_t size = region->size - at < step ? region->size - at : step;
		size_t i;

		must(mincore((char *)region->mem + at, size, in_core) == 0);
		for (i = 0; i < (size + page - 1) / page; i++)
			n += in_core[i] & 1;
	}
	return (double)(n * page) / 1024;
}

static void pair_init(struct pair *pair, uint64_t nr_entries)
{
	struct tce_alloc alloc = {.ctx = &pair->ours,
				  .reserve = region_reserve,
				  .release = region_release,
				  .discard = region_discard};
	struct tce_table_opts opts = {SHIFT, nr_entries, TCE_STORAGE_LAZY};

	memset(pair, 0, sizeof(*pair));
	must(tce_table_new(&alloc, &opts, &pair->table) == 0);
	flat_init(&pair->flat, SHIFT, nr_entries,
		  region_reserve(&pair->peer, nr_entries * sizeof(uint64_t)));
}

static void pair_fini(struct pair *pair)
{
	tce_table_free(pair->table);
	region_release(NULL, pair->peer.mem, pair->peer.size);
}

/* Spread 64 bits over each other: an irregular content and random addresses. */
static uint64_t mix(uint64_t v)
{
	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return v ^ v >> 31;
}

static uint64_t irregular(uint64_t i)
{
	return (mix(i) & ~UINT64_C(0xfff)) | TCE_PERM;
}

static void list_linear(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	pair->turn++;
	for (i = 0; i < BLOCK; i++)
		tce_be64_set(&pair->list[i], ((pair->turn << 12) + i) << SHIFT | TCE_PERM);
}

static void list_irregular(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	pair->turn++;
	for (i = 0; i < BLOCK; i++)
		tce_be64_set(&pair->list[i], irregular(i + pair->turn));
}

static void ours_list(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR; i += BLOCK)
		must(tce_table_put_list(pair->table, i, pair->list, BLOCK) == 0);
}

static void peer_list(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR; i += BLOCK)
		must(flat_put_list(&pair->flat, i, pair->list, BLOCK) == 0);
}

static void fill_irregular(void *ctx)
{
	list_irregular(ctx);
	ours_list(ctx);
	peer_list(ctx);
}

static void fill_linear(void *ctx)
{
	list_linear(ctx);
	ours_list(ctx);
	peer_list(ctx);
}

static void ours_stuff(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR; i += BLOCK)
		must(tce_table_stuff(pair->table, i, 0, BLOCK) == 0);
}

static void peer_stuff(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR; i += BLOCK)
		must(flat_stuff(&pair->flat, i, 0, BLOCK) == 0);
}

/* Map and unmap one page at a time, over the entries of a ring of buffers. */
static void ours_put(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR; i++) {
		uint64_t tce = i & 1 ? 0 : irregular(i);

		must(tce_table_put(pair->table, (i >> 1) * 7 % 4096, tce, NULL) == 0);
	}
}

static void peer_put(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR; i++) {
		uint64_t tce = i & 1 ? 0 : irregular(i);

		must(flat_put(&pair->flat, (i >> 1) * 7 % 4096, tce, NULL) == 0);
	}
}

static void ours_translate(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_xlate xlate;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_LOOKUPS; i++) {
		uint64_t offset = mix(i + pair->turn) % (NR_RANDOM << SHIFT);

		sum += tce_table_translate(pair->table, offset, TCE_WRITE, &xlate);
		sum += xlate.ra.v;
	}
	bench_use(sum);
}

static void peer_translate(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_xlate xlate;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_LOOKUPS; i++) {
		uint64_t offset = mix(i + pair->turn) % (NR_RANDOM << SHIFT);

		sum += flat_translate(&pair->flat, offset, TCE_WRITE, &xlate);
		sum += xlate.ra.v;
	}
	bench_use(sum);
}

static void ours_hot(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_xlate xlate;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_LOOKUPS; i++) {
		sum += tce_table_translate(pair->table, pair->hot[i % NR_HOT], TCE_WRITE, &xlate);
		sum += xlate.ra.v;
	}
	bench_use(sum);
}

static void peer_hot(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_xlate xlate;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_LOOKUPS; i++) {
		sum += flat_translate(&pair->flat, pair->hot[i % NR_HOT], TCE_WRITE, &xlate);
		sum += xlate.ra.v;
	}
	bench_use(sum);
}

static void next_turn(void *ctx)
{
	((struct pair *)ctx)->turn += NR_LOOKUPS;
}

/* A pre-mapped TiB from nothing. */
static void empty(void *ctx)
{
	struct pair *pair = ctx;

	tce_table_clear(pair->table);
	region_discard(NULL, pair->peer.mem, pair->peer.size);
	pair->flat.nr_mapped = 0;
}

static void ours_premap(void *ctx)
{
	struct pair *pair = ctx;

	must(tce_table_put_run(pair->table, 0, TCE_PERM, NR_RANDOM) == 0);
}

static void peer_premap(void *ctx)
{
	struct pair *pair = ctx;

	must(flat_put_run(&pair->flat, 0, TCE_PERM, NR_RANDOM) == 0);
}

static void ours_clear(void *ctx)
{
	tce_table_clear(((struct pair *)ctx)->table);
}

static void peer_clear(void *ctx)
{
	flat_clear(&((struct pair *)ctx)->flat);
}

static void live_direct(void *ctx)
{
	struct pair *pair = ctx;

	must(tce_table_put_run(pair->table, 0, TCE_PERM, NR_LIVE) == 0);
	must(flat_put_run(&pair->flat, 0, TCE_PERM, NR_LIVE) == 0);
}

static void live_irregular(void *ctx)
{
	struct pair *pair = ctx;
	uint64_t i;

	for (i = 0; i < NR_LIVE; i++) {
		must(tce_table_put(pair->table, i, irregular(i), NULL) == 0);
		must(flat_put(&pair->flat, i, irregular(i), NULL) == 0);
	}
}

static void run(struct pair *pair, const char *name, uint64_t nr, void (*prepare)(void *ctx),
		void (*ours)(void *ctx), void (*peer)(void *ctx))
{
	struct bench bench = {.name = name,
			      .unit = "ns",
			      .per_unit = 1,
			      .ctx = pair,
			      .nr = nr,
			      .rounds = ROUNDS,
			      .prepare = prepare,
			      .ours = ours,
			      .peer = peer};

	bench_run(&bench);
}

/* Whole calls, in microseconds. */
static void run_call(struct pair *pair, const char *name, void (*prepare)(void *ctx),
		     void (*ours)(void *ctx), void (*peer)(void *ctx))
{
	struct bench bench = {.name = name,
			      .unit = "us",
			      .per_unit = 1000,
			      .ctx = pair,
			      .nr = 1,
			      .rounds = 5,
			      .prepare = prepare,
			      .ours = ours,
			      .peer = peer};

	bench_run(&bench);
}

static void bench_small(struct pair *pair)
{
	uint64_t i;

	pair_init(pair, NR);
	fill_irregular(pair);
	run(pair, "put", NR, NULL, ours_put, peer_put);
	run(pair, "put_list_512_irregular", NR, list_irregular, ours_list, peer_list);
	run(pair, "put_list_512_linear", NR, list_linear, ours_list, peer_list);
	run(pair, "stuff_512_over_irregular", NR, fill_irregular, ours_stuff, peer_stuff);
	run(pair, "stuff_512_over_linear", NR, fill_linear, ours_stuff, peer_stuff);
	fill_irregular(pair);
	for (i = 0; i < NR_HOT; i++)
		pair->hot[i] = mix(i) % (64U << SHIFT);
	run(pair, "translate_hot", NR_LOOKUPS, NULL, ours_hot, peer_hot);
	fill_linear(pair);
	run(pair, "translate_hot_in_runs", NR_LOOKUPS, NULL, ours_hot, peer_hot);
	pair_fini(pair);
}

static void bench_random(struct pair *pair)
{
	uint64_t i;

	pair_init(pair, NR_RANDOM);
	for (i = 0; i < NR_RANDOM; i++) {
		must(tce_table_put(pair->table, i, irregular(i), NULL) == 0);
		must(flat_put(&pair->flat, i, irregular(i), NULL) == 0);
	}
	run(pair, "translate_random_128MiB_irregular", NR_LOOKUPS, next_turn, ours_translate,
	    peer_translate);
	run_call(pair, "premap_1TiB_64K", empty, ours_premap, peer_premap);
	bench_line("premap_1TiB_64K_memory", "KiB", region_kib(&pair->ours),
		   region_kib(&pair->peer));
	run(pair, "translate_random_1TiB_premapped", NR_LOOKUPS, next_turn, ours_translate,
	    peer_translate);
	pair_fini(pair);
}

static void bench_window(struct pair *pair)
{
	pair_init(pair, NR_WINDOW);
	run_call(pair, "clear_2^44_with_32GiB_direct", live_direct, ours_clear, peer_clear);
	run_call(pair, "clear_2^44_with_32GiB_irregular", live_irregular, ours_clear, peer_clear);
	pair_fini(pair);
}

int main(void)
{
	static struct pair pair;

	bench_head("table: peer is a flat array with the same checks; best round of each");
	bench_small(&pair);
	bench_random(&pair);
	bench_window(&pair);
	return 0;
}
