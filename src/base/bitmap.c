/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bits in chunks. A slot without a chunk is uniform: all zero when nr_set is 0, else all one. A
 * chunk knows which of its words are full, so that a search for a zero looks at one word per chunk.
 * Memory is taken before anything is changed; a chunk that became uniform keeps its memory.
 */
#include "bitmap.h"

#include <string.h>

#include "assert.h"
#include "bits.h"
#include "hash.h"

#define CHUNK_WORDS (TCE_BITMAP_CHUNK_BITS / 64)

struct chunk {
	uint64_t word[CHUNK_WORDS];
	uint64_t full; /* bit w: word w has no zero bit */
};

struct tce_bitmap_slot {
	struct tce_rptr chunk;
	uint64_t nr_set;
};

static struct tce_bitmap_slot *slot_at(const struct tce_bitmap *bitmap, uint64_t bit)
{
	struct tce_bitmap_slot *slots = tce_rptr_get(&bitmap->slots);

	return &slots[bit >> TCE_BITMAP_CHUNK_LG2];
}

static uint64_t nr_slots(const struct tce_bitmap *bitmap)
{
	return ((bitmap->nr_bits - 1) >> TCE_BITMAP_CHUNK_LG2) + 1;
}

/* Bits of the slot that holds bit; fewer in the last one. */
static uint64_t slot_bits(const struct tce_bitmap *bitmap, uint64_t bit)
{
	uint64_t rest = bitmap->nr_bits - (bit & ~(uint64_t)(TCE_BITMAP_CHUNK_BITS - 1));

	return rest < TCE_BITMAP_CHUNK_BITS ? rest : TCE_BITMAP_CHUNK_BITS;
}

static uint64_t next_slot(uint64_t bit)
{
	return (bit | (TCE_BITMAP_CHUNK_BITS - 1)) + 1;
}

/* The word that holds bit, also of a slot without a chunk. */
static uint64_t word_at(const struct tce_bitmap *bitmap, uint64_t bit)
{
	const struct tce_bitmap_slot *slot = slot_at(bitmap, bit);
	const struct chunk *chunk = tce_rptr_get(&slot->chunk);
	uint64_t first = bit & ~UINT64_C(63);

	if (chunk != NULL)
		return chunk->word[(bit >> 6) % CHUNK_WORDS];
	if (slot->nr_set == 0)
		return 0;
	return tce_low_mask(bitmap->nr_bits - first < 64 ? (unsigned)(bitmap->nr_bits - first)
							 : 64);
}

int tce_bitmap_init(struct tce_bitmap *bitmap, const struct tce_alloc *alloc, uint64_t nr_bits)
{
	void *slots;

	TCE_ASSERT(nr_bits != 0);
	memset(bitmap, 0, sizeof(*bitmap));
	tce_mem_init(&bitmap->mem, alloc);
	bitmap->nr_bits = nr_bits;
	if (nr_slots(bitmap) > SIZE_MAX / sizeof(struct tce_bitmap_slot))
		return -TCE_ERR_NOMEM;
	slots = tce_mem_reserve(&bitmap->mem,
				(size_t)nr_slots(bitmap) * sizeof(struct tce_bitmap_slot));
	if (slots == NULL)
		return -TCE_ERR_NOMEM;
	tce_rptr_set(&bitmap->slots, slots);
	return 0;
}

static void drop_chunk(struct tce_bitmap *bitmap, struct tce_bitmap_slot *slot)
{
	tce_mem_free(&bitmap->mem, tce_rptr_get(&slot->chunk), sizeof(struct chunk));
	tce_rptr_set(&slot->chunk, NULL);
}

void tce_bitmap_fill(struct tce_bitmap *bitmap, bool value)
{
	uint64_t bit;

	for (bit = 0; bit < bitmap->nr_bits; bit = next_slot(bit)) {
		struct tce_bitmap_slot *slot = slot_at(bitmap, bit);
		uint64_t nr_set = value ? slot_bits(bitmap, bit) : 0;

		drop_chunk(bitmap, slot);
		if (slot->nr_set != nr_set) /* leave untouched pages of the reservation alone */
			slot->nr_set = nr_set;
	}
	bitmap->nr_set = value ? bitmap->nr_bits : 0;
}

