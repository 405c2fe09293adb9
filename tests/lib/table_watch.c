/* SPDX-License-Identifier: BSD-2-Clause */
#include "table_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"

#define BLOCK UINT64_C(512)
#define TOP   (BLOCK * BLOCK)
#define NR    WATCH_NR_ENTRIES
#define PAGE  WATCH_PAGE

const uint64_t watched[NR_WATCHED] = {
	0,       1,       255,     511,     512,         513,         1023,
	1024,    TOP - 1, TOP,     TOP + 1, TOP + 511,   TOP + 512,   2 * TOP - 1,
	2 * TOP, NR - 1,  TOP - 2, TOP / 2, 2 * TOP - 2, 2 * TOP + 1, 2 * TOP + 512,
};

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "table_watch: %s\n", what);
	abort();
}

static uint64_t any_watched(struct table_watch *watch)
{
	return watched[prng_below(&watch->rng, NR_WATCHED)];
}

/* What is about to become of [index, index + count): value, from first or side. */
struct change {
	uint64_t index;
	uint64_t count;
	uint64_t (*value)(const struct change *change, uint64_t i);
	uint64_t first;
	const struct tce_table *side;
};

static uint64_t linear_value(const struct change *change, uint64_t i)
{
	return change->first + i * PAGE;
}

static uint64_t constant_value(const struct change *change, uint64_t i)
{
	(void)i;
	return change->first;
}

static uint64_t mixed_value(const struct change *change, uint64_t i)
{
	return i % 7 == 3 ? 0 : change->first + (i ^ 1) * PAGE;
}

static uint64_t side_value(const struct change *change, uint64_t i)
{
	return tce_table_get(change->side, i);
}

static void begin(struct table_watch *watch, const struct change *change)
{
	size_t w;

	for (w = 0; w < NR_WATCHED; w++) {
		struct table_history *h = &watch->history[w];

		if (watched[w] - change->index >= change->count)
			continue;
		h->value[h->nr_begun] = change->value(change, watched[w] - change->index);
		__atomic_store_n(&h->nr_begun, h->nr_begun + 1, __ATOMIC_RELEASE);
	}
}

static void end(struct table_watch *watch)
{
	size_t w;

	for (w = 0; w < NR_WATCHED; w++)
		__atomic_store_n(&watch->history[w].done, watch->history[w].nr_begun - 1,
				 __ATOMIC_RELEASE);
}

static void put_one(struct table_watch *watch, uint64_t unique)
{
	struct change change = {.count = 1, .value = constant_value, .first = unique};

	change.index = any_watched(watch);
	begin(watch, &change);
	must(tce_table_put(watch->table, change.index, change.first, NULL) == 0, "refused");
}

static void put_list(struct table_watch *watch, uint64_t unique)
{
	static uint64_t (*const values[])(const struct change *,
					  uint64_t) = {linear_value, constant_value, mixed_value};
	struct change change = {.count = BLOCK, .first = unique};
	struct tce_be64 list[BLOCK];
	uint64_t i;

	change.index = any_watched(watch) / BLOCK * BLOCK;
	change.value = values[prng_below(&watch->rng, 3)];
	if (change.index + change.count > NR)
		change.count = NR - change.index;
	for (i = 0; i < change.count; i++)
		tce_be64_set(&list[i], change.value(&change, i));
	begin(watch, &change);
	must(tce_table_put_list(watch->table, change.index, list, change.count) == 0, "refused");
}

/* A run or a stuff: of a block, of blocks, of top slots, or of whatever two entries bound. */
static void fill(struct table_watch *watch, uint64_t unique)
{
	uint64_t grain = prng_one_in(&watch->rng, 4) ? TOP : BLOCK;
	struct change change = {.index = any_watched(watch) / grain * grain};
	int err;

	change.count = grain * prng_between(&watch->rng, 1, 2);
	if (prng_one_in(&watch->rng, 8)) {
		change.index = any_watched(watch);
		change.count = prng_below(&watch->rng, BLOCK * 3);
	}
	if (change.index + change.count > NR)
		change.count = NR - change.index;
	change.first = prng_one_in(&watch->rng, 3) ? 0 : unique;
	change.value =
		change.first != 0 && prng_one_in(&watch->rng, 2) ? linear_value : constant_value;
	begin(watch, &change);
	if (change.value == linear_value)
		err = tce_table_put_run(watch->table, change.index, change.first, change.count);
	else
		err = tce_table_stuff(watch->table, change.index, change.first, change.count);
	must(err == 0, "refused");
}

static void clear(struct table_watch *watch)
{
	struct change change = {.count = NR, .value = constant_value};

	begin(watch, &change);
	tce_table_clear(watch->table);
}

/* Copy over the table what it holds already, but for one entry: no other may flicker. */
static void copy(struct table_watch *watch, uint64_t unique)
{
	struct change change = {.count = NR, .value = side_value, .side = watch->side};
	uint64_t index = any_watched(watch);

	must(tce_table_copy(watch->side, watch->table) == 0, "refused");
	must(tce_table_put(watch->side, index, unique, NULL) == 0, "refused");
	begin(watch, &change);
	must(tce_table_copy(watch->table, watch->side) == 0, "refused");
}

void table_watch_write(struct table_watch *watch)
{
	uint64_t unique = ++watch->nr_changes << 34 | TCE_PERM;

	must(watch->nr_changes <= watch->max_changes, "the history is full");
	if (prng_one_in(&watch->rng, 100)) {
		clear(watch);
	} else if (prng_one_in(&watch->rng, 100)) {
		copy(watch, unique);
	} else {
		switch (prng_below(&watch->rng, 8)) {
		case 0: put_list(watch, unique); break;
		case 1:
		case 2: fill(watch, unique); break;
		default: put_one(watch, unique); break;
		}
	}
	end(watch);
}

void table_watch_init(struct table_watch *watch, const struct tce_alloc *alloc, uint64_t seed,
		      uint64_t max_changes)
{
	struct tce_table_opts opts = {12, NR, TCE_STORAGE_LAZY};
	size_t w;

	memset(watch, 0, sizeof(*watch));
	watch->rng = prng_seeded(seed);
	watch->max_changes = max_changes;
	must(tce_table_new(alloc, &opts, &watch->table) == 0, "no memory");
	opts.storage = TCE_STORAGE_COMPACT;
	must(tce_table_new(NULL, &opts, &watch->side) == 0, "no memory");
	for (w = 0; w < NR_WATCHED; w++) {
		watch->history[w].value = calloc(max_changes + 1, sizeof(uint64_t));
		must(watch->history[w].value != NULL, "no memory");
		watch->history[w].nr_begun = 1;
	}
}

void table_watch_fini(struct table_watch *watch)
{
	size_t w;

	for (w = 0; w < NR_WATCHED; w++)
		free(watch->history[w].value);
	tce_table_free(watch->table);
	tce_table_free(watch->side);
}

uint64_t table_watch_before(const struct table_reader *reader, size_t w)
{
	return __atomic_load_n(&reader->watch->history[w].done, __ATOMIC_ACQUIRE);
}

bool table_watch_after(struct table_reader *reader, size_t w, uint64_t before, uint64_t tce)
{
	const struct table_history *h = &reader->watch->history[w];
	uint64_t nr = __atomic_load_n(&h->nr_begun, __ATOMIC_ACQUIRE);
	uint64_t i = before > reader->last[w] ? before : reader->last[w];

	while (i < nr && h->value[i] != tce)
		i++;
	if (i < nr)
		reader->last[w] = i;
	return i < nr;
}
