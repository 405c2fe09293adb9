/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows of a container: tables made by its first group, installed in all of its groups. The
 * first group is the one attached last. Source: vfio_iommu_spapr_tce.c tce_iommu_create_window,
 * tce_iommu_remove_window, tce_iommu_create_default_window.
 */
#include "base/bits.h"
#include "vfio.h"

#define DEFAULT_SHIFT 12U

unsigned tce_vfio_find_table(const struct tce_vfio_call *call,
			     const struct tce_vfio_container *container, uint64_t iova)
{
	unsigned slot;

	for (slot = 0; slot < TCE_VFIO_TABLES; slot++) {
		const struct tce_iommu_table *tbl = tce_vfio_table(call, container, slot);
		uint64_t entry;

		if (tbl == NULL)
			continue;
		entry = iova >> tbl->page_shift;
		if (entry >= tbl->offset && entry - tbl->offset < tbl->size)
			break;
	}
	return slot;
}

static unsigned free_slot(const struct tce_vfio_call *call,
			  const struct tce_vfio_container *container)
{
	unsigned slot = 0;

	while (slot < TCE_VFIO_TABLES && tce_vfio_table(call, container, slot) != NULL)
		slot++;
	return slot;
}

static struct tce_table_group *group_at(const struct tce_vfio_call *call,
					const struct tce_vfio_container *container, uint32_t i)
{
	return tce_group_find(call->lc.st, call->lc.lx,
			      *(uint32_t *)tce_vec_at(&container->groups, i, sizeof(uint32_t)));
}

static struct tce_table_group *first_group(const struct tce_vfio_call *call,
					   const struct tce_vfio_container *container)
{
	return group_at(call, container, container->groups.nr - 1);
}

static const struct tce_table_group_ops *ops_of(const struct tce_vfio_call *call)
{
	return call->lc.lx->platform->group_ops;
}

/* pSeries allocates the user view with the window: a failure was ignored (D26). */
static bool view_fails(struct tce_vfio_call *call, struct tce_vfio_container *container,
		       unsigned slot)
{
	container->no_view[slot] = false;
	if (!tce_vfio_is_pseries(call) || !tce_machine_alloc_fails(call->lc.machine))
		return false;
	container->no_view[slot] = tce_vfio_bug(call, TCE_DEFECT_D26);
	return !container->no_view[slot];
}

/* tce_iommu_create_table: charged first; a failure behind keeps the charge (D7). */
static int create_table(struct tce_vfio_call *call, struct tce_vfio_container *container,
			const struct tce_window_request *request, struct tce_iommu_table **ret_tbl)
{
	unsigned shift = tce_vfio_page_shift(call);
	uint64_t size = ops_of(call)->get_table_size(call->lc.lx, request);
	struct tce_vfio_mm *mm = tce_vfio_at(call, container->mm);
	int refused = -TCE_ENOMEM;
	int err = 0;

	if (size == 0)
		return tce_vfio_answer(call, -TCE_EINVAL);
	if (!tce_vfio_account(call, mm, size >> shift))
		return tce_vfio_answer(call, -TCE_ENOMEM);
	if (!view_fails(call, container, request->num))
		err = ops_of(call)->create_table(&call->lc, first_group(call, container), request,
						 ret_tbl, &refused);
	if (err == 0 && refused != 0 && !tce_vfio_bug(call, TCE_DEFECT_D7))
		tce_vfio_unaccount(mm, size >> shift);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}

int tce_vfio_free_table(struct tce_vfio_call *call, struct tce_vfio_container *container,
			unsigned slot)
{
	struct tce_iommu_table *tbl = tce_vfio_table(call, container, slot);
	uint64_t pages = tbl->allocated_size >> tce_vfio_page_shift(call);

	if (tce_vfio_is_pseries(call) && tce_vfio_bug(call, TCE_DEFECT_C3))
		call->vf->leaked_views += tbl->size * sizeof(uint64_t);
	tce_vfio_view_fini(call->lc.st, &container->view[slot]);
	container->table[slot].grain = 0;
	tce_vfio_unaccount(tce_vfio_at(call, container->mm), pages);
	return tce_linux_table_put(&call->lc, tbl);
}

