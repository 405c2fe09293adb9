/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux/dma_ops.h: direct or mapped, generation by generation. The cases of 7.2 and 6.x are those
 * measured in recordings/dma-api (ddw-w64m-*): a 64 MiB default window and a direct one at 2^59.
 */
#include "dma_rig.h"
#include "testing.h"

#define OFFSET (UINT64_C(1) << 59)
#define LIMIT  (OFFSET + (UINT64_C(4) << 30))

static struct dma_rig rig;

/* A PE with a direct window: wide masks bypass, as enable_ddw would answer. */
static int ddw_bypass(void *ctx, struct tce_dma_dev *dev, uint64_t mask, bool *ret_ok)
{
	const struct tce_kernel *kernel = ctx;
	bool wide = tce_kernel_has(kernel, TCE_KF_LIMITED_MODE) ? mask > UINT32_MAX
								: mask == UINT64_MAX;

	*ret_ok = wide;
	if (wide) {
		dev->dma_offset = OFFSET;
		dev->bus_dma_limit = tce_kernel_has(kernel, TCE_KF_LIMIT_ALWAYS) ? LIMIT : 0;
	}
	return 0;
}

static void set_up(const char *kernel)
{
	struct dma_rig_opts opts = {.kernel = kernel};

	assert_int_equal(dma_rig_init(&rig, &opts), 0);
	rig.env.bypass_supported = ddw_bypass;
	rig.env.bypass_ctx = &rig.kernel;
}

