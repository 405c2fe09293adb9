/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of DMA API recordings: interface, events, results. An event is a line that claims
 * something. After a divergence the recording is taken as right, and what follows can be checked.
 */
#include "replay.h"

#include <string.h>

#include "base/assert.h"

/* --- life --------------------------------------------------------------------------------- */

int tce_dma_replay_new(const struct tce_dma_replay_opts *opts, struct tce_dma_replay **ret_replay)
{
	struct tce_dma_replay *replay;
	struct tce_mem mem;
	struct tce_alloc alloc;

	tce_mem_init(&mem, opts->alloc);
	replay = tce_mem_new(&mem, sizeof(*replay));
	if (replay == NULL)
		return -TCE_ERR_NOMEM;
	alloc = tce_mem_alloc(&mem);
	tce_mem_init(&replay->mem, &alloc);
	tce_ops_lives_init(&replay->lives, &alloc);
	replay->profile = opts->profile != NULL ? opts->profile : tce_papr_profile_find("qemu");
	if (opts->facts != NULL) {
		replay->facts = *opts->facts;
		replay->has_facts = true;
	}
	if (opts->trace != NULL) {
		replay->tracer.source = *opts->trace;
		replay->tracer.present = true;
	}
	replay->boot_is_new = true;
	*ret_replay = replay;
	return 0;
}

void tce_ops_drop_table(struct tce_dma_replay *replay)
{
	tce_rptr_set(&replay->dev.table, NULL);
	if (replay->platform.pnv == NULL)
		tce_iommu_tce_table_put(replay->tbl);
	replay->tbl = NULL;
	tce_ops_platform_fini(&replay->platform);
}

void tce_dma_replay_free(struct tce_dma_replay *replay)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (replay == NULL)
		return;
	tce_ops_drop_table(replay);
	tce_ops_lives_fini(&replay->lives);
	alloc = tce_mem_alloc(&replay->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, replay, sizeof(*replay));
}

void tce_dma_replay_boot(struct tce_dma_replay *replay, const struct tce_dma_boot *boot)
{
	replay->boot = *boot;
	replay->boot_is_new = true;
}

void tce_dma_replay_file(struct tce_dma_replay *replay, unsigned file)
{
	replay->file = file;
	replay->sum.nr_files++;
}

/* --- events ------------------------------------------------------------------------------- */

void tce_ops_event_begin(struct tce_dma_replay *replay, uint64_t line, uint64_t n)
{
	replay->line = line;
	replay->n = n;
	replay->event_diverged = false;
	replay->event_checked = false;
}

void tce_ops_event_end(struct tce_dma_replay *replay)
{
	replay->sum.events++;
	if (replay->event_diverged) {
		replay->sum.diverged++;
		return;
	}
	replay->sum.agreed++;
	if (!replay->event_checked)
		replay->sum.unchecked++;
}

void tce_ops_diverge(struct tce_dma_replay *replay, enum tce_dma_differs what, uint64_t item,
		     uint64_t recorded, uint64_t model)
{
	struct tce_dma_divergence *d = &replay->divergence[replay->sum.nr_divergences];

	if (replay->event_diverged)
		return;
	replay->event_diverged = true;
	if (replay->sum.nr_divergences == DMA_DIVERGENCES_MAX)
		return;
	replay->sum.nr_divergences++;
	d->what = what;
	d->event = replay->sum.events + 1;
	d->file = replay->file;
	d->line = replay->line;
	d->n = replay->n;
	d->item = item;
	d->recorded = recorded;
	d->model = model;
	d->why = "";
}

bool tce_ops_compare(struct tce_dma_replay *replay, enum tce_dma_differs what, uint64_t recorded,
		     uint64_t model)
{
	replay->event_checked = true;
	if (recorded != model)
		tce_ops_diverge(replay, what, 0, recorded, model);
	return recorded == model;
}

static struct tce_iommu_pool *pool_at(struct tce_iommu_table *tbl, unsigned i)
{
	return i < tbl->nr_pools ? &tbl->pools[i] : &tbl->large_pool;
}

void tce_ops_adopt_hints(struct tce_dma_replay *replay, const struct tce_dma_hints *hints)
{
	struct tce_iommu_table *tbl = replay->tbl;
	unsigned i;

	if (tbl == NULL || hints->nr != tbl->nr_pools + 1)
		return;
	for (i = 0; i < hints->nr; i++)
		pool_at(tbl, i)->hint = hints->hint[i];
}

void tce_ops_compare_hints(struct tce_dma_replay *replay, const struct tce_dma_hints *hints)
{
	struct tce_iommu_table *tbl = replay->tbl;
	unsigned i;

	if (tbl == NULL || hints->nr != tbl->nr_pools + 1)
		return;
	for (i = 0; i < hints->nr; i++) {
		struct tce_iommu_pool *pool = pool_at(tbl, i);

		replay->event_checked = true;
		if (pool->hint == hints->hint[i])
			continue;
		tce_ops_diverge(replay, TCE_DMA_DIFFERS_HINT, i, hints->hint[i], pool->hint);
		pool->hint = hints->hint[i];
	}
}

static struct tce_dma_finding *finding_of(struct tce_dma_replay *replay, enum tce_rule_id rule)
{
	struct tce_dma_finding *finding = replay->finding;
	unsigned i;

