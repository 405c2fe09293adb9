/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The set of seen states: open addressing with linear probing, at most three quarters full. A slot
 * is claimed by writing its fingerprint with compare-and-swap; its rank only ever gets smaller.
 */
#include "store.h"

#include <string.h>

#include "base/assert.h"
#include "base/sort.h"

#define SLOTS_LEAST (UINT64_C(1) << 12)
#define NODES_LEAST (UINT64_C(1) << 10)

static struct tce_slot *slots_new(struct tce_store *store, uint64_t nr)
{
	return tce_mem_reserve(&store->mem, nr * sizeof(struct tce_slot));
}

static int wholes_new(struct tce_store *store, uint64_t nr, struct tce_place **ret_place)
{
	*ret_place = NULL;
	if (!store->exact)
		return 0;
	*ret_place = tce_mem_new(&store->mem, nr * sizeof(**ret_place));
	return *ret_place == NULL ? -TCE_ERR_NOMEM : 0;
}

int tce_store_init(struct tce_store *store, const struct tce_alloc *alloc, bool exact)
{
	memset(store, 0, sizeof(*store));
	tce_mem_init(&store->mem, alloc);
	store->exact = exact;
	store->nr_slots = SLOTS_LEAST;
	store->slot = slots_new(store, store->nr_slots);
	store->nodes_size = NODES_LEAST;
	store->rank = tce_mem_new(&store->mem, NODES_LEAST * sizeof(*store->rank));
	if (store->slot == NULL || store->rank == NULL)
		return -TCE_ERR_NOMEM;
	return wholes_new(store, store->nr_slots, &store->place);
}

static size_t whole_size(const struct tce_whole *whole)
{
	return sizeof(*whole) + whole->size;
}

void tce_store_fini(struct tce_store *store)
{
	for (uint64_t i = 0; store->place != NULL && i < store->nr_slots; i++) {
		struct tce_whole *whole =
			atomic_load_explicit(&store->place[i].whole, memory_order_relaxed);

		if (whole != NULL)
			tce_mem_free(&store->mem, whole, whole_size(whole));
	}
	if (store->place != NULL)
		tce_mem_free(&store->mem, store->place, store->nr_slots * sizeof(*store->place));
	tce_mem_release(&store->mem, store->slot, store->nr_slots * sizeof(*store->slot));
	tce_mem_free(&store->mem, store->rank, store->nodes_size * sizeof(*store->rank));
	memset(store, 0, sizeof(*store));
}

uint64_t tce_store_bytes(const struct tce_store *store)
{
	return store->nr_slots * sizeof(*store->slot) + store->nodes_size * sizeof(*store->rank) +
	       atomic_load_explicit(&store->whole_bytes, memory_order_relaxed) +
	       (store->exact ? store->nr_slots * sizeof(*store->place) : 0);
}

/* --- growing: one thread ------------------------------------------------------------------- */

/* By the lower half of a fingerprint: the upper one says which process a state belongs to. */
static uint64_t home(uint64_t fingerprint, uint64_t nr_slots)
{
	return (fingerprint & UINT32_MAX) * nr_slots >> 32;
}

static uint64_t next_to(uint64_t at, uint64_t nr_slots)
{
	return at + 1 == nr_slots ? 0 : at + 1;
}

/* The old slot then says where it went. */
static void move(const struct tce_store *from, uint64_t i, struct tce_store *to)
{
	uint64_t fingerprint =
		atomic_load_explicit(&from->slot[i].fingerprint, memory_order_relaxed);
	uint64_t at;

	if (fingerprint == 0)
		return;
	at = home(fingerprint, to->nr_slots);
	while (atomic_load_explicit(&to->slot[at].fingerprint, memory_order_relaxed) != 0)
		at = next_to(at, to->nr_slots);
	atomic_store_explicit(&to->slot[at].fingerprint, fingerprint, memory_order_relaxed);
	atomic_store_explicit(&to->slot[at].upside,
			      atomic_load_explicit(&from->slot[i].upside, memory_order_relaxed),
			      memory_order_relaxed);
	if (from->exact)
		atomic_store_explicit(
			&to->place[at].whole,
			atomic_load_explicit(&from->place[i].whole, memory_order_relaxed),
			memory_order_relaxed);
	atomic_store_explicit(&from->slot[i].upside, at, memory_order_relaxed);
}

