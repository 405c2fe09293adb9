/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay, what it tells: divergences one by one, findings in groups (one rule, one window, one
 * reason), milestones of the machine. Bounded: what there is no room for is counted.
 */
#include "replay.h"

/* --- divergences ----------------------------------------------------------------------------- */

struct tce_divergence tce_replay_differs(struct tce_replay *r, const struct tce_rwin *w,
					 enum tce_differs what, uint64_t recorded, uint64_t model)
{
	struct tce_divergence d = {
		.event = r->sum.events,
		.what = what,
		.recorded = recorded,
		.model = model,
		.has_window = w != NULL && w->active,
	};

	if (r->now != NULL) {
		d.line = r->now->line;
		d.record = *r->now;
	}
	if (d.has_window)
		d.window = w->info;
	return d;
}

/*
 * A record has one verdict, however many of its fields differ. An older record, whose meaning only
 * turned out now, loses its "agreed".
 */
void tce_replay_diverge(struct tce_replay *r, const struct tce_divergence *d)
{
	if (r->in_event && d->event == r->sum.events) {
		if (r->now_diverged)
			return;
		r->now_diverged = true;
	} else {
		r->sum.agreed--;
		r->sum.diverged++;
	}
	if (r->observer.divergence != NULL)
		r->observer.divergence(r->observer.ctx, d);
	if (r->sum.nr_divergences < TCE_REPLAY_DIVERGENCES)
		r->divergences[r->sum.nr_divergences++] = *d;
}

void tce_replay_diverges(struct tce_replay *r, const struct tce_rwin *w, enum tce_differs what,
			 uint64_t recorded, uint64_t model)
{
	struct tce_divergence d = tce_replay_differs(r, w, what, recorded, model);

	tce_replay_diverge(r, &d);
}

/* --- findings -------------------------------------------------------------------------------- */

struct tce_finding tce_replay_found(const struct tce_replay *r, enum tce_rule_id rule,
				    const struct tce_rwin *w, uint64_t addr)
{
	struct tce_finding f = {
		.rule = rule,
		.event = r->sum.events,
		.count = 1,
		.nr_lines = 1,
		.addr = addr,
		.addr_low = addr,
		.addr_high = addr,
		.has_window = w != NULL && w->active,
	};

	if (r->now != NULL) {
		f.line = r->now->line;
		f.last_line = f.line;
		f.lines[0] = f.line;
		f.call = r->now->kind;
	}
	if (f.has_window)
		f.window = w->info;
	return f;
}

/* Do two findings tell the same story of the same window? */
static bool same_group(const struct tce_finding *a, const struct tce_finding *b)
{
	return a->rule == b->rule && a->refusal == b->refusal && a->has_window == b->has_window &&
	       a->window.liobn == b->window.liobn && a->window.start == b->window.start &&
	       a->window.page_shift == b->window.page_shift && a->window.size == b->window.size &&
	       a->since.how == b->since.how;
}

static void join(struct tce_finding *group, const struct tce_finding *f)
{
	group->count += f->count;
	if (group->last_line != f->line &&
	    group->nr_lines < sizeof(group->lines) / sizeof(group->lines[0]))
		group->lines[group->nr_lines++] = f->line;
	group->last_line = f->line;
	if (f->addr < group->addr_low)
		group->addr_low = f->addr;
	if (f->addr > group->addr_high)
		group->addr_high = f->addr;
	group->aborted |= f->aborted;
}

void tce_replay_report(struct tce_replay *r, const struct tce_finding *finding)
{
	enum tce_severity severity = tce_rule(finding->rule)->severity;

	if (r->observer.finding != NULL)
		r->observer.finding(r->observer.ctx, finding);
	if (severity > r->sum.worst)
		r->sum.worst = severity;
	for (unsigned i = r->sum.nr_findings; i-- > 0;) {
		if (same_group(&r->findings[i], finding)) {
			join(&r->findings[i], finding);
			return;
		}
	}
	if (r->sum.nr_findings < TCE_REPLAY_FINDINGS)
		r->findings[r->sum.nr_findings++] = *finding;
	else
		r->sum.findings_dropped++;
}

const struct tce_replay_window *tce_replay_late_window(const struct tce_replay *r, uint64_t liobn)
{
	for (unsigned i = r->sum.nr_windows; i-- > 0;)
		if (r->windows[i].liobn == liobn && r->windows[i].removed != 0)
			return &r->windows[i];
	return NULL;
}

/* --- the machine ----------------------------------------------------------------------------- */

void tce_replay_milestone_add(struct tce_replay *r, enum tce_milestone_kind kind, uint64_t line)
{
	if (r->sum.nr_milestones == TCE_REPLAY_MILESTONES)
		return;
	r->milestones[r->sum.nr_milestones].kind = kind;
	r->milestones[r->sum.nr_milestones].line = line;
	r->sum.nr_milestones++;
}

void tce_replay_touched(struct tce_replay *r, const struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index, uint64_t count)
{
	struct tce_replay_touch touch = {.event = r->sum.events, .record = rec, .liobn = w->liobn};

	if (r->observer.touch == NULL || w->table == NULL ||
	    !tce_rwin_index(w, r->watch_ioba, &touch.index) || touch.index < index ||
	    touch.index - index >= count)
		return;
	touch.tce = tce_table_get(w->table, touch.index);
	touch.known = tce_mark_bits(tce_table_get(w->marks, touch.index), w->shift);
	r->observer.touch(r->observer.ctx, &touch);
}
