/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/devtree.h - the machine that a flattened device tree describes, as a story of SETUP events:
 * what QEMU's dumpdtb, PowerVM, skiboot or a running kernel's /proc/device-tree (through dtc) say
 * of memory, bridges, windows and devices.
 *
 * A device tree does not tell everything: I/O page sizes and the bus address of persistent memory
 * are the hypervisor's and come from options; what was assumed or left out is in the remarks.
 *
 * Life: tce_devtree_read -> story, names, remarks -> tce_devtree_free. Blobs are hostile input: any
 * bytes are read or refused with one line. Threads: immutable after read.
 *
 * Sources: LoPAR 2.9 "ibm,dynamic-memory", "ibm,dma-window", "ibm,lrdr-capacity"; QEMU
 * hw/ppc/spapr*.c; skiboot doc/device-tree; Linux arch/powerpc/mm/drmem.c, kernel/pci-common.c
 * get_phb_number.
 */
#ifndef TCE_DEVTREE_H
#define TCE_DEVTREE_H

#include <tce/run.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tce_devtree;

struct tce_devtree_opts {
	const struct tce_alloc *alloc;       /* NULL: default */
	const struct tce_papr_profile *papr; /* NULL: "qemu" or "papr-strict", as the tree says */
	uint64_t page_shifts; /* of every bridge, bit n = page shift n; 0: the profile's */
	uint64_t pmem_addr;   /* where persistent memory is bound; 0: after RAM (QEMU), or 2^44 */
};

struct tce_devtree_error {
	char text[192]; /* what is wrong, one line with the node's path */
};

/*
 * n bytes of a flattened device tree. opts may be NULL. 0; -TCE_ERR_FORMAT: *ret_error;
 * -TCE_ERR_LIMIT more devices than a machine has ids; -TCE_ERR_NOMEM; -TCE_ERR_UNSUPPORTED built
 * without libfdt.
 */
TCE_MUST_USE int tce_devtree_read(const void *blob, size_t n, const struct tce_devtree_opts *opts,
				  struct tce_devtree **ret_devtree,
				  struct tce_devtree_error *ret_error);
void tce_devtree_free(struct tce_devtree *devtree);

/* The machine and its SETUP events; no expectations, no lines. Borrowed. */
const struct tce_story *tce_devtree_story(const struct tce_devtree *devtree);

/* PCI addresses of devices as Linux will number them; ctx points into the devtree. */
struct tce_names tce_devtree_names(const struct tce_devtree *devtree);

/* The i-th remark on what was assumed or left out, one sentence; NULL past the last. */
const char *tce_devtree_remark(const struct tce_devtree *devtree, unsigned i);

#ifdef __cplusplus
}
#endif
#endif
