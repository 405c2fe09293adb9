/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of a QEMU trace; the reader (qemu_trace.c) cuts lines, qemu_trace_line.c reads them. */
#ifndef TCE_FORMAT_QEMU_TRACE_H
#define TCE_FORMAT_QEMU_TRACE_H

#include <tce/trace.h>

#include "scan.h"

enum tce_trace_line {
	TCE_LINE_OTHER,   /* another family, or no trace line at all */
	TCE_LINE_RECORD,  /* *ret_record holds it; line is left 0 */
	TCE_LINE_DAMAGED, /* a known family; *ret_record as far as it was read */
};

/* ret_scan tells why a line is damaged. n bytes, without the newline. */
enum tce_trace_line tce_trace_line_read(const char *line, size_t n,
					struct tce_trace_record *ret_record,
					struct tce_scan *ret_scan);

#endif
