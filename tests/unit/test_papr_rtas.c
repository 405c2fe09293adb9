/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTAS blocks (odd addresses and counts measured on QEMU 7.2.22), and the window calls by LoPAR,
 * where PowerVM's sizes bound what can be made.
 */
#include <string.h>

#include "papr_guest.h"
#include "testing.h"

static const uint32_t query_args[3] = {0, BUID >> 32, (uint32_t)BUID};

static void block(struct papr_guest *g, uint64_t at, uint32_t token, uint32_t nargs, uint32_t nret)
{
	unsigned i;

	for (i = 0; i < 16; i++)
		guest_ram_set_u32(&g->ram, at + 4 * i, i < 6 ? 0x11 * i : UNWRITTEN);
	guest_ram_set_u32(&g->ram, at, token);
	guest_ram_set_u32(&g->ram, at + 4, nargs);
	guest_ram_set_u32(&g->ram, at + 8, nret);
}

static int64_t h_rtas(struct papr_guest *g, uint64_t at)
{
	const uint64_t args[5] = {at, 0, 0, 0, 0};

	assert_int_equal(tce_lpar_hcall(g->lpar, TCE_H_RTAS, args, &g->answer), 0);
	return g->answer.r3;
}

static void return_cells_come_4_times_nargs_modulo_2_32_later(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	block(&g, RTAS_BLOCK, 0x2026, 0x40000000, 6);
	assert_int_equal(h_rtas(&g, RTAS_BLOCK), 0);
	assert_int_equal(guest_ram_u32(&g.ram, RTAS_BLOCK + 12), 0xfffffffd);
	assert_int_equal(guest_ram_u32(&g.ram, RTAS_BLOCK + 16), 0x44);
	block(&g, RTAS_BLOCK, 0x2026, 0x80000003, 6);
	assert_int_equal(h_rtas(&g, RTAS_BLOCK), 0);
	assert_int_equal(guest_ram_u32(&g.ram, RTAS_BLOCK + 24), 0xfffffffd);
	block(&g, RTAS_BLOCK, 0x2026, 0x3fffffff, 6); /* 4 GiB - 4 further: not there */
	assert_int_equal(h_rtas(&g, RTAS_BLOCK), 0);
	assert_int_equal(guest_ram_u32(&g.ram, RTAS_BLOCK + 24), UNWRITTEN);
	papr_guest_close(&g);
}

static void a_block_may_lie_across_pages_and_have_a_top_nibble(void **state)
{
	const uint64_t at = 0x4ff6;
	struct papr_guest g;
	unsigned i;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	block(&g, at, 0x2026, 3, 6);
	for (i = 0; i < 3; i++)
		guest_ram_set_u32(&g.ram, at + 12 + 4 * i, query_args[i]);
	assert_int_equal(h_rtas(&g, UINT64_C(0xf) << 60 | at), 0);
	assert_int_equal(guest_ram_u32(&g.ram, at + 24), 0);
	assert_int_equal(guest_ram_u32(&g.ram, at + 28), 1);
	assert_int_equal(guest_ram_u32(&g.ram, at + 32), 0x20);
	assert_int_equal(guest_ram_u32(&g.ram, at + 40), 0x107);
	assert_int_equal(guest_ram_u32(&g.ram, at + 48), UNWRITTEN);
	papr_guest_close(&g);
}

static void a_block_that_is_no_memory_is_an_unknown_call(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(h_rtas(&g, UINT64_C(1) << 44), TCE_H_PARAMETER);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_RTAS_TOKEN);
	assert_int_equal(h_rtas(&g, GUEST_RAM_TOP - 8), TCE_H_PARAMETER);
	assert_int_equal(h_rtas(&g, UINT64_MAX), TCE_H_PARAMETER);
	block(&g, RTAS_BLOCK, 0, 1, 1);
	assert_int_equal(h_rtas(&g, RTAS_BLOCK), TCE_H_PARAMETER);
	assert_int_equal(guest_ram_u32(&g.ram, RTAS_BLOCK + 16), 0xfffffffd);
	papr_guest_close(&g);
}

