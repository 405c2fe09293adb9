/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sPAPR TCE driver behind a container: opened with SET_IOMMU, groups attached and detached,
 * released when the last group leaves. Until 6.3 it takes groups into ownership itself; from 6.4 on
 * that has happened when the group came into the container (group.c). Source:
 * vfio_iommu_spapr_tce.c tce_iommu_open, tce_iommu_attach_group, tce_iommu_detach_group,
 * tce_iommu_release; 6.3: tce_iommu_take_ownership, tce_iommu_take_ownership_ddw.
 */
#include "base/assert.h"
#include "vfio.h"

#define KEY sizeof(uint32_t)

static const struct tce_table_group_ops *ops_of(const struct tce_vfio_call *call)
{
	return call->lc.lx->platform->group_ops;
}

/* Until 6.3 a group on pSeries has no operations of its own: only its tables can be taken. */
static bool takes_tables(const struct tce_vfio_call *call)
{
	return !tce_vfio_has(call, TCE_KF_IOMMU_OPS) && tce_vfio_is_pseries(call);
}

/* --- tables for a new group --------------------------------------------------------------- */

/* Every slot of the group, also those that were never set (C2). */
static int unset_slots(struct tce_vfio_call *call, struct tce_table_group *group)
{
	int ignored;
	int err = 0;

	for (unsigned i = 0; i < TCE_VFIO_TABLES && err == 0 && !call->lc.lx->crashed; i++)
		err = ops_of(call)->unset_window(&call->lc, group, i, &ignored);
	return err;
}

/* The container's windows become the group's as well. call->ret. */
static int set_windows(struct tce_vfio_call *call, const struct tce_vfio_container *container,
		       struct tce_table_group *group)
{
	int refused = 0;
	int err = 0;

	for (unsigned i = 0; i < TCE_VFIO_TABLES && err == 0 && refused == 0; i++) {
		struct tce_iommu_table *tbl = tce_vfio_table(call, container, i);

		if (tbl != NULL)
			err = ops_of(call)->set_window(&call->lc, group, i, tbl, &refused);
	}
	if (err == 0 && refused != 0)
		err = unset_slots(call, group);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}

/* --- ownership, until 6.3 ----------------------------------------------------------------- */

/* v1: the kernel's own tables, when nothing is mapped in them. call->ret. */
static int take_tables(struct tce_vfio_call *call, struct tce_vfio_container *container,
		       struct tce_table_group *group)
{
	int err = 0;

	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		struct tce_iommu_table *tbl = tce_group_table(call->lc.st, group, i);

		if (tbl == NULL || !tbl->has_map)
			continue;
		if (tce_iommu_take_ownership(&call->lc.lx->kernel, tbl))
			continue;
		while (i-- > 0 && err == 0) {
			tbl = tce_group_table(call->lc.st, group, i);
			if (tbl != NULL && tbl->has_map)
				err = tce_iommu_release_ownership(&call->lc.lx->kernel, tbl);
		}
		return err != 0 ? err : tce_vfio_answer(call, -TCE_EBUSY);
	}
	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		container->table[i] = group->table[i];
		container->borrowed[i] = group->table[i].grain != 0;
	}
	group->owned = true;
	return tce_vfio_answer(call, 0);
}

static int give_tables_back(struct tce_vfio_call *call, struct tce_vfio_container *container,
			    struct tce_table_group *group)
{
	int err = 0;

	group->owned = false;

	for (unsigned i = 0; i < TCE_VFIO_TABLES && err == 0; i++) {
		struct tce_iommu_table *tbl = tce_vfio_table(call, container, i);

		if (tbl == NULL)
			continue;
		err = tce_vfio_clear_table(call, container, i);
		if (err == 0 && tbl->has_map)
			err = tce_iommu_release_ownership(&call->lc.lx->kernel, tbl);
		tce_vfio_view_fini(call->lc.st, &container->view[i]);
		container->table[i].grain = 0;
		container->borrowed[i] = false;
	}
	return err;
}

