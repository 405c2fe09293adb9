/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest in a few words: an LPAR with one bridge (QEMU's numbers), memory, and calls that give
 * back what a guest would see. The library must not fail; if it does, the program stops.
 */
#ifndef PAPR_GUEST_H
#define PAPR_GUEST_H

#include <tce/papr.h>

#include "guest_ram.h"

#define L0   UINT64_C(0x80000000)
#define L1   UINT64_C(0x80000001)
#define BUID UINT64_C(0x800000020000000)
#define DYN  (UINT64_C(1) << 59)

/* Guest pages for TCE lists, and where RTAS blocks go. */
#define LIST_PAGE  UINT64_C(0x1000)
#define RTAS_BLOCK UINT64_C(0x4000)

#define UNWRITTEN  0xdeadbeefU

struct papr_guest {
	struct guest_ram ram;
	struct tce_lpar *lpar;
	const struct tce_papr_profile *profile;
	struct tce_answer answer; /* of the last call */
};

/* phb NULL: all defaults; its numbers are QEMU's for index 0 in any case. */
void papr_guest_open(struct papr_guest *g, const char *profile, enum tce_table_storage storage,
		     const struct tce_phb_opts *phb);
void papr_guest_close(struct papr_guest *g);
void papr_guest_plug(struct papr_guest *g, unsigned index);
void papr_guest_plug_vio(struct papr_guest *g, uint64_t unit);

/* r3. */
int64_t h_put(struct papr_guest *g, uint64_t liobn, uint64_t ioba, uint64_t tce);
int64_t h_stuff(struct papr_guest *g, uint64_t liobn, uint64_t ioba, uint64_t tce, uint64_t n);
int64_t h_indirect(struct papr_guest *g, uint64_t liobn, uint64_t ioba, uint64_t list, uint64_t n);
int64_t h_call(struct papr_guest *g, uint64_t token);
int64_t h_get(struct papr_guest *g, uint64_t liobn, uint64_t ioba);

/* H_GET_TCE must succeed: its r4. */
uint64_t h_tce(struct papr_guest *g, uint64_t liobn, uint64_t ioba);

/* A block at RTAS_BLOCK with all cells behind it UNWRITTEN; the status as it stands in memory. */
int32_t rtas(struct papr_guest *g, uint32_t token, uint32_t nargs, uint32_t nret,
	     const uint32_t args[]);
uint32_t rtas_ret(const struct papr_guest *g, unsigned cell);

/* The four calls, well-formed, for bridge buid. */
int32_t ddw_query(struct papr_guest *g, uint64_t buid);
int32_t ddw_create(struct papr_guest *g, uint64_t buid, uint32_t page_shift, uint32_t window_shift);
int32_t ddw_remove(struct papr_guest *g, uint64_t liobn);
int32_t ddw_reset(struct papr_guest *g, uint64_t buid);

/* Windows that a query says are left on bridge 0. */
unsigned ddw_avail(struct papr_guest *g);

struct tce_window_info window_of(const struct papr_guest *g, uint64_t liobn);

#endif
