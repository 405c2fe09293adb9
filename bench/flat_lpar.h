/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The peer of the LPAR: QEMU's hypercalls over flat arrays, with the same checks, the same answers
 * and the same way to guest memory, in a file of its own so that calls cost what calls cost.
 */
#ifndef FLAT_LPAR_H
#define FLAT_LPAR_H

#include <tce/papr.h>

#include "flat.h"

#define FLAT_SLOTS 256U /* LIOBNs by their low byte and bridge number: no two of them meet */

struct flat_window {
	uint64_t liobn;
	uint64_t start;
	struct flat table; /* no entries: no window */
};

struct flat_lpar {
	struct flat_window *by_liobn[FLAT_SLOTS];
	struct flat_window window[2];
	uint64_t buid;
	struct tce_memory memory;
};

/* Two windows: the default one of 2^18 4 KiB pages, and one at 1 << 59. */
void flat_lpar_init(struct flat_lpar *lpar, const struct tce_memory *memory, uint64_t *entries,
		    unsigned page_shift, uint64_t nr_entries, uint64_t *dyn_entries);

int flat_h_put_tce(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba, uint64_t tce,
		   struct tce_answer *ret_answer);
int flat_h_get_tce(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
		   struct tce_answer *ret_answer);
int flat_h_put_tce_indirect(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
			    struct tce_ra list, uint64_t count, struct tce_answer *ret_answer);
int flat_h_stuff_tce(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba, uint64_t tce,
		     uint64_t count, struct tce_answer *ret_answer);
void flat_dma(const struct flat_lpar *lpar, const struct tce_dma *dma, struct tce_dma_out *ret_out);

#endif
