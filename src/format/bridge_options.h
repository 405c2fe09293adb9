/* SPDX-License-Identifier: BSD-2-Clause */
/* Options of QEMU's spapr-pci-host-bridge, "index=1,pgsz=0x11000,ddw=off". */
#ifndef TCE_FORMAT_BRIDGE_OPTIONS_H
#define TCE_FORMAT_BRIDGE_OPTIONS_H

#include <tce/predict.h>

#include "scan.h"

/* Read options up to the first blank into what phb holds already. */
void tce_bridge_options_read(struct tce_scan *s, struct tce_qemu_phb *phb);

#endif
