/* SPDX-License-Identifier: BSD-2-Clause */
/* "tce replay" of recordings of VFIO calls (tce-vfio(5)): running one, and its report. */
#ifndef TCE_CLI_VFIO_REPORT_H
#define TCE_CLI_VFIO_REPORT_H

#include <tce/vfio_ops.h>

#include "run.h"

struct tce_vfio_report {
	char name[4096];                /* as given */
	struct tce_vfio_replay *replay; /* NULL: nothing could be read */
	struct tce_vfio_summary sum;
	const bool *ignored; /* by rule */
	uint64_t lines;
	uint64_t skipped;
	struct tce_complaints complaints;
};

/*
 * enum tce_exit, as tce_run_replay; the report is filled, replay not NULL, whenever anything could
 * be read; release it in any case. in: not read from yet.
 */
int tce_vfio_run_file(struct tce_input *in, const char *path, const struct tce_run_opts *opts,
		      struct tce_vfio_report *report);
void tce_vfio_release(struct tce_vfio_report *report);

/* Findings that are told, notes not counted. */
unsigned tce_vfio_findings(const struct tce_vfio_report *report);

void tce_vfio_render_text(const struct tce_vfio_report *report,
			  const struct tce_report_style *style);
void tce_vfio_render_json(const struct tce_vfio_report *report, bool with_name);

#endif
