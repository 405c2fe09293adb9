/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Buses and devices are set up: each PE gets its table group, with a table over the default window
 * or over one that a kernel before left (kexec, kdump); each device gets its PE's table.
 *
 * Sources: pci_dma_bus_setup_pSeriesLP, pci_dma_dev_setup_pSeriesLP, pci_dma_find,
 * iommu_table_setparms_lpar; arch/powerpc/platforms/pseries/vio.c vio_build_iommu_table.
 */
#include "base/bits.h"
#include "pseries.h"

/* A bitmap for more entries than these no kernel gets memory for (512 MiB). */
#define ENTRIES_MAX   (UINT64_C(1) << 32)

#define DEFAULT_SHIFT 12U

/* --- which node, which of its windows ------------------------------------------------------ */

static bool has_ddw(const struct tce_state *st, uint32_t node, struct tce_ddw_prop *ret_prop)
{
	return tce_pseries_ddw_prop(st, node, TCE_PROP_DIRECT64, ret_prop) ||
	       tce_pseries_ddw_prop(st, node, TCE_PROP_DMA64, ret_prop);
}

static bool has_window(const struct tce_state *st, uint32_t node)
{
	struct tce_ddw_prop ddw;
	struct tce_dma_window window;

	return tce_pseries_default_prop(st, node, &window) || has_ddw(st, node, &ddw);
}

/* Without D28 also a PE's whose window was not brought back: the one above is another PE's. */
static bool is_pes(const struct tce_linux_call *call, uint32_t node)
{
	bool lost = tce_linux_has(call->lx, TCE_KF_TABLE_GROUP_OPS) &&
		    !tce_linux_bug(call->lx, TCE_DEFECT_D28);
	uint32_t len;

	if (lost && tce_node_prop(call->st, node, TCE_PROP_WINDOW_SAVED, &len) != NULL)
		return true;
	return has_window(call->st, node);
}

uint32_t tce_pseries_find_node(const struct tce_linux_call *call, uint16_t id)
{
	const struct tce_state *st = call->st;
	const struct tce_dev *dev = tce_dev_find(st, id);

	for (;;) {
		uint32_t node = tce_node_of_dev(st, dev->id);

		if (is_pes(call, node))
			return node;
		if (node < TCE_NODE_DEV)
			return TCE_NODE_NONE;
		dev = tce_dev_find(st, (uint16_t)node);
		if (dev->parent == TCE_NO_ID)
			return dev->phb != TCE_NO_ID && is_pes(call, dev->phb) ? dev->phb
									       : TCE_NODE_NONE;
		dev = tce_dev_find(st, dev->parent);
	}
}

/* What the table of a PE is made over. */
enum source {
	FROM_NOTHING,
	FROM_DEFAULT,
	FROM_DDW,
};

/* The default window, or one that was inherited: each generation prefers another. */
static enum source choose_source(const struct tce_linux_call *call, uint32_t node,
				 struct tce_dma_window *ret_window, struct tce_ddw_prop *ret_ddw)
{
	bool has_default = tce_pseries_default_prop(call->st, node, ret_window);
	bool inherited = has_ddw(call->st, node, ret_ddw);

	if (has_default && inherited) {
		return tce_linux_has(call->lx, TCE_KF_INHERIT_DDW) &&
				       !tce_linux_has(call->lx, TCE_KF_INHERIT_DEFAULT)
			       ? FROM_DDW
			       : FROM_DEFAULT;
	}
	if (has_default)
		return FROM_DEFAULT;
	return inherited && !tce_linux_bug(call->lx, TCE_DEFECT_B14) ? FROM_DDW : FROM_NOTHING;
}

/* --- tables ------------------------------------------------------------------------------- */

/* From 6.0 on a window whose size is no power of two counts as the next larger one (measured). */
static void set_default(const struct tce_linux *lx, const struct tce_dma_window *window,
			struct tce_iommu_table *tbl)
{
	uint64_t size = window->size;

	if (tce_linux_has(lx, TCE_KF_KDUMP_DDW) && size != 0 && tce_log2_ceil(size) < 64)
		size = UINT64_C(1) << tce_log2_ceil(size);
	tbl->index = window->liobn;
	tbl->page_shift = DEFAULT_SHIFT;
	tbl->offset = window->addr >> DEFAULT_SHIFT;
	tbl->size = size >> DEFAULT_SHIFT;
}

