/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/plan.h - which DMA windows the devices of a machine will get from a kernel, what each DMA
 * mask gets, how much memory that covers, and why not more.
 *
 * Nothing is computed beside the model: the machine is built, the kernel boots on it, drivers set
 * their masks, buffers in all kinds of memory are mapped and reached by DMA, memory is onlined. A
 * plan is what was seen. Masks that are only asked about are tried on copies of the booted machine,
 * so that one does not spoil the next.
 *
 * Life: tce_plan_new -> results -> tce_plan_free. What a plan gives out is valid until it is freed.
 * Same machine and kernel, same plan. Threads: immutable after new.
 *
 * Sources: those of the Linux half (tce/linux.h); PowerVM: public kernel logs; pseries only.
 */
#ifndef TCE_PLAN_H
#define TCE_PLAN_H

#include <tce/linux.h>
#include <tce/run.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- what is asked -------------------------------------------------------------------------- */

struct tce_plan_opts {
	const struct tce_alloc *alloc; /* NULL: default */
	/*
	 * The machine: its SETUP events up to the first other one. A BOOT that follows says which
	 * kernel, PROBE events after that which drivers there are; the rest is not looked at.
	 */
	const struct tce_story *story;
	const struct tce_ev_boot *boot; /* NULL: the story's */
	const uint8_t *masks;           /* bits 1..64: tried on each PE, each after a fresh boot */
	unsigned nr_masks;
	unsigned driver_bits; /* without PROBE events: masks of all devices; 0: the devices' own */
};

struct tce_plan;

/*
 * 0; -TCE_ERR_UNSUPPORTED not a pseries machine; -TCE_ERR_NOENT no kernel is named;
 * -TCE_ERR_INVAL a machine, an event or a mask that makes no sense; -TCE_ERR_EXISTS,
 * -TCE_ERR_STATE the machine takes a SETUP event not; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_plan_new(const struct tce_plan_opts *opts, struct tce_plan **ret_plan);
void tce_plan_free(struct tce_plan *plan);

/* --- reasons -------------------------------------------------------------------------------- */

/*
 * X(name, text): which condition decided, with its numbers. In text {0} to {3} stand for values:
 * plain decimal, or {0:size} bytes, {0:hex}, {0:refusal} an enum tce_refusal.
 */
