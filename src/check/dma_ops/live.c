/* SPDX-License-Identifier: BSD-2-Clause */
/* A hash table of live mappings: linear probing, removal by shifting back, no tombstones. */
#include "live.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"

#define SLOTS_MIN 64U

void tce_ops_lives_init(struct tce_ops_lives *lives, const struct tce_alloc *alloc)
{
	memset(lives, 0, sizeof(*lives));
	tce_mem_init(&lives->mem, alloc);
}

struct tce_sg_entry *tce_ops_lives_sg_new(struct tce_ops_lives *lives, unsigned nents)
{
	return tce_mem_new(&lives->mem, nents * sizeof(struct tce_sg_entry));
}

void tce_ops_lives_sg_free(struct tce_ops_lives *lives, struct tce_sg_entry *sg, unsigned nents)
{
	tce_mem_free(&lives->mem, sg, nents * sizeof(*sg));
}

void tce_ops_lives_fini(struct tce_ops_lives *lives)
{
	size_t i;

	for (i = 0; i < lives->nr_slots; i++) {
		if (lives->slots[i].used)
			tce_ops_lives_sg_free(lives, lives->slots[i].sg, lives->slots[i].nents);
	}
	tce_mem_free(&lives->mem, lives->slots, lives->nr_slots * sizeof(*lives->slots));
	lives->slots = NULL;
	lives->nr_slots = 0;
	lives->nr_live = 0;
}

static size_t home_of(const struct tce_ops_lives *lives, uint64_t n)
{
	return (size_t)tce_hash_u64(0, n) & (lives->nr_slots - 1);
}

/* Where n is, or would be put. */
static size_t slot_of(const struct tce_ops_lives *lives, uint64_t n)
{
	size_t i = home_of(lives, n);

	while (lives->slots[i].used && lives->slots[i].n != n)
		i = (i + 1) & (lives->nr_slots - 1);
	return i;
}

static int grow(struct tce_ops_lives *lives)
{
	struct tce_ops_live *old = lives->slots;
	size_t nr_old = lives->nr_slots;
	size_t nr = nr_old != 0 ? 2 * nr_old : SLOTS_MIN;
	struct tce_ops_live *slots = tce_mem_new(&lives->mem, nr * sizeof(*slots));
	size_t i;

	if (slots == NULL)
		return -TCE_ERR_NOMEM;
	lives->slots = slots;
	lives->nr_slots = nr;
	for (i = 0; i < nr_old; i++) {
		if (old[i].used)
			slots[slot_of(lives, old[i].n)] = old[i];
	}
	tce_mem_free(&lives->mem, old, nr_old * sizeof(*old));
	return 0;
}

int tce_ops_lives_add(struct tce_ops_lives *lives, const struct tce_ops_live *live)
{
	struct tce_ops_live *slot;
	int err;

	if (lives->nr_live >= lives->nr_slots / 2) {
		err = grow(lives);
		if (err != 0)
			return err;
	}
	slot = &lives->slots[slot_of(lives, live->n)];
	TCE_ASSERT(!slot->used);
	*slot = *live;
	slot->used = true;
	lives->nr_live++;
	return 0;
}

struct tce_ops_live *tce_ops_lives_find(const struct tce_ops_lives *lives, uint64_t n)
{
	size_t i;

	if (lives->nr_slots == 0)
		return NULL;
	i = slot_of(lives, n);
	return lives->slots[i].used ? &lives->slots[i] : NULL;
}

void tce_ops_lives_remove(struct tce_ops_lives *lives, struct tce_ops_live *live)
{
	size_t mask = lives->nr_slots - 1;
	size_t hole = (size_t)(live - lives->slots);
	size_t i = hole;

	tce_ops_lives_sg_free(lives, live->sg, live->nents);
	for (;;) {
		i = (i + 1) & mask;
		if (!lives->slots[i].used)
			break;
		/* may move into the hole only when its home does not lie behind it */
		if (((i - home_of(lives, lives->slots[i].n)) & mask) < ((i - hole) & mask))
			continue;
		lives->slots[hole] = lives->slots[i];
		hole = i;
	}
	memset(&lives->slots[hole], 0, sizeof(lives->slots[hole]));
	lives->nr_live--;
}
