/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/explore.h: how many states there are, that threads and fingerprints make no difference, that
 * a kernel without defects breaks nothing, and that one with a defect is found out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/explore.h>
#include <tce/scenario.h>

#include "test_limits.h"
#include "testing.h"

#define STARTS 128U

/* Starting stories from text. */
struct starts {
	struct tce_scenario *scenario[STARTS];
	struct tce_story story[STARTS];
	unsigned nr;
};

static void add(struct starts *starts, const char *text,
		const struct tce_scenario_overrides *overrides)
{
	struct tce_scenario_error error;
	unsigned i = starts->nr++;

	assert_true(i < STARTS);
	if (tce_scenario_parse(NULL, text, strlen(text), overrides, &starts->scenario[i], &error) !=
	    0)
		fail_msg("%u:%u: %s in\n%s", error.line, error.column, error.text, text);
	starts->story[i] = *tce_scenario_story(starts->scenario[i]);
}

/* All variants of a built-in machine, with the kernel "fixed" and at most one defect. */
static void add_builtin(struct starts *starts, const char *name, const char *defect)
{
	struct tce_scenario_overrides overrides = {.kernel = "fixed"};
	enum tce_defect number;
	const char *text;

	if (defect != NULL) {
		assert_int_equal(tce_defect_find(defect, &number), 0);
		tce_defects_add(&overrides.defects, number);
	}
	for (unsigned i = 0; (text = tce_scenario_builtin(name, i)) != NULL; i++)
		add(starts, text, &overrides);
}

static void drop(struct starts *starts)
{
	for (unsigned i = 0; i < starts->nr; i++)
		tce_scenario_free(starts->scenario[i]);
	starts->nr = 0;
}

static struct tce_exploration *explore(const struct starts *starts, struct tce_explore_opts opts)
{
	struct tce_exploration *x;

	opts.starts = starts->story;
	opts.nr_starts = starts->nr;
	assert_int_equal(tce_explore(NULL, &opts, &x), 0);
	return x;
}

static const char tiny[] =
	"machine pseries profile=papr-strict ram=64K lmb=64K\nphb phb0 win-size=4M\n"
	"device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\n"
	"boot kernel=fixed cmdline=\"disable_ddw multitce=off\"\n";

#define TINY_LETTERS (TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP))

static const struct tce_explore_opts tiny_opts = {.letters = TINY_LETTERS, .max_maps = 1};

static void expect_levels(const struct tce_exploration *x, const uint64_t *levels, unsigned nr)
{
	const struct tce_explore_summary *sum = tce_exploration_summary(x);

	for (unsigned i = 0; i < nr; i++)
		assert_int_equal(sum->level[i], levels[i]);
}

static void expect_same(const struct tce_exploration *a, const struct tce_exploration *b)
{
	const struct tce_explore_summary *x = tce_exploration_summary(a);
	const struct tce_explore_summary *y = tce_exploration_summary(b);

	assert_int_equal(x->verdict, y->verdict);
	assert_int_equal(x->states, y->states);
	assert_int_equal(x->transitions, y->transitions);
	assert_memory_equal(x->level, y->level, sizeof(x->level));
}

/* --- how many states ------------------------------------------------------------------------- */

/* Counted a second time by SPIN: tiny.pml, test_spin.py. */
static void a_tiny_machine_has_as_many_states_as_its_promela_twin(void **state)
{
	struct tce_explore_opts opts = tiny_opts;
	struct starts starts = {0};
	struct tce_exploration *x;

	(void)state;
	add(&starts, tiny, NULL);
	opts.no_symmetry = true;
	x = explore(&starts, opts);
	assert_int_equal(tce_exploration_summary(x)->states, 1728);
	assert_int_equal(tce_exploration_summary(x)->transitions, 17280);
	assert_true(tce_exploration_summary(x)->complete);
	tce_exploration_free(x);
	drop(&starts);
}

/* 1728 states tell two alike devices apart: 24 of a device, squared, times where the mapping is. */
static void devices_that_are_alike_halve_the_number_of_states(void **state)
{
	struct starts starts = {0};
	struct tce_exploration *x;

	(void)state;
	add(&starts, tiny, NULL);
	x = explore(&starts, tiny_opts);
	assert_int_equal(tce_exploration_summary(x)->states, 876);
	assert_true(tce_exploration_summary(x)->complete);
	tce_exploration_free(x);
	drop(&starts);
}

