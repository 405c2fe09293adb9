/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of predict_small.h. */
#include "predict_small.h"

#include <stdlib.h>
#include <string.h>

#define VERSION                                                                                    \
	"6.12.107+deb13-powerpc64le (gcc (Debian 14.2.0-19)) #1 SMP Debian 6.12.107-1 "            \
	"(2026-08-29)"

const char predict_small_machine[] = "machine pseries profile=qemu-10.0 ram=1G max-ram=2G\n"
				     "phb name=phb0 buid=0x800000020000000 win-size=2M\n"
				     "phb name=phb1 buid=0x800000020000001 win-size=2M\n"
				     "device 0000:00:01.0 phb=phb0\n"
				     "device 0001:00:02.0 phb=phb1\n";

const char predict_small_console[] =
	"[1795170200.000] [host] qemu started pid 1\n"
	"[1795170219.000] Preparing to boot Linux version " VERSION "\r\n"
	"[1795170219.001] command line: console=hvc0 loglevel=4\r\n"
	"[1795170221.000] Linux ppc64le\r\n"
	"[1795170225.000] === MARK [4.00] init: Linux (none) " VERSION " ppc64le\r\n"
	"[1795170225.010] === MARK [4.01] cmdline: console=hvc0 loglevel=4\r\n"
	"[1795170240.000] PCI 0000:00:01.0 0x1b36 0x0010 class 0x010802 driver nvme dma_mask_bits "
	"64 "
	"consistent 64\r\n"
	"[1795170240.000] PCI 0001:00:02.0 0x8086 0x10d3 class 0x020000 driver e1000e "
	"dma_mask_bits "
	"64 consistent 64\r\n"
	"[1795170240.001] DMESG [    0.000000] Linux version " VERSION "\r\n"
	"[1795170240.001] DMESG [    1.000000] pci 0000:00:01.0: ibm,query-pe-dma-windows(2026) "
	"800 "
	"8000000 20000000 returned 0, lb=2000000000 ps=107 wn=1\r\n"
	"[1795170240.001] DMESG [    1.100000] pci 0001:00:02.0: ibm,query-pe-dma-windows(2026) "
	"1000 "
	"8000000 20000001 returned 0, lb=2000000000 ps=107 wn=1\r\n"
	"[1795170240.002] DMESG [    5.000000] nvme 0000:00:01.0: ibm,query-pe-dma-windows(2026) "
	"800 "
	"8000000 20000000 returned 0, lb=2000000000 ps=107 wn=1\r\n"
	"[1795170240.002] DMESG [    5.001000] nvme 0000:00:01.0: ibm,create-pe-dma-window(2027) "
	"800 "
	"8000000 20000000 18 1f returned 0 (liobn = 0x80000001 starting addr = 8000000 0)\r\n"
	"[1795170240.003] DMESG [    5.002000] nvme nvme0: pci function 0000:00:01.0\r\n"
	"[1795170240.004] DMESG [    8.000000] vfio-pci 0000:00:01.0: "
	"ibm,query-pe-dma-windows(2026) 800 8000000 20000000 returned 0, lb=2000000000 ps=107 "
	"wn=1\r\n"
	"[1795170240.005] === MARK [19.00] end of scenario\r\n";

#define CLEARS(liobn)                                                                              \
	"1@1795170221.100000:spapr_iommu_pci_stuff liobn=" liobn                                   \
	" ioba=0x200000 tcevalue=0x0 npages=512 ret=0\n"
#define QUERY(time, index, addr)                                                                   \
	"1@" time ":spapr_iommu_ddw_query buid=0x80000002000000" index " addr=" addr               \
	", 1 windows available, max window size=0x80000000, mask=0x107\n"
#define CREATE(time, index, addr)                                                                  \
	"1@" time ":spapr_iommu_new_table liobn=0x80000" index "01 table=0x1 fd=-1\n"              \
	"1@" time ":spapr_iommu_ddw_create buid=0x80000002000000" index " addr=" addr              \
	", page size=0x1000000, requested=0x80000000, start addr=0x800000000000000, "              \
	"liobn=0x80000" index "01\n"                                                               \
	"1@" time ":spapr_iommu_pci_indirect liobn=0x80000" index                                  \
	"01 ioba=0x800000000000000 tcelist=0x1000 iobaN=0x3f tceN=0x3f000003 ret=0\n"

const char predict_small_trace[] =
	"1@1795170200.100000:spapr_iommu_new_table liobn=0x80000000 table=0x1 fd=-1\n"
	"1@1795170200.100000:spapr_iommu_new_table liobn=0x80000100 table=0x1 fd=-1\n"
	"1@1795170205.000000:spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x7003 ret=0\n"
	"1@1795170205.000001:spapr_iommu_pci_put liobn=0x80000000 ioba=0x0 tce=0x0 ret=0\n"
	"1@1795170219.788756:spapr_cas_continue Copy changes to the guest: 16282 bytes\n" /* */
	CLEARS("0x80000000") CLEARS("0x80000100") QUERY("1795170222.000000", "0", "0x800")
		QUERY("1795170222.100000", "1", "0x1000")
	/* e1000e, of which the log does not speak, before nvme */
	QUERY("1795170225.900000", "1", "0x1000") CREATE("1795170225.900001", "1", "0x1000")
		QUERY("1795170226.000000", "0", "0x800") CREATE(
			"1795170226.000001", "0",
			"0x800") "1@1795170226.100000:spapr_pci_rtas_ibm_change_msi cfgaddr 0x800 "
				 "func 4, requested 1, "
				 "first irq 4864\n"
				 "1@1795170227.000000:spapr_drc_set_isolation_state drc: "
				 "0x80000004, state: 0x1\n"
				 "1@1795170227.000001:spapr_drc_set_configured drc: 0x80000004\n"
				 "1@1795170227.000002:spapr_iommu_pci_indirect liobn=0x80000101 "
				 "ioba=0x800000040000000 "
				 "tcelist=0x1000 iobaN=0xf tceN=0x4f000003 ret=0\n"
				 "1@1795170227.000003:spapr_iommu_pci_indirect liobn=0x80000001 "
				 "ioba=0x800000040000000 "
				 "tcelist=0x1000 iobaN=0xf tceN=0x4f000003 ret=0\n"
				 "1@1795170228.000000:spapr_iommu_pci_stuff liobn=0x80000001 "
				 "ioba=0x800000080000000 "
				 "tcevalue=0x0 npages=128 ret=0\n"
				 "1@1795170228.000001:spapr_iommu_ddw_remove liobn=0x80000001\n"
				 "1@1795170228.500000:spapr_iommu_ddw_query buid=0x800000020000000 "
				 "addr=0x800, "
				 "1 windows available, max window size=0x80000000, mask=0x107\n"
				 "1@1795170229.000000:spapr_iommu_pre_save liobn=80000000 200 "
				 "bus_offset=0x0 ps=12\n";

struct tce_scenario *predict_small_rig(struct predict_rig *ret_rig)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;

	if (tce_scenario_parse(NULL, predict_small_machine, strlen(predict_small_machine), NULL,
			       &scenario, &error) != 0)
		abort();
	memset(ret_rig, 0, sizeof(*ret_rig));
	ret_rig->machine = tce_scenario_story(scenario);
	ret_rig->console = predict_small_console;
	ret_rig->nr_console = strlen(predict_small_console);
	ret_rig->trace = predict_small_trace;
	ret_rig->nr_trace = strlen(predict_small_trace);
	return scenario;
}
