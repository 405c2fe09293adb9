/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows as the platform has them, against the device tree that tells a kernel of them
 * (devtree-mismatch), and the ways in which a known implementation dies of them.
 */
#include "linux/os.h"
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

/* The kernel has given the node up (DLPAR): firmware writes it anew before anyone reads it. */
static bool is_given_up(const struct tce_check *check, uint32_t node)
{
	if (check->lx == NULL)
		return false;
	if (node < TCE_NODE_DEV)
		return !tce_linux_knows_phb(check->lx, (uint16_t)node);
	return tce_linux_dev_find(check->st, check->lx, (uint16_t)node) == NULL;
}

void tce_rule_devtree(struct tce_check *check)
{
	const struct tce_state *st = check->st;

	if (tce_machine_lpar(check->machine) == NULL || !st->booted)
		return;
	for (uint32_t node = tce_node_next(st, 0); node != TCE_NODE_NONE;
	     node = tce_node_next(st, node + 1)) {
		if (is_given_up(check, node))
			continue;
		check_default(check, node, tce_node_find(st, node));
		check_ddw_prop(check, node, TCE_PROP_DIRECT64);
		check_ddw_prop(check, node, TCE_PROP_DMA64);
	}
}

/* --- windows among each other, and what their TCEs point to ---------------------------------- */

static void check_overlap(struct tce_check *check, const struct tce_lpar *lpar,
			  const struct tce_window_info *info)
{
	struct tce_window_info other;
	uint64_t from = info->liobn + 1;

	for (; tce_lpar_next_window(lpar, from, &other); from = other.liobn + 1) {
		struct tce_breach breach;

		if (other.vio || other.buid != info->buid || other.nr_entries == 0 ||
		    other.start > info->last || info->start > other.last)
			continue;
		breach = tce_breach_of(TCE_RULE_WINDOW_OVERLAP,
				       "windows {0} and {1} of one bridge lie over each other at "
				       "{2}");
		breach.value[0] = info->liobn;
		breach.value[1] = other.liobn;
		breach.value[2] = info->start > other.start ? info->start : other.start;
		tce_check_add(check, &breach);
	}
}

/*
 * Does every page of a run begin in memory of the machine? The last one of memory may be larger
 * than what is left of it.
 */
static bool is_backed(const struct tce_state *st, const struct tce_run *run, uint64_t page)
{
	uint64_t first = run->first & ~(page - 1) & ~TCE_PERM;

	uint64_t to_last = run->step == 0 ? 0 : (run->count - 1) * run->step;

	return tce_memmap_backed(st, first, to_last + (UINT64_C(1) << TCE_PAGE_SHIFT_MIN));
}

static void check_targets(struct tce_check *check, const struct tce_lpar *lpar,
			  const struct tce_window_info *info)
{
	const struct tce_table *table = tce_lpar_table(lpar, info->liobn);
	uint64_t page = UINT64_C(1) << info->page_shift;
	struct tce_run run;
	uint64_t from = 0;

	for (; table != NULL && tce_table_next_run(table, from, &run);
	     from = run.index + run.count) {
		struct tce_breach breach;

		if ((run.first & TCE_PERM) == 0 || is_backed(check->st, &run, page))
			continue;
		breach = tce_breach_of(TCE_RULE_TCE_OUTSIDE_RAM,
				       "window {0}: the TCEs from bus address {1} on point to {2}, "
				       "where the machine has no memory");
		breach.value[0] = info->liobn;
		breach.value[1] = info->start + (run.index << info->page_shift);
		breach.value[2] = run.first & ~(page - 1);
		tce_check_add(check, &breach);
		return;
	}
}

void tce_rule_windows(struct tce_check *check)
{
	const struct tce_lpar *lpar = tce_machine_lpar(check->machine);
	struct tce_window_info info;
	uint64_t from = 0;

	for (; lpar != NULL && tce_lpar_next_window(lpar, from, &info); from = info.liobn + 1) {
		if (info.nr_entries == 0)
			continue;
		if (!info.vio)
			check_overlap(check, lpar, &info);
		if (info.nr_mapped != 0)
			check_targets(check, lpar, &info);
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
