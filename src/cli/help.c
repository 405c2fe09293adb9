/* SPDX-License-Identifier: BSD-2-Clause */
/* tce help [VERB] */
#include <stdio.h>

#include "cli.h"

void tce_print_overview(FILE *to)
{
	fputs("usage: tce VERB [options] [files]\n"
	      "\n"
	      "The POWER IOMMU in user space: what it did, what it will do, what can go wrong.\n"
	      "\n",
	      to);
	for (unsigned i = 0; tce_verbs[i] != NULL; i++)
		fprintf(to, "  %-9s %s\n", tce_verbs[i]->name, tce_verbs[i]->summary);
	fputs("\n"
	      "tce help VERB tells more, and so does man tce-VERB; tce --version lists the "
	      "profiles.\n"
	      "\n"
	      "Exit status: 0 clean, 1 a divergence or a finding, 2 usage or unreadable input,\n"
	      "3 internal error, 4 inconclusive.\n",
	      to);
}

static int run(int argc, char **argv)
{
	const struct tce_verb *verb;

	if (argc > 1) {
		verb = tce_verb_find(argv[1]);
		if (verb == NULL) {
			tce_complain("there is no verb %s; tce help lists them", argv[1]);
			return TCE_EXIT_USAGE;
		}
		fputs(verb->help, stdout);
		return TCE_EXIT_OK;
	}
	tce_print_overview(stdout);
	return TCE_EXIT_OK;
}

const struct tce_verb tce_verb_help = {
	.name = "help",
	.summary = "this list, or the options of one verb",
	.help = "usage: tce help [VERB]\n",
	.run = run,
};
