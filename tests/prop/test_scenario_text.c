/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is written parses to the same machine, events and expectations; written again it is the same
 * text. Over random lists of random events, with and without names of an author's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/scenario.h>

#include "event_gen.h"
#include "prng.h"
#include "testing.h"

#define STEPS 12U

struct buffer {
	char text[65536];
	size_t n;
};

static int put(void *ctx, const char *text, size_t n)
{
	struct buffer *buffer = ctx;

	if (n > sizeof(buffer->text) - buffer->n)
		return 1;
	memcpy(buffer->text + buffer->n, text, n);
	buffer->n += n;
	return 0;
}

static uint64_t bits(void *ctx)
{
	return prng_next(ctx);
}

/* Names that an author might give, some of which cannot be used as they are. */
static const char *odd_name(void *ctx, enum tce_object object, uint16_t id)
{
	static const char *const names[] = {"nic", "phb7", "read", "0000:00:00.0", "none",
					    "m0",  "@3",   "a b",  "c1",           "write"};

	(void)ctx;
	return (id + object) % 4 == 0 ? NULL : names[(id * 3U + object) % 10];
}

static void some_expects(struct prng *rng, struct tce_step *step, struct tce_expect expects[3])
{
	static const struct tce_expect any[] = {{TCE_EXPECT_OK, 0, 0},
						{TCE_EXPECT_REFUSED, 0, 0},
						{TCE_EXPECT_ABORTS, 0, 0},
						{TCE_EXPECT_RULE, 0, TCE_RULE_LOST_TCE},
						{TCE_EXPECT_CALLS, 0, 1234}};

	step->nr_expects = (unsigned)prng_below(rng, 4);
	for (unsigned i = 0; i < step->nr_expects; i++)
		expects[i] = any[prng_below(rng, 5)];
	step->expects = expects;
}

static void some_machine(struct prng *rng, struct tce_machine_opts *opts)
{
	memset(opts, 0, sizeof(*opts));
	opts->storage = prng_one_in(rng, 4) ? TCE_STORAGE_LAZY : TCE_STORAGE_COMPACT;
	opts->ram = prng_between(rng, 1, 1 << 20) << 20;
	opts->papr = tce_papr_profile_at((unsigned)prng_below(rng, 3));
	if (prng_one_in(rng, 2))
		opts->max_ram = opts->ram + (prng_below(rng, 1 << 20) << 28);
	opts->no_lrdr = prng_one_in(rng, 5);
	opts->has_lrdr = !opts->no_lrdr && prng_one_in(rng, 3);
	if (opts->has_lrdr)
		opts->lrdr_capacity = prng_any_size(rng, UINT64_MAX);
	opts->no_multitce = prng_one_in(rng, 3);
	opts->no_64bit_query = prng_one_in(rng, 3);
	opts->has_limited_mode = prng_one_in(rng, 3);
	opts->lmb_size = prng_one_in(rng, 3) ? 1 << 24 : 0;
	opts->arena_size = prng_one_in(rng, 3) ? 12345 : 0;
}

static void write_story(const struct tce_story *story, const struct tce_names *names,
			struct buffer *buffer)
{
	buffer->n = 0;
	assert_int_equal(tce_scenario_write(NULL, story, names, put, buffer), 0);
}

static void compare(uint64_t seed, const struct tce_story *story, const struct tce_story *back,
		    const struct buffer *text)
{
	if (memcmp(&story->machine, &back->machine, sizeof(story->machine)) != 0)
		fail_msg("seed %llu: machine\n%.*s", (unsigned long long)seed, (int)text->n,
			 text->text);
	assert_int_equal(story->nr_steps, back->nr_steps);
	for (unsigned i = 0; i < story->nr_steps; i++) {
		const struct tce_step *a = &story->steps[i];
		const struct tce_step *b = &back->steps[i];

		if (!event_same(&a->event, &b->event) || a->nr_expects != b->nr_expects ||
		    (a->nr_expects != 0 &&
		     memcmp(a->expects, b->expects, a->nr_expects * sizeof(*a->expects)) != 0))
			fail_msg("seed %llu: step %u\n%.*s", (unsigned long long)seed, i,
				 (int)text->n, text->text);
	}
}

static void round_trip(uint64_t seed, const struct tce_names *names)
{
	static struct buffer first;
	static struct buffer second;
	static struct event_gen gen;
	struct tce_expect expects[STEPS][3];
	struct tce_step steps[STEPS];
	struct prng rng = prng_seeded(seed);
	struct tce_story story = {.steps = steps};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_names found;

	event_gen_init(&gen, bits, &rng);
	some_machine(&rng, &story.machine);
	memset(steps, 0, sizeof(steps));
	story.nr_steps = (unsigned)prng_below(&rng, STEPS + 1);
	for (unsigned i = 0; i < story.nr_steps; i++) {
		event_gen_any(&gen, &steps[i].event);
		some_expects(&rng, &steps[i], expects[i]);
	}
	write_story(&story, names, &first);
	if (tce_scenario_parse(NULL, first.text, first.n, NULL, &scenario, &error) != 0)
		fail_msg("seed %llu: %u:%u: %s\n%.*s", (unsigned long long)seed, error.line,
			 error.column, error.text, (int)first.n, first.text);
	compare(seed, &story, tce_scenario_story(scenario), &first);
	found = tce_scenario_names(scenario);
	write_story(tce_scenario_story(scenario), &found, &second);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.text, second.text, first.n);
	tce_scenario_free(scenario);
}

static void written_stories_come_back_the_same(void **state)
{
	struct tce_names odd = {.name = odd_name};

	(void)state;
	for (uint64_t seed = 1; seed <= 6000; seed++)
		round_trip(seed, seed % 2 == 0 ? NULL : &odd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_stories_come_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
