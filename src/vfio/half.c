/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VFIO half as a machine sees it: attached once, told events, dropped and written as a stream.
 * It belongs to the kernel of the Linux half and dies with it.
 */
#include <string.h>

#include "base/assert.h"
#include "machine/canon.h"
#include "vfio.h"

#define REF sizeof(struct tce_ref)
#define KEY sizeof(uint32_t)

static struct tce_vfio *vfio_of(const struct tce_machine *machine)
{
	return tce_machine_os(machine, TCE_OS_VFIO);
}

/* --- containers by name ------------------------------------------------------------------- */

struct tce_vfio_container *tce_vfio_container_at(const struct tce_state *st,
						 const struct tce_vfio *vf, uint32_t i)
{
	return i < vf->containers.nr
		       ? tce_state_at(st, *(struct tce_ref *)tce_vec_at(&vf->containers, i, REF))
		       : NULL;
}

struct tce_vfio_container *tce_vfio_container_find(const struct tce_vfio_call *call, uint16_t slot)
{
	struct tce_vfio_container *container;

	for (uint32_t i = 0; (container = tce_vfio_container_at(call->lc.st, call->vf, i)) != NULL;
	     i++) {
		if (container->slot == slot && container->fd_open)
			return container;
	}
	return NULL;
}

static void container_free(const struct tce_state *st, struct tce_vfio_container *container)
{
	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++)
		tce_vfio_view_fini(st, &container->view[i]);
	tce_vec_fini(&container->attached, &st->mem, KEY);
	tce_vec_fini(&container->groups, &st->mem, KEY);
	tce_vec_fini(&container->prereg, &st->mem, REF);
	tce_mem_free(&st->mem, container, sizeof(*container));
}

void tce_vfio_container_forget(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	uint32_t i = 0;

	TCE_ASSERT(!container->fd_open && container->attached.nr == 0 && !container->has_driver);
	while (tce_vfio_container_at(call->lc.st, call->vf, i) != container)
		i++;
	tce_vec_remove(&call->vf->containers, i, 1, REF);
	container_free(call->lc.st, container);
}

static int open_container(struct tce_vfio_call *call)
{
	struct tce_vfio_container *container;
	int err;

	if (call->ev->container == TCE_NO_ID)
		return -TCE_ERR_INVAL;
	if (tce_vfio_container_find(call, call->ev->container) != NULL)
		return -TCE_ERR_EXISTS;
	err = tce_vec_reserve(&call->vf->containers, tce_vfio_mem(call), REF, 1);
	if (err != 0)
		return err;
	container = tce_mem_new(tce_vfio_mem(call), sizeof(*container));
	if (container == NULL)
		return -TCE_ERR_NOMEM;
	container->slot = call->ev->container;
	container->process = call->ev->process;
	container->fd_open = true;
	*(struct tce_ref *)tce_vec_insert(&call->vf->containers, call->vf->containers.nr, REF) =
		tce_state_ref(call->lc.st, container);
	return tce_vfio_answer(call, 0);
}

/* --- events ------------------------------------------------------------------------------- */

static int limit(struct tce_vfio_call *call)
{
	if (call->ev->op == TCE_VFIO_RLIMIT)
		call->process->memlock = call->ev->size;
	else
		call->process->no_ipc_lock = call->ev->number == 0;
	return tce_vfio_answer(call, 0);
}

static int dispatch(struct tce_vfio_call *call)
{
	switch (call->ev->op) {
	case TCE_VFIO_OPEN_CONTAINER: return open_container(call);
	case TCE_VFIO_OPEN_GROUP:
	case TCE_VFIO_CLOSE_GROUP:
	case TCE_VFIO_GROUP_STATUS:
	case TCE_VFIO_SET_CONTAINER:
	case TCE_VFIO_UNSET_CONTAINER:
	case TCE_VFIO_GET_DEVICE:
	case TCE_VFIO_CLOSE_DEVICE:
	case TCE_VFIO_BIND:
	case TCE_VFIO_UNBIND: return tce_vfio_group_call(call);
	case TCE_VFIO_EXIT: return tce_vfio_exit(call);
	case TCE_VFIO_MMAP: return tce_vfio_mmap(call);
	case TCE_VFIO_RLIMIT:
	case TCE_VFIO_CAP: return limit(call);
	default: return tce_vfio_container_call(call);
	}
}

