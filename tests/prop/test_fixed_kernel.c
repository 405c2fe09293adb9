/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel without defects keeps every rule: random lives of drivers, memory, bridges and kernels
 * on several machines, with allocations, firmware and hypercalls failing at random.
 */
#include <stdio.h>

#include <tce/linux.h>

#include "linux/os.h"
#include "machine/machine.h"
#include "prop_life.h"
#include "testing.h"

#define DEVICES                                                                                    \
	"phb phb0 mmio32-start=0x80000000 mmio32-last=0xffffffff\n"                                \
	"phb phb1 windows=1 page-sizes=4K,64K,2M\n"                                                \
	"device 0000:00:01.0 phb=phb0 name=f0\n"                                                   \
	"device 0000:00:01.1 phb=phb0 name=f1\n"                                                   \
	"device 0001:00:01.0 phb=phb1 name=g0\n"                                                   \
	"device 0001:00:01.1 phb=phb1 name=g1\n"

static const char *const machines[] = {
	"machine pseries profile=qemu ram=1G max-ram=2G\n" DEVICES "boot kernel=fixed\n",
	"machine pseries profile=papr-strict ram=1G max-ram=2G\n" DEVICES
	"pmem pmem0 at=0x100000000000 size=512M\nboot kernel=fixed\n",
	"machine pseries profile=papr-2.13 limited-mode=yes ram=1G max-ram=2G\n" DEVICES
	"boot kernel=fixed\n",
	"machine pseries profile=papr-2.13 limited-mode=yes ram=1G max-ram=2G\n" DEVICES
	"pmem pmem0 at=0x60000000000 size=512M\nboot kernel=fixed page=4K\n",
};

#define NR_MACHINES (sizeof(machines) / sizeof(machines[0]))

static const char *const devs[] = {"f0", "f1", "g0", "g1"};

enum op {
	OP_PROBE,
	OP_UNBIND,
	OP_MASK,
	OP_REQUIRED,
	OP_MAP,
	OP_SG,
	OP_UNMAP,
	OP_MEMORY,
	OP_PMEM,
	OP_FAIL,
	OP_HOTPLUG,
	OP_LIFE,
	NR_OPS
};

static const uint8_t weight[NR_OPS] = {
	[OP_PROBE] = 8, [OP_UNBIND] = 3, [OP_MASK] = 3,    [OP_REQUIRED] = 2,
	[OP_MAP] = 10,  [OP_SG] = 3,     [OP_UNMAP] = 6,   [OP_MEMORY] = 8,
	[OP_PMEM] = 3,  [OP_FAIL] = 3,   [OP_HOTPLUG] = 3, [OP_LIFE] = 1,
};

/* --- statements ------------------------------------------------------------------------------ */

static const char *masks[] = {"64", "32", "48", "40"};
static const char *addrs[] = {"0x100000",   "0x230000",   "0x30000000",
			      "0x3fff0000", "0x40000000", "0x100000000000"};
static const char *lens[] = {"4K", "64K", "100", "2M", "300000"};
static const char *fails[] = {"alloc", "firmware", "hcall", "race"};
static const char *codes[] = {"-4", "-44"};

static void map_text(const struct prop_op *op, char *text, size_t n)
{
	const char *addr = addrs[op->arg[1] % 6];
	const char *dev = devs[op->arg[0] % 4];

	if (op->kind == OP_SG)
		snprintf(text, n, "map %s sg sg=%s+%s,0x500000+64K as=@%u", dev, addr,
			 lens[op->arg[2] % 5], (unsigned)op->arg[3] % 6);
	else
		snprintf(text, n, "map %s %s addr=%s len=%s as=@%u", dev,
			 op->arg[2] % 2 == 0 ? "single" : "coherent", addr,
			 lens[op->arg[2] / 2 % 5], (unsigned)op->arg[3] % 6);
}

static void hotplug_text(const struct prop_op *op, char *text, size_t n)
{
	unsigned dev = (unsigned)op->arg[0] % 4;

	switch (op->arg[1] % 4) {
	case 0: snprintf(text, n, "device-remove %s", devs[dev]); break;
	case 1: snprintf(text, n, "device-add %s", devs[dev]); break;
	case 2: snprintf(text, n, "phb-remove phb%u", dev / 2); break;
	default: snprintf(text, n, "phb-add phb%u", dev / 2); break;
	}
}

