/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DMA through a bridge: every way it can go, every way it can fail. Rows marked
 * [M] were measured with edu devices on powernv9 of QEMU 7.2 and 11.1.
 */
#include <tce/ioda.h>

#include "base/bits.h"
#include "ioda_pe.h"
#include "testing.h"

#define MAP    TCE_OPAL_PCI_MAP_PE_DMA_WINDOW
#define REAL   TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL
#define SET_PE TCE_OPAL_PCI_SET_PE
#define KILL   TCE_OPAL_PCI_TCE_KILL

#define T      RIG_TABLES
#define A      RIG_DATA

static void write_tve(struct ioda_rig *rig, unsigned index, uint64_t value)
{
	ioda_rig_write_reg(rig, TCE_IODA_REG_IODA_ADDR, UINT64_C(9) << 48 | index);
	ioda_rig_write_reg(rig, TCE_IODA_REG_IODA_DATA0, value);
}

/* [M] all rows of "DMA translation (edu)". */
static void measured_rows(const char *model)
{
	struct ioda_rig rig;
	unsigned i;

	ioda_pe_start(&rig, model, "qemu-pnv");
	ioda_pe_lands(&rig, PE_BYPASS + A, TCE_READ, A);
	ioda_pe_lands(&rig, PE_BYPASS + (UINT64_C(1) << 32), TCE_READ,
		      UINT64_C(1) << 32); /* not checked */
	ioda_pe_fails(&rig, 0x1000, TCE_READ, TCE_IODA_FAULT_TVE_INVALID);
	ioda_pe_window0(&rig, 1, 0x1000, 0x1000);
	ioda_rig_store(&rig, T + 8, (A + 0x2000) | 3);
	ioda_rig_store(&rig, T + 16, (A + 0x3000) | 1);
	ioda_rig_store(&rig, T + 24, A | 2);
	ioda_rig_store(&rig, T + 32, A + 0x5000);
	ioda_pe_lands(&rig, 0x1010, TCE_READ, A + 0x2010);
	ioda_pe_lands(&rig, 0x2000, TCE_READ, A + 0x3000);
	ioda_pe_fails(&rig, 0x3000, TCE_READ, TCE_IODA_FAULT_ACCESS);
	ioda_pe_fails(&rig, 0x4000, TCE_READ, TCE_IODA_FAULT_PAGE);
	ioda_pe_lands(&rig, 0x3000, TCE_WRITE, A);
	ioda_pe_fails(&rig, 0x2000, TCE_WRITE, TCE_IODA_FAULT_ACCESS);
	ioda_pe_lands(&rig, 0x201010, TCE_READ, A + 0x2010); /* past the end: aliases */
	ioda_pe_window0(&rig, 2, 0x1000, 0x1000);
	ioda_rig_store(&rig, T, (T + 0x1000) | 3);
	ioda_rig_store(&rig, T + 8, (T + 0x2000) | 1);
	ioda_rig_store(&rig, T + 16, (T + 0x3000) | 2);
	ioda_rig_store(&rig, T + 24, T + 0x1000);
	ioda_rig_store(&rig, T + 32, 0);
	for (i = 0; i < 3; i++)
		ioda_rig_store(&rig, T + 0x1008 + i * 0x1000, (A + 0x2000 + i * 0x1000) | 3);
	ioda_pe_lands(&rig, 0x1000, TCE_READ, A + 0x2000);
	ioda_pe_lands(&rig, 0x201000, TCE_READ, A + 0x3000); /* indirect permission 1 */
	ioda_pe_lands(&rig, 0x401000, TCE_READ, A + 0x4000); /* and 2 */
	ioda_pe_fails(&rig, 0x601000, TCE_READ, TCE_IODA_FAULT_INDIRECT);
	ioda_pe_fails(&rig, 0x801000, TCE_READ, TCE_IODA_FAULT_INDIRECT);
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	ioda_rig_store(&rig, T, A | 3);
	ioda_rig_store(&rig, T + 8, (A + 0x11000) | 3);
	ioda_pe_lands(&rig, 0x10020, TCE_READ, A + 0x10020); /* low bits of the TCE do not count */
	ioda_pe_fails(&rig, 0xffff0000, TCE_READ, TCE_IODA_FAULT_MSI);
	ioda_pe_fails(&rig, UINT64_C(1) << 60, TCE_READ, TCE_IODA_FAULT_MSI);
	ioda_pe_fails(&rig, (UINT64_C(1) << 60) + 0x100000, TCE_READ, TCE_IODA_FAULT_MSI_HOLE);
	ioda_pe_fails(&rig, UINT64_C(1) << 61, TCE_READ, TCE_IODA_FAULT_ADDR_TOP);
	ioda_pe_lands(&rig, (UINT64_C(1) << 58) + 0x20, TCE_READ, A + 0x20);
	assert_int_equal(RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 0), 0);
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0x20, TCE_READ).fault,
			 TCE_IODA_FAULT_TVE_INVALID);
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, PE_BYPASS + A, TCE_READ).fault,
			 TCE_IODA_FAULT_TVE_INVALID);
	ioda_rig_fini(&rig);
}

