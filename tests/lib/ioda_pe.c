/* SPDX-License-Identifier: BSD-2-Clause */
#include "ioda_pe.h"

#include "testing.h"

void ioda_pe_start(struct ioda_rig *rig, const char *model, const char *profile)
{
	ioda_rig_start(rig, model, profile);
	assert_int_equal(RIG_OPAL(rig, TCE_OPAL_PCI_SET_PE, 1, PE_RID, 7, 1, 1, 1), 0);
	if (tce_ioda_model_of(rig->ioda)->real_window_call)
		assert_int_equal(RIG_OPAL(rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, 1, 3, PE_BYPASS,
					  UINT64_C(1) << 31),
				 0);
}

void ioda_pe_window0(struct ioda_rig *rig, uint64_t levels, uint64_t size, uint64_t page)
{
	assert_int_equal(
		RIG_OPAL(rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, 1, 2, levels, RIG_TABLES, size, page),
		0);
}

/* The access, which should end so. */
static struct tce_ioda_xlate dma(struct ioda_rig *rig, uint64_t addr, unsigned access,
				 enum tce_ioda_fault fault)
{
	struct tce_ioda_xlate x = ioda_rig_dma(rig, PE_RID, addr, access);

	if (x.fault != fault)
		print_message("%s\n", tce_ioda_fault_text(x.fault));
	assert_int_equal(x.fault, fault);
	return x;
}

void ioda_pe_lands(struct ioda_rig *rig, uint64_t addr, unsigned access, uint64_t ra)
{
	struct tce_ioda_xlate x = dma(rig, addr, access, TCE_IODA_FAULT_NOT);

	assert_int_equal(x.ra.v, ra);
	assert_int_equal(x.pe, 1);
	assert_true(x.pe_known);
}

void ioda_pe_fails(struct ioda_rig *rig, uint64_t addr, unsigned access, enum tce_ioda_fault fault)
{
	dma(rig, addr, access, fault);
	RIG_OPAL(rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 1, 3);
}
