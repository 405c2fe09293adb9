/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random lives of powernv machines under a kernel without defects: drivers, hotplug, users that
 * take PEs through VFIO, crash kernels, races and failing allocations. Every rule holds after every
 * event; a live mapping leads to its buffer.
 */
#include <stdio.h>

#include <tce/linux.h>
#include <tce/vfio.h>

#include "linux/group.h"
#include "machine/machine.h"
#include "prop_life.h"
#include "testing.h"

#define NR_DEVS 4
#define NR_MAPS 6

static const char *const machines[] = {
	/* a function, one alone with a PE of its own, two behind a bridge */
	"machine powernv9 ram=1G\nphb name=phb0\nphb name=phb1\n"
	"device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 subordinate-bus=2\n"
	"device 0000:01:00.0 phb=phb0 name=d0 parent=port\n"
	"device 0001:01:00.0 phb=phb1 name=d1 own-pe=yes\n"
	"device 0000:01:01.0 phb=phb0 name=br parent=port type=pci-bridge secondary-bus=2 "
	"subordinate-bus=2\n"
	"device 0000:02:01.0 phb=phb0 name=d2 parent=br\n"
	"device 0000:02:02.0 phb=phb0 name=d3 parent=br\n"
	"boot kernel=fixed\n",
	/* PHB3, where masks between 32 and 60 bits get a table of their own */
	"machine powernv8 ram=1G\nphb name=phb0\nphb name=phb1\nphb name=phb2\n"
	"device 0000:00:00.0 phb=phb0 name=p0 type=root-port secondary-bus=1 subordinate-bus=1\n"
	"device 0001:00:00.0 phb=phb1 name=p1 type=root-port secondary-bus=1 subordinate-bus=1\n"
	"device 0000:01:00.0 phb=phb0 name=d0 parent=p0\n"
	"device 0001:01:00.0 phb=phb1 name=d1 parent=p1\n"
	"device 0001:01:00.1 phb=phb1 name=d2 parent=p1\n"
	"device 0002:01:00.0 phb=phb2 name=d3 own-pe=yes\n"
	"boot kernel=fixed\n",
	/* 4K pages; 64-bit MMIO; virtual functions */
	"machine powernv10 ram=1G\nphb name=phb0 big=yes\n"
	"device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 subordinate-bus=2\n"
	"device 0000:01:00.0 phb=phb0 name=d0 parent=port m64-first=2 m64-count=2\n"
	"device 0000:01:10.0 phb=phb0 name=d1 parent=d0 type=vf\n"
	"device 0000:01:10.1 phb=phb0 name=d2 parent=d0 type=vf\n"
	"device 0000:01:01.0 phb=phb0 name=sw parent=port type=root-port secondary-bus=2 "
	"subordinate-bus=2\n"
	"device 0000:02:00.0 phb=phb0 name=d3 parent=sw m64-first=4 m64-count=1\n"
	"boot kernel=fixed page=4K\n",
};

#define NR_MACHINES (sizeof(machines) / sizeof(machines[0]))

enum op {
	OP_PROBE,
	OP_UNBIND,
	OP_MASK,
	OP_REQUIRED,
	OP_MAP,
	OP_SG,
	OP_UNMAP,
	OP_DMA,
	OP_HOTPLUG,
	OP_FAIL,
	OP_USER,
	OP_WINDOW,
	OP_LIFE,
	NR_OPS
};

static const uint8_t weight[NR_OPS] = {
	[OP_PROBE] = 8, [OP_UNBIND] = 4, [OP_MASK] = 4, [OP_REQUIRED] = 1, [OP_MAP] = 10,
	[OP_SG] = 3,    [OP_UNMAP] = 6,  [OP_DMA] = 6,  [OP_HOTPLUG] = 5,  [OP_FAIL] = 2,
	[OP_USER] = 16, [OP_WINDOW] = 6, [OP_LIFE] = 1,
};

/* --- statements ------------------------------------------------------------------------------- */

