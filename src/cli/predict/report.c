/* SPDX-License-Identifier: BSD-2-Clause */
/* What a prediction came to, for people and as JSON (schema tce-predict-1: tce-predict(1)). */
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "run.h"

#define DIFFERENCES_MAX 200U
#define ADDRESSES_MAX   20U

static int worth(const struct tce_predict_summary *sum)
{
	switch (sum->verdict) {
	case TCE_PREDICT_EXACT: return TCE_EXIT_OK;
	case TCE_PREDICT_DIFFERS: return TCE_EXIT_FOUND;
	default: return TCE_EXIT_INCONCLUSIVE;
	}
}

/* The folder's own name. */
static const char *name_of(const char *folder, char name[256])
{
	size_t n = strlen(folder);
	const char *start;

	while (n > 1 && folder[n - 1] == '/')
		n--;
	start = memrchr(folder, '/', n);
	start = start == NULL || n == 1 ? folder : start + 1;
	snprintf(name, 256, "%.*s", (int)(folder + n - start), start);
	return name;
}

/* --- text ------------------------------------------------------------------------------------ */

static const char *const verdicts[] = {
	[TCE_PREDICT_EXACT] = "EXACT",
	[TCE_PREDICT_DIFFERS] = "DIFFERS",
	[TCE_PREDICT_UNSUPPORTED] = "UNSUPPORTED",
};

static void print_line(const struct tce_predict_line *line, bool colour)
{
	static const char signs[] = {
		[TCE_PREDICT_SAME] = ' ', [TCE_PREDICT_MISSING] = '-', [TCE_PREDICT_EXTRA] = '+'};
	static const char *const colours[] = {[TCE_PREDICT_SAME] = "",
					      [TCE_PREDICT_MISSING] = "\033[31m",
					      [TCE_PREDICT_EXTRA] = "\033[32m"};
	const char *end = colour && line->sign != TCE_PREDICT_SAME ? "\033[m" : "";
	char where[24] = "";

	if (line->line != 0)
		snprintf(where, sizeof(where), "%" PRIu64, line->line);
	printf("  %s%c %8s  %s", colour ? colours[line->sign] : "", signs[line->sign], where,
	       line->text);
	if (line->nr > 1)
		printf("  (%" PRIu64 " like it)", line->nr);
	printf("%s\n", end);
}

static void print_differences(const struct tce_predict *predict, bool colour)
{
	struct tce_predict_line line;
	uint64_t i;

	if (!tce_predict_difference(predict, 0, &line))
		return;
	printf("\n  calls: - made by the model only, + recorded only; line of the trace\n");
	for (i = 0; i < DIFFERENCES_MAX && tce_predict_difference(predict, i, &line); i++)
		print_line(&line, colour);
	if (tce_predict_difference(predict, i, &line))
		printf("  ... and more\n");
}

static void print_addresses(const struct tce_predict *predict)
{
	struct tce_predict_address address;
	uint64_t i;

	if (!tce_predict_wrong_address(predict, 0, &address))
		return;
	printf("\n  addresses and answers that differ; line of the console\n");
	for (i = 0; i < ADDRESSES_MAX && tce_predict_wrong_address(predict, i, &address); i++)
		printf("    %8" PRIu64 "  recorded %" PRIx64 ", model %" PRIx64 "\n", address.line,
		       address.recorded, address.model);
	if (tce_predict_wrong_address(predict, i, &address))
		printf("    ... and more\n");
}

static void print_kernel(const struct tce_predict_summary *sum)
{
	printf("         kernel %s", sum->kernel);
	if (!sum->kernel_exact)
		printf(" (taken for %s, the nearest older one known)", sum->profile);
	else if (strcmp(sum->kernel, sum->profile) != 0)
		printf(" (%s)", sum->profile);
	if (sum->nr_kernels > 1)
		printf(", the last of %u that started", sum->nr_kernels);
	printf("\n");
}

/* What is not predicted is counted, with the reason. */
static void print_others(const struct tce_predict_summary *sum)
{
	uint64_t traffic = sum->driver_calls - sum->user_calls - sum->module_calls;

	printf("         not predicted: %" PRIu64 " calls of firmware, %" PRIu64
	       " of drivers' own traffic",
	       sum->firmware_calls, traffic);
	if (sum->user_calls != 0)
		printf(", %" PRIu64 " of a user of VFIO", sum->user_calls);
	printf("\n");
	if (sum->module_calls != 0)
		printf("         %" PRIu64 " calls of a test module, made as the console says\n",
		       sum->module_calls);
	if (sum->unordered != 0)
		printf("         %" PRIu64
		       " of those predicted belong to PEs or memory blocks whose "
		       "order the console\n         does not tell\n",
		       sum->unordered);
	if (sum->unseen != 0)
		printf("         %" PRIu64 " predicted calls that leave no line to compare with\n",
		       sum->unseen);
}

static void print_counts(const struct tce_predict_summary *sum)
{
	printf("         %" PRIu64 " set-up calls, %" PRIu64 " predicted", sum->setup_calls,
	       sum->predicted);
	if (sum->missing != 0 || sum->extra != 0)
		printf(", %" PRIu64 " missing, %" PRIu64 " extra", sum->missing, sum->extra);
	printf("\n");
	print_others(sum);
	if (sum->bus_addresses != 0)
		printf("         %" PRIu64 " bus addresses, %" PRIu64 " predicted\n",
		       sum->bus_addresses, sum->bus_addresses_predicted);
}

static void print_script(const struct tce_predict *predict)
{
	char text[160];

	printf("\n  acted out:\n");
	for (uint64_t i = 0; tce_predict_script_text(predict, i, text, sizeof(text)); i++)
		printf("    %s\n", text);
}

int tce_predict_print_text(const char *folder, const struct tce_predict *predict, bool verbose,
			   bool colour)
{
	struct tce_predict_summary sum;
	char name[256];

	tce_predict_summary(predict, &sum);
	printf("%-8s %s\n", verdicts[sum.verdict], name_of(folder, name));
	if (sum.verdict == TCE_PREDICT_UNSUPPORTED) {
		printf("         %s\n", sum.why);
		return worth(&sum);
	}
	print_kernel(&sum);
	print_counts(&sum);
	if (verbose)
		print_script(predict);
	print_differences(predict, colour);
	print_addresses(predict);
	return worth(&sum);
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void add_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

int tce_predict_print_json(const char *folder, const struct tce_predict *predict)
{
	static const char *const words[] = {
		[TCE_PREDICT_EXACT] = "exact",
		[TCE_PREDICT_DIFFERS] = "differs",
		[TCE_PREDICT_UNSUPPORTED] = "unsupported",
	};
	struct json_object *o = json_object_new_object();
	struct tce_predict_summary sum;
	char name[256];

	tce_predict_summary(predict, &sum);
	add_string(o, "schema", "tce-predict-1");
	add_string(o, "recording", name_of(folder, name));
	add_string(o, "kernel", sum.kernel);
	add_string(o, "verdict", words[sum.verdict]);
	add_number(o, "setup_calls", sum.setup_calls);
	add_number(o, "predicted", sum.predicted);
	add_number(o, "missing", sum.missing);
	add_number(o, "extra", sum.extra);
	add_number(o, "driver_calls", sum.driver_calls);
	add_number(o, "bus_addresses", sum.bus_addresses);
	add_number(o, "bus_addresses_predicted", sum.bus_addresses_predicted);
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	return worth(&sum);
}
