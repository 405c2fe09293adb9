/* SPDX-License-Identifier: BSD-2-Clause */
/* The n-th request for memory fails while a search or the shrinker runs: it says so, or does not
 * need it, and nothing is lost. */
#include <string.h>

#include <tce/explore.h>
#include <tce/scenario.h>

#include "failalloc.h"
#include "testing.h"

static const char story[] = "machine pseries profile=papr-strict ram=1G\nphb phb0 windows=1\n"
			    "pmem pmem0 at=0x100000000000 size=256M\ndevice d0 phb=phb0\n"
			    "boot kernel=fixed defect=D1,B22\nprobe d0\n";
static const char breach[] = "map d0 addr=0x100000000000 len=64K\nunbind d0\n";

static struct tce_scenario *parse(const char *text)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;

	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	return scenario;
}

typedef int work_fn(const struct tce_alloc *alloc, const struct tce_story *of,
		    enum tce_explore_method method, bool exact);

static int search(const struct tce_alloc *alloc, const struct tce_story *of,
		  enum tce_explore_method method, bool exact)
{
	struct tce_explore_opts opts = {.starts = of,
					.nr_starts = 1,
					.method = method,
					.exact = exact,
					.depth = 2,
					.walks = 20,
					.all_rules = true};
	struct tce_exploration *x;
	int err;

	opts.letters = TCE_LETTERS_BIT(MAP);
	err = tce_explore(alloc, &opts, &x);
	if (err == 0)
		tce_exploration_free(x);
	return err;
}

static int shrink(const struct tce_alloc *alloc, const struct tce_story *of,
		  enum tce_explore_method method, bool exact)
{
	struct tce_shrunk *shrunk;
	int err = tce_shrink(alloc, of, NULL, NULL, &shrunk);

	(void)method;
	(void)exact;
	if (err == 0)
		tce_shrunk_free(shrunk);
	return err;
}

/* Every request at first, then every step-th. */
static void sweep(work_fn *work, const struct tce_story *of, enum tce_explore_method method,
		  bool exact)
{
	unsigned refused = 0;
	bool done = false;

	for (uint64_t n = 1; !done; n += 1 + n / 64) {
		struct failalloc fa;
		struct tce_alloc alloc;
		int err;

		failalloc_init(&fa, n);
		alloc = failalloc_alloc(&fa);
		err = work(&alloc, of, method, exact);
		assert_true(err == 0 || err == -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
		done = fa.nr_asked < n;
		refused += err != 0;
		if (done)
			assert_int_equal(err, 0);
	}
	assert_true(refused > 10);
}

static void a_search_that_finds_no_memory_says_so_and_loses_nothing(void **state)
{
	struct tce_scenario *scenario = parse(story);

	(void)state;
	for (unsigned method = TCE_EXPLORE_BREADTH; method <= TCE_EXPLORE_WALK; method++) {
		sweep(search, tce_scenario_story(scenario), (enum tce_explore_method)method, false);
		sweep(search, tce_scenario_story(scenario), (enum tce_explore_method)method, true);
	}
	tce_scenario_free(scenario);
}

static void a_shrinker_that_finds_no_memory_says_so_and_loses_nothing(void **state)
{
	char text[sizeof(story) + sizeof(breach)];
	struct tce_scenario *scenario;

	(void)state;
	strcpy(text, story);
	strcat(text, breach);
	scenario = parse(text);
	sweep(shrink, tce_scenario_story(scenario), TCE_EXPLORE_BREADTH, false);
	tce_scenario_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_search_that_finds_no_memory_says_so_and_loses_nothing),
		cmocka_unit_test(a_shrinker_that_finds_no_memory_says_so_and_loses_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