static void map_text(const struct prop_op *op, char *text, size_t n)
{
	static const char *const addrs[] = {"0x100000", "0x230000", "0x8000000", "0x10000000"};
	static const char *const lens[] = {"4K", "64K", "100", "2M", "300000"};
	unsigned dev = (unsigned)op->arg[0] % NR_DEVS;
	unsigned map = (unsigned)op->arg[3] % NR_MAPS;

	if (op->kind == OP_SG)
		snprintf(text, n, "map d%u sg sg=%s+%s,0x500000+64K as=@%u", dev,
			 addrs[op->arg[1] % 4], lens[op->arg[2] % 5], map);
	else
		snprintf(text, n, "map d%u %s addr=%s len=%s as=@%u", dev,
			 op->arg[2] % 2 == 0 ? "single" : "coherent", addrs[op->arg[1] % 4],
			 lens[op->arg[2] / 2 % 5], map);
}

/* A user's way to a PE and back, in any order. */
static void user_text(const struct prop_op *op, char *text, size_t n)
{
	unsigned dev = (unsigned)op->arg[0] % NR_DEVS;
	unsigned c = 1 + (unsigned)op->arg[1] % 2;

	switch (op->arg[2] % 9) {
	case 0: snprintf(text, n, "vfio bind group=d%u", dev); break;
	case 1: snprintf(text, n, "vfio unbind group=d%u", dev); break;
	case 2: snprintf(text, n, "vfio open-container c%u", c); break;
	case 3: snprintf(text, n, "vfio open-group group=d%u", dev); break;
	case 4: snprintf(text, n, "vfio set-container c%u group=d%u", c, dev); break;
	case 5: snprintf(text, n, "vfio set-iommu c%u number=7", c); break;
	case 6: snprintf(text, n, "vfio unset-container group=d%u", dev); break;
	case 7: snprintf(text, n, "vfio close-group group=d%u", dev); break;
	default: snprintf(text, n, "vfio close-container c%u", c); break;
	}
}

static void window_text(const struct prop_op *op, char *text, size_t n)
{
	unsigned c = 1 + (unsigned)op->arg[1] % 2;

	switch (op->arg[2] % 3) {
	case 0:
		snprintf(text, n, "vfio create c%u page-shift=%u size=%s levels=%u", c,
			 op->arg[0] % 2 == 0 ? 12 : 16, op->arg[3] % 2 == 0 ? "64M" : "1G",
			 1 + (unsigned)op->arg[3] / 2 % 3);
		break;
	case 1:
		snprintf(text, n, "vfio remove c%u start=%s", c,
			 op->arg[0] % 2 == 0 ? "0" : "0x800000000000000");
		break;
	default: snprintf(text, n, "vfio get-info c%u", c); break;
	}
}

static void life_text(const struct prop_op *op, char *text, size_t n)
{
	static const char *const lives[] = {"reboot", "kexec kernel=fixed",
					    "kexec kernel=fixed kdump=yes crash-mem=384M"};

	snprintf(text, n, "%s", lives[op->arg[0] % 3]);
}

static void statement(const struct prop_op *op, char *text, size_t n)
{
	static const unsigned masks[] = {64, 32, 48, 40};
	unsigned dev = (unsigned)op->arg[0] % NR_DEVS;

	switch ((enum op)op->kind) {
	case OP_PROBE:
		snprintf(text, n, "probe d%u streaming-mask=%u coherent-mask=%u%s", dev,
			 masks[op->arg[1] % 4], masks[op->arg[2] % 4],
			 op->arg[3] % 2 == 0 ? "" : " coherent-first=yes");
		break;
	case OP_UNBIND: snprintf(text, n, "unbind d%u", dev); break;
	case OP_MASK:
		snprintf(text, n, "set-mask d%u mask=%u%s%s", dev, masks[op->arg[1] % 4],
			 op->arg[2] % 3 != 0 ? " streaming=yes" : "",
			 op->arg[2] % 3 != 1 ? " coherent=yes" : "");
		break;
	case OP_REQUIRED: snprintf(text, n, "required-mask d%u", dev); break;
	case OP_MAP:
	case OP_SG: map_text(op, text, n); break;
	case OP_UNMAP: snprintf(text, n, "unmap @%u", (unsigned)op->arg[0] % NR_MAPS); break;
	case OP_DMA:
		snprintf(text, n, "dma d%u read @%u", dev, (unsigned)op->arg[1] % NR_MAPS);
		break;
	case OP_HOTPLUG:
		snprintf(text, n, "device-%s d%u", op->arg[1] % 2 == 0 ? "add" : "remove", dev);
		break;
	case OP_FAIL:
		snprintf(text, n, "fail %s nth=%u", op->arg[0] % 2 == 0 ? "race" : "alloc",
			 1 + (unsigned)op->arg[1] % 4);
		break;
	case OP_USER: user_text(op, text, n); break;
	case OP_WINDOW: window_text(op, text, n); break;
	default: life_text(op, text, n); break;
	}
}

