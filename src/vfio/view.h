/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Linux calls it_userspace: for each entry of a table the user address that was mapped there,
 * 0 for none. Sparse: a chunk exists while one of its entries is not 0, and the one emptied last a
 * little longer, since pages are often unmapped only to be mapped again. One thread.
 */
#ifndef TCE_VFIO_VIEW_H
#define TCE_VFIO_VIEW_H

#include "base/vec.h"
#include "machine/machine.h"

struct tce_vfio_view {
	struct tce_vec chunks; /* by number */
	uint32_t last;         /* position found last: saves time, means nothing */
	bool has_spare;        /* chunk number spare was emptied and is still there */
	uint64_t spare;
	uint64_t nr; /* entries that are not 0 */
};

uint64_t tce_vfio_view_get(const struct tce_state *st, struct tce_vfio_view *view, uint64_t entry);
/* ua 0: none from now on, which cannot fail. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_vfio_view_set(const struct tce_state *st, struct tce_vfio_view *view,
				   uint64_t entry, uint64_t ua);
/* The first entry >= from that may be set: UINT64_MAX: none. Skips holes, not single entries. */
uint64_t tce_vfio_view_next(const struct tce_state *st, struct tce_vfio_view *view, uint64_t from);
/* The same, only looking: single entries. */
uint64_t tce_vfio_view_peek(const struct tce_state *st, const struct tce_vfio_view *view,
			    uint64_t entry);
uint64_t tce_vfio_view_peek_next(const struct tce_state *st, const struct tce_vfio_view *view,
				 uint64_t from);
void tce_vfio_view_fini(const struct tce_state *st, struct tce_vfio_view *view);

#endif
