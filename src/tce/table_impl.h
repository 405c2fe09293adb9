/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a table: its layout, the slots of LAZY storage and what the two storages offer to
 * table.c and table_runs.c.
 *
 * LAZY is one reservation, holding in this order
 *
 *	header     this struct, with one "touched" bit per 512 top slots
 *	top        a slot for every 512 * 512 entries
 *	directory  a slot for every 512 entries
 *	entries    8 bytes each, host order
 *
 * all zero at first. A slot tells what its entries are: the same TCE, TCEs one page apart, or "look
 * below" (in the directory, in the entries). Offsets instead of pointers: no field but mem refers
 * to memory, and mem is self-relative in an arena.
 *
 * The slot protocol, with one writer W and readers that never wait:
 *
 *  (a) A place (entry, directory slot) counts only while the slots above it say "look below".
 *  (b) Every store is a release store and every load of a reader is an acquire load; they are each
 *      other's partners everywhere in this folder.
 *  (c) Before W makes a slot say "look below" it stores, in all places right under that slot, the
 *      very values the slot stands for; only afterwards it stores new ones. So at the time of each
 *      store to a place, whether it counts or not, the value is what the table holds there, or is
 *      being put there.
 *  (d) The memory never becomes anything else. clear() may let the system turn places into zeroes
 *      while zero is what the table holds there, which is (c) again.
 *
 * Claim: each read returns what the entry held at some moment between its start and its end, also
 * when slots change under it any number of times. The reader loads the top slot, then the directory
 * slot, then the entry. Suppose the slot above counted at some moment m of the read and sent the
 * reader to the place below, which it loads at n >= m. Let s be the time of the store it sees. If
 * s >= m, the value was right at s by (c), and s lies within the read. If s < m, nobody stored to
 * the place between s and n; it counted at m, so its value was right at m. Either way there is a
 * moment, not before m and not after n, at which the value was right, and the argument goes on one
 * level down. "Time" is W's program order; (b) makes it hold on weakly ordered machines: whoever
 * saw a store of W sees everything W stored before it, so of two reads, one after the other in one
 * thread or ordered by any synchronisation, the second never returns an older state.
 *
 * A materialised block whose readers are stale may thus be emptied, described by a slot and
 * materialised again without waiting for anyone.
 */
#ifndef TCE_TCE_TABLE_IMPL_H
#define TCE_TCE_TABLE_IMPL_H

#include <tce/table.h>

#include "base/mem.h"

#define TCE_BLOCK_LG2 9U  /* entries of a directory slot */
#define TCE_TOP_LG2   18U /* entries of a top slot */
#define TCE_GROUP_LG2 27U /* entries of a touched bit */

/*
 * A slot is a constant run's TCE itself, or with TCE_SLOT_LINEAR in the reserved bits (IBM 52:61)
 * the first TCE of a linear run, or TCE_SLOT_BELOW. Zero is the constant run of zeroes. The two
 * patterns are arbitrary; a constant TCE that looks like them, or a linear run with reserved bits,
 * has no slot and is kept as entries.
 */
#define TCE_SLOT_LOW    UINT64_C(0xffc)
#define TCE_SLOT_LINEAR UINT64_C(0x6a8)
#define TCE_SLOT_BELOW  UINT64_C(0x958)

struct tce_table {
	/* One cache line that nobody writes after new (COMPACT: one thread). */
	uint64_t nr_lazy; /* nr_entries, but 0 when COMPACT: one comparison tells both */
	uint64_t nr_entries;
	uint64_t page_mask; /* page size - 1 */
	uint8_t page_shift;
	uint8_t storage; /* enum tce_table_storage */
	union {
		struct {
			uint64_t directory; /* byte offsets from the header */
			uint64_t entries;
			uint64_t size; /* of the whole reservation */
		} lazy;
		struct {
			struct tce_rptr runs; /* struct tce_run, by index, not overlapping */
			uint64_t nr_runs;
			uint64_t capacity;
		} compact;
	};

	struct tce_mem mem;
	uint64_t nr_mapped;
	uint64_t touched[]; /* LAZY: bit g clear: the 512 top slots of group g are zero */
};

/*
 * Words of touched that a table of the most entries needs, and behind them, where no cache line is
 * shared with what the writer keeps changing, the top slots: at the same offset in each table.
 */
