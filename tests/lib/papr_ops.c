/* SPDX-License-Identifier: BSD-2-Clause */
/* Operations of the PAPR lockstep: what their numbers mean, and doing them on all machines. */
#include <inttypes.h>
#include <string.h>

#include "papr_machines.h"
#include "test_limits.h"

/* --- numbers in the light of the state --- */

static uint64_t pick_liobn(uint64_t arg)
{
	static const uint64_t known[] = {
		0x80000000,
		0x80000001,
		0x80000001,
		0x80000000,
		0x80000100,
		0x80000101,
		0x71000003,
		0x71000004,
		0x80000002,
		UINT64_C(0x180000000),
		UINT64_C(0xffffffff80000000),
		0,
	};

	return arg < 12 ? known[arg] : arg;
}

static uint64_t pick_buid(uint64_t arg)
{
	return arg < 8 ? BUID_0 + arg % PHBS : arg;
}

static uint64_t pick_ioba(struct papr_lockstep *ls, uint64_t liobn, uint64_t code, uint64_t delta)
{
	const struct naive_window *win = naive_find(&ls->naive, liobn, NULL);
	uint64_t page = win == NULL ? 4096 : UINT64_C(1) << win->shift;
	uint64_t start = win == NULL ? 0 : win->start;
	uint64_t nr = win == NULL ? 1 : win->nr;
	uint64_t unaligned = code / 16 % 8 == 1 ? 1 : code / 16 % 8 == 2 ? page - 1 : 0;

	switch (code % 16) {
	case 9:
	case 10:
	case 11: return start + (nr - 1 - delta) * page + unaligned;
	case 12: return start + nr * page + delta * page + unaligned;
	case 13: return start - delta * page + unaligned;
	case 14: return 0 - delta * page - unaligned;
	case 15: return delta;
	default: return start + delta * page + unaligned;
	}
}

static uint64_t pick_tce(uint64_t code, uint64_t raw)
{
	uint64_t page = raw % 0x4000 << 12;
	uint64_t perm = code % 4;

	switch (code / 4 % 16) {
	case 0: return (UINT64_C(1) << 44) + page + perm;
	case 1: return page | 0x2a4 | perm;
	case 2: return perm == 3 ? UINT64_MAX : 0;
	case 3: return raw;
	case 4:
	case 5: return (raw % 4 << 24) | perm;
	case 6:
	case 7:
	case 8: return (raw % 1024 << 16) | perm;
	default: return page | perm;
	}
}

static uint64_t pick_count(struct papr_lockstep *ls, uint64_t liobn, uint64_t code)
{
	const struct naive_window *win = naive_find(&ls->naive, liobn, NULL);
	uint64_t nr = win == NULL ? 7 : win->nr;
	uint64_t count;

	switch (code % 16) {
	case 0: count = 0; break;
	case 1: count = nr; break;
	case 2: count = nr + 1; break;
	case 3: count = 512; break;
	case 4: count = 513; break;
	case 5: count = UINT64_C(1) << 32; break;
	case 6: count = UINT64_MAX; break;
	case 7: count = nr - 1; break;
	default: count = code / 16 % 600; break;
	}
	/* The twin counts: no more than it can in reasonable time. */
	return count <= nr && count > 1 << 20 ? count & 0xfffff : count;
}

/* Mostly one that the bridge offers. */
static uint32_t pick_page_shift(struct papr_lockstep *ls, uint64_t buid, uint64_t code)
{
	static const uint32_t shifts[] = {12, 16, 13, 34, 76, 80, 64, 255};
	uint64_t offered = 0;
	unsigned nr = 0;
	unsigned i;

	if (code >= 8)
		return code < 16 ? shifts[code - 8] : (uint32_t)code;
	for (i = 0; i < NAIVE_BUSES; i++)
		if (ls->naive.bus[i].there && ls->naive.bus[i].id == buid)
			offered = ls->naive.bus[i].opts.page_shifts;
	for (i = 0; i < 64; i++) {
		if ((offered >> i & 1) == 0)
			continue;
		if (nr++ == code % (unsigned)__builtin_popcountll(offered))
			return i;
	}
	return 12;
}

