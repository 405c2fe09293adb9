/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce qemu: the hypervisor half of the model against a running QEMU, call by call. tce-qemu(1) says
 * what the user sees; docs/qemu-live.md how it works.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/powernv/verb.h"
#include "cli/vm/verb.h"

#include "report.h"
#include "scenario_text.h"

#define CALLS_DEFAULT            UINT64_C(1000000)
#define BARE_METAL_CALLS_DEFAULT UINT64_C(100000)

static bool parse_u64(const char *text, uint64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoull(text, &end, 0);
	return end != text && !*end && !errno && *text != '-';
}

static bool parse_seconds(const char *text, double *ret_seconds)
{
	char *end;

	*ret_seconds = strtod(text, &end);
	return end != text && !*end && *ret_seconds > 0 && *ret_seconds < 1e9;
}

static bool take_option(int c, const char *value, struct tce_qemu_options *options)
{
	switch (c) {
	case 'q': options->qemu = value; return true;
	case 'm':
		options->machine = strcmp(value, "pseries") != 0 ? value : NULL;
		return !options->machine || tce_nv_machine_known(value);
	case 'a': options->agent = value; return true;
	case 'p': options->profile = value; return true;
	case 'r': options->replay = value; return true;
	case 's': options->save = value; return true;
	case 'c': return parse_u64(value, &options->calls) && options->calls;
	case 'S': return parse_u64(value, &options->seed);
	case 't': return parse_seconds(value, &options->seconds);
	case 'P': return parse_seconds(value, &options->patience);
	case 'f':
		options->json = strcmp(value, "json") == 0;
		return options->json || strcmp(value, "text") == 0;
	case 'v': options->states = true; return true;
	default: return false;
	}
}

/* 0, or -1 after a complaint. */
static int parse(int argc, char **argv, struct tce_qemu_options *options)
{
	static const struct option longs[] = {
		{"agent", required_argument, NULL, 'a'},
		{"calls", required_argument, NULL, 'c'},
		{"format", required_argument, NULL, 'f'},
		{"machine", required_argument, NULL, 'm'},
		{"patience", required_argument, NULL, 'P'},
		{"profile", required_argument, NULL, 'p'},
		{"qemu", required_argument, NULL, 'q'},
		{"replay", required_argument, NULL, 'r'},
		{"save", required_argument, NULL, 's'},
		{"seed", required_argument, NULL, 'S'},
		{"states", no_argument, NULL, 'v'},
		{"time", required_argument, NULL, 't'},
		{NULL, 0, NULL, 0},
	};
	int index = 0;
	int c;

	opterr = 0;
	optind = 1;
	while ((c = getopt_long(argc, argv, ":", longs, &index)) != -1) {
		if (c == '?' || c == ':') {
			tce_bad_option(argv, c);
			return -1;
		}
		if (!take_option(c, optarg, options)) {
			tce_complain("qemu: --%s cannot be %s", longs[index].name, optarg);
			return -1;
		}
	}
	if (optind < argc) {
		tce_complain("qemu: what is %s? see tce help qemu", argv[optind]);
		return -1;
	}
	return 0;
}

static const struct tce_papr_profile *find_profile(const struct tce_qemu_options *options,
						   const struct tce_qemu_version *version,
						   bool *ret_exact, struct tce_fail *fail)
{
	const struct tce_papr_profile *profile;

	if (!options->profile)
		return tce_find_profile(version, ret_exact, fail);
	*ret_exact = true;
	profile = tce_papr_profile_find(options->profile);
	if (!profile)
		tce_fail(fail, "no profile is called %s", options->profile);
	return profile;
}

/* --- a run -------------------------------------------------------------------------------- */

/* Make the difference small and put it into words. */
static void explain(struct tce_report *report, const char *save)
{
	struct tce_live *live = report->live;
	struct tce_qemu_story *story = &live->story;
	struct tce_diff diff;

	report->came_again = tce_story_shrink(report->opts, story);
	if (!report->came_again)
		story->nr_ops =
			tce_qemu_last_steps(story->ops, story->nr_ops, sizeof(story->ops[0]));
	report->scenario = tce_report_scenario(report->opts, story, report->version, &diff);
	if (report->came_again)
		live->diff = diff;
	if (save && report->scenario && tce_qemu_save(save, report->scenario))
		report->saved = save;
}

