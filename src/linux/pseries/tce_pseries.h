/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table operations of Linux on pseries: which hypercalls set, clear and read entries. They
 * leave as BOUNDARY events through an emit function, the machine's or a replayer's.
 *
 * The ctx of the operations is a struct tce_pseries_port, borrowed for each call. One thread.
 * Sources: Linux arch/powerpc/platforms/pseries/iommu.c (tce_build_pSeriesLP,
 * tce_buildmulti_pSeriesLP, tce_free_pSeriesLP, tce_freemulti_pSeriesLP, tce_get_pSeriesLP), as of
 * 6.1.192, 6.12.107 and 7.2.13.
 */
#ifndef TCE_LINUX_TCE_PSERIES_H
#define TCE_LINUX_TCE_PSERIES_H

#include "linux/iommu_table.h"

struct tce_pseries_port {
	const struct tce_kernel *kernel;
	/* 0 and *ret_outcome, or -TCE_ERR_x */
	int (*emit)(void *ctx, const struct tce_event *event, struct tce_outcome *ret_outcome);
	/*
	 * H_GET_TCE answered 0 for the entry before ioba: for how many of the next entries it
	 * would, too, when these calls need not be made. NULL: make them.
	 */
	uint64_t (*skip)(void *ctx, uint64_t liobn, struct tce_ioba ioba, uint64_t entries);
	void *emit_ctx;
	struct tce_ra list_page; /* the CPU's page for lists of TCEs */
	bool no_put_indirect;    /* multitce=off, or the hypervisor does not offer it */
	bool no_stuff;
};

/* iommu_table_lpar_multi_ops; they fall back to single calls by themselves. */
extern const struct tce_iommu_ops tce_iommu_table_lpar_multi_ops;

#endif
