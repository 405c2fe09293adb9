/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of the events around the calls: connectors (DRCs) tell when a QEMU process begins, when a
 * host bridge is unplugged and when memory comes and goes; run states tell a loadvm from a reboot;
 * CAS is where firmware hands over to the operating system.
 *
 * DRC index: its top nibble is the type; a PCI slot's is 0x40000000 | bridge << 16 | bus << 8 |
 * devfn (QEMU hw/ppc/spapr_drc.c, spapr_pci.c; measured).
 */
#include "replay.h"

enum {
	DRC_CPU = 1,
	DRC_PHB = 2,
	DRC_PCI = 4,
	DRC_MEMORY = 8,
};

/* Connectors of CPUs and bridges are made once, when the machine is made. */
static int machine_made(struct tce_replay *r, uint64_t line, bool first)
{
	int err = 0;

	r->process_start = true;
	if (r->sum.events == r->events_at_init) {
		r->saw_made |= first;
		return 0;
	}
	err = tce_replay_settle(r, NULL);
	tce_replay_check_start(r);
	if (err == 0)
		err = tce_replay_restart(r, line);
	r->events_at_init = r->sum.events;
	r->saw_made = first;
	tce_replay_milestone_add(r, TCE_MILESTONE_PROCESS, line);
	return err;
}

/* The slots of a bridge's root bus go only with the bridge. */
static int slot_unmade(struct tce_replay *r, const struct tce_trace_record *rec)
{
	unsigned index = rec->drc >> 16 & 0xfff;
	struct tce_rphb *phb;
	int err;

	if ((rec->drc >> 8 & 0xff) != 0 || index >= TCE_REPLAY_PHBS || !r->phb[index].used)
		return 0;
	err = tce_replay_settle(r, NULL);
	if (err != 0)
		return err;
	phb = &r->phb[index];
	r->slots_made &= ~(UINT64_C(1) << index);
	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		tce_replay_report_live(r, &phb->win[i], TCE_TOUCH_UNPLUG, rec->line);
	return tce_replay_unplug_phb(r, index, rec->line);
}

/*
 * Connectors are reset with the machine and attached with a bridge, never by a RTAS call: a default
 * window's table that was just made belongs to one of the first two.
 */
static int settle_default(struct tce_replay *r)
{
	const struct tce_trace_record *table = &r->pending.record;
	unsigned index, slot;

	if (!r->pending.set || table->table_is_null ||
	    !tce_liobn_split(table->liobn, &index, &slot) || slot != 0)
		return 0;
	return tce_replay_settle(r, NULL);
}

static int connector(struct tce_replay *r, const struct tce_trace_record *rec)
{
	unsigned type = rec->drc >> 28;
	int err;

	if (rec->drc_event == TCE_DRC_REALIZE && (type == DRC_CPU || type == DRC_PHB))
		return machine_made(r, rec->line, type == DRC_CPU);
	if (rec->drc_event == TCE_DRC_REALIZE && type == DRC_PCI && (rec->drc >> 16 & 0xfff) < 64)
		r->slots_made |= UINT64_C(1) << (rec->drc >> 16 & 0xfff);
	if (r->dead)
		return 0;
	if (rec->drc_event == TCE_DRC_RESET || rec->drc_event == TCE_DRC_ATTACH) {
		err = settle_default(r);
		if (err != 0)
			return err;
	}
	if (rec->drc_event == TCE_DRC_UNREALIZE && type == DRC_PCI)
		return slot_unmade(r, rec);
	if (type == DRC_MEMORY && r->os_seen && rec->drc_event == TCE_DRC_ATTACH)
		r->sum.memory_plugged++;
	if (type == DRC_MEMORY && rec->drc_event == TCE_DRC_RELEASE_ALLOCATION)
		r->sum.memory_unplugged++;
	return 0;
}

static int system_takes_over(struct tce_replay *r, uint64_t line)
{
	int err = r->dead ? 0 : tce_replay_settle(r, NULL);

	if (!r->os_seen) {
		tce_replay_milestone_add(r, TCE_MILESTONE_OS, line);
		r->os_line = line;
	}
	r->os_seen = true;
	return err;
}

int tce_replay_context(struct tce_replay *r, const struct tce_trace_record *rec)
{
	switch (rec->kind) {
	case TCE_TRACE_DRC: return connector(r, rec);
	case TCE_TRACE_CAS_PVR: return system_takes_over(r, rec->line);
	case TCE_TRACE_RUNSTATE:
		/* The tables of the start come before; a recording without them was cut off. */
		r->process_start |= rec->old_state == TCE_RUNSTATE_PRELAUNCH && r->sum.events != 0;
		r->stopped_for_load = rec->state == TCE_RUNSTATE_RESTORE_VM;
		return 0;
	default: return 0;
	}
}
