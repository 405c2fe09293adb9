/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stories made by a program: steps that own what they point to, with what came of each event as an
 * expectation, so that the story saved as a scenario is a regression test.
 */
#ifndef TCE_CHECK_EXPLORE_STORY_H
#define TCE_CHECK_EXPLORE_STORY_H

#include <tce/run.h>

#include "base/mem.h"
#include "base/vec.h"

#define TCE_DRAFT_EXPECTS 8U /* at most, of one step; more are not written */

struct tce_draft {
	const struct tce_mem *mem; /* the owner's */
	struct tce_story story;
	struct tce_step *steps;
	struct tce_expect (*expects)[TCE_DRAFT_EXPECTS];
	unsigned nr;
	unsigned room;
};

/* Empty, on a machine. */
void tce_draft_init(struct tce_draft *draft, const struct tce_mem *mem,
		    const struct tce_machine_opts *machine);
void tce_draft_fini(struct tce_draft *draft);

/* Append a copy of an event, without expectations. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_draft_add(struct tce_draft *draft, const struct tce_event *event);

/* Only the first nr steps stay. */
void tce_draft_cut(struct tce_draft *draft, unsigned nr);

/* Of a step: it goes as it went; it breaks a rule (once); this and nothing else. */
void tce_draft_expect_outcome(struct tce_draft *draft, unsigned at,
			      const struct tce_outcome *outcome);
void tce_draft_expect_rule(struct tce_draft *draft, unsigned at, enum tce_rule_id rule);
void tce_draft_expect_only(struct tce_draft *draft, unsigned at, const struct tce_expect *expect);

/* The story, valid until the next change. */
const struct tce_story *tce_draft_story(struct tce_draft *draft);

#endif
