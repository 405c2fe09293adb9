/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/event.h - everything that can happen to a machine is one value, struct tce_event; what came
 * of it is another, struct tce_outcome. A trace line, a scenario line, a fuzz input, an explorer's
 * choice and an API call are the same thing; tce_machine_step (tce/machine.h) applies it.
 *
 * Three classes:
 *   SETUP     what an administrator or hypervisor plugs: bridges, devices, memory;
 *   BOUNDARY  calls that cross from an operating system to the platform, and what devices do:
 *             the platform half answers;
 *   OS        what a kernel, a driver, an administrator or a VFIO client wants: the Linux half (or
 *             the VFIO half) answers, by emitting BOUNDARY events through the machine's tap.
 *
 * Objects are named by small numbers that the event's author chooses (a device 3, a mapping 7, a
 * container 0); names like "nvme" or "0001:00:01.0" belong to the text (tce-scenario(5)).
 *
 * An event is a plain value, valid as long as the arrays it points to. Threads: no state here.
 */
#ifndef TCE_EVENT_H
#define TCE_EVENT_H

#include <tce/ioda.h>
#include <tce/papr.h>
#include <tce/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Error numbers as Linux on POWER gives them; errors in outcomes are these, negated. */
#define TCE_ERRNO_LIST(X)                                                                          \
	X(EPERM, 1)                                                                                \
	X(ENOENT, 2)                                                                               \
	X(EIO, 5)                                                                                  \
	X(ENXIO, 6)                                                                                \
	X(E2BIG, 7)                                                                                \
	X(EBADF, 9)                                                                                \
	X(EAGAIN, 11)                                                                              \
	X(ENOMEM, 12)                                                                              \
	X(EACCES, 13)                                                                              \
	X(EFAULT, 14)                                                                              \
	X(EBUSY, 16)                                                                               \
	X(EEXIST, 17)                                                                              \
	X(ENODEV, 19)                                                                              \
	X(EINVAL, 22)                                                                              \
	X(ENOTTY, 25)                                                                              \
	X(ENOSPC, 28)                                                                              \
	X(ERANGE, 34)                                                                              \
	X(ENODATA, 61)                                                                             \
	X(EPROTO, 71)                                                                              \
	X(EOVERFLOW, 75)                                                                           \
	X(EOPNOTSUPP, 95)                                                                          \
	X(ETIMEDOUT, 110)                                                                          \
	X(EREMOTEIO, 121)

enum tce_errno {
#define TCE_ERRNO_ENUM_(name, number) TCE_##name = (number),
	TCE_ERRNO_LIST(TCE_ERRNO_ENUM_)
#undef TCE_ERRNO_ENUM_
};

/* "EBUSY" for 16 or -16; NULL: not in the list. */
const char *tce_errno_name(int number);

/* "No object": where an id is optional. */
#define TCE_NO_ID UINT16_C(0xffff)

enum tce_event_class {
	TCE_CLASS_SETUP,
	TCE_CLASS_BOUNDARY,
	TCE_CLASS_OS,
	TCE_CLASS_VFIO, /* OS events that the VFIO half answers */
};

