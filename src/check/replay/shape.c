/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay, making the model's windows be what the recording shows although no recorded call made
 * them so. The model has no "set state": a bridge is unplugged, plugged again with the wanted
 * default window, and the calls that a guest would have made to get there are made. Entries are
 * carried over.
 */
#include "base/bits.h"
#include "replay.h"

/* Where a window that is created beside another one begins. */
static uint64_t dyn_addr(const struct tce_replay *r)
{
	return r->profile->dyn_win_addr;
}

int tce_replay_read_list(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	const struct tce_rlist *list = &((struct tce_replay *)ctx)->list;
	uint64_t at = (ra.v - list->ra) / 8;
	uint8_t *out = buf;

	if (ra.v < list->ra || (ra.v - list->ra) % 8 != 0 || n % 8 != 0 || at + n / 8 > list->count)
		return -1;
	for (size_t i = 0; i < n / 8; i++)
		tce_be64_store(out + 8 * i, list->first + (at + i) * list->step);
	return 0;
}

/* At most TCE_REPLAY_INDIRECT entries of a run, through a list. */
static int put_list(struct tce_replay *r, struct tce_rwin *w, const struct tce_run *run)
{
	struct tce_answer answer;

	r->list.ra = 0;
	r->list.first = run->first;
	r->list.step = run->step;
	r->list.count = run->count;
	return tce_lpar_h_put_tce_indirect(r->lpar, w->liobn,
					   tce_ioba(tce_rwin_ioba(w, run->index)), tce_ra(0),
					   run->count, &answer);
}

/* As much of a run as one call takes; *ret_end: the entry behind. */
static int put_run(struct tce_replay *r, struct tce_rwin *w, struct tce_run *run, uint64_t *ret_end)
{
	bool stuff =
		run->step == 0 && r->profile->stuff_limit == 0 && !r->profile->stuff_perm_refused;
	struct tce_answer answer;

	if (!stuff && run->count > TCE_REPLAY_INDIRECT)
		run->count = TCE_REPLAY_INDIRECT;
	*ret_end = run->index + run->count;
	if (!stuff)
		return put_list(r, w, run);
	return tce_lpar_h_stuff_tce(r->lpar, w->liobn, tce_ioba(tce_rwin_ioba(w, run->index)),
				    run->first, run->count, &answer);
}

int tce_replay_fill(struct tce_replay *r, struct tce_rwin *w, const struct tce_table *table)
{
	struct tce_run run;
	uint64_t at = 0;
	int err = 0;

	w->gap_end = 0;
	while (err == 0 && at < w->nr && tce_table_next_run(table, at, &run) && run.index < w->nr) {
		if (run.count > w->nr - run.index)
			run.count = w->nr - run.index;
		err = put_run(r, w, &run, &at);
	}
	return err;
}

int tce_replay_adopt(struct tce_replay *r, struct tce_rwin *w, uint64_t index, uint64_t tce,
		     uint64_t mark)
{
	struct tce_answer answer;
	int err;

	w->gap_end = 0;
	err = tce_lpar_h_put_tce(r->lpar, w->liobn, tce_ioba(tce_rwin_ioba(w, index)), tce,
				 &answer);

	return err != 0 ? err : tce_table_put(w->marks, index, mark, NULL);
}

int tce_replay_doubt(struct tce_replay *r, struct tce_rwin *w)
{
	(void)r;
	if (!w->active || w->table == NULL || tce_table_nr_mapped(w->marks) == w->nr)
		return 0;
	return tce_table_stuff(w->marks, 0, tce_mark(TCE_TOUCH_NEVER, 0, TCE_KNOWN_NOTHING), w->nr);
}

/* --- the calls that lead to a shape ---------------------------------------------------------- */

static unsigned window_shift(const struct tce_shape *shape)
{
	return shape->shift + tce_log2_ceil(shape->nr);
}

static int create(struct tce_replay *r, const struct tce_rphb *phb, const struct tce_shape *shape)
{
	struct tce_answer answer;

	return tce_replay_rtas_create(r, phb->buid, shape->shift, window_shift(shape), &answer);
}

static int drop(struct tce_replay *r, const struct tce_rphb *phb, unsigned slot)
{
	struct tce_answer answer;

	return tce_replay_rtas_remove(r, phb->win[slot].liobn, &answer);
}

