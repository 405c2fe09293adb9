/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small machines to explore, as scenarios that end where a search begins. They are derived from the
 * plain one by rules: what depends on each other is combined in full (EACH_...), everything else
 * is changed one at a time to each value that machines, firmware and kernels offer. What a client
 * of VFIO may be, and may have done, is combined with what it can have. docs/explore.md names the
 * rules; nothing in them is about one bug.
 */
#include <string.h>

#include <tce/scenario.h>

#define BOOT       "boot kernel=fixed "
#define PLAIN_BOOT BOOT "\n"

/* --- clients of VFIO: version of the container, memory, windows ------------------------------ */

#define V1       "vfio open c1 type=v1\nvfio attach c1 group=d0\nvfio enable c1\n"
#define V2_EMPTY "vfio open c1 type=v2\nvfio attach c1 group=d0\n"
#define V2       V2_EMPTY "vfio register c1 vaddr=0x10000000 size=1M\n"

/* It has used its default window; it has one of its own instead. */
#define V2_DEFAULT V2 "vfio map c1 vaddr=0x10000000 iova=0 size=64K\n"
#define V2_OWN     V2 "vfio remove c1 start=0\nvfio create c1 page-shift=16 size=1M levels=1\n"

/* A driver had its device before. */
#define V2_AFTER "probe d0\nunbind d0\n" V2

/* All that it may lock is locked. */
#define V2_LIMIT V2 "vfio rlimit size=1M\nvfio cap number=0\n"

/* Memory of every kind: pages, compound pages that may be split, huge pages. */
#define V2_MEMORY                                                                                  \
	V2_EMPTY                                                                                   \
	"vfio mmap vaddr=0x10000000 size=16M start=0x10000000\n"                                   \
	"vfio mmap vaddr=0x20000000 size=16M start=0x20000000 levels=24\n"                         \
	"vfio mmap vaddr=0x30000000 size=16M start=0x30000000 page-shift=24 levels=24\n"           \
	"vfio register c1 vaddr=0x10000000 size=16M\n"                                             \
	"vfio register c1 vaddr=0x20000000 size=16M\n"                                             \
	"vfio register c1 vaddr=0x30000000 size=16M\n"

/* With a second group: about to be taken, in the same container, in a container of its own. */
#define V2_NEXT "vfio bind group=d1\nvfio open-group group=d1\n"
#define V2_BOTH "vfio attach c1 group=d1\n"
#define V2_TWO                                                                                     \
	"vfio open c2 type=v2\nvfio attach c2 group=d1\n"                                          \
	"vfio register c2 vaddr=0x20000000 size=1M\n"

/* The same machine with every client, and with none. */
#define EACH_CLIENT(machine)                                                                       \
	machine, machine V2, machine V1, machine V2_DEFAULT, machine V2_OWN, machine V2_AFTER,     \
		machine V2_LIMIT, machine V2_MEMORY
#define EACH_SECOND(machine)                                                                       \
	machine V2 V2_NEXT, machine V2 V2_BOTH, machine V2_OWN V2_BOTH, machine V2 V2_TWO

/* --- pseries --------------------------------------------------------------------------------- */

#define MACHINE   "machine pseries profile=papr-strict limited-mode=yes "
#define MEMORY    "ram=1G max-ram=1536M\n"
#define PHB       "phb phb0 win-size=4M "
#define MMIO      "mmio32-start=0x80000000 mmio32-last=0xbfffffff "
#define MMIO_LOW  "mmio32-start=0x20000000 mmio32-last=0x27ffffff "
#define PMEM      "pmem pmem0 at=0x100000000000 size=256M\n"
#define FUNCTIONS "device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\n"

/* The largest block that is free: for RAM, for less, no power of two, for all there can be. */
#define LARGE         "block=2048 "
#define SMALL         "block=256 "
#define ODD           "block=1000 "
#define ALL           "block=0x8000000 page-sizes=4K,64K,16M "

#define TWO           "" /* windows at a time */
#define ONE           "windows=1 "

#define PLAIN_MACHINE MACHINE MEMORY
#define PLAIN_PHB     PHB LARGE MMIO "\n"

