/* SPDX-License-Identifier: BSD-2-Clause */
/* A powernv machine's state in the words of the recorder's module, and the whole comparison. */
#include "pnv_state.h"

#include <stdlib.h>
#include <string.h>

#include <tce/linux.h>
#include <tce/run.h>
#include <tce/scenario.h>

#include "ioda/tve.h"
#include "linux/powernv/powernv.h"
#include "machine/bridges.h"

#define NR_RIDS   0x10000U
#define LEVEL_MAX 0x10000U

struct dump {
	const struct tce_machine *machine;
	const struct tce_state *st;
	const struct tce_linux *lx;
	FILE *out;
};

static unsigned long long ull(uint64_t value)
{
	return value;
}

static void dump_address(const struct dump *d, uint16_t id)
{
	const struct tce_dev *dev = tce_dev_find(d->st, id);

	fprintf(d->out, "%04x:%02x:%02x.%u", dev->phb, dev->bus, dev->devfn >> 3, dev->devfn & 7);
}

/* --- devices and groups ------------------------------------------------------------------- */

static int group_number(const struct dump *d, const struct tce_linux_dev *dev)
{
	const struct tce_pnv_pe *pe;

	if (dev->group == TCE_NO_GROUP)
		return -1;
	pe = tce_pnv_pe_find(d->st, d->lx, dev->group);
	return pe == NULL ? -1 : pe->group_number;
}

static void dump_device(const struct dump *d, const struct tce_linux_dev *dev)
{
	dump_address(d, dev->id);
	fprintf(d->out,
		" 0000:0000 bypass=%d dma_mask=%llx coh=%llx dma_offset=%llx "
		"iommu_table_base=%llx group=%d\n",
		dev->dma.ops_bypass, ull(dev->dma.dma_mask), ull(dev->dma.coherent_mask),
		ull(dev->dma.dma_offset), ull((uintptr_t)tce_dma_dev_table(&dev->dma)),
		group_number(d, dev));
}

static void dump_table(const struct dump *d, const struct tce_iommu_table *tbl, unsigned slot)
{
	if (tbl == NULL) {
		fprintf(d->out, "    tables[%u]: NULL\n", slot);
		return;
	}
	fprintf(d->out,
		"    tables[%u]: %llx it_base(pa)=%llx it_offset=%llx it_size=%llx page_shift=%u "
		"indirect_levels=%u level_size=%llx allocated=%llx index=%llx it_map=%s pools=%u "
		"poolsize=%llx reserved=%llx..%llx userspace=%s kref=%u\n",
		slot, ull((uintptr_t)tbl), ull(tbl->base), ull(tbl->offset), ull(tbl->size),
		tbl->page_shift, tbl->indirect_levels, ull(tbl->level_size),
		ull(tbl->allocated_size), ull(tbl->index), tbl->has_map ? "yes" : "no",
		tbl->nr_pools, ull(tbl->poolsize), ull(tbl->reserved_start), ull(tbl->reserved_end),
		tbl->user_base != 0 ? "yes" : "no", tbl->refs);
}

static void dump_group(const struct dump *d, const struct tce_pnv_pe *pe)
{
	const struct tce_table_group *group = tce_group_find(d->st, d->lx, tce_pnv_key(pe));

	fprintf(d->out, "group %u: PE#%x flags=%x rid=%x devices=%u pbus=", pe->group_number,
		pe->number, pe->flags, pe->rid, pe->device_count);
	if ((pe->flags & (TCE_PNV_PE_BUS | TCE_PNV_PE_BUS_ALL)) != 0)
		fprintf(d->out, "%04x:%02x", pe->phb, pe->rid >> 8);
	else
		fprintf(d->out, "-");
	fprintf(d->out, " pdev=");
	if (pe->pdev != TCE_NO_ID)
		dump_address(d, pe->pdev);
	else
		fprintf(d->out, "-");
	fprintf(d->out,
		" tce32=%llx+%llx pgsizes=%llx maxwin=%u maxlevels=%u bypass_enabled=%d "
		"bypass_base=%llx mve=0\n",
		ull(group->tce32_start), ull(group->tce32_size), ull(group->pgsizes),
		group->max_dynamic_windows, group->max_levels, pe->bypass_enabled,
		ull(pe->bypass_base));
	for (unsigned slot = 0; slot < TCE_GROUP_TABLES; slot++)
		dump_table(d, tce_group_table(d->st, group, slot), slot);
}

/* --- bridges ------------------------------------------------------------------------------ */

/* One line where the PE changes. */
static void dump_rtt(const struct dump *d, const struct tce_ioda *ioda)
{
	unsigned last = UINT32_MAX;

	for (unsigned rid = 0; rid < NR_RIDS; rid++) {
		unsigned pe = UINT32_MAX;

		if (tce_ioda_pe(ioda, (uint16_t)rid, &pe) != TCE_IODA_FAULT_NOT || pe == last)
			continue;
		fprintf(d->out, "  RTT from rid %04x: PE#%x\n", rid, pe);
		last = pe;
	}
}

static void dump_levels(const struct dump *d, const struct tce_tve *tve)
{
	uint64_t entries = UINT64_C(1) << (tve->size_code + 8);

	if (tve->levels < 2)
		return;
	for (uint64_t i = 0; i < entries && i < LEVEL_MAX; i++) {
		uint64_t entry = tce_machine_word(d->machine, tve->table + 8 * i);

		if (entry != 0)
			fprintf(d->out, "        L%u[%llx] = %016llx\n", tve->levels - 1, ull(i),
				ull(entry));
	}
}

