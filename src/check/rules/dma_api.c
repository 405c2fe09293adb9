/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the DMA API promises drivers, and what its allocator promises itself (known-bugs I-SIZE,
 * I-ALLOC). A mask that was accepted is a promise: as long as the device's table has room below it,
 * a buffer can be mapped (Linux Documentation/core-api/dma-api.rst, dma-api-howto.rst). Bus
 * addresses come from the pool whose lock is held (arch/powerpc/include/asm/iommu.h struct
 * iommu_pool; since b4c3a8729ae5).
 *
 * A refusal for want of anything breaks no promise: room in a pool, memory, what firmware has.
 */
#include "linux_view.h"

#include "base/bits.h"
#include "linux/iommu_pages.h"

/* --- room ------------------------------------------------------------------------------------ */

/* Free entries in a row that would do. */
struct need {
	uint64_t npages;
	uint64_t align;
	uint64_t boundary; /* entries, a power of two */
	uint64_t end;      /* relative entry that the mask does not reach */
};

static uint64_t align_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) & ~(to - 1);
}

/* The last entry of a pool is never used: iommu_area_alloc. */
static bool has_area(const struct tce_iommu_table *tbl, const struct tce_iommu_pool *pool,
		     const struct need *need)
{
	uint64_t end = pool->end < need->end ? pool->end : need->end;
	uint64_t at = pool->start;

	while (at + 1 < end) {
		uint64_t stop, used, inside;

		at = align_up(tce_bitmap_next_zero(&tbl->map, at, end - 1), need->align);
		stop = at + need->npages;
		if (stop > end - 1 || stop < at)
			return false;
		inside = (tbl->offset + at) & (need->boundary - 1);
		used = tce_bitmap_next_set(&tbl->map, at, stop);
		if (used < stop)
			at = used + 1;
		else if (inside + need->npages <= need->boundary)
			return true;
		else
			at += need->boundary - inside;
	}
	return false;
}

/* Small requests need not be given what is kept for large ones. */
static bool has_room(const struct tce_iommu_table *tbl, const struct need *need)
{
	for (unsigned i = 0; i < tbl->nr_pools; i++) {
		if (has_area(tbl, &tbl->pools[i], need))
			return true;
	}
	return false;
}

/* What a buffer needs of a table. False: it cannot be told, or no table can give it. */
static bool need_of(const struct tce_check *check, const struct tce_linux_dev *dev,
		    const struct tce_iommu_table *tbl, struct need *ret_need)
{
	const struct tce_ev_map *ev = &check->event->u.map;
	struct tce_dma_env env = {.kernel = &check->lx->kernel,
				  .page_shift = check->lx->page_shift};
	bool coherent = ev->type == TCE_MAP_COHERENT;
	uint64_t size = coherent ? tce_dma_page_align(&env, ev->len) : ev->len;
	uint64_t addr = coherent ? 0 : ev->addr.v;
	uint64_t mask = (coherent ? dev->dma.coherent_mask : dev->dma.dma_mask) >> tbl->page_shift;
	uint64_t boundary = dev->dma.seg_boundary == 0 ? UINT32_MAX : dev->dma.seg_boundary;

	if (mask < tbl->offset || (coherent && size > UINT64_C(1) << 22))
		return false;
	ret_need->npages = tce_iommu_num_pages(tbl, addr, size);
	ret_need->align = tce_pow2(tce_iommu_map_align(&env, tbl, addr, size));
	if (coherent && tce_log2_ceil(size) > tbl->page_shift)
		ret_need->align = tce_pow2(tce_log2_ceil(size) - tbl->page_shift);
	ret_need->boundary = (boundary >> tbl->page_shift) + 1;
	ret_need->end = mask - tbl->offset + 1;
	return tce_is_pow2(ret_need->boundary) && ret_need->npages <= ret_need->boundary;
}

/* --- refused mappings ------------------------------------------------------------------------ */

/*
 * Is this a buffer that the table could have been asked for? Lists have too many ways to be too
 * long. Coherent memory that goes past the table need only lie elsewhere: the page allocator is
 * asked for lower memory, of which there is some unless the mask ends below all of it.
 */
