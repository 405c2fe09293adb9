/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/ioda.h - one bare-metal PCI host bridge (PowerNV) as DMA sees it: requester ID -> PE, TVEs,
 * TCE tables in memory, the bridge's TCE cache and its kills, freezing of PEs; its registers, and
 * the OPAL firmware calls that set it up.
 *
 * Life: tce_ioda_new -> OPAL calls, register writes, stores to memory, DMA -> tce_ioda_free. A new
 * bridge is as skiboot hands it to a kernel: every RID belongs to the reserved PE, no window.
 *
 * What the firmware answered and why a DMA failed are data (enum tce_opal_refusal, enum
 * tce_ioda_fault), not errors. Where the books are silent, the choice made is marked "model:".
 *
 * Threads: one thread per bridge. Bit numbers: "IBM bit n" counts from the most significant.
 *
 * Sources: skiboot hw/phb3.c, hw/phb4.c, core/pci-opal.c (v7.0, the build in Debian's
 * qemu-system-data 7.2) and hw/p7ioc-phb.c before its removal; QEMU hw/pci-host/pnv_phb3.c,
 * pnv_phb4.c as of 7.2.22 (measured, not copied); Linux arch/powerpc/platforms/powernv; LoPAR 2.9.
 */
#ifndef TCE_IODA_H
#define TCE_IODA_H

#include <stdbool.h>

#include <tce/status.h>
#include <tce/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- bridges ------------------------------------------------------------------------------ */

enum tce_ioda_generation {
	TCE_IODA_P7IOC, /* POWER7, IODA1: PELT-M, one TVE per 256 MiB segment, no bypass */
	TCE_IODA_PHB3,  /* POWER8, IODA2 */
	TCE_IODA_PHB4,  /* POWER9, registers of "IODA3" */
	TCE_IODA_PHB5,  /* POWER10; for DMA a PHB4 */
	TCE_NR_IODA_GENERATIONS
};

/* Facts of one kind of bridge. */
struct tce_ioda_model {
	const char *name; /* "p7ioc", "phb3", "phb4", "phb4-small", "phb5", "phb5-small" */
	const char *source;
	enum tce_ioda_generation generation;
	unsigned nr_pes;       /* PE numbers 0 .. nr_pes - 1 */
	unsigned reserved_pe;  /* firmware's: what unmapped RIDs belong to */
	unsigned nr_tves;      /* windows: 2 a PE; P7IOC: one a segment */
	unsigned levels_max;   /* of a TCE table */
	uint64_t page_shifts;  /* bit n: I/O pages of 2^n bytes */
	unsigned nr_rtes;      /* RTT entries the bridge can cache (RCAM); 0: no RTT */
	unsigned nr_tces;      /* TCEs it can cache (TCAM, TCR) */
	uint64_t mmio32_start; /* bus bytes; 32-bit MMIO, so that 32-bit DMA must stay below */
	uint64_t mmio32_size;
	uint64_t rtt_mask;     /* address bits of the RTT BAR */
	unsigned msi64_top;    /* address bits 63:60 of the 64-bit MSI region */
	uint64_t config;       /* CONFIG register as skiboot leaves it */
	uint64_t control;      /* control register 0x810 likewise; 0: not modelled */
	bool tce_kill_call;    /* OPAL_PCI_TCE_KILL exists; else the OS writes the register */
	bool option_calls;     /* OPAL_PHB_SET_OPTION, GET_OPTION exist */
	bool real_window_call; /* OPAL_PCI_MAP_PE_DMA_WINDOW_REAL exists */
	unsigned reset_ms[3];  /* first answer of OPAL_PCI_RESET, hot, fundamental, complete */
};

/*
 * big: the bridge of its chip with 512 PEs (PHB4, PHB5: index 0 and 3). NULL: no such generation.
 */
const struct tce_ioda_model *tce_ioda_model(enum tce_ioda_generation generation, bool big);
const struct tce_ioda_model *tce_ioda_model_find(const char *name); /* NULL: unknown */
const struct tce_ioda_model *tce_ioda_model_at(unsigned i);         /* NULL past the last */

