/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCE cache and its kills, and what a fault does to the PE. */
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

/* Fill a 64K window with pages and touch page i. */
static void touch(struct ioda_rig *rig, uint64_t i)
{
	ioda_rig_store(rig, T + 8 * i, (A + (i << 16)) | 3);
	ioda_pe_lands(rig, i << 16, TCE_READ, A + (i << 16));
}

/* True: page i still translates to its old place after the TCE was cleared. */
static bool stale(struct ioda_rig *rig, uint64_t i)
{
	struct tce_ioda_xlate x;

	ioda_rig_store(rig, T + 8 * i, 0);
	assert_int_equal(ioda_rig_peek(rig, PE_RID, i << 16, TCE_READ).fault, TCE_IODA_FAULT_PAGE);
	x = ioda_rig_dma(rig, PE_RID, i << 16, TCE_READ);
	RIG_OPAL(rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 1, 3);
	assert_int_equal(x.from_cache, x.fault == TCE_IODA_FAULT_NOT);
	return x.fault == TCE_IODA_FAULT_NOT && x.ra.v == A + (i << 16);
}

static void a_tce_changed_without_a_kill_still_leads_to_the_old_page(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	touch(&rig, 3);
	assert_true(stale(&rig, 3));
	RIG_OPAL(&rig, KILL, 1, 1, 0, 0, 0);
	assert_false(stale(&rig, 3));
	ioda_rig_fini(&rig);
	ioda_pe_start(&rig, "phb4",
		      "qemu-pnv"); /* QEMU has no cache: the bug does not show there */
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	touch(&rig, 3);
	assert_false(stale(&rig, 3));
	ioda_rig_fini(&rig);
}

static void a_cached_permission_is_used_too(void **state)
{
	struct ioda_rig rig;
	struct tce_ioda_xlate x;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	ioda_rig_store(&rig, T, A | 1);
	ioda_pe_lands(&rig, 0x20, TCE_READ, A + 0x20);
	ioda_rig_store(&rig, T, A | 3);
	x = ioda_rig_dma(&rig, PE_RID, 0x20, TCE_WRITE);
	assert_int_equal(x.fault, TCE_IODA_FAULT_ACCESS);
	assert_true(x.from_cache);
	assert_int_equal(x.tce, A | 1);
	ioda_rig_fini(&rig);
}

static void a_fault_is_not_cached(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	ioda_pe_fails(&rig, 0x30000, TCE_READ, TCE_IODA_FAULT_PAGE);
	touch(&rig, 3);
	ioda_rig_fini(&rig);
}

static void each_kill_takes_out_what_it_names(void **state)
{
	/* What is stale after the kill: pages 2, 3 of PE 1, page 3 of window 1. */
	static const struct {
		uint64_t value;
		bool page2, page3;
	} rows[] = {
		{0, true, true},
		{UINT64_C(1) << 63, false, false},
		{UINT64_C(1) << 62 | 1, false, false},
		{UINT64_C(1) << 62 | 2, true, true},
		{UINT64_C(1) << 61 | UINT64_C(1) << 60 | 0x30000 | 0x1000 | 1, true, false},
		{UINT64_C(1) << 61 | 0x30000 | 1, true, false}, /* 4K inside the page */
		{UINT64_C(1) << 61 | 0x3f000 | 1, true, false},
		{UINT64_C(1) << 61 | 0x40000 | 1, true, true},
		{UINT64_C(1) << 61 | 0x30000 | 2, true, true},                      /* another PE */
		{UINT64_C(1) << 61 | UINT64_C(1) << 60 | 0x2000 | 1, false, false}, /* 2M */
		{UINT64_C(1) << 61 | UINT64_C(1) << 60 | 0x200000 | 0x2000 | 1, true, true},
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ioda_rig rig;

		ioda_pe_start(&rig, "phb4", "hardware");
		ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
		touch(&rig, 2);
		touch(&rig, 3);
		ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, rows[i].value);
		assert_int_equal(stale(&rig, 2), rows[i].page2);
		assert_int_equal(stale(&rig, 3), rows[i].page3);
		ioda_rig_fini(&rig);
	}
}

