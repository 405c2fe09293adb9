/* SPDX-License-Identifier: BSD-2-Clause */
/* 64-bit fingerprints: XXH3 (xxhash, header only), fed piece by piece in a fixed order. */
#ifndef TCE_BASE_HASH_H
#define TCE_BASE_HASH_H

#define XXH_INLINE_ALL
#include <xxhash.h>

/* Mix one more 64-bit value into a running fingerprint. */
static inline uint64_t tce_hash_u64(uint64_t seed, uint64_t value)
{
	return XXH3_64bits_withSeed(&value, sizeof(value), seed);
}

/*
 * Bytes must mean the same on every host: no padding, no pointers. Integers hashed this way differ
 * between little- and big-endian hosts; fingerprints are for one process, not for files.
 */
static inline uint64_t tce_hash_bytes(uint64_t seed, const void *mem, size_t n)
{
	return XXH3_64bits_withSeed(mem, n, seed);
}

#endif
