/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeded numbers, the same on every machine (splitmix64). Not for secrets. */
#ifndef PRNG_H
#define PRNG_H

#include <stdbool.h>
#include <stdint.h>

struct prng {
	uint64_t state;
};

struct prng prng_seeded(uint64_t seed);

/* 64 random bits. */
uint64_t prng_next(struct prng *rng);

/* 0..n-1; n 0: 64 random bits. */
uint64_t prng_below(struct prng *rng, uint64_t n);

/* first..last, both inclusive. */
uint64_t prng_between(struct prng *rng, uint64_t first, uint64_t last);

/* True once in n times. */
bool prng_one_in(struct prng *rng, uint64_t n);

/* 0..last, small numbers as likely as large ones: each bit length is. */
uint64_t prng_any_size(struct prng *rng, uint64_t last);

#endif
