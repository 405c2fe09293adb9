/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sparse array of 64-bit words: what is zero takes no memory. Sorted by key, so that equal
 * content is equal bytes; self-relative, so that it may live in an arena.
 *
 * Life: all-zero is empty -> reserve, set -> fini. Changes are split: reserve may fail and changes
 * nothing that can be seen, set then cannot fail.
 */
#ifndef TCE_IODA_SPARSE_H
#define TCE_IODA_SPARSE_H

#include <stdbool.h>

#include "base/mem.h"

struct tce_slot {
	uint64_t key;
	uint64_t value;
};

struct tce_sparse {
	struct tce_rptr slots;
	uint32_t nr;
	uint32_t capacity;
};

static inline struct tce_slot *tce_sparse_slots(const struct tce_sparse *s)
{
	return tce_rptr_get(&s->slots);
}

void tce_sparse_fini(struct tce_sparse *s, const struct tce_mem *mem);

/* Make room for extra more non-zero words. 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_sparse_reserve(struct tce_sparse *s, const struct tce_mem *mem,
				    uint32_t extra);

/* Index of the first slot whose key is >= key. */
uint32_t tce_sparse_find(const struct tce_sparse *s, uint64_t key);

uint64_t tce_sparse_get(const struct tce_sparse *s, uint64_t key);

/* Room must have been reserved unless value is 0 or the word is not. */
void tce_sparse_set(struct tce_sparse *s, uint64_t key, uint64_t value);

/* All words with first <= key <= last become zero. */
void tce_sparse_clear(struct tce_sparse *s, uint64_t first, uint64_t last);

uint64_t tce_sparse_hash(uint64_t seed, const struct tce_sparse *s);
bool tce_sparse_equal(const struct tce_sparse *a, const struct tce_sparse *b);

/*
 * Shared with the other small arrays: grow *array of size bytes an element to hold need of them.
 */
TCE_MUST_USE int tce_small_grow(struct tce_rptr *array, uint32_t *capacity, uint32_t nr,
				uint64_t need, size_t size, const struct tce_mem *mem);

#endif
