/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that host and guest image share: a mailbox and a ring of requests. The other half of
 * this agreement is share/agent/pseries.S, which explains each field; change both.
 *
 * The words are little-endian, so that a little-endian host needs no conversion; RTAS blocks and
 * TCE lists are big-endian, as the hypervisor wants them.
 */
#ifndef TCE_CLI_PSERIES_RING_H
#define TCE_CLI_PSERIES_RING_H

#include <stddef.h>
#include <stdint.h>

#include "cli/vm/mail.h"

#define TCE_RING_MAGIC UINT64_C(0x31544e4741454354) /* "TCEAGNT1" */

/* Guest physical addresses. */
#define TCE_RING_MAILBOX    0x100000U
#define TCE_RING_SLOTS      0x200000U
#define TCE_RING_LISTS      0x400000U  /* pages of TCE lists for H_PUT_TCE_INDIRECT */
#define TCE_RING_BLOCKS     0x800000U  /* RTAS blocks that do not fit into a slot; CAS vectors */
#define TCE_RING_BUFFER     0xa00000U  /* values of a sweep */
#define TCE_RING_DMA        0x1000000U /* pages that devices read and write */
#define TCE_RING_END        0x2000000U /* the host touches nothing from here on */

#define TCE_RING_NR_SLOTS   8192U
#define TCE_RING_NR_LISTS   1024U
#define TCE_RING_BUFFER_MAX ((TCE_RING_DMA - TCE_RING_BUFFER) / 8U)

enum tce_ring_op {
	TCE_RING_HCALL = 0,
	TCE_RING_SWEEP = 1,
	TCE_RING_REPEAT = 2,
	TCE_RING_DONE_FIRST = 0x100,
};

#define TCE_RING_NR_REGS    10U /* r3..r12 */
#define TCE_RING_BLOCK_SIZE 88U

struct tce_ring_slot {
	uint64_t op;
	uint64_t in[TCE_RING_NR_REGS];
	uint64_t out[TCE_RING_NR_REGS];
	uint8_t block[TCE_RING_BLOCK_SIZE];
};

_Static_assert(sizeof(struct tce_ring_slot) == 256, "the image knows slots of 256 bytes");
_Static_assert(offsetof(struct tce_ring_slot, out) == 0x58, "and where their parts are");

/* Guest address of the RTAS block inside the slot of request n. */
static inline uint64_t tce_ring_block_address(uint64_t n)
{
	return TCE_RING_SLOTS + n % TCE_RING_NR_SLOTS * sizeof(struct tce_ring_slot) +
	       offsetof(struct tce_ring_slot, block);
}

#endif
