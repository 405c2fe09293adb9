/* SPDX-License-Identifier: BSD-2-Clause */
/* The script acted out on a machine with Linux on it. The machine's tap notes every call. */
#include <string.h>

#include "act.h"
#include "base/bits.h"
#include "linux/group.h"

#define ARENA_BYTES (UINT64_C(1) << 30)

/* --- what the tap notes ---------------------------------------------------------------------- */

static void tap(void *ctx, unsigned depth, const struct tce_event *event,
		const struct tce_outcome *outcome)
{
	struct tce_predict_actor *actor = ctx;
	struct tce_call call;

	if (actor->err != 0 || (depth == 0 && !actor->module_acts) ||
	    !tce_call_predicted(actor->p->machine, event, outcome, &call))
		return;
	call.kernel = actor->kernel;
	call.module = actor->module_acts;
	call.loose = actor->module_acts;
	call.group = actor->group;
	call.block = actor->block != 0 ? actor->block : (uint32_t)(call.ioba >> TCE_LMB_SHIFT);
	call.told = actor->told;
	call.any_device = actor->is_kexec && call.kind == TCE_CALL_QUERY;
	actor->err = tce_calls_add(&actor->p->predicted, &actor->p->mem, &call);
}

static struct tce_call *predicted_at(struct tce_predict *p, uint32_t i)
{
	return tce_calls_at(&p->predicted, i);
}

int tce_predict_step(struct tce_predict_actor *actor, const struct tce_event *event)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(actor->p->machine, event, &outcome);

	return err != 0 ? err : actor->err;
}

/* Tables that the kernel has now: drivers may map in their windows. */
static int note_tables(struct tce_predict_actor *actor)
{
	struct tce_predict *p = actor->p;
	const struct tce_state *st = tce_machine_state(p->machine);
	const struct tce_linux *lx = tce_linux_of(p->machine);
	const struct tce_table_group *group;
	int err = 0;

	for (uint32_t i = 0; (group = tce_group_at(st, lx, i)) != NULL; i++) {
		for (unsigned slot = 0; err == 0 && slot < TCE_GROUP_TABLES; slot++) {
			const struct tce_iommu_table *tbl = tce_group_table(st, group, slot);
			bool known = tbl == NULL;

			for (uint32_t j = 0; j < p->tables.nr && !known; j++)
				known = *(uint64_t *)tce_vec_at(&p->tables, j, 8) == tbl->index;
			if (!known)
				err = tce_list_add(&p->tables, &p->mem, &tbl->index, 8);
		}
	}
	return err;
}

/* --- names ----------------------------------------------------------------------------------- */

const struct tce_phb *tce_predict_phb(const struct tce_predict *p, uint32_t domain)
{
	const struct tce_state *st = tce_machine_state(p->machine);
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(st, i)) != NULL; i++) {
		if ((phb->papr.buid & 0xffff) == domain)
			return phb;
	}
	return NULL;
}

static const struct tce_dev *dev_of(const struct tce_predict *p, struct tce_pci_addr addr)
{
	const struct tce_phb *phb = tce_predict_phb(p, addr.v >> 16);

	return phb == NULL
		       ? NULL
		       : tce_dev_by_rid(tce_machine_state(p->machine), phb->id, (uint16_t)addr.v);
}

/* --- kernels and drivers --------------------------------------------------------------------- */

static int start_kernel(struct tce_predict_actor *actor, const struct tce_predict_kernel *kernel)
{
	struct tce_event event = {.kind = kernel->by_kexec ? TCE_EV_KEXEC : TCE_EV_BOOT};
	struct tce_event reset = {.kind = TCE_EV_RESET};
	int err = 0;

	memset(&actor->module, 0, sizeof(actor->module));
	event.u.boot.kernel = (uint16_t)kernel->match.index;
	event.u.boot.page_shift = (uint8_t)kernel->match.page_shift;
	event.u.boot.flags = (uint8_t)kernel->flags;
	event.u.boot.nr_cpus = 1;
	if (!kernel->by_kexec)
		event.u.boot.flags &= (uint8_t)~TCE_BOOT_KDUMP;
	if (!kernel->by_kexec && actor->kernel != 0)
		err = tce_predict_step(actor, &reset);
	/* kexec-tools writes the tree anew, sorted by name: another device may be found first */
	actor->is_kexec = kernel->by_kexec;
	if (err == 0)
		err = tce_predict_step(actor, &event);
	actor->is_kexec = false;
	return err;
}

int tce_predict_act_probe(struct tce_predict_actor *actor, const struct tce_predict_probe *probe)
{
	const struct tce_dev *dev = dev_of(actor->p, probe->addr);
	const struct tce_linux *lx = tce_linux_of(actor->p->machine);
	const struct tce_linux_dev *known;
	struct tce_event event = {.kind = TCE_EV_REQUIRED_MASK};
	int err = 0;

	if (dev == NULL)
		return 0; /* not there yet: it is probed when it comes */
	known = tce_linux_dev_find(tce_machine_state(actor->p->machine), lx, dev->id);
	if (known == NULL || known->bound)
		return 0;
	event.u.id.id = dev->id;
	if (probe->asks_required_mask)
		err = tce_predict_step(actor, &event);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PROBE;
	event.u.probe.dev = dev->id;
	event.u.probe.streaming_bits = probe->streaming_bits;
	event.u.probe.coherent_bits = probe->coherent_bits;
	return err != 0 ? err : tce_predict_step(actor, &event);
}

