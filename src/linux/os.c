/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Linux half as a machine sees it: attached once, told events, dropped and canonised. Each
 * event goes to the room where its kernel function lives (os.h). A kernel that crashed or hangs
 * does nothing more: events are refused until it is reset, or a crash kernel takes over.
 */
#include "os.h"

#include <string.h>

#include "base/assert.h"
#include "group.h"
#include "machine/canon.h"

#define REF sizeof(struct tce_ref)

struct tce_linux *tce_linux_of(const struct tce_machine *machine)
{
	return tce_machine_os(machine, TCE_OS_LINUX);
}

void tce_linux_oops(struct tce_linux_call *call)
{
	call->lx->crashed = true;
	call->outcome->oops = true;
	call->outcome->err = -TCE_EFAULT;
}

void tce_linux_panic(struct tce_linux_call *call)
{
	tce_linux_oops(call);
	call->outcome->panic = true;
}

int tce_linux_emit(void *ctx, const struct tce_event *event, struct tce_outcome *ret_outcome)
{
	return tce_machine_call(ctx, event, ret_outcome);
}

uint64_t tce_linux_skip(void *ctx, uint64_t liobn, struct tce_ioba ioba, uint64_t entries)
{
	return tce_machine_skip_gets(ctx, liobn, ioba, entries);
}

/* --- devices ------------------------------------------------------------------------------ */

struct tce_linux_dev *tce_linux_dev_at(const struct tce_state *st, const struct tce_linux *lx,
				       uint32_t i)
{
	return i < lx->devs.nr ? tce_state_at(st, *(struct tce_ref *)tce_vec_at(&lx->devs, i, REF))
			       : NULL;
}