#define TCE_PLAN_REASON_LIST(X)                                                                    \
	X(IOMMU_OFF, "iommu=off: the kernel sets up no windows")                                   \
	X(NO_WINDOW, "no node above the device has a DMA window")                                  \
	X(VIRTUAL_IO, "a virtual I/O device has its own window, and no other")                     \
	X(NOT_ASKED, "no driver asks for a dynamic window")                                        \
	X(DISABLED, "disable_ddw: the kernel asks for no dynamic window")                          \
	X(NARROW_MASK, "this kernel asks for a dynamic window when a mask has {1} bits, not {0}")  \
	X(NOT_OFFERED, "the device tree offers no dynamic windows (ibm,ddw-applicable)")           \
	X(QUERY_REFUSED, "firmware refused ibm,query-pe-dma-window: {0:refusal}")                  \
	X(NO_LIMITED_MODE,                                                                         \
	  "a mask of {0} bits asks for limited addressing, which ibm,ddw-extensions lacks")        \
	X(LIMITED_REFUSED,                                                                         \
	  "a mask of {0} bits asks for limited addressing, which firmware refused: {1:refusal}")   \
	X(DEFAULT_IN_USE, "no window is left, and the default one is in use")                      \
	X(NO_WINDOW_LEFT, "no window is left, and this kernel cannot give up the default one")     \
	X(STILL_NO_WINDOW, "no window is left, even without the default one")                      \
	X(NO_PAGE_SIZE, "the kernel knows none of the page sizes offered (mask {0:hex})")          \
	X(NOT_DIRECT,                                                                              \
	  "the largest block, {0} pages of {1:size}, is no {2:size}, and this kernel makes only "  \
	  "windows for all of it")                                                                 \
	X(CREATE_REFUSED,                                                                          \
	  "firmware refused a window of 2^{0} bytes in pages of {1:size}: {2:refusal}")            \
	X(NO_MEMORY, "the kernel had no memory for it")                                            \
	X(NO_MMIO32, "this kernel makes no table where the bridge has no 32-bit MMIO")             \
	X(PREMAP_REFUSED, "firmware refused to map all RAM in the window")                         \
	X(FITS, "the largest block, {0} pages of {1:size}, holds the {2:size} wanted")             \
	X(BLOCK,                                                                                   \
	  "the largest block, {0} pages of {1:size}, holds {3:size} and not the {2:size} wanted: " \
	  "pages are mapped as they are used")                                                     \
	X(SHORT_MASK,                                                                              \
	  "a mask of {0} bits does not reach the end of {2:size}: pages are mapped as they are "   \
	  "used")                                                                                  \
	X(UNSPLIT,                                                                                 \
	  "the only window must serve persistent memory too, and this kernel cannot split it: "    \
	  "pages are mapped as they are used")                                                     \
	X(SPLIT,                                                                                   \
	  "the only window is split: RAM direct below {0:size}, a table above it for persistent "  \
	  "memory")                                                                                \
	X(NO_ROOM,                                                                                 \
	  "the only window, {0:size}, has no 2G for persistent memory beside {1:size} for RAM: "   \
	  "pages are mapped as they are used")                                                     \
	X(WANT_RAM, "RAM may grow to {0:size}, which makes the window wanted {1:size}")            \
	X(RAM_ENDS_AT_0, "the kernel believes that RAM ends at 0 (ibm,lrdr-capacity)")             \
	X(WANT_ALL, "with persistent memory the window wanted is {0:size}, any real address")      \
	X(NOT_ALL,                                                                                 \
	  "persistent memory would want {0:size}; the largest block holds {1:size}, so the "       \
	  "window is for RAM")                                                                     \
	X(ONLY_WINDOW, "no window was left beside the default one, which is given up")             \
	X(LIMITED, "firmware is in limited addressing mode")                                       \
	X(LARGEST_PAGE, "{0:size} pages: the largest that is offered")                             \
	X(UNKNOWN_PAGE, "{0:size} pages: {1:size} is offered, but unknown to this kernel")         \
	X(BUS_LIMIT, "the device is told that direct DMA ends at bus address {0:hex}")             \
	X(MASK_REFUSED, "a mask of {0} bits does not reach the window, which begins at {1:hex}")   \
	X(STALE_TABLE,                                                                             \
	  "its table was freed when another function of the PE got a window of its own")           \
	X(BEYOND_MASK,                                                                             \
	  "direct addresses, from {1:hex} on, lie beyond the mask of {0} bits; the kernel does "   \
	  "not fall back to the table")

enum tce_plan_reason {
#define TCE_PLAN_REASON_ENUM_(name, text) TCE_PLAN_##name,
	TCE_PLAN_REASON_LIST(TCE_PLAN_REASON_ENUM_)
#undef TCE_PLAN_REASON_ENUM_
	TCE_NR_PLAN_REASONS
};

struct tce_plan_why {
	enum tce_plan_reason reason;
	uint64_t value[4];
};

#define TCE_PLAN_WHYS_MAX 8U

/* The condition that decided comes first, what it rests on after it. */
struct tce_plan_whys {
	unsigned nr;
	struct tce_plan_why at[TCE_PLAN_WHYS_MAX];
};

/* "create-refused"; and one clause. At most n bytes, terminated; length like snprintf. */
size_t tce_plan_reason_name(enum tce_plan_reason reason, char *ret_text, size_t n);
size_t tce_plan_why_text(const struct tce_plan_why *why, char *ret_text, size_t n);

/* --- windows and memory --------------------------------------------------------------------- */

struct tce_plan_window {
	enum tce_dma_mode use; /* DEFAULT, DIRECT, DYNAMIC or HYBRID */
	uint64_t liobn;
	uint64_t start; /* bus bytes */
	uint64_t last;  /* inclusive */
	unsigned page_shift;
	uint64_t nr_entries;  /* 8 bytes each, of the hypervisor's memory */
	uint64_t nr_mapped;   /* after boot and probing */
	uint64_t direct_size; /* real bytes [0, direct_size) are at start + real address; 0: none */
	uint64_t table_start; /* bus bytes that the kernel maps pages in as they are used */
	uint64_t table_size;  /* 0: none */
};

