/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ibm,dynamic-memory and ibm,dynamic-memory-v2: logical memory blocks as bytes, both ways (LoPAR
 * 2.9; Linux arch/powerpc/mm/drmem.c; QEMU hw/ppc/spapr.c spapr_dt_dynamic_memory*). Pure
 * functions.
 */
#ifndef TCE_MACHINE_DRMEM_H
#define TCE_MACHINE_DRMEM_H

#include <stdbool.h>
#include <stddef.h>

#include <tce/status.h>

struct tce_state;

#define TCE_LMB_ASSIGNED    0x00000008U
#define TCE_LMB_DRC_INVALID 0x00000020U
#define TCE_LMB_RESERVED    0x00000080U

/* Neighbouring blocks with the same associativity and flags; block i has drc + i. */
struct tce_lmb_set {
	uint64_t addr; /* real bytes */
	uint32_t nr;
	uint32_t drc;
	uint32_t aa;
	uint32_t flags;
};

struct tce_drmem_reader {
	const uint8_t *bytes;
	size_t len;
	size_t at;
	uint32_t left; /* entries that the property announces and that were not read yet */
	bool v2;
	bool bad; /* shorter than it announces */
};

/*
 * bytes must outlive the reader. A property too short for its own count is read as far as it goes.
 */
void tce_drmem_reader_init(struct tce_drmem_reader *reader, const uint8_t *bytes, size_t len,
			   bool v2);

/* The next set (v1: of one block). False: no more; reader->bad: less than announced. */
bool tce_drmem_next(struct tce_drmem_reader *reader, struct tce_lmb_set *ret_set);

/*
 * What the platform writes for this memory map: boot memory reserved and without connector, the
 * rest plugged (ASSIGNED) or not; DRC index 0x80000000 | block number (QEMU). At most n bytes are
 * written; returns the length that it has or would have, 0 when there is no such property.
 */
size_t tce_drmem_encode(const struct tce_state *st, bool v2, uint8_t *ret_bytes, size_t n);

#endif
