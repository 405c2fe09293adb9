/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a replay knows of each entry of a window besides its value: how well the value is known, and
 * which line changed it last by which call. One 64-bit mark per entry, kept in a tce_table of its
 * own, so that untouched and evenly touched ranges cost nothing. Mark 0: never touched, known.
 *
 * The knowledge sits where a TCE has its permissions. That makes tce_table_nr_mapped of the marks
 * the number of entries that are not fully known, for free.
 */
#ifndef TCE_CHECK_MARKS_H
#define TCE_CHECK_MARKS_H

#include <tce/check.h>

enum tce_knowledge {
	TCE_KNOWN = 0,      /* all 64 bits */
	TCE_KNOWN_PAGE = 1, /* page and permission, from a DMA; not the bits between them */
	TCE_KNOWN_NOTHING = 2,
};

static inline uint64_t tce_mark(enum tce_touch_how how, uint64_t line, enum tce_knowledge know)
{
	return line << 6 | (uint64_t)how << 2 | know;
}

static inline enum tce_knowledge tce_mark_knowledge(uint64_t mark)
{
	return (enum tce_knowledge)(mark & 3);
}

static inline struct tce_touch tce_mark_touch(uint64_t mark)
{
	struct tce_touch touch;

	touch.how = (enum tce_touch_how)(mark >> 2 & 15);
	touch.line = mark >> 6;
	return touch;
}

/* The same history, another knowledge. */
static inline uint64_t tce_mark_learned(uint64_t mark, enum tce_knowledge know)
{
	return (mark & ~UINT64_C(3)) | know;
}

/* Bits of an entry that are known. */
static inline uint64_t tce_mark_bits(uint64_t mark, unsigned page_shift)
{
	switch (tce_mark_knowledge(mark)) {
	case TCE_KNOWN: return ~UINT64_C(0);
	case TCE_KNOWN_PAGE: return ~UINT64_C(0) << page_shift | TCE_PERM;
	default: return 0;
	}
}

#endif
