/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A set-associative cache, key -> value: what the RTC and the TCE cache are made of. Four ways a
 * set; the set is a function of the key; a full set loses its oldest entry; a hit changes
 * nothing. Kept as one array in the order of sets and, in a set, of age: it takes memory only for
 * what it holds, and equal caches are equal bytes.
 */
#ifndef TCE_IODA_ASSOC_H
#define TCE_IODA_ASSOC_H

#include "sparse.h"

#define TCE_ASSOC_WAYS 4U

struct tce_assoc {
	struct tce_rptr slots;
	uint32_t nr;
	uint32_t capacity;
	uint32_t nr_sets; /* a power of two */
};

static inline struct tce_slot *tce_assoc_slots(const struct tce_assoc *c)
{
	return tce_rptr_get(&c->slots);
}

/* nr_entries: a power of two >= TCE_ASSOC_WAYS. */
void tce_assoc_init(struct tce_assoc *c, unsigned nr_entries);
void tce_assoc_fini(struct tce_assoc *c, const struct tce_mem *mem);

/* Room for one more entry. 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_assoc_reserve(struct tce_assoc *c, const struct tce_mem *mem);

bool tce_assoc_find(const struct tce_assoc *c, uint64_t key, uint64_t *ret_value);

/* The key must not be there; room must have been reserved. */
void tce_assoc_insert(struct tce_assoc *c, uint64_t key, uint64_t value);

/* Remove every entry for which match says so. */
void tce_assoc_remove(struct tce_assoc *c, bool (*match)(const void *arg, uint64_t key),
		      const void *arg);

static inline void tce_assoc_clear(struct tce_assoc *c)
{
	c->nr = 0;
}

uint64_t tce_assoc_hash(uint64_t seed, const struct tce_assoc *c);
bool tce_assoc_equal(const struct tce_assoc *a, const struct tce_assoc *b);

#endif
