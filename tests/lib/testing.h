/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cmocka, or the few parts of it that our tests use. With -DTCE_TEST_NO_CMOCKA a test program needs
 * libc only, so it can be built with one bare cc for any machine, such as ppc64 under qemu-user.
 * A failed assertion ends the program then: the first failure is all that is told.
 */
#ifndef TESTING_H
#define TESTING_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * log2 of the address space that one reservation may take in a test: much, but not where
 * ThreadSanitizer has its own ideas of the address space, nor under qemu-user, which keeps books of
 * every page of it.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TESTING_THREAD_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(TESTING_THREAD_SANITIZER) || defined(TCE_TEST_NO_CMOCKA)
#define TESTING_RESERVE_LG2 32
#else
#define TESTING_RESERVE_LG2 43
#endif

#ifndef TCE_TEST_NO_CMOCKA

#include <setjmp.h>

#include <cmocka.h>

#else

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*test)(void **state);
	int (*setup)(void **state);
	int (*teardown)(void **state);
};

_Noreturn static inline void testing_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	exit(1);
}

/* The arguments of all checks are evaluated once. */
static inline void testing_compare(uint64_t a, uint64_t b, bool want_equal, const char *file,
				   int line, const char *what)
{
	if ((a == b) == want_equal)
		return;
	fprintf(stderr, "left 0x%llx, right 0x%llx\n", (unsigned long long)a,
		(unsigned long long)b);
	testing_fail(file, line, what);
}

static inline void testing_range(uint64_t v, uint64_t low, uint64_t high, const char *file,
				 int line, const char *what)
{
	if (v >= low && v <= high)
		return;
	fprintf(stderr, "0x%llx is not in 0x%llx..0x%llx\n", (unsigned long long)v,
		(unsigned long long)low, (unsigned long long)high);
	testing_fail(file, line, what);
}

static inline int testing_run(const struct CMUnitTest *tests, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		void *state = NULL;

		if (tests[i].setup != NULL && tests[i].setup(&state) != 0)
			testing_fail(tests[i].name, 0, "setup failed");
		tests[i].test(&state);
		if (tests[i].teardown != NULL && tests[i].teardown(&state) != 0)
			testing_fail(tests[i].name, 0, "teardown failed");
		printf("ok %zu %s\n", i + 1, tests[i].name);
		fflush(stdout);
	}
	return 0;
}

/* clang-format off */
#define TESTING_COMPARE(a, b, want_equal, what)                                                    \
	testing_compare((uint64_t)(a), (uint64_t)(b), want_equal, __FILE__, __LINE__, what)
#define TESTING_CHECK(expr, what) ((expr) ? (void)0 : testing_fail(__FILE__, __LINE__, what))

#define assert_int_equal(a, b)     TESTING_COMPARE(a, b, true, #a " == " #b)
#define assert_int_not_equal(a, b) TESTING_COMPARE(a, b, false, #a " != " #b)
#define assert_in_range(v, low, high)                                                              \
	testing_range((uint64_t)(v), (uint64_t)(low), (uint64_t)(high), __FILE__, __LINE__, #v)
#define assert_true(a)               TESTING_CHECK((a), #a)
#define assert_false(a)              TESTING_CHECK(!(a), "not " #a)
#define assert_null(a)               TESTING_CHECK((a) == NULL, #a " is NULL")
#define assert_non_null(a)           TESTING_CHECK((a) != NULL, #a " is not NULL")
#define assert_ptr_equal(a, b)       TESTING_CHECK((a) == (b), #a " == " #b)
#define assert_ptr_not_equal(a, b)   TESTING_CHECK((a) != (b), #a " != " #b)
#define assert_string_equal(a, b)    TESTING_CHECK(strcmp((a), (b)) == 0, #a " equals " #b)
#define assert_memory_equal(a, b, n) TESTING_CHECK(memcmp((a), (b), (n)) == 0, #a " equals " #b)
#define assert_memory_not_equal(a, b, n)                                                           \
	TESTING_CHECK(memcmp((a), (b), (n)) != 0, #a " differs from " #b)
#define fail()        testing_fail(__FILE__, __LINE__, "fail()")
#define fail_msg(...) (fprintf(stderr, __VA_ARGS__), testing_fail(__FILE__, __LINE__, "failed"))
#define print_message printf

#define cmocka_unit_test(f)                                {#f, f, NULL, NULL}
#define cmocka_unit_test_setup_teardown(f, setup, takedown) {#f, f, setup, takedown}
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
	testing_run((tests), sizeof(tests) / sizeof((tests)[0]))
#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                  \
	cmocka_run_group_tests(tests, setup, teardown)
/* clang-format on */

#endif
#endif