static void expect_states(const char *machine, const uint64_t *levels, unsigned nr)
{
	struct tce_explore_opts opts = {.depth = nr - 1};
	struct starts starts = {0};
	struct tce_exploration *x;

	add_builtin(&starts, machine, NULL);
	x = explore(&starts, opts);
	expect_levels(x, levels, nr);
	tce_exploration_free(x);
	drop(&starts);
}

/* Fewer: coverage was lost. More: it grew, and the figures here with it. */
static void the_number_of_states_at_each_depth_of_the_built_in_machines_is_known(void **state)
{
	static const uint64_t pseries[] = {102, 2876, 41462};
	static const uint64_t powernv[] = {57, 1183, 13798};

	(void)state;
	expect_states("pseries", pseries, 3);
	expect_states("powernv", powernv, 3);
}

static void whole_states_are_as_many_as_fingerprints(void **state)
{
	struct tce_explore_opts opts = {.depth = 2};
	struct starts starts = {0};
	struct tce_exploration *prints;
	struct tce_exploration *whole;

	(void)state;
	add_builtin(&starts, "pseries", NULL);
	prints = explore(&starts, opts);
	opts.exact = true;
	whole = explore(&starts, opts);
	expect_same(prints, whole);
	assert_true(tce_exploration_summary(whole)->bytes >
		    2 * tce_exploration_summary(prints)->bytes);
	assert_true(tce_exploration_summary(prints)->missed > 0);
	assert_true(tce_exploration_summary(whole)->missed == 0);
	tce_exploration_free(prints);
	tce_exploration_free(whole);
	drop(&starts);
}

static void depth_first_finds_the_states_that_breadth_first_finds(void **state)
{
	struct tce_explore_opts opts = tiny_opts;
	struct starts starts = {0};
	struct tce_exploration *breadth;
	struct tce_exploration *depth;

	(void)state;
	add(&starts, tiny, NULL);
	breadth = explore(&starts, opts);
	opts.method = TCE_EXPLORE_DEPTH;
	opts.depth = tce_exploration_summary(breadth)->depth;
	depth = explore(&starts, opts);
	assert_int_equal(tce_exploration_summary(depth)->states,
			 tce_exploration_summary(breadth)->states);
	tce_exploration_free(breadth);
	tce_exploration_free(depth);
	drop(&starts);
}

/* Events that are within the bound of one search are within that of the other. */
static void depth_first_and_breadth_first_have_the_same_bound(void **state)
{
	struct tce_explore_opts opts = tiny_opts;
	struct starts starts = {0};

	(void)state;
	add(&starts, tiny, NULL);
	for (opts.depth = 1; opts.depth <= 4; opts.depth++) {
		struct tce_exploration *breadth;
		struct tce_exploration *depth;

		opts.method = TCE_EXPLORE_BREADTH;
		breadth = explore(&starts, opts);
		opts.method = TCE_EXPLORE_DEPTH;
		depth = explore(&starts, opts);
		assert_int_equal(tce_exploration_summary(breadth)->depth, opts.depth);
		assert_int_equal(tce_exploration_summary(depth)->depth, opts.depth);
		assert_int_equal(tce_exploration_summary(depth)->states,
				 tce_exploration_summary(breadth)->states);
		assert_int_equal(tce_exploration_summary(breadth)->level[opts.depth + 1], 0);
		assert_int_not_equal(tce_exploration_summary(breadth)->level[opts.depth], 0);
		tce_exploration_free(breadth);
		tce_exploration_free(depth);
	}
	drop(&starts);
}

struct bits {
	uint64_t any;
	uint64_t all;
};

static void take_bits(void *ctx, uint64_t from, uint64_t to, const struct tce_event *event,
		      const struct tce_outcome *outcome, const struct tce_breach *breach)
{
	struct bits *bits = ctx;

	(void)to;
	(void)event;
	(void)outcome;
	(void)breach;
	bits->any |= from;
	bits->all &= from;
}

static void a_fingerprint_uses_all_of_its_64_bits(void **state)
{
	struct bits bits = {0, UINT64_MAX};
	struct tce_explore_opts opts = tiny_opts;
	struct starts starts = {0};

	(void)state;
	opts.edge = take_bits;
	opts.ctx = &bits;
	add(&starts, tiny, NULL);
	tce_exploration_free(explore(&starts, opts));
	assert_int_equal(bits.any, UINT64_MAX);
	assert_int_equal(bits.all, 0);
	drop(&starts);
}

