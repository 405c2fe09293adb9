/* SPDX-License-Identifier: BSD-2-Clause */
/* What readers of recordings have in common: lines, and what they say about a damaged one. */
#include "scan.h"

#include <stdio.h>

bool tce_scan_line(const char *text, size_t size, size_t *at, struct tce_scan *ret_line)
{
	const char *start = text + *at;
	size_t left = size - *at;
	const char *newline;

	if (left == 0)
		return false;
	newline = memchr(start, '\n', left);
	ret_line->p = start;
	ret_line->end = newline != NULL ? newline : start + left;
	*at += (size_t)(ret_line->end - start) + (newline != NULL);
	return true;
}

void tce_scan_complaint(const struct tce_scan *s, char *ret_text, size_t size)
{
	static const char *const what[] = {
		[TCE_SCAN_OK] = "cannot be read at",
		[TCE_SCAN_MISSING] = "lacks",
		[TCE_SCAN_NOT_NUMBER] = "has no number at",
		[TCE_SCAN_TOO_LARGE] = "has too large a number at",
		[TCE_SCAN_TRAILING] = "goes on after its end",
		[TCE_SCAN_TOO_LONG] = "is too long at",
		[TCE_SCAN_UNKNOWN] = "has something impossible at",
	};
	const char *wanted = s->wanted != NULL ? s->wanted : "";

	while (*wanted == ' ')
		wanted++;
	snprintf(ret_text, size, "%s%s%s", what[s->fault], *wanted != '\0' ? " " : "", wanted);
}

void tce_scan_lines_init(struct tce_lines *lines, const char *text, size_t size)
{
	memset(lines, 0, sizeof(*lines));
	lines->text = text;
	lines->size = size;
}

bool tce_scan_next_kind(struct tce_lines *lines, size_t (*kind_of)(struct tce_scan *s),
			size_t nr_kinds, struct tce_scan *ret_line, size_t *ret_kind)
{
	struct tce_scan s = {.fault = TCE_SCAN_OK};
	size_t kind;

	while (tce_scan_line(lines->text, lines->size, &lines->at, &s)) {
		lines->read++;
		kind = kind_of(&s);
		if (kind != nr_kinds) {
			*ret_line = s;
			*ret_kind = kind;
			return true;
		}
		lines->skipped++;
	}
	return false;
}

bool tce_scan_count(struct tce_lines *lines, struct tce_scan *s, bool fields_read)
{
	if (fields_read && tce_scan_end(s)) {
		lines->records++;
		return true;
	}
	lines->damaged++;
	tce_scan_complaint(s, lines->complaint, sizeof(lines->complaint));
	return false;
}
