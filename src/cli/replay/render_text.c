/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The report of a replay for people: verdict, machine, windows, findings. Numbers and addresses are
 * written so that they can be found again in the input; lines are cut at 100 columns.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check/words.h"
#include "render_record.h"
#include "report.h"

#define COLUMNS           100U
#define INDENT            9U
#define TEXT_MAX          1024U
#define ROWS_MAX          64U
#define BOOTS_MAX         12U
#define SHOWN_DIVERGENCES 5U

/* --- small things ---------------------------------------------------------------------------- */

static const char *paint(const struct tce_report_style *style, const char *code)
{
	return style->colour ? code : "";
}

static const char *severity_colour(enum tce_severity severity)
{
	switch (severity) {
	case TCE_SEVERITY_ABORT:
	case TCE_SEVERITY_ERROR: return "\033[1;31m";
	case TCE_SEVERITY_WARNING: return "\033[1;33m";
	default: return "\033[1m";
	}
}

#define PLAIN "\033[0m"
#define GREEN "\033[1;32m"
#define RED   "\033[1;31m"

struct number {
	char text[32];
};

static struct number count(uint64_t n)
{
	struct number number;
	struct tce_words w;

	tce_words_init(&w, number.text, sizeof(number.text));
	tce_words_add_count(&w, n);
	return number;
}

static struct number size(uint64_t bytes)
{
	struct number number;
	struct tce_words w;

