/* SPDX-License-Identifier: BSD-2-Clause */
/* Steps that do not go through the ring: the monitor's and the devices'. See session.h. */
#include <string.h>

#include "base/bits.h"

#include "edu.h"
#include "session.h"

/* QEMU hw/net/spapr_llan.c; PAPR "Logical LAN". */
#define H_REGISTER_LOGICAL_LAN UINT64_C(0x114)
#define H_FREE_LOGICAL_LAN     UINT64_C(0x118)
#define LAN_VALID              (UINT64_C(1) << 63)

/* --- the monitor -------------------------------------------------------------------------- */

static int monitor_step(struct tce_session *session, const struct tce_op *op)
{
	struct tce_guest *guest = &session->guest;
	struct tce_fail *fail = &session->fail;

	switch (op->kind) {
	case TCE_OP_RESET: return tce_guest_reset(guest, fail);
	case TCE_OP_UNPLUG: return tce_guest_unplug(guest, op->index, fail);
	case TCE_OP_SAVE: return tce_guest_save(guest, fail);
	case TCE_OP_LOAD: return tce_guest_load(guest, fail);
	default: return 0;
	}
}

/* A step of the monitor failed: QEMU died of it, or something is wrong with us. */
static int monitor_failed(struct tce_session *session, size_t op)
{
	struct tce_fail why = session->fail;

	if (tce_child_interrupted()) {
		session->state = TCE_SESSION_INTERRUPTED;
		return -1;
	}
	if (tce_child_wait(&session->guest.vm.child, 1.0)) {
		if (session->expect.abort != TCE_ABORT_NOT)
			return tce_session_died(session, op);
		return tce_session_ended(session, TCE_GUEST_DIED, op);
	}
	session->fail = why;
	session->state = TCE_SESSION_FAILED;
	return -1;
}

int tce_session_wake_devices(struct tce_session *session)
{
	if (tce_edu_setup(&session->guest, session->guest.config.phb[0].nr_edu, &session->fail) ==
	    0)
		return 0;
	session->state = TCE_SESSION_FAILED;
	return -1;
}

static int do_monitor(struct tce_session *session, const struct tce_op *op, size_t index)
{
	if (monitor_step(session, op) != 0)
		return monitor_failed(session, index);
	if (session->expect.abort == TCE_ABORT_NOT)
		return op->kind == TCE_OP_RESET || op->kind == TCE_OP_LOAD
			       ? tce_session_wake_devices(session)
			       : 0;
	session->abort = session->expect.abort;
	session->diff.outlived = true;
	return tce_session_differ(session, index, "QEMU goes on; the model says it aborts: %s",
				  tce_abort_text(session->abort));
}

/* --- devices ------------------------------------------------------------------------------ */

/* What devices may have written, against the model's. */
static int compare_memory(struct tce_session *session, size_t index, uint64_t from, size_t size)
{
	const uint8_t *got = tce_guest_memory(&session->guest, from, size);
	const uint8_t *mine = tce_model_memory(&session->model, from, size);
	size_t i = 0;

	if (memcmp(got, mine, size) == 0)
		return 0;
	while (got[i] == mine[i])
		i++;
	return tce_session_differ(session, index, "memory at 0x%jx: QEMU 0x%02x, model 0x%02x",
				  (uintmax_t)(from + i), got[i], mine[i]);
}

static int do_dma(struct tce_session *session, const struct tce_op *op, size_t index)
{
	enum tce_guest_end end = tce_edu_dma(&session->guest, &op->dma);

	if (end != TCE_GUEST_DONE)
		return tce_session_ended(session, end, index);
	if (!op->dma.write)
		return 0;
	return compare_memory(session, index, TCE_RING_DMA, TCE_RING_END - TCE_RING_DMA);
}