static void phb3_kills_4k_at_a_time(void **state)
{
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb3", "hardware");
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	touch(&rig, 2);
	touch(&rig, 3);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_C(1) << 61 | 0x20000 | 1);
	assert_false(stale(&rig, 2));
	assert_true(stale(&rig, 3));
	ioda_rig_fini(&rig);
}

static void opal_page_kills_need_no_luck_on_old_firmware_without_the_erratum(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.opal = tce_opal_profile_find("skiboot-page-kill");
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 1);
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	touch(&rig, 2);
	touch(&rig, 3);
	touch(&rig, 4);
	RIG_OPAL(&rig, KILL, 0, 1, 0x10000, 0x20000, 2);
	assert_false(stale(&rig, 2));
	assert_false(stale(&rig, 3));
	assert_true(stale(&rig, 4));
	ioda_rig_fini(&rig);
}

/* HW560152: page kills may be lost; the workaround in firmware kills the PE instead. */
static void the_erratum_loses_page_kills_but_not_pe_kills(void **state)
{
	struct tce_ioda_opts opts;
	struct ioda_rig rig;
	unsigned workaround;

	(void)state;
	for (workaround = 0; workaround < 2; workaround++) {
		ioda_rig_opts(&rig, "phb4", "hardware", &opts);
		opts.opal = tce_opal_profile_find(workaround ? "skiboot-7.0" : "skiboot-page-kill");
		opts.errata = TCE_IODA_ERRATUM_LOST_PAGE_KILL;
		ioda_rig_init(&rig, &opts);
		RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 1);
		ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
		touch(&rig, 2);
		RIG_OPAL(&rig, KILL, 0, 1, 0x10000, 0x20000, 1);
		assert_int_equal(stale(&rig, 2), workaround == 0);
		touch(&rig, 3);
		ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_C(1) << 61 | 0x30000 | 1);
		assert_true(stale(&rig, 3));
		assert_int_equal(tce_ioda_set_errata(rig.ioda, 0), TCE_IODA_ERRATUM_LOST_PAGE_KILL);
		ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_C(1) << 61 | 0x30000 | 1);
		assert_false(stale(&rig, 3));
		ioda_rig_fini(&rig);
	}
}

static void a_full_set_loses_its_oldest_entry(void **state)
{
	struct tce_ioda_opts opts;
	struct tce_ioda_cached entry;
	struct ioda_rig rig;
	uint64_t i;

	(void)state;
	ioda_rig_opts(&rig, "phb4", "hardware", &opts);
	opts.nr_tces = 8; /* two sets of four */
	ioda_rig_init(&rig, &opts);
	RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 1);
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	for (i = 0; i < 10; i += 2)
		touch(&rig, i); /* five pages in one set */
	touch(&rig, 1);
	assert_true(tce_ioda_cached_at(rig.ioda, 0, &entry));
	assert_true(tce_ioda_cached_at(rig.ioda, 4, &entry));
	assert_false(tce_ioda_cached_at(rig.ioda, 5, &entry));
	assert_false(stale(&rig, 0));
	for (i = 2; i < 10; i += 2)
		assert_true(stale(&rig, i));
	assert_true(stale(&rig, 1));
	ioda_rig_fini(&rig);
}

static void the_cache_can_be_looked_at(void **state)
{
	struct tce_ioda_cached entry;
	struct ioda_rig rig;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	assert_false(tce_ioda_cached_at(rig.ioda, 0, &entry));
	touch(&rig, 5);
	assert_true(tce_ioda_cached_at(rig.ioda, 0, &entry));
	assert_int_equal(entry.pe, 1);
	assert_int_equal(entry.addr, 0x50000);
	assert_int_equal(entry.page_shift, 16);
	assert_int_equal(entry.tce, (A + 0x50000) | 3);
	ioda_rig_fini(&rig);
}

