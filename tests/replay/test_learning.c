/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What replay knows, and from where: short traces written by hand, one idea each. Lines are
 * numbered from 1, so that a case can say which one must diverge.
 */
#include <stdio.h>
#include <string.h>

#include "lines.h"
#include "recording.h"
#include "testing.h"

/* --- entries ------------------------------------------------------------------------- */

static void a_get_must_give_what_was_put(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") GET(DEF, "0x1000", "0", "0x5003"));
	replay_agrees(START GET(DEF, "0x2000", "0", "0x0"));
	replay_diverges(START PUT(DEF, "0x1000", "0x5003", "0") GET(DEF, "0x1000", "0", "0x5002"),
			3, TCE_DIFFERS_TCE);
	replay_diverges(START GET(DEF, "0x2000", "0", "0x1"), 2, TCE_DIFFERS_TCE);
}

static void after_a_contradiction_the_entry_is_unknown_and_one_fault_is_one(void **state)
{
	(void)state;
	replay_diverges(START PUT(DEF, "0x1000", "0x5003", "0") GET(DEF, "0x1000", "0", "0x7003")
				GET(DEF, "0x1000", "0", "0x5003") GET(DEF, "0x1000", "0", "0x5003"),
			3, TCE_DIFFERS_TCE);
	replay_diverges(START PUT(DEF, "0x1000", "0x5003", "0")
				DMA(DEF, "0x1000", "0x7000", "3", "0xfff")
					DMA(DEF, "0x1000", "0x5000", "3", "0xfff"),
			3, TCE_DIFFERS_PAGE);
	replay_diverges(START PUT(DEF, "0x1000", "0x5003", "-4") GET(DEF, "0x1000", "0", "0x5003")
				PUT(DEF, "0x100000", "0x5003", "0"),
			2, TCE_DIFFERS_RET);
}

static void the_middle_of_a_list_is_unknown_until_a_line_shows_it(void **state)
{
	(void)state;
	replay_agrees(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0") GET(
		DEF, "0x2000", "0", "0x77003") GET(DEF, "0x2000", "0", "0x77003"));
	replay_diverges(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0")
				GET(DEF, "0x2000", "0", "0x77003")
					GET(DEF, "0x2000", "0", "0x78003"),
			4, TCE_DIFFERS_TCE);
	replay_diverges(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0")
				GET(DEF, "0x4000", "0", "0x8003"),
			3, TCE_DIFFERS_TCE);
	replay_diverges(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0")
				GET(DEF, "0x5000", "0", "0x8003"),
			3, TCE_DIFFERS_TCE);
}

static void a_dma_shows_page_and_permission_but_not_the_bits_between(void **state)
{
	(void)state;
	replay_agrees(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0") DMA(
		DEF, "0x2010", "0x77000", "3", "0xfff") GET(DEF, "0x2000", "0", "0x77abf"));
	replay_diverges(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0")
				DMA(DEF, "0x2010", "0x77000", "3", "0xfff")
					DMA(DEF, "0x2010", "0x77000", "1", "0xfff"),
			4, TCE_DIFFERS_PERM);
	replay_diverges(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0")
				DMA(DEF, "0x2010", "0x77000", "3", "0xfff")
					GET(DEF, "0x2000", "0", "0x77abd"),
			4, TCE_DIFFERS_TCE);
	replay_diverges(RESTART DMA(DEF, "0x2010", "0x0", "0", "0xffff"), 3, TCE_DIFFERS_MASK);
}

static void a_refused_list_leaves_what_came_before_unknown(void **state)
{
	(void)state;
	/* two entries before the end were stored, the third refused */
	replay_agrees(START INDIRECT(DEF, "0x3fffe000", "0x1", "0x2003", "-4")
			      GET(DEF, "0x3ffff000", "0", "0x5555003"));
	/* a count of zero */
	replay_agrees(START INDIRECT(DEF, "0x1000", "0x0", "0x0", "-4")
			      GET(DEF, "0x1000", "0", "0x0"));
	/* the very last entry: a count of zero, or one stored and a zero refused */
	replay_agrees(START INDIRECT(DEF, "0x3ffff000", "0x0", "0x0", "-4")
			      GET(DEF, "0x3ffff000", "0", "0x7003"));
	replay_diverges(START INDIRECT(DEF, "0x3fffd000", "0x1", "0x2003", "-4")
				GET(DEF, "0x3fffc000", "0", "0x0"),
			2, TCE_DIFFERS_RET);
}

