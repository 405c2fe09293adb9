/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a machine: for the floors above (linux, vfio, check, format), which look and,
 * through the functions of this folder, change.
 *
 * A machine has two arenas, for two lives. The partition's holds struct tce_state, and everything
 * that hangs on it: topology, device tree, memory map, mappings, the operating system's halves.
 * The platform's holds the hypervisor or the bridges. SAVE keeps the first as bytes and the second
 * as a migration stream, as QEMU does, because on LOAD the platform's process goes on (a tainted
 * LIOBN stays tainted). Copying the used bytes of both copies the machine.
 *
 * struct tce_machine is the handle: the arenas, the tap, what is under way. A saved image is a
 * copy of the partition's arena inside itself, so functions that only look take a struct
 * tce_state, which may be that of an image.
 */
#ifndef TCE_MACHINE_MACHINE_H
#define TCE_MACHINE_MACHINE_H

#include <tce/machine.h>

#include "base/arena.h"
#include "base/mem.h"
#include "mapping.h"
#include "memmap.h"
#include "os.h"
#include "topology.h"

/* What FAIL_NEXT armed, one of each kind. */
struct tce_pending_fail {
	uint32_t nth; /* 0: nothing armed */
	int64_t code;
};

#define TCE_NR_FAILS 4U

struct tce_os_half {
	const struct tce_os_ops *ops; /* static data of this process */
	struct tce_rptr state;
	uint64_t size; /* of the state block */
};

struct tce_state {
	struct tce_mem mem;
	struct tce_topology topology;
	struct tce_memmap memmap;
	struct tce_mappings mappings;
	struct tce_pending_fail fail[TCE_NR_FAILS]; /* by enum tce_fail_what */
	struct tce_os_half os[TCE_NR_OS_SLOTS];
	struct tce_ref image;    /* struct tce_saved; none: nothing saved */
	struct tce_ev_boot boot; /* the kernel that runs, when booted */
	bool booted;
	uint8_t dead; /* enum tce_abort: the platform's implementation is gone */
	uint64_t nr_events;
};

/* What SAVE keeps: the partition's arena from its start, then the platform's stream. */
struct tce_saved {
	uint64_t image_bytes;
	uint64_t stream_bytes;
	/* bytes follow, aligned to TCE_ARENA_GRAIN */
};

struct tce_machine {
	struct tce_machine_opts opts;
	struct tce_mem heap; /* the embedder's memory: blocks, undo, LAZY tables */
	size_t arena_size;   /* of each of the two blocks */
	struct tce_arena *arena;
	struct tce_state *st;
	struct tce_arena *platform; /* COMPACT, and POWERNV with its bridges */
	struct tce_lpar *lpar;      /* PSERIES: in platform when COMPACT, else on the heap */
	struct tce_table *words;    /* POWERNV: memory's content, likewise */

	tce_tap_fn *tap;
	void *tap_ctx;
	unsigned depth;                       /* of the event that is being answered */
	unsigned nr_emitted;                  /* by the event given to step */
	unsigned nr_refused;                  /* of them */
	bool starved;                         /* see struct tce_outcome */
	uint64_t removed_live;                /* see struct tce_outcome; of emitted calls */
	struct tce_answer refused;            /* the first of those on PSERIES */
	const struct tce_ev_h_indirect *list; /* whose page the LPAR may read now */

	void *undo; /* both arenas before an event that may run out of memory on the way */
	size_t undo_size;
	size_t undo_bytes; /* that count; 0: none taken */
	bool touched;      /* the event given to step has reached the platform */
	bool no_undo;      /* the owner drops the machine after -TCE_ERR_NOMEM */
	bool lost;         /* half of an event was applied */
};

/* Distance from an arena's start, or an image's, to its struct tce_state. */
#define TCE_STATE_OFFSET                                                                           \
	((sizeof(struct tce_arena) + TCE_ARENA_GRAIN - 1) / TCE_ARENA_GRAIN * TCE_ARENA_GRAIN)

