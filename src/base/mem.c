/* SPDX-License-Identifier: BSD-2-Clause */
/* Default memory (malloc, anonymous mmap) and what objects keep of a tce_alloc. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"
#include "assert.h"

static void *default_alloc(void *ctx, size_t size)
{
	(void)ctx;
	return malloc(size);
}

static void default_free(void *ctx, void *mem, size_t size)
{
	(void)ctx;
	(void)size;
	free(mem);
}

static void *default_reserve(void *ctx, size_t size)
{
	void *mem;

	(void)ctx;
	mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		   -1, 0);
	if (mem == MAP_FAILED)
		return NULL;
	/* Huge pages would make one written byte cost 2 MiB; a kernel without them says EINVAL. */
	(void)madvise(mem, size, MADV_NOHUGEPAGE);
	return mem;
}

static void default_release(void *ctx, void *mem, size_t size)
{
	(void)ctx;
	munmap(mem, size);
}

/* Whole pages only: the kernel rounds the end up. */
static void default_discard(void *ctx, void *mem, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = ((uintptr_t)mem + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)mem + size) & ~(page - 1);

	(void)ctx;
	if (start < end)
		(void)madvise((void *)start, end - start, MADV_DONTNEED);
}

const struct tce_alloc tce_alloc_default = {
	.alloc = default_alloc,
	.free = default_free,
	.reserve = default_reserve,
	.release = default_release,
	.discard = default_discard,
};

void tce_mem_init(struct tce_mem *mem, const struct tce_alloc *alloc)
{
	mem->alloc = alloc != NULL ? *alloc : tce_alloc_default;
	mem->in_arena = tce_alloc_is_arena(&mem->alloc);
	mem->arena.rel = 0;
	if (mem->in_arena) {
		tce_rptr_set(&mem->arena, mem->alloc.ctx);
		mem->alloc.ctx = NULL;
	}
}

struct tce_alloc tce_mem_alloc(const struct tce_mem *mem)
{
	struct tce_alloc alloc = mem->alloc;

	if (mem->in_arena)
		alloc.ctx = tce_rptr_get(&mem->arena);
	return alloc;
}

static void *mem_ctx(const struct tce_mem *mem)
{
	return mem->in_arena ? tce_rptr_get(&mem->arena) : mem->alloc.ctx;
}

void *tce_mem_new(const struct tce_mem *mem, size_t size)
{
	void *p;

	TCE_ASSERT(size != 0);
	p = mem->alloc.alloc(mem_ctx(mem), size);
	if (p != NULL)
		memset(p, 0, size);
	return p;
}

void tce_mem_free(const struct tce_mem *mem, void *p, size_t size)
{
	if (p != NULL)
		mem->alloc.free(mem_ctx(mem), p, size);
}

void *tce_mem_reserve(const struct tce_mem *mem, size_t size)
{
	if (mem->alloc.reserve == NULL)
		return tce_mem_new(mem, size);
	return mem->alloc.reserve(mem_ctx(mem), size);
}

void tce_mem_release(const struct tce_mem *mem, void *p, size_t size)
{
	if (p == NULL)
		return;
	if (mem->alloc.reserve == NULL)
		tce_mem_free(mem, p, size);
	else
		mem->alloc.release(mem_ctx(mem), p, size);
}

void tce_mem_discard(const struct tce_mem *mem, void *p, size_t size)
{
	if (mem->alloc.discard != NULL)
		mem->alloc.discard(mem_ctx(mem), p, size);
}

void tce_mem_clear(void *p, size_t size)
{
	memset(p, 0, size);
}
