/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why the TCE hypercalls refuse, and where KVM's kernel handlers and LoPAR answer otherwise than
 * QEMU (whose own answers are in test_papr_measured.c).
 */
#include "papr_guest.h"
#include "testing.h"

#define GIB     (UINT64_C(1) << 30)
#define FAR_OUT (UINT64_C(1) << 44) /* not memory */

static void refused(struct papr_guest *g, int64_t r3, int64_t code, enum tce_refusal why)
{
	assert_int_equal(r3, code);
	assert_int_equal(g->answer.refusal, why);
}

static void param(struct papr_guest *g, int64_t r3, enum tce_refusal why)
{
	refused(g, r3, TCE_H_PARAMETER, why);
	assert_int_equal(g->answer.nr_stored, 0);
}

static void list_of(struct papr_guest *g, uint64_t first, uint64_t step)
{
	uint64_t i;

	for (i = 0; i < 512; i++)
		guest_ram_set_u64(&g->ram, LIST_PAGE + 8 * i, first + i * step);
}

static void each_refusal_says_why(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	param(&g, h_put(&g, 7, 0, 3), TCE_REFUSED_LIOBN_UNKNOWN);
	param(&g, h_put(&g, L1, 0, 3), TCE_REFUSED_LIOBN_DISABLED);
	param(&g, h_get(&g, L1, 0), TCE_REFUSED_LIOBN_DISABLED);
	param(&g, h_stuff(&g, L1, 0, 3, 0), TCE_REFUSED_LIOBN_DISABLED);
	param(&g, h_put(&g, L0, GIB, 3), TCE_REFUSED_IOBA_PAST_END);
	param(&g, h_stuff(&g, L0, GIB, 3, 1), TCE_REFUSED_IOBA_PAST_END);
	param(&g, h_stuff(&g, L0, 0, 3, 0), TCE_REFUSED_COUNT_ZERO);
	param(&g, h_stuff(&g, L0, 0, 3, 0x40001), TCE_REFUSED_COUNT_LIMIT);
	param(&g, h_indirect(&g, 7, 0, LIST_PAGE + 8, 513), TCE_REFUSED_LIOBN_UNKNOWN);
	param(&g, h_indirect(&g, L0, 0, LIST_PAGE, 513), TCE_REFUSED_COUNT_LIMIT);
	param(&g, h_indirect(&g, L0, 0, LIST_PAGE + 8, 1), TCE_REFUSED_LIST_UNALIGNED);
	param(&g, h_indirect(&g, L0, 0, LIST_PAGE, 0), TCE_REFUSED_COUNT_ZERO);
	param(&g, h_indirect(&g, L0, GIB, LIST_PAGE, 1), TCE_REFUSED_IOBA_PAST_END);
	refused(&g, h_call(&g, 0x78), TCE_H_FUNCTION, TCE_REFUSED_FUNCTION);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_NOT);
	assert_int_equal(g.answer.nr_stored, 1);
	assert_int_equal(h_get(&g, L0, 0), 0);
	assert_int_equal(g.answer.nr_stored, 0);
	papr_guest_close(&g);
}

static void an_address_before_the_window_is_told_from_one_behind_it(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	param(&g, h_put(&g, L1, DYN - 1, 3), TCE_REFUSED_IOBA_BELOW);
	param(&g, h_put(&g, L1, 0, 3), TCE_REFUSED_IOBA_BELOW);
	param(&g, h_put(&g, L1, DYN + (UINT64_C(1) << 31), 3), TCE_REFUSED_IOBA_PAST_END);
	papr_guest_close(&g);
}

