/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What VFIO's calls promise their callers (known-bugs I-ERR, I-SIZE): an answer is 0, a number that
 * is documented, or negative; and a call that keeps to what was told before is not refused. Linux
 * include/uapi/linux/vfio.h, Documentation/driver-api/vfio.rst.
 *
 * A refusal for want of anything breaks no promise: memory (-ENOMEM, or an allocation that failed),
 * a slot, what firmware has. On pseries firmware has the last word on a window's size, which
 * GET_INFO does not tell, and groups share no windows: there only the default window is promised,
 * to a container with one group, where firmware can bring it back.
 */
#include "base/bits.h"
#include "linux/group.h"
#include "linux_view.h"
#include "vfio/vfio.h"

#define EEH_GET_STATE 4U /* VFIO_EEH_PE_GET_STATE, and the last of the states */
#define EEH_STATE_MAX 5

#define MAP_MIN       32U
#define CREATE_MIN    40U
#define ACCESS_FLAGS  3U

#define TYPE_V1       2U
#define TYPE_V2       7U

/* IODA2: page shift and index bits of all levels stay below this (LEVELS_MAX bits of a TVE). */
#define ADDR_BITS_MAX 55U
#define DEFAULT_SHIFT 12U

/* Cell of ibm,ddw-extensions: DDW_EXT_RESET_DMA_WIN. */
#define EXT_RESET 1U

/* The call that is looked at, and who made it. */
struct view {
	const struct tce_check *check;
	const struct tce_ev_vfio *ev;
	const struct tce_vfio *vf;
	const struct tce_vfio_container *container; /* NULL: the call names no open one */
};

static void *at(const struct view *view, struct tce_ref ref)
{
	return tce_state_at(view->check->st, ref);
}

static const struct tce_vfio_container *container_of(const struct tce_check *check,
						     const struct tce_vfio *vf, uint16_t slot)
{
	const struct tce_vfio_container *container;

	for (uint32_t i = 0; (container = tce_vfio_container_at(check->st, vf, i)) != NULL; i++) {
		if (container->slot == slot && container->fd_open)
			return container;
	}
	return NULL;
}

/* The group attached last: VFIO asks it for tables. */
static const struct tce_table_group *first_group(const struct view *view)
{
	const struct tce_vec *groups = &view->container->groups;

	return groups->nr == 0 ? NULL
			       : tce_group_find(view->check->st, view->check->lx,
						*(uint32_t *)tce_vec_at(groups, groups->nr - 1,
									sizeof(uint32_t)));
}

/* --- answers --------------------------------------------------------------------------------- */

/* The largest number that is documented as an answer. */
static int64_t largest_answer(const struct tce_ev_vfio *ev)
{
	switch (ev->op) {
	case TCE_VFIO_CHECK_EXTENSION:
	case TCE_VFIO_GET_DEVICE: return INT32_MAX;
	case TCE_VFIO_EEH: return ev->number == EEH_GET_STATE ? EEH_STATE_MAX : 0;
	default: return 0;
	}
}

static void check_answer(struct tce_check *check)
{
	struct tce_breach breach;

	if (check->outcome->ret <= largest_answer(&check->event->u.vfio))
		return;
	breach = tce_breach_of(TCE_RULE_FAILED_CALL_CHANGED_STATE,
			       "a call of VFIO was answered with {d0}: neither success nor an "
			       "error");
	breach.value[0] = (uint64_t)check->outcome->ret;
	tce_check_add(check, &breach);
}

/* --- windows --------------------------------------------------------------------------------- */

/* Bits of a bus address that a table of this shape decodes: no level is less than a page. */
static uint64_t depth_of(const struct view *view, const struct tce_window_request *window)
{
	unsigned least = view->check->lx->page_shift - 3U;
	unsigned entries = tce_log2_floor(window->window_size) - window->page_shift;
	unsigned each = (entries + window->levels - 1) / window->levels;

	return (uint64_t)(each > least ? each : least) * window->levels + window->page_shift;
}

/* Is the window inside what GET_INFO tells of the group? */
static bool is_offered(const struct view *view, const struct tce_window_request *window)
{
	const struct tce_table_group *group = first_group(view);

	return group != NULL && window->page_shift < 64 &&
	       (group->pgsizes >> window->page_shift & 1) != 0 &&
	       tce_is_pow2(window->window_size) && window->window_size >> window->page_shift != 0 &&
	       window->levels >= 1 && window->levels <= group->max_levels &&
	       depth_of(view, window) < ADDR_BITS_MAX;
}