/* --- threads --------------------------------------------------------------------------------- */

static char *story_text(const struct tce_exploration *x);

static void threads_change_nothing(enum tce_explore_method method, const char *defect)
{
	struct tce_explore_opts opts = {.method = method, .depth = 3, .all_rules = true};
	struct starts starts = {0};
	unsigned most = test_is_emulated() ? 2 : 4; /* each reserves its machines' arenas */
	struct tce_exploration *one;

	opts.walks = 300;
	opts.threads = 1;
	if (method == TCE_EXPLORE_BREADTH)
		opts.letters = TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP) |
			       TCE_LETTERS_BIT(MEMORY) | TCE_LETTERS_BIT(LIFE);
	add_builtin(&starts, "pseries", defect);
	one = explore(&starts, opts);
	for (unsigned threads = 2; threads <= most; threads *= 2) {
		struct tce_exploration *many;
		char *a = story_text(one);
		char *b;

		opts.threads = threads;
		many = explore(&starts, opts);
		b = story_text(many);
		expect_same(one, many);
		assert_string_equal(a, b);
		free(a);
		free(b);
		tce_exploration_free(many);
	}
	tce_exploration_free(one);
	drop(&starts);
}

static void any_number_of_threads_gives_the_same_states_and_the_same_stories(void **state)
{
	(void)state;
	threads_change_nothing(TCE_EXPLORE_BREADTH, "B10");
	threads_change_nothing(TCE_EXPLORE_BREADTH, "D1");
}

static void any_number_of_threads_walks_the_same_walks(void **state)
{
	(void)state;
	threads_change_nothing(TCE_EXPLORE_WALK, "B5");
}

static void a_seed_has_its_walks_and_another_seed_others(void **state)
{
	struct tce_explore_opts opts = {.method = TCE_EXPLORE_WALK, .depth = 5, .walks = 50};
	struct starts starts = {0};
	uint64_t states[3];

	(void)state;
	add_builtin(&starts, "pseries", NULL);
	for (unsigned i = 0; i < 3; i++) {
		struct tce_exploration *x;

		opts.seed = i / 2;
		x = explore(&starts, opts);
		states[i] = tce_exploration_summary(x)->states;
		tce_exploration_free(x);
	}
	assert_int_equal(states[0], states[1]);
	assert_int_not_equal(states[0], states[2]);
	drop(&starts);
}

/* --- findings -------------------------------------------------------------------------------- */

static int put(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) != n;
}

/* All stories found, one after the other; to be freed. */
static char *story_text(const struct tce_exploration *x)
{
	const struct tce_explore_finding *finding;
	char *text = NULL;
	size_t n = 0;
	FILE *stream = open_memstream(&text, &n);

	assert_non_null(stream);
	for (unsigned i = 0; (finding = tce_exploration_finding(x, i)) != NULL; i++) {
		assert_int_equal(tce_scenario_write(NULL, finding->story, NULL, put, stream), 0);
		fprintf(stream, "# %s\n", tce_rule(finding->breach.rule)->id);
	}
	fclose(stream);
	return text;
}

static void break_nothing(const char *machine, unsigned depth)
{
	struct tce_explore_opts opts = {.depth = depth, .threads = 2, .all_rules = true};
	struct starts starts = {0};
	struct tce_exploration *x;
	char *text;

	add_builtin(&starts, machine, NULL);
	x = explore(&starts, opts);
	text = story_text(x);
	assert_string_equal(text, "");
	assert_int_equal(tce_exploration_summary(x)->verdict, TCE_EXPLORE_CLEAN);
	/* besides room for one round */
	assert_true(tce_exploration_summary(x)->bytes <=
		    64 * (tce_exploration_summary(x)->states + (UINT64_C(1) << 16)));
	free(text);
	tce_exploration_free(x);
	drop(&starts);
}

static void a_kernel_without_defects_breaks_nothing_and_a_state_costs_64_bytes(void **state)
{
	(void)state;
	break_nothing("pseries", 2);
	break_nothing("powernv", 3);
}

