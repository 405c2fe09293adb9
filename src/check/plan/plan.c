/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A plan's life: the machine of a story is built and booted, drivers probe, each mask that is asked
 * about is tried on a copy of the booted machine.
 */
#include "plan.h"

#include <string.h>

/* Address space of a machine's arenas: for the machine, and for each bridge or device. */
#define ARENA_BYTES (UINT64_C(1) << 28)
#define STEP_BYTES  (UINT64_C(1) << 19)

struct tce_linux_call tce_plan_call(struct tce_machine *m, struct tce_outcome *outcome)
{
	struct tce_linux_call call = {.machine = m,
				      .st = tce_machine_state(m),
				      .lx = tce_linux_of(m),
				      .outcome = outcome};

	return call;
}

/* --- the machine -------------------------------------------------------------------------- */

static int make_machine(struct tce_plan *plan)
{
	struct tce_machine_opts opts = plan->opts.story->machine;
	struct tce_alloc alloc = tce_mem_alloc(&plan->mem);
	int err;

	if (opts.platform != TCE_PSERIES)
		return -TCE_ERR_UNSUPPORTED;
	opts.storage = TCE_STORAGE_COMPACT;
	opts.arena_size = ARENA_BYTES + plan->opts.story->nr_steps * STEP_BYTES;
	err = tce_machine_new(&alloc, &opts, &plan->base);
	if (err != 0)
		return err;
	tce_machine_set_undo(plan->base, false); /* thrown away when memory runs out */
	return tce_linux_attach(plan->base);
}

static int step(struct tce_machine *m, const struct tce_event *event)
{
	struct tce_outcome outcome;

	return tce_machine_step(m, event, &outcome);
}

static int keep_pmem(struct tce_plan *plan, const struct tce_event *event)
{
	const struct tce_ev_pmem_plug *pmem = &event->u.pmem_plug;
	int err = tce_vec_reserve(&plan->pmems, &plan->mem, sizeof(*pmem), 1);

	if (err == 0)
		memcpy(tce_vec_insert(&plan->pmems, plan->pmems.nr, sizeof(*pmem)), pmem,
		       sizeof(*pmem));
	return err;
}

/* SETUP events; *ret_next: the step after them. */
static int set_up(struct tce_plan *plan, unsigned *ret_next)
{
	const struct tce_story *story = plan->opts.story;
	unsigned i;
	int err = 0;

	for (i = 0; err == 0 && i < story->nr_steps; i++) {
		const struct tce_event *event = &story->steps[i].event;

		if (tce_event_class(event->kind) != TCE_CLASS_SETUP)
			break;
		err = step(plan->base, event);
		if (err == 0 && event->kind == TCE_EV_PMEM_PLUG)
			err = keep_pmem(plan, event);
	}
	*ret_next = i;
	return err;
}

static int boot(struct tce_plan *plan, unsigned *next)
{
	const struct tce_story *story = plan->opts.story;
	struct tce_event event = {.kind = TCE_EV_BOOT};
	bool told = *next < story->nr_steps && story->steps[*next].event.kind == TCE_EV_BOOT;
	struct tce_outcome outcome;
	int err;

	if (plan->opts.boot == NULL && !told)
		return -TCE_ERR_NOENT;
	event.u.boot =
		plan->opts.boot != NULL ? *plan->opts.boot : story->steps[*next].event.u.boot;
	*next += told;
	err = tce_machine_step(plan->base, &event, &outcome);
	plan->died = err == 0 && (outcome.abort != TCE_ABORT_NOT || outcome.oops);
	plan->sum.boot_flags = event.u.boot.flags;
	return err;
}

/* --- what there is ------------------------------------------------------------------------ */

static void sum_memory(struct tce_plan *plan)
{
	const struct tce_state *st = tce_machine_state(plan->base);
	const struct tce_machine_opts *opts = &plan->base->opts;
	struct tce_plan_summary *sum = &plan->sum;
	const struct tce_mem_run *run;
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; (run = tce_mem_run_at(st, i)) != NULL; i++)
		sum->memory[(run->flags & TCE_MEM_PLUGGED) != 0 ? TCE_PLAN_RAM
								: TCE_PLAN_PLUGGABLE] += run->size;
	for (uint32_t i = 0; (pmem = tce_pmem_at(st, i)) != NULL; i++)
		sum->memory[TCE_PLAN_PMEM] += pmem->size;
	sum->ram_end = tce_memmap_end(st);
	sum->max_ram = opts->max_ram;
	sum->has_lrdr = !opts->no_lrdr;
	sum->lrdr_top = opts->no_lrdr ? 0 : opts->lrdr_capacity;
	sum->papr = opts->papr;
	sum->kernel = tce_linux_of(plan->base)->kernel;
	sum->nr_masks = plan->opts.nr_masks;
}

