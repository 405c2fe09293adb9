/* SPDX-License-Identifier: BSD-2-Clause */
/* Pictures for Graphviz: the states of a small search, or the way to a breach. */
#ifndef TCE_CLI_EXPLORE_GRAPH_H
#define TCE_CLI_EXPLORE_GRAPH_H

#include "explore.h"

struct tce_explore_graph;

/* Opens run->graph and has the search tell of its transitions. NULL: said on stderr. */
struct tce_explore_graph *tce_explore_graph_open(struct tce_explore_run *run);

/* Draws, after the search. False: said on stderr. */
bool tce_explore_graph_close(struct tce_explore_graph *graph, const struct tce_explore_run *run);

#endif
