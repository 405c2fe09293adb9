/* SPDX-License-Identifier: BSD-2-Clause */
/* tce replay: options, and one input after the other. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/input.h"
#include "ops_report.h"
#include "report.h"
#include "run.h"
#include "vfio_report.h"

enum {
	OPT_COLOR = 256,
	OPT_DTB,
	OPT_FORMAT,
	OPT_IOBA,
	OPT_KERNEL,
	OPT_NO_FINDINGS,
	OPT_PROFILE,
	OPT_STRICT,
};

static const char help[] =
	"usage: tce replay [options] FILE...\n"
	"\n"
	"Holds recordings of a machine against the model, event by event. FILE is a QEMU trace\n"
	"(-trace 'spapr_*' -D FILE; see tce-trace(5)), plain or zstd; - is standard input; a "
	"folder\n"
	"with trace.log or trace.log.zst is read with its machine.dtb. Or FILE is a recording of\n"
	"Linux's DMA API (an ops file or a folder of them, see tce-dma(5)): its calls are made on\n"
	"the model's Linux half. Or a recording of VFIO calls (tce-vfio(5)), made on its\n"
	"containers.\n"
	"\n"
	"  --dtb FILE           device tree of the machine: memory, persistent memory, default "
	"windows\n"
	"  --profile NAME       how the hypervisor answers (default qemu); tce --version lists "
	"them\n"
	"  --kernel VERSION     the recorded Linux, where the recording does not tell (DMA API)\n"
	"  --ioba ADDR          also print the history of one bus address (hexadecimal)\n"
	"  --strict             a line of a known family that cannot be read is an error\n"
	"  --format text|json   json: one object per input, schema tce-replay-1\n"
	"  --no-findings        compare only, look for no hazards\n"
	"  -W no-RULE           do not tell findings of this rule; repeatable\n"
	"  -v                   print every finding, not only one per kind and window\n"
	"  --color WHEN         auto, always or never; NO_COLOR is honoured\n"
	"\n"
	"Exit status: 0 all agree and no finding, 1 a divergence or a finding (notes do not "
	"count),\n"
	"2 usage or unreadable input, 3 internal error, 4 interrupted.\n";

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* --- options --------------------------------------------------------------------------------- */

struct args {
	struct tce_run_opts run;
	struct tce_facts facts;
	bool ignored[TCE_NR_RULES];
	bool json;
	enum tce_when colour;
};

static bool parse_ioba(struct args *a, const char *text)
{
	char *end;

	errno = 0;
	a->run.ioba = strtoull(text, &end, 16);
	a->run.watch = true;
	if (errno == 0 && end != text && *end == '\0' && text[0] != '-')
		return true;
	tce_complain("replay: %s is no bus address (hexadecimal, 64 bits)", text);
	return false;
}

static bool parse_kernel(struct args *a, const char *version)
{
	struct tce_kernel_match match;
	int err = tce_kernel_find(version, &match);

	if (err != 0)
		tce_complain("replay: %s is %s", version,
			     err == -TCE_ERR_NOENT ? "older than 4.10, the oldest kernel known"
						   : "no kernel version like 6.14 or 6.12.107");
	a->run.kernel = version;
	return err == 0;
}

/* -W no-RULE */
static bool parse_ignore(struct args *a, const char *text)
{
	enum tce_rule_id id;

	if (strncmp(text, "no-", 3) != 0 || !tce_rule_find(text + 3, &id)) {
		tce_complain("replay: -W wants no-RULE, not %s; tce rules lists them", text);
		return false;
	}
	a->ignored[id] = true;
	return true;
}

static bool parse_dtb(struct args *a, const char *path)
{
	a->run.facts = &a->facts;
	return tce_run_facts(path, &a->facts);
}

static bool set_option(void *of, int c, const char *value)
{
	struct args *a = of;

	switch (c) {
	case OPT_COLOR: return tce_option_colour("replay", value, &a->colour);
	case OPT_DTB: return parse_dtb(a, value);
	case OPT_FORMAT: return tce_option_format("replay", value, &a->json);
	case OPT_IOBA: return parse_ioba(a, value);
	case OPT_KERNEL: return parse_kernel(a, value);
	case OPT_PROFILE: return tce_option_profile("replay", value, &a->run.profile);
	case OPT_STRICT: a->run.strict = true; return true;
	case OPT_NO_FINDINGS: memset(a->ignored, 1, sizeof(a->ignored)); return true;
	case 'v': a->run.each = true; return true;
	case 'W': return parse_ignore(a, value);
	default: return false;
	}
}

static const struct option words[] = {
	{"color", required_argument, NULL, OPT_COLOR},
	{"dtb", required_argument, NULL, OPT_DTB},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"ioba", required_argument, NULL, OPT_IOBA},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"no-findings", no_argument, NULL, OPT_NO_FINDINGS},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"strict", no_argument, NULL, OPT_STRICT},
	{"verbose", no_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};

static const struct tce_options options = {
	.letters = ":vW:",
	.words = words,
	.set = set_option,
	.ask = "which file? - is standard input;",
};

/* --- inputs ---------------------------------------------------------------------------------- */

static int code_of(const struct tce_report *report)
{
	if (report->sum.diverged != 0 || tce_report_findings(report, false) != 0)
		return TCE_EXIT_FOUND;
	return TCE_EXIT_OK;
}

