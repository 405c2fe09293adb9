/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of a container, each with its checks in the kernel's order. Sources: Linux
 * drivers/vfio/container.c vfio_fops_unl_ioctl; vfio_iommu_spapr_tce.c tce_iommu_ioctl;
 * drivers/vfio/vfio_spapr_eeh.c until 6.3, then in the same file.
 */
#include "base/bits.h"
#include "vfio.h"

#define DMA_FLAG_READ  1U /* VFIO_DMA_MAP_FLAG_READ: the device reads */
#define DMA_FLAG_WRITE 2U
#define INFO_FLAG_DDW  1U /* VFIO_IOMMU_SPAPR_INFO_DDW */

#define EXTENSION_V1   2U
#define EXTENSION_EEH  5U
#define EXTENSION_V2   7U

/* Bytes that a structure must have. */
#define INFO_MIN   16U
#define INFO_DDW   32U
#define MAP_MIN    32U
#define UNMAP_MIN  24U
#define REG_MIN    24U
#define CREATE_MIN 40U
#define REMOVE_MIN 16U

static const struct tce_table_group *first_group(const struct tce_vfio_call *call,
						 const struct tce_vfio_container *container)
{
	uint32_t nr = container->groups.nr;

	return nr == 0 ? NULL
		       : tce_group_find(call->lc.st, call->lc.lx,
					*(uint32_t *)tce_vec_at(&container->groups, nr - 1,
								sizeof(uint32_t)));
}

/* The 32-bit window, bus bytes. */
struct window32 {
	uint64_t start;
	uint64_t size;
};

/*
 * On pSeries before firmware was asked for what VFIO wants to know (6.11), it is noted when the
 * default table is set up (iommu_table_setparms_lpar).
 */
static struct window32 window32_of(const struct tce_vfio_call *call,
				   const struct tce_table_group *group)
{
	const struct tce_iommu_table *tbl = tce_group_table(call->lc.st, group, 0);
	struct window32 window = {group->tce32_start, group->tce32_size};

	if (!group->info_filled && tbl != NULL) {
		window.start = tbl->offset << tbl->page_shift;
		window.size = tbl->size << tbl->page_shift;
	}
	return window;
}

/* The structure as far as every call looks at it. 0 or -errno. */
static int64_t check_argument(const struct tce_ev_vfio *ev, uint32_t min, uint32_t flags)
{
	if (ev->bad_pointer)
		return -TCE_EFAULT;
	return ev->argsz < min || (ev->flags & ~flags) != 0 ? -TCE_EINVAL : 0;
}

/* --- information -------------------------------------------------------------------------- */

/* C4: on pSeries the group did not know what to tell. */
static int get_info(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	const struct tce_table_group *group = first_group(call, container);
	struct tce_vfio_info *info = &call->lc.outcome->info;
	bool unknown = tce_vfio_is_pseries(call) && tce_vfio_bug(call, TCE_DEFECT_C4);

	if (group == NULL)
		return tce_vfio_answer(call, -TCE_ENXIO);
	if (call->ev->bad_pointer)
		return tce_vfio_answer(call, -TCE_EFAULT);
	if (call->ev->argsz < INFO_MIN)
		return tce_vfio_answer(call, -TCE_EINVAL);
	info->whole = call->ev->argsz >= INFO_DDW;
	if (!unknown) {
		info->start = (uint32_t)window32_of(call, group).start;
		info->size = (uint32_t)window32_of(call, group).size;
	}
	if (group->max_dynamic_windows != 0 && container->v2) {
		info->flags = INFO_FLAG_DDW;
		info->pgsizes = info->whole && !unknown ? group->pgsizes : 0;
		info->max_windows = info->whole && !unknown ? group->max_dynamic_windows : 0;
		info->levels = info->whole && !unknown ? group->max_levels : 0;
		call->lc.outcome->value = info->pgsizes;
	}
	return tce_vfio_answer(call, 0);
}

static int check_extension(struct tce_vfio_call *call)
{
	switch (call->ev->number) {
	case EXTENSION_V1:
	case EXTENSION_V2: return tce_vfio_answer(call, 1);
	case EXTENSION_EEH:
		return tce_vfio_answer(call, tce_linux_flag(&call->lc, TCE_BOOT_EEH_OFF) ? 0 : 1);
	default: return tce_vfio_answer(call, 0);
	}
}

/* --- v1: charged in one piece ------------------------------------------------------------- */

static int enable(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	const struct tce_table_group *group = first_group(call, container);
	uint64_t pages;

	if (container->enabled)
		return tce_vfio_answer(call, -TCE_EBUSY);
	if (group == NULL)
		return tce_vfio_answer(call, -TCE_ENODEV);
	pages = window32_of(call, group).size >> tce_vfio_page_shift(call);
	if (pages == 0 || !tce_vfio_mm_set(call, container))
		return tce_vfio_answer(call, -TCE_EPERM);
	if (!tce_vfio_account(call, tce_vfio_at(call, container->mm), pages))
		return tce_vfio_answer(call, -TCE_ENOMEM);
	container->locked_pages = pages;
	container->enabled = true;
	return tce_vfio_answer(call, 0);
}

