/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine of a VFIO recording: a powernv with one bridge for each PCI domain named in the
 * header and one root port for each bus, and the memory of the recorded processes. Huge pages that
 * the kernel gives by itself (THP) are there wherever a whole one fits: the recordings were made
 * with transparent_hugepage=always.
 */
#include <string.h>

#include <tce/vfio.h>

#include "base/bits.h"
#include "replay.h"

#define RAM_DEFAULT (UINT64_C(4) << 30)
#define ARENA       ((size_t)1 << 30) /* address space, not memory */

/* Buffers lie from here on, in the order in which they are made; tables lie at the top of RAM. */
#define BUFFERS_RA (UINT64_C(256) << 20)

/* log2 of a huge page: hash MMU (POWER8), radix (POWER9 and 10). */
#define HUGE_HASH  24U
#define HUGE_RADIX 21U

static unsigned huge_shift(const struct tce_vfio_replay *replay)
{
	return replay->kernel.powernv == 8 ? HUGE_HASH : HUGE_RADIX;
}

static uint64_t ram_of(const struct tce_vfio_replay *replay)
{
	return replay->opts.ram != 0 ? replay->opts.ram : RAM_DEFAULT;
}

/* --- machine ------------------------------------------------------------------------------ */

static int step(struct tce_vfio_replay *replay, const struct tce_event *event)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(replay->machine, event, &outcome);

	return err == -TCE_ERR_EXISTS ? 0 : err;
}

static enum tce_ioda_generation generation(const struct tce_vfio_replay *replay)
{
	switch (replay->kernel.powernv) {
	case 8: return TCE_IODA_PHB3;
	case 9: return TCE_IODA_PHB4;
	default: return TCE_IODA_PHB5;
	}
}

/* Devices: the port of a bus is 0x100 + bus of its bridge, the endpoint follows its group. */
static int plug(struct tce_vfio_replay *replay, unsigned i)
{
	const struct tce_vfio_group_line *group = &replay->group[i];
	uint16_t phb = (uint16_t)group->domain;
	uint16_t port = (uint16_t)(0x100 + (group->domain & 0x7f) * 0x100 + group->bus);
	struct tce_event event;
	int err;

	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PHB_PLUG;
	event.u.phb_plug.phb = phb;
	event.u.phb_plug.generation = generation(replay);
	err = step(replay, &event);
	if (err != 0)
		return err;
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_DEVICE_PLUG;
	event.u.device_plug.phb = phb;
	event.u.device_plug.parent = TCE_NO_ID;
	if (group->bus != 0) {
		event.u.device_plug.dev = port;
		event.u.device_plug.devfn = (uint8_t)(group->bus << 3);
		event.u.device_plug.type = TCE_DEV_ROOT_PORT;
		event.u.device_plug.secondary_bus = group->bus;
		event.u.device_plug.subordinate_bus = group->bus;
		err = step(replay, &event);
		event.u.device_plug.parent = port;
	}
	if (err != 0)
		return err;
	event.u.device_plug.dev = (uint16_t)i;
	event.u.device_plug.bus = group->bus;
	event.u.device_plug.devfn = group->devfn;
	event.u.device_plug.type = TCE_DEV_ENDPOINT;
	event.u.device_plug.secondary_bus = 0;
	event.u.device_plug.subordinate_bus = 0;
	return step(replay, &event);
}

/* The recorded VFIO worked, whatever its release did (C12): it was mended, or never broken. */
static int boot(struct tce_vfio_replay *replay)
{
	const char *version =
		replay->opts.kernel != NULL ? replay->opts.kernel : replay->kernel.version;
	struct tce_event event = {.kind = TCE_EV_BOOT};
	struct tce_kernel_match match;
	struct tce_kernel kernel;
	int err = tce_kernel_find(version, &match);

	if (err == 0)
		err = tce_kernel_at(match.index, &kernel);
	if (err != 0)
		return err;
	memcpy(replay->sum.kernel, kernel.name, sizeof(replay->sum.kernel));
	replay->sum.kernel_exact = match.exact;
	event.u.boot.kernel = (uint16_t)match.index;
	event.u.boot.page_shift = replay->kernel.page_size == 4096 ? 12 : 16;
	tce_defects_add(&event.u.boot.defects_off, TCE_DEFECT_C12);
	return step(replay, &event);
}

