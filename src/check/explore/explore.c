/* SPDX-License-Identifier: BSD-2-Clause */
/* An exploration from its options to its results: tce/explore.h. */
#include <string.h>

#include "base/assert.h"
#include "player.h"
#include "results.h"

#define WALKS_DEFAULT   UINT64_C(10000)
#define MAPS_DEFAULT    2U
#define MAPS_MOST       8U
#define LETTERS_DEFAULT (TCE_LETTERS_ALL & ~TCE_LETTERS_BIT(MIGRATE))

/* --- options --------------------------------------------------------------------------------- */

static int fill(struct tce_explore_opts *opts)
{
	if (opts->depth == 0 || opts->depth > TCE_EXPLORE_DEPTH_MAX)
		opts->depth = TCE_EXPLORE_DEPTH_MAX;
	if (opts->walks == 0)
		opts->walks = WALKS_DEFAULT;
	if (opts->threads == 0 || opts->method == TCE_EXPLORE_DEPTH)
		opts->threads = 1;
	if (opts->max_maps == 0)
		opts->max_maps = MAPS_DEFAULT;
	return opts->nr_starts == 0 || opts->starts == NULL ||
			       opts->threads > TCE_EXPLORE_THREADS_MAX ||
			       opts->max_maps > MAPS_MOST ||
			       (opts->letters & ~TCE_LETTERS_ALL) != 0 ||
			       (opts->edge != NULL && opts->threads != 1) ||
			       (opts->group != NULL &&
				(opts->edge != NULL || opts->method != TCE_EXPLORE_BREADTH)) ||
			       opts->method > TCE_EXPLORE_WALK
		       ? -TCE_ERR_INVAL
		       : 0;
}

/* Rules that are an explorer's to look for. */
static uint64_t rules_of(const struct tce_explore_opts *opts)
{
	uint64_t rules = 0;

	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if ((tce_rule((enum tce_rule_id)i)->checked_by & TCE_CHECKED_BY_EXPLORE) != 0)
			rules |= UINT64_C(1) << i;
	}
	return rules & ~opts->ignore;
}

/* --- a search's life ------------------------------------------------------------------------- */

static int starts_new(struct tce_search *search, const struct tce_alloc *alloc)
{
	unsigned nr = search->opts.nr_starts;
	int err = 0;

	search->starts = tce_mem_new(&search->mem, nr * sizeof(*search->starts));
	if (search->starts == NULL)
		return -TCE_ERR_NOMEM;
	for (unsigned i = 0; err == 0 && i < nr; i++)
		err = tce_start_init(&search->starts[i], alloc, &search->opts,
				     &search->opts.starts[i], search->rules);
	return err;
}

static int search_init(struct tce_search *search, const struct tce_alloc *alloc,
		       const struct tce_explore_opts *opts)
{
	int err;

	memset(search, 0, sizeof(*search));
	search->opts = *opts;
	tce_mem_init(&search->mem, alloc);
	err = fill(&search->opts);
	if (err != 0)
		return err;
	search->rules = rules_of(&search->opts);
	err = tce_crew_init(&search->crew, alloc, opts->group); /* first: it tells of errors */
	if (err == 0)
		err = starts_new(search, alloc);
	if (err == 0)
		err = tce_store_init(&search->store, alloc, opts->exact);
	if (err != 0)
		return err;
	search->actors = tce_mem_new(&search->mem, search->opts.threads * sizeof(*search->actors));
	if (search->actors == NULL)
		return -TCE_ERR_NOMEM;
	for (unsigned i = 0; err == 0 && i < search->opts.threads; i++)
		err = tce_actor_init(&search->actors[i], alloc, &search->opts, search->starts,
				     search->rules);
	return err;
}

