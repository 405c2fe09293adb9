/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux on pseries: the list of windows that it made or inherited, the list of PEs where that
 * failed, and the functions between its files. A PE is a node of the device tree
 * (machine/devtree.h); a table group's key is its node's number.
 *
 * Sources: Linux arch/powerpc/platforms/pseries/iommu.c, 4.10 to 7.2.13.
 */
#ifndef TCE_LINUX_PSERIES_H
#define TCE_LINUX_PSERIES_H

#include "linux/group.h"
#include "machine/devtree.h"

/* struct dma_win: a window with a property of Linux's in the device tree. */
struct tce_pseries_window {
	uint32_t node;
	bool direct; /* RAM is mapped in it in advance, and memory hotplug keeps it so */
	struct tce_ddw_prop prop;
};

struct tce_pseries {
	struct tce_vec windows; /* struct tce_pseries_window: dma_win_list, its head last */
	struct tce_vec failed;  /* uint32_t nodes: failed_ddw_pdn_list */
};

static inline struct tce_pseries *tce_pseries_of(const struct tce_linux *lx)
{
	return tce_linux_platform_state(lx);
}

/* --- window.c: lists, properties, ranges --------------------------------------------------- */

/* In the list's order, its head first; NULL past the last. */
struct tce_pseries_window *tce_pseries_window_at(const struct tce_linux *lx, uint32_t i);
struct tce_pseries_window *tce_pseries_window_find(const struct tce_linux *lx, uint32_t node);
TCE_MUST_USE int tce_pseries_window_add(struct tce_linux_call *call,
					const struct tce_pseries_window *window);
void tce_pseries_window_del(struct tce_linux *lx, uint32_t node);

bool tce_pseries_has_failed(const struct tce_linux *lx, uint32_t node);
TCE_MUST_USE int tce_pseries_fail(struct tce_linux_call *call, uint32_t node);
void tce_pseries_forgive(struct tce_linux *lx, uint32_t node);

/* A property of Linux's on a node, of 24 bytes or more. */
bool tce_pseries_ddw_prop(const struct tce_state *st, uint32_t node, enum tce_prop which,
			  struct tce_ddw_prop *ret_prop);
TCE_MUST_USE int tce_pseries_ddw_prop_set(struct tce_state *st, uint32_t node, enum tce_prop which,
					  const struct tce_ddw_prop *prop);

/* of_parse_dma_window: ibm,dma-window of a node; false: it has none. */
bool tce_pseries_default_prop(const struct tce_state *st, uint32_t node,
			      struct tce_dma_window *ret_window);

/*
 * Map or clear [start, start + size) of real memory in a window (tce_setrange_multi_pSeriesLP,
 * tce_clearrange_multi_pSeriesLP). *ret_rc: 0 or the first refusal.
 */
TCE_MUST_USE int tce_pseries_setrange(struct tce_linux_call *call, const struct tce_ddw_prop *win,
				      uint64_t start, uint64_t size, int64_t *ret_rc);
TCE_MUST_USE int tce_pseries_clearrange(struct tce_linux_call *call, const struct tce_ddw_prop *win,
					uint64_t start, uint64_t size, int64_t *ret_rc);

/* clean_dma_window: clear all of it. */
TCE_MUST_USE int tce_pseries_clean(struct tce_linux_call *call, const struct tce_ddw_prop *win);

/* The same for the default window, as the kernel understands its property. */
TCE_MUST_USE int tce_pseries_clean_default(struct tce_linux_call *call, uint32_t node);

/* --- rtas.c: the calls of Dynamic DMA Windows ---------------------------------------------- */

/* Which device asks, and for which node. */
struct tce_pseries_asker {
	uint32_t node;
	uint16_t dev;
};

struct tce_pseries_query {
	uint32_t windows;
	uint64_t block; /* entries */
	uint32_t page_mask;
};

/* ddw_read_ext: cell 1.. of ibm,ddw-extensions; false: there is none. */
bool tce_pseries_ext(const struct tce_state *st, uint32_t node, unsigned index, uint32_t *ret_cell);

