/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/trace.h - the text that QEMU's "log" trace backend writes (-trace 'spapr_*' -D FILE), turned
 * into records: one line, at most one record. Format: tce-trace(5).
 *
 * Life: init -> feed pieces of the log, next until it says MORE -> end. The reader holds one line
 * at most; lines longer than TCE_TRACE_LINE_MAX are damaged if their family is known, else skipped.
 *
 * Threads: a reader belongs to one thread.
 */
#ifndef TCE_TRACE_H
#define TCE_TRACE_H

#include <stdbool.h>
#include <tce/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TCE_TRACE_LINE_MAX 4096U

/*
 * Families with a record of their own. PUT..STUFF cover spapr_iommu_pci_* and spapr_iommu_*: pci in
 * the record tells which. X(enum name, event name)
 */
enum tce_trace_kind {
	TCE_TRACE_PUT,
	TCE_TRACE_GET,
	TCE_TRACE_INDIRECT,
	TCE_TRACE_STUFF,
	TCE_TRACE_XLATE,
	TCE_TRACE_NEW_TABLE,
	TCE_TRACE_PRE_SAVE,
	TCE_TRACE_POST_LOAD,
	TCE_TRACE_DDW_QUERY,
	TCE_TRACE_DDW_CREATE,
	TCE_TRACE_DDW_REMOVE,
	TCE_TRACE_DDW_RESET,
	TCE_TRACE_CAS_PVR,      /* spapr_cas_pvr: the operating system negotiates, begin */
	TCE_TRACE_CAS_CONTINUE, /* spapr_cas_continue: end */
	TCE_TRACE_DRC,          /* spapr_drc_*: DRC events, which tell resets and plugging */
	TCE_TRACE_RUNSTATE,     /* runstate_set */
	TCE_TRACE_VM_STATE,     /* vm_state_notify */
};

/* True for the families that are calls, answers and DMA (PUT .. DDW_RESET); the rest is context. */
#define TCE_TRACE_IS_IOMMU(kind) ((kind) <= TCE_TRACE_DDW_RESET)

enum tce_trace_drc {
	TCE_DRC_OTHER,
	TCE_DRC_RESET,
	TCE_DRC_REALIZE,
	TCE_DRC_UNREALIZE,
	TCE_DRC_ATTACH,
	TCE_DRC_UNPLUG_REQUEST,
	TCE_DRC_SET_ISOLATION,
	TCE_DRC_SET_ALLOCATION,
	TCE_DRC_SET_CONFIGURED,
	TCE_DRC_RELEASE_ALLOCATION, /* set_allocation_state_finalizing */
	TCE_DRC_RELEASE_ISOLATION,  /* set_isolation_state_finalizing */
};

/* One record. Which fields hold something is given by kind; the others are 0. */
struct tce_trace_record {
	enum tce_trace_kind kind;
	uint64_t line; /* 1.. */
	bool pci;      /* PUT GET INDIRECT STUFF: a spapr_iommu_pci_ event */
	uint64_t liobn;
	uint64_t ioba;      /* PUT GET INDIRECT STUFF as printed; XLATE: window relative */
	uint64_t tce;       /* PUT GET: TCE; INDIRECT: tceN; STUFF: value; XLATE: page address */
	int64_t ret;        /* PUT GET INDIRECT STUFF */
	uint64_t list;      /* INDIRECT: tcelist */
	uint64_t last;      /* INDIRECT: iobaN, an index; see tce-trace(5) */
	uint64_t count;     /* STUFF: npages */
	uint32_t perm;      /* XLATE: 0..3 */
	uint32_t mask;      /* XLATE: page mask as printed */
	bool table_is_null; /* NEW_TABLE: table=(nil) */
	int32_t fd; /* NEW_TABLE: >= 0 when Linux KVM answers the hypercalls, -1 when QEMU does */
	uint64_t buid;       /* DDW_* */
	uint32_t cfg_addr;   /* DDW_* */
	uint32_t windows;    /* DDW_QUERY: windows available */
	uint32_t page_mask;  /* DDW_QUERY */
	uint64_t max_size;   /* DDW_QUERY */
	uint64_t page_size;  /* DDW_CREATE, bytes */
	uint64_t size;       /* DDW_CREATE, bytes */
	uint64_t start;      /* DDW_CREATE bus bytes; PRE_SAVE POST_LOAD bus_offset */
	uint64_t nr_before;  /* POST_LOAD: entries before */
	uint64_t nr_entries; /* PRE_SAVE; POST_LOAD: entries after */
	uint32_t page_shift; /* PRE_SAVE POST_LOAD */
	enum tce_trace_drc drc_event;
	uint32_t drc;       /* DRC index */
	uint32_t state;     /* DRC set_*: state; RUNSTATE: new state; VM_STATE: reason */
	uint32_t old_state; /* RUNSTATE */
};

/* RUNSTATE and VM_STATE numbers that matter here (QEMU qapi/run-state.json, 7.2 .. 11.1). */
#define TCE_RUNSTATE_PRELAUNCH  6U
#define TCE_RUNSTATE_RESTORE_VM 8U
#define TCE_RUNSTATE_RUNNING    9U

/* What the whole log was so far. lines = records + skipped + damaged. */
struct tce_trace_stats {
	uint64_t lines;
	uint64_t records;
	uint64_t skipped; /* lines of other families, blank lines, other text */
	uint64_t damaged; /* lines of a known family that do not follow its format */
	uint64_t bytes;
};

enum tce_trace_next {
	TCE_TRACE_RECORD,  /* *ret_record holds one */
	TCE_TRACE_DAMAGED, /* a line of a known family that cannot be read: tce_trace_complaint */
	TCE_TRACE_MORE,    /* the fed piece is used up */
};

struct tce_trace_reader;

/* alloc NULL: the default one. 0; -TCE_ERR_NOMEM. free: NULL is fine. */
TCE_MUST_USE int tce_trace_reader_new(const struct tce_alloc *alloc,
				      struct tce_trace_reader **ret_reader);
void tce_trace_reader_free(struct tce_trace_reader *reader);

/*
 * Give the next piece; it stays the caller's and must live until next has said MORE. n = 0 says the
 * log is over: a last line without newline is then complete. 0; -TCE_ERR_STATE: the piece before is
 * not used up, or the log was over.
 */
TCE_MUST_USE int tce_trace_feed(struct tce_trace_reader *reader, const void *buf, size_t n);

/*
 * The next record or damaged line. After DAMAGED *ret_record has kind, line and the fields that
 * stand before the damage, the others 0; after MORE it is undefined.
 */
enum tce_trace_next tce_trace_next(struct tce_trace_reader *reader,
				   struct tce_trace_record *ret_record);

/* After DAMAGED: line number and one clause saying what is wrong, valid until the next call. */
const char *tce_trace_complaint(struct tce_trace_reader *reader, uint64_t *ret_line);

/* Counts so far. */
void tce_trace_stats(const struct tce_trace_reader *reader, struct tce_trace_stats *ret_stats);

/* "spapr_iommu_pci_put" and so on; static. */
const char *tce_trace_event_name(const struct tce_trace_record *record);

#ifdef __cplusplus
}
#endif
#endif
