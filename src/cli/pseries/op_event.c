/* SPDX-License-Identifier: BSD-2-Clause */
/* Between steps and events. See op_event.h. */
#include <stdio.h>
#include <string.h>

#include "base/bits.h"

#include "op_event.h"

/* --- steps to events ---------------------------------------------------------------------- */

static void list_to_event(const struct tce_op *op, struct tce_ev_h_indirect *ev,
			  struct tce_op_list *list)
{
	const struct tce_op_hcall *hcall = &op->hcall;

	if (!tce_op_has_list(op)) {
		ev->list_ra = tce_ra(hcall->args[2]);
		return;
	}
	ev->first = hcall->values[0];
	ev->step = hcall->step;
	/* A longer list is refused before anybody looks at it. */
	if (hcall->nr_values == 1 || !ev->count || ev->count > 512)
		return;
	for (uint64_t i = 0; i < ev->count; i++)
		tce_be64_set(&list->entry[i], tce_op_list_entry(hcall, i));
	ev->list = list->entry;
	ev->first = ev->step = 0;
}

static bool hcall_to_event(const struct tce_op *op, struct tce_event *event,
			   struct tce_op_list *list)
{
	const uint64_t *args = op->hcall.args;

	switch (op->hcall.token) {
	case TCE_H_PUT_TCE: event->kind = TCE_EV_H_PUT_TCE; break;
	case TCE_H_GET_TCE: event->kind = TCE_EV_H_GET_TCE; break;
	case TCE_H_STUFF_TCE: event->kind = TCE_EV_H_STUFF_TCE; break;
	case TCE_H_PUT_TCE_INDIRECT:
		event->kind = TCE_EV_H_PUT_TCE_INDIRECT;
		event->u.h_indirect.liobn = args[0];
		event->u.h_indirect.ioba = tce_ioba(args[1]);
		event->u.h_indirect.count = args[3];
		list_to_event(op, &event->u.h_indirect, list);
		return true;
	default: return false;
	}
	event->u.h_tce.liobn = args[0];
	event->u.h_tce.ioba = tce_ioba(args[1]);
	if (event->kind != TCE_EV_H_GET_TCE)
		event->u.h_tce.tce = args[2];
	if (event->kind == TCE_EV_H_STUFF_TCE)
		event->u.h_tce.count = args[3];
	return true;
}

static bool rtas_to_event(const struct tce_op_rtas *op, const struct tce_papr_profile *profile,
			  struct tce_event *event)
{
	struct tce_rtas_call *call = &event->u.rtas.call;
	uint32_t n = op->nargs < TCE_OP_NR_CELLS ? op->nargs : TCE_OP_NR_CELLS;
	bool known = false;

	event->kind = TCE_EV_RTAS;
	call->call = TCE_RTAS_QUIESCE;
	for (int i = 0; i < TCE_NR_RTAS; i++) {
		if (op->token && tce_rtas_token(profile, (enum tce_rtas)i) == op->token) {
			call->call = (enum tce_rtas)i;
			known = true;
		}
	}
	call->nargs = op->nargs;
	call->nret = op->nret;
	memcpy(call->args, op->cells, n * sizeof(call->args[0]));
	return known && op->block == TCE_BLOCK_SLOT && !op->at;
}

static void dma_to_event(const struct tce_op_dma *op, struct tce_event *event)
{
	event->kind = TCE_EV_DMA;
	event->u.dma.dev = (uint16_t)op->device;
	event->u.dma.map = TCE_NO_ID;
	event->u.dma.addr = op->addr;
	event->u.dma.len = op->len;
	event->u.dma.access = op->write ? TCE_WRITE : TCE_READ;
}

bool tce_op_to_event(const struct tce_op *op, const struct tce_papr_profile *profile,
		     struct tce_event *ret_event, struct tce_op_list *list)
{
	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->kind = TCE_EV_H_PUT_TCE;
	switch (op->kind) {
	case TCE_OP_HCALL: return hcall_to_event(op, ret_event, list);
	case TCE_OP_RTAS: return rtas_to_event(&op->rtas, profile, ret_event);
	case TCE_OP_DMA: dma_to_event(&op->dma, ret_event); return true;
	case TCE_OP_CAS: ret_event->kind = TCE_EV_CAS; return true;
	case TCE_OP_RESET: ret_event->kind = TCE_EV_RESET; return true;
	case TCE_OP_SAVE: ret_event->kind = TCE_EV_SAVE; return true;
	case TCE_OP_LOAD: ret_event->kind = TCE_EV_LOAD; return true;
	case TCE_OP_PLUG: tce_op_phb_event(&op->phb, ret_event); return true;
	case TCE_OP_UNPLUG:
		ret_event->kind = TCE_EV_PHB_UNPLUG;
		ret_event->u.id.id = (uint16_t)op->index;
		return true;
	default: return false;
	}
}

