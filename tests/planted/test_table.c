/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults that the table's lockstep must notice, and shrink to a story of a few operations. Each is
 * the library with one function wrong at a border; faults in the sources themselves are planted by
 * plant.py from table.faults.
 */
#include "table_lockstep.h"
#include "testing.h"

/* The last entry of a stuff that ends right at a block's end is forgotten. */
static int stuff_stops_short_of_a_border(struct tce_table *table, uint64_t index, uint64_t tce,
					 uint64_t count)
{
	bool at_border = count > 1 && (index + count) % 512 == 0;

	return tce_table_stuff(table, index, tce, at_border ? count - 1 : count);
}

/* Only 511 of the 512 entries are looked at before a block is taken for a run. */
static int list_trusts_the_last_entry(struct tce_table *table, uint64_t index,
				      const struct tce_be64 *list, uint64_t count)
{
	struct tce_run run;
	int err = tce_table_put_list(table, index, list, count);

	if (err == 0 && index % 512 == 0 && count == 512 &&
	    tce_table_next_run(table, index, &run) && run.index == index && run.count == 511)
		return tce_table_put(table, index + 511, run.first + 511 * run.step, NULL);
	return err;
}

/* The second top slot of a run begins one page too early. */
static int run_slips_at_the_top_border(struct tce_table *table, uint64_t index, uint64_t first,
				       uint64_t count)
{
	uint64_t page = UINT64_C(1) << tce_table_page_shift(table);
	int err = tce_table_put_run(table, index, first, count);
	uint64_t border = 262144;

	if (err != 0 || index >= border || index + count <= border)
		return err;
	return tce_table_put_run(table, border, first + (border - index - 1) * page,
				 index + count - border);
}

static int put_accepts_the_entry_behind_the_last(struct tce_table *table, uint64_t index,
						 uint64_t tce, uint64_t *ret_old)
{
	return index == tce_table_nr_entries(table) ? 0 : tce_table_put(table, index, tce, ret_old);
}

static int put_drops_reserved_bits(struct tce_table *table, uint64_t index, uint64_t tce,
				   uint64_t *ret_old)
{
	return tce_table_put(table, index, tce & ~UINT64_C(0xffc), ret_old);
}

static void clear_leaves_the_last_entry(struct tce_table *table)
{
	uint64_t last = tce_table_nr_entries(table) - 1;
	uint64_t tce = tce_table_get(table, last);

	tce_table_clear(table);
	(void)!tce_table_put(table, last, tce, NULL);
}

static int copy_keeps_what_was_there(struct tce_table *dst, const struct tce_table *src)
{
	struct tce_run run;
	uint64_t from = 0;
	int err = 0;

	while (err == 0 && tce_table_next_run(src, from, &run)) {
		for (from = run.index; err == 0 && from < run.index + run.count; from++)
			err = tce_table_put(dst, from, tce_table_get(src, from), NULL);
	}
	return err;
}

static bool run_ends_at_a_block(const struct tce_table *table, uint64_t from,
				struct tce_run *ret_run)
{
	bool more = tce_table_next_run(table, from, ret_run);

	if (more && ret_run->index % 512 + ret_run->count > 512)
		ret_run->count = 512 - ret_run->index % 512;
	return more;
}

static bool translate_ignores_permission(const struct tce_table *table, uint64_t offset,
					 unsigned access, struct tce_xlate *ret_xlate)
{
	return tce_table_translate(table, offset, access, ret_xlate) || access == TCE_WRITE;
}

/* The library with one call replaced is noticed, in at most three operations after the first. */
static void noticed(const struct table_calls *calls)
{
	struct prop prop = {.seed = 1, .nr_seqs = 3000, .nr_ops = 40, .quiet = true};
	struct prop_result result;

	table_lockstep_prop(&prop, calls);
	assert_false(prop_check(&prop, &result));
	assert_in_range(result.nr_ops, 1, 4);
}

#define PLANTED(member, fault)                                                                     \
	static void fault##_is_noticed(void **state)                                               \
	{                                                                                          \
		struct table_calls calls = table_calls_real;                                       \
                                                                                                   \
		(void)state;                                                                       \
		calls.member = fault;                                                              \
		noticed(&calls);                                                                   \
	}

PLANTED(stuff, stuff_stops_short_of_a_border)
PLANTED(put_list, list_trusts_the_last_entry)
PLANTED(put_run, run_slips_at_the_top_border)
PLANTED(put, put_accepts_the_entry_behind_the_last)
PLANTED(put, put_drops_reserved_bits)
PLANTED(clear, clear_leaves_the_last_entry)
PLANTED(copy, copy_keeps_what_was_there)
PLANTED(next_run, run_ends_at_a_block)
PLANTED(translate, translate_ignores_permission)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stuff_stops_short_of_a_border_is_noticed),
		cmocka_unit_test(list_trusts_the_last_entry_is_noticed),
		cmocka_unit_test(run_slips_at_the_top_border_is_noticed),
		cmocka_unit_test(put_accepts_the_entry_behind_the_last_is_noticed),
		cmocka_unit_test(put_drops_reserved_bits_is_noticed),
		cmocka_unit_test(clear_leaves_the_last_entry_is_noticed),
		cmocka_unit_test(copy_keeps_what_was_there_is_noticed),
		cmocka_unit_test(run_ends_at_a_block_is_noticed),
		cmocka_unit_test(translate_ignores_permission_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
