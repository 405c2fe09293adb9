/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps into the ring, answers out of it, a batch behind. See session.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session.h"

/* Requests handed over at a time, and how many may wait for a look at their answers. */
#define POST_EVERY  64U
#define MOST_BEHIND (TCE_NV_NR_SLOTS / 2U)

void tce_nv_session_init(struct tce_nv_session *session)
{
	memset(session, 0, sizeof(*session));
	session->running = TCE_NV_NO_STEP;
	tce_nv_machine_init(&session->machine);
}

static int failed(struct tce_nv_session *session)
{
	session->state = tce_child_interrupted() ? TCE_NV_INTERRUPTED : TCE_NV_FAILED;
	session->dead = true;
	return -1;
}

int tce_nv_session_boot(struct tce_nv_session *session, const struct tce_nv_machine_opts *opts)
{
	session->opts = *opts;
	session->dead = false;
	session->filled = session->compared = 0;
	if (!session->pending)
		session->pending = calloc(TCE_NV_NR_SLOTS, sizeof(session->pending[0]));
	if (!session->pending) {
		tce_fail(&session->fail, "out of memory");
		return failed(session);
	}
	tce_nv_machine_stop(&session->machine);
	if (tce_nv_machine_start(&session->machine, opts, &session->fail) != 0)
		return failed(session);
	return tce_nv_edu_setup(session);
}

void tce_nv_session_stop(struct tce_nv_session *session)
{
	tce_nv_machine_stop(&session->machine);
	tce_nv_model_free(&session->model);
	free(session->ops);
	free(session->pending);
	tce_nv_session_init(session);
}

int tce_nv_session_differ(struct tce_nv_session *session, size_t op, const char *format, ...)
{
	va_list args;

	session->state = TCE_NV_DIFFERENT;
	session->diff.op = op;
	va_start(args, format);
	vsnprintf(session->diff.text, sizeof(session->diff.text), format, args);
	va_end(args);
	return -1;
}

/* A machine that dies or hangs over a step is a difference: the model would go on. */
int tce_nv_session_ended(struct tce_nv_session *session, enum tce_guest_end end)
{
	uint64_t at = tce_nv_machine_done(&session->machine);
	size_t op = session->pending[at % TCE_NV_NR_SLOTS].op;

	if (op == TCE_NV_NO_STEP)
		op = session->running;
	if (tce_vm_fail(&session->machine.vm, end, &session->fail) == 0)
		return 0;
	session->dead = true;
	if (end == TCE_GUEST_INTERRUPTED || at >= session->filled || op == TCE_NV_NO_STEP)
		return failed(session);
	return tce_nv_session_differ(session, op, "%.200s", session->fail.text);
}

/* --- the ring ----------------------------------------------------------------------------- */

static void post(struct tce_nv_session *session)
{
	tce_nv_machine_post(&session->machine, session->filled - session->machine.posted);
}

/* Look at the answers of the first n requests. */
static int collect(struct tce_nv_session *session, uint64_t n)
{
	enum tce_guest_end end;

	if (session->machine.posted < n)
		post(session);
	end = tce_nv_machine_wait(&session->machine, n);
	if (end == TCE_GUEST_DONE) {
		for (; session->compared < n; session->compared++)
			if (tce_nv_session_compare(session, session->compared) != 0)
				return -1;
		return 0;
	}
	return tce_nv_session_ended(session, end);
}

struct tce_nv_slot *tce_nv_session_request(struct tce_nv_session *session, enum tce_nv_ring_op op)
{
	uint64_t n = session->filled++;
	struct tce_nv_slot *slot = tce_nv_machine_slot(&session->machine, n);

	session->pending[n % TCE_NV_NR_SLOTS] = (struct tce_nv_pending){.op = TCE_NV_NO_STEP};
	memset(slot, 0, sizeof(*slot));
	slot->op = op;
	return slot;
}

/* --- one step ----------------------------------------------------------------------------- */

static uint64_t reg_address(const struct tce_nv_session *session, const struct tce_nv_op *op,
			    uint64_t reg)
{
	return session->machine.tree.bridges[op->n[0]].regs + reg;
}

static void request_write(struct tce_nv_session *session, const struct tce_nv_op *op, uint64_t reg,
			  uint64_t value)
{
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_WRITE8);

	slot->args[0] = reg_address(session, op, reg);
	slot->args[1] = value;
}

static void request_read(struct tce_nv_session *session, const struct tce_nv_op *op, uint64_t reg)
{
	tce_nv_session_request(session, TCE_NV_RING_READ8)->args[0] = reg_address(session, op, reg);
}

static void request_call(struct tce_nv_session *session, const struct tce_nv_op *op)
{
	uint64_t request = session->filled;
	struct tce_nv_slot *slot = tce_nv_session_request(session, TCE_NV_RING_OPAL);

	slot->token = op->n[0];
	for (unsigned i = 0; i + 1 < TCE_NV_NR_NUMBERS; i++)
		slot->args[i] = tce_nv_model_argument(op->n[i + 1], request);
	memset(session->machine.vm.ram + tce_nv_results(request), 0, TCE_NV_RESULT_BYTES);
}

