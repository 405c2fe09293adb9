/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole run: one random story after another, until there were enough calls or enough time. */
#ifndef TCE_CLI_POWERNV_LIVE_H
#define TCE_CLI_POWERNV_LIVE_H

#include "story.h"

struct tce_nv_live_opts {
	struct tce_nv_machine_opts machine;
	const struct tce_ioda_profile *profile;
	uint64_t seed;
	uint64_t calls; /* at least; 0: no limit */
	double seconds; /* at most, looked at now and then; 0: no limit */
	/* Told now and then; may be NULL. */
	void (*progress)(void *ctx, uint64_t calls, uint64_t dma, double seconds);
	void *ctx;
};

struct tce_nv_live {
	enum tce_nv_state state; /* RUNNING: all agreed */
	struct tce_fail fail;
	struct tce_nv_diff diff;   /* DIFFERENT; its op is the last of story */
	struct tce_nv_story story; /* DIFFERENT: up to the difference */
	uint64_t calls;            /* OPAL calls compared */
	uint64_t registers;        /* register, table and memory accesses of the processor */
	uint64_t words;            /* words of tables read back and compared */
	uint64_t dma;              /* accesses of devices */
	uint64_t stories;
	unsigned nr_bridges;
	double seconds;
	uint64_t refused[TCE_NR_OPAL_REFUSALS]; /* calls by how they ended */
	uint64_t faults[TCE_NR_IODA_FAULTS];    /* accesses by what was met */
};

/*
 * Run on a session that is new or has run before, and stays with its machine. ret_live is filled
 * whatever happens; free it.
 */
void tce_nv_live_run(struct tce_nv_session *session, const struct tce_nv_live_opts *opts,
		     struct tce_nv_live *ret_live);
void tce_nv_live_free(struct tce_nv_live *live);

#endif
