/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our side of the comparison: a tce_lpar, the part of guest memory that steps touch, and what the
 * steps are expected to answer.
 *
 * Life: tce_model_init -> tce_model_apply for each step, in order -> tce_model_fini.
 */
#ifndef TCE_CLI_PSERIES_MODEL_H
#define TCE_CLI_PSERIES_MODEL_H

#include "op.h"
#include "ring.h"

#define TCE_MODEL_NR_EDU    8U
#define TCE_MODEL_EDU_BYTES 256U

struct tce_model {
	const struct tce_papr_profile *profile;
	struct tce_lpar *lpar;
	struct tce_qemu_config config; /* plugged bridges included */
	/*
	 * Guest memory from TCE_RING_LISTS to TCE_RING_END as it should be, but for the buffer of
	 * sweeps; with base so that guest address a is memory[a - TCE_RING_LISTS].
	 */
	uint8_t *memory;
	uint64_t slot_block; /* guest address of the block of the step at hand, 0: none */
	uint8_t *slot_bytes; /* and where it is */
	uint8_t edu[TCE_MODEL_NR_EDU][TCE_MODEL_EDU_BYTES]; /* buffers inside the devices */
	uint8_t *saved;                                     /* stream of the last save */
	size_t saved_size;
	size_t saved_room;
	struct tce_qemu_config saved_config;
	bool has_saved;
};

/* What a step should answer. */
struct tce_expected {
	enum tce_abort abort;               /* not NOT: QEMU dies of it, nothing else counts */
	struct tce_answer answer;           /* of calls, for text */
	struct tce_dma_out dma;             /* of a transfer: first piece that fails, or the last */
	uint64_t out[TCE_RING_NR_REGS];     /* r3..r12 */
	uint8_t block[TCE_RING_BLOCK_SIZE]; /* RTAS with TCE_BLOCK_SLOT */
};

/* profile is kept by reference. 0, or -1 and *fail. */
int tce_model_init(struct tce_model *model, const struct tce_papr_profile *profile,
		   const struct tce_qemu_config *config, struct tce_fail *fail);
void tce_model_fini(struct tce_model *model);

/* Host address of len bytes of the model's guest memory. */
void *tce_model_memory(struct tce_model *model, uint64_t address, size_t len);

/*
 * Carry the step out. slot: as it will be handed to the guest, for steps that go through the ring
 * (registers, RTAS block; lists are in the model's memory). 0 and *ret_expect; -1 and *fail when
 * the library fails, which it should not.
 */
int tce_model_apply(struct tce_model *model, const struct tce_op *op,
		    const struct tce_ring_slot *slot, uint64_t slot_block,
		    struct tce_expected *ret_expect, struct tce_fail *fail);

/* Does a device's access of len bytes reach memory, and where does it land? For one I/O page. */
bool tce_model_reaches(const struct tce_model *model, const struct tce_dma *dma, uint64_t *ret_ra);

#endif
