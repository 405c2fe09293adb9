/* SPDX-License-Identifier: BSD-2-Clause */
/* RTAS calls, good and bad, and the bridges they are about. */
#include <string.h>

#include "generator.h"

#define PICK(rng, array) ((array)[tce_rng_below(rng, sizeof(array) / sizeof((array)[0]))])

/*
 * Entries of windows, log2: mostly few, because QEMU clears 8 bytes for each; the most that any
 * machine's memory has address space for.
 */
static const unsigned entries_lg2[] = {10, 10, 10, 10, 10, 10, 16, 16, 16, 20, 20, 28};

static void start_call(const struct tce_model *model, struct tce_op *op, enum tce_rtas call,
		       uint32_t nargs, uint32_t nret)
{
	memset(op, 0, sizeof(*op));
	op->kind = TCE_OP_RTAS;
	op->rtas.token = tce_rtas_token(model->profile, call);
	op->rtas.nargs = nargs;
	op->rtas.nret = nret;
	op->rtas.block = TCE_BLOCK_SLOT;
}

/* The addresses' top four bits do not count. */
static void vary_block(struct tce_generator *gen, struct tce_op *op)
{
	if (tce_rng_percent(&gen->rng, 2))
		op->rtas.at = tce_rng_below(&gen->rng, 16) << 60;
}

static const struct tce_qemu_phb *any_phb(struct tce_generator *gen, const struct tce_model *model)
{
	return &model->config.phb[tce_rng_below(&gen->rng, model->config.nr_phb)];
}

/* Configuration address (not looked at) and BUID; seldom one that nobody has. */
static const struct tce_qemu_phb *put_bus(struct tce_generator *gen, const struct tce_model *model,
					  struct tce_op *op)
{
	const struct tce_qemu_phb *phb = any_phb(gen, model);
	uint64_t buid = tce_qemu_buid(phb->index);

	if (tce_rng_percent(&gen->rng, 3))
		buid += tce_rng_percent(&gen->rng, 50)
				? tce_rng_below(&gen->rng, 32)
				: UINT64_C(1) << tce_rng_below(&gen->rng, 64);
	op->rtas.cells[0] = tce_rng_percent(&gen->rng, 80) ? 0 : (uint32_t)tce_rng_next(&gen->rng);
	op->rtas.cells[1] = (uint32_t)(buid >> 32);
	op->rtas.cells[2] = (uint32_t)buid;
	return phb;
}

void tce_gen_query(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	start_call(model, op, TCE_RTAS_QUERY, 3, 5 + (uint32_t)tce_rng_below(&gen->rng, 2));
	put_bus(gen, model, op);
	vary_block(gen, op);
}

/* A page size of the bridge, mostly. */
static unsigned page_shift_of(struct tce_generator *gen, const struct tce_qemu_phb *phb)
{
	unsigned shift;

	if (tce_rng_percent(&gen->rng, 6))
		return (unsigned)tce_rng_below(&gen->rng, 64);
	do
		shift = 12 + (unsigned)tce_rng_below(&gen->rng, 23);
	while (!(phb->pgsz >> shift & 1));
	return shift;
}

static unsigned window_shift_of(struct tce_generator *gen, unsigned page_shift)
{
	unsigned most = PICK(&gen->rng, entries_lg2);

	if (gen->doom && tce_rng_percent(&gen->rng, 30))
		return page_shift + 32 + (unsigned)tce_rng_below(&gen->rng, 32);
	if (page_shift && tce_rng_percent(&gen->rng, 4))
		return (unsigned)tce_rng_below(&gen->rng, page_shift);
	return page_shift + (unsigned)tce_rng_below(&gen->rng, most + 1);
}

void tce_gen_create(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	const struct tce_qemu_phb *phb;

	start_call(model, op, TCE_RTAS_CREATE, 5, 4);
	phb = put_bus(gen, model, op);
	op->rtas.cells[3] = page_shift_of(gen, phb);
	op->rtas.cells[4] = window_shift_of(gen, op->rtas.cells[3]);
	vary_block(gen, op);
}

/* Never a LIOBN of virtual I/O: QEMU 10 aborts, QEMU 7.2 reads memory that is not its own. */
void tce_gen_remove(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	const struct tce_window_info *window = tce_gen_window(gen);
	uint32_t liobn = (uint32_t)tce_rng_next(&gen->rng) | 0x80000000;

	if (window && !window->vio && !tce_rng_percent(&gen->rng, 4))
		liobn = (uint32_t)window->liobn;
	start_call(model, op, TCE_RTAS_REMOVE, 1, 1);
	op->rtas.cells[0] = liobn;
	vary_block(gen, op);
}

void tce_gen_reset_windows(struct tce_generator *gen, const struct tce_model *model,
			   struct tce_op *op)
{
	/* With a fourth argument: limited-address mode, which QEMU does not know. */
	bool limited = tce_rng_percent(&gen->rng, 5);

	start_call(model, op, TCE_RTAS_RESET, limited ? 4 : 3, 1);
	put_bus(gen, model, op);
	op->rtas.cells[3] = limited;
	vary_block(gen, op);
}

