/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Self-relative pointers: the distance from the field itself to what it points to, 0 for NULL.
 *
 * Whatever lives in one arena and refers to itself only this way can be copied as bytes: that is
 * what makes cloning a machine a memcpy. The same code works on heap objects, which do not move.
 * A struct that holds one must not be assigned or copied alone; move the target with rptr_set.
 */
#ifndef TCE_BASE_RPTR_H
#define TCE_BASE_RPTR_H

#include <stdint.h>

struct tce_rptr {
	int64_t rel;
};

static inline void *tce_rptr_get(const struct tce_rptr *p)
{
	return p->rel == 0 ? (void *)0 : (void *)((uintptr_t)p + (uintptr_t)p->rel);
}

static inline void tce_rptr_set(struct tce_rptr *p, const void *target)
{
	p->rel = target == (void *)0 ? 0 : (int64_t)((uintptr_t)target - (uintptr_t)p);
}

#endif
