/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TVEs, PELT-M entries and kill commands, bit by bit. Source: skiboot include/phb3-regs.h,
 * phb4-regs.h, p7ioc-regs.h; the bypass packing from phb4.c map_pe_dma_window_real. Every bit of a
 * word belongs to a field, so that dumps come back unchanged.
 */
#include "tve.h"

#include <string.h>

#define P7IOC_TVE1_FIELDS                                                                          \
	(TCE_IBM_BIT(2) | TCE_IBM_MASK(3, 7) | TCE_IBM_MASK(10, 15) | TCE_IBM_MASK(19, 23) |       \
	 TCE_IBM_MASK(57, 63))

static void decode_p7ioc(const uint64_t word[2], struct tce_tve *tve)
{
	tve->table = tce_tve_table(word[0]);
	tve->levels = 1;
	tve->bus_valid = (unsigned)tce_ibm_get(word[0], 48, 50);
	tve->size_code = tce_tve_size_code(word[0]);
	tve->bus = (unsigned)tce_ibm_get(word[0], 56, 63);
	tve->dev_valid = (word[1] & TCE_IBM_BIT(2)) != 0;
	tve->dev = (unsigned)tce_ibm_get(word[1], 3, 7);
	tve->hub = (unsigned)tce_ibm_get(word[1], 10, 11);
	tve->func_valid = (word[1] & TCE_IBM_BIT(12)) != 0;
	tve->func = (unsigned)tce_ibm_get(word[1], 13, 15);
	tve->page_code = (unsigned)tce_ibm_get(word[1], 19, 23);
	tve->pe = (unsigned)tce_ibm_get(word[1], 57, 63);
	tve->spare1 = word[1] & ~P7IOC_TVE1_FIELDS;
	tve->kind = tve->size_code == 0 || tve->page_code == 0 ? TCE_TVE_INVALID : TCE_TVE_TABLE;
}

static void decode_bypass(uint64_t word, struct tce_tve *tve)
{
	tve->kind = TCE_TVE_BYPASS;
	tve->start = tce_tve_start(word) << TCE_TVE_BYPASS_LG2;
	tve->end = tce_tve_end(word) << TCE_TVE_BYPASS_LG2;
	tve->bypass_open = word == TCE_TVE_BYPASS_BIT;
}

void tce_tve_decode(enum tce_ioda_generation generation, const uint64_t word[2],
		    struct tce_tve *ret_tve)
{
	memset(ret_tve, 0, sizeof(*ret_tve));
	if (generation == TCE_IODA_P7IOC) {
		decode_p7ioc(word, ret_tve);
		return;
	}
	ret_tve->levels = tce_tve_levels(word[0]);
	ret_tve->spare = (unsigned)tce_ibm_get(word[0], 57, 58);
	ret_tve->nt50 = (word[0] & TCE_TVE_NT50_BIT) != 0;
	if (tce_tve_page_code(word[0]) == 0 && (word[0] & TCE_TVE_BYPASS_BIT) != 0) {
		decode_bypass(word[0], ret_tve);
		return;
	}
	ret_tve->table = tce_tve_table(word[0]);
	ret_tve->size_code = tce_tve_size_code(word[0]);
	ret_tve->page_code = tce_tve_page_code(word[0]);
	ret_tve->kind = ret_tve->size_code == 0 || ret_tve->page_code == 0 ? TCE_TVE_INVALID
									   : TCE_TVE_TABLE;
}

/* value fits bits first..last? Then put it there. */
static bool put_field(uint64_t *word, uint64_t value, unsigned first, unsigned last)
{
	if (value > tce_low_mask(last - first + 1))
		return false;
	*word |= tce_ibm_put(value, first, last);
	return true;
}

static bool encode_p7ioc(const struct tce_tve *tve, uint64_t word[2])
{
	if (tve->kind == TCE_TVE_BYPASS || tve->levels != 1 || (tve->table & 0xfff) != 0 ||
	    (tve->spare1 & P7IOC_TVE1_FIELDS) != 0)
		return false;
	word[1] = tve->spare1;
	return put_field(&word[0], tve->table >> 12, 0, 47) &&
	       put_field(&word[0], tve->bus_valid, 48, 50) &&
	       put_field(&word[0], tve->size_code, 51, 55) &&
	       put_field(&word[0], tve->bus, 56, 63) && put_field(&word[1], tve->dev_valid, 2, 2) &&
	       put_field(&word[1], tve->dev, 3, 7) && put_field(&word[1], tve->hub, 10, 11) &&
	       put_field(&word[1], tve->func_valid, 12, 12) &&
	       put_field(&word[1], tve->func, 13, 15) &&
	       put_field(&word[1], tve->page_code, 19, 23) && put_field(&word[1], tve->pe, 57, 63);
}

