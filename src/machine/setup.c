/* SPDX-License-Identifier: BSD-2-Clause */
/* SETUP events: what an administrator or a hypervisor plugs, and faults that are armed. */
#include "machine.h"

/* Unplugging waits until the operating system has let go (PAPR: DR isolate comes first). */
static bool in_use(const struct tce_machine *machine, const struct tce_event *event)
{
	for (unsigned i = 0; i < TCE_NR_OS_SLOTS; i++) {
		const struct tce_os_ops *ops = machine->st->os[i].ops;

		if (ops != NULL && ops->uses != NULL && ops->uses(machine, event))
			return true;
	}
	return false;
}

/* A PROPERTY event names a node by bridge or by device. */
static uint32_t node_named(const struct tce_state *st, const struct tce_ev_property *ev)
{
	uint32_t node = ev->dev == TCE_NO_ID ? ev->phb : TCE_NODE_DEV | ev->dev;

	if ((ev->phb == TCE_NO_ID) == (ev->dev == TCE_NO_ID))
		return TCE_NODE_NONE;
	return tce_node_find(st, node) == NULL ? TCE_NODE_NONE : node;
}

static int apply_property(struct tce_machine *machine, const struct tce_ev_property *ev)
{
	uint32_t node = node_named(machine->st, ev);

	if (machine->opts.platform != TCE_PSERIES)
		return -TCE_ERR_UNSUPPORTED;
	if (node == TCE_NODE_NONE)
		return -TCE_ERR_NOENT;
	return tce_node_fix(machine->st, node, ev);
}

static int apply_fail(struct tce_machine *machine, const struct tce_ev_fail *ev)
{
	struct tce_pending_fail *fail = &machine->st->fail[ev->what];

	bool needs_code = ev->what == TCE_FAIL_FIRMWARE || ev->what == TCE_FAIL_HCALL;

	if (ev->nth != 0 && needs_code && ev->code == 0)
		return -TCE_ERR_INVAL;
	fail->nth = ev->nth;
	fail->code = ev->nth == 0 ? 0 : ev->code;
	return 0;
}

static int apply_unplug(struct tce_machine *machine, const struct tce_event *event,
			struct tce_outcome *outcome)
{
	if (in_use(machine, event)) {
		outcome->err = -TCE_EBUSY;
		return 0;
	}
	switch (event->kind) {
	case TCE_EV_PHB_UNPLUG: return tce_phb_unplug(machine, event->u.id.id, &outcome->err);
	case TCE_EV_DEVICE_UNPLUG: return tce_dev_unplug(machine, event->u.id.id, &outcome->err);
	default: return tce_memory_unplug(machine, &event->u.memory, &outcome->err);
	}
}

int tce_setup_apply(struct tce_machine *machine, const struct tce_event *event,
		    struct tce_outcome *outcome)
{
	switch (event->kind) {
	case TCE_EV_PHB_PLUG: return tce_phb_plug(machine, &event->u.phb_plug);
	case TCE_EV_DEVICE_PLUG: return tce_dev_plug(machine, &event->u.device_plug);
	case TCE_EV_VIO_PLUG: return tce_vio_plug(machine, &event->u.vio_plug);
	case TCE_EV_MEMORY_PLUG: return tce_memory_plug(machine, &event->u.memory, &outcome->err);
	case TCE_EV_PMEM_PLUG: return tce_pmem_plug(machine, &event->u.pmem_plug);
	case TCE_EV_PROPERTY: return apply_property(machine, &event->u.property);
	case TCE_EV_FAIL_NEXT: return apply_fail(machine, &event->u.fail);
	default: return apply_unplug(machine, event, outcome);
	}
}
