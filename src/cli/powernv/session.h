/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One machine and the model, side by side, step by step. Each step is taken by the model at once
 * and handed to the machine through the ring; answers are compared later, a batch behind. Accesses
 * of devices that follow each other run at the same time, in their order, since each takes a tenth
 * of a second.
 *
 * Life: tce_nv_session_boot -> for each story: tce_nv_session_begin -> tce_nv_session_feed while it
 * returns 0 -> tce_nv_session_settle -> ... tce_nv_session_stop. Machines boot slowly, so one
 * serves many stories: begin puts both sides into the state skiboot hands over.
 */
#ifndef TCE_CLI_POWERNV_SESSION_H
#define TCE_CLI_POWERNV_SESSION_H

#include "cli/vm/rng.h"

#include "model.h"

enum tce_nv_state {
	TCE_NV_RUNNING,
	TCE_NV_DIFFERENT, /* see diff */
	TCE_NV_FAILED,    /* see fail */
	TCE_NV_INTERRUPTED,
};

/* The first difference. */
struct tce_nv_diff {
	size_t op;      /* index of the step */
	char text[240]; /* "QEMU -1, model 0" */
};

/* The index of a request that belongs to no step, or whose answer says nothing. */
#define TCE_NV_NO_STEP SIZE_MAX

/* A request that waits for its answer. */
struct tce_nv_pending {
	size_t op;
	struct tce_nv_expect expect;
};

struct tce_nv_session {
	enum tce_nv_state state;
	struct tce_fail fail;
	struct tce_nv_diff diff;
	struct tce_nv_machine_opts opts;
	struct tce_nv_machine machine;
	bool dead; /* the machine must be booted again */
	struct tce_nv_model model;
	struct tce_nv_op *ops; /* all steps of this story */
	size_t nr_ops;
	size_t ops_room;
	struct tce_nv_pending *pending; /* by request number, TCE_NV_NR_SLOTS of them */
	uint64_t compared;              /* requests whose answers have been looked at */
	uint64_t filled;                /* requests written to the ring */
	size_t round[TCE_NV_MAX_BRIDGES * TCE_NV_NR_EDU]; /* accesses that wait to be run */
	unsigned nr_round;
	size_t running;              /* the step whose round runs; TCE_NV_NO_STEP: none */
	struct tce_nv_expect expect; /* of the last step fed */
};

/* Nothing booted yet; may be stopped. */
void tce_nv_session_init(struct tce_nv_session *session);

/* Start the machine. 0, or -1: state is FAILED or INTERRUPTED. To be stopped in either case. */
int tce_nv_session_boot(struct tce_nv_session *session, const struct tce_nv_machine_opts *opts);

/*
 * A new story, after any end of the last but FAILED: tables as skiboot leaves them, memory and
 * device buffers filled from seed. Boots again if the machine is dead. 0 while RUNNING.
 */
int tce_nv_session_begin(struct tce_nv_session *session, const struct tce_ioda_profile *profile,
			 uint64_t seed);

/* A possible step. 0 while RUNNING. */
int tce_nv_session_feed(struct tce_nv_session *session, const struct tce_nv_op *op);

/* Wait for all answers and compare them. 0 while RUNNING. */
int tce_nv_session_settle(struct tce_nv_session *session);

void tce_nv_session_stop(struct tce_nv_session *session);

/* --- between session.c and its neighbours --------------------------------------------------- */

/* Note a difference at a step. Always -1. */
int tce_nv_session_differ(struct tce_nv_session *session, size_t op, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Note that the machine ended a wait; 0 for TCE_GUEST_DONE. */
int tce_nv_session_ended(struct tce_nv_session *session, enum tce_guest_end end);

/* One more request into the ring, expecting nothing. */
struct tce_nv_slot *tce_nv_session_request(struct tce_nv_session *session, enum tce_nv_ring_op op);

/* compare.c: an answer against what was expected. 0, or -1 after a difference. */
int tce_nv_session_compare(struct tce_nv_session *session, uint64_t request);

/* compare.c: all memory that both sides wrote; area_only: without the bridges' tables. */
int tce_nv_session_look(struct tce_nv_session *session, size_t op, bool area_only);

/* begin.c: the same start for a new model and the machine. */
int tce_nv_session_clean(struct tce_nv_session *session, uint64_t seed);

/* begin.c: what tables and data are made of. */
uint64_t tce_nv_random_tce(struct tce_rng *rng);
uint64_t tce_nv_random_data(struct tce_rng *rng);

/* edu.c: give the devices their addresses, once after boot. */
int tce_nv_edu_setup(struct tce_nv_session *session);

/* edu.c: run the accesses of a round and wait for their end; all answers are in. */
int tce_nv_edu_run(struct tce_nv_session *session, const struct tce_nv_op *ops,
		   const size_t *indexes, unsigned n);

#endif
