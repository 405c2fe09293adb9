/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * May a device go past its table? Through the bypass window, or on PHB3, for devices that reach
 * beyond 4 GiB but not to bit 59, through a table of large pages in the place of the default one.
 * Source: pci-ioda.c pnv_pci_ioda_iommu_bypass_supported, pnv_pci_ioda_dma_64bit_bypass.
 */
#include "powernv.h"

#include "base/assert.h"
#include "base/bits.h"

/* One entry of the 64-bit table: 256 MiB; RAM is mapped from 4 GiB on. */
#define LINEAR_SHIFT  28U
#define LINEAR_OFFSET (UINT64_C(1) << 32)

/*
 * Without D17: nothing that the default table maps, or is going to map, is hidden by the other; so
 * the PE is one that no second device can join.
 */
static bool hides_nothing(const struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			  const struct tce_linux_dev *dev, uint64_t mask)
{
	const struct tce_table_group *group = tce_group_find(call->st, call->lx, tce_pnv_key(pe));
	const struct tce_iommu_table *tbl = tce_group_table(call->st, group, 0);
	uint64_t other = dev->dma.asks_coherent ? dev->dma.dma_mask : dev->dma.coherent_mask;

	if (tce_linux_bug(call->lx, TCE_DEFECT_D17))
		return true;
	return (pe->flags & (TCE_PNV_PE_BUS | TCE_PNV_PE_BUS_ALL)) == 0 && other >= mask &&
	       tbl != NULL && tbl->has_map && !tce_iommu_table_in_use(&call->lx->kernel, tbl);
}

/* Alone in its PE, on a bridge whose pages are large enough. */
static bool may_be_linear(const struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			  uint64_t mask)
{
	bool has_bus = (pe->flags & (TCE_PNV_PE_BUS | TCE_PNV_PE_BUS_ALL)) != 0;

	return mask >> 32 != 0 && mask > tce_pnv_hotplug_max(call->lx) + LINEAR_OFFSET &&
	       (pe->device_count == 1 || !has_bus) &&
	       tce_phb_find(call->st, pe->phb)->generation == TCE_IODA_PHB3 &&
	       tce_linux_has(call->lx, TCE_KF_LINEAR_64BIT);
}

static int store(struct tce_linux_call *call, uint64_t ra, uint64_t value)
{
	struct tce_event event = {.kind = TCE_EV_TCE_STORE};
	struct tce_outcome outcome;

	event.u.store.ra = tce_ra(ra);
	event.u.store.value = value;
	return tce_machine_call(call->machine, &event, &outcome);
}

static int fill(struct tce_linux_call *call, uint64_t ra)
{
	int err = 0;

	for (uint64_t addr = 0; addr < tce_pnv_hotplug_max(call->lx) && err == 0;
	     addr += UINT64_C(1) << LINEAR_SHIFT)
		err = store(call, ra + 8 * ((addr + LINEAR_OFFSET) >> LINEAR_SHIFT),
			    addr | TCE_READ | TCE_WRITE);
	return err;
}

/* TVE#0 leads to a table at ra of one level. */
static int map(struct tce_linux_call *call, const struct tce_pnv_pe *pe, uint64_t ra,
	       uint64_t bytes, int64_t *ret_rc)
{
	const uint64_t args[] = {pe->phb, pe->number, (uint64_t)pe->number * 2,   1,
				 ra,      bytes,      UINT64_C(1) << LINEAR_SHIFT};

	return tce_pnv_opal(call, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, args, 7, ret_rc);
}

/*
 * D17: each time a table of its own, that nobody remembers, while the default table still counts as
 * installed. Without it, the one that is there is used again.
 */
static int go_linear(struct tce_linux_call *call, struct tce_pnv_pe *pe, bool *ret_ok)
{
	uint64_t window = tce_pow2(tce_log2_ceil(tce_pnv_hotplug_max(call->lx) + LINEAR_OFFSET));
	uint64_t bytes = window >> LINEAR_SHIFT << 3;
	uint64_t page = UINT64_C(1) << call->lx->page_shift;
	int64_t rc = 0;
	uint64_t ra;
	int err;

	*ret_ok = pe->linear != 0;
	if (*ret_ok)
		return 0;
	if (bytes < page)
		bytes = page;
	err = tce_pnv_pages_alloc(call, tce_log2_ceil(bytes), &ra);
	if (err != 0 || ra == 0)
		return err;
	err = fill(call, ra);
	if (err == 0)
		err = map(call, pe, ra, bytes, &rc);
	*ret_ok = err == 0 && rc == 0;
	if (err != 0 || (*ret_ok && tce_linux_bug(call->lx, TCE_DEFECT_D17)))
		return err;
	if (*ret_ok) {
		pe->linear = ra;
		pe->linear_bytes = bytes;
		return 0;
	}
	return tce_pnv_pages_free(call, ra, bytes);
}

/* Without D17 a device that wants its table again gets the default window back first. */
static int leave_linear(struct tce_linux_call *call, struct tce_pnv_pe *pe,
			struct tce_linux_dev *dev)
{
	const struct tce_table_group *group = tce_group_find(call->st, call->lx, tce_pnv_key(pe));
	struct tce_iommu_table *tbl = tce_group_table(call->st, group, 0);
	const uint64_t args[] = {pe->phb,
				 pe->number,
				 (uint64_t)pe->number * 2,
				 tbl == NULL ? 0 : tbl->indirect_levels + 1,
				 tbl == NULL ? 0 : tbl->base,
				 tbl == NULL ? 0 : tbl->level_size << 3,
				 tbl == NULL ? 0 : UINT64_C(1) << tbl->page_shift};
	int64_t rc;
	int err;

	if (pe->linear == 0)
		return 0;
	err = tce_pnv_opal(call, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, args, 7, &rc);
	if (err == 0)
		err = tce_pnv_invalidate_pe(call, pe);
	if (err == 0)
		err = tce_pnv_drop_linear(call, pe);
	dev->dma.dma_offset = pe->bypass_base;
	return err;
}

int tce_pnv_bypass_supported(struct tce_linux_call *call, struct tce_linux_dev *dev, uint64_t mask,
			     bool *ret_ok)
{
	struct tce_pnv_pe *pe = tce_pnv_pe_of(call->st, call->lx, tce_dev_find(call->st, dev->id));
	int err;

	*ret_ok = false;
	if (pe == NULL)
		return 0;
	if (pe->bypass_enabled && mask >= pe->bypass_base + tce_linux_dram_end(call->lx) - 1) {
		*ret_ok = true;
		return leave_linear(call, pe, dev);
	}
	if (!pe->dma_setup_done)
		return 0;
	if (!may_be_linear(call, pe, mask) || !hides_nothing(call, pe, dev, mask))
		return leave_linear(call, pe, dev);
	err = go_linear(call, pe, ret_ok);
	if (err == 0 && *ret_ok)
		dev->dma.dma_offset = LINEAR_OFFSET;
	return err;
}