static void qemu_stores_up_to_the_end_and_then_refuses(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	list_of(&g, 3, 4096);
	refused(&g, h_indirect(&g, L0, GIB - 0x4000, LIST_PAGE, 8), TCE_H_PARAMETER,
		TCE_REFUSED_RANGE_PAST_END);
	assert_int_equal(g.answer.nr_stored, 4);
	refused(&g, h_stuff(&g, L0, GIB - 0x3000, 5, 100), TCE_H_PARAMETER,
		TCE_REFUSED_RANGE_PAST_END);
	assert_int_equal(g.answer.nr_stored, 3);
	assert_int_equal(window_of(&g, L0).nr_mapped, 4);
	papr_guest_close(&g);
}

static void kvm_refuses_what_is_not_on_a_page(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "kvm", TCE_STORAGE_LAZY, NULL);
	param(&g, h_put(&g, L0, 1, 3), TCE_REFUSED_IOBA_UNALIGNED);
	param(&g, h_get(&g, L0, 0xfff), TCE_REFUSED_IOBA_UNALIGNED);
	param(&g, h_stuff(&g, L0, 0x800, 0, 1), TCE_REFUSED_IOBA_UNALIGNED);
	param(&g, h_indirect(&g, L0, 0x1008, LIST_PAGE, 1), TCE_REFUSED_IOBA_UNALIGNED);
	param(&g, h_put(&g, L1, 1, 3), TCE_REFUSED_LIOBN_DISABLED);
	papr_guest_close(&g);
}

static void kvm_takes_any_tce_but_stuffs_only_empty_ones(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "kvm", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(h_put(&g, L0, 0, FAR_OUT | 3), 0); /* handed on to QEMU */
	assert_int_equal(h_tce(&g, L0, 0), FAR_OUT | 3);
	param(&g, h_stuff(&g, L0, 0, 0x5003, 1), TCE_REFUSED_TCE_PERM);
	assert_int_equal(h_stuff(&g, L0, 0, 0x5000, 513), 0);
	assert_int_equal(g.answer.nr_stored, 513);
	assert_int_equal(h_stuff(&g, L0, 0, 0, 0), 0);
	assert_int_equal(h_stuff(&g, L0, 0, 0, 0x40000), 0);
	param(&g, h_stuff(&g, L0, 0, 0, 0x40001), TCE_REFUSED_RANGE_PAST_END);
	param(&g, h_stuff(&g, L0, GIB - 0x1000, 0, 2), TCE_REFUSED_RANGE_PAST_END);
	papr_guest_close(&g);
}

static void kvm_looks_at_a_list_in_two_passes(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "kvm", TCE_STORAGE_LAZY, NULL);
	list_of(&g, 3, 4096);
	assert_int_equal(h_indirect(&g, L0, 0, LIST_PAGE, 0), 0);
	assert_int_equal(h_indirect(&g, L0, 0, LIST_PAGE, 512), 0);
	/* One without permission whose address is no memory: the second pass stops there. */
	guest_ram_set_u64(&g.ram, LIST_PAGE + 8 * 5, FAR_OUT);
	refused(&g, h_indirect(&g, L0, 0x800000, LIST_PAGE, 8), TCE_H_PARAMETER,
		TCE_REFUSED_TCE_NOT_RAM);
	assert_int_equal(g.answer.nr_stored, 5);
	assert_int_equal(h_tce(&g, L0, 0x804000), 0x4003);
	assert_int_equal(h_tce(&g, L0, 0x805000), 0);
	/* One with permission that is no memory, too: all goes to QEMU, which takes anything. */
	guest_ram_set_u64(&g.ram, LIST_PAGE + 8 * 7, FAR_OUT | 3);
	assert_int_equal(h_indirect(&g, L0, 0x800000, LIST_PAGE, 8), 0);
	assert_int_equal(h_tce(&g, L0, 0x805000), FAR_OUT);
	assert_int_equal(h_tce(&g, L0, 0x807000), FAR_OUT | 3);
	papr_guest_close(&g);
}

