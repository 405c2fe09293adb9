/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An actor plays: it has a machine for each starting story, puts it into a node's state by playing
 * the letters that led there (it keeps the states on its way, so that going from a node to the next
 * costs few steps), tries letters, and takes fingerprints. One thread each.
 */
#ifndef TCE_CHECK_EXPLORE_ACTOR_H
#define TCE_CHECK_EXPLORE_ACTOR_H

#include "familiar.h"
#include "group.h"
#include "letters.h"
#include "store.h"

#define TCE_ALIKE_MAX 8U

/* A starting story that was played: the same for all actors. */
struct tce_start {
	const struct tce_story *story;
	struct tce_machine *machine; /* as it is at the story's end */
	struct tce_alphabet alphabet;
	unsigned nr_steps;        /* played: fewer when a rule broke */
	bool broken;              /* a rule broke on the way */
	struct tce_breach breach; /* which */
	/* Devices that are alike have the same class. */
	unsigned nr_alike;
	uint16_t alike[TCE_ALIKE_MAX];
	uint8_t alike_class[TCE_ALIKE_MAX];
};

/* Play a story. What breaks a rule in rules (bit n: rule n) ends it. */
TCE_MUST_USE int tce_start_init(struct tce_start *start, const struct tce_alloc *alloc,
				const struct tce_explore_opts *opts, const struct tce_story *story,
				uint64_t rules);
void tce_start_fini(struct tce_start *start);

struct tce_snapshot {
	uint8_t *image;
	size_t size;
	size_t room;
	uint64_t node;
	size_t size_of_part[2];
	struct tce_lines lines; /* when images are to be familiar */
};

struct tce_actor {
	struct tce_mem mem;
	const struct tce_explore_opts *opts;
	const struct tce_start *starts;
	uint64_t rules;                /* bit n: rule n counts */
	struct tce_machine **machines; /* by start; NULL: not yet needed */
	struct tce_letter_list *list;
	struct tce_letter_list *before; /* of node before_of: its children come one after another */
	uint64_t before_of;
	struct tce_snapshot way[TCE_EXPLORE_DEPTH_MAX + 1]; /* by depth */
	unsigned nr_way;                                    /* snapshots that are good */
	unsigned start;                                     /* of that way */
	uint8_t *stream; /* the canonical one of the last fingerprint */
	size_t stream_size;
	size_t stream_room;
	uint8_t *other; /* a second buffer of stream_room bytes */
	bool no_memory; /* while a stream was written */
	struct tce_familiar familiar;
	uint64_t sum; /* of the last image that was looked for */

	uint64_t bundle_at; /* nodes [at, end) of the round that are its to look at */
	uint64_t bundle_end;

	/* What a round brought; the search takes it. */
	uint64_t transitions;
	uint64_t *fresh; /* slots */
	uint64_t nr_fresh;
	uint64_t fresh_room;
	uint64_t best[TCE_NR_RULES]; /* smallest rank with a breach; UINT64_MAX: none */
	struct tce_post post;        /* for other processes */
	int err;
};

TCE_MUST_USE int tce_actor_init(struct tce_actor *actor, const struct tce_alloc *alloc,
				const struct tce_explore_opts *opts, const struct tce_start *starts,
				uint64_t rules);
void tce_actor_fini(struct tce_actor *actor);

/* The machine of a start, there already. */
TCE_MUST_USE int tce_actor_machine(struct tce_actor *actor, unsigned start,
				   struct tce_machine **ret_machine);

/* Go to a start: way[0]. */
TCE_MUST_USE int tce_actor_begin(struct tce_actor *actor, unsigned start, uint64_t node);

/* Go to a node of the store. Its state is in way[*ret_depth] and in the machine. */
TCE_MUST_USE int tce_actor_go(struct tce_actor *actor, const struct tce_store *store, uint64_t node,
			      unsigned *ret_depth);

/* Keep the machine's state as way[depth]; and back to it. */
TCE_MUST_USE int tce_actor_keep(struct tce_actor *actor, unsigned depth, uint64_t node);
void tce_actor_back(struct tce_actor *actor, unsigned depth);

/* The letters of the machine's state are in list. -TCE_ERR_LIMIT: too many. */
TCE_MUST_USE int tce_actor_letters(struct tce_actor *actor);

/* What came of a letter. */
struct tce_move {
	bool possible; /* the machine took it */
	bool broken;
	struct tce_breach breach; /* the first that counts */
	struct tce_outcome outcome;
};

/*
 * Apply an event to the machine of the way's start (not broken, for now; events are not counted, so
 * that images of states met after two and after four are alike), then hold the rules against it.
 * known: its state is one that keeps them, only the event is to be judged.
 */
TCE_MUST_USE int tce_actor_try(struct tce_actor *actor, const struct tce_event *event,
			       struct tce_move *ret_move);
void tce_actor_judge(const struct tce_actor *actor, const struct tce_event *event, bool known,
		     struct tce_move *move);

/* Both: nothing is known of the state. */
TCE_MUST_USE int tce_actor_step(struct tce_actor *actor, const struct tce_event *event,
				struct tce_move *ret_move);

/*
 * Was the machine's image, one event after way[depth], met lately? Then *ret_fingerprint is its
 * state's; if not, note it when its fingerprint is known and the state keeps the rules.
 */
bool tce_actor_knows(struct tce_actor *actor, unsigned depth, uint64_t *ret_fingerprint);
void tce_actor_remember(struct tce_actor *actor, uint64_t fingerprint);

/* Fingerprint of the machine's state, never 0; stream and stream_size are its canonical stream. */
TCE_MUST_USE int tce_actor_look(struct tce_actor *actor, uint64_t *ret_fingerprint);

/* Note a slot that is new, or a breach. */
TCE_MUST_USE int tce_actor_note(struct tce_actor *actor, uint64_t slot);
void tce_actor_note_breach(struct tce_actor *actor, enum tce_rule_id rule, uint64_t rank);

#endif
