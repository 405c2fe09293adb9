/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay: a recording is held against the model. This file makes the replay, hands each record to
 * the file of its family, counts verdicts, and gives the results out.
 */
#include "replay.h"
#include "base/bits.h"

/* --- life ------------------------------------------------------------------------------------ */

static void *new_array(struct tce_replay *r, size_t count, size_t size)
{
	return tce_mem_reserve(&r->mem, count * size);
}

static int arrays_new(struct tce_replay *r)
{
	r->windows = new_array(r, TCE_REPLAY_WINDOWS, sizeof(r->windows[0]));
	r->findings = new_array(r, TCE_REPLAY_FINDINGS, sizeof(r->findings[0]));
	r->divergences = new_array(r, TCE_REPLAY_DIVERGENCES, sizeof(r->divergences[0]));
	if (r->windows == NULL || r->findings == NULL || r->divergences == NULL)
		return -TCE_ERR_NOMEM;
	return 0;
}

static void array_free(struct tce_replay *r, void *array, size_t count, size_t size)
{
	if (array != NULL)
		tce_mem_release(&r->mem, array, count * size);
}

int tce_replay_new(const struct tce_replay_opts *opts, struct tce_replay **ret_replay)
{
	struct tce_replay *r;
	struct tce_mem mem;
	int err;

	tce_mem_init(&mem, opts->alloc);
	r = tce_mem_new(&mem, sizeof(*r));
	if (r == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&r->mem, opts->alloc);
	r->profile = opts->profile != NULL ? opts->profile : tce_papr_profile_find("qemu-10.0");
	r->sum.profile = r->profile;
	if (opts->observer != NULL)
		r->observer = *opts->observer;
	r->has_facts = opts->facts != NULL;
	if (r->has_facts)
		r->facts = *opts->facts;
	r->watch = opts->watch;
	r->watch_ioba = opts->watch_ioba;
	err = arrays_new(r);
	if (err == 0)
		err = tce_replay_restart(r, 0);
	if (err != 0) {
		tce_replay_free(r);
		return err;
	}
	*ret_replay = r;
	return 0;
}

static void free_marks(struct tce_rwin *w)
{
	tce_table_free(w->marks);
	w->marks = NULL;
}

void tce_replay_free(struct tce_replay *r)
{
	if (r == NULL)
		return;
	for (unsigned i = 0; i < TCE_REPLAY_PHBS; i++)
		for (unsigned slot = 0; slot < TCE_REPLAY_SLOTS; slot++)
			free_marks(&r->phb[i].win[slot]);
	for (unsigned i = 0; i < TCE_REPLAY_VIOS; i++)
		free_marks(&r->vio[i].win);
	tce_replay_drop_saves(r);
	tce_lpar_free(r->lpar);
	array_free(r, r->windows, TCE_REPLAY_WINDOWS, sizeof(r->windows[0]));
	array_free(r, r->findings, TCE_REPLAY_FINDINGS, sizeof(r->findings[0]));
	array_free(r, r->divergences, TCE_REPLAY_DIVERGENCES, sizeof(r->divergences[0]));
	tce_mem_free(&r->mem, r, sizeof(*r));
}

/* --- records --------------------------------------------------------------------------------- */

struct tce_rwin *tce_replay_find(struct tce_replay *r, uint64_t liobn)
{
	unsigned index, slot;

	if (r->last != NULL && r->last->liobn == liobn)
		return r->last;
	if (tce_liobn_split(liobn, &index, &slot)) {
		r->last = r->phb[index].used ? &r->phb[index].win[slot] : NULL;
		return r->last;
	}
	for (unsigned i = 0; i < TCE_REPLAY_VIOS; i++) {
		if (r->vio[i].used && r->vio[i].unit == liobn) {
			r->last = &r->vio[i].win;
			return r->last;
		}
	}
	return NULL;
}

bool tce_replay_may_be_older(const struct tce_replay *r, uint64_t liobn)
{
	unsigned index, slot;

	if (!tce_liobn_is_pci(liobn))
		return liobn >> 32 == 0 && liobn != 0 && !r->process_start;
	if (!tce_liobn_split(liobn, &index, &slot))
		return false;
	return r->phb[index].used ? !r->phb[index].exact : !tce_replay_is_complete(r);
}

int tce_replay_revive(struct tce_replay *r)
{
	int err = tce_replay_restart(r, r->now->line);

	r->sum.aborted = false;
	return err;
}

