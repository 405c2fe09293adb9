/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The boundary: calls from an operating system to its platform, answered. Everything that crosses
 * it is an event, which the tap sees; that is what makes the halves checkable against recordings.
 */
#include <string.h>

#include "base/assert.h"
#include "bridges.h"
#include "event_table.h"
#include "machine.h"
#include "papr/hcall.h"

/* Is this the call that FAIL_NEXT waits for? */
static bool fails(struct tce_machine *machine, enum tce_fail_what what, int64_t *ret_code)
{
	struct tce_pending_fail *fail = &machine->st->fail[what];

	if (fail->nth == 0 || --fail->nth != 0)
		return false;
	*ret_code = fail->code;
	fail->code = 0;
	return true;
}

void tce_machine_starve(struct tce_machine *machine)
{
	machine->starved = true;
}

bool tce_machine_alloc_fails(struct tce_machine *machine)
{
	int64_t code;

	if (!fails(machine, TCE_FAIL_ALLOC, &code))
		return false;
	tce_machine_starve(machine);
	return true;
}

bool tce_machine_races(struct tce_machine *machine)
{
	int64_t code;

	return fails(machine, TCE_FAIL_RACE, &code);
}

/* --- hypercalls --- */

static int indirect(struct tce_machine *machine, const struct tce_ev_h_indirect *ev,
		    struct tce_answer *answer)
{
	int err;

	machine->list = ev;
	err = tce_lpar_h_put_tce_indirect(machine->lpar, ev->liobn, ev->ioba, ev->list_ra,
					  ev->count, answer);
	machine->list = NULL;
	return err;
}

/* Clearing and reading need no resources, so they do not fail for lack of them. */
static bool sets_entries(const struct tce_event *event)
{
	return event->kind == TCE_EV_H_PUT_TCE_INDIRECT ||
	       (event->kind != TCE_EV_H_GET_TCE && (event->u.h_tce.tce & TCE_PERM) != 0);
}

static int hcall(struct tce_machine *machine, const struct tce_event *event,
		 struct tce_outcome *outcome)
{
	const struct tce_ev_h_tce *ev = &event->u.h_tce;
	struct tce_answer *answer = &outcome->answer;
	struct tce_lpar *lpar = machine->lpar;
	int err;

	if (lpar == NULL)
		return -TCE_ERR_UNSUPPORTED;
	if (sets_entries(event) && fails(machine, TCE_FAIL_HCALL, &answer->r3))
		return 0;
	switch (event->kind) {
	case TCE_EV_H_PUT_TCE:
		return tce_lpar_h_put_tce(lpar, ev->liobn, ev->ioba, ev->tce, answer);
	case TCE_EV_H_GET_TCE:
		err = tce_lpar_h_get_tce(lpar, ev->liobn, ev->ioba, answer);
		outcome->value = answer->r4;
		return err;
	case TCE_EV_H_STUFF_TCE:
		return tce_lpar_h_stuff_tce(lpar, ev->liobn, ev->ioba, ev->tce, ev->count, answer);
	default: return indirect(machine, &event->u.h_indirect, answer);
	}
}

/* --- RTAS --- */

static bool names_a_pe(enum tce_rtas call)
{
	return call == TCE_RTAS_QUERY || call == TCE_RTAS_CREATE || call == TCE_RTAS_RESET;
}

/*
 * A device below a bridge may have a PE of its own, which PAPR names by (configuration address,
 * BUID) and the LPAR by a BUID of its own.
 */
static void address_own_pe(const struct tce_state *st, struct tce_rtas_call *call)
{
	uint64_t buid = (uint64_t)call->args[1] << 32 | call->args[2];
	uint16_t rid = (uint16_t)(call->args[0] >> 8);
	const struct tce_phb *phb;
	const struct tce_dev *dev;

	for (uint32_t i = 0; (phb = tce_phb_at(st, i)) != NULL; i++) {
		if (phb->papr.buid != buid)
			continue;
		dev = tce_dev_by_rid(st, phb->id, rid);
		if (dev == NULL)
			return;
		buid = tce_node_buid(st, tce_node_of_dev(st, dev->id));
		call->args[1] = (uint32_t)(buid >> 32);
		call->args[2] = (uint32_t)buid;
		return;
	}
}

