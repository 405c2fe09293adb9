/* SPDX-License-Identifier: BSD-2-Clause */
/* Which kind of step comes next. See generator.h. */
#include <string.h>

#include "generator.h"

#define PICK(rng, array) ((array)[tce_rng_below(rng, sizeof(array) / sizeof((array)[0]))])

/* Entries that may be saved: QEMU writes each, and this should not take long. */
#define SAVE_ENTRIES_MOST (UINT64_C(1) << 21)

enum kind {
	PUT,
	GET,
	STUFF,
	INDIRECT,
	ODD_HCALL,
	QUERY,
	CREATE,
	REMOVE,
	RESET_WINDOWS,
	BAD_RTAS,
	BYPASS,
	QUIESCE,
	VIO,
	DMA,
	CAS,
	SYSTEM_RESET,
	REBOOT,
	PLUG,
	UNPLUG,
	SAVE,
	NR_KINDS
};

enum phase {
	TCES,    /* hypercalls on windows as they are */
	WINDOWS, /* windows come and go */
	EDGES,   /* odd calls */
	DEVICES, /* virtual I/O */
	EDU,     /* PCI devices; on machines that have them, and only there */
	NR_PHASES
};

/*
 * Weights in 100 000. RTAS window calls take QEMU 20 to 100 us each, what the monitor does takes
 * milliseconds, a load 0.2 s; all else is far below a microsecond.
 */
/* clang-format off */
static const unsigned weights[NR_KINDS][NR_PHASES] = {
	/*                 TCES  WINDOWS EDGES DEVICES EDU */
	[PUT] =           {40000, 20000, 12000, 40000, 23000},
	[GET] =           {20000,  8000, 12000, 20000,  4000},
	[STUFF] =         {14000, 10000, 12000, 10000,  4000},
	[INDIRECT] =      {22000, 10000, 12000, 10000,  8000},
	[ODD_HCALL] =     {  400,   100, 10000,     0,     0},
	[QUERY] =         {  400,  8000,  2000,     0,  1500},
	[CREATE] =        {  600, 21000,  5000,     0,  4000},
	[REMOVE] =        {  400, 19000,  4000,     0,  3000},
	[RESET_WINDOWS] = {   60,  2000,   500,     0,   700},
	[BAD_RTAS] =      {  200,  1000, 20000,  1000,     0},
	[BYPASS] =        {  100,     0,  1000,  6000,     0},
	[QUIESCE] =       {   20,     0,   200,  1000,     0},
	[VIO] =           {    0,     0,     0,  1500,     0},
	[DMA] =           {    0,     0,     0,     0, 50000},
	[CAS] =           {   10,    30,    20,     0,     0},
	[SYSTEM_RESET] =  {    5,    30,    10,    20,   100},
	[REBOOT] =        {    3,    20,    10,     0,     0},
	[PLUG] =          {    6,    16,     0,     0,     0},
	[UNPLUG] =        {    4,    14,     0,     0,     0},
	[SAVE] =          {    3,    20,     0,     8,   100},
};
/* clang-format on */

static enum kind pick_kind(struct tce_generator *gen)
{
	unsigned total = 0;
	unsigned kind = 0;
	unsigned at;

	for (unsigned i = 0; i < NR_KINDS; i++)
		total += weights[i][gen->phase];
	at = (unsigned)tce_rng_below(&gen->rng, total);
	while (at >= weights[kind][gen->phase])
		at -= weights[kind++][gen->phase];
	return (enum kind)kind;
}

static void look_at_windows(struct tce_generator *gen, const struct tce_model *model)
{
	uint64_t from = 0;

	gen->nr_windows = 0;
	while (gen->nr_windows < TCE_GEN_MAX_WINDOWS &&
	       tce_lpar_next_window(model->lpar, from, &gen->windows[gen->nr_windows]))
		from = gen->windows[gen->nr_windows++].liobn + 1;
}

void tce_generator_init(struct tce_generator *gen, uint64_t seed, const struct tce_model *model)
{
	*gen = (struct tce_generator){.rng.state = seed, .dma = model->config.phb[0].nr_edu != 0};
	look_at_windows(gen, model);
}

void tce_generator_taken(struct tce_generator *gen, const struct tce_model *model,
			 const struct tce_op *op)
{
	if (op->kind != TCE_OP_HCALL && op->kind != TCE_OP_SWEEP && op->kind != TCE_OP_DMA)
		look_at_windows(gen, model);
	/* Each saved state is loaded, sooner or later. */
	if (op->kind == TCE_OP_SAVE)
		gen->load_in = 1 + (unsigned)tce_rng_any_size(&gen->rng, gen->dma ? 200 : 2000);
	/* What a load or a new bridge got wrong shows when windows go: let them. */
	if ((op->kind == TCE_OP_LOAD || op->kind == TCE_OP_PLUG) && !gen->dma) {
		gen->phase = WINDOWS;
		gen->phase_left = 300;
	}
}