static void set_ddw(const struct tce_ddw_prop *ddw, struct tce_iommu_table *tbl)
{
	bool sane = ddw->tce_shift < 64 && ddw->window_shift < 64 &&
		    ddw->window_shift >= ddw->tce_shift;

	tbl->index = ddw->liobn;
	tbl->page_shift = ddw->tce_shift & 63U;
	tbl->offset = ddw->dma_base >> tbl->page_shift;
	tbl->size = sane ? UINT64_C(1) << (ddw->window_shift - ddw->tce_shift) : 0;
}

int tce_pseries_init_table(struct tce_linux_call *call, struct tce_iommu_table *tbl,
			   uint64_t res_start, uint64_t res_end)
{
	struct tce_linux_env env;

	if (tce_machine_alloc_fails(call->machine) || tbl->size == 0 || tbl->size > ENTRIES_MAX)
		return 0;
	tce_linux_env_init(call, 0, &env);
	return tce_iommu_init_table(&env.dma, tbl, res_start, res_end);
}

/* Boot paths panic when there is no memory for a bitmap. */
static int init_or_panic(struct tce_linux_call *call, struct tce_iommu_table *tbl,
			 uint64_t res_start, uint64_t res_end)
{
	int err = tce_pseries_init_table(call, tbl, res_start, res_end);

	if (err == 0 && !tbl->has_map && tbl->size != 0)
		tce_linux_panic(call);
	return err;
}

int tce_pseries_default_table(struct tce_linux_call *call, const struct tce_dma_window *window,
			      struct tce_iommu_table **ret_tbl)
{
	int err = tce_linux_table_new(call, ret_tbl);

	if (err != 0)
		return err;
	set_default(call->lx, window, *ret_tbl);
	return init_or_panic(call, *ret_tbl, 0, 0);
}

/* 32-bit MMIO of the bridge of a node, in pages of a table; nothing with D33. */
static void mmio_of(const struct tce_linux_call *call, uint32_t node,
		    const struct tce_iommu_table *tbl, uint64_t *ret_start, uint64_t *ret_end)
{
	const struct tce_dev *dev =
		node < TCE_NODE_DEV ? NULL : tce_dev_find(call->st, (uint16_t)node);
	const struct tce_phb *phb = tce_phb_find(call->st, dev == NULL ? (uint16_t)node : dev->phb);

	*ret_start = 0;
	*ret_end = 0;
	if (tce_linux_bug(call->lx, TCE_DEFECT_D33) || phb == NULL || !tce_phb_mmio32(phb))
		return;
	*ret_start = phb->mmio32_start >> tbl->page_shift;
	*ret_end = (phb->mmio32_last >> tbl->page_shift) + 1;
}

/* B16: the table of an inherited window is allocated, and no more. */
static int inherited_table(struct tce_linux_call *call, uint32_t node,
			   const struct tce_ddw_prop *ddw, struct tce_iommu_table **ret_tbl)
{
	uint64_t start, end;
	int err = tce_linux_table_new(call, ret_tbl);

	if (err != 0)
		return err;
	set_ddw(ddw, *ret_tbl);
	mmio_of(call, node, *ret_tbl, &start, &end);
	return tce_linux_bug(call->lx, TCE_DEFECT_B16) ? 0
						       : init_or_panic(call, *ret_tbl, start, end);
}

/* --- groups ------------------------------------------------------------------------------- */

/* The group of a node that has a window, made when it is not there yet. */
static int find_group(struct tce_linux_call *call, uint32_t node, bool late,
		      struct tce_table_group **ret_group)
{
	struct tce_iommu_table *tbl = NULL;
	struct tce_dma_window window;
	struct tce_ddw_prop ddw;
	enum source source;
	int err;

	*ret_group = tce_group_find(call->st, call->lx, node);
	if (*ret_group != NULL)
		return 0;
	err = tce_group_add(call, node, ret_group);
	if (err != 0)
		return err;
	source = choose_source(call, node, &window, &ddw);
	if (source == FROM_DEFAULT)
		err = tce_pseries_default_table(call, &window, &tbl);
	else if (source == FROM_DDW)
		err = inherited_table(call, node, &ddw, &tbl);
	if (err == 0 && tbl != NULL)
		tce_group_set_table(call->st, *ret_group, 0, tbl);
	(*ret_group)->registered = !late || !tce_linux_bug(call->lx, TCE_DEFECT_B20);
	return err;
}

/* No window where one is looked for: some kernels dereference what they did not find. */
static int nothing_found(struct tce_linux_call *call)
{
	if (tce_linux_bug(call->lx, TCE_DEFECT_B17) || tce_linux_bug(call->lx, TCE_DEFECT_D11))
		tce_linux_oops(call);
	return 0;
}

