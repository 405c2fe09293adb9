/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that a v2 container registers before it maps: charged and pinned once, shared by all
 * containers of the address space. Source: arch/powerpc/mm/book3s64/iommu_api.c; the calls around
 * it in vfio_iommu_spapr_tce.c. Left out: device memory, which only the kernel itself registers.
 */
#include "base/assert.h"
#include "base/bits.h"
#include "vfio.h"

#define REF sizeof(struct tce_ref)

/* Pages pinned at once: an array of pointers as large as the largest block of 16 MiB. */
#define CHUNK_PAGES (UINT64_C(1) << 21)

/* --- looking ------------------------------------------------------------------------------ */

static struct tce_vfio_region *region_at(const struct tce_state *st, const struct tce_vfio_mm *mm,
					 uint32_t i)
{
	return i < mm->regions.nr
		       ? tce_state_at(st, *(struct tce_ref *)tce_vec_at(&mm->regions, i, REF))
		       : NULL;
}

/* Position of the first region whose address is above ua. */
static uint32_t position_above(const struct tce_state *st, const struct tce_vfio_mm *mm,
			       uint64_t ua)
{
	uint32_t low = 0;
	uint32_t high = mm->regions.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (region_at(st, mm, mid)->ua <= ua)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Bytes of a region; at most 2^64 - 1 page, for a region never wraps. */
static uint64_t region_size(const struct tce_vfio_call *call, const struct tce_vfio_region *region)
{
	return region->entries << tce_vfio_page_shift(call);
}

struct tce_vfio_region *tce_vfio_lookup(const struct tce_state *st, const struct tce_vfio_mm *mm,
					uint64_t ua, uint64_t size)
{
	uint32_t i = position_above(st, mm, ua);
	struct tce_vfio_region *region = i == 0 ? NULL : region_at(st, mm, i - 1);
	uint64_t bytes;

	if (region == NULL)
		return NULL;
	bytes = region->bytes;
	return ua - region->ua < bytes && size <= bytes - (ua - region->ua) ? region : NULL;
}

static struct tce_vfio_run *run_at(const struct tce_vfio_region *region, uint32_t i)
{
	return tce_vec_at(&region->runs, i, sizeof(struct tce_vfio_run));
}

void tce_vfio_region_at(const struct tce_vfio_region *region, unsigned page_shift, uint64_t ua,
			uint64_t *ret_ra, unsigned *ret_block_shift)
{
	uint64_t page = (ua - region->ua) >> page_shift;
	uint32_t low = 0;
	uint32_t high = region->runs.nr;
	const struct tce_vfio_run *run;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (run_at(region, mid)->first <= page)
			low = mid;
		else
			high = mid;
	}
	run = run_at(region, low);
	*ret_ra = run->ra + ((page - run->first) << page_shift) + (ua & tce_low_mask(page_shift));
	*ret_block_shift = run->block_shift;
}

/* mm_iommu_get: the region of exactly this range, with one more user. */
static struct tce_vfio_region *get_exact(const struct tce_vfio_call *call, uint64_t ua,
					 uint64_t entries)
{
	uint32_t i = position_above(call->lc.st, call->mm, ua);
	struct tce_vfio_region *region = i == 0 ? NULL : region_at(call->lc.st, call->mm, i - 1);

	if (region == NULL || region->ua != ua || region->entries != entries)
		return NULL;
	region->used++;
	return region;
}

static bool overlaps(const struct tce_vfio_call *call, uint64_t ua, uint64_t size)
{
	uint32_t i = position_above(call->lc.st, call->mm, ua);
	const struct tce_vfio_region *before =
		i == 0 ? NULL : region_at(call->lc.st, call->mm, i - 1);
	const struct tce_vfio_region *behind = region_at(call->lc.st, call->mm, i);

	return (before != NULL && ua - before->ua < region_size(call, before)) ||
	       (behind != NULL && behind->ua - ua < size);
}

/* --- the end of a region ------------------------------------------------------------------ */

static void region_free(const struct tce_state *st, struct tce_vfio_region *region)
{
	tce_vec_fini(&region->runs, &st->mem, sizeof(struct tce_vfio_run));
	tce_mem_free(&st->mem, region, sizeof(*region));
}

void tce_vfio_regions_free(const struct tce_state *st, struct tce_vfio_mm *mm)
{
	for (uint32_t i = 0; i < mm->regions.nr; i++)
		region_free(st, region_at(st, mm, i));
	tce_vec_fini(&mm->regions, &st->mem, REF);
}

static void drop(const struct tce_vfio_call *call, struct tce_vfio_mm *mm,
		 struct tce_vfio_region *region)
{
	tce_vec_remove(&mm->regions, position_above(call->lc.st, mm, region->ua) - 1, 1, REF);
	tce_vfio_unaccount(mm, region->entries);
	region_free(call->lc.st, region);
}

