/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of cmocka's interface that our tests use, for set-ups where cmocka is not packaged
 * (ppc64 big-endian). Same names, same meaning, TAP output only; no mocks, no signals caught: a
 * test program that crashes dies, and scripts/run-tests reports it.
 *
 * tests/unit/test_shim.c holds this file to what it promises, under either implementation.
 */
#ifndef TESTS_SHIM_CMOCKA_H
#define TESTS_SHIM_CMOCKA_H

#include <stddef.h>
#include <stdint.h>

typedef int (*CMFixtureFunction)(void **state);
typedef void (*CMUnitTestFunction)(void **state);

struct CMUnitTest {
	const char *name;
	CMUnitTestFunction test_func;
	CMFixtureFunction setup_func;
	CMFixtureFunction teardown_func;
	void *initial_state;
};

/* Report on the running case and leave it. */
_Noreturn void shim_fail(const char *file, int line);
__attribute__((format(printf, 3, 4))) _Noreturn void shim_fail_msg(const char *file, int line,
								   const char *format, ...);
_Noreturn void shim_skip(void);

/* Each compares, and on a mismatch prints both sides and fails the case. */
void shim_true(int ok, const char *text, const char *file, int line);
void shim_equal(uintmax_t a, uintmax_t b, int want_equal, const char *file, int line);
void shim_string(const char *a, const char *b, int want_equal, const char *file, int line);
void shim_memory(const void *a, const void *b, size_t n, int want_equal, const char *file,
		 int line);
void shim_range(uintmax_t v, uintmax_t min, uintmax_t max, int want_inside, const char *file,
		int line);

__attribute__((format(printf, 1, 2))) void print_message(const char *format, ...);
__attribute__((format(printf, 1, 2))) void print_error(const char *format, ...);

int shim_run(const struct CMUnitTest *tests, size_t nr_tests, CMFixtureFunction setup,
	     CMFixtureFunction teardown);

#define SHIM_HERE                        __FILE__, __LINE__

#define fail()                           shim_fail(SHIM_HERE)
#define skip()                           shim_skip()
#define fail_msg(...)                    shim_fail_msg(SHIM_HERE, __VA_ARGS__)

#define shim_uint(v)                     ((uintmax_t)(v))
#define shim_ptr(v)                      ((uintmax_t)(uintptr_t)(v))

#define assert_true(c)                   shim_true((c) ? 1 : 0, #c, SHIM_HERE)
#define assert_false(c)                  shim_true((c) ? 0 : 1, "!(" #c ")", SHIM_HERE)
#define assert_non_null(p)               shim_true((p) != NULL, #p " != NULL", SHIM_HERE)
#define assert_null(p)                   shim_true((p) == NULL, #p " == NULL", SHIM_HERE)
#define assert_return_code(rc, error)    shim_true((rc) >= 0, #rc " >= 0", SHIM_HERE)

#define assert_int_equal(a, b)           shim_equal(shim_uint(a), shim_uint(b), 1, SHIM_HERE)
#define assert_int_not_equal(a, b)       shim_equal(shim_uint(a), shim_uint(b), 0, SHIM_HERE)
#define assert_ptr_equal(a, b)           shim_equal(shim_ptr(a), shim_ptr(b), 1, SHIM_HERE)
#define assert_ptr_not_equal(a, b)       shim_equal(shim_ptr(a), shim_ptr(b), 0, SHIM_HERE)

#define assert_string_equal(a, b)        shim_string(a, b, 1, SHIM_HERE)
#define assert_string_not_equal(a, b)    shim_string(a, b, 0, SHIM_HERE)
#define assert_memory_equal(a, b, n)     shim_memory(a, b, n, 1, SHIM_HERE)
#define assert_memory_not_equal(a, b, n) shim_memory(a, b, n, 0, SHIM_HERE)
#define assert_in_range(v, min, max)                                                               \
	shim_range(shim_uint(v), shim_uint(min), shim_uint(max), 1, SHIM_HERE)
#define assert_not_in_range(v, min, max)                                                           \
	shim_range(shim_uint(v), shim_uint(min), shim_uint(max), 0, SHIM_HERE)

#define shim_case(text, f, up, down, state)                                                        \
	{                                                                                          \
		.name = (text), .test_func = (f), .setup_func = (up), .teardown_func = (down),     \
		.initial_state = (state)                                                           \
	}
#define cmocka_unit_test(f)                          shim_case(#f, f, NULL, NULL, NULL)
#define cmocka_unit_test_setup(f, up)                shim_case(#f, f, up, NULL, NULL)
#define cmocka_unit_test_teardown(f, down)           shim_case(#f, f, NULL, down, NULL)
#define cmocka_unit_test_setup_teardown(f, up, down) shim_case(#f, f, up, down, NULL)
#define cmocka_unit_test_prestate(f, state)          shim_case(#f, f, NULL, NULL, state)
#define cmocka_unit_test_prestate_setup_teardown(f, up, down, state)                               \
	shim_case(#f, f, up, down, state)

#define shim_nr(tests) (sizeof(tests) / sizeof((tests)[0]))
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
	shim_run(tests, shim_nr(tests), setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                  \
	shim_run(tests, shim_nr(tests), setup, teardown)

#endif