static inline const struct tce_arena *tce_state_arena(const struct tce_state *st)
{
	return (const struct tce_arena *)((uintptr_t)st - TCE_STATE_OFFSET);
}

/* Tables outside of the arenas. */
static inline bool tce_machine_is_lazy(const struct tce_machine *machine)
{
	return machine->opts.storage == TCE_STORAGE_LAZY;
}

/* What a ref in st stands for. */
static inline void *tce_state_at(const struct tce_state *st, struct tce_ref ref)
{
	return tce_arena_at(tce_state_arena(st), ref);
}

static inline struct tce_ref tce_state_ref(const struct tce_state *st, const void *mem)
{
	return tce_arena_ref(tce_state_arena(st), mem);
}

/* Where a half allocates: zeroed memory in the arena, tce_mem_new and tce_mem_free. */
static inline const struct tce_mem *tce_machine_mem(const struct tce_machine *machine)
{
	return &machine->st->mem;
}

static inline struct tce_state *tce_machine_state(const struct tce_machine *machine)
{
	return machine->st;
}

/* tce_machine_step for an event whose fields are known to be in range; writes *outcome anyway. */
TCE_MUST_USE int tce_machine_step_valid(struct tce_machine *machine, const struct tce_event *event,
					struct tce_outcome *outcome);

/*
 * The only way from an operating system to the platform: a BOUNDARY event is answered, tapped,
 * counted. Also used for the OS events that make up a larger one (REBOOT's BOOT). 0 and
 * *ret_outcome (written in any case) whatever the platform answered. Negative, to be passed up at
 * once: -TCE_ERR_STATE the platform aborted (step turns that into an outcome), -TCE_ERR_NOMEM,
 * -TCE_ERR_UNSUPPORTED.
 */
TCE_MUST_USE int tce_machine_call(struct tce_machine *machine, const struct tce_event *event,
				  struct tce_outcome *ret_outcome);

/*
 * The same for TCE_STORE of one word, which has no answer (-TCE_ERR_INVAL: no memory is there), and
 * for OPAL with its return code: quick while nobody taps.
 */
TCE_MUST_USE int tce_machine_store(struct tce_machine *machine, struct tce_ra ra, uint64_t value);
TCE_MUST_USE int tce_machine_opal(struct tce_machine *machine, const struct tce_event *event,
				  int64_t *ret_rc);

/*
 * H_GET_TCE answered 0 for the entry before ioba, and goes on entry by entry: how many of the next
 * ones hold 0, too. They count as called for; 0 while somebody taps.
 */
uint64_t tce_machine_skip_gets(struct tce_machine *machine, uint64_t liobn, struct tce_ioba ioba,
			       uint64_t entries);

/*
 * H_STUFF_TCE of empty entries again and again: how many of so many calls, from this one on, were
 * made at once, with success. 0 while somebody taps, or when the next one must be made singly.
 */
TCE_MUST_USE int tce_machine_stuff_on(struct tce_machine *machine, const struct tce_ev_h_tce *ev,
				      uint64_t calls, uint64_t *ret_calls);

/*
 * A memory allocation of the modelled kernel: true when FAIL_NEXT wants it to fail. starve: there
 * was no memory for one. Both are told in the event's outcome.
 */
bool tce_machine_alloc_fails(struct tce_machine *machine);
void tce_machine_starve(struct tce_machine *machine);

/* Is this look at an indirect TCE the one that FAIL_NEXT wants to come too early? */
bool tce_machine_races(struct tce_machine *machine);

/*
 * POWERNV: the 64-bit word of memory at a multiple of 8, as a CPU loads it; 0 where nothing was
 * stored. set: data of the operating system's own that no bridge ever reads; -TCE_ERR_INVAL not in
 * memory; -TCE_ERR_NOMEM.
 */
uint64_t tce_machine_word(const struct tce_machine *machine, uint64_t ra);
/* The first word in [ra, end) that is not 0; both multiples of 8. False: none. */
bool tce_machine_next_word(const struct tce_machine *machine, uint64_t ra, uint64_t end,
			   uint64_t *ret_ra);
