/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Save and load (QEMU hw/ppc/spapr_iommu.c, vmstate "spapr_iommu" v3 and its subsection; measured
 * with migrations between two QEMU 7.2.22).
 *
 * The stream: records of five big-endian 64-bit words, the first says what it is.
 *
 *	HEAD    version, 0, 0, 0
 *	WINDOW  LIOBN, entries, start, page shift | flags << 32
 *	RUN     index, count, first TCE, step		of the window before it, by index
 *	END     records before it, check sum of them, 0, 0
 *
 * Loading builds all tables first and changes the LPAR only when the stream has ended well.
 */
#include "lpar.h"

#include "base/bits.h"
#include "base/hash.h"

#define WORDS        5U
#define VERSION      1U

#define HEAD         UINT64_C(0x5443452d4c504152) /* "TCE-LPAR" */
#define WINDOW       UINT64_C(0x57494e444f570000) /* "WINDOW" */
#define RUN          UINT64_C(0x52554e0000000000) /* "RUN" */
#define END          UINT64_C(0x454e440000000000) /* "END" */

#define FLAG_DEFAULT (UINT64_C(1) << 32)
#define FLAG_BYPASS  (UINT64_C(1) << 33)
#define FLAG_LIMITED (UINT64_C(1) << 34)
#define FLAGS_KNOWN  (FLAG_DEFAULT | FLAG_BYPASS | FLAG_LIMITED)

struct saver {
	int (*put)(void *ctx, const void *buf, size_t n);
	void *ctx;
	uint64_t nr;
	uint64_t sum;
};

static int record_put(struct saver *saver, uint64_t tag, const uint64_t body[WORDS - 1])
{
	struct tce_be64 record[WORDS];
	unsigned i;

	tce_be64_set(&record[0], tag);
	for (i = 1; i < WORDS; i++)
		tce_be64_set(&record[i], body[i - 1]);
	saver->nr++;
	saver->sum = tce_hash_bytes(saver->sum, record, sizeof(record));
	return saver->put(saver->ctx, record, sizeof(record)) == 0 ? 0 : -TCE_ERR_IO;
}

static uint64_t window_flags(const struct papr_window *win)
{
	const struct papr_bus *bus = tce_papr_bus_of(win);

	return (win->is_default ? FLAG_DEFAULT : 0) | (bus->bypass ? FLAG_BYPASS : 0) |
	       (bus->limited ? FLAG_LIMITED : 0);
}

static int window_save(struct saver *saver, const struct papr_window *win)
{
	uint64_t body[WORDS - 1] = {win->liobn, win->nr_entries, win->start,
				    win->page_shift | window_flags(win)};
	int err = record_put(saver, WINDOW, body);
	struct tce_run run;
	uint64_t from = 0;

	while (err == 0 && win->nr_entries != 0 &&
	       tce_table_next_run(tce_papr_table(win), from, &run)) {
		uint64_t words[WORDS - 1] = {run.index, run.count, run.first, run.step};

		err = record_put(saver, RUN, words);
		from = run.index + run.count;
	}
	return err;
}

int tce_lpar_save(const struct tce_lpar *lpar, int (*put)(void *ctx, const void *buf, size_t n),
		  void *ctx)
{
	struct saver saver = {put, ctx, 0, 0};
	uint64_t body[WORDS - 1] = {VERSION};
	const struct papr_window *win;
	uint64_t from = 0;
	int err;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	err = record_put(&saver, HEAD, body);
	while (err == 0 && (win = tce_papr_window_from(lpar, from)) != NULL) {
		err = window_save(&saver, win);
		from = win->liobn + 1;
	}
	body[0] = saver.nr;
	body[1] = saver.sum;
	return err != 0 ? err : record_put(&saver, END, body);
}

