/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * H_PUT_TCE, H_GET_TCE, and the way in by token (LoPAR 2.9 "TCE hypervisor calls"; QEMU hw/ppc/
 * spapr_iommu.c, spapr_hcall.c). Not modelled: rescinded resources, RTCEs, the entitlement of CMO.
 */
#include "hcall.h"

#include "rtas.h"
#include "tce/table_fast.h"

enum tce_refusal tce_papr_why_no_entry(const struct tce_lpar *lpar, const struct papr_window *win,
				       struct tce_ioba ioba)
{
	uint64_t in_page = ioba.v & win->page_mask;

	if (win->nr_entries == 0)
		return TCE_REFUSED_LIOBN_DISABLED;
	if (in_page != 0 && lpar->profile->unaligned_refused)
		return TCE_REFUSED_IOBA_UNALIGNED;
	return ioba.v - in_page < win->start ? TCE_REFUSED_IOBA_BELOW : TCE_REFUSED_IOBA_PAST_END;
}

__attribute__((noinline)) static int put_tce(struct tce_lpar *lpar, uint64_t liobn,
					     struct tce_ioba ioba, uint64_t tce,
					     struct tce_answer *ret_answer)
{
	struct papr_spot spot = {NULL, 0};
	enum tce_refusal why;
	int err;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	why = tce_papr_find_spot(lpar, liobn, ioba, &spot);
	if (why == TCE_REFUSED_NOT && lpar->profile->tce_checked &&
	    !tce_papr_tce_owned(lpar, spot.win, tce))
		why = TCE_REFUSED_TCE_NOT_RAM;
	if (why != TCE_REFUSED_NOT) {
		tce_papr_refuse(ret_answer, TCE_H_PARAMETER, why);
		return 0;
	}
	err = tce_table_put(tce_papr_table(spot.win), spot.index, tce, NULL);
	if (err != 0)
		return err;
	tce_papr_tell_tces(lpar, spot.win, spot.index, 1);
	tce_papr_accept(ret_answer, 1);
	return 0;
}

/* The entry of an aligned address in a window, if win is one. */
static inline bool plain_entry(const struct papr_window *win, struct tce_ioba ioba,
			       uint64_t *ret_index)
{
	if (win == NULL || (ioba.v & win->page_mask) != 0)
		return false;
	*ret_index = (ioba.v - win->start) >> win->page_shift;
	return *ret_index < win->nr_entries;
}

/*
 * The common case by itself: nobody to ask, nobody to tell, an aligned address of a window whose
 * entry only needs to be stored. It calls nothing, which is worth a third of its time.
 */
int tce_lpar_h_put_tce(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba, uint64_t tce,
		       struct tce_answer *ret_answer)
{
	const struct papr_window *win = lpar->put_is_plain ? tce_papr_window(lpar, liobn) : NULL;
	uint64_t index;

	if (plain_entry(win, ioba, &index) &&
	    tce_table_try_put(tce_papr_target(&win->table), index, tce, NULL)) {
		tce_papr_accept(ret_answer, 1);
		return 0;
	}
	return put_tce(lpar, liobn, ioba, tce, ret_answer);
}

__attribute__((noinline)) static int get_tce(struct tce_lpar *lpar, uint64_t liobn,
					     struct tce_ioba ioba, struct tce_answer *ret_answer)
{
	struct papr_spot spot = {NULL, 0};
	enum tce_refusal why;
	uint64_t tce;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	why = tce_papr_find_spot(lpar, liobn, ioba, &spot);
	if (why != TCE_REFUSED_NOT) {
		tce_papr_refuse(ret_answer, TCE_H_PARAMETER, why);
		return 0;
	}
	tce_papr_accept(ret_answer, 0);
	tce = tce_table_get(tce_papr_table(spot.win), spot.index);
	if (lpar->profile->get_partial && !tce_papr_tce_owned(lpar, spot.win, tce)) {
		ret_answer->r3 = TCE_H_PARTIAL;
		ret_answer->refusal = TCE_REFUSED_TCE_NOT_RAM;
		tce |= ~tce_low_mask(12);
	}
	ret_answer->r4 = tce;
	return 0;
}

/* As above. */
int tce_lpar_h_get_tce(struct tce_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
		       struct tce_answer *ret_answer)
{
	const struct papr_window *win = lpar->get_is_plain ? tce_papr_window(lpar, liobn) : NULL;
	uint64_t index;

	if (plain_entry(win, ioba, &index)) {
		tce_papr_accept(ret_answer, 0);
		ret_answer->r4 = tce_table_get_fast(tce_papr_target(&win->table), index);
		return 0;
	}
	return get_tce(lpar, liobn, ioba, ret_answer);
}

int tce_lpar_hcall(struct tce_lpar *lpar, uint64_t token, const uint64_t args[5],
		   struct tce_answer *ret_answer)
{
	struct tce_ioba ioba = tce_ioba(args[1]);

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	switch (token) {
	case TCE_H_GET_TCE: return tce_lpar_h_get_tce(lpar, args[0], ioba, ret_answer);
	case TCE_H_PUT_TCE: return tce_lpar_h_put_tce(lpar, args[0], ioba, args[2], ret_answer);
	case TCE_H_STUFF_TCE:
		return tce_lpar_h_stuff_tce(lpar, args[0], ioba, args[2], args[3], ret_answer);
	case TCE_H_PUT_TCE_INDIRECT:
		return tce_lpar_h_put_tce_indirect(lpar, args[0], ioba, tce_ra(args[2]), args[3],
						   ret_answer);
	case TCE_H_RTAS: return tce_papr_h_rtas(lpar, tce_ra(args[0]), ret_answer);
	case TCE_H_CAS: tce_papr_accept(ret_answer, 0); return 0;
	default: tce_papr_refuse(ret_answer, TCE_H_FUNCTION, TCE_REFUSED_FUNCTION); return 0;
	}
}