static uint64_t mask_of(unsigned bits)
{
	return bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

static int set_streaming(unsigned bits)
{
	int refused = -1;

	assert_int_equal(tce_dma_set_mask(&rig.env, &rig.dev, mask_of(bits), &refused), 0);
	return refused;
}

static int set_coherent(unsigned bits)
{
	int refused = -1;

	assert_int_equal(tce_dma_set_coherent_mask(&rig.env, &rig.dev, mask_of(bits), &refused), 0);
	return refused;
}

static struct tce_dma_answer coherent(void)
{
	struct tce_dma_answer answer;

	assert_int_equal(tce_dma_alloc_coherent(&rig.env, &rig.dev, 0x100000, 0x1000, &answer), 0);
	return answer;
}

/* Streaming and coherent after the masks: 'd' direct, 't' table, '-' neither. */
static char way_of(const struct tce_dma_answer *answer)
{
	if (answer->why != TCE_DMA_WHY_OK)
		return '-';
	if (!answer->direct)
		return 't';
	return 'd';
}

static void ways(char streaming, char coherently, bool flag)
{
	struct tce_dma_answer s = dma_rig_map(&rig, 0x200000, 0x1000), c = coherent();

	assert_int_equal(way_of(&s), streaming);
	assert_int_equal(way_of(&c), coherently);
	assert_int_equal(rig.dev.ops_bypass, flag);
	if (streaming == 'd')
		assert_int_equal(s.bus, OFFSET + 0x200000);
	dma_rig_fini(&rig);
}

static void on_7_2_coherent_32_then_streaming_64_loses_coherent_memory(void **state)
{
	(void)state;
	set_up("7.2.13");
	assert_int_equal(set_coherent(32), 0);
	assert_int_equal(set_streaming(64), 0);
	ways('d', '-', true);
}

static void on_7_2_streaming_64_then_coherent_32_splits_by_buffer(void **state)
{
	(void)state;
	set_up("7.2.13");
	assert_int_equal(set_streaming(64), 0);
	assert_int_equal(set_coherent(32), 0);
	ways('d', 't', false);
}

static void on_7_2_two_wide_masks_are_direct(void **state)
{
	(void)state;
	set_up("7.2.13");
	assert_int_equal(set_streaming(64), 0);
	assert_int_equal(set_coherent(64), 0);
	ways('d', 'd', true);
}

static void on_7_2_narrow_masks_after_wide_ones_map_nothing(void **state)
{
	(void)state;
	set_up("7.2.13");
	assert_int_equal(set_streaming(64), 0);
	assert_int_equal(set_streaming(32), 0);
	assert_int_equal(set_coherent(32), 0);
	ways('-', 't', false);
}

static void on_7_2_streaming_48_coherent_64_maps_no_buffer(void **state)
{
	(void)state;
	set_up("7.2.13");
	assert_int_equal(set_streaming(48), 0);
	assert_int_equal(set_coherent(64), 0);
	ways('-', 'd', true);
}

static void on_6_x_the_same_orders_do_the_expected_thing(void **state)
{
	static const char *const kernel[] = {"6.1.176", "6.12.107"};
	unsigned i;

	(void)state;
	for (i = 0; i < 2; i++) {
		set_up(kernel[i]);
		assert_int_equal(set_coherent(32), 0);
		assert_int_equal(set_streaming(64), 0);
		ways('d', 't', true);
		set_up(kernel[i]);
		assert_int_equal(set_streaming(64), 0);
		assert_int_equal(set_coherent(32), 0);
		ways('t', 't', false);
		set_up(kernel[i]);
		assert_int_equal(set_streaming(64), 0);
		assert_int_equal(set_coherent(64), 0);
		ways('d', 'd', true);
	}
}

static void before_5_1_the_streaming_mask_alone_decides(void **state)
{
	(void)state;
	set_up("4.10");
	assert_int_equal(set_streaming(64), 0);
	assert_int_equal(set_coherent(32), 0);
	ways('d', 't', true);
	set_up("4.10");
	assert_int_equal(set_streaming(64), 0);
	assert_int_equal(set_coherent(64), 0);
	ways('d', 'd', true);
}

static void from_5_1_to_5_8_the_last_mask_decides_and_coherent_needs_its_own(void **state)
{
	(void)state;
	set_up("5.4");
	assert_int_equal(set_coherent(32), 0);
	assert_int_equal(set_streaming(64), 0);
	ways('d', 't', true);
	set_up("5.4");
	assert_int_equal(set_streaming(64), 0);
	assert_int_equal(set_coherent(32), 0);
	ways('t', 't', false);
}

static void with_a11_coherent_memory_goes_where_it_cannot(void **state)
{
	(void)state;
	set_up("fixed");
	assert_int_equal(set_coherent(32), 0);
	assert_int_equal(set_streaming(64), 0);
	rig.dev.bus_dma_limit = 0; /* PowerNV has none */
	ways('d', 't', true);
	set_up("fixed");
	tce_defects_add(&rig.kernel.defects, TCE_DEFECT_A11);
	assert_int_equal(set_coherent(32), 0);
	assert_int_equal(set_streaming(64), 0);
	rig.dev.bus_dma_limit = 0;
	ways('d', '-', true);
}

static void a_buffer_at_the_limit_is_direct_and_one_byte_more_is_mapped(void **state)
{
	struct tce_dma_answer answer;

	(void)state;
	set_up("6.14");
	rig.dev.dma_offset = OFFSET;
	rig.dev.bus_dma_limit = LIMIT;
	rig.dev.dma_mask = UINT64_MAX;
	answer = dma_rig_map(&rig, (UINT64_C(4) << 30) - 0x1000, 0x1000);
	assert_int_equal(way_of(&answer), 'd');
	answer = dma_rig_map(&rig, (UINT64_C(4) << 30) - 0x1000, 0x1001);
	assert_int_equal(way_of(&answer), 't');
	dma_rig_fini(&rig);
}

static void a_list_is_direct_only_as_a_whole_and_counts_offsets_twice(void **state)
{
	struct tce_sg_entry sg[2] = {
		{.page = 0x10000, .length = 0x1000},
		{.page = (UINT64_C(4) << 30) - 0x10000, .offset = 0x8000, .length = 0x100},
	};
	struct tce_dma_answer answer;

	(void)state;
	set_up("6.14");
	rig.dev.dma_offset = OFFSET;
	rig.dev.bus_dma_limit = LIMIT;
	rig.dev.dma_mask = UINT64_MAX;
	assert_int_equal(tce_dma_map_sg(&rig.env, &rig.dev, sg, 2, TCE_DIR_TO_DEVICE, &answer), 0);
	assert_int_equal(way_of(&answer), 't'); /* 2 * 0x8000 reaches the limit */
	sg[1].offset = 0x7f00;
	assert_int_equal(tce_dma_map_sg(&rig.env, &rig.dev, sg, 2, TCE_DIR_TO_DEVICE, &answer), 0);
	assert_int_equal(way_of(&answer), 'd');
	assert_int_equal(answer.nr_out, 2);
	assert_int_equal(sg[1].dma_address, OFFSET + sg[1].page + 0x7f00);
	dma_rig_fini(&rig);
}

/* A hybrid window: RAM direct below the limit, a table above it in the same window. */
static void set_up_hybrid(const char *kernel)
{
	struct dma_rig_opts opts = {
		.kernel = kernel, .shift = 21, .size = 0x1000, .offset = LIMIT >> 21};

	assert_int_equal(dma_rig_init(&rig, &opts), 0);
	rig.dev.dma_offset = OFFSET;
	rig.dev.bus_dma_limit = LIMIT;
	rig.dev.dma_mask = UINT64_MAX;
}

static void with_d1_a_mapped_buffer_of_a_hybrid_window_is_never_unmapped(void **state)
{
	struct tce_dma_answer answer;
	bool ignored;

	(void)state;
	set_up_hybrid("6.12.107");
	answer = dma_rig_map(&rig, UINT64_C(1) << 44, 0x1000);
	assert_int_equal(way_of(&answer), 't');
	assert_int_equal(tce_dma_unmap_page(&rig.env, &rig.dev, answer.bus, 0x1000, &ignored), 0);
	assert_int_equal(dma_rig_nr_tces(&rig), 1);
	tce_defects_remove(&rig.kernel.defects, TCE_DEFECT_D1);
	assert_int_equal(tce_dma_unmap_page(&rig.env, &rig.dev, answer.bus, 0x1000, &ignored), 0);
	assert_int_equal(dma_rig_nr_tces(&rig), 0);
	assert_int_equal(rig.tbl->map.nr_set, 0);
	dma_rig_fini(&rig);
}

static void a_mask_that_does_not_reach_the_window_is_refused(void **state)
{
	(void)state;
	set_up_hybrid("6.12.107");
	rig.dev.dma_mask = 77;
	assert_int_equal(set_streaming(32), TCE_EIO);
	assert_int_equal(rig.dev.dma_mask, 77);
	assert_int_equal(set_coherent(60), 0);
	dma_rig_fini(&rig);
}

static void the_required_mask_is_all_of_ram_direct_or_twice_the_window(void **state)
{
	uint64_t mask;

	(void)state;
	set_up("6.12.107");
	assert_int_equal(tce_dma_get_required_mask(&rig.env, &rig.dev, &mask), 0);
	assert_int_equal(mask, mask_of(31)); /* RAM ends at 2 GiB, offset 0: the table will do */
	rig.dev.dma_offset = OFFSET;
	assert_int_equal(tce_dma_get_required_mask(&rig.env, &rig.dev, &mask), 0);
	assert_int_equal(mask, mask_of(60));
	rig.dev.vio = true; /* 0x4000 pages of 4K, one bit more than needed */
	assert_int_equal(tce_dma_get_required_mask(&rig.env, &rig.dev, &mask), 0);
	assert_int_equal(mask, mask_of(27));
	rig.dev.vio = false;
	tce_defects_add(&rig.kernel.defects, TCE_DEFECT_B22);
	assert_int_equal(tce_dma_get_required_mask(&rig.env, &rig.dev, &mask), 0);
	assert_int_equal(mask, mask_of(27));
	dma_rig_fini(&rig);
}

static void without_an_iommu_everything_is_direct_within_the_mask(void **state)
{
	struct dma_rig_opts opts = {.no_table = true};
	struct tce_dma_answer answer;

	(void)state;
	assert_int_equal(dma_rig_init(&rig, &opts), 0);
	rig.dev.no_ops = true;
	assert_int_equal(set_streaming(24), TCE_EIO);
	assert_int_equal(set_streaming(31), 0);
	assert_int_equal(dma_rig_map(&rig, 0x1234, 0x10).bus, 0x1234);
	answer = dma_rig_map(&rig, mask_of(31), 2);
	assert_int_equal(answer.why, TCE_DMA_WHY_BEYOND_MASK);
	answer = coherent();
	assert_int_equal(way_of(&answer), 'd');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_7_2_coherent_32_then_streaming_64_loses_coherent_memory),
		cmocka_unit_test(on_7_2_streaming_64_then_coherent_32_splits_by_buffer),
		cmocka_unit_test(on_7_2_two_wide_masks_are_direct),
		cmocka_unit_test(on_7_2_narrow_masks_after_wide_ones_map_nothing),
		cmocka_unit_test(on_7_2_streaming_48_coherent_64_maps_no_buffer),
		cmocka_unit_test(on_6_x_the_same_orders_do_the_expected_thing),
		cmocka_unit_test(before_5_1_the_streaming_mask_alone_decides),
		cmocka_unit_test(from_5_1_to_5_8_the_last_mask_decides_and_coherent_needs_its_own),
		cmocka_unit_test(with_a11_coherent_memory_goes_where_it_cannot),
		cmocka_unit_test(a_buffer_at_the_limit_is_direct_and_one_byte_more_is_mapped),
		cmocka_unit_test(a_list_is_direct_only_as_a_whole_and_counts_offsets_twice),
		cmocka_unit_test(with_d1_a_mapped_buffer_of_a_hybrid_window_is_never_unmapped),
		cmocka_unit_test(a_mask_that_does_not_reach_the_window_is_refused),
		cmocka_unit_test(the_required_mask_is_all_of_ram_direct_or_twice_the_window),
		cmocka_unit_test(without_an_iommu_everything_is_direct_within_the_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