/* What the stream makes of one window. */
struct incoming {
	struct papr_window *win;
	struct papr_place place;
	struct tce_table *table; /* NULL when there are no entries */
	uint64_t flags;
	uint64_t filled; /* entries from here on have not come yet */
	bool attached_anew;
};

struct loader {
	struct tce_lpar *lpar;
	int (*get)(void *ctx, void *buf, size_t n);
	void *ctx;
	uint64_t word[WORDS]; /* the record at hand */
	uint64_t nr;          /* records so far, and their check sum: without that one */
	uint64_t sum;
	uint64_t next_sum;
	struct incoming *in;
	unsigned nr_in;
	unsigned capacity;
};

static int record_get(struct loader *loader)
{
	struct tce_be64 record[WORDS];
	unsigned i;

	if (loader->get(loader->ctx, record, sizeof(record)) != 0)
		return -TCE_ERR_IO;
	loader->sum = loader->next_sum;
	loader->next_sum = tce_hash_bytes(loader->sum, record, sizeof(record));
	for (i = 0; i < WORDS; i++)
		loader->word[i] = tce_be64_get(&record[i]);
	return 0;
}

/*
 * Which place the window gets. QEMU sends start and page shift only when they are not those of a
 * window at 0 with 4 KiB pages; the receiver keeps its own then, whatever they are.
 */
static void decide_place(const struct loader *loader, struct incoming *in)
{
	const struct papr_window *win = in->win;
	bool by_size = loader->lpar->profile->migrates_by_size;

	in->place.nr_entries = loader->word[2];
	in->place.start = loader->word[3];
	in->place.page_shift = (uint32_t)loader->word[4];
	if (by_size && in->place.start == 0 && in->place.page_shift == TCE_PAGE_SHIFT_MIN) {
		in->place.start = win->start;
		in->place.page_shift = win->page_shift;
	}
	in->attached_anew = !by_size || in->place.nr_entries != win->nr_entries;
}

static bool place_valid(const struct loader *loader, const struct papr_place *place)
{
	const struct tce_papr_profile *profile = loader->lpar->profile;
	bool zero_shift =
		place->page_shift == 0 && (place->nr_entries == 0 || profile->migrates_by_size);

	return place->nr_entries <= tce_low_mask(profile->nr_entries_bits) &&
	       place->nr_entries <= TCE_TABLE_ENTRIES_MAX &&
	       (zero_shift || (place->page_shift >= TCE_PAGE_SHIFT_MIN &&
			       place->page_shift <= TCE_PAGE_SHIFT_MAX));
}

static bool already_in(const struct loader *loader, const struct papr_window *win)
{
	unsigned i;

	for (i = 0; i < loader->nr_in; i++)
		if (loader->in[i].win == win)
			return true;
	return false;
}

static int window_load(struct loader *loader)
{
	struct papr_window *win = tce_papr_window(loader->lpar, loader->word[1]);
	struct incoming *in = &loader->in[loader->nr_in];
	uint64_t flags = loader->word[4] >> 32 << 32;

	if (win == NULL)
		return -TCE_ERR_NOENT;
	if (already_in(loader, win) || (flags & ~FLAGS_KNOWN) != 0)
		return -TCE_ERR_FORMAT;
	*in = (struct incoming){.win = win, .flags = flags};
	decide_place(loader, in);
	if (!place_valid(loader, &in->place))
		return -TCE_ERR_FORMAT;
	if (in->place.nr_entries != 0 &&
	    tce_papr_table_new(loader->lpar, &in->place, &in->table) != 0)
		return -TCE_ERR_NOMEM;
	loader->nr_in++;
	return 0;
}

/* A run of another page size than the table's: the receiver's page size counted (see above). */
static int run_by_entries(struct tce_table *table, const struct tce_run *run)
{
	uint64_t i;
	int err = 0;

	for (i = 0; err == 0 && i < run->count; i++)
		err = tce_table_put(table, run->index + i, run->first + i * run->step, NULL);
	return err;
}