/* A child has an address space of its own, for the time of its call. */
static int make_call(struct tce_vfio_call *call)
{
	uint32_t nr_processes = call->vf->processes.nr;
	struct tce_vfio_mm *child = NULL;
	bool leaks;
	int err = tce_vfio_process_get(call, call->ev->process, &call->process);

	if (err == 0 && call->ev->from_child)
		err = tce_vfio_mm_new(call, &child);
	if (err != 0)
		return err;
	call->mm = child != NULL ? child : tce_vfio_at(call, call->process->mm);
	err = dispatch(call);
	if (err == -TCE_ERR_NOMEM)
		return err;
	tce_vfio_mm_put(call->lc.st, child);
	if (err != 0 && call->vf->processes.nr > nr_processes) /* it cannot be: nobody made it */
		tce_vfio_process_end(call, call->process, &leaks);
	return err;
}

static void tell_outcome(struct tce_vfio_call *call)
{
	struct tce_outcome *outcome = call->lc.outcome;
	const struct tce_vfio_mm *mm =
		call->process == NULL ? NULL : tce_vfio_at(call, call->process->mm);

	if (mm != NULL)
		outcome->locked = mm->locked << tce_vfio_page_shift(call);
	if (outcome->oops)
		return;
	if (outcome->no_progress) {
		call->lc.lx->crashed = true;
		outcome->err = -TCE_ETIMEDOUT;
		return;
	}
	outcome->err = call->ret < 0 ? (int)call->ret : 0;
	outcome->ret = call->ret < 0 ? 0 : call->ret;
}

static struct tce_vfio_call call_of(struct tce_machine *machine, const struct tce_ev_vfio *ev,
				    struct tce_outcome *outcome)
{
	return (struct tce_vfio_call){.lc = {.machine = machine,
					     .st = tce_machine_state(machine),
					     .lx = tce_linux_of(machine),
					     .outcome = outcome},
				      .vf = vfio_of(machine),
				      .ev = ev};
}

static int vfio_event(struct tce_machine *machine, const struct tce_ev_vfio *ev,
		      struct tce_outcome *outcome)
{
	struct tce_vfio_call call = call_of(machine, ev, outcome);
	int err;

	if (call.lc.lx->crashed)
		return -TCE_ERR_STATE;
	if (call.lc.lx->platform->group_ops == NULL)
		return -TCE_ERR_UNSUPPORTED;
	err = make_call(&call);
	if (err == 0)
		tell_outcome(&call);
	return err;
}

/* As if it were unbound; EBUSY where the kernel waits for its user. */
static int device_remove(struct tce_machine *machine, uint16_t id, struct tce_outcome *outcome)
{
	struct tce_ev_vfio ev = {.op = TCE_VFIO_UNBIND, .group = id};
	struct tce_vfio_call call = call_of(machine, &ev, outcome);
	const struct tce_linux_dev *dev = tce_linux_dev_find(call.lc.st, call.lc.lx, id);
	const struct tce_vfio_group *group;
	int err;

	if (dev == NULL || !dev->users || call.lc.lx->crashed)
		return 0;
	group = tce_vfio_group_find(call.vf, dev->group);
	ev.process = group == NULL ? 0 : group->process;
	err = make_call(&call);
	outcome->err = call.ret < 0 ? (int)call.ret : 0;
	return err;
}

/* Shutting down ends every process, before the kernel goes. */
static int end_all(struct tce_machine *machine, struct tce_outcome *outcome)
{
	struct tce_vfio *vf = vfio_of(machine);
	struct tce_state *st = tce_machine_state(machine);
	struct tce_ev_vfio ev = {.op = TCE_VFIO_EXIT};
	int err = 0;

	while (err == 0 && vf->processes.nr != 0 && !tce_linux_of(machine)->crashed) {
		const struct tce_vfio_process *process =
			tce_state_at(st, *(struct tce_ref *)tce_vec_at(&vf->processes, 0, REF));

		ev.process = process->number;
		err = vfio_event(machine, &ev, outcome);
	}
	return err;
}

static int answer(struct tce_machine *machine, const struct tce_event *event,
		  struct tce_outcome *outcome)
{
	switch (event->kind) {
	case TCE_EV_BOOT: vfio_of(machine)->running = true; return 0;
	case TCE_EV_REBOOT: return end_all(machine, outcome);
	case TCE_EV_DEVICE_REMOVE: return device_remove(machine, event->u.id.id, outcome);
	case TCE_EV_VFIO: return vfio_event(machine, &event->u.vfio, outcome);
	default: return -TCE_ERR_UNSUPPORTED;
	}
}

/* A device that is bound to vfio-pci is in use. */
static bool uses(const struct tce_machine *machine, const struct tce_event *event)
{
	const struct tce_linux_dev *dev;

	if (event->kind != TCE_EV_DEVICE_UNPLUG)
		return false;
	dev = tce_linux_dev_find(tce_machine_state(machine), tce_linux_of(machine), event->u.id.id);
	return dev != NULL && dev->users;
}

/* --- drop --------------------------------------------------------------------------------- */

