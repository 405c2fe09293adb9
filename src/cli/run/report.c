/* SPDX-License-Identifier: BSD-2-Clause */
/* tce run: what happened, kept while it happens, and told. */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>

#include "format/scenario/expect.h"
#include "machine/event_table.h"

/*
 * --- words into a buffer -----------------------------------------------------------------------
 */

struct buffer {
	char *text;
	size_t n; /* bytes so far */
};

/* Cut at TCE_RUN_TEXT, always terminated. */
static int put(void *ctx, const char *text, size_t n)
{
	struct buffer *buffer = ctx;
	size_t room = TCE_RUN_TEXT - 1 - buffer->n;
	size_t fits = n < room ? n : room;

	memcpy(buffer->text + buffer->n, text, fits);
	buffer->n += fits;
	buffer->text[buffer->n] = '\0';
	return 0;
}

static void put_text(struct buffer *buffer, const char *text)
{
	(void)put(buffer, text, strlen(text));
}

/* An event and its outcome; events that no text can say get their verb. */
static void describe(const struct tce_run_report *report, const struct tce_event *event,
		     const struct tce_outcome *outcome, char ret_text[TCE_RUN_TEXT])
{
	struct buffer buffer = {ret_text, 0};

	ret_text[0] = '\0';
	if (tce_event_write(event, &report->names, put, &buffer) != 0)
		put_text(&buffer, tce_event_verb(event->kind));
	if (buffer.n > TCE_RUN_TEXT - 160) { /* long lists: room for the outcome */
		buffer.n = TCE_RUN_TEXT - 160;
		put_text(&buffer, "...");
	}
	put_text(&buffer, "  -> ");
	if (tce_outcome_write(event, outcome, put, &buffer) != 0)
		put_text(&buffer, "?");
}

/*
 * --- keeping -----------------------------------------------------------------------------------
 */

void tce_run_report_init(struct tce_run_report *report, const char *file,
			 const struct tce_scenario *scenario)
{
	memset(report, 0, sizeof(*report));
	report->file = file;
	report->scenario = scenario;
	report->names = tce_scenario_names(scenario);
}

static struct tce_run_seen *seen_of(struct tce_run_report *report, unsigned step)
{
	struct tce_run_seen *seen = &report->seen[step % (TCE_RUN_STEPS + 1)];

	if (seen->step != step || (step == 0 && seen->text[0] == '\0' && seen->nr_calls == 0)) {
		memset(seen, 0, sizeof(*seen));
		seen->step = step;
	}
	return seen;
}

static uint64_t liobn_of(const struct tce_event *event)
{
	if (event->kind == TCE_EV_H_PUT_TCE_INDIRECT)
		return event->u.h_indirect.liobn;
	return event->kind >= TCE_EV_H_PUT_TCE && event->kind <= TCE_EV_H_STUFF_TCE
		       ? event->u.h_tce.liobn
		       : 0;
}

/* Only TCE calls and stores come in such numbers that they are told in groups. */
static bool is_bulk(enum tce_event_kind kind)
{
	return (kind >= TCE_EV_H_PUT_TCE && kind <= TCE_EV_H_STUFF_TCE) || kind == TCE_EV_TCE_STORE;
}

static void keep_call(struct tce_run_report *report, struct tce_run_seen *seen,
		      const struct tce_event *event, const struct tce_outcome *outcome)
{
	struct tce_run_group *last =
		seen->nr_groups == 0 ? NULL : &seen->group[seen->nr_groups - 1];
	bool ok = tce_outcome_ok(event->kind, outcome);

	seen->nr_calls++;
	report->nr_calls++;
	if (last == NULL || !is_bulk(event->kind) || last->kind != event->kind || last->ok != ok ||
	    last->liobn != liobn_of(event)) {
		if (seen->nr_groups == TCE_RUN_CALLS) /* the first ones and the latest are kept */
			memmove(&seen->group[TCE_RUN_CALLS / 2],
				&seen->group[TCE_RUN_CALLS / 2 + 1],
				(TCE_RUN_CALLS / 2 - 1) * sizeof(seen->group[0]));
		else
			seen->nr_groups++;
		last = &seen->group[seen->nr_groups - 1];
		memset(last, 0, sizeof(*last));
		last->kind = event->kind;
		last->liobn = liobn_of(event);
		last->ok = ok;
		describe(report, event, outcome, last->first);
	}
	last->nr++;
	if (last->nr > 1)
		describe(report, event, outcome, last->last);
}

