/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The library's side of the comparison: one tce_ioda for each bridge, its own copy of all memory
 * that either side writes, and the buffers inside the devices.
 *
 * Life: tce_nv_model_new -> tce_nv_model_apply ... -> tce_nv_model_free.
 */
#ifndef TCE_CLI_POWERNV_MODEL_H
#define TCE_CLI_POWERNV_MODEL_H

#include "op.h"

/* Memory that both sides write: the area, where null pointers lead, and three tables a bridge. */
struct tce_nv_copy {
	uint64_t ra;
	uint64_t size;
	uint8_t *bytes;
};

#define TCE_NV_MAX_COPIES (2U + 3U * TCE_NV_MAX_BRIDGES)
#define TCE_NV_NULL_BYTES 64U /* below the processor's vectors */

struct tce_nv_model {
	const struct tce_nv_tree *tree;
	const struct tce_ioda_profile *profile;
	const uint8_t *ram; /* the guest's; read where nothing is kept */
	struct tce_ioda *bridges[TCE_NV_MAX_BRIDGES];
	struct tce_nv_copy copies[TCE_NV_MAX_COPIES]; /* [0] is the area */
	unsigned nr_copies;
	uint64_t results_at; /* real address of the results of the call being made */
	uint8_t results[TCE_NV_RESULT_BYTES];
	uint8_t edu[TCE_NV_MAX_BRIDGES][TCE_NV_NR_EDU][TCE_NV_EDU_BYTES];
};

/* What a step should give. */
struct tce_nv_expect {
	unsigned nr_out; /* results of the last request that count; out[0] of calls is r3 */
	uint64_t out[2];
	uint8_t results[TCE_NV_RESULT_BYTES];
	enum tce_opal_refusal refusal; /* CALL */
	unsigned faults;               /* DMA: bit n: enum tce_ioda_fault n was met */
};

/* ram, tree and profile are kept. 0, or -1 and *fail. To be freed in either case. */
int tce_nv_model_new(struct tce_nv_model *model, const struct tce_nv_tree *tree,
		     const struct tce_ioda_profile *profile, const uint8_t *ram,
		     struct tce_fail *fail);
void tce_nv_model_free(struct tce_nv_model *model);

/* The copy that holds n bytes at ra; NULL: none. */
uint8_t *tce_nv_model_bytes(const struct tce_nv_model *model, uint64_t ra, uint64_t n);

/* May the step be taken? It is well formed, and no access of it hits memory that is not ours. */
bool tce_nv_model_possible(const struct tce_nv_model *model, const struct tce_nv_op *op);

/* A possible step; request: the number of the request that makes it. 0, or -1 and *fail. */
int tce_nv_model_apply(struct tce_nv_model *model, const struct tce_nv_op *op, uint64_t request,
		       struct tce_nv_expect *ret_expect, struct tce_fail *fail);

/* An argument of a call as it is at this request: addresses of results are moved. */
uint64_t tce_nv_model_argument(uint64_t argument, uint64_t request);

#endif
