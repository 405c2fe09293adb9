/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers for people: 5000000 is "5 000 000". */
#ifndef TCE_CLI_VM_GROUPED_H
#define TCE_CLI_VM_GROUPED_H

#include <stdint.h>
#include <stdio.h>

struct tce_grouped {
	char text[32];
};

/* Its text lives as long as the expression: fprintf(out, "%s", tce_grouped(n).text). */
static inline struct tce_grouped tce_grouped(uint64_t n)
{
	struct tce_grouped grouped = {""};
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%ju", (uintmax_t)n);
	int at = 0;

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			grouped.text[at++] = ' ';
		grouped.text[at++] = digits[i];
	}
	return grouped;
}

#endif
