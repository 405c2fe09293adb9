/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of events: which parameters each kind has. How it is used is event_table.c. */
#include "event_table.h"

#include <stddef.h>

#define FIELD(m, f)                                                                                \
	.offset = (uint16_t)offsetof(struct tce_event, u.m.f),                                     \
	.size = (uint8_t)sizeof(((struct tce_event *)0)->u.m.f)
#define ELEMENTS(m, f)                                                                             \
	.offset = (uint16_t)offsetof(struct tce_event, u.m.f),                                     \
	.size = (uint8_t)sizeof(((struct tce_event *)0)->u.m.f[0]),                                \
	.nr = (uint16_t)(sizeof(((struct tce_event *)0)->u.m.f) /                                  \
			 sizeof(((struct tce_event *)0)->u.m.f[0]))

#define POS TCE_PARAM_POSITIONAL
#define REQ TCE_PARAM_REQUIRED

#define HEX(n, m, f, fl, d)                                                                        \
	{                                                                                          \
		.name = n, .type = TCE_P_HEX, .flags = fl, FIELD(m, f), .max = UINT64_MAX,         \
		.doc = d                                                                           \
	}
#define SIZE(n, m, f, fl, d)                                                                       \
	{                                                                                          \
		.name = n, .type = TCE_P_SIZE, .flags = fl, FIELD(m, f), .max = UINT64_MAX,        \
		.doc = d                                                                           \
	}
#define NUMBER(n, m, f, lo, hi, fl, d)                                                             \
	{                                                                                          \
		.name = n, .type = TCE_P_NUMBER, .flags = fl, FIELD(m, f), .min = lo, .max = hi,   \
		.doc = d                                                                           \
	}
#define BOOL(n, m, f, d)                                                                           \
	{                                                                                          \
		.name = n, .type = TCE_P_BOOL, FIELD(m, f), .max = 1, .doc = d                     \
	}
#define NOT(n, m, f, d)                                                                            \
	{                                                                                          \
		.name = n, .type = TCE_P_NOT, FIELD(m, f), .deflt = 1, .max = 1, .doc = d          \
	}
#define ENUM(n, m, f, w, fl, d)                                                                    \
	{                                                                                          \
		.name = n, .type = TCE_P_ENUM, .flags = fl, FIELD(m, f), .words = w, .doc = d      \
	}
#define REF(n, m, f, o, d)                                                                         \
	{                                                                                          \
		.name = n, .type = TCE_P_REF, .object = o, .flags = POS | REQ, FIELD(m, f),        \
		.max = TCE_NO_ID - 1, .doc = d                                                     \
	}
#define OPTREF(n, m, f, o, fl, d)                                                                  \
	{                                                                                          \
		.name = n, .type = TCE_P_REF, .object = o, .flags = fl, FIELD(m, f),               \
		.max = TCE_NO_ID, .deflt = TCE_NO_ID, .doc = d                                     \
	}
#define NEW(n, m, f, o, d)                                                                         \
	{                                                                                          \
		.name = n, .type = TCE_P_NEW, .object = o, .flags = POS | REQ, FIELD(m, f),        \
		.max = TCE_NO_ID - 1, .doc = d                                                     \
	}

/* --- words --- */

static const struct tce_word generation_words[] = {
	{"p7ioc", 0}, {"phb3", 1}, {"phb4", 2}, {"phb5", 3}, {NULL, 0}};

static const struct tce_word device_words[] = {{"endpoint", TCE_DEV_ENDPOINT},
					       {"root-port", TCE_DEV_ROOT_PORT},
					       {"pci-bridge", TCE_DEV_PCI_BRIDGE},
					       {"vf", TCE_DEV_VF},
					       {NULL, 0}};

static const struct tce_word prop_words[] = {{"ibm,dma-window", TCE_PROP_DMA_WINDOW},
					     {"ibm,ddw-applicable", TCE_PROP_DDW_APPLICABLE},
					     {"ibm,ddw-extensions", TCE_PROP_DDW_EXTENSIONS},
					     {"ibm,dma-window-saved", TCE_PROP_WINDOW_SAVED},
					     {"linux,direct64-ddr-window-info", TCE_PROP_DIRECT64},
					     {"linux,dma64-ddr-window-info", TCE_PROP_DMA64},
					     {NULL, 0}};

