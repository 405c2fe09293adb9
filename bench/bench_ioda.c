/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DMA through a bridge: RID to PE, TVE, table in memory. The peer walks the same table in the
 * same memory, and does nothing else: no PE, no cache, no checks. Times are per access.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/ioda.h>

#include "base/bits.h"
#include "bench.h"

#define MEMORY   (UINT64_C(64) << 20)
#define NR_PAGES (UINT64_C(1) << 20) /* that are mapped, of 4 KiB */
#define NR_FAR   (NR_PAGES / 2)      /* of them, below the doorbell of 32-bit MSI */
#define NR       100000U
#define NR_HOT   64U
#define ROUNDS   9
#define RID      0x100U
#define PE       5U
#define BYPASS   (UINT64_C(1) << 59)

struct path {
	struct tce_ioda *ioda;
	uint8_t *memory;
	uint64_t used; /* bytes of it */
	uint64_t base; /* of the table */
	unsigned bits; /* of each level */
	unsigned levels;
	uint64_t *addr; /* bus addresses of a call, NR of them */
};

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_ioda: a call failed\n");
	exit(1);
}

static int read_memory(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	const struct path *p = ctx;

	if (ra.v > MEMORY - n)
		return 1;
	memcpy(buf, p->memory + ra.v, n);
	return 0;
}

static int write_memory(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	(void)ctx;
	(void)ra;
	(void)buf;
	(void)n;
	return 1;
}

/* --- the table -------------------------------------------------------------------------------- */

static uint64_t entry(const struct path *p, uint64_t ra)
{
	return tce_be64_load(p->memory + ra);
}

/* A level, and all below it, for the pages from first on: each page maps to another. */
static uint64_t make_level(struct path *p, unsigned below, uint64_t first)
{
	uint64_t nr = UINT64_C(1) << p->bits;
	uint64_t span = UINT64_C(1) << (below * p->bits);
	uint64_t ra = (p->used + 8 * nr - 1) & ~(8 * nr - 1);

	p->used = ra + 8 * nr;
	must(p->used <= MEMORY);
	for (uint64_t i = 0; i < nr && first + i * span < NR_PAGES; i++) {
		uint64_t page = first + i * span;
		uint64_t tce =
			below == 0 ? (page * 7 % NR_PAGES) << 12 : make_level(p, below - 1, page);

		tce_be64_store(p->memory + ra + 8 * i, tce | TCE_READ | TCE_WRITE);
	}
	return ra;
}

static void opal(struct path *p, uint64_t token, const uint64_t *args, size_t nr)
{
	struct tce_opal_call call = {.token = token, .no_pointers = true};
	struct tce_opal_answer answer;

	memcpy(call.u.args, args, nr * sizeof(*args));
	must(tce_ioda_opal(p->ioda, &call, &answer) == 0 && answer.rc == TCE_OPAL_SUCCESS);
}

static void path_new(struct path *p, unsigned levels, unsigned bits)
{
	struct tce_memory memory = {.ctx = p, .read = read_memory, .write = write_memory};
	struct tce_ioda_opts opts = {.model = tce_ioda_model(TCE_IODA_PHB4, false),
				     .profile = tce_ioda_profile_find("hardware"),
				     .memory = &memory,
				     .tables = TCE_IODA_TABLES_INSIDE};
	const uint64_t set_pe[] = {0, PE, RID, 7, 1, 1, 1};
	uint64_t map[] = {0, PE, PE * 2, levels, 0, UINT64_C(8) << bits, 4096};
	const uint64_t real[] = {0, PE, PE * 2 + 1, BYPASS, UINT64_C(16) << 30};

	p->levels = levels;
	p->bits = bits;
	p->used = 0;
	p->base = make_level(p, levels - 1, 0);
	must(tce_ioda_new(&opts, &p->ioda) == 0);
	opal(p, TCE_OPAL_PCI_SET_PE, set_pe, 7);
	map[4] = p->base;
	opal(p, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, map, 7);
	opal(p, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, real, 5);
}

/* --- what is measured ------------------------------------------------------------------------- */

static void ours(void *ctx)
{
	struct path *p = ctx;
	struct tce_ioda_access access = {.rid = RID, .access = TCE_READ};
	struct tce_ioda_xlate xlate;
	uint64_t sum = 0;

	for (unsigned i = 0; i < NR; i++) {
		access.addr = p->addr[i];
		must(tce_ioda_dma(p->ioda, &access, &xlate) == 0 &&
		     xlate.fault == TCE_IODA_FAULT_NOT);
		sum += xlate.ra.v;
	}
	bench_use(sum);
}

static void peer(void *ctx)
{
	const struct path *p = ctx;
	uint64_t mask = (UINT64_C(1) << p->bits) - 1;
	uint64_t sum = 0;

	for (unsigned i = 0; i < NR; i++) {
		uint64_t page = p->addr[i] >> 12;
		uint64_t ra = p->base;

		for (unsigned level = p->levels; level > 0; level--)
			ra = entry(p, ra + 8 * (page >> ((level - 1) * p->bits) & mask)) &
			     ~UINT64_C(0xfff);
		sum += ra | (p->addr[i] & 0xfff);
	}
	bench_use(sum);
}

static void peer_bypass(void *ctx)
{
	const struct path *p = ctx;
	uint64_t sum = 0;

	for (unsigned i = 0; i < NR; i++)
		sum += p->addr[i] & ~BYPASS;
	bench_use(sum);
}

/* Addresses in nr pages, in an order that no cache of the bridge keeps up with when nr is large. */
static void choose(struct path *p, uint64_t base, uint64_t nr)
{
	uint64_t page = 1;

	for (unsigned i = 0; i < NR; i++) {
		page = (page * 1103515245 + 12345) % nr;
		p->addr[i] = base + (page << 12) + (i * 8 & 0xfff);
	}
}

static void compare(struct path *p, const char *name, void (*other)(void *ctx))
{
	struct bench bench = {.name = name,
			      .unit = "ns",
			      .per_unit = 1,
			      .ctx = p,
			      .nr = NR,
			      .rounds = ROUNDS,
			      .ours = ours,
			      .peer = other};

	bench_run(&bench);
}

int main(void)
{
	static const struct {
		unsigned levels, bits;
		const char *hit, *miss;
	} paths[] = {
		{1, 20, "1 level, cache hit", "1 level, cache miss"},
		{2, 10, "2 levels, cache hit", "2 levels, cache miss"},
		{3, 9, "3 levels, cache hit", "3 levels, cache miss"},
	};
	struct path p = {.memory = malloc(MEMORY), .addr = malloc(NR * sizeof(uint64_t))};

	must(p.memory != NULL && p.addr != NULL);
	bench_head("a DMA through a PHB4, beside a walk over the same table");
	for (unsigned i = 0; i < 3; i++) {
		memset(p.memory, 0, MEMORY);
		path_new(&p, paths[i].levels, paths[i].bits);
		choose(&p, 0, NR_HOT);
		compare(&p, paths[i].hit, peer);
		choose(&p, 0, NR_FAR);
		compare(&p, paths[i].miss, peer);
		if (i == 2) {
			choose(&p, BYPASS, NR_FAR);
			compare(&p, "bypass", peer_bypass);
		}
		tce_ioda_free(p.ioda);
	}
	free(p.addr);
	free(p.memory);
	return 0;
}
