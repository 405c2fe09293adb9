/* SPDX-License-Identifier: BSD-2-Clause */
/* linux/range_alloc.h and iommu_table.h: vectors worked by hand from the kernel's rules. */
#include "dma_rig.h"
#include "testing.h"

static struct dma_rig rig;

static void set_up(const struct dma_rig_opts *opts)
{
	assert_int_equal(dma_rig_init(&rig, opts), 0);
}

/* Ask for npages; the relative start, or UINT64_MAX and *ret_why. */
static uint64_t ask(uint64_t npages, enum tce_dma_why *ret_why)
{
	struct tce_range_request rq = {
		.npages = npages, .mask = UINT64_MAX >> 12, .boundary = 1 << 20};
	struct tce_range range;

	assert_int_equal(tce_iommu_range_alloc(&rig.kernel, rig.tbl, &rq, NULL, &range), 0);
	if (ret_why != NULL)
		*ret_why = range.why;
	return range.why == TCE_DMA_WHY_OK ? range.start : UINT64_MAX;
}

static void pools_of_a_gibibyte_of_4k_pages(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000};

	(void)state;
	set_up(&opts);
	assert_int_equal(rig.tbl->nr_pools, 4);
	assert_int_equal(rig.tbl->pools[0].end, 49152);
	assert_int_equal(rig.tbl->pools[1].start, 49152);
	assert_int_equal(rig.tbl->pools[3].end, 196608);
	assert_int_equal(rig.tbl->large_pool.start, 196608);
	assert_int_equal(rig.tbl->large_pool.end, 262144);
	dma_rig_fini(&rig);
}

static void smaller_windows_have_one_pool(void **state)
{
	struct dma_rig_opts opts = {.size = 0x20000};

	(void)state;
	set_up(&opts);
	assert_int_equal(rig.tbl->nr_pools, 1);
	assert_int_equal(rig.tbl->pools[0].end, 98304);
	assert_int_equal(rig.tbl->large_pool.start, 98304);
	assert_int_equal(rig.tbl->large_pool.end, 131072);
	dma_rig_fini(&rig);
}

static void large_pages_make_four_pools_of_few_entries(void **state)
{
	struct dma_rig_opts opts = {.size = 0x20000, .shift = 21};

	(void)state;
	set_up(&opts);
	assert_int_equal(rig.tbl->nr_pools, 4);
	assert_int_equal(rig.tbl->poolsize, 24576);
	assert_int_equal(rig.tbl->large_pool.start, 98304);
	dma_rig_fini(&rig);
}

static void cpus_are_spread_over_pools_by_the_hash(void **state)
{
	static const unsigned pool[16] = {0, 1, 3, 0, 2, 3, 1, 2, 0, 1, 3, 0, 2, 3, 1, 2};
	unsigned cpu;

	(void)state;
	for (cpu = 0; cpu < 16; cpu++)
		assert_int_equal(tce_iommu_pool_hash(cpu), pool[cpu]);
}

static void small_requests_step_by_sixteen_and_large_ones_take_the_large_pool(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000};

	(void)state;
	set_up(&opts);
	assert_int_equal(ask(1, NULL), 1); /* entry 0 is never handed out */
	assert_int_equal(ask(1, NULL), 16);
	assert_int_equal(ask(1, NULL), 32);
	assert_int_equal(ask(15, NULL), 48);
	assert_int_equal(ask(16, NULL), 196608);
	assert_int_equal(ask(16, NULL), 196624);
	assert_int_equal(rig.tbl->large_pool.hint, 196640);
	assert_int_equal(rig.tbl->pools[0].hint, 64);
	dma_rig_fini(&rig);
}

static void another_cpu_uses_its_own_pool(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000};
	struct tce_range_request rq = {
		.npages = 1, .mask = UINT64_MAX, .boundary = 1 << 20, .cpu = 2};
	struct tce_range range;

	(void)state;
	set_up(&opts);
	assert_int_equal(tce_iommu_range_alloc(&rig.kernel, rig.tbl, &rq, NULL, &range), 0);
	assert_int_equal(range.start, 147456);
	dma_rig_fini(&rig);
}

static void nothing_is_refused_without_touching_a_hint(void **state)
{
	struct dma_rig_opts opts = {.size = 64};
	enum tce_dma_why why;

	(void)state;
	set_up(&opts);
	assert_int_equal(ask(3, NULL), 1);
	ask(0, &why);
	assert_int_equal(why, TCE_DMA_WHY_NOTHING);
	assert_int_equal(rig.tbl->pools[0].hint, 16);
	dma_rig_fini(&rig);
}

