/* SPDX-License-Identifier: BSD-2-Clause */
/* The library's side of the comparison. See model.h. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/bits.h"

#include "model.h"
#include "piece.h"

uint8_t *tce_nv_model_bytes(const struct tce_nv_model *model, uint64_t ra, uint64_t n)
{
	for (unsigned i = 0; i < model->nr_copies; i++) {
		const struct tce_nv_copy *copy = &model->copies[i];

		if (ra >= copy->ra && ra - copy->ra < copy->size &&
		    n <= copy->size - (ra - copy->ra))
			return copy->bytes + (ra - copy->ra);
	}
	return NULL;
}

static bool in_results(const struct tce_nv_model *model, uint64_t ra, uint64_t n)
{
	return ra >= model->results_at && ra - model->results_at < TCE_NV_RESULT_BYTES &&
	       n <= TCE_NV_RESULT_BYTES - (ra - model->results_at);
}

static bool in_ram(uint64_t ra, uint64_t n)
{
	return ra < TCE_NV_RAM && n <= TCE_NV_RAM - ra;
}

static int read_memory(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	const struct tce_nv_model *model = (const struct tce_nv_model *)ctx;
	const uint8_t *bytes = tce_nv_model_bytes(model, ra.v, n);

	if (!in_ram(ra.v, n))
		return -1;
	memcpy(buf, bytes ? bytes : model->ram + ra.v, n);
	return 0;
}

/* What is not kept here is not written: see tce_nv_model_possible. */
static int write_memory(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	struct tce_nv_model *model = (struct tce_nv_model *)ctx;
	uint8_t *bytes = tce_nv_model_bytes(model, ra.v, n);

	if (!bytes && in_results(model, ra.v, n))
		bytes = model->results + (ra.v - model->results_at);
	if (!bytes)
		return -1;
	memcpy(bytes, buf, n);
	return 0;
}

/* --- life --------------------------------------------------------------------------------- */

static int add_copy(struct tce_nv_model *model, uint64_t ra, uint64_t size)
{
	struct tce_nv_copy *copy = &model->copies[model->nr_copies];

	copy->bytes = calloc(1, size);
	if (!copy->bytes)
		return -1;
	copy->ra = ra;
	copy->size = size;
	model->nr_copies++;
	return 0;
}

/* Sizes of the tables: a halfword a RID, a bit a pair of PEs, two words a PE. */
static int add_tables(struct tce_nv_model *model, const struct tce_nv_bridge *bridge)
{
	uint64_t nr_pes = bridge->model->nr_pes;

	return add_copy(model, bridge->rtt, 65536 * 2) != 0 ||
			       add_copy(model, bridge->peltv, nr_pes * nr_pes / 8) != 0 ||
			       add_copy(model, bridge->pest, nr_pes * 16) != 0
		       ? -1
		       : 0;
}

static int add_bridge(struct tce_nv_model *model, unsigned i)
{
	const struct tce_nv_bridge *bridge = &model->tree->bridges[i];
	const struct tce_memory memory = {.ctx = model, .read = read_memory, .write = write_memory};
	const struct tce_ioda_opts opts = {.model = bridge->model,
					   .profile = model->profile,
					   .memory = &memory,
					   .phb_id = bridge->phb_id,
					   .tables = TCE_IODA_TABLES_MEMORY,
					   .rtt = {bridge->rtt},
					   .peltv = {bridge->peltv},
					   .pest = {bridge->pest}};

	if (add_tables(model, bridge) != 0)
		return -TCE_ERR_NOMEM;
	return tce_ioda_new(&opts, &model->bridges[i]);
}

int tce_nv_model_new(struct tce_nv_model *model, const struct tce_nv_tree *tree,
		     const struct tce_ioda_profile *profile, const uint8_t *ram,
		     struct tce_fail *fail)
{
	int err;

	memset(model, 0, sizeof(*model));
	model->tree = tree;
	model->profile = profile;
	model->ram = ram;
	if (add_copy(model, TCE_NV_AREA, TCE_NV_AREA_SIZE) != 0 ||
	    add_copy(model, 0, TCE_NV_NULL_BYTES) != 0)
		return tce_fail(fail, "out of memory");
	memcpy(model->copies[1].bytes, ram, TCE_NV_NULL_BYTES);
	for (unsigned i = 0; i < tree->nr_bridges; i++) {
		err = add_bridge(model, i);
		if (err)
			return tce_fail(fail, "no model of bridge %u: %s", i, tce_strerror(err));
	}
	return 0;
}

void tce_nv_model_free(struct tce_nv_model *model)
{
	for (unsigned i = 0; i < TCE_NV_MAX_BRIDGES; i++)
		tce_ioda_free(model->bridges[i]);
	for (unsigned i = 0; i < model->nr_copies; i++)
		free(model->copies[i].bytes);
	memset(model, 0, sizeof(*model));
}

/* --- steps -------------------------------------------------------------------------------- */

uint64_t tce_nv_model_argument(uint64_t argument, uint64_t request)
{
	uint64_t real = argument & TCE_NV_REAL;

	if (real < TCE_NV_RESULTS || real >= TCE_NV_RESULTS + TCE_NV_RESULT_BYTES)
		return argument;
	return argument - TCE_NV_RESULTS + tce_nv_results(request);
}

/* The bridge whose number the call names answers; when none does, all refuse alike. */
static int apply_call(struct tce_nv_model *model, const struct tce_nv_op *op, uint64_t request,
		      struct tce_nv_expect *expect)
{
	struct tce_opal_call call = {.token = op->n[0]};
	struct tce_opal_answer answer = {.rc = 0};
	int err = 0;

