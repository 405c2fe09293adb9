/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Direct or mapped, and what follows from it. The decision (decide_*, pure) is apart from the
 * mapping. Left out: swiotlb (not used on these platforms), MMIO buffers, cache maintenance.
 */
#include "dma_ops.h"

#include <string.h>

#include "base/bits.h"

/* Before 5.9 direct coherent memory could come from the first 2 GiB whatever the mask. */
#define ZONE_DMA_MASK UINT64_C(0x7fffffff)

void tce_dma_dev_init(struct tce_dma_dev *dev)
{
	memset(dev, 0, sizeof(*dev));
	dev->dma_mask = UINT32_MAX;
	dev->coherent_mask = UINT32_MAX;
	dev->seg_boundary = UINT32_MAX;
	dev->max_seg = 65536;
}

static uint64_t min_not_zero(uint64_t mask, uint64_t limit)
{
	return limit != 0 && limit < mask ? limit : mask;
}

/* Real address of the last page of RAM. */
static uint64_t last_page(const struct tce_dma_env *env)
{
	return env->ram_end - (UINT64_C(1) << env->page_shift);
}

/* All ones up to the top bit of the bus address of the last page of RAM. */
static uint64_t direct_required_mask(const struct tce_dma_env *env, const struct tce_dma_dev *dev)
{
	return tce_low_mask(tce_fls64(last_page(env) + dev->dma_offset));
}

/* dma_direct_supported: memory that the mask reaches can be had. */
static bool direct_supported(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			     uint64_t mask)
{
	uint64_t lowest = last_page(env) < ZONE_DMA_MASK ? last_page(env) : ZONE_DMA_MASK;

	return mask >= dev->dma_offset + lowest;
}

/* --- the decision ------------------------------------------------------------------------- */

/* Every buffer is direct, whatever its address. */
static bool decide_all_direct(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			      uint64_t mask)
{
	if (dev->no_ops)
		return true;
	if (!dev->ops_bypass)
		return false;
	if (!tce_kernel_has(env->kernel, TCE_KF_GENERIC_BYPASS))
		return true;
	return min_not_zero(mask, dev->bus_dma_limit) >= direct_required_mask(env, dev);
}

/* The hooks that look at single buffers exist and have a limit to look at. */
static bool per_buffer(const struct tce_dma_env *env, const struct tce_dma_dev *dev)
{
	return tce_kernel_has(env->kernel, TCE_KF_PMEM_FALLBACK) && dev->bus_dma_limit != 0;
}

/* Does the mask reach what goes to the bus directly up to (not including) this real address? */
static bool mask_reaches(const struct tce_dma_env *env, const struct tce_dma_dev *dev, uint64_t end)
{
	return tce_kernel_bug(env->kernel, TCE_DEFECT_D42) ||
	       dev->dma_mask >= end - 1 + dev->dma_offset;
}

static bool decide_map(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		       const struct tce_dma_buffer *buffer)
{
	uint64_t end = buffer->phys + buffer->size;

	if (decide_all_direct(env, dev, dev->dma_mask))
		return true;
	return per_buffer(env, dev) && dev->bus_dma_limit >= end + dev->dma_offset &&
	       mask_reaches(env, dev, end);
}

bool tce_dma_is_direct(const struct tce_dma_env *env, const struct tce_dma_dev *dev, uint64_t phys,
		       uint64_t size)
{
	struct tce_dma_buffer buffer = {phys, size, TCE_DIR_BIDIRECTIONAL};

	return decide_map(env, dev, &buffer);
}

/* A bus address is taken for direct; the limit is looked at only without D1. */
static bool is_direct_handle(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			     uint64_t handle)
{
	if (handle < dev->dma_offset)
		return false;
	return tce_kernel_bug(env->kernel, TCE_DEFECT_D1) || handle <= dev->bus_dma_limit;
}

static bool decide_unmap(const struct tce_dma_env *env, const struct tce_dma_dev *dev, uint64_t bus,
			 uint64_t size)
{
	if (decide_all_direct(env, dev, dev->dma_mask))
		return true;
	return per_buffer(env, dev) && is_direct_handle(env, dev, bus + size);
}

/* All elements or none; the offset into the page counts twice. */
static bool decide_map_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			  const struct tce_sg_entry *sg, unsigned nents)
{
	unsigned i;

	if (decide_all_direct(env, dev, dev->dma_mask))
		return true;
	if (!per_buffer(env, dev))
		return false;
	for (i = 0; i < nents; i++) {
		uint64_t end = sg[i].page + sg[i].offset + sg[i].length;

		if (dev->bus_dma_limit < dev->dma_offset + end + sg[i].offset ||
		    !mask_reaches(env, dev, end))
			return false;
	}
	return true;
}

static bool decide_unmap_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			    const struct tce_sg_entry *sg, unsigned nents)
{
	unsigned i;

	if (decide_all_direct(env, dev, dev->dma_mask))
		return true;
	if (!per_buffer(env, dev))
		return false;
	for (i = 0; i < nents; i++) {
		if (!is_direct_handle(env, dev, sg[i].dma_address + sg[i].length))
			return false;
	}
	return true;
}