/* X(kind, class, member of the union, verb in scenario text) */
#define TCE_EVENT_LIST(X)                                                                          \
	X(PHB_PLUG, SETUP, phb_plug, "phb")                                                        \
	X(PHB_UNPLUG, SETUP, id, "phb-unplug")                                                     \
	X(DEVICE_PLUG, SETUP, device_plug, "device")                                               \
	X(DEVICE_UNPLUG, SETUP, id, "device-unplug")                                               \
	X(MEMORY_PLUG, SETUP, memory, "memory-plug")                                               \
	X(MEMORY_UNPLUG, SETUP, memory, "memory-unplug")                                           \
	X(PMEM_PLUG, SETUP, pmem_plug, "pmem")                                                     \
	X(VIO_PLUG, SETUP, vio_plug, "vio")                                                        \
	X(PROPERTY, SETUP, property, "property")                                                   \
	X(FAIL_NEXT, SETUP, fail, "fail")                                                          \
                                                                                                   \
	X(H_PUT_TCE, BOUNDARY, h_tce, "h_put_tce")                                                 \
	X(H_GET_TCE, BOUNDARY, h_tce, "h_get_tce")                                                 \
	X(H_PUT_TCE_INDIRECT, BOUNDARY, h_indirect, "h_put_tce_indirect")                          \
	X(H_STUFF_TCE, BOUNDARY, h_tce, "h_stuff_tce")                                             \
	X(RTAS, BOUNDARY, rtas, "rtas")                                                            \
	X(CAS, BOUNDARY, none, "cas")                                                              \
	X(OPAL, BOUNDARY, opal, "opal")                                                            \
	X(TCE_STORE, BOUNDARY, store, "tce-store")                                                 \
	X(PHB_REGISTER, BOUNDARY, reg, "phb-register")                                             \
	X(DMA, BOUNDARY, dma, "dma")                                                               \
	X(RESET, BOUNDARY, none, "reset")                                                          \
	X(SAVE, BOUNDARY, none, "save")                                                            \
	X(LOAD, BOUNDARY, none, "load")                                                            \
                                                                                                   \
	X(BOOT, OS, boot, "boot")                                                                  \
	X(KEXEC, OS, boot, "kexec")                                                                \
	X(REBOOT, OS, none, "reboot")                                                              \
	X(PROBE, OS, probe, "probe")                                                               \
	X(UNBIND, OS, id, "unbind")                                                                \
	X(SET_MASK, OS, set_mask, "set-mask")                                                      \
	X(REQUIRED_MASK, OS, id, "required-mask")                                                  \
	X(MAP, OS, map, "map")                                                                     \
	X(UNMAP, OS, id, "unmap")                                                                  \
	X(UNMAP_RAW, OS, unmap_raw, "unmap-raw")                                                   \
	X(MEMORY_ONLINE, OS, memory, "memory-online")                                              \
	X(MEMORY_OFFLINE, OS, memory, "memory-offline")                                            \
	X(PMEM_TO_RAM, OS, id, "pmem-to-ram")                                                      \
	X(PMEM_FROM_RAM, OS, id, "pmem-from-ram")                                                  \
	X(DEVICE_ADD, OS, id, "device-add")                                                        \
	X(DEVICE_REMOVE, OS, id, "device-remove")                                                  \
	X(PHB_ADD, OS, id, "phb-add")                                                              \
	X(PHB_REMOVE, OS, id, "phb-remove")                                                        \
	X(EEH, OS, eeh, "eeh")                                                                     \
                                                                                                   \
	X(VFIO, VFIO, vfio, "vfio")

enum tce_event_kind {
#define TCE_EVENT_ENUM_(kind, cls, member, verb) TCE_EV_##kind,
	TCE_EVENT_LIST(TCE_EVENT_ENUM_)
#undef TCE_EVENT_ENUM_
	TCE_NR_EVENTS
};

enum tce_platform {
	TCE_PSERIES, /* PAPR: hypercalls and RTAS */
	TCE_POWERNV, /* bare metal: OPAL and IODA bridges */
};

/* --- SETUP -------------------------------------------------------------------------------- */

struct tce_ev_id {
	uint16_t id; /* bridge, device, mapping or pmem, by kind */
};

struct tce_ev_phb_plug {
	uint16_t phb;             /* new */
	struct tce_phb_opts papr; /* PSERIES */
	unsigned generation;      /* POWERNV: enum tce_ioda_generation of tce/ioda.h */
	bool big;                 /* POWERNV: a PHB4/PHB5 with 512 PEs */
	uint64_t mmio32_start;    /* bus bytes; first 32-bit MMIO resource (Linux reserves it) */
	uint64_t mmio32_last;     /* inclusive; 0 with start 0: none */
	unsigned dma_addr_cells;  /* PSERIES: ibm,#dma-address-cells, 1..4; 0: 2 */
	unsigned dma_size_cells;  /* ibm,#dma-size-cells */
	bool no_ddw_properties;   /* ibm,ddw-applicable absent although the calls work */
};

enum tce_device_type {
	TCE_DEV_ENDPOINT,
	TCE_DEV_ROOT_PORT,  /* PCIe root port or switch port */
	TCE_DEV_PCI_BRIDGE, /* PCIe-to-PCI bridge: requester IDs below it are rewritten */
	TCE_DEV_VF,         /* SR-IOV virtual function */
	TCE_DEV_VIO,        /* PSERIES, VIO_PLUG only: a virtual I/O device, on no bridge */
};

