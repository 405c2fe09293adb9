/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A DMA through the bridge: requester ID -> PE -> TVE -> table or bypass. One path for all bridges
 * and implementations; what differs is asked of the model and the profile. Looking (peek) and
 * doing (dma) share every decision: a look collects what the doing then applies.
 *
 * Sources: spec of the translation in QEMU pnv_phb4_translate_tve and pnv_phb3_translate_tve,
 * checks of the hardware as skiboot and LoPAR tell; see struct tce_ioda_profile.
 */
#include "kill.h"
#include "tve.h"
#include "walk.h"

#define WINDOW_BIT     59U /* selects TVE#1 of a PE */
#define MSI32_PAGE     UINT64_C(0xffff)
#define FOUR_GIB       UINT64_C(0x100000000)
#define NO_KEY         UINT64_MAX
#define BYPASS_GRANULE 12U /* page shift given for bypass accesses */

/*
 * One access on its way. cached: use the caches and the freeze state; else as if there were none.
 */
struct travel {
	const struct tce_ioda *ioda;
	const struct tce_ioda_access *access;
	struct tce_ioda_xlate *out;
	bool cached;
	bool new_rte;     /* out->pe was read from the RTT */
	uint64_t tce_key; /* of a leaf TCE that was read, NO_KEY: none */
};

static bool is_p7ioc(const struct tce_ioda *ioda)
{
	return ioda->model->generation == TCE_IODA_P7IOC;
}

/* Interrupt or DMA? */
static enum tce_ioda_fault check_msi(const struct tce_ioda *ioda, uint64_t addr)
{
	uint64_t size = ioda->profile->msi64_size;
	uint64_t top = addr >> 60;

	if (addr >> 16 == MSI32_PAGE && (ioda->config & TCE_CONFIG_MSI32) != 0)
		return TCE_IODA_FAULT_MSI;
	if (top == 0)
		return TCE_IODA_FAULT_NOT;
	if (top != ioda->model->msi64_top || (ioda->config & TCE_CONFIG_MSI64) == 0)
		return TCE_IODA_FAULT_ADDR_TOP;
	if (size != 0 && (addr & tce_low_mask(60)) >= size)
		return TCE_IODA_FAULT_MSI_HOLE;
	return TCE_IODA_FAULT_MSI;
}

/* The first PELT-M entry that matches. Entries that were never written match 00:00.1, or all. */
static enum tce_ioda_fault match_peltm(const struct tce_ioda *ioda, unsigned rid, unsigned *ret_pe)
{
	unsigned pe;

	for (pe = 0; pe < ioda->model->nr_pes; pe++) {
		struct tce_rid_filter filter;

		tce_peltm_decode(tce_ioda_peltm(ioda, pe), &filter);
		if (tce_rid_filter_matches(&filter, rid)) {
			*ret_pe = pe;
			return TCE_IODA_FAULT_NOT;
		}
	}
	return TCE_IODA_FAULT_NO_PE;
}

static enum tce_ioda_fault read_rtt(const struct tce_ioda *ioda, unsigned rid, unsigned *ret_pe)
{
	unsigned nr_pes = ioda->model->nr_pes;
	uint64_t base = ioda->rtt_bar & ioda->model->rtt_mask;
	uint8_t rte[2];
	unsigned pe;

	if ((ioda->rtt_bar & TCE_BAR_ENABLE) == 0)
		return TCE_IODA_FAULT_RTT_OFF;
	if (ioda->tables == TCE_IODA_TABLES_INSIDE) {
		pe = tce_rids_get(&ioda->rids, rid);
	} else {
		if (!ioda->has_memory ||
		    ioda->memory.read(ioda->memory.ctx, tce_ra(base + 2 * rid), rte, 2) != 0)
			return TCE_IODA_FAULT_RTT_READ;
		pe = tce_be16_load(rte);
	}
	if (pe >= nr_pes && !tce_ioda_on(ioda, ioda->profile->pe_masked_on))
		return TCE_IODA_FAULT_PE_RANGE;
	*ret_pe = pe & (nr_pes - 1);
	return TCE_IODA_FAULT_NOT;
}

enum tce_ioda_fault tce_ioda_pe(const struct tce_ioda *ioda, uint16_t rid, unsigned *ret_pe)
{
	return is_p7ioc(ioda) ? match_peltm(ioda, rid, ret_pe) : read_rtt(ioda, rid, ret_pe);
}

static enum tce_ioda_fault resolve_pe(struct travel *t)
{
	enum tce_ioda_fault fault;
	uint64_t pe;

