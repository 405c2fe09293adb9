/* SPDX-License-Identifier: BSD-2-Clause */
/* Every built-in profile beside its naive twin, over seeded random sequences. */
#include "papr_lockstep.h"
#include "testing.h"

static void alike(const char *name)
{
	struct prop prop = {.name = name, .seed = 1, .nr_seqs = 2500, .nr_ops = 60};

	papr_lockstep_prop(&prop, tce_papr_profile_find(name));
	assert_true(prop_check(&prop, NULL));
}

#define ALIKE(profile, text)                                                                       \
	static void text##_does_what_its_naive_twin_does(void **state)                             \
	{                                                                                          \
		(void)state;                                                                       \
		alike(profile);                                                                    \
	}

ALIKE("qemu", qemu)
ALIKE("qemu-7.2", qemu_7_2)
ALIKE("qemu-11.1", qemu_11_1)
ALIKE("kvm", kvm)
ALIKE("papr-strict", papr_strict)
ALIKE("papr-2.13", papr_2_13)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemu_does_what_its_naive_twin_does),
		cmocka_unit_test(qemu_7_2_does_what_its_naive_twin_does),
		cmocka_unit_test(qemu_11_1_does_what_its_naive_twin_does),
		cmocka_unit_test(kvm_does_what_its_naive_twin_does),
		cmocka_unit_test(papr_strict_does_what_its_naive_twin_does),
		cmocka_unit_test(papr_2_13_does_what_its_naive_twin_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
