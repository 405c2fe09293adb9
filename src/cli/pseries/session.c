/* SPDX-License-Identifier: BSD-2-Clause */
/* Feeding steps to both sides in batches. See session.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/bits.h"

#include "session.h"

static int session_failed(struct tce_session *session)
{
	session->state = TCE_SESSION_FAILED;
	return -1;
}

int tce_session_differ(struct tce_session *session, size_t op, const char *format, ...)
{
	va_list args;

	session->state = TCE_SESSION_DIFFERENT;
	session->diff.op = op;
	va_start(args, format);
	vsnprintf(session->diff.text, sizeof(session->diff.text), format, args);
	va_end(args);
	return -1;
}

/* Make the pages that devices read and write differ from each other, on both sides. */
static void paint(struct tce_session *session)
{
	uint64_t size = TCE_RING_END - TCE_RING_DMA;
	uint8_t *mine = tce_model_memory(&session->model, TCE_RING_DMA, size);

	for (uint64_t i = 0; i < size; i += 8)
		tce_be64_store(mine + i, (TCE_RING_DMA + i) * UINT64_C(0x100000001000193));
	memcpy(tce_guest_memory(&session->guest, TCE_RING_DMA, size), mine, size);
}

static int probe_all(struct tce_guest *guest, struct tce_fail *fail)
{
	for (unsigned i = 0; i < guest->config.nr_phb; i++)
		if (tce_guest_probe(guest, &guest->config.phb[i], fail) != 0)
			return -1;
	return 0;
}

int tce_session_start(struct tce_session *session, const struct tce_guest_opts *opts,
		      const struct tce_papr_profile *profile, const struct tce_qemu_config *config)
{
	*session = (struct tce_session){.state = TCE_SESSION_RUNNING};
	tce_guest_init(&session->guest);
	for (unsigned i = 0; i < 2; i++) {
		session->batch[i].pending = calloc(TCE_BATCH_OPS, sizeof(struct tce_pending));
		if (!session->batch[i].pending) {
			tce_fail(&session->fail, "out of memory");
			return session_failed(session);
		}
	}
	if (tce_guest_start(&session->guest, opts, config, &session->fail) != 0 ||
	    probe_all(&session->guest, &session->fail) != 0 ||
	    tce_model_init(&session->model, profile, &session->guest.config, &session->fail) != 0) {
		session_failed(session);
		if (tce_child_interrupted())
			session->state = TCE_SESSION_INTERRUPTED;
		return -1;
	}
	if (config->phb[0].nr_edu)
		paint(session);
	return tce_session_wake_devices(session);
}

void tce_session_stop(struct tce_session *session)
{
	tce_guest_stop(&session->guest);
	tce_model_fini(&session->model);
	free(session->ops);
	session->ops = NULL;
	for (unsigned i = 0; i < 2; i++) {
		free(session->batch[i].pending);
		session->batch[i].pending = NULL;
	}
}

bool tce_session_possible(const struct tce_session *session, const struct tce_op *op)
{
	struct tce_qemu_config config = session->model.config;

	switch (op->kind) {
	case TCE_OP_PLUG:
		return config.nr_phb < TCE_QEMU_MAX_PHB &&
		       !tce_qemu_config_phb(&config, op->phb.index);
	case TCE_OP_UNPLUG: return op->index && tce_qemu_config_phb(&config, op->index);
	case TCE_OP_SAVE: return tce_qemu_config_loadable(&config);
	case TCE_OP_LOAD: return session->model.has_saved;
	default: return true;
	}
}

/* --- filling a slot ----------------------------------------------------------------------- */

static void fill_list(struct tce_session *session, const struct tce_op_hcall *op, uint64_t address)
{
	uint64_t n = op->args[3] < 512 ? op->args[3] : 512;
	uint8_t *mine = tce_model_memory(&session->model, address, 4096);

	for (uint64_t i = 0; i < n; i++)
		tce_be64_store(mine + 8 * i, tce_op_list_entry(op, i));
	memcpy(tce_guest_memory(&session->guest, address, 4096), mine, 4096);
}

