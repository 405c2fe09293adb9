/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recordings of the DMA API through reader and replay, with what lies beside them in their folder.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "ops_report.h"

#define PATH_SIZE 4096U
#define TEXT_MAX  (1U << 30) /* bytes of one ops file */
#define DTB_MAX   (64U << 20)
#define LOG_MAX   (64U << 20)

struct ops_run {
	const struct tce_run_opts *opts;
	struct tce_ops_report *report;
	char folder[PATH_SIZE]; /* that console and device tree are looked for in; "": none */
	struct tce_facts facts;
	bool has_facts;
	struct tce_dma_console console;
	bool has_console;
	struct tce_input *trace;
	struct tce_trace_reader *trace_reader;
	int boot; /* that was announced last, -1: none */
};

/* --- the folder --------------------------------------------------------------------------- */

/* N of "ops-N.txt" and "ops-N.txt.zst"; -1: another name. */
static int ops_number(const char *name)
{
	int number = -1, end = 0;

	if (sscanf(name, "ops-%d.txt%n", &number, &end) != 1 || end == 0 || number < 0)
		return -1;
	return name[end] == '\0' || strcmp(name + end, ".zst") == 0 ? number : -1;
}

static int is_ops(const struct dirent *entry)
{
	return ops_number(entry->d_name) >= 0;
}

static int by_number(const struct dirent **a, const struct dirent **b)
{
	return ops_number((*a)->d_name) - ops_number((*b)->d_name);
}

