/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the replay of DMA API recordings. replay.c is the interface and the bookkeeping,
 * dev.c and run.c what stands at the start of a run and what tells of the whole table,
 * call.c the calls, trace.c the hypercalls in QEMU's trace.
 */
#ifndef TCE_CHECK_OPS_REPLAY_H
#define TCE_CHECK_OPS_REPLAY_H

#include "linux/dma_ops.h"
#include "live.h"
#include "platform.h"

#define DMA_DIVERGENCES_MAX 64U
#define DMA_WINDOWS_MAX     64U

/* Tables of more entries are refused: the largest recorded ones have 2^27. */
#define DMA_ENTRIES_MAX (UINT64_C(1) << 32)

/* Findings kept: one for each rule that is looked for. */
#define DMA_FINDINGS_MAX 4U

/* What is known of hints and bitmap when a run begins. */
enum ops_known {
	OPS_UNKNOWN,   /* runs before it were not seen: as recorded */
	OPS_AS_NEW,    /* nobody has used the table */
	OPS_AS_BEFORE, /* as the run before left them */
};

/* The run being replayed. */
struct dma_run {
	struct tce_dma_run id;
	struct tce_dma_params params;
	struct tce_dma_dev_line dev;
	struct tce_dma_table table;
	uint64_t dev_line; /* where these stood; 0: not seen yet */
	uint64_t table_line;
	bool begun;      /* the lines at the start were taken in */
	bool replayable; /* and they say enough to go on */
	bool new_table;  /* made for this run */
	enum ops_known known;
	bool unsure; /* a call was unreadable: entries and hints are as recorded from there on */
	uint64_t nr_calls;
	uint64_t nr_fails;
	uint64_t nr_used;
	uint64_t nr_set_at_start;
};

/* What t= told of the end of the hypervisor's window, when no device tree did. */
struct dma_window_end {
	bool learning;
	uint64_t accepted; /* relative entries below were read back */
	uint64_t refused;  /* this one was not */
};

/* QEMU's trace beside it. */
struct dma_tracer {
	struct tce_dma_trace source;
	bool present;
	bool in_step; /* with the current run */
	bool has_next;
	struct tce_trace_record next;
};

struct tce_dma_replay {
	struct tce_mem mem;
	const struct tce_papr_profile *profile;
	struct tce_facts facts;
	bool has_facts;
	struct tce_dma_boot boot;
	bool boot_is_new;
	uint64_t ram_end_seen; /* end of the highest buffer */
	uint64_t next_run; /* number of the run that would follow the last one; UINT64_MAX: none */

	struct tce_dma_env env;
	struct tce_dma_dev dev;
	struct tce_iommu_table *tbl;      /* on PowerNV its machine's, else ours */
	struct tce_dma_table recorded_as; /* the line that it was made for */
	struct tce_ops_platform platform;
	struct tce_ops_lives lives;
	struct dma_window_end window_end;
	struct dma_tracer tracer;
	struct dma_run run;

	unsigned file;
	uint64_t line; /* of the event being checked */
	uint64_t n;    /* its call, or UINT64_MAX */
	bool event_diverged;
	bool event_checked;

	struct tce_dma_summary sum;
	struct tce_dma_divergence divergence[DMA_DIVERGENCES_MAX];
	struct tce_dma_finding finding[DMA_FINDINGS_MAX];
	struct tce_dma_window window[DMA_WINDOWS_MAX];
};

/* --- one event ---------------------------------------------------------------------------- */

void tce_ops_event_begin(struct tce_dma_replay *replay, uint64_t line, uint64_t n);
void tce_ops_event_end(struct tce_dma_replay *replay);

/* The event differs; only the first difference of an event is kept. */
void tce_ops_diverge(struct tce_dma_replay *replay, enum tce_dma_differs what, uint64_t item,
		     uint64_t recorded, uint64_t model);

/* Diverge when the two differ; says whether they are the same. */
bool tce_ops_compare(struct tce_dma_replay *replay, enum tce_dma_differs what, uint64_t recorded,
		     uint64_t model);

/* Hints after an event; what was recorded is taken over. */
void tce_ops_compare_hints(struct tce_dma_replay *replay, const struct tce_dma_hints *hints);

/* What left them is not known: taken over. */
void tce_ops_adopt_hints(struct tce_dma_replay *replay, const struct tce_dma_hints *hints);

void tce_ops_find(struct tce_dma_replay *replay, enum tce_rule_id rule, uint64_t count);

/* --- the device (dev.c) ------------------------------------------------------------------- */

/* Real address behind RAM: the device tree's, else behind the highest buffer. */
uint64_t tce_ops_ram_end(const struct tce_dma_replay *replay);
bool tce_ops_is_powernv(const struct tce_dma_table *table);

/* The boot's kernel becomes the newest one that explains the device line. */
TCE_MUST_USE int tce_ops_guess_kernel(struct tce_dma_replay *replay);
/* It becomes the newest one that is known. */
TCE_MUST_USE int tce_ops_newest_kernel(struct tce_dma_replay *replay);

/* Make the run's two mask calls and compare the device line: one event. */
TCE_MUST_USE int tce_ops_take_masks(struct tce_dma_replay *replay);

/* --- the pieces --------------------------------------------------------------------------- */

/* Take in the start of a run, once. */
TCE_MUST_USE int tce_ops_run_begin(struct tce_dma_replay *replay);
TCE_MUST_USE int tce_ops_check_bitmap(struct tce_dma_replay *replay,
				      const struct tce_dma_bitmap *bitmap);
void tce_ops_check_state(struct tce_dma_replay *replay, const struct tce_dma_state *state);
void tce_ops_check_end(struct tce_dma_replay *replay, const struct tce_dma_end *end);
TCE_MUST_USE int tce_ops_check_call(struct tce_dma_replay *replay, const struct tce_dma_call *call);

/* Find the current run in the trace. */
TCE_MUST_USE int tce_ops_trace_sync(struct tce_dma_replay *replay);
int tce_ops_trace_hcall(void *ctx, const struct tce_event *event,
			const struct tce_outcome *outcome);

/* Entries of [bus, bus + size) when it begins in the table, else 0. */
uint64_t tce_ops_pages(const struct tce_dma_replay *replay, uint64_t bus, uint64_t size);

/* The table and all that depends on it. */
void tce_ops_drop_table(struct tce_dma_replay *replay);

#endif
