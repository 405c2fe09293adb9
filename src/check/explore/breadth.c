/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Breadth first, level by level, a level in rounds. In a round actors take nodes in bundles and put
 * what they reach into the store; then the new states are numbered in order of their ranks. What is
 * found, and every number, is the same for any number of actors, and of processes (group.h), which
 * share a round's nodes and post what they reach to the process that owns it.
 */
#include <string.h>

#include "search.h"

#define BUNDLE      8U /* nodes that an actor takes at once: neighbours have a way in common */
#define ROUND_LEAST UINT64_C(256)
#define ROUND_MOST  UINT64_C(8192)

/* One letter, tried in a node's state. */
struct step {
	const struct tce_event *event;
	uint64_t rank;
	unsigned depth; /* of the node */
};

struct round {
	struct tce_search *search;
	uint64_t end; /* first node that is not of this round */
	_Atomic uint64_t next;
	_Atomic bool failed;
	_Atomic bool full; /* the store must grow before the rest of the round */
};

/* Has this process seen the state? Then it keeps the rules. */
static bool is_known(struct tce_search *search, const struct tce_actor *actor,
		     const struct tce_sighting *sighting)
{
	return search->crew.group != NULL ? tce_post_has_sent(&actor->post, sighting->fingerprint)
					  : tce_store_has(&search->store, sighting);
}

/* Into the store, or to the process that owns it. */
static int put_sighting(struct tce_search *search, struct tce_actor *actor,
			const struct tce_sighting *sighting)
{
	uint64_t slot;
	int err;

	if (search->crew.group != NULL)
		return tce_post_sighting(&actor->post, sighting);
	err = tce_store_put(&search->store, sighting, &slot);
	if (err == TCE_STORE_NEW)
		return tce_actor_note(actor, slot);
	return err < 0 ? err : 0;
}

/*
 * What a letter led to, one event after way[depth], is new, known, or a breach. What this actor met
 * before, it met with a smaller rank. *ret_to: for the graph.
 */
static int take(struct tce_search *search, struct tce_actor *actor, const struct step *step,
		struct tce_move *move, uint64_t *ret_to)
{
	struct tce_sighting sighting = {.rank = step->rank};
	bool familiar = tce_actor_knows(actor, step->depth, &sighting.fingerprint);
	int err = familiar ? 0 : tce_actor_look(actor, &sighting.fingerprint);

	*ret_to = UINT64_MAX;
	if (err != 0)
		return err;
	sighting.stream = actor->stream;
	sighting.size = actor->stream_size;
	tce_actor_judge(actor, step->event, familiar || is_known(search, actor, &sighting), move);
	if (move->broken) {
		tce_actor_note_breach(actor, move->breach.rule, step->rank);
		return 0;
	}
	*ret_to = sighting.fingerprint;
	if (familiar)
		return 0;
	tce_actor_remember(actor, sighting.fingerprint);
	return put_sighting(search, actor, &sighting);
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
		const struct step step = {&actor->list->event[i], node << TCE_LETTER_BITS | i,
					  depth};

		if (move.possible)
			tce_actor_back(actor, depth);
		err = tce_actor_try(actor, step.event, &move);
		if (err != 0 || !move.possible)
			continue;
		actor->transitions++;
		err = take(search, actor, &step, &move, &to);
		tell_edge(search, from, to, step.event, &move);
	}
	return err;
}

/* The next node of the actor's bundle, or of the next bundle. False: none is left. */
static bool next_node(struct round *round, struct tce_actor *actor, uint64_t *ret_node)
{
	if (actor->bundle_at == actor->bundle_end) {
		uint64_t from =
			atomic_fetch_add_explicit(&round->next, BUNDLE, memory_order_relaxed);

		if (from >= round->end)
			return false;
		actor->bundle_at = from;
		actor->bundle_end = round->end - from < BUNDLE ? round->end : from + BUNDLE;
	}
	*ret_node = actor->bundle_at++;
	return true;
}

