/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Number -> object: LIOBNs, BUIDs, unit addresses. Open addressing, at most half full, one block of
 * memory; values are self-relative, so that it may live in an arena. No key is 0, no value NULL.
 */
#ifndef TCE_PAPR_REGISTRY_H
#define TCE_PAPR_REGISTRY_H

#include "base/mem.h"

struct papr_slot {
	uint64_t key;
	struct tce_rptr value; /* NULL: free */
};

struct papr_registry {
	struct tce_rptr slots; /* struct papr_slot[mask + 1]; never NULL after init */
	uint32_t mask;
	uint32_t used;
};

/* QEMU's numbers differ in their low bits and from bit 8 on: bridges of one machine do not meet. */
static inline uint64_t tce_papr_registry_home(const struct papr_registry *reg, uint64_t key)
{
	return (key ^ key >> 7) & reg->mask;
}

/* A pointer that is known not to be NULL. */
static inline void *tce_papr_target(const struct tce_rptr *p)
{
	return (void *)((uintptr_t)p + (uintptr_t)p->rel);
}

/* The value of key, NULL when there is none. Key 0 is never there. */
static inline void *tce_papr_registry_find(const struct papr_registry *reg, uint64_t key)
{
	const struct papr_slot *slots = tce_papr_target(&reg->slots);
	uint64_t i = tce_papr_registry_home(reg, key);

	while (slots[i].key != key) {
		if (slots[i].value.rel == 0)
			return NULL;
		i = (i + 1) & reg->mask;
	}
	return slots[i].value.rel == 0 ? NULL : tce_papr_target(&slots[i].value);
}

/* 0 or -TCE_ERR_NOMEM. */
int tce_papr_registry_init(struct papr_registry *reg, const struct tce_mem *mem);

/* Make room for n more. 0 or -TCE_ERR_NOMEM; what is in it stays the same. */
int tce_papr_registry_reserve(struct papr_registry *reg, const struct tce_mem *mem, unsigned n);

/* key is not there and room was made. */
void tce_papr_registry_insert(struct papr_registry *reg, uint64_t key, const void *value);

/* key is there. */
void tce_papr_registry_remove(struct papr_registry *reg, uint64_t key);

/* Also right after a failed init. */
void tce_papr_registry_fini(struct papr_registry *reg, const struct tce_mem *mem);

#endif
