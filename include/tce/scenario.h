/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/scenario.h - stories as text: one line, one event, "verb key=value ... -> expectation". The
 * language is specified in tce-scenario(5); hand-written stories, shrunk counterexamples and
 * excerpts of recordings are all written in it.
 *
 * Life: tce_scenario_parse -> tce_scenario_story, tce_run ... -> tce_scenario_free. What a scenario
 * gives out is valid until it is freed. Threads: immutable after parse.
 */
#ifndef TCE_SCENARIO_H
#define TCE_SCENARIO_H

#include <tce/run.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TCE_SCENARIO_STEPS_MAX (1U << 20)
#define TCE_SCENARIO_BYTES_MAX (64U << 20)

struct tce_scenario;

/* Why a text is no scenario. */
struct tce_scenario_error {
	unsigned line;    /* from 1 */
	unsigned column;  /* from 1, in bytes */
	char text[192];   /* one clause */
	char nearest[48]; /* the known word that may have been meant; "" : none */
};

/* What the caller sets against what the text says. */
struct tce_scenario_overrides {
	const char *kernel;                  /* of every boot line, "6.14"; NULL: as written */
	const char *profile;                 /* of the machine line; NULL: as written */
	struct tce_defects defects;          /* added to every boot and kexec line */
	struct tce_defects without;          /* taken out of every one */
	const struct tce_papr_profile *papr; /* used instead when not NULL: an embedder's own */
};

/*
 * n bytes of text. 0; -TCE_ERR_FORMAT: *ret_error says where and what (line 0: the overrides);
 * -TCE_ERR_LIMIT; -TCE_ERR_NOMEM. alloc and overrides may be NULL. A kernel version that is not
 * known is taken as the nearest older one: tce_scenario_remark.
 */
TCE_MUST_USE int tce_scenario_parse(const struct tce_alloc *alloc, const char *text, size_t n,
				    const struct tce_scenario_overrides *overrides,
				    struct tce_scenario **ret_scenario,
				    struct tce_scenario_error *ret_error);
void tce_scenario_free(struct tce_scenario *scenario);

/* What it says: borrowed. */
const struct tce_story *tce_scenario_story(const struct tce_scenario *scenario);

/* How the text calls its objects; ctx points into the scenario. */
struct tce_names tce_scenario_names(const struct tce_scenario *scenario);

/* The i-th remark on what was assumed, one sentence; NULL past the last. */
const char *tce_scenario_remark(const struct tce_scenario *scenario, unsigned i);

/* Takes text on its way out: n bytes, not terminated. Non-zero stops. */
typedef int tce_text_fn(void *ctx, const char *text, size_t n);

/*
 * Write a story as text that parses to the same machine, events and expectations. alloc and names
 * may be NULL. 0; -TCE_ERR_IO put stopped; -TCE_ERR_INVAL an event that no text can say (out of
 * range); -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_scenario_write(const struct tce_alloc *alloc, const struct tce_story *story,
				    const struct tce_names *names, tce_text_fn *put, void *ctx);

/* One event as a statement, without line end and without expectations. Returns as write. */
TCE_MUST_USE int tce_event_write(const struct tce_event *event, const struct tce_names *names,
				 tce_text_fn *put, void *ctx);

/* What came of an event in the words of expectations: "refused H_PARAMETER". Returns as write. */
TCE_MUST_USE int tce_outcome_write(const struct tce_event *event, const struct tce_outcome *outcome,
				   tce_text_fn *put, void *ctx);

/*
 * Small machines to explore (tce/explore.h): the i-th variant of "pseries" or "powernv" as a
 * scenario that ends with a running kernel. Static; NULL: there is no such machine, or past its
 * last variant.
 */
const char *tce_scenario_builtin(const char *name, unsigned i);

#ifdef __cplusplus
}
#endif
#endif
