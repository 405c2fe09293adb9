/* SPDX-License-Identifier: BSD-2-Clause */
/* Console logs, QEMU's command line and lines of a trace, as predictions read them. */
#include <string.h>

#include <tce/predict.h>

#include "testing.h"

static struct tce_console_reader reader;
static struct tce_console_record record;

static void begin(const char *text)
{
	tce_console_reader_init(&reader, text, strlen(text));
}

static void next_is(enum tce_console_kind kind)
{
	memset(&record, 0xa5, sizeof(record));
	assert_true(tce_console_reader_next(&reader, &record));
	assert_int_equal(record.kind, kind);
}

static void only_fact(const char *text, enum tce_console_kind kind)
{
	begin(text);
	next_is(kind);
	assert_false(tce_console_reader_next(&reader, &record));
}

static void no_fact(const char *text)
{
	begin(text);
	assert_false(tce_console_reader_next(&reader, &record));
}

static void a_kernel_is_known_by_its_name_and_by_its_package(void **state)
{
	(void)state;
	only_fact(
		"[1795170208.109] Preparing to boot Linux version 6.1.0-50-powerpc64le "
		"(debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP Debian "
		"6.1.176-1 (2026-06-01)\r\n",
		TCE_CONSOLE_FIRMWARE);
	assert_string_equal(record.u.version.release, "6.1.0-50-powerpc64le");
	assert_string_equal(record.u.version.build, "6.1.176-1");
	assert_int_equal(record.time_us, UINT64_C(1795170208109000));
	assert_int_equal(record.line, 1);
	only_fact("=== MARK [4.52] init: Linux (none) 7.3-powerpc64le #1 SMP PREEMPT Debian "
		  "7.3~rc7-1~exp1 (2026-10-16) ppc64le GNU/Linux\n",
		  TCE_CONSOLE_VERSION);
	assert_string_equal(record.u.version.release, "7.3-powerpc64le");
	assert_string_equal(record.u.version.build, "7.3~rc7-1~exp1");
	assert_int_equal(record.uptime_us, 4520000);
	only_fact("Preparing to boot Linux version 6.14.0 (me@here) (gcc 14) #3 SMP Mon Nov 16\n",
		  TCE_CONSOLE_FIRMWARE);
	assert_string_equal(record.u.version.release, "6.14.0");
	assert_string_equal(record.u.version.build, "");
}

static void words_of_the_command_line_become_flags(void **state)
{
	(void)state;
	only_fact("command line: console=hvc0\n", TCE_CONSOLE_CMDLINE);
	assert_int_equal(record.u.flags, 0);
	only_fact("command line: console=hvc0 disable_ddw=1 iommu=nobypass multitce=off\r\n",
		  TCE_CONSOLE_CMDLINE);
	assert_int_equal(record.u.flags,
			 TCE_BOOT_DISABLE_DDW | TCE_BOOT_NOBYPASS | TCE_BOOT_NO_MULTITCE);
	only_fact("=== MARK [1.00] cmdline: x disable_ddw\r\n", TCE_CONSOLE_CMDLINE);
	assert_int_equal(record.u.flags, TCE_BOOT_DISABLE_DDW);
	only_fact("=== MARK [1.00] cmdline: elfcorehdr=158976K iommu=off\n", TCE_CONSOLE_CMDLINE);
	assert_int_equal(record.u.flags, TCE_BOOT_KDUMP | TCE_BOOT_IOMMU_OFF);
	only_fact("command line: not_disable_ddw disable_ddwx\n", TCE_CONSOLE_CMDLINE);
	assert_int_equal(record.u.flags, 0);
}

