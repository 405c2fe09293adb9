/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypercalls of a run beside QEMU's trace of the same boot. A run announces itself in the
 * trace: number + 1 reads of the table's first entry in a row. From there on the lines of that
 * LIOBN are the run's calls, in order.
 */
#include "replay.h"

static bool is_hcall(const struct tce_trace_record *record, uint64_t liobn)
{
	switch (record->kind) {
	case TCE_TRACE_PUT:
	case TCE_TRACE_GET:
	case TCE_TRACE_INDIRECT:
	case TCE_TRACE_STUFF: return record->liobn == liobn;
	default: return false;
	}
}

/* The next hypercall on this table: 1; 0 at the end of the trace; -TCE_ERR_x. */
static int pull(struct tce_dma_replay *replay)
{
	struct dma_tracer *t = &replay->tracer;
	int more;

	if (t->has_next)
		return 1;
	do {
		more = t->source.next(t->source.ctx, &t->next);
	} while (more > 0 && !is_hcall(&t->next, replay->tbl->index));
	t->has_next = more > 0;
	return more;
}

static bool is_mark(const struct tce_dma_replay *replay)
{
	const struct tce_trace_record *next = &replay->tracer.next;

	return next->kind == TCE_TRACE_GET && next->ioba == replay->tbl->offset
								    << replay->tbl->page_shift;
}

/*
 * Runs without hypercalls leave their marks one after the other. After a run that was followed to
 * its end the next marks are the run's own; else the last ones of the first group large enough are.
 */
int tce_ops_trace_sync(struct tce_dma_replay *replay)
{
	struct dma_tracer *t = &replay->tracer;
	bool followed =
		replay->run.id.run == 0 || (t->in_step && replay->run.known == OPS_AS_BEFORE);
	uint64_t wanted = (uint64_t)replay->run.id.run + 1, marks = 0;
	int more = 1;

	t->in_step = false;
	if (!t->present || replay->tbl == NULL || replay->platform.lpar == NULL)
		return 0;
	/* what was read ahead may belong to another table */
	t->has_next = t->has_next && is_hcall(&t->next, replay->tbl->index);
	while (more > 0 && !(followed && marks == wanted)) {
		more = pull(replay);
		if (more > 0 && !is_mark(replay) && marks >= wanted)
			break;
		marks = more > 0 && is_mark(replay) ? marks + 1 : more > 0 ? 0 : marks;
		t->has_next = false;
	}
	t->in_step = marks >= wanted;
	return more < 0 ? more : 0;
}

static enum tce_trace_kind kind_of(const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_H_PUT_TCE: return TCE_TRACE_PUT;
	case TCE_EV_H_GET_TCE: return TCE_TRACE_GET;
	case TCE_EV_H_STUFF_TCE: return TCE_TRACE_STUFF;
	default: return TCE_TRACE_INDIRECT;
	}
}

/* Some refusals of calls for several entries are not traced. */
static bool is_silent(const struct tce_event *event, const struct tce_outcome *outcome)
{
	if (event->kind != TCE_EV_H_STUFF_TCE && event->kind != TCE_EV_H_PUT_TCE_INDIRECT)
		return false;
	return outcome->answer.refusal == TCE_REFUSED_LIOBN_UNKNOWN ||
	       outcome->answer.refusal == TCE_REFUSED_LIOBN_DISABLED ||
	       outcome->answer.refusal == TCE_REFUSED_COUNT_LIMIT ||
	       outcome->answer.refusal == TCE_REFUSED_LIST_UNALIGNED;
}

static void hcall_differs(struct tce_dma_replay *replay, enum tce_dma_differs what,
			  uint64_t recorded, uint64_t model)
{
	unsigned before = replay->sum.nr_divergences;

	replay->sum.hcalls_differ++;
	tce_ops_diverge(replay, what, 0, recorded, model);
	if (replay->sum.nr_divergences != before)
		replay->divergence[before].trace_line = replay->tracer.next.line;
}

/* QEMU prints where a stuff stopped: past its last entry, or at the refused one. */
static void compare_stuff(struct tce_dma_replay *replay, const struct tce_ev_h_tce *call,
			  const struct tce_outcome *outcome)
{
	const struct tce_trace_record *next = &replay->tracer.next;
	uint64_t stop = call->ioba.v + (outcome->answer.nr_stored << replay->tbl->page_shift);

	if (next->count != call->count)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_COUNT, next->count, call->count);
	else if (next->ioba != stop)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_IOBA, next->ioba, stop);
	else if (next->tce != call->tce)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_TCE, next->tce, call->tce);
}

/* QEMU prints the index of the last stored entry, and the last or the refused TCE. */
static void compare_indirect(struct tce_dma_replay *replay, const struct tce_ev_h_indirect *call,
			     const struct tce_outcome *outcome)
{
	const struct tce_trace_record *next = &replay->tracer.next;
	uint64_t stored = outcome->answer.nr_stored;
	uint64_t last = stored != 0 ? stored - 1 : 0;
	uint64_t shown = stored < call->count ? stored : last;
	uint64_t tce = call->first + shown * call->step;

	if (next->ioba != call->ioba.v)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_IOBA, next->ioba, call->ioba.v);
	else if (next->last != last)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_COUNT, next->last + 1, last + 1);
	else if (next->tce != tce)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_TCE, next->tce, tce);
}

static void compare_single(struct tce_dma_replay *replay, const struct tce_event *event,
			   const struct tce_outcome *outcome)
{
	const struct tce_trace_record *next = &replay->tracer.next;
	uint64_t tce = event->kind == TCE_EV_H_GET_TCE ? outcome->answer.r4 : event->u.h_tce.tce;

	if (next->ioba != event->u.h_tce.ioba.v)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_IOBA, next->ioba,
			      event->u.h_tce.ioba.v);
	else if (next->tce != tce)
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_TCE, next->tce, tce);
}

static void compare_hcall(struct tce_dma_replay *replay, const struct tce_event *event,
			  const struct tce_outcome *outcome)
{
	const struct tce_trace_record *next = &replay->tracer.next;

	if (next->kind != kind_of(event)) {
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_KIND, next->kind, kind_of(event));
		replay->tracer.in_step = false;
	} else if (next->ret != outcome->answer.r3) {
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_RET, (uint64_t)next->ret,
			      (uint64_t)outcome->answer.r3);
	} else if (event->kind == TCE_EV_H_STUFF_TCE) {
		compare_stuff(replay, &event->u.h_tce, outcome);
	} else if (event->kind == TCE_EV_H_PUT_TCE_INDIRECT) {
		compare_indirect(replay, &event->u.h_indirect, outcome);
	} else {
		compare_single(replay, event, outcome);
	}
}

int tce_ops_trace_hcall(void *ctx, const struct tce_event *event, const struct tce_outcome *outcome)
{
	struct tce_dma_replay *replay = ctx;
	int more;

	if (outcome->answer.r3 != TCE_H_SUCCESS && event->kind != TCE_EV_H_GET_TCE)
		tce_ops_find(replay, TCE_RULE_HCALL_REFUSED, 1);
	if (!replay->tracer.in_step || is_silent(event, outcome))
		return 0;
	more = pull(replay);
	if (more < 0)
		return more;
	replay->sum.hcalls++;
	if (more == 0) {
		hcall_differs(replay, TCE_DMA_DIFFERS_HCALL_MISSING, 0, event->u.h_tce.ioba.v);
		replay->tracer.in_step = false;
		return 0;
	}
	compare_hcall(replay, event, outcome);
	replay->tracer.has_next = false;
	return 0;
}
