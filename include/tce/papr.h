/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/papr.h - the hypervisor of one PAPR logical partition (LPAR), as far as DMA goes: LIOBNs,
 * H_PUT_TCE and its relatives, the RTAS calls of Dynamic DMA Windows, and what resets, plugging and
 * migration do to windows.
 *
 * Life: tce_lpar_new with a profile -> tce_lpar_phb_add, tce_lpar_vio_add -> calls ->
 * tce_lpar_free. Every call is answered from the state alone: no clock, no environment, no random
 * source.
 *
 * Wrong calls of the guest are answers (H_PARAMETER, RTAS -3), not errors; each refusal says why in
 * enum tce_refusal. Where the modelled implementation would abort, the answer's kind says so and
 * names the cause; the partition is dead then: whatever would change it or answer its guest returns
 * -TCE_ERR_STATE, what only looks at it (windows, tables, hash, DMA) still works.
 *
 * Threads: one thread per LPAR, but tables found with tce_lpar_table may be read beside it.
 *
 * Sources: LoPAR 2.9 (OpenPOWER) chapters "TCE" and "Dynamic DMA Windows"; QEMU hw/ppc/
 * spapr_iommu.c, spapr_rtas_ddw.c, spapr_pci.c, spapr_vio.c as of 7.2.22, 10.0.13 and 11.1.3
 * (measured, not copied); Linux arch/powerpc/kvm/book3s_64_vio.c.
 */
#ifndef TCE_PAPR_H
#define TCE_PAPR_H

#include <tce/status.h>
#include <tce/table.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Hypercall tokens (LoPAR appendix "hcall tokens"; 0xf000.. are QEMU's own, hw/ppc spapr.h). */
#define TCE_H_GET_TCE          UINT64_C(0x1c)
#define TCE_H_PUT_TCE          UINT64_C(0x20)
#define TCE_H_STUFF_TCE        UINT64_C(0x138)
#define TCE_H_PUT_TCE_INDIRECT UINT64_C(0x13c)
#define TCE_H_RTAS             UINT64_C(0xf000)
#define TCE_H_CAS              UINT64_C(0xf002)

/* Hypercall return codes that these calls can give (LoPAR "hcall return codes"). */
#define TCE_H_SUCCESS              INT64_C(0)
#define TCE_H_PARTIAL              INT64_C(5)
#define TCE_H_HARDWARE             INT64_C(-1)
#define TCE_H_FUNCTION             INT64_C(-2)
#define TCE_H_PARAMETER            INT64_C(-4)
#define TCE_H_RESOURCE             INT64_C(-16)
#define TCE_H_NOT_ENOUGH_RESOURCES INT64_C(-44)
#define TCE_H_P4                   INT64_C(-57)

/* RTAS status (LoPAR "RTAS call status"). */
#define TCE_RTAS_SUCCESS     INT32_C(0)
#define TCE_RTAS_HW_ERROR    INT32_C(-1)
#define TCE_RTAS_BUSY        INT32_C(-2)
#define TCE_RTAS_PARAM_ERROR INT32_C(-3)

/* The RTAS calls modelled. The token a guest uses is the profile's; see tce_rtas_token. */
enum tce_rtas {
	TCE_RTAS_QUERY,          /* ibm,query-pe-dma-window */
	TCE_RTAS_CREATE,         /* ibm,create-pe-dma-window */
	TCE_RTAS_REMOVE,         /* ibm,remove-pe-dma-window */
	TCE_RTAS_RESET,          /* ibm,reset-pe-dma-window */
	TCE_RTAS_SET_TCE_BYPASS, /* ibm,set-tce-bypass (VIO) */
	TCE_RTAS_QUIESCE,        /* quiesce */
	TCE_RTAS_SYSTEM_REBOOT,  /* system-reboot */
	TCE_NR_RTAS
};

