/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of a prediction. Steps, a file each: predict.c keeps what it is fed with;
 * kernels.c finds the kernels in the console, probes.c when their drivers were at
 * work; script.c puts all that happened in order; act.c (and module.c for
 * ddwtest) acts it out and notes the calls; match.c compares them with the recorded ones,
 * log.c with those in the kernel's log. call.c says what a call looks like in a
 * trace.
 */
#ifndef TCE_CHECK_PREDICT_H
#define TCE_CHECK_PREDICT_H

#include <tce/predict.h>

#include "base/vec.h"
#include "machine/machine.h"

/* --- lists on the heap ----------------------------------------------------------------------- */

/* Append a copy of elem bytes. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_list_add(struct tce_vec *list, const struct tce_mem *mem, const void *item,
			      size_t elem);

/* --- calls ----------------------------------------------------------------------------------- */

enum tce_call_kind {
	TCE_CALL_PUT,
	TCE_CALL_GET,
	TCE_CALL_INDIRECT,
	TCE_CALL_STUFF,
	TCE_CALL_QUERY,
	TCE_CALL_CREATE,
	TCE_CALL_REMOVE,
	TCE_CALL_RESET,
	TCE_CALL_EMPTY_TABLE,   /* a create that made a table without entries */
	TCE_CALL_NEW_TABLE,     /* recorded only, no call: a LIOBN has an empty table */
	TCE_CALL_MACHINE_RESET, /* recorded only, no call: everything starts over */
	TCE_CALL_TAKEN,         /* predicted only, no call: from here on a user owns a PE */
};

/*
 * A call as both sides know it: the recorded one from its line, the predicted one as QEMU would
 * have written it. Which fields count depends on kind: call.c.
 */
struct tce_call {
	uint8_t kind;     /* enum tce_call_kind */
	bool unseen;      /* QEMU writes no line for it */
	bool module;      /* ddwtest's own */
	bool loose;       /* TCE values are not known */
	bool told;        /* predicted: its place in the group is known */
	bool any_device;  /* predicted: which device of the PE asks is not told */
	uint16_t kernel;  /* predicted: number of the kernel that makes it */
	uint32_t group;   /* predicted: blocks that come in any order; 0: none */
	uint32_t block;   /* predicted: in that group; its calls follow each other */
	uint64_t line;    /* recorded: of the trace */
	uint64_t liobn;   /* or BUID; of TAKEN, too */
	uint64_t ioba;    /* or configuration address */
	uint64_t tce;     /* or start address of a window */
	uint64_t count;   /* entries; page size of a window; windows available */
	uint64_t size;    /* of a window; page mask */
	uint64_t other;   /* LIOBN of a created window; predicted: largest block of a query */
	uint32_t args[2]; /* predicted: page and window shift of a create */
	int64_t ret;
};

/* Calls like the first, by equal steps from one to the next. */
struct tce_call_run {
	struct tce_call first;
	uint32_t at; /* its number in the list */
	uint32_t nr;
	uint64_t ioba_step;
	uint64_t tce_step;
	uint64_t line_step;
};

/* calls.c: a list of calls, empty when zero. */
struct tce_calls {
	struct tce_vec runs; /* struct tce_call_run */
	uint32_t nr;         /* calls */
	uint32_t looked_at;  /* run */
	uint32_t one_of;     /* run + 1 that the next field is of; 0: none */
	struct tce_call one; /* of a run, as it was looked at */
};

TCE_MUST_USE int tce_calls_add(struct tce_calls *calls, const struct tce_mem *mem,
			       const struct tce_call *call);

/*
 * Call i < nr. A PUT that is in no group: good until the next look, and not to be written; any
 * other: in its place until the next add.
 */
struct tce_call *tce_calls_at(struct tce_calls *calls, uint32_t i);
void tce_calls_fini(struct tce_calls *calls, const struct tce_mem *mem);

/* Log2 of the pages of windows, as the trace tells. */
struct tce_shift {
	uint64_t liobn;
	uint32_t shift;
};

/* The recorded call of a line; false: the line is no call. shift: of its window's pages. */
bool tce_call_recorded(const struct tce_trace_record *record, unsigned shift,
		       struct tce_call *ret_call);

/*
 * The predicted call: a BOUNDARY event and its outcome, on the machine as it is afterwards; false:
 * an event that is no call.
 */
bool tce_call_predicted(const struct tce_machine *machine, const struct tce_event *event,
			const struct tce_outcome *outcome, struct tce_call *ret_call);

bool tce_call_same(const struct tce_call *a, const struct tce_call *b);

/* "H_PUT_TCE 80000000 ..."; at most n bytes, terminated. */
void tce_call_text(const struct tce_call *call, char *ret_text, size_t n);

/* --- what is found in the console ------------------------------------------------------------ */

struct tce_predict_probe {
	struct tce_pci_addr addr;
	uint64_t time_us; /* of the host */
	uint8_t streaming_bits;
	uint8_t coherent_bits;
	bool asks_required_mask; /* its driver does so first */
	bool told;               /* its time is that of its first call */
};