static void print_groups(const struct tce_run_seen *seen, const char *indent)
{
	uint64_t shown = 0;

	for (unsigned i = 0; i < seen->nr_groups; i++) {
		const struct tce_run_group *group = &seen->group[i];

		printf("%s| %s\n", indent, group->first);
		if (group->nr > 2)
			printf("%s|   ... %" PRIu64 " more like it, the last:\n", indent,
			       group->nr - 2);
		if (group->nr > 1)
			printf("%s| %s\n", indent, group->last);
		shown += group->nr;
	}
	if (shown < seen->nr_calls)
		printf("%s|   (%" PRIu64 " more calls in between are not shown)\n", indent,
		       seen->nr_calls - shown);
}

static void saw(void *ctx, unsigned step, unsigned depth, const struct tce_event *event,
		const struct tce_outcome *outcome)
{
	struct tce_run_report *report = ctx;
	struct tce_run_seen *seen = seen_of(report, step);
	char text[TCE_RUN_TEXT];

	if (depth > 0) {
		keep_call(report, seen, event, outcome);
		if (report->verbose > 1) {
			describe(report, event, outcome, text);
			printf("        | %s\n", text);
		}
		return;
	}
	seen->done = true;
	describe(report, event, outcome, seen->text);
	if (report->verbose > 0)
		printf("%5u  %s\n", tce_scenario_story(report->scenario)->steps[step].line,
		       seen->text);
	if (report->verbose == 1)
		print_groups(seen, "       ");
}

static void checked(void *ctx, unsigned step, const struct tce_machine *machine,
		    const struct tce_breach *breaches, unsigned nr_breaches)
{
	struct tce_run_report *report = ctx;
	char text[TCE_RUN_TEXT];

	(void)step;
	tce_run_linux_text(machine, &report->names, report->linux_side);
	for (unsigned i = 0; i < nr_breaches && report->verbose > 0; i++) {
		tce_breach_text(&breaches[i], &report->names, text, sizeof(text));
		printf("       ! %s: %s\n", tce_rule(breaches[i].rule)->id, text);
	}
}

struct tce_run_observer tce_run_report_observer(struct tce_run_report *report)
{
	struct tce_run_observer observer = {.ctx = report, .event = saw, .checked = checked};

	return observer;
}

/*
 * --- for both forms ----------------------------------------------------------------------------
 */

void tce_run_expected(const struct tce_run_report *report, char ret_text[TCE_RUN_TEXT])
{
	const struct tce_run_result *result = &report->result;
	struct buffer buffer = {ret_text, 0};
	struct tce_out out = {put, &buffer, 0};

	ret_text[0] = '\0';
	if (result->verdict == TCE_RUN_UNEXPECTED)
		tce_expect_write(&result->expect, &out);
	else if (result->verdict == TCE_RUN_BROKEN)
		put_text(&buffer, "no rule broken");
	else
		put_text(&buffer, "an event that the machine takes");
}

void tce_run_got(const struct tce_run_report *report, char ret_text[TCE_RUN_TEXT])
{
	const struct tce_run_result *result = &report->result;
	const struct tce_step *step = &tce_scenario_story(report->scenario)->steps[result->step];
	struct buffer buffer = {ret_text, 0};

	ret_text[0] = '\0';
	if (result->verdict == TCE_RUN_IMPOSSIBLE) {
		put_text(&buffer, tce_strerror(result->err));
		if (result->abort != TCE_ABORT_NOT) {
			put_text(&buffer, ": ");
			put_text(&buffer, tce_abort_text(result->abort));
		}
	} else if (result->verdict == TCE_RUN_BROKEN) {
		tce_breach_text(&result->breach, &report->names, ret_text, TCE_RUN_TEXT);
	} else if (tce_outcome_write(&step->event, &result->outcome, put, &buffer) != 0) {
		put_text(&buffer, "?");
	}
}

/*
 * --- text --------------------------------------------------------------------------------------
 */

static const char *paint(const struct tce_run_report *report, const char *code)
{
	return report->colour ? code : "";
}

/* "pseries, papr-strict, kernel 6.14" */
static void print_machine(const struct tce_story *story)
{
	const struct tce_machine_opts *opts = &story->machine;
	struct tce_kernel kernel;

	if (opts->platform == TCE_PSERIES)
		printf("pseries, %s", opts->papr->name);
	else
		printf("powernv, %s", opts->ioda_profile == NULL ? "hardware" : opts->ioda_profile);
	for (unsigned i = 0; i < story->nr_steps; i++) {
		if (story->steps[i].event.kind == TCE_EV_BOOT &&
		    tce_kernel_at(story->steps[i].event.u.boot.kernel, &kernel) == 0) {
			printf(", kernel %s", kernel.name);
			break;
		}
	}
}

