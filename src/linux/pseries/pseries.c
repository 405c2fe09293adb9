/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pseries as a platform: the table of what it does its own way, hypercalls as table operations, its
 * state in the stream. Left out: bare pSeries without a hypervisor, secure guests.
 */
#include "pseries.h"

#include "machine/canon.h"

/* The CPU's page for lists of TCEs: any page of RAM does, recordings do not name it. */
#define LIST_PAGE UINT64_C(0x10000)

static void env(struct tce_linux_call *call, struct tce_linux_env *env)
{
	struct tce_pseries_port *port = &env->port.pseries;
	bool single = tce_linux_flag(call, TCE_BOOT_NO_MULTITCE) || call->machine->opts.no_multitce;

	port->kernel = &call->lx->kernel;
	port->emit = tce_linux_emit;
	port->skip = tce_linux_skip;
	port->emit_ctx = call->machine;
	port->list_page = tce_ra(LIST_PAGE);
	port->no_put_indirect = single;
	port->no_stuff = single;
	env->dma.ops = &tce_iommu_table_lpar_multi_ops;
	env->dma.ops_ctx = port;
}

/* A table of the default window has that window's LIOBN. */
static bool table_is_dynamic(const struct tce_state *st, const struct tce_linux *lx,
			     const struct tce_linux_dev *dev)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);
	const struct tce_pseries_window *window;

	(void)st;
	if (tbl == NULL || dev->group == TCE_NO_GROUP)
		return false;
	window = tce_pseries_window_find(lx, dev->group);
	return window != NULL && window->prop.liobn == tbl->index;
}

static void drop(struct tce_state *st, struct tce_linux *lx)
{
	struct tce_pseries *pseries = tce_pseries_of(lx);

	tce_vec_fini(&pseries->windows, &st->mem, sizeof(struct tce_pseries_window));
	tce_vec_fini(&pseries->failed, &st->mem, sizeof(uint32_t));
}

/* --- the stream --------------------------------------------------------------------------- */

/* Place of a node's window in the list, from its head; UINT32_MAX: none. */
static uint32_t place(const struct tce_linux *lx, uint32_t node)
{
	const struct tce_pseries_window *window;

	for (uint32_t i = 0; (window = tce_pseries_window_at(lx, i)) != NULL; i++) {
		if (window->node == node)
			return i;
	}
	return UINT32_MAX;
}

static void node_canon(const struct tce_state *st, const struct tce_linux *lx, uint32_t node,
		       struct tce_canon *canon)
{
	uint32_t at = place(lx, node);

	tce_canon_u8(canon, tce_pseries_has_failed(lx, node));
	tce_canon_u32(canon, at);
	if (at != UINT32_MAX) {
		const struct tce_pseries_window *window = tce_pseries_window_at(lx, at);

		tce_canon_u8(canon, window->direct);
		tce_canon_u64(canon, window->prop.liobn);
		tce_canon_u64(canon, window->prop.dma_base);
		tce_canon_u32(canon, window->prop.tce_shift << 8 | window->prop.window_shift);
	}
	tce_group_canon(st, tce_group_find(st, lx, node), canon);
}

/* All nodes that there are; a node that went and left something behind (D15) comes last. */
static void canon(const struct tce_state *st, const struct tce_linux *lx, struct tce_canon *sink)
{
	const struct tce_pseries *pseries = tce_pseries_of(lx);

	for (uint32_t i = 0; i < tce_nr_phbs(st); i++)
		node_canon(st, lx, tce_canon_order(sink, TCE_CANON_PHB, i, tce_phb_at(st, i)->id),
			   sink);
	for (uint32_t i = 0; i < tce_nr_devs(st); i++) {
		uint16_t id = tce_canon_order(sink, TCE_CANON_DEV, i, tce_dev_at(st, i)->id);

		if (tce_node_find(st, TCE_NODE_DEV | id) != NULL)
			node_canon(st, lx, TCE_NODE_DEV | id, sink);
	}
	for (uint32_t i = 0; i < pseries->failed.nr; i++) {
		uint32_t node = *(const uint32_t *)tce_vec_at(&pseries->failed, i, sizeof(node));

		if (tce_node_find(st, node) == NULL)
			tce_canon_u32(sink, node);
	}
}

const struct tce_linux_platform tce_linux_pseries = {
	.state_size = sizeof(struct tce_pseries),
	.drop = drop,
	.canon = canon,
	.boot = tce_pseries_boot,
	.dev_setup = tce_pseries_dev_add,
	.dev_remove = tce_pseries_dev_remove,
	.phb_add = tce_pseries_phb_add,
	.phb_remove = tce_pseries_phb_remove,
	.bypass_supported = tce_pseries_bypass_supported,
	.env = env,
	.table_is_dynamic = table_is_dynamic,
	.memory = tce_pseries_memory,
	.group_ops = &tce_pseries_group_ops,
};