/* After the abort that the model sees nothing may follow, unless another process writes on. */
static int live_on(struct tce_replay *r)
{
	struct tce_divergence d = tce_replay_differs(r, NULL, TCE_DIFFERS_AFTER_ABORT, 0, 0);

	d.since.line = r->dead_line;
	tce_replay_diverge(r, &d);
	return tce_replay_revive(r);
}

/* The model gave the default window back after a remove: the recording must show it now. */
static void check_restored(struct tce_replay *r, const struct tce_trace_record *rec)
{
	const struct tce_rphb *phb = r->restoring;

	if (rec->kind == TCE_TRACE_NEW_TABLE && rec->liobn == phb->win[0].liobn)
		return;
	if (rec->kind == TCE_TRACE_DDW_RESET && rec->buid == phb->buid)
		return;
	tce_replay_diverges(r, &phb->win[0], TCE_DIFFERS_RESTORE, 0, phb->win[0].liobn);
	r->restoring = NULL;
}

/* What must be settled before rec can be looked at. */
static int before(struct tce_replay *r, const struct tce_trace_record *rec)
{
	int err = 0;

	if (rec->kind == TCE_TRACE_XLATE)
		return 0; /* devices go on beside the calls */
	if (r->pending.set || r->explained)
		err = tce_replay_settle(r, rec);
	if (err == 0 && r->dead)
		err = live_on(r);
	if (r->restoring != NULL)
		check_restored(r, rec);
	if (rec->kind != TCE_TRACE_PRE_SAVE)
		r->in_save = false;
	if (rec->kind != TCE_TRACE_POST_LOAD && rec->kind != TCE_TRACE_NEW_TABLE)
		r->in_load = false;
	return err;
}

static int replay_one(struct tce_replay *r, const struct tce_trace_record *rec)
{
	switch (rec->kind) {
	case TCE_TRACE_XLATE: return tce_replay_xlate(r, rec);
	case TCE_TRACE_PUT: return tce_replay_put(r, rec);
	case TCE_TRACE_GET: return tce_replay_get(r, rec);
	case TCE_TRACE_INDIRECT: return tce_replay_indirect(r, rec);
	case TCE_TRACE_STUFF: return tce_replay_stuff(r, rec);
	case TCE_TRACE_NEW_TABLE: return tce_replay_new_table(r, rec);
	case TCE_TRACE_DDW_QUERY: return tce_replay_ddw_query(r, rec);
	case TCE_TRACE_DDW_CREATE: return tce_replay_ddw_create(r, rec);
	case TCE_TRACE_DDW_REMOVE: return tce_replay_ddw_remove(r, rec);
	case TCE_TRACE_DDW_RESET: return tce_replay_ddw_reset(r, rec);
	case TCE_TRACE_PRE_SAVE: return tce_replay_pre_save(r, rec);
	case TCE_TRACE_POST_LOAD: return tce_replay_post_load(r, rec);
	default: return tce_replay_context(r, rec);
	}
}

static void count_verdict(struct tce_replay *r)
{
	r->in_event = false;
	if (r->now_diverged) {
		r->sum.diverged++;
		return;
	}
	r->sum.agreed++;
	r->sum.unchecked += r->now_unchecked;
}

/* The record is the caller's again. After a failure it is half applied, and no more may come. */
static int done(struct tce_replay *r, int err)
{
	r->now = NULL;
	r->finished = err != 0;
	return err;
}

int tce_replay_record(struct tce_replay *r, const struct tce_trace_record *record)
{
	int err;

	if (r->finished)
		return -TCE_ERR_STATE;
	r->now = record;
	if (!TCE_TRACE_IS_IOMMU(record->kind)) {
		err = tce_replay_context(r, record);
		return done(r, err);
	}
	if (r->sum.events++ == 0) {
		r->sum.first_line = record->line;
		r->first_is_table = record->kind == TCE_TRACE_NEW_TABLE;
	}
	r->sum.last_line = record->line;
	r->in_event = true;
	r->now_diverged = false;
	r->now_unchecked = false;
	err = before(r, record);
	if (err == 0 && !r->dead)
		err = replay_one(r, record);
	count_verdict(r);
	return done(r, err);
}