static void more_return_cells_than_there_are_answers_are_refused(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(rtas(&g, 0x2026, 3, 0xffffffff, query_args), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_RTAS_NRET);
	papr_guest_close(&g);
}

static void the_configuration_address_is_not_looked_at(void **state)
{
	const uint32_t args[5] = {0x12345678, BUID >> 32, (uint32_t)BUID, 16, 31};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(rtas(&g, 0x2027, 5, 4, args), 0);
	assert_int_equal(rtas_ret(&g, 1), L1);
	papr_guest_close(&g);
}

static void a_decoded_call_answers_as_a_block_does(void **state)
{
	struct tce_rtas_call call = {.call = TCE_RTAS_CREATE, .nargs = 5, .nret = 4};
	struct tce_answer answer;
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	memcpy(call.args, query_args, sizeof(query_args));
	call.args[3] = 24;
	call.args[4] = 36;
	assert_int_equal(tce_lpar_rtas(g.lpar, &call, &answer), 0);
	assert_int_equal(answer.status, 0);
	assert_int_equal(answer.nr_rets, 4);
	assert_int_equal(answer.rets[1], L1);
	assert_int_equal(answer.rets[2], DYN >> 32);
	assert_int_equal(answer.rets[3], 0);
	call.call = TCE_NR_RTAS;
	assert_int_equal(tce_lpar_rtas(g.lpar, &call, &answer), -TCE_ERR_INVAL);
	papr_guest_close(&g);
}

static void a_reset_with_four_arguments_is_refused_where_there_is_no_limited_mode(void **state)
{
	const uint32_t args[4] = {0, BUID >> 32, (uint32_t)BUID, 1};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(rtas(&g, 0x2029, 4, 1, args), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_LIMITED_MODE);
	papr_guest_close(&g);
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(rtas(&g, 0x56, 4, 1, args), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_LIMITED_MODE);
	papr_guest_close(&g);
}

static void limited_mode_moves_the_next_window_until_a_reset(void **state)
{
	const uint32_t on[4] = {0, BUID >> 32, (uint32_t)BUID, 1};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-2.13", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(rtas(&g, 0x56, 4, 1, on), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 36), 0);
	assert_int_equal(rtas_ret(&g, 2), 1);
	assert_int_equal(h_put(&g, L1, UINT64_C(1) << 32, 3), 0);
	assert_int_equal(ddw_reset(&g, BUID), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 36), 0);
	assert_int_equal(rtas_ret(&g, 2), DYN >> 32);
	assert_int_equal(rtas(&g, 0x56, 4, 1, on), 0);
	assert_int_equal(tce_lpar_system_reset(g.lpar), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 36), 0);
	assert_int_equal(rtas_ret(&g, 2), DYN >> 32);
	papr_guest_close(&g);
}