/* Each actor may be at a node, and put all that its letters lead to. */
static bool has_room(const struct tce_search *search)
{
	return search->crew.group != NULL ||
	       tce_store_has_room(&search->store, (uint64_t)search->opts.threads * TCE_LETTERS_MAX);
}

static void work(void *ctx, struct tce_actor *actor)
{
	struct round *round = ctx;
	uint64_t node;

	while (!atomic_load_explicit(&round->failed, memory_order_relaxed)) {
		if (!has_room(round->search)) {
			atomic_store_explicit(&round->full, true, memory_order_relaxed);
			return;
		}
		if (!next_node(round, actor, &node))
			return;
		actor->err = expand(round->search, actor, node);
		if (actor->err != 0)
			atomic_store_explicit(&round->failed, true, memory_order_relaxed);
	}
}

static void follow_slots(void *ctx, const struct tce_slot *old)
{
	struct tce_search *search = ctx;

	for (unsigned i = 0; i < search->opts.threads; i++) {
		struct tce_actor *actor = &search->actors[i];

		for (uint64_t k = 0; k < actor->nr_fresh; k++)
			actor->fresh[k] = tce_slot_moved(old, actor->fresh[k]);
	}
}

/* All nodes of a round, however often the store must grow on the way. */
static int work_off(struct tce_search *search, struct round *round)
{
	uint64_t more = 2 * (uint64_t)search->opts.threads * TCE_LETTERS_MAX;
	int err = 0;

	do {
		if (!has_room(search))
			err = tce_store_reserve(&search->store, more, follow_slots, search);
		atomic_init(&round->full, false);
		if (err == 0)
			err = tce_search_spread(search, work, round);
	} while (err == 0 && atomic_load_explicit(&round->full, memory_order_relaxed));
	return err;
}

/* --- what other processes reached ------------------------------------------------------------ */

static int note_new(void *ctx, uint64_t slot)
{
	return tce_actor_note(ctx, slot);
}

static void put(void *ctx, struct tce_actor *actor)
{
	struct round *round = ctx;
	struct tce_search *search = round->search;

	while (actor->err == 0) {
		uint64_t from = atomic_fetch_add_explicit(&round->next, 1, memory_order_relaxed);

		if (from >= search->crew.group->nr_ranks)
			return;
		actor->err = tce_crew_put(&search->crew, (unsigned)from, &search->store, note_new,
					  actor);
	}
}

/* What actors of all processes posted goes into the stores. err: of this one. */
static int deliver(struct tce_search *search, int err)
{
	struct round round = {.search = search};
	struct tce_post *first = &search->actors[0].post;

	if (search->crew.group == NULL)
		return err;
	for (unsigned i = 1; err == 0 && i < search->opts.threads; i++)
		err = tce_post_move(first, &search->actors[i].post);
	err = tce_crew_deliver(&search->crew, first, err);
	if (err == 0)
		err = tce_store_reserve(&search->store,
					tce_crew_nr_delivered(&search->crew, search->opts.exact),
					NULL, NULL);
	atomic_init(&round.next, 0);
	return err != 0 ? err : tce_search_spread(search, put, &round);
}

/* --- between rounds: one thread ------------------------------------------------------------ */

static void keep_breaches(struct tce_search *search, const struct tce_news *news, unsigned depth)
{
	for (unsigned rule = 0; rule < TCE_NR_RULES; rule++) {
		struct tce_catch *caught = &search->caught[rule];

		if (news->best[rule] == UINT64_MAX ||
		    (caught->caught && caught->rank <= news->best[rule]))
			continue;
		caught->caught = true;
		caught->rank = news->best[rule];
		caught->length = depth + 1;
	}
}

