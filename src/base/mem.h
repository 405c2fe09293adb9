/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of an object: the embedder's tce_alloc, or an arena, or the default (malloc and mmap).
 * struct tce_mem is what an object keeps of the tce_alloc it was made with; when that is an arena
 * the reference is self-relative, so the object may be cloned with its arena.
 */
#ifndef TCE_BASE_MEM_H
#define TCE_BASE_MEM_H

#include <stdbool.h>

#include <tce/status.h>

#include "rptr.h"

/* malloc, free, anonymous mapping without swap reservation, munmap, madvise. */
extern const struct tce_alloc tce_alloc_default;

struct tce_mem {
	struct tce_alloc alloc; /* ctx unused when in_arena */
	struct tce_rptr arena;
	bool in_arena;
};

/* alloc NULL: the default. mem is in place for good: it holds a self-relative pointer. */
void tce_mem_init(struct tce_mem *mem, const struct tce_alloc *alloc);

/* The tce_alloc to pass on to a part of the object. */
struct tce_alloc tce_mem_alloc(const struct tce_mem *mem);

/* size bytes of zeroes, NULL when there are none; size 0 is a mistake of ours. */
void *tce_mem_new(const struct tce_mem *mem, size_t size);

/* NULL is fine; size as asked for. */
void tce_mem_free(const struct tce_mem *mem, void *p, size_t size);

/* Zero bytes that cost memory only where written; falls back to tce_mem_new without reserve. */
void *tce_mem_reserve(const struct tce_mem *mem, size_t size);
void tce_mem_release(const struct tce_mem *mem, void *p, size_t size);

/* Part of what reserve gave: each of its bytes keeps its value or becomes 0. */
void tce_mem_discard(const struct tce_mem *mem, void *p, size_t size);

/*
 * memset to 0 by call: for structs of some hundred bytes, that are too small for the string
 * instruction that a compiler puts in its place (outcomes, in every call).
 */
void tce_mem_clear(void *p, size_t size);

#endif
