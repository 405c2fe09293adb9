/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order in which a kernel sets up what it finds at boot, and nodes that come and go later: the
 * device-tree notifier iommu_reconfig_notifier, init_phb_dynamic, remove_phb_dynamic.
 */
#include "pseries.h"

/* --- boot --------------------------------------------------------------------------------- */

/* Buses of all bridges first: pcibios_scan_phb comes before pci_bus_add_devices. */
static int set_up_buses(struct tce_linux_call *call)
{
	const struct tce_phb *phb;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (phb = tce_phb_at(call->st, i)) != NULL; i++)
		err = tce_pseries_bus_setup(call, phb->id, false);
	return err;
}

/* Is a before b on their bridge? */
static bool comes_before(const struct tce_dev *a, const struct tce_dev *b)
{
	if (a->bus != b->bus)
		return a->bus < b->bus;
	return a->devfn != b->devfn ? a->devfn < b->devfn : a->id < b->id;
}

/* The next device on a bridge after one (NULL: the first), by bus and device number. */
static const struct tce_dev *next_on(const struct tce_state *st, uint16_t phb,
				     const struct tce_dev *after)
{
	const struct tce_dev *best = NULL;
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->phb != phb || (after != NULL && !comes_before(after, dev)))
			continue;
		if (best == NULL || comes_before(dev, best))
			best = dev;
	}
	return best;
}

static int set_up_below(struct tce_linux_call *call, uint16_t phb, bool late)
{
	const struct tce_dev *dev = NULL;
	int err = 0;

	while (err == 0 && (dev = next_on(call->st, phb, dev)) != NULL)
		err = tce_pseries_dev_setup(call, tce_linux_dev_find(call->st, call->lx, dev->id),
					    late);
	return err;
}

static int set_up_vio(struct tce_linux_call *call)
{
	struct tce_linux_dev *dev;
	int err = 0;

	for (uint32_t i = 0; err == 0 && (dev = tce_linux_dev_at(call->st, call->lx, i)) != NULL;
	     i++) {
		if (dev->dma.vio)
			err = tce_pseries_dev_setup(call, dev, false);
	}
	return err;
}

int tce_pseries_boot(struct tce_linux_call *call)
{
	const struct tce_phb *phb;
	int err = tce_pseries_find_existing(call);

	if (err == 0)
		err = set_up_buses(call);
	for (uint32_t i = 0; err == 0 && (phb = tce_phb_at(call->st, i)) != NULL; i++)
		err = set_up_below(call, phb->id, false);
	return err != 0 ? err : set_up_vio(call);
}

/* --- nodes that go ------------------------------------------------------------------------- */

static int remove_window(struct tce_linux_call *call, uint32_t node)
{
	struct tce_ddw_prop win;
	int err;

	if (!tce_pseries_ddw_prop(call->st, node, TCE_PROP_DIRECT64, &win) &&
	    !tce_pseries_ddw_prop(call->st, node, TCE_PROP_DMA64, &win))
		return 0;
	err = tce_pseries_clean(call, &win);
	return err != 0 ? err : tce_pseries_rtas_remove(call, win.liobn);
}

/* iommu_pseries_free_group. B15 puts the first table also when there is none. */
static int free_group(struct tce_linux_call *call, uint32_t node)
{
	struct tce_table_group *group = tce_group_find(call->st, call->lx, node);

	if (group == NULL)
		return 0;
	call->outcome->warned |=
		group->table[0].grain == 0 && tce_linux_bug(call->lx, TCE_DEFECT_B15);
	return tce_group_remove(call, group);
}

/*
 * DETACH_NODE. The list of failed nodes keeps the entry (D15); the notifier leaves the window's
 * property in the node, which goes as a whole afterwards.
 */
static int detach(struct tce_linux_call *call, uint32_t node)
{
	int err = remove_window(call, node);

	if (err == 0)
		err = free_group(call, node);
	tce_node_prop_del(call->st, node, TCE_PROP_DIRECT64);
	tce_node_prop_del(call->st, node, TCE_PROP_DMA64);
	tce_pseries_window_del(call->lx, node);
	if (!tce_linux_bug(call->lx, TCE_DEFECT_D15))
		tce_pseries_forgive(call->lx, node);
	return err;
}

/* --- devices and bridges ------------------------------------------------------------------- */

/* Firmware gives a node that is added later as it is when a system starts. */
static int fresh_node(struct tce_linux_call *call, uint32_t node)
{
	return tce_node_find(call->st, node) == NULL ? 0 : tce_node_rebuild(call->machine, node);
}

int tce_pseries_dev_add(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	int err = fresh_node(call, TCE_NODE_DEV | dev->id);

	return err != 0 ? err : tce_pseries_dev_setup(call, dev, true);
}

int tce_pseries_dev_remove(struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	uint32_t node = TCE_NODE_DEV | dev->id;

	tce_linux_dev_set_table(call, dev, NULL);
	return tce_node_find(call->st, node) == NULL ? 0 : detach(call, node);
}

int tce_pseries_phb_add(struct tce_linux_call *call, uint16_t phb)
{
	int err = fresh_node(call, phb);

	if (err == 0)
		err = tce_pseries_bus_setup(call, phb, true);
	return err != 0 ? err : set_up_below(call, phb, true);
}

int tce_pseries_phb_remove(struct tce_linux_call *call, uint16_t phb)
{
	return detach(call, phb);
}
