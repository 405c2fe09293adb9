/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * struct tce_explore_group: a search by several processes is that of one. The processes are threads
 * here, which hand their batches over at a barrier.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/explore.h>
#include <tce/scenario.h>

#include "failalloc.h"
#include "test_limits.h"
#include "testing.h"

#define RANKS_MOST 5U
#define STARTS     128U

struct starts {
	struct tce_scenario *scenario[STARTS];
	struct tce_story story[STARTS];
	unsigned nr;
};

static void add_pseries(struct starts *starts, const char *kernel)
{
	struct tce_scenario_overrides overrides = {.kernel = kernel};
	struct tce_scenario_error error;
	const char *text;

	if (test_is_emulated())
		test_skip("five ranks want more address space than there is");
	while ((text = tce_scenario_builtin("pseries", starts->nr)) != NULL) {
		unsigned i = starts->nr++;

		assert_true(i < STARTS);
		assert_int_equal(tce_scenario_parse(NULL, text, strlen(text), &overrides,
						    &starts->scenario[i], &error),
				 0);
		starts->story[i] = *tce_scenario_story(starts->scenario[i]);
	}
}

static void drop(struct starts *starts)
{
	for (unsigned i = 0; i < starts->nr; i++)
		tce_scenario_free(starts->scenario[i]);
}

/* --- ranks ----------------------------------------------------------------------------------- */

struct hall {
	pthread_barrier_t barrier;
	unsigned nr;
	const struct tce_explore_batch *out[RANKS_MOST];
};

struct rank {
	struct hall *hall;
	struct tce_explore_group group;
	struct tce_explore_opts opts;
	const struct tce_alloc *alloc;             /* NULL: default */
	struct tce_explore_batch kept[RANKS_MOST]; /* copies: the sender may write its own again */
	unsigned rounds;
	unsigned stop_at; /* this rank's observer stops at that round; 0: never */
	int err;
	struct tce_exploration *x;
};

static void forget(struct rank *rank)
{
	for (unsigned i = 0; i < RANKS_MOST; i++)
		free((void *)(uintptr_t)rank->kept[i].bytes);
	memset(rank->kept, 0, sizeof(rank->kept));
}

static int exchange(void *ctx, const struct tce_explore_batch *out, struct tce_explore_batch *in)
{
	struct rank *rank = ctx;
	struct hall *hall = rank->hall;

	forget(rank);
	hall->out[rank->group.rank] = out;
	pthread_barrier_wait(&hall->barrier);
	for (unsigned i = 0; i < hall->nr; i++) {
		const struct tce_explore_batch *batch = &hall->out[i][rank->group.rank];
		void *copy = malloc(batch->size + 1);

		if (copy == NULL)
			abort();
		memcpy(copy, batch->bytes, batch->size);
		rank->kept[i] = (struct tce_explore_batch){copy, batch->size};
		in[i] = rank->kept[i];
	}
	pthread_barrier_wait(&hall->barrier);
	return 0;
}

static bool observe(void *ctx, const struct tce_explore_progress *progress)
{
	struct rank *rank = ctx;

	(void)progress;
	return ++rank->rounds == rank->stop_at;
}

static void *play(void *ctx)
{
	struct rank *rank = ctx;

	rank->err = tce_explore(rank->alloc, &rank->opts, &rank->x);
	forget(rank);
	return NULL;
}

static void explore(const struct starts *starts, const struct tce_explore_opts *opts,
		    struct rank *ranks, unsigned nr)
{
	struct hall hall = {.nr = nr};
	pthread_t thread[RANKS_MOST];

	assert_int_equal(pthread_barrier_init(&hall.barrier, NULL, nr), 0);
	for (unsigned i = 0; i < nr; i++) {
		struct rank *rank = &ranks[i];

		rank->hall = &hall;
		rank->group = (struct tce_explore_group){i, nr, exchange, rank};
		rank->opts = *opts;
		rank->opts.starts = starts->story;
		rank->opts.nr_starts = starts->nr;
		rank->opts.group = &rank->group;
		rank->opts.observer = observe;
		rank->opts.ctx = rank;
		assert_int_equal(pthread_create(&thread[i], NULL, play, rank), 0);
	}
	for (unsigned i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
	pthread_barrier_destroy(&hall.barrier);
}

/* --- results --------------------------------------------------------------------------------- */

static int put(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) != n;
}

/* All that a search says, but for memory; to be freed. */
static char *text_of(const struct tce_exploration *x)
{
	const struct tce_explore_summary *sum = tce_exploration_summary(x);
	const struct tce_explore_finding *finding;
	char *text = NULL;
	size_t n = 0;
	FILE *stream = open_memstream(&text, &n);

	assert_non_null(stream);
	fprintf(stream, "%d %d %d %llu %llu %u %g\n", sum->verdict, sum->complete, sum->stopped,
		(unsigned long long)sum->states, (unsigned long long)sum->transitions, sum->depth,
		sum->missed);
	for (unsigned i = 0; i <= sum->depth; i++)
		fprintf(stream, "%llu ", (unsigned long long)sum->level[i]);
	for (unsigned i = 0; (finding = tce_exploration_finding(x, i)) != NULL; i++) {
		fprintf(stream, "\n%s %u %u\n", tce_rule(finding->breach.rule)->id, finding->length,
			finding->start);
		assert_int_equal(tce_scenario_write(NULL, finding->story, NULL, put, stream), 0);
	}
	fclose(stream);
	return text;
}

