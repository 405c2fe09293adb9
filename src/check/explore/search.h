/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A search under way: what its methods (breadth.c, depth.c, walk.c) share, and what they leave
 * behind for the exploration's results (explore.c).
 */
#ifndef TCE_CHECK_EXPLORE_SEARCH_H
#define TCE_CHECK_EXPLORE_SEARCH_H

#include "actor.h"

/* Why a search ended. */
enum tce_search_end {
	TCE_SEARCH_DONE,  /* nothing is left */
	TCE_SEARCH_BOUND, /* of depth */
	TCE_SEARCH_FOUND, /* a breach, and one is enough */
	TCE_SEARCH_LIMIT, /* of states or walks */
	TCE_SEARCH_STOPPED,
};

/* A breach as its method found it. */
struct tce_catch {
	bool caught;
	uint64_t rank;   /* BREADTH, DEPTH: parent and letter; WALK: number of the walk */
	unsigned start;  /* of a start that broke, and WALK */
	bool in_start;   /* the starting story itself broke it */
	unsigned length; /* events after the start */
	/* The events, when they are not in the store: kept by the search's mem. */
	uint16_t *letters;
	unsigned letters_room;
};

struct tce_search {
	struct tce_mem mem;
	struct tce_explore_opts opts; /* filled in */
	uint64_t rules;
	struct tce_start *starts;
	struct tce_store store;
	struct tce_crew crew;
	struct tce_actor *actors; /* opts.threads of them */
	struct tce_explore_summary sum;
	struct tce_catch caught[TCE_NR_RULES];
	enum tce_search_end end;
	uint64_t states_before; /* of other mixtures, for the observer */
	uint64_t transitions_before;
	uint64_t bytes_elsewhere; /* in other processes' stores */
};

/*
 * One search of opts.letters: what it found is in the exploration, a finding that is there already
 * only gives way to a shorter one. mixture.c; explore.c.
 */
TCE_MUST_USE int tce_explore_once(const struct tce_alloc *alloc,
				  const struct tce_explore_opts *opts, struct tce_exploration *x);
TCE_MUST_USE int tce_explore_mixtures(const struct tce_alloc *alloc,
				      const struct tce_explore_opts *opts,
				      struct tce_exploration *x);

TCE_MUST_USE int tce_search_breadth(struct tce_search *search);
TCE_MUST_USE int tce_search_depth(struct tce_search *search);
TCE_MUST_USE int tce_search_walk(struct tce_search *search);

/* The starts' states: put, numbered. Starts that broke a rule are not among them. */
TCE_MUST_USE int tce_search_begin(struct tce_search *search);

/* Did any rule break? */
bool tce_search_caught(const struct tce_search *search);

/* Tell the observer. True: it wants to stop. */
bool tce_search_tell(struct tce_search *search, unsigned depth, uint64_t waiting, uint64_t next);

/*
 * Run work on every actor, each in a thread of its own; by the caller's thread when there is one.
 * Returns the first error of an actor (actor.err).
 */
typedef void tce_work_fn(void *ctx, struct tce_actor *actor);
TCE_MUST_USE int tce_search_spread(struct tce_search *search, tce_work_fn *work, void *ctx);

#endif
