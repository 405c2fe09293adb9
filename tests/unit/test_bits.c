/* SPDX-License-Identifier: BSD-2-Clause */
/* base/bits.h: IBM bit numbers, powers of two, big-endian bytes. */
#include "testing.h"

#include "base/bits.h"

static void ibm_bit_0_is_the_most_significant(void **state)
{
	(void)state;
	assert_int_equal(TCE_IBM_BIT(0), UINT64_C(1) << 63);
	assert_int_equal(TCE_IBM_BIT(63), 1);
	assert_int_equal(TCE_IBM_MASK(0, 63), UINT64_MAX);
	assert_int_equal(TCE_IBM_MASK(0, 51), ~UINT64_C(0xfff));
	assert_int_equal(TCE_IBM_MASK(62, 63), 3);
	assert_int_equal(TCE_IBM_MASK(7, 7), TCE_IBM_BIT(7));
}

static void a_field_comes_back_as_it_was_placed_and_is_cut_to_its_width(void **state)
{
	(void)state;
	assert_int_equal(tce_ibm_put(0x5, 59, 63), 5);
	assert_int_equal(tce_ibm_get(tce_ibm_put(0x1ab, 3, 11), 3, 11), 0x1ab);
	assert_int_equal(tce_ibm_get(tce_ibm_put(0x3ab, 3, 11), 3, 11), 0x1ab);
	assert_int_equal(tce_ibm_get(UINT64_MAX, 0, 63), UINT64_MAX);
	assert_int_equal(tce_ibm_put(UINT64_MAX, 0, 0), UINT64_C(1) << 63);
}

static void powers_and_logarithms_hold_at_their_ends(void **state)
{
	unsigned n;

	(void)state;
	assert_false(tce_is_pow2(0));
	assert_true(tce_is_pow2(1));
	assert_false(tce_is_pow2(UINT64_MAX));
	assert_int_equal(tce_log2_ceil(0), 0);
	assert_int_equal(tce_log2_ceil(1), 0);
	assert_int_equal(tce_log2_ceil(UINT64_MAX), 64);
	assert_int_equal(tce_fls64(0), 0);
	for (n = 0; n < 64; n++) {
		uint64_t v = UINT64_C(1) << n;

		assert_true(tce_is_pow2(v));
		assert_int_equal(tce_log2_floor(v), n);
		assert_int_equal(tce_log2_floor(v | (v - 1)), n);
		assert_int_equal(tce_log2_ceil(v), n);
		assert_int_equal(tce_log2_ceil(v + 1), v + 1 == 2 ? 1 : n + 1);
		assert_int_equal(tce_fls64(v), n + 1);
		assert_int_equal(tce_low_mask(n), v - 1);
	}
	assert_int_equal(tce_low_mask(64), UINT64_MAX);
}

static void bytes_in_memory_are_big_endian_on_every_host(void **state)
{
	static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
	struct tce_be64 be;
	uint8_t out[8];

	(void)state;
	assert_int_equal(tce_be64_load(bytes), UINT64_C(0x0123456789abcdef));
	assert_int_equal(tce_be32_load(bytes + 1), 0x23456789);
	assert_int_equal(tce_be16_load(bytes + 1), 0x2345);
	tce_be64_store(out, UINT64_C(0x0123456789abcdef));
	assert_memory_equal(out, bytes, 8);
	tce_be32_store(out, 0x01234567);
	assert_memory_equal(out, bytes, 4);
	tce_be16_store(out, 0x0123);
	assert_memory_equal(out, bytes, 2);
	tce_be64_set(&be, UINT64_C(0x0123456789abcdef));
	assert_memory_equal(be.byte, bytes, 8);
	assert_int_equal(tce_be64_get(&be), UINT64_C(0x0123456789abcdef));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ibm_bit_0_is_the_most_significant),
		cmocka_unit_test(a_field_comes_back_as_it_was_placed_and_is_cut_to_its_width),
		cmocka_unit_test(powers_and_logarithms_hold_at_their_ends),
		cmocka_unit_test(bytes_in_memory_are_big_endian_on_every_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
