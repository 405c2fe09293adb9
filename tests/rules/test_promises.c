/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Refusals that break a promise, and those that break none. The first are planted by hand in an
 * outcome, over a machine where the call would have been done; the second are stories, in which
 * something is short or was never promised.
 */
#include <string.h>

#include <tce/linux.h>
#include <tce/vfio.h>

#include "check/rules/state_rules.h"
#include "machine_rig.h"
#include "testing.h"

#define R(name) (UINT64_C(1) << TCE_RULE_##name)

#define PNV                                                                                        \
	"machine powernv9 ram=4G\nphb phb0\n"                                                      \
	"device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "                   \
	"subordinate-bus=1\ndevice 0000:01:00.0 phb=phb0 name=nic parent=port\n"                   \
	"boot kernel=fixed\n"
#define STRICT                                                                                     \
	"machine pseries profile=papr-strict ram=1G max-ram=2G\nphb phb0 page-sizes=4K,64K\n"      \
	"device 0000:00:01.0 name=nic\nboot kernel=fixed\n"
#define HELD   "vfio open c1 type=v2\nvfio attach c1 group=nic\n"
#define MEMORY "vfio register c1 vaddr=0x10000000 size=1M\n"
#define SECOND "vfio create c1 page-shift=16 size=1G levels=1\n"
#define MAP    "vfio map c1 vaddr=0x10000000 iova=0x10000 size=64K"

/* --- planted --------------------------------------------------------------------------------- */

/* What breaks when this statement, after that story, has this outcome. */
static uint64_t broken_by(const char *story, const char *statement,
			  const struct tce_outcome *outcome)
{
	struct tce_breach breaches[TCE_BREACHES_MAX];
	struct tce_scenario *scenario = machine_rig_parse(story);
	struct tce_machine_opts opts = tce_scenario_story(scenario)->machine;
	struct machine_rig rig = {0};
	struct tce_event event;
	uint64_t set = 0;
	unsigned nr;

	tce_scenario_free(scenario);
	assert_int_equal(tce_machine_new(NULL, &opts, &rig.m), 0);
	assert_int_equal(tce_linux_attach(rig.m), 0);
	assert_int_equal(tce_vfio_attach(rig.m), 0);
	machine_rig_do(&rig, story);
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_event(&rig, statement, &event);
	nr = tce_check_machine(rig.m, &event, outcome, breaches, TCE_BREACHES_MAX);
	for (unsigned i = 0; i < nr; i++) {
		char text[256];

		assert_true(tce_breach_text(&breaches[i], NULL, text, sizeof(text)) > 20);
		assert_null(strchr(text, '{'));
		set |= UINT64_C(1) << breaches[i].rule;
	}
	machine_rig_fini(&rig);
	return set;
}

static uint64_t refused(const char *story, const char *statement, int number)
{
	return broken_by(story, statement, &(struct tce_outcome){.err = -number});
}

static void calls_of_vfio_that_are_refused_for_nothing_are_found(void **state)
{
	static const char *const calls[][2] = {
		{PNV, "vfio bind group=nic"},
		{PNV "vfio open-container c1\nvfio bind group=nic\nvfio open-group group=nic",
		 "vfio set-container c1 group=nic"},
		{PNV "vfio open-container c1\nvfio bind group=nic\nvfio open-group group=nic\n"
		     "vfio set-container c1 group=nic",
		 "vfio set-iommu c1 type=v2"},
		{PNV HELD MEMORY, "vfio create c1 page-shift=16 size=1G levels=1"},
		{PNV HELD MEMORY SECOND, MAP},
		{STRICT HELD MEMORY, MAP}, /* the default window, made on first use */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		assert_true(refused(calls[i][0], calls[i][1], TCE_EINVAL) == R(NEEDLESS_REFUSAL));
		assert_true(refused(calls[i][0], calls[i][1], TCE_ENOMEM) == 0);
		assert_true(broken_by(calls[i][0], calls[i][1],
				      &(struct tce_outcome){.err = -TCE_EINVAL, .starved = true}) ==
			    0);
		assert_true(broken_by(calls[i][0], calls[i][1],
				      &(struct tce_outcome){.err = -TCE_EINVAL, .nr_refused = 1}) ==
			    0);
	}
}