/* Not more than the twin can reserve where addresses are dear; too large ones stay too large. */
static uint32_t affordable(uint32_t page_shift, uint32_t window_shift)
{
	bool dear = test_reserve_lg2() < 43;
	bool large = window_shift > page_shift + 24 && window_shift < page_shift + 41;

	return dear && large ? page_shift + 24 : window_shift;
}

static uint32_t pick_window_shift(uint32_t page_shift, uint64_t code)
{
	static const uint32_t deltas[] = {0,  1,  3,  8,  9,  10, 12, 18, 20, 24, 25, 30,
					  31, 32, 33, 40, 51, 63, 64, 65, 15, 15, 15, 12};

	if (page_shift == 34 && code < 12)
		return 64 + (uint32_t)code % 2; /* the whole bus */
	if (code < 24)
		return page_shift + deltas[code];
	return code == 24 ? page_shift - 1 : (uint32_t)code;
}

/* --- doing --- */

static bool same_err(struct papr_lockstep *ls, int err, int twin)
{
	return err == twin || DIFFER(ls, "returned %d (%s), twin %d", err, tce_strerror(err), twin);
}

static bool do_hcall(struct papr_lockstep *ls, uint64_t token, const uint64_t args[5])
{
	struct tce_answer twin_answer;
	int twin = naive_hcall(&ls->naive, token, args, &twin_answer);
	unsigned m;

	for (m = 0; m < MACHINES; m++) {
		struct tce_answer answer;
		int err = tce_lpar_hcall(ls->lpar[m], token, args, &answer);

		if (!same_err(ls, err, twin) ||
		    (err == 0 && !same_answer(ls, &answer, &twin_answer)))
			return false;
	}
	return true;
}

static bool do_table_call(struct papr_lockstep *ls, uint64_t token, uint64_t liobn, uint64_t ioba,
			  uint64_t arg2, uint64_t count)
{
	const uint64_t args[5] = {liobn, ioba, arg2, count, 0};
	const struct naive_window *win;
	uint64_t index;

	if (!do_hcall(ls, token, args))
		return false;
	win = naive_find(&ls->naive, liobn, NULL);
	if (win == NULL || win->nr == 0)
		return true;
	index = (ioba - win->start) >> win->shift;
	return same_entries(ls, liobn, index) && same_entries(ls, liobn, index + count - 4) &&
	       same_entries(ls, liobn, 0);
}

static bool do_indirect(struct papr_lockstep *ls, const struct prop_op *op, uint64_t liobn,
			uint64_t ioba)
{
	uint64_t count = pick_count(ls, liobn, op->arg[3]);
	uint64_t page = 0x1000 * (1 + op->arg[4] % 3);
	struct prng rng = prng_seeded(op->arg[5]);
	unsigned i;
	unsigned m;

	for (i = 0; i < 512; i++) {
		uint64_t tce = op->arg[5] % 4 == 0 ? op->arg[5] / 4 * 0x1000 + i * 0x1000 + 3
						   : pick_tce(prng_next(&rng), prng_next(&rng));

		if (op->arg[5] % 4 == 1)
			tce = (prng_below(&rng, 0x400) << 16) | 3; /* fine for every profile */
		if (op->arg[5] % 4 == 2) /* but not these two for every one */
			tce = prng_one_in(&rng, 50)  ? UINT64_C(1) << 44
			      : prng_one_in(&rng, 9) ? 0x2000000
						     : 0x2000003;
		for (m = 0; m <= MACHINES; m++)
			guest_ram_set_u64(&ls->ram[m], page + 8 * i, tce);
	}
	switch (op->arg[4] / 4 % 8) {
	case 0: page += 8 * (op->arg[4] / 32 % 512) + 1; break;
	case 1: page += UINT64_C(1) << 44; break;
	case 2: page |= UINT64_C(0xc) << 60; break;
	case 3: page = 0x100000; break; /* memory full of zeroes */
	default: break;
	}
	return do_table_call(ls, TCE_H_PUT_TCE_INDIRECT, liobn, ioba, page, count);
}

static bool do_stuff(struct papr_lockstep *ls, const struct prop_op *op, uint64_t liobn,
		     uint64_t ioba)
{
	return do_table_call(ls, TCE_H_STUFF_TCE, liobn, ioba, pick_tce(op->arg[3], op->arg[4]),
			     pick_count(ls, liobn, op->arg[5]));
}

