/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine's life, its copies, what makes two of them equal. Applying events is step.c. */
#include "machine.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/hash.h"
#include "canon.h"

#define ARENA_DEFAULT ((size_t)64 << 20)
#define ARENA_LEAST   ((size_t)4096)
#define LMB_DEFAULT   (UINT64_C(256) << 20)
#define LMB_LEAST     (UINT64_C(1) << 16)
#define RAM_MOST      (UINT64_C(1) << 51)

/* --- options --- */

static bool opts_sane(const struct tce_machine_opts *opts)
{
	if (opts->platform != TCE_PSERIES && opts->platform != TCE_POWERNV)
		return false;
	if (opts->platform == TCE_PSERIES && opts->papr == NULL)
		return false;
	if (opts->platform == TCE_POWERNV &&
	    (opts->max_ram / 8 > TCE_TABLE_ENTRIES_MAX ||
	     (opts->ioda_profile != NULL && tce_ioda_profile_find(opts->ioda_profile) == NULL)))
		return false;
	return opts->ram != 0 && opts->ram <= RAM_MOST && opts->ram % LMB_LEAST == 0 &&
	       opts->max_ram >= opts->ram && opts->max_ram <= RAM_MOST &&
	       opts->max_ram % LMB_LEAST == 0 && tce_is_pow2(opts->lmb_size) &&
	       opts->lmb_size >= LMB_LEAST && opts->arena_size >= ARENA_LEAST &&
	       opts->arena_size <= TCE_ARENA_MAX &&
	       (opts->storage == TCE_STORAGE_COMPACT || opts->storage == TCE_STORAGE_LAZY);
}

/* Zeroes become what they stand for, and what does not count becomes zero. */
static void opts_fill(struct tce_machine_opts *opts)
{
	if (opts->platform == TCE_POWERNV)
		opts->papr = NULL;
	if (opts->max_ram == 0)
		opts->max_ram = opts->ram;
	if (opts->lmb_size == 0)
		opts->lmb_size = LMB_DEFAULT;
	if (opts->arena_size == 0)
		opts->arena_size = ARENA_DEFAULT;
	if (!opts->has_lrdr)
		opts->lrdr_capacity = opts->max_ram;
	opts->has_lrdr = true;
}

static const char *ioda_name(const struct tce_machine_opts *opts)
{
	return opts->ioda_profile == NULL ? "hardware" : opts->ioda_profile;
}

static bool opts_equal(const struct tce_machine_opts *a, const struct tce_machine_opts *b)
{
	return a->platform == b->platform && a->papr == b->papr &&
	       strcmp(ioda_name(a), ioda_name(b)) == 0 && a->ram == b->ram &&
	       a->max_ram == b->max_ram && a->lrdr_capacity == b->lrdr_capacity &&
	       a->no_lrdr == b->no_lrdr && a->lmb_size == b->lmb_size &&
	       memcmp(a->node_start, b->node_start, sizeof(a->node_start)) == 0 &&
	       a->no_multitce == b->no_multitce && a->no_64bit_query == b->no_64bit_query &&
	       a->has_limited_mode == b->has_limited_mode;
}

/* --- life --- */

static void *block_new(struct tce_machine *machine)
{
	return tce_mem_reserve(&machine->heap, machine->arena_size);
}

/* Both arenas, empty. On failure the caller frees what there is. */
static int arenas_new(struct tce_machine *machine)
{
	void *block = block_new(machine);

	if (block == NULL)
		return -TCE_ERR_NOMEM;
	machine->arena = tce_arena_init(block, machine->arena_size);
	if (tce_machine_is_lazy(machine) && machine->opts.platform == TCE_PSERIES)
		return 0;
	block = block_new(machine);
	if (block == NULL)
		return -TCE_ERR_NOMEM;
	machine->platform = tce_arena_init(block, machine->arena_size);
	return 0;
}

