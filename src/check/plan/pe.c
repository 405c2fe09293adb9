/* SPDX-License-Identifier: BSD-2-Clause */
/* PEs: nodes of the device tree with windows, the devices below them, what the windows are for. */
#include <limits.h>

#include "base/bits.h"
#include "plan.h"

/* --- which there are ---------------------------------------------------------------------- */

uint32_t tce_plan_node_of(const struct tce_machine *m, uint16_t id)
{
	const struct tce_state *st = tce_machine_state(m);
	const struct tce_linux_dev *dev = tce_linux_dev_find(st, tce_linux_of(m), id);

	return dev != NULL && dev->group != TCE_NO_GROUP ? dev->group : tce_node_of_dev(st, id);
}

static void *array_new(const struct tce_plan *plan, unsigned nr, size_t size)
{
	return nr == 0 ? NULL : tce_mem_new(&plan->mem, nr * size);
}

static unsigned count_nodes(const struct tce_state *st)
{
	unsigned nr = 0;

	for (uint32_t node = tce_node_next(st, 0); node != TCE_NODE_NONE;
	     node = tce_node_next(st, node + 1))
		nr++;
	return nr;
}

static int make_lists(struct tce_plan *plan)
{
	const struct tce_state *st = tce_machine_state(plan->base);
	unsigned nr_pes = count_nodes(st);
	unsigned nr_devs = tce_nr_devs(st);

	plan->pes = array_new(plan, nr_pes, sizeof(*plan->pes));
	if (plan->pes == NULL && nr_pes != 0)
		return -TCE_ERR_NOMEM;
	plan->nodes = array_new(plan, nr_pes, sizeof(*plan->nodes));
	if (plan->nodes == NULL && nr_pes != 0) {
		tce_mem_free(&plan->mem, plan->pes, nr_pes * sizeof(*plan->pes));
		plan->pes = NULL;
		return -TCE_ERR_NOMEM;
	}
	plan->sum.nr_pes = nr_pes;
	plan->devs = array_new(plan, nr_devs, sizeof(*plan->devs));
	if (plan->devs == NULL && nr_devs != 0)
		return -TCE_ERR_NOMEM;
	plan->sum.nr_devs = nr_devs;
	return 0;
}

static void name_pe(const struct tce_state *st, uint32_t node, struct tce_plan_pe *pe)
{
	const struct tce_dev *dev;

	pe->first_dev = TCE_NO_ID;
	pe->phb = (uint16_t)node;
	pe->dev = TCE_NO_ID;
	if (node >= TCE_NODE_DEV) {
		dev = tce_dev_find(st, (uint16_t)node);
		pe->dev = dev->id;
		pe->phb = dev->phb;
	}
	pe->buid = pe->phb != TCE_NO_ID ? tce_phb_find(st, pe->phb)->papr.buid
					: tce_node_buid(st, node);
}

static unsigned pe_of_node(const struct tce_plan *plan, uint32_t node)
{
	for (unsigned i = 0; i < plan->sum.nr_pes; i++) {
		if (plan->nodes[i] == node)
			return i;
	}
	return UINT_MAX;
}

static void add_dev(struct tce_plan *plan, const struct tce_dev *dev, struct tce_plan_dev *to)
{
	bool bridge = dev->type == TCE_DEV_ROOT_PORT || dev->type == TCE_DEV_PCI_BRIDGE;
	struct tce_plan_pe *pe;

	to->dev = dev->id;
	to->pe = pe_of_node(plan, tce_plan_node_of(plan->base, dev->id));
	if (to->pe == UINT_MAX)
		return;
	pe = &plan->pes[to->pe];
	pe->nr_devs++;
	if (pe->first_dev == TCE_NO_ID && !bridge)
		pe->first_dev = dev->id;
}

int tce_plan_find_pes(struct tce_plan *plan)
{
	const struct tce_state *st = tce_machine_state(plan->base);
	uint32_t node = tce_node_next(st, 0);
	int err = make_lists(plan);

	if (err != 0)
		return err;
	for (unsigned i = 0; i < plan->sum.nr_pes; i++) {
		plan->nodes[i] = node;
		name_pe(st, node, &plan->pes[i]);
		node = tce_node_next(st, node + 1);
	}
	for (unsigned i = 0; i < plan->sum.nr_devs; i++)
		add_dev(plan, tce_dev_at(st, i), &plan->devs[i]);
	return 0;
}

/* --- windows ------------------------------------------------------------------------------ */

/* The kernel's table over a window; NULL: it has none. */
static const struct tce_iommu_table *table_of(const struct tce_state *st,
					      const struct tce_table_group *group, uint64_t liobn)
{
	for (unsigned slot = 0; group != NULL && slot < TCE_GROUP_TABLES; slot++) {
		const struct tce_iommu_table *tbl = tce_group_table(st, group, slot);

		if (tbl != NULL && tbl->index == liobn)
			return tbl;
	}
	return NULL;
}

/* A dynamic window, as the kernel uses it. */
static void set_use(const struct tce_pseries_window *ddw, struct tce_plan_window *window)
{
	if (!ddw->direct) {
		window->use = TCE_MODE_DYNAMIC;
	} else if (window->table_size != 0) {
		window->use = TCE_MODE_HYBRID;
		window->direct_size = window->table_start - window->start;
	} else {
		window->use = TCE_MODE_DIRECT;
		window->direct_size = tce_pow2(ddw->prop.window_shift);
	}
}

