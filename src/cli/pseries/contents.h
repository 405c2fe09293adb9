/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comparison of what is in the tables: sweeps fed among the other steps.
 *
 * What a call stored is read back, with its neighbours, before the window can go; whole tables are
 * read now and then and at the end. Tables too large for that are read at both ends and in strides.
 */
#ifndef TCE_CLI_PSERIES_CONTENTS_H
#define TCE_CLI_PSERIES_CONTENTS_H

#include "session.h"

#define TCE_CONTENTS_RANGES 48U

struct tce_contents {
	struct {
		uint64_t liobn;
		uint64_t ioba;
		uint64_t count;
		unsigned page_shift;
	} range[TCE_CONTENTS_RANGES];
	unsigned nr_ranges;
	unsigned since_whole; /* steps since whole tables were read */
};

/* All feed the session: 0 while it is RUNNING. before: op is about to be fed; after: it was. */
int tce_contents_before(struct tce_contents *contents, struct tce_session *session,
			const struct tce_op *op);
int tce_contents_after(struct tce_contents *contents, struct tce_session *session,
		       const struct tce_op *op);

/* Read all windows; those up to most entries wholly. */
int tce_contents_whole(struct tce_session *session, uint64_t most);

#endif
