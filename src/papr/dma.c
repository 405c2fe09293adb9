/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device's side: which window covers a bus address, and what its TCE says (QEMU hw/ppc/
 * spapr_iommu.c and its memory regions, measured with the "edu" device).
 */
#include "lpar.h"

#include "tce/table_fast.h"

/*
 * QEMU adds the regions slot by slot and looks at the newest first: slot 1 hides slot 0. A slot
 * without a window, or that the bus does not have, covers nothing.
 */
static const struct papr_window *covering(const struct papr_bus *bus, uint64_t addr)
{
	if (addr - bus->win[1].region_start < bus->win[1].region_size)
		return &bus->win[1];
	if (addr - bus->win[0].region_start < bus->win[0].region_size)
		return &bus->win[0];
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
	return tce_table_translate_fast(tce_papr_target(&win->table), offset, access, ret_xlate);
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

__attribute__((noinline)) static void dma_anywhere(const struct tce_lpar *lpar,
						   const struct papr_bus *bus,
						   const struct tce_dma *dma,
						   struct tce_dma_out *ret_out)
{
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

/* The common case by itself: a bridge's window with pages of a usual size. */
void tce_lpar_dma(const struct tce_lpar *lpar, const struct tce_dma *dma,
		  struct tce_dma_out *ret_out)
{
	const struct papr_bus *bus =
		dma->vio ? tce_papr_vio(lpar, dma->bus) : tce_papr_phb(lpar, dma->bus);

	if (bus != NULL && !dma->vio) {
		const struct papr_window *win = covering(bus, dma->addr);

		if (win != NULL && win->page_shift != 0) {
			bool ok = tce_table_translate_fast(tce_papr_target(&win->table),
							   dma->addr - win->region_start,
							   dma->access, &ret_out->xlate);

			ret_out->result = ok ? TCE_DMA_OK : TCE_DMA_FAULT;
			ret_out->liobn = win->liobn;
			return;
		}
	}
	dma_anywhere(lpar, bus, dma, ret_out);
}

/* --- by a path ---------------------------------------------------------------------------- */

/* Do two windows share an address? Regions may wrap at 2^64. */
static bool overlap(const struct papr_window *a, const struct papr_window *b)
{
	return a->region_size != 0 && b->region_size != 0 &&
	       (a->region_start - b->region_start < b->region_size ||
		b->region_start - a->region_start < a->region_size);
}

/* Keep the window that covers addr if it decides alone, and in whole pages. */
static void path_find(struct tce_dma_path *path, uint64_t addr)
{
	const struct papr_bus *bus = tce_papr_phb(path->lpar, path->buid);
	const struct papr_window *win = bus == NULL ? NULL : covering(bus, addr);

	path->window_changes = path->lpar->window_changes;
	path->size = 0;
	if (win == NULL || win->page_shift < TCE_PAGE_SHIFT_MIN ||
	    (win->slot == 0 && overlap(&bus->win[0], &bus->win[1])))
		return;
	path->window = win;
	path->start = win->region_start;
	path->size = win->region_size;
}

void tce_dma_path_init(struct tce_dma_path *path, const struct tce_lpar *lpar, uint64_t buid)
{
	*path = (struct tce_dma_path){
		.lpar = lpar, .buid = buid, .window_changes = lpar->window_changes};
}

__attribute__((noinline)) static void path_search(struct tce_dma_path *path, uint64_t addr,
						  unsigned access, struct tce_dma_out *ret_out)
{
	const struct tce_dma dma = {.bus = path->buid, .addr = addr, .access = access};

	path_find(path, addr);
	tce_lpar_dma(path->lpar, &dma, ret_out);
}

void tce_dma_path_translate(struct tce_dma_path *path, uint64_t addr, unsigned access,
			    struct tce_dma_out *ret_out)
{
	const struct papr_window *win = path->window;
	uint64_t offset = addr - path->start;
	bool ok;

	if (__builtin_expect(offset >= path->size, 0) ||
	    __builtin_expect(path->window_changes != path->lpar->window_changes, 0)) {
		path_search(path, addr, access, ret_out);
		return;
	}
	ok = tce_table_translate_fast(tce_papr_target(&win->table), offset, access,
				      &ret_out->xlate);
	ret_out->result = ok ? TCE_DMA_OK : TCE_DMA_FAULT;
	ret_out->liobn = win->liobn;
}