/* Once for the group; call->ret. */
static int take_group(struct tce_vfio_call *call, struct tce_table_group *group)
{
	struct tce_linux_dev *dev = tce_group_next_dev(call->lc.st, call->lc.lx, group, 0);
	int refused;
	int err = ops_of(call)->take_ownership(&call->lc, group, dev, &refused);

	return err != 0 ? err : tce_vfio_answer(call, refused);
}

static int release_group(struct tce_vfio_call *call, struct tce_table_group *group)
{
	return ops_of(call)->release_ownership(
		&call->lc, group, tce_group_next_dev(call->lc.st, call->lc.lx, group, 0));
}

static int take_ddw(struct tce_vfio_call *call, struct tce_vfio_container *container,
		    struct tce_table_group *group)
{
	int64_t refused;
	int err = take_group(call, group);

	if (err != 0 || call->ret != 0)
		return err;
	err = set_windows(call, container, group);
	if (err != 0 || call->ret == 0)
		return err;
	refused = call->ret;
	err = release_group(call, group);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}

/* --- attach ------------------------------------------------------------------------------- */

static uint32_t position(const struct tce_vfio_container *container, uint32_t key)
{
	uint32_t i = 0;

	while (i < container->groups.nr &&
	       *(uint32_t *)tce_vec_at(&container->groups, i, KEY) != key)
		i++;
	return i;
}

/* May this group come in? 0 or -errno. */
static int64_t admit(const struct tce_vfio_call *call, const struct tce_vfio_container *container,
		     const struct tce_table_group *group, uint32_t key)
{
	bool new_style = tce_vfio_has(call, TCE_KF_IOMMU_OPS);
	bool others = container->groups.nr != 0;

	if (group == NULL)
		return -TCE_ENODEV;
	if (new_style && container->v2 && group->max_dynamic_windows == 0)
		return -TCE_EINVAL;
	if (others && (new_style ? !container->v2 : takes_tables(call)))
		return -TCE_EBUSY;
	if (position(container, key) != container->groups.nr)
		return -TCE_EBUSY;
	if (!new_style && container->v2 == takes_tables(call))
		return -TCE_EPERM;
	return 0;
}

static int attach(struct tce_vfio_call *call, struct tce_vfio_container *container,
		  struct tce_table_group *group)
{
	int err;

	if (takes_tables(call))
		return take_tables(call, container, group);
	if (tce_vfio_has(call, TCE_KF_IOMMU_OPS))
		err = set_windows(call, container, group);
	else
		err = take_ddw(call, container, group);
	/* Also when that was refused. */
	if (container->groups.nr == 0 && container->table[0].grain == 0)
		container->def_window_pending = true;
	return err;
}

int tce_vfio_attach_group(struct tce_vfio_call *call, struct tce_vfio_container *container,
			  uint32_t key)
{
	struct tce_table_group *group = tce_group_find(call->lc.st, call->lc.lx, key);
	int64_t refused = admit(call, container, group, key);
	int err;

	if (refused != 0)
		return tce_vfio_answer(call, refused);
	if (tce_machine_alloc_fails(call->lc.machine))
		return tce_vfio_answer(call, -TCE_ENOMEM);
	err = tce_vec_reserve(&container->groups, tce_vfio_mem(call), KEY, 1);
	if (err == 0)
		err = attach(call, container, group);
	if (err == 0 && call->ret == 0)
		*(uint32_t *)tce_vec_insert(&container->groups, container->groups.nr, KEY) = key;
	return err;
}

/* --- detach ------------------------------------------------------------------------------- */

/*
 * Until 6.10 windows were taken away first and cleared when the driver was released (C1). Since
 * then they are cleared first, also those that other groups still use (D2).
 */
static bool clears(const struct tce_vfio_call *call, const struct tce_vfio_container *container)
{
	return !tce_vfio_bug(call, TCE_DEFECT_C1) &&
	       (container->groups.nr == 0 || tce_vfio_bug(call, TCE_DEFECT_D2));
}

