/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step of a comparison, plain numbers, so that a story can be cut, changed and written as text
 * without knowing what it means.
 */
#ifndef TCE_CLI_POWERNV_OP_H
#define TCE_CLI_POWERNV_OP_H

#include <stdint.h>

#include "machine.h"

#define TCE_NV_NR_NUMBERS 8U

/*
 * X(NAME, word in scenario text, how many numbers). bridge: index in the device tree. addr:
 * IODA_ADDR, which names table and index.
 */
#define TCE_NV_OP_LIST(X)                                                                          \
	X(CALL, "opal", 8)           /* token, seven arguments */                                  \
	X(READ, "read", 2)           /* bridge, register */                                        \
	X(WRITE, "write", 3)         /* bridge, register, value; then read it back */              \
	X(TABLE_READ, "table", 2)    /* bridge, addr */                                            \
	X(TABLE_WRITE, "set", 3)     /* bridge, addr, value */                                     \
	X(SWEEP, "sweep", 3)         /* bridge, addr with auto-increment, words */                 \
	X(STORE, "store", 2)         /* real address, multiple of 8; value */                      \
	X(DMA_READ, "dma-read", 5)   /* bridge, function, bus address, length, buffer offset */    \
	X(DMA_WRITE, "dma-write", 5) /* the same; from the buffer to memory */                     \
	X(LOOK, "look", 0)           /* compare all memory that both sides may have written */

enum tce_nv_op_kind {
#define TCE_NV_OP_ENUM_(name, word, nr) TCE_NV_##name,
	TCE_NV_OP_LIST(TCE_NV_OP_ENUM_)
#undef TCE_NV_OP_ENUM_
	TCE_NV_NR_OPS
};

struct tce_nv_op {
	enum tce_nv_op_kind kind;
	uint64_t n[TCE_NV_NR_NUMBERS];
};

/*
 * Results of OPAL calls go to memory of the request. A step names it by addresses here, which are
 * moved to those of the request when it is made.
 */
#define TCE_NV_REAL          ((UINT64_C(1) << 60) - 1) /* bits of an address that real mode uses */
#define TCE_NV_RESULT_STATE  (TCE_NV_RESULTS + 0U)
#define TCE_NV_RESULT_TYPE   (TCE_NV_RESULTS + 8U)
#define TCE_NV_RESULT_STATUS (TCE_NV_RESULTS + 16U)
#define TCE_NV_RESULT_VALUE  (TCE_NV_RESULTS + 24U)

/* Bytes of a device's buffer that are used, and the most one access moves. */
#define TCE_NV_EDU_BYTES 512U

#endif
