/* SPDX-License-Identifier: BSD-2-Clause */
/* pseries: events of the Linux half become calls of a tce_lpar. PowerNV: powernv.c. */
#include "platform.h"

#include <string.h>

#include "base/bits.h"

/* Where the per-CPU list page lies in the partition's memory; nothing else does. */
#define LIST_RA UINT64_C(0x10000)

/* --- pseries ------------------------------------------------------------------------------ */

static int read_list(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	struct tce_ops_platform *platform = ctx;

	if (ra.v < LIST_RA || ra.v - LIST_RA > sizeof(platform->list) - n)
		return -1;
	memcpy(buf, (const char *)platform->list + (ra.v - LIST_RA), n);
	return 0;
}

static int write_nothing(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	(void)ctx;
	(void)ra;
	(void)buf;
	(void)n;
	return -1;
}

static int put_indirect(struct tce_ops_platform *platform, const struct tce_ev_h_indirect *call,
			struct tce_answer *answer)
{
	uint64_t i;

	for (i = 0; i < call->count && i < 512; i++)
		tce_be64_set(&platform->list[i], call->first + i * call->step);
	return tce_lpar_h_put_tce_indirect(platform->lpar, call->liobn, call->ioba, call->list_ra,
					   call->count, answer);
}

static int lpar_call(struct tce_ops_platform *platform, const struct tce_event *event,
		     struct tce_answer *answer)
{
	const struct tce_ev_h_tce *h = &event->u.h_tce;

	switch (event->kind) {
	case TCE_EV_H_PUT_TCE:
		return tce_lpar_h_put_tce(platform->lpar, h->liobn, h->ioba, h->tce, answer);
	case TCE_EV_H_GET_TCE: return tce_lpar_h_get_tce(platform->lpar, h->liobn, h->ioba, answer);
	case TCE_EV_H_STUFF_TCE:
		return tce_lpar_h_stuff_tce(platform->lpar, h->liobn, h->ioba, h->tce, h->count,
					    answer);
	case TCE_EV_H_PUT_TCE_INDIRECT: return put_indirect(platform, &event->u.h_indirect, answer);
	default: return -TCE_ERR_UNSUPPORTED;
	}
}

static int emit(void *ctx, const struct tce_event *event, struct tce_outcome *ret_outcome)
{
	struct tce_ops_platform *platform = ctx;
	struct tce_outcome outcome;
	int err;

	memset(&outcome, 0, sizeof(outcome));
	err = lpar_call(platform, event, &outcome.answer);
	if (err == 0 && platform->on_hcall != NULL)
		err = platform->on_hcall(platform->hcall_ctx, event, &outcome);
	if (err == 0)
		*ret_outcome = outcome;
	return err;
}

/* A window of other than 4K pages is a dynamic one: made by RTAS beside the default window. */
static int create_dynamic(struct tce_lpar *lpar, const struct tce_phb_opts *phb,
			  const struct tce_iommu_table *tbl, uint64_t size)
{
	struct tce_rtas_call call = {.call = TCE_RTAS_CREATE, .nargs = 5, .nret = 4};
	struct tce_answer answer;
	int err;

	call.args[1] = (uint32_t)(phb->buid >> 32);
	call.args[2] = (uint32_t)phb->buid;
	call.args[3] = tbl->page_shift;
	call.args[4] = tce_log2_ceil(size);
	err = tce_lpar_rtas(lpar, &call, &answer);
	if (err == 0 && answer.status != TCE_RTAS_SUCCESS)
		err = -TCE_ERR_LIMIT;
	return err;
}

static int add_window(struct tce_lpar *lpar, const struct tce_ops_platform_opts *opts)
{
	const struct tce_iommu_table *tbl = opts->tbl;
	bool dynamic = tbl->page_shift != 12;
	struct tce_phb_opts phb;
	int err;

	tce_phb_opts_qemu(&phb, 0);
	phb.page_shifts = UINT64_C(1) << 12 | UINT64_C(1) << tbl->page_shift;
	phb.liobn[0] = dynamic ? tbl->index + 0x100 : tbl->index;
	phb.liobn[1] = dynamic ? tbl->index : tbl->index + 1;
	if (dynamic) {
		phb.dyn_win_addr = tbl->offset << tbl->page_shift;
	} else {
		phb.win_addr = tbl->offset << tbl->page_shift;
		phb.win_size = opts->size;
	}
	err = tce_lpar_phb_add(lpar, &phb);
	if (err == 0 && dynamic)
		err = create_dynamic(lpar, &phb, tbl, opts->size);
	return err;
}

int tce_ops_platform_init(struct tce_ops_platform *platform,
			  const struct tce_ops_platform_opts *opts)
{
	struct tce_memory memory = {.ctx = platform, .read = read_list, .write = write_nothing};
	struct tce_lpar_opts lpar_opts = {
		.profile = opts->profile, .alloc = opts->alloc, .memory = &memory};
	int err;

	memset(platform, 0, sizeof(*platform));
	err = tce_lpar_new(&lpar_opts, &platform->lpar);
	if (err != 0)
		return err;
	err = add_window(platform->lpar, opts);
	if (err != 0) {
		err = err == -TCE_ERR_NOMEM ? err : -TCE_ERR_LIMIT;
		tce_lpar_free(platform->lpar);
		platform->lpar = NULL;
	}
	platform->port.emit = emit;
	platform->port.emit_ctx = platform;
	platform->port.list_page = tce_ra(LIST_RA);
	return err;
}

/* --- both --------------------------------------------------------------------------------- */

void tce_ops_platform_fini(struct tce_ops_platform *platform)
{
	tce_lpar_free(platform->lpar);
	tce_ops_powernv_free(platform->pnv);
	platform->lpar = NULL;
	platform->pnv = NULL;
}

const struct tce_iommu_ops *tce_ops_platform_ops(struct tce_ops_platform *platform, void **ret_ctx)
{
	if (platform->pnv != NULL)
		return tce_ops_powernv_ops(platform->pnv, ret_ctx);
	*ret_ctx = &platform->port;
	return &tce_iommu_table_lpar_multi_ops;
}
