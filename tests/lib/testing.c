/* SPDX-License-Identifier: BSD-2-Clause */
/* Skips with a reason, and output that survives a crash. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void buffer_by_line(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

bool test_is_emulated(void)
{
#ifdef TEST_EMULATED
	return true;
#else
	return false;
#endif
}

unsigned test_reserve_lg2(void)
{
#ifdef TEST_THREAD_SANITIZER
	return 32;
#else
	return test_is_emulated() ? 32 : 43;
#endif
}

enum tce_table_storage test_storage(enum tce_table_storage wanted)
{
	return test_reserve_lg2() < 43 ? TCE_STORAGE_COMPACT : wanted;
}

_Noreturn void test_skip(const char *reason)
{
	printf("# skip: %s\n", reason);
	skip();
	abort(); /* skip() jumps out of the case */
}
