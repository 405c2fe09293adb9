/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenarios from files, and the options that several verbs set against what they say. */
#ifndef TCE_CLI_SCENARIO_FILE_H
#define TCE_CLI_SCENARIO_FILE_H

#include <tce/scenario.h>

/*
 * Read and parse path ("-": standard input); remarks go to stderr. TCE_EXIT_OK and *ret_scenario,
 * or another exit code: said on stderr, with the verb's name where no file is at fault.
 */
int tce_scenario_file(const char *verb, const char *path,
		      const struct tce_scenario_overrides *overrides,
		      struct tce_scenario **ret_scenario);

/* The same for a text that is there. file: what to call it. */
int tce_scenario_text(const char *verb, const char *file, const char *text, size_t n,
		      const struct tce_scenario_overrides *overrides,
		      struct tce_scenario **ret_scenario);

/* "B1" or "B1,C4" added to a set. False: said on stderr. */
bool tce_defects_parse(const char *verb, const char *list, struct tce_defects *set);

#endif
