/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OPAL calls of PHB3, PHB4 and PHB5 that set up PEs and windows, and the TCE kill. Source: skiboot
 * phb3_set_pe, phb4_set_pe, phb4_map_pe_dma_window, phb4_map_pe_dma_window_real, phb4_tce_kill.
 */
#include "kill.h"
#include "opal.h"
#include "tve.h"

#define COMPARE_MAX    7U  /* bus_compare: 7 all eight bits */
#define LARGEST_CODE   31U /* of the table size field */
#define SMALLEST_TABLE UINT64_C(0x1000)
#define REAL_ALIGN     (UINT64_C(1) << TCE_TVE_BYPASS_LG2)
#define REAL_LAST      UINT64_C(0x3ffffffffffff)
#define WINDOW_BIT     59U

#define KILL_PAGES     0U
#define KILL_PE        1U
#define KILL_ALL       2U
#define KILL_PE_FIELD  0x1ffU

static int parameter(struct tce_opal_answer *answer, enum tce_opal_refusal why)
{
	return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, why);
}

/*
 * Arguments 3 to 6 of SET_PE, of 8 bits each. Skiboot's compiler trusts in the bits above being 0:
 * range checks look at 32, and so do some of the questions whether an argument is 0 (measured).
 */
struct narrow {
	uint64_t checked;
	bool zero;
};

static struct narrow narrow_argument(const struct tce_ioda *ioda, const struct tce_opal_call *call,
				     unsigned i)
{
	uint64_t argument = call->u.args[i];

	if (ioda->opal->wide_zero_on[0] == 0)
		return (struct narrow){argument, argument == 0};
	if (tce_ioda_on(ioda, ioda->opal->wide_zero_on[i - 3]))
		return (struct narrow){(uint32_t)argument, argument == 0};
	return (struct narrow){(uint32_t)argument, (uint32_t)argument == 0};
}

int tce_ioda2_set_pe(struct tce_ioda *ioda, const struct tce_opal_call *call,
		     struct tce_opal_answer *answer)
{
	struct narrow bus = narrow_argument(ioda, call, 3);
	struct narrow dev = narrow_argument(ioda, call, 4);
	struct narrow func = narrow_argument(ioda, call, 5);
	struct narrow action = narrow_argument(ioda, call, 6);
	uint64_t pe = call->u.set_pe.pe;
	struct tce_rid_set set;

	if (ioda->tables == TCE_IODA_TABLES_NONE)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_NO_TABLE);
	if (action.checked > 1)
		return parameter(answer, TCE_OPAL_REFUSED_ACTION);
	if (pe >= ioda->model->nr_pes)
		return parameter(answer, TCE_OPAL_REFUSED_PE_RANGE);
	if (call->u.set_pe.bdfn > 0xffff)
		return parameter(answer, TCE_OPAL_REFUSED_BDFN_RANGE);
	if (bus.checked > COMPARE_MAX || dev.checked > 1 || func.checked > 1)
		return parameter(answer, TCE_OPAL_REFUSED_COMPARE);
	set = tce_rid_set((unsigned)call->u.set_pe.bdfn, bus.zero ? 0 : (unsigned)bus.checked + 1,
			  !dev.zero, !func.zero);
	if (action.zero)
		pe = ioda->model->reserved_pe;
	return tce_ioda_assign(ioda, &set, (unsigned)pe);
}

int tce_ioda2_set_peltv(struct tce_ioda *ioda, const struct tce_opal_call *call,
			struct tce_opal_answer *answer)
{
	uint64_t parent = call->u.set_peltv.parent;
	uint64_t child = call->u.set_peltv.child;

	if (ioda->tables == TCE_IODA_TABLES_NONE)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_NO_TABLE);
	if (parent >= ioda->model->nr_pes || child >= ioda->model->nr_pes)
		return parameter(answer, TCE_OPAL_REFUSED_PE_RANGE);
	return tce_ioda_link(ioda, (unsigned)parent, (unsigned)child, call->u.set_peltv.state != 0);
}

