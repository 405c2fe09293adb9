/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows as the platform has them, against the device tree that tells a kernel of them (known-bugs
 * I-DT), and the ways in which a known implementation dies of them.
 */
#include "state_rules.h"

/* --- ibm,dma-window, linux,*-ddr-window-info ------------------------------------------------- */

static void mismatch(struct tce_check *check, uint32_t node, const char *text, uint64_t liobn,
		     uint64_t start)
{
	struct tce_breach breach = tce_breach_of(TCE_RULE_DEVTREE_MISMATCH, text);

	breach.node = node;
	breach.value[0] = liobn;
	breach.value[1] = start;
	tce_check_add(check, &breach);
}

/* A window property that Linux wrote. True: it describes liobn. */
static void check_ddw_prop(struct tce_check *check, uint32_t node, enum tce_prop prop)
{
	struct tce_window_info info;
	struct tce_ddw_prop ddw;
	const uint8_t *bytes;
	uint32_t len;

	bytes = tce_node_prop(check->st, node, prop, &len);
	if (bytes == NULL || len < TCE_DDW_PROP_BYTES)
		return;
	tce_ddw_prop_decode(bytes, &ddw);
	if (tce_lpar_window(tce_machine_lpar(check->machine), ddw.liobn, &info) != 0 ||
	    info.nr_entries == 0)
		mismatch(check, node, "{node}: the device tree tells of window {0}, which is gone",
			 ddw.liobn, ddw.dma_base);
	else if (info.start != ddw.dma_base || info.page_shift != ddw.tce_shift)
		mismatch(check, node, "{node}: window {0} is not the one the device tree describes",
			 ddw.liobn, ddw.dma_base);
}

static bool is_fixed(const struct tce_node *node, enum tce_prop prop)
{
	return (node->fixed & 1U << prop) != 0;
}

static void check_default(struct tce_check *check, uint32_t number, const struct tce_node *node)
{
	struct tce_window_info info;
	struct tce_dma_window window;
	const uint8_t *bytes;
	uint32_t len;

	bytes = tce_node_prop(check->st, number, TCE_PROP_DMA_WINDOW, &len);
	if (bytes == NULL || is_fixed(node, TCE_PROP_DMA_WINDOW) ||
	    !tce_dma_window_decode(bytes, len, node->addr_cells, node->size_cells, &window) ||
	    window.size == 0)
		return;
	if (tce_lpar_window(tce_machine_lpar(check->machine), window.liobn, &info) != 0 ||
	    info.nr_entries == 0)
		mismatch(check, number,
			 "{node}: the device tree tells of default window {0}, which is gone",
			 window.liobn, window.addr);
}

void tce_rule_devtree(struct tce_check *check)
{
	const struct tce_state *st = check->st;

	if (tce_machine_lpar(check->machine) == NULL || !st->booted)
		return;
	for (uint32_t node = tce_node_next(st, 0); node != TCE_NODE_NONE;
	     node = tce_node_next(st, node + 1)) {
		check_default(check, node, tce_node_find(st, node));
		check_ddw_prop(check, node, TCE_PROP_DIRECT64);
		check_ddw_prop(check, node, TCE_PROP_DMA64);
	}
}

/* --- QEMU ------------------------------------------------------------------------------------ */

static void check_taints(struct tce_check *check, const struct tce_lpar *lpar)
{
	struct tce_window_info info;
	uint64_t from = 0;

	while (tce_lpar_next_window(lpar, from, &info)) {
		if (info.tainted) {
			struct tce_breach breach = tce_breach_of(
				TCE_RULE_QEMU_WINDOW_TOO_LARGE,
				"window {0} was asked for with more entries than QEMU counts; "
				"making it once more aborts QEMU");

			breach.value[0] = info.liobn;
			tce_check_add(check, &breach);
		}
		from = info.liobn + 1;
	}
}

void tce_rule_qemu(struct tce_check *check)
{
	const struct tce_lpar *lpar = tce_machine_lpar(check->machine);
	enum tce_abort cause;
	struct tce_breach breach;

	if (lpar == NULL)
		return;
	check_taints(check, lpar);
	cause = tce_lpar_aborted(lpar);
	if (cause == TCE_ABORT_NOT)
		return;
	breach = tce_breach_of(cause == TCE_ABORT_REMOVE_VIO ? TCE_RULE_QEMU_REMOVE_VIO
							     : TCE_RULE_QEMU_WINDOW_TOO_LARGE,
			       tce_abort_text(cause));
	tce_check_add(check, &breach);
}
