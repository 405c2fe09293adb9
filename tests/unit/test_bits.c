/* SPDX-License-Identifier: BSD-2-Clause */
/* base/bits.h against loops that say the same in the plainest way. */
#include <stdlib.h>

#include "base/bits.h"
#include "testing.h"

static void ibm_bit_0_is_the_most_significant(void **state)
{
	(void)state;
	assert_int_equal(TCE_IBM_BIT(0), UINT64_C(0x8000000000000000));
	assert_int_equal(TCE_IBM_BIT(63), 1);
	assert_int_equal(TCE_IBM_MASK(0, 63), UINT64_MAX);
	assert_int_equal(TCE_IBM_MASK(0, 51), ~UINT64_C(0xfff));
	assert_int_equal(TCE_IBM_MASK(62, 63), 3);
}

static void an_ibm_mask_is_the_sum_of_its_bits(void **state)
{
	unsigned first, last, bit;

	(void)state;
	for (first = 0; first < 64; first++) {
		uint64_t sum = 0;

		for (last = first; last < 64; last++) {
			bit = last;
			sum |= TCE_IBM_BIT(bit);
			assert_int_equal(TCE_IBM_MASK(first, last), sum);
		}
	}
}

static void a_field_comes_back_as_it_was_put(void **state)
{
	unsigned first, last;

	(void)state;
	for (first = 0; first < 64; first++) {
		for (last = first; last < 64; last++) {
			uint64_t value =
				UINT64_C(0x9e3779b97f4a7c15) & tce_low_mask(last - first + 1);

			assert_int_equal(tce_ibm_get(tce_ibm_put(value, first, last), first, last),
					 value);
			assert_int_equal(tce_ibm_put(UINT64_MAX, first, last),
					 TCE_IBM_MASK(first, last));
		}
	}
}

static unsigned slow_log2_ceil(uint64_t v)
{
	unsigned n = 0;

	while (n < 64 && (UINT64_C(1) << n) < v)
		n++;
	return n;
}

static void logarithms_agree_with_loops_around_every_power(void **state)
{
	unsigned n;
	int d;

	(void)state;
	for (n = 0; n < 64; n++) {
		for (d = -1; d <= 1; d++) {
			uint64_t v = (UINT64_C(1) << n) + (uint64_t)(int64_t)d;

			assert_int_equal(tce_log2_ceil(v), slow_log2_ceil(v));
			assert_int_equal(tce_is_pow2(v),
					 v != 0 && slow_log2_ceil(v) < 64 &&
						 UINT64_C(1) << slow_log2_ceil(v) == v);
			if (v == 0)
				continue;
			assert_int_equal(tce_log2_floor(v),
					 slow_log2_ceil(v) - (tce_is_pow2(v) ? 0 : 1));
			assert_int_equal(tce_fls64(v), tce_log2_floor(v) + 1);
		}
	}
	assert_int_equal(tce_fls64(0), 0);
	assert_int_equal(tce_log2_ceil(UINT64_MAX), 64);
}

static void low_masks_reach_from_none_to_all(void **state)
{
	unsigned n;

	(void)state;
	assert_int_equal(tce_low_mask(0), 0);
	for (n = 1; n < 64; n++)
		assert_int_equal(tce_low_mask(n), tce_low_mask(n - 1) << 1 | 1);
	assert_int_equal(tce_low_mask(64), UINT64_MAX);
}

static void big_endian_memory_is_the_same_on_every_host(void **state)
{
	static const uint8_t want[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
	uint8_t mem[9];
	struct tce_be64 be;

	(void)state;
	tce_be64_store(mem + 1, UINT64_C(0x0123456789abcdef));
	assert_memory_equal(mem + 1, want, 8);
	assert_int_equal(tce_be64_load(mem + 1), UINT64_C(0x0123456789abcdef));
	tce_be32_store(mem + 1, 0x01234567);
	assert_memory_equal(mem + 1, want, 4);
	assert_int_equal(tce_be32_load(mem + 1), 0x01234567);
	tce_be16_store(mem + 1, 0x0123);
	assert_memory_equal(mem + 1, want, 2);
	assert_int_equal(tce_be16_load(mem + 1), 0x0123);
	tce_be64_set(&be, UINT64_C(0x0123456789abcdef));
	assert_memory_equal(be.byte, want, 8);
	assert_int_equal(tce_be64_get(&be), UINT64_C(0x0123456789abcdef));
}

static void bits_are_counted_one_by_one(void **state)
{
	unsigned n;

	(void)state;
	assert_int_equal(tce_count_bits(0), 0);
	assert_int_equal(tce_count_bits(UINT64_MAX), 64);
	assert_int_equal(tce_count_bits(UINT64_C(0x8000000100010003)), 5);
	for (n = 0; n <= 64; n++)
		assert_int_equal(tce_count_bits(tce_low_mask(n)), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ibm_bit_0_is_the_most_significant),
		cmocka_unit_test(an_ibm_mask_is_the_sum_of_its_bits),
		cmocka_unit_test(a_field_comes_back_as_it_was_put),
		cmocka_unit_test(logarithms_agree_with_loops_around_every_power),
		cmocka_unit_test(low_masks_reach_from_none_to_all),
		cmocka_unit_test(big_endian_memory_is_the_same_on_every_host),
		cmocka_unit_test(bits_are_counted_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
