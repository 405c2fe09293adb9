/* SPDX-License-Identifier: BSD-2-Clause */
/* Mixtures of kinds of events, searched one after the other with growing limits. */
#include <string.h>

#include "results.h"

#define FIRST_LIMIT UINT64_C(2048)
#define GROWTH      8U

/* None, one or two of the other kinds, and all. */
#define MIXTURES_MAX (2 + TCE_NR_LETTERS + TCE_NR_LETTERS * (TCE_NR_LETTERS - 1) / 2)

#define ALWAYS       (TCE_LETTERS_BIT(DRIVER) | TCE_LETTERS_BIT(MAP))

struct mixtures {
	unsigned nr;
	unsigned letters[MIXTURES_MAX];
	bool exhausted[MIXTURES_MAX];
};

static void add(struct mixtures *mixtures, unsigned letters)
{
	for (unsigned i = 0; i < mixtures->nr; i++) {
		if (mixtures->letters[i] == letters)
			return;
	}
	mixtures->letters[mixtures->nr++] = letters;
}

/* Fewer kinds first. */
static void mix(struct mixtures *mixtures, unsigned letters)
{
	unsigned base = letters & ALWAYS;

	memset(mixtures, 0, sizeof(*mixtures));
	add(mixtures, base);
	for (unsigned i = 0; i < TCE_NR_LETTERS; i++)
		add(mixtures, base | (letters & 1U << i));
	for (unsigned i = 0; i < TCE_NR_LETTERS; i++) {
		for (unsigned k = i + 1; k < TCE_NR_LETTERS; k++)
			add(mixtures, base | (letters & (1U << i | 1U << k)));
	}
	add(mixtures, letters);
}

/* What the searches before came to goes on. */
static void add_up(struct tce_explore_summary *sum, const struct tce_explore_summary *before)
{
	sum->states += before->states;
	sum->transitions += before->transitions;
	sum->missed += before->missed;
	if (before->bytes > sum->bytes)
		sum->bytes = before->bytes;
	if (before->depth > sum->depth)
		sum->depth = before->depth;
	if (before->verdict == TCE_EXPLORE_BROKEN)
		sum->verdict = TCE_EXPLORE_BROKEN;
}

/* The limit of the next search; 0: there is nothing left of what the caller allows. */
static uint64_t limit_of(const struct tce_explore_opts *opts, uint64_t limit, uint64_t used)
{
	if (opts->states == 0)
		return limit;
	if (used >= opts->states)
		return 0;
	return opts->states - used < limit ? opts->states - used : limit;
}

static bool is_over(const struct tce_explore_opts *opts, const struct tce_explore_summary *sum)
{
	return sum->stopped || (sum->verdict == TCE_EXPLORE_BROKEN && !opts->all_rules);
}

/* One search. *ret_over: no more are wanted. */
static int search_one(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
		      struct mixtures *mixtures, unsigned i, uint64_t limit,
		      struct tce_exploration *x, bool *ret_over)
{
	struct tce_explore_opts one = *opts;
	struct tce_explore_summary before = x->sum;
	int err;

	one.letters = mixtures->letters[i];
	one.states = limit_of(opts, limit, before.states);
	*ret_over = one.states == 0;
	if (*ret_over)
		return 0;
	err = tce_explore_once(alloc, &one, x);
	if (err != 0)
		return err;
	mixtures->exhausted[i] = x->sum.states < one.states && !x->sum.stopped;
	*ret_over = is_over(opts, &x->sum);
	add_up(&x->sum, &before);
	return 0;
}

static bool all_exhausted(const struct mixtures *mixtures)
{
	for (unsigned i = 0; i < mixtures->nr; i++) {
		if (!mixtures->exhausted[i])
			return false;
	}
	return true;
}

int tce_explore_mixtures(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
			 struct tce_exploration *x)
{
	struct mixtures mixtures;
	uint64_t limit = FIRST_LIMIT;
	bool over = false;
	int err = 0;

	mix(&mixtures, opts->letters);
	while (err == 0 && !over && !all_exhausted(&mixtures)) {
		for (unsigned i = 0; err == 0 && !over && i < mixtures.nr; i++) {
			if (!mixtures.exhausted[i])
				err = search_one(alloc, opts, &mixtures, i, limit, x, &over);
		}
		limit *= GROWTH;
	}
	if (err == 0 && x->sum.verdict != TCE_EXPLORE_BROKEN)
		x->sum.verdict =
			all_exhausted(&mixtures) ? TCE_EXPLORE_CLEAN : TCE_EXPLORE_INCONCLUSIVE;
	return err;
}