#define TCE_IODA_ON(generation) (1U << (generation))

/* Calls of the firmware that concern DMA; numbers of skiboot include/opal-api.h. */
#define TCE_OPAL_PCI_EEH_FREEZE_STATUS      UINT64_C(23)
#define TCE_OPAL_PCI_EEH_FREEZE_CLEAR       UINT64_C(26)
#define TCE_OPAL_PCI_SET_PE                 UINT64_C(31)
#define TCE_OPAL_PCI_SET_PELTV              UINT64_C(32)
#define TCE_OPAL_PCI_MAP_PE_DMA_WINDOW      UINT64_C(44)
#define TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL UINT64_C(45)
#define TCE_OPAL_PCI_RESET                  UINT64_C(49)
#define TCE_OPAL_PCI_EEH_FREEZE_SET         UINT64_C(97)
#define TCE_OPAL_PCI_TCE_KILL               UINT64_C(126)
#define TCE_OPAL_PHB_SET_OPTION             UINT64_C(179)
#define TCE_OPAL_PHB_GET_OPTION             UINT64_C(180)

/* Return codes that these calls can give. */
#define TCE_OPAL_SUCCESS     INT64_C(0)
#define TCE_OPAL_PARAMETER   INT64_C(-1)
#define TCE_OPAL_HARDWARE    INT64_C(-6)
#define TCE_OPAL_UNSUPPORTED INT64_C(-7)

/*
 * How one firmware behaves. An argument wider than its C type is undefined by the calling
 * convention; arg_bits tells how many low bits the firmware looks at.
 */
struct tce_opal_profile {
	const char *name;
	const char *source;
	bool kill_pages_as_pe;     /* HW560152: a page kill is made a PE kill, unchecked */
	unsigned real_start_4g_on; /* TCE_IODA_ON: start of a real window loses bits 31:24 */
	bool peltv_bit4_lost;      /* P7IOC: child PE masked with 0x2f */
	bool unmap_matches_all;    /* P7IOC: SET_PE unmap leaves an entry that matches every RID */
	bool freeze_pe_unchecked;  /* FREEZE_STATUS, _CLEAR index with any PE number */
	bool kill_pe_unchecked;    /* TCE_KILL: PE number cut to the register's field */
	bool kill_pages_type_wide; /* TCE_KILL: type 0 is 64 bits of 0, types 1, 2 are cut to 32 */
	bool levels_wide;          /* MAP_PE_DMA_WINDOW: 16 bits are checked, 32 reach the TVE */
	bool p7ioc_size_unchecked; /* P7IOC: table size 0 and sizes that overflow are taken */
	/*
	 * SET_PE's comparisons of bus, device and function, and its action: 32 bits are checked,
	 * and on these (TCE_IODA_ON) zero is 64 bits of 0, else 32. [0] 0: all 64 bits count.
	 */
	unsigned wide_zero_on[4];
	struct {
		uint64_t token;
		uint8_t bits[7]; /* of args 0..6; 0: all 64 */
	} arg_bits[11];
};

/* "skiboot-7.0"; "skiboot-page-kill" (before HW560152); "opal-documented". NULL: unknown. */
const struct tce_opal_profile *tce_opal_profile_find(const char *name);
const struct tce_opal_profile *tce_opal_profile_at(unsigned i);

/*
 * How one implementation of the bridges behaves: data, no code; an embedder may fill in its own.
 * Fields called x_on are masks of TCE_IODA_ON(generation).
 */