void tce_bitmap_fini(struct tce_bitmap *bitmap)
{
	if (tce_rptr_get(&bitmap->slots) == NULL)
		return;
	tce_bitmap_fill(bitmap, false);
	tce_mem_release(&bitmap->mem, tce_rptr_get(&bitmap->slots),
			(size_t)nr_slots(bitmap) * sizeof(struct tce_bitmap_slot));
	tce_rptr_set(&bitmap->slots, NULL);
}

/* Give a uniform slot a chunk with the same bits. */
static int materialise(struct tce_bitmap *bitmap, uint64_t bit)
{
	struct tce_bitmap_slot *slot = slot_at(bitmap, bit);
	struct chunk *chunk;
	uint64_t first = bit & ~(uint64_t)(TCE_BITMAP_CHUNK_BITS - 1);
	unsigned w;

	if (tce_rptr_get(&slot->chunk) != NULL)
		return 0;
	chunk = tce_mem_new(&bitmap->mem, sizeof(*chunk));
	if (chunk == NULL)
		return -TCE_ERR_NOMEM;
	for (w = 0; slot->nr_set != 0 && w < CHUNK_WORDS && first + 64 * w < bitmap->nr_bits; w++) {
		chunk->word[w] = word_at(bitmap, first + 64 * w);
		if (chunk->word[w] == ~UINT64_C(0))
			chunk->full |= UINT64_C(1) << w;
	}
	tce_rptr_set(&slot->chunk, chunk);
	return 0;
}

/* A range inside one slot covers it, or nothing would change: no chunk is needed. */
static bool uniform_suffices(const struct tce_bitmap *bitmap, uint64_t first, uint64_t count,
			     bool value)
{
	uint64_t bits = slot_bits(bitmap, first);

	return count == bits || slot_at(bitmap, first)->nr_set == (value ? bits : 0);
}

static uint64_t piece_in_slot(uint64_t first, uint64_t end)
{
	return (next_slot(first) < end ? next_slot(first) : end) - first;
}

static int prepare(struct tce_bitmap *bitmap, uint64_t first, uint64_t end, bool value)
{
	uint64_t n;
	int err;

	for (; first < end; first += n) {
		n = piece_in_slot(first, end);
		if (uniform_suffices(bitmap, first, n, value))
			continue;
		err = materialise(bitmap, first);
		if (err != 0)
			return err;
	}
	return 0;
}

/* The count bits of mask, in one word, to value; how many changed. */
static unsigned change_word(struct chunk *chunk, unsigned w, uint64_t mask, unsigned count,
			    bool value)
{
	uint64_t old = chunk->word[w];
	uint64_t new = value ? old | mask : old & ~mask;

	chunk->word[w] = new;
	if (new == ~UINT64_C(0))
		chunk->full |= UINT64_C(1) << w;
	else
		chunk->full &= ~(UINT64_C(1) << w);
	return (old ^ new) == mask ? count : tce_count_bits(old ^ new); /* mostly all of them */
}

static uint64_t change_in_chunk(struct chunk *chunk, uint64_t first, uint64_t end, bool value)
{
	uint64_t changed = 0, n;

	for (; first < end; first += n) {
		unsigned bit = (unsigned)(first & 63);

		n = end - first < 64 - bit ? end - first : 64 - bit;
		changed += change_word(chunk, (unsigned)(first >> 6) % CHUNK_WORDS,
				       tce_low_mask((unsigned)n) << bit, (unsigned)n, value);
	}
	return changed;
}

static void change_slot(struct tce_bitmap *bitmap, uint64_t first, uint64_t n, bool value)
{
	struct tce_bitmap_slot *slot = slot_at(bitmap, first);
	struct chunk *chunk = tce_rptr_get(&slot->chunk);
	uint64_t changed;

	if (chunk != NULL)
		changed = change_in_chunk(chunk, first, first + n, value);
	else
		changed = value ? slot_bits(bitmap, first) - slot->nr_set : slot->nr_set;
	slot->nr_set += value ? changed : -changed;
	bitmap->nr_set += value ? changed : -changed;
}

