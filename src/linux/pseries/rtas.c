/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The RTAS calls of Dynamic DMA Windows as Linux makes them: arguments, retries, what it reads from
 * the answer. Firmware knows a PE by the address of the device that asks and its bridge's BUID.
 */
#include <string.h>

#include "base/bits.h"
#include "pseries.h"

/* rtas_busy_delay waits and asks again for ever; no modelled firmware is busy that often. */
#define BUSY_MAX 1000U

/* DDW_EXT_RESET_DMA_WIN, DDW_EXT_QUERY_OUT_SIZE, DDW_EXT_LIMITED_ADDR_MODE. */
#define EXT_RESET       1U
#define EXT_QUERY_CELLS 2U

bool tce_pseries_ext(const struct tce_state *st, uint32_t node, unsigned index, uint32_t *ret_cell)
{
	uint32_t len, count;
	const uint8_t *bytes = tce_node_prop(st, node, TCE_PROP_DDW_EXTENSIONS, &len);

	return bytes != NULL && tce_prop_cell(bytes, len, 0, &count) && count >= index &&
	       tce_prop_cell(bytes, len, index, ret_cell);
}

bool tce_pseries_ddw_applicable(const struct tce_state *st, uint32_t node)
{
	uint32_t len;

	return tce_node_prop(st, node, TCE_PROP_DDW_APPLICABLE, &len) != NULL && len >= 12;
}

/* The BUID that the kernel gives is its bridge's, also for a PE of its own below it. */
static void address(const struct tce_state *st, const struct tce_pseries_asker *asker,
		    struct tce_rtas_call *call)
{
	const struct tce_dev *dev = tce_dev_find(st, asker->dev);
	uint64_t buid = tce_phb_find(st, dev->phb)->papr.buid;

	call->args[0] = tce_dev_config_addr(dev);
	call->args[1] = (uint32_t)(buid >> 32);
	call->args[2] = (uint32_t)buid;
}

static int make(struct tce_linux_call *call, const struct tce_rtas_call *rtas,
		struct tce_answer *ret_answer)
{
	struct tce_event event = {.kind = TCE_EV_RTAS};
	struct tce_outcome outcome;
	int err;

	event.u.rtas.call = *rtas;
	err = tce_machine_call(call->machine, &event, &outcome);
	if (err != 0)
		return err;
	call->refusal = outcome.answer.refusal;
	*ret_answer = outcome.answer;
	return 0;
}

static bool is_ok(const struct tce_answer *answer)
{
	return answer->r3 == TCE_H_SUCCESS && answer->status == TCE_RTAS_SUCCESS;
}

static bool is_busy(const struct tce_answer *answer)
{
	return answer->status == TCE_RTAS_BUSY ||
	       (answer->status >= 9900 && answer->status <= 9905);
}

/* Five or six return cells: with six the block has 64 bits. B25 knows five only. */
static void read_query(const struct tce_linux *lx, const struct tce_answer *answer,
		       struct tce_pseries_query *ret_query)
{
	const uint32_t *cell = answer->rets;

	ret_query->windows = cell[1];
	if (answer->nr_rets < 6 || tce_linux_bug(lx, TCE_DEFECT_B25)) {
		ret_query->block = cell[2];
		ret_query->page_mask = cell[3];
	} else {
		ret_query->block = (uint64_t)cell[2] << 32 | cell[3];
		ret_query->page_mask = cell[4];
	}
}

static bool asks_for_six_cells(const struct tce_linux_call *call, uint32_t node)
{
	uint32_t flag;

	return tce_linux_has(call->lx, TCE_KF_QUERY_64BIT) &&
	       tce_pseries_ext(call->st, node, EXT_QUERY_CELLS, &flag) && flag == 1;
}

int tce_pseries_rtas_query(struct tce_linux_call *call, const struct tce_pseries_asker *asker,
			   struct tce_pseries_query *ret_query, bool *ret_ok)
{
	struct tce_rtas_call rtas = {.call = TCE_RTAS_QUERY, .nargs = 3, .nret = 5};
	struct tce_answer answer;
	int err;

	if (asks_for_six_cells(call, asker->node))
		rtas.nret = 6;
	address(call->st, asker, &rtas);
	err = make(call, &rtas, &answer);
	if (err != 0)
		return err;
	*ret_ok = is_ok(&answer);
	memset(ret_query, 0, sizeof(*ret_query));
	if (*ret_ok)
		read_query(call->lx, &answer, ret_query);
	return 0;
}

int tce_pseries_rtas_create(struct tce_linux_call *call, const struct tce_pseries_asker *asker,
			    struct tce_ddw_prop *window, bool *ret_ok)
{
	struct tce_rtas_call rtas = {.call = TCE_RTAS_CREATE, .nargs = 5, .nret = 4};
	struct tce_answer answer;
	unsigned tries = 0;
	int err;

	address(call->st, asker, &rtas);
	rtas.args[3] = window->tce_shift;
	rtas.args[4] = window->window_shift;
	do {
		err = make(call, &rtas, &answer);
	} while (err == 0 && is_busy(&answer) && ++tries < BUSY_MAX);
	if (err != 0)
		return err;
	*ret_ok = is_ok(&answer);
	if (*ret_ok) {
		window->liobn = answer.rets[1];
		window->dma_base = (uint64_t)answer.rets[2] << 32 | answer.rets[3];
	}
	return 0;
}

int tce_pseries_rtas_remove(struct tce_linux_call *call, uint32_t liobn)
{
	struct tce_rtas_call rtas = {.call = TCE_RTAS_REMOVE, .nargs = 1, .nret = 1};
	struct tce_answer answer;

	rtas.args[0] = liobn;
	return make(call, &rtas, &answer);
}

int tce_pseries_rtas_reset(struct tce_linux_call *call, const struct tce_pseries_asker *asker,
			   bool limited, bool *ret_ok)
{
	struct tce_rtas_call rtas = {.call = TCE_RTAS_RESET, .nargs = 3, .nret = 1};
	struct tce_answer answer;
	uint32_t token;
	int err;

	*ret_ok = false;
	if (!tce_pseries_ext(call->st, asker->node, EXT_RESET, &token))
		return 0;
	address(call->st, asker, &rtas);
	if (limited) {
		rtas.nargs = 4;
		rtas.args[3] = 1;
	}
	err = make(call, &rtas, &answer);
	if (err == 0)
		*ret_ok = is_ok(&answer);
	return err;
}
