/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for refusals and aborts, and the page-size cell of query-pe-dma-window. Pure functions. */
#include <tce/papr.h>

const char *tce_refusal_text(enum tce_refusal why)
{
	static const char *const texts[] = {
#define REFUSAL_TEXT(name, text) [TCE_REFUSED_##name] = (text),
		TCE_REFUSAL_LIST(REFUSAL_TEXT)
#undef REFUSAL_TEXT
	};

	return (unsigned)why < TCE_NR_REFUSALS ? texts[why] : "unknown refusal";
}

const char *tce_abort_text(enum tce_abort cause)
{
	switch (cause) {
	case TCE_ABORT_NOT: return "the implementation lives";
	case TCE_ABORT_REGION_TWICE:
		return "QEMU adds the memory region of a LIOBN a second time, after a create of "
		       "2^32 "
		       "entries or a multiple had failed and left it behind "
		       "(\"!subregion->container\")";
	case TCE_ABORT_REMOVE_VIO:
		return "QEMU takes the owner of a virtual I/O device's LIOBN for a PCI host bridge";
	default: return "unknown cause";
	}
}

/* LoPAR 2.9, I/O page sizes of query-pe-dma-window: page shift of cell bit n (2 MiB came later). */
static const uint8_t page_shift_of_bit[] = {12, 16, 24, 25, 26, 27, 28, 34, 21};

#define NR_BITS (sizeof(page_shift_of_bit) / sizeof(page_shift_of_bit[0]))

uint32_t tce_ddw_page_mask(uint64_t shifts)
{
	uint32_t mask = 0;
	unsigned bit;

	for (bit = 0; bit < NR_BITS; bit++)
		if ((shifts >> page_shift_of_bit[bit] & 1) != 0)
			mask |= UINT32_C(1) << bit;
	return mask;
}

uint64_t tce_ddw_page_shifts(uint32_t mask)
{
	uint64_t shifts = 0;
	unsigned bit;

	for (bit = 0; bit < NR_BITS; bit++)
		if ((mask >> bit & 1) != 0)
			shifts |= UINT64_C(1) << page_shift_of_bit[bit];
	return shifts;
}
