/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An access of an edu device cut into pieces, each translated once, as QEMU does it: to the end of
 * the I/O page when that is memory, else four bytes. It matters where a TVE is so odd that
 * neighbours take different TCEs.
 */
#ifndef TCE_CLI_POWERNV_PIECE_H
#define TCE_CLI_POWERNV_PIECE_H

#include "op.h"

/* Bytes of an access to what is no memory. */
#define TCE_NV_WORD UINT64_C(4)

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
	bool memory = !xlate->fault && xlate->ra.v < TCE_NV_RAM;
	uint64_t page = memory ? UINT64_C(1) << xlate->page_shift : TCE_NV_WORD;
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