struct tce_ioda_profile {
	const char *name;
	const char *source;
	const struct tce_opal_profile *opal; /* default firmware */
	bool tce_cache;                      /* a translation is used until killed or evicted */
	bool freezes;                        /* a fault stops the PE and those in its PELT-V */
	bool peev_derived;      /* PEEV bit = PEST A or B bit 0; else storage of its own */
	bool extent_checked;    /* an address past the window faults (LoPAR "TCE extent") */
	bool bypass_checked;    /* the range of a bypass TVE is looked at */
	bool page_size_checked; /* a TVE page size that the bridge lacks faults */
	bool entries_added;     /* entry address = base + 8 index; else base | 8 index */
	bool bit59_indexed;     /* the window select bit also goes into the index (QEMU) */
	bool tve1_4gb;          /* control bit 24 (OPAL option TVE1_4GB) works */
	bool tve_mode_checked;  /* control bits 17:19 (more than 2 TVEs a PE) fault: unknown rule */
	unsigned shift_modulo;  /* index shifts are taken modulo n when not 0 (QEMU on x86-64) */
	uint64_t msi64_size;    /* bytes of the 64-bit MSI region at 1 << 60; 0: all of 0x1... */
	unsigned pe_masked_on;  /* an RTT entry >= nr_pes is masked; else it faults */
	unsigned bypass_loose_on;  /* any TVE with size != 0 and page size 0 is a bypass TVE */
	unsigned no_pest_on;       /* PEST A and B read 0 and keep nothing */
	bool rtc_all_only;         /* any write to RTC_INVALIDATE empties the RTC (QEMU) */
	unsigned kill_all_bits_on; /* TCE_KILL reads back as written; else bits 0:2 read 0 */
};

/* "hardware", "qemu-pnv" (QEMU 7.2.22 .. 11.1.3). NULL: unknown. */
const struct tce_ioda_profile *tce_ioda_profile_find(const char *name);
const struct tce_ioda_profile *tce_ioda_profile_at(unsigned i);

/* --- words in the bridge, bit by bit ------------------------------------------------------- */

enum tce_tve_kind {
	TCE_TVE_INVALID, /* translates nothing */
	TCE_TVE_TABLE,   /* through a TCE table */
	TCE_TVE_BYPASS,  /* non-translate */
};

/*
 * A TVE taken apart; decode then encode gives the same bits. IBM bits of PHB3..5: table 0:47,
 * levels 48:50, size 51:55, non-translate-50 56 (PHB4), spare 57:58, page size 59:63. Bypass
 * (page size 0, bit 51 set): start 52:53 || 0:23 and end 54:55 || 24:47 are address bits 49:24.
 * P7IOC TVE0: table 0:47, bus_valid 48:50, size 51:55, bus 56:63; TVE1: dev_valid 2, dev 3:7, hub
 * 10:11, func_valid 12, func 13:15, page size 19:23, pe 57:63.
 */
struct tce_tve {
	enum tce_tve_kind kind;
	uint64_t table;     /* real address of the top level (not BYPASS) */
	unsigned levels;    /* 1..8; bridges take up to 5 */
	unsigned size_code; /* 0: invalid; level of 2^(n+11) bytes; P7IOC: window, 2^(n+26) */
	unsigned page_code; /* 0: non-translate; else I/O page of 2^(n+11) bytes */
	unsigned spare;     /* reserved bits 57:58 */
	bool nt50;
	uint64_t start;     /* BYPASS: first byte, bus address without bit 59 */
	uint64_t end;       /* BYPASS: one past the last byte; start == end == 0: see bypass_open */
	bool bypass_open;   /* BYPASS: nothing but bit 51 set (PHB4 peer-to-peer): no range */
	unsigned bus_valid; /* P7IOC: 0 any bus, 2..7: the top n + 1 bits count */
	unsigned bus, dev, func;
	bool dev_valid, func_valid;
	unsigned hub;
	unsigned pe;
	uint64_t spare1; /* P7IOC: bits of TVE1 that none of the above covers */
};

/* word[0] is the TVE (P7IOC: TVE0), word[1] TVE1 of P7IOC, else not looked at. */
void tce_tve_decode(enum tce_ioda_generation generation, const uint64_t word[2],
		    struct tce_tve *ret_tve);

/* 0; -TCE_ERR_INVAL a field does not fit. word[1] is 0 except on P7IOC. */
TCE_MUST_USE int tce_tve_encode(enum tce_ioda_generation generation, const struct tce_tve *tve,
				uint64_t ret_word[2]);

