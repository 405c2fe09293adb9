/* SPDX-License-Identifier: BSD-2-Clause */
/* Which step comes next, and the scenes. See generator.h. */
#include <string.h>

#include "base/assert.h"
#include "base/bits.h"

#include "generator.h"
#include "piece.h"
#include "session.h"

#define RTC_ALL    (UINT64_C(1) << 63)
#define BAR_ENABLE (UINT64_C(1) << 63)
#define TVE1       (UINT64_C(1) << 59)
#define OPEN_PE    3U /* sees all memory through its second window while buffers are brought out */

void tce_nv_generator_init(struct tce_nv_generator *gen, uint64_t seed,
			   const struct tce_nv_model *model)
{
	memset(gen, 0, sizeof(*gen));
	gen->rng.state = seed;
	gen->model = model;
}

bool tce_nv_generator_in_scene(const struct tce_nv_generator *gen)
{
	return gen->next_plan < gen->nr_plans;
}

/* --- scenes ------------------------------------------------------------------------------- */

static void plan(struct tce_nv_generator *gen, enum tce_nv_plan_kind kind, unsigned bridge,
		 unsigned function)
{
	TCE_ASSERT(gen->nr_plans < TCE_NV_MAX_PLANS);
	gen->plans[gen->nr_plans++] = (struct tce_nv_plan){kind, bridge, function};
}

static void plan_each(struct tce_nv_generator *gen, enum tce_nv_plan_kind kind, unsigned step)
{
	for (unsigned b = 0; b < gen->model->tree->nr_bridges; b++)
		for (unsigned f = 0; f < TCE_NV_NR_EDU; f += step)
			plan(gen, kind, b, f);
}

/* After a first round: what would show if the bridge kept what it has read. */
static void plan_second_round(struct tce_nv_generator *gen)
{
	switch (tce_rng_below(&gen->rng, 4)) {
	case 0:
		plan_each(gen, TCE_NV_PLAN_CHANGE, 1 + (unsigned)tce_rng_below(&gen->rng, 2));
		break;
	case 1:
		plan_each(gen, TCE_NV_PLAN_PES, 4);
		plan_each(gen, TCE_NV_PLAN_FORGET_ONE, 4);
		break;
	case 2:
		for (unsigned i = 0; i < 20; i++)
			plan(gen, TCE_NV_PLAN_ANY, 0, 0);
		break;
	default: return;
	}
	plan_each(gen, tce_rng_percent(&gen->rng, 70) ? TCE_NV_PLAN_AGAIN : TCE_NV_PLAN_RUN, 1);
}

/* Windows, accesses, changes, accesses; then mostly the buffers. */
void tce_nv_generator_scene(struct tce_nv_generator *gen)
{
	if (!tce_nv_generator_in_scene(gen))
		gen->nr_plans = gen->next_plan = 0;
	if (tce_rng_percent(&gen->rng, 95))
		plan_each(gen, TCE_NV_PLAN_TABLE, TCE_NV_NR_EDU);
	plan_each(gen, TCE_NV_PLAN_PES, 4);
	if (tce_rng_percent(&gen->rng, 85))
		plan_each(gen, TCE_NV_PLAN_FORGET, TCE_NV_NR_EDU);
	plan_each(gen, TCE_NV_PLAN_WINDOW, 1);
	plan_each(gen, TCE_NV_PLAN_RUN, 1);
	plan_second_round(gen);
	if (tce_rng_percent(&gen->rng, 10))
		return;
	plan_each(gen, TCE_NV_PLAN_OPEN, TCE_NV_NR_EDU);
	plan_each(gen, TCE_NV_PLAN_BORROW, 4);
	plan_each(gen, TCE_NV_PLAN_FORGET, TCE_NV_NR_EDU);
	plan_each(gen, TCE_NV_PLAN_BRING, 1);
	plan_each(gen, TCE_NV_PLAN_RETURN, 4);
	plan_each(gen, TCE_NV_PLAN_FORGET, TCE_NV_NR_EDU);
}

/* Real address of the RTT word that four devices share, and what is there. */
static uint64_t rtt_address(const struct tce_nv_generator *gen, const struct tce_nv_plan *p)
{
	return gen->model->tree->bridges[p->bridge].rtt + 2 * (TCE_NV_EDU_RID + p->function);
}

static uint64_t four_pes(struct tce_nv_generator *gen, const struct tce_nv_plan *p)
{
	uint64_t word = 0;

	for (unsigned i = 0; i < 4; i++)
		word = word << 16 | (tce_nv_generate_pe(gen, p->bridge) & 0xffff);
	return word;
}

static void store(struct tce_nv_op *op, uint64_t address, uint64_t value)
{
	*op = (struct tce_nv_op){.kind = TCE_NV_STORE, .n = {address, value}};
}

static void bring(const struct tce_nv_generator *gen, const struct tce_nv_plan *p,
		  struct tce_nv_op *op)
{
	uint64_t place = TCE_NV_END -
			 (1 + p->bridge * TCE_NV_NR_EDU + p->function) * (uint64_t)TCE_NV_EDU_BYTES;

