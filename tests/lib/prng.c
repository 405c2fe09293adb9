/* SPDX-License-Identifier: BSD-2-Clause */
#include "prng.h"

struct prng prng_seeded(uint64_t seed)
{
	struct prng rng = {seed};

	return rng;
}

uint64_t prng_next(struct prng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t prng_below(struct prng *rng, uint64_t n)
{
	uint64_t v = prng_next(rng);

	return n == 0 ? v : v % n;
}

uint64_t prng_between(struct prng *rng, uint64_t first, uint64_t last)
{
	return first + prng_below(rng, last - first + 1);
}

bool prng_one_in(struct prng *rng, uint64_t n)
{
	return prng_below(rng, n) == 0;
}

uint64_t prng_any_size(struct prng *rng, uint64_t last)
{
	uint64_t v = prng_next(rng) >> prng_below(rng, 64);

	return last == UINT64_MAX ? v : v % (last + 1);
}
