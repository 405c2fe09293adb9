/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a platform of Linux does its own way: pci_controller_ops, ppc_md and the memory notifier of
 * arch/powerpc/platforms/{pseries,powernv}, as one constant table.
 *
 * NULL members: the platform has nothing to do there. Functions return 0 or -TCE_ERR_x, to be
 * passed up at once.
 */
#ifndef TCE_LINUX_PLATFORM_H
#define TCE_LINUX_PLATFORM_H

#include <tce/event.h>

struct tce_canon;
struct tce_iommu_table;
struct tce_linux;
struct tce_linux_call;
struct tce_linux_dev;
struct tce_linux_env;
struct tce_state;
struct tce_table_group_ops;

/* What the core of memory hotplug tells its notifiers, as far as one listens. */
enum tce_memory_action {
	TCE_MEMORY_GOING_ONLINE,
	TCE_MEMORY_CANCEL_ONLINE,
	TCE_MEMORY_OFFLINE,
};

struct tce_linux_platform {
	/* Bytes of state behind struct tce_linux, zeroed when a kernel starts. */
	size_t state_size;

	/* Free what hangs on that state (the machine's arena). */
	void (*drop)(struct tce_state *st, struct tce_linux *lx);
	void (*canon)(const struct tce_state *st, const struct tce_linux *lx,
		      struct tce_canon *canon);

	/* The kernel starts: devices, memory and profile are there, no group is. */
	int (*boot)(struct tce_linux_call *call);

	/* dma_dev_setup and adding to an IOMMU group; later: a device that was added. */
	int (*dev_setup)(struct tce_linux_call *call, struct tce_linux_dev *dev);
	/* The device's node goes (DETACH_NODE); dev is forgotten afterwards. */
	int (*dev_remove)(struct tce_linux_call *call, struct tce_linux_dev *dev);

	int (*phb_add)(struct tce_linux_call *call, uint16_t phb);
	int (*phb_remove)(struct tce_linux_call *call, uint16_t phb);

	/* iommu_bypass_supported. */
	int (*bypass_supported)(struct tce_linux_call *call, struct tce_linux_dev *dev,
				uint64_t mask, bool *ret_ok);

	/* Operations on tables: fill in env->dma.ops, ops_ctx and the port. */
	void (*env)(struct tce_linux_call *call, struct tce_linux_env *env);

	/* Is this table that of a window made beside or instead of the default one? */
	bool (*table_is_dynamic)(const struct tce_state *st, const struct tce_linux *lx,
				 const struct tce_linux_dev *dev);

	/* The last reference to a table goes: what hangs on it besides its bitmap. */
	int (*table_free)(struct tce_linux_call *call, struct tce_iommu_table *tbl);

	/* *ret_bad: a notifier vetoes. */
	int (*memory)(struct tce_linux_call *call, enum tce_memory_action action,
		      const struct tce_ev_memory *range, bool *ret_bad);

	/* The kernel hands over to another one (kexec) or shuts down. */
	int (*shutdown)(struct tce_linux_call *call);

	int (*eeh)(struct tce_linux_call *call, struct tce_linux_dev *dev, enum tce_eeh_op op);

	/* What VFIO asks of a group (group.h); NULL: nothing. */
	const struct tce_table_group_ops *group_ops;
};

extern const struct tce_linux_platform tce_linux_pseries;
extern const struct tce_linux_platform tce_linux_powernv;

#endif
