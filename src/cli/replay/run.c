/* SPDX-License-Identifier: BSD-2-Clause */
/* One input through the reader and the replay. */
#include "run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

#define DTB_MAX       (64U << 20)
#define PROGRESS_STEP (64ULL << 20) /* bytes of input */

struct run {
	const struct tce_run_opts *opts;
	struct tce_input *in;
	struct tce_report *report;
	struct tce_trace_reader *reader;
	struct tce_replay *replay;
	FILE *each; /* -v */
	size_t each_size;
	unsigned long long told; /* progress */
	bool tells;
};

/* --- observers ------------------------------------------------------------------------------- */

static void on_finding(void *ctx, const struct tce_finding *finding)
{
	struct run *run = ctx;
	char text[1024];

	if (run->opts->ignored[finding->rule])
		return;
	tce_finding_text(finding, text, sizeof(text));
	fprintf(run->each, "  line %" PRIu64 "  %s: %s\n", finding->line,
		tce_rule(finding->rule)->id, text);
}

static void on_touch(void *ctx, const struct tce_replay_touch *touch)
{
	struct run *run = ctx;

	tce_history_add((void *)(uintptr_t)run->report->history, touch);
}

/* --- set-up ---------------------------------------------------------------------------------- */

static int no_memory(void)
{
	tce_complain("out of memory");
	return TCE_EXIT_INTERNAL;
}

static int begin(struct run *run)
{
	struct tce_replay_observer observer = {.ctx = run};
	struct tce_replay_opts opts = {
		.profile = run->opts->profile,
		.facts = run->opts->facts,
		.observer = &observer,
		.watch = run->opts->watch,
		.watch_ioba = run->opts->ioba,
	};

	if (run->opts->each) {
		run->each = open_memstream(&run->report->each, &run->each_size);
		observer.finding = on_finding;
		if (run->each == NULL)
			return no_memory();
	}
	if (run->opts->watch) {
		run->report->history = tce_history_new(run->opts->ioba);
		observer.touch = on_touch;
		if (run->report->history == NULL)
			return no_memory();
	}
	if (tce_trace_reader_new(NULL, &run->reader) != 0 ||
	    tce_replay_new(&opts, &run->replay) != 0)
		return no_memory();
	run->tells = isatty(STDERR_FILENO) != 0;
	return TCE_EXIT_OK;
}

/* --- for every kind of recording ------------------------------------------------------------- */

int tce_run_complain(const struct tce_run_opts *opts, const char *file,
		     const struct tce_complaint *complaint, struct tce_complaints *complaints)
{
	if (complaints->nr < TCE_COMPLAINTS_MAX)
		complaints->at[complaints->nr++] = *complaint;
	if (!opts->strict)
		return TCE_EXIT_OK;
	tce_complain("%s: line %" PRIu64 ": %s", file, complaint->line, complaint->text);
	return TCE_EXIT_USAGE;
}

bool tce_run_facts(const char *path, struct tce_facts *ret_facts)
{
	size_t n;
	char *dtb = tce_input_slurp(path, DTB_MAX, &n);
	int err;

	if (dtb == NULL)
		return false;
	err = tce_facts_read(dtb, n, ret_facts);
	free(dtb);
	if (err == -TCE_ERR_FORMAT)
		tce_complain("%s: not a flattened device tree", path);
	else if (err != 0)
		tce_complain("%s: %s", path, tce_strerror(err));
	return err == 0;
}

/* --- reading --------------------------------------------------------------------------------- */

static void progress(struct run *run)
{
	struct tce_trace_stats stats;

	if (!run->tells || tce_input_consumed(run->in) < run->told + PROGRESS_STEP)
		return;
	run->told = tce_input_consumed(run->in);
	tce_trace_stats(run->reader, &stats);
	fprintf(stderr, "\r%s: %" PRIu64 " lines ", tce_input_name(run->in), stats.lines);
}

static void end_progress(const struct run *run)
{
	if (run->told != 0)
		fprintf(stderr, "\r\033[K");
}

static int damaged(struct run *run, const struct tce_trace_record *record)
{
	struct tce_complaint complaint = {.file = 0};
	int code;

	snprintf(complaint.text, sizeof(complaint.text), "%s",
		 tce_trace_complaint(run->reader, &complaint.line));
	code = tce_run_complain(run->opts, tce_input_name(run->in), &complaint,
				&run->report->complaints);
	if (code != TCE_EXIT_OK)
		return code;
	return tce_replay_damaged(run->replay, record) == 0 ? TCE_EXIT_OK : no_memory();
}

