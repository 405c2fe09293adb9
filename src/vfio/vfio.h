/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VFIO half of a machine: containers, groups and the processes that use them, in the machine's
 * arena. What VFIO asks of a group it asks through struct tce_table_group_ops (linux/group.h).
 *
 * Rooms: half.c takes events; calls.c has the check order of every call of a container, group.c of
 * every call of a group; driver.c is the sPAPR driver's life (open, attach, detach, release);
 * window.c makes and removes windows; map.c fills them; prereg.c registers memory; mm.c is
 * processes and what they have locked; view.c remembers user addresses; ioctl.c carries the real
 * structures of a client.
 *
 * Functions return 0 or -TCE_ERR_x, to be passed up at once (machine/os.h). What the modelled
 * kernel answers is the return value of the ioctl: call->ret, negative for -errno.
 * Sources: Linux drivers/vfio/vfio_iommu_spapr_tce.c, drivers/vfio/{container,group}.c,
 * arch/powerpc/mm/book3s64/iommu_api.c as of 7.2.13, 6.12.107 and 6.1.176.
 */
#ifndef TCE_VFIO_VFIO_H
#define TCE_VFIO_VFIO_H

#include <tce/vfio.h>

#include "linux/group.h"
#include "view.h"

#define TCE_VFIO_TABLES 2U

/* --- processes ---------------------------------------------------------------------------- */

/* User memory of a process: pages that follow each other in real memory. */
struct tce_vfio_vma {
	uint64_t vaddr;
	uint64_t size; /* bytes; 0 on top: up to 2^64 */
	uint64_t ra;
	uint8_t prot;
	uint8_t huge_shift;  /* hugetlbfs; 0: none */
	uint8_t block_shift; /* of the compound pages behind it */
};

/* An address space: what is charged to it and what is registered in it. */
struct tce_vfio_mm {
	uint32_t id;
	uint32_t refs;          /* the living process, and containers that adopted it */
	uint64_t locked;        /* pages: mm->locked_vm */
	struct tce_vec regions; /* struct tce_ref of struct tce_vfio_region, by address */
};

struct tce_vfio_process {
	uint16_t number;
	bool has_vmas; /* else every user address is the real address */
	bool no_ipc_lock;
	struct tce_ref mm;
	uint64_t memlock;    /* RLIMIT_MEMLOCK, bytes */
	struct tce_vec vmas; /* struct tce_vfio_vma, by address */
};

/* Pages of a region that follow each other in real memory, in blocks of one size. */
struct tce_vfio_run {
	uint64_t first; /* page of the region */
	uint64_t ra;
	uint8_t block_shift;
};

/* struct mm_iommu_table_group_mem_t */
struct tce_vfio_region {
	uint64_t ua;
	uint64_t entries; /* pages */
	uint64_t bytes;
	uint64_t used;
	uint64_t mapped; /* 1 and the TCEs that point into it; 0: going */
	uint8_t page_shift;
	struct tce_vec runs; /* struct tce_vfio_run, by first */
};

/* --- containers and groups ---------------------------------------------------------------- */

struct tce_vfio_container {
	uint16_t slot;    /* the name that events gave */
	uint16_t process; /* that opened it */
	bool fd_open;
	bool has_driver;
	struct tce_vec attached; /* uint32_t: groups that were put into it, oldest first */

	/* The driver's, struct tce_container. */
	bool v2;
	bool enabled;
	bool def_window_pending;
	bool stuck; /* its lock is held for ever (C8) */
	uint64_t locked_pages;
	uint64_t pinned; /* v1: pages pinned by MAP and not given back */
	struct tce_ref mm;
	struct tce_ref table[TCE_VFIO_TABLES];
	struct tce_vfio_view view[TCE_VFIO_TABLES];
	bool no_view[TCE_VFIO_TABLES];  /* its user view could not be allocated (D26) */
	bool borrowed[TCE_VFIO_TABLES]; /* v1 until 6.3: the group's own table */
	struct tce_vec groups;          /* uint32_t: group keys; the last one is the list's head */
	struct tce_vec prereg;          /* struct tce_ref of struct tce_vfio_region */
};

/* An IOMMU group as /dev/vfio/N shows it. */
struct tce_vfio_group {
	uint32_t key;     /* of struct tce_table_group */
	uint16_t process; /* that opened it */
	bool fd_open;
	bool dead;        /* its fd is open, and was when its last device went */
	bool resetting;   /* EEH reset asserted and not deactivated */
	bool owned;       /* its devices were taken */
	uint16_t devices; /* device fds open */
	struct tce_ref container;
};

