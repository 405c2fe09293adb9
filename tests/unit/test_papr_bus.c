/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bridges with other properties, several of them, virtual I/O devices, plugging, resets and CAS:
 * mostly rows measured on QEMU 7.2.22 and 11.1.3.
 */
#include "papr_guest.h"
#include "testing.h"

#define VIO_UNIT UINT64_C(0x71000003)

static void open_with(struct papr_guest *g, const char *profile, const struct tce_phb_opts *phb)
{
	papr_guest_open(g, profile, TCE_STORAGE_LAZY, phb);
}

static void bridges_have_windows_of_their_own(void **state)
{
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	papr_guest_plug(&g, 1);
	papr_guest_plug(&g, 5);
	assert_int_equal(ddw_query(&g, BUID + 1), 0);
	assert_int_equal(ddw_create(&g, BUID + 1, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), 0x80000101);
	assert_int_equal(ddw_create(&g, BUID + 5, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), 0x80000501);
	assert_int_equal(h_put(&g, 0x80000100, 0, 3), 0);
	assert_int_equal(h_put(&g, 0x80000101, DYN, 3), 0);
	assert_int_equal(h_put(&g, 0x80000500, 0, 3), 0);
	assert_int_equal(ddw_remove(&g, 0x80000101), 0);
	assert_int_equal(ddw_avail(&g), 1);
	papr_guest_close(&g);
}

static void without_ddw_all_its_calls_are_refused(void **state)
{
	const struct tce_phb_opts phb = {.no_ddw = true};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", &phb);
	assert_int_equal(ddw_query(&g, BUID), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_DDW_OFF);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), -3);
	assert_int_equal(ddw_remove(&g, L0), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_DDW_OFF);
	assert_int_equal(ddw_reset(&g, BUID), -3);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	assert_int_equal(h_put(&g, L1, 0, 3), TCE_H_PARAMETER);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_LIOBN_UNKNOWN);
	papr_guest_close(&g);
}

static void page_sizes_are_those_of_the_bridge(void **state)
{
	struct tce_phb_opts phb = {.page_shifts = 0x1000};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", &phb);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_PAGE_SHIFT);
	assert_int_equal(ddw_create(&g, BUID, 12, 31), 0);
	papr_guest_close(&g);

	phb.page_shifts = UINT64_C(0x41f211000);
	open_with(&g, "qemu", &phb);
	assert_int_equal(ddw_query(&g, BUID), 0);
	assert_int_equal(rtas_ret(&g, 4), 0x1ff);
	assert_int_equal(ddw_create(&g, BUID, 34, 40), 0);
	papr_guest_close(&g);

	phb.page_shifts = 0x2000; /* 8 KiB, for which the query has no bit */
	open_with(&g, "qemu", &phb);
	assert_int_equal(ddw_query(&g, BUID), 0);
	assert_int_equal(rtas_ret(&g, 4), 0);
	assert_int_equal(ddw_create(&g, BUID, 13, 31), 0);
	assert_int_equal(h_put(&g, L1, DYN + 0x2000, 3), 0);
	papr_guest_close(&g);
}

