/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/vfio.h - VFIO on POWER: the sPAPR TCE containers v1 and v2 of a machine's kernel, as the
 * processes that use them see them, errno for errno.
 *
 * Two ways in. Events of kind VFIO (tce/event.h) through tce_machine_step: what scenarios, replay
 * and explorers use. And tce_vfio_ioctl: the structure that a real client passed is read from, and
 * written to, that client's memory through callbacks; the same calls behind it.
 *
 * Life: tce_machine_new -> tce_linux_attach -> tce_vfio_attach -> BOOT -> calls. The state is part
 * of the machine: cloned, saved, dropped with it; any number of containers, groups and processes,
 * and of machines in one program. Threads: as the machine, one.
 * Sources: Linux drivers/vfio/vfio_iommu_spapr_tce.c, drivers/vfio/container.c, group.c,
 * arch/powerpc/mm/book3s64/iommu_api.c, include/uapi/linux/vfio.h (7.2.13, 6.12.107, 6.1.176).
 */
#ifndef TCE_VFIO_H
#define TCE_VFIO_H

#include <tce/machine.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Put VFIO on a machine that has Linux (tce/linux.h). 0; -TCE_ERR_EXISTS attached already;
 * -TCE_ERR_STATE after BOOT, or without Linux; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_vfio_attach(struct tce_machine *machine);

/* User pages that follow each other in real memory. */
struct tce_vfio_pages {
	struct tce_ra ra;     /* of the first */
	uint64_t nr;          /* how many, >= 1; pages of the kernel's size */
	unsigned huge_shift;  /* log2 of the hugetlbfs page they belong to; 0: none */
	unsigned block_shift; /* log2 of the compound page (THP, hugetlb) they are in; 0: a page */
};

/* A client's memory. ctx is the embedder's. process is the number that calls carry. */
struct tce_vfio_client {
	void *ctx;
	/*
	 * Pin for writing the page at vaddr (a multiple of the page size) and, when they follow it
	 * in real memory, up to max of them: true and *ret_pages; false: it cannot be pinned.
	 */
	bool (*pin)(void *ctx, uint16_t process, uint64_t vaddr, uint64_t max,
		    struct tce_vfio_pages *ret_pages);
	/* Copy n bytes from and to a structure of the client: false: -EFAULT. tce_vfio_ioctl. */
	bool (*read)(void *ctx, uint16_t process, uint64_t vaddr, void *buf, size_t n);
	bool (*write)(void *ctx, uint16_t process, uint64_t vaddr, const void *buf, size_t n);
};

/*
 * From now on user memory is what the client says, not what MMAP events told. Kept by reference,
 * also by clones of the machine. NULL: back to events. -TCE_ERR_STATE VFIO is not attached.
 */
TCE_MUST_USE int tce_vfio_set_client(struct tce_machine *machine,
				     const struct tce_vfio_client *client);

/* Calls of a container, include/uapi/linux/vfio.h: _IO(';', 100 + n). */
enum tce_vfio_nr {
	TCE_VFIO_NR_CHECK_EXTENSION = 101,
	TCE_VFIO_NR_SET_IOMMU = 102,
	TCE_VFIO_NR_GET_INFO = 112,
	TCE_VFIO_NR_MAP_DMA = 113,
	TCE_VFIO_NR_UNMAP_DMA = 114,
	TCE_VFIO_NR_ENABLE = 115,
	TCE_VFIO_NR_DISABLE = 116,
	TCE_VFIO_NR_REGISTER = 117,
	TCE_VFIO_NR_UNREGISTER = 118,
	TCE_VFIO_NR_CREATE = 119,
	TCE_VFIO_NR_REMOVE = 120,
	TCE_VFIO_NR_EEH_PE_OP = 121,
};

/* An ioctl of a container's file descriptor. */
struct tce_vfio_ioctl {
	uint16_t container; /* its slot, as OPEN_CONTAINER named it */
	uint16_t process;
	bool from_child;
	uint32_t request; /* as the client passed it: 0x3b66, or 0x20003b66 as powerpc numbers it */
	uint64_t arg;     /* a number, or the user address of a structure in native byte order */
};

/*
 * Make the call. 0 and *ret_ret: what ioctl(2) returns, >= 0 or -errno. Otherwise nothing happened:
 * -TCE_ERR_STATE no client, or its callbacks are missing; -TCE_ERR_INVAL process above 255; codes
 * of tce_machine_step.
 */
TCE_MUST_USE int tce_vfio_ioctl(struct tce_machine *machine, const struct tce_vfio_ioctl *call,
				int64_t *ret_ret);

#ifdef __cplusplus
}
#endif
#endif
