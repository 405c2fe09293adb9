/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a replay, shared by the files of this folder: the LPAR that is driven, what is
 * known of its windows beside it (marks.h), and what was learned of the machine.
 *
 * How much a window's geometry may be trusted decides what counts as a contradiction:
 *   EXACT    told by the recording or a device tree: every difference is a divergence;
 *   ASSUMED  the profile's default: a call that contradicts its end is kept as evidence first
 *            (extent.c);
 *   LOOSE    existed before the recording began, or was adopted after a divergence: only what is
 *            known of single entries is compared;
 *   NOTHING  as LOOSE, and not even its page size is known: nothing is compared.
 */
#ifndef TCE_CHECK_REPLAY_H
#define TCE_CHECK_REPLAY_H

#include <string.h>

#include <tce/check.h>

#include "base/mem.h"
#include "marks.h"

#define TCE_REPLAY_PHBS        64U /* QEMU allows 31 */
#define TCE_REPLAY_VIOS        64U
#define TCE_REPLAY_SLOTS       2U
#define TCE_REPLAY_WINDOWS     4096U /* kept for the report */
#define TCE_REPLAY_FINDINGS    256U  /* groups */
#define TCE_REPLAY_DIVERGENCES 256U
#define TCE_REPLAY_MILESTONES  256U
#define TCE_REPLAY_EVIDENCE    8U
#define TCE_REPLAY_SAVES       16U  /* windows of saved machines */
#define TCE_REPLAY_INDIRECT    512U /* entries one H_PUT_TCE_INDIRECT can have */

enum tce_trust {
	TCE_TRUST_EXACT,
	TCE_TRUST_ASSUMED,
	TCE_TRUST_LOOSE,
	TCE_TRUST_NOTHING,
};

/* A call that contradicts an assumed window's end, until it is decided who is right. */
struct tce_evidence {
	struct tce_trace_record record;
	uint64_t event;
	uint64_t index;
	struct tce_answer answer; /* the model's */
};

struct tce_extent {
	uint64_t proven;       /* entries [0, proven) were accepted, or at least one up to there */
	uint64_t refused_from; /* lowest entry that was refused past proven */
	unsigned nr_refused;
	unsigned nr_beyond; /* accepted past the assumed end */
	struct tce_evidence refused[TCE_REPLAY_EVIDENCE];
	struct tce_evidence beyond; /* the first one */
};

/* A window that exists now. */
struct tce_rwin {
	bool active;
	bool in_kernel;  /* KVM answers its hypercalls; its entries change unseen */
	bool overlapped; /* shares bus addresses with the other window of its bridge */
	bool created;    /* by ibm,create-pe-dma-window; else the default window */
	enum tce_trust trust;
	uint64_t liobn;
	uint64_t buid;
	uint64_t start;
	uint64_t nr; /* entries; 0 with TCE_TRUST_NOTHING */
	unsigned shift;
	const struct tce_table *table; /* the LPAR's; NULL with TCE_TRUST_NOTHING */
	struct tce_table *marks;
	uint64_t last_dma;  /* line */
	uint64_t gap_start; /* entries [gap_start, gap_end) are known to be zero */
	uint64_t gap_end;
	uint64_t nr_direct; /* known mappings bus = start + address, and others */
	uint64_t nr_indirect;
	struct tce_replay_window info; /* counters so far */
	unsigned info_index;           /* its place in the report, TCE_REPLAY_WINDOWS: none */
	struct tce_extent extent;
};

struct tce_rphb {
	bool used;
	bool exact; /* its windows are known since a reset or its plugging */
	uint64_t buid;
	uint64_t page_shifts; /* 0: not told yet */
	uint64_t mask_line;   /* the query that told them */
	uint64_t win_addr;    /* of the default window, as learned; win_size 0: not learned */
	uint64_t win_size;
	uint32_t odd_mask; /* what the last query that differed told */
	unsigned info_index;
	struct tce_rwin win[TCE_REPLAY_SLOTS];
};

struct tce_rvio {
	bool used;
	uint64_t unit;
	struct tce_rwin win;
};

/* A window as pre_save found it. */
struct tce_saved {
	unsigned save; /* number of the save it belongs to */
	uint64_t liobn;
	uint64_t start;
	uint64_t nr;
	unsigned shift;
	bool created;
	struct tce_table *table; /* NULL: contents unknown */
	struct tce_table *marks;
};

/* A new_table whose reason the next line tells. */
struct tce_rpending {
	bool set;
	struct tce_trace_record record;
	uint64_t event;
};

