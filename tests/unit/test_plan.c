/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/plan.h: windows, masks, memory, reasons and warnings of machines told as scenarios; the
 * PowerVM machines of public kernel logs (A: linuxppc-dev 2021-10-25, f9af9834-797f-cd69-bbcf-
 * 3663ce375c72@linux.vnet.ibm.com; B: linux-pci, autumn 2025; C: EEH recovery of an NVMe).
 */
#include <stdio.h>
#include <string.h>

#include <tce/scenario.h>

#include "check/plan/plan.h"
#include "testing.h"

#define OFFSET UINT64_C(0x800000000000000)
#define GIB    (UINT64_C(1) << 30)

static const uint8_t masks[] = {64, 48, 32};

static struct tce_scenario *parse(const char *text)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;

	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s\n%s", error.line, error.column, error.text, text);
	return scenario;
}

static struct tce_plan *plan_of(const char *text)
{
	struct tce_scenario *scenario = parse(text);
	struct tce_plan_opts opts = {
		.story = tce_scenario_story(scenario), .masks = masks, .nr_masks = sizeof(masks)};
	struct tce_plan *plan;
	int err = tce_plan_new(&opts, &plan);

	if (err != 0)
		fail_msg("%s\n%s", tce_strerror(err), text);
	tce_scenario_free(scenario);
	return plan;
}

static int refusal_of(const char *text, const uint8_t *bits, unsigned nr_bits)
{
	struct tce_scenario *scenario = parse(text);
	struct tce_plan_opts opts = {
		.story = tce_scenario_story(scenario), .masks = bits, .nr_masks = nr_bits};
	struct tce_plan *plan;
	int err = tce_plan_new(&opts, &plan);

	if (err == 0)
		tce_plan_free(plan);
	tce_scenario_free(scenario);
	return err;
}

static const char *words_of(const struct tce_plan_whys *whys)
{
	static char text[2048];
	size_t n = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < whys->nr; i++) {
		n += tce_plan_why_text(&whys->at[i], text + n, sizeof(text) - n);
		text[n++] = '\n';
		text[n] = '\0';
	}
	return text;
}

static const struct tce_plan_why *find_why(const struct tce_plan_whys *whys,
					   enum tce_plan_reason reason)
{
	for (unsigned i = 0; i < whys->nr; i++) {
		if (whys->at[i].reason == reason)
			return &whys->at[i];
	}
	fail_msg("not among the reasons:\n%s", words_of(whys));
	return NULL;
}

/* The first PE's first reason, which is the one that decided. */
static void assert_decided(const char *text, enum tce_plan_reason reason, uint64_t first_value)
{
	struct tce_plan *plan = plan_of(text);
	const struct tce_plan_why *why = &tce_plan_pe_at(plan, 0)->whys.at[0];

	if (why->reason != reason)
		fail_msg("decided by %s", words_of(&tce_plan_pe_at(plan, 0)->whys));
	assert_int_equal(why->value[0], first_value);
	tce_plan_free(plan);
}

/* What a decision rests on. */
static void assert_because(const char *text, enum tce_plan_reason reason, uint64_t first_value)
{
	struct tce_plan *plan = plan_of(text);

	assert_int_equal(find_why(&tce_plan_pe_at(plan, 0)->whys, reason)->value[0], first_value);
	tce_plan_free(plan);
}

static unsigned count(const struct tce_plan *plan, enum tce_plan_hazard hazard)
{
	const struct tce_plan_warning *warning;
	unsigned nr = 0;

	for (unsigned i = 0; (warning = tce_plan_warning_at(plan, i)) != NULL; i++)
		nr += warning->hazard == hazard;
	return nr;
}

static void assert_warns(const char *text, enum tce_plan_hazard hazard)
{
	struct tce_plan *plan = plan_of(text);

	assert_int_equal(count(plan, hazard), 1);
	tce_plan_free(plan);
}

/* --- machines ----------------------------------------------------------------------------- */

#define QEMU        "machine pseries profile=qemu ram=2G max-ram=8G\n"
#define QEMU_NVDIMM QEMU "pmem pm at=16G size=1G\n"
#define PHB         "phb phb0\n"
#define NIC         "device 0000:00:01.0 phb=phb0\n"
#define PAPR        "machine pseries profile=papr-strict ram=4G max-ram=8G\n"
#define VPMEM       PAPR "pmem pm at=0x100000000000 size=1G\n"
#define SLOT                                                                                       \
	"phb phb0 buid=0x800000020000121 liobn=0x10000121,0x70000121 mmio32-start=0x80000000 "     \
	"mmio32-last=0xffffffff"
#define NVME "\ndevice 0121:50:00.0 phb=phb0\n"

