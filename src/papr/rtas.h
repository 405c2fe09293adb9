/* SPDX-License-Identifier: BSD-2-Clause */
/* What the RTAS calls share: their answers, and the window calls of ddw.c. */
#ifndef TCE_PAPR_RTAS_H
#define TCE_PAPR_RTAS_H

#include "lpar.h"

/* A refused call: the status is its only return cell. */
static inline void tce_papr_rtas_refuse(struct tce_answer *answer, int32_t status,
					enum tce_refusal why)
{
	*answer = (struct tce_answer){
		.refusal = why, .status = status, .nr_rets = 1, .rets = {(uint32_t)status}};
}

/* Success with nr_rets cells, the status 0 included; the caller fills in the others. */
static inline void tce_papr_rtas_accept(struct tce_answer *answer, uint32_t nr_rets)
{
	*answer = (struct tce_answer){.nr_rets = nr_rets};
}

/* Each as tce_lpar_rtas. */
int tce_papr_ddw_query(struct tce_lpar *lpar, const struct tce_rtas_call *call,
		       struct tce_answer *ret_answer);
int tce_papr_ddw_create(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			struct tce_answer *ret_answer);
int tce_papr_ddw_remove(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			struct tce_answer *ret_answer);
int tce_papr_ddw_reset(struct tce_lpar *lpar, const struct tce_rtas_call *call,
		       struct tce_answer *ret_answer);

/* H_RTAS: the block at ra. */
int tce_papr_h_rtas(struct tce_lpar *lpar, struct tce_ra ra, struct tce_answer *ret_answer);

#endif
