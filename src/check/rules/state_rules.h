/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules that are held against a machine's state after every event. A rule is a function that looks
 * at one check and adds a breach for each place where it does not hold; rules[] in state_rules.c
 * lists them. They are called millions of times by an explorer: no allocation, no text, the cheap
 * question first.
 */
#ifndef TCE_CHECK_STATE_RULES_H
#define TCE_CHECK_STATE_RULES_H

#include <tce/run.h>

#include "machine/machine.h"

struct tce_linux;

struct tce_check {
	const struct tce_machine *machine;
	const struct tce_state *st;
	const struct tce_event *event;     /* NULL: none in particular */
	const struct tce_outcome *outcome; /* of event */
	const struct tce_linux *lx;        /* NULL: no Linux runs */
	struct tce_breach *breaches;
	unsigned nr; /* found */
	unsigned max;
};

/*
 * tce_check_machine, or of it, when the machine's state is known to keep all rules of states, the
 * rules that look at the event.
 */
unsigned tce_check_known(const struct tce_machine *machine, const struct tce_event *event,
			 const struct tce_outcome *outcome, bool known,
			 struct tce_breach *ret_breaches, unsigned max);

/* A breach with no object named in it. text: see struct tce_breach. */
struct tce_breach tce_breach_of(enum tce_rule_id rule, const char *text);

void tce_check_add(struct tce_check *check, const struct tce_breach *breach);

/* Is this the kind of event that was just applied? */
static inline bool tce_check_after(const struct tce_check *check, enum tce_event_kind kind)
{
	return check->event != NULL && check->event->kind == kind;
}

/* --- dma.c: where transfers went --- */

void tce_rule_dma(struct tce_check *check);

/* --- windows.c: windows, and the device tree that tells of them --- */

void tce_rule_devtree(struct tce_check *check);
void tce_rule_qemu(struct tce_check *check);
void tce_rule_windows(struct tce_check *check);

/* --- mapping.c, tables.c, direct.c, ddw.c: the Linux half's state --- */

void tce_rule_mapping(struct tce_check *check);
void tce_rule_tables(struct tce_check *check);
void tce_rule_direct(struct tce_check *check);
void tce_rule_ddw(struct tce_check *check);

/* --- powernv.c: PEs and tables in memory --- */

void tce_rule_powernv(struct tce_check *check);

/* --- vfio.c: containers, and what their processes are charged --- */

void tce_rule_vfio(struct tce_check *check);

/* --- dma_api.c, vfio_api.c: what callers were promised --- */

void tce_rule_dma_api(struct tce_check *check);
void tce_rule_vfio_api(struct tce_check *check);

/* --- kernel.c: what an outcome says of the kernel --- */

void tce_rule_kernel(struct tce_check *check);

#endif
