/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small machines to explore, as scenarios that end where a search begins. A machine has several
 * variants: the first is the plain one, each other one changes it at one edge of what machines and
 * firmware offer (one window, small blocks, no MMIO, ...). Nothing in them is about one bug.
 */
#include <string.h>

#include <tce/scenario.h>

#define MACHINE   "machine pseries profile=papr-strict limited-mode=yes "
#define MEMORY    "ram=1G max-ram=1536M\n"
#define PHB       "phb phb0 win-size=4M "
#define LARGE     "block=2048 "
#define SMALL     "block=256 " /* too small for all of RAM, whatever the page size */
#define MMIO      "mmio32-start=0x80000000 mmio32-last=0xbfffffff "
#define PMEM      "pmem pmem0 at=0x100000000000 size=256M\n"
#define FUNCTIONS "device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\n"
#define BOOT      "boot kernel=fixed "

/* A client that has a device, and memory registered. */
#define CLIENT                                                                                     \
	"vfio open c1 type=v2\nvfio attach c1 group=d0\n"                                          \
	"vfio register c1 vaddr=0x10000000 size=1M\n"

#define PLAIN_MACHINE MACHINE MEMORY
#define PLAIN_PHB     PHB LARGE MMIO "\n"
#define PLAIN_BOOT    BOOT "\n"

static const char *const pseries[] = {
	/* plain: two windows at a time, two functions of one device */
	PLAIN_MACHINE PLAIN_PHB FUNCTIONS PLAIN_BOOT,
	/* a single window at a time */
	PLAIN_MACHINE PHB LARGE MMIO "windows=1\n" FUNCTIONS PLAIN_BOOT,
	/* persistent memory far above RAM; with a single window */
	PLAIN_MACHINE PLAIN_PHB PMEM FUNCTIONS PLAIN_BOOT,
	PLAIN_MACHINE PHB LARGE MMIO "windows=1\n" PMEM FUNCTIONS PLAIN_BOOT,
	/* blocks too small for RAM; with a single window */
	PLAIN_MACHINE PHB SMALL MMIO "\n" FUNCTIONS PLAIN_BOOT,
	PLAIN_MACHINE PHB SMALL MMIO "windows=1\n" FUNCTIONS PLAIN_BOOT,
	/* a block that is no power of two */
	PLAIN_MACHINE PHB "block=1000 " MMIO "\n" FUNCTIONS PLAIN_BOOT,
	/* blocks for all that a processor can address */
	PLAIN_MACHINE PHB "page-sizes=4K,64K,16M block=0x8000000 " MMIO
			  "\n" PMEM FUNCTIONS PLAIN_BOOT,
	/* more memory than a segment holds */
	MACHINE "ram=6G max-ram=80G lmb=1G\n" PHB "block=0x8000 " MMIO "\n" FUNCTIONS PLAIN_BOOT,
	/* the largest I/O pages, a single window for all that a processor can address */
	MACHINE "ram=16G max-ram=32G lmb=16G\n" PHB "page-sizes=4K,64K,16G block=0x20000 " MMIO
		"windows=1\npmem pmem0 at=0x100000000000 size=16G\n" FUNCTIONS PLAIN_BOOT,
	/* no 32-bit MMIO */
	PLAIN_MACHINE PHB SMALL "\n" FUNCTIONS PLAIN_BOOT,
	/* dynamic windows low, and MMIO inside them */
	PLAIN_MACHINE PHB SMALL "windows=1 dyn-win-addr=0x20000000 mmio32-start=0x20000000 "
				"mmio32-last=0x27ffffff\n" FUNCTIONS PLAIN_BOOT,
	/* small I/O pages only, and a kernel with 4 KiB pages */
	MACHINE "ram=64M max-ram=96M lmb=16M\n" PHB "block=0x8000 page-sizes=4K " MMIO
		"\n" FUNCTIONS BOOT "page=4K\n",
	/* I/O pages larger than memory is even */
	MACHINE "ram=72M max-ram=104M lmb=8M\n" PHB "block=0x8000 page-sizes=4K,16M " MMIO
		"\n" FUNCTIONS PLAIN_BOOT,
	/* memory above 4 GiB, in a window that holds it */
	MACHINE "ram=8G max-ram=16G lmb=1G\n" PHB "block=0x8000 " MMIO "\n" FUNCTIONS PLAIN_BOOT,
	/* dynamic windows where no address is left for one */
	PLAIN_MACHINE PHB LARGE MMIO
	"windows=1 dyn-win-addr=0xffffffffc0000000\n" FUNCTIONS PLAIN_BOOT,
	/* QEMU's firmware, one function, a single window; firmware before 2.13 */
	"machine pseries profile=qemu " MEMORY PHB "windows=1\ndevice d0 phb=phb0\n" PLAIN_BOOT,
	"machine pseries profile=papr-2.13 limited-mode=yes " MEMORY PLAIN_PHB FUNCTIONS PLAIN_BOOT,
	/* no default window */
	PLAIN_MACHINE PHB LARGE MMIO "default-window=no\n" FUNCTIONS PLAIN_BOOT,
	/* virtual functions, each with a PE of its own */
	PLAIN_MACHINE PHB SMALL MMIO
	"windows=1\n"
	"device d1 phb=phb0\n"
	"device d0 phb=phb0 devfn=1 type=vf parent=d1 own-pe=yes\n" PLAIN_BOOT,
	/* two bridges */
	PLAIN_MACHINE PLAIN_PHB "phb phb1 win-size=4M " LARGE MMIO "\n"
				"device d0 phb=phb0\ndevice d1 phb=phb1\n" PLAIN_BOOT,
	/* firmware that offers less */
	PLAIN_MACHINE PHB LARGE MMIO "extensions=no\n" FUNCTIONS PLAIN_BOOT,
	MACHINE "query64=no multitce=no " MEMORY "phb phb0 win-size=1M " LARGE MMIO
		"\n" FUNCTIONS PLAIN_BOOT,
	/* a coherent mask smaller than the streaming one */
	PLAIN_MACHINE PLAIN_PHB "device d0 phb=phb0 coherent-mask=32\n" PLAIN_BOOT,
	/* a client has a device; one of two */
	PLAIN_MACHINE PLAIN_PHB "device d0 phb=phb0\n" PLAIN_BOOT CLIENT,
	PLAIN_MACHINE PLAIN_PHB "phb phb1 win-size=4M " LARGE MMIO "\n"
				"device d0 phb=phb0\ndevice d1 phb=phb1\n" PLAIN_BOOT CLIENT,
	/* under QEMU, a client that is about to take a second device */
	"machine pseries profile=qemu-10.0 " MEMORY PHB "\nphb phb1 win-size=4M\n"
	"device d0 phb=phb0\ndevice d1 phb=phb1\n" PLAIN_BOOT CLIENT
	"vfio bind group=d1\nvfio open-group group=d1\n",
	/* kernel command lines */
	PLAIN_MACHINE PLAIN_PHB FUNCTIONS BOOT "cmdline=\"eeh=off\"\n",
	PLAIN_MACHINE "phb phb0 win-size=1M " LARGE MMIO "\n" FUNCTIONS BOOT
		      "cmdline=\"disable_ddw multitce=off\"\n",
};

