/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA of a PE: its windows, its default table, its bypass, and what its devices are told of them.
 * Sources: pci-ioda.c pnv_pci_ioda2_set_window, pnv_pci_ioda2_unset_window,
 * pnv_pci_ioda2_set_bypass, pnv_pci_ioda2_setup_default_config, pnv_pci_ioda2_setup_dma_pe,
 * pnv_pci_ioda_dma_dev_setup, pnv_ioda_setup_bus_dma, pnv_pci_release_device.
 */
#include "powernv.h"

#include "base/assert.h"
#include "base/bits.h"

#define WINDOWS_MAX    2U
#define LEVELS_MAX     5U
#define LEVELS_DEFAULT 2U

/* --- windows ------------------------------------------------------------------------------ */

static uint64_t window_id(const struct tce_pnv_pe *pe, unsigned num)
{
	return (uint64_t)pe->number * 2 + num;
}

static struct tce_table_group *group_of(const struct tce_linux_call *call,
					const struct tce_pnv_pe *pe)
{
	return tce_group_find(call->st, call->lx, tce_pnv_key(pe));
}

int tce_pnv_set_window(struct tce_linux_call *call, struct tce_pnv_pe *pe, unsigned num,
		       struct tce_iommu_table *tbl, int *ret_errno)
{
	uint64_t level = tbl->indirect_levels != 0 ? tbl->level_size : tbl->size;
	const uint64_t args[] = {pe->phb,
				 pe->number,
				 window_id(pe, num),
				 tbl->indirect_levels + 1,
				 tbl->base,
				 level << 3,
				 UINT64_C(1) << tbl->page_shift};
	int64_t rc;
	int err = tce_pnv_opal(call, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, args, 7, &rc);

	if (err != 0)
		return err;
	*ret_errno = (int)rc;
	if (rc != 0)
		return 0;
	tce_iommu_tce_table_get(tbl);
	tce_group_set_table(call->st, group_of(call, pe), num, tbl);
	return tce_pnv_invalidate_pe(call, pe);
}

int tce_pnv_unset_window(struct tce_linux_call *call, struct tce_pnv_pe *pe, unsigned num,
			 int *ret_errno)
{
	const uint64_t args[] = {pe->phb, pe->number, window_id(pe, num), 0, 0, 0, 0};
	int64_t rc;
	int err = tce_pnv_opal(call, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, args, 7, &rc);

	if (err == 0 && rc == 0)
		err = tce_pnv_invalidate_pe(call, pe);
	if (err == 0)
		err = tce_group_put_table(call, group_of(call, pe), num, false);
	if (err == 0)
		*ret_errno = (int)rc;
	return err;
}

int tce_pnv_set_bypass(struct tce_linux_call *call, struct tce_pnv_pe *pe, bool enable)
{
	uint64_t top = tce_pow2(tce_log2_ceil(tce_linux_dram_end(call->lx)));
	const uint64_t args[] = {pe->phb, pe->number, window_id(pe, 1), pe->bypass_base,
				 enable ? top : 0};
	int64_t rc;
	int err = tce_pnv_opal(call, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, args, 5, &rc);

	if (err == 0 && rc == 0)
		pe->bypass_enabled = enable;
	return err;
}

/* --- the default window ------------------------------------------------------------------- */

static uint64_t floor_pow2(uint64_t value)
{
	return value == 0 ? 0 : tce_pow2(tce_log2_floor(value));
}

static uint64_t min_u64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Until 5.3: 4K pages below the bridge's 32-bit MMIO, one level. A10: RAM's size as it is. */
static void default_window(const struct tce_linux *lx, const struct tce_table_group *group,
			   struct tce_window_request *ret_window)
{
	uint64_t ram = tce_pnv_hotplug_max(lx);
	unsigned per_level = tce_log2_floor(TCE_PNV_BLOCK_MAX / 8);
	unsigned entries;

	ret_window->num = 0;
	if (!tce_linux_bug(lx, TCE_DEFECT_A10))
		ram = floor_pow2(ram);
	if (!tce_linux_has(lx, TCE_KF_BIG_DEFAULT_WINDOW)) {
		ret_window->page_shift = 12;
		ret_window->window_size = min_u64(group->tce32_size, ram);
		ret_window->levels = 1;
		return;
	}
	ret_window->page_shift = lx->page_shift;
	ret_window->window_size = min_u64(TCE_PNV_BLOCK_MAX * 8 << lx->page_shift, ram);
	entries = ret_window->window_size == 0
			  ? 0
			  : tce_log2_floor(ret_window->window_size >> lx->page_shift | 1);
	ret_window->levels = (entries + per_level - 1) / per_level;
	if (ret_window->levels < LEVELS_DEFAULT)
		ret_window->levels = LEVELS_DEFAULT;
}