/* Tables of containers that no group has: the Linux half's drop frees those of groups. */
static void tables_drop(const struct tce_state *st, struct tce_vfio_container *container)
{
	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		struct tce_iommu_table *tbl = tce_state_at(st, container->table[i]);

		if (tbl != NULL && !container->borrowed[i])
			tce_iommu_tce_table_put(tbl);
		container->table[i].grain = 0;
	}
}

static void processes_drop(const struct tce_state *st, struct tce_vfio *vf)
{
	for (uint32_t i = 0; i < vf->processes.nr; i++) {
		struct tce_vfio_process *process =
			tce_state_at(st, *(struct tce_ref *)tce_vec_at(&vf->processes, i, REF));

		tce_vfio_mm_put(st, tce_state_at(st, process->mm));
		tce_vfio_process_free(st, process);
	}
	tce_vec_fini(&vf->processes, &st->mem, REF);
}

static void drop(struct tce_machine *machine)
{
	struct tce_vfio *vf = vfio_of(machine);
	const struct tce_state *st = tce_machine_state(machine);
	const struct tce_vfio_client *client = vf->client;
	struct tce_vfio_container *container;

	for (uint32_t i = 0; (container = tce_vfio_container_at(st, vf, i)) != NULL; i++) {
		tables_drop(st, container);
		tce_vfio_mm_put(st, tce_state_at(st, container->mm));
		container_free(st, container);
	}
	tce_vec_fini(&vf->containers, &st->mem, REF);
	processes_drop(st, vf);
	tce_vec_fini(&vf->groups, &st->mem, sizeof(struct tce_vfio_group));
	memset(vf, 0, sizeof(*vf));
	vf->client = client;
}

/* --- the stream --------------------------------------------------------------------------- */

static void keys_canon(const struct tce_vec *keys, struct tce_canon *sink)
{
	tce_canon_u32(sink, keys->nr);
	for (uint32_t i = 0; i < keys->nr; i++)
		tce_canon_u32(sink, *(uint32_t *)tce_vec_at(keys, i, KEY));
}

static void region_canon(const struct tce_vfio_region *region, struct tce_canon *sink)
{
	tce_canon_u64(sink, region->ua);
	tce_canon_u64(sink, region->entries);
	tce_canon_u64(sink, region->used);
	tce_canon_u64(sink, region->mapped);
	tce_canon_u32(sink, region->page_shift);
	tce_canon_u32(sink, region->runs.nr);
	for (uint32_t i = 0; i < region->runs.nr; i++) {
		const struct tce_vfio_run *run = tce_vec_at(&region->runs, i, sizeof(*run));

		tce_canon_u64(sink, run->first);
		tce_canon_u64(sink, run->ra);
		tce_canon_u32(sink, run->block_shift);
	}
}

/* An address space, under the number of its first appearance. */
static void mm_canon(const struct tce_state *st, const struct tce_vfio_mm *mm,
		     struct tce_canon *sink)
{
	tce_canon_u8(sink, mm != NULL);
	if (mm == NULL)
		return;
	tce_canon_u64(sink, mm->locked);
	tce_canon_u32(sink, mm->refs);
	tce_canon_u32(sink, mm->regions.nr);
	for (uint32_t i = 0; i < mm->regions.nr; i++)
		region_canon(tce_state_at(st, *(struct tce_ref *)tce_vec_at(&mm->regions, i, REF)),
			     sink);
}

static void process_canon(const struct tce_state *st, const struct tce_vfio_process *process,
			  struct tce_canon *sink)
{
	tce_canon_u32(sink, process->number);
	tce_canon_u64(sink, process->memlock);
	tce_canon_u8(sink, (uint8_t)(process->no_ipc_lock | process->has_vmas << 1));
	tce_canon_u32(sink, process->vmas.nr);
	for (uint32_t i = 0; i < process->vmas.nr; i++) {
		const struct tce_vfio_vma *vma = tce_vec_at(&process->vmas, i, sizeof(*vma));

		tce_canon_u64(sink, vma->vaddr);
		tce_canon_u64(sink, vma->size);
		tce_canon_u64(sink, vma->ra);
		tce_canon_u32(sink, (uint32_t)vma->prot | (uint32_t)vma->huge_shift << 8 |
					    (uint32_t)vma->block_shift << 16);
	}
	mm_canon(st, tce_state_at(st, process->mm), sink);
}

/* Whose address space: a process's, by its number, or a child's that is gone. */
static void owner_canon(const struct tce_state *st, const struct tce_vfio *vf,
			const struct tce_vfio_container *container, struct tce_canon *sink)
{
	for (uint32_t i = 0; i < vf->processes.nr; i++) {
		const struct tce_vfio_process *process =
			tce_state_at(st, *(struct tce_ref *)tce_vec_at(&vf->processes, i, REF));

		if (process->mm.grain == container->mm.grain) {
			tce_canon_u8(sink, 1);
			tce_canon_u32(sink, process->number);
			return;
		}
	}
	tce_canon_u8(sink, 0);
	mm_canon(st, tce_state_at(st, container->mm), sink);
}