static const struct tce_word fail_words[] = {{"alloc", TCE_FAIL_ALLOC},
					     {"firmware", TCE_FAIL_FIRMWARE},
					     {"hcall", TCE_FAIL_HCALL},
					     {"race", TCE_FAIL_RACE},
					     {NULL, 0}};

static const struct tce_word rtas_words[] = {{"ibm,query-pe-dma-window", TCE_RTAS_QUERY},
					     {"ibm,create-pe-dma-window", TCE_RTAS_CREATE},
					     {"ibm,remove-pe-dma-window", TCE_RTAS_REMOVE},
					     {"ibm,reset-pe-dma-window", TCE_RTAS_RESET},
					     {"ibm,set-tce-bypass", TCE_RTAS_SET_TCE_BYPASS},
					     {"quiesce", TCE_RTAS_QUIESCE},
					     {"system-reboot", TCE_RTAS_SYSTEM_REBOOT},
					     /* short forms, read but not written */
					     {"query-pe-dma-window", TCE_RTAS_QUERY},
					     {"create-pe-dma-window", TCE_RTAS_CREATE},
					     {"remove-pe-dma-window", TCE_RTAS_REMOVE},
					     {"reset-pe-dma-window", TCE_RTAS_RESET},
					     {"query", TCE_RTAS_QUERY},
					     {"create", TCE_RTAS_CREATE},
					     {"remove", TCE_RTAS_REMOVE},
					     {"reset", TCE_RTAS_RESET},
					     {NULL, 0}};

static const struct tce_word opal_words[] = {
	{"eeh-freeze-status", TCE_OPAL_PCI_EEH_FREEZE_STATUS},
	{"eeh-freeze-clear", TCE_OPAL_PCI_EEH_FREEZE_CLEAR},
	{"eeh-freeze-set", TCE_OPAL_PCI_EEH_FREEZE_SET},
	{"set-pe", TCE_OPAL_PCI_SET_PE},
	{"set-peltv", TCE_OPAL_PCI_SET_PELTV},
	{"map-pe-dma-window", TCE_OPAL_PCI_MAP_PE_DMA_WINDOW},
	{"map-pe-dma-window-real", TCE_OPAL_PCI_MAP_PE_DMA_WINDOW_REAL},
	{"pci-reset", TCE_OPAL_PCI_RESET},
	{"tce-kill", TCE_OPAL_PCI_TCE_KILL},
	{"phb-set-option", TCE_OPAL_PHB_SET_OPTION},
	{"phb-get-option", TCE_OPAL_PHB_GET_OPTION},
	{NULL, 0}};

static const struct tce_word access_words[] = {
	{"read", TCE_READ}, {"write", TCE_WRITE}, {"both", TCE_READ | TCE_WRITE}, {NULL, 0}};

static const struct tce_word cmdline_words[] = {{"disable_ddw", TCE_BOOT_DISABLE_DDW},
						{"iommu=nobypass", TCE_BOOT_NOBYPASS},
						{"multitce=off", TCE_BOOT_NO_MULTITCE},
						{"iommu=novmerge", TCE_BOOT_NOVMERGE},
						{"iommu=off", TCE_BOOT_IOMMU_OFF},
						{"eeh=off", TCE_BOOT_EEH_OFF},
						{NULL, 0}};

static const struct tce_word map_words[] = {{"single", TCE_MAP_SINGLE},
					    {"page", TCE_MAP_PAGE},
					    {"sg", TCE_MAP_SG},
					    {"coherent", TCE_MAP_COHERENT},
					    {NULL, 0}};

static const struct tce_word dir_words[] = {{"bidirectional", TCE_DIR_BIDIRECTIONAL},
					    {"to-device", TCE_DIR_TO_DEVICE},
					    {"from-device", TCE_DIR_FROM_DEVICE},
					    {"no-direction", TCE_DIR_NONE},
					    {NULL, 0}};

static const struct tce_word eeh_words[] = {
	{"freeze", TCE_EEH_FREEZE}, {"thaw", TCE_EEH_THAW}, {"reset", TCE_EEH_RESET}, {NULL, 0}};

