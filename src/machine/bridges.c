/* SPDX-License-Identifier: BSD-2-Clause */
/* Bridges, and the words of memory behind them. */
#include "bridges.h"

#include <string.h>

#include "base/bits.h"
#include "base/hash.h"
#include "canon.h"
#include "ioda/ioda.h"

/* --- memory ---------------------------------------------------------------------------------- */

/* The word at a multiple of 8 inside memory. */
static uint64_t word_get(const struct tce_machine *machine, uint64_t ra)
{
	uint64_t index = ra / 8;

	return index < tce_table_nr_entries(machine->words) ? tce_table_get(machine->words, index)
							    : 0;
}

uint64_t tce_machine_word(const struct tce_machine *machine, uint64_t ra)
{
	return word_get(machine, ra);
}

bool tce_machine_next_word(const struct tce_machine *machine, uint64_t ra, uint64_t end,
			   uint64_t *ret_ra)
{
	struct tce_run run;

	if (ra / 8 >= tce_table_nr_entries(machine->words) ||
	    !tce_table_next_run(machine->words, ra / 8, &run) || run.index >= end / 8)
		return false;
	*ret_ra = run.index * 8;
	return true;
}

int tce_machine_set_word(struct tce_machine *machine, uint64_t ra, uint64_t value)
{
	if (ra % 8 != 0 || ra / 8 >= tce_table_nr_entries(machine->words) ||
	    !tce_memmap_backed(machine->st, ra, 8))
		return -TCE_ERR_INVAL;
	return tce_table_put(machine->words, ra / 8, value, NULL);
}

static int memory_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	const struct tce_machine *machine = ctx;
	uint8_t *to = buf;

	if (!tce_memmap_backed(machine->st, ra.v, n))
		return 1;
	while (n != 0) {
		size_t skip = ra.v % 8;
		size_t piece = 8 - skip < n ? 8 - skip : n;
		uint8_t word[8];

		tce_be64_store(word, word_get(machine, ra.v - skip));
		memcpy(to, word + skip, piece);
		to += piece;
		ra.v += piece;
		n -= piece;
	}
	return 0;
}

static int memory_write(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	const struct tce_machine *machine = ctx;
	const uint8_t *from = buf;

	if (!tce_memmap_backed(machine->st, ra.v, n))
		return 1;
	while (n != 0) {
		size_t skip = ra.v % 8;
		size_t piece = 8 - skip < n ? 8 - skip : n;
		uint8_t word[8];

		tce_be64_store(word, word_get(machine, ra.v - skip));
		memcpy(word + skip, from, piece);
		if (tce_table_put(machine->words, ra.v / 8, tce_be64_load(word), NULL) != 0)
			return 1;
		from += piece;
		ra.v += piece;
		n -= piece;
	}
	return 0;
}

static struct tce_memory memory_of(struct tce_machine *machine)
{
	struct tce_memory memory = {.ctx = machine, .read = memory_read, .write = memory_write};

	return memory;
}

int tce_bridges_init(struct tce_machine *machine)
{
	struct tce_table_opts opts = {.page_shift = TCE_PAGE_SHIFT_MIN,
				      .nr_entries = machine->opts.max_ram / 8,
				      .storage = machine->opts.storage};
	struct tce_alloc alloc = tce_machine_is_lazy(machine) ? tce_mem_alloc(&machine->heap)
							      : tce_arena_alloc(machine->platform);

	return tce_table_new(&alloc, &opts, &machine->words);
}

void tce_bridges_fini(struct tce_machine *machine)
{
	if (tce_machine_is_lazy(machine))
		tce_table_free(machine->words);
}

/* --- bridges --------------------------------------------------------------------------------- */

struct tce_ioda *tce_bridge_of(const struct tce_machine *machine, const struct tce_phb *phb)
{
	return tce_arena_at(machine->platform, phb->bridge);
}

static const struct tce_ioda_profile *profile_of(const struct tce_machine *machine)
{
	const char *name = machine->opts.ioda_profile;

	return tce_ioda_profile_find(name == NULL ? "hardware" : name);
}

static int bridge_make(struct tce_machine *machine, const struct tce_ioda_model *model,
		       uint64_t phb_id, struct tce_ref *ret_ref)
{
	struct tce_memory memory = memory_of(machine);
	struct tce_alloc alloc = tce_arena_alloc(machine->platform);
	struct tce_ioda_opts opts = {.model = model,
				     .profile = profile_of(machine),
				     .alloc = &alloc,
				     .memory = &memory,
				     .phb_id = phb_id,
				     .tables = TCE_IODA_TABLES_INSIDE};
	struct tce_ioda *ioda;
	int err = tce_ioda_new(&opts, &ioda);

	if (err == 0)
		*ret_ref = tce_arena_ref(machine->platform, ioda);
	return err;
}

