/* SPDX-License-Identifier: BSD-2-Clause */
/* Recordings of VFIO calls through reader and replay. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "vfio_report.h"

#define TEXT_MAX (1U << 30) /* bytes of a recording */

static int damaged(const struct tce_run_opts *opts, const struct tce_vfio_reader *reader,
		   struct tce_vfio_report *report)
{
	struct tce_complaint complaint = {.line = reader->lines.read};

	memcpy(complaint.text, reader->lines.complaint, sizeof(complaint.text));
	tce_vfio_replay_damaged(report->replay);
	return tce_run_complain(opts, report->name, &complaint, &report->complaints);
}

static int refused(const struct tce_vfio_report *report, const struct tce_vfio_record *record,
		   int err)
{
	const char *why = tce_strerror(err);

	if (err == -TCE_ERR_FORMAT)
		why = "its header names no machine, kernel and group; see tce-vfio(5)";
	else if (err == -TCE_ERR_NOENT)
		why = "its kernel is older than 4.10, the oldest known";
	tce_complain("%s: line %" PRIu64 ": %s", report->name, record->line, why);
	return err == -TCE_ERR_FORMAT || err == -TCE_ERR_NOENT ? TCE_EXIT_USAGE : TCE_EXIT_INTERNAL;
}

static int replay_text(const char *text, size_t n, const struct tce_run_opts *opts,
		       struct tce_vfio_report *report)
{
	struct tce_vfio_reader reader;
	struct tce_vfio_record record;
	enum tce_vfio_next next;
	int code = TCE_EXIT_OK;
	int err;

	tce_vfio_reader_init(&reader, text, n);
	while (code == TCE_EXIT_OK && !*opts->interrupted &&
	       (next = tce_vfio_reader_next(&reader, &record)) != TCE_VFIO_NEXT_END) {
		if (next == TCE_VFIO_NEXT_DAMAGED) {
			code = damaged(opts, &reader, report);
			continue;
		}
		err = tce_vfio_replay_record(report->replay, &record);
		if (err != 0)
			code = refused(report, &record, err);
	}
	report->lines = reader.lines.read;
	report->skipped = reader.lines.skipped;
	return code;
}

static int replay_input(struct tce_input *in, const struct tce_run_opts *opts,
			struct tce_vfio_report *report)
{
	size_t n;
	char *text = tce_input_read_all(in, TEXT_MAX, &n);
	int code;

	if (text == NULL)
		return TCE_EXIT_USAGE;
	code = replay_text(text, n, opts, report);
	free(text);
	return code;
}

int tce_vfio_run_file(struct tce_input *in, const char *path, const struct tce_run_opts *opts,
		      struct tce_vfio_report *report)
{
	struct tce_vfio_replay_opts replay = {.kernel = opts->kernel};
	int code;

	snprintf(report->name, sizeof(report->name), "%s", path);
	report->ignored = opts->ignored;
	if (tce_vfio_replay_new(&replay, &report->replay) != 0) {
		tce_complain("out of memory");
		return TCE_EXIT_INTERNAL;
	}
	code = replay_input(in, opts, report);
	tce_vfio_replay_summary(report->replay, &report->sum);
	if (code == TCE_EXIT_OK && *opts->interrupted)
		code = TCE_EXIT_INCONCLUSIVE;
	if (report->sum.events != 0)
		return code;
	if (code == TCE_EXIT_OK)
		tce_complain("%s: no call of a VFIO recording; see tce-vfio(5)", report->name);
	tce_vfio_release(report);
	return TCE_EXIT_USAGE;
}

void tce_vfio_release(struct tce_vfio_report *report)
{
	tce_vfio_replay_free(report->replay);
	report->replay = NULL;
}
