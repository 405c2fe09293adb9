/* SPDX-License-Identifier: BSD-2-Clause */
/* A growing buffer with the two callbacks of save and load. */
#ifndef STREAM_H
#define STREAM_H

#include <stddef.h>
#include <stdint.h>

struct stream {
	uint8_t *bytes;
	size_t size;
	size_t at;      /* where get reads on */
	size_t fail_at; /* put and get refuse from this byte on; 0: never */
};

void stream_free(struct stream *stream);

/* ctx is a struct stream *. get past the end: non-zero. */
int stream_put(void *ctx, const void *buf, size_t n);
int stream_get(void *ctx, void *buf, size_t n);

#endif