uint64_t tce_slot_moved(const struct tce_slot *old, uint64_t slot)
{
	return atomic_load_explicit(&old[slot].upside, memory_order_relaxed);
}

static int grow(struct tce_store *store, uint64_t nr_slots, tce_store_moved_fn *moved, void *ctx)
{
	struct tce_store larger = {.nr_slots = nr_slots, .exact = store->exact};
	int err = wholes_new(store, nr_slots, &larger.place);

	if (err != 0)
		return err;
	larger.slot = slots_new(store, nr_slots);
	if (larger.slot == NULL) {
		if (larger.place != NULL)
			tce_mem_free(&store->mem, larger.place, nr_slots * sizeof(*larger.place));
		return -TCE_ERR_NOMEM;
	}
	for (uint64_t i = 0; i < store->nr_slots; i++)
		move(store, i, &larger);
	if (moved != NULL)
		moved(ctx, store->slot);
	tce_mem_release(&store->mem, store->slot, store->nr_slots * sizeof(*store->slot));
	if (store->place != NULL)
		tce_mem_free(&store->mem, store->place, store->nr_slots * sizeof(*store->place));
	store->slot = larger.slot;
	store->place = larger.place;
	store->nr_slots = nr_slots;
	return 0;
}

bool tce_store_has_room(const struct tce_store *store, uint64_t more)
{
	uint64_t used = atomic_load_explicit(&store->nr_used, memory_order_relaxed);

	return (used + more) * 4 <= store->nr_slots * 3;
}

int tce_store_reserve(struct tce_store *store, uint64_t more, tce_store_moved_fn *moved, void *ctx)
{
	uint64_t used = atomic_load_explicit(&store->nr_used, memory_order_relaxed);
	uint64_t nr_slots = store->nr_slots;

	while ((used + more) * 4 > nr_slots * 3)
		nr_slots += nr_slots / 2;
	if (nr_slots > UINT32_MAX)
		return -TCE_ERR_NOMEM;
	return nr_slots == store->nr_slots ? 0 : grow(store, nr_slots, moved, ctx);
}

/* --- putting: any thread ------------------------------------------------------------------- */

/* True: it was larger. */
static bool lower_rank(struct tce_slot *slot, uint64_t rank)
{
	uint64_t upside = atomic_load_explicit(&slot->upside, memory_order_relaxed);

	while (upside < ~rank) {
		if (atomic_compare_exchange_weak_explicit(&slot->upside, &upside, ~rank,
							  memory_order_relaxed,
							  memory_order_relaxed))
			return true;
	}
	return false;
}

/* Exact: the claimer publishes the stream after the claim; its release pairs with this acquire. */
static bool is_same(struct tce_store *store, uint64_t at, const struct tce_sighting *sighting)
{
	const struct tce_whole *whole = NULL;

	if (!store->exact)
		return true;
	while (whole == NULL)
		whole = atomic_load_explicit(&store->place[at].whole, memory_order_acquire);
	return whole->size == sighting->size &&
	       memcmp(whole->byte, sighting->stream, whole->size) == 0;
}

bool tce_store_has(struct tce_store *store, const struct tce_sighting *sighting)
{
	uint64_t at = home(sighting->fingerprint, store->nr_slots);
	uint64_t seen;

	for (;; at = next_to(at, store->nr_slots)) {
		seen = atomic_load_explicit(&store->slot[at].fingerprint, memory_order_relaxed);
		if (seen == 0)
			return false;
		if (seen == sighting->fingerprint && is_same(store, at, sighting))
			return true;
	}
}

