/* SPDX-License-Identifier: BSD-2-Clause */
/* linux/tce_pseries.h: which hypercalls set, clear and read entries; refusals on the way. */
#include <string.h>

#include "linux/pseries/tce_pseries.h"
#include "testing.h"

#define CALLS_MAX 2048

/* What the platform was asked, and how it answers. */
static struct {
	struct tce_event call[CALLS_MAX];
	unsigned nr;
	unsigned refuse_at; /* 1.. */
	int64_t refuse_rc;
	int fail; /* every call: this library error */
} hv;

static struct tce_kernel kernel;
static struct tce_pseries_port port;
static struct tce_iommu_table tbl;

static int log_call(void *ctx, const struct tce_event *event, struct tce_outcome *ret_outcome)
{
	(void)ctx;
	assert_in_range(hv.nr, 0, CALLS_MAX - 1);
	hv.call[hv.nr++] = *event;
	memset(ret_outcome, 0, sizeof(*ret_outcome));
	if (hv.nr == hv.refuse_at)
		ret_outcome->answer.r3 = hv.refuse_rc;
	else if (event->kind == TCE_EV_H_GET_TCE)
		ret_outcome->answer.r4 = 0xabc003;
	return hv.fail;
}

static void set_up(const char *version)
{
	struct tce_kernel_match match;

	assert_int_equal(tce_kernel_find(version, &match), 0);
	assert_int_equal(tce_kernel_at(match.index, &kernel), 0);
	memset(&hv, 0, sizeof(hv));
	memset(&port, 0, sizeof(port));
	port.kernel = &kernel;
	port.emit = log_call;
	port.list_page = tce_ra(0x7000);
	tbl.index = 0x80000001;
	tbl.page_shift = 16;
	tbl.size = 0x10000;
}

static int64_t set(uint64_t npages, enum tce_dma_dir dir)
{
	struct tce_iommu_build what = {0x100, npages, 0x50000, dir};
	int64_t rc = 99;

	assert_int_equal(tce_iommu_table_lpar_multi_ops.set(&port, &tbl, &what, &rc), 0);
	return rc;
}

static void clear(uint64_t npages)
{
	assert_int_equal(tce_iommu_table_lpar_multi_ops.clear(&port, &tbl, 0x100, npages), 0);
}

static void one_page_is_put_alone_and_more_go_in_lists_of_512(void **state)
{
	(void)state;
	set_up("6.12.107");
	assert_int_equal(set(1, TCE_DIR_BIDIRECTIONAL), 0);
	assert_int_equal(hv.nr, 1);
	assert_int_equal(hv.call[0].kind, TCE_EV_H_PUT_TCE);
	assert_int_equal(hv.call[0].u.h_tce.liobn, 0x80000001);
	assert_int_equal(hv.call[0].u.h_tce.ioba.v, 0x1000000);
	assert_int_equal(hv.call[0].u.h_tce.tce, 0x50003);
	assert_int_equal(set(513, TCE_DIR_BIDIRECTIONAL), 0);
	assert_int_equal(hv.nr, 3);
	assert_int_equal(hv.call[1].kind, TCE_EV_H_PUT_TCE_INDIRECT);
	assert_int_equal(hv.call[1].u.h_indirect.count, 512);
	assert_int_equal(hv.call[1].u.h_indirect.step, 0x10000);
	assert_int_equal(hv.call[1].u.h_indirect.list_ra.v, 0x7000);
	assert_int_equal(hv.call[2].u.h_indirect.count, 1);
	assert_int_equal(hv.call[2].u.h_indirect.ioba.v, (0x100 + 512) << 16);
	assert_int_equal(hv.call[2].u.h_indirect.first, 0x50003 + (512 << 16));
}

static void a_device_that_may_write_may_read(void **state)
{
	(void)state;
	set_up("6.12.107");
	set(1, TCE_DIR_TO_DEVICE);
	set(1, TCE_DIR_FROM_DEVICE);
	assert_int_equal(hv.call[0].u.h_tce.tce, 0x50001);
	assert_int_equal(hv.call[1].u.h_tce.tce, 0x50003);
}

static void without_multitce_every_entry_has_a_call_of_its_own(void **state)
{
	(void)state;
	set_up("6.12.107");
	port.no_put_indirect = port.no_stuff = true;
	assert_int_equal(set(3, TCE_DIR_BIDIRECTIONAL), 0);
	clear(2);
	assert_int_equal(hv.nr, 5);
	assert_int_equal(hv.call[2].u.h_tce.tce, 0x70003);
	assert_int_equal(hv.call[4].kind, TCE_EV_H_PUT_TCE);
	assert_int_equal(hv.call[4].u.h_tce.ioba.v, 0x1010000);
	assert_int_equal(hv.call[4].u.h_tce.tce, 0);
}

static void entries_are_cleared_512_at_a_time_and_with_b6_at_once(void **state)
{
	(void)state;
	set_up("6.12.107");
	clear(1025);
	assert_int_equal(hv.nr, 3);
	assert_int_equal(hv.call[0].kind, TCE_EV_H_STUFF_TCE);
	assert_int_equal(hv.call[0].u.h_tce.count, 512);
	assert_int_equal(hv.call[2].u.h_tce.count, 1);
	assert_int_equal(hv.call[2].u.h_tce.ioba.v, (0x100 + 1024) << 16);
	set_up("6.3");
	clear(1025);
	assert_int_equal(hv.nr, 1);
	assert_int_equal(hv.call[0].u.h_tce.count, 1025);
}

