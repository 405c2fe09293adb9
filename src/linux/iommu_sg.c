/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scatter-gather through an iommu_table: each element gets a range of its own, if possible right
 * after its predecessor's; outputs whose bus addresses join are merged. The outputs overwrite the
 * list from its start, as in Linux, so that output n may stand in an element that is yet to come:
 * only address and length of the output are written.
 * Source: ppc_iommu_map_sg, ppc_iommu_unmap_sg.
 */
#include "iommu_pages.h"

struct merger {
	struct tce_sg_entry *sg;
	unsigned out;      /* the output being built */
	uint64_t dma_next; /* bus address at which another element joins it */
	uint64_t handle;   /* entry to go on at */
};

/* Take pages for one element and write them. */
static int map_element(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		       const struct tce_dma_buffer *piece, struct merger *m,
		       struct tce_dma_answer *answer)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	uint64_t page = tce_iommu_page_size(tbl);
	struct tce_iommu_build build = {.addr = piece->phys & ~(page - 1), .dir = piece->dir};
	struct tce_iommu_want want = {.mask = dev->dma_mask, .handle = &m->handle};
	struct tce_range range;
	bool ignored;
	int64_t rc;
	int err;

	want.npages = tce_iommu_num_pages(tbl, piece->phys, piece->size);
	want.align_order = tce_iommu_map_align(env, tbl, piece->phys, piece->size);
	err = tce_iommu_find_range(env, dev, &want, &range);
	if (err != 0)
		return err;
	answer->why = range.why;
	answer->other_pool |= range.other_pool;
	if (range.why != TCE_DMA_WHY_OK)
		return 0;
	build.npages = want.npages;
	build.index = range.start + tbl->offset;
	err = tce_iommu_set_range(env, tbl, &build, &rc);
	if (err != 0)
		return err;
	answer->bus = build.index << tbl->page_shift;
	if (rc == 0)
		return 0;
	answer->why = TCE_DMA_WHY_TCE_REFUSED;
	if (tce_kernel_bug(env->kernel, TCE_DEFECT_D8))
		return 0; /* the range stays taken: it is in no output yet */
	return tce_iommu_free_pages(env, tbl, answer->bus, want.npages, &ignored);
}

/* Where inside its I/O page an element begins. B5: only what the kernel page offset tells. */
static uint64_t offset_in_page(const struct tce_dma_env *env, const struct tce_iommu_table *tbl,
			       const struct tce_sg_entry *s)
{
	uint64_t mask = tce_iommu_page_size(tbl) - 1;

	if (tce_kernel_bug(env->kernel, TCE_DEFECT_B5))
		return s->offset & mask;
	return (s->page + s->offset) & mask;
}

static bool may_merge(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		      const struct merger *m, uint64_t dma, uint32_t len)
{
	uint32_t max_seg = dev->max_seg != 0 ? dev->max_seg : 65536;

	return !env->novmerge && dma == m->dma_next && m->sg[m->out].dma_length + len <= max_seg;
}

/* Put a mapped element into the outputs. first: element 0 starts output 0. */
static void add_output(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		       struct merger *m, uint64_t dma, uint32_t len, bool first)
{
	if (!first && may_merge(env, dev, m, dma, len)) {
		m->sg[m->out].dma_length += len;
	} else {
		if (!first)
			m->out++;
		m->sg[m->out].dma_address = dma;
		m->sg[m->out].dma_length = len;
	}
	m->dma_next = dma + len;
}

/* Free every output made so far. */
static int back_out(const struct tce_dma_env *env, struct tce_iommu_table *tbl, struct merger *m)
{
	unsigned i;
	bool ignored;
	int err = 0, e;

	for (i = 0; i <= m->out; i++) {
		struct tce_sg_entry *s = &m->sg[i];

		if (s->dma_length == 0)
			continue;
		e = tce_iommu_free_pages(env, tbl, s->dma_address,
					 tce_iommu_num_pages(tbl, s->dma_address, s->dma_length),
					 &ignored);
		err = err != 0 ? err : e;
		s->dma_length = 0;
	}
	return err;
}

static int map_elements(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			struct merger *m, unsigned nents, enum tce_dma_dir dir,
			struct tce_dma_answer *answer)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	unsigned i;
	int err;

	for (i = 0; i < nents; i++) {
		const struct tce_sg_entry *s = &m->sg[i];
		struct tce_dma_buffer piece = {s->page + s->offset, s->length, dir};

		if (s->length == 0) { /* closes the open output; output 0 counts all the same */
			m->dma_next = 0;
			continue;
		}
		err = map_element(env, dev, &piece, m, answer);
		if (err != 0 || answer->why != TCE_DMA_WHY_OK)
			return err;
		add_output(env, dev, m, answer->bus | offset_in_page(env, tbl, s), s->length,
			   i == 0);
	}
	return 0;
}

int tce_ppc_iommu_map_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			 struct tce_sg_entry *sg, unsigned nents, enum tce_dma_dir dir,
			 struct tce_dma_answer *ret_answer)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	struct tce_dma_answer answer = {.why = TCE_DMA_WHY_OK};
	struct merger m = {.sg = sg};
	int err, undo;

	if (tbl == NULL || nents == 0) {
		answer.why = nents == 0 ? TCE_DMA_WHY_NOTHING : TCE_DMA_WHY_NO_TABLE;
		*ret_answer = answer;
		return 0;
	}
	sg[0].dma_length = 0;
	err = map_elements(env, dev, &m, nents, dir, &answer);
	if (err != 0 || answer.why != TCE_DMA_WHY_OK) {
		undo = back_out(env, tbl, &m);
		if (err != 0 || undo != 0)
			return err != 0 ? err : undo;
	} else {
		answer.nr_out = m.out + 1;
		if (answer.nr_out < nents)
			sg[answer.nr_out].dma_length = 0;
	}
	answer.bus = 0;
	*ret_answer = answer;
	return 0;
}

int tce_ppc_iommu_unmap_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			   const struct tce_sg_entry *sg, unsigned nents)
{
	struct tce_iommu_table *tbl = tce_dma_dev_table(dev);
	unsigned i;
	bool ignored;
	int err;

	for (i = 0; tbl != NULL && i < nents && sg[i].dma_length != 0; i++) {
		err = tce_iommu_free_pages(
			env, tbl, sg[i].dma_address,
			tce_iommu_num_pages(tbl, sg[i].dma_address, sg[i].dma_length), &ignored);
		if (err != 0)
			return err;
	}
	return 0;
}
