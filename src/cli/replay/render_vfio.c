/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of a recording of VFIO calls: for people, and as JSON of the schema "tce-replay-1". */
#include <inttypes.h>
#include <stdio.h>

#include "render_calls.h"
#include "vfio_report.h"

/* There is one file. */
static void place(const void *report, unsigned file, uint64_t line, struct tce_calls_place *ret_at)
{
	(void)report;
	(void)file;
	ret_at->file = NULL;
	ret_at->line = line;
	snprintf(ret_at->text, sizeof(ret_at->text), "line %" PRIu64, line);
}

/* --- what the view shows ------------------------------------------------------------------ */

static bool tell_divergence(const void *of, unsigned i, struct tce_calls_told *ret_told)
{
	const struct tce_vfio_report *report = of;
	const struct tce_vfio_divergence *d = tce_vfio_replay_divergence(report->replay, i);

	if (d == NULL)
		return false;
	*ret_told = (struct tce_calls_told){.event = d->event,
					    .n = d->n,
					    .recorded = d->recorded,
					    .model = d->model,
					    .is_signed = true};
	place(report, 0, d->line, &ret_told->at);
	tce_vfio_divergence_text(d, ret_told->text, sizeof(ret_told->text));
	return true;
}

static bool tell_finding(const void *of, unsigned i, struct tce_calls_told *ret_told)
{
	const struct tce_vfio_report *report = of;
	const struct tce_vfio_finding *f = tce_vfio_replay_finding(report->replay, i);

	if (f == NULL)
		return false;
	*ret_told = (struct tce_calls_told){.event = f->event, .rule = f->rule, .count = f->count};
	place(report, 0, f->line, &ret_told->at);
	tce_vfio_finding_text(f, ret_told->text, sizeof(ret_told->text));
	return true;
}

static struct tce_calls_view view_of(const struct tce_vfio_report *report)
{
	const struct tce_vfio_summary *sum = &report->sum;

	return (struct tce_calls_view){
		.report = report,
		.name = report->name,
		.ignored = report->ignored,
		.diverges = sum->diverged != 0,
		.diverged = sum->diverged,
		.events = sum->events,
		.damaged = sum->damaged,
		.complaints = &report->complaints,
		.divergence = tell_divergence,
		.finding = tell_finding,
		.place = place,
	};
}

unsigned tce_vfio_findings(const struct tce_vfio_report *report)
{
	struct tce_calls_view view = view_of(report);

	return tce_calls_findings(&view);
}

/* --- for people --------------------------------------------------------------------------- */

static void verdict(const struct tce_vfio_report *report, const struct tce_calls_view *view,
		    const struct tce_report_style *style)
{
	char tail[160];

	snprintf(tail, sizeof(tail), "powernv%u, kernel %s%s", report->sum.powernv,
		 report->sum.kernel, report->sum.kernel_exact ? "" : " or one like it");
	tce_calls_verdict(view, style, "VFIO calls and claims, all as the model answers", tail);
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

void tce_vfio_render_text(const struct tce_vfio_report *report,
			  const struct tce_report_style *style)
{
	struct tce_calls_view view = view_of(report);

	if (style->several) {
		tce_calls_brief(&view, style);
		return;
	}
	verdict(report, &view, style);
	tce_calls_print_divergences(&view);
	contents(report);
	tce_calls_print_findings(&view);
	tce_calls_print_complaints(&view);
}

/* --- JSON --------------------------------------------------------------------------------- */

void tce_vfio_render_json(const struct tce_vfio_report *report, bool with_name)
{
	const struct tce_vfio_summary *sum = &report->sum;
	struct tce_calls_view view = view_of(report);
	struct json_object *o = json_object_new_object();

	tce_calls_json_begin(o, &view, with_name, sum->kernel, !sum->kernel_exact);
	tce_json_number(o, "lines", report->lines);
	tce_json_number(o, "events", sum->events);
	tce_json_number(o, "agreed", sum->agreed);
	tce_json_number(o, "diverged", sum->diverged);
	tce_json_number(o, "unknown", sum->damaged);
	tce_json_number(o, "skipped", report->skipped);
	tce_json_number(o, "calls", sum->calls);
	tce_json_number(o, "calls_failed", sum->calls_failed);
	tce_json_number(o, "processes", sum->processes);
	tce_calls_json_end(o, &view, json_object_new_array());
}