static void view_canon(const struct tce_state *st, const struct tce_iommu_table *tbl,
		       const struct tce_vfio_view *view, struct tce_canon *sink)
{
	uint64_t entry = 0;

	tce_linux_table_canon(tbl, sink);
	while (tbl != NULL && (entry = tce_vfio_view_peek_next(st, view, entry)) != UINT64_MAX) {
		tce_canon_u8(sink, 1);
		tce_canon_bus(sink, (tbl->offset + entry) << tbl->page_shift);
		tce_canon_u64(sink, tce_vfio_view_peek(st, view, entry));
		entry++;
	}
	tce_canon_u8(sink, 0);
}

static void container_canon(const struct tce_state *st, const struct tce_vfio *vf,
			    const struct tce_vfio_container *container, struct tce_canon *sink)
{
	tce_canon_id(sink, TCE_CANON_CONTAINER, container->slot);
	tce_canon_u32(sink, container->process);
	tce_canon_u8(sink, (uint8_t)(container->fd_open | container->has_driver << 1 |
				     container->v2 << 2 | container->enabled << 3 |
				     container->def_window_pending << 4 | container->stuck << 5));
	tce_canon_u64(sink, container->locked_pages);
	tce_canon_u64(sink, container->pinned);
	keys_canon(&container->attached, sink);
	keys_canon(&container->groups, sink);
	owner_canon(st, vf, container, sink);
	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		tce_canon_u8(sink, (uint8_t)(container->no_view[i] | container->borrowed[i] << 1));
		view_canon(st, tce_state_at(st, container->table[i]), &container->view[i], sink);
	}
	tce_canon_u32(sink, container->prereg.nr);
	for (uint32_t i = 0; i < container->prereg.nr; i++) {
		const struct tce_vfio_region *region =
			tce_state_at(st, *(struct tce_ref *)tce_vec_at(&container->prereg, i, REF));

		tce_canon_u64(sink, region->ua);
	}
}

static void group_canon(const struct tce_state *st, const struct tce_vfio_group *group,
			struct tce_canon *sink)
{
	const struct tce_vfio_container *container = tce_state_at(st, group->container);

	tce_canon_u32(sink, group->key);
	tce_canon_u32(sink, group->process);
	tce_canon_u8(sink, (uint8_t)(group->fd_open | group->resetting << 1 | group->owned << 2 |
				     (container != NULL) << 3 | group->dead << 4));
	tce_canon_u32(sink, group->devices);
	if (container != NULL)
		tce_canon_id(sink, TCE_CANON_CONTAINER, container->slot);
}

static void canon(const struct tce_state *st, const void *os, struct tce_canon *sink)
{
	const struct tce_vfio *vf = os;
	const struct tce_vfio_container *container;

	tce_canon_u8(sink, vf->running);
	tce_canon_u64(sink, vf->leaked_views);
	tce_canon_u32(sink, vf->processes.nr);
	for (uint32_t i = 0; i < vf->processes.nr; i++)
		process_canon(
			st, tce_state_at(st, *(struct tce_ref *)tce_vec_at(&vf->processes, i, REF)),
			sink);
	tce_canon_u32(sink, vf->containers.nr);
	for (uint32_t i = 0; (container = tce_vfio_container_at(st, vf, i)) != NULL; i++)
		container_canon(st, vf, container, sink);
	tce_canon_u32(sink, vf->groups.nr);
	for (uint32_t i = 0; i < vf->groups.nr; i++)
		group_canon(st, tce_vec_at(&vf->groups, i, sizeof(struct tce_vfio_group)), sink);
}

/* --- attaching ---------------------------------------------------------------------------- */

static const struct tce_os_ops vfio_ops = {
	.name = "vfio",
	.event = answer,
	.uses = uses,
	.drop = drop,
	.canon = canon,
};

int tce_vfio_attach(struct tce_machine *machine)
{
	void *state;

	if (tce_linux_of(machine) == NULL)
		return -TCE_ERR_STATE;
	return tce_machine_attach(machine, TCE_OS_VFIO, &vfio_ops, sizeof(struct tce_vfio), &state);
}

int tce_vfio_set_client(struct tce_machine *machine, const struct tce_vfio_client *client)
{
	struct tce_vfio *vf = vfio_of(machine);

	if (vf == NULL)
		return -TCE_ERR_STATE;
	vf->client = client;
	return 0;
}
