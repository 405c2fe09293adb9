/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tce run tells of one story: the log of events with the calls that each caused (-v), the
 * verdict, and when it failed, what happened on both sides of the line between system and
 * hypervisor.
 */
#ifndef TCE_CLI_RUN_REPORT_H
#define TCE_CLI_RUN_REPORT_H

#include <tce/scenario.h>

#define TCE_RUN_TEXT  640U  /* bytes of one event in words, cut beyond */
#define TCE_RUN_LINUX 2048U /* bytes of what the kernel made of a step */
#define TCE_RUN_STEPS 4U    /* steps shown before the one that failed */
#define TCE_RUN_CALLS 12U   /* groups of calls kept of a step */

/* Calls of one kind in one window, one after the other. */
struct tce_run_group {
	enum tce_event_kind kind;
	uint64_t liobn;
	bool ok;
	uint64_t nr;
	char first[TCE_RUN_TEXT];
	char last[TCE_RUN_TEXT];
};

/* A step as it happened. */
struct tce_run_seen {
	unsigned step;
	bool done; /* the event itself was answered */
	char text[TCE_RUN_TEXT];
	unsigned nr_groups; /* kept */
	uint64_t nr_calls;
	struct tce_run_group group[TCE_RUN_CALLS];
};

struct tce_run_report {
	const char *file;
	const struct tce_scenario *scenario;
	struct tce_names names;
	unsigned verbose; /* 1: steps and groups of calls, 2: every call */
	bool colour;
	uint64_t nr_calls;
	struct tce_run_seen seen[TCE_RUN_STEPS + 1]; /* step n in [n % 5] */
	char linux_side[TCE_RUN_LINUX]; /* the kernel's state after the last step, a line each */
	struct tce_run_result result;
};

void tce_run_report_init(struct tce_run_report *report, const char *file,
			 const struct tce_scenario *scenario);

/* The observer for tce_run: keeps what the report needs, and prints it when verbose. */
struct tce_run_observer tce_run_report_observer(struct tce_run_report *report);

/* The kernel's windows and devices, a line each; empty: not modelled for this platform. */
void tce_run_linux_text(const struct tce_machine *machine, const struct tce_names *names,
			char ret_text[TCE_RUN_LINUX]);

/* To stdout. */
void tce_run_report_text(const struct tce_run_report *report);
void tce_run_report_json(const struct tce_run_report *report);

/* --- for both forms --- */

/* What was expected, and what came instead; one clause each. */
void tce_run_expected(const struct tce_run_report *report, char ret_text[TCE_RUN_TEXT]);
void tce_run_got(const struct tce_run_report *report, char ret_text[TCE_RUN_TEXT]);

#endif
