/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules on a recording: what is found, at which line, and in which words. */
#include <stdio.h>
#include <string.h>

#include "lines.h"
#include "recording.h"
#include "testing.h"

static void finds_nothing(const char *text)
{
	struct replayed r = replay_lines(text);

	assert_int_equal(r.sum.diverged, 0);
	assert_int_equal(r.sum.nr_findings, 0);
	tce_replay_free(r.replay);
}

/* One finding, of that rule, at that line, its text with those words. */
static void finds(const char *text, enum tce_rule_id rule, uint64_t line, const char *words)
{
	struct replayed r = replay_lines(text);
	const struct tce_finding *f = tce_replay_finding(r.replay, 0);
	char said[1024];

	assert_int_equal(r.sum.diverged, 0);
	assert_int_equal(r.sum.nr_findings, 1);
	assert_int_equal(f->rule, rule);
	assert_int_equal(f->line, line);
	tce_finding_text(f, said, sizeof(said));
	if (strstr(said, words) == NULL)
		fail_msg("no \"%s\" in \"%s\"", words, said);
	tce_replay_free(r.replay);
}

/* The first divergence, its text with those words. */
static void contradicts(const char *text, const char *words)
{
	struct replayed r = replay_lines(text);
	char said[512];

	assert_int_equal(r.sum.diverged, 1);
	tce_divergence_text(tce_replay_divergence(r.replay, 0), said, sizeof(said));
	if (strstr(said, words) == NULL)
		fail_msg("no \"%s\" in \"%s\"", words, said);
	tce_replay_free(r.replay);
}

/* --- rules --------------------------------------------------------------------------- */

static void a_dma_fault_tells_the_address_s_history(void **state)
{
	(void)state;
	finds(RESTART DMA(DEF, "0x5010", "0x0", "0", "0xfff"), TCE_RULE_DMA_FAULT, 3,
	      "never mapped since the window was made at line 1");
	finds(START PUT(DEF, "0x5000", "0x9003", "0") STUFF(DEF, "0x6000", "0x0", "1", "0")
		      STUFF(DEF, "0x200000", "0x0", "512", "0")
			      DMA(DEF, "0x5010", "0x0", "0", "0xfff"),
	      TCE_RULE_DMA_AFTER_UNMAP, 5, "unmapped at line 3 by H_STUFF_TCE");
	finds(START PUT(DEF, "0x5000", "0x9003", "0") PUT(DEF, "0x5000", "0x0", "0")
		      PUT(DEF, "0x5000", "0x0", "0") DMA(DEF, "0x5010", "0x0", "0", "0xfff"),
	      TCE_RULE_DMA_AFTER_UNMAP, 5, "unmapped at line 3 by H_PUT_TCE");
	finds(START PUT(DEF, "0x5000", "0x9003", "0")
		      PUT(DEF, "0x5000", "0x0", "0") "spapr_cas_pvr current=0x0, explicit_match=1, "
						     "new=0xf000005\n" DMA(DEF, "0x5010", "0x0",
									   "0", "0xfff"),
	      TCE_RULE_DMA_FAULT, 5, "firmware had unmapped it at line 3");
	finds(RESTART DMA(DEF, "0x40000010", "0x0", "0", "0xffffffff"), TCE_RULE_DMA_FAULT, 3,
	      "past its end");
}

static void an_overwritten_tce_is_told_with_both_pages(void **state)
{
	(void)state;
	finds(START PUT(DEF, "0x5000", "0x9003", "0") PUT(DEF, "0x5000", "0xa003", "0"),
	      TCE_RULE_TCE_OVERWRITTEN, 3, "page 0x9000 since line 2 (H_PUT_TCE), now page 0xa000");
	finds_nothing(START PUT(DEF, "0x5000", "0x9003", "0") PUT(DEF, "0x5000", "0x9001", "0"));
	finds(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0") PUT(DEF, "0x4000", "0xa003", "0"),
	      TCE_RULE_TCE_OVERWRITTEN, 3, "0x9000");
}

static void a_refused_call_is_told_with_its_reason(void **state)
{
	(void)state;
	finds(START PUT("0x80000900", "0x0", "0x3", "-4"), TCE_RULE_HCALL_REFUSED, 2,
	      "no bridge or device has this LIOBN");
	finds(START PUT(DYN, "0x0", "0x3", "-4"), TCE_RULE_HCALL_REFUSED, 2,
	      "no window was ever made with this LIOBN");
	finds(START CREATE REMOVE(DYN) PUT(DYN, "0x800000000000000", "0x3", "-4"),
	      TCE_RULE_HCALL_REFUSED, 5, "gone since line 4 (ibm,remove-pe-dma-window)");
	finds(START CREATE PUT(DYN, "0x800000000100000", "0x3", "-4"), TCE_RULE_HCALL_REFUSED, 4,
	      "past the end of the window, which is 0x800000000000000...0x8000000000fffff");
}

