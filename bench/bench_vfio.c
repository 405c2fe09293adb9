/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A VFIO client's calls in process, beside an array that does no more than remember them: what a
 * launcher pays for the model of kernel and bridge behind an ioctl. Times are per call pair, per
 * call, or per mapping, as the name says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/linux.h>
#include <tce/vfio.h>

#include "bench.h"

#define GIB         (UINT64_C(1) << 30)
#define RAM         (128 * GIB)
#define MEMORY      (64 * GIB) /* the client's, at user address 2^40, real address 0 */
#define VADDR       (UINT64_C(1) << 40)
#define WINDOW1     (UINT64_C(1) << 59)
#define NR_PAIRS    2000U
#define NR_LIVE     1000000U
#define ROUNDS      5
#define PAIR_ROUNDS 300 /* short ones: the best is one that nothing interrupted */

struct vfio_bench {
	struct tce_machine *machine;
	uint8_t arg[40];
	unsigned page_shift; /* of the window */
	uint64_t *flat;      /* the peer's entries */
	uint64_t *flat_user;
};

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench_vfio: a call failed\n");
	exit(1);
}

/* --- the client --------------------------------------------------------------------------- */

static bool pin(void *ctx, uint16_t process, uint64_t vaddr, uint64_t max,
		struct tce_vfio_pages *ret_pages)
{
	(void)ctx;
	(void)process;
	ret_pages->ra = tce_ra(vaddr - VADDR);
	ret_pages->nr = max;
	ret_pages->huge_shift = 21;
	ret_pages->block_shift = 21;
	return vaddr >= VADDR && vaddr - VADDR + (max << 16) <= MEMORY;
}

static bool read_arg(void *ctx, uint16_t process, uint64_t vaddr, void *buf, size_t n)
{
	const struct vfio_bench *b = ctx;

	(void)process;
	(void)vaddr;
	memcpy(buf, b->arg, n);
	return true;
}

static bool write_arg(void *ctx, uint16_t process, uint64_t vaddr, const void *buf, size_t n)
{
	(void)process;
	(void)vaddr;
	memcpy(((struct vfio_bench *)ctx)->arg, buf, n < 40 ? n : 40);
	return true;
}

static void put64(struct vfio_bench *b, unsigned offset, uint64_t v)
{
	memcpy(b->arg + offset, &v, sizeof(v));
}

static void put32(struct vfio_bench *b, unsigned offset, uint32_t v)
{
	memcpy(b->arg + offset, &v, sizeof(v));
}

static int64_t call(struct vfio_bench *b, uint32_t nr, uint64_t arg)
{
	struct tce_vfio_ioctl ioctl = {.request = 0x3b00 + nr, .arg = arg};
	int64_t ret;

	must(tce_vfio_ioctl(b->machine, &ioctl, &ret) == 0);
	return ret;
}

static void map(struct vfio_bench *b, uint64_t vaddr, uint64_t iova, uint64_t size)
{
	put32(b, 0, 32);
	put32(b, 4, 3);
	put64(b, 8, vaddr);
	put64(b, 16, iova);
	put64(b, 24, size);
	must(call(b, TCE_VFIO_NR_MAP_DMA, 0x1000) == 0);
}

static void unmap(struct vfio_bench *b, uint64_t iova, uint64_t size)
{
	put32(b, 0, 24);
	put32(b, 4, 0);
	put64(b, 8, iova);
	put64(b, 16, size);
	must(call(b, TCE_VFIO_NR_UNMAP_DMA, 0x1000) == 0);
}

/* --- the machine -------------------------------------------------------------------------- */

static void step(struct vfio_bench *b, const struct tce_event *event)
{
	struct tce_outcome outcome;

	must(tce_machine_step(b->machine, event, &outcome) == 0 && outcome.err == 0);
}

static void group_call(struct vfio_bench *b, enum tce_vfio_op op)
{
	struct tce_event event = {.kind = TCE_EV_VFIO};

	event.u.vfio.op = op;
	event.u.vfio.number = 7;
	step(b, &event);
}

static const struct tce_vfio_client *client_of(struct vfio_bench *b)
{
	static struct tce_vfio_client client = {.pin = pin, .read = read_arg, .write = write_arg};

	client.ctx = b;
	return &client;
}

static void machine_new(struct vfio_bench *b)
{
	struct tce_machine_opts opts = {.platform = TCE_POWERNV,
					.ram = RAM,
					.storage = TCE_STORAGE_LAZY,
					.arena_size = (size_t)1 << 30};
	struct tce_event event;
	struct tce_kernel_match match;

	must(tce_machine_new(NULL, &opts, &b->machine) == 0);
	must(tce_linux_attach(b->machine) == 0 && tce_vfio_attach(b->machine) == 0);
	must(tce_vfio_set_client(b->machine, client_of(b)) == 0);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PHB_PLUG;
	event.u.phb_plug.generation = TCE_IODA_PHB4;
	step(b, &event);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_DEVICE_PLUG;
	event.u.device_plug.parent = TCE_NO_ID;
	event.u.device_plug.devfn = 8;
	step(b, &event);
	must(tce_kernel_find("fixed", &match) == 0);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_BOOT;
	event.u.boot.kernel = (uint16_t)match.index;
	step(b, &event);
	group_call(b, TCE_VFIO_BIND);
}

