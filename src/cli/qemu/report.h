/* SPDX-License-Identifier: BSD-2-Clause */
/* What the user reads of a run. */
#ifndef TCE_CLI_QEMU_REPORT_H
#define TCE_CLI_QEMU_REPORT_H

#include <stdio.h>

#include "cli/pseries/live.h"
#include "cli/vm/find.h"

#include "story.h"

struct tce_report {
	const struct tce_live_opts *opts;
	const struct tce_qemu_version *version;
	struct tce_live *live;
	char *scenario;    /* text of the shortest story, NULL: no difference */
	bool came_again;   /* the difference was seen a second time, and shrunk */
	const char *saved; /* file it was saved to, NULL */
};

void tce_report_text(FILE *out, const struct tce_report *report, bool states);
void tce_report_json(FILE *out, const struct tce_report *report);

/* A story as scenario text with what the model answers and how QEMU ends it. malloc'ed. */
char *tce_report_scenario(const struct tce_live_opts *opts, struct tce_qemu_story *story,
			  const struct tce_qemu_version *version, struct tce_diff *ret_diff);

#endif
