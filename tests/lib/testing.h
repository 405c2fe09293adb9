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

#include "test_limits.h"

/* End the running case as skipped. The reason is one clause, shown in the summary. */
_Noreturn void test_skip(const char *reason);

/* A file of at most 1 MiB as a text; to be freed. Fails the case when it cannot be read. */
char *test_file_text(const char *path);

#endif
