/* SPDX-License-Identifier: BSD-2-Clause */
/* The lockstep's life, its random operations, and the property made of them. */
#include <inttypes.h>
#include <stdlib.h>

#include "papr_machines.h"
#include "test_limits.h"

static const struct {
	const char *name;
	unsigned weight;
} kinds[NR_KINDS] = {
	[OP_PUT] = {"put", 16},
	[OP_GET] = {"get", 6},
	[OP_STUFF] = {"stuff", 12},
	[OP_INDIRECT] = {"indirect", 12},
	[OP_QUERY] = {"query", 8},
	[OP_CREATE] = {"create", 14},
	[OP_REMOVE] = {"remove", 12},
	[OP_RESET] = {"reset", 4},
	[OP_BYPASS] = {"set-tce-bypass", 2},
	[OP_QUIESCE] = {"quiesce", 1},
	[OP_REBOOT] = {"system-reboot", 1},
	[OP_BLOCK] = {"rtas block", 4},
	[OP_HCALL] = {"hcall", 1},
	[OP_SYSTEM_RESET] = {"system_reset", 1},
	[OP_ISOLATE] = {"dr isolate", 2},
	[OP_DMA] = {"dma", 12},
	[OP_PLUG_PHB] = {"plug phb", 3},
	[OP_UNPLUG_PHB] = {"unplug phb", 1},
	[OP_PLUG_VIO] = {"plug vio", 1},
	[OP_UNPLUG_VIO] = {"unplug vio", 1},
	[OP_MEMORY] = {"memory ends elsewhere", 3},
	[OP_SAVE] = {"save", 2},
	[OP_LOAD] = {"load", 2},
	[OP_LOAD_FRESH] = {"load into a fresh one", 3},
};

struct tce_lpar *machine_new(struct papr_lockstep *ls, unsigned m)
{
	struct tce_memory memory = guest_ram_memory(&ls->ram[m]);
	struct tce_lpar_opts opts = {
		.profile = ls->profile,
		.memory = &memory,
		.storage = m == 0 ? test_storage(TCE_STORAGE_LAZY) : TCE_STORAGE_COMPACT,
	};
	struct tce_lpar *lpar;
	unsigned i;

	if (tce_lpar_new(&opts, &lpar) != 0)
		return NULL;
	for (i = 0; i < PHBS; i++)
		tce_dma_path_init(&ls->path[m][i], lpar, BUID_0 + i);
	return lpar;
}

bool papr_lockstep_do(struct papr_lockstep *ls, const struct prop_op *op,
		      struct prop_failure *ret_failure)
{
	bool same = ls->born_alike && do_op(ls, op);

	if (!same)
		snprintf(ret_failure->text, sizeof(ret_failure->text), "%s", ls->why);
	return same;
}

struct papr_lockstep *papr_lockstep_new(const struct tce_papr_profile *profile, uint64_t bridge)
{
	struct prop_op phb = {.kind = OP_PLUG_PHB, .arg = {0, bridge}};
	struct prop_op vio = {.kind = OP_PLUG_VIO};
	struct papr_lockstep *ls = calloc(1, sizeof(*ls));
	struct tce_memory memory;
	unsigned m;

	if (ls == NULL)
		abort();
	ls->profile = profile;
	memory = guest_ram_memory(&ls->ram[MACHINES]);
	naive_init(&ls->naive, naive_kind_of(profile->name), &memory);
	naive_init(&ls->naive_saved, ls->naive.kind, &memory);
	for (m = 0; m < MACHINES; m++) {
		ls->lpar[m] = machine_new(ls, m);
		if (ls->lpar[m] == NULL)
			abort();
	}
	ls->born_alike = do_op(ls, &phb) && do_op(ls, &vio);
	return ls;
}

void papr_lockstep_free(struct papr_lockstep *ls)
{
	unsigned m;

	for (m = 0; m < MACHINES; m++) {
		tce_lpar_free(ls->lpar[m]);
		stream_free(&ls->saved[m]);
	}
	naive_fini(&ls->naive);
	naive_fini(&ls->naive_saved);
	free(ls);
}

/* --- a property --- */

unsigned papr_lockstep_kinds(void)
{
	return NR_KINDS;
}

static unsigned pick_kind(struct prng *rng)
{
	unsigned total = 0;
	unsigned kind;
	uint64_t at;

	for (kind = 0; kind < NR_KINDS; kind++)
		total += kinds[kind].weight;
	at = prng_below(rng, total);
	for (kind = 0; at >= kinds[kind].weight; kind++)
		at -= kinds[kind].weight;
	return kind;
}

/* Mostly small numbers, which the picks above turn into edges. */
void papr_lockstep_generate(struct prng *rng, struct prop_op *ret_op)
{
	unsigned i;

	ret_op->kind = pick_kind(rng);
	for (i = 0; i < PROP_ARGS; i++)
		ret_op->arg[i] = prng_one_in(rng, 16) ? prng_any_size(rng, UINT64_MAX)
						      : prng_below(rng, 0x1000);
	if (!prng_one_in(rng, 10))
		ret_op->arg[0] = prng_below(rng, prng_one_in(rng, 3) ? 12 : 4);
	if (ret_op->kind == OP_CREATE && !prng_one_in(rng, 20)) {
		ret_op->arg[1] = prng_below(rng, prng_one_in(rng, 4) ? 16 : 8);
		ret_op->arg[2] = prng_below(rng, 25);
	} else if (ret_op->kind <= OP_INDIRECT || ret_op->kind == OP_DMA) {
		unsigned delta = ret_op->kind == OP_DMA ? 3 : 2;

		ret_op->arg[delta] = prng_any_size(rng, prng_one_in(rng, 3) ? 0x40000 : 31);
		ret_op->arg[delta - 1] = prng_below(rng, prng_one_in(rng, 4) ? 128 : 16);
		if (ret_op->kind == OP_GET && prng_one_in(rng, 2)) /* what was put there */
			ret_op->arg[2] = prng_below(rng, 4);
	}
}

void papr_lockstep_print(FILE *out, const struct prop_op *op)
{
	unsigned i;

	fprintf(out, "%s", kinds[op->kind % NR_KINDS].name);
	for (i = 0; i < PROP_ARGS; i++)
		fprintf(out, " 0x%" PRIx64, op->arg[i]);
}

static void prop_generate(void *ctx, struct prng *rng, struct prop_op *ops, size_t i)
{
	(void)ctx;
	papr_lockstep_generate(rng, &ops[i]);
}

static bool prop_run(void *ctx, const struct prop_op *ops, size_t nr,
		     struct prop_failure *ret_failure)
{
	uint64_t bridge = nr == 0 || ops[0].arg[5] % 2 == 0 ? 0 : ops[0].arg[5] / 2;
	struct papr_lockstep *ls = papr_lockstep_new(ctx, bridge);
	bool same = true;
	size_t i;

	for (i = 0; same && i < nr; i++) {
		ret_failure->at = i;
		same = papr_lockstep_do(ls, &ops[i], ret_failure);
	}
	if (same)
		same = papr_lockstep_compare_all(ls, ret_failure);
	papr_lockstep_free(ls);
	return same;
}

static void prop_print(void *ctx, FILE *out, const struct prop_op *op)
{
	(void)ctx;
	papr_lockstep_print(out, op);
}

void papr_lockstep_prop(struct prop *prop, const struct tce_papr_profile *profile)
{
	prop->ctx = (void *)(uintptr_t)profile;
	prop->generate = prop_generate;
	prop->run = prop_run;
	prop->print = prop_print;
}
