/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing an LPAR with its naive twin: answers, windows, entries, memory. */
#include <inttypes.h>
#include <string.h>

#include "papr_machines.h"

bool same_answer(struct papr_lockstep *ls, const struct tce_answer *a, const struct tce_answer *b)
{
	unsigned i;

	if (a->abort != b->abort)
		return DIFFER(ls, "abort %d, twin %d", (int)a->abort, (int)b->abort);
	if (a->r3 != b->r3 || a->r4 != b->r4)
		return DIFFER(ls, "r3 %" PRId64 " r4 0x%" PRIx64 ", twin %" PRId64 " 0x%" PRIx64,
			      a->r3, a->r4, b->r3, b->r4);
	if (a->status != b->status || a->nr_rets != b->nr_rets)
		return DIFFER(ls, "status %d with %u cells, twin %d with %u", a->status, a->nr_rets,
			      b->status, b->nr_rets);
	for (i = 0; i < 6; i++)
		if (a->rets[i] != b->rets[i])
			return DIFFER(ls, "cell %u is 0x%x, twin 0x%x", i, a->rets[i], b->rets[i]);
	if (a->refusal != b->refusal)
		return DIFFER(ls, "refused because %s; twin: %s", tce_refusal_text(a->refusal),
			      tce_refusal_text(b->refusal));
	if (a->nr_stored != b->nr_stored)
		return DIFFER(ls, "stored %" PRIu64 ", twin %" PRIu64, a->nr_stored, b->nr_stored);
	return true;
}

static bool same_window(struct papr_lockstep *ls, const struct tce_window_info *a,
			const struct tce_window_info *b)
{
	if (a->liobn != b->liobn || a->buid != b->buid || a->start != b->start ||
	    a->last != b->last || a->nr_entries != b->nr_entries ||
	    a->page_shift != b->page_shift || a->slot != b->slot || a->vio != b->vio)
		return DIFFER(ls,
			      "LIOBN %" PRIx64 ": %" PRIx64 "..%" PRIx64 " shift %u, twin %" PRIx64
			      ": %" PRIx64 "..%" PRIx64 " shift %u",
			      a->liobn, a->start, a->last, a->page_shift, b->liobn, b->start,
			      b->last, b->page_shift);
	if (a->is_default != b->is_default || a->tainted != b->tainted || a->bypass != b->bypass)
		return DIFFER(ls,
			      "LIOBN %" PRIx64 ": default %d tainted %d bypass %d, twin %d %d %d",
			      a->liobn, a->is_default, a->tainted, a->bypass, b->is_default,
			      b->tainted, b->bypass);
	if (a->dma_start != b->dma_start || a->dma_size != b->dma_size)
		return DIFFER(ls,
			      "LIOBN %" PRIx64 ": DMA at %" PRIx64 "+%" PRIx64 ", twin %" PRIx64
			      "+%" PRIx64,
			      a->liobn, a->dma_start, a->dma_size, b->dma_start, b->dma_size);
	if (a->nr_mapped != b->nr_mapped)
		return DIFFER(ls, "LIOBN %" PRIx64 ": %" PRIu64 " mapped, twin %" PRIu64, a->liobn,
			      a->nr_mapped, b->nr_mapped);
	return true;
}

/* All windows of one machine, in order, none missing, none too many. */
static bool same_windows(struct papr_lockstep *ls, const struct tce_lpar *lpar)
{
	struct tce_window_info info;
	unsigned nr_twin = 0;
	unsigned nr = 0;
	uint64_t from;
	unsigned i;

	for (from = 0; tce_lpar_next_window(lpar, from, &info); from = info.liobn + 1) {
		struct tce_window_info twin;
		struct naive_bus *bus;
		const struct naive_window *win = naive_find(&ls->naive, info.liobn, &bus);

		if (win == NULL)
			return DIFFER(ls, "LIOBN %" PRIx64 " is not there, says the twin",
				      info.liobn);
		naive_describe(bus, win, &twin);
		if (!same_window(ls, &info, &twin))
			return false;
		nr++;
	}
	for (i = 0; i < NAIVE_BUSES; i++)
		nr_twin += ls->naive.bus[i].nr_windows;
	if (nr != nr_twin)
		return DIFFER(ls, "%u windows, twin %u", nr, nr_twin);
	if (tce_lpar_aborted(lpar) != ls->naive.dead)
		return DIFFER(ls, "dead of %d, twin of %d", (int)tce_lpar_aborted(lpar),
			      (int)ls->naive.dead);
	return true;
}

