/* SPDX-License-Identifier: BSD-2-Clause */
/* tce shrink: a failing scenario made as short and as plain as it goes. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "explore.h"
#include "scenario_file.h"

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
	"Exit status: 0 shrunk, 1 the scenario does not fail, 2 usage or unreadable input,\n"
	"3 internal error.\n";

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

static void tell(void *ctx, unsigned nr_steps, unsigned nr_runs)
{
	(void)ctx;
	fprintf(stderr, "\r%u steps left after %u runs\033[K", nr_steps, nr_runs);
}

static int shrink_story(const struct tce_scenario *scenario)
{
	struct tce_names names = tce_scenario_names(scenario);
	bool tells = isatty(STDERR_FILENO) != 0;
	struct tce_shrunk *shrunk;
	bool ok;
	int err =
		tce_shrink(NULL, tce_scenario_story(scenario), tells ? tell : NULL, NULL, &shrunk);

	if (tells)
		fputs("\r\033[K", stderr);
	if (err == -TCE_ERR_NOENT) {
		tce_complain("shrink: the scenario does not fail");
		return TCE_EXIT_FOUND;
	}
	if (err != 0) {
		tce_complain("shrink: %s", tce_strerror(err));
		return err == -TCE_ERR_INVAL ? TCE_EXIT_USAGE : TCE_EXIT_INTERNAL;
	}
	ok = tce_story_print(tce_shrunk_story(shrunk), &names, stdout);
	tce_shrunk_free(shrunk);
	return ok ? TCE_EXIT_OK : TCE_EXIT_INTERNAL;
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
	code = shrink_story(scenario);
	tce_scenario_free(scenario);
	return code;
}

const struct tce_verb tce_verb_shrink = {
	.name = "shrink",
	.summary = "make a failing scenario as short and as plain as it goes",
	.help = help,
	.run = run,
};
