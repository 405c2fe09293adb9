/* SPDX-License-Identifier: BSD-2-Clause */
/* The n-th request for memory fails, for every n: a prediction says so, and nothing is lost. */
#include "failalloc.h"
#include "predict_small.h"
#include "testing.h"

static void without_a_failure_the_small_recording_is_exact(void **state)
{
	struct tce_predict_summary sum;
	struct tce_predict_line line;
	struct tce_predict *predict;
	struct predict_rig rig;
	struct tce_scenario *scenario = predict_small_rig(&rig);
	struct failalloc fa;
	struct tce_alloc alloc;

	(void)state;
	failalloc_init(&fa, 0);
	alloc = failalloc_alloc(&fa);
	assert_int_equal(predict_rig_run(&rig, &alloc, &predict), 0);
	tce_predict_summary(predict, &sum);
	for (unsigned i = 0; tce_predict_difference(predict, i, &line); i++)
		print_message("%d %s\n", line.sign, line.text);
	assert_int_equal(sum.verdict, TCE_PREDICT_EXACT);
	assert_int_equal(sum.setup_calls, 14);
	assert_int_equal(sum.unordered, 3);
	assert_int_equal(sum.firmware_calls, 2);
	assert_int_equal(sum.user_calls, 1);
	tce_predict_free(predict);
	failalloc_assert_empty(&fa);
	tce_scenario_free(scenario);
}

static void every_failing_request_is_reported_and_nothing_is_lost(void **state)
{
	struct tce_predict *predict;
	struct predict_rig rig;
	struct tce_scenario *scenario = predict_small_rig(&rig);
	struct failalloc fa;
	struct tce_alloc alloc;
	uint64_t n = 0;
	int err = -1;

	(void)state;
	while (err != 0) {
		failalloc_init(&fa, ++n);
		alloc = failalloc_alloc(&fa);
		err = predict_rig_run(&rig, &alloc, &predict);
		if (err != 0)
			assert_int_equal(err, -TCE_ERR_NOMEM);
		else
			tce_predict_free(predict);
		failalloc_assert_empty(&fa);
	}
	assert_true(n > 10);
	tce_scenario_free(scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_failure_the_small_recording_is_exact),
		cmocka_unit_test(every_failing_request_is_reported_and_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
