/* SPDX-License-Identifier: BSD-2-Clause */
/* The library's side of the comparison. See model.h. */
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/bits.h"

#include "model.h"

#define MEMORY_BYTES (TCE_RING_END - TCE_RING_LISTS)

/* Host address of n bytes of guest memory at ra; NULL where nothing is kept. */
static uint8_t *find_bytes(struct tce_model *model, uint64_t ra, size_t n)
{
	uint64_t block = model->slot_block;

	if (ra >= TCE_RING_LISTS && ra <= TCE_RING_END - n)
		return model->memory + (ra - TCE_RING_LISTS);
	if (block && ra >= block && ra - block <= TCE_RING_BLOCK_SIZE - n)
		return model->slot_bytes + (ra - block);
	return NULL;
}

static bool in_ram(uint64_t ra, uint64_t n)
{
	return ra < TCE_QEMU_RAM && n <= TCE_QEMU_RAM - ra;
}

/* RAM that is not kept is only read where it is zero, see generator.c. */
static int read_memory(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	struct tce_model *model = (struct tce_model *)ctx;
	const uint8_t *bytes = find_bytes(model, ra.v, n);

	if (!in_ram(ra.v, n))
		return -1;
	if (bytes)
		memcpy(buf, bytes, n);
	else
		memset(buf, 0, n);
	return 0;
}

static int write_memory(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	struct tce_model *model = (struct tce_model *)ctx;
	uint8_t *bytes = find_bytes(model, ra.v, n);

	if (!in_ram(ra.v, n))
		return -1;
	if (bytes)
		memcpy(bytes, buf, n);
	return 0;
}

static int is_ram(void *ctx, struct tce_ra ra, uint64_t n)
{
	(void)ctx;
	return in_ram(ra.v, n);
}

static int make_lpar(struct tce_model *model, struct tce_fail *fail)
{
	struct tce_memory memory = {
		.ctx = model, .read = read_memory, .write = write_memory, .is_ram = is_ram};

	return tce_qemu_config_model(&model->config, model->profile, &memory, &model->lpar, fail);
}

int tce_model_init(struct tce_model *model, const struct tce_papr_profile *profile,
		   const struct tce_qemu_config *config, struct tce_fail *fail)
{
	*model = (struct tce_model){.profile = profile, .config = *config};
	model->memory = calloc(1, MEMORY_BYTES);
	if (!model->memory)
		return tce_fail(fail, "out of memory");
	return make_lpar(model, fail);
}

void tce_model_fini(struct tce_model *model)
{
	tce_lpar_free(model->lpar);
	free(model->memory);
	free(model->saved);
	*model = (struct tce_model){.profile = NULL};
}

void *tce_model_memory(struct tce_model *model, uint64_t address, size_t len)
{
	TCE_ASSERT(address >= TCE_RING_LISTS && address <= TCE_RING_END - len);
	return model->memory + (address - TCE_RING_LISTS);
}

/* Registers of a hypercall: as they went in, but for r3 and what H_GET_TCE returns. */
static void fill_registers(const struct tce_ring_slot *slot, struct tce_expected *expect)
{
	memcpy(expect->out, slot->in, sizeof(expect->out));
	expect->out[0] = (uint64_t)expect->answer.r3;
	if (slot->in[0] == TCE_H_GET_TCE && expect->answer.r3 == TCE_H_SUCCESS)
		expect->out[1] = expect->answer.r4;
}

/* The hypercall that the slot's registers make. */
static int apply_slot(struct tce_model *model, const struct tce_ring_slot *slot,
		      struct tce_expected *expect)
{
	int err = tce_lpar_hcall(model->lpar, slot->in[0], &slot->in[1], &expect->answer);

	expect->abort = expect->answer.abort;
	if (!err)
		fill_registers(slot, expect);
	return err;
}

static int apply_sweep(struct tce_model *model, const struct tce_ring_slot *slot,
		       struct tce_expected *expect)
{
	uint64_t failed = 0;
	uint64_t nonzero = 0;
	uint64_t hash = slot->in[5];
	struct tce_answer answer;
	uint64_t value;
	int err;

