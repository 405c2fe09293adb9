/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report of a recording of the DMA API: for people, and as JSON of the schema "tce-replay-1".
 */
#include <inttypes.h>
#include <stdio.h>

#include "check/words.h"
#include "ops_report.h"
#include "render_calls.h"

/* "ops-3.txt line 12", or "console.log" for what has no line. */
static void place(const void *of, unsigned file, uint64_t line, struct tce_calls_place *ret_at)
{
	const struct tce_ops_report *report = of;

	ret_at->file = file < report->nr_files ? report->file[file] : NULL;
	ret_at->line = line;
	if (line == 0 || ret_at->file == NULL)
		snprintf(ret_at->text, sizeof(ret_at->text), "console.log");
	else
		snprintf(ret_at->text, sizeof(ret_at->text), "%s line %" PRIu64, ret_at->file,
			 line);
}

/* --- what the view shows ------------------------------------------------------------------ */

static bool tell_divergence(const void *of, unsigned i, struct tce_calls_told *ret_told)
{
	const struct tce_ops_report *report = of;
	const struct tce_dma_divergence *d = tce_dma_replay_divergence(report->replay, i);

	if (d == NULL)
		return false;
	*ret_told = (struct tce_calls_told){.event = d->event,
					    .n = d->n,
					    .trace_line = d->trace_line,
					    .recorded = d->recorded,
					    .model = d->model};
	place(report, d->file, d->line, &ret_told->at);
	tce_dma_divergence_text(d, ret_told->text, sizeof(ret_told->text));
	return true;
}

static bool tell_finding(const void *of, unsigned i, struct tce_calls_told *ret_told)
{
	const struct tce_ops_report *report = of;
	const struct tce_dma_finding *f = tce_dma_replay_finding(report->replay, i);

	if (f == NULL)
		return false;
	*ret_told = (struct tce_calls_told){.event = f->event, .rule = f->rule, .count = f->count};
	place(report, f->file, f->line, &ret_told->at);
	tce_dma_finding_text(f, ret_told->text, sizeof(ret_told->text));
	return true;
}

static struct tce_calls_view view_of(const struct tce_ops_report *report)
{
	const struct tce_dma_summary *sum = &report->sum;

	return (struct tce_calls_view){
		.report = report,
		.name = report->name,
		.ignored = report->ignored,
		.diverges = sum->diverged != 0 || sum->hcalls_differ != 0,
		.diverged = sum->diverged,
		.events = sum->events,
		.damaged = sum->damaged,
		.complaints = &report->complaints,
		.divergence = tell_divergence,
		.finding = tell_finding,
		.place = place,
	};
}

unsigned tce_ops_findings(const struct tce_ops_report *report)
{
	struct tce_calls_view view = view_of(report);

	return tce_calls_findings(&view);
}

/* --- for people --------------------------------------------------------------------------- */

static void verdict(const struct tce_ops_report *report, const struct tce_calls_view *view,
		    const struct tce_report_style *style)
{
	char agreed[64], tail[160];
	struct tce_words w;

	tce_words_init(&w, tail, sizeof(tail));
	tce_words_add(&w, "kernel %s", report->sum.kernel);
	if (report->sum.kernel_guessed)
		tce_words_add(&w, " or one like it");
	else if (report->asked[0] != '\0')
		tce_words_add(&w, " for %s", report->asked);
	snprintf(agreed, sizeof(agreed), "DMA API event%s, all as the model makes them",
		 tce_plural(report->sum.events));
	tce_calls_verdict(view, style, agreed, tail);
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
	struct tce_calls_place made;
	char range[64];

	if (report->sum.nr_windows == 0)
		return;
	printf("\n%-9s %-38s %4s %-20s %14s  %s\n", "table", "bus range", "page", "since",
	       "entries set", "most in use");
	for (unsigned i = 0; (w = tce_dma_replay_window(report->replay, i)) != NULL; i++) {
		snprintf(range, sizeof(range), "%" PRIx64 " .. %" PRIx64, w->start,
			 w->start + w->size - 1);
		place(report, w->file, w->created, &made);
		printf("%-9" PRIx64 " %-38s %4s %-20s %14s  %s of %s\n", w->index, range,
		       tce_number_size(UINT64_C(1) << w->page_shift).text, made.text,
		       tce_number_count(w->puts).text, tce_number_count(w->peak).text,
		       tce_number_count(w->size >> w->page_shift).text);
	}
}

void tce_ops_render_text(const struct tce_ops_report *report, const struct tce_report_style *style)
{
	struct tce_calls_view view = view_of(report);

	if (style->several) {
		tce_calls_brief(&view, style);
		return;
	}
	verdict(report, &view, style);
	tce_calls_print_divergences(&view);
	contents(report);
	windows(report);
	tce_calls_print_findings(&view);
	tce_calls_print_complaints(&view);
}

/* --- JSON --------------------------------------------------------------------------------- */

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
	struct tce_calls_view view = view_of(report);
	struct json_object *o = json_object_new_object();

	tce_calls_json_begin(o, &view, with_name, sum->kernel, sum->kernel_guessed);
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
	tce_calls_json_end(o, &view, json_windows(report));
}
