/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform under one iommu_table of a DMA API recording: on pseries a partition with one bridge
 * whose window is the recorded one, reached by hypercalls; on PowerNV a machine (powernv.h).
 *
 * Life: init -> the table's operations -> fini. One thread.
 */
#ifndef TCE_CHECK_OPS_PLATFORM_H
#define TCE_CHECK_OPS_PLATFORM_H

#include "linux/pseries/tce_pseries.h"
#include "powernv.h"

/* Told of every hypercall after it was answered. */
typedef int tce_ops_hcall_fn(void *ctx, const struct tce_event *event,
			     const struct tce_outcome *outcome);

struct tce_ops_platform {
	struct tce_lpar *lpar;       /* pseries, or */
	struct tce_ops_powernv *pnv; /* PowerNV */
	struct tce_pseries_port port;
	struct tce_be64 list[512];
	tce_ops_hcall_fn *on_hcall; /* NULL: nobody */
	void *hcall_ctx;
};

/* What is known about the window. */
struct tce_ops_platform_opts {
	const struct tce_alloc *alloc;
	const struct tce_papr_profile *profile;
	const struct tce_iommu_table *tbl; /* index, offset, size, page_shift */
	uint64_t size; /* bytes the hypervisor gave; the kernel may think it is more */
};

/*
 * pseries; PowerNV has tce_ops_powernv_new for pnv instead. 0; -TCE_ERR_NOMEM; -TCE_ERR_LIMIT the
 * hypervisor cannot have such a window.
 */
TCE_MUST_USE int tce_ops_platform_init(struct tce_ops_platform *platform,
				       const struct tce_ops_platform_opts *opts);
void tce_ops_platform_fini(struct tce_ops_platform *platform);

/* Operations and their ctx. */
const struct tce_iommu_ops *tce_ops_platform_ops(struct tce_ops_platform *platform, void **ret_ctx);

#endif
