/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Readers beside the writer of a LAZY table, without locks, as real threads; also run under
 * ThreadSanitizer. test_table_interleave.c is its deterministic sister.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "table_watch.h"
#include "testing.h"

#define NR_READERS 3
#define NR_CHANGES 50000

struct thread {
	pthread_t id;
	struct table_reader reader;
	struct prng rng;
	const int *stop;
	uint64_t nr_reads;
	bool failed; /* the rest says how; read after the thread has ended */
	const char *how;
	uint64_t index;
	uint64_t tce;
};

static void check(struct thread *t, size_t w, uint64_t before, uint64_t tce, const char *how)
{
	if (table_watch_after(&t->reader, w, before, tce) || t->failed)
		return;
	t->failed = true;
	t->how = how;
	t->index = watched[w];
	t->tce = tce;
}

static void read_one(struct thread *t, size_t w, bool translate)
{
	const struct tce_table *table = t->reader.watch->table;
	uint64_t before = table_watch_before(&t->reader, w);
	struct tce_xlate xlate;

	if (translate) {
		tce_table_translate(table, watched[w] * WATCH_PAGE + 5, TCE_READ, &xlate);
		check(t, w, before, xlate.tce, "translate");
	} else {
		check(t, w, before, tce_table_get(table, watched[w]), "get");
	}
}

/* Every watched entry that a run covers, or that was skipped as zero. */
static void read_run(struct thread *t, size_t start)
{
	struct tce_run run = {.index = WATCH_NR_ENTRIES};
	uint64_t before[NR_WATCHED];
	size_t w;

	for (w = 0; w < NR_WATCHED; w++)
		before[w] = table_watch_before(&t->reader, w);
	tce_table_next_run(t->reader.watch->table, watched[start], &run);
	for (w = 0; w < NR_WATCHED; w++) {
		uint64_t i = watched[w] - run.index;

		if (watched[w] < watched[start] || (watched[w] > run.index && i >= run.count))
			continue;
		if (watched[w] < run.index)
			check(t, w, before[w], 0, "next_run");
		else
			check(t, w, before[w], run.first + i * run.step, "next_run");
	}
}

static void *thread_main(void *arg)
{
	struct thread *t = arg;

	while (!__atomic_load_n(t->stop, __ATOMIC_RELAXED)) {
		size_t w = (size_t)prng_below(&t->rng, NR_WATCHED);

		if (prng_one_in(&t->rng, 50))
			read_run(t, w);
		else
			read_one(t, w, prng_one_in(&t->rng, 2));
		if (tce_table_nr_mapped(t->reader.watch->table) > WATCH_NR_ENTRIES)
			t->failed = true;
		__atomic_fetch_add(&t->nr_reads, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Until every reader has made n reads. */
static void wait_for(const struct thread *thread, uint64_t n)
{
	unsigned r;

	for (r = 0; r < NR_READERS; r++)
		while (__atomic_load_n(&thread[r].nr_reads, __ATOMIC_RELAXED) < n)
			sched_yield();
}

static void readers_see_each_entry_before_or_after_each_change(void **state)
{
	static struct thread thread[NR_READERS];
	struct table_watch watch;
	int stop = 0;
	unsigned r;

	(void)state;
	table_watch_init(&watch, NULL, 77, NR_CHANGES);
	for (r = 0; r < NR_READERS; r++) {
		thread[r].reader.watch = &watch;
		thread[r].rng = prng_seeded(r);
		thread[r].stop = &stop;
		assert_int_equal(pthread_create(&thread[r].id, NULL, thread_main, &thread[r]), 0);
	}
	wait_for(thread, 1);
	while (watch.nr_changes < NR_CHANGES)
		table_watch_write(&watch);
	wait_for(thread, 1000);
	__atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
	for (r = 0; r < NR_READERS; r++)
		assert_int_equal(pthread_join(thread[r].id, NULL), 0);
	for (r = 0; r < NR_READERS; r++)
		if (thread[r].failed)
			fail_msg("%s of entry %llu gave %llx", thread[r].how,
				 (unsigned long long)thread[r].index,
				 (unsigned long long)thread[r].tce);
	table_watch_fini(&watch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(readers_see_each_entry_before_or_after_each_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
