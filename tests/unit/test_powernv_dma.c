/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux/powernv/, dma.c, bypass.c and group.c: the default window, bypass, and a PE that
 * goes to a user and comes back: every row of what was measured on QEMU's powernv9.
 */
#include <stdio.h>
#include <string.h>

#include "pnv_rig.h"
#include "test_limits.h"
#include "testing.h"

static struct pnv_rig rig;

static void boot(const char *machine, const char *topology, const char *kernel)
{
	pnv_rig_init(&rig, machine);
	pnv_rig_do(&rig, topology);
	pnv_rig_do(&rig, kernel);
}

/* --- the default window --------------------------------------------------------------------- */

static void the_default_window_covers_ram_rounded_down(void **state)
{
	static const struct {
		const char *ram;
		uint64_t size, level;
		unsigned levels;
	} want[] = {
		{"3G", 0x8000, 0x2000, 1},       {"4G", 0x10000, 0x2000, 1},
		{"16G", 0x40000, 0x2000, 1},     {"256G", 0x400000, 0x2000, 1},
		{"257G", 0x400000, 0x2000, 1},   {"4096G", 0x4000000, 0x2000, 1},
		{"8192G", 0x8000000, 0x4000, 1},
	};
	char machine[64];

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		const struct tce_iommu_table *tbl;

		/* the words of all of RAM want more address space than there is */
		if (test_is_emulated() && strlen(want[i].ram) > strlen("9G"))
			break;
		snprintf(machine, sizeof(machine), "machine powernv9 storage=lazy ram=%s",
			 want[i].ram);
		boot(machine, pnv_rig_one_device, "boot kernel=6.1");
		tbl = pnv_rig_table(&rig, 0xfd, 0);
		assert_int_equal(tbl->size, want[i].size);
		assert_int_equal(tbl->level_size, want[i].level);
		assert_int_equal(tbl->indirect_levels, want[i].levels);
		assert_int_equal(tbl->page_shift, 16);
		assert_int_equal(tbl->allocated_size, 0);
		assert_int_equal(tbl->user_base, 0);
		assert_int_equal(tbl->refs, 2);
		pnv_rig_fini(&rig);
	}
}

static void addresses_of_32_bit_mmio_are_reserved_up_to_4_gib(void **state)
{
	(void)state;
	boot("machine powernv9 ram=16G", pnv_rig_one_device, "boot kernel=6.1");
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->reserved_start, 0x8000);
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->reserved_end, 0x10000);
	pnv_rig_fini(&rig);
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=6.12 page=4K");
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->reserved_start, 0x80000);
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->reserved_end, 0x100000);
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->level_size, 0x400);
	pnv_rig_fini(&rig);
	boot("machine powernv9 ram=2G", pnv_rig_one_device, "boot kernel=6.1");
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->reserved_start, 0);
	assert_int_equal(pnv_rig_table(&rig, 0xfd, 0)->reserved_end, 0);
	pnv_rig_fini(&rig);
}

static void a_kernel_before_5_4_has_4k_pages_below_the_mmio_range(void **state)
{
	const struct tce_iommu_table *tbl;

	(void)state;
	boot("machine powernv8 ram=16G", pnv_rig_one_device, "boot kernel=5.3");
	tbl = pnv_rig_table(&rig, 0xfd, 0);
	assert_int_equal(tbl->page_shift, 12);
	assert_int_equal(tbl->size, 0x80000);
	assert_int_equal(tbl->indirect_levels, 0);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd) & 0xffff, 0x0b01);
	pnv_rig_fini(&rig);
}

static void without_memory_for_the_first_level_the_pe_has_no_dma(void **state)
{
	(void)state;
	pnv_rig_init(&rig, "machine powernv9 ram=4G");
	pnv_rig_do(&rig, pnv_rig_one_device);
	pnv_rig_do(&rig, "fail alloc nth=1\nboot kernel=6.1\nprobe dev -> refused EIO");
	assert_null(pnv_rig_group(&rig, 0xfd));
	assert_false(pnv_rig_pe(&rig, 0xfd)->dma_setup_done);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd + 1), 0);
	pnv_rig_fini(&rig);
}

