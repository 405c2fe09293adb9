/* SPDX-License-Identifier: BSD-2-Clause */
/* What the TCE hypercalls share: finding the entry, checking a TCE, answering. */
#ifndef TCE_PAPR_HCALL_H
#define TCE_PAPR_HCALL_H

#include "base/bits.h"
#include "lpar.h"

#define PAPR_LIST_BYTES 4096U
#define PAPR_LIST_MAX   (PAPR_LIST_BYTES / 8)

/* The entry that a LIOBN and a bus address name. */
struct papr_spot {
	struct papr_window *win;
	uint64_t index;
};

/*
 * H_STUFF_TCE of count entries again and again, each call where the one before ended: of so many
 * calls the first *ret_calls are made at once, because they succeed. 0 of them: make the next one
 * singly. -TCE_ERR_NOMEM: none was made.
 */
struct papr_stuff {
	uint64_t liobn;
	struct tce_ioba ioba;
	uint64_t tce;
	uint64_t count;
};
TCE_MUST_USE int tce_papr_stuff_on(struct tce_lpar *lpar, const struct papr_stuff *stuff,
				   uint64_t calls, uint64_t *ret_calls);

static inline void tce_papr_refuse(struct tce_answer *answer, int64_t code, enum tce_refusal why)
{
	*answer = (struct tce_answer){.refusal = why, .r3 = code};
}

static inline void tce_papr_accept(struct tce_answer *answer, uint64_t nr_stored)
{
	*answer = (struct tce_answer){.r3 = TCE_H_SUCCESS, .nr_stored = nr_stored};
}

/* Which of the reasons it is that there is no such entry. */
enum tce_refusal tce_papr_why_no_entry(const struct tce_lpar *lpar, const struct papr_window *win,
				       struct tce_ioba ioba);

/* NOT refused: *ret_index. Index arithmetic is modulo 2^64, as QEMU's (measured). */
static inline enum tce_refusal tce_papr_find_entry(const struct tce_lpar *lpar,
						   const struct papr_window *win,
						   struct tce_ioba ioba, uint64_t *ret_index)
{
	uint64_t in_page = ioba.v & win->page_mask;
	uint64_t index = (ioba.v - in_page - win->start) >> win->page_shift;

	if (index >= win->nr_entries || (in_page != 0 && lpar->profile->unaligned_refused))
		return tce_papr_why_no_entry(lpar, win, ioba);
	*ret_index = index;
	return TCE_REFUSED_NOT;
}

/* The same from a LIOBN on; *ret_spot is written only when it is found. */
static inline enum tce_refusal tce_papr_find_spot(const struct tce_lpar *lpar, uint64_t liobn,
						  struct tce_ioba ioba, struct papr_spot *ret_spot)
{
	struct papr_window *win = tce_papr_window(lpar, liobn);

	if (win == NULL)
		return TCE_REFUSED_LIOBN_UNKNOWN;
	ret_spot->win = win;
	return tce_papr_find_entry(lpar, win, ioba, &ret_spot->index);
}

/* Is the page of this TCE the partition's? Without permission it names none. */
static inline bool tce_papr_tce_owned(const struct tce_lpar *lpar, const struct papr_window *win,
				      uint64_t tce)
{
	return (tce & TCE_PERM) == 0 ||
	       tce_papr_is_ram(lpar, tce & ~win->page_mask, win->page_mask + 1);
}

#endif
