/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux/powernv/pe.c: which PE a device gets, its number, what firmware is told; adding, removing.
 */
#include <stdio.h>

#include "pnv_rig.h"
#include "testing.h"

static struct pnv_rig rig;

static void boot(const char *machine, const char *topology, const char *kernel)
{
	pnv_rig_init(&rig, machine);
	pnv_rig_do(&rig, topology);
	pnv_rig_do(&rig, kernel);
}

static void numbers_go_down_from_the_root_bus(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.1");
	assert_int_equal(pnv_rig_pe(&rig, 0xfe)->flags, TCE_PNV_PE_BUS);
	assert_int_equal(pnv_rig_pe(&rig, 0xfd)->flags, TCE_PNV_PE_BUS);
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->flags, TCE_PNV_PE_BUS_ALL);
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->device_count, 3);
	assert_null(pnv_rig_pe(&rig, 0xfb));
	assert_int_equal(pnv_rig_rtt(&rig, 0x0000), 0xfe);
	assert_int_equal(pnv_rig_rtt(&rig, 0x01ff), 0xfd);
	assert_int_equal(pnv_rig_rtt(&rig, 0x0200), 0xfc);
	assert_int_equal(pnv_rig_rtt(&rig, 0x0300), 0xff);
	pnv_rig_fini(&rig);
}

static void a_big_bridge_has_512_numbers(void **state)
{
	(void)state;
	boot("machine powernv10 ram=4G",
	     "phb name=phb0 big=yes\n"
	     "device 0000:00:00.0 phb=phb0 name=dev",
	     "boot kernel=6.12");
	assert_non_null(pnv_rig_pe(&rig, 0x1fe));
	pnv_rig_fini(&rig);
}

static void only_pes_with_a_device_that_is_no_bridge_have_a_group(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.1");
	assert_null(pnv_rig_group(&rig, 0xfe));
	assert_null(pnv_rig_group(&rig, 0xfd));
	assert_non_null(pnv_rig_group(&rig, 0xfc));
	assert_int_equal(pnv_rig_dev(&rig, 1, 0)->group, TCE_NO_GROUP);
	assert_int_equal(pnv_rig_dev(&rig, 1, 0)->dma.dma_offset, 0);
	assert_int_equal(pnv_rig_dev(&rig, 2, 0x18)->group, 0xfc);
	assert_int_equal(pnv_rig_dev(&rig, 2, 0x18)->dma.dma_offset, TCE_PNV_BYPASS_BASE);
	assert_ptr_equal(pnv_rig_base(&rig, 2, 0x08), pnv_rig_table(&rig, 0xfc, 0));
	assert_ptr_equal(pnv_rig_base(&rig, 2, 0x18), pnv_rig_table(&rig, 0xfc, 0));
	pnv_rig_fini(&rig);
}

static void errors_above_freeze_what_is_below(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.1");
	/* itself, then each bridge's PE up to the root */
	assert_int_equal(pnv_rig_nr_opal(&rig, TCE_OPAL_PCI_SET_PELTV), 1 + 2 + 3);
	assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_SET_PELTV, 4)[1], 0xfd);
	assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_SET_PELTV, 4)[2], 0xfc);
	assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_SET_PELTV, 5)[1], 0xfe);
	pnv_rig_fini(&rig);
}

/* A bridge whose buses are a power of two is one compare; any other number compares exactly. */
static void buses_below_a_bridge_are_compared_as_one(void **state)
{
	static const struct {
		unsigned subordinate, compare;
	} want[] = {{2, 7}, {3, 6}, {4, 7}, {5, 5}, {9, 4}, {17, 3}, {33, 2}, {65, 7}};
	char topology[512];

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		snprintf(topology, sizeof(topology),
			 "phb name=phb0\n"
			 "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
			 "subordinate-bus=80\n"
			 "device 0000:01:00.0 phb=phb0 name=br parent=port type=pci-bridge "
			 "secondary-bus=2 subordinate-bus=%u\n"
			 "device 0000:02:01.0 phb=phb0 name=a parent=br",
			 want[i].subordinate);
		boot("machine powernv9 ram=4G", topology, "boot kernel=6.1");
		assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_SET_PE, 2)[2], 0x200);
		assert_int_equal(pnv_rig_opal(&rig, TCE_OPAL_PCI_SET_PE, 2)[3], want[i].compare);
		pnv_rig_fini(&rig);
	}
}

