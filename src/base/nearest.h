/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean ...?": which of some words is nearest to a mistyped one. Pure. */
#ifndef TCE_BASE_NEAREST_H
#define TCE_BASE_NEAREST_H

#include <stddef.h>

/*
 * Letters to insert, delete, change or swap with a neighbour to make b of a; words longer than 63
 * letters are as far apart as can be.
 */
unsigned tce_edit_distance(const char *a, size_t na, const char *b, size_t nb);

/* The best candidate so far, while a caller walks its words. */
struct tce_nearest {
	const char *word; /* what was typed */
	size_t len;
	const char *best; /* NULL: nothing near enough */
	unsigned distance;
};

void tce_nearest_init(struct tce_nearest *nearest, const char *word, size_t len);

/* One candidate, NUL-terminated; it is kept by reference. */
void tce_nearest_try(struct tce_nearest *nearest, const char *candidate);

#endif