	tce_words_init(&w, number.text, sizeof(number.text));
	tce_words_add_size(&w, bytes);
	return number;
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* Words of text, from column INDENT to COLUMNS. */
static void wrap(const char *text)
{
	unsigned column = 0;
	size_t n;

	while (*text != '\0') {
		n = strcspn(text, " ");
		if (column != 0 && column + 1 + n > COLUMNS) {
			putchar('\n');
			column = 0;
		}
		if (column == 0)
			column = (unsigned)printf("%*s%.*s", INDENT, "", (int)n, text);
		else
			column += (unsigned)printf(" %.*s", (int)n, text);
		text += n;
		text += strspn(text, " ");
	}
	putchar('\n');
}

unsigned tce_report_findings(const struct tce_report *report, bool notes)
{
	const struct tce_finding *f;
	unsigned n = 0;

	for (unsigned i = 0; (f = tce_replay_finding(report->replay, i)) != NULL; i++)
		n += !report->ignored[f->rule] &&
		     (notes || tce_rule(f->rule)->severity != TCE_SEVERITY_NOTE);
	return n;
}

/* "no findings", "1 finding", "2 findings, 1 note" */
static void add_findings(struct tce_words *w, const struct tce_report *report)
{
	unsigned findings = tce_report_findings(report, false);
	unsigned notes = tce_report_findings(report, true) - findings;

	if (findings == 0)
		tce_words_add(w, "no findings");
	else
		tce_words_add(w, "%u finding%s", findings, plural(findings));
	if (notes != 0)
		tce_words_add(w, ", %u note%s", notes, plural(notes));
}

/* --- the verdict ----------------------------------------------------------------------------- */

static void verdict_diverge(const struct tce_report *report, const struct tce_report_style *style)
{
	const struct tce_divergence *d = tce_replay_divergence(report->replay, 0);
	char text[TEXT_MAX];

	tce_divergence_text(d, text, sizeof(text));
	printf("%sDIVERGE%s  at line %s of %s: %s", paint(style, RED), paint(style, PLAIN),
	       count(d->line).text, count(report->stats.lines).text, text);
}

static void verdict_agree(const struct tce_report *report, const struct tce_report_style *style)
{
	printf("%sAGREE%s  %s IOMMU event%s, all as the model answers them", paint(style, GREEN),
	       paint(style, PLAIN), count(report->sum.events).text, plural(report->sum.events));
}

static void verdict(const struct tce_report *report, const struct tce_report_style *style)
{
	char tail[128];
	struct tce_words w;

	if (report->sum.diverged != 0)
		verdict_diverge(report, style);
	else
		verdict_agree(report, style);
	tce_words_init(&w, tail, sizeof(tail));
	if (report->stats.damaged != 0)
		tce_words_add(&w, "%s line%s unreadable, ", count(report->stats.damaged).text,
			      plural(report->stats.damaged));
	if (report->incomplete)
		tce_words_add(&w, "input cut short, ");
	if (report->sum.diverged == 0)
		tce_words_add(&w, "profile %s, ", report->sum.profile->name);
	add_findings(&w, report);
	printf("%s%s\n", report->sum.diverged != 0 ? "; " : "      ", tail);
}

/* --- divergences ----------------------------------------------------------------------------- */

static void divergence_window(const struct tce_replay_window *w)
{
	printf("  %8s  window %" PRIx64 " made: %" PRIx64 " .. %" PRIx64 ", %s pages, %s entries\n",
	       count(w->created).text, w->liobn, w->start, w->start + (w->size - 1),
	       size(UINT64_C(1) << w->page_shift).text, count(w->size >> w->page_shift).text);
}

static void divergence(const struct tce_report *report, const struct tce_divergence *d,
		       const struct tce_divergence *before)
{
	bool hcall = d->record.kind <= TCE_TRACE_XLATE;
	uint64_t ioba = d->record.ioba;
	char text[TEXT_MAX];

	if (d->has_window && d->window.size != 0 &&
	    (before == NULL || before->window.created != d->window.created))
		divergence_window(&d->window);
	tce_record_text(&d->record, text, sizeof(text));
	printf("> %8s  %s\n", count(d->line).text, text);
	tce_divergence_text(d, text, sizeof(text));
	if (before != NULL)
		printf("  %8s  %s\n", "", text);
	if (d->has_window && d->record.kind == TCE_TRACE_XLATE)
		ioba += d->window.start;
	if (hcall && d->has_window && d->window.size != 0 &&
	    ioba - d->window.start < d->window.size)
		printf("  %8s  entry %s of the window; its history: tce replay --ioba %" PRIx64
		       " %s\n",
		       "", count((ioba - d->window.start) >> d->window.page_shift).text, ioba,
		       report->argument);
}

static void divergences(const struct tce_report *report)
{
	const struct tce_divergence *d, *before = NULL;
	unsigned i;

	for (i = 0; i < SHOWN_DIVERGENCES; i++) {
		d = tce_replay_divergence(report->replay, i);
		if (d == NULL)
			break;
		divergence(report, d, before);
		before = d;
	}
	d = tce_replay_divergence(report->replay, 0);
	if (d == NULL)
		return;
	printf("  %8s  before it: %s event%s agreed", "", count(d->before).text, plural(d->before));
	if (report->sum.diverged > i)
		printf("; after these: %s more diverge", count(report->sum.diverged - i).text);
	printf("      profile %s\n", report->sum.profile->name);
}

/* --- the machine ----------------------------------------------------------------------------- */

static void page_sizes(uint32_t mask)
{
	uint64_t shifts = tce_ddw_page_shifts(mask);

	for (unsigned shift = 0; shift < 64; shift++)
		if (shifts >> shift & 1)
			printf(" %s", size(UINT64_C(1) << shift).text);
}

static void bridges(const struct tce_report *report)
{
	const struct tce_replay_phb *phb, *first = tce_replay_phb(report->replay, 0);
	unsigned n = report->sum.nr_phbs;

	printf("machine  pseries, ");
	if (n == 1)
		printf("1 host bridge (BUID %" PRIx64 ")", first->buid);
	else
		printf("%u host bridges", n);
	for (unsigned i = 0; (phb = tce_replay_phb(report->replay, i)) != NULL; i++) {
		if (!phb->page_mask_known)
			continue;
		printf(", IOMMU pages");
		page_sizes(phb->page_mask);
		break;
	}
	if (report->sum.nr_boots != 0)
		printf(", %u boot%s", report->sum.nr_boots, plural(report->sum.nr_boots));
	else
		printf(", no boot seen");
	if (report->sum.memory_plugged != 0)
		printf(", memory plugged %sx, unplugged %sx",
		       count(report->sum.memory_plugged).text,
		       count(report->sum.memory_unplugged).text);
	putchar('\n');
}

static const char *milestone_name(enum tce_milestone_kind kind)
{
	switch (kind) {
	case TCE_MILESTONE_START: return "machine starts, firmware";
	case TCE_MILESTONE_REBOOT: return "machine reset, firmware";
	case TCE_MILESTONE_OS: return "system";
	case TCE_MILESTONE_SAVE: return "machine saved";
	case TCE_MILESTONE_LOAD: return "saved machine loaded";
	case TCE_MILESTONE_PROCESS: return "another QEMU begins";
	}
	return "";
}

static void phases(const struct tce_report *report)
{
	const struct tce_milestone *m, *next;
	unsigned i;

	if (tce_replay_milestone(report->replay, 0) == NULL && report->sum.events != 0)
		printf("%*sthe recording begins in the middle: what windows held before is "
		       "unknown\n",
		       INDENT, "");
	for (i = 0; (m = tce_replay_milestone(report->replay, i)) != NULL && i < BOOTS_MAX; i++) {
		next = tce_replay_milestone(report->replay, i + 1);
		if (next != NULL)
			printf("%*slines %" PRIu64 "-%" PRIu64 "  %s\n", INDENT, "", m->line,
			       next->line - 1, milestone_name(m->kind));
		else
			printf("%*slines %" PRIu64 "-%s  %s\n", INDENT, "", m->line,
			       report->sum.aborted ? "abort" : "end", milestone_name(m->kind));
	}
	if (m != NULL)
		printf("%*sand %u more\n", INDENT, "", report->sum.nr_milestones - i);
}

/* --- windows --------------------------------------------------------------------------------- */

struct row {
	char range[48];
	char lines[48];
	char mapped[72];
};

static void fill_row(const struct tce_replay_window *w, struct row *row)
{
	if (w->size == 0)
		snprintf(row->range, sizeof(row->range), "not known");
	else
		snprintf(row->range, sizeof(row->range), "%" PRIx64 " .. %" PRIx64, w->start,
			 w->start + (w->size - 1));
	if (w->removed != 0)
		snprintf(row->lines, sizeof(row->lines), "%" PRIu64 "-%" PRIu64, w->created,
			 w->removed);
	else
		snprintf(row->lines, sizeof(row->lines), "%" PRIu64 "-end", w->created);
	snprintf(row->mapped, sizeof(row->mapped), "%s / %s", count(w->peak).text,
		 count(w->mapped).text);
}

static int width(int so_far, const char *text)
{
	return (int)strlen(text) > so_far ? (int)strlen(text) : so_far;
}

struct widths {
	int range, lines, puts, clears, dmas, mapped;
};

static struct widths column_widths(const struct tce_report *report)
{
	struct widths c = {9, 5, 4, 6, 3, 18};
	const struct tce_replay_window *w;
	struct row row;

