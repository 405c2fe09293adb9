/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bridge in lockstep with its naive twin: OPAL calls, register accesses, stores to memory and
 * DMAs, hostile numbers included. Every answer is compared, after each operation what it touched,
 * at the end everything that can be seen of the bridge, and both memories.
 *
 * The functions under test are a table of pointers, so that a planted fault can stand in for one.
 */
#ifndef IODA_LOCKSTEP_H
#define IODA_LOCKSTEP_H

#include <tce/ioda.h>

#include "prop.h"

struct ioda_calls {
	int (*opal)(struct tce_ioda *ioda, const struct tce_opal_call *call,
		    struct tce_opal_answer *ret_answer);
	int (*reg_read)(struct tce_ioda *ioda, uint32_t offset, uint64_t *ret_value);
	int (*reg_write)(struct tce_ioda *ioda, uint32_t offset, uint64_t value);
	int (*dma)(struct tce_ioda *ioda, const struct tce_ioda_access *access,
		   struct tce_ioda_xlate *ret_xlate);
	void (*peek)(const struct tce_ioda *ioda, const struct tce_ioda_access *access,
		     struct tce_ioda_xlate *ret_xlate);
};

extern const struct ioda_calls ioda_calls_real;

/* Fill in ctx (const struct ioda_calls *), generate, run and print of a property. */
void ioda_lockstep_prop(struct prop *prop, const struct ioda_calls *calls);

/* The functions of the property alone, for a fuzzer: run a sequence, true: all is well. */
bool ioda_lockstep_run(void *ctx, const struct prop_op *ops, size_t nr,
		       struct prop_failure *ret_failure);

/* Kinds of operations are 0 .. this - 1; 0 makes a new bridge. */
#define IODA_LOCKSTEP_KINDS 9U

#endif