static void memory_text(const struct prop_op *op, char *text, size_t n)
{
	static const char *const verbs[] = {"memory-plug", "memory-online", "memory-offline",
					    "memory-unplug"};

	snprintf(text, n, "%s at=%s size=%s", verbs[op->arg[0] % 4],
		 op->arg[1] % 2 == 0 ? "0x40000000" : "0x50000000",
		 op->arg[2] % 2 == 0 ? "256M" : "512M");
}

static void life_text(const struct prop_op *op, char *text, size_t n)
{
	static const char *const lives[] = {"reboot", "kexec kernel=fixed", "save", "load",
					    "kexec kernel=fixed kdump crash-mem=256M"};

	snprintf(text, n, "%s", lives[op->arg[0] % 5]);
}

static void statement(const struct prop_op *op, char *text, size_t n)
{
	const char *dev = devs[op->arg[0] % 4];

	switch ((enum op)op->kind) {
	case OP_PROBE:
		snprintf(text, n, "probe %s streaming-mask=%s coherent-mask=%s%s", dev,
			 masks[op->arg[1] % 4], masks[op->arg[2] % 4],
			 op->arg[3] % 2 == 0 ? "" : " coherent-first");
		break;
	case OP_UNBIND: snprintf(text, n, "unbind %s", dev); break;
	case OP_MASK: snprintf(text, n, "set-mask %s mask=%s", dev, masks[op->arg[1] % 4]); break;
	case OP_REQUIRED: snprintf(text, n, "required-mask %s", dev); break;
	case OP_MAP:
	case OP_SG: map_text(op, text, n); break;
	case OP_UNMAP: snprintf(text, n, "unmap @%u", (unsigned)op->arg[0] % 6); break;
	case OP_MEMORY: memory_text(op, text, n); break;
	case OP_PMEM:
		snprintf(text, n, "%s @0", op->arg[0] % 2 == 0 ? "pmem-to-ram" : "pmem-from-ram");
		break;
	case OP_FAIL:
		snprintf(text, n, "fail %s nth=%u code=%s", fails[op->arg[0] % 4],
			 1 + (unsigned)op->arg[1] % 4, codes[op->arg[2] % 2]);
		break;
	case OP_HOTPLUG: hotplug_text(op, text, n); break;
	default: life_text(op, text, n); break;
	}
}

/* --- what is possible ------------------------------------------------------------------------ */

static bool is_ram(const struct tce_linux *lx, uint64_t addr, uint64_t len)
{
	for (uint32_t i = 0; i < lx->ram.nr; i++) {
		const struct tce_ram *ram = tce_vec_at(&lx->ram, i, sizeof(*ram));

		if (addr >= ram->addr && addr + len <= ram->addr + ram->size)
			return true;
	}
	return false;
}

/* Drivers map memory that is there and in use. */
static bool is_sane(const struct tce_machine *m, const struct tce_event *event)
{
	const struct tce_ev_map *map = &event->u.map;
	uint64_t addr = map->addr.v;
	uint64_t len = map->len;

	if (event->kind != TCE_EV_MAP)
		return true;
	if (map->type == TCE_MAP_SG) {
		addr = map->sg[0].ra.v;
		len = map->sg[0].len;
	}
	if (map->type == TCE_MAP_COHERENT && (addr & 0xffff) != 0)
		return false;
	if (map->type == TCE_MAP_COHERENT && len > 0x10000 && (addr & 0x7fffff) != 0)
		return false;
	return is_ram(tce_linux_of(m), addr, len) ||
	       (!tce_linux_of(m)->kdump && addr >= UINT64_C(1) << 40 &&
		tce_memmap_backed(m->st, addr, len));
}

static void a_kernel_without_defects_keeps_every_rule(void **state)
{
	(void)state;
	for (unsigned i = 0; i < NR_MACHINES; i++) {
		struct prop_life life = {.begin = machines[i],
					 .weight = weight,
					 .nr_kinds = NR_OPS,
					 .statement = statement,
					 .is_sane = is_sane};

		prop_life_check(&life, "fixed kernel", 1000 * i + 1, 150, 50);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_without_defects_keeps_every_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
