/* SPDX-License-Identifier: BSD-2-Clause */
/* One recorded VFIO call: made on the machine, answer and outputs compared. */
#include <string.h>

#include "replay.h"

/* What the recorder fills GET_INFO's structure with before the call. */
#define UNTOUCHED32 UINT32_C(0xeeeeeeee)
#define UNTOUCHED64 UINT64_C(0xeeeeeeeeeeeeeeee)

int tce_vfio_replay_step(struct tce_vfio_replay *replay, const struct tce_ev_vfio *ev,
			 struct tce_outcome *ret_outcome, bool *ret_taken)
{
	struct tce_event event = {.kind = TCE_EV_VFIO};
	int err;

	event.u.vfio = *ev;
	err = tce_machine_step(replay->machine, &event, ret_outcome);
	*ret_taken = err == 0;
	if (err == -TCE_ERR_NOMEM)
		return err;
	if (err == 0)
		replay->locked = ret_outcome->locked;
	return 0;
}

/* --- the event of a call ------------------------------------------------------------------ */

static const uint8_t op_of[TCE_NR_VFIO_CALLS] = {
	[TCE_VFIO_CALL_OPENC] = TCE_VFIO_OPEN_CONTAINER,
	[TCE_VFIO_CALL_CLOSEC] = TCE_VFIO_CLOSE_CONTAINER,
	[TCE_VFIO_CALL_OPENG] = TCE_VFIO_OPEN_GROUP,
	[TCE_VFIO_CALL_CLOSEG] = TCE_VFIO_CLOSE_GROUP,
	[TCE_VFIO_CALL_SETC] = TCE_VFIO_SET_CONTAINER,
	[TCE_VFIO_CALL_UNSETC] = TCE_VFIO_UNSET_CONTAINER,
	[TCE_VFIO_CALL_GSTATUS] = TCE_VFIO_GROUP_STATUS,
	[TCE_VFIO_CALL_GETDEV] = TCE_VFIO_GET_DEVICE,
	[TCE_VFIO_CALL_CLOSEDEV] = TCE_VFIO_CLOSE_DEVICE,
	[TCE_VFIO_CALL_BIND] = TCE_VFIO_BIND,
	[TCE_VFIO_CALL_UNBIND] = TCE_VFIO_UNBIND,
	[TCE_VFIO_CALL_SETIOMMU] = TCE_VFIO_SET_IOMMU,
	[TCE_VFIO_CALL_CHECKEXT] = TCE_VFIO_CHECK_EXTENSION,
	[TCE_VFIO_CALL_INFO] = TCE_VFIO_GET_INFO,
	[TCE_VFIO_CALL_REG] = TCE_VFIO_REGISTER,
	[TCE_VFIO_CALL_UNREG] = TCE_VFIO_UNREGISTER,
	[TCE_VFIO_CALL_MAP] = TCE_VFIO_MAP,
	[TCE_VFIO_CALL_UNMAP] = TCE_VFIO_UNMAP,
	[TCE_VFIO_CALL_CREATE] = TCE_VFIO_CREATE,
	[TCE_VFIO_CALL_REMOVE] = TCE_VFIO_REMOVE,
	[TCE_VFIO_CALL_ENABLE] = TCE_VFIO_ENABLE,
	[TCE_VFIO_CALL_DISABLE] = TCE_VFIO_DISABLE,
	[TCE_VFIO_CALL_EEH] = TCE_VFIO_EEH,
	[TCE_VFIO_CALL_IOCTL] = TCE_VFIO_IOCTL,
	[TCE_VFIO_CALL_RLIMIT] = TCE_VFIO_RLIMIT,
	[TCE_VFIO_CALL_CAP] = TCE_VFIO_CAP,
};

