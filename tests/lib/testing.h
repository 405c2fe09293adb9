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
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <tce/table.h>

/* True under qemu-user, which is slow and pays for every page of a reservation. */
bool test_is_emulated(void);

/*
 * log2 of the address space in bytes that a case may reserve: much, but not under qemu-user, nor
 * under ThreadSanitizer, which needs most addresses itself.
 */
unsigned test_reserve_lg2(void);

/* The storage for windows of any size: as wanted, or COMPACT where LAZY ones would not fit. */
enum tce_table_storage test_storage(enum tce_table_storage wanted);

/* End the running case as skipped. The reason is one clause, shown in the summary. */
_Noreturn void test_skip(const char *reason);

#endif
