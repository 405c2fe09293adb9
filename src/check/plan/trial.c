/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a device reaches: one page at the end of each stretch of memory is mapped, looked up as the
 * device's DMA would be, and unmapped again. Stretches are cut where direct addresses end.
 */
#include <string.h>

#include "base/bits.h"
#include "plan.h"

/* A stretch of memory of one kind. */
struct stretch {
	enum tce_plan_memory kind;
	uint64_t addr; /* real bytes */
	uint64_t size;
};

/* A device that is tried. */
struct subject {
	struct tce_plan *plan;
	struct tce_linux_call call;
	struct tce_linux_env env;
	struct tce_linux_dev *dev;
	uint32_t node;
	uint64_t page; /* bytes */
	bool stale;    /* its table was freed, or never finished */
	struct tce_outcome outcome;
};

/* --- setting masks ------------------------------------------------------------------------ */

int tce_plan_probe(struct tce_plan *plan, const struct tce_ev_probe *probe,
		   struct tce_plan_trial *trial)
{
	const struct tce_dev *dev = tce_dev_find(tce_machine_state(plan->m), probe->dev);
	struct tce_event event = {.kind = TCE_EV_PROBE};
	struct tce_outcome outcome;
	int err;

	event.u.probe = *probe;
	if (event.u.probe.streaming_bits == 0)
		event.u.probe.streaming_bits = dev->streaming_bits;
	if (event.u.probe.coherent_bits == 0)
		event.u.probe.coherent_bits =
			probe->streaming_bits != 0 ? probe->streaming_bits : dev->coherent_bits;
	err = tce_machine_step(plan->m, &event, &outcome);
	if (err != 0)
		return err;
	memset(trial, 0, sizeof(*trial));
	trial->streaming_bits = (uint8_t)event.u.probe.streaming_bits;
	trial->coherent_bits = (uint8_t)event.u.probe.coherent_bits;
	trial->err = outcome.err;
	trial->coherent = TCE_PLAN_LOST;
	trial->died = outcome.abort != TCE_ABORT_NOT || outcome.oops;
	plan->died = trial->died;
	return 0;
}

/* --- one page ----------------------------------------------------------------------------- */

/* Does the device's DMA to a bus address get to a real address? */
static enum tce_dma_result look_up(const struct subject *s, uint64_t bus, uint64_t real)
{
	struct tce_dma dma = {.bus = tce_node_buid(s->call.st, s->node),
			      .addr = bus,
			      .access = TCE_READ,
			      .vio = s->dev->dma.vio};
	struct tce_dma_out out;

	tce_lpar_dma(s->plan->m->lpar, &dma, &out);
	if (out.result == TCE_DMA_OK && out.xlate.ra.v != real)
		return TCE_DMA_FAULT;
	return out.result;
}

/* What is not there yet cannot be looked up. */
static enum tce_plan_way way_of(const struct subject *s, enum tce_plan_memory kind, uint64_t real,
				const struct tce_dma_answer *answer)
{
	enum tce_dma_result result = look_up(s, answer->bus, real);

	if (answer->why != TCE_DMA_WHY_OK)
		return TCE_PLAN_LOST;
	if (!answer->direct)
		return result == TCE_DMA_OK || kind == TCE_PLAN_PLUGGABLE ? TCE_PLAN_TABLE
									  : TCE_PLAN_LOST;
	if (result == TCE_DMA_OK || (result == TCE_DMA_FAULT && kind == TCE_PLAN_PLUGGABLE))
		return TCE_PLAN_DIRECT;
	return result == TCE_DMA_FAULT && kind == TCE_PLAN_PMEM ? TCE_PLAN_BARE : TCE_PLAN_LOST;
}

static int try_page(struct subject *s, enum tce_plan_memory kind, uint64_t real,
		    enum tce_plan_way *ret_way)
{
	struct tce_dma_buffer buffer = {real, s->page, TCE_DIR_BIDIRECTIONAL};
	struct tce_dma_answer answer;
	bool ignored;
	int err = tce_dma_map_page(&s->env.dma, &s->dev->dma, &buffer, &answer);

	if (err != 0)
		return err;
	*ret_way = way_of(s, kind, real, &answer);
	if (answer.why != TCE_DMA_WHY_OK || answer.direct)
		return 0;
	return tce_dma_unmap_page(&s->env.dma, &s->dev->dma, answer.bus, s->page, &ignored);
}

