/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive_inside.h"

#include <string.h>

uint64_t naive_field(uint64_t word, unsigned first, unsigned last)
{
	uint64_t v = word << first >> first;

	return v >> (63 - last);
}

bool naive_on(const struct naive_ioda *n, unsigned mask)
{
	return (mask >> n->model->generation & 1) != 0;
}

bool naive_p7ioc(const struct naive_ioda *n)
{
	return n->model->generation == TCE_IODA_P7IOC;
}

bool naive_in_ram(const struct naive_ioda *n, uint64_t ra, uint64_t size)
{
	return n->ram != NULL && ra < n->ram_size && n->ram_size - ra >= size;
}

uint64_t naive_load(const struct naive_ioda *n, uint64_t ra, unsigned size)
{
	uint64_t v = 0;
	unsigned i;

	for (i = 0; i < size; i++)
		v = v << 8 | n->ram[ra + i];
	return v;
}

void naive_store(struct naive_ioda *n, uint64_t ra, unsigned size, uint64_t v)
{
	while (size-- > 0) {
		n->ram[ra + size] = (uint8_t)v;
		v >>= 8;
	}
}

/* --- caches: per set a list, oldest first ------------------------------------------------- */

static unsigned set_of(const struct naive_cache *c, unsigned pe, uint64_t number)
{
	return (unsigned)((number + pe) % c->nr_sets);
}

static struct naive_entry *find(struct naive_cache *c, unsigned set, uint64_t tag, unsigned pe,
				unsigned shift)
{
	unsigned i;

	for (i = 0; i < NAIVE_WAYS; i++) {
		struct naive_entry *e = &c->set[set][i];

		if (e->used && e->tag == tag && e->pe == pe && (shift == 0 || e->shift == shift))
			return e;
	}
	return NULL;
}

static void drop(struct naive_cache *c, unsigned set, unsigned way)
{
	for (; way + 1 < NAIVE_WAYS; way++)
		c->set[set][way] = c->set[set][way + 1];
	memset(&c->set[set][NAIVE_WAYS - 1], 0, sizeof(struct naive_entry));
}

static void keep(struct naive_cache *c, unsigned set, struct naive_entry e)
{
	unsigned way = 0;

	e.used = true;
	if (c->set[set][NAIVE_WAYS - 1].used)
		drop(c, set, 0);
	while (c->set[set][way].used)
		way++;
	c->set[set][way] = e;
}

void naive_forget(struct naive_cache *c)
{
	memset(c->set, 0, sizeof(c->set));
}

/* Every cached TCE of pe (any, when pe is NAIVE_PES) with a byte in [addr, addr + size). */
void naive_kill(struct naive_ioda *n, unsigned pe, uint64_t addr, uint64_t size)
{
	unsigned set;
	unsigned way;

	for (set = 0; set < n->tces.nr_sets; set++) {
		for (way = 0; way < NAIVE_WAYS;) {
			const struct naive_entry *e = &n->tces.set[set][way];
			uint64_t last = e->tag + ((UINT64_C(1) << e->shift) - 1);

			if (e->used && (pe == NAIVE_PES || e->pe == pe) && last >= addr &&
			    (size == 0 || e->tag <= addr + (size - 1)))
				drop(&n->tces, set, way);
			else
				way++;
		}
	}
}

/* --- resets ------------------------------------------------------------------------------- */

static void reset_registers(struct naive_ioda *n)
{
	uint64_t enable = n->tables == TCE_IODA_TABLES_NONE || naive_p7ioc(n) ? 0 : NAIVE_BIT(0);

	n->config = n->model->config;
	n->control = n->model->control;
	n->rtt_bar = enable != 0 ? enable | n->rtt : 0;
	n->peltv_bar = enable != 0 ? enable | n->peltv : 0;
	n->pest_bar = enable != 0 ? enable | n->pest : 0;
	n->rtc_reg = NAIVE_BIT(0);
	n->kill_reg = naive_on(n, n->profile->kill_all_bits_on) ? NAIVE_BIT(0) : 0;
	n->ioda_addr = 0;
	naive_forget(&n->rtc);
	naive_forget(&n->tces);
}

bool naive_outside(const struct naive_ioda *n)
{
	return n->tables == TCE_IODA_TABLES_MEMORY && !naive_p7ioc(n);
}

