/* SPDX-License-Identifier: BSD-2-Clause */
/* What became of a story as one JSON object, schema "tce-run-1": tce-run(1). */
#include <json-c/json.h>
#include <stdio.h>

#include "report.h"

static void add_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static struct json_object *broken_rules(const struct tce_run_result *result)
{
	struct json_object *list = json_object_new_array();

	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if ((result->broken_rules >> i & 1) != 0)
			json_object_array_add(
				list, json_object_new_string(tce_rule((enum tce_rule_id)i)->id));
	}
	return list;
}

static struct json_object *first_failure(const struct tce_run_report *report)
{
	static const char *const reasons[] = {
		[TCE_RUN_UNEXPECTED] = "unexpected",
		[TCE_RUN_BROKEN] = "rule",
		[TCE_RUN_IMPOSSIBLE] = "impossible",
	};
	const struct tce_run_result *result = &report->result;
	const struct tce_step *step = &tce_scenario_story(report->scenario)->steps[result->step];
	struct json_object *o = json_object_new_object();
	char text[TCE_RUN_TEXT];

	add_number(o, "line", step->line);
	add_number(o, "event", result->step + 1U);
	add_string(o, "statement", step->text);
	add_string(o, "reason", reasons[result->verdict]);
	tce_run_expected(report, text);
	add_string(o, "expected", text);
	tce_run_got(report, text);
	add_string(o, "got", text);
	json_object_object_add(o, "rule",
			       result->verdict == TCE_RUN_BROKEN
				       ? json_object_new_string(tce_rule(result->breach.rule)->id)
				       : NULL);
	return o;
}

void tce_run_report_json(const struct tce_run_report *report)
{
	const struct tce_run_result *result = &report->result;
	bool pass = result->verdict == TCE_RUN_PASS;
	struct json_object *o = json_object_new_object();

	add_string(o, "schema", "tce-run-1");
	add_string(o, "file", report->file);
	add_string(o, "verdict", pass ? "pass" : "fail");
	add_number(o, "events", result->nr_events);
	add_number(o, "calls", report->nr_calls);
	json_object_object_add(o, "broken_rules", broken_rules(result));
	json_object_object_add(o, "first_failure", pass ? NULL : first_failure(report));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
