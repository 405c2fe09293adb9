/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults that the lockstep with the naive twin must notice, and shrink to a short story: a profile
 * with one field wrong each. Faults in the sources are planted by plant.py from papr.faults.
 */
#include "papr_lockstep.h"
#include "testing.h"

/* The library with this profile is told from the twin in at most so many operations. */
static void noticed(const struct tce_papr_profile *profile, size_t most)
{
	struct prop prop = {.seed = 1, .nr_seqs = 6000, .nr_ops = 60, .quiet = true};
	struct prop_result result;

	papr_lockstep_prop(&prop, profile);
	assert_false(prop_check(&prop, &result));
	assert_in_range(result.nr_ops, 1, most);
}

#define PLANTED(name, base, change, most)                                                          \
	static void name##_is_noticed(void **state)                                                \
	{                                                                                          \
		struct tce_papr_profile own = *tce_papr_profile_find(base);                        \
                                                                                                   \
		(void)state;                                                                       \
		change;                                                                            \
		noticed(&own, most);                                                               \
	}

/* --- windows --- */
PLANTED(other_page_sizes, "qemu", own.page_shifts |= 1 << 13, 1)
PLANTED(another_default_size, "qemu", own.default_win_size *= 2, 1)
PLANTED(another_dynamic_place, "qemu", own.dyn_win_addr *= 2, 1)
PLANTED(a_smaller_block_in_the_long_query, "qemu", own.largest_block_6 >>= 1, 1)
PLANTED(a_smaller_block_in_the_short_query, "qemu", own.largest_block_5 >>= 1, 1)
PLANTED(entry_counts_of_33_bits, "qemu", own.nr_entries_bits = 33, 1)
PLANTED(shifts_that_are_not_cut, "qemu", own.shift_modulo = 0, 1)
PLANTED(a_default_flag_that_comes_off, "qemu", own.default_flag_sticks = false, 3)
PLANTED(the_default_liobn_last, "qemu", own.default_liobn_last = true, 2)
PLANTED(addresses_by_liobn, "qemu", own.address_by_count = false, 3)
PLANTED(a_failed_create_that_does_no_harm, "qemu", own.failed_create_taints = false, 1)
PLANTED(no_overlap, "qemu", own.overlap_refused = true, 3)
PLANTED(a_vio_liobn_that_does_no_harm, "qemu", own.remove_vio_aborts = false, 1)
PLANTED(a_vio_liobn_that_does_harm, "qemu-7.2", own.remove_vio_aborts = true, 1)
PLANTED(an_isolate_that_restores, "qemu", own.isolate_restores = true, 2)
PLANTED(an_exact_migration, "qemu", own.migrates_by_size = false, 4)
PLANTED(no_window_left_is_a_parameter_error, "qemu", own.no_window_status = -3, 3)
PLANTED(too_large_is_a_parameter_error, "qemu", own.too_large_status = -3, 1)
PLANTED(no_doorbell, "qemu", own.msi_size = 0, 1)
PLANTED(another_token, "qemu", own.rtas_tokens[TCE_RTAS_RESET]++, 1)
PLANTED(a_budget, "qemu", own.block_is_budget = true, 3)
PLANTED(no_budget, "papr-strict", own.block_is_budget = false, 2)
PLANTED(overlap, "papr-strict", own.overlap_refused = false, 2)
PLANTED(an_isolate_that_does_not_restore, "papr-strict", own.isolate_restores = false, 2)
PLANTED(a_long_query_always, "papr-strict", own.query_ext_always = true, 2)
PLANTED(limited_mode, "papr-strict", own.limited_mode = true, 1)
PLANTED(no_limited_mode, "papr-2.13", own.limited_mode = false, 1)
PLANTED(another_limited_place, "papr-2.13", own.limited_win_addr *= 2, 3)
PLANTED(a_flag_that_sticks, "papr-strict", own.default_flag_sticks = true, 5)

