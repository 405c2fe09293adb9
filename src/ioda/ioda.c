/* SPDX-License-Identifier: BSD-2-Clause */
/* One bridge: its life, its identity, and what can be seen of it. */
#include "ioda.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "kill.h"

#define RTT_BYTES  UINT64_C(0x20000)
#define MAX_CACHED 65536U

static bool opts_fit(const struct tce_ioda_opts *opts)
{
	bool in_memory = opts->tables == TCE_IODA_TABLES_MEMORY;

	if (opts->model == NULL || opts->profile == NULL ||
	    (opts->opal == NULL && opts->profile->opal == NULL))
		return false;
	if (opts->nr_tces != 0 && (!tce_is_pow2(opts->nr_tces) || opts->nr_tces > MAX_CACHED ||
				   opts->nr_tces < TCE_ASSOC_WAYS))
		return false;
	if (!in_memory || opts->model->generation == TCE_IODA_P7IOC)
		return true;
	return opts->memory != NULL && (opts->rtt.v & (RTT_BYTES - 1)) == 0 &&
	       ((opts->peltv.v | opts->pest.v) & 0xfff) == 0;
}

static void set_up(struct tce_ioda *ioda, const struct tce_ioda_opts *opts)
{
	const struct tce_ioda_model *model = opts->model;

	tce_mem_init(&ioda->mem, opts->alloc);
	tce_ioda_rebind(ioda, opts->memory);
	ioda->model = model;
	ioda->profile = opts->profile;
	ioda->opal = opts->opal != NULL ? opts->opal : opts->profile->opal;
	ioda->phb_id = opts->phb_id;
	ioda->tables = opts->tables;
	ioda->rtt = opts->rtt.v;
	ioda->peltv = opts->peltv.v;
	ioda->pest = opts->pest.v;
	ioda->errata = opts->errata & TCE_IODA_ERRATUM_LOST_PAGE_KILL;
	tce_assoc_init(&ioda->rtc, model->nr_rtes != 0 ? model->nr_rtes : TCE_ASSOC_WAYS);
	tce_assoc_init(&ioda->tces, opts->nr_tces != 0 ? opts->nr_tces : model->nr_tces);
	tce_ioda_init_registers(ioda);
}

int tce_ioda_new(const struct tce_ioda_opts *opts, struct tce_ioda **ret_ioda)
{
	struct tce_mem mem;
	struct tce_ioda *ioda;
	int err;

	if (!opts_fit(opts))
		return -TCE_ERR_INVAL;
	tce_mem_init(&mem, opts->alloc);
	ioda = tce_mem_new(&mem, sizeof(*ioda));
	if (ioda == NULL)
		return -TCE_ERR_NOMEM;
	set_up(ioda, opts);
	err = tce_ioda_reset_tables(ioda);
	if (err != 0) {
		tce_ioda_free(ioda);
		return err;
	}
	*ret_ioda = ioda;
	return 0;
}

void tce_ioda_free(struct tce_ioda *ioda)
{
	struct tce_mem mem;
	struct tce_alloc alloc;

	if (ioda == NULL)
		return;
	tce_sparse_fini(&ioda->words, &ioda->mem);
	tce_sparse_fini(&ioda->asked, &ioda->mem);
	tce_assoc_fini(&ioda->rtc, &ioda->mem);
	tce_assoc_fini(&ioda->tces, &ioda->mem);
	tce_rids_fini(&ioda->rids, &ioda->mem);
	alloc = tce_mem_alloc(&ioda->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, ioda, sizeof(*ioda));
}

void tce_ioda_rebind(struct tce_ioda *ioda, const struct tce_memory *memory)
{
	static const struct tce_memory none;

	ioda->has_memory = memory != NULL;
	ioda->memory = memory != NULL ? *memory : none;
}

const struct tce_ioda_model *tce_ioda_model_of(const struct tce_ioda *ioda)
{
	return ioda->model;
}

const struct tce_ioda_profile *tce_ioda_profile_of(const struct tce_ioda *ioda)
{
	return ioda->profile;
}

uint64_t tce_ioda_phb_id(const struct tce_ioda *ioda)
{
	return ioda->phb_id;
}

