/* SPDX-License-Identifier: BSD-2-Clause */
/* The report of a replay as one JSON object, schema "tce-replay-1": tce-replay(1). */
#include <json-c/json.h>
#include <stdlib.h>

#include "report.h"

#define TEXT_MAX 1024U

static void add_string(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void add_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static struct json_object *findings(const struct tce_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_finding *f;
	char text[TEXT_MAX];

	for (unsigned i = 0; (f = tce_replay_finding(report->replay, i)) != NULL; i++) {
		struct json_object *o;

		if (report->ignored[f->rule])
			continue;
		o = json_object_new_object();
		tce_finding_text(f, text, sizeof(text));
		add_string(o, "rule", tce_rule(f->rule)->id);
		add_number(o, "event", f->event);
		add_number(o, "line", f->line);
		add_string(o, "text", text);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *windows(const struct tce_report *report)
{
	struct json_object *list = json_object_new_array();
	const struct tce_replay_window *w;

	for (unsigned i = 0; (w = tce_replay_window(report->replay, i)) != NULL; i++) {
		struct json_object *o = json_object_new_object();

		add_number(o, "liobn", w->liobn);
		add_number(o, "start", w->start);
		add_number(o, "size", w->size);
		add_number(o, "page_shift", w->page_shift);
		add_number(o, "created", w->created);
		if (w->removed != 0)
			add_number(o, "removed", w->removed);
		else
			json_object_object_add(o, "removed", NULL);
		add_number(o, "puts", w->puts);
		add_number(o, "peak", w->peak);
		json_object_array_add(list, o);
	}
	return list;
}

static struct json_object *first_divergence(const struct tce_report *report)
{
	const struct tce_divergence *d = tce_replay_divergence(report->replay, 0);
	struct json_object *o;
	char text[TEXT_MAX];

	if (d == NULL)
		return NULL;
	o = json_object_new_object();
	tce_divergence_text(d, text, sizeof(text));
	add_number(o, "event", d->event);
	add_number(o, "line", d->line);
	add_string(o, "name", tce_trace_event_name(&d->record));
	json_object_object_add(o, "recorded", json_object_new_int64((int64_t)d->recorded));
	json_object_object_add(o, "model", json_object_new_int64((int64_t)d->model));
	add_string(o, "text", text);
	return o;
}

void tce_render_json(const struct tce_report *report, bool with_name)
{
	struct json_object *o = json_object_new_object();

	add_string(o, "schema", "tce-replay-1");
	if (with_name)
		add_string(o, "file", report->name);
	add_string(o, "verdict", report->sum.diverged == 0 ? "agree" : "diverge");
	add_string(o, "profile", report->sum.profile->name);
	add_number(o, "lines", report->stats.lines);
	add_number(o, "events", report->sum.events);
	add_number(o, "agreed", report->sum.agreed);
	add_number(o, "diverged", report->sum.diverged);
	add_number(o, "unknown", report->stats.damaged);
	add_number(o, "skipped", report->stats.lines - report->sum.events - report->stats.damaged);
	json_object_object_add(o, "findings", findings(report));
	json_object_object_add(o, "windows", windows(report));
	json_object_object_add(o, "first_divergence", first_divergence(report));
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN |
						       JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
}