void naive_reset_tables(struct naive_ioda *n)
{
	unsigned i;

	for (i = 0; i < 65536; i++) {
		n->pe_of[i] = (uint16_t)n->model->reserved_pe;
		if (naive_outside(n))
			naive_store(n, n->rtt + 2 * i, 2, n->model->reserved_pe);
	}
	if (naive_outside(n)) {
		memset(n->ram + n->peltv, 0, n->model->nr_pes * n->model->nr_pes / 8);
		memset(n->ram + n->pest, 0, n->model->nr_pes * 16);
	}
	for (i = 0; i < 128; i++)
		n->peltm[i] = i == 127 ? 0 : UINT64_C(0x0001f80000000000);
	memset(n->child, 0, sizeof(n->child));
	memset(n->tve, 0, sizeof(n->tve));
	memset(n->asked, 0, sizeof(n->asked));
	memset(n->pest_a, 0, sizeof(n->pest_a));
	memset(n->pest_b, 0, sizeof(n->pest_b));
	memset(n->peev, 0, sizeof(n->peev));
	if (n->health == TCE_IODA_ALIVE) {
		naive_forget(&n->rtc);
		naive_forget(&n->tces);
	}
}

void naive_complete_reset(struct naive_ioda *n)
{
	n->health = TCE_IODA_ALIVE;
	reset_registers(n);
	memcpy(n->tve, n->asked, sizeof(n->tve));
	memset(n->pest_a, 0, sizeof(n->pest_a));
	memset(n->pest_b, 0, sizeof(n->pest_b));
	memset(n->peev, 0, sizeof(n->peev));
}

void naive_ioda_init(struct naive_ioda *n, const struct tce_ioda_opts *opts, uint8_t *ram,
		     uint64_t ram_size)
{
	memset(n, 0, sizeof(*n));
	n->model = opts->model;
	n->profile = opts->profile;
	n->opal = opts->opal != NULL ? opts->opal : opts->profile->opal;
	n->tables = opts->tables;
	n->ram = ram;
	n->ram_size = ram_size;
	n->phb_id = opts->phb_id;
	n->rtt = opts->rtt.v;
	n->peltv = opts->peltv.v;
	n->pest = opts->pest.v;
	n->errata = opts->errata;
	n->rtc.nr_sets = n->model->nr_rtes == 0 ? 1 : n->model->nr_rtes / NAIVE_WAYS;
	n->tces.nr_sets = (opts->nr_tces != 0 ? opts->nr_tces : n->model->nr_tces) / NAIVE_WAYS;
	reset_registers(n);
	naive_reset_tables(n);
}

/* --- PEST and PEEV ------------------------------------------------------------------------ */

uint64_t naive_read_pest(const struct naive_ioda *n, const uint64_t *table, unsigned pe)
{
	return naive_p7ioc(n) ? table[pe] : table[pe] & NAIVE_BIT(0);
}

void naive_write_pest(struct naive_ioda *n, uint64_t *table, unsigned pe, uint64_t value)
{
	if (naive_on(n, n->profile->no_pest_on))
		return;
	if (naive_p7ioc(n))
		table[pe] = value;
	else if ((value & NAIVE_BIT(0)) != 0)
		table[pe] |= NAIVE_BIT(0);
	else
		table[pe] = 0;
}

bool naive_frozen(const struct naive_ioda *n, unsigned pe)
{
	if (n->profile->peev_derived)
		return ((n->pest_a[pe] | n->pest_b[pe]) & NAIVE_BIT(0)) != 0;
	return (n->peev[pe / 64] & NAIVE_BIT(pe % 64)) != 0;
}

static bool linked(const struct naive_ioda *n, unsigned parent, unsigned child)
{
	uint64_t base = n->peltv_bar << 8 >> 20 << 12;
	uint64_t at = base + parent * (n->model->nr_pes / 8) + child / 64 * 8;

	if (!naive_outside(n))
		return n->child[parent][child];
	if ((n->peltv_bar & NAIVE_BIT(0)) == 0 || !naive_in_ram(n, at, 8))
		return false;
	return (naive_load(n, at, 8) & NAIVE_BIT(child % 64)) != 0;
}

