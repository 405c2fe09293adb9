/* SPDX-License-Identifier: BSD-2-Clause */
/* tce explore by many processes: was it started by mpirun, and what then? */
#ifndef TCE_CLI_EXPLORE_GROUP_H
#define TCE_CLI_EXPLORE_GROUP_H

#include "explore.h"

/* True: an mpirun started this process. */
bool tce_explore_is_one_of_many(void);

/* Rank 0 speaks for all. True: this is another, and what it says is dropped from now on. */
bool tce_explore_is_silent(void);

/* Threads for each process when there are none asked for: processors, shared by those here. */
unsigned tce_explore_threads_here(void);

/*
 * Join the others, and set run->opts.group; nothing when there are none. TCE_EXIT_USAGE, said:
 * there is no MPI here, or the options are not for many.
 */
int tce_explore_group_begin(struct tce_explore_run *run);

/* The search ended so, on this rank; the code to go on with. An internal error ends all ranks. */
int tce_explore_group_end(const struct tce_explore_run *run, int code);

#endif