static void numbers_that_no_call_answers_are_found(void **state)
{
	const struct tce_outcome one = {.ret = 1};
	const struct tce_outcome six = {.ret = 6};

	(void)state;
	assert_true(broken_by(PNV HELD MEMORY, MAP, &one) == R(FAILED_CALL_CHANGED_STATE));
	assert_true(broken_by(PNV HELD, "vfio enable c1", &one) == R(FAILED_CALL_CHANGED_STATE));
	assert_true(broken_by(PNV HELD, "vfio eeh c1 number=1", &one) ==
		    R(FAILED_CALL_CHANGED_STATE));
	assert_true(broken_by(PNV HELD, "vfio eeh c1 number=4", &six) ==
		    R(FAILED_CALL_CHANGED_STATE));
	assert_true(broken_by(PNV HELD, "vfio eeh c1 number=4", &one) == 0);
	assert_true(broken_by(PNV HELD, "vfio check-extension c1 number=7", &one) == 0);
	assert_true(broken_by(PNV HELD, "vfio get-device group=nic", &six) == 0);
}

static void mappings_that_are_refused_for_nothing_are_found(void **state)
{
	static const char single[] = "map nic single addr=0x100000 len=64K as=m";
	static const char coherent[] = "map nic coherent addr=0x100000 len=64K as=m";
	const char *story = STRICT "probe nic mask=32";

	(void)state;
	assert_true(refused(story, single, TCE_EIO) == R(NEEDLESS_REFUSAL));
	assert_true(refused(story, coherent, TCE_EIO) == R(NEEDLESS_REFUSAL));
	/* nobody promised: no driver asked for a mask */
	assert_true(refused(STRICT, single, TCE_EIO) == 0);
	assert_true(broken_by(story, single, &(struct tce_outcome){.other_pool = true}) ==
		    R(WRONG_POOL));
}

/* --- refusals that break nothing ------------------------------------------------------------- */

static void check_passes(const char *text)
{
	struct tce_scenario *scenario = machine_rig_parse(text);
	struct tce_run_result result;

	assert_int_equal(tce_run(NULL, tce_scenario_story(scenario), NULL, &result), 0);
	if (result.verdict == TCE_RUN_BROKEN)
		fail_msg("%s breaks in\n%s", tce_rule(result.breach.rule)->id, text);
	if (result.verdict != TCE_RUN_PASS)
		fail_msg("step %u is unexpected (%d) in\n%s", result.step, result.outcome.err,
			 text);
	tce_scenario_free(scenario);
}

static void windows_that_cannot_be_are_refused_and_nothing_breaks(void **state)
{
	(void)state;
	check_passes(PNV HELD MEMORY
		     "vfio create c1 page-shift=17 size=1G levels=1 -> EINVAL\n"
		     "vfio create c1 page-shift=16 size=0x30000000 levels=1 -> EINVAL\n"
		     "vfio create c1 page-shift=16 size=1G levels=6 -> EINVAL\n"
		     "vfio create c1 page-shift=16 size=1G levels=0 -> EINVAL\n"
		     "vfio create c1 page-shift=16 size=1G levels=5 -> EINVAL\n" /* 5 x 13 bits */
		     "vfio create c1 page-shift=12 size=64G levels=1 -> ENOMEM\n"
		     "vfio create c1 page-shift=16 size=1G levels=1 -> ok\n"
		     "vfio create c1 page-shift=16 size=1G levels=1 -> ENOSPC\n");
	check_passes(PNV HELD "vfio cap number=0\nvfio rlimit size=1M\n"
			      "vfio create c1 page-shift=16 size=16G levels=1 -> ENOMEM\n");
	check_passes(PNV HELD "fail alloc nth=1\n"
			      "vfio create c1 page-shift=16 size=1G levels=1 -> ENOMEM\n");
}