TCE_MUST_USE int tce_machine_set_word(struct tce_machine *machine, uint64_t ra, uint64_t value);

/*
 * KEXEC, called by the Linux half when the old kernel has done its last: mappings are LOST, all
 * plugged memory is online, pmem is pmem again, boot is the kernel that runs.
 */
void tce_machine_new_kernel(struct tce_machine *machine, const struct tce_ev_boot *boot);

/* --- the folder's own: parts of step --- */

/* Answer a BOUNDARY event (boundary.c, dma.c) or apply a SETUP event; outcome is zeroed before. */
TCE_MUST_USE int tce_boundary_answer(struct tce_machine *machine, const struct tce_event *event,
				     struct tce_outcome *outcome);
TCE_MUST_USE int tce_dma_answer(struct tce_machine *machine, const struct tce_ev_dma *ev,
				struct tce_outcome *outcome);
TCE_MUST_USE int tce_setup_apply(struct tce_machine *machine, const struct tce_event *event,
				 struct tce_outcome *outcome);

/*
 * life.c. An abort of the platform sets st->dead and returns 0. load: -EINVAL in *ret_errno when
 * bridges or virtual devices came or went since.
 */
TCE_MUST_USE int tce_machine_reset(struct tce_machine *machine);
TCE_MUST_USE int tce_machine_save(struct tce_machine *machine);
TCE_MUST_USE int tce_machine_load(struct tce_machine *machine, int *ret_errno);

/* The saved state and the platform's stream behind it; NULL: none. */
const struct tce_state *tce_state_image(const struct tce_state *st);
const uint8_t *tce_state_image_stream(const struct tce_state *st, size_t *ret_bytes);

/* platform.c: the hypervisor or the bridges. copy: COMPACT only; after it dst is bound to dst. */
TCE_MUST_USE int tce_platform_new(struct tce_machine *machine);
void tce_platform_free(struct tce_machine *machine);
void tce_platform_copy(struct tce_machine *dst, const struct tce_machine *src);
TCE_MUST_USE int tce_platform_clone(struct tce_machine *dst, const struct tce_machine *src);
/* The platform's callbacks lead to this machine again, whatever its arena was copied from. */
void tce_platform_bind(struct tce_machine *machine);
TCE_MUST_USE int tce_platform_reset(struct tce_machine *machine);
bool tce_platform_equal(const struct tce_machine *a, const struct tce_machine *b);
uint64_t tce_platform_hash(const struct tce_machine *machine);

/* Write the whole state (canon.h): the partition's, a saved image, the platform's. */
void tce_machine_canon(const struct tce_machine *machine, struct tce_canon *canon);

/* Its parts. */
void tce_state_canon(const struct tce_state *st, struct tce_canon *canon);
void tce_platform_canon(const struct tce_machine *machine, struct tce_canon *canon);

/*
 * For an explorer that keeps many states of machines made alike: the bytes that are the state now,
 * and back. Size changes with every event. With LAZY storage the platform is not among them. load
 * refuses (-TCE_ERR_INVAL) what does not fit in the arenas; bytes must come from image_save of a
 * machine with the same options.
 */
struct tce_image {
	const uint8_t *part[2]; /* one after the other in an image; the second may be empty */
	size_t size[2];
};

size_t tce_machine_image_size(const struct tce_machine *machine);
/* Where these bytes are now. */
void tce_machine_image(const struct tce_machine *machine, struct tce_image *ret_image);
void tce_machine_image_save(const struct tce_machine *machine, void *buf);
TCE_MUST_USE int tce_machine_image_load(struct tce_machine *machine, const void *buf, size_t size);

/*
 * The owner gives up the promise that a step without memory changes nothing (it throws the machine
 * away then, or loads an image): saves a copy of the arena in each OS event.
 */
void tce_machine_set_undo(struct tce_machine *machine, bool undo);

#endif
