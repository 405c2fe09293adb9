/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which PE a device belongs to, and what firmware is told of it: numbers, RIDs, the PEs that freeze
 * together. Sources: pci-ioda.c pnv_ioda_alloc_pe, pnv_ioda_configure_pe, pnv_ioda_deconfigure_pe,
 * pnv_ioda_set_peltv, pnv_ioda_setup_bus_PE, pnv_ioda_release_pe.
 */
#include "powernv.h"

#include "base/assert.h"
#include "base/bits.h"

#define REF               sizeof(struct tce_ref)
#define PHB               sizeof(struct tce_pnv_phb)

#define OPAL_MAP_PE       1U
#define OPAL_UNMAP_PE     0U
#define OPAL_COMPARE_BUS  7U /* all of it; each less drops a low bit */
#define OPAL_CLEAR_ALL    3U
#define ALL_BUS_BITS_GONE 6U

/* --- records ------------------------------------------------------------------------------ */

struct tce_pnv_pe *tce_pnv_pe_at(const struct tce_state *st, const struct tce_linux *lx, uint32_t i)
{
	const struct tce_vec *pes = &tce_powernv_of(lx)->pes;

	return i < pes->nr ? tce_state_at(st, *(struct tce_ref *)tce_vec_at(pes, i, REF)) : NULL;
}