static const char story_a[] = VPMEM SLOT NVME;
static const char story_b[] = "machine pseries profile=papr-strict ram=64G max-ram=128G\n"
			      "phb phb0 buid=0x800000020000524 liobn=0x10000524,0x70000524\n"
			      "device 0524:28:00.0 phb=phb0\nboot kernel=6.18\n";
static const char story_c[] = "machine pseries profile=papr-strict ram=32G\n"
			      "pmem pm at=0x100000000000 size=64G\n"
			      "phb phb0 buid=0x800000020000018 liobn=0x10000018,0x70000018\n"
			      "device 0018:01:00.0 phb=phb0\n";

static const char *text_of(const char *machine, const char *more)
{
	static char text[1024];

	snprintf(text, sizeof(text), "%s%s", machine, more);
	return text;
}

/* --- a plan ------------------------------------------------------------------------------- */

static void ram_is_direct_and_a_narrow_mask_gets_the_default_window(void **state)
{
	struct tce_plan *plan = plan_of(QEMU PHB NIC "boot kernel=6.12.107\n");
	const struct tce_plan_pe *pe = tce_plan_pe_at(plan, 0);
	const struct tce_plan_dev *dev = tce_plan_dev_at(plan, 0);

	(void)state;
	assert_int_equal(tce_plan_summary(plan)->worst, TCE_MODE_DIRECT);
	assert_int_equal(tce_plan_summary(plan)->nr_warnings, 0);
	assert_int_equal(pe->nr_windows, 2);
	assert_int_equal(pe->window[0].use, TCE_MODE_DEFAULT);
	assert_int_equal(pe->window[0].table_size, GIB);
	assert_int_equal(pe->window[1].use, TCE_MODE_DIRECT);
	assert_int_equal(pe->window[1].liobn, 0x80000001);
	assert_int_equal(pe->window[1].start, OFFSET);
	assert_int_equal(pe->window[1].last, OFFSET + 8 * GIB - 1);
	assert_int_equal(pe->window[1].page_shift, 24);
	assert_int_equal(pe->window[1].direct_size, 8 * GIB);
	assert_int_equal(pe->window[1].nr_mapped, 128);
	assert_int_equal(dev->trial.bytes[TCE_PLAN_RAM][TCE_PLAN_DIRECT], 2 * GIB);
	assert_int_equal(dev->trial.bytes[TCE_PLAN_PLUGGABLE][TCE_PLAN_DIRECT], 6 * GIB);
	assert_int_equal(dev->trial.coherent, TCE_PLAN_DIRECT);
	assert_int_equal(pe->masks[0].offset, OFFSET);
	assert_int_equal(pe->masks[1].mode, TCE_MODE_DEFAULT);
	assert_int_equal(pe->masks[2].bytes[TCE_PLAN_RAM][TCE_PLAN_TABLE], 2 * GIB);
	tce_plan_free(plan);
}

static void only_drivers_that_are_told_of_probe(void **state)
{
	struct tce_plan *plan =
		plan_of(QEMU PHB NIC "device 0000:00:02.0 phb=phb0\n"
				     "boot kernel=6.12\nprobe 0000:00:02.0 mask=32\n");

	(void)state;
	assert_false(tce_plan_dev_at(plan, 0)->has_driver);
	assert_true(tce_plan_dev_at(plan, 1)->has_driver);
	assert_int_equal(tce_plan_pe_at(plan, 0)->mode, TCE_MODE_DEFAULT);
	assert_int_equal(tce_plan_pe_at(plan, 0)->masks[0].mode, TCE_MODE_DIRECT);
	tce_plan_free(plan);
}

static void masks_that_are_asked_about_do_not_spoil_each_other(void **state)
{
	static const uint8_t order[] = {48, 64, 48};
	struct tce_scenario *scenario = parse(QEMU PHB NIC "boot kernel=7.2.13\n");
	struct tce_plan_opts opts = {
		.story = tce_scenario_story(scenario), .masks = order, .nr_masks = 3};
	const struct tce_plan_pe *pe;
	struct tce_plan *plan;

	(void)state;
	assert_int_equal(tce_plan_new(&opts, &plan), 0);
	pe = tce_plan_pe_at(plan, 0);
	assert_int_equal(pe->masks[0].mode, TCE_MODE_DEFAULT);
	assert_int_equal(pe->masks[1].mode, TCE_MODE_DIRECT);
	assert_int_equal(pe->masks[2].mode, TCE_MODE_DEFAULT);
	assert_memory_equal(&pe->masks[0], &pe->masks[2], sizeof(pe->masks[0]));
	tce_plan_free(plan);
	tce_scenario_free(scenario);
}