static void freeze(struct naive_ioda *n, const struct tce_ioda_access *access,
		   const struct tce_ioda_xlate *x)
{
	uint64_t a = NAIVE_BIT(0) | (uint64_t)access->rid << 16;
	uint64_t b = NAIVE_BIT(0) | (access->addr & ~(UINT64_C(7) << 61));
	uint64_t at = (n->pest_bar << 8 >> 20 << 12) + 16 * x->pe;
	unsigned pe;

	if ((access->access & TCE_WRITE) == 0)
		a |= UINT64_C(2) << 56;
	if (x->fault == TCE_IODA_FAULT_PAGE || x->fault == TCE_IODA_FAULT_INDIRECT)
		a |= NAIVE_BIT(18);
	else if (x->fault == TCE_IODA_FAULT_ACCESS)
		a |= NAIVE_BIT(19);
	else
		a |= NAIVE_BIT(16);
	for (pe = 0; pe < n->model->nr_pes; pe++) {
		if (linked(n, x->pe, pe)) {
			n->pest_a[pe] |= NAIVE_BIT(0);
			n->pest_b[pe] |= NAIVE_BIT(0);
		}
	}
	n->pest_a[x->pe] |= a;
	n->pest_b[x->pe] |= b;
	if (n->tables == TCE_IODA_TABLES_MEMORY && (n->pest_bar & NAIVE_BIT(0)) != 0 &&
	    naive_in_ram(n, at, 16)) {
		naive_store(n, at, 8, a);
		naive_store(n, at + 8, 8, b);
	}
}

/* --- DMA ---------------------------------------------------------------------------------- */

/* Does a filter (bus_valid, bus, dev_valid, dev, func_valid, func) let rid pass? */
bool naive_passes(unsigned rid, unsigned bus_valid, unsigned bus, bool dev_valid, unsigned dev,
		  bool func_valid, unsigned func)
{
	unsigned bit;

	for (bit = 0; bus_valid != 0 && bit <= bus_valid; bit++) {
		if (((rid >> 8 ^ bus) >> (7 - bit) & 1) != 0)
			return false;
	}
	if (dev_valid && ((rid >> 3 ^ dev) & 31) != 0)
		return false;
	return !func_valid || ((rid ^ func) & 7) == 0;
}

static enum tce_ioda_fault resolve(struct naive_ioda *n, unsigned rid, bool look, unsigned *ret_pe)
{
	struct naive_entry *e = look ? NULL : find(&n->rtc, rid % n->rtc.nr_sets, rid, 0, 0);
	uint64_t base = n->rtt_bar & n->model->rtt_mask;
	unsigned pe;

	if (naive_p7ioc(n)) {
		for (pe = 0; pe < 128; pe++) {
			uint64_t m = n->peltm[pe];

			if (naive_passes(
				    rid, (unsigned)naive_field(m, 16, 18),
				    (unsigned)naive_field(m, 0, 7), naive_field(m, 19, 19) != 0,
				    (unsigned)naive_field(m, 8, 12), naive_field(m, 20, 20) != 0,
				    (unsigned)naive_field(m, 13, 15))) {
				*ret_pe = pe;
				return TCE_IODA_FAULT_NOT;
			}
		}
		return TCE_IODA_FAULT_NO_PE;
	}
	if (e != NULL) {
		*ret_pe = (unsigned)e->tce;
		return TCE_IODA_FAULT_NOT;
	}
	if ((n->rtt_bar & NAIVE_BIT(0)) == 0)
		return TCE_IODA_FAULT_RTT_OFF;
	if (n->tables != TCE_IODA_TABLES_INSIDE && !naive_in_ram(n, base + 2 * rid, 2))
		return TCE_IODA_FAULT_RTT_READ;
	pe = n->tables == TCE_IODA_TABLES_INSIDE ? n->pe_of[rid]
						 : (unsigned)naive_load(n, base + 2 * rid, 2);
	if (pe >= n->model->nr_pes && !naive_on(n, n->profile->pe_masked_on))
		return TCE_IODA_FAULT_PE_RANGE;
	*ret_pe = pe % n->model->nr_pes;
	if (!look)
		keep(&n->rtc, rid % n->rtc.nr_sets,
		     (struct naive_entry){.tag = rid, .tce = *ret_pe});
	return TCE_IODA_FAULT_NOT;
}

