/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of an LPAR. It has buses (PCI host bridges, virtual I/O devices), a bus has one or two
 * window slots, each known by its LIOBN. A slot is never moved or re-numbered while its bus lives;
 * what comes and goes in it is a window: a place on the bus and a table.
 *
 * Everything refers to everything else by self-relative pointers, so that an LPAR in an arena is
 * cloned with it; only the embedder's callbacks are absolute (tce_lpar_rebind).
 *
 * The files: lpar (life, lookup), bus (plug, unplug), window (a slot gets or loses its window),
 * hcall and hcall_multi, rtas (blocks, tokens, VIO calls), ddw (the window calls), reset, dma,
 * migrate, compare (hash, equal), profiles, text.
 */
#ifndef TCE_PAPR_LPAR_H
#define TCE_PAPR_LPAR_H

#include <tce/papr.h>

#include "base/bits.h"
#include "base/mem.h"
#include "registry.h"

#define PAPR_SLOTS 2U /* window slots of a host bridge */

/* One LIOBN. Without a window: no table, no entries, no region. */
struct papr_window {
	uint64_t liobn;
	uint64_t start;        /* bus address of entry 0, for hypercalls */
	uint64_t nr_entries;   /* 0: no window */
	uint64_t region_start; /* where DMA finds it; differs from the above only after migration */
	uint64_t region_size;  /* bytes modulo 2^64, 0: nowhere */
	struct tce_rptr table;
	uint64_t page_mask; /* of page_shift; see tce_papr_set_page_shift */
	uint8_t page_shift; /* 12..34; 0 only by migration (see migrate.c) or without a window */
	uint8_t slot;
	bool is_default;
	bool tainted;
};

struct papr_bus {
	struct tce_rptr next; /* PHBs and VIO devices mixed, the newest first */
	struct tce_rptr
		default_table; /* kept for resets, which so need no memory; empty if not in use */
	uint64_t id;           /* BUID, unit address */
	uint64_t page_shifts;
	uint64_t win_addr;
	uint64_t win_entries; /* of the default window; 0: there is none */
	uint64_t dyn_win_addr;
	uint64_t largest_block;
	uint8_t nr_slots;
	uint8_t max_windows;
	bool vio;
	bool bypass; /* VIO: DMA goes to memory untranslated */
	bool ddw;
	bool extensions;
	bool dyn_liobn_first;
	bool limited; /* limited-address mode is on */
	struct papr_window win[PAPR_SLOTS];
};

struct tce_lpar {
	struct tce_mem mem;
	const struct tce_papr_profile *profile;
	struct tce_memory memory;
	struct tce_lpar_notify notify;
	struct papr_registry liobns; /* -> struct papr_window */
	struct papr_registry phbs;   /* -> struct papr_bus */
	struct papr_registry vios;   /* -> struct papr_bus */
	struct tce_rptr buses;       /* the newest */
	uint64_t window_changes;     /* counts up: what a tce_dma_path found is looked up again */
	enum tce_table_storage storage;
	enum tce_abort aborted;
	bool get_is_plain; /* alive, and TCEs are not checked on the way out */
	bool put_is_plain; /* alive, TCEs are not checked, and nobody wants to be told of them */
};

/* Page shifts that a table can have; at least one. */
static inline bool tce_papr_page_shifts_valid(uint64_t shifts)
{
	return shifts != 0 && (shifts & tce_low_mask(TCE_PAGE_SHIFT_MIN)) == 0 &&
	       (shifts & ~tce_low_mask(TCE_PAGE_SHIFT_MAX + 1)) == 0;
}

static inline struct papr_window *tce_papr_window(const struct tce_lpar *lpar, uint64_t liobn)
{
	return tce_papr_registry_find(&lpar->liobns, liobn);
}

static inline struct papr_bus *tce_papr_phb(const struct tce_lpar *lpar, uint64_t buid)
{
	return tce_papr_registry_find(&lpar->phbs, buid);
}

static inline struct papr_bus *tce_papr_vio(const struct tce_lpar *lpar, uint64_t unit)
{
	return tce_papr_registry_find(&lpar->vios, unit);
}

static inline void tce_papr_set_page_shift(struct papr_window *win, unsigned page_shift)
{
	win->page_shift = (uint8_t)page_shift;
	win->page_mask = (UINT64_C(1) << page_shift) - 1;
}

/* NULL without a window. */
static inline struct tce_table *tce_papr_table(const struct papr_window *win)
{
	return tce_rptr_get(&win->table);
}

static inline struct papr_bus *tce_papr_bus_of(const struct papr_window *win)
{
	return (struct papr_bus *)((uintptr_t)(win - win->slot) - offsetof(struct papr_bus, win));
}

