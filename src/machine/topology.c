/* SPDX-License-Identifier: BSD-2-Clause */
/* Bridges and devices: records by id, requester IDs, plugging and unplugging. */
#include "topology.h"

#include "base/assert.h"
#include "bridges.h"
#include "canon.h"
#include "machine.h"

#define PHB sizeof(struct tce_phb)
#define DEV sizeof(struct tce_dev)

/*
 * How the LPAR knows a PE below a bridge (own_pe): PAPR tells PEs of one bridge apart by their
 * configuration address, tce/papr.h knows one PE a bridge. So such a PE is a bridge there, and
 * boundary.c turns (BUID, configuration address) into its number.
 */
#define OWN_PE_BUID  UINT64_C(0xc000000000000000)
#define OWN_PE_LIOBN UINT64_C(0xa0000000)

struct tce_phb *tce_phb_at(const struct tce_state *st, uint32_t i)
{
	return i < st->topology.phbs.nr ? tce_vec_at(&st->topology.phbs, i, PHB) : NULL;
}

struct tce_dev *tce_dev_at(const struct tce_state *st, uint32_t i)
{
	return i < st->topology.devs.nr ? tce_vec_at(&st->topology.devs, i, DEV) : NULL;
}

uint32_t tce_nr_phbs(const struct tce_state *st)
{
	return st->topology.phbs.nr;
}

uint32_t tce_nr_devs(const struct tce_state *st)
{
	return st->topology.devs.nr;
}

/* Position of id in a vec of elements that begin with a 16-bit id, or where it belongs. */
static uint32_t position(const struct tce_vec *vec, size_t elem, uint16_t id)
{
	uint32_t low = 0;
	uint32_t high = vec->nr;

	if (id < high && *(const uint16_t *)tce_vec_at(vec, id, elem) == id)
		return id; /* numbered from 0, as most are */
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (*(const uint16_t *)tce_vec_at(vec, mid, elem) < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct tce_phb *tce_phb_find(const struct tce_state *st, uint16_t id)
{
	struct tce_phb *phb = tce_phb_at(st, position(&st->topology.phbs, PHB, id));

	return phb != NULL && phb->id == id ? phb : NULL;
}

struct tce_dev *tce_dev_find(const struct tce_state *st, uint16_t id)
{
	struct tce_dev *dev = tce_dev_at(st, position(&st->topology.devs, DEV, id));

	return dev != NULL && dev->id == id ? dev : NULL;
}

static uint16_t rid_of(const struct tce_dev *dev)
{
	return (uint16_t)(dev->bus << 8 | dev->devfn);
}

struct tce_dev *tce_dev_by_rid(const struct tce_state *st, uint16_t phb, uint16_t rid)
{
	struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->phb == phb && dev->type != TCE_DEV_VIO && rid_of(dev) == rid)
			return dev;
	}
	return NULL;
}

uint16_t tce_dev_rid(const struct tce_state *st, const struct tce_dev *dev)
{
	uint16_t rid = rid_of(dev);

	while (dev->parent != TCE_NO_ID) {
		dev = tce_dev_find(st, dev->parent);
		if (dev->type == TCE_DEV_PCI_BRIDGE)
			rid = (uint16_t)(dev->secondary_bus << 8);
	}
	return rid;
}

/* --- bridges --- */

void tce_phb_lpar_opts(const struct tce_phb *phb, struct tce_phb_opts *ret_opts)
{
	*ret_opts = phb->papr;
}

/* BUID and LIOBNs that the event leaves open: QEMU's, by id. */
static void fill_phb_opts(uint16_t id, struct tce_phb_opts *opts)
{
	struct tce_phb_opts qemu;

	tce_phb_opts_qemu(&qemu, id);
	if (opts->buid == 0)
		opts->buid = qemu.buid;
	if (opts->liobn[0] == 0 && opts->liobn[1] == 0) {
		opts->liobn[0] = qemu.liobn[0];
		opts->liobn[1] = qemu.liobn[1];
	}
}

static unsigned cells_or(unsigned cells, unsigned fallback)
{
	return cells == 0 ? fallback : cells;
}

/* What was plugged a moment ago goes again: there was no memory for the rest of it. */
static void take_back(struct tce_machine *machine,
		      int (*unplug)(struct tce_machine *machine, uint16_t id, int *ret_errno),
		      uint16_t id)
{
	int busy = 0;
	int err = unplug(machine, id, &busy);

	TCE_ASSERT(err == 0 && busy == 0);
}