/* The list that the running H_PUT_TCE_INDIRECT reads. */
struct tce_rlist {
	uint64_t ra;
	uint64_t first;
	uint64_t step; /* entry i is first + i * step */
	uint64_t count;
};

struct tce_replay {
	struct tce_mem mem;
	const struct tce_papr_profile *profile;
	struct tce_replay_observer observer;
	bool has_facts;
	bool watch;
	uint64_t watch_ioba;
	struct tce_lpar *lpar;
	struct tce_rlist list;

	bool finished;
	bool dead; /* the model aborted */
	uint64_t dead_line;
	bool process_start;    /* the recording shows the QEMU process begin */
	bool saw_reset;        /* every bridge is known since */
	bool saw_table;        /* new_table lines are in this recording */
	bool first_is_table;   /* it begins with one */
	bool stopped_for_load; /* run state restore-vm */
	bool in_load;          /* post_load lines of one load follow each other */
	bool in_save;
	bool os_seen;     /* since the last boot */
	uint64_t os_line; /* where it took over, 0: not yet */
	unsigned nr_saves;
	bool saves_lost;         /* not all are kept */
	uint64_t events_at_init; /* when connectors were made last: a QEMU process began */
	struct tce_rphb
		*restoring; /* the model restored its default window; its lines must follow */
	bool explained;     /* the record before this one was the new_table that belongs to it */
	struct tce_trace_record explained_by;
	uint64_t explained_event;
	bool saw_made;       /* the first connectors, those of CPUs, were seen being made */
	uint64_t slots_made; /* bit n: connectors of the slots of bridge n were made */
	struct tce_trace_record first_table; /* of a bridge, in this process */
	uint64_t first_table_event;

	const struct tce_trace_record *now; /* the record being replayed */
	bool in_event;                      /* now is a call, an answer or a DMA */
	bool now_diverged;
	bool now_unchecked;
	struct tce_rwin *last; /* the window found last */
	struct tce_rpending pending;
	struct tce_rphb phb[TCE_REPLAY_PHBS];
	struct tce_rvio vio[TCE_REPLAY_VIOS];
	struct tce_saved saved[TCE_REPLAY_SAVES];
	unsigned nr_saved;

	struct tce_replay_summary sum;
	struct tce_replay_window *windows; /* TCE_REPLAY_WINDOWS, reserved */
	struct tce_finding *findings;      /* TCE_REPLAY_FINDINGS */
	struct tce_divergence *divergences;
	struct tce_milestone milestones[TCE_REPLAY_MILESTONES];
	struct tce_replay_phb phbs[TCE_REPLAY_PHBS * 2];
	struct tce_facts facts;
};

/* --- LIOBNs as QEMU numbers them (hw/ppc spapr.h) -------------------------------------------- */

/* What decides between the events spapr_iommu_pci_* and spapr_iommu_*. */
static inline bool tce_liobn_is_pci(uint64_t liobn)
{
	return (liobn & UINT64_C(0x80000000)) != 0;
}

/* Bridge and slot of a PCI LIOBN; false: it can be none. */
static inline bool tce_liobn_split(uint64_t liobn, unsigned *ret_index, unsigned *ret_slot)
{
	uint64_t index = liobn >> 8 & 0x7fffff;
	uint64_t slot = liobn & 0xff;

	if (liobn >> 31 != 1 || index >= TCE_REPLAY_PHBS || slot >= TCE_REPLAY_SLOTS)
		return false;
	*ret_index = (unsigned)index;
	*ret_slot = (unsigned)slot;
	return true;
}

/* Is everything that exists known to this recording, as it shows the machine's start or a reset? */
static inline bool tce_replay_is_complete(const struct tce_replay *r)
{
	return r->saw_reset || (r->process_start && r->saw_table);
}

/* --- replay.c -------------------------------------------------------------------------------- */

/* The window of a LIOBN, alive or not; NULL when no bridge or device has that LIOBN. */
struct tce_rwin *tce_replay_find(struct tce_replay *r, uint64_t liobn);

/* May this LIOBN have had a window before the recording began, of which it does not tell? */
bool tce_replay_may_be_older(const struct tce_replay *r, uint64_t liobn);

/* Entry of a bus address; false when it lies outside. */
static inline bool tce_rwin_index(const struct tce_rwin *w, uint64_t ioba, uint64_t *ret_index)
{
	*ret_index = (ioba - w->start) >> w->shift;
	return *ret_index < w->nr;
}

