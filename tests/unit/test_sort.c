/* SPDX-License-Identifier: BSD-2-Clause */
/* base/sort.h beside the C library's qsort. */
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "prng.h"
#include "testing.h"

#define MOST 3000

static int by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* n values of at most `bits` bits, shifted up. */
static void try(struct prng *rng, size_t n, unsigned bits, unsigned shift)
{
	uint64_t values[MOST];
	uint64_t sorted[MOST];

	for (size_t i = 0; i < n; i++)
		values[i] = prng_next(rng) >> (64 - bits) << shift;
	memcpy(sorted, values, n * sizeof(values[0]));
	qsort(sorted, n, sizeof(sorted[0]), by_value);
	tce_sort_u64(values, n);
	assert_memory_equal(values, sorted, n * sizeof(values[0]));
}

static void values_of_all_sizes_come_out_in_order(void **state)
{
	struct prng rng = prng_seeded(1);

	(void)state;
	for (size_t n = 0; n < 70; n++)
		try(&rng, n, 64, 0);
	for (unsigned bits = 1; bits <= 64; bits++)
		try(&rng, MOST, bits, 0);
	for (unsigned shift = 1; shift < 64; shift++)
		try(&rng, MOST, 3, shift);
}

static void order_that_is_there_already_stays(void **state)
{
	uint64_t values[MOST];

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		values[i] = MOST - i;
	tce_sort_u64(values, MOST);
	tce_sort_u64(values, MOST);
	for (size_t i = 0; i < MOST; i++)
		assert_int_equal(values[i], i + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_all_sizes_come_out_in_order),
		cmocka_unit_test(order_that_is_there_already_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
