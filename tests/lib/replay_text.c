/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole text through reader and replay. */
#include <stddef.h>
#include <string.h>

#include "recording.h"
#include "testing.h"

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

struct replayed replay_lines_with(const char *text, const struct tce_replay_opts *opts)
{
	struct replayed r;

	assert_int_equal(replay_text(text, strlen(text), opts, &r), 0);
	return r;
}

struct replayed replay_lines(const char *text)
{
	return replay_lines_with(text, NULL);
}

void replay_agrees(const char *text)
{
	struct replayed r = replay_lines(text);
	char words[512] = "";

	if (r.sum.diverged != 0) {
		tce_divergence_text(tce_replay_divergence(r.replay, 0), words, sizeof(words));
		fail_msg("line %llu: %s",
			 (unsigned long long)tce_replay_divergence(r.replay, 0)->line, words);
	}
	assert_int_equal(r.stats.damaged, 0);
	tce_replay_free(r.replay);
}

void replay_diverges(const char *text, uint64_t line, enum tce_differs what)
{
	struct replayed r = replay_lines(text);

	if (r.sum.diverged != 1 || tce_replay_divergence(r.replay, 0)->line != line)
		fail_msg("%llu diverge, the first at line %llu, not %llu",
			 (unsigned long long)r.sum.diverged,
			 r.sum.diverged == 0
				 ? 0ULL
				 : (unsigned long long)tce_replay_divergence(r.replay, 0)->line,
			 (unsigned long long)line);
	assert_int_equal(tce_replay_divergence(r.replay, 0)->what, what);
	assert_int_equal(r.sum.agreed + r.sum.diverged, r.sum.events);
	tce_replay_free(r.replay);
}
