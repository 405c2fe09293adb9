/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "tce replay" of recordings of the DMA API (tce-dma(5)): running them, and the report of one
 * input, which is an ops file or a folder of them.
 */
#ifndef TCE_CLI_OPS_REPORT_H
#define TCE_CLI_OPS_REPORT_H

#include <tce/dma.h>

#include "run.h"

#define TCE_OPS_FILES_MAX 256U

struct tce_ops_report {
	char name[4096];               /* as given */
	struct tce_dma_replay *replay; /* NULL: nothing could be read */
	struct tce_dma_summary sum;
	const bool *ignored;           /* by rule */
	char *file[TCE_OPS_FILES_MAX]; /* without the folder; by the number that results use */
	unsigned nr_files;
	uint64_t lines;
	uint64_t skipped;
	struct tce_complaints complaints;
	char asked[64]; /* kernel version that is not known exactly; "": it is, or was guessed */
	bool has_trace;
};

/* Is this folder a recording of the DMA API? */
bool tce_ops_is_folder(const char *path);

/*
 * enum tce_exit, as tce_run_replay; the report is filled, replay not NULL, whenever anything could
 * be read; release it in any case. in: an ops file, not read from yet.
 */
int tce_ops_run_folder(const char *path, const struct tce_run_opts *opts,
		       struct tce_ops_report *report);
int tce_ops_run_file(struct tce_input *in, const struct tce_run_opts *opts,
		     struct tce_ops_report *report);
void tce_ops_release(struct tce_ops_report *report);

/* Findings that are told, notes not counted. */
unsigned tce_ops_findings(const struct tce_ops_report *report);

void tce_ops_render_text(const struct tce_ops_report *report, const struct tce_report_style *style);
void tce_ops_render_json(const struct tce_ops_report *report, bool with_name);

#endif