static void kvm_hands_a_list_that_is_no_memory_to_qemu(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "kvm", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	assert_int_equal(h_indirect(&g, L0, 0, FAR_OUT, 2), 0);
	assert_int_equal(h_tce(&g, L0, 0), 0);
	param(&g, h_indirect(&g, L0, 0, FAR_OUT, 0), TCE_REFUSED_COUNT_ZERO);
	param(&g, h_indirect(&g, L0, GIB - 0x1000, LIST_PAGE, 2), TCE_REFUSED_RANGE_PAST_END);
	papr_guest_close(&g);
}

static void a_64k_page_not_on_its_border_goes_to_qemu_as_well(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "kvm", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	guest_ram_set_u64(&g.ram, LIST_PAGE, 0x611003);
	guest_ram_set_u64(&g.ram, LIST_PAGE + 8, FAR_OUT);
	assert_int_equal(h_indirect(&g, L1, DYN, LIST_PAGE, 2), 0);
	assert_int_equal(h_tce(&g, L1, DYN), 0x611003);
	papr_guest_close(&g);
}

static void lopar_takes_only_pages_of_the_partition(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	param(&g, h_put(&g, L0, 0, FAR_OUT | 1), TCE_REFUSED_TCE_NOT_RAM);
	assert_int_equal(h_put(&g, L0, 0, FAR_OUT), 0); /* poison: names no page */
	assert_int_equal(h_put(&g, L0, 0, (GUEST_RAM_TOP - 4096) | 3), 0);
	param(&g, h_put(&g, L0, 0, GUEST_RAM_TOP | 3), TCE_REFUSED_TCE_NOT_RAM);
	param(&g, h_stuff(&g, L0, 0, FAR_OUT | 2, 8), TCE_REFUSED_TCE_NOT_RAM);
	assert_int_equal(h_stuff(&g, L0, 0, 0x5003, 8), 0);
	list_of(&g, 3, 4096);
	guest_ram_set_u64(&g.ram, LIST_PAGE + 8 * 7, FAR_OUT | 3);
	param(&g, h_indirect(&g, L0, 0x100000, LIST_PAGE, 8), TCE_REFUSED_TCE_NOT_RAM);
	assert_int_equal(h_tce(&g, L0, 0x100000), 0); /* none at all */
	assert_int_equal(h_indirect(&g, L0, 0x100000, LIST_PAGE, 7), 0);
	papr_guest_close(&g);
}

static void a_large_page_must_be_all_memory(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(ddw_create(&g, BUID, 21, 31), 0);
	assert_int_equal(h_put(&g, L1, DYN, 0x200003), 0);
	g.ram.top = 0x300000; /* half of the page at 2 MiB is gone */
	param(&g, h_put(&g, L1, DYN, 0x200003), TCE_REFUSED_TCE_NOT_RAM);
	assert_int_equal(h_put(&g, L1, DYN, 3), 0);
	papr_guest_close(&g);
}

static void a_get_of_a_page_that_is_gone_is_partial(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(h_put(&g, L0, 0, 0x800003), 0);
	assert_int_equal(h_get(&g, L0, 0), 0);
	assert_int_equal(g.answer.r4, 0x800003);
	g.ram.top = 0x100000;
	assert_int_equal(h_get(&g, L0, 0), TCE_H_PARTIAL);
	assert_int_equal(g.answer.r4, UINT64_C(0xfffffffffffff003));
	assert_int_equal(g.answer.refusal, TCE_REFUSED_TCE_NOT_RAM);
	assert_int_equal(h_put(&g, L0, 0, 0x800000), 0);
	assert_int_equal(h_get(&g, L0, 0), 0);
	papr_guest_close(&g);
}

static void lopar_stores_all_or_nothing(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	list_of(&g, 3, 4096);
	param(&g, h_indirect(&g, L0, GIB - 0x4000, LIST_PAGE, 8), TCE_REFUSED_RANGE_PAST_END);
	param(&g, h_stuff(&g, L0, GIB - 0x4000, 3, 8), TCE_REFUSED_RANGE_PAST_END);
	assert_int_equal(window_of(&g, L0).nr_mapped, 0);
	papr_guest_close(&g);
}

