/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device at the start of a run: its driver's two mask calls, what they do to the flag for
 * direct DMA, and which kernel explains that when nobody told. Whether pseries has a dynamic window
 * is not in a recording: its offset and limit are taken from the device line. On powernv the model
 * works them out, and they are compared.
 */
#include "replay.h"

#include "base/bits.h"

#define DEFAULT_RAM_END (UINT64_C(1) << 30)

/* What stands behind the mask calls of a run. */
struct mask_model {
	struct tce_dma_replay *replay;
	const struct tce_kernel *kernel;
};

uint64_t tce_ops_ram_end(const struct tce_dma_replay *replay)
{
	if (replay->has_facts && replay->facts.ram_end != 0)
		return replay->facts.ram_end;
	return replay->ram_end_seen != 0 ? replay->ram_end_seen : DEFAULT_RAM_END;
}

bool tce_ops_is_powernv(const struct tce_dma_table *table)
{
	return table->indirect_levels != 0; /* only PowerNV has tables of several levels */
}

/* There is a machine, whose kernel works out what on pseries is taken from the recording. */
static bool is_powernv(const struct tce_dma_replay *replay)
{
	return replay->platform.pnv != NULL;
}

/*
 * The window at dma_offset maps all memory. An inherited window (kexec) does not, but kernels
 * before 6.7 take it for one that does (B3); from 7.0 on a limit tells the two apart.
 */
static bool ddw_is_direct(const struct mask_model *m)
{
	const struct dma_run *run = &m->replay->run;
	uint64_t table_start = run->table.offset << run->table.page_shift;

	if (run->dev.dma_offset == 0)
		return false;
	if (!run->table.none && table_start == run->dev.dma_offset)
		return false;
	if (tce_kernel_has(m->kernel, TCE_KF_LIMIT_ALWAYS))
		return run->dev.bus_dma_limit != 0;
	return !m->replay->boot.by_kexec || tce_kernel_bug(m->kernel, TCE_DEFECT_B3);
}

static int recorded_bypass(void *ctx, struct tce_dma_dev *dev, uint64_t mask, bool *ret_ok)
{
	const struct mask_model *m = ctx;
	bool wide = mask == UINT64_MAX;
	int err;

	if (is_powernv(m->replay)) {
		err = tce_ops_powernv_bypass(m->replay->platform.pnv, m->kernel, mask, ret_ok);
		dev->dma_offset = tce_ops_powernv_offset(m->replay->platform.pnv);
		return err;
	}
	if (tce_kernel_has(m->kernel, TCE_KF_LIMITED_MODE))
		wide = mask > UINT32_MAX;
	*ret_ok = wide && ddw_is_direct(m);
	return 0;
}

/* The device after the run's two mask calls, and their answers as the kernel gives them. */
struct masked {
	struct tce_dma_dev dev;
	int set_mask;
	int set_coherent_mask;
};

static int set_masks(struct tce_dma_replay *replay, const struct tce_kernel *kernel,
		     struct masked *ret_masked)
{
	const struct dma_run *run = &replay->run;
	struct mask_model model = {replay, kernel};
	struct tce_dma_env env = replay->env;
	struct masked *m = ret_masked;
	uint64_t streaming = tce_low_mask(run->params.streaming_bits);
	uint64_t coherent = tce_low_mask(run->params.coherent_bits);
	int err = 0, pass;

	env.kernel = kernel;
	env.bypass_supported = recorded_bypass;
	env.bypass_ctx = &model;
	m->dev = replay->dev;
	tce_rptr_set(&m->dev.table, replay->tbl);
	if (is_powernv(replay)) {
		m->dev.dma_offset = tce_ops_powernv_offset(replay->platform.pnv);
		m->dev.bus_dma_limit = 0;
	} else {
		m->dev.dma_offset = run->dev.dma_offset;
		m->dev.bus_dma_limit = run->dev.bus_dma_limit;
	}
	for (pass = 0; pass < 2 && err == 0; pass++) {
		if ((pass == 0) == run->params.coherent_first)
			err = tce_dma_set_coherent_mask(&env, &m->dev, coherent,
							&m->set_coherent_mask);
		else
			err = tce_dma_set_mask(&env, &m->dev, streaming, &m->set_mask);
	}
	m->dev.seg_boundary = run->params.boundary != 0 ? run->params.boundary : UINT32_MAX;
	m->dev.max_seg = run->params.max_seg != 0 ? run->params.max_seg : 65536;
	return err;
}