/* Wrong counts of arguments or return cells now and then. */
static void spoil_counts(struct tce_rtas_call *call, uint64_t code)
{
	static const uint32_t counts[] = {0, 1, 2, 3, 4, 5, 6, 7, 0x80000003};

	if (code % 8 == 1)
		call->nargs = counts[code / 8 % 9];
	if (code % 8 == 2)
		call->nret = counts[code / 8 % 9];
}

/* As a block in guest memory, which may lie anywhere; or decoded. */
static bool do_rtas(struct papr_lockstep *ls, struct tce_rtas_call *call, uint64_t code)
{
	uint64_t args[5] = {0x4000 + code / 128 % 0xf80, 0, 0, 0, 0};
	struct tce_answer twin_answer;
	unsigned m;
	unsigned i;
	int twin;

	spoil_counts(call, code);
	if (code / 64 % 2 == 0) {
		twin = naive_rtas(&ls->naive, call, &twin_answer);
		for (m = 0; m < MACHINES; m++) {
			struct tce_answer answer;
			int err = tce_lpar_rtas(ls->lpar[m], call, &answer);

			if (!same_err(ls, err, twin) ||
			    (err == 0 && !same_answer(ls, &answer, &twin_answer)))
				return false;
		}
		return true;
	}
	for (m = 0; m <= MACHINES; m++) {
		guest_ram_set_u32(&ls->ram[m], args[0], tce_rtas_token(ls->profile, call->call));
		guest_ram_set_u32(&ls->ram[m], args[0] + 4, call->nargs);
		guest_ram_set_u32(&ls->ram[m], args[0] + 8, call->nret);
		for (i = 0; i < 8; i++)
			guest_ram_set_u32(&ls->ram[m], args[0] + 12 + 4 * i, call->args[i]);
	}
	if (code / 32 % 2 != 0)
		args[0] |= UINT64_C(0xf) << 60;
	return do_hcall(ls, TCE_H_RTAS, args);
}

static void put_buid(struct tce_rtas_call *call, uint64_t cfg, uint64_t buid)
{
	call->args[0] = (uint32_t)cfg;
	call->args[1] = (uint32_t)(buid >> 32);
	call->args[2] = (uint32_t)buid;
}

static bool do_ddw(struct papr_lockstep *ls, const struct prop_op *op)
{
	struct tce_rtas_call call = {.nargs = 3};

	put_buid(&call, op->arg[3], pick_buid(op->arg[0]));
	if (op->kind == OP_QUERY) {
		call.call = TCE_RTAS_QUERY;
		call.nret = op->arg[1] % 4 == 0 ? 5 : 6;
	} else if (op->kind == OP_CREATE) {
		call.call = TCE_RTAS_CREATE;
		call.nargs = 5;
		call.nret = 4;
		call.args[3] = pick_page_shift(ls, pick_buid(op->arg[0]), op->arg[1]);
		call.args[4] =
			affordable(call.args[3], pick_window_shift(call.args[3], op->arg[2]));
	} else if (op->kind == OP_REMOVE) {
		call.call = TCE_RTAS_REMOVE;
		call.nargs = 1;
		call.nret = 1;
		call.args[0] = (uint32_t)pick_liobn(op->arg[0]);
	} else {
		call.call = TCE_RTAS_RESET;
		call.nret = 1;
		call.nargs = op->arg[1] % 4 == 0 ? 4 : 3;
		call.args[3] = (uint32_t)op->arg[2] % 3;
	}
	return do_rtas(ls, &call, op->arg[4]);
}

static bool do_other_rtas(struct papr_lockstep *ls, const struct prop_op *op)
{
	struct tce_rtas_call call = {.call = TCE_RTAS_QUIESCE, .nret = 1};

	if (op->kind == OP_BYPASS) {
		call.call = TCE_RTAS_SET_TCE_BYPASS;
		call.nargs = 2;
		call.args[0] = 0x71000003 + (uint32_t)op->arg[0] % 3;
		call.args[1] = (uint32_t)op->arg[1] % 3;
	} else if (op->kind == OP_REBOOT) {
		call.call = TCE_RTAS_SYSTEM_REBOOT;
	}
	return do_rtas(ls, &call, op->arg[4]);
}