static int exit_status(const struct tce_live *live)
{
	switch (live->state) {
	case TCE_SESSION_DIFFERENT: return TCE_EXIT_FOUND;
	case TCE_SESSION_INTERRUPTED: return TCE_EXIT_INCONCLUSIVE;
	case TCE_SESSION_FAILED: return TCE_EXIT_USAGE;
	default: return TCE_EXIT_OK;
	}
}

static int run_live(const struct tce_qemu_options *options, struct tce_live_opts *opts,
		    const struct tce_qemu_version *version)
{
	struct tce_qemu_progress progress = {.what = "table entries"};
	struct tce_live live;
	struct tce_report report = {.opts = opts, .version = version, .live = &live};
	int status;

	if (tce_qemu_progress_wanted())
		opts->progress = tce_qemu_progress_tell;
	opts->ctx = &progress;
	tce_live_run(opts, &live);
	tce_qemu_progress_end();
	status = exit_status(&live);
	if (live.state == TCE_SESSION_FAILED) {
		tce_qemu_complain(live.fail.text);
	} else {
		if (live.state == TCE_SESSION_DIFFERENT)
			explain(&report, options->save);
		if (options->json)
			tce_report_json(stdout, &report);
		else
			tce_report_text(stdout, &report, options->states);
	}
	free(report.scenario);
	tce_live_free(&live);
	return status;
}

/* --- a replay ----------------------------------------------------------------------------- */

/* What the model answers against what the text expects. */
struct expectations {
	const struct tce_text_story *text;
	const struct tce_papr_profile *profile;
	const char *name;
	size_t nr_wrong;
	char *first;
};

static void check_step(void *ctx, size_t index, const struct tce_op *op,
		       const struct tce_expected *expect)
{
	struct expectations *e = (struct expectations *)ctx;
	const struct tce_step *step = e->text->step[index];
	size_t size = 0;
	FILE *out;

	if (tce_text_met(e->text, index, e->profile, expect) || e->nr_wrong++)
		return;
	out = open_memstream(&e->first, &size);
	if (!out)
		return;
	fprintf(out, "%s:%u: the model answers ", e->name, step->line);
	tce_text_expect(out, e->profile, op, expect);
	fprintf(out, ", not what is expected");
	fclose(out);
}

static int tell_replay(const struct tce_story_end *end, const struct expectations *e,
		       const struct tce_qemu_version *version)
{
	const struct tce_text_story *text = e->text;

	if (end->state == TCE_SESSION_FAILED)
		return tce_qemu_complain(end->fail.text);
	if (end->state == TCE_SESSION_INTERRUPTED) {
		tce_qemu_complain("interrupted");
		return TCE_EXIT_INCONCLUSIVE;
	}
	if (end->state == TCE_SESSION_DIFFERENT && end->diff.outlived)
		printf("DIFFER   %s:%u: QEMU %s no longer aborts here (%s)\n", e->name,
		       text->step[end->diff.op]->line, version->text, tce_abort_text(end->abort));
	else if (end->state == TCE_SESSION_DIFFERENT)
		printf("DIFFER   %s:%u: %s\n", e->name, text->step[end->diff.op]->line,
		       end->diff.text);
	else if (e->nr_wrong)
		printf("DIFFER   %s\n         QEMU %s and the model agree with each other\n",
		       e->first, version->text);
	else if (end->state == TCE_SESSION_ABORTED)
		printf("AGREE    QEMU %s aborts as the model says: %s\n", version->text,
		       tce_abort_text(end->abort));
	else
		printf("AGREE    %zu step%s, answered alike by QEMU %s and the model\n",
		       text->story.nr_ops, text->story.nr_ops == 1 ? "" : "s", version->text);
	return end->state == TCE_SESSION_DIFFERENT || e->nr_wrong ? TCE_EXIT_FOUND : TCE_EXIT_OK;
}

static int read_story(const char *path, struct tce_text_story *ret_text, struct tce_fail *fail)
{
	const char *name;
	FILE *in = tce_qemu_story_open(path, &name, fail);
	int err;

	if (!in)
		return -1;
	err = tce_text_read(in, name, ret_text, fail);
	fclose(in);
	return err;
}

