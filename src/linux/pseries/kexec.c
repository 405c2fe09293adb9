/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find_existing_ddw_windows: what a kernel before left in the device tree goes on the list,
 * whatever its name says as a window that is not direct (6.5 and later; before, nobody knew).
 */
#include "pseries.h"

static int take_over(struct tce_linux_call *call, uint32_t node, enum tce_prop which)
{
	struct tce_pseries_window window = {.node = node};
	uint32_t len;

	if (tce_node_prop(call->st, node, which, &len) == NULL)
		return 0;
	if (!tce_pseries_ddw_prop(call->st, node, which, &window.prop)) {
		tce_node_prop_del(call->st, node, which); /* too short to be removed by name */
		return 0;
	}
	return tce_pseries_window_add(call, &window);
}

static int find_existing(struct tce_linux_call *call, enum tce_prop which)
{
	uint32_t node = tce_node_next(call->st, 0);
	int err = 0;

	while (err == 0 && node != TCE_NODE_NONE) {
		err = take_over(call, node, which);
		node = tce_node_next(call->st, node + 1);
	}
	return err;
}

int tce_pseries_find_existing(struct tce_linux_call *call)
{
	int err = find_existing(call, TCE_PROP_DIRECT64);

	return err != 0 ? err : find_existing(call, TCE_PROP_DMA64);
}
