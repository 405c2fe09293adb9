/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Small machines to explore, as scenarios that end where a search begins. A machine has several
 * variants: the first is the plain one, each other one changes it at one edge of what machines and
 * firmware offer (one window, small blocks, no MMIO, ...). Nothing in them is about one bug.
 */
#include <string.h>

#include <tce/scenario.h>

#define MACHINE   "machine pseries profile=papr-strict limited-mode=yes "
#define MEMORY    "ram=1G max-ram=1536M "
#define PMEM      "pmem pmem0 at=0x100000000000 size=256M\n"
#define PHB       "phb phb0 win-size=4M block=2048 "
#define MMIO      "mmio32-start=0x80000000 mmio32-last=0xbfffffff "
#define FUNCTIONS "device d0 phb=phb0\ndevice d1 phb=phb0 devfn=1\n"
#define BOOT      "boot kernel=fixed "

static const char *const pseries[] = {
	/* plain: two windows, two functions of one device */
	MACHINE MEMORY "\n" PHB MMIO "\n" FUNCTIONS BOOT "\n",
	/* a single window at a time */
	MACHINE MEMORY "\n" PHB MMIO "windows=1\n" FUNCTIONS BOOT "\n",
	/* persistent memory far above RAM */
	MACHINE MEMORY "\n" PHB MMIO "\n" PMEM FUNCTIONS BOOT "\n",
	MACHINE MEMORY "\n" PHB MMIO "windows=1\n" PMEM FUNCTIONS BOOT "\n",
};

static const struct {
	const char *name;
	const char *const *text;
	unsigned nr;
} machines[] = {
	{"pseries", pseries, sizeof(pseries) / sizeof(pseries[0])},
};

const char *tce_scenario_builtin(const char *name, unsigned i)
{
	for (unsigned k = 0; k < sizeof(machines) / sizeof(machines[0]); k++) {
		if (strcmp(machines[k].name, name) == 0)
			return i < machines[k].nr ? machines[k].text[i] : NULL;
	}
	return NULL;
}