static void a_refused_stuff_hides_where_it_began(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x3fffe000", "0x5003", "0")
			      STUFF(DEF, "0x40000000", "0x7003", "4", "-4")
				      GET(DEF, "0x3fffe000", "0", "0x7003")
					      GET(DEF, "0x3fffd000", "0", "0x0"));
	/* past the end: nothing was stored */
	replay_diverges(START PUT(DEF, "0x3ffff000", "0x5003", "0")
				STUFF(DEF, "0x40001000", "0x7003", "4", "-4")
					GET(DEF, "0x3ffff000", "0", "0x7003"),
			4, TCE_DIFFERS_TCE);
	replay_agrees(START STUFF(DEF, "0x5000", "0x0", "0", "-4"));
	/* more than the table has: QEMU prints no line for that */
	replay_diverges(START STUFF(DEF, "0x40000000", "0x0", "262145", "-4"), 2,
			TCE_DIFFERS_COUNT);
}

static void a_damaged_line_makes_its_window_unknown(void **state)
{
	struct replayed r = replay_lines(
		START PUT(DEF, "0x1000", "0x5003",
			  "0") "spapr_iommu_pci_put liobn=0x80000000 ioba=0x10\n" GET(DEF, "0x1000",
										      "0", "0x6003")
			GET(DEF, "0x1000", "0", "0x6003"));

	(void)state;
	assert_int_equal(r.sum.diverged, 0);
	assert_int_equal(r.sum.damaged, 1);
	assert_int_equal(r.sum.unchecked, 1);
	tce_replay_free(r.replay);
}

static void qemu_prints_aligned_addresses_and_lists_only(void **state)
{
	(void)state;
	replay_diverges(START PUT(DEF, "0x1008", "0x5003", "0"), 2, TCE_DIFFERS_ADDRESS);
	replay_diverges(START
			"spapr_iommu_pci_indirect liobn=0x80000000 ioba=0x1000 tcelist=0x5008 "
			"iobaN=0x1 tceN=0x3 ret=0\n",
			2, TCE_DIFFERS_ADDRESS);
	replay_diverges(START INDIRECT(DEF, "0x1000", "0x200", "0x9003", "0"), 2,
			TCE_DIFFERS_COUNT);
	replay_diverges(START "spapr_iommu_put liobn=0x80000000 ioba=0x1000 tce=0x0 ret=0\n", 2,
			TCE_DIFFERS_FAMILY);
}

/* --- default windows of unknown size ------------------------------------------------- */

static void two_refusals_past_all_that_was_accepted_show_a_smaller_window(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x123000", "0x5003", "0") PUT(DEF, "0x555000", "0x5003", "-4")
			      PUT(DEF, "0x777000", "0x5003", "-4"));
	/* one alone may be a fault, unless everything accepted ends where windows end */
	replay_diverges(START PUT(DEF, "0x123000", "0x5003", "0")
				PUT(DEF, "0x555000", "0x5003", "-4"),
			3, TCE_DIFFERS_RET);
	replay_agrees(START STUFF(DEF, "0x10000000", "0x0", "512", "0")
			      PUT(DEF, "0x10000000", "0x5003", "-4"));
}

static void a_refusal_is_a_divergence_of_its_own_line_once_more_is_accepted_behind_it(void **state)
{
	(void)state;
	replay_diverges(START PUT(DEF, "0x123000", "0x5003", "0")
				PUT(DEF, "0x555000", "0x5003", "-4")
					PUT(DEF, "0x666000", "0x5003", "0"),
			3, TCE_DIFFERS_RET);
	replay_diverges(START PUT(DEF, "0x123000", "0x5003", "0")
				PUT(DEF, "0x122000", "0x5003", "-4"),
			3, TCE_DIFFERS_RET);
	replay_diverges(START PUT(DEF, "0x123000", "0x5003", "-5"), 2, TCE_DIFFERS_RET);
}

