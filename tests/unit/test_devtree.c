/* SPDX-License-Identifier: BSD-2-Clause */
/* machine/devtree.h: nodes, properties as bytes, what firmware writes, layouts. */
#include <stdio.h>
#include <string.h>

#include "base/bits.h"
#include "machine_rig.h"
#include "testing.h"

static void assert_prop(const struct machine_rig *rig, uint32_t node, enum tce_prop prop,
			const char *hex)
{
	uint32_t len = 0;
	const uint8_t *bytes = tce_node_prop(rig->m->st, node, prop, &len);
	char text[2 * 64 + 1] = "";

	if (hex == NULL) {
		assert_null(bytes);
		return;
	}
	assert_non_null(bytes);
	assert_true(len <= 64);
	for (uint32_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	assert_string_equal(text, hex);
}

/* As recorded: DTPROP lines of recordings/pseries/a-plain-k6.12-q10.0/console.log. */
static void a_bridge_of_qemu_is_described_as_recorded(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries profile=qemu-10.0 ram=2G\nphb phb0", false);
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, "8000000000000000000000000000000040000000");
	assert_prop(&rig, 0, TCE_PROP_DDW_APPLICABLE, "000020260000202700002028");
	assert_prop(&rig, 0, TCE_PROP_DDW_EXTENSIONS, "000000020000202900000001");
	assert_prop(&rig, 0, TCE_PROP_DIRECT64, NULL);
	machine_rig_fini(&rig);
}

static void options_change_what_firmware_writes(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(
		&rig,
		"machine pseries ram=2G\n"
		"phb phb0 ddw=no\nphb phb1 extensions=no win-size=256M win-addr=0x1000000\n"
		"phb phb2 ddw-properties=no\nphb phb3 default-window=no\n"
		"phb phb4 dma-addr-cells=3 win-size=4G\nvio vscsi unit=0x71000003",
		false);
	assert_prop(&rig, 0, TCE_PROP_DDW_APPLICABLE, NULL);
	assert_prop(&rig, 0, TCE_PROP_DDW_EXTENSIONS, NULL);
	assert_prop(&rig, 1, TCE_PROP_DDW_APPLICABLE, "000020260000202700002028");
	assert_prop(&rig, 1, TCE_PROP_DDW_EXTENSIONS, NULL);
	assert_prop(&rig, 1, TCE_PROP_DMA_WINDOW, "8000010000000000010000000000000010000000");
	assert_prop(&rig, 2, TCE_PROP_DDW_APPLICABLE, NULL);
	assert_prop(&rig, 3, TCE_PROP_DMA_WINDOW, NULL);
	/* three address cells; the size is counted in 32 bits, so 4 GiB is none */
	assert_prop(&rig, 4, TCE_PROP_DMA_WINDOW, NULL);
	assert_prop(&rig, TCE_NODE_DEV, TCE_PROP_DMA_WINDOW,
		    "7100000300000000000000000000000010000000");
	assert_prop(&rig, TCE_NODE_DEV, TCE_PROP_DDW_APPLICABLE, NULL);
	machine_rig_fini(&rig);
	machine_rig_init(&rig, "machine pseries ram=2G limited-mode=yes\nphb phb0", false);
	assert_prop(&rig, 0, TCE_PROP_DDW_EXTENSIONS, "00000003000020290000000100000001");
	machine_rig_fini(&rig);
	machine_rig_init(&rig, "machine pseries ram=2G query64=no\nphb phb0", false);
	assert_prop(&rig, 0, TCE_PROP_DDW_EXTENSIONS, "0000000100002029");
	machine_rig_fini(&rig);
}

static void a_kernels_properties_last_until_reset(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=2G\nphb phb0\ndevice 0000:00:01.0\nboot", true);
	machine_rig_do(&rig, "probe 0000:00:01.0 -> direct");
	assert_prop(&rig, 0, TCE_PROP_DIRECT64, "80000001000000000800000000000000000000100000001f");
	assert_int_equal(
		tce_node_prop_copy(rig.m->st, 0, TCE_PROP_DMA_WINDOW, TCE_PROP_WINDOW_SAVED), 0);
	tce_node_prop_del(rig.m->st, 0, TCE_PROP_DMA_WINDOW);
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, NULL);
	assert_prop(&rig, 0, TCE_PROP_WINDOW_SAVED, "8000000000000000000000000000000040000000");
	machine_rig_do(&rig, "reset");
	assert_prop(&rig, 0, TCE_PROP_DIRECT64, NULL);
	assert_prop(&rig, 0, TCE_PROP_WINDOW_SAVED, NULL);
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, "8000000000000000000000000000000040000000");
	machine_rig_fini(&rig);
}

static void cas_writes_the_default_window_as_it_is_now(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=2G\nphb phb0", false);
	machine_rig_do(&rig, "rtas remove liobn=0x80000000 -> ok ; cas");
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, "8000000000000000000000000000000000000000");
	machine_rig_do(&rig, "reset");
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, "8000000000000000000000000000000040000000");
	machine_rig_fini(&rig);
}

