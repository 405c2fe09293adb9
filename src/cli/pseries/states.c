/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognising deep states. See states.h. */
#include <stddef.h>

#include "states.h"

#define LARGE_ENTRIES (UINT64_C(1) << 24)

const char *tce_state_text(enum tce_state state)
{
	static const char *const texts[] = {
#define TCE_STATE_TEXT_(name, text) [TCE_STATE_##name] = (text),
		TCE_STATE_LIST(TCE_STATE_TEXT_)
#undef TCE_STATE_TEXT_
	};

	return texts[state];
}

static void reach(struct tce_states *states, enum tce_state state, bool when)
{
	states->reached[state] += when;
}

void tce_states_look(struct tce_states_before *ret_before, const struct tce_model *model)
{
	uint64_t from = 0;
	unsigned n = 0;

	while (n < sizeof(ret_before->windows) / sizeof(ret_before->windows[0]) &&
	       tce_lpar_next_window(model->lpar, from, &ret_before->windows[n]))
		from = ret_before->windows[n++].liobn + 1;
	ret_before->nr_windows = n;
	ret_before->config = model->config;
}

/* The windows of one bridge. */
struct pair {
	const struct tce_window_info *slot[2]; /* NULL: none, or disabled */
	unsigned active;
};

static struct pair pair_of(const struct tce_states_before *at, uint64_t buid)
{
	struct pair pair = {.active = 0};
	const struct tce_window_info *w;

	for (unsigned i = 0; i < at->nr_windows; i++) {
		w = &at->windows[i];
		if (w->vio || w->buid != buid || !w->nr_entries)
			continue;
		pair.slot[w->slot & 1] = w;
		pair.active++;
	}
	return pair;
}

static bool overlap(const struct pair *pair)
{
	return pair->active == 2 && pair->slot[0]->start <= pair->slot[1]->last &&
	       pair->slot[1]->start <= pair->slot[0]->last;
}

static const struct tce_window_info *find(const struct tce_states_before *at, uint64_t liobn)
{
	for (unsigned i = 0; i < at->nr_windows; i++)
		if (at->windows[i].liobn == liobn)
			return &at->windows[i];
	return NULL;
}

static uint64_t buid_of(const struct tce_op_rtas *op)
{
	return (uint64_t)op->cells[1] << 32 | op->cells[2];
}

static void after_create(struct tce_states *states, const struct tce_answer *answer,
			 const struct tce_states_before *now)
{
	const struct tce_window_info *w = find(now, answer->rets[1]);
	struct pair pair;

	if (!w)
		return;
	pair = pair_of(now, w->buid);
	reach(states, TCE_STATE_BOTH, pair.active == 2);
	reach(states, TCE_STATE_OVERLAP, overlap(&pair));
	reach(states, TCE_STATE_REUSED, w->slot == 0 && pair.active == 2);
	reach(states, TCE_STATE_AT_DEFAULT, pair.active == 1);
	reach(states, TCE_STATE_LARGE, w->nr_entries >= LARGE_ENTRIES);
}

static void after_remove(struct tce_states *states, const struct tce_op_rtas *op,
			 const struct tce_states_before *before,
			 const struct tce_states_before *now)
{
	const struct tce_window_info *was = find(before, op->cells[0]);
	struct tce_qemu_config config = before->config;
	const struct tce_qemu_phb *phb;
	struct pair pair;

	if (!was)
		return;
	pair = pair_of(now, was->buid);
	phb = tce_qemu_config_phb(&config, (unsigned)(was->buid - tce_qemu_buid(0)));
	reach(states, TCE_STATE_NO_DEFAULT, pair.active == 1 && pair.slot[1]);
	reach(states, TCE_STATE_NONE, pair.active == 0);
	reach(states, TCE_STATE_RESTORED,
	      was->slot == 1 && pair.active == 1 && pair.slot[0] &&
		      pair_of(before, was->buid).active == 1);
	reach(states, TCE_STATE_STALE_FLAG,
	      pair.active == 0 && phb && was->start != phb->dma_win_addr);
}