/* Coherent memory before 5.9: flag and mask. */
static bool decide_coherent_old(const struct tce_dma_env *env, const struct tce_dma_dev *dev)
{
	if (dev->no_ops)
		return true;
	if (!dev->ops_bypass)
		return false;
	if (!tce_kernel_has(env->kernel, TCE_KF_BYPASS_FLAG))
		return dev->coherent_mask >= dev->dma_offset + env->ram_end - 1;
	return direct_supported(env, dev, dev->coherent_mask);
}

static bool decide_coherent(const struct tce_dma_env *env, const struct tce_dma_dev *dev)
{
	if (!tce_kernel_has(env->kernel, TCE_KF_GENERIC_BYPASS))
		return decide_coherent_old(env, dev);
	if (decide_all_direct(env, dev, dev->coherent_mask))
		return true;
	if (!tce_kernel_has(env->kernel, TCE_KF_COHERENT_DIRECT) || !dev->ops_bypass)
		return false;
	if (tce_kernel_bug(env->kernel, TCE_DEFECT_A11))
		return true;
	return dev->bus_dma_limit != 0 && (tce_kernel_bug(env->kernel, TCE_DEFECT_D42) ||
					   direct_supported(env, dev, dev->coherent_mask));
}

bool tce_dma_passes_table(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			  bool coherent)
{
	return coherent ? decide_coherent(env, dev) : decide_all_direct(env, dev, dev->dma_mask);
}

static bool decide_coherent_free(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				 uint64_t bus)
{
	if (!tce_kernel_has(env->kernel, TCE_KF_GENERIC_BYPASS) ||
	    decide_all_direct(env, dev, dev->coherent_mask))
		return decide_coherent(env, dev);
	return decide_coherent(env, dev) && is_direct_handle(env, dev, bus);
}

/* --- masks -------------------------------------------------------------------------------- */

static int ask_bypass(const struct tce_dma_env *env, struct tce_dma_dev *dev, uint64_t mask,
		      bool *ret_ok)
{
	if (env->bypass_supported != NULL && !dev->vio)
		return env->bypass_supported(env->bypass_ctx, dev, mask, ret_ok);
	*ret_ok = false;
	return 0;
}

/* The window begins where the mask can reach. */
static bool table_supports(const struct tce_dma_dev *dev, uint64_t mask)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(dev);

	return tbl != NULL && tbl->offset <= mask >> tbl->page_shift;
}

/* dma_supported of 5.1 and later: decides the flag for both masks, by the mask asked for last. */
static int dma_supported(const struct tce_dma_env *env, struct tce_dma_dev *dev, uint64_t mask,
			 bool *ret_ok)
{
	bool bypass = false;
	int err;

	if (dev->no_ops) {
		*ret_ok = direct_supported(env, dev, mask);
		return 0;
	}
	err = ask_bypass(env, dev, mask, &bypass);
	if (err != 0)
		return err;
	*ret_ok = bypass || table_supports(dev, mask);
	if (bypass)
		dev->ops_bypass =
			tce_kernel_has(env->kernel, TCE_KF_LIMIT_ALWAYS) || dev->bus_dma_limit == 0;
	else if (*ret_ok)
		dev->ops_bypass = false;
	return 0;
}

int tce_dma_set_mask(const struct tce_dma_env *env, struct tce_dma_dev *dev, uint64_t mask,
		     int *ret_errno)
{
	bool ok;
	int err;

	dev->asks_coherent = false;
	err = dma_supported(env, dev, mask, &ok);
	if (err != 0)
		return err;
	if (ok)
		dev->dma_mask = mask;
	*ret_errno = ok ? 0 : TCE_EIO;
	return 0;
}

/* Before 5.1 a coherent mask changed nothing but itself, and needed direct RAM or the table. */
static bool coherent_mask_ok_old(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				 uint64_t mask)
{
	if (dev->no_ops)
		return direct_supported(env, dev, mask);
	if (dev->ops_bypass && mask >= dev->dma_offset + env->ram_end - 1)
		return true;
	return table_supports(dev, mask);
}

int tce_dma_set_coherent_mask(const struct tce_dma_env *env, struct tce_dma_dev *dev, uint64_t mask,
			      int *ret_errno)
{
	bool ok;
	int err = 0;

	dev->asks_coherent = true;
	if (tce_kernel_has(env->kernel, TCE_KF_BYPASS_FLAG))
		err = dma_supported(env, dev, mask, &ok);
	else
		ok = coherent_mask_ok_old(env, dev, mask);
	if (err != 0)
		return err;
	if (ok)
		dev->coherent_mask = mask;
	*ret_errno = ok ? 0 : TCE_EIO;
	return 0;
}

/* One bit more than needed for a window that ends at a power of two. */
static uint64_t table_required_mask(const struct tce_dma_dev *dev)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(dev);

	if (tbl == NULL)
		return 0;
	return tce_low_mask(tce_fls64(tbl->offset + tbl->size) + tbl->page_shift);
}

