/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/dma.h - recordings of the Linux DMA API: every map and unmap call of a kernel module with its
 * arguments and its answer, the allocator's hints after it, and now and then a fingerprint of the
 * table's bitmap. Reader: text -> records, one line, one record. Replay: the calls are made on our
 * Linux half and every answer is compared. Format: tce-dma(5).
 *
 * Life of a reader: fill in with tce_dma_reader_init -> tce_dma_reader_next until END. It holds no
 * memory: records point into the text, which must live as long as they are used.
 * Life of a replay: new -> boot, file, record ... -> finish -> results -> free.
 *
 * Threads: a reader or replay belongs to one thread. Same input, same results.
 */
#ifndef TCE_DMA_H
#define TCE_DMA_H

#include <tce/check.h>
#include <tce/facts.h>
#include <tce/lines.h>
#include <tce/linux.h>
#include <tce/papr.h>
#include <tce/status.h>
#include <tce/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- reader ------------------------------------------------------------------------------- */

enum tce_dma_line {
	TCE_DMA_LINE_RUN, /* "dmarand version=": first line of a run */
	TCE_DMA_LINE_PARAMS,
	TCE_DMA_LINE_HOST,
	TCE_DMA_LINE_DEV,
	TCE_DMA_LINE_TABLE,
	TCE_DMA_LINE_BLOCK,
	TCE_DMA_LINE_BITMAP,
	TCE_DMA_LINE_STATE,
	TCE_DMA_LINE_PHASE,
	TCE_DMA_LINE_OP,
	TCE_DMA_LINE_WARNING, /* the module's buffer was full */
	TCE_DMA_LINE_END,
};

enum tce_dma_op {
	TCE_DMA_OP_SINGLE,
	TCE_DMA_OP_PAGE,
	TCE_DMA_OP_COHERENT,
	TCE_DMA_OP_SG,
	TCE_DMA_OP_UNMAP,
	TCE_DMA_OP_WILD, /* unmap of an address that was never mapped */
};

/* Items of a line, separated by commas; each of one to three hexadecimal numbers. */
struct tce_dma_list {
	const char *text;
	size_t size;
	unsigned count;
};

#define TCE_DMA_HINTS_MAX 5U

struct tce_dma_hints {
	unsigned nr; /* pools, then the large pool; 0: the line has none (no table) */
	uint64_t hint[TCE_DMA_HINTS_MAX]; /* relative entries */
};

struct tce_dma_run {
	uint32_t version; /* 2 or 3 */
	uint32_t run;     /* 0.. in one boot */
	uint64_t seed;
	uint64_t nr_ops;
};

struct tce_dma_params {
	uint32_t streaming_bits;
	uint32_t coherent_bits;
	bool coherent_first;
	uint32_t max_seg;  /* bytes; 0: 65536 */
	uint64_t boundary; /* mask; 0: 0xffffffff */
	bool read_tces;    /* answers carry t= */
};

struct tce_dma_host {
	uint64_t page_size;
	uint32_t nr_cpus;
};

struct tce_dma_dev_line {
	int set_mask; /* 0 or -errno */
	int set_coherent_mask;
	uint64_t dma_mask;
	uint64_t coherent_mask;
	uint64_t seg_boundary;
	uint64_t max_seg;
	uint64_t dma_offset;
	uint64_t bus_dma_limit;
	bool has_bypass; /* version 3 */
	bool bypass;
};

struct tce_dma_table {
	bool none;      /* the device has no table: the rest is 0 */
	uint64_t index; /* LIOBN, or PHB << 16 | PE */
	uint64_t size;  /* entries */
	uint64_t offset;
	uint32_t page_shift;
	uint32_t blocksize;
	uint64_t reserved_start;
	uint64_t reserved_end;
	uint32_t indirect_levels;
	uint32_t nr_pools;
	uint64_t poolsize;
	uint64_t pool_start[TCE_DMA_HINTS_MAX]; /* pools, then the large one */
	uint64_t pool_end[TCE_DMA_HINTS_MAX];
	struct tce_dma_hints hints;
};

struct tce_dma_block {
	uint32_t index;
	uint64_t phys;
	uint64_t size;
};

struct tce_dma_bitmap {
	bool at_start;
	struct tce_dma_list ranges; /* first, end (exclusive) */
};