/* --- persistent memory ----------------------------------------------------------------------- */

/* daxctl writes to the blocks' state files in an order of its own. */
static int pmem(struct tce_predict_actor *actor, bool to_ram)
{
	const struct tce_state *st = tce_machine_state(actor->p->machine);
	const struct tce_pmem *pmem;
	struct tce_event event = {.kind = to_ram ? TCE_EV_PMEM_TO_RAM : TCE_EV_PMEM_FROM_RAM};
	int err = 0;

	actor->group = ++actor->nr_groups;
	for (uint32_t i = 0; err == 0 && (pmem = tce_pmem_at(st, i)) != NULL; i++) {
		event.u.id.id = pmem->id;
		if (pmem->ram != to_ram)
			err = tce_predict_step(actor, &event);
	}
	actor->group = 0;
	return err;
}

/* --- users ----------------------------------------------------------------------------------- */

/*
 * VFIO takes a PE, device by device. Windows and mappings that the user then asks for are his, not
 * the kernel's: from the mark on they are counted with the drivers' calls.
 */
static int take(struct tce_predict_actor *actor, uint64_t buid)
{
	struct tce_predict *p = actor->p;
	const struct tce_phb *phb = tce_predict_phb(p, (uint32_t)(buid & 0xffff));
	const struct tce_linux *lx = tce_linux_of(p->machine);
	const struct tce_table_group *group =
		phb == NULL ? NULL : tce_group_find(tce_machine_state(p->machine), lx, phb->id);
	struct tce_call mark = {.kind = TCE_CALL_TAKEN, .unseen = true, .kernel = actor->kernel};
	int err;

	if (group == NULL || group->owned)
		return 0;
	mark.liobn = phb->papr.buid;
	err = tce_linux_give_to_user(p->machine, phb->id);
	if (err == -TCE_ERR_UNSUPPORTED)
		err = 0; /* a kernel that lends its windows: nothing is removed */
	return err != 0 ? err : tce_calls_add(&p->predicted, &p->mem, &mark);
}

static uint64_t taken_buid(const struct tce_console_record *record)
{
	const struct tce_console_rtas *rtas = &record->u.rtas;

	return record->kind == TCE_CONSOLE_VFIO ? record->u.buid
						: (uint64_t)rtas->args[1] << 32 | rtas->args[2];
}

/* --- acts ------------------------------------------------------------------------------------ */

static int simple(struct tce_predict_actor *actor, enum tce_event_kind kind)
{
	struct tce_event event = {.kind = kind};

	return tce_predict_step(actor, &event);
}

/* Masks have the kernel set up windows, all else is traffic. */
static int stimulus(struct tce_predict_actor *actor, uint32_t index)
{
	const struct tce_console_record *record = tce_predict_console_at(actor->p, index);
	int err;

	actor->module_acts = record->u.stimulus.kind != TCE_STIMULUS_MASK;
	err = tce_predict_module_call(actor->p, &actor->module, record);
	actor->module_acts = false;
	return err != 0 ? err : actor->err;
}

/* Probes that follow each other are a group, each a block of it. */
static int probe_in_run(struct tce_predict_actor *actor, const struct tce_act *what)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(actor->p, what->kernel);
	const struct tce_predict_probe *found =
		tce_vec_at(&kernel->probes, what->index, sizeof(*found));
	int err;

	if (actor->run == 0)
		actor->run = ++actor->nr_groups;
	actor->group = actor->run;
	actor->block = what->index + 1;
	actor->told = found->told;
	err = tce_predict_act_probe(actor, found);
	actor->group = 0;
	actor->block = 0;
	actor->told = false;
	return err;
}

static int other_act(struct tce_predict_actor *actor, uint32_t number)
{
	const struct tce_act *what = tce_vec_at(&actor->p->acts, number, sizeof(*what));
	struct tce_predict *p = actor->p;

	switch ((enum tce_act_kind)what->kind) {
	case TCE_ACT_KERNEL: return start_kernel(actor, tce_predict_kernel_at(p, what->kernel));
	case TCE_ACT_STIMULUS: return stimulus(actor, what->index);
	case TCE_ACT_DRC: return tce_predict_drc(actor, number);
	case TCE_ACT_TO_RAM: return pmem(actor, true);
	case TCE_ACT_FROM_RAM: return pmem(actor, false);
	case TCE_ACT_TAKE: return take(actor, taken_buid(tce_predict_console_at(p, what->index)));
	case TCE_ACT_SAVE: return simple(actor, TCE_EV_SAVE);
	default: return simple(actor, TCE_EV_LOAD);
	}
}