/* PE and window number, checked alike by both kinds of window. */
static enum tce_opal_refusal check_window(const struct tce_ioda *ioda, uint64_t pe, uint64_t window)
{
	if (pe >= ioda->model->nr_pes)
		return TCE_OPAL_REFUSED_PE_RANGE;
	return window >> 1 != pe ? TCE_OPAL_REFUSED_WINDOW : TCE_OPAL_REFUSED_NOT;
}

/* The page size code of a TVE; 0: the bridge has no such pages. */
static unsigned page_code(const struct tce_ioda *ioda, uint64_t page_size)
{
	unsigned shift;

	if (!tce_is_pow2(page_size))
		return 0;
	shift = tce_log2_floor(page_size);
	return (ioda->model->page_shifts >> shift & 1) != 0 ? shift - 11 : 0;
}

static enum tce_opal_refusal check_table(const struct tce_ioda *ioda,
					 const struct tce_opal_call *call)
{
	uint64_t levels = call->u.map.levels;
	uint64_t size = call->u.map.size;

	if (ioda->opal->levels_wide)
		levels &= 0xffff;
	if (levels < 1 || levels > ioda->model->levels_max)
		return TCE_OPAL_REFUSED_LEVELS;
	if (!tce_is_pow2(size) || size < SMALLEST_TABLE)
		return TCE_OPAL_REFUSED_TABLE_SIZE;
	if (tce_log2_floor(size) - 11 > LARGEST_CODE)
		return TCE_OPAL_REFUSED_TABLE_LARGE;
	return page_code(ioda, call->u.map.page_size) == 0 ? TCE_OPAL_REFUSED_PAGE_SIZE
							   : TCE_OPAL_REFUSED_NOT;
}

/*
 * Skiboot's compiler trusts that the levels are 16 bits wide and leaves out the mask: a number of
 * 32 bits, sign and all, runs into the address (measured).
 */
static uint64_t levels_field(const struct tce_ioda *ioda, uint64_t levels)
{
	uint64_t less_one = levels - 1;

	if (!ioda->opal->levels_wide)
		return tce_ibm_put(less_one, 48, 50);
	return (uint64_t)(int64_t)(int32_t)(uint32_t)less_one << 13;
}

int tce_ioda2_map(struct tce_ioda *ioda, const struct tce_opal_call *call,
		  struct tce_opal_answer *answer)
{
	unsigned window = (unsigned)call->u.map.window;
	enum tce_opal_refusal why = check_window(ioda, call->u.map.pe, call->u.map.window);
	uint64_t tve;

	if (why != TCE_OPAL_REFUSED_NOT)
		return parameter(answer, why);
	if (call->u.map.size == 0)
		return tce_opal_set_tve(ioda, window, 0, 0);
	why = check_table(ioda, call);
	if (why != TCE_OPAL_REFUSED_NOT)
		return parameter(answer, why);
	tve = tce_ibm_put(call->u.map.table >> 12, 0, 47) | levels_field(ioda, call->u.map.levels) |
	      tce_ibm_put(tce_log2_floor(call->u.map.size) - 11, 51, 55) |
	      tce_ibm_put(page_code(ioda, call->u.map.page_size), 59, 63);
	return tce_opal_set_tve(ioda, window, tve, 0);
}

static enum tce_opal_refusal check_real(const struct tce_opal_call *call)
{
	uint64_t start = call->u.map_real.start;
	uint64_t size = call->u.map_real.size;

	if (start >> WINDOW_BIT != (call->u.map_real.window & 1))
		return TCE_OPAL_REFUSED_REAL_HALF;
	start &= tce_low_mask(WINDOW_BIT);
	if (((start | size) & (REAL_ALIGN - 1)) != 0)
		return TCE_OPAL_REFUSED_REAL_ALIGN;
	/* The sum may wrap, and then passes (skiboot, measured). */
	return start + size > REAL_LAST ? TCE_OPAL_REFUSED_REAL_END : TCE_OPAL_REFUSED_NOT;
}

