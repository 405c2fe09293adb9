/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Properties over seeded sequences of operations, with shrinking.
 *
 * A test says how to make an operation and how to run a sequence of them from a fresh state; run
 * must accept every sequence, also one with operations missing or with smaller arguments, since
 * that is how a failing one is shrunk: first operations are left out, then arguments made simpler,
 * as long as it still fails. The shortest failure and its seed are printed.
 *
 * TCE_PROP_SEED and TCE_PROP_COUNT in the environment replace the seed of the first sequence and
 * the number of sequences: TCE_PROP_SEED=<seed printed> TCE_PROP_COUNT=1 repeats a failure. With
 * TCE_PROP_NO_SHRINK set, a failure is printed as it was found. TCE_PROP_PERCENT runs only so many
 * of each property's sequences: programs under qemu-user are ten to twenty times slower.
 */
#ifndef PROP_H
#define PROP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "prng.h"

#define PROP_ARGS 6
#define PROP_OPS  256 /* most operations of a sequence */

struct prop_op {
	unsigned kind;
	uint64_t arg[PROP_ARGS];
};

/* Why a sequence failed: at which operation, and in words. */
struct prop_failure {
	size_t at;
	char text[256];
};

struct prop {
	const char *name;
	uint64_t seed; /* sequence i has seed + i */
	unsigned nr_seqs;
	unsigned nr_ops; /* most operations of a sequence, <= PROP_OPS */
	bool quiet;      /* print nothing: failure is what the test wants */
	void *ctx;
	/* Write ops[i], zeroes so far; the earlier ones may be looked at. */
	void (*generate)(void *ctx, struct prng *rng, struct prop_op *ops, size_t i);
	/* True: all is well. */
	bool (*run)(void *ctx, const struct prop_op *ops, size_t nr,
		    struct prop_failure *ret_failure);
	/* One operation in words, no newline. */
	void (*print)(void *ctx, FILE *out, const struct prop_op *op);
};

struct prop_result {
	uint64_t seed; /* of the failing sequence */
	size_t nr_ops;
	struct prop_op ops[PROP_OPS]; /* the shrunk sequence */
	struct prop_failure failure;
};

/* True: no sequence failed. False: *ret_result, which may be NULL, is the first failure, shrunk. */
bool prop_check(const struct prop *prop, struct prop_result *ret_result);

#endif
