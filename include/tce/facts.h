/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/facts.h - what the device tree of a pseries machine tells that a trace of it does not: where
 * the memory ends, whether there is persistent memory, how large the default windows are.
 *
 * A plain value without pointers. tce_facts_read takes it from a flattened device tree (QEMU's
 * "dumpdtb", or /proc/device-tree through dtc); whoever has no device tree may fill it in.
 *
 * Threads: no state here.
 */
#ifndef TCE_FACTS_H
#define TCE_FACTS_H

#include <stdbool.h>

#include <tce/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TCE_FACTS_WINDOWS_MAX 64U

/* One ibm,dma-window (host bridge) or ibm,my-dma-window (virtual I/O device): 4 KiB pages. */
struct tce_facts_window {
	uint64_t liobn;
	uint64_t start; /* bus bytes */
	uint64_t size;  /* bytes */
};

struct tce_facts {
	uint64_t ram_end; /* end of the last memory node, bytes */
	uint64_t max_ram; /* end of what may ever be plugged: ibm,lrdr-capacity, at least ram_end */
	bool has_lrdr;    /* ibm,lrdr-capacity is there */
	uint64_t lrdr;    /* the top address it states; 0 from QEMU 7.2 without maxmem */
	bool has_pmem;    /* a node of type ibm,pmemory */
	uint64_t pmem_reg; /* its reg, which is in its name: ibm,pmemory@90000000 */
	unsigned nr_windows;
	struct tce_facts_window
		window[TCE_FACTS_WINDOWS_MAX]; /* in order of the tree; more are left out */
};

/*
 * Read them from n bytes of a flattened device tree. 0; -TCE_ERR_FORMAT: not a device tree;
 * -TCE_ERR_TRUNCATED: longer than n; -TCE_ERR_UNSUPPORTED: built without libfdt.
 * Sources: LoPAR "ibm,dma-window", "ibm,my-dma-window", "ibm,lrdr-capacity"; QEMU hw/ppc/spapr.c,
 * spapr_pci.c, spapr_vio.c, spapr_nvdimm.c.
 */
TCE_MUST_USE int tce_facts_read(const void *dtb, size_t n, struct tce_facts *ret_facts);

#ifdef __cplusplus
}
#endif
#endif