/* TCEs mapped in the windows that a call takes away when it succeeds. */
static uint64_t mapped_in(const struct tce_lpar *lpar, const struct tce_rtas_call *call)
{
	uint64_t buid = (uint64_t)call->args[1] << 32 | call->args[2];
	struct tce_window_info info;
	uint64_t from = 0;
	uint64_t nr = 0;

	if (call->call == TCE_RTAS_REMOVE)
		return tce_lpar_window(lpar, call->args[0], &info) == 0 ? info.nr_mapped : 0;
	if (call->call != TCE_RTAS_RESET)
		return 0;
	for (; tce_lpar_next_window(lpar, from, &info); from = info.liobn + 1) {
		if (!info.vio && info.buid == buid)
			nr += info.nr_mapped;
	}
	return nr;
}

static int window_call(struct tce_machine *machine, const struct tce_rtas_call *call,
		       struct tce_outcome *outcome)
{
	uint64_t live = mapped_in(machine->lpar, call);
	int err = tce_lpar_rtas(machine->lpar, call, &outcome->answer);

	if (err == 0 && outcome->answer.status == TCE_RTAS_SUCCESS &&
	    outcome->answer.r3 == TCE_H_SUCCESS)
		outcome->removed_live = live;
	return err;
}

static int rtas(struct tce_machine *machine, const struct tce_ev_rtas *ev,
		struct tce_outcome *outcome)
{
	struct tce_rtas_call call = ev->call;
	struct tce_answer *answer = &outcome->answer;
	int64_t code;

	if (machine->lpar == NULL)
		return -TCE_ERR_UNSUPPORTED;
	if (fails(machine, TCE_FAIL_FIRMWARE, &code)) {
		answer->status = (int32_t)code;
		answer->nr_rets = 1;
		answer->rets[0] = (uint32_t)answer->status;
		return 0;
	}
	if (call.call == TCE_RTAS_SYSTEM_REBOOT && machine->depth == 0)
		return tce_machine_reset(machine);
	if (names_a_pe(call.call) && call.nargs >= 3)
		address_own_pe(machine->st, &call);
	return window_call(machine, &call, outcome);
}

/*
 * ibm,client-architecture-support: windows stay, the bridges' device tree is written anew (QEMU).
 */
static int cas(struct tce_machine *machine)
{
	const struct tce_state *st = machine->st;
	uint32_t node = tce_node_next(st, 0);
	int err = 0;

	if (machine->lpar == NULL)
		return -TCE_ERR_UNSUPPORTED;
	while (err == 0 && node != TCE_NODE_NONE) {
		err = tce_node_cas(machine, node);
		node = tce_node_next(st, node + 1);
	}
	return err;
}

/* OPAL calls and stores. */
static int bare_metal(struct tce_machine *machine, const struct tce_event *event,
		      struct tce_outcome *outcome)
{
	int64_t code;

	if (machine->words == NULL)
		return -TCE_ERR_UNSUPPORTED;
	if (event->kind == TCE_EV_OPAL && fails(machine, TCE_FAIL_FIRMWARE, &code)) {
		outcome->opal = code;
		return 0;
	}
	return tce_bridges_answer(machine, event, outcome);
}

/* --- all of them --- */

int tce_boundary_answer(struct tce_machine *machine, const struct tce_event *event,
			struct tce_outcome *outcome)
{
	switch (event->kind) {
	case TCE_EV_H_PUT_TCE:
	case TCE_EV_H_GET_TCE:
	case TCE_EV_H_PUT_TCE_INDIRECT:
	case TCE_EV_H_STUFF_TCE: return hcall(machine, event, outcome);
	case TCE_EV_RTAS: return rtas(machine, &event->u.rtas, outcome);
	case TCE_EV_CAS: return cas(machine);
	case TCE_EV_DMA: return tce_dma_answer(machine, &event->u.dma, outcome);
	case TCE_EV_RESET: return tce_machine_reset(machine);
	case TCE_EV_SAVE: return tce_machine_save(machine);
	case TCE_EV_LOAD: return tce_machine_load(machine, &outcome->err);
	default: return bare_metal(machine, event, outcome);
	}
}

/* Whatever the call was: has the platform's implementation gone down with it? */
static void note_abort(struct tce_machine *machine, struct tce_outcome *outcome)
{
	if (outcome->answer.abort != TCE_ABORT_NOT)
		machine->st->dead = (uint8_t)outcome->answer.abort;
	outcome->abort = (enum tce_abort)machine->st->dead;
}

