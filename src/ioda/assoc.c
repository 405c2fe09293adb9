/* SPDX-License-Identifier: BSD-2-Clause */
/* The bounded caches of a bridge: binary search for the set, then at most four comparisons. */
#include "assoc.h"

#include <string.h>

#include "base/assert.h"
#include "base/bits.h"
#include "base/hash.h"

/* Neighbouring pages (low bits) go to neighbouring sets; the PE (top bits) shifts them. */
static uint32_t set_of(const struct tce_assoc *c, uint64_t key)
{
	return ((uint32_t)key + (uint32_t)(key >> 55)) & (c->nr_sets - 1);
}

/* Index of the first slot of set or of one behind it. */
static uint32_t set_start(const struct tce_assoc *c, uint32_t set)
{
	const struct tce_slot *slots = tce_assoc_slots(c);
	uint32_t first = 0;
	uint32_t nr = c->nr;

	while (nr != 0) {
		uint32_t half = nr / 2;

		if (set_of(c, slots[first + half].key) < set) {
			first += half + 1;
			nr -= half + 1;
		} else {
			nr = half;
		}
	}
	return first;
}

void tce_assoc_init(struct tce_assoc *c, unsigned nr_entries)
{
	TCE_ASSERT(tce_is_pow2(nr_entries) && nr_entries >= TCE_ASSOC_WAYS);
	memset(c, 0, sizeof(*c));
	c->nr_sets = nr_entries / TCE_ASSOC_WAYS;
}

void tce_assoc_fini(struct tce_assoc *c, const struct tce_mem *mem)
{
	tce_mem_free(mem, tce_assoc_slots(c), c->capacity * sizeof(struct tce_slot));
	memset(c, 0, sizeof(*c));
}

int tce_assoc_reserve(struct tce_assoc *c, const struct tce_mem *mem)
{
	return tce_small_grow(&c->slots, &c->capacity, c->nr, (uint64_t)c->nr + 1,
			      sizeof(struct tce_slot), mem);
}

bool tce_assoc_find(const struct tce_assoc *c, uint64_t key, uint64_t *ret_value)
{
	const struct tce_slot *slots = tce_assoc_slots(c);
	uint32_t set;
	uint32_t i;

	if (c->nr == 0)
		return false;
	set = set_of(c, key);
	for (i = set_start(c, set); i < c->nr && set_of(c, slots[i].key) == set; i++) {
		if (slots[i].key == key) {
			*ret_value = slots[i].value;
			return true;
		}
	}
	return false;
}

void tce_assoc_insert(struct tce_assoc *c, uint64_t key, uint64_t value)
{
	struct tce_slot *slots = tce_assoc_slots(c);
	uint32_t set = set_of(c, key);
	uint32_t first = set_start(c, set);
	uint32_t end = first;

	while (end < c->nr && set_of(c, slots[end].key) == set)
		end++;
	if (end - first == TCE_ASSOC_WAYS) {
		memmove(&slots[first], &slots[first + 1], (end - first - 1) * sizeof(*slots));
		end--;
	} else {
		TCE_ASSERT(c->nr < c->capacity);
		memmove(&slots[end + 1], &slots[end], (c->nr - end) * sizeof(*slots));
		c->nr++;
	}
	slots[end].key = key;
	slots[end].value = value;
}

void tce_assoc_remove(struct tce_assoc *c, bool (*match)(const void *arg, uint64_t key),
		      const void *arg)
{
	struct tce_slot *slots = tce_assoc_slots(c);
	uint32_t kept = 0;
	uint32_t i;

	for (i = 0; i < c->nr; i++) {
		if (!match(arg, slots[i].key))
			slots[kept++] = slots[i];
	}
	c->nr = kept;
}

uint64_t tce_assoc_hash(uint64_t seed, const struct tce_assoc *c)
{
	return tce_hash_bytes(tce_hash_u64(seed, c->nr), tce_assoc_slots(c),
			      c->nr * sizeof(struct tce_slot));
}

bool tce_assoc_equal(const struct tce_assoc *a, const struct tce_assoc *b)
{
	return a->nr == b->nr && (a->nr == 0 || memcmp(tce_assoc_slots(a), tce_assoc_slots(b),
						       a->nr * sizeof(struct tce_slot)) == 0);
}