static void a_default_window_that_cannot_come_back_is_refused_and_nothing_breaks(void **state)
{
	(void)state;
	check_passes("machine pseries profile=papr-strict ram=1G\nphb phb0 extensions=no\n"
		     "device 0000:00:01.0 name=nic\nboot kernel=fixed\n" HELD MEMORY MAP
		     " -> refused\n");
	/* two groups share no window */
	check_passes("machine pseries profile=papr-strict ram=1G\nphb phb0\nphb phb1\n"
		     "device 0000:00:01.0 phb=phb0 name=nic\n"
		     "device 0001:00:01.0 phb=phb1 name=two\nboot kernel=fixed\n" HELD
		     "vfio attach c1 group=two\n" MEMORY MAP " -> refused\n");
}

static void groups_in_use_are_refused_and_nothing_breaks(void **state)
{
	(void)state;
	check_passes(PNV "probe nic\nvfio bind group=nic -> EBUSY\n");
	check_passes(PNV "vfio bind group=nic\nvfio bind group=nic -> EBUSY\n");
	check_passes(PNV HELD "vfio set-container c1 group=nic -> EINVAL\n"
			      "vfio set-iommu c1 type=v2 -> EINVAL\n");
}

static void mappings_that_cannot_be_are_refused_and_nothing_breaks(void **state)
{
	(void)state;
	check_passes(PNV HELD MEMORY
		     "vfio map c1 vaddr=0x20000000 iova=0x10000 size=64K -> EINVAL\n"
		     "vfio map c1 vaddr=0x10000000 iova=0x10800 size=64K -> EINVAL\n"
		     "vfio map c1 vaddr=0x10000000 iova=0x7000000000000000 size=64K -> ENXIO\n"
		     "vfio map c1 vaddr=0x10000000 iova=0x10000 size=64K -> ok\n");
	/* 1 MiB below the mask */
	check_passes(STRICT "probe nic mask=20\n"
			    "map nic single addr=0 len=2M as=a -> refused\n"
			    "map nic single addr=0x100000 len=64K as=b -> ok\n");
	/* more than a pool */
	check_passes(STRICT "probe nic mask=32\nmap nic single addr=0 len=260M as=a -> refused\n");
	check_passes(PNV "probe nic mask=32\nfail alloc nth=1\n" /* for a level of the table */
			 "map nic single addr=0x100000 len=64K as=m -> EIO\n");
	check_passes(STRICT "probe nic mask=32\nfail hcall nth=1 code=-4\n"
			    "map nic single addr=0x100000 len=64K as=a -> refused\n"
			    "map nic single addr=0x100000 len=2G as=b -> refused\n"
			    "map nic coherent addr=0 len=32M as=c -> refused\n");
}

static void masks_that_reach_nothing_are_refused_and_nothing_breaks(void **state)
{
	(void)state;
	/* the only window is direct and lies at 2^59 */
	check_passes("machine pseries profile=papr-strict ram=1G max-ram=2G\nphb phb0 windows=1\n"
		     "device 0000:00:01.0 name=nic\nboot kernel=fixed\n"
		     "probe nic mask=64 -> direct\nset-mask nic streaming mask=48 -> EIO\n"
		     "map nic single addr=0x100000 len=64K as=m -> direct\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_vfio_that_are_refused_for_nothing_are_found),
		cmocka_unit_test(numbers_that_no_call_answers_are_found),
		cmocka_unit_test(mappings_that_are_refused_for_nothing_are_found),
		cmocka_unit_test(windows_that_cannot_be_are_refused_and_nothing_breaks),
		cmocka_unit_test(
			a_default_window_that_cannot_come_back_is_refused_and_nothing_breaks),
		cmocka_unit_test(groups_in_use_are_refused_and_nothing_breaks),
		cmocka_unit_test(mappings_that_cannot_be_are_refused_and_nothing_breaks),
		cmocka_unit_test(masks_that_reach_nothing_are_refused_and_nothing_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