/* 64 entries: pool 0..47, large pool 48..63; the last entry of each is never used. */
static void the_last_entry_below_a_limit_is_never_used(void **state)
{
	struct dma_rig_opts opts = {.size = 64};
	unsigned i;

	(void)state;
	set_up(&opts);
	for (i = 0; i < 46 + 15; i++)
		assert_int_not_equal(ask(1, NULL), UINT64_MAX);
	assert_int_equal(ask(1, NULL), UINT64_MAX);
	assert_false(tce_bitmap_test(&rig.tbl->map, 47));
	assert_false(tce_bitmap_test(&rig.tbl->map, 63));
	dma_rig_fini(&rig);
}

static void a_failing_request_resets_the_hints_of_all_pools_it_visits(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000};
	enum tce_dma_why why;

	(void)state;
	set_up(&opts);
	ask(1, NULL);
	ask(20, NULL);
	rig.tbl->pools[2].hint = 99999;
	ask(0x30000, &why);
	assert_int_equal(why, TCE_DMA_WHY_NO_SPACE);
	assert_int_equal(rig.tbl->pools[0].hint, 0);
	assert_int_equal(rig.tbl->pools[2].hint, 98304);
	assert_int_equal(rig.tbl->large_pool.hint, 196608);
	dma_rig_fini(&rig);
}

static void before_5_13_small_requests_never_reach_the_large_pool(void **state)
{
	struct dma_rig_opts opts = {.size = 64, .kernel = "5.12"};
	unsigned i;

	(void)state;
	set_up(&opts);
	for (i = 0; i < 46; i++)
		assert_in_range(ask(1, NULL), 1, 46);
	assert_int_equal(ask(1, NULL), UINT64_MAX);
	dma_rig_fini(&rig);
}

static struct tce_range ask_masked(uint64_t npages, uint64_t mask, uint64_t boundary)
{
	struct tce_range_request rq = {.npages = npages, .mask = mask, .boundary = boundary};
	struct tce_range range;

	assert_int_equal(tce_iommu_range_alloc(&rig.kernel, rig.tbl, &rq, NULL, &range), 0);
	return range;
}

static void under_a_mask_all_passes_search_from_pool_0_across_pools(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000};
	struct tce_range range;

	(void)state;
	set_up(&opts);
	/* the mask ends inside pool 1; a range may lie across the end of pool 0 (D21) */
	assert_int_equal(tce_bitmap_set(&rig.tbl->map, 1, 49150), 0);
	range = ask_masked(8, 50000, 1 << 20);
	assert_int_equal(range.why, TCE_DMA_WHY_OK);
	assert_int_equal(range.start, 49151);
	assert_int_equal(rig.tbl->pools[0].hint, 49168); /* past its pool's end */
	dma_rig_fini(&rig);
}

static void without_d21_a_range_stays_inside_its_pool(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000, .kernel = "fixed"};
	struct tce_range range;

	(void)state;
	set_up(&opts);
	assert_int_equal(tce_bitmap_set(&rig.tbl->map, 1, 49150), 0);
	range = ask_masked(8, 50000, 1 << 20);
	assert_int_equal(range.why, TCE_DMA_WHY_OK);
	assert_int_equal(range.start, 49152);
	dma_rig_fini(&rig);
}

static void a_range_does_not_cross_the_segment_boundary(void **state)
{
	struct dma_rig_opts opts = {.size = 0x1000, .offset = 5};
	struct tce_range range;

	(void)state;
	set_up(&opts);
	/* absolute entries 5.. : the first boundary of 8 lies at relative entry 3 */
	range = ask_masked(4, UINT64_MAX, 8);
	assert_int_equal(range.start, 3);
	dma_rig_fini(&rig);
}

static void a_request_longer_than_the_boundary_hangs_the_kernel(void **state)
{
	struct dma_rig_opts opts = {.size = 0x1000};
	struct tce_range range;

	(void)state;
	set_up(&opts);
	range = ask_masked(32, UINT64_MAX, 16);
	assert_int_equal(range.why, TCE_DMA_WHY_HANG);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	dma_rig_fini(&rig);
}