static void what_a_property_line_says_stays_over_resets(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=2G\nphb phb0\n"
			 "property phb0 ibm,ddw-extensions cells=1,0x2029\n"
			 "property phb0 ibm,dma-window bytes=80000000000000\n"
			 "property phb0 ibm,ddw-applicable absent\n"
			 "property phb0 linux,dma64-ddr-window-info cells=0x80000001,0,0,0,16,31",
			 false);
	machine_rig_do(&rig, "reset");
	assert_prop(&rig, 0, TCE_PROP_DDW_EXTENSIONS, "0000000100002029");
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, "80000000000000");
	assert_prop(&rig, 0, TCE_PROP_DDW_APPLICABLE, NULL);
	assert_prop(&rig, 0, TCE_PROP_DMA64, NULL); /* that was a kernel's, not firmware's */
	machine_rig_do(&rig, "cas");
	assert_prop(&rig, 0, TCE_PROP_DMA_WINDOW, "80000000000000");
	assert_int_equal(machine_rig_try(&rig, "property phb=@5 ibm,dma-window absent"),
			 -TCE_ERR_NOENT);
	assert_int_equal(machine_rig_try(&rig, "property ibm,dma-window absent"), -TCE_ERR_NOENT);
	machine_rig_fini(&rig);
}

static void a_device_uses_the_node_above_it(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=2G\nphb phb0\n"
			 "device 0000:00:01.0 root-port secondary-bus=1 subordinate-bus=2\n"
			 "device 0000:01:00.0 parent=0000:00:01.0\n"
			 "device 0000:01:01.0 parent=0000:00:01.0 own-pe\n"
			 "device 0000:01:01.1 vf parent=0000:01:01.0\n"
			 "device 0000:01:01.2 vf parent=0000:01:01.0 own-pe\nvio dev9 unit=0x30",
			 false);
	assert_int_equal(tce_node_of_dev(rig.m->st, 0), 0);
	assert_int_equal(tce_node_of_dev(rig.m->st, 1), 0);
	assert_int_equal(tce_node_of_dev(rig.m->st, 2), TCE_NODE_DEV | 2);
	assert_int_equal(tce_node_of_dev(rig.m->st, 3), TCE_NODE_DEV | 2);
	assert_int_equal(tce_node_of_dev(rig.m->st, 4), TCE_NODE_DEV | 4);
	assert_int_equal(tce_node_of_dev(rig.m->st, 9), TCE_NODE_DEV | 9);
	assert_int_equal(tce_node_next(rig.m->st, 0), 0);
	assert_int_equal(tce_node_next(rig.m->st, 1), TCE_NODE_DEV | 2);
	assert_int_equal(tce_node_next(rig.m->st, TCE_NODE_DEV | 5), TCE_NODE_DEV | 9);
	assert_int_equal(tce_node_next(rig.m->st, TCE_NODE_DEV | 10), TCE_NODE_NONE);
	assert_null(tce_node_find(rig.m->st, TCE_NODE_DEV | 1));
	assert_null(tce_node_find(rig.m->st, 2 * TCE_NODE_DEV | 2));
	machine_rig_fini(&rig);
}

static void window_properties_are_decoded_by_their_cells(void **state)
{
	const uint8_t bytes[] = {0x80, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0, 0,
				 0,    0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3};
	struct tce_dma_window window;
	uint8_t back[TCE_DMA_WINDOW_BYTES_MAX];

	(void)state;
	assert_true(tce_dma_window_decode(bytes, 20, 2, 2, &window));
	assert_int_equal(window.liobn, 0x80000001);
	assert_int_equal(window.addr, UINT64_C(8) << 32);
	assert_int_equal(window.size, (UINT64_C(1) << 32) | 2);
	assert_int_equal(tce_dma_window_encode(&window, 2, 2, back), 20);
	assert_memory_equal(back, bytes, 20);
	assert_true(tce_dma_window_decode(bytes, 24, 3, 2, &window));
	assert_int_equal(window.addr, 1); /* upper cells are pushed out */
	assert_int_equal(window.size, (UINT64_C(2) << 32) | 3);
	assert_false(tce_dma_window_decode(bytes, 19, 2, 2, &window));
	assert_false(tce_dma_window_decode(bytes, 3, 2, 2, &window));
	assert_int_equal(window.liobn, 0);
	assert_int_equal(tce_dma_window_encode(&window, 4, 4, back), TCE_DMA_WINDOW_BYTES_MAX);
}

static void the_linux_property_has_its_holes_where_the_compiler_puts_them(void **state)
{
	const uint8_t want[] = {0x80, 0, 0, 1, 0, 0, 0, 0,  8, 0, 0, 0,
				0,    0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 31};
	struct tce_ddw_prop prop = {0x80000001, UINT64_C(1) << 59, 24, 31};
	struct tce_ddw_prop back;
	uint8_t bytes[TCE_DDW_PROP_BYTES];

	(void)state;
	tce_ddw_prop_encode(&prop, bytes);
	assert_memory_equal(bytes, want, sizeof(want));
	tce_ddw_prop_decode(bytes, &back);
	assert_int_equal(back.liobn, prop.liobn);
	assert_int_equal(back.dma_base, prop.dma_base);
	assert_int_equal(back.tce_shift, 24);
	assert_int_equal(back.window_shift, 31);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bridge_of_qemu_is_described_as_recorded),
		cmocka_unit_test(options_change_what_firmware_writes),
		cmocka_unit_test(a_kernels_properties_last_until_reset),
		cmocka_unit_test(cas_writes_the_default_window_as_it_is_now),
		cmocka_unit_test(what_a_property_line_says_stays_over_resets),
		cmocka_unit_test(a_device_uses_the_node_above_it),
		cmocka_unit_test(window_properties_are_decoded_by_their_cells),
		cmocka_unit_test(the_linux_property_has_its_holes_where_the_compiler_puts_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
