/* SPDX-License-Identifier: BSD-2-Clause */
/* The n-th request for memory fails, for every n: an error, nothing changed, nothing lost. */
#include <tce/table.h>

#include "base/bits.h"
#include "failalloc.h"
#include "testing.h"

#define NR 4000

static struct tce_table *table_new(struct failalloc *fa, enum tce_table_storage storage)
{
	struct tce_table_opts opts = {12, NR, storage};
	struct tce_alloc alloc = failalloc_alloc(fa);
	struct tce_table *table;

	assert_int_equal(tce_table_new(&alloc, &opts, &table), 0);
	return table;
}

static void constructors_fail_cleanly(void **state)
{
	struct tce_table_opts opts = {12, NR, TCE_STORAGE_LAZY};
	unsigned plain;

	(void)state;
	for (plain = 0; plain < 4; plain++) {
		struct tce_table *table = NULL;
		uint64_t n;
		int err = -1;

		opts.storage = plain / 2 == 0 ? TCE_STORAGE_LAZY : TCE_STORAGE_COMPACT;
		for (n = 1; err != 0; n++) {
			struct failalloc fa;
			struct tce_alloc alloc;

			failalloc_init(&fa, n);
			alloc = plain % 2 == 0 ? failalloc_alloc(&fa) : failalloc_alloc_plain(&fa);
			err = tce_table_new(&alloc, &opts, &table);
			if (err == 0) {
				tce_table_free(table);
			} else {
				assert_int_equal(err, -TCE_ERR_NOMEM);
				assert_null(table);
			}
			failalloc_assert_empty(&fa);
		}
		assert_int_equal(n, 3); /* the first failed, the second was not needed */
	}
}

/* One way to change a table that needs more runs than the four it has room for. */
struct change {
	const char *name;
	int (*apply)(struct tce_table *table);
};

static int put_between(struct tce_table *table)
{
	uint64_t old = 77;
	int err = tce_table_put(table, 150, 0x9001, &old);

	assert_int_equal(old, err == 0 ? 0 : 77);
	return err;
}

static int put_splits_a_run(struct tce_table *table)
{
	return tce_table_put(table, 105, 0, NULL);
}

static int put_run_between(struct tce_table *table)
{
	return tce_table_put_run(table, 1000, 3, 2000);
}

static int stuff_splits_a_run(struct tce_table *table)
{
	return tce_table_stuff(table, 203, 0x7003, 3);
}

static int list_between(struct tce_table *table)
{
	struct tce_be64 list[600];
	unsigned i;

	for (i = 0; i < 600; i++)
		tce_be64_set(&list[i], (uint64_t)i * i << 12 | 3);
	return tce_table_put_list(table, 150, list, 600);
}

static int copy_of_a_longer_one(struct tce_table *table)
{
	struct failalloc fa;
	struct tce_table *src;
	uint64_t i;
	int err;

	failalloc_init(&fa, 0);
	src = table_new(&fa, TCE_STORAGE_LAZY);
	for (i = 0; i < NR; i += 2)
		assert_int_equal(tce_table_put(src, i, 0x5003, NULL), 0);
	err = tce_table_copy(table, src);
	tce_table_free(src);
	failalloc_assert_empty(&fa);
	return err;
}

static const struct change changes[] = {
	{"put_between", put_between},         {"put_splits_a_run", put_splits_a_run},
	{"put_run_between", put_run_between}, {"stuff_splits_a_run", stuff_splits_a_run},
	{"list_between", list_between},       {"copy_of_a_longer_one", copy_of_a_longer_one},
};

/* Four runs of ten entries, which fill the array of a compact table. */
static void fill_four(struct tce_table *table)
{
	uint64_t i;

	for (i = 1; i <= 4; i++)
		assert_int_equal(tce_table_put_run(table, i * 100, i << 20 | 3, 10), 0);
}

/* True when the change was made although request n, counted from its start, would fail. */
static bool change_with_failure(const struct change *change, uint64_t n)
{
	struct failalloc fa;
	struct failalloc fb;
	struct tce_table *table;
	struct tce_table *before;
	int err;

	failalloc_init(&fa, 0);
	failalloc_init(&fb, 0);
	table = table_new(&fa, TCE_STORAGE_COMPACT);
	before = table_new(&fb, TCE_STORAGE_LAZY);
	fill_four(table);
	fill_four(before);
	fa.fail_at = fa.nr_asked + n;
	err = change->apply(table);
	if (err != 0) {
		assert_int_equal(err, -TCE_ERR_NOMEM);
		assert_true(tce_table_equal(table, before));
		assert_int_equal(tce_table_nr_mapped(table), 40);
		assert_int_equal(change->apply(table), 0); /* there is memory again */
	}
	assert_int_equal(change->apply(before), 0);
	assert_true(tce_table_equal(table, before));
	assert_int_equal(tce_table_nr_mapped(table), tce_table_nr_mapped(before));
	tce_table_free(table);
	tce_table_free(before);
	failalloc_assert_empty(&fa);
	failalloc_assert_empty(&fb);
	return err == 0;
}

static void a_change_without_memory_changes_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		uint64_t n = 1;

		while (!change_with_failure(&changes[i], n))
			n++;
		if (n == 1)
			fail_msg("%s never asked for memory", changes[i].name);
	}
}

static void taking_away_and_replacing_need_no_memory(void **state)
{
	struct failalloc fa;
	struct tce_table *table;

	(void)state;
	failalloc_init(&fa, 0);
	table = table_new(&fa, TCE_STORAGE_COMPACT);
	fa.fail_at = 2;
	fa.fail_later = true;
	assert_int_equal(tce_table_stuff(table, 0, 0, NR), 0); /* nothing there */
	assert_int_equal(tce_table_put(table, 5, 0, NULL), 0);
	fa.fail_at = 0;
	fill_four(table);
	fa.fail_at = fa.nr_asked + 1;
	assert_int_equal(tce_table_stuff(table, 100, 0, 5), 0);
	assert_int_equal(tce_table_stuff(table, 205, 0, 50), 0);
	assert_int_equal(tce_table_stuff(table, 290, 0, 30), 0);
	assert_int_equal(tce_table_put_run(table, 400, 0x6003, 9), 0);
	assert_int_equal(tce_table_nr_mapped(table), 5 + 5 + 10);
	tce_table_clear(table);
	assert_int_equal(tce_table_nr_mapped(table), 0);
	tce_table_free(table);
	failalloc_assert_empty(&fa);
}

static void lazy_storage_never_asks_again(void **state)
{
	struct failalloc fa;
	struct tce_table *table;
	size_t i;

	(void)state;
	failalloc_init(&fa, 2);
	fa.fail_later = true;
	table = table_new(&fa, TCE_STORAGE_LAZY);
	fill_four(table);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		assert_int_equal(changes[i].apply(table), 0);
	tce_table_clear(table);
	tce_table_free(table);
	assert_int_equal(fa.nr_asked, 1);
	failalloc_assert_empty(&fa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constructors_fail_cleanly),
		cmocka_unit_test(a_change_without_memory_changes_nothing),
		cmocka_unit_test(taking_away_and_replacing_need_no_memory),
		cmocka_unit_test(lazy_storage_never_asks_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