static void after_rtas(struct tce_states *states, const struct tce_session *session,
		       const struct tce_op_rtas *op, const struct tce_states_before *before)
{
	const struct tce_papr_profile *profile = session->model.profile;
	const struct tce_answer *answer = &session->expect.answer;
	struct tce_states_before now;

	reach(states, TCE_STATE_BLOCK_WRAP, op->nargs >= 0xfffffffd);
	reach(states, TCE_STATE_NO_WINDOW_LEFT, answer->refusal == TCE_REFUSED_NO_WINDOW_LEFT);
	reach(states, TCE_STATE_DDW_OFF, answer->refusal == TCE_REFUSED_DDW_OFF);
	reach(states, TCE_STATE_TAINTED, answer->refusal == TCE_REFUSED_TOO_LARGE);
	if (answer->status != TCE_RTAS_SUCCESS || answer->r3 != TCE_H_SUCCESS)
		return;
	tce_states_look(&now, &session->model);
	if (op->token == tce_rtas_token(profile, TCE_RTAS_CREATE))
		after_create(states, answer, &now);
	else if (op->token == tce_rtas_token(profile, TCE_RTAS_REMOVE))
		after_remove(states, op, before, &now);
	else if (op->token == tce_rtas_token(profile, TCE_RTAS_RESET)) {
		reach(states, TCE_STATE_RESET_BOTH, pair_of(before, buid_of(op)).active == 2);
		reach(states, TCE_STATE_RESET_NONE, pair_of(before, buid_of(op)).active == 0);
	} else if (op->token == tce_rtas_token(profile, TCE_RTAS_SYSTEM_REBOOT))
		reach(states, TCE_STATE_REBOOT, true);
	else if (op->token == tce_rtas_token(profile, TCE_RTAS_QUIESCE))
		for (unsigned i = 0; i < before->nr_windows; i++)
			reach(states, TCE_STATE_QUIESCE,
			      before->windows[i].vio && before->windows[i].nr_mapped);
}

static void after_hcall(struct tce_states *states, const struct tce_session *session,
			const struct tce_op_hcall *op)
{
	const struct tce_answer *answer = &session->expect.answer;
	const struct tce_qemu_config *config = &session->model.config;
	struct tce_window_info w;

	reach(states, TCE_STATE_PARTIAL, answer->r3 != TCE_H_SUCCESS && answer->nr_stored);
	if (op->token != TCE_H_PUT_TCE || answer->r3 != TCE_H_SUCCESS ||
	    tce_lpar_window(session->model.lpar, op->args[0], &w) != 0)
		return;
	reach(states, TCE_STATE_BYPASS, w.bypass);
	for (unsigned i = 1; i < config->nr_phb; i++)
		reach(states, TCE_STATE_PLUGGED,
		      config->phb[i].plugged && tce_qemu_buid(config->phb[i].index) == w.buid);
}

static void after_vio(struct tce_states *states, const struct tce_session *session,
		      const struct tce_op_vio *op)
{
	struct tce_window_info w;

	reach(states, TCE_STATE_VIO_ALLOWED, session->expect.out[0] == 0);
	reach(states, TCE_STATE_VIO_REFUSED, session->expect.out[0] != 0);
	if (tce_lpar_window(session->model.lpar, op->unit, &w) == 0)
		reach(states, TCE_STATE_VIO_BYPASS, w.bypass);
}

