/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The script acted out on a machine with Linux on it. The machine's tap notes every call. DRC events
 * are what the guest says to QEMU when it takes or gives up something: with them the platform plugs
 * and the kernel adds.
 */
#include <string.h>

#include "base/bits.h"
#include "linux/group.h"
#include "predict.h"

#define LMB_SHIFT   28U /* of QEMU: a DRC index counts blocks of 256 MiB */
#define ARENA_BYTES (UINT64_C(1) << 30)

/* DRC index: type in the top nibble. */
#define DRC_PHB    2U
#define DRC_SLOT   4U
#define DRC_MEMORY 8U

struct actor {
	struct tce_predict *p;
	struct tce_module module;
	uint16_t kernel;
	bool module_acts;   /* what is called now follows from a call of ddwtest's */
	uint32_t nr_groups; /* of blocks that come in any order */
	uint32_t run;       /* group of the probes that follow each other now; 0: none */
	uint32_t group;     /* of what is called now; 0: none */
	uint32_t block;     /* in it; 0: memory, its number is the block */
	bool told;
	int err; /* of the tap */
};

/* --- what the tap notes ------------------------------------------------------------------------- */

static void tap(void *ctx, unsigned depth, const struct tce_event *event,
		const struct tce_outcome *outcome)
{
	struct actor *actor = ctx;
	struct tce_call call;

	if (actor->err != 0 || (depth == 0 && !actor->module_acts) ||
	    !tce_call_predicted(actor->p->machine, event, outcome, &call))
		return;
	call.kernel = actor->kernel;
	call.module = actor->module_acts;
	call.loose = actor->module_acts;
	call.group = actor->group;
	call.block = actor->block != 0 ? actor->block : (uint32_t)(call.ioba >> LMB_SHIFT);
	call.told = actor->told;
	actor->err = tce_list_add(&actor->p->predicted, &actor->p->mem, &call, sizeof(call));
}

static struct tce_call *predicted_at(const struct tce_predict *p, uint32_t i)
{
	return tce_vec_at(&p->predicted, i, sizeof(struct tce_call));
}

static int step(struct actor *actor, const struct tce_event *event)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(actor->p->machine, event, &outcome);

	return err != 0 ? err : actor->err;
}

/* Tables that the kernel has now: drivers may map in their windows. */
static int note_tables(struct actor *actor)
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

/* --- names ---------------------------------------------------------------------------------------- */

/* Linux numbers domains of pseries by the low half of the BUID (get_phb_number). */
static const struct tce_phb *phb_of_domain(const struct tce_predict *p, uint32_t domain)
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
	const struct tce_phb *phb = phb_of_domain(p, addr.v >> 16);

	return phb == NULL
		       ? NULL
		       : tce_dev_by_rid(tce_machine_state(p->machine), phb->id, (uint16_t)addr.v);
}

/* --- kernels and drivers ---------------------------------------------------------------------------- */

static int start_kernel(struct actor *actor, const struct tce_predict_kernel *kernel)
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
		err = step(actor, &reset);
	return err != 0 ? err : step(actor, &event);
}

static int probe(struct actor *actor, const struct tce_predict_probe *probe)
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
		err = step(actor, &event);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PROBE;
	event.u.probe.dev = dev->id;
	event.u.probe.streaming_bits = probe->streaming_bits;
	event.u.probe.coherent_bits = probe->coherent_bits;
	return err != 0 ? err : step(actor, &event);
}

/* --- memory ----------------------------------------------------------------------------------------- */

static int memory(struct actor *actor, uint32_t drc, bool comes)
{
	const struct tce_state *st = tce_machine_state(actor->p->machine);
	struct tce_ev_memory lmb = {(uint64_t)(drc & 0x0fffffff) << LMB_SHIFT,
				    UINT64_C(1) << LMB_SHIFT};
	struct tce_event event = {.kind = comes ? TCE_EV_MEMORY_PLUG : TCE_EV_MEMORY_OFFLINE};
	bool online = tce_memmap_all(st, lmb.addr, lmb.size, TCE_MEM_ONLINE);
	int err;

	if (!tce_memmap_is_lmbs(st, lmb.addr, lmb.size) || comes == online)
		return 0;
	event.u.memory = lmb;
	err = step(actor, &event);
	event.kind = comes ? TCE_EV_MEMORY_ONLINE : TCE_EV_MEMORY_UNPLUG;
	return err != 0 ? err : step(actor, &event);
}

