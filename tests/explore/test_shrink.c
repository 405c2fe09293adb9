/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/explore.h, shrinking: what is left fails as the story did, needs what it needed, and nothing
 * in it can be left out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/explore.h>
#include <tce/scenario.h>

#include "testing.h"

#define STEPS_MAX 64U

#define HEAD                                                                                       \
	"machine pseries profile=papr-2.13 limited-mode=yes ram=1G max-ram=1536M\n"                \
	"phb phb0\ndevice d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\ndevice d2 phb=phb0 devfn=2\n"

/* Each with more in it than it needs, and what it must break. */
static const struct {
	const char *rule;
	const char *defect; /* without which it does not fail; NULL: none */
	const char *text;
} stories[] = {
	{"window-removed-live", "D31",
	 HEAD "boot kernel=fixed defect=D31,B22\nprobe d2 mask=32\nmap d2 len=64K as=m1\n"
	      "probe d1 mask=32\nunbind d1\nmap d0 len=4K as=m0\nunmap m1\n"
	      "probe d1 streaming-mask=48\n"},
	{"leaked-tce", "D1",
	 "machine pseries profile=papr-strict ram=1G max-ram=1536M\nphb phb1 windows=1\n"
	 "phb phb0 windows=1\npmem pmem0 at=0x100000000000 size=256M\ndevice d0 phb=phb0\n"
	 "device d1 phb=phb1\nboot kernel=fixed defect=D1,B22\nprobe d0\nprobe d1\n"
	 "map d1 len=4K as=m1\nmap d0 addr=0x100000000000 len=64K as=m0\nunmap m1\n"
	 "unbind d1\nunbind d0\n"},
	/* without the memory it breaks the same rule by D13 */
	{"premap-coverage", "B1",
	 "machine pseries profile=papr-strict ram=72M max-ram=256M lmb=8M\n"
	 "phb phb0 page-sizes=4K,16M\npmem pmem0 at=0x100000000000 size=256M\n"
	 "device d0 phb=phb0\nboot kernel=fixed defect=B1,D13\nmemory plug at=72M size=8M\n"
	 "memory online at=72M size=8M\nprobe d0\npmem-to-ram pmem0\n"},
	/* breaks lost-tce as well, once for each mapping */
	{"window-removed-live", "D31",
	 HEAD "boot kernel=fixed defect=D31\nmap d0 len=4K\nmap d0 len=4K\nmap d0 len=4K\n"
	      "map d0 len=4K\nmap d0 len=4K\nmap d0 len=4K\nprobe d1 streaming-mask=48\n"},
};

static struct tce_scenario *parse(const char *text)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;

	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s in\n%s", error.line, error.column, error.text, text);
	return scenario;
}

static struct tce_shrunk *shrink(const struct tce_story *story)
{
	struct tce_shrunk *shrunk;

	assert_int_equal(tce_shrink(NULL, story, NULL, NULL, &shrunk), 0);
	return shrunk;
}

/* What a run of the events alone comes to, nothing expected. */
static struct tce_run_result outcome_of(const struct tce_story *story, unsigned without,
					const struct tce_defects *mended)
{
	struct tce_step steps[STEPS_MAX];
	struct tce_story bare = *story;
	struct tce_run_result result;

	bare.steps = steps;
	bare.nr_steps = 0;
	for (unsigned i = 0; i < story->nr_steps; i++) {
		struct tce_step *step = &steps[bare.nr_steps];

		if (i == without)
			continue;
		assert_true(bare.nr_steps++ < STEPS_MAX);
		*step = (struct tce_step){.event = story->steps[i].event};
		if (mended != NULL && step->event.kind == TCE_EV_BOOT) {
			step->event.u.boot.defects_on.word[0] &= ~mended->word[0];
			step->event.u.boot.defects_on.word[1] &= ~mended->word[1];
		}
	}
	assert_int_equal(tce_run(NULL, &bare, NULL, &result), 0);
	return result;
}

static bool breaks(const struct tce_run_result *result, enum tce_rule_id rule)
{
	return result->verdict == TCE_RUN_BROKEN && result->breach.rule == rule;
}

/* --- stories that break a rule --------------------------------------------------------------- */

