/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of QEMU's device edu, which can be told to read or write memory: offsets in its only
 * BAR, from QEMU docs/specs/edu.rst. A transfer goes between memory and the device's own buffer.
 */
#ifndef TCE_CLI_VM_EDU_H
#define TCE_CLI_VM_EDU_H

#include <stdint.h>

#define EDU_ID          0x00U
#define EDU_ID_LOW      0x00edU /* low half of what the identification reads as */
#define EDU_DMA_SRC     0x80U
#define EDU_DMA_DST     0x88U
#define EDU_DMA_COUNT   0x90U
#define EDU_DMA_COMMAND 0x98U
#define EDU_BUFFER      UINT64_C(0x40000) /* where the device's buffer is, for SRC and DST */
#define EDU_START       UINT64_C(1)       /* in DMA_COMMAND */
#define EDU_TO_MEMORY   UINT64_C(2)

#endif