/* --- hypercalls --------------------------------------------------------------------------- */

static void start_hcall(struct tce_op *op, uint64_t token, uint64_t liobn, uint64_t ioba)
{
	memset(op, 0, sizeof(*op));
	op->kind = TCE_OP_HCALL;
	op->hcall.token = token;
	op->hcall.args[0] = liobn;
	op->hcall.args[1] = ioba;
}

static void gen_list(struct tce_generator *gen, const struct tce_window_info *window,
		     struct tce_op_hcall *op)
{
	/* Not in memory that changes: the image, the ring, devices; no memory reads as zeros. */
	static const uint64_t lists[] = {TCE_RING_DMA + 8,
					 TCE_RING_DMA + 2048,
					 TCE_RING_DMA + 4095,
					 TCE_RING_DMA + 1,
					 TCE_QEMU_RAM,
					 UINT64_C(1) << 44,
					 UINT64_C(0xc000000001000000),
					 UINT64_C(0x18000000),
					 UINT64_C(0xfffffffffffff000)};

	op->nr_values = 1 + (unsigned)tce_rng_below(&gen->rng, TCE_OP_NR_VALUES);
	for (unsigned i = 0; i < op->nr_values; i++)
		op->values[i] = tce_gen_tce(gen);
	if (gen->dma)
		op->step = tce_rng_percent(&gen->rng, 50) ? 0x1000 : 0;
	else if (tce_rng_percent(&gen->rng, 60))
		op->step = UINT64_C(1) << (window ? window->page_shift : 12);
	else
		op->step = tce_rng_next(&gen->rng);
	op->args[2] = TCE_OP_LIST_AUTO;
	if (!gen->dma && tce_rng_percent(&gen->rng, 3))
		op->args[2] = PICK(&gen->rng, lists);
}

static void gen_tce_call(struct tce_generator *gen, enum kind kind, struct tce_op *op)
{
	static const uint64_t tokens[] = {[PUT] = TCE_H_PUT_TCE,
					  [GET] = TCE_H_GET_TCE,
					  [STUFF] = TCE_H_STUFF_TCE,
					  [INDIRECT] = TCE_H_PUT_TCE_INDIRECT};
	const struct tce_window_info *window;
	uint64_t liobn = tce_gen_liobn(gen, &window);
	uint64_t ioba = tce_gen_ioba(gen, window);

	start_hcall(op, tokens[kind], liobn, ioba);
	tce_gen_remember(gen, liobn, ioba);
	if (kind == PUT || kind == STUFF)
		op->hcall.args[2] = tce_gen_tce(gen);
	if (kind == STUFF)
		op->hcall.args[3] = tce_gen_count(gen, window, ioba, UINT64_MAX);
	if (kind == INDIRECT) {
		op->hcall.args[3] = tce_gen_count(gen, window, ioba, 512);
		gen_list(gen, window, &op->hcall);
	}
}

/* Hypercalls that QEMU does not have. Others it has are not ours to answer. */
static void gen_odd_hcall(struct tce_generator *gen, struct tce_op *op)
{
	static const uint64_t tokens[] = {0x1a8,
					  0x21,
					  0x22,
					  0x23,
					  0xfff8,
					  0x78,
					  0x168,
					  0x10c,
					  0x24c,
					  0x139,
					  0x13d,
					  0x1d,
					  UINT64_MAX,
					  UINT64_C(0x100000020),
					  UINT64_C(0xffffffff00000020)};
	const struct tce_window_info *window;
	uint64_t liobn = tce_gen_liobn(gen, &window);

	start_hcall(op, PICK(&gen->rng, tokens), liobn, tce_gen_ioba(gen, window));
	op->hcall.args[2] = tce_gen_tce(gen);
}

/* --- devices ------------------------------------------------------------------------------ */

/* A spapr-vlan device looks at an address; the model says what it would clear. */
static bool gen_vio(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	const struct tce_qemu_vio *vio = NULL;
	struct tce_dma dma = {.vio = true, .access = TCE_READ | TCE_WRITE};
	uint64_t ra;

	for (unsigned i = 0; i < model->config.nr_vio; i++)
		if (model->config.vio[i].lan)
			vio = &model->config.vio[i];
	if (!vio)
		return false;
	memset(op, 0, sizeof(*op));
	dma.bus = vio->unit;
	dma.addr = tce_gen_ioba(gen, NULL) & UINT64_C(0xfffff000);
	if (tce_rng_percent(&gen->rng, 30))
		dma.addr = TCE_RING_DMA + (tce_rng_below(&gen->rng, 64) << 12);
	if (!tce_model_reaches(model, &dma, &ra) ||
	    (ra >= TCE_RING_DMA && ra <= TCE_RING_END - 4096)) {
		op->kind = TCE_OP_VIO;
		op->vio = (struct tce_op_vio){.unit = vio->unit, .addr = dma.addr};
		return true;
	}
	start_hcall(op, TCE_H_PUT_TCE, vio->unit, dma.addr);
	op->hcall.args[2] = TCE_RING_DMA + (tce_rng_below(&gen->rng, 64) << 12) + 3;
	return true;
}

