/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lives of a partition: reset, a new kernel, saved and loaded. What a reset leaves (LoPAR
 * "partition reboot", QEMU spapr_machine_reset): plugged things stay plugged, windows are back to
 * the default, the device tree is firmware's again, the operating system and its mappings are
 * gone.
 */
#include <string.h>

#include "base/assert.h"
#include "machine.h"

static void drop_halves(struct tce_machine *machine)
{
	for (unsigned i = TCE_NR_OS_SLOTS; i > 0; i--) {
		const struct tce_os_half *half = &machine->st->os[i - 1];

		if (half->ops != NULL && half->ops->drop != NULL)
			half->ops->drop(machine);
	}
}

static int rebuild_nodes(struct tce_machine *machine)
{
	const struct tce_state *st = machine->st;
	uint32_t node = tce_node_next(st, 0);
	int err = 0;

	while (err == 0 && node != TCE_NODE_NONE) {
		err = tce_node_rebuild(machine, node);
		node = tce_node_next(st, node + 1);
	}
	return err;
}

int tce_machine_reset(struct tce_machine *machine)
{
	struct tce_state *st = machine->st;
	int err = tce_platform_reset(machine);

	if (err != 0)
		return err;
	drop_halves(machine);
	tce_mappings_clear(st);
	tce_memmap_set_all(st, false);
	memset(&st->boot, 0, sizeof(st->boot));
	st->booted = false;
	if (st->dead != TCE_ABORT_NOT || machine->opts.platform != TCE_PSERIES)
		return 0;
	return rebuild_nodes(machine);
}

void tce_machine_new_kernel(struct tce_machine *machine, const struct tce_ev_boot *boot)
{
	struct tce_state *st = machine->st;

	tce_mappings_lose(st);
	tce_memmap_set_all(st, true);
	st->boot = *boot;
	st->booted = true;
}

/* --- SAVE and LOAD --- */

static size_t saved_head(void)
{
	return (sizeof(struct tce_saved) + TCE_ARENA_GRAIN - 1) / TCE_ARENA_GRAIN * TCE_ARENA_GRAIN;
}

static uint8_t *saved_image(const struct tce_saved *saved)
{
	return (uint8_t *)(uintptr_t)saved + saved_head();
}

static const struct tce_saved *saved_of(const struct tce_state *st)
{
	return tce_state_at(st, st->image);
}

const struct tce_state *tce_state_image(const struct tce_state *st)
{
	const struct tce_saved *saved = saved_of(st);

	return saved == NULL ? NULL : (const void *)(saved_image(saved) + TCE_STATE_OFFSET);
}

const uint8_t *tce_state_image_stream(const struct tce_state *st, size_t *ret_bytes)
{
	const struct tce_saved *saved = saved_of(st);

	*ret_bytes = (size_t)saved->stream_bytes;
	return saved_image(saved) + saved->image_bytes;
}

static void forget_saved(struct tce_state *st)
{
	struct tce_saved *saved = tce_state_at(st, st->image);

	if (saved != NULL)
		tce_mem_free(&st->mem, saved,
			     saved_head() + saved->image_bytes + saved->stream_bytes);
	st->image.grain = 0;
}

/* A stream's bytes on their way: counted when at is NULL. */
struct stream {
	uint8_t *at;
	size_t bytes;
};

static int stream_put(void *ctx, const void *buf, size_t n)
{
	struct stream *stream = ctx;

	if (stream->at != NULL)
		memcpy(stream->at + stream->bytes, buf, n);
	stream->bytes += n;
	return 0;
}

static int stream_get(void *ctx, void *buf, size_t n)
{
	struct stream *stream = ctx;

	if (n > stream->bytes)
		return 1;
	memcpy(buf, stream->at, n);
	stream->at += n;
	stream->bytes -= n;
	return 0;
}

int tce_machine_save(struct tce_machine *machine)
{
	struct tce_state *st = machine->st;
	struct stream stream = {0};
	struct tce_saved *saved;
	size_t image_bytes;
	int err;

	if (machine->opts.platform != TCE_PSERIES)
		return -TCE_ERR_UNSUPPORTED;
	err = tce_lpar_save(machine->lpar, stream_put, &stream);
	if (err != 0)
		return err;
	forget_saved(st);
	image_bytes = machine->arena->used;
	saved = tce_arena_push(machine->arena, saved_head() + image_bytes + stream.bytes);
	if (saved == NULL)
		return -TCE_ERR_NOMEM;
	saved->image_bytes = image_bytes;
	saved->stream_bytes = stream.bytes;
	memcpy(saved_image(saved), machine->arena, image_bytes);
	((struct tce_arena *)(void *)saved_image(saved))->used = image_bytes;
	stream.at = saved_image(saved) + image_bytes;
	stream.bytes = 0;
	err = tce_lpar_save(machine->lpar, stream_put, &stream);
	st->image = tce_state_ref(st, saved);
	return err;
}

/* The image lies right behind what it is an image of: tce_arena_push. */
static void put_image_back(struct tce_machine *machine, const struct tce_saved *saved)
{
	struct tce_state *st = machine->st;
	size_t capacity = machine->arena->capacity;
	size_t end = saved_head() + (size_t)saved->image_bytes + (size_t)saved->stream_bytes;
	uint64_t nr_events = st->nr_events;
	struct tce_ref image = st->image;
	struct tce_pending_fail fail[TCE_NR_FAILS];

	memcpy(fail, st->fail, sizeof(fail)); /* the experimenter's, not the partition's */
	TCE_ASSERT((uintptr_t)saved - (uintptr_t)machine->arena == saved->image_bytes);
	memcpy(machine->arena, saved_image(saved), (size_t)saved->image_bytes);
	end = (end + TCE_ARENA_GRAIN - 1) / TCE_ARENA_GRAIN * TCE_ARENA_GRAIN;
	machine->arena->capacity = capacity;
	machine->arena->used = (size_t)saved->image_bytes + end;
	st->nr_events = nr_events;
	st->image = image;
	memcpy(st->fail, fail, sizeof(fail));
}

/*
 * Has the platform the bridges and virtual devices that it had then? QEMU refuses to load if not.
 */
static bool same_buses(const struct tce_state *a, const struct tce_state *b)
{
	uint32_t node = tce_node_next(a, 0);

	while (node != TCE_NODE_NONE && tce_node_find(b, node) != NULL &&
	       tce_node_buid(a, node) == tce_node_buid(b, node) &&
	       tce_node_liobn(a, node) == tce_node_liobn(b, node) &&
	       tce_node_next(a, node + 1) == tce_node_next(b, node + 1))
		node = tce_node_next(a, node + 1);
	return node == TCE_NODE_NONE && tce_node_next(a, 0) == tce_node_next(b, 0);
}

int tce_machine_load(struct tce_machine *machine, int *ret_errno)
{
	const struct tce_saved *saved = saved_of(machine->st);
	struct stream stream;
	int err;

	if (saved == NULL)
		return -TCE_ERR_STATE;
	if (!same_buses(tce_state_image(machine->st), machine->st)) {
		*ret_errno = -TCE_EINVAL;
		return 0;
	}
	err = tce_platform_reset(machine);
	if (err != 0 || machine->st->dead != TCE_ABORT_NOT)
		return err;
	put_image_back(machine, saved);
	stream.at = saved_image(saved) + saved->image_bytes;
	stream.bytes = (size_t)saved->stream_bytes;
	err = tce_lpar_load(machine->lpar, stream_get, &stream);
	machine->st->dead = (uint8_t)tce_lpar_aborted(machine->lpar);
	return err;
}
