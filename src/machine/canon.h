/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One walk over a machine's state, written as a stream of bytes: the same walk serves hash, equal
 * and the explorer's canonical states. Each part of the machine has one canon function that writes
 * what matters to its future behaviour, in an order that depends on nothing else:
 *
 *   write       every field that can change an outcome of a later event;
 *   leave out   addresses of memory, capacities, statistics, caches that only save time;
 *   order       by id or by content, never by age of allocation;
 *   lengths     before lists, so that no two different states give one stream.
 *
 * Names. Two states that differ only in how equal things are called should meet when an explorer
 * asks for it. So ids and bus addresses are never written as numbers, but through tce_canon_id and
 * tce_canon_bus. In an exact stream (hash, equal) these write the number itself. In a renaming
 * stream they write the order of first appearance: the first bus page written becomes 0, the next
 * new one 1. That only joins states when the order of the walk is itself free of names:
 *
 *   - walk devices, bridges and pmem by tce_canon_order: position -> id. By default that is the
 *     order of ids; an explorer that knows devices 2 and 3 to be alike tries both orders and keeps
 *     the smaller stream (symmetry, exactly).
 *   - write things nobody else points to (mapping slots) sorted by their content, without their id.
 *   - bus addresses: write them in ascending order where possible. Renaming them forgets distances
 *     (the allocator's next choice may differ), so it joins states whose futures are alike except
 *     for addresses; whoever renames accepts that. Each state kept is a real one: no false alarms,
 *     at worst a story less.
 *   - real addresses, LIOBNs, sizes and TCE values are written as they are.
 *
 * One thread; the sink lives on its caller's stack.
 */
#ifndef TCE_MACHINE_CANON_H
#define TCE_MACHINE_CANON_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tce/status.h>

enum tce_canon_kind {
	TCE_CANON_PHB,
	TCE_CANON_DEV,
	TCE_CANON_PMEM,
	TCE_CANON_CONTAINER,
	TCE_CANON_BUS, /* bus addresses */
	TCE_CANON_NR
};

/* Names given so far; what finds no place keeps its number: fewer states meet, none wrongly. */
#define TCE_CANON_NAMES 48U

struct tce_canon_names {
	uint64_t name[TCE_CANON_NAMES];
	uint32_t nr;
};

struct tce_canon {
	uint8_t *buf;
	size_t size; /* of buf, >= 64 */
	size_t at;   /* bytes of buf that are written */
	/* Called when buf is full and by tce_canon_end: take buf[0, at) away and set at = 0. */
	void (*full)(struct tce_canon *canon);
	void *ctx; /* full's */

	bool rename;
	/* Explorer's order of walks: order[kind][position] = id; NULL: by id. */
	const uint16_t *order[TCE_CANON_NR];
	struct tce_canon_names names[TCE_CANON_NR]; /* used when rename */
};

/* An empty sink. names need no other initialisation. */
static inline void tce_canon_init(struct tce_canon *canon, uint8_t *buf, size_t size,
				  void (*full)(struct tce_canon *canon), void *ctx)
{
	canon->buf = buf;
	canon->size = size;
	canon->at = 0;
	canon->full = full;
	canon->ctx = ctx;
	canon->rename = false;
	for (unsigned i = 0; i < TCE_CANON_NR; i++) {
		canon->order[i] = NULL;
		canon->names[i].nr = 0;
	}
}

static inline void tce_canon_end(struct tce_canon *canon)
{
	if (canon->at != 0)
		canon->full(canon);
}

static inline void tce_canon_put(struct tce_canon *canon, const void *p, size_t n)
{
	if (n > canon->size - canon->at)
		canon->full(canon);
	memcpy(canon->buf + canon->at, p, n);
	canon->at += n;
}

static inline void tce_canon_u8(struct tce_canon *canon, uint8_t v)
{
	tce_canon_put(canon, &v, sizeof(v));
}

static inline void tce_canon_u32(struct tce_canon *canon, uint32_t v)
{
	tce_canon_put(canon, &v, sizeof(v));
}

static inline void tce_canon_u64(struct tce_canon *canon, uint64_t v)
{
	tce_canon_put(canon, &v, sizeof(v));
}

/* Any number of bytes. */
void tce_canon_bytes(struct tce_canon *canon, const void *p, size_t n);

/* The name of an object, or of a bus address, by the rules above. */
void tce_canon_name(struct tce_canon *canon, enum tce_canon_kind kind, uint64_t v);

static inline void tce_canon_id(struct tce_canon *canon, enum tce_canon_kind kind, uint16_t id)
{
	tce_canon_name(canon, kind, id);
}

static inline void tce_canon_bus(struct tce_canon *canon, uint64_t bus)
{
	tce_canon_name(canon, TCE_CANON_BUS, bus);
}

/* The id at a position of the walk over nr objects whose ids in ascending order are by_id. */
static inline uint16_t tce_canon_order(const struct tce_canon *canon, enum tce_canon_kind kind,
				       uint32_t position, uint16_t by_id)
{
	return canon->order[kind] != NULL ? canon->order[kind][position] : by_id;
}

#endif
