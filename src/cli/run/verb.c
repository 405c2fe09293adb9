/* SPDX-License-Identifier: BSD-2-Clause */
/* tce run: options, and one scenario after the other. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/linux.h>

#include "cli/cli.h"
#include "cli/scenario_file.h"
#include "report.h"

enum {
	OPT_COLOR = 256,
	OPT_DEFECT,
	OPT_FORMAT,
	OPT_KERNEL,
	OPT_PROFILE,
	OPT_WITHOUT,
};

static const char help[] =
	"usage: tce run [options] FILE...\n"
	"\n"
	"Acts out scenarios (tce-scenario(5)): applies each event to the machine that the file\n"
	"describes, compares what came of it with what is expected, and holds every rule against\n"
	"the machine after every event. Stops a scenario at the first thing that is not as it\n"
	"should be. - is standard input; zstd is unpacked.\n"
	"\n"
	"  --kernel VERSION     boot this kernel, whatever the boot lines say\n"
	"  --profile NAME       this platform, whatever the machine line says; tce --version lists "
	"them\n"
	"  --defect ID          with this defect of docs/bugs.md in every kernel; repeatable\n"
	"  --without ID         without it, whatever the kernel had or the story says; repeatable\n"
	"  -v                   print every event with the calls it caused; -vv: every single "
	"call\n"
	"  --format text|json   json: one object per file, schema tce-run-1\n"
	"  --color WHEN         auto, always or never; NO_COLOR is honoured\n"
	"\n"
	"Exit status: 0 all pass, 1 one fails, 2 usage or unreadable input, 3 internal error.\n";

struct args {
	struct tce_scenario_overrides overrides;
	unsigned verbose;
	bool json;
	enum tce_when colour;
};

/*
 * --- options -----------------------------------------------------------------------------------
 */

static bool set_option(void *of, int c, const char *value)
{
	struct args *args = of;

	switch (c) {
	case OPT_KERNEL: args->overrides.kernel = value; return true;
	case OPT_PROFILE: args->overrides.profile = value; return true;
	case OPT_DEFECT: return tce_defects_parse("run", value, &args->overrides.defects);
	case OPT_WITHOUT: return tce_defects_parse("run", value, &args->overrides.without);
	case OPT_FORMAT: return tce_option_format("run", value, &args->json);
	case OPT_COLOR: return tce_option_colour("run", value, &args->colour);
	default: args->verbose++; return true;
	}
}

static const struct option words[] = {
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"defect", required_argument, NULL, OPT_DEFECT},
	{"without", required_argument, NULL, OPT_WITHOUT},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"color", required_argument, NULL, OPT_COLOR},
	{NULL, 0, NULL, 0},
};

static const struct tce_options options = {
	.letters = ":v",
	.words = words,
	.set = set_option,
	.ask = "which scenario?",
};

/*
 * --- one file ----------------------------------------------------------------------------------
 */

/* The log comes after the verdict, so the story is told twice; it is the same both times. */
static int print_log(const struct args *args, const struct tce_scenario *scenario,
		     struct tce_run_report *report)
{
	struct tce_run_observer observer = tce_run_report_observer(report);
	struct tce_run_result again;

	report->verbose = args->verbose;
	memset(report->seen, 0, sizeof(report->seen));
	putchar('\n');
	return tce_run(NULL, tce_scenario_story(scenario), &observer, &again);
}

static int play_and_tell(const struct args *args, const struct tce_scenario *scenario,
			 struct tce_run_report *report)
{
	struct tce_run_observer observer = tce_run_report_observer(report);
	int err = tce_run(NULL, tce_scenario_story(scenario), &observer, &report->result);

	if (err != 0)
		return err;
	report->colour = tce_colour_wanted(args->colour);
	if (args->json) {
		tce_run_report_json(report);
		return 0;
	}
	tce_run_report_text(report);
	return args->verbose == 0 ? 0 : print_log(args, scenario, report);
}

static int play(const struct args *args, const char *file, const struct tce_scenario *scenario)
{
	struct tce_run_report *report = malloc(sizeof(*report));
	int code = TCE_EXIT_FOUND;
	int err = -TCE_ERR_NOMEM;

	if (report != NULL) {
		tce_run_report_init(report, file, scenario);
		err = play_and_tell(args, scenario, report);
	}
	if (err == -TCE_ERR_INVAL) {
		tce_complain("%s: no such machine can be made", file);
		code = TCE_EXIT_USAGE;
	} else if (err != 0) {
		tce_complain("%s: %s", file, tce_strerror(err));
		code = TCE_EXIT_INTERNAL;
	} else if (report->result.verdict == TCE_RUN_PASS) {
		code = TCE_EXIT_OK;
	}
	free(report);
	return code;
}

static int run_file(const struct args *args, const char *path)
{
	const char *file = strcmp(path, "-") == 0 ? "standard input" : path;
	struct tce_scenario *scenario;
	int code = tce_scenario_file("run", path, &args->overrides, &scenario);

	if (code != TCE_EXIT_OK)
		return code;
	code = play(args, file, scenario);
	tce_scenario_free(scenario);
	return code;
}

static int run(int argc, char **argv)
{
	struct args args = {.colour = TCE_WHEN_AUTO};
	int code = tce_options_read(&options, &args, argc, argv);

	if (code != 0)
		return code;
	for (int i = optind; i < argc; i++)
		code = tce_exit_worse(code, run_file(&args, argv[i]));
	return code;
}

const struct tce_verb tce_verb_run = {
	.name = "run",
	.summary = "act out scenarios and hold every rule against every step",
	.help = help,
	.run = run,
};
