/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/vfio_ops.h - recordings of VFIO calls: every call of a random sequence on a real powernv
 * kernel, with its answer, its outputs and the locked memory of the process after it. Reader: text
 * -> records, one line, one record. Replay: the machine and kernel of the header are built, the
 * calls made on our containers (tce/vfio.h), every answer compared. Format: tce-vfio(5).
 *
 * Life of a reader: tce_vfio_reader_init -> tce_vfio_reader_next until END. It holds no memory:
 * records point into the text. Life of a replay: new -> record ... -> results -> free.
 * Threads: a reader or replay belongs to one thread. Same input, same results.
 */
#ifndef TCE_VFIO_OPS_H
#define TCE_VFIO_OPS_H

#include <tce/check.h>
#include <tce/event.h>
#include <tce/lines.h>
#include <tce/linux.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- reader ------------------------------------------------------------------------------- */

enum tce_vfio_line {
	TCE_VFIO_LINE_RUN,     /* "# vfiorand format=1": the first line */
	TCE_VFIO_LINE_KERNEL,  /* "# kernel=" */
	TCE_VFIO_LINE_GROUP,   /* "# group A=2 device=" */
	TCE_VFIO_LINE_CAPS,    /* "# caps" */
	TCE_VFIO_LINE_BUFFER,  /* "# buffer A" */
	TCE_VFIO_LINE_INFO,    /* "# GET_INFO" */
	TCE_VFIO_LINE_PROCESS, /* "# process N" */
	TCE_VFIO_LINE_EXITED,  /* "# process N exited" */
	TCE_VFIO_LINE_SESSION, /* "# session N lck=" */
	TCE_VFIO_LINE_MISSING, /* "# mmap B failed": a buffer that this process has not */
	TCE_VFIO_LINE_CALL,
	TCE_VFIO_LINE_END, /* "# end ops=" */
};

/* X(name, word in the recording) */
#define TCE_VFIO_CALL_LIST(X)                                                                      \
	X(OPENC, "openc")                                                                          \
	X(CLOSEC, "closec")                                                                        \
	X(OPENG, "openg")                                                                          \
	X(CLOSEG, "closeg")                                                                        \
	X(SETC, "setc")                                                                            \
	X(UNSETC, "unsetc")                                                                        \
	X(GSTATUS, "gstatus")                                                                      \
	X(GETDEV, "getdev")                                                                        \
	X(CLOSEDEV, "closedev")                                                                    \
	X(BIND, "bind")                                                                            \
	X(UNBIND, "unbind")                                                                        \
	X(SETIOMMU, "setiommu")                                                                    \
	X(CHECKEXT, "checkext")                                                                    \
	X(INFO, "info")                                                                            \
	X(REG, "reg")                                                                              \
	X(UNREG, "unreg")                                                                          \
	X(MAP, "map")                                                                              \
	X(UNMAP, "unmap")                                                                          \
	X(CREATE, "create")                                                                        \
	X(REMOVE, "remove")                                                                        \
	X(ENABLE, "enable")                                                                        \
	X(DISABLE, "disable")                                                                      \
	X(EEH, "eeh")                                                                              \
	X(IOCTL, "ioctl")                                                                          \
	X(RLIMIT, "rlimit")                                                                        \
	X(CAP, "cap")                                                                              \
	X(MPROTECT, "mprotect")                                                                    \
	X(REMAP, "remap")                                                                          \
	X(CLOSED, "closed")

enum tce_vfio_call_kind {
#define TCE_VFIO_CALL_ENUM_(name, word) TCE_VFIO_CALL_##name,
	TCE_VFIO_CALL_LIST(TCE_VFIO_CALL_ENUM_)
#undef TCE_VFIO_CALL_ENUM_
	TCE_NR_VFIO_CALLS
};

/* "openc"; static. */
const char *tce_vfio_call_name(enum tce_vfio_call_kind kind);

struct tce_vfio_run {
	uint32_t format;
	bool v1; /* mode=v1: the header's GET_INFO was asked of a v1 container */
};

struct tce_vfio_kernel {
	char version[64]; /* as uname -r */
	uint32_t page_size;
	uint32_t powernv; /* 8, 9 or 10, from "compatible" */
};

#define TCE_VFIO_GROUPS_MAX 8U

