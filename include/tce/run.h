/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/run.h - acting out a story: a machine, events, what is expected of each, and the rules of
 * tce/check.h held against the machine after every event.
 *
 * A story comes from text (tce/scenario.h), from an explorer or from an embedder. tce_run makes the
 * machine, attaches the operating system, applies the events in order and stops at the first thing
 * that is not as expected; whoever wants to see more gives an observer.
 *
 * A breach is one place where a rule does not hold; it lasts until it is mended. Only a breach that
 * the event before did not have counts against an event.
 *
 * Same story, same result: no clock, no environment, no random source. Threads: none shared.
 */
#ifndef TCE_RUN_H
#define TCE_RUN_H

#include <tce/check.h>
#include <tce/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- breaches -------------------------------------------------------------------------------- */

#define TCE_BREACHES_MAX 32U

/* Where a rule does not hold. Which fields count is in text. */
struct tce_breach {
	enum tce_rule_id rule;
	/* static; {dev} {map} {phb} {node} {0}..{3}, in decimal {d0}..{d3}, are what follows */
	const char *text;
	uint16_t dev;
	uint16_t map;
	uint16_t phb;
	uint32_t node;     /* number of a device-tree node */
	uint64_t value[4]; /* written in hexadecimal; as {d0}..{d3} in decimal */
};

/*
 * Hold every rule that applies against the machine as it is after event (NULL: none in particular)
 * with this outcome. Writes at most max breaches, returns how many there are. Never allocates.
 */
unsigned tce_check_machine(const struct tce_machine *machine, const struct tce_event *event,
			   const struct tce_outcome *outcome, struct tce_breach *ret_breaches,
			   unsigned max);

/* The same place? (texts are compared by address) */
bool tce_breach_same(const struct tce_breach *a, const struct tce_breach *b);

/*
 * One sentence, at most n bytes, terminated; returns its length like snprintf. names may be NULL.
 */
size_t tce_breach_text(const struct tce_breach *breach, const struct tce_names *names,
		       char *ret_text, size_t n);

/* --- expectations ---------------------------------------------------------------------------- */

enum tce_expect_kind {
	TCE_EXPECT_OK,      /* it did what was asked */
	TCE_EXPECT_REFUSED, /* it did not, and nothing aborted */
	TCE_EXPECT_ERRNO,   /* value: positive Linux number */
	TCE_EXPECT_MODE,    /* value: enum tce_dma_mode */
	TCE_EXPECT_DMA,     /* value: enum tce_dma_result */
	TCE_EXPECT_ASTRAY,  /* DMA landed elsewhere than the mapping says */
	TCE_EXPECT_ABORTS,  /* the platform's implementation dies */
	TCE_EXPECT_STUCK,   /* the kernel would loop for ever */
	TCE_EXPECT_HCALL,   /* value: r3, of the event or of the first refused call it caused */
	TCE_EXPECT_STATUS,  /* value: RTAS status, likewise */
	TCE_EXPECT_OPAL,    /* value: OPAL return code */
	TCE_EXPECT_RULE,    /* value: enum tce_rule_id; it must break at this event */
	TCE_EXPECT_BUS,     /* value: MAP's bus address */
	TCE_EXPECT_VALUE,   /* value: required mask, H_GET_TCE's TCE, start of a VFIO window */
	TCE_EXPECT_RET,     /* value: what a VFIO call returned, outputs of a scatter list */
	TCE_EXPECT_LANDS,   /* value: real address that a DMA reached */
	TCE_EXPECT_CALLS,   /* value: number of BOUNDARY events caused */
	TCE_EXPECT_CELL,    /* RTAS return cell index */
	TCE_EXPECT_LOCKED,  /* value: bytes of locked memory of the process after a VFIO call */
};

struct tce_expect {
	enum tce_expect_kind kind;
	unsigned index; /* CELL */
	uint64_t value; /* signed ones: two's complement */
};

/* Is it met? breaches: the new ones of this event. */
bool tce_expect_met(const struct tce_expect *expect, const struct tce_event *event,
		    const struct tce_outcome *outcome, const struct tce_breach *breaches,
		    unsigned nr_breaches);

/* --- stories --------------------------------------------------------------------------------- */

struct tce_step {
	struct tce_event event;
	const struct tce_expect *expects;
	unsigned nr_expects;
	unsigned line;    /* in a text; 0: none */
	const char *text; /* the statement as written; NULL: none */
};

struct tce_story {
	struct tce_machine_opts machine;
	const struct tce_step *steps;
	unsigned nr_steps;
};

/* Why a run did not pass. */
enum tce_run_verdict {
	TCE_RUN_PASS,
	TCE_RUN_UNEXPECTED, /* an expectation is not met */
	TCE_RUN_BROKEN,     /* a rule broke that was not expected to */
	TCE_RUN_IMPOSSIBLE, /* the machine would not take the event: a library error */
};

struct tce_run_result {
	enum tce_run_verdict verdict;
	unsigned nr_events;         /* applied */
	unsigned step;              /* of the failure, from 0 */
	int err;                    /* IMPOSSIBLE */
	struct tce_expect expect;   /* UNEXPECTED */
	struct tce_breach breach;   /* BROKEN */
	struct tce_outcome outcome; /* of that step; not IMPOSSIBLE */
	uint64_t broken_rules;      /* bit n: rule n broke, expected or not */
	enum tce_abort abort;       /* the run ended there */
};

/* Called from inside tce_run. Any may be NULL. */
struct tce_run_observer {
	void *ctx;
	/* Every event, emitted ones (depth > 0) before the one that caused them; step from 0. */
	void (*event)(void *ctx, unsigned step, unsigned depth, const struct tce_event *event,
		      const struct tce_outcome *outcome);
	/* After each step: the breaches that it brought. */
	void (*checked)(void *ctx, unsigned step, const struct tce_machine *machine,
			const struct tce_breach *breaches, unsigned nr_breaches);
};

/*
 * Act it out. 0 and *ret_result, also when it fails; -TCE_ERR_INVAL machine options;
 * -TCE_ERR_NOMEM. alloc NULL: default. observer NULL: none.
 */
TCE_MUST_USE int tce_run(const struct tce_alloc *alloc, const struct tce_story *story,
			 const struct tce_run_observer *observer,
			 struct tce_run_result *ret_result);

#ifdef __cplusplus
}
#endif
#endif
