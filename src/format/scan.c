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