/* log2 of the bus bytes that a TABLE TVE covers: levels * (size + 8) + page shift; may pass 64. */
unsigned tce_tve_window_shift(enum tce_ioda_generation generation, const struct tce_tve *tve);

/* PEST A and B, IBM bits 0, 5:7, 16, 18, 19, 32:47; B: 0, 3:63. PE state table, one pair a PE. */
#define TCE_PESTA_FROZEN       (UINT64_C(1) << 63) /* MMIO */
#define TCE_PESTA_TYPE_SHIFT   56U
#define TCE_PESTA_TYPE_WRITE   UINT64_C(0) /* DMA write */
#define TCE_PESTA_TYPE_READ    UINT64_C(2) /* DMA read */
#define TCE_PESTA_IODA_ERROR   (UINT64_C(1) << 47)
#define TCE_PESTA_PAGE_FAULT   (UINT64_C(1) << 45)
#define TCE_PESTA_ACCESS_FAULT (UINT64_C(1) << 44)
#define TCE_PESTA_RID_SHIFT    16U
#define TCE_PESTB_STOPPED      (UINT64_C(1) << 63) /* DMA */
#define TCE_PESTB_ADDR         ((UINT64_C(1) << 61) - 1)

/* What one write to the kill register (0x210) asks for. */
enum tce_kill_scope {
	TCE_KILL_NOTHING,
	TCE_KILL_PAGE,  /* PHB3..5: one page of one PE */
	TCE_KILL_PE,    /* PHB3..5 */
	TCE_KILL_ALL,   /* PHB3..5 */
	TCE_KILL_ENTRY, /* P7IOC: the pair of TCEs at a real address */
};

struct tce_kill {
	enum tce_kill_scope scope;
	unsigned pe;
	uint64_t addr;       /* PAGE: bus bytes; ENTRY: real address, multiple of 16 */
	unsigned page_shift; /* PAGE: bytes = 2^n; PHB4: 12, or 16, 21, 30 by override */
};

/*
 * PHB3: bit 0 all, 1 PE, 2 one, address above bit 11, PE 56:63; page_shift of the result is 12.
 * PHB4, PHB5: also 3 override, page size code in the address bits below the page, PE 55:63.
 * P7IOC: bit 0 pair, 16:59 real address. Several scope bits: the widest counts (model).
 */
void tce_kill_decode(enum tce_ioda_generation generation, uint64_t value,
		     struct tce_kill *ret_kill);

/* 0; -TCE_ERR_INVAL: the bridge has no such kill, or a field does not fit. */
TCE_MUST_USE int tce_kill_encode(enum tce_ioda_generation generation, const struct tce_kill *kill,
				 uint64_t *ret_value);

/* --- the bridge ---------------------------------------------------------------------------- */

struct tce_ioda;

/* Where the tables live that skiboot allocates and the bridge reads: RTT, PELT-V, PEST. */
enum tce_ioda_tables {
	TCE_IODA_TABLES_INSIDE, /* kept by the bridge, small; nobody else can write them */
	TCE_IODA_TABLES_MEMORY, /* in the machine's memory, big-endian, at the addresses given */
	TCE_IODA_TABLES_NONE,   /* not there: no RID resolves, SET_PE answers OPAL_HARDWARE */
};

/* Errata that can be switched on while a bridge runs. */
#define TCE_IODA_ERRATUM_LOST_PAGE_KILL 1U /* HW560152, POWER9 and 10: page kills are dropped */

struct tce_ioda_opts {
	const struct tce_ioda_model *model; /* kept by reference, as the next two */
	const struct tce_ioda_profile *profile;
	const struct tce_opal_profile *opal; /* NULL: the profile's */
	const struct tce_alloc *alloc;       /* NULL: default */
	const struct tce_memory *memory;     /* copied; NULL: no memory, every walk faults */
	uint64_t phb_id;                     /* OPAL's number of this bridge */
	enum tce_ioda_tables tables;
	struct tce_ra rtt;   /* MEMORY: 128 KiB, aligned to its size */
	struct tce_ra peltv; /* MEMORY: nr_pes * nr_pes / 8 bytes */
	struct tce_ra pest;  /* MEMORY: nr_pes * 16 bytes */
	unsigned nr_tces;    /* TCE cache entries, a power of two, 4 .. 65536; 0: the model's */
	unsigned errata;     /* TCE_IODA_ERRATUM_ */
};

