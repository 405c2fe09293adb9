/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory in a device tree: memory nodes are there at boot; ibm,dynamic-memory tells of the rest,
 * block by block; ibm,lrdr-capacity how far it may grow; nodes of type ibm,pmemory are persistent
 * memory.
 */
#include "read.h"

#ifndef TCE_WITHOUT_FDT

#include <libfdt.h>
#include <string.h>

#include "base/bits.h"
#include "machine/drmem.h"
#include "machine/event_table.h"

#define GIB         (UINT64_C(1) << 30)
#define LEAST       (UINT64_C(1) << 16) /* memory comes in multiples of this */
#define LMB_DEFAULT (GIB / 4)
#define TOP         (UINT64_C(1) << 51) /* of what is modelled */
#define RANGES_MAX  256U
#define PMEM_PHYP   (UINT64_C(1) << 44) /* where PowerVM binds it, by what logs show */

struct range {
	uint64_t addr;
	uint64_t size;
};

struct ranges {
	unsigned nr;
	struct range at[RANGES_MAX]; /* sorted, not touching */
};

static bool is_type(const struct tce_tree *tree, int node, const char *type)
{
	return tce_tree_has_string(tree, node, "device_type", type);
}

/* Range i and the one before, if they touch. */
static void range_join(struct ranges *ranges, unsigned i)
{
	if (i == 0 || i >= ranges->nr ||
	    ranges->at[i - 1].addr + ranges->at[i - 1].size != ranges->at[i].addr)
		return;
	ranges->at[i - 1].size += ranges->at[i].size;
	ranges->nr--;
	memmove(&ranges->at[i], &ranges->at[i + 1], (ranges->nr - i) * sizeof(ranges->at[0]));
}

/* Into its place; neighbours join. */
static int range_add(struct tce_tree *tree, int node, struct ranges *ranges, struct range range)
{
	unsigned i = 0;

	if (range.size > UINT64_MAX - range.addr || range.addr % LEAST != 0 ||
	    range.size % LEAST != 0)
		return tce_tree_error(tree, node, "memory at an odd address or of an odd size");
	while (i < ranges->nr && ranges->at[i].addr < range.addr)
		i++;
	if ((i > 0 && ranges->at[i - 1].addr + ranges->at[i - 1].size > range.addr) ||
	    (i < ranges->nr && range.addr + range.size > ranges->at[i].addr))
		return tce_tree_error(tree, node, "memory overlaps other memory");
	if (ranges->nr == RANGES_MAX)
		return tce_tree_error(tree, node, "more pieces of memory than can be read");
	memmove(&ranges->at[i + 1], &ranges->at[i], (ranges->nr - i) * sizeof(range));
	ranges->at[i] = range;
	ranges->nr++;
	range_join(ranges, i + 1);
	range_join(ranges, i);
	return 0;
}

/* reg of one memory node: pairs of address and size. */
static int node_ranges(struct tce_tree *tree, int node, struct ranges *ranges)
{
	unsigned na = (unsigned)fdt_address_cells(tree->blob, 0);
	unsigned ns = (unsigned)fdt_size_cells(tree->blob, 0);
	struct tce_cells reg;
	struct range range;
	uint32_t at = 0;
	int err = 0;

	if (!tce_tree_prop(tree, node, "reg", &reg) || reg.len == 0)
		return tce_tree_error(tree, node, "a memory node without reg");
	if (na == 0 || na > 2 || ns == 0 || ns > 2 || reg.len % (4 * (na + ns)) != 0)
		return tce_tree_error(tree, node, "reg is not a list of addresses and sizes");
	while (err == 0 && tce_cells_number(&reg, at, na, &range.addr) &&
	       tce_cells_number(&reg, at + na, ns, &range.size)) {
		if (range.size != 0)
			err = range_add(tree, node, ranges, range);
		at += na + ns;
	}
	return err;
}

