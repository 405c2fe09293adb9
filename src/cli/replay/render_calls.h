/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the reports of recorded calls have in common, be they of the DMA API (render_ops.c) or of
 * VFIO (render_vfio.c): divergences, findings and damaged lines, for people and as JSON. Each of
 * the two shows its report through a view; what only one of them has, it renders itself.
 */
#ifndef TCE_CLI_RENDER_CALLS_H
#define TCE_CLI_RENDER_CALLS_H

#include <tce/check.h>

#include "render_bits.h"
#include "report.h"

#define TCE_CALLS_TEXT_MAX 512U

/* A place in the recording. */
struct tce_calls_place {
	const char *file; /* for JSON; NULL: not told */
	uint64_t line;
	char text[TCE_CALLS_TEXT_MAX]; /* for people */
};

/* A divergence or a finding; what only one of them has is marked with D or F. */
struct tce_calls_told {
	struct tce_calls_place at;
	uint64_t event;
	uint64_t n;            /* D: number of the call; UINT64_MAX: not a call */
	uint64_t trace_line;   /* D: 0: none */
	uint64_t recorded;     /* D */
	uint64_t model;        /* D */
	bool is_signed;        /* D: those two are int64_t */
	enum tce_rule_id rule; /* F */
	uint64_t count;        /* F */
	char text[TCE_CALLS_TEXT_MAX];
};

struct tce_calls_view {
	const void *report; /* for the functions below */
	const char *name;
	const bool *ignored; /* by rule */
	bool diverges;
	uint64_t diverged;
	uint64_t events;
	uint64_t damaged; /* lines */
	const struct tce_complaints *complaints;
	/* The i-th; false: there are not so many. */
	bool (*divergence)(const void *report, unsigned i, struct tce_calls_told *ret_told);
	bool (*finding)(const void *report, unsigned i, struct tce_calls_told *ret_told);
	/* A line of a file, by its number, as a place. */
	void (*place)(const void *report, unsigned file, uint64_t line,
		      struct tce_calls_place *ret_at);
};

/* Findings that are told, notes not counted. */
unsigned tce_calls_findings(const struct tce_calls_view *view);

/*
 * The first line: agreed, all that a report that agrees is said to be, or the first divergence;
 * then tail with the number of damaged lines and findings.
 */
void tce_calls_verdict(const struct tce_calls_view *view, const struct tce_report_style *style,
		       const char *agreed, const char *tail);
void tce_calls_print_divergences(const struct tce_calls_view *view);
void tce_calls_print_findings(const struct tce_calls_view *view);
void tce_calls_print_complaints(const struct tce_calls_view *view);

/* One of several inputs. */
void tce_calls_brief(const struct tce_calls_view *view, const struct tce_report_style *style);

/* The members before the numbers: schema, file (with_name), verdict, profile. */
void tce_calls_json_begin(struct json_object *o, const struct tce_calls_view *view, bool with_name,
			  const char *profile, bool guessed);

/* The members after them, windows (taken over) among them; printed, and o is given back. */
void tce_calls_json_end(struct json_object *o, const struct tce_calls_view *view,
			struct json_object *windows);

#endif
