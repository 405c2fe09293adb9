/* SPDX-License-Identifier: BSD-2-Clause */
/* base/pool.h and base/nearest.h: what a parser takes memory from, and what it suggests. */
#include <limits.h>
#include <stdalign.h>
#include <string.h>

#include "base/nearest.h"
#include "base/pool.h"
#include "failalloc.h"
#include "testing.h"

static void pieces_are_zero_aligned_and_stay_where_they_are(void **state)
{
	struct tce_pool pool;
	char *piece[500];

	(void)state;
	tce_pool_init(&pool, NULL);
	for (size_t i = 0; i < 500; i++) {
		piece[i] = tce_pool_new(&pool, i * 5 + 1);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < i * 5 + 1; k++)
			assert_int_equal(piece[i][k], 0);
		memset(piece[i], (int)i, i * 5 + 1);
	}
	for (size_t i = 0; i < 500; i++)
		assert_int_equal((unsigned char)piece[i][i * 5], i & 0xff);
	assert_non_null(tce_pool_new(&pool, 1 << 20));
	tce_pool_fini(&pool);
}

static void texts_are_copies_with_an_end(void **state)
{
	struct tce_pool pool;

	(void)state;
	tce_pool_init(&pool, NULL);
	assert_string_equal(tce_pool_text(&pool, "windowsill", 6), "window");
	assert_string_equal(tce_pool_text(&pool, "", 0), "");
	tce_pool_fini(&pool);
}

static void no_memory_is_no_piece_and_all_is_given_back(void **state)
{
	(void)state;
	for (uint64_t n = 1; n < 6; n++) {
		struct failalloc fa;
		struct tce_alloc alloc;
		struct tce_pool pool;
		unsigned got = 0;

		failalloc_init(&fa, n);
		alloc = failalloc_alloc(&fa);
		tce_pool_init(&pool, &alloc);
		while (got < 64 && tce_pool_new(&pool, 3000) != NULL)
			got++;
		assert_true(got < 64 || fa.nr_asked < n);
		tce_pool_fini(&pool);
		failalloc_assert_empty(&fa);
	}
}

static unsigned distance(const char *a, const char *b)
{
	unsigned there = tce_edit_distance(a, strlen(a), b, strlen(b));

	assert_int_equal(there, tce_edit_distance(b, strlen(b), a, strlen(a)));
	return there;
}

static void distances_are_counted_in_letters(void **state)
{
	char word[80];

	(void)state;
	assert_int_equal(distance("", ""), 0);
	assert_int_equal(distance("", "map"), 3);
	assert_int_equal(distance("map", "map"), 0);
	assert_int_equal(distance("map", "mpa"), 1);
	assert_int_equal(distance("map", "unmap"), 2);
	assert_int_equal(distance("probe", "prove"), 1);
	assert_int_equal(distance("kexec", "exec"), 1);
	assert_int_equal(distance("ca", "abc"), 3); /* no piece is edited twice */
	memset(word, 'a', sizeof(word));
	assert_int_equal(tce_edit_distance(word, 64, "a", 1), UINT_MAX);
}

static void the_nearest_word_is_found_or_none(void **state)
{
	struct tce_nearest nearest;

	(void)state;
	tce_nearest_init(&nearest, "devcie", 6);
	tce_nearest_try(&nearest, "dma");
	assert_null(nearest.best);
	tce_nearest_try(&nearest, "device");
	tce_nearest_try(&nearest, "devices");
	assert_string_equal(nearest.best, "device");
	tce_nearest_init(&nearest, "xyzzy", 5);
	tce_nearest_try(&nearest, "device");
	assert_null(nearest.best);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_zero_aligned_and_stay_where_they_are),
		cmocka_unit_test(texts_are_copies_with_an_end),
		cmocka_unit_test(no_memory_is_no_piece_and_all_is_given_back),
		cmocka_unit_test(distances_are_counted_in_letters),
		cmocka_unit_test(the_nearest_word_is_found_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
