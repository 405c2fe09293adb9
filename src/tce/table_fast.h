/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * get, put and translate as inline functions, for callers in the library that have checked the
 * index and count nanoseconds. The public functions are these with checks around them.
 */
#ifndef TCE_TCE_TABLE_FAST_H
#define TCE_TCE_TABLE_FAST_H

#include "table_impl.h"

/*
 * The three loads do not depend on each other: their addresses come from index alone, so a table
 * whose entries are explicit costs little more than a flat array.
 */
static inline uint64_t tce_lazy_get(const struct tce_table *table, uint64_t index)
{
	uint64_t slot = tce_load_acquire(tce_lazy_top(table, index));

	if (slot != TCE_SLOT_BELOW)
		return tce_slot_value(slot, index & ((1U << TCE_TOP_LG2) - 1), table->page_shift);
	slot = tce_load_acquire(tce_lazy_directory(table, index));
	if (slot != TCE_SLOT_BELOW)
		return tce_slot_value(slot, index & ((1U << TCE_BLOCK_LG2) - 1), table->page_shift);
	return tce_load_acquire(tce_lazy_entry(table, index));
}

/* index < nr_entries. */
static inline uint64_t tce_table_get_fast(const struct tce_table *table, uint64_t index)
{
	if (__builtin_expect(table->storage == TCE_STORAGE_LAZY, 1))
		return tce_lazy_get(table, index);
	return tce_compact_get(table, index);
}

/* index < nr_entries; returns what was there. */
static inline uint64_t tce_lazy_put(struct tce_table *table, uint64_t index, uint64_t tce)
{
	uint64_t *entry = tce_lazy_entry(table, index);
	uint64_t old;

	if (__builtin_expect(tce_load_own(tce_lazy_top(table, index)) != TCE_SLOT_BELOW, 0) ||
	    __builtin_expect(tce_load_own(tce_lazy_directory(table, index)) != TCE_SLOT_BELOW, 0))
		return tce_lazy_put_slow(table, index, tce);
	old = tce_load_own(entry);
	tce_store_release(entry, tce);
	tce_table_account(table, old, tce);
	return old;
}

/* index < nr_entries. 0; -TCE_ERR_NOMEM (COMPACT only; nothing changed). */
static inline int tce_table_put_fast(struct tce_table *table, uint64_t index, uint64_t tce,
				     uint64_t *ret_old)
{
	struct tce_run run = {.index = index, .count = 1, .first = tce};
	uint64_t old;
	int err;

	if (__builtin_expect(table->storage == TCE_STORAGE_LAZY, 1)) {
		*ret_old = tce_lazy_put(table, index, tce);
		return 0;
	}
	old = tce_compact_get(table, index);
	err = tce_compact_fill(table, &run);
	if (err == 0)
		*ret_old = old;
	return err;
}

/* As tce_table_translate. */
static inline bool tce_table_translate_fast(const struct tce_table *table, uint64_t offset,
					    unsigned access, struct tce_xlate *ret_xlate)
{
	uint64_t index = offset >> table->page_shift;
	bool inside = index < table->nr_entries;
	uint64_t tce = inside ? tce_table_get_fast(table, index) : 0;
	unsigned perm = (unsigned)(tce & TCE_PERM);

	ret_xlate->tce = tce;
	ret_xlate->ra.v = (tce & ~table->page_mask) | (offset & table->page_mask);
	ret_xlate->perm = perm;
	ret_xlate->page_shift = table->page_shift;
	return inside && (perm & access) == access;
}

#endif
