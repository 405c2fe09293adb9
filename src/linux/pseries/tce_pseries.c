/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercall patterns. A shortage (H_NOT_ENOUGH_RESOURCES) undoes what was set and is reported; any
 * other refusal is printed by the kernel and taken for success (D25). Without D25 it is reported
 * and undone like a shortage.
 */
#include "tce_pseries.h"

/* Entries one H_PUT_TCE_INDIRECT or H_STUFF_TCE carries. */
#define MULTI_MAX 512U

/* One pass over a range that is being set. */
struct builder {
	const struct tce_pseries_port *port;
	const struct tce_iommu_table *tbl;
	uint64_t index;  /* absolute, next to set */
	uint64_t npages; /* left */
	uint64_t tce;    /* of the next one */
	int64_t rc;      /* of the last call */
};

static int emit(const struct tce_pseries_port *port, const struct tce_event *event,
		struct tce_outcome *ret_outcome)
{
	return port->emit(port->emit_ctx, event, ret_outcome);
}

static struct tce_ioba ioba_of(const struct tce_iommu_table *tbl, uint64_t index)
{
	return tce_ioba(index << tbl->page_shift);
}

/* The device may always read what it may write. */
static uint64_t proto_tce(enum tce_dma_dir dir)
{
	return dir == TCE_DIR_TO_DEVICE ? TCE_READ : TCE_READ | TCE_WRITE;
}

/* A call on the entries from index on; its event says the rest. */
static int call_at(const struct tce_pseries_port *port, const struct tce_iommu_table *tbl,
		   uint64_t index, struct tce_event *event, int64_t *ret_rc)
{
	struct tce_outcome outcome;
	int err;

	event->u.h_tce.liobn = tbl->index;
	event->u.h_tce.ioba = ioba_of(tbl, index);
	err = emit(port, event, &outcome);
	if (err == 0)
		*ret_rc = outcome.answer.r3;
	return err;
}

static int put_one(const struct tce_pseries_port *port, const struct tce_iommu_table *tbl,
		   uint64_t index, uint64_t tce, int64_t *ret_rc)
{
	struct tce_event event = {.kind = TCE_EV_H_PUT_TCE};

	event.u.h_tce.tce = tce;
	return call_at(port, tbl, index, &event, ret_rc);
}

static int put_list(struct builder *b, uint64_t count)
{
	struct tce_event event = {.kind = TCE_EV_H_PUT_TCE_INDIRECT};
	struct tce_outcome outcome;
	int err;

	event.u.h_indirect.liobn = b->tbl->index;
	event.u.h_indirect.ioba = ioba_of(b->tbl, b->index);
	event.u.h_indirect.count = count;
	event.u.h_indirect.first = b->tce;
	event.u.h_indirect.step = UINT64_C(1) << b->tbl->page_shift;
	event.u.h_indirect.list_ra = b->port->list_page;
	err = emit(b->port, &event, &outcome);
	if (err == 0)
		b->rc = outcome.answer.r3;
	return err;
}

static int stuff(const struct tce_pseries_port *port, const struct tce_iommu_table *tbl,
		 uint64_t index, uint64_t count, int64_t *ret_rc)
{
	struct tce_event event = {.kind = TCE_EV_H_STUFF_TCE};

	event.u.h_tce.count = count;
	return call_at(port, tbl, index, &event, ret_rc);
}

/* Every entry by a call of its own; refusals do not stop it. */
static int free_single(const struct tce_pseries_port *port, const struct tce_iommu_table *tbl,
		       uint64_t index, uint64_t npages)
{
	int64_t rc;
	int err = 0;

	for (; npages != 0 && err == 0; npages--, index++)
		err = put_one(port, tbl, index, 0, &rc);
	return err;
}

/* By H_STUFF_TCE, until the first refusal. */
static int free_multi(const struct tce_pseries_port *port, const struct tce_iommu_table *tbl,
		      uint64_t index, uint64_t npages)
{
	uint64_t most = tce_kernel_bug(port->kernel, TCE_DEFECT_B6) ? npages : MULTI_MAX;
	uint64_t n;
	int64_t rc = 0;
	int err = 0;

	if (port->no_stuff)
		return free_single(port, tbl, index, npages);
	for (; npages != 0 && rc == 0 && err == 0; npages -= n, index += n) {
		n = npages < most ? npages : most;
		err = stuff(port, tbl, index, n, &rc);
	}
	return err;
}

static bool must_undo(const struct builder *b)
{
	return b->rc == TCE_H_NOT_ENOUGH_RESOURCES ||
	       (b->rc != 0 && !tce_kernel_bug(b->port->kernel, TCE_DEFECT_D25));
}

static void advance(struct builder *b, uint64_t n)
{
	b->index += n;
	b->npages -= n;
	b->tce += n << b->tbl->page_shift;
}