static bool encode_bypass(const struct tce_tve *tve, uint64_t *word)
{
	uint64_t start = tve->start >> TCE_TVE_BYPASS_LG2;
	uint64_t end = tve->end >> TCE_TVE_BYPASS_LG2;

	if (((tve->start | tve->end) & tce_low_mask(TCE_TVE_BYPASS_LG2)) != 0 ||
	    tve->page_code != 0)
		return false;
	*word |= TCE_TVE_BYPASS_BIT;
	return put_field(word, start >> 24, 52, 53) && put_field(word, start & 0xffffff, 0, 23) &&
	       put_field(word, end >> 24, 54, 55) && put_field(word, end & 0xffffff, 24, 47);
}

static bool encode_table(const struct tce_tve *tve, uint64_t *word)
{
	return (tve->table & 0xfff) == 0 && put_field(word, tve->table >> 12, 0, 47) &&
	       put_field(word, tve->size_code, 51, 55) && put_field(word, tve->page_code, 59, 63);
}

int tce_tve_encode(enum tce_ioda_generation generation, const struct tce_tve *tve,
		   uint64_t ret_word[2])
{
	uint64_t word[2] = {0, 0};
	bool fits;

	if (generation == TCE_IODA_P7IOC)
		fits = encode_p7ioc(tve, word);
	else
		fits = tve->levels >= 1 && put_field(&word[0], tve->levels - 1, 48, 50) &&
		       put_field(&word[0], tve->nt50, 56, 56) &&
		       put_field(&word[0], tve->spare, 57, 58) &&
		       (tve->kind == TCE_TVE_BYPASS ? encode_bypass(tve, &word[0])
						    : encode_table(tve, &word[0]));
	if (!fits)
		return -TCE_ERR_INVAL;
	ret_word[0] = word[0];
	ret_word[1] = word[1];
	return 0;
}

unsigned tce_tve_window_shift(enum tce_ioda_generation generation, const struct tce_tve *tve)
{
	if (generation == TCE_IODA_P7IOC)
		return TCE_P7IOC_WINDOW_LG2(tve->size_code);
	return tve->levels * TCE_TVE_INDEX_BITS(tve->size_code) +
	       TCE_TVE_PAGE_SHIFT(tve->page_code);
}

uint64_t tce_peltm_encode(const struct tce_rid_filter *filter)
{
	return tce_ibm_put(filter->bus, 0, 7) | tce_ibm_put(filter->dev, 8, 12) |
	       tce_ibm_put(filter->func, 13, 15) | tce_ibm_put(filter->bus_valid, 16, 18) |
	       tce_ibm_put(filter->dev_valid, 19, 19) | tce_ibm_put(filter->func_valid, 20, 20);
}

void tce_peltm_decode(uint64_t word, struct tce_rid_filter *ret_filter)
{
	ret_filter->bus = (unsigned)tce_ibm_get(word, 0, 7);
	ret_filter->dev = (unsigned)tce_ibm_get(word, 8, 12);
	ret_filter->func = (unsigned)tce_ibm_get(word, 13, 15);
	ret_filter->bus_valid = (unsigned)tce_ibm_get(word, 16, 18);
	ret_filter->dev_valid = tce_ibm_get(word, 19, 19) != 0;
	ret_filter->func_valid = tce_ibm_get(word, 20, 20) != 0;
}

/* bus_valid 0: any bus; n: the top n + 1 bits of the bus number count (7: all eight). */
bool tce_rid_filter_matches(const struct tce_rid_filter *filter, unsigned rid)
{
	unsigned dropped = 7 - filter->bus_valid;

	if (filter->bus_valid != 0 && (rid >> 8) >> dropped != filter->bus >> dropped)
		return false;
	if (filter->dev_valid && (rid >> 3 & 0x1f) != filter->dev)
		return false;
	return !filter->func_valid || (rid & 7) == filter->func;
}