/* Everything in one piece of input. */
static int replay_piece(struct run *run, const char *piece, size_t n)
{
	struct tce_trace_record record;
	enum tce_trace_next next;
	int code = TCE_EXIT_OK;

	if (tce_trace_feed(run->reader, piece, n) != 0)
		return TCE_EXIT_INTERNAL;
	while (code == TCE_EXIT_OK &&
	       (next = tce_trace_next(run->reader, &record)) != TCE_TRACE_MORE) {
		if (next == TCE_TRACE_DAMAGED)
			code = damaged(run, &record);
		else if (tce_replay_record(run->replay, &record) != 0)
			code = no_memory();
	}
	return code;
}

/* What the first bytes say about an input that is no trace; false: it may be one. */
static bool is_foreign(const struct run *run, enum tce_input_kind kind)
{
	static const char *const text[] = {
		[TCE_KIND_DMA_OPS] = "a DMA API sequence (dmarand), not a trace",
		[TCE_KIND_VFIO_OPS] =
			"a VFIO call sequence (vfiorand), which this tce does not replay",
		[TCE_KIND_DEVTREE] = "a device tree, not a recording; give it with --dtb",
		[TCE_KIND_COMPRESSED] = "compressed; of these only zstd is read, unpack it before",
	};

	if (kind == TCE_KIND_TRACE || kind == TCE_KIND_BINARY)
		return false;
	tce_complain("%s: %s", tce_input_name(run->in), text[kind]);
	return true;
}

static bool is_still_binary(const struct run *run, enum tce_input_kind kind)
{
	struct tce_trace_stats stats;

	tce_trace_stats(run->reader, &stats);
	if (kind != TCE_KIND_BINARY || stats.records + stats.damaged != 0)
		return false;
	tce_complain("%s: binary data, not a trace", tce_input_name(run->in));
	return true;
}

static int read_all(struct run *run)
{
	enum tce_input_kind kind = TCE_KIND_TRACE;
	int code = TCE_EXIT_OK;
	bool first = true;
	const char *piece;
	size_t n;

	do {
		if (!tce_input_next(run->in, &piece, &n)) {
			run->report->incomplete = true;
			return TCE_EXIT_USAGE;
		}
		if (first)
			kind = tce_input_kind(piece, n);
		if (first && n == 0)
			tce_complain("%s: empty", tce_input_name(run->in));
		if ((first && n == 0) || is_foreign(run, kind))
			return TCE_EXIT_USAGE;
		code = replay_piece(run, piece, n);
		if (first && code == TCE_EXIT_OK && is_still_binary(run, kind))
			return TCE_EXIT_USAGE;
		first = false;
		progress(run);
	} while (n != 0 && code == TCE_EXIT_OK && !*run->opts->interrupted);
	return code == TCE_EXIT_OK && n != 0 ? TCE_EXIT_INCONCLUSIVE : code;
}

/* --- the end --------------------------------------------------------------------------------- */

static void complain_of_nothing(const struct run *run)
{
	const struct tce_report *report = run->report;

	if (report->complaints.nr != 0)
		tce_complain("%s: no IOMMU event that can be read; line %" PRIu64 ": %s",
			     tce_input_name(run->in), report->complaints.at[0].line,
			     report->complaints.at[0].text);
	else
		tce_complain("%s: %" PRIu64 " lines and no IOMMU event of a QEMU trace "
			     "(-trace 'spapr_*'); see tce-trace(5)",
			     tce_input_name(run->in), report->stats.lines);
}

static int finish(struct run *run, int code)
{
	struct tce_report *report = run->report;
	const struct tce_replay *replay = run->replay;

	if (code == TCE_EXIT_INTERNAL || tce_replay_finish(run->replay) != 0)
		return TCE_EXIT_INTERNAL;
	if (run->each != NULL && fclose(run->each) != 0)
		return no_memory();
	run->each = NULL;
	tce_trace_stats(run->reader, &report->stats);
	tce_replay_summary(replay, &report->sum);
	if (report->sum.events == 0) {
		if (code == TCE_EXIT_OK)
			complain_of_nothing(run);
		return TCE_EXIT_USAGE;
	}
	report->name = tce_input_name(run->in);
	report->has_facts = run->opts->facts != NULL;
	report->replay = replay;
	return code;
}

int tce_run_replay(struct tce_input *in, const struct tce_run_opts *opts, struct tce_report *report)
{
	struct run run = {.opts = opts, .in = in, .report = report};
	int code = begin(&run);

	if (code == TCE_EXIT_OK)
		code = read_all(&run);
	end_progress(&run);
	if (run.replay != NULL && code != TCE_EXIT_INTERNAL)
		code = finish(&run, code);
	if (run.each != NULL)
		fclose(run.each);
	tce_trace_reader_free(run.reader);
	if (report->replay == NULL)
		tce_replay_free(run.replay);
	return code;
}

void tce_run_release(struct tce_report *report)
{
	tce_replay_free((struct tce_replay *)(uintptr_t)report->replay);
	tce_history_free((struct tce_history *)(uintptr_t)report->history);
	free(report->each);
}
