/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of the PAPR lockstep share: three machines, how they are compared. */
#ifndef PAPR_MACHINES_H
#define PAPR_MACHINES_H

#include "guest_ram.h"
#include "naive_lpar.h"
#include "papr_lockstep.h"
#include "stream.h"

#define MACHINES 2U /* of the library */
#define AROUND   300U
#define PHBS     2U /* host bridges that are plugged and unplugged, with BUIDs from here on */
#define BUID_0   UINT64_C(0x800000020000000)

struct papr_lockstep {
	const struct tce_papr_profile *profile;
	struct guest_ram ram[MACHINES + 1]; /* the last is the twin's */
	struct tce_lpar *lpar[MACHINES];
	struct tce_dma_path path[MACHINES][PHBS]; /* kept for the life of an LPAR */
	struct naive_lpar naive;
	struct stream saved[MACHINES];
	struct naive_lpar naive_saved;
	bool have_saved;
	bool born_alike; /* with the first bridge and device */
	char why[200];
};

enum kind {
	OP_PUT,
	OP_GET,
	OP_STUFF,
	OP_INDIRECT,
	OP_QUERY,
	OP_CREATE,
	OP_REMOVE,
	OP_RESET,
	OP_BYPASS,
	OP_QUIESCE,
	OP_REBOOT,
	OP_BLOCK,
	OP_HCALL,
	OP_SYSTEM_RESET,
	OP_ISOLATE,
	OP_DMA,
	OP_PLUG_PHB,
	OP_UNPLUG_PHB,
	OP_PLUG_VIO,
	OP_UNPLUG_VIO,
	OP_MEMORY,
	OP_SAVE,
	OP_LOAD,
	OP_LOAD_FRESH,
	NR_KINDS
};

/* Evaluates to false and notes why. */
#define DIFFER(ls, ...) (snprintf((ls)->why, sizeof((ls)->why), __VA_ARGS__), false)

bool same_answer(struct papr_lockstep *ls, const struct tce_answer *a, const struct tce_answer *b);

/* Windows of all machines, and their memory. */
bool same_state(struct papr_lockstep *ls);

/* The entries near index. */
bool same_entries(struct papr_lockstep *ls, uint64_t liobn, uint64_t index);

/* A library machine without buses; m says which storage. */
struct tce_lpar *machine_new(struct papr_lockstep *ls, unsigned m);

/* Any operation, on all machines. False: they differ, ls->why says in what. */
bool do_op(struct papr_lockstep *ls, const struct prop_op *op);

#endif
