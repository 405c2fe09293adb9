/* SPDX-License-Identifier: BSD-2-Clause */
#include "naive_scan.h"

uint64_t *naive_bits;

static int test_bit(uint64_t i)
{
	return (int)(naive_bits[i / 64] >> (i % 64) & 1);
}

static uint64_t naive_next_zero(const struct tce_bitmap *map, uint64_t from, uint64_t end)
{
	(void)map;
	while (from < end && test_bit(from))
		from++;
	return from;
}

static uint64_t naive_last_set(const struct tce_bitmap *map, uint64_t from, uint64_t end)
{
	uint64_t i = end;

	(void)map;
	while (i > from) {
		if (test_bit(--i))
			return i;
	}
	return end;
}

static int naive_set(struct tce_bitmap *map, uint64_t first, uint64_t count)
{
	(void)map;
	for (; count != 0; count--, first++)
		naive_bits[first / 64] |= UINT64_C(1) << (first % 64);
	return 0;
}

void naive_free(uint64_t start, uint64_t npages)
{
	for (; npages != 0; npages--, start++)
		naive_bits[start / 64] &= ~(UINT64_C(1) << (start % 64));
}

#define tce_bitmap_next_zero  naive_next_zero
#define tce_bitmap_last_set   naive_last_set
#define tce_bitmap_set        naive_set
#define tce_iommu_range_alloc naive_range_alloc
#define tce_dma_why_text      naive_why_text
#define tce_iommu_pool_hash   naive_pool_hash

/* The renamed functions of the file, declared like those they stand for. */
const char *naive_why_text(enum tce_dma_why why);
unsigned naive_pool_hash(unsigned cpu);

#include "linux/range_alloc.c"
