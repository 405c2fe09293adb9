/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OPAL calls: the dispatcher, and the calls that are alike for all bridges (freeze, options,
 * reset). Source: skiboot core/pci-opal.c, hw/phb3.c, hw/phb4.c; order of checks measured on
 * skiboot 7.0.
 */
#include "opal.h"

#include <string.h>

#define FREEZE_MMIO     1U
#define FREEZE_DMA      2U

#define OPTION_TVE1_4GB 1U
#define OPTION_EEH_OFF  2U

/* Scopes of OPAL_PCI_RESET. */
#define RESET_COMPLETE    1U
#define RESET_ERROR       3U
#define RESET_HOT         4U
#define RESET_FUNDAMENTAL 5U
#define RESET_IODA_TABLES 6U
#define RESET_DEVICE_SLOT TCE_IBM_BIT(0)

#define ERROR_NONE        0U
#define ERROR_BRIDGE      2U
#define ERROR_MMIO        4U
#define ERROR_DMA         5U

#define PESTA_MMIO_CAUSE  TCE_IBM_BIT(2)

int tce_opal_refuse(struct tce_opal_answer *answer, int64_t rc, enum tce_opal_refusal why)
{
	answer->rc = rc;
	answer->refusal = why;
	return 0;
}

int tce_opal_set_tve(struct tce_ioda *ioda, unsigned index, uint64_t word0, uint64_t word1)
{
	if (tce_sparse_reserve(&ioda->words, &ioda->mem, 2) != 0 ||
	    tce_sparse_reserve(&ioda->asked, &ioda->mem, 2) != 0)
		return -TCE_ERR_NOMEM;
	tce_sparse_set(&ioda->asked, tce_tve_key(index, 0), word0);
	tce_sparse_set(&ioda->asked, tce_tve_key(index, 1), word1);
	if (ioda->health == TCE_IODA_ALIVE) {
		tce_sparse_set(&ioda->words, tce_tve_key(index, 0), word0);
		tce_sparse_set(&ioda->words, tce_tve_key(index, 1), word1);
	}
	return 0;
}

/* A pointer that the firmware takes: real, or a kernel's linear address; then memory. */
static bool pointer_ok(const struct tce_ioda *ioda, uint64_t pointer)
{
	uint64_t top = pointer >> 60;
	struct tce_ra ra = tce_ra(pointer & tce_low_mask(60));

	if (top != 0 && top != 0xc)
		return false;
	if (!ioda->has_memory)
		return false;
	return ioda->memory.is_ram == NULL || ioda->memory.is_ram(ioda->memory.ctx, ra, 1) != 0;
}

/* Byte by byte: the caller's pointer may lie anywhere, also across a page. */
static int put_result(const struct tce_ioda *ioda, uint64_t pointer, const void *bytes, size_t n)
{
	uint64_t ra = pointer & tce_low_mask(60);
	const uint8_t *byte = bytes;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!ioda->has_memory ||
		    ioda->memory.write(ioda->memory.ctx, tce_ra(ra + i), &byte[i], 1) != 0)
			return -TCE_ERR_IO;
	}
	return 0;
}

/* State of a PE from PEEV and PEST; indices past the tables wrap as in the registers. */
static void pe_state(const struct tce_ioda *ioda, uint64_t pe, struct tce_opal_answer *answer)
{
	unsigned nr_pes = ioda->model->nr_pes;
	unsigned index = (unsigned)pe & (nr_pes - 1);
	uint64_t peev = tce_ioda_peev(ioda, (unsigned)(pe / 64) & (nr_pes / 64 - 1));
	uint64_t a = tce_ioda_read_pest(ioda, TCE_IODA_TBL_PESTA, index);
	uint64_t b = tce_ioda_read_pest(ioda, TCE_IODA_TBL_PESTB, index);

	if ((peev & TCE_IBM_BIT(pe & 63)) == 0)
		return;
	if ((a & TCE_PESTA_FROZEN) != 0)
		answer->freeze_state |= FREEZE_MMIO;
	if ((b & TCE_PESTB_STOPPED) != 0)
		answer->freeze_state |= FREEZE_DMA;
	if (ioda->model->generation == TCE_IODA_P7IOC)
		answer->error_type = (a & PESTA_MMIO_CAUSE) != 0 ? ERROR_MMIO : ERROR_DMA;
}