/* The finding's text is a scenario that passes, and fails where the defect is mended. */
static void replay(const char *text)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_run_result result;
	struct tce_story story;
	struct tce_step *steps;

	assert_int_equal(tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error), 0);
	story = *tce_scenario_story(scenario);
	assert_int_equal(tce_run(NULL, &story, NULL, &result), 0);
	assert_int_equal(result.verdict, TCE_RUN_PASS);
	steps = calloc(story.nr_steps, sizeof(*steps));
	assert_non_null(steps);
	memcpy(steps, story.steps, story.nr_steps * sizeof(*steps));
	for (unsigned i = 0; i < story.nr_steps; i++) {
		if (steps[i].event.kind == TCE_EV_BOOT || steps[i].event.kind == TCE_EV_KEXEC)
			memset(&steps[i].event.u.boot.defects_on, 0,
			       sizeof(steps[i].event.u.boot.defects_on));
	}
	story.steps = steps;
	assert_int_equal(tce_run(NULL, &story, NULL, &result), 0);
	if (result.verdict == TCE_RUN_PASS)
		fail_msg("passes although the defect is mended:\n%s", text);
	free(steps);
	tce_scenario_free(scenario);
}

static char *shrunk_text(const struct tce_story *story, unsigned *ret_steps)
{
	struct tce_shrunk *shrunk;
	char *text = NULL;
	size_t n = 0;
	FILE *stream = open_memstream(&text, &n);

	assert_non_null(stream);
	assert_int_equal(tce_shrink(NULL, story, NULL, NULL, &shrunk), 0);
	*ret_steps = tce_shrunk_story(shrunk)->nr_steps;
	assert_int_equal(tce_scenario_write(NULL, tce_shrunk_story(shrunk), NULL, put, stream), 0);
	fclose(stream);
	tce_shrunk_free(shrunk);
	return text;
}

#define BIT(name)    TCE_LETTERS_BIT(name)
#define KERNEL_KINDS (BIT(DRIVER) | BIT(MAP) | BIT(MEMORY) | BIT(LIFE))

struct known {
	const char *defect;
	const char *rule;
	unsigned length;
};

/* No hint but the switch itself. */
static void find(const struct known *known, const char *machine, unsigned letters)
{
	struct tce_explore_opts opts = {.letters = letters, .depth = 3, .threads = 2};
	const struct tce_explore_finding *finding;
	struct starts starts = {0};
	struct tce_exploration *x;
	unsigned steps;
	char *text;

	add_builtin(&starts, machine, known->defect);
	x = explore(&starts, opts);
	finding = tce_exploration_finding(x, 0);
	if (finding == NULL)
		fail_msg("%s: nothing found", known->defect);
	assert_string_equal(tce_rule(finding->breach.rule)->id, known->rule);
	assert_int_equal(finding->length, known->length);
	text = story_text(x);
	replay(text);
	free(text);
	text = shrunk_text(finding->story, &steps);
	assert_true(steps <= finding->story->nr_steps);
	replay(text);
	free(text);
	tce_exploration_free(x);
	drop(&starts);
}

#define FIND_ALL(list, machine, letters)                                                           \
	for (unsigned i = 0; i < sizeof(list) / sizeof((list)[0]); i++)                            \
	find(&(list)[i], machine, letters)

static void each_defect_is_found_and_its_story_replays_also_when_shrunk(void **state)
{
	static const struct known pseries[] = {
		{"B1", "premap-coverage", 2},     {"B5", "needless-refusal", 2},
		{"B6", "hcall-refused", 0},       {"B8", "window-too-small", 1},
		{"B10", "lost-tce", 3},           {"B13", "reserved-range", 0},
		{"B14", "devtree-mismatch", 2},   {"B19", "failed-call-changed-state", 1},
		{"B21", "unbalanced-account", 0}, {"B22", "window-too-small", 2},
		{"D1", "leaked-tce", 3},          {"D9", "stale-table", 1},
		{"D13", "premap-coverage", 1},    {"D22", "no-progress", 2},
		{"D32", "reserved-range", 1},
	};

	(void)state;
	FIND_ALL(pseries, "pseries", KERNEL_KINDS);
}

/* Memory of every kind, a limit of it, two containers, devices that had drivers before. */
static void each_defect_that_a_client_of_vfio_meets_is_found(void **state)
{
	static const struct known powernv[] = {
		{"C5", "no-progress", 2},         {"C6", "unchecked-input", 2},
		{"C8", "no-progress", 2},         {"D35", "stale-table", 0},
		{"D43", "unbalanced-account", 2},
	};
	static const struct known pseries[] = {
		{"D36", "stale-table", 1},
		{"D37", "window-mismatch", 2},
		{"D38", "stale-table", 1},
		{"D40", "window-too-small", 1},
	};

	(void)state;
	FIND_ALL(powernv, "powernv", BIT(VFIO));
	FIND_ALL(pseries, "pseries", BIT(VFIO));
}

