/* SPDX-License-Identifier: BSD-2-Clause */
#include "prop_life.h"

#include <string.h>

#include <tce/linux.h>
#include <tce/vfio.h>

#include "machine_rig.h"
#include "testing.h"

#define BEGIN_MAX     2048
#define STATEMENT_MAX 100

static void generate(void *ctx, struct prng *rng, struct prop_op *ops, size_t i)
{
	const struct prop_life *life = ctx;
	unsigned total = 0;
	unsigned kind = 0;
	uint64_t at;

	for (unsigned k = 0; k < life->nr_kinds; k++)
		total += life->weight[k];
	at = prng_below(rng, total);
	while (at >= life->weight[kind])
		at -= life->weight[kind++];
	ops[i].kind = kind;
	for (unsigned k = 0; k < 4; k++)
		ops[i].arg[k] = prng_any_size(rng, 63);
}

static void print(void *ctx, FILE *out, const struct prop_op *op)
{
	const struct prop_life *life = ctx;
	char text[STATEMENT_MAX];

	life->statement(op, text, sizeof(text));
	fputs(text, out);
}

/* What is wrong after an event; false: nothing. */
static bool is_broken(const struct prop_life *life, const struct tce_machine *m, unsigned step,
		      const struct tce_event *event, const struct tce_outcome *outcome, char *text,
		      size_t n)
{
	struct tce_breach breaches[TCE_BREACHES_MAX];
	size_t used;

	if (life->is_wrong != NULL && life->is_wrong(m, step, event, outcome, text, n))
		return true;
	if (tce_check_machine(m, event, outcome, breaches, TCE_BREACHES_MAX) == 0)
		return false;
	used = (size_t)snprintf(text, n, "%s: ", tce_rule(breaches[0].rule)->id);
	tce_breach_text(&breaches[0], NULL, text + used, n - used);
	return true;
}

static void look_away(void *ctx, unsigned depth, const struct tce_event *event,
		      const struct tce_outcome *outcome)
{
	(void)ctx, (void)depth, (void)event, (void)outcome;
}

static struct tce_machine *machine_of(const struct prop_life *life, const struct tce_story *story)
{
	struct tce_machine *m;

	assert_int_equal(tce_machine_new(NULL, &story->machine, &m), 0);
	assert_int_equal(tce_linux_attach(m), 0);
	if (life->has_vfio)
		assert_int_equal(tce_vfio_attach(m), 0);
	return m;
}

/*
 * Calls that nobody watches are made in quicker ways, which must come to the same: the twin is
 * watched. False: it has come to something else.
 */
static bool is_like_watched(const struct tce_machine *m, const struct tce_outcome *outcome,
			    struct tce_machine *twin, const struct tce_event *event)
{
	struct tce_outcome watched;

	return tce_machine_step(twin, event, &watched) == 0 &&
	       watched.nr_emitted == outcome->nr_emitted &&
	       watched.nr_refused == outcome->nr_refused && watched.err == outcome->err &&
	       watched.value == outcome->value && watched.bus.v == outcome->bus.v &&
	       tce_machine_hash(m) == tce_machine_hash(twin);
}

/* The first nr_first steps are not the sequence's. */
static bool act_out(const struct prop_life *life, const struct tce_story *story, unsigned nr_first,
		    struct prop_failure *ret_failure)
{
	struct tce_machine *m = machine_of(life, story);
	struct tce_machine *twin = machine_of(life, story);
	bool ok = true;

	tce_machine_set_tap(twin, look_away, NULL);
	for (unsigned i = 0; ok && i < story->nr_steps; i++) {
		const struct tce_event *event = &story->steps[i].event;
		struct tce_outcome outcome;

		if (!life->is_sane(m, event) || tce_machine_step(m, event, &outcome) != 0)
			continue;
		ok = !is_broken(life, m, i, event, &outcome, ret_failure->text,
				sizeof(ret_failure->text));
		if (ok && !is_like_watched(m, &outcome, twin, event)) {
			snprintf(ret_failure->text, sizeof(ret_failure->text),
				 "it comes to something else when watched");
			ok = false;
		}
		ret_failure->at = i < nr_first ? 0 : i - nr_first;
	}
	tce_machine_free(m);
	tce_machine_free(twin);
	return ok;
}

static bool run(void *ctx, const struct prop_op *ops, size_t nr, struct prop_failure *ret_failure)
{
	const struct prop_life *life = ctx;
	char text[BEGIN_MAX + STATEMENT_MAX * PROP_OPS];
	size_t used = (size_t)snprintf(text, BEGIN_MAX, "%s", life->begin);
	struct tce_scenario *scenario = machine_rig_parse(text);
	unsigned nr_first = tce_scenario_story(scenario)->nr_steps;
	bool ok;

	assert_true(used < BEGIN_MAX);
	tce_scenario_free(scenario);
	for (size_t i = 0; i < nr; i++) {
		life->statement(&ops[i], text + used, STATEMENT_MAX);
		used += strlen(text + used);
		text[used++] = '\n';
	}
	text[used] = '\0';
	scenario = machine_rig_parse(text);
	ok = act_out(life, tce_scenario_story(scenario), nr_first, ret_failure);
	tce_scenario_free(scenario);
	return ok;
}

void prop_life_check(struct prop_life *life, const char *name, uint64_t seed, unsigned nr_seqs,
		     size_t nr_ops)
{
	struct prop prop = {.name = name,
			    .seed = seed,
			    .nr_seqs = nr_seqs,
			    .nr_ops = nr_ops,
			    .ctx = life,
			    .generate = generate,
			    .run = run,
			    .print = print};

	assert_true(prop_check(&prop, NULL));
}
