/* SPDX-License-Identifier: BSD-2-Clause */
#include "papr_guest.h"
#include "test_limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_CELLS 24U

static void must(int err, const char *what)
{
	if (err == 0)
		return;
	fprintf(stderr, "papr_guest: %s: %s\n", what, tce_strerror(err));
	abort();
}

void papr_guest_open(struct papr_guest *g, const char *profile, enum tce_table_storage storage,
		     const struct tce_phb_opts *phb)
{
	struct tce_lpar_opts opts = {.storage = test_storage(storage)};
	struct tce_phb_opts numbers;
	struct tce_phb_opts own = {.buid = 0};
	struct tce_memory memory;

	memset(g, 0, sizeof(*g));
	g->profile = tce_papr_profile_find(profile);
	memory = guest_ram_memory(&g->ram);
	opts.profile = g->profile;
	opts.memory = &memory;
	must(tce_lpar_new(&opts, &g->lpar), "new");
	if (phb != NULL)
		own = *phb;
	tce_phb_opts_qemu(&numbers, 0);
	own.buid = numbers.buid;
	own.liobn[0] = numbers.liobn[0];
	own.liobn[1] = numbers.liobn[1];
	must(tce_lpar_phb_add(g->lpar, &own), "phb_add");
}

void papr_guest_close(struct papr_guest *g)
{
	tce_lpar_free(g->lpar);
	g->lpar = NULL;
}

void papr_guest_plug(struct papr_guest *g, unsigned index)
{
	struct tce_phb_opts opts;

	tce_phb_opts_qemu(&opts, index);
	must(tce_lpar_phb_add(g->lpar, &opts), "phb_add");
}

void papr_guest_plug_vio(struct papr_guest *g, uint64_t unit)
{
	struct tce_vio_opts opts = {.unit = unit};

	must(tce_lpar_vio_add(g->lpar, &opts), "vio_add");
}

static int64_t call5(struct papr_guest *g, uint64_t token, uint64_t r4, uint64_t r5, uint64_t r6,
		     uint64_t r7)
{
	const uint64_t args[5] = {r4, r5, r6, r7, 0};

	must(tce_lpar_hcall(g->lpar, token, args, &g->answer), "hcall");
	return g->answer.r3;
}

int64_t h_put(struct papr_guest *g, uint64_t liobn, uint64_t ioba, uint64_t tce)
{
	return call5(g, TCE_H_PUT_TCE, liobn, ioba, tce, 0);
}

int64_t h_stuff(struct papr_guest *g, uint64_t liobn, uint64_t ioba, uint64_t tce, uint64_t n)
{
	return call5(g, TCE_H_STUFF_TCE, liobn, ioba, tce, n);
}

int64_t h_indirect(struct papr_guest *g, uint64_t liobn, uint64_t ioba, uint64_t list, uint64_t n)
{
	return call5(g, TCE_H_PUT_TCE_INDIRECT, liobn, ioba, list, n);
}

int64_t h_call(struct papr_guest *g, uint64_t token)
{
	return call5(g, token, L0, 0, 0, 0);
}

int64_t h_get(struct papr_guest *g, uint64_t liobn, uint64_t ioba)
{
	return call5(g, TCE_H_GET_TCE, liobn, ioba, 0, 0);
}

uint64_t h_tce(struct papr_guest *g, uint64_t liobn, uint64_t ioba)
{
	must((int)h_get(g, liobn, ioba), "h_get");
	return g->answer.r4;
}

int32_t rtas(struct papr_guest *g, uint32_t token, uint32_t nargs, uint32_t nret,
	     const uint32_t args[])
{
	uint32_t i;

	for (i = 0; i < BLOCK_CELLS; i++)
		guest_ram_set_u32(&g->ram, RTAS_BLOCK + 4 * i, UNWRITTEN);
	guest_ram_set_u32(&g->ram, RTAS_BLOCK, token);
	guest_ram_set_u32(&g->ram, RTAS_BLOCK + 4, nargs);
	guest_ram_set_u32(&g->ram, RTAS_BLOCK + 8, nret);
	for (i = 0; i < nargs && i < 8; i++)
		guest_ram_set_u32(&g->ram, RTAS_BLOCK + 12 + 4 * i, args[i]);
	call5(g, TCE_H_RTAS, RTAS_BLOCK, 0, 0, 0);
	return (int32_t)rtas_ret(g, 0);
}

uint32_t rtas_ret(const struct papr_guest *g, unsigned cell)
{
	uint32_t nargs = guest_ram_u32(&g->ram, RTAS_BLOCK + 4);

	return guest_ram_u32(&g->ram, RTAS_BLOCK + 12 + 4 * (nargs + cell));
}

static int32_t ddw(struct papr_guest *g, enum tce_rtas call, uint64_t buid, uint32_t nret,
		   const uint32_t own[2])
{
	const uint32_t args[5] = {0, (uint32_t)(buid >> 32), (uint32_t)buid, own[0], own[1]};

	return rtas(g, tce_rtas_token(g->profile, call), call == TCE_RTAS_CREATE ? 5 : 3, nret,
		    args);
}

int32_t ddw_query(struct papr_guest *g, uint64_t buid)
{
	return ddw(g, TCE_RTAS_QUERY, buid, 6, (const uint32_t[2]){0});
}

int32_t ddw_create(struct papr_guest *g, uint64_t buid, uint32_t page_shift, uint32_t window_shift)
{
	return ddw(g, TCE_RTAS_CREATE, buid, 4, (const uint32_t[2]){page_shift, window_shift});
}

int32_t ddw_remove(struct papr_guest *g, uint64_t liobn)
{
	const uint32_t args[1] = {(uint32_t)liobn};

	return rtas(g, tce_rtas_token(g->profile, TCE_RTAS_REMOVE), 1, 1, args);
}

int32_t ddw_reset(struct papr_guest *g, uint64_t buid)
{
	return ddw(g, TCE_RTAS_RESET, buid, 1, (const uint32_t[2]){0});
}

unsigned ddw_avail(struct papr_guest *g)
{
	must(ddw_query(g, BUID), "query");
	return rtas_ret(g, 1);
}

struct tce_window_info window_of(const struct papr_guest *g, uint64_t liobn)
{
	struct tce_window_info info;

	must(tce_lpar_window(g->lpar, liobn, &info), "window");
	return info;
}