enum tce_plan_memory {
	TCE_PLAN_RAM,       /* there at boot */
	TCE_PLAN_PLUGGABLE, /* that may be plugged */
	TCE_PLAN_PMEM,      /* persistent memory */
	TCE_PLAN_NR_MEMORIES
};

/* How a device reaches memory. */
enum tce_plan_way {
	TCE_PLAN_DIRECT, /* bus = real address + offset, mapped as soon as it is RAM */
	TCE_PLAN_TABLE,  /* a page at a time, through a table */
	TCE_PLAN_BARE,   /* as if direct, but nothing maps it: DMA faults */
	TCE_PLAN_LOST,   /* it cannot be mapped, or DMA to it goes nowhere */
	TCE_PLAN_NR_WAYS
};

/* --- what a mask gets ------------------------------------------------------------------------ */

struct tce_plan_trial {
	uint8_t streaming_bits;
	uint8_t coherent_bits;
	int err;          /* 0, or -errno: the driver gives up */
	bool died;        /* of it the kernel or the hypervisor died */
	bool stale_table; /* its table was freed with its window: what is not direct is lost */
	enum tce_dma_mode mode;                                 /* of streaming mappings of RAM */
	enum tce_plan_way coherent;                             /* of coherent memory */
	uint64_t bytes[TCE_PLAN_NR_MEMORIES][TCE_PLAN_NR_WAYS]; /* streaming */
	uint64_t offset;    /* direct: bus address of real address 0 */
	uint64_t bus_limit; /* where direct addresses end, as the kernel told the device; 0: not */
	uint64_t table_start; /* the table it has, bus bytes */
	uint64_t table_size;  /* 0: none */
	unsigned table_page_shift;
	struct tce_plan_whys whys;
};

struct tce_plan_dev {
	uint16_t dev;
	unsigned pe;     /* index */
	bool has_driver; /* bridges have none here */
	struct tce_plan_trial trial;
};

/* A node of the device tree with windows, and what is below it. */
struct tce_plan_pe {
	uint16_t phb;  /* TCE_NO_ID: virtual I/O */
	uint16_t dev;  /* whose own node it is; TCE_NO_ID: the bridge's */
	uint64_t buid; /* of the bridge; unit address of virtual I/O */
	unsigned nr_devs;
	uint16_t first_dev;     /* with which masks are tried; TCE_NO_ID: none that is no bridge */
	enum tce_dma_mode mode; /* of the best window */
	unsigned nr_windows;
	struct tce_plan_window window[2]; /* the default one first */
	bool asked;                       /* firmware was asked what it offers, and answered: */
	uint32_t windows_offered;
	uint64_t block;     /* entries of the largest block */
	uint32_t page_mask; /* page sizes, as ibm,query-pe-dma-window answers */
	struct tce_plan_whys whys;
	const struct tce_plan_trial *masks; /* one for each mask asked about; NULL: no device */
};

/* --- warnings -------------------------------------------------------------------------------- */

