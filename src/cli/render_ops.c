/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report of a recording of the DMA API: for people, and as JSON of the schema "tce-replay-1".
 */
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>

#include "check/words.h"
#include "ops_report.h"
#include "render_bits.h"

#define SHOWN_DIVERGENCES 5U
#define TEXT_MAX          512U

static bool diverged(const struct tce_ops_report *report)
{
	return report->sum.diverged != 0 || report->sum.hcalls_differ != 0;
}

unsigned tce_ops_findings(const struct tce_ops_report *report)
{
	const struct tce_dma_finding *f;
	unsigned n = 0;

	for (unsigned i = 0; (f = tce_dma_replay_finding(report->replay, i)) != NULL; i++)
		n += !report->ignored[f->rule] && tce_rule(f->rule)->severity != TCE_SEVERITY_NOTE;
	return n;
}

/* "ops-3.txt line 12", or "console.log" for what has no line. */
static const char *place(const struct tce_ops_report *report, unsigned file, uint64_t line,
			 char text[TEXT_MAX])
{
	if (line == 0 || file >= report->nr_files)
		snprintf(text, TEXT_MAX, "console.log");
	else
		snprintf(text, TEXT_MAX, "%s line %" PRIu64, report->file[file], line);
	return text;
}

/* --- for people --------------------------------------------------------------------------- */

static void add_kernel(struct tce_words *w, const struct tce_ops_report *report)
{
	tce_words_add(w, "kernel %s", report->sum.kernel);
	if (report->sum.kernel_guessed)
		tce_words_add(w, " or one like it");
	else if (report->asked[0] != '\0')
		tce_words_add(w, " for %s", report->asked);
}

static void verdict(const struct tce_ops_report *report, const struct tce_report_style *style)
{
	const struct tce_dma_divergence *d = tce_dma_replay_divergence(report->replay, 0);
	unsigned findings = tce_ops_findings(report);
	char text[TEXT_MAX], where[TEXT_MAX], tail[160];
	struct tce_words w;

	tce_words_init(&w, tail, sizeof(tail));
	add_kernel(&w, report);
	if (report->sum.damaged != 0)
		tce_words_add(&w, ", %" PRIu64 " line%s unreadable", report->sum.damaged,
			      tce_plural(report->sum.damaged));
	if (findings != 0)
		tce_words_add(&w, ", %u finding%s", findings, tce_plural(findings));
	else
		tce_words_add(&w, ", no findings");
	if (diverged(report) && d != NULL) {
		tce_dma_divergence_text(d, text, sizeof(text));
		printf("%sDIVERGE%s  at %s: %s; %s\n", style->colour ? TCE_RED : "",
		       style->colour ? TCE_PLAIN : "", place(report, d->file, d->line, where), text,
		       tail);
		return;
	}
	printf("%sAGREE%s  %s DMA API event%s, all as the model makes them      %s\n",
	       style->colour ? TCE_GREEN : "", style->colour ? TCE_PLAIN : "",
	       tce_number_count(report->sum.events).text, tce_plural(report->sum.events), tail);
}

static void contents(const struct tce_ops_report *report)
{
	const struct tce_dma_summary *sum = &report->sum;

	printf("\nrecorded  %s, %u run%s in %u boot%s: %s map calls, %s failed, %s direct\n",
	       sum->powernv ? "powernv" : "pseries", sum->nr_runs, tce_plural(sum->nr_runs),
	       sum->nr_boots, tce_plural(sum->nr_boots), tce_number_count(sum->calls).text,
	       tce_number_count(sum->calls_failed).text, tce_number_count(sum->calls_direct).text);
	if (report->has_trace)
		printf("          %s hypercalls compared with the trace, %s differ\n",
		       tce_number_count(sum->hcalls).text,
		       tce_number_count(sum->hcalls_differ).text);
	if (sum->unchecked != 0)
		printf("          %s events could not be checked: taken as they are\n",
		       tce_number_count(sum->unchecked).text);
}