static void search_fini(struct tce_search *search)
{
	for (unsigned i = 0; search->actors != NULL && i < search->opts.threads; i++)
		tce_actor_fini(&search->actors[i]);
	for (unsigned i = 0; search->starts != NULL && i < search->opts.nr_starts; i++)
		tce_start_fini(&search->starts[i]);
	for (unsigned i = 0; i < TCE_NR_RULES; i++)
		tce_mem_free(&search->mem, search->caught[i].letters,
			     search->caught[i].letters_room * sizeof(*search->caught[i].letters));
	if (search->store.slot != NULL || search->store.rank != NULL)
		tce_store_fini(&search->store);
	tce_crew_fini(&search->crew);
	tce_mem_free(&search->mem, search->actors, search->opts.threads * sizeof(*search->actors));
	tce_mem_free(&search->mem, search->starts,
		     search->opts.nr_starts * sizeof(*search->starts));
}

/* --- what methods share ---------------------------------------------------------------------- */

bool tce_search_caught(const struct tce_search *search)
{
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if (search->caught[i].caught)
			return true;
	}
	return false;
}

bool tce_search_tell(struct tce_search *search, unsigned depth, uint64_t waiting, uint64_t next)
{
	struct tce_explore_progress progress = {
		.letters = search->opts.letters,
		.states = search->states_before + search->sum.states,
		.transitions = search->transitions_before + search->sum.transitions,
		.depth = depth,
		.waiting = waiting,
		.next = next,
		.bytes = tce_store_bytes(&search->store) + search->bytes_elsewhere};

	if (progress.bytes > search->sum.bytes)
		search->sum.bytes = progress.bytes;
	return search->opts.observer != NULL && search->opts.observer(search->opts.ctx, &progress);
}

static void start_broke(struct tce_search *search, unsigned i)
{
	struct tce_catch *caught = &search->caught[search->starts[i].breach.rule];

	if (caught->caught)
		return;
	caught->caught = true;
	caught->in_start = true;
	caught->start = i;
}

/* Every start is a node, with its own number: a way begins there. */
int tce_search_begin(struct tce_search *search)
{
	struct tce_actor *actor = &search->actors[0];
	int err = 0;

	for (unsigned i = 0; err == 0 && i < search->opts.nr_starts; i++) {
		struct tce_sighting sighting = {.rank = TCE_RANK_START};
		uint64_t slot;

		err = tce_actor_begin(actor, i, i);
		if (err == 0)
			err = tce_actor_look(actor, &sighting.fingerprint);
		if (err == 0)
			err = tce_store_reserve(&search->store, 1, NULL, NULL);
		sighting.stream = actor->stream;
		sighting.size = actor->stream_size;
		if (err == 0)
			err = tce_store_put(&search->store, &sighting, &slot);
		if (err == TCE_STORE_NEW)
			err = tce_store_number(&search->store, &slot, 1);
		if (err == 0 && search->starts[i].broken)
			start_broke(search, i);
	}
	search->sum.states = search->store.nr_nodes;
	search->sum.level[0] = search->store.nr_nodes;
	return err;
}

/* --- stories --------------------------------------------------------------------------------- */

/* The letters that lead to a rank, the last one its own. *ret_nr of them; the start. */
static unsigned way_to(const struct tce_store *store, uint64_t rank,
		       uint16_t letters[TCE_EXPLORE_DEPTH_MAX + 1], unsigned *ret_nr)
{
	uint64_t mask = (1U << TCE_LETTER_BITS) - 1;
	uint64_t node = 0;
	unsigned nr = 0;

	while (rank != TCE_RANK_START) {
		letters[nr++] = (uint16_t)(rank & mask);
		node = rank >> TCE_LETTER_BITS;
		rank = tce_store_rank(store, node);
	}
	for (unsigned i = 0; i < nr / 2; i++) {
		uint16_t letter = letters[i];

		letters[i] = letters[nr - 1 - i];
		letters[nr - 1 - i] = letter;
	}
	*ret_nr = nr;
	return (unsigned)node;
}