static struct tce_whole *whole_new(struct tce_store *store, const struct tce_sighting *sighting)
{
	struct tce_whole *whole = tce_mem_new(&store->mem, sizeof(*whole) + sighting->size);

	if (whole == NULL)
		return NULL;
	whole->size = sighting->size;
	memcpy(whole->byte, sighting->stream, sighting->size);
	atomic_fetch_add_explicit(&store->whole_bytes, whole_size(whole), memory_order_relaxed);
	return whole;
}

/* The slot of a state; *ret_claimed: it was free. */
static uint64_t find(struct tce_store *store, const struct tce_sighting *sighting,
		     struct tce_whole *whole, bool *ret_claimed)
{
	uint64_t at = home(sighting->fingerprint, store->nr_slots);

	for (;;) {
		struct tce_slot *slot = &store->slot[at];
		uint64_t seen = atomic_load_explicit(&slot->fingerprint, memory_order_relaxed);

		*ret_claimed =
			seen == 0 && atomic_compare_exchange_strong_explicit(
					     &slot->fingerprint, &seen, sighting->fingerprint,
					     memory_order_relaxed, memory_order_relaxed);
		if (*ret_claimed) {
			if (store->exact)
				atomic_store_explicit(&store->place[at].whole, whole,
						      memory_order_release);
			return at;
		}
		if (seen == sighting->fingerprint && is_same(store, at, sighting))
			return at;
		at = next_to(at, store->nr_slots);
	}
}

int tce_store_put(struct tce_store *store, const struct tce_sighting *sighting, uint64_t *ret_slot)
{
	struct tce_whole *whole = NULL;
	bool claimed;
	bool lowered;

	if (store->exact) {
		whole = whole_new(store, sighting);
		if (whole == NULL)
			return -TCE_ERR_NOMEM;
	}
	*ret_slot = find(store, sighting, whole, &claimed);
	if (whole != NULL && !claimed) {
		atomic_fetch_sub_explicit(&store->whole_bytes, whole_size(whole),
					  memory_order_relaxed);
		tce_mem_free(&store->mem, whole, whole_size(whole));
	}
	lowered = lower_rank(&store->slot[*ret_slot], sighting->rank);
	if (claimed) {
		atomic_fetch_add_explicit(&store->nr_used, 1, memory_order_relaxed);
		return TCE_STORE_NEW;
	}
	return lowered ? TCE_STORE_SOONER : TCE_STORE_KNOWN;
}

/* --- numbering: one thread ----------------------------------------------------------------- */

static int nodes_reserve(struct tce_store *store, uint64_t more)
{
	uint64_t size = store->nodes_size;
	uint64_t *rank;

	while (store->nr_nodes + more > size)
		size += size / 2;
	if (size == store->nodes_size)
		return 0;
	rank = tce_mem_new(&store->mem, size * sizeof(*rank));
	if (rank == NULL)
		return -TCE_ERR_NOMEM;
	memcpy(rank, store->rank, store->nr_nodes * sizeof(*rank));
	tce_mem_free(&store->mem, store->rank, store->nodes_size * sizeof(*rank));
	store->rank = rank;
	store->nodes_size = size;
	return 0;
}

void tce_store_settle(const struct tce_store *store, uint64_t *slots, uint64_t nr)
{
	for (uint64_t i = 0; i < nr; i++)
		slots[i] =
			~atomic_load_explicit(&store->slot[slots[i]].upside, memory_order_relaxed);
}

int tce_store_append(struct tce_store *store, uint64_t *ranks, uint64_t nr)
{
	int err = nodes_reserve(store, nr);

	if (err != 0)
		return err;
	tce_sort_u64(ranks, nr);
	memcpy(store->rank + store->nr_nodes, ranks, nr * sizeof(*ranks));
	store->nr_nodes += nr;
	return 0;
}

int tce_store_number(struct tce_store *store, uint64_t *slots, uint64_t nr)
{
	tce_store_settle(store, slots, nr);
	return tce_store_append(store, slots, nr);
}