/* All memory nodes, which are children of the root. */
static int read_nodes(struct tce_tree *tree, struct ranges *ranges)
{
	int node;
	int err = 0;

	ranges->nr = 0;
	fdt_for_each_subnode(node, tree->blob, 0)
	{
		if (err == 0 && is_type(tree, node, "memory"))
			err = node_ranges(tree, node, ranges);
	}
	return err;
}

/* --- NUMA ------------------------------------------------------------------------------------ */

struct placed {
	uint64_t addr;
	uint32_t node; /* NUMA, not of the tree */
};

/* Which cell of ibm,associativity is the node (Linux find_primary_domain_index); 0: no NUMA. */
static uint32_t numa_depth(const struct tce_tree *tree)
{
	int rtas = fdt_path_offset(tree->blob, "/rtas");
	struct tce_cells cells;
	uint64_t depth;

	if (rtas < 0 || !tce_tree_prop(tree, rtas, "ibm,associativity-reference-points", &cells) ||
	    !tce_cells_number(&cells, 0, 1, &depth) || depth > 64)
		return 0;
	return (uint32_t)depth;
}

/* A memory node of the tree, into its place; one that says no NUMA node is of node 0. */
static void place(const struct tce_tree *tree, int node, uint32_t depth, struct placed *list,
		  unsigned *nr)
{
	unsigned na = (unsigned)fdt_address_cells(tree->blob, 0);
	struct tce_cells reg, numa;
	struct placed placed;
	uint64_t number = 0;
	unsigned i = *nr;

	if (!tce_tree_prop(tree, node, "reg", &reg) ||
	    !tce_cells_number(&reg, 0, na, &placed.addr) || *nr == RANGES_MAX)
		return;
	if (tce_tree_prop(tree, node, "ibm,associativity", &numa) &&
	    !tce_cells_number(&numa, depth, 1, &number))
		number = 0;
	placed.node = (uint32_t)number;
	for (; i > 0 && list[i - 1].addr > placed.addr; i--)
		list[i] = list[i - 1];
	list[i] = placed;
	(*nr)++;
}

static void read_numa(struct tce_tree *tree)
{
	struct tce_machine_opts *opts = &tree->devtree->story.machine;
	uint32_t depth = numa_depth(tree);
	struct placed list[RANGES_MAX];
	unsigned nr = 0;
	unsigned cuts = 0;
	int node;

	if (depth == 0)
		return;
	fdt_for_each_subnode(node, tree->blob, 0)
	{
		if (is_type(tree, node, "memory"))
			place(tree, node, depth, list, &nr);
	}
	for (unsigned i = 1; i < nr && cuts < TCE_NODE_STARTS_MAX; i++) {
		if (list[i].node != list[i - 1].node && list[i].addr < opts->ram)
			opts->node_start[cuts++] = list[i].addr;
	}
}

/* --- ibm,dynamic-memory ---------------------------------------------------------------------- */

struct drconf {
	int node; /* negative: there is none */
	uint64_t lmb;
	struct tce_drmem_reader reader;
};

static int drconf_open(struct tce_tree *tree, struct drconf *dr)
{
	struct tce_cells cells;
	bool v2;

	memset(dr, 0, sizeof(*dr));
	dr->node = fdt_path_offset(tree->blob, "/ibm,dynamic-reconfiguration-memory");
	if (dr->node < 0)
		return 0;
	if (!tce_tree_prop(tree, dr->node, "ibm,lmb-size", &cells) || cells.len % 4 != 0 ||
	    !tce_cells_number(&cells, 0, cells.len / 4, &dr->lmb) || !tce_is_pow2(dr->lmb) ||
	    dr->lmb < LEAST)
		return tce_tree_error(tree, dr->node, "ibm,lmb-size is no power of two");
	v2 = tce_tree_prop(tree, dr->node, "ibm,dynamic-memory-v2", &cells);
	if (!v2 && !tce_tree_prop(tree, dr->node, "ibm,dynamic-memory", &cells)) {
		tce_tree_remark(tree, dr->node, "no ibm,dynamic-memory: left out");
		dr->node = -1;
		return 0;
	}
	tce_drmem_reader_init(&dr->reader, cells.bytes, cells.len, v2);
	return 0;
}

