/* SPDX-License-Identifier: BSD-2-Clause */
/* Mixtures of kinds of events, searched one after the other with growing limits. */
#include <limits.h>

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
	/*
	 * The caller's starts, those without a client of VFIO first, and which of the caller's they
	 * are.
	 */
	struct tce_story *start;
	unsigned *number;
	unsigned nr_starts;
	unsigned nr_plain;
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

/* --- starts ---------------------------------------------------------------------------------- */

static bool has_client(const struct tce_story *story)
{
	for (unsigned i = 0; i < story->nr_steps; i++) {
		if (story->steps[i].event.kind == TCE_EV_VFIO)
			return true;
	}
	return false;
}

static void take_starts(struct mixtures *mixtures, const struct tce_explore_opts *opts,
			bool clients)
{
	for (unsigned i = 0; i < opts->nr_starts; i++) {
		if (has_client(&opts->starts[i]) != clients)
			continue;
		mixtures->number[mixtures->nr_starts] = i;
		mixtures->start[mixtures->nr_starts++] = opts->starts[i];
	}
}

static int sort_starts(struct mixtures *mixtures, const struct tce_mem *mem,
		       const struct tce_explore_opts *opts)
{
	if (opts->starts == NULL || opts->nr_starts == 0)
		return 0; /* refused where a search begins */
	mixtures->start = tce_mem_new(mem, opts->nr_starts * sizeof(*mixtures->start));
	mixtures->number = tce_mem_new(mem, opts->nr_starts * sizeof(*mixtures->number));
	if (mixtures->start == NULL || mixtures->number == NULL)
		return -TCE_ERR_NOMEM;
	take_starts(mixtures, opts, false);
	mixtures->nr_plain = mixtures->nr_starts;
	take_starts(mixtures, opts, true);
	return 0;
}

static void drop_starts(struct mixtures *mixtures, const struct tce_mem *mem, unsigned nr_starts)
{
	tce_mem_free(mem, mixtures->start, nr_starts * sizeof(*mixtures->start));
	tce_mem_free(mem, mixtures->number, nr_starts * sizeof(*mixtures->number));
}

/*
 * A client that makes no calls keeps its devices from everybody else; one that is there saves the
 * calls that make it. So starts with clients are for mixtures in which clients do something, the
 * others for the rest. The first mixture and the last one have all.
 */
static void pick_starts(const struct mixtures *mixtures, unsigned i, unsigned *ret_first,
			unsigned *ret_nr)
{
	bool clients = (mixtures->letters[i] & TCE_LETTERS_BIT(VFIO)) != 0;
	unsigned nr_plain = mixtures->nr_plain;

	*ret_first = 0;
	*ret_nr = mixtures->nr_starts;
	if (nr_plain == 0 || nr_plain == mixtures->nr_starts || i == 0 || i + 1 == mixtures->nr)
		return;
	*ret_first = clients ? nr_plain : 0;
	*ret_nr = clients ? mixtures->nr_starts - nr_plain : nr_plain;
}

/* What was found just now says which of the picked starts it begins with. */
static void renumber(const unsigned *number, const unsigned *length, struct tce_exploration *x)
{
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		struct found *found = &x->found[i];

		if (found->found && found->finding.length < length[i])
			found->finding.start = number[found->finding.start];
	}
}

static int search_from(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
		       const struct mixtures *mixtures, unsigned i, struct tce_exploration *x)
{
	struct tce_explore_opts some = *opts;
	unsigned length[TCE_NR_RULES];
	unsigned first;
	int err;

	pick_starts(mixtures, i, &first, &some.nr_starts);
	some.starts = mixtures->start == NULL ? opts->starts : mixtures->start + first;
	for (unsigned k = 0; k < TCE_NR_RULES; k++)
		length[k] = x->found[k].found ? x->found[k].finding.length : UINT_MAX;
	err = tce_explore_once(alloc, &some, x);
	if (err == 0)
		renumber(mixtures->number + first, length, x);
	return err;
}

/* --- searches -------------------------------------------------------------------------------- */

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
	err = search_from(alloc, &one, mixtures, i, x);
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

static int search_all(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
		      struct mixtures *mixtures, struct tce_exploration *x)
{
	uint64_t limit = FIRST_LIMIT;
	bool over = false;
	int err = 0;

	while (err == 0 && !over && !all_exhausted(mixtures)) {
		for (unsigned i = 0; err == 0 && !over && i < mixtures->nr; i++) {
			if (!mixtures->exhausted[i])
				err = search_one(alloc, opts, mixtures, i, limit, x, &over);
		}
		limit *= GROWTH;
	}
	return err;
}

int tce_explore_mixtures(const struct tce_alloc *alloc, const struct tce_explore_opts *opts,
			 struct tce_exploration *x)
{
	struct mixtures mixtures = {0};
	int err = sort_starts(&mixtures, &x->mem, opts);

	mix(&mixtures, opts->letters);
	if (err == 0)
		err = search_all(alloc, opts, &mixtures, x);
	drop_starts(&mixtures, &x->mem, opts->nr_starts);
	if (err == 0 && x->sum.verdict != TCE_EXPLORE_BROKEN)
		x->sum.verdict =
			all_exhausted(&mixtures) ? TCE_EXPLORE_CLEAN : TCE_EXPLORE_INCONCLUSIVE;
	return err;
}
