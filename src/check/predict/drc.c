/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory, devices and bridges that come and go while a kernel runs. DRC events of the trace are
 * what the guest says to QEMU when it takes or gives up something: with them the platform plugs and
 * the kernel adds.
 */
#include <string.h>

#include "act.h"

/* DRC index: type in the top nibble. */
#define DRC_PHB    2U
#define DRC_SLOT   4U
#define DRC_MEMORY 8U

/* --- memory ---------------------------------------------------------------------------------- */

static bool comes(const struct tce_trace_record *record)
{
	return record->drc_event == TCE_DRC_SET_CONFIGURED;
}

static struct tce_ev_memory lmb_of(uint32_t drc)
{
	struct tce_ev_memory lmb = {(uint64_t)(drc & 0x0fffffff) << TCE_LMB_SHIFT,
				    UINT64_C(1) << TCE_LMB_SHIFT};

	return lmb;
}

static bool has(const struct tce_predict_actor *actor, const struct tce_ev_memory *lmb,
		unsigned flags)
{
	return tce_memmap_all(tce_machine_state(actor->p->machine), lmb->addr, lmb->size, flags);
}

static int memory_event(struct tce_predict_actor *actor, enum tce_event_kind kind,
			const struct tce_ev_memory *lmb)
{
	struct tce_event event = {.kind = kind};

	event.u.memory = *lmb;
	return tce_predict_step(actor, &event);
}

/*
 * Blocks are configured that the kernel has: it had taken them away, could not take the next one,
 * and adds again what it took (dlpar_memory_remove_by_ic). All go before the first one comes.
 */
static int take_back(struct tce_predict_actor *actor, uint32_t index)
{
	struct tce_predict *p = actor->p;
	int err = 0;

	for (; err == 0 && index < p->acts.nr; index++) {
		const struct tce_act *act = tce_vec_at(&p->acts, index, sizeof(*act));
		const struct tce_trace_record *record;
		struct tce_ev_memory lmb;

		if (act->kind != TCE_ACT_DRC || act->kernel != actor->kernel)
			break;
		record = &tce_predict_line_at(p, act->index)->record;
		if (!comes(record))
			continue;
		lmb = lmb_of(record->drc);
		if (record->drc >> 28 != DRC_MEMORY || !has(actor, &lmb, TCE_MEM_ONLINE))
			break;
		err = memory_event(actor, TCE_EV_MEMORY_OFFLINE, &lmb);
	}
	return err;
}

static int memory(struct tce_predict_actor *actor, uint32_t index,
		  const struct tce_trace_record *record)
{
	struct tce_ev_memory lmb = lmb_of(record->drc);
	bool online = has(actor, &lmb, TCE_MEM_ONLINE);
	int err = 0;

	if (!tce_memmap_is_lmbs(tce_machine_state(actor->p->machine), lmb.addr, lmb.size) ||
	    (!comes(record) && !online))
		return 0;
	if (!comes(record)) {
		err = memory_event(actor, TCE_EV_MEMORY_OFFLINE, &lmb);
		return err != 0 ? err : memory_event(actor, TCE_EV_MEMORY_UNPLUG, &lmb);
	}
	if (online)
		err = take_back(actor, index);
	if (err == 0 && !has(actor, &lmb, TCE_MEM_PLUGGED))
		err = memory_event(actor, TCE_EV_MEMORY_PLUG, &lmb);
	return err != 0 ? err : memory_event(actor, TCE_EV_MEMORY_ONLINE, &lmb);
}

/* --- devices and bridges --------------------------------------------------------------------- */

/* A probe that the console tells of, for a device that comes now. */
static int probe_late(struct tce_predict_actor *actor, struct tce_pci_addr addr)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(actor->p, actor->kernel);

	for (uint32_t i = 0; i < kernel->probes.nr; i++) {
		const struct tce_predict_probe *late =
			tce_vec_at(&kernel->probes, i, sizeof(*late));

		if (late->addr.v == addr.v)
			return tce_predict_act_probe(actor, late);
	}
	return 0;
}

static uint16_t free_dev_id(const struct tce_state *st)
{
	uint16_t id = 0;

	while (tce_dev_find(st, id) != NULL)
		id++;
	return id;
}

static int add_dev(struct tce_predict_actor *actor, const struct tce_phb *phb, uint16_t rid)
{
	const struct tce_state *st = tce_machine_state(actor->p->machine);
	struct tce_pci_addr addr = {(uint32_t)(phb->papr.buid & 0xffff) << 16 | rid};
	struct tce_event event = {.kind = TCE_EV_DEVICE_PLUG};
	uint16_t id = free_dev_id(st);
	int err;

	event.u.device_plug.dev = id;
	event.u.device_plug.phb = phb->id;
	event.u.device_plug.parent = TCE_NO_ID;
	event.u.device_plug.bus = (uint8_t)(rid >> 8);
	event.u.device_plug.devfn = (uint8_t)rid;
	err = tce_predict_step(actor, &event);
	if (err != 0)
		return err;
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_DEVICE_ADD;
	event.u.id.id = id;
	err = tce_predict_step(actor, &event);
	return err != 0 ? err : probe_late(actor, addr);
}

