/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Measuring beside a peer: each round runs ours, then the peer, on the same machine in the same
 * state; the best round of each counts. One line per comparison: name, ours, peer, ratio.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

/* Monotonic time in nanoseconds. */
uint64_t bench_now(void);

/*
 * One comparison. prepare and both functions get ctx; prepare is not measured and may be NULL; it
 * runs before each function of each round. nr is the number of operations of one call.
 */
struct bench {
	const char *name;
	const char *unit; /* of the printed figures: "ns", "us" */
	double per_unit;  /* nanoseconds of one unit */
	void *ctx;
	uint64_t nr;
	unsigned rounds;
	void (*prepare)(void *ctx);
	void (*ours)(void *ctx);
	void (*peer)(void *ctx);
};

void bench_head(const char *title);
void bench_run(const struct bench *bench);

/* A comparison that is not one of time: memory, counts. */
void bench_line(const char *name, const char *unit, double ours, double peer);

/* Keep the compiler from dropping what leads to v. */
void bench_use(uint64_t v);

#endif
