/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What "tce replay" has about one input when it is read to its end, and the renderers of it. The
 * verdict comes first on stdout, so nothing is printed before everything is known.
 */
#ifndef TCE_CLI_REPORT_H
#define TCE_CLI_REPORT_H

#include <stdio.h>

#include <tce/check.h>

#define TCE_COMPLAINTS_MAX 5U

/* A line that could not be read. */
struct tce_complaint {
	uint64_t line;
	unsigned file; /* of a folder of them */
	char text[96];
};

/* The first few. */
struct tce_complaints {
	struct tce_complaint at[TCE_COMPLAINTS_MAX];
	unsigned nr;
};

struct tce_history; /* of one bus address, history.c */

struct tce_report {
	const char *name;
	const char *argument; /* as given on the command line */
	const struct tce_replay *replay;
	struct tce_replay_summary sum;
	struct tce_trace_stats stats;
	const bool *ignored; /* by rule: not to be told (-W no-RULE) */
	struct tce_complaints complaints;
	const struct tce_history *history; /* NULL: not asked for */
	char *each;      /* -v: every finding, one line each; NULL: not asked for */
	bool incomplete; /* the input ended in an error: the report is of what was read */
	bool has_facts;
};

struct tce_report_style {
	bool colour;
	bool strip;   /* draw how full windows are */
	bool several; /* one of several inputs: one line, and a few more where it is not clean */
};

/* Of several inputs. */
struct tce_report_total {
	unsigned nr_given;
	unsigned nr; /* of them were replayed */
	unsigned nr_agree;
	uint64_t events;
	unsigned findings;
};

/* Findings that are told, notes among them or not. */
unsigned tce_report_findings(const struct tce_report *report, bool notes);

void tce_render_text(const struct tce_report *report, const struct tce_report_style *style);
void tce_render_text_total(const struct tce_report_total *total);
void tce_render_json(const struct tce_report *report, bool with_name);

/* --- history.c: what happened to one bus address --------------------------------------------- */

struct tce_history *tce_history_new(uint64_t ioba);
void tce_history_free(struct tce_history *history);
void tce_history_add(void *history, const struct tce_replay_touch *touch); /* an observer */
void tce_history_render(const struct tce_history *history, const struct tce_replay *replay);

#endif
