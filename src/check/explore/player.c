/* SPDX-License-Identifier: BSD-2-Clause */
/* Stories played for what comes of them. */
#include "player.h"

#include <string.h>

#include "check/live.h"

static bool held_before(const struct tce_player *player, const struct tce_breach *breach)
{
	for (unsigned i = 0; i < player->nr_before; i++) {
		if (tce_breach_same(&player->before[i], breach))
			return true;
	}
	return false;
}

int tce_player_step(struct tce_player *player, const struct tce_event *event)
{
	struct tce_breach now[TCE_BREACHES_MAX];
	unsigned nr;
	int err = tce_machine_step(player->machine, event, &player->outcome);

	if (err != 0)
		return err;
	nr = tce_check_machine(player->machine, event, &player->outcome, now, TCE_BREACHES_MAX);
	if (nr > TCE_BREACHES_MAX)
		nr = TCE_BREACHES_MAX;
	player->nr_fresh = 0;
	for (unsigned i = 0; i < nr; i++) {
		if (!held_before(player, &now[i]))
			player->fresh[player->nr_fresh++] = now[i];
	}
	memcpy(player->before, now, nr * sizeof(now[0]));
	player->nr_before = nr;
	return 0;
}

bool tce_player_broke(const struct tce_player *player, enum tce_rule_id rule)
{
	for (unsigned i = 0; i < player->nr_fresh; i++) {
		if (player->fresh[i].rule == rule)
			return true;
	}
	return false;
}

static void tell_step(const struct tce_player *player, struct tce_draft *draft, unsigned at,
		      enum tce_rule_id rule)
{
	if (player->nr_fresh == 0)
		tce_draft_expect_outcome(draft, at, &player->outcome);
	if (at + 1 == draft->nr && tce_player_broke(player, rule))
		tce_draft_expect_rule(draft, at, rule);
	for (unsigned i = 0; i < player->nr_fresh; i++)
		tce_draft_expect_rule(draft, at, player->fresh[i].rule);
}

int tce_player_tell(const struct tce_alloc *alloc, struct tce_draft *draft, unsigned from,
		    enum tce_rule_id rule)
{
	struct tce_player player = {0};
	int err = tce_live_machine(alloc, &draft->story.machine, &player.machine);

	for (unsigned i = 0; err == 0 && i < draft->nr; i++) {
		err = tce_player_step(&player, &draft->steps[i].event);
		if (err == 0 && i >= from)
			tell_step(&player, draft, i, rule);
	}
	tce_machine_free(player.machine);
	return err;
}