struct tce_vfio {
	const struct tce_vfio_client *client; /* NULL: processes have vmas */
	struct tce_vec containers; /* struct tce_ref of struct tce_vfio_container, as opened */
	struct tce_vec groups;     /* struct tce_vfio_group, by key */
	struct tce_vec processes;  /* struct tce_ref of struct tce_vfio_process, by number */
	uint32_t nr_mms;           /* made so far */
	uint64_t leaked_views;     /* bytes of user views never freed (C3) */
	bool running;
};

/* --- one call ----------------------------------------------------------------------------- */

struct tce_vfio_call {
	struct tce_linux_call lc; /* first: the Linux half's functions take it */
	struct tce_vfio *vf;
	const struct tce_ev_vfio *ev;
	struct tce_vfio_process *process;
	struct tce_vfio_mm *mm; /* the caller's */
	int64_t ret;            /* what the system call returns; -errno */
};

static inline int tce_vfio_answer(struct tce_vfio_call *call, int64_t ret)
{
	call->ret = ret;
	return 0;
}

static inline const struct tce_mem *tce_vfio_mem(const struct tce_vfio_call *call)
{
	return tce_machine_mem(call->lc.machine);
}

static inline void *tce_vfio_at(const struct tce_vfio_call *call, struct tce_ref ref)
{
	return tce_state_at(call->lc.st, ref);
}

static inline bool tce_vfio_has(const struct tce_vfio_call *call, enum tce_kernel_feature feature)
{
	return tce_linux_has(call->lc.lx, feature);
}

static inline bool tce_vfio_bug(const struct tce_vfio_call *call, enum tce_defect defect)
{
	return tce_linux_bug(call->lc.lx, defect);
}

static inline bool tce_vfio_is_pseries(const struct tce_vfio_call *call)
{
	return call->lc.lx->platform == &tce_linux_pseries;
}

static inline unsigned tce_vfio_page_shift(const struct tce_vfio_call *call)
{
	return call->lc.lx->page_shift;
}

/* The container's table in a slot; NULL: none. */
static inline struct tce_iommu_table *tce_vfio_table(const struct tce_vfio_call *call,
						     const struct tce_vfio_container *container,
						     unsigned slot)
{
	return tce_vfio_at(call, container->table[slot]);
}

/* --- half.c: where things are ------------------------------------------------------------- */

/* The container that a slot names now; NULL: no open one. */
struct tce_vfio_container *tce_vfio_container_find(const struct tce_vfio_call *call, uint16_t slot);
/* By position in order of opening; NULL past the last. */
struct tce_vfio_container *tce_vfio_container_at(const struct tce_state *st,
						 const struct tce_vfio *vf, uint32_t i);
/* Nobody refers to it any more. */
void tce_vfio_container_forget(struct tce_vfio_call *call, struct tce_vfio_container *container);

/* The group of a key; NULL: nobody has looked at it. */
struct tce_vfio_group *tce_vfio_group_find(const struct tce_vfio *vf, uint32_t key);

/* --- mm.c --------------------------------------------------------------------------------- */

/* The process of a number; made when it was not known. */
TCE_MUST_USE int tce_vfio_process_get(struct tce_vfio_call *call, uint16_t number,
				      struct tce_vfio_process **ret_process);
/* It ends, with all its memory; fds were closed. *ret_leaks: memory stayed registered. */
void tce_vfio_process_end(struct tce_vfio_call *call, struct tce_vfio_process *process,
			  bool *ret_leaks);
void tce_vfio_process_free(const struct tce_state *st, struct tce_vfio_process *process);

/* A new address space with one reference; one reference less. */
TCE_MUST_USE int tce_vfio_mm_new(struct tce_vfio_call *call, struct tce_vfio_mm **ret_mm);
void tce_vfio_mm_put(const struct tce_state *st, struct tce_vfio_mm *mm);

/* account_locked_vm: false: over the limit. */
bool tce_vfio_account(struct tce_vfio_call *call, struct tce_vfio_mm *mm, uint64_t pages);
void tce_vfio_unaccount(struct tce_vfio_mm *mm, uint64_t pages);

/* The container's address space becomes the caller's; false: it is another one's. */
bool tce_vfio_mm_set(struct tce_vfio_call *call, struct tce_vfio_container *container);

/*
 * Pin one user page for writing: 0 and where it is and how many pages follow it alike, at most
 * max; else -EFAULT in *ret_errno.
 */
TCE_MUST_USE int tce_vfio_pin(struct tce_vfio_call *call, uint64_t vaddr, uint64_t max,
			      struct tce_vfio_pages *ret_pages, int *ret_errno);

/* MMAP: what was at these addresses goes. */
TCE_MUST_USE int tce_vfio_mmap(struct tce_vfio_call *call);

/* --- prereg.c ----------------------------------------------------------------------------- */

/* mm_iommu_new and its list entry; mm_iommu_get and mm_iommu_put. call->ret. */
TCE_MUST_USE int tce_vfio_register(struct tce_vfio_call *call, struct tce_vfio_container *container,
				   uint64_t vaddr, uint64_t size);