struct tce_ev_device_plug {
	uint16_t dev; /* new */
	uint16_t phb;
	uint16_t parent; /* bridge device, TCE_NO_ID: on the root bus; VF: its physical function */
	uint8_t bus;
	uint8_t devfn;
	enum tce_device_type type;
	uint8_t secondary_bus; /* bridges */
	uint8_t subordinate_bus;
	unsigned streaming_bits; /* mask its driver asks for, 1..64; 0: 64 */
	unsigned coherent_bits;  /* 0: as streaming */
	bool mmio64_only;        /* has no 32-bit BAR */
	bool own_pe; /* PSERIES: a PE node of its own below the bridge, with windows; POWERNV: a
		      * PE of its own on a bus whose other devices share one */
	uint16_t
		m64_first; /* POWERNV: segments of the 64-bit MMIO space that its BARs take: they */
	uint8_t m64_count; /* pin the number of its PE; 0: none */
};

/* A range of whole LMBs inside the hot-pluggable range. */
struct tce_ev_memory {
	uint64_t addr; /* real bytes */
	uint64_t size;
};

struct tce_ev_pmem_plug {
	uint16_t pmem; /* new */
	uint64_t addr; /* where H_SCM_BIND_MEM puts it */
	uint64_t size;
};

/* A virtual I/O device with a window of its own (4 KiB pages from bus 0). */
struct tce_ev_vio_plug {
	uint16_t dev; /* new */
	struct tce_vio_opts papr;
};

/* The properties of a node that have to do with DMA windows; see src/machine/devtree.h. */
enum tce_prop {
	TCE_PROP_DMA_WINDOW,     /* ibm,dma-window (VIO: ibm,my-dma-window) */
	TCE_PROP_DDW_APPLICABLE, /* ibm,ddw-applicable */
	TCE_PROP_DDW_EXTENSIONS, /* ibm,ddw-extensions */
	TCE_PROP_WINDOW_SAVED,   /* ibm,dma-window-saved: Linux's copy of the removed default */
	TCE_PROP_DIRECT64,       /* linux,direct64-ddr-window-info */
	TCE_PROP_DMA64,          /* linux,dma64-ddr-window-info */
	TCE_NR_PROPS
};

#define TCE_PROP_BYTES_MAX 48U

/*
 * PSERIES: firmware's device tree says something else than the platform would write by itself. The
 * first three kinds stay so over resets; the rest are what a kernel before left behind (kexec).
 */
struct tce_ev_property {
	uint16_t phb; /* the bridge's node, or */
	uint16_t dev; /* that of a device with own_pe or a VIO device; the other one is TCE_NO_ID */
	enum tce_prop prop;
	bool absent; /* no such property */
	uint8_t len; /* bytes, 0..TCE_PROP_BYTES_MAX */
	uint8_t bytes[TCE_PROP_BYTES_MAX];
};

/*
 * The next matching thing fails; counted down, then forgotten. One of each kind may be pending: a
 * new one takes the place of the old, nth 0 takes it away.
 */
enum tce_fail_what {
	TCE_FAIL_ALLOC,    /* the kernel's nth memory allocation from now */
	TCE_FAIL_FIRMWARE, /* the nth RTAS or OPAL call from now answers code */
	TCE_FAIL_HCALL,    /* the nth hypercall from now that sets TCEs answers code, stores none */
	TCE_FAIL_RACE,     /* POWERNV: the nth look from now at an indirect TCE that another CPU has
			* just filled in still finds it empty. PSERIES: while the nth dynamic
			* window from now is made, another CPU brings memory online */
};

struct tce_ev_fail {
	enum tce_fail_what what;
	unsigned nth; /* 1: the very next */
	int64_t code; /* FIRMWARE, HCALL: the answer, not 0 */
};

#define TCE_DMA_LEN_MAX (UINT64_C(1) << 28)

/* --- BOUNDARY ----------------------------------------------------------------------------- */

struct tce_ev_none {
	uint8_t unused;
};

struct tce_ev_h_tce {
	uint64_t liobn;
	struct tce_ioba ioba;
	uint64_t tce;   /* PUT, STUFF */
	uint64_t count; /* STUFF */
};

/*
 * H_PUT_TCE_INDIRECT with its list in hand: from list when not NULL, else linear: first,
 * first + step ... (a direct map's). The list page itself is at list_ra; its readability counts.
 */
