/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay, the machine as the recording shows it: bridges and virtual I/O devices appear, windows
 * begin and end, and the model is brought into a state that the recording tells of but that no
 * recorded call produced: what existed before the first line, what a migration brought, what was
 * adopted after a divergence.
 */
#include "base/assert.h"
#include "base/bits.h"
#include "replay.h"

/* --- RTAS calls to the model ----------------------------------------------------------------- */

static int rtas(struct tce_replay *r, enum tce_rtas call, const uint32_t *args, uint32_t nargs,
		uint32_t nret, struct tce_answer *ret_answer)
{
	struct tce_rtas_call c = {.call = call, .nargs = nargs, .nret = nret};

	memcpy(c.args, args, nargs * sizeof(args[0]));
	return tce_lpar_rtas(r->lpar, &c, ret_answer);
}

int tce_replay_rtas_create(struct tce_replay *r, uint64_t buid, unsigned page_shift,
			   unsigned window_shift, struct tce_answer *ret_answer)
{
	const uint32_t args[5] = {0, (uint32_t)(buid >> 32), (uint32_t)buid, page_shift,
				  window_shift};

	return rtas(r, TCE_RTAS_CREATE, args, 5, 4, ret_answer);
}

int tce_replay_rtas_remove(struct tce_replay *r, uint64_t liobn, struct tce_answer *ret_answer)
{
	const uint32_t args[1] = {(uint32_t)liobn};

	return rtas(r, TCE_RTAS_REMOVE, args, 1, 1, ret_answer);
}

int tce_replay_rtas_phb(struct tce_replay *r, enum tce_rtas call, uint64_t buid,
			struct tce_answer *ret_answer)
{
	const uint32_t args[3] = {0, (uint32_t)(buid >> 32), (uint32_t)buid};

	return rtas(r, call, args, 3, call == TCE_RTAS_QUERY ? 5 : 1, ret_answer);
}

/* --- windows begin and end ------------------------------------------------------------------- */

/* Do the two windows of a bridge share bus addresses? Only the model knows then who serves DMA. */
static void find_overlap(struct tce_rphb *phb)
{
	struct tce_rwin *a = &phb->win[0], *b = &phb->win[1];
	bool overlap = a->active && b->active && a->table != NULL && b->table != NULL &&
		       a->start <= tce_rwin_ioba(b, b->nr - 1) &&
		       b->start <= tce_rwin_ioba(a, a->nr - 1);

	a->overlapped = overlap;
	b->overlapped = overlap;
}

static struct tce_rphb *phb_of(struct tce_replay *r, const struct tce_rwin *w)
{
	unsigned index, slot;

	return tce_liobn_split(w->liobn, &index, &slot) ? &r->phb[index] : NULL;
}

/* A place in the report; the line order of begins is the order of windows there. */
static void report_begin(struct tce_replay *r, struct tce_rwin *w, uint64_t line)
{
	memset(&w->info, 0, sizeof(w->info));
	w->info.liobn = w->liobn;
	w->info.buid = w->buid;
	w->info.created = line;
	w->info_index = r->sum.nr_windows;
	if (r->sum.nr_windows < TCE_REPLAY_WINDOWS)
		r->sum.nr_windows++;
	else
		r->sum.windows_dropped++;
}

static void report_geometry(struct tce_rwin *w)
{
	w->info.start = w->start;
	w->info.size = w->nr << w->shift;
	w->info.page_shift = w->shift;
	w->info.assumed = w->trust == TCE_TRUST_ASSUMED;
	w->info.from_before = w->trust >= TCE_TRUST_LOOSE;
	w->info.in_kernel = w->in_kernel;
}

int tce_replay_marks_new(struct tce_replay *r, const struct tce_rwin *w, bool unknown,
			 struct tce_table **ret_marks)
{
	const struct tce_table_opts opts = {.page_shift = w->shift, .nr_entries = w->nr};
	struct tce_alloc alloc = tce_mem_alloc(&r->mem);
	int err = tce_table_new(&alloc, &opts, ret_marks);

