/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * States that an actor met lately, known again by their images (tce/machine.h). Equal images are
 * equal states, and three of four events lead to an image that was met before; for these the
 * canonical stream need not be written. An image's sum is that of its lines' hashes, so that after
 * an event only the lines that it changed are hashed.
 *
 * States that are equal but for names or the places of their memory have different images; that
 * costs time only. Different images with one sum: see missed in struct tce_explore_summary.
 */
#ifndef TCE_CHECK_EXPLORE_FAMILIAR_H
#define TCE_CHECK_EXPLORE_FAMILIAR_H

#include "base/mem.h"
#include "machine/machine.h"

/* As many as fit into a processor's own cache. */
#define TCE_FAMILIAR_SLOTS 32768U

struct tce_familiar_slot {
	uint64_t sum; /* 0: free */
	uint64_t fingerprint;
};

struct tce_familiar {
	struct tce_familiar_slot *slot; /* NULL: not wanted */
};

/* A snapshot's lines. */
struct tce_lines {
	uint64_t sum;
	uint64_t *hash; /* by line, of one part after the other */
	size_t room;
};

/* -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_familiar_init(struct tce_familiar *familiar, const struct tce_mem *mem);
void tce_familiar_fini(struct tce_familiar *familiar, const struct tce_mem *mem);

/* Is an image with that sum among them? Then *ret_fingerprint is its state's. */
bool tce_familiar_find(const struct tce_familiar *familiar, uint64_t sum,
		       uint64_t *ret_fingerprint);
void tce_familiar_note(struct tce_familiar *familiar, uint64_t sum, uint64_t fingerprint);

/* Hash all lines of an image; seed: what else tells states apart. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_lines_take(struct tce_lines *lines, const struct tce_mem *mem, uint64_t seed,
				const struct tce_image *image);
void tce_lines_fini(struct tce_lines *lines, const struct tce_mem *mem);

/* The sum of an image, given lines of another one, of, with the same seed. */
uint64_t tce_lines_sum(const struct tce_lines *lines, const struct tce_image *of,
		       const struct tce_image *image);

#endif
