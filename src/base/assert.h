/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TCE_ASSERT: "we were wrong". On in every build. No guest, file or embedder input may reach it;
 * what input can reach is checked and returned.
 */
#ifndef TCE_BASE_ASSERT_H
#define TCE_BASE_ASSERT_H

_Noreturn void tce_assert_failed(const char *file, int line, const char *expr);

#define TCE_ASSERT(expr) ((expr) ? (void)0 : tce_assert_failed(__FILE__, __LINE__, #expr))

#endif