static void two_calls_accepted_past_the_end_show_a_larger_window(void **state)
{
	(void)state;
	replay_diverges(START PUT(DEF, "0x40000000", "0x5003", "0"), 2, TCE_DIFFERS_RET);
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") PUT(DEF, "0x40000000", "0x5003", "0")
			      PUT(DEF, "0x50000000", "0x6003", "0")
				      GET(DEF, "0x50000000", "0", "0x6003")
					      GET(DEF, "0x1000", "0", "0x5003")
						      GET(DEF, "0x40000000", "0", "0x5003"));
	replay_diverges(
		START PUT(DEF, "0x40000000", "0x5003", "0") PUT(DEF, "0x50000000", "0x6003", "0")
			PUT(DEF, "0x50000000", "0x7003", "0") GET(DEF, "0x50000000", "0", "0x6003"),
		5, TCE_DIFFERS_TCE);
}

static void a_device_tree_settles_the_size(void **state)
{
	struct tce_facts facts = {
		.max_ram = UINT64_C(1) << 40,
		.nr_windows = 1,
		.window = {{0x80000000, 0x100000, 0x10000000}},
	};
	const struct tce_replay_opts opts = {.facts = &facts};
	struct replayed r = replay_lines_with(
		START PUT(DEF, "0xff000", "0x5003", "-4") PUT(DEF, "0x100000", "0x5003", "0")
			DMA(DEF, "0x10", "0x5000", "3", "0xfff")
				PUT(DEF, "0x100ff000", "0x5003", "0")
					PUT(DEF, "0x10100000", "0x5003", "-4"),
		&opts);

	(void)state;
	assert_int_equal(r.sum.diverged, 0);
	tce_replay_free(r.replay);
	r = replay_lines_with(START PUT(DEF, "0x10100000", "0x5003", "0"), &opts);
	assert_int_equal(r.sum.diverged, 1);
	tce_replay_free(r.replay);
}

/* --- windows ------------------------------------------------------------------------- */

static void created_windows_are_those_of_the_model(void **state)
{
	(void)state;
	replay_agrees(START QUERY("1", "0x107") CREATE QUERY("0", "0x107")
			      PUT(DYN, "0x8000000000f0000", "0x5003", "0")
				      PUT(DYN, "0x800000000100000", "0x5003", "-4"));
	replay_diverges(START QUERY("2", "0x107"), 2, TCE_DIFFERS_WINDOWS_LEFT);
	replay_diverges(START QUERY("1", "0x107") QUERY("1", "0x103"), 3, TCE_DIFFERS_PAGE_SIZES);
	replay_diverges(START QUERY("1", "0x1") CREATE, 4, TCE_DIFFERS_PAGE_SIZES);
	replay_diverges(
		START "spapr_iommu_ddw_query buid=0x800000020000003 addr=0x0, 1 windows available, "
		      "max window size=0x80000000, mask=0x107\n",
		2, TCE_DIFFERS_BUID);
	replay_diverges(
		START "spapr_iommu_ddw_query buid=0x800000020000000 addr=0x0, 1 windows available, "
		      "max window size=0x80000001, mask=0x107\n",
		2, TCE_DIFFERS_BLOCK);
}

static void a_create_that_cannot_be_is_a_divergence_and_its_window_lives_on(void **state)
{
	(void)state;
	replay_diverges(START MADE
			"spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, "
			"page size=0x10000, requested=0x100000, start addr=0x900000000000000, "
			"liobn=0x80000001\n" PUT(DYN, "0x900000000000000", "0x5003", "0"),
			3, TCE_DIFFERS_START);
	replay_diverges(START MADE
			"spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, "
			"page size=0x10000, requested=0x300000, start addr=0x800000000000000, "
			"liobn=0x80000001\n" PUT(DYN, "0x800000000010000", "0x5003", "0"),
			3, TCE_DIFFERS_SIZE);
	replay_diverges(
		START QUERY("1", "0x107") "spapr_iommu_ddw_create buid=0x800000020000000 "
					  "addr=0x0, page size=0x10000, "
					  "requested=0x100000, start addr=0x800000000000000, "
					  "liobn=0x80000001\n" PUT(DYN, "0x800000000010000",
								   "0x5003", "0"),
		3, TCE_DIFFERS_TABLE);
}