int tce_pseries_bus_setup(struct tce_linux_call *call, uint16_t phb, bool late)
{
	struct tce_table_group *group;

	if (tce_linux_flag(call, TCE_BOOT_IOMMU_OFF) || call->lx->crashed)
		return 0;
	if (!has_window(call->st, phb))
		return nothing_found(call);
	return find_group(call, phb, late, &group);
}

/* --- what VFIO will be told ----------------------------------------------------------------- */

/* 4K and what the mask says; in int arithmetic, which loses 16 GiB pages (D24). */
static uint64_t pgsizes_of(const struct tce_linux *lx, uint32_t page_mask)
{
	uint64_t sizes = tce_ddw_page_shifts(page_mask) | UINT64_C(1) << DEFAULT_SHIFT;

	return tce_linux_bug(lx, TCE_DEFECT_D24) ? sizes & UINT32_MAX : sizes;
}

static int fill_info(struct tce_linux_call *call, const struct tce_pseries_asker *asker,
		     struct tce_table_group *group)
{
	struct tce_pseries_query query = {0};
	struct tce_dma_window window = {0};
	bool ok = false;
	int err = 0;

	if (tce_pseries_default_prop(call->st, asker->node, &window)) {
		group->tce32_start = window.addr;
		group->tce32_size = UINT64_C(1) << (tce_log2_ceil(window.size) & 63U);
	}
	if (tce_pseries_ddw_applicable(call->st, asker->node))
		err = tce_pseries_rtas_query(call, asker, &query, &ok);
	group->max_dynamic_windows = !ok ? UINT32_MAX : query.windows == 0 ? 1 : 2;
	group->pgsizes = pgsizes_of(call->lx, query.page_mask);
	group->max_levels = 1;
	group->info_filled = true;
	return err;
}

static bool wants_info(const struct tce_linux_call *call, const struct tce_table_group *group)
{
	return !group->info_filled && !call->lx->kdump &&
	       tce_linux_has(call->lx, TCE_KF_IOMMU_OPS) && !tce_linux_bug(call->lx, TCE_DEFECT_C4);
}

/* --- devices ------------------------------------------------------------------------------ */

/* A DDW that replaced the default window may be in the second slot: B4 does not look there. */
static struct tce_iommu_table *table_of(const struct tce_linux_call *call,
					const struct tce_table_group *group)
{
	struct tce_iommu_table *tbl = tce_group_table(call->st, group, 0);

	if (tbl == NULL && !tce_linux_bug(call->lx, TCE_DEFECT_B4))
		tbl = tce_group_table(call->st, group, 1);
	return tbl;
}

static int vio_setup(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	uint32_t node = TCE_NODE_DEV | dev->id;
	struct tce_table_group *group;
	struct tce_iommu_table *tbl;
	struct tce_dma_window window;
	int err;

	if (!tce_pseries_default_prop(call->st, node, &window))
		return 0;
	err = tce_group_add(call, node, &group);
	if (err == 0)
		err = tce_linux_table_new(call, &tbl);
	if (err != 0)
		return err;
	tbl->index = window.liobn;
	tbl->page_shift = DEFAULT_SHIFT;
	tbl->offset = window.addr >> DEFAULT_SHIFT;
	tbl->size = window.size >> DEFAULT_SHIFT;
	tce_group_set_table(call->st, group, 0, tbl);
	dev->group = node;
	tce_linux_dev_set_table(call, dev, tbl);
	return init_or_panic(call, tbl, 0, 0);
}

int tce_pseries_dev_setup(struct tce_linux_call *call, struct tce_linux_dev *dev, bool late)
{
	struct tce_pseries_asker asker = {.dev = dev->id};
	struct tce_table_group *group;
	int err;

	if (call->lx->crashed)
		return 0;
	if (dev->dma.vio)
		return vio_setup(call, dev);
	if (tce_linux_flag(call, TCE_BOOT_IOMMU_OFF))
		return 0;
	asker.node = tce_pseries_find_node(call, dev->id);
	if (asker.node == TCE_NODE_NONE)
		return nothing_found(call);
	err = find_group(call, asker.node, late, &group);
	if (err == 0 && wants_info(call, group))
		err = fill_info(call, &asker, group);
	if (err != 0)
		return err;
	dev->group = asker.node;
	dev->grouped = group->registered;
	if (dev->grouped && tce_linux_bug(call->lx, TCE_DEFECT_B21))
		group->lost_refs++;
	if (!group->owned)
		tce_linux_dev_set_table(call, dev, table_of(call, group));
	return 0;
}