static void fill_hcall(struct tce_session *session, struct tce_batch *batch,
		       const struct tce_op *op, struct tce_ring_slot *slot)
{
	slot->in[0] = op->hcall.token;
	memcpy(&slot->in[1], op->hcall.args, sizeof(op->hcall.args));
	if (!tce_op_has_list(op))
		return;
	slot->in[3] =
		TCE_RING_LISTS + (session->current * TCE_BATCH_LISTS + batch->nr_lists++) * 4096U;
	fill_list(session, &op->hcall, slot->in[3]);
}

/* Header and arguments; what follows, return cells among it, is a pattern that shows writes. */
static void fill_block(uint8_t *block, size_t size, const struct tce_op_rtas *op)
{
	uint32_t cells[3 + TCE_OP_NR_CELLS] = {op->token, op->nargs, op->nret};
	uint32_t nargs = op->nargs < TCE_OP_NR_CELLS ? op->nargs : TCE_OP_NR_CELLS;

	memcpy(&cells[3], op->cells, nargs * sizeof(cells[0]));
	for (size_t i = 0; i < size / 4; i++)
		tce_be32_store(block + 4 * i, i < 3 + nargs ? cells[i] : 0xdeadbeef);
}

static uint64_t new_scratch(struct tce_session *session, struct tce_batch *batch)
{
	return TCE_RING_BLOCKS +
	       (session->current * TCE_BATCH_SCRATCH + batch->nr_scratch++) * TCE_SCRATCH_BYTES;
}

static void fill_rtas(struct tce_session *session, struct tce_batch *batch,
		      const struct tce_op_rtas *op, struct tce_ring_slot *slot, uint64_t n,
		      uint64_t *ret_scratch)
{
	uint8_t *mine;

	slot->in[0] = TCE_H_RTAS;
	switch (op->block) {
	case TCE_BLOCK_SLOT:
		slot->in[1] = tce_ring_block_address(n) | op->at;
		fill_block(slot->block, sizeof(slot->block), op);
		break;
	case TCE_BLOCK_SCRATCH:
		*ret_scratch = new_scratch(session, batch);
		slot->in[1] = *ret_scratch | op->at;
		mine = tce_model_memory(&session->model, *ret_scratch, TCE_SCRATCH_BYTES);
		fill_block(mine, TCE_SCRATCH_BYTES, op);
		memcpy(tce_guest_memory(&session->guest, *ret_scratch, TCE_SCRATCH_BYTES), mine,
		       TCE_SCRATCH_BYTES);
		break;
	case TCE_BLOCK_AT: slot->in[1] = op->at; break;
	}
}

/*
 * What a kernel says of itself in ibm,client-architecture-support (PAPR): a list of processors with
 * one that matches every machine, its end, then five option vectors of which the first says that
 * only PAPR level 2.0x is known.
 */
static void fill_cas(struct tce_session *session, struct tce_batch *batch,
		     struct tce_ring_slot *slot)
{
	uint64_t address = new_scratch(session, batch);
	uint8_t *vector = tce_guest_memory(&session->guest, address, 64);
	uint8_t *option = vector + 17;

	memset(vector, 0, 64);
	tce_be32_store(vector + 12, 0xffffffff);
	vector[16] = 4; /* vectors, less one */
	for (unsigned i = 0; i < 5; i++, option += 5) {
		option[0] = 3; /* bytes, less one */
		option[1] = i == 0 ? 0x80 : 0;
	}
	slot->in[0] = TCE_H_CAS;
	slot->in[1] = address;
	slot->in[2] = TCE_RING_END; /* QEMU writes the new device tree here; nobody reads it */
	slot->in[3] = 0x200000;
}

static void fill_sweep(const struct tce_op_sweep *op, struct tce_ring_slot *slot)
{
	slot->op = TCE_RING_SWEEP;
	slot->in[0] = op->liobn;
	slot->in[1] = op->ioba;
	slot->in[2] = op->step;
	slot->in[3] = op->count;
}

/* The registers that no step sets have values of their own, to see that they come back. */
static void fill_slot(struct tce_session *session, struct tce_batch *batch, const struct tce_op *op,
		      struct tce_pending *pending)
{
	uint64_t n = batch->first + batch->n;
	struct tce_ring_slot *slot = tce_guest_slot(&session->guest, n);

