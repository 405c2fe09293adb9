/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/check.h - rules that a machine must keep, and replay: a recording of a machine is held
 * against the model, event by event.
 *
 * Replay drives a tce_lpar with the calls of the recording and compares every recorded answer. It
 * learns the machine from the recording itself. What a log does not hold is kept as unknown, never
 * guessed: a later answer makes it known, and an answer that contradicts what is known is a
 * divergence. After a divergence the recording is taken as right, so that one fault is one fault.
 *
 * Life: tce_replay_new -> tce_replay_record, tce_replay_damaged per line -> tce_replay_finish ->
 * look at the results -> tce_replay_free. Results are valid until free.
 * Same records, same results: no clock, no environment, no random source.
 *
 * Threads: a replay belongs to one thread; rules are constant.
 */
#ifndef TCE_CHECK_H
#define TCE_CHECK_H

#include <tce/facts.h>
#include <tce/papr.h>
#include <tce/status.h>
#include <tce/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- rules ----------------------------------------------------------------------------------- */

/* How bad a broken rule is. A NOTE tells what happened; it is nothing wrong in itself. */
enum tce_severity {
	TCE_SEVERITY_NOTE,
	TCE_SEVERITY_WARNING, /* a hazard, or a call that failed: look at it */
	TCE_SEVERITY_ERROR,   /* data may have gone to the wrong place, or not at all */
	TCE_SEVERITY_ABORT,   /* kills the hypervisor process */
};

/*
 * Every rule: X(name). Its stable id is the name in small letters with dashes: "dma-fault". Texts
 * are in the table behind tce_rule.
 */
#define TCE_RULE_LIST(X)                                                                           \
	X(DMA_FAULT)                                                                               \
	X(DMA_AFTER_UNMAP)                                                                         \
	X(DMA_MISDIRECTED)                                                                         \
	X(TCE_OVERWRITTEN)                                                                         \
	X(TCE_OUTSIDE_RAM)                                                                         \
	X(HCALL_REFUSED)                                                                           \
	X(WINDOW_REMOVED_LIVE)                                                                     \
	X(WINDOW_RESET_LIVE)                                                                       \
	X(WINDOW_OVERLAP)                                                                          \
	X(QEMU_WINDOW_TOO_LARGE)                                                                   \
	X(QEMU_REMOVE_VIO)                                                                         \
	X(STALE_TABLE)                                                                             \
	X(PREMAP_COVERAGE)                                                                         \
	X(LOST_TCE)                                                                                \
	X(LEAKED_TCE)                                                                              \
	X(RESERVED_RANGE)                                                                          \
	X(DOUBLE_OWNER)                                                                            \
	X(UNBALANCED_ACCOUNT)                                                                      \
	X(WINDOW_MISMATCH)                                                                         \
	X(DEVTREE_MISMATCH)                                                                        \
	X(WINDOW_TOO_SMALL)                                                                        \
	X(FAILED_CALL_CHANGED_STATE)                                                               \
	X(UNCHECKED_INPUT)                                                                         \
	X(NO_PROGRESS)                                                                             \
	X(NEEDLESS_REFUSAL)                                                                        \
	X(WRONG_POOL)

enum tce_rule_id {
#define TCE_RULE_ENUM_(name) TCE_RULE_##name,
	TCE_RULE_LIST(TCE_RULE_ENUM_)
#undef TCE_RULE_ENUM_
	TCE_NR_RULES
};

/* Who looks for a rule. */
#define TCE_CHECKED_BY_REPLAY  0x1U
#define TCE_CHECKED_BY_RUN     0x2U /* scenarios */
#define TCE_CHECKED_BY_EXPLORE 0x4U

struct tce_rule {
	const char *id;
	const char *invariant; /* which kind, in docs/glossary.md: "TAB", "PRE", ... */
	enum tce_severity severity;
	unsigned checked_by;
	const char *holds;  /* what must hold, one sentence */
	const char *breaks; /* which half can break it */
	const char *needs;  /* what a check needs to know, "" when nothing but the events */
	const char *story;  /* what it means to someone with a sick machine; lines of plain text */
	const char *source; /* where it is from: books, commits, measurements */
	const char *bugs;   /* known defects that broke it: ids as tce_defect_find takes them,
			       separated by blanks; "" when none is known */
};

