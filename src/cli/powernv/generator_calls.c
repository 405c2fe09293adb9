/* SPDX-License-Identifier: BSD-2-Clause */
/* Random OPAL calls: each argument right, at an edge, or anything. See generator.h. */
#include "generator.h"

#define PAGE UINT64_C(4096)
#define TVE1 (UINT64_C(1) << 59)
#define MIB  UINT64_C(0x100000)

/* A few PEs are used again and again, so that calls meet. */
#define NR_FAVOURITES 6U

static uint64_t any_number(struct tce_nv_generator *gen)
{
	return tce_rng_any_size(&gen->rng, UINT64_MAX);
}

/* value, but in percent of all cases anything, or the same with a high bit that may not count. */
static uint64_t or_any(struct tce_nv_generator *gen, unsigned percent, uint64_t value)
{
	if (!tce_rng_percent(&gen->rng, percent))
		return value;
	if (tce_rng_percent(&gen->rng, 40))
		return any_number(gen);
	return value | UINT64_C(1) << (8 + tce_rng_below(&gen->rng, 56));
}

uint64_t tce_nv_generate_pe(struct tce_nv_generator *gen, unsigned bridge)
{
	const struct tce_ioda_model *model = gen->model->tree->bridges[bridge].model;
	unsigned dice = (unsigned)tce_rng_below(&gen->rng, 100);

	if (dice < 70)
		return tce_rng_below(&gen->rng, NR_FAVOURITES);
	if (dice < 85)
		return tce_rng_below(&gen->rng, model->nr_pes);
	if (dice < 90)
		return model->reserved_pe;
	if (dice < 96)
		return model->nr_pes - 2 + tce_rng_below(&gen->rng, 4);
	return any_number(gen);
}

static uint64_t generate_phb(struct tce_nv_generator *gen, unsigned bridge)
{
	uint64_t id = gen->model->tree->bridges[bridge].phb_id;

	if (!tce_rng_percent(&gen->rng, 3))
		return id;
	return tce_rng_percent(&gen->rng, 50) ? any_number(gen)
					      : id | UINT64_C(1) << tce_rng_below(&gen->rng, 63);
}

static uint64_t generate_table(struct tce_nv_generator *gen)
{
	uint64_t page = tce_rng_below(&gen->rng, (TCE_NV_DATA - TCE_NV_AREA) / PAGE);

	if (tce_rng_percent(&gen->rng, 4))
		return TCE_NV_RAM + page * PAGE;
	return TCE_NV_AREA + page * PAGE + (tce_rng_percent(&gen->rng, 3) ? 0x800 : 0);
}

static uint64_t generate_page_size(struct tce_nv_generator *gen)
{
	static const uint8_t shifts[] = {12, 12, 12, 16, 16, 21, 24, 28, 30, 13, 11};

	return or_any(gen, 2, UINT64_C(1) << shifts[tce_rng_below(&gen->rng, sizeof(shifts))]);
}

static uint64_t generate_level_size(struct tce_nv_generator *gen)
{
	unsigned dice = (unsigned)tce_rng_below(&gen->rng, 100);

	if (dice < 75)
		return PAGE << tce_rng_below(&gen->rng, 6);
	if (dice < 85)
		return 0;
	return dice < 95 ? UINT64_C(1) << tce_rng_below(&gen->rng, 64) : any_number(gen);
}

/* One of the PE's two windows. */
static uint64_t generate_window(struct tce_nv_generator *gen, uint64_t pe, unsigned half)
{
	return or_any(gen, 3, 2 * pe + (tce_rng_percent(&gen->rng, 3) ? 2 : half));
}

static void map(struct tce_nv_generator *gen, uint64_t phb, uint64_t pe, struct tce_nv_op *op)
{
	unsigned levels = (unsigned)tce_rng_below(&gen->rng, 100);
	unsigned half = (unsigned)tce_rng_below(&gen->rng, 2);

	levels = levels < 50 ? 1 : levels < 75 ? 2 : levels < 85 ? 3 : levels % 8;
	*op = (struct tce_nv_op){.kind = TCE_NV_CALL,
				 .n = {TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, phb, pe,
				       generate_window(gen, pe, half), or_any(gen, 1, levels),
				       generate_table(gen), generate_level_size(gen),
				       generate_page_size(gen)}};
}

static void map_real(struct tce_nv_generator *gen, uint64_t phb, uint64_t pe, struct tce_nv_op *op)
{
	unsigned half = tce_rng_percent(&gen->rng, 70);
	uint64_t start = tce_rng_below(&gen->rng, 4) * 16 * MIB << tce_rng_below(&gen->rng, 28);
	uint64_t size = tce_rng_below(&gen->rng, 65) * 16 * MIB;

	if (tce_rng_percent(&gen->rng, 40))
		start = 0;
	if (half ^ tce_rng_percent(&gen->rng, 4))
		start |= TVE1;
	if (tce_rng_percent(&gen->rng, 10))
		size = UINT64_C(1) << tce_rng_below(&gen->rng, 64);
	if (tce_rng_percent(&gen->rng, 5))
		size -= 16 * MIB;
	*op = (struct tce_nv_op){.kind = TCE_NV_CALL,
				 .n = {TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, phb, pe,
				       generate_window(gen, pe, half), or_any(gen, 3, start),
				       or_any(gen, 2, size)}};
}

void tce_nv_generate_window(struct tce_nv_generator *gen, unsigned bridge, unsigned pe,
			    struct tce_nv_op *op)
{
	uint64_t phb = gen->model->tree->bridges[bridge].phb_id;

	if (tce_rng_percent(&gen->rng, 80))
		map(gen, phb, pe, op);
	else
		map_real(gen, phb, pe, op);
}