/* What PowerVM answered, by the logs of two partitions. */
static void powervm_offers_2_24_tces_and_three_page_sizes(void **state)
{
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find("papr-strict")};
	struct tce_rtas_call call = {.call = TCE_RTAS_QUERY, .nargs = 3, .nret = 6};
	struct tce_answer answer;
	struct tce_phb_opts phb;
	struct tce_lpar *lpar;

	(void)state;
	tce_phb_opts_powervm(&phb, 0x524);
	assert_int_equal(tce_lpar_new(&opts, &lpar), 0);
	assert_int_equal(tce_lpar_phb_add(lpar, &phb), 0);
	call.args[0] = 0x280000;
	call.args[1] = 0x8000000;
	call.args[2] = 0x20000524;
	assert_int_equal(tce_lpar_rtas(lpar, &call, &answer), 0);
	assert_int_equal(answer.rets[1], 1);
	assert_int_equal(answer.rets[2], 0);
	assert_int_equal(answer.rets[3], 0x1000000);
	assert_int_equal(answer.rets[4], 0x103);
	call.call = TCE_RTAS_CREATE;
	call.nargs = 5;
	call.nret = 4;
	call.args[3] = 0x15;
	call.args[4] = 0x25;
	assert_int_equal(tce_lpar_rtas(lpar, &call, &answer), 0);
	assert_int_equal(answer.rets[1], 0x70000524);
	assert_int_equal(answer.rets[2], 0x8000000);
	assert_int_equal(answer.rets[3], 0);
	assert_int_equal(tce_rtas_token(opts.profile, TCE_RTAS_QUERY), 0x53);
	assert_int_equal(tce_rtas_token(opts.profile, TCE_RTAS_CREATE), 0x54);
	assert_int_equal(tce_rtas_token(opts.profile, TCE_RTAS_QUIESCE), 0);
	tce_lpar_free(lpar);
}

static void created_windows_use_the_budget_of_the_pe_up(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 39), 0);
	assert_int_equal(rtas_ret(&g, 1), L1);
	assert_int_equal(ddw_query(&g, BUID), 0);
	assert_int_equal(rtas_ret(&g, 1), 1);
	assert_int_equal(rtas_ret(&g, 3), 1 << 23);
	assert_int_equal(ddw_create(&g, BUID, 16, 40), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_TOO_LARGE);
	assert_int_equal(ddw_create(&g, BUID, 12, 35), 0);
	assert_int_equal(rtas_ret(&g, 1), L0);
	assert_int_equal(rtas_ret(&g, 2), 0);
	assert_int_equal(ddw_query(&g, BUID), 0);
	assert_int_equal(rtas_ret(&g, 3), 0);
	assert_int_equal(ddw_create(&g, BUID, 12, 12), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_NO_WINDOW_LEFT);
	papr_guest_close(&g);
}

static void a_larger_block_may_be_promised_and_must_be_held(void **state)
{
	const struct tce_phb_opts phb = {.largest_block = UINT64_C(1) << 33};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, &phb);
	assert_int_equal(ddw_query(&g, BUID), 0);
	assert_int_equal(rtas_ret(&g, 2), 2);
	assert_int_equal(rtas(&g, 0x53, 3, 5, query_args), 0);
	assert_int_equal(rtas_ret(&g, 2), 0xffffffff);
	assert_int_equal(ddw_create(&g, BUID, 12, 45), 0);
	papr_guest_close(&g);
}

static void lopar_restores_the_default_window_after_the_last_other_one(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_remove(&g, L1), 0);
	assert_int_equal(ddw_avail(&g), 1);
	assert_true(window_of(&g, L0).is_default);
	/* And also where QEMU's flag would stick to the reused LIOBN. */
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_avail(&g), 2);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_false(window_of(&g, L0).is_default);
	assert_int_equal(ddw_remove(&g, L1), 0);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_avail(&g), 1);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	papr_guest_close(&g);
}

/* SR-IOV: one window at a time, the default must go first; or there is no default at all. */
static void a_pe_may_have_one_window_only(void **state)
{
	struct tce_phb_opts phb = {.max_windows = 1};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, &phb);
	assert_int_equal(ddw_avail(&g), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_NO_WINDOW_LEFT);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_avail(&g), 1);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), L1);
	assert_int_equal(ddw_avail(&g), 0);
	papr_guest_close(&g);
	phb.no_default_window = true;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, &phb);
	assert_int_equal(ddw_avail(&g), 1);
	assert_int_equal(h_put(&g, L0, 0, 3), TCE_H_PARAMETER);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(ddw_remove(&g, L1), 0);
	assert_int_equal(ddw_avail(&g), 1);
	papr_guest_close(&g);
}