TCE_MUST_USE int tce_vfio_unregister(struct tce_vfio_call *call,
				     struct tce_vfio_container *container, uint64_t vaddr,
				     uint64_t size);
/* One TCE less leads into a region; it may be gone then. */
void tce_vfio_region_unmapped(const struct tce_vfio_call *call, struct tce_vfio_mm *mm,
			      struct tce_vfio_region *region);
/* All regions of a container that goes away; false: another container maps one. */
bool tce_vfio_prereg_drop(struct tce_vfio_call *call, struct tce_vfio_container *container);

/* mm_iommu_lookup: the region that holds [ua, ua + size); NULL: none. */
struct tce_vfio_region *tce_vfio_lookup(const struct tce_state *st, const struct tce_vfio_mm *mm,
					uint64_t ua, uint64_t size);
/* mm_iommu_ua_to_hpa: real address and block of the page at ua inside the region. */
void tce_vfio_region_at(const struct tce_vfio_region *region, unsigned page_shift, uint64_t ua,
			uint64_t *ret_ra, unsigned *ret_block_shift);
void tce_vfio_regions_free(const struct tce_state *st, struct tce_vfio_mm *mm);

/* --- window.c ----------------------------------------------------------------------------- */

/* The slot of the window that holds a bus address; TCE_VFIO_TABLES: none. */
unsigned tce_vfio_find_table(const struct tce_vfio_call *call,
			     const struct tce_vfio_container *container, uint64_t iova);

/* tce_iommu_create_window; *ret_start its bus address. call->ret. */
TCE_MUST_USE int tce_vfio_create_window(struct tce_vfio_call *call,
					struct tce_vfio_container *container,
					const struct tce_window_request *request,
					uint64_t *ret_start);
/* tce_iommu_create_default_window, when one is pending. call->ret. */
TCE_MUST_USE int tce_vfio_create_pending(struct tce_vfio_call *call,
					 struct tce_vfio_container *container);
/* tce_iommu_remove_window. call->ret. */
TCE_MUST_USE int tce_vfio_remove_window(struct tce_vfio_call *call,
					struct tce_vfio_container *container, uint64_t start);
/* tce_iommu_free_table: un-accounted, put; the slot is empty. */
TCE_MUST_USE int tce_vfio_free_table(struct tce_vfio_call *call,
				     struct tce_vfio_container *container, unsigned slot);

/* --- map.c -------------------------------------------------------------------------------- */

struct tce_vfio_range {
	unsigned slot;
	uint64_t entry; /* absolute */
	uint64_t pages; /* I/O pages */
};

/* tce_iommu_build and tce_iommu_build_v2. call->ret. */
TCE_MUST_USE int tce_vfio_build(struct tce_vfio_call *call, struct tce_vfio_container *container,
				const struct tce_vfio_range *range, uint64_t vaddr,
				enum tce_dma_dir dir);
/* tce_iommu_clear. */
TCE_MUST_USE int tce_vfio_clear(struct tce_vfio_call *call, struct tce_vfio_container *container,
				const struct tce_vfio_range *range);
TCE_MUST_USE int tce_vfio_clear_table(struct tce_vfio_call *call,
				      struct tce_vfio_container *container, unsigned slot);

/* --- driver.c ----------------------------------------------------------------------------- */

/* VFIO_SET_IOMMU of an sPAPR type: open, attach every group. call->ret. */
TCE_MUST_USE int tce_vfio_driver_open(struct tce_vfio_call *call,
				      struct tce_vfio_container *container);
/* tce_iommu_attach_group. call->ret. */
TCE_MUST_USE int tce_vfio_attach_group(struct tce_vfio_call *call,
				       struct tce_vfio_container *container, uint32_t key);
TCE_MUST_USE int tce_vfio_detach_group(struct tce_vfio_call *call,
				       struct tce_vfio_container *container, uint32_t key);
/* tce_iommu_release: the last group left. */
TCE_MUST_USE int tce_vfio_driver_release(struct tce_vfio_call *call,
					 struct tce_vfio_container *container);

/* --- group.c, calls.c --------------------------------------------------------------------- */

/* Calls of /dev/vfio/N and of vfio-pci; calls of /dev/vfio/vfio. call->ret. */
TCE_MUST_USE int tce_vfio_group_call(struct tce_vfio_call *call);
TCE_MUST_USE int tce_vfio_container_call(struct tce_vfio_call *call);

/* eeh.c: VFIO_EEH_PE_OP. call->ret. */
TCE_MUST_USE int tce_vfio_eeh(struct tce_vfio_call *call, struct tce_vfio_container *container);

/* Everything that the process has open is closed; then it ends. */
TCE_MUST_USE int tce_vfio_exit(struct tce_vfio_call *call);

#endif
