/* SPDX-License-Identifier: BSD-2-Clause */
/* Playing a story, and making it short by leaving parts out (delta debugging). See story.h. */
#include <stdlib.h>
#include <string.h>

#include "story.h"

/* Attempts take a few tenths of a second, more when the machine has to boot again. */
#define ATTEMPTS_MOST 300U
#define SECONDS_MOST  120.0

void tce_nv_story_play(struct tce_nv_session *session, const struct tce_ioda_profile *profile,
		       struct tce_nv_story *story, const struct tce_nv_watch *watch)
{
	size_t kept = 0;

	if (tce_nv_session_begin(session, profile, story->fill) != 0)
		return;
	for (size_t i = 0; i < story->nr_ops; i++) {
		const struct tce_nv_op op = story->ops[i];

		if (!tce_nv_model_possible(&session->model, &op))
			continue;
		story->ops[kept] = op;
		if (tce_nv_session_feed(session, &op) != 0)
			break;
		if (watch)
			watch->step(watch->ctx, kept, &op, &session->expect);
		kept++;
	}
	if (session->state == TCE_NV_RUNNING)
		tce_nv_session_settle(session);
	if (session->state == TCE_NV_RUNNING)
		story->nr_ops = kept;
}

/* --- the shortest story ------------------------------------------------------------------- */

struct shrinker {
	struct tce_nv_session *session;
	const struct tce_ioda_profile *profile;
	struct tce_nv_story *best;   /* known to show a difference, with its last step */
	struct tce_nv_story attempt; /* room for as many steps */
	struct tce_nv_diff diff;     /* of the best */
	unsigned attempts;
	double give_up;
};

/* Does the attempt show a difference? Then it becomes the best, up to that difference. */
static bool try_it(struct shrinker *s)
{
	struct tce_nv_story swap = *s->best;

	if (s->attempts++ >= ATTEMPTS_MOST || tce_now() > s->give_up || tce_child_interrupted())
		return false;
	tce_nv_story_play(s->session, s->profile, &s->attempt, NULL);
	if (s->session->state != TCE_NV_DIFFERENT)
		return false;
	s->diff = s->session->diff;
	s->attempt.nr_ops = s->diff.op + 1;
	*s->best = s->attempt;
	s->attempt = swap;
	return true;
}

/* The attempt is the best without steps [from, to). */
static void cut_out(struct shrinker *s, size_t from, size_t to)
{
	const struct tce_nv_story *best = s->best;

	memcpy(s->attempt.ops, best->ops, from * sizeof(best->ops[0]));
	memcpy(s->attempt.ops + from, best->ops + to, (best->nr_ops - to) * sizeof(best->ops[0]));
	s->attempt.nr_ops = best->nr_ops - (to - from);
	s->attempt.fill = best->fill;
}

/* The last n steps, for n four times as many each time. */
static void keep_tail(struct shrinker *s)
{
	for (size_t n = 1; n < s->best->nr_ops; n *= 4) {
		cut_out(s, 0, s->best->nr_ops - n);
		if (try_it(s))
			return;
	}
}

/* Leave parts out, never the last step. */
static void cut_parts(struct shrinker *s)
{
	for (size_t size = s->best->nr_ops / 2; size; size /= 2) {
		size_t from = 0;

		while (from + size < s->best->nr_ops) {
			cut_out(s, from, from + size);
			if (!try_it(s))
				from += size;
		}
	}
}

/* A difference in a range of words becomes one in a word. */
static void narrow_sweep(struct shrinker *s)
{
	struct tce_nv_op *last;

	for (bool more = true; more;) {
		cut_out(s, 0, 0);
		last = &s->attempt.ops[s->attempt.nr_ops - 1];
		if (last->kind != TCE_NV_SWEEP)
			return;
		if (last->n[2] == 1) {
			*last = (struct tce_nv_op){.kind = TCE_NV_TABLE_READ,
						   .n = {last->n[0], last->n[1]}};
			try_it(s);
			return;
		}
		last->n[2] /= 2;
		more = try_it(s);
		if (more)
			continue;
		cut_out(s, 0, 0);
		last = &s->attempt.ops[s->attempt.nr_ops - 1];
		last->n[1] += last->n[2] / 2;
		last->n[2] -= last->n[2] / 2;
		more = try_it(s);
	}
}

/* Numbers become 0, or small, where that shows it as well; the kind of call stays. */
static void plain_numbers(struct shrinker *s)
{
	for (size_t i = 0; i < s->best->nr_ops; i++) {
		for (unsigned k = 1; k < TCE_NV_NR_NUMBERS && i < s->best->nr_ops; k++) {
			uint64_t was = s->best->ops[i].n[k];

			if (was == 0)
				continue;
			cut_out(s, 0, 0);
			s->attempt.ops[i].n[k] = 0;
			try_it(s);
		}
	}
}

bool tce_nv_story_shrink(struct tce_nv_session *session, const struct tce_ioda_profile *profile,
			 struct tce_nv_story *story)
{
	struct shrinker s = {.session = session,
			     .profile = profile,
			     .best = story,
			     .give_up = tce_now() + SECONDS_MOST};
	bool came_again;

	s.attempt.ops = calloc(story->nr_ops, sizeof(story->ops[0]));
	if (!s.attempt.ops)
		return false;
	cut_out(&s, 0, 0);
	came_again = try_it(&s);
	if (came_again) {
		keep_tail(&s);
		cut_parts(&s);
		narrow_sweep(&s);
		cut_parts(&s);
		plain_numbers(&s);
	}
	free(s.attempt.ops);
	session->diff = s.diff;
	return came_again;
}