/* iommu_init_table with the 32-bit MMIO range reserved. */
static int init_table(struct tce_linux_call *call, const struct tce_table_group *group,
		      const struct tce_window_request *window, struct tce_iommu_table *tbl)
{
	uint64_t mmio = group->tce32_size;
	uint64_t start = 0, end = 0;
	struct tce_linux_env env;

	if (window->window_size > mmio) {
		start = mmio >> tbl->page_shift;
		end = min_u64(window->window_size, UINT64_C(1) << 32) >> tbl->page_shift;
	}
	if (tce_machine_alloc_fails(call->machine))
		return 0;
	tce_linux_env_init(call, 0, &env);
	return tce_iommu_init_table(&env.dma, tbl, start, end);
}

/* The creator's reference is given back with the table: nobody has it. */
static int give_up(struct tce_linux_call *call, struct tce_table_group *group,
		   struct tce_iommu_table *tbl)
{
	int err = 0;

	for (unsigned slot = 0; slot < TCE_GROUP_TABLES && err == 0; slot++) {
		if (tce_group_table(call->st, group, slot) == tbl)
			err = tce_group_put_table(call, group, slot, false);
	}
	return err != 0 ? err : tce_linux_table_put(call, tbl);
}

static int create(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
		  const struct tce_window_request *window, struct tce_iommu_table **ret_tbl,
		  int *ret_errno)
{
	struct tce_pnv_geometry geometry = {.window = *window};
	struct tce_iommu_table *tbl;
	int err = tce_linux_table_new(call, &tbl);

	if (err != 0)
		return err;
	err = tce_pnv_table_alloc(call, &geometry, tbl, ret_errno);
	if (err == 0 && *ret_errno != 0)
		return tce_linux_table_put(call, tbl);
	tbl->index = tce_pnv_key(pe);
	*ret_tbl = tbl;
	return err;
}

/* Bitmap and window; *ret_tbl NULL when one of them failed and the table went. */
static int install(struct tce_linux_call *call, struct tce_pnv_pe *pe,
		   const struct tce_window_request *window, struct tce_iommu_table **tbl)
{
	struct tce_table_group *group = group_of(call, pe);
	int refused = -TCE_ENOMEM;
	int err = init_table(call, group, window, *tbl);

	if (err == 0 && (*tbl)->has_map)
		err = tce_pnv_set_window(call, pe, 0, *tbl, &refused);
	if (err != 0)
		return err;
	if (refused == 0) {
		group->created = tce_state_ref(call->st, *tbl);
		return 0;
	}
	err = give_up(call, group, *tbl);
	*tbl = NULL;
	return err;
}

/* Whatever became of the table, the bypass is switched on and devices are told. */
int tce_pnv_setup_default_config(struct tce_linux_call *call, struct tce_pnv_pe *pe, int *ret_errno)
{
	struct tce_window_request window;
	struct tce_iommu_table *tbl = NULL;
	int err;

	default_window(call->lx, group_of(call, pe), &window);
	err = create(call, pe, &window, &tbl, ret_errno);
	if (err != 0 || *ret_errno != 0)
		return err;
	err = install(call, pe, &window, &tbl);
	if (err == 0 && !tce_linux_flag(call, TCE_BOOT_NOBYPASS))
		err = tce_pnv_set_bypass(call, pe, true);
	if (err == 0 && pe->pdev != TCE_NO_ID && !tce_linux_bug(call->lx, TCE_DEFECT_A2))
		tce_linux_dev_set_table(call, tce_linux_dev_find(call->st, call->lx, pe->pdev),
					tbl);
	return err;
}

/* --- DMA of a PE -------------------------------------------------------------------------- */

/* The lowest number that no group has. */
static uint16_t group_number(const struct tce_linux_call *call)
{
	const struct tce_pnv_pe *pe;
	uint16_t number = 0;

	for (uint32_t i = 0; (pe = tce_pnv_pe_at(call->st, call->lx, i)) != NULL; i++) {
		if (pe->dma_setup_done && pe->group_number == number) {
			number++;
			i = UINT32_MAX; /* from the start */
		}
	}
	return number;
}

static uint64_t page_sizes(const struct tce_linux_call *call, const struct tce_pnv_pe *pe)
{
	const struct tce_phb *phb = tce_phb_find(call->st, pe->phb);

	return tce_ioda_model((enum tce_ioda_generation)phb->generation, phb->big)->page_shifts;
}

static int setup_dma_pe(struct tce_linux_call *call, struct tce_pnv_pe *pe)
{
	struct tce_table_group *group;
	int refused = 0;
	int err = tce_group_add(call, tce_pnv_key(pe), &group);

	if (err != 0)
		return err;
	pe->bypass_base = TCE_PNV_BYPASS_BASE;
	group->tce32_start = 0;
	group->tce32_size = tce_phb_find(call->st, pe->phb)->mmio32_start;
	group->max_dynamic_windows = WINDOWS_MAX;
	group->max_levels = LEVELS_MAX;
	group->pgsizes = page_sizes(call, pe);
	group->info_filled = true;
	err = tce_pnv_setup_default_config(call, pe, &refused);
	pe->window_refused = refused == -TCE_EINVAL;
	if (err != 0 || refused != 0)
		return err != 0 ? err : tce_group_remove(call, group);
	group->registered = true;
	pe->group_number = group_number(call);
	pe->dma_setup_done = true;
	return 0;
}

