/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A search by many processes (struct tce_explore_group). A round goes like this: every rank expands
 * its part of the nodes and posts what it reaches to the ranks that own it; each puts what it got
 * into its store; all tell all others what was new and what broke, and number the new nodes alike.
 * So all have the same nodes, by which states are made again, but each only its own fingerprints.
 *
 * An error of one rank travels with what is exchanged, so that all end together; but for one before
 * there is a crew, or of the exchange itself.
 */
#ifndef TCE_CHECK_EXPLORE_GROUP_H
#define TCE_CHECK_EXPLORE_GROUP_H

#include <tce/check.h>
#include <tce/explore.h>

#include "store.h"

/* Bytes that wait to be sent to one rank. */
struct tce_bag {
	uint8_t *bytes;
	size_t size;
	size_t room;
};

/* What an actor has for other ranks. */
struct tce_post {
	const struct tce_mem *mem; /* the actor's */
	struct tce_bag *bags;      /* by rank */
	unsigned nr;
	/* Fingerprints that were posted already, with smaller ranks; NULL with exact. */
	uint64_t *sent;
};

/* Alone (group NULL): nothing is made. */
TCE_MUST_USE int tce_post_init(struct tce_post *post, const struct tce_mem *mem,
			       const struct tce_explore_opts *opts);
void tce_post_fini(struct tce_post *post);

/*
 * Send a state to the rank that owns it. Of one post's sightings of a state the first must have the
 * smallest rank. -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_post_sighting(struct tce_post *post, const struct tce_sighting *sighting);

/* Was the state among them? False when that was long ago, and with exact. */
bool tce_post_has_sent(const struct tce_post *post, uint64_t fingerprint);

/* What one post has goes into another. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_post_move(struct tce_post *to, struct tce_post *from);

/* What a round brought, to be told to all. */
struct tce_news {
	uint64_t transitions;
	uint64_t bytes;              /* of stores; all ranks' */
	uint64_t best[TCE_NR_RULES]; /* smallest rank with a breach; UINT64_MAX: none */
	uint64_t *fresh;             /* ranks of new nodes */
	uint64_t nr_fresh;
};

/* A process of many. */
struct tce_crew {
	struct tce_mem mem;
	const struct tce_explore_group *group; /* NULL: alone */
	bool lost;                             /* an exchange failed: no more of them */
	struct tce_explore_batch *out, *in;    /* by rank */
	struct tce_bag news;
	uint64_t *fresh; /* all ranks' */
	uint64_t fresh_room;
};

TCE_MUST_USE int tce_crew_init(struct tce_crew *crew, const struct tce_alloc *alloc,
			       const struct tce_explore_group *group);
void tce_crew_fini(struct tce_crew *crew);

/* The part of nodes [from, end) that is this rank's. */
void tce_crew_part(const struct tce_crew *crew, uint64_t *from, uint64_t *end);

/* Deliver what a post has; it is empty then. err: of this rank. Returns any rank's error. */
TCE_MUST_USE int tce_crew_deliver(struct tce_crew *crew, struct tce_post *post, int err);

/* How many sightings were delivered here, at most. */
uint64_t tce_crew_nr_delivered(const struct tce_crew *crew, bool exact);

/* Put the sightings that a rank delivered here into a store; tell each that is new. Any thread. */
typedef int tce_crew_new_fn(void *ctx, uint64_t slot);
TCE_MUST_USE int tce_crew_put(const struct tce_crew *crew, unsigned from, struct tce_store *store,
			      tce_crew_new_fn *is_new, void *ctx);

/* This rank's news become those of all; fresh is the crew's. Returns any rank's error. */
TCE_MUST_USE int tce_crew_tell(struct tce_crew *crew, struct tce_news *news, int err);

/* Does any rank want to stop, or have an error? */
TCE_MUST_USE int tce_crew_agree(struct tce_crew *crew, bool *stop, int err);

#endif
