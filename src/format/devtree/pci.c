/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bridges and devices in a device tree. PCI domains are numbered as Linux does: the low 16 bits of
 * a pseries BUID, OPAL's number on PowerNV.
 */
#include "read.h"

#ifndef TCE_WITHOUT_FDT

#include <inttypes.h>
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include <tce/scenario.h>

#include "machine/devtree.h"
#include "machine/event_table.h"

#define CLASS_BRIDGE 0x0604U /* PCI-to-PCI bridge, class code bits 8.. */
#define SPACE_32     2U      /* address spaces in the first cell of reg and ranges */
#define SPACE_64     3U

/* A bridge under way. */
struct phb {
	uint16_t id;
	uint32_t domain;
	int node;
};

static unsigned space_of(uint64_t phys_hi)
{
	return (unsigned)(phys_hi >> 24 & 3);
}

/* --- 32-bit MMIO ----------------------------------------------------------------------------- */

/* ranges: child address (3 cells), parent address (2), size (2). The first 32-bit memory range. */
static void read_mmio32(const struct tce_tree *tree, int node, struct tce_ev_phb_plug *ev)
{
	struct tce_cells ranges;
	uint64_t hi;
	uint64_t addr;
	uint64_t size;

	if (!tce_tree_prop(tree, node, "ranges", &ranges))
		return;
	for (uint32_t at = 0;
	     tce_cells_number(&ranges, at, 1, &hi) && tce_cells_number(&ranges, at + 1, 2, &addr) &&
	     tce_cells_number(&ranges, at + 5, 2, &size);
	     at += 7) {
		if (space_of(hi) != SPACE_32 || size == 0 || size - 1 > UINT64_MAX - addr)
			continue;
		ev->mmio32_start = addr;
		ev->mmio32_last = addr + size - 1;
		return;
	}
}

/* --- devices --------------------------------------------------------------------------------- */

/* The first cell of reg: bus and device. False: not a PCI device's. */
static bool read_place(const struct tce_tree *tree, int node, uint8_t *ret_bus, uint8_t *ret_devfn)
{
	struct tce_cells reg;
	uint64_t hi;

	if (!tce_tree_prop(tree, node, "reg", &reg) || reg.len < 20 || reg.len % 20 != 0 ||
	    !tce_cells_number(&reg, 0, 1, &hi))
		return false;
	*ret_bus = (uint8_t)(hi >> 16);
	*ret_devfn = (uint8_t)(hi >> 8);
	return true;
}

/* Only 64-bit BARs: entries of reg behind the first tell what the BARs are. */
static bool has_only_mmio64(const struct tce_tree *tree, int node)
{
	struct tce_cells reg;
	bool any = false;
	uint64_t hi;

	if (!tce_tree_prop(tree, node, "reg", &reg))
		return false;
	for (uint32_t at = 5; tce_cells_number(&reg, at, 1, &hi); at += 5) {
		if (space_of(hi) == SPACE_32)
			return false;
		any |= space_of(hi) == SPACE_64;
	}
	return any;
}

static bool is_bridge(const struct tce_tree *tree, int node)
{
	return tce_tree_cell(tree, node, "class-code", 0) >> 8 == CLASS_BRIDGE;
}

/* Buses below a bridge: bus-range, else those of all nodes below it. */
static void read_buses(const struct tce_tree *tree, int node, struct tce_ev_device_plug *ev)
{
	struct tce_cells range;
	uint64_t first = 0;
	uint64_t last = 0;
	int depth = 0;
	uint8_t devfn;
	uint8_t bus;

	if (!tce_tree_prop(tree, node, "bus-range", &range) ||
	    !tce_cells_number(&range, 0, 1, &first) || !tce_cells_number(&range, 1, 1, &last) ||
	    first <= ev->bus || last < first || last > 255) {
		first = 255;
		last = 0;
		for (int below = fdt_next_node(tree->blob, node, &depth); below >= 0 && depth > 0;
		     below = fdt_next_node(tree->blob, below, &depth)) {
			if (!read_place(tree, below, &bus, &devfn) || bus <= ev->bus)
				continue;
			first = bus < first ? bus : first;
			last = bus > last ? bus : last;
		}
	}
	if (last == 0)
		first = last = ev->bus + 1U;
	ev->secondary_bus = (uint8_t)first;
	ev->subordinate_bus = (uint8_t)last;
}