void tce_op_outcome(const struct tce_op *op, const struct tce_expected *expect,
		    struct tce_outcome *ret_outcome)
{
	memset(ret_outcome, 0, sizeof(*ret_outcome));
	ret_outcome->abort = expect->abort;
	ret_outcome->answer = expect->answer;
	ret_outcome->value = expect->answer.r4;
	if (op->kind == TCE_OP_DMA)
		ret_outcome->dma = expect->dma;
}

/* --- the machine -------------------------------------------------------------------------- */

void tce_op_phb_event(const struct tce_qemu_phb *phb, struct tce_event *ret_event)
{
	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->kind = TCE_EV_PHB_PLUG;
	ret_event->u.phb_plug.phb = (uint16_t)phb->index;
	tce_qemu_phb_opts(phb, &ret_event->u.phb_plug.papr);
}

void tce_op_edu_event(unsigned i, struct tce_event *ret_event)
{
	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->kind = TCE_EV_DEVICE_PLUG;
	ret_event->u.device_plug.dev = (uint16_t)i;
	ret_event->u.device_plug.parent = TCE_NO_ID;
	ret_event->u.device_plug.devfn = (uint8_t)((i + 1) << 3);
}

void tce_op_vio_event(const struct tce_qemu_config *config, unsigned i, struct tce_event *ret_event)
{
	memset(ret_event, 0, sizeof(*ret_event));
	ret_event->kind = TCE_EV_VIO_PLUG;
	ret_event->u.vio_plug.dev = (uint16_t)(TCE_OP_VIO_ID + i);
	ret_event->u.vio_plug.papr.unit = config->vio[i].unit;
}

/* Names are few: they are written down once. */
static const char *name_of(void *ctx, enum tce_object object, uint16_t id)
{
	static const char *const edu[TCE_MODEL_NR_EDU] = {"edu0", "edu1", "edu2", "edu3",
							  "edu4", "edu5", "edu6", "edu7"};
	static char phb[32][8];
	const struct tce_qemu_config *config = (const struct tce_qemu_config *)ctx;

	if (object == TCE_OBJ_PHB && id < 32) {
		snprintf(phb[id], sizeof(phb[id]), "phb%u", id);
		return phb[id];
	}
	if (object == TCE_OBJ_DEV && id < TCE_MODEL_NR_EDU)
		return edu[id];
	if (object == TCE_OBJ_DEV && id - TCE_OP_VIO_ID < config->nr_vio)
		return config->vio[id - TCE_OP_VIO_ID].lan ? "vlan" : "vscsi";
	return NULL;
}

struct tce_names tce_op_names(const struct tce_qemu_config *config)
{
	return (struct tce_names){.ctx = (void *)(uintptr_t)config, .name = name_of};
}

/* --- events to steps ---------------------------------------------------------------------- */

static uint64_t or_default(uint64_t value, uint64_t otherwise)
{
	return value ? value : otherwise;
}

const char *tce_op_read_phb(const struct tce_event *event, struct tce_qemu_phb *ret_phb)
{
	const struct tce_phb_opts *papr = &event->u.phb_plug.papr;
	unsigned index =
		papr->buid ? (unsigned)(papr->buid - tce_qemu_buid(0)) : event->u.phb_plug.phb;
	struct tce_qemu_phb phb = tce_qemu_phb_default(index);
	uint32_t liobn = 0x80000000U | index << 8;

	if (index > 30)
		return "QEMU has bridges 0 to 30";
	if ((papr->buid && papr->buid != tce_qemu_buid(index)) ||
	    (papr->liobn[0] && papr->liobn[0] != liobn) ||
	    (papr->liobn[1] && papr->liobn[1] != (liobn | 1)))
		return "QEMU gives this bridge another BUID or other LIOBNs";
	if (papr->largest_block || papr->no_extensions || papr->no_default_window ||
	    papr->max_windows)
		return "QEMU has no bridge like this";
	phb.ddw = !papr->no_ddw;
	phb.pgsz = or_default(papr->page_shifts, phb.pgsz);
	phb.dma_win_addr = or_default(papr->win_addr, phb.dma_win_addr);
	phb.dma_win_size = or_default(papr->win_size, phb.dma_win_size);
	phb.dma64_win_addr = or_default(papr->dyn_win_addr, phb.dma64_win_addr);
	*ret_phb = phb;
	return NULL;
}

