/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeded numbers for the generator, the same on every machine (splitmix64). */
#ifndef TCE_CLI_VM_RNG_H
#define TCE_CLI_VM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct tce_rng {
	uint64_t state;
};

/* 64 random bits. */
static inline uint64_t tce_rng_next(struct tce_rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/*
 * The seed of the n-th of many streams from one seed. Adding a multiple of the generator's step to
 * the seed would give the same numbers, only later.
 */
static inline uint64_t tce_rng_seed(uint64_t seed, uint64_t n)
{
	struct tce_rng rng = {.state = seed};

	rng.state = tce_rng_next(&rng) ^ n;
	return tce_rng_next(&rng);
}

/* 0..n-1, n not 0. */
static inline uint64_t tce_rng_below(struct tce_rng *rng, uint64_t n)
{
	return tce_rng_next(rng) % n;
}

/* True in percent of all cases. */
static inline bool tce_rng_percent(struct tce_rng *rng, unsigned percent)
{
	return tce_rng_below(rng, 100) < percent;
}

/* 0..last, each bit length as likely as another. */
static inline uint64_t tce_rng_any_size(struct tce_rng *rng, uint64_t last)
{
	unsigned bits = last ? 64U - (unsigned)__builtin_clzll(last) : 0;
	unsigned shift = 64U - (unsigned)tce_rng_below(rng, bits + 1);
	uint64_t v = shift == 64 ? 0 : tce_rng_next(rng) >> shift;

	return v > last ? last : v;
}

#endif