static int state_new(struct tce_machine *machine)
{
	const struct tce_machine_opts *opts = &machine->opts;
	struct tce_alloc alloc = tce_arena_alloc(machine->arena);

	machine->st = tce_arena_push(machine->arena, sizeof(*machine->st));
	TCE_ASSERT((uintptr_t)machine->st == (uintptr_t)machine->arena + TCE_STATE_OFFSET);
	memset(machine->st, 0, sizeof(*machine->st));
	tce_mem_init(&machine->st->mem, &alloc);
	return tce_memmap_init(machine->st, opts->ram, opts->max_ram, opts->lmb_size,
			       opts->platform == TCE_PSERIES);
}

/* A machine without its platform. */
static int handle_new(const struct tce_mem *heap, const struct tce_machine_opts *opts,
		      struct tce_machine **ret_machine)
{
	struct tce_machine *machine = tce_mem_new(heap, sizeof(*machine));
	struct tce_alloc alloc = tce_mem_alloc(heap);
	int err;

	if (machine == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&machine->heap, &alloc);
	machine->opts = *opts;
	machine->arena_size = opts->arena_size & ~(size_t)(TCE_ARENA_GRAIN - 1);
	err = arenas_new(machine);
	if (err == 0)
		err = state_new(machine);
	if (err != 0) {
		tce_machine_free(machine);
		return err;
	}
	*ret_machine = machine;
	return 0;
}

int tce_machine_new(const struct tce_alloc *alloc, const struct tce_machine_opts *opts,
		    struct tce_machine **ret_machine)
{
	struct tce_machine_opts filled = *opts;
	struct tce_machine *machine;
	struct tce_mem heap;
	int err;

	opts_fill(&filled);
	if (!opts_sane(&filled))
		return -TCE_ERR_INVAL;
	tce_mem_init(&heap, alloc);
	err = handle_new(&heap, &filled, &machine);
	if (err != 0)
		return err;
	err = tce_platform_new(machine);
	if (err != 0) {
		tce_machine_free(machine);
		return err;
	}
	*ret_machine = machine;
	return 0;
}

void tce_machine_free(struct tce_machine *machine)
{
	if (machine == NULL)
		return;
	tce_platform_free(machine);
	tce_mem_free(&machine->heap, machine->undo, machine->undo_size);
	tce_mem_release(&machine->heap, machine->platform, machine->arena_size);
	tce_mem_release(&machine->heap, machine->arena, machine->arena_size);
	tce_mem_free(&machine->heap, machine, sizeof(*machine));
}

/* --- copies --- */

int tce_machine_clone(const struct tce_machine *machine, struct tce_machine **ret_clone)
{
	struct tce_machine *clone;
	int err = handle_new(&machine->heap, &machine->opts, &clone);

	if (err != 0)
		return err;
	err = tce_platform_new(clone);
	tce_arena_copy(clone->arena, machine->arena);
	if (err == 0)
		err = tce_platform_clone(clone, machine);
	if (err != 0) {
		tce_machine_free(clone);
		return err;
	}
	clone->lost = machine->lost;
	clone->no_undo = machine->no_undo;
	*ret_clone = clone;
	return 0;
}

int tce_machine_copy(struct tce_machine *dst, const struct tce_machine *src)
{
	if (tce_machine_is_lazy(dst) || tce_machine_is_lazy(src) ||
	    dst->arena_size != src->arena_size || !opts_equal(&dst->opts, &src->opts))
		return -TCE_ERR_INVAL;
	if (dst == src)
		return 0;
	tce_arena_copy(dst->arena, src->arena);
	tce_platform_copy(dst, src);
	dst->lost = src->lost;
	return 0;
}

void tce_machine_image(const struct tce_machine *machine, struct tce_image *ret_image)
{
	const struct tce_arena *platform = machine->platform;

	ret_image->part[0] = (const uint8_t *)machine->arena;
	ret_image->size[0] = machine->arena->used;
	ret_image->part[1] = (const uint8_t *)platform;
	ret_image->size[1] = platform == NULL ? 0 : platform->used;
}