static void dump_tve(const struct dump *d, const struct tce_ioda *ioda, unsigned index)
{
	struct tce_tve tve;
	uint64_t word[2];

	tce_ioda_tve(ioda, index, word);
	tce_tve_decode(tce_ioda_model_of(ioda)->generation, word, &tve);
	fprintf(d->out, "  TVE[%x] (PE#%x window %u) = %016llx", index, index / 2, index % 2,
		ull(word[0]));
	if (tve.kind == TCE_TVE_BYPASS) {
		fprintf(d->out, " non-translated (bypass) base=%llx limit=%llx\n", ull(tve.start),
			ull(tve.end));
		return;
	}
	fprintf(d->out, " TTA=%llx levels=%u table_size=2^%u bytes page_shift=%u\n", ull(tve.table),
		tve.levels, tve.size_code + 11, tve.page_code + 11);
	dump_levels(d, &tve);
}

static uint64_t reg(struct tce_ioda *ioda, uint32_t offset)
{
	uint64_t value;

	return tce_ioda_reg_read(ioda, offset, &value) == 0 ? value : 0;
}

static void dump_phb(const struct dump *d, const struct tce_phb *phb)
{
	struct tce_ioda *ioda = tce_bridge_of(d->machine, phb);
	const struct tce_ioda_model *model = tce_ioda_model_of(ioda);
	unsigned index = 0;

	fprintf(d->out, "PHB %u num_pes=0x%x reserved=0x%x CONFIG=%016llx M32_START=%016llx",
		phb->id, model->nr_pes, model->reserved_pe, ull(reg(ioda, TCE_IODA_REG_CONFIG)),
		ull(phb->mmio32_start));
	if (model->control != 0)
		fprintf(d->out, " CTRLR=%016llx", ull(reg(ioda, TCE_IODA_REG_CONTROL)));
	fprintf(d->out, "\n");
	dump_rtt(d, ioda);
	for (; tce_ioda_next_tve(ioda, index, &index); index++)
		dump_tve(d, ioda, index);
}

char *pnv_state_of(const struct tce_machine *machine)
{
	const struct tce_linux_dev *dev;
	const struct tce_pnv_pe *pe;
	const struct tce_phb *phb;
	struct dump d = {
		.machine = machine, .st = tce_machine_state(machine), .lx = tce_linux_of(machine)};
	char *text = NULL;
	size_t n = 0;

	d.out = open_memstream(&text, &n);
	if (d.out == NULL)
		abort();
	fprintf(d.out, "## devices\n");
	for (uint32_t i = 0; (dev = tce_linux_dev_at(d.st, d.lx, i)) != NULL; i++)
		dump_device(&d, dev);
	for (uint32_t i = 0; (pe = tce_pnv_pe_at(d.st, d.lx, i)) != NULL; i++) {
		if (pe->dma_setup_done)
			dump_group(&d, pe);
	}
	for (uint32_t i = 0; (phb = tce_phb_at(d.st, i)) != NULL; i++)
		dump_phb(&d, phb);
	fclose(d.out);
	return text;
}

/* --- the whole comparison ----------------------------------------------------------------- */

/* A machine in the state that the story leads to; NULL: it cannot be acted out. */
static struct tce_machine *act_out(const struct tce_story *story, FILE *out)
{
	struct tce_machine *machine;
	struct tce_outcome outcome;

	if (tce_machine_new(NULL, &story->machine, &machine) != 0)
		return NULL;
	if (tce_linux_attach(machine) != 0)
		abort();
	for (unsigned i = 0; i < story->nr_steps; i++) {
		int err = tce_machine_step(machine, &story->steps[i].event, &outcome);

		if (err == 0)
			continue;
		if (out != NULL)
			fprintf(out, "%s: %s\n", story->steps[i].text, tce_strerror(err));
		tce_machine_free(machine);
		return NULL;
	}
	return machine;
}

static struct tce_machine *build(const char *story, FILE *out)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_machine *machine;

	if (tce_scenario_parse(NULL, story, strlen(story), NULL, &scenario, &error) != 0) {
		if (out != NULL)
			fprintf(out, "story %u:%u: %s\n", error.line, error.column, error.text);
		return NULL;
	}
	machine = act_out(tce_scenario_story(scenario), out);
	tce_scenario_free(scenario);
	return machine;
}

bool pnv_state_check(const char *text, const char *name, FILE *out, bool verbose,
		     struct pnv_comparison *ret_comparison)
{
	struct pnv_state recorded, ours;
	struct tce_machine *machine;
	char *story, *state;

	if (!pnv_state_read(text, &recorded))
		return false;
	story = pnv_state_story(&recorded, name);
	if (verbose && out != NULL)
		fputs(story, out);
	machine = build(story, out);
	free(story);
	if (machine == NULL) {
		pnv_state_free(&recorded);
		return false;
	}
	state = pnv_state_of(machine);
	tce_machine_free(machine);
	if (verbose && out != NULL)
		fputs(state, out);
	if (!pnv_state_read(state, &ours)) /* a machine without bridges */
		memset(&ours, 0, sizeof(ours));
	*ret_comparison = pnv_state_compare(&recorded, &ours, out);
	free(state);
	pnv_state_free(&ours);
	pnv_state_free(&recorded);
	return true;
}