/* The end of every table walk: permission and place. */
static enum tce_ioda_fault arrive(struct tce_ioda_xlate *x, const struct tce_ioda_access *access,
				  uint64_t tce, unsigned shift)
{
	uint64_t page = UINT64_C(1) << shift;

	x->tce = tce;
	x->page_shift = shift;
	x->perm = tce & 3;
	x->ra.v = tce / page * page + access->addr % page;
	if ((x->perm & access->access) == access->access)
		return TCE_IODA_FAULT_NOT;
	return x->perm == 0 ? TCE_IODA_FAULT_PAGE : TCE_IODA_FAULT_ACCESS;
}

/* A leaf at entry, or the cached one with this tag. */
static enum tce_ioda_fault leaf(struct naive_ioda *n, const struct tce_ioda_access *access,
				bool look, struct tce_ioda_xlate *x, uint64_t entry, uint64_t tag,
				unsigned set, unsigned shift)
{
	uint64_t page = UINT64_C(1) << shift;
	enum tce_ioda_fault fault;
	uint64_t tce;

	x->entry.v = entry;
	if (!naive_in_ram(n, entry, 8))
		return TCE_IODA_FAULT_ENTRY_READ;
	tce = naive_load(n, entry, 8);
	fault = arrive(x, access, tce, shift);
	if (fault == TCE_IODA_FAULT_NOT && !look && n->profile->tce_cache)
		keep(&n->tces, set,
		     (struct naive_entry){.tag = tag,
					  .pe = naive_p7ioc(n) ? 0 : x->pe,
					  .shift = shift,
					  .tce = tce / page * page + tce % 4});
	return fault;
}

static struct naive_entry *cached(struct naive_ioda *n, bool look, unsigned set, uint64_t tag,
				  unsigned pe, unsigned shift)
{
	return look || !n->profile->tce_cache ? NULL : find(&n->tces, set, tag, pe, shift);
}

static enum tce_ioda_fault segment(struct naive_ioda *n, const struct tce_ioda_access *access,
				   bool look, struct tce_ioda_xlate *x)
{
	uint64_t number = access->addr / 0x10000000;
	uint64_t offset = access->addr % 0x10000000;
	unsigned shift, set;
	struct naive_entry *e;
	uint64_t t0, t1, entry;

	if (number >= 128)
		return TCE_IODA_FAULT_NO_SEGMENT;
	x->tve_index = (unsigned)number;
	t0 = n->tve[number][0];
	t1 = n->tve[number][1];
	x->tve = t0;
	if (naive_field(t0, 51, 55) == 0 || naive_field(t1, 19, 23) == 0)
		return TCE_IODA_FAULT_TVE_INVALID;
	if (!naive_passes(access->rid, (unsigned)naive_field(t0, 48, 50),
			  (unsigned)naive_field(t0, 56, 63), naive_field(t1, 2, 2) != 0,
			  (unsigned)naive_field(t1, 3, 7), naive_field(t1, 12, 12) != 0,
			  (unsigned)naive_field(t1, 13, 15)))
		return TCE_IODA_FAULT_TVE_FILTER;
	shift = (unsigned)naive_field(t1, 19, 23) + 11;
	x->page_shift = shift;
	if (n->profile->page_size_checked && (n->model->page_shifts >> shift) % 2 == 0)
		return TCE_IODA_FAULT_TVE_PAGE_SIZE;
	if (n->profile->extent_checked && offset >= UINT64_C(1) << (naive_field(t0, 51, 55) + 26))
		return TCE_IODA_FAULT_EXTENT;
	entry = (naive_field(t0, 0, 47) << 12) + 8 * (offset >> shift);
	/*
	 * Library and twin agree on the set by the key entry / 8: low half plus what lies above
	 * 55.
	 */
	set = (unsigned)(((uint32_t)(entry / 8) + (uint32_t)(entry / 8 >> 55)) % n->tces.nr_sets);
	e = cached(n, look, set, entry, 0, 0);
	if (e != NULL) {
		x->from_cache = true;
		return arrive(x, access, e->tce, e->shift);
	}
	return leaf(n, access, look, x, entry, entry, set, shift);
}