static void a_removed_window_is_gone_and_the_default_comes_back_with_the_last(void **state)
{
	(void)state;
	replay_agrees(START CREATE REMOVE(DYN) PUT(DYN, "0x800000000000000", "0x5003", "-4"));
	replay_diverges(START CREATE REMOVE(DYN) PUT(DYN, "0x800000000000000", "0x5003", "0"), 5,
			TCE_DIFFERS_RET);
	replay_diverges(START REMOVE(DYN), 2, TCE_DIFFERS_STATUS);
	replay_agrees(START CREATE REMOVE(DEF) REMOVE(DYN)
			      START RESET PUT(DEF, "0x1000", "0x5003", "0"));
	replay_diverges(START CREATE REMOVE(DEF) REMOVE(DYN) QUERY("1", "0x107"), 6,
			TCE_DIFFERS_RESTORE);
}

static void a_reset_call_ends_all_windows_of_its_bridge(void **state)
{
	(void)state;
	replay_agrees(START CREATE PUT(DEF, "0x1000", "0x5003", "0")
			      STUFF(DEF, "0x2000", "0x0", "1", "0") START RESET QUERY("1", "0x107")
				      GET(DEF, "0x1000", "0", "0x0"));
	replay_diverges(START CREATE RESET, 4, TCE_DIFFERS_TABLE);
}

static void a_table_that_nothing_explains_is_a_divergence(void **state)
{
	(void)state;
	replay_diverges(START MADE QUERY("1", "0x107"), 2, TCE_DIFFERS_TABLE);
	replay_agrees(START MADE); /* cut off before the line that belongs to it */
	replay_diverges(START "spapr_iommu_new_table liobn=0x80000002 table=0x1 fd=-1\n", 2,
			TCE_DIFFERS_TABLE);
	replay_diverges(START "spapr_iommu_new_table liobn=0x71000002 table=0x1 fd=-1\n", 2,
			TCE_DIFFERS_TABLE);
}

static void dma_beside_the_making_of_a_table_is_not_held_against_anyone(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") MADE DMA(DEF, "0x1000", "0x5000", "3",
								       "0xfff")
			      DMA(DYN, "0x0", "0x0", "0",
				  "0xffff") "spapr_iommu_ddw_create buid=0x800000020000000 "
					    "addr=0x0, page size=0x10000, "
					    "requested=0x100000, start addr=0x800000000000000, "
					    "liobn=0x80000001\n");
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0")
			      START DMA(DEF, "0x1000", "0x5000", "3", "0xfff") RESET);
}

static void a_machine_reset_zeroes_everything(void **state)
{
	(void)state;
	replay_agrees("spapr_iommu_new_table liobn=0x71000002 table=0x1 fd=-1\n" START
		      "spapr_iommu_put liobn=0x71000002 ioba=0x1000 tce=0x5003 ret=0\n" CREATE
		      "spapr_cas_pvr current=0x0, explicit_match=1, new=0xf000005\n" START
		      "spapr_iommu_get liobn=0x71000002 ioba=0x1000 ret=0 tce=0x0\n" QUERY(
			      "1", "0x107") PUT(DYN, "0x800000000000000", "0x5003", "-4"));
	/* a reset call leaves virtual I/O devices alone */
	replay_agrees("spapr_iommu_new_table liobn=0x71000002 table=0x1 fd=-1\n" START
		      "spapr_iommu_put liobn=0x71000002 ioba=0x1000 tce=0x5003 ret=0\n" START RESET
		      "spapr_iommu_get liobn=0x71000002 ioba=0x1000 ret=0 tce=0x5003\n");
}

