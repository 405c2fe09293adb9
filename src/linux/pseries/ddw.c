/* SPDX-License-Identifier: BSD-2-Clause */
/* The decision tables of enable_ddw. */
#include "ddw.h"

#include "base/bits.h"

/* MIN_DDW_VPMEM_DMA_WINDOW: what must be left beside RAM for a window to be shared. */
#define VPMEM_LEAST (UINT64_C(1) << 31)

const char *tce_ddw_step_text(enum tce_ddw_step step)
{
	static const char *const text[] = {
#define STEP_TEXT(name, clause) clause,
		TCE_DDW_STEP_LIST(STEP_TEXT)
#undef STEP_TEXT
	};

	return text[step];
}

/*
 * The largest page size that firmware offers and the kernel knows; 0: none. Without D13 none that
 * is larger than what memory is made of: its last page would be half outside of memory, which a
 * hypervisor refuses to map and a kernel must not leave unmapped.
 */
static unsigned choose_page_shift(const struct tce_ddw_facts *facts)
{
	uint64_t known = UINT64_C(1) << 12 | UINT64_C(1) << 16 | UINT64_C(1) << 24;
	uint64_t offered = tce_ddw_page_shifts(facts->page_mask);

	if (tce_kernel_has(facts->kernel, TCE_KF_DDW_LARGE_PAGES))
		known |= UINT64_C(0x1e) << 24 | UINT64_C(1) << 34;
	if (tce_kernel_has(facts->kernel, TCE_KF_DDW_2M))
		known |= UINT64_C(1) << 21;
	if (!tce_kernel_bug(facts->kernel, TCE_DEFECT_D13) && facts->memory_block != 0)
		known &= (facts->memory_block & -facts->memory_block) * 2 - 1;
	return (offered & known) == 0 ? 0 : tce_log2_floor(offered & known);
}

/*
 * log2 of the window that the largest block makes. Rounded up, so that a block that is no power of
 * two is asked for too large (D23); without D23 rounded down.
 */
static unsigned block_shift_of(const struct tce_ddw_facts *facts, unsigned page_shift)
{
	uint64_t bytes = facts->block << page_shift;
	unsigned shift = tce_log2_ceil(bytes);
	unsigned reach;

	if (!tce_kernel_has(facts->kernel, TCE_KF_DDW_SIZE_ROUNDED))
		return shift;
	if (!tce_kernel_bug(facts->kernel, TCE_DEFECT_D23) && bytes != 0)
		shift = tce_log2_floor(bytes);
	reach = tce_fls64(facts->dma_mask);
	return reach < shift ? reach : shift;
}

/* Does the largest block hold a window of 2^shift bytes? */
static bool fits(const struct tce_ddw_facts *facts, const struct tce_ddw_decision *d,
		 unsigned shift)
{
	if (tce_kernel_has(facts->kernel, TCE_KF_DDW_SIZE_ROUNDED))
		return d->block_shift >= shift;
	return shift < d->page_shift || facts->block >= tce_pow2(shift - d->page_shift);
}

/* All RAM that may ever come; with persistent memory everything, when that can be had. */
static void choose_want(const struct tce_ddw_facts *facts, struct tce_ddw_decision *d)
{
	d->want_shift = d->ram_shift;
	if (!facts->pmem || !tce_kernel_has(facts->kernel, TCE_KF_PMEM_UPPER_BOUND))
		return;
	if (!fits(facts, d, TCE_MAX_PHYSMEM_BITS))
		d->pmem_skipped = d->ram_shift < TCE_MAX_PHYSMEM_BITS;
	else if (tce_kernel_bug(facts->kernel, TCE_DEFECT_B7))
		d->want_shift = (uint8_t)(TCE_MAX_PHYSMEM_BITS - d->page_shift);
	else
		d->want_shift = TCE_MAX_PHYSMEM_BITS;
}

