/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Number -> object: LIOBNs, BUIDs, unit addresses. Open addressing, at most half full, one block of
 * memory; values are self-relative, so that it may live in an arena. Values are never NULL.
 */
#ifndef TCE_PAPR_REGISTRY_H
#define TCE_PAPR_REGISTRY_H

#include "base/mem.h"

struct papr_slot {
	uint64_t key;
	struct tce_rptr value; /* NULL: free */
};

struct papr_registry {
	struct tce_rptr slots; /* struct papr_slot[1 << capacity_lg2]; NULL while empty */
	uint32_t capacity_lg2;
	uint32_t used;
};

static inline uint64_t tce_papr_registry_home(const struct papr_registry *reg, uint64_t key)
{
	return key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - reg->capacity_lg2);
}

/* The value of key, NULL when there is none. */
static inline void *tce_papr_registry_find(const struct papr_registry *reg, uint64_t key)
{
	const struct papr_slot *slots = tce_rptr_get(&reg->slots);
	uint64_t i;

	if (slots == NULL)
		return NULL;
	i = tce_papr_registry_home(reg, key);
	while (slots[i].value.rel != 0) {
		if (slots[i].key == key)
			return tce_rptr_get(&slots[i].value);
		i = (i + 1) & ((UINT64_C(1) << reg->capacity_lg2) - 1);
	}
	return NULL;
}

/* Make room for n more. 0 or -TCE_ERR_NOMEM; what is in it stays the same. */
int tce_papr_registry_reserve(struct papr_registry *reg, const struct tce_mem *mem, unsigned n);

/* key is not there and room was made. */
void tce_papr_registry_insert(struct papr_registry *reg, uint64_t key, const void *value);

/* key is there. */
void tce_papr_registry_remove(struct papr_registry *reg, uint64_t key);

void tce_papr_registry_fini(struct papr_registry *reg, const struct tce_mem *mem);

#endif
