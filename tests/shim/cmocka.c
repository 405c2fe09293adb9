/* SPDX-License-Identifier: BSD-2-Clause */
/* A small stand-in for cmocka: run cases in order, leave one by longjmp, report in TAP. */
#include "cmocka.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum shim_result {
	SHIM_PASSED, /* also what setjmp says at first */
	SHIM_FAILED,
	SHIM_SKIPPED,
};

/* The running case; leave is good only while its body runs. */
static jmp_buf leave;
static int in_body;
static const char *case_name;
static size_t case_number;

/* Its line of the report, ahead of what is to be said about it. */
static void report_case(const char *verdict, const char *dash)
{
	printf("%s %zu %s %s\n", verdict, case_number, dash, case_name);
}

/* Open the report of a failed assertion; end_failure follows the details. */
static void begin_failure(void)
{
	if (in_body) {
		report_case("not ok", "-");
		return;
	}
	printf("Bail out! an assertion failed outside of a case's body\n");
	exit(1);
}

static _Noreturn void end_failure(const char *file, int line)
{
	printf("# %s:%d: error: Failure!\n", file, line);
	longjmp(leave, SHIM_FAILED);
}

_Noreturn void shim_fail(const char *file, int line)
{
	begin_failure();
	end_failure(file, line);
}

_Noreturn void shim_fail_msg(const char *file, int line, const char *format, ...)
{
	va_list args;

	begin_failure();
	printf("# ");
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	end_failure(file, line);
}

_Noreturn void shim_skip(void)
{
	report_case("not ok", "# SKIP");
	longjmp(leave, SHIM_SKIPPED);
}

void shim_true(int ok, const char *text, const char *file, int line)
{
	if (ok)
		return;
	begin_failure();
	printf("# %s\n", text);
	end_failure(file, line);
}

void shim_equal(uintmax_t a, uintmax_t b, int want_equal, const char *file, int line)
{
	if ((a == b) == want_equal)
		return;
	begin_failure();
	printf("# 0x%" PRIxMAX " %s 0x%" PRIxMAX "\n", a, want_equal ? "!=" : "==", b);
	end_failure(file, line);
}

void shim_string(const char *a, const char *b, int want_equal, const char *file, int line)
{
	if ((strcmp(a, b) == 0) == want_equal)
		return;
	begin_failure();
	printf("# \"%s\" %s \"%s\"\n", a, want_equal ? "!=" : "==", b);
	end_failure(file, line);
}

void shim_memory(const void *a, const void *b, size_t n, int want_equal, const char *file, int line)
{
	const unsigned char *x = a;
	const unsigned char *y = b;
	size_t i = 0;

	if ((memcmp(a, b, n) == 0) == want_equal)
		return;
	begin_failure();
	while (want_equal && x[i] == y[i])
		i++;
	if (want_equal)
		printf("# byte %zu of %zu: 0x%02x != 0x%02x\n", i, n, x[i], y[i]);
	else
		printf("# %zu bytes are the same\n", n);
	end_failure(file, line);
}

void shim_range(uintmax_t v, uintmax_t min, uintmax_t max, int want_inside, const char *file,
		int line)
{
	if ((v >= min && v <= max) == want_inside)
		return;
	begin_failure();
	printf("# %" PRIuMAX " is %s %" PRIuMAX "-%" PRIuMAX "\n", v,
	       want_inside ? "not within" : "within", min, max);
	end_failure(file, line);
}

void print_message(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

void print_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

static enum shim_result run_body(const struct CMUnitTest *test, void **state)
{
	enum shim_result result = (enum shim_result)setjmp(leave);

	in_body = result == SHIM_PASSED;
	if (in_body)
		test->test_func(state);
	in_body = 0;
	return result;
}

/* Set-up, body, tear-down; prints the case's line unless shim_fail or shim_skip did. */
static enum shim_result run_case(const struct CMUnitTest *test, void *group_state)
{
	void *state = test->initial_state != NULL ? test->initial_state : group_state;
	enum shim_result result;

	if (test->setup_func != NULL && test->setup_func(&state) != 0) {
		report_case("not ok", "-");
		printf("# set-up failed\n");
		return SHIM_FAILED;
	}
	result = run_body(test, &state);
	if (test->teardown_func == NULL || test->teardown_func(&state) == 0) {
		if (result == SHIM_PASSED)
			report_case("ok", "-");
		return result;
	}
	if (result == SHIM_PASSED)
		report_case("not ok", "-");
	printf("# tear-down failed\n");
	return SHIM_FAILED;
}

int shim_run(const struct CMUnitTest *tests, size_t nr_tests, CMFixtureFunction setup,
	     CMFixtureFunction teardown)
{
	void *state = NULL;
	int nr_failed = 0;
	size_t i;

	printf("1..%zu\n", nr_tests);
	if (setup != NULL && setup(&state) != 0) {
		printf("Bail out! the group's set-up failed\n");
		return (int)nr_tests;
	}
	for (i = 0; i < nr_tests; i++) {
		case_number = i + 1;
		case_name = tests[i].name;
		nr_failed += run_case(&tests[i], state) == SHIM_FAILED;
	}
	if (teardown != NULL && teardown(&state) != 0) {
		printf("Bail out! the group's tear-down failed\n");
		nr_failed++;
	}
	return nr_failed;
}