	for (uint64_t i = 0; i < slot->in[3]; i++) {
		err = tce_lpar_h_get_tce(model->lpar, slot->in[0],
					 tce_ioba(slot->in[1] + i * slot->in[2]), &answer);
		if (err)
			return err;
		failed += answer.r3 != TCE_H_SUCCESS;
		value = answer.r3 == TCE_H_SUCCESS ? answer.r4 : (uint64_t)answer.r3;
		nonzero += value != 0;
		hash = tce_mail_hash(hash, value);
	}
	memcpy(expect->out, slot->in, sizeof(expect->out));
	expect->out[0] = failed;
	expect->out[1] = hash;
	expect->out[2] = nonzero;
	return 0;
}

static int apply_plug(struct tce_model *model, const struct tce_qemu_phb *phb)
{
	struct tce_phb_opts opts;
	int err;

	tce_qemu_phb_opts(phb, &opts);
	err = tce_lpar_phb_add(model->lpar, &opts);
	if (!err)
		tce_qemu_config_plug(&model->config, phb);
	return err;
}

static int apply_unplug(struct tce_model *model, unsigned index)
{
	tce_qemu_config_unplug(&model->config, index);
	return tce_lpar_phb_remove(model->lpar, tce_qemu_buid(index));
}

static int put_saved(void *ctx, const void *buf, size_t n)
{
	struct tce_model *model = (struct tce_model *)ctx;
	size_t room = model->saved_room ? model->saved_room : 4096;
	uint8_t *bytes;

	while (room < model->saved_size + n)
		room *= 2;
	bytes = room == model->saved_room ? model->saved : realloc(model->saved, room);
	if (!bytes)
		return -1;
	model->saved = bytes;
	model->saved_room = room;
	memcpy(model->saved + model->saved_size, buf, n);
	model->saved_size += n;
	return 0;
}

static int apply_save(struct tce_model *model)
{
	model->saved_size = 0;
	model->has_saved = true;
	model->saved_config = model->config;
	return tce_lpar_save(model->lpar, put_saved, model);
}

struct reader {
	const uint8_t *bytes;
	size_t left;
};

static int get_saved(void *ctx, void *buf, size_t n)
{
	struct reader *reader = (struct reader *)ctx;

	if (n > reader->left)
		return -1;
	memcpy(buf, reader->bytes, n);
	reader->bytes += n;
	reader->left -= n;
	return 0;
}

/* A new process with the machine of the saved one takes the state over. */
static int apply_load(struct tce_model *model, struct tce_fail *fail)
{
	struct reader reader = {.bytes = model->saved, .left = model->saved_size};

	TCE_ASSERT(model->has_saved);
	tce_lpar_free(model->lpar);
	model->lpar = NULL;
	model->config = model->saved_config;
	memset(model->edu, 0, sizeof(model->edu)); /* QEMU does not save these devices */
	if (make_lpar(model, fail) != 0)
		return -TCE_ERR_STATE;
	return tce_lpar_load(model->lpar, get_saved, &reader);
}

bool tce_model_reaches(const struct tce_model *model, const struct tce_dma *dma, uint64_t *ret_ra)
{
	struct tce_dma_out out;

	tce_lpar_dma(model->lpar, dma, &out);
	*ret_ra = out.xlate.ra.v;
	return out.result == TCE_DMA_OK && in_ram(out.xlate.ra.v, 1);
}

/* Bytes from addr to the end of its 4 KiB page, which is inside one I/O page of any size. */
static unsigned piece(uint64_t addr, unsigned len)
{
	uint64_t left = 4096 - (addr & 4095);

	return left < len ? (unsigned)left : len;
}

/* What is told of a transfer: its first piece that fails, or the last; pieces are I/O pages. */
static void note_piece(const struct tce_op_dma *op, const struct tce_dma *dma,
		       const struct tce_dma_out *out, struct tce_expected *expect)
{
	bool begins = dma->addr == op->addr || !(dma->addr & tce_low_mask(out->xlate.page_shift));

	if (begins && expect->dma.result == TCE_DMA_OK)
		expect->dma = *out;
}