static void a_hit_reads_no_memory(void **state)
{
	struct ioda_rig rig;
	uint64_t reads;

	(void)state;
	ioda_pe_start(&rig, "phb4", "hardware");
	ioda_pe_window0(&rig, 1, 0x1000, 0x10000);
	touch(&rig, 5);
	reads = rig.nr_reads;
	ioda_pe_lands(&rig, 0x50000, TCE_READ, A + 0x50000);
	assert_int_equal(rig.nr_reads, reads);
	ioda_rig_fini(&rig);
}

static void a_fault_freezes_the_pe_and_its_pelt_v(void **state)
{
	struct ioda_rig rig;
	struct tce_ioda_xlate x;
	uint64_t a, b;
	unsigned tables;

	(void)state;
	for (tables = 0; tables < 2; tables++) {
		struct tce_ioda_opts opts;

		ioda_rig_opts(&rig, "phb4", "hardware", &opts);
		opts.tables = tables == 0 ? TCE_IODA_TABLES_INSIDE : TCE_IODA_TABLES_MEMORY;
		ioda_rig_init(&rig, &opts);
		RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 1);
		RIG_OPAL(&rig, SET_PE, 300, 0x200, 7, 1, 1, 1);
		RIG_OPAL(&rig, TCE_OPAL_PCI_SET_PELTV, 1, 300, 1);
		RIG_OPAL(&rig, TCE_OPAL_PCI_SET_PELTV, 300, 400, 1);
		RIG_OPAL(&rig, REAL, 300, 601, PE_BYPASS, UINT64_C(1) << 31);
		ioda_pe_window0(&rig, 1, 0x1000, 0x1000);
		assert_int_equal(ioda_rig_dma(&rig, 0x200, PE_BYPASS, TCE_READ).fault, 0);
		x = ioda_rig_dma(&rig, PE_RID, 0x2468, TCE_WRITE);
		assert_int_equal(x.fault, TCE_IODA_FAULT_PAGE);
		tce_ioda_pest(rig.ioda, 1, &a, &b);
		assert_int_equal(a, TCE_PESTA_FROZEN | TCE_PESTA_PAGE_FAULT |
					    TCE_PESTA_TYPE_WRITE << TCE_PESTA_TYPE_SHIFT |
					    (uint64_t)PE_RID << TCE_PESTA_RID_SHIFT);
		assert_int_equal(b, TCE_PESTB_STOPPED | 0x2468);
		if (tables == 1) {
			assert_int_equal(ioda_rig_load(&rig, RIG_PEST + 16), a);
			assert_int_equal(ioda_rig_load(&rig, RIG_PEST + 24), b);
		}
		tce_ioda_pest(rig.ioda, 300, &a, &b);
		assert_int_equal(a, TCE_PESTA_FROZEN);
		assert_int_equal(b, TCE_PESTB_STOPPED);
		tce_ioda_pest(rig.ioda, 400, &a, &b); /* one step, not further */
		assert_int_equal(a | b, 0);
		assert_int_equal(ioda_rig_dma(&rig, 0x200, PE_BYPASS, TCE_READ).fault,
				 TCE_IODA_FAULT_FROZEN);
		assert_int_equal(ioda_rig_peek(&rig, 0x200, PE_BYPASS, TCE_READ).fault, 0);
		RIG_OPAL(&rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 300, 2);
		assert_int_equal(ioda_rig_dma(&rig, 0x200, PE_BYPASS, TCE_READ).fault, 0);
		assert_int_equal(ioda_rig_dma(&rig, PE_RID, PE_BYPASS, TCE_READ).fault,
				 TCE_IODA_FAULT_FROZEN);
		ioda_rig_fini(&rig);
	}
}

