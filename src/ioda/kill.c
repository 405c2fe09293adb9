/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kills: the register format of each bridge, and what they remove from the TCE cache. An entry
 * goes when its page and the killed page have a byte in common (model: sizes may differ).
 */
#include "kill.h"

#include "tve.h"

#define KILL_ALL      TCE_IBM_BIT(0)
#define KILL_PE       TCE_IBM_BIT(1)
#define KILL_ONE      TCE_IBM_BIT(2)
#define KILL_OVERRIDE TCE_IBM_BIT(3)
#define KILL_SIZE     UINT64_C(0x3000) /* with override: 1, 2, 3 for 64K, 2M, 1G */
#define KILL_PE3      UINT64_C(0xff)
#define KILL_PE4      UINT64_C(0x1ff)
#define KILL_PAIR     TCE_IBM_MASK(16, 59)

/* Page shifts by override code; code 0 means 4 KiB (model). */
static const uint8_t override_shift[4] = {12, 16, 21, 30};

static void decode_page(enum tce_ioda_generation generation, uint64_t value, struct tce_kill *kill)
{
	kill->page_shift = 12;
	if (generation != TCE_IODA_PHB3 && (value & KILL_OVERRIDE) != 0)
		kill->page_shift = override_shift[(value & KILL_SIZE) >> 12];
	kill->addr = value & tce_low_mask(60) & ~tce_low_mask(kill->page_shift);
}

void tce_kill_decode(enum tce_ioda_generation generation, uint64_t value, struct tce_kill *ret_kill)
{
	struct tce_kill kill = {.scope = TCE_KILL_NOTHING};

	if (generation == TCE_IODA_P7IOC) {
		kill.scope = (value & KILL_ALL) != 0 ? TCE_KILL_ENTRY : TCE_KILL_NOTHING;
		kill.addr = kill.scope == TCE_KILL_ENTRY ? value & KILL_PAIR : 0;
		*ret_kill = kill;
		return;
	}
	if ((value & KILL_ALL) != 0)
		kill.scope = TCE_KILL_ALL;
	else if ((value & KILL_PE) != 0)
		kill.scope = TCE_KILL_PE;
	else if ((value & KILL_ONE) != 0)
		kill.scope = TCE_KILL_PAGE;
	if (kill.scope == TCE_KILL_PE || kill.scope == TCE_KILL_PAGE)
		kill.pe = (unsigned)(value & (generation == TCE_IODA_PHB3 ? KILL_PE3 : KILL_PE4));
	if (kill.scope == TCE_KILL_PAGE)
		decode_page(generation, value, &kill);
	*ret_kill = kill;
}

/* The override bits of a page size; false: the bridge has no such page kill. */
static bool override_bits(enum tce_ioda_generation generation, unsigned page_shift,
			  uint64_t *ret_bits)
{
	unsigned code;

	*ret_bits = 0;
	if (page_shift == 12)
		return true;
	for (code = 1; generation != TCE_IODA_PHB3 && code < 4; code++) {
		if (override_shift[code] == page_shift) {
			*ret_bits = KILL_OVERRIDE | (uint64_t)code << 12;
			return true;
		}
	}
	return false;
}

static bool encode_page(enum tce_ioda_generation generation, const struct tce_kill *kill,
			uint64_t *ret_value)
{
	uint64_t bits;

	if (!override_bits(generation, kill->page_shift, &bits) ||
	    (kill->addr & tce_low_mask(kill->page_shift)) != 0 || kill->addr >> 60 != 0)
		return false;
	*ret_value = KILL_ONE | bits | kill->addr | kill->pe;
	return true;
}

int tce_kill_encode(enum tce_ioda_generation generation, const struct tce_kill *kill,
		    uint64_t *ret_value)
{
	bool p7ioc = generation == TCE_IODA_P7IOC;
	uint64_t value = 0;

	if (kill->pe > (p7ioc ? 0 : generation == TCE_IODA_PHB3 ? KILL_PE3 : KILL_PE4))
		return -TCE_ERR_INVAL;
	if (p7ioc != (kill->scope == TCE_KILL_ENTRY) && kill->scope != TCE_KILL_NOTHING)
		return -TCE_ERR_INVAL;
	switch (kill->scope) {
	case TCE_KILL_NOTHING: break;
	case TCE_KILL_ALL: value = KILL_ALL; break;
	case TCE_KILL_PE: value = KILL_PE | kill->pe; break;
	case TCE_KILL_PAGE:
		if (!encode_page(generation, kill, &value))
			return -TCE_ERR_INVAL;
		break;
	case TCE_KILL_ENTRY:
		if ((kill->addr & ~KILL_PAIR) != 0)
			return -TCE_ERR_INVAL;
		value = KILL_ALL | kill->addr;
		break;
	}
	*ret_value = value;
	return 0;
}

/* What to remove: pages of one PE that overlap [addr, last]. */
struct range {
	unsigned pe;
	uint64_t addr;
	uint64_t last;
};

static bool in_range(const void *arg, uint64_t key)
{
	const struct range *range = arg;
	unsigned shift = TCE_TVE_PAGE_SHIFT(tce_cache_key_page_code(key));
	uint64_t page = tce_cache_key_page(key);

	return tce_cache_key_pe(key) == range->pe && page >= range->addr >> shift &&
	       page <= range->last >> shift;
}

static bool in_pair(const void *arg, uint64_t key)
{
	const uint64_t *addr = arg;

	return key >> 1 == *addr >> 4;
}

void tce_ioda_kill_range(struct tce_ioda *ioda, unsigned pe, uint64_t addr, uint64_t size)
{
	struct range range = {.pe = pe, .addr = addr, .last = addr + (size - 1)};

	tce_assoc_remove(&ioda->tces, in_range, &range);
}

void tce_ioda_kill_pe(struct tce_ioda *ioda, unsigned pe)
{
	struct range range = {.pe = pe, .addr = 0, .last = UINT64_MAX};

	tce_assoc_remove(&ioda->tces, in_range, &range);
}

void tce_ioda_kill(struct tce_ioda *ioda, const struct tce_kill *kill)
{
	bool lost = (ioda->errata & TCE_IODA_ERRATUM_LOST_PAGE_KILL) != 0 &&
		    kill->scope == TCE_KILL_PAGE;

	if (lost)
		return;
	switch (kill->scope) {
	case TCE_KILL_NOTHING: break;
	case TCE_KILL_ALL: tce_assoc_clear(&ioda->tces); break;
	case TCE_KILL_PE: tce_ioda_kill_pe(ioda, kill->pe); break;
	case TCE_KILL_PAGE:
		tce_ioda_kill_range(ioda, kill->pe, kill->addr, UINT64_C(1) << kill->page_shift);
		break;
	case TCE_KILL_ENTRY: tce_assoc_remove(&ioda->tces, in_pair, &kill->addr); break;
	}
}
