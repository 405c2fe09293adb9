/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux/dma_iommu.h: page arithmetic, lists, coherent memory, freeing, what goes wrong on the way.
 */
#include <string.h>

#include "dma_rig.h"
#include "testing.h"

static struct dma_rig rig;

static void set_up(const struct dma_rig_opts *opts)
{
	assert_int_equal(dma_rig_init(&rig, opts), 0);
}

static void set_up_plain(void)
{
	struct dma_rig_opts opts = {.size = 0x4000};

	set_up(&opts);
}

static void an_unaligned_buffer_takes_every_page_it_touches(void **state)
{
	struct tce_dma_answer answer;

	(void)state;
	set_up_plain();
	answer = dma_rig_map(&rig, 0x80abc, 0x1800); /* 0x80abc..0x822bb: three pages */
	assert_int_equal(answer.why, TCE_DMA_WHY_OK);
	assert_int_equal(answer.bus, 0x1abc);
	assert_int_equal(rig.tce[1], 0x80003);
	assert_int_equal(rig.tce[3], 0x82003);
	assert_int_equal(rig.tce[4], 0);
	assert_int_equal(rig.tbl->map.nr_set, 1 + 3);
	dma_rig_fini(&rig);
}

static void no_bytes_on_a_border_are_refused_and_inside_a_page_take_it(void **state)
{
	(void)state;
	set_up_plain();
	assert_int_equal(dma_rig_map(&rig, 0x80000, 0).why, TCE_DMA_WHY_NOTHING);
	assert_int_equal(dma_rig_map(&rig, 0x80001, 0).bus, 0x1001);
	assert_int_equal(rig.tbl->map.nr_set, 2);
	dma_rig_fini(&rig);
}

static void whole_64k_pages_stay_aligned_in_4k_tables(void **state)
{
	struct dma_rig_opts opts = {.page_shift = 16};

	(void)state;
	set_up(&opts);
	assert_int_equal(dma_rig_map(&rig, 0x30000, 0xf000).bus, 0x1000); /* less than a page */
	assert_int_equal(dma_rig_map(&rig, 0x31000, 0x11000).bus >> 12, 0x3000); /* not on one */
	assert_int_equal(dma_rig_map(&rig, 0x31000, 0x10000).bus >> 12, 0x3011);
	assert_int_equal(dma_rig_map(&rig, 0x40000, 0x10000).bus >> 12, 0x3030);
	dma_rig_fini(&rig);
}

static void a_buffer_inside_a_large_page_keeps_its_offset(void **state)
{
	struct dma_rig_opts opts = {.shift = 21, .size = 0x400, .offset = 0x1000};

	(void)state;
	set_up(&opts);
	assert_int_equal(dma_rig_map(&rig, 0x30000, 0x100).bus, (UINT64_C(0x1000) << 21) + 0x30000);
	assert_int_equal(rig.tce[0], 3); /* the page at real 0 */
	dma_rig_fini(&rig);
}

static void a_device_without_table_maps_nothing(void **state)
{
	struct dma_rig_opts opts = {.no_table = true};
	struct tce_sg_entry sg = {.length = 1};
	struct tce_dma_answer answer;
	bool ignored;

	(void)state;
	set_up(&opts);
	assert_int_equal(dma_rig_map(&rig, 0, 1).why, TCE_DMA_WHY_NO_TABLE);
	assert_int_equal(tce_iommu_alloc_coherent(&rig.env, &rig.dev, 0, 1, &answer), 0);
	assert_int_equal(answer.why, TCE_DMA_WHY_NO_TABLE);
	assert_int_equal(
		tce_ppc_iommu_map_sg(&rig.env, &rig.dev, &sg, 1, TCE_DIR_TO_DEVICE, &answer), 0);
	assert_int_equal(answer.why, TCE_DMA_WHY_NO_TABLE);
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, 0, 1, &ignored), 0);
	assert_true(ignored);
}

static void unmap_clears_entries_and_bits_and_moves_no_hint(void **state)
{
	uint64_t bus;
	bool ignored;

	(void)state;
	set_up_plain();
	bus = dma_rig_map(&rig, 0x80abc, 0x1800).bus;
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, bus, 0x1800, &ignored), 0);
	assert_false(ignored);
	assert_int_equal(dma_rig_nr_tces(&rig), 0);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	assert_int_equal(rig.tbl->pools[0].hint, 16);
	dma_rig_fini(&rig);
}

