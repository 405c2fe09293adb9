/* SPDX-License-Identifier: BSD-2-Clause */
/* Generate, run, and when that fails: truncate, leave out (delta debugging), simplify, print. */
#include "prop.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SHRINK_RUNS 20000 /* most runs spent on shrinking one failure */

struct shrink {
	const struct prop *prop;
	struct prop_result *result;
	unsigned nr_runs;
};

/* Take over a candidate when it still fails. */
static bool try_ops(struct shrink *s, const struct prop_op *ops, size_t nr)
{
	struct prop_failure failure = {.at = 0};

	if (nr == 0 || s->nr_runs >= SHRINK_RUNS)
		return false;
	s->nr_runs++;
	if (s->prop->run(s->prop->ctx, ops, nr, &failure))
		return false;
	memmove(s->result->ops, ops, nr * sizeof(*ops));
	s->result->nr_ops = failure.at < nr ? failure.at + 1 : nr;
	s->result->failure = failure;
	return true;
}

/* Leave out n operations at a time, wherever that keeps the failure. */
static bool leave_out(struct shrink *s, size_t n)
{
	struct prop_op ops[PROP_OPS];
	bool any = false;
	size_t at = 0;

	while (at + n <= s->result->nr_ops) {
		size_t rest = s->result->nr_ops - at - n;

		memcpy(ops, s->result->ops, at * sizeof(*ops));
		memcpy(ops + at, s->result->ops + at + n, rest * sizeof(*ops));
		if (try_ops(s, ops, at + rest))
			any = true;
		else
			at += n;
	}
	return any;
}

static bool try_arg(struct shrink *s, size_t op, unsigned arg, uint64_t value)
{
	struct prop_op ops[PROP_OPS];
	size_t nr = s->result->nr_ops;

	if (op >= nr || s->result->ops[op].arg[arg] <= value)
		return false;
	memcpy(ops, s->result->ops, nr * sizeof(*ops));
	ops[op].arg[arg] = value;
	return try_ops(s, ops, nr);
}

/* Smaller, or with fewer bits; every change makes the number smaller, so it ends. */
static bool simplify_arg(struct shrink *s, size_t op, unsigned arg)
{
	uint64_t value = s->result->ops[op].arg[arg];
	unsigned bit;

	if (try_arg(s, op, arg, 0) || try_arg(s, op, arg, 1) || try_arg(s, op, arg, value / 2) ||
	    try_arg(s, op, arg, value - value / 4))
		return true;
	for (bit = 64; bit-- > 0;)
		if ((value >> bit & 1) != 0 && try_arg(s, op, arg, value & ~(UINT64_C(1) << bit)))
			return true;
	return try_arg(s, op, arg, value - 1);
}

static bool simplify_args(struct shrink *s)
{
	bool any = false;
	unsigned arg;
	size_t op;

	for (op = 0; op < s->result->nr_ops; op++)
		for (arg = 0; arg < PROP_ARGS && op < s->result->nr_ops; arg++)
			while (op < s->result->nr_ops && simplify_arg(s, op, arg))
				any = true;
	return any;
}

static void shrink(struct shrink *s)
{
	bool any = true;
	size_t n;

	while (any && s->nr_runs < SHRINK_RUNS) {
		any = false;
		for (n = s->result->nr_ops / 2; n > 0; n /= 2)
			any |= leave_out(s, n);
		any |= simplify_args(s);
	}
}

static void print_failure(const struct prop *prop, const struct prop_result *result)
{
	size_t i;

	fprintf(stderr, "%s: TCE_PROP_SEED=%" PRIu64 " TCE_PROP_COUNT=1 fails; shrunk to %zu:\n",
		prop->name, result->seed, result->nr_ops);
	for (i = 0; i < result->nr_ops; i++) {
		fprintf(stderr, "  %zu  ", i);
		prop->print(prop->ctx, stderr, &result->ops[i]);
		fprintf(stderr, "\n");
	}
	fprintf(stderr, "  at %zu: %s\n", result->failure.at, result->failure.text);
}

/* True: the sequence of this seed is fine. */
static bool check_seed(const struct prop *prop, uint64_t seed, struct prop_result *result)
{
	struct prng rng = prng_seeded(seed);
	struct shrink s = {.prop = prop, .result = result};
	size_t i;

	result->seed = seed;
	result->nr_ops = (size_t)prng_between(&rng, 1, prop->nr_ops);
	memset(result->ops, 0, sizeof(result->ops));
	for (i = 0; i < result->nr_ops; i++)
		prop->generate(prop->ctx, &rng, result->ops, i);
	if (prop->run(prop->ctx, result->ops, result->nr_ops, &result->failure))
		return true;
	if (result->failure.at < result->nr_ops)
		result->nr_ops = result->failure.at + 1;
	if (getenv("TCE_PROP_NO_SHRINK") == NULL)
		shrink(&s);
	if (!prop->quiet)
		print_failure(prop, result);
	return false;
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}

bool prop_check(const struct prop *prop, struct prop_result *ret_result)
{
	uint64_t seed = from_environment("TCE_PROP_SEED", prop->seed);
	uint64_t percent = from_environment("TCE_PROP_PERCENT", 100);
	uint64_t share = (prop->nr_seqs * percent + 99) / 100;
	uint64_t nr_seqs = from_environment("TCE_PROP_COUNT", share);
	struct prop_result own;
	uint64_t i;

	memset(&own, 0, sizeof(own));
	for (i = 0; i < nr_seqs; i++) {
		if (check_seed(prop, seed + i, &own))
			continue;
		if (ret_result != NULL)
			*ret_result = own;
		return false;
	}
	return true;
}
