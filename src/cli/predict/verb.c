/* SPDX-License-Identifier: BSD-2-Clause */
/* tce predict: options, and one recording after the other. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "run.h"

enum {
	OPT_COLOR = 256,
	OPT_FORMAT,
	OPT_KERNEL,
	OPT_PROFILE,
};

static const char help[] =
	"usage: tce predict [options] RECORDING...\n"
	"\n"
	"Acts out what happened to a recorded pseries guest on the model, and compares the calls\n"
	"that its Linux makes to the hypervisor with those recorded: windows queried, made,\n"
	"removed, cleared, memory mapped in advance, plugged, taken away. RECORDING is a folder\n"
	"with trace.log, machine.dtb (or devicetree.tar.gz), console.log and cmdline.txt; logs\n"
	"may be compressed (.zst).\n"
	"\n"
	"  --kernel VERSION     this kernel, whatever console.log says\n"
	"  --profile NAME       this hypervisor, whatever cmdline.txt says; tce --version lists "
	"them\n"
	"  --format text|json   json: one object per recording, schema tce-predict-1\n"
	"  -v, --verbose        also what was acted out\n"
	"  --color WHEN         auto, always or never; NO_COLOR is honoured\n"
	"\n"
	"Exit status: 0 all exact, 1 one differs, 2 usage or unreadable input, 3 internal error,\n"
	"4 one holds no kernel that is known.\n";

struct args {
	struct tce_predict_run_opts run;
	bool json;
	enum tce_when colour;
};

static bool set_kernel(struct args *args, const char *version)
{
	struct tce_kernel_match match;

	args->run.kernel = version;
	if (tce_kernel_find(version, &match) == 0)
		return true;
	tce_complain("predict: %s is no kernel version that is known", version);
	return false;
}

static bool set_option(void *of, int c, const char *value)
{
	struct args *args = of;

	switch (c) {
	case OPT_FORMAT: return tce_option_format("predict", value, &args->json);
	case OPT_KERNEL: return set_kernel(args, value);
	case 'v': args->run.verbose = true; return true;
	case OPT_PROFILE: return tce_option_profile("predict", value, &args->run.papr);
	default: return tce_option_colour("predict", value, &args->colour);
	}
}

static const struct option words[] = {
	{"color", required_argument, NULL, OPT_COLOR},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"kernel", required_argument, NULL, OPT_KERNEL},
	{"profile", required_argument, NULL, OPT_PROFILE},
	{"verbose", no_argument, NULL, 'v'},
	{NULL, 0, NULL, 0},
};

static const struct tce_options options = {
	.letters = ":v",
	.words = words,
	.set = set_option,
	.ask = "which recording?",
};

static int predict_one(const struct args *args, const char *folder)
{
	struct tce_predict *predict;
	int code = tce_predict_run(&args->run, folder, &predict);

	if (code != TCE_EXIT_OK)
		return code;
	code = args->json ? tce_predict_print_json(folder, predict)
			  : tce_predict_print_text(folder, predict, args->run.verbose,
						   tce_colour_wanted(args->colour));
	tce_predict_free(predict);
	return code;
}

static int run(int argc, char **argv)
{
	struct args args = {.json = false};
	int code = tce_options_read(&options, &args, argc, argv);

	if (code != 0)
		return code;
	for (int i = optind; i < argc; i++)
		code = tce_exit_worse(code, predict_one(&args, argv[i]));
	return code;
}

const struct tce_verb tce_verb_predict = {
	.name = "predict",
	.summary = "act out a recording and compare Linux's calls with it",
	.help = help,
	.run = run,
};