	slot->op = TCE_RING_HCALL;
	for (unsigned i = 0; i < TCE_RING_NR_REGS; i++)
		slot->in[i] = op->kind == TCE_OP_SWEEP ? 0 : UINT64_C(0x1111) * (i + 3) + n;
	pending->scratch = 0;
	switch (op->kind) {
	case TCE_OP_HCALL: fill_hcall(session, batch, op, slot); break;
	case TCE_OP_RTAS: fill_rtas(session, batch, &op->rtas, slot, n, &pending->scratch); break;
	case TCE_OP_CAS: fill_cas(session, batch, slot); break;
	case TCE_OP_SWEEP: fill_sweep(&op->sweep, slot); break;
	default: TCE_ASSERT(!"not a step of the ring");
	}
}

/* --- batches ------------------------------------------------------------------------------ */

static bool has_room(const struct tce_batch *batch)
{
	return batch->n < TCE_BATCH_OPS && batch->nr_lists < TCE_BATCH_LISTS &&
	       batch->nr_scratch < TCE_BATCH_SCRATCH;
}

/* Why QEMU did not answer everything; op: the step it did not answer. */
int tce_session_ended(struct tce_session *session, enum tce_guest_end end, size_t op)
{
	tce_guest_fail(&session->guest, end, &session->fail);
	switch (end) {
	case TCE_GUEST_DONE: return 0;
	case TCE_GUEST_DIED:
		session->diff.died = true;
		return tce_session_differ(session, op, "%s; the model answers", session->fail.text);
	case TCE_GUEST_INTERRUPTED: session->state = TCE_SESSION_INTERRUPTED; return -1;
	case TCE_GUEST_HUNG:
	case TCE_GUEST_TRAPPED: break;
	}
	return session_failed(session);
}

/* Wait for a posted batch and compare its answers; those before a death, too. */
static int finish(struct tce_session *session, struct tce_batch *batch)
{
	enum tce_guest_end end;
	uint64_t answered;

	if (!batch->posted)
		return 0;
	end = tce_guest_wait(&session->guest, batch->first + batch->n);
	answered = tce_guest_done(&session->guest) - batch->first;
	batch->posted = false;
	for (unsigned i = 0; i < batch->n && i < answered; i++)
		if (!tce_session_compare(session, &batch->pending[i],
					 tce_guest_slot(&session->guest, batch->first + i)))
			return -1;
	if (answered >= batch->n)
		answered = batch->n - 1; /* answered after all, while we gave up */
	if (end != TCE_GUEST_DONE)
		return tce_session_ended(session, end, batch->pending[answered].op);
	batch->n = batch->nr_lists = batch->nr_scratch = 0;
	return 0;
}

/* Hand the current batch over and make the other one current. */
static int submit(struct tce_session *session)
{
	struct tce_batch *batch = &session->batch[session->current];

	if (batch->n) {
		tce_guest_post(&session->guest, batch->n);
		batch->posted = true;
	}
	session->current ^= 1;
	return finish(session, &session->batch[session->current]);
}

int tce_session_settle(struct tce_session *session)
{
	if (session->state != TCE_SESSION_RUNNING)
		return -1;
	if (submit(session) != 0)
		return -1;
	return finish(session, &session->batch[session->current ^ 1]);
}

/* What QEMU says when it dies of this. */
static const char *last_words(enum tce_abort cause)
{
	switch (cause) {
	case TCE_ABORT_REGION_TWICE: return "subregion->container";
	case TCE_ABORT_REMOVE_VIO: return "spapr-pci-host-bridge";
	case TCE_ABORT_NOT: break;
	}
	return "";
}

int tce_session_died(struct tce_session *session, size_t op)
{
	char line[300];

	session->abort = session->expect.abort;
	tce_child_last_line(&session->guest.vm.child, line, sizeof(line));
	if (!strstr(line, last_words(session->abort)))
		return tce_session_differ(session, op, "QEMU dies of something else: %s", line);
	session->state = TCE_SESSION_ABORTED;
	return -1;
}

