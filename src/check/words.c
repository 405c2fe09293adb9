/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in a caller's buffer. */
#include "words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void tce_words_init(struct tce_words *w, char *buf, size_t size)
{
	w->buf = buf;
	w->size = size;
	w->len = 0;
	if (size != 0)
		buf[0] = '\0';
}

void tce_words_add(struct tce_words *w, const char *format, ...)
{
	size_t room = w->len < w->size ? w->size - w->len : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(room != 0 ? w->buf + w->len : NULL, room, format, args);
	va_end(args);
	if (n > 0)
		w->len += (size_t)n;
}

void tce_words_add_size(struct tce_words *w, uint64_t bytes)
{
	static const char units[] = "BKMGTPE";
	unsigned unit = 0;

	while (bytes != 0 && bytes % 1024 == 0 && unit < sizeof(units) - 2) {
		bytes /= 1024;
		unit++;
	}
	tce_words_add(w, unit == 0 ? "%" PRIu64 : "%" PRIu64 "%c", bytes, units[unit]);
}

void tce_words_add_count(struct tce_words *w, uint64_t count)
{
	if (count >= 1000) {
		tce_words_add_count(w, count / 1000);
		tce_words_add(w, " %03" PRIu64, count % 1000);
	} else {
		tce_words_add(w, "%" PRIu64, count);
	}
}
