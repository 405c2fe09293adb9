/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of migration: pre_save shows a window's geometry when a machine is saved, post_load when
 * one is loaded, after a machine reset; neither shows entries (hw/ppc/spapr_iommu.c; measured).
 *
 * What a loaded window holds: a machine that this recording saved, if it saved any. With several
 * saves the log does not tell which one it was; entries on which those with the same geometry
 * disagree are unknown then. Without a save everything is unknown.
 */
#include "replay.h"

/* --- what was saved -------------------------------------------------------------------------- */

static void saved_free(struct tce_saved *s)
{
	tce_table_free(s->table);
	tce_table_free(s->marks);
	memset(s, 0, sizeof(*s));
}

void tce_replay_drop_saves(struct tce_replay *r)
{
	for (unsigned i = 0; i < r->nr_saved; i++)
		saved_free(&r->saved[i]);
	r->nr_saved = 0;
	r->saves_lost = false;
}

static int copy_table(struct tce_replay *r, const struct tce_table *src,
		      struct tce_table **ret_copy)
{
	const struct tce_table_opts opts = {.page_shift = tce_table_page_shift(src),
					    .nr_entries = tce_table_nr_entries(src)};
	struct tce_alloc alloc = tce_mem_alloc(&r->mem);
	int err = tce_table_new(&alloc, &opts, ret_copy);

	return err != 0 ? err : tce_table_copy(*ret_copy, src);
}

/* No room: an older save goes, and no load can be told from it any more. */
static struct tce_saved *saved_slot(struct tce_replay *r)
{
	if (r->nr_saved < TCE_REPLAY_SAVES)
		return &r->saved[r->nr_saved++];
	r->saves_lost = true;
	saved_free(&r->saved[0]);
	memmove(&r->saved[0], &r->saved[1], (TCE_REPLAY_SAVES - 1) * sizeof(r->saved[0]));
	memset(&r->saved[TCE_REPLAY_SAVES - 1], 0, sizeof(r->saved[0]));
	return &r->saved[TCE_REPLAY_SAVES - 1];
}

static int save(struct tce_replay *r, const struct tce_rwin *w)
{
	struct tce_saved *s = saved_slot(r);
	int err;

	s->liobn = w->liobn;
	s->start = w->start;
	s->nr = w->nr;
	s->shift = w->shift;
	s->created = w->created;
	err = copy_table(r, w->table, &s->table);
	return err != 0 ? err : copy_table(r, w->marks, &s->marks);
}

/* --- geometry -------------------------------------------------------------------------------- */

/* The first field in which the line and the model's window differ; false: none. */
static bool differs_geometry(const struct tce_rwin *w, const struct tce_trace_record *rec,
			     enum tce_differs *ret_what, uint64_t *ret_recorded,
			     uint64_t *ret_model)
{
	if (rec->page_shift != w->shift) {
		*ret_what = TCE_DIFFERS_MASK;
		*ret_recorded = rec->page_shift;
		*ret_model = w->shift;
	} else if (rec->start != w->start) {
		*ret_what = TCE_DIFFERS_START;
		*ret_recorded = rec->start;
		*ret_model = w->start;
	} else if (rec->nr_entries != w->nr) {
		*ret_what = TCE_DIFFERS_SIZE;
		*ret_recorded = rec->nr_entries;
		*ret_model = w->nr;
	} else {
		return false;
	}
	return true;
}

/*
 * Is the window of the line one that was created? The line does not tell. If it was saved in this
 * recording, that is known; else one that looks like a default window is taken for one.
 */
static bool looks_created(const struct tce_replay *r, const struct tce_rphb *phb, unsigned slot,
			  const struct tce_trace_record *rec)
{
	for (unsigned i = 0; i < r->nr_saved; i++)
		if (r->saved[i].liobn == rec->liobn && r->saved[i].start == rec->start &&
		    r->saved[i].nr == rec->nr_entries && r->saved[i].shift == rec->page_shift)
			return r->saved[i].created;
	return slot != 0 || rec->page_shift != TCE_PAGE_SHIFT_MIN ||
	       (rec->start == r->profile->dyn_win_addr && phb->win_addr != rec->start);
}

