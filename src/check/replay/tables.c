/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay of spapr_iommu_new_table: a table was made, and the line does not say why. The next line
 * of the hypercall side does:
 *
 *   ddw_create of that LIOBN                 a window was created
 *   ddw_reset of its bridge                  reset-pe-dma-window, or the restore after a remove
 *   post_load of that LIOBN                  a snapshot or an incoming migration brought it
 *   anything else, slot 0 of a known bridge  machine reset
 *   anything else, slot 0 of a new bridge    machine start, or the bridge was plugged
 *   anything else, no PCI LIOBN              a virtual I/O device was plugged
 *   table=(nil)                              a create of more entries than QEMU can count failed
 *
 * So the line is kept until then. In one machine reset the lines of all bridges follow each other.
 */
#include "base/bits.h"
#include "replay.h"

/* --- windows that go ------------------------------------------------------------------------- */

void tce_replay_report_live(struct tce_replay *r, const struct tce_rwin *w, enum tce_touch_how how,
			    uint64_t line)
{
	enum tce_rule_id rule =
		how == TCE_TOUCH_REBOOT ? TCE_RULE_WINDOW_RESET_LIVE : TCE_RULE_WINDOW_REMOVED_LIVE;
	struct tce_finding f;

	if (!w->active || w->table == NULL || w->in_kernel || tce_table_nr_mapped(w->table) == 0 ||
	    r->stopped_for_load)
		return;
	f = tce_replay_found(r, rule, w, w->start);
	if (line == r->pending.record.line) /* a table line whose reason came out only now */
		f.event = r->pending.event;
	f.line = line;
	f.last_line = line;
	f.lines[0] = line;
	f.live = tce_table_nr_mapped(w->table);
	f.last_dma = w->last_dma;
	f.since.how = how;
	f.since.line = line;
	tce_replay_report(r, &f);
}

int tce_replay_reset_phb(struct tce_replay *r, struct tce_rphb *phb, enum tce_touch_how how,
			 uint64_t line)
{
	struct tce_answer answer;
	int err;

	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++) {
		tce_replay_report_live(r, &phb->win[i], how, line);
		tce_replay_window_end(r, &phb->win[i], how, line);
	}
	phb->exact = true;
	err = tce_replay_rtas_phb(r, TCE_RTAS_RESET, phb->buid, &answer);
	if (err != 0)
		return err;
	return tce_replay_window_begin(r, &phb->win[0],
				       tce_replay_default_trust(r, phb->win[0].liobn), line);
}

/* A machine reset clears the tables of virtual I/O devices too; their windows stay. */
static int reset_vio(struct tce_replay *r, struct tce_rwin *w, uint64_t line)
{
	struct tce_answer answer;
	struct tce_run run;
	int err = 0;

	if (!w->active)
		return 0;
	tce_replay_report_live(r, w, TCE_TOUCH_REBOOT, line);
	while (err == 0 && tce_table_next_run(w->table, 0, &run)) {
		if (run.count > TCE_REPLAY_INDIRECT)
			run.count = TCE_REPLAY_INDIRECT;
		err = tce_table_stuff(w->marks, run.index,
				      tce_mark(TCE_TOUCH_REBOOT, line, TCE_KNOWN), run.count);
		if (err == 0)
			err = tce_lpar_h_stuff_tce(r->lpar, w->liobn,
						   tce_ioba(tce_rwin_ioba(w, run.index)), 0,
						   run.count, &answer);
	}
	if (err == 0 && tce_table_nr_mapped(w->marks) != 0) /* unknown before, zero now */
		err = tce_table_stuff(w->marks, 0, 0, w->nr);
	return err;
}

/* --- the machine begins or begins again ------------------------------------------------------ */

/* Host bridge 0 is in every machine: its table marks the start or the reset of the whole. */
static int machine_reset(struct tce_replay *r, uint64_t line)
{
	enum tce_milestone_kind kind = TCE_MILESTONE_REBOOT;
	int err = 0;

	if (!r->saw_reset)
		kind = TCE_MILESTONE_START;
	if (r->stopped_for_load)
		kind = TCE_MILESTONE_LOAD;
	else
		r->sum.nr_boots++;
	tce_replay_milestone_add(r, kind, line);
	if (kind == TCE_MILESTONE_START && (r->process_start || r->first_is_table))
		r->sum.from_start = true;
	r->saw_reset = true;
	r->os_seen = false;
	r->os_line = 0;
	for (unsigned i = 0; err == 0 && i < TCE_REPLAY_VIOS; i++)
		if (r->vio[i].used && kind != TCE_MILESTONE_START)
			err = reset_vio(r, &r->vio[i].win, line);
	return err;
}