#define NV_MACHINE "machine powernv9 ram=1G\n"
#define NV_PHB     "phb phb0\n"
#define NV_PORT    "device port phb=phb0 type=root-port secondary-bus=1 subordinate-bus=1\n"
#define NV_DEVICE  "device d0 phb=phb0 parent=port bus=1 "
#define NV_PLAIN   NV_MACHINE NV_PHB NV_PORT

static const char *const powernv[] = {
	/* plain: two functions on one bus */
	NV_PLAIN NV_DEVICE "\ndevice d1 phb=phb0 parent=port bus=1 devfn=1\n" PLAIN_BOOT,
	/* a device of 32 bits */
	NV_PLAIN NV_DEVICE "streaming-mask=32\n" PLAIN_BOOT,
	/* masks that differ */
	NV_PLAIN NV_DEVICE "coherent-mask=40\n" PLAIN_BOOT,
	/* a PE of its own */
	NV_PLAIN NV_DEVICE "own-pe=yes coherent-mask=32\n" PLAIN_BOOT,
	/* a mask between */
	"machine powernv8 ram=8G\n" NV_PHB NV_PORT NV_DEVICE
	"own-pe=yes streaming-mask=48\n" PLAIN_BOOT,
	/* a virtual function */
	NV_PLAIN NV_DEVICE
	"\ndevice d1 phb=phb0 parent=d0 bus=1 devfn=128 type=vf streaming-mask=32\n" PLAIN_BOOT,
	/* small pages */
	NV_PLAIN NV_DEVICE "streaming-mask=32\n" BOOT "page=4K\n",
	/* a client has a device; two bridges */
	NV_PLAIN NV_DEVICE "coherent-mask=32\n" PLAIN_BOOT CLIENT,
	NV_PLAIN NV_DEVICE "own-pe=yes coherent-mask=32\n" PLAIN_BOOT CLIENT,
	NV_PLAIN "phb phb1\n" NV_DEVICE
		 "\ndevice port1 phb=phb1 type=root-port secondary-bus=1 subordinate-bus=1\n"
		 "device d1 phb=phb1 parent=port1 bus=1\n" PLAIN_BOOT CLIENT
		 "vfio attach c1 group=d1\n",
};

static const struct {
	const char *name;
	const char *const *text;
	unsigned nr;
} machines[] = {
	{"pseries", pseries, sizeof(pseries) / sizeof(pseries[0])},
	{"powernv", powernv, sizeof(powernv) / sizeof(powernv[0])},
};

const char *tce_scenario_builtin(const char *name, unsigned i)
{
	for (unsigned k = 0; k < sizeof(machines) / sizeof(machines[0]); k++) {
		if (strcmp(machines[k].name, name) == 0)
			return i < machines[k].nr ? machines[k].text[i] : NULL;
	}
	return NULL;
}