static int build_single(struct builder *b, uint64_t start)
{
	int err;

	for (; b->npages != 0; advance(b, 1)) {
		err = put_one(b->port, b->tbl, b->index, b->tce, &b->rc);
		if (err != 0)
			return err;
		if (must_undo(b))
			return free_single(b->port, b->tbl, start, b->index - start);
	}
	b->rc = 0;
	return 0;
}

static int build_multi(struct builder *b, uint64_t start)
{
	uint64_t n;
	int err;

	for (; b->npages != 0 && b->rc == 0; advance(b, n)) {
		n = b->npages < MULTI_MAX ? b->npages : MULTI_MAX;
		err = put_list(b, n);
		if (err != 0)
			return err;
		if (must_undo(b))
			return free_multi(b->port, b->tbl, start, b->index - start);
	}
	b->rc = 0;
	return 0;
}

static int lpar_set(void *ctx, const struct tce_iommu_table *tbl,
		    const struct tce_iommu_build *what, int64_t *ret_rc)
{
	const struct tce_pseries_port *port = ctx;
	struct builder b = {.port = port, .tbl = tbl, .index = what->index, .npages = what->npages};
	int err;

	b.tce = what->addr | proto_tce(what->dir);
	if (what->npages == 1 || port->no_put_indirect)
		err = build_single(&b, what->index);
	else
		err = build_multi(&b, what->index);
	if (err == 0)
		*ret_rc = b.rc;
	return err;
}

static int lpar_clear(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	return free_multi(ctx, tbl, index, npages);
}

/*
 * H_GET_TCE. A refusal is printed and the register taken all the same; r4 still holds the LIOBN
 * that the call was made with (measured: recordings/dma-api wodd-*, 0x80000000).
 */
static int lpar_get(void *ctx, const struct tce_iommu_table *tbl, uint64_t index, uint64_t *ret_tce)
{
	struct tce_event event = {.kind = TCE_EV_H_GET_TCE};
	struct tce_outcome outcome;
	int err;

	event.u.h_tce.liobn = tbl->index;
	event.u.h_tce.ioba = ioba_of(tbl, index);
	err = emit(ctx, &event, &outcome);
	if (err == 0)
		*ret_tce = outcome.answer.r3 == TCE_H_SUCCESS ? outcome.answer.r4 : tbl->index;
	return err;
}

static uint64_t lpar_skip(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
			  uint64_t npages)
{
	const struct tce_pseries_port *port = ctx;

	if (port->skip == NULL)
		return 0;
	return port->skip(port->emit_ctx, tbl->index, ioba_of(tbl, index), npages);
}

/* What the hypervisor answered goes up as if it were an errno. */
static int errno_of(int64_t rc)
{
	return rc < -4095 || rc > 0 ? -TCE_EIO : (int)rc;
}

static enum tce_dma_dir dir_of(uint64_t tce)
{
	switch (tce & (TCE_READ | TCE_WRITE)) {
	case TCE_READ: return TCE_DIR_TO_DEVICE;
	case TCE_WRITE: return TCE_DIR_FROM_DEVICE;
	case 0: return TCE_DIR_NONE;
	default: return TCE_DIR_BIDIRECTIONAL;
	}
}

/* H_GET_TCE, then H_PUT_TCE; nothing is cached in front of them. Source: tce_exchange_pseries. */
static int lpar_xchg(void *ctx, const struct tce_iommu_table *tbl, uint64_t index,
		     struct tce_iommu_entry *entry, int *ret_errno)
{
	struct tce_event event = {.kind = TCE_EV_H_GET_TCE};
	uint64_t fresh = entry->dir == TCE_DIR_NONE ? 0 : entry->addr | proto_tce(entry->dir);
	struct tce_outcome outcome;
	int64_t rc = 0;
	int err;

	event.u.h_tce.liobn = tbl->index;
	event.u.h_tce.ioba = ioba_of(tbl, index);
	err = emit(ctx, &event, &outcome);
	if (err == 0 && outcome.answer.r3 == TCE_H_SUCCESS)
		err = put_one(ctx, tbl, index, fresh, &rc);
	else if (err == 0)
		rc = outcome.answer.r3;
	if (err != 0)
		return err;
	*ret_errno = errno_of(rc);
	if (rc != 0)
		return 0;
	entry->addr = outcome.answer.r4 & ~(uint64_t)(TCE_READ | TCE_WRITE);
	entry->dir = dir_of(outcome.answer.r4);
	return 0;
}

const struct tce_iommu_ops tce_iommu_table_lpar_multi_ops = {
	.set = lpar_set,
	.clear = lpar_clear,
	.get = lpar_get,
	.skip = lpar_skip,
	.xchg_no_kill = lpar_xchg,
};