/* A v2 container with all of the client's memory registered and one window of such pages. */
static void container_open(struct vfio_bench *b)
{
	group_call(b, TCE_VFIO_OPEN_CONTAINER);
	group_call(b, TCE_VFIO_OPEN_GROUP);
	group_call(b, TCE_VFIO_SET_CONTAINER);
	group_call(b, TCE_VFIO_SET_IOMMU);
	put32(b, 0, 24);
	put32(b, 4, 0);
	put64(b, 8, VADDR);
	put64(b, 16, MEMORY);
	must(call(b, TCE_VFIO_NR_REGISTER, 0x1000) == 0);
	memset(b->arg, 0, sizeof(b->arg));
	put32(b, 0, 40);
	put32(b, 8, b->page_shift);
	put64(b, 16, MEMORY);
	put32(b, 24, 1);
	must(call(b, TCE_VFIO_NR_CREATE, 0x1000) == 0);
}

static void container_close(struct vfio_bench *b)
{
	group_call(b, TCE_VFIO_CLOSE_GROUP);
	group_call(b, TCE_VFIO_CLOSE_CONTAINER);
}

/* --- comparisons -------------------------------------------------------------------------- */

static void pairs(void *ctx)
{
	struct vfio_bench *b = ctx;

	for (unsigned i = 0; i < NR_PAIRS; i++) {
		uint64_t offset = (uint64_t)(i & 1023U) << b->page_shift;

		map(b, VADDR + offset, WINDOW1 + offset, UINT64_C(1) << b->page_shift);
		unmap(b, WINDOW1 + offset, UINT64_C(1) << b->page_shift);
	}
}

static void flat_pairs(void *ctx)
{
	struct vfio_bench *b = ctx;

	for (unsigned i = 0; i < NR_PAIRS; i++) {
		volatile uint64_t *tce = &b->flat[i & 1023U];

		*tce = ((uint64_t)i << b->page_shift) | 3;
		b->flat_user[i & 1023U] = VADDR + i;
		bench_use(*tce);
		*tce = 0;
		b->flat_user[i & 1023U] = 0;
	}
}

static void reopen(void *ctx)
{
	struct vfio_bench *b = ctx;

	container_close(b);
	container_open(b);
}

static void map_all(void *ctx)
{
	map(ctx, VADDR, WINDOW1, MEMORY);
}

static void flat_map_all(void *ctx)
{
	struct vfio_bench *b = ctx;

	for (uint64_t i = 0; i < MEMORY >> b->page_shift; i++) {
		b->flat[i] = (i << b->page_shift) | 3;
		b->flat_user[i] = VADDR + (i << b->page_shift);
	}
	bench_use(b->flat[1]);
}

static void reopen_and_map(void *ctx)
{
	struct vfio_bench *b = ctx;

	container_close(b);
	container_open(b);
	map(b, VADDR, WINDOW1, (uint64_t)NR_LIVE << b->page_shift);
	flat_map_all(b);
}

static void close_live(void *ctx)
{
	container_close(ctx);
	group_call(ctx, TCE_VFIO_OPEN_CONTAINER);
	group_call(ctx, TCE_VFIO_OPEN_GROUP);
}

static void flat_close(void *ctx)
{
	struct vfio_bench *b = ctx;

	memset(b->flat, 0, NR_LIVE * sizeof(*b->flat));
	memset(b->flat_user, 0, NR_LIVE * sizeof(*b->flat_user));
	bench_use(b->flat[1]);
}

static void with_page(struct vfio_bench *b, unsigned page_shift)
{
	container_close(b);
	b->page_shift = page_shift;
	container_open(b);
}

int main(void)
{
	struct vfio_bench b = {.page_shift = 16};
	struct bench pair = {.name = "map + unmap of one page",
			     .unit = "ns",
			     .per_unit = 1,
			     .ctx = &b,
			     .nr = NR_PAIRS,
			     .rounds = PAIR_ROUNDS,
			     .ours = pairs,
			     .peer = flat_pairs};
	struct bench all = {.name = "map 64 GiB in 2 MiB pages",
			    .unit = "us",
			    .per_unit = 1000,
			    .ctx = &b,
			    .nr = 1,
			    .rounds = ROUNDS,
			    .prepare = reopen,
			    .ours = map_all,
			    .peer = flat_map_all};
	struct bench close = {.name = "close with 10^6 mappings, each",
			      .unit = "ns",
			      .per_unit = 1,
			      .ctx = &b,
			      .nr = NR_LIVE,
			      .rounds = 3,
			      .prepare = reopen_and_map,
			      .ours = close_live,
			      .peer = flat_close};

	b.flat = calloc((size_t)(MEMORY >> 16), sizeof(*b.flat));
	b.flat_user = calloc((size_t)(MEMORY >> 16), sizeof(*b.flat_user));
	must(b.flat != NULL && b.flat_user != NULL);
	machine_new(&b);
	container_open(&b);
	bench_head("VFIO calls in process, beside two arrays");
	bench_run(&pair);
	with_page(&b, 21);
	bench_run(&all);
	with_page(&b, 16);
	bench_run(&close);
	tce_machine_free(b.machine);
	free(b.flat);
	free(b.flat_user);
	return 0;
}
