/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties (prop.h) over random lives of machines: a sequence of operations becomes scenario
 * text, Linux acts it out from a fresh machine, and every rule must hold after every event.
 */
#ifndef PROP_LIFE_H
#define PROP_LIFE_H

#include <tce/scenario.h>

#include "machine/machine.h"
#include "prop.h"

struct prop_life {
	const char *begin;     /* scenario text, up to the boot */
	const uint8_t *weight; /* how often each kind of operation comes */
	unsigned nr_kinds;
	bool has_vfio;
	/* One operation as a statement of at most 99 characters. */
	void (*statement)(const struct prop_op *op, char *text, size_t n);
	/* False: nobody would do this now; the event is left out. */
	bool (*is_sane)(const struct tce_machine *m, const struct tce_event *event);
	/* Beside the rules, after an event; true: wrong, and text says what. NULL: none. */
	bool (*is_wrong)(const struct tce_machine *m, unsigned step, const struct tce_event *event,
			 const struct tce_outcome *outcome, char *text, size_t n);
};

/* Fails the case, with the shrunk life printed, when one of nr_seqs lives breaks something. */
void prop_life_check(struct prop_life *life, const char *name, uint64_t seed, unsigned nr_seqs,
		     size_t nr_ops);

#endif
