/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of ddwtest (prototypes/dma-stimulus/ddwtest.c): TCE hypercalls and RTAS calls with their
 * answers, and DMA API calls on an edu device with the addresses that the kernel gave.
 */
#include "console_stimulus.h"

/* --- hypercalls ----------------------------------------------------------------------------- */

/* "H_PUT_TCE(80000100, 1000, 2001) = 0" */
static bool read_put(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_ev_h_tce *ev = &st->event.u.h_tce;

	st->event.kind = TCE_EV_H_PUT_TCE;
	return tce_scan_hex(&s, TCE_LIT(" H_PUT_TCE("), &ev->liobn) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->ioba.v) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->tce) &&
	       tce_scan_int(&s, TCE_LIT(") = "), &st->ret);
}

/* "H_GET_TCE(80000100, 4000) = 0 tce 5003" */
static bool read_get(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_ev_h_tce *ev = &st->event.u.h_tce;

	st->event.kind = TCE_EV_H_GET_TCE;
	return tce_scan_hex(&s, TCE_LIT(" H_GET_TCE("), &ev->liobn) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->ioba.v) &&
	       tce_scan_int(&s, TCE_LIT(") = "), &st->ret);
}

/* "H_STUFF_TCE(80000100, 100000, 0, 512) = 0" */
static bool read_stuff(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_ev_h_tce *ev = &st->event.u.h_tce;

	st->event.kind = TCE_EV_H_STUFF_TCE;
	return tce_scan_hex(&s, TCE_LIT(" H_STUFF_TCE("), &ev->liobn) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->ioba.v) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->tce) &&
	       tce_scan_dec(&s, TCE_LIT(", "), UINT64_MAX, &ev->count) &&
	       tce_scan_int(&s, TCE_LIT(") = "), &st->ret);
}

/* "H_PUT_TCE_INDIRECT(80000100, 100000, 24e0000, 512) = 0": what the list holds is not told. */
static bool read_indirect(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_ev_h_indirect *ev = &st->event.u.h_indirect;

	st->event.kind = TCE_EV_H_PUT_TCE_INDIRECT;
	return tce_scan_hex(&s, TCE_LIT(" H_PUT_TCE_INDIRECT("), &ev->liobn) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->ioba.v) &&
	       tce_scan_hex(&s, TCE_LIT(", "), &ev->list_ra.v) &&
	       tce_scan_dec(&s, TCE_LIT(", "), UINT64_MAX, &ev->count) &&
	       tce_scan_int(&s, TCE_LIT(") = "), &st->ret);
}

/* --- RTAS ----------------------------------------------------------------------------------- */

static struct tce_rtas_call *rtas_of(struct tce_stimulus *st, enum tce_rtas call, uint32_t nargs,
				     uint32_t nret)
{
	struct tce_rtas_call *rtas = &st->event.u.rtas.call;

	st->event.kind = TCE_EV_RTAS;
	rtas->call = call;
	rtas->nargs = nargs;
	rtas->nret = nret;
	return rtas;
}

static void set_buid(struct tce_rtas_call *rtas, uint64_t buid)
{
	rtas->args[1] = (uint32_t)(buid >> 32);
	rtas->args[2] = (uint32_t)buid;
}

/* "query cfg 0 buid 800000020000001 = 0: ..." */
static bool read_query(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_rtas_call *rtas = rtas_of(st, TCE_RTAS_QUERY, 3, 5);
	uint64_t buid;

	if (!tce_scan_hex32(&s, TCE_LIT(" query cfg "), &rtas->args[0]) ||
	    !tce_scan_hex(&s, TCE_LIT(" buid "), &buid) ||
	    !tce_scan_int(&s, TCE_LIT(" = "), &st->ret))
		return false;
	set_buid(rtas, buid);
	return true;
}

/* "create cfg 0 page shift 24 window shift 0 = -3: ...": the bridge is not told. */
static bool read_create(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_rtas_call *rtas = rtas_of(st, TCE_RTAS_CREATE, 5, 4);

	return tce_scan_hex32(&s, TCE_LIT(" create cfg "), &rtas->args[0]) &&
	       tce_scan_dec32(&s, TCE_LIT(" page shift "), &rtas->args[3]) &&
	       tce_scan_dec32(&s, TCE_LIT(" window shift "), &rtas->args[4]) &&
	       tce_scan_int(&s, TCE_LIT(" = "), &st->ret);
}

