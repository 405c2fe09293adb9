/* SPDX-License-Identifier: BSD-2-Clause */
/* What an exploration keeps for its owner when its searches are gone. */
#ifndef TCE_CHECK_EXPLORE_RESULTS_H
#define TCE_CHECK_EXPLORE_RESULTS_H

#include "search.h"
#include "story.h"

struct found {
	bool found;
	struct tce_explore_finding finding;
	struct tce_draft draft;
};

struct tce_exploration {
	struct tce_mem mem;
	struct tce_explore_summary sum;
	struct found found[TCE_NR_RULES]; /* by rule */
};

#endif