static void qemu_translates_as_measured(void **state)
{
	(void)state;
	measured_rows("phb4");
	measured_rows("phb5-small");
	measured_rows("phb3");
}

static void hardware_checks_the_extent_and_the_bypass_range(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_lands(&rig, PE_BYPASS + 0x7fffffff, TCE_READ, 0x7fffffff);
	ioda_pe_fails(&rig, PE_BYPASS + (UINT64_C(1) << 31), TCE_READ, TCE_IODA_FAULT_BYPASS_RANGE);
	ioda_pe_lands(&rig, PE_BYPASS + (UINT64_C(1) << 50), TCE_READ,
		      0); /* bits from 50 on are dropped */
	ioda_pe_window0(&rig, 1, 0x1000, 0x1000);
	ioda_rig_store(&rig, T + 8 * 511, A | 3);
	ioda_pe_lands(&rig, 0x1ff123, TCE_READ | TCE_WRITE, A + 0x123);
	ioda_pe_fails(&rig, 0x200000, TCE_READ, TCE_IODA_FAULT_EXTENT);
	ioda_pe_fails(&rig, UINT64_C(1) << 58, TCE_READ, TCE_IODA_FAULT_EXTENT);
	assert_int_equal(RIG_OPAL(&rig, REAL, 1, 3, PE_BYPASS + 0x1000000, 0x1000000), 0);
	ioda_pe_fails(&rig, PE_BYPASS + 0xffffff, TCE_READ, TCE_IODA_FAULT_BYPASS_RANGE);
	ioda_pe_lands(&rig, PE_BYPASS + 0x1000000, TCE_WRITE, 0x1000000);
	ioda_pe_fails(&rig, PE_BYPASS + 0x2000000, TCE_READ, TCE_IODA_FAULT_BYPASS_RANGE);
	write_tve(&rig, 3, UINT64_C(0x1000)); /* peer to peer: no range */
	ioda_pe_lands(&rig, PE_BYPASS + UINT64_C(0x3000000000000), TCE_WRITE,
		      UINT64_C(0x3000000000000));
	ioda_rig_fini(&rig);
}

static void tves_that_no_call_would_write_fault(void **state)
{
	static const struct {
		const char *model, *profile;
		uint64_t tve;
		enum tce_ioda_fault fault;
	} rows[] = {
		{"phb4", "hardware", UINT64_C(0x100a101), TCE_IODA_FAULT_TVE_LEVELS},
		{"phb4", "hardware", UINT64_C(0x100010d), TCE_IODA_FAULT_TVE_PAGE_SIZE}, /* 16M */
		{"phb3", "hardware", UINT64_C(0x100010a), TCE_IODA_FAULT_TVE_PAGE_SIZE}, /* 2M */
		{"phb4", "hardware", UINT64_C(0x1000001), TCE_IODA_FAULT_TVE_INVALID},
		{"phb4", "hardware", UINT64_C(0x1000100), TCE_IODA_FAULT_TVE_INVALID},
		{"phb3", "qemu-pnv", UINT64_C(0x1000100), TCE_IODA_FAULT_TVE_INVALID},
		{"phb4", "qemu-pnv", UINT64_C(0x1000100),
		 TCE_IODA_FAULT_NOT}, /* taken for bypass */
		{"phb4", "qemu-pnv", UINT64_C(0x100010d), TCE_IODA_FAULT_PAGE},
		{"phb4", "qemu-pnv", UINT64_C(0x100a101), TCE_IODA_FAULT_TVE_LEVELS},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ioda_rig rig;

		ioda_pe_start(&rig, rows[i].model, rows[i].profile);
		write_tve(&rig, 2, rows[i].tve);
		assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0x1000, TCE_READ).fault, rows[i].fault);
		ioda_rig_fini(&rig);
	}
}

