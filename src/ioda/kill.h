/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCE cache of a bridge: its keys, and what kills take out of it. */
#ifndef TCE_IODA_KILL_H
#define TCE_IODA_KILL_H

#include "ioda.h"

/*
 * PHB3..5: PE 63:55, page code 54:50, page number 47:0. P7IOC: address of the TCE / 8. Page code
 * and page number are of the I/O page that the TVE had when the TCE was read.
 */
static inline uint64_t tce_cache_key(unsigned pe, unsigned page_code, uint64_t page)
{
	return (uint64_t)pe << 55 | (uint64_t)page_code << 50 | page;
}

static inline unsigned tce_cache_key_pe(uint64_t key)
{
	return (unsigned)(key >> 55);
}

static inline unsigned tce_cache_key_page_code(uint64_t key)
{
	return (unsigned)(key >> 50) & 0x1f;
}

static inline uint64_t tce_cache_key_page(uint64_t key)
{
	return key & tce_low_mask(48);
}

/* What is kept of a TCE: page, permission, and the page shift in bits 2..7. */
static inline uint64_t tce_cache_value(uint64_t tce, unsigned page_shift)
{
	return (tce & ~tce_low_mask(page_shift)) | (tce & TCE_PERM) | (uint64_t)page_shift << 2;
}

static inline unsigned tce_cached_shift(uint64_t value)
{
	return (unsigned)(value >> 2) & 0x3f;
}

static inline uint64_t tce_cached_tce(uint64_t value)
{
	return value & ~UINT64_C(0xfc);
}

/* Forget the TCEs of a PE that translate any of [addr, addr + size). */
void tce_ioda_kill_range(struct tce_ioda *ioda, unsigned pe, uint64_t addr, uint64_t size);
void tce_ioda_kill_pe(struct tce_ioda *ioda, unsigned pe);

/* What a decoded write to the kill register does. */
void tce_ioda_kill(struct tce_ioda *ioda, const struct tce_kill *kill);

#endif