static bool has_free_slot(const struct tce_vfio_container *container)
{
	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		if (container->table[i].grain == 0)
			return true;
	}
	return false;
}

/* Firmware can be asked for the default window again, and takes no other one away for it. */
static bool can_come_back(const struct view *view, const struct tce_table_group *group)
{
	const struct tce_check *check = view->check;
	struct tce_dma_window window;
	uint32_t token;

	return view->container->groups.nr == 1 &&
	       tce_pseries_ext(check->st, group->key, EXT_RESET, &token) &&
	       !tce_pseries_default_prop(check->st, group->key, &window) &&
	       tce_pseries_window_find(check->lx, group->key) == NULL &&
	       !tce_pseries_has_failed(check->lx, group->key);
}

/* The default window, which is made when it is first needed: still to be made, and it could be. */
static bool default_is_due(const struct view *view)
{
	const struct tce_table_group *group = first_group(view);
	struct tce_window_request window = {.page_shift = DEFAULT_SHIFT, .levels = 1};

	if (group == NULL || !has_free_slot(view->container) ||
	    (tce_view_is_pseries(view->check) && !can_come_back(view, group)))
		return false;
	window.window_size = group->tce32_size;
	return is_offered(view, &window);
}

static bool create_is_due(const struct view *view)
{
	const struct tce_ev_vfio *ev = view->ev;
	const struct tce_window_request window = {
		.page_shift = ev->page_shift, .window_size = ev->size, .levels = ev->levels};

	if (ev->argsz < CREATE_MIN || ev->flags != 0)
		return false;
	if (view->container->def_window_pending)
		return default_is_due(view);
	return !tce_view_is_pseries(view->check) && has_free_slot(view->container) &&
	       is_offered(view, &window);
}

/* --- mappings -------------------------------------------------------------------------------- */

static bool is_multiple(uint64_t v, unsigned shift)
{
	return (v & tce_low_mask(shift)) == 0;
}

/* The window that holds all of it; NULL: none. */
static const struct tce_iommu_table *table_over(const struct view *view)
{
	const struct tce_ev_vfio *ev = view->ev;

	for (unsigned i = 0; i < TCE_VFIO_TABLES; i++) {
		const struct tce_iommu_table *tbl = at(view, view->container->table[i]);

		if (tbl != NULL && tce_view_table_holds(tbl, ev->iova) &&
		    ev->iova + (ev->size - 1) >= ev->iova &&
		    tce_view_table_holds(tbl, ev->iova + (ev->size - 1)))
			return tbl;
	}
	return NULL;
}

/* Registered memory, in pages no smaller than the window's, to go where a window is. */
static bool map_is_due(const struct view *view)
{
	const struct tce_ev_vfio *ev = view->ev;
	const struct tce_iommu_table *tbl;

	if (!view->container->enabled || ev->argsz < MAP_MIN || ev->size == 0 ||
	    (ev->flags & ~ACCESS_FLAGS) != 0 || (ev->flags & ACCESS_FLAGS) == 0)
		return false;
	if (view->container->def_window_pending)
		return default_is_due(view);
	tbl = table_over(view);
	return tbl != NULL && tbl->page_shift <= view->check->lx->page_shift &&
	       is_multiple(ev->vaddr | ev->iova | ev->size, tbl->page_shift) &&
	       tce_vfio_lookup(view->check->st, at(view, view->container->mm), ev->vaddr,
			       ev->size) != NULL;
}

/* --- groups ---------------------------------------------------------------------------------- */

static bool kernel_uses(const struct view *view, const struct tce_table_group *group)
{
	const struct tce_linux_dev *dev;
	uint32_t from = 0;

	while ((dev = tce_group_next_dev(view->check->st, view->check->lx, group, from)) != NULL) {
		if (dev->bound)
			return true;
		from = dev->id + 1U;
	}
	return false;
}

/* A device of an IOMMU group that no driver has. */
static bool bind_is_due(const struct view *view)
{
	const struct tce_linux_dev *dev =
		tce_linux_dev_find(view->check->st, view->check->lx, view->ev->group);

	return dev != NULL && dev->group != TCE_NO_GROUP && !dev->bound && !dev->users;
}