/* "remove 80000101 = 0" */
static bool read_remove(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_rtas_call *rtas = rtas_of(st, TCE_RTAS_REMOVE, 1, 1);

	return tce_scan_hex32(&s, TCE_LIT(" remove "), &rtas->args[0]) &&
	       tce_scan_int(&s, TCE_LIT(" = "), &st->ret);
}

/* "reset token 2029 cfg 0 = 0": the bridge is not told. */
static bool read_reset(struct tce_scan s, struct tce_stimulus *st)
{
	struct tce_rtas_call *rtas = rtas_of(st, TCE_RTAS_RESET, 3, 1);
	uint32_t token;

	return tce_scan_hex32(&s, TCE_LIT(" reset token "), &token) &&
	       tce_scan_hex32(&s, TCE_LIT(" cfg "), &rtas->args[0]) &&
	       tce_scan_int(&s, TCE_LIT(" = "), &st->ret);
}

/* --- DMA API -------------------------------------------------------------------------------- */

/* "E. mask 28 bits: set 0, required mask 3fffffff" */
static bool read_mask(struct tce_scan s, struct tce_stimulus *st)
{
	uint32_t bits;

	if (!tce_scan_dec32(&s, TCE_LIT(" E. mask "), &bits) || bits == 0 || bits > 64 ||
	    !tce_scan_int(&s, TCE_LIT(" bits: set "), &st->ret) ||
	    !tce_scan_hex(&s, TCE_LIT(", required mask "), &st->value))
		return false;
	st->bits = (uint8_t)bits;
	st->kind = TCE_STIMULUS_MASK;
	return true;
}

/* "  coherent 20000 -> 0x0000000000008000" */
static bool read_coherent(struct tce_scan s, struct tce_stimulus *st)
{
	st->kind = TCE_STIMULUS_COHERENT;
	return tce_scan_dec(&s, TCE_LIT("  coherent "), UINT64_MAX, &st->size) &&
	       tce_scan_hex(&s, TCE_LIT(" -> "), &st->value);
}

/* "  single 100 dir 0 -> 0x000000000001003c" */
static bool read_single(struct tce_scan s, struct tce_stimulus *st)
{
	st->kind = TCE_STIMULUS_SINGLE;
	return tce_scan_dec(&s, TCE_LIT("  single "), UINT64_MAX, &st->size) &&
	       tce_scan_dec32(&s, TCE_LIT(" dir "), &st->dir) && st->dir <= TCE_DIR_NONE &&
	       tce_scan_hex(&s, TCE_LIT(" -> "), &st->value);
}

/* "  sg 8 -> 8", then "   seg 0 0x0000000000030000 len 3000" for each output. */
static bool read_sg(struct tce_scan s, struct tce_stimulus *st)
{
	st->kind = TCE_STIMULUS_SG;
	return tce_scan_dec32(&s, TCE_LIT("  sg "), &st->nr) &&
	       tce_scan_int(&s, TCE_LIT(" -> "), &st->ret);
}

static bool read_segment(struct tce_scan s, struct tce_stimulus *st)
{
	st->kind = TCE_STIMULUS_SEGMENT;
	return tce_scan_dec32(&s, TCE_LIT("   seg "), &st->nr) &&
	       tce_scan_hex(&s, TCE_LIT(" "), &st->value) &&
	       tce_scan_dec(&s, TCE_LIT(" len "), UINT64_MAX, &st->size);
}

static bool read_failed(struct tce_scan s, struct tce_stimulus *st)
{
	st->kind = TCE_STIMULUS_SINGLE_FAILED;
	return tce_scan_try(&s, TCE_LIT("  map failed"));
}

static bool read_hcall(struct tce_scan s, struct tce_stimulus *st)
{
	st->kind = TCE_STIMULUS_HCALL;
	return read_put(s, st) || read_get(s, st) || read_stuff(s, st) || read_indirect(s, st) ||
	       read_query(s, st) || read_create(s, st) || read_remove(s, st) || read_reset(s, st);
}

bool tce_console_stimulus_read(struct tce_scan s, struct tce_console_record *r)
{
	struct tce_stimulus *st = &r->u.stimulus;

	r->kind = TCE_CONSOLE_STIMULUS;
	memset(st, 0, sizeof(*st));
	return read_hcall(s, st) || read_mask(s, st) || read_coherent(s, st) ||
	       read_single(s, st) || read_sg(s, st) || read_segment(s, st) || read_failed(s, st);
}