static void a_bridge_behind_the_bridge_is_in_its_pe(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	     "subordinate-bus=3\n"
	     "device 0000:01:00.0 phb=phb0 name=br parent=port type=pci-bridge secondary-bus=2 "
	     "subordinate-bus=3\n"
	     "device 0000:02:01.0 phb=phb0 name=a parent=br\n"
	     "device 0000:02:02.0 phb=phb0 name=br2 parent=br type=root-port secondary-bus=3 "
	     "subordinate-bus=3\n"
	     "device 0000:03:01.0 phb=phb0 name=b parent=br2",
	     "boot kernel=6.1");
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->device_count, 3);
	assert_int_equal(pnv_rig_dev(&rig, 3, 8)->group, 0xfc);
	/* a bridge gets what the PE has when it comes */
	assert_ptr_equal(pnv_rig_base(&rig, 2, 0x10), pnv_rig_table(&rig, 0xfc, 0));
	assert_null(pnv_rig_pe(&rig, 0xfb));
	pnv_rig_fini(&rig);
}

static void a_device_with_a_pe_of_its_own_leaves_its_bus(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	     "subordinate-bus=1\n"
	     "device 0000:01:00.0 phb=phb0 name=a parent=port\n"
	     "device 0000:01:00.1 phb=phb0 name=b parent=port own-pe=yes",
	     "boot kernel=6.1");
	assert_int_equal(pnv_rig_pe(&rig, 0xfd)->flags, TCE_PNV_PE_BUS);
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->flags, TCE_PNV_PE_DEV);
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->rid, 0x101);
	assert_int_equal(pnv_rig_rtt(&rig, 0x100), 0xfd);
	assert_int_equal(pnv_rig_rtt(&rig, 0x101), 0xfc);
	assert_ptr_equal(pnv_rig_base(&rig, 1, 1), pnv_rig_table(&rig, 0xfc, 0));
	pnv_rig_fini(&rig);
}

static void a_virtual_function_has_a_pe_whose_parent_is_its_physical_one(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	     "subordinate-bus=1\n"
	     "device 0000:01:00.0 phb=phb0 name=pf parent=port\n"
	     "device 0000:01:10.0 phb=phb0 name=vf parent=pf type=vf",
	     "boot kernel=6.1");
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->flags, TCE_PNV_PE_VF);
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->rid, 0x180);
	assert_int_equal(pnv_rig_rtt(&rig, 0x180), 0xfc);
	assert_int_not_equal(pnv_rig_pe(&rig, 0xfc)->pdev, TCE_NO_ID);
	assert_ptr_not_equal(pnv_rig_base(&rig, 1, 0x80), pnv_rig_base(&rig, 1, 0));
	/* itself, its physical function's PE, the root's */
	assert_int_equal(pnv_rig_nr_opal(&rig, TCE_OPAL_PCI_SET_PELTV), 1 + 2 + 3);
	pnv_rig_fini(&rig);
}

static void segments_of_64_bit_mmio_pin_the_number_and_bind_slaves(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=port type=root-port secondary-bus=1 "
	     "subordinate-bus=1\n"
	     "device 0000:01:00.0 phb=phb0 name=gpu parent=port m64-first=4 m64-count=3",
	     "boot kernel=6.1");
	assert_int_equal(pnv_rig_pe(&rig, 4)->flags, TCE_PNV_PE_BUS | TCE_PNV_PE_MASTER);
	assert_int_equal(pnv_rig_pe(&rig, 5)->flags, TCE_PNV_PE_SLAVE);
	assert_int_equal(pnv_rig_pe(&rig, 6)->master, 4);
	assert_null(pnv_rig_pe(&rig, 7));
	assert_null(pnv_rig_pe(&rig, 0xfd));
	assert_int_equal(pnv_rig_rtt(&rig, 0x100), 4);
	assert_int_equal(pnv_rig_group(&rig, 4)->registered, true);
	pnv_rig_do(&rig, "device-remove dev=gpu -> ok");
	assert_null(pnv_rig_pe(&rig, 4));
	assert_null(pnv_rig_pe(&rig, 5));
	assert_int_equal(pnv_rig_rtt(&rig, 0x100), 0xff);
	pnv_rig_fini(&rig);
}

