/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that is taken in small pieces and given back all at once: what a parser makes. Pieces do
 * not move and are zeroed. One thread.
 */
#ifndef TCE_BASE_POOL_H
#define TCE_BASE_POOL_H

#include "mem.h"

struct tce_pool {
	struct tce_mem mem;
	void *chunks; /* the newest; each begins with a pointer to the one before */
	size_t left;  /* free bytes at the end of the newest */
	char *at;
};

void tce_pool_init(struct tce_pool *pool, const struct tce_alloc *alloc);
void tce_pool_fini(struct tce_pool *pool);

/* size > 0 zero bytes, aligned for any type; NULL when there are none. */
void *tce_pool_new(struct tce_pool *pool, size_t size);

/* A copy of n bytes with a NUL behind. */
char *tce_pool_text(struct tce_pool *pool, const char *text, size_t n);

#endif