static uint32_t position(const struct tce_state *st, const struct tce_linux *lx, uint16_t id)
{
	uint32_t low = 0;
	uint32_t high = lx->devs.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (tce_linux_dev_at(st, lx, mid)->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct tce_linux_dev *tce_linux_dev_find(const struct tce_state *st, const struct tce_linux *lx,
					 uint16_t id)
{
	struct tce_linux_dev *dev = tce_linux_dev_at(st, lx, position(st, lx, id));

	return dev != NULL && dev->id == id ? dev : NULL;
}

int tce_linux_dev_add(struct tce_linux_call *call, uint16_t id, struct tce_linux_dev **ret_dev)
{
	const struct tce_mem *mem = tce_machine_mem(call->machine);
	const struct tce_dev *plugged = tce_dev_find(call->st, id);
	struct tce_linux_dev *dev;
	int err = tce_vec_reserve(&call->lx->devs, mem, REF, 1);

	TCE_ASSERT(plugged != NULL && tce_linux_dev_find(call->st, call->lx, id) == NULL);
	if (err != 0)
		return err;
	dev = tce_mem_new(mem, sizeof(*dev));
	if (dev == NULL)
		return -TCE_ERR_NOMEM;
	dev->id = id;
	dev->group = TCE_NO_GROUP;
	tce_dma_dev_init(&dev->dma);
	dev->dma.vio = plugged->type == TCE_DEV_VIO;
	dev->dma.no_ops = tce_linux_flag(call, TCE_BOOT_IOMMU_OFF) && !dev->dma.vio;
	*(struct tce_ref *)tce_vec_insert(&call->lx->devs, position(call->st, call->lx, id), REF) =
		tce_state_ref(call->st, dev);
	*ret_dev = dev;
	return 0;
}

void tce_linux_dev_forget(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	tce_linux_dev_set_table(call, dev, NULL);
	tce_vec_remove(&call->lx->devs, position(call->st, call->lx, dev->id), 1, REF);
	tce_mem_free(tce_machine_mem(call->machine), dev, sizeof(*dev));
}

/* --- the DMA API's environment ------------------------------------------------------------ */

static int bypass_supported(void *ctx, struct tce_dma_dev *dma, uint64_t mask, bool *ret_ok)
{
	struct tce_linux_call *call = ctx;
	const struct tce_linux_platform *platform = call->lx->platform;

	*ret_ok = false;
	if (platform->bypass_supported == NULL)
		return 0;
	return platform->bypass_supported(call, tce_linux_dev_of(dma), mask, ret_ok);
}

void tce_linux_env_init(struct tce_linux_call *call, unsigned cpu, struct tce_linux_env *ret_env)
{
	struct tce_linux *lx = call->lx;

	memset(ret_env, 0, sizeof(*ret_env));
	ret_env->call = call;
	ret_env->dma.kernel = &lx->kernel;
	ret_env->dma.page_shift = lx->page_shift;
	ret_env->dma.cpu = cpu;
	ret_env->dma.ram_end = lx->ram_end;
	ret_env->dma.novmerge = tce_linux_flag(call, TCE_BOOT_NOVMERGE);
	ret_env->dma.kdump = lx->kdump;
	ret_env->dma.bypass_supported = bypass_supported;
	ret_env->dma.bypass_ctx = call;
	lx->platform->env(call, ret_env);
}

/* --- events ------------------------------------------------------------------------------- */

static int dispatch(struct tce_linux_call *call, const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_BOOT: return tce_linux_boot(call);
	case TCE_EV_KEXEC: return tce_linux_kexec(call, &event->u.boot);
	case TCE_EV_REBOOT: return 0; /* RESET, drop and BOOT follow */
	case TCE_EV_PROBE: return tce_linux_probe(call, &event->u.probe);
	case TCE_EV_UNBIND: return tce_linux_unbind(call, event->u.id.id);
	case TCE_EV_SET_MASK: return tce_linux_set_mask(call, &event->u.set_mask);
	case TCE_EV_REQUIRED_MASK: return tce_linux_required_mask(call, event->u.id.id);
	case TCE_EV_MAP: return tce_linux_map(call, &event->u.map);
	case TCE_EV_UNMAP: return tce_linux_unmap(call, event->u.id.id);
	case TCE_EV_UNMAP_RAW: return tce_linux_unmap_raw(call, &event->u.unmap_raw);
	case TCE_EV_MEMORY_ONLINE: return tce_linux_memory_online(call, &event->u.memory);
	case TCE_EV_MEMORY_OFFLINE: return tce_linux_memory_offline(call, &event->u.memory);
	case TCE_EV_PMEM_TO_RAM: return tce_linux_pmem_to_ram(call, event->u.id.id);
	case TCE_EV_PMEM_FROM_RAM: return tce_linux_pmem_from_ram(call, event->u.id.id);
	case TCE_EV_DEVICE_ADD: return tce_linux_device_add(call, event->u.id.id);
	case TCE_EV_DEVICE_REMOVE: return tce_linux_device_remove(call, event->u.id.id);
	case TCE_EV_PHB_ADD: return tce_linux_phb_add(call, event->u.id.id);
	case TCE_EV_PHB_REMOVE: return tce_linux_phb_remove(call, event->u.id.id);
	case TCE_EV_EEH: return tce_linux_eeh(call, &event->u.eeh);
	default: return -TCE_ERR_UNSUPPORTED;
	}
}

/* What only a living kernel does. A crash kernel starts because the first one is dead. */
static bool needs_a_kernel(const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_BOOT:
	case TCE_EV_REBOOT: return false;
	case TCE_EV_KEXEC: return (event->u.boot.flags & TCE_BOOT_KDUMP) == 0;
	default: return true;
	}
}

static int answer(struct tce_machine *machine, const struct tce_event *event,
		  struct tce_outcome *outcome)
{
	struct tce_linux_call call = {.machine = machine,
				      .st = tce_machine_state(machine),
				      .lx = tce_linux_of(machine),
				      .outcome = outcome};
	int err;

	if (call.lx->crashed && needs_a_kernel(event))
		return -TCE_ERR_STATE;
	err = dispatch(&call, event);
	if (err == 0 && outcome->no_progress) {
		call.lx->crashed = true;
		outcome->err = -TCE_ETIMEDOUT;
	}
	return err;
}

/* An unplug that would take away what the kernel has not given up. */
static bool uses(const struct tce_machine *machine, const struct tce_event *event)
{
	const struct tce_linux *lx = tce_linux_of(machine);
	const struct tce_state *st = tce_machine_state(machine);

	switch (event->kind) {
	case TCE_EV_DEVICE_UNPLUG: return tce_linux_dev_find(st, lx, event->u.id.id) != NULL;
	case TCE_EV_PHB_UNPLUG: return tce_linux_knows_phb(lx, event->u.id.id);
	default: return false;
	}
}