static enum tce_ioda_fault bypass(struct naive_ioda *n, const struct tce_ioda_access *access,
				  struct tce_ioda_xlate *x)
{
	uint64_t a = access->addr % (UINT64_C(1) << 50);
	uint64_t start = (naive_field(x->tve, 52, 53) << 24 | naive_field(x->tve, 0, 23)) << 24;
	uint64_t end = (naive_field(x->tve, 54, 55) << 24 | naive_field(x->tve, 24, 47)) << 24;

	if (naive_field(x->tve, 51, 51) == 0 && !naive_on(n, n->profile->bypass_loose_on))
		return TCE_IODA_FAULT_TVE_INVALID;
	x->bypass = true;
	x->page_shift = 12;
	if (n->profile->bypass_checked && x->tve != NAIVE_BIT(51) && (a < start || a >= end))
		return TCE_IODA_FAULT_BYPASS_RANGE;
	x->perm = 3;
	x->ra.v = a;
	return TCE_IODA_FAULT_NOT;
}

static enum tce_ioda_fault table(struct naive_ioda *n, const struct tce_ioda_access *access,
				 bool look, struct tce_ioda_xlate *x)
{
	unsigned shift = (unsigned)naive_field(x->tve, 59, 63) + 11;
	unsigned bits = (unsigned)naive_field(x->tve, 51, 55) + 8;
	int level = (int)naive_field(x->tve, 48, 50);
	uint64_t base = naive_field(x->tve, 0, 47) << 12;
	uint64_t tag = access->addr >> shift << shift;
	unsigned set = set_of(&n->tces, x->pe, (uint32_t)(access->addr >> shift));
	uint64_t indexed = access->addr;
	struct naive_entry *e;

	if (n->profile->page_size_checked && (n->model->page_shifts >> shift) % 2 == 0)
		return TCE_IODA_FAULT_TVE_PAGE_SIZE;
	if (!n->profile->bit59_indexed)
		indexed &= ~(UINT64_C(1) << 59);
	if (n->profile->extent_checked && (unsigned)(level + 1) * bits + shift < 59 &&
	    (access->addr & ~(UINT64_C(1) << 59)) >= UINT64_C(1) << ((level + 1) * bits + shift))
		return TCE_IODA_FAULT_EXTENT;
	e = cached(n, look, set, tag, x->pe, shift);
	if (e != NULL) {
		x->from_cache = true;
		return arrive(x, access, e->tce, shift);
	}
	for (;; level--) {
		unsigned sh = shift + (unsigned)level * bits;
		uint64_t index;
		uint64_t entry;

		if (n->profile->shift_modulo != 0)
			sh %= n->profile->shift_modulo;
		index = sh >= 64 ? 0 : (indexed >> sh) % (UINT64_C(1) << bits);
		entry = n->profile->entries_added ? base + 8 * index : base | 8 * index;
		if (level == 0)
			return leaf(n, access, look, x, entry, tag, set, shift);
		x->entry.v = entry;
		x->level = (unsigned)level;
		if (!naive_in_ram(n, entry, 8))
			return TCE_IODA_FAULT_ENTRY_READ;
		x->tce = naive_load(n, entry, 8);
		if (x->tce % 4 == 0)
			return TCE_IODA_FAULT_INDIRECT;
		base = x->tce / 4096 * 4096;
		x->level = 0;
	}
}

static enum tce_ioda_fault by_tve(struct naive_ioda *n, const struct tce_ioda_access *access,
				  bool look, struct tce_ioda_xlate *x)
{
	bool second = (access->addr & UINT64_C(1) << 59) != 0;

	if (n->profile->tve_mode_checked && naive_field(n->control, 17, 19) != 0)
		return TCE_IODA_FAULT_TVE_MODE;
	if (n->profile->tve1_4gb && naive_field(n->control, 24, 24) != 0 && access->addr >> 32 != 0)
		second = true;
	x->tve_index = 2 * x->pe + second;
	x->tve = n->tve[x->tve_index][0];
	if (naive_field(x->tve, 48, 50) + 1 > n->model->levels_max)
		return TCE_IODA_FAULT_TVE_LEVELS;
	if (naive_field(x->tve, 51, 55) == 0)
		return TCE_IODA_FAULT_TVE_INVALID;
	if (naive_field(x->tve, 59, 63) == 0)
		return bypass(n, access, x);
	return table(n, access, look, x);
}