/* ibm,ddw-applicable can be read: all three tokens are there. */
bool tce_pseries_ddw_applicable(const struct tce_state *st, uint32_t node);

/* Each: *ret_ok firmware did it. */
TCE_MUST_USE int tce_pseries_rtas_query(struct tce_linux_call *call,
					const struct tce_pseries_asker *asker,
					struct tce_pseries_query *ret_query, bool *ret_ok);
TCE_MUST_USE int tce_pseries_rtas_create(struct tce_linux_call *call,
					 const struct tce_pseries_asker *asker,
					 struct tce_ddw_prop *window, bool *ret_ok);
TCE_MUST_USE int tce_pseries_rtas_remove(struct tce_linux_call *call, uint32_t liobn);
/* limited: enter limited addressing mode. */
TCE_MUST_USE int tce_pseries_rtas_reset(struct tce_linux_call *call,
					const struct tce_pseries_asker *asker, bool limited,
					bool *ret_ok);

/* --- setup.c: buses, devices, default windows ---------------------------------------------- */

/*
 * pci_dma_find: the node whose windows a device uses, walking up; TCE_NODE_NONE: no node above it
 * has any.
 */
uint32_t tce_pseries_find_node(const struct tce_linux_call *call, uint16_t dev);

/* late: added while the kernel runs. */
TCE_MUST_USE int tce_pseries_bus_setup(struct tce_linux_call *call, uint16_t phb, bool late);
TCE_MUST_USE int tce_pseries_dev_setup(struct tce_linux_call *call, struct tce_linux_dev *dev,
				       bool late);

/*
 * iommu_init_table; when the kernel has no memory for the bitmap, tbl->has_map stays false. Entries
 * are absolute.
 */
TCE_MUST_USE int tce_pseries_init_table(struct tce_linux_call *call, struct tce_iommu_table *tbl,
					uint64_t res_start, uint64_t res_end);

/* A new table over the default window of a node, ready to use. */
TCE_MUST_USE int tce_pseries_default_table(struct tce_linux_call *call,
					   const struct tce_dma_window *window,
					   struct tce_iommu_table **ret_tbl);

/* --- enable.c ------------------------------------------------------------------------------ */

TCE_MUST_USE int tce_pseries_bypass_supported(struct tce_linux_call *call,
					      struct tce_linux_dev *dev, uint64_t mask,
					      bool *ret_ok);

/* A kernel tries for a dynamic window only when a driver sets such a mask. */
bool tce_pseries_mask_is_wide(const struct tce_kernel *kernel, uint64_t mask);

/* The largest address that the platform says RAM may ever have: ibm,lrdr-capacity or the LMBs. */
uint64_t tce_pseries_lrdr_max(const struct tce_machine *machine);

/* --- memory.c, hotplug.c, kexec.c ---------------------------------------------------------- */

TCE_MUST_USE int tce_pseries_memory(struct tce_linux_call *call, enum tce_memory_action action,
				    const struct tce_ev_memory *range, bool *ret_bad);

TCE_MUST_USE int tce_pseries_boot(struct tce_linux_call *call);
TCE_MUST_USE int tce_pseries_dev_add(struct tce_linux_call *call, struct tce_linux_dev *dev);
TCE_MUST_USE int tce_pseries_dev_remove(struct tce_linux_call *call, struct tce_linux_dev *dev);
TCE_MUST_USE int tce_pseries_phb_add(struct tce_linux_call *call, uint16_t phb);
TCE_MUST_USE int tce_pseries_phb_remove(struct tce_linux_call *call, uint16_t phb);

/* find_existing_ddw_windows: what a kernel before left in the device tree. */
TCE_MUST_USE int tce_pseries_find_existing(struct tce_linux_call *call);

/* --- group.c ------------------------------------------------------------------------------- */

extern const struct tce_table_group_ops tce_pseries_group_ops;

#endif
