/* SPDX-License-Identifier: BSD-2-Clause */
/* What hurts: found in what was planned so far, and by bringing memory online. */
#include <limits.h>
#include <string.h>

#include "base/bits.h"
#include "plan.h"

/* Blocks of persistent memory that are brought online to see what happens. */
#define PMEM_BLOCKS_MAX 4096U

#define FOUR_K          12U

/* The same was said of another device of the PE. */
static struct tce_plan_warning *find_same(const struct tce_plan *plan,
					  const struct tce_plan_warning *warning)
{
	for (uint32_t i = 0; warning->dev != TCE_NO_ID && i < plan->warnings.nr; i++) {
		struct tce_plan_warning *other = tce_vec_at(&plan->warnings, i, sizeof(*other));

		if (other->hazard == warning->hazard && other->pe == warning->pe &&
		    other->value[0] == warning->value[0] && other->value[1] == warning->value[1])
			return other;
	}
	return NULL;
}

int tce_plan_warn(struct tce_plan *plan, const struct tce_plan_warning *warning)
{
	struct tce_plan_warning *to = find_same(plan, warning);
	int err;

	if (to != NULL) {
		to->nr_more++;
		return 0;
	}
	err = tce_vec_reserve(&plan->warnings, &plan->mem, sizeof(*to), 1);
	if (err != 0)
		return err;
	to = tce_vec_insert(&plan->warnings, plan->warnings.nr, sizeof(*to));
	*to = *warning;
	plan->sum.nr_warnings++;
	return 0;
}

struct tce_plan_warning tce_plan_warning_of(enum tce_plan_hazard hazard)
{
	struct tce_plan_warning warning = {
		.hazard = hazard, .pe = UINT_MAX, .dev = TCE_NO_ID, .pmem = TCE_NO_ID};

	return warning;
}

static int warn_of_pe(struct tce_plan *plan, enum tce_plan_hazard hazard, unsigned pe, uint64_t a,
		      uint64_t b)
{
	struct tce_plan_warning warning = tce_plan_warning_of(hazard);

	warning.pe = pe;
	warning.value[0] = a;
	warning.value[1] = b;
	return tce_plan_warn(plan, &warning);
}

static int warn_of_dev(struct tce_plan *plan, enum tce_plan_hazard hazard,
		       const struct tce_plan_dev *dev, uint64_t a, uint64_t b)
{
	struct tce_plan_warning warning = tce_plan_warning_of(hazard);

	warning.pe = dev->pe;
	warning.dev = dev->dev;
	warning.value[0] = a;
	warning.value[1] = b;
	return tce_plan_warn(plan, &warning);
}

/* --- PEs ---------------------------------------------------------------------------------- */

static int check_create(struct tce_plan *plan, unsigned i, const struct tce_ddw_record *record)
{
	const struct tce_ddw_decision *d = &record->decision;

	if (record->step != TCE_DDW_CREATE)
		return 0;
	if (record->hotplug_max == 0 && plan->sum.has_lrdr)
		return warn_of_pe(plan, TCE_PLAN_WARN_LRDR_0, i, 0, 0);
	if (record->refusal == TCE_REFUSED_TOO_LARGE && plan->sum.papr->failed_create_taints)
		return warn_of_pe(plan, TCE_PLAN_WARN_WINDOW_TOO_LARGE, i,
				  d->window_shift - d->page_shift, tce_pow2(d->page_shift));
	return 0;
}

static int check_pe(struct tce_plan *plan, unsigned i)
{
	const struct tce_plan_pe *pe = &plan->pes[i];
	const struct tce_ddw_record *record = tce_plan_record(plan->m, plan->nodes[i]);
	int err = 0;

	if (pe->nr_windows == 0 && pe->nr_devs != 0)
		err = warn_of_pe(plan, TCE_PLAN_WARN_NO_WINDOW, i, 0, 0);
	return err != 0 || record == NULL ? err : check_create(plan, i, record);
}

/* --- devices ------------------------------------------------------------------------------ */

static int check_ram(struct tce_plan *plan, const struct tce_plan_dev *dev)
{
	const struct tce_plan_trial *trial = &dev->trial;
	const uint64_t *ram = trial->bytes[TCE_PLAN_RAM];
	int err = 0;

	if (ram[TCE_PLAN_LOST] != 0)
		err = warn_of_dev(plan, TCE_PLAN_WARN_MAP_FAILS, dev, ram[TCE_PLAN_LOST], 0);
	if (err == 0 && trial->coherent == TCE_PLAN_LOST)
		err = warn_of_dev(plan, TCE_PLAN_WARN_COHERENT_FAILS, dev, 0, 0);
	if (err == 0 && ram[TCE_PLAN_TABLE] != 0 && trial->table_page_shift == FOUR_K &&
	    trial->mode == TCE_MODE_DEFAULT)
		err = warn_of_dev(plan, TCE_PLAN_WARN_FALLBACK, dev, trial->table_size,
				  trial->streaming_bits);
	return err;
}

static int check_pmem(struct tce_plan *plan, const struct tce_plan_dev *dev)
{
	const uint64_t *pmem = dev->trial.bytes[TCE_PLAN_PMEM];
	int err = 0;

	if (pmem[TCE_PLAN_LOST] != 0)
		err = warn_of_dev(plan, TCE_PLAN_WARN_PMEM_LOST, dev, pmem[TCE_PLAN_LOST], 0);
	if (err == 0 && pmem[TCE_PLAN_BARE] != 0)
		err = warn_of_dev(plan, TCE_PLAN_WARN_PMEM_BARE, dev, pmem[TCE_PLAN_BARE], 0);
	return err;
}

