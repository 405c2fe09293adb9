/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan, printed to stdout. */
#ifndef TCE_CLI_PLAN_REPORT_H
#define TCE_CLI_PLAN_REPORT_H

#include "machine.h"

struct tce_plan_report {
	const struct tce_plan_machine *machine;
	const struct tce_plan *plan;
	const struct tce_plan_summary *sum;
	const char *path;
	bool colour;
	bool verbose; /* every device, all reasons */
};

void tce_plan_print_text(const struct tce_plan_report *report);
/* One object: schema tce-plan-1 (tce-plan(1)). */
void tce_plan_print_json(const struct tce_plan_report *report);

/* "direct", "dynamic" ...; "direct", "table", "bare", "lost". */
const char *tce_plan_mode_word(enum tce_dma_mode mode);
const char *tce_plan_way_word(enum tce_plan_way way);

#endif
