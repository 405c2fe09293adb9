/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of the library's own errors, its version, and the end of an assertion that failed. */
#include <tce/status.h>

#include <stdio.h>
#include <stdlib.h>

#include "assert.h"

const char *tce_strerror(int err)
{
	unsigned code = err < 0 ? 0U - (unsigned)err : (unsigned)err;

	switch (code) {
	case 0: return "success";
#define ERR_CASE(name, value, text)                                                                \
	case value: return text;
		TCE_ERR_LIST(ERR_CASE)
#undef ERR_CASE
	default: return "unknown error";
	}
}

#define VERSION_TEXT(a, b, c)   #a "." #b "." #c
#define VERSION_EXPAND(a, b, c) VERSION_TEXT(a, b, c)

const char *tce_version(void)
{
	return VERSION_EXPAND(TCE_VERSION_MAJOR, TCE_VERSION_MINOR, TCE_VERSION_PATCH);
}

/* The one place where the library prints: its last line before it stops the program. */
_Noreturn void tce_assert_failed(const char *file, int line, const char *expr)
{
	fprintf(stderr, "libtce: %s:%d: assertion failed: %s\n", file, line, expr);
	abort();
}
