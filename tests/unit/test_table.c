/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/table.h, promise by promise, for both storages where they share it. */
#include <stdlib.h>
#include <string.h>

#include <tce/table.h>

#include "base/bits.h"
#include "failalloc.h"
#include "testing.h"

#define PAGE UINT64_C(65536)

static struct tce_table *table_new(enum tce_table_storage storage, unsigned page_shift,
				   uint64_t nr_entries)
{
	struct tce_table_opts opts = {page_shift, nr_entries, storage};
	struct tce_table *table;

	assert_int_equal(tce_table_new(NULL, &opts, &table), 0);
	return table;
}

static struct tce_table *lazy(uint64_t nr_entries)
{
	return table_new(TCE_STORAGE_LAZY, 16, nr_entries);
}

static struct tce_table *compact(uint64_t nr_entries)
{
	return table_new(TCE_STORAGE_COMPACT, 16, nr_entries);
}

static void a_page_shift_or_count_out_of_range_is_refused(void **state)
{
	static const struct tce_table_opts bad[] = {
		{11, 1, TCE_STORAGE_LAZY},
		{35, 1, TCE_STORAGE_LAZY},
		{12, 0, TCE_STORAGE_COMPACT},
		{12, TCE_TABLE_ENTRIES_MAX + 1, TCE_STORAGE_LAZY},
		{12, UINT64_MAX, TCE_STORAGE_COMPACT},
		{12, 1, (enum tce_table_storage)2},
	};
	struct tce_table *table = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tce_table_new(NULL, &bad[i], &table), -TCE_ERR_INVAL);
	assert_null(table);
	tce_table_free(NULL);
}

static void check_empty(struct tce_table *table, uint64_t nr_entries)
{
	struct tce_run run;

	assert_int_equal(tce_table_nr_entries(table), nr_entries);
	assert_int_equal(tce_table_nr_mapped(table), 0);
	assert_int_equal(tce_table_get(table, 0), 0);
	assert_int_equal(tce_table_get(table, nr_entries - 1), 0);
	assert_false(tce_table_next_run(table, 0, &run));
}

static void a_new_table_of_any_geometry_is_empty(void **state)
{
	unsigned shift;

	(void)state;
	for (shift = TCE_PAGE_SHIFT_MIN; shift <= TCE_PAGE_SHIFT_MAX; shift++) {
		struct tce_table *a = table_new(TCE_STORAGE_LAZY, shift, shift * 1000);
		struct tce_table *b = table_new(TCE_STORAGE_COMPACT, shift, TCE_TABLE_ENTRIES_MAX);

		assert_int_equal(tce_table_page_shift(a), shift);
		assert_int_equal(tce_table_page_shift(b), shift);
		check_empty(a, shift * 1000);
		check_empty(b, TCE_TABLE_ENTRIES_MAX);
		tce_table_free(a);
		tce_table_free(b);
	}
}

static void check_put(struct tce_table *table)
{
	uint64_t old = 7;

	assert_int_equal(tce_table_put(table, 3, UINT64_C(0xfedcba9876543abc), &old), 0);
	assert_int_equal(old, 0);
	assert_int_equal(tce_table_nr_mapped(table), 0);
	assert_int_equal(tce_table_put(table, 3, UINT64_MAX, &old), 0);
	assert_int_equal(old, UINT64_C(0xfedcba9876543abc));
	assert_int_equal(tce_table_get(table, 3), UINT64_MAX);
	assert_int_equal(tce_table_nr_mapped(table), 1);
	assert_int_equal(tce_table_put(table, 3, 0, NULL), 0);
	assert_int_equal(tce_table_nr_mapped(table), 0);
	tce_table_free(table);
}

static void entries_are_kept_verbatim_with_their_reserved_bits(void **state)
{
	(void)state;
	check_put(lazy(1000));
	check_put(compact(1000));
}

