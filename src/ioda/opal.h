/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The firmware's side of a bridge: one call in, one answer out. opal.c knows the calls and what
 * they share; opal_ioda2.c and opal_p7ioc.c know the windows and PEs of their bridges. Checks
 * come in the order of skiboot's.
 */
#ifndef TCE_IODA_OPAL_H
#define TCE_IODA_OPAL_H

#include "ioda.h"

/* Refuse: the code and why. Always returns 0, the library did its part. */
int tce_opal_refuse(struct tce_opal_answer *answer, int64_t rc, enum tce_opal_refusal why);

/* Put both words of a TVE where the bridge and a later reset find them. 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_opal_set_tve(struct tce_ioda *ioda, unsigned index, uint64_t word0,
				  uint64_t word1);

/*
 * call has been cut to the widths that the firmware looks at; the bridge is known to be this one.
 */
typedef int tce_opal_fn(struct tce_ioda *ioda, const struct tce_opal_call *call,
			struct tce_opal_answer *answer);

tce_opal_fn tce_ioda2_set_pe;
tce_opal_fn tce_ioda2_set_peltv;
tce_opal_fn tce_ioda2_map;
tce_opal_fn tce_ioda2_map_real;
tce_opal_fn tce_ioda2_kill;

tce_opal_fn tce_p7ioc_set_pe;
tce_opal_fn tce_p7ioc_set_peltv;
tce_opal_fn tce_p7ioc_map;

#endif