/* Calls of an operating system that did not succeed are remembered for its event's outcome. */
static void note_refusal(struct tce_machine *machine, const struct tce_event *event,
			 const struct tce_outcome *outcome)
{
	if (tce_outcome_ok(event->kind, outcome) || event->kind == TCE_EV_DMA)
		return;
	if (machine->nr_refused++ == 0)
		machine->refused = outcome->answer;
}

static void note_call(struct tce_machine *machine)
{
	machine->nr_emitted++;
	machine->touched = true;
}

int tce_machine_call(struct tce_machine *machine, const struct tce_event *event,
		     struct tce_outcome *ret_outcome)
{
	int err;

	TCE_ASSERT(tce_event_class(event->kind) == TCE_CLASS_BOUNDARY);
	if (machine->st->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	tce_mem_clear(ret_outcome, sizeof(*ret_outcome));
	machine->depth++;
	err = tce_boundary_answer(machine, event, ret_outcome);
	if (err == 0) {
		note_abort(machine, ret_outcome);
		note_call(machine);
		note_refusal(machine, event, ret_outcome);
		machine->removed_live += ret_outcome->removed_live;
		if (machine->tap != NULL)
			machine->tap(machine->tap_ctx, machine->depth, event, ret_outcome);
	}
	machine->depth--;
	if (err != 0)
		return err;
	return machine->st->dead != TCE_ABORT_NOT ? -TCE_ERR_STATE : 0;
}

/* --- quick ones --- */

static bool is_watched(const struct tce_machine *machine)
{
	return machine->tap != NULL || machine->st->dead != TCE_ABORT_NOT;
}

int tce_machine_stuff_on(struct tce_machine *machine, const struct tce_ev_h_tce *ev, uint64_t calls,
			 uint64_t *ret_calls)
{
	const struct papr_stuff stuff = {ev->liobn, ev->ioba, 0, ev->count};
	int err;

	*ret_calls = 0;
	if (is_watched(machine))
		return 0;
	err = tce_papr_stuff_on(machine->lpar, &stuff, calls, ret_calls);
	if (err != 0 || *ret_calls == 0)
		return err;
	machine->nr_emitted += (unsigned)*ret_calls;
	machine->touched = true;
	return 0;
}

uint64_t tce_machine_skip_gets(struct tce_machine *machine, uint64_t liobn, struct tce_ioba ioba,
			       uint64_t entries)
{
	struct tce_window_info info;
	struct tce_run run;
	uint64_t index;

	if (is_watched(machine) || tce_lpar_window(machine->lpar, liobn, &info) != 0)
		return 0;
	index = (ioba.v - info.start) >> info.page_shift;
	if (index >= info.nr_entries)
		return 0;
	if (entries > info.nr_entries - index)
		entries = info.nr_entries - index;
	if (tce_table_next_run(tce_lpar_table(machine->lpar, liobn), index, &run) &&
	    run.index - index < entries)
		entries = run.index - index;
	machine->nr_emitted += (unsigned)entries;
	return entries;
}

int tce_machine_store(struct tce_machine *machine, struct tce_ra ra, uint64_t value)
{
	struct tce_event event;
	struct tce_outcome outcome;
	int err;

	event.kind = TCE_EV_TCE_STORE;
	event.u.store.ra = ra;
	event.u.store.value = value;
	event.u.store.words = 0;
	if (is_watched(machine) || machine->words == NULL)
		return tce_machine_call(machine, &event, &outcome);
	err = tce_bridges_store(machine, &event.u.store);
	if (err == 0)
		note_call(machine);
	return err;
}

static int opal_slowly(struct tce_machine *machine, const struct tce_event *event, int64_t *ret_rc)
{
	struct tce_outcome outcome;
	int err = tce_machine_call(machine, event, &outcome);

	if (err == 0)
		*ret_rc = outcome.opal;
	return err;
}

int tce_machine_opal(struct tce_machine *machine, const struct tce_event *event, int64_t *ret_rc)
{
	struct tce_opal_answer answer;
	int err;

	if (is_watched(machine) || machine->words == NULL ||
	    machine->st->fail[TCE_FAIL_FIRMWARE].nth != 0)
		return opal_slowly(machine, event, ret_rc);
	err = tce_bridges_opal(machine, &event->u.opal, &answer);
	if (err != 0)
		return err;
	note_call(machine);
	if (answer.rc != TCE_OPAL_SUCCESS && machine->nr_refused++ == 0)
		memset(&machine->refused, 0, sizeof(machine->refused));
	*ret_rc = answer.rc;
	return 0;
}