/* Static; NULL past the last. */
const struct tce_rule *tce_rule(enum tce_rule_id id);

/* By stable id; false: there is none. */
bool tce_rule_find(const char *id, enum tce_rule_id *ret_id);

/* "note", "warning", "error", "abort"; static. */
const char *tce_severity_name(enum tce_severity severity);

/* --- what replay tells ----------------------------------------------------------------------- */

/* The last thing that changed an entry or ended a window. */
enum tce_touch_how {
	TCE_TOUCH_NEVER,
	TCE_TOUCH_PUT,      /* H_PUT_TCE */
	TCE_TOUCH_INDIRECT, /* H_PUT_TCE_INDIRECT */
	TCE_TOUCH_STUFF,    /* H_STUFF_TCE */
	TCE_TOUCH_LOAD,     /* loadvm, or migration from another host */
	TCE_TOUCH_REMOVE,   /* ibm,remove-pe-dma-window */
	TCE_TOUCH_RESET,    /* ibm,reset-pe-dma-window, or the restore after the last window went */
	TCE_TOUCH_REBOOT,   /* machine reset */
	TCE_TOUCH_UNPLUG,   /* of the host bridge */
};

/* "H_STUFF_TCE" and so on; static. */
const char *tce_touch_text(enum tce_touch_how how);

struct tce_touch {
	enum tce_touch_how how;
	uint64_t line;
};

#define TCE_STRIP_CELLS 80U

/* One window from its making to its end. Entries are TCEs. */
struct tce_replay_window {
	uint64_t liobn;
	uint64_t buid;       /* 0: virtual I/O device */
	uint64_t start;      /* bus bytes */
	uint64_t size;       /* bytes; 0: not known */
	unsigned page_shift; /* 0: not known */
	bool assumed;        /* start and size are the profile's defaults, not told by the input */
	bool from_before;    /* existed when the recording began: contents unknown at first */
	bool in_kernel;      /* its hypercalls are answered by KVM and are not in the recording */
	uint64_t created;    /* line */
	uint64_t removed;    /* line; 0: lives to the end */
	enum tce_touch_how end; /* how it was removed; NEVER while it lives */
	uint64_t puts;          /* entries written by H_PUT_TCE and H_PUT_TCE_INDIRECT */
	uint64_t stuffs;        /* entries written by H_STUFF_TCE */
	uint64_t gets;          /* entries read by H_GET_TCE */
	uint64_t dmas;          /* translations */
	uint64_t faults;        /* translations that found no permission */
	uint64_t refused;       /* hypercalls */
	uint64_t peak;          /* most entries mapped at once */
	uint64_t mapped;        /* mapped at its end */
	uint64_t nr_unknown;    /* of its entries at its end: what they hold was never recorded */
	bool direct;            /* every known mapping is bus = start + real address */
	uint8_t strip
		[TCE_STRIP_CELLS]; /* at its end, cut into 80 pieces: 0 empty .. 255 all mapped */
};

struct tce_finding {
	enum tce_rule_id rule;
	uint64_t event; /* of the first; events count from 1 */
	uint64_t line;  /* of the first */
	uint64_t count; /* records that belong to it */
	uint64_t last_line;
	unsigned nr_lines; /* valid in lines[] */
	uint64_t lines[4]; /* the first ones */
	uint64_t addr;     /* bus address of the first */
	uint64_t addr_low; /* lowest and highest bus address */
	uint64_t addr_high;
	enum tce_trace_kind call; /* of the first */
	enum tce_refusal refusal; /* HCALL_REFUSED */
	struct tce_touch since;   /* what led to it: who unmapped, who removed the window */
	uint64_t tce;             /* the TCE in question */
	uint64_t old_tce;         /* TCE_OVERWRITTEN */
	uint64_t live;            /* WINDOW_*_LIVE: entries mapped */
	uint64_t last_dma;        /* WINDOW_*_LIVE: line of the window's last DMA, 0: none */
	bool aborted;             /* QEMU_WINDOW_TOO_LARGE: the recording ends in the abort */
	bool has_window;
	struct tce_replay_window window; /* as it was at the first */
	unsigned page_shift;             /* QEMU_WINDOW_TOO_LARGE: largest page the bridge offers */
	unsigned window_shift;           /* deduced from a device tree; 0: not known */
	uint64_t other;    /* WINDOW_OVERLAP: LIOBN; QEMU_WINDOW_TOO_LARGE: puts after */
	uint64_t pmem_reg; /* QEMU_WINDOW_TOO_LARGE with persistent memory; 0: none */
	uint64_t limit;    /* TCE_OUTSIDE_RAM: end of memory */
};