	if (t->cached && tce_assoc_find(&t->ioda->rtc, t->access->rid, &pe)) {
		t->out->pe = (unsigned)pe;
		return TCE_IODA_FAULT_NOT;
	}
	fault = tce_ioda_pe(t->ioda, t->access->rid, &t->out->pe);
	t->new_rte = fault == TCE_IODA_FAULT_NOT && !is_p7ioc(t->ioda);
	return fault;
}

static bool is_stopped(const struct travel *t)
{
	return t->cached && t->ioda->profile->freezes &&
	       (tce_sparse_get(&t->ioda->words, tce_word_key(TCE_IODA_TBL_PESTB, t->out->pe)) &
		TCE_PESTB_STOPPED) != 0;
}

/* Permission of a leaf, and where the access lands. */
static enum tce_ioda_fault leave(struct travel *t, uint64_t tce, unsigned page_shift)
{
	struct tce_ioda_xlate *out = t->out;
	uint64_t offset = tce_low_mask(page_shift);

	out->tce = tce;
	out->page_shift = page_shift;
	out->perm = (unsigned)(tce & TCE_PERM);
	out->ra = tce_ra((tce & ~offset) | (t->access->addr & offset));
	if ((t->access->access & ~out->perm) == 0)
		return TCE_IODA_FAULT_NOT;
	return out->perm == 0 ? TCE_IODA_FAULT_PAGE : TCE_IODA_FAULT_ACCESS;
}

/* A leaf TCE at entry: from the cache under key, or read. */
static enum tce_ioda_fault take_leaf(struct travel *t, uint64_t entry, uint64_t tce,
				     unsigned page_shift, uint64_t key)
{
	enum tce_ioda_fault fault;

	t->out->entry = tce_ra(entry);
	t->out->level = 0;
	fault = leave(t, tce, page_shift);
	if (fault == TCE_IODA_FAULT_NOT && t->ioda->profile->tce_cache)
		t->tce_key = key;
	return fault;
}

static bool take_cached(struct travel *t, uint64_t key, enum tce_ioda_fault *ret_fault)
{
	uint64_t value;

	if (!t->cached || !t->ioda->profile->tce_cache ||
	    !tce_assoc_find(&t->ioda->tces, key, &value))
		return false;
	t->out->from_cache = true;
	*ret_fault = leave(t, tce_cached_tce(value), tce_cached_shift(value));
	return true;
}

/* Walk the levels of a TABLE TVE. offset: the address as far as it takes part in indexing. */
static enum tce_ioda_fault walk(struct travel *t, uint64_t tve, uint64_t offset, uint64_t key)
{
	const struct tce_ioda_profile *profile = t->ioda->profile;
	unsigned page_shift = TCE_TVE_PAGE_SHIFT(tce_tve_page_code(tve));
	unsigned index_bits = TCE_TVE_INDEX_BITS(tce_tve_size_code(tve));
	uint64_t base = tce_tve_table(tve);
	unsigned level = tce_tve_levels(tve);
	uint64_t entry;
	uint64_t tce;

	while (level-- > 0) {
		uint64_t index = tce_walk_index(offset, page_shift, index_bits, level,
						profile->shift_modulo);

		entry = profile->entries_added ? base + 8 * index : base | 8 * index;
		t->out->entry = tce_ra(entry);
		t->out->level = level;
		if (tce_walk_read(&t->ioda->memory, entry, &tce) != 0)
			return TCE_IODA_FAULT_ENTRY_READ;
		if (level == 0)
			break;
		t->out->tce = tce;
		if ((tce & TCE_PERM) == 0)
			return TCE_IODA_FAULT_INDIRECT;
		base = tce & TCE_INDIRECT_TABLE;
	}
	return take_leaf(t, entry, tce, page_shift, key);
}

static enum tce_ioda_fault through_table(struct travel *t, uint64_t tve)
{
	const struct tce_ioda_profile *profile = t->ioda->profile;
	unsigned page_code = tce_tve_page_code(tve);
	unsigned page_shift = TCE_TVE_PAGE_SHIFT(page_code);
	unsigned window =
		tce_tve_levels(tve) * TCE_TVE_INDEX_BITS(tce_tve_size_code(tve)) + page_shift;
	uint64_t addr = t->access->addr & tce_low_mask(60);
	uint64_t offset = addr & tce_low_mask(WINDOW_BIT);
	enum tce_ioda_fault fault;
	uint64_t key;

