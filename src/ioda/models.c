/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The facts of each bridge, firmware and implementation, and their names. Sources: skiboot
 * (numbers of PEs and TVEs, what each call checks), Linux (reserved PE, page sizes), QEMU's
 * register files (cache sizes: the RCAM and TCAM of the IODA table list), skiboot device trees of
 * powernv8, 9 and 10 (recordings/powernv), register values read from QEMU 7.2.22 after boot.
 */
#include <tce/ioda.h>

#include <string.h>

#include "base/bits.h"

#define SHIFTS4(a, b, c, d)                                                                        \
	(UINT64_C(1) << (a) | UINT64_C(1) << (b) | UINT64_C(1) << (c) | UINT64_C(1) << (d))
#define MSI_BITS  (TCE_IBM_BIT(8) | TCE_IBM_BIT(14))
#define M32_ON    TCE_IBM_BIT(16)
#define ALL_IODA2 (TCE_IODA_ON(TCE_IODA_PHB3) | IODA3)
#define IODA3     (TCE_IODA_ON(TCE_IODA_PHB4) | TCE_IODA_ON(TCE_IODA_PHB5))

/* PHB4 and PHB5 differ in name and in the control register; each chip has big and small ones. */
#define PHB4_MODEL(its_name, gen, nr, its_control)                                                 \
	{                                                                                          \
		.name = its_name, .source = "skiboot hw/phb4.c; EEH and TCE capability registers", \
		.generation = gen, .nr_pes = nr, .reserved_pe = nr - 1, .nr_tves = 2 * nr,         \
		.levels_max = 5, .page_shifts = SHIFTS4(12, 16, 21, 30), .nr_rtes = nr / 4,        \
		.nr_tces = 2 * nr, .mmio32_start = 0x80000000, .mmio32_size = 0x7fff0000,          \
		.rtt_mask = TCE_IBM_MASK(8, 46), .msi64_top = 1, .config = MSI_BITS,               \
		.control = its_control, .tce_kill_call = true, .option_calls = true,               \
		.real_window_call = true, .reset_ms = {1000, 250, 10},                             \
	}

static const struct tce_ioda_model models[] = {
	{
		.name = "p7ioc",
		.source = "skiboot hw/p7ioc-phb.c before its removal; Linux pci-ioda.c up to 6.4",
		.generation = TCE_IODA_P7IOC,
		.nr_pes = 128,
		.reserved_pe = 127,
		.nr_tves = 128,
		.levels_max = 1,
		.page_shifts = SHIFTS4(12, 16, 24, 34),
		.nr_tces = 64, /* not known; as PHB3 */
		.mmio32_start = 0x80000000,
		.mmio32_size = 0x7fff0000,
		.msi64_top = 9,
		.config = MSI_BITS | M32_ON,
		.reset_ms = {1000, 1000, 10}, /* not measured; as PHB3 */
	},
	{
		.name = "phb3",
		.source = "skiboot hw/phb3.c; QEMU pnv_phb3.c",
		.generation = TCE_IODA_PHB3,
		.nr_pes = 256,
		.reserved_pe = 255,
		.nr_tves = 512,
		.levels_max = 5,
		.page_shifts = SHIFTS4(12, 16, 24, 28),
		.nr_rtes = 64,
		.nr_tces = 64,
		.mmio32_start = 0x80000000,
		.mmio32_size = 0x7fff0000,
		.rtt_mask = TCE_IBM_MASK(14, 46),
		.msi64_top = 1,
		.config = MSI_BITS | M32_ON,
		.real_window_call = true,
		.reset_ms = {1000, 1000, 10},
	},
	PHB4_MODEL("phb4", TCE_IODA_PHB4, 512, UINT64_C(0x0010040000000000)),
	PHB4_MODEL("phb4-small", TCE_IODA_PHB4, 256, UINT64_C(0x0010040000000000)),
	PHB4_MODEL("phb5", TCE_IODA_PHB5, 512, UINT64_C(0x0078040000000000)),
	PHB4_MODEL("phb5-small", TCE_IODA_PHB5, 256, UINT64_C(0x0078040000000000)),
};

