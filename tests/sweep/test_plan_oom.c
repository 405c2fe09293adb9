/* SPDX-License-Identifier: BSD-2-Clause */
/* The n-th request for memory fails, for every n: no plan is made, and nothing is lost. */
#include <string.h>

#include <tce/plan.h>
#include <tce/scenario.h>

#include "failalloc.h"
#include "testing.h"

/* Two PEs, one of its own; warnings of both kinds of list; persistent memory. */
static const char machine[] =
	"machine pseries profile=papr-strict ram=1G max-ram=2G\n"
	"pmem pm at=0x100000000000 size=1G\nphb phb0 windows=1\nphb phb1\nvio v unit=0x30\n"
	"device 0000:00:01.0 phb=phb0\ndevice 0000:00:02.0 phb=phb0\n"
	"device 0001:00:01.0 phb=phb1 own-pe\nboot kernel=6.14\n"
	"probe 0000:00:01.0 mask=48\nprobe 0000:00:02.0\nprobe 0001:00:01.0\nprobe v\n";

static struct tce_scenario *parse(void)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;

	if (tce_scenario_parse(NULL, machine, strlen(machine), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	return scenario;
}

static int make(const struct tce_scenario *scenario, struct failalloc *fa)
{
	static const uint8_t masks[] = {64, 32};
	struct tce_alloc alloc = failalloc_alloc(fa);
	struct tce_plan_opts opts = {.alloc = &alloc,
				     .story = tce_scenario_story(scenario),
				     .masks = masks,
				     .nr_masks = 2};
	struct tce_plan *plan;
	int err = tce_plan_new(&opts, &plan);

	if (err != 0)
		return err;
	assert_int_equal(tce_plan_summary(plan)->nr_pes, 4);
	assert_int_not_equal(tce_plan_summary(plan)->nr_warnings, 0);
	tce_plan_free(plan);
	return 0;
}

static void every_failing_request_is_survived(void **state)
{
	struct tce_scenario *scenario = parse();
	struct failalloc fa;
	bool done = false;
	uint64_t n;

	(void)state;
	for (n = 1; !done; n++) {
		int err;

		failalloc_init(&fa, n);
		err = make(scenario, &fa);
		done = err == 0;
		if (!done)
			assert_int_equal(err, -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
	}
	assert_in_range(n, 10, 1000); /* there was something to fail */
	tce_scenario_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failing_request_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
