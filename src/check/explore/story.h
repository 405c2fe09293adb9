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

#define TCE_DRAFT_EXPECTS 2U /* at most, of one step */

struct tce_draft {
	struct tce_mem mem;
	struct tce_story story;
	struct tce_step *steps;
	struct tce_expect (*expects)[TCE_DRAFT_EXPECTS];
	unsigned nr;
	unsigned room;
};

/* Empty, on a machine. */
void tce_draft_init(struct tce_draft *draft, const struct tce_alloc *alloc,
		    const struct tce_machine_opts *machine);
void tce_draft_fini(struct tce_draft *draft);

/* Append a copy of an event, without expectations. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_draft_add(struct tce_draft *draft, const struct tce_event *event);

/* Of the last step: it goes as it went; or it breaks a rule. */
void tce_draft_expect_outcome(struct tce_draft *draft, const struct tce_outcome *outcome);
void tce_draft_expect_rule(struct tce_draft *draft, enum tce_rule_id rule);

/* The story, valid until the next change. */
const struct tce_story *tce_draft_story(struct tce_draft *draft);

#endif
