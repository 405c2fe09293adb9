/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The slot protocol of LAZY storage (src/tce/table_impl.h), store by store.
 *
 * The writer's file is compiled into this test with its stores replaced: after each one, simulated
 * readers take any number of steps. A reader is the three loads of tce_lazy_get, and may sleep
 * between two of them for as long as the seed says, over any number of changes. So every point
 * where a real reader could be is tried, always the same way, with readers as stale as can be.
 */
#include <stdlib.h>
#include <string.h>

#include "table_watch.h"
#include "testing.h"

#include "tce/table_fast.h"

static void after_store(const uint64_t *p);

static void store_and_interleave(uint64_t *p, uint64_t v)
{
	tce_store_release(p, v);
	after_store(p);
}

#define tce_store_release store_and_interleave
#include "tce/table_lazy.c"
#undef tce_store_release

#define NR_READERS 24
#define NR_CHANGES 40000

enum stage {
	AT_START,
	AT_TOP,
	AT_DIRECTORY
};

/* A thread in the middle of a read. */
struct sleeper {
	struct table_reader reader;
	enum stage stage; /* which load comes next */
	size_t w;
	uint64_t before;
	uint64_t nr_reads;
	uint64_t nr_stale; /* ended later than the change they began in */
	uint64_t began;
};

static struct table_watch watch;
static struct sleeper sleeper[NR_READERS];
static struct prng rng;
static uint64_t nr_wrong;

static void finish(struct sleeper *s, uint64_t tce)
{
	s->stage = AT_START;
	s->nr_reads++;
	s->nr_stale += s->began != watch.nr_changes;
	if (!table_watch_after(&s->reader, s->w, s->before, tce))
		nr_wrong++;
}

/* The next step of tce_lazy_get. */
static void step(struct sleeper *s)
{
	const struct tce_table *table = watch.table;
	uint64_t index = watched[s->w];
	uint64_t slot;

	switch (s->stage) {
	case AT_START:
		s->w = (size_t)prng_below(&rng, NR_WATCHED);
		s->before = table_watch_before(&s->reader, s->w);
		s->began = watch.nr_changes;
		slot = *tce_lazy_top(table, watched[s->w]);
		s->stage = AT_TOP;
		if (slot != TCE_SLOT_BELOW)
			finish(s, tce_slot_value(slot, watched[s->w] % TOP, table->page_shift));
		break;
	case AT_TOP:
		slot = *tce_lazy_directory(table, index);
		s->stage = AT_DIRECTORY;
		if (slot != TCE_SLOT_BELOW)
			finish(s, tce_slot_value(slot, index % BLOCK, table->page_shift));
		break;
	default: finish(s, *tce_lazy_entry(table, index)); break;
	}
}

/* The entry read last, as a run: what a group's touched bit says must hold as well. */
static void check_piece(struct sleeper *s)
{
	struct tce_run piece;

	s->before = table_watch_before(&s->reader, s->w);
	s->began = watch.nr_changes;
	tce_lazy_piece(watch.table, watched[s->w], &piece);
	finish(s, piece.first);
}

/* Whether a reader of a watched entry could load p. */
static bool is_on_a_path(const uint64_t *p)
{
	size_t w;

	if (p < tce_lazy_directory(watch.table, 0))
		return true;
	for (w = 0; w < NR_WATCHED; w++)
		if (p == tce_lazy_directory(watch.table, watched[w]) ||
		    p == tce_lazy_entry(watch.table, watched[w]))
			return true;
	return false;
}

/*
 * Some readers move on often, some hardly ever, so that all kinds of staleness meet. Where the
 * store cannot matter to them they mostly sleep.
 */
static void after_store(const uint64_t *p)
{
	uint64_t n = is_on_a_path(p) ? 40 : prng_one_in(&rng, 16);

	while (n-- > 0) {
		struct sleeper *s = &sleeper[prng_below(&rng, 1 + prng_below(&rng, NR_READERS))];

		if (s->stage == AT_START && prng_one_in(&rng, 2))
			check_piece(s);
		else
			step(s);
	}
}

static void *reserve_zeroes(void *ctx, size_t size)
{
	(void)ctx;
	return calloc(1, size);
}

static void release_zeroes(void *ctx, void *mem, size_t size)
{
	(void)ctx;
	(void)size;
	free(mem);
}

/* Some words become zero, one after the other, while readers look. */
static void discard_some(void *ctx, void *mem, size_t size)
{
	uint64_t *word = mem;
	size_t i;

	(void)ctx;
	for (i = (size_t)prng_below(&rng, 3); i < size / sizeof(*word); i += 1 + i % 61) {
		word[i] = 0;
		if (i % 64 < 2)
			after_store(&word[i]);
	}
	after_store(tce_lazy_top(watch.table, 0));
}

static void a_read_at_any_point_of_a_change_gives_what_the_entry_held_meanwhile(void **state)
{
	struct tce_alloc alloc = {
		.reserve = reserve_zeroes, .release = release_zeroes, .discard = discard_some};
	uint64_t nr_stale = 0;
	unsigned r;

	(void)state;
	rng = prng_seeded(4);
	table_watch_init(&watch, &alloc, 5, NR_CHANGES);
	for (r = 0; r < NR_READERS; r++)
		sleeper[r].reader.watch = &watch;
	while (watch.nr_changes < NR_CHANGES && nr_wrong == 0)
		table_watch_write(&watch);
	assert_int_equal(nr_wrong, 0);
	for (r = 0; r < NR_READERS; r++) {
		assert_true(sleeper[r].nr_reads > 1000);
		nr_stale += sleeper[r].nr_stale;
	}
	assert_true(nr_stale > 10000);
	table_watch_fini(&watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_read_at_any_point_of_a_change_gives_what_the_entry_held_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
