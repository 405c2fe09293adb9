/* SPDX-License-Identifier: BSD-2-Clause */
/* Playing a story. See story.h; shrink.c makes it shorter. */
#include <string.h>

#include "story.h"

/* Feed all steps that are possible; they move together at the front of story. */
static void feed_all(struct tce_session *session, struct tce_qemu_story *story, bool strict,
		     const struct tce_story_watch *watch)
{
	size_t kept = 0;
	size_t n = story->nr_ops;

	for (size_t i = 0; i < n; i++) {
		if (!tce_session_possible(session, &story->ops[i])) {
			if (!strict)
				continue;
			tce_fail(&session->fail, "step %zu is not possible where it stands", i + 1);
			session->state = TCE_SESSION_FAILED;
			return;
		}
		story->ops[kept++] = story->ops[i];
		story->nr_ops = kept;
		tce_session_feed(session, &story->ops[kept - 1]);
		if (watch && session->nr_expected == kept)
			watch->step(watch->ctx, kept - 1, &story->ops[kept - 1], &session->expect);
		if (session->state != TCE_SESSION_RUNNING)
			return;
	}
	tce_session_settle(session);
}

void tce_story_play(const struct tce_live_opts *opts, struct tce_qemu_story *story, bool strict,
		    const struct tce_story_watch *watch, struct tce_story_end *ret_end)
{
	struct tce_session session;

	if (tce_session_start(&session, &opts->guest, opts->profile, &story->config) == 0)
		feed_all(&session, story, strict, watch);
	*ret_end = (struct tce_story_end){.state = session.state,
					  .diff = session.diff,
					  .fail = session.fail,
					  .abort = session.abort};
	tce_session_stop(&session);
}