struct tce_dma_state {
	uint64_t n; /* calls made so far */
	uint64_t nr_set;
	uint64_t fnv; /* FNV-1a 64 over the bitmap */
	uint64_t nr_live;
	uint64_t nr_used; /* entries that live mappings occupy */
	uint64_t nr_fails;
	struct tce_dma_hints hints;
};

struct tce_dma_call {
	enum tce_dma_op op;
	uint64_t n; /* number of the call */
	uint32_t cpu;
	uint64_t phys;           /* SINGLE PAGE; COHERENT: of the memory given, 0 when it failed */
	uint64_t size;           /* SINGLE PAGE COHERENT WILD */
	uint32_t dir;            /* SINGLE PAGE SG: enum tce_dma_dir */
	struct tce_dma_list in;  /* SG: page, offset, length */
	struct tce_dma_list out; /* SG: bus address, length */
	bool failed;
	uint64_t bus; /* SINGLE PAGE COHERENT: answer; WILD: argument */
	bool has_tces;
	uint64_t tce[2]; /* first and last entry of the mapping, read back */
	uint64_t of;     /* UNMAP: number of the call that is undone */
	enum tce_dma_op of_op;
	bool again;                 /* UNMAP: will be undone once more later */
	struct tce_dma_hints hints; /* after the call */
};

struct tce_dma_end {
	uint64_t nr_ops;
	uint64_t nr_fails;
	uint64_t nr_lost;
};

struct tce_dma_record {
	enum tce_dma_line kind;
	uint64_t line; /* 1.. */
	union {
		struct tce_dma_run run;
		struct tce_dma_params params;
		struct tce_dma_host host;
		struct tce_dma_dev_line dev;
		struct tce_dma_table table;
		struct tce_dma_block block;
		struct tce_dma_bitmap bitmap;
		struct tce_dma_state state;
		struct tce_dma_call call;
		struct tce_dma_end end;
	} u; /* PHASE, WARNING: nothing */
};

enum tce_dma_next {
	TCE_DMA_NEXT_RECORD,
	TCE_DMA_NEXT_DAMAGED, /* a line of the format that cannot be read: lines.complaint */
	TCE_DMA_NEXT_END,
};

/* The fields are the caller's to read, not to write. */
struct tce_dma_reader {
	struct tce_lines lines;
	enum tce_dma_line damaged_kind; /* after DAMAGED: what the line should have been */
};

/* text of size bytes, borrowed; a last line without newline is a line. */
void tce_dma_reader_init(struct tce_dma_reader *reader, const char *text, size_t size);

/* The next record, or why there is none. *ret_record is written for RECORD only. */
enum tce_dma_next tce_dma_reader_next(struct tce_dma_reader *reader,
				      struct tce_dma_record *ret_record);

/* Take the first item off a list of a record: its numbers, missing ones 0. False: none is left. */
bool tce_dma_list_next(struct tce_dma_list *list, uint64_t ret_number[3]);

/* True when text begins like such a recording. */
bool tce_dma_text_is(const char *text, size_t size);

/* "single", "page" ...; static. */
const char *tce_dma_op_name(enum tce_dma_op op);

/* --- what a recording's folder tells beside its ops files --------------------------------- */

/* One boot of a kernel, as far as the DMA API depends on it. */
struct tce_dma_boot {
	struct tce_kernel kernel; /* page_shift is taken from the recording */
	bool kernel_known;        /* else the newest kernel that explains the recording is taken */
	unsigned flags;           /* TCE_BOOT_NOVMERGE, TCE_BOOT_NO_MULTITCE, TCE_BOOT_NOBYPASS */
	bool by_kexec;            /* a kernel before it left its windows */
};

#define TCE_DMA_BOOTS_MAX 16U
#define TCE_DMA_RUNS_MAX  256U

/* A call that a kernel was asked for and never came back from ("dmarand: mapping ..."). */
struct tce_dma_hung_call {
	uint64_t size;       /* bytes to map */
	uint64_t boundary;   /* segment boundary mask */
	uint64_t nr_entries; /* of the table */
	uint64_t page_size;  /* bytes of an I/O page */
	bool came_back;
};

/* What a console log tells: which kernels ran, with what command line, and which runs in each. */
struct tce_dma_console {
	unsigned nr_boots;
	struct {
		char version[64]; /* as the kernel names itself; the Debian version when it tells */
		unsigned flags;   /* TCE_BOOT_ */
		bool by_kexec;
	} boot[TCE_DMA_BOOTS_MAX];
	unsigned nr_runs;
	uint8_t boot_of_run[TCE_DMA_RUNS_MAX];
	bool has_hung_call;
	struct tce_dma_hung_call hung;
};