	if (profile->page_size_checked && (t->ioda->model->page_shifts >> page_shift & 1) == 0)
		return TCE_IODA_FAULT_TVE_PAGE_SIZE;
	if (profile->extent_checked && window < WINDOW_BIT && offset >> window != 0)
		return TCE_IODA_FAULT_EXTENT;
	key = tce_cache_key(t->out->pe, page_code, addr >> page_shift);
	if (take_cached(t, key, &fault))
		return fault;
	return walk(t, tve, profile->bit59_indexed ? addr : offset, key);
}

static enum tce_ioda_fault through_bypass(struct travel *t, uint64_t tve)
{
	uint64_t addr = t->access->addr & tce_low_mask(TCE_BYPASS_BITS);
	uint64_t unit = addr >> TCE_TVE_BYPASS_LG2;
	bool open = tve == TCE_TVE_BYPASS_BIT || !t->ioda->profile->bypass_checked;

	if ((tve & TCE_TVE_BYPASS_BIT) == 0 &&
	    !tce_ioda_on(t->ioda, t->ioda->profile->bypass_loose_on))
		return TCE_IODA_FAULT_TVE_INVALID;
	t->out->bypass = true;
	t->out->page_shift = BYPASS_GRANULE;
	if (!open && (unit < tce_tve_start(tve) || unit >= tce_tve_end(tve)))
		return TCE_IODA_FAULT_BYPASS_RANGE;
	t->out->perm = TCE_PERM;
	t->out->ra = tce_ra(addr);
	return TCE_IODA_FAULT_NOT;
}

/* TVE#1 is for addresses with bit 59, and, when the option is on, for all from 4 GiB. */
static unsigned window_of(const struct tce_ioda *ioda, uint64_t addr)
{
	bool from_4g = ioda->profile->tve1_4gb && (ioda->control & TCE_CONTROL_TVE1_4GB) != 0;

	return (addr >> WINDOW_BIT & 1) != 0 || (from_4g && addr >= FOUR_GIB) ? 1 : 0;
}

static enum tce_ioda_fault select_tve(struct travel *t)
{
	const struct tce_ioda *ioda = t->ioda;
	uint64_t tve;

	if (ioda->profile->tve_mode_checked && (ioda->control & TCE_CONTROL_TVE_MODE) != 0)
		return TCE_IODA_FAULT_TVE_MODE;
	t->out->tve_index = t->out->pe * 2 + window_of(ioda, t->access->addr);
	tve = tce_sparse_get(&ioda->words, tce_tve_key(t->out->tve_index, 0));
	t->out->tve = tve;
	if (tce_tve_levels(tve) > ioda->model->levels_max)
		return TCE_IODA_FAULT_TVE_LEVELS;
	if (tce_tve_size_code(tve) == 0)
		return TCE_IODA_FAULT_TVE_INVALID;
	return tce_tve_page_code(tve) == 0 ? through_bypass(t, tve) : through_table(t, tve);
}

/*
 * P7IOC: the TVE of the 256 MiB segment; its filter must let the RID pass. model: one segment
 * each.
 */
static enum tce_ioda_fault select_segment(struct travel *t)
{
	const struct tce_ioda *ioda = t->ioda;
	uint64_t offset = t->access->addr & tce_low_mask(TCE_P7IOC_SEGMENT_LG2);
	uint64_t segment = t->access->addr >> TCE_P7IOC_SEGMENT_LG2;
	struct tce_rid_filter filter;
	enum tce_ioda_fault fault;
	struct tce_tve tve;
	uint64_t word[2];
	uint64_t entry;
	uint64_t tce;

	if (segment >= ioda->model->nr_tves)
		return TCE_IODA_FAULT_NO_SEGMENT;
	t->out->tve_index = (unsigned)segment;
	tce_ioda_tve(ioda, t->out->tve_index, word);
	t->out->tve = word[0];
	tce_tve_decode(TCE_IODA_P7IOC, word, &tve);
	if (tve.kind == TCE_TVE_INVALID)
		return TCE_IODA_FAULT_TVE_INVALID;
	filter = (struct tce_rid_filter){tve.bus_valid, tve.bus,       tve.dev,
					 tve.func,      tve.dev_valid, tve.func_valid};
	if (!tce_rid_filter_matches(&filter, t->access->rid))
		return TCE_IODA_FAULT_TVE_FILTER;
	t->out->page_shift = TCE_TVE_PAGE_SHIFT(tve.page_code);
	if (ioda->profile->page_size_checked &&
	    (ioda->model->page_shifts >> t->out->page_shift & 1) == 0)
		return TCE_IODA_FAULT_TVE_PAGE_SIZE;
	if (ioda->profile->extent_checked && offset >> TCE_P7IOC_WINDOW_LG2(tve.size_code) != 0)
		return TCE_IODA_FAULT_EXTENT;
	entry = tve.table + 8 * (offset >> t->out->page_shift);
	if (take_cached(t, entry >> 3, &fault))
		return fault;
	t->out->entry = tce_ra(entry);
	if (tce_walk_read(&ioda->memory, entry, &tce) != 0)
		return TCE_IODA_FAULT_ENTRY_READ;
	return take_leaf(t, entry, tce, t->out->page_shift, entry >> 3);
}