	for (unsigned i = 0; i + 1 < TCE_NV_NR_NUMBERS; i++)
		call.u.args[i] = tce_nv_model_argument(op->n[i + 1], request);
	model->results_at = tce_nv_results(request);
	memset(model->results, 0, sizeof(model->results));
	for (unsigned i = 0; i < model->tree->nr_bridges; i++) {
		err = tce_ioda_opal(model->bridges[i], &call, &answer);
		if (err || answer.refusal != TCE_OPAL_REFUSED_PHB_UNKNOWN)
			break;
	}
	expect->nr_out = 1;
	expect->out[0] = (uint64_t)answer.rc;
	expect->refusal = answer.refusal;
	memcpy(expect->results, model->results, sizeof(model->results));
	return err;
}

static int apply_read(struct tce_ioda *ioda, uint64_t reg, struct tce_nv_expect *expect)
{
	expect->nr_out = 2;
	return tce_ioda_reg_read(ioda, (uint32_t)reg, &expect->out[1]);
}

/* Registers are read back, before OPAL writes them on its own. */
static int apply_write(struct tce_ioda *ioda, const struct tce_nv_op *op,
		       struct tce_nv_expect *expect)
{
	int err = tce_ioda_reg_write(ioda, (uint32_t)op->n[1], op->n[2]);

	return err ? err : apply_read(ioda, op->n[1], expect);
}

static int apply_table(struct tce_ioda *ioda, const struct tce_nv_op *op,
		       struct tce_nv_expect *expect)
{
	int err = tce_ioda_reg_write(ioda, TCE_IODA_REG_IODA_ADDR, op->n[1]);

	if (err)
		return err;
	if (op->kind == TCE_NV_TABLE_READ)
		return apply_read(ioda, TCE_IODA_REG_IODA_DATA0, expect);
	return tce_ioda_reg_write(ioda, TCE_IODA_REG_IODA_DATA0, op->n[2]);
}

static int apply_sweep(struct tce_ioda *ioda, const struct tce_nv_op *op,
		       struct tce_nv_expect *expect)
{
	int err = tce_ioda_reg_write(ioda, TCE_IODA_REG_IODA_ADDR, op->n[1]);
	uint64_t value = 0;

	expect->nr_out = 2;
	for (uint64_t i = 0; !err && i < op->n[2]; i++) {
		err = tce_ioda_reg_read(ioda, TCE_IODA_REG_IODA_DATA0, &value);
		expect->out[0] = tce_mail_hash(expect->out[0], value);
		expect->out[1] += value != 0;
	}
	return err;
}

static void apply_store(struct tce_nv_model *model, const struct tce_nv_op *op)
{
	uint8_t *bytes = tce_nv_model_bytes(model, op->n[0], 8);

	TCE_ASSERT(bytes);
	tce_be64_store(bytes, op->n[1]);
}

/* Bytes that arrive, piece by piece; what QEMU cannot read is zero, doorbells read as ones. */
static int apply_dma(struct tce_nv_model *model, const struct tce_nv_op *op,
		     struct tce_nv_expect *expect)
{
	uint8_t *buf = model->edu[op->n[0]][op->n[1]] + op->n[4];
	struct tce_nv_piece piece = tce_nv_first_piece(op);
	struct tce_ioda_xlate out;
	uint8_t *bytes;
	int err;

	for (; piece.n; tce_nv_next_piece(op, &piece)) {
		err = tce_ioda_dma(model->bridges[op->n[0]], &piece.access, &out);
		if (err)
			return err;
		expect->faults |= 1U << out.fault;
		tce_nv_cut_piece(&piece, &out);
		bytes = out.fault ? NULL : tce_nv_model_bytes(model, out.ra.v, piece.n);
		if (op->kind == TCE_NV_DMA_WRITE && bytes)
			memcpy(bytes, buf + piece.at, piece.n);
		else if (op->kind == TCE_NV_DMA_READ && bytes)
			memcpy(buf + piece.at, bytes, piece.n);
		else if (op->kind == TCE_NV_DMA_READ)
			memset(buf + piece.at, out.fault == TCE_IODA_FAULT_MSI ? 0xff : 0, piece.n);
	}
	return 0;
}

static int apply(struct tce_nv_model *model, const struct tce_nv_op *op, uint64_t request,
		 struct tce_nv_expect *expect)
{
	struct tce_ioda *ioda = model->bridges[op->n[0] % TCE_NV_MAX_BRIDGES];

	switch (op->kind) {
	case TCE_NV_CALL: return apply_call(model, op, request, expect);
	case TCE_NV_READ: return apply_read(ioda, op->n[1], expect);
	case TCE_NV_WRITE: return apply_write(ioda, op, expect);
	case TCE_NV_TABLE_READ:
	case TCE_NV_TABLE_WRITE: return apply_table(ioda, op, expect);
	case TCE_NV_SWEEP: return apply_sweep(ioda, op, expect);
	case TCE_NV_STORE: apply_store(model, op); return 0;
	case TCE_NV_DMA_READ:
	case TCE_NV_DMA_WRITE: return apply_dma(model, op, expect);
	case TCE_NV_LOOK:
	case TCE_NV_NR_OPS: break;
	}
	return 0;
}

int tce_nv_model_apply(struct tce_nv_model *model, const struct tce_nv_op *op, uint64_t request,
		       struct tce_nv_expect *ret_expect, struct tce_fail *fail)
{
	int err;

	memset(ret_expect, 0, sizeof(*ret_expect));
	err = apply(model, op, request, ret_expect);
	return err ? tce_fail(fail, "the model fails: %s", tce_strerror(err)) : 0;
}
