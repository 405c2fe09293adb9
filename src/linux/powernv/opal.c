/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How powernv reaches its bridges: OPAL calls, and on PHB3 the TCE kill register. Sources:
 * pci-ioda.c pnv_pci_phb3_tce_invalidate_entire and its like, pnv_pci_ioda2_tce_invalidate.
 */
#include "powernv.h"

#include "base/bits.h"

#define KILL_PAGES              0U
#define KILL_PE                 1U

#define RESET_ASSERT            1U
#define RESET_DEASSERT          0U
#define RESET_SCOPE_FUNDAMENTAL 5U
#define RESET_SCOPE_IODA        6U

/* Stores to the kill register that one call makes before it counts as never ending. */
#define STORES_MAX (UINT64_C(1) << 32)

int tce_pnv_opal(struct tce_linux_call *call, uint64_t token, const uint64_t *args,
		 unsigned nr_args, int64_t *ret_rc)
{
	struct tce_event event;

	event.kind = TCE_EV_OPAL;
	event.u.opal.token = (unsigned)token;
	for (unsigned i = 0; i < sizeof(event.u.opal.args) / sizeof(event.u.opal.args[0]); i++)
		event.u.opal.args[i] = i < nr_args ? args[i] : 0;
	return tce_machine_opal(call->machine, &event, ret_rc);
}

static int reset(struct tce_linux_call *call, uint16_t phb, uint64_t scope)
{
	const uint64_t up[] = {phb, scope, RESET_ASSERT};
	const uint64_t down[] = {phb, scope, RESET_DEASSERT};
	int64_t rc;
	int err = tce_pnv_opal(call, TCE_OPAL_PCI_RESET, up, 3, &rc);

	if (err == 0 && scope != RESET_SCOPE_IODA)
		err = tce_pnv_opal(call, TCE_OPAL_PCI_RESET, down, 3, &rc);
	return err;
}

int tce_pnv_reset_bridge(struct tce_linux_call *call, uint16_t phb, bool fundamental)
{
	int err = reset(call, phb, RESET_SCOPE_IODA);

	if (err == 0 && fundamental)
		err = reset(call, phb, RESET_SCOPE_FUNDAMENTAL);
	return err;
}

static enum tce_ioda_generation generation_of(const struct tce_linux_call *call, uint16_t phb)
{
	return (enum tce_ioda_generation)tce_phb_find(call->st, phb)->generation;
}

/* PHB3_TCE_KILL_INVAL_PE, _ONE; the PE field has 8 bits, whatever the number. */
#define KILL_REG_PE   TCE_IBM_BIT(1)
#define KILL_REG_ONE  TCE_IBM_BIT(2)
#define KILL_REG_MASK UINT64_C(0xff)

static int kill_store(struct tce_linux_call *call, const struct tce_pnv_pe *pe, uint64_t what)
{
	struct tce_event event = {.kind = TCE_EV_PHB_REGISTER};
	struct tce_outcome outcome;

	event.u.reg.phb = pe->phb;
	event.u.reg.offset = TCE_IODA_REG_TCE_KILL;
	event.u.reg.value = what | (pe->number & KILL_REG_MASK);
	return tce_machine_call(call->machine, &event, &outcome);
}

int tce_pnv_invalidate_pe(struct tce_linux_call *call, const struct tce_pnv_pe *pe)
{
	const uint64_t args[] = {pe->phb, KILL_PE, pe->number};
	int64_t rc;

	if (generation_of(call, pe->phb) == TCE_IODA_PHB3)
		return kill_store(call, pe, KILL_REG_PE);
	return tce_pnv_opal(call, TCE_OPAL_PCI_TCE_KILL, args, 3, &rc);
}

/* One store a page. No page at index 0 means all there are: the end lies below the start. */
static int kill_pages_phb3(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			   const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	int err = 0;

	if (npages > STORES_MAX || (npages == 0 && index == 0)) {
		call->outcome->no_progress = true;
		return 0;
	}
	for (uint64_t i = 0; i < npages && err == 0; i++)
		err = kill_store(call, pe, KILL_REG_ONE | (index + i) << tbl->page_shift);
	return err;
}

/* Part of every mapping: the event is made in place. */
int tce_pnv_invalidate(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
		       const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	struct tce_event event;
	int64_t rc;

	if (generation_of(call, pe->phb) == TCE_IODA_PHB3)
		return kill_pages_phb3(call, pe, tbl, index, npages);
	event.kind = TCE_EV_OPAL;
	event.u.opal = (struct tce_ev_opal){
		.token = TCE_OPAL_PCI_TCE_KILL,
		.args = {pe->phb, KILL_PAGES, pe->number, UINT64_C(1) << tbl->page_shift,
			 index << tbl->page_shift, npages},
	};
	return tce_machine_opal(call->machine, &event, &rc);
}
