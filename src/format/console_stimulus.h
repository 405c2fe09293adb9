/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel module ddwtest prints of the calls that it makes. */
#ifndef TCE_FORMAT_CONSOLE_STIMULUS_H
#define TCE_FORMAT_CONSOLE_STIMULUS_H

#include <tce/predict.h>

#include "scan.h"

/* Behind "ddwtest:"; false: a headline, or nothing of ours. */
bool tce_console_stimulus_read(struct tce_scan s, struct tce_console_record *r);

#endif