/* What an actor brought. The first actor's list takes the new slots of the others. */
static int gather_one(struct tce_search *search, struct tce_actor *actor, struct tce_news *news)
{
	struct tce_actor *first = &search->actors[0];
	int err = 0;

	for (uint64_t k = 0; actor != first && err == 0 && k < actor->nr_fresh; k++)
		err = tce_actor_note(first, actor->fresh[k]);
	if (actor != first)
		actor->nr_fresh = 0;
	for (unsigned rule = 0; rule < TCE_NR_RULES; rule++) {
		if (actor->best[rule] < news->best[rule])
			news->best[rule] = actor->best[rule];
		actor->best[rule] = UINT64_MAX;
	}
	news->transitions += actor->transitions;
	actor->transitions = 0;
	return err;
}

/* All new slots, of all processes, become nodes. err: of this process. */
static int gather(struct tce_search *search, unsigned depth, int err)
{
	struct tce_actor *first = &search->actors[0];
	struct tce_news news = {.bytes = tce_store_bytes(&search->store)};
	uint64_t bytes = news.bytes;

	memset(news.best, 0xff, sizeof(news.best));
	for (unsigned i = 0; err == 0 && i < search->opts.threads; i++)
		err = gather_one(search, &search->actors[i], &news);
	if (err == 0)
		tce_store_settle(&search->store, first->fresh, first->nr_fresh);
	news.fresh = first->fresh;
	news.nr_fresh = first->nr_fresh;
	first->nr_fresh = 0;
	if (search->crew.group != NULL)
		err = tce_crew_tell(&search->crew, &news, err);
	if (err == 0)
		err = tce_store_append(&search->store, news.fresh, news.nr_fresh);
	if (err != 0)
		return err;
	keep_breaches(search, &news, depth);
	search->sum.transitions += news.transitions;
	search->sum.level[depth + 1] += news.nr_fresh;
	search->sum.states = search->store.nr_nodes;
	search->bytes_elsewhere = news.bytes - bytes;
	return 0;
}

/* Has the search come to an end? All processes say the same. err: of this one. */
static int look_around(struct tce_search *search, unsigned depth, uint64_t waiting, int err,
		       bool *ret_ended)
{
	bool stop =
		err == 0 && tce_search_tell(search, depth, waiting, search->sum.level[depth + 1]);

	err = tce_crew_agree(&search->crew, &stop, err);
	*ret_ended = true;
	if (err != 0)
		return err;
	if (!search->opts.all_rules && tce_search_caught(search))
		search->end = TCE_SEARCH_FOUND;
	else if (search->opts.states != 0 && search->sum.states >= search->opts.states)
		search->end = TCE_SEARCH_LIMIT;
	else if (stop)
		search->end = TCE_SEARCH_STOPPED;
	else
		*ret_ended = false;
	return 0;
}

static int search_round(struct tce_search *search, unsigned depth, uint64_t from, uint64_t end)
{
	struct round round = {.search = search};
	int err;

	tce_crew_part(&search->crew, &from, &end);
	round.end = end;
	atomic_init(&round.next, from);
	atomic_init(&round.failed, false);
	err = deliver(search, work_off(search, &round));
	return gather(search, depth, err);
}

/*
 * How many of the nodes that are left of a depth make a round: a quarter, or when a limit of states
 * is near, of what is left to it. Never by how many threads or processes there are.
 */
static uint64_t round_size(const struct tce_search *search, uint64_t left)
{
	uint64_t limit = search->opts.states;
	uint64_t nr = left / 4;

	if (limit != 0 && (limit - search->sum.states) / 8 < nr)
		nr = (limit - search->sum.states) / 8;
	if (nr < ROUND_LEAST)
		nr = ROUND_LEAST;
	if (nr > ROUND_MOST)
		nr = ROUND_MOST;
	return nr < left ? nr : left;
}

/* Nodes [from, end) of one depth. *ret_ended: the search is over. */
static int search_level(struct tce_search *search, unsigned depth, uint64_t from, uint64_t end,
			bool *ret_ended)
{
	int err = 0;

	while (err == 0 && from < end && !*ret_ended) {
		uint64_t round_end = from + round_size(search, end - from);

		err = search_round(search, depth, from, round_end);
		from = round_end;
		err = look_around(search, depth, end - from, err, ret_ended);
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