size_t tce_machine_image_size(const struct tce_machine *machine)
{
	struct tce_image image;

	tce_machine_image(machine, &image);
	return image.size[0] + image.size[1];
}

void tce_machine_image_save(const struct tce_machine *machine, void *buf)
{
	struct tce_image image;

	tce_machine_image(machine, &image);
	memcpy(buf, image.part[0], image.size[0]);
	if (image.size[1] != 0)
		memcpy((uint8_t *)buf + image.size[0], image.part[1], image.size[1]);
}

/* Does an arena's image of at most left bytes begin at bytes, and fit? Its size; 0: no. */
static size_t image_fits(const struct tce_machine *machine, const char *bytes, size_t left)
{
	struct tce_arena head;

	if (left < sizeof(head))
		return 0;
	memcpy(&head, bytes, sizeof(head));
	return head.used >= sizeof(head) && head.used <= left && head.used <= machine->arena_size
		       ? head.used
		       : 0;
}

int tce_machine_image_load(struct tce_machine *machine, const void *buf, size_t size)
{
	const char *bytes = buf;
	size_t first = image_fits(machine, bytes, size);
	size_t second = 0;

	if (first == 0)
		return -TCE_ERR_INVAL;
	if (machine->platform != NULL)
		second = image_fits(machine, bytes + first, size - first);
	if (first + second != size || (machine->platform != NULL && second == 0))
		return -TCE_ERR_INVAL;
	memcpy(machine->arena, bytes, first);
	if (machine->platform != NULL) {
		memcpy(machine->platform, bytes + first, second);
		tce_platform_bind(machine);
	}
	machine->lost = false;
	return 0;
}

/* --- the stream, and what is made of it --- */

static void half_canon(const struct tce_state *st, const struct tce_os_half *half,
		       struct tce_canon *canon)
{
	tce_canon_u8(canon, half->ops != NULL);
	if (half->ops != NULL && half->ops->canon != NULL)
		half->ops->canon(st, tce_rptr_get(&half->state), canon);
}

static void boot_canon(const struct tce_state *st, struct tce_canon *canon)
{
	const struct tce_ev_boot *boot = &st->boot;

	tce_canon_u32(canon,
		      (uint32_t)st->booted << 24 | (uint32_t)boot->page_shift << 8 | boot->flags);
	tce_canon_u32(canon, (uint32_t)boot->kernel << 16 | boot->nr_cpus);
	for (unsigned i = 0; i < 2; i++) {
		tce_canon_u64(canon, boot->defects_on.word[i]);
		tce_canon_u64(canon, boot->defects_off.word[i]);
	}
	tce_canon_u64(canon, boot->crash_mem);
}

static void image_canon(const struct tce_state *st, struct tce_canon *canon)
{
	const struct tce_state *image = tce_state_image(st);
	const uint8_t *stream;
	size_t bytes;

	tce_canon_u8(canon, image != NULL);
	if (image == NULL)
		return;
	tce_state_canon(image, canon);
	stream = tce_state_image_stream(st, &bytes);
	tce_canon_u64(canon, bytes);
	tce_canon_bytes(canon, stream, bytes);
}

void tce_state_canon(const struct tce_state *st, struct tce_canon *canon)
{
	tce_topology_canon(st, canon);
	tce_memmap_canon(st, canon);
	tce_mappings_canon(st, canon);
	boot_canon(st, canon);
	for (unsigned i = 0; i < TCE_NR_FAILS; i++) {
		tce_canon_u32(canon, st->fail[i].nth);
		tce_canon_u64(canon, (uint64_t)st->fail[i].code);
	}
	tce_canon_u8(canon, st->dead);
	for (unsigned i = 0; i < TCE_NR_OS_SLOTS; i++)
		half_canon(st, &st->os[i], canon);
	image_canon(st, canon);
}