/* A set inside the address space? */
static bool set_fits(const struct drconf *dr, const struct tce_lmb_set *set)
{
	return set->addr % dr->lmb == 0 && set->addr <= TOP &&
	       set->nr <= (TOP - set->addr) / dr->lmb;
}

/* End of the highest block; and of the last one in the list, which is what Linux looks at. */
static int drconf_end(struct tce_tree *tree, uint64_t *ret_end)
{
	struct ranges blocks = {.nr = 0};
	struct tce_lmb_set set;
	struct drconf dr;
	uint64_t last = 0;
	int err = drconf_open(tree, &dr);

	*ret_end = 0;
	if (err != 0 || dr.node < 0)
		return err;
	tree->devtree->story.machine.lmb_size = dr.lmb;
	while (tce_drmem_next(&dr.reader, &set)) {
		struct range range = {set.addr, set.nr * dr.lmb};

		if (!set_fits(&dr, &set))
			return tce_tree_error(tree, dr.node, "a memory block past 2^51, or odd");
		if (set.nr != 0)
			err = range_add(tree, dr.node, &blocks, range);
		if (err != 0)
			return err;
		last = set.addr + set.nr * dr.lmb;
		if (last > *ret_end)
			*ret_end = last;
	}
	if (dr.reader.bad)
		return tce_tree_error(tree, dr.node, "dynamic memory is cut short");
	if (last != *ret_end)
		tce_tree_remark(tree, dr.node,
				"the last block is not the highest: Linux takes its end for the "
				"end of all");
	return 0;
}

/* Blocks that are plugged, besides those of memory nodes. */
static int plug_set(struct tce_tree *tree, const struct drconf *dr, const struct tce_lmb_set *set)
{
	const struct tce_machine_opts *opts = &tree->devtree->story.machine;
	struct tce_event event;

	if ((set->flags & TCE_LMB_ASSIGNED) == 0 || set->nr == 0 ||
	    set->addr + set->nr * dr->lmb <= opts->ram)
		return 0;
	if (set->addr < opts->ram)
		return tce_tree_error(tree, dr->node,
				      "a block begins in boot memory and ends past it");
	tce_event_init(TCE_EV_MEMORY_PLUG, &event);
	event.u.memory.addr = set->addr;
	event.u.memory.size = set->nr * dr->lmb;
	return tce_tree_add(tree, &event);
}

/* --- options --------------------------------------------------------------------------------- */

static int read_lrdr(struct tce_tree *tree)
{
	struct tce_machine_opts *opts = &tree->devtree->story.machine;
	int rtas = fdt_path_offset(tree->blob, "/rtas");
	struct tce_cells cells;

	opts->no_lrdr = rtas < 0 || !tce_tree_prop(tree, rtas, "ibm,lrdr-capacity", &cells);
	if (opts->no_lrdr)
		return 0;
	if (!tce_cells_number(&cells, 0, 2, &opts->lrdr_capacity))
		return tce_tree_error(tree, rtas, "ibm,lrdr-capacity is shorter than 8 bytes");
	opts->has_lrdr = true;
	if (opts->lrdr_capacity == 0)
		tce_tree_remark(
			tree, rtas,
			"ibm,lrdr-capacity has a top address of 0 (QEMU 7.2 without maxmem)");
	return 0;
}

/* What is the default anyway need not be said. */
static void say_less(struct tce_machine_opts *opts)
{
	if (opts->has_lrdr && opts->lrdr_capacity == opts->max_ram) {
		opts->has_lrdr = false;
		opts->lrdr_capacity = 0;
	}
	if (opts->max_ram == opts->ram)
		opts->max_ram = 0;
	if (opts->lmb_size == LMB_DEFAULT)
		opts->lmb_size = 0;
}

