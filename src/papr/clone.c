/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A copy of an LPAR that does not live in an arena (one that does is copied with it). Not
 * migration: everything comes along, also what QEMU would lose on the way.
 */
#include "lpar.h"

/* The bus as plugged, every slot empty; what it refers to is not set. */
static void bare(const struct papr_bus *src, struct papr_bus *ret_bus)
{
	*ret_bus = *src;
	ret_bus->next.rel = 0;
	ret_bus->default_table.rel = 0;
	for (unsigned i = 0; i < PAPR_SLOTS; i++) {
		ret_bus->win[i].table.rel = 0;
		ret_bus->win[i].nr_entries = 0;
	}
}

/* Enter a bare bus. -TCE_ERR_NOMEM: it is not in. */
static int bus_enter(struct tce_lpar *lpar, const struct papr_bus *src, struct papr_bus **ret_bus)
{
	struct papr_registry *by_id = src->vio ? &lpar->vios : &lpar->phbs;
	struct papr_bus *bus;

	if (tce_papr_registry_reserve(&lpar->liobns, &lpar->mem, src->nr_slots) != 0 ||
	    tce_papr_registry_reserve(by_id, &lpar->mem, 1) != 0)
		return -TCE_ERR_NOMEM;
	bus = tce_mem_new(&lpar->mem, sizeof(*bus));
	if (bus == NULL)
		return -TCE_ERR_NOMEM;
	bare(src, bus);
	tce_rptr_set(&bus->next, tce_rptr_get(&lpar->buses));
	tce_rptr_set(&lpar->buses, bus);
	tce_papr_registry_insert(by_id, bus->id, bus);
	for (unsigned i = 0; i < bus->nr_slots; i++)
		tce_papr_registry_insert(&lpar->liobns, bus->win[i].liobn, &bus->win[i]);
	*ret_bus = bus;
	return 0;
}

static int table_clone(const struct tce_lpar *lpar, const struct tce_table *src,
		       struct tce_table **ret_table)
{
	struct papr_place place = {0, tce_table_nr_entries(src), tce_table_page_shift(src)};
	int err = tce_papr_table_new(lpar, &place, ret_table);

	if (err != 0)
		return err;
	err = tce_table_copy(*ret_table, src);
	if (err != 0)
		tce_table_free(*ret_table);
	return err;
}

/* The tables of a bus that is in already: what fails leaves a bus that can be removed. */
static int tables_clone(const struct tce_lpar *lpar, const struct papr_bus *src,
			struct papr_bus *bus)
{
	const struct tce_table *kept = tce_rptr_get(&src->default_table);
	struct tce_table *table;
	int err;

	if (kept != NULL) {
		err = table_clone(lpar, kept, &table);
		if (err != 0)
			return err;
		tce_rptr_set(&bus->default_table, table);
	}
	for (unsigned i = 0; i < bus->nr_slots; i++) {
		const struct tce_table *own = tce_papr_table(&src->win[i]);

		if (own == NULL)
			continue;
		table = tce_rptr_get(&bus->default_table);
		if (own != kept) {
			err = table_clone(lpar, own, &table);
			if (err != 0)
				return err;
		}
		tce_rptr_set(&bus->win[i].table, table);
		bus->win[i].nr_entries = src->win[i].nr_entries;
	}
	return 0;
}

int tce_lpar_clone(const struct tce_lpar *lpar, const struct tce_alloc *alloc,
		   const struct tce_memory *memory, struct tce_lpar **ret_clone)
{
	struct tce_lpar_opts opts = {.profile = lpar->profile,
				     .alloc = alloc,
				     .memory = memory,
				     .storage = lpar->storage};
	const struct papr_bus *src;
	struct tce_lpar *clone;
	struct papr_bus *bus;
	int err = tce_lpar_new(&opts, &clone);

	if (err != 0)
		return err;
	for (src = tce_papr_first_bus(lpar); src != NULL && err == 0;
	     src = tce_papr_next_bus(src)) {
		err = bus_enter(clone, src, &bus);
		if (err == 0)
			err = tables_clone(clone, src, bus);
	}
	if (err != 0) {
		tce_lpar_free(clone);
		return err;
	}
	clone->aborted = lpar->aborted;
	*ret_clone = clone;
	return 0;
}
