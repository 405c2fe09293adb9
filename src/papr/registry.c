/* SPDX-License-Identifier: BSD-2-Clause */
/* Open addressing with linear probing; removal moves later entries up instead of leaving marks. */
#include "registry.h"

#include "base/assert.h"

#define CAPACITY_LG2_MIN 2U

static uint64_t capacity(const struct papr_registry *reg)
{
	return tce_rptr_get(&reg->slots) == NULL ? 0 : UINT64_C(1) << reg->capacity_lg2;
}

static size_t bytes(const struct papr_registry *reg)
{
	return (size_t)capacity(reg) * sizeof(struct papr_slot);
}

/* A slot holds a pointer relative to itself: it can only be moved like this. */
static void slot_move(struct papr_slot *to, struct papr_slot *from)
{
	to->key = from->key;
	tce_rptr_set(&to->value, tce_rptr_get(&from->value));
	tce_rptr_set(&from->value, NULL);
}

int tce_papr_registry_reserve(struct papr_registry *reg, const struct tce_mem *mem, unsigned n)
{
	struct papr_slot *old = tce_rptr_get(&reg->slots);
	uint64_t old_capacity = capacity(reg);
	size_t old_bytes = bytes(reg);
	struct papr_registry bigger = {.capacity_lg2 = CAPACITY_LG2_MIN};
	struct papr_slot *slots;
	uint64_t i;

	if (2 * ((uint64_t)reg->used + n) <= old_capacity)
		return 0;
	while (2 * ((uint64_t)reg->used + n) > UINT64_C(1) << bigger.capacity_lg2)
		bigger.capacity_lg2++;
	slots = tce_mem_new(mem, sizeof(*slots) << bigger.capacity_lg2);
	if (slots == NULL)
		return -TCE_ERR_NOMEM;
	tce_rptr_set(&reg->slots, slots);
	reg->capacity_lg2 = bigger.capacity_lg2;
	reg->used = 0;
	for (i = 0; i < old_capacity; i++)
		if (old[i].value.rel != 0)
			tce_papr_registry_insert(reg, old[i].key, tce_rptr_get(&old[i].value));
	tce_mem_free(mem, old, old_bytes);
	return 0;
}

void tce_papr_registry_insert(struct papr_registry *reg, uint64_t key, const void *value)
{
	struct papr_slot *slots = tce_rptr_get(&reg->slots);
	uint64_t mask = capacity(reg) - 1;
	uint64_t i = tce_papr_registry_home(reg, key);

	TCE_ASSERT(2 * ((uint64_t)reg->used + 1) <= capacity(reg));
	while (slots[i].value.rel != 0)
		i = (i + 1) & mask;
	slots[i].key = key;
	tce_rptr_set(&slots[i].value, value);
	reg->used++;
}

void tce_papr_registry_remove(struct papr_registry *reg, uint64_t key)
{
	struct papr_slot *slots = tce_rptr_get(&reg->slots);
	uint64_t mask = capacity(reg) - 1;
	uint64_t hole;
	uint64_t i;

	TCE_ASSERT(tce_papr_registry_find(reg, key) != NULL);
	hole = tce_papr_registry_home(reg, key);
	while (slots[hole].key != key)
		hole = (hole + 1) & mask;
	tce_rptr_set(&slots[hole].value, NULL);
	reg->used--;
	for (i = (hole + 1) & mask; slots[i].value.rel != 0; i = (i + 1) & mask) {
		uint64_t home = tce_papr_registry_home(reg, slots[i].key);

		/* It may move up unless its home lies after the hole. */
		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		slot_move(&slots[hole], &slots[i]);
		hole = i;
	}
}

void tce_papr_registry_fini(struct papr_registry *reg, const struct tce_mem *mem)
{
	tce_mem_free(mem, tce_rptr_get(&reg->slots), bytes(reg));
	tce_rptr_set(&reg->slots, NULL);
}