static void the_last_device_takes_its_pe_with_it_and_it_comes_back(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G", pnv_rig_behind_bridge, "boot kernel=6.1");
	pnv_rig_do(&rig, "device-remove dev=a -> ok\n"
			 "device-remove dev=b -> ok");
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->device_count, 1);
	pnv_rig_do(&rig, "device-remove dev=c -> ok");
	assert_null(pnv_rig_pe(&rig, 0xfc));
	assert_null(pnv_rig_group(&rig, 0xfc));
	assert_int_equal(pnv_rig_rtt(&rig, 0x200), 0xff);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc), 0);
	assert_int_equal(pnv_rig_tve(&rig, 2 * 0xfc + 1), 0);
	assert_int_equal(tce_powernv_of(pnv_rig_call(&rig)->lx)->pages.nr, 0);
	pnv_rig_do(&rig, "device-add dev=b -> ok\n"
			 "probe b -> ok direct");
	assert_int_equal(pnv_rig_pe(&rig, 0xfc)->device_count, 1);
	assert_ptr_equal(pnv_rig_base(&rig, 2, 0x10), pnv_rig_table(&rig, 0xfc, 0));
	pnv_rig_fini(&rig);
}

static void the_root_bus_keeps_its_number(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\n"
	     "device 0000:00:00.0 phb=phb0 name=a\n"
	     "device 0000:01:00.0 phb=phb0 name=b", /* another bus that nothing leads to */
	     "boot kernel=6.1");
	assert_int_equal(pnv_rig_rtt(&rig, 0), 0xfe);
	assert_int_equal(pnv_rig_rtt(&rig, 0x100), 0xfd);
	pnv_rig_do(&rig, "device-remove dev=a -> ok");
	assert_int_equal(pnv_rig_rtt(&rig, 0), 0xff);
	assert_null(pnv_rig_pe(&rig, 0xfe));
	pnv_rig_do(&rig, "device-add dev=a -> ok\n"
			 "probe a -> direct\n"
			 "map a single addr=0x200000 len=4K as=m -> ok\n"
			 "dma a write m -> ok");
	assert_int_equal(pnv_rig_rtt(&rig, 0), 0xfe);
	pnv_rig_fini(&rig);
}

static void a_number_that_firmware_refuses_is_given_back(void **state)
{
	(void)state;
	pnv_rig_init(&rig, "machine powernv9 ram=4G");
	pnv_rig_do(&rig, pnv_rig_one_device);
	pnv_rig_do(&rig, "fail firmware nth=5 code=-1\n" /* reset, root: 3, then SET_PE */
			 "boot kernel=6.1");
	assert_null(pnv_rig_pe(&rig, 0xfd));
	assert_int_equal(pnv_rig_dev(&rig, 1, 0)->group, TCE_NO_GROUP);
	pnv_rig_do(&rig, "probe dev -> refused EIO\n"
			 "device-remove dev=dev -> ok\n"
			 "device-add dev=dev -> ok\n"
			 "probe dev -> ok direct");
	assert_non_null(pnv_rig_pe(&rig, 0xfd));
	pnv_rig_fini(&rig);
}

static void groups_are_numbered_in_the_order_of_bridges_and_buses(void **state)
{
	(void)state;
	boot("machine powernv9 ram=4G",
	     "phb name=phb0\nphb name=phb1\n"
	     "device 0001:00:00.0 phb=phb1 name=b\n"
	     "device 0000:00:00.0 phb=phb0 name=a",
	     "boot kernel=6.1");
	assert_int_equal(pnv_rig_pe(&rig, 0xfe)->group_number, 0);
	assert_int_equal(pnv_rig_pe(&rig, 0x100fe)->group_number, 1);
	pnv_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_go_down_from_the_root_bus),
		cmocka_unit_test(a_big_bridge_has_512_numbers),
		cmocka_unit_test(only_pes_with_a_device_that_is_no_bridge_have_a_group),
		cmocka_unit_test(errors_above_freeze_what_is_below),
		cmocka_unit_test(buses_below_a_bridge_are_compared_as_one),
		cmocka_unit_test(a_bridge_behind_the_bridge_is_in_its_pe),
		cmocka_unit_test(a_device_with_a_pe_of_its_own_leaves_its_bus),
		cmocka_unit_test(a_virtual_function_has_a_pe_whose_parent_is_its_physical_one),
		cmocka_unit_test(segments_of_64_bit_mmio_pin_the_number_and_bind_slaves),
		cmocka_unit_test(the_last_device_takes_its_pe_with_it_and_it_comes_back),
		cmocka_unit_test(the_root_bus_keeps_its_number),
		cmocka_unit_test(a_number_that_firmware_refuses_is_given_back),
		cmocka_unit_test(groups_are_numbered_in_the_order_of_bridges_and_buses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
