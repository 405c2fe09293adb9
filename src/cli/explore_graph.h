/* SPDX-License-Identifier: BSD-2-Clause */
/* Pictures for Graphviz: the states of a small search, or the way to a breach. */
#ifndef TCE_CLI_EXPLORE_GRAPH_H
#define TCE_CLI_EXPLORE_GRAPH_H

#include <stdio.h>

#include "explore.h"

struct tce_explore_graph;

/* Opens run->graph and has the search tell of its transitions. NULL: said on stderr. */
struct tce_explore_graph *tce_explore_graph_open(struct tce_explore_run *run);

/*
 * Draws, after the search. TCE_EXIT_OK; TCE_EXIT_INCONCLUSIVE there is no picture of what was
 * found; TCE_EXIT_INTERNAL: both said on stderr.
 */
int tce_explore_graph_close(struct tce_explore_graph *graph, const struct tce_explore_run *run);

/* The story of a finding, one box an event. explore_way.c. */
bool tce_explore_draw_way(FILE *file, const struct tce_explore_run *run,
			  const struct tce_explore_finding *finding);

/* --- text in Graphviz's strings -------------------------------------------------------------- */

#define TCE_GRAPH_TEXT 320U

struct tce_graph_text {
	char at[TCE_GRAPH_TEXT]; /* terminated */
	size_t n;
};

/* Append: what Graphviz takes for its own is escaped; what does not fit is cut. Returns 0. */
int tce_graph_put(void *text, const char *from, size_t n);

/* The same in lines of at most columns, broken at spaces, each ended by "\l". */
void tce_graph_wrap(struct tce_graph_text *text, const char *from, unsigned columns);

#endif
