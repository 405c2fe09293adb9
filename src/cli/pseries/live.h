/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole run: one QEMU process after another, each another machine, steps until there were enough
 * calls or enough time, or until the first difference.
 */
#ifndef TCE_CLI_PSERIES_LIVE_H
#define TCE_CLI_PSERIES_LIVE_H

#include "session.h"
#include "states.h"

struct tce_live_opts {
	struct tce_guest_opts guest;
	const struct tce_papr_profile *profile;
	bool exact; /* the profile is that of this very QEMU: an abort that is missing differs */
	uint64_t seed;
	uint64_t calls;       /* at least; 0: no limit */
	uint64_t epoch_calls; /* on one machine; 0: 40 000 to 120 000 */
	double seconds; /* at most, looked at between processes and now and then; 0: no limit */
	/* Told now and then; may be NULL. */
	void (*progress)(void *ctx, uint64_t calls, uint64_t entries, double seconds);
	void *ctx;
};

/* A sequence of steps and the machine to take them on. */
struct tce_qemu_story {
	struct tce_qemu_config config;
	struct tce_op *ops; /* malloc'ed */
	size_t nr_ops;
};

struct tce_live {
	enum tce_session_state state; /* RUNNING: all agreed; or DIFFERENT, FAILED, INTERRUPTED */
	struct tce_fail fail;
	struct tce_diff diff;        /* DIFFERENT; its op is the last of story */
	struct tce_qemu_story story; /* DIFFERENT: up to the difference */
	uint64_t calls;              /* hypercalls and RTAS calls compared */
	uint64_t monitor;            /* resets, plugs, saves ... */
	uint64_t dma;                /* device accesses */
	uint64_t entries;            /* table entries compared */
	uint64_t processes;
	uint64_t aborts;   /* QEMU aborted where the model says so */
	uint64_t outlived; /* and where it did not, with another QEMU than the profile's */
	double seconds;
	struct tce_states states;
};

/* ret_live is filled whatever happens; free it. */
void tce_live_run(const struct tce_live_opts *opts, struct tce_live *ret_live);
void tce_live_free(struct tce_live *live);

#endif