static int disable(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	if (container->enabled)
		tce_vfio_unaccount(tce_vfio_at(call, container->mm), container->locked_pages);
	container->enabled = false;
	return tce_vfio_answer(call, 0);
}

/* --- v2: registered memory, windows ------------------------------------------------------- */

static int register_memory(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int64_t refused;

	if (!tce_vfio_mm_set(call, container))
		return tce_vfio_answer(call, -TCE_EPERM);
	refused = check_argument(call->ev, REG_MIN, 0);
	if (refused != 0)
		return tce_vfio_answer(call, refused);
	return tce_vfio_register(call, container, call->ev->vaddr, call->ev->size);
}

static int unregister_memory(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int64_t refused =
		container->mm.grain == 0 ? -TCE_EPERM : check_argument(call->ev, REG_MIN, 0);

	if (refused != 0)
		return tce_vfio_answer(call, refused);
	return tce_vfio_unregister(call, container, call->ev->vaddr, call->ev->size);
}

/* What CREATE and REMOVE begin with. */
static int64_t check_window_call(struct tce_vfio_call *call, struct tce_vfio_container *container,
				 uint32_t min)
{
	if (!tce_vfio_mm_set(call, container))
		return -TCE_EPERM;
	if (container->groups.nr == 0)
		return -TCE_ENXIO;
	return check_argument(call->ev, min, 0);
}

/* C8: the lock is not given back when the default window cannot be made. */
static int create(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	const struct tce_window_request request = {.page_shift = call->ev->page_shift,
						   .window_size = call->ev->size,
						   .levels = call->ev->levels};
	int64_t refused = check_window_call(call, container, CREATE_MIN);
	uint64_t start = 0;
	int err;

	if (refused != 0)
		return tce_vfio_answer(call, refused);
	err = tce_vfio_create_pending(call, container);
	if (err != 0)
		return err;
	if (call->ret != 0) {
		container->stuck = tce_vfio_bug(call, TCE_DEFECT_C8);
		return 0;
	}
	err = tce_vfio_create_window(call, container, &request, &start);
	if (err == 0 && call->ret == 0)
		call->lc.outcome->value = start;
	return err;
}

static int remove_window(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int64_t refused = check_window_call(call, container, REMOVE_MIN);

	if (refused != 0)
		return tce_vfio_answer(call, refused);
	if (container->def_window_pending && call->ev->start == 0) {
		container->def_window_pending = false;
		return tce_vfio_answer(call, 0);
	}
	return tce_vfio_remove_window(call, container, call->ev->start);
}

/* --- mapping ------------------------------------------------------------------------------ */

/* D4: the macro that checks an address says "true" where an error was meant. */
static int64_t bad_address(const struct tce_vfio_call *call)
{
	return tce_vfio_bug(call, TCE_DEFECT_D4) ? 1 : -TCE_EINVAL;
}

/* iommu_tce_check_ioba looks at the whole range of an UNMAP: 7.0, and 6.1.192 (read). */
static bool unmap_checks_end(const struct tce_vfio_call *call)
{
	uint32_t version = call->lc.lx->kernel.version;

	return !tce_vfio_bug(call, TCE_DEFECT_D3) || version >= TCE_KVER(7, 0, 0) ||
	       (version >= TCE_KVER(6, 1, 192) && version < TCE_KVER(6, 2, 0));
}

static bool ends_inside(const struct tce_iommu_table *tbl, const struct tce_vfio_range *range)
{
	return range->pages <= tbl->size - (range->entry - tbl->offset);
}

/*
 * The window of an address, made if it is the default one and pending, and the range in it. False:
 * call->ret, or *ret_err.
 */
static bool find_range(struct tce_vfio_call *call, struct tce_vfio_container *container,
		       struct tce_vfio_range *range, int *ret_err)
{
	const struct tce_iommu_table *tbl;

	*ret_err = tce_vfio_create_pending(call, container);
	if (*ret_err != 0 || call->ret != 0)
		return false;
	range->slot = tce_vfio_find_table(call, container, call->ev->iova);
	call->ret = -TCE_ENXIO;
	if (range->slot == TCE_VFIO_TABLES)
		return false;
	tbl = tce_vfio_table(call, container, range->slot);
	range->entry = call->ev->iova >> tbl->page_shift;
	range->pages = call->ev->size >> tbl->page_shift;
	return true;
}

static enum tce_dma_dir dir_of(uint32_t flags)
{
	switch (flags & (DMA_FLAG_READ | DMA_FLAG_WRITE)) {
	case DMA_FLAG_READ: return TCE_DIR_TO_DEVICE;
	case DMA_FLAG_WRITE: return TCE_DIR_FROM_DEVICE;
	case 0: return TCE_DIR_NONE;
	default: return TCE_DIR_BIDIRECTIONAL;
	}
}