static int add_start(struct tce_draft *draft, const struct tce_start *start)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < start->nr_steps; i++)
		err = tce_draft_add(draft, &start->story->steps[i].event);
	return err;
}

/* Play the letters once more, and write them down. */
static int tell_way(struct tce_actor *actor, const struct tce_catch *caught,
		    const uint16_t *letters, unsigned nr, struct found *found)
{
	struct tce_move move = {0};
	int err = tce_actor_begin(actor, caught->start, UINT64_MAX);

	for (unsigned i = 0; err == 0 && i < nr; i++) {
		const struct tce_event *event = &actor->list->event[letters[i]];

		err = tce_actor_letters(actor);
		TCE_ASSERT(err != 0 || letters[i] < actor->list->nr);
		if (err == 0)
			err = tce_draft_add(&found->draft, event);
		if (err == 0)
			err = tce_actor_step(actor, event, &move);
		if (err != 0)
			break;
		TCE_ASSERT(move.possible && move.broken == (i + 1 == nr));
	}
	found->finding.breach = move.breach;
	return err;
}

static int tell(struct tce_search *search, struct tce_catch *caught, struct tce_exploration *x,
		struct found *found)
{
	struct tce_actor *actor = &search->actors[0];
	struct tce_alloc alloc = tce_mem_alloc(&x->mem);
	uint16_t letters[TCE_EXPLORE_DEPTH_MAX + 1];
	unsigned nr = caught->length;
	int err;

	if (!caught->in_start && caught->letters == NULL)
		caught->start = way_to(&search->store, caught->rank, letters, &nr);
	tce_draft_init(&found->draft, &x->mem, &search->starts[caught->start].story->machine);
	err = add_start(&found->draft, &search->starts[caught->start]);
	if (err == 0 && caught->in_start)
		found->finding.breach = search->starts[caught->start].breach;
	else if (err == 0)
		err = tell_way(actor, caught, caught->letters != NULL ? caught->letters : letters,
			       nr, found);
	if (err == 0)
		err = tce_player_tell(&alloc, &found->draft, found->draft.nr - (nr == 0 ? 1 : nr),
				      found->finding.breach.rule);
	if (err != 0)
		return err;
	found->finding.story = tce_draft_story(&found->draft);
	found->finding.length = nr;
	found->finding.start = caught->start;
	return 0;
}

/* Shorter first; of equal length the one that was found first. */
static struct tce_catch *next_catch(struct tce_search *search)
{
	struct tce_catch *best = NULL;

	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		struct tce_catch *caught = &search->caught[i];

		if (caught->caught &&
		    (best == NULL || caught->length < best->length ||
		     (caught->length == best->length && caught->rank < best->rank)))
			best = caught;
	}
	return best;
}

/* Is it better than what other mixtures found of its rule? */
static struct found *place_for(struct tce_exploration *x, enum tce_rule_id rule, unsigned length)
{
	struct found *found = &x->found[rule];

	if (found->found && found->finding.length <= length)
		return NULL;
	if (found->found)
		tce_draft_fini(&found->draft);
	memset(found, 0, sizeof(*found));
	found->found = true;
	return found;
}

static int tell_all(struct tce_search *search, struct tce_exploration *x)
{
	struct tce_catch *caught;
	int err = 0;

	while (err == 0 && (caught = next_catch(search)) != NULL) {
		enum tce_rule_id rule = (enum tce_rule_id)(caught - search->caught);
		struct found *found = place_for(x, rule, caught->length);

		if (found != NULL)
			err = tell(search, caught, x, found);
		caught->caught = false;
		if (!search->opts.all_rules)
			break;
	}
	return err;
}

/* --- results --------------------------------------------------------------------------------- */

/*
 * Birthdays: n states, 2^64 fingerprints. And every transition's image may have the sum of the one
 * that is where it would be (familiar.h).
 */
