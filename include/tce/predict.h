/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/predict.h - the Linux half against reality: given the machine of a recording and what
 * happened to it (kernels that started, drivers that probed, memory and devices that came and
 * went), act it out on the model and compare the calls to the hypervisor with those that QEMU
 * traced.
 *
 * Three readers make records of a recording's files: its console log, its trace, QEMU's command
 * line. A prediction is fed with them, acts, and tells the differences. What is taken from the
 * recording is what the kernel was given, never what it answered: which devices there are, which
 * driver probed when and with which mask, when memory was plugged. The trace gives the times of DRC
 * events and, after the model has acted, is what is compared with.
 *
 * Calls are of four kinds: firmware's, before a kernel starts; set-up calls, which are predicted;
 * calls of drivers in tables, which follow from traffic and are only counted; and calls of a test
 * module (ddwtest), which are made as the console says.
 *
 * Life of a prediction: new -> console and trace records -> finish -> results -> free. Threads: one
 * per object. Same records, same results.
 */
#ifndef TCE_PREDICT_H
#define TCE_PREDICT_H

#include <tce/linux.h>
#include <tce/run.h>
#include <tce/trace.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- console log: one record, one fact -------------------------------------------------------- */

enum tce_console_kind {
	TCE_CONSOLE_FIRMWARE, /* firmware hands over to a kernel: version */
	TCE_CONSOLE_KERNEL,   /* a kernel says its first word */
	TCE_CONSOLE_VERSION,  /* it says its version: version, uptime */
	TCE_CONSOLE_LOG,      /* a line of the kernel log of which only the time matters: uptime */
	TCE_CONSOLE_CMDLINE,  /* flags */
	TCE_CONSOLE_MARK,     /* uptime */
	TCE_CONSOLE_DEVICE,   /* a device with its driver and masks */
	TCE_CONSOLE_PROBED,   /* a driver speaks of its device: uptime */
	TCE_CONSOLE_QUERY,    /* the kernel log of ibm,query-pe-dma-window: uptime */
	TCE_CONSOLE_CREATE,   /* of ibm,create-pe-dma-window: uptime */
	TCE_CONSOLE_KMEM,     /* persistent memory that is System RAM: range */
	TCE_CONSOLE_TO_RAM,   /* daxctl made it so */
	TCE_CONSOLE_FROM_RAM,
	TCE_CONSOLE_PHB,      /* the host plugs a bridge: bridge */
	TCE_CONSOLE_VFIO,     /* VFIO makes a window for a user: buid, uptime */
	TCE_CONSOLE_STIMULUS, /* a call that the module ddwtest made */
	TCE_CONSOLE_LIMIT,    /* the recording was ended from outside */
};

/* domain << 16 | bus << 8 | device << 3 | function */
struct tce_pci_addr {
	uint32_t v;
};

/* What a kernel calls itself (uname -r), and its distribution's number of it; "": not said. */
struct tce_console_version {
	char release[48];
	char build[24];
};

struct tce_console_device {
	struct tce_pci_addr addr;
	uint16_t vendor;
	uint16_t device;
	bool has_driver;
	char driver[24];
	uint8_t streaming_bits;
	uint8_t coherent_bits;
};

/* One of the two calls as Linux printed it. */
struct tce_console_rtas {
	struct tce_pci_addr dev; /* that asked */
	bool by_driver;          /* while its driver probed; else while it was found */
	bool by_user;            /* for a user of VFIO */
	uint32_t args[5];
	int32_t status;
	uint64_t block;     /* QUERY */
	uint32_t page_mask; /* QUERY */
	uint32_t windows;   /* QUERY */
	uint64_t liobn;     /* CREATE */
	uint64_t addr;      /* CREATE */
};

/* A bridge as QEMU's options say. */
struct tce_qemu_phb {
	int index;             /* -1: all of them (-global) */
	uint64_t page_shifts;  /* pgsz; 0: not said */
	uint64_t win_addr;     /* dma_win_addr; 0: not said */
	uint64_t win_size;     /* dma_win_size; 0: not said */
	uint64_t dyn_win_addr; /* dma64_win_addr; 0: not said */
	bool no_ddw;
};

enum tce_stimulus_kind {
	TCE_STIMULUS_HCALL,    /* event: a BOUNDARY event, ret its answer */
	TCE_STIMULUS_MASK,     /* both masks are set to bits; ret, value: required mask */
	TCE_STIMULUS_COHERENT, /* size -> value; all ones: failed */
	TCE_STIMULUS_SINGLE,   /* size, dir -> value */
	TCE_STIMULUS_SINGLE_FAILED,
	TCE_STIMULUS_SG,      /* nr elements -> ret outputs */
	TCE_STIMULUS_SEGMENT, /* output nr: value, size */
};

struct tce_stimulus {
	enum tce_stimulus_kind kind;
	struct tce_event event;
	int64_t ret;
	uint64_t value;
	uint64_t size;
	uint32_t dir;
	uint32_t nr;
	uint8_t bits;
};

struct tce_console_record {
	enum tce_console_kind kind;
	uint64_t line;      /* 1.. */
	uint64_t time_us;   /* of the host, since 1970; 0: none */
	uint64_t uptime_us; /* of the kernel; by kind */
	union {
		struct tce_console_version version;
		unsigned flags; /* TCE_BOOT_ */
		struct tce_console_device device;
		struct tce_pci_addr probed;
		struct tce_console_rtas rtas;
		struct tce_ev_memory range;
		struct tce_qemu_phb bridge;
		uint64_t buid;
		struct tce_stimulus stimulus;
	} u;
};

