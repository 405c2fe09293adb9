/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Steps as scenario text and back: "verb key=value ... -> expectation", one a line, # starts a
 * comment. First the machine: "machine pseries profile=NAME", then its bridges and virtual I/O
 * devices.
 *
 * The verbs are those of tce-scenario(5) where it has them; those of this file alone: hcall, sweep,
 * vio-dma, phb-plug, and keys that say how wrong a call is (nargs, nret, block, at, list).
 */
#ifndef TCE_CLI_QEMU_SCENARIO_TEXT_H
#define TCE_CLI_QEMU_SCENARIO_TEXT_H

#include <stdio.h>

#include "live.h"

#define TCE_TEXT_LINE 512U

/* The lines before the first step. */
void tce_text_machine(FILE *out, const struct tce_qemu_config *config, const char *profile);

/* One step without its expectation, and the expectation alone; both end in '\0' within size. */
void tce_text_op(const struct tce_papr_profile *profile, const struct tce_op *op, char *buf,
		 size_t size);
void tce_text_expect(const struct tce_op *op, const struct tce_expect *expect, char *buf,
		     size_t size);

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

/* --- between the writer and the reader --- */

/* Arguments of an RTAS call by name; a 64-bit one takes two cells. */
struct tce_text_rtas {
	const char *name;
	uint32_t nargs;
	uint32_t nret;
	const char *keys[6]; /* "buid" is the one that takes two cells */
};
const struct tce_text_rtas *tce_text_rtas(enum tce_rtas call);

#endif