static int bind(struct tce_vfio_replay *replay, unsigned i)
{
	struct tce_ev_vfio ev = {.op = TCE_VFIO_BIND, .container = TCE_NO_ID, .group = (uint16_t)i};
	struct tce_outcome outcome;
	bool taken;

	replay->group_dev[replay->group[i].name - 'A'] = (uint16_t)i;
	return tce_vfio_replay_step(replay, &ev, &outcome, &taken);
}

static int populate(struct tce_vfio_replay *replay)
{
	int err = tce_linux_attach(replay->machine);

	if (err == 0)
		err = tce_vfio_attach(replay->machine);
	for (unsigned i = 0; err == 0 && i < replay->nr_groups; i++)
		err = plug(replay, i);
	if (err == 0)
		err = boot(replay);
	for (unsigned i = 0; err == 0 && i < replay->nr_groups; i++)
		err = bind(replay, i);
	return err;
}

int tce_vfio_replay_build(struct tce_vfio_replay *replay)
{
	struct tce_machine_opts opts = {.platform = TCE_POWERNV,
					.ioda_profile = "qemu-pnv",
					.ram = ram_of(replay),
					.storage = TCE_STORAGE_LAZY,
					.arena_size = ARENA};
	struct tce_alloc alloc = tce_mem_alloc(&replay->mem);
	int err;

	if (!replay->has_run || !replay->has_kernel || replay->nr_groups == 0)
		return -TCE_ERR_FORMAT;
	for (unsigned i = 0; i < 26; i++)
		replay->group_dev[i] = TCE_NO_ID;
	replay->sum.powernv = replay->kernel.powernv;
	replay->sum.page_size = replay->kernel.page_size;
	replay->fresh_ra = BUFFERS_RA;
	replay->process_pending = true;
	err = tce_machine_new(&alloc, &opts, &replay->machine);
	if (err == 0)
		err = populate(replay);
	return err == -TCE_ERR_INVAL || err == -TCE_ERR_EXISTS ? -TCE_ERR_FORMAT : err;
}

/* --- memory ------------------------------------------------------------------------------- */

/* Fresh real memory, as aligned as its user address is; it comes round when all was used. */
static uint64_t take_ra(struct tce_vfio_replay *replay, uint64_t vaddr, uint64_t size)
{
	uint64_t mask = tce_low_mask(huge_shift(replay));
	uint64_t ra = ((replay->fresh_ra + mask) & ~mask) + (vaddr & mask);

	if (ra + size > ram_of(replay) / 2)
		ra = BUFFERS_RA + (vaddr & mask);
	replay->fresh_ra = ra + size;
	return ra;
}

struct piece {
	uint64_t vaddr;
	uint64_t size;
	uint64_t ra;
	uint32_t prot;
	unsigned huge;
	unsigned block;
};

static int map_piece(struct tce_vfio_replay *replay, const struct piece *piece)
{
	struct tce_ev_vfio ev = {.op = TCE_VFIO_MMAP,
				 .container = TCE_NO_ID,
				 .group = TCE_NO_ID,
				 .vaddr = piece->vaddr,
				 .size = piece->size,
				 .start = piece->ra,
				 .flags = piece->prot,
				 .page_shift = piece->huge,
				 .levels = piece->block};
	struct tce_outcome outcome;
	bool taken;

	return piece->size == 0 ? 0 : tce_vfio_replay_step(replay, &ev, &outcome, &taken);
}