static bool is_tables_business(const struct tce_check *check, const struct tce_linux_dev *dev)
{
	if (check->event->u.map.type == TCE_MAP_SG || dev->dma.no_ops ||
	    tce_view_is_owned(check, dev))
		return false;
	return check->event->u.map.type != TCE_MAP_COHERENT ||
	       !tce_view_is_direct_coherent(check, dev) ||
	       dev->dma.dma_offset > dev->dma.coherent_mask;
}

static void check_refused(struct tce_check *check)
{
	const struct tce_linux_dev *dev =
		tce_linux_dev_find(check->st, check->lx, check->event->u.map.dev);
	const struct tce_iommu_table *tbl;
	struct tce_breach breach;
	struct need need;

	if (dev == NULL || !dev->bound || !is_tables_business(check, dev))
		return;
	tbl = tce_dma_dev_table(&dev->dma);
	if (tbl == NULL || tbl->refs == 0 || !tbl->has_map || !need_of(check, dev, tbl, &need) ||
	    !has_room(tbl, &need))
		return;
	breach = tce_breach_of(TCE_RULE_NEEDLESS_REFUSAL,
			       "{dev}: {d0} bytes are not mapped, although window {1} has room for "
			       "them below a mask that the kernel accepted");
	breach.dev = dev->id;
	breach.value[0] = check->event->u.map.len;
	breach.value[1] = tbl->index;
	tce_check_add(check, &breach);
}

/* --- accepted masks -------------------------------------------------------------------------- */

static bool reaches_table(const struct tce_linux_dev *dev, uint64_t mask)
{
	const struct tce_iommu_table *tbl = tce_dma_dev_table(&dev->dma);

	return tbl != NULL && tbl->offset <= mask >> tbl->page_shift;
}

static bool reaches_ram(const struct tce_check *check, const struct tce_linux_dev *dev,
			uint64_t mask)
{
	const struct tce_ram *first =
		check->lx->ram.nr == 0 ? NULL : tce_vec_at(&check->lx->ram, 0, sizeof(*first));
	bool direct = dev->dma.no_ops || dev->dma.ops_bypass || dev->dma.bus_dma_limit != 0;

	return direct && first != NULL &&
	       mask >= dev->dma.dma_offset + first->addr + tce_low_mask(check->lx->page_shift);
}

/* The mask that was asked for last: what it made of windows may leave the other one without. */
static void check_accepted(struct tce_check *check, uint16_t id, bool coherent)
{
	const struct tce_linux_dev *dev = tce_linux_dev_find(check->st, check->lx, id);
	struct tce_breach breach;
	uint64_t mask;

	if (dev == NULL || !dev->bound || tce_view_is_owned(check, dev))
		return;
	mask = coherent ? dev->dma.coherent_mask : dev->dma.dma_mask;
	if (reaches_table(dev, mask) || reaches_ram(check, dev, mask))
		return;
	breach = tce_breach_of(TCE_RULE_WINDOW_TOO_SMALL,
			       "{dev}: the kernel accepted mask {0}, which reaches no window of "
			       "it");
	breach.dev = id;
	breach.value[0] = mask;
	tce_check_add(check, &breach);
}

/* --- one event ------------------------------------------------------------------------------- */

static void check_mapped(struct tce_check *check)
{
	const struct tce_outcome *outcome = check->outcome;
	struct tce_breach breach;

	if (outcome->other_pool) {
		breach = tce_breach_of(TCE_RULE_WRONG_POOL,
				       "{dev} got bus addresses of a pool whose lock was not held: "
				       "another CPU may hand them out at the same time");
		breach.dev = check->event->u.map.dev;
		tce_check_add(check, &breach);
	}
	if (outcome->err != 0 && outcome->nr_refused == 0 && !outcome->starved &&
	    !outcome->used_freed && !check->lx->crashed)
		check_refused(check);
}

void tce_rule_dma_api(struct tce_check *check)
{
	const struct tce_event *event = check->event;

	if (event == NULL || check->outcome == NULL || check->lx == NULL)
		return;
	if (event->kind == TCE_EV_MAP)
		check_mapped(check);
	else if (event->kind == TCE_EV_PROBE && check->outcome->err == 0)
		check_accepted(check, event->u.probe.dev, !event->u.probe.coherent_first);
	else if (event->kind == TCE_EV_SET_MASK && check->outcome->err == 0)
		check_accepted(check, event->u.set_mask.dev, event->u.set_mask.coherent);
}