int tce_tree_memory_opts(struct tce_tree *tree)
{
	struct tce_machine_opts *opts = &tree->devtree->story.machine;
	struct ranges ranges;
	uint64_t drmem = 0;
	int err = read_nodes(tree, &ranges);

	if (err == 0 && (ranges.nr == 0 || ranges.at[0].addr != 0))
		return tce_tree_error(tree, -1, "no memory at address 0");
	if (err == 0)
		err = drconf_end(tree, &drmem);
	if (err == 0 && opts->platform == TCE_PSERIES)
		err = read_lrdr(tree);
	if (err != 0)
		return err;
	opts->ram = ranges.at[0].size;
	if (opts->ram > TOP)
		return tce_tree_error(tree, -1, "more memory than is modelled");
	for (unsigned i = 1; i < ranges.nr; i++)
		tce_tree_remark(tree, -1, "memory behind a gap is left out");
	read_numa(tree);
	opts->max_ram = drmem != 0 ? drmem : opts->has_lrdr ? opts->lrdr_capacity : 0;
	if (opts->max_ram < opts->ram || opts->max_ram > TOP || opts->max_ram % LEAST != 0)
		opts->max_ram = opts->ram;
	say_less(opts);
	return 0;
}

/* --- events ---------------------------------------------------------------------------------- */

static uint64_t pmem_start(struct tce_tree *tree, int node)
{
	const struct tce_machine_opts *opts = &tree->devtree->story.machine;

	if (tree->opts->pmem_addr != 0)
		return tree->opts->pmem_addr;
	tce_tree_remark(tree, node,
			tree->qemu ? "its address is not in the tree: assumed right after RAM"
				   : "its address is not in the tree: assumed at 2^44");
	return tree->qemu ? (opts->ram + GIB - 1) & ~(GIB - 1) : PMEM_PHYP;
}

/* One node; *next is where the next one goes. */
static int read_pmem(struct tce_tree *tree, int node, uint64_t *next)
{
	struct tce_cells blocks;
	struct tce_cells size;
	struct tce_event event;
	uint64_t nr;
	uint64_t bytes;
	char name[16];

	if (!tce_tree_prop(tree, node, "ibm,number-of-blocks", &blocks) ||
	    !tce_tree_prop(tree, node, "ibm,block-size", &size) ||
	    !tce_cells_number(&blocks, 0, 2, &nr) || !tce_cells_number(&size, 0, 2, &bytes) ||
	    nr == 0 || bytes == 0 || nr > (UINT64_C(1) << 56) / bytes)
		return tce_tree_error(tree, node, "its blocks make no size");
	if (*next == 0)
		*next = pmem_start(tree, node);
	if (nr * bytes > UINT64_MAX - *next)
		return tce_tree_error(tree, node, "it ends past the address space");
	tce_event_init(TCE_EV_PMEM_PLUG, &event);
	event.u.pmem_plug.pmem = tree->nr_pmems;
	event.u.pmem_plug.addr = *next;
	event.u.pmem_plug.size = nr * bytes;
	*next += nr * bytes;
	tce_name_of_form(TCE_OBJ_PMEM, tree->nr_pmems++, name);
	return tce_tree_add(tree, &event);
}

int tce_tree_memory_events(struct tce_tree *tree)
{
	int parent = fdt_path_offset(tree->blob, "/ibm,persistent-memory");
	struct tce_lmb_set set;
	struct drconf dr;
	uint64_t next = 0;
	int node;
	int err = drconf_open(tree, &dr);

	while (err == 0 && dr.node >= 0 && tce_drmem_next(&dr.reader, &set))
		err = plug_set(tree, &dr, &set);
	if (parent < 0)
		return err;
	fdt_for_each_subnode(node, tree->blob, parent)
	{
		if (err == 0 && is_type(tree, node, "ibm,pmemory"))
			err = tree->nr_pmems == TCE_NO_ID ? -TCE_ERR_LIMIT
							  : read_pmem(tree, node, &next);
	}
	return err;
}

#endif