static inline struct papr_bus *tce_papr_first_bus(const struct tce_lpar *lpar)
{
	return tce_rptr_get(&lpar->buses);
}

static inline struct papr_bus *tce_papr_next_bus(const struct papr_bus *bus)
{
	return tce_rptr_get(&bus->next);
}

/* The slot with the smallest LIOBN >= from, NULL past the last: the order of walks, hash, save. */
struct papr_window *tce_papr_window_from(const struct tce_lpar *lpar, uint64_t from);

/*
 * For the machine layer: after its arena was copied, the clone's embedder is another one. Each may
 * be NULL, as in tce_lpar_opts.
 */
void tce_lpar_rebind(struct tce_lpar *lpar, const struct tce_memory *memory,
		     const struct tce_lpar_notify *notify);

/* An equal LPAR outside of arenas, with another embedder. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_lpar_clone(const struct tce_lpar *lpar, const struct tce_alloc *alloc,
				const struct tce_memory *memory, struct tce_lpar **ret_clone);

/* After anything that the two flags depend on has changed. */
void tce_papr_choose_paths(struct tce_lpar *lpar);

/* The implementation dies of what its guest did: *ret_answer says so and nothing else. */
void tce_papr_abort(struct tce_lpar *lpar, enum tce_abort cause, struct tce_answer *ret_answer);

/* --- bus.c --- */

/* Its windows go first, and are told. */
void tce_papr_bus_remove(struct tce_lpar *lpar, struct papr_bus *bus);

/* --- window.c --- */

struct papr_place {
	uint64_t start;
	uint64_t nr_entries;
	unsigned page_shift;
};

/* 0 or -TCE_ERR_NOMEM; a place that tables cannot have (page shift 0) gets one of 4 KiB pages. */
int tce_papr_table_new(const struct tce_lpar *lpar, const struct papr_place *place,
		       struct tce_table **ret_table);

/* Put a window into an empty slot; the table becomes the slot's. Its default flag stays. */
void tce_papr_window_enable(struct tce_lpar *lpar, struct papr_window *win,
			    const struct papr_place *place, struct tce_table *table);

/* Take the window out, if there is one. Its default flag stays if the profile says so. */
void tce_papr_window_disable(struct tce_lpar *lpar, struct papr_window *win);

/* Another table for the window, which frees the old one. */
void tce_papr_window_set_table(struct papr_window *win, struct tce_table *table);

/*
 * Other place, same number of entries (perhaps none): hypercalls see it, DMA does not. QEMU's
 * migration does this. table is NULL when there are no entries.
 */
void tce_papr_window_replace(struct tce_lpar *lpar, struct papr_window *win,
			     const struct papr_place *place, struct tce_table *table);

/* Every entry back to zero, the window stays; nothing when there is none. */
void tce_papr_window_clear(struct tce_lpar *lpar, struct papr_window *win);

void tce_papr_window_describe(const struct papr_window *win, struct tce_window_info *ret_info);

unsigned tce_papr_active_windows(const struct papr_bus *bus);

static inline void tce_papr_tell_tces(const struct tce_lpar *lpar, const struct papr_window *win,
				      uint64_t index, uint64_t count)
{
	if (lpar->notify.tces != NULL)
		lpar->notify.tces(lpar->notify.ctx, win->liobn, index, count);
}

/* --- reset.c --- */

/* Slot 0 is empty and gets the bus's default window, if it has one. */
void tce_papr_default_window(struct tce_lpar *lpar, struct papr_bus *bus);

/* Would a DMA reset of this bridge abort the implementation? */
bool tce_papr_reset_aborts(const struct papr_bus *phb);

/* Only the default window, empty; it does not abort. */
void tce_papr_dma_reset(struct tce_lpar *lpar, struct papr_bus *phb);

/* system_reset without its checks; *ret_answer only when it aborts. */
bool tce_papr_machine_reset(struct tce_lpar *lpar, struct tce_answer *ret_answer);

/* --- guest memory --- */

/* False: not memory, nothing moved. n and the page border are the caller's to keep. */
static inline bool tce_papr_read(const struct tce_lpar *lpar, struct tce_ra ra, void *buf, size_t n)
{
	return lpar->memory.read != NULL && lpar->memory.read(lpar->memory.ctx, ra, buf, n) == 0;
}

static inline bool tce_papr_write(const struct tce_lpar *lpar, struct tce_ra ra, const void *buf,
				  size_t n)
{
	return lpar->memory.write != NULL && lpar->memory.write(lpar->memory.ctx, ra, buf, n) == 0;
}

static inline bool tce_papr_is_ram(const struct tce_lpar *lpar, uint64_t ra, uint64_t n)
{
	return lpar->memory.is_ram == NULL ||
	       lpar->memory.is_ram(lpar->memory.ctx, tce_ra(ra), n) != 0;
}

#endif