static void without_d22_it_is_refused(void **state)
{
	struct dma_rig_opts opts = {.size = 0x1000, .kernel = "fixed"};
	struct tce_range range;

	(void)state;
	set_up(&opts);
	range = ask_masked(32, UINT64_MAX, 16);
	assert_int_equal(range.why, TCE_DMA_WHY_NO_SPACE);
	dma_rig_fini(&rig);
}

static void an_odd_boundary_stops_the_kernel(void **state)
{
	struct dma_rig_opts opts = {.size = 0x1000};

	(void)state;
	set_up(&opts);
	assert_int_equal(ask_masked(1, UINT64_MAX, 48).why, TCE_DMA_WHY_BAD_BOUNDARY);
	dma_rig_fini(&rig);
}

static void a_mask_below_the_window_lets_the_search_leave_the_bitmap(void **state)
{
	struct dma_rig_opts opts = {.size = 64, .offset = 0x1000};

	(void)state;
	set_up(&opts);
	assert_int_equal(ask_masked(1, 0xff, 1 << 20).why,
			 TCE_DMA_WHY_OK); /* sic: above the mask */
	tce_bitmap_fill(&rig.tbl->map, true);
	assert_int_equal(ask_masked(1, 0xff, 1 << 20).why, TCE_DMA_WHY_OVERRUN);
	dma_rig_fini(&rig);
}

static void a_reservation_is_cut_to_the_window_and_left_out_of_in_use(void **state)
{
	struct dma_rig_opts opts = {.size = 0x100, .offset = 0x80};

	(void)state;
	set_up(&opts);
	assert_int_equal(rig.tbl->reserved_start, 0x80); /* none: both at the window's start */
	assert_int_equal(rig.tbl->reserved_end, 0x80);
	assert_false(tce_iommu_table_in_use(&rig.kernel, rig.tbl));
	assert_int_equal(tce_iommu_table_reserve_pages(rig.tbl, 0x10, 0x90), 0);
	assert_int_equal(rig.tbl->reserved_start, 0x80);
	assert_int_equal(rig.tbl->reserved_end, 0x90);
	assert_int_equal(rig.tbl->map.nr_set, 0x10);
	assert_false(tce_iommu_table_in_use(&rig.kernel, rig.tbl));
	ask(1, NULL);
	assert_true(tce_iommu_table_in_use(&rig.kernel, rig.tbl));
	dma_rig_fini(&rig);
}

static void with_b13_an_empty_table_at_0_counts_as_in_use(void **state)
{
	struct dma_rig_opts opts = {.kernel = "5.15"};

	(void)state;
	set_up(&opts);
	assert_true(tce_iommu_table_in_use(&rig.kernel, rig.tbl));
	tce_defects_remove(&rig.kernel.defects, TCE_DEFECT_B13);
	assert_false(tce_iommu_table_in_use(&rig.kernel, rig.tbl));
	dma_rig_fini(&rig);
}

static void a_user_gets_the_whole_table_or_is_refused_while_it_is_used(void **state)
{
	struct dma_rig_opts opts = {.size = 0x100, .kernel = "6.1"};

	(void)state;
	set_up(&opts);
	ask(1, NULL);
	assert_false(tce_iommu_take_ownership(&rig.kernel, rig.tbl));
	assert_int_equal(tce_bitmap_clear(&rig.tbl->map, 1, 1), 0);
	assert_true(tce_iommu_take_ownership(&rig.kernel, rig.tbl));
	assert_int_equal(rig.tbl->map.nr_set, 0x100);
	assert_int_equal(tce_iommu_release_ownership(&rig.kernel, rig.tbl), 0);
	assert_int_equal(rig.tbl->map.nr_set, 1); /* bus page 0 */
	tce_defects_add(&rig.kernel.defects, TCE_DEFECT_A8);
	assert_int_equal(tce_iommu_release_ownership(&rig.kernel, rig.tbl), 0);
	assert_int_equal(rig.tbl->map.nr_set, 0);
	dma_rig_fini(&rig);
}