static const struct tce_word vfio_words[] = {{"open-container", TCE_VFIO_OPEN_CONTAINER},
					     {"close-container", TCE_VFIO_CLOSE_CONTAINER},
					     {"open-group", TCE_VFIO_OPEN_GROUP},
					     {"close-group", TCE_VFIO_CLOSE_GROUP},
					     {"group-status", TCE_VFIO_GROUP_STATUS},
					     {"set-container", TCE_VFIO_SET_CONTAINER},
					     {"unset-container", TCE_VFIO_UNSET_CONTAINER},
					     {"get-device", TCE_VFIO_GET_DEVICE},
					     {"close-device", TCE_VFIO_CLOSE_DEVICE},
					     {"check-extension", TCE_VFIO_CHECK_EXTENSION},
					     {"set-iommu", TCE_VFIO_SET_IOMMU},
					     {"get-info", TCE_VFIO_GET_INFO},
					     {"enable", TCE_VFIO_ENABLE},
					     {"disable", TCE_VFIO_DISABLE},
					     {"map", TCE_VFIO_MAP},
					     {"unmap", TCE_VFIO_UNMAP},
					     {"register", TCE_VFIO_REGISTER},
					     {"unregister", TCE_VFIO_UNREGISTER},
					     {"create", TCE_VFIO_CREATE},
					     {"remove", TCE_VFIO_REMOVE},
					     {"eeh", TCE_VFIO_EEH},
					     {"ioctl", TCE_VFIO_IOCTL},
					     {"bind", TCE_VFIO_BIND},
					     {"unbind", TCE_VFIO_UNBIND},
					     {"exit", TCE_VFIO_EXIT},
					     {"mmap", TCE_VFIO_MMAP},
					     {"rlimit", TCE_VFIO_RLIMIT},
					     {"cap", TCE_VFIO_CAP},
					     {NULL, 0}};

/* --- parameters, one list a member of the union --- */

static const struct tce_param phb_plug_params[] = {
	NEW("name", phb_plug, phb, TCE_OBJ_PHB, "the bridge"),
	HEX("buid", phb_plug, papr.buid, 0, "bus unit id; 0: as QEMU numbers them"),
	{.name = "liobn",
	 .type = TCE_P_U64S,
	 ELEMENTS(phb_plug, papr.liobn),
	 .doc = "LIOBNs of the default and of the dynamic window"},
	{.name = "page-sizes",
	 .type = TCE_P_SHIFTS,
	 FIELD(phb_plug, papr.page_shifts),
	 .max = UINT64_MAX,
	 .doc = "I/O page sizes offered; else the profile's"},
	HEX("win-addr", phb_plug, papr.win_addr, 0, "bus address of the default window"),
	SIZE("win-size", phb_plug, papr.win_size, 0, "bytes of the default window"),
	HEX("dyn-win-addr", phb_plug, papr.dyn_win_addr, 0, "bus address of a dynamic window"),
	NUMBER("block", phb_plug, papr.largest_block, 0, UINT64_MAX, 0,
	       "largest block that a query reports, in TCEs"),
	NUMBER("windows", phb_plug, papr.max_windows, 0, 2, 0, "windows at a time"),
	NOT("ddw", phb_plug, papr.no_ddw, "has dynamic DMA windows"),
	NOT("extensions", phb_plug, papr.no_extensions, "has ibm,ddw-extensions"),
	BOOL("dyn-liobn-first", phb_plug, papr.dyn_liobn_first,
	     "a create gets the second LIOBN when both are free"),
	NOT("default-window", phb_plug, papr.no_default_window, "starts with a default window"),
	NOT("ddw-properties", phb_plug, no_ddw_properties,
	    "the device tree tells of dynamic windows"),
	NUMBER("dma-addr-cells", phb_plug, dma_addr_cells, 0, 4, 0, "ibm,#dma-address-cells"),
	NUMBER("dma-size-cells", phb_plug, dma_size_cells, 0, 4, 0, "ibm,#dma-size-cells"),
	ENUM("generation", phb_plug, generation, generation_words, TCE_PARAM_KEYED,
	     "powernv: kind of bridge"),
	BOOL("big", phb_plug, big, "powernv: a bridge with 512 PEs"),
	HEX("mmio32-start", phb_plug, mmio32_start, 0, "first byte of 32-bit MMIO"),
	HEX("mmio32-last", phb_plug, mmio32_last, 0, "last byte of it"),
};