static void check_refusals(struct tce_table *table)
{
	struct tce_be64 list[4] = {{{1}}};
	uint64_t hash;
	uint64_t old = 7;

	assert_int_equal(tce_table_put_run(table, 10, PAGE | TCE_PERM, 90), 0);
	hash = tce_table_hash(table);
	assert_int_equal(tce_table_put(table, 100, 3, &old), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_put(table, UINT64_MAX, 3, &old), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_put_list(table, 97, list, 4), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_put_run(table, 0, 3, 101), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_put_run(table, 101, 3, 0), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_stuff(table, 50, 3, UINT64_MAX - 49), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_stuff(table, UINT64_MAX, 3, 2), -TCE_ERR_INVAL);
	assert_int_equal(old, 7);
	assert_int_equal(tce_table_hash(table), hash);
	assert_int_equal(tce_table_put_list(table, 100, list, 0), 0);
	assert_int_equal(tce_table_stuff(table, 100, 3, 0), 0);
	assert_int_equal(tce_table_put_run(table, 0, 3, 0), 0);
	assert_int_equal(tce_table_hash(table), hash);
	assert_int_equal(tce_table_get(table, 100), 0);
	assert_int_equal(tce_table_get(table, UINT64_MAX), 0);
	tce_table_free(table);
}

static void a_range_past_the_end_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	check_refusals(lazy(100));
	check_refusals(compact(100));
}

static void check_translate(struct tce_table *table)
{
	struct tce_xlate x;

	assert_int_equal(tce_table_put(table, 2, UINT64_C(0x12345678) | TCE_READ, NULL), 0);
	assert_true(tce_table_translate(table, 2 * PAGE + 0xabcd, TCE_READ, &x));
	assert_int_equal(x.tce, UINT64_C(0x12345678) | TCE_READ);
	assert_int_equal(x.ra.v, 0x1234abcd);
	assert_int_equal(x.perm, TCE_READ);
	assert_int_equal(x.page_shift, 16);
	assert_false(tce_table_translate(table, 2 * PAGE, TCE_WRITE, &x));
	assert_int_equal(x.perm, TCE_READ);
	assert_false(tce_table_translate(table, 2 * PAGE, TCE_PERM, &x));
	assert_false(tce_table_translate(table, 3 * PAGE, TCE_READ, &x));
	assert_int_equal(x.tce, 0);
	assert_int_equal(x.perm, 0);
	assert_false(tce_table_translate(table, 100 * PAGE, TCE_READ, &x));
	assert_false(tce_table_translate(table, 100 * PAGE, 0, &x));
	assert_int_equal(x.tce, 0);
	assert_false(tce_table_translate(table, UINT64_MAX, TCE_READ, &x));
	tce_table_free(table);
}

static void an_access_lands_on_its_page_or_faults(void **state)
{
	(void)state;
	check_translate(lazy(100));
	check_translate(compact(100));
}

static void expect_run(const struct tce_table *table, uint64_t from, uint64_t index, uint64_t count,
		       uint64_t first, uint64_t step)
{
	struct tce_run run;

	assert_true(tce_table_next_run(table, from, &run));
	assert_int_equal(run.index, index);
	assert_int_equal(run.count, count);
	assert_int_equal(run.first, first);
	assert_int_equal(run.step, step);
}

static void check_runs(struct tce_table *table)
{
	struct tce_run run;

	assert_int_equal(tce_table_stuff(table, 0, 0x10003, 2), 0);
	assert_int_equal(tce_table_put_run(table, 2, 0x20003, 2), 0);
	assert_int_equal(tce_table_put(table, 5, 0x70001, NULL), 0);
	/* Greedy from where one starts: the second entry of the pair may begin a linear run. */
	expect_run(table, 0, 0, 2, 0x10003, 0);
	expect_run(table, 1, 1, 3, 0x10003, PAGE);
	expect_run(table, 2, 2, 2, 0x20003, PAGE);
	expect_run(table, 3, 3, 1, 0x30003, 0);
	expect_run(table, 4, 5, 1, 0x70001, 0);
	assert_false(tce_table_next_run(table, 6, &run));
	assert_false(tce_table_next_run(table, UINT64_MAX, &run));
	tce_table_free(table);
}

