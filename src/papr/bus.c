/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plugging and unplugging: PCI host bridges and virtual I/O devices (QEMU hw/ppc/spapr_pci.c,
 * spapr_vio.c). A bus brings its slots and, as a rule, a default window that is there at once.
 */
#include "lpar.h"

#define VIO_SIZE_DEFAULT (UINT64_C(256) << 20)
#define LIOBN_LAST       UINT64_C(0xffffffff)

/* Memory for a new bus and room to enter it; nothing of it is in the LPAR yet. */
static int bus_new(struct tce_lpar *lpar, const struct papr_bus *model, struct papr_bus **ret_bus)
{
	struct papr_place place = {0, model->win_entries, TCE_PAGE_SHIFT_MIN};
	struct papr_registry *by_id = model->vio ? &lpar->vios : &lpar->phbs;
	struct tce_table *table = NULL;
	struct papr_bus *bus;

	if (tce_papr_registry_reserve(&lpar->liobns, &lpar->mem, model->nr_slots) != 0 ||
	    tce_papr_registry_reserve(by_id, &lpar->mem, 1) != 0)
		return -TCE_ERR_NOMEM;
	bus = tce_mem_new(&lpar->mem, sizeof(*bus));
	if (bus == NULL)
		return -TCE_ERR_NOMEM;
	if (model->win_entries != 0 && tce_papr_table_new(lpar, &place, &table) != 0) {
		tce_mem_free(&lpar->mem, bus, sizeof(*bus));
		return -TCE_ERR_NOMEM;
	}
	*bus = *model; /* no pointer is set in it yet */
	tce_rptr_set(&bus->default_table, table);
	*ret_bus = bus;
	return 0;
}

/* model: all of the bus but its pointers and windows. */
static int bus_add(struct tce_lpar *lpar, const struct papr_bus *model)
{
	struct papr_bus *bus;
	int err = bus_new(lpar, model, &bus);
	unsigned i;

	if (err != 0)
		return err;
	tce_rptr_set(&bus->next, tce_rptr_get(&lpar->buses));
	tce_rptr_set(&lpar->buses, bus);
	tce_papr_registry_insert(bus->vio ? &lpar->vios : &lpar->phbs, bus->id, bus);
	for (i = 0; i < bus->nr_slots; i++)
		tce_papr_registry_insert(&lpar->liobns, bus->win[i].liobn, &bus->win[i]);
	tce_papr_default_window(lpar, bus);
	return 0;
}

/* The pointer that points to bus. */
static struct tce_rptr *link_to(struct tce_lpar *lpar, const struct papr_bus *bus)
{
	struct tce_rptr *link = &lpar->buses;

	while (tce_rptr_get(link) != bus)
		link = &((struct papr_bus *)tce_rptr_get(link))->next;
	return link;
}

void tce_papr_bus_remove(struct tce_lpar *lpar, struct papr_bus *bus)
{
	unsigned i;

	for (i = 0; i < bus->nr_slots; i++) {
		tce_papr_window_disable(lpar, &bus->win[i]);
		tce_papr_registry_remove(&lpar->liobns, bus->win[i].liobn);
	}
	tce_papr_registry_remove(bus->vio ? &lpar->vios : &lpar->phbs, bus->id);
	tce_rptr_set(link_to(lpar, bus), tce_papr_next_bus(bus));
	tce_table_free(tce_rptr_get(&bus->default_table));
	tce_mem_free(&lpar->mem, bus, sizeof(*bus));
}

void tce_phb_opts_qemu(struct tce_phb_opts *ret_opts, unsigned index)
{
	*ret_opts = (struct tce_phb_opts){
		.buid = UINT64_C(0x800000020000000) + index,
		.liobn = {0x80000000U | index << 8, 0x80000000U | index << 8 | 1},
		.dyn_liobn_first = index == 28,
	};
}

void tce_phb_opts_powervm(struct tce_phb_opts *ret_opts, unsigned domain)
{
	*ret_opts = (struct tce_phb_opts){
		.buid = UINT64_C(0x800000020000000) + domain,
		.liobn = {0x10000000U | domain, 0x70000000U | domain},
	};
}

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
	return value != 0 ? value : otherwise;
}

