/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One recorded call: made on our Linux half, compared, kept. Where the two part, ours is undone and
 * the recording's result takes its place.
 */
#include "replay.h"

#include <string.h>

/* A map call being replayed. */
struct mapping {
	const struct tce_dma_call *call;
	struct tce_ops_live live;     /* what will be kept of it; sg as asked, then as answered */
	struct tce_dma_answer answer; /* the model's */
};

/* --- making the call ---------------------------------------------------------------------- */

static int read_sg(struct tce_dma_replay *replay, struct mapping *m)
{
	struct tce_dma_list list = m->call->in;
	uint64_t v[3];
	unsigned i;

	m->live.nents = list.count;
	m->live.sg = tce_ops_lives_sg_new(&replay->lives, list.count);
	if (m->live.sg == NULL)
		return -TCE_ERR_NOMEM;
	for (i = 0; tce_dma_list_next(&list, v); i++) {
		m->live.sg[i].page = v[0];
		m->live.sg[i].offset = (uint32_t)v[1];
		m->live.sg[i].length = (uint32_t)v[2];
	}
	return 0;
}

static int make_call(struct tce_dma_replay *replay, struct mapping *m)
{
	const struct tce_dma_call *call = m->call;
	const struct tce_dma_env *env = &replay->env;
	struct tce_dma_buffer buffer = {call->phys, call->size, (enum tce_dma_dir)call->dir};
	int err = 0;

	if (call->op == TCE_DMA_OP_SG) {
		err = read_sg(replay, m);
		if (err == 0)
			err = tce_dma_map_sg(env, &replay->dev, m->live.sg, m->live.nents,
					     buffer.dir, &m->answer);
	} else if (call->op == TCE_DMA_OP_COHERENT) {
		err = tce_dma_alloc_coherent(env, &replay->dev, call->phys, call->size, &m->answer);
	} else {
		err = tce_dma_map_page(env, &replay->dev, &buffer, &m->answer);
	}
	m->live.bus = m->answer.bus;
	return err;
}

static int undo(struct tce_dma_replay *replay, const struct tce_ops_live *live)
{
	const struct tce_dma_env *env = &replay->env;
	bool ignored;

	switch (live->op) {
	case TCE_DMA_OP_SG: return tce_dma_unmap_sg(env, &replay->dev, live->sg, live->nents);
	case TCE_DMA_OP_COHERENT:
		return tce_dma_free_coherent(env, &replay->dev, live->bus, live->size, &ignored);
	default: return tce_dma_unmap_page(env, &replay->dev, live->bus, live->size, &ignored);
	}
}

/* --- comparing ---------------------------------------------------------------------------- */

static void compare_outputs(struct tce_dma_replay *replay, const struct mapping *m)
{
	struct tce_dma_list out = m->call->out;
	uint64_t v[3];
	unsigned i;

	if (!tce_ops_compare(replay, TCE_DMA_DIFFERS_NR_OUT, out.count, m->answer.nr_out))
		return;
	for (i = 0; tce_dma_list_next(&out, v); i++) {
		const struct tce_sg_entry *s = &m->live.sg[i];

		if (v[0] != s->dma_address)
			tce_ops_diverge(replay, TCE_DMA_DIFFERS_OUT_BUS, i, v[0], s->dma_address);
		if (v[1] != s->dma_length)
			tce_ops_diverge(replay, TCE_DMA_DIFFERS_OUT_LENGTH, i, v[1], s->dma_length);
	}
}

/* A disagreement over success; tells why the model refused. */
static void diverge_result(struct tce_dma_replay *replay, const struct mapping *m)
{
	unsigned before = replay->sum.nr_divergences;

	tce_ops_diverge(replay, m->call->failed ? TCE_DMA_DIFFERS_FAILED : TCE_DMA_DIFFERS_MAPPED,
			0, m->call->bus, m->answer.bus);
	if (replay->sum.nr_divergences != before)
		replay->divergence[before].why = tce_dma_why_text(m->answer.why);
}