int tce_bridge_new(struct tce_machine *machine, const struct tce_ev_phb_plug *ev,
		   struct tce_ref *ret_ref)
{
	const struct tce_ioda_model *model =
		tce_ioda_model((enum tce_ioda_generation)ev->generation, ev->big);

	return model == NULL ? -TCE_ERR_INVAL : bridge_make(machine, model, ev->phb, ret_ref);
}

void tce_bridge_free(struct tce_machine *machine, struct tce_ref ref)
{
	tce_ioda_free(tce_arena_at(machine->platform, ref));
}

void tce_bridge_mmio32(const struct tce_ev_phb_plug *ev, uint64_t *ret_start, uint64_t *ret_last)
{
	const struct tce_ioda_model *model =
		tce_ioda_model((enum tce_ioda_generation)ev->generation, ev->big);

	*ret_start = model->mmio32_start;
	*ret_last = model->mmio32_size == 0 ? 0 : model->mmio32_start + model->mmio32_size - 1;
}

void tce_bridges_bind(struct tce_machine *machine)
{
	struct tce_memory memory = memory_of(machine);
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(machine->st, i)) != NULL; i++)
		tce_ioda_rebind(tce_bridge_of(machine, phb), &memory);
}

int tce_bridges_reset(struct tce_machine *machine)
{
	struct tce_phb *phb;

	tce_table_clear(machine->words);
	for (uint32_t i = 0; (phb = tce_phb_at(machine->st, i)) != NULL; i++) {
		struct tce_ioda *old = tce_bridge_of(machine, phb);
		int err = bridge_make(machine, tce_ioda_model_of(old), phb->id, &phb->bridge);

		if (err != 0)
			return err;
		tce_ioda_free(old);
	}
	return 0;
}

/* --- calls and stores ------------------------------------------------------------------------ */

static struct tce_ioda *bridge_by_id(const struct tce_machine *machine, uint64_t id)
{
	const struct tce_phb *phb = id < TCE_NO_ID ? tce_phb_find(machine->st, (uint16_t)id) : NULL;

	return phb == NULL ? NULL : tce_bridge_of(machine, phb);
}

int tce_bridges_opal(struct tce_machine *machine, const struct tce_ev_opal *ev,
		     struct tce_opal_answer *ret_answer)
{
	struct tce_opal_call call;
	struct tce_ioda *ioda = bridge_by_id(machine, ev->args[0]);

	if (ioda == NULL) {
		memset(ret_answer, 0, sizeof(*ret_answer));
		ret_answer->rc = TCE_OPAL_PARAMETER;
		ret_answer->refusal = TCE_OPAL_REFUSED_PHB_UNKNOWN;
		return 0;
	}
	call.token = ev->token;
	call.no_pointers = true;
	memcpy(call.u.args, ev->args, sizeof(call.u.args));
	return tce_ioda_opal(ioda, &call, ret_answer);
}

static int opal(struct tce_machine *machine, const struct tce_ev_opal *ev,
		struct tce_outcome *outcome)
{
	struct tce_opal_answer answer;
	int err = tce_bridges_opal(machine, ev, &answer);

	if (err != 0)
		return err;
	outcome->opal = answer.rc;
	outcome->opal_refusal = answer.refusal;
	if (ev->token == TCE_OPAL_PCI_EEH_FREEZE_STATUS)
		outcome->value = answer.freeze_state | (uint64_t)answer.error_type << 8;
	else if (ev->token == TCE_OPAL_PHB_GET_OPTION)
		outcome->value = answer.option;
	return 0;
}

int tce_bridges_store(struct tce_machine *machine, const struct tce_ev_store *ev)
{
	uint64_t words = ev->words == 0 ? 1 : ev->words;

	if (ev->ra.v % 8 != 0 || !tce_memmap_backed(machine->st, ev->ra.v, words * 8) ||
	    ev->ra.v / 8 + words > tce_table_nr_entries(machine->words))
		return -TCE_ERR_INVAL;
	if (words == 1)
		return tce_table_put(machine->words, ev->ra.v / 8, ev->value, NULL);
	return tce_table_stuff(machine->words, ev->ra.v / 8, ev->value, words);
}

int tce_bridges_answer(struct tce_machine *machine, const struct tce_event *event,
		       struct tce_outcome *outcome)
{
	const struct tce_ev_reg *reg = &event->u.reg;
	struct tce_ioda *ioda;

	switch (event->kind) {
	case TCE_EV_OPAL: return opal(machine, &event->u.opal, outcome);
	case TCE_EV_TCE_STORE: return tce_bridges_store(machine, &event->u.store);
	default:
		ioda = bridge_by_id(machine, reg->phb);
		return ioda == NULL ? -TCE_ERR_NOENT
				    : tce_ioda_reg_write(ioda, reg->offset, reg->value);
	}
}

/* --- DMA ------------------------------------------------------------------------------------- */

