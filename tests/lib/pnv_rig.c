/* SPDX-License-Identifier: BSD-2-Clause */
/* A powernv machine, its kernel, and a tap. */
#include "pnv_rig.h"

#include <string.h>

#include "machine/bridges.h"
#include "testing.h"

const char pnv_rig_one_device[] =
	"phb name=phb0\n"
	"device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	"subordinate-bus=1\n"
	"device 0000:01:00.0 phb=phb0 name=dev parent=port";

const char pnv_rig_behind_bridge[] =
	"phb name=phb0\n"
	"device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	"subordinate-bus=2\n"
	"device 0000:01:00.0 phb=phb0 name=bridge parent=port type=pci-bridge secondary-bus=2 "
	"subordinate-bus=2\n"
	"device 0000:02:01.0 phb=phb0 name=a parent=bridge\n"
	"device 0000:02:02.0 phb=phb0 name=b parent=bridge\n"
	"device 0000:02:03.0 phb=phb0 name=c parent=bridge";

static void tap(void *ctx, unsigned depth, const struct tce_event *event,
		const struct tce_outcome *outcome)
{
	struct pnv_rig *rig = ctx;

	(void)outcome;
	if (depth != 0 && rig->nr_calls < PNV_CALLS_MAX)
		rig->calls[rig->nr_calls++] = *event;
}

void pnv_rig_init(struct pnv_rig *rig, const char *machine)
{
	memset(rig, 0, sizeof(*rig));
	machine_rig_init(&rig->rig, machine, false);
	assert_int_equal(tce_linux_attach(rig->rig.m), 0);
	tce_machine_set_tap(rig->rig.m, tap, rig);
}

void pnv_rig_fini(struct pnv_rig *rig)
{
	machine_rig_fini(&rig->rig);
}

void pnv_rig_do(struct pnv_rig *rig, const char *text)
{
	machine_rig_do(&rig->rig, text);
}

struct tce_linux_call *pnv_rig_call(struct pnv_rig *rig)
{
	memset(&rig->outcome, 0, sizeof(rig->outcome));
	rig->call.machine = rig->rig.m;
	rig->call.st = tce_machine_state(rig->rig.m);
	rig->call.lx = tce_linux_of(rig->rig.m);
	rig->call.outcome = &rig->outcome;
	return &rig->call;
}

struct tce_linux_dev *pnv_rig_dev(struct pnv_rig *rig, uint8_t bus, uint8_t devfn)
{
	struct tce_linux_call *call = pnv_rig_call(rig);
	const struct tce_dev *dev = tce_dev_by_rid(call->st, 0, (uint16_t)(bus << 8 | devfn));

	return dev == NULL ? NULL : tce_linux_dev_find(call->st, call->lx, dev->id);
}

struct tce_iommu_table *pnv_rig_base(struct pnv_rig *rig, uint8_t bus, uint8_t devfn)
{
	return tce_dma_dev_table(&pnv_rig_dev(rig, bus, devfn)->dma);
}

struct tce_pnv_pe *pnv_rig_pe(struct pnv_rig *rig, unsigned number)
{
	struct tce_linux_call *call = pnv_rig_call(rig);

	return tce_pnv_pe_find(call->st, call->lx, number);
}

struct tce_table_group *pnv_rig_group(struct pnv_rig *rig, unsigned number)
{
	struct tce_linux_call *call = pnv_rig_call(rig);

	return tce_group_find(call->st, call->lx, number);
}

struct tce_iommu_table *pnv_rig_table(struct pnv_rig *rig, unsigned number, unsigned slot)
{
	struct tce_table_group *group = pnv_rig_group(rig, number);

	return group == NULL ? NULL : tce_group_table(pnv_rig_call(rig)->st, group, slot);
}

static const struct tce_ioda *bridge(struct pnv_rig *rig)
{
	return tce_bridge_of(rig->rig.m, tce_phb_find(tce_machine_state(rig->rig.m), 0));
}

uint64_t pnv_rig_tve(struct pnv_rig *rig, unsigned index)
{
	uint64_t word[2];

	tce_ioda_tve(bridge(rig), index, word);
	return word[0];
}

unsigned pnv_rig_rtt(struct pnv_rig *rig, uint16_t rid)
{
	unsigned pe = UINT32_MAX;

	assert_int_equal(tce_ioda_pe(bridge(rig), rid, &pe), TCE_IODA_FAULT_NOT);
	return pe;
}

void pnv_rig_forget(struct pnv_rig *rig)
{
	rig->nr_calls = 0;
}

const uint64_t *pnv_rig_opal(const struct pnv_rig *rig, uint64_t token, unsigned n)
{
	for (unsigned i = 0; i < rig->nr_calls; i++) {
		const struct tce_event *event = &rig->calls[i];

		if (event->kind == TCE_EV_OPAL && event->u.opal.token == token && n-- == 0)
			return event->u.opal.args;
	}
	return NULL;
}

unsigned pnv_rig_nr_opal(const struct pnv_rig *rig, uint64_t token)
{
	unsigned n = 0;

	while (pnv_rig_opal(rig, token, n) != NULL)
		n++;
	return n;
}
