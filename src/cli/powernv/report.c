/* SPDX-License-Identifier: BSD-2-Clause */
/* Text and JSON of a run. See verb.h. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "cli/vm/grouped.h"
#include "cli/vm/report.h"

#include "verb.h"

/* --- the story of a difference ------------------------------------------------------------ */

static void write_step(void *ctx, size_t index, const struct tce_nv_op *op,
		       const struct tce_nv_expect *expect)
{
	FILE *out = (FILE *)ctx;
	char line[TCE_NV_TEXT_LINE];

	(void)index;
	tce_nv_text_op(op, line, sizeof(line));
	fprintf(out, "%s", line);
	tce_nv_text_expect(op, expect, line, sizeof(line));
	fprintf(out, "%s%s\n", line[0] ? " -> " : "", line);
}

char *tce_nv_report_scenario(struct tce_nv_session *session, const struct tce_nv_report *report)
{
	const struct tce_nv_live *live = report->live;
	struct tce_nv_story story = live->story;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct tce_nv_watch watch = {.step = write_step, .ctx = out};

	if (!out)
		return NULL;
	fprintf(out, "machine %s profile=%s memory=0x%jx\n", report->opts->machine.machine,
		report->opts->profile->name, (uintmax_t)story.fill);
	tce_nv_story_play(session, report->opts->profile, &story, &watch);
	/* The step that differs may not have been seen by the watch. */
	if (session->state == TCE_NV_DIFFERENT && session->diff.op < story.nr_ops &&
	    session->nr_ops == session->diff.op + 1 && session->expect.nr_out == 0)
		write_step(out, session->diff.op, &story.ops[session->diff.op], &session->expect);
	fprintf(out, "# QEMU %s: %s\n", report->version->text, live->diff.text);
	fclose(out);
	return text;
}

static struct tce_vm_report common_of(const struct tce_nv_report *report)
{
	const struct tce_nv_live *live = report->live;

	return (struct tce_vm_report){
		.version = report->version,
		.machine = report->opts->machine.machine,
		.profile = report->opts->profile->name,
		.seed = report->opts->seed,
		.calls = live->calls,
		.seconds = live->seconds,
		.difference = live->state == TCE_NV_DIFFERENT ? live->diff.text : NULL,
		.nr_steps = live->story.nr_ops,
		.came_again = report->came_again,
		.scenario = report->scenario,
		.saved = report->saved,
	};
}

/* --- text --------------------------------------------------------------------------------- */

static void print_states(FILE *out, const struct tce_nv_live *live)
{
	fprintf(out, "calls\n");
	for (int i = 0; i < TCE_NR_OPAL_REFUSALS; i++)
		if (live->refused[i])
			fprintf(out, "%12s  %s\n", tce_grouped(live->refused[i]).text,
				tce_opal_refusal_text((enum tce_opal_refusal)i));
	fprintf(out, "device accesses\n");
	for (int i = 0; i < TCE_NR_IODA_FAULTS; i++)
		if (live->faults[i])
			fprintf(out, "%12s  %s\n", tce_grouped(live->faults[i]).text,
				tce_ioda_fault_text((enum tce_ioda_fault)i));
}

void tce_nv_report_text(FILE *out, const struct tce_nv_report *report, bool states)
{
	const struct tce_nv_live *live = report->live;
	struct tce_vm_report common = common_of(report);

	if (live->state == TCE_NV_DIFFERENT) {
		tce_vm_report_difference(out, &common);
	} else {
		fprintf(out, "AGREE    %s OPAL calls, answered alike by QEMU %s and the model%s\n",
			tce_grouped(live->calls).text, report->version->text,
			live->state == TCE_NV_INTERRUPTED ? "; interrupted" : "");
		fprintf(out, "         %s with %u bridges, profile %s, seed %ju, %.0f s\n",
			report->opts->machine.machine, live->nr_bridges,
			report->opts->profile->name, (uintmax_t)report->opts->seed, live->seconds);
	}
	fprintf(out, "compared %s calls, %s register and memory accesses, ",
		tce_grouped(live->calls).text, tce_grouped(live->registers).text);
	fprintf(out, "%s words of tables, %s device accesses, in %ju stories\n",
		tce_grouped(live->words).text, tce_grouped(live->dma).text,
		(uintmax_t)live->stories);
	if (states)
		print_states(out, live);
}

/* --- JSON --------------------------------------------------------------------------------- */

void tce_nv_report_json(FILE *out, const struct tce_nv_report *report)
{
	struct tce_vm_report common = common_of(report);
	struct json_object *object = tce_vm_report_json(&common);

	json_object_object_add(object, "machine", json_object_new_string(common.machine));
	json_object_object_add(object, "device_accesses",
			       json_object_new_uint64(report->live->dma));
	tce_vm_report_json_print(out, object);
}
