/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every test program includes: cmocka with the headers that it wants before it (or tests/shim,
 * where there is no cmocka), and skips with a reason.
 *
 * Linking tests/lib also makes stdout line buffered, so that the report of a program that dies
 * names the case it died in.
 */
#ifndef TESTING_H
#define TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

<<<<<<< HEAD
/* True under qemu-user, which is slow and pays for every page of a reservation. */
bool test_is_emulated(void);

/*
 * log2 of the address space in bytes that a case may reserve: much, but not under qemu-user, nor
 * under ThreadSanitizer, which needs most addresses itself.
 */
unsigned test_reserve_lg2(void);
=======
/*
 * log2 of the address space that one reservation may take in a test: much, but not where
 * ThreadSanitizer has its own ideas of the address space, nor under qemu-user (TEST_EMULATED),
 * which pays for every page of it.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define TESTING_THREAD_SANITIZER
#endif
#endif
#if defined(__SANITIZE_THREAD__) || defined(TESTING_THREAD_SANITIZER) || defined(TEST_EMULATED)
#define TESTING_RESERVE_LG2 32
#else
#define TESTING_RESERVE_LG2 43
#endif
>>>>>>> infra

/* End the running case as skipped. The reason is one clause, shown in the summary. */
_Noreturn void test_skip(const char *reason);

#endif