/*
 * P7IOC has PELT-M and PELT-V inside whatever tables says. 0; -TCE_ERR_INVAL no model or profile,
 * a misaligned table, a cache size; -TCE_ERR_IO MEMORY: a table is not in memory; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_ioda_new(const struct tce_ioda_opts *opts, struct tce_ioda **ret_ioda);
void tce_ioda_free(struct tce_ioda *ioda);

/* What the bridge was made with. */
const struct tce_ioda_model *tce_ioda_model_of(const struct tce_ioda *ioda);
const struct tce_ioda_profile *tce_ioda_profile_of(const struct tce_ioda *ioda);
uint64_t tce_ioda_phb_id(const struct tce_ioda *ioda);

/* Switch errata; unknown bits are ignored. Returns what was on. */
unsigned tce_ioda_set_errata(struct tce_ioda *ioda, unsigned errata);

enum tce_ioda_health {
	TCE_IODA_ALIVE,
	TCE_IODA_FENCED, /* cut off after a fatal error; a complete reset revives it */
	TCE_IODA_DEAD,   /* for good */
};

/* An error outside the model cut the bridge off, or a test revives it. */
void tce_ioda_set_health(struct tce_ioda *ioda, enum tce_ioda_health health);
enum tce_ioda_health tce_ioda_health(const struct tce_ioda *ioda);

/* Equal state, equal hash; model, profile, memory content and callbacks do not count. */
uint64_t tce_ioda_hash(const struct tce_ioda *ioda);
bool tce_ioda_equal(const struct tce_ioda *a, const struct tce_ioda *b);

/* --- OPAL calls ---------------------------------------------------------------------------- */

/*
 * One call: r3.. as args, or by name. Values are taken as the caller gives them, all 64 bits.
 * no_pointers: arguments that point to results are not looked at; results are in the answer.
 */
struct tce_opal_call {
	uint64_t token;
	bool no_pointers;
	union {
		uint64_t args[8];
		struct {
			uint64_t phb_id, pe, state_ptr, type_ptr, status_ptr;
		} freeze_status;
		struct {
			uint64_t phb_id, pe, action; /* 1 MMIO, 2 DMA, 3 both */
		} freeze;                            /* FREEZE_CLEAR, FREEZE_SET */
		struct {
			uint64_t phb_id, pe, bdfn, bus_compare, dev_compare, func_compare, action;
		} set_pe; /* bus_compare 0 any, 2..7; action 1 map, 0 unmap */
		struct {
			uint64_t phb_id, parent, child, state;
		} set_peltv;
		struct {
			uint64_t phb_id, pe, window, levels, table, size, page_size;
		} map; /* size: bytes of one level; 0: window off */
		struct {
			uint64_t phb_id, pe, window, start, size;
		} map_real;
		struct {
			uint64_t id, scope, assert_state; /* scope 6: IODA tables */
		} reset;
		struct {
			uint64_t phb_id, type, pe, page_size, addr,
				nr_pages; /* 0 pages 1 PE 2 all */
		} kill;
		struct {
			uint64_t phb_id, option, value; /* GET: value points to the result */
		} option;
	} u;
};