static int default_table(struct tce_replay *r, unsigned index, uint64_t line)
{
	int err = index == 0 ? machine_reset(r, line) : 0;

	if (err != 0)
		return err;
	if (r->phb[index].used)
		return tce_replay_reset_phb(r, &r->phb[index], TCE_TOUCH_REBOOT, line);
	return tce_replay_plug_phb(r, index, line);
}

/* --- a create that the hypervisor cannot hold ------------------------------------------------ */

static bool is_tainted(const struct tce_replay *r, uint64_t liobn)
{
	struct tce_window_info info;

	return tce_lpar_window(r->lpar, liobn, &info) == 0 && info.tainted;
}

/* The largest page the bridge offers: what Linux asks for. */
static unsigned asked_shift(const struct tce_replay *r, const struct tce_rphb *phb)
{
	return tce_log2_floor(tce_rphb_page_shifts(r, phb));
}

/*
 * The size is not in the log. With a device tree it can be: Linux sizes the window for all memory
 * that may come, and for persistent memory up to MAX_PHYSMEM_BITS (Linux platforms/pseries/iommu.c,
 * enable_ddw).
 */
static unsigned asked_window(const struct tce_replay *r, unsigned page_shift)
{
	unsigned shift;

	if (!r->has_facts)
		return 0;
	shift = r->facts.has_pmem ? 51 : tce_log2_ceil(r->facts.max_ram);
	return shift >= page_shift + 32 ? shift : 0;
}

static void report_too_large(struct tce_replay *r, const struct tce_rphb *phb, uint64_t liobn,
			     bool aborted)
{
	const struct tce_rpending *p = &r->pending;
	struct tce_finding f = tce_replay_found(r, TCE_RULE_QEMU_WINDOW_TOO_LARGE, &phb->win[0], 0);

	f.event = p->event;
	f.line = p->record.line;
	f.last_line = f.line;
	f.lines[0] = f.line;
	f.call = p->record.kind;
	f.aborted = aborted;
	f.other = liobn;
	f.page_shift = asked_shift(r, phb);
	f.window_shift = asked_window(r, f.page_shift);
	f.pmem_reg = r->has_facts && r->facts.has_pmem ? r->facts.pmem_reg : 0;
	f.refusal = TCE_REFUSED_TOO_LARGE;
	tce_replay_report(r, &f);
}

static void diverge_table(struct tce_replay *r)
{
	struct tce_divergence d =
		tce_replay_differs(r, NULL, TCE_DIFFERS_TABLE, r->pending.record.liobn, 0);

	if (r->pending.record.fd < -1)
		return; /* said already */
	d.event = r->pending.event;
	d.line = r->pending.record.line;
	d.record = r->pending.record;
	tce_replay_diverge(r, &d);
}

/* The guest asked for a window that cannot be, or asks again after one that could not. */
static int failed_create(struct tce_replay *r, unsigned index, uint64_t liobn)
{
	struct tce_rphb *phb = &r->phb[index];
	bool tainted = is_tainted(r, liobn);
	unsigned shift = asked_shift(r, phb);
	struct tce_answer answer;
	int err;

	if (!r->profile->failed_create_taints)
		return 0;
	err = tce_replay_rtas_create(r, phb->buid, shift, tainted ? shift : shift + 32, &answer);
	if (err != 0)
		return err;
	if (answer.abort != TCE_ABORT_NOT) {
		r->dead = true;
		r->dead_line = r->pending.record.line;
		r->sum.aborted = true;
		report_too_large(r, phb, liobn, true);
	} else if (is_tainted(r, liobn)) {
		report_too_large(r, phb, liobn, false);
	} else {
		diverge_table(r);
	}
	return 0;
}

/* --- deciding -------------------------------------------------------------------------------- */

/* Is next the line that belongs to the table? */
static bool belongs(const struct tce_replay *r, const struct tce_trace_record *table,
		    const struct tce_trace_record *next)
{
	unsigned index, slot;

	if (table->table_is_null)
		return false;
	switch (next->kind) {
	case TCE_TRACE_DDW_CREATE: return true; /* of which LIOBN, the create shows */
	case TCE_TRACE_POST_LOAD: /* a load makes a table only where the size changes */
		return next->nr_before != next->nr_entries ||
		       (next->liobn == table->liobn && (table->liobn & 0xff) != 0);
	case TCE_TRACE_DDW_RESET:
		return tce_liobn_split(table->liobn, &index, &slot) && slot == 0 &&
		       (!r->phb[index].used || r->phb[index].buid == next->buid);
	default: return false;
	}
}

