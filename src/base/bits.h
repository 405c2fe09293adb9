/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits and bytes: IBM bit numbers, powers of two, big-endian memory. Pure functions.
 * IBM numbering counts from the most significant bit: bit 0 of a doubleword is 1 << 63.
 */
#ifndef TCE_BASE_BITS_H
#define TCE_BASE_BITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <tce/status.h>

/* The one macro pair for registers: IBM bit n, and IBM bits first..last inclusive, of 64. */
#define TCE_IBM_BIT(n)            (UINT64_C(1) << (63 - (n)))
#define TCE_IBM_MASK(first, last) ((~UINT64_C(0) >> (first)) & (~UINT64_C(0) << (63 - (last))))

/* Field IBM bits first..last of v, right-aligned; and a value placed there. */
static inline uint64_t tce_ibm_get(uint64_t v, unsigned first, unsigned last)
{
	return (v & TCE_IBM_MASK(first, last)) >> (63 - last);
}

static inline uint64_t tce_ibm_put(uint64_t value, unsigned first, unsigned last)
{
	return (value << (63 - last)) & TCE_IBM_MASK(first, last);
}

static inline bool tce_is_pow2(uint64_t v)
{
	return v != 0 && (v & (v - 1)) == 0;
}

/* 2^n; 0 from n = 64 on, as POWER's shift has it. */
static inline uint64_t tce_pow2(unsigned n)
{
	return n < 64 ? UINT64_C(1) << n : 0;
}

/* floor(log2 v), v != 0. */
static inline unsigned tce_log2_floor(uint64_t v)
{
	return 63U - (unsigned)__builtin_clzll(v);
}

/* The smallest n with 2^n >= v; 0 for 0 and 1, 64 past 2^63. */
static inline unsigned tce_log2_ceil(uint64_t v)
{
	return v <= 1 ? 0 : 64U - (unsigned)__builtin_clzll(v - 1);
}

/* 1 + index of the highest set bit, 0 for 0: the kernel's fls64. */
static inline unsigned tce_fls64(uint64_t v)
{
	return v == 0 ? 0 : 64U - (unsigned)__builtin_clzll(v);
}

/* How many bits are set; no instruction for it is assumed. */
static inline unsigned tce_count_bits(uint64_t v)
{
	v -= v >> 1 & UINT64_C(0x5555555555555555);
	v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
	v = (v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
	return (unsigned)(v * UINT64_C(0x0101010101010101) >> 56);
}

/* The low n bits set, n 0..64. */
static inline uint64_t tce_low_mask(unsigned n)
{
	return n >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

static inline uint64_t tce_be64_load(const void *mem)
{
	uint64_t v;

	memcpy(&v, mem, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline void tce_be64_store(void *mem, uint64_t v)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	memcpy(mem, &v, sizeof(v));
}

static inline uint32_t tce_be32_load(const void *mem)
{
	uint32_t v;

	memcpy(&v, mem, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	return v;
}

static inline void tce_be32_store(void *mem, uint32_t v)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap32(v);
#endif
	memcpy(mem, &v, sizeof(v));
}

static inline uint16_t tce_be16_load(const void *mem)
{
	const uint8_t *b = mem;

	return (uint16_t)(b[0] << 8 | b[1]);
}

static inline void tce_be16_store(void *mem, uint16_t v)
{
	uint8_t *b = mem;

	b[0] = (uint8_t)(v >> 8);
	b[1] = (uint8_t)v;
}

static inline uint64_t tce_be64_get(const struct tce_be64 *be)
{
	return tce_be64_load(be->byte);
}

static inline void tce_be64_set(struct tce_be64 *be, uint64_t v)
{
	tce_be64_store(be->byte, v);
}

#endif