static void lopar_has_limits_of_its_own(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	refused(&g, h_stuff(&g, L0, 0, 0, 513), TCE_H_P4, TCE_REFUSED_COUNT_LIMIT);
	assert_int_equal(h_stuff(&g, L0, 0, 0, 512), 0);
	assert_int_equal(h_stuff(&g, L0, 0, 0, 0), 0);
	param(&g, h_stuff(&g, L0, GIB, 0, 513), TCE_REFUSED_IOBA_PAST_END); /* range before P4 */
	param(&g, h_indirect(&g, 7, 0, LIST_PAGE, 513), TCE_REFUSED_COUNT_LIMIT);
	param(&g, h_indirect(&g, 7, 0, LIST_PAGE, 512), TCE_REFUSED_LIOBN_UNKNOWN);
	param(&g, h_indirect(&g, L0, 0, FAR_OUT, 1), TCE_REFUSED_LIST_NOT_RAM);
	assert_int_equal(h_indirect(&g, L0, 0, LIST_PAGE, 0), 0);
	param(&g, h_put(&g, L0, 1, 3), TCE_REFUSED_IOBA_UNALIGNED);
	refused(&g, h_indirect(&g, UINT64_MAX, 0, LIST_PAGE, 1), TCE_H_FUNCTION,
		TCE_REFUSED_MTT_OFF);
	papr_guest_close(&g);
}

static void without_memory_lists_read_as_zero_or_are_refused(void **state)
{
	struct tce_lpar_opts opts = {.storage = TCE_STORAGE_COMPACT};
	struct tce_answer answer;
	struct tce_phb_opts phb;
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct tce_lpar *lpar;

		opts.profile = tce_papr_profile_find(i == 0 ? "qemu" : "papr-strict");
		tce_phb_opts_qemu(&phb, 0);
		assert_int_equal(tce_lpar_new(&opts, &lpar), 0);
		assert_int_equal(tce_lpar_phb_add(lpar, &phb), 0);
		assert_int_equal(tce_lpar_h_put_tce(lpar, L0, tce_ioba(0), FAR_OUT | 3, &answer),
				 0);
		assert_int_equal(answer.r3, 0); /* all counts as memory */
		assert_int_equal(
			tce_lpar_h_put_tce_indirect(lpar, L0, tce_ioba(0), tce_ra(0), 1, &answer),
			0);
		assert_int_equal(answer.r3, i == 0 ? 0 : TCE_H_PARAMETER);
		assert_int_equal(tce_lpar_h_get_tce(lpar, L0, tce_ioba(0), &answer), 0);
		assert_int_equal(answer.r4, i == 0 ? 0 : FAR_OUT | 3);
		tce_lpar_free(lpar);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_says_why),
		cmocka_unit_test(an_address_before_the_window_is_told_from_one_behind_it),
		cmocka_unit_test(qemu_stores_up_to_the_end_and_then_refuses),
		cmocka_unit_test(kvm_refuses_what_is_not_on_a_page),
		cmocka_unit_test(kvm_takes_any_tce_but_stuffs_only_empty_ones),
		cmocka_unit_test(kvm_looks_at_a_list_in_two_passes),
		cmocka_unit_test(kvm_hands_a_list_that_is_no_memory_to_qemu),
		cmocka_unit_test(a_64k_page_not_on_its_border_goes_to_qemu_as_well),
		cmocka_unit_test(lopar_takes_only_pages_of_the_partition),
		cmocka_unit_test(a_large_page_must_be_all_memory),
		cmocka_unit_test(a_get_of_a_page_that_is_gone_is_partial),
		cmocka_unit_test(lopar_stores_all_or_nothing),
		cmocka_unit_test(lopar_has_limits_of_its_own),
		cmocka_unit_test(without_memory_lists_read_as_zero_or_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