/* Bits of one word whose chunk exists: nearly every call of an allocator. */
static inline bool change_quickly(struct tce_bitmap *bitmap, uint64_t first, uint64_t count,
				  bool value)
{
	unsigned bit = (unsigned)(first & 63), changed;
	struct tce_bitmap_slot *slot;
	struct chunk *chunk;

	TCE_ASSERT(first <= bitmap->nr_bits && count <= bitmap->nr_bits - first);
	if (count - 1 >= 64 - bit)
		return false;
	slot = slot_at(bitmap, first);
	chunk = tce_rptr_get(&slot->chunk);
	if (chunk == NULL)
		return false;
	changed = change_word(chunk, (unsigned)(first >> 6) % CHUNK_WORDS,
			      tce_low_mask((unsigned)count) << bit, (unsigned)count, value);
	slot->nr_set += value ? changed : -(uint64_t)changed;
	bitmap->nr_set += value ? changed : -(uint64_t)changed;
	return true;
}

/* Kept out of its callers, so that their quick way stays short. */
__attribute__((noinline)) static int change(struct tce_bitmap *bitmap, uint64_t first,
					    uint64_t count, bool value)
{
	uint64_t end = first + count, n;
	int err;

	err = prepare(bitmap, first, end, value);
	if (err != 0)
		return err;
	for (; first < end; first += n) {
		n = piece_in_slot(first, end);
		change_slot(bitmap, first, n, value);
	}
	return 0;
}

int tce_bitmap_set(struct tce_bitmap *bitmap, uint64_t first, uint64_t count)
{
	return change_quickly(bitmap, first, count, true) ? 0 : change(bitmap, first, count, true);
}

int tce_bitmap_clear(struct tce_bitmap *bitmap, uint64_t first, uint64_t count)
{
	return change_quickly(bitmap, first, count, false) ? 0
							   : change(bitmap, first, count, false);
}

int tce_bitmap_prepare_clear(struct tce_bitmap *bitmap, uint64_t first, uint64_t count)
{
	TCE_ASSERT(first <= bitmap->nr_bits && count <= bitmap->nr_bits - first);
	return prepare(bitmap, first, first + count, false);
}

bool tce_bitmap_test(const struct tce_bitmap *bitmap, uint64_t bit)
{
	TCE_ASSERT(bit < bitmap->nr_bits);
	return (word_at(bitmap, bit) >> (bit & 63) & 1) != 0;
}

/* The first zero of a chunk at or after bit; the chunk's end when there is none. */
static uint64_t chunk_next_zero(const struct chunk *chunk, uint64_t bit)
{
	uint64_t first = bit & ~(uint64_t)(TCE_BITMAP_CHUNK_BITS - 1);
	unsigned w = (unsigned)(bit >> 6) % CHUNK_WORDS;
	uint64_t zeros = ~chunk->word[w] & ~tce_low_mask((unsigned)(bit & 63));
	uint64_t rest;

	if (zeros == 0) {
		rest = ~chunk->full & ~tce_low_mask(w + 1);
		if (rest == 0)
			return next_slot(bit);
		w = (unsigned)__builtin_ctzll(rest);
		zeros = ~chunk->word[w];
	}
	return first + 64 * w + (unsigned)__builtin_ctzll(zeros);
}

uint64_t tce_bitmap_next_zero(const struct tce_bitmap *bitmap, uint64_t from, uint64_t end)
{
	TCE_ASSERT(end <= bitmap->nr_bits);
	while (from < end) {
		const struct tce_bitmap_slot *slot = slot_at(bitmap, from);
		uint64_t next = next_slot(from);
		uint64_t zero = next;

		if (slot->nr_set == 0)
			return from;
		if (slot->nr_set != slot_bits(bitmap, from))
			zero = chunk_next_zero(tce_rptr_get(&slot->chunk), from);
		if (zero != next)
			return zero < end ? zero : end;
		from = next;
	}
	return end;
}

