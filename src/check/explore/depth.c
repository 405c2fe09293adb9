/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Depth first to a bound: one actor, the store as the set of seen states with the depth at which
 * each was reached. A state reached again nearer to the start is looked at again: something behind
 * it may now be within the bound.
 */
#include <string.h>

#include "search.h"

#define TELL_EVERY 4096U /* transitions between two calls of the observer */

struct dive {
	struct tce_search *search;
	struct tce_actor *actor;
	uint16_t next[TCE_EXPLORE_DEPTH_MAX + 1]; /* letter to try at each depth */
	unsigned depth;
	uint64_t untold;
	bool ended;
};

static int note_catch(struct dive *dive, enum tce_rule_id rule)
{
	struct tce_search *search = dive->search;
	struct tce_catch *caught = &search->caught[rule];
	unsigned length = dive->depth + 1;

	if (caught->caught && caught->length <= length)
		return 0;
	tce_mem_free(&search->mem, caught->letters,
		     caught->letters_room * sizeof(*caught->letters));
	memset(caught, 0, sizeof(*caught));
	caught->letters = tce_mem_new(&search->mem, length * sizeof(*caught->letters));
	if (caught->letters == NULL)
		return -TCE_ERR_NOMEM;
	caught->letters_room = length;
	for (unsigned i = 0; i < length; i++)
		caught->letters[i] = (uint16_t)(dive->next[i] - 1);
	caught->caught = true;
	caught->length = length;
	caught->start = dive->actor->start;
	return 0;
}

/* A state that is new, or nearer than it was: go there. */
static int enter(struct dive *dive)
{
	struct tce_search *search = dive->search;
	struct tce_sighting sighting = {.rank = dive->depth + 1};
	uint64_t slot;
	int err = tce_actor_look(dive->actor, &sighting.fingerprint);

	if (err == 0)
		err = tce_store_reserve(&search->store, 1, NULL, NULL);
	if (err != 0)
		return err;
	sighting.stream = dive->actor->stream;
	sighting.size = dive->actor->stream_size;
	err = tce_store_put(&search->store, &sighting, &slot);
	if (err <= 0)
		return err;
	if (err == TCE_STORE_NEW) {
		search->sum.states++;
		search->sum.level[dive->depth + 1]++;
	}
	dive->depth++;
	dive->next[dive->depth] = 0;
	if (dive->depth > search->sum.depth)
		search->sum.depth = dive->depth;
	return tce_actor_keep(dive->actor, dive->depth, 0);
}

static void look_at_limits(struct dive *dive)
{
	struct tce_search *search = dive->search;

	if (search->opts.states != 0 && search->sum.states >= search->opts.states) {
		search->end = TCE_SEARCH_LIMIT;
		dive->ended = true;
	}
	if (++dive->untold < TELL_EVERY)
		return;
	dive->untold = 0;
	if (tce_search_tell(search, dive->depth, 0, 0)) {
		search->end = TCE_SEARCH_STOPPED;
		dive->ended = true;
	}
}

static int try(struct dive *dive, const struct tce_event *event)
{
	struct tce_move move;
	int err = tce_actor_step(dive->actor, event, &move);

	if (err != 0 || !move.possible)
		return err;
	dive->search->sum.transitions++;
	look_at_limits(dive);
	if (!move.broken)
		return enter(dive);
	dive->ended = dive->ended || !dive->search->opts.all_rules;
	dive->search->end = TCE_SEARCH_FOUND;
	return note_catch(dive, move.breach.rule);
}

/* The next letter of the deepest state; or up from it. *ret_up: nothing is left under the start. */
static int move_on(struct dive *dive, bool *ret_up)
{
	struct tce_actor *actor = dive->actor;
	int err;

	tce_actor_back(actor, dive->depth);
	err = tce_actor_letters(actor);
	if (err != 0)
		return err;
	if (dive->next[dive->depth] < actor->list->nr && dive->depth < dive->search->opts.depth)
		return try(dive, &actor->list->event[dive->next[dive->depth]++]);
	if (dive->next[dive->depth] < actor->list->nr)
		dive->search->end = TCE_SEARCH_BOUND;
	*ret_up = dive->depth == 0;
	dive->depth -= !*ret_up;
	return 0;
}

static int dive_from(struct dive *dive, unsigned start)
{
	bool up = false;
	int err = tce_actor_begin(dive->actor, start, start);

	dive->depth = 0;
	dive->next[0] = 0;
	while (err == 0 && !up && !dive->ended)
		err = move_on(dive, &up);
	return err;
}

int tce_search_depth(struct tce_search *search)
{
	struct dive dive = {.search = search, .actor = &search->actors[0]};
	int err = 0;

	search->end = TCE_SEARCH_DONE;
	dive.ended = tce_search_caught(search) && !search->opts.all_rules;
	for (unsigned i = 0; err == 0 && !dive.ended && i < search->opts.nr_starts; i++) {
		if (!search->starts[i].broken)
			err = dive_from(&dive, i);
	}
	return err;
}