static void compare_answer(struct tce_dma_replay *replay, const struct mapping *m)
{
	bool model_failed = m->answer.why != TCE_DMA_WHY_OK;

	replay->event_checked = true;
	if (m->answer.why == TCE_DMA_WHY_HANG)
		tce_ops_find(replay, TCE_RULE_NO_PROGRESS, 1);
	if (model_failed != m->call->failed)
		diverge_result(replay, m);
	else if (!model_failed && m->call->op == TCE_DMA_OP_SG)
		compare_outputs(replay, m);
	else if (!model_failed)
		tce_ops_compare(replay, TCE_DMA_DIFFERS_BUS, m->call->bus, m->answer.bus);
}

/*
 * Without a device tree the hypervisor's window may be shorter than the kernel's: a refused read
 * leaves the LIOBN, which is no TCE with a permission. True: learned, or as learned before.
 */
static bool explained_by_end(struct tce_dma_replay *replay, uint64_t index, uint64_t recorded)
{
	struct dma_window_end *end = &replay->window_end;
	uint64_t rel = index - replay->tbl->offset;

	if (!end->learning)
		return false;
	if (recorded != replay->tbl->index) {
		if (rel >= end->refused)
			return false;
		end->accepted = rel + 1 > end->accepted ? rel + 1 : end->accepted;
		return false;
	}
	if (rel < end->accepted)
		return false;
	end->refused = rel < end->refused ? rel : end->refused;
	return true;
}

static int compare_tce(struct tce_dma_replay *replay, unsigned which, uint64_t index,
		       uint64_t recorded)
{
	uint64_t tce;
	int err = replay->env.ops->get(replay->env.ops_ctx, replay->tbl, index, &tce);

	if (err != 0)
		return err;
	if (!explained_by_end(replay, index, recorded) && recorded != tce)
		tce_ops_diverge(replay, TCE_DMA_DIFFERS_TCE, which, recorded, tce);
	return 0;
}

/* First and last entry of the mapping, or of a list's first output. */
static int compare_tces(struct tce_dma_replay *replay, const struct mapping *m)
{
	const struct tce_ops_live *live = &m->live;
	bool is_sg = live->op == TCE_DMA_OP_SG;
	uint64_t bus = is_sg ? live->sg[0].dma_address : live->bus;
	uint64_t size = is_sg ? live->sg[0].dma_length : live->size;
	uint64_t pages, index;
	int err;

	if (live->op == TCE_DMA_OP_COHERENT)
		size = tce_dma_page_align(&replay->env, size);
	pages = tce_ops_pages(replay, bus, size);
	if (pages == 0)
		return 0;
	index = bus >> replay->tbl->page_shift;
	err = compare_tce(replay, 0, index, m->call->tce[0]);
	if (err == 0)
		err = compare_tce(replay, 1, index + pages - 1, m->call->tce[1]);
	return err;
}

/* --- after a divergence ------------------------------------------------------------------- */

/* Hand out what the recording says is handed out. */
static int force_pages(struct tce_dma_replay *replay, uint64_t bus, uint64_t size)
{
	struct tce_iommu_table *tbl = replay->tbl;
	uint64_t pages = tce_ops_pages(replay, bus, size);
	uint64_t rel;

	if (pages == 0)
		return 0;
	rel = (bus >> tbl->page_shift) - tbl->offset;
	if (pages > tbl->size - rel)
		return 0;
	return tce_bitmap_set(&tbl->map, rel, pages);
}

static int force_outputs(struct tce_dma_replay *replay, struct mapping *m)
{
	struct tce_dma_list out = m->call->out;
	uint64_t v[3];
	unsigned i;
	int err = 0;

	for (i = 0; i < m->live.nents; i++)
		m->live.sg[i].dma_length = 0;
	for (i = 0; err == 0 && tce_dma_list_next(&out, v); i++) {
		m->live.sg[i].dma_address = v[0];
		m->live.sg[i].dma_length = (uint32_t)v[1];
		if (v[1] != 0)
			err = force_pages(replay, v[0], v[1]);
	}
	return err;
}