/* Why a call was refused. X(name, text) */
#define TCE_OPAL_REFUSAL_LIST(X)                                                                   \
	X(NOT, "accepted")                                                                         \
	X(TOKEN, "no such OPAL call")                                                              \
	X(PHB_UNKNOWN, "no bridge has this number")                                                \
	X(CALL, "this kind of bridge does not have the call")                                      \
	X(POINTER, "a result pointer is not a real address of memory")                             \
	X(NO_TABLE, "the firmware has no RTT or PELT-V for this bridge")                           \
	X(BRIDGE_DEAD, "the bridge is dead")                                                       \
	X(BRIDGE_FENCED, "the bridge is fenced")                                                   \
	X(ACTION, "no such action")                                                                \
	X(PE_RANGE, "the bridge has no such PE")                                                   \
	X(BDFN_RANGE, "the requester ID has more than 16 bits")                                    \
	X(COMPARE, "no such way to compare requester IDs")                                         \
	X(WINDOW, "the window number is not one of this PE")                                       \
	X(LEVELS, "the bridge has no tables of this many levels")                                  \
	X(TABLE_SIZE, "the size of a table level must be a power of two from 4 KiB")               \
	X(TABLE_LARGE, "the table level is larger than a TVE can say")                             \
	X(WINDOW_SMALL, "the window is smaller than 128 MiB")                                      \
	X(PAGE_SIZE, "the bridge has no I/O pages of this size")                                   \
	X(REAL_HALF, "the start address belongs to the other window of the PE")                    \
	X(REAL_ALIGN, "start and size of a real window must be multiples of 16 MiB")               \
	X(REAL_END, "the real window ends past 2^50")                                              \
	X(KILL_TYPE, "no such kind of kill")                                                       \
	X(KILL_ADDR, "the address is not aligned to the page size, or its top bits are set")       \
	X(OPTION, "the bridge has no such option")                                                 \
	X(OPTION_VALUE, "the option is 0 or 1")                                                    \
	X(RESET_STATE, "a reset is asserted (1) or deasserted (0)")                                \
	X(RESET_SCOPE, "no such reset")

enum tce_opal_refusal {
#define TCE_OPAL_REFUSAL_ENUM_(name, text) TCE_OPAL_REFUSED_##name,
	TCE_OPAL_REFUSAL_LIST(TCE_OPAL_REFUSAL_ENUM_)
#undef TCE_OPAL_REFUSAL_ENUM_
	TCE_NR_OPAL_REFUSALS
};

/* One clause in plain words, static. */
const char *tce_opal_refusal_text(enum tce_opal_refusal why);

/* "OPAL_PCI_SET_PE" and so on, static; NULL: not modelled. */
const char *tce_opal_name(uint64_t token);

/* What came of a call. Fields beyond those of the call are 0. */
struct tce_opal_answer {
	int64_t rc; /* a reset that takes time answers milliseconds (> 0) */
	enum tce_opal_refusal refusal;
	uint8_t freeze_state; /* FREEZE_STATUS: bit 0 MMIO, bit 1 DMA */
	uint16_t error_type;  /* FREEZE_STATUS: 0 none, 2 bridge; P7IOC: 4 MMIO, 5 DMA */
	uint64_t option;      /* GET_OPTION */
};

/*
 * Make a call. 0 and *ret_answer. -TCE_ERR_UNSUPPORTED: PCI_RESET of a device slot (bit 63 of the
 * id). -TCE_ERR_IO: a table of the firmware's, or the place of a result, is not in memory (a
 * machine check in reality; part of it may be written). -TCE_ERR_NOMEM: nothing changed.
 *
 * model: resets that take time act at once. A reset of the IODA tables clears TVEs, RTT, PELT-V,
 * PEST and both caches. A complete reset clears the same in the bridge, then the firmware writes
 * back the windows it was asked for by call: a TVE written through registers is lost.
 */
TCE_MUST_USE int tce_ioda_opal(struct tce_ioda *ioda, const struct tce_opal_call *call,
			       struct tce_opal_answer *ret_answer);

/* --- registers ----------------------------------------------------------------------------- */