/* What in a record differs from the model's answer. */
enum tce_differs {
	TCE_DIFFERS_RET,          /* hypercall return code */
	TCE_DIFFERS_TCE,          /* H_GET_TCE */
	TCE_DIFFERS_PAGE,         /* DMA: real page */
	TCE_DIFFERS_PERM,         /* DMA: permission */
	TCE_DIFFERS_MASK,         /* DMA: page size */
	TCE_DIFFERS_WINDOW,       /* DMA: no such window, or another one covers the address */
	TCE_DIFFERS_ADDRESS,      /* printed address is not as QEMU prints it (alignment) */
	TCE_DIFFERS_COUNT,        /* H_PUT_TCE_INDIRECT: index of the last entry */
	TCE_DIFFERS_FAMILY,       /* pci event for a LIOBN that is none, or the other way round */
	TCE_DIFFERS_WINDOWS_LEFT, /* query: windows available */
	TCE_DIFFERS_PAGE_SIZES,   /* query: page sizes; create: page size that is not offered */
	TCE_DIFFERS_BLOCK,        /* query: largest block */
	TCE_DIFFERS_BUID,
	TCE_DIFFERS_LIOBN,
	TCE_DIFFERS_START,       /* create, save, load: bus address */
	TCE_DIFFERS_SIZE,        /* create, save, load */
	TCE_DIFFERS_STATUS,      /* RTAS call recorded as done, the model refuses */
	TCE_DIFFERS_TABLE,       /* a table appears that no call explains, or fails to appear */
	TCE_DIFFERS_AFTER_ABORT, /* the model says the hypervisor is dead */
	TCE_DIFFERS_RESTORE,     /* the model restores the default window, the recording does not */
};

struct tce_divergence {
	uint64_t event;
	uint64_t line;
	struct tce_trace_record record;
	enum tce_differs what;
	uint64_t recorded; /* the field in question; RET: sign-extended */
	uint64_t model;
	enum tce_refusal refusal; /* why the model refuses */
	struct tce_touch since;   /* from where the model knows */
	bool shown;               /* a DMA after that showed it; or that DMA's line is wrong */
	bool has_window;
	struct tce_replay_window window;
	uint64_t before; /* events that agreed before it */
};

/* One record that touched the watched bus address. */
struct tce_replay_touch {
	uint64_t event;
	const struct tce_trace_record *record;
	uint64_t liobn;
	uint64_t index; /* entry of the watched address */
	uint64_t tce;   /* what the entry holds after it, as far as known */
	uint64_t known; /* bits of tce that are known */
};

/* Called from inside tce_replay_record and finish. Any may be NULL. */
struct tce_replay_observer {
	void *ctx;
	void (*finding)(void *ctx, const struct tce_finding *finding); /* each one, count 1 */
	void (*divergence)(void *ctx, const struct tce_divergence *divergence);
	void (*touch)(void *ctx, const struct tce_replay_touch *touch);
};

struct tce_replay_opts {
	const struct tce_papr_profile *profile;     /* NULL: "qemu-10.0"; kept by reference */
	const struct tce_alloc *alloc;              /* NULL: default */
	const struct tce_facts *facts;              /* NULL: none; copied */
	const struct tce_replay_observer *observer; /* NULL: none; copied */
	bool watch;
	uint64_t watch_ioba; /* bus address whose history the observer is told */
};