/* A new object after each openc: recorded slots are renamed. */
static uint16_t container_of_call(struct tce_vfio_replay *replay,
				  const struct tce_vfio_ops_call *call)
{
	if (call->container < 0)
		return TCE_NO_ID;
	if (call->kind == TCE_VFIO_CALL_OPENC) {
		replay->next_slot = (uint16_t)((replay->next_slot + 1U) % TCE_NO_ID);
		replay->slot[call->container] = replay->next_slot;
	}
	return replay->slot[call->container];
}

static void make_event(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call,
		       struct tce_ev_vfio *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->op = (enum tce_vfio_op)op_of[call->kind];
	ev->container = container_of_call(replay, call);
	ev->group = call->group == 0 ? TCE_NO_ID : replay->group_dev[call->group - 'A'];
	ev->argsz = call->argsz;
	ev->flags = call->flags;
	ev->vaddr = call->vaddr;
	ev->iova = call->iova;
	ev->size = call->kind == TCE_VFIO_CALL_RLIMIT ? call->memlock : call->size;
	ev->page_shift = call->shift;
	ev->levels = call->levels;
	ev->start = call->start;
	ev->number = call->number;
	memcpy(ev->extra, call->extra, sizeof(ev->extra));
	ev->bad_pointer = call->bad_pointer;
	ev->from_child = call->fork;
}

/* --- comparing ---------------------------------------------------------------------------- */

static void compare_info(struct tce_vfio_replay *replay, const struct tce_vfio_info_out *seen,
			 uint32_t argsz, const struct tce_vfio_info *info)
{
	const uint64_t pgsizes = info->whole ? info->pgsizes : UNTOUCHED64;
	const uint32_t windows = info->whole ? info->max_windows : UNTOUCHED32;
	const uint32_t levels = info->whole ? info->levels : UNTOUCHED32;

	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_ARGSZ, seen->argsz, argsz);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_FLAGS, seen->flags, info->flags);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_START, seen->start, info->start);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_SIZE, seen->size, info->size);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_PGSIZES, seen->pgsizes, pgsizes);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_WINDOWS, seen->max_windows, windows);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_INFO_LEVELS, seen->levels, levels);
}

static void compare_outputs(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call,
			    const struct tce_outcome *outcome)
{
	if (call->has_start)
		tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_START, call->out_start,
					outcome->value);
	if (call->has_flags)
		tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_STATUS, call->out_flags,
					outcome->value);
	if (call->has_info)
		compare_info(replay, &call->info, call->argsz, &outcome->info);
	if (call->has_outsize)
		tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_OUTSIZE, call->outsize,
					call->size);
}

static void compare_locked(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call)
{
	if (call->has_locked)
		tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_LOCKED, call->locked,
					replay->locked >> 10);
}

static int64_t answer_of(const struct tce_outcome *outcome)
{
	return outcome->err != 0 ? outcome->err : outcome->ret;
}

/* --- hazards ------------------------------------------------------------------------------ */

/* What was wrong with a call although both sides agree on it. */
static void look_for_findings(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call,
			      uint64_t locked_before, const struct tce_outcome *outcome)
{
	bool maps = call->kind == TCE_VFIO_CALL_MAP || call->kind == TCE_VFIO_CALL_UNMAP;

	if (outcome->unchecked || (maps && outcome->ret > 0))
		tce_vfio_replay_find(replay, TCE_RULE_UNCHECKED_INPUT, 0);
	if (call->kind == TCE_VFIO_CALL_CREATE && outcome->err == -TCE_ENOMEM &&
	    outcome->locked > locked_before)
		tce_vfio_replay_find(replay, TCE_RULE_FAILED_CALL_CHANGED_STATE,
				     outcome->locked - locked_before);
	if (outcome->warned)
		tce_vfio_replay_find(replay, TCE_RULE_UNBALANCED_ACCOUNT, outcome->locked);
}

/* --- calls -------------------------------------------------------------------------------- */

static int remap(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call)
{
	const struct tce_vfio_buffer buffer = {.name = call->buffer,
					       .vaddr = call->vaddr,
					       .size = call->size,
					       .prot = 3,
					       .backing = TCE_VFIO_BACKED_PLAIN};

	return tce_vfio_replay_mmap(replay, &buffer);
}