static int store_state(const struct tce_ioda *ioda, const struct tce_opal_call *call,
		       const struct tce_opal_answer *answer)
{
	uint8_t type[2];
	int err;

	if (call->no_pointers)
		return 0;
	tce_be16_store(type, answer->error_type);
	err = put_result(ioda, call->u.freeze_status.state_ptr, &answer->freeze_state, 1);
	if (err == 0)
		err = put_result(ioda, call->u.freeze_status.type_ptr, type, sizeof(type));
	return err;
}

static int freeze_status(struct tce_ioda *ioda, const struct tce_opal_call *call,
			 struct tce_opal_answer *answer)
{
	uint64_t pe = call->u.freeze_status.pe;

	if (!ioda->opal->freeze_pe_unchecked && pe >= ioda->model->nr_pes)
		return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_PE_RANGE);
	if (ioda->health == TCE_IODA_ALIVE) {
		pe_state(ioda, pe, answer);
	} else {
		answer->freeze_state = FREEZE_MMIO | FREEZE_DMA;
		answer->error_type = ERROR_BRIDGE;
	}
	if (ioda->health == TCE_IODA_DEAD && ioda->model->generation != TCE_IODA_P7IOC)
		tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_BRIDGE_DEAD);
	return store_state(ioda, call, answer);
}

static int freeze_clear(struct tce_ioda *ioda, const struct tce_opal_call *call,
			struct tce_opal_answer *answer)
{
	unsigned pe = (unsigned)call->u.freeze.pe & (ioda->model->nr_pes - 1);

	if (ioda->health == TCE_IODA_DEAD)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_BRIDGE_DEAD);
	if (ioda->health == TCE_IODA_FENCED)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_BRIDGE_FENCED);
	if (!ioda->opal->freeze_pe_unchecked && call->u.freeze.pe >= ioda->model->nr_pes)
		return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_PE_RANGE);
	if ((call->u.freeze.action & FREEZE_MMIO) != 0)
		tce_ioda_write_pest(ioda, TCE_IODA_TBL_PESTA, pe, 0);
	if ((call->u.freeze.action & FREEZE_DMA) != 0)
		tce_ioda_write_pest(ioda, TCE_IODA_TBL_PESTB, pe, 0);
	return 0;
}

static int freeze_set(struct tce_ioda *ioda, const struct tce_opal_call *call,
		      struct tce_opal_answer *answer)
{
	uint64_t action = call->u.freeze.action;
	unsigned pe = (unsigned)call->u.freeze.pe;

	if (ioda->health == TCE_IODA_DEAD)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_BRIDGE_DEAD);
	if (call->u.freeze.pe >= ioda->model->nr_pes)
		return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_PE_RANGE);
	if (action == 0 || action > (FREEZE_MMIO | FREEZE_DMA))
		return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_ACTION);
	if (tce_sparse_reserve(&ioda->words, &ioda->mem, 2) != 0)
		return -TCE_ERR_NOMEM;
	if (ioda->health != TCE_IODA_ALIVE)
		return 0;
	if ((action & FREEZE_MMIO) != 0)
		tce_ioda_write_pest(ioda, TCE_IODA_TBL_PESTA, pe,
				    tce_ioda_read_pest(ioda, TCE_IODA_TBL_PESTA, pe) |
					    TCE_PESTA_FROZEN);
	if ((action & FREEZE_DMA) != 0)
		tce_ioda_write_pest(ioda, TCE_IODA_TBL_PESTB, pe,
				    tce_ioda_read_pest(ioda, TCE_IODA_TBL_PESTB, pe) |
					    TCE_PESTB_STOPPED);
	return 0;
}

/* The control register bit of an option; 0: no such option. */
static uint64_t option_bit(uint64_t option)
{
	switch (option) {
	case OPTION_TVE1_4GB: return TCE_CONTROL_TVE1_4GB;
	case OPTION_EEH_OFF: return TCE_CONTROL_EEH_OFF;
	default: return 0;
	}
}

static int set_option(struct tce_ioda *ioda, const struct tce_opal_call *call,
		      struct tce_opal_answer *answer)
{
	uint64_t bit = option_bit(call->u.option.option);

	if (bit == 0)
		return tce_opal_refuse(answer, TCE_OPAL_UNSUPPORTED, TCE_OPAL_REFUSED_OPTION);
	if (call->u.option.value > 1)
		return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_OPTION_VALUE);
	if (ioda->health != TCE_IODA_ALIVE)
		return 0;
	ioda->control = call->u.option.value != 0 ? ioda->control | bit : ioda->control & ~bit;
	return 0;
}

static int get_option(struct tce_ioda *ioda, const struct tce_opal_call *call,
		      struct tce_opal_answer *answer)
{
	uint64_t bit = option_bit(call->u.option.option);
	uint8_t bytes[8];