static void a_device_has_a_driver_and_masks(void **state)
{
	(void)state;
	only_fact("PCI 0003:00:1f.7 0x1000 0x0060 class 0x010400 driver megaraid_sas dma_mask_bits "
		  "63 consistent 32\r\n",
		  TCE_CONSOLE_DEVICE);
	assert_int_equal(record.u.device.addr.v, 0x300ff);
	assert_int_equal(record.u.device.vendor, 0x1000);
	assert_int_equal(record.u.device.device, 0x60);
	assert_true(record.u.device.has_driver);
	assert_string_equal(record.u.device.driver, "megaraid_sas");
	assert_int_equal(record.u.device.streaming_bits, 63);
	assert_int_equal(record.u.device.coherent_bits, 32);
	only_fact("PCI 0000:00:02.0 0x1234 0x11e8 class 0x00ff00 driver none dma_mask_bits 32 "
		  "consistent 32\n",
		  TCE_CONSOLE_DEVICE);
	assert_false(record.u.device.has_driver);
	no_fact("PCI 0000:00:20.0 0x1234 0x11e8 class 0 driver none dma_mask_bits 32 consistent "
		"32\n");
	no_fact("PCI 0000:00:02.0 0x1234 0x11e8 class 0 driver none dma_mask_bits 65 consistent "
		"32\n");
	no_fact("PCI 0000:00:02.0 0x1234 0x11e8 class 0 driver none dma_mask_bits 0 consistent "
		"0\n");
	no_fact("PCI host bridge /pci@800000020000000  ranges:\n");
}

static void the_kernel_log_tells_of_windows(void **state)
{
	(void)state;
	only_fact("DMESG [    3.787830] nvme 0000:00:01.0: ibm,query-pe-dma-windows(2026) 800 "
		  "8000000 "
		  "20000000 returned 0, lb=2000000000 ps=107 wn=1\n",
		  TCE_CONSOLE_QUERY);
	assert_int_equal(record.uptime_us, 3787830);
	assert_int_equal(record.u.rtas.dev.v, 8);
	assert_true(record.u.rtas.by_driver);
	assert_false(record.u.rtas.by_user);
	assert_int_equal(record.u.rtas.args[0], 0x800);
	assert_int_equal(record.u.rtas.args[2], 0x20000000);
	assert_int_equal(record.u.rtas.block, UINT64_C(0x2000000000));
	assert_int_equal(record.u.rtas.page_mask, 0x107);
	assert_int_equal(record.u.rtas.windows, 1);
	only_fact("<6>[ 1003.5] pci 0001:00:01.0: ibm,create-pe-dma-window(2027) 800 8000000 "
		  "20000001 "
		  "18 1f returned 0 (liobn = 0x80000101 starting addr = 8000000 0)\r\n",
		  TCE_CONSOLE_CREATE);
	assert_int_equal(record.uptime_us, 1003500000);
	assert_false(record.u.rtas.by_driver);
	assert_int_equal(record.u.rtas.liobn, 0x80000101);
	assert_int_equal(record.u.rtas.addr, UINT64_C(0x800000000000000));
	only_fact("DMESG [ 3.0] vfio-pci 0000:00:01.0: ibm,create-pe-dma-window(2027) 800 8000000 "
		  "20000000 10 33 returned -1 \n",
		  TCE_CONSOLE_CREATE);
	assert_true(record.u.rtas.by_user);
	assert_int_equal(record.u.rtas.status, -1);
	assert_int_equal(record.u.rtas.args[4], 0x33);
	only_fact(
		"DMESG [   20.250680] spapr_tce_create_table: Calling query /pci@800000020000001\n",
		TCE_CONSOLE_VFIO);
	assert_int_equal(record.u.buid, UINT64_C(0x800000020000001));
}

static void a_driver_that_speaks_has_probed_when_the_log_was_kept(void **state)
{
	(void)state;
	only_fact("DMESG [    4.478610] e1000e 0000:00:00.0 eth0: (PCI Express:2.5GT/s)\n",
		  TCE_CONSOLE_PROBED);
	assert_int_equal(record.u.probed.v, 0);
	only_fact("DMESG [    3.827837] nvme nvme0: pci function 0001:02:01.3\n",
		  TCE_CONSOLE_PROBED);
	assert_int_equal(record.u.probed.v, 0x1020b);
	no_fact("[1795170611.100] [   39.1] megaraid_sas 0003:00:00.0: shutdown\n");
	only_fact("DMESG [    0.000000] Memory hole size: 0MB\n", TCE_CONSOLE_LOG);
	assert_int_equal(record.uptime_us, 0);
}