/* Calls that are not VFIO's. They are recorded as made: 0. */
static int other_call(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call)
{
	int err = 0;

	if (call->ret == 0 && call->kind == TCE_VFIO_CALL_MPROTECT)
		err = tce_vfio_replay_protect(replay, call);
	if (call->ret == 0 && call->kind == TCE_VFIO_CALL_REMAP)
		err = remap(replay, call);
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_RET, (uint64_t)call->ret, 0);
	compare_locked(replay, call);
	return err;
}

static bool is_vfio(enum tce_vfio_call_kind kind)
{
	return kind != TCE_VFIO_CALL_MPROTECT && kind != TCE_VFIO_CALL_REMAP &&
	       kind != TCE_VFIO_CALL_CLOSED;
}

static int vfio_call(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call)
{
	uint64_t locked = replay->locked;
	struct tce_outcome outcome;
	struct tce_ev_vfio ev;
	bool taken;
	int err;

	make_event(replay, call, &ev);
	err = tce_vfio_replay_step(replay, &ev, &outcome, &taken);
	if (err != 0)
		return err;
	if (!taken) {
		tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_NOT_TAKEN, 0, 1);
		return 0;
	}
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_RET, (uint64_t)call->ret,
				(uint64_t)answer_of(&outcome));
	compare_outputs(replay, call, &outcome);
	compare_locked(replay, call);
	look_for_findings(replay, call, locked, &outcome);
	return 0;
}

int tce_vfio_replay_call(struct tce_vfio_replay *replay, const struct tce_vfio_ops_call *call)
{
	replay->sum.calls++;
	replay->sum.calls_failed += call->ret < 0;
	return is_vfio(call->kind) ? vfio_call(replay, call) : other_call(replay, call);
}

/* --- the header's GET_INFO ---------------------------------------------------------------- */

static int simple(struct tce_vfio_replay *replay, enum tce_vfio_op op, uint32_t number,
		  struct tce_outcome *ret_outcome)
{
	struct tce_ev_vfio ev = {.op = op, .number = number, .argsz = 32};
	bool taken;

	ev.container = 0;
	ev.group = replay->group_dev[replay->group[0].name - 'A'];
	memset(ret_outcome, 0, sizeof(*ret_outcome));
	return tce_vfio_replay_step(replay, &ev, ret_outcome, &taken);
}

/* The recorder asked once, with a container of its own, before anything else. */
int tce_vfio_replay_info(struct tce_vfio_replay *replay, const struct tce_vfio_info_line *info)
{
	const struct {
		enum tce_vfio_op op;
		uint32_t number;
		int64_t recorded;
	} calls[] = {
		{TCE_VFIO_OPEN_CONTAINER, 0, 0},
		{TCE_VFIO_OPEN_GROUP, 0, 0},
		{TCE_VFIO_SET_CONTAINER, 0, info->set_container},
		{TCE_VFIO_SET_IOMMU, replay->run.v1 ? 2 : 7, info->set_iommu},
		{TCE_VFIO_GET_INFO, 0, info->info},
	};
	struct tce_outcome outcome;
	int err = 0;

	for (unsigned i = 0; i < sizeof(calls) / sizeof(calls[0]) && err == 0; i++) {
		err = simple(replay, calls[i].op, calls[i].number, &outcome);
		tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_RET, (uint64_t)calls[i].recorded,
					(uint64_t)answer_of(&outcome));
	}
	if (err == 0 && info->info == 0)
		compare_info(replay, &info->out, 32, &outcome.info);
	if (err == 0)
		err = simple(replay, TCE_VFIO_CLOSE_GROUP, 0, &outcome);
	return err != 0 ? err : simple(replay, TCE_VFIO_CLOSE_CONTAINER, 0, &outcome);
}