	if (err == 0 && unknown)
		err = tce_table_stuff(*ret_marks, 0,
				      tce_mark(TCE_TOUCH_NEVER, 0, TCE_KNOWN_NOTHING), w->nr);
	return err;
}

/* Geometry and table as the model has them now. */
void tce_replay_take_geometry(struct tce_replay *r, struct tce_rwin *w)
{
	struct tce_window_info info;

	w->table = tce_lpar_table(r->lpar, w->liobn);
	if (w->table == NULL || tce_lpar_window(r->lpar, w->liobn, &info) != 0) {
		w->trust = TCE_TRUST_NOTHING;
		w->table = NULL;
		w->nr = 0;
		return;
	}
	w->start = info.start;
	w->nr = info.nr_entries;
	w->shift = info.page_shift;
}

int tce_replay_window_learn(struct tce_replay *r, struct tce_rwin *w, enum tce_trust trust)
{
	int err = 0;

	w->trust = trust;
	w->gap_end = 0;
	tce_replay_take_geometry(r, w);
	if (w->table != NULL)
		err = tce_replay_marks_new(r, w, trust == TCE_TRUST_LOOSE, &w->marks);
	report_geometry(w);
	if (phb_of(r, w) != NULL)
		find_overlap(phb_of(r, w));
	return err;
}

int tce_replay_window_begin(struct tce_replay *r, struct tce_rwin *w, enum tce_trust trust,
			    uint64_t line)
{
	TCE_ASSERT(!w->active);
	w->active = true;
	w->in_kernel = false;
	w->created = false;
	w->last_dma = 0;
	w->nr_direct = 0;
	w->nr_indirect = 0;
	memset(&w->extent, 0, sizeof(w->extent));
	report_begin(r, w, line);
	return tce_replay_window_learn(r, w, trust);
}

/* How full each eightieth of the window is. */
static void draw_strip(const struct tce_rwin *w, uint8_t strip[TCE_STRIP_CELLS])
{
	uint64_t count[TCE_STRIP_CELLS] = {0};
	uint64_t per_cell = (w->nr + TCE_STRIP_CELLS - 1) / TCE_STRIP_CELLS;
	struct tce_run run;

	for (uint64_t at = 0; tce_table_next_run(w->table, at, &run); at = run.index + run.count) {
		uint64_t end = run.index + run.count;

		if ((run.first & TCE_PERM) == 0)
			continue;
		for (uint64_t i = run.index; i < end;) {
			uint64_t cell_end = (i / per_cell + 1) * per_cell;
			uint64_t stop = cell_end < end ? cell_end : end;

			count[i / per_cell] += stop - i;
			i = stop;
		}
	}
	for (unsigned i = 0; i < TCE_STRIP_CELLS; i++)
		strip[i] = count[i] == 0 ? 0 : (uint8_t)(1 + (count[i] - 1) * 254 / per_cell);
}

static void report_end(struct tce_replay *r, struct tce_rwin *w)
{
	if (w->table != NULL) {
		w->info.mapped = tce_table_nr_mapped(w->table);
		w->info.nr_unknown = tce_table_nr_mapped(w->marks);
		if (w->info.mapped != 0)
			draw_strip(w, w->info.strip);
	}
	w->info.direct = w->nr_direct != 0 && w->nr_indirect == 0;
	if (w->info_index < TCE_REPLAY_WINDOWS)
		r->windows[w->info_index] = w->info;
}

void tce_replay_window_end(struct tce_replay *r, struct tce_rwin *w, enum tce_touch_how how,
			   uint64_t line)
{
	if (!w->active)
		return;
	tce_extent_settle(r, w);
	w->info.end = how;
	w->info.removed = how == TCE_TOUCH_NEVER ? 0 : line;
	report_end(r, w);
	tce_table_free(w->marks);
	w->marks = NULL;
	w->table = NULL;
	w->active = false;
	if (phb_of(r, w) != NULL)
		find_overlap(phb_of(r, w));
}

/* --- bridges and devices --------------------------------------------------------------------- */

static const struct tce_facts_window *fact_of(const struct tce_replay *r, uint64_t liobn)
{
	if (r->has_facts)
		for (unsigned i = 0; i < r->facts.nr_windows; i++)
			if (r->facts.window[i].liobn == liobn)
				return &r->facts.window[i];
	return NULL;
}