static void a_handle_outside_the_window_is_ignored_as_a_whole(void **state)
{
	struct dma_rig_opts opts = {.size = 0x100, .offset = 0x10};
	bool ignored;

	(void)state;
	set_up(&opts);
	tce_bitmap_fill(&rig.tbl->map, true);
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, 0xf000, 1, &ignored), 0);
	assert_true(ignored);
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, 0x10f000, 0x1001, &ignored), 0);
	assert_true(ignored); /* begins inside, ends outside */
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, UINT64_MAX - 1, 1, &ignored), 0);
	assert_true(ignored);
	assert_int_equal(rig.tbl->map.nr_set, 0x100);
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, 0x10f000, 0x1000, &ignored), 0);
	assert_false(ignored);
	assert_int_equal(rig.nr_clears, 1);
	dma_rig_fini(&rig);
}

static void a_double_unmap_frees_the_next_owner(void **state)
{
	uint64_t first, second;
	bool ignored;

	(void)state;
	set_up_plain();
	first = dma_rig_map(&rig, 0x80000, 0x1000).bus;
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, first, 0x1000, &ignored), 0);
	rig.tbl->pools[0].hint = 0;
	second = dma_rig_map(&rig, 0x90000, 0x1000).bus;
	assert_int_equal(first, second);
	assert_int_equal(tce_iommu_unmap_page(&rig.env, &rig.dev, first, 0x1000, &ignored), 0);
	assert_false(ignored);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	dma_rig_fini(&rig);
}

static void a_refused_set_is_cleared_and_freed(void **state)
{
	(void)state;
	set_up_plain();
	rig.refuse_at = 1;
	rig.refuse_rc = TCE_H_NOT_ENOUGH_RESOURCES;
	assert_int_equal(dma_rig_map(&rig, 0x80000, 0x3000).why, TCE_DMA_WHY_TCE_REFUSED);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	assert_int_equal(rig.nr_clears, 1);
	assert_int_equal(rig.tbl->pools[0].hint, 16); /* the search had moved it */
	dma_rig_fini(&rig);
}

/* --- coherent ----------------------------------------------------------------------------- */

static struct tce_dma_answer coherent(uint64_t phys, uint64_t size)
{
	struct tce_dma_answer answer;

	assert_int_equal(tce_iommu_alloc_coherent(&rig.env, &rig.dev, phys, size, &answer), 0);
	return answer;
}

static void coherent_memory_is_aligned_to_its_size_rounded_up(void **state)
{
	(void)state;
	set_up_plain();
	assert_int_equal(coherent(0x100000, 0x2001).bus, 0x4000); /* 3 pages, on 4 */
	assert_int_equal(rig.tbl->map.nr_set, 1 + 3);
	assert_int_equal(coherent(0x200000, 1).bus, 0x10000);
	assert_int_equal(coherent(0x300000, 0x11000).bus >> 12, 0x3000); /* 17, on 32 */
	assert_int_equal(rig.tce[4], 0x100003);
	dma_rig_fini(&rig);
}

static void coherent_memory_ends_at_the_page_allocators_blocks(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40000, .page_shift = 16};

	(void)state;
	set_up(&opts);
	assert_int_equal(coherent(0x1000000, 0x1000000).why, TCE_DMA_WHY_OK);
	assert_int_equal(coherent(0x1000000, 0x1000001).why, TCE_DMA_WHY_NO_MEMORY);
	assert_int_equal(rig.tbl->large_pool.hint, 0x30000 + 0x1000);
	assert_int_equal(coherent(0, 0).why, TCE_DMA_WHY_NO_MEMORY);
	rig.env.block_max = UINT64_C(256) << 20;
	assert_int_equal(coherent(0x1000000, 0x1000001).why, TCE_DMA_WHY_OK);
	rig.env.block_max = UINT64_C(1) << 40;
	assert_int_equal(coherent(0, UINT64_C(0x10000000) + 1).why, TCE_DMA_WHY_NO_MEMORY);
	dma_rig_fini(&rig);
}

static void coherent_memory_obeys_its_own_mask(void **state)
{
	struct dma_rig_opts opts = {.size = 0x4000};

	(void)state;
	set_up(&opts);
	rig.dev.coherent_mask = 0x1ffff; /* entries 0..31, of which the last is never used */
	assert_int_equal(coherent(0, 0x8000).bus, 0x8000);
	assert_int_equal(coherent(0, 0x8000).bus, 0x10000);
	assert_int_equal(coherent(0, 0x8000).why, TCE_DMA_WHY_NO_SPACE);
	assert_int_equal(dma_rig_map(&rig, 0, 0x1000).why, TCE_DMA_WHY_OK);
	dma_rig_fini(&rig);
}