/* What a page-size mask of query-pe-dma-window means: bit value -> shift (LoPAR; bit 8 later). */
uint32_t tce_ddw_page_mask(uint64_t shifts); /* bit n of shifts = page shift n -> query cell */
uint64_t tce_ddw_page_shifts(uint32_t mask); /* and back; unknown bits are dropped */

/* Why a call was refused. TCE_REFUSED_NOT: it was not. */
#define TCE_REFUSAL_LIST(X)                                                                        \
	X(NOT, "accepted")                                                                         \
	X(FUNCTION, "no such hypercall here")                                                      \
	X(LIOBN_UNKNOWN, "no window has this LIOBN")                                               \
	X(LIOBN_DISABLED, "the LIOBN exists but its window is removed")                            \
	X(IOBA_BELOW, "the bus address lies before the window")                                    \
	X(IOBA_PAST_END, "the bus address lies past the end of the window")                        \
	X(IOBA_UNALIGNED, "the bus address is not a multiple of the I/O page")                     \
	X(COUNT_ZERO, "the count is zero")                                                         \
	X(COUNT_LIMIT, "the count is over the limit of the call")                                  \
	X(RANGE_PAST_END, "the range begins inside the window and ends past it")                   \
	X(LIST_UNALIGNED, "the TCE list is not on a 4 KiB boundary")                               \
	X(LIST_NOT_RAM, "the TCE list is not in the partition's memory")                           \
	X(TCE_NOT_RAM, "a TCE points outside the partition's memory")                              \
	X(TCE_PERM, "the value may not carry permission bits here")                                \
	X(RTAS_TOKEN, "no such RTAS call")                                                         \
	X(RTAS_NARGS, "wrong number of RTAS arguments")                                            \
	X(RTAS_NRET, "wrong number of RTAS return cells")                                          \
	X(BUID_UNKNOWN, "no PCI host bridge has this BUID")                                        \
	X(DDW_OFF, "the bridge has no dynamic DMA windows")                                        \
	X(PAGE_SHIFT, "the bridge does not offer this page size")                                  \
	X(WINDOW_SHIFT, "the window would be smaller than one I/O page")                           \
	X(NO_WINDOW_LEFT, "all windows of the bridge are in use")                                  \
	X(TOO_LARGE, "more entries than the hypervisor can hold")                                  \
	X(NOT_PCI, "the LIOBN belongs to a virtual I/O device")                                    \
	X(UNIT_UNKNOWN, "no virtual I/O device has this unit address")                             \
	X(LIMITED_MODE, "limited-address windows are not supported")                               \
	X(MTT_OFF, "the Multi-TCE-Table option is off")                                            \
	X(OVERLAP, "the window would lie over another one")

enum tce_refusal {
#define TCE_REFUSAL_ENUM_(name, text) TCE_REFUSED_##name,
	TCE_REFUSAL_LIST(TCE_REFUSAL_ENUM_)
#undef TCE_REFUSAL_ENUM_
	TCE_NR_REFUSALS
};

/* One clause in plain words, static. */
const char *tce_refusal_text(enum tce_refusal why);

/* Ways a known implementation dies of a guest's call; see "tce explain qemu-window-too-large". */
enum tce_abort {
	TCE_ABORT_NOT,
	/*
	 * QEMU 7.2..11.1.3 memory.c "!subregion->container": a create of 2^32 entries or a
	 * multiple was answered -1 but left its memory region attached; whatever next enables
	 * that LIOBN adds it again: a create, and for the default window's LIOBN also any reset
	 * (both measured, 7.2.22).
	 */
	TCE_ABORT_REGION_TWICE,
	/* QEMU 10.0.13, 11.1.3: remove-pe-dma-window with a VIO LIOBN fails a QOM cast. */
	TCE_ABORT_REMOVE_VIO,
};

/* What dies, and of what, in plain words, static. */
const char *tce_abort_text(enum tce_abort cause);

/*
 * What happened to a call. Fields beyond those documented for the call are 0. After an abort only
 * abort is set: the caller of the real machine never gets an answer.
 */