/*
 * A PCI Express link has one device, number 0; switches have bridges on their inner bus. So a
 * device with another number sits on a conventional bus, and the bridge above it is PCIe to PCI.
 */
static bool has_conventional_bus(const struct tce_tree *tree, int node)
{
	uint8_t devfn;
	uint8_t bus;
	int child;

	fdt_for_each_subnode(child, tree->blob, node)
	{
		if (read_place(tree, child, &bus, &devfn) && devfn >> 3 != 0 &&
		    !is_bridge(tree, child))
			return true;
	}
	return false;
}

static int name_device(struct tce_tree *tree, const struct phb *phb, uint16_t id,
		       const struct tce_ev_device_plug *ev)
{
	char name[32];

	snprintf(name, sizeof(name), "%04" PRIx32 ":%02x:%02x.%x", phb->domain, ev->bus,
		 ev->devfn >> 3, ev->devfn & 7U);
	return tce_tree_name(tree, TCE_OBJ_DEV, id, name);
}

/* One device; *ret_id TCE_NO_ID: it was left out. */
static int read_device(struct tce_tree *tree, const struct phb *phb, int node, uint16_t parent,
		       uint16_t *ret_id)
{
	struct tce_event event;
	struct tce_ev_device_plug *ev = &event.u.device_plug;
	struct tce_cells window;
	int err;

	*ret_id = TCE_NO_ID;
	tce_event_init(TCE_EV_DEVICE_PLUG, &event);
	if (!read_place(tree, node, &ev->bus, &ev->devfn))
		return 0; /* a USB or SCSI node below a controller */
	if (tree->nr_devs == TCE_NO_ID)
		return -TCE_ERR_LIMIT;
	ev->dev = tree->nr_devs++;
	ev->phb = phb->id;
	ev->parent = parent;
	ev->mmio64_only = has_only_mmio64(tree, node);
	if (is_bridge(tree, node)) {
		ev->type =
			has_conventional_bus(tree, node) ? TCE_DEV_PCI_BRIDGE : TCE_DEV_ROOT_PORT;
		read_buses(tree, node, ev);
	}
	ev->own_pe = tree->devtree->story.machine.platform == TCE_PSERIES &&
		     tce_tree_prop(tree, node, "ibm,dma-window", &window);
	err = name_device(tree, phb, ev->dev, ev);
	if (err == 0)
		err = tce_tree_add(tree, &event);
	*ret_id = ev->dev;
	return err;
}

/* Everything below a node; bridges first, then what is below them. */
static int read_devices(struct tce_tree *tree, const struct phb *phb)
{
	uint16_t parent[TCE_DEVTREE_DEPTH];
	int depth = 0;
	int node = phb->node;
	int err = 0;

	parent[0] = TCE_NO_ID;
	while (err == 0) {
		uint16_t id;

		node = fdt_next_node(tree->blob, node, &depth);
		if (node < 0 || depth <= 0)
			break;
		if (depth >= (int)TCE_DEVTREE_DEPTH)
			return tce_tree_error(tree, node, "bridges below bridges without end");
		err = read_device(tree, phb, node, parent[depth - 1], &id);
		/* nodes below what is no bridge have no PCI address of their own */
		parent[depth] = id != TCE_NO_ID && is_bridge(tree, node) ? id : parent[depth - 1];
	}
	return err;
}

/* --- pseries bridges ------------------------------------------------------------------------- */

/* LIOBNs and the default window, as far as ibm,dma-window can be read. */
static void read_window(struct tce_tree *tree, int node, struct tce_ev_phb_plug *ev)
{
	unsigned na = tce_tree_cell(tree, node, "ibm,#dma-address-cells", 2);
	unsigned ns = tce_tree_cell(tree, node, "ibm,#dma-size-cells", 2);
	struct tce_phb_opts *papr = &ev->papr;
	struct tce_dma_window window;
	struct tce_cells cells;

	if (na < 1 || na > 4 || ns < 1 || ns > 4) {
		tce_tree_remark(tree, node, "odd ibm,#dma-*-cells: taken as 2");
		na = ns = 2;
	}
	ev->dma_addr_cells = na == 2 ? 0 : na;
	ev->dma_size_cells = ns == 2 ? 0 : ns;
	if (!tce_tree_firmware_prop(tree, node, TCE_PROP_DMA_WINDOW, &cells)) {
		papr->no_default_window = true;
		return;
	}
	if (!tce_dma_window_decode(cells.bytes, cells.len, na, ns, &window) || window.liobn == 0) {
		tce_tree_remark(tree, node, "ibm,dma-window cannot be read: size assumed");
		return;
	}
	papr->liobn[0] = window.liobn;
	papr->win_addr = window.addr;
	papr->win_size = window.size & ~UINT64_C(0xfff);
}