/* Where a VIO device's page lies; 0: not in memory that the model keeps. */
static uint64_t vio_page(struct tce_session *session, const struct tce_op_vio *op)
{
	struct tce_dma dma = {.bus = op->unit,
			      .vio = true,
			      .addr = op->addr & ~UINT64_C(4095),
			      .access = TCE_WRITE};
	uint64_t ra;

	if (!tce_model_reaches(&session->model, &dma, &ra) || ra < TCE_RING_DMA ||
	    ra > TCE_RING_END - 4096)
		return 0;
	return ra;
}

static void fill_vio(struct tce_guest *guest, const struct tce_op_vio *op)
{
	struct tce_ring_slot *slot = tce_guest_slot(guest, guest->posted);

	memset(slot, 0, sizeof(*slot));
	slot->in[0] = H_REGISTER_LOGICAL_LAN;
	slot->in[1] = op->unit;
	slot->in[2] = op->addr;
	slot->in[3] = LAN_VALID | UINT64_C(16) << 32 | op->addr; /* receive queue */
	slot->in[4] = op->addr;                                  /* filter list */
	slot = tce_guest_slot(guest, guest->posted + 1);
	memset(slot, 0, sizeof(*slot));
	slot->in[0] = H_FREE_LOGICAL_LAN;
	slot->in[1] = op->unit;
}

/* The page is marked before; a device that may use it clears it. */
static int do_vio(struct tce_session *session, const struct tce_op *op, size_t index)
{
	struct tce_guest *guest = &session->guest;
	uint64_t expected = session->expect.out[0];
	uint64_t page = vio_page(session, &op->vio);
	struct tce_ring_slot *slot = tce_guest_slot(guest, guest->posted);
	enum tce_guest_end end;

	if (page) {
		memset(tce_guest_memory(guest, page, 4096), 0xa5, 4096);
		memset(tce_model_memory(&session->model, page, 4096),
		       expected == TCE_H_SUCCESS ? 0 : 0xa5, 4096);
	}
	fill_vio(guest, &op->vio);
	tce_guest_post(guest, 2);
	end = tce_guest_wait(guest, guest->posted);
	if (end != TCE_GUEST_DONE)
		return tce_session_ended(session, end, index);
	if (slot->out[0] != expected)
		return tce_session_differ(session, index, "the device is told %jd, model %jd",
					  (intmax_t)slot->out[0], (intmax_t)expected);
	return page ? compare_memory(session, index, page, 4096) : 0;
}

/* QEMU first: the model is told in which order the new bridge gives out LIOBNs. */
static int do_plug(struct tce_session *session, const struct tce_op *op, size_t index)
{
	struct tce_qemu_phb *phb;
	struct tce_op told = *op;

	memset(&session->expect, 0, sizeof(session->expect));
	if (tce_guest_plug(&session->guest, &op->phb, &session->fail) != 0)
		return monitor_failed(session, index);
	phb = tce_qemu_config_phb(&session->guest.config, op->phb.index);
	if (tce_guest_probe(&session->guest, phb, &session->fail) != 0)
		return monitor_failed(session, index);
	told.phb = *phb;
	session->nr_expected = session->nr_ops;
	if (tce_model_apply(&session->model, &told, NULL, 0, &session->expect, &session->fail) == 0)
		return 0;
	session->state = TCE_SESSION_FAILED;
	return -1;
}

int tce_session_barrier(struct tce_session *session, const struct tce_op *op)
{
	size_t index = session->nr_ops - 1;

	if (op->kind == TCE_OP_PLUG)
		return do_plug(session, op, index);
	if (tce_model_apply(&session->model, op, NULL, 0, &session->expect, &session->fail) != 0) {
		session->state = TCE_SESSION_FAILED;
		return -1;
	}
	session->nr_expected = session->nr_ops;
	switch (op->kind) {
	case TCE_OP_DMA: return do_dma(session, op, index);
	case TCE_OP_VIO: return do_vio(session, op, index);
	default: return do_monitor(session, op, index);
	}
}
