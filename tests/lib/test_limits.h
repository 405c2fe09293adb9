/* SPDX-License-Identifier: BSD-2-Clause */
/* What the machine that runs the tests can give. Without cmocka: fuzz targets want to know, too. */
#ifndef TEST_LIMITS_H
#define TEST_LIMITS_H

#include <stdbool.h>

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

#endif