uint64_t tce_bitmap_next_set(const struct tce_bitmap *bitmap, uint64_t from, uint64_t end)
{
	TCE_ASSERT(end <= bitmap->nr_bits);
	while (from < end) {
		uint64_t ones;

		if (slot_at(bitmap, from)->nr_set == 0) {
			from = next_slot(from);
			continue;
		}
		ones = word_at(bitmap, from) & ~tce_low_mask((unsigned)(from & 63));
		if (ones != 0) {
			from = (from & ~UINT64_C(63)) + (unsigned)__builtin_ctzll(ones);
			break;
		}
		from = (from | 63) + 1;
	}
	return from < end ? from : end;
}

uint64_t tce_bitmap_last_set(const struct tce_bitmap *bitmap, uint64_t from, uint64_t end)
{
	uint64_t top = end;

	TCE_ASSERT(end <= bitmap->nr_bits);
	while (top > from) {
		uint64_t first = (top - 1) & ~UINT64_C(63);
		uint64_t ones = word_at(bitmap, first) & tce_low_mask((unsigned)(top - first));

		if (slot_at(bitmap, first)->nr_set == 0) {
			top = first & ~(uint64_t)(TCE_BITMAP_CHUNK_BITS - 1);
			continue;
		}
		if (ones != 0) {
			top = first + tce_log2_floor(ones);
			return top >= from ? top : end;
		}
		top = first;
	}
	return end;
}

#define FNV_PRIME UINT64_C(0x100000001b3)

/* Zero bytes only multiply: n of them at once. */
static uint64_t fnv_zero_bytes(uint64_t h, uint64_t n)
{
	uint64_t factor = FNV_PRIME;

	for (; n != 0; n >>= 1) {
		if ((n & 1) != 0)
			h *= factor;
		factor *= factor;
	}
	return h;
}

static uint64_t fnv_word(uint64_t h, uint64_t word, unsigned nr_bytes)
{
	unsigned i;

	for (i = 0; i < nr_bytes; i++) {
		h ^= word >> (8 * i) & 0xff;
		h *= FNV_PRIME;
	}
	return h;
}

uint64_t tce_bitmap_fnv1a(const struct tce_bitmap *bitmap)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	uint64_t bit = 0;

	while (bit < bitmap->nr_bits) {
		uint64_t rest = bitmap->nr_bits - bit;

		if (slot_at(bitmap, bit)->nr_set == 0) {
			h = fnv_zero_bytes(h, (slot_bits(bitmap, bit) + 7) / 8);
			bit = next_slot(bit);
			continue;
		}
		h = fnv_word(h, word_at(bitmap, bit), rest < 64 ? (unsigned)(rest + 7) / 8 : 8);
		bit += 64;
	}
	return h;
}

bool tce_bitmap_equal(const struct tce_bitmap *a, const struct tce_bitmap *b)
{
	uint64_t bit = 0;

	if (a->nr_bits != b->nr_bits || a->nr_set != b->nr_set)
		return false;
	while (bit < a->nr_bits) {
		if (slot_at(a, bit)->nr_set != slot_at(b, bit)->nr_set)
			return false;
		if (slot_at(a, bit)->nr_set == 0) {
			bit = next_slot(bit);
			continue;
		}
		if (word_at(a, bit) != word_at(b, bit))
			return false;
		bit += 64;
	}
	return true;
}

uint64_t tce_bitmap_hash(const struct tce_bitmap *bitmap, uint64_t seed)
{
	uint64_t bit = 0;
	uint64_t h = tce_hash_u64(seed, bitmap->nr_bits);

	while (bit < bitmap->nr_bits) {
		if (slot_at(bitmap, bit)->nr_set == 0) {
			bit = next_slot(bit);
			continue;
		}
		h = tce_hash_u64(h ^ bit, word_at(bitmap, bit));
		bit += 64;
	}
	return h;
}
