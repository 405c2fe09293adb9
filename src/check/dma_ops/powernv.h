/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform under a DMA API recording of powernv: a machine with the one bridge and the one
 * device that the recording is about, booted with the recorded kernel. Its default window's table
 * is what the kernel makes of the machine, not what was recorded.
 *
 * The bridge's kind is not in a recording: PHB4, or PHB3 where a device got the offset that only
 * PHB3 gives. Other devices are not either, so that the PE's number may be another one.
 *
 * Life: new -> table, ops, bypass -> free. One thread.
 */
#ifndef TCE_CHECK_OPS_POWERNV_H
#define TCE_CHECK_OPS_POWERNV_H

#include "linux/iommu_table.h"

struct tce_ops_powernv;

struct tce_ops_powernv_opts {
	const struct tce_alloc *alloc;
	const struct tce_kernel *kernel;
	unsigned page_shift; /* of the kernel */
	unsigned flags;      /* TCE_BOOT_ */
	uint64_t ram;        /* bytes */
	uint64_t index;      /* bridge << 16 | PE, as recorded */
	bool phb3;
};

/* 0; -TCE_ERR_LIMIT there is no such machine; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_ops_powernv_new(const struct tce_ops_powernv_opts *opts,
				     struct tce_ops_powernv **ret_pnv);
void tce_ops_powernv_free(struct tce_ops_powernv *pnv);

/* The device's table, borrowed; NULL: the kernel has made none. */
struct tce_iommu_table *tce_ops_powernv_table(const struct tce_ops_powernv *pnv);

/* The table's operations and their ctx. */
const struct tce_iommu_ops *tce_ops_powernv_ops(struct tce_ops_powernv *pnv, void **ret_ctx);

/* archdata.dma_offset. */
uint64_t tce_ops_powernv_offset(const struct tce_ops_powernv *pnv);

/* iommu_bypass_supported, as this kernel answers it; may change the offset. */
TCE_MUST_USE int tce_ops_powernv_bypass(struct tce_ops_powernv *pnv,
					const struct tce_kernel *kernel, uint64_t mask,
					bool *ret_ok);

#endif