struct tce_answer {
	enum tce_abort abort;     /* not NOT: the implementation aborts instead of answering */
	enum tce_refusal refusal; /* why r3 or status is not success */
	int64_t r3;               /* hypercall return code */
	uint64_t r4;              /* H_GET_TCE: the TCE, when r3 is H_SUCCESS or H_PARTIAL */
	uint64_t nr_stored;       /* entries stored, also by a refused multi-TCE call */
	int32_t status;           /* RTAS status, also rets[0] */
	uint32_t nr_rets;         /* return cells written, status included */
	uint32_t rets[6];
};

/*
 * How one implementation behaves: data, no code. The built-in ones are found by name; an embedder
 * may fill in its own. Every field that differs between them names its measurement or its text.
 */
struct tce_papr_profile {
	const char *name;
	const char *source; /* one line: what it was measured on or read from */

	/* --- windows --- */
	uint64_t page_shifts;      /* default of tce_phb_opts.page_shifts: bit n = page shift n */
	uint64_t default_win_addr; /* bus bytes */
	uint64_t default_win_size; /* bytes, 4 KiB pages */
	uint64_t dyn_win_addr;     /* bus bytes of a window made while another one is active */
	uint64_t limited_win_addr; /* the same in limited-address mode */
	uint64_t largest_block_6;  /* entries a query with six return cells reports */
	uint64_t largest_block_5;  /* and with five, at most 2^32 - 1 */
	bool block_is_budget;      /* created windows use largest_block_6 up (PowerVM) */
	unsigned nr_entries_bits;  /* entry counts are kept modulo 2^n (QEMU: 32); 64: not cut */
	unsigned shift_modulo;     /* shifts are taken modulo n when not 0 (QEMU on x86-64: 64) */
	bool default_flag_sticks;  /* a reused default LIOBN still counts as default (QEMU) */
	bool default_liobn_last;   /* the default LIOBN is given out last; QEMU: the lowest first */
	bool address_by_count; /* dyn_win_addr is chosen by active windows, not by LIOBN (QEMU) */
	bool failed_create_taints; /* a create cut to 0 entries leaves the region behind (QEMU) */
	bool overlap_refused;      /* no window over another one or past 2^64 (LoPAR) */
	bool remove_vio_aborts;    /* QEMU 10.0 and later; 7.2 answers -3 */
	bool isolate_restores;     /* DR isolate brings the default window back (LoPAR) */
	bool migrates_by_size;     /* QEMU's post_load; see tce_lpar_load */
	int32_t no_window_status;  /* create with no window left: -1 QEMU, -3 LoPAR */
	int32_t too_large_status;  /* create of more entries than can be held */
	bool query_ext_always;     /* six return cells without the ibm,ddw-extensions flag (QEMU) */
	bool limited_mode;         /* reset with four arguments: limited-address mode (PAPR 2.13) */
	uint64_t msi_addr;         /* MSI doorbell on the bus, where no window hides it */
	uint64_t msi_size;         /* bytes; 0: none modelled */
	uint32_t rtas_tokens[TCE_NR_RTAS]; /* by enum tce_rtas; 0: no such call */

	/* --- TCE hypercalls --- */
	bool unaligned_refused;   /* H_PARAMETER; else rounded down (QEMU) */
	bool liobn_checked_first; /* QEMU; LoPAR's INDIRECT checks count and list first */
	bool zero_count_refused;  /* QEMU: return variable never set; LoPAR, KVM: success */
	uint64_t stuff_limit;     /* largest count of H_STUFF_TCE; 0: the table's size (QEMU) */
	int64_t stuff_limit_code; /* H_P4 LoPAR, H_PARAMETER QEMU */
	bool partial_stores;      /* entries before the refused one stay (QEMU) */
	bool stuff_perm_refused;  /* KVM */
	bool tce_checked;         /* page numbers must be the partition's (LoPAR) */
	bool list_checked;        /* an unreadable list is refused; else it reads as zero (QEMU) */
	bool get_partial;         /* H_GET_TCE of a page not owned: H_PARTIAL and ones (LoPAR) */
	int64_t mtt_off_code;     /* INDIRECT, LIOBN negative: H_FUNCTION LoPAR; 0: just unknown */
	/*
	 * Linux KVM's H_PUT_TCE_INDIRECT stands before the one described above (book3s_64_vio.c):
	 * it looks at all TCEs with a permission first and hands the whole call on when one is not
	 * a page of the partition; in a second pass it refuses at a TCE without permission whose
	 * address is not RAM, the entries before it stay. An unreadable list is handed on, too.
	 */
	bool kernel_indirect;
};

