/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The model against a running QEMU: the short run that is part of every "make check". $QEMU names
 * another one; without QEMU the cases are skipped. TCE_AGENT is the guest image.
 */
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "cli/pseries/live.h"
#include "cli/vm/find.h"

#define CALLS       UINT64_C(300000)
#define FEW_CALLS   UINT64_C(15000)
#define EPOCH_CALLS UINT64_C(25000) /* few on each machine: more machines */
#define FIRST_SEED  UINT64_C(1)

static const char *qemu(void)
{
	const char *env = getenv("QEMU");

	return env && *env ? env : "qemu-system-ppc64";
}

/* What to run with; skips the case when there is no QEMU. */
static struct tce_live_opts options(uint64_t calls)
{
	struct tce_live_opts opts = {
		.seed = FIRST_SEED, .calls = calls, .epoch_calls = EPOCH_CALLS};
	struct tce_qemu_version version;
	struct tce_fail fail;

	opts.guest = (struct tce_guest_opts){
		.qemu = qemu(), .agent = getenv("TCE_AGENT"), .patience = 60};
	if (tce_find_qemu_version(opts.guest.qemu, 10, &version, &fail) != 0)
		test_skip(fail.text);
	opts.profile = tce_find_profile(&version, &opts.exact, &fail);
	if (!opts.profile)
		test_skip(fail.text);
	return opts;
}

/* The run that the first cases look at. */
static const struct tce_live *the_run(void)
{
	static struct tce_live live;
	static bool done;
	struct tce_live_opts opts = options(CALLS);

	if (!done)
		tce_live_run(&opts, &live);
	done = true;
	return &live;
}

static void three_hundred_thousand_calls_are_answered_alike(void **state)
{
	const struct tce_live *live = the_run();

	(void)state;
	if (live->state != TCE_SESSION_RUNNING)
		print_message("%s%s\n", live->diff.text, live->fail.text);
	assert_int_equal(live->state, TCE_SESSION_RUNNING);
	assert_true(live->calls >= CALLS);
	assert_true(live->entries > live->calls);
}

static void every_deep_state_is_reached(void **state)
{
	const struct tce_live *live = the_run();
	unsigned missing = 0;

	(void)state;
	for (int i = 0; i < TCE_NR_STATES; i++) {
		if (live->states.reached[i])
			continue;
		print_message("never: %s\n", tce_state_text((enum tce_state)i));
		missing++;
	}
	assert_int_equal(missing, 0);
}

/* All that QEMU's profiles can give; the others belong to LoPAR and KVM. */
static void calls_are_refused_for_every_reason(void **state)
{
	static const enum tce_refusal reasons[] = {
		TCE_REFUSED_FUNCTION,     TCE_REFUSED_LIOBN_UNKNOWN,  TCE_REFUSED_LIOBN_DISABLED,
		TCE_REFUSED_IOBA_BELOW,   TCE_REFUSED_IOBA_PAST_END,  TCE_REFUSED_COUNT_ZERO,
		TCE_REFUSED_COUNT_LIMIT,  TCE_REFUSED_RANGE_PAST_END, TCE_REFUSED_LIST_UNALIGNED,
		TCE_REFUSED_RTAS_TOKEN,   TCE_REFUSED_RTAS_NARGS,     TCE_REFUSED_RTAS_NRET,
		TCE_REFUSED_BUID_UNKNOWN, TCE_REFUSED_DDW_OFF,        TCE_REFUSED_PAGE_SHIFT,
		TCE_REFUSED_WINDOW_SHIFT, TCE_REFUSED_NO_WINDOW_LEFT, TCE_REFUSED_TOO_LARGE,
		TCE_REFUSED_UNIT_UNKNOWN, TCE_REFUSED_LIMITED_MODE,
	};
	const struct tce_live *live = the_run();

	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		assert_true(live->states.refused[reasons[i]] > 0);
}

static void same_seed_means_same_steps_and_same_answers(void **state)
{
	struct tce_live_opts opts = options(FEW_CALLS);
	struct tce_live first;
	struct tce_live second;

	(void)state;
	tce_live_run(&opts, &first);
	tce_live_run(&opts, &second);
	assert_int_equal(first.state, TCE_SESSION_RUNNING);
	assert_int_equal(first.calls, second.calls);
	assert_int_equal(first.entries, second.entries);
	assert_memory_equal(&first.states, &second.states, sizeof(first.states));
	opts.seed++;
	tce_live_run(&opts, &second);
	assert_true(first.entries != second.entries);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_hundred_thousand_calls_are_answered_alike),
		cmocka_unit_test(every_deep_state_is_reached),
		cmocka_unit_test(calls_are_refused_for_every_reason),
		cmocka_unit_test(same_seed_means_same_steps_and_same_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