static void add_window(struct tce_plan *plan, uint32_t node, const struct tce_window_info *info,
		       struct tce_plan_pe *pe)
{
	const struct tce_state *st = tce_machine_state(plan->m);
	const struct tce_linux *lx = tce_linux_of(plan->m);
	const struct tce_pseries_window *ddw = tce_pseries_window_find(lx, node);
	const struct tce_iommu_table *tbl = table_of(st, tce_group_find(st, lx, node), info->liobn);
	struct tce_plan_window *window = &pe->window[pe->nr_windows++];

	window->use = TCE_MODE_DEFAULT;
	window->liobn = info->liobn;
	window->start = info->start;
	window->last = info->last;
	window->page_shift = info->page_shift;
	window->nr_entries = info->nr_entries;
	window->nr_mapped = info->nr_mapped;
	if (tbl != NULL) {
		window->table_start = tbl->offset << tbl->page_shift;
		window->table_size = tbl->size << tbl->page_shift;
	}
	if (ddw != NULL && ddw->prop.liobn == info->liobn)
		set_use(ddw, window);
}

/* LIOBNs of a node, 0: none. */
static void liobns_of(const struct tce_state *st, uint32_t node, uint64_t ret_liobn[2])
{
	struct tce_phb_opts opts;
	const struct tce_dev *dev;

	ret_liobn[0] = tce_node_liobn(st, node);
	ret_liobn[1] = 0;
	if (node < TCE_NODE_DEV) {
		tce_phb_lpar_opts(tce_phb_find(st, (uint16_t)node), &opts);
	} else {
		dev = tce_dev_find(st, (uint16_t)node);
		if (dev->phb == TCE_NO_ID)
			return;
		tce_dev_lpar_opts(tce_phb_find(st, dev->phb), dev->id, &opts);
	}
	ret_liobn[0] = opts.liobn[0];
	ret_liobn[1] = opts.liobn[1];
}

static void look_at_windows(struct tce_plan *plan, uint32_t node, struct tce_plan_pe *pe)
{
	struct tce_window_info info;
	uint64_t liobn[2];

	liobns_of(tce_machine_state(plan->m), node, liobn);
	for (unsigned i = 0; i < 2; i++) {
		if (liobn[i] != 0 && tce_lpar_window(plan->m->lpar, liobn[i], &info) == 0 &&
		    info.nr_entries != 0)
			add_window(plan, node, &info, pe);
	}
	if (pe->nr_windows == 2 && pe->window[0].use != TCE_MODE_DEFAULT) {
		struct tce_plan_window first = pe->window[0];

		pe->window[0] = pe->window[1];
		pe->window[1] = first;
	}
}

/* --- the whole ---------------------------------------------------------------------------- */

const struct tce_ddw_record *tce_plan_record(const struct tce_machine *m, uint32_t node)
{
	const struct tce_table_group *group =
		tce_group_find(tce_machine_state(m), tce_linux_of(m), node);

	return group == NULL ? NULL : &group->ddw;
}

/* What the best window is good for; NONE: the kernel uses none. */
static enum tce_dma_mode mode_of(const struct tce_plan_pe *pe)
{
	enum tce_dma_mode mode = TCE_MODE_NONE;

	for (unsigned i = 0; i < pe->nr_windows; i++) {
		const struct tce_plan_window *window = &pe->window[i];

		if (window->use != TCE_MODE_DEFAULT || window->table_size != 0)
			mode = window->use;
	}
	return mode;
}

static void explain(const struct tce_plan *plan, const struct tce_ddw_record *record,
		    struct tce_plan_pe *pe)
{
	struct tce_plan_why why = {.reason = TCE_PLAN_NO_WINDOW};

	if ((plan->sum.boot_flags & TCE_BOOT_IOMMU_OFF) != 0 && pe->phb != TCE_NO_ID)
		why.reason = TCE_PLAN_IOMMU_OFF;
	else if (pe->phb == TCE_NO_ID)
		why.reason = TCE_PLAN_VIRTUAL_IO;
	if (record == NULL || pe->phb == TCE_NO_ID) {
		tce_plan_add_why(&pe->whys, &why);
		return;
	}
	pe->asked = record->page_mask != 0;
	pe->windows_offered = record->windows;
	pe->block = record->block;
	pe->page_mask = record->page_mask;
	tce_plan_explain(&plan->sum.kernel, record, &pe->whys);
}

/* From best to worst. */
static unsigned rank(enum tce_dma_mode mode)
{
	static const uint8_t ranks[] = {[TCE_MODE_DIRECT] = 0,
					[TCE_MODE_HYBRID] = 1,
					[TCE_MODE_DYNAMIC] = 2,
					[TCE_MODE_DEFAULT] = 3,
					[TCE_MODE_NONE] = 4};

	return ranks[mode];
}

/* The worst off PE; virtual I/O, which never has more, only when there is nothing else. */
static void find_worst(struct tce_plan *plan)
{
	bool any = false;

	for (unsigned i = 0; i < plan->sum.nr_pes; i++) {
		const struct tce_plan_pe *pe = &plan->pes[i];

		if (pe->nr_devs == 0 || pe->phb == TCE_NO_ID)
			continue;
		if (!any || rank(pe->mode) > rank(plan->sum.worst))
			plan->sum.worst = pe->mode;
		any = true;
	}
	for (unsigned i = 0; !any && i < plan->sum.nr_pes; i++) {
		if (plan->pes[i].nr_devs != 0)
			plan->sum.worst = plan->pes[i].mode;
	}
}

void tce_plan_look(struct tce_plan *plan)
{

	for (unsigned i = 0; i < plan->sum.nr_pes; i++) {
		struct tce_plan_pe *pe = &plan->pes[i];

		look_at_windows(plan, plan->nodes[i], pe);
		pe->mode = mode_of(pe);
		explain(plan, tce_plan_record(plan->m, plan->nodes[i]), pe);
	}
	find_worst(plan);
}
