/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A running bare-metal machine of QEMU: skiboot, our image as its kernel, and "edu" devices, all
 * functions of the one device below each bridge.
 *
 * Life: tce_nv_machine_start -> slot, post, wait ... -> tce_nv_machine_stop. Requests are numbered
 * from 0 for ever; tce_nv_machine_slot(n) may be filled while n is less than TCE_NV_NR_SLOTS past
 * the last one waited for.
 */
#ifndef TCE_CLI_POWERNV_MACHINE_H
#define TCE_CLI_POWERNV_MACHINE_H

#include <tce/ioda.h>

#include "cli/vm/vm.h"

#include "ring.h"

#define TCE_NV_RAM         (UINT64_C(1) << 30)
#define TCE_NV_MAX_BRIDGES 6U
#define TCE_NV_NR_EDU      8U     /* functions, a bridge */
#define TCE_NV_EDU_RID     0x100U /* of the first */

/* What the device tree tells of a bridge. */
struct tce_nv_bridge {
	const struct tce_ioda_model *model;
	uint64_t phb_id; /* OPAL's number */
	uint64_t regs;   /* real address of the registers */
	uint64_t mmio;   /* real address of 32-bit MMIO, which is at this bus address: */
	uint64_t mmio_bus;
	uint64_t rtt; /* tables in memory */
	uint64_t peltv;
	uint64_t pest;
};

/* All that the tree tells. */
struct tce_nv_tree {
	uint64_t opal_base;
	uint64_t opal_entry;
	unsigned nr_bridges;
	struct tce_nv_bridge bridges[TCE_NV_MAX_BRIDGES];
};

/*
 * Read the tree, which must leave the memory from start to end alone. 0, or -1 and *fail: not what
 * skiboot would give us. tree.c.
 */
int tce_nv_tree_read(const void *dtb, size_t size, uint64_t start, uint64_t end,
		     struct tce_nv_tree *ret_tree, struct tce_fail *fail);

struct tce_nv_machine_opts {
	const char *qemu;    /* program */
	const char *machine; /* "powernv8", "powernv9", "powernv10" */
	const char *agent;   /* guest image */
	double patience;     /* seconds without progress that count as hanging; 0: 20 */
};

struct tce_nv_machine {
	struct tce_vm vm; /* all of its memory is mapped */
	struct tce_nv_tree tree;
	uint64_t posted;
};

/* "powernv9" and its like? */
bool tce_nv_machine_known(const char *name);

/* 0, or -1 and *fail. To be stopped in either case. */
int tce_nv_machine_start(struct tce_nv_machine *machine, const struct tce_nv_machine_opts *opts,
			 struct tce_fail *fail);

/* Nothing started yet; may be stopped. */
void tce_nv_machine_init(struct tce_nv_machine *machine);
void tce_nv_machine_stop(struct tce_nv_machine *machine);

struct tce_nv_slot *tce_nv_machine_slot(struct tce_nv_machine *machine, uint64_t n);

/* Hand n more requests over; the slots from posted on are filled. */
void tce_nv_machine_post(struct tce_nv_machine *machine, uint64_t n);

/* Wait until the first n requests are answered. */
enum tce_guest_end tce_nv_machine_wait(struct tce_nv_machine *machine, uint64_t n);

/* How many requests have been answered. */
uint64_t tce_nv_machine_done(const struct tce_nv_machine *machine);

/* Make one request and wait. ret_out: both results. */
enum tce_guest_end tce_nv_machine_do(struct tce_nv_machine *machine, enum tce_nv_ring_op op,
				     uint64_t token, const uint64_t args[TCE_NV_NR_ARGS],
				     uint64_t ret_out[2]);

#endif
