/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows as Linux keeps them: the lists, the properties, and the hypercalls that map or clear a
 * range of memory in one of them. Where the kernel's arithmetic drops the rest of a division, so
 * does this (D13).
 */
#include <string.h>

#include "base/bits.h"
#include "pseries.h"

#define WINDOW sizeof(struct tce_pseries_window)
#define NODE   sizeof(uint32_t)

/* Entries that one H_PUT_TCE_INDIRECT or H_STUFF_TCE carries here. */
#define MULTI_MAX 512U

/* --- lists -------------------------------------------------------------------------------- */

/* list_add puts the newest at the head. */
struct tce_pseries_window *tce_pseries_window_at(const struct tce_linux *lx, uint32_t i)
{
	const struct tce_vec *windows = &tce_pseries_of(lx)->windows;

	return i < windows->nr ? tce_vec_at(windows, windows->nr - 1 - i, WINDOW) : NULL;
}

struct tce_pseries_window *tce_pseries_window_find(const struct tce_linux *lx, uint32_t node)
{
	struct tce_pseries_window *window;

	for (uint32_t i = 0; (window = tce_pseries_window_at(lx, i)) != NULL; i++) {
		if (window->node == node)
			return window;
	}
	return NULL;
}

int tce_pseries_window_add(struct tce_linux_call *call, const struct tce_pseries_window *window)
{
	struct tce_vec *windows = &tce_pseries_of(call->lx)->windows;
	int err = tce_vec_reserve(windows, tce_machine_mem(call->machine), WINDOW, 1);

	if (err == 0)
		memcpy(tce_vec_insert(windows, windows->nr, WINDOW), window, WINDOW);
	return err;
}

void tce_pseries_window_del(struct tce_linux *lx, uint32_t node)
{
	struct tce_vec *windows = &tce_pseries_of(lx)->windows;

	for (uint32_t i = windows->nr; i > 0; i--) {
		const struct tce_pseries_window *window = tce_vec_at(windows, i - 1, WINDOW);

		if (window->node == node) {
			tce_vec_remove(windows, i - 1, 1, WINDOW);
			return;
		}
	}
}

bool tce_pseries_has_failed(const struct tce_linux *lx, uint32_t node)
{
	const struct tce_vec *failed = &tce_pseries_of(lx)->failed;

	for (uint32_t i = 0; i < failed->nr; i++) {
		if (*(const uint32_t *)tce_vec_at(failed, i, NODE) == node)
			return true;
	}
	return false;
}

int tce_pseries_fail(struct tce_linux_call *call, uint32_t node)
{
	struct tce_vec *failed = &tce_pseries_of(call->lx)->failed;
	int err;

	if (tce_pseries_has_failed(call->lx, node))
		return 0;
	err = tce_vec_reserve(failed, tce_machine_mem(call->machine), NODE, 1);
	if (err == 0)
		*(uint32_t *)tce_vec_insert(failed, failed->nr, NODE) = node;
	return err;
}

void tce_pseries_forgive(struct tce_linux *lx, uint32_t node)
{
	struct tce_vec *failed = &tce_pseries_of(lx)->failed;

	for (uint32_t i = failed->nr; i > 0; i--) {
		if (*(const uint32_t *)tce_vec_at(failed, i - 1, NODE) == node)
			tce_vec_remove(failed, i - 1, 1, NODE);
	}
}

/* --- properties --------------------------------------------------------------------------- */

bool tce_pseries_ddw_prop(const struct tce_state *st, uint32_t node, enum tce_prop which,
			  struct tce_ddw_prop *ret_prop)
{
	uint32_t len;
	const uint8_t *bytes = tce_node_prop(st, node, which, &len);

	if (bytes == NULL || len < TCE_DDW_PROP_BYTES)
		return false;
	tce_ddw_prop_decode(bytes, ret_prop);
	return true;
}

int tce_pseries_ddw_prop_set(struct tce_state *st, uint32_t node, enum tce_prop which,
			     const struct tce_ddw_prop *prop)
{
	uint8_t bytes[TCE_DDW_PROP_BYTES];

	tce_ddw_prop_encode(prop, bytes);
	return tce_node_prop_set(st, node, which, bytes, sizeof(bytes));
}

bool tce_pseries_default_prop(const struct tce_state *st, uint32_t node,
			      struct tce_dma_window *ret_window)
{
	const struct tce_node *n = tce_node_find(st, node);
	uint32_t len;
	const uint8_t *bytes = tce_node_prop(st, node, TCE_PROP_DMA_WINDOW, &len);

	if (bytes == NULL)
		return false;
	tce_dma_window_decode(bytes, len, n->addr_cells, n->size_cells, ret_window);
	return true;
}

/* --- ranges ------------------------------------------------------------------------------- */

/* A range of memory as entries of a window. */
struct entries {
	uint64_t liobn;
	uint64_t addr; /* real, of the first entry */
	uint64_t base; /* bus address of real address 0 */
	unsigned shift;
	uint64_t count;
};

/*
 * The first entry is the one that holds the start; how many follow is the kernel's division, which
 * forgets an end that fills no entry (D13).
 */
static struct entries entries_of(const struct tce_linux *lx, const struct tce_ddw_prop *win,
				 uint64_t start, uint64_t size)
{
	uint64_t tce = win->tce_shift < 64 ? UINT64_C(1) << win->tce_shift : 1;
	struct entries e = {.liobn = win->liobn, .base = win->dma_base, .shift = win->tce_shift};
	uint64_t bytes = size + (start & (tce - 1));

	e.addr = start & ~(tce - 1);
	if (!tce_linux_bug(lx, TCE_DEFECT_D13))
		bytes += tce - 1;
	e.count = e.shift < 64 ? bytes >> e.shift : 0;
	return e;
}

