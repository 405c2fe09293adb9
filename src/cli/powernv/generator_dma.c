/* SPDX-License-Identifier: BSD-2-Clause */
/* Random accesses of devices, mostly where a window of their PE leads. See generator.h. */
#include "generator.h"

#define WINDOW_BIT 59U
#define TVE1       (UINT64_C(1) << WINDOW_BIT)
#define MSI32      UINT64_C(0xffff0000)
#define MSI64      (UINT64_C(1) << 60)

/* Addresses tried until one leads somewhere, and until one may be used at all. */
#define TRIES 6U

/* Through a bypass window: memory of ours, or near a border. */
static uint64_t bypass_address(struct tce_rng *rng, const struct tce_tve *tve)
{
	if (tce_rng_percent(rng, 85))
		return TCE_NV_AREA + tce_rng_below(rng, TCE_NV_AREA_SIZE);
	return (tce_rng_percent(rng, 50) ? tve->start : tve->end) - 0x1000 +
	       tce_rng_below(rng, 0x2000);
}

static uint64_t table_address(struct tce_rng *rng, const struct tce_ioda_model *model,
			      const struct tce_tve *tve)
{
	unsigned shift = tce_tve_window_shift(model->generation, tve);
	uint64_t size = shift < WINDOW_BIT ? UINT64_C(1) << shift : TVE1;

	if (tce_rng_percent(rng, 8))
		return size - 0x1000 + tce_rng_below(rng, 0x2000);
	return tce_rng_percent(rng, 50) ? tce_rng_any_size(rng, size - 1)
					: tce_rng_below(rng, size);
}

/* Around doorbells, or with top bits that select nothing. */
static uint64_t odd_address(struct tce_rng *rng)
{
	static const uint64_t bases[] = {
		MSI64, MSI64 | TVE1, MSI32, UINT64_C(1) << 61, UINT64_C(1) << 63, 0};
	uint64_t base = bases[tce_rng_below(rng, sizeof(bases) / sizeof(bases[0]))];

	if (tce_rng_percent(rng, 30))
		return base - 0x100 + tce_rng_below(rng, 0x200);
	return base + tce_rng_any_size(rng, tce_rng_percent(rng, 60) ? 0xfffff : 0xffffffff);
}

static uint64_t choose_address(struct tce_nv_generator *gen, unsigned b, unsigned pe)
{
	const struct tce_ioda_model *model = gen->model->tree->bridges[b].model;
	unsigned half = (unsigned)tce_rng_below(&gen->rng, 2);
	struct tce_tve tve;
	uint64_t word[2];
	uint64_t addr;

	if (tce_rng_percent(&gen->rng, 8))
		return odd_address(&gen->rng);
	tce_ioda_tve(gen->model->bridges[b], 2 * pe + half, word);
	if (word[0] == 0 && tce_rng_percent(&gen->rng, 90)) {
		half = !half;
		tce_ioda_tve(gen->model->bridges[b], 2 * pe + half, word);
	}
	tce_tve_decode(model->generation, word, &tve);
	if (tve.kind == TCE_TVE_BYPASS)
		addr = bypass_address(&gen->rng, &tve);
	else if (tve.kind == TCE_TVE_TABLE)
		addr = table_address(&gen->rng, model, &tve);
	else /* leads nowhere, unless a bridge takes it for a bypass window */
		addr = TCE_NV_AREA + tce_rng_below(&gen->rng, TCE_NV_AREA_SIZE);
	return half ? addr | TVE1 : addr;
}

void tce_nv_generate_dma(struct tce_nv_generator *gen, unsigned b, unsigned function,
			 struct tce_nv_op *op)
{
	const struct tce_ioda *ioda = gen->model->bridges[b];
	struct tce_ioda_access access = {.rid = (uint16_t)(TCE_NV_EDU_RID + function)};
	bool write = tce_rng_percent(&gen->rng, 50);
	uint64_t len = 8 * (1 + tce_rng_below(&gen->rng, TCE_NV_EDU_BYTES / 8));
	uint64_t offset = 8 * tce_rng_below(&gen->rng, (TCE_NV_EDU_BYTES - len) / 8 + 1);
	bool good = tce_rng_percent(&gen->rng, 75);
	struct tce_ioda_xlate out;

	access.access = write ? TCE_WRITE : TCE_READ;
	*op = (struct tce_nv_op){.kind = write ? TCE_NV_DMA_WRITE : TCE_NV_DMA_READ,
				 .n = {b, function, 0, len, offset}};
	for (unsigned i = 0; i < TRIES; i++) {
		/* Only its PE is of interest here: it tells where windows are. */
		access.addr = 0;
		tce_ioda_foresee(ioda, &access, &out);
		access.addr = choose_address(gen, b, out.pe) & ~UINT64_C(7);
		op->n[2] = access.addr;
		tce_ioda_foresee(ioda, &access, &out);
		if (tce_nv_model_possible(gen->model, op) &&
		    (!good || !out.fault || out.fault == TCE_IODA_FAULT_MSI))
			return;
	}
}
