/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spapr_tce_table_group_ops: a PE goes to a user (VFIO) and comes back, and the user makes windows
 * of his own. From 6.11 on; 6.4 to 6.10 lend the table that there is, and no other.
 *
 * Not modelled: errors for lack of memory on the way, which leak.
 */
#include "base/bits.h"
#include "pseries.h"

#define DEFAULT_SHIFT 12U

/* --- removing windows ----------------------------------------------------------------------- */

/*
 * remove_dma_window_named of the default window: its 20-byte property is too short to be cleared or
 * removed, only the property goes, and a copy of it stays (D16).
 */
static int remove_default(struct tce_linux_call *call, uint32_t node)
{
	struct tce_dma_window window;
	uint32_t len;
	const uint8_t *bytes = tce_node_prop(call->st, node, TCE_PROP_DMA_WINDOW, &len);
	int err = 0;

	if (bytes == NULL)
		return 0;
	if (len >= TCE_DDW_PROP_BYTES || !tce_linux_bug(call->lx, TCE_DEFECT_D16)) {
		tce_pseries_default_prop(call->st, node, &window);
		err = tce_pseries_clean_default(call, node);
		if (err == 0)
			err = tce_pseries_rtas_remove(call, window.liobn);
	}
	if (err == 0 && tce_node_prop(call->st, node, TCE_PROP_WINDOW_SAVED, &len) == NULL)
		err = tce_node_prop_copy(call->st, node, TCE_PROP_DMA_WINDOW,
					 TCE_PROP_WINDOW_SAVED);
	if (err == 0)
		tce_node_prop_del(call->st, node, TCE_PROP_DMA_WINDOW);
	return err;
}

static enum tce_prop name_of(bool direct)
{
	return direct ? TCE_PROP_DIRECT64 : TCE_PROP_DMA64;
}

static int remove_ddw(struct tce_linux_call *call, uint32_t node, enum tce_prop name, bool clean)
{
	struct tce_ddw_prop win;
	int err = 0;

	if (!tce_pseries_ddw_prop(call->st, node, name, &win))
		return 0;
	if (clean)
		err = tce_pseries_clean(call, &win);
	if (err == 0)
		err = tce_pseries_rtas_remove(call, win.liobn);
	tce_node_prop_del(call->st, node, name);
	return err;
}

/* The kernel's own window goes, with its table when it has one. */
static int take_ddw(struct tce_linux_call *call, struct tce_table_group *group)
{
	const struct tce_pseries_window *window = tce_pseries_window_find(call->lx, group->key);
	unsigned slot = group->table[1].grain != 0 ? 1 : 0;
	bool direct;
	int err;

	if (window == NULL)
		return 0;
	direct = window->direct;
	err = remove_ddw(call, group->key, name_of(direct), true);
	if (err == 0 && !direct)
		err = tce_group_put_table(call, group, slot, false);
	tce_pseries_window_del(call->lx, group->key);
	return err;
}

/* Without D40 the direct window's end is the end of direct DMA, until a driver sets a mask. */
static void forget_direct(const struct tce_linux_call *call, struct tce_linux_dev *dev)
{
	if (tce_linux_bug(call->lx, TCE_DEFECT_D40))
		return;
	dev->dma.ops_bypass = false;
	dev->dma.bus_dma_limit = 0;
}

/*
 * Was all taken already? Asked for each device of the PE: the first one takes all. D44: a PE whose
 * default window did not come back counts as taken, though it has a direct window.
 */
static bool is_taken(const struct tce_linux_call *call, const struct tce_table_group *group)
{
	if (group->table[0].grain != 0 || group->max_dynamic_windows == 1)
		return false;
	return tce_linux_bug(call->lx, TCE_DEFECT_D44) ||
	       tce_pseries_window_find(call->lx, group->key) == NULL;
}

static int take_ownership(struct tce_linux_call *call, struct tce_table_group *group,
			  struct tce_linux_dev *dev, int *ret_errno)
{
	int err;

