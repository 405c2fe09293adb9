/* SPDX-License-Identifier: BSD-2-Clause */
/* The pool: chunks of growing size in a list. */
#include "pool.h"

#include <stdalign.h>
#include <string.h>

#define CHUNK_LEAST ((size_t)4096)

struct chunk {
	struct chunk *before;
	size_t size;
	alignas(max_align_t) char byte[];
};

void tce_pool_init(struct tce_pool *pool, const struct tce_alloc *alloc)
{
	tce_mem_init(&pool->mem, alloc);
	pool->chunks = NULL;
	pool->left = 0;
	pool->at = NULL;
}

void tce_pool_fini(struct tce_pool *pool)
{
	struct chunk *chunk = pool->chunks;

	while (chunk != NULL) {
		struct chunk *before = chunk->before;

		tce_mem_free(&pool->mem, chunk, chunk->size);
		chunk = before;
	}
	pool->chunks = NULL;
	pool->left = 0;
}

/* A chunk with room for size bytes, twice as large as the one before. */
static bool add_chunk(struct tce_pool *pool, size_t size)
{
	const struct chunk *before = pool->chunks;
	size_t want = before == NULL ? CHUNK_LEAST : 2 * before->size;
	struct chunk *chunk;

	while (want - sizeof(*chunk) < size)
		want *= 2;
	chunk = tce_mem_new(&pool->mem, want);
	if (chunk == NULL)
		return false;
	chunk->before = pool->chunks;
	chunk->size = want;
	pool->chunks = chunk;
	pool->at = chunk->byte;
	pool->left = want - sizeof(*chunk);
	return true;
}

void *tce_pool_new(struct tce_pool *pool, size_t size)
{
	size_t rounded = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	void *piece;

	if (rounded < size || rounded > SIZE_MAX / 8)
		return NULL;
	if (rounded > pool->left && !add_chunk(pool, rounded))
		return NULL;
	piece = pool->at;
	pool->at += rounded;
	pool->left -= rounded;
	return piece;
}

char *tce_pool_text(struct tce_pool *pool, const char *text, size_t n)
{
	char *copy = tce_pool_new(pool, n + 1);

	if (copy != NULL)
		memcpy(copy, text, n);
	return copy;
}