	(void)gen;
	*op = (struct tce_nv_op){.kind = TCE_NV_DMA_WRITE,
				 .n = {p->bridge, p->function, TVE1 | place, TCE_NV_EDU_BYTES, 0}};
}

/* For the PE the device has now: mostly as OPAL makes it, else straight into the table. */
static void window(struct tce_nv_generator *gen, const struct tce_nv_plan *p, struct tce_nv_op *op)
{
	uint16_t rid = (uint16_t)(TCE_NV_EDU_RID + p->function);
	unsigned pe = 0;

	if (tce_ioda_pe(gen->model->bridges[p->bridge], rid, &pe) != TCE_IODA_FAULT_NOT)
		pe = 0;
	if (tce_rng_percent(&gen->rng, 65))
		tce_nv_generate_window(gen, p->bridge, pe, op);
	else
		tce_nv_generate_tve(gen, p->bridge, pe, op);
}

static void write_register(const struct tce_nv_plan *p, uint64_t reg, uint64_t value,
			   struct tce_nv_op *op)
{
	*op = (struct tce_nv_op){.kind = TCE_NV_WRITE, .n = {p->bridge, reg, value}};
}

/* One RID, or with the top bit all of them. */
static uint64_t forget_one(struct tce_nv_generator *gen, const struct tce_nv_plan *p)
{
	uint64_t rid = TCE_NV_EDU_RID + p->function + tce_rng_below(&gen->rng, 4);

	return rid << 32 | (tce_rng_percent(&gen->rng, 15) ? RTC_ALL : 0);
}

static void run(struct tce_nv_generator *gen, const struct tce_nv_plan *p, struct tce_nv_op *op)
{
	struct tce_nv_last *last = &gen->last[p->bridge][p->function];
	struct tce_ioda_access access;
	struct tce_ioda_xlate out;

	tce_nv_generate_dma(gen, p->bridge, p->function, op);
	last->op = *op;
	access = tce_nv_first_piece(op).access;
	tce_ioda_foresee(gen->model->bridges[p->bridge], &access, &out);
	last->entry = out.entry.v;
}

static void follow(struct tce_nv_generator *gen, const struct tce_nv_plan *p, struct tce_nv_op *op)
{
	const struct tce_nv_bridge *bridge = &gen->model->tree->bridges[p->bridge];
	const struct tce_nv_last *last = &gen->last[p->bridge][p->function];
	uint64_t *borrowed = &gen->borrowed[p->bridge][p->function / 4];
	uint64_t at = rtt_address(gen, p);

	switch (p->kind) {
	case TCE_NV_PLAN_TABLE:
		write_register(p, TCE_IODA_REG_RTT_BAR, bridge->rtt | BAR_ENABLE, op);
		break;
	case TCE_NV_PLAN_PES: store(op, at, four_pes(gen, p)); break;
	case TCE_NV_PLAN_FORGET: write_register(p, TCE_IODA_REG_RTC_INVALIDATE, RTC_ALL, op); break;
	case TCE_NV_PLAN_WINDOW: window(gen, p, op); break;
	case TCE_NV_PLAN_FORGET_ONE:
		write_register(p, TCE_IODA_REG_RTC_INVALIDATE, forget_one(gen, p), op);
		break;
	case TCE_NV_PLAN_RUN: run(gen, p, op); break;
	case TCE_NV_PLAN_CHANGE: store(op, last->entry, tce_nv_random_tce(&gen->rng)); break;
	case TCE_NV_PLAN_AGAIN: *op = last->op; break;
	case TCE_NV_PLAN_OPEN:
		*op = (struct tce_nv_op){.kind = TCE_NV_CALL,
					 .n = {TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, bridge->phb_id,
					       OPEN_PE, 2 * OPEN_PE + 1, TVE1, TCE_NV_RAM}};
		break;
	case TCE_NV_PLAN_BORROW:
		*borrowed = tce_be64_load(tce_nv_model_bytes(gen->model, at, 8));
		store(op, at, OPEN_PE * UINT64_C(0x0001000100010001));
		break;
	case TCE_NV_PLAN_BRING: bring(gen, p, op); break;
	case TCE_NV_PLAN_RETURN: store(op, at, *borrowed); break;
	case TCE_NV_PLAN_ANY: break;
	}
}

/* --- any step ----------------------------------------------------------------------------- */

static void any(struct tce_nv_generator *gen, struct tce_nv_op *op)
{
	if (tce_rng_percent(&gen->rng, 75))
		tce_nv_generate_call(gen, op);
	else
		tce_nv_generate_access(gen, op);
}

void tce_nv_generator_next(struct tce_nv_generator *gen, struct tce_nv_op *ret_op)
{
	do {
		const struct tce_nv_plan *p = NULL;

		if (tce_nv_generator_in_scene(gen))
			p = &gen->plans[gen->next_plan++];
		*ret_op = (struct tce_nv_op){.kind = TCE_NV_LOOK};
		if (p && p->kind != TCE_NV_PLAN_ANY)
			follow(gen, p, ret_op);
		else
			any(gen, ret_op);
	} while (!tce_nv_model_possible(gen->model, ret_op));
}
