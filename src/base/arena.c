/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena: bump allocation with free lists by size class, all by offset from its start. */
#include "arena.h"

#include <string.h>

#include "assert.h"

/* What a freed piece holds. */
struct free_piece {
	uint32_t next; /* grains from the arena's start, 0: end */
	uint32_t pad;
	uint64_t size;
};

static size_t rounded(size_t size)
{
	return (size + TCE_ARENA_GRAIN - 1) & ~(size_t)(TCE_ARENA_GRAIN - 1);
}

static unsigned size_class(size_t size)
{
	size_t grains = size / TCE_ARENA_GRAIN;

	return grains <= TCE_ARENA_CLASSES ? (unsigned)grains - 1 : TCE_ARENA_CLASSES;
}

static struct free_piece *piece_at(struct tce_arena *arena, uint32_t grains)
{
	return (struct free_piece *)((char *)arena + (size_t)grains * TCE_ARENA_GRAIN);
}

/* Take the first piece of its list that has exactly this size. */
static void *take_free(struct tce_arena *arena, size_t size)
{
	uint32_t *link = &arena->free_list[size_class(size)];

	while (*link != 0) {
		struct free_piece *piece = piece_at(arena, *link);

		if (piece->size == size) {
			*link = piece->next;
			return piece;
		}
		link = &piece->next;
	}
	return NULL;
}

void *tce_arena_push(struct tce_arena *arena, size_t size)
{
	void *mem;

	if (size > arena->capacity)
		return NULL;
	size = rounded(size);
	if (size > arena->capacity - arena->used)
		return NULL;
	mem = (char *)arena + arena->used;
	arena->used += size;
	return mem;
}

static void *arena_alloc(void *ctx, size_t size)
{
	void *mem;

	if (size > ((struct tce_arena *)ctx)->capacity)
		return NULL;
	mem = take_free(ctx, rounded(size));
	return mem != NULL ? mem : tce_arena_push(ctx, size);
}

static void arena_free(void *ctx, void *mem, size_t size)
{
	struct tce_arena *arena = ctx;
	struct free_piece *piece = mem;
	uint32_t *list;

	size = rounded(size);
	if ((char *)mem + size == (char *)arena + arena->used) {
		arena->used -= size;
		return;
	}
	list = &arena->free_list[size_class(size)];
	piece->size = size;
	piece->next = *list;
	*list = (uint32_t)((size_t)((char *)mem - (char *)arena) / TCE_ARENA_GRAIN);
}

struct tce_arena *tce_arena_init(void *block, size_t capacity)
{
	struct tce_arena *arena = block;

	TCE_ASSERT(((uintptr_t)block & (TCE_ARENA_GRAIN - 1)) == 0);
	TCE_ASSERT(capacity > rounded(sizeof(*arena)) && capacity <= TCE_ARENA_MAX);
	memset(arena, 0, sizeof(*arena));
	arena->capacity = capacity & ~(size_t)(TCE_ARENA_GRAIN - 1);
	arena->used = rounded(sizeof(*arena));
	return arena;
}

void tce_arena_copy(struct tce_arena *dst, const struct tce_arena *src)
{
	size_t capacity = dst->capacity;

	TCE_ASSERT(capacity >= src->used);
	memcpy(dst, src, src->used);
	dst->capacity = capacity;
}

struct tce_alloc tce_arena_alloc(struct tce_arena *arena)
{
	struct tce_alloc alloc = {.ctx = arena, .alloc = arena_alloc, .free = arena_free};

	return alloc;
}

bool tce_alloc_is_arena(const struct tce_alloc *alloc)
{
	return alloc->alloc == arena_alloc;
}