/* The window of the line becomes what the line says. */
static int take_shape(struct tce_replay *r, uint64_t liobn, const struct tce_trace_record *rec)
{
	struct tce_shape shape[TCE_REPLAY_SLOTS];
	unsigned index, slot;

	if (!tce_liobn_split(liobn, &index, &slot))
		return 0;
	tce_replay_shape_of(&r->phb[index], shape);
	shape[slot].active = rec->nr_entries != 0;
	shape[slot].created = looks_created(r, &r->phb[index], slot, rec);
	shape[slot].start = rec->start;
	shape[slot].nr = rec->nr_entries;
	shape[slot].shift = rec->page_shift;
	shape[slot].trust = TCE_TRUST_EXACT;
	return tce_replay_shape(r, &r->phb[index], shape, rec->line);
}

/* --- pre_save -------------------------------------------------------------------------------- */

static int check_saved(struct tce_replay *r, struct tce_rwin *w, const struct tce_trace_record *rec)
{
	uint64_t recorded, model;
	enum tce_differs what;
	int err;

	if (!differs_geometry(w, rec, &what, &recorded, &model)) {
		if (w->trust == TCE_TRUST_ASSUMED)
			w->trust = TCE_TRUST_EXACT;
		w->info.assumed = false;
		return 0;
	}
	if (w->trust == TCE_TRUST_EXACT ||
	    (w->trust == TCE_TRUST_ASSUMED && what == TCE_DIFFERS_MASK)) {
		tce_replay_diverges(r, w, what, recorded, model);
		return 0;
	}
	tce_extent_settle(r, w);
	err = take_shape(r, w->liobn, rec);
	if (err == 0 && w->active && what != TCE_DIFFERS_SIZE)
		err = tce_replay_doubt(r, w); /* what stood at which entry was wrong all the time */
	return err;
}

int tce_replay_pre_save(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_rwin *w = tce_replay_find(r, rec->liobn);
	int err;

	if (!r->in_save)
		tce_replay_milestone_add(r, TCE_MILESTONE_SAVE, rec->line);
	r->in_save = true;
	if (w == NULL || !w->active) {
		if (rec->nr_entries == 0)
			return 0;
		if (!tce_replay_may_be_older(r, rec->liobn)) {
			tce_replay_diverges(r, NULL, TCE_DIFFERS_SIZE, rec->nr_entries, 0);
			return 0;
		}
		err = tce_replay_meet(r, rec->liobn, rec->line);
		w = tce_replay_find(r, rec->liobn);
		if (err != 0 || w == NULL)
			return err;
		err = take_shape(r, rec->liobn, rec);
		if (err == 0)
			err = tce_replay_doubt(r, w);
	} else if (w->table == NULL) {
		err = take_shape(r, rec->liobn, rec);
		if (err == 0)
			err = tce_replay_doubt(r, w);
	} else {
		err = check_saved(r, w, rec);
	}
	if (err != 0 || !w->active || w->table == NULL || w->in_kernel)
		return err;
	return save(r, w);
}

/* --- post_load ------------------------------------------------------------------------------- */

static bool fits(const struct tce_saved *s, const struct tce_rwin *w)
{
	return s->liobn == w->liobn && s->start == w->start && s->nr == w->nr &&
	       s->shift == w->shift;
}

/* Entries that are mapped in one of two saves that differ: open which one it is. */
static int doubt_runs(struct tce_rwin *w, const struct tce_table *table)
{
	struct tce_run run;
	int err = 0;

	for (uint64_t at = 0; err == 0 && tce_table_next_run(table, at, &run);
	     at = run.index + run.count)
		err = tce_table_stuff(w->marks, run.index,
				      tce_mark(TCE_TOUCH_LOAD, 0, TCE_KNOWN_NOTHING), run.count);
	return err;
}

