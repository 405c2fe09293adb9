/* SPDX-License-Identifier: BSD-2-Clause */
/* Random register and table accesses and stores to memory. See generator.h. */
#include "generator.h"
#include "session.h"

#define PAGE           UINT64_C(4096)
#define MSI_BITS       (UINT64_C(1) << 55 | UINT64_C(1) << 49)
#define BAR_ENABLE     (UINT64_C(1) << 63)
#define AUTO_INCREMENT (UINT64_C(1) << 63)
#define TABLE_SHIFT    48U

/* Any field of a TVE may have any value, but its table is where it does no harm. */
static uint64_t random_tve(struct tce_nv_generator *gen)
{
	struct tce_rng *rng = &gen->rng;
	uint64_t page =
		(TCE_NV_AREA >> 12) + tce_rng_below(rng, (TCE_NV_DATA - TCE_NV_AREA) / PAGE);
	uint64_t low = tce_rng_next(rng) & 0xffff;

	if (tce_rng_percent(rng, 60))
		low = tce_rng_below(rng, 3) << 13 | (1 + tce_rng_below(rng, 5)) << 8 |
		      (1 + tce_rng_below(rng, 6));
	if (tce_rng_percent(rng, 10))
		low &= ~UINT64_C(0x1f); /* non-translate */
	return page << 16 | low;
}

static uint64_t table_addr(struct tce_nv_generator *gen, const struct tce_ioda_model *model)
{
	static const uint8_t tables[] = {TCE_IODA_TBL_TVT,   TCE_IODA_TBL_TVT,   TCE_IODA_TBL_TVT,
					 TCE_IODA_TBL_PESTA, TCE_IODA_TBL_PESTB, TCE_IODA_TBL_PEEV};
	struct tce_rng *rng = &gen->rng;
	uint64_t table = tables[tce_rng_below(rng, sizeof(tables))];
	uint64_t index = tce_rng_percent(rng, 60) ? tce_rng_below(rng, 12)
						  : tce_rng_below(rng, 2 * model->nr_tves);

	return table << TABLE_SHIFT | index | (tce_rng_percent(rng, 30) ? AUTO_INCREMENT : 0);
}

void tce_nv_generate_tve(struct tce_nv_generator *gen, unsigned bridge, unsigned pe,
			 struct tce_nv_op *op)
{
	uint64_t index = 2 * (uint64_t)pe + tce_rng_below(&gen->rng, 2);

	*op = (struct tce_nv_op){
		.kind = TCE_NV_TABLE_WRITE,
		.n = {bridge, (uint64_t)TCE_IODA_TBL_TVT << TABLE_SHIFT | index, random_tve(gen)}};
}

static void access_table(struct tce_nv_generator *gen, unsigned b, struct tce_nv_op *op)
{
	uint64_t addr = table_addr(gen, gen->model->tree->bridges[b].model);
	uint64_t table = addr >> TABLE_SHIFT & 0x1f;
	unsigned dice = (unsigned)tce_rng_below(&gen->rng, 100);

	op->n[0] = b;
	op->n[1] = addr;
	if (dice < 45) {
		op->kind = TCE_NV_TABLE_READ;
	} else if (dice < 95) {
		op->kind = TCE_NV_TABLE_WRITE;
		op->n[2] = table == TCE_IODA_TBL_TVT ? random_tve(gen) : tce_rng_next(&gen->rng);
	} else {
		op->kind = TCE_NV_SWEEP;
		op->n[1] = addr | AUTO_INCREMENT;
		op->n[2] = 1 + tce_rng_below(&gen->rng, 1024);
	}
}

static void write_register(struct tce_nv_generator *gen, unsigned b, struct tce_nv_op *op)
{
	const struct tce_nv_bridge *bridge = &gen->model->tree->bridges[b];
	unsigned dice = (unsigned)tce_rng_below(&gen->rng, 100);

	op->kind = TCE_NV_WRITE;
	op->n[0] = b;
	op->n[1] = TCE_IODA_REG_TCE_KILL;
	op->n[2] = tce_rng_next(&gen->rng);
	if (dice < 30) {
		op->n[1] = TCE_IODA_REG_RTC_INVALIDATE;
	} else if (dice < 40) {
		op->n[1] = TCE_IODA_REG_CONFIG;
		op->n[2] = bridge->model->config;
		if (tce_rng_percent(&gen->rng, 50))
			op->n[2] ^= tce_rng_next(&gen->rng) & MSI_BITS;
	} else if (dice < 42) {
		op->n[1] = TCE_IODA_REG_RTT_BAR;
		op->n[2] = bridge->rtt | BAR_ENABLE;
		if (tce_rng_percent(&gen->rng, 40))
			op->n[2] = tce_rng_percent(&gen->rng, 50) ? bridge->rtt : 0;
	}
}

static void read_register(struct tce_nv_generator *gen, unsigned b, struct tce_nv_op *op)
{
	static const uint16_t regs[] = {TCE_IODA_REG_CONFIG, TCE_IODA_REG_RTT_BAR,
					TCE_IODA_REG_PELTV_BAR, TCE_IODA_REG_PEST_BAR};

	op->kind = TCE_NV_READ;
	op->n[0] = b;
	op->n[1] = regs[tce_rng_below(&gen->rng, sizeof(regs) / sizeof(regs[0]))];
}

/* Mostly a TCE; sometimes the PEs of four devices, behind the bridge's back. */
static void store(struct tce_nv_generator *gen, unsigned b, struct tce_nv_op *op)
{
	struct tce_rng *rng = &gen->rng;
	uint64_t rid = TCE_NV_EDU_RID + tce_rng_below(rng, TCE_NV_NR_EDU / 4) * 4;
	uint64_t at = TCE_NV_AREA + tce_rng_below(rng, TCE_NV_AREA_SIZE / 8) * 8;

	op->kind = TCE_NV_STORE;
	if (tce_rng_percent(rng, 10)) {
		op->n[0] = gen->model->tree->bridges[b].rtt + 2 * rid;
		for (unsigned i = 0; i < 4; i++)
			op->n[1] = op->n[1] << 16 | (tce_nv_generate_pe(gen, b) & 0xffff);
		return;
	}
	op->n[0] = at;
	op->n[1] = at < TCE_NV_DATA ? tce_nv_random_tce(rng) : tce_nv_random_data(rng);
}

void tce_nv_generate_access(struct tce_nv_generator *gen, struct tce_nv_op *op)
{
	unsigned b = (unsigned)tce_rng_below(&gen->rng, gen->model->tree->nr_bridges);
	unsigned dice = (unsigned)tce_rng_below(&gen->rng, 100);

	if (dice < 50)
		access_table(gen, b, op);
	else if (dice < 65)
		write_register(gen, b, op);
	else if (dice < 75)
		read_register(gen, b, op);
	else if (dice < 99)
		store(gen, b, op);
	else
		op->kind = TCE_NV_LOOK;
}
