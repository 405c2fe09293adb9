/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sequences of hypercalls, RTAS calls, plugging, resets, DMA and migration: after each the LPAR, in
 * both storages, must be what its naive twin is.
 *
 * Input: a profile, how the first bridge is plugged, then operations of tests/lib/papr_lockstep.h,
 * a kind and six arguments each. An argument is one byte; from 0xf0 on, the byte says that 1 to 8
 * bytes follow (0xf8 to 0xff: as 0xf0 to 0xf7), high one first. What is missing at the end is 0.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "papr_lockstep.h"

#define MAX_OPS 64U

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t left;
};

static uint8_t take(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->data++;
}

static uint64_t take_arg(struct input *in)
{
	uint64_t v = take(in);
	unsigned n;

	if (v < 0xf0)
		return v;
	n = (unsigned)(v & 7) + 1;
	for (v = 0; n > 0; n--)
		v = v << 8 | take(in);
	return v;
}

static void take_op(struct input *in, struct prop_op *ret_op)
{
	unsigned i;

	ret_op->kind = take(in) % papr_lockstep_kinds();
	for (i = 0; i < PROP_ARGS; i++)
		ret_op->arg[i] = take_arg(in);
}

/* libFuzzer keeps the input; the story is for whoever reads the log. */
static void die(const struct prop_op *ops, unsigned nr, const struct prop_failure *failure)
{
	unsigned i;

	for (i = 0; i < nr; i++) {
		papr_lockstep_print(stderr, &ops[i]);
		fputc('\n', stderr);
	}
	fprintf(stderr, "fuzz_papr: %s\n", failure->text);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct prop_op ops[MAX_OPS];
	struct prop_failure failure = {.at = 0};
	const struct tce_papr_profile *profile = tce_papr_profile_at(take(&in) % 7U);
	struct papr_lockstep *ls = papr_lockstep_new(profile, take(&in));
	unsigned nr;

	for (nr = 0; nr < MAX_OPS && in.left > 0; nr++) {
		take_op(&in, &ops[nr]);
		if (!papr_lockstep_do(ls, &ops[nr], &failure))
			die(ops, nr + 1, &failure);
	}
	if (!papr_lockstep_compare_all(ls, &failure))
		die(ops, nr, &failure);
	papr_lockstep_free(ls);
	return 0;
}
