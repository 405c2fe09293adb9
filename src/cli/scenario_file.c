/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenarios read, parsed and complained about: for run, explore and shrink. */
#include "scenario_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/linux.h>

#include "cli.h"
#include "input.h"

static int unreadable(const char *verb, const char *file, const struct tce_scenario_error *error,
		      int err)
{
	const char *before = error->nearest[0] != '\0' ? " (did you mean '" : "";
	const char *after = error->nearest[0] != '\0' ? "'?)" : "";

	if (err == -TCE_ERR_NOMEM) {
		tce_complain("out of memory");
		return TCE_EXIT_INTERNAL;
	}
	if (err != -TCE_ERR_FORMAT)
		tce_complain("%s: %s", file, tce_strerror(err));
	else if (error->line == 0)
		tce_complain("%s: %s%s%s%s", verb, error->text, before, error->nearest, after);
	else
		tce_complain("%s:%u:%u: %s%s%s%s", file, error->line, error->column, error->text,
			     before, error->nearest, after);
	return TCE_EXIT_USAGE;
}

int tce_scenario_text(const char *verb, const char *file, const char *text, size_t n,
		      const struct tce_scenario_overrides *overrides,
		      struct tce_scenario **ret_scenario)
{
	struct tce_scenario_error error = {0};
	const char *remark;
	int err = tce_scenario_parse(NULL, text, n, overrides, ret_scenario, &error);

	if (err != 0)
		return unreadable(verb, file, &error, err);
	for (unsigned i = 0; (remark = tce_scenario_remark(*ret_scenario, i)) != NULL; i++)
		tce_complain("%s: %s", file, remark);
	return TCE_EXIT_OK;
}

int tce_scenario_file(const char *verb, const char *path,
		      const struct tce_scenario_overrides *overrides,
		      struct tce_scenario **ret_scenario)
{
	const char *file = strcmp(path, "-") == 0 ? "standard input" : path;
	size_t n = 0;
	char *text = tce_input_slurp(path, TCE_SCENARIO_BYTES_MAX, &n);
	int code;

	if (text == NULL)
		return TCE_EXIT_USAGE;
	code = tce_scenario_text(verb, file, text, n, overrides, ret_scenario);
	free(text);
	return code;
}

bool tce_defects_parse(const char *verb, const char *list, struct tce_defects *set)
{
	char id[16];

	if (*list == '\0') {
		tce_complain("%s: no defect is named; see docs/bugs.md", verb);
		return false;
	}
	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		enum tce_defect defect;

		snprintf(id, sizeof(id), "%.*s", (int)n, list);
		if (strcmp(id, "all") == 0) {
			tce_defects_add_all(set);
			list += n + (list[n] == ',');
			continue;
		}
		if (n >= sizeof(id) || tce_defect_find(id, &defect) != 0) {
			tce_complain("%s: there is no defect %.*s; see docs/bugs.md", verb, (int)n,
				     list);
			return false;
		}
		tce_defects_add(set, defect);
		list += n + (list[n] == ',');
	}
	return true;
}
