/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls as QEMU's trace shows them: which of them leave a line, and what stands in it. Everything
 * here is in tce-trace(5): addresses rounded to a page or not, the address after the last page, the
 * index of the last entry, refusals that leave nothing.
 */
#include "predict.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bits.h"

#define LIST_MAX 512U

int tce_list_add(struct tce_vec *list, const struct tce_mem *mem, const void *item, size_t elem)
{
	int err = tce_vec_reserve(list, mem, elem, 1);

	if (err == 0)
		memcpy(tce_vec_insert(list, list->nr, elem), item, elem);
	return err;
}

/* --- recorded -------------------------------------------------------------------------------- */

static void recorded_put(const struct tce_trace_record *record, struct tce_call *call)
{
	call->kind = TCE_CALL_PUT;
	call->liobn = record->liobn;
	call->ioba = record->ioba;
	call->tce = record->tce;
}

/* From the last entry and its index to the first one; a refused one keeps what is printed. */
static void recorded_indirect(const struct tce_trace_record *record, unsigned shift,
			      struct tce_call *call)
{
	call->kind = TCE_CALL_INDIRECT;
	call->liobn = record->liobn;
	call->ioba = record->ioba;
	call->count = record->last + (record->ret == 0);
	call->tce = record->tce;
	if (record->ret == 0)
		call->tce -= record->last << shift;
}

/* What is printed is the end of the range, when it was accepted. */
static void recorded_stuff(const struct tce_trace_record *record, unsigned shift,
			   struct tce_call *call)
{
	call->kind = TCE_CALL_STUFF;
	call->liobn = record->liobn;
	call->count = record->count;
	call->tce = record->tce;
	call->ioba = record->ioba;
	if (record->ret == 0)
		call->ioba -= record->count << shift;
}

static void recorded_query(const struct tce_trace_record *record, struct tce_call *call)
{
	call->kind = TCE_CALL_QUERY;
	call->liobn = record->buid;
	call->ioba = record->cfg_addr;
	call->count = record->windows;
	call->size = record->page_mask;
}

static void recorded_create(const struct tce_trace_record *record, struct tce_call *call)
{
	call->kind = TCE_CALL_CREATE;
	call->liobn = record->buid;
	call->ioba = record->cfg_addr;
	call->count = record->page_size;
	call->size = record->size;
	call->tce = record->start;
	call->other = record->liobn;
}

bool tce_call_recorded(const struct tce_trace_record *record, unsigned shift,
		       struct tce_call *ret_call)
{
	struct tce_call call = {.line = record->line, .ret = record->ret};

	switch (record->kind) {
	case TCE_TRACE_PUT: recorded_put(record, &call); break;
	case TCE_TRACE_GET:
		recorded_put(record, &call);
		call.kind = TCE_CALL_GET;
		break;
	case TCE_TRACE_INDIRECT: recorded_indirect(record, shift, &call); break;
	case TCE_TRACE_STUFF: recorded_stuff(record, shift, &call); break;
	case TCE_TRACE_DDW_QUERY: recorded_query(record, &call); break;
	case TCE_TRACE_DDW_CREATE: recorded_create(record, &call); break;
	case TCE_TRACE_DDW_REMOVE:
		call.kind = TCE_CALL_REMOVE;
		call.liobn = record->liobn;
		break;
	case TCE_TRACE_DDW_RESET:
		call.kind = TCE_CALL_RESET;
		call.liobn = record->buid;
		call.ioba = record->cfg_addr;
		break;
	default: return false;
	}
	*ret_call = call;
	return true;
}

/* --- predicted ------------------------------------------------------------------------------- */

static bool window_of(const struct tce_machine *machine, uint64_t liobn,
		      struct tce_window_info *ret_info)
{
	return tce_lpar_window(tce_machine_lpar(machine), liobn, ret_info) == 0;
}

/* A known LIOBN has its bus address rounded down to its pages. */
static uint64_t page_of(const struct tce_machine *machine, uint64_t liobn, uint64_t ioba)
{
	struct tce_window_info info;

	if (!window_of(machine, liobn, &info) || info.page_shift == 0)
		return ioba;
	return ioba & ~tce_low_mask(info.page_shift);
}