static void bridges_come_and_go(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") START1 PUT(
		"0x80000100", "0x1000", "0x6003",
		"0") "spapr_drc_unrealize drc: 0x400100ff\n" PUT("0x80000100", "0x1000", "0x0",
								 "-4")
			      GET(DEF, "0x1000", "0", "0x5003")
				      START1 GET("0x80000100", "0x1000", "0", "0x0"));
	replay_diverges(START PUT("0x80000100", "0x1000", "0x6003", "0"), 2, TCE_DIFFERS_RET);
}

static void windows_that_kvm_serves_are_not_compared_entry_by_entry(void **state)
{
	(void)state;
	replay_agrees("spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=17\n" QUERY("1", "0x107")
			      DMA(DEF, "0x1000", "0x5000", "3", "0xfff")
				      DMA(DEF, "0x1000", "0x7000", "1", "0xfff"));
	replay_diverges("spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=17\n" QUERY(
				"1", "0x107") DMA(DEF, "0x1000", "0x5000", "3", "0xffff"),
			3, TCE_DIFFERS_MASK);
}

/* --- migration ----------------------------------------------------------------------- */

#define SAVE "spapr_iommu_pre_save liobn=80000000 40000 bus_offset=0x0 ps=12\n"
#define LOAD START "spapr_iommu_post_load liobn=80000000 40000 => 0x40000 bus_offset=0x0 ps=12\n"

static void a_loaded_machine_is_the_one_that_was_saved(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") SAVE PUT(DEF, "0x1000", "0x6003", "0")
			      LOAD GET(DEF, "0x1000", "0", "0x5003")
				      GET(DEF, "0x2000", "0", "0x0"));
	replay_diverges(START PUT(DEF, "0x1000", "0x5003", "0")
				SAVE PUT(DEF, "0x1000", "0x6003", "0")
					LOAD GET(DEF, "0x1000", "0", "0x6003"),
			7, TCE_DIFFERS_TCE);
	replay_diverges(
		START "spapr_iommu_pre_save liobn=80000000 40000 bus_offset=0x0 ps=16\n" SAVE SAVE,
		2, TCE_DIFFERS_MASK);
}

static void of_two_saves_what_differs_is_unknown(void **state)
{
	(void)state;
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") SAVE PUT(DEF, "0x1000", "0x6003", "0")
			      SAVE LOAD GET(DEF, "0x1000", "0", "0x5003"));
	replay_agrees(START PUT(DEF, "0x1000", "0x5003", "0") SAVE PUT(DEF, "0x1000", "0x6003", "0")
			      SAVE LOAD GET(DEF, "0x1000", "0", "0x6003"));
	replay_diverges(START PUT(DEF, "0x1000", "0x5003", "0")
				SAVE PUT(DEF, "0x1000", "0x6003", "0")
					SAVE LOAD GET(DEF, "0x2000", "0", "0x6003"),
			8, TCE_DIFFERS_TCE);
}

static void what_another_machine_saved_is_unknown_but_its_windows_are_there(void **state)
{
	(void)state;
	replay_agrees(LOAD MADE
		      "spapr_iommu_post_load liobn=80000001 0 => 0x10 bus_offset=0x800000000000000 "
		      "ps=16\n" GET(DYN, "0x800000000010000", "0",
				    "0x77003") GET(DYN, "0x800000000010000", "0", "0x77003")
			      PUT(DYN, "0x800000000100000", "0x3", "-4") QUERY("0", "0x107"));
	replay_diverges(LOAD
			"spapr_iommu_post_load liobn=80000001 0 => 0x0 bus_offset=0x0 ps=0\n" QUERY(
				"0", "0x107"),
			4, TCE_DIFFERS_WINDOWS_LEFT);
}

/* --- hostile numbers ----------------------------------------------------------------- */