#define TCE_IODA_REG_CONFIG         0x160U /* IBM bit 8: 32-bit MSI on, 14: 64-bit MSI on */
#define TCE_IODA_REG_RTT_BAR        0x168U
#define TCE_IODA_REG_PELTV_BAR      0x188U
#define TCE_IODA_REG_PEST_BAR       0x1a8U
#define TCE_IODA_REG_RTC_INVALIDATE 0x208U /* bit 0 all, 16:31 RID */
#define TCE_IODA_REG_TCE_KILL       0x210U
#define TCE_IODA_REG_IODA_ADDR      0x220U /* bit 0 auto-increment, 11:15 table, index low */
#define TCE_IODA_REG_IODA_DATA0     0x228U
#define TCE_IODA_REG_IODA_DATA1     0x230U /* P7IOC */
#define TCE_IODA_REG_CONTROL        0x810U /* PHB4: 17:19 TVEs a PE, 24 TVE#1 from 4 GiB */

/*
 * Tables behind IODA_ADDR. Those without a name here hold interrupts and MMIO, and P7IOC's PELT-M
 * and PELT-V: not modelled as registers. PHB3..5 keep only bit 0 of the PEST in the chip and give
 * that.
 */
#define TCE_IODA_TBL_PESTA 7U
#define TCE_IODA_TBL_PESTB 8U
#define TCE_IODA_TBL_TVT   9U
#define TCE_IODA_TBL_PEEV  20U /* one bit a PE, 64 a word */

/*
 * Registers, 64 bits at byte offset. An index past its table wraps. 0; -TCE_ERR_UNSUPPORTED: a
 * register or a table that is not modelled (nothing happened, auto-increment included);
 * write: -TCE_ERR_NOMEM (nothing changed). OPAL calls leave IODA_ADDR, RTC_INVALIDATE and
 * TCE_KILL alone (model; skiboot does not).
 */
TCE_MUST_USE int tce_ioda_reg_read(struct tce_ioda *ioda, uint32_t offset, uint64_t *ret_value);
TCE_MUST_USE int tce_ioda_reg_write(struct tce_ioda *ioda, uint32_t offset, uint64_t value);

/* --- DMA ----------------------------------------------------------------------------------- */

/* One access inside one I/O page. */
struct tce_ioda_access {
	uint16_t rid;    /* bus << 8 | device << 3 | function, as it arrives at the bridge */
	uint64_t addr;   /* bus bytes */
	unsigned access; /* TCE_READ, TCE_WRITE or both */
};

/* Why an access went nowhere. X(name, freezes the PE, text) */
#define TCE_IODA_FAULT_LIST(X)                                                                     \
	X(NOT, 0, "translated")                                                                    \
	X(MSI, 0, "the address is an interrupt doorbell, not memory")                              \
	X(FENCED, 0, "the bridge is fenced or dead")                                               \
	X(FROZEN, 0, "DMA of the PE is stopped after an error")                                    \
	X(RTT_OFF, 0, "the bridge has no requester ID table")                                      \
	X(RTT_READ, 0, "the RTT entry is not in memory")                                           \
	X(PE_RANGE, 0, "the RTT names a PE that the bridge does not have")                         \
	X(NO_PE, 0, "no PELT-M entry matches the requester ID")                                    \
	X(ADDR_TOP, 1, "the top bits of the address select nothing")                               \
	X(MSI_HOLE, 1, "interrupt space, but no doorbell at this address")                         \
	X(NO_SEGMENT, 1, "no TVE covers this address")                                             \
	X(TVE_MODE, 1, "more than two TVEs a PE: which one is taken is not known")                 \
	X(TVE_INVALID, 1, "the TVE is empty: no window here")                                      \
	X(TVE_LEVELS, 1, "the TVE asks for more levels than the bridge has")                       \
	X(TVE_PAGE_SIZE, 1, "the TVE asks for a page size that the bridge does not have")          \
	X(TVE_FILTER, 1, "the TVE belongs to other requester IDs")                                 \
	X(EXTENT, 1, "the address lies past the end of the window")                                \
	X(BYPASS_RANGE, 1, "the address lies outside the bypass range")                            \
	X(ENTRY_READ, 1, "a TCE that the walk needs is not in memory")                             \
	X(INDIRECT, 1, "an indirect TCE has no permission: the level below is not there")          \
	X(PAGE, 1, "the TCE has no permission: not mapped")                                        \
	X(ACCESS, 1, "the TCE does not allow this direction")

