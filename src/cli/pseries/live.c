/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop over processes. See live.h. */
#include <stdlib.h>
#include <string.h>

#include "contents.h"
#include "generator.h"
#include "live.h"

/* Calls on one machine, and device accesses on one whose devices work. */
#define EPOCH_CALLS_LEAST 40000U
#define EPOCH_CALLS_MORE  80000U
#define EPOCH_DMA_OPS     2000U

/* The third process and then each eighth one has working devices. */
#define DMA_EPOCH_FIRST 2U
#define DMA_EPOCH_EVERY 8U

/* Steps between looks at the clock. */
#define CLOCK_EVERY 4096U

/* Tables up to this many entries are read wholly when a machine is left. */
#define LAST_LOOK_MOST (UINT64_C(1) << 20)

/* One process's share of the run. */
struct epoch {
	const struct tce_live_opts *opts;
	struct tce_live *live;
	struct tce_session session;
	struct tce_generator gen;
	struct tce_contents contents;
	uint64_t steps;
	uint64_t length;
	double began; /* of the run */
};

static bool is_call(const struct tce_op *op)
{
	return op->kind == TCE_OP_HCALL || op->kind == TCE_OP_RTAS || op->kind == TCE_OP_CAS;
}

static void count(struct tce_live *live, const struct tce_op *op)
{
	if (is_call(op))
		live->calls++;
	else if (op->kind == TCE_OP_DMA || op->kind == TCE_OP_VIO)
		live->dma++;
	else
		live->monitor++;
}

static bool may_change_windows(const struct tce_op *op)
{
	return op->kind != TCE_OP_HCALL && op->kind != TCE_OP_DMA && op->kind != TCE_OP_VIO;
}

/* One step and what belongs to it. 0 while the session is RUNNING. */
static int take_step(struct epoch *epoch, const struct tce_op *op)
{
	struct tce_session *session = &epoch->session;
	struct tce_states_before before = {.nr_windows = 0};
	int err;

	if (tce_contents_before(&epoch->contents, session, op) != 0)
		return -1;
	if (may_change_windows(op))
		tce_states_look(&before, &session->model);
	err = tce_session_feed(session, op);
	tce_states_after(&epoch->live->states, session, op, &before);
	if (err)
		return err;
	count(epoch->live, op);
	tce_generator_taken(&epoch->gen, &session->model, op);
	return tce_contents_after(&epoch->contents, session, op);
}

static bool time_is_up(const struct epoch *epoch)
{
	double seconds = tce_now() - epoch->began;

	if (epoch->opts->progress)
		epoch->opts->progress(epoch->opts->ctx, epoch->live->calls,
				      epoch->live->entries + epoch->session.entries_compared,
				      seconds);
	return epoch->opts->seconds > 0 && seconds >= epoch->opts->seconds;
}

/* A third of the machines is led to QEMU's death before it is left. */
static bool may_doom(const struct epoch *epoch)
{
	return epoch->live->processes % 3 == 1 && !epoch->gen.dma &&
	       epoch->steps > epoch->length / 8 * 7;
}

static void walk(struct epoch *epoch)
{
	const struct tce_live_opts *opts = epoch->opts;
	struct tce_op op;

	for (; epoch->steps < epoch->length; epoch->steps++) {
		if (opts->calls && epoch->live->calls >= opts->calls)
			break;
		if (epoch->steps % CLOCK_EVERY == 0 && time_is_up(epoch))
			break;
		epoch->gen.doom = may_doom(epoch);
		tce_generator_next(&epoch->gen, &epoch->session.model, &op);
		if (take_step(epoch, &op) != 0)
			return;
	}
	if (tce_contents_whole(&epoch->session, LAST_LOOK_MOST) == 0)
		tce_session_settle(&epoch->session);
}

static uint64_t epoch_length(const struct epoch *epoch, bool dma)
{
	struct tce_rng rng = {.state = epoch->opts->seed ^ epoch->live->processes << 32};

	if (dma)
		return EPOCH_DMA_OPS;
	if (epoch->opts->epoch_calls)
		return epoch->opts->epoch_calls;
	return EPOCH_CALLS_LEAST + tce_rng_below(&rng, EPOCH_CALLS_MORE);
}

/* Keep the steps up to the difference. */
static void keep_story(struct tce_live *live, struct tce_session *session,
		       const struct tce_qemu_config *config)
{
	live->diff = session->diff;
	live->story.config = *config;
	live->story.ops = session->ops;
	live->story.nr_ops = session->diff.op + 1;
	session->ops = NULL;
}

static void take_stock(struct epoch *epoch, const struct tce_qemu_config *config)
{
	struct tce_live *live = epoch->live;
	struct tce_session *session = &epoch->session;

	live->entries += session->entries_compared;
	switch (session->state) {
	case TCE_SESSION_RUNNING: break;
	case TCE_SESSION_ABORTED: live->aborts++; break;
	case TCE_SESSION_DIFFERENT:
		if (session->diff.outlived && !epoch->opts->exact) {
			live->outlived++;
			break;
		}
		live->state = session->state;
		keep_story(live, session, config);
		break;
	case TCE_SESSION_FAILED:
	case TCE_SESSION_INTERRUPTED:
		live->state = session->state;
		live->fail = session->fail;
		break;
	}
}

static int run_epoch(const struct tce_live_opts *opts, struct tce_live *live, double began)
{
	unsigned number = (unsigned)live->processes;
	bool dma = number % DMA_EPOCH_EVERY == DMA_EPOCH_FIRST;
	struct tce_qemu_config config;
	struct epoch *epoch = calloc(1, sizeof(*epoch));

	if (!epoch) {
		live->state = TCE_SESSION_FAILED;
		return tce_fail(&live->fail, "out of memory");
	}
	epoch->opts = opts;
	epoch->live = live;
	epoch->began = began;
	epoch->length = epoch_length(epoch, dma);
	tce_generator_config(opts->seed, number, dma, &config);
	if (tce_session_start(&epoch->session, &opts->guest, opts->profile, &config) == 0) {
		tce_generator_init(&epoch->gen, opts->seed + number * UINT64_C(0x9e3779b97f4a7c15),
				   &epoch->session.model);
		walk(epoch);
	}
	live->processes++;
	take_stock(epoch, &config);
	tce_session_stop(&epoch->session);
	free(epoch);
	return live->state == TCE_SESSION_RUNNING ? 0 : -1;
}

void tce_live_run(const struct tce_live_opts *opts, struct tce_live *ret_live)
{
	double began = tce_now();

	*ret_live = (struct tce_live){.state = TCE_SESSION_RUNNING};
	while (!(opts->calls && ret_live->calls >= opts->calls) &&
	       !(opts->seconds > 0 && tce_now() - began >= opts->seconds))
		if (run_epoch(opts, ret_live, began) != 0)
			break;
	ret_live->seconds = tce_now() - began;
}

void tce_live_free(struct tce_live *live)
{
	free(live->story.ops);
	live->story = (struct tce_qemu_story){.ops = NULL};
}
