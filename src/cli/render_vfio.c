/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of a recording of VFIO calls: for people, and as JSON of the schema "tce-replay-1". */
#include <inttypes.h>
#include <stdio.h>

#include "check/words.h"
#include "render_bits.h"
#include "vfio_report.h"

#define SHOWN_DIVERGENCES 5U
#define TEXT_MAX          512U

unsigned tce_vfio_findings(const struct tce_vfio_report *report)
{
	const struct tce_vfio_finding *f;
	unsigned n = 0;

	for (unsigned i = 0; (f = tce_vfio_replay_finding(report->replay, i)) != NULL; i++)
		n += !report->ignored[f->rule] && tce_rule(f->rule)->severity != TCE_SEVERITY_NOTE;
	return n;
}

/* --- for people --------------------------------------------------------------------------- */

static void verdict(const struct tce_vfio_report *report, const struct tce_report_style *style)
{
	const struct tce_vfio_divergence *d = tce_vfio_replay_divergence(report->replay, 0);
	unsigned findings = tce_vfio_findings(report);
	char text[TEXT_MAX], tail[160];
	struct tce_words w;

	tce_words_init(&w, tail, sizeof(tail));
	tce_words_add(&w, "powernv%u, kernel %s%s", report->sum.powernv, report->sum.kernel,
		      report->sum.kernel_exact ? "" : " or one like it");
	if (report->sum.damaged != 0)
		tce_words_add(&w, ", %" PRIu64 " line%s unreadable", report->sum.damaged,
			      tce_plural(report->sum.damaged));
	if (findings != 0)
		tce_words_add(&w, ", %u finding%s", findings, tce_plural(findings));
	else
		tce_words_add(&w, ", no findings");
	if (d == NULL) {
		printf("%sAGREE%s  %s VFIO calls and claims, all as the model answers      %s\n",
		       style->colour ? TCE_GREEN : "", style->colour ? TCE_PLAIN : "",
		       tce_number_count(report->sum.events).text, tail);
		return;
	}
	tce_vfio_divergence_text(d, text, sizeof(text));
	printf("%sDIVERGE%s  at line %" PRIu64 ": %s; %s\n", style->colour ? TCE_RED : "",
	       style->colour ? TCE_PLAIN : "", d->line, text, tail);
}

static void divergences(const struct tce_vfio_report *report)
{
	const struct tce_vfio_divergence *d;
	char text[TEXT_MAX];

	for (unsigned i = 0; i < SHOWN_DIVERGENCES; i++) {
		d = tce_vfio_replay_divergence(report->replay, i);
		if (d == NULL)
			return;
		tce_vfio_divergence_text(d, text, sizeof(text));
		printf("> line %" PRIu64, d->line);
		if (d->n != UINT64_MAX)
			printf(", call %" PRIu64, d->n);
		printf(": %s\n", text);
	}
	if (report->sum.diverged > SHOWN_DIVERGENCES)
		printf("  and %s more\n",
		       tce_number_count(report->sum.diverged - SHOWN_DIVERGENCES).text);
}

static void contents(const struct tce_vfio_report *report)
{
	const struct tce_vfio_summary *sum = &report->sum;

	printf("\nrecorded  powernv%u with %sB pages, %" PRIu64
	       " process%s: %s calls, %s refused\n",
	       sum->powernv, tce_number_size(sum->page_size).text, sum->processes,
	       sum->processes == 1 ? "" : "es", tce_number_count(sum->calls).text,
	       tce_number_count(sum->calls_failed).text);
}

static void findings(const struct tce_vfio_report *report)
{
	const struct tce_vfio_finding *f;
	char text[TEXT_MAX];

	if (tce_vfio_findings(report) == 0)
		return;
	printf("\n%u finding%s\n", tce_vfio_findings(report),
	       tce_plural(tce_vfio_findings(report)));
	for (unsigned i = 0; (f = tce_vfio_replay_finding(report->replay, i)) != NULL; i++) {
		if (report->ignored[f->rule])
			continue;
		tce_vfio_finding_text(f, text, sizeof(text));
		printf("  %-7s %-16s %sline %" PRIu64 "\n          %s\n",
		       tce_severity_name(tce_rule(f->rule)->severity), tce_rule(f->rule)->id,
		       f->count > 1 ? "first at " : "", f->line, text);
		printf("          tce explain %s\n", tce_rule(f->rule)->id);
	}
}

