/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A slot gets and loses its window. Modelled on QEMU's spapr_tce_table_enable and _disable, whose
 * traces the measured vectors show; LoPAR has no more to say than that windows come and go.
 */
#include "base/assert.h"
#include "base/bits.h"
#include "lpar.h"

int tce_papr_table_new(const struct tce_lpar *lpar, const struct papr_place *place,
		       struct tce_table **ret_table)
{
	struct tce_alloc alloc = tce_mem_alloc(&lpar->mem);
	struct tce_table_opts opts = {
		.page_shift = place->page_shift == 0 ? TCE_PAGE_SHIFT_MIN : place->page_shift,
		.nr_entries = place->nr_entries,
		.storage = lpar->storage,
	};
	int err = tce_table_new(&alloc, &opts, ret_table);

	TCE_ASSERT(err != -TCE_ERR_INVAL);
	return err;
}

/* nr_entries << page_shift, or 0 when that is 2^64 or more: QEMU sets a region of that size. */
static uint64_t region_size(const struct papr_place *place)
{
	if (place->nr_entries > ~UINT64_C(0) >> place->page_shift)
		return 0;
	return place->nr_entries << place->page_shift;
}

/* A window came, went or is another one. */
static void changed(struct tce_lpar *lpar, const struct papr_window *win)
{
	struct tce_window_info info;

	lpar->window_changes++;
	if (lpar->notify.window == NULL)
		return;
	tce_papr_window_describe(win, &info);
	lpar->notify.window(lpar->notify.ctx, &info);
}

/* The bus keeps one table for its default window; it is emptied, not freed. */
static void drop_table(struct papr_window *win)
{
	struct tce_table *table = tce_papr_table(win);

	if (table != NULL && table == tce_rptr_get(&tce_papr_bus_of(win)->default_table))
		tce_table_clear(table);
	else
		tce_table_free(table);
	tce_rptr_set(&win->table, NULL);
}

void tce_papr_window_set_table(struct papr_window *win, struct tce_table *table)
{
	drop_table(win);
	tce_rptr_set(&win->table, table);
}

void tce_papr_window_enable(struct tce_lpar *lpar, struct papr_window *win,
			    const struct papr_place *place, struct tce_table *table)
{
	TCE_ASSERT(win->nr_entries == 0 && !win->tainted);
	win->start = place->start;
	win->nr_entries = place->nr_entries;
	tce_papr_set_page_shift(win, place->page_shift);
	win->region_start = place->start;
	win->region_size = region_size(place);
	tce_rptr_set(&win->table, table);
	changed(lpar, win);
}

void tce_papr_window_disable(struct tce_lpar *lpar, struct papr_window *win)
{
	if (win->nr_entries == 0)
		return;
	drop_table(win);
	win->start = 0;
	win->nr_entries = 0;
	tce_papr_set_page_shift(win, 0);
	win->region_start = 0;
	win->region_size = 0;
	if (!lpar->profile->default_flag_sticks)
		win->is_default = false;
	changed(lpar, win);
}

void tce_papr_window_replace(struct tce_lpar *lpar, struct papr_window *win,
			     const struct papr_place *place, struct tce_table *table)
{
	TCE_ASSERT(win->nr_entries == place->nr_entries);
	win->start = place->start;
	tce_papr_set_page_shift(win, place->page_shift);
	tce_papr_window_set_table(win, table);
	if (win->nr_entries != 0)
		changed(lpar, win);
}

void tce_papr_window_clear(struct tce_lpar *lpar, struct papr_window *win)
{
	if (win->nr_entries == 0)
		return;
	tce_table_clear(tce_papr_table(win));
	tce_papr_tell_tces(lpar, win, 0, win->nr_entries);
}

unsigned tce_papr_active_windows(const struct papr_bus *bus)
{
	unsigned active = 0;
	unsigned i;

	for (i = 0; i < bus->nr_slots; i++)
		active += bus->win[i].nr_entries != 0;
	return active;
}

/* The last byte of a window that may reach 2^64. */
static uint64_t last_byte(const struct papr_window *win)
{
	uint64_t room = ~win->start; /* bytes after the first */
	uint64_t pages = win->nr_entries - 1;

	if (pages > room >> win->page_shift)
		return ~UINT64_C(0);
	pages = pages << win->page_shift;
	return room - pages < tce_low_mask(win->page_shift)
		       ? ~UINT64_C(0)
		       : win->start + pages + tce_low_mask(win->page_shift);
}

void tce_papr_window_describe(const struct papr_window *win, struct tce_window_info *ret_info)
{
	const struct papr_bus *bus = tce_papr_bus_of(win);
	const struct tce_table *table = tce_papr_table(win);

	*ret_info = (struct tce_window_info){
		.liobn = win->liobn,
		.buid = bus->vio ? 0 : bus->id,
		.start = win->start,
		.last = win->nr_entries == 0 ? win->start - 1 : last_byte(win),
		.nr_entries = win->nr_entries,
		.nr_mapped = table == NULL ? 0 : tce_table_nr_mapped(table),
		.page_shift = win->page_shift,
		.slot = win->slot,
		.vio = bus->vio,
		.bypass = bus->bypass,
		.is_default = win->is_default,
		.tainted = win->tainted,
		.dma_start = win->region_start,
		.dma_size = win->region_size,
	};
}