int tce_phb_plug(struct tce_machine *machine, const struct tce_ev_phb_plug *ev)
{
	struct tce_state *st = machine->st;
	struct tce_phb_opts opts = ev->papr;
	struct tce_ref bridge = {0};
	struct tce_phb *phb;
	int err;

	if (ev->phb == TCE_NO_ID || ev->mmio32_last < ev->mmio32_start)
		return -TCE_ERR_INVAL;
	if (tce_phb_find(st, ev->phb) != NULL)
		return -TCE_ERR_EXISTS;
	err = tce_vec_reserve(&st->topology.phbs, &st->mem, PHB, 1);
	if (err != 0)
		return err;
	if (machine->opts.platform == TCE_PSERIES) {
		fill_phb_opts(ev->phb, &opts);
		err = tce_lpar_phb_add(machine->lpar, &opts);
	} else {
		err = tce_bridge_new(machine, ev, &bridge);
	}
	if (err != 0)
		return err;
	phb = tce_vec_insert(&st->topology.phbs, position(&st->topology.phbs, PHB, ev->phb), PHB);
	phb->id = ev->phb;
	phb->papr = opts;
	phb->generation = (uint8_t)ev->generation;
	phb->big = ev->big;
	phb->no_ddw_properties = ev->no_ddw_properties;
	phb->bridge = bridge;
	phb->mmio32_start = ev->mmio32_start;
	phb->mmio32_last = ev->mmio32_last;
	if (machine->opts.platform == TCE_POWERNV && !tce_phb_mmio32(phb))
		tce_bridge_mmio32(ev, &phb->mmio32_start, &phb->mmio32_last);
	phb->node.addr_cells = (uint8_t)cells_or(ev->dma_addr_cells, 2);
	phb->node.size_cells = (uint8_t)cells_or(ev->dma_size_cells, 2);
	if (machine->opts.platform == TCE_PSERIES)
		err = tce_node_rebuild(machine, ev->phb);
	if (err != 0)
		take_back(machine, tce_phb_unplug, ev->phb);
	return err;
}

int tce_phb_unplug(struct tce_machine *machine, uint16_t id, int *ret_errno)
{
	struct tce_state *st = machine->st;
	struct tce_phb *phb = tce_phb_find(st, id);
	const struct tce_dev *dev;

	if (phb == NULL)
		return -TCE_ERR_NOENT;
	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->phb == id) {
			*ret_errno = -TCE_EBUSY;
			return 0;
		}
	}
	if (machine->opts.platform == TCE_PSERIES) {
		int err = tce_lpar_phb_remove(machine->lpar, phb->papr.buid);

		if (err != 0)
			return err;
	} else {
		tce_bridge_free(machine, phb->bridge);
	}
	tce_node_fini(st, &phb->node);
	tce_vec_remove(&st->topology.phbs, position(&st->topology.phbs, PHB, id), 1, PHB);
	return 0;
}

/* --- devices --- */

void tce_dev_lpar_opts(const struct tce_phb *phb, uint16_t dev, struct tce_phb_opts *ret_opts)
{
	*ret_opts = phb->papr;
	ret_opts->buid = OWN_PE_BUID | dev;
	ret_opts->liobn[0] = OWN_PE_LIOBN | (uint64_t)dev << 4;
	ret_opts->liobn[1] = ret_opts->liobn[0] | 1;
}

static bool is_bridge(unsigned type)
{
	return type == TCE_DEV_ROOT_PORT || type == TCE_DEV_PCI_BRIDGE;
}

/* The event against what is there, apart from ids. */
static bool dev_fits(const struct tce_state *st, const struct tce_ev_device_plug *ev)
{
	const struct tce_dev *parent = tce_dev_find(st, ev->parent);

	if (ev->type == TCE_DEV_VIO)
		return false;
	if (is_bridge(ev->type) &&
	    (ev->secondary_bus <= ev->bus || ev->subordinate_bus < ev->secondary_bus))
		return false;
	if (ev->parent == TCE_NO_ID)
		return ev->type != TCE_DEV_VF;
	if (parent == NULL || parent->phb != ev->phb)
		return false;
	if (ev->type == TCE_DEV_VF)
		return parent->type == TCE_DEV_ENDPOINT;
	return is_bridge(parent->type) && ev->bus >= parent->secondary_bus &&
	       ev->bus <= parent->subordinate_bus;
}

/* A node of its own for a device; *ret_ref stays untouched on failure. */
static int node_new(struct tce_state *st, uint64_t buid, uint64_t liobn, struct tce_ref *ret_ref)
{
	struct tce_dev_node *own = tce_mem_new(&st->mem, sizeof(*own));

	if (own == NULL)
		return -TCE_ERR_NOMEM;
	own->buid = buid;
	own->liobn = liobn;
	own->node.addr_cells = 2;
	own->node.size_cells = 2;
	*ret_ref = tce_state_ref(st, own);
	return 0;
}

static struct tce_dev *dev_insert(struct tce_state *st, uint16_t id)
{
	struct tce_dev *dev =
		tce_vec_insert(&st->topology.devs, position(&st->topology.devs, DEV, id), DEV);