	if (bit == 0)
		return tce_opal_refuse(answer, TCE_OPAL_UNSUPPORTED, TCE_OPAL_REFUSED_OPTION);
	answer->option = ioda->health != TCE_IODA_ALIVE || (ioda->control & bit) != 0 ? 1 : 0;
	tce_be64_store(bytes, answer->option);
	return call->no_pointers ? 0 : put_result(ioda, call->u.option.value, bytes, sizeof(bytes));
}

/* A reset that takes time: done at once, the answer says how long the first step would take. */
static int timed_reset(struct tce_ioda *ioda, uint64_t scope, struct tce_opal_answer *answer)
{
	const unsigned *ms = ioda->model->reset_ms;
	int err = 0;

	if (scope == RESET_COMPLETE && ioda->health == TCE_IODA_DEAD)
		return tce_opal_refuse(answer, TCE_OPAL_HARDWARE, TCE_OPAL_REFUSED_BRIDGE_DEAD);
	if (scope == RESET_COMPLETE)
		err = tce_ioda_complete_reset(ioda);
	answer->rc = scope == RESET_COMPLETE ? ms[2] : scope == RESET_HOT ? ms[0] : ms[1];
	return err;
}

static int reset(struct tce_ioda *ioda, const struct tce_opal_call *call,
		 struct tce_opal_answer *answer)
{
	bool asserted = call->u.reset.assert_state == 1;

	if (call->u.reset.assert_state > 1)
		return tce_opal_refuse(answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_RESET_STATE);
	switch (call->u.reset.scope) {
	case RESET_COMPLETE:
	case RESET_HOT:
	case RESET_FUNDAMENTAL:
		return asserted ? timed_reset(ioda, call->u.reset.scope, answer) : 0;
	case RESET_IODA_TABLES: return asserted ? tce_ioda_reset_tables(ioda) : 0;
	case RESET_ERROR: return 0;
	default: return tce_opal_refuse(answer, TCE_OPAL_UNSUPPORTED, TCE_OPAL_REFUSED_RESET_SCOPE);
	}
}

/*
 * The calls. by_generation: P7IOC has its own; NULL: the bridge lacks it, unless only_if says so.
 */
struct opal_entry {
	uint64_t token;
	const char *name;
	tce_opal_fn *ioda2;
	tce_opal_fn *p7ioc;
	size_t only_if; /* offset of a flag in the model that must be set; 0: none */
};

#define ONLY_IF(flag) offsetof(struct tce_ioda_model, flag)

static const struct opal_entry entries[] = {
	/* first: called for each mapping */
	{TCE_OPAL_PCI_TCE_KILL, "OPAL_PCI_TCE_KILL", tce_ioda2_kill, NULL, ONLY_IF(tce_kill_call)},
	{TCE_OPAL_PCI_EEH_FREEZE_STATUS, "OPAL_PCI_EEH_FREEZE_STATUS", freeze_status, freeze_status,
	 0},
	{TCE_OPAL_PCI_EEH_FREEZE_CLEAR, "OPAL_PCI_EEH_FREEZE_CLEAR", freeze_clear, freeze_clear, 0},
	{TCE_OPAL_PCI_SET_PE, "OPAL_PCI_SET_PE", tce_ioda2_set_pe, tce_p7ioc_set_pe, 0},
	{TCE_OPAL_PCI_SET_PELTV, "OPAL_PCI_SET_PELTV", tce_ioda2_set_peltv, tce_p7ioc_set_peltv, 0},
	{TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, "OPAL_PCI_MAP_PE_DMA_WINDOW", tce_ioda2_map, tce_p7ioc_map,
	 0},
	{TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, "OPAL_PCI_MAP_PE_DMA_WINDOW_REAL", tce_ioda2_map_real,
	 NULL, ONLY_IF(real_window_call)},
	{TCE_OPAL_PCI_RESET, "OPAL_PCI_RESET", reset, reset, 0},
	{TCE_OPAL_PCI_EEH_FREEZE_SET, "OPAL_PCI_EEH_FREEZE_SET", freeze_set, freeze_set, 0},
	{TCE_OPAL_PHB_SET_OPTION, "OPAL_PHB_SET_OPTION", set_option, NULL, ONLY_IF(option_calls)},
	{TCE_OPAL_PHB_GET_OPTION, "OPAL_PHB_GET_OPTION", get_option, NULL, ONLY_IF(option_calls)},
};

