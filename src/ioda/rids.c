/* SPDX-License-Identifier: BSD-2-Clause */
/* Sets of requester IDs, and the RTT as runs or in memory. */
#include "rids.h"

#include <string.h>

#include "base/bits.h"
#include "base/hash.h"
#include "sparse.h"

#define DEVICE_MASK   0xf8U
#define FUNCTION_MASK 0x07U
#define PIECE         2048U /* RTT entries written at once: one 4 KiB page */

struct tce_rid_set tce_rid_set(unsigned bdfn, unsigned bus_bits, bool device, bool function)
{
	struct tce_rid_set set;

	set.mask = (0xff00U << (8 - bus_bits)) & 0xff00U;
	if (device)
		set.mask |= DEVICE_MASK;
	if (function)
		set.mask |= FUNCTION_MASK;
	set.value = bdfn & set.mask;
	return set;
}

uint32_t tce_rid_set_stretch(const struct tce_rid_set *set)
{
	return set->mask == 0 ? TCE_NR_RIDS : set->mask & (0U - set->mask);
}

/*
 * Count up in the bits that are not compared: adding with those that are set to 1 carries past
 * them.
 */
uint32_t tce_rid_set_next(const struct tce_rid_set *set, uint32_t rid)
{
	uint32_t free_bits = ~set->mask & (TCE_NR_RIDS - 1);
	uint32_t last = (rid & free_bits) | (tce_rid_set_stretch(set) - 1);
	uint32_t next = ((last | set->mask) + 1) & (TCE_NR_RIDS - 1) & free_bits;

	return next == 0 ? TCE_NR_RIDS : next | set->value;
}

static struct tce_rid_run *runs_of(const struct tce_rids *r)
{
	return tce_rptr_get(&r->runs);
}

int tce_rids_fill(struct tce_rids *r, const struct tce_mem *mem, unsigned pe)
{
	int err = tce_small_grow(&r->runs, &r->capacity, r->nr, 1, sizeof(struct tce_rid_run), mem);

	if (err != 0)
		return err;
	runs_of(r)[0].first = 0;
	runs_of(r)[0].pe = (uint16_t)pe;
	r->nr = 1;
	return 0;
}

void tce_rids_fini(struct tce_rids *r, const struct tce_mem *mem)
{
	tce_mem_free(mem, runs_of(r), r->capacity * sizeof(struct tce_rid_run));
	memset(r, 0, sizeof(*r));
}

/* The run that rid is in. */
static uint32_t run_of(const struct tce_rids *r, unsigned rid)
{
	const struct tce_rid_run *runs = runs_of(r);
	uint32_t low = 0;
	uint32_t high = r->nr;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (runs[middle].first <= rid)
			low = middle;
		else
			high = middle;
	}
	return low;
}

unsigned tce_rids_get(const struct tce_rids *r, unsigned rid)
{
	return runs_of(r)[run_of(r, rid)].pe;
}

/* Where merged runs go; with runs NULL they are only counted. */
struct run_sink {
	struct tce_rid_run *runs;
	uint32_t nr;
	uint16_t last_pe;
};

static void emit(struct run_sink *sink, uint32_t first, uint16_t pe)
{
	if (sink->nr != 0 && sink->last_pe == pe)
		return;
	if (sink->runs != NULL) {
		sink->runs[sink->nr].first = (uint16_t)first;
		sink->runs[sink->nr].pe = pe;
	}
	sink->last_pe = pe;
	sink->nr++;
}

/* Emit what r says of RIDs [from, to). */
static void emit_old(struct run_sink *sink, const struct tce_rids *r, uint32_t from, uint32_t to)
{
	const struct tce_rid_run *runs = runs_of(r);
	uint32_t i;

	if (from == to)
		return;
	for (i = run_of(r, from); i < r->nr && runs[i].first < to; i++)
		emit(sink, runs[i].first > from ? runs[i].first : from, runs[i].pe);
}

static void merge(struct run_sink *sink, const struct tce_rids *r, const struct tce_rid_set *set,
		  uint16_t pe)
{
	uint32_t done = 0;
	uint32_t rid;

	for (rid = set->value; rid < TCE_NR_RIDS; rid = tce_rid_set_next(set, rid)) {
		emit_old(sink, r, done, rid);
		emit(sink, rid, pe);
		done = rid + tce_rid_set_stretch(set);
	}
	emit_old(sink, r, done, TCE_NR_RIDS);
}

int tce_rids_set(struct tce_rids *r, const struct tce_mem *mem, const struct tce_rid_set *set,
		 unsigned pe)
{
	struct run_sink sink = {0};
	struct tce_rids fresh = {0};
	int err;

	merge(&sink, r, set, (uint16_t)pe);
	err = tce_small_grow(&fresh.runs, &fresh.capacity, 0, sink.nr, sizeof(struct tce_rid_run),
			     mem);
	if (err != 0)
		return err;
	memset(&sink, 0, sizeof(sink));
	sink.runs = runs_of(&fresh);
	merge(&sink, r, set, (uint16_t)pe);
	tce_mem_free(mem, runs_of(r), r->capacity * sizeof(struct tce_rid_run));
	tce_rptr_set(&r->runs, sink.runs);
	r->nr = sink.nr;
	r->capacity = fresh.capacity;
	return 0;
}

uint64_t tce_rids_hash(uint64_t seed, const struct tce_rids *r)
{
	return tce_hash_bytes(tce_hash_u64(seed, r->nr), runs_of(r),
			      r->nr * sizeof(struct tce_rid_run));
}

bool tce_rids_equal(const struct tce_rids *a, const struct tce_rids *b)
{
	return a->nr == b->nr && (a->nr == 0 || memcmp(runs_of(a), runs_of(b),
						       a->nr * sizeof(struct tce_rid_run)) == 0);
}

int tce_rtt_write(const struct tce_memory *memory, uint64_t rtt, const struct tce_rid_set *set,
		  unsigned pe)
{
	uint32_t stretch = tce_rid_set_stretch(set);
	uint32_t nr = stretch < PIECE ? stretch : PIECE;
	uint8_t piece[PIECE * 2];
	uint32_t rid;
	uint32_t done;
	uint32_t i;

	for (i = 0; i < nr; i++)
		tce_be16_store(&piece[i * 2], (uint16_t)pe);
	for (rid = set->value; rid < TCE_NR_RIDS; rid = tce_rid_set_next(set, rid)) {
		for (done = 0; done < stretch; done += nr) {
			if (memory->write(memory->ctx, tce_ra(rtt + 2 * (rid + done)), piece,
					  nr * 2) != 0)
				return -TCE_ERR_IO;
		}
	}
	return 0;
}
