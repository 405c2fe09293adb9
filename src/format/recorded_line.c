/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line of a QEMU trace with what stands before the event: when it was written and by which thread
 * (tce-trace(5)), and beside the records of tce/trace.h the requests for interrupts, which tell
 * when a driver was at work.
 */
#include <tce/predict.h>

#include "qemu_trace.h"

#define US UINT64_C(1000000)

/* Days from 1970-01-01 to a date of the Gregorian calendar. */
static uint64_t days_of(uint64_t year, uint64_t month, uint64_t day)
{
	uint64_t y = month <= 2 ? year - 1 : year;
	uint64_t era_year = y % 400;
	uint64_t in_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return y / 400 * 146097 + era_year * 365 + era_year / 4 - era_year / 100 + in_year - 719468;
}

/* "14655@1795169654.793644:" */
static bool read_seconds(struct tce_scan s, struct tce_recorded_line *line)
{
	uint64_t seconds, us;

	if (!tce_scan_digits(&s, "", UINT64_MAX, &line->thread) ||
	    !tce_scan_dec(&s, TCE_LIT("@"), UINT64_MAX / US - 1, &seconds) ||
	    !tce_scan_dec(&s, TCE_LIT("."), US - 1, &us) || !tce_scan_try(&s, TCE_LIT(":")))
		return false;
	line->time_us = seconds * US + us;
	return true;
}

/* "2026-11-20T10:43:13.301496Z " */
static bool read_iso(struct tce_scan s, struct tce_recorded_line *line)
{
	uint64_t year, month, day, hour, minute, second, us;

	if (!tce_scan_digits(&s, "", 9999, &year) || !tce_scan_dec(&s, TCE_LIT("-"), 12, &month) ||
	    !tce_scan_dec(&s, TCE_LIT("-"), 31, &day) ||
	    !tce_scan_dec(&s, TCE_LIT("T"), 23, &hour) ||
	    !tce_scan_dec(&s, TCE_LIT(":"), 59, &minute) ||
	    !tce_scan_dec(&s, TCE_LIT(":"), 60, &second) ||
	    !tce_scan_dec(&s, TCE_LIT("."), US - 1, &us) || year < 1970 || month == 0)
		return false;
	line->time_us =
		(((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * US + us;
	return true;
}

/* "spapr_pci_rtas_ibm_change_msi cfgaddr 0x800 func 4, requested 1, first irq 4864" */
static bool read_msi(struct tce_scan s, struct tce_recorded_line *line)
{
	if (!tce_scan_past(&s, TCE_LIT("spapr_pci_rtas_ibm_change_msi cfgaddr ")))
		return false;
	line->has_msi = tce_scan_hex32(&s, "", 0, &line->msi_cfg_addr);
	return line->has_msi;
}

bool tce_recorded_line_read(const char *line, size_t n, uint64_t number,
			    struct tce_recorded_line *ret_line)
{
	struct tce_scan s = {.p = line, .end = line + n};
	struct tce_scan rest;

	memset(ret_line, 0, sizeof(*ret_line));
	ret_line->has_record =
		tce_trace_line_read(line, n, &ret_line->record, &rest) == TCE_LINE_RECORD;
	if (!ret_line->has_record && !read_msi(s, ret_line))
		return false;
	ret_line->record.line = number;
	if (!read_seconds(s, ret_line))
		(void)read_iso(s, ret_line);
	return true;
}
