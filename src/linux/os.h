/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Linux half of a machine: the kernel's state in the machine's arena, and what its files share.
 *
 * Rooms: boot.c starts a kernel; driver.c and map.c are what drivers do; memory.c is memory
 * hotplug; hotplug.c is devices and bridges that come and go; group.c keeps tables and who points
 * to them. What differs between platforms is behind struct tce_linux_platform (platform.h):
 * pseries/ and powernv/.
 *
 * The state refers to itself by struct tce_ref and ids only, and to nothing outside: a clone of
 * the machine is a copy of its bytes. It reaches the platform by tce_machine_call only.
 *
 * Every function here returns 0 or -TCE_ERR_x, to be passed up at once (src/machine/os.h); what the
 * modelled kernel answers is in the outcome of its call.
 */
#ifndef TCE_LINUX_OS_H
#define TCE_LINUX_OS_H

#include <tce/linux.h>

#include "dma_ops.h"
#include "linux/pseries/tce_pseries.h"
#include "machine/machine.h"
#include "platform.h"

/* A device that the kernel knows: struct device and its archdata. */
struct tce_linux_dev {
	uint16_t id;    /* of struct tce_dev */
	bool bound;     /* a driver has probed it */
	bool users;     /* vfio-pci has it */
	bool grouped;   /* it is in its group's IOMMU group */
	uint32_t group; /* key of its table group; TCE_NO_GROUP */
	struct tce_dma_dev dma;
};

#define TCE_NO_GROUP UINT32_MAX

/* System RAM as /proc/iomem lists it: one stretch for each time that memory was added. */
struct tce_ram {
	uint64_t addr; /* real bytes */
	uint64_t size;
};

struct tce_linux {
	struct tce_kernel kernel; /* the profile, with the boot's switches applied */
	const struct tce_linux_platform *platform; /* static data of this process */
	struct tce_vec phbs;   /* uint16_t: bridges that the kernel knows, by id */
	struct tce_vec devs;   /* struct tce_ref of struct tce_linux_dev, by id */
	struct tce_vec groups; /* struct tce_ref of struct tce_table_group, by key */
	struct tce_vec strays; /* struct tce_ref of struct tce_iommu_table: see group.h */
	struct tce_vec ram;    /* struct tce_ram, by address */
	uint64_t ram_end;      /* max_pfn, as bytes: never goes down */
	uint8_t page_shift;
	bool kdump;   /* this is a crash kernel */
	bool running; /* between boot and drop */
	bool crashed; /* it dereferenced null, or hangs: it does nothing any more */

	/* The platform's own state follows. */
};

/* One event as the Linux half answers it. Lives on the stack of os.c. */
struct tce_linux_call {
	struct tce_machine *machine;
	struct tce_state *st;
	struct tce_linux *lx;
	struct tce_outcome *outcome;
	enum tce_refusal refusal; /* of the last RTAS call, for people */
	bool only_asks;           /* dma_get_required_mask: nobody wants a window yet */
};

/* The half's state; NULL: not attached. */
struct tce_linux *tce_linux_of(const struct tce_machine *machine);

/* The same, when it is this half that is attached and its kernel runs, also a crashed one. */
const struct tce_linux *tce_linux_running(const struct tce_machine *machine);

/* The platform's part of it. */
static inline void *tce_linux_platform_state(const struct tce_linux *lx)
{
	return (char *)(uintptr_t)lx + sizeof(*lx);
}

static inline bool tce_linux_has(const struct tce_linux *lx, enum tce_kernel_feature feature)
{
	return tce_kernel_has(&lx->kernel, feature);
}

static inline bool tce_linux_bug(const struct tce_linux *lx, enum tce_defect defect)
{
	return tce_kernel_bug(&lx->kernel, defect);
}

/* Was the kernel booted with this (TCE_BOOT_)? */
static inline bool tce_linux_flag(const struct tce_linux_call *call, unsigned flag)
{
	return (call->st->boot.flags & flag) != 0;
}

/* The kernel dereferences null, or stops on a check of its own: it is dead from here on. */
void tce_linux_oops(struct tce_linux_call *call);

/* The kernel stops by itself, because there is no memory for what it cannot do without. */
void tce_linux_panic(struct tce_linux_call *call);

/* --- devices ------------------------------------------------------------------------------ */

/* By id, NULL: the kernel does not know it; and by position in order of id. */
struct tce_linux_dev *tce_linux_dev_find(const struct tce_state *st, const struct tce_linux *lx,
					 uint16_t id);