static void a_walk_goes_through_up_to_five_levels(void **state)
{
	unsigned levels;

	(void)state;
	for (levels = 1; levels <= 5; levels++) {
		uint64_t table = T;
		struct ioda_rig rig;
		struct tce_ioda_xlate x;
		uint64_t addr = 0;
		unsigned k;

		ioda_pe_start(&rig, "phb4", "hardware");
		ioda_pe_window0(&rig, levels, 0x1000, 0x1000);
		/* Index 17 + level at each level, 9 bits each, while the address has bits. */
		for (k = levels; k-- > 0;) {
			uint64_t index = 12 + k * 9 < 59 ? 17 + k : 0;
			uint64_t next = k == 0 ? A : table + 0x1000;

			if (12 + k * 9 + 9 > 59)
				index &= tce_low_mask(59 - 12 - k * 9);
			ioda_rig_store(&rig, table + 8 * index, next | 3);
			addr |= index << (12 + k * 9);
			table += 0x1000;
		}
		x = ioda_rig_dma(&rig, PE_RID, addr + 5, TCE_READ);
		assert_int_equal(x.fault, TCE_IODA_FAULT_NOT);
		assert_int_equal(x.ra.v, A + 5);
		assert_int_equal(x.level, 0);
		assert_int_equal(x.entry.v, T + (levels - 1) * 0x1000 + 8 * 17);
		ioda_rig_fini(&rig);
	}
}

static void walks_that_leave_memory_or_bite_their_tail_end_in_a_fault(void **state)
{
	struct ioda_rig rig;
	struct tce_ioda_xlate x;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	RIG_OPAL(&rig, MAP, 1, 2, 1, RIG_RAM, 0x1000, 0x1000);
	ioda_pe_fails(&rig, 0x1000, TCE_READ, TCE_IODA_FAULT_ENTRY_READ);
	RIG_OPAL(&rig, MAP, 1, 2, 1, UINT64_C(0xfffffffffff000), 0x1000, 0x1000);
	ioda_pe_fails(&rig, 0x1000, TCE_READ, TCE_IODA_FAULT_ENTRY_READ);
	ioda_pe_window0(&rig, 3, 0x1000, 0x1000);
	ioda_rig_store(&rig, T, T | 3); /* each level is the table itself */
	x = ioda_rig_dma(&rig, PE_RID, 0x123, TCE_READ);
	assert_int_equal(x.fault, TCE_IODA_FAULT_NOT);
	assert_int_equal(x.ra.v, T + 0x123);
	RIG_OPAL(&rig, KILL, 2, 0, 0, 0, 0);
	ioda_rig_store(&rig, T, UINT64_C(0xfffffffffffff003));
	x = ioda_rig_dma(&rig, PE_RID, 0x123, TCE_READ);
	assert_int_equal(x.fault, TCE_IODA_FAULT_ENTRY_READ);
	assert_int_equal(x.level, 1);
	ioda_rig_fini(&rig);
}

/* QEMU computes index shifts past 63 on a host that takes them modulo 64. */
static void qemu_wraps_shifts_of_deep_tables(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "qemu-pnv");
	/* 5 levels of 2^16 entries, 4K: shifts 76, 60, 44, 28, 12; 76 % 64 = 12. */
	write_tve(&rig, 2, T << 4 | UINT64_C(4) << 13 | 8 << 8 | 1);
	ioda_rig_store(&rig, T + 8 * 3, (T + 0x80000) | 3);
	ioda_rig_store(&rig, T + 0x80000, (T + 0x80000) | 3);
	ioda_rig_store(&rig, T + 0x80000 + 8 * 3, A | 3);
	ioda_pe_lands(&rig, 0x3010, TCE_READ, A + 0x10);
	ioda_rig_fini(&rig);
	ioda_pe_start(&rig, "phb4", "hardware");
	write_tve(&rig, 2, T << 4 | UINT64_C(4) << 13 | 8 << 8 | 1);
	ioda_rig_store(&rig, T, (T + 0x80000) | 3);
	ioda_rig_store(&rig, T + 0x80000, (T + 0x80000) | 3);
	ioda_rig_store(&rig, T + 0x80000 + 8 * 3, A | 3);
	ioda_pe_lands(&rig, 0x3010, TCE_READ, A + 0x10); /* hardware: index 0 above bit 63 */
	ioda_rig_fini(&rig);
}