/* A block of which nothing is as it should be, perhaps not even its address. */
static bool do_block(struct papr_lockstep *ls, const struct prop_op *op)
{
	static const uint32_t tokens[] = {0, 0x2026, 0x2029, 0x53, 0x56, 0x202e, 0x2100, 0xa};
	uint64_t args[5] = {0x4000 + op->arg[1] % 0x1000, 0, 0, 0, 0};
	struct prng rng = prng_seeded(op->arg[2]);
	unsigned i;
	unsigned m;

	for (i = 0; i < 12; i++) {
		uint32_t cell = (uint32_t)prng_any_size(&rng, UINT32_MAX);

		if (i == 0)
			cell = tokens[op->arg[0] % 8];
		for (m = 0; m <= MACHINES; m++)
			guest_ram_set_u32(&ls->ram[m], args[0] + 4 * i, cell);
	}
	if (op->arg[3] % 8 == 1)
		args[0] = UINT64_C(1) << 44;
	if (op->arg[3] % 8 == 2)
		args[0] = GUEST_RAM_TOP - 6;
	return do_hcall(ls, TCE_H_RTAS, args);
}

static bool do_raw_hcall(struct papr_lockstep *ls, const struct prop_op *op)
{
	static const uint64_t tokens[] = {0x78, 0x10c,  0x168,  0x1a8,      0x21,
					  0x22, 0xf002, 0xf004, UINT64_MAX, 0};

	return do_hcall(ls, tokens[op->arg[0] % 10], op->arg);
}

static bool same_dma(struct papr_lockstep *ls, const struct tce_dma_out *out,
		     const struct tce_dma_out *twin)
{
	if (out->result != twin->result)
		return DIFFER(ls, "dma result %d, twin %d", (int)out->result, (int)twin->result);
	if ((out->result == TCE_DMA_OK || out->result == TCE_DMA_FAULT) &&
	    (out->liobn != twin->liobn || out->xlate.tce != twin->xlate.tce ||
	     out->xlate.ra.v != twin->xlate.ra.v || out->xlate.perm != twin->xlate.perm ||
	     out->xlate.page_shift != twin->xlate.page_shift))
		return DIFFER(ls,
			      "dma by %" PRIx64 " 0x%" PRIx64 " -> 0x%" PRIx64 ", twin by %" PRIx64
			      " 0x%" PRIx64 " -> 0x%" PRIx64,
			      out->liobn, out->xlate.tce, out->xlate.ra.v, twin->liobn,
			      twin->xlate.tce, twin->xlate.ra.v);
	return true;
}

static bool do_dma(struct papr_lockstep *ls, const struct prop_op *op)
{
	bool vio = op->arg[0] % 8 == 7;
	uint64_t liobn = vio ? 0x71000003 : pick_liobn(op->arg[1] % 6);
	struct tce_dma dma = {
		.bus = vio ? 0x71000003 : pick_buid(liobn >> 8 & 1),
		.addr = pick_ioba(ls, liobn, op->arg[2], op->arg[3]),
		.access = 1 + (unsigned)op->arg[4] % 3,
		.vio = vio,
	};
	struct tce_dma_out twin;
	unsigned m;

	if (op->arg[5] % 8 == 0)
		dma.addr = (UINT64_C(1) << 42) + op->arg[3] % 0x2000;
	dma.addr += op->arg[5] % 64;
	naive_dma(&ls->naive, &dma, &twin);
	for (m = 0; m < MACHINES; m++) {
		struct tce_dma_out out;

		tce_lpar_dma(ls->lpar[m], &dma, &out);
		if (!same_dma(ls, &out, &twin))
			return false;
		if (vio)
			continue;
		tce_dma_path_translate(&ls->path[m][dma.bus - BUID_0], dma.addr, dma.access, &out);
		if (!same_dma(ls, &out, &twin))
			return DIFFER(
				ls, "by a path: dma result %d by %" PRIx64 ", twin %d by %" PRIx64,
				(int)out.result, out.liobn, (int)twin.result, twin.liobn);
	}
	return true;
}