static void a_shrunk_story_breaks_the_rule_that_it_broke_at_its_last_event(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct tce_scenario *scenario = parse(stories[i].text);
		struct tce_shrunk *shrunk = shrink(tce_scenario_story(scenario));
		const struct tce_story *story = tce_shrunk_story(shrunk);
		struct tce_run_result result = outcome_of(story, UINT32_MAX, NULL);

		assert_int_equal(result.verdict, TCE_RUN_BROKEN);
		assert_string_equal(tce_rule(result.breach.rule)->id, stories[i].rule);
		assert_int_equal(result.step + 1, story->nr_steps);
		tce_shrunk_free(shrunk);
		tce_scenario_free(scenario);
	}
}

static void no_event_of_a_shrunk_story_can_be_left_out(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct tce_scenario *scenario = parse(stories[i].text);
		struct tce_shrunk *shrunk = shrink(tce_scenario_story(scenario));
		const struct tce_story *story = tce_shrunk_story(shrunk);
		struct tce_run_result whole = outcome_of(story, UINT32_MAX, NULL);

		for (unsigned k = 0; k < story->nr_steps; k++) {
			struct tce_run_result result = outcome_of(story, k, NULL);

			if (breaks(&result, whole.breach.rule))
				fail_msg("%s: event %u is not needed", stories[i].rule, k + 1);
		}
		tce_shrunk_free(shrunk);
		tce_scenario_free(scenario);
	}
}

static void the_switch_that_a_story_needs_stays_and_others_go(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct tce_scenario *scenario = parse(stories[i].text);
		struct tce_shrunk *shrunk = shrink(tce_scenario_story(scenario));
		const struct tce_story *story = tce_shrunk_story(shrunk);
		struct tce_defects needed = {{0, 0}};
		struct tce_run_result result;
		enum tce_defect defect;

		assert_int_equal(tce_defect_find(stories[i].defect, &defect), 0);
		tce_defects_add(&needed, defect);
		for (unsigned k = 0; k < story->nr_steps; k++) {
			const struct tce_event *event = &story->steps[k].event;

			if (event->kind == TCE_EV_BOOT)
				assert_memory_equal(&event->u.boot.defects_on, &needed,
						    sizeof(needed));
		}
		result = outcome_of(story, UINT32_MAX, &needed);
		assert_int_equal(result.verdict, TCE_RUN_PASS);
		tce_shrunk_free(shrunk);
		tce_scenario_free(scenario);
	}
}

static int put(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) != n;
}

static char *text_of(const struct tce_story *story)
{
	char *text = NULL;
	size_t n = 0;
	FILE *stream = open_memstream(&text, &n);

	assert_non_null(stream);
	assert_int_equal(tce_scenario_write(NULL, story, NULL, put, stream), 0);
	fclose(stream);
	return text;
}

/* Every event but the machine's own has its outcome; the last one its rule. */
static void a_shrunk_story_saved_passes_and_expects_something_of_every_event(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		struct tce_scenario *scenario = parse(stories[i].text);
		struct tce_shrunk *shrunk = shrink(tce_scenario_story(scenario));
		char *text = text_of(tce_shrunk_story(shrunk));
		struct tce_scenario *saved = parse(text);
		const struct tce_story *story = tce_scenario_story(saved);
		const struct tce_step *last = &story->steps[story->nr_steps - 1];
		struct tce_run_result result;

		assert_int_equal(tce_run(NULL, story, NULL, &result), 0);
		assert_int_equal(result.verdict, TCE_RUN_PASS);
		for (unsigned k = 0; k < story->nr_steps; k++)
			assert_true(story->steps[k].nr_expects != 0);
		assert_int_equal(last->expects[0].kind, TCE_EXPECT_RULE);
		assert_string_equal(tce_rule((enum tce_rule_id)last->expects[0].value)->id,
				    stories[i].rule);
		tce_scenario_free(saved);
		free(text);
		tce_shrunk_free(shrunk);
		tce_scenario_free(scenario);
	}
}