static void tell(const struct args *a, const struct tce_report *report, bool several)
{
	struct tce_report_style style = {.several = several};

	style.colour = tce_colour_wanted(a->colour);
	style.strip = a->run.each || isatty(STDOUT_FILENO) != 0;
	if (a->json)
		tce_render_json(report, several);
	else
		tce_render_text(report, &style);
}

/* A QEMU trace. */
static int replay_trace(const struct args *a, struct tce_input *in, const char *path, bool several,
			struct tce_report_total *total)
{
	struct tce_report report = {.argument = path, .ignored = a->ignored};
	struct tce_run_opts opts = a->run;
	struct tce_facts facts;
	int code;

	if (opts.facts == NULL && tce_input_dtb(in) != NULL) {
		if (!tce_run_facts(tce_input_dtb(in), &facts))
			return TCE_EXIT_USAGE;
		opts.facts = &facts;
	}
	code = tce_run_replay(in, &opts, &report);
	if (report.replay != NULL) {
		tell(a, &report, several);
		code = tce_exit_worse(code, code_of(&report));
		total->nr++;
		total->nr_agree += report.sum.diverged == 0;
		total->events += report.sum.events;
		total->findings += tce_report_findings(&report, false);
	}
	tce_run_release(&report);
	return code;
}

static int tell_ops(const struct args *a, const struct tce_ops_report *report, bool several,
		    struct tce_report_total *total)
{
	struct tce_report_style style = {.several = several};
	bool agree = report->sum.diverged == 0 && report->sum.hcalls_differ == 0;

	style.colour = tce_colour_wanted(a->colour);
	if (a->json)
		tce_ops_render_json(report, several);
	else
		tce_ops_render_text(report, &style);
	total->nr++;
	total->nr_agree += agree;
	total->events += report->sum.events;
	total->findings += tce_ops_findings(report);
	return agree && tce_ops_findings(report) == 0 ? TCE_EXIT_OK : TCE_EXIT_FOUND;
}

/* A recording of the DMA API: the file in, or without it the folder path. */
static int replay_ops(const struct args *a, struct tce_input *in, const char *path, bool several,
		      struct tce_report_total *total)
{
	struct tce_ops_report report = {.replay = NULL};
	int code;

	if (in != NULL)
		code = tce_ops_run_file(in, &a->run, &report);
	else
		code = tce_ops_run_folder(path, &a->run, &report);
	if (report.replay != NULL)
		code = tce_exit_worse(code, tell_ops(a, &report, several, total));
	tce_ops_release(&report);
	return code;
}

/* A recording of VFIO calls. */
static int replay_vfio(const struct args *a, struct tce_input *in, const char *path, bool several,
		       struct tce_report_total *total)
{
	struct tce_report_style style = {.several = several};
	struct tce_vfio_report report = {.replay = NULL};
	int code = tce_vfio_run_file(in, path, &a->run, &report);

	style.colour = tce_colour_wanted(a->colour);
	if (report.replay != NULL) {
		if (a->json)
			tce_vfio_render_json(&report, several);
		else
			tce_vfio_render_text(&report, &style);
		total->nr++;
		total->nr_agree += report.sum.diverged == 0;
		total->events += report.sum.events;
		total->findings += tce_vfio_findings(&report);
		if (report.sum.diverged != 0 || tce_vfio_findings(&report) != 0)
			code = tce_exit_worse(code, TCE_EXIT_FOUND);
	}
	tce_vfio_release(&report);
	return code;
}

static int replay_kind(const struct args *a, struct tce_input *in, enum tce_input_kind kind,
		       const char *path, bool several, struct tce_report_total *total)
{
	switch (kind) {
	case TCE_KIND_DMA_OPS: return replay_ops(a, in, path, several, total);
	case TCE_KIND_VFIO_OPS: return replay_vfio(a, in, path, several, total);
	default: return replay_trace(a, in, path, several, total);
	}
}

static int replay_path(const struct args *a, const char *path, bool several,
		       struct tce_report_total *total)
{
	enum tce_input_kind kind = TCE_KIND_TRACE;
	struct tce_input *in;
	int code = TCE_EXIT_USAGE;

	if (tce_ops_is_folder(path))
		return replay_ops(a, NULL, path, several, total);
	in = tce_input_open(path);
	if (in == NULL)
		return TCE_EXIT_USAGE;
	if (tce_input_peek(in, &kind))
		code = replay_kind(a, in, kind, path, several, total);
	tce_input_close(in);
	return code;
}

static int run(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_interrupt};
	struct tce_report_total total = {.nr = 0};
	struct args a = {.colour = TCE_WHEN_AUTO};
	int code = tce_options_read(&options, &a, argc, argv);
	bool several = argc - optind > 1;

	if (code != TCE_EXIT_OK)
		return code;
	total.nr_given = (unsigned)(argc - optind);
	a.run.ignored = a.ignored;
	a.run.interrupted = &interrupted;
	sigaction(SIGINT, &action, NULL);
	for (int i = optind; i < argc && !interrupted; i++)
		code = tce_exit_worse(code, replay_path(&a, argv[i], several, &total));
	if (several && !a.json)
		tce_render_text_total(&total);
	return code;
}

const struct tce_verb tce_verb_replay = {
	.name = "replay",
	.summary = "hold a recording against the model, and look for hazards in it",
	.help = help,
	.run = run,
};
