/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps as events of tce/event.h and back, so that they can be written and read as scenario text.
 * Objects have numbers: a bridge its index, edu devices theirs, virtual I/O devices from
 * TCE_OP_VIO_ID on.
 */
#ifndef TCE_CLI_PSERIES_OP_EVENT_H
#define TCE_CLI_PSERIES_OP_EVENT_H

#include <tce/event.h>

#include "model.h"

#define TCE_OP_VIO_ID 0x40U

/* Room for the list that an event points to. */
struct tce_op_list {
	struct tce_be64 entry[512];
};

/*
 * The event that is this step. False when none is: other hypercalls, RTAS calls without a name or
 * with their block elsewhere, sweeps, and what a spapr-vlan device is asked. Then *ret_event is a
 * call that can have the same outcome, for the words of its answer.
 */
bool tce_op_to_event(const struct tce_op *op, const struct tce_papr_profile *profile,
		     struct tce_event *ret_event, struct tce_op_list *list);

/* What the step is expected to answer, as the outcome of that event. */
void tce_op_outcome(const struct tce_op *op, const struct tce_expected *expect,
		    struct tce_outcome *ret_outcome);

/* The setup events of a machine: bridge i, edu device i, virtual I/O device i. */
void tce_op_phb_event(const struct tce_qemu_phb *phb, struct tce_event *ret_event);
void tce_op_edu_event(unsigned i, struct tce_event *ret_event);
void tce_op_vio_event(const struct tce_qemu_config *config, unsigned i,
		      struct tce_event *ret_event);

/* phb0, edu0, vscsi, vlan; ctx is the struct tce_qemu_config. */
struct tce_names tce_op_names(const struct tce_qemu_config *config);

/* An event as a step. NULL, or why it cannot be one. Setup events other than plugs are not here. */
const char *tce_op_from_event(const struct tce_event *event, struct tce_op *ret_op);

/* A bridge as QEMU would have it. NULL, or why it cannot. */
const char *tce_op_read_phb(const struct tce_event *event, struct tce_qemu_phb *ret_phb);

#endif