static void print_broken(const struct tce_run_report *report)
{
	bool any = false;

	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if ((report->result.broken_rules >> i & 1) == 0)
			continue;
		printf("%s%s",
		       any ? ", " : "; as expected, broken: ", tce_rule((enum tce_rule_id)i)->id);
		any = true;
	}
}

static void print_pass(const struct tce_run_report *report)
{
	printf("%sPASS%s  %s  %u events, %" PRIu64 " calls", paint(report, "\033[1;32m"),
	       paint(report, "\033[0m"), report->file, report->result.nr_events, report->nr_calls);
	print_broken(report);
	printf("  (");
	print_machine(tce_scenario_story(report->scenario));
	puts(")");
}

/* The steps that led to it, with what they came to. */
static void print_before(const struct tce_run_report *report)
{
	unsigned step = report->result.step;
	unsigned first = step < TCE_RUN_STEPS ? 0 : step - TCE_RUN_STEPS;

	for (unsigned i = first; i < step; i++)
		printf("  %5u  %s\n", tce_scenario_story(report->scenario)->steps[i].line,
		       report->seen[i % (TCE_RUN_STEPS + 1)].text);
}

static void print_lines(const char *text, const char *indent)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		printf("%s%.*s\n", n == 0 ? "" : indent, (int)n, text);
		text += n + (text[n] == '\n');
	}
}

static void print_failing(const struct tce_run_report *report)
{
	unsigned step = report->result.step;
	const struct tce_run_seen *seen = &report->seen[step % (TCE_RUN_STEPS + 1)];
	const struct tce_step *told = &tce_scenario_story(report->scenario)->steps[step];
	bool is_seen = seen->step == step && seen->done;

	printf("> %5u  %s\n", told->line, is_seen ? seen->text : told->text);
	if (is_seen && seen->nr_calls != 0) {
		printf("         to the %s:\n",
		       tce_scenario_story(report->scenario)->machine.platform == TCE_PSERIES
			       ? "hypervisor"
			       : "firmware and bridges");
		print_groups(seen, "         ");
	}
	if (is_seen && report->linux_side[0] != '\0') {
		printf("         Linux:\n");
		print_lines(report->linux_side, "         | ");
	}
}

/* What the rule is about, and where to read on. */
static void print_rule(const struct tce_rule *rule)
{
	printf("  rule %s: %s\n  can be broken by: %s\n\n", rule->id, rule->holds, rule->breaks);
	print_lines(rule->story, "    ");
	printf("\n  tce explain %s tells where it is from, and which bugs broke it\n", rule->id);
}

/* A statement on one line: what lines its columns up in the file is one blank here. */
static void print_statement(const char *text)
{
	bool quoted = false;

	for (; *text != '\0'; text++) {
		quoted ^= *text == '"';
		if (quoted || *text != ' ' || text[1] != ' ')
			putchar(*text);
	}
}

static void print_fail(const struct tce_run_report *report)
{
	const struct tce_run_result *result = &report->result;
	const struct tce_step *step = &tce_scenario_story(report->scenario)->steps[result->step];
	char expected[TCE_RUN_TEXT];
	char got[TCE_RUN_TEXT];

	tce_run_expected(report, expected);
	tce_run_got(report, got);
	printf("%sFAIL%s  %s:%u: ", paint(report, "\033[1;31m"), paint(report, "\033[0m"),
	       report->file, step->line);
	print_statement(step->text);
	if (result->verdict == TCE_RUN_BROKEN)
		printf("    rule %s\n  %s\n", tce_rule(result->breach.rule)->id, got);
	else
		printf("\n  expected %s, got %s\n", expected, got);
	putchar('\n');
	print_before(report);
	print_failing(report);
	putchar('\n');
	if (result->verdict == TCE_RUN_BROKEN)
		print_rule(tce_rule(result->breach.rule));
	else if (result->verdict == TCE_RUN_UNEXPECTED && result->expect.kind == TCE_EXPECT_RULE)
		print_rule(tce_rule((enum tce_rule_id)result->expect.value));
	printf("  machine: ");
	print_machine(tce_scenario_story(report->scenario));
	putchar('\n');
}

void tce_run_report_text(const struct tce_run_report *report)
{
	if (report->result.verdict == TCE_RUN_PASS)
		print_pass(report);
	else
		print_fail(report);
}