/*
 * Slot 0 is a created window, not the default one. Beside another window it lies at the dynamic
 * address, alone at the default one (measured on QEMU 7.2.22, 10.0.13, 11.1.3).
 */
static int make_created_slot0(struct tce_replay *r, const struct tce_rphb *phb,
			      const struct tce_shape shape[TCE_REPLAY_SLOTS])
{
	const struct tce_shape *beside = shape[1].active ? &shape[1] : &shape[0];
	bool high = shape[0].start == dyn_addr(r);
	int err = 0;

	if (high)
		err = create(r, phb, beside);
	if (err == 0)
		err = drop(r, phb, 0);
	if (err == 0)
		err = create(r, phb, &shape[0]);
	if (err == 0 && high && !shape[1].active)
		err = drop(r, phb, 1);
	if (err == 0 && !high && shape[1].active)
		err = create(r, phb, &shape[1]);
	return err;
}

static int make_windows(struct tce_replay *r, const struct tce_rphb *phb,
			const struct tce_shape shape[TCE_REPLAY_SLOTS])
{
	int err = 0;

	if (shape[0].active && shape[0].created)
		return make_created_slot0(r, phb, shape);
	if (shape[1].active)
		err = create(r, phb, &shape[1]);
	if (err == 0 && !shape[0].active)
		err = drop(r, phb, 0);
	return err;
}

/* A failed create of too many entries left its mark; make it again. */
static int taint_again(struct tce_replay *r, const struct tce_rphb *phb, const bool tainted[])
{
	unsigned shift = tce_log2_floor(tce_rphb_page_shifts(r, phb));
	struct tce_answer answer;

	if (!tainted[0] && !tainted[1])
		return 0;
	return tce_replay_rtas_create(r, phb->buid, shift, shift + 32, &answer);
}

static int plug_again(struct tce_replay *r, struct tce_rphb *phb,
		      const struct tce_shape shape[TCE_REPLAY_SLOTS])
{
	bool tainted[TCE_REPLAY_SLOTS] = {false, false};
	struct tce_window_info info;
	struct tce_phb_opts opts;
	int err;

	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		if (tce_lpar_window(r->lpar, phb->win[i].liobn, &info) == 0)
			tainted[i] = info.tainted;
	tce_replay_phb_opts(r, (unsigned)(phb - r->phb), &opts);
	opts.page_shifts = tce_rphb_page_shifts(r, phb);
	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		if (shape[i].active)
			opts.page_shifts |= UINT64_C(1) << shape[i].shift;
	if (shape[0].active && !shape[0].created) {
		phb->win_addr = shape[0].start;
		phb->win_size = shape[0].nr << TCE_PAGE_SHIFT_MIN;
		opts.win_addr = phb->win_addr;
		opts.win_size = phb->win_size;
	}
	err = tce_lpar_phb_remove(r->lpar, phb->buid);
	if (err == 0)
		err = tce_lpar_phb_add(r->lpar, &opts);
	if (err == 0)
		err = make_windows(r, phb, shape);
	return err != 0 ? err : taint_again(r, phb, tainted);
}

/* --- shapes ---------------------------------------------------------------------------------- */

void tce_replay_shape_of(const struct tce_rphb *phb, struct tce_shape ret_shape[TCE_REPLAY_SLOTS])
{
	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++) {
		const struct tce_rwin *w = &phb->win[i];

		ret_shape[i].active = w->active && w->table != NULL;
		ret_shape[i].created = w->created;
		ret_shape[i].start = w->start;
		ret_shape[i].nr = w->nr;
		ret_shape[i].shift = w->shift;
		ret_shape[i].trust = w->trust;
	}
}

static bool is_possible(const struct tce_shape *shape)
{
	if (!shape->created && shape->shift != TCE_PAGE_SHIFT_MIN)
		return false;
	return shape->shift >= TCE_PAGE_SHIFT_MIN && shape->shift <= TCE_PAGE_SHIFT_MAX &&
	       shape->nr != 0 && shape->nr <= UINT64_C(1) << 31 &&
	       shape->nr <= (UINT64_MAX - shape->start) >> shape->shift;
}

/* A copy of the entries of a window that keeps its place; *ret_copy NULL: nothing to keep. */
static int keep(struct tce_replay *r, const struct tce_rwin *w, const struct tce_shape *shape,
		struct tce_table **ret_copy)
{
	struct tce_table_opts opts = {.page_shift = w->shift, .nr_entries = w->nr};
	struct tce_alloc alloc = tce_mem_alloc(&r->mem);
	int err;