static void request(struct tce_nv_session *session, const struct tce_nv_op *op)
{
	struct tce_nv_slot *slot;

	switch (op->kind) {
	case TCE_NV_CALL: request_call(session, op); break;
	case TCE_NV_READ: request_read(session, op, op->n[1]); break;
	case TCE_NV_WRITE:
		request_write(session, op, op->n[1], op->n[2]);
		request_read(session, op, op->n[1]);
		break;
	case TCE_NV_TABLE_READ:
		request_write(session, op, TCE_IODA_REG_IODA_ADDR, op->n[1]);
		request_read(session, op, TCE_IODA_REG_IODA_DATA0);
		break;
	case TCE_NV_TABLE_WRITE:
		request_write(session, op, TCE_IODA_REG_IODA_ADDR, op->n[1]);
		request_write(session, op, TCE_IODA_REG_IODA_DATA0, op->n[2]);
		break;
	case TCE_NV_SWEEP:
		slot = tce_nv_session_request(session, TCE_NV_RING_SWEEP);
		slot->args[0] = reg_address(session, op, 0);
		slot->args[1] = op->n[1];
		slot->args[2] = op->n[2];
		break;
	case TCE_NV_STORE:
		slot = tce_nv_session_request(session, TCE_NV_RING_STORE);
		slot->args[0] = op->n[0];
		slot->args[1] = op->n[1];
		break;
	default: break;
	}
}

static bool is_dma(const struct tce_nv_op *op)
{
	return op->kind == TCE_NV_DMA_READ || op->kind == TCE_NV_DMA_WRITE;
}

static bool in_round(const struct tce_nv_session *session, const struct tce_nv_op *op)
{
	for (unsigned i = 0; i < session->nr_round; i++) {
		const struct tce_nv_op *other = &session->ops[session->round[i]];

		if (other->n[0] == op->n[0] && other->n[1] == op->n[1])
			return true;
	}
	return false;
}

static int run_round(struct tce_nv_session *session)
{
	unsigned n = session->nr_round;

	if (!n)
		return 0;
	session->nr_round = 0;
	if (collect(session, session->filled) != 0)
		return -1;
	session->running = session->round[n - 1];
	if (tce_nv_edu_run(session, session->ops, session->round, n) != 0)
		return -1;
	session->running = TCE_NV_NO_STEP;
	return tce_nv_session_look(session, session->round[n - 1], true);
}

static int append(struct tce_nv_session *session, const struct tce_nv_op *op)
{
	size_t room = session->ops_room ? 2 * session->ops_room : 1024;
	struct tce_nv_op *ops;

	if (session->nr_ops == session->ops_room) {
		ops = realloc(session->ops, room * sizeof(ops[0]));
		if (!ops) {
			tce_fail(&session->fail, "out of memory");
			return failed(session);
		}
		session->ops = ops;
		session->ops_room = room;
	}
	session->ops[session->nr_ops++] = *op;
	return 0;
}

/* The step's last request is the one whose answer counts. */
static void expect_answer(struct tce_nv_session *session, size_t index)
{
	struct tce_nv_pending *pending = &session->pending[(session->filled - 1) % TCE_NV_NR_SLOTS];

	pending->op = index;
	pending->expect = session->expect;
}

int tce_nv_session_feed(struct tce_nv_session *session, const struct tce_nv_op *op)
{
	size_t index = session->nr_ops;

	if (append(session, op) != 0)
		return -1;
	if ((!is_dma(op) || in_round(session, op)) && run_round(session) != 0)
		return -1;
	if (tce_nv_model_apply(&session->model, op, session->filled, &session->expect,
			       &session->fail) != 0)
		return failed(session);
	if (is_dma(op)) {
		session->round[session->nr_round++] = index;
		return 0;
	}
	if (op->kind == TCE_NV_LOOK)
		return collect(session, session->filled) != 0
			       ? -1
			       : tce_nv_session_look(session, index, false);
	request(session, op);
	expect_answer(session, index);
	if (session->filled - session->machine.posted >= POST_EVERY)
		post(session);
	if (session->filled - session->compared < MOST_BEHIND)
		return 0;
	return collect(session, session->filled - MOST_BEHIND / 2);
}

int tce_nv_session_settle(struct tce_nv_session *session)
{
	if (session->state != TCE_NV_RUNNING)
		return -1;
	return run_round(session) != 0 ? -1 : collect(session, session->filled);
}

/* --- begin -------------------------------------------------------------------------------- */

/* Let the machine come to rest after a difference; its answers no longer matter. */
static int drain(struct tce_nv_session *session)
{
	enum tce_guest_end end;

	post(session);
	session->nr_round = 0;
	session->running = TCE_NV_NO_STEP;
	end = tce_nv_machine_wait(&session->machine, session->filled);
	session->compared = session->filled;
	if (end == TCE_GUEST_INTERRUPTED) {
		tce_vm_fail(&session->machine.vm, end, &session->fail);
		return failed(session);
	}
	session->dead = end != TCE_GUEST_DONE;
	return 0;
}

int tce_nv_session_begin(struct tce_nv_session *session, const struct tce_ioda_profile *profile,
			 uint64_t seed)
{
	session->state = TCE_NV_RUNNING;
	session->nr_ops = 0;
	if (!session->dead && drain(session) != 0)
		return -1;
	if (session->dead && tce_nv_session_boot(session, &session->opts) != 0)
		return -1;
	tce_nv_model_free(&session->model);
	if (tce_nv_model_new(&session->model, &session->machine.tree, profile,
			     session->machine.vm.ram, &session->fail) != 0)
		return failed(session);
	return tce_nv_session_clean(session, seed);
}