static void free_coherent_takes_back_what_alloc_took(void **state)
{
	uint64_t bus;
	bool ignored;

	(void)state;
	set_up_plain();
	bus = coherent(0x100000, 0x2001).bus;
	assert_int_equal(tce_iommu_free_coherent(&rig.env, &rig.dev, bus, 0x2001, &ignored), 0);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	assert_int_equal(dma_rig_nr_tces(&rig), 0);
	dma_rig_fini(&rig);
}

static void with_b5_offsets_inside_large_pages_are_lost(void **state)
{
	struct dma_rig_opts opts = {.shift = 21, .size = 0x400, .kernel = "6.3"};
	struct tce_sg_entry sg = {.page = 0x30000, .offset = 0x10, .length = 0x100};
	struct tce_dma_answer answer;

	(void)state;
	set_up(&opts);
	assert_int_equal(coherent(0x230000, 0x200000).bus, 0x200000);
	assert_int_equal(coherent(0x230000, 0x1000).why, TCE_DMA_WHY_NOTHING);
	assert_int_equal(
		tce_ppc_iommu_map_sg(&rig.env, &rig.dev, &sg, 1, TCE_DIR_TO_DEVICE, &answer), 0);
	assert_int_equal(sg.dma_address & 0x1fffff, 0x10);
	tce_defects_remove(&rig.kernel.defects, TCE_DEFECT_B5);
	assert_int_equal(coherent(0x230000, 0x1000).bus & 0x1fffff, 0x30000);
	assert_int_equal(
		tce_ppc_iommu_map_sg(&rig.env, &rig.dev, &sg, 1, TCE_DIR_TO_DEVICE, &answer), 0);
	assert_int_equal(sg.dma_address & 0x1fffff, 0x30010);
	dma_rig_fini(&rig);
}

/* --- lists -------------------------------------------------------------------------------- */

static struct tce_dma_answer map_sg(struct tce_sg_entry *sg, unsigned nents)
{
	struct tce_dma_answer answer;

	assert_int_equal(
		tce_ppc_iommu_map_sg(&rig.env, &rig.dev, sg, nents, TCE_DIR_BIDIRECTIONAL, &answer),
		0);
	return answer;
}

static void elements_that_fill_pages_are_merged(void **state)
{
	struct tce_sg_entry sg[3] = {
		{.page = 0x10000, .offset = 0x800, .length = 0x800},
		{.page = 0x50000, .length = 0x2000},
		{.page = 0x90000, .length = 0x10},
	};

	(void)state;
	set_up_plain();
	assert_int_equal(map_sg(sg, 3).nr_out, 1);
	assert_int_equal(sg[0].dma_address, 0x1800);
	assert_int_equal(sg[0].dma_length, 0x2810);
	assert_int_equal(sg[1].dma_length, 0);
	assert_int_equal(rig.tbl->map.nr_set, 1 + 4);
	assert_int_equal(tce_ppc_iommu_unmap_sg(&rig.env, &rig.dev, sg, 3), 0);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	dma_rig_fini(&rig);
}

static void an_element_that_ends_inside_a_page_ends_the_output(void **state)
{
	struct tce_sg_entry sg[2] = {
		{.page = 0x10000, .length = 0x7ff},
		{.page = 0x50000, .length = 0x1000},
	};

	(void)state;
	set_up_plain();
	assert_int_equal(map_sg(sg, 2).nr_out, 2);
	assert_int_equal(sg[0].dma_address, 0x1000);
	assert_int_equal(sg[1].dma_address, 0x2000); /* right behind: the handle */
	dma_rig_fini(&rig);
}

static void novmerge_and_the_largest_segment_stop_merging(void **state)
{
	struct tce_sg_entry sg[2] = {
		{.page = 0x10000, .length = 0x1000},
		{.page = 0x50000, .length = 0x1000},
	};

	(void)state;
	set_up_plain();
	rig.dev.max_seg = 0x2000; /* just fits */
	assert_int_equal(map_sg(sg, 2).nr_out, 1);
	rig.dev.max_seg = 0x1fff;
	assert_int_equal(map_sg(sg, 2).nr_out, 2);
	rig.dev.max_seg = 0;
	rig.env.novmerge = true;
	assert_int_equal(map_sg(sg, 2).nr_out, 2);
	dma_rig_fini(&rig);
}

static void an_empty_first_element_counts_as_an_output_and_leaks_the_list(void **state)
{
	struct tce_sg_entry sg[3] = {
		{.page = 0x10000, .length = 0},
		{.page = 0x20000, .length = 0x1000},
		{.page = 0x30000, .length = 0x1000},
	};

	(void)state;
	set_up_plain();
	assert_int_equal(map_sg(sg, 3).nr_out, 2);
	assert_int_equal(sg[0].dma_length, 0);
	assert_int_equal(sg[1].dma_length, 0x2000);
	assert_int_equal(tce_ppc_iommu_unmap_sg(&rig.env, &rig.dev, sg, 3), 0);
	assert_int_equal(rig.tbl->map.nr_set, 1 + 2);
	dma_rig_fini(&rig);
}

