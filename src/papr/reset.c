/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What resets do to windows. The DMA reset of a bridge is the heart of them all: the reset call of
 * RTAS, the removal of the last window, a system reset, DR isolate (LoPAR 2.9 "Dynamic DMA
 * Windows", life cycle; QEMU hw/ppc/spapr_pci.c). Never needs memory: a bridge keeps the table of
 * its default window for life.
 */
#include "lpar.h"

bool tce_papr_reset_aborts(const struct papr_bus *phb)
{
	return phb->win_entries != 0 && phb->win[0].tainted;
}

void tce_papr_default_window(struct tce_lpar *lpar, struct papr_bus *bus)
{
	struct papr_place place = {bus->win_addr, bus->win_entries, TCE_PAGE_SHIFT_MIN};

	if (bus->win_entries == 0)
		return;
	bus->win[0].is_default = !bus->vio;
	tce_papr_window_enable(lpar, &bus->win[0], &place, tce_rptr_get(&bus->default_table));
}

void tce_papr_dma_reset(struct tce_lpar *lpar, struct papr_bus *phb)
{
	unsigned i;

	for (i = 0; i < phb->nr_slots; i++)
		tce_papr_window_disable(lpar, &phb->win[i]);
	phb->limited = false;
	tce_papr_default_window(lpar, phb);
}

static void vio_reset(struct tce_lpar *lpar, struct papr_bus *vio)
{
	tce_papr_window_clear(lpar, &vio->win[0]);
	vio->bypass = false;
}

bool tce_papr_machine_reset(struct tce_lpar *lpar, struct tce_answer *ret_answer)
{
	struct papr_bus *bus;

	for (bus = tce_papr_first_bus(lpar); bus != NULL; bus = tce_papr_next_bus(bus)) {
		if (!tce_papr_reset_aborts(bus))
			continue;
		tce_papr_abort(lpar, TCE_ABORT_REGION_TWICE, ret_answer);
		return false;
	}
	for (bus = tce_papr_first_bus(lpar); bus != NULL; bus = tce_papr_next_bus(bus)) {
		if (bus->vio)
			vio_reset(lpar, bus);
		else
			tce_papr_dma_reset(lpar, bus);
	}
	return true;
}

int tce_lpar_system_reset(struct tce_lpar *lpar)
{
	struct tce_answer ignored;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	(void)tce_papr_machine_reset(lpar, &ignored);
	return 0;
}

int tce_lpar_dr_isolate(struct tce_lpar *lpar, uint64_t buid)
{
	struct papr_bus *phb = tce_papr_phb(lpar, buid);
	struct tce_answer ignored;

	if (lpar->aborted != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (phb == NULL)
		return -TCE_ERR_NOENT;
	if (!lpar->profile->isolate_restores)
		return 0;
	if (tce_papr_reset_aborts(phb))
		tce_papr_abort(lpar, TCE_ABORT_REGION_TWICE, &ignored);
	else
		tce_papr_dma_reset(lpar, phb);
	return 0;
}
