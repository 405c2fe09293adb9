/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device's side: which window covers a bus address, and what its TCE says (QEMU hw/ppc/
 * spapr_iommu.c and its memory regions, measured with the "edu" device).
 */
#include "lpar.h"

#include "base/bits.h"
#include "tce/table_fast.h"

/* QEMU adds the regions slot by slot and looks at the newest first: slot 1 hides slot 0. */
static const struct papr_window *covering(const struct papr_bus *bus, uint64_t addr)
{
	unsigned i = bus->nr_slots;

	while (i-- > 0)
		if (addr - bus->win[i].region_start < bus->win[i].region_size)
			return &bus->win[i];
	return NULL;
}

/* A window of page shift 0, which only migration makes: one byte an entry, no page bits to cut. */
static bool translate_bytes(const struct papr_window *win, uint64_t offset, unsigned access,
			    struct tce_xlate *ret_xlate)
{
	uint64_t tce = tce_table_get(tce_papr_table(win), offset);
	unsigned perm = (unsigned)(tce & TCE_PERM);

	*ret_xlate = (struct tce_xlate){.tce = tce, .ra = tce_ra(tce), .perm = perm};
	return (perm & access) == access;
}

static bool translate(const struct papr_window *win, uint64_t offset, unsigned access,
		      struct tce_xlate *ret_xlate)
{
	if (win->page_shift < TCE_PAGE_SHIFT_MIN)
		return translate_bytes(win, offset, access, ret_xlate);
	return tce_table_translate_fast(tce_papr_table(win), offset, access, ret_xlate);
}

static void untranslated(const struct papr_bus *vio, uint64_t addr, struct tce_dma_out *out)
{
	*out = (struct tce_dma_out){.result = TCE_DMA_OK, .liobn = vio->win[0].liobn};
	out->xlate.ra = tce_ra(addr);
	out->xlate.perm = TCE_PERM;
	out->xlate.page_shift = TCE_PAGE_SHIFT_MIN;
}

static enum tce_dma_result outside(const struct tce_lpar *lpar, const struct papr_bus *bus,
				   uint64_t addr)
{
	if (!bus->vio && addr - lpar->profile->msi_addr < lpar->profile->msi_size)
		return TCE_DMA_MSI;
	return TCE_DMA_NO_WINDOW;
}

void tce_lpar_dma(const struct tce_lpar *lpar, const struct tce_dma *dma,
		  struct tce_dma_out *ret_out)
{
	const struct papr_bus *bus =
		tce_papr_registry_find(dma->vio ? &lpar->vios : &lpar->phbs, dma->bus);
	const struct papr_window *win;
	bool ok;

	if (bus == NULL) {
		*ret_out = (struct tce_dma_out){.result = TCE_DMA_NO_BUS};
		return;
	}
	if (bus->bypass) {
		untranslated(bus, dma->addr, ret_out);
		return;
	}
	win = covering(bus, dma->addr);
	if (win == NULL) {
		*ret_out = (struct tce_dma_out){.result = outside(lpar, bus, dma->addr)};
		return;
	}
	ok = translate(win, dma->addr - win->region_start, dma->access, &ret_out->xlate);
	ret_out->result = ok ? TCE_DMA_OK : TCE_DMA_FAULT;
	ret_out->liobn = win->liobn;
}