static const struct tce_param device_plug_params[] = {
	NEW("name", device_plug, dev, TCE_OBJ_DEV, "the device"),
	{.name = "phb",
	 .type = TCE_P_REF,
	 .object = TCE_OBJ_PHB,
	 .flags = REQ,
	 FIELD(device_plug, phb),
	 .max = TCE_NO_ID - 1,
	 .doc = "its bridge"},
	OPTREF("parent", device_plug, parent, TCE_OBJ_DEV, 0, "bridge above it, or its PF"),
	NUMBER("bus", device_plug, bus, 0, 255, 0, "bus number"),
	NUMBER("devfn", device_plug, devfn, 0, 255, 0, "device number * 8 + function number"),
	ENUM("type", device_plug, type, device_words, 0, "what it is"),
	NUMBER("secondary-bus", device_plug, secondary_bus, 0, 255, 0, "bridges: bus below"),
	NUMBER("subordinate-bus", device_plug, subordinate_bus, 0, 255, 0, "highest bus below"),
	NUMBER("streaming-mask", device_plug, streaming_bits, 0, 64, 0,
	       "DMA address bits that its driver asks for; 0: 64"),
	NUMBER("coherent-mask", device_plug, coherent_bits, 0, 64, 0,
	       "the same for coherent memory; 0: as streaming"),
	BOOL("mmio64-only", device_plug, mmio64_only, "it has no 32-bit BAR"),
	BOOL("own-pe", device_plug, own_pe,
	     "it has a PE of its own; pseries: a node with windows of its own"),
	NUMBER("m64-first", device_plug, m64_first, 0, 65535, 0,
	       "powernv: first segment of 64-bit MMIO space that its BARs take"),
	NUMBER("m64-count", device_plug, m64_count, 0, 255, 0, "how many; 0: none"),
};

static const struct tce_param id_phb_params[] = {REF("phb", id, id, TCE_OBJ_PHB, "the bridge")};
static const struct tce_param id_dev_params[] = {REF("dev", id, id, TCE_OBJ_DEV, "the device")};
static const struct tce_param id_map_params[] = {REF("map", id, id, TCE_OBJ_MAP, "the mapping")};
static const struct tce_param id_pmem_params[] = {
	REF("pmem", id, id, TCE_OBJ_PMEM, "the persistent memory")};

static const struct tce_param memory_params[] = {
	HEX("at", memory, addr, POS | REQ, "real address"),
	SIZE("size", memory, size, POS | REQ, "bytes, whole LMBs"),
};

static const struct tce_param pmem_plug_params[] = {
	NEW("name", pmem_plug, pmem, TCE_OBJ_PMEM, "the persistent memory"),
	HEX("at", pmem_plug, addr, REQ, "real address that it is bound to"),
	SIZE("size", pmem_plug, size, REQ, "bytes"),
};

static const struct tce_param vio_plug_params[] = {
	NEW("name", vio_plug, dev, TCE_OBJ_DEV, "the device"),
	HEX("unit", vio_plug, papr.unit, REQ, "unit address"),
	HEX("liobn", vio_plug, papr.liobn, 0, "LIOBN; 0: the unit address"),
	SIZE("size", vio_plug, papr.size, 0, "bytes of its window; 0: 256M"),
};

static const struct tce_param property_params[] = {
	OPTREF("phb", property, phb, TCE_OBJ_PHB, POS, "the bridge whose node it is"),
	OPTREF("dev", property, dev, TCE_OBJ_DEV, POS, "or the device"),
	ENUM("name", property, prop, prop_words, POS | REQ, "which property"),
	BOOL("absent", property, absent, "the node has no such property"),
	{.name = "bytes",
	 .type = TCE_P_BYTES,
	 ELEMENTS(property, bytes),
	 .doc = "its value in hexadecimal"},
};

static const struct tce_param fail_params[] = {
	ENUM("what", fail, what, fail_words, POS | REQ, "what is to fail"),
	NUMBER("nth", fail, nth, 0, UINT32_MAX, POS | REQ,
	       "which one from now, 1: the next; 0: none"),
	{.name = "code", .type = TCE_P_SIGNED, FIELD(fail, code), .doc = "the answer it gets"},
};

static const struct tce_param h_put_params[] = {
	HEX("liobn", h_tce, liobn, REQ, "the window"),
	HEX("ioba", h_tce, ioba.v, REQ, "bus address"),
	HEX("tce", h_tce, tce, REQ, "the entry"),
};

static const struct tce_param h_get_params[] = {
	HEX("liobn", h_tce, liobn, REQ, "the window"),
	HEX("ioba", h_tce, ioba.v, REQ, "bus address"),
};