bool tce_replay_is_told(const struct tce_replay *r, uint64_t liobn)
{
	return !r->has_facts || r->facts.nr_windows == 0 || fact_of(r, liobn) != NULL;
}

enum tce_trust tce_replay_default_trust(const struct tce_replay *r, uint64_t liobn)
{
	return fact_of(r, liobn) != NULL ? TCE_TRUST_EXACT : TCE_TRUST_ASSUMED;
}

void tce_replay_phb_opts(const struct tce_replay *r, unsigned index, struct tce_phb_opts *ret_opts)
{
	const struct tce_facts_window *fact;

	tce_phb_opts_qemu(ret_opts, index);
	fact = fact_of(r, ret_opts->liobn[0]);
	if (fact != NULL) {
		ret_opts->win_addr = fact->start;
		ret_opts->win_size = fact->size;
	}
	if (r->phb[index].used && r->phb[index].win_size != 0) {
		ret_opts->win_addr = r->phb[index].win_addr;
		ret_opts->win_size = r->phb[index].win_size;
	}
}

static void phb_begin(struct tce_replay *r, unsigned index, const struct tce_phb_opts *opts,
		      uint64_t line)
{
	struct tce_rphb *phb = &r->phb[index];

	memset(phb, 0, sizeof(*phb));
	phb->used = true;
	phb->buid = opts->buid;
	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++) {
		phb->win[i].liobn = opts->liobn[i];
		phb->win[i].buid = opts->buid;
	}
	phb->info_index = r->sum.nr_phbs;
	if (r->sum.nr_phbs == TCE_REPLAY_PHBS * 2)
		return;
	memset(&r->phbs[r->sum.nr_phbs], 0, sizeof(r->phbs[0]));
	r->phbs[r->sum.nr_phbs].buid = opts->buid;
	r->phbs[r->sum.nr_phbs].created = line;
	r->sum.nr_phbs++;
}

static int phb_add(struct tce_replay *r, unsigned index, uint64_t line)
{
	struct tce_phb_opts opts;
	int err;

	tce_replay_phb_opts(r, index, &opts);
	err = tce_lpar_phb_add(r->lpar, &opts);
	if (err == -TCE_ERR_INVAL && fact_of(r, opts.liobn[0]) != NULL) {
		/* The device tree states a window that cannot be. */
		opts.win_addr = 0;
		opts.win_size = 0;
		err = tce_lpar_phb_add(r->lpar, &opts);
	}
	if (err == 0)
		phb_begin(r, index, &opts, line);
	return err;
}

int tce_replay_plug_phb(struct tce_replay *r, unsigned index, uint64_t line)
{
	struct tce_rwin *w = &r->phb[index].win[0];
	int err = phb_add(r, index, line);

	if (err != 0)
		return err;
	r->phb[index].exact = true;
	return tce_replay_window_begin(r, w, tce_replay_default_trust(r, w->liobn), line);
}

int tce_replay_unplug_phb(struct tce_replay *r, unsigned index, uint64_t line)
{
	struct tce_rphb *phb = &r->phb[index];

	for (unsigned i = 0; i < TCE_REPLAY_SLOTS; i++)
		tce_replay_window_end(r, &phb->win[i], TCE_TOUCH_UNPLUG, line);
	if (phb->info_index < TCE_REPLAY_PHBS * 2)
		r->phbs[phb->info_index].removed = line;
	phb->used = false;
	r->last = NULL;
	return tce_lpar_phb_remove(r->lpar, phb->buid);
}

int tce_replay_meet_phb(struct tce_replay *r, unsigned index, uint64_t line)
{
	int err = phb_add(r, index, line);

	return err != 0 ? err
			: tce_replay_window_begin(r, &r->phb[index].win[0], TCE_TRUST_LOOSE, line);
}

/* QEMU's unit addresses are LIOBNs; spapr_vio.c gives each device 256 MiB. */
#define VIO_WINDOW_SIZE (UINT64_C(256) << 20)