/*
 * "qemu" (= "qemu-10.0"), "qemu-7.2", "qemu-10.0", "qemu-11.1", "kvm" (QEMU with the in-kernel
 * handlers of Linux KVM), "papr-strict" (LoPAR 2.9, with PowerVM's observed sizes), "papr-2.13"
 * (the same with limited-address mode). NULL: unknown.
 */
const struct tce_papr_profile *tce_papr_profile_find(const char *name);

/* The i-th built-in profile, NULL past the last. */
const struct tce_papr_profile *tce_papr_profile_at(unsigned i);

struct tce_lpar;

/* A window as the hypervisor sees it. */
struct tce_window_info {
	uint64_t liobn;
	uint64_t buid;       /* of its host bridge; 0 for VIO */
	uint64_t start;      /* bus bytes */
	uint64_t last;       /* last bus byte, inclusive; start - 1 when disabled */
	uint64_t nr_entries; /* 0: disabled */
	uint64_t nr_mapped;  /* entries with a permission */
	unsigned page_shift; /* disabled: what QEMU leaves, 0 or that of a failed create */
	unsigned slot;       /* 0 default or reused, 1 dynamic */
	bool vio;
	bool bypass;        /* VIO: RTAS switched translation off */
	bool is_default;    /* the default window, or taken for it (default_flag_sticks) */
	bool tainted;       /* the next create on this LIOBN aborts (failed_create_taints) */
	uint64_t dma_start; /* where DMA finds the window: as start, but see tce_lpar_load */
	uint64_t dma_size;  /* bytes, 0: nowhere (QEMU keeps a size of 2^64 as 0) */
};

/*
 * What an embedding VMM may want to be told, at once and from inside the call. Any may be NULL.
 * window: a window appeared (info->nr_entries != 0) or went. tces: entries [index, index + count)
 * of a window were written.
 */
struct tce_lpar_notify {
	void *ctx;
	void (*window)(void *ctx, const struct tce_window_info *info);
	void (*tces)(void *ctx, uint64_t liobn, uint64_t index, uint64_t count);
};

struct tce_lpar_opts {
	const struct tce_papr_profile *profile; /* kept by reference; must outlive the LPAR */
	const struct tce_alloc *alloc;          /* NULL: default */
	const struct tce_memory *memory;        /* copied; NULL: no reading, all counts as RAM */
	const struct tce_lpar_notify *notify;   /* copied; NULL: none */
	enum tce_table_storage storage;
};

/*
 * 0; -TCE_ERR_INVAL no profile, or one with nonsense in it (no page sizes or some outside 4 KiB ..
 * 16 GiB, nr_entries_bits not 1..64, shift_modulo over 64, ...); -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_lpar_new(const struct tce_lpar_opts *opts, struct tce_lpar **ret_lpar);
void tce_lpar_free(struct tce_lpar *lpar);
const struct tce_papr_profile *tce_lpar_profile(const struct tce_lpar *lpar);

/* What the implementation died of; TCE_ABORT_NOT while it lives. */
enum tce_abort tce_lpar_aborted(const struct tce_lpar *lpar);

