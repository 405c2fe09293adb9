/* SPDX-License-Identifier: BSD-2-Clause */
/* tce shrink: a failing scenario made as short and as plain as it goes. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "explore.h"
#include "scenario_file.h"

#define SHOW_EVERY 0.25 /* seconds */

enum {
	OPT_DEFECT = 256,
	OPT_KERNEL,
	OPT_PROFILE,
};

static const char help[] =
	"usage: tce shrink [options] SCENARIO\n"
	"\n"
	"Makes a scenario that fails (tce run) as short and as plain as it goes while it fails\n"
	"in the same way: the same rule breaks, or the same expectation is not met. Prints it\n"
	"with what comes of every event as its expectation, so that it passes as long as the\n"
	"failure is there. - is standard input.\n"
	"\n"
	"  --kernel VERSION     boot this kernel, whatever the boot lines say\n"
	"  --profile NAME       this platform, whatever the machine line says\n"
	"  --defect ID          with this defect of docs/bugs.md in every kernel; repeatable\n"
	"\n"
	"An interrupt prints what is left so far.\n"
	"\n"
	"Exit status: 0 shrunk, 1 the scenario does not fail, 2 usage or unreadable input,\n"
	"3 internal error, 4 it was interrupted.\n";

static bool set_option(void *of, int c, const char *value)
{
	struct tce_scenario_overrides *overrides = of;

	switch (c) {
	case OPT_KERNEL: overrides->kernel = value; return true;
	case OPT_PROFILE: overrides->profile = value; return true;
	default: return tce_defects_parse("shrink", value, &overrides->defects);
	}
}

static const struct option words[] = {
	{"defect", required_argument, NULL, OPT_DEFECT},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{NULL, 0, NULL, 0},
};

static const struct tce_options options = {
	.letters = ":",
	.words = words,
	.set = set_option,
	.ask = "which scenario?",
	.one = true,
};

struct progress {
	bool tells;
	double shown;
};

static bool observe(void *ctx, unsigned nr_steps, unsigned nr_runs)
{
	struct progress *progress = ctx;
	double now = progress->tells ? tce_seconds_now() : 0;

	if (progress->tells && now - progress->shown >= SHOW_EVERY) {
		fprintf(stderr, "\r%u steps left after %u runs\033[K", nr_steps, nr_runs);
		progress->shown = now;
	}
	return tce_explore_interrupted();
}

static int complain(const char *file, int err)
{
	switch (err) {
	case -TCE_ERR_NOENT: tce_complain("shrink: %s does not fail", file); return TCE_EXIT_FOUND;
	case -TCE_ERR_INVAL:
		tce_complain("shrink: %s cannot be played to its end; tce run says why", file);
		return TCE_EXIT_USAGE;
	default: tce_complain("shrink: %s", tce_strerror(err)); return TCE_EXIT_INTERNAL;
	}
}

static int shrink_story(const char *file, const struct tce_scenario *scenario)
{
	struct progress progress = {.tells = isatty(STDERR_FILENO) != 0};
	struct tce_names names = tce_scenario_names(scenario);
	struct tce_shrunk *shrunk;
	bool ok;
	int err;

	tce_explore_catch_signals();
	err = tce_shrink(NULL, tce_scenario_story(scenario), observe, &progress, &shrunk);
	if (progress.shown != 0)
		fputs("\r\033[K", stderr);
	if (err != 0)
		return complain(file, err);
	ok = tce_story_print(tce_shrunk_story(shrunk), &names, stdout);
	tce_shrunk_free(shrunk);
	if (!ok)
		return TCE_EXIT_INTERNAL;
	if (!tce_explore_interrupted())
		return TCE_EXIT_OK;
	tce_complain("shrink: interrupted: more of it may be left out");
	return TCE_EXIT_INCONCLUSIVE;
}

static int run(int argc, char **argv)
{
	struct tce_scenario_overrides overrides = {0};
	struct tce_scenario *scenario;
	int code = tce_options_read(&options, &overrides, argc, argv);

	if (code == TCE_EXIT_OK)
		code = tce_scenario_file("shrink", argv[optind], &overrides, &scenario);
	if (code != TCE_EXIT_OK)
		return code;
	code = shrink_story(strcmp(argv[optind], "-") == 0 ? "standard input" : argv[optind],
			    scenario);
	tce_scenario_free(scenario);
	return code;
}

const struct tce_verb tce_verb_shrink = {
	.name = "shrink",
	.summary = "make a failing scenario as short and as plain as it goes",
	.help = help,
	.run = run,
};