/* daxctl writes to the blocks' state files in an order of its own. */
static int pmem(struct actor *actor, bool to_ram)
{
	const struct tce_state *st = tce_machine_state(actor->p->machine);
	const struct tce_pmem *pmem;
	struct tce_event event = {.kind = to_ram ? TCE_EV_PMEM_TO_RAM : TCE_EV_PMEM_FROM_RAM};
	int err = 0;

	actor->group = ++actor->nr_groups;
	for (uint32_t i = 0; err == 0 && (pmem = tce_pmem_at(st, i)) != NULL; i++) {
		event.u.id.id = pmem->id;
		if (pmem->ram != to_ram)
			err = step(actor, &event);
	}
	actor->group = 0;
	return err;
}

/* --- devices and bridges ------------------------------------------------------------------------------ */

/* A probe that the console tells of, for a device that comes now. */
static int probe_late(struct actor *actor, struct tce_pci_addr addr)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(actor->p, actor->kernel);

	for (uint32_t i = 0; i < kernel->probes.nr; i++) {
		const struct tce_predict_probe *late =
			tce_vec_at(&kernel->probes, i, sizeof(*late));

		if (late->addr.v == addr.v)
			return probe(actor, late);
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

static int add_dev(struct actor *actor, const struct tce_phb *phb, uint16_t rid)
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
	err = step(actor, &event);
	if (err != 0)
		return err;
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_DEVICE_ADD;
	event.u.id.id = id;
	err = step(actor, &event);
	return err != 0 ? err : probe_late(actor, addr);
}

static int remove_dev(struct actor *actor, uint16_t id)
{
	struct tce_event event = {.kind = TCE_EV_DEVICE_REMOVE};
	int err;

	event.u.id.id = id;
	err = step(actor, &event);
	event.kind = TCE_EV_DEVICE_UNPLUG;
	return err != 0 ? err : step(actor, &event);
}

/* 0x40000000 | bridge << 16 | bus << 8 | devfn */
static int slot(struct actor *actor, uint32_t drc, bool comes)
{
	const struct tce_predict *p = actor->p;
	const struct tce_phb *phb = phb_of_domain(p, drc >> 16 & 0xfff);
	const struct tce_dev *dev;

	if (phb == NULL)
		return 0;
	dev = tce_dev_by_rid(tce_machine_state(p->machine), phb->id, (uint16_t)drc);
	if (comes)
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

/* How the host made the bridge with this index: on the command line, or later by the monitor. */
static void bridge_options(const struct tce_predict *p, unsigned index,
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

static int add_phb(struct actor *actor, unsigned index)
{
	struct tce_event event = {.kind = TCE_EV_PHB_PLUG};
	const struct tce_state *st = tce_machine_state(actor->p->machine);
	uint16_t id = 0;
	int err;

	while (tce_phb_find(st, id) != NULL)
		id++;
	event.u.phb_plug.phb = id;
	tce_phb_opts_qemu(&event.u.phb_plug.papr, index);
	bridge_options(actor->p, index, &event.u.phb_plug);
	err = step(actor, &event);
	if (err != 0)
		return err;
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PHB_ADD;
	event.u.id.id = id;
	return step(actor, &event);
}

static int bridge(struct actor *actor, uint32_t drc, bool comes)
{
	const struct tce_phb *phb = phb_of_domain(actor->p, drc & 0xffff);
	struct tce_event event = {.kind = TCE_EV_PHB_REMOVE};
	int err;

	if (comes)
		return phb != NULL ? 0 : add_phb(actor, drc & 0xffff);
	if (phb == NULL)
		return 0;
	event.u.id.id = phb->id;
	err = step(actor, &event);
	event.kind = TCE_EV_PHB_UNPLUG;
	return err != 0 ? err : step(actor, &event);
}

/* Configured: the guest took it. Isolated: it gave it up. */
static int drc(struct actor *actor, const struct tce_trace_record *record)
{
	bool comes = record->drc_event == TCE_DRC_SET_CONFIGURED;

	if (!comes && (record->drc_event != TCE_DRC_SET_ISOLATION || record->state != 0))
		return 0;
	switch (record->drc >> 28) {
	case DRC_MEMORY: return memory(actor, record->drc, comes);
	case DRC_SLOT: return slot(actor, record->drc, comes);
	case DRC_PHB: return bridge(actor, record->drc, comes);
	default: return 0;
	}
}

/* --- users ------------------------------------------------------------------------------------------ */

/*
 * VFIO takes a PE, device by device. Windows and mappings that the user then asks for are his, not
 * the kernel's: from the mark on they are counted with the drivers' calls.
 */
static int take(struct actor *actor, uint64_t buid)
{
	struct tce_predict *p = actor->p;
	const struct tce_phb *phb = phb_of_domain(p, (uint32_t)(buid & 0xffff));
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
	return err != 0 ? err : tce_list_add(&p->predicted, &p->mem, &mark, sizeof(mark));
}

static uint64_t taken_buid(const struct tce_console_record *record)
{
	const struct tce_console_rtas *rtas = &record->u.rtas;

	return record->kind == TCE_CONSOLE_VFIO ? record->u.buid
						: (uint64_t)rtas->args[1] << 32 | rtas->args[2];
}

/* --- acts ------------------------------------------------------------------------------------------- */

static int simple(struct actor *actor, enum tce_event_kind kind)
{
	struct tce_event event = {.kind = kind};

	return step(actor, &event);
}

/* Masks have the kernel set up windows, all else is traffic. */
static int stimulus(struct actor *actor, uint32_t index)
{
	const struct tce_console_record *record = tce_predict_console_at(actor->p, index);
	int err;

	actor->module_acts = record->u.stimulus.kind != TCE_STIMULUS_MASK;
	err = tce_predict_module_call(actor->p, &actor->module, record);
	actor->module_acts = false;
	return err != 0 ? err : actor->err;
}

/* Probes that follow each other are a group, each a block of it. */
static int probe_in_run(struct actor *actor, const struct tce_act *what)
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
	err = probe(actor, found);
	actor->group = 0;
	actor->block = 0;
	actor->told = false;
	return err;
}

static int other_act(struct actor *actor, const struct tce_act *what)
{
	struct tce_predict *p = actor->p;

	switch ((enum tce_act_kind)what->kind) {
	case TCE_ACT_KERNEL: return start_kernel(actor, tce_predict_kernel_at(p, what->kernel));
	case TCE_ACT_STIMULUS: return stimulus(actor, what->index);
	case TCE_ACT_DRC: return drc(actor, &tce_predict_line_at(p, what->index)->record);
	case TCE_ACT_TO_RAM: return pmem(actor, true);
	case TCE_ACT_FROM_RAM: return pmem(actor, false);
	case TCE_ACT_TAKE: return take(actor, taken_buid(tce_predict_console_at(p, what->index)));
	case TCE_ACT_SAVE: return simple(actor, TCE_EV_SAVE);
	default: return simple(actor, TCE_EV_LOAD);
	}
}

static int act(struct actor *actor, const struct tce_act *what)
{
	uint32_t before = actor->p->predicted.nr;
	int err;

	actor->kernel = what->kernel;
	if (what->kind == TCE_ACT_PROBE)
		return probe_in_run(actor, what);
	err = other_act(actor, what);
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
		for (uint32_t j = i; told && j < end; j++)
			predicted_at(p, j)->group = 0;
	}
}