static const struct tce_opal_profile firmwares[] = {
	{
		.name = "skiboot-7.0",
		.source =
			"measured on skiboot.lid of Debian qemu-system-data 7.2 (powernv8, 9, 10); "
			"P7IOC: p7ioc-phb.c",
		.kill_pages_as_pe = true,
		.real_start_4g_on = TCE_IODA_ON(TCE_IODA_PHB3),
		.peltv_bit4_lost = true,
		.unmap_matches_all = true,
		.freeze_pe_unchecked = true,
		.kill_pe_unchecked = true,
		.kill_pages_type_wide = true,
		.wide_zero_on = {ALL_IODA2, TCE_IODA_ON(TCE_IODA_PHB3), TCE_IODA_ON(TCE_IODA_PHB3),
				 IODA3},
		.levels_wide = true,
		.p7ioc_size_unchecked = true,
		.arg_bits =
			{
				{TCE_OPAL_PCI_SET_PELTV, {0, 32, 32}},
				{TCE_OPAL_PCI_RESET, {0, 8, 32}},
				{TCE_OPAL_PCI_TCE_KILL, {0, 0, 0, 32, 0, 32}},
				{TCE_OPAL_PHB_SET_OPTION, {0, 32}},
				{TCE_OPAL_PHB_GET_OPTION, {0, 32}},
			},
	},
	{
		.name = "skiboot-page-kill",
		.source = "skiboot hw/phb4.c before the workaround of HW560152",
		.real_start_4g_on = TCE_IODA_ON(TCE_IODA_PHB3),
		.peltv_bit4_lost = true,
		.unmap_matches_all = true,
		.freeze_pe_unchecked = true,
		.kill_pe_unchecked = true,
		.p7ioc_size_unchecked = true,
		.arg_bits =
			{
				{TCE_OPAL_PCI_SET_PE, {0, 0, 0, 8, 8, 8, 8}},
				{TCE_OPAL_PCI_SET_PELTV, {0, 32, 32, 8}},
				{TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, {0, 0, 16, 16}},
				{TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, {0, 0, 16}},
				{TCE_OPAL_PCI_RESET, {0, 8, 8}},
				{TCE_OPAL_PCI_TCE_KILL, {0, 32, 0, 32, 0, 32}},
			},
	},
	{
		.name = "opal-documented",
		.source = "skiboot doc/opal-api; arguments cut to their C types",
		.arg_bits =
			{
				{TCE_OPAL_PCI_SET_PE, {0, 0, 0, 8, 8, 8, 8}},
				{TCE_OPAL_PCI_SET_PELTV, {0, 32, 32, 8}},
				{TCE_OPAL_PCI_MAP_PE_DMA_WINDOW, {0, 0, 16, 16}},
				{TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, {0, 0, 16}},
				{TCE_OPAL_PCI_RESET, {0, 8, 8}},
				{TCE_OPAL_PCI_TCE_KILL, {0, 32, 0, 32, 0, 32}},
				{TCE_OPAL_PHB_SET_OPTION, {0, 32}},
				{TCE_OPAL_PHB_GET_OPTION, {0, 32}},
			},
	},
};

static const struct tce_ioda_profile profiles[] = {
	{
		.name = "hardware",
		.source = "skiboot and Linux, where they tell; LoPAR 2.9 for the extent; else a "
			  "choice",
		.opal = &firmwares[0],
		.tce_cache = true,
		.freezes = true,
		.peev_derived = true,
		.extent_checked = true,
		.bypass_checked = true,
		.page_size_checked = true,
		.tve1_4gb = true,
		.tve_mode_checked = true,
		.kill_all_bits_on = TCE_IODA_ON(TCE_IODA_P7IOC) | TCE_IODA_ON(TCE_IODA_PHB3),
	},
	{
		.name = "qemu-pnv",
		.source = "measured: QEMU 7.2.22 powernv8, powernv9, powernv10; 11.1.3 powernv9 "
			  "alike",
		.opal = &firmwares[0],
		.bit59_indexed = true,
		.rtc_all_only = true,
		.shift_modulo = 64,
		.msi64_size = 0x100000,
		.pe_masked_on = IODA3,
		.bypass_loose_on = IODA3,
		.no_pest_on = TCE_IODA_ON(TCE_IODA_PHB3),
		.kill_all_bits_on = TCE_IODA_ON(TCE_IODA_PHB3),
	},
};

#define NR_OF(array) (sizeof(array) / sizeof((array)[0]))

const struct tce_ioda_model *tce_ioda_model_at(unsigned i)
{
	return i < NR_OF(models) ? &models[i] : NULL;
}

const struct tce_ioda_model *tce_ioda_model_find(const char *name)
{
	unsigned i;

	for (i = 0; i < NR_OF(models); i++) {
		if (strcmp(models[i].name, name) == 0)
			return &models[i];
	}
	return NULL;
}

const struct tce_ioda_model *tce_ioda_model(enum tce_ioda_generation generation, bool big)
{
	bool two_sizes = generation == TCE_IODA_PHB4 || generation == TCE_IODA_PHB5;
	unsigned i;

	for (i = 0; i < NR_OF(models); i++) {
		if (models[i].generation == generation &&
		    (!two_sizes || big == (models[i].nr_pes == 512)))
			return &models[i];
	}
	return NULL;
}

const struct tce_opal_profile *tce_opal_profile_at(unsigned i)
{
	return i < NR_OF(firmwares) ? &firmwares[i] : NULL;
}

const struct tce_opal_profile *tce_opal_profile_find(const char *name)
{
	unsigned i;

	for (i = 0; i < NR_OF(firmwares); i++) {
		if (strcmp(firmwares[i].name, name) == 0)
			return &firmwares[i];
	}
	return NULL;
}

const struct tce_ioda_profile *tce_ioda_profile_at(unsigned i)
{
	return i < NR_OF(profiles) ? &profiles[i] : NULL;
}

const struct tce_ioda_profile *tce_ioda_profile_find(const char *name)
{
	unsigned i;

	for (i = 0; i < NR_OF(profiles); i++) {
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	}
	return NULL;
}

const char *tce_opal_refusal_text(enum tce_opal_refusal why)
{
	static const char *const texts[] = {
#define REFUSAL_TEXT(name, text) text,
		TCE_OPAL_REFUSAL_LIST(REFUSAL_TEXT)
#undef REFUSAL_TEXT
	};

	return (unsigned)why < TCE_NR_OPAL_REFUSALS ? texts[why] : "unknown refusal";
}

const char *tce_ioda_fault_text(enum tce_ioda_fault fault)
{
	static const char *const texts[] = {
#define FAULT_TEXT(name, freezes, text) text,
		TCE_IODA_FAULT_LIST(FAULT_TEXT)
#undef FAULT_TEXT
	};

	return (unsigned)fault < TCE_NR_IODA_FAULTS ? texts[fault] : "unknown fault";
}