/* A bypass TVE. PHB3's firmware packs the start with a mask that loses address bits 31:24. */
static uint64_t real_tve(const struct tce_ioda *ioda, uint64_t start, uint64_t end)
{
	uint64_t low = start >> TCE_TVE_BYPASS_LG2 & 0xffffff;

	if (tce_ioda_on(ioda, ioda->opal->real_start_4g_on))
		low &= ~UINT64_C(0xff);
	return tce_ibm_put(low, 0, 23) | tce_ibm_put(start >> 48, 52, 53) |
	       tce_ibm_put(end >> TCE_TVE_BYPASS_LG2, 24, 47) | tce_ibm_put(end >> 48, 54, 55) |
	       TCE_TVE_BYPASS_BIT |
	       (ioda->model->generation == TCE_IODA_PHB3 ? 0 : TCE_TVE_NT50_BIT);
}

int tce_ioda2_map_real(struct tce_ioda *ioda, const struct tce_opal_call *call,
		       struct tce_opal_answer *answer)
{
	unsigned window = (unsigned)call->u.map_real.window;
	enum tce_opal_refusal why =
		check_window(ioda, call->u.map_real.pe, call->u.map_real.window);
	uint64_t start = call->u.map_real.start & tce_low_mask(WINDOW_BIT);

	if (why != TCE_OPAL_REFUSED_NOT)
		return parameter(answer, why);
	if (call->u.map_real.size == 0)
		return tce_opal_set_tve(ioda, window, 0, 0);
	why = check_real(call);
	if (why != TCE_OPAL_REFUSED_NOT)
		return parameter(answer, why);
	return tce_opal_set_tve(ioda, window, real_tve(ioda, start, start + call->u.map_real.size),
				0);
}

/* Page kills one after the other: those before the address leaves its 60 bits are done. */
static enum tce_opal_refusal kill_pages(struct tce_ioda *ioda, const struct tce_opal_call *call,
					unsigned pe)
{
	uint64_t page = call->u.kill.page_size;
	uint64_t addr = call->u.kill.addr;
	uint64_t nr = call->u.kill.nr_pages;
	uint64_t room;

	if (nr == 0)
		return TCE_OPAL_REFUSED_NOT;
	if (page_code(ioda, page) == 0)
		return TCE_OPAL_REFUSED_PAGE_SIZE;
	if ((addr & (page - 1)) != 0 || addr >> 60 != 0)
		return TCE_OPAL_REFUSED_KILL_ADDR;
	room = ((UINT64_C(1) << 60) - addr) / page;
	if ((ioda->errata & TCE_IODA_ERRATUM_LOST_PAGE_KILL) == 0)
		tce_ioda_kill_range(ioda, pe, addr, (nr < room ? nr : room) * page);
	return nr > room ? TCE_OPAL_REFUSED_KILL_ADDR : TCE_OPAL_REFUSED_NOT;
}

static uint64_t kill_type(const struct tce_ioda *ioda, uint64_t type)
{
	bool cut = ioda->opal->kill_pages_type_wide && (uint32_t)type != KILL_PAGES;

	return cut ? (uint32_t)type : type;
}

int tce_ioda2_kill(struct tce_ioda *ioda, const struct tce_opal_call *call,
		   struct tce_opal_answer *answer)
{
	unsigned pe = (unsigned)call->u.kill.pe & KILL_PE_FIELD;
	enum tce_opal_refusal why = TCE_OPAL_REFUSED_NOT;
	uint64_t type = kill_type(ioda, call->u.kill.type);

	if (type == KILL_PAGES && ioda->opal->kill_pages_as_pe)
		type = KILL_PE;
	if (type > KILL_ALL)
		return parameter(answer, TCE_OPAL_REFUSED_KILL_TYPE);
	if (type != KILL_ALL && !ioda->opal->kill_pe_unchecked &&
	    call->u.kill.pe >= ioda->model->nr_pes)
		return parameter(answer, TCE_OPAL_REFUSED_PE_RANGE);
	if (ioda->health != TCE_IODA_ALIVE)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_BRIDGE_FENCED);
	if (type == KILL_ALL)
		tce_assoc_clear(&ioda->tces);
	else if (type == KILL_PE)
		tce_ioda_kill_pe(ioda, pe);
	else
		why = kill_pages(ioda, call, pe);
	return why != TCE_OPAL_REFUSED_NOT ? parameter(answer, why) : 0;
}
