/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One iommu_table as Linux keeps it: which bus pages of a window are handed out. The entries
 * themselves live at the platform; a table reaches them through struct tce_iommu_ops, which the
 * caller passes with each call, so that nothing in a table points outside of its arena.
 *
 * Units: an entry is one I/O page. "Absolute" entries count from bus address 0, "relative" ones
 * from the start of the window (absolute = relative + offset). All arithmetic is that of the
 * kernel: unsigned, 64 bits, wrapping.
 *
 * Life: new (one reference) -> fill in index, offset, size, page_shift -> tce_iommu_init_table ->
 * allocations -> put. One thread.
 * Sources: Linux arch/powerpc/kernel/iommu.c, as of 6.1.192, 6.12.107 and 7.2.13.
 */
#ifndef TCE_LINUX_IOMMU_TABLE_H
#define TCE_LINUX_IOMMU_TABLE_H

#include <tce/event.h>
#include <tce/linux.h>

#include "base/bitmap.h"

#define TCE_IOMMU_NR_POOLS 4U

/* A part of the window with its own lock in the kernel: [start, end), next search from hint. */
struct tce_iommu_pool {
	uint64_t start; /* relative entries */
	uint64_t end;
	uint64_t hint; /* may lie past end; corrected when used */
};

struct tce_iommu_table {
	struct tce_bitmap map; /* bit n: relative entry n is handed out or reserved */
	bool has_map;
	uint64_t index;  /* LIOBN; PowerNV: PHB << 16 | PE */
	uint64_t offset; /* absolute entry of the window's start */
	uint64_t size;   /* entries */
	unsigned page_shift;
	unsigned nr_pools; /* 1 or 4 */
	uint64_t poolsize; /* entries of each */
	struct tce_iommu_pool pools[TCE_IOMMU_NR_POOLS];
	struct tce_iommu_pool large_pool;
	uint64_t reserved_start; /* absolute entries, end exclusive; 0, 0 or offset, offset: none */
	uint64_t reserved_end;
	unsigned indirect_levels; /* PowerNV: levels below the first */
	uint64_t level_size;      /* PowerNV: entries of a level */
	uint64_t base;            /* PowerNV: real address of the first level */
	uint64_t user_base;       /* PowerNV: of VFIO's copy of user addresses; 0: none */
	uint64_t allocated_size;  /* VFIO: bytes charged for it */
	unsigned refs;
	uint64_t freed_by; /* event that freed it although a device points to it; 0: none */
};

/* Entries to write: index absolute, one page after the other from addr on. */
struct tce_iommu_build {
	uint64_t index;
	uint64_t npages;
	uint64_t addr; /* real bytes, multiple of the I/O page */
	enum tce_dma_dir dir;
};

/* One entry as the kernel takes it apart. */
struct tce_iommu_entry {
	uint64_t addr; /* real bytes */
	enum tce_dma_dir dir;
};

/*
 * The platform's side of a table. Each call returns 0 or -TCE_ERR_x of the library; what the
 * platform answered is in *ret_rc. ctx is the caller's.
 */
struct tce_iommu_ops {
	/* *ret_rc: 0, or not: the pages could not be set and none of them is */
	int (*set)(void *ctx, const struct tce_iommu_table *tbl, const struct tce_iommu_build *what,
		   int64_t *ret_rc);
	int (*clear)(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages);
	/* the entry, or what the kernel takes for it; NULL: the platform cannot */
	int (*get)(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t *ret_tce);
	/*
	 * The entry before index was got and is 0: how many of the npages from index on are so,
	 * too, and count as got, because nobody would see the calls. NULL: none.
	 */
	uint64_t (*skip)(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			 uint64_t npages);

	/*
	 * VFIO's, NULL: the platform has none. xchg: *ret_errno 0 and the old entry in *entry, or
	 * not and nothing changed; the bridge may still use the old entry until kill.
	 */
	int (*xchg_no_kill)(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			    struct tce_iommu_entry *entry, int *ret_errno);
	int (*tce_kill)(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			uint64_t npages);
	/* *ret_ra: where the user copy keeps this entry's word; 0: nowhere (and not alloc) */
	int (*useraddrptr)(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, bool alloc,
			   uint64_t *ret_ra);
};

struct tce_dma_dev;

/* Who calls, on what: borrowed for the time of one call. */
struct tce_dma_env {
	const struct tce_kernel *kernel;
	const struct tce_iommu_ops *ops;
	void *ops_ctx;
	unsigned page_shift; /* log2 of the kernel's PAGE_SIZE */
	unsigned cpu;        /* that makes the call */
	uint64_t ram_end;   /* real bytes, first past the last RAM page; hot-plugged RAM included */
	uint64_t block_max; /* bytes of the page allocator's largest block; 0: 16 MiB */
	bool novmerge;      /* iommu=novmerge */
	bool kdump;         /* a crash kernel without fadump */
	/*
	 * The platform's answer to "may this device bypass the table with this mask?"; may change
	 * the device (dma_offset, bus_dma_limit, table). NULL: it may not.
	 */
	int (*bypass_supported)(void *ctx, struct tce_dma_dev *dev, uint64_t mask, bool *ret_ok);
	void *bypass_ctx;
};

/* An empty table with one reference; alloc NULL: default. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_iommu_table_new(const struct tce_alloc *alloc,
				     struct tce_iommu_table **ret_tbl);

/* One reference more; one less, and the table is freed with the last: true. NULL: false. */
void tce_iommu_tce_table_get(struct tce_iommu_table *tbl);
bool tce_iommu_tce_table_put(struct tce_iommu_table *tbl);

/*
 * Make the bitmap, reserve bus page 0 and [res_start, res_end) (absolute entries), cut the pools
 * and clear the window; a crash kernel keeps the entries that it finds. size must not be 0. 0;
 * -TCE_ERR_NOMEM: as before. Source: iommu_init_table.
 */
TCE_MUST_USE int tce_iommu_init_table(const struct tce_dma_env *env, struct tce_iommu_table *tbl,
				      uint64_t res_start, uint64_t res_end);

/* The steps of it that others need. Source: iommu_table_reserve_pages, iommu_table_clear. */
TCE_MUST_USE int tce_iommu_table_reserve_pages(struct tce_iommu_table *tbl, uint64_t res_start,
					       uint64_t res_end);
void tce_iommu_table_setparms_pools(struct tce_iommu_table *tbl);
TCE_MUST_USE int tce_iommu_table_clear(const struct tce_dma_env *env, struct tce_iommu_table *tbl);

/* Anything handed out, reservations aside? Source: iommu_table_in_use. */
bool tce_iommu_table_in_use(const struct tce_kernel *kernel, const struct tce_iommu_table *tbl);

/*
 * Reserve the whole table for a user, as VFIO did until 6.3: false, nothing changed, when in use.
 */
bool tce_iommu_take_ownership(const struct tce_kernel *kernel, struct tce_iommu_table *tbl);
TCE_MUST_USE int tce_iommu_release_ownership(const struct tce_kernel *kernel,
					     struct tce_iommu_table *tbl);

/* Same content; fingerprint of the content, fed on from seed. */
bool tce_iommu_table_equal(const struct tce_iommu_table *a, const struct tce_iommu_table *b);
uint64_t tce_iommu_table_hash(const struct tce_iommu_table *tbl, uint64_t seed);

#endif