static void runs_follow_from_the_content_and_the_start(void **state)
{
	(void)state;
	check_runs(lazy(1000));
	check_runs(compact(1000));
}

static void check_long_run(struct tce_table *table)
{
	uint64_t nr = tce_table_nr_entries(table);
	uint64_t i;

	assert_int_equal(tce_table_put_run(table, 1, PAGE | TCE_PERM, nr - 1), 0);
	expect_run(table, 0, 1, nr - 1, PAGE | TCE_PERM, PAGE);
	/* Taken apart and put together again entry by entry, it is the same run. */
	for (i = 500; i < 1600; i++)
		assert_int_equal(tce_table_put(table, i, 5, NULL), 0);
	expect_run(table, 0, 1, 499, PAGE | TCE_PERM, PAGE);
	expect_run(table, 500, 500, 1100, 5, 0);
	assert_int_equal(tce_table_nr_mapped(table), nr - 1);
	for (i = 500; i < 1600; i++)
		assert_int_equal(tce_table_put(table, i, i * PAGE | TCE_PERM, NULL), 0);
	expect_run(table, 0, 1, nr - 1, PAGE | TCE_PERM, PAGE);
	tce_table_free(table);
}

static void a_run_is_maximal_however_it_is_stored(void **state)
{
	(void)state;
	check_long_run(lazy(1000000));
	check_long_run(compact(1000000));
}

static void a_run_ends_before_a_zero_that_its_formula_passes(void **state)
{
	struct tce_table *table[] = {lazy(1000), compact(1000)};
	struct tce_run run;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		assert_int_equal(tce_table_put_run(table[i], 0, 0 - 3 * PAGE, 600), 0);
		expect_run(table[i], 0, 0, 3, 0 - 3 * PAGE, PAGE);
		expect_run(table[i], 3, 4, 596, PAGE, PAGE);
		assert_false(tce_table_next_run(table[i], 600, &run));
		assert_int_equal(tce_table_nr_mapped(table[i]), 0);
		tce_table_free(table[i]);
	}
}

/* As large as can be; 2^40 entries unless the test runs where address space is dear. */
static void the_largest_table_costs_nothing_and_holds_its_last_entry(void **state)
{
	uint64_t nr = TCE_TABLE_ENTRIES_MAX >> (43 - test_reserve_lg2());
	struct tce_table *table = table_new(TCE_STORAGE_LAZY, 12, nr);
	struct tce_run run;

	(void)state;
	assert_false(tce_table_next_run(table, 0, &run));
	assert_int_equal(tce_table_put(table, nr - 1, 0x1003, NULL), 0);
	expect_run(table, 0, nr - 1, 1, 0x1003, 0);
	assert_int_equal(tce_table_put_run(table, 0, 3, nr), 0);
	assert_int_equal(tce_table_nr_mapped(table), nr);
	expect_run(table, 0, 0, nr, 3, 4096);
	assert_int_equal(tce_table_stuff(table, 1, 0, nr - 2), 0);
	assert_int_equal(tce_table_nr_mapped(table), 2);
	expect_run(table, 1, nr - 1, 1, (nr - 1) * 4096 + 3, 0);
	tce_table_clear(table);
	assert_int_equal(tce_table_nr_mapped(table), 0);
	assert_false(tce_table_next_run(table, 0, &run));
	tce_table_free(table);
}

