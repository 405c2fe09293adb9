/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A story, that is a machine and steps, taken on both sides from a fresh QEMU; and the search for
 * the shortest story that still shows a difference.
 */
#ifndef TCE_CLI_QEMU_STORY_H
#define TCE_CLI_QEMU_STORY_H

#include "cli/pseries/live.h"

/* How a story ended. */
struct tce_story_end {
	enum tce_session_state state; /* RUNNING: both agree to the end; ABORTED: and both died */
	struct tce_diff diff;
	struct tce_fail fail;
	enum tce_abort abort;
};

/* What each step was expected to answer, as it is taken; may be NULL. */
struct tce_story_watch {
	void (*step)(void *ctx, size_t index, const struct tce_op *op,
		     const struct tce_expected *expect);
	void *ctx;
};

/*
 * Steps that are impossible where they stand are left out of story, which becomes shorter. strict:
 * such a step is a failure instead.
 */
void tce_story_play(const struct tce_live_opts *opts, struct tce_qemu_story *story, bool strict,
		    const struct tce_story_watch *watch, struct tce_story_end *ret_end);

/*
 * Make a story that shows a difference as short and plain as possible; its last step then shows
 * it. False when the difference does not come again: story is as it was.
 */
bool tce_story_shrink(const struct tce_live_opts *opts, struct tce_qemu_story *story);

#endif