static bool liobn_valid(uint64_t liobn)
{
	return liobn != 0 && liobn <= LIOBN_LAST;
}

/* What the options ask for, in the bus's own terms; no check. */
static void phb_model(const struct tce_lpar *lpar, const struct tce_phb_opts *opts,
		      struct papr_bus *ret_bus)
{
	const struct tce_papr_profile *profile = lpar->profile;
	uint64_t entries = or_default(opts->win_size, profile->default_win_size) >> 12;
	unsigned nr_slots = opts->no_ddw ? 1 : PAPR_SLOTS;
	unsigned i;

	*ret_bus = (struct papr_bus){
		.id = opts->buid,
		.page_shifts = or_default(opts->page_shifts, profile->page_shifts),
		.win_addr = or_default(opts->win_addr, profile->default_win_addr),
		.win_entries = entries & tce_low_mask(profile->nr_entries_bits),
		.dyn_win_addr = or_default(opts->dyn_win_addr, profile->dyn_win_addr),
		.largest_block = opts->largest_block,
		.nr_slots = (uint8_t)nr_slots,
		.max_windows = (uint8_t)or_default(opts->max_windows, nr_slots),
		.ddw = !opts->no_ddw,
		.extensions = !opts->no_extensions,
		.dyn_liobn_first = opts->dyn_liobn_first,
	};
	for (i = 0; i < nr_slots; i++) {
		ret_bus->win[i].liobn = opts->liobn[i];
		ret_bus->win[i].slot = (uint8_t)i;
	}
}

static bool phb_valid(const struct tce_phb_opts *opts, const struct papr_bus *model)
{
	return opts->buid != 0 && liobn_valid(model->win[0].liobn) &&
	       (model->nr_slots == 1 ||
		(liobn_valid(model->win[1].liobn) && model->win[1].liobn != model->win[0].liobn)) &&
	       tce_papr_page_shifts_valid(model->page_shifts) && model->win_entries != 0 &&
	       model->win_entries <= TCE_TABLE_ENTRIES_MAX && opts->max_windows <= model->nr_slots;
}

int tce_lpar_phb_add(struct tce_lpar *lpar, const struct tce_phb_opts *opts)
{
	struct papr_bus model;
	unsigned i;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	phb_model(lpar, opts, &model);
	if (!phb_valid(opts, &model))
		return -TCE_ERR_INVAL;
	if (tce_papr_phb(lpar, model.id) != NULL)
		return -TCE_ERR_EXISTS;
	for (i = 0; i < model.nr_slots; i++)
		if (tce_papr_window(lpar, model.win[i].liobn) != NULL)
			return -TCE_ERR_EXISTS;
	if (opts->no_default_window)
		model.win_entries = 0;
	return bus_add(lpar, &model);
}

int tce_lpar_phb_remove(struct tce_lpar *lpar, uint64_t buid)
{
	struct papr_bus *phb = tce_papr_phb(lpar, buid);

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (phb == NULL)
		return -TCE_ERR_NOENT;
	tce_papr_bus_remove(lpar, phb);
	return 0;
}

int tce_lpar_vio_add(struct tce_lpar *lpar, const struct tce_vio_opts *opts)
{
	struct papr_bus model = {
		.id = opts->unit,
		.win_entries = or_default(opts->size, VIO_SIZE_DEFAULT) >> 12,
		.nr_slots = 1,
		.max_windows = 1,
		.vio = true,
	};

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	model.win[0].liobn = or_default(opts->liobn, opts->unit);
	if (opts->unit == 0 || !liobn_valid(model.win[0].liobn) || model.win_entries == 0 ||
	    model.win_entries > TCE_TABLE_ENTRIES_MAX)
		return -TCE_ERR_INVAL;
	if (tce_papr_vio(lpar, model.id) != NULL ||
	    tce_papr_window(lpar, model.win[0].liobn) != NULL)
		return -TCE_ERR_EXISTS;
	return bus_add(lpar, &model);
}

int tce_lpar_vio_remove(struct tce_lpar *lpar, uint64_t unit)
{
	struct papr_bus *vio = tce_papr_vio(lpar, unit);

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (vio == NULL)
		return -TCE_ERR_NOENT;
	tce_papr_bus_remove(lpar, vio);
	return 0;
}
