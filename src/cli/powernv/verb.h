/* SPDX-License-Identifier: BSD-2-Clause */
/* tce qemu --machine powernv8, powernv9, powernv10: the bare-metal half of the verb. */
#ifndef TCE_CLI_POWERNV_VERB_H
#define TCE_CLI_POWERNV_VERB_H

#include "cli/vm/find.h"
#include "cli/vm/verb.h"

#include "live.h"

/* Do what was asked, profile NULL for "qemu-pnv", and report. Returns enum tce_exit. */
int tce_nv_verb(const struct tce_qemu_options *options);

/* What a report is made of. */
struct tce_nv_report {
	const struct tce_nv_live_opts *opts;
	const struct tce_qemu_version *version;
	struct tce_nv_live *live;
	bool came_again;   /* the difference */
	char *scenario;    /* its text; NULL: none */
	const char *saved; /* where; NULL: nowhere */
};

void tce_nv_report_text(FILE *out, const struct tce_nv_report *report, bool states);
void tce_nv_report_json(FILE *out, const struct tce_nv_report *report);

/* The story of a difference as text, malloc'ed; NULL: out of memory. Plays it once more. */
char *tce_nv_report_scenario(struct tce_nv_session *session, const struct tce_nv_report *report);

#endif