static void check_list(struct tce_table *table)
{
	struct tce_be64 list[1024];
	uint64_t i;

	for (i = 0; i < 1024; i++)
		tce_be64_set(&list[i], (i + 9) * PAGE | TCE_PERM);
	assert_int_equal(tce_table_put_list(table, 512, list, 1024), 0);
	expect_run(table, 0, 512, 1024, 9 * PAGE | TCE_PERM, PAGE);
	tce_be64_set(&list[511], 0);
	assert_int_equal(tce_table_put_list(table, 512, list, 1024), 0);
	expect_run(table, 0, 512, 511, 9 * PAGE | TCE_PERM, PAGE);
	assert_int_equal(tce_table_nr_mapped(table), 1023);
	assert_int_equal(tce_table_put_list(table, 100, list, 512), 0);
	assert_int_equal(tce_table_nr_mapped(table), 511 + 1023 - 100);
	assert_int_equal(tce_table_get(table, 610), (510 + 9) * PAGE | TCE_PERM);
	assert_int_equal(tce_table_get(table, 611), 0);
	assert_int_equal(tce_table_get(table, 612), (100 + 9) * PAGE | TCE_PERM);
	tce_table_free(table);
}

static void a_list_is_big_endian_and_lands_where_it_should(void **state)
{
	(void)state;
	check_list(lazy(5000));
	check_list(compact(5000));
}

static void hash_and_equality_see_content_and_geometry_only(void **state)
{
	struct tce_table *a = lazy(5000);
	struct tce_table *b = compact(5000);
	struct tce_table *shorter = lazy(4999);
	struct tce_table *other_page = table_new(TCE_STORAGE_LAZY, 12, 5000);
	uint64_t i;

	(void)state;
	assert_int_equal(tce_table_hash(a), tce_table_hash(b));
	assert_int_not_equal(tce_table_hash(a), tce_table_hash(shorter));
	assert_int_not_equal(tce_table_hash(a), tce_table_hash(other_page));
	assert_false(tce_table_equal(a, shorter));
	assert_false(tce_table_equal(a, other_page));
	assert_int_equal(tce_table_put_run(a, 700, 3, 2000), 0);
	assert_false(tce_table_equal(a, b));
	for (i = 0; i < 2000; i++)
		assert_int_equal(tce_table_put(b, 700 + i, i * PAGE | 3, NULL), 0);
	assert_true(tce_table_equal(a, b));
	assert_int_equal(tce_table_hash(a), tce_table_hash(b));
	assert_int_equal(tce_table_put(b, 2699, 1999 * PAGE | 1, NULL), 0);
	assert_false(tce_table_equal(a, b));
	assert_int_not_equal(tce_table_hash(a), tce_table_hash(b));
	tce_table_free(a);
	tce_table_free(b);
	tce_table_free(shorter);
	tce_table_free(other_page);
}

static void a_copy_needs_the_same_geometry(void **state)
{
	struct tce_table *a = lazy(5000);
	struct tce_table *b = lazy(5001);
	struct tce_table *c = table_new(TCE_STORAGE_COMPACT, 17, 5000);

	(void)state;
	assert_int_equal(tce_table_put(a, 0, 3, NULL), 0);
	assert_int_equal(tce_table_copy(b, a), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_copy(c, a), -TCE_ERR_INVAL);
	assert_int_equal(tce_table_copy(a, a), 0);
	assert_int_equal(tce_table_get(a, 0), 3);
	assert_int_equal(tce_table_nr_mapped(b), 0);
	tce_table_free(a);
	tce_table_free(b);
	tce_table_free(c);
}

static void lazy_storage_asks_for_memory_once_and_compact_gives_back_what_it_took(void **state)
{
	enum tce_table_storage storage;
	uint64_t i;

	(void)state;
	for (storage = TCE_STORAGE_LAZY; storage <= TCE_STORAGE_COMPACT; storage++) {
		struct tce_table_opts opts = {12, 3000, storage};
		struct tce_table *table;
		struct failalloc fa;
		struct tce_alloc alloc;

		failalloc_init(&fa, 0);
		alloc = failalloc_alloc(&fa);
		assert_int_equal(tce_table_new(&alloc, &opts, &table), 0);
		assert_int_equal(fa.nr_asked, 1);
		for (i = 0; i < 3000; i++)
			assert_int_equal(tce_table_put(table, i, i * i << 12 | 3, NULL), 0);
		if (storage == TCE_STORAGE_LAZY)
			assert_int_equal(fa.nr_asked, 1);
		tce_table_clear(table);
		assert_int_equal(fa.nr_live, 1);
		assert_int_equal(tce_table_nr_mapped(table), 0);
		tce_table_free(table);
		failalloc_assert_empty(&fa);
	}
}