/* A PCI host bridge. Zero fields take the profile's defaults where it has one. */
struct tce_phb_opts {
	uint64_t buid;          /* not 0 */
	uint64_t liobn[2];      /* of slot 0 and 1 (not with no_ddw); 32-bit values, not 0 */
	uint64_t page_shifts;   /* bit n = page shift n; QEMU property pgsz */
	uint64_t win_addr;      /* default window, bus bytes; QEMU dma_win_addr */
	uint64_t win_size;      /* bytes, rounded down to 4 KiB, >= 4 KiB; QEMU dma_win_size */
	uint64_t dyn_win_addr;  /* QEMU dma64_win_addr */
	uint64_t largest_block; /* entries; replaces largest_block_6 (and _5, cut to 32 bits) */
	bool no_ddw;            /* QEMU ddw=off: one window, no DDW calls */
	bool no_extensions; /* no ibm,ddw-extensions: no reset call, no six-cell query (LoPAR) */
	bool no_default_window; /* SR-IOV style PE of PowerVM: starts with none */
	/*
	 * With both windows free, a create gets liobn[1]. QEMU gives out what comes first in a hash
	 * table of names: liobn[0], but liobn[1] of the bridge with index 28 (measured, 7.2.22).
	 */
	bool dyn_liobn_first;
	unsigned max_windows; /* active at a time, 1 or 2; 0: 2, or 1 with no_ddw */
};

/* QEMU's numbers: BUID 0x800000020000000 + index, LIOBN 0x80000000 | index << 8 | slot. */
void tce_phb_opts_qemu(struct tce_phb_opts *ret_opts, unsigned index);

/*
 * PowerVM's for the PE of one slot: BUID 0x800000020000000 + domain, LIOBN of the created window
 * 0x70000000 | domain (seen in kernel logs); of the default window 0x10000000 | domain (not seen).
 */
void tce_phb_opts_powervm(struct tce_phb_opts *ret_opts, unsigned domain);

/*
 * Plug a bridge: its default window is there at once, empty. 0; -TCE_ERR_EXISTS BUID or LIOBN in
 * use; -TCE_ERR_INVAL; -TCE_ERR_STATE; -TCE_ERR_NOMEM. On failure nothing changed.
 */
TCE_MUST_USE int tce_lpar_phb_add(struct tce_lpar *lpar, const struct tce_phb_opts *opts);

/* Unplug: both tables vanish, whatever was in them. -TCE_ERR_NOENT; -TCE_ERR_STATE. */
TCE_MUST_USE int tce_lpar_phb_remove(struct tce_lpar *lpar, uint64_t buid);

/*
 * A virtual I/O device: one window of 4 KiB pages at bus 0. size in bytes, rounded down to 4 KiB;
 * 0: 256 MiB, as QEMU. liobn, a 32-bit value; 0: the unit address, as QEMU. Returns as phb_add and
 * phb_remove.
 */
struct tce_vio_opts {
	uint64_t unit; /* not 0 */
	uint64_t liobn;
	uint64_t size;
};
TCE_MUST_USE int tce_lpar_vio_add(struct tce_lpar *lpar, const struct tce_vio_opts *opts);
TCE_MUST_USE int tce_lpar_vio_remove(struct tce_lpar *lpar, uint64_t unit);

/*
 * The TCE hypercalls. Register values are taken as the guest gives them, all 64 bits.
 * 0 and *ret_answer (r3, refusal, nr_stored; r4 for get); -TCE_ERR_STATE after an abort;
 * -TCE_ERR_NOMEM (COMPACT storage: nothing changed).
 */
TCE_MUST_USE int tce_lpar_h_put_tce(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
				    uint64_t tce, struct tce_answer *ret_answer);
TCE_MUST_USE int tce_lpar_h_get_tce(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
				    struct tce_answer *ret_answer);
TCE_MUST_USE int tce_lpar_h_put_tce_indirect(struct tce_lpar *lpar, uint64_t liobn,
					     struct tce_ioba ioba, struct tce_ra list,
					     uint64_t count, struct tce_answer *ret_answer);