static int emit(struct tce_linux_call *call, const struct tce_event *event, int64_t *ret_rc)
{
	struct tce_outcome outcome;
	int err = tce_machine_call(call->machine, event, &outcome);

	if (err == 0)
		*ret_rc = outcome.answer.r3;
	return err;
}

static void advance(struct entries *e, uint64_t n)
{
	e->addr += n << e->shift;
	e->count -= n;
}

/* At least one call, with a count of 0 when there is nothing. */
static int set_lists(struct tce_linux_call *call, struct entries *e, struct tce_ra page,
		     int64_t *ret_rc)
{
	struct tce_event event = {.kind = TCE_EV_H_PUT_TCE_INDIRECT};
	struct tce_ev_h_indirect *ev = &event.u.h_indirect;
	int err;

	do {
		ev->liobn = e->liobn;
		ev->ioba = tce_ioba(e->base + e->addr);
		ev->count = e->count < MULTI_MAX ? e->count : MULTI_MAX;
		ev->first = e->addr | TCE_READ | TCE_WRITE;
		ev->step = UINT64_C(1) << e->shift;
		ev->list_ra = page;
		err = emit(call, &event, ret_rc);
		advance(e, ev->count);
	} while (err == 0 && e->count != 0 && *ret_rc == 0);
	return err;
}

/* Without H_PUT_TCE_INDIRECT, refusals are printed and nothing else: tce_build_pSeriesLP. */
static int set_singly(struct tce_linux_call *call, const struct tce_ddw_prop *win, uint64_t start,
		      uint64_t size, int64_t *ret_rc)
{
	struct tce_linux_env env;
	struct tce_iommu_table tbl = {.index = win->liobn, .page_shift = win->tce_shift};
	struct tce_iommu_build build = {.index = (start + win->dma_base) >> win->tce_shift,
					.npages = size >> win->tce_shift,
					.addr = start,
					.dir = TCE_DIR_BIDIRECTIONAL};

	*ret_rc = 0;
	if (build.npages == 0)
		return 0;
	tce_linux_env_init(call, 0, &env);
	return env.dma.ops->set(env.dma.ops_ctx, &tbl, &build, ret_rc);
}

int tce_pseries_setrange(struct tce_linux_call *call, const struct tce_ddw_prop *win,
			 uint64_t start, uint64_t size, int64_t *ret_rc)
{
	struct entries e = entries_of(call->lx, win, start, size);
	struct tce_linux_env env;

	tce_linux_env_init(call, 0, &env);
	if (env.port.pseries.no_put_indirect)
		return set_singly(call, win, start, size, ret_rc);
	return set_lists(call, &e, env.port.pseries.list_page, ret_rc);
}

int tce_pseries_clearrange(struct tce_linux_call *call, const struct tce_ddw_prop *win,
			   uint64_t start, uint64_t size, int64_t *ret_rc)
{
	struct entries e = entries_of(call->lx, win, start, size);
	struct tce_event event = {.kind = TCE_EV_H_STUFF_TCE};
	struct tce_ev_h_tce *ev = &event.u.h_tce;
	uint64_t calls;
	int err;

	do {
		ev->liobn = e.liobn;
		ev->ioba = tce_ioba(e.base + e.addr);
		ev->count = e.count < MULTI_MAX ? e.count : MULTI_MAX;
		err = tce_machine_stuff_on(call->machine, ev, e.count / MULTI_MAX, &calls);
		*ret_rc = 0;
		if (err == 0 && calls == 0)
			err = emit(call, &event, ret_rc);
		advance(&e, calls == 0 ? ev->count : calls * ev->count);
	} while (err == 0 && e.count != 0 && *ret_rc == 0);
	return err;
}

/* 1 << (window_shift - PAGE_SHIFT) kernel pages: none when the window is smaller than a page. */
int tce_pseries_clean(struct tce_linux_call *call, const struct tce_ddw_prop *win)
{
	bool some = win->window_shift >= call->lx->page_shift && win->window_shift < 64;
	int64_t rc;

	return tce_pseries_clearrange(call, win, 0, some ? UINT64_C(1) << win->window_shift : 0,
				      &rc);
}

/*
 * The 20-byte default window property, read as if it were one of Linux's own (D16): only the LIOBN
 * is right, the sizes are what lies there, the last one past the end.
 */
static void misread_default(const struct tce_state *st, uint32_t node, struct tce_ddw_prop *ret_win)
{
	uint8_t padded[TCE_DDW_PROP_BYTES] = {0};
	uint32_t len;
	const uint8_t *bytes = tce_node_prop(st, node, TCE_PROP_DMA_WINDOW, &len);

	memcpy(padded, bytes, len < sizeof(padded) ? len : sizeof(padded));
	tce_ddw_prop_decode(padded, ret_win);
	ret_win->tce_shift &= 63U;
}

static void default_as_ddw(const struct tce_linux_call *call, uint32_t node,
			   struct tce_ddw_prop *ret_win)
{
	struct tce_dma_window window;

	if (tce_linux_bug(call->lx, TCE_DEFECT_D16)) {
		misread_default(call->st, node, ret_win);
		return;
	}
	tce_pseries_default_prop(call->st, node, &window);
	ret_win->liobn = window.liobn;
	ret_win->dma_base = window.addr;
	ret_win->tce_shift = 12;
	ret_win->window_shift = tce_log2_ceil(window.size);
}

int tce_pseries_clean_default(struct tce_linux_call *call, uint32_t node)
{
	struct tce_ddw_prop win;

	default_as_ddw(call, node, &win);
	return tce_pseries_clean(call, &win);
}