static void tve1_serves_addresses_from_4g_when_the_option_is_on(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	RIG_OPAL(&rig, REAL, 1, 3, PE_BYPASS, UINT64_C(1) << 40);
	ioda_pe_fails(&rig, UINT64_C(1) << 32, TCE_READ, TCE_IODA_FAULT_TVE_INVALID);
	RIG_OPAL(&rig, TCE_OPAL_PHB_SET_OPTION, 1, 1);
	ioda_pe_lands(&rig, UINT64_C(1) << 32, TCE_READ, UINT64_C(1) << 32);
	ioda_pe_lands(&rig, PE_BYPASS + 0x1000, TCE_READ, 0x1000);
	ioda_pe_fails(&rig, UINT64_C(0xfffeffff), TCE_READ, TCE_IODA_FAULT_TVE_INVALID);
	ioda_rig_fini(&rig);
	ioda_pe_start(&rig, "phb4", "qemu-pnv"); /* QEMU does not know the option */
	RIG_OPAL(&rig, TCE_OPAL_PHB_SET_OPTION, 1, 1);
	ioda_pe_fails(&rig, UINT64_C(1) << 32, TCE_READ, TCE_IODA_FAULT_TVE_INVALID);
	ioda_rig_fini(&rig);
}

static void more_than_two_tves_a_pe_are_not_guessed_at(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_rig_write_reg(&rig, TCE_IODA_REG_CONTROL, UINT64_C(1) << 44);
	ioda_pe_fails(&rig, PE_BYPASS + A, TCE_READ, TCE_IODA_FAULT_TVE_MODE);
	ioda_rig_fini(&rig);
	ioda_pe_start(&rig, "phb4", "qemu-pnv");
	ioda_rig_write_reg(&rig, TCE_IODA_REG_CONTROL, UINT64_C(1) << 44);
	ioda_pe_lands(&rig, PE_BYPASS + A, TCE_READ, A);
	ioda_rig_fini(&rig);
}

static void msi_windows_can_be_switched_off(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_window0(&rig, 1, 0x80000, 0x10000); /* 4 GiB */
	ioda_rig_store(&rig, T + 8 * 0xffff, A | 3);
	ioda_pe_fails(&rig, 0xffff0010, TCE_WRITE, TCE_IODA_FAULT_MSI);
	ioda_pe_fails(&rig, (UINT64_C(1) << 60) + (UINT64_C(1) << 50), TCE_WRITE,
		      TCE_IODA_FAULT_MSI);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_CONFIG, UINT64_C(1) << 49); /* 64-bit MSI only */
	ioda_pe_lands(&rig, 0xffff0010, TCE_WRITE, A + 0x10);
	ioda_pe_fails(&rig, UINT64_C(1) << 60, TCE_WRITE, TCE_IODA_FAULT_MSI);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_CONFIG, 0);
	ioda_pe_fails(&rig, UINT64_C(1) << 60, TCE_WRITE, TCE_IODA_FAULT_ADDR_TOP);
	ioda_rig_fini(&rig);
}

static void rids_without_a_valid_pe_go_nowhere(void **state)
{
	static const struct {
		const char *model, *profile;
		enum tce_ioda_fault fault;
	} rows[] = {
		{"phb4", "hardware", TCE_IODA_FAULT_PE_RANGE},
		{"phb3", "hardware", TCE_IODA_FAULT_PE_RANGE},
		{"phb3", "qemu-pnv", TCE_IODA_FAULT_PE_RANGE},
		{"phb4", "qemu-pnv", TCE_IODA_FAULT_NOT}, /* masked: 0x1201 is PE 1 */
	};
	unsigned i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct tce_ioda_opts opts;
		struct ioda_rig rig;
		struct tce_ioda_xlate x;

		ioda_rig_opts(&rig, rows[i].model, rows[i].profile, &opts);
		opts.tables = TCE_IODA_TABLES_MEMORY;
		ioda_rig_init(&rig, &opts);
		RIG_OPAL(&rig, REAL, 1, 3, PE_BYPASS, UINT64_C(1) << 31);
		tce_be16_store(rig.ram + RIG_RTT + 2 * PE_RID, 0x1201);
		x = ioda_rig_dma(&rig, PE_RID, PE_BYPASS + A, TCE_READ);
		assert_int_equal(x.fault, rows[i].fault);
		assert_int_equal(x.pe_known, rows[i].fault == TCE_IODA_FAULT_NOT);
		ioda_rig_write_reg(&rig, TCE_IODA_REG_RTT_BAR,
				   UINT64_C(1) << 63 | UINT64_C(0x7e0000000000));
		ioda_rig_write_reg(&rig, TCE_IODA_REG_RTC_INVALIDATE, UINT64_C(1) << 63);
		assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0, TCE_READ).fault,
				 TCE_IODA_FAULT_RTT_READ);
		ioda_rig_write_reg(&rig, TCE_IODA_REG_RTT_BAR, RIG_RTT);
		assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0, TCE_READ).fault,
				 TCE_IODA_FAULT_RTT_OFF);
		ioda_rig_fini(&rig);
	}
}