/* The recorded line is what this kernel would have printed. */
static bool explains(const struct tce_dma_replay *replay, const struct tce_kernel *kernel,
		     const struct masked *m)
{
	const struct tce_dma_dev_line *line = &replay->run.dev;

	/* without the flag in the log: a direct window without a limit is none of 7.0's */
	if (tce_kernel_has(kernel, TCE_KF_LIMIT_ALWAYS) &&
	    !tce_ops_is_powernv(&replay->run.table) && line->dma_offset != 0 &&
	    line->bus_dma_limit == 0 && !line->has_bypass)
		return false;
	return m->set_mask == -line->set_mask && m->set_coherent_mask == -line->set_coherent_mask &&
	       m->dev.dma_mask == line->dma_mask && m->dev.coherent_mask == line->coherent_mask &&
	       (!line->has_bypass || m->dev.ops_bypass == line->bypass);
}

static unsigned newest_kernel(void)
{
	struct tce_kernel kernel;
	unsigned i = 0;

	while (tce_kernel_at(i + 1, &kernel) == 0)
		i++;
	return i - 1; /* the last one is no kernel: "fixed" */
}

int tce_ops_newest_kernel(struct tce_dma_replay *replay)
{
	return tce_kernel_at(newest_kernel(), &replay->boot.kernel);
}

/* Nobody told the kernel: the newest one that explains the device line. */
int tce_ops_guess_kernel(struct tce_dma_replay *replay)
{
	struct tce_kernel kernel;
	struct masked m;
	unsigned i = newest_kernel() + 1;
	int err;

	while (i-- > 0) {
		err = tce_kernel_at(i, &kernel);
		if (err == 0)
			err = set_masks(replay, &kernel, &m);
		if (err != 0)
			return err;
		if (!explains(replay, &kernel, &m))
			continue;
		replay->boot.kernel = kernel;
		return 0;
	}
	return tce_ops_newest_kernel(replay);
}

int tce_ops_take_masks(struct tce_dma_replay *replay)
{
	struct masked m;
	int err = set_masks(replay, &replay->boot.kernel, &m);

	if (err == 0 && !replay->boot.kernel_known && !explains(replay, &replay->boot.kernel, &m)) {
		err = tce_ops_guess_kernel(replay);
		if (err == 0)
			err = set_masks(replay, &replay->boot.kernel, &m);
	}
	if (err != 0)
		return err;
	replay->dev = m.dev;
	tce_rptr_set(&replay->dev.table, replay->tbl);
	tce_ops_event_begin(replay, replay->run.dev_line, UINT64_MAX);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_SET_MASK, (uint64_t)-replay->run.dev.set_mask,
			(uint64_t)m.set_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_SET_COHERENT_MASK,
			(uint64_t)-replay->run.dev.set_coherent_mask,
			(uint64_t)m.set_coherent_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_DMA_MASK, replay->run.dev.dma_mask, m.dev.dma_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_COHERENT_MASK, replay->run.dev.coherent_mask,
			m.dev.coherent_mask);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_SEG_BOUNDARY, replay->run.dev.seg_boundary,
			m.dev.seg_boundary);
	tce_ops_compare(replay, TCE_DMA_DIFFERS_MAX_SEG, replay->run.dev.max_seg, m.dev.max_seg);
	if (is_powernv(replay)) {
		tce_ops_compare(replay, TCE_DMA_DIFFERS_DMA_OFFSET, replay->run.dev.dma_offset,
				m.dev.dma_offset);
		tce_ops_compare(replay, TCE_DMA_DIFFERS_DMA_LIMIT, replay->run.dev.bus_dma_limit,
				m.dev.bus_dma_limit);
	}
	if (replay->run.dev.has_bypass) {
		tce_ops_compare(replay, TCE_DMA_DIFFERS_BYPASS, replay->run.dev.bypass,
				m.dev.ops_bypass);
		replay->dev.ops_bypass = replay->run.dev.bypass;
	}
	replay->dev.dma_mask = replay->run.dev.dma_mask;
	replay->dev.coherent_mask = replay->run.dev.coherent_mask;
	tce_ops_event_end(replay);
	return 0;
}
