/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers and memory of the machine against the model's. See session.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bits.h"

#include "session.h"

static int differ_out(struct tce_nv_session *session, const struct tce_nv_pending *pending,
		      unsigned i, uint64_t got)
{
	const struct tce_nv_op *op = &session->ops[pending->op];
	uint64_t expected = pending->expect.out[i];

	if (op->kind == TCE_NV_CALL)
		return tce_nv_session_differ(session, pending->op, "%s: QEMU %jd, model %jd (%s)",
					     tce_opal_name(op->n[0]), (intmax_t)got,
					     (intmax_t)expected,
					     tce_opal_refusal_text(pending->expect.refusal));
	return tce_nv_session_differ(session, pending->op, "%s: QEMU 0x%jx, model 0x%jx",
				     op->kind != TCE_NV_SWEEP
					     ? "value"
					     : (i ? "words that are not 0" : "hash of the words"),
				     (uintmax_t)got, (uintmax_t)expected);
}

int tce_nv_session_compare(struct tce_nv_session *session, uint64_t request)
{
	const struct tce_nv_pending *pending = &session->pending[request % TCE_NV_NR_SLOTS];
	const struct tce_nv_slot *slot = tce_nv_machine_slot(&session->machine, request);
	const struct tce_nv_expect *expect = &pending->expect;
	const uint8_t *results = session->machine.vm.ram + tce_nv_results(request);

	for (unsigned i = 0; i < expect->nr_out; i++)
		if (slot->out[i] != expect->out[i])
			return differ_out(session, pending, i, slot->out[i]);
	if (slot->op != TCE_NV_RING_OPAL || pending->op == TCE_NV_NO_STEP)
		return 0;
	for (unsigned i = 0; i < TCE_NV_RESULT_BYTES; i += 8)
		if (memcmp(results + i, expect->results + i, 8) != 0)
			return tce_nv_session_differ(session, pending->op,
						     "result at +%u: QEMU 0x%jx, model 0x%jx", i,
						     (uintmax_t)tce_be64_load(results + i),
						     (uintmax_t)tce_be64_load(expect->results + i));
	return 0;
}

static int differ_memory(struct tce_nv_session *session, size_t index,
			 const struct tce_nv_copy *copy, const uint8_t *got)
{
	uint64_t at = 0;

	while (memcmp(got + at, copy->bytes + at, 8) == 0)
		at += 8;
	return tce_nv_session_differ(session, index,
				     "memory at 0x%jx: QEMU 0x%016jx, model 0x%016jx",
				     (uintmax_t)(copy->ra + at), (uintmax_t)tce_be64_load(got + at),
				     (uintmax_t)tce_be64_load(copy->bytes + at));
}

int tce_nv_session_look(struct tce_nv_session *session, size_t index, bool area_only)
{
	const struct tce_nv_model *model = &session->model;
	unsigned n = area_only ? 1 : model->nr_copies;

	for (unsigned i = 0; i < n; i++) {
		const struct tce_nv_copy *copy = &model->copies[i];
		const uint8_t *got = session->machine.vm.ram + copy->ra;

		if (memcmp(got, copy->bytes, copy->size) != 0)
			return differ_memory(session, index, copy, got);
	}
	return 0;
}
