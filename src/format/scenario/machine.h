/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine line: struct tce_machine_opts as text, both ways. */
#ifndef TCE_FORMAT_SCENARIO_MACHINE_H
#define TCE_FORMAT_SCENARIO_MACHINE_H

#include "parse.h"

/* "machine pseries profile=qemu ram=4G"; without line end. */
void tce_machine_write(const struct tce_machine_opts *opts, struct tce_out *out);

#endif