/* The model says that QEMU does not survive this step. */
static int expect_death(struct tce_session *session, size_t op, enum tce_guest_end end)
{
	session->abort = session->expect.abort;
	if (end == TCE_GUEST_DIED)
		return tce_session_died(session, op);
	if (end != TCE_GUEST_DONE)
		return tce_session_ended(session, end, op);
	session->diff.outlived = true;
	return tce_session_differ(session, op, "QEMU goes on; the model says it aborts: %s",
				  tce_abort_text(session->abort));
}

/* A step of the ring by itself: one that kills, or one that does not return. */
static int feed_alone(struct tce_session *session, struct tce_pending *pending, bool reboots)
{
	uint64_t n = session->guest.posted;
	uint64_t entries = tce_guest_entries(&session->guest);
	struct tce_ring_slot *slot = tce_guest_slot(&session->guest, n);
	enum tce_guest_end end;

	if (reboots)
		slot->op |= TCE_RING_DONE_FIRST;
	tce_guest_post(&session->guest, 1);
	end = reboots ? tce_guest_wait_entry(&session->guest, entries)
		      : tce_guest_wait(&session->guest, n + 1);
	if (session->expect.abort != TCE_ABORT_NOT)
		return expect_death(session, pending->op, end);
	if (end != TCE_GUEST_DONE)
		return tce_session_ended(session, end, pending->op);
	if (reboots)
		memcpy(slot->out, pending->expect.out, sizeof(slot->out));
	if (!tce_session_compare(session, pending, slot))
		return -1;
	return reboots ? tce_session_wake_devices(session) : 0;
}

static bool is_reboot(const struct tce_session *session, const struct tce_op *op)
{
	return op->kind == TCE_OP_RTAS && session->expect.answer.status == TCE_RTAS_SUCCESS &&
	       session->expect.answer.r3 == TCE_H_SUCCESS &&
	       op->rtas.token == tce_rtas_token(session->model.profile, TCE_RTAS_SYSTEM_REBOOT);
}

static int feed_ring(struct tce_session *session, const struct tce_op *op)
{
	struct tce_batch *batch = &session->batch[session->current];
	struct tce_pending *pending;
	struct tce_ring_slot *slot;

	if (!has_room(batch)) {
		if (submit(session) != 0)
			return -1;
		batch = &session->batch[session->current];
	}
	if (!batch->n)
		batch->first = session->guest.posted;
	pending = &batch->pending[batch->n];
	pending->op = session->nr_ops - 1;
	fill_slot(session, batch, op, pending);
	slot = tce_guest_slot(&session->guest, batch->first + batch->n);
	if (tce_model_apply(&session->model, op, slot,
			    tce_ring_block_address(batch->first + batch->n), &pending->expect,
			    &session->fail) != 0)
		return session_failed(session);
	session->expect = pending->expect;
	session->nr_expected = session->nr_ops;
	if (session->expect.abort == TCE_ABORT_NOT && !is_reboot(session, op)) {
		batch->n++;
		return 0;
	}
	/* The slot stays where it is: all before it are answered, then it is the next. */
	if (tce_session_settle(session) != 0)
		return -1;
	return feed_alone(session, pending, is_reboot(session, op));
}

/* Remember the step. */
static int record(struct tce_session *session, const struct tce_op *op)
{
	size_t room = session->ops_room ? session->ops_room * 2 : 1024;
	struct tce_op *ops;

	if (session->nr_ops == session->ops_room) {
		ops = realloc(session->ops, room * sizeof(*ops));
		if (!ops) {
			tce_fail(&session->fail, "out of memory");
			return session_failed(session);
		}
		session->ops = ops;
		session->ops_room = room;
	}
	session->ops[session->nr_ops++] = *op;
	return 0;
}

int tce_session_feed(struct tce_session *session, const struct tce_op *op)
{
	if (session->state != TCE_SESSION_RUNNING || record(session, op) != 0)
		return -1;
	if (op->kind == TCE_OP_SWEEP)
		session->entries_compared += op->sweep.count;
	if (tce_op_in_ring(op))
		return feed_ring(session, op);
	if (tce_session_settle(session) != 0)
		return -1;
	return tce_session_barrier(session, op);
}
