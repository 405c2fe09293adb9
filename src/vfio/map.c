/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of a container's window: made from user addresses, and cleared. v1 pins each page, v2
 * takes it from a registered region, whose count of entries then keeps it there. Source:
 * vfio_iommu_spapr_tce.c tce_iommu_build, tce_iommu_build_v2, tce_iommu_clear.
 *
 * An empty entry is not written again when a range is cleared, nor is the bridge told of it: the
 * platform does not see the exchange of nothing for nothing that Linux makes for each of them.
 */
#include "base/bits.h"
#include "vfio.h"

/* In a view: the entry is there, whatever its user address (a multiple of 4096). */
#define PRESENT UINT64_C(1)

/* One range of one table, while it is being written. */
struct walk {
	struct tce_vfio_call *call;
	struct tce_vfio_container *container;
	struct tce_iommu_table *tbl;
	struct tce_vfio_view *view;
	struct tce_linux_env env;
	unsigned slot;
};

static void walk_init(struct walk *w, struct tce_vfio_call *call,
		      struct tce_vfio_container *container, unsigned slot)
{
	w->call = call;
	w->container = container;
	w->tbl = tce_vfio_table(call, container, slot);
	w->view = &container->view[slot];
	w->slot = slot;
	tce_linux_env_init(&call->lc, 0, &w->env);
}

/* --- one entry ---------------------------------------------------------------------------- */

static int xchg(const struct walk *w, uint64_t index, struct tce_iommu_entry *entry, int *ret_errno)
{
	return w->env.dma.ops->xchg_no_kill(w->env.dma.ops_ctx, w->tbl, index, entry, ret_errno);
}

static int kill(const struct walk *w, const struct tce_vfio_range *range)
{
	if (w->env.dma.ops->tce_kill == NULL || range->pages == 0)
		return 0;
	return w->env.dma.ops->tce_kill(w->env.dma.ops_ctx, w->tbl, range->entry, range->pages);
}

/* --- user memory -------------------------------------------------------------------------- */

/* What an entry is to point to. */
struct target {
	struct tce_vfio_region *region; /* v2 */
	uint64_t ra;
	unsigned block_shift;
};

static struct tce_vfio_mm *mm_of(const struct walk *w)
{
	return tce_vfio_at(w->call, w->container->mm);
}

/*
 * tce_iommu_prereg_ua_to_hpa: the region of a page, NULL: none takes it. C6: the region's smallest
 * page does not count.
 */
static struct tce_vfio_region *region_of(const struct walk *w, uint64_t ua)
{
	unsigned shift = w->tbl->page_shift;
	struct tce_vfio_mm *mm = mm_of(w);
	struct tce_vfio_region *region =
		mm == NULL ? NULL : tce_vfio_lookup(w->call->lc.st, mm, ua, UINT64_C(1) << shift);

	return region == NULL || shift <= region->page_shift || tce_vfio_bug(w->call, TCE_DEFECT_C6)
		       ? region
		       : NULL;
}

static int64_t find_v2(const struct walk *w, uint64_t ua, struct target *target)
{
	target->region = region_of(w, ua);
	if (target->region == NULL)
		return -TCE_EINVAL;
	tce_vfio_region_at(target->region, tce_vfio_page_shift(w->call), ua, &target->ra,
			   &target->block_shift);
	return 0;
}

/* tce_iommu_use_page: always for writing. */
static int pin_v1(const struct walk *w, uint64_t ua, struct target *target, int64_t *ret_refused)
{
	uint64_t mask = tce_low_mask(tce_vfio_page_shift(w->call));
	struct tce_vfio_pages pages;
	int refused;
	int err = tce_vfio_pin(w->call, ua & ~mask, 1, &pages, &refused);

	*ret_refused = refused;
	if (err != 0 || refused != 0)
		return err;
	w->container->pinned++;
	target->region = NULL;
	target->ra = pages.ra.v | (ua & mask);
	target->block_shift = pages.block_shift;
	return 0;
}

/* mm_iommu_mapped_dec: never below 1. */
static void mapped_dec(struct tce_vfio_region *region)
{
	if (region->mapped > 1)
		region->mapped--;
}

static void unpin(struct tce_vfio_container *container)
{
	if (container->pinned != 0)
		container->pinned--;
}

/* tce_iommu_unuse_page_v2, tce_iommu_unuse_page: by the user address that is remembered. */
static void unuse(const struct walk *w, uint64_t index, uint64_t seen)
{
	struct tce_vfio_region *region =
		w->container->v2 && seen != 0 ? region_of(w, seen & ~PRESENT) : NULL;
	int err;

	if (!w->container->v2)
		unpin(w->container);
	else if (region != NULL)
		mapped_dec(region);
	err = tce_vfio_view_set(w->call->lc.st, w->view, index - w->tbl->offset, 0);
	(void)err; /* taking away cannot fail */
}

/* --- clearing ----------------------------------------------------------------------------- */

/* changed: the entries that the bridge is to be told of, from the first to the last. */
static int clear_entry(const struct walk *w, uint64_t index, struct tce_vfio_range *changed)
{
	struct tce_iommu_entry entry = {.addr = 0, .dir = TCE_DIR_NONE};
	uint64_t seen = tce_vfio_view_get(w->call->lc.st, w->view, index - w->tbl->offset);
	int refused;
	int err;

	if (seen == 0)
		return 0;
	if (changed->pages == 0)
		changed->entry = index;
	changed->pages = index - changed->entry + 1;
	err = xchg(w, index, &entry, &refused);
	if (err == 0 && refused == 0 && entry.dir != TCE_DIR_NONE)
		unuse(w, index, seen);
	return err;
}

