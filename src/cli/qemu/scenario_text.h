/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stories as scenario text and back. The language is that of tce-scenario(5), read and written by
 * tce/scenario.h; a story that needs no more can be played by "tce run" as well. What only QEMU can
 * be asked has words of its own:
 *
 *	hcall token=N args=A,B,C,D           any hypercall
 *	rtas token=N ...                     a call that the model does not have
 *	rtas ... block=scratch|none at=N     where the block lies; at: or-ed to the address, or it
 *	sweep liobn=N ioba=N step=N count=N  H_GET_TCE over a range
 *	vio-dma vlan addr=N                  may the spapr-vlan device use this page?
 *
 * Bridges are called phbN and have QEMU's index N; devices edu0, edu1 ... are QEMU's "edu" on
 * bridge 0; virtual I/O devices are called vscsi and vlan. At most four TCEs make a list, again
 * and again.
 */
#ifndef TCE_CLI_QEMU_SCENARIO_TEXT_H
#define TCE_CLI_QEMU_SCENARIO_TEXT_H

#include <stdio.h>

#include <tce/scenario.h>

#include "cli/pseries/live.h"

/* The lines before the first step. */
void tce_text_machine(FILE *out, const struct tce_qemu_config *config,
		      const struct tce_papr_profile *profile);

/* One step without its expectation; and the expectation alone. */
void tce_text_op(FILE *out, const struct tce_qemu_config *config,
		 const struct tce_papr_profile *profile, const struct tce_op *op);
void tce_text_expect(FILE *out, const struct tce_papr_profile *profile, const struct tce_op *op,
		     const struct tce_expected *expect);

/* A story as read. */
struct tce_text_story {
	struct tce_qemu_story story;
	const struct tce_papr_profile *profile; /* NULL when none is named */
	const struct tce_step **step;           /* of each step: expectations, line, text */
	struct tce_scenario *scenario;          /* whose they are */
};

/* 0, or -1 and *fail, which names the line. To be freed after success. */
int tce_text_read(FILE *in, const char *name, struct tce_text_story *ret_story,
		  struct tce_fail *fail);
void tce_text_free(struct tce_text_story *story);

/* Is all met that the text expects of step i? */
bool tce_text_met(const struct tce_text_story *story, size_t i,
		  const struct tce_papr_profile *profile, const struct tce_expected *expect);

#endif
