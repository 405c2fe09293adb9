/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that host and guest image share on the powernv machines: a mailbox, a ring of
 * requests, and the area where tables and data lie. The other half of this agreement is
 * share/agent/powernv.S, which explains each field; change both.
 *
 * Words are little-endian, so that a little-endian host needs no conversion.
 */
#ifndef TCE_CLI_POWERNV_RING_H
#define TCE_CLI_POWERNV_RING_H

#include <stddef.h>
#include <stdint.h>

#include "cli/vm/mail.h"

#define TCE_NV_MAGIC UINT64_C(0x315f564e50454354) /* "TCEPNV_1" */

/* Guest real addresses. Skiboot keeps to 0x30000000 and up, the image lies at 0x20000000. */
#define TCE_NV_START     UINT64_C(0x10000000)
#define TCE_NV_MAILBOX   UINT64_C(0x10000000)
#define TCE_NV_SLOTS     UINT64_C(0x10100000)
#define TCE_NV_RESULTS   UINT64_C(0x10300000) /* where OPAL calls put their results, by request */
#define TCE_NV_AREA      UINT64_C(0x11000000) /* TCE tables, then data */
#define TCE_NV_DATA      UINT64_C(0x11400000)
#define TCE_NV_END       UINT64_C(0x12000000)

#define TCE_NV_AREA_SIZE (TCE_NV_END - TCE_NV_AREA)

#define TCE_NV_NR_SLOTS  4096U
#define TCE_NV_NR_ARGS   8U

/* Words of the mailbox besides those of TCE_MAIL_ that are the same. */
enum {
	TCE_NV_MAIL_OPAL_BASE = 6,
	TCE_NV_MAIL_OPAL_ENTRY = 7,
};

enum tce_nv_ring_op {
	TCE_NV_RING_OPAL = 0,
	TCE_NV_RING_READ8 = 1,
	TCE_NV_RING_WRITE8 = 2,
	TCE_NV_RING_READ4 = 3,
	TCE_NV_RING_WRITE4 = 4,
	TCE_NV_RING_STORE = 5,
	TCE_NV_RING_SWEEP = 6,
};

struct tce_nv_slot {
	uint64_t op;
	uint64_t token;
	uint64_t args[TCE_NV_NR_ARGS];
	uint64_t out[2];
	uint64_t unused[4];
};

_Static_assert(sizeof(struct tce_nv_slot) == 128, "the image knows slots of 128 bytes");
_Static_assert(offsetof(struct tce_nv_slot, out) == 0x50, "and where their results are");

/* Results of one request: 64 bytes, as many areas as slots. */
#define TCE_NV_RESULT_BYTES 64U

static inline uint64_t tce_nv_results(uint64_t request)
{
	return TCE_NV_RESULTS + request % TCE_NV_NR_SLOTS * TCE_NV_RESULT_BYTES;
}

#endif