/* FOLDER/NAME when there is such a file. */
static bool find_file(char path[PATH_SIZE], const char *folder, const char *name)
{
	struct stat st;

	return folder[0] != '\0' &&
	       (size_t)snprintf(path, PATH_SIZE, "%s/%s", folder, name) < PATH_SIZE &&
	       stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool read_console(const char *folder, struct tce_dma_console *console)
{
	size_t n;
	char *text;

	if (folder[0] == '\0')
		return false;
	text = tce_input_slurp_in(folder, "console.log", LOG_MAX, &n);
	if (text == NULL)
		return false;
	tce_dma_console_read(text, n, console);
	free(text);
	return true;
}

bool tce_ops_is_folder(const char *path)
{
	struct tce_dma_console console;
	struct dirent **entries;
	struct stat st;
	int n;

	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return false;
	n = scandir(path, &entries, is_ops, by_number);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
	return n > 0 || (read_console(path, &console) && console.has_hung_call);
}

static int list_files(struct ops_run *run)
{
	struct dirent **entries;
	int n = scandir(run->folder, &entries, is_ops, by_number);

	if (n < 0) {
		tce_complain("%s: %s", run->folder, strerror(errno));
		return TCE_EXIT_USAGE;
	}
	for (int i = 0; i < n; i++) {
		if (run->report->nr_files < TCE_OPS_FILES_MAX)
			run->report->file[run->report->nr_files++] = strdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return TCE_EXIT_OK;
}

static int load_facts(struct ops_run *run)
{
	char path[PATH_SIZE];

	if (run->opts->facts != NULL) {
		run->facts = *run->opts->facts;
		run->has_facts = true;
		return TCE_EXIT_OK;
	}
	if (!find_file(path, run->folder, "machine.dtb"))
		return TCE_EXIT_OK;
	run->has_facts = tce_run_facts(path, &run->facts);
	return run->has_facts ? TCE_EXIT_OK : TCE_EXIT_USAGE;
}

/* --- the trace beside it ------------------------------------------------------------------ */

/* struct tce_dma_trace: damaged lines are passed over, the comparison will miss them. */
static int next_hcall(void *ctx, struct tce_trace_record *ret_record)
{
	struct ops_run *run = ctx;
	enum tce_trace_next next;
	const char *piece;
	size_t n = 1;

	for (;;) {
		next = tce_trace_next(run->trace_reader, ret_record);
		if (next == TCE_TRACE_RECORD)
			return 1;
		if (next == TCE_TRACE_DAMAGED)
			continue;
		if (n == 0)
			return 0;
		if (!tce_input_next(run->trace, &piece, &n))
			return -TCE_ERR_IO;
		if (tce_trace_feed(run->trace_reader, piece, n) != 0)
			return 0; /* it was over before */
	}
}

static int open_trace(struct ops_run *run)
{
	char path[PATH_SIZE];

	if (!find_file(path, run->folder, "trace.log") &&
	    !find_file(path, run->folder, "trace.log.zst"))
		return TCE_EXIT_OK;
	run->trace = tce_input_open(path);
	if (run->trace == NULL)
		return TCE_EXIT_USAGE;
	run->report->has_trace = true;
	return tce_trace_reader_new(NULL, &run->trace_reader) == 0 ? TCE_EXIT_OK
								   : TCE_EXIT_INTERNAL;
}

/* --- boots -------------------------------------------------------------------------------- */

/* The kernel of a boot; a version that is not known exactly is noted for the report. */
static void find_kernel(struct ops_run *run, const char *version, struct tce_dma_boot *boot)
{
	struct tce_kernel_match match;

	if (tce_kernel_find(version, &match) != 0 || tce_kernel_at(match.index, &boot->kernel) != 0)
		return;
	boot->kernel_known = true;
	boot->kernel.page_shift = match.page_shift;
	if (!match.exact)
		snprintf(run->report->asked, sizeof(run->report->asked), "%s", version);
}

static void announce_boot(struct ops_run *run, int index)
{
	struct tce_dma_boot boot = {.kernel_known = false};
	const char *version = run->opts->kernel;

	if (index == run->boot)
		return;
	run->boot = index;
	if (run->has_console && (unsigned)index < run->console.nr_boots) {
		boot.flags = run->console.boot[index].flags;
		boot.by_kexec = run->console.boot[index].by_kexec;
		if (version == NULL)
			version = run->console.boot[index].version;
	}
	if (version != NULL)
		find_kernel(run, version, &boot);
	tce_dma_replay_boot(run->report->replay, &boot);
}

static int boot_of_run(const struct ops_run *run, uint32_t number)
{
	return run->has_console && number < run->console.nr_runs ? run->console.boot_of_run[number]
								 : 0;
}

/* --- one file ----------------------------------------------------------------------------- */

static int damaged(struct ops_run *run, const struct tce_dma_reader *reader, unsigned file)
{
	struct tce_ops_report *report = run->report;
	struct tce_complaint complaint = {.line = reader->lines.read, .file = file};

	memcpy(complaint.text, reader->lines.complaint, sizeof(complaint.text));
	tce_dma_replay_damaged(report->replay, reader->damaged_kind);
	return tce_run_complain(run->opts, report->file[file], &complaint, &report->complaints);
}

static int replay_record(struct ops_run *run, const struct tce_dma_record *record, unsigned file)
{
	int err;

	if (record->kind == TCE_DMA_LINE_RUN)
		announce_boot(run, boot_of_run(run, record->u.run.run));
	err = tce_dma_replay_record(run->report->replay, record);
	if (err == 0)
		return TCE_EXIT_OK;
	tce_complain("%s: line %" PRIu64 ": %s", run->report->file[file], record->line,
		     tce_strerror(err));
	return err == -TCE_ERR_LIMIT || err == -TCE_ERR_IO ? TCE_EXIT_USAGE : TCE_EXIT_INTERNAL;
}

static int replay_text(struct ops_run *run, const char *text, size_t n, unsigned file)
{
	struct tce_dma_reader reader;
	struct tce_dma_record record;
	enum tce_dma_next next;
	int code = TCE_EXIT_OK;

	tce_dma_reader_init(&reader, text, n);
	tce_dma_replay_file(run->report->replay, file);
	while (code == TCE_EXIT_OK && !*run->opts->interrupted &&
	       (next = tce_dma_reader_next(&reader, &record)) != TCE_DMA_NEXT_END) {
		if (next == TCE_DMA_NEXT_DAMAGED)
			code = damaged(run, &reader, file);
		else
			code = replay_record(run, &record, file);
	}
	run->report->lines += reader.lines.read;
	run->report->skipped += reader.lines.skipped;
	return code;
}

static int replay_input(struct ops_run *run, struct tce_input *in, unsigned file)
{
	size_t n;
	char *text = tce_input_read_all(in, TEXT_MAX, &n);
	int code;

	if (text == NULL)
		return TCE_EXIT_USAGE;
	code = replay_text(run, text, n, file);
	free(text);
	return code;
}

static int replay_files(struct ops_run *run)
{
	int code = TCE_EXIT_OK;

	for (unsigned i = 0; i < run->report->nr_files && code == TCE_EXIT_OK; i++) {
		char path[PATH_SIZE];
		struct tce_input *in = NULL;

		if (find_file(path, run->folder, run->report->file[i]))
			in = tce_input_open(path);
		if (in == NULL)
			return TCE_EXIT_USAGE;
		code = replay_input(run, in, i);
		tce_input_close(in);
	}
	return code;
}

static int replay_hung_call(struct ops_run *run)
{
	if (run->report->nr_files != 0 || !run->has_console || !run->console.has_hung_call)
		return TCE_EXIT_OK;
	announce_boot(run, (int)run->console.nr_boots - 1);
	return tce_dma_replay_hung_call(run->report->replay, &run->console.hung) == 0
		       ? TCE_EXIT_OK
		       : TCE_EXIT_INTERNAL;
}

/* --- whole inputs ------------------------------------------------------------------------- */

static int begin(struct ops_run *run)
{
	struct tce_dma_trace trace = {.ctx = run, .next = next_hcall};
	struct tce_dma_replay_opts opts = {.profile = run->opts->profile};
	int code = load_facts(run);

	if (code != TCE_EXIT_OK)
		return code;
	run->has_console = read_console(run->folder, &run->console);
	run->boot = -1;
	run->report->ignored = run->opts->ignored;
	opts.facts = run->has_facts ? &run->facts : NULL;
	opts.trace = run->trace != NULL ? &trace : NULL;
	if (tce_dma_replay_new(&opts, &run->report->replay) == 0)
		return TCE_EXIT_OK;
	tce_complain("out of memory");
	return TCE_EXIT_INTERNAL;
}

static int finish(struct ops_run *run, int code)
{
	struct tce_ops_report *report = run->report;

	tce_trace_reader_free(run->trace_reader);
	tce_input_close(run->trace);
	if (report->replay == NULL)
		return code;
	tce_dma_replay_summary(report->replay, &report->sum);
	if (code == TCE_EXIT_OK && *run->opts->interrupted)
		code = TCE_EXIT_INCONCLUSIVE;
	if (report->sum.events != 0)
		return code;
	if (code == TCE_EXIT_OK)
		tce_complain("%s: no event of a DMA API recording; see tce-dma(5)", report->name);
	tce_dma_replay_free(report->replay);
	report->replay = NULL;
	return TCE_EXIT_USAGE;
}

int tce_ops_run_folder(const char *path, const struct tce_run_opts *opts,
		       struct tce_ops_report *report)
{
	struct ops_run run = {.opts = opts, .report = report};
	int code;

	snprintf(report->name, sizeof(report->name), "%s", path);
	snprintf(run.folder, sizeof(run.folder), "%s", path);
	code = list_files(&run);
	if (code == TCE_EXIT_OK)
		code = open_trace(&run);
	if (code == TCE_EXIT_OK)
		code = begin(&run);
	if (code == TCE_EXIT_OK)
		code = replay_files(&run);
	if (code == TCE_EXIT_OK)
		code = replay_hung_call(&run);
	return finish(&run, code);
}

int tce_ops_run_file(struct tce_input *in, const struct tce_run_opts *opts,
		     struct tce_ops_report *report)
{
	struct ops_run run = {.opts = opts, .report = report};
	const char *name = tce_input_name(in);
	const char *slash = strrchr(name, '/');
	int code;

	snprintf(report->name, sizeof(report->name), "%s", name);
	if (tce_input_is_file(in))
		snprintf(run.folder, sizeof(run.folder), "%.*s",
			 slash != NULL ? (int)(slash - name) : 1, slash != NULL ? name : ".");
	report->file[report->nr_files++] = strdup(slash != NULL ? slash + 1 : name);
	code = begin(&run);
	if (code == TCE_EXIT_OK)
		code = replay_input(&run, in, 0);
	return finish(&run, code);
}

void tce_ops_release(struct tce_ops_report *report)
{
	tce_dma_replay_free(report->replay);
	for (unsigned i = 0; i < report->nr_files; i++)
		free(report->file[i]);
}