static int try_coherent(struct subject *s, uint64_t real, enum tce_plan_way *ret_way)
{
	struct tce_dma_answer answer;
	bool ignored;
	int err = tce_dma_alloc_coherent(&s->env.dma, &s->dev->dma, real, s->page, &answer);

	if (err != 0)
		return err;
	*ret_way = way_of(s, TCE_PLAN_RAM, real, &answer);
	if (answer.why != TCE_DMA_WHY_OK || answer.direct)
		return 0;
	return tce_dma_free_coherent(&s->env.dma, &s->dev->dma, answer.bus, s->page, &ignored);
}

/* --- all memory --------------------------------------------------------------------------- */

/* Where the kernel stops to make direct addresses, as a real address. */
static uint64_t direct_end(const struct subject *s)
{
	const struct tce_dma_dev *dma = &s->dev->dma;
	const struct tce_pseries_window *ddw = tce_pseries_window_find(s->call.lx, s->node);

	if (dma->bus_dma_limit > dma->dma_offset)
		return dma->bus_dma_limit - dma->dma_offset;
	return ddw != NULL && ddw->direct ? tce_pow2(ddw->prop.window_shift) : 0;
}

static int try_piece(struct subject *s, enum tce_plan_memory kind, uint64_t addr, uint64_t end,
		     struct tce_plan_trial *trial)
{
	uint64_t last = (end - 1) & ~(s->page - 1);
	enum tce_plan_way way;
	int err = try_page(s, kind, last, &way);

	if (err == 0)
		trial->bytes[kind][way] += end - addr;
	return err;
}

static int try_stretch(struct subject *s, const struct stretch *stretch,
		       struct tce_plan_trial *trial)
{
	uint64_t end = stretch->addr + stretch->size;
	uint64_t cut = direct_end(s);
	int err = 0;

	if (cut <= stretch->addr || cut >= end)
		return try_piece(s, stretch->kind, stretch->addr, end, trial);
	err = try_piece(s, stretch->kind, stretch->addr, cut, trial);
	return err != 0 ? err : try_piece(s, stretch->kind, cut, end, trial);
}

static int try_memory(struct subject *s, struct tce_plan_trial *trial)
{
	const struct tce_mem_run *run;
	const struct tce_pmem *pmem;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (run = tce_mem_run_at(s->call.st, i)) != NULL; i++) {
		bool there = (run->flags & TCE_MEM_PLUGGED) != 0;
		struct stretch stretch = {there ? TCE_PLAN_RAM : TCE_PLAN_PLUGGABLE, run->addr,
					  run->size};

		err = try_stretch(s, &stretch, trial);
	}
	for (uint32_t i = 0; err == 0 && (pmem = tce_pmem_at(s->call.st, i)) != NULL; i++) {
		struct stretch stretch = {TCE_PLAN_PMEM, pmem->addr, pmem->size};

		err = try_stretch(s, &stretch, trial);
	}
	return err;
}

/* --- what it comes to --------------------------------------------------------------------- */

static enum tce_dma_mode mode_of(const struct subject *s, const struct tce_plan_trial *trial)
{
	bool dynamic = s->call.lx->platform->table_is_dynamic(s->call.st, s->call.lx, s->dev);

	if (trial->bytes[TCE_PLAN_RAM][TCE_PLAN_DIRECT] != 0)
		return dynamic && trial->bus_limit != 0 ? TCE_MODE_HYBRID : TCE_MODE_DIRECT;
	if (trial->bytes[TCE_PLAN_RAM][TCE_PLAN_TABLE] != 0)
		return dynamic ? TCE_MODE_DYNAMIC : TCE_MODE_DEFAULT;
	return TCE_MODE_NONE;
}

static void describe(const struct subject *s, struct tce_plan_trial *trial)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&s->dev->dma);

	trial->offset = s->dev->dma.dma_offset;
	trial->bus_limit = s->dev->dma.bus_dma_limit;
	if (tbl != NULL) {
		trial->table_start = tbl->offset << tbl->page_shift;
		trial->table_size = tbl->size << tbl->page_shift;
		trial->table_page_shift = tbl->page_shift;
	}
	trial->mode = mode_of(s, trial);
}

/* Direct addresses that the mask does not reach, and no way back to the table. */
static bool is_beyond_mask(const struct tce_plan_trial *trial, struct tce_plan_why *ret_why)
{
	bool streaming = trial->bytes[TCE_PLAN_RAM][TCE_PLAN_LOST] != 0 &&
			 trial->offset > tce_low_mask(trial->streaming_bits);
	bool coherent = trial->coherent == TCE_PLAN_LOST &&
			trial->offset > tce_low_mask(trial->coherent_bits);

	ret_why->reason = TCE_PLAN_BEYOND_MASK;
	ret_why->value[0] = streaming ? trial->streaming_bits : trial->coherent_bits;
	ret_why->value[1] = trial->offset;
	return streaming || coherent;
}

