/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requester IDs: which ones an OPAL_PCI_SET_PE names, and the RTT in two forms: in memory as the
 * bridge reads it (65 536 big-endian halfwords), or inside as runs of RIDs with the same PE.
 */
#ifndef TCE_IODA_RIDS_H
#define TCE_IODA_RIDS_H

#include "base/mem.h"

#define TCE_NR_RIDS 65536U

/* From first to the next run (or the end) every RID has this PE. */
struct tce_rid_run {
	uint16_t first;
	uint16_t pe;
};

struct tce_rids {
	struct tce_rptr runs; /* sorted; runs[0].first is 0; neighbours differ in PE */
	uint32_t nr;
	uint32_t capacity;
};

/*
 * The RIDs with (rid & mask) == value. Bus, device and function are compared as a whole or, for
 * the bus, by its top bits; so the set is equally long stretches of neighbours, one every step.
 */
struct tce_rid_set {
	uint32_t value; /* the first RID */
	uint32_t mask;
};

/* bus_bits: top bits of the bus that count, 0 .. 8. */
struct tce_rid_set tce_rid_set(unsigned bdfn, unsigned bus_bits, bool device, bool function);

/* Neighbouring RIDs of a stretch, a power of two; all 65 536 when nothing is compared. */
uint32_t tce_rid_set_stretch(const struct tce_rid_set *set);

/* The start of the stretch after the one at rid; TCE_NR_RIDS past the last. */
uint32_t tce_rid_set_next(const struct tce_rid_set *set, uint32_t rid);

/* All RIDs to pe. -TCE_ERR_NOMEM only on an empty one. */
TCE_MUST_USE int tce_rids_fill(struct tce_rids *r, const struct tce_mem *mem, unsigned pe);
void tce_rids_fini(struct tce_rids *r, const struct tce_mem *mem);

unsigned tce_rids_get(const struct tce_rids *r, unsigned rid);

/* Give the set to pe. 0; -TCE_ERR_NOMEM: nothing changed. */
TCE_MUST_USE int tce_rids_set(struct tce_rids *r, const struct tce_mem *mem,
			      const struct tce_rid_set *set, unsigned pe);

uint64_t tce_rids_hash(uint64_t seed, const struct tce_rids *r);
bool tce_rids_equal(const struct tce_rids *a, const struct tce_rids *b);

/* The same in memory at rtt. 0; -TCE_ERR_IO: not all of it is memory, part may be written. */
TCE_MUST_USE int tce_rtt_write(const struct tce_memory *memory, uint64_t rtt,
			       const struct tce_rid_set *set, unsigned pe);

#endif