/* The middle of a plain buffer that whole huge pages fill, and what is before and behind. */
static int map_plain(struct tce_vfio_replay *replay, const struct tce_vfio_buffer *buffer,
		     uint64_t ra)
{
	uint64_t mask = tce_low_mask(huge_shift(replay));
	uint64_t end = buffer->vaddr + buffer->size;
	uint64_t first = (buffer->vaddr + mask) & ~mask;
	uint64_t last = end & ~mask;
	struct piece piece = {
		.vaddr = buffer->vaddr, .size = buffer->size, .ra = ra, .prot = buffer->prot};
	int err;

	if (buffer->backing != TCE_VFIO_BACKED_PLAIN || first >= last || first < buffer->vaddr)
		return map_piece(replay, &piece);
	piece.size = first - buffer->vaddr;
	err = map_piece(replay, &piece);
	piece.vaddr = first;
	piece.size = last - first;
	piece.ra = ra + (first - buffer->vaddr);
	piece.block = huge_shift(replay);
	if (err == 0)
		err = map_piece(replay, &piece);
	piece.vaddr = last;
	piece.size = end - last;
	piece.ra = ra + (last - buffer->vaddr);
	piece.block = 0;
	return err != 0 ? err : map_piece(replay, &piece);
}

int tce_vfio_replay_mmap(struct tce_vfio_replay *replay, const struct tce_vfio_buffer *buffer)
{
	uint64_t ra = take_ra(replay, buffer->vaddr, buffer->size);
	struct piece piece = {.vaddr = buffer->vaddr,
			      .size = buffer->size,
			      .ra = ra,
			      .prot = buffer->prot,
			      .huge = huge_shift(replay),
			      .block = huge_shift(replay)};

	if (buffer->backing == TCE_VFIO_BACKED_HUGETLB)
		return map_piece(replay, &piece);
	return map_plain(replay, buffer, ra);
}

/* Real memory stays; which it is no answer tells. */
int tce_vfio_replay_protect(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call)
{
	struct piece piece = {.vaddr = call->vaddr,
			      .size = call->size,
			      .ra = take_ra(replay, call->vaddr, call->size),
			      .prot = call->number};

	return map_piece(replay, &piece);
}

/* --- processes ---------------------------------------------------------------------------- */

static int limits(struct tce_vfio_replay *replay)
{
	struct tce_ev_vfio ev = {.op = TCE_VFIO_RLIMIT,
				 .container = TCE_NO_ID,
				 .group = TCE_NO_ID,
				 .size = replay->caps.memlock};
	struct tce_outcome outcome;
	bool taken;
	int err = tce_vfio_replay_step(replay, &ev, &outcome, &taken);

	ev.op = TCE_VFIO_CAP;
	ev.number = replay->caps.ipc_lock;
	return err != 0 ? err : tce_vfio_replay_step(replay, &ev, &outcome, &taken);
}

int tce_vfio_replay_begin_process(struct tce_vfio_replay *replay)
{
	int err = limits(replay);

	replay->process_pending = false;
	for (unsigned i = 0; i < replay->nr_buffers && err == 0; i++) {
		const struct tce_vfio_buffer *buffer = &replay->buffer[i];

		if (buffer->backing != TCE_VFIO_BACKED_NOT && !replay->missing[buffer->name - 'A'])
			err = tce_vfio_replay_mmap(replay, buffer);
	}
	return err;
}

int tce_vfio_replay_end_process(struct tce_vfio_replay *replay)
{
	struct tce_ev_vfio ev = {.op = TCE_VFIO_EXIT, .container = TCE_NO_ID, .group = TCE_NO_ID};
	struct tce_outcome outcome;
	bool taken;
	int err;

	if (replay->process_pending)
		return 0;
	if (replay->locked != 0)
		tce_vfio_replay_find(replay, TCE_RULE_UNBALANCED_ACCOUNT, replay->locked);
	err = tce_vfio_replay_step(replay, &ev, &outcome, &taken);
	replay->locked = 0;
	replay->process_pending = true;
	return err;
}
