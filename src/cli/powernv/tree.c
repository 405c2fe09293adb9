/* SPDX-License-Identifier: BSD-2-Clause */
/* What skiboot's device tree says of OPAL and the bridges. See machine.h. */
#include "machine.h"

#ifdef TCE_WITHOUT_FDT

int tce_nv_tree_read(const void *dtb, size_t size, uint64_t start, uint64_t end,
		     struct tce_nv_tree *ret_tree, struct tce_fail *fail)
{
	(void)dtb;
	(void)size;
	(void)start;
	(void)end;
	(void)ret_tree;
	return tce_fail(fail, "this build cannot read device trees (it is without libfdt)");
}

#else

#include <libfdt.h>

/* The nr cells from cell first of a property as one number; false: they are not there. */
static bool cells(const void *dtb, int node, const char *name, unsigned first, unsigned nr,
		  uint64_t *ret_value)
{
	int len = 0;
	const fdt32_t *cell = fdt_getprop(dtb, node, name, &len);
	uint64_t value = 0;

	if (!cell || len < 0 || (unsigned)len / 4 < first + nr)
		return false;
	for (unsigned i = first; i < first + nr; i++)
		value = value << 32 | fdt32_to_cpu(cell[i]);
	*ret_value = value;
	return true;
}

static const struct tce_ioda_model *model_of(const void *dtb, int node)
{
	static const struct {
		const char *compatible;
		enum tce_ioda_generation generation;
	} kinds[] = {
		{"ibm,power8-pciex", TCE_IODA_PHB3},
		{"ibm,power9-pciex", TCE_IODA_PHB4},
		{"ibm,power10-pciex", TCE_IODA_PHB5},
	};
	const struct tce_ioda_model *model;
	uint64_t nr_pes;

	if (!cells(dtb, node, "ibm,opal-num-pes", 0, 1, &nr_pes))
		return NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (fdt_node_check_compatible(dtb, node, kinds[i].compatible) != 0)
			continue;
		model = tce_ioda_model(kinds[i].generation, true);
		if (model->nr_pes != nr_pes)
			model = tce_ioda_model(kinds[i].generation, false);
		return model->nr_pes == nr_pes ? model : NULL;
	}
	return NULL;
}

/* ranges: (kind, bus address high, low), real address, size. The only one is 32-bit MMIO. */
static bool read_bridge(const void *dtb, int node, struct tce_nv_bridge *bridge)
{
	bridge->model = model_of(dtb, node);
	return bridge->model && cells(dtb, node, "ibm,opal-phbid", 0, 2, &bridge->phb_id) &&
	       cells(dtb, node, "reg", 0, 2, &bridge->regs) &&
	       cells(dtb, node, "ranges", 1, 2, &bridge->mmio_bus) &&
	       cells(dtb, node, "ranges", 3, 2, &bridge->mmio) &&
	       cells(dtb, node, "ibm,opal-rtt-table", 0, 2, &bridge->rtt) &&
	       cells(dtb, node, "ibm,opal-peltv-table", 0, 2, &bridge->peltv) &&
	       cells(dtb, node, "ibm,opal-pest-table", 0, 2, &bridge->pest);
}

static bool reserves(const void *dtb, uint64_t start, uint64_t end)
{
	uint64_t at;
	uint64_t size;

	for (int i = 0; i < fdt_num_mem_rsv(dtb); i++)
		if (fdt_get_mem_rsv(dtb, i, &at, &size) == 0 && at < end && start < at + size)
			return true;
	return false;
}

int tce_nv_tree_read(const void *dtb, size_t size, uint64_t start, uint64_t end,
		     struct tce_nv_tree *ret_tree, struct tce_fail *fail)
{
	struct tce_nv_tree tree = {.nr_bridges = 0};
	int opal;
	int node;

	if (fdt_check_full(dtb, size) != 0)
		return tce_fail(fail, "what skiboot gave is not a device tree");
	opal = fdt_path_offset(dtb, "/ibm,opal");
	if (opal < 0 || !cells(dtb, opal, "opal-base-address", 0, 2, &tree.opal_base) ||
	    !cells(dtb, opal, "opal-entry-address", 0, 2, &tree.opal_entry))
		return tce_fail(fail, "the device tree does not say where OPAL is");
	if (reserves(dtb, start, end))
		return tce_fail(fail, "skiboot uses the memory that is to be ours");
	fdt_for_each_subnode(node, dtb, 0)
	{
		if (!fdt_getprop(dtb, node, "ibm,opal-phbid", NULL))
			continue;
		if (tree.nr_bridges == TCE_NV_MAX_BRIDGES)
			break;
		if (!read_bridge(dtb, node, &tree.bridges[tree.nr_bridges]))
			return tce_fail(fail, "the device tree has a bridge that is not modelled");
		tree.nr_bridges++;
	}
	if (!tree.nr_bridges)
		return tce_fail(fail, "the device tree has no PCI host bridge");
	*ret_tree = tree;
	return 0;
}

#endif