static void an_empty_element_in_the_middle_only_ends_the_output(void **state)
{
	struct tce_sg_entry sg[3] = {
		{.page = 0x10000, .length = 0x1000},
		{.page = 0x20000, .length = 0},
		{.page = 0x30000, .length = 0x1000},
	};

	(void)state;
	set_up_plain();
	assert_int_equal(map_sg(sg, 3).nr_out, 2);
	assert_int_equal(sg[1].dma_address, 0x2000);
	assert_int_equal(tce_ppc_iommu_unmap_sg(&rig.env, &rig.dev, sg, 3), 0);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	dma_rig_fini(&rig);
}

static void no_elements_are_refused(void **state)
{
	struct tce_sg_entry sg = {.length = 1};

	(void)state;
	set_up_plain();
	assert_int_equal(map_sg(&sg, 0).why, TCE_DMA_WHY_NOTHING);
	dma_rig_fini(&rig);
}

static void a_list_that_does_not_fit_is_backed_out(void **state)
{
	struct dma_rig_opts opts = {.size = 0x40};
	struct tce_sg_entry sg[3] = {
		{.page = 0x10000, .length = 0x1000},
		{.page = 0x20000, .length = 0x800},
		{.page = 0x30000, .length = 0x80000},
	};

	(void)state;
	set_up(&opts);
	assert_int_equal(map_sg(sg, 3).why, TCE_DMA_WHY_NO_SPACE);
	assert_int_equal(rig.tbl->map.nr_set, 1);
	assert_int_equal(dma_rig_nr_tces(&rig), 0);
	assert_int_equal(rig.nr_clears, 1); /* elements 0 and 1 were one output */
	dma_rig_fini(&rig);
}

static void with_d8_the_refused_element_keeps_its_pages(void **state)
{
	struct tce_sg_entry sg[2] = {
		{.page = 0x10000, .length = 0x1000},
		{.page = 0x20000, .length = 0x3000},
	};

	(void)state;
	set_up_plain();
	rig.refuse_at = 2;
	rig.refuse_rc = TCE_H_NOT_ENOUGH_RESOURCES;
	assert_int_equal(map_sg(sg, 2).why, TCE_DMA_WHY_TCE_REFUSED);
	assert_int_equal(rig.tbl->map.nr_set, 1 + 3);
	tce_defects_remove(&rig.kernel.defects, TCE_DEFECT_D8);
	rig.refuse_at = 4;
	assert_int_equal(map_sg(sg, 2).why, TCE_DMA_WHY_TCE_REFUSED);
	assert_int_equal(rig.tbl->map.nr_set, 1 + 3);
	dma_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unaligned_buffer_takes_every_page_it_touches),
		cmocka_unit_test(no_bytes_on_a_border_are_refused_and_inside_a_page_take_it),
		cmocka_unit_test(whole_64k_pages_stay_aligned_in_4k_tables),
		cmocka_unit_test(a_buffer_inside_a_large_page_keeps_its_offset),
		cmocka_unit_test(a_device_without_table_maps_nothing),
		cmocka_unit_test(unmap_clears_entries_and_bits_and_moves_no_hint),
		cmocka_unit_test(a_handle_outside_the_window_is_ignored_as_a_whole),
		cmocka_unit_test(a_double_unmap_frees_the_next_owner),
		cmocka_unit_test(a_refused_set_is_cleared_and_freed),
		cmocka_unit_test(coherent_memory_is_aligned_to_its_size_rounded_up),
		cmocka_unit_test(coherent_memory_ends_at_the_page_allocators_blocks),
		cmocka_unit_test(coherent_memory_obeys_its_own_mask),
		cmocka_unit_test(free_coherent_takes_back_what_alloc_took),
		cmocka_unit_test(with_b5_offsets_inside_large_pages_are_lost),
		cmocka_unit_test(elements_that_fill_pages_are_merged),
		cmocka_unit_test(an_element_that_ends_inside_a_page_ends_the_output),
		cmocka_unit_test(novmerge_and_the_largest_segment_stop_merging),
		cmocka_unit_test(an_empty_first_element_counts_as_an_output_and_leaks_the_list),
		cmocka_unit_test(an_empty_element_in_the_middle_only_ends_the_output),
		cmocka_unit_test(no_elements_are_refused),
		cmocka_unit_test(a_list_that_does_not_fit_is_backed_out),
		cmocka_unit_test(with_d8_the_refused_element_keeps_its_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