static void a_bridge_may_give_out_its_second_liobn_first(void **state)
{
	struct tce_phb_opts phb;
	struct papr_guest g;

	(void)state;
	tce_phb_opts_qemu(&phb, 27);
	assert_false(phb.dyn_liobn_first);
	tce_phb_opts_qemu(&phb, 28);
	assert_true(phb.dyn_liobn_first);
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY,
			&(struct tce_phb_opts){.dyn_liobn_first = true});
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), L1);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), L0);
	papr_guest_close(&g);
}

static void without_extensions_there_is_no_reset_and_no_long_query(void **state)
{
	const struct tce_phb_opts phb = {.no_extensions = true};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, &phb);
	assert_int_equal(ddw_query(&g, BUID), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_RTAS_NRET);
	assert_int_equal(rtas(&g, 0x53, 3, 5, query_args), 0);
	assert_int_equal(rtas_ret(&g, 2), 0x1000000);
	assert_int_equal(rtas_ret(&g, 3), 0x103);
	assert_int_equal(ddw_reset(&g, BUID), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_RTAS_TOKEN);
	papr_guest_close(&g);
}

static void a_window_over_another_one_is_not_made(void **state)
{
	const struct tce_phb_opts inside = {.dyn_win_addr = 0x20000000};
	const struct tce_phb_opts top = {.dyn_win_addr = UINT64_C(0xfffffff000000000)};
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, &inside);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_OVERLAP);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 30), -3); /* at 0, up to the one just made */
	assert_int_equal(g.answer.refusal, TCE_REFUSED_OVERLAP);
	assert_int_equal(ddw_create(&g, BUID, 16, 29), 0);
	papr_guest_close(&g);
	papr_guest_open(&g, "papr-strict", TCE_STORAGE_LAZY, &top);
	assert_int_equal(ddw_create(&g, BUID, 16, 37), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_OVERLAP);
	assert_int_equal(ddw_create(&g, BUID, 16, 36), 0);
	papr_guest_close(&g);
}

static void page_masks_and_shifts_translate_both_ways(void **state)
{
	(void)state;
	assert_int_equal(tce_ddw_page_mask(0x1211000), 0x107);
	assert_int_equal(tce_ddw_page_shifts(0x107), 0x1211000);
	assert_int_equal(tce_ddw_page_shifts(0x103), 0x211000);
	assert_int_equal(tce_ddw_page_mask(UINT64_C(0x41f211000)), 0x1ff);
	assert_int_equal(tce_ddw_page_mask(0x2000), 0);
	assert_int_equal(tce_ddw_page_shifts(0xfffffe00), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(return_cells_come_4_times_nargs_modulo_2_32_later),
		cmocka_unit_test(a_block_may_lie_across_pages_and_have_a_top_nibble),
		cmocka_unit_test(a_block_that_is_no_memory_is_an_unknown_call),
		cmocka_unit_test(more_return_cells_than_there_are_answers_are_refused),
		cmocka_unit_test(the_configuration_address_is_not_looked_at),
		cmocka_unit_test(a_decoded_call_answers_as_a_block_does),
		cmocka_unit_test(
			a_reset_with_four_arguments_is_refused_where_there_is_no_limited_mode),
		cmocka_unit_test(limited_mode_moves_the_next_window_until_a_reset),
		cmocka_unit_test(powervm_offers_2_24_tces_and_three_page_sizes),
		cmocka_unit_test(created_windows_use_the_budget_of_the_pe_up),
		cmocka_unit_test(a_larger_block_may_be_promised_and_must_be_held),
		cmocka_unit_test(lopar_restores_the_default_window_after_the_last_other_one),
		cmocka_unit_test(a_pe_may_have_one_window_only),
		cmocka_unit_test(a_bridge_may_give_out_its_second_liobn_first),
		cmocka_unit_test(without_extensions_there_is_no_reset_and_no_long_query),
		cmocka_unit_test(a_window_over_another_one_is_not_made),
		cmocka_unit_test(page_masks_and_shifts_translate_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