struct tce_vfio_group_line {
	char name; /* 'A'.. */
	uint32_t domain;
	uint8_t bus;
	uint8_t devfn;
};

struct tce_vfio_caps {
	bool ipc_lock;
	uint64_t memlock; /* bytes; UINT64_MAX: unlimited */
};

enum tce_vfio_backing {
	TCE_VFIO_BACKED_PLAIN, /* anonymous: huge pages where the kernel finds room for them */
	TCE_VFIO_BACKED_SMALL, /* shared, or MADV_NOHUGEPAGE: single pages */
	TCE_VFIO_BACKED_HUGETLB,
	TCE_VFIO_BACKED_NOT, /* a hole */
};

#define TCE_VFIO_BUFFERS_MAX 26U

struct tce_vfio_buffer {
	char name;
	uint64_t vaddr;
	uint64_t size;
	uint32_t prot; /* PROT_READ 1, PROT_WRITE 2 */
	enum tce_vfio_backing backing;
};

/* GET_INFO's outputs as the caller's structure shows them. */
struct tce_vfio_info_out {
	uint32_t argsz;
	uint32_t flags;
	uint32_t start;
	uint32_t size;
	uint64_t pgsizes;
	uint32_t max_windows;
	uint32_t levels;
};

struct tce_vfio_info_line {
	int64_t set_container; /* return values, -errno */
	int64_t set_iommu;
	int64_t info;
	struct tce_vfio_info_out out;
};

struct tce_vfio_ops_call {
	enum tce_vfio_call_kind kind;
	uint64_t n;
	int32_t container; /* slot; -1: fd -1 */
	char group;        /* 'A'..; 0: none */
	char buffer;       /* MPROTECT, REMAP */
	bool bad_pointer;
	bool fork;
	uint32_t flags;
	uint32_t argsz;
	uint64_t vaddr;
	uint64_t iova;
	uint64_t size;
	uint64_t start;
	uint32_t shift;
	uint32_t levels;
	uint32_t number; /* type, ext, op, nr, ipc_lock, prot */
	uint64_t memlock;
	uint64_t extra[4];

	int64_t ret; /* >= 0, or -errno */
	bool has_start;
	bool has_info;
	bool has_flags;
	bool has_outsize;
	bool has_locked;
	uint64_t out_start;
	uint32_t out_flags;
	uint64_t outsize;
	struct tce_vfio_info_out info;
	uint64_t locked; /* KiB */
};

struct tce_vfio_record {
	enum tce_vfio_line kind;
	uint64_t line; /* 1.. */
	union {
		struct tce_vfio_run run;
		struct tce_vfio_kernel kernel;
		struct tce_vfio_group_line group;
		struct tce_vfio_caps caps;
		struct tce_vfio_buffer buffer;
		struct tce_vfio_info_line info;
		uint64_t number; /* PROCESS, EXITED; SESSION: KiB locked; END: calls */
		char missing;
		struct tce_vfio_ops_call call;
	} u;
};

enum tce_vfio_next {
	TCE_VFIO_NEXT_RECORD,
	TCE_VFIO_NEXT_DAMAGED, /* a line of the format that cannot be read: lines.complaint */
	TCE_VFIO_NEXT_END,
};

/* The fields are the caller's to read, not to write. */
struct tce_vfio_reader {
	struct tce_lines lines; /* skipped: the kernel's messages ("#k"), too */
};

/* text of size bytes, borrowed; a last line without newline is a line. */
void tce_vfio_reader_init(struct tce_vfio_reader *reader, const char *text, size_t size);

/* The next record, or why there is none. *ret_record is written for RECORD only. */
enum tce_vfio_next tce_vfio_reader_next(struct tce_vfio_reader *reader,
					struct tce_vfio_record *ret_record);

/* True when text begins like such a recording. */
bool tce_vfio_text_is(const char *text, size_t size);

/* --- replay ------------------------------------------------------------------------------- */

struct tce_vfio_replay_opts {
	const struct tce_alloc *alloc; /* NULL: default */
	const char *kernel;            /* version; NULL: the recording's; borrowed */
	uint64_t ram;                  /* bytes; 0: 4 GiB */
};