/* mm_iommu_put: 0 or -errno. */
static int put(const struct tce_vfio_call *call, struct tce_vfio_mm *mm,
	       struct tce_vfio_region *region)
{
	if (region->used == 0)
		return -TCE_ENOENT;
	if (--region->used > 0)
		return 0;
	if (region->mapped != 1) {
		region->used++;
		return -TCE_EBUSY;
	}
	drop(call, mm, region);
	return 0;
}

/* mm_iommu_mapped_dec: never below 1. Without D43 the last TCE takes what nobody else has. */
void tce_vfio_region_unmapped(const struct tce_vfio_call *call, struct tce_vfio_mm *mm,
			      struct tce_vfio_region *region)
{
	if (region->mapped > 1)
		region->mapped--;
	if (region->mapped == 1 && region->used == 0)
		drop(call, mm, region);
}

/* --- a new region ------------------------------------------------------------------------- */

static int add_run(struct tce_vfio_call *call, struct tce_vfio_region *region, uint64_t page,
		   const struct tce_vfio_pages *pages)
{
	unsigned shift = tce_vfio_page_shift(call);
	struct tce_vfio_run *run =
		region->runs.nr == 0 ? NULL : run_at(region, region->runs.nr - 1);
	int err;

	if (run != NULL && run->block_shift == pages->block_shift &&
	    run->ra + ((page - run->first) << shift) == pages->ra.v)
		return 0;
	err = tce_vec_reserve(&region->runs, tce_vfio_mem(call), sizeof(*run), 1);
	if (err != 0)
		return err;
	run = tce_vec_insert(&region->runs, region->runs.nr, sizeof(*run));
	run->first = page;
	run->ra = pages->ra.v;
	run->block_shift = (uint8_t)pages->block_shift;
	return 0;
}

/*
 * The largest I/O page that the region takes is that of its smallest page, where a page that is
 * not of hugetlbfs counts like the one before it. C7: any compound page counts.
 */
static void limit_page_shift(const struct tce_vfio_call *call, struct tce_vfio_region *region,
			     const struct tce_vfio_pages *pages, unsigned *running)
{
	unsigned shift = tce_vfio_page_shift(call);
	unsigned huge = pages->huge_shift;

	if (tce_vfio_bug(call, TCE_DEFECT_C7) && pages->block_shift > shift)
		huge = pages->block_shift;
	if (region->page_shift > shift && huge != 0)
		*running = huge;
	if (*running < region->page_shift)
		region->page_shift = (uint8_t)*running;
}

/*
 * Pin all pages. *ret_refused: 0; -EFAULT, or how many pages of the last chunk were pinned before
 * the one that could not be.
 */
static int pin_all(struct tce_vfio_call *call, struct tce_vfio_region *region, int64_t *ret_refused)
{
	unsigned shift = tce_vfio_page_shift(call);
	unsigned running = shift;
	uint64_t page = 0;
	struct tce_vfio_pages pages;
	int refused;
	int err;

	region->page_shift = (uint8_t)__builtin_ctzll(region->ua | region->entries << shift);
	while (page < region->entries) {
		err = tce_vfio_pin(call, region->ua + (page << shift), region->entries - page,
				   &pages, &refused);
		if (err != 0)
			return err;
		if (refused != 0) {
			uint64_t of_chunk = page % CHUNK_PAGES;

			*ret_refused = of_chunk == 0 ? refused : (int64_t)of_chunk;
			return 0;
		}
		err = add_run(call, region, page, &pages);
		if (err != 0)
			return err;
		limit_page_shift(call, region, &pages, &running);
		page += pages.nr;
	}
	*ret_refused = 0;
	return 0;
}

/* The array of its pages, 8 bytes each: the kernel cannot have one larger than its memory. */
static bool array_fails(struct tce_vfio_call *call, uint64_t entries)
{
	return entries == 0 || entries > tce_linux_dram_end(call->lc.lx) / 8 ||
	       tce_machine_alloc_fails(call->lc.machine);
}

static int insert(struct tce_vfio_call *call, struct tce_vfio_region *region)
{
	struct tce_vec *regions = &call->mm->regions;
	int err = tce_vec_reserve(regions, tce_vfio_mem(call), REF, 1);

	if (err == 0)
		*(struct tce_ref *)tce_vec_insert(regions,
						  position_above(call->lc.st, call->mm, region->ua),
						  REF) = tce_state_ref(call->lc.st, region);
	return err;
}

/* After its pages were counted: pin, look for overlaps. *ret_refused as the ioctl returns it. */
static int fill(struct tce_vfio_call *call, struct tce_vfio_region *region, int64_t *ret_refused)
{
	int err = pin_all(call, region, ret_refused);

	if (err != 0 || *ret_refused != 0)
		return err;
	if (overlaps(call, region->ua, region_size(call, region))) {
		*ret_refused = -TCE_EINVAL;
		if (tce_vfio_bug(call, TCE_DEFECT_C10))
			tce_linux_oops(&call->lc);
	}
	return 0;
}

/* mm_iommu_new. *ret_refused: what the ioctl returns, 0: *ret_region. */
static int region_new(struct tce_vfio_call *call, uint64_t ua, uint64_t entries,
		      struct tce_vfio_region **ret_region, int64_t *ret_refused)
{
	struct tce_vfio_region *region;
	int err;

