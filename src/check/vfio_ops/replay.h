/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of the replay of VFIO recordings. replay.c: header and results; machine.c:
 * the machine and the client's memory that the header describes; call.c: one call made and
 * compared; text.c: words.
 */
#ifndef TCE_CHECK_VFIO_REPLAY_H
#define TCE_CHECK_VFIO_REPLAY_H

#include <tce/machine.h>
#include <tce/vfio_ops.h>

#include "base/mem.h"

#define VFIO_DIVERGENCES_MAX 16U
#define VFIO_FINDINGS_MAX    4U
#define VFIO_SLOTS_MAX       4096U

struct tce_vfio_replay {
	struct tce_mem mem;
	struct tce_vfio_replay_opts opts;

	/* The header. */
	struct tce_vfio_run run;
	struct tce_vfio_kernel kernel;
	struct tce_vfio_group_line group[TCE_VFIO_GROUPS_MAX];
	unsigned nr_groups;
	struct tce_vfio_caps caps;
	struct tce_vfio_buffer buffer[TCE_VFIO_BUFFERS_MAX];
	unsigned nr_buffers;
	bool has_run;
	bool has_kernel;

	/* The machine, and what recorded names stand for in it. */
	struct tce_machine *machine;   /* NULL: not built yet */
	uint16_t slot[VFIO_SLOTS_MAX]; /* recorded container -> ours */
	uint16_t next_slot;
	uint16_t group_dev[26]; /* letter -> device; TCE_NO_ID: none */
	uint64_t fresh_ra;      /* memory that no buffer has had yet */
	bool missing[26];       /* buffers that this process has not */
	bool process_pending;   /* its memory is to be made */
	uint64_t locked;        /* bytes, after the last call */

	/* What is under way, and results. */
	uint64_t line;
	uint64_t n;
	enum tce_vfio_call_kind call;
	bool event_diverged;
	struct tce_vfio_summary sum;
	struct tce_vfio_divergence divergence[VFIO_DIVERGENCES_MAX];
	struct tce_vfio_finding finding[VFIO_FINDINGS_MAX];
};

/* Build the machine, boot it, bind the devices. As tce_vfio_replay_record. */
TCE_MUST_USE int tce_vfio_replay_build(struct tce_vfio_replay *replay);

/* The process ends, when one has begun; and a new one has its memory and limits. */
TCE_MUST_USE int tce_vfio_replay_end_process(struct tce_vfio_replay *replay);
TCE_MUST_USE int tce_vfio_replay_begin_process(struct tce_vfio_replay *replay);

/* Fresh memory for a buffer, or other permissions for what it has. */
TCE_MUST_USE int tce_vfio_replay_mmap(struct tce_vfio_replay *replay,
				      const struct tce_vfio_buffer *buffer);
TCE_MUST_USE int tce_vfio_replay_protect(struct tce_vfio_replay *replay,
					 const struct tce_vfio_ops_call *call);

/*
 * One event: 0, and *ret_taken whether the machine took it (else nothing in *ret_outcome);
 * -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_vfio_replay_step(struct tce_vfio_replay *replay, const struct tce_ev_vfio *ev,
				      struct tce_outcome *ret_outcome, bool *ret_taken);

/* Make a call of the recording and compare; the header's GET_INFO likewise. */
TCE_MUST_USE int tce_vfio_replay_call(struct tce_vfio_replay *replay,
				      const struct tce_vfio_ops_call *call);
TCE_MUST_USE int tce_vfio_replay_info(struct tce_vfio_replay *replay,
				      const struct tce_vfio_info_line *info);

/* Something differs; only the first of an event counts. */
void tce_vfio_replay_compare(struct tce_vfio_replay *replay, enum tce_vfio_differs what,
			     uint64_t recorded, uint64_t model);
void tce_vfio_replay_find(struct tce_vfio_replay *replay, enum tce_rule_id rule, uint64_t bytes);

#endif
