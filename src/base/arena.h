/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An arena: one block of memory in which a whole machine lives. It never moves; allocations are
 * rounded to 16 bytes and come from the end or from a free list of their size. Everything in it
 * refers to everything else with struct tce_rptr, so cloning is copying its used bytes.
 *
 * The block starts with struct tce_arena itself. One thread.
 */
#ifndef TCE_BASE_ARENA_H
#define TCE_BASE_ARENA_H

#include <stdbool.h>
#include <stdint.h>

#include <tce/status.h>

#define TCE_ARENA_GRAIN   16U
#define TCE_ARENA_CLASSES 32U /* free lists for sizes up to 32 grains; larger ones share the last */
#define TCE_ARENA_MAX     ((size_t)TCE_ARENA_GRAIN << 32 >> 1) /* largest capacity: 32 GiB */

/* The header is copied with every clone: it is kept small (an explorer copies millions). */
struct tce_arena {
	size_t capacity; /* bytes of the block, this header included */
	size_t used;     /* bytes from the block's start that hold anything */
	uint32_t free_list[TCE_ARENA_CLASSES + 1]; /* first free piece, in grains; 0: none */
};

/* Put an empty arena into block, aligned to 16; sizeof(struct tce_arena) < capacity <= MAX. */
struct tce_arena *tce_arena_init(void *block, size_t capacity);

/* Copy src's content over dst's, whose capacity must be >= src->used. */
void tce_arena_copy(struct tce_arena *dst, const struct tce_arena *src);

/* Its face as a tce_alloc; valid as long as the arena. reserve is NULL: all memory is paid for. */
struct tce_alloc tce_arena_alloc(struct tce_arena *arena);

/*
 * size bytes at the very end, whatever is free before; freed like others. NULL when there are
 * none.
 */
void *tce_arena_push(struct tce_arena *arena, size_t size);

bool tce_alloc_is_arena(const struct tce_alloc *alloc);

/*
 * A place in an arena as 4 bytes: its distance from the arena's start. Unlike a struct tce_rptr it
 * may be moved and copied (elements of a struct tce_vec hold these), but says nothing without the
 * arena. 0: none.
 */
struct tce_ref {
	uint32_t grain;
};

static inline void *tce_arena_at(const struct tce_arena *arena, struct tce_ref ref)
{
	return ref.grain == 0 ? NULL
			      : (void *)((uintptr_t)arena + (uintptr_t)ref.grain * TCE_ARENA_GRAIN);
}

/* mem: what the arena's tce_alloc gave, or NULL. */
static inline struct tce_ref tce_arena_ref(const struct tce_arena *arena, const void *mem)
{
	struct tce_ref ref = {0};

	if (mem != NULL)
		ref.grain = (uint32_t)(((uintptr_t)mem - (uintptr_t)arena) / TCE_ARENA_GRAIN);
	return ref;
}

#endif