	*ret_errno = 0;
	if (!tce_linux_has(call->lx, TCE_KF_IOMMU_OPS)) {
		*ret_errno = -TCE_EPERM;
		return 0;
	}
	group->owned = true;
	forget_direct(call, dev);
	if (is_taken(call, group)) {
		if (!tce_linux_bug(call->lx, TCE_DEFECT_D9))
			tce_linux_dev_set_table(call, dev, NULL);
		return 0;
	}
	err = take_ddw(call, group);
	if (err == 0 && group->table[0].grain != 0) {
		err = remove_default(call, group->key);
		if (err == 0)
			err = tce_group_put_table(call, group, 0, false);
	}
	tce_linux_dev_set_table(call, dev, NULL);
	return err;
}

/* --- the default window comes back ------------------------------------------------------------ */

static struct tce_pseries_asker asker_of(const struct tce_linux_call *call,
					 const struct tce_table_group *group)
{
	const struct tce_linux_dev *dev = tce_group_next_dev(call->st, call->lx, group, 0);
	struct tce_pseries_asker asker = {.node = group->key,
					  .dev = dev != NULL ? dev->id : TCE_NO_ID};

	return asker;
}

static int restore_default_prop(struct tce_linux_call *call, struct tce_table_group *group)
{
	struct tce_pseries_asker asker = asker_of(call, group);
	bool ok;
	int err = tce_pseries_rtas_reset(call, &asker, false, &ok);

	if (err == 0 && (ok || tce_linux_bug(call->lx, TCE_DEFECT_D28)))
		err = tce_node_prop_copy(call->st, group->key, TCE_PROP_WINDOW_SAVED,
					 TCE_PROP_DMA_WINDOW);
	return err;
}

/* Devices that came back before there was a table again. */
static void tell_others(struct tce_linux_call *call, const struct tce_table_group *group,
			struct tce_iommu_table *tbl)
{
	struct tce_linux_dev *dev;
	uint32_t from = 0;

	while ((dev = tce_group_next_dev(call->st, call->lx, group, from)) != NULL) {
		tce_linux_dev_set_table(call, dev, tbl);
		from = dev->id + 1U;
	}
}

static int release_ownership(struct tce_linux_call *call, struct tce_table_group *group,
			     struct tce_linux_dev *dev)
{
	struct tce_dma_window window;
	struct tce_iommu_table *tbl;
	int err;

	if (tce_linux_bug(call->lx, TCE_DEFECT_B21))
		group->lost_refs++;
	group->owned = false;
	if (group->table[0].grain != 0) {
		if (!tce_linux_bug(call->lx, TCE_DEFECT_D36))
			tce_linux_dev_set_table(call, dev, tce_group_table(call->st, group, 0));
		return 0;
	}
	if (!tce_linux_bug(call->lx, TCE_DEFECT_D38))
		tce_linux_dev_set_table(call, dev, NULL);
	err = restore_default_prop(call, group);
	if (err != 0 || !tce_pseries_default_prop(call->st, group->key, &window))
		return err;
	err = tce_pseries_default_table(call, &window, &tbl);
	if (err != 0)
		return err;
	tce_group_set_table(call->st, group, 0, tbl);
	tce_linux_dev_set_table(call, dev, tbl);
	if (!tce_linux_bug(call->lx, TCE_DEFECT_D36))
		tell_others(call, group, tbl);
	return 0;
}

/* --- windows of the user's -------------------------------------------------------------------- */

static uint64_t get_table_size(const struct tce_linux *lx, const struct tce_window_request *request)
{
	(void)lx;
	if (request->levels > 1)
		return UINT32_MAX;
	return request->window_size >> (request->page_shift - 3);
}

static bool is_default_like(const struct tce_table_group *group,
			    const struct tce_window_request *request)
{
	return request->num == 0 && request->page_shift == DEFAULT_SHIFT &&
	       request->window_size <= group->tce32_size;
}