TCE_MUST_USE int tce_lpar_h_stuff_tce(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
				      uint64_t tce, uint64_t count, struct tce_answer *ret_answer);

/*
 * Any hypercall by token with r4.. as args[0..4]; unknown tokens answer H_FUNCTION. H_CAS succeeds
 * and leaves windows alone. Returns as the four above.
 *
 * H_RTAS (LoPAR's block of 32-bit big-endian cells: token, nargs, nret, arguments, return cells)
 * goes through the memory callbacks; cells that are not memory read as 0 and swallow writes; the
 * top nibble of a cell's address is ignored, and the return cells begin 4 * nargs modulo 2^32 past
 * the arguments (QEMU, measured). Tokens of calls that are not enum tce_rtas are the embedder's to
 * serve: here they answer as unknown, r3 H_PARAMETER and status -3. It works with every profile,
 * also where the real machine enters RTAS another way.
 */
TCE_MUST_USE int tce_lpar_hcall(struct tce_lpar *lpar, uint64_t token, const uint64_t args[5],
				struct tce_answer *ret_answer);

/* Token of a call in this profile (QEMU 0x2000..), 0 when the profile has none. */
uint32_t tce_rtas_token(const struct tce_papr_profile *profile, enum tce_rtas call);

/*
 * An RTAS call whose block is already decoded. nargs and nret as the guest gave them. A refused
 * call has one return cell, the status, even when nret is 0 (QEMU, measured).
 */
struct tce_rtas_call {
	enum tce_rtas call;
	uint32_t nargs; /* cells beyond args[] read as 0 */
	uint32_t nret;
	uint32_t args[8];
};

/*
 * 0 and *ret_answer (status, nr_rets, rets, refusal, abort; r3: H_PARAMETER when the profile has no
 * such call); -TCE_ERR_STATE; -TCE_ERR_INVAL call is none of the enum; -TCE_ERR_NOMEM (nothing
 * changed). TCE_RTAS_SYSTEM_REBOOT acts as tce_lpar_system_reset. The configuration address is not
 * looked at: a bridge is one PE (QEMU, measured; PowerVM has one PE per bridge).
 */
TCE_MUST_USE int tce_lpar_rtas(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			       struct tce_answer *ret_answer);

/*
 * Power-on, system_reset, reboot: every bridge keeps only its default window, every TCE is zero,
 * VIO bypass is off. A tainted LIOBN stays tainted; if it is the default window's, the
 * implementation aborts (see tce_lpar_aborted). 0, also when it aborts; -TCE_ERR_STATE. Never
 * allocates.
 */
TCE_MUST_USE int tce_lpar_system_reset(struct tce_lpar *lpar);

/*
 * DR isolate of the bridge's PE (hot unplug of its slot): LoPAR takes its created windows away and
 * restores the default one, QEMU leaves all as it is. Returns as system_reset; -TCE_ERR_NOENT.
 */
TCE_MUST_USE int tce_lpar_dr_isolate(struct tce_lpar *lpar, uint64_t buid);

/* One DMA by a device. bus: BUID of its bridge, or unit address of a VIO device. */
struct tce_dma {
	uint64_t bus;
	uint64_t addr;   /* bus bytes; one access inside one I/O page */
	unsigned access; /* TCE_READ, TCE_WRITE */
	bool vio;
};

enum tce_dma_result {
	TCE_DMA_OK,
	TCE_DMA_FAULT,     /* a window covers the address; its TCE forbids the access */
	TCE_DMA_NO_WINDOW, /* no window covers the address */
	TCE_DMA_MSI,       /* the address is the bridge's MSI doorbell */
	TCE_DMA_NO_BUS,    /* no such bridge or device */
};

struct tce_dma_out {
	enum tce_dma_result result;
	uint64_t liobn;         /* of the window, when one covers the address */
	struct tce_xlate xlate; /* valid for OK and FAULT */
};