/* The shortest cycle of at most TCE_OP_NR_VALUES that gives the list. */
static bool list_to_op(const struct tce_be64 *list, uint64_t count, struct tce_op_hcall *op)
{
	uint64_t most = count < TCE_OP_NR_VALUES ? count : TCE_OP_NR_VALUES;

	for (unsigned n = 1; n <= most; n++) {
		bool same = true;

		op->nr_values = n;
		for (unsigned i = 0; i < n; i++)
			op->values[i] = tce_be64_get(&list[i]);
		op->step = n < count ? tce_be64_get(&list[n]) - op->values[0] : 0;
		for (uint64_t i = n; i < count && same; i++)
			same = tce_be64_get(&list[i]) == tce_op_list_entry(op, i);
		if (same)
			return true;
	}
	return false;
}

static const char *indirect_to_op(const struct tce_ev_h_indirect *ev, struct tce_op *op)
{
	op->kind = TCE_OP_HCALL;
	op->hcall.token = TCE_H_PUT_TCE_INDIRECT;
	op->hcall.args[0] = ev->liobn;
	op->hcall.args[1] = ev->ioba.v;
	op->hcall.args[2] = ev->list_ra.v ? ev->list_ra.v : TCE_OP_LIST_AUTO;
	op->hcall.args[3] = ev->count;
	op->hcall.nr_values = 1;
	op->hcall.values[0] = ev->first;
	op->hcall.step = ev->step;
	if (ev->list && !list_to_op(ev->list, ev->count, &op->hcall))
		return "a list here repeats at most four TCEs, each time a step further";
	return NULL;
}

static void tce_call_to_op(const struct tce_event *event, uint64_t token, struct tce_op *op)
{
	op->kind = TCE_OP_HCALL;
	op->hcall.token = token;
	op->hcall.args[0] = event->u.h_tce.liobn;
	op->hcall.args[1] = event->u.h_tce.ioba.v;
	op->hcall.args[2] = event->u.h_tce.tce;
	op->hcall.args[3] = event->u.h_tce.count;
}

/* All of QEMU's profiles have the same tokens. */
static void rtas_to_op(const struct tce_rtas_call *call, struct tce_op *op)
{
	op->kind = TCE_OP_RTAS;
	op->rtas.token = tce_rtas_token(tce_papr_profile_find("qemu"), call->call);
	op->rtas.nargs = call->nargs;
	op->rtas.nret = call->nret;
	memcpy(op->rtas.cells, call->args, sizeof(op->rtas.cells));
	op->rtas.block = TCE_BLOCK_SLOT;
}

static const char *dma_to_op(const struct tce_ev_dma *ev, struct tce_op *op)
{
	op->kind = TCE_OP_DMA;
	op->dma.device = ev->dev;
	op->dma.write = ev->access == TCE_WRITE;
	op->dma.addr = ev->addr;
	op->dma.len = (unsigned)ev->len;
	if (ev->map != TCE_NO_ID || ev->access == (TCE_READ | TCE_WRITE))
		return "a device here reads or writes at a bus address";
	if (!ev->len || ev->len > TCE_MODEL_EDU_BYTES)
		return "a device here moves 1 to 256 bytes";
	return NULL;
}

static const char *plug_to_op(const struct tce_event *event, struct tce_op *op)
{
	const char *why = tce_op_read_phb(event, &op->phb);

	op->kind = TCE_OP_PLUG;
	op->phb.plugged = true;
	return why;
}

const char *tce_op_from_event(const struct tce_event *event, struct tce_op *ret_op)
{
	memset(ret_op, 0, sizeof(*ret_op));
	switch (event->kind) {
	case TCE_EV_H_PUT_TCE: tce_call_to_op(event, TCE_H_PUT_TCE, ret_op); return NULL;
	case TCE_EV_H_GET_TCE: tce_call_to_op(event, TCE_H_GET_TCE, ret_op); return NULL;
	case TCE_EV_H_STUFF_TCE: tce_call_to_op(event, TCE_H_STUFF_TCE, ret_op); return NULL;
	case TCE_EV_H_PUT_TCE_INDIRECT: return indirect_to_op(&event->u.h_indirect, ret_op);
	case TCE_EV_RTAS: rtas_to_op(&event->u.rtas.call, ret_op); return NULL;
	case TCE_EV_DMA: return dma_to_op(&event->u.dma, ret_op);
	case TCE_EV_PHB_PLUG: return plug_to_op(event, ret_op);
	case TCE_EV_PHB_UNPLUG:
		ret_op->kind = TCE_OP_UNPLUG;
		ret_op->index = event->u.id.id;
		return NULL;
	case TCE_EV_CAS: ret_op->kind = TCE_OP_CAS; return NULL;
	case TCE_EV_RESET: ret_op->kind = TCE_OP_RESET; return NULL;
	case TCE_EV_SAVE: ret_op->kind = TCE_OP_SAVE; return NULL;
	case TCE_EV_LOAD: ret_op->kind = TCE_OP_LOAD; return NULL;
	default: return "QEMU alone cannot do this";
	}
}
