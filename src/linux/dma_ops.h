/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The DMA API as a driver calls it: sets masks, maps, unmaps; and the decision, different in each
 * generation of kernels, whether a buffer is direct (bus = real address + dma_offset) or mapped
 * through the device's table (dma_iommu.h).
 *
 *   before 5.1    a streaming mask that can bypass makes the device direct; coherent memory is
 *                 direct when its mask reaches the end of RAM, else it uses the table
 *   5.1 .. 5.8    the same as a flag; direct addresses are checked against the mask
 *   5.9 ..        all is direct when flag and mask allow for all of RAM; from 5.11 each buffer
 *                 below bus_dma_limit is direct too, from 7.0 coherent memory as well
 * A direct decision that then fails is not tried again through the table.
 *
 * Answers, library failures and threads: as in dma_iommu.h.
 * Sources: Linux kernel/dma/mapping.c, kernel/dma/direct.[ch], arch/powerpc/kernel/dma-iommu.c and
 * dma-mask.c as of 6.1.192, 6.12.107, 7.2.13; before 5.9 the git history (not recorded).
 */
#ifndef TCE_LINUX_DMA_OPS_H
#define TCE_LINUX_DMA_OPS_H

#include "dma_iommu.h"

/* Numbers that a refused mask is answered with. */
#define TCE_EIO 5

/* A device as PCI leaves it: 32-bit masks, 4 GiB segment boundary, 64 KiB segments, no table. */
void tce_dma_dev_init(struct tce_dma_dev *dev);

/*
 * dma_set_mask, dma_set_coherent_mask: *ret_errno 0, or TCE_EIO and the mask stays as it was. May
 * change dma_offset, bus_dma_limit and table through env->bypass_supported.
 */
TCE_MUST_USE int tce_dma_set_mask(const struct tce_dma_env *env, struct tce_dma_dev *dev,
				  uint64_t mask, int *ret_errno);
TCE_MUST_USE int tce_dma_set_coherent_mask(const struct tce_dma_env *env, struct tce_dma_dev *dev,
					   uint64_t mask, int *ret_errno);

/* dma_get_required_mask; asks bypass_supported too, with its side effects. */
TCE_MUST_USE int tce_dma_get_required_mask(const struct tce_dma_env *env, struct tce_dma_dev *dev,
					   uint64_t *ret_mask);

/*
 * Would size bytes at phys be mapped directly? Whether the mask allows for it shows when mapping.
 */
bool tce_dma_is_direct(const struct tce_dma_env *env, const struct tce_dma_dev *dev, uint64_t phys,
		       uint64_t size);

/* Does the device's streaming, or coherent, DMA never come near its table, whatever the buffer? */
bool tce_dma_passes_table(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
			  bool coherent);

/* dma_map_single, dma_map_page, dma_map_phys of RAM. */
TCE_MUST_USE int tce_dma_map_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				  const struct tce_dma_buffer *buffer,
				  struct tce_dma_answer *ret_answer);
TCE_MUST_USE int tce_dma_unmap_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				    uint64_t bus, uint64_t size, bool *ret_ignored);

/* dma_map_sg: an answer other than OK is what drivers see as 0. */
TCE_MUST_USE int tce_dma_map_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				struct tce_sg_entry *sg, unsigned nents, enum tce_dma_dir dir,
				struct tce_dma_answer *ret_answer);
TCE_MUST_USE int tce_dma_unmap_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				  const struct tce_sg_entry *sg, unsigned nents);

/* dma_alloc_coherent, dma_free_coherent. phys: where the page allocator would put it. */
TCE_MUST_USE int tce_dma_alloc_coherent(const struct tce_dma_env *env,
					const struct tce_dma_dev *dev, uint64_t phys, uint64_t size,
					struct tce_dma_answer *ret_answer);
TCE_MUST_USE int tce_dma_free_coherent(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				       uint64_t bus, uint64_t size, bool *ret_ignored);

#endif