static void without_memory_for_the_bitmap_only_the_bypass_is_there(void **state)
{
	(void)state;
	pnv_rig_init(&rig, "machine powernv9 ram=4G");
	pnv_rig_do(&rig, pnv_rig_one_device);
	pnv_rig_do(&rig, "fail alloc nth=2\nboot kernel=6.1\nprobe dev -> direct");
	assert_null(pnv_rig_table(&rig, 0xfd, 0));
	assert_null(pnv_rig_base(&rig, 1, 0));
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd), 0);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd + 1), 0x1001080);
	assert_int_equal(tce_powernv_of(pnv_rig_call(&rig)->lx)->pages.nr, 0);
	pnv_rig_fini(&rig);
}

static void a_window_that_firmware_refuses_leaves_only_the_bypass(void **state)
{
	(void)state;
	pnv_rig_init(&rig, "machine powernv9 ram=4G");
	pnv_rig_do(&rig, pnv_rig_one_device);
	pnv_rig_do(&rig, "fail firmware nth=9 code=-6\nboot kernel=6.1\nprobe dev -> direct");
	assert_null(pnv_rig_table(&rig, 0xfd, 0));
	assert_true(pnv_rig_pe(&rig, 0xfd)->bypass_enabled);
	pnv_rig_fini(&rig);
}

/* --- bypass ----------------------------------------------------------------------------------- */

static void nobypass_leaves_window_1_empty(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_one_device,
	     "boot kernel=6.1 cmdline=iommu=nobypass\nprobe dev -> ok default");
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd + 1), 0);
	assert_int_equal(pnv_rig_nr_opal(&rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL), 0);
	pnv_rig_fini(&rig);
}

static void the_bypass_ends_at_the_next_power_of_two(void **state)
{
	(void)state;
	boot("machine powernv9 ram=5G", pnv_rig_one_device, "boot kernel=6.1");
	assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, 0)[3],
			 TCE_PNV_BYPASS_BASE);
	assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL, 0)[4],
			 UINT64_C(8) << 30);
	pnv_rig_fini(&rig);
}

/* 2^59 + the last byte of RAM: 60 bits do, 59 do not, and the driver learns which it needs. */
static void a_mask_that_reaches_all_of_ram_past_bit_59_bypasses(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=6.1");
	pnv_rig_do(&rig, "set-mask dev 60 streaming=yes -> direct\n"
			 "set-mask dev 59 streaming=yes -> default\n"
			 "set-mask dev 32 streaming=yes -> default\n"
			 "required-mask dev=dev -> value=0xfffffffffffffff");
	pnv_rig_fini(&rig);
	/* before 5.9 nobody looked again when mapping */
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=5.4");
	pnv_rig_do(&rig, "set-mask dev 60 streaming=yes -> direct\n"
			 "set-mask dev 59 streaming=yes -> default");
	pnv_rig_fini(&rig);
}

static void phb3_maps_ram_in_256_mib_pages_for_a_mask_between(void **state)
{
	(void)state;
	boot("machine powernv8 ram=16G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	     "subordinate-bus=1\n"
	     "device 0000:01:00.0 phb=phb0 name=dev parent=port own-pe=yes",
	     "boot kernel=6.1 without=D17\nset-mask dev 48 streaming=yes coherent=yes -> direct");
	assert_int_equal(pnv_rig_dev(&rig, 1, 0)->dma.dma_offset, UINT64_C(1) << 32);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd) & 0xffff, 0x0511); /* 64 KiB, 256 MiB */
	pnv_rig_do(&rig, "map dev single addr=0x12345000 len=4K as=m -> ok bus=0x112345000\n"
			 "dma dev write m -> ok lands=0x12345000");
	pnv_rig_fini(&rig);
	/* 35 bits end at RAM and its offset: not enough */
	boot("machine powernv8 ram=28G", pnv_rig_one_device,
	     "boot kernel=6.1\nset-mask dev 35 streaming=yes -> default");
	pnv_rig_fini(&rig);
	/* only PHB3 */
	boot("machine powernv9 ram=16G", pnv_rig_one_device,
	     "boot kernel=6.1\nset-mask dev 48 streaming=yes -> default");
	pnv_rig_fini(&rig);
	/* only where nobody else uses the window */
	boot("machine powernv8 ram=16G", pnv_rig_behind_bridge,
	     "boot kernel=6.1\nset-mask a 48 streaming=yes -> default");
	pnv_rig_fini(&rig);
}