int tce_dma_get_required_mask(const struct tce_dma_env *env, struct tce_dma_dev *dev,
			      uint64_t *ret_mask)
{
	uint64_t direct = direct_required_mask(env, dev);
	bool ok = false;
	int err = 0;

	if (decide_all_direct(env, dev, dev->coherent_mask))
		ok = true; /* the generic code answers: the platform is not asked */
	else if (dev->ops_bypass && !tce_kernel_bug(env->kernel, TCE_DEFECT_B22) &&
		 !tce_kernel_bug(env->kernel, TCE_DEFECT_D30))
		ok = true;
	else if (tce_kernel_has(env->kernel, TCE_KF_GENERIC_BYPASS) && !dev->vio &&
		 !tce_kernel_bug(env->kernel, TCE_DEFECT_B22))
		err = dma_supported(env, dev, direct, &ok);
	if (err != 0)
		return err;
	if (!tce_kernel_bug(env->kernel, TCE_DEFECT_D30))
		direct = direct_required_mask(env, dev); /* the answer may have moved it */
	*ret_mask = ok ? direct : table_required_mask(dev);
	return 0;
}

/* --- direct mapping ----------------------------------------------------------------------- */

/* Before 5.1 nobody looked at the mask when mapping. */
static bool direct_fits(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			const struct tce_dma_buffer *buffer, uint64_t mask)
{
	if (!tce_kernel_has(env->kernel, TCE_KF_BYPASS_FLAG))
		return true;
	return buffer->phys + dev->dma_offset + buffer->size - 1 <=
	       min_not_zero(mask, dev->bus_dma_limit);
}

static void map_direct(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		       const struct tce_dma_buffer *buffer, uint64_t mask,
		       struct tce_dma_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	answer->direct = true;
	answer->bus = buffer->phys + dev->dma_offset;
	if (!direct_fits(env, dev, buffer, mask))
		answer->why = TCE_DMA_WHY_BEYOND_MASK;
}

static void map_sg_direct(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			  struct tce_sg_entry *sg, unsigned nents, struct tce_dma_answer *answer)
{
	unsigned i;

	memset(answer, 0, sizeof(*answer));
	answer->direct = true;
	for (i = 0; i < nents; i++) {
		struct tce_dma_buffer piece = {sg[i].page + sg[i].offset, sg[i].length,
					       TCE_DIR_BIDIRECTIONAL};

		if (!direct_fits(env, dev, &piece, dev->dma_mask)) {
			answer->why = TCE_DMA_WHY_BEYOND_MASK;
			return;
		}
		sg[i].dma_address = piece.phys + dev->dma_offset;
		sg[i].dma_length = sg[i].length;
	}
	answer->nr_out = nents;
}

static void alloc_direct(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			 uint64_t phys, uint64_t size, struct tce_dma_answer *answer)
{
	struct tce_dma_buffer buffer = {phys, tce_dma_page_align(env, size), TCE_DIR_BIDIRECTIONAL};

	map_direct(env, dev, &buffer, dev->coherent_mask, answer);
	if (!tce_dma_block_exists(env, buffer.size))
		answer->why = TCE_DMA_WHY_NO_MEMORY;
}

/* --- the calls ---------------------------------------------------------------------------- */

int tce_dma_map_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		     const struct tce_dma_buffer *buffer, struct tce_dma_answer *ret_answer)
{
	if (!decide_map(env, dev, buffer))
		return tce_iommu_map_page(env, dev, buffer, dev->dma_mask, ret_answer);
	map_direct(env, dev, buffer, dev->dma_mask, ret_answer);
	return 0;
}

int tce_dma_unmap_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev, uint64_t bus,
		       uint64_t size, bool *ret_ignored)
{
	*ret_ignored = false;
	if (decide_unmap(env, dev, bus, size))
		return 0;
	return tce_iommu_unmap_page(env, dev, bus, size, ret_ignored);
}

int tce_dma_map_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		   struct tce_sg_entry *sg, unsigned nents, enum tce_dma_dir dir,
		   struct tce_dma_answer *ret_answer)
{
	if (!decide_map_sg(env, dev, sg, nents))
		return tce_ppc_iommu_map_sg(env, dev, sg, nents, dir, ret_answer);
	map_sg_direct(env, dev, sg, nents, ret_answer);
	return 0;
}

int tce_dma_unmap_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
		     const struct tce_sg_entry *sg, unsigned nents)
{
	if (decide_unmap_sg(env, dev, sg, nents))
		return 0;
	return tce_ppc_iommu_unmap_sg(env, dev, sg, nents);
}

int tce_dma_alloc_coherent(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			   uint64_t phys, uint64_t size, struct tce_dma_answer *ret_answer)
{
	if (!decide_coherent(env, dev))
		return tce_iommu_alloc_coherent(env, dev, phys, size, ret_answer);
	alloc_direct(env, dev, phys, size, ret_answer);
	return 0;
}

int tce_dma_free_coherent(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			  uint64_t bus, uint64_t size, bool *ret_ignored)
{
	*ret_ignored = false;
	if (decide_coherent_free(env, dev, bus))
		return 0;
	return tce_iommu_free_coherent(env, dev, bus, size, ret_ignored);
}