static double missed(const struct tce_search *search)
{
	double n = (double)search->sum.states;
	double pairs = n * n / 2;

	if (search->opts.method == TCE_EXPLORE_BREADTH)
		pairs += (double)search->sum.transitions * TCE_FAMILIAR_SLOTS;
	return search->opts.exact ? 0 : pairs / 18446744073709551616.0;
}

static enum tce_explore_verdict verdict_of(const struct tce_search *search)
{
	if (tce_search_caught(search))
		return TCE_EXPLORE_BROKEN;
	if (search->end == TCE_SEARCH_LIMIT || search->end == TCE_SEARCH_STOPPED)
		return TCE_EXPLORE_INCONCLUSIVE;
	return TCE_EXPLORE_CLEAN;
}

static int go(struct tce_search *search)
{
	switch (search->opts.method) {
	case TCE_EXPLORE_DEPTH: return tce_search_depth(search);
	case TCE_EXPLORE_WALK: return tce_search_walk(search);
	default: return tce_search_breadth(search);
	}
}

static int run(struct tce_search *search, struct tce_exploration *x)
{
	int err = go(search);

	if (err != 0)
		return err;
	(void)tce_search_tell(search, search->sum.depth, 0, 0);
	search->sum.verdict = verdict_of(search);
	search->sum.complete = search->end == TCE_SEARCH_DONE;
	search->sum.stopped = search->end == TCE_SEARCH_STOPPED;
	search->sum.missed = missed(search);
	return tell_all(search, x);
}

int tce_explore_once(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
		     struct tce_exploration *x)
{
	struct tce_explore_summary before = x->sum;
	struct tce_search search;
	bool stop = false;
	int err = search_init(&search, alloc, opts);

	search.states_before = before.states;
	search.transitions_before = before.transitions;
	if (err == 0)
		err = tce_search_begin(&search);
	err = tce_crew_agree(&search.crew, &stop, err);
	if (err == 0)
		err = tce_crew_agree(&search.crew, &stop, run(&search, x));
	if (err == 0)
		x->sum = search.sum;
	search_fini(&search);
	return err;
}

int tce_explore(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
		struct tce_exploration **ret_exploration)
{
	struct tce_explore_opts filled = *opts;
	struct tce_exploration *x;
	struct tce_mem mem;
	int err;

	if (filled.letters == 0)
		filled.letters = LETTERS_DEFAULT;
	tce_mem_init(&mem, alloc);
	x = tce_mem_new(&mem, sizeof(*x));
	if (x == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&x->mem, alloc);
	if (filled.mixtures)
		err = tce_explore_mixtures(alloc, &filled, x);
	else
		err = tce_explore_once(alloc, &filled, x);
	if (err != 0) {
		tce_exploration_free(x);
		return err;
	}
	*ret_exploration = x;
	return 0;
}

void tce_exploration_free(struct tce_exploration *exploration)
{
	if (exploration == NULL)
		return;
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if (exploration->found[i].found)
			tce_draft_fini(&exploration->found[i].draft);
	}
	tce_mem_free(&exploration->mem, exploration, sizeof(*exploration));
}

const struct tce_explore_summary *tce_exploration_summary(const struct tce_exploration *x)
{
	return &x->sum;
}

/* The rank of a rule's finding: how many are shorter, or as short and of an earlier rule. */
static unsigned rank_of(const struct tce_exploration *x, unsigned rule)
{
	unsigned rank = 0;

	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		unsigned length = x->found[i].finding.length;

		rank += x->found[i].found &&
			(length < x->found[rule].finding.length ||
			 (length == x->found[rule].finding.length && i < rule));
	}
	return rank;
}

const struct tce_explore_finding *tce_exploration_finding(const struct tce_exploration *x,
							  unsigned i)
{
	for (unsigned rule = 0; rule < TCE_NR_RULES; rule++) {
		if (x->found[rule].found && rank_of(x, rule) == i)
			return &x->found[rule].finding;
	}
	return NULL;
}