static void complaints(const struct tce_vfio_report *report)
{
	if (report->sum.damaged == 0)
		return;
	printf("\n%s line%s could not be read\n", tce_number_count(report->sum.damaged).text,
	       tce_plural(report->sum.damaged));
	for (unsigned i = 0; i < report->nr_complaints; i++)
		printf("  line %" PRIu64 " %s\n", report->complaints[i].line,
		       report->complaints[i].text);
}

static void brief(const struct tce_vfio_report *report, const struct tce_report_style *style)
{
	const struct tce_vfio_divergence *d = tce_vfio_replay_divergence(report->replay, 0);
	const struct tce_vfio_finding *f;
	char text[TEXT_MAX];

	printf("%s%s%s  %s: ", style->colour ? (d != NULL ? TCE_RED : TCE_GREEN) : "",
	       d != NULL ? "DIVERGE" : "AGREE  ", style->colour ? TCE_PLAIN : "", report->name);
	if (d != NULL) {
		tce_vfio_divergence_text(d, text, sizeof(text));
		printf("line %" PRIu64 ": %s\n", d->line, text);
	} else {
		printf("%s events\n", tce_number_count(report->sum.events).text);
	}
	for (unsigned i = 0; (f = tce_vfio_replay_finding(report->replay, i)) != NULL; i++) {
		if (!report->ignored[f->rule])
			printf("         %-7s %s, line %" PRIu64 "%s\n",
			       tce_severity_name(tce_rule(f->rule)->severity),
			       tce_rule(f->rule)->id, f->line, f->count > 1 ? " and more" : "");
	}
}

void tce_vfio_render_text(const struct tce_vfio_report *report,
			  const struct tce_report_style *style)
{
	if (style->several) {
		brief(report, style);
		return;
	}
	verdict(report, style);
	divergences(report);
	contents(report);
	findings(report);
	complaints(report);
}

/* --- JSON --------------------------------------------------------------------------------- */

static struct json_object *json_findings(const struct tce_vfio_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_vfio_finding *f;
	char text[TEXT_MAX];

	for (unsigned i = 0; (f = tce_vfio_replay_finding(report->replay, i)) != NULL; i++) {
		struct json_object *o;

		if (report->ignored[f->rule])
			continue;
		o = json_object_new_object();
		tce_vfio_finding_text(f, text, sizeof(text));
		tce_json_string(o, "rule", tce_rule(f->rule)->id);
		tce_json_number(o, "event", f->event);
		tce_json_number(o, "line", f->line);
		tce_json_string(o, "text", text);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *json_divergence(const struct tce_vfio_report *report)
{
	const struct tce_vfio_divergence *d = tce_vfio_replay_divergence(report->replay, 0);
	struct json_object *o;
	char text[TEXT_MAX];

	if (d == NULL)
		return NULL;
	o = json_object_new_object();
	tce_vfio_divergence_text(d, text, sizeof(text));
	tce_json_number(o, "event", d->event);
	tce_json_number(o, "line", d->line);
	if (d->n != UINT64_MAX)
		tce_json_number(o, "call", d->n);
	json_object_object_add(o, "recorded", json_object_new_int64((int64_t)d->recorded));
	json_object_object_add(o, "model", json_object_new_int64((int64_t)d->model));
	tce_json_string(o, "text", text);
	return o;
}

void tce_vfio_render_json(const struct tce_vfio_report *report, bool with_name)
{
	const struct tce_vfio_summary *sum = &report->sum;
	struct json_object *o = json_object_new_object();

	tce_json_string(o, "schema", "tce-replay-1");
	if (with_name)
		tce_json_string(o, "file", report->name);
	tce_json_string(o, "verdict", sum->diverged != 0 ? "diverge" : "agree");
	tce_json_string(o, "profile", sum->kernel);
	json_object_object_add(o, "profile_guessed", json_object_new_boolean(!sum->kernel_exact));
	tce_json_number(o, "lines", report->lines);
	tce_json_number(o, "events", sum->events);
	tce_json_number(o, "agreed", sum->agreed);
	tce_json_number(o, "diverged", sum->diverged);
	tce_json_number(o, "unknown", sum->damaged);
	tce_json_number(o, "skipped", report->skipped);
	tce_json_number(o, "calls", sum->calls);
	tce_json_number(o, "calls_failed", sum->calls_failed);
	tce_json_number(o, "processes", sum->processes);
	json_object_object_add(o, "findings", json_findings(report));
	json_object_object_add(o, "windows", json_object_new_array());
	json_object_object_add(o, "first_divergence", json_divergence(report));
	tce_json_print(o);
}