static enum tce_dma_result result_of(enum tce_ioda_fault fault)
{
	switch (fault) {
	case TCE_IODA_FAULT_NOT: return TCE_DMA_OK;
	case TCE_IODA_FAULT_MSI: return TCE_DMA_MSI;
	case TCE_IODA_FAULT_NO_SEGMENT:
	case TCE_IODA_FAULT_TVE_INVALID:
	case TCE_IODA_FAULT_EXTENT:
	case TCE_IODA_FAULT_BYPASS_RANGE: return TCE_DMA_NO_WINDOW;
	default: return TCE_DMA_FAULT;
	}
}

int tce_bridges_dma(struct tce_machine *machine, const struct tce_dev *dev, uint64_t bus,
		    unsigned access, struct tce_outcome *outcome)
{
	struct tce_ioda_access ask = {
		.rid = tce_dev_rid(machine->st, dev), .addr = bus, .access = access};
	struct tce_ioda_xlate xlate;
	int err = tce_ioda_dma(tce_bridge_of(machine, tce_phb_find(machine->st, dev->phb)), &ask,
			       &xlate);

	if (err != 0)
		return err;
	memset(&outcome->dma, 0, sizeof(outcome->dma));
	outcome->dma.result = result_of(xlate.fault);
	outcome->dma.xlate.tce = xlate.tce;
	outcome->dma.xlate.ra = xlate.ra;
	outcome->dma.xlate.perm = xlate.perm;
	outcome->dma.xlate.page_shift = xlate.page_shift;
	outcome->fault = xlate.fault;
	outcome->pe = xlate.pe_known ? xlate.pe : UINT32_MAX;
	outcome->from_cache = xlate.from_cache;
	return 0;
}

/* --- equality, fingerprint, stream ----------------------------------------------------------- */

bool tce_bridges_equal(const struct tce_machine *a, const struct tce_machine *b)
{
	const struct tce_phb *phb;

	if (!tce_table_equal(a->words, b->words))
		return false;
	for (uint32_t i = 0; (phb = tce_phb_at(a->st, i)) != NULL; i++) {
		if (!tce_ioda_equal(tce_bridge_of(a, phb), tce_bridge_of(b, tce_phb_at(b->st, i))))
			return false;
	}
	return true;
}

uint64_t tce_bridges_hash(const struct tce_machine *machine)
{
	uint64_t hash = tce_table_hash(machine->words);
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(machine->st, i)) != NULL; i++)
		hash = tce_hash_u64(hash, tce_ioda_hash(tce_bridge_of(machine, phb)));
	return hash;
}

static void words_canon(const struct tce_table *words, struct tce_canon *canon)
{
	struct tce_run run;
	uint64_t from = 0;

	while (from < tce_table_nr_entries(words) && tce_table_next_run(words, from, &run)) {
		tce_canon_u8(canon, 1);
		tce_canon_u64(canon, run.index);
		tce_canon_u64(canon, run.count);
		tce_canon_u64(canon, run.first);
		tce_canon_u64(canon, run.step);
		from = run.index + run.count;
	}
	tce_canon_u8(canon, 0);
}

static void slots_canon(const struct tce_slot *slots, uint32_t nr, struct tce_canon *canon)
{
	tce_canon_u32(canon, nr);
	for (uint32_t i = 0; i < nr; i++) {
		tce_canon_u64(canon, slots[i].key);
		tce_canon_u64(canon, slots[i].value);
	}
}

static void bridge_canon(const struct tce_ioda *ioda, struct tce_canon *canon)
{
	const struct tce_rid_run *runs = tce_rptr_get(&ioda->rids.runs);

	tce_canon_u32(canon, ioda->health << 8 | ioda->errata);
	tce_canon_u64(canon, ioda->config);
	tce_canon_u64(canon, ioda->control);
	tce_canon_u64(canon, ioda->rtt_bar);
	tce_canon_u64(canon, ioda->peltv_bar);
	tce_canon_u64(canon, ioda->pest_bar);
	tce_canon_u64(canon, ioda->ioda_addr);
	slots_canon(tce_sparse_slots(&ioda->words), ioda->words.nr, canon);
	slots_canon(tce_sparse_slots(&ioda->asked), ioda->asked.nr, canon);
	slots_canon(tce_assoc_slots(&ioda->rtc), ioda->rtc.nr, canon);
	slots_canon(tce_assoc_slots(&ioda->tces), ioda->tces.nr, canon);
	tce_canon_u32(canon, ioda->rids.nr);
	for (uint32_t i = 0; i < ioda->rids.nr; i++)
		tce_canon_u32(canon, (uint32_t)runs[i].first << 16 | runs[i].pe);
}

void tce_bridges_canon(const struct tce_machine *machine, struct tce_canon *canon)
{
	for (uint32_t i = 0; i < tce_nr_phbs(machine->st); i++) {
		uint16_t id =
			tce_canon_order(canon, TCE_CANON_PHB, i, tce_phb_at(machine->st, i)->id);

		bridge_canon(tce_bridge_of(machine, tce_phb_find(machine->st, id)), canon);
	}
	words_canon(machine->words, canon);
}