/* Read a console log of size bytes; never fails, unknown text is passed over. */
void tce_dma_console_read(const char *text, size_t size, struct tce_dma_console *ret_console);

/* --- replay ------------------------------------------------------------------------------- */

/*
 * Hypercalls of the same recording as QEMU traced them (tce-trace(5)), read as they are needed.
 * next: 1 and *ret_record, 0 at the end, or -TCE_ERR_x.
 */
struct tce_dma_trace {
	void *ctx;
	int (*next)(void *ctx, struct tce_trace_record *ret_record);
};

struct tce_dma_replay_opts {
	const struct tce_alloc *alloc;          /* NULL: default */
	const struct tce_papr_profile *profile; /* hypervisor; NULL: "qemu"; kept by reference */
	const struct tce_facts *facts;          /* of the device tree; NULL: none; copied */
	const struct tce_dma_trace *trace;      /* NULL: none; copied */
};

/* What in a record differs from the model. item, recorded and model are in its units. */
#define TCE_DMA_DIFFERS_LIST(X)                                                                    \
	X(FAILED, "the call failed, the model maps")                                               \
	X(MAPPED, "the call succeeded, the model refuses")                                         \
	X(BUS, "bus address")                                                                      \
	X(NR_OUT, "number of outputs")                                                             \
	X(OUT_BUS, "bus address of output")                                                        \
	X(OUT_LENGTH, "length of output")                                                          \
	X(TCE, "TCE read back")                                                                    \
	X(HINT, "hint of pool")                                                                    \
	X(NO_SUCH_CALL, "undoes a call that is not there")                                         \
	X(SET_MASK, "answer of set_mask")                                                          \
	X(SET_COHERENT_MASK, "answer of set_coherent_mask")                                        \
	X(DMA_MASK, "streaming mask")                                                              \
	X(COHERENT_MASK, "coherent mask")                                                          \
	X(SEG_BOUNDARY, "segment boundary")                                                        \
	X(MAX_SEG, "largest segment")                                                              \
	X(BYPASS, "bypass flag")                                                                   \
	X(DMA_OFFSET, "offset of direct addresses")                                                \
	X(DMA_LIMIT, "limit of direct addresses")                                                  \
	X(TABLE_OFFSET, "first entry of the table")                                                \
	X(TABLE_SIZE, "entries of the table")                                                      \
	X(TABLE_SHIFT, "log2 of the table's page size")                                            \
	X(TABLE_LEVELS, "levels below the table's first")                                          \
	X(RESERVED_START, "start of the reserved range")                                           \
	X(RESERVED_END, "end of the reserved range")                                               \
	X(NR_POOLS, "number of pools")                                                             \
	X(POOLSIZE, "size of a pool")                                                              \
	X(POOL_START, "start of pool")                                                             \
	X(POOL_END, "end of pool")                                                                 \
	X(BITMAP, "bitmap, at entry")                                                              \
	X(NR_SET, "bits set")                                                                      \
	X(FNV, "fingerprint of the bitmap")                                                        \
	X(NR_LIVE, "live mappings")                                                                \
	X(NR_USED, "entries in use")                                                               \
	X(NR_FAILS, "failed calls")                                                                \
	X(NR_OPS, "calls made")                                                                    \
	X(HCALL_KIND, "kind of hypercall")                                                         \
	X(HCALL_IOBA, "bus address of hypercall")                                                  \
	X(HCALL_TCE, "TCE of hypercall")                                                           \
	X(HCALL_COUNT, "entries of hypercall")                                                     \
	X(HCALL_RET, "answer of hypercall")                                                        \
	X(HCALL_MISSING, "hypercall missing in the trace")                                         \
	X(CAME_BACK, "the call came back")

enum tce_dma_differs {
#define TCE_DMA_DIFFERS_ENUM_(name, text) TCE_DMA_DIFFERS_##name,
	TCE_DMA_DIFFERS_LIST(TCE_DMA_DIFFERS_ENUM_)
#undef TCE_DMA_DIFFERS_ENUM_
};

