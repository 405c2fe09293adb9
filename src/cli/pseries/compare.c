/* SPDX-License-Identifier: BSD-2-Clause */
/* One answered step of the ring against what the model expects. See session.h. */
#include <inttypes.h>
#include <string.h>

#include "base/bits.h"

#include "session.h"

/* How many of r3..r12 a step defines: a sweep's other registers are the image's own. */
static unsigned nr_defined(const struct tce_op *op)
{
	return op->kind == TCE_OP_SWEEP ? 3 : TCE_RING_NR_REGS;
}

static int differ_register(struct tce_session *session, const struct tce_pending *pending,
			   unsigned reg, uint64_t got)
{
	uint64_t expected = pending->expect.out[reg];
	static const char *const sweep[] = {"refused entries", "hash of the entries",
					    "entries that are not 0"};

	if (session->ops[pending->op].kind == TCE_OP_SWEEP)
		return tce_session_differ(session, pending->op, "%s: QEMU 0x%jx, model 0x%jx",
					  sweep[reg], (uintmax_t)got, (uintmax_t)expected);
	if (reg == 0)
		return tce_session_differ(session, pending->op, "r3: QEMU %jd, model %jd",
					  (intmax_t)got, (intmax_t)expected);
	return tce_session_differ(session, pending->op, "r%u: QEMU 0x%jx, model 0x%jx", reg + 3,
				  (uintmax_t)got, (uintmax_t)expected);
}

/* The first cell of an RTAS block that differs. */
static bool same_cells(struct tce_session *session, size_t op, const uint8_t *got,
		       const uint8_t *expected, size_t size)
{
	uint32_t nargs = session->ops[op].rtas.nargs;
	size_t i = 0;

	if (memcmp(got, expected, size) == 0)
		return true;
	while (memcmp(got + i, expected + i, 4) == 0)
		i += 4;
	if (i / 4 >= 3 + (size_t)nargs && nargs <= size / 4)
		tce_session_differ(session, op, "rets[%zu]: QEMU 0x%x, model 0x%x",
				   i / 4 - 3 - nargs, tce_be32_load(got + i),
				   tce_be32_load(expected + i));
	else
		tce_session_differ(session, op, "cell %zu of the RTAS block: QEMU 0x%x, model 0x%x",
				   i / 4, tce_be32_load(got + i), tce_be32_load(expected + i));
	return false;
}

static bool same_block(struct tce_session *session, const struct tce_pending *pending,
		       const struct tce_ring_slot *slot)
{
	const struct tce_op *op = &session->ops[pending->op];

	if (op->kind != TCE_OP_RTAS)
		return true;
	if (op->rtas.block == TCE_BLOCK_SLOT)
		return same_cells(session, pending->op, slot->block, pending->expect.block,
				  sizeof(slot->block));
	if (!pending->scratch)
		return true;
	return same_cells(session, pending->op,
			  tce_guest_memory(&session->guest, pending->scratch, TCE_SCRATCH_BYTES),
			  tce_model_memory(&session->model, pending->scratch, TCE_SCRATCH_BYTES),
			  TCE_SCRATCH_BYTES);
}

bool tce_session_compare(struct tce_session *session, const struct tce_pending *pending,
			 const struct tce_ring_slot *slot)
{
	const struct tce_op *op = &session->ops[pending->op];

	for (unsigned i = 0; i < nr_defined(op); i++) {
		if (slot->out[i] != pending->expect.out[i]) {
			differ_register(session, pending, i, slot->out[i]);
			return false;
		}
	}
	return same_block(session, pending, slot);
}