/* The tables of the machine's start: those of a device tree made then. */
static bool is_starting(const struct tce_replay *r)
{
	return r->process_start && !r->os_seen && r->sum.nr_boots <= 1;
}

/* Virtual I/O devices are there from the start; they are not plugged later. */
static int settle_vio(struct tce_replay *r, const struct tce_trace_record *table)
{
	if (r->saw_reset || (is_starting(r) && !tce_replay_is_told(r, table->liobn)))
		diverge_table(r);
	return tce_replay_plug_vio(r, table->liobn, table->line);
}

static int settle_pci(struct tce_replay *r, const struct tce_trace_record *table,
		      const struct tce_trace_record *next, unsigned index, unsigned slot)
{
	struct tce_rphb *phb = &r->phb[index];
	int err;

	if (!phb->used && (slot != 0 || table->table_is_null)) {
		if (tce_replay_is_complete(r)) {
			diverge_table(r);
			return 0;
		}
		err = tce_replay_meet_phb(r, index, table->line);
		if (err != 0)
			return err;
	}
	if (is_starting(r) && !tce_replay_is_told(r, table->liobn))
		diverge_table(r);
	else if (!phb->used && r->saw_made && (r->slots_made >> index & 1) == 0)
		diverge_table(r); /* a bridge is made with its slots, and those show */
	if (table->table_is_null || (phb->used && is_tainted(r, table->liobn)))
		return failed_create(r, index, table->liobn);
	if (slot == 0)
		return default_table(r, index, table->line);
	if (next != NULL && phb->exact) /* at the very end what belongs to it may be cut off */
		diverge_table(r);
	return 0;
}

static int settle_alone(struct tce_replay *r, const struct tce_trace_record *table,
			const struct tce_trace_record *next)
{
	unsigned index, slot;

	if (!tce_liobn_is_pci(table->liobn) && !table->table_is_null)
		return settle_vio(r, table);
	if (tce_liobn_split(table->liobn, &index, &slot))
		return settle_pci(r, table, next, index, slot);
	diverge_table(r);
	return 0;
}

int tce_replay_settle(struct tce_replay *r, const struct tce_trace_record *next)
{
	const struct tce_trace_record *table = &r->pending.record;
	struct tce_rwin *w;
	int err;

	r->explained = false;
	if (!r->pending.set)
		return 0;
	r->pending.set = false;
	if (next != NULL && belongs(r, table, next)) {
		r->explained = true;
		r->explained_by = *table;
		r->explained_event = r->pending.event;
		return 0;
	}
	err = settle_alone(r, table, next);
	w = tce_replay_find(r, table->liobn);
	if (err == 0 && table->fd >= 0 && w != NULL) {
		w->in_kernel = w->active;
		w->info.in_kernel = w->active;
	}
	return err;
}

void tce_replay_blame_table(struct tce_replay *r, uint64_t model)
{
	struct tce_divergence d =
		tce_replay_differs(r, NULL, TCE_DIFFERS_TABLE, r->explained_by.liobn, model);

	d.event = r->explained_event;
	d.line = r->explained_by.line;
	d.record = r->explained_by;
	tce_replay_diverge(r, &d);
}

void tce_replay_check_start(struct tce_replay *r)
{
	struct tce_divergence d;

	if (!r->process_start || r->saw_reset || r->first_table.line == 0 || r->sum.diverged != 0)
		return;
	d = tce_replay_differs(r, NULL, TCE_DIFFERS_TABLE, r->first_table.liobn, 0);
	d.event = r->first_table_event;
	d.line = r->first_table.line;
	d.record = r->first_table;
	tce_replay_diverge(r, &d);
}

int tce_replay_new_table(struct tce_replay *r, const struct tce_trace_record *rec)
{
	r->saw_table = true;
	if (tce_liobn_is_pci(rec->liobn) && r->first_table.line == 0) {
		r->first_table = *rec;
		r->first_table_event = r->sum.events;
	}
	r->pending.set = true;
	r->pending.record = *rec;
	r->pending.event = r->sum.events;
	if (rec->fd < -1) /* QEMU prints a descriptor or -1 */
		tce_replay_diverges(r, NULL, TCE_DIFFERS_TABLE, rec->liobn, 0);
	return 0;
}
