/* SPDX-License-Identifier: BSD-2-Clause */
/* An access of an edu device cut into pieces, each inside one I/O page, as QEMU does it. */
#ifndef TCE_CLI_POWERNV_PIECE_H
#define TCE_CLI_POWERNV_PIECE_H

#include "op.h"

/* QEMU looks again at the next 4 KiB after a fault. */
#define TCE_NV_FAULT_PAGE UINT64_C(4096)

struct tce_nv_piece {
	struct tce_ioda_access access;
	uint64_t at; /* offset in the whole access */
	uint64_t n;  /* bytes; before it is cut: all that are left; 0: done */
};

/* The first piece of a DMA step. */
static inline struct tce_nv_piece tce_nv_first_piece(const struct tce_nv_op *op)
{
	return (struct tce_nv_piece){
		.access = {.rid = (uint16_t)(TCE_NV_EDU_RID + op->n[1]),
			   .addr = op->n[2],
			   .access = op->kind == TCE_NV_DMA_WRITE ? TCE_WRITE : TCE_READ},
		.n = op->n[3]};
}

/* Cut it, once its translation is known. */
static inline void tce_nv_cut_piece(struct tce_nv_piece *piece, const struct tce_ioda_xlate *xlate)
{
	uint64_t page = xlate->fault ? TCE_NV_FAULT_PAGE : UINT64_C(1) << xlate->page_shift;
	uint64_t in_page = page - (piece->access.addr & (page - 1));

	if (piece->n > in_page)
		piece->n = in_page;
}

static inline void tce_nv_next_piece(const struct tce_nv_op *op, struct tce_nv_piece *piece)
{
	piece->at += piece->n;
	piece->access.addr += piece->n;
	piece->n = op->n[3] - piece->at;
}

#endif
