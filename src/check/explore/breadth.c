/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breadth first, level by level, a level in rounds. In a round actors take nodes in bundles and put
 * what they reach into the store; then the new states are numbered in order of their ranks. What is
 * found, and every number, is the same for any number of actors.
 */
#include "base/assert.h"
#include "search.h"

#define BUNDLE     16U /* nodes that an actor takes at once: neighbours have a way in common */
#define ROUND_MOST UINT64_C(4096)

struct round {
	struct tce_search *search;
	uint64_t end; /* first node that is not of this round */
	_Atomic uint64_t next;
	_Atomic bool failed;
};

/* What a letter led to is new, known, or a breach. *ret_to: for the graph. */
static int take(struct tce_search *search, struct tce_actor *actor, uint64_t rank,
		const struct tce_move *move, uint64_t *ret_to)
{
	struct tce_sighting sighting = {.rank = rank};
	uint64_t slot;
	int err;

	*ret_to = UINT64_MAX;
	if (move->broken) {
		tce_actor_note_breach(actor, move->breach.rule, rank);
		return 0;
	}
	err = tce_actor_look(actor, &sighting.fingerprint);
	if (err != 0)
		return err;
	*ret_to = sighting.fingerprint;
	sighting.stream = actor->stream;
	sighting.size = actor->stream_size;
	err = tce_store_put(&search->store, &sighting, &slot);
	if (err == TCE_STORE_NEW)
		return tce_actor_note(actor, slot);
	return err < 0 ? err : 0;
}

/* Tell of a transition when there is a graph to draw. */
static void tell_edge(const struct tce_search *search, uint64_t from, uint64_t to,
		      const struct tce_event *event, const struct tce_move *move)
{
	if (search->opts.edge != NULL)
		search->opts.edge(search->opts.ctx, from, to, event, &move->outcome,
				  move->broken ? &move->breach : NULL);
}

static int expand(struct tce_search *search, struct tce_actor *actor, uint64_t node)
{
	struct tce_move move = {0};
	uint64_t from = 0, to;
	unsigned depth;
	int err;

	if (node < search->opts.nr_starts && search->starts[node].broken)
		return 0;
	err = tce_actor_go(actor, &search->store, node, &depth);
	if (err == 0 && search->opts.edge != NULL)
		err = tce_actor_look(actor, &from);
	if (err == 0)
		err = tce_actor_letters(actor);
	for (unsigned i = 0; err == 0 && i < actor->list->nr; i++) {
		const struct tce_event *event = &actor->list->event[i];

		if (move.possible)
			tce_actor_back(actor, depth);
		err = tce_actor_step(actor, event, &move);
		if (err != 0 || !move.possible)
			continue;
		actor->transitions++;
		err = take(search, actor, node << TCE_LETTER_BITS | i, &move, &to);
		tell_edge(search, from, to, event, &move);
	}
	return err;
}

static void work(void *ctx, struct tce_actor *actor)
{
	struct round *round = ctx;

	while (!atomic_load_explicit(&round->failed, memory_order_relaxed)) {
		uint64_t node =
			atomic_fetch_add_explicit(&round->next, BUNDLE, memory_order_relaxed);

		if (node >= round->end)
			return;
		for (unsigned i = 0; actor->err == 0 && i < BUNDLE && node + i < round->end; i++)
			actor->err = expand(round->search, actor, node + i);
		if (actor->err != 0)
			atomic_store_explicit(&round->failed, true, memory_order_relaxed);
	}
}

/* --- between rounds: one thread ------------------------------------------------------------ */

static void gather_breaches(struct tce_search *search, struct tce_actor *actor, unsigned depth)
{
	for (unsigned rule = 0; rule < TCE_NR_RULES; rule++) {
		struct tce_catch *caught = &search->caught[rule];

		if (actor->best[rule] == UINT64_MAX ||
		    (caught->caught && caught->rank <= actor->best[rule]))
			continue;
		caught->caught = true;
		caught->rank = actor->best[rule];
		caught->length = depth + 1;
		actor->best[rule] = UINT64_MAX;
	}
}

