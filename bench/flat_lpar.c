/* SPDX-License-Identifier: BSD-2-Clause */
#include "flat_lpar.h"

#include <string.h>

#include "base/bits.h"

static unsigned slot_of(uint64_t liobn)
{
	return (unsigned)(liobn ^ liobn >> 7) % FLAT_SLOTS;
}

static void window_init(struct flat_lpar *lpar, unsigned i, uint64_t start)
{
	struct flat_window *win = &lpar->window[i];

	win->liobn = UINT64_C(0x80000000) | i;
	win->start = start;
	lpar->by_liobn[slot_of(win->liobn)] = win;
}

void flat_lpar_init(struct flat_lpar *lpar, const struct tce_memory *memory, uint64_t *entries,
		    unsigned page_shift, uint64_t nr_entries, uint64_t *dyn_entries)
{
	memset(lpar, 0, sizeof(*lpar));
	lpar->buid = UINT64_C(0x800000020000000);
	lpar->memory = *memory;
	window_init(lpar, 0, 0);
	window_init(lpar, 1, UINT64_C(1) << 59);
	flat_init(&lpar->window[0].table, 12, UINT64_C(1) << 18, entries);
	flat_init(&lpar->window[1].table, page_shift, nr_entries, dyn_entries);
}

static struct flat_window *find(struct flat_lpar *lpar, uint64_t liobn)
{
	struct flat_window *win = lpar->by_liobn[slot_of(liobn)];

	return win != NULL && win->liobn == liobn ? win : NULL;
}

static int answer(struct tce_answer *ret, int64_t r3, enum tce_refusal why, uint64_t nr_stored)
{
	*ret = (struct tce_answer){.refusal = why, .r3 = r3, .nr_stored = nr_stored};
	return 0;
}

static int refuse(struct tce_answer *ret, enum tce_refusal why)
{
	return answer(ret, TCE_H_PARAMETER, why, 0);
}

static uint64_t index_of(const struct flat_window *win, struct tce_ioba ioba)
{
	return ((ioba.v & ~win->table.page_mask) - win->start) >> win->table.page_shift;
}

int flat_h_put_tce(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba, uint64_t tce,
		   struct tce_answer *ret_answer)
{
	struct flat_window *win = find(lpar, liobn);

	if (win == NULL)
		return refuse(ret_answer, TCE_REFUSED_LIOBN_UNKNOWN);
	if (flat_put(&win->table, index_of(win, ioba), tce, NULL) != 0)
		return refuse(ret_answer, TCE_REFUSED_IOBA_PAST_END);
	return answer(ret_answer, 0, TCE_REFUSED_NOT, 1);
}

int flat_h_get_tce(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
		   struct tce_answer *ret_answer)
{
	struct flat_window *win = find(lpar, liobn);
	uint64_t index;

	if (win == NULL)
		return refuse(ret_answer, TCE_REFUSED_LIOBN_UNKNOWN);
	index = index_of(win, ioba);
	if (index >= win->table.nr_entries)
		return refuse(ret_answer, TCE_REFUSED_IOBA_PAST_END);
	answer(ret_answer, 0, TCE_REFUSED_NOT, 0);
	ret_answer->r4 = __atomic_load_n(&win->table.entry[index], __ATOMIC_RELAXED);
	return 0;
}

/* What both multi-TCE calls end with: as many as fit, then a refusal. */
static int store(struct flat_window *win, struct tce_ioba ioba, const struct tce_be64 *list,
		 uint64_t tce, uint64_t count, struct tce_answer *ret_answer)
{
	uint64_t index = index_of(win, ioba);
	uint64_t nr = count;

	if (index >= win->table.nr_entries)
		return refuse(ret_answer, TCE_REFUSED_IOBA_PAST_END);
	if (count == 0)
		return refuse(ret_answer, TCE_REFUSED_COUNT_ZERO);
	if (nr > win->table.nr_entries - index)
		nr = win->table.nr_entries - index;
	if (list != NULL)
		(void)flat_put_list(&win->table, index, list, nr);
	else
		(void)flat_stuff(&win->table, index, tce, nr);
	if (nr < count)
		return answer(ret_answer, TCE_H_PARAMETER, TCE_REFUSED_RANGE_PAST_END, nr);
	return answer(ret_answer, 0, TCE_REFUSED_NOT, nr);
}

int flat_h_put_tce_indirect(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba,
			    struct tce_ra list, uint64_t count, struct tce_answer *ret_answer)
{
	struct flat_window *win = find(lpar, liobn);
	struct tce_be64 entries[512];

	if (win == NULL)
		return refuse(ret_answer, TCE_REFUSED_LIOBN_UNKNOWN);
	if (count > 512)
		return refuse(ret_answer, TCE_REFUSED_COUNT_LIMIT);
	if ((list.v & 0xfff) != 0)
		return refuse(ret_answer, TCE_REFUSED_LIST_UNALIGNED);
	if (count != 0 &&
	    lpar->memory.read(lpar->memory.ctx, list, entries, (size_t)count * 8) != 0)
		memset(entries, 0, sizeof(entries));
	return store(win, ioba, entries, 0, count, ret_answer);
}

int flat_h_stuff_tce(struct flat_lpar *lpar, uint64_t liobn, struct tce_ioba ioba, uint64_t tce,
		     uint64_t count, struct tce_answer *ret_answer)
{
	struct flat_window *win = find(lpar, liobn);

	if (win == NULL)
		return refuse(ret_answer, TCE_REFUSED_LIOBN_UNKNOWN);
	if (count > win->table.nr_entries)
		return refuse(ret_answer, TCE_REFUSED_COUNT_LIMIT);
	return store(win, ioba, NULL, tce, count, ret_answer);
}

void flat_dma(const struct flat_lpar *lpar, const struct tce_dma *dma, struct tce_dma_out *ret_out)
{
	unsigned i = 2;

	*ret_out = (struct tce_dma_out){.result = TCE_DMA_NO_BUS};
	if (dma->vio || dma->bus != lpar->buid)
		return;
	ret_out->result = TCE_DMA_NO_WINDOW;
	while (i-- > 0) {
		const struct flat_window *win = &lpar->window[i];
		uint64_t offset = dma->addr - win->start;

		if (offset >= win->table.nr_entries << win->table.page_shift)
			continue;
		ret_out->liobn = win->liobn;
		ret_out->result = flat_translate(&win->table, offset, dma->access, &ret_out->xlate)
					  ? TCE_DMA_OK
					  : TCE_DMA_FAULT;
		return;
	}
}