static const struct tce_param h_stuff_params[] = {
	HEX("liobn", h_tce, liobn, REQ, "the window"),
	HEX("ioba", h_tce, ioba.v, REQ, "first bus address"),
	HEX("tce", h_tce, tce, 0, "the entry"),
	NUMBER("count", h_tce, count, 0, UINT64_MAX, REQ, "how many entries"),
};

static const struct tce_param h_indirect_params[] = {
	HEX("liobn", h_indirect, liobn, REQ, "the window"),
	HEX("ioba", h_indirect, ioba.v, REQ, "first bus address"),
	NUMBER("count", h_indirect, count, 0, UINT64_MAX, 0, "how many entries"),
	{.name = "tces", .type = TCE_P_TCES, FIELD(h_indirect, list), .doc = "the entries"},
	HEX("first", h_indirect, first, 0, "or the first one,"),
	SIZE("step", h_indirect, step, 0, "and the distance to the next"),
	HEX("list-at", h_indirect, list_ra.v, 0, "real address of the list"),
};

static const struct tce_param rtas_params[] = {
	ENUM("call", rtas, call.call, rtas_words, POS | REQ, "which call"),
	{.name = "args", .type = TCE_P_U32S, ELEMENTS(rtas, call.args), .doc = "argument cells"},
	NUMBER("nargs", rtas, call.nargs, 0, UINT32_MAX, 0, "how many; else the call's"),
	NUMBER("nret", rtas, call.nret, 0, UINT32_MAX, 0, "return cells; else the call's"),
};

static const struct tce_param opal_params[] = {
	{.name = "token",
	 .type = TCE_P_NUMBER,
	 .flags = POS | REQ,
	 FIELD(opal, token),
	 .words = opal_words,
	 .max = UINT32_MAX,
	 .doc = "which call, by name or number"},
	{.name = "args", .type = TCE_P_U64S, ELEMENTS(opal, args), .doc = "arguments"},
};

static const struct tce_param store_params[] = {
	HEX("at", store, ra.v, REQ, "real address"),
	HEX("value", store, value, REQ, "the word"),
	NUMBER("words", store, words, 0, UINT32_MAX, 0, "how many of the same; 0: one"),
};

static const struct tce_param reg_params[] = {
	REF("phb", reg, phb, TCE_OBJ_PHB, "the bridge"),
	HEX("offset", reg, offset, REQ, "register"),
	HEX("value", reg, value, REQ, "the value written"),
};

static const struct tce_param dma_params[] = {
	REF("dev", dma, dev, TCE_OBJ_DEV, "the device"),
	ENUM("access", dma, access, access_words, POS | REQ, "what it does"),
	OPTREF("map", dma, map, TCE_OBJ_MAP, POS, "inside which mapping"),
	HEX("addr", dma, addr, 0, "bus address, or offset in the mapping"),
	{.name = "len",
	 .type = TCE_P_SIZE,
	 FIELD(dma, len),
	 .max = TCE_DMA_LEN_MAX,
	 .doc = "bytes; 0: to the end of the mapping"},
};

#define BOOT_PARAMS                                                                                \
	{.name = "kernel",                                                                         \
	 .type = TCE_P_KERNEL,                                                                     \
	 FIELD(boot, kernel),                                                                      \
	 .max = UINT16_MAX,                                                                        \
	 .doc = "version, or fixed"},                                                              \
		{.name = "page",                                                                   \
		 .type = TCE_P_PAGE,                                                               \
		 FIELD(boot, page_shift),                                                          \
		 .max = 16,                                                                        \
		 .doc = "page size, 4K or 64K; else the version's"},                               \
		{.name = "cmdline",                                                                \
		 .type = TCE_P_CMDLINE,                                                            \
		 FIELD(boot, flags),                                                               \
		 .words = cmdline_words,                                                           \
		 .max = 0x3f,                                                                      \
		 .doc = "kernel command line, what concerns DMA"},                                 \
		NUMBER("cpus", boot, nr_cpus, 0, 4096, 0, "how many CPUs; 0: 1"),                  \
		{.name = "defect",                                                                 \
		 .type = TCE_P_DEFECTS,                                                            \
		 FIELD(boot, defects_on),                                                          \
		 .doc = "defects beyond those the version had"},                                   \
	{                                                                                          \
		.name = "without", .type = TCE_P_DEFECTS, FIELD(boot, defects_off),                \
		.doc = "defects of the version that are mended"                                    \
	}

