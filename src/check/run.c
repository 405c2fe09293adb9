/* SPDX-License-Identifier: BSD-2-Clause */
/* Acting out a story: events, expectations, rules. */
#include <string.h>

#include <tce/linux.h>
#include <tce/run.h>
#include <tce/vfio.h>

#include "live.h"

struct run {
	const struct tce_story *story;
	const struct tce_run_observer *observer;
	struct tce_machine *machine;
	unsigned step;
	struct tce_breach before[TCE_BREACHES_MAX]; /* that held after the step before */
	unsigned nr_before;
	struct tce_breach fresh[TCE_BREACHES_MAX]; /* that this step brought */
	unsigned nr_fresh;
};

static void tap(void *ctx, unsigned depth, const struct tce_event *event,
		const struct tce_outcome *outcome)
{
	const struct run *run = ctx;

	if (run->observer != NULL && run->observer->event != NULL)
		run->observer->event(run->observer->ctx, run->step, depth, event, outcome);
}

static bool held_before(const struct run *run, const struct tce_breach *breach)
{
	for (unsigned i = 0; i < run->nr_before; i++) {
		if (tce_breach_same(&run->before[i], breach))
			return true;
	}
	return false;
}

/* Which breaches did this step bring? */
static void check_rules(struct run *run, const struct tce_event *event,
			const struct tce_outcome *outcome, struct tce_run_result *result)
{
	struct tce_breach now[TCE_BREACHES_MAX];
	unsigned nr = tce_check_machine(run->machine, event, outcome, now, TCE_BREACHES_MAX);

	if (nr > TCE_BREACHES_MAX)
		nr = TCE_BREACHES_MAX;
	run->nr_fresh = 0;
	for (unsigned i = 0; i < nr; i++) {
		result->broken_rules |= UINT64_C(1) << now[i].rule;
		if (!held_before(run, &now[i]))
			run->fresh[run->nr_fresh++] = now[i];
	}
	memcpy(run->before, now, nr * sizeof(now[0]));
	run->nr_before = nr;
	if (run->observer != NULL && run->observer->checked != NULL)
		run->observer->checked(run->observer->ctx, run->step, run->machine, run->fresh,
				       run->nr_fresh);
}

static bool is_expected(const struct tce_step *step, enum tce_rule_id rule)
{
	for (unsigned i = 0; i < step->nr_expects; i++) {
		if (step->expects[i].kind == TCE_EXPECT_RULE && step->expects[i].value == rule)
			return true;
	}
	return false;
}

/* The first thing that is not as it should be. */
static enum tce_run_verdict judge(const struct run *run, const struct tce_step *step,
				  const struct tce_outcome *outcome, struct tce_run_result *result)
{
	for (unsigned i = 0; i < run->nr_fresh; i++) {
		if (is_expected(step, run->fresh[i].rule))
			continue;
		result->breach = run->fresh[i];
		return TCE_RUN_BROKEN;
	}
	for (unsigned i = 0; i < step->nr_expects; i++) {
		if (tce_expect_met(&step->expects[i], &step->event, outcome, run->fresh,
				   run->nr_fresh))
			continue;
		result->expect = step->expects[i];
		return TCE_RUN_UNEXPECTED;
	}
	return TCE_RUN_PASS;
}

/* One step. True: go on. Library errors that are the story's fault are in the result. */
static bool act(struct run *run, const struct tce_step *step, struct tce_run_result *result,
		int *ret_err)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(run->machine, &step->event, &outcome);

	*ret_err = 0;
	if (err == -TCE_ERR_NOMEM) {
		*ret_err = err;
		return false;
	}
	result->step = run->step;
	if (err != 0) {
		result->verdict = TCE_RUN_IMPOSSIBLE;
		result->err = err;
		return false;
	}
	result->nr_events++;
	result->abort = outcome.abort;
	check_rules(run, &step->event, &outcome, result);
	result->verdict = judge(run, step, &outcome, result);
	result->outcome = outcome;
	return result->verdict == TCE_RUN_PASS;
}

static int play(struct run *run, struct tce_run_result *result)
{
	int err = 0;

	while (run->step < run->story->nr_steps &&
	       act(run, &run->story->steps[run->step], result, &err))
		run->step++;
	return err;
}

int tce_live_machine(const struct tce_alloc *alloc, const struct tce_machine_opts *opts,
		     struct tce_machine **ret_machine)
{
	struct tce_machine *machine;
	int err = tce_machine_new(alloc, opts, &machine);

	if (err != 0)
		return err;
	err = tce_linux_attach(machine);
	if (err == 0)
		err = tce_vfio_attach(machine);
	if (err != 0 && err != -TCE_ERR_UNSUPPORTED) {
		tce_machine_free(machine);
		return err;
	}
	*ret_machine = machine;
	return 0;
}

int tce_run(const struct tce_alloc *alloc, const struct tce_story *story,
	    const struct tce_run_observer *observer, struct tce_run_result *ret_result)
{
	struct run run = {.story = story, .observer = observer};
	struct tce_run_result result;
	int err = tce_live_machine(alloc, &story->machine, &run.machine);

	if (err != 0)
		return err;
	memset(&result, 0, sizeof(result));
	tce_machine_set_tap(run.machine, tap, &run);
	err = play(&run, &result);
	tce_machine_free(run.machine);
	if (err == 0)
		*ret_result = result;
	return err;
}