static void a_failing_hypercall_while_a_client_has_a_device_is_tried(void **state)
{
	static const struct known pseries[] = {{"D19", "unbalanced-account", 2}};

	(void)state;
	FIND_ALL(pseries, "pseries", BIT(VFIO) | BIT(FAIL));
}

/* A rule that breaks after one event breaks again after two. */
static void who_goes_on_after_a_breach_still_gets_the_shortest_story(void **state)
{
	struct tce_explore_opts opts = {.letters = TINY_LETTERS, .depth = 2, .all_rules = true};
	struct starts starts = {0};
	struct tce_exploration *x;

	(void)state;
	add_builtin(&starts, "pseries", "D9");
	x = explore(&starts, opts);
	assert_non_null(tce_exploration_finding(x, 0));
	assert_string_equal(tce_rule(tce_exploration_finding(x, 0)->breach.rule)->id,
			    "stale-table");
	assert_int_equal(tce_exploration_finding(x, 0)->length, 1);
	tce_exploration_free(x);
	drop(&starts);
}

/* One event, three mappings that lose their TCEs: window-removed-live, lost-tce. */
static void a_story_passes_whose_last_event_breaks_two_rules(void **state)
{
	static const char text[] =
		"machine pseries profile=papr-2.13 ram=1G limited-mode=yes\nphb phb0\n"
		"device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\nboot kernel=fixed defect=D31\n"
		"map d0 len=4K\nmap d0 len=4K\nmap d0 len=4K\n";
	struct tce_explore_opts opts = {.letters = TINY_LETTERS, .depth = 1};
	const struct tce_explore_finding *finding;
	struct tce_run_result result;
	struct starts starts = {0};
	struct tce_exploration *x;

	(void)state;
	add(&starts, text, NULL);
	x = explore(&starts, opts);
	finding = tce_exploration_finding(x, 0);
	assert_non_null(finding);
	assert_int_equal(finding->story->steps[finding->story->nr_steps - 1].nr_expects, 2);
	assert_int_equal(tce_run(NULL, finding->story, NULL, &result), 0);
	assert_int_equal(result.verdict, TCE_RUN_PASS);
	tce_exploration_free(x);
	drop(&starts);
}

/* --- limits ---------------------------------------------------------------------------------- */

static bool stop_at_once(void *ctx, const struct tce_explore_progress *progress)
{
	(void)progress;
	*(unsigned *)ctx += 1;
	return true;
}

static void an_observer_stops_a_search_and_what_was_found_so_far_stays(void **state)
{
	unsigned calls = 0;
	struct tce_explore_opts opts = {.observer = stop_at_once, .ctx = &calls};
	struct starts starts = {0};
	struct tce_exploration *x;

	(void)state;
	add_builtin(&starts, "pseries", NULL);
	x = explore(&starts, opts);
	assert_true(calls > 0);
	assert_true(tce_exploration_summary(x)->stopped);
	assert_int_equal(tce_exploration_summary(x)->verdict, TCE_EXPLORE_INCONCLUSIVE);
	assert_true(tce_exploration_summary(x)->states > starts.nr);
	tce_exploration_free(x);
	drop(&starts);
}

static void a_limit_of_states_is_kept_and_said(void **state)
{
	struct tce_explore_opts opts = tiny_opts;
	struct starts starts = {0};
	struct tce_exploration *x;

	(void)state;
	opts.states = 100;
	add(&starts, tiny, NULL);
	x = explore(&starts, opts);
	assert_int_equal(tce_exploration_summary(x)->verdict, TCE_EXPLORE_INCONCLUSIVE);
	assert_false(tce_exploration_summary(x)->complete);
	tce_exploration_free(x);
	drop(&starts);
}

static void a_story_that_cannot_be_played_is_refused(void **state)
{
	struct tce_explore_opts opts = {.depth = 1};
	struct tce_exploration *x;
	struct starts starts = {0};

	(void)state;
	add(&starts, "machine pseries ram=1G\nboot kernel=fixed\nboot kernel=fixed\n", NULL);
	opts.starts = starts.story;
	opts.nr_starts = starts.nr;
	assert_int_equal(tce_explore(NULL, &opts, &x), -TCE_ERR_INVAL);
	opts.nr_starts = 0;
	assert_int_equal(tce_explore(NULL, &opts, &x), -TCE_ERR_INVAL);
	drop(&starts);
}

