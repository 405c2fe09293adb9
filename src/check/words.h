/* SPDX-License-Identifier: BSD-2-Clause */
/* Building one line of text in a caller's buffer, and numbers as people read them. */
#ifndef TCE_CHECK_WORDS_H
#define TCE_CHECK_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct tce_words {
	char *buf;
	size_t size;
	size_t len; /* that it has or would have, like snprintf */
};

/* Begin with an empty text; size 0: only the length is counted. */
void tce_words_init(struct tce_words *w, char *buf, size_t size);

__attribute__((format(printf, 2, 3))) void tce_words_add(struct tce_words *w, const char *format,
							 ...);

/* "16M", "1G", "24640K": bytes in the largest binary unit that divides them. */
void tce_words_add_size(struct tce_words *w, uint64_t bytes);

/* "1", "5 216", "262 144": groups of three with a blank between. */
void tce_words_add_count(struct tce_words *w, uint64_t count);

#endif
