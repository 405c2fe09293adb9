/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules as data: stable id, severity, what must hold, who can break it, and the story that
 * "tce explain" tells. Ids never change their meaning; a rule that is dropped leaves its id unused.
 */
#include <string.h>

#include <tce/check.h>

#define REPLAY  TCE_CHECKED_BY_REPLAY
#define RUN     TCE_CHECKED_BY_RUN
#define EXPLORE TCE_CHECKED_BY_EXPLORE
#define EITHER  (RUN | EXPLORE)
#define ALL     (REPLAY | RUN | EXPLORE)

static const struct tce_rule rules[TCE_NR_RULES] = {
	[TCE_RULE_DMA_FAULT] =
		{
			.id = "dma-fault",
			.invariant = "DMA",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = ALL,
			.holds = "A device accesses only bus addresses that are mapped for it.",
			.breaks = "a device, its driver, or firmware that left it running",
			.needs = "",
			.story = "A device put an address on the bus for which the TCE gives no "
				 "permission and never did\n"
				 "since its window was made. The access is dropped; on PowerVM and "
				 "on bare metal the\n"
				 "bridge freezes the PE (EEH) as well, under QEMU the guest "
				 "notices nothing.\n"
				 "\n"
				 "What it usually is: a device that prefetches past its buffer (an "
				 "address just behind a\n"
				 "mapped page); a driver that gives the device a CPU address "
				 "instead of a DMA address; a\n"
				 "kernel booted with iommu=off; a device that firmware started and "
				 "nobody stopped; after\n"
				 "kexec, a kernel that believes in a direct window that the first "
				 "kernel's successor has\n"
				 "cleared.\n"
				 "\n"
				 "See what happened to the address before: tce replay --ioba ADDR "
				 "FILE.\n",
			.source = "LoPAR, TCE permission bits; QEMU hw/ppc/spapr_iommu.c "
				  "spapr_tce_translate_iommu; recordings i-iommu-off-*, "
				  "a-multi-phb-*",
			.bugs = "",
		},
	[TCE_RULE_DMA_AFTER_UNMAP] =
		{
			.id = "dma-after-unmap",
			.invariant = "DMA",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = ALL,
			.holds = "No device uses a bus address after it was unmapped.",
			.breaks = "a driver that unmaps too early, or a kernel that clears a "
				  "window in use",
			.needs = "",
			.story = "The address was mapped once; the finding says which call "
				 "unmapped it and at which line.\n"
				 "The device did not know. Here the access was refused; had the "
				 "address been mapped for\n"
				 "another buffer in between, it would have gone there without a "
				 "sound.\n"
				 "\n"
				 "What it usually is: a driver that unmaps a buffer before the "
				 "device has finished with\n"
				 "it, a device that was not reset before its driver went away, or "
				 "a kernel after kexec\n"
				 "that clears the window of its predecessor and goes on using it "
				 "as a direct one.\n",
			.source = "Linux Documentation/core-api/dma-api.rst; recordings g-kexec-*",
			.bugs = "",
		},
	[TCE_RULE_DMA_MISDIRECTED] =
		{
			.id = "dma-misdirected",
			.invariant = "DMA",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "A transfer lands in the memory that its mapping names, and "
				 "nowhere else.",
			.breaks = "the operating system's allocator, a stale TCE cache, an "
				  "overwritten TCE",
			.needs = "the mappings that drivers made; a trace of hypercalls does not "
				 "hold them",
			.story = "The access was allowed and went to a real page, but not to the "
				 "page of the mapping under\n"
				 "which the device issued it. Nothing faults; data is corrupted. "
				 "The invariant behind it:\n"
				 "a TCE of a live mapping is changed by nobody but its unmap, and "
				 "the bridge's TCE cache\n"
				 "forgets an entry before its page is reused.\n",
			.source = "fixes in Linux; skiboot 2b0b6a1a0",
			.bugs = "A1 B2 B5 B26",
		},
	[TCE_RULE_TCE_OVERWRITTEN] =
		{
			.id = "tce-overwritten",
			.invariant = "ALLOC",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = ALL,
			.holds = "A mapped TCE is cleared before the same bus address is mapped to "
				 "another page.",
			.breaks = "the operating system (two users of one bus address)",
			.needs = "",
			.story = "A TCE that mapped one page was replaced by a TCE for another "
				 "page without being cleared\n"
				 "in between. A device that still uses the first mapping now reads "
				 "or writes the second\n"
				 "page. Linux never does this on purpose: every map follows an "
				 "unmap.\n"
				 "\n"
				 "What it usually is: a memory notifier that maps new memory into "
				 "a window which drivers\n"
				 "use dynamically (fixed by d61cd13e732c, Linux 6.5), or two "
				 "functions of one PE that each\n"
				 "believe to own the window.\n"
				 "\n"
				 "Mapping the same page again, also with another permission, does "
				 "not count.\n",
			.source = "fixes in Linux",
			.bugs = "B2 B18 B26",
		},
	[TCE_RULE_TCE_OUTSIDE_RAM] =
		{
			.id = "tce-outside-ram",
			.invariant = "VAL",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = ALL,
			.holds = "A TCE with permission points to memory of the machine.",
			.breaks = "the operating system",
			.needs = "a device tree: tce replay --dtb machine.dtb",
			.story = "The TCE names a page at or above the end of all memory the "
				 "machine has or may be given\n"
				 "(ibm,lrdr-capacity, or the last memory node). QEMU stores such a "
				 "TCE without a word and\n"
				 "the device's access fails later; PowerVM refuses the hypercall "
				 "with H_PARAMETER.\n"
				 "\n"
				 "It is meant if a device reads or writes another device's "
				 "registers (peer to peer) or\n"
				 "memory on an adapter; then ignore it.\n",
			.source = "LoPAR H_PUT_TCE; QEMU accepts it (measured on 7.2.22, 10.0.13, "
				  "11.1.3)",
			.bugs = "",
		},
	[TCE_RULE_HCALL_REFUSED] =
		{
			.id = "hcall-refused",
			.invariant = "WIN",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = ALL,
			.holds = "The hypervisor accepts every TCE hypercall of the operating "
				 "system.",
			.breaks = "the operating system; sometimes firmware that is stricter than "
				  "an older one",
			.needs = "",
			.story = "The call was refused, and the model says why: the LIOBN has no "
				 "window (never had one, or\n"
				 "it was removed), the bus address lies past the window's end, the "
				 "count is not allowed.\n"
				 "Linux prints such refusals as \"tce_build_pSeriesLP: "
				 "plpar_tce_put failed\" or similar and\n"
				 "often goes on as if nothing had happened.\n"
				 "\n"
				 "What it usually is: memory that lies past the end of a direct "
				 "window is brought online\n"
				 "(6aa989ab2bd0, Linux 6.15); more than 512 TCEs in one "
				 "H_STUFF_TCE on firmware that counts\n"
				 "(9d2ccf00bddc, Linux 6.4); a window used after it was removed.\n",
			.source = "LoPAR 14.5.4.2",
			.bugs = "B1 B6 C1 D16 D37",
		},
	[TCE_RULE_WINDOW_REMOVED_LIVE] =
		{
			.id = "window-removed-live",
			.invariant = "WIN",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = ALL,
			.holds = "A DMA window is empty when the operating system removes or "
				 "resets it.",
			.breaks = "the operating system",
			.needs = "",
			.story = "ibm,remove-pe-dma-window or ibm,reset-pe-dma-window took a "
				 "window away, or its host\n"
				 "bridge was unplugged, while TCEs in it were still mapped. LoPAR "
				 "asks software to unmap\n"
				 "first and lets platforms leave it unchecked; QEMU does not "
				 "check. A driver that still\n"
				 "holds such a mapping has lost it.\n"
				 "\n"
				 "What it usually is: the default window removed although a driver "
				 "mapped with a 32-bit\n"
				 "mask before (92fe01b7c655, Linux 5.16), or VFIO pages that are "
				 "never unpinned because the\n"
				 "window goes before the TCEs are cleared (4ba2fdff2eb1, Linux "
				 "6.11).\n",
			.source = "LoPAR ibm,remove-pe-dma-window",
			.bugs = "B10 B18 C1 D31",
		},
	[TCE_RULE_WINDOW_RESET_LIVE] =
		{
			.id = "window-reset-live",
			.invariant = "WIN",
			.severity = TCE_SEVERITY_NOTE,
			.checked_by = REPLAY,
			.holds = "(a note, not a rule) What was still mapped when the machine was "
				 "reset.",
			.breaks = "nobody: a reboot ends every window, and Linux leaves direct "
				  "windows mapped",
			.needs = "",
			.story = "The machine was reset while TCEs were mapped. That is how a "
				 "reboot of Linux looks: direct\n"
				 "windows stay mapped to the end, and so do buffers of drivers "
				 "without a shutdown handler.\n"
				 "The hypervisor zeroes everything. The note is there for the case "
				 "that something went\n"
				 "wrong after the reset: it tells what the system before it had in "
				 "use.\n",
			.source = "measured on QEMU 7.2.22, 10.0.13, 11.1.3; recordings d-reboot-*",
			.bugs = "",
		},
	[TCE_RULE_WINDOW_OVERLAP] =
		{
			.id = "window-overlap",
			.invariant = "WIN",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = ALL,
			.holds = "The windows of one bridge do not share bus addresses.",
			.breaks = "the hypervisor, asked in an unlucky order",
			.needs = "",
			.story = "A window was created over another one. QEMU picks a window's "
				 "address by how many windows\n"
				 "are active, not by which: remove the default window while a "
				 "dynamic one exists, create\n"
				 "again, and both lie at the dynamic address. DMA goes to the "
				 "window with LIOBN index 1\n"
				 "over its whole range; TCEs put into the other are never used.\n",
			.source = "measured on QEMU 7.2.22, 10.0.13, 11.1.3",
			.bugs = "",
		},
	[TCE_RULE_QEMU_WINDOW_TOO_LARGE] =
		{
			.id = "qemu-window-too-large",
			.invariant = "VAL",
			.severity = TCE_SEVERITY_ABORT,
			.checked_by = ALL,
			.holds = "No window of 2^32 or more TCEs is asked of QEMU.",
			.breaks = "QEMU, which offers 2^37 TCEs and counts them in 32 bits; Linux, "
				  "which believes it",
			.needs = "the log shows only the empty table; with --dtb the size can be "
				 "told",
			.story = "QEMU answers ibm,query-pe-dma-window with room for 2^37 TCEs. "
				 "Linux asks for a window of\n"
				 "all memory that may come, or of 2^51 bytes when the device tree "
				 "has persistent memory;\n"
				 "with 64K pages that is 2^35 TCEs. QEMU keeps the number in 32 "
				 "bits, where a multiple of\n"
				 "2^32 is 0: it makes no table, answers -1, and leaves the "
				 "window's memory region attached.\n"
				 "Linux falls back to the default window and works. Neither reset "
				 "nor reboot takes the\n"
				 "region out again, since the table counts as disabled. The next "
				 "create on that LIOBN, as a\n"
				 "rule after the next reboot, attaches it a second time and QEMU "
				 "aborts:\n"
				 "  memory_region_add_subregion_common: Assertion "
				 "`!subregion->container' failed.\n"
				 "\n"
				 "Ways out: offer a page size with which the window is small "
				 "enough (16M pages:\n"
				 "-global spapr-pci-host-bridge.pgsz=0x1011000), boot Linux with "
				 "disable_ddw=1, or use a\n"
				 "QEMU that checks the size. Any guest can do this to its QEMU at "
				 "will.\n",
			.source = "measured on QEMU 7.2.22 to 11.1.3; qemu-devel, 2025-03-19; "
				  "recordings f-nvdimm-*reboot-pgsz64k-*",
			.bugs = "",
		},
	[TCE_RULE_QEMU_REMOVE_VIO] =
		{
			.id = "qemu-remove-vio",
			.invariant = "VAL",
			.severity = TCE_SEVERITY_ABORT,
			.checked_by = EITHER,
			.holds = "ibm,remove-pe-dma-window is called with the LIOBN of a PCI "
				 "window only.",
			.breaks = "QEMU 10.0 and later, which do not check whose LIOBN it is",
			.needs = "",
			.story = "With the LIOBN of a virtual I/O device QEMU 7.2 answers -3 after "
				 "reading memory that is no\n"
				 "host bridge; QEMU 10.0.13 and 11.1.3 abort in a QOM cast. The "
				 "call leaves no line in a\n"
				 "trace, so only a scenario can show it.\n",
			.source = "measured on QEMU 7.2.22, 10.0.13, 11.1.3",
			.bugs = "",
		},
	[TCE_RULE_STALE_TABLE] =
		{
			.id = "stale-table",
			.invariant = "TAB",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "A device's table pointer is live and is the table of its PE.",
			.breaks = "Linux, when a PE changes hands",
			.needs = "",
			.story = "While VFIO owns a PE its default table is destroyed, and made "
				 "anew when the PE comes back.\n"
				 "Devices that still point to the old table allocate from freed "
				 "memory at their next 32-bit\n"
				 "map. Devices that use the bypass window never notice, which is "
				 "why this was found late,\n"
				 "twice.\n",
			.source = "fixes in Linux",
			.bugs = "A1 A2 B4 B16 D9 D29 D35 D36 D38",
		},
	[TCE_RULE_PREMAP_COVERAGE] =
		{
			.id = "premap-coverage",
			.invariant = "PRE",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "A direct window maps exactly the online memory that lies inside "
				 "it.",
			.breaks = "Linux: the walk at creation and the memory notifier",
			.needs = "",
			.story = "In a direct window bus = start + real address, and drivers make "
				 "no hypercalls: what is not\n"
				 "mapped in advance faults, and what stays mapped after memory "
				 "went is open to devices.\n"
				 "Memory that lies outside the window must be left alone: the "
				 "hypervisor refuses it with\n"
				 "H_PARAMETER, and onlining it fails (\"Unable to online "
				 "memory\").\n"
				 "\n"
				 "What it usually is: persistent memory turned into RAM on a "
				 "kernel before 6.15 (6aa989ab2bd0; the\n"
				 "way out is disable_ddw); a driver bound a second time to an "
				 "SR-IOV function, whose dynamic\n"
				 "window is taken for a direct one (3bf983e4e93c, Linux 6.7).\n",
			.source = "fixes in Linux",
			.bugs = "B1 B3 D13 D14 D20",
		},
	[TCE_RULE_LOST_TCE] =
		{
			.id = "lost-tce",
			.invariant = "ALLOC",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = ALL,
			.holds = "Every live mapping has its TCEs.",
			.breaks = "Linux, or a window removed under a driver",
			.needs = "",
			.story = "A driver holds a mapping, but a TCE of it is gone, or its window "
				 "is: the device's next access to\n"
				 "that buffer faults. On PowerVM and bare metal the bridge then "
				 "freezes the PE (EEH).\n"
				 "\n"
				 "What it usually is: memory that went offline and was cleared in "
				 "a window that drivers use\n"
				 "dynamically (d61cd13e732c, Linux 6.5); the default window "
				 "removed, or reset, while a driver\n"
				 "with a 32-bit mask still has its ring in it (92fe01b7c655, Linux "
				 "5.16); a driver that unmaps the\n"
				 "same address twice and so clears the entry of its next owner.\n",
			.source = "fixes in Linux",
			.bugs = "A3 B2 B10 D2 D18",
		},
	[TCE_RULE_LEAKED_TCE] =
		{
			.id = "leaked-tce",
			.invariant = "ALLOC",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = ALL,
			.holds = "Every TCE with permission belongs to a live mapping, and so does "
				 "every allocated bit.",
			.breaks = "Linux, mostly on error paths",
			.needs = "",
			.story = "A TCE, or its bit in the kernel's bitmap, has outlived the "
				 "mapping. Nothing fails at once: the\n"
				 "window fills up over weeks until maps fail, and a device may "
				 "reach memory that belongs to\n"
				 "someone else by now.\n"
				 "\n"
				 "What it usually is: H_STUFF_TCE of more than 512 entries, which "
				 "newer firmware refuses and the\n"
				 "kernel does not notice (9d2ccf00bddc, Linux 6.4); memory that "
				 "comes online and is mapped in a\n"
				 "window where it does not belong (d61cd13e732c, Linux 6.5); an "
				 "error path of a scatter list.\n",
			.source = "fixes in Linux",
			.bugs = "A7 B2 B6 D1 D8",
		},
	[TCE_RULE_RESERVED_RANGE] =
		{
			.id = "reserved-range",
			.invariant = "RES",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "Reserved bus ranges (page 0, MMIO below 4 GiB) are never handed "
				 "out.",
			.breaks = "Linux: the reservation or its arithmetic",
			.needs = "",
			.story =
				"A DMA address inside the bridge's 32-bit MMIO range reaches a "
				"device's registers, not\n"
				"memory; page 0 is kept back because drivers take 0 for failure.\n",
			.source = "fixes in Linux",
			.bugs = "A8 B12 B13 D32 D33",
		},
	[TCE_RULE_DOUBLE_OWNER] =
		{
			.id = "double-owner",
			.invariant = "OWN",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "A window and the bypass of a PE have one owner: the kernel or "
				 "one VFIO container.",
			.breaks = "Linux: take and release of ownership",
			.needs = "",
			.story = "While a user (VFIO, a guest) has a PE, the kernel's DMA API must "
				 "have nothing in it, and no\n"
				 "bypass or direct window may be left: through it the user's "
				 "device reaches all of memory. Two\n"
				 "owners of one window write the same TCEs, and each finds the "
				 "other's pages under its buffers.\n",
			.source = "fixes in Linux",
			.bugs = "A8 D2 D39 D44",
		},
	[TCE_RULE_UNBALANCED_ACCOUNT] =
		{
			.id = "unbalanced-account",
			.invariant = "ACC",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = EITHER,
			.holds = "Locked memory and page pins return to what they were.",
			.breaks = "Linux: VFIO containers",
			.needs = "",
			.story = "After the last window is gone and memory is unregistered, "
				 "locked_vm and pins must be as\n"
				 "before. What is left over is never given back.\n",
			.source = "fixes in Linux",
			.bugs = "A3 A9 B15 B21 C1 C3 C10 D5 D7 D10 D19",
		},
	[TCE_RULE_WINDOW_MISMATCH] =
		{
			.id = "window-mismatch",
			.invariant = "WIN",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "The windows that the kernel believes in are those that firmware "
				 "has.",
			.breaks = "Linux: create, remove, reset and their error paths",
			.needs = "",
			.story = "The kernel maps in a window that firmware does not have, or has "
				 "at another place or size, or\n"
				 "keeps a PE on its list of failures that never failed. Maps are "
				 "refused or go nowhere.\n"
				 "\n"
				 "What it usually is: an error path that reset or removed the "
				 "window and left the table behind; a\n"
				 "slot whose adapter was replaced (DLPAR) and inherits the "
				 "blacklist of the one before.\n",
			.source = "fixes in Linux",
			.bugs = "B10 B18 D15 D17 D28",
		},
	[TCE_RULE_DEVTREE_MISMATCH] =
		{
			.id = "devtree-mismatch",
			.invariant = "DT",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = EITHER,
			.holds = "The device tree names the windows that exist.",
			.breaks = "Linux, which edits the properties; kexec and kdump read them",
			.needs = "",
			.story = "ibm,dma-window and linux,direct64-ddr-window-info tell the next "
				 "kernel which windows it\n"
				 "inherits. A property that names a window that is gone costs "
				 "kdump its disk.\n",
			.source = "fixes in Linux",
			.bugs = "B14 B16 B17 C4 D16",
		},
	[TCE_RULE_WINDOW_TOO_SMALL] =
		{
			.id = "window-too-small",
			.invariant = "SIZE",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = EITHER,
			.holds = "A window is large enough for what it is used for, and devices "
				 "can address it.",
			.breaks = "Linux: the size of a dynamic window; a device's DMA mask",
			.needs = "",
			.story = "A direct window that does not cover all memory sends some "
				 "buffers astray, or makes memory that\n"
				 "is added later refuse to come online; one that lies above a "
				 "device's DMA mask is of no use to\n"
				 "it. A window that could have covered all memory and was not "
				 "asked for costs speed: every map\n"
				 "becomes a hypercall.\n"
				 "\n"
				 "What it usually is: persistent memory, which makes the kernel "
				 "want 2^51 bytes (54fc3c681ded to\n"
				 "2d33f5504490, Linux 5.8 to 5.16), or a size computed in pages "
				 "instead of bytes (a9d2f9bb225f,\n"
				 "Linux 5.13). tce plan says which windows a machine gets, and why "
				 "not more.\n",
			.source = "fixes in Linux",
			.bugs = "A10 B7 B8 B9 B22 B23 B25 C6 D24 D27 D30 D40 D41",
		},
	[TCE_RULE_FAILED_CALL_CHANGED_STATE] =
		{
			.id = "failed-call-changed-state",
			.invariant = "ERR",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = EITHER,
			.holds = "A call that fails leaves everything as it was, and says that it "
				 "failed.",
			.breaks = "either half",
			.needs = "",
			.story = "A call that cannot be done must leave everything as it was and "
				 "say so. Where it does not, the\n"
				 "system goes on with a state that nobody wanted, and the trouble "
				 "comes later and elsewhere.\n"
				 "\n"
				 "QEMU keeps the entries that a multi-TCE call stored before the "
				 "one it refused (LoPAR: all or\n"
				 "nothing). Linux takes refused TCEs for mapped ones, blacklists a "
				 "PE for a failure of its own\n"
				 "making, or crashes on an error path.\n",
			.source = "LoPAR H_PUT_TCE_INDIRECT, H_STUFF_TCE: what may stay half done; "
				  "fixes in Linux",
			.bugs = "B11 B17 B19 B20 C2 C10 D4 D6 D11 D12 D23 D25 D26 D34",
		},
	[TCE_RULE_UNCHECKED_INPUT] =
		{
			.id = "unchecked-input",
			.invariant = "VAL",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = EITHER,
			.holds = "Numbers from a guest or a user are checked before they are used.",
			.breaks = "either half",
			.needs = "",
			.story = "A size, shift or address from outside reaches an array or a "
				 "shift unchecked.\n",
			.source = "fixes in Linux",
			.bugs = "A5 C6 D3 D24",
		},
	[TCE_RULE_NO_PROGRESS] =
		{
			.id = "no-progress",
			.invariant = "LIVE",
			.severity = TCE_SEVERITY_ERROR,
			.checked_by = ALL,
			.holds = "Every call ends.",
			.breaks = "Linux: locks and searches",
			.needs = "",
			.story = "A loop whose condition never comes true, or a lock that is never "
				 "given back.\n",
			.source = "fixes in Linux",
			.bugs = "C5 C8 C9 C11 D22",
		},
	[TCE_RULE_NEEDLESS_REFUSAL] =
		{
			.id = "needless-refusal",
			.invariant = "SIZE",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = EITHER,
			.holds = "A request that keeps to what the kernel told or accepted before "
				 "is not refused.",
			.breaks = "Linux: limits and checks that nobody was told of",
			.needs = "",
			.story = "GET_INFO tells a VFIO client which windows it may create; a DMA "
				 "mask that was accepted tells\n"
				 "a driver that its device can do DMA. Who keeps to that may be "
				 "refused for want of something\n"
				 "(memory, a slot, room in the window, what firmware has), but not "
				 "because of a limit of the\n"
				 "kernel's own. A refusal counts here when nothing was short: no "
				 "allocation failed, no call to\n"
				 "firmware was refused, the table has room below the mask.\n"
				 "\n"
				 "What it usually is: vfio-pci refuses every device, since the "
				 "IOMMU core finds no operations\n"
				 "(a940904443e4, Linux 6.4); a window limited by the host's memory "
				 "(d3d4ffaae439, Linux 4.18);\n"
				 "coherent memory sent past the table although its mask does not "
				 "reach that far (7.0-rc).\n",
			.source = "include/uapi/linux/vfio.h; Documentation/core-api/dma-api.rst",
			.bugs = "A6 A11 B5 C12 D42",
		},
	[TCE_RULE_WRONG_POOL] =
		{
			.id = "wrong-pool",
			.invariant = "ALLOC",
			.severity = TCE_SEVERITY_WARNING,
			.checked_by = EITHER,
			.holds = "Bus addresses are handed out of the pool whose lock is held.",
			.breaks = "Linux: the search for free entries",
			.needs = "",
			.story = "The entries of a window are cut into pools, each with a lock of "
				 "its own. A search that goes on\n"
				 "past its pool reads and sets bits that another CPU, with the "
				 "other pool's lock, reads and sets\n"
				 "at the same time: both may be given the same bus address, and "
				 "each then finds the other's\n"
				 "buffer there. One CPU at a time never sees it. The model has one "
				 "CPU at a time, too: what it\n"
				 "proves is that the wrong lock is held, not that two CPUs meet.\n"
				 "\n"
				 "What it usually is: a DMA mask that ends below the pool; the "
				 "search is then bounded by the mask\n"
				 "and no longer by the pool.\n",
			.source = "Linux arch/powerpc/kernel/iommu.c iommu_range_alloc "
				  "(b4c3a8729ae5)",
			.bugs = "D21",
		},
};

const struct tce_rule *tce_rule(enum tce_rule_id id)
{
	return (unsigned)id < TCE_NR_RULES ? &rules[id] : NULL;
}

bool tce_rule_find(const char *id, enum tce_rule_id *ret_id)
{
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if (strcmp(rules[i].id, id) == 0) {
			*ret_id = (enum tce_rule_id)i;
			return true;
		}
	}
	return false;
}

const char *tce_severity_name(enum tce_severity severity)
{
	static const char *const names[] = {
		[TCE_SEVERITY_NOTE] = "note",
		[TCE_SEVERITY_WARNING] = "warning",
		[TCE_SEVERITY_ERROR] = "error",
		[TCE_SEVERITY_ABORT] = "abort",
	};

	return names[severity];
}
