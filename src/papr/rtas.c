/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RTAS: blocks in guest memory, which call a token means, and the calls about virtual I/O devices
 * and the whole machine (QEMU hw/ppc/spapr_rtas.c, spapr_vio.c, measured). The window calls are in
 * ddw.c.
 */
#include "rtas.h"

#include "base/bits.h"

#define CELL           4U
#define HEADER_CELLS   3U
#define CELL_ADDR_MASK (~UINT64_C(0) >> 4) /* the top nibble is not looked at */
#define PAGE_MASK      UINT64_C(0xfff)

static int set_tce_bypass(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			  struct tce_answer *ret_answer)
{
	struct papr_bus *vio = tce_papr_vio(lpar, call->args[0]);

	if (call->nargs != 2) {
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR, TCE_REFUSED_RTAS_NARGS);
		return 0;
	}
	if (vio == NULL) {
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR, TCE_REFUSED_UNIT_UNKNOWN);
		return 0;
	}
	vio->bypass = call->args[1] != 0;
	tce_papr_rtas_accept(ret_answer, 1);
	return 0;
}

/* Tables of virtual I/O devices are emptied; their bypass stays as it is. */
static int quiesce(struct tce_lpar *lpar, const struct tce_rtas_call *call,
		   struct tce_answer *ret_answer)
{
	struct papr_bus *bus;

	if (call->nargs != 0) {
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR, TCE_REFUSED_RTAS_NARGS);
		return 0;
	}
	for (bus = tce_papr_first_bus(lpar); bus != NULL; bus = tce_papr_next_bus(bus))
		if (bus->vio)
			tce_papr_window_clear(lpar, &bus->win[0]);
	tce_papr_rtas_accept(ret_answer, 1);
	return 0;
}

static int system_reboot(struct tce_lpar *lpar, const struct tce_rtas_call *call,
			 struct tce_answer *ret_answer)
{
	if (call->nargs != 0 || call->nret != 1)
		tce_papr_rtas_refuse(ret_answer, TCE_RTAS_PARAM_ERROR,
				     call->nargs != 0 ? TCE_REFUSED_RTAS_NARGS
						      : TCE_REFUSED_RTAS_NRET);
	else if (tce_papr_machine_reset(lpar, ret_answer))
		tce_papr_rtas_accept(ret_answer, 1);
	return 0;
}

static void refuse_token(struct tce_answer *answer)
{
	tce_papr_rtas_refuse(answer, TCE_RTAS_PARAM_ERROR, TCE_REFUSED_RTAS_TOKEN);
	answer->r3 = TCE_H_PARAMETER;
}

int tce_lpar_rtas(struct tce_lpar *lpar, const struct tce_rtas_call *call,
		  struct tce_answer *ret_answer)
{
	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if ((unsigned)call->call >= TCE_NR_RTAS)
		return -TCE_ERR_INVAL;
	if (lpar->profile->rtas_tokens[call->call] == 0) {
		refuse_token(ret_answer);
		return 0;
	}
	switch (call->call) {
	case TCE_RTAS_QUERY: return tce_papr_ddw_query(lpar, call, ret_answer);
	case TCE_RTAS_CREATE: return tce_papr_ddw_create(lpar, call, ret_answer);
	case TCE_RTAS_REMOVE: return tce_papr_ddw_remove(lpar, call, ret_answer);
	case TCE_RTAS_RESET: return tce_papr_ddw_reset(lpar, call, ret_answer);
	case TCE_RTAS_SET_TCE_BYPASS: return set_tce_bypass(lpar, call, ret_answer);
	case TCE_RTAS_QUIESCE: return quiesce(lpar, call, ret_answer);
	case TCE_RTAS_SYSTEM_REBOOT: return system_reboot(lpar, call, ret_answer);
	default: return -TCE_ERR_INVAL;
	}
}

/* Where cell n past base is. */
static struct tce_ra cell_addr(uint64_t base, uint32_t n)
{
	return tce_ra((base + (uint64_t)n * CELL) & CELL_ADDR_MASK);
}

/* How much of a cell lies on its first page: blocks need not be aligned. */
static size_t on_first_page(struct tce_ra ra)
{
	uint64_t rest = PAGE_MASK + 1 - (ra.v & PAGE_MASK);

	return rest < CELL ? (size_t)rest : CELL;
}

static uint32_t cell_read(const struct tce_lpar *lpar, struct tce_ra ra)
{
	uint8_t bytes[CELL] = {0};
	size_t n = on_first_page(ra);

	if (!tce_papr_read(lpar, ra, bytes, n))
		return 0;
	if (n < CELL && !tce_papr_read(lpar, tce_ra(ra.v + n), bytes + n, CELL - n))
		return 0;
	return tce_be32_load(bytes);
}

static void cell_write(const struct tce_lpar *lpar, struct tce_ra ra, uint32_t value)
{
	uint8_t bytes[CELL];
	size_t n = on_first_page(ra);

	tce_be32_store(bytes, value);
	(void)tce_papr_write(lpar, ra, bytes, n);
	if (n < CELL)
		(void)tce_papr_write(lpar, tce_ra(ra.v + n), bytes + n, CELL - n);
}

/* False: no such call in this profile. Arguments past those a call can have stay 0. */
static bool block_decode(const struct tce_lpar *lpar, struct tce_ra ra,
			 struct tce_rtas_call *ret_call)
{
	uint32_t token = cell_read(lpar, cell_addr(ra.v, 0));
	unsigned i;

	*ret_call = (struct tce_rtas_call){.nargs = cell_read(lpar, cell_addr(ra.v, 1)),
					   .nret = cell_read(lpar, cell_addr(ra.v, 2))};
	for (i = 0; i < 8 && i < ret_call->nargs; i++)
		ret_call->args[i] = cell_read(lpar, cell_addr(ra.v, HEADER_CELLS + i));
	for (i = 0; i < TCE_NR_RTAS; i++) {
		if (token == 0 || token != lpar->profile->rtas_tokens[i])
			continue;
		ret_call->call = (enum tce_rtas)i;
		return true;
	}
	return false;
}

int tce_papr_h_rtas(struct tce_lpar *lpar, struct tce_ra ra, struct tce_answer *ret_answer)
{
	struct tce_rtas_call call;
	uint64_t rets;
	uint32_t i;
	int err = 0;

	if (block_decode(lpar, ra, &call))
		err = tce_lpar_rtas(lpar, &call, ret_answer);
	else
		refuse_token(ret_answer);
	if (err != 0)
		return err;
	rets = ra.v + HEADER_CELLS * CELL + (uint32_t)(call.nargs * CELL);
	for (i = 0; i < ret_answer->nr_rets; i++)
		cell_write(lpar, cell_addr(rets, i), ret_answer->rets[i]);
	return 0;
}
