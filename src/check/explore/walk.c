/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random walks: for machines whose states are too many. Walk number n of a seed is always the same
 * walk, whoever makes it; of several that end in a breach the one with the smallest number counts.
 */
#include "base/hash.h"
#include "search.h"

#define ROUND 256U /* walks between two looks at the limits */

struct stroll {
	struct tce_search *search;
	uint64_t end;
	_Atomic uint64_t next;
};

/* A walk's choices. */
struct chance {
	uint64_t seed;
	uint64_t drawn;
};

static struct chance chance_of(const struct tce_search *search, uint64_t walk)
{
	struct chance chance = {tce_hash_u64(search->opts.seed, walk), 0};

	return chance;
}

static unsigned draw(struct chance *chance, unsigned below)
{
	return (unsigned)(tce_hash_u64(chance->seed, chance->drawn++) % below);
}

/* One step that is possible. *ret_letter: which; TCE_LETTERS_MAX: there is none. */
static int step(struct tce_actor *actor, struct chance *chance, struct tce_move *move,
		unsigned *ret_letter)
{
	int err = tce_actor_letters(actor);

	*ret_letter = TCE_LETTERS_MAX;
	for (unsigned tries = 0; err == 0 && tries < 64 && actor->list->nr != 0; tries++) {
		unsigned letter = draw(chance, actor->list->nr);

		err = tce_actor_step(actor, &actor->list->event[letter], move);
		if (err == 0 && move->possible) {
			*ret_letter = letter;
			break;
		}
	}
	return err;
}

static int see(struct tce_search *search, struct tce_actor *actor)
{
	struct tce_sighting sighting = {.rank = 0};
	uint64_t slot;
	int err = tce_actor_look(actor, &sighting.fingerprint);

	if (err != 0)
		return err;
	sighting.stream = actor->stream;
	sighting.size = actor->stream_size;
	err = tce_store_put(&search->store, &sighting, &slot);
	if (err == TCE_STORE_NEW)
		return tce_actor_note(actor, slot);
	return err < 0 ? err : 0;
}

static unsigned start_of(const struct tce_search *search, struct chance *chance)
{
	return draw(chance, search->opts.nr_starts);
}

static int walk(struct tce_search *search, struct tce_actor *actor, uint64_t number)
{
	struct chance chance = chance_of(search, number);
	unsigned start = start_of(search, &chance);
	struct tce_move move = {0};
	unsigned letter;
	int err;

	if (search->starts[start].broken)
		return 0;
	err = tce_actor_begin(actor, start, start);
	for (unsigned i = 0; err == 0 && i < search->opts.depth; i++) {
		err = step(actor, &chance, &move, &letter);
		if (err != 0 || letter == TCE_LETTERS_MAX)
			return err;
		actor->transitions++;
		if (move.broken) {
			tce_actor_note_breach(actor, move.breach.rule, number);
			return 0;
		}
		err = see(search, actor);
	}
	return err;
}

static void work(void *ctx, struct tce_actor *actor)
{
	struct stroll *stroll = ctx;

	while (actor->err == 0) {
		uint64_t number = atomic_fetch_add_explicit(&stroll->next, 1, memory_order_relaxed);

		if (number >= stroll->end)
			return;
		actor->err = walk(stroll->search, actor, number);
	}
}

/* The same walk again, to know its letters. */
static int remember(struct tce_search *search, enum tce_rule_id rule, uint64_t number)
{
	struct tce_actor *actor = &search->actors[0];
	struct tce_catch *caught = &search->caught[rule];
	struct chance chance = chance_of(search, number);
	struct tce_move move = {0};
	unsigned letter = 0;
	int err;

	caught->letters = tce_mem_new(&search->mem, search->opts.depth * sizeof(*caught->letters));
	if (caught->letters == NULL)
		return -TCE_ERR_NOMEM;
	caught->letters_room = search->opts.depth;
	caught->caught = true;
	caught->rank = number;
	caught->start = start_of(search, &chance);
	err = tce_actor_begin(actor, caught->start, caught->start);
	while (err == 0 && !move.broken) {
		err = step(actor, &chance, &move, &letter);
		caught->letters[caught->length++] = (uint16_t)letter;
	}
	return err;
}

static int gather(struct tce_search *search)
{
	uint64_t best[TCE_NR_RULES];
	int err = 0;

	for (unsigned rule = 0; rule < TCE_NR_RULES; rule++)
		best[rule] = UINT64_MAX;
	for (unsigned i = 0; err == 0 && i < search->opts.threads; i++) {
		struct tce_actor *actor = &search->actors[i];

		for (unsigned rule = 0; rule < TCE_NR_RULES; rule++) {
			if (actor->best[rule] < best[rule])
				best[rule] = actor->best[rule];
			actor->best[rule] = UINT64_MAX;
		}
		search->sum.transitions += actor->transitions;
		actor->transitions = 0;
		err = tce_store_number(&search->store, actor->fresh, actor->nr_fresh);
		actor->nr_fresh = 0;
	}
	search->sum.states = search->store.nr_nodes;
	for (unsigned rule = 0; err == 0 && rule < TCE_NR_RULES; rule++) {
		if (best[rule] != UINT64_MAX && !search->caught[rule].caught)
			err = remember(search, (enum tce_rule_id)rule, best[rule]);
	}
	return err;
}

static bool wants_to_end(struct tce_search *search, uint64_t left)
{
	if (!search->opts.all_rules && tce_search_caught(search))
		search->end = TCE_SEARCH_FOUND;
	else if (search->opts.states != 0 && search->sum.states >= search->opts.states)
		search->end = TCE_SEARCH_LIMIT;
	else if (tce_search_tell(search, search->opts.depth, left, 0))
		search->end = TCE_SEARCH_STOPPED;
	else
		return false;
	return true;
}

int tce_search_walk(struct tce_search *search)
{
	bool ended = tce_search_caught(search) && !search->opts.all_rules;
	uint64_t done = 0;
	int err = 0;

	search->end = TCE_SEARCH_BOUND;
	search->sum.depth = search->opts.depth;
	while (err == 0 && !ended && done < search->opts.walks) {
		struct stroll stroll = {.search = search};

		stroll.end = done + ROUND < search->opts.walks ? done + ROUND : search->opts.walks;
		atomic_init(&stroll.next, done);
		err = tce_store_reserve(&search->store, ROUND * search->opts.depth, NULL, NULL);
		if (err == 0)
			err = tce_search_spread(search, work, &stroll);
		if (err == 0)
			err = gather(search);
		done = stroll.end;
		ended = err == 0 && wants_to_end(search, search->opts.walks - done);
	}
	return err;
}