static inline uint64_t tce_rwin_ioba(const struct tce_rwin *w, uint64_t index)
{
	return w->start + (index << w->shift);
}

/* --- learn.c, shape.c: the machine as the recording shows it --------------------------------- */

/* The model's window reads a list: tce_memory.read, ctx the replay. */
int tce_replay_read_list(void *ctx, struct tce_ra ra, void *buf, size_t n);

/* Options of a bridge as far as a device tree and QEMU's numbering tell them. */
void tce_replay_phb_opts(const struct tce_replay *r, unsigned index, struct tce_phb_opts *ret_opts);

TCE_MUST_USE int tce_replay_marks_new(struct tce_replay *r, const struct tce_rwin *w, bool unknown,
				      struct tce_table **ret_marks);

/* Geometry and table as the model has them now; TCE_TRUST_NOTHING when it has none. */
void tce_replay_take_geometry(struct tce_replay *r, struct tce_rwin *w);

/* What a slot of a bridge shall be. */
struct tce_shape {
	bool active;
	bool created; /* not the default window */
	uint64_t start;
	uint64_t nr;
	unsigned shift;
	enum tce_trust trust;
};

/* Does the device tree know this LIOBN? Also true when there is none, or it tells of no window. */
bool tce_replay_is_told(const struct tce_replay *r, uint64_t liobn);

/* How far the geometry of a bridge's default window may be trusted. */
enum tce_trust tce_replay_default_trust(const struct tce_replay *r, uint64_t liobn);

/* A bridge appears, default window and all, entries zero. */
TCE_MUST_USE int tce_replay_plug_phb(struct tce_replay *r, unsigned index, uint64_t line);
TCE_MUST_USE int tce_replay_unplug_phb(struct tce_replay *r, unsigned index, uint64_t line);
TCE_MUST_USE int tce_replay_plug_vio(struct tce_replay *r, uint64_t liobn, uint64_t line);

/* A bridge or device that must have been there before the recording: everything unknown. */
TCE_MUST_USE int tce_replay_meet(struct tce_replay *r, uint64_t liobn, uint64_t line);
TCE_MUST_USE int tce_replay_meet_phb(struct tce_replay *r, unsigned index, uint64_t line);

/*
 * Make a bridge's windows be as shape says, in the model too. Windows whose geometry stays keep
 * their entries; others are new, all zero, or all unknown when their trust is LOOSE. A shape that
 * no sequence of calls reaches in the model leaves the slot with TCE_TRUST_NOTHING.
 */
TCE_MUST_USE int tce_replay_shape(struct tce_replay *r, struct tce_rphb *phb,
				  const struct tce_shape shape[TCE_REPLAY_SLOTS], uint64_t line);
void tce_replay_shape_of(const struct tce_rphb *phb, struct tce_shape ret_shape[TCE_REPLAY_SLOTS]);

/* RTAS calls to the model, as Linux makes them. */
TCE_MUST_USE int tce_replay_rtas_create(struct tce_replay *r, uint64_t buid, unsigned page_shift,
					unsigned window_shift, struct tce_answer *ret_answer);
TCE_MUST_USE int tce_replay_rtas_remove(struct tce_replay *r, uint64_t liobn,
					struct tce_answer *ret_answer);
TCE_MUST_USE int tce_replay_rtas_phb(struct tce_replay *r, enum tce_rtas call, uint64_t buid,
				     struct tce_answer *ret_answer);

/* End a bridge's windows, saying so if they hold live TCEs, and begin its default window anew. */
TCE_MUST_USE int tce_replay_reset_phb(struct tce_replay *r, struct tce_rphb *phb,
				      enum tce_touch_how how, uint64_t line);

/* The model's window has become w's: take over geometry and table, begin its history. */
TCE_MUST_USE int tce_replay_window_begin(struct tce_replay *r, struct tce_rwin *w,
					 enum tce_trust trust, uint64_t line);
/* A window of which nothing was known now has a geometry in the model. */
TCE_MUST_USE int tce_replay_window_learn(struct tce_replay *r, struct tce_rwin *w,
					 enum tce_trust trust);
void tce_replay_window_end(struct tce_replay *r, struct tce_rwin *w, enum tce_touch_how how,
			   uint64_t line);

/* Grow a window of the profile's size to at least nr entries; the new ones are unknown. */
TCE_MUST_USE int tce_replay_window_grow(struct tce_replay *r, struct tce_rwin *w, uint64_t nr);

