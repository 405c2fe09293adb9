/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random steps: mostly sensible, often at the edges, sometimes hostile; and now and then a scene in
 * which all devices are given windows, made to run, and their buffers brought out to be seen.
 *
 * The next step depends on the seed and on the model as it stands.
 */
#ifndef TCE_CLI_POWERNV_GENERATOR_H
#define TCE_CLI_POWERNV_GENERATOR_H

#include "cli/vm/rng.h"

#include "model.h"

#define TCE_NV_MAX_PLANS 1024U

/* Steps of scenes. */
enum tce_nv_plan_kind {
	TCE_NV_PLAN_TABLE,      /* the bridge reads its RTT */
	TCE_NV_PLAN_PES,        /* four devices get PEs, in memory */
	TCE_NV_PLAN_FORGET,     /* the bridge forgets what PEs it has read */
	TCE_NV_PLAN_FORGET_ONE, /* or perhaps only that of one device */
	TCE_NV_PLAN_WINDOW,     /* a window for a device's PE */
	TCE_NV_PLAN_ANY,        /* any step */
	TCE_NV_PLAN_RUN,        /* a device reads or writes */
	TCE_NV_PLAN_CHANGE,     /* the TCE that it used is another */
	TCE_NV_PLAN_AGAIN,      /* it does the same again */
	TCE_NV_PLAN_OPEN,       /* the PE that sees all memory */
	TCE_NV_PLAN_BORROW,     /* four devices to that PE */
	TCE_NV_PLAN_BRING,      /* a device writes its buffer to memory */
	TCE_NV_PLAN_RETURN,     /* and back to what they were */
};

/* A step of a scene; its numbers are chosen when its turn comes. */
struct tce_nv_plan {
	enum tce_nv_plan_kind kind;
	unsigned bridge;
	unsigned function;
};

/* What a device did last. */
struct tce_nv_last {
	struct tce_nv_op op;
	uint64_t entry; /* where the TCE was that it used; 0: none */
};

struct tce_nv_generator {
	struct tce_rng rng;
	const struct tce_nv_model *model;
	struct tce_nv_plan plans[TCE_NV_MAX_PLANS];
	unsigned nr_plans;
	unsigned next_plan;
	uint64_t borrowed[TCE_NV_MAX_BRIDGES][TCE_NV_NR_EDU / 4]; /* RTT words of BORROW */
	struct tce_nv_last last[TCE_NV_MAX_BRIDGES][TCE_NV_NR_EDU];
};

void tce_nv_generator_init(struct tce_nv_generator *gen, uint64_t seed,
			   const struct tce_nv_model *model);

/* A possible step. */
void tce_nv_generator_next(struct tce_nv_generator *gen, struct tce_nv_op *ret_op);

/* From here on a scene with devices; steps that are planned already come first. */
void tce_nv_generator_scene(struct tce_nv_generator *gen);
bool tce_nv_generator_in_scene(const struct tce_nv_generator *gen);

/* generator_calls.c: an OPAL call; not always possible. */
void tce_nv_generate_call(struct tce_nv_generator *gen, struct tce_nv_op *op);

/* generator_calls.c: a call that maps a window of a PE. */
void tce_nv_generate_window(struct tce_nv_generator *gen, unsigned bridge, unsigned pe,
			    struct tce_nv_op *op);

/* generator_calls.c: a PE of the bridge, mostly one of a few. */
uint64_t tce_nv_generate_pe(struct tce_nv_generator *gen, unsigned bridge);

/* generator_registers.c: one of a PE's TVEs becomes anything. */
void tce_nv_generate_tve(struct tce_nv_generator *gen, unsigned bridge, unsigned pe,
			 struct tce_nv_op *op);

/* generator_registers.c: an access to a register, a table or memory; not always possible. */
void tce_nv_generate_access(struct tce_nv_generator *gen, struct tce_nv_op *op);

/* generator_dma.c: an access of a device; not always possible. */
void tce_nv_generate_dma(struct tce_nv_generator *gen, unsigned bridge, unsigned function,
			 struct tce_nv_op *op);

#endif