static void the_default_window_may_lie_elsewhere(void **state)
{
	struct tce_phb_opts phb = {.win_addr = 0x100000, .win_size = 0x80000000};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", &phb);
	assert_int_equal(h_put(&g, L0, 0, 3), TCE_H_PARAMETER);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_IOBA_BELOW);
	assert_int_equal(h_put(&g, L0, 0x100000, 3), 0);
	assert_int_equal(h_put(&g, L0, 0x800ff000, 3), 0);
	assert_int_equal(h_put(&g, L0, 0x80100000, 3), TCE_H_PARAMETER);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_IOBA_PAST_END);
	assert_int_equal(h_put(&g, L0, 0xff000, 3), TCE_H_PARAMETER);
	papr_guest_close(&g);

	/* Not even on a page: addresses go down to a page first, then the base is taken off. */
	phb = (struct tce_phb_opts){.win_addr = 0x1800};
	open_with(&g, "qemu", &phb);
	assert_int_equal(h_put(&g, L0, 0x1800, 3), TCE_H_PARAMETER);
	assert_int_equal(h_put(&g, L0, 0x27ff, 0x5003), 0);
	assert_int_equal(h_put(&g, L0, 0x2800, 3), 0);
	assert_int_equal(h_tce(&g, L0, 0x2000), 3);
	assert_int_equal(h_tce(&g, L0, 0x3000), 0);
	assert_int_equal(h_put(&g, L0, 0x40001000, 3), 0);
	assert_int_equal(h_put(&g, L0, 0x40002000, 3), TCE_H_PARAMETER);
	papr_guest_close(&g);

	phb = (struct tce_phb_opts){.win_size = 0x1800};
	open_with(&g, "qemu", &phb);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	assert_int_equal(h_put(&g, L0, 0x1000, 3), TCE_H_PARAMETER);
	papr_guest_close(&g);
}

static void the_dynamic_window_may_lie_elsewhere(void **state)
{
	struct tce_phb_opts phb = {.dyn_win_addr = UINT64_C(1) << 32};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", &phb);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 2), 1);
	assert_int_equal(rtas_ret(&g, 3), 0);
	assert_int_equal(h_put(&g, L1, UINT64_C(1) << 32, 3), 0);
	papr_guest_close(&g);
}

static void a_window_at_the_top_of_the_bus_goes_on_at_0(void **state)
{
	const uint64_t base = UINT64_C(0xfffffff000000000);
	const uint64_t last = UINT64_C(0xffffffffff000000);
	struct tce_phb_opts phb = {.dyn_win_addr = base};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", &phb);
	assert_int_equal(ddw_create(&g, BUID, 24, 40), 0);
	assert_int_equal(h_put(&g, L1, base, 3), 0);
	assert_int_equal(h_stuff(&g, L1, last, 0x3003, 3), 0);
	assert_int_equal(h_tce(&g, L1, 0), 0x3003);
	assert_int_equal(window_of(&g, L1).last, UINT64_MAX);
	papr_guest_close(&g);
}

static void a_window_as_large_as_the_bus_has_no_end(void **state)
{
	struct tce_phb_opts phb = {.page_shifts = UINT64_C(0x400001000)};
	const uint64_t page = UINT64_C(1) << 34;
	unsigned way;

	(void)state;
	for (way = 0; way < 4; way++) {
		struct papr_guest g;
		uint64_t i;

		papr_guest_open(&g, "qemu", way % 2 == 0 ? TCE_STORAGE_LAZY : TCE_STORAGE_COMPACT,
				&phb);
		assert_int_equal(ddw_create(&g, BUID, 34, 64 + way / 2), 0);
		assert_int_equal(h_put(&g, L1, DYN - 1, 0x1003), 0);
		assert_int_equal(h_stuff(&g, L1, DYN - 2 * page, 0x9003, 4), 0);
		assert_int_equal(g.answer.nr_stored, 4);
		for (i = 0; i < 6; i++)
			assert_int_equal(h_tce(&g, L1, DYN + (i - 3) * page),
					 i >= 1 && i <= 4 ? 0x9003 : 0);
		for (i = 0; i < 4; i++)
			guest_ram_set_u64(&g.ram, LIST_PAGE + 8 * i, i << 12 | 3);
		assert_int_equal(h_indirect(&g, L1, DYN - 2 * page, LIST_PAGE, 4), 0);
		for (i = 0; i < 4; i++)
			assert_int_equal(h_tce(&g, L1, DYN + (i - 2) * page), i << 12 | 3);
		assert_int_equal(window_of(&g, L1).dma_size, 0);
		papr_guest_close(&g);
	}
}