/* --- the machine -------------------------------------------------------------------------------------- */

/* "10.0.13" -> qemu-10.0, when there is such a profile. */
static const struct tce_papr_profile *profile_of(const struct tce_predict *p)
{
	const char *version = p->cmdline.version;
	const struct tce_papr_profile *profile;
	char name[16] = "qemu-";
	size_t n = strlen(name);
	unsigned dots = 0;

	for (size_t i = 0; version[i] != '\0' && n + 1 < sizeof(name); i++) {
		dots += version[i] == '.';
		if (dots == 2)
			break;
		name[n++] = version[i];
	}
	profile = tce_papr_profile_find(name);
	return profile != NULL ? profile : p->opts.machine->machine.papr;
}

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

static int set_up(struct actor *actor)
{
	const struct tce_story *story = actor->p->opts.machine;
	int err = 0;

	for (unsigned i = 0; err == 0 && i < story->nr_steps; i++) {
		struct tce_event event = story->steps[i].event;

		if (event.kind == TCE_EV_PHB_PLUG)
			bridge_options(actor->p, (unsigned)(event.u.phb_plug.papr.buid & 0xffff),
				       &event.u.phb_plug);
		else if (event.kind == TCE_EV_PMEM_PLUG)
			shape_pmem(actor->p, &event.u.pmem_plug);
		err = step(actor, &event);
	}
	return err;
}

static int make_machine(struct tce_predict *p)
{
	struct tce_machine_opts opts = p->opts.machine->machine;
	struct tce_alloc alloc = tce_mem_alloc(&p->mem);
	int err;

	opts.papr = profile_of(p);
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
	struct actor actor = {.p = p};
	int err = make_machine(p);

	if (err != 0)
		return err;
	tce_machine_set_tap(p->machine, tap, &actor);
	err = set_up(&actor);
	for (uint32_t i = 0; err == 0 && i < p->acts.nr && !is_over(p); i++) {
		err = act(&actor, tce_vec_at(&p->acts, i, sizeof(struct tce_act)));
		if (err == 0)
			err = note_tables(&actor);
	}
	tce_machine_set_tap(p->machine, NULL, NULL);
	settle_groups(p);
	return err;
}