/* The group lends its table: 6.4 to 6.10. */
static int borrow(struct tce_linux_call *call, struct tce_table_group *group,
		  const struct tce_window_request *request, struct tce_iommu_table **ret_tbl,
		  int *ret_errno)
{
	struct tce_iommu_table *tbl = tce_group_table(call->st, group, 0);

	*ret_errno = -TCE_EPERM;
	if (tbl == NULL || request->num != 0 || request->page_shift != tbl->page_shift ||
	    request->window_size != tbl->size << tbl->page_shift)
		return 0;
	tce_iommu_tce_table_get(tbl);
	*ret_tbl = tbl;
	*ret_errno = 0;
	return 0;
}

/* The default window is made anew, with the size that was asked for. */
static int create_default(struct tce_linux_call *call, struct tce_table_group *group,
			  const struct tce_window_request *request,
			  struct tce_iommu_table **ret_tbl, int *ret_errno)
{
	struct tce_dma_window window;
	int err;

	*ret_errno = -TCE_EPERM;
	if (tce_pseries_window_find(call->lx, group->key) != NULL)
		return 0; /* the reset would take it away */
	err = restore_default_prop(call, group);
	if (err != 0 || !tce_pseries_default_prop(call->st, group->key, &window))
		return err;
	window.size = request->window_size;
	err = tce_pseries_default_table(call, &window, ret_tbl);
	*ret_errno = 0;
	return err;
}

static int refuse(struct tce_linux_call *call, struct tce_table_group *group, int code,
		  int *ret_errno)
{
	*ret_errno = code;
	group->ddw.step = TCE_DDW_CREATE;
	return tce_pseries_fail(call, group->key);
}

/* Property, list entry and table for a window that firmware made. */
static int take_up(struct tce_linux_call *call, struct tce_table_group *group,
		   const struct tce_ddw_prop *prop, struct tce_iommu_table **ret_tbl)
{
	struct tce_pseries_window window = {.node = group->key, .prop = *prop};
	struct tce_linux_dev *dev = tce_group_next_dev(call->st, call->lx, group, 0);
	struct tce_iommu_table *tbl;
	int err = tce_pseries_ddw_prop_set(call->st, group->key, TCE_PROP_DMA64, prop);

	if (err == 0)
		err = tce_pseries_window_add(call, &window);
	if (err == 0)
		err = tce_linux_table_new(call, &tbl);
	if (err != 0)
		return err;
	tbl->index = prop->liobn;
	tbl->page_shift = prop->tce_shift;
	tbl->offset = prop->dma_base >> prop->tce_shift;
	tbl->size = UINT64_C(1) << (prop->window_shift - prop->tce_shift);
	err = tce_pseries_init_table(call, tbl, 0, 0);
	tce_linux_dev_set_table(call, dev, tbl);
	dev->dma.dma_offset = prop->dma_base;
	*ret_tbl = tbl;
	return err;
}

/* The number of windows that are left is not looked at. */
static int create_ddw(struct tce_linux_call *call, struct tce_table_group *group,
		      const struct tce_window_request *request, struct tce_iommu_table **ret_tbl,
		      int *ret_errno)
{
	struct tce_pseries_asker asker = asker_of(call, group);
	struct tce_ddw_prop prop = {.tce_shift = request->page_shift,
				    .window_shift = tce_log2_ceil(request->window_size)};
	struct tce_pseries_query query;
	bool ok;
	int err;

	if (!tce_pseries_ddw_applicable(call->st, group->key))
		return refuse(call, group, -TCE_ENODEV, ret_errno);
	err = tce_pseries_rtas_query(call, &asker, &query, &ok);
	if (err != 0)
		return err;
	if (!ok)
		return refuse(call, group, -TCE_ENODEV, ret_errno);
	if (query.block < tce_pow2(prop.window_shift - prop.tce_shift)) {
		*ret_errno = -TCE_EINVAL;
		return 0;
	}
	err = tce_pseries_rtas_create(call, &asker, &prop, &ok);
	if (err != 0)
		return err;
	if (!ok)
		return refuse(call, group, -TCE_ENODEV, ret_errno);
	*ret_errno = 0;
	return take_up(call, group, &prop, ret_tbl);
}

