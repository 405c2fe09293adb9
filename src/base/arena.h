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

#include <tce/status.h>

#define TCE_ARENA_GRAIN   16U
#define TCE_ARENA_CLASSES 64U /* free lists for sizes up to 64 grains; larger ones share the last */

struct tce_arena {
	size_t capacity; /* bytes of the block, this header included */
	size_t used;     /* bytes from the block's start that hold anything */
	uint64_t free_list[TCE_ARENA_CLASSES + 1]; /* offset of the first free piece, 0: none */
};

/* Put an empty arena into block, aligned to 16; capacity > sizeof(struct tce_arena). */
struct tce_arena *tce_arena_init(void *block, size_t capacity);

/* Copy src's content over dst's, whose capacity must be >= src->used. */
void tce_arena_copy(struct tce_arena *dst, const struct tce_arena *src);

/* Its face as a tce_alloc; valid as long as the arena. reserve is NULL: all memory is paid for. */
struct tce_alloc tce_arena_alloc(struct tce_arena *arena);

bool tce_alloc_is_arena(const struct tce_alloc *alloc);

#endif
