/* SPDX-License-Identifier: BSD-2-Clause */
/* The loop over stories. See live.h. */
#include <stdlib.h>

#include "generator.h"
#include "live.h"

#define STORY_STEPS 3000U

/* A scene with devices each so many steps. */
#define SCENE_EVERY 1500U

/* Steps between looks at the clock. */
#define CLOCK_EVERY    256U

#define AUTO_INCREMENT (UINT64_C(1) << 63)
#define TABLE_SHIFT    48U

struct run {
	struct tce_nv_session *session;
	const struct tce_nv_live_opts *opts;
	struct tce_nv_live *live;
	struct tce_nv_generator gen;
	double began;
};

static void count(struct tce_nv_live *live, const struct tce_nv_op *op,
		  const struct tce_nv_expect *expect)
{
	switch (op->kind) {
	case TCE_NV_CALL:
		live->calls++;
		live->refused[expect->refusal]++;
		break;
	case TCE_NV_SWEEP: live->words += op->n[2]; break;
	case TCE_NV_DMA_READ:
	case TCE_NV_DMA_WRITE:
		live->dma++;
		for (unsigned i = 0; i < TCE_NR_IODA_FAULTS; i++)
			live->faults[i] += expect->faults >> i & 1;
		break;
	case TCE_NV_LOOK: break;
	default: live->registers++; break;
	}
}

static int feed(struct run *run, const struct tce_nv_op *op)
{
	if (tce_nv_session_feed(run->session, op) != 0)
		return -1;
	count(run->live, op, &run->session->expect);
	return 0;
}

/* All memory, and all words of the tables in the bridges. */
static int look_at_all(struct run *run)
{
	static const unsigned tables[] = {TCE_IODA_TBL_TVT, TCE_IODA_TBL_PESTA, TCE_IODA_TBL_PESTB,
					  TCE_IODA_TBL_PEEV};
	struct tce_nv_op op = {.kind = TCE_NV_LOOK};

	if (feed(run, &op) != 0)
		return -1;
	op.kind = TCE_NV_SWEEP;
	for (unsigned b = 0; b < run->session->model.tree->nr_bridges; b++) {
		const struct tce_ioda_model *model = run->session->model.tree->bridges[b].model;

		for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
			op.n[0] = b;
			op.n[1] = AUTO_INCREMENT | (uint64_t)tables[i] << TABLE_SHIFT;
			op.n[2] = tables[i] == TCE_IODA_TBL_TVT    ? model->nr_tves
				  : tables[i] == TCE_IODA_TBL_PEEV ? model->nr_pes / 64
								   : model->nr_pes;
			if (feed(run, &op) != 0)
				return -1;
		}
	}
	return tce_nv_session_settle(run->session);
}

static bool time_is_up(const struct run *run)
{
	double seconds = tce_now() - run->began;

	if (run->opts->progress)
		run->opts->progress(run->opts->ctx, run->live->calls, run->live->dma, seconds);
	return run->opts->seconds > 0 && seconds >= run->opts->seconds;
}

static bool enough(const struct run *run)
{
	return run->opts->calls && run->live->calls >= run->opts->calls;
}

static int walk(struct run *run)
{
	struct tce_nv_op op;

	for (unsigned i = 0; i < STORY_STEPS || tce_nv_generator_in_scene(&run->gen); i++) {
		if (i < STORY_STEPS && i % SCENE_EVERY == SCENE_EVERY / 4)
			tce_nv_generator_scene(&run->gen);
		if (i % CLOCK_EVERY == 0 && time_is_up(run))
			break;
		if (enough(run) && !tce_nv_generator_in_scene(&run->gen))
			break;
		tce_nv_generator_next(&run->gen, &op);
		if (feed(run, &op) != 0)
			return -1;
	}
	return look_at_all(run);
}

/* Keep the steps up to the difference. */
static void keep_story(struct tce_nv_live *live, struct tce_nv_session *session, uint64_t fill)
{
	live->diff = session->diff;
	live->story.fill = fill;
	live->story.ops = session->ops;
	live->story.nr_ops = session->diff.op + 1;
	session->ops = NULL;
	session->nr_ops = session->ops_room = 0;
}

static int run_story(struct run *run)
{
	struct tce_nv_session *session = run->session;
	struct tce_nv_live *live = run->live;
	uint64_t seed = tce_rng_seed(run->opts->seed, live->stories);

	live->stories++;
	if (tce_nv_session_begin(session, run->opts->profile, seed) == 0) {
		tce_nv_generator_init(&run->gen, tce_rng_seed(seed, 1), &session->model);
		if (look_at_all(run) == 0)
			walk(run);
	}
	live->state = session->state;
	if (session->state == TCE_NV_DIFFERENT)
		keep_story(live, session, seed);
	if (session->state == TCE_NV_FAILED)
		live->fail = session->fail;
	return session->state == TCE_NV_RUNNING ? 0 : -1;
}

void tce_nv_live_run(struct tce_nv_session *session, const struct tce_nv_live_opts *opts,
		     struct tce_nv_live *ret_live)
{
	struct run run = {.session = session, .opts = opts, .live = ret_live, .began = tce_now()};

	*ret_live = (struct tce_nv_live){.state = TCE_NV_RUNNING};
	if (!session->pending && tce_nv_session_boot(session, &opts->machine) != 0) {
		ret_live->state = session->state;
		ret_live->fail = session->fail;
		return;
	}
	ret_live->nr_bridges = session->machine.tree.nr_bridges;
	while (!enough(&run) && !time_is_up(&run))
		if (run_story(&run) != 0)
			break;
	ret_live->seconds = tce_now() - run.began;
}

void tce_nv_live_free(struct tce_nv_live *live)
{
	free(live->story.ops);
	live->story = (struct tce_nv_story){.ops = NULL};
}
