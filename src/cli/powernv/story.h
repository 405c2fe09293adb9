/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A story: the seed that fills memory, and steps from the state skiboot hands over. Played on both
 * sides it agrees or shows a difference; the search for the shortest one that does.
 */
#ifndef TCE_CLI_POWERNV_STORY_H
#define TCE_CLI_POWERNV_STORY_H

#include <stdio.h>

#include "session.h"

struct tce_nv_story {
	uint64_t fill;
	struct tce_nv_op *ops; /* malloc'ed */
	size_t nr_ops;
};

/* What each step was expected to answer, as it is taken; may be NULL. */
struct tce_nv_watch {
	void (*step)(void *ctx, size_t index, const struct tce_nv_op *op,
		     const struct tce_nv_expect *expect);
	void *ctx;
};

/*
 * Play it; session->state tells how it ended. Steps that are impossible where they stand are left
 * out of the story, which becomes shorter.
 */
void tce_nv_story_play(struct tce_nv_session *session, const struct tce_ioda_profile *profile,
		       struct tce_nv_story *story, const struct tce_nv_watch *watch);

/*
 * Make a story that shows a difference as short and plain as possible; its last step then shows
 * it, and session->diff tells what. False when the difference does not come again: story is as it
 * was.
 */
bool tce_nv_story_shrink(struct tce_nv_session *session, const struct tce_ioda_profile *profile,
			 struct tce_nv_story *story);

/*
 * As text: "machine NAME profile=NAME memory=SEED", then a step a line: word, numbers, and
 * "-> answer" where it has one.
 */
#define TCE_NV_TEXT_LINE 320U
void tce_nv_text_op(const struct tce_nv_op *op, char *buf, size_t size);
void tce_nv_text_expect(const struct tce_nv_op *op, const struct tce_nv_expect *expect, char *buf,
			size_t size);

/* A story as read. */
struct tce_nv_text {
	char machine[16];
	char profile[32]; /* "" when none is named */
	struct tce_nv_story story;
	char **expect;  /* nr_ops of them: the answer named in the text, "" for none */
	unsigned *line; /* where each step stood */
};

/* 0, or -1 and *fail, which names the line. To be freed in either case. */
int tce_nv_text_read(FILE *in, const char *name, struct tce_nv_text *ret_text,
		     struct tce_fail *fail);
void tce_nv_text_free(struct tce_nv_text *text);

#endif