/* bdfn, three ways to compare it, action. Mostly devices that are there. */
static void set_pe(struct tce_nv_generator *gen, struct tce_nv_op *op)
{
	uint64_t *n = op->n;

	n[3] = or_any(gen, 10, TCE_NV_EDU_RID + tce_rng_below(&gen->rng, TCE_NV_NR_EDU));
	n[4] = or_any(gen, 6, tce_rng_percent(&gen->rng, 70) ? 7 : tce_rng_below(&gen->rng, 9));
	n[5] = or_any(gen, 6, tce_rng_percent(&gen->rng, 80));
	n[6] = or_any(gen, 6, tce_rng_percent(&gen->rng, 80));
	n[7] = or_any(gen, 6, tce_rng_percent(&gen->rng, 80));
}

static void kill(struct tce_nv_generator *gen, unsigned bridge, struct tce_nv_op *op)
{
	uint64_t *n = op->n;
	uint64_t pe = tce_nv_generate_pe(gen, bridge);

	n[2] = or_any(gen, 2, tce_rng_below(&gen->rng, 4));
	n[3] = pe;
	n[4] = generate_page_size(gen);
	n[5] = tce_rng_any_size(&gen->rng, UINT64_MAX >> tce_rng_below(&gen->rng, 8)) &
	       ~(PAGE * (tce_rng_percent(&gen->rng, 50) ? 1 : 16) - 1);
	n[5] = or_any(gen, 5, n[5]);
	n[6] = tce_rng_percent(&gen->rng, 95) ? tce_rng_below(&gen->rng, 20) : 300;
}

/* Results go to their places; now and then to 0, or with top bits that skiboot may refuse. */
static uint64_t pointer(struct tce_nv_generator *gen, uint64_t address)
{
	if (tce_rng_percent(&gen->rng, 97))
		return address;
	return tce_rng_percent(&gen->rng, 50) ? 0 : address | tce_rng_below(&gen->rng, 16) << 60;
}

static void fill_rest(struct tce_nv_generator *gen, unsigned bridge, struct tce_nv_op *op)
{
	uint64_t *n = op->n;

	n[2] = tce_nv_generate_pe(gen, bridge);
	switch (n[0]) {
	case TCE_OPAL_PCI_SET_PE: set_pe(gen, op); break;
	case TCE_OPAL_PCI_SET_PELTV:
		n[2] = or_any(gen, 6, n[2]);
		n[3] = or_any(gen, 6, tce_nv_generate_pe(gen, bridge));
		n[4] = or_any(gen, 5, tce_rng_below(&gen->rng, 2));
		break;
	case TCE_OPAL_PCI_TCE_KILL: kill(gen, bridge, op); break;
	case TCE_OPAL_PCI_EEH_FREEZE_STATUS:
		n[3] = pointer(gen, TCE_NV_RESULT_STATE);
		n[4] = pointer(gen, TCE_NV_RESULT_TYPE);
		n[5] = pointer(gen, TCE_NV_RESULT_STATUS);
		break;
	case TCE_OPAL_PCI_EEH_FREEZE_CLEAR:
	case TCE_OPAL_PCI_EEH_FREEZE_SET: n[3] = or_any(gen, 5, tce_rng_below(&gen->rng, 4)); break;
	case TCE_OPAL_PHB_SET_OPTION:
	case TCE_OPAL_PHB_GET_OPTION:
		n[2] = or_any(gen, 5, tce_rng_below(&gen->rng, 4));
		n[3] = n[0] == TCE_OPAL_PHB_GET_OPTION
			       ? pointer(gen, TCE_NV_RESULT_VALUE)
			       : or_any(gen, 5, tce_rng_below(&gen->rng, 2));
		break;
	case TCE_OPAL_PCI_RESET:
		n[2] = or_any(gen, 30, tce_rng_below(&gen->rng, 8));
		n[3] = or_any(gen, 30, tce_rng_below(&gen->rng, 2));
		break;
	default: break;
	}
}

void tce_nv_generate_call(struct tce_nv_generator *gen, struct tce_nv_op *op)
{
	/* SET_PE and the reset of all tables are slow: 64 Ki entries. */
	static const struct {
		unsigned weight;
		uint64_t token;
	} calls[] = {
		{250, TCE_OPAL_PCI_TCE_KILL},
		{250, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW},
		{100, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL},
		{20, TCE_OPAL_PCI_SET_PE},
		{90, TCE_OPAL_PCI_SET_PELTV},
		{90, TCE_OPAL_PCI_EEH_FREEZE_STATUS},
		{60, TCE_OPAL_PCI_EEH_FREEZE_CLEAR},
		{60, TCE_OPAL_PCI_EEH_FREEZE_SET},
		{40, TCE_OPAL_PHB_SET_OPTION},
		{36, TCE_OPAL_PHB_GET_OPTION},
		{4, TCE_OPAL_PCI_RESET},
	};
	unsigned bridge = (unsigned)tce_rng_below(&gen->rng, gen->model->tree->nr_bridges);
	uint64_t phb = generate_phb(gen, bridge);
	unsigned dice = (unsigned)tce_rng_below(&gen->rng, 1000);
	unsigned i = 0;

	for (; dice >= calls[i].weight; i++)
		dice -= calls[i].weight;
	op->kind = TCE_NV_CALL;
	op->n[0] = calls[i].token;
	op->n[1] = phb;
	if (calls[i].token == TCE_OPAL_PCI_MAP_PE_DMA_WINDOW)
		map(gen, phb, tce_nv_generate_pe(gen, bridge), op);
	else if (calls[i].token == TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL)
		map_real(gen, phb, tce_nv_generate_pe(gen, bridge), op);
	else
		fill_rest(gen, bridge, op);
}