	dev->id = id;
	dev->phb = TCE_NO_ID;
	dev->parent = TCE_NO_ID;
	return dev;
}

static void dev_fill(struct tce_dev *dev, const struct tce_ev_device_plug *ev)
{
	unsigned streaming = cells_or(ev->streaming_bits, 64);

	dev->phb = ev->phb;
	dev->parent = ev->parent;
	dev->bus = ev->bus;
	dev->devfn = ev->devfn;
	dev->type = (uint8_t)ev->type;
	dev->secondary_bus = ev->secondary_bus;
	dev->subordinate_bus = ev->subordinate_bus;
	dev->streaming_bits = (uint8_t)streaming;
	dev->coherent_bits = (uint8_t)cells_or(ev->coherent_bits, streaming);
	dev->mmio64_only = ev->mmio64_only;
	dev->own_pe = ev->own_pe;
	dev->m64_first = ev->m64_first;
	dev->m64_count = ev->m64_count;
}

/* The LPAR's side and the node of a device with a PE of its own. */
static int own_pe_new(struct tce_machine *machine, const struct tce_ev_device_plug *ev,
		      struct tce_ref *ret_node)
{
	struct tce_state *st = machine->st;
	struct tce_phb_opts opts;
	int err;

	tce_dev_lpar_opts(tce_phb_find(st, ev->phb), ev->dev, &opts);
	err = node_new(st, opts.buid, opts.liobn[0], ret_node);
	if (err != 0)
		return err;
	err = tce_lpar_phb_add(machine->lpar, &opts);
	if (err != 0)
		tce_mem_free(&st->mem, tce_state_at(st, *ret_node), sizeof(struct tce_dev_node));
	return err;
}

int tce_dev_plug(struct tce_machine *machine, const struct tce_ev_device_plug *ev)
{
	struct tce_state *st = machine->st;
	bool own_node = ev->own_pe && machine->opts.platform == TCE_PSERIES;
	struct tce_ref node = {0};
	struct tce_dev *dev;
	int err;

	if (ev->dev == TCE_NO_ID || !dev_fits(st, ev))
		return -TCE_ERR_INVAL;
	if (tce_phb_find(st, ev->phb) == NULL)
		return -TCE_ERR_NOENT;
	if (tce_dev_find(st, ev->dev) != NULL ||
	    tce_dev_by_rid(st, ev->phb, (uint16_t)(ev->bus << 8 | ev->devfn)) != NULL)
		return -TCE_ERR_EXISTS;
	err = tce_vec_reserve(&st->topology.devs, &st->mem, DEV, 1);
	if (err == 0 && own_node)
		err = own_pe_new(machine, ev, &node);
	if (err != 0)
		return err;
	dev = dev_insert(st, ev->dev);
	dev_fill(dev, ev);
	dev->node = node;
	if (own_node)
		err = tce_node_rebuild(machine, TCE_NODE_DEV | ev->dev);
	if (err != 0)
		take_back(machine, tce_dev_unplug, ev->dev);
	return err;
}

/* The LPAR's side and the node of a virtual I/O device. */
static int vio_new(struct tce_machine *machine, const struct tce_ev_vio_plug *ev,
		   struct tce_ref *ret_node)
{
	struct tce_state *st = machine->st;
	uint64_t liobn = ev->papr.liobn == 0 ? ev->papr.unit : ev->papr.liobn;
	struct tce_dev_node *own;
	int err = node_new(st, ev->papr.unit, liobn, ret_node);

	if (err != 0)
		return err;
	own = tce_state_at(st, *ret_node);
	own->node.vio = 1;
	own->size = ev->papr.size;
	err = tce_lpar_vio_add(machine->lpar, &ev->papr);
	if (err != 0)
		tce_mem_free(&st->mem, own, sizeof(*own));
	return err;
}

int tce_vio_plug(struct tce_machine *machine, const struct tce_ev_vio_plug *ev)
{
	struct tce_state *st = machine->st;
	struct tce_ref node = {0};
	struct tce_dev *dev;
	int err;

	if (ev->dev == TCE_NO_ID)
		return -TCE_ERR_INVAL;
	if (machine->opts.platform != TCE_PSERIES)
		return -TCE_ERR_UNSUPPORTED;
	if (tce_dev_find(st, ev->dev) != NULL)
		return -TCE_ERR_EXISTS;
	err = tce_vec_reserve(&st->topology.devs, &st->mem, DEV, 1);
	if (err == 0)
		err = vio_new(machine, ev, &node);
	if (err != 0)
		return err;
	dev = dev_insert(st, ev->dev);
	dev->type = TCE_DEV_VIO;
	dev->streaming_bits = 64;
	dev->coherent_bits = 64;
	dev->node = node;
	err = tce_node_rebuild(machine, TCE_NODE_DEV | ev->dev);
	if (err != 0)
		take_back(machine, tce_dev_unplug, ev->dev);
	return err;
}