static int map(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	const struct tce_ev_vfio *ev = call->ev;
	int64_t refused = container->enabled
				  ? check_argument(ev, MAP_MIN, DMA_FLAG_READ | DMA_FLAG_WRITE)
				  : -TCE_EPERM;
	const struct tce_iommu_table *tbl;
	struct tce_vfio_range range;
	uint64_t mask;
	int err;

	if (refused != 0)
		return tce_vfio_answer(call, refused);
	if (!find_range(call, container, &range, &err))
		return err;
	tbl = tce_vfio_table(call, container, range.slot);
	mask = tce_low_mask(tbl->page_shift);
	if (((ev->size | ev->vaddr) & mask) != 0 || dir_of(ev->flags) == TCE_DIR_NONE)
		return tce_vfio_answer(call, -TCE_EINVAL);
	if ((ev->iova & mask) != 0)
		return tce_vfio_answer(call, bad_address(call));
	if (!tce_vfio_bug(call, TCE_DEFECT_D3) && !ends_inside(tbl, &range))
		return tce_vfio_answer(call, -TCE_EINVAL);
	return tce_vfio_build(call, container, &range, ev->vaddr, dir_of(ev->flags));
}

static int unmap(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	int64_t refused = container->enabled ? check_argument(call->ev, UNMAP_MIN, 0) : -TCE_EPERM;
	const struct tce_iommu_table *tbl;
	struct tce_vfio_range range;
	uint64_t mask;
	int err;

	if (refused != 0)
		return tce_vfio_answer(call, refused);
	if (!find_range(call, container, &range, &err))
		return err;
	tbl = tce_vfio_table(call, container, range.slot);
	mask = tce_low_mask(tbl->page_shift);
	if ((call->ev->size & mask) != 0)
		return tce_vfio_answer(call, -TCE_EINVAL);
	if ((call->ev->iova & mask) != 0 || (unmap_checks_end(call) && !ends_inside(tbl, &range)))
		return tce_vfio_answer(call, bad_address(call));
	call->ret = 0;
	return tce_vfio_clear(call, container, &range);
}

/* --- which call --------------------------------------------------------------------------- */

static bool is_v1_only(enum tce_vfio_op op)
{
	return op == TCE_VFIO_ENABLE || op == TCE_VFIO_DISABLE;
}

static bool is_v2_only(enum tce_vfio_op op)
{
	return op == TCE_VFIO_REGISTER || op == TCE_VFIO_UNREGISTER || op == TCE_VFIO_CREATE ||
	       op == TCE_VFIO_REMOVE;
}

static int locked_call(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	if (container->stuck) {
		call->lc.outcome->no_progress = true;
		return tce_vfio_answer(call, -TCE_ETIMEDOUT);
	}
	switch (call->ev->op) {
	case TCE_VFIO_ENABLE: return enable(call, container);
	case TCE_VFIO_DISABLE: return disable(call, container);
	case TCE_VFIO_REGISTER: return register_memory(call, container);
	case TCE_VFIO_UNREGISTER: return unregister_memory(call, container);
	case TCE_VFIO_CREATE: return create(call, container);
	default: return remove_window(call, container);
	}
}

static int driver_call(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	enum tce_vfio_op op = call->ev->op;

	if (container->mm.grain != 0 && tce_vfio_at(call, container->mm) != call->mm)
		return tce_vfio_answer(call, -TCE_EPERM);
	if (is_v1_only(op) || is_v2_only(op)) {
		if (container->v2 ? is_v1_only(op) : is_v2_only(op))
			return tce_vfio_answer(call, -TCE_ENOTTY);
		return locked_call(call, container);
	}
	switch (op) {
	case TCE_VFIO_GET_INFO: return get_info(call, container);
	case TCE_VFIO_MAP: return map(call, container);
	case TCE_VFIO_UNMAP: return unmap(call, container);
	case TCE_VFIO_EEH: return tce_vfio_eeh(call, container);
	default: return tce_vfio_answer(call, -TCE_ENOTTY);
	}
}

/* vfio_ioctl_set_iommu: only the sPAPR driver is there to be asked. */
static int set_iommu(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	if (container->attached.nr == 0 || container->has_driver)
		return tce_vfio_answer(call, -TCE_EINVAL);
	check_extension(call);
	if (call->ret <= 0)
		return tce_vfio_answer(call, -TCE_ENODEV);
	return tce_vfio_driver_open(call, container);
}

static int close_container(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	container->fd_open = false;
	if (container->attached.nr == 0)
		tce_vfio_container_forget(call, container);
	return tce_vfio_answer(call, 0);
}

int tce_vfio_container_call(struct tce_vfio_call *call)
{
	struct tce_vfio_container *container = tce_vfio_container_find(call, call->ev->container);

	if (container == NULL)
		return tce_vfio_answer(call, -TCE_EBADF);
	switch (call->ev->op) {
	case TCE_VFIO_CLOSE_CONTAINER: return close_container(call, container);
	case TCE_VFIO_CHECK_EXTENSION: return check_extension(call);
	case TCE_VFIO_SET_IOMMU: return set_iommu(call, container);
	default: break;
	}
	if (!container->has_driver)
		return tce_vfio_answer(call, -TCE_EINVAL);
	return driver_call(call, container);
}