/* Minutes, where each entry is looked at: a CPU makes some millions in a second. */
#define WALK_MAX (UINT64_C(1) << 26)

static int clear_range(const struct walk *w, const struct tce_vfio_range *range)
{
	uint64_t at = range->entry - w->tbl->offset;
	uint64_t end = at + range->pages;
	struct tce_vfio_range changed = {.slot = range->slot};
	int err = 0;

	if (tce_vfio_bug(w->call, TCE_DEFECT_C11) && range->pages > WALK_MAX) {
		w->call->lc.outcome->no_progress = true;
		return 0;
	}
	while (err == 0 && at < end) {
		at = tce_vfio_view_next(w->call->lc.st, w->view, at);
		if (at >= end)
			break;
		err = clear_entry(w, w->tbl->offset + at, &changed);
		at++;
	}
	return err != 0 ? err : kill(w, &changed);
}

int tce_vfio_clear(struct tce_vfio_call *call, struct tce_vfio_container *container,
		   const struct tce_vfio_range *range)
{
	struct walk w;

	walk_init(&w, call, container, range->slot);
	return clear_range(&w, range);
}

int tce_vfio_clear_table(struct tce_vfio_call *call, struct tce_vfio_container *container,
			 unsigned slot)
{
	const struct tce_iommu_table *tbl = tce_vfio_table(call, container, slot);
	struct tce_vfio_range range = {.slot = slot, .entry = tbl->offset, .pages = tbl->size};

	return tce_vfio_clear(call, container, &range);
}

/* --- mapping ------------------------------------------------------------------------------ */

/* tce_page_is_contained: is one page of the host's behind the whole I/O page? */
static bool contained(const struct walk *w, const struct target *target)
{
	return target->block_shift >= w->tbl->page_shift ||
	       (w->container->v2 && tce_vfio_bug(w->call, TCE_DEFECT_C6));
}

/* The page that an entry is to hold: *ret_refused 0 and counted, or -errno. */
static int use(const struct walk *w, uint64_t ua, struct target *target, int64_t *ret_refused)
{
	int err = 0;

	if (w->container->v2)
		*ret_refused = find_v2(w, ua, target);
	else
		err = pin_v1(w, ua, target, ret_refused);
	if (err != 0 || *ret_refused != 0)
		return err;
	if (!contained(w, target)) {
		*ret_refused = -TCE_EPERM;
		if (!w->container->v2 && !tce_vfio_bug(w->call, TCE_DEFECT_D19))
			unpin(w->container); /* else the page stays pinned */
	} else if (w->container->v2) {
		target->region->mapped++;
	}
	return 0;
}

/* The exchange was refused: whose count goes down? D19: that of the entry that stays. */
static void undo_use(const struct walk *w, uint64_t index, const struct target *target)
{
	if (!w->container->v2)
		unpin(w->container);
	else if (tce_vfio_bug(w->call, TCE_DEFECT_D19))
		unuse(w, index, tce_vfio_view_get(w->call->lc.st, w->view, index - w->tbl->offset));
	else
		mapped_dec(target->region);
}

/* Past its end, a table in memory is written all the same (D3); nothing there is modelled. */
static bool is_past_end(const struct walk *w, uint64_t index)
{
	return index - w->tbl->offset >= w->tbl->size && !tce_vfio_is_pseries(w->call);
}

static int put_entry(const struct walk *w, uint64_t index, uint64_t ua, enum tce_dma_dir dir,
		     int64_t *ret_refused)
{
	struct tce_iommu_entry entry = {.dir = dir};
	struct target target;
	int refused;
	int err = use(w, ua, &target, ret_refused);

	if (err != 0 || *ret_refused != 0)
		return err;
	if (is_past_end(w, index)) {
		w->call->lc.outcome->unchecked = TCE_UNCHECKED_END;
		return 0;
	}
	if (target.block_shift < w->tbl->page_shift)
		w->call->lc.outcome->unchecked = TCE_UNCHECKED_PAGE;
	entry.addr = target.ra & ~tce_low_mask(w->tbl->page_shift);
	err = xchg(w, index, &entry, &refused);
	*ret_refused = refused;
	if (err != 0)
		return err;
	if (refused != 0) {
		undo_use(w, index, &target);
		return 0;
	}
	if (entry.dir != TCE_DIR_NONE)
		unuse(w, index, tce_vfio_view_get(w->call->lc.st, w->view, index - w->tbl->offset));
	return tce_vfio_view_set(w->call->lc.st, w->view, index - w->tbl->offset, ua | PRESENT);
}

int tce_vfio_build(struct tce_vfio_call *call, struct tce_vfio_container *container,
		   const struct tce_vfio_range *range, uint64_t vaddr, enum tce_dma_dir dir)
{
	struct tce_vfio_range done = {.slot = range->slot, .entry = range->entry};
	int64_t refused = 0;
	struct walk w;
	int err = 0;

	walk_init(&w, call, container, range->slot);
	if (container->v2 && container->no_view[range->slot] && range->pages != 0) {
		tce_linux_oops(&call->lc);
		return tce_vfio_answer(call, -TCE_EFAULT);
	}
	while (done.pages < range->pages) {
		err = put_entry(&w, range->entry + done.pages,
				vaddr + (done.pages << w.tbl->page_shift), dir, &refused);
		if (err != 0 || refused != 0)
			break;
		done.pages++;
	}
	if (err == 0)
		err = refused != 0 ? clear_range(&w, &done) : kill(&w, range);
	return err != 0 ? err : tce_vfio_answer(call, refused);
}
