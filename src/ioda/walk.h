/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step of a table walk, as the bridges do it and as software that builds tables must see it:
 * level k of a table with B index bits a level and pages of 2^P bytes is indexed by address bits
 * P + kB .. P + (k+1)B - 1; entries are big-endian doublewords.
 */
#ifndef TCE_IODA_WALK_H
#define TCE_IODA_WALK_H

#include <tce/status.h>

#include "base/bits.h"

/* An indirect TCE: table below 0:51, permissions 62:63. */
#define TCE_INDIRECT_TABLE (~UINT64_C(0xfff))

/* Index into level; shifts of 64 and more give 0, or are taken modulo when modulo is not 0. */
static inline uint64_t tce_walk_index(uint64_t addr, unsigned page_shift, unsigned index_bits,
				      unsigned level, unsigned modulo)
{
	unsigned shift = page_shift + level * index_bits;

	if (modulo != 0)
		shift %= modulo;
	return shift > 63 ? 0 : (addr >> shift) & tce_low_mask(index_bits);
}

/* Read one entry. 0, or -TCE_ERR_IO: not memory. */
static inline int tce_walk_read(const struct tce_memory *memory, uint64_t ra, uint64_t *ret_entry)
{
	uint8_t bytes[8];

	if (memory->read == (int (*)(void *, struct tce_ra, void *, size_t))0 ||
	    memory->read(memory->ctx, tce_ra(ra), bytes, sizeof(bytes)) != 0)
		return -TCE_ERR_IO;
	*ret_entry = tce_be64_load(bytes);
	return 0;
}

#endif
