/* SPDX-License-Identifier: BSD-2-Clause */
/* Playing a story with all rules held after every event, as tce_run does, whatever is expected. */
#ifndef TCE_CHECK_EXPLORE_PLAYER_H
#define TCE_CHECK_EXPLORE_PLAYER_H

#include "story.h"

/* {0} but for the machine, which is its owner's. */
struct tce_player {
	struct tce_machine *machine;
	struct tce_breach before[TCE_BREACHES_MAX]; /* that hold now */
	unsigned nr_before;
	struct tce_breach fresh[TCE_BREACHES_MAX]; /* that the last event brought */
	unsigned nr_fresh;
	struct tce_outcome outcome;
};

/* An error is the machine's: nothing happened. */
TCE_MUST_USE int tce_player_step(struct tce_player *player, const struct tce_event *event);

/* Did the last event break that rule? */
bool tce_player_broke(const struct tce_player *player, enum tce_rule_id rule);

/*
 * Play a draft; of every step from that one on, expect what comes of it: each rule that breaks, of
 * the last step first the given one; where none does, the outcome. The story passes then.
 */
TCE_MUST_USE int tce_player_tell(const struct tce_alloc *alloc, struct tce_draft *draft,
				 unsigned from, enum tce_rule_id rule);

#endif