/* The first group of a container: one that is open, and whose devices no driver of ours has. */
static bool set_container_is_due(const struct view *view)
{
	const struct tce_linux_dev *dev =
		tce_linux_dev_find(view->check->st, view->check->lx, view->ev->group);
	const struct tce_vfio_group *group;
	const struct tce_table_group *tables;

	if (dev == NULL || dev->group == TCE_NO_GROUP || view->container->attached.nr != 0)
		return false;
	group = tce_vfio_group_find(view->vf, dev->group);
	tables = tce_group_find(view->check->st, view->check->lx, dev->group);
	return group != NULL && group->fd_open && !group->dead && group->container.grain == 0 &&
	       tables != NULL && !kernel_uses(view, tables);
}

/* The type that each platform has had from the start, for the container's only group. */
static bool set_iommu_is_due(const struct view *view)
{
	const struct tce_vec *attached = &view->container->attached;
	const struct tce_table_group *group;

	if (attached->nr != 1 || view->container->has_driver || view->check->lx->kdump ||
	    view->ev->number != (tce_view_is_pseries(view->check) ? TYPE_V1 : TYPE_V2))
		return false;
	group = tce_group_find(view->check->st, view->check->lx,
			       *(uint32_t *)tce_vec_at(attached, 0, sizeof(uint32_t)));
	return group != NULL && !kernel_uses(view, group);
}

/* --- refused calls --------------------------------------------------------------------------- */

static bool is_callers(const struct view *view)
{
	const struct tce_vfio_container *container = view->container;

	return container->has_driver && container->v2 && !container->stuck &&
	       container->process == view->ev->process && container->mm.grain != 0;
}

/* What was asked for should have been done; NULL: there may be a reason for the refusal. */
static const char *broken_promise(const struct view *view)
{
	enum tce_vfio_op op = view->ev->op;

	if (op == TCE_VFIO_BIND)
		return bind_is_due(view) ? "{dev} has an IOMMU group and no driver, but may not be "
					   "bound to vfio-pci"
					 : NULL;
	if (view->container == NULL)
		return NULL;
	if (op == TCE_VFIO_SET_CONTAINER)
		return set_container_is_due(view) ? "{dev}: its group is free, but may not come "
						    "into a container"
						  : NULL;
	if (op == TCE_VFIO_SET_IOMMU)
		return set_iommu_is_due(view) ? "a container with one free group is refused its "
						"driver"
					      : NULL;
	if (!is_callers(view))
		return NULL;
	if (op == TCE_VFIO_CREATE)
		return create_is_due(view) ? "a window inside what GET_INFO offers is refused, "
					     "although there is memory and a slot for it"
					   : NULL;
	return map_is_due(view) ? "registered memory is not mapped, although a window has a place "
				  "for it"
				: NULL;
}

static bool makes_promises(enum tce_vfio_op op)
{
	return op == TCE_VFIO_BIND || op == TCE_VFIO_SET_CONTAINER || op == TCE_VFIO_SET_IOMMU ||
	       op == TCE_VFIO_CREATE || op == TCE_VFIO_MAP;
}

static void check_refused(struct tce_check *check)
{
	const struct tce_vfio *vf = tce_machine_os(check->machine, TCE_OS_VFIO);
	const struct tce_ev_vfio *ev = &check->event->u.vfio;
	struct view view = {check, ev, vf, NULL};
	struct tce_breach breach;
	const char *text;

	if (vf == NULL)
		return;
	view.container = container_of(check, vf, ev->container);
	text = broken_promise(&view);
	if (text == NULL)
		return;
	breach = tce_breach_of(TCE_RULE_NEEDLESS_REFUSAL, text);
	breach.dev = ev->group;
	breach.value[0] = (uint64_t)-check->outcome->err;
	tce_check_add(check, &breach);
}

void tce_rule_vfio_api(struct tce_check *check)
{
	const struct tce_outcome *outcome = check->outcome;

	if (!tce_check_after(check, TCE_EV_VFIO) || outcome == NULL || check->lx == NULL ||
	    check->lx->crashed)
		return;
	if (outcome->ret > 0)
		check_answer(check);
	if (outcome->err != 0 && outcome->err != -TCE_ENOMEM && outcome->nr_refused == 0 &&
	    !outcome->starved && makes_promises(check->event->u.vfio.op) &&
	    !check->event->u.vfio.bad_pointer && !check->event->u.vfio.from_child)
		check_refused(check);
}