struct tce_ev_h_indirect {
	uint64_t liobn;
	struct tce_ioba ioba;
	uint64_t count;
	const struct tce_be64 *list;
	uint64_t first;
	uint64_t step;
	struct tce_ra list_ra;
};

struct tce_ev_rtas {
	struct tce_rtas_call call;
};

/*
 * args[0] names the bridge. Results that the call would store through a pointer are in
 * outcome.value: FREEZE_STATUS freeze state | error type << 8; GET_OPTION the option.
 */
struct tce_ev_opal {
	unsigned token;
	uint64_t args[8];
};

/*
 * A store of one 64-bit word to memory that holds TCEs (or an RTT): the CPU side of PowerNV. Or of
 * the same word to a stretch of memory, lowest address first: a table level that is zeroed.
 */
struct tce_ev_store {
	struct tce_ra ra; /* multiple of 8 */
	uint64_t value;
	uint32_t words; /* how many; 0: one */
};

struct tce_ev_reg {
	uint16_t phb;
	uint32_t offset; /* bytes from the bridge's register base */
	uint64_t value;
};

/*
 * A device reads or writes: at addr, or inside mapping map from byte addr on, where the driver was
 * told. A mapping that was unmapped can still be named: devices do that.
 */
struct tce_ev_dma {
	uint16_t dev;
	uint16_t map; /* TCE_NO_ID: addr is a bus address */
	uint64_t addr;
	uint64_t len; /* bytes, <= TCE_DMA_LEN_MAX, split at I/O pages; 0 with map: all the rest */
	unsigned access; /* TCE_READ, TCE_WRITE */
};

/* --- OS ----------------------------------------------------------------------------------- */

#define TCE_BOOT_DISABLE_DDW 0x01U /* disable_ddw */
#define TCE_BOOT_NOBYPASS    0x02U /* iommu=nobypass */
#define TCE_BOOT_NO_MULTITCE 0x04U /* multitce=off */
#define TCE_BOOT_NOVMERGE    0x08U /* iommu=novmerge */
#define TCE_BOOT_IOMMU_OFF   0x10U /* iommu=off */
#define TCE_BOOT_EEH_OFF     0x20U /* eeh=off */
#define TCE_BOOT_KDUMP       0x40U /* KEXEC: a crash kernel */

/* Two words of defect switches: bit n of word n / 64 is enum tce_defect n (tce/linux.h). */
struct tce_defects {
	uint64_t word[2];
};

struct tce_ev_boot {
	uint16_t kernel;    /* index of a kernel profile, tce_kernel_find (tce/linux.h) */
	uint8_t page_shift; /* 12 or 16; 0: the profile's */
	uint8_t flags;      /* TCE_BOOT_ */
	uint16_t nr_cpus;   /* 0: 1 */
	struct tce_defects defects_on;  /* beyond those the version had */
	struct tce_defects defects_off; /* of its own: mended; defects_on counts more */
	uint64_t crash_mem;             /* KDUMP: bytes of memory it has */
};

struct tce_ev_probe {
	uint16_t dev;
	unsigned streaming_bits; /* 0: the device's */
	unsigned coherent_bits;
	bool coherent_first; /* order in which the driver sets its masks */
};

struct tce_ev_set_mask {
	uint16_t dev;
	unsigned bits; /* 1..64 */
	bool streaming;
	bool coherent;
};

enum tce_map_type {
	TCE_MAP_SINGLE,
	TCE_MAP_PAGE,
	TCE_MAP_SG,
	TCE_MAP_COHERENT,
};

/* DMA API directions, numbers as in Linux. */
enum tce_dma_dir {
	TCE_DIR_BIDIRECTIONAL,
	TCE_DIR_TO_DEVICE,
	TCE_DIR_FROM_DEVICE,
	TCE_DIR_NONE,
};

struct tce_sg {
	struct tce_ra ra;
	uint64_t len;
};

struct tce_ev_map {
	uint16_t dev;
	uint16_t map; /* slot for the result */
	enum tce_map_type type;
	enum tce_dma_dir dir;
	struct tce_ra addr; /* COHERENT: where the page allocator puts it */
	uint64_t len;
	const struct tce_sg *sg; /* SG */
	unsigned nr_sg;
	uint16_t cpu;
};

struct tce_ev_unmap_raw {
	uint16_t dev;
	struct tce_ioba bus;
	uint64_t len;
};