static void a_bridge_has_no_driver_and_no_mask(void **state)
{
	struct tce_plan *plan =
		plan_of(QEMU PHB "device 0000:00:01.0 phb=phb0 type=root-port "
				 "secondary-bus=1 subordinate-bus=1\nboot kernel=6.12\n");

	(void)state;
	assert_int_equal(tce_plan_pe_at(plan, 0)->nr_devs, 1);
	assert_int_equal(tce_plan_pe_at(plan, 0)->first_dev, TCE_NO_ID);
	assert_null(tce_plan_pe_at(plan, 0)->masks);
	assert_false(tce_plan_dev_at(plan, 0)->has_driver);
	tce_plan_free(plan);
}

static void what_makes_no_sense_is_refused(void **state)
{
	static const uint8_t none = 0, many = 65;

	(void)state;
	assert_int_equal(refusal_of("machine powernv9 ram=4G\nboot kernel=6.12\n", NULL, 0),
			 -TCE_ERR_UNSUPPORTED);
	assert_int_equal(refusal_of(QEMU PHB, NULL, 0), -TCE_ERR_NOENT);
	assert_int_equal(refusal_of(QEMU PHB "boot kernel=6.12\n", &none, 1), -TCE_ERR_INVAL);
	assert_int_equal(refusal_of(QEMU PHB "boot kernel=6.12\n", &many, 1), -TCE_ERR_INVAL);
	assert_int_equal(refusal_of(QEMU "phb phb0 buid=0x1\nphb phb1 buid=0x1\nboot kernel=6.12\n",
				    NULL, 0),
			 -TCE_ERR_EXISTS);
}

/* --- PowerVM ------------------------------------------------------------------------------ */

static void story_a_before_the_fix_maps_everything_through_a_table(void **state)
{
	struct tce_plan *plan = plan_of(text_of(story_a, "boot kernel=5.15\n"));
	const struct tce_plan_window *window = &tce_plan_pe_at(plan, 0)->window[1];

	(void)state;
	assert_int_equal(window->use, TCE_MODE_DYNAMIC);
	assert_int_equal(window->last - window->start + 1, UINT64_C(1) << 0x28);
	assert_int_equal(window->page_shift, 16);
	assert_int_equal(window->liobn, 0x70000121);
	assert_int_equal(tce_plan_dev_at(plan, 0)->trial.mode, TCE_MODE_DYNAMIC);
	tce_plan_free(plan);
}

/* The patched kernel of the log: 5.15 with what cures B9, still without 2 MiB pages. */
static void story_a_with_the_fix_has_direct_ram_and_a_limit(void **state)
{
	struct tce_plan *plan = plan_of(text_of(story_a, "boot kernel=5.15 without=B9\n"));
	const struct tce_plan_window *window = &tce_plan_pe_at(plan, 0)->window[1];
	const struct tce_plan_trial *trial = &tce_plan_dev_at(plan, 0)->trial;

	(void)state;
	assert_int_equal(window->use, TCE_MODE_DIRECT);
	assert_int_equal(window->last - window->start + 1, UINT64_C(1) << 0x21);
	assert_int_equal(window->page_shift, 16);
	assert_int_equal(trial->bus_limit, UINT64_C(0x800000200000000));
	assert_int_equal(trial->bytes[TCE_PLAN_RAM][TCE_PLAN_DIRECT], 4 * GIB);
	assert_int_equal(trial->bytes[TCE_PLAN_PMEM][TCE_PLAN_TABLE], GIB);
	assert_int_equal(trial->table_size, GIB); /* of the default window */
	assert_int_equal(trial->table_page_shift, 12);
	tce_plan_free(plan);
}

static void story_b_gets_128_gib_in_2_mib_pages(void **state)
{
	struct tce_plan *plan = plan_of(story_b);
	const struct tce_plan_pe *pe = tce_plan_pe_at(plan, 0);

	(void)state;
	assert_int_equal(pe->block, 0x1000000);
	assert_int_equal(pe->page_mask, 0x103);
	assert_int_equal(pe->windows_offered, 1);
	assert_int_equal(pe->window[1].page_shift, 0x15);
	assert_int_equal(pe->window[1].last - pe->window[1].start + 1, UINT64_C(1) << 0x25);
	assert_int_equal(pe->window[1].start, UINT64_C(1) << 59);
	assert_int_equal(pe->window[1].liobn, 0x70000524);
	assert_int_equal(pe->window[1].use, TCE_MODE_DIRECT);
	tce_plan_free(plan);
}

