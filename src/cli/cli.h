/* SPDX-License-Identifier: BSD-2-Clause */
/* What the verbs of tce share: exit codes, the table of verbs, how messages look. */
#ifndef TCE_CLI_CLI_H
#define TCE_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

/* Documented in tce(1); stable. */
enum tce_exit {
	TCE_EXIT_OK = 0,
	TCE_EXIT_FOUND = 1,        /* a divergence or a finding */
	TCE_EXIT_USAGE = 2,        /* or unreadable input */
	TCE_EXIT_INTERNAL = 3,     /* no memory, output not writable, a mistake of ours */
	TCE_EXIT_INCONCLUSIVE = 4, /* a limit was hit, or it was interrupted */
};

struct tce_papr_profile;

struct tce_verb {
	const char *name;
	const char *summary; /* half a line for "tce help" */
	const char *help;    /* what "tce help VERB" prints */
	/* argv[0] is the verb. Returns enum tce_exit. */
	int (*run)(int argc, char **argv);
};

extern const struct tce_verb tce_verb_devtree;
extern const struct tce_verb tce_verb_explain;
extern const struct tce_verb tce_verb_explore;
extern const struct tce_verb tce_verb_help;
extern const struct tce_verb tce_verb_plan;
extern const struct tce_verb tce_verb_predict;
extern const struct tce_verb tce_verb_qemu;
extern const struct tce_verb tce_verb_replay;
extern const struct tce_verb tce_verb_rules;
extern const struct tce_verb tce_verb_run;
extern const struct tce_verb tce_verb_shrink;

/* All verbs, ended by NULL; NULL: there is no such verb. */
extern const struct tce_verb *const tce_verbs[];
const struct tce_verb *tce_verb_find(const char *name);

/* The verbs and what they do: tce help, and tce alone. */
void tce_print_overview(FILE *to);

/* One line on stderr, "tce: " before it. */
__attribute__((format(printf, 1, 2))) void tce_complain(const char *format, ...);

/* From now on nothing is said: stdout leads nowhere, tce_complain does nothing. */
void tce_be_silent(void);

/* The worse of two exit codes, for several files: 3, 2, 1, 4, 0. */
int tce_exit_worse(int a, int b);

/* --- options.c: options that several verbs have ---------------------------------------------- */

/* An option getopt_long does not know, or one without its argument: says so. TCE_EXIT_USAGE. */
int tce_bad_option(char **argv, int c);

struct option; /* of getopt_long */

/* A command line: options, then what the verb is to work on. */
struct tce_options {
	const char *letters; /* as getopt's, ":" first */
	const struct option *words;
	/* args are the verb's own. False: cannot be, which was said. */
	bool (*set)(void *args, int c, const char *value);
	const char *ask; /* "which scenario?", where nothing is named; NULL: nothing need be */
	bool one;        /* no more than one may be named */
};

/* Set all options; what is named stands at argv[optind]. 0; or an exit code, and why was said. */
int tce_options_read(const struct tce_options *options, void *args, int argc, char **argv);

enum tce_when {
	TCE_WHEN_AUTO,
	TCE_WHEN_ALWAYS,
	TCE_WHEN_NEVER
};

/* What text says. False: none of those there are, which was said. */
bool tce_option_format(const char *verb, const char *text, bool *ret_json);
bool tce_option_colour(const char *verb, const char *text, enum tce_when *ret_when);
bool tce_option_profile(const char *verb, const char *name,
			const struct tce_papr_profile **ret_profile);

/* By --color, NO_COLOR and the terminal: shall stdout be coloured? */
bool tce_colour_wanted(enum tce_when when);

#endif