/* Out of every group, whatever it says; an operation that kills the kernel ends it. */
static int unset_all(struct tce_vfio_call *call, const struct tce_vfio_container *container,
		     unsigned slot)
{
	int ignored;
	int err = 0;

	for (uint32_t i = container->groups.nr; err == 0 && i > 0 && !call->lc.lx->crashed; i--)
		err = ops_of(call)->unset_window(&call->lc, group_at(call, container, i - 1), slot,
						 &ignored);
	return err;
}

/* Into every group, the last attached first. */
static int set_all(struct tce_vfio_call *call, const struct tce_vfio_container *container,
		   unsigned slot, struct tce_iommu_table *tbl)
{
	int refused = 0;
	int err = 0;

	for (uint32_t i = container->groups.nr; err == 0 && refused == 0 && i > 0; i--)
		err = ops_of(call)->set_window(&call->lc, group_at(call, container, i - 1), slot,
					       tbl, &refused);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}

/* The page sizes of the group; a number that no shift can have is none of them. */
static bool has_page_size(const struct tce_table_group *group, unsigned page_shift)
{
	return page_shift < 64 && (group->pgsizes >> page_shift & 1) != 0;
}

int tce_vfio_create_window(struct tce_vfio_call *call, struct tce_vfio_container *container,
			   const struct tce_window_request *request, uint64_t *ret_start)
{
	struct tce_window_request with_num = *request;
	struct tce_iommu_table *tbl = NULL;
	int err;

	with_num.num = free_slot(call, container);
	if (with_num.num == TCE_VFIO_TABLES)
		return tce_vfio_answer(call, -TCE_ENOSPC);
	if (container->groups.nr == 0 || first_group(call, container) == NULL)
		return tce_vfio_answer(call, -TCE_EFAULT);
	if (!has_page_size(first_group(call, container), request->page_shift))
		return tce_vfio_answer(call, -TCE_EINVAL);
	if (ops_of(call) == NULL)
		return tce_vfio_answer(call, -TCE_EPERM);
	err = create_table(call, container, &with_num, &tbl);
	if (err != 0 || call->ret != 0)
		return err;
	container->table[with_num.num] = tce_state_ref(call->lc.st, tbl);
	err = set_all(call, container, with_num.num, tbl);
	if (err != 0)
		return err;
	*ret_start = tbl->offset << tbl->page_shift;
	if (call->ret == 0)
		return 0;
	err = unset_all(call, container, with_num.num);
	return err != 0 ? err : tce_vfio_free_table(call, container, with_num.num);
}

int tce_vfio_create_pending(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	struct tce_window_request request = {.page_shift = DEFAULT_SHIFT, .levels = 1};
	uint64_t start;
	int err;

	call->ret = 0;
	if (!container->def_window_pending)
		return 0;
	if (container->groups.nr == 0)
		return tce_vfio_answer(call, -TCE_ENODEV);
	request.window_size = first_group(call, container)->tce32_size;
	err = tce_vfio_create_window(call, container, &request, &start);
	if (err == 0 && call->ret == 0)
		container->def_window_pending = false;
	return err;
}

int tce_vfio_remove_window(struct tce_vfio_call *call, struct tce_vfio_container *container,
			   uint64_t start)
{
	unsigned slot = tce_vfio_find_table(call, container, start);
	bool clear_late = tce_vfio_bug(call, TCE_DEFECT_C1);
	int err = 0;

	if (slot == TCE_VFIO_TABLES)
		return tce_vfio_answer(call, -TCE_EINVAL);
	call->ret = 0;
	if (!clear_late)
		err = tce_vfio_clear_table(call, container, slot);
	if (err == 0)
		err = unset_all(call, container, slot);
	if (err == 0 && clear_late)
		err = tce_vfio_clear_table(call, container, slot);
	return err != 0 ? err : tce_vfio_free_table(call, container, slot);
}
