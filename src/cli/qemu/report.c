/* SPDX-License-Identifier: BSD-2-Clause */
/* Text and JSON of a run. See report.h. */
#include <stdlib.h>
#include <string.h>

#include "cli/vm/grouped.h"
#include "cli/vm/report.h"

#include "report.h"
#include "scenario_text.h"

/* --- the story of a difference ------------------------------------------------------------ */

struct writer {
	FILE *out;
	const struct tce_papr_profile *profile;
	const struct tce_qemu_config *config;
};

static void write_step(void *ctx, size_t index, const struct tce_op *op,
		       const struct tce_expected *expect)
{
	const struct writer *writer = (const struct writer *)ctx;

	(void)index;
	tce_text_op(writer->out, writer->config, writer->profile, op);
	fputs(" -> ", writer->out);
	tce_text_expect(writer->out, writer->profile, op, expect);
	fputc('\n', writer->out);
}

char *tce_report_scenario(const struct tce_live_opts *opts, struct tce_qemu_story *story,
			  const struct tce_qemu_version *version, struct tce_diff *ret_diff)
{
	char *text = NULL;
	size_t size = 0;
	struct writer writer = {.out = open_memstream(&text, &size),
				.profile = opts->profile,
				.config = &story->config};
	struct tce_story_watch watch = {.step = write_step, .ctx = &writer};
	struct tce_story_end end;

	if (!writer.out)
		return NULL;
	tce_text_machine(writer.out, &story->config, opts->profile);
	tce_story_play(opts, story, false, &watch, &end);
	fprintf(writer.out, "# QEMU %s: %s\n", version->text, end.diff.text);
	fclose(writer.out);
	*ret_diff = end.diff;
	return text;
}

static struct tce_vm_report common_of(const struct tce_report *report)
{
	const struct tce_live *live = report->live;

	return (struct tce_vm_report){
		.version = report->version,
		.profile = report->opts->profile->name,
		.seed = report->opts->seed,
		.calls = live->calls,
		.aborts = live->aborts,
		.seconds = live->seconds,
		.difference = live->state == TCE_SESSION_DIFFERENT ? live->diff.text : NULL,
		.nr_steps = live->story.nr_ops,
		.came_again = report->came_again,
		.scenario = report->scenario,
		.saved = report->saved,
	};
}

/* --- text --------------------------------------------------------------------------------- */

static void print_counts(FILE *out, const struct tce_report *report)
{
	const struct tce_live *live = report->live;

	fprintf(out, "compared %s calls, %s table entries, ", tce_grouped(live->calls).text,
		tce_grouped(live->entries).text);
	fprintf(out, "%s device accesses, %s resets, plugs and saves, ",
		tce_grouped(live->dma).text, tce_grouped(live->monitor).text);
	fprintf(out, "on %ju machines\n", (uintmax_t)live->processes);
	fprintf(out, "aborts   %ju, each where the model says so\n", (uintmax_t)live->aborts);
	if (live->outlived)
		fprintf(out,
			"mended   QEMU %s survived %ju times where %s aborts: it seems to be "
			"mended there\n",
			report->version->text, (uintmax_t)live->outlived,
			report->opts->profile->name);
}

static void print_states(FILE *out, const struct tce_states *states)
{
	fprintf(out, "states reached\n");
	for (int i = 0; i < TCE_NR_STATES; i++)
		fprintf(out, "%12s  %s\n", tce_grouped(states->reached[i]).text,
			tce_state_text((enum tce_state)i));
	fprintf(out, "calls refused because\n");
	for (int i = 1; i < TCE_NR_REFUSALS; i++)
		if (states->refused[i])
			fprintf(out, "%12s  %s\n", tce_grouped(states->refused[i]).text,
				tce_refusal_text((enum tce_refusal)i));
}

void tce_report_text(FILE *out, const struct tce_report *report, bool states)
{
	const struct tce_live *live = report->live;
	struct tce_vm_report common = common_of(report);

	if (live->state == TCE_SESSION_DIFFERENT) {
		tce_vm_report_difference(out, &common);
	} else {
		fprintf(out, "AGREE    %s calls, answered alike by QEMU %s and the model%s\n",
			tce_grouped(live->calls).text, report->version->text,
			live->state == TCE_SESSION_INTERRUPTED ? "; interrupted" : "");
		fprintf(out, "         profile %s%s, seed %ju, %.0f s\n",
			report->opts->profile->name,
			report->opts->exact ? "" : " (the nearest older one there is)",
			(uintmax_t)report->opts->seed, live->seconds);
	}
	print_counts(out, report);
	if (states)
		print_states(out, &live->states);
}

/* --- JSON --------------------------------------------------------------------------------- */

void tce_report_json(FILE *out, const struct tce_report *report)
{
	struct tce_vm_report common = common_of(report);

	tce_vm_report_json_print(out, tce_vm_report_json(&common));
}