/* Fields are the caller's to read, not to write. */
struct tce_console_reader {
	const char *text;
	size_t size;
	size_t at;
	uint64_t line;
	uint64_t dmesg_us; /* of the kernel log, up to here it is known */
	bool repeats;      /* it is printed once more */
};

/* text of size bytes, borrowed. */
void tce_console_reader_init(struct tce_console_reader *reader, const char *text, size_t size);

/* The next fact; false: there is none. */
bool tce_console_reader_next(struct tce_console_reader *reader,
			     struct tce_console_record *ret_record);

/* --- QEMU's command line ---------------------------------------------------------------------- */

#define TCE_QEMU_PHBS_MAX 32U

struct tce_qemu_cmdline {
	char version[16]; /* "10.0.13"; "": not said */
	unsigned nr_phbs;
	struct tce_qemu_phb phb[TCE_QEMU_PHBS_MAX];
	bool has_flags;
	unsigned flags; /* of the kernel's command line: TCE_BOOT_ */
};

/* Read it; what is not understood is passed over. */
void tce_qemu_cmdline_read(const char *text, size_t size, struct tce_qemu_cmdline *ret_cmdline);

/* --- trace ------------------------------------------------------------------------------------ */

struct tce_recorded_line {
	bool has_record;
	struct tce_trace_record record;
	bool has_msi; /* a driver asks for interrupts */
	uint32_t msi_cfg_addr;
	uint64_t time_us; /* of the host, since 1970; 0: none */
	uint64_t thread;  /* of QEMU, 0: none */
};

/* A line of a trace, without newline. False: nothing in it matters here. */
bool tce_recorded_line_read(const char *line, size_t n, uint64_t number,
			    struct tce_recorded_line *ret_line);

/* --- prediction ------------------------------------------------------------------------------- */

struct tce_predict_opts {
	const struct tce_alloc *alloc;          /* NULL: default */
	const struct tce_story *machine;        /* its SETUP events (tce/devtree.h); until finish */
	const struct tce_qemu_cmdline *cmdline; /* copied; NULL: not known */
	const char *kernel; /* this version ran, whatever the console says; NULL: as it says */
};

struct tce_predict;

/* 0; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_predict_new(const struct tce_predict_opts *opts,
				 struct tce_predict **ret_predict);
void tce_predict_free(struct tce_predict *predict);

/* Feed; any order of the two, each in its own. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_predict_console(struct tce_predict *predict,
				     const struct tce_console_record *record);
TCE_MUST_USE int tce_predict_trace(struct tce_predict *predict,
				   const struct tce_recorded_line *line);

enum tce_predict_verdict {
	TCE_PREDICT_EXACT,
	TCE_PREDICT_DIFFERS,
	TCE_PREDICT_UNSUPPORTED, /* no kernel in it that the version table knows */
};

/*
 * Act and compare. 0, whatever came of it; -TCE_ERR_NOMEM; -TCE_ERR_INVAL, -TCE_ERR_STATE the
 * machine does not take what the recording says happened to it.
 */
TCE_MUST_USE int tce_predict_finish(struct tce_predict *predict);

struct tce_predict_summary {
	enum tce_predict_verdict verdict;
	const char *why;       /* UNSUPPORTED: one clause, static */
	char kernel[48];       /* uname -r, of the last one; "": none */
	char profile[16];      /* of Linux, the last one */
	bool kernel_exact;     /* the version table has it */
	unsigned nr_kernels;   /* that started */
	uint64_t setup_calls;  /* recorded */
	uint64_t predicted;    /* of them */
	uint64_t missing;      /* predicted and not recorded */
	uint64_t extra;        /* recorded and not predicted */
	uint64_t unseen;       /* predicted, and of a kind that leaves no line */
	uint64_t unordered;    /* of predicted: PEs whose order the console does not tell */
	uint64_t driver_calls; /* all that drivers, users of VFIO and ddwtest made */
	uint64_t user_calls;   /* of them: of users of VFIO */
	uint64_t module_calls; /* of them: of ddwtest, all accounted for */
	uint64_t firmware_calls;
	uint64_t bus_addresses; /* that the console tells */
	uint64_t bus_addresses_predicted;
	uint64_t nr_differences;
};

/* After finish. */
void tce_predict_summary(const struct tce_predict *predict,
			 struct tce_predict_summary *ret_summary);

enum tce_predict_sign {
	TCE_PREDICT_SAME,    /* context */
	TCE_PREDICT_MISSING, /* the model makes it, the recording has it not */
	TCE_PREDICT_EXTRA,   /* the recording has it, the model makes it not */
};

/* A line of the difference, in order. */
struct tce_predict_line {
	enum tce_predict_sign sign;
	uint64_t line; /* of the trace; 0: none */
	uint64_t nr;   /* calls like it, one after the other */
	char text[200];
};

/* The i-th line of the difference with its context; false past the last. */
bool tce_predict_difference(const struct tce_predict *predict, uint64_t i,
			    struct tce_predict_line *ret_line);

/*
 * What was acted out, the i-th act in order, at most n bytes, terminated; false past the last.
 * After finish.
 */
bool tce_predict_script_text(const struct tce_predict *predict, uint64_t i, char *ret_text,
			     size_t n);

/*
 * What a test module printed and the model does not give: a bus address, a mask, the answer to a
 * hypercall; false: no more.
 */
struct tce_predict_address {
	uint64_t line; /* of the console */
	uint64_t recorded;
	uint64_t model;
};
bool tce_predict_wrong_address(const struct tce_predict *predict, uint64_t i,
			       struct tce_predict_address *ret_address);

#ifdef __cplusplus
}
#endif
#endif
