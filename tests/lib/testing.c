/* SPDX-License-Identifier: BSD-2-Clause */
/* Skips with a reason, output that survives a crash, files as texts. */
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

char *test_file_text(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = calloc(1, 1 << 20);

	assert_non_null(file);
	assert_non_null(text);
	assert_in_range(fread(text, 1, (1 << 20) - 1, file), 1, (1 << 20) - 2);
	fclose(file);
	return text;
}