void tce_gen_bypass(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	static const uint32_t odd[] = {0, 0x71000000, 0x80000000, 0xffffffff};
	const struct tce_qemu_config *config = &model->config;

	start_call(model, op, TCE_RTAS_SET_TCE_BYPASS, 2, 1);
	op->rtas.cells[0] = PICK(&gen->rng, odd);
	if (config->nr_vio && !tce_rng_percent(&gen->rng, 5))
		op->rtas.cells[0] = config->vio[tce_rng_below(&gen->rng, config->nr_vio)].unit;
	op->rtas.cells[1] = (uint32_t)tce_rng_below(&gen->rng, 2);
	if (tce_rng_percent(&gen->rng, 5))
		op->rtas.cells[1] = (uint32_t)tce_rng_next(&gen->rng);
	vary_block(gen, op);
}

void tce_gen_quiesce(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	start_call(model, op, TCE_RTAS_QUIESCE, 0, 1);
	vary_block(gen, op);
}

void tce_gen_reboot(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	start_call(model, op, TCE_RTAS_SYSTEM_REBOOT, 0, 1);
	vary_block(gen, op);
}

/* Wrong counts; return cells far away, or wrapped around to the header; no block at all. */
static void spoil_counts(struct tce_generator *gen, struct tce_op *op)
{
	static const uint32_t far[] = {100,        0x1000,     0x3ff0,     0x3fffffff, 0x40000000,
				       0x20000000, 0x08000000, 0xfffffffd, 0xfffffffe, 0xffffffff};
	static const uint32_t counts[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 100, 0x7fffffff, 0xffffffff};

	switch (tce_rng_below(&gen->rng, 4)) {
	case 0: op->rtas.nargs = (uint32_t)tce_rng_below(&gen->rng, 9); break;
	case 1: op->rtas.nret = PICK(&gen->rng, counts); break;
	case 2:
		op->rtas.block = TCE_BLOCK_SCRATCH;
		op->rtas.nargs = PICK(&gen->rng, far);
		break;
	default:
		/* One byte off: all cells are read shifted, nargs is 0x100 times as large. */
		op->rtas.block = TCE_BLOCK_SCRATCH;
		op->rtas.at = tce_rng_below(&gen->rng, 2) | tce_rng_below(&gen->rng, 16) << 60;
	}
}

static void spoil_address(struct tce_generator *gen, struct tce_op *op)
{
	static const uint64_t at[] = {TCE_QEMU_RAM, TCE_QEMU_RAM - 4, UINT64_C(1) << 40,
				      UINT64_C(0xf00000000000000), UINT64_C(0xc000000020000000)};

	op->rtas.block = TCE_BLOCK_AT;
	op->rtas.at = PICK(&gen->rng, at);
}

/* Tokens that no call has: outside QEMU's range, or the gap in it. */
static void spoil_token(struct tce_generator *gen, struct tce_op *op)
{
	static const uint32_t tokens[] = {0, 1, 0x1fff, 0x202e, 0x2100, 0x7fffffff, 0xffffffff};

	op->rtas.token = PICK(&gen->rng, tokens);
}

void tce_gen_bad_rtas(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	static void (*const good[])(struct tce_generator *, const struct tce_model *,
				    struct tce_op *) = {tce_gen_query,  tce_gen_create,
							tce_gen_remove, tce_gen_reset_windows,
							tce_gen_bypass, tce_gen_quiesce};

	PICK(&gen->rng, good)(gen, model, op);
	op->rtas.at = 0;
	switch (tce_rng_below(&gen->rng, 8)) {
	case 0: spoil_token(gen, op); break;
	case 1: spoil_address(gen, op); break;
	default: spoil_counts(gen, op); break;
	}
}

/* A bridge with properties of its own. */
struct tce_qemu_phb tce_gen_phb(struct tce_rng *rng, unsigned index)
{
	static const uint64_t pgsz[] = {0x1211000, 0x1211000, 0x1211000, 0x1000,
					0x11000,   0x10000,   0x3000,    UINT64_C(0x41f211000)};
	static const uint64_t addr[] = {
		0, 0, 0, 0x100000, UINT64_C(0x100000000), UINT64_C(0x7ffff000)};
	static const uint64_t size[] = {0x40000000, 0x40000000, 0x80000000,
					0x1000,     0x12345000, 0x10000000};
	static const uint64_t addr64[] = {UINT64_C(0x800000000000000),
					  UINT64_C(0x800000000000000),
					  UINT64_C(0x800000000000000),
					  UINT64_C(0x100000000),
					  0x1000,
					  UINT64_C(0x20000000)};
	struct tce_qemu_phb phb = tce_qemu_phb_default(index);

	if (tce_rng_percent(rng, 40))
		return phb;
	phb.ddw = !tce_rng_percent(rng, 15);
	phb.pgsz = PICK(rng, pgsz);
	phb.dma_win_addr = PICK(rng, addr);
	phb.dma_win_size = PICK(rng, size);
	phb.dma64_win_addr = PICK(rng, addr64);
	return phb;
}