enum tce_ioda_fault {
#define TCE_IODA_FAULT_ENUM_(name, freezes, text) TCE_IODA_FAULT_##name,
	TCE_IODA_FAULT_LIST(TCE_IODA_FAULT_ENUM_)
#undef TCE_IODA_FAULT_ENUM_
	TCE_NR_IODA_FAULTS
};

/* One clause in plain words, static. */
const char *tce_ioda_fault_text(enum tce_ioda_fault fault);

/* What the bridge made of an access. Fields that were not reached are 0. */
struct tce_ioda_xlate {
	enum tce_ioda_fault fault; /* NOT: ra is where it lands */
	unsigned pe;
	bool pe_known;
	bool bypass;     /* not translated by a table */
	bool from_cache; /* no memory was read: the TCE is as old as the cache entry */
	unsigned tve_index;
	uint64_t tve;        /* word 0 of the TVE that counted */
	struct tce_ra entry; /* where the deciding TCE lies (not from_cache, not bypass) */
	uint64_t tce;        /* it, or what the cache keeps of it: page and permission */
	unsigned level;      /* of entry, 0: leaf */
	struct tce_ra ra;    /* also for PAGE and ACCESS */
	unsigned perm;
	unsigned page_shift;
};

/*
 * A device's access: may fill the caches, freeze PEs, write their PEST entries. 0 and *ret_xlate;
 * -TCE_ERR_INVAL access is 0 or has other bits; -TCE_ERR_NOMEM (nothing changed).
 *
 * Cache (model): leaf TCEs only, keyed by PE and page (P7IOC: by address of the TCE), four ways a
 * set; the oldest of a full set goes. Faults are not cached. A TVE is read anew each time.
 */
TCE_MUST_USE int tce_ioda_dma(struct tce_ioda *ioda, const struct tce_ioda_access *access,
			      struct tce_ioda_xlate *ret_xlate);

/*
 * What the access would come to with empty caches and nothing frozen or fenced: the tables as they
 * stand in memory. Changes nothing. A difference from tce_ioda_dma is a missing kill.
 */
void tce_ioda_peek(const struct tce_ioda *ioda, const struct tce_ioda_access *access,
		   struct tce_ioda_xlate *ret_xlate);

/* What tce_ioda_dma would find, caches and all, without the access: changes nothing. */
void tce_ioda_foresee(const struct tce_ioda *ioda, const struct tce_ioda_access *access,
		      struct tce_ioda_xlate *ret_xlate);

/* --- looking inside ------------------------------------------------------------------------ */

/*
 * The PE of a RID by the tables, not the cache. The fault that keeps it from having one, or NOT.
 */
enum tce_ioda_fault tce_ioda_pe(const struct tce_ioda *ioda, uint16_t rid, unsigned *ret_pe);

/* Both words of TVE index; zeroes past the last. */
void tce_ioda_tve(const struct tce_ioda *ioda, unsigned index, uint64_t ret_word[2]);

/* The first TVE at or after from that is not zero. False: none. */
bool tce_ioda_next_tve(const struct tce_ioda *ioda, unsigned from, unsigned *ret_index);

/* The PEST pair of a PE (zeroes past the last): bits 0, and what the last fault left. */
void tce_ioda_pest(const struct tce_ioda *ioda, unsigned pe, uint64_t *ret_a, uint64_t *ret_b);

/* Is child in the PELT-V of parent? */
bool tce_ioda_linked(const struct tce_ioda *ioda, unsigned parent, unsigned child);

/* One entry of the TCE cache. */
struct tce_ioda_cached {
	unsigned pe;   /* P7IOC: 0 */
	uint64_t addr; /* bus address of the page; P7IOC: real address of the TCE */
	unsigned page_shift;
	uint64_t tce; /* page and permission */
};

/* The i-th cached TCE in the order of sets and age; false past the last. */
bool tce_ioda_cached_at(const struct tce_ioda *ioda, unsigned i, struct tce_ioda_cached *ret_entry);

#ifdef __cplusplus
}
#endif
#endif