static const struct tce_param boot_params[] = {BOOT_PARAMS};

static const struct tce_param kexec_params[] = {
	BOOT_PARAMS,
	{.name = "kdump",
	 .type = TCE_P_BIT,
	 FIELD(boot, flags),
	 .max = TCE_BOOT_KDUMP,
	 .doc = "the crash kernel takes over"},
	SIZE("crash-mem", boot, crash_mem, 0, "kdump: memory it has"),
};

static const struct tce_param probe_params[] = {
	REF("dev", probe, dev, TCE_OBJ_DEV, "the device"),
	NUMBER("streaming-mask", probe, streaming_bits, 0, 64, 0, "bits; 0: the device's"),
	NUMBER("coherent-mask", probe, coherent_bits, 0, 64, 0, "bits; 0: the device's"),
	BOOL("coherent-first", probe, coherent_first, "the driver sets that mask first"),
};

static const struct tce_param set_mask_params[] = {
	REF("dev", set_mask, dev, TCE_OBJ_DEV, "the device"),
	NUMBER("mask", set_mask, bits, 1, 64, POS | REQ, "bits"),
	BOOL("streaming", set_mask, streaming, "for streaming DMA"),
	BOOL("coherent", set_mask, coherent, "for coherent memory"),
};

static const struct tce_param map_params[] = {
	REF("dev", map, dev, TCE_OBJ_DEV, "the device"),
	ENUM("type", map, type, map_words, POS, "which call of the DMA API"),
	ENUM("dir", map, dir, dir_words, POS, "which way data goes"),
	HEX("addr", map, addr.v, 0, "real address of the buffer"),
	SIZE("len", map, len, 0, "bytes"),
	{.name = "sg", .type = TCE_P_SG, FIELD(map, sg), .doc = "list of pieces"},
	NUMBER("cpu", map, cpu, 0, 4095, 0, "CPU that calls"),
	{.name = "as",
	 .type = TCE_P_NEW,
	 .object = TCE_OBJ_MAP,
	 FIELD(map, map),
	 .max = TCE_NO_ID - 1,
	 .doc = "name of the mapping"},
};

static const struct tce_param unmap_raw_params[] = {
	REF("dev", unmap_raw, dev, TCE_OBJ_DEV, "the device"),
	HEX("bus", unmap_raw, bus.v, REQ, "bus address"),
	SIZE("len", unmap_raw, len, REQ, "bytes"),
};

static const struct tce_param eeh_params[] = {
	REF("dev", eeh, dev, TCE_OBJ_DEV, "the device"),
	ENUM("op", eeh, op, eeh_words, POS | REQ, "what happens to its PE"),
};

static const struct tce_param vfio_params[] = {
	ENUM("op", vfio, op, vfio_words, POS | REQ, "the call"),
	OPTREF("container", vfio, container, TCE_OBJ_CONTAINER, POS, "the container; none: fd -1"),
	OPTREF("group", vfio, group, TCE_OBJ_DEV, POS, "an IOMMU group, by one of its devices"),
	NUMBER("process", vfio, process, 0, 255, 0, "the calling process"),
	NUMBER("argsz", vfio, argsz, 0, UINT32_MAX, 0, "argsz; else the structure's size"),
	HEX("flags", vfio, flags, 0, "flags; map and mmap: else read and write"),
	HEX("vaddr", vfio, vaddr, 0, "user address"),
	HEX("iova", vfio, iova, 0, "bus address"),
	SIZE("size", vfio, size, 0, "bytes"),
	NUMBER("page-shift", vfio, page_shift, 0, UINT32_MAX, 0,
	       "create: log2 of the page; mmap: of its huge pages"),
	NUMBER("levels", vfio, levels, 0, UINT32_MAX, 0,
	       "create: levels; mmap: log2 of its blocks"),
	HEX("start", vfio, start, 0, "remove: bus address; mmap: real address"),
	NUMBER("number", vfio, number, 0, UINT32_MAX, 0,
	       "IOMMU type, extension, EEH operation, ioctl number, or 0 and 1"),
	{.name = "extra",
	 .type = TCE_P_U64S,
	 ELEMENTS(vfio, extra),
	 .doc = "EEH injection: type, function, address, mask"},
	BOOL("bad-pointer", vfio, bad_pointer, "the argument cannot be read"),
	BOOL("bad-tail", vfio, bad_tail, "eeh: only its first 12 bytes can be read"),
	BOOL("from-child", vfio, from_child, "a forked child makes the call"),
};