#define NR_ENTRIES (sizeof(entries) / sizeof(entries[0]))

static const struct opal_entry *find_entry(uint64_t token)
{
	unsigned i;

	for (i = 0; i < NR_ENTRIES; i++) {
		if (entries[i].token == token)
			return &entries[i];
	}
	return NULL;
}

const char *tce_opal_name(uint64_t token)
{
	const struct opal_entry *entry = find_entry(token);

	return entry != NULL ? entry->name : NULL;
}

static tce_opal_fn *function_of(const struct tce_ioda *ioda, const struct opal_entry *entry)
{
	const bool *flag = (const bool *)((const char *)ioda->model + entry->only_if);

	if (entry->only_if != 0 && !*flag)
		return NULL;
	return ioda->model->generation == TCE_IODA_P7IOC ? entry->p7ioc : entry->ioda2;
}

/* How many bits of each argument count; NULL: all of all. */
static const uint8_t *opal_arg_bits(const struct tce_opal_profile *opal, uint64_t token)
{
	unsigned i;

	for (i = 0; i < sizeof(opal->arg_bits) / sizeof(opal->arg_bits[0]); i++) {
		if (opal->arg_bits[i].token == token)
			return opal->arg_bits[i].bits;
	}
	return NULL;
}

/* The call as the firmware sees it: in *cut if it takes less than all bits of an argument. */
static const struct tce_opal_call *seen_by(const struct tce_opal_profile *opal,
					   const struct tce_opal_call *call,
					   struct tce_opal_call *cut)
{
	const uint8_t *bits = opal_arg_bits(opal, call->token);
	const struct tce_opal_call *seen = call;
	unsigned k;

	for (k = 0; bits != NULL && k < 7; k++) {
		uint64_t mask = bits[k] == 0 ? UINT64_MAX : tce_low_mask(bits[k]);

		if ((call->u.args[k] & ~mask) == 0)
			continue;
		if (seen == call)
			*cut = *call;
		cut->u.args[k] &= mask;
		seen = cut;
	}
	return seen;
}

/* Result pointers are looked at before (FREEZE_STATUS) or with (GET_OPTION) the bridge number. */
static bool pointers_ok(const struct tce_ioda *ioda, const struct tce_opal_call *call)
{
	if (call->no_pointers)
		return true;
	if (call->token == TCE_OPAL_PHB_GET_OPTION)
		return call->u.option.value != 0;
	if (call->token != TCE_OPAL_PCI_EEH_FREEZE_STATUS)
		return true;
	return pointer_ok(ioda, call->u.freeze_status.state_ptr) &&
	       pointer_ok(ioda, call->u.freeze_status.type_ptr) &&
	       pointer_ok(ioda, call->u.freeze_status.status_ptr);
}

/* OPAL_PCI_RESET takes a slot; that of a bridge is its number in the low 16 bits. */
static bool is_mine(const struct tce_ioda *ioda, const struct tce_opal_call *call)
{
	if (call->token == TCE_OPAL_PCI_RESET)
		return (call->u.reset.id & 0xffff) == ioda->phb_id;
	return call->u.args[0] == ioda->phb_id;
}

int tce_ioda_opal(struct tce_ioda *ioda, const struct tce_opal_call *call,
		  struct tce_opal_answer *ret_answer)
{
	const struct opal_entry *entry = find_entry(call->token);
	struct tce_opal_answer answer = {.rc = TCE_OPAL_SUCCESS};
	struct tce_opal_call cut;
	const struct tce_opal_call *seen = seen_by(ioda->opal, call, &cut);
	tce_opal_fn *function;
	int err = 0;

	if (call->token == TCE_OPAL_PCI_RESET && (call->u.reset.id & RESET_DEVICE_SLOT) != 0)
		return -TCE_ERR_UNSUPPORTED;
	if (entry == NULL) {
		tce_opal_refuse(&answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_TOKEN);
	} else if (!pointers_ok(ioda, seen)) {
		tce_opal_refuse(&answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_POINTER);
	} else if (!is_mine(ioda, seen)) {
		tce_opal_refuse(&answer, TCE_OPAL_PARAMETER, TCE_OPAL_REFUSED_PHB_UNKNOWN);
	} else {
		function = function_of(ioda, entry);
		if (function == NULL)
			tce_opal_refuse(&answer, TCE_OPAL_UNSUPPORTED, TCE_OPAL_REFUSED_CALL);
		else
			err = function(ioda, seen, &answer);
	}
	if (err == 0)
		*ret_answer = answer;
	return err;
}