/* Too much in it: a function, a defect, memory, five events. */
static void what_a_story_does_not_need_is_gone_when_it_is_shrunk(void **state)
{
	static const char long_one[] =
		"machine pseries profile=papr-2.13 limited-mode=yes ram=1G max-ram=1536M\n"
		"phb phb0 win-size=4M\ndevice d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\n"
		"device d2 phb=phb0 devfn=2\nboot kernel=fixed defect=D31,B22\n"
		"probe d2 mask=32\nmap d2 len=64K as=m1\nprobe d1 mask=32\nunbind d1\n"
		"map d0 len=4K as=m0\nunmap m1\nprobe d1 streaming-mask=48\n";
	struct starts starts = {0};
	unsigned steps;
	char *text;

	(void)state;
	add(&starts, long_one, NULL);
	text = shrunk_text(&starts.story[0], &steps);
	assert_int_equal(steps, 6); /* bridge, two functions, boot, map, probe */
	assert_null(strstr(text, "B22"));
	assert_null(strstr(text, "max-ram"));
	assert_null(strstr(text, "win-size"));
	replay(text);
	free(text);
	drop(&starts);
}

/* One event breaks two rules; the one that the story is about stays, however plain the other is. */
static void the_rule_that_a_story_expects_is_what_it_is_shrunk_to(void **state)
{
	static const char both[] =
		"machine pseries profile=papr-strict ram=1G\n"
		"phb phb0 dyn-win-addr=0x20000000 block=256 windows=1 mmio32-last=0x27ffffff\n"
		"device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\nboot kernel=7.2.13\n"
		"probe d1 -> rule=reserved-range\n";
	struct starts starts = {0};
	unsigned steps;
	char *text;

	(void)state;
	add(&starts, both, NULL);
	text = shrunk_text(&starts.story[0], &steps);
	assert_non_null(strstr(text, "rule=reserved-range"));
	assert_non_null(strstr(text, "rule=unbalanced-account"));
	free(text);
	drop(&starts);
}

static void a_story_that_does_not_fail_cannot_be_shrunk(void **state)
{
	struct tce_shrunk *shrunk;
	struct starts starts = {0};

	(void)state;
	add(&starts, tiny, NULL);
	assert_int_equal(tce_shrink(NULL, &starts.story[0], NULL, NULL, &shrunk), -TCE_ERR_NOENT);
	drop(&starts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tiny_machine_has_as_many_states_as_its_promela_twin),
		cmocka_unit_test(devices_that_are_alike_halve_the_number_of_states),
		cmocka_unit_test(
			the_number_of_states_at_each_depth_of_the_built_in_machines_is_known),
		cmocka_unit_test(whole_states_are_as_many_as_fingerprints),
		cmocka_unit_test(depth_first_finds_the_states_that_breadth_first_finds),
		cmocka_unit_test(depth_first_and_breadth_first_have_the_same_bound),
		cmocka_unit_test(a_fingerprint_uses_all_of_its_64_bits),
		cmocka_unit_test(any_number_of_threads_gives_the_same_states_and_the_same_stories),
		cmocka_unit_test(any_number_of_threads_walks_the_same_walks),
		cmocka_unit_test(a_seed_has_its_walks_and_another_seed_others),
		cmocka_unit_test(
			a_kernel_without_defects_breaks_nothing_and_a_state_costs_64_bytes),
		cmocka_unit_test(each_defect_is_found_and_its_story_replays_also_when_shrunk),
		cmocka_unit_test(each_defect_that_a_client_of_vfio_meets_is_found),
		cmocka_unit_test(a_failing_hypercall_while_a_client_has_a_device_is_tried),
		cmocka_unit_test(who_goes_on_after_a_breach_still_gets_the_shortest_story),
		cmocka_unit_test(a_story_passes_whose_last_event_breaks_two_rules),
		cmocka_unit_test(an_observer_stops_a_search_and_what_was_found_so_far_stays),
		cmocka_unit_test(a_limit_of_states_is_kept_and_said),
		cmocka_unit_test(a_story_that_cannot_be_played_is_refused),
		cmocka_unit_test(what_a_story_does_not_need_is_gone_when_it_is_shrunk),
		cmocka_unit_test(the_rule_that_a_story_expects_is_what_it_is_shrunk_to),
		cmocka_unit_test(a_story_that_does_not_fail_cannot_be_shrunk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