static void story_c_limits_direct_dma_at_32_gib(void **state)
{
	struct tce_plan *plan = plan_of(text_of(story_c, "boot kernel=5.19\n"));
	const struct tce_plan_trial *trial = &tce_plan_dev_at(plan, 0)->trial;

	(void)state;
	assert_int_equal(trial->bus_limit, UINT64_C(0x800000800000000));
	assert_int_equal(find_why(&trial->whys, TCE_PLAN_BUS_LIMIT)->value[0], trial->bus_limit);
	assert_int_equal(trial->bytes[TCE_PLAN_RAM][TCE_PLAN_DIRECT], 32 * GIB);
	assert_int_equal(trial->bytes[TCE_PLAN_PMEM][TCE_PLAN_TABLE], 64 * GIB);
	tce_plan_free(plan);
}

/* The limit is a power of two: persistent memory right above RAM may lie on both sides of it. */
static void memory_is_cut_where_direct_addresses_end(void **state)
{
	struct tce_plan *plan = plan_of("machine pseries profile=papr-strict ram=4G max-ram=5G\n"
					"pmem pm at=6G size=4G\n" SLOT NVME "boot kernel=5.16\n");
	const struct tce_plan_trial *trial = &tce_plan_dev_at(plan, 0)->trial;

	(void)state;
	assert_int_equal(trial->bus_limit, OFFSET + 8 * GIB);
	assert_int_equal(trial->bytes[TCE_PLAN_PMEM][TCE_PLAN_BARE], 2 * GIB);
	assert_int_equal(trial->bytes[TCE_PLAN_PMEM][TCE_PLAN_TABLE], 2 * GIB);
	tce_plan_free(plan);
}

/* --- reasons: one condition each ---------------------------------------------------------- */

static void iommu_off_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU PHB NIC "boot kernel=6.12 cmdline=iommu=off\n", TCE_PLAN_IOMMU_OFF, 0);
}

static void a_pe_without_window_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU "phb phb0 ddw=no default-window=no\n" NIC "boot kernel=6.1.176\n",
		       TCE_PLAN_NO_WINDOW, 0);
}

static void virtual_io_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU "vio v unit=0x71000002\nboot kernel=6.12\n", TCE_PLAN_VIRTUAL_IO, 0);
}

static void a_pe_that_nobody_asks_for_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU PHB "boot kernel=6.12\n", TCE_PLAN_NOT_ASKED, 0);
}

static void disable_ddw_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU PHB NIC "boot kernel=6.12 cmdline=disable_ddw\n", TCE_PLAN_DISABLED, 0);
}

static void a_narrow_mask_is_named_with_what_the_kernel_asks_for(void **state)
{
	static const struct {
		const char *text;
		uint64_t bits, least;
	} cases[] = {
		{QEMU PHB NIC "boot kernel=6.14\nprobe 0000:00:01.0 mask=48\n", 48, 64},
		{QEMU PHB NIC "boot kernel=6.15\nprobe 0000:00:01.0 mask=32\n", 32, 33},
	};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct tce_plan *plan = plan_of(cases[i].text);
		const struct tce_plan_why *why = &tce_plan_pe_at(plan, 0)->whys.at[0];

		assert_int_equal(why->reason, TCE_PLAN_NARROW_MASK);
		assert_int_equal(why->value[0], cases[i].bits);
		assert_int_equal(why->value[1], cases[i].least);
		tce_plan_free(plan);
	}
}

static void a_tree_without_ddw_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU "phb phb0 ddw=no\n" NIC "boot kernel=6.12\n", TCE_PLAN_NOT_OFFERED, 0);
}

static void a_refused_query_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU "phb phb0 ddw=no\nproperty phb0 ibm,ddw-applicable "
			    "cells=0x2026,0x2027,0x2028\n" NIC "boot kernel=6.12\n",
		       TCE_PLAN_QUERY_REFUSED, TCE_REFUSED_DDW_OFF);
}

static void missing_limited_addressing_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU PHB NIC "boot kernel=6.15\nprobe 0000:00:01.0 mask=48\n",
		       TCE_PLAN_NO_LIMITED_MODE, 48);
}

static void refused_limited_addressing_is_named(void **state)
{
	(void)state;
	assert_decided("machine pseries profile=qemu ram=2G limited-mode=yes\n" PHB NIC
		       "boot kernel=6.15\nprobe 0000:00:01.0 mask=40\n",
		       TCE_PLAN_LIMITED_REFUSED, 40);
}

static void a_default_window_that_cannot_go_is_named(void **state)
{
	(void)state;
	assert_decided(PAPR SLOT " windows=1" NVME "boot kernel=5.9\n", TCE_PLAN_NO_WINDOW_LEFT, 0);
}

static void unknown_page_sizes_are_named(void **state)
{
	(void)state;
	assert_decided(PAPR SLOT " page-sizes=2M" NVME "boot kernel=5.15\n", TCE_PLAN_NO_PAGE_SIZE,
		       0x100);
}