/*
 * Which extensions the hypervisor has: count, reset token, six-cell query flag, limited-address
 * mode flag. One answer for the machine; a bridge that says otherwise becomes a PROPERTY event.
 */
static void read_extensions(struct tce_tree *tree, int node)
{
	struct tce_machine_opts *opts = &tree->devtree->story.machine;
	struct tce_cells cells;
	uint64_t nr = 0;
	uint64_t flag = 0;

	if (tree->has_extensions || !tce_tree_prop(tree, node, "ibm,ddw-extensions", &cells))
		return;
	tree->has_extensions = true;
	(void)tce_cells_number(&cells, 0, 1, &nr);
	opts->no_64bit_query = nr < 2 || !tce_cells_number(&cells, 2, 1, &flag) || flag == 0;
	opts->has_limited_mode = nr > 2 && tce_cells_number(&cells, 3, 1, &flag) && flag != 0;
}

/* The LIOBN that a created window gets: not in the tree. */
static void guess_liobn(const struct tce_tree *tree, struct tce_ev_phb_plug *ev)
{
	struct tce_phb_opts guess;
	unsigned low = (unsigned)(ev->papr.buid & 0xffffff);

	if (tree->qemu)
		tce_phb_opts_qemu(&guess, low & 0xffff);
	else
		tce_phb_opts_powervm(&guess, low);
	if (ev->papr.liobn[0] == 0)
		ev->papr.liobn[0] = guess.liobn[0];
	ev->papr.liobn[1] = guess.liobn[1];
	if (ev->papr.liobn[1] == ev->papr.liobn[0])
		ev->papr.liobn[1]++;
}

static int read_pseries_bridge(struct tce_tree *tree, struct phb *phb, struct tce_ev_phb_plug *ev)
{
	struct tce_cells cells;

	if (!tce_tree_prop(tree, phb->node, "reg", &cells) ||
	    !tce_cells_number(&cells, 0, 2, &ev->papr.buid) || ev->papr.buid == 0)
		return tce_tree_error(tree, phb->node, "a bridge without BUID in reg");
	phb->domain = (uint32_t)(ev->papr.buid & 0xffff);
	ev->papr.page_shifts = tree->opts->page_shifts;
	ev->papr.no_ddw = !tce_tree_prop(tree, phb->node, "ibm,ddw-applicable", &cells);
	ev->papr.no_extensions = !tce_tree_prop(tree, phb->node, "ibm,ddw-extensions", &cells);
	read_window(tree, phb->node, ev);
	read_extensions(tree, phb->node);
	guess_liobn(tree, ev);
	return 0;
}

/* --- powernv bridges ------------------------------------------------------------------------- */

static const struct {
	const char *compatible;
	unsigned generation; /* enum tce_ioda_generation */
} kinds[] = {
	{"ibm,power10-pciex", TCE_IODA_PHB5}, {"ibm,power9-pciex", TCE_IODA_PHB4},
	{"ibm,power8-pciex", TCE_IODA_PHB3},  {"ibm,ioda3-phb", TCE_IODA_PHB4},
	{"ibm,ioda2-phb", TCE_IODA_PHB3},     {"ibm,ioda-phb", TCE_IODA_P7IOC},
};

static bool kind_of(const struct tce_tree *tree, int node, unsigned *ret_generation)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (tce_tree_has_string(tree, node, "compatible", kinds[i].compatible)) {
			*ret_generation = kinds[i].generation;
			return true;
		}
	}
	return false;
}

static int read_powernv_bridge(struct tce_tree *tree, struct phb *phb, struct tce_ev_phb_plug *ev)
{
	struct tce_cells cells;
	uint64_t id;

	if (!tce_tree_prop(tree, phb->node, "ibm,opal-phbid", &cells) ||
	    !tce_cells_number(&cells, 0, 2, &id) || id >= TCE_NO_ID)
		return tce_tree_error(tree, phb->node, "a bridge without ibm,opal-phbid");
	phb->id = (uint16_t)id;
	phb->domain = (uint32_t)id;
	ev->phb = phb->id;
	ev->big = tce_tree_cell(tree, phb->node, "ibm,opal-num-pes", 0) > 256;
	return 0;
}

