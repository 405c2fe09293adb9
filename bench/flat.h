/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The peer of the table: a flat array of entries with the same checks, the same mapped count and
 * the same atomic stores, in a file of its own so that calls cost what the library's calls cost.
 */
#ifndef FLAT_H
#define FLAT_H

#include <stdbool.h>

#include <tce/table.h>

struct flat {
	uint64_t nr_entries;
	uint64_t page_mask;
	unsigned page_shift;
	uint64_t nr_mapped;
	uint64_t *entry;
};

/* entry: room for nr_entries, zero. */
void flat_init(struct flat *flat, unsigned page_shift, uint64_t nr_entries, uint64_t *entry);

int flat_put(struct flat *flat, uint64_t index, uint64_t tce, uint64_t *ret_old);
int flat_put_list(struct flat *flat, uint64_t index, const struct tce_be64 *list, uint64_t count);
int flat_put_run(struct flat *flat, uint64_t index, uint64_t first, uint64_t count);
int flat_stuff(struct flat *flat, uint64_t index, uint64_t tce, uint64_t count);
void flat_clear(struct flat *flat);
bool flat_translate(const struct flat *flat, uint64_t offset, unsigned access,
		    struct tce_xlate *ret_xlate);

#endif
