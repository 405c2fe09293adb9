/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that a plan is made for, from whatever the user has: a device tree in any form, a
 * recording's folder, a scenario; changed as the options say.
 */
#ifndef TCE_CLI_PLAN_MACHINE_H
#define TCE_CLI_PLAN_MACHINE_H

#include <stdbool.h>

#include <tce/devtree.h>
#include <tce/plan.h>
#include <tce/scenario.h>

#define TCE_PLAN_PMEM_MAX 32U

/* What the user said of the machine. */
struct tce_plan_wish {
	const char *path;
	const char *kernel;                  /* NULL: what the input says, else the newest */
	const char *cmdline;                 /* of the kernel; NULL: what the input says */
	const struct tce_papr_profile *papr; /* NULL: what the input says */
	uint64_t max_ram;                    /* bytes; 0: as it is */
	struct tce_ev_memory pmem[TCE_PLAN_PMEM_MAX];
	unsigned nr_pmem;   /* 0: as it is; else these and no others */
	unsigned mask_bits; /* of every driver; 0: as the input says */
};

struct tce_plan_machine {
	struct tce_devtree *devtree;
	struct tce_scenario *scenario;
	struct tce_step *steps; /* of story */
	unsigned room;
	struct tce_story story;
	struct tce_names names;
	struct tce_ev_boot boot;
	struct tce_kernel_match match;
	char kernel[64];         /* as asked for, or as the input calls it */
	char build[24];          /* its distribution's number of it; "": not told */
	const char *kernel_from; /* "", "in the recording" ...: who says so */
};

/* True and *ret_machine, or an enum tce_exit after a complaint. */
int tce_plan_machine_load(const struct tce_plan_wish *wish, struct tce_plan_machine *ret_machine);
void tce_plan_machine_free(struct tce_plan_machine *machine);

/* The i-th remark on what was assumed; NULL past the last. */
const char *tce_plan_machine_remark(const struct tce_plan_machine *machine, unsigned i);

#endif