static void add_why(struct tce_plan_trial *trial, enum tce_plan_reason reason, uint64_t value)
{
	struct tce_plan_why why = {reason, {value, 0, 0, 0}};

	tce_plan_add_why(&trial->whys, &why);
}

/* What the kernel noted of the PE, but for this device's own mask. */
static void explain(const struct subject *s, struct tce_plan_trial *trial)
{
	const struct tce_kernel *kernel = &s->call.lx->kernel;
	const struct tce_ddw_record *record = tce_plan_record(s->plan->m, s->node);
	uint64_t mask = tce_low_mask(trial->streaming_bits);
	struct tce_plan_why why = {.value = {0}};

	if (is_beyond_mask(trial, &why))
		tce_plan_add_why(&trial->whys, &why);
	if (s->stale)
		add_why(trial, TCE_PLAN_STALE_TABLE, 0);
	if (s->dev->dma.no_ops || s->dev->dma.vio || record == NULL) {
		memset(&why, 0, sizeof(why));
		why.reason = s->dev->dma.no_ops ? TCE_PLAN_IOMMU_OFF
			     : s->dev->dma.vio  ? TCE_PLAN_VIRTUAL_IO
						: TCE_PLAN_NO_WINDOW;
		tce_plan_add_why(&trial->whys, &why);
	} else if (record->step != TCE_DDW_DISABLED && !tce_pseries_mask_is_wide(kernel, mask)) {
		tce_plan_explain_narrow(kernel, mask, &trial->whys);
	} else {
		tce_plan_explain(kernel, record, &trial->whys);
	}
	if (trial->bus_limit != 0)
		add_why(trial, TCE_PLAN_BUS_LIMIT, trial->bus_limit);
}

/* A refused mask: nothing is mapped, all is lost. */
static void refuse(const struct subject *s, struct tce_plan_trial *trial)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&s->dev->dma);
	const struct tce_pseries_window *ddw = tce_pseries_window_find(s->call.lx, s->node);
	struct tce_plan_why why = {TCE_PLAN_MASK_REFUSED, {trial->streaming_bits}};

	if (trial->coherent_bits < trial->streaming_bits)
		why.value[0] = trial->coherent_bits;
	if (tbl != NULL)
		why.value[1] = tbl->offset << tbl->page_shift;
	else if (ddw != NULL)
		why.value[1] = ddw->prop.dma_base;
	else
		why.reason = TCE_PLAN_NO_WINDOW;
	tce_plan_add_why(&trial->whys, &why);
	for (unsigned i = 0; i < TCE_PLAN_NR_MEMORIES; i++)
		trial->bytes[i][TCE_PLAN_LOST] = s->plan->sum.memory[i];
	trial->mode = TCE_MODE_NONE;
}

/*
 * A device may be left with a table that was freed (D9) or that has no bitmap (B16). Nothing good
 * comes of using it: for the rest of the plan it has none.
 */
static void drop_bad_table(struct subject *s)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&s->dev->dma);

	s->stale = tbl != NULL && (tce_linux_dev_table_is_freed(s->dev) || !tbl->has_map);
	if (s->stale)
		tce_linux_dev_set_table(&s->call, s->dev, NULL);
}

int tce_plan_reach(struct tce_plan *plan, uint16_t dev, struct tce_plan_trial *trial)
{
	struct subject s = {.plan = plan, .node = tce_plan_node_of(plan->m, dev)};
	uint64_t last;
	int err;

	s.call = tce_plan_call(plan->m, &s.outcome);
	s.dev = tce_linux_dev_find(s.call.st, s.call.lx, dev);
	s.page = UINT64_C(1) << s.call.lx->page_shift;
	if (trial->err != 0) {
		refuse(&s, trial);
		return 0;
	}
	drop_bad_table(&s);
	trial->stale_table = s.stale;
	tce_linux_env_init(&s.call, 0, &s.env);
	last = (tce_linux_dram_end(s.call.lx) - 1) & ~(s.page - 1);
	err = try_memory(&s, trial);
	if (err == 0)
		err = try_coherent(&s, last, &trial->coherent);
	if (err != 0)
		return err;
	describe(&s, trial);
	explain(&s, trial);
	return 0;
}
