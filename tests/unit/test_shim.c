/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The test framework itself: each assertion can fail, set-up and tear-down run, skips are skips.
 * Built against cmocka and against tests/shim, this holds both to the same meaning. A group that is
 * to fail runs in a child, whose report is read back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

static char output[4096];

/* Run one case in a child; its report is in output. Returns the group's number of failures. */
static int run_in_child(const struct CMUnitTest *test, CMFixtureFunction setup)
{
	const struct CMUnitTest tests[] = {*test};
	size_t have = 0;
	ssize_t n;
	int ends[2];
	int status;
	pid_t child;

	fflush(stdout);
	assert_return_code(pipe(ends), 0);
	child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		_exit(cmocka_run_group_tests(tests, setup, NULL) + (fflush(stdout) != 0));
	}
	close(ends[1]);
	while ((n = read(ends[0], output + have, sizeof(output) - 1 - have)) > 0)
		have += (size_t)n;
	output[have] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define FAILING_LIST(X)                                                                            \
	X(false_claim, assert_true(output == NULL))                                                \
	X(true_denial, assert_false(output != NULL))                                               \
	X(null, assert_non_null(NULL))                                                             \
	X(not_null, assert_null(output))                                                           \
	X(bad_code, assert_return_code(-1, 0))                                                     \
	X(unequal, assert_int_equal(UINT64_MAX, UINT32_MAX))                                       \
	X(equal, assert_int_not_equal(7, 7))                                                       \
	X(other_pointer, assert_ptr_equal(output, output + 1))                                     \
	X(same_pointer, assert_ptr_not_equal(output, output))                                      \
	X(other_string, assert_string_equal("ab", "ac"))                                           \
	X(same_string, assert_string_not_equal("ab", "ab"))                                        \
	X(other_bytes, assert_memory_equal("ab", "ac", 2))                                         \
	X(same_bytes, assert_memory_not_equal("abc", "abd", 2))                                    \
	X(below, assert_in_range(1, 2, 3))                                                         \
	X(above, assert_in_range(4, 2, 3))                                                         \
	X(inside, assert_not_in_range(3, 2, 3))                                                    \
	X(plain_failure, fail())                                                                   \
	X(failure_with_text, fail_msg("%s", "text"))

#define FAILING_CASE(name, statement)                                                              \
	static void name(void **state)                                                             \
	{                                                                                          \
		(void)state;                                                                       \
		statement;                                                                         \
	}
FAILING_LIST(FAILING_CASE)

static void every_assertion_fails_when_it_does_not_hold(void **state)
{
#define FAILING_ENTRY(name, statement) cmocka_unit_test(name),
	static const struct CMUnitTest failing[] = {FAILING_LIST(FAILING_ENTRY)};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(failing) / sizeof(failing[0]); i++) {
		if (run_in_child(&failing[i], NULL) != 1)
			fail_msg("%s did not fail", failing[i].name);
		assert_non_null(strstr(output, "not ok 1 - "));
		assert_null(strstr(output, "SKIP"));
		assert_non_null(strstr(output, "test_shim.c:"));
	}
}

static void every_assertion_passes_when_it_holds(void **state)
{
	(void)state;
	assert_true(UINT64_C(1) << 40);
	assert_false(0);
	assert_non_null(output);
	assert_null(NULL);
	assert_return_code(0, 0);
	assert_int_equal(-1, UINT64_MAX);
	assert_int_not_equal(1, 2);
	assert_ptr_equal(output, output);
	assert_ptr_not_equal(output, output + 1);
	assert_string_equal("ab", "ab");
	assert_string_not_equal("ab", "abc");
	assert_memory_equal("abc", "abd", 2);
	assert_memory_not_equal("abc", "abd", 3);
	assert_in_range(2, 2, 2);
	assert_not_in_range(UINT64_MAX, 2, 3);
}

static void a_case_that_skips(void **state)
{
	(void)state;
	test_skip("no reason at all");
}

static void a_skip_is_no_failure_and_gives_its_reason(void **state)
{
	const struct CMUnitTest test = cmocka_unit_test(a_case_that_skips);

	(void)state;
	assert_int_equal(run_in_child(&test, NULL), 0);
	assert_non_null(strstr(output, "# skip: no reason at all"));
	assert_non_null(strstr(output, "# SKIP a_case_that_skips"));
}

static int nr_fixtures;

static int good_fixture(void **state)
{
	nr_fixtures++;
	*state = &nr_fixtures;
	return 0;
}

static int bad_fixture(void **state)
{
	(void)state;
	return -1;
}

static void a_case_that_passes(void **state)
{
	(void)state;
}

static void a_failed_set_up_fails_its_case(void **state)
{
	const struct CMUnitTest test = cmocka_unit_test_setup(a_case_that_passes, bad_fixture);

	(void)state;
	assert_int_equal(run_in_child(&test, NULL), 1);
	assert_non_null(strstr(output, "not ok 1 - "));
}

static void a_failed_set_up_of_the_group_fails(void **state)
{
	const struct CMUnitTest test = cmocka_unit_test(a_case_that_passes);

	(void)state;
	assert_int_not_equal(run_in_child(&test, bad_fixture), 0);
}

static void state_comes_from_the_nearest_fixture(void **state)
{
	assert_ptr_equal(*state, &nr_fixtures);
	assert_int_equal(nr_fixtures, 1);
}

static void state_may_be_given_with_the_case(void **state)
{
	assert_ptr_equal(*state, output);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_assertion_fails_when_it_does_not_hold),
		cmocka_unit_test(every_assertion_passes_when_it_holds),
		cmocka_unit_test(a_skip_is_no_failure_and_gives_its_reason),
		cmocka_unit_test(a_failed_set_up_fails_its_case),
		cmocka_unit_test(a_failed_set_up_of_the_group_fails),
		cmocka_unit_test_setup(state_comes_from_the_nearest_fixture, good_fixture),
		cmocka_unit_test_prestate(state_may_be_given_with_the_case, output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
