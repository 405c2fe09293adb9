/* SPDX-License-Identifier: BSD-2-Clause */
/* A trace record as QEMU prints it, without the prefix, to be searched for in the log. */
#ifndef TCE_CLI_RENDER_RECORD_H
#define TCE_CLI_RENDER_RECORD_H

#include <tce/trace.h>

/* At most n bytes, always terminated. */
void tce_record_text(const struct tce_trace_record *record, char *ret_text, size_t n);

#endif