static void the_rtc_keeps_a_pe_until_it_is_invalidated(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;
	struct tce_ioda_xlate x;

	(void)state;
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.tables = TCE_IODA_TABLES_MEMORY;
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 1);
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0, TCE_READ).pe, 1);
	tce_be16_store(rig.ram + RIG_RTT + 2 * PE_RID, 2); /* behind the bridge's back */
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0, TCE_READ).pe, 1);
	assert_int_equal(ioda_rig_peek(&rig, PE_RID, 0, TCE_READ).pe, 2);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_RTC_INVALIDATE,
			   UINT64_C(0x101) << 32); /* another PE_RID */
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0, TCE_READ).pe, 1);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_RTC_INVALIDATE, (uint64_t)PE_RID << 32);
	x = ioda_rig_dma(&rig, PE_RID, 0, TCE_READ);
	assert_int_equal(x.pe, 2);
	ioda_rig_fini(&rig);
}

static void a_fenced_bridge_lets_nothing_through(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_lands(&rig, PE_BYPASS, TCE_READ, 0);
	tce_ioda_set_health(rig.ioda, TCE_IODA_FENCED);
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, PE_BYPASS, TCE_READ).fault,
			 TCE_IODA_FAULT_FENCED);
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, 0xffff0000, TCE_WRITE).fault,
			 TCE_IODA_FAULT_FENCED);
	/* Windows asked for meanwhile are there after the reset. */
	RIG_OPAL(&rig, REAL, 1, 3, PE_BYPASS + 0x1000000, 0x1000000);
	RIG_OPAL(&rig, TCE_OPAL_PCI_RESET, 1, 1);
	ioda_pe_fails(&rig, PE_BYPASS, TCE_READ, TCE_IODA_FAULT_BYPASS_RANGE);
	ioda_pe_lands(&rig, PE_BYPASS + 0x1000000, TCE_READ, 0x1000000);
	ioda_rig_fini(&rig);
}

static void p7ioc_goes_by_segments_and_filters(void **state)
{
	struct ioda_rig rig;
	struct tce_ioda_xlate x;

	(void)state;
	ioda_rig_start(&rig, "p7ioc", "hardware");
	/* PE 3: bus 1 wholly; its 256 MiB segment 5 with 4K pages. */
	RIG_OPAL(&rig, SET_PE, 3, PE_RID, 7, 0, 0, 1);
	assert_int_equal(RIG_OPAL(&rig, MAP, 3, 5, 1, T, 0x80000, 0x1000), 0);
	ioda_rig_store(&rig, T + 8 * 7, A | 3);
	x = ioda_rig_dma(&rig, 0x1ab, UINT64_C(0x50007123), TCE_WRITE);
	assert_int_equal(x.fault, TCE_IODA_FAULT_NOT);
	assert_int_equal(x.ra.v, A + 0x123);
	assert_int_equal(x.pe, 3);
	assert_int_equal(x.tve_index, 5);
	x = ioda_rig_dma(&rig, 0x200, UINT64_C(0x50007123), TCE_WRITE);
	assert_int_equal(x.fault, TCE_IODA_FAULT_TVE_FILTER);
	assert_int_equal(x.pe, 127); /* the last PELT-M entry takes every PE_RID */
	x = ioda_rig_dma(&rig, PE_RID, UINT64_C(0x40007123), TCE_WRITE);
	assert_int_equal(x.fault, TCE_IODA_FAULT_TVE_INVALID);
	RIG_OPAL(&rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 3, 3);
	x = ioda_rig_dma(&rig, PE_RID, UINT64_C(0x800000000), TCE_WRITE);
	assert_int_equal(x.fault, TCE_IODA_FAULT_NO_SEGMENT);
	RIG_OPAL(&rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 3, 3);
	assert_int_equal(RIG_OPAL(&rig, MAP, 3, 6, 1, T, 0x40000, 0x1000), 0); /* 128 MiB */
	x = ioda_rig_dma(&rig, PE_RID, UINT64_C(0x68000000), TCE_WRITE);
	assert_int_equal(x.fault, TCE_IODA_FAULT_EXTENT);
	assert_int_equal(ioda_rig_dma(&rig, PE_RID, UINT64_C(9) << 60, TCE_WRITE).fault,
			 TCE_IODA_FAULT_MSI);
	ioda_rig_fini(&rig);
}