bool same_state(struct papr_lockstep *ls)
{
	unsigned m;

	for (m = 0; m < MACHINES; m++) {
		if (!same_windows(ls, ls->lpar[m]))
			return false;
		if (memcmp(ls->ram[m].bytes, ls->ram[MACHINES].bytes, GUEST_RAM_BYTES) != 0)
			return DIFFER(ls, "guest memory differs from the twin's");
	}
	return true;
}

/* The entries near index. */
bool same_entries(struct papr_lockstep *ls, uint64_t liobn, uint64_t index)
{
	const struct naive_window *win = naive_find(&ls->naive, liobn, NULL);
	uint64_t first = index < 3 ? 0 : index - 3;
	uint64_t i;
	unsigned m;

	if (win == NULL)
		return true;
	for (m = 0; m < MACHINES; m++) {
		const struct tce_table *table = tce_lpar_table(ls->lpar[m], liobn);

		if ((table == NULL) != (win->nr == 0))
			return DIFFER(ls, "LIOBN %" PRIx64 " has %s table", liobn,
				      table == NULL ? "no" : "a");
		for (i = first; i < first + AROUND && i < win->nr; i++)
			if (tce_table_get(table, i) != win->entries[i])
				return DIFFER(ls,
					      "LIOBN %" PRIx64 " entry %" PRIu64 " is 0x%" PRIx64
					      ", twin 0x%" PRIx64,
					      liobn, i, tce_table_get(table, i), win->entries[i]);
	}
	return true;
}

/* Every entry: each run is right, and as many entries are set. */
static bool same_table(struct papr_lockstep *ls, const struct tce_table *table,
		       const struct naive_window *win)
{
	struct tce_run run;
	uint64_t from = 0;
	uint64_t nr = 0;
	uint64_t i;

	while (tce_table_next_run(table, from, &run)) {
		for (i = 0; i < run.count; i++)
			if (win->entries[run.index + i] != run.first + i * run.step)
				return DIFFER(ls, "LIOBN %" PRIx64 " entry %" PRIu64 " differs",
					      win->liobn, run.index + i);
		nr += run.count;
		from = run.index + run.count;
	}
	if (nr != naive_nr_set(win))
		return DIFFER(ls, "LIOBN %" PRIx64 ": %" PRIu64 " entries set, twin %" PRIu64,
			      win->liobn, nr, naive_nr_set(win));
	return true;
}

bool papr_lockstep_compare_all(struct papr_lockstep *ls, struct prop_failure *ret_failure)
{
	bool same = true;
	unsigned m;
	unsigned i;

	for (m = 0; same && m < MACHINES; m++) {
		for (i = 0; same && i < 2 * NAIVE_BUSES; i++) {
			const struct naive_bus *bus = &ls->naive.bus[i / 2];
			const struct naive_window *win = &bus->win[i % 2];

			if (bus->there && win->nr != 0)
				same = same_table(ls, tce_lpar_table(ls->lpar[m], win->liobn), win);
		}
	}
	if (same && !tce_lpar_equal(ls->lpar[0], ls->lpar[1]))
		same = DIFFER(ls, "LAZY and COMPACT are not equal");
	if (same && tce_lpar_hash(ls->lpar[0]) != tce_lpar_hash(ls->lpar[1]))
		same = DIFFER(ls, "LAZY and COMPACT have other hashes");
	if (!same)
		snprintf(ret_failure->text, sizeof(ret_failure->text), "at the end: %s", ls->why);
	return same;
}
