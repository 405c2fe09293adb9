/* SPDX-License-Identifier: BSD-2-Clause */
/* A sorted array of (key, value): binary search, insertion by moving the rest. */
#include "sparse.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"

#define SMALLEST 4U /* slots of the first piece */

int tce_small_grow(struct tce_rptr *array, uint32_t *capacity, uint32_t nr, uint64_t need,
		   size_t size, const struct tce_mem *mem)
{
	uint64_t bigger = *capacity == 0 ? SMALLEST : *capacity;
	void *old = tce_rptr_get(array);
	void *fresh;

	if (need <= *capacity)
		return 0;
	while (bigger < need)
		bigger *= 2;
	if (bigger > UINT32_MAX)
		return -TCE_ERR_NOMEM;
	fresh = tce_mem_new(mem, bigger * size);
	if (fresh == NULL)
		return -TCE_ERR_NOMEM;
	if (nr != 0)
		memcpy(fresh, old, nr * size);
	tce_mem_free(mem, old, *capacity * size);
	tce_rptr_set(array, fresh);
	*capacity = (uint32_t)bigger;
	return 0;
}

void tce_sparse_fini(struct tce_sparse *s, const struct tce_mem *mem)
{
	tce_mem_free(mem, tce_sparse_slots(s), s->capacity * sizeof(struct tce_slot));
	memset(s, 0, sizeof(*s));
}

int tce_sparse_reserve(struct tce_sparse *s, const struct tce_mem *mem, uint32_t extra)
{
	return tce_small_grow(&s->slots, &s->capacity, s->nr, (uint64_t)s->nr + extra,
			      sizeof(struct tce_slot), mem);
}

uint32_t tce_sparse_find(const struct tce_sparse *s, uint64_t key)
{
	const struct tce_slot *slots = tce_sparse_slots(s);
	uint32_t first = 0;
	uint32_t nr = s->nr;

	while (nr != 0) {
		uint32_t half = nr / 2;

		if (slots[first + half].key < key) {
			first += half + 1;
			nr -= half + 1;
		} else {
			nr = half;
		}
	}
	return first;
}

uint64_t tce_sparse_get(const struct tce_sparse *s, uint64_t key)
{
	const struct tce_slot *slots = tce_sparse_slots(s);
	uint32_t i = tce_sparse_find(s, key);

	return i < s->nr && slots[i].key == key ? slots[i].value : 0;
}

void tce_sparse_set(struct tce_sparse *s, uint64_t key, uint64_t value)
{
	struct tce_slot *slots = tce_sparse_slots(s);
	uint32_t i = tce_sparse_find(s, key);

	if (i < s->nr && slots[i].key == key) {
		slots[i].value = value;
		if (value == 0)
			tce_sparse_clear(s, key, key);
		return;
	}
	if (value == 0)
		return;
	TCE_ASSERT(s->nr < s->capacity);
	memmove(&slots[i + 1], &slots[i], (s->nr - i) * sizeof(*slots));
	slots[i].key = key;
	slots[i].value = value;
	s->nr++;
}

void tce_sparse_clear(struct tce_sparse *s, uint64_t first, uint64_t last)
{
	struct tce_slot *slots = tce_sparse_slots(s);
	uint32_t a = tce_sparse_find(s, first);
	uint32_t b = last == UINT64_MAX ? s->nr : tce_sparse_find(s, last + 1);

	if (a == b)
		return;
	memmove(&slots[a], &slots[b], (s->nr - b) * sizeof(*slots));
	s->nr -= b - a;
}

uint64_t tce_sparse_hash(uint64_t seed, const struct tce_sparse *s)
{
	return tce_hash_bytes(tce_hash_u64(seed, s->nr), tce_sparse_slots(s),
			      s->nr * sizeof(struct tce_slot));
}

bool tce_sparse_equal(const struct tce_sparse *a, const struct tce_sparse *b)
{
	return a->nr == b->nr && (a->nr == 0 || memcmp(tce_sparse_slots(a), tce_sparse_slots(b),
						       a->nr * sizeof(struct tce_slot)) == 0);
}