static bool is_sane(const struct tce_window_request *request)
{
	return tce_is_pow2(request->window_size) && request->levels <= 1 && request->num < 2 &&
	       request->page_shift < 64 &&
	       request->window_size >= UINT64_C(1) << request->page_shift;
}

static int create_table(struct tce_linux_call *call, struct tce_table_group *group,
			const struct tce_window_request *request, struct tce_iommu_table **ret_tbl,
			int *ret_errno)
{
	struct tce_dma_window window;
	int err;

	if (!tce_linux_has(call->lx, TCE_KF_TABLE_GROUP_OPS))
		return borrow(call, group, request, ret_tbl, ret_errno);
	*ret_errno = -TCE_EINVAL;
	if (!is_sane(request))
		return 0;
	*ret_errno = -TCE_ENODEV;
	if (tce_pseries_has_failed(call->lx, group->key))
		return 0;
	*ret_errno = -TCE_EPERM;
	if (!is_default_like(group, request) &&
	    (request->num == 0 || !tce_linux_bug(call->lx, TCE_DEFECT_D37)) &&
	    tce_pseries_window_find(call->lx, group->key) != NULL)
		return 0; /* there is one property for dynamic windows */
	if (is_default_like(group, request) &&
	    !tce_pseries_default_prop(call->st, group->key, &window))
		err = create_default(call, group, request, ret_tbl, ret_errno);
	else
		err = create_ddw(call, group, request, ret_tbl, ret_errno);
	if (err != 0 || *ret_errno != 0)
		return err;
	(*ret_tbl)->allocated_size = request->window_size >> (request->page_shift - 3);
	tce_group_set_table(call->st, group, request->num, *ret_tbl);
	tce_iommu_tce_table_get(*ret_tbl);
	return 0;
}

static int set_window(struct tce_linux_call *call, struct tce_table_group *group, unsigned num,
		      struct tce_iommu_table *tbl, int *ret_errno)
{
	bool is_its = num < TCE_GROUP_TABLES && tce_group_table(call->st, group, num) == tbl;

	*ret_errno = is_its ? 0 : -TCE_EPERM;
	return 0;
}

/* Entries are not cleared. C2: a slot that was never set is dereferenced. */
static int unset_window(struct tce_linux_call *call, struct tce_table_group *group, unsigned num,
			int *ret_errno)
{
	struct tce_iommu_table *tbl = tce_group_table(call->st, group, num);
	int err;

	*ret_errno = 0;
	if (tbl == NULL) {
		if (tce_linux_bug(call->lx, TCE_DEFECT_C2))
			tce_linux_oops(call);
		return 0;
	}
	if (!tce_linux_has(call->lx, TCE_KF_TABLE_GROUP_OPS)) {
		*ret_errno = -TCE_EPERM;
		return 0;
	}
	if (num == 0 && tbl->page_shift == DEFAULT_SHIFT &&
	    tbl->size << tbl->page_shift <= group->tce32_size) {
		err = remove_default(call, group->key);
	} else {
		err = remove_ddw(call, group->key, TCE_PROP_DMA64, false);
		tce_pseries_window_del(call->lx, group->key);
	}
	return err != 0 ? err : tce_group_put_table(call, group, num, false);
}

const struct tce_table_group_ops tce_pseries_group_ops = {
	.get_table_size = get_table_size,
	.create_table = create_table,
	.set_window = set_window,
	.unset_window = unset_window,
	.take_ownership = take_ownership,
	.release_ownership = release_ownership,
};
