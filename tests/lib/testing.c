/* SPDX-License-Identifier: BSD-2-Clause */
/* Skips with a reason, and output that survives a crash. */
#include "testing.h"

#include <stdio.h>
#include <stdlib.h>

__attribute__((constructor)) static void buffer_by_line(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
}

_Noreturn void test_skip(const char *reason)
{
	printf("# skip: %s\n", reason);
	skip();
	abort(); /* skip() jumps out of the case */
}
