/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A comparison in progress: one QEMU process, one model, the steps both have taken.
 *
 * Steps that go through the ring are collected in batches: while the guest works on one batch, the
 * next is prepared and given to the model. All other steps wait until everything is answered.
 * Comparison of contents is a step like any other (a sweep), so that a sequence of steps says all.
 *
 * Life: tce_session_start -> tce_session_feed while it returns 0 -> tce_session_settle ->
 * tce_session_stop. state tells how it stands; it never goes back to RUNNING.
 */
#ifndef TCE_CLI_PSERIES_SESSION_H
#define TCE_CLI_PSERIES_SESSION_H

#include "guest.h"
#include "model.h"

#define TCE_BATCH_OPS     4096U /* half of the ring */
#define TCE_BATCH_LISTS   512U
#define TCE_BATCH_SCRATCH 16U
#define TCE_SCRATCH_BYTES 0x10000U

enum tce_session_state {
	TCE_SESSION_RUNNING,
	TCE_SESSION_DIFFERENT, /* see diff */
	TCE_SESSION_ABORTED,   /* QEMU died where the model says so */
	TCE_SESSION_FAILED,    /* see fail */
	TCE_SESSION_INTERRUPTED,
};

/* The first difference. */
struct tce_diff {
	size_t op;      /* index of the step */
	char text[240]; /* "r3: QEMU -4, model 0" */
	bool died;      /* QEMU ended without the model saying so */
	bool outlived;  /* QEMU did not abort where the model says so: a newer QEMU may be mended */
};

/* A batch step that waits for its answer. */
struct tce_pending {
	size_t op;
	struct tce_expected expect;
	uint64_t scratch; /* guest address of a block in a page of its own; 0: none */
};

struct tce_batch {
	struct tce_pending *pending;
	uint64_t first; /* request number of pending[0] */
	unsigned n;
	unsigned nr_lists;
	unsigned nr_scratch;
	bool posted;
};

struct tce_session {
	enum tce_session_state state;
	struct tce_fail fail;
	struct tce_diff diff;
	struct tce_guest guest;
	struct tce_model model;
	struct tce_op *ops; /* all steps so far */
	size_t nr_ops;
	size_t ops_room;
	struct tce_batch batch[2];
	unsigned current;
	struct tce_expected expect; /* of the last step fed, for whoever chooses the next */
	size_t nr_expected;   /* steps that the model has taken: expect is of the last of them */
	enum tce_abort abort; /* ABORTED, or DIFFERENT with diff.outlived */
	uint64_t entries_compared;
};

/* 0, or -1: state is FAILED or INTERRUPTED. To be stopped in either case. */
int tce_session_start(struct tce_session *session, const struct tce_guest_opts *opts,
		      const struct tce_papr_profile *profile, const struct tce_qemu_config *config);

/*
 * One step, on the model at once, on QEMU soon. The step must be possible: bridges that are
 * unplugged exist, there is a saved state to load (tce_session_possible). 0 while RUNNING.
 */
int tce_session_feed(struct tce_session *session, const struct tce_op *op);

/* False for a step that cannot be taken: nothing saved, no such bridge, or too many. */
bool tce_session_possible(const struct tce_session *session, const struct tce_op *op);

/* Wait for all answers and compare them. 0 while RUNNING. */
int tce_session_settle(struct tce_session *session);

void tce_session_stop(struct tce_session *session);

/* --- between session.c, the one that feeds batches, and its two neighbours --- */

/* barrier.c: a step outside the ring, with all answers in. */
int tce_session_barrier(struct tce_session *session, const struct tce_op *op);

/* barrier.c: devices, if there are any, get their registers, after power-on and after resets. */
int tce_session_wake_devices(struct tce_session *session);

/* Wait for a ring step posted alone; what ends QEMU is sorted out. */
int tce_session_ended(struct tce_session *session, enum tce_guest_end end, size_t op);

/* compare.c: one answered step against what was expected; true: alike, else diff is filled. */
bool tce_session_compare(struct tce_session *session, const struct tce_pending *pending,
			 const struct tce_ring_slot *slot);

/* QEMU has ended: did it die of what the model says? Notes a difference if not. Always -1. */
int tce_session_died(struct tce_session *session, size_t op);

/* Note a difference at a step. Always -1. */
int tce_session_differ(struct tce_session *session, size_t op, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