static enum tce_ioda_fault go(struct naive_ioda *n, const struct tce_ioda_access *access, bool look,
			      struct tce_ioda_xlate *x)
{
	uint64_t top = access->addr >> 60;
	enum tce_ioda_fault fault;

	if (!look && n->health != TCE_IODA_ALIVE)
		return TCE_IODA_FAULT_FENCED;
	if ((n->config & NAIVE_BIT(8)) != 0 && access->addr >= 0xffff0000 &&
	    access->addr <= 0xffffffff)
		return TCE_IODA_FAULT_MSI;
	if (top == n->model->msi64_top && (n->config & NAIVE_BIT(14)) != 0 &&
	    (n->profile->msi64_size == 0 || access->addr - (top << 60) < n->profile->msi64_size))
		return TCE_IODA_FAULT_MSI;
	fault = resolve(n, access->rid, look, &x->pe);
	if (fault != TCE_IODA_FAULT_NOT)
		return fault;
	x->pe_known = true;
	if (!look && n->profile->freezes && (n->pest_b[x->pe] & NAIVE_BIT(0)) != 0)
		return TCE_IODA_FAULT_FROZEN;
	if (top == n->model->msi64_top && (n->config & NAIVE_BIT(14)) != 0)
		return TCE_IODA_FAULT_MSI_HOLE;
	if (top != 0)
		return TCE_IODA_FAULT_ADDR_TOP;
	return naive_p7ioc(n) ? segment(n, access, look, x) : by_tve(n, access, look, x);
}

void naive_ioda_dma(struct naive_ioda *n, const struct tce_ioda_access *access, bool look,
		    struct tce_ioda_xlate *ret_xlate)
{
	struct tce_ioda_xlate x = {.fault = TCE_IODA_FAULT_NOT};

	x.fault = go(n, access, look, &x);
	if (!look && n->profile->freezes && !naive_on(n, n->profile->no_pest_on) &&
	    x.fault >= TCE_IODA_FAULT_ADDR_TOP)
		freeze(n, access, &x);
	*ret_xlate = x;
}

/* --- registers ---------------------------------------------------------------------------- */

static uint64_t *simple_reg(struct naive_ioda *n, uint32_t offset)
{
	if (naive_p7ioc(n) &&
	    (offset == 0x168 || offset == 0x188 || offset == 0x1a8 || offset == 0x208))
		return NULL;
	switch (offset) {
	case 0x160: return &n->config;
	case 0x168: return &n->rtt_bar;
	case 0x188: return &n->peltv_bar;
	case 0x1a8: return &n->pest_bar;
	case 0x208: return &n->rtc_reg;
	case 0x210: return &n->kill_reg;
	case 0x220: return &n->ioda_addr;
	case 0x810: return n->model->option_calls ? &n->control : NULL;
	default: return NULL;
	}
}

/* The word behind IODA_ADDR: where, and 0, or not modelled. */
static int table_word(struct naive_ioda *n, uint32_t offset, unsigned *ret_table,
		      unsigned *ret_index, uint64_t **ret_word)
{
	unsigned table = (unsigned)naive_field(n->ioda_addr, 11, 15);
	unsigned half = offset == 0x230;
	unsigned size;

	if (half && (!naive_p7ioc(n) || table != 9))
		return -TCE_ERR_UNSUPPORTED;
	if (table == 7 || table == 8)
		size = n->model->nr_pes;
	else if (table == 9)
		size = n->model->nr_tves;
	else if (table == 20)
		size = n->model->nr_pes / 64;
	else
		return -TCE_ERR_UNSUPPORTED;
	*ret_table = table;
	*ret_index = (unsigned)(n->ioda_addr % 1024 % size);
	*ret_word = table == 9   ? &n->tve[*ret_index][half]
		    : table == 7 ? &n->pest_a[*ret_index]
		    : table == 8 ? &n->pest_b[*ret_index]
				 : &n->peev[*ret_index];
	return 0;
}

static void count_up(struct naive_ioda *n, uint32_t offset, unsigned table, unsigned index)
{
	unsigned size = table == 9    ? n->model->nr_tves
			: table == 20 ? n->model->nr_pes / 64
				      : n->model->nr_pes;
	unsigned bits = naive_p7ioc(n) ? 16 : n->model->generation == TCE_IODA_PHB3 ? 9 : 10;

	if ((n->ioda_addr & NAIVE_BIT(0)) != 0 && offset != 0x230)
		n->ioda_addr = n->ioda_addr >> bits << bits | (index + 1) % size;
}