void tce_machine_canon(const struct tce_machine *machine, struct tce_canon *canon)
{
	tce_state_canon(machine->st, canon);
	tce_platform_canon(machine, canon);
}

static void hash_piece(struct tce_canon *canon)
{
	uint64_t *hash = canon->ctx;

	*hash = tce_hash_bytes(*hash, canon->buf, canon->at);
	canon->at = 0;
}

uint64_t tce_machine_hash(const struct tce_machine *machine)
{
	uint64_t hash = tce_platform_hash(machine);
	uint8_t buf[2048];
	struct tce_canon canon;

	tce_canon_init(&canon, buf, sizeof(buf), hash_piece, &hash);
	tce_state_canon(machine->st, &canon);
	tce_canon_end(&canon);
	return hash;
}

/* Bytes [from, from + window) of a stream, which is written anew for each window. */
#define WINDOW 4096U

struct excerpt {
	uint64_t from;
	uint64_t seen; /* bytes of the stream so far */
	size_t nr;     /* bytes of it that are in the window */
	uint8_t byte[WINDOW];
};

static void excerpt_piece(struct tce_canon *canon)
{
	struct excerpt *excerpt = canon->ctx;

	for (size_t i = 0; i < canon->at; i++, excerpt->seen++) {
		if (excerpt->seen >= excerpt->from && excerpt->nr < WINDOW)
			excerpt->byte[excerpt->nr++] = canon->buf[i];
	}
	canon->at = 0;
}

static void excerpt_of(const struct tce_state *st, uint64_t from, struct excerpt *excerpt)
{
	uint8_t buf[512];
	struct tce_canon canon;

	excerpt->from = from;
	excerpt->seen = 0;
	excerpt->nr = 0;
	tce_canon_init(&canon, buf, sizeof(buf), excerpt_piece, excerpt);
	tce_state_canon(st, &canon);
	tce_canon_end(&canon);
}

static bool states_equal(const struct tce_state *a, const struct tce_state *b)
{
	struct excerpt of_a;
	struct excerpt of_b;
	uint64_t from = 0;

	do {
		excerpt_of(a, from, &of_a);
		excerpt_of(b, from, &of_b);
		if (of_a.seen != of_b.seen || of_a.nr != of_b.nr ||
		    memcmp(of_a.byte, of_b.byte, of_a.nr) != 0)
			return false;
		from += WINDOW;
	} while (from < of_a.seen);
	return true;
}

bool tce_machine_equal(const struct tce_machine *a, const struct tce_machine *b)
{
	return opts_equal(&a->opts, &b->opts) && states_equal(a->st, b->st) &&
	       tce_platform_equal(a, b);
}

/* --- small things --- */

void tce_machine_set_tap(struct tce_machine *machine, tce_tap_fn *tap, void *ctx)
{
	machine->tap = tap;
	machine->tap_ctx = ctx;
}

void tce_machine_set_undo(struct tce_machine *machine, bool undo)
{
	machine->no_undo = !undo;
}

uint64_t tce_machine_nr_events(const struct tce_machine *machine)
{
	return machine->st->nr_events;
}

const struct tce_lpar *tce_machine_lpar(const struct tce_machine *machine)
{
	return machine->lpar;
}

int tce_machine_attach(struct tce_machine *machine, enum tce_os_slot slot,
		       const struct tce_os_ops *ops, size_t size, void **ret_state)
{
	struct tce_os_half *half = &machine->st->os[slot];
	void *state;

	if (half->ops != NULL)
		return -TCE_ERR_EXISTS;
	if (machine->st->booted)
		return -TCE_ERR_STATE;
	state = tce_mem_new(&machine->st->mem, size);
	if (state == NULL)
		return -TCE_ERR_NOMEM;
	half->ops = ops;
	half->size = size;
	tce_rptr_set(&half->state, state);
	*ret_state = state;
	return 0;
}

void *tce_machine_os(const struct tce_machine *machine, enum tce_os_slot slot)
{
	return tce_rptr_get(&machine->st->os[slot].state);
}