static void phb_variant(struct tce_phb_opts *opts, uint64_t code)
{
	switch (code % 24) {
	case 1: opts->no_ddw = true; break;
	case 2: opts->page_shifts = 1 << 12; break;
	case 3:
		opts->win_addr = 0x100000;
		opts->win_size = 0x80000000;
		break;
	case 4: opts->dyn_win_addr = UINT64_C(1) << 32; break;
	case 5: opts->win_size = 0x1800; break;
	case 6:
	case 18:
	case 19:
	case 20: opts->page_shifts = UINT64_C(0x400001000); break; /* 16 GiB: as large as the bus */
	case 7: opts->no_default_window = true; break;
	case 8: opts->max_windows = 1; break;
	case 9: opts->no_extensions = true; break;
	case 21: opts->dyn_liobn_first = true; break;
	case 10: opts->largest_block = 1 << 15; break;
	case 11:
		opts->liobn[0] |= 1;
		opts->liobn[1] &= ~UINT64_C(1);
		break;
	case 12: opts->win_addr = 0x1800; break;
	case 13: opts->dyn_win_addr = UINT64_C(0xfffffff000000000); break;
	case 14: opts->page_shifts = 0x20; break;
	case 15: opts->liobn[1] = 0; break;
	case 16: opts->dyn_win_addr = 0x20000000; break;
	case 17: opts->largest_block = UINT64_C(1) << 33; break;
	default: break;
	}
}

static bool do_plug(struct papr_lockstep *ls, const struct prop_op *op)
{
	struct tce_vio_opts vio = {.unit = 0x71000003 + op->arg[0] % 2};
	struct tce_phb_opts phb;
	unsigned m;
	int twin;

	if (op->arg[1] % 4 == 1)
		vio.size = op->arg[2] % 0x3000;
	tce_phb_opts_qemu(&phb, (unsigned)op->arg[0] % 2);
	phb_variant(&phb, op->arg[1]);
	twin = op->kind == OP_PLUG_PHB ? naive_phb_add(&ls->naive, &phb)
				       : naive_vio_add(&ls->naive, &vio);
	for (m = 0; m < MACHINES; m++) {
		int err = op->kind == OP_PLUG_PHB ? tce_lpar_phb_add(ls->lpar[m], &phb)
						  : tce_lpar_vio_add(ls->lpar[m], &vio);

		if (!same_err(ls, err, twin))
			return false;
	}
	return true;
}

/* Calls that take one number and give an error code. */
static bool do_simple(struct papr_lockstep *ls, const struct prop_op *op)
{
	uint64_t buid = pick_buid(op->arg[0]);
	uint64_t unit = 0x71000003 + op->arg[0] % 2;
	unsigned m;
	int twin;
	int err;

	switch (op->kind) {
	case OP_SYSTEM_RESET: twin = naive_system_reset(&ls->naive); break;
	case OP_ISOLATE: twin = naive_dr_isolate(&ls->naive, buid); break;
	case OP_UNPLUG_PHB: twin = naive_phb_remove(&ls->naive, buid); break;
	default: twin = naive_vio_remove(&ls->naive, unit); break;
	}
	for (m = 0; m < MACHINES; m++) {
		switch (op->kind) {
		case OP_SYSTEM_RESET: err = tce_lpar_system_reset(ls->lpar[m]); break;
		case OP_ISOLATE: err = tce_lpar_dr_isolate(ls->lpar[m], buid); break;
		case OP_UNPLUG_PHB: err = tce_lpar_phb_remove(ls->lpar[m], buid); break;
		default: err = tce_lpar_vio_remove(ls->lpar[m], unit); break;
		}
		if (!same_err(ls, err, twin))
			return false;
	}
	return true;
}

/* Memory is plugged and unplugged: what is RAM now was not, and the other way round. */
static void do_memory(struct papr_lockstep *ls, const struct prop_op *op)
{
	static const uint64_t tops[] = {0, 0x10000, 0x200000, 0x800000};
	unsigned m;

	for (m = 0; m <= MACHINES; m++)
		ls->ram[m].top = tops[op->arg[0] % 4];
}

static bool do_save(struct papr_lockstep *ls)
{
	int twin = ls->naive.dead != TCE_ABORT_NOT ? -TCE_ERR_STATE : 0;
	unsigned m;

	for (m = 0; m < MACHINES; m++) {
		struct stream stream = {.bytes = NULL};
		int err = tce_lpar_save(ls->lpar[m], stream_put, &stream);

		if (err == 0) {
			stream_free(&ls->saved[m]);
			ls->saved[m] = stream;
		}
		if (!same_err(ls, err, twin))
			return false;
	}
	if (twin == 0) {
		naive_copy(&ls->naive_saved, &ls->naive);
		ls->have_saved = true;
	}
	return true;
}

