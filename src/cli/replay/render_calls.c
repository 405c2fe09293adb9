/* SPDX-License-Identifier: BSD-2-Clause */
/* Divergences, findings and damaged lines of recorded calls. See render_calls.h. */
#include "render_calls.h"

#include <inttypes.h>
#include <stdio.h>

#include "check/words.h"

#define SHOWN_DIVERGENCES 5U

/* The next finding from *i on that is not ignored. */
static bool next_finding(const struct tce_calls_view *view, unsigned *i,
			 struct tce_calls_told *ret_told)
{
	while (view->finding(view->report, (*i)++, ret_told)) {
		if (!view->ignored[ret_told->rule])
			return true;
	}
	return false;
}

unsigned tce_calls_findings(const struct tce_calls_view *view)
{
	struct tce_calls_told told;
	unsigned n = 0;

	for (unsigned i = 0; next_finding(view, &i, &told);)
		n += tce_rule(told.rule)->severity != TCE_SEVERITY_NOTE;
	return n;
}

/* --- for people --------------------------------------------------------------------------- */

static void add_outcome(struct tce_words *w, const struct tce_calls_view *view)
{
	unsigned findings = tce_calls_findings(view);

	if (view->damaged != 0)
		tce_words_add(w, ", %" PRIu64 " line%s unreadable", view->damaged,
			      tce_plural(view->damaged));
	if (findings != 0)
		tce_words_add(w, ", %u finding%s", findings, tce_plural(findings));
	else
		tce_words_add(w, ", no findings");
}

void tce_calls_verdict(const struct tce_calls_view *view, const struct tce_report_style *style,
		       const char *agreed, const char *tail)
{
	const char *plain = style->colour ? TCE_PLAIN : "";
	struct tce_calls_told told;
	struct tce_words w;
	char text[240];

	tce_words_init(&w, text, sizeof(text));
	tce_words_add(&w, "%s", tail);
	add_outcome(&w, view);
	if (view->diverges && view->divergence(view->report, 0, &told))
		printf("%sDIVERGE%s  at %s: %s; %s\n", style->colour ? TCE_RED : "", plain,
		       told.at.text, told.text, text);
	else
		printf("%sAGREE%s  %s %s      %s\n", style->colour ? TCE_GREEN : "", plain,
		       tce_number_count(view->events).text, agreed, text);
}

void tce_calls_print_divergences(const struct tce_calls_view *view)
{
	struct tce_calls_told told;

	for (unsigned i = 0; i < SHOWN_DIVERGENCES; i++) {
		if (!view->divergence(view->report, i, &told))
			return;
		printf("> %s", told.at.text);
		if (told.n != UINT64_MAX)
			printf(", call %" PRIu64, told.n);
		if (told.trace_line != 0)
			printf(", trace line %" PRIu64, told.trace_line);
		printf(": %s\n", told.text);
	}
	if (view->diverged > SHOWN_DIVERGENCES)
		printf("  and %s more\n",
		       tce_number_count(view->diverged - SHOWN_DIVERGENCES).text);
}

void tce_calls_print_findings(const struct tce_calls_view *view)
{
	unsigned nr = tce_calls_findings(view);
	struct tce_calls_told told;

	if (nr == 0)
		return;
	printf("\n%u finding%s\n", nr, tce_plural(nr));
	for (unsigned i = 0; next_finding(view, &i, &told);) {
		const struct tce_rule *rule = tce_rule(told.rule);

		printf("  %-7s %-16s %s%s\n          %s\n", tce_severity_name(rule->severity),
		       rule->id, told.count > 1 ? "first at " : "", told.at.text, told.text);
		printf("          tce explain %s\n", rule->id);
	}
}

void tce_calls_print_complaints(const struct tce_calls_view *view)
{
	struct tce_calls_place at;

	if (view->damaged == 0)
		return;
	printf("\n%s line%s could not be read\n", tce_number_count(view->damaged).text,
	       tce_plural(view->damaged));
	for (unsigned i = 0; i < view->complaints->nr; i++) {
		const struct tce_complaint *complaint = &view->complaints->at[i];

		view->place(view->report, complaint->file, complaint->line, &at);
		printf("  %s %s\n", at.text, complaint->text);
	}
}

void tce_calls_brief(const struct tce_calls_view *view, const struct tce_report_style *style)
{
	struct tce_calls_told told;

	printf("%s%s%s  %s: ", style->colour ? (view->diverges ? TCE_RED : TCE_GREEN) : "",
	       view->diverges ? "DIVERGE" : "AGREE  ", style->colour ? TCE_PLAIN : "", view->name);
	if (view->diverges && view->divergence(view->report, 0, &told))
		printf("%s: %s\n", told.at.text, told.text);
	else
		printf("%s events\n", tce_number_count(view->events).text);
	for (unsigned i = 0; next_finding(view, &i, &told);)
		printf("         %-7s %s, %s%s\n", tce_severity_name(tce_rule(told.rule)->severity),
		       tce_rule(told.rule)->id, told.at.text, told.count > 1 ? " and more" : "");
}

/* --- JSON --------------------------------------------------------------------------------- */

static void add_place(struct json_object *o, const struct tce_calls_told *told)
{
	tce_json_number(o, "event", told->event);
	if (told->at.file != NULL)
		tce_json_string(o, "file", told->at.file);
	tce_json_number(o, "line", told->at.line);
}

static struct json_object *json_findings(const struct tce_calls_view *view)
{
	struct json_object *list = json_object_new_array();
	struct tce_calls_told told;

	for (unsigned i = 0; next_finding(view, &i, &told);) {
		struct json_object *o = json_object_new_object();

		tce_json_string(o, "rule", tce_rule(told.rule)->id);
		add_place(o, &told);
		tce_json_string(o, "text", told.text);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *number(const struct tce_calls_told *told, uint64_t value)
{
	return told->is_signed ? json_object_new_int64((int64_t)value)
			       : json_object_new_uint64(value);
}

static struct json_object *json_divergence(const struct tce_calls_view *view)
{
	struct tce_calls_told told;
	struct json_object *o;

	if (!view->divergence(view->report, 0, &told))
		return NULL;
	o = json_object_new_object();
	add_place(o, &told);
	if (told.n != UINT64_MAX)
		tce_json_number(o, "call", told.n);
	json_object_object_add(o, "recorded", number(&told, told.recorded));
	json_object_object_add(o, "model", number(&told, told.model));
	tce_json_string(o, "text", told.text);
	return o;
}

void tce_calls_json_begin(struct json_object *o, const struct tce_calls_view *view, bool with_name,
			  const char *profile, bool guessed)
{
	tce_json_string(o, "schema", "tce-replay-1");
	if (with_name)
		tce_json_string(o, "file", view->name);
	tce_json_string(o, "verdict", view->diverges ? "diverge" : "agree");
	tce_json_string(o, "profile", profile);
	json_object_object_add(o, "profile_guessed", json_object_new_boolean(guessed));
}

void tce_calls_json_end(struct json_object *o, const struct tce_calls_view *view,
			struct json_object *windows)
{
	json_object_object_add(o, "findings", json_findings(view));
	json_object_object_add(o, "windows", windows);
	json_object_object_add(o, "first_divergence", json_divergence(view));
	tce_json_print(o);
}