static void windows(const struct tce_ops_report *report)
{
	const struct tce_dma_window *w;
	char where[TEXT_MAX], range[64];

	if (report->sum.nr_windows == 0)
		return;
	printf("\n%-9s %-38s %4s %-20s %14s  %s\n", "table", "bus range", "page", "since",
	       "entries set", "most in use");
	for (unsigned i = 0; (w = tce_dma_replay_window(report->replay, i)) != NULL; i++) {
		snprintf(range, sizeof(range), "%" PRIx64 " .. %" PRIx64, w->start,
			 w->start + w->size - 1);
		printf("%-9" PRIx64 " %-38s %4s %-20s %14s  %s of %s\n", w->index, range,
		       tce_number_size(UINT64_C(1) << w->page_shift).text,
		       place(report, w->file, w->created, where), tce_number_count(w->puts).text,
		       tce_number_count(w->peak).text,
		       tce_number_count(w->size >> w->page_shift).text);
	}
}

static void divergences(const struct tce_ops_report *report)
{
	const struct tce_dma_divergence *d;
	char text[TEXT_MAX], where[TEXT_MAX];

	for (unsigned i = 0; i < SHOWN_DIVERGENCES; i++) {
		d = tce_dma_replay_divergence(report->replay, i);
		if (d == NULL)
			return;
		tce_dma_divergence_text(d, text, sizeof(text));
		printf("> %s", place(report, d->file, d->line, where));
		if (d->n != UINT64_MAX)
			printf(", call %" PRIu64, d->n);
		if (d->trace_line != 0)
			printf(", trace line %" PRIu64, d->trace_line);
		printf(": %s\n", text);
	}
	if (report->sum.diverged > SHOWN_DIVERGENCES)
		printf("  and %s more\n",
		       tce_number_count(report->sum.diverged - SHOWN_DIVERGENCES).text);
}

static void findings(const struct tce_ops_report *report)
{
	const struct tce_dma_finding *f;
	char text[TEXT_MAX], where[TEXT_MAX];

	if (tce_ops_findings(report) == 0)
		return;
	printf("\n%u finding%s\n", tce_ops_findings(report), tce_plural(tce_ops_findings(report)));
	for (unsigned i = 0; (f = tce_dma_replay_finding(report->replay, i)) != NULL; i++) {
		if (report->ignored[f->rule])
			continue;
		tce_dma_finding_text(f, text, sizeof(text));
		printf("  %-7s %-16s %s%s\n          %s\n",
		       tce_severity_name(tce_rule(f->rule)->severity), tce_rule(f->rule)->id,
		       f->count > 1 ? "first at " : "", place(report, f->file, f->line, where),
		       text);
		printf("          tce explain %s\n", tce_rule(f->rule)->id);
	}
}

static void complaints(const struct tce_ops_report *report)
{
	char where[TEXT_MAX];

	if (report->sum.damaged == 0)
		return;
	printf("\n%s line%s could not be read\n", tce_number_count(report->sum.damaged).text,
	       tce_plural(report->sum.damaged));
	for (unsigned i = 0; i < report->nr_complaints; i++)
		printf("  %s %s\n",
		       place(report, report->complaint_file[i], report->complaints[i].line, where),
		       report->complaints[i].text);
}

static void brief(const struct tce_ops_report *report, const struct tce_report_style *style)
{
	const struct tce_dma_divergence *d = tce_dma_replay_divergence(report->replay, 0);
	const struct tce_dma_finding *f;
	char text[TEXT_MAX], where[TEXT_MAX];

	printf("%s%s%s  %s: ", style->colour ? (diverged(report) ? TCE_RED : TCE_GREEN) : "",
	       diverged(report) ? "DIVERGE" : "AGREE  ", style->colour ? TCE_PLAIN : "",
	       report->name);
	if (diverged(report) && d != NULL) {
		tce_dma_divergence_text(d, text, sizeof(text));
		printf("%s: %s\n", place(report, d->file, d->line, where), text);
	} else {
		printf("%s events\n", tce_number_count(report->sum.events).text);
	}
	for (unsigned i = 0; (f = tce_dma_replay_finding(report->replay, i)) != NULL; i++) {
		if (!report->ignored[f->rule])
			printf("         %-7s %s, %s%s\n",
			       tce_severity_name(tce_rule(f->rule)->severity),
			       tce_rule(f->rule)->id, place(report, f->file, f->line, where),
			       f->count > 1 ? " and more" : "");
	}
}

