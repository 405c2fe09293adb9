/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the fields of a TVE, a PELT-M entry and the kill register lie. */
#ifndef TCE_IODA_TVE_H
#define TCE_IODA_TVE_H

#include <tce/ioda.h>

#include "base/bits.h"

#define TCE_TVE_BYPASS_BIT TCE_IBM_BIT(51)
#define TCE_TVE_NT50_BIT   TCE_IBM_BIT(56)
#define TCE_TVE_BYPASS_LG2 24U /* a bypass range is given in units of 16 MiB */
#define TCE_BYPASS_BITS    50U /* address bits that a bypass TVE passes on */

static inline unsigned tce_tve_levels(uint64_t tve)
{
	return (unsigned)tce_ibm_get(tve, 48, 50) + 1;
}

static inline unsigned tce_tve_size_code(uint64_t tve)
{
	return (unsigned)tce_ibm_get(tve, 51, 55);
}

static inline unsigned tce_tve_page_code(uint64_t tve)
{
	return (unsigned)tce_ibm_get(tve, 59, 63);
}

static inline uint64_t tce_tve_table(uint64_t tve)
{
	return tce_ibm_get(tve, 0, 47) << 12;
}

/* Address bits 49:24 of a bypass range. */
static inline uint64_t tce_tve_start(uint64_t tve)
{
	return tce_ibm_get(tve, 52, 53) << 24 | tce_ibm_get(tve, 0, 23);
}

static inline uint64_t tce_tve_end(uint64_t tve)
{
	return tce_ibm_get(tve, 54, 55) << 24 | tce_ibm_get(tve, 24, 47);
}

/* I/O page and table sizes from their codes, in PHB3..5 (P7IOC: the page only). */
#define TCE_TVE_PAGE_SHIFT(page_code) ((page_code) + 11U)
#define TCE_TVE_INDEX_BITS(size_code) ((size_code) + 8U)
#define TCE_P7IOC_WINDOW_LG2(size)    ((size) + 26U)
#define TCE_P7IOC_SEGMENT_LG2         28U
#define TCE_P7IOC_PE_MASK             0x7fU

/* A requester ID filter as PELT-M entries and P7IOC TVEs hold it. */
struct tce_rid_filter {
	unsigned bus_valid, bus, dev, func;
	bool dev_valid, func_valid;
};

/* PELT-M entry: bus 0:7, dev 8:12, func 13:15, bus_valid 16:18, dev_valid 19, func_valid 20. */
uint64_t tce_peltm_encode(const struct tce_rid_filter *filter);
void tce_peltm_decode(uint64_t word, struct tce_rid_filter *ret_filter);
bool tce_rid_filter_matches(const struct tce_rid_filter *filter, unsigned rid);

#endif