static void a_crash_kernel_keeps_what_is_mapped_and_frees_the_last_2048(void **state)
{
	struct dma_rig_opts opts = {.size = 4096};
	struct tce_iommu_table *again;
	unsigned i;

	(void)state;
	set_up(&opts);
	for (i = 100; i < 4000; i++)
		rig.tce[i] = 0x1003;
	rig.tce[50] = UINT64_C(0x7fffffffffffffff); /* nothing, too */
	rig.env.kdump = true;
	assert_int_equal(tce_iommu_table_new(NULL, &again), 0);
	again->size = 4096;
	again->page_shift = 12;
	assert_int_equal(tce_iommu_init_table(&rig.env, again, 0, 0), 0);
	assert_int_equal(again->map.nr_set, 1 + 2048 - 100);
	assert_true(tce_bitmap_test(&again->map, 2047));
	assert_false(tce_bitmap_test(&again->map, 50));
	assert_false(tce_bitmap_test(&again->map, 2048));
	assert_int_equal(rig.tce[2048], 0x1003); /* its entry stays */
	tce_iommu_tce_table_put(again);
	dma_rig_fini(&rig);
}

static void a_table_is_freed_with_its_last_reference(void **state)
{
	struct tce_iommu_table *tbl;

	(void)state;
	assert_int_equal(tce_iommu_table_new(NULL, &tbl), 0);
	tce_iommu_tce_table_get(tbl);
	assert_false(tce_iommu_tce_table_put(tbl));
	assert_true(tce_iommu_tce_table_put(tbl));
	assert_false(tce_iommu_tce_table_put(NULL));
}

static void tables_are_equal_and_hash_alike_exactly_when_their_content_is(void **state)
{
	static struct dma_rig other;
	struct dma_rig_opts opts = {.size = 0x100};

	(void)state;
	set_up(&opts);
	assert_int_equal(dma_rig_init(&other, &opts), 0);
	assert_true(tce_iommu_table_equal(rig.tbl, other.tbl));
	assert_int_equal(tce_iommu_table_hash(rig.tbl, 7), tce_iommu_table_hash(other.tbl, 7));
	ask(1, NULL);
	assert_false(tce_iommu_table_equal(rig.tbl, other.tbl));
	assert_int_not_equal(tce_iommu_table_hash(rig.tbl, 7), tce_iommu_table_hash(other.tbl, 7));
	assert_int_equal(tce_bitmap_clear(&rig.tbl->map, 1, 1), 0);
	assert_false(tce_iommu_table_equal(rig.tbl, other.tbl)); /* the hint has moved */
	rig.tbl->pools[0].hint = 0;
	assert_true(tce_iommu_table_equal(rig.tbl, other.tbl));
	assert_int_equal(tce_iommu_table_hash(rig.tbl, 7), tce_iommu_table_hash(other.tbl, 7));
	dma_rig_fini(&other);
	dma_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pools_of_a_gibibyte_of_4k_pages),
		cmocka_unit_test(smaller_windows_have_one_pool),
		cmocka_unit_test(large_pages_make_four_pools_of_few_entries),
		cmocka_unit_test(cpus_are_spread_over_pools_by_the_hash),
		cmocka_unit_test(small_requests_step_by_sixteen_and_large_ones_take_the_large_pool),
		cmocka_unit_test(another_cpu_uses_its_own_pool),
		cmocka_unit_test(nothing_is_refused_without_touching_a_hint),
		cmocka_unit_test(the_last_entry_below_a_limit_is_never_used),
		cmocka_unit_test(a_failing_request_resets_the_hints_of_all_pools_it_visits),
		cmocka_unit_test(before_5_13_small_requests_never_reach_the_large_pool),
		cmocka_unit_test(under_a_mask_all_passes_search_from_pool_0_across_pools),
		cmocka_unit_test(without_d21_a_range_stays_inside_its_pool),
		cmocka_unit_test(a_range_does_not_cross_the_segment_boundary),
		cmocka_unit_test(a_request_longer_than_the_boundary_hangs_the_kernel),
		cmocka_unit_test(without_d22_it_is_refused),
		cmocka_unit_test(an_odd_boundary_stops_the_kernel),
		cmocka_unit_test(a_mask_below_the_window_lets_the_search_leave_the_bitmap),
		cmocka_unit_test(a_reservation_is_cut_to_the_window_and_left_out_of_in_use),
		cmocka_unit_test(with_b13_an_empty_table_at_0_counts_as_in_use),
		cmocka_unit_test(a_user_gets_the_whole_table_or_is_refused_while_it_is_used),
		cmocka_unit_test(a_crash_kernel_keeps_what_is_mapped_and_frees_the_last_2048),
		cmocka_unit_test(a_table_is_freed_with_its_last_reference),
		cmocka_unit_test(tables_are_equal_and_hash_alike_exactly_when_their_content_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
