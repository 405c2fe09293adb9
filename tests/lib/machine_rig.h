/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Machines for tests, driven by scenario text: each call appends lines to the story so far, acts
 * out the new ones and stops the test at the first that is not as expected (with its line).
 */
#ifndef MACHINE_RIG_H
#define MACHINE_RIG_H

#include <tce/scenario.h>

#include "machine/machine.h"

struct machine_rig {
	struct tce_machine *m;
	struct tce_outcome outcome;                   /* of the last event */
	struct tce_breach breaches[TCE_BREACHES_MAX]; /* that hold after it */
	unsigned nr_breaches;
	char *text;
	unsigned nr_done; /* steps */
};

/* A machine from its line and what follows. toy: the operating system of toy_os.h is attached. */
void machine_rig_init(struct machine_rig *rig, const char *text, bool toy);
void machine_rig_fini(struct machine_rig *rig);

/* More lines. */
void machine_rig_do(struct machine_rig *rig, const char *text);

/* One statement that the machine refuses to take: the library error, negative. */
int machine_rig_try(struct machine_rig *rig, const char *text);

/* The event of one statement, with the names known so far. */
void machine_rig_event(struct machine_rig *rig, const char *text, struct tce_event *ret_event);

/* A whole scenario; text that is none stops the test. Its own, to be freed. */
struct tce_scenario *machine_rig_parse(const char *text);

#endif
