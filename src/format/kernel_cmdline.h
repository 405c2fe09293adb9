/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel's command line says of DMA. Pure functions of the text. */
#ifndef TCE_FORMAT_KERNEL_CMDLINE_H
#define TCE_FORMAT_KERNEL_CMDLINE_H

#include <tce/event.h>

#include "scan.h"

/* TCE_BOOT_ flags of the words from s->p to s->end; a crash kernel knows itself by elfcorehdr=. */
unsigned tce_kernel_cmdline_flags(struct tce_scan s);

#endif