static void windows_that_go_with_live_tces_are_told(void **state)
{
	(void)state;
	finds(START CREATE PUT(DYN, "0x800000000000000", "0x10003", "0") REMOVE(DYN),
	      TCE_RULE_WINDOW_REMOVED_LIVE, 5, "with 1 TCE mapped (64K)");
	finds(START CREATE PUT(DYN, "0x800000000000000", "0x10003", "0") START QUERY("1", "0x107"),
	      TCE_RULE_WINDOW_RESET_LIVE, 5, "had 1 TCE mapped (64K)");
}

static void a_window_over_another_is_told(void **state)
{
	(void)state;
	finds(START CREATE REMOVE(DEF) START
	      "spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x10000, "
	      "requested=0x80000, start addr=0x800000000000000, liobn=0x80000000\n",
	      TCE_RULE_WINDOW_OVERLAP, 6, "lies over window 0x80000001 of line 2");
	/* and DMA goes to the window with index 1 */
	replay_diverges(
		START CREATE REMOVE(DEF) START
		"spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x10000, "
		"requested=0x80000, start addr=0x800000000000000, liobn=0x80000000\n" PUT(
			DEF, "0x800000000000000", "0x10003", "0")
			DMA(DEF, "0x0", "0x10000", "3", "0xffff"),
		8, TCE_DIFFERS_WINDOW);
}

#define NIL "spapr_iommu_new_table liobn=0x80000001 table=(nil) fd=-1\n"

static void a_window_too_large_arms_the_abort_and_the_next_create_fires_it(void **state)
{
	struct replayed r;

	(void)state;
	finds(START NIL QUERY("1", "0x107"), TCE_RULE_QEMU_WINDOW_TOO_LARGE, 2, "makes QEMU abort");
	finds(START NIL START NIL, TCE_RULE_QEMU_WINDOW_TOO_LARGE, 2, "at line 4 made QEMU abort");
	finds(START NIL START MADE, TCE_RULE_QEMU_WINDOW_TOO_LARGE, 2, "at line 4 made QEMU abort");
	r = replay_lines(START NIL START NIL);
	assert_true(r.sum.aborted);
	tce_replay_free(r.replay);
	replay_diverges(START NIL START NIL QUERY("1", "0x107"), 5, TCE_DIFFERS_AFTER_ABORT);
	replay_agrees(START NIL START NIL
		      "spapr_drc_realize drc: 0x10000000\n"
		      "spapr_drc_realize drc: 0x40000000\n" START QUERY("1", "0x107"));
}

static void memory_s_end_is_known_from_a_device_tree(void **state)
{
	struct tce_facts facts = {.max_ram = UINT64_C(2) << 30};
	const struct tce_replay_opts opts = {.facts = &facts};
	struct replayed r = replay_lines_with(START PUT(DEF, "0x1000", "0x7ffff003", "0")
						      PUT(DEF, "0x2000", "0x80000003", "0")
							      PUT(DEF, "0x3000", "0x80000000", "0"),
					      &opts);

	(void)state;
	assert_int_equal(r.sum.nr_findings, 1);
	assert_int_equal(tce_replay_finding(r.replay, 0)->rule, TCE_RULE_TCE_OUTSIDE_RAM);
	assert_int_equal(tce_replay_finding(r.replay, 0)->line, 3);
	tce_replay_free(r.replay);
}

static void a_divergence_tells_from_where_the_model_knows(void **state)
{
	(void)state;
	contradicts(START PUT(DEF, "0x5000", "0x9003", "0")
			    DMA(DEF, "0x5010", "0xa000", "3", "0xfff"),
		    "the model says 0x9000, as line 2 (H_PUT_TCE) left it");
	contradicts(START INDIRECT(DEF, "0x1000", "0x3", "0x9003", "0")
			    DMA(DEF, "0x1010", "0x7000", "3", "0xfff")
				    DMA(DEF, "0x1020", "0x8000", "3", "0xfff"),
		    "as DMA after line 2 (H_PUT_TCE_INDIRECT) showed it");
}

static void a_create_that_cannot_be_is_told_in_words(void **state)
{
	(void)state;
	contradicts(START QUERY("1", "0x1") CREATE,
		    "with pages of size 0x10000, which the bridge does not offer");
	contradicts(START MADE "spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page "
			       "size=0x1001, requested=0x100000, start addr=0x800000000000000, "
			       "liobn=0x80000001\n",
		    "with pages of size 0x1001, which is no power of two");
	contradicts(START QUERY("1", "0x107") QUERY("1", "0x103"), "the mask of page sizes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dma_fault_tells_the_address_s_history),
		cmocka_unit_test(an_overwritten_tce_is_told_with_both_pages),
		cmocka_unit_test(a_refused_call_is_told_with_its_reason),
		cmocka_unit_test(windows_that_go_with_live_tces_are_told),
		cmocka_unit_test(a_window_over_another_is_told),
		cmocka_unit_test(a_window_too_large_arms_the_abort_and_the_next_create_fires_it),
		cmocka_unit_test(memory_s_end_is_known_from_a_device_tree),
		cmocka_unit_test(a_divergence_tells_from_where_the_model_knows),
		cmocka_unit_test(a_create_that_cannot_be_is_told_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