/* The PE's only attempt failed because of this device's mask, and another one would have done. */
static int check_spoiler(struct tce_plan *plan, const struct tce_plan_dev *dev)
{
	const struct tce_ddw_record *record = tce_plan_record(plan->m, plan->nodes[dev->pe]);
	bool limited = record != NULL && (record->step == TCE_DDW_NO_LIMITED_MODE ||
					  record->step == TCE_DDW_LIMITED_MODE);
	bool others = false;

	for (unsigned i = 0; limited && i < plan->sum.nr_devs; i++)
		others |= plan->devs[i].pe == dev->pe && plan->devs[i].has_driver &&
			  plan->devs[i].trial.streaming_bits == 64;
	if (!others || record->dma_mask != tce_low_mask(dev->trial.streaming_bits))
		return 0;
	return warn_of_dev(plan, TCE_PLAN_WARN_SPOILED, dev, dev->trial.streaming_bits, 0);
}

static int check_dev(struct tce_plan *plan, const struct tce_plan_dev *dev)
{
	int err;

	if (!dev->has_driver || dev->trial.died || dev->pe == UINT_MAX ||
	    plan->pes[dev->pe].nr_windows == 0 || plan->pes[dev->pe].phb == TCE_NO_ID)
		return 0;
	if (dev->trial.err != 0)
		return warn_of_dev(plan, TCE_PLAN_WARN_MASK_REFUSED, dev, dev->trial.streaming_bits,
				   0);
	if (dev->trial.stale_table)
		return warn_of_dev(plan, TCE_PLAN_WARN_STALE_TABLE, dev, 0, 0);
	err = check_ram(plan, dev);
	if (err == 0)
		err = check_pmem(plan, dev);
	return err != 0 ? err : check_spoiler(plan, dev);
}

/* --- memory ------------------------------------------------------------------------------- */

static int come_online(struct tce_plan *plan, const struct tce_event *event,
		       struct tce_plan_warning *warning, unsigned which)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(plan->m, event, &outcome);

	if (err != 0 || outcome.err == 0)
		return err;
	warning->value[which] = outcome.answer.refusal;
	return tce_plan_warn(plan, warning);
}

/* Smaller than a block, and none of it can become RAM whatever the windows; huge takes too long. */
static bool is_worth_trying(const struct tce_plan *plan, const struct tce_ev_pmem_plug *pmem)
{
	uint64_t block = plan->m->opts.lmb_size;

	return pmem->size >= 2 * block && pmem->size / block <= PMEM_BLOCKS_MAX;
}

static int check_pmem_online(struct tce_plan *plan, const struct tce_ev_pmem_plug *pmem)
{
	struct tce_plan_warning warning = tce_plan_warning_of(TCE_PLAN_WARN_PMEM_NOT_RAM);
	struct tce_event event = {.kind = TCE_EV_PMEM_TO_RAM};

	warning.pmem = pmem->pmem;
	event.u.id.id = pmem->pmem;
	return is_worth_trying(plan, pmem) ? come_online(plan, &event, &warning, 0) : 0;
}

/* The last block that may be plugged. */
static int check_plug(struct tce_plan *plan)
{
	const struct tce_machine_opts *opts = &plan->m->opts;
	struct tce_plan_warning warning = tce_plan_warning_of(TCE_PLAN_WARN_PLUG_REFUSED);
	struct tce_event event = {.kind = TCE_EV_MEMORY_PLUG};
	struct tce_outcome outcome;
	int err;

	event.u.memory.addr = opts->max_ram - opts->lmb_size;
	event.u.memory.size = opts->lmb_size;
	if (!tce_memmap_is_lmbs(tce_machine_state(plan->m), event.u.memory.addr, opts->lmb_size))
		return 0;
	err = tce_machine_step(plan->m, &event, &outcome);
	if (err != 0 || outcome.err != 0)
		return err;
	event.kind = TCE_EV_MEMORY_ONLINE;
	warning.value[0] = event.u.memory.addr;
	return come_online(plan, &event, &warning, 1);
}

static int check_memory(struct tce_plan *plan)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < plan->pmems.nr; i++)
		err = check_pmem_online(
			plan, tce_vec_at(&plan->pmems, i, sizeof(struct tce_ev_pmem_plug)));
	return err != 0 ? err : check_plug(plan);
}

/* --- all ---------------------------------------------------------------------------------- */

static int check_death(struct tce_plan *plan)
{
	enum tce_abort abort = tce_lpar_aborted(tce_machine_lpar(plan->m));
	struct tce_plan_warning warning = tce_plan_warning_of(
		abort != TCE_ABORT_NOT ? TCE_PLAN_WARN_ABORTS : TCE_PLAN_WARN_OOPS);

	warning.value[0] = abort;
	return plan->died ? tce_plan_warn(plan, &warning) : 0;
}

int tce_plan_find_hazards(struct tce_plan *plan)
{
	int err = check_death(plan);

	for (unsigned i = 0; err == 0 && i < plan->sum.nr_pes; i++)
		err = check_pe(plan, i);
	for (unsigned i = 0; err == 0 && i < plan->sum.nr_devs; i++)
		err = check_dev(plan, &plan->devs[i]);
	return err != 0 || plan->died ? err : check_memory(plan);
}
