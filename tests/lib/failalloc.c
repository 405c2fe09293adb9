/* SPDX-License-Identifier: BSD-2-Clause */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "failalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* In front of every piece from alloc. */
struct piece {
	size_t size;
	uint64_t magic;
};

#define PIECE_MAGIC UINT64_C(0x7463652d74657374)

static void die(const char *what)
{
	fprintf(stderr, "failalloc: %s\n", what);
	abort();
}

static bool refuse(struct failalloc *fa)
{
	fa->nr_asked++;
	return fa->fail_at != 0 &&
	       (fa->nr_asked == fa->fail_at || (fa->fail_later && fa->nr_asked > fa->fail_at));
}

static void count(struct failalloc *fa, size_t size)
{
	fa->nr_live++;
	fa->live_bytes += size;
	if (fa->live_bytes > fa->peak_bytes)
		fa->peak_bytes = fa->live_bytes;
}

static void uncount(struct failalloc *fa, size_t size)
{
	if (fa->nr_live == 0 || fa->live_bytes < size)
		die("more given back than taken");
	fa->nr_live--;
	fa->live_bytes -= size;
}

static void *fa_alloc(void *ctx, size_t size)
{
	struct piece *piece;

	if (size == 0)
		die("alloc of 0 bytes");
	if (refuse(ctx))
		return NULL;
	piece = malloc(sizeof(*piece) + size);
	if (piece == NULL)
		return NULL;
	piece->size = size;
	piece->magic = PIECE_MAGIC;
	memset(piece + 1, 0xa5, size);
	count(ctx, size);
	return piece + 1;
}

static void fa_free(void *ctx, void *mem, size_t size)
{
	struct piece *piece = mem;

	if (mem == NULL)
		die("free of NULL");
	piece--;
	if (piece->magic != PIECE_MAGIC || piece->size != size)
		die("free of another size than asked for, or of something else");
	uncount(ctx, size);
	memset(piece, 0x5a, sizeof(*piece) + size);
	free(piece);
}

static void *fa_reserve(void *ctx, size_t size)
{
	void *mem;

	if (size == 0)
		die("reserve of 0 bytes");
	if (refuse(ctx))
		return NULL;
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		   -1, 0);
	if (mem == MAP_FAILED)
		return NULL;
	count(ctx, size);
	return mem;
}

static void fa_release(void *ctx, void *mem, size_t size)
{
	uncount(ctx, size);
	if (munmap(mem, size) != 0)
		die("release of something else than was reserved");
}

void failalloc_init(struct failalloc *fa, uint64_t fail_at)
{
	memset(fa, 0, sizeof(*fa));
	fa->fail_at = fail_at;
}

struct tce_alloc failalloc_alloc(struct failalloc *fa)
{
	struct tce_alloc alloc = failalloc_alloc_plain(fa);

	alloc.reserve = fa_reserve;
	alloc.release = fa_release;
	return alloc;
}

struct tce_alloc failalloc_alloc_plain(struct failalloc *fa)
{
	struct tce_alloc alloc = {.ctx = fa, .alloc = fa_alloc, .free = fa_free};

	return alloc;
}

void failalloc_assert_empty(const struct failalloc *fa)
{
	if (fa->nr_live == 0 && fa->live_bytes == 0)
		return;
	fprintf(stderr, "failalloc: %llu pieces, %llu bytes not given back (request %llu failed)\n",
		(unsigned long long)fa->nr_live, (unsigned long long)fa->live_bytes,
		(unsigned long long)fa->fail_at);
	abort();
}