/* Fill w with what was saved of it. */
static int load_entries(struct tce_replay *r, struct tce_rwin *w)
{
	const struct tce_saved *last = NULL;
	int err;

	for (unsigned i = 0; i < r->nr_saved; i++)
		if (fits(&r->saved[i], w))
			last = &r->saved[i];
	if (last == NULL || r->saves_lost)
		return tce_replay_doubt(r, w);
	err = tce_replay_fill(r, w, last->table);
	if (err == 0)
		err = tce_table_copy(w->marks, last->marks);
	for (unsigned i = 0; err == 0 && i < r->nr_saved; i++) {
		const struct tce_saved *s = &r->saved[i];

		if (s == last || !fits(s, w) || tce_table_equal(s->table, last->table))
			continue;
		err = doubt_runs(w, s->table);
		if (err == 0)
			err = doubt_runs(w, last->table);
	}
	if (err == 0 && tce_table_nr_mapped(w->table) > w->info.peak)
		w->info.peak = tce_table_nr_mapped(w->table);
	return err;
}

static void load_begins(struct tce_replay *r, uint64_t line)
{
	struct tce_milestone *last =
		r->sum.nr_milestones == 0 ? NULL : &r->milestones[r->sum.nr_milestones - 1];

	if (r->in_load)
		return;
	r->in_load = true;
	if (last != NULL && last->kind == TCE_MILESTONE_LOAD)
		return;
	if (last != NULL && last->kind == TCE_MILESTONE_REBOOT) {
		last->kind = TCE_MILESTONE_LOAD; /* without run states it looked like a reboot */
		r->sum.nr_boots--;
	} else {
		tce_replay_milestone_add(r, TCE_MILESTONE_LOAD, line);
	}
}

int tce_replay_post_load(struct tce_replay *r, const struct tce_trace_record *rec)
{
	struct tce_rwin *w = tce_replay_find(r, rec->liobn);
	uint64_t recorded, model;
	enum tce_differs what;
	int err = 0;

	load_begins(r, rec->line);
	model = w != NULL && w->active && w->table != NULL ? w->nr : 0;
	if (r->explained && r->explained_by.liobn != rec->liobn) {
		if (w != NULL && rec->nr_before == model)
			tce_replay_blame_table(r, rec->liobn);
		else
			tce_replay_diverges(r, NULL, TCE_DIFFERS_LIOBN, rec->liobn,
					    r->explained_by.liobn);
		return 0;
	}
	if (w == NULL) {
		if (!tce_replay_may_be_older(r, rec->liobn))
			tce_replay_diverges(r, NULL, TCE_DIFFERS_LIOBN, rec->liobn, 0);
		else if (rec->nr_entries != 0)
			err = tce_replay_meet(r, rec->liobn, rec->line);
		w = tce_replay_find(r, rec->liobn);
		if (err != 0 || w == NULL)
			return err;
	}
	if (r->explained && rec->nr_before == rec->nr_entries)
		tce_replay_diverges(r, w, TCE_DIFFERS_SIZE, rec->nr_entries, 0);
	if (rec->nr_before != model && (w->trust == TCE_TRUST_EXACT || !w->active) && r->saw_reset)
		tce_replay_diverges(r, w, TCE_DIFFERS_SIZE, rec->nr_before, model);
	if (!w->active || w->table == NULL || differs_geometry(w, rec, &what, &recorded, &model))
		err = take_shape(r, rec->liobn, rec);
	if (err != 0)
		return err;
	if (rec->nr_entries != 0 &&
	    (!w->active || w->table == NULL || differs_geometry(w, rec, &what, &recorded, &model)))
		tce_replay_diverges(r, w, TCE_DIFFERS_START, rec->start, w->start); /* cannot be */
	if (!w->active || w->table == NULL)
		return 0;
	w->trust = TCE_TRUST_EXACT;
	w->info.assumed = false;
	w->info.from_before = false;
	w->in_kernel = r->explained ? r->explained_by.fd >= 0 : w->in_kernel;
	return load_entries(r, w);
}