/* --- what is possible ------------------------------------------------------------------------- */

/* A device does what its driver told it, while the driver is there. */
static bool is_honest(const struct tce_machine *m, const struct tce_event *event)
{
	const struct tce_mapping *map = tce_mapping_find(m->st, event->u.dma.map);
	const struct tce_linux_dev *dev;

	if (map == NULL || map->state != TCE_MAP_LIVE || map->dev != event->u.dma.dev ||
	    map->dir != TCE_DIR_BIDIRECTIONAL)
		return false;
	dev = tce_linux_dev_find(m->st, tce_linux_of(m), map->dev);
	return dev != NULL && dev->bound;
}

static bool has_mappings(const struct tce_machine *m, uint16_t dev)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(m->st, i)) != NULL; i++) {
		if (map->dev == dev && map->state == TCE_MAP_LIVE)
			return true;
	}
	return false;
}

/* Whoever removes a device takes it from its user first. */
static bool is_a_users(const struct tce_machine *m, uint16_t id)
{
	const struct tce_linux *lx = tce_linux_of(m);
	const struct tce_linux_dev *dev = tce_linux_dev_find(m->st, lx, id);

	return dev != NULL && dev->group != TCE_NO_GROUP &&
	       tce_group_find(m->st, lx, dev->group)->owned;
}

/* Drivers map memory when they are bound, and ask for masks before they map. */
static bool is_sane(const struct tce_machine *m, const struct tce_event *event)
{
	const struct tce_linux *lx = tce_linux_of(m);
	const struct tce_linux_dev *dev;

	switch (event->kind) {
	case TCE_EV_DMA: return is_honest(m, event);
	case TCE_EV_MAP:
		dev = tce_linux_dev_find(m->st, lx, event->u.map.dev);
		return dev != NULL && dev->bound;
	case TCE_EV_SET_MASK:
		dev = tce_linux_dev_find(m->st, lx, event->u.set_mask.dev);
		return dev != NULL && dev->bound && !has_mappings(m, dev->id);
	case TCE_EV_DEVICE_REMOVE: return !is_a_users(m, event->u.id.id);
	case TCE_EV_REQUIRED_MASK: return !has_mappings(m, event->u.id.id);
	default: return true;
	}
}

/* A copy is the same machine, by content and by fingerprint. */
static bool clones_well(const struct tce_machine *m)
{
	struct tce_machine *clone;
	bool same;

	assert_int_equal(tce_machine_clone(m, &clone), 0);
	same = tce_machine_equal(m, clone) && tce_machine_hash(m) == tce_machine_hash(clone);
	tce_machine_free(clone);
	return same;
}

static bool is_wrong(const struct tce_machine *m, unsigned step, const struct tce_event *event,
		     const struct tce_outcome *outcome, char *text, size_t n)
{
	if (event->kind == TCE_EV_DMA && outcome->dma.result != TCE_DMA_OK) {
		snprintf(text, n, "a live mapping faults: %s", tce_ioda_fault_text(outcome->fault));
		return true;
	}
	if (step % 16 == 0 && !clones_well(m)) {
		snprintf(text, n, "a copy is not the same machine");
		return true;
	}
	return false;
}

static void a_kernel_without_defects_keeps_every_rule(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_MACHINES; i++) {
		struct prop_life life = {.begin = machines[i],
					 .weight = weight,
					 .nr_kinds = NR_OPS,
					 .statement = statement,
					 .is_sane = is_sane,
					 .has_vfio = true,
					 .is_wrong = is_wrong};

		prop_life_check(&life, "life on powernv", 1000 * i + 1, 100, 80);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_without_defects_keeps_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
