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

static jmp_buf leave;
static int running;

static _Noreturn void leave_case(enum shim_result result)
{
	if (!running) {
		printf("Bail out! an assertion failed outside of any case\n");
		exit(1);
	}
	longjmp(leave, (int)result);
}

_Noreturn void shim_fail(const char *file, int line)
{
	printf("# %s:%d: error: Failure!\n", file, line);
	leave_case(SHIM_FAILED);
}

_Noreturn void shim_skip(void)
{
	leave_case(SHIM_SKIPPED);
}

void shim_true(int ok, const char *text, const char *file, int line)
{
	if (ok)
		return;
	printf("# %s\n", text);
	shim_fail(file, line);
}

void shim_equal(uintmax_t a, uintmax_t b, int want_equal, const char *file, int line)
{
	if ((a == b) == want_equal)
		return;
	printf("# 0x%" PRIxMAX " %s 0x%" PRIxMAX "\n", a, want_equal ? "!=" : "==", b);
	shim_fail(file, line);
}

void shim_string(const char *a, const char *b, int want_equal, const char *file, int line)
{
	if ((strcmp(a, b) == 0) == want_equal)
		return;
	printf("# \"%s\" %s \"%s\"\n", a, want_equal ? "!=" : "==", b);
	shim_fail(file, line);
}

void shim_memory(const void *a, const void *b, size_t n, int want_equal, const char *file, int line)
{
	const unsigned char *x = a;
	const unsigned char *y = b;
	size_t i = 0;

	if ((memcmp(a, b, n) == 0) == want_equal)
		return;
	while (want_equal && x[i] == y[i])
		i++;
	if (want_equal)
		printf("# byte %zu of %zu: 0x%02x != 0x%02x\n", i, n, x[i], y[i]);
	else
		printf("# %zu bytes are the same\n", n);
	shim_fail(file, line);
}

void shim_range(uintmax_t v, uintmax_t min, uintmax_t max, int want_inside, const char *file,
		int line)
{
	if ((v >= min && v <= max) == want_inside)
		return;
	printf("# %" PRIuMAX " is %s %" PRIuMAX "-%" PRIuMAX "\n", v,
	       want_inside ? "not within" : "within", min, max);
	shim_fail(file, line);
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

	if (result == SHIM_PASSED)
		test->test_func(state);
	return result;
}

static enum shim_result run_case(const struct CMUnitTest *test, void *group_state)
{
	void *state = test->initial_state != NULL ? test->initial_state : group_state;
	enum shim_result result;

	if (test->setup_func != NULL && test->setup_func(&state) != 0) {
		printf("# set-up failed\n");
		return SHIM_FAILED;
	}
	running = 1;
	result = run_body(test, &state);
	running = 0;
	if (test->teardown_func != NULL && test->teardown_func(&state) != 0) {
		printf("# tear-down failed\n");
		return SHIM_FAILED;
	}
	return result;
}

int shim_run(const struct CMUnitTest *tests, size_t nr_tests, CMFixtureFunction setup,
	     CMFixtureFunction teardown)
{
	static const char *const verdict[] = {"ok", "not ok", "not ok"};
	static const char *const dash[] = {"-", "-", "# SKIP"};
	void *state = NULL;
	int nr_failed = 0;
	size_t i;

	printf("1..%zu\n", nr_tests);
	if (setup != NULL && setup(&state) != 0) {
		printf("Bail out! the group's set-up failed\n");
		return (int)nr_tests;
	}
	for (i = 0; i < nr_tests; i++) {
		enum shim_result result = run_case(&tests[i], state);

		printf("%s %zu %s %s\n", verdict[result], i + 1, dash[result], tests[i].name);
		nr_failed += result == SHIM_FAILED;
	}
	if (teardown != NULL && teardown(&state) != 0) {
		printf("Bail out! the group's tear-down failed\n");
		nr_failed++;
	}
	return nr_failed;
}
