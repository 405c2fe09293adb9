/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States that were seen. A state is a 64-bit fingerprint; its rank says how it was reached first.
 * Workers put at the same time; growing and numbering are for one thread, while no other puts.
 *
 * A rank is (parent node, letter) as one number, ordered: parents of a later level have larger
 * ones, so of several ways to a state the smallest rank is on a shortest one, whoever came first.
 *
 * Nodes are the states in order of their ranks: node n was reached from node rank >> LETTER_BITS.
 */
#ifndef TCE_CHECK_EXPLORE_STORE_H
#define TCE_CHECK_EXPLORE_STORE_H

#include <stdatomic.h>

#include <tce/explore.h>

#include "base/mem.h"

#define TCE_LETTER_BITS 10U

/* What a starting story ends in was reached from nowhere. */
#define TCE_RANK_START (UINT64_MAX - 1)

/* A state that is kept whole: its canonical stream. */
struct tce_whole {
	size_t size;
	uint8_t byte[];
};

struct tce_place {
	struct tce_whole *_Atomic whole;
};

struct tce_slot {
	_Atomic uint64_t fingerprint; /* 0: free */
	_Atomic uint64_t upside;      /* ~rank; 0: not yet */
};

struct tce_store {
	struct tce_mem mem;
	struct tce_slot *slot;
	struct tce_place *place; /* exact: by slot; else NULL */
	uint64_t nr_slots;
	uint64_t *rank; /* by node */
	uint64_t nr_nodes;
	uint64_t nodes_size;
	_Atomic uint64_t whole_bytes;
	bool exact;
	/* Every new state writes it: in a line of its own, or all who read the above would wait. */
	uint8_t apart[64];
	_Atomic uint64_t nr_used; /* slots; nodes may be more, in slots of other processes */
	uint8_t behind[64];
};

/* A state as it is put. */
struct tce_sighting {
	uint64_t fingerprint; /* not 0 */
	uint64_t rank;
	const uint8_t *stream; /* exact */
	size_t size;
};

TCE_MUST_USE int tce_store_init(struct tce_store *store, const struct tce_alloc *alloc, bool exact);
void tce_store_fini(struct tce_store *store);

/* Is there room for that many more? Any thread. */
bool tce_store_has_room(const struct tce_store *store, uint64_t more);

/*
 * Make room: one thread, while no other puts. When slots move, whoever keeps numbers of slots is
 * called, and learns new ones for old ones. moved may be NULL. -TCE_ERR_NOMEM: as before.
 */
typedef void tce_store_moved_fn(void *ctx, const struct tce_slot *old);
TCE_MUST_USE int tce_store_reserve(struct tce_store *store, uint64_t more,
				   tce_store_moved_fn *moved, void *ctx);
uint64_t tce_slot_moved(const struct tce_slot *old, uint64_t slot);

/* Any thread: is it there? One that is put at the same time may be or not. rank does not count. */
bool tce_store_has(struct tce_store *store, const struct tce_sighting *sighting);

/* What a put says. */
#define TCE_STORE_KNOWN  0
#define TCE_STORE_NEW    1
#define TCE_STORE_SOONER 2 /* known, but with a larger rank */

/*
 * Any thread, with room reserved. *ret_slot: its slot, with the smaller of its ranks. One of the
 * above, or -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_store_put(struct tce_store *store, const struct tce_sighting *sighting,
			       uint64_t *ret_slot);

/* The slots that a round's puts found NEW become nodes, in order of rank. Sorts slots. */
TCE_MUST_USE int tce_store_number(struct tce_store *store, uint64_t *slots, uint64_t nr);

/*
 * The same in two steps, when other processes have slots, too: slots that were found NEW here give
 * way to their ranks; all ranks that were found become nodes, in order. Sorts ranks.
 */
void tce_store_settle(const struct tce_store *store, uint64_t *slots, uint64_t nr);
TCE_MUST_USE int tce_store_append(struct tce_store *store, uint64_t *ranks, uint64_t nr);

static inline uint64_t tce_store_rank(const struct tce_store *store, uint64_t node)
{
	return store->rank[node];
}

uint64_t tce_store_bytes(const struct tce_store *store);

#endif