static bool do_load(struct papr_lockstep *ls)
{
	unsigned m;
	int twin;

	if (!ls->have_saved)
		return true;
	twin = naive_migrate(&ls->naive, &ls->naive_saved);
	for (m = 0; m < MACHINES; m++) {
		struct stream *stream = &ls->saved[1 - m]; /* the other storage's */
		int err;

		stream->at = 0;
		err = tce_lpar_load(ls->lpar[m], stream_get, stream);
		if (!same_err(ls, err, twin))
			return false;
	}
	return true;
}

/* The same buses as bus tells, in every machine and a new twin. */
static bool plug_same(struct papr_lockstep *ls, struct naive_lpar *twin,
		      const struct naive_bus *bus)
{
	struct tce_vio_opts vio = {.unit = bus->id};
	unsigned m;

	if (!bus->there)
		return true;
	vio.liobn = bus->win[0].liobn;
	vio.size = bus->default_nr * 4096;
	if ((bus->vio ? naive_vio_add(twin, &vio) : naive_phb_add(twin, &bus->opts)) != 0)
		return DIFFER(ls, "a bus cannot be plugged again");
	for (m = 0; m < MACHINES; m++)
		if ((bus->vio ? tce_lpar_vio_add(ls->lpar[m], &vio)
			      : tce_lpar_phb_add(ls->lpar[m], &bus->opts)) != 0)
			return DIFFER(ls, "a bus cannot be plugged into a fresh LPAR");
	return true;
}

/* Everything anew with the same buses: where a migration arrives. */
static bool start_afresh(struct papr_lockstep *ls)
{
	struct naive_lpar old = ls->naive;
	bool same = true;
	unsigned i;
	unsigned m;

	naive_init(&ls->naive, old.kind, &old.memory);
	for (m = 0; m < MACHINES; m++) {
		tce_lpar_free(ls->lpar[m]);
		ls->lpar[m] = machine_new(ls, m);
	}
	for (i = 0; same && i < NAIVE_BUSES; i++)
		same = plug_same(ls, &ls->naive, &old.bus[i]);
	naive_fini(&old);
	return same;
}

bool do_op(struct papr_lockstep *ls, const struct prop_op *op)
{
	uint64_t liobn = pick_liobn(op->arg[0]);
	uint64_t ioba = pick_ioba(ls, liobn, op->arg[1], op->arg[2]);
	bool same = true;

	switch (op->kind % NR_KINDS) {
	case OP_PUT:
		same = do_table_call(ls, TCE_H_PUT_TCE, liobn, ioba,
				     pick_tce(op->arg[3], op->arg[4]), 1);
		break;
	case OP_GET: same = do_table_call(ls, TCE_H_GET_TCE, liobn, ioba, 0, 1); break;
	case OP_STUFF: same = do_stuff(ls, op, liobn, ioba); break;
	case OP_INDIRECT: same = do_indirect(ls, op, liobn, ioba); break;
	case OP_QUERY:
	case OP_CREATE:
	case OP_REMOVE:
	case OP_RESET: same = do_ddw(ls, op); break;
	case OP_BYPASS:
	case OP_QUIESCE:
	case OP_REBOOT: same = do_other_rtas(ls, op); break;
	case OP_BLOCK: same = do_block(ls, op); break;
	case OP_HCALL: same = do_raw_hcall(ls, op); break;
	case OP_DMA: same = do_dma(ls, op); break;
	case OP_PLUG_PHB:
	case OP_PLUG_VIO: same = do_plug(ls, op); break;
	case OP_SYSTEM_RESET:
	case OP_ISOLATE:
	case OP_UNPLUG_PHB:
	case OP_UNPLUG_VIO: same = do_simple(ls, op); break;
	case OP_MEMORY: do_memory(ls, op); break;
	case OP_SAVE: same = do_save(ls); break;
	case OP_LOAD_FRESH: same = start_afresh(ls) && do_load(ls); break;
	default: same = do_load(ls); break;
	}
	return same && same_state(ls);
}