int naive_ioda_reg_read(struct naive_ioda *n, uint32_t offset, uint64_t *ret_value)
{
	uint64_t *reg = simple_reg(n, offset);
	unsigned table, index, i;
	uint64_t *word;

	if (reg == NULL && offset != 0x228 && offset != 0x230)
		return -TCE_ERR_UNSUPPORTED;
	if (n->health != TCE_IODA_ALIVE) {
		*ret_value = UINT64_MAX;
		return 0;
	}
	if (reg != NULL) {
		*ret_value = *reg;
		return 0;
	}
	if (table_word(n, offset, &table, &index, &word) != 0)
		return -TCE_ERR_UNSUPPORTED;
	*ret_value = *word;
	if (table == 7 || table == 8)
		*ret_value = naive_read_pest(n, word - index, index);
	for (i = 0; table == 20 && n->profile->peev_derived && i < 64; i++)
		*ret_value |= naive_frozen(n, index * 64 + i) ? NAIVE_BIT(i) : 0;
	count_up(n, offset, table, index);
	return 0;
}

static void kill_written(struct naive_ioda *n, uint64_t value)
{
	static const unsigned sizes[] = {12, 16, 21, 30};
	unsigned pe = (unsigned)(value % (n->model->generation == TCE_IODA_PHB3 ? 256 : 512));
	unsigned shift = 12;
	unsigned set, way;

	n->kill_reg = value;
	if (!naive_on(n, n->profile->kill_all_bits_on))
		n->kill_reg = value << 3 >> 3;
	if (naive_p7ioc(n)) {
		for (set = 0; (value & NAIVE_BIT(0)) != 0 && set < n->tces.nr_sets; set++)
			for (way = NAIVE_WAYS; way-- > 0;)
				if (n->tces.set[set][way].used &&
				    n->tces.set[set][way].tag / 16 == naive_field(value, 16, 59))
					drop(&n->tces, set, way);
		return;
	}
	if ((value & NAIVE_BIT(0)) != 0) {
		naive_kill(n, NAIVE_PES, 0, 0);
	} else if ((value & NAIVE_BIT(1)) != 0) {
		naive_kill(n, pe, 0, 0);
	} else if ((value & NAIVE_BIT(2)) != 0 && (n->errata & 1) == 0) {
		if (n->model->generation != TCE_IODA_PHB3 && (value & NAIVE_BIT(3)) != 0)
			shift = sizes[value >> 12 & 3];
		naive_kill(n, pe, (value & UINT64_MAX >> 4) >> shift << shift,
			   UINT64_C(1) << shift);
	}
}

int naive_ioda_reg_write(struct naive_ioda *n, uint32_t offset, uint64_t value)
{
	uint64_t *reg = simple_reg(n, offset);
	unsigned table, index, way;
	uint64_t *word;
	uint64_t rid = naive_field(value, 16, 31);

	if (reg == NULL && offset != 0x228 && offset != 0x230)
		return -TCE_ERR_UNSUPPORTED;
	if (n->health != TCE_IODA_ALIVE)
		return 0;
	if (reg != NULL) {
		*reg = value;
		if (offset == 0x210)
			kill_written(n, value);
		if (offset == 0x208 && ((value & NAIVE_BIT(0)) != 0 || n->profile->rtc_all_only))
			naive_forget(&n->rtc);
		else if (offset == 0x208)
			for (way = NAIVE_WAYS; way-- > 0;)
				if (n->rtc.set[rid % n->rtc.nr_sets][way].used &&
				    n->rtc.set[rid % n->rtc.nr_sets][way].tag == rid)
					drop(&n->rtc, (unsigned)(rid % n->rtc.nr_sets), way);
		return 0;
	}
	if (table_word(n, offset, &table, &index, &word) != 0)
		return -TCE_ERR_UNSUPPORTED;
	if (table == 7 || table == 8)
		naive_write_pest(n, word - index, index, value);
	else if (table == 9 || !n->profile->peev_derived)
		*word = value;
	count_up(n, offset, table, index);
	return 0;
}
