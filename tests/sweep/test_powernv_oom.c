/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out at every point of a powernv machine's life: the embedder's, in both kinds of
 * storage; the arenas'; the kernel's own; and firmware calls that are refused, each in turn.
 */
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>
#include <tce/scenario.h>

#include "failalloc.h"
#include "linux/powernv/powernv.h"
#include "testing.h"

static const char life[] =
	"machine powernv9 ram=1G storage=%s arena=%zu\n"
	"phb phb0\n"
	"device 0000:00:00.0 phb=phb0 root-port secondary-bus=1 subordinate-bus=2\n"
	"device 0000:01:00.0 phb=phb0 parent=0000:00:00.0 m64-first=3 m64-count=2\n"
	"device 0000:01:01.0 phb=phb0 parent=0000:00:00.0 pci-bridge secondary-bus=2 "
	"subordinate-bus=2\n"
	"device 0000:02:01.0 phb=phb0 parent=0000:01:01.0\n"
	"device 0000:02:02.0 phb=phb0 parent=0000:01:01.0\n"
	"%s\n"
	"boot kernel=fixed\n"
	"probe 0000:01:00.0\nprobe 0000:02:01.0 streaming-mask=32\n"
	"map 0000:02:01.0 addr=0x100000 len=200K as=a\n"
	"map 0000:02:01.0 coherent addr=0x200000 len=64K as=b\n"
	"dma 0000:02:01.0 read a\n"
	"unmap a\nunbind 0000:02:01.0\n"
	"device-remove 0000:02:01.0\ndevice-remove 0000:02:02.0\n"
	"device-add 0000:02:01.0\nprobe 0000:02:01.0 streaming-mask=32\n"
	"kexec kernel=fixed kdump=yes crash-mem=512M\n"
	"probe 0000:01:00.0\nreboot\n";

static struct tce_scenario *story(const char *storage, size_t arena, const char *fail)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	char text[4096];

	snprintf(text, sizeof(text), life, storage, arena, fail);
	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	return scenario;
}

/* Half of an event was applied, and the machine says so. */
static bool is_lost(struct tce_machine *m)
{
	struct tce_event event = {.kind = TCE_EV_RESET};
	struct tce_outcome outcome;

	return tce_machine_step(m, &event, &outcome) == -TCE_ERR_STATE;
}

/* What no event may leave behind, whatever was refused to the kernel. */
static void check(const struct tce_machine *m, const struct tce_step *step,
		  const struct tce_outcome *outcome)
{
	struct tce_breach breaches[4];
	unsigned nr = tce_check_machine(m, &step->event, outcome, breaches, 4);
	char text[200];

	if (nr == 0)
		return;
	tce_breach_text(&breaches[0], NULL, text, sizeof(text));
	fail_msg("%s: %s", step->text, text);
}

/* What the story meets on its way. */
enum trouble {
	NONE,
	REFUSALS,        /* a device may lack what was refused to the kernel */
	BROKEN_FIRMWARE, /* and what firmware then has is not what the kernel believes */
};

/* All steps; false: one had no memory, and the machine is as it was before that. */
static bool live(struct tce_machine *m, const struct tce_story *told, enum trouble trouble)
{
	bool lazy = told->machine.storage == TCE_STORAGE_LAZY;

	for (unsigned i = 0; i < told->nr_steps; i++) {
		uint64_t before = tce_machine_hash(m);
		struct tce_outcome outcome;
		int err = tce_machine_step(m, &told->steps[i].event, &outcome);

		if (err == -TCE_ERR_NOMEM && tce_machine_hash(m) != before && !(lazy && is_lost(m)))
			fail_msg("changed by: %s", told->steps[i].text);
		if (err == -TCE_ERR_NOMEM)
			return false;
		/* of what a refused device never had */
		assert_true(err == 0 || (trouble != NONE && err == -TCE_ERR_NOENT));
		if (err == 0 && outcome.oops)
			return true;
		if (trouble == REFUSALS && err == 0)
			check(m, &told->steps[i], &outcome);
	}
	return true;
}

static bool act_out(const struct tce_story *told, const struct tce_alloc *alloc,
		    enum trouble trouble)
{
	struct tce_machine *m;
	bool done;

	if (tce_machine_new(alloc, &told->machine, &m) != 0)
		return false;
	done = tce_linux_attach(m) == 0;
	if (done)
		done = live(m, told, trouble);
	tce_machine_free(m);
	return done;
}

static void an_arena_that_is_too_small_changes_nothing(void **state)
{
	unsigned nr_refused = 0;
	size_t arena = 2048;
	bool done = false;

	(void)state;
	for (; !done; arena += 64) {
		struct tce_scenario *scenario = story("compact", arena, "");

		done = act_out(tce_scenario_story(scenario), NULL, NONE);
		nr_refused += !done;
		tce_scenario_free(scenario);
	}
	print_message("enough: %zu bytes\n", arena - 64);
	assert_in_range(nr_refused, 10, 2000);
}

static void each_failing_request_changes_nothing(const char *storage)
{
	struct tce_scenario *scenario = story(storage, 8 << 20, "");
	struct failalloc fa;
	uint64_t n = 0;
	bool done;

	do {
		struct tce_alloc alloc;

		failalloc_init(&fa, ++n);
		alloc = failalloc_alloc(&fa);
		done = act_out(tce_scenario_story(scenario), &alloc, NONE);
		failalloc_assert_empty(&fa);
	} while (!done || fa.nr_asked >= n);
	assert_in_range(n, 5, 5000);
	tce_scenario_free(scenario);
}

static void requests_of_a_compact_machine_may_fail(void **state)
{
	(void)state;
	each_failing_request_changes_nothing("compact");
}

static void requests_of_a_lazy_machine_may_fail(void **state)
{
	(void)state;
	each_failing_request_changes_nothing("lazy");
}

/* The kernel goes on without: no rule breaks, whichever allocation fails. */
static void each_allocation_of_the_kernel_may_fail(void **state)
{
	char fail[64];

	(void)state;
	for (unsigned n = 1; n <= 12; n++) {
		struct tce_scenario *scenario;

		snprintf(fail, sizeof(fail), "fail alloc nth=%u", n);
		scenario = story("compact", 8 << 20, fail);
		assert_true(act_out(tce_scenario_story(scenario), NULL, REFUSALS));
		tce_scenario_free(scenario);
	}
}

/* Nothing in the kernel stops at a firmware call that is refused; nor does anything here. */
static void each_firmware_call_may_be_refused(void **state)
{
	char fail[64];

	(void)state;
	for (unsigned n = 1; n <= 60; n++) {
		struct tce_scenario *scenario;

		snprintf(fail, sizeof(fail), "fail firmware nth=%u code=-6", n);
		scenario = story("compact", 8 << 20, fail);
		assert_true(act_out(tce_scenario_story(scenario), NULL, BROKEN_FIRMWARE));
		tce_scenario_free(scenario);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_that_is_too_small_changes_nothing),
		cmocka_unit_test(requests_of_a_compact_machine_may_fail),
		cmocka_unit_test(requests_of_a_lazy_machine_may_fail),
		cmocka_unit_test(each_allocation_of_the_kernel_may_fail),
		cmocka_unit_test(each_firmware_call_may_be_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