/* --- ownership -------------------------------------------------------------------------------- */

static const struct tce_table_group_ops *ops(void)
{
	return &tce_pnv_group_ops;
}

static void take(unsigned pe)
{
	int refused = -1;

	assert_int_equal(
		ops()->take_ownership(pnv_rig_call(&rig), pnv_rig_group(&rig, pe), NULL, &refused),
		0);
	assert_int_equal(refused, 0);
}

static void give_back(unsigned pe)
{
	assert_int_equal(
		ops()->release_ownership(pnv_rig_call(&rig), pnv_rig_group(&rig, pe), NULL), 0);
}

static struct tce_iommu_table *make(unsigned pe, const struct tce_window_request *request, int want)
{
	struct tce_iommu_table *tbl = NULL;
	int refused = 1;

	assert_int_equal(ops()->create_table(pnv_rig_call(&rig), pnv_rig_group(&rig, pe), request,
					     &tbl, &refused),
			 0);
	assert_int_equal(refused, want);
	return tbl;
}

static int install(unsigned pe, unsigned num, struct tce_iommu_table *tbl)
{
	int refused = 1;

	assert_int_equal(
		ops()->set_window(pnv_rig_call(&rig), pnv_rig_group(&rig, pe), num, tbl, &refused),
		0);
	return refused;
}

static int remove_window(unsigned pe, unsigned num)
{
	int refused = 1;

	assert_int_equal(
		ops()->unset_window(pnv_rig_call(&rig), pnv_rig_group(&rig, pe), num, &refused), 0);
	return refused;
}

static void taking_a_pe_clears_both_windows_and_all_pointers(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.12");
	pnv_rig_forget(&rig);
	take(0xfc);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc), 0);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc + 1), 0);
	assert_false(pnv_rig_pe(&rig, 0xfc)->bypass_enabled);
	assert_null(pnv_rig_table(&rig, 0xfc, 0));
	for (uint8_t devfn = 0x08; devfn <= 0x18; devfn += 8) {
		assert_null(pnv_rig_base(&rig, 2, devfn));
		assert_int_equal(pnv_rig_dev(&rig, 2, devfn)->dma.dma_offset, TCE_PNV_BYPASS_BASE);
	}
	assert_int_equal(tce_powernv_of(pnv_rig_call(&rig)->lx)->pages.nr, 0);
	/* bypass first, then the table, then the kill */
	assert_int_equal(rig.nr_calls, 3);
	assert_int_equal(rig.calls[0].u.opal.token, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL);
	assert_int_equal(rig.calls[1].u.opal.token, TCE_OPAL_PCI_MAP_PE_DMA_WINDOW);
	assert_int_equal(rig.calls[2].u.opal.token, TCE_OPAL_PCI_TCE_KILL);
	/* each device takes it, the first one counts */
	take(0xfc);
	assert_int_equal(rig.nr_calls, 3);
	pnv_rig_fini(&rig);
}

