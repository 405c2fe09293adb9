/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reader of QEMU traces: cuts the pieces it is fed into lines and hands each to
 * tce_trace_line_read. A line that lies whole in a piece is read in place; only one that crosses a
 * piece's end is copied, so memory is constant and most bytes are touched once.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "qemu_trace.h"

#define COMPLAINT_MAX 96U

struct tce_trace_reader {
	struct tce_mem mem;
	struct tce_trace_stats stats;
	const char *p; /* rest of the fed piece */
	const char *end;
	bool over;       /* the end of the log was fed */
	bool overflowed; /* the held line is longer than held[] */
	size_t nr_held;
	struct tce_scan scan; /* why the last damaged line is damaged */
	uint64_t damaged_line;
	char complaint[COMPLAINT_MAX];
	char held[TCE_TRACE_LINE_MAX]; /* begin of a line whose end was not fed yet */
};

int tce_trace_reader_new(const struct tce_alloc *alloc, struct tce_trace_reader **ret_reader)
{
	struct tce_trace_reader *reader;
	struct tce_mem mem;

	tce_mem_init(&mem, alloc);
	reader = tce_mem_new(&mem, sizeof(*reader));
	if (reader == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&reader->mem, alloc);
	*ret_reader = reader;
	return 0;
}

void tce_trace_reader_free(struct tce_trace_reader *reader)
{
	if (reader != NULL)
		tce_mem_free(&reader->mem, reader, sizeof(*reader));
}

int tce_trace_feed(struct tce_trace_reader *reader, const void *buf, size_t n)
{
	if (reader->p != reader->end || reader->over)
		return -TCE_ERR_STATE;
	reader->p = buf;
	reader->end = n == 0 ? buf : (const char *)buf + n;
	reader->over = n == 0;
	reader->stats.bytes += n;
	return 0;
}

static void hold(struct tce_trace_reader *reader, const char *text, size_t n)
{
	size_t room = sizeof(reader->held) - reader->nr_held;

	if (n > room) {
		reader->overflowed = true;
		n = room;
	}
	if (n != 0)
		memcpy(reader->held + reader->nr_held, text, n);
	reader->nr_held += n;
}

/*
 * The next whole line: true and where it lies. False: none is left, what there was is held. A line
 * cut to held[] has *ret_cut set.
 */
static bool next_line(struct tce_trace_reader *reader, const char **ret_line, size_t *ret_n,
		      bool *ret_cut)
{
	size_t left = (size_t)(reader->end - reader->p);
	const char *line = reader->p;
	const char *newline = left == 0 ? NULL : memchr(line, '\n', left);
	size_t n;

	if (newline == NULL) {
		hold(reader, line, left);
		reader->p = reader->end;
		if (!reader->over || reader->nr_held == 0)
			return false;
		n = 0;
	} else {
		n = (size_t)(newline - line);
		reader->p = newline + 1;
	}
	*ret_cut = n > sizeof(reader->held);
	if (reader->nr_held != 0) {
		hold(reader, line, n);
		line = reader->held;
		n = reader->nr_held;
		*ret_cut = reader->overflowed;
		reader->nr_held = 0;
		reader->overflowed = false;
	}
	*ret_line = line;
	*ret_n = *ret_cut ? sizeof(reader->held) : n;
	return true;
}

/* A line over the limit: what its begin says decides whether it should have been a record. */
static enum tce_trace_line read_cut_line(const char *line, size_t n,
					 struct tce_trace_record *record, struct tce_scan *scan)
{
	enum tce_trace_line got = tce_trace_line_read(line, n, record, scan);

	if (got == TCE_LINE_OTHER)
		return got;
	tce_scan_fail(scan, "", TCE_SCAN_TOO_LONG);
	return TCE_LINE_DAMAGED;
}

enum tce_trace_next tce_trace_next(struct tce_trace_reader *reader,
				   struct tce_trace_record *ret_record)
{
	enum tce_trace_line got;
	const char *line;
	size_t n;
	bool cut;

	while (next_line(reader, &line, &n, &cut)) {
		reader->stats.lines++;
		if (cut)
			got = read_cut_line(line, n, ret_record, &reader->scan);
		else
			got = tce_trace_line_read(line, n, ret_record, &reader->scan);
		if (got == TCE_LINE_OTHER) {
			reader->stats.skipped++;
			continue;
		}
		ret_record->line = reader->stats.lines;
		if (got == TCE_LINE_RECORD) {
			reader->stats.records++;
			return TCE_TRACE_RECORD;
		}
		reader->stats.damaged++;
		reader->damaged_line = reader->stats.lines;
		return TCE_TRACE_DAMAGED;
	}
	return TCE_TRACE_MORE;
}

/* " ioba=" -> "ioba": the name by which a person knows the field. */
static const char *field_name(const char *wanted, int *ret_n)
{
	size_t n;

	while (*wanted == ' ' || *wanted == ',')
		wanted++;
	n = strlen(wanted);
	while (n > 1 && strchr("= :(", wanted[n - 1]) != NULL)
		n--;
	*ret_n = (int)n;
	return wanted; /* a bare " " ends up empty */
}

const char *tce_trace_complaint(struct tce_trace_reader *reader, uint64_t *ret_line)
{
	static const char *const text[] = {
		[TCE_SCAN_OK] = "",
		[TCE_SCAN_MISSING] = " is missing",
		[TCE_SCAN_NOT_NUMBER] = " is not a number",
		[TCE_SCAN_TOO_LARGE] = " is too large a number",
		[TCE_SCAN_TRAILING] = "there is text after the last field",
		[TCE_SCAN_TOO_LONG] = "the line is too long",
		[TCE_SCAN_UNKNOWN] = " has no such event",
	};
	const char *wanted = reader->scan.wanted != NULL ? reader->scan.wanted : "";
	int n;
	const char *name = field_name(wanted, &n);

	if (n == 0 && reader->scan.fault < TCE_SCAN_TRAILING) {
		name = "the address";
		n = (int)strlen(name);
	}
	snprintf(reader->complaint, sizeof(reader->complaint), "%.*s%s", n, name,
		 text[reader->scan.fault]);
	*ret_line = reader->damaged_line;
	return reader->complaint;
}

void tce_trace_stats(const struct tce_trace_reader *reader, struct tce_trace_stats *ret_stats)
{
	*ret_stats = reader->stats;
}
