/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps as scenario text and back. The language is that of tce-scenario(5), as far as it has words
 * for what happens here: a story without the following can be played by "tce run" as well.
 *
 *	hcall token=N args=A,B,C,D           any hypercall
 *	rtas token=N nargs=N nret=N          a call that the model does not have
 *	rtas ... block=scratch|none at=N     where the block lies; at is or-ed to its address
 *	h_put_tce_indirect ... repeat=N      the first N of tces over and over, each time plus step
 *	h_put_tce_indirect ... list-at=N     the list is what lies there
 *	sweep liobn=N ioba=N step=N count=N  H_GET_TCE over a range
 *	vio-dma NAME addr=N                  may the spapr-vlan device use this page?
 *
 * Bridges are called phbN and have the BUID of QEMU's index N; devices edu0, edu1 ... are QEMU's
 * "edu" on bridge 0; virtual I/O devices are called vlan... or vscsi...
 */
#ifndef TCE_CLI_QEMU_SCENARIO_TEXT_H
#define TCE_CLI_QEMU_SCENARIO_TEXT_H

#include <stdio.h>

#include "live.h"

/* The lines before the first step. */
void tce_text_machine(FILE *out, const struct tce_qemu_config *config, const char *profile);

/* One step without its expectation; and the expectation alone. */
void tce_text_op(FILE *out, const struct tce_qemu_config *config,
		 const struct tce_papr_profile *profile, const struct tce_op *op);
void tce_text_expect(FILE *out, const struct tce_op *op, const struct tce_expect *expect);

/*
 * Does the answer hold what is expected? Every word of the expectation must be in what
 * tce_text_expect wrote; numbers by value.
 */
bool tce_text_holds(const char *expected, const char *answer);

/* A story as read: what each step is expected to answer, "" where the text says nothing. */
struct tce_text_story {
	struct tce_story story;
	char profile[32]; /* "" when none is named */
	char **expect;    /* nr_ops of them */
	unsigned *line;   /* where each step stood */
};

/* 0, or -1 and *fail, which names the line. To be freed after success. */
int tce_text_read(FILE *in, const char *name, struct tce_text_story *ret_story,
		  struct tce_fail *fail);
void tce_text_free(struct tce_text_story *story);

#endif