enum tce_eeh_op {
	TCE_EEH_FREEZE,
	TCE_EEH_THAW,
	TCE_EEH_RESET,
};

struct tce_ev_eeh {
	uint16_t dev;
	enum tce_eeh_op op;
};

/* --- VFIO --------------------------------------------------------------------------------- */

enum tce_vfio_op {
	TCE_VFIO_OPEN_CONTAINER,
	TCE_VFIO_CLOSE_CONTAINER,
	TCE_VFIO_OPEN_GROUP,
	TCE_VFIO_CLOSE_GROUP,
	TCE_VFIO_GROUP_STATUS,
	TCE_VFIO_SET_CONTAINER,
	TCE_VFIO_UNSET_CONTAINER,
	TCE_VFIO_GET_DEVICE,
	TCE_VFIO_CLOSE_DEVICE,
	TCE_VFIO_CHECK_EXTENSION,
	TCE_VFIO_SET_IOMMU,
	TCE_VFIO_GET_INFO,
	TCE_VFIO_ENABLE,
	TCE_VFIO_DISABLE,
	TCE_VFIO_MAP,
	TCE_VFIO_UNMAP,
	TCE_VFIO_REGISTER,
	TCE_VFIO_UNREGISTER,
	TCE_VFIO_CREATE,
	TCE_VFIO_REMOVE,
	TCE_VFIO_EEH,
	TCE_VFIO_IOCTL, /* an unknown number */
	TCE_VFIO_BIND,  /* bind a device to vfio-pci */
	TCE_VFIO_UNBIND,
	TCE_VFIO_EXIT,   /* the process ends: everything is closed */
	TCE_VFIO_MMAP,   /* user memory at vaddr; without any, user address = real address */
	TCE_VFIO_RLIMIT, /* RLIMIT_MEMLOCK becomes size bytes; UINT64_MAX: none */
	TCE_VFIO_CAP,    /* CAP_IPC_LOCK: number 1 has it, 0 has not */
};

/* What TCE_VFIO_GET_INFO answers: struct vfio_iommu_spapr_tce_info. */
struct tce_vfio_info {
	uint32_t flags;
	uint32_t start; /* of the 32-bit window, bus bytes */
	uint32_t size;
	uint32_t max_windows; /* from here on only when argsz asked for it */
	uint64_t pgsizes;
	uint32_t levels;
	bool whole; /* it did */
};

struct tce_ev_vfio {
	enum tce_vfio_op op;
	uint16_t container; /* slot; TCE_NO_ID: fd -1 */
	uint16_t group;     /* IOMMU group, by one of its devices */
	uint16_t process;   /* 0.. */
	uint32_t argsz;
	uint32_t flags; /* MMAP: PROT_READ 1, PROT_WRITE 2; 0: none */
	uint64_t vaddr;
	uint64_t iova;
	uint64_t size;
	uint32_t page_shift; /* MMAP: of its huge pages (hugetlbfs); 0: none */
	uint32_t levels;     /* MMAP: log2 of the blocks that back it (THP); 0: as page_shift */
	uint64_t start;      /* REMOVE; MMAP: real address of its first byte */
	uint32_t number;     /* IOMMU type, extension, EEH op, ioctl number */
	uint64_t extra[4];   /* EEH: type, func, addr, mask */
	bool bad_pointer;    /* the argument pointer is unreadable */
	bool bad_tail;       /* EEH: only its first 12 bytes can be read */
	bool from_child;     /* made by a forked child: another mm */
};

struct tce_event {
	enum tce_event_kind kind;
	union {
		struct tce_ev_id id;
		struct tce_ev_none none;
		struct tce_ev_phb_plug phb_plug;
		struct tce_ev_device_plug device_plug;
		struct tce_ev_memory memory;
		struct tce_ev_pmem_plug pmem_plug;
		struct tce_ev_vio_plug vio_plug;
		struct tce_ev_property property;
		struct tce_ev_fail fail;
		struct tce_ev_h_tce h_tce;
		struct tce_ev_h_indirect h_indirect;
		struct tce_ev_rtas rtas;
		struct tce_ev_opal opal;
		struct tce_ev_store store;
		struct tce_ev_reg reg;
		struct tce_ev_dma dma;
		struct tce_ev_boot boot;
		struct tce_ev_probe probe;
		struct tce_ev_set_mask set_mask;
		struct tce_ev_map map;
		struct tce_ev_unmap_raw unmap_raw;
		struct tce_ev_eeh eeh;
		struct tce_ev_vfio vfio;
	} u;
};

