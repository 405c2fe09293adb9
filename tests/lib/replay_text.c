/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole text through reader and replay. */
#include <stddef.h>

#include "recording.h"

#define PIECE 65536U

static int replay_piece(struct tce_trace_reader *reader, struct replayed *out, const char *text,
			size_t n)
{
	struct tce_trace_record record;
	enum tce_trace_next next;
	int err = tce_trace_feed(reader, text, n);

	while (err == 0 && (next = tce_trace_next(reader, &record)) != TCE_TRACE_MORE) {
		if (next == TCE_TRACE_RECORD) {
			err = tce_replay_record(out->replay, &record);
			continue;
		}
		if (out->first_damaged == 0)
			out->first_damaged = record.line;
		err = tce_replay_damaged(out->replay, &record);
	}
	return err;
}

static int replay_all(struct tce_trace_reader *reader, struct replayed *out, const char *text,
		      size_t size)
{
	size_t n;
	int err;

	for (size_t at = 0; at < size; at += n) {
		n = size - at < PIECE ? size - at : PIECE;
		err = replay_piece(reader, out, text + at, n);
		if (err != 0)
			return err;
	}
	err = replay_piece(reader, out, NULL, 0);
	return err != 0 ? err : tce_replay_finish(out->replay);
}

int replay_text(const char *text, size_t size, const struct tce_replay_opts *opts,
		struct replayed *ret_replayed)
{
	const struct tce_replay_opts defaults = {.alloc = NULL};
	struct replayed out = {.replay = NULL};
	struct tce_trace_reader *reader;
	int err;

	opts = opts != NULL ? opts : &defaults;
	err = tce_trace_reader_new(opts->alloc, &reader);
	if (err != 0)
		return err;
	err = tce_replay_new(opts, &out.replay);
	if (err == 0)
		err = replay_all(reader, &out, text, size);
	tce_trace_stats(reader, &out.stats);
	tce_trace_reader_free(reader);
	if (err != 0) {
		tce_replay_free(out.replay);
		return err;
	}
	tce_replay_summary(out.replay, &out.sum);
	*ret_replayed = out;
	return 0;
}