/* Forget everything: another process begins. */
TCE_MUST_USE int tce_replay_restart(struct tce_replay *r, uint64_t line);

/* Write entries into the model as they are in table, as far as they fit; marks are the caller's. */
TCE_MUST_USE int tce_replay_fill(struct tce_replay *r, struct tce_rwin *w,
				 const struct tce_table *table);

/* Set one entry of the model to what is now known of it. */
TCE_MUST_USE int tce_replay_adopt(struct tce_replay *r, struct tce_rwin *w, uint64_t index,
				  uint64_t tce, uint64_t mark);

/* Everything of w is unknown from now on. */
TCE_MUST_USE int tce_replay_doubt(struct tce_replay *r, struct tce_rwin *w);

/* The page sizes a bridge offers, as told by a query, else the profile's; never 0. */
static inline uint64_t tce_rphb_page_shifts(const struct tce_replay *r, const struct tce_rphb *phb)
{
	return phb->page_shifts != 0 ? phb->page_shifts : r->profile->page_shifts;
}

/* --- calls.c, dma.c, windows.c, save.c: one family each -------------------------------------- */

TCE_MUST_USE int tce_replay_put(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_get(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_indirect(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_stuff(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_xlate(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_new_table(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_ddw_query(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_ddw_create(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_ddw_remove(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_ddw_reset(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_pre_save(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_post_load(struct tce_replay *r, const struct tce_trace_record *rec);
TCE_MUST_USE int tce_replay_context(struct tce_replay *r, const struct tce_trace_record *rec);

/* Decide what the pending new_table was; next NULL: nothing more belongs to it. */
TCE_MUST_USE int tce_replay_settle(struct tce_replay *r, const struct tce_trace_record *next);
void tce_replay_drop_saves(struct tce_replay *r);

/* The new_table line before this one was wrong. */
void tce_replay_blame_table(struct tce_replay *r, uint64_t model);

/* Host bridge 0 is in every machine: a start without its table shows that a table line is wrong. */
void tce_replay_check_start(struct tce_replay *r);

/* The model is dead but the recording goes on: begin anew, everything unknown. */
TCE_MUST_USE int tce_replay_revive(struct tce_replay *r);

/* Report a window that is about to go with live TCEs. */
void tce_replay_report_live(struct tce_replay *r, const struct tce_rwin *w, enum tce_touch_how how,
			    uint64_t line);

/* --- extent.c: where an assumed window ends -------------------------------------------------- */

/* Entries up to end were accepted, as the model has it. */
void tce_extent_accepted(struct tce_replay *r, struct tce_rwin *w, uint64_t end);
/* Refused by the recording only. False: that is a divergence already. */
bool tce_extent_refused(struct tce_replay *r, struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index,
			const struct tce_answer *answer);
/*
 * Accepted by the recording only, past the end. False: that is a divergence already. True with
 * nr_beyond 2 or more: believe it.
 */
bool tce_extent_beyond(struct tce_replay *r, struct tce_rwin *w, const struct tce_trace_record *rec,
		       uint64_t index, const struct tce_answer *answer);
/* Whatever is undecided is decided. */
void tce_extent_settle(struct tce_replay *r, struct tce_rwin *w);

/* --- report.c: findings, divergences, milestones --------------------------------------------- */

/* A divergence of the record being replayed; fields besides the record are the caller's. */
struct tce_divergence tce_replay_differs(struct tce_replay *r, const struct tce_rwin *w,
					 enum tce_differs what, uint64_t recorded, uint64_t model);
void tce_replay_diverge(struct tce_replay *r, const struct tce_divergence *d);
/* Both in one, for the plain case. */
void tce_replay_diverges(struct tce_replay *r, const struct tce_rwin *w, enum tce_differs what,
			 uint64_t recorded, uint64_t model);

/* A finding of the record being replayed, count 1, window w (NULL: none), bus address addr. */
struct tce_finding tce_replay_found(const struct tce_replay *r, enum tce_rule_id rule,
				    const struct tce_rwin *w, uint64_t addr);
void tce_replay_report(struct tce_replay *r, const struct tce_finding *finding);

/* The last window that had this LIOBN and is gone. */
const struct tce_replay_window *tce_replay_late_window(const struct tce_replay *r, uint64_t liobn);

void tce_replay_milestone_add(struct tce_replay *r, enum tce_milestone_kind kind, uint64_t line);

/* Tell the observer, if rec touched [index, index + count) and the watched address is there. */
void tce_replay_touched(struct tce_replay *r, const struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index, uint64_t count);

#endif
