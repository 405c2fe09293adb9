/* SPDX-License-Identifier: BSD-2-Clause */
/* tce: the verb dispatcher. Each verb is a file or a folder beside this one. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <tce/papr.h>
#include <tce/status.h>

#include "cli.h"

const struct tce_verb *const tce_verbs[] = {
	&tce_verb_replay,  &tce_verb_run,     &tce_verb_plan,    &tce_verb_predict,
	&tce_verb_explore, &tce_verb_shrink,  &tce_verb_devtree, &tce_verb_qemu,
	&tce_verb_rules,   &tce_verb_explain, &tce_verb_help,    NULL,
};

const struct tce_verb *tce_verb_find(const char *name)
{
	for (unsigned i = 0; tce_verbs[i] != NULL; i++)
		if (strcmp(tce_verbs[i]->name, name) == 0)
			return tce_verbs[i];
	return NULL;
}

static bool silent;

void tce_be_silent(void)
{
	silent = freopen("/dev/null", "w", stdout) != NULL;
}

void tce_complain(const char *format, ...)
{
	va_list args;

	if (silent)
		return;
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
		tce_print_overview(stderr);
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

/*
 * A file that is opened must not become standard output or error because that is closed: what is
 * missing leads to where nothing can be written.
 */
static void hold_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	int code;

	hold_standard_streams();
	code = dispatch(argc, argv);
	errno = 0;
	if (fflush(stdout) != 0 || ferror(stdout)) {
		tce_complain("cannot write the report%s%s", errno != 0 ? ": " : "",
			     errno != 0 ? strerror(errno) : "");
		return TCE_EXIT_INTERNAL;
	}
	return code;
}