static void a_block_too_small_for_a_kernel_that_only_knows_direct_is_named(void **state)
{
	(void)state;
	assert_decided(PAPR SLOT " block=65536" NVME "boot kernel=5.14\n", TCE_PLAN_NOT_DIRECT,
		       65536);
}

static void a_refused_create_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU_NVDIMM "phb phb0 page-sizes=4K,64K\n" NIC "boot kernel=6.12\n",
		       TCE_PLAN_CREATE_REFUSED, 51);
}

static void a_block_that_holds_all_is_named(void **state)
{
	(void)state;
	assert_decided(QEMU PHB NIC "boot kernel=6.12\n", TCE_PLAN_FITS, UINT64_C(1) << 37);
}

static void a_block_too_small_is_named(void **state)
{
	(void)state;
	assert_decided(PAPR SLOT " block=2048" NVME "boot kernel=6.12\n", TCE_PLAN_BLOCK, 2048);
}

static void a_mask_that_does_not_reach_is_named(void **state)
{
	(void)state;
	assert_decided(
		"machine pseries profile=papr-2.13 ram=4G max-ram=2T limited-mode=yes\n" SLOT NVME
		"boot kernel=6.15\nprobe 0121:50:00.0 mask=40\n",
		TCE_PLAN_SHORT_MASK, 40);
}

static void an_only_window_that_cannot_be_split_is_named(void **state)
{
	(void)state;
	assert_decided(VPMEM SLOT " windows=1" NVME "boot kernel=6.10\n", TCE_PLAN_UNSPLIT, 0);
}

static void an_only_window_that_is_split_is_named(void **state)
{
	struct tce_plan *plan = plan_of(VPMEM SLOT " windows=1" NVME "boot kernel=6.15\n");
	const struct tce_plan_pe *pe = tce_plan_pe_at(plan, 0);

	(void)state;
	assert_int_equal(pe->whys.at[0].reason, TCE_PLAN_SPLIT);
	assert_int_equal(pe->whys.at[0].value[0], 8 * GIB);
	assert_int_equal(pe->nr_windows, 1);
	assert_int_equal(pe->window[0].use, TCE_MODE_HYBRID);
	assert_int_equal(pe->window[0].direct_size, 8 * GIB);
	assert_int_equal(pe->window[0].table_start, OFFSET + 8 * GIB);
	assert_int_equal(pe->mode, TCE_MODE_HYBRID);
	tce_plan_free(plan);
}

static void an_only_window_without_room_is_named(void **state)
{
	(void)state;
	assert_decided(VPMEM SLOT " windows=1 block=4096" NVME "boot kernel=6.15\n",
		       TCE_PLAN_NO_ROOM, 8 * GIB);
}

static void what_a_decision_rests_on_follows(void **state)
{
	static const char one[] = PAPR SLOT " windows=1" NVME "boot kernel=6.15\n";
	static const char odd[] =
		"machine pseries profile=qemu ram=2G max-ram=6G\n" PHB NIC "boot kernel=6.12\n";

	(void)state;
	assert_because(odd, TCE_PLAN_WANT_RAM, 6 * GIB);
	assert_because("machine pseries profile=qemu-7.2 ram=2G lrdr=0\n" PHB NIC
		       "boot kernel=6.15\n",
		       TCE_PLAN_RAM_ENDS_AT_0, 0);
	assert_because(QEMU_NVDIMM PHB NIC "boot kernel=6.15\n", TCE_PLAN_WANT_ALL,
		       UINT64_C(1) << 51);
	assert_because(text_of(story_a, "boot kernel=5.15\n"), TCE_PLAN_WANT_ALL,
		       UINT64_C(1) << 51);
	assert_because(text_of(story_a, "boot kernel=6.15\n"), TCE_PLAN_NOT_ALL, UINT64_C(1) << 51);
	assert_because(one, TCE_PLAN_ONLY_WINDOW, 0);
	assert_because("machine pseries profile=papr-2.13 ram=4G limited-mode=yes\n" SLOT NVME
		       "boot kernel=6.15\nprobe 0121:50:00.0 mask=48\n",
		       TCE_PLAN_LIMITED, 0);
	assert_because(one, TCE_PLAN_LARGEST_PAGE, UINT64_C(1) << 21);
	assert_because(PAPR SLOT NVME "boot kernel=5.15\n", TCE_PLAN_UNKNOWN_PAGE,
		       UINT64_C(1) << 16);
}

