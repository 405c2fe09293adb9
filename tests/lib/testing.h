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

static inline void testing_compare(bool ok, uint64_t a, uint64_t b, const char *file, int line,
				   const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "left 0x%llx, right 0x%llx\n", (unsigned long long)a,
		(unsigned long long)b);
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

#define TESTING_COMPARE(a, op, b)                                                             \
	testing_compare((uint64_t)(a)op(uint64_t)(b), (uint64_t)(a), (uint64_t)(b), __FILE__, \
			__LINE__, #a " " #op " " #b)
#define TESTING_CHECK(expr, what)	 ((expr) ? (void)0 : testing_fail(__FILE__, __LINE__, what))

#define assert_int_equal(a, b)		 TESTING_COMPARE(a, ==, b)
#define assert_int_not_equal(a, b)	 TESTING_COMPARE(a, !=, b)
#define assert_true(a)			 TESTING_CHECK((a), #a)
#define assert_false(a)			 TESTING_CHECK(!(a), "not " #a)
#define assert_null(a)			 TESTING_CHECK((a) == NULL, #a " is NULL")
#define assert_non_null(a)		 TESTING_CHECK((a) != NULL, #a " is not NULL")
#define assert_ptr_equal(a, b)		 TESTING_CHECK((a) == (b), #a " == " #b)
#define assert_ptr_not_equal(a, b)	 TESTING_CHECK((a) != (b), #a " != " #b)
#define assert_string_equal(a, b)	 TESTING_CHECK(strcmp((a), (b)) == 0, #a " equals " #b)
#define assert_memory_equal(a, b, n)	 TESTING_CHECK(memcmp((a), (b), (n)) == 0, #a " equals " #b)
#define assert_memory_not_equal(a, b, n) TESTING_CHECK(memcmp((a), (b), (n)) != 0, #a " differs")
#define assert_in_range(v, low, high)                                                        \
	TESTING_CHECK((uint64_t)(v) >= (uint64_t)(low) && (uint64_t)(v) <= (uint64_t)(high), \
		      #v " in range")
#define fail()	      testing_fail(__FILE__, __LINE__, "fail()")
#define fail_msg(...) (fprintf(stderr, __VA_ARGS__), testing_fail(__FILE__, __LINE__, "failed"))
#define print_message printf

#define cmocka_unit_test(f)       \
	{                         \
#f, f, NULL, NULL \
	}
#define cmocka_unit_test_setup_teardown(f, setup, tdown) \
	{                                                \
#f, f, setup, tdown                      \
	}
#define cmocka_run_group_tests(tests, setup, tdown) \
	testing_run((tests), sizeof(tests) / sizeof((tests)[0]))
#define cmocka_run_group_tests_name(name, tests, setup, tdown) \
	cmocka_run_group_tests(tests, setup, tdown)

#endif
#endif