static int run_store(struct tce_table *table, const struct tce_run *run)
{
	if (run->step == 0)
		return tce_table_stuff(table, run->index, run->first, run->count);
	if (run->step == UINT64_C(1) << tce_table_page_shift(table))
		return tce_table_put_run(table, run->index, run->first, run->count);
	return run_by_entries(table, run);
}

static int run_load(struct loader *loader)
{
	struct tce_run run = {loader->word[1], loader->word[2], loader->word[3], loader->word[4]};
	struct incoming *in;

	if (loader->nr_in == 0)
		return -TCE_ERR_FORMAT;
	in = &loader->in[loader->nr_in - 1];
	if (run.index < in->filled || run.count == 0 || run.index >= in->place.nr_entries ||
	    run.count > in->place.nr_entries - run.index)
		return -TCE_ERR_FORMAT;
	in->filled = run.index + run.count;
	return run_store(in->table, &run);
}

/* One record after the other. 0 at a good end. */
static int records_load(struct loader *loader)
{
	int err = record_get(loader);

	if (err == 0 && (loader->word[0] != HEAD || loader->word[1] != VERSION))
		return -TCE_ERR_FORMAT;
	while (err == 0) {
		loader->nr++;
		err = record_get(loader);
		if (err != 0)
			break;
		if (loader->word[0] == END)
			return loader->word[1] == loader->nr && loader->word[2] == loader->sum
				       ? 0
				       : -TCE_ERR_FORMAT;
		if (loader->word[0] == RUN)
			err = run_load(loader);
		else if (loader->word[0] == WINDOW)
			err = window_load(loader);
		else
			err = -TCE_ERR_FORMAT;
	}
	return err;
}

static void window_commit(struct tce_lpar *lpar, struct incoming *in)
{
	struct papr_window *win = in->win;
	struct papr_bus *bus = tce_papr_bus_of(win);

	if (in->attached_anew) {
		tce_papr_window_disable(lpar, win);
		win->is_default = (in->flags & FLAG_DEFAULT) != 0;
		if (in->place.nr_entries != 0)
			tce_papr_window_enable(lpar, win, &in->place, in->table);
	} else {
		win->is_default = (in->flags & FLAG_DEFAULT) != 0;
		tce_papr_window_replace(lpar, win, &in->place, in->table);
	}
	in->table = NULL;
	bus->bypass = bus->vio && (in->flags & FLAG_BYPASS) != 0;
	bus->limited = !bus->vio && (in->flags & FLAG_LIMITED) != 0;
}

static void commit(struct loader *loader)
{
	struct tce_answer ignored;
	unsigned i;

	for (i = 0; i < loader->nr_in; i++) {
		const struct incoming *in = &loader->in[i];

		if (!in->win->tainted || in->place.nr_entries == 0)
			continue;
		tce_papr_abort(loader->lpar, TCE_ABORT_REGION_TWICE, &ignored);
		return;
	}
	for (i = 0; i < loader->nr_in; i++)
		window_commit(loader->lpar, &loader->in[i]);
}

static unsigned nr_windows(const struct tce_lpar *lpar)
{
	return lpar->liobns.used;
}

int tce_lpar_load(struct tce_lpar *lpar, int (*get)(void *ctx, void *buf, size_t n), void *ctx)
{
	struct loader loader = {.lpar = lpar, .get = get, .ctx = ctx, .capacity = nr_windows(lpar)};
	size_t bytes = (loader.capacity + 1) * sizeof(*loader.in);
	unsigned i;
	int err;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	loader.in = tce_mem_new(&lpar->mem, bytes);
	if (loader.in == NULL)
		return -TCE_ERR_NOMEM;
	err = records_load(&loader);
	if (err == 0)
		commit(&loader);
	for (i = 0; i < loader.nr_in; i++)
		tce_table_free(loader.in[i].table);
	tce_mem_free(&lpar->mem, loader.in, bytes);
	return err;
}