/* What a line that could not be read may have changed. */
int tce_replay_damaged(struct tce_replay *r, const struct tce_trace_record *record)
{
	bool calls = record->kind == TCE_TRACE_PUT || record->kind == TCE_TRACE_INDIRECT ||
		     record->kind == TCE_TRACE_STUFF;
	struct tce_rwin *w = NULL;
	int err = 0;

	if (r->finished)
		return -TCE_ERR_STATE;
	r->sum.damaged++;
	if (!calls || r->dead)
		return 0;
	if (record->liobn != 0)
		w = tce_replay_find(r, record->liobn);
	if (w != NULL)
		return tce_replay_doubt(r, w);
	for (unsigned i = 0; err == 0 && i < TCE_REPLAY_PHBS * TCE_REPLAY_SLOTS; i++)
		err = tce_replay_doubt(r, &r->phb[i / TCE_REPLAY_SLOTS].win[i % TCE_REPLAY_SLOTS]);
	for (unsigned i = 0; err == 0 && i < TCE_REPLAY_VIOS; i++)
		err = tce_replay_doubt(r, &r->vio[i].win);
	return err;
}

/* --- the end --------------------------------------------------------------------------------- */

/* Does finding a belong before b? */
static bool is_worse(const struct tce_finding *a, const struct tce_finding *b)
{
	enum tce_severity sa = tce_rule(a->rule)->severity, sb = tce_rule(b->rule)->severity;

	return sa != sb ? sa > sb : a->line < b->line;
}

/* Few of both, and nearly in order: insertion keeps equal ones as they came. */
static void sort_findings(struct tce_replay *r)
{
	struct tce_finding f;
	unsigned k;

	for (unsigned i = 1; i < r->sum.nr_findings; i++) {
		f = r->findings[i];
		for (k = i; k > 0 && is_worse(&f, &r->findings[k - 1]); k--)
			r->findings[k] = r->findings[k - 1];
		r->findings[k] = f;
	}
}

static void sort_divergences(struct tce_replay *r)
{
	struct tce_divergence d;
	unsigned k;

	for (unsigned i = 1; i < r->sum.nr_divergences; i++) {
		d = r->divergences[i];
		for (k = i; k > 0 && d.line < r->divergences[k - 1].line; k--)
			r->divergences[k] = r->divergences[k - 1];
		r->divergences[k] = d;
	}
	for (unsigned i = 0; i < r->sum.nr_divergences; i++)
		r->divergences[i].before = r->divergences[i].event - 1 - i;
}

/* Puts into the default window that a guest fell back to are known only now. */
static void complete_findings(struct tce_replay *r)
{
	for (unsigned i = 0; i < r->sum.nr_findings; i++) {
		struct tce_finding *f = &r->findings[i];

		if (f->rule != TCE_RULE_QEMU_WINDOW_TOO_LARGE)
			continue;
		for (unsigned k = 0; k < r->sum.nr_windows; k++)
			if (r->windows[k].liobn == f->window.liobn &&
			    r->windows[k].created == f->window.created)
				f->window = r->windows[k];
	}
}

int tce_replay_finish(struct tce_replay *r)
{
	int err = 0;

	if (r->finished)
		return -TCE_ERR_STATE;
	if (!r->dead)
		err = tce_replay_settle(r, NULL);
	r->finished = true;
	if (err != 0)
		return err;
	tce_replay_check_start(r);
	for (unsigned i = 0; i < TCE_REPLAY_PHBS; i++)
		for (unsigned slot = 0; slot < TCE_REPLAY_SLOTS; slot++)
			tce_replay_window_end(r, &r->phb[i].win[slot], TCE_TOUCH_NEVER, 0);
	for (unsigned i = 0; i < TCE_REPLAY_VIOS; i++)
		tce_replay_window_end(r, &r->vio[i].win, TCE_TOUCH_NEVER, 0);
	complete_findings(r);
	sort_findings(r);
	sort_divergences(r);
	return 0;
}

/* --- results --------------------------------------------------------------------------------- */

void tce_replay_summary(const struct tce_replay *r, struct tce_replay_summary *ret_summary)
{
	*ret_summary = r->sum;
}

const struct tce_replay_window *tce_replay_window(const struct tce_replay *r, unsigned i)
{
	return i < r->sum.nr_windows ? &r->windows[i] : NULL;
}

const struct tce_finding *tce_replay_finding(const struct tce_replay *r, unsigned i)
{
	return i < r->sum.nr_findings ? &r->findings[i] : NULL;
}

const struct tce_divergence *tce_replay_divergence(const struct tce_replay *r, unsigned i)
{
	return i < r->sum.nr_divergences ? &r->divergences[i] : NULL;
}

const struct tce_replay_phb *tce_replay_phb(const struct tce_replay *r, unsigned i)
{
	return i < r->sum.nr_phbs ? &r->phbs[i] : NULL;
}

const struct tce_milestone *tce_replay_milestone(const struct tce_replay *r, unsigned i)
{
	return i < r->sum.nr_milestones ? &r->milestones[i] : NULL;
}