static int remove_dev(struct tce_predict_actor *actor, uint16_t id)
{
	struct tce_event event = {.kind = TCE_EV_DEVICE_REMOVE};
	int err;

	event.u.id.id = id;
	err = tce_predict_step(actor, &event);
	event.kind = TCE_EV_DEVICE_UNPLUG;
	return err != 0 ? err : tce_predict_step(actor, &event);
}

/* 0x40000000 | bridge << 16 | bus << 8 | devfn */
static int slot(struct tce_predict_actor *actor, uint32_t drc, bool added)
{
	const struct tce_predict *p = actor->p;
	const struct tce_phb *phb = tce_predict_phb(p, drc >> 16 & 0xfff);
	const struct tce_dev *dev;

	if (phb == NULL)
		return 0;
	dev = tce_dev_by_rid(tce_machine_state(p->machine), phb->id, (uint16_t)drc);
	if (added)
		return dev != NULL ? 0 : add_dev(actor, phb, (uint16_t)drc);
	return dev == NULL ? 0 : remove_dev(actor, dev->id);
}

static void bridge_option(const struct tce_qemu_phb *phb, struct tce_ev_phb_plug *plug)
{
	plug->papr.no_ddw |= phb->no_ddw;
	if (phb->page_shifts != 0)
		plug->papr.page_shifts = phb->page_shifts;
	if (phb->win_addr != 0)
		plug->papr.win_addr = phb->win_addr;
	if (phb->win_size != 0)
		plug->papr.win_size = phb->win_size;
	if (phb->dyn_win_addr != 0)
		plug->papr.dyn_win_addr = phb->dyn_win_addr;
}

/* On the command line, or later by the monitor. */
void tce_predict_bridge_options(const struct tce_predict *p, unsigned index,
				struct tce_ev_phb_plug *plug)
{
	for (unsigned i = 0; i < p->cmdline.nr_phbs; i++) {
		const struct tce_qemu_phb *phb = &p->cmdline.phb[i];

		if (phb->index == -1 || phb->index == (int)index)
			bridge_option(phb, plug);
	}
	for (uint32_t i = 0; i < p->console.nr; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind == TCE_CONSOLE_PHB && record->u.bridge.index == (int)index)
			bridge_option(&record->u.bridge, plug);
	}
}

static int add_phb(struct tce_predict_actor *actor, unsigned index)
{
	struct tce_event event = {.kind = TCE_EV_PHB_PLUG};
	const struct tce_state *st = tce_machine_state(actor->p->machine);
	uint16_t id = 0;
	int err;

	while (tce_phb_find(st, id) != NULL)
		id++;
	event.u.phb_plug.phb = id;
	tce_phb_opts_qemu(&event.u.phb_plug.papr, index);
	tce_predict_bridge_options(actor->p, index, &event.u.phb_plug);
	err = tce_predict_step(actor, &event);
	if (err != 0)
		return err;
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PHB_ADD;
	event.u.id.id = id;
	return tce_predict_step(actor, &event);
}

static int bridge(struct tce_predict_actor *actor, uint32_t drc, bool added)
{
	const struct tce_phb *phb = tce_predict_phb(actor->p, drc & 0xffff);
	struct tce_event event = {.kind = TCE_EV_PHB_REMOVE};
	int err;

	if (added)
		return phb != NULL ? 0 : add_phb(actor, drc & 0xffff);
	if (phb == NULL)
		return 0;
	event.u.id.id = phb->id;
	err = tce_predict_step(actor, &event);
	event.kind = TCE_EV_PHB_UNPLUG;
	return err != 0 ? err : tce_predict_step(actor, &event);
}

/* Configured: the guest took it. Isolated: it gave it up. */
int tce_predict_drc(struct tce_predict_actor *actor, uint32_t index)
{
	const struct tce_act *act = tce_vec_at(&actor->p->acts, index, sizeof(*act));
	const struct tce_trace_record *record = &tce_predict_line_at(actor->p, act->index)->record;

	if (!comes(record) && (record->drc_event != TCE_DRC_SET_ISOLATION || record->state != 0))
		return 0;
	switch (record->drc >> 28) {
	case DRC_MEMORY: return memory(actor, index, record);
	case DRC_SLOT: return slot(actor, record->drc, comes(record));
	case DRC_PHB: return bridge(actor, record->drc, comes(record));
	default: return 0;
	}
}
