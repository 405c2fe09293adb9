/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercalls through the public API, beside flat arrays with the same checks (flat_lpar.c).
 * Times are per TCE or per DMA. Guest memory is a buffer that a callback copies from, for both.
 */
#define _DEFAULT_SOURCE /* mmap */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <tce/papr.h>

#include "base/bits.h"
#include "bench.h"
#include "flat_lpar.h"

#define L0         UINT64_C(0x80000000)
#define L1         UINT64_C(0x80000001)
#define BUID       UINT64_C(0x800000020000000)
#define DYN        (UINT64_C(1) << 59)
#define LIST       512U
#define NR         (UINT64_C(1) << 17) /* TCEs of one round */
#define SHIFT      16
#define NR_ENTRIES (UINT64_C(1) << 24) /* of the dynamic window: 1 TiB, 128 MiB flat */
#define NR_DMA     200000U
#define NR_HOT     1024U /* addresses of the hot comparison, in 64 pages */
#define ROUNDS     9
#define RAM_BYTES  (1U << 20)

struct pair {
	struct tce_lpar *lpar;
	struct flat_lpar flat;
	struct tce_dma_path path; /* a device's */
	uint8_t *ram;
	uint64_t hot[NR_HOT];
	uint64_t turn; /* differs from round to round, so that values do */
};

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_papr: a call failed\n");
	exit(1);
}

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

static int ram_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	const struct pair *pair = ctx;

	if (ra.v >= RAM_BYTES || n > RAM_BYTES - ra.v)
		return -1;
	memcpy(buf, pair->ram + ra.v, n);
	return 0;
}

static void *zeroes(uint64_t bytes)
{
	void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	must(mem != MAP_FAILED);
	return mem;
}

static void create_window(struct tce_lpar *lpar)
{
	struct tce_rtas_call call = {.call = TCE_RTAS_CREATE, .nargs = 5, .nret = 4};
	struct tce_answer answer;

	call.args[1] = BUID >> 32;
	call.args[2] = (uint32_t)BUID;
	call.args[3] = SHIFT;
	call.args[4] = SHIFT + tce_log2_floor(NR_ENTRIES);
	must(tce_lpar_rtas(lpar, &call, &answer) == 0 && answer.rets[1] == L1);
}

static void pair_init(struct pair *pair)
{
	struct tce_memory memory = {pair, ram_read, NULL, NULL};
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find("qemu"), .memory = &memory};
	struct tce_phb_opts phb;
	unsigned i;

	memset(pair, 0, sizeof(*pair));
	pair->ram = zeroes(RAM_BYTES);
	tce_phb_opts_qemu(&phb, 0);
	must(tce_lpar_new(&opts, &pair->lpar) == 0);
	must(tce_lpar_phb_add(pair->lpar, &phb) == 0);
	tce_dma_path_init(&pair->path, pair->lpar, BUID);
	create_window(pair->lpar);
	flat_lpar_init(&pair->flat, &memory, zeroes(8 << 18), SHIFT, NR_ENTRIES,
		       zeroes(8 * NR_ENTRIES));
	for (i = 0; i < NR_HOT; i++)
		pair->hot[i] = DYN + (mix(i) % 64 << SHIFT) + mix(i + NR_HOT) % 4096;
}

static void list_fill(struct pair *pair, bool linear)
{
	uint64_t i;

	pair->turn++;
	for (i = 0; i < LIST; i++)
		tce_be64_store(pair->ram + 8 * i, linear ? (pair->turn + i) << 12 | TCE_PERM
							 : irregular(pair->turn * LIST + i));
}

/* The entries are in use already, as in a running guest. */
static void prepare_irregular(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	list_fill(pair, false);
	for (i = 0; i < NR; i += LIST) {
		must(tce_lpar_h_put_tce_indirect(pair->lpar, L0, tce_ioba(i << 12), tce_ra(0), LIST,
						 &answer) == 0);
		must(flat_h_put_tce_indirect(&pair->flat, L0, tce_ioba(i << 12), tce_ra(0), LIST,
					     &answer) == 0);
	}
	list_fill(pair, false);
}

static void prepare_linear(void *ctx)
{
	list_fill(ctx, true);
}

static void ours_indirect(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	for (i = 0; i < NR; i += LIST)
		must(tce_lpar_h_put_tce_indirect(pair->lpar, L0, tce_ioba(i << 12), tce_ra(0), LIST,
						 &answer) == 0 &&
		     answer.r3 == 0);
}

static void peer_indirect(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	for (i = 0; i < NR; i += LIST)
		must(flat_h_put_tce_indirect(&pair->flat, L0, tce_ioba(i << 12), tce_ra(0), LIST,
					     &answer) == 0 &&
		     answer.r3 == 0);
}

static void ours_stuff(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	for (i = 0; i < NR; i += LIST)
		must(tce_lpar_h_stuff_tce(pair->lpar, L0, tce_ioba(i << 12), 0, LIST, &answer) ==
			     0 &&
		     answer.r3 == 0);
}

static void peer_stuff(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	for (i = 0; i < NR; i += LIST)
		must(flat_h_stuff_tce(&pair->flat, L0, tce_ioba(i << 12), 0, LIST, &answer) == 0 &&
		     answer.r3 == 0);
}

/* Map and unmap one page at a time, over the pages of a ring of buffers. */
static struct tce_ioba ring(uint64_t i)
{
	return tce_ioba((i >> 1) * 7 % 4096 << 12);
}