	for (unsigned i = 0; i < ROWS_MAX && (w = tce_replay_window(report->replay, i)) != NULL;
	     i++) {
		fill_row(w, &row);
		c.range = width(c.range, row.range);
		c.lines = width(c.lines, row.lines);
		c.puts = width(c.puts, count(w->puts).text);
		c.clears = width(c.clears, count(w->stuffs).text);
		c.dmas = width(c.dmas, count(w->dmas).text);
		c.mapped = width(c.mapped, row.mapped);
	}
	return c;
}

/* What is special about a window, behind its row. */
static void remarks(const struct tce_replay_window *w)
{
	if (w->direct)
		printf("  direct: bus = %" PRIx64 " + RAM", w->start);
	if (w->faults != 0)
		printf("  %s DMA fault%s", count(w->faults).text, plural(w->faults));
	if (w->refused != 0)
		printf("  %s refused", count(w->refused).text);
	if (w->in_kernel)
		printf("  hypercalls answered by KVM, not in this log");
	if (w->from_before)
		printf("  older than the recording");
}

static void strip(const struct tce_replay_window *w)
{
	char cells[TCE_STRIP_CELLS + 1];

	for (unsigned i = 0; i < TCE_STRIP_CELLS; i++)
		cells[i] = w->strip[i] == 0 ? '.' : w->strip[i] < 128 ? '+' : '#';
	cells[TCE_STRIP_CELLS] = '\0';
	printf("%*s[%s]  %s of %s mapped\n", INDENT + 1, "", cells,
	       size(w->mapped << w->page_shift).text, size(w->size).text);
}

static void windows(const struct tce_report *report, const struct tce_report_style *style)
{
	const struct widths c = column_widths(report);
	const struct tce_replay_window *w;
	struct row row;
	unsigned i;

	if (tce_replay_window(report->replay, 0) == NULL)
		return;
	printf("\nLIOBN     %-*s  page  %-*s  %*s  %*s  %*s  %*s\n", c.range, "bus range", c.lines,
	       "lines", c.puts, "puts", c.clears, "clears", c.dmas, "DMA", c.mapped,
	       "mapped (peak / end)");
	for (i = 0; i < ROWS_MAX && (w = tce_replay_window(report->replay, i)) != NULL; i++) {
		fill_row(w, &row);
		printf("%-8" PRIx64 "  %-*s  %4s  %-*s  %*s  %*s  %*s  %*s", w->liobn, c.range,
		       row.range,
		       w->page_shift == 0 ? "?" : size(UINT64_C(1) << w->page_shift).text, c.lines,
		       row.lines, c.puts, count(w->puts).text, c.clears, count(w->stuffs).text,
		       c.dmas, count(w->dmas).text, c.mapped, row.mapped);
		remarks(w);
		putchar('\n');
		if (style->strip && w->mapped != 0)
			strip(w);
	}
	if (report->sum.nr_windows > i || report->sum.windows_dropped != 0)
		printf("and %s more windows\n",
		       count(report->sum.nr_windows - i + report->sum.windows_dropped).text);
}

/* --- findings -------------------------------------------------------------------------------- */

/* "lines 2342, 7084", "lines 1894, 1901, 1904, 1910 .. 4867 (2 511)" */
static void add_lines(struct tce_words *w, const struct tce_finding *f)
{
	tce_words_add(w, "line%s", plural(f->count));
	for (unsigned i = 0; i < f->nr_lines; i++)
		tce_words_add(w, "%s %" PRIu64, i == 0 ? "" : ",", f->lines[i]);
	if (f->count > f->nr_lines) {
		tce_words_add(w, " .. %" PRIu64 " (", f->last_line);
		tce_words_add_count(w, f->count);
		tce_words_add(w, ")");
	}
}

static void finding(const struct tce_finding *f, const struct tce_report_style *style)
{
	const struct tce_rule *rule = tce_rule(f->rule);
	char text[TEXT_MAX];
	char lines[160];
	struct tce_words w;
	int used;

	tce_words_init(&w, lines, sizeof(lines));
	add_lines(&w, f);
	printf("  %s%-7s%s ", paint(style, severity_colour(rule->severity)),
	       tce_severity_name(rule->severity), paint(style, PLAIN));
	used = 10 + printf("%s", rule->id);
	printf("%*s\n", (int)COLUMNS - used > (int)w.len + 2 ? (int)COLUMNS - used : (int)w.len + 2,
	       lines);
	tce_finding_text(f, text, sizeof(text));
	wrap(text);
}

static void findings(const struct tce_report *report, const struct tce_report_style *style)
{
	unsigned nr = tce_report_findings(report, true);
	const struct tce_finding *f;
	char text[64];
	struct tce_words w;

	if (nr == 0)
		return;
	tce_words_init(&w, text, sizeof(text));
	add_findings(&w, report);
	printf("\n%s\n", text);
	for (unsigned i = 0; (f = tce_replay_finding(report->replay, i)) != NULL; i++)
		if (!report->ignored[f->rule])
			finding(f, style);
	if (report->sum.findings_dropped != 0)
		printf("  and %s more of other kinds\n", count(report->sum.findings_dropped).text);
	f = tce_replay_finding(report->replay, 0);
	printf("%*stce explain RULE tells more, for example: tce explain %s\n", INDENT, "",
	       tce_rule(f->rule)->id);
}

static void complaints(const struct tce_report *report)
{
	if (report->stats.damaged == 0)
		return;
	printf("\n%s line%s of a known family could not be read\n",
	       count(report->stats.damaged).text, plural(report->stats.damaged));
	for (unsigned i = 0; i < report->complaints.nr; i++)
		printf("  line %" PRIu64 ": %s\n", report->complaints.at[i].line,
		       report->complaints.at[i].text);
	if (report->stats.damaged > report->complaints.nr)
		puts("  and more");
}

/* --- whole reports --------------------------------------------------------------------------- */

/* One of several inputs: its verdict, and where it is not clean what is wrong, a line each. */
static void render_brief(const struct tce_report *report, const struct tce_report_style *style)
{
	const struct tce_finding *f;
	char text[TEXT_MAX];

	printf("%s%s%s  %s: ", paint(style, report->sum.diverged != 0 ? RED : GREEN),
	       report->sum.diverged != 0 ? "DIVERGE" : "AGREE  ", paint(style, PLAIN),
	       report->name);
	if (report->sum.diverged != 0) {
		tce_divergence_text(tce_replay_divergence(report->replay, 0), text, sizeof(text));
		printf("line %" PRIu64 ": %s", tce_replay_divergence(report->replay, 0)->line,
		       text);
	} else {
		printf("%s events", count(report->sum.events).text);
	}
	if (report->stats.damaged != 0)
		printf(", %s line%s unreadable", count(report->stats.damaged).text,
		       plural(report->stats.damaged));
	putchar('\n');
	for (unsigned i = 0; (f = tce_replay_finding(report->replay, i)) != NULL; i++)
		if (!report->ignored[f->rule])
			printf("         %-7s %s, line %" PRIu64 "%s\n",
			       tce_severity_name(tce_rule(f->rule)->severity),
			       tce_rule(f->rule)->id, f->line, f->count > 1 ? " and more" : "");
}

void tce_render_text(const struct tce_report *report, const struct tce_report_style *style)
{
	if (style->several) {
		render_brief(report, style);
		return;
	}
	verdict(report, style);
	divergences(report);
	putchar('\n');
	bridges(report);
	phases(report);
	windows(report, style);
	complaints(report);
	findings(report, style);
	if (report->each != NULL && report->each[0] != '\0')
		printf("\nevery one of them\n%s", report->each);
	if (report->history != NULL)
		tce_history_render(report->history, report->replay);
}

void tce_render_text_total(const struct tce_report_total *total)
{
	printf("%u inputs: %u agree, %u diverge", total->nr_given, total->nr_agree,
	       total->nr - total->nr_agree);
	if (total->nr != total->nr_given)
		printf(", %u not read", total->nr_given - total->nr);
	printf("; %s events, %u finding%s\n", count(total->events).text, total->findings,
	       plural(total->findings));
}
