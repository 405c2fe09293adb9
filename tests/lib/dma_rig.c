/* SPDX-License-Identifier: BSD-2-Clause */
#include "dma_rig.h"

#include <string.h>

#include "testing.h"

static int rig_set(void *ctx, const struct tce_iommu_table *tbl, const struct tce_iommu_build *what,
		   int64_t *ret_rc)
{
	struct dma_rig *rig = ctx;
	uint64_t perm = what->dir == TCE_DIR_TO_DEVICE ? TCE_READ : TCE_READ | TCE_WRITE;
	uint64_t i;

	rig->nr_sets++;
	if (rig->nr_sets == rig->fail_at)
		return -TCE_ERR_NOMEM;
	*ret_rc = rig->nr_sets == rig->refuse_at ? rig->refuse_rc : 0;
	for (i = 0; i < what->npages && *ret_rc == 0; i++)
		rig->tce[what->index - tbl->offset + i] =
			(what->addr + (i << tbl->page_shift)) | perm;
	return 0;
}

static int rig_clear(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	struct dma_rig *rig = ctx;

	rig->nr_clears++;
	memset(&rig->tce[index - tbl->offset], 0, npages * sizeof(rig->tce[0]));
	return 0;
}

static int rig_get(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t *ret_tce)
{
	struct dma_rig *rig = ctx;

	*ret_tce = rig->tce[index - tbl->offset];
	return 0;
}

static const struct tce_iommu_ops rig_ops = {.set = rig_set, .clear = rig_clear, .get = rig_get};

int dma_rig_init(struct dma_rig *rig, const struct dma_rig_opts *opts)
{
	const char *version = opts->kernel != NULL ? opts->kernel : "6.12.107";
	struct tce_kernel_match match;
	int err;

	memset(rig, 0, sizeof(*rig));
	assert_int_equal(tce_kernel_find(version, &match), 0);
	assert_int_equal(tce_kernel_at(match.index, &rig->kernel), 0);
	rig->env.kernel = &rig->kernel;
	rig->env.ops = &rig_ops;
	rig->env.ops_ctx = rig;
	rig->env.page_shift = opts->page_shift != 0 ? opts->page_shift : 12;
	rig->env.ram_end = UINT64_C(2) << 30;
	tce_dma_dev_init(&rig->dev);
	if (opts->no_table)
		return 0;
	err = tce_iommu_table_new(opts->alloc, &rig->tbl);
	if (err != 0)
		return err;
	rig->tbl->index = 0x80000000;
	rig->tbl->size = opts->size != 0 ? opts->size : 0x4000;
	rig->tbl->offset = opts->offset;
	rig->tbl->page_shift = opts->shift != 0 ? opts->shift : 12;
	err = tce_iommu_init_table(&rig->env, rig->tbl, 0, 0);
	if (err != 0)
		dma_rig_fini(rig);
	else
		tce_rptr_set(&rig->dev.table, rig->tbl);
	rig->nr_clears = 0;
	return err;
}

void dma_rig_fini(struct dma_rig *rig)
{
	tce_iommu_tce_table_put(rig->tbl);
	rig->tbl = NULL;
	tce_rptr_set(&rig->dev.table, NULL);
}

struct tce_dma_answer dma_rig_map(struct dma_rig *rig, uint64_t phys, uint64_t size)
{
	struct tce_dma_buffer buffer = {phys, size, TCE_DIR_BIDIRECTIONAL};
	struct tce_dma_answer answer;

	assert_int_equal(tce_dma_map_page(&rig->env, &rig->dev, &buffer, &answer), 0);
	return answer;
}

uint64_t dma_rig_nr_tces(const struct dma_rig *rig)
{
	uint64_t i, n = 0;

	for (i = 0; i < RIG_ENTRIES_MAX; i++)
		n += rig->tce[i] != 0;
	return n;
}