/* --- all ------------------------------------------------------------------------------------- */

bool tce_tree_is_bridge(const struct tce_tree *tree, int node, unsigned *ret_generation)
{
	if (tree->devtree->story.machine.platform == TCE_POWERNV)
		return kind_of(tree, node, ret_generation);
	return tce_tree_has_string(tree, node, "device_type", "pci") &&
	       tce_tree_has_string(tree, node, "compatible", "IBM,Logical_PHB");
}

static int read_bridge(struct tce_tree *tree, int node, unsigned generation)
{
	struct phb phb = {.id = tree->nr_phbs, .node = node};
	struct tce_event event;
	char name[16];
	int err;

	if (tree->nr_phbs == TCE_NO_ID)
		return -TCE_ERR_LIMIT;
	tree->nr_phbs++;
	tce_event_init(TCE_EV_PHB_PLUG, &event);
	event.u.phb_plug.phb = phb.id;
	event.u.phb_plug.generation = generation;
	read_mmio32(tree, node, &event.u.phb_plug);
	if (tree->devtree->story.machine.platform == TCE_PSERIES)
		err = read_pseries_bridge(tree, &phb, &event.u.phb_plug);
	else
		err = read_powernv_bridge(tree, &phb, &event.u.phb_plug);
	if (err == 0)
		err = tce_tree_add(tree, &event);
	tce_name_of_form(TCE_OBJ_PHB, phb.id, name);
	if (err == 0)
		err = tce_tree_name(tree, TCE_OBJ_PHB, phb.id, name);
	return err == 0 ? read_devices(tree, &phb) : err;
}

int tce_tree_bridges(struct tce_tree *tree)
{
	unsigned generation = 0;
	int node;
	int err = 0;

	fdt_for_each_subnode(node, tree->blob, 0)
	{
		if (err == 0 && tce_tree_is_bridge(tree, node, &generation))
			err = read_bridge(tree, node, generation);
	}
	return err;
}

/* --- virtual I/O ----------------------------------------------------------------------------- */

static int read_vio(struct tce_tree *tree, int node, const struct tce_cells *cells)
{
	unsigned na = tce_tree_cell(tree, node, "ibm,#dma-address-cells", 2);
	unsigned ns = tce_tree_cell(tree, node, "ibm,#dma-size-cells", 2);
	struct tce_dma_window window;
	struct tce_event event;
	struct tce_cells reg;
	uint64_t unit;
	char name[32];
	int err;

	if (!tce_tree_prop(tree, node, "reg", &reg) || !tce_cells_number(&reg, 0, 1, &unit) ||
	    unit == 0 || na > 4 || ns > 4 ||
	    !tce_dma_window_decode(cells->bytes, cells->len, na, ns, &window) ||
	    window.size < 4096) {
		tce_tree_remark(tree, node, "its ibm,my-dma-window cannot be read: left out");
		return 0;
	}
	if (tree->nr_devs == TCE_NO_ID)
		return -TCE_ERR_LIMIT;
	tce_event_init(TCE_EV_VIO_PLUG, &event);
	event.u.vio_plug.dev = tree->nr_devs++;
	event.u.vio_plug.papr.unit = unit;
	event.u.vio_plug.papr.liobn = window.liobn;
	event.u.vio_plug.papr.size = window.size;
	snprintf(name, sizeof(name), "vio-%" PRIx64, unit);
	err = tce_tree_name(tree, TCE_OBJ_DEV, event.u.vio_plug.dev, name);
	return err == 0 ? tce_tree_add(tree, &event) : err;
}

int tce_tree_vio(struct tce_tree *tree)
{
	int parent = fdt_path_offset(tree->blob, "/vdevice");
	struct tce_cells cells;
	int node;
	int err = 0;

	if (parent < 0)
		return 0;
	fdt_for_each_subnode(node, tree->blob, parent)
	{
		if (err == 0 && tce_tree_prop(tree, node, "ibm,my-dma-window", &cells))
			err = read_vio(tree, node, &cells);
	}
	return err;
}

#endif