static int resync(struct tce_dma_replay *replay, struct mapping *m)
{
	int err = 0;

	replay->tracer.in_step = false;
	replay->platform.on_hcall = NULL;
	if (m->answer.why == TCE_DMA_WHY_OK)
		err = undo(replay, &m->live);
	replay->platform.on_hcall = tce_ops_trace_hcall;
	if (err != 0 || m->call->failed)
		return err;
	if (m->call->op == TCE_DMA_OP_SG)
		return force_outputs(replay, m);
	m->live.bus = m->call->bus;
	return force_pages(replay, m->live.bus,
			   m->call->op == TCE_DMA_OP_COHERENT
				   ? tce_dma_page_align(&replay->env, m->live.size)
				   : m->live.size);
}

/* --- map ---------------------------------------------------------------------------------- */

/* Entries it occupies, as the module counts them. */
static uint64_t used_pages(const struct tce_dma_replay *replay, const struct mapping *m)
{
	uint64_t pages = 0;
	unsigned i;

	if (m->live.op == TCE_DMA_OP_COHERENT)
		return tce_ops_pages(replay, m->live.bus,
				     tce_dma_page_align(&replay->env, m->live.size));
	if (m->live.op != TCE_DMA_OP_SG)
		return tce_ops_pages(replay, m->live.bus, m->live.size);
	for (i = 0; i < m->call->out.count; i++) {
		const struct tce_sg_entry *s = &m->live.sg[i];

		pages += s->dma_length != 0 ? tce_ops_pages(replay, s->dma_address, s->dma_length)
					    : 0;
	}
	return pages;
}

static int keep(struct tce_dma_replay *replay, struct mapping *m)
{
	struct tce_ops_live *old = tce_ops_lives_find(&replay->lives, m->live.n);
	int err;

	if (old != NULL) /* a damaged recording numbers two calls alike */
		tce_ops_lives_remove(&replay->lives, old);
	m->live.pages = used_pages(replay, m);
	err = tce_ops_lives_add(&replay->lives, &m->live);
	if (err != 0)
		return err;
	m->live.sg = NULL;
	replay->run.nr_used += m->live.pages;
	return 0;
}

static void count_window(struct tce_dma_replay *replay, const struct mapping *m)
{
	struct tce_dma_window *w;

	if (replay->tbl == NULL || replay->sum.nr_windows == 0)
		return;
	w = &replay->window[replay->sum.nr_windows - 1];
	w->puts += m->answer.why == TCE_DMA_WHY_OK && !m->answer.direct ? m->live.pages : 0;
	if (replay->tbl->map.nr_set > w->peak)
		w->peak = replay->tbl->map.nr_set;
}

static int check_map(struct tce_dma_replay *replay, struct mapping *m)
{
	int err = make_call(replay, m);

	if (err != 0)
		return err;
	compare_answer(replay, m);
	if (replay->event_diverged)
		err = resync(replay, m);
	else if (m->call->has_tces && replay->tbl != NULL)
		err = compare_tces(replay, m);
	if (err == 0 && !m->call->failed)
		err = keep(replay, m);
	replay->run.nr_fails += m->call->failed;
	replay->sum.calls++;
	replay->sum.calls_failed += m->call->failed;
	replay->sum.calls_direct += m->answer.direct;
	count_window(replay, m);
	return err;
}

/* --- unmap -------------------------------------------------------------------------------- */

/* Of the entries of a live mapping, some are free: somebody else undid them. */
static bool lost_pages(const struct tce_dma_replay *replay, uint64_t bus, uint64_t size)
{
	const struct tce_iommu_table *tbl = replay->tbl;
	uint64_t pages = tce_ops_pages(replay, bus, size);
	uint64_t rel;

	if (pages == 0)
		return false;
	rel = (bus >> tbl->page_shift) - tbl->offset;
	return pages <= tbl->size - rel &&
	       tce_bitmap_next_zero(&tbl->map, rel, rel + pages) < rel + pages;
}

