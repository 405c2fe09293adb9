/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An LPAR in both storages, in lockstep with its naive twin. Operations are numbers (struct
 * prop_op) that are read in the light of the present state, so that random ones hit edges, and so
 * that a sequence stays meaningful when operations are left out. After every operation answers,
 * windows, the entries around it and guest memory are compared; at the end every entry, hash and
 * equality.
 */
#ifndef PAPR_LOCKSTEP_H
#define PAPR_LOCKSTEP_H

#include <tce/papr.h>

#include "prop.h"

struct papr_lockstep;

/*
 * profile drives the library; the twin is the one of that name in any case. bridge: how the first
 * bridge is plugged, any number; 0: with all defaults.
 */
struct papr_lockstep *papr_lockstep_new(const struct tce_papr_profile *profile, uint64_t bridge);
void papr_lockstep_free(struct papr_lockstep *ls);

/* One operation on all. False: they differ, ret_failure->text says in what. */
bool papr_lockstep_do(struct papr_lockstep *ls, const struct prop_op *op,
		      struct prop_failure *ret_failure);

/* Every entry of every window, hash, equality. */
bool papr_lockstep_compare_all(struct papr_lockstep *ls, struct prop_failure *ret_failure);

/* Make an operation; and say it in words. */
void papr_lockstep_generate(struct prng *rng, struct prop_op *ret_op);
void papr_lockstep_print(FILE *out, const struct prop_op *op);

/* The number of kinds of operations. */
unsigned papr_lockstep_kinds(void);

/* Fill in ctx (const struct tce_papr_profile *), generate, run and print of a property. */
void papr_lockstep_prop(struct prop *prop, const struct tce_papr_profile *profile);

#endif