struct tce_dma_divergence {
	enum tce_dma_differs what;
	uint64_t event; /* events count from 1, over all files */
	unsigned file;  /* as given to tce_dma_replay_file */
	uint64_t line;
	uint64_t trace_line; /* HCALL_*: of the trace, 0: none */
	uint64_t n;          /* number of the call; UINT64_MAX: not a call */
	uint64_t item;       /* output, pool or entry, by what */
	uint64_t recorded;
	uint64_t model;
	const char *why; /* of the model's refusal, else "" */
};

/* A rule that the recorded kernel or its driver broke; one finding for each rule. */
struct tce_dma_finding {
	enum tce_rule_id rule; /* NO_PROGRESS, LEAKED_TCE, LOST_TCE, HCALL_REFUSED */
	uint64_t event;        /* of the first */
	unsigned file;
	uint64_t line;
	uint64_t n;     /* call; UINT64_MAX: not one call */
	uint64_t count; /* events that broke it; LEAKED_TCE: entries */
};

/* One table of one boot. */
struct tce_dma_window {
	uint64_t index; /* LIOBN, or PHB << 16 | PE */
	uint64_t start; /* bus bytes */
	uint64_t size;  /* bytes */
	unsigned page_shift;
	unsigned file;    /* of its first table line */
	uint64_t created; /* line */
	uint64_t puts;    /* entries set */
	uint64_t peak;    /* most entries handed out at once */
};

struct tce_dma_summary {
	char kernel[16]; /* profile of the last boot */
	bool kernel_guessed;
	bool powernv;
	unsigned nr_files;
	unsigned nr_boots;
	unsigned nr_runs;
	uint64_t events; /* lines that claim something: dev table bitmap state op end */
	uint64_t agreed;
	uint64_t diverged;  /* agreed + diverged = events */
	uint64_t unchecked; /* of agreed: nothing in them could be compared */
	uint64_t damaged;
	uint64_t calls;        /* map calls */
	uint64_t calls_failed; /* of them, in the recording */
	uint64_t calls_direct; /* of them, in the model */
	uint64_t hcalls;       /* hypercalls compared with the trace */
	uint64_t hcalls_differ;
	unsigned nr_divergences; /* kept, of diverged and hcalls_differ */
	unsigned nr_findings;
	unsigned nr_windows;
};

struct tce_dma_replay;

/* 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_dma_replay_new(const struct tce_dma_replay_opts *opts,
				    struct tce_dma_replay **ret_replay);
void tce_dma_replay_free(struct tce_dma_replay *replay);

/* Another kernel runs from now on: device and tables start over. boot is copied. */
void tce_dma_replay_boot(struct tce_dma_replay *replay, const struct tce_dma_boot *boot);

/* Records now come from another file; file is what results call it. */
void tce_dma_replay_file(struct tce_dma_replay *replay, unsigned file);

/*
 * The next record. 0, whatever it held; -TCE_ERR_LIMIT: its table is larger than the library
 * models; -TCE_ERR_NOMEM, or what the trace returned: good for results and free only.
 */
TCE_MUST_USE int tce_dma_replay_record(struct tce_dma_replay *replay,
				       const struct tce_dma_record *record);

/*
 * A line that could not be read, and what it should have been. After a call that is not known the
 * rest of its run is followed, not checked.
 */
void tce_dma_replay_damaged(struct tce_dma_replay *replay, enum tce_dma_line kind);

/* A call that hung a kernel, or did not: one event. As tce_dma_replay_record. */
TCE_MUST_USE int tce_dma_replay_hung_call(struct tce_dma_replay *replay,
					  const struct tce_dma_hung_call *call);

/* Where it stands; at any time. */
void tce_dma_replay_summary(const struct tce_dma_replay *replay,
			    struct tce_dma_summary *ret_summary);

/* By number < the summary's count; valid until free. */
const struct tce_dma_divergence *tce_dma_replay_divergence(const struct tce_dma_replay *replay,
							   unsigned i);
const struct tce_dma_finding *tce_dma_replay_finding(const struct tce_dma_replay *replay,
						     unsigned i);
const struct tce_dma_window *tce_dma_replay_window(const struct tce_dma_replay *replay, unsigned i);

/*
 * In words: text of at most n bytes, always terminated. Returns the length that it has or would
 * have, like snprintf.
 */
size_t tce_dma_divergence_text(const struct tce_dma_divergence *divergence, char *ret_text,
			       size_t n);
size_t tce_dma_finding_text(const struct tce_dma_finding *finding, char *ret_text, size_t n);

#ifdef __cplusplus
}
#endif
#endif