static int take_windows_away(struct tce_vfio_call *call, struct tce_vfio_container *container,
			     struct tce_table_group *group)
{
	bool clear = clears(call, container);
	int ignored;
	int err = 0;

	for (unsigned i = 0; i < TCE_VFIO_TABLES && err == 0; i++) {
		if (container->table[i].grain == 0)
			continue;
		if (clear && container->groups.nr != 0)
			call->lc.outcome->shared_cleared += container->view[i].nr;
		if (clear)
			err = tce_vfio_clear_table(call, container, i);
		if (err == 0)
			err = ops_of(call)->unset_window(&call->lc, group, i, &ignored);
	}
	return err;
}

int tce_vfio_detach_group(struct tce_vfio_call *call, struct tce_vfio_container *container,
			  uint32_t key)
{
	struct tce_table_group *group = tce_group_find(call->lc.st, call->lc.lx, key);
	uint32_t i = position(container, key);
	int err;

	if (i == container->groups.nr || group == NULL)
		return 0;
	tce_vec_remove(&container->groups, i, 1, KEY);
	if (takes_tables(call))
		return give_tables_back(call, container, group);
	err = take_windows_away(call, container, group);
	if (err == 0 && !tce_vfio_has(call, TCE_KF_IOMMU_OPS))
		err = release_group(call, group);
	return err;
}

/* --- the driver's life -------------------------------------------------------------------- */

static int free_tables(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int err = 0;

	for (unsigned i = 0; i < TCE_VFIO_TABLES && err == 0; i++) {
		if (container->table[i].grain == 0)
			continue;
		if (tce_vfio_bug(call, TCE_DEFECT_C1))
			err = tce_vfio_clear_table(call, container, i);
		if (err == 0)
			err = tce_vfio_free_table(call, container, i);
	}
	return err;
}

static void reset(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	tce_vec_fini(&container->groups, tce_vfio_mem(call), KEY);
	tce_vec_fini(&container->prereg, tce_vfio_mem(call), sizeof(struct tce_ref));
	container->has_driver = false;
	container->v2 = false;
	container->enabled = false;
	container->def_window_pending = false;
	container->stuck = false;
	container->locked_pages = 0;
	container->pinned = 0;
	container->mm.grain = 0;
}

int tce_vfio_driver_release(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	struct tce_vfio_mm *mm = tce_vfio_at(call, container->mm);
	int err = 0;

	while (err == 0 && container->groups.nr != 0)
		err = tce_vfio_detach_group(
			call, container,
			*(uint32_t *)tce_vec_at(&container->groups, container->groups.nr - 1, KEY));
	if (err == 0)
		err = free_tables(call, container);
	if (err != 0)
		return err;
	if (!tce_vfio_prereg_drop(call, container)) {
		call->lc.outcome->warned |= tce_vfio_bug(call, TCE_DEFECT_D43);
		call->lc.outcome->no_progress |= tce_vfio_bug(call, TCE_DEFECT_C5);
	}
	if (container->enabled)
		tce_vfio_unaccount(mm, container->locked_pages);
	tce_vfio_mm_put(call->lc.st, mm);
	reset(call, container);
	return 0;
}

int tce_vfio_driver_open(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int64_t refused;
	int err = 0;

	if (call->ev->number != 2 && call->ev->number != 7)
		return tce_vfio_answer(call, -TCE_EINVAL);
	container->has_driver = true;
	container->v2 = call->ev->number == 7;
	call->ret = 0;
	for (uint32_t i = container->attached.nr; i > 0 && err == 0 && call->ret == 0; i--)
		err = tce_vfio_attach_group(
			call, container, *(uint32_t *)tce_vec_at(&container->attached, i - 1, KEY));
	if (err != 0 || call->ret == 0)
		return err;
	refused = call->ret;
	err = tce_vfio_driver_release(call, container);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}
