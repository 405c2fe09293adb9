/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's "edu" PCI device (docs/specs/edu): a buffer of 4 KiB that it copies to and from the bus.
 * We are its driver, through hypercalls of the guest.
 */
#ifndef TCE_CLI_PSERIES_EDU_H
#define TCE_CLI_PSERIES_EDU_H

#include "guest.h"
#include "op.h"

/*
 * Give the first n devices of bridge 0 their registers and see that they answer. 0, or -1 and
 * *fail.
 */
int tce_edu_setup(struct tce_guest *guest, unsigned n, struct tce_fail *fail);

/* One transfer; returns when it has ended. */
enum tce_guest_end tce_edu_dma(struct tce_guest *guest, const struct tce_op_dma *op);

#endif