/* --- hypercalls --- */
PLANTED(unaligned_is_refused, "qemu", own.unaligned_refused = true, 1)
PLANTED(the_count_is_seen_first, "qemu", own.liobn_checked_first = false, 1)
PLANTED(a_count_of_0_is_fine, "qemu", own.zero_count_refused = false, 1)
PLANTED(stuff_is_limited, "qemu", own.stuff_limit = 512, 1)
PLANTED(all_or_nothing, "qemu", own.partial_stores = false, 1)
PLANTED(stuff_takes_no_permission, "qemu", own.stuff_perm_refused = true, 1)
PLANTED(tces_are_checked, "qemu", own.tce_checked = true, 1)
PLANTED(lists_are_checked, "qemu", own.list_checked = true, 1)
PLANTED(two_passes, "qemu", own.kernel_indirect = true, 1)
PLANTED(one_pass, "kvm", own.kernel_indirect = false, 1)
PLANTED(stuff_takes_permissions, "kvm", own.stuff_perm_refused = false, 1)
PLANTED(another_code_for_the_limit, "papr-strict", own.stuff_limit_code = -4, 1)
PLANTED(half_an_indirect, "papr-strict", own.partial_stores = true, 1)
PLANTED(tces_are_not_checked, "papr-strict", own.tce_checked = false, 1)
PLANTED(gets_are_not_partial, "papr-strict", own.get_partial = false, 3)
PLANTED(negative_liobns_are_just_unknown, "papr-strict", own.mtt_off_code = 0, 1)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_page_sizes_is_noticed),
		cmocka_unit_test(another_default_size_is_noticed),
		cmocka_unit_test(another_dynamic_place_is_noticed),
		cmocka_unit_test(a_smaller_block_in_the_long_query_is_noticed),
		cmocka_unit_test(a_smaller_block_in_the_short_query_is_noticed),
		cmocka_unit_test(entry_counts_of_33_bits_is_noticed),
		cmocka_unit_test(shifts_that_are_not_cut_is_noticed),
		cmocka_unit_test(a_default_flag_that_comes_off_is_noticed),
		cmocka_unit_test(the_default_liobn_last_is_noticed),
		cmocka_unit_test(addresses_by_liobn_is_noticed),
		cmocka_unit_test(a_failed_create_that_does_no_harm_is_noticed),
		cmocka_unit_test(no_overlap_is_noticed),
		cmocka_unit_test(a_vio_liobn_that_does_no_harm_is_noticed),
		cmocka_unit_test(a_vio_liobn_that_does_harm_is_noticed),
		cmocka_unit_test(an_isolate_that_restores_is_noticed),
		cmocka_unit_test(an_exact_migration_is_noticed),
		cmocka_unit_test(no_window_left_is_a_parameter_error_is_noticed),
		cmocka_unit_test(too_large_is_a_parameter_error_is_noticed),
		cmocka_unit_test(no_doorbell_is_noticed),
		cmocka_unit_test(another_token_is_noticed),
		cmocka_unit_test(a_budget_is_noticed),
		cmocka_unit_test(no_budget_is_noticed),
		cmocka_unit_test(overlap_is_noticed),
		cmocka_unit_test(an_isolate_that_does_not_restore_is_noticed),
		cmocka_unit_test(a_long_query_always_is_noticed),
		cmocka_unit_test(limited_mode_is_noticed),
		cmocka_unit_test(no_limited_mode_is_noticed),
		cmocka_unit_test(another_limited_place_is_noticed),
		cmocka_unit_test(a_flag_that_sticks_is_noticed),
		cmocka_unit_test(unaligned_is_refused_is_noticed),
		cmocka_unit_test(the_count_is_seen_first_is_noticed),
		cmocka_unit_test(a_count_of_0_is_fine_is_noticed),
		cmocka_unit_test(stuff_is_limited_is_noticed),
		cmocka_unit_test(all_or_nothing_is_noticed),
		cmocka_unit_test(stuff_takes_no_permission_is_noticed),
		cmocka_unit_test(tces_are_checked_is_noticed),
		cmocka_unit_test(lists_are_checked_is_noticed),
		cmocka_unit_test(two_passes_is_noticed),
		cmocka_unit_test(one_pass_is_noticed),
		cmocka_unit_test(stuff_takes_permissions_is_noticed),
		cmocka_unit_test(another_code_for_the_limit_is_noticed),
		cmocka_unit_test(half_an_indirect_is_noticed),
		cmocka_unit_test(tces_are_not_checked_is_noticed),
		cmocka_unit_test(gets_are_not_partial_is_noticed),
		cmocka_unit_test(negative_liobns_are_just_unknown_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