static void giving_it_back_makes_a_new_default_table_for_every_device(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.12");
	take(0xfc);
	pnv_rig_forget(&rig);
	give_back(0xfc);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc) & 0xffff, 0x2505);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc + 1), 0x1001080);
	assert_non_null(pnv_rig_table(&rig, 0xfc, 0));
	assert_int_equal(pnv_rig_table(&rig, 0xfc, 0)->refs, 2);
	for (uint8_t devfn = 0x08; devfn <= 0x18; devfn += 8)
		assert_ptr_equal(pnv_rig_base(&rig, 2, devfn), pnv_rig_table(&rig, 0xfc, 0));
	assert_int_equal(rig.nr_calls, 4); /* zeroed level, map, kill, bypass */
	give_back(0xfc);
	assert_int_equal(rig.nr_calls, 4);
	pnv_rig_do(&rig, "probe a coherent-mask=32 streaming-mask=64 coherent-first=yes -> direct\n"
			 "map a coherent addr=0x28c60000 len=4K as=m -> ok bus=0x10000\n"
			 "map a single addr=0x28c60000 len=4K as=n -> ok bus=0x800000028c60000\n"
			 "dma a write m -> ok\n"
			 "dma a write n -> ok");
	pnv_rig_fini(&rig);
}

/* A1 and A2: which devices keep their pointer. */
static void devices_that_nobody_tells_keep_a_freed_table(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.12 defect=A1");
	take(0xfc);
	assert_true(tce_linux_dev_table_is_freed(pnv_rig_dev(&rig, 2, 0x08)));
	give_back(0xfc);
	assert_true(tce_linux_dev_table_is_freed(pnv_rig_dev(&rig, 2, 0x18)));
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc) & 0xffff, 0x2505);
	pnv_rig_fini(&rig);
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	     "subordinate-bus=1\n"
	     "device 0000:01:00.0 phb=phb0 name=gpu parent=port own-pe=yes",
	     "boot kernel=6.12 defect=A2");
	take(0xfd);
	assert_true(tce_linux_dev_table_is_freed(pnv_rig_dev(&rig, 1, 0)));
	give_back(0xfd);
	assert_true(tce_linux_dev_table_is_freed(pnv_rig_dev(&rig, 1, 0)));
	pnv_rig_fini(&rig);
	/* 4.10 has no walk over a bus; a single device's pointer it did set */
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=4.10");
	take(0xfd);
	assert_true(tce_linux_dev_table_is_freed(pnv_rig_dev(&rig, 1, 0)));
	pnv_rig_fini(&rig);
}

/* D35: a virtual function lies on its physical one's bus, but has windows of its own. */
static void telling_a_bus_leaves_virtual_functions_alone(void **state)
{
	static const char *const kernels[] = {"boot kernel=6.12 without=D35",
					      "boot kernel=6.12 defect=D35"};

	(void)state;
	for (unsigned bug = 0; bug < 2; bug++) {
		boot("machine powernv9 ram=4G",
		     "phb name=phb0\n"
		     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
		     "subordinate-bus=1\n"
		     "device 0000:01:00.0 phb=phb0 name=pf parent=port\n"
		     "device 0000:01:10.0 phb=phb0 name=vf parent=pf type=vf",
		     kernels[bug]);
		take(0xfd);
		assert_ptr_equal(pnv_rig_base(&rig, 1, 0x80),
				 bug ? NULL : pnv_rig_table(&rig, 0xfc, 0));
		give_back(0xfd);
		assert_ptr_equal(pnv_rig_base(&rig, 1, 0x80),
				 pnv_rig_table(&rig, bug ? 0xfd : 0xfc, 0));
		pnv_rig_fini(&rig);
	}
}

static void a_users_windows_are_at_0_and_at_bit_59(void **state)
{
	static const struct tce_window_request small = {0, 12, UINT64_C(2) << 30, 1};
	static const struct tce_window_request large = {1, 16, UINT64_C(4) << 30, 2};
	struct tce_iommu_table *tbl;

	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=6.12");
	take(0xfd);
	tbl = make(0xfd, &small, 0);
	assert_int_equal(tbl->refs, 1);
	assert_int_equal(tbl->allocated_size, 0x800000);
	assert_int_not_equal(tbl->user_base, 0);
	assert_int_equal(install(0xfd, 0, tbl), 0);
	assert_int_equal(tbl->refs, 2);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd) & 0xffff, 0x0b01);
	tbl = make(0xfd, &large, 0);
	assert_int_equal(tbl->offset, TCE_PNV_BYPASS_BASE >> 16);
	assert_int_equal(install(0xfd, 1, tbl), 0);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd + 1) & 0xffff, 0x2505);
	assert_int_equal(remove_window(0xfd, 0), 0);
	assert_int_equal(remove_window(0xfd, 1), 0);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfd + 1), 0);
	assert_int_equal(tbl->refs, 1);
	assert_int_equal(tce_linux_table_put(pnv_rig_call(&rig), tbl), 0);
	pnv_rig_fini(&rig);
}