static void vio_devices_have_one_window_at_0(void **state)
{
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	papr_guest_plug_vio(&g, VIO_UNIT);
	assert_int_equal(h_put(&g, VIO_UNIT, 0, 0x5003), 0);
	assert_int_equal(h_tce(&g, VIO_UNIT, 0), 0x5003);
	assert_int_equal(h_put(&g, VIO_UNIT, 0x10000000, 3), TCE_H_PARAMETER);
	assert_int_equal(h_put(&g, VIO_UNIT, 0xffff000, 3), 0);
	assert_true(window_of(&g, VIO_UNIT).vio);
	assert_false(window_of(&g, VIO_UNIT).is_default);
	assert_int_equal(window_of(&g, VIO_UNIT).buid, 0);
	papr_guest_close(&g);
}

static void bypass_leaves_the_hypercalls_working(void **state)
{
	const uint32_t on[2] = {VIO_UNIT, 1};
	const uint32_t off[2] = {VIO_UNIT, 0};
	const uint32_t other[2] = {VIO_UNIT + 1, 1};
	const uint32_t pci[2] = {(uint32_t)L0, 1};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	papr_guest_plug_vio(&g, VIO_UNIT);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, on), 0);
	assert_true(window_of(&g, VIO_UNIT).bypass);
	assert_int_equal(h_put(&g, VIO_UNIT, 0, 3), 0);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, off), 0);
	assert_false(window_of(&g, VIO_UNIT).bypass);
	assert_int_equal(h_tce(&g, VIO_UNIT, 0), 3);
	assert_int_equal(rtas(&g, 0x2010, 1, 1, on), -3);
	assert_int_equal(rtas(&g, 0x2010, 3, 1, (const uint32_t[3]){VIO_UNIT, 1, 0}), -3);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, other), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_UNIT_UNKNOWN);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, pci), -3);
	assert_int_equal(rtas(&g, 0x2010, 2, 3, on), 0); /* return cells are not counted */
	assert_int_equal(rtas_ret(&g, 1), UNWRITTEN);
	assert_int_equal(rtas(&g, 0x2010, 2, 0, on), 0);
	papr_guest_close(&g);
}

static void quiesce_empties_vio_tables_only(void **state)
{
	const uint32_t on[2] = {VIO_UNIT, 1};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	papr_guest_plug_vio(&g, VIO_UNIT);
	assert_int_equal(h_put(&g, VIO_UNIT, 0, 0x5003), 0);
	assert_int_equal(h_put(&g, L0, 0, 0x5003), 0);
	assert_int_equal(rtas(&g, 0x2011, 1, 1, on), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_RTAS_NARGS);
	assert_int_equal(h_tce(&g, VIO_UNIT, 0), 0x5003);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, on), 0);
	assert_int_equal(rtas(&g, 0x2011, 0, 5, on), 0);
	assert_int_equal(h_tce(&g, VIO_UNIT, 0), 0);
	assert_int_equal(h_tce(&g, L0, 0), 0x5003);
	assert_true(window_of(&g, VIO_UNIT).bypass);
	papr_guest_close(&g);
}

static void a_system_reset_ends_bypass_and_empties_vio_tables(void **state)
{
	const uint32_t on[2] = {VIO_UNIT, 1};
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	papr_guest_plug_vio(&g, VIO_UNIT);
	assert_int_equal(h_put(&g, VIO_UNIT, 0, 0x5003), 0);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, on), 0);
	assert_int_equal(tce_lpar_system_reset(g.lpar), 0);
	assert_int_equal(h_tce(&g, VIO_UNIT, 0), 0);
	assert_false(window_of(&g, VIO_UNIT).bypass);
	papr_guest_close(&g);
}