/*
 * QEMU translates a transfer page by page; a piece that cannot be read is zero, one that cannot be
 * written is dropped (measured, 7.2.22). The answer is that of the first piece that fails.
 */
static void apply_dma(struct tce_model *model, const struct tce_op_dma *op,
		      struct tce_expected *expect)
{
	struct tce_dma dma = {.bus = tce_qemu_buid(0),
			      .addr = op->addr,
			      .access = op->write ? TCE_WRITE : TCE_READ};
	uint8_t *buf = model->edu[op->device];
	struct tce_dma_out out;
	uint8_t *bytes;
	unsigned n;

	for (unsigned left = op->len; left; left -= n, dma.addr += n, buf += n) {
		n = piece(dma.addr, left);
		tce_lpar_dma(model->lpar, &dma, &out);
		note_piece(op, &dma, &out, expect);
		bytes = out.result == TCE_DMA_OK ? find_bytes(model, out.xlate.ra.v, n) : NULL;
		if (op->write && bytes)
			memcpy(bytes, buf, n);
		else if (!op->write && bytes)
			memcpy(buf, bytes, n);
		else if (!op->write)
			memset(buf, 0, n);
	}
}

/* QEMU hw/net/spapr_llan.c: the whole page must be writable and readable by the device. */
static void apply_vio(struct tce_model *model, const struct tce_op_vio *op,
		      struct tce_expected *expect)
{
	struct tce_dma dma = {
		.bus = op->unit, .vio = true, .addr = op->addr, .access = TCE_READ | TCE_WRITE};
	uint64_t ra;

	expect->answer.r3 = TCE_H_PARAMETER;
	if (tce_model_reaches(model, &dma, &ra))
		expect->answer.r3 = TCE_H_SUCCESS;
	expect->out[0] = (uint64_t)expect->answer.r3;
}

static int apply_rtas(struct tce_model *model, const struct tce_ring_slot *slot,
		      uint64_t slot_block, struct tce_expected *expect)
{
	int err;

	memcpy(expect->block, slot->block, sizeof(expect->block));
	model->slot_block = slot_block;
	model->slot_bytes = expect->block;
	err = apply_slot(model, slot, expect);
	model->slot_block = 0;
	return err;
}

static int apply(struct tce_model *model, const struct tce_op *op, const struct tce_ring_slot *slot,
		 uint64_t slot_block, struct tce_expected *expect, struct tce_fail *fail)
{
	int err = 0;

	switch (op->kind) {
	case TCE_OP_HCALL:
	case TCE_OP_CAS: return apply_slot(model, slot, expect);
	case TCE_OP_RTAS: return apply_rtas(model, slot, slot_block, expect);
	case TCE_OP_SWEEP: return apply_sweep(model, slot, expect);
	case TCE_OP_DMA: apply_dma(model, &op->dma, expect); return 0;
	case TCE_OP_VIO: apply_vio(model, &op->vio, expect); return 0;
	case TCE_OP_RESET: err = tce_lpar_system_reset(model->lpar); break;
	case TCE_OP_PLUG: return apply_plug(model, &op->phb);
	case TCE_OP_UNPLUG: return apply_unplug(model, op->index);
	case TCE_OP_SAVE: return apply_save(model);
	case TCE_OP_LOAD: err = apply_load(model, fail); break;
	case TCE_NR_OPS: break;
	}
	if (!err)
		expect->abort = tce_lpar_aborted(model->lpar);
	return err;
}

int tce_model_apply(struct tce_model *model, const struct tce_op *op,
		    const struct tce_ring_slot *slot, uint64_t slot_block,
		    struct tce_expected *ret_expect, struct tce_fail *fail)
{
	int err;

	memset(ret_expect, 0, sizeof(*ret_expect));
	fail->text[0] = '\0';
	err = apply(model, op, slot, slot_block, ret_expect, fail);
	if (err && !fail->text[0])
		return tce_fail(fail, "the model fails: %s", tce_strerror(err));
	return err ? -1 : 0;
}