/* Windows at a time, block, persistent memory: all combinations. */
#define WITH_PMEM(windows, block)                                                                  \
	PLAIN_MACHINE PHB block MMIO windows "\n" FUNCTIONS PLAIN_BOOT,                            \
		PLAIN_MACHINE PHB block MMIO windows "\n" PMEM FUNCTIONS PLAIN_BOOT
#define EACH_BLOCK(windows)                                                                        \
	WITH_PMEM(windows, LARGE), WITH_PMEM(windows, SMALL), WITH_PMEM(windows, ODD),             \
		WITH_PMEM(windows, ALL)

/* RAM, I/O pages, pages of the kernel; a block that holds RAM. */
#define SIZES(ram, pages, kernel)                                                                  \
	MACHINE ram "\n" PHB "block=0x8000 " pages MMIO "\n" FUNCTIONS BOOT kernel "\n"

/* Where dynamic windows are, and 32-bit MMIO. */
#define PLACES(window, mmio) PLAIN_MACHINE PHB SMALL ONE window mmio "\n" FUNCTIONS PLAIN_BOOT
#define EACH_MMIO(window)    PLACES(window, ""), PLACES(window, MMIO), PLACES(window, MMIO_LOW)

/* What firmware offers; for a driver and for a client. */
#define FIRMWARE(machine, phb)                                                                     \
	machine MEMORY phb LARGE MMIO "\n" FUNCTIONS PLAIN_BOOT,                                   \
		machine MEMORY phb LARGE MMIO "\n" FUNCTIONS PLAIN_BOOT V2,                        \
		machine MEMORY phb LARGE MMIO "\n" FUNCTIONS PLAIN_BOOT V2_OWN

#define ONE_FUNCTION  PLAIN_MACHINE PLAIN_PHB "device d0 phb=phb0\n" PLAIN_BOOT
#define TWO_FUNCTIONS PLAIN_MACHINE PLAIN_PHB FUNCTIONS PLAIN_BOOT
#define TWO_BRIDGES(machine)                                                                       \
	machine MEMORY PLAIN_PHB "phb phb1 win-size=4M " LARGE MMIO                                \
				 "\ndevice d0 phb=phb0\ndevice d1 phb=phb1\n" PLAIN_BOOT

/* Virtual functions, each with a PE of its own. */
#define VIRTUAL(windows)                                                                           \
	PLAIN_MACHINE PHB SMALL MMIO windows                                                       \
		"\ndevice d1 phb=phb0\n"                                                           \
		"device d0 phb=phb0 devfn=1 type=vf parent=d1 own-pe=yes\n" PLAIN_BOOT

static const char *const pseries[] = {
	/* devices; first, since most orders are between them */
	EACH_CLIENT(ONE_FUNCTION),
	EACH_CLIENT(TWO_FUNCTIONS),
	EACH_CLIENT(TWO_BRIDGES(MACHINE)),
	EACH_SECOND(TWO_BRIDGES(MACHINE)),
	EACH_SECOND(TWO_BRIDGES("machine pseries profile=qemu-10.0 ")),
	EACH_CLIENT(VIRTUAL(ONE)),
	/* windows */
	EACH_BLOCK(TWO),
	EACH_BLOCK(ONE),
	/* RAM: above 4 GiB or not, a power of two or not, more than the window of 32 bits or not */
	SIZES("ram=768M max-ram=1G", "", ""),
	SIZES("ram=8G max-ram=16G lmb=1G", "", ""),
	SIZES("ram=6G max-ram=80G lmb=1G", "", ""),
	/* I/O pages: each largest size, RAM a multiple or not */
	SIZES("ram=64M max-ram=96M lmb=16M", "page-sizes=4K ", ""),
	SIZES("ram=64M max-ram=96M lmb=16M", "page-sizes=4K ", "page=4K"),
	SIZES("ram=64M max-ram=96M lmb=16M", "page-sizes=4K,16M ", ""),
	SIZES("ram=72M max-ram=104M lmb=8M", "page-sizes=4K,16M ", ""),
	SIZES("ram=16G max-ram=32G lmb=16G", "page-sizes=4K,64K,16G ", ""),
	SIZES("ram=8G max-ram=24G lmb=8G", "page-sizes=4K,64K,16G ", ""),
	EACH_MMIO(""),
	EACH_MMIO("dyn-win-addr=0x20000000 "),
	EACH_MMIO("dyn-win-addr=0xffffffffc0000000 "),
	FIRMWARE("machine pseries profile=papr-2.13 limited-mode=yes ", PHB),
	FIRMWARE("machine pseries profile=qemu ", PHB ONE),
	FIRMWARE("machine pseries profile=qemu-10.0 ", PHB),
	FIRMWARE(MACHINE "query64=no ", PHB),
	FIRMWARE(MACHINE "multitce=no ", PHB),
	FIRMWARE(MACHINE, PHB "default-window=no "),
	FIRMWARE(MACHINE, PHB "extensions=no "),
	FIRMWARE(MACHINE, "phb phb0 win-size=1M "),
	/* a coherent mask smaller than the streaming one */
	PLAIN_MACHINE PLAIN_PHB "device d0 phb=phb0 coherent-mask=32\n" PLAIN_BOOT,
	/* kernel command lines */
	PLAIN_MACHINE PLAIN_PHB FUNCTIONS BOOT "cmdline=\"eeh=off\"\n",
	PLAIN_MACHINE PLAIN_PHB FUNCTIONS BOOT "cmdline=\"disable_ddw\"\n",
	PLAIN_MACHINE PLAIN_PHB FUNCTIONS BOOT "cmdline=\"disable_ddw multitce=off\"\n",
};