static void predicted_put(const struct tce_machine *machine, const struct tce_event *event,
			  const struct tce_outcome *outcome, struct tce_call *call)
{
	const struct tce_ev_h_tce *ev = &event->u.h_tce;

	call->kind = event->kind == TCE_EV_H_GET_TCE ? TCE_CALL_GET : TCE_CALL_PUT;
	call->liobn = ev->liobn;
	call->ioba = page_of(machine, ev->liobn, ev->ioba.v);
	call->tce = event->kind == TCE_EV_H_GET_TCE ? outcome->answer.r4 : ev->tce;
}

static void predicted_indirect(const struct tce_machine *machine, const struct tce_event *event,
			       const struct tce_outcome *outcome, struct tce_call *call)
{
	const struct tce_ev_h_indirect *ev = &event->u.h_indirect;
	uint64_t done = outcome->answer.nr_stored;
	struct tce_window_info info;

	call->kind = TCE_CALL_INDIRECT;
	call->liobn = ev->liobn;
	call->ioba = ev->ioba.v;
	call->count = ev->count;
	call->tce = ev->first;
	call->unseen = ev->count > LIST_MAX || (ev->list_ra.v & 0xfff) != 0 ||
		       !window_of(machine, ev->liobn, &info);
	if (outcome->answer.r3 == TCE_H_SUCCESS)
		return;
	call->count = done == 0 ? 0 : done - 1;
	call->tce = ev->count == 0 ? 0 : ev->first + done * ev->step;
}

static void predicted_stuff(const struct tce_machine *machine, const struct tce_event *event,
			    const struct tce_outcome *outcome, struct tce_call *call)
{
	const struct tce_ev_h_tce *ev = &event->u.h_tce;
	struct tce_window_info info;

	call->kind = TCE_CALL_STUFF;
	call->liobn = ev->liobn;
	call->ioba = ev->ioba.v;
	call->count = ev->count;
	call->tce = ev->tce;
	if (!window_of(machine, ev->liobn, &info) || ev->count > info.nr_entries)
		call->unseen = true;
	else if (outcome->answer.r3 != TCE_H_SUCCESS)
		call->ioba = (ev->ioba.v & ~tce_low_mask(info.page_shift)) +
			     (outcome->answer.nr_stored << info.page_shift);
}

static uint64_t buid_of(const struct tce_rtas_call *rtas)
{
	return (uint64_t)rtas->args[1] << 32 | rtas->args[2];
}

/* Only calls that succeed leave a line; a create of no entries leaves that of its empty table. */
static void predicted_rtas(const struct tce_event *event, const struct tce_outcome *outcome,
			   struct tce_call *call)
{
	const struct tce_rtas_call *rtas = &event->u.rtas.call;
	const struct tce_answer *answer = &outcome->answer;

	call->unseen = answer->status != TCE_RTAS_SUCCESS || answer->r3 != TCE_H_SUCCESS;
	call->ret = answer->status;
	call->liobn = buid_of(rtas);
	call->ioba = rtas->args[0];
	switch (rtas->call) {
	case TCE_RTAS_QUERY:
		call->kind = TCE_CALL_QUERY;
		call->count = answer->rets[1];
		call->size = answer->nr_rets == 6 ? answer->rets[4] : answer->rets[3];
		call->other = answer->nr_rets == 6
				      ? (uint64_t)answer->rets[2] << 32 | answer->rets[3]
				      : answer->rets[2];
		break;
	case TCE_RTAS_CREATE:
		call->kind = TCE_CALL_CREATE;
		call->args[0] = rtas->args[3];
		call->args[1] = rtas->args[4];
		call->other = answer->rets[1];
		call->count = tce_pow2(rtas->args[3]);
		call->size = tce_pow2(rtas->args[4]);
		call->tce = (uint64_t)answer->rets[2] << 32 | answer->rets[3];
		if (answer->refusal != TCE_REFUSED_TOO_LARGE && answer->abort == TCE_ABORT_NOT)
			break;
		call->kind = TCE_CALL_EMPTY_TABLE;
		call->unseen = false;
		break;
	case TCE_RTAS_REMOVE:
		call->kind = TCE_CALL_REMOVE;
		call->liobn = rtas->args[0];
		call->ioba = 0;
		break;
	default: call->kind = TCE_CALL_RESET; break;
	}
}