static void an_opal_code_travels_up_and_nothing_is_installed(void **state)
{
	static const struct tce_window_request request = {0, 12, UINT64_C(2) << 30, 1};
	struct tce_iommu_table *tbl;

	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=6.12");
	take(0xfd);
	tbl = make(0xfd, &request, 0);
	pnv_rig_do(&rig, "fail firmware nth=1 code=-6");
	assert_int_equal(install(0xfd, 0, tbl), -6);
	assert_null(pnv_rig_table(&rig, 0xfd, 0));
	assert_int_equal(tbl->refs, 1);
	assert_int_equal(install(0xfd, 0, tbl), 0);
	/* a refused removal still forgets the table: the bridge goes on using it */
	pnv_rig_do(&rig, "fail firmware nth=1 code=-6 -> ok");
	assert_int_equal(remove_window(0xfd, 0), -6);
	assert_null(pnv_rig_table(&rig, 0xfd, 0));
	assert_int_not_equal(pnv_rig_tve(&rig, 2 * 0xfd), 0);
	assert_int_equal(tce_linux_table_put(pnv_rig_call(&rig), tbl), 0);
	pnv_rig_fini(&rig);
}

/* --- error handling --------------------------------------------------------------------------- */

static void a_frozen_pe_does_no_dma_until_it_is_thawed(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_one_device, "boot kernel=6.12");
	pnv_rig_do(&rig, "probe dev -> direct\n"
			 "map dev single addr=0x200000 len=4K as=m -> ok\n"
			 "dma dev write m -> ok\n"
			 "eeh dev=dev op=freeze -> ok\n"
			 "dma dev write m -> fault\n"
			 "eeh dev=dev op=thaw -> ok\n"
			 "dma dev write m -> ok\n"
			 "eeh dev=dev op=freeze -> ok\n"
			 "eeh dev=dev op=reset -> ok\n"
			 "dma dev write m -> ok");
	pnv_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_default_window_covers_ram_rounded_down),
		cmocka_unit_test(addresses_of_32_bit_mmio_are_reserved_up_to_4_gib),
		cmocka_unit_test(a_kernel_before_5_4_has_4k_pages_below_the_mmio_range),
		cmocka_unit_test(without_memory_for_the_first_level_the_pe_has_no_dma),
		cmocka_unit_test(without_memory_for_the_bitmap_only_the_bypass_is_there),
		cmocka_unit_test(a_window_that_firmware_refuses_leaves_only_the_bypass),
		cmocka_unit_test(nobypass_leaves_window_1_empty),
		cmocka_unit_test(the_bypass_ends_at_the_next_power_of_two),
		cmocka_unit_test(a_mask_that_reaches_all_of_ram_past_bit_59_bypasses),
		cmocka_unit_test(phb3_maps_ram_in_256_mib_pages_for_a_mask_between),
		cmocka_unit_test(taking_a_pe_clears_both_windows_and_all_pointers),
		cmocka_unit_test(giving_it_back_makes_a_new_default_table_for_every_device),
		cmocka_unit_test(devices_that_nobody_tells_keep_a_freed_table),
		cmocka_unit_test(telling_a_bus_leaves_virtual_functions_alone),
		cmocka_unit_test(a_users_windows_are_at_0_and_at_bit_59),
		cmocka_unit_test(an_opal_code_travels_up_and_nothing_is_installed),
		cmocka_unit_test(a_frozen_pe_does_no_dma_until_it_is_thawed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