static void expect_same(const struct starts *starts, struct tce_explore_opts opts)
{
	struct tce_exploration *x;
	char *alone;

	opts.starts = starts->story;
	opts.nr_starts = starts->nr;
	assert_int_equal(tce_explore(NULL, &opts, &x), 0);
	alone = text_of(x);
	tce_exploration_free(x);
	for (unsigned nr = 2; nr <= RANKS_MOST; nr += nr < 3 ? 1 : 2) {
		struct rank ranks[RANKS_MOST] = {0};

		opts.threads = 1 + nr % 2;
		explore(starts, &opts, ranks, nr);
		for (unsigned i = 0; i < nr; i++) {
			char *text;

			assert_int_equal(ranks[i].err, 0);
			text = text_of(ranks[i].x);
			assert_string_equal(text, alone);
			free(text);
			tce_exploration_free(ranks[i].x);
		}
	}
	free(alone);
}

#define LETTERS (TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP) | TCE_LETTERS_BIT(LIFE))

static void a_clean_search_is_the_same_for_any_number_of_ranks(void **state)
{
	struct starts starts = {0};

	(void)state;
	add_pseries(&starts, "fixed");
	expect_same(&starts, (struct tce_explore_opts){.letters = LETTERS, .depth = 2});
	drop(&starts);
}

static void whole_states_find_their_owner(void **state)
{
	struct starts starts = {0};

	(void)state;
	add_pseries(&starts, "fixed");
	expect_same(&starts,
		    (struct tce_explore_opts){.letters = LETTERS, .depth = 2, .exact = true});
	drop(&starts);
}

static void the_stories_are_the_same_for_any_number_of_ranks(void **state)
{
	struct starts starts = {0};

	(void)state;
	add_pseries(&starts, "6.1.192");
	expect_same(&starts,
		    (struct tce_explore_opts){.letters = LETTERS, .depth = 2, .all_rules = true});
	drop(&starts);
}

static void a_limit_of_states_ends_mixtures_at_the_same_place(void **state)
{
	struct starts starts = {0};

	(void)state;
	add_pseries(&starts, "fixed");
	expect_same(&starts, (struct tce_explore_opts){.mixtures = true, .states = 3000});
	drop(&starts);
}

static void one_rank_that_stops_stops_all(void **state)
{
	const struct tce_explore_opts opts = {.letters = LETTERS};
	struct rank ranks[RANKS_MOST] = {0};
	struct starts starts = {0};

	(void)state;
	add_pseries(&starts, "fixed");
	ranks[1].stop_at = 3;
	explore(&starts, &opts, ranks, 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(ranks[i].err, 0);
		assert_true(tce_exploration_summary(ranks[i].x)->stopped);
		assert_int_equal(tce_exploration_summary(ranks[i].x)->states,
				 tce_exploration_summary(ranks[0].x)->states);
	}
	for (unsigned i = 0; i < 3; i++)
		tce_exploration_free(ranks[i].x);
	drop(&starts);
}

/* The fourth request is the last that one rank alone knows of. */
static void memory_that_ends_on_one_rank_ends_all(void **state)
{
	const struct tce_explore_opts opts = {.letters = LETTERS, .depth = 2, .threads = 1};
	struct starts starts = {0};
	bool done = false;

	(void)state;
	add_pseries(&starts, "fixed");
	for (uint64_t n = 5; !done; n += 1 + n / 3) {
		struct rank ranks[RANKS_MOST] = {0};
		struct failalloc fa;
		struct tce_alloc alloc;

		failalloc_init(&fa, n);
		alloc = failalloc_alloc(&fa);
		ranks[1].alloc = &alloc;
		explore(&starts, &opts, ranks, 3);
		done = fa.nr_asked < n;
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(ranks[i].err, done ? 0 : -TCE_ERR_NOMEM);
			if (ranks[i].err == 0)
				tce_exploration_free(ranks[i].x);
		}
		failalloc_assert_empty(&fa);
	}
	drop(&starts);
}

static void only_breadth_first_is_for_many(void **state)
{
	struct tce_explore_group group = {.nr_ranks = 1, .exchange = exchange};
	struct tce_explore_opts opts = {.method = TCE_EXPLORE_WALK, .group = &group};
	struct tce_exploration *x;
	struct starts starts = {0};

	(void)state;
	add_pseries(&starts, "fixed");
	opts.starts = starts.story;
	opts.nr_starts = starts.nr;
	assert_int_equal(tce_explore(NULL, &opts, &x), -TCE_ERR_INVAL);
	opts.method = TCE_EXPLORE_BREADTH;
	group.rank = 1;
	assert_int_equal(tce_explore(NULL, &opts, &x), -TCE_ERR_INVAL);
	drop(&starts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_search_is_the_same_for_any_number_of_ranks),
		cmocka_unit_test(whole_states_find_their_owner),
		cmocka_unit_test(the_stories_are_the_same_for_any_number_of_ranks),
		cmocka_unit_test(a_limit_of_states_ends_mixtures_at_the_same_place),
		cmocka_unit_test(one_rank_that_stops_stops_all),
		cmocka_unit_test(memory_that_ends_on_one_rank_ends_all),
		cmocka_unit_test(only_breadth_first_is_for_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