/* X(name, text): as reasons; {dev} (and nr_more), {pmem} are names, {0:abort} an enum tce_abort. */
#define TCE_PLAN_WARNING_LIST(X)                                                                   \
	X(ABORTS, "the hypervisor dies: {0:abort}")                                                \
	X(OOPS, "the kernel dies while drivers set masks")                                         \
	X(LRDR_0,                                                                                  \
	  "ibm,lrdr-capacity states a top address of 0 (QEMU 7.2 without maxmem): this kernel "    \
	  "wants a window of 2^0 bytes and ends without a dynamic one; give QEMU maxmem")          \
	X(WINDOW_TOO_LARGE,                                                                        \
	  "the kernel asks for 2^{0} pages of {1:size}, QEMU counts 32 bits of them: the call "    \
	  "fails, half a window stays, and a reboot aborts QEMU (tce explain "                     \
	  "qemu-window-too-large); offer larger pages (pgsz) or boot with disable_ddw")            \
	X(NO_WINDOW, "no window: every DMA faults")                                                \
	X(STALE_TABLE,                                                                             \
	  "{dev}: its table was freed when another function of the PE had the default window "     \
	  "replaced; what is not direct uses freed memory (tce explain stale-table)")              \
	X(MASK_REFUSED, "{dev}: its mask of {0} bits is refused, its driver gives up")             \
	X(MAP_FAILS, "{dev}: its DMA does not reach {0:size} of RAM, although its mask is good")   \
	X(COHERENT_FAILS, "{dev}: it gets no coherent memory, although its mask is good")          \
	X(FALLBACK, "{dev}: with {1} bits of mask its DMA has {0:size} of 4K pages and no more")   \
	X(SPOILED,                                                                                 \
	  "{dev}: its mask of {0} bits made the kernel give up on the PE for good; devices with "  \
	  "wider masks go through the default window too")                                         \
	X(PMEM_LOST, "{dev}: no window reaches {0:size} of persistent memory")                     \
	X(PMEM_BARE,                                                                               \
	  "{dev}: {0:size} of persistent memory counts as direct, but nothing maps it until it "   \
	  "becomes RAM: DMA faults")                                                               \
	X(PMEM_NOT_RAM, "{pmem}: cannot become RAM, bringing it online is refused ({0:refusal})")  \
	X(PLUG_REFUSED, "memory plugged at {0:hex} cannot come online ({1:refusal})")

enum tce_plan_hazard {
#define TCE_PLAN_HAZARD_ENUM_(name, text) TCE_PLAN_WARN_##name,
	TCE_PLAN_WARNING_LIST(TCE_PLAN_HAZARD_ENUM_)
#undef TCE_PLAN_HAZARD_ENUM_
	TCE_NR_PLAN_HAZARDS
};

struct tce_plan_warning {
	enum tce_plan_hazard hazard;
	unsigned pe;      /* index; UINT_MAX: none in particular */
	uint16_t dev;     /* TCE_NO_ID: likewise */
	uint16_t pmem;    /* TCE_NO_ID: likewise */
	unsigned nr_more; /* devices of the PE, beside dev, of which the same is true */
	uint64_t value[2];
};

/* "window-too-large"; and one sentence. As those of reasons; names may be NULL. */
size_t tce_plan_hazard_name(enum tce_plan_hazard hazard, char *ret_text, size_t n);
size_t tce_plan_warning_text(const struct tce_plan_warning *warning, const struct tce_names *names,
			     char *ret_text, size_t n);

/* --- results --------------------------------------------------------------------------------- */

struct tce_plan_summary {
	struct tce_kernel kernel; /* the profile, with the boot's switches applied */
	unsigned boot_flags;      /* TCE_BOOT_ */
	const struct tce_papr_profile *papr;
	uint64_t memory[TCE_PLAN_NR_MEMORIES]; /* bytes */
	uint64_t ram_end;                      /* of the highest byte of RAM at boot */
	uint64_t max_ram;                      /* end of what may be plugged */
	bool has_lrdr;                         /* ibm,lrdr-capacity is there */
	uint64_t lrdr_top;                     /* the top address in it */
	enum tce_dma_mode
		worst; /* mode of the worst off PE that has devices; NONE: there is none */
	unsigned nr_pes;
	unsigned nr_devs;
	unsigned nr_masks;
	unsigned nr_warnings;
};

/* The whole in one glance. */
const struct tce_plan_summary *tce_plan_summary(const struct tce_plan *plan);

/* The i-th; NULL past the last. Devices by id, PEs by number of their node, bridges first. */
const struct tce_plan_pe *tce_plan_pe_at(const struct tce_plan *plan, unsigned i);
const struct tce_plan_dev *tce_plan_dev_at(const struct tce_plan *plan, unsigned i);
const struct tce_plan_warning *tce_plan_warning_at(const struct tce_plan *plan, unsigned i);

/* Persistent memory as it is plugged. False: no more. */
bool tce_plan_pmem_at(const struct tce_plan *plan, unsigned i, struct tce_ev_pmem_plug *ret_pmem);

#ifdef __cplusplus
}
#endif
#endif
