/* SPDX-License-Identifier: BSD-2-Clause */
/* Letters that need more than columns: kernels, what comes back, lists, DMA, failures. */
#include "letters_gen.h"

/* A kernel started by another finds what that one knew; the model looks for all that is plugged. */
static bool knows_all(const struct tce_letter_gen *gen)
{
	struct tce_letter_options devices;
	struct tce_letter_options bridges;

	tce_letter_pick(gen, TCE_PICK_STRANGE, &devices);
	tce_letter_pick(gen, TCE_PICK_STRANGE_PHB, &bridges);
	return devices.nr + bridges.nr == 0;
}

/* Failures while a kernel boots are left out: there is no state before that it must keep. */
static bool any_failure(const struct tce_letter_gen *gen)
{
	for (unsigned i = 0; i < TCE_NR_FAILS; i++) {
		if (gen->st->fail[i].nth != 0)
			return true;
	}
	return false;
}

/* Does a user own anything? */
static bool any_owned(const struct tce_letter_gen *gen)
{
	const struct tce_phb *phb;

	for (uint32_t i = 0; (phb = tce_phb_at(gen->st, i)) != NULL; i++) {
		if (tce_letter_has_owned(gen, phb->id))
			return true;
	}
	return false;
}

/* No power of two, and a multiple of every block of memory. */
#define ODD_CRASH_MEM (UINT64_C(768) << 20)

/*
 * The running kernel starts itself again, or its crash kernel. Left out while a user owns anything:
 * docs/findings/alphabet.md.
 */
void tce_letters_kexec(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	struct tce_event event = *blank;

	if (!knows_all(gen) || any_failure(gen) || any_owned(gen))
		return;
	event.u.boot = gen->st->boot;
	event.u.boot.crash_mem = 0;
	event.u.boot.flags &= (uint8_t)~TCE_BOOT_KDUMP;
	tce_letter_add(gen, &event);
	event.u.boot.flags |= TCE_BOOT_KDUMP;
	tce_letter_add(gen, &event);
	event.u.boot.crash_mem = ODD_CRASH_MEM;
	if (event.u.boot.crash_mem < gen->machine->opts.ram)
		tce_letter_add(gen, &event);
}

void tce_letters_reboot(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	if (!any_failure(gen))
		tce_letter_add(gen, blank);
}

/* What the starting story plugged and is gone comes back. */
void tce_letters_replug(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	const struct tce_story *start = gen->alphabet->start;

	(void)blank;
	for (unsigned i = 0; i < start->nr_steps; i++) {
		const struct tce_event *event = &start->steps[i].event;

		if (event->kind == TCE_EV_DEVICE_PLUG &&
		    tce_dev_find(gen->st, event->u.device_plug.dev) == NULL &&
		    tce_phb_find(gen->st, event->u.device_plug.phb) != NULL)
			tce_letter_add(gen, event);
		if (event->kind == TCE_EV_PHB_PLUG &&
		    tce_phb_find(gen->st, event->u.phb_plug.phb) == NULL)
			tce_letter_add(gen, event);
	}
}

/* A list of two pieces, the highest page first: its second piece may be the one that fails. */
void tce_letters_list(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	struct tce_event event = *blank;
	struct tce_letter_options pages;
	struct tce_letter_options devices;
	struct tce_letter_options map;

	tce_letter_pick(gen, TCE_PICK_RAM_PAGE, &pages);
	tce_letter_pick(gen, TCE_PICK_BOUND, &devices);
	tce_letter_pick(gen, TCE_PICK_FREE_MAP, &map);
	if (pages.nr < 2 || map.nr == 0)
		return;
	for (unsigned i = 0; i < 2; i++) {
		gen->list->sg[i].ra.v = pages.option[i].value;
		gen->list->sg[i].len = pages.option[i].other;
	}
	event.u.map.type = TCE_MAP_SG;
	event.u.map.map = (uint16_t)map.option[0].value;
	event.u.map.sg = gen->list->sg;
	event.u.map.nr_sg = 2;
	for (unsigned i = 0; i < devices.nr; i++) {
		event.u.map.dev = (uint16_t)devices.option[i].value;
		tce_letter_add(gen, &event);
	}
}

/* A device uses all of a mapping in the way that it was made for. */
void tce_letters_dma(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	struct tce_event event = *blank;
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(gen->st, i)) != NULL; i++) {
		if (map->state != TCE_MAP_LIVE || map->dir == TCE_DIR_NONE)
			continue;
		event.u.dma.dev = map->dev;
		event.u.dma.map = map->id;
		event.u.dma.access = map->dir == TCE_DIR_TO_DEVICE ? TCE_READ : TCE_WRITE;
		tce_letter_add(gen, &event);
	}
}

/* At most so many failures wait at a time. */
#define FAILS_MOST 2U

static bool may_fail_too(const struct tce_letter_gen *gen, enum tce_fail_what what)
{
	unsigned nr = 0;

	for (unsigned i = 0; i < TCE_NR_FAILS; i++)
		nr += gen->st->fail[i].nth != 0;
	return nr < FAILS_MOST && gen->st->fail[what].nth == 0;
}

void tce_letters_fail(struct tce_letter_gen *gen, const struct tce_event *blank)
{
	static const struct tce_ev_fail fails[] = {
		{TCE_FAIL_ALLOC, 1, 0},     {TCE_FAIL_ALLOC, 2, 0},     {TCE_FAIL_FIRMWARE, 1, -1},
		{TCE_FAIL_FIRMWARE, 2, -1}, {TCE_FAIL_FIRMWARE, 3, -1}, {TCE_FAIL_FIRMWARE, 4, -1},
		{TCE_FAIL_FIRMWARE, 5, -1}, {TCE_FAIL_FIRMWARE, 6, -1}, {TCE_FAIL_HCALL, 1, -4},
		{TCE_FAIL_HCALL, 2, -4},    {TCE_FAIL_HCALL, 1, -44},   {TCE_FAIL_HCALL, 2, -44},
		{TCE_FAIL_RACE, 1, 0},
	};
	bool pseries = gen->machine->opts.platform == TCE_PSERIES;
	struct tce_event event = *blank;

	for (unsigned i = 0; i < sizeof(fails) / sizeof(fails[0]); i++) {
		if (((fails[i].what == TCE_FAIL_HCALL || fails[i].what == TCE_FAIL_FIRMWARE) &&
		     !pseries) ||
		    !may_fail_too(gen, fails[i].what))
			continue;
		event.u.fail = fails[i];
		tce_letter_add(gen, &event);
	}
}