/* The only window, and persistent memory would have no way through it. */
static bool must_leave_room(const struct tce_ddw_facts *facts, const struct tce_ddw_decision *d)
{
	bool covers = d->want_shift == TCE_MAX_PHYSMEM_BITS &&
		      tce_kernel_bug(facts->kernel, TCE_DEFECT_D27);

	return facts->default_removed && facts->pmem && !covers &&
	       !tce_kernel_bug(facts->kernel, TCE_DEFECT_B8);
}

static bool can_share(const struct tce_ddw_facts *facts, const struct tce_ddw_decision *d)
{
	uint64_t bytes = tce_kernel_has(facts->kernel, TCE_KF_DDW_SIZE_ROUNDED)
				 ? tce_pow2(d->block_shift)
				 : facts->block << d->page_shift;

	return bytes >= VPMEM_LEAST + tce_pow2(d->ram_shift);
}

static void set(struct tce_ddw_decision *d, enum tce_dma_mode mode, unsigned window_shift,
		enum tce_ddw_why why)
{
	d->mode = (uint8_t)mode;
	d->window_shift = (uint8_t)window_shift;
	d->why = (uint8_t)why;
}

/* Too small: would the block do, but for the mask? */
static enum tce_ddw_why why_too_small(const struct tce_ddw_facts *facts,
				      const struct tce_ddw_decision *d)
{
	struct tce_ddw_facts any_mask = *facts;

	any_mask.dma_mask = UINT64_MAX;
	return block_shift_of(&any_mask, d->page_shift) >= d->want_shift ? TCE_DDW_WHY_MASK
									 : TCE_DDW_WHY_BLOCK;
}

/* Without D27: the only window holds RAM, and as much again for persistent memory. */
static unsigned shared_shift(const struct tce_ddw_decision *d)
{
	unsigned least = tce_log2_ceil(VPMEM_LEAST);

	if (d->want_shift != TCE_MAX_PHYSMEM_BITS)
		return d->block_shift;
	return (d->ram_shift > least ? d->ram_shift : least) + 1;
}

static void choose_mode(const struct tce_ddw_facts *facts, struct tce_ddw_decision *d)
{
	if (!fits(facts, d, d->want_shift)) {
		if (!tce_kernel_has(facts->kernel, TCE_KF_DYNAMIC_DDW))
			d->step = TCE_DDW_TOO_SMALL;
		set(d, TCE_MODE_DYNAMIC, d->block_shift, why_too_small(facts, d));
	} else if (!must_leave_room(facts, d)) {
		set(d, TCE_MODE_DIRECT, d->want_shift, TCE_DDW_WHY_FITS);
	} else if (!tce_kernel_has(facts->kernel, TCE_KF_HYBRID_DDW)) {
		set(d, TCE_MODE_DYNAMIC, d->want_shift, TCE_DDW_WHY_UNSPLIT);
	} else if (can_share(facts, d)) {
		set(d, TCE_MODE_HYBRID, shared_shift(d), TCE_DDW_WHY_SPLIT);
	} else {
		set(d, TCE_MODE_DYNAMIC, d->block_shift, TCE_DDW_WHY_NO_ROOM);
	}
}

unsigned tce_ddw_ram_shift(const struct tce_ddw_facts *facts)
{
	if (facts->pmem && tce_kernel_bug(facts->kernel, TCE_DEFECT_B9))
		return TCE_MAX_PHYSMEM_BITS;
	return tce_log2_ceil(facts->hotplug_max);
}

struct tce_ddw_decision tce_ddw_decide(const struct tce_ddw_facts *facts)
{
	struct tce_ddw_decision d = {.step = TCE_DDW_DONE};

	d.ram_shift = (uint8_t)tce_ddw_ram_shift(facts);
	d.page_shift = (uint8_t)choose_page_shift(facts);
	if (d.page_shift == 0) {
		d.step = TCE_DDW_PAGE_SIZE;
		return d;
	}
	d.block_shift = (uint8_t)block_shift_of(facts, d.page_shift);
	choose_want(facts, &d);
	choose_mode(facts, &d);
	return d;
}