static void after_dma(struct tce_states *states, const struct tce_session *session,
		      const struct tce_op_dma *op)
{
	struct tce_dma dma = {.bus = tce_qemu_buid(0),
			      .addr = op->addr,
			      .access = op->write ? TCE_WRITE : TCE_READ};
	bool crosses = (op->addr & 4095) + op->len > 4096;
	bool all = session->expect.dma.result == TCE_DMA_OK;
	struct tce_states_before now;
	struct tce_dma_out out;
	struct pair pair;
	bool first;
	uint64_t ra;

	tce_lpar_dma(session->model.lpar, &dma, &out);
	tce_states_look(&now, &session->model);
	pair = pair_of(&now, dma.bus);
	first = tce_model_reaches(&session->model, &dma, &ra);
	reach(states, TCE_STATE_DMA_READ, all && !op->write);
	reach(states, TCE_STATE_DMA_WRITE, all && op->write);
	reach(states, TCE_STATE_DMA_READ_ONLY,
	      op->write && out.result == TCE_DMA_FAULT && out.xlate.perm == TCE_READ);
	reach(states, TCE_STATE_DMA_WRITE_ONLY,
	      !op->write && out.result == TCE_DMA_FAULT && out.xlate.perm == TCE_WRITE);
	reach(states, TCE_STATE_DMA_UNMAPPED, out.result == TCE_DMA_FAULT && !out.xlate.perm);
	reach(states, TCE_STATE_DMA_NO_WINDOW, out.result == TCE_DMA_NO_WINDOW);
	reach(states, TCE_STATE_DMA_MSI, out.result == TCE_DMA_MSI);
	reach(states, TCE_STATE_DMA_CROSSING, crosses && all);
	reach(states, TCE_STATE_DMA_HALF, crosses && first && !all);
	reach(states, TCE_STATE_DMA_NOT_RAM, out.result == TCE_DMA_OK && !first);
	reach(states, TCE_STATE_DMA_OVERLAP,
	      overlap(&pair) && op->addr >= pair.slot[0]->start && op->addr <= pair.slot[0]->last &&
		      op->addr >= pair.slot[1]->start && op->addr <= pair.slot[1]->last);
}

static bool any_pair(const struct tce_states_before *at, unsigned active, bool dynamic)
{
	struct pair pair;

	for (unsigned i = 0; i < at->config.nr_phb; i++) {
		pair = pair_of(at, tce_qemu_buid(at->config.phb[i].index));
		if (pair.active == active && (!dynamic || pair.slot[1]))
			return true;
	}
	return false;
}

static void after_unplug(struct tce_states *states, const struct tce_op *op,
			 const struct tce_states_before *before)
{
	bool mapped = false;

	for (unsigned i = 0; i < before->nr_windows; i++)
		mapped = mapped || (before->windows[i].buid == tce_qemu_buid(op->index) &&
				    before->windows[i].nr_mapped);
	reach(states, TCE_STATE_UNPLUGGED, mapped);
}

void tce_states_after(struct tce_states *states, const struct tce_session *session,
		      const struct tce_op *op, const struct tce_states_before *before)
{
	if (session->state == TCE_SESSION_ABORTED)
		reach(states, TCE_STATE_ABORT, true);
	if (session->state != TCE_SESSION_RUNNING)
		return;
	states->refused[session->expect.answer.refusal]++;
	switch (op->kind) {
	case TCE_OP_HCALL: after_hcall(states, session, &op->hcall); break;
	case TCE_OP_RTAS: after_rtas(states, session, &op->rtas, before); break;
	case TCE_OP_VIO: after_vio(states, session, &op->vio); break;
	case TCE_OP_DMA: after_dma(states, session, &op->dma); break;
	case TCE_OP_CAS: reach(states, TCE_STATE_CAS, any_pair(before, 1, true)); break;
	case TCE_OP_RESET:
		reach(states, TCE_STATE_SYSTEM_RESET,
		      any_pair(before, 2, true) || any_pair(before, 1, true));
		break;
	case TCE_OP_UNPLUG: after_unplug(states, op, before); break;
	case TCE_OP_SAVE: reach(states, TCE_STATE_SAVED, any_pair(before, 2, false)); break;
	case TCE_OP_LOAD: reach(states, TCE_STATE_LOADED, true); break;
	default: break;
	}
}