struct tce_replay;

/* 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_replay_new(const struct tce_replay_opts *opts, struct tce_replay **ret_replay);
void tce_replay_free(struct tce_replay *replay);

/*
 * The next record, lines ascending. 0, whatever it held; -TCE_ERR_NOMEM: the record is counted but
 * may be half applied, the replay is good for results and free only; -TCE_ERR_STATE: finished.
 */
TCE_MUST_USE int tce_replay_record(struct tce_replay *replay,
				   const struct tce_trace_record *record);

/* A line that could not be read, with what was read: what it may have changed becomes unknown. */
TCE_MUST_USE int tce_replay_damaged(struct tce_replay *replay,
				    const struct tce_trace_record *record);

/* The recording is over: whatever waited for a later line is decided now. */
TCE_MUST_USE int tce_replay_finish(struct tce_replay *replay);

/* --- results --------------------------------------------------------------------------------- */

struct tce_replay_summary {
	const struct tce_papr_profile *profile;
	uint64_t events; /* records of calls, answers and DMA */
	uint64_t agreed;
	uint64_t diverged;  /* agreed + diverged = events */
	uint64_t unchecked; /* of agreed: nothing in them could be compared */
	uint64_t damaged;
	uint64_t first_line; /* of the first event; 0: there is none */
	uint64_t last_line;
	bool from_start; /* the recording begins with the start of the machine */
	bool aborted;    /* it ends with QEMU's abort, as the model says */
	unsigned nr_boots;
	unsigned nr_phbs;
	unsigned nr_windows; /* all that ever lived */
	unsigned nr_findings;
	unsigned nr_divergences; /* kept, of diverged */
	unsigned nr_milestones;
	uint64_t windows_dropped; /* not kept: there were too many */
	uint64_t findings_dropped;
	uint64_t memory_plugged; /* blocks, DRC of type 8 */
	uint64_t memory_unplugged;
	enum tce_severity worst; /* of all findings, when there are any */
};

/* May be asked at any time; windows and findings are complete after finish. */
void tce_replay_summary(const struct tce_replay *replay, struct tce_replay_summary *ret_summary);

/*
 * By number < the summary's count, NULL past it. Findings: most severe first, then by line;
 * windows, bridges and milestones by line.
 */
const struct tce_replay_window *tce_replay_window(const struct tce_replay *replay, unsigned i);
const struct tce_finding *tce_replay_finding(const struct tce_replay *replay, unsigned i);
const struct tce_divergence *tce_replay_divergence(const struct tce_replay *replay, unsigned i);

struct tce_replay_phb {
	uint64_t buid;
	uint32_t page_mask; /* as query answers it; valid with page_mask_known */
	bool page_mask_known;
	uint64_t created; /* line */
	uint64_t removed; /* 0: lives to the end */
};

/* NULL past the last. */
const struct tce_replay_phb *tce_replay_phb(const struct tce_replay *replay, unsigned i);

/* What happened to the whole machine, in order of lines. */
enum tce_milestone_kind {
	TCE_MILESTONE_START,  /* machine start */
	TCE_MILESTONE_REBOOT, /* machine reset */
	TCE_MILESTONE_OS,     /* client-architecture-support: firmware hands over to the system */
	TCE_MILESTONE_SAVE,
	TCE_MILESTONE_LOAD,
	TCE_MILESTONE_PROCESS, /* another QEMU begins in the same log */
};

struct tce_milestone {
	enum tce_milestone_kind kind;
	uint64_t line;
};

/* NULL past the last. */
const struct tce_milestone *tce_replay_milestone(const struct tce_replay *replay, unsigned i);

/*
 * In words: text of at most n bytes, always terminated. Returns the length that it has or would
 * have, like snprintf. Numbers are as QEMU's log prints them, lines refer to the input.
 */
size_t tce_finding_text(const struct tce_finding *finding, char *ret_text, size_t n);
size_t tce_divergence_text(const struct tce_divergence *divergence, char *ret_text, size_t n);

#ifdef __cplusplus
}
#endif
#endif