static void ours_put(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	for (i = 0; i < NR; i++)
		must(tce_lpar_h_put_tce(pair->lpar, L0, ring(i), i & 1 ? 0 : i << 12 | TCE_PERM,
					&answer) == 0 &&
		     answer.r3 == 0);
}

static void peer_put(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	for (i = 0; i < NR; i++)
		must(flat_h_put_tce(&pair->flat, L0, ring(i), i & 1 ? 0 : i << 12 | TCE_PERM,
				    &answer) == 0 &&
		     answer.r3 == 0);
}

static void ours_get(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR; i++) {
		must(tce_lpar_h_get_tce(pair->lpar, L0, ring(i), &answer) == 0);
		sum += answer.r4;
	}
	bench_use(sum);
}

static void peer_get(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR; i++) {
		must(flat_h_get_tce(&pair->flat, L0, ring(i), &answer) == 0);
		sum += answer.r4;
	}
	bench_use(sum);
}

/* Irregular entries all over the dynamic window: no runs to be had. */
static void prepare_dma(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_answer answer;
	uint64_t i;

	pair->turn++;
	if (pair->turn > 1)
		return;
	for (i = 0; i < NR_ENTRIES; i += LIST) {
		list_fill(pair, false);
		must(tce_lpar_h_put_tce_indirect(pair->lpar, L1, tce_ioba(DYN + (i << SHIFT)),
						 tce_ra(0), LIST, &answer) == 0);
		must(flat_h_put_tce_indirect(&pair->flat, L1, tce_ioba(DYN + (i << SHIFT)),
					     tce_ra(0), LIST, &answer) == 0);
	}
}

static void ours_hot(void *ctx)
{
	struct tce_dma dma = {.bus = BUID, .access = TCE_WRITE};
	struct pair *pair = ctx;
	struct tce_dma_out out;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_DMA; i++) {
		dma.addr = pair->hot[i % NR_HOT];
		tce_lpar_dma(pair->lpar, &dma, &out);
		sum += out.xlate.ra.v + out.result;
	}
	bench_use(sum);
}

static void ours_hot_by_path(void *ctx)
{
	struct pair *pair = ctx;
	struct tce_dma_out out;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_DMA; i++) {
		tce_dma_path_translate(&pair->path, pair->hot[i % NR_HOT], TCE_WRITE, &out);
		sum += out.xlate.ra.v + out.result;
	}
	bench_use(sum);
}

static void peer_hot(void *ctx)
{
	struct tce_dma dma = {.bus = BUID, .access = TCE_WRITE};
	struct pair *pair = ctx;
	struct tce_dma_out out;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_DMA; i++) {
		dma.addr = pair->hot[i % NR_HOT];
		flat_dma(&pair->flat, &dma, &out);
		sum += out.xlate.ra.v + out.result;
	}
	bench_use(sum);
}

static void ours_random(void *ctx)
{
	struct tce_dma dma = {.bus = BUID, .access = TCE_WRITE};
	struct pair *pair = ctx;
	struct tce_dma_out out;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_DMA; i++) {
		dma.addr = DYN + mix(i + pair->turn) % (NR_ENTRIES << SHIFT);
		tce_lpar_dma(pair->lpar, &dma, &out);
		sum += out.xlate.ra.v + out.result;
	}
	bench_use(sum);
}

static void peer_random(void *ctx)
{
	struct tce_dma dma = {.bus = BUID, .access = TCE_WRITE};
	struct pair *pair = ctx;
	struct tce_dma_out out;
	uint64_t sum = 0;
	uint64_t i;

	for (i = 0; i < NR_DMA; i++) {
		dma.addr = DYN + mix(i + pair->turn) % (NR_ENTRIES << SHIFT);
		flat_dma(&pair->flat, &dma, &out);
		sum += out.xlate.ra.v + out.result;
	}
	bench_use(sum);
}

static void compare(struct pair *pair, const char *name, uint64_t nr, void (*prepare)(void *),
		    void (*ours)(void *), void (*peer)(void *))
{
	struct bench bench = {name, "ns", 1, pair, nr, ROUNDS, prepare, ours, peer};

	bench_run(&bench);
}

int main(void)
{
	static struct pair pair;

	pair_init(&pair);
	bench_head("hypercalls through the public API, beside flat arrays with the same checks");
	compare(&pair, "put", NR, prepare_irregular, ours_put, peer_put);
	compare(&pair, "get", NR, prepare_irregular, ours_get, peer_get);
	compare(&pair, "indirect_512_irregular", NR, prepare_irregular, ours_indirect,
		peer_indirect);
	compare(&pair, "indirect_512_linear", NR, prepare_linear, ours_indirect, peer_indirect);
	compare(&pair, "stuff_512_after_irregular", NR, prepare_irregular, ours_stuff, peer_stuff);
	compare(&pair, "stuff_512_after_linear", NR, prepare_linear, ours_stuff, peer_stuff);
	pair.turn = 0;
	compare(&pair, "dma_hot", NR_DMA, prepare_dma, ours_hot, peer_hot);
	compare(&pair, "dma_hot_by_path", NR_DMA, prepare_dma, ours_hot_by_path, peer_hot);
	compare(&pair, "dma_random_128_mib", NR_DMA, prepare_dma, ours_random, peer_random);
	tce_lpar_free(pair.lpar);
	return 0;
}