/* What no plan leads to, or only with a failing machine: from the kernel's record itself. */
static void every_end_of_enable_ddw_has_a_reason(void **state)
{
	static const struct {
		enum tce_ddw_step step;
		enum tce_plan_reason reason;
	} ends[] = {
		{TCE_DDW_IN_USE, TCE_PLAN_DEFAULT_IN_USE},
		{TCE_DDW_STILL_NO_WINDOW, TCE_PLAN_STILL_NO_WINDOW},
		{TCE_DDW_NO_MEMORY, TCE_PLAN_NO_MEMORY},
		{TCE_DDW_NO_MMIO32, TCE_PLAN_NO_MMIO32},
		{TCE_DDW_PREMAP, TCE_PLAN_PREMAP_REFUSED},
	};
	struct tce_kernel kernel;

	(void)state;
	assert_int_equal(tce_kernel_at(0, &kernel), 0);
	for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct tce_ddw_record record = {.step = (uint8_t)ends[i].step};
		struct tce_plan_whys whys = {.nr = 0};

		tce_plan_explain(&kernel, &record, &whys);
		assert_int_equal(whys.at[0].reason, ends[i].reason);
	}
	for (unsigned step = 0; step < TCE_NR_DDW_STEPS; step++) {
		struct tce_ddw_record record = {
			.step = (uint8_t)step, .dma_mask = 1, .decision.why = TCE_DDW_WHY_FITS};
		struct tce_plan_whys whys = {.nr = 0};

		tce_plan_explain(&kernel, &record, &whys);
		assert_int_not_equal(whys.nr, 0);
	}
}

/* Two functions of a PE whose default window went: the second asks for 32 bits. */
static void a_mask_below_the_only_window_is_refused(void **state)
{
	struct tce_plan *plan = plan_of(PAPR SLOT " windows=1" NVME "device 0121:50:00.1 phb=phb0\n"
						  "boot kernel=6.12 without=D9\n"
						  "probe 0121:50:00.0\n"
						  "probe 0121:50:00.1 mask=32\n");
	const struct tce_plan_trial *trial = &tce_plan_dev_at(plan, 1)->trial;

	(void)state;
	assert_int_equal(trial->err, -TCE_EIO);
	assert_int_equal(trial->whys.at[0].reason, TCE_PLAN_MASK_REFUSED);
	assert_int_equal(trial->whys.at[0].value[0], 32);
	assert_int_equal(trial->whys.at[0].value[1], OFFSET);
	assert_int_equal(trial->bytes[TCE_PLAN_RAM][TCE_PLAN_LOST], 4 * GIB);
	assert_int_equal(count(plan, TCE_PLAN_WARN_MASK_REFUSED), 1);
	tce_plan_free(plan);
}

/* The same without a cure for D9: the mask fits the table of the window that is gone. */
static void a_table_that_went_with_its_window_is_not_used(void **state)
{
	struct tce_plan *plan = plan_of(PAPR SLOT " windows=1" NVME "device 0121:50:00.1 phb=phb0\n"
						  "boot kernel=6.12\nprobe 0121:50:00.0\n"
						  "probe 0121:50:00.1 mask=32\n");
	const struct tce_plan_trial *trial = &tce_plan_dev_at(plan, 1)->trial;

	(void)state;
	assert_int_equal(trial->err, 0);
	assert_true(trial->stale_table);
	assert_int_equal(trial->whys.at[0].reason, TCE_PLAN_STALE_TABLE);
	assert_int_equal(trial->bytes[TCE_PLAN_RAM][TCE_PLAN_LOST], 4 * GIB);
	assert_int_equal(trial->coherent, TCE_PLAN_LOST);
	assert_int_equal(count(plan, TCE_PLAN_WARN_STALE_TABLE), 1);
	tce_plan_free(plan);
}

/* 7.x takes coherent memory for direct although its mask does not reach it (measured). */
static void coherent_memory_beyond_its_mask_is_lost(void **state)
{
	struct tce_plan *plan =
		plan_of(QEMU PHB NIC "boot kernel=7.2.13\n"
				     "probe 0000:00:01.0 streaming-mask=64 coherent-mask=32 "
				     "coherent-first=yes\n");
	const struct tce_plan_trial *trial = &tce_plan_dev_at(plan, 0)->trial;

	(void)state;
	assert_int_equal(trial->err, 0);
	assert_int_equal(trial->mode, TCE_MODE_DIRECT);
	assert_int_equal(trial->coherent, TCE_PLAN_LOST);
	assert_int_equal(trial->whys.at[0].reason, TCE_PLAN_BEYOND_MASK);
	assert_int_equal(trial->whys.at[0].value[0], 32);
	assert_int_equal(count(plan, TCE_PLAN_WARN_COHERENT_FAILS), 1);
	tce_plan_free(plan);
}

/* --- warnings ----------------------------------------------------------------------------- */