static void the_clock_of_the_host_is_told_from_that_of_the_kernel(void **state)
{
	(void)state;
	only_fact("[12345.678901] nvme 0000:00:01.0: ibm,query-pe-dma-windows(2026) 800 8000000 "
		  "20000000 returned -1\n",
		  TCE_CONSOLE_QUERY);
	assert_int_equal(record.time_us, 0);
	assert_int_equal(record.uptime_us, UINT64_C(12345678901));
}

static void what_a_nested_guest_says_is_not_the_guests(void **state)
{
	(void)state;
	no_fact("[1795172594.872] L2| === MARK [4.79] cmdline: disable_ddw\n"
		"[1795172594.872] L2| Linux ppc64le\n");
}

static void the_host_plugs_bridges_and_ends_recordings(void **state)
{
	(void)state;
	only_fact("[1795171646.168] [host] hmp device_add spapr-pci-host-bridge,index=3,id=phb1,"
		  "pgsz=0x11000,dma_win_size=0x10000000,ddw=off -> \"\"\n",
		  TCE_CONSOLE_PHB);
	assert_int_equal(record.u.bridge.index, 3);
	assert_int_equal(record.u.bridge.page_shifts, 0x11000);
	assert_int_equal(record.u.bridge.win_size, 0x10000000);
	assert_true(record.u.bridge.no_ddw);
	only_fact("[1795171646.168] [host] qemu stderr: qemu: terminating on signal 15\n",
		  TCE_CONSOLE_LIMIT);
}

static void persistent_memory_that_is_ram_has_a_place(void **state)
{
	(void)state;
	only_fact("  90000000-bfffffff : System RAM (kmem)\r\n", TCE_CONSOLE_KMEM);
	assert_int_equal(record.u.range.addr, 0x90000000);
	assert_int_equal(record.u.range.size, 0x30000000);
	no_fact("  bfffffff-90000000 : System RAM (kmem)\n");
	no_fact("  0-ffffffffffffffff : System RAM (kmem)\n");
	only_fact("  \"online_memblocks\":3,\n", TCE_CONSOLE_TO_RAM);
	only_fact("offlined memory for 1 device\n", TCE_CONSOLE_FROM_RAM);
}

static void calls_of_the_test_module_are_read_once(void **state)
{
	(void)state;
	begin("DMESG [    2.0] ddwtest: H_PUT_TCE(80000100, 40000000, 7003) = -4\n"
	      "DMESG [    2.1] ddwtest: E. mask 48 bits: set 0, required mask fffffffffffffff\n"
	      "DMESG [    0.0] Memory hole size: 0MB\n"
	      "DMESG [    2.0] ddwtest: H_PUT_TCE(80000100, 40000000, 7003) = -4\n");
	next_is(TCE_CONSOLE_STIMULUS);
	assert_int_equal(record.u.stimulus.kind, TCE_STIMULUS_HCALL);
	assert_int_equal(record.u.stimulus.event.u.h_tce.ioba.v, 0x40000000);
	assert_int_equal(record.u.stimulus.ret, -4);
	next_is(TCE_CONSOLE_STIMULUS);
	assert_int_equal(record.u.stimulus.kind, TCE_STIMULUS_MASK);
	assert_int_equal(record.u.stimulus.bits, 48);
	next_is(TCE_CONSOLE_LOG);
	assert_false(tce_console_reader_next(&reader, &record));
}

/* --- QEMU's command line ---------------------------------------------------------------------- */