static bool has_children(const struct tce_state *st, uint16_t id)
{
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->parent == id)
			return true;
	}
	return false;
}

static int own_node_drop(struct tce_machine *machine, const struct tce_dev *dev)
{
	struct tce_state *st = machine->st;
	struct tce_dev_node *own = tce_state_at(st, dev->node);
	int err;

	if (own == NULL)
		return 0;
	if (own->node.vio)
		err = tce_lpar_vio_remove(machine->lpar, own->buid);
	else
		err = tce_lpar_phb_remove(machine->lpar, own->buid);
	if (err != 0)
		return err;
	tce_node_fini(st, &own->node);
	tce_mem_free(&st->mem, own, sizeof(*own));
	return 0;
}

int tce_dev_unplug(struct tce_machine *machine, uint16_t id, int *ret_errno)
{
	struct tce_state *st = machine->st;
	const struct tce_dev *dev = tce_dev_find(st, id);
	int err;

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	if (has_children(st, id)) {
		*ret_errno = -TCE_EBUSY;
		return 0;
	}
	err = own_node_drop(machine, dev);
	if (err != 0)
		return err;
	tce_mappings_forget_dev(st, id);
	tce_vec_remove(&st->topology.devs, position(&st->topology.devs, DEV, id), 1, DEV);
	return 0;
}

/* --- the stream --- */

static void phb_canon(const struct tce_state *st, const struct tce_phb *phb,
		      struct tce_canon *canon)
{
	const struct tce_phb_opts *papr = &phb->papr;

	tce_canon_id(canon, TCE_CANON_PHB, phb->id);
	tce_canon_u8(canon, phb->generation);
	tce_canon_u8(canon, (uint8_t)(phb->big | phb->no_ddw_properties << 1 |
				      papr->no_extensions << 2 | papr->no_ddw << 3 |
				      papr->no_default_window << 4 | papr->dyn_liobn_first << 5));
	tce_canon_u64(canon, phb->mmio32_start);
	tce_canon_u64(canon, phb->mmio32_last);
	tce_canon_u64(canon, papr->buid);
	tce_canon_u64(canon, papr->liobn[0]);
	tce_canon_u64(canon, papr->liobn[1]);
	tce_canon_u64(canon, papr->page_shifts);
	tce_canon_u64(canon, papr->win_addr);
	tce_canon_u64(canon, papr->win_size);
	tce_canon_u64(canon, papr->dyn_win_addr);
	tce_canon_u64(canon, papr->largest_block);
	tce_canon_u32(canon, papr->max_windows);
	tce_node_canon(st, phb->id, canon);
}

static void dev_canon(const struct tce_state *st, const struct tce_dev *dev,
		      struct tce_canon *canon)
{
	const struct tce_dev_node *own = tce_state_at(st, dev->node);

	tce_canon_id(canon, TCE_CANON_DEV, dev->id);
	tce_canon_id(canon, TCE_CANON_PHB, dev->phb);
	tce_canon_id(canon, TCE_CANON_DEV, dev->parent);
	if (canon->order[TCE_CANON_DEV] == NULL) /* who gives an order says they are alike */
		tce_canon_u32(canon, (uint32_t)dev->bus << 8 | dev->devfn);
	tce_canon_u32(canon, (uint32_t)dev->secondary_bus << 8 | dev->subordinate_bus);
	tce_canon_u32(canon, (uint32_t)dev->type << 24 | (uint32_t)dev->mmio64_only << 16 |
				     (uint32_t)dev->streaming_bits << 8 | dev->coherent_bits);
	tce_canon_u32(canon,
		      (uint32_t)dev->own_pe << 24 | (uint32_t)dev->m64_first << 8 | dev->m64_count);
	tce_canon_u8(canon, own != NULL);
	if (own == NULL)
		return;
	tce_canon_u64(canon, own->buid);
	tce_canon_u64(canon, own->liobn);
	tce_canon_u64(canon, own->size);
	tce_node_canon(st, TCE_NODE_DEV | dev->id, canon);
}

void tce_topology_canon(const struct tce_state *st, struct tce_canon *canon)
{
	uint32_t i;

	tce_canon_u32(canon, tce_nr_phbs(st));
	for (i = 0; i < tce_nr_phbs(st); i++) {
		uint16_t id = tce_canon_order(canon, TCE_CANON_PHB, i, tce_phb_at(st, i)->id);

		phb_canon(st, tce_phb_find(st, id), canon);
	}
	tce_canon_u32(canon, tce_nr_devs(st));
	for (i = 0; i < tce_nr_devs(st); i++) {
		uint16_t id = tce_canon_order(canon, TCE_CANON_DEV, i, tce_dev_at(st, i)->id);

		dev_canon(st, tce_dev_find(st, id), canon);
	}
}
