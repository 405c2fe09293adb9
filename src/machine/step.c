/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One event: admitted, applied, seen by the tap. An event of an operating system may run out of
 * memory in the middle of what it does; the machine is then put back from a copy made before.
 */
#include <string.h>

#include "base/assert.h"
#include "event_table.h"
#include "machine.h"

/* --- going back --- */

/* Events that take little memory need no copy while at least half of an arena is free. */
static bool is_light(enum tce_event_kind kind)
{
	switch (kind) {
	case TCE_EV_MAP:
	case TCE_EV_UNMAP:
	case TCE_EV_UNMAP_RAW:
	case TCE_EV_SET_MASK:
	case TCE_EV_REQUIRED_MASK:
	case TCE_EV_VFIO: return true;
	default: return false;
	}
}

static bool may_stop_halfway(const struct tce_event *event)
{
	switch (tce_event_class(event->kind)) {
	case TCE_CLASS_OS:
	case TCE_CLASS_VFIO: return true;
	case TCE_CLASS_BOUNDARY: break;
	default: return event->kind == TCE_EV_PROPERTY;
	}
	switch (event->kind) {
	case TCE_EV_RTAS: return event->u.rtas.call.call == TCE_RTAS_SYSTEM_REBOOT;
	case TCE_EV_CAS:
	case TCE_EV_RESET:
	case TCE_EV_SAVE:
	case TCE_EV_LOAD: return true;
	default: return false;
	}
}

static bool has_room(const struct tce_arena *arena)
{
	return arena->used <= arena->capacity / 2;
}

static bool wants_undo(const struct tce_machine *machine, const struct tce_event *event)
{
	if (machine->no_undo || !may_stop_halfway(event))
		return false;
	return !is_light(event->kind) || !has_room(machine->arena) ||
	       (machine->platform != NULL && !has_room(machine->platform));
}

static int undo_take(struct tce_machine *machine)
{
	size_t size = tce_machine_image_size(machine);

	if (size > machine->undo_size) {
		size_t larger = size + size / 2;
		void *undo = tce_mem_new(&machine->heap, larger);

		if (undo == NULL)
			return -TCE_ERR_NOMEM;
		tce_mem_free(&machine->heap, machine->undo, machine->undo_size);
		machine->undo = undo;
		machine->undo_size = larger;
	}
	tce_machine_image_save(machine, machine->undo);
	machine->undo_bytes = size;
	return 0;
}

/*
 * The event failed with err. LAZY tables are not in the copy: when calls have reached them already,
 * nobody knows what was done and what not.
 */
static void go_back(struct tce_machine *machine, const struct tce_event *event, int err)
{
	if (machine->undo_bytes != 0) {
		int lost = tce_machine_image_load(machine, machine->undo, machine->undo_bytes);

		TCE_ASSERT(lost == 0);
		machine->lost = tce_machine_is_lazy(machine) && machine->touched;
	} else if (err == -TCE_ERR_NOMEM && may_stop_halfway(event)) {
		machine->lost = true;
	}
}

/* --- operating systems --- */

static int tell(struct tce_machine *machine, enum tce_os_slot slot, const struct tce_event *event,
		struct tce_outcome *outcome)
{
	const struct tce_os_ops *ops = machine->st->os[slot].ops;

	return ops == NULL ? 0 : ops->event(machine, event, outcome);
}

static int boot(struct tce_machine *machine, const struct tce_event *event,
		struct tce_outcome *outcome)
{
	struct tce_state *st = machine->st;
	int err;

	if (st->booted)
		return -TCE_ERR_STATE;
	tce_memmap_set_all(st, true);
	st->boot = event->u.boot;
	st->booted = true;
	err = tell(machine, TCE_OS_LINUX, event, outcome);
	if (err == 0)
		err = tell(machine, TCE_OS_VFIO, event, outcome);
	if (err != 0 && st->dead == TCE_ABORT_NOT) {
		tce_memmap_set_all(st, false);
		memset(&st->boot, 0, sizeof(st->boot));
		st->booted = false;
	}
	return err;
}

static int kexec(struct tce_machine *machine, const struct tce_event *event,
		 struct tce_outcome *outcome)
{
	const struct tce_os_ops *vfio = machine->st->os[TCE_OS_VFIO].ops;