static void the_pest_names_the_kind_of_fault(void **state)
{
	static const struct {
		uint64_t tce;
		unsigned access;
		uint64_t bits;
	} rows[] = {
		{A | 1, TCE_WRITE, TCE_PESTA_ACCESS_FAULT},
		{A | 2, TCE_READ, TCE_PESTA_ACCESS_FAULT | TCE_PESTA_TYPE_READ << 56},
		{A, TCE_READ, TCE_PESTA_PAGE_FAULT | TCE_PESTA_TYPE_READ << 56},
	};
	uint64_t a, b;
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct ioda_rig rig;

		ioda_pe_start(&rig, "phb3", "hardware");
		ioda_pe_window0(&rig, 1, 0x1000, 0x1000);
		ioda_rig_store(&rig, T, rows[i].tce);
		ioda_rig_dma(&rig, PE_RID, 0, rows[i].access);
		tce_ioda_pest(rig.ioda, 1, &a, &b);
		assert_int_equal(a, TCE_PESTA_FROZEN | rows[i].bits | (uint64_t)PE_RID << 16);
		RIG_OPAL(&rig, TCE_OPAL_PCI_EEH_FREEZE_CLEAR, 1, 3);
		RIG_OPAL(&rig, MAP, 1, 2, 1, 0, 0, 0);
		ioda_rig_dma(&rig, PE_RID, 0, TCE_WRITE);
		tce_ioda_pest(rig.ioda, 1, &a, &b);
		assert_int_equal(a,
				 TCE_PESTA_FROZEN | TCE_PESTA_IODA_ERROR | (uint64_t)PE_RID << 16);
		ioda_rig_fini(&rig);
	}
}

static void p7ioc_kills_by_the_address_of_the_tce(void **state)
{
	struct tce_ioda_cached entry;
	struct ioda_rig rig;

	(void)state;
	ioda_rig_start(&rig, "p7ioc", "hardware");
	RIG_OPAL(&rig, SET_PE, 1, PE_RID, 7, 1, 1, 1);
	assert_int_equal(RIG_OPAL(&rig, MAP, 1, 0, 1, T, 0x80000, 0x1000), 0);
	ioda_rig_store(&rig, T + 8 * 6, A | 3);
	ioda_rig_store(&rig, T + 8 * 8, A | 3);
	ioda_pe_lands(&rig, 0x6000, TCE_READ, A);
	ioda_pe_lands(&rig, 0x8000, TCE_READ, A);
	assert_true(tce_ioda_cached_at(rig.ioda, 0, &entry));
	assert_true(entry.addr == T + 48 || entry.addr == T + 64);
	ioda_rig_store(&rig, T + 8 * 6, 0);
	ioda_rig_store(&rig, T + 8 * 8, 0);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_C(1) << 63 | (T + 8 * 6));
	ioda_pe_lands(&rig, 0x8000, TCE_READ, A);
	ioda_pe_fails(&rig, 0x6000, TCE_READ, TCE_IODA_FAULT_PAGE);
	ioda_rig_write_reg(&rig, TCE_IODA_REG_TCE_KILL, UINT64_C(1) << 63 | (T + 8 * 8));
	ioda_pe_fails(&rig, 0x8000, TCE_READ, TCE_IODA_FAULT_PAGE);
	ioda_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tce_changed_without_a_kill_still_leads_to_the_old_page),
		cmocka_unit_test(a_cached_permission_is_used_too),
		cmocka_unit_test(a_fault_is_not_cached),
		cmocka_unit_test(each_kill_takes_out_what_it_names),
		cmocka_unit_test(phb3_kills_4k_at_a_time),
		cmocka_unit_test(opal_page_kills_need_no_luck_on_old_firmware_without_the_erratum),
		cmocka_unit_test(the_erratum_loses_page_kills_but_not_pe_kills),
		cmocka_unit_test(a_full_set_loses_its_oldest_entry),
		cmocka_unit_test(the_cache_can_be_looked_at),
		cmocka_unit_test(a_hit_reads_no_memory),
		cmocka_unit_test(a_fault_freezes_the_pe_and_its_pelt_v),
		cmocka_unit_test(the_pest_names_the_kind_of_fault),
		cmocka_unit_test(p7ioc_kills_by_the_address_of_the_tce),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
