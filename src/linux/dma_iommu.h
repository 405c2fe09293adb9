/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping through an iommu_table: single buffers, scatter-gather lists, coherent memory, and
 * undoing it. Nothing here decides between direct and mapped; that is dma_ops.h.
 *
 * A call answers in *ret_answer, whatever came of it. It returns non-zero only when the library
 * itself fails (-TCE_ERR_NOMEM, or what the platform's calls return): nothing stays handed out
 * then. One thread.
 * Sources: Linux arch/powerpc/kernel/iommu.c (iommu_map_phys, ppc_iommu_map_sg,
 * iommu_alloc_coherent, iommu_free), as of 6.1.192, 6.12.107 and 7.2.13.
 */
#ifndef TCE_LINUX_DMA_IOMMU_H
#define TCE_LINUX_DMA_IOMMU_H

#include "range_alloc.h"

/* One device as the DMA API sees it. May live in an arena. */
struct tce_dma_dev {
	uint64_t dma_mask;
	uint64_t coherent_mask;
	uint64_t seg_boundary;  /* mask; 0: not set */
	uint32_t max_seg;       /* bytes; 0: not set */
	uint64_t dma_offset;    /* archdata: bus address of RAM address 0 when direct */
	uint64_t bus_dma_limit; /* last bus address that is direct; 0: none */
	bool ops_bypass;        /* the flag: direct DMA is possible */
	bool asks_coherent;     /* the mask asked for last was the coherent one */
	bool no_ops;            /* iommu=off: no dma_map_ops, everything is direct */
	bool vio;               /* a virtual I/O device: never bypasses its table */
	struct tce_rptr table;  /* archdata.iommu_table_base: struct tce_iommu_table, or NULL */
};

static inline struct tce_iommu_table *tce_dma_dev_table(const struct tce_dma_dev *dev)
{
	return tce_rptr_get(&dev->table);
}

/* One element of a scatterlist: what is asked, and what map_sg filled in. */
struct tce_sg_entry {
	uint64_t page;   /* real bytes of the page */
	uint32_t offset; /* from page; may exceed PAGE_SIZE */
	uint32_t length;
	uint64_t dma_address;
	uint32_t dma_length; /* 0: no output here */
};

struct tce_dma_answer {
	enum tce_dma_why why;
	uint64_t bus;    /* single, page, coherent, when why is OK */
	unsigned nr_out; /* sg, when why is OK: outputs at the list's start */
	bool direct;     /* decided to be direct, also when that failed */
	bool other_pool; /* see struct tce_range */
};

/* A request for one buffer. */
struct tce_dma_buffer {
	uint64_t phys; /* real bytes */
	uint64_t size; /* bytes, any */
	enum tce_dma_dir dir;
};

/* Map through the device's table, no higher than mask (bytes). */
TCE_MUST_USE int tce_iommu_map_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				    const struct tce_dma_buffer *buffer, uint64_t mask,
				    struct tce_dma_answer *ret_answer);

/* Coherent memory of size bytes that the page allocator would put at phys. */
TCE_MUST_USE int tce_iommu_alloc_coherent(const struct tce_dma_env *env,
					  const struct tce_dma_dev *dev, uint64_t phys,
					  uint64_t size, struct tce_dma_answer *ret_answer);

/* Map nents >= 1 elements; the outputs overwrite the list from its start. */
TCE_MUST_USE int tce_ppc_iommu_map_sg(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				      struct tce_sg_entry *sg, unsigned nents, enum tce_dma_dir dir,
				      struct tce_dma_answer *ret_answer);

/*
 * Undo. *ret_ignored: the kernel warns and does nothing, because the range is not in the table.
 * Anything inside is cleared and freed, whoever owns it now.
 */
TCE_MUST_USE int tce_iommu_unmap_page(const struct tce_dma_env *env, const struct tce_dma_dev *dev,
				      uint64_t bus, uint64_t size, bool *ret_ignored);
TCE_MUST_USE int tce_iommu_free_coherent(const struct tce_dma_env *env,
					 const struct tce_dma_dev *dev, uint64_t bus, uint64_t size,
					 bool *ret_ignored);
TCE_MUST_USE int tce_ppc_iommu_unmap_sg(const struct tce_dma_env *env,
					const struct tce_dma_dev *dev,
					const struct tce_sg_entry *sg, unsigned nents);

/* Bytes rounded up to kernel pages; log2 of the page allocator's block for them (get_order). */
uint64_t tce_dma_page_align(const struct tce_dma_env *env, uint64_t size);
unsigned tce_dma_get_order(const struct tce_dma_env *env, uint64_t size);

/* The page allocator has a block for size bytes. */
bool tce_dma_block_exists(const struct tce_dma_env *env, uint64_t size);

#endif