bool tce_call_predicted(const struct tce_machine *machine, const struct tce_event *event,
			const struct tce_outcome *outcome, struct tce_call *ret_call)
{
	struct tce_call call = {.ret = outcome->answer.r3};

	switch (event->kind) {
	case TCE_EV_H_PUT_TCE:
	case TCE_EV_H_GET_TCE: predicted_put(machine, event, outcome, &call); break;
	case TCE_EV_H_PUT_TCE_INDIRECT: predicted_indirect(machine, event, outcome, &call); break;
	case TCE_EV_H_STUFF_TCE: predicted_stuff(machine, event, outcome, &call); break;
	case TCE_EV_RTAS: predicted_rtas(event, outcome, &call); break;
	default: return false;
	}
	*ret_call = call;
	return true;
}

/* --- comparing and telling ------------------------------------------------------------------- */

static bool same_rtas(const struct tce_call *a, const struct tce_call *b)
{
	switch (a->kind) {
	case TCE_CALL_QUERY:
		return a->liobn == b->liobn && a->count == b->count && a->size == b->size &&
		       (a->ioba == b->ioba || a->any_device || b->any_device);
	case TCE_CALL_CREATE:
		return a->liobn == b->liobn && a->ioba == b->ioba && a->count == b->count &&
		       a->size == b->size && a->tce == b->tce;
	case TCE_CALL_EMPTY_TABLE: return true; /* the line tells nothing more */
	default: return a->liobn == b->liobn && a->ioba == b->ioba;
	}
}

bool tce_call_same(const struct tce_call *a, const struct tce_call *b)
{
	bool loose = a->loose || b->loose;

	if (a->kind != b->kind)
		return false;
	if (a->kind >= TCE_CALL_QUERY)
		return same_rtas(a, b);
	return a->liobn == b->liobn && a->ioba == b->ioba && a->count == b->count &&
	       a->ret == b->ret && (loose || a->tce == b->tce);
}

void tce_call_text(const struct tce_call *c, char *ret_text, size_t n)
{
	switch ((enum tce_call_kind)c->kind) {
	case TCE_CALL_PUT:
	case TCE_CALL_GET:
		snprintf(ret_text, n,
			 "%s %" PRIx64 "  ioba %" PRIx64 "  tce %" PRIx64 "  = %" PRId64,
			 c->kind == TCE_CALL_PUT ? "H_PUT_TCE" : "H_GET_TCE", c->liobn, c->ioba,
			 c->tce, c->ret);
		break;
	case TCE_CALL_INDIRECT:
		snprintf(ret_text, n,
			 "H_PUT_TCE_INDIRECT %" PRIx64 "  ioba %" PRIx64 "  %" PRIu64
			 " from tce %" PRIx64 "  = %" PRId64,
			 c->liobn, c->ioba, c->count, c->tce, c->ret);
		break;
	case TCE_CALL_STUFF:
		snprintf(ret_text, n,
			 "H_STUFF_TCE %" PRIx64 "  ioba %" PRIx64 "  %" PRIu64 " of tce %" PRIx64
			 "  = %" PRId64,
			 c->liobn, c->ioba, c->count, c->tce, c->ret);
		break;
	case TCE_CALL_QUERY:
		snprintf(ret_text, n,
			 "ddw_query  %" PRIx64 " %" PRIx64 "  %" PRIu64 " windows, pages %" PRIx64,
			 c->liobn, c->ioba, c->count, c->size);
		break;
	case TCE_CALL_CREATE:
		snprintf(ret_text, n,
			 "ddw_create %" PRIx64 " %" PRIx64 "  %" PRIx64
			 " bytes in pages of %" PRIx64 " at %" PRIx64 "  = %" PRId64,
			 c->liobn, c->ioba, c->size, c->count, c->tce, c->ret);
		break;
	case TCE_CALL_REMOVE: snprintf(ret_text, n, "ddw_remove %" PRIx64, c->liobn); break;
	case TCE_CALL_RESET:
		snprintf(ret_text, n, "ddw_reset  %" PRIx64 " %" PRIx64, c->liobn, c->ioba);
		break;
	case TCE_CALL_EMPTY_TABLE: snprintf(ret_text, n, "new_table without entries"); break;
	case TCE_CALL_TAKEN: snprintf(ret_text, n, "%" PRIx64 " is a user's", c->liobn); break;
	default: snprintf(ret_text, n, "reset"); break;
	}
}