/* What in a record differs from the model. */
#define TCE_VFIO_DIFFERS_LIST(X)                                                                   \
	X(RET, "answer")                                                                           \
	X(START, "bus address of the window")                                                      \
	X(STATUS, "flags of the group")                                                            \
	X(INFO_ARGSZ, "argsz of GET_INFO")                                                         \
	X(INFO_FLAGS, "flags of GET_INFO")                                                         \
	X(INFO_START, "start of the 32-bit window")                                                \
	X(INFO_SIZE, "size of the 32-bit window")                                                  \
	X(INFO_PGSIZES, "page sizes of GET_INFO")                                                  \
	X(INFO_WINDOWS, "number of windows of GET_INFO")                                           \
	X(INFO_LEVELS, "levels of GET_INFO")                                                       \
	X(OUTSIZE, "size that UNMAP wrote back")                                                   \
	X(LOCKED, "KiB of locked memory")                                                          \
	X(NR_CALLS, "number of calls")                                                             \
	X(NOT_TAKEN, "the model's machine is in no state for it")

enum tce_vfio_differs {
#define TCE_VFIO_DIFFERS_ENUM_(name, text) TCE_VFIO_DIFFERS_##name,
	TCE_VFIO_DIFFERS_LIST(TCE_VFIO_DIFFERS_ENUM_)
#undef TCE_VFIO_DIFFERS_ENUM_
};

struct tce_vfio_divergence {
	enum tce_vfio_differs what;
	enum tce_vfio_call_kind call; /* TCE_NR_VFIO_CALLS: not a call */
	uint64_t event;               /* 1.. */
	uint64_t line;
	uint64_t n;        /* number of the call; UINT64_MAX: not a call */
	uint64_t recorded; /* RET: int64_t */
	uint64_t model;
};

/* A rule that the recorded kernel broke; one finding for each rule. */
struct tce_vfio_finding {
	enum tce_rule_id rule; /* UNBALANCED_ACCOUNT, FAILED_CALL_CHANGED_STATE, UNCHECKED_INPUT */
	uint64_t event;        /* of the first */
	uint64_t line;
	uint64_t n;
	uint64_t count;
	uint64_t bytes; /* UNBALANCED_ACCOUNT: most that stayed charged to a process that ended */
};

struct tce_vfio_summary {
	char kernel[16]; /* profile */
	bool kernel_exact;
	uint32_t powernv;
	uint32_t page_size;
	uint64_t processes;
	uint64_t calls;
	uint64_t calls_failed; /* of them, in the recording */
	uint64_t events;       /* calls, the header's GET_INFO, the end */
	uint64_t agreed;
	uint64_t diverged; /* agreed + diverged = events */
	uint64_t damaged;
	unsigned nr_divergences; /* kept */
	unsigned nr_findings;
};

struct tce_vfio_replay;

/* 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_vfio_replay_new(const struct tce_vfio_replay_opts *opts,
				     struct tce_vfio_replay **ret_replay);
void tce_vfio_replay_free(struct tce_vfio_replay *replay);

/*
 * The next record. 0, whatever it held; -TCE_ERR_FORMAT a call before the header named machine,
 * kernel and group; -TCE_ERR_NOENT the kernel is older than any known; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_vfio_replay_record(struct tce_vfio_replay *replay,
					const struct tce_vfio_record *record);

/* A line that could not be read. */
void tce_vfio_replay_damaged(struct tce_vfio_replay *replay);

/* What came of it so far. */
void tce_vfio_replay_summary(const struct tce_vfio_replay *replay,
			     struct tce_vfio_summary *ret_summary);
/* The i-th divergence of those kept; NULL: no more. Borrowed until the next record. */
const struct tce_vfio_divergence *tce_vfio_replay_divergence(const struct tce_vfio_replay *replay,
							     unsigned i);

/* The i-th finding; NULL: no more. Borrowed until the next record. */
const struct tce_vfio_finding *tce_vfio_replay_finding(const struct tce_vfio_replay *replay,
						       unsigned i);

/* In words, as snprintf. */
size_t tce_vfio_divergence_text(const struct tce_vfio_divergence *d, char *ret_text, size_t n);
size_t tce_vfio_finding_text(const struct tce_vfio_finding *f, char *ret_text, size_t n);

#ifdef __cplusplus
}
#endif
#endif