static int act(struct tce_predict_actor *actor, uint32_t number)
{
	const struct tce_act *what = tce_vec_at(&actor->p->acts, number, sizeof(*what));
	uint32_t before = actor->p->predicted.nr;
	int err;

	actor->kernel = what->kernel;
	if (what->kind == TCE_ACT_PROBE)
		return probe_in_run(actor, what);
	err = other_act(actor, number);
	if (actor->p->predicted.nr != before || what->kind == TCE_ACT_KERNEL)
		actor->run = 0;
	return err;
}

/* A group is one only when the place of one of its blocks is not told. */
static void settle_groups(struct tce_predict *p)
{
	uint32_t end;

	for (uint32_t i = 0; i < p->predicted.nr; i = end) {
		uint32_t group = predicted_at(p, i)->group;
		bool told = true;

		for (end = i; end < p->predicted.nr && predicted_at(p, end)->group == group; end++)
			told = told && predicted_at(p, end)->told;
		for (uint32_t j = i; group != 0 && told && j < end; j++)
			predicted_at(p, j)->group = 0;
	}
}

/* --- the machine ----------------------------------------------------------------------------- */

/* Where the part of persistent memory lies that can be RAM: what a namespace leaves is told. */
static void shape_pmem(const struct tce_predict *p, struct tce_ev_pmem_plug *plug)
{
	uint64_t start = UINT64_MAX, end = 0;

	for (uint32_t i = 0; i < p->console.nr; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind != TCE_CONSOLE_KMEM)
			continue;
		if (record->u.range.addr < start)
			start = record->u.range.addr;
		if (record->u.range.addr + record->u.range.size > end)
			end = record->u.range.addr + record->u.range.size;
	}
	if (end == 0)
		return;
	plug->addr = start;
	plug->size = end - start;
}

/* Does the guest take this block while it runs? A tree from its end has it already. */
static bool comes_later(const struct tce_predict *p, uint64_t addr)
{
	uint64_t drc = addr >> TCE_LMB_SHIFT;

	for (uint32_t i = 0; i < p->lines.nr; i++) {
		const struct tce_trace_record *record = &tce_predict_line_at(p, i)->record;

		if (record->kind == TCE_TRACE_DRC && record->drc >> 28 == 8 &&
		    (record->drc & 0x0fffffff) == drc)
			return record->drc_event == TCE_DRC_SET_CONFIGURED;
	}
	return false;
}

/* Blocks that are there when the machine starts. */
static int plug_memory(struct tce_predict_actor *actor, const struct tce_event *all)
{
	struct tce_event event = *all;
	uint64_t end = all->u.memory.addr + all->u.memory.size;
	uint64_t block = UINT64_C(1) << TCE_LMB_SHIFT;
	int err = 0;

	if ((event.u.memory.addr | event.u.memory.size) % block != 0)
		return tce_predict_step(actor, all);
	event.u.memory.size = block;
	for (; err == 0 && event.u.memory.addr < end; event.u.memory.addr += block) {
		if (!comes_later(actor->p, event.u.memory.addr))
			err = tce_predict_step(actor, &event);
	}
	return err;
}

static int set_up(struct tce_predict_actor *actor)
{
	const struct tce_story *story = actor->p->opts.machine;
	int err = 0;

	for (unsigned i = 0; err == 0 && i < story->nr_steps; i++) {
		struct tce_event event = story->steps[i].event;

		if (event.kind == TCE_EV_PHB_PLUG)
			tce_predict_bridge_options(actor->p,
						   (unsigned)(event.u.phb_plug.papr.buid & 0xffff),
						   &event.u.phb_plug);
		else if (event.kind == TCE_EV_PMEM_PLUG)
			shape_pmem(actor->p, &event.u.pmem_plug);
		err = event.kind == TCE_EV_MEMORY_PLUG ? plug_memory(actor, &event)
						       : tce_predict_step(actor, &event);
	}
	return err;
}

static int make_machine(struct tce_predict *p)
{
	struct tce_machine_opts opts = p->opts.machine->machine;
	struct tce_alloc alloc = tce_mem_alloc(&p->mem);
	int err;

	opts.arena_size = ARENA_BYTES;
	opts.storage = TCE_STORAGE_COMPACT;
	err = tce_machine_new(&alloc, &opts, &p->machine);
	if (err != 0)
		return err;
	tce_machine_set_undo(p->machine, false); /* thrown away when memory runs out */
	return tce_linux_attach(p->machine);
}

/* After an abort of the platform there is nothing more to be acted. */
static bool is_over(const struct tce_predict *p)
{
	return tce_lpar_aborted(tce_machine_lpar(p->machine)) != TCE_ABORT_NOT;
}

int tce_predict_act_out(struct tce_predict *p)
{
	struct tce_predict_actor actor = {.p = p};
	int err = make_machine(p);

	if (err != 0)
		return err;
	tce_machine_set_tap(p->machine, tap, &actor);
	err = set_up(&actor);
	for (uint32_t i = 0; err == 0 && i < p->acts.nr && !is_over(p); i++) {
		err = act(&actor, i);
		if (err == 0)
			err = note_tables(&actor);
	}
	tce_machine_set_tap(p->machine, NULL, NULL);
	settle_groups(p);
	return err;
}