static void drop(struct tce_machine *machine)
{
	struct tce_linux *lx = tce_linux_of(machine);
	struct tce_state *st = tce_machine_state(machine);
	const struct tce_linux_platform *platform = lx->platform;
	struct tce_linux_dev *dev;

	tce_groups_drop(st, lx);
	for (uint32_t i = 0; (dev = tce_linux_dev_at(st, lx, i)) != NULL; i++)
		tce_mem_free(&st->mem, dev, sizeof(*dev));
	tce_vec_fini(&lx->devs, &st->mem, REF);
	tce_vec_fini(&lx->phbs, &st->mem, sizeof(uint16_t));
	tce_vec_fini(&lx->ram, &st->mem, sizeof(struct tce_ram));
	if (platform->drop != NULL)
		platform->drop(st, lx);
	memset(lx, 0, sizeof(*lx) + platform->state_size);
	lx->platform = platform;
}

/* --- the stream --------------------------------------------------------------------------- */

static void dev_canon(const struct tce_state *st, const struct tce_linux *lx, uint16_t id,
		      struct tce_canon *canon)
{
	const struct tce_linux_dev *dev = tce_linux_dev_find(st, lx, id);
	const struct tce_dma_dev *dma;

	tce_canon_u8(canon, dev != NULL);
	if (dev == NULL)
		return;
	dma = &dev->dma;
	tce_canon_u8(canon, (uint8_t)(dev->bound | dev->grouped << 1 | dma->ops_bypass << 2 |
				      dma->no_ops << 3 | (dev->group != TCE_NO_GROUP) << 4 |
				      dev->users << 5));
	tce_canon_u64(canon, dma->dma_mask);
	tce_canon_u64(canon, dma->coherent_mask);
	tce_canon_u64(canon, dma->seg_boundary);
	tce_canon_u32(canon, dma->max_seg);
	tce_canon_u64(canon, dma->dma_offset);
	tce_canon_u64(canon, dma->bus_dma_limit);
	tce_linux_dev_table_canon(st, lx, dev, canon);
}

static void ram_canon(const struct tce_linux *lx, struct tce_canon *canon)
{
	tce_canon_u32(canon, lx->ram.nr);
	for (uint32_t i = 0; i < lx->ram.nr; i++) {
		const struct tce_ram *ram = tce_vec_at(&lx->ram, i, sizeof(*ram));

		tce_canon_u64(canon, ram->addr);
		tce_canon_u64(canon, ram->size);
	}
	tce_canon_u64(canon, lx->ram_end);
}

static void phbs_canon(const struct tce_state *st, const struct tce_linux *lx,
		       struct tce_canon *canon)
{
	for (uint32_t i = 0; i < tce_nr_phbs(st); i++) {
		uint16_t id = tce_canon_order(canon, TCE_CANON_PHB, i, tce_phb_at(st, i)->id);

		tce_canon_u8(canon, tce_linux_knows_phb(lx, id));
	}
}

/* Profile and command line are in the machine's own stream. */
static void canon(const struct tce_state *st, const void *os, struct tce_canon *sink)
{
	const struct tce_linux *lx = os;

	tce_canon_u8(sink, (uint8_t)(lx->running | lx->crashed << 1 | lx->kdump << 2));
	if (!lx->running)
		return;
	for (uint32_t i = 0; i < tce_nr_devs(st); i++) {
		uint16_t id = tce_canon_order(sink, TCE_CANON_DEV, i, tce_dev_at(st, i)->id);

		dev_canon(st, lx, id, sink);
	}
	phbs_canon(st, lx, sink);
	ram_canon(lx, sink);
	lx->platform->canon(st, lx, sink);
}

/* --- attaching ---------------------------------------------------------------------------- */

static const struct tce_os_ops linux_ops = {
	.name = "linux",
	.event = answer,
	.uses = uses,
	.drop = drop,
	.canon = canon,
};

static const struct tce_linux_platform *platform_of(const struct tce_machine *machine)
{
	return machine->opts.platform == TCE_PSERIES ? &tce_linux_pseries : &tce_linux_powernv;
}

const struct tce_linux *tce_linux_running(const struct tce_machine *machine)
{
	const struct tce_linux *lx = tce_linux_of(machine);

	return machine->st->os[TCE_OS_LINUX].ops == &linux_ops && lx->running ? lx : NULL;
}

int tce_linux_attach(struct tce_machine *machine)
{
	const struct tce_linux_platform *platform = platform_of(machine);
	struct tce_linux *lx;
	void *state;
	int err;

	err = tce_machine_attach(machine, TCE_OS_LINUX, &linux_ops,
				 sizeof(struct tce_linux) + platform->state_size, &state);
	if (err != 0)
		return err;
	lx = state;
	lx->platform = platform;
	return 0;
}