static bool is_bridge(const struct tce_dev *dev)
{
	return dev->type == TCE_DEV_ROOT_PORT || dev->type == TCE_DEV_PCI_BRIDGE;
}

static void count_device(struct tce_linux_call *call, struct tce_pnv_pe *pe)
{
	pe->device_count++;
	if ((pe->flags & TCE_PNV_PE_DEV) != 0 && tce_linux_bug(call->lx, TCE_DEFECT_A9))
		pe->device_count++;
}

int tce_pnv_dev_setup(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	const struct tce_dev *plugged = tce_dev_find(call->st, dev->id);
	struct tce_pnv_pe *pe = tce_pnv_pe_of(call->st, call->lx, plugged);
	struct tce_table_group *group;
	int err = 0;

	if (pe == NULL)
		err = tce_pnv_pe_setup(call, plugged, &pe);
	if (err != 0 || pe == NULL)
		return err;
	if (!pe->dma_setup_done && !is_bridge(plugged))
		err = setup_dma_pe(call, pe);
	if (err != 0)
		return err;
	if (plugged->type == TCE_DEV_VF)
		pe->pdev = dev->id;
	count_device(call, pe);
	group = group_of(call, pe);
	dev->dma.dma_offset = pe->bypass_base;
	tce_linux_dev_set_table(call, dev,
				group == NULL ? NULL : tce_group_table(call->st, group, 0));
	dev->group = group == NULL ? TCE_NO_GROUP : group->key;
	dev->grouped = group != NULL;
	return 0;
}

/*
 * Those that the PE's numbers cover. D35: all that hang on its bus, although a virtual function, or
 * a device with a PE of its own, uses another PE's windows.
 */
static bool is_told(const struct tce_linux_call *call, const struct tce_pnv_pe *pe,
		    const struct tce_dev *dev)
{
	if (tce_pnv_pe_covers(call->st, call->lx, pe, dev))
		return true;
	return tce_linux_bug(call->lx, TCE_DEFECT_D35) && dev->phb == pe->phb &&
	       dev->bus >= pe->rid >> 8 && dev->bus <= pe->last_bus;
}

void tce_pnv_setup_bus_dma(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			   struct tce_iommu_table *tbl)
{
	struct tce_linux_dev *dev;

	for (uint32_t i = 0; (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL; i++) {
		if (!is_told(call, pe, tce_dev_find(call->st, dev->id)))
			continue;
		tce_linux_dev_set_table(call, dev, tbl);
		dev->dma.dma_offset = pe->bypass_base;
	}
}

/* --- the end of a PE ---------------------------------------------------------------------- */

int tce_pnv_drop_linear(struct tce_linux_call *call, struct tce_pnv_pe *pe)
{
	uint64_t ra = pe->linear;

	pe->linear = 0;
	if (ra == 0 || tce_linux_bug(call->lx, TCE_DEFECT_D17))
		return 0;
	return tce_pnv_pages_free(call, ra, pe->linear_bytes);
}

/* pnv_pci_ioda2_release_pe_dma. With its table at a user's there is none to put. */
static int release_dma(struct tce_linux_call *call, struct tce_pnv_pe *pe)
{
	struct tce_table_group *group = group_of(call, pe);
	struct tce_iommu_table *tbl;
	int rc;
	int err;

	if (!pe->dma_setup_done)
		return 0;
	err = tce_pnv_unset_window(call, pe, 0, &rc);
	if (err == 0)
		err = tce_pnv_set_bypass(call, pe, false);
	if (err == 0)
		err = tce_pnv_drop_linear(call, pe);
	if (err != 0)
		return err;
	tbl = tce_state_at(call->st, group->created);
	group->created.grain = 0;
	if (tbl != NULL)
		err = tce_linux_table_put(call, tbl);
	if (err == 0)
		err = tce_group_remove(call, group);
	pe->dma_setup_done = false;
	return err;
}

int tce_pnv_dev_release(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	struct tce_pnv_pe *pe = tce_pnv_pe_of(call->st, call->lx, tce_dev_find(call->st, dev->id));
	int err;

	tce_linux_dev_set_table(call, dev, NULL);
	dev->group = TCE_NO_GROUP;
	dev->grouped = false;
	if (pe == NULL)
		return 0;
	if (pe->pdev == dev->id)
		pe->pdev = TCE_NO_ID;
	TCE_ASSERT(pe->device_count > 0);
	if (--pe->device_count > 0)
		return 0;
	err = release_dma(call, pe);
	return err != 0 ? err : tce_pnv_pe_release(call, pe);
}