unsigned tce_ioda_set_errata(struct tce_ioda *ioda, unsigned errata)
{
	unsigned old = ioda->errata;

	ioda->errata = errata & TCE_IODA_ERRATUM_LOST_PAGE_KILL;
	return old;
}

void tce_ioda_set_health(struct tce_ioda *ioda, enum tce_ioda_health health)
{
	ioda->health = health;
}

enum tce_ioda_health tce_ioda_health(const struct tce_ioda *ioda)
{
	return ioda->health;
}

/* The registers in one order, for hash and equal. */
static void registers(const struct tce_ioda *ioda, uint64_t ret_values[10])
{
	ret_values[0] = ioda->health;
	ret_values[1] = ioda->errata;
	ret_values[2] = ioda->config;
	ret_values[3] = ioda->control;
	ret_values[4] = ioda->rtt_bar;
	ret_values[5] = ioda->peltv_bar;
	ret_values[6] = ioda->pest_bar;
	ret_values[7] = ioda->rtc_invalidate;
	ret_values[8] = ioda->tce_kill;
	ret_values[9] = ioda->ioda_addr;
}

uint64_t tce_ioda_hash(const struct tce_ioda *ioda)
{
	uint64_t values[10];
	uint64_t hash;

	registers(ioda, values);
	hash = tce_hash_bytes(0, values, sizeof(values));
	hash = tce_sparse_hash(hash, &ioda->words);
	hash = tce_sparse_hash(hash, &ioda->asked);
	hash = tce_assoc_hash(hash, &ioda->rtc);
	hash = tce_assoc_hash(hash, &ioda->tces);
	return tce_rids_hash(hash, &ioda->rids);
}

bool tce_ioda_equal(const struct tce_ioda *a, const struct tce_ioda *b)
{
	uint64_t values_a[10];
	uint64_t values_b[10];

	registers(a, values_a);
	registers(b, values_b);
	return memcmp(values_a, values_b, sizeof(values_a)) == 0 &&
	       tce_sparse_equal(&a->words, &b->words) && tce_sparse_equal(&a->asked, &b->asked) &&
	       tce_assoc_equal(&a->rtc, &b->rtc) && tce_assoc_equal(&a->tces, &b->tces) &&
	       tce_rids_equal(&a->rids, &b->rids);
}

void tce_ioda_tve(const struct tce_ioda *ioda, unsigned index, uint64_t ret_word[2])
{
	ret_word[0] = 0;
	ret_word[1] = 0;
	if (index >= ioda->model->nr_tves)
		return;
	ret_word[0] = tce_sparse_get(&ioda->words, tce_tve_key(index, 0));
	if (ioda->model->generation == TCE_IODA_P7IOC)
		ret_word[1] = tce_sparse_get(&ioda->words, tce_tve_key(index, 1));
}

bool tce_ioda_next_tve(const struct tce_ioda *ioda, unsigned from, unsigned *ret_index)
{
	const struct tce_slot *slots = tce_sparse_slots(&ioda->words);
	uint32_t i;

	if (from >= ioda->model->nr_tves)
		return false;
	i = tce_sparse_find(&ioda->words, tce_tve_key(from, 0));
	if (i == ioda->words.nr || slots[i].key >= tce_tve_key(ioda->model->nr_tves, 0))
		return false;
	*ret_index = (unsigned)(uint32_t)slots[i].key >> 1;
	return true;
}

bool tce_ioda_cached_at(const struct tce_ioda *ioda, unsigned i, struct tce_ioda_cached *ret_entry)
{
	const struct tce_slot *slot;

	if (i >= ioda->tces.nr)
		return false;
	slot = &tce_assoc_slots(&ioda->tces)[i];
	if (ioda->model->generation == TCE_IODA_P7IOC) {
		ret_entry->pe = 0;
		ret_entry->addr = slot->key << 3;
	} else {
		unsigned shift = tce_cache_key_page_code(slot->key) + 11;

		ret_entry->pe = tce_cache_key_pe(slot->key);
		ret_entry->addr = tce_cache_key_page(slot->key) << shift;
	}
	ret_entry->page_shift = tce_cached_shift(slot->value);
	ret_entry->tce = tce_cached_tce(slot->value);
	return true;
}
