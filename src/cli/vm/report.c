/* SPDX-License-Identifier: BSD-2-Clause */
/* What a report of tce qemu says of a run whatever the machine is. See report.h. */
#include "report.h"

#include <json-c/json.h>

#include "grouped.h"

void tce_vm_report_difference(FILE *out, const struct tce_vm_report *report)
{
	const char *option = report->machine ? " --machine " : "";
	const char *machine = report->machine ? report->machine : "";

	fprintf(out, "DIFFER   after %s calls: %s\n", tce_grouped(report->calls).text,
		report->difference);
	fprintf(out, "         QEMU %s, %s%sprofile %s, seed %ju, %.0f s\n", report->version->text,
		machine, report->machine ? ", " : "", report->profile, (uintmax_t)report->seed,
		report->seconds);
	if (!report->came_again)
		fprintf(out, "         It did not come again; these are the last steps.\n");
	else
		fprintf(out, "         Shortest sequence that shows it, %zu step%s:\n",
			report->nr_steps, report->nr_steps == 1 ? "" : "s");
	fprintf(out, "\n%s\n", report->scenario ? report->scenario : "");
	if (report->saved)
		fprintf(out, "saved as %s; play it", report->saved);
	else
		fprintf(out, "save these lines and play them");
	fprintf(out, " on both sides with: tce qemu%s%s --replay %s\n", option, machine,
		report->saved ? report->saved : "FILE");
}

static void add_text(struct json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, json_object_new_string(value));
}

static void add_count(struct json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

struct json_object *tce_vm_report_json(const struct tce_vm_report *report)
{
	struct json_object *object = json_object_new_object();
	char seconds[32];

	add_text(object, "schema", "tce-qemu-1");
	add_text(object, "verdict", report->difference ? "differ" : "agree");
	add_text(object, "qemu_version", report->version->text);
	add_count(object, "calls", report->calls);
	add_count(object, "differences", report->difference != NULL);
	add_count(object, "aborts", report->aborts);
	add_count(object, "seed", report->seed);
	snprintf(seconds, sizeof(seconds), "%.1f", report->seconds);
	json_object_object_add(object, "seconds",
			       json_object_new_double_s(report->seconds, seconds));
	return object;
}

void tce_vm_report_json_print(FILE *out, struct json_object *object)
{
	fprintf(out, "%s\n", json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN));
	json_object_put(object);
}