#define TCE_NR_TOUCHED (TCE_TABLE_ENTRIES_MAX >> TCE_GROUP_LG2 >> 6)
#define TCE_LAZY_TOP   ((offsetof(struct tce_table, touched) + TCE_NR_TOUCHED * 8 + 63) / 64 * 64)

static inline uint64_t tce_load_acquire(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

/* The writer's look at what it stored itself. */
static inline uint64_t tce_load_own(const uint64_t *p)
{
	return __atomic_load_n(p, __ATOMIC_RELAXED);
}

static inline void tce_store_release(uint64_t *p, uint64_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

static inline uint64_t *tce_lazy_array(const struct tce_table *table, uint64_t offset)
{
	return (uint64_t *)((uintptr_t)table + (uintptr_t)offset);
}

static inline uint64_t *tce_lazy_top(const struct tce_table *table, uint64_t index)
{
	return tce_lazy_array(table, TCE_LAZY_TOP) + (index >> TCE_TOP_LG2);
}

static inline uint64_t *tce_lazy_directory(const struct tce_table *table, uint64_t index)
{
	return tce_lazy_array(table, table->lazy.directory) + (index >> TCE_BLOCK_LG2);
}

static inline uint64_t *tce_lazy_entry(const struct tce_table *table, uint64_t index)
{
	return tce_lazy_array(table, table->lazy.entries) + index;
}

/* The TCE offset entries into the run of a slot that is not "look below". */
static inline uint64_t tce_slot_value(uint64_t slot, uint64_t offset, unsigned page_shift)
{
	if ((slot & TCE_SLOT_LOW) == TCE_SLOT_LINEAR)
		return (slot & ~TCE_SLOT_LOW) + (offset << page_shift);
	return slot;
}

static inline bool tce_is_mapped(uint64_t tce)
{
	return (tce & TCE_PERM) != 0;
}

/* n more (modulo 2^64: less) entries are mapped. Readers load it relaxed. */
static inline void tce_table_mapped_add(struct tce_table *table, uint64_t n)
{
	__atomic_store_n(&table->nr_mapped, tce_load_own(&table->nr_mapped) + n, __ATOMIC_RELAXED);
}

/* End of the stretch of entries that holds index, cut at the end of the table; lg2 as above. */
static inline uint64_t tce_stretch_end(const struct tce_table *table, uint64_t index, unsigned lg2)
{
	uint64_t end = ((index >> lg2) + 1) << lg2;

	return end < table->nr_entries ? end : table->nr_entries;
}

/* LAZY. Ranges are checked by the caller; nothing here fails. A run's step is 0 or the page. */
uint64_t tce_lazy_size(uint64_t nr_entries);
void tce_lazy_init(struct tce_table *table);
void tce_lazy_put(struct tce_table *table, uint64_t index, uint64_t tce);
void tce_lazy_put_list(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
		       uint64_t count);
void tce_lazy_fill(struct tce_table *table, const struct tce_run *run);
void tce_lazy_clear(struct tce_table *table);

/* COMPACT. Ranges are checked by the caller. 0 or -TCE_ERR_NOMEM with nothing changed. */
uint64_t tce_compact_get(const struct tce_table *table, uint64_t index);
int tce_compact_put_list(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
			 uint64_t count);
int tce_compact_fill(struct tce_table *table, const struct tce_run *run);
int tce_compact_copy(struct tce_table *dst, const struct tce_table *src);
void tce_compact_clear(struct tce_table *table);

/*
 * A piece: a stretch that begins at index < nr_entries and whose entries one formula gives, as long
 * as the storage can tell cheaply, at least 1. It is all zeroes (first 0, step 0) or has none.
 */
void tce_lazy_piece(const struct tce_table *table, uint64_t index, struct tce_run *ret_piece);
void tce_compact_piece(const struct tce_table *table, uint64_t index, struct tce_run *ret_piece);

/* The longest run at the beginning of a list of count >= 1 entries; zeroes count like others. */
struct tce_run tce_list_run(const struct tce_table *table, uint64_t index,
			    const struct tce_be64 *list, uint64_t count);

/* Make a piece of what one formula gives: cut it before (or after) a zero in its middle. */
void tce_piece_cut(struct tce_run *piece);

#endif