static void a_top_of_zero_is_warned_of_where_it_hurts(void **state)
{
	static const char machine[] = "machine pseries profile=qemu-7.2 ram=2G lrdr=0\n" PHB NIC;
	struct tce_plan *plan = plan_of(text_of(machine, "boot kernel=6.1.176\n"));

	(void)state;
	assert_int_equal(tce_plan_summary(plan)->nr_warnings, 0);
	assert_int_equal(tce_plan_summary(plan)->worst, TCE_MODE_DIRECT);
	tce_plan_free(plan);
	assert_warns(text_of(machine, "boot kernel=6.12.107\n"), TCE_PLAN_WARN_LRDR_0);
	assert_warns(text_of(machine, "boot kernel=6.15\n"), TCE_PLAN_WARN_LRDR_0);
}

static void a_window_too_large_for_qemu_is_warned_of(void **state)
{
	(void)state;
	assert_warns(QEMU_NVDIMM "phb phb0 page-sizes=4K,64K\n" NIC "boot kernel=6.12\n",
		     TCE_PLAN_WARN_WINDOW_TOO_LARGE);
}

static void a_pe_without_window_is_warned_of(void **state)
{
	(void)state;
	assert_warns(QEMU "phb phb0 ddw=no default-window=no\n" NIC "boot kernel=6.1.176\n",
		     TCE_PLAN_WARN_NO_WINDOW);
}

static void a_fallback_to_4k_pages_is_warned_of_once_for_all_functions(void **state)
{
	struct tce_plan *plan = plan_of(QEMU PHB NIC "device 0000:00:01.1 phb=phb0\n"
						     "boot kernel=6.12 cmdline=disable_ddw\n");

	(void)state;
	assert_int_equal(count(plan, TCE_PLAN_WARN_FALLBACK), 1);
	assert_int_equal(tce_plan_warning_at(plan, 0)->value[0], GIB);
	assert_int_equal(tce_plan_warning_at(plan, 0)->nr_more, 1);
	tce_plan_free(plan);
}

static void a_mask_that_spoils_the_pe_is_warned_of(void **state)
{
	static const char machine[] = QEMU PHB NIC "device 0000:00:02.0 phb=phb0\n";
	struct tce_plan *plan;

	(void)state;
	assert_warns(text_of(machine, "boot kernel=6.15\nprobe 0000:00:01.0 mask=48\n"
				      "probe 0000:00:02.0 mask=64\n"),
		     TCE_PLAN_WARN_SPOILED);
	plan = plan_of(text_of(machine, "boot kernel=6.15\nprobe 0000:00:02.0 mask=64\n"
					"probe 0000:00:01.0 mask=48\n"));
	assert_int_equal(count(plan, TCE_PLAN_WARN_SPOILED), 0);
	tce_plan_free(plan);
}

/* The only window is for RAM, and no table has room for what lies above. */
static void persistent_memory_that_no_window_covers_is_warned_of(void **state)
{
	struct tce_plan *plan =
		plan_of(VPMEM SLOT " windows=1" NVME "boot kernel=6.10 defect=B8\n");

	(void)state;
	assert_int_equal(count(plan, TCE_PLAN_WARN_PMEM_LOST), 1);
	tce_plan_free(plan);
}

static void persistent_memory_that_nothing_maps_is_warned_of(void **state)
{
	(void)state;
	assert_warns(QEMU_NVDIMM PHB NIC "boot kernel=6.12\n", TCE_PLAN_WARN_PMEM_BARE);
}

static void persistent_memory_that_cannot_become_ram_is_warned_of(void **state)
{
	struct tce_plan *plan;

	(void)state;
	assert_warns(text_of(story_a, "boot kernel=6.14\n"), TCE_PLAN_WARN_PMEM_NOT_RAM);
	plan = plan_of(text_of(story_a, "boot kernel=6.15\n"));
	assert_int_equal(count(plan, TCE_PLAN_WARN_PMEM_NOT_RAM), 0);
	tce_plan_free(plan);
}

static void a_kernel_that_dies_is_warned_of(void **state)
{
	(void)state;
	assert_warns(QEMU PHB NIC "boot kernel=4.19 defect=B19 cmdline=eeh=off\n",
		     TCE_PLAN_WARN_OOPS);
}

/* --- words -------------------------------------------------------------------------------- */

static void texts_have_their_numbers(void **state)
{
	struct tce_plan *plan =
		plan_of(QEMU_NVDIMM "phb phb0 page-sizes=4K,64K\n" NIC "boot kernel=6.12\n");
	char text[512];

	(void)state;
	tce_plan_why_text(&tce_plan_pe_at(plan, 0)->whys.at[0], text, sizeof(text));
	assert_string_equal(text, "firmware refused a window of 2^51 bytes in pages of 64K: more "
				  "entries than the hypervisor can hold");
	tce_plan_warning_text(tce_plan_warning_at(plan, 0), NULL, text, sizeof(text));
	assert_non_null(strstr(text, "2^35 pages of 64K"));
	assert_int_equal(tce_plan_reason_name(TCE_PLAN_CREATE_REFUSED, text, sizeof(text)), 14);
	assert_string_equal(text, "create-refused");
	tce_plan_hazard_name(TCE_PLAN_WARN_LRDR_0, text, sizeof(text));
	assert_string_equal(text, "lrdr-0");
	tce_plan_free(plan);
}

