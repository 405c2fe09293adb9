/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device, its iommu_table and a platform that is an array of entries: what a test of the Linux
 * half's DMA layer needs. The platform counts calls and can refuse, or fail, one of them.
 */
#ifndef DMA_RIG_H
#define DMA_RIG_H

#include "linux/dma_ops.h"

#define RIG_ENTRIES_MAX 0x40000

struct dma_rig_opts {
	const char *kernel;            /* NULL: "6.12.107" */
	unsigned page_shift;           /* of the kernel; 0: 12 */
	uint64_t size;                 /* entries; 0: 0x4000 */
	uint64_t offset;               /* absolute entries */
	unsigned shift;                /* of the table; 0: 12 */
	const struct tce_alloc *alloc; /* NULL: default */
	bool no_table;
};

struct dma_rig {
	struct tce_kernel kernel;
	struct tce_dma_env env;
	struct tce_dma_dev dev;
	struct tce_iommu_table *tbl;
	uint64_t tce[RIG_ENTRIES_MAX]; /* by relative entry */
	unsigned nr_sets;
	unsigned nr_clears;
	unsigned refuse_at; /* this set (1..) answers refuse_rc and sets nothing; 0: none */
	int64_t refuse_rc;
	unsigned fail_at; /* this set (1..) fails in the library; 0: none */
};

/* Large: take one that is static. 0, or what making the table returned. */
int dma_rig_init(struct dma_rig *rig, const struct dma_rig_opts *opts);
void dma_rig_fini(struct dma_rig *rig);

/* Map a buffer, streaming. */
struct tce_dma_answer dma_rig_map(struct dma_rig *rig, uint64_t phys, uint64_t size);

/* Entries whose TCE is not 0. */
uint64_t dma_rig_nr_tces(const struct dma_rig *rig);

#endif