static void clearing_stops_at_the_first_refusal(void **state)
{
	(void)state;
	set_up("6.12.107");
	hv.refuse_at = 2;
	hv.refuse_rc = TCE_H_PARAMETER;
	clear(2000);
	assert_int_equal(hv.nr, 2);
}

static void a_shortage_undoes_what_was_set_and_is_told(void **state)
{
	(void)state;
	set_up("6.12.107");
	hv.refuse_at = 2;
	hv.refuse_rc = TCE_H_NOT_ENOUGH_RESOURCES;
	assert_int_equal(set(1500, TCE_DIR_BIDIRECTIONAL), TCE_H_NOT_ENOUGH_RESOURCES);
	assert_int_equal(hv.nr, 3); /* 512 set, refused, 512 cleared */
	assert_int_equal(hv.call[2].kind, TCE_EV_H_STUFF_TCE);
	assert_int_equal(hv.call[2].u.h_tce.count, 512);
	assert_int_equal(hv.call[2].u.h_tce.ioba.v, 0x1000000);
}

static void a_shortage_of_single_calls_is_undone_by_single_calls(void **state)
{
	(void)state;
	set_up("6.12.107");
	port.no_put_indirect = true;
	hv.refuse_at = 3;
	hv.refuse_rc = TCE_H_NOT_ENOUGH_RESOURCES;
	assert_int_equal(set(5, TCE_DIR_BIDIRECTIONAL), TCE_H_NOT_ENOUGH_RESOURCES);
	assert_int_equal(hv.nr, 5);
	assert_int_equal(hv.call[4].u.h_tce.tce, 0);
	assert_int_equal(hv.call[4].u.h_tce.ioba.v, 0x1010000);
}

static void with_d25_any_other_refusal_counts_as_set(void **state)
{
	(void)state;
	set_up("6.12.107");
	hv.refuse_at = 1;
	hv.refuse_rc = TCE_H_PARAMETER;
	assert_int_equal(set(1500, TCE_DIR_BIDIRECTIONAL), 0);
	assert_int_equal(hv.nr, 1); /* lists stop */
	set_up("6.12.107");
	port.no_put_indirect = true;
	hv.refuse_at = 1;
	hv.refuse_rc = TCE_H_PARAMETER;
	assert_int_equal(set(3, TCE_DIR_BIDIRECTIONAL), 0);
	assert_int_equal(hv.nr, 3); /* single calls go on */
}

static void without_d25_it_is_undone_and_told(void **state)
{
	(void)state;
	set_up("fixed");
	hv.refuse_at = 2;
	hv.refuse_rc = TCE_H_PARAMETER;
	assert_int_equal(set(1500, TCE_DIR_BIDIRECTIONAL), TCE_H_PARAMETER);
	assert_int_equal(hv.nr, 3);
}

static void a_refused_read_gives_what_the_register_held(void **state)
{
	uint64_t tce;

	(void)state;
	set_up("6.12.107");
	assert_int_equal(tce_iommu_table_lpar_multi_ops.get(&port, &tbl, 0x100, &tce), 0);
	assert_int_equal(tce, 0xabc003);
	assert_int_equal(hv.call[0].u.h_tce.ioba.v, 0x1000000);
	hv.refuse_at = 2;
	hv.refuse_rc = TCE_H_PARAMETER;
	assert_int_equal(tce_iommu_table_lpar_multi_ops.get(&port, &tbl, 0x100, &tce), 0);
	assert_int_equal(tce, 0x80000001); /* the LIOBN */
}

static void a_failure_of_the_library_is_passed_on(void **state)
{
	struct tce_iommu_build what = {0, 3, 0, TCE_DIR_BIDIRECTIONAL};
	uint64_t tce = 7;
	int64_t rc = 7;

	(void)state;
	set_up("6.12.107");
	hv.fail = -TCE_ERR_NOMEM;
	assert_int_equal(tce_iommu_table_lpar_multi_ops.set(&port, &tbl, &what, &rc),
			 -TCE_ERR_NOMEM);
	port.no_put_indirect = true;
	assert_int_equal(tce_iommu_table_lpar_multi_ops.set(&port, &tbl, &what, &rc),
			 -TCE_ERR_NOMEM);
	assert_int_equal(rc, 7);
	assert_int_equal(tce_iommu_table_lpar_multi_ops.clear(&port, &tbl, 0, 3), -TCE_ERR_NOMEM);
	assert_int_equal(tce_iommu_table_lpar_multi_ops.get(&port, &tbl, 0, &tce), -TCE_ERR_NOMEM);
	assert_int_equal(tce, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_page_is_put_alone_and_more_go_in_lists_of_512),
		cmocka_unit_test(a_device_that_may_write_may_read),
		cmocka_unit_test(without_multitce_every_entry_has_a_call_of_its_own),
		cmocka_unit_test(entries_are_cleared_512_at_a_time_and_with_b6_at_once),
		cmocka_unit_test(clearing_stops_at_the_first_refusal),
		cmocka_unit_test(a_shortage_undoes_what_was_set_and_is_told),
		cmocka_unit_test(a_shortage_of_single_calls_is_undone_by_single_calls),
		cmocka_unit_test(with_d25_any_other_refusal_counts_as_set),
		cmocka_unit_test(without_d25_it_is_undone_and_told),
		cmocka_unit_test(a_refused_read_gives_what_the_register_held),
		cmocka_unit_test(a_failure_of_the_library_is_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