static enum tce_ioda_fault decide(struct travel *t)
{
	enum tce_ioda_fault msi = check_msi(t->ioda, t->access->addr);
	enum tce_ioda_fault fault;

	if (t->cached && t->ioda->health != TCE_IODA_ALIVE)
		return TCE_IODA_FAULT_FENCED;
	if (msi == TCE_IODA_FAULT_MSI)
		return msi;
	fault = resolve_pe(t);
	if (fault != TCE_IODA_FAULT_NOT)
		return fault;
	t->out->pe_known = true;
	if (is_stopped(t))
		return TCE_IODA_FAULT_FROZEN;
	if (msi != TCE_IODA_FAULT_NOT)
		return msi;
	return is_p7ioc(t->ioda) ? select_segment(t) : select_tve(t);
}

static void travel(struct travel *t, const struct tce_ioda *ioda,
		   const struct tce_ioda_access *access, struct tce_ioda_xlate *out, bool cached)
{
	static const struct tce_ioda_xlate nowhere;

	*out = nowhere;
	t->ioda = ioda;
	t->access = access;
	t->out = out;
	t->cached = cached;
	t->new_rte = false;
	t->tce_key = NO_KEY;
	out->fault = decide(t);
}

void tce_ioda_peek(const struct tce_ioda *ioda, const struct tce_ioda_access *access,
		   struct tce_ioda_xlate *ret_xlate)
{
	struct travel t;

	travel(&t, ioda, access, ret_xlate, false);
}

void tce_ioda_foresee(const struct tce_ioda *ioda, const struct tce_ioda_access *access,
		      struct tce_ioda_xlate *ret_xlate)
{
	struct travel t;

	travel(&t, ioda, access, ret_xlate, true);
}

static bool freezes(const struct tce_ioda *ioda, const struct tce_ioda_xlate *xlate)
{
	static const bool fault_freezes[] = {
#define FAULT_FREEZES(name, yes, text) yes,
		TCE_IODA_FAULT_LIST(FAULT_FREEZES)
#undef FAULT_FREEZES
	};

	return ioda->profile->freezes && fault_freezes[xlate->fault] && tce_ioda_has_pest(ioda);
}

/* Everything that apply needs, so that it cannot fail. */
static int make_room(struct tce_ioda *ioda, const struct travel *t, bool freeze)
{
	int err = 0;

	if (t->new_rte)
		err = tce_assoc_reserve(&ioda->rtc, &ioda->mem);
	if (err == 0 && t->tce_key != NO_KEY)
		err = tce_assoc_reserve(&ioda->tces, &ioda->mem);
	if (err == 0 && freeze)
		err = tce_sparse_reserve(&ioda->words, &ioda->mem,
					 tce_ioda_freeze_room(ioda, t->out->pe));
	return err;
}

static void apply(struct tce_ioda *ioda, const struct travel *t, bool freeze)
{
	if (t->new_rte)
		tce_assoc_insert(&ioda->rtc, t->access->rid, t->out->pe);
	if (t->tce_key != NO_KEY)
		tce_assoc_insert(&ioda->tces, t->tce_key,
				 tce_cache_value(t->out->tce, t->out->page_shift));
	if (freeze)
		tce_ioda_freeze(ioda, t->access, t->out);
}

int tce_ioda_dma(struct tce_ioda *ioda, const struct tce_ioda_access *access,
		 struct tce_ioda_xlate *ret_xlate)
{
	struct tce_ioda_xlate out;
	struct travel t;
	bool freeze;
	int err;

	if (access->access == 0 || (access->access & ~(unsigned)TCE_PERM) != 0)
		return -TCE_ERR_INVAL;
	travel(&t, ioda, access, &out, true);
	freeze = freezes(ioda, &out);
	err = make_room(ioda, &t, freeze);
	if (err != 0)
		return err;
	apply(ioda, &t, freeze);
	*ret_xlate = out;
	return 0;
}
