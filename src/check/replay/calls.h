/* SPDX-License-Identifier: BSD-2-Clause */
/* What the replay of all four TCE hypercalls has in common (calls.c). */
#ifndef TCE_CHECK_REPLAY_CALLS_H
#define TCE_CHECK_REPLAY_CALLS_H

#include "replay.h"

/* Who accepts the call: the recording, the model, or both. */
enum tce_verdict {
	TCE_VERDICT_ACCEPTED, /* both accept */
	TCE_VERDICT_REFUSED,  /* both refuse */
	TCE_VERDICT_ONLY_MODEL_ACCEPTS,
	TCE_VERDICT_ONLY_LOG_ACCEPTS,
};

/* The window to call; NULL with *ret_err: the record is done with, or cannot be compared. */
struct tce_rwin *tce_call_window(struct tce_replay *r, const struct tce_trace_record *rec,
				 int *ret_err);

/* QEMU prints put, get and stuff addresses rounded down; one that is not cannot come from it. */
void tce_call_aligned(struct tce_replay *r, const struct tce_rwin *w,
		      const struct tce_trace_record *rec);

/*
 * Compare return codes; index is the entry the recording accepts first, or refuses. A code that no
 * such call ever gives differs whatever the trust; a window of uncertain end may explain others.
 */
enum tce_verdict tce_call_judge(struct tce_replay *r, struct tce_rwin *w,
				const struct tce_trace_record *rec, uint64_t index,
				const struct tce_answer *answer);

/* Entries the log says exist although the model's window is shorter: grow it, when believed. */
TCE_MUST_USE int tce_call_grow(struct tce_replay *r, struct tce_rwin *w, uint64_t end);

/* Entries [index, index + count) that may have been changed by rec, as far as they exist. */
TCE_MUST_USE int tce_call_doubt(struct tce_rwin *w, const struct tce_trace_record *rec,
				uint64_t index, uint64_t count);

/*
 * The log says entry index refused the call, and it exists: what does the model say of storing
 * there? Asked by writing what is there already.
 */
TCE_MUST_USE int tce_call_probe(struct tce_replay *r, const struct tce_rwin *w, uint64_t index,
				struct tce_answer *ret_answer);

/* Rule tce-overwritten: the entries of old, whose first has that mark, now hold tce. */
void tce_call_overwrites(struct tce_replay *r, const struct tce_rwin *w, const struct tce_run *old,
			 uint64_t mark, uint64_t tce);

/* A mapping that the log shows in full: does it lie in memory, is it bus = start + address? */
void tce_call_maps(struct tce_replay *r, struct tce_rwin *w, uint64_t index, uint64_t tce);

/* Remember the most entries mapped at once. */
void tce_call_peak(struct tce_rwin *w);

#endif