	if (vfio != NULL && vfio->drop != NULL)
		vfio->drop(machine);
	return tell(machine, TCE_OS_LINUX, event, outcome);
}

/* Shut down, reset, boot the same kernel again. */
static int reboot(struct tce_machine *machine, const struct tce_event *event,
		  struct tce_outcome *outcome)
{
	struct tce_event reset = {.kind = TCE_EV_RESET};
	struct tce_event again = {.kind = TCE_EV_BOOT};
	struct tce_outcome part;
	int err;

	again.u.boot = machine->st->boot;
	err = tell(machine, TCE_OS_VFIO, event, outcome);
	if (err == 0)
		err = tell(machine, TCE_OS_LINUX, event, outcome);
	if (err == 0)
		err = tce_machine_call(machine, &reset, &part);
	if (err == 0)
		err = boot(machine, &again, outcome);
	return err;
}

/* vfio-pci lets go of the device first, or its user keeps it. */
static int device_remove(struct tce_machine *machine, const struct tce_event *event,
			 struct tce_outcome *outcome)
{
	int err = tell(machine, TCE_OS_VFIO, event, outcome);

	return err != 0 || outcome->err != 0 ? err : tell(machine, TCE_OS_LINUX, event, outcome);
}

static int os_event(struct tce_machine *machine, const struct tce_event *event,
		    struct tce_outcome *outcome)
{
	enum tce_os_slot slot =
		tce_event_class(event->kind) == TCE_CLASS_VFIO ? TCE_OS_VFIO : TCE_OS_LINUX;

	if (machine->st->os[slot].ops == NULL)
		return -TCE_ERR_UNSUPPORTED;
	if (event->kind == TCE_EV_BOOT)
		return boot(machine, event, outcome);
	if (!machine->st->booted)
		return -TCE_ERR_STATE;
	if (event->kind == TCE_EV_KEXEC)
		return kexec(machine, event, outcome);
	if (event->kind == TCE_EV_REBOOT)
		return reboot(machine, event, outcome);
	if (event->kind == TCE_EV_DEVICE_REMOVE)
		return device_remove(machine, event, outcome);
	return tell(machine, slot, event, outcome);
}

/* --- step --- */

static int apply(struct tce_machine *machine, const struct tce_event *event,
		 struct tce_outcome *outcome)
{
	switch (tce_event_class(event->kind)) {
	case TCE_CLASS_SETUP: return tce_setup_apply(machine, event, outcome);
	case TCE_CLASS_BOUNDARY: return tce_boundary_answer(machine, event, outcome);
	default: return os_event(machine, event, outcome);
	}
}

int tce_machine_step(struct tce_machine *machine, const struct tce_event *event,
		     struct tce_outcome *ret_outcome)
{
	struct tce_outcome outcome;
	int err = tce_event_valid(event) ? tce_machine_step_valid(machine, event, &outcome)
					 : -TCE_ERR_INVAL;

	if (err == 0)
		*ret_outcome = outcome;
	return err;
}

int tce_machine_step_valid(struct tce_machine *machine, const struct tce_event *event,
			   struct tce_outcome *outcome)
{
	int err = 0;

	if (machine->lost || machine->st->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	machine->undo_bytes = 0;
	if (wants_undo(machine, event))
		err = undo_take(machine);
	if (err != 0)
		return err;
	tce_mem_clear(outcome, sizeof(*outcome));
	machine->nr_emitted = 0;
	machine->touched = false;
	machine->nr_refused = 0;
	machine->starved = false;
	machine->removed_live = 0;
	err = apply(machine, event, outcome);
	if (outcome->answer.abort != TCE_ABORT_NOT)
		machine->st->dead = (uint8_t)outcome->answer.abort;
	outcome->abort = (enum tce_abort)machine->st->dead;
	if (err != 0 && outcome->abort == TCE_ABORT_NOT) {
		go_back(machine, event, err);
		return err;
	}
	machine->st->nr_events++;
	outcome->nr_emitted = machine->nr_emitted;
	outcome->nr_refused = machine->nr_refused;
	outcome->starved = machine->starved;
	outcome->removed_live += machine->removed_live;
	if (machine->nr_refused != 0)
		outcome->answer = machine->refused;
	if (machine->tap != NULL)
		machine->tap(machine->tap_ctx, 0, event, outcome);
	return 0;
}
