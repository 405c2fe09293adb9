/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What readers beside the writer of a LAZY table may see. Some entries are watched: before each
 * change the writer appends their next values to a history, and afterwards notes how far the
 * history is done. What a reader gets must stand in the history, not before what was done when its
 * read began, not after what was begun when its read ended, and not before what the same reader saw
 * there earlier. So a torn, lost, early, stale or resurrected value is found.
 *
 * One thread writes (table_watch_write); any number of threads call the functions for readers, each
 * with its own struct table_reader.
 */
#ifndef TABLE_WATCH_H
#define TABLE_WATCH_H

#include <stdbool.h>

#include <tce/table.h>

#include "prng.h"

#define WATCH_NR_ENTRIES (2 * 262144 + 700)
#define WATCH_PAGE       UINT64_C(4096)
#define NR_WATCHED       21

/* Both sides of every kind of border, and some middles; few blocks, so that they change often. */
extern const uint64_t watched[NR_WATCHED];

struct table_history {
	uint64_t *value;   /* in the order they were stored; value[0] is the initial zero */
	uint64_t nr_begun; /* values appended; the writer's release, the readers' acquire */
	uint64_t done;     /* position of the last value that is surely in the table; likewise */
};

struct table_watch {
	struct tce_table *table;
	struct tce_table *side; /* the writer's own: what the table is to become by a copy */
	struct table_history history[NR_WATCHED];
	uint64_t nr_changes; /* so far */
	uint64_t max_changes;
	struct prng rng;
};

struct table_reader {
	const struct table_watch *watch;
	uint64_t last[NR_WATCHED]; /* position of the newest value seen */
};

/* A table from alloc, empty, for max_changes changes. */
void table_watch_init(struct table_watch *watch, const struct tce_alloc *alloc, uint64_t seed,
		      uint64_t max_changes);
void table_watch_fini(struct table_watch *watch);

/* Make one random change: any writing call, mostly at or over watched entries. */
void table_watch_write(struct table_watch *watch);

/* Before a read of watched entry w: the position that is done. */
uint64_t table_watch_before(const struct table_reader *reader, size_t w);

/* After it: whether tce is one of the values that entry w may have had since. */
bool table_watch_after(struct table_reader *reader, size_t w, uint64_t before, uint64_t tce);

#endif
