/* SPDX-License-Identifier: BSD-2-Clause */
/* Open addressing with linear probing; removal moves later entries up instead of leaving marks. */
#include "registry.h"

#include "base/assert.h"

#define CAPACITY_MIN 4U

static size_t bytes_of(uint64_t capacity)
{
	return (size_t)capacity * sizeof(struct papr_slot);
}

static struct papr_slot *slots_of(const struct papr_registry *reg)
{
	return tce_rptr_get(&reg->slots);
}

/* A slot holds a pointer relative to itself: it can only be moved like this. */
static void slot_move(struct papr_slot *to, struct papr_slot *from)
{
	to->key = from->key;
	tce_rptr_set(&to->value, tce_rptr_get(&from->value));
	from->key = 0;
	tce_rptr_set(&from->value, NULL);
}

int tce_papr_registry_init(struct papr_registry *reg, const struct tce_mem *mem)
{
	struct papr_slot *slots = tce_mem_new(mem, bytes_of(CAPACITY_MIN));

	tce_rptr_set(&reg->slots, slots);
	reg->mask = CAPACITY_MIN - 1;
	reg->used = 0;
	return slots == NULL ? -TCE_ERR_NOMEM : 0;
}

int tce_papr_registry_reserve(struct papr_registry *reg, const struct tce_mem *mem, unsigned n)
{
	uint64_t wanted = 2 * ((uint64_t)reg->used + n);
	uint64_t old_capacity = (uint64_t)reg->mask + 1;
	struct papr_slot *old = slots_of(reg);
	uint64_t capacity = old_capacity;
	struct papr_slot *slots;
	uint64_t i;

	if (wanted <= old_capacity)
		return 0;
	while (wanted > capacity)
		capacity *= 2;
	slots = tce_mem_new(mem, bytes_of(capacity));
	if (slots == NULL)
		return -TCE_ERR_NOMEM;
	tce_rptr_set(&reg->slots, slots);
	reg->mask = (uint32_t)(capacity - 1);
	reg->used = 0;
	for (i = 0; i < old_capacity; i++)
		if (old[i].value.rel != 0)
			tce_papr_registry_insert(reg, old[i].key, tce_rptr_get(&old[i].value));
	tce_mem_free(mem, old, bytes_of(old_capacity));
	return 0;
}

void tce_papr_registry_insert(struct papr_registry *reg, uint64_t key, const void *value)
{
	struct papr_slot *slots = slots_of(reg);
	uint64_t i = tce_papr_registry_home(reg, key);

	TCE_ASSERT(key != 0 && 2 * ((uint64_t)reg->used + 1) <= (uint64_t)reg->mask + 1);
	while (slots[i].value.rel != 0)
		i = (i + 1) & reg->mask;
	slots[i].key = key;
	tce_rptr_set(&slots[i].value, value);
	reg->used++;
}

void tce_papr_registry_remove(struct papr_registry *reg, uint64_t key)
{
	struct papr_slot *slots = slots_of(reg);
	uint64_t hole = tce_papr_registry_home(reg, key);
	uint64_t i;

	TCE_ASSERT(tce_papr_registry_find(reg, key) != NULL);
	while (slots[hole].key != key)
		hole = (hole + 1) & reg->mask;
	slots[hole].key = 0;
	tce_rptr_set(&slots[hole].value, NULL);
	reg->used--;
	for (i = (hole + 1) & reg->mask; slots[i].value.rel != 0; i = (i + 1) & reg->mask) {
		uint64_t home = tce_papr_registry_home(reg, slots[i].key);

		/* It may move up unless its home lies after the hole. */
		if (((i - home) & reg->mask) < ((i - hole) & reg->mask))
			continue;
		slot_move(&slots[hole], &slots[i]);
		hole = i;
	}
}

void tce_papr_registry_fini(struct papr_registry *reg, const struct tce_mem *mem)
{
	tce_mem_free(mem, slots_of(reg), bytes_of((uint64_t)reg->mask + 1));
	tce_rptr_set(&reg->slots, NULL);
}
