/* SPDX-License-Identifier: BSD-2-Clause */
/* An LPAR's life, and looking things up in it. */
#include "lpar.h"

static bool profile_valid(const struct tce_papr_profile *profile)
{
	return tce_papr_page_shifts_valid(profile->page_shifts) && profile->nr_entries_bits >= 1 &&
	       profile->nr_entries_bits <= 64 && profile->shift_modulo <= 64;
}

/* All or some of them: tce_lpar_free copes with both. */
static int registries_init(struct tce_lpar *lpar)
{
	int err = tce_papr_registry_init(&lpar->liobns, &lpar->mem);

	if (err == 0)
		err = tce_papr_registry_init(&lpar->phbs, &lpar->mem);
	if (err == 0)
		err = tce_papr_registry_init(&lpar->vios, &lpar->mem);
	return err;
}

int tce_lpar_new(const struct tce_lpar_opts *opts, struct tce_lpar **ret_lpar)
{
	struct tce_lpar *lpar;
	struct tce_mem mem;

	if (opts->profile == NULL || !profile_valid(opts->profile) ||
	    (opts->storage != TCE_STORAGE_LAZY && opts->storage != TCE_STORAGE_COMPACT))
		return -TCE_ERR_INVAL;
	tce_mem_init(&mem, opts->alloc);
	lpar = tce_mem_new(&mem, sizeof(*lpar));
	if (lpar == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&lpar->mem, opts->alloc);
	lpar->profile = opts->profile;
	lpar->storage = opts->storage;
	tce_lpar_rebind(lpar, opts->memory, opts->notify);
	if (registries_init(lpar) != 0) {
		tce_lpar_free(lpar);
		return -TCE_ERR_NOMEM;
	}
	*ret_lpar = lpar;
	return 0;
}

void tce_lpar_free(struct tce_lpar *lpar)
{
	struct tce_alloc alloc;
	struct papr_bus *bus;
	struct tce_mem mem;

	if (lpar == NULL)
		return;
	tce_lpar_rebind(lpar, NULL, NULL);
	while ((bus = tce_papr_first_bus(lpar)) != NULL)
		tce_papr_bus_remove(lpar, bus);
	tce_papr_registry_fini(&lpar->liobns, &lpar->mem);
	tce_papr_registry_fini(&lpar->phbs, &lpar->mem);
	tce_papr_registry_fini(&lpar->vios, &lpar->mem);
	alloc = tce_mem_alloc(&lpar->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, lpar, sizeof(*lpar));
}

void tce_lpar_rebind(struct tce_lpar *lpar, const struct tce_memory *memory,
		     const struct tce_lpar_notify *notify)
{
	lpar->memory = memory != NULL ? *memory : (struct tce_memory){.ctx = NULL};
	lpar->notify = notify != NULL ? *notify : (struct tce_lpar_notify){.ctx = NULL};
	tce_papr_choose_paths(lpar);
}

void tce_papr_choose_paths(struct tce_lpar *lpar)
{
	lpar->get_is_plain = lpar->aborted == TCE_ABORT_NOT && !lpar->profile->get_partial;
	lpar->put_is_plain = lpar->aborted == TCE_ABORT_NOT && !lpar->profile->tce_checked &&
			     lpar->notify.tces == NULL;
}

const struct tce_papr_profile *tce_lpar_profile(const struct tce_lpar *lpar)
{
	return lpar->profile;
}

enum tce_abort tce_lpar_aborted(const struct tce_lpar *lpar)
{
	return lpar->aborted;
}

void tce_papr_abort(struct tce_lpar *lpar, enum tce_abort cause, struct tce_answer *ret_answer)
{
	lpar->aborted = cause;
	tce_papr_choose_paths(lpar);
	*ret_answer = (struct tce_answer){.abort = cause};
}

struct papr_window *tce_papr_window_from(const struct tce_lpar *lpar, uint64_t from)
{
	struct papr_window *best = NULL;
	struct papr_bus *bus;
	unsigned i;

	for (bus = tce_papr_first_bus(lpar); bus != NULL; bus = tce_papr_next_bus(bus)) {
		for (i = 0; i < bus->nr_slots; i++) {
			struct papr_window *win = &bus->win[i];

			if (win->liobn >= from && (best == NULL || win->liobn < best->liobn))
				best = win;
		}
	}
	return best;
}

const struct tce_table *tce_lpar_table(const struct tce_lpar *lpar, uint64_t liobn)
{
	const struct papr_window *win = tce_papr_window(lpar, liobn);

	return win == NULL ? NULL : tce_papr_table(win);
}

int tce_lpar_window(const struct tce_lpar *lpar, uint64_t liobn, struct tce_window_info *ret_info)
{
	const struct papr_window *win = tce_papr_window(lpar, liobn);

	if (win == NULL)
		return -TCE_ERR_NOENT;
	tce_papr_window_describe(win, ret_info);
	return 0;
}

bool tce_lpar_next_window(const struct tce_lpar *lpar, uint64_t from,
			  struct tce_window_info *ret_info)
{
	const struct papr_window *win = tce_papr_window_from(lpar, from);

	if (win != NULL)
		tce_papr_window_describe(win, ret_info);
	return win != NULL;
}