struct tce_linux_dev *tce_linux_dev_at(const struct tce_state *st, const struct tce_linux *lx,
				       uint32_t i);

/* A plugged device becomes known, without group, table or driver; and is forgotten. */
TCE_MUST_USE int tce_linux_dev_add(struct tce_linux_call *call, uint16_t id,
				   struct tce_linux_dev **ret_dev);
void tce_linux_dev_forget(struct tce_linux_call *call, struct tce_linux_dev *dev);

static inline struct tce_linux_dev *tce_linux_dev_of(struct tce_dma_dev *dma)
{
	return (struct tce_linux_dev *)(void *)((char *)dma - offsetof(struct tce_linux_dev, dma));
}

/* --- the DMA API's environment ------------------------------------------------------------ */

/* What a call of dma_ops.h or iommu_table.h needs, for the time of one call. */
struct tce_linux_env {
	struct tce_dma_env dma;
	struct tce_linux_call *call;
	union {
		struct tce_pseries_port pseries;
	} port; /* ctx of dma.ops */
};

void tce_linux_env_init(struct tce_linux_call *call, unsigned cpu, struct tce_linux_env *ret_env);

/* Emit a BOUNDARY event; ctx is a struct tce_machine (tce_pseries_port and its like). */
TCE_MUST_USE int tce_linux_emit(void *ctx, const struct tce_event *event,
				struct tce_outcome *ret_outcome);
uint64_t tce_linux_skip(void *ctx, uint64_t liobn, struct tce_ioba ioba, uint64_t entries);

/* --- parts of the half -------------------------------------------------------------------- */

TCE_MUST_USE int tce_linux_boot(struct tce_linux_call *call);
TCE_MUST_USE int tce_linux_kexec(struct tce_linux_call *call, const struct tce_ev_boot *boot);

TCE_MUST_USE int tce_linux_probe(struct tce_linux_call *call, const struct tce_ev_probe *ev);
TCE_MUST_USE int tce_linux_unbind(struct tce_linux_call *call, uint16_t dev);
TCE_MUST_USE int tce_linux_set_mask(struct tce_linux_call *call, const struct tce_ev_set_mask *ev);
TCE_MUST_USE int tce_linux_required_mask(struct tce_linux_call *call, uint16_t dev);

TCE_MUST_USE int tce_linux_map(struct tce_linux_call *call, const struct tce_ev_map *ev);
TCE_MUST_USE int tce_linux_unmap(struct tce_linux_call *call, uint16_t map);
/* The driver goes: all that the device has mapped. */
TCE_MUST_USE int tce_linux_unmap_all(struct tce_linux_call *call, struct tce_linux_dev *dev);
TCE_MUST_USE int tce_linux_unmap_raw(struct tce_linux_call *call,
				     const struct tce_ev_unmap_raw *ev);

/* System RAM of a kernel that starts: what is plugged, or a crash kernel's part of it. */
TCE_MUST_USE int tce_linux_ram_init(struct tce_linux_call *call);
/* memblock_end_of_DRAM: end of the highest System RAM, bytes. */
uint64_t tce_linux_dram_end(const struct tce_linux *lx);
TCE_MUST_USE int tce_linux_memory_online(struct tce_linux_call *call,
					 const struct tce_ev_memory *ev);
TCE_MUST_USE int tce_linux_memory_offline(struct tce_linux_call *call,
					  const struct tce_ev_memory *ev);
TCE_MUST_USE int tce_linux_pmem_to_ram(struct tce_linux_call *call, uint16_t pmem);
TCE_MUST_USE int tce_linux_pmem_from_ram(struct tce_linux_call *call, uint16_t pmem);

/* Does the kernel know this bridge? And: from now on it does. */
bool tce_linux_knows_phb(const struct tce_linux *lx, uint16_t phb);
TCE_MUST_USE int tce_linux_phb_know(struct tce_linux_call *call, uint16_t phb);
TCE_MUST_USE int tce_linux_device_add(struct tce_linux_call *call, uint16_t dev);
TCE_MUST_USE int tce_linux_device_remove(struct tce_linux_call *call, uint16_t dev);
TCE_MUST_USE int tce_linux_phb_add(struct tce_linux_call *call, uint16_t phb);
TCE_MUST_USE int tce_linux_phb_remove(struct tce_linux_call *call, uint16_t phb);
TCE_MUST_USE int tce_linux_eeh(struct tce_linux_call *call, const struct tce_ev_eeh *ev);

#endif