static uint32_t position(const struct tce_state *st, const struct tce_linux *lx, uint32_t key)
{
	uint32_t low = 0;
	uint32_t high = tce_powernv_of(lx)->pes.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (tce_pnv_key(tce_pnv_pe_at(st, lx, mid)) < key)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct tce_pnv_pe *tce_pnv_pe_find(const struct tce_state *st, const struct tce_linux *lx,
				   uint32_t key)
{
	struct tce_pnv_pe *pe = tce_pnv_pe_at(st, lx, position(st, lx, key));

	return pe != NULL && tce_pnv_key(pe) == key ? pe : NULL;
}

static int pe_new(struct tce_linux_call *call, uint16_t phb, uint16_t number,
		  struct tce_pnv_pe **ret_pe)
{
	const struct tce_mem *mem = tce_machine_mem(call->machine);
	struct tce_vec *pes = &tce_powernv_of(call->lx)->pes;
	struct tce_pnv_pe *pe;
	int err = tce_vec_reserve(pes, mem, REF, 1);

	if (err != 0)
		return err;
	pe = tce_mem_new(mem, sizeof(*pe));
	if (pe == NULL)
		return -TCE_ERR_NOMEM;
	pe->phb = phb;
	pe->number = number;
	pe->pdev = TCE_NO_ID;
	pe->parent_dev = TCE_NO_ID;
	*(struct tce_ref *)tce_vec_insert(pes, position(call->st, call->lx, tce_pnv_key(pe)), REF) =
		tce_state_ref(call->st, pe);
	*ret_pe = pe;
	return 0;
}

static void pe_forget(struct tce_linux_call *call, struct tce_pnv_pe *pe)
{
	tce_vec_remove(&tce_powernv_of(call->lx)->pes,
		       position(call->st, call->lx, tce_pnv_key(pe)), 1, REF);
	tce_mem_free(tce_machine_mem(call->machine), pe, sizeof(*pe));
}

/* --- bridges and their numbers ------------------------------------------------------------- */

struct tce_pnv_phb *tce_pnv_phb_find(const struct tce_linux *lx, uint16_t id)
{
	const struct tce_vec *phbs = &tce_powernv_of(lx)->phbs;

	for (uint32_t i = 0; i < phbs->nr; i++) {
		struct tce_pnv_phb *phb = tce_vec_at(phbs, i, PHB);

		if (phb->id == id)
			return phb;
	}
	return NULL;
}

static bool is_used(const struct tce_pnv_phb *phb, unsigned pe)
{
	return (phb->used[pe / 64] >> (pe % 64) & 1) != 0;
}

static void set_used(struct tce_pnv_phb *phb, unsigned pe, bool used)
{
	uint64_t bit = UINT64_C(1) << (pe % 64);

	if (used)
		phb->used[pe / 64] |= bit;
	else
		phb->used[pe / 64] &= ~bit;
}

static const struct tce_ioda_model *model_of(const struct tce_linux_call *call, uint16_t phb)
{
	const struct tce_phb *plugged = tce_phb_find(call->st, phb);

	return tce_ioda_model((enum tce_ioda_generation)plugged->generation, plugged->big);
}

/* From the last number downwards, one that is free; nr_pes: none. */
static unsigned alloc_number(struct tce_pnv_phb *phb, unsigned nr_pes)
{
	for (unsigned pe = nr_pes; pe > 0; pe--) {
		if (!is_used(phb, pe - 1)) {
			set_used(phb, pe - 1, true);
			return pe - 1;
		}
	}
	return nr_pes;
}

/* The root bus has a PE of its own beside the one that firmware keeps. */
static unsigned root_number(struct tce_pnv_phb *phb, const struct tce_ioda_model *model)
{
	set_used(phb, model->reserved_pe, true);
	if (model->reserved_pe == 0) {
		set_used(phb, 1, true);
		return 1;
	}
	if (model->reserved_pe == model->nr_pes - 1) {
		set_used(phb, model->reserved_pe - 1, true);
		return model->reserved_pe - 1;
	}
	return alloc_number(phb, model->nr_pes);
}

int tce_pnv_phb_init(struct tce_linux_call *call, uint16_t id)
{
	struct tce_vec *phbs = &tce_powernv_of(call->lx)->phbs;
	const struct tce_ioda_model *model = model_of(call, id);
	struct tce_pnv_phb *phb;
	uint32_t at = 0;
	int err = tce_vec_reserve(phbs, tce_machine_mem(call->machine), PHB, 1);

	if (err != 0)
		return err;
	while (at < phbs->nr && ((struct tce_pnv_phb *)tce_vec_at(phbs, at, PHB))->id < id)
		at++;
	phb = tce_vec_insert(phbs, at, PHB);
	phb->id = id;
	phb->root_pe = (uint16_t)root_number(phb, model);
	return tce_pnv_reset_bridge(call, id, call->lx->kdump);
}

void tce_pnv_phb_forget(struct tce_linux_call *call, uint16_t id)
{
	struct tce_vec *phbs = &tce_powernv_of(call->lx)->phbs;
	const struct tce_pnv_phb *phb = tce_pnv_phb_find(call->lx, id);
	const struct tce_pnv_phb *first = tce_vec_at(phbs, 0, PHB);

	if (phb != NULL)
		tce_vec_remove(phbs, (uint32_t)(phb - first), 1, PHB);
}

/* --- which devices ------------------------------------------------------------------------- */

static uint16_t rid_of(const struct tce_dev *dev)
{
	return (uint16_t)(dev->bus << 8 | dev->devfn);
}

static bool has_own_pe(const struct tce_dev *dev)
{
	return dev->type == TCE_DEV_VF || dev->own_pe;
}

/* By number alone: a device with a PE of its own lies on another PE's bus all the same. */
static bool covers_rid(const struct tce_pnv_pe *pe, uint16_t rid)
{
	unsigned bus = rid >> 8;

	if ((pe->flags & TCE_PNV_PE_SLAVE) != 0)
		return false;
	if ((pe->flags & TCE_PNV_PE_BUS_ALL) != 0)
		return bus >= pe->rid >> 8 && bus <= pe->last_bus;
	if ((pe->flags & TCE_PNV_PE_BUS) != 0)
		return bus == pe->rid >> 8;
	return rid == pe->rid;
}

struct tce_pnv_pe *tce_pnv_pe_of(const struct tce_state *st, const struct tce_linux *lx,
				 const struct tce_dev *dev)
{
	struct tce_pnv_pe *found = NULL;
	struct tce_pnv_pe *pe;

	for (uint32_t i = 0; (pe = tce_pnv_pe_at(st, lx, i)) != NULL; i++) {
		bool own = (pe->flags & (TCE_PNV_PE_DEV | TCE_PNV_PE_VF)) != 0;

		if (pe->phb != dev->phb || own != has_own_pe(dev) || !covers_rid(pe, rid_of(dev)))
			continue;
		if (found == NULL || pe->rid > found->rid)
			found = pe;
	}
	return found;
}

bool tce_pnv_pe_covers(const struct tce_state *st, const struct tce_linux *lx,
		       const struct tce_pnv_pe *pe, const struct tce_dev *dev)
{
	return tce_pnv_pe_of(st, lx, dev) == pe;
}

/* --- firmware ------------------------------------------------------------------------------ */

static int set_peltv(struct tce_linux_call *call, uint16_t phb, unsigned parent, unsigned child,
		     bool add)
{
	const uint64_t args[] = {phb, parent, child, add};
	int64_t rc;

	return tce_pnv_opal(call, TCE_OPAL_PCI_SET_PELTV, args, 4, &rc);
}

/* The PE itself, and all above it up to the root: an error there stops this one too. */
static int set_peltvs(struct tce_linux_call *call, const struct tce_pnv_pe *pe, bool add)
{
	const struct tce_dev *dev = NULL;
	const struct tce_pnv_pe *parent;
	uint16_t up = TCE_NO_ID;
	int err = set_peltv(call, pe->phb, pe->number, pe->number, add);

	if (pe->parent_dev != TCE_NO_ID) {
		up = pe->parent_dev;
	} else if (pe->pdev != TCE_NO_ID) {
		up = tce_dev_find(call->st, pe->pdev)->parent;
	} else {
		for (uint32_t i = 0; (dev = tce_dev_at(call->st, i)) != NULL; i++) {
			if (dev->phb == pe->phb && dev->secondary_bus == pe->rid >> 8 &&
			    dev->secondary_bus != 0)
				up = dev->id;
		}
	}
	while (err == 0 && up != TCE_NO_ID) {
		dev = tce_dev_find(call->st, up);
		if (dev == NULL)
			break;
		parent = tce_pnv_pe_of(call->st, call->lx, dev);
		if (parent != NULL && parent != pe)
			err = set_peltv(call, pe->phb, parent->number, pe->number, add);
		up = dev->parent;
	}
	return err;
}

/* How many of the low bits of the bus number firmware is to drop. */
static unsigned bus_bits_dropped(const struct tce_pnv_pe *pe)
{
	unsigned nr = pe->last_bus - (pe->rid >> 8) + 1U;

	if ((pe->flags & TCE_PNV_PE_BUS_ALL) == 0 || !tce_is_pow2(nr) ||
	    tce_log2_floor(nr) >= ALL_BUS_BITS_GONE)
		return 0;
	return tce_log2_floor(nr);
}

static int set_pe(struct tce_linux_call *call, const struct tce_pnv_pe *pe, unsigned action,
		  int64_t *ret_rc)
{
	bool exact = (pe->flags & (TCE_PNV_PE_BUS | TCE_PNV_PE_BUS_ALL)) == 0;
	const uint64_t args[] = {
		pe->phb, pe->number, pe->rid, OPAL_COMPARE_BUS - bus_bits_dropped(pe),
		exact,   exact,      action};

	return tce_pnv_opal(call, TCE_OPAL_PCI_SET_PE, args, 7, ret_rc);
}

static int clear_freeze(struct tce_linux_call *call, const struct tce_pnv_pe *pe)
{
	const uint64_t args[] = {pe->phb, pe->number, OPAL_CLEAR_ALL};
	int64_t rc;

	return tce_pnv_opal(call, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, args, 3, &rc);
}

/* *ret_ok: firmware took the RIDs. */
static int configure(struct tce_linux_call *call, const struct tce_pnv_pe *pe, bool *ret_ok)
{
	int64_t rc;
	int err = set_pe(call, pe, OPAL_MAP_PE, &rc);

	*ret_ok = err == 0 && rc == 0;
	if (err != 0 || rc != 0)
		return err;
	err = clear_freeze(call, pe);
	return err != 0 ? err : set_peltvs(call, pe, true);
}

static int deconfigure(struct tce_linux_call *call, const struct tce_pnv_pe *pe)
{
	int64_t rc;
	int err = set_peltvs(call, pe, false);

	return err != 0 ? err : set_pe(call, pe, OPAL_UNMAP_PE, &rc);
}

/* --- compounds ----------------------------------------------------------------------------- */

/* Do the device's BARs in 64-bit MMIO space count for this bus? */
static bool owns_m64(const struct tce_dev *dev, const struct tce_pnv_pe *pe)
{
	return dev->phb == pe->phb && dev->m64_count != 0 && !has_own_pe(dev) &&
	       covers_rid(pe, rid_of(dev));
}

/* Firmware's, the root bus's, or a PE already: a story may give a segment to two buses. */
static bool is_taken(const struct tce_linux_call *call, const struct tce_pnv_phb *phb, unsigned n)
{
	return n == model_of(call, phb->id)->reserved_pe || n == phb->root_pe ||
	       tce_pnv_pe_find(call->st, call->lx, (uint32_t)phb->id << 16 | n) != NULL;
}

/* Segments of 64-bit MMIO are PEs by number: those of the bus, as a set. */
static bool m64_segments(const struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			 struct tce_pnv_phb *phb, struct tce_pnv_phb *ret_set)
{
	unsigned nr_pes = model_of(call, pe->phb)->nr_pes;
	const struct tce_dev *dev;
	bool any = false;

	for (uint32_t i = 0; (dev = tce_dev_at(call->st, i)) != NULL; i++) {
		if (!owns_m64(dev, pe))
			continue;
		for (unsigned n = dev->m64_first; n < dev->m64_first + dev->m64_count; n++) {
			if (n >= nr_pes)
				break;
			if (is_taken(call, phb, n))
				continue;
			set_used(ret_set, n, true);
			set_used(phb, n, true);
			any = true;
		}
	}
	return any;
}

static int add_slaves(struct tce_linux_call *call, const struct tce_pnv_pe *master,
		      const struct tce_pnv_phb *set)
{
	struct tce_pnv_pe *slave;
	int err = 0;

	for (unsigned n = master->number + 1U; n < TCE_PNV_PES_MAX && err == 0; n++) {
		if (!is_used(set, n))
			continue;
		err = pe_new(call, master->phb, (uint16_t)n, &slave);
		if (err != 0)
			return err;
		slave->flags = TCE_PNV_PE_SLAVE;
		slave->master = master->number;
		err = clear_freeze(call, slave);
		if (err == 0)
			err = set_peltv(call, master->phb, master->number, n, true);
		if (err == 0)
			err = set_peltv(call, master->phb, n, master->number, true);
	}
	return err;
}

/* --- making and releasing ------------------------------------------------------------------ */

static unsigned lowest(const struct tce_pnv_phb *set)
{
	unsigned n = 0;

	while (!is_used(set, n))
		n++;
	return n;
}

/* What kind of PE the device is in, and where its RIDs begin. */
static void describe(const struct tce_state *st, const struct tce_dev *dev, struct tce_pnv_pe *pe)
{
	const struct tce_dev *up = dev->parent == TCE_NO_ID ? NULL : tce_dev_find(st, dev->parent);

	pe->phb = dev->phb;
	pe->pdev = TCE_NO_ID;
	pe->parent_dev = TCE_NO_ID;
	pe->rid = (uint16_t)(dev->bus << 8);
	pe->last_bus = dev->bus;
	if (dev->type == TCE_DEV_VF) {
		pe->flags = TCE_PNV_PE_VF;
		pe->parent_dev = dev->parent;
		pe->rid = rid_of(dev);
	} else if (dev->own_pe) {
		pe->flags = TCE_PNV_PE_DEV;
		pe->pdev = dev->id;
		pe->rid = rid_of(dev);
	} else if (up != NULL && up->type == TCE_DEV_PCI_BRIDGE) {
		pe->flags = TCE_PNV_PE_BUS_ALL;
		pe->last_bus = up->subordinate_bus;
	} else {
		pe->flags = TCE_PNV_PE_BUS;
	}
}

/* The root bus is the first that nothing leads to; a story may tell of more than there can be. */
static bool takes_root_pe(const struct tce_linux_call *call, const struct tce_pnv_phb *phb,
			  const struct tce_dev *dev)
{
	uint32_t key = (uint32_t)phb->id << 16 | phb->root_pe;

	return dev->parent == TCE_NO_ID && !has_own_pe(dev) &&
	       tce_pnv_pe_find(call->st, call->lx, key) == NULL;
}

/* Number, record, firmware. *ret_pe NULL: no number is left, or firmware refused. */
int tce_pnv_pe_setup(struct tce_linux_call *call, const struct tce_dev *dev,
		     struct tce_pnv_pe **ret_pe)
{
	struct tce_pnv_phb *phb = tce_pnv_phb_find(call->lx, dev->phb);
	unsigned nr_pes = model_of(call, dev->phb)->nr_pes;
	struct tce_pnv_phb segments = {0};
	struct tce_pnv_pe draft = {0};
	struct tce_pnv_pe *pe;
	bool compound = false;
	unsigned number;
	bool ok;
	int err;

	*ret_pe = NULL;
	describe(call->st, dev, &draft);
	if (!has_own_pe(dev))
		compound = m64_segments(call, &draft, phb, &segments);
	if (takes_root_pe(call, phb, dev))
		number = phb->root_pe;
	else if (compound)
		number = lowest(&segments);
	else
		number = alloc_number(phb, nr_pes);
	if (number == nr_pes)
		return 0;
	err = pe_new(call, dev->phb, (uint16_t)number, &pe);
	if (err != 0)
		return err;
	draft.number = (uint16_t)number;
	*pe = draft;
	if (compound && number != phb->root_pe) {
		pe->flags |= TCE_PNV_PE_MASTER;
		err = add_slaves(call, pe, &segments);
	}
	if (err == 0)
		err = configure(call, pe, &ok);
	if (err != 0)
		return err;
	if (ok) {
		*ret_pe = pe;
		return 0;
	}
	if (number != phb->root_pe)
		set_used(phb, number, false);
	pe_forget(call, pe);
	return 0;
}

static int release_slaves(struct tce_linux_call *call, const struct tce_pnv_pe *master)
{
	struct tce_pnv_phb *phb = tce_pnv_phb_find(call->lx, master->phb);
	struct tce_pnv_pe *pe;
	int err = 0;

	for (uint32_t i = tce_powernv_of(call->lx)->pes.nr; i > 0 && err == 0; i--) {
		pe = tce_pnv_pe_at(call->st, call->lx, i - 1);
		if (pe->phb != master->phb || (pe->flags & TCE_PNV_PE_SLAVE) == 0 ||
		    pe->master != master->number)
			continue;
		err = set_peltv(call, pe->phb, master->number, pe->number, false);
		if (err == 0)
			err = set_peltv(call, pe->phb, pe->number, master->number, false);
		set_used(phb, pe->number, false);
		pe_forget(call, pe);
	}
	return err;
}

int tce_pnv_pe_release(struct tce_linux_call *call, struct tce_pnv_pe *pe)
{
	struct tce_pnv_phb *phb = tce_pnv_phb_find(call->lx, pe->phb);
	int err = 0;

	if ((pe->flags & TCE_PNV_PE_MASTER) != 0)
		err = release_slaves(call, pe);
	if (err == 0)
		err = deconfigure(call, pe);
	if (err != 0)
		return err;
	if (pe->number != phb->root_pe) /* the root bus keeps its number */
		set_used(phb, pe->number, false);
	pe_forget(call, pe);
	return 0;
}
