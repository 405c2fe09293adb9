/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OPAL calls of P7IOC (IODA1) that set up PEs and windows. Source: skiboot hw/p7ioc-phb.c before
 * its removal: p7ioc_set_pe, p7ioc_set_peltv, p7ioc_map_pe_dma_window. There is no way to switch
 * a window off, no bypass, and no kill call.
 */
#include "opal.h"
#include "tve.h"

#define COMPARE_MAX     7U
#define SMALLEST_WINDOW 27U   /* log2 of its bytes */
#define PELTV_LOST_MASK 0x2fU /* of the child within its word: bit 4 is lost */
#define NOBODY          UINT64_C(0x0001f80000000000) /* as after a reset */

static int parameter(struct tce_opal_answer *answer, enum tce_opal_refusal why)
{
	return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, why);
}

int tce_p7ioc_set_pe(struct tce_ioda *ioda, const struct tce_opal_call *call,
		     struct tce_opal_answer *answer)
{
	uint64_t bdfn = call->u.set_pe.bdfn;
	struct tce_rid_filter filter;
	uint64_t word;

	if (call->u.set_pe.pe >= ioda->model->nr_pes)
		return parameter(answer, TCE_OPAL_REFUSED_PE_RANGE);
	if (bdfn > 0xffff)
		return parameter(answer, TCE_OPAL_REFUSED_BDFN_RANGE);
	if (call->u.set_pe.action > 1)
		return parameter(answer, TCE_OPAL_REFUSED_ACTION);
	if (call->u.set_pe.bus_compare > COMPARE_MAX)
		return parameter(answer, TCE_OPAL_REFUSED_COMPARE);
	filter = (struct tce_rid_filter){
		.bus_valid = (unsigned)call->u.set_pe.bus_compare,
		.bus = (unsigned)bdfn >> 8,
		.dev = (unsigned)bdfn >> 3 & 0x1f,
		.func = (unsigned)bdfn & 7,
		.dev_valid = call->u.set_pe.dev_compare != 0,
		.func_valid = call->u.set_pe.func_compare != 0,
	};
	word = tce_peltm_encode(&filter);
	if (call->u.set_pe.action == 0)
		word = ioda->opal->unmap_matches_all ? 0 : NOBODY;
	return tce_ioda_set_peltm(ioda, (unsigned)call->u.set_pe.pe, word);
}

int tce_p7ioc_set_peltv(struct tce_ioda *ioda, const struct tce_opal_call *call,
			struct tce_opal_answer *answer)
{
	uint64_t parent = call->u.set_peltv.parent;
	uint64_t child = call->u.set_peltv.child;

	if (parent >= ioda->model->nr_pes || child >= ioda->model->nr_pes)
		return parameter(answer, TCE_OPAL_REFUSED_PE_RANGE);
	if (ioda->opal->peltv_bit4_lost)
		child = (child & 64) | (child & PELTV_LOST_MASK);
	return tce_ioda_link(ioda, (unsigned)parent, (unsigned)child, call->u.set_peltv.state != 0);
}

/*
 * log2 of the window that a table of size bytes gives, in 64 bits. Sizes that come out as 0 pass
 * the firmware's check as 2^(2^64 - 1).
 */
static enum tce_opal_refusal check_size(const struct tce_ioda *ioda, uint64_t size,
					uint64_t page_size, uint64_t *ret_lg2)
{
	uint64_t bytes = page_size * (size >> 3);
	bool overflow = size >> 3 != 0 && bytes / (size >> 3) != page_size;

	if (!ioda->opal->p7ioc_size_unchecked && overflow)
		return TCE_OPAL_REFUSED_TABLE_LARGE;
	if (bytes == 0 && !ioda->opal->p7ioc_size_unchecked)
		return TCE_OPAL_REFUSED_WINDOW_SMALL;
	*ret_lg2 = bytes == 0 ? UINT64_MAX : tce_log2_floor(bytes);
	return *ret_lg2 < SMALLEST_WINDOW ? TCE_OPAL_REFUSED_WINDOW_SMALL : TCE_OPAL_REFUSED_NOT;
}

/* The TVE takes over the requester ID filter of the PE. */
static void encode_tve(const struct tce_ioda *ioda, const struct tce_opal_call *call, uint64_t lg2,
		       uint64_t ret_word[2])
{
	unsigned page_code = tce_log2_floor(call->u.map.page_size) - 11;
	unsigned pe = (unsigned)call->u.map.pe;
	struct tce_rid_filter filter;

	tce_peltm_decode(tce_ioda_peltm(ioda, pe), &filter);
	ret_word[0] = tce_ibm_put(call->u.map.table >> 12, 0, 47) |
		      tce_ibm_put(filter.bus_valid, 48, 50) | tce_ibm_put(lg2 - 26, 51, 55) |
		      tce_ibm_put(filter.bus, 56, 63);
	ret_word[1] = tce_ibm_put(filter.dev_valid, 2, 2) | tce_ibm_put(filter.dev, 3, 7) |
		      tce_ibm_put(filter.func_valid, 12, 12) | tce_ibm_put(filter.func, 13, 15) |
		      tce_ibm_put(page_code, 19, 23) | tce_ibm_put(pe, 57, 63);
}

int tce_p7ioc_map(struct tce_ioda *ioda, const struct tce_opal_call *call,
		  struct tce_opal_answer *answer)
{
	uint64_t page_size = call->u.map.page_size;
	enum tce_opal_refusal why;
	uint64_t word[2];
	uint64_t lg2;

	if (call->u.map.pe >= ioda->model->nr_pes)
		return parameter(answer, TCE_OPAL_REFUSED_PE_RANGE);
	if (call->u.map.window >= ioda->model->nr_tves)
		return parameter(answer, TCE_OPAL_REFUSED_WINDOW);
	if (call->u.map.levels != 1)
		return parameter(answer, TCE_OPAL_REFUSED_LEVELS);
	why = check_size(ioda, call->u.map.size, page_size, &lg2);
	if (why != TCE_OPAL_REFUSED_NOT)
		return parameter(answer, why);
	if (!tce_is_pow2(page_size) ||
	    (ioda->model->page_shifts >> tce_log2_floor(page_size) & 1) == 0)
		return parameter(answer, TCE_OPAL_REFUSED_PAGE_SIZE);
	encode_tve(ioda, call, lg2, word);
	return tce_opal_set_tve(ioda, (unsigned)call->u.map.window, word[0], word[1]);
}