static void hostile_numbers_are_findings_or_divergences(void **state)
{
	static const char *const text[] = {
		START PUT(DEF, "0xffffffffffffffff", "0xffffffffffffffff", "-4"),
		START PUT("0xffffffffffffffff", "0x0", "0x3", "-4"),
		START STUFF(DEF, "0xffffffffffffffff", "0x3", "-9223372036854775808", "0"),
		START STUFF(DEF, "0x0", "0x3", "9223372036854775807", "0"),
		START STUFF(DEF, "0x3ffff000", "0x3", "9223372036854775807", "-4"),
		START INDIRECT(DEF, "0xfffffffffffff000", "0xffffffffffffffff", "0x3", "0"),
		START INDIRECT(DEF, "0x0", "0x1ff", "0x3", "0"),
		START DMA(DEF, "0xffffffffffffffff", "0xffffffffffffffff", "4294967295",
			  "0xffffffff"),
		START MADE "spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x1, "
			   "requested=0x8000000000000000, start addr=0x0, liobn=0x80000001\n",
		START MADE
		"spapr_iommu_ddw_create buid=0xffffffffffffffff addr=0x0, page size=0x0, "
		"requested=0x0, start addr=0x0, liobn=0xffffffffffffffff\n",
		"spapr_iommu_pre_save liobn=ffffffffffffffff ffffffffffffffff "
		"bus_offset=0xffffffffffffffff ps=255\n",
		START "spapr_iommu_post_load liobn=80000000 40000 => 0xffffffffffffffff "
		      "bus_offset=0xfffffffffffff000 ps=4294967295\n",
		"spapr_iommu_post_load liobn=80000001 0 => 0x80000000 bus_offset=0x800000000000000 "
		"ps=34\n",
	};
	struct replayed r;

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		assert_int_equal(replay_text(text[i], strlen(text[i]), NULL, &r), 0);
		assert_int_equal(r.stats.damaged, 0);
		assert_int_equal(r.sum.agreed + r.sum.diverged, r.sum.events);
		tce_replay_free(r.replay);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_get_must_give_what_was_put),
		cmocka_unit_test(after_a_contradiction_the_entry_is_unknown_and_one_fault_is_one),
		cmocka_unit_test(the_middle_of_a_list_is_unknown_until_a_line_shows_it),
		cmocka_unit_test(a_dma_shows_page_and_permission_but_not_the_bits_between),
		cmocka_unit_test(a_refused_list_leaves_what_came_before_unknown),
		cmocka_unit_test(a_refused_stuff_hides_where_it_began),
		cmocka_unit_test(a_damaged_line_makes_its_window_unknown),
		cmocka_unit_test(qemu_prints_aligned_addresses_and_lists_only),
		cmocka_unit_test(two_refusals_past_all_that_was_accepted_show_a_smaller_window),
		cmocka_unit_test(
			a_refusal_is_a_divergence_of_its_own_line_once_more_is_accepted_behind_it),
		cmocka_unit_test(two_calls_accepted_past_the_end_show_a_larger_window),
		cmocka_unit_test(a_device_tree_settles_the_size),
		cmocka_unit_test(created_windows_are_those_of_the_model),
		cmocka_unit_test(a_create_that_cannot_be_is_a_divergence_and_its_window_lives_on),
		cmocka_unit_test(a_removed_window_is_gone_and_the_default_comes_back_with_the_last),
		cmocka_unit_test(a_reset_call_ends_all_windows_of_its_bridge),
		cmocka_unit_test(a_table_that_nothing_explains_is_a_divergence),
		cmocka_unit_test(dma_beside_the_making_of_a_table_is_not_held_against_anyone),
		cmocka_unit_test(a_machine_reset_zeroes_everything),
		cmocka_unit_test(bridges_come_and_go),
		cmocka_unit_test(windows_that_kvm_serves_are_not_compared_entry_by_entry),
		cmocka_unit_test(a_loaded_machine_is_the_one_that_was_saved),
		cmocka_unit_test(of_two_saves_what_differs_is_unknown),
		cmocka_unit_test(what_another_machine_saved_is_unknown_but_its_windows_are_there),
		cmocka_unit_test(hostile_numbers_are_findings_or_divergences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
