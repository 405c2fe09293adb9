/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When are two LPARs in the same state? When no sequence of calls can tell them apart: buses with
 * what they were plugged with, windows with all flags, every TCE, and what they died of.
 */
#include "lpar.h"

#include "base/hash.h"

#define BUS_WORDS 14U
#define WIN_WORDS 10U

/* All of a bus that is not a window and not a pointer, as numbers. */
static void bus_words(const struct papr_bus *bus, uint64_t word[BUS_WORDS])
{
	unsigned n = 0;

	word[n++] = bus->id;
	word[n++] = bus->page_shifts;
	word[n++] = bus->win_addr;
	word[n++] = bus->win_entries;
	word[n++] = bus->dyn_win_addr;
	word[n++] = bus->largest_block;
	word[n++] = bus->nr_slots;
	word[n++] = bus->max_windows;
	word[n++] = bus->vio;
	word[n++] = bus->bypass;
	word[n++] = bus->ddw;
	word[n++] = bus->extensions;
	word[n++] = bus->dyn_liobn_first;
	word[n++] = bus->limited;
}

/* All of a window but its entries. */
static void window_words(const struct papr_window *win, uint64_t word[WIN_WORDS])
{
	unsigned n = 0;

	word[n++] = win->liobn;
	word[n++] = win->start;
	word[n++] = win->nr_entries;
	word[n++] = win->region_start;
	word[n++] = win->region_size;
	word[n++] = win->page_shift;
	word[n++] = win->slot;
	word[n++] = win->is_default;
	word[n++] = win->tainted;
	word[n++] = win->nr_entries == 0 ? 0 : tce_table_nr_mapped(tce_papr_table(win));
}

uint64_t tce_lpar_hash(const struct tce_lpar *lpar)
{
	uint64_t hash = tce_hash_u64(0, (uint64_t)lpar->aborted);
	const struct papr_window *win;
	uint64_t from = 0;

	while ((win = tce_papr_window_from(lpar, from)) != NULL) {
		uint64_t bus[BUS_WORDS];
		uint64_t own[WIN_WORDS];

		bus_words(tce_papr_bus_of(win), bus);
		window_words(win, own);
		hash = tce_hash_bytes(hash, bus, sizeof(bus));
		hash = tce_hash_bytes(hash, own, sizeof(own));
		if (win->nr_entries != 0)
			hash = tce_hash_u64(hash, tce_table_hash(tce_papr_table(win)));
		from = win->liobn + 1;
	}
	return hash;
}

static bool window_equal(const struct papr_window *a, const struct papr_window *b)
{
	uint64_t words_a[WIN_WORDS];
	uint64_t words_b[WIN_WORDS];
	uint64_t bus_a[BUS_WORDS];
	uint64_t bus_b[BUS_WORDS];

	bus_words(tce_papr_bus_of(a), bus_a);
	bus_words(tce_papr_bus_of(b), bus_b);
	window_words(a, words_a);
	window_words(b, words_b);
	return memcmp(bus_a, bus_b, sizeof(bus_a)) == 0 &&
	       memcmp(words_a, words_b, sizeof(words_a)) == 0 &&
	       (a->nr_entries == 0 || tce_table_equal(tce_papr_table(a), tce_papr_table(b)));
}

bool tce_lpar_equal(const struct tce_lpar *a, const struct tce_lpar *b)
{
	const struct papr_window *win_a = tce_papr_window_from(a, 0);
	const struct papr_window *win_b = tce_papr_window_from(b, 0);

	if (a->aborted != b->aborted)
		return false;
	while (win_a != NULL && win_b != NULL) {
		if (!window_equal(win_a, win_b))
			return false;
		win_a = tce_papr_window_from(a, win_a->liobn + 1);
		win_b = tce_papr_window_from(b, win_b->liobn + 1);
	}
	return win_a == NULL && win_b == NULL;
}