static void a_plugged_bridge_has_its_default_window_at_once(void **state)
{
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	assert_int_equal(h_put(&g, 0x80000300, 0, 3), TCE_H_PARAMETER);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_LIOBN_UNKNOWN);
	assert_int_equal(ddw_query(&g, BUID + 3), -3);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_BUID_UNKNOWN);
	papr_guest_plug(&g, 3);
	assert_int_equal(h_put(&g, 0x80000300, 0, 3), 0);
	assert_int_equal(h_put(&g, 0x80000301, DYN, 3), TCE_H_PARAMETER);
	assert_int_equal(ddw_query(&g, BUID + 3), 0);
	assert_int_equal(rtas_ret(&g, 1), 1);
	assert_int_equal(ddw_create(&g, BUID + 3, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), 0x80000301);
	assert_int_equal(tce_lpar_phb_remove(g.lpar, BUID + 3), 0);
	assert_int_equal(h_put(&g, 0x80000300, 0, 3), TCE_H_PARAMETER);
	assert_int_equal(g.answer.refusal, TCE_REFUSED_LIOBN_UNKNOWN);
	assert_int_equal(tce_lpar_phb_remove(g.lpar, BUID + 3), -TCE_ERR_NOENT);
	papr_guest_close(&g);
}

static void cas_leaves_windows_and_entries_alone(void **state)
{
	struct papr_guest g;
	uint64_t hash;

	(void)state;
	open_with(&g, "qemu", NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 34), 0);
	assert_int_equal(h_put(&g, L1, DYN, 0x70003), 0);
	assert_int_equal(h_put(&g, L0, 0x9000, 0x9003), 0);
	hash = tce_lpar_hash(g.lpar);
	assert_int_equal(h_call(&g, TCE_H_CAS), 0);
	assert_int_equal(tce_lpar_hash(g.lpar), hash);
	assert_int_equal(ddw_remove(&g, L0), 0);
	hash = tce_lpar_hash(g.lpar);
	assert_int_equal(h_call(&g, TCE_H_CAS), 0);
	assert_int_equal(tce_lpar_hash(g.lpar), hash);
	assert_int_equal(ddw_avail(&g), 1);
	papr_guest_close(&g);
}

static void free_liobns_are_given_out_lowest_first(void **state)
{
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(rtas_ret(&g, 1), L0);
	assert_int_equal(ddw_create(&g, BUID, 16, 32), 0);
	assert_int_equal(rtas_ret(&g, 1), L1);
	assert_int_equal(rtas_ret(&g, 2), DYN >> 32);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	assert_int_equal(h_put(&g, L1, DYN, 3), 0);
	papr_guest_close(&g);
}

static void isolating_a_slot_restores_the_default_window_by_lopar_only(void **state)
{
	struct papr_guest g;

	(void)state;
	open_with(&g, "qemu", NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(tce_lpar_dr_isolate(g.lpar, BUID), 0);
	assert_int_equal(h_put(&g, L1, DYN, 3), 0);
	assert_int_equal(tce_lpar_dr_isolate(g.lpar, BUID + 1), -TCE_ERR_NOENT);
	papr_guest_close(&g);
	open_with(&g, "papr-strict", NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(tce_lpar_dr_isolate(g.lpar, BUID), 0);
	assert_int_equal(h_put(&g, L1, DYN, 3), TCE_H_PARAMETER);
	assert_int_equal(h_put(&g, L0, 0, 3), 0);
	papr_guest_close(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bridges_have_windows_of_their_own),
		cmocka_unit_test(without_ddw_all_its_calls_are_refused),
		cmocka_unit_test(page_sizes_are_those_of_the_bridge),
		cmocka_unit_test(the_default_window_may_lie_elsewhere),
		cmocka_unit_test(the_dynamic_window_may_lie_elsewhere),
		cmocka_unit_test(a_window_at_the_top_of_the_bus_goes_on_at_0),
		cmocka_unit_test(a_window_as_large_as_the_bus_has_no_end),
		cmocka_unit_test(vio_devices_have_one_window_at_0),
		cmocka_unit_test(bypass_leaves_the_hypercalls_working),
		cmocka_unit_test(quiesce_empties_vio_tables_only),
		cmocka_unit_test(a_system_reset_ends_bypass_and_empties_vio_tables),
		cmocka_unit_test(a_plugged_bridge_has_its_default_window_at_once),
		cmocka_unit_test(cas_leaves_windows_and_entries_alone),
		cmocka_unit_test(free_liobns_are_given_out_lowest_first),
		cmocka_unit_test(isolating_a_slot_restores_the_default_window_by_lopar_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