/* All actors' new slots become nodes. The first actor's list takes those of the others. */
static int gather(struct tce_search *search, unsigned depth)
{
	struct tce_actor *first = &search->actors[0];
	int err = 0;

	for (unsigned i = 0; err == 0 && i < search->opts.threads; i++) {
		struct tce_actor *actor = &search->actors[i];

		for (uint64_t k = 0; i != 0 && err == 0 && k < actor->nr_fresh; k++)
			err = tce_actor_note(first, actor->fresh[k]);
		gather_breaches(search, actor, depth);
		search->sum.transitions += actor->transitions;
		actor->transitions = 0;
		if (i != 0)
			actor->nr_fresh = 0;
	}
	if (err == 0)
		err = tce_store_number(&search->store, first->fresh, first->nr_fresh);
	search->sum.level[depth + 1] += first->nr_fresh;
	search->sum.states = search->store.nr_nodes;
	first->nr_fresh = 0;
	return err;
}

/* How many nodes may be looked at before the store must be asked for room again. */
static int round_size(struct tce_search *search, uint64_t *ret_nr)
{
	struct tce_store *store = &search->store;
	uint64_t used = store->nr_used + 64 * (uint64_t)TCE_LETTERS_MAX;
	uint64_t nr;
	int err = tce_store_reserve(store, 64 * (uint64_t)TCE_LETTERS_MAX);

	if (err != 0)
		return err;
	nr = 64 + (store->nr_slots * 2 / 3 - used) / TCE_LETTERS_MAX;
	*ret_nr = nr < ROUND_MOST ? nr : ROUND_MOST;
	return 0;
}

static bool wants_to_end(struct tce_search *search, unsigned depth, uint64_t waiting)
{
	if (!search->opts.all_rules && tce_search_caught(search)) {
		search->end = TCE_SEARCH_FOUND;
		return true;
	}
	if (search->opts.states != 0 && search->sum.states >= search->opts.states) {
		search->end = TCE_SEARCH_LIMIT;
		return true;
	}
	if (tce_search_tell(search, depth, waiting, search->sum.level[depth + 1])) {
		search->end = TCE_SEARCH_STOPPED;
		return true;
	}
	return false;
}

/* Nodes [from, end) of one depth. *ret_ended: the search is over. */
static int search_level(struct tce_search *search, unsigned depth, uint64_t from, uint64_t end,
			bool *ret_ended)
{
	int err = 0;

	while (err == 0 && from < end && !*ret_ended) {
		struct round round = {.search = search};
		uint64_t nr = 0;

		err = round_size(search, &nr);
		if (err != 0)
			return err;
		round.end = end - from < nr ? end : from + nr;
		atomic_init(&round.next, from);
		atomic_init(&round.failed, false);
		err = tce_search_spread(search, work, &round);
		if (err == 0)
			err = gather(search, depth);
		from = round.end;
		*ret_ended = err == 0 && wants_to_end(search, depth, end - from);
	}
	return err;
}

int tce_search_breadth(struct tce_search *search)
{
	uint64_t from = 0;
	uint64_t end = search->store.nr_nodes;
	unsigned depth = 0;
	bool ended = tce_search_caught(search) && !search->opts.all_rules;
	int err = 0;

	search->end = ended ? TCE_SEARCH_FOUND : TCE_SEARCH_DONE;
	while (err == 0 && !ended && from < end) {
		if (depth == search->opts.depth) {
			search->end = TCE_SEARCH_BOUND;
			break;
		}
		err = search_level(search, depth, from, end, &ended);
		from = end;
		end = search->store.nr_nodes;
		depth += !ended || search->end == TCE_SEARCH_FOUND;
	}
	search->sum.depth = depth;
	return err;
}
