/* SPDX-License-Identifier: BSD-2-Clause */
/* tce: the verb dispatcher. Each verb is a file of its own in this folder. */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tce/papr.h>
#include <tce/status.h>

#include "cli.h"

const struct tce_verb *const tce_verbs[] = {
	&tce_verb_replay,
	&tce_verb_run,
	&tce_verb_plan,
	&tce_verb_predict,
	&tce_verb_explore,
	&tce_verb_shrink,
	&tce_verb_devtree,
	&tce_verb_qemu,
	&tce_verb_rules,
	&tce_verb_explain,
	&tce_verb_help,
	NULL,
};

const struct tce_verb *tce_verb_find(const char *name)
{
	for (unsigned i = 0; tce_verbs[i] != NULL; i++)
		if (strcmp(tce_verbs[i]->name, name) == 0)
			return tce_verbs[i];
	return NULL;
}

void tce_complain(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fputs("tce: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

int tce_exit_worse(int a, int b)
{
	static const int rank[] = {
		[TCE_EXIT_OK] = 0,    [TCE_EXIT_INCONCLUSIVE] = 1, [TCE_EXIT_FOUND] = 2,
		[TCE_EXIT_USAGE] = 3, [TCE_EXIT_INTERNAL] = 4,
	};

	return rank[a] >= rank[b] ? a : b;
}

int tce_bad_option(char **argv, int c)
{
	if (c == ':')
		tce_complain("%s: option %s needs a value", argv[0], argv[optind - 1]);
	else
		tce_complain("%s: there is no option %s; see tce help %s", argv[0],
			     argv[optind - 1], argv[0]);
	return TCE_EXIT_USAGE;
}

bool tce_when_parse(const char *text, enum tce_when *ret_when)
{
	static const char *const names[] = {
		[TCE_WHEN_AUTO] = "auto",
		[TCE_WHEN_ALWAYS] = "always",
		[TCE_WHEN_NEVER] = "never",
	};

	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(names[i], text) == 0) {
			*ret_when = (enum tce_when)i;
			return true;
		}
	}
	return false;
}

bool tce_colour_wanted(enum tce_when when)
{
	const char *no_color = getenv("NO_COLOR");

	if (when != TCE_WHEN_AUTO)
		return when == TCE_WHEN_ALWAYS;
	return isatty(STDOUT_FILENO) != 0 && (no_color == NULL || no_color[0] == '\0');
}

static int version(void)
{
	const struct tce_papr_profile *profile;

	printf("tce %s\nprofiles ", tce_version());
	for (unsigned i = 0; (profile = tce_papr_profile_at(i)) != NULL; i++)
		printf(" %s", profile->name);
	putchar('\n');
	return TCE_EXIT_OK;
}

static int dispatch(int argc, char **argv)
{
	const struct tce_verb *verb;

	if (argc < 2) {
		fprintf(stderr, "usage: tce VERB [options] [files]; tce help lists the verbs\n");
		return TCE_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0)
		return version();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return tce_verb_help.run(1, argv + 1);
	verb = tce_verb_find(argv[1]);
	if (verb == NULL) {
		tce_complain("there is no verb %s; tce help lists them", argv[1]);
		return TCE_EXIT_USAGE;
	}
	if (argc == 3 && strcmp(argv[2], "--help") == 0) {
		fputs(verb->help, stdout);
		return TCE_EXIT_OK;
	}
	return verb->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	int code = dispatch(argc, argv);

	if (fflush(stdout) != 0 || ferror(stdout)) {
		tce_complain("cannot write the report");
		return TCE_EXIT_INTERNAL;
	}
	return code;
}
