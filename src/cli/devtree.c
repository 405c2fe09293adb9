/* SPDX-License-Identifier: BSD-2-Clause */
/* tce devtree: the machine of a device tree as a scenario. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include <tce/devtree.h>
#include <tce/scenario.h>

#include "cli.h"
#include "tree.h"

static const char help[] =
	"usage: tce devtree [--profile NAME] PATH\n"
	"\n"
	"Reads a device tree and prints the machine that it describes as a scenario\n"
	"(tce-scenario(5)), to which a story can be added. PATH is a flattened tree (QEMU's\n"
	"dumpdtb), a recording's folder, or a folder such as /proc/device-tree. Comments say what\n"
	"the tree does not tell and is assumed.\n"
	"\n"
	"  --profile NAME  the hypervisor of a pseries machine; tce --version lists them\n"
	"\n"
	"Exit status: 0 done, 2 usage or unreadable input, 3 internal error.\n";

static int put(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) == n ? 0 : -1;
}

static int print(const struct tce_devtree *devtree)
{
	struct tce_names names = tce_devtree_names(devtree);
	const char *remark;
	int err;

	for (unsigned i = 0; (remark = tce_devtree_remark(devtree, i)) != NULL; i++)
		printf("# %s\n", remark);
	err = tce_scenario_write(NULL, tce_devtree_story(devtree), &names, put, stdout);
	if (err == 0)
		return TCE_EXIT_OK;
	tce_complain("devtree: %s", tce_strerror(err));
	return TCE_EXIT_INTERNAL;
}

static int convert(const char *path, const struct tce_devtree_opts *opts)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	size_t n;
	void *blob = tce_tree_load(path, &n);
	int code;
	int err;

	if (blob == NULL)
		return TCE_EXIT_USAGE;
	err = tce_devtree_read(blob, n, opts, &devtree, &error);
	free(blob);
	if (err == -TCE_ERR_NOMEM) {
		tce_complain("out of memory");
		return TCE_EXIT_INTERNAL;
	}
	if (err != 0) {
		tce_complain("%s: %s", path,
			     err == -TCE_ERR_LIMIT ? "too many devices" : error.text);
		return TCE_EXIT_USAGE;
	}
	code = print(devtree);
	tce_devtree_free(devtree);
	return code;
}

static bool set_option(void *of, int c, const char *value)
{
	struct tce_devtree_opts *opts = of;

	(void)c;
	return tce_option_profile("devtree", value, &opts->papr);
}

static int run(int argc, char **argv)
{
	static const struct option words[] = {{"profile", required_argument, NULL, 'p'},
					      {NULL, 0, NULL, 0}};
	static const struct tce_options options = {.letters = ":",
						   .words = words,
						   .set = set_option,
						   .ask = "which device tree?",
						   .one = true};
	struct tce_devtree_opts opts = {.papr = NULL};
	int code = tce_options_read(&options, &opts, argc, argv);

	return code != TCE_EXIT_OK ? code : convert(argv[optind], &opts);
}

const struct tce_verb tce_verb_devtree = {
	.name = "devtree",
	.summary = "print the machine of a device tree as a scenario",
	.help = help,
	.run = run,
};