static bool is_lost(const struct tce_dma_replay *replay, const struct tce_ops_live *live)
{
	unsigned i;

	if (live->pages == 0)
		return false;
	if (live->op != TCE_DMA_OP_SG)
		return lost_pages(replay, live->bus, live->size);
	for (i = 0; i < live->nents && live->sg[i].dma_length != 0; i++) {
		if (lost_pages(replay, live->sg[i].dma_address, live->sg[i].dma_length))
			return true;
	}
	return false;
}

static int check_unmap(struct tce_dma_replay *replay, const struct tce_dma_call *call)
{
	struct tce_ops_live *live = tce_ops_lives_find(&replay->lives, call->of);
	int err;

	if (live == NULL || live->op != call->of_op) {
		tce_ops_diverge(replay, TCE_DMA_DIFFERS_NO_SUCH_CALL, 0, call->of, 0);
		return 0;
	}
	if (!live->undone && !replay->run.unsure && is_lost(replay, live))
		tce_ops_find(replay, TCE_RULE_LOST_TCE, 1);
	err = undo(replay, live);
	replay->run.nr_used -= live->pages;
	live->pages = 0;
	live->undone = true;
	if (!call->again)
		tce_ops_lives_remove(&replay->lives, live);
	return err;
}

static int check_wild(struct tce_dma_replay *replay, const struct tce_dma_call *call)
{
	bool ignored;

	return tce_dma_unmap_page(&replay->env, &replay->dev, call->bus, call->size, &ignored);
}

/* --- without knowing ---------------------------------------------------------------------- */

/* A map call behind an unreadable one: what it got is handed out, right or wrong. */
static int follow_map(struct tce_dma_replay *replay, struct mapping *m)
{
	int err = 0;

	if (m->call->op == TCE_DMA_OP_SG)
		err = read_sg(replay, m);
	m->answer.why = TCE_DMA_WHY_NO_SPACE; /* nothing of the model's is to be undone */
	if (err == 0)
		err = resync(replay, m);
	if (err == 0 && !m->call->failed)
		err = keep(replay, m);
	replay->sum.calls++;
	replay->sum.calls_failed += m->call->failed;
	return err;
}

static int follow_unmap(struct tce_dma_replay *replay, const struct tce_dma_call *call)
{
	if (tce_ops_lives_find(&replay->lives, call->of) == NULL)
		return 0; /* made by the unreadable call */
	return check_unmap(replay, call);
}

/* --- any call ----------------------------------------------------------------------------- */

static int dispatch(struct tce_dma_replay *replay, const struct tce_dma_call *call)
{
	struct mapping m;
	int err;

	if (call->op == TCE_DMA_OP_UNMAP)
		return replay->run.unsure ? follow_unmap(replay, call) : check_unmap(replay, call);
	if (call->op == TCE_DMA_OP_WILD)
		return check_wild(replay, call);
	memset(&m, 0, sizeof(m));
	m.call = call;
	m.live.n = call->n;
	m.live.op = call->op;
	m.live.size = call->size;
	err = replay->run.unsure ? follow_map(replay, &m) : check_map(replay, &m);
	tce_ops_lives_sg_free(&replay->lives, m.live.sg, m.live.nents);
	return err;
}

int tce_ops_check_call(struct tce_dma_replay *replay, const struct tce_dma_call *call)
{
	int err;

	replay->env.cpu = call->cpu;
	err = dispatch(replay, call);
	replay->run.nr_calls = call->n + 1; /* calls that the module lost leave a gap */
	if (err != 0)
		return err;
	if (replay->run.unsure)
		tce_ops_adopt_hints(replay, &call->hints);
	else
		tce_ops_compare_hints(replay, &call->hints);
	return 0;
}
