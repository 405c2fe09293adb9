/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Chooses the steps of a comparison: seeded, reproducible, weighted so that deep states are reached
 * (both windows, a reused LIOBN, a removed default window, overlap), with arguments near the edges
 * of what exists and of what earlier steps made.
 *
 * The next step depends on the seed, the machine and the model's state, never on QEMU's answers.
 *
 * What is left out, because it is undefined or is not our half (docs/qemu-live.md): page shifts and
 * window shifts 64 or more larger than the page shift; ibm,remove-pe-dma-window of a VIO LIOBN;
 * RTAS calls that the model does not have; TCE lists and RTAS blocks in memory of devices.
 */
#ifndef TCE_CLI_PSERIES_GENERATOR_H
#define TCE_CLI_PSERIES_GENERATOR_H

#include "cli/vm/rng.h"

#include "model.h"

#define TCE_GEN_MAX_WINDOWS (2 * TCE_QEMU_MAX_PHB + TCE_QEMU_MAX_VIO)
#define TCE_GEN_NR_RECENT   32U

struct tce_generator {
	struct tce_rng rng;
	struct tce_window_info windows[TCE_GEN_MAX_WINDOWS]; /* disabled ones included */
	unsigned nr_windows;
	struct tce_window_info recent[TCE_GEN_NR_RECENT]; /* liobn, and start: a bus address */
	unsigned nr_recent;
	unsigned phase;
	unsigned phase_left;
	struct tce_op dma_next[2]; /* to see what a transfer did, see generator.c */
	unsigned nr_dma_next;
	unsigned load_in; /* so many steps until the saved state is loaded; 0: none is */
	bool dma;         /* devices are at work: TCEs point only to memory that the model keeps */
	bool doom;        /* leave windows behind of which QEMU dies later */
};

void tce_generator_init(struct tce_generator *gen, uint64_t seed, const struct tce_model *model);

/* A machine for the epoch-th process of a run. */
void tce_generator_config(uint64_t seed, unsigned epoch, bool dma,
			  struct tce_qemu_config *ret_config);

/* The next step; it is possible in the state of the model. */
void tce_generator_next(struct tce_generator *gen, const struct tce_model *model,
			struct tce_op *ret_op);

/* The step was taken: look at the windows again if it may have changed them. */
void tce_generator_taken(struct tce_generator *gen, const struct tce_model *model,
			 const struct tce_op *op);

/* --- between the files of the generator --- */

/* generator_values.c */
const struct tce_window_info *tce_gen_window(struct tce_generator *gen);
uint64_t tce_gen_liobn(struct tce_generator *gen, const struct tce_window_info **ret_window);
uint64_t tce_gen_ioba(struct tce_generator *gen, const struct tce_window_info *window);
uint64_t tce_gen_tce(struct tce_generator *gen);
uint64_t tce_gen_count(struct tce_generator *gen, const struct tce_window_info *window,
		       uint64_t ioba, uint64_t most);
void tce_gen_remember(struct tce_generator *gen, uint64_t liobn, uint64_t ioba);

/* generator_rtas.c */
void tce_gen_query(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
void tce_gen_create(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
void tce_gen_remove(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
void tce_gen_reset_windows(struct tce_generator *gen, const struct tce_model *model,
			   struct tce_op *op);
void tce_gen_bypass(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
void tce_gen_quiesce(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
void tce_gen_reboot(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
void tce_gen_bad_rtas(struct tce_generator *gen, const struct tce_model *model, struct tce_op *op);
struct tce_qemu_phb tce_gen_phb(struct tce_rng *rng, unsigned index);

#endif
