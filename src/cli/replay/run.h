/* SPDX-License-Identifier: BSD-2-Clause */
/* Running one input through the reader and the replay, up to a report. */
#ifndef TCE_CLI_REPLAY_RUN_H
#define TCE_CLI_REPLAY_RUN_H

#include <signal.h>

#include "cli/input.h"
#include "report.h"

struct tce_run_opts {
	const struct tce_papr_profile *profile;
	const struct tce_facts *facts;
	const char *kernel;  /* version; NULL: as the recording tells (DMA API only) */
	const bool *ignored; /* by rule */
	bool strict;
	bool each; /* collect every finding */
	bool watch;
	uint64_t ioba;
	volatile sig_atomic_t *interrupted;
};

/* A line of that file could not be read: noted for the report; if strict, said, and USAGE. */
int tce_run_complain(const struct tce_run_opts *opts, const char *file,
		     const struct tce_complaint *complaint, struct tce_complaints *complaints);

/* The device tree at path. False: said on stderr. */
bool tce_run_facts(const char *path, struct tce_facts *ret_facts);

/*
 * enum tce_exit: OK, USAGE (unreadable, said on stderr), INTERNAL, INCONCLUSIVE (interrupted). The
 * report is filled, replay not NULL, whenever anything could be read; release it in any case.
 */
int tce_run_replay(struct tce_input *in, const struct tce_run_opts *opts,
		   struct tce_report *report);
void tce_run_release(struct tce_report *report);

#endif