/*
 * Translate. Windows that overlap: slot 1 wins over its whole range (QEMU, measured). A VIO device
 * in bypass reaches memory untranslated (xlate.tce is 0 then). A window hides the MSI doorbell.
 */
void tce_lpar_dma(const struct tce_lpar *lpar, const struct tce_dma *dma,
		  struct tce_dma_out *ret_out);

/*
 * The same for a device that translates often: its bridge and the window it used last are found
 * once and again after windows changed. The embedder's, one for each device or bridge.
 * Good as long as the LPAR lives, from its thread; the bridge may come and go. The LPAR inside a
 * machine (tce/machine.h) is put back now and then: a path there is good until the next step.
 */
struct tce_dma_path {
	const struct tce_lpar *lpar;
	uint64_t buid;
	/* Private: what was found. */
	const void *window;
	uint64_t start;
	uint64_t size; /* 0: nothing */
	uint64_t window_changes;
};

/* Set up a path to the bridge, which need not be there yet. No release. */
void tce_dma_path_init(struct tce_dma_path *path, const struct tce_lpar *lpar, uint64_t buid);

/* addr, access and *ret_out as those of tce_lpar_dma. */
void tce_dma_path_translate(struct tce_dma_path *path, uint64_t addr, unsigned access,
			    struct tce_dma_out *ret_out);

/*
 * The table behind a LIOBN, for readers beside the LPAR's thread. Borrowed: until the window is
 * removed, reset or unplugged; the embedder keeps readers out of those calls (RCU or a lock).
 * NULL: no such LIOBN, or disabled.
 */
const struct tce_table *tce_lpar_table(const struct tce_lpar *lpar, uint64_t liobn);

/* 0; -TCE_ERR_NOENT. */
TCE_MUST_USE int tce_lpar_window(const struct tce_lpar *lpar, uint64_t liobn,
				 struct tce_window_info *ret_info);

/* Walk all windows, disabled ones included, in order of LIOBN: the first with LIOBN >= from. */
bool tce_lpar_next_window(const struct tce_lpar *lpar, uint64_t from,
			  struct tce_window_info *ret_info);

/*
 * Migration: the fields of QEMU's vmstate "spapr_iommu" v3 and "spapr_iommu_ex" in a stream of our
 * own, runs instead of entries, with a check sum. save calls put with pieces in order; load calls
 * get for exactly n bytes. The receiving LPAR must have the windows that the stream has.
 *
 * What load does to a window is the profile's. papr-strict: it becomes what it was. QEMU
 * (migrates_by_size; measured, 7.2.22): start and page size of a window at 0 with 4 KiB pages are
 * not sent, the receiver's count; a window whose entry count equals the receiver's is not attached
 * anew, so that DMA still sees it at the receiver's old place and size while hypercalls use the new
 * ones; a tainted LIOBN is tainted in the process, not in the stream: the receiver's taint counts,
 * and enabling such a LIOBN aborts. QEMU resets the machine before it loads; that is the caller's.
 *
 * 0; -TCE_ERR_IO a callback returned non-zero; -TCE_ERR_STATE; load: -TCE_ERR_FORMAT,
 * -TCE_ERR_NOENT a LIOBN that is not here, -TCE_ERR_NOMEM: the LPAR is unchanged.
 */
TCE_MUST_USE int tce_lpar_save(const struct tce_lpar *lpar,
			       int (*put)(void *ctx, const void *buf, size_t n), void *ctx);
TCE_MUST_USE int tce_lpar_load(struct tce_lpar *lpar, int (*get)(void *ctx, void *buf, size_t n),
			       void *ctx);

/* Equal state, equal hash; profile and callbacks do not count. */
uint64_t tce_lpar_hash(const struct tce_lpar *lpar);
bool tce_lpar_equal(const struct tce_lpar *a, const struct tce_lpar *b);

#ifdef __cplusplus
}
#endif
#endif
