/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where two stories meet, for an explorer, they have one future: a state that was reached by two
 * stories is searched from the end of each, and all that can happen within two events is the same:
 * the same kinds of events, the same answers, the same rules broken, the same states again. Bus
 * addresses and numbers of mappings may differ, and which of two devices that are alike is which.
 * A part of the machine that its canonical stream leaves out shows here, if it matters to anything.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/explore.h>
#include <tce/scenario.h>

#include "prng.h"
#include "test_limits.h"
#include "testing.h"

#define SEED         UINT64_C(20261120)
#define STATES       1500U /* of a search whose meetings are looked at */
#define MEETINGS     100U  /* that are looked at of each */
#define STEPS_MAX    64U
#define EDGES_MAX    65536U
#define TABLE_SIZE   (2 * EDGES_MAX)
#define SG_MAX       8U
#define BRANCHES_MAX 1024U /* of a state: as many as a search can number */

/* --- transitions ----------------------------------------------------------------------------- */

struct edge {
	uint64_t from;
	uint64_t to;
	uint64_t label; /* the event and what came of it, hashed */
	struct tce_event event;
	struct tce_sg sg[SG_MAX]; /* MAP's: edges are moved, so its pointer is set on use */
};

struct edges {
	struct edge edge[EDGES_MAX];
	unsigned nr;
};

static uint64_t mix(uint64_t hash, uint64_t value)
{
	struct prng rng = prng_seeded(hash ^ value * UINT64_C(0x9e3779b97f4a7c15));

	return prng_next(&rng);
}

/* Objects go without names: which of two alike ones it is, and numbers of mappings, may differ. */
static const char *no_name(void *ctx, enum tce_object object, uint16_t id)
{
	(void)ctx;
	(void)object;
	(void)id;
	return "it";
}

static int add_to_hash(void *ctx, const char *text, size_t n)
{
	uint64_t *hash = ctx;

	for (size_t i = 0; i < n; i++)
		*hash = mix(*hash, (unsigned char)text[i]);
	return 0;
}

/* An event and what came of it, but for bus addresses and how many calls they took. */
static uint64_t label_of(const struct tce_event *event, const struct tce_outcome *outcome,
			 const struct tce_breach *breach)
{
	static const struct tce_names names = {NULL, no_name};
	const uint64_t parts[] = {
		(uint64_t)outcome->err,
		(uint64_t)outcome->abort,
		(uint64_t)outcome->mode,
		(uint64_t)outcome->dma.result,
		outcome->locked,
		(uint64_t)outcome->fault,
		(uint64_t)outcome->unchecked,
		(uint64_t)outcome->misdirected | (uint64_t)outcome->map_gone << 1 |
			(uint64_t)outcome->no_progress << 2 | (uint64_t)outcome->used_freed << 3 |
			(uint64_t)outcome->oops << 4 | (uint64_t)outcome->panic << 5 |
			(uint64_t)outcome->warned << 6,
		outcome->nr_refused,
		outcome->removed_live,
		outcome->shared_cleared,
		breach == NULL ? UINT64_MAX : (uint64_t)breach->rule,
	};
	struct tce_event nameless = *event;
	uint64_t hash = 0;

	if (event->kind == TCE_EV_DEVICE_PLUG)
		nameless.u.device_plug.devfn = 0;
	assert_int_equal(tce_event_write(&nameless, &names, add_to_hash, &hash), 0);
	for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		hash = mix(hash, parts[i]);
	return hash;
}

static void keep_event(struct edge *edge, const struct tce_event *event)
{
	edge->event = *event;
	if (event->kind != TCE_EV_MAP || event->u.map.nr_sg == 0)
		return;
	assert_true(event->u.map.nr_sg <= SG_MAX);
	memcpy(edge->sg, event->u.map.sg, event->u.map.nr_sg * sizeof(edge->sg[0]));
}

static const struct tce_event *event_of(struct edge *edge)
{
	if (edge->event.kind == TCE_EV_MAP && edge->event.u.map.nr_sg != 0)
		edge->event.u.map.sg = edge->sg;
	return &edge->event;
}