/* Where some call before was about, or in some window. */
static uint64_t likely_address(struct tce_generator *gen)
{
	if (gen->nr_recent && tce_rng_percent(&gen->rng, 60))
		return gen->recent[tce_rng_below(&gen->rng, gen->nr_recent)].start;
	return tce_gen_ioba(gen, tce_gen_window(gen));
}

/* An address where a device may do all of access, if one of a few is. */
static uint64_t mapped_address(struct tce_generator *gen, const struct tce_model *model,
			       unsigned access)
{
	struct tce_dma dma = {.bus = tce_qemu_buid(0), .access = access};
	struct tce_dma_out out;

	for (unsigned i = 0; i < 16; i++) {
		dma.addr = likely_address(gen) & ~UINT64_C(0xfff);
		tce_lpar_dma(model->lpar, &dma, &out);
		if (out.result == TCE_DMA_OK)
			break;
	}
	return dma.addr;
}

static uint64_t dma_address(struct tce_generator *gen, const struct tce_model *model, unsigned len)
{
	static const unsigned accesses[] = {TCE_READ, TCE_WRITE, TCE_READ | TCE_WRITE};
	uint64_t addr;

	if (tce_rng_percent(&gen->rng, 3))
		return UINT64_C(1) << 42;
	addr = likely_address(gen);
	if (tce_rng_percent(&gen->rng, 80))
		addr = mapped_address(gen, model, PICK(&gen->rng, accesses)) + (addr & 0xfff);
	/* Over the end of a page, now and then. */
	if (tce_rng_percent(&gen->rng, 30))
		addr = (addr | 0xfff) + 1 - tce_rng_below(&gen->rng, len);
	return addr;
}

/*
 * What a device writes to the MSI doorbell is an interrupt number, and QEMU asserts that it is one
 * (docs/findings/qemu-msi-doorbell-abort.md): it is only read.
 */
static bool may_hit_msi(const struct tce_op_dma *dma)
{
	uint64_t msi = UINT64_C(1) << 42;

	return dma->addr + dma->len > msi && dma->addr < msi + 4096;
}

static struct tce_op transfer(unsigned device, uint64_t addr, unsigned len, bool write)
{
	struct tce_op op;

	memset(&op, 0, sizeof(op));
	op.kind = TCE_OP_DMA;
	op.dma = (struct tce_op_dma){.device = device, .write = write, .len = len, .addr = addr};
	if (may_hit_msi(&op.dma))
		op.dma.write = false;
	return op;
}

/*
 * Three transfers: the device's buffer is loaded from a page that is mapped, if there is one; then
 * the one in question; then the buffer is stored to that page, so that memory tells all.
 */
static void gen_dma(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	unsigned len = 1 + (unsigned)tce_rng_any_size(&gen->rng, TCE_MODEL_EDU_BYTES - 1);
	unsigned device = (unsigned)tce_rng_below(&gen->rng, model->config.phb[0].nr_edu);
	uint64_t good = mapped_address(gen, model, TCE_READ | TCE_WRITE);

	*op = transfer(device, good, TCE_MODEL_EDU_BYTES, false);
	gen->dma_next[1] =
		transfer(device, dma_address(gen, model, len), len, tce_rng_percent(&gen->rng, 50));
	gen->dma_next[0] = transfer(device, good, TCE_MODEL_EDU_BYTES, true);
	gen->nr_dma_next = 2;
}

/* --- the machine -------------------------------------------------------------------------- */

static bool gen_plug(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	unsigned index = 1 + (unsigned)tce_rng_below(&gen->rng, 30);
	struct tce_qemu_config config = model->config;

	if (config.nr_phb == TCE_QEMU_MAX_PHB || tce_qemu_config_phb(&config, index))
		return false;
	memset(op, 0, sizeof(*op));
	op->kind = TCE_OP_PLUG;
	op->phb = tce_gen_phb(&gen->rng, index);
	op->phb.plugged = true;
	return true;
}

static bool gen_unplug(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op)
{
	unsigned n = model->config.nr_phb;

	if (n < 2)
		return false;
	memset(op, 0, sizeof(*op));
	op->kind = TCE_OP_UNPLUG;
	op->index = model->config.phb[1 + tce_rng_below(&gen->rng, n - 1)].index;
	return true;
}

