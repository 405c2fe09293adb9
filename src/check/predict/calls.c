/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists of calls. A kernel without multi-TCE calls makes one call for each entry of a window that
 * it clears, a quarter of a million: those that follow from each other by equal steps are kept as
 * one.
 */
#include "predict.h"

#define RUN sizeof(struct tce_call_run)

static struct tce_call_run *run_at(const struct tce_calls *calls, uint32_t i)
{
	return tce_vec_at(&calls->runs, i, RUN);
}

/* Blocks (group) come in any order: their calls are moved, so each stands alone. */
static bool may_run(const struct tce_call *call)
{
	return call->kind == TCE_CALL_PUT && call->group == 0;
}

static bool alike(const struct tce_call *a, const struct tce_call *b)
{
	return may_run(a) && may_run(b) && a->unseen == b->unseen && a->module == b->module &&
	       a->loose == b->loose && a->told == b->told && a->kernel == b->kernel &&
	       a->liobn == b->liobn && a->ret == b->ret;
}

static bool is_next(const struct tce_call_run *run, const struct tce_call *call)
{
	return call->ioba == run->first.ioba + run->nr * run->ioba_step &&
	       call->tce == run->first.tce + run->nr * run->tce_step &&
	       call->line == run->first.line + run->nr * run->line_step;
}

/* False: the call does not continue the run. */
static bool extend(struct tce_call_run *run, const struct tce_call *call)
{
	if (!alike(&run->first, call))
		return false;
	if (run->nr == 1) {
		run->ioba_step = call->ioba - run->first.ioba;
		run->tce_step = call->tce - run->first.tce;
		run->line_step = call->line - run->first.line;
	} else if (!is_next(run, call)) {
		return false;
	}
	run->nr++;
	return true;
}

int tce_calls_add(struct tce_calls *calls, const struct tce_mem *mem, const struct tce_call *call)
{
	struct tce_call_run fresh = {.at = calls->nr, .nr = 1};
	int err = 0;

	if (calls->runs.nr == 0 || !extend(run_at(calls, calls->runs.nr - 1), call)) {
		fresh.first = *call;
		err = tce_list_add(&calls->runs, mem, &fresh, RUN);
	}
	if (err == 0)
		calls->nr++;
	return err;
}

/* The run that call i is in. */
static uint32_t find(const struct tce_calls *calls, uint32_t i)
{
	uint32_t low = 0;
	uint32_t high = calls->runs.nr;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (run_at(calls, mid)->at <= i)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* One of many: only what differs is written when the one before was of the same run. */
static struct tce_call *pick(struct tce_calls *calls, uint32_t number, uint64_t skip)
{
	const struct tce_call_run *run = run_at(calls, number);

	if (calls->one_of != number + 1)
		calls->one = run->first;
	calls->one_of = number + 1;
	calls->one.ioba = run->first.ioba + skip * run->ioba_step;
	calls->one.tce = run->first.tce + skip * run->tce_step;
	calls->one.line = run->first.line + skip * run->line_step;
	return &calls->one;
}

struct tce_call *tce_calls_at(struct tce_calls *calls, uint32_t i)
{
	struct tce_call_run *run = run_at(calls, calls->looked_at);

	if (i - run->at >= run->nr) {
		calls->looked_at = find(calls, i);
		run = run_at(calls, calls->looked_at);
	}
	return run->nr == 1 ? &run->first : pick(calls, calls->looked_at, i - run->at);
}

void tce_calls_fini(struct tce_calls *calls, const struct tce_mem *mem)
{
	tce_vec_fini(&calls->runs, mem, RUN);
	calls->nr = 0;
	calls->looked_at = 0;
	calls->one_of = 0;
}