static void take_edge(void *ctx, uint64_t from, uint64_t to, const struct tce_event *event,
		      const struct tce_outcome *outcome, const struct tce_breach *breach)
{
	struct edges *edges = ctx;
	struct edge *edge = &edges->edge[edges->nr];

	if (edges->nr == EDGES_MAX)
		return;
	edges->nr++;
	edge->from = from;
	edge->to = to;
	edge->label = label_of(event, outcome, breach);
	keep_event(edge, event);
}

static struct edges *search(const struct tce_story *story, struct tce_explore_opts opts)
{
	struct edges *edges = malloc(sizeof(*edges));
	struct tce_exploration *x;

	assert_non_null(edges);
	edges->nr = 0;
	opts.starts = story;
	opts.nr_starts = 1;
	opts.all_rules = true;
	opts.edge = take_edge;
	opts.ctx = edges;
	assert_int_equal(tce_explore(NULL, &opts, &x), 0);
	tce_exploration_free(x);
	return edges;
}

/* --- futures --------------------------------------------------------------------------------- */

/* A first event, and what can happen next. */
struct branch {
	uint64_t label;
	uint64_t rest; /* the labels of all events after it, hashed */
	uint32_t edge;
};

struct future {
	struct branch branch[BRANCHES_MAX];
	unsigned nr;
};

static int compare_u64(const void *a, const void *b)
{
	const uint64_t *x = a;
	const uint64_t *y = b;

	return *x == *y ? 0 : *x < *y ? -1 : 1;
}

static int compare_branches(const void *a, const void *b)
{
	const struct branch *x = a;
	const struct branch *y = b;
	int by_label = compare_u64(&x->label, &y->label);

	return by_label != 0 ? by_label : compare_u64(&x->rest, &y->rest);
}

/* What can happen in a state, as a set: alike devices give some events twice. */
static uint64_t labels_from(const struct edges *edges, uint64_t state)
{
	uint64_t label[BRANCHES_MAX];
	uint64_t hash = 0;
	unsigned nr = 0;

	for (unsigned i = 0; i < edges->nr; i++) {
		assert_true(nr < BRANCHES_MAX);
		if (edges->edge[i].from == state)
			label[nr++] = edges->edge[i].label;
	}
	qsort(label, nr, sizeof(label[0]), compare_u64);
	for (unsigned i = 0; i < nr; i++) {
		if (i == 0 || label[i] != label[i - 1])
			hash = mix(hash, label[i]);
	}
	return hash;
}

/* From the state whose edges come first. */
static void future_of(const struct edges *edges, struct future *future)
{
	unsigned nr = 0;

	for (uint32_t i = 0; i < edges->nr && edges->edge[i].from == edges->edge[0].from; i++) {
		const struct edge *edge = &edges->edge[i];

		assert_true(i < BRANCHES_MAX);
		future->branch[i] = (struct branch){edge->label, labels_from(edges, edge->to), i};
		future->nr = i + 1;
	}
	qsort(future->branch, future->nr, sizeof(future->branch[0]), compare_branches);
	for (unsigned i = 0; i < future->nr; i++) {
		if (nr == 0 || compare_branches(&future->branch[i], &future->branch[nr - 1]) != 0)
			future->branch[nr++] = future->branch[i];
	}
	future->nr = nr;
}

static int put(void *ctx, const char *text, size_t n)
{
	return fwrite(text, 1, n, ctx) != n;
}

static void print_story(const char *title, const struct tce_story *story)
{
	printf("# %s\n", title);
	assert_int_equal(tce_scenario_write(NULL, story, NULL, put, stdout), 0);
}

static void print_branch(const char *title, struct edges *edges, const struct future *future,
			 unsigned i)
{
	printf("# %s: ", title);
	if (i < future->nr)
		assert_int_equal(tce_event_write(event_of(&edges->edge[future->branch[i].edge]),
						 NULL, put, stdout),
				 0);
	putchar('\n');
}