static void lazy_storage_works_without_reserve(void **state)
{
	struct tce_table_opts opts = {12, 3000, TCE_STORAGE_LAZY};
	struct tce_table *table;
	struct failalloc fa;
	struct tce_alloc alloc;

	(void)state;
	failalloc_init(&fa, 0);
	alloc = failalloc_alloc_plain(&fa);
	assert_int_equal(tce_table_new(&alloc, &opts, &table), 0);
	check_empty(table, 3000);
	assert_int_equal(tce_table_put_run(table, 1, 3, 2999), 0);
	assert_int_equal(tce_table_get(table, 2999), 2998 * 4096 + 3);
	tce_table_clear(table);
	check_empty(table, 3000);
	tce_table_free(table);
	failalloc_assert_empty(&fa);
}

static void *reserve_zeroes(void *ctx, size_t size)
{
	(void)ctx;
	return calloc(1, size);
}

static void release_zeroes(void *ctx, void *mem, size_t size)
{
	(void)ctx;
	(void)size;
	free(mem);
}

/* All a discard may do: any byte may become zero; here every other eight of them. */
static void discard_half(void *ctx, void *mem, size_t size)
{
	uint64_t *word = mem;
	size_t i;

	*(uint64_t *)ctx += size;
	for (i = 0; i < size / sizeof(*word); i += 2)
		word[i] = 0;
}

static void clear_offers_all_used_memory_back_and_does_not_care_what_becomes_of_it(void **state)
{
	struct tce_table_opts opts = {12, 2 * 262144 + 5, TCE_STORAGE_LAZY};
	uint64_t discarded = 0;
	struct tce_alloc alloc = {.ctx = &discarded,
				  .reserve = reserve_zeroes,
				  .release = release_zeroes,
				  .discard = discard_half};
	struct tce_table *table;
	uint64_t i;
	int round;

	(void)state;
	assert_int_equal(tce_table_new(&alloc, &opts, &table), 0);
	for (round = 0; round < 3; round++) {
		for (i = 3; i < opts.nr_entries; i += 512)
			assert_int_equal(tce_table_put(table, i, i << 12 | 3, NULL), 0);
		assert_int_equal(tce_table_get(table, 1), 0);
		assert_int_equal(tce_table_get(table, 4), 0);
		discarded = 0;
		tce_table_clear(table);
		assert_true(discarded >= (opts.nr_entries - 3) * sizeof(uint64_t));
		check_empty(table, opts.nr_entries);
	}
	tce_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_shift_or_count_out_of_range_is_refused),
		cmocka_unit_test(a_new_table_of_any_geometry_is_empty),
		cmocka_unit_test(entries_are_kept_verbatim_with_their_reserved_bits),
		cmocka_unit_test(a_range_past_the_end_is_refused_and_changes_nothing),
		cmocka_unit_test(an_access_lands_on_its_page_or_faults),
		cmocka_unit_test(runs_follow_from_the_content_and_the_start),
		cmocka_unit_test(a_run_is_maximal_however_it_is_stored),
		cmocka_unit_test(a_run_ends_before_a_zero_that_its_formula_passes),
		cmocka_unit_test(the_largest_table_costs_nothing_and_holds_its_last_entry),
		cmocka_unit_test(a_list_is_big_endian_and_lands_where_it_should),
		cmocka_unit_test(hash_and_equality_see_content_and_geometry_only),
		cmocka_unit_test(a_copy_needs_the_same_geometry),
		cmocka_unit_test(
			lazy_storage_asks_for_memory_once_and_compact_gives_back_what_it_took),
		cmocka_unit_test(lazy_storage_works_without_reserve),
		cmocka_unit_test(
			clear_offers_all_used_memory_back_and_does_not_care_what_becomes_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