/* Saving takes QEMU time for each entry; a tainted window is not for another process. */
static bool may_save(const struct tce_generator *gen)
{
	uint64_t entries = 0;

	for (unsigned i = 0; i < gen->nr_windows; i++) {
		entries += gen->windows[i].nr_entries;
		if (gen->windows[i].tainted)
			return false;
	}
	return entries <= SAVE_ENTRIES_MOST;
}

static bool gen_simple(struct tce_op *op, enum tce_op_kind kind)
{
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	return true;
}

static bool gen_machine(struct tce_generator *gen, const struct tce_model *model, enum kind kind,
			struct tce_op *op)
{
	switch (kind) {
	case PLUG: return gen_plug(gen, model, op);
	case UNPLUG: return gen_unplug(gen, model, op);
	case CAS: return gen_simple(op, TCE_OP_CAS);
	case SYSTEM_RESET: return gen_simple(op, TCE_OP_RESET);
	case SAVE:
		return may_save(gen) && tce_qemu_config_loadable(&model->config) &&
		       gen_simple(op, TCE_OP_SAVE);
	default: return false;
	}
}

/* --- all together ------------------------------------------------------------------------- */

/* False: not possible now, take another kind. */
static bool generate(struct tce_generator *gen, const struct tce_model *model, enum kind kind,
		     struct tce_op *op)
{
	switch (kind) {
	case PUT:
	case GET:
	case STUFF:
	case INDIRECT: gen_tce_call(gen, kind, op); return true;
	case ODD_HCALL: gen_odd_hcall(gen, op); return true;
	case QUERY: tce_gen_query(gen, model, op); return true;
	case CREATE: tce_gen_create(gen, model, op); return true;
	case REMOVE: tce_gen_remove(gen, model, op); return true;
	case RESET_WINDOWS: tce_gen_reset_windows(gen, model, op); return true;
	case BAD_RTAS: tce_gen_bad_rtas(gen, model, op); return true;
	case BYPASS: tce_gen_bypass(gen, model, op); return true;
	case QUIESCE: tce_gen_quiesce(gen, model, op); return true;
	case REBOOT: tce_gen_reboot(gen, model, op); return true;
	case VIO: return gen_vio(gen, model, op);
	case DMA: gen_dma(gen, model, op); return true;
	default: return gen_machine(gen, model, kind, op);
	}
}

static void next_phase(struct tce_generator *gen, const struct tce_model *model)
{
	static const unsigned char often[] = {TCES, TCES, TCES, TCES, WINDOWS, EDGES, DEVICES};

	gen->phase = PICK(&gen->rng, often);
	if (gen->phase == DEVICES && !model->config.nr_vio)
		gen->phase = WINDOWS;
	if (gen->dma)
		gen->phase = EDU;
	gen->phase_left = 200 + (unsigned)tce_rng_below(&gen->rng, 3000);
	gen->nr_recent = 0;
}

void tce_generator_next(struct tce_generator *gen, const struct tce_model *model,
			struct tce_op *ret_op)
{
	if (gen->nr_dma_next) {
		*ret_op = gen->dma_next[--gen->nr_dma_next];
		return;
	}
	if (gen->load_in && --gen->load_in == 0 && may_save(gen)) {
		gen_simple(ret_op, TCE_OP_LOAD);
		return;
	}
	if (!gen->phase_left)
		next_phase(gen, model);
	gen->phase_left--;
	while (!generate(gen, model, pick_kind(gen), ret_op))
		;
}

static void gen_vio_devices(struct tce_rng *rng, struct tce_qemu_config *config)
{
	if (tce_rng_percent(rng, 30))
		return;
	config->vio[config->nr_vio++] = (struct tce_qemu_vio){.unit = 0x71000003};
	if (tce_rng_percent(rng, 60))
		config->vio[config->nr_vio++] =
			(struct tce_qemu_vio){.unit = 0x71000010, .lan = true};
}

void tce_generator_config(uint64_t seed, unsigned epoch, bool dma,
			  struct tce_qemu_config *ret_config)
{
	struct tce_rng rng = {.state = seed * 1000003 + epoch};
	struct tce_qemu_phb phb;
	unsigned nr_phb;

	tce_qemu_config_init(ret_config);
	if (dma) {
		ret_config->phb[0].nr_edu = TCE_MODEL_NR_EDU;
		return;
	}
	nr_phb = 1 + (unsigned)tce_rng_below(&rng, 3);
	/* The first process is QEMU as everybody has it. */
	if (epoch)
		ret_config->phb[0] = tce_gen_phb(&rng, 0);
	for (unsigned i = 1; i < nr_phb; i++) {
		phb = tce_gen_phb(&rng, i * 3 - 2);
		tce_qemu_config_plug(ret_config, &phb);
	}
	gen_vio_devices(&rng, ret_config);
}