/* It breaks leaked-tce, as expected, before; and that takes fewer events. */
static void a_story_that_breaks_another_rule_before_keeps_its_own(void **state)
{
	static const char text[] =
		HEAD "pmem pmem0 at=0x100000000000 size=256M\nphb phb1 windows=1\n"
		     "device d3 phb=phb1\nboot kernel=fixed defect=D31,D1\nprobe d3\n"
		     "map d3 addr=0x100000000000 len=64K as=m9\nunbind d3 -> rule leaked-tce\n"
		     "map d0 len=4K as=m0\nprobe d1 streaming-mask=48\n";
	struct tce_scenario *scenario = parse(text);
	struct tce_shrunk *shrunk = shrink(tce_scenario_story(scenario));
	struct tce_run_result before;
	struct tce_run_result after;

	(void)state;
	assert_int_equal(tce_run(NULL, tce_scenario_story(scenario), NULL, &before), 0);
	assert_int_equal(before.verdict, TCE_RUN_BROKEN);
	assert_string_equal(tce_rule(before.breach.rule)->id, "window-removed-live");
	after = outcome_of(tce_shrunk_story(shrunk), UINT32_MAX, NULL);
	assert_true(breaks(&after, before.breach.rule));
	tce_shrunk_free(shrunk);
	tce_scenario_free(scenario);
}

/* --- stories of many events ------------------------------------------------------------------ */

/* A story of the search, and what becomes of it. */
static void shrink_finding(const struct tce_explore_finding *finding)
{
	struct tce_shrunk *shrunk = shrink(finding->story);
	const struct tce_story *story = tce_shrunk_story(shrunk);
	struct tce_run_result result;

	assert_int_equal(tce_run(NULL, finding->story, NULL, &result), 0);
	assert_int_equal(result.verdict, TCE_RUN_PASS);
	assert_int_equal(tce_run(NULL, story, NULL, &result), 0);
	assert_int_equal(result.verdict, TCE_RUN_PASS);
	result = outcome_of(story, UINT32_MAX, NULL);
	assert_int_equal(result.verdict, TCE_RUN_BROKEN);
	assert_int_equal(result.step + 1, story->nr_steps);
	assert_true((result.broken_rules >> finding->breach.rule & 1) != 0);
	for (unsigned k = 0; k < story->nr_steps; k++) {
		result = outcome_of(story, k, NULL);
		assert_false(breaks(&result, finding->breach.rule));
	}
	tce_shrunk_free(shrunk);
}

/* A walk is forty events long at most. */
static bool walk_and_shrink(const char *name, uint64_t seed)
{
	struct tce_explore_opts opts = {
		.method = TCE_EXPLORE_WALK, .depth = 40, .walks = 200, .nr_starts = 1};
	struct tce_scenario_overrides overrides = {.kernel = "fixed"};
	const char *text = tce_scenario_builtin("pseries", seed % 4);
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_exploration *x;
	enum tce_defect defect;
	bool found;

	assert_int_equal(tce_defect_find(name, &defect), 0);
	tce_defects_add(&overrides.defects, defect);
	assert_int_equal(
		tce_scenario_parse(NULL, text, strlen(text), &overrides, &scenario, &error), 0);
	opts.starts = tce_scenario_story(scenario);
	opts.letters = TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP) | TCE_LETTERS_BIT(MEMORY);
	opts.seed = seed;
	assert_int_equal(tce_explore(NULL, &opts, &x), 0);
	found = tce_exploration_finding(x, 0) != NULL;
	if (found)
		shrink_finding(tce_exploration_finding(x, 0));
	tce_exploration_free(x);
	tce_scenario_free(scenario);
	return found;
}

static void what_random_walks_break_is_shrunk_likewise(void **state)
{
	static const char *const defects[] = {"B1", "B5", "B10", "D1"};
	unsigned nr = 0;

	(void)state;
	for (unsigned i = 0; i < sizeof(defects) / sizeof(defects[0]); i++) {
		for (uint64_t seed = 0; seed < 4; seed++)
			nr += walk_and_shrink(defects[i], seed);
	}
	assert_true(nr > 4);
}

/* --- stories that do not do what was expected ------------------------------------------------ */

