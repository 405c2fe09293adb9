/* SPDX-License-Identifier: BSD-2-Clause */
#include "test_limits.h"

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