	for (i = 0; i < replay->sum.nr_findings; i++, finding++) {
		if (finding->rule == rule)
			return finding;
	}
	TCE_ASSERT(replay->sum.nr_findings < DMA_FINDINGS_MAX);
	replay->sum.nr_findings++;
	finding->rule = rule;
	finding->event = replay->sum.events + 1;
	finding->file = replay->file;
	finding->line = replay->line;
	finding->n = replay->n;
	return finding;
}

void tce_ops_find(struct tce_dma_replay *replay, enum tce_rule_id rule, uint64_t count)
{
	finding_of(replay, rule)->count += count;
}

uint64_t tce_ops_pages(const struct tce_dma_replay *replay, uint64_t bus, uint64_t size)
{
	const struct tce_iommu_table *tbl = replay->tbl;
	uint64_t entry;

	if (tbl == NULL)
		return 0;
	entry = bus >> tbl->page_shift;
	if (entry < tbl->offset || entry - tbl->offset >= tbl->size)
		return 0;
	return ((bus & ((UINT64_C(1) << tbl->page_shift) - 1)) + size +
		(UINT64_C(1) << tbl->page_shift) - 1) >>
	       tbl->page_shift;
}

/* --- records ------------------------------------------------------------------------------ */

static void start_run(struct tce_dma_replay *replay, const struct tce_dma_run *id)
{
	tce_ops_lives_fini(&replay->lives);
	memset(&replay->run, 0, sizeof(replay->run));
	replay->run.id = *id;
	replay->sum.nr_runs++;
}

static void take_block(struct tce_dma_replay *replay, const struct tce_dma_block *block)
{
	uint64_t end = block->phys + block->size;

	if (end > block->phys && end > replay->ram_end_seen)
		replay->ram_end_seen = end;
}

/* Lines that stand before the first event; true: this was one. */
static bool take_header(struct tce_dma_replay *replay, const struct tce_dma_record *record)
{
	struct dma_run *run = &replay->run;

	switch (record->kind) {
	case TCE_DMA_LINE_RUN: start_run(replay, &record->u.run); break;
	case TCE_DMA_LINE_PARAMS: run->params = record->u.params; break;
	case TCE_DMA_LINE_HOST:
		replay->env.page_shift = record->u.host.page_size == 4096 ? 12 : 16;
		break;
	case TCE_DMA_LINE_DEV:
		run->dev = record->u.dev;
		run->dev_line = record->line;
		break;
	case TCE_DMA_LINE_TABLE:
		run->table = record->u.table;
		run->table_line = record->line;
		break;
	case TCE_DMA_LINE_BLOCK: take_block(replay, &record->u.block); break;
	case TCE_DMA_LINE_PHASE:
	case TCE_DMA_LINE_WARNING: break;
	default: return false;
	}
	return true;
}

static int check_record(struct tce_dma_replay *replay, const struct tce_dma_record *record)
{
	switch (record->kind) {
	case TCE_DMA_LINE_OP: return tce_ops_check_call(replay, &record->u.call);
	case TCE_DMA_LINE_BITMAP: return tce_ops_check_bitmap(replay, &record->u.bitmap);
	case TCE_DMA_LINE_STATE: tce_ops_check_state(replay, &record->u.state); return 0;
	default: tce_ops_check_end(replay, &record->u.end); return 0;
	}
}

int tce_dma_replay_record(struct tce_dma_replay *replay, const struct tce_dma_record *record)
{
	int err = 0;

	if (take_header(replay, record))
		return 0;
	if (!replay->run.begun)
		err = tce_ops_run_begin(replay);
	if (err != 0)
		return err;
	tce_ops_event_begin(replay, record->line,
			    record->kind == TCE_DMA_LINE_OP ? record->u.call.n : UINT64_MAX);
	if (replay->run.replayable)
		err = check_record(replay, record);
	tce_ops_event_end(replay);
	return err;
}

void tce_dma_replay_damaged(struct tce_dma_replay *replay, enum tce_dma_line kind)
{
	const struct tce_dma_run nameless = {.run = UINT32_MAX};

	replay->sum.damaged++;
	if (kind == TCE_DMA_LINE_RUN)
		start_run(replay, &nameless);
	if (kind == TCE_DMA_LINE_OP) {
		replay->run.unsure = true;
		replay->next_run = UINT64_MAX; /* what it leaves is not known */
		replay->tracer.in_step = false;
	}
}

/* --- results ------------------------------------------------------------------------------ */

void tce_dma_replay_summary(const struct tce_dma_replay *replay,
			    struct tce_dma_summary *ret_summary)
{
	*ret_summary = replay->sum;
}

const struct tce_dma_divergence *tce_dma_replay_divergence(const struct tce_dma_replay *replay,
							   unsigned i)
{
	return i < replay->sum.nr_divergences ? &replay->divergence[i] : NULL;
}

const struct tce_dma_finding *tce_dma_replay_finding(const struct tce_dma_replay *replay,
						     unsigned i)
{
	return i < replay->sum.nr_findings ? &replay->finding[i] : NULL;
}

const struct tce_dma_window *tce_dma_replay_window(const struct tce_dma_replay *replay, unsigned i)
{
	return i < replay->sum.nr_windows ? &replay->window[i] : NULL;
}
