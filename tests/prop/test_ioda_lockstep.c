/* SPDX-License-Identifier: BSD-2-Clause */
/* The bridge beside its naive twin over seeded random sequences. */
#include "ioda_lockstep.h"
#include "testing.h"

static void a_bridge_does_what_its_naive_twin_does(void **state)
{
	struct prop prop = {.name = "ioda", .seed = 1, .nr_seqs = 2000, .nr_ops = 120};

	(void)state;
	ioda_lockstep_prop(&prop, &ioda_calls_real);
	assert_true(prop_check(&prop, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bridge_does_what_its_naive_twin_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