static void bridges_of_the_command_line_have_their_options(void **state)
{
	static const char text[] =
		"# QEMU emulator version 10.0.13 (Debian 1:10.0.13+ds-0+deb13u1)\n"
		"qemu-system-ppc64 -global spapr-pci-host-bridge.pgsz=0x1000 "
		"-global spapr-pci-host-bridge.dma_win_size=0x4000000 -device "
		"spapr-pci-host-bridge,index=2,id=x,dma64_win_addr=0x400000000000000 "
		"-append 'console=hvc0 disable_ddw=1' -qmp unix:multitce=off\n";
	struct tce_qemu_cmdline cmdline;

	(void)state;
	tce_qemu_cmdline_read(text, strlen(text), &cmdline);
	assert_string_equal(cmdline.version, "10.0.13");
	assert_int_equal(cmdline.nr_phbs, 2);
	assert_int_equal(cmdline.phb[0].index, -1);
	assert_int_equal(cmdline.phb[0].page_shifts, 0x1000);
	assert_int_equal(cmdline.phb[0].win_size, 0x4000000);
	assert_int_equal(cmdline.phb[1].index, 2);
	assert_int_equal(cmdline.phb[1].dyn_win_addr, UINT64_C(0x400000000000000));
	assert_true(cmdline.has_flags);
	assert_int_equal(cmdline.flags, TCE_BOOT_DISABLE_DDW);
}

static void more_bridges_than_a_machine_has_are_left_out(void **state)
{
	char text[64 * 64] = "";
	struct tce_qemu_cmdline cmdline;

	(void)state;
	for (unsigned i = 0; i < 64; i++)
		strcat(text, "-device spapr-pci-host-bridge,index=1 ");
	tce_qemu_cmdline_read(text, strlen(text), &cmdline);
	assert_int_equal(cmdline.nr_phbs, TCE_QEMU_PHBS_MAX);
	assert_false(cmdline.has_flags);
}

/* --- lines of the trace ----------------------------------------------------------------------- */

static void both_forms_of_time_stamps_are_read(void **state)
{
	static const char old[] =
		"14655@1795169654.793644:spapr_pci_rtas_ibm_change_msi cfgaddr 0x800 "
		"func 4, requested 1, first irq 4864";
	static const char iso[] =
		"2026-11-20T10:43:13.301496Z spapr_iommu_pci_put liobn=0x80000000 "
		"ioba=0x1000 tce=0x7e373003 ret=0";
	struct tce_recorded_line line;

	(void)state;
	assert_true(tce_recorded_line_read(old, strlen(old), 7, &line));
	assert_true(line.has_msi);
	assert_int_equal(line.msi_cfg_addr, 0x800);
	assert_int_equal(line.time_us, UINT64_C(1795169654793644));
	assert_int_equal(line.thread, 14655);
	assert_true(tce_recorded_line_read(iso, strlen(iso), 8, &line));
	assert_true(line.has_record);
	assert_int_equal(line.record.line, 8);
	assert_int_equal(line.time_us, UINT64_C(1795171393301496));
	assert_false(tce_recorded_line_read("spapr_pci_lsi_set x", 19, 9, &line));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_is_known_by_its_name_and_by_its_package),
		cmocka_unit_test(words_of_the_command_line_become_flags),
		cmocka_unit_test(a_device_has_a_driver_and_masks),
		cmocka_unit_test(the_kernel_log_tells_of_windows),
		cmocka_unit_test(a_driver_that_speaks_has_probed_when_the_log_was_kept),
		cmocka_unit_test(the_clock_of_the_host_is_told_from_that_of_the_kernel),
		cmocka_unit_test(what_a_nested_guest_says_is_not_the_guests),
		cmocka_unit_test(the_host_plugs_bridges_and_ends_recordings),
		cmocka_unit_test(persistent_memory_that_is_ram_has_a_place),
		cmocka_unit_test(calls_of_the_test_module_are_read_once),
		cmocka_unit_test(bridges_of_the_command_line_have_their_options),
		cmocka_unit_test(more_bridges_than_a_machine_has_are_left_out),
		cmocka_unit_test(both_forms_of_time_stamps_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