/* --- drivers ------------------------------------------------------------------------------ */

static struct tce_plan_dev *find_dev(struct tce_plan *plan, uint16_t id)
{
	for (unsigned i = 0; i < plan->sum.nr_devs; i++) {
		if (plan->devs[i].dev == id)
			return &plan->devs[i];
	}
	return NULL;
}

static int probe(struct tce_plan *plan, const struct tce_ev_probe *ev)
{
	struct tce_plan_dev *dev = find_dev(plan, ev->dev);

	if (dev == NULL)
		return -TCE_ERR_NOENT;
	dev->has_driver = true;
	return plan->died ? 0 : tce_plan_probe(plan, ev, &dev->trial);
}

/* The drivers that the story has. */
static int probe_told(struct tce_plan *plan, unsigned next, bool *ret_any)
{
	const struct tce_story *story = plan->opts.story;
	int err = 0;

	*ret_any = false;
	for (; err == 0 && next < story->nr_steps; next++) {
		const struct tce_event *event = &story->steps[next].event;

		if (event->kind != TCE_EV_PROBE)
			break;
		*ret_any = true;
		err = probe(plan, &event->u.probe);
	}
	return err;
}

static bool is_bridge(const struct tce_dev *dev)
{
	return dev->type == TCE_DEV_ROOT_PORT || dev->type == TCE_DEV_PCI_BRIDGE;
}

static int probe_all(struct tce_plan *plan)
{
	const struct tce_state *st = tce_machine_state(plan->base);
	int err = 0;

	for (unsigned i = 0; err == 0 && i < plan->sum.nr_devs; i++) {
		struct tce_ev_probe ev = {.dev = plan->devs[i].dev,
					  .streaming_bits = plan->opts.driver_bits,
					  .coherent_bits = plan->opts.driver_bits};

		if (!is_bridge(tce_dev_find(st, ev.dev)))
			err = probe(plan, &ev);
	}
	return err;
}

/* All drivers, then what each device has come to. */
static int run_drivers(struct tce_plan *plan, unsigned next)
{
	bool any;
	int err = probe_told(plan, next, &any);

	if (err == 0 && !any)
		err = probe_all(plan);
	tce_plan_look(plan);
	for (unsigned i = 0; err == 0 && i < plan->sum.nr_devs; i++) {
		struct tce_plan_dev *dev = &plan->devs[i];

		if (dev->has_driver && !plan->died)
			err = tce_plan_reach(plan, dev->dev, &dev->trial);
	}
	return err;
}

/* --- masks -------------------------------------------------------------------------------- */

static int fresh(struct tce_plan *plan)
{
	plan->died = false;
	return tce_machine_copy(plan->m, plan->base);
}

static int try_mask_on(struct tce_plan *plan, const struct tce_plan_pe *pe, unsigned bits,
		       struct tce_plan_trial *trial)
{
	struct tce_ev_probe ev = {
		.dev = pe->first_dev, .streaming_bits = bits, .coherent_bits = bits};
	int err = plan->died ? fresh(plan) : 0;

	if (err == 0)
		err = tce_plan_probe(plan, &ev, trial);
	if (err == 0 && !plan->died)
		err = tce_plan_reach(plan, ev.dev, trial);
	return err;
}

/* One copy for each mask: PEs do not disturb each other. */
static int try_masks(struct tce_plan *plan)
{
	unsigned nr = plan->sum.nr_masks;
	int err = 0;

	for (unsigned i = 0; err == 0 && i < nr; i++) {
		err = fresh(plan);
		for (unsigned j = 0; err == 0 && j < plan->sum.nr_pes; j++) {
			if (plan->pes[j].first_dev != TCE_NO_ID)
				err = try_mask_on(plan, &plan->pes[j], plan->opts.masks[i],
						  &plan->trials[j * nr + i]);
		}
	}
	return err;
}