static bool have_one_future(const struct tce_story *a, const struct tce_story *b,
			    const struct tce_explore_opts *opts)
{
	struct future future_a = {.nr = 0};
	struct future future_b = {.nr = 0};
	struct edges *of_a = search(a, *opts);
	struct edges *of_b = search(b, *opts);
	unsigned i = 0;
	bool same;

	future_of(of_a, &future_a);
	future_of(of_b, &future_b);
	while (i < future_a.nr && i < future_b.nr &&
	       compare_branches(&future_a.branch[i], &future_b.branch[i]) == 0)
		i++;
	same = i == future_a.nr && i == future_b.nr;
	if (!same) {
		print_story("one story", a);
		print_story("another, to the same state", b);
		print_branch("first difference, of the one", of_a, &future_a, i);
		print_branch("of the other", of_b, &future_b, i);
	}
	free(of_a);
	free(of_b);
	return same;
}

/* --- meetings -------------------------------------------------------------------------------- */

/* Which edge reached each state first, by fingerprint. */
struct firsts {
	uint64_t state[TABLE_SIZE];
	uint32_t edge[TABLE_SIZE]; /* UINT32_MAX: the start */
};

static uint32_t *first_of(struct firsts *firsts, uint64_t state, bool *ret_new)
{
	size_t at = state % TABLE_SIZE;

	while (firsts->state[at] != 0 && firsts->state[at] != state)
		at = (at + 1) % TABLE_SIZE;
	*ret_new = firsts->state[at] == 0;
	firsts->state[at] = state;
	return &firsts->edge[at];
}

/* The story to the end of an edge, on the heels of start. False: too long. */
static bool story_to(struct edges *edges, struct firsts *firsts, uint32_t last,
		     const struct tce_story *start, struct tce_step *steps,
		     struct tce_story *ret_story)
{
	uint32_t way[STEPS_MAX];
	unsigned nr = 0;
	bool is_new;

	while (last != UINT32_MAX) {
		if (start->nr_steps + nr == STEPS_MAX)
			return false;
		way[nr++] = last;
		last = *first_of(firsts, edges->edge[last].from, &is_new);
		assert_false(is_new);
	}
	memset(steps, 0, STEPS_MAX * sizeof(*steps));
	for (unsigned i = 0; i < start->nr_steps; i++)
		steps[i].event = start->steps[i].event;
	for (unsigned i = 0; i < nr; i++)
		steps[start->nr_steps + i].event = *event_of(&edges->edge[way[nr - 1 - i]]);
	*ret_story = *start;
	ret_story->steps = steps;
	ret_story->nr_steps = start->nr_steps + nr;
	return true;
}

/* Edges to states that another edge reached before. */
static unsigned find_meetings(const struct edges *edges, struct firsts *firsts, uint32_t *meeting)
{
	unsigned nr = 0;
	bool is_new;

	for (uint32_t i = 0; i < edges->nr; i++) {
		const struct edge *edge = &edges->edge[i];
		uint32_t *first = first_of(firsts, edge->from, &is_new);

		if (is_new)
			*first = UINT32_MAX;
		if (edge->to == UINT64_MAX)
			continue;
		first = first_of(firsts, edge->to, &is_new);
		if (is_new)
			*first = i;
		else
			meeting[nr++] = i;
	}
	return nr;
}

static unsigned look_at_meetings(const struct tce_story *start, unsigned letters, uint64_t ignore,
				 unsigned most, uint64_t seed)
{
	struct tce_explore_opts opts = {.letters = letters, .states = STATES, .ignore = ignore};
	struct tce_explore_opts future = {.letters = letters, .depth = 2, .ignore = ignore};
	struct edges *edges = search(start, opts);
	struct firsts *firsts = calloc(1, sizeof(*firsts));
	uint32_t *meeting = malloc(EDGES_MAX * sizeof(*meeting));
	struct prng rng = prng_seeded(seed);
	unsigned nr = 0;
	unsigned found;

	assert_true(firsts != NULL && meeting != NULL);
	found = find_meetings(edges, firsts, meeting);
	for (unsigned i = 0; found != 0 && i < (test_is_emulated() ? 10 : most); i++) {
		uint32_t edge = meeting[prng_below(&rng, found)];
		struct tce_step steps[2][STEPS_MAX];
		struct tce_story story[2];
		bool is_new;

		if (!story_to(edges, firsts, *first_of(firsts, edges->edge[edge].to, &is_new),
			      start, steps[0], &story[0]) ||
		    !story_to(edges, firsts, edge, start, steps[1], &story[1]))
			continue;
		if (!have_one_future(&story[0], &story[1], &future))
			fail_msg("two stories meet, but have not one future; see above");
		nr++;
	}
	free(meeting);
	free(firsts);
	free(edges);
	return nr;
}

