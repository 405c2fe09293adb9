/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision of enable_ddw, apart from carrying it out: which page size, how large a window, and
 * how it is used; or why there is none. A pure function of what firmware answered, what memory
 * there may be, and the kernel's version: every reason is in its answer.
 *
 * Sources: Linux arch/powerpc/platforms/pseries/iommu.c enable_ddw, iommu_get_page_shift,
 * ddw_memory_hotplug_max, 4.10 to 7.2.13 by its git history; docs/spec-differences.md.
 */
#ifndef TCE_LINUX_PSERIES_DDW_H
#define TCE_LINUX_PSERIES_DDW_H

#include <tce/linux.h>

/* MAX_PHYSMEM_BITS of 64-bit Book3S kernels, 4K pages included (measured: f-nvdimm-early). */
#define TCE_MAX_PHYSMEM_BITS 51U

/* X(name, clause): where enable_ddw ended. */
#define TCE_DDW_STEP_LIST(X)                                                                       \
	X(NEVER, "no driver asked for one")                                                        \
	X(DISABLED, "the kernel's command line forbids dynamic windows")                           \
	X(NARROW_MASK, "this kernel asks for one only when the mask is wider")                     \
	X(DONE, "the window was made")                                                             \
	X(LISTED, "the window was there already")                                                  \
	X(BLACKLISTED, "it failed before, and this kernel does not try again")                     \
	X(NOT_OFFERED, "the device tree offers no dynamic windows")                                \
	X(QUERY, "firmware refused ibm,query-pe-dma-window")                                       \
	X(NO_LIMITED_MODE, "the mask asks for limited addressing, which firmware does not offer")  \
	X(LIMITED_MODE, "firmware refused limited addressing")                                     \
	X(IN_USE, "no window is left, and the default one is in use")                              \
	X(NO_WINDOW_LEFT, "no window is left, and the default one cannot be given up for it")      \
	X(STILL_NO_WINDOW, "no window is left, even without the default one")                      \
	X(PAGE_SIZE, "no page size that firmware offers is known to this kernel")                  \
	X(TOO_SMALL, "the largest block does not hold all memory")                                 \
	X(CREATE, "firmware refused ibm,create-pe-dma-window")                                     \
	X(NO_MEMORY, "the kernel had no memory for it")                                            \
	X(NO_MMIO32, "the bridge has no 32-bit MMIO")                                              \
	X(PREMAP, "firmware refused to map RAM in it")

enum tce_ddw_step {
#define TCE_DDW_STEP_ENUM_(name, clause) TCE_DDW_##name,
	TCE_DDW_STEP_LIST(TCE_DDW_STEP_ENUM_)
#undef TCE_DDW_STEP_ENUM_
	TCE_NR_DDW_STEPS
};

/* One clause; static. */
const char *tce_ddw_step_text(enum tce_ddw_step step);

/* X(name): which condition decided the mode of a window that is asked for. */
#define TCE_DDW_WHY_LIST(X)                                                                        \
	X(UNDECIDED)                                                                               \
	X(FITS)    /* it holds all that is wanted */                                               \
	X(BLOCK)   /* the largest block is smaller than what is wanted */                          \
	X(MASK)    /* the block is large enough, but the mask does not reach its end */            \
	X(UNSPLIT) /* the only window; persistent memory needs some, this kernel splits none */    \
	X(SPLIT)   /* the only window; RAM direct, and room above it for persistent memory */      \
	X(NO_ROOM) /* the only window, and not enough room above RAM */

enum tce_ddw_why {
#define TCE_DDW_WHY_ENUM_(name) TCE_DDW_WHY_##name,
	TCE_DDW_WHY_LIST(TCE_DDW_WHY_ENUM_)
#undef TCE_DDW_WHY_ENUM_
};

/* What the decision is made of. */
struct tce_ddw_facts {
	const struct tce_kernel *kernel;
	uint64_t dma_mask;
	uint64_t hotplug_max;  /* bytes: the largest address that RAM may ever have */
	uint64_t memory_block; /* bytes: RAM comes and goes in multiples; 0: not known */
	bool pmem;             /* the device tree has ibm,pmemory */
	bool default_removed;  /* the default window was given up for this one */
	uint64_t block;        /* entries of the largest block that firmware reports */
	uint32_t page_mask;    /* page sizes, as ibm,query-pe-dma-window answers */
};

/* What was decided. */
struct tce_ddw_decision {
	uint8_t step; /* enum tce_ddw_step: DONE, PAGE_SIZE or TOO_SMALL */
	uint8_t mode; /* enum tce_dma_mode: DIRECT, DYNAMIC, HYBRID */
	uint8_t page_shift;
	uint8_t window_shift; /* of the window that is asked for */
	uint8_t ram_shift;    /* log2 of hotplug_max, rounded up */
	uint8_t want_shift;   /* that would make it direct */
	uint8_t block_shift;  /* that the largest block allows for */
	uint8_t why;          /* enum tce_ddw_why: of mode */
	bool pmem_skipped;    /* not even tried to cover persistent memory */
};

/* log2 of the window that RAM alone would need: max_ram_len. */
unsigned tce_ddw_ram_shift(const struct tce_ddw_facts *facts);

struct tce_ddw_decision tce_ddw_decide(const struct tce_ddw_facts *facts);

/* Of one PE, what enable_ddw did last: for people who ask why. */
struct tce_ddw_record {
	struct tce_ddw_decision decision; /* when it came to one */
	uint8_t step;                     /* enum tce_ddw_step: where it ended */
	bool default_removed;
	bool limited;     /* firmware was put into limited addressing mode */
	uint8_t refusal;  /* enum tce_refusal: of firmware's last answer */
	bool only_asked;  /* a driver did not set its mask, it asked which one it needs */
	bool was_in_use;  /* IN_USE: pages of the default window really were handed out */
	uint32_t windows; /* that the first query told of */
	uint32_t page_mask;
	uint64_t block;
	uint64_t hotplug_max;
	uint64_t dma_mask; /* that was asked for */
};

#endif