static int run_replay(const struct tce_qemu_options *options, struct tce_live_opts *opts,
		      const struct tce_qemu_version *version)
{
	struct tce_text_story text;
	struct tce_story_end end;
	struct expectations e = {.text = &text, .name = options->replay};
	struct tce_story_watch watch = {.step = check_step, .ctx = &e};
	struct tce_fail fail;
	int status;

	if (read_story(options->replay, &text, &fail) != 0)
		return tce_qemu_complain(fail.text);
	/* The text's own profile counts unless the user names one. */
	if (!options->profile && text.profile) {
		opts->profile = text.profile;
		opts->exact = true;
	}
	e.profile = opts->profile;
	tce_story_play(opts, &text.story, true, &watch, &end);
	status = tell_replay(&end, &e, version);
	free(e.first);
	tce_text_free(&text);
	return status;
}

static uint64_t calls_wanted(const struct tce_qemu_options *options)
{
	if (options->calls || options->seconds > 0)
		return options->calls;
	return options->machine ? BARE_METAL_CALLS_DEFAULT : CALLS_DEFAULT;
}

static int run(int argc, char **argv)
{
	const char *env = getenv("QEMU");
	struct tce_qemu_options options = {.qemu = env && *env ? env : "qemu-system-ppc64",
					   .seed = 1,
					   .patience = TCE_GUEST_PATIENCE};
	struct tce_live_opts opts = {.seed = 0};
	struct tce_qemu_version version;
	char agent[PATH_MAX];
	struct tce_fail fail;

	if (parse(argc, argv, &options) != 0)
		return TCE_EXIT_USAGE;
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		return tce_qemu_complain(
			"the memory shared with the guest is little-endian, this machine is not");
	tce_child_catch_signals();
	options.calls = calls_wanted(&options);
	if (options.machine)
		return tce_nv_verb(&options);
	if (tce_find_agent(options.agent, "pseries.bin", agent, sizeof(agent), &fail) != 0 ||
	    tce_find_qemu_version(options.qemu, options.patience, &version, &fail) != 0)
		return tce_qemu_complain(fail.text);
	opts.profile = find_profile(&options, &version, &opts.exact, &fail);
	if (!opts.profile)
		return tce_qemu_complain(fail.text);
	opts.guest = (struct tce_guest_opts){
		.qemu = options.qemu, .agent = agent, .patience = options.patience};
	opts.seed = options.seed;
	opts.calls = options.calls;
	opts.seconds = options.seconds;
	return options.replay ? run_replay(&options, &opts, &version)
			      : run_live(&options, &opts, &version);
}

const struct tce_verb tce_verb_qemu = {
	.name = "qemu",
	.summary = "compare the model with a running QEMU, call by call",
	.help = "usage: tce qemu [options]\n"
		"       tce qemu [options] --replay FILE\n"
		"\n"
		"Drives a machine of QEMU and the model with the same random calls and compares "
		"every\n"
		"answer and every table. The first difference is made as short as possible and "
		"printed as\n"
		"scenario text, which --replay plays on both sides again.\n"
		"\n"
		"  --machine NAME     pseries (hypercalls and RTAS), or powernv8, powernv9, "
		"powernv10 (OPAL\n"
		"                     calls to skiboot, and the bridges)\n"
		"  --qemu BIN         which QEMU; else $QEMU, else qemu-system-ppc64\n"
		"  --calls N          stop after N calls (1000000; bare metal 100000)\n"
		"  --time SECONDS     stop after this time\n"
		"  --seed N           which random calls (1)\n"
		"  --format=FORMAT    text, or json: one object of schema tce-qemu-1\n"
		"  --states           say how often each deep state was reached\n"
		"  --save FILE        write the scenario of a difference there\n"
		"  --replay FILE      play that; - is stdin\n"
		"  --profile NAME     the model to compare with; else that of QEMU's version\n"
		"  --patience SECONDS how long QEMU may take for one answer (20)\n"
		"  --agent IMAGE      the guest image, if it is not where it was installed\n"
		"\n"
		"Exit status: 0 all alike, 1 a difference, 2 QEMU missing, hanging or otherwise of "
		"no use,\n"
		"4 interrupted before the end.\n",
	.run = run,
};