	*ret_copy = NULL;
	if (!shape->active || !w->active || w->table == NULL || w->start != shape->start ||
	    w->shift != shape->shift)
		return 0;
	err = tce_table_new(&alloc, &opts, ret_copy);
	return err != 0 ? err : tce_table_copy(*ret_copy, w->table);
}

/* One run of marks, as far as it lies before entry end. */
static int copy_marks(struct tce_table *marks, const struct tce_run *run, uint64_t end)
{
	uint64_t count = run->count < end - run->index ? run->count : end - run->index;
	int err = 0;

	if (run->step == 0)
		return tce_table_stuff(marks, run->index, run->first, count);
	for (uint64_t i = 0; err == 0 && i < count; i++)
		err = tce_table_put(marks, run->index + i, run->first + i * run->step, NULL);
	return err;
}

/* A window that grew: marks for its new entries, which are unknown. */
static int grow_marks(struct tce_replay *r, struct tce_rwin *w, uint64_t old_nr)
{
	struct tce_table *marks;
	struct tce_run run;
	int err;

	if (w->nr == old_nr)
		return 0;
	err = tce_replay_marks_new(r, w, true, &marks);
	if (err != 0)
		return err;
	err = tce_table_stuff(marks, 0, 0, old_nr < w->nr ? old_nr : w->nr);
	for (uint64_t at = 0;
	     err == 0 && tce_table_next_run(w->marks, at, &run) && run.index < w->nr;
	     at = run.index + run.count)
		err = copy_marks(marks, &run, w->nr);
	tce_table_free(w->marks);
	w->marks = marks;
	return err;
}

/* A window that exists, and that is all that is known of it. */
static bool is_unknown(const struct tce_rwin *w)
{
	return w->active && w->table == NULL;
}

/* The model is shaped: take over slot w, which kept its entries in copy, or is new, or has gone. */
static int settle_slot(struct tce_replay *r, struct tce_rwin *w, const struct tce_shape *shape,
		       const struct tce_table *copy, uint64_t line)
{
	uint64_t old_nr = w->nr;
	int err;

	if (!shape->active)
		return 0;
	if (copy == NULL) {
		err = w->active ? tce_replay_window_learn(r, w, shape->trust)
				: tce_replay_window_begin(r, w, shape->trust, line);
		w->created = shape->created;
		return err;
	}
	tce_replay_take_geometry(r, w);
	if (w->table == NULL)
		return 0;
	w->trust = shape->trust;
	err = grow_marks(r, w, old_nr);
	w->info.size = w->nr << w->shift;
	return err != 0 ? err : tce_replay_fill(r, w, copy);
}

int tce_replay_shape(struct tce_replay *r, struct tce_rphb *phb,
		     const struct tce_shape shape[TCE_REPLAY_SLOTS], uint64_t line)
{
	struct tce_shape want[TCE_REPLAY_SLOTS] = {shape[0], shape[1]};
	struct tce_table *copy[TCE_REPLAY_SLOTS] = {NULL, NULL};
	int err = 0;

	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		want[i].active = want[i].active && is_possible(&want[i]);
	for (unsigned i = 0; err == 0 && i < TCE_REPLAY_SLOTS; i++)
		err = keep(r, &phb->win[i], &want[i], &copy[i]);
	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		if (copy[i] == NULL && !(want[i].active && is_unknown(&phb->win[i])))
			tce_replay_window_end(r, &phb->win[i], TCE_TOUCH_NEVER, line);
	if (err == 0)
		err = plug_again(r, phb, want);
	for (unsigned i = 0; err == 0 && i < TCE_REPLAY_SLOTS; i++)
		err = settle_slot(r, &phb->win[i], &want[i], copy[i], line);
	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		tce_table_free(copy[i]);
	return err;
}

int tce_replay_window_grow(struct tce_replay *r, struct tce_rwin *w, uint64_t nr)
{
	struct tce_shape shape[TCE_REPLAY_SLOTS];
	unsigned index, slot;

	if (!tce_liobn_split(w->liobn, &index, &slot))
		return 0; /* virtual I/O: QEMU gives all the same size */
	tce_replay_shape_of(&r->phb[index], shape);
	shape[slot].nr = UINT64_C(1) << tce_log2_ceil(nr);
	return tce_replay_shape(r, &r->phb[index], shape, r->now->line);
}
