/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * get, put and translate as inline functions, for callers in the library that count nanoseconds.
 * They keep every promise of tce/table.h, checks included; what is not the common case is a call.
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

/* What the inline functions leave: COMPACT storage, indices past the end, closed blocks. */
uint64_t tce_table_get_slow(const struct tce_table *table, uint64_t index);
int tce_table_put_slow(struct tce_table *table, uint64_t index, uint64_t tce, uint64_t *ret_old);
bool tce_table_translate_slow(const struct tce_table *table, uint64_t offset, unsigned access,
			      struct tce_xlate *ret_xlate);

static inline uint64_t tce_table_get_fast(const struct tce_table *table, uint64_t index)
{
	if (__builtin_expect(index >= table->nr_lazy, 0))
		return tce_table_get_slow(table, index);
	return tce_lazy_get(table, index);
}

/* False: not the common case, and nothing done. */
static inline bool tce_table_try_put(struct tce_table *table, uint64_t index, uint64_t tce,
				     uint64_t *ret_old)
{
	uint64_t *entry;
	uint64_t old;

	if (__builtin_expect(index >= table->nr_lazy, 0) ||
	    __builtin_expect(tce_load_own(tce_lazy_top(table, index)) != TCE_SLOT_BELOW, 0) ||
	    __builtin_expect(tce_load_own(tce_lazy_directory(table, index)) != TCE_SLOT_BELOW, 0))
		return false;
	entry = tce_lazy_entry(table, index);
	old = tce_load_own(entry);
	tce_store_release(entry, tce);
	tce_table_mapped_add(table, (uint64_t)tce_is_mapped(tce) - (uint64_t)tce_is_mapped(old));
	if (ret_old != NULL)
		*ret_old = old;
	return true;
}

static inline int tce_table_put_fast(struct tce_table *table, uint64_t index, uint64_t tce,
				     uint64_t *ret_old)
{
	if (tce_table_try_put(table, index, tce, ret_old))
		return 0;
	return tce_table_put_slow(table, index, tce, ret_old);
}

/* What the entry that an offset leads to makes of an access. */
static inline bool tce_table_decide(const struct tce_table *table, uint64_t offset, uint64_t tce,
				    unsigned access, struct tce_xlate *ret_xlate)
{
	unsigned perm = (unsigned)(tce & TCE_PERM);

	ret_xlate->tce = tce;
	ret_xlate->ra.v = (tce & ~table->page_mask) | (offset & table->page_mask);
	ret_xlate->perm = perm;
	ret_xlate->page_shift = table->page_shift;
	return (perm & access) == access;
}

static inline bool tce_table_translate_fast(const struct tce_table *table, uint64_t offset,
					    unsigned access, struct tce_xlate *ret_xlate)
{
	uint64_t index = offset >> table->page_shift;

	if (__builtin_expect(index >= table->nr_lazy, 0))
		return tce_table_translate_slow(table, offset, access, ret_xlate);
	return tce_table_decide(table, offset, tce_lazy_get(table, index), access, ret_xlate);
}

#endif
