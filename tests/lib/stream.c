/* SPDX-License-Identifier: BSD-2-Clause */
#include "stream.h"

#include <stdlib.h>
#include <string.h>

void stream_free(struct stream *stream)
{
	free(stream->bytes);
	memset(stream, 0, sizeof(*stream));
}

int stream_put(void *ctx, const void *buf, size_t n)
{
	struct stream *stream = ctx;
	uint8_t *bytes;

	if (stream->fail_at != 0 && stream->size + n > stream->fail_at)
		return -1;
	bytes = realloc(stream->bytes, stream->size + n);
	if (bytes == NULL)
		abort();
	memcpy(bytes + stream->size, buf, n);
	stream->bytes = bytes;
	stream->size += n;
	return 0;
}

int stream_get(void *ctx, void *buf, size_t n)
{
	struct stream *stream = ctx;

	if (n > stream->size - stream->at ||
	    (stream->fail_at != 0 && stream->at + n > stream->fail_at))
		return -1;
	memcpy(buf, stream->bytes + stream->at, n);
	stream->at += n;
	return 0;
}