/* How a device's streaming DMA goes after its mask was set. */
enum tce_dma_mode {
	TCE_MODE_NONE,    /* no DMA possible: the mask was refused */
	TCE_MODE_DEFAULT, /* through the default window's table */
	TCE_MODE_DIRECT,  /* bus = real address + offset */
	TCE_MODE_DYNAMIC, /* through a dynamic DMA window's table */
	TCE_MODE_HYBRID,  /* RAM direct, the rest through a table in the same window */
};

/* Name spaces of the numbers that events give to objects. */
enum tce_object {
	TCE_OBJ_PHB,
	TCE_OBJ_DEV,
	TCE_OBJ_MAP,
	TCE_OBJ_PMEM,
	TCE_OBJ_CONTAINER,
	TCE_NR_OBJECTS
};

/* How an author calls his objects. NULL, or a NULL answer: by number. */
struct tce_names {
	void *ctx;
	const char *(*name)(void *ctx, enum tce_object object, uint16_t id);
};

/* What the kernel should have looked at before it wrote a TCE for a user. */
enum tce_unchecked {
	TCE_UNCHECKED_NOT,
	TCE_UNCHECKED_END,  /* the mapping's end against the window's */
	TCE_UNCHECKED_PAGE, /* the I/O page against the page of memory under it */
};

/* What came of an event. Fields that do not belong to its kind are 0. */
struct tce_outcome {
	int err;              /* OS, SETUP: 0 or -errno, Linux numbers, as the kernel reports it */
	int64_t ret;          /* VFIO: what the call returned when >= 0; MAP SG: outputs */
	enum tce_abort abort; /* the platform's implementation aborts */
	enum tce_dma_mode mode; /* PROBE, SET_MASK; MAP: how this one goes */
	struct tce_ioba bus;    /* MAP */
	uint64_t value;         /* REQUIRED_MASK; H_GET_TCE; VFIO CREATE start, GROUP_STATUS flags,
				   * GET_INFO page sizes; OPAL: see OPAL */
	struct tce_answer answer; /* PAPR calls; OS events: the first of their calls refused */
	int64_t opal;             /* OPAL return code */
	enum tce_opal_refusal opal_refusal; /* why it is not success */
	struct tce_dma_out dma; /* DMA: the first piece that failed or went astray, else the last */
	uint64_t locked;        /* VFIO: bytes of locked memory of the process after it */
	struct tce_vfio_info info; /* VFIO GET_INFO */
	struct tce_ra want;        /* DMA with map: where the mapping says that piece should land */
	enum tce_ioda_fault fault; /* DMA on POWERNV */
	uint32_t pe;               /* DMA on POWERNV: the device's; UINT32_MAX: none */
	bool from_cache;           /* DMA on POWERNV: the bridge read no table, see tce/ioda.h */
	bool misdirected;          /* DMA with map: it landed elsewhere */
	bool map_gone;    /* DMA with map: the mapping was unmapped, or its kernel is gone */
	bool no_progress; /* the kernel would loop for ever here (rule no-progress) */
	bool used_freed;  /* the kernel used an object it had freed (rule stale-table) */
	bool oops;        /* the kernel dereferenced null or stopped on its own check: dead */
	enum tce_unchecked unchecked; /* VFIO: what the kernel did not check (unchecked-input) */
	uint64_t shared_cleared;      /* VFIO: TCEs cleared that another group still used (D2) */
	bool other_pool; /* MAP: bus addresses of a pool whose lock was not held (wrong-pool) */
	bool starved;    /* the kernel got less memory than it asked for */
	bool panic;      /* oops: it stopped by itself for lack of memory, as it should */
	bool warned;     /* the kernel gave back a reference that it did not hold */
	uint64_t removed_live; /* TCEs that were mapped in windows which RTAS calls took away */
	unsigned nr_emitted;   /* BOUNDARY events this one caused */
	unsigned nr_refused;   /* of them: PAPR and OPAL calls that did not succeed */
};

/* Class and verb of a kind. Verb: static. */
enum tce_event_class tce_event_class(enum tce_event_kind kind);
const char *tce_event_verb(enum tce_event_kind kind);

#ifdef __cplusplus
}
#endif
#endif