static void look_at_machine(const char *name, const char *kernel, uint64_t ignore)
{
	static const unsigned others[] = {
		0,
		TCE_LETTERS_BIT(MEMORY),
		TCE_LETTERS_BIT(HOTPLUG),
		TCE_LETTERS_BIT(LIFE),
		TCE_LETTERS_BIT(EEH),
		TCE_LETTERS_BIT(FAIL),
		TCE_LETTERS_BIT(VFIO),
	};
	struct tce_scenario_overrides overrides = {.kernel = kernel};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct prng rng = prng_seeded(SEED);
	unsigned nr = 0;
	unsigned variants = 0;

	while (tce_scenario_builtin(name, variants) != NULL)
		variants++;
	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const char *text = tce_scenario_builtin(
			name, i == 0 ? 0 : (unsigned)prng_below(&rng, variants));

		assert_int_equal(
			tce_scenario_parse(NULL, text, strlen(text), &overrides, &scenario, &error),
			0);
		nr += look_at_meetings(tce_scenario_story(scenario),
				       TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP) | others[i],
				       ignore, MEETINGS, prng_next(&rng));
		tce_scenario_free(scenario);
	}
	assert_true(nr >= 10);
}

static void two_stories_to_one_state_have_one_future_on_pseries(void **state)
{
	(void)state;
	look_at_machine("pseries", "fixed", 0);
}

static void two_stories_to_one_state_have_one_future_on_powernv(void **state)
{
	(void)state;
	look_at_machine("powernv", "fixed", 0);
}

/* What a kernel leaves behind when it breaks a rule is a part of the state, too. */
static void two_stories_to_one_broken_state_have_one_future(void **state)
{
	(void)state;
	look_at_machine("pseries", "4.10", UINT64_MAX);
	look_at_machine("powernv", "4.10", UINT64_MAX);
}

static void stories_of_devices_that_are_not_alike_do_not_meet_wrongly(void **state)
{
	static const char text[] =
		"machine pseries profile=papr-2.13 limited-mode=yes ram=1G\nphb phb0\n"
		"device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1 streaming-mask=48\n"
		"device d2 phb=phb0 devfn=2 coherent-mask=32\nboot kernel=fixed\n";
	struct tce_scenario_error error;
	struct tce_scenario *scenario;

	(void)state;
	assert_int_equal(tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error), 0);
	assert_int_not_equal(look_at_meetings(tce_scenario_story(scenario), TCE_LETTERS_BIT(DRIVER),
					      0, 4 * MEETINGS, SEED),
			     0);
	tce_scenario_free(scenario);
}

/* Processes, containers and what they have locked; drivers only let go of their devices. */
static void two_stories_of_a_vfio_client_have_one_future(void **state)
{
	struct tce_scenario_overrides overrides = {.kernel = "fixed"};
	struct tce_scenario_error error;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const char *text = tce_scenario_builtin(i == 0 ? "pseries" : "powernv", 0);
		struct tce_scenario *scenario;

		assert_int_equal(
			tce_scenario_parse(NULL, text, strlen(text), &overrides, &scenario, &error),
			0);
		assert_int_not_equal(look_at_meetings(tce_scenario_story(scenario),
						      TCE_LETTERS_BIT(VFIO), 0, 2 * MEETINGS, SEED),
				     0);
		tce_scenario_free(scenario);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_stories_to_one_state_have_one_future_on_pseries),
		cmocka_unit_test(two_stories_to_one_state_have_one_future_on_powernv),
		cmocka_unit_test(two_stories_to_one_broken_state_have_one_future),
		cmocka_unit_test(two_stories_of_a_vfio_client_have_one_future),
		cmocka_unit_test(stories_of_devices_that_are_not_alike_do_not_meet_wrongly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
