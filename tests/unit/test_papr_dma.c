/* SPDX-License-Identifier: BSD-2-Clause */
/* DMA as QEMU's "edu" device saw it: measured on 7.2.22, overlapping windows included. */
#include "papr_guest.h"
#include "testing.h"

#define MSI      (UINT64_C(1) << 42)
#define VIO_UNIT UINT64_C(0x71000003)

static struct tce_dma_out dma(struct papr_guest *g, uint64_t addr, unsigned access)
{
	struct tce_dma one = {.bus = BUID, .addr = addr, .access = access};
	struct tce_dma_out out;

	tce_lpar_dma(g->lpar, &one, &out);
	return out;
}

/* The xlate line that QEMU traced: by which window, to where, with which permission and page. */
static void xlate(struct papr_guest *g, uint64_t addr, unsigned access, uint64_t liobn, uint64_t ra,
		  unsigned perm, unsigned page_shift)
{
	struct tce_dma_out out = dma(g, addr, access);
	bool allowed = (perm & access) == access;

	assert_int_equal(out.result, allowed ? TCE_DMA_OK : TCE_DMA_FAULT);
	assert_int_equal(out.liobn, liobn);
	assert_int_equal(out.xlate.ra.v, ra);
	assert_int_equal(out.xlate.perm, perm);
	assert_int_equal(out.xlate.page_shift, page_shift);
}

static void the_tce_says_where_and_whether(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	h_put(&g, L0, 0x1000, 0x600003);
	h_put(&g, L0, 0x3000, 0x601001);
	h_put(&g, L0, 0x4000, 0x620002);
	h_put(&g, L0, 0x7000, UINT64_C(0x7fff00000003));
	xlate(&g, 0x1000, TCE_READ, L0, 0x600000, 3, 12);
	xlate(&g, 0x1ff8, TCE_WRITE, L0, 0x600ff8, 3, 12);
	xlate(&g, 0x3000, TCE_READ, L0, 0x601000, 1, 12);
	xlate(&g, 0x3004, TCE_WRITE, L0, 0x601004, 1, 12);
	xlate(&g, 0x4000, TCE_WRITE, L0, 0x620000, 2, 12);
	xlate(&g, 0x4000, TCE_READ, L0, 0x620000, 2, 12);
	xlate(&g, 0x9000, TCE_READ, L0, 0, 0, 12);
	xlate(&g, 0x7000, TCE_READ, L0, UINT64_C(0x7fff00000000), 3, 12);
	assert_int_equal(dma(&g, 0x40000000, TCE_READ).result, TCE_DMA_NO_WINDOW);
	papr_guest_close(&g);
}

static void low_bits_of_a_large_page_are_not_looked_at(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_COMPACT, NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 34), 0);
	h_put(&g, L1, DYN + 0x30000, 0x610003);
	h_put(&g, L1, DYN + 0x40000, 0x611003);
	xlate(&g, DYN + 0x30020, TCE_READ, L1, 0x610020, 3, 16);
	xlate(&g, DYN + 0x40000, TCE_READ, L1, 0x610000, 3, 16);
	assert_int_equal(dma(&g, DYN - 1, TCE_READ).result, TCE_DMA_NO_WINDOW);
	assert_int_equal(dma(&g, DYN + (UINT64_C(1) << 34), TCE_READ).result, TCE_DMA_NO_WINDOW);
	papr_guest_close(&g);
}

static void slot_1_hides_slot_0_over_its_whole_range(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(ddw_create(&g, BUID, 16, 31), 0);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_create(&g, BUID, 12, 32), 0);
	assert_int_equal(window_of(&g, L0).start, DYN);
	h_put(&g, L1, DYN, 0x610003);
	h_put(&g, L0, DYN, 0x600003);
	xlate(&g, DYN, TCE_READ, L1, 0x610000, 3, 16);
	h_put(&g, L1, DYN, 0);
	xlate(&g, DYN, TCE_READ, L1, 0, 0, 16); /* a fault: slot 0 is not asked */
	h_put(&g, L0, DYN + 0x80000000, 0x620003);
	xlate(&g, DYN + 0x80000000, TCE_READ, L0, 0x620000, 3, 12);
	papr_guest_close(&g);
}

static void a_window_hides_the_msi_doorbell(void **state)
{
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	assert_int_equal(dma(&g, MSI, TCE_WRITE).result, TCE_DMA_MSI);
	assert_int_equal(dma(&g, MSI + 0xfff, TCE_WRITE).result, TCE_DMA_MSI);
	assert_int_equal(dma(&g, MSI + 0x1000, TCE_WRITE).result, TCE_DMA_NO_WINDOW);
	assert_int_equal(dma(&g, MSI - 1, TCE_WRITE).result, TCE_DMA_NO_WINDOW);
	assert_int_equal(ddw_remove(&g, L0), 0);
	assert_int_equal(ddw_create(&g, BUID, 24, 45), 0);
	h_put(&g, L0, MSI, 3);
	xlate(&g, MSI, TCE_WRITE, L0, 0, 3, 24);
	papr_guest_close(&g);
}

static void vio_devices_translate_unless_they_bypass(void **state)
{
	const uint32_t on[2] = {VIO_UNIT, 1};
	struct tce_dma one = {.bus = VIO_UNIT, .addr = 0x5123, .access = TCE_READ, .vio = true};
	struct tce_dma_out out;
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	papr_guest_plug_vio(&g, VIO_UNIT);
	h_put(&g, VIO_UNIT, 0x5000, 0x9003);
	tce_lpar_dma(g.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_OK);
	assert_int_equal(out.xlate.ra.v, 0x9123);
	assert_int_equal(rtas(&g, 0x2010, 2, 1, on), 0);
	tce_lpar_dma(g.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_OK);
	assert_int_equal(out.liobn, VIO_UNIT);
	assert_int_equal(out.xlate.ra.v, 0x5123);
	assert_int_equal(out.xlate.tce, 0);
	one.addr = MSI;
	assert_int_equal(rtas(&g, 0x2010, 2, 1, (const uint32_t[2]){VIO_UNIT, 0}), 0);
	tce_lpar_dma(g.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_NO_WINDOW);
	papr_guest_close(&g);
}

static void a_bus_that_is_not_there_is_told(void **state)
{
	struct tce_dma one = {.bus = BUID + 1, .access = TCE_READ};
	struct tce_dma_out out;
	struct papr_guest g;

	(void)state;
	papr_guest_open(&g, "qemu", TCE_STORAGE_LAZY, NULL);
	tce_lpar_dma(g.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_NO_BUS);
	one.bus = BUID;
	one.vio = true;
	tce_lpar_dma(g.lpar, &one, &out);
	assert_int_equal(out.result, TCE_DMA_NO_BUS);
	papr_guest_close(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tce_says_where_and_whether),
		cmocka_unit_test(low_bits_of_a_large_page_are_not_looked_at),
		cmocka_unit_test(slot_1_hides_slot_0_over_its_whole_range),
		cmocka_unit_test(a_window_hides_the_msi_doorbell),
		cmocka_unit_test(vio_devices_translate_unless_they_bypass),
		cmocka_unit_test(a_bus_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
