/* SPDX-License-Identifier: BSD-2-Clause */
/* The table beside its naive twin, an array, over seeded random sequences. */
#include "table_lockstep.h"
#include "testing.h"

static void both_storages_do_what_an_array_does(void **state)
{
	struct prop prop = {.name = "table", .seed = 1, .nr_seqs = 1500, .nr_ops = 40};

	(void)state;
	table_lockstep_prop(&prop, &table_calls_real);
	assert_true(prop_check(&prop, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_storages_do_what_an_array_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