/* skiboot writes 0 to the PELT-M entry, and 0 matches every requester ID. */
static void unmapping_a_p7ioc_pe_gives_it_everything_behind_it(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;
	unsigned documented;
	unsigned pe;

	(void)state;
	for (documented = 0; documented < 2; documented++) {
		ioda_rig_opts(&rig, "p7ioc", "hardware", &opts);
		if (documented)
			opts.opal = tce_opal_profile_find("opal-documented");
		ioda_rig_init(&rig, &opts);
		RIG_OPAL(&rig, SET_PE, 9, 0x300, 7, 0, 0, 1);
		RIG_OPAL(&rig, SET_PE, 4, PE_RID, 7, 0, 0, 1);
		assert_int_equal(tce_ioda_pe(rig.ioda, 0x308, &pe), 0);
		assert_int_equal(pe, 9);
		RIG_OPAL(&rig, SET_PE, 4, PE_RID, 7, 0, 0, 0);
		assert_int_equal(tce_ioda_pe(rig.ioda, 0x308, &pe), 0);
		assert_int_equal(pe, documented ? 9 : 4);
		assert_int_equal(tce_ioda_pe(rig.ioda, 1, &pe), 0);
		assert_int_equal(pe, 0); /* 00:00.1 is what unused entries hold */
		ioda_rig_fini(&rig);
	}
}

static void peltv_of_p7ioc_loses_bit_4_of_the_child(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;
	unsigned documented;

	(void)state;
	for (documented = 0; documented < 2; documented++) {
		ioda_rig_opts(&rig, "p7ioc", "hardware", &opts);
		if (documented)
			opts.opal = tce_opal_profile_find("opal-documented");
		ioda_rig_init(&rig, &opts);
		RIG_OPAL(&rig, TCE_OPAL_PCI_SET_PELTV, 1, 83, 1);
		assert_int_equal(tce_ioda_linked(rig.ioda, 1, 83), documented);
		assert_int_equal(tce_ioda_linked(rig.ioda, 1, 67), !documented);
		ioda_rig_fini(&rig);
	}
}

static void an_access_of_no_direction_is_misuse(void **state)
{
	struct tce_ioda_access access = {.rid = PE_RID};
	struct tce_ioda_xlate x = {.pe = 77};
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	assert_int_equal(tce_ioda_dma(rig.ioda, &access, &x), -TCE_ERR_INVAL);
	access.access = 4 | TCE_READ;
	assert_int_equal(tce_ioda_dma(rig.ioda, &access, &x), -TCE_ERR_INVAL);
	assert_int_equal(x.pe, 77);
	ioda_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemu_translates_as_measured),
		cmocka_unit_test(hardware_checks_the_extent_and_the_bypass_range),
		cmocka_unit_test(tves_that_no_call_would_write_fault),
		cmocka_unit_test(a_walk_goes_through_up_to_five_levels),
		cmocka_unit_test(walks_that_leave_memory_or_bite_their_tail_end_in_a_fault),
		cmocka_unit_test(qemu_wraps_shifts_of_deep_tables),
		cmocka_unit_test(tve1_serves_addresses_from_4g_when_the_option_is_on),
		cmocka_unit_test(more_than_two_tves_a_pe_are_not_guessed_at),
		cmocka_unit_test(msi_windows_can_be_switched_off),
		cmocka_unit_test(rids_without_a_valid_pe_go_nowhere),
		cmocka_unit_test(the_rtc_keeps_a_pe_until_it_is_invalidated),
		cmocka_unit_test(a_fenced_bridge_lets_nothing_through),
		cmocka_unit_test(p7ioc_goes_by_segments_and_filters),
		cmocka_unit_test(unmapping_a_p7ioc_pe_gives_it_everything_behind_it),
		cmocka_unit_test(peltv_of_p7ioc_loses_bit_4_of_the_child),
		cmocka_unit_test(an_access_of_no_direction_is_misuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
