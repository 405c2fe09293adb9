/* SPDX-License-Identifier: BSD-2-Clause */
/* Optimal string alignment distance (Damerau-Levenshtein, no piece edited twice). */
#include "nearest.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define WORD_MAX 63U

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

unsigned tce_edit_distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned row[3][WORD_MAX + 1]; /* two before, one before, this one */

	if (na > WORD_MAX || nb > WORD_MAX)
		return UINT_MAX;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = (unsigned)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned *now = row[i % 3];
		const unsigned *up = row[(i - 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= nb; j++) {
			bool same = a[i - 1] == b[j - 1];

			now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + !same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], row[(i - 2) % 3][j - 2] + 1);
		}
	}
	return row[na % 3][nb];
}

void tce_nearest_init(struct tce_nearest *nearest, const char *word, size_t len)
{
	nearest->word = word;
	nearest->len = len;
	nearest->best = NULL;
	nearest->distance = (unsigned)(len < 3 ? 1 : len / 3) + 1;
}

void tce_nearest_try(struct tce_nearest *nearest, const char *candidate)
{
	unsigned distance =
		tce_edit_distance(nearest->word, nearest->len, candidate, strlen(candidate));

	if (distance < nearest->distance) {
		nearest->best = candidate;
		nearest->distance = distance;
	}
}