/* No brace is left over, none asks for a value that there is not. */
static void every_text_can_be_written(void **state)
{
	struct tce_plan_warning warning = {.hazard = 0};
	struct tce_plan_why why = {.reason = 0};
	char text[1024];

	(void)state;
	for (unsigned i = 0; i < TCE_NR_PLAN_REASONS; i++) {
		why.reason = (enum tce_plan_reason)i;
		assert_true(tce_plan_why_text(&why, text, sizeof(text)) < sizeof(text));
		assert_null(strchr(text, '{'));
	}
	for (unsigned i = 0; i < TCE_NR_PLAN_HAZARDS; i++) {
		warning.hazard = (enum tce_plan_hazard)i;
		assert_true(tce_plan_warning_text(&warning, NULL, text, sizeof(text)) <
			    sizeof(text));
		assert_null(strchr(text, '{'));
	}
	assert_int_equal(tce_plan_why_text(&why, NULL, 0),
			 tce_plan_why_text(&why, text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ram_is_direct_and_a_narrow_mask_gets_the_default_window),
		cmocka_unit_test(only_drivers_that_are_told_of_probe),
		cmocka_unit_test(masks_that_are_asked_about_do_not_spoil_each_other),
		cmocka_unit_test(a_bridge_has_no_driver_and_no_mask),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(story_a_before_the_fix_maps_everything_through_a_table),
		cmocka_unit_test(story_a_with_the_fix_has_direct_ram_and_a_limit),
		cmocka_unit_test(story_b_gets_128_gib_in_2_mib_pages),
		cmocka_unit_test(story_c_limits_direct_dma_at_32_gib),
		cmocka_unit_test(memory_is_cut_where_direct_addresses_end),
		cmocka_unit_test(iommu_off_is_named),
		cmocka_unit_test(a_pe_without_window_is_named),
		cmocka_unit_test(virtual_io_is_named),
		cmocka_unit_test(a_pe_that_nobody_asks_for_is_named),
		cmocka_unit_test(disable_ddw_is_named),
		cmocka_unit_test(a_narrow_mask_is_named_with_what_the_kernel_asks_for),
		cmocka_unit_test(a_tree_without_ddw_is_named),
		cmocka_unit_test(a_refused_query_is_named),
		cmocka_unit_test(missing_limited_addressing_is_named),
		cmocka_unit_test(refused_limited_addressing_is_named),
		cmocka_unit_test(a_default_window_that_cannot_go_is_named),
		cmocka_unit_test(unknown_page_sizes_are_named),
		cmocka_unit_test(a_block_too_small_for_a_kernel_that_only_knows_direct_is_named),
		cmocka_unit_test(a_refused_create_is_named),
		cmocka_unit_test(a_block_that_holds_all_is_named),
		cmocka_unit_test(a_block_too_small_is_named),
		cmocka_unit_test(a_mask_that_does_not_reach_is_named),
		cmocka_unit_test(an_only_window_that_cannot_be_split_is_named),
		cmocka_unit_test(an_only_window_that_is_split_is_named),
		cmocka_unit_test(an_only_window_without_room_is_named),
		cmocka_unit_test(what_a_decision_rests_on_follows),
		cmocka_unit_test(every_end_of_enable_ddw_has_a_reason),
		cmocka_unit_test(a_mask_below_the_only_window_is_refused),
		cmocka_unit_test(a_table_that_went_with_its_window_is_not_used),
		cmocka_unit_test(coherent_memory_beyond_its_mask_is_lost),
		cmocka_unit_test(a_top_of_zero_is_warned_of_where_it_hurts),
		cmocka_unit_test(a_window_too_large_for_qemu_is_warned_of),
		cmocka_unit_test(a_pe_without_window_is_warned_of),
		cmocka_unit_test(a_fallback_to_4k_pages_is_warned_of_once_for_all_functions),
		cmocka_unit_test(a_mask_that_spoils_the_pe_is_warned_of),
		cmocka_unit_test(persistent_memory_that_no_window_covers_is_warned_of),
		cmocka_unit_test(persistent_memory_that_nothing_maps_is_warned_of),
		cmocka_unit_test(persistent_memory_that_cannot_become_ram_is_warned_of),
		cmocka_unit_test(a_kernel_that_dies_is_warned_of),
		cmocka_unit_test(texts_have_their_numbers),
		cmocka_unit_test(every_text_can_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
