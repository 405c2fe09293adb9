/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mappings of a DMA API recording that are alive, by the number of the call that made them.
 *
 * Life: init -> add, find, remove -> fini. What find returns is valid until the next add or remove.
 * One thread.
 */
#ifndef TCE_CHECK_OPS_LIVE_H
#define TCE_CHECK_OPS_LIVE_H

#include <tce/dma.h>

#include "linux/dma_iommu.h"

struct tce_ops_live {
	uint64_t n; /* call that made it */
	enum tce_dma_op op;
	bool used;    /* this slot holds one */
	bool undone;  /* unmapped once, and will be again */
	uint64_t bus; /* all but SG */
	uint64_t size;
	uint64_t pages; /* table entries it counts as; 0 when direct */
	unsigned nents; /* SG */
	struct tce_sg_entry *sg;
};

struct tce_ops_lives {
	struct tce_mem mem;
	struct tce_ops_live *slots; /* open addressing, linear probing */
	size_t nr_slots;            /* power of two, or 0 */
	size_t nr_live;
};

void tce_ops_lives_init(struct tce_ops_lives *lives, const struct tce_alloc *alloc);

/* Forget all. */
void tce_ops_lives_fini(struct tce_ops_lives *lives);

/* Keep a copy; sg (nents entries from tce_ops_lives_sg_new) becomes the set's. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_ops_lives_add(struct tce_ops_lives *lives, const struct tce_ops_live *live);

struct tce_ops_live *tce_ops_lives_find(const struct tce_ops_lives *lives, uint64_t n);
void tce_ops_lives_remove(struct tce_ops_lives *lives, struct tce_ops_live *live);

/* nents zeroed entries, NULL without memory. */
struct tce_sg_entry *tce_ops_lives_sg_new(struct tce_ops_lives *lives, unsigned nents);
void tce_ops_lives_sg_free(struct tce_ops_lives *lives, struct tce_sg_entry *sg, unsigned nents);

#endif
