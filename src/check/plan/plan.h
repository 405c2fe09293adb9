/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a plan. Steps, a file each: plan.c makes the machine and has drivers probe;
 * pe.c looks at windows; trial.c tries what a device reaches; why.c puts the
 * kernel's record of its decision into reasons; warn.c finds what hurts; text.c words.
 */
#ifndef TCE_CHECK_PLAN_H
#define TCE_CHECK_PLAN_H

#include <tce/plan.h>

#include "base/vec.h"
#include "linux/group.h"
#include "linux/pseries/pseries.h"

struct tce_plan {
	struct tce_mem mem;
	struct tce_plan_summary sum;
	struct tce_plan_pe *pes;
	uint32_t *nodes; /* of pes */
	struct tce_plan_dev *devs;
	struct tce_plan_trial *trials; /* nr_masks for each PE */
	uint32_t nr_trials;
	struct tce_vec warnings; /* struct tce_plan_warning */
	struct tce_vec pmems;    /* struct tce_ev_pmem_plug */

	/* While it is made. */
	struct tce_plan_opts opts;
	struct tce_machine *base; /* after BOOT */
	struct tce_machine *m;    /* where drivers probe */
	bool died;                /* the machine of m */
};

/* What a function that looks at a machine's kernel needs. */
struct tce_linux_call tce_plan_call(struct tce_machine *m, struct tce_outcome *outcome);

/* --- pe.c ----------------------------------------------------------------------------------- */

/* Nodes and devices, before any driver. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_plan_find_pes(struct tce_plan *plan);

/* Windows and reasons of all PEs, as they are in plan->m. */
void tce_plan_look(struct tce_plan *plan);

/* The node that a device's DMA goes through. */
uint32_t tce_plan_node_of(const struct tce_machine *m, uint16_t dev);

/* What the kernel noted of its decision for a node; NULL: it has no group for it. */
const struct tce_ddw_record *tce_plan_record(const struct tce_machine *m, uint32_t node);

/* --- trial.c -------------------------------------------------------------------------------- */

/*
 * Have a driver set masks on plan->m, and keep the outcome in trial. plan->died may be set.
 */
TCE_MUST_USE int tce_plan_probe(struct tce_plan *plan, const struct tce_ev_probe *probe,
				struct tce_plan_trial *trial);

/* What the device reaches now, and why. Leaves no mapping behind. */
TCE_MUST_USE int tce_plan_reach(struct tce_plan *plan, uint16_t dev, struct tce_plan_trial *trial);

/* --- why.c ---------------------------------------------------------------------------------- */

/* Behind those that are there; the ninth is dropped. */
void tce_plan_add_why(struct tce_plan_whys *whys, const struct tce_plan_why *why);

void tce_plan_explain(const struct tce_kernel *kernel, const struct tce_ddw_record *record,
		      struct tce_plan_whys *whys);
void tce_plan_explain_narrow(const struct tce_kernel *kernel, uint64_t mask,
			     struct tce_plan_whys *whys);

/* --- warn.c --------------------------------------------------------------------------------- */

TCE_MUST_USE int tce_plan_warn(struct tce_plan *plan, const struct tce_plan_warning *warning);

/* A warning about nothing in particular. */
struct tce_plan_warning tce_plan_warning_of(enum tce_plan_hazard hazard);

/* What the plan says so far; then memory comes online in plan->m. */
TCE_MUST_USE int tce_plan_find_hazards(struct tce_plan *plan);

#endif