/* A kernel that started. */
struct tce_predict_kernel {
	uint32_t first;    /* index of its first console record */
	uint32_t end;      /* one past its last */
	uint64_t time_us;  /* of the host; 0: not known */
	int64_t offset_us; /* host time = uptime + offset */
	bool has_offset;
	bool by_kexec;
	bool has_flags;
	unsigned flags;
	struct tce_console_version version;
	struct tce_kernel_match match;
	struct tce_vec probes; /* struct tce_predict_probe, in order */
};

/* --- what happens, in order ------------------------------------------------------------------ */

enum tce_act_kind {
	TCE_ACT_KERNEL,   /* index of a kernel */
	TCE_ACT_PROBE,    /* kernel and index of a probe: when the device is there, and unbound */
	TCE_ACT_STIMULUS, /* index of a console record */
	TCE_ACT_DRC,      /* index of a trace line */
	TCE_ACT_TO_RAM,   /* all persistent memory */
	TCE_ACT_FROM_RAM,
	TCE_ACT_TAKE, /* index of a console record: a user takes a PE */
	TCE_ACT_SAVE,
	TCE_ACT_LOAD,
};

struct tce_act {
	uint8_t kind;
	uint16_t kernel; /* that runs */
	uint32_t index;
	uint64_t time_us; /* of the host; orders acts of one kernel */
};

/* One entry of the comparison, in order. */
struct tce_diff {
	uint8_t sign; /* enum tce_predict_sign */
	uint64_t nr;  /* calls like it, the first of which is kept */
	struct tce_call call;
};

#define TCE_PREDICT_CONTEXT 3U

struct tce_predict {
	struct tce_mem mem;
	struct tce_predict_opts opts;
	struct tce_qemu_cmdline cmdline;
	struct tce_vec console; /* struct tce_console_record */
	struct tce_vec lines;   /* struct tce_recorded_line: what is no call */
	struct tce_calls recorded;
	struct tce_vec shifts;  /* struct tce_shift */
	struct tce_vec kernels; /* struct tce_predict_kernel */
	struct tce_vec acts;    /* struct tce_act */
	struct tce_calls predicted;
	struct tce_vec tables; /* uint64_t: LIOBNs that Linux ever had a table for */
	struct tce_vec users;  /* uint64_t: BUIDs and LIOBNs of PEs that users have taken */
	struct tce_vec diff;   /* struct tce_diff */
	struct tce_vec wrong;  /* struct tce_predict_address */
	struct tce_machine *machine;
	struct tce_call context[TCE_PREDICT_CONTEXT]; /* matched calls before a difference */
	unsigned nr_context;
	unsigned context_left; /* matched calls still to show after one */
	uint64_t pending_line; /* recorded: a new table whose reason is not known yet; 0: none */
	bool pending_known;    /* its LIOBN had a table before */
	bool loading;          /* recorded: between restore-vm and running */
	struct tce_predict_summary sum;
};

static inline struct tce_predict_kernel *tce_predict_kernel_at(const struct tce_predict *p,
							       uint32_t i)
{
	return tce_vec_at(&p->kernels, i, sizeof(struct tce_predict_kernel));
}

static inline const struct tce_console_record *tce_predict_console_at(const struct tce_predict *p,
								      uint32_t i)
{
	return tce_vec_at(&p->console, i, sizeof(struct tce_console_record));
}

static inline const struct tce_recorded_line *tce_predict_line_at(const struct tce_predict *p,
								  uint32_t i)
{
	return tce_vec_at(&p->lines, i, sizeof(struct tce_recorded_line));
}

/* The host's time when a kernel had been up that long. */
static inline uint64_t tce_predict_host_time(const struct tce_predict_kernel *kernel,
					     uint64_t uptime_us)
{
	return kernel->has_offset ? uptime_us + (uint64_t)kernel->offset_us
				  : kernel->time_us + uptime_us;
}

/* --- the steps; each 0 or -TCE_ERR_x --------------------------------------------------------- */

TCE_MUST_USE int tce_predict_find_kernels(struct tce_predict *p);
TCE_MUST_USE int tce_predict_find_probes(struct tce_predict *p, uint32_t number);
TCE_MUST_USE int tce_predict_write_script(struct tce_predict *p);
TCE_MUST_USE int tce_predict_act_out(struct tce_predict *p);
TCE_MUST_USE int tce_predict_match(struct tce_predict *p);

/* log.c: the RTAS calls that the kernels printed, refused ones too. */
TCE_MUST_USE int tce_predict_check_log(struct tce_predict *p);

/* report.c: what goes into the difference. */
TCE_MUST_USE int tce_predict_same(struct tce_predict *p, const struct tce_call *call);
TCE_MUST_USE int tce_predict_differ(struct tce_predict *p, enum tce_predict_sign sign,
				    const struct tce_call *call);

/* module.c: one call of ddwtest. *state is the module's, zeroed when a kernel starts. */
struct tce_module {
	uint16_t dev;
	bool has_dev;
	bool has_buid;
	uint64_t buid; /* of the bridge it plays with */
	uint32_t nr_creates;
	uint32_t nr_resets;
	uint64_t buffer; /* real address of its buffer */
	bool has_buffer;
	uint32_t nr_single; /* since the mask was set */
	uint64_t handle;    /* bus address that it was given last */
};
TCE_MUST_USE int tce_predict_module_call(struct tce_predict *p, struct tce_module *module,
					 const struct tce_console_record *record);

#endif