static int vio_add(struct tce_replay *r, uint64_t liobn, uint64_t size, enum tce_trust trust,
		   uint64_t line)
{
	const struct tce_vio_opts opts = {.unit = liobn, .liobn = liobn, .size = size};
	struct tce_rvio *vio = NULL;
	int err;

	for (unsigned i = 0; i < TCE_REPLAY_VIOS && vio == NULL; i++)
		if (!r->vio[i].used)
			vio = &r->vio[i];
	if (vio == NULL)
		return 0; /* more than is modelled: its calls are not checked */
	err = tce_lpar_vio_add(r->lpar, &opts);
	if (err != 0)
		return err == -TCE_ERR_NOMEM ? err : 0;
	memset(vio, 0, sizeof(*vio));
	vio->used = true;
	vio->unit = liobn;
	vio->win.liobn = liobn;
	return tce_replay_window_begin(r, &vio->win, trust, line);
}

int tce_replay_plug_vio(struct tce_replay *r, uint64_t liobn, uint64_t line)
{
	const struct tce_facts_window *fact = fact_of(r, liobn);

	for (unsigned i = 0; i < TCE_REPLAY_VIOS; i++) {
		struct tce_rvio *vio = &r->vio[i];

		if (!vio->used || vio->unit != liobn)
			continue;
		tce_replay_window_end(r, &vio->win, TCE_TOUCH_UNPLUG, line);
		vio->used = false;
		r->last = NULL;
		if (tce_lpar_vio_remove(r->lpar, liobn) != 0)
			return -TCE_ERR_STATE;
	}
	return vio_add(r, liobn, fact != NULL ? fact->size : VIO_WINDOW_SIZE, TCE_TRUST_EXACT,
		       line);
}

int tce_replay_meet(struct tce_replay *r, uint64_t liobn, uint64_t line)
{
	unsigned index, slot;
	struct tce_rwin *w;
	int err;

	if (!tce_liobn_is_pci(liobn) && liobn >> 32 == 0)
		return vio_add(r, liobn, VIO_WINDOW_SIZE, TCE_TRUST_LOOSE, line);
	if (!tce_liobn_split(liobn, &index, &slot))
		return 0;
	if (!r->phb[index].used) {
		err = tce_replay_meet_phb(r, index, line);
		if (err != 0)
			return err;
	}
	w = &r->phb[index].win[slot];
	r->phb[index].exact = false;
	return w->active ? 0 : tce_replay_window_begin(r, w, TCE_TRUST_NOTHING, line);
}

/* All bridges and devices; those that were never used cost nothing. */
static void forget(struct tce_replay *r, uint64_t line)
{
	for (unsigned i = 0; i < TCE_REPLAY_PHBS; i++) {
		if (!r->phb[i].used)
			continue;
		for (unsigned slot = 0; slot < TCE_REPLAY_SLOTS; slot++)
			tce_replay_window_end(r, &r->phb[i].win[slot], TCE_TOUCH_REBOOT, line);
		memset(&r->phb[i], 0, sizeof(r->phb[i]));
	}
	for (unsigned i = 0; i < TCE_REPLAY_VIOS; i++) {
		if (!r->vio[i].used)
			continue;
		tce_replay_window_end(r, &r->vio[i].win, TCE_TOUCH_REBOOT, line);
		memset(&r->vio[i], 0, sizeof(r->vio[i]));
	}
}

int tce_replay_restart(struct tce_replay *r, uint64_t line)
{
	struct tce_alloc alloc = tce_mem_alloc(&r->mem);
	struct tce_memory guest = {.ctx = r, .read = tce_replay_read_list};
	struct tce_lpar_opts opts = {.profile = r->profile, .alloc = &alloc, .memory = &guest};
	int err;

	forget(r, line);
	tce_replay_drop_saves(r);
	tce_lpar_free(r->lpar);
	r->lpar = NULL;
	r->last = NULL;
	memset(&r->first_table, 0, sizeof(r->first_table));
	r->slots_made = 0;
	r->saw_made = false;
	err = tce_lpar_new(&opts, &r->lpar);
	r->dead = false;
	r->saw_reset = false;
	return err;
}
