/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A table in lockstep with its naive twin, an array: one storage after the other, or several at
 * once. After every operation the touched stretch and the counts are compared, at the end (and for
 * small tables always) every entry, every run, the hash and equality.
 *
 * The functions under test are a table of pointers, so that a planted fault can stand in for one.
 */
#ifndef TABLE_LOCKSTEP_H
#define TABLE_LOCKSTEP_H

#include <tce/table.h>

#include "prop.h"

/* What is driven. */
struct table_calls {
	int (*put)(struct tce_table *table, uint64_t index, uint64_t tce, uint64_t *ret_old);
	int (*put_list)(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
			uint64_t count);
	int (*put_run)(struct tce_table *table, uint64_t index, uint64_t first, uint64_t count);
	int (*stuff)(struct tce_table *table, uint64_t index, uint64_t tce, uint64_t count);
	void (*clear)(struct tce_table *table);
	int (*copy)(struct tce_table *dst, const struct tce_table *src);
	bool (*next_run)(const struct tce_table *table, uint64_t from, struct tce_run *ret_run);
	bool (*translate)(const struct tce_table *table, uint64_t offset, unsigned access,
			  struct tce_xlate *ret_xlate);
};

/* The library's own. */
extern const struct table_calls table_calls_real;

/* Fill in ctx (const struct table_calls *), generate, run and print of a property. */
void table_lockstep_prop(struct prop *prop, const struct table_calls *calls);

/* The run that rule and content give at or after from: the definition, entry by entry. */
bool table_naive_run(const uint64_t *entries, uint64_t nr, uint64_t page, uint64_t from,
		     struct tce_run *ret_run);

#endif