static int make_trials(struct tce_plan *plan)
{
	uint32_t nr = plan->sum.nr_masks * plan->sum.nr_pes;

	if (nr == 0)
		return 0;
	plan->trials = tce_mem_new(&plan->mem, nr * sizeof(*plan->trials));
	if (plan->trials == NULL)
		return -TCE_ERR_NOMEM;
	plan->nr_trials = nr;
	for (unsigned j = 0; j < plan->sum.nr_pes; j++) {
		if (plan->pes[j].first_dev != TCE_NO_ID)
			plan->pes[j].masks = &plan->trials[j * plan->sum.nr_masks];
	}
	return 0;
}

/* --- life --------------------------------------------------------------------------------- */

static bool masks_are_sane(const struct tce_plan_opts *opts)
{
	for (unsigned i = 0; i < opts->nr_masks; i++) {
		if (opts->masks[i] < 1 || opts->masks[i] > 64)
			return false;
	}
	return opts->driver_bits <= 64;
}

static int make(struct tce_plan *plan)
{
	unsigned next;
	int err = masks_are_sane(&plan->opts) ? make_machine(plan) : -TCE_ERR_INVAL;

	if (err == 0)
		err = set_up(plan, &next);
	if (err == 0)
		err = boot(plan, &next);
	if (err != 0)
		return err;
	sum_memory(plan);
	err = tce_machine_clone(plan->base, &plan->m);
	if (err == 0)
		err = tce_plan_find_pes(plan);
	if (err == 0)
		err = run_drivers(plan, next);
	if (err == 0)
		err = tce_plan_find_hazards(plan);
	if (err == 0)
		err = make_trials(plan);
	return err != 0 ? err : try_masks(plan);
}

int tce_plan_new(const struct tce_plan_opts *opts, struct tce_plan **ret_plan)
{
	struct tce_plan *plan;
	struct tce_mem mem;
	int err;

	tce_mem_init(&mem, opts->alloc);
	plan = tce_mem_new(&mem, sizeof(*plan));
	if (plan == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&plan->mem, opts->alloc);
	plan->opts = *opts;
	err = make(plan);
	tce_machine_free(plan->m);
	tce_machine_free(plan->base);
	plan->m = NULL;
	plan->base = NULL;
	if (err != 0) {
		tce_plan_free(plan);
		return err;
	}
	*ret_plan = plan;
	return 0;
}

void tce_plan_free(struct tce_plan *plan)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (plan == NULL)
		return;
	tce_mem_free(&plan->mem, plan->pes, plan->sum.nr_pes * sizeof(*plan->pes));
	tce_mem_free(&plan->mem, plan->nodes, plan->sum.nr_pes * sizeof(*plan->nodes));
	tce_mem_free(&plan->mem, plan->devs, plan->sum.nr_devs * sizeof(*plan->devs));
	tce_mem_free(&plan->mem, plan->trials, plan->nr_trials * sizeof(*plan->trials));
	tce_vec_fini(&plan->warnings, &plan->mem, sizeof(struct tce_plan_warning));
	tce_vec_fini(&plan->pmems, &plan->mem, sizeof(struct tce_ev_pmem_plug));
	alloc = tce_mem_alloc(&plan->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, plan, sizeof(*plan));
}

/* --- results ------------------------------------------------------------------------------ */

const struct tce_plan_summary *tce_plan_summary(const struct tce_plan *plan)
{
	return &plan->sum;
}

const struct tce_plan_pe *tce_plan_pe_at(const struct tce_plan *plan, unsigned i)
{
	return i < plan->sum.nr_pes ? &plan->pes[i] : NULL;
}

const struct tce_plan_dev *tce_plan_dev_at(const struct tce_plan *plan, unsigned i)
{
	return i < plan->sum.nr_devs ? &plan->devs[i] : NULL;
}

const struct tce_plan_warning *tce_plan_warning_at(const struct tce_plan *plan, unsigned i)
{
	return i < plan->warnings.nr
		       ? tce_vec_at(&plan->warnings, i, sizeof(struct tce_plan_warning))
		       : NULL;
}

bool tce_plan_pmem_at(const struct tce_plan *plan, unsigned i, struct tce_ev_pmem_plug *ret_pmem)
{
	if (i >= plan->pmems.nr)
		return false;
	memcpy(ret_pmem, tce_vec_at(&plan->pmems, i, sizeof(*ret_pmem)), sizeof(*ret_pmem));
	return true;
}
