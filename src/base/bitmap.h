/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A large set of bit numbers that is fast to search for room: bits live in chunks of 4096, a chunk
 * that is all zero or all one costs no memory, and full words and full chunks are skipped without
 * being looked at. Position independent: may live in an arena and be copied with it.
 *
 * Life: init (all zero) -> set, clear, searches -> fini. One thread.
 * Ranges are [first, first + count) and [from, end), in bits; they must lie inside.
 */
#ifndef TCE_BASE_BITMAP_H
#define TCE_BASE_BITMAP_H

#include "mem.h"
#include "rptr.h"

#define TCE_BITMAP_CHUNK_LG2  12U
#define TCE_BITMAP_CHUNK_BITS (1U << TCE_BITMAP_CHUNK_LG2)

struct tce_bitmap_slot;

struct tce_bitmap {
	struct tce_mem mem;
	struct tce_rptr slots; /* struct tce_bitmap_slot[], one for each chunk */
	uint64_t nr_bits;
	uint64_t nr_set;
};

/* nr_bits >= 1. 0; -TCE_ERR_NOMEM. bitmap is in place for good (struct tce_mem). */
TCE_MUST_USE int tce_bitmap_init(struct tce_bitmap *bitmap, const struct tce_alloc *alloc,
				 uint64_t nr_bits);
void tce_bitmap_fini(struct tce_bitmap *bitmap);

/* Set or clear a range, whatever was there. 0; -TCE_ERR_NOMEM: nothing changed. */
TCE_MUST_USE int tce_bitmap_set(struct tce_bitmap *bitmap, uint64_t first, uint64_t count);
TCE_MUST_USE int tce_bitmap_clear(struct tce_bitmap *bitmap, uint64_t first, uint64_t count);

/* Take the memory that clearing this range needs: clearing it next cannot fail. As clear. */
TCE_MUST_USE int tce_bitmap_prepare_clear(struct tce_bitmap *bitmap, uint64_t first,
					  uint64_t count);

/* All bits to one value: never fails, gives memory back. */
void tce_bitmap_fill(struct tce_bitmap *bitmap, bool value);

bool tce_bitmap_test(const struct tce_bitmap *bitmap, uint64_t bit);

/* The first clear, or set, bit in [from, end); end when there is none. */
uint64_t tce_bitmap_next_zero(const struct tce_bitmap *bitmap, uint64_t from, uint64_t end);
uint64_t tce_bitmap_next_set(const struct tce_bitmap *bitmap, uint64_t from, uint64_t end);

/* The last set bit in [from, end); end when there is none. */
uint64_t tce_bitmap_last_set(const struct tce_bitmap *bitmap, uint64_t from, uint64_t end);

/*
 * FNV-1a 64 over the bitmap as bytes: bit i is bit i % 8 of byte i / 8. What the kernel module of
 * the DMA API recordings prints (tce-dma(5)).
 */
uint64_t tce_bitmap_fnv1a(const struct tce_bitmap *bitmap);

/* Same bits; fingerprint of the bits, fed on from seed. */
bool tce_bitmap_equal(const struct tce_bitmap *a, const struct tce_bitmap *b);
uint64_t tce_bitmap_hash(const struct tce_bitmap *bitmap, uint64_t seed);

#endif
