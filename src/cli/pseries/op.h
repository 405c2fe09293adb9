/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step of a comparison: what the guest calls, what a device does, what the administrator does.
 * A sequence of steps is all there is to a run; it can be cut, changed, printed as text and played
 * again. A step is plain data without pointers and means the same on any machine: addresses of
 * lists and RTAS blocks are the driver's business unless the step is about them.
 */
#ifndef TCE_CLI_PSERIES_OP_H
#define TCE_CLI_PSERIES_OP_H

#include "config.h"

enum tce_op_kind {
	TCE_OP_HCALL,  /* any hypercall with registers as given */
	TCE_OP_RTAS,   /* H_RTAS with a block */
	TCE_OP_CAS,    /* ibm,client-architecture-support */
	TCE_OP_SWEEP,  /* H_GET_TCE over a range: comparison of contents */
	TCE_OP_DMA,    /* an edu device reads or writes */
	TCE_OP_VIO,    /* may a VIO device's DMA reach this address? */
	TCE_OP_RESET,  /* system_reset of the monitor */
	TCE_OP_PLUG,   /* a host bridge appears */
	TCE_OP_UNPLUG, /* and goes */
	TCE_OP_SAVE,
	TCE_OP_LOAD,
	TCE_NR_OPS
};

#define TCE_OP_NR_VALUES 4U /* of a TCE list */
#define TCE_OP_NR_CELLS  8U /* RTAS arguments that are written to the block */
#define TCE_OP_LIST_AUTO UINT64_MAX

/* Where an RTAS block lies. */
enum tce_op_block {
	TCE_BLOCK_SLOT,    /* at hand; at is or-ed to the address */
	TCE_BLOCK_SCRATCH, /* in a page of its own: return cells may lie far behind the header */
	TCE_BLOCK_AT,      /* at address at, which the driver does not fill */
};

struct tce_op_hcall {
	uint64_t token;
	uint64_t args[4];
	/*
	 * H_PUT_TCE_INDIRECT with args[2] == TCE_OP_LIST_AUTO: entry i of the list is
	 * values[i % nr_values] + i / nr_values * step.
	 */
	unsigned nr_values;
	uint64_t values[TCE_OP_NR_VALUES];
	uint64_t step;
};

struct tce_op_rtas {
	uint32_t token;
	uint32_t nargs;
	uint32_t nret;
	uint32_t cells[TCE_OP_NR_CELLS];
	enum tce_op_block block;
	uint64_t at;
};

struct tce_op_sweep {
	uint64_t liobn;
	uint64_t ioba;
	uint64_t step;
	uint64_t count;
};

/* One transfer between the buffer inside a device and the bus. */
struct tce_op_dma {
	unsigned device; /* edu device of bridge 0, from 0 */
	bool write;      /* to memory */
	unsigned len;    /* 1..256 */
	uint64_t addr;   /* bus */
};

/*
 * A spapr-vlan device is asked to use a buffer list at a bus address: it checks that it may write
 * the 4 KiB there (H_REGISTER_LOGICAL_LAN), then lets go of it.
 */
struct tce_op_vio {
	uint32_t unit;
	uint64_t addr;
};

struct tce_op {
	enum tce_op_kind kind;
	union {
		struct tce_op_hcall hcall;
		struct tce_op_rtas rtas;
		struct tce_op_sweep sweep;
		struct tce_op_dma dma;
		struct tce_op_vio vio;
		struct tce_qemu_phb phb; /* PLUG */
		unsigned index;          /* UNPLUG */
	};
};

/* Entry i of the list of an indirect put. */
static inline uint64_t tce_op_list_entry(const struct tce_op_hcall *op, uint64_t i)
{
	return op->values[i % op->nr_values] + i / op->nr_values * op->step;
}

/* True for an indirect put whose list the driver writes. */
static inline bool tce_op_has_list(const struct tce_op *op)
{
	return op->kind == TCE_OP_HCALL && op->hcall.token == TCE_H_PUT_TCE_INDIRECT &&
	       op->hcall.args[2] == TCE_OP_LIST_AUTO;
}

/* True when the step goes through the ring, false when it is done through the monitor. */
static inline bool tce_op_in_ring(const struct tce_op *op)
{
	return op->kind <= TCE_OP_SWEEP;
}

#endif
