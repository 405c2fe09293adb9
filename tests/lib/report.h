/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a test tells scripts/run-tests besides passing and failing. Linking this file also makes
 * stdout line buffered, so that the report of a program that dies names the case it died in.
 */
#ifndef TESTS_REPORT_H
#define TESTS_REPORT_H

/* End the running case as skipped. The reason is one clause, shown in the summary. */
_Noreturn void test_skip(const char *reason);

#endif