static void an_expectation_that_is_not_met_stays_and_nothing_that_it_does_not_need(void **state)
{
	struct tce_scenario *scenario =
		parse(HEAD "boot kernel=fixed\nprobe d0 mask=32\nprobe d1 mask=32\n"
			   "map d1 len=4K as=m1\nmap d0 len=4K as=m0\nunmap m1\n"
			   "map d0 len=64K -> refused\n");
	struct tce_shrunk *shrunk = shrink(tce_scenario_story(scenario));
	const struct tce_story *story = tce_shrunk_story(shrunk);
	struct tce_run_result result;

	(void)state;
	assert_int_equal(tce_run(NULL, story, NULL, &result), 0);
	assert_int_equal(result.verdict, TCE_RUN_UNEXPECTED);
	assert_int_equal(result.step + 1, story->nr_steps);
	assert_int_equal(result.expect.kind, TCE_EXPECT_REFUSED);
	assert_int_equal(story->nr_steps, 4); /* bridge, device, boot, map */
	tce_shrunk_free(shrunk);
	tce_scenario_free(scenario);
}

static void a_story_that_does_not_fail_or_cannot_be_played_is_not_shrunk(void **state)
{
	static const struct {
		const char *text;
		int err;
	} cases[] = {
		{HEAD "boot kernel=fixed\nprobe d0 mask=32\n", -TCE_ERR_NOENT},
		{"machine pseries ram=1G\nboot kernel=fixed\nboot kernel=fixed\n", -TCE_ERR_INVAL},
		{"machine pseries ram=0xffffffffffffffff\n", -TCE_ERR_INVAL},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tce_scenario *scenario = parse(cases[i].text);
		struct tce_shrunk *shrunk = NULL;

		assert_int_equal(
			tce_shrink(NULL, tce_scenario_story(scenario), NULL, NULL, &shrunk),
			cases[i].err);
		assert_null(shrunk);
		tce_scenario_free(scenario);
	}
}

/* --- enough ---------------------------------------------------------------------------------- */

struct patience {
	unsigned runs; /* that it has */
	unsigned told;
	unsigned last_nr_runs;
};

static bool is_enough(void *ctx, unsigned nr_steps, unsigned nr_runs)
{
	struct patience *patience = ctx;

	assert_true(nr_steps != 0 && patience->told < patience->runs);
	assert_true(nr_runs > patience->last_nr_runs);
	patience->last_nr_runs = nr_runs;
	return ++patience->told == patience->runs;
}

/* Whenever it stops, what is left fails as the story did. */
static void who_observes_can_stop_it_and_gets_what_there_is(void **state)
{
	struct tce_scenario *scenario = parse(stories[0].text);
	unsigned least = UINT32_MAX;
	bool stopped = true;

	(void)state;
	for (unsigned runs = 1; stopped; runs++) {
		struct patience patience = {.runs = runs};
		const struct tce_story *story;
		struct tce_run_result result;
		struct tce_shrunk *shrunk;

		assert_int_equal(tce_shrink(NULL, tce_scenario_story(scenario), is_enough,
					    &patience, &shrunk),
				 0);
		stopped = patience.told == runs;
		story = tce_shrunk_story(shrunk);
		result = outcome_of(story, UINT32_MAX, NULL);
		assert_int_equal(result.verdict, TCE_RUN_BROKEN);
		assert_string_equal(tce_rule(result.breach.rule)->id, stories[0].rule);
		assert_true(story->nr_steps <= least);
		least = story->nr_steps;
		tce_shrunk_free(shrunk);
	}
	assert_int_equal(least, 6);
	tce_scenario_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shrunk_story_breaks_the_rule_that_it_broke_at_its_last_event),
		cmocka_unit_test(no_event_of_a_shrunk_story_can_be_left_out),
		cmocka_unit_test(the_switch_that_a_story_needs_stays_and_others_go),
		cmocka_unit_test(a_shrunk_story_saved_passes_and_expects_something_of_every_event),
		cmocka_unit_test(a_story_that_breaks_another_rule_before_keeps_its_own),
		cmocka_unit_test(what_random_walks_break_is_shrunk_likewise),
		cmocka_unit_test(
			an_expectation_that_is_not_met_stays_and_nothing_that_it_does_not_need),
		cmocka_unit_test(a_story_that_does_not_fail_or_cannot_be_played_is_not_shrunk),
		cmocka_unit_test(who_observes_can_stop_it_and_gets_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
