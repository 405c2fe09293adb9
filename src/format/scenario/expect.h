/* SPDX-License-Identifier: BSD-2-Clause */
/* Expectations as text, both ways: what stands behind "->" in a statement. */
#ifndef TCE_FORMAT_SCENARIO_EXPECT_H
#define TCE_FORMAT_SCENARIO_EXPECT_H

#include "value.h"

/*
 * One word or key=value. NULL: *ret_expect. Else a static clause; nearest is given the words that
 * would have been right.
 */
const char *tce_expect_read(const struct tce_word_in *word, struct tce_expect *ret_expect,
			    struct tce_nearest *nearest);

/* In the form that is read; what no word says sets out->err to INVAL. */
void tce_expect_write(const struct tce_expect *expect, struct tce_out *out);

/* What came of an event, in the same words. */
void tce_outcome_words(const struct tce_event *event, const struct tce_outcome *outcome,
		       struct tce_out *out);

#endif