/* --- the table --- */

#define DESC(k, text, list)                                                                        \
	[TCE_EV_##k] = {.doc = text,                                                               \
			.params = list,                                                            \
			.nr_params = (unsigned)(sizeof(list) / sizeof((list)[0]))}
#define BARE(k, text) [TCE_EV_##k] = {.doc = text}

static const struct tce_event_desc descs[TCE_NR_EVENTS] = {
	DESC(PHB_PLUG, "a PCI host bridge is plugged", phb_plug_params),
	DESC(PHB_UNPLUG, "a bridge is taken away", id_phb_params),
	DESC(DEVICE_PLUG, "a PCI device is plugged", device_plug_params),
	DESC(DEVICE_UNPLUG, "a device is taken away", id_dev_params),
	DESC(MEMORY_PLUG, "the hypervisor adds memory blocks", memory_params),
	DESC(MEMORY_UNPLUG, "the hypervisor takes memory blocks", memory_params),
	DESC(PMEM_PLUG, "persistent memory is there", pmem_plug_params),
	DESC(VIO_PLUG, "a virtual I/O device is there", vio_plug_params),
	DESC(PROPERTY, "firmware's device tree says something else", property_params),
	DESC(FAIL_NEXT, "something is going to fail", fail_params),
	DESC(H_PUT_TCE, "hypercall: store one TCE", h_put_params),
	DESC(H_GET_TCE, "hypercall: read one TCE", h_get_params),
	DESC(H_PUT_TCE_INDIRECT, "hypercall: store a list of TCEs", h_indirect_params),
	DESC(H_STUFF_TCE, "hypercall: store one TCE many times", h_stuff_params),
	DESC(RTAS, "a firmware call", rtas_params),
	BARE(CAS, "ibm,client-architecture-support"),
	DESC(OPAL, "a firmware call on PowerNV", opal_params),
	DESC(TCE_STORE, "a store to a table in memory", store_params),
	DESC(PHB_REGISTER, "a store to a bridge register", reg_params),
	DESC(DMA, "a device reads or writes memory", dma_params),
	BARE(RESET, "the machine is reset; no operating system runs"),
	BARE(SAVE, "the machine's state is saved (migration)"),
	BARE(LOAD, "it is loaded back"),
	DESC(BOOT, "a kernel boots", boot_params),
	DESC(KEXEC, "a kernel is started by the running one", kexec_params),
	BARE(REBOOT, "the kernel shuts down, the machine is reset, it boots again"),
	DESC(PROBE, "a driver binds to a device and sets its DMA masks", probe_params),
	DESC(UNBIND, "the driver lets go of a device", id_dev_params),
	DESC(SET_MASK, "a driver sets a DMA mask", set_mask_params),
	DESC(REQUIRED_MASK, "a driver asks which mask it needs", id_dev_params),
	DESC(MAP, "a driver maps memory for DMA", map_params),
	DESC(UNMAP, "a driver gives a mapping back", id_map_params),
	DESC(UNMAP_RAW, "a driver unmaps a bus address of its own making", unmap_raw_params),
	DESC(MEMORY_ONLINE, "memory blocks are onlined", memory_params),
	DESC(MEMORY_OFFLINE, "memory blocks are offlined", memory_params),
	DESC(PMEM_TO_RAM, "persistent memory becomes System RAM", id_pmem_params),
	DESC(PMEM_FROM_RAM, "it becomes persistent memory again", id_pmem_params),
	DESC(DEVICE_ADD, "the kernel finds a plugged device", id_dev_params),
	DESC(DEVICE_REMOVE, "the kernel gives a device up", id_dev_params),
	DESC(PHB_ADD, "the kernel finds a plugged bridge", id_phb_params),
	DESC(PHB_REMOVE, "the kernel gives a bridge up", id_phb_params),
	DESC(EEH, "error handling of a device's PE", eeh_params),
	DESC(VFIO, "a VFIO client's call", vfio_params),
};

const struct tce_event_desc *tce_event_desc(enum tce_event_kind kind)
{
	return &descs[kind];
}
