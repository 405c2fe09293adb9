/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What VFIO asks of a PE's table group. Until 6.3 VFIO itself takes and gives back a group once,
 * from 6.4 on the IOMMU core does for each device: the first one counts, so both are one code here.
 * Source: pci-ioda.c pnv_pci_ioda2_ops, pnv_ioda2_take_ownership, pnv_ioda2_release_ownership.
 */
#include "powernv.h"

#include "base/assert.h"

struct tce_pnv_pe *tce_pnv_pe_of_group(const struct tce_linux_call *call,
				       const struct tce_table_group *group)
{
	struct tce_pnv_pe *pe = tce_pnv_pe_find(call->st, call->lx, group->key);

	TCE_ASSERT(pe != NULL);
	return pe;
}

static int create_table(struct tce_linux_call *call, struct tce_table_group *group,
			const struct tce_window_request *request, struct tce_iommu_table **ret_tbl,
			int *ret_errno)
{
	const struct tce_pnv_pe *pe = tce_pnv_pe_of_group(call, group);
	struct tce_pnv_geometry geometry = {.window = *request,
					    .bus = request->num == 0 ? group->tce32_start
								     : pe->bypass_base,
					    .user_copy = true};
	struct tce_iommu_table *tbl;
	int err = tce_linux_table_new(call, &tbl);

	if (err == 0)
		err = tce_pnv_table_alloc(call, &geometry, tbl, ret_errno);
	if (err != 0)
		return err;
	if (*ret_errno != 0)
		return tce_linux_table_put(call, tbl);
	tbl->index = group->key;
	tbl->allocated_size = tce_pnv_table_size(call->lx, request);
	*ret_tbl = tbl;
	return 0;
}

static int set_window(struct tce_linux_call *call, struct tce_table_group *group, unsigned num,
		      struct tce_iommu_table *tbl, int *ret_errno)
{
	return tce_pnv_set_window(call, tce_pnv_pe_of_group(call, group), num, tbl, ret_errno);
}

static int unset_window(struct tce_linux_call *call, struct tce_table_group *group, unsigned num,
			int *ret_errno)
{
	return tce_pnv_unset_window(call, tce_pnv_pe_of_group(call, group), num, ret_errno);
}

/* A1: devices of a bus are not told; A2: nor is the device of a PE of its own. */
static void tell_devices(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			 struct tce_iommu_table *tbl)
{
	bool has_bus = (pe->flags & (TCE_PNV_PE_BUS | TCE_PNV_PE_BUS_ALL)) != 0;

	if (has_bus && !tce_linux_bug(call->lx, TCE_DEFECT_A1))
		tce_pnv_setup_bus_dma(call, pe, tbl);
	else if (pe->pdev != TCE_NO_ID && !tce_linux_bug(call->lx, TCE_DEFECT_A2))
		tce_linux_dev_set_table(call, tce_linux_dev_find(call->st, call->lx, pe->pdev),
					tbl);
}

/*
 * Was all taken already? Asked for each device of the PE: the first one takes all. D39: a PE whose
 * default table could not be made when it came back counts as taken, though it has its bypass.
 */
static bool is_taken(const struct tce_linux_call *call, const struct tce_pnv_pe *pe,
		     const struct tce_table_group *group)
{
	return group->table[0].grain == 0 &&
	       (!pe->bypass_enabled || tce_linux_bug(call->lx, TCE_DEFECT_D39));
}

static int take_ownership(struct tce_linux_call *call, struct tce_table_group *group,
			  struct tce_linux_dev *dev, int *ret_errno)
{
	struct tce_pnv_pe *pe = tce_pnv_pe_of_group(call, group);
	struct tce_iommu_table *tbl = tce_state_at(call->st, group->created);
	int rc;
	int err;

	(void)dev;
	*ret_errno = 0;
	group->owned = true;
	if (is_taken(call, pe, group))
		return 0;
	err = tce_pnv_set_bypass(call, pe, false);
	if (err == 0 && group->table[0].grain != 0)
		err = tce_pnv_unset_window(call, pe, 0, &rc);
	if (err == 0)
		err = tce_pnv_drop_linear(call, pe);
	if (err != 0)
		return err;
	tell_devices(call, pe, NULL);
	group->created.grain = 0;
	return tbl == NULL ? 0 : tce_linux_table_put(call, tbl);
}

static int release_ownership(struct tce_linux_call *call, struct tce_table_group *group,
			     struct tce_linux_dev *dev)
{
	struct tce_pnv_pe *pe = tce_pnv_pe_of_group(call, group);
	int refused;
	int err;

	(void)dev;
	group->owned = false;
	if (group->table[0].grain != 0)
		return 0;
	err = tce_pnv_setup_default_config(call, pe, &refused);
	if (err == 0)
		tell_devices(call, pe, tce_group_table(call->st, group, 0));
	return err;
}

const struct tce_table_group_ops tce_pnv_group_ops = {
	.get_table_size = tce_pnv_table_size,
	.create_table = create_table,
	.set_window = set_window,
	.unset_window = unset_window,
	.take_ownership = take_ownership,
	.release_ownership = release_ownership,
};