void tce_ops_render_text(const struct tce_ops_report *report, const struct tce_report_style *style)
{
	if (style->several) {
		brief(report, style);
		return;
	}
	verdict(report, style);
	divergences(report);
	contents(report);
	windows(report);
	findings(report);
	complaints(report);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void add_place(struct json_object *o, const struct tce_ops_report *report, unsigned file,
		      uint64_t line)
{
	if (file < report->nr_files)
		tce_json_string(o, "file", report->file[file]);
	tce_json_number(o, "line", line);
}

static struct json_object *json_findings(const struct tce_ops_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_dma_finding *f;
	char text[TEXT_MAX];

	for (unsigned i = 0; (f = tce_dma_replay_finding(report->replay, i)) != NULL; i++) {
		struct json_object *o;

		if (report->ignored[f->rule])
			continue;
		o = json_object_new_object();
		tce_dma_finding_text(f, text, sizeof(text));
		tce_json_string(o, "rule", tce_rule(f->rule)->id);
		tce_json_number(o, "event", f->event);
		add_place(o, report, f->file, f->line);
		tce_json_string(o, "text", text);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *json_windows(const struct tce_ops_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_dma_window *w;

	for (unsigned i = 0; (w = tce_dma_replay_window(report->replay, i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();

		tce_json_number(o, "liobn", w->index);
		tce_json_number(o, "start", w->start);
		tce_json_number(o, "size", w->size);
		tce_json_number(o, "page_shift", w->page_shift);
		if (w->file < report->nr_files)
			tce_json_string(o, "file", report->file[w->file]);
		tce_json_number(o, "created", w->created);
		json_object_object_add(o, "removed", NULL);
		tce_json_number(o, "puts", w->puts);
		tce_json_number(o, "peak", w->peak);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *json_divergence(const struct tce_ops_report *report)
{
	const struct tce_dma_divergence *d = tce_dma_replay_divergence(report->replay, 0);
	struct json_object *o;
	char text[TEXT_MAX];

	if (d == NULL)
		return NULL;
	o = json_object_new_object();
	tce_dma_divergence_text(d, text, sizeof(text));
	tce_json_number(o, "event", d->event);
	add_place(o, report, d->file, d->line);
	if (d->n != UINT64_MAX)
		tce_json_number(o, "call", d->n);
	tce_json_number(o, "recorded", d->recorded);
	tce_json_number(o, "model", d->model);
	tce_json_string(o, "text", text);
	return o;
}

static void add_calls(struct json_object *o, const struct tce_ops_report *report)
{
	const struct tce_dma_summary *sum = &report->sum;

	tce_json_number(o, "runs", sum->nr_runs);
	tce_json_number(o, "boots", sum->nr_boots);
	tce_json_number(o, "calls", sum->calls);
	tce_json_number(o, "calls_failed", sum->calls_failed);
	tce_json_number(o, "calls_direct", sum->calls_direct);
	tce_json_number(o, "hypercalls", sum->hcalls);
	tce_json_number(o, "hypercalls_differ", sum->hcalls_differ);
}

void tce_ops_render_json(const struct tce_ops_report *report, bool with_name)
{
	const struct tce_dma_summary *sum = &report->sum;
	struct json_object *o = json_object_new_object();

	tce_json_string(o, "schema", "tce-replay-1");
	if (with_name)
		tce_json_string(o, "file", report->name);
	tce_json_string(o, "verdict", diverged(report) ? "diverge" : "agree");
	tce_json_string(o, "profile", sum->kernel);
	json_object_object_add(o, "profile_guessed", json_object_new_boolean(sum->kernel_guessed));
	if (report->asked[0] != '\0')
		tce_json_string(o, "kernel", report->asked);
	tce_json_number(o, "lines", report->lines);
	tce_json_number(o, "events", sum->events);
	tce_json_number(o, "agreed", sum->agreed);
	tce_json_number(o, "diverged", sum->diverged);
	tce_json_number(o, "unchecked", sum->unchecked);
	tce_json_number(o, "unknown", sum->damaged);
	tce_json_number(o, "skipped", report->skipped);
	add_calls(o, report);
	json_object_object_add(o, "findings", json_findings(report));
	json_object_object_add(o, "windows", json_windows(report));
	json_object_object_add(o, "first_divergence", json_divergence(report));
	tce_json_print(o);
}