/* --- powernv --------------------------------------------------------------------------------- */

#define NV_SMALL "machine powernv9 ram=1G\n"
#define NV_LARGE "machine powernv8 ram=8G\n"
#define NV_PORT                                                                                    \
	"phb phb0\n"                                                                               \
	"device port phb=phb0 type=root-port secondary-bus=1 subordinate-bus=1\n"
#define NV_DEVICE "device d0 phb=phb0 parent=port bus=1 "
#define NV_PLAIN  NV_SMALL NV_PORT NV_DEVICE

/* Masks, and whose PE it is: all combinations. */
#define NV_MASKS(machine, masks)                                                                   \
	machine NV_PORT NV_DEVICE masks "\n" PLAIN_BOOT,                                           \
		machine NV_PORT NV_DEVICE masks "own-pe=yes\n" PLAIN_BOOT
#define NV_EACH_MASK(machine)                                                                      \
	NV_MASKS(machine, ""), NV_MASKS(machine, "streaming-mask=32 "),                            \
		NV_MASKS(machine, "streaming-mask=48 "), NV_MASKS(machine, "coherent-mask=32 "),   \
		NV_MASKS(machine, "coherent-mask=40 ")

#define NV_FUNCTIONS NV_PLAIN "\ndevice d1 phb=phb0 parent=port bus=1 devfn=1\n" PLAIN_BOOT
#define NV_OWN_PE    NV_PLAIN "coherent-mask=32 own-pe=yes\n" PLAIN_BOOT
#define NV_VIRTUAL                                                                                 \
	NV_PLAIN "\ndevice d1 phb=phb0 parent=d0 bus=1 devfn=128 type=vf "                         \
		 "streaming-mask=32\n" PLAIN_BOOT
#define NV_BRIDGES                                                                                 \
	NV_PLAIN "coherent-mask=32\nphb phb1\n"                                                    \
		 "device port1 phb=phb1 type=root-port secondary-bus=1 subordinate-bus=1\n"        \
		 "device d1 phb=phb1 parent=port1 bus=1\n" PLAIN_BOOT

static const char *const powernv[] = {
	/* devices */
	EACH_CLIENT(NV_FUNCTIONS),
	EACH_CLIENT(NV_OWN_PE),
	EACH_CLIENT(NV_BRIDGES),
	EACH_SECOND(NV_BRIDGES),
	EACH_CLIENT(NV_VIRTUAL),
	/* masks */
	NV_EACH_MASK(NV_SMALL),
	NV_EACH_MASK(NV_LARGE),
	/* small pages */
	NV_PLAIN "streaming-mask=32\n" BOOT "page=4K\n",
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