	*ret_refused = -TCE_ENOMEM;
	if (!tce_vfio_account(call, call->mm, entries))
		return 0;
	if (array_fails(call, entries)) {
		tce_vfio_unaccount(call->mm, entries);
		return 0;
	}
	region = tce_mem_new(tce_vfio_mem(call), sizeof(*region));
	if (region == NULL)
		return -TCE_ERR_NOMEM;
	region->ua = ua;
	region->entries = entries;
	region->bytes = entries << tce_vfio_page_shift(call);
	region->used = 1;
	region->mapped = 1;
	err = fill(call, region, ret_refused);
	if (err == 0 && *ret_refused == 0)
		err = insert(call, region);
	if (err != 0)
		return err;
	if (*ret_refused != 0) {
		tce_vfio_unaccount(call->mm, entries);
		region_free(call->lc.st, region);
	}
	*ret_region = region;
	return 0;
}

/* --- what a container has registered ------------------------------------------------------ */

static struct tce_vfio_region *listed(const struct tce_vfio_call *call,
				      const struct tce_vfio_container *container, uint32_t i)
{
	return tce_vfio_at(call, *(struct tce_ref *)tce_vec_at(&container->prereg, i, REF));
}

/* Position in the container's list; nr: not in it. */
static uint32_t find_listed(const struct tce_vfio_call *call,
			    const struct tce_vfio_container *container,
			    const struct tce_vfio_region *region)
{
	uint32_t i = 0;

	while (i < container->prereg.nr && listed(call, container, i) != region)
		i++;
	return i;
}

static bool is_aligned(const struct tce_vfio_call *call, uint64_t vaddr, uint64_t size)
{
	return ((vaddr | size) & tce_low_mask(tce_vfio_page_shift(call))) == 0;
}

int tce_vfio_register(struct tce_vfio_call *call, struct tce_vfio_container *container,
		      uint64_t vaddr, uint64_t size)
{
	uint64_t entries = size >> tce_vfio_page_shift(call);
	struct tce_vfio_region *region;
	int64_t refused = 0;
	int err;

	if (!is_aligned(call, vaddr, size) || vaddr + size < vaddr)
		return tce_vfio_answer(call, -TCE_EINVAL);
	err = tce_vec_reserve(&container->prereg, tce_vfio_mem(call), REF, 1);
	if (err != 0)
		return err;
	region = get_exact(call, vaddr, entries);
	if (region != NULL && find_listed(call, container, region) != container->prereg.nr) {
		put(call, call->mm, region);
		return tce_vfio_answer(call, -TCE_EBUSY);
	}
	if (region == NULL)
		err = region_new(call, vaddr, entries, &region, &refused);
	if (err != 0)
		return err;
	if (refused == 0) {
		*(struct tce_ref *)tce_vec_insert(&container->prereg, 0, REF) =
			tce_state_ref(call->lc.st, region);
		container->enabled = true;
	}
	return tce_vfio_answer(call, refused);
}

/* tce_iommu_prereg_free: the list's entry goes when the region let go of it. */
static int prereg_free(struct tce_vfio_call *call, struct tce_vfio_container *container, uint32_t i)
{
	int err = put(call, tce_vfio_at(call, container->mm), listed(call, container, i));

	if (err == 0)
		tce_vec_remove(&container->prereg, i, 1, REF);
	return err;
}

int tce_vfio_unregister(struct tce_vfio_call *call, struct tce_vfio_container *container,
			uint64_t vaddr, uint64_t size)
{
	struct tce_vfio_region *region;
	uint32_t i;
	int refused;

	if (!is_aligned(call, vaddr, size))
		return tce_vfio_answer(call, -TCE_EINVAL);
	region = get_exact(call, vaddr, size >> tce_vfio_page_shift(call));
	if (region == NULL)
		return tce_vfio_answer(call, -TCE_ENOENT);
	i = find_listed(call, container, region);
	if (i == container->prereg.nr) {
		region->used--; /* another container's, or nobody's */
		return tce_vfio_answer(call, -TCE_ENOENT);
	}
	/* The look-up's own reference hides that the region is mapped (D5). */
	if (!tce_vfio_bug(call, TCE_DEFECT_D5) && region->used == 2 && region->mapped != 1) {
		region->used--;
		return tce_vfio_answer(call, -TCE_EBUSY);
	}
	refused = prereg_free(call, container, i);
	put(call, call->mm, region);
	return tce_vfio_answer(call, refused);
}

bool tce_vfio_prereg_drop(struct tce_vfio_call *call, struct tce_vfio_container *container)
{
	struct tce_vfio_region *region;
	bool ok = true;

	while (container->prereg.nr != 0) {
		region = listed(call, container, 0);
		if (prereg_free(call, container, 0) == 0)
			continue;
		ok = false;
		if (!tce_vfio_bug(call, TCE_DEFECT_D43))
			region->used--;
		tce_vec_remove(&container->prereg, 0, 1, REF);
	}
	return ok;
}
