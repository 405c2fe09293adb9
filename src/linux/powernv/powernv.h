/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux on powernv: partitionable endpoints (PEs) of IODA bridges, their TCE tables in memory,
 * bypass, and the functions between its files.
 *
 * A PE's key, and that of its table group, is bridge << 16 | PE number: what the kernel puts into
 * it_index. The PE exists from the moment its first device is set up; its group from the moment
 * its DMA is.
 *
 * Sources: Linux arch/powerpc/platforms/powernv/{pci-ioda,pci-ioda-tce,pci-sriov,opal}.c, 4.10 to
 * 7.2.13. Left out: NPU, OpenCAPI, CAPI mode.
 */
#ifndef TCE_LINUX_POWERNV_H
#define TCE_LINUX_POWERNV_H

#include "linux/group.h"
#include "linux/iommu_table.h"

#define TCE_PNV_PE_DEV     0x01U /* one device */
#define TCE_PNV_PE_BUS     0x02U /* all functions of one bus */
#define TCE_PNV_PE_BUS_ALL 0x04U /* a bus and everything below: behind a PCIe-to-PCI bridge */
#define TCE_PNV_PE_MASTER  0x08U /* first of a compound that shares 64-bit MMIO */
#define TCE_PNV_PE_SLAVE   0x10U
#define TCE_PNV_PE_VF      0x20U /* one SR-IOV function */

/* Bus bit 59: which of a PE's two windows. */
#define TCE_PNV_BYPASS_BASE (UINT64_C(1) << 59)

#define TCE_PNV_PES_MAX     512U

/* struct pnv_ioda_pe */
struct tce_pnv_pe {
	uint16_t phb;
	uint16_t number;
	uint16_t flags;      /* TCE_PNV_PE_ */
	uint16_t rid;        /* bus << 8 | devfn, the first of its RIDs */
	uint8_t last_bus;    /* BUS_ALL: the last of its buses */
	uint16_t pdev;       /* DEV, VF once it was added: device; else TCE_NO_ID */
	uint16_t parent_dev; /* VF: physical function; else TCE_NO_ID */
	uint16_t master;     /* SLAVE: number of the compound's first */
	uint16_t device_count;
	uint16_t group_number; /* of its IOMMU group, when it has one */
	uint64_t bypass_base;  /* tce_bypass_base: 0 until DMA is set up */
	bool bypass_enabled;
	bool dma_setup_done;
	bool window_refused; /* the default window was not made, though not for want of memory */
	uint64_t linear;     /* real address of the 64-bit table in TVE#0; 0: none known (D17) */
	uint64_t linear_bytes;
};

/* struct pnv_phb: which PE numbers are taken. */
struct tce_pnv_phb {
	uint16_t id;
	uint16_t root_pe;
	uint64_t used[TCE_PNV_PES_MAX / 64];
};

/* Memory that the page allocator has given to TCE tables: [start, end). */
struct tce_pnv_extent {
	uint64_t start; /* real bytes */
	uint64_t end;
};

struct tce_powernv {
	struct tce_vec phbs;   /* struct tce_pnv_phb, by id */
	struct tce_vec pes;    /* struct tce_ref of struct tce_pnv_pe, by key */
	struct tce_vec pages;  /* struct tce_pnv_extent, by address, not touching */
	struct tce_vec tables; /* struct tce_ref of struct tce_iommu_table: those that have pages */
};

static inline struct tce_powernv *tce_powernv_of(const struct tce_linux *lx)
{
	return tce_linux_platform_state(lx);
}

static inline uint32_t tce_pnv_key(const struct tce_pnv_pe *pe)
{
	return (uint32_t)pe->phb << 16 | pe->number;
}

/* --- pages.c: the page allocator, as far as tables need it --------------------------------- */

/*
 * A zeroed block of 2^size_lg2 bytes, aligned to its size, from the top of memory; *ret_ra 0: the
 * kernel has none (larger than the largest block, or FAIL_NEXT).
 */
TCE_MUST_USE int tce_pnv_pages_alloc(struct tce_linux_call *call, unsigned size_lg2,
				     uint64_t *ret_ra);
TCE_MUST_USE int tce_pnv_pages_free(struct tce_linux_call *call, uint64_t ra, uint64_t size);
/* Bytes that are taken. */
uint64_t tce_pnv_pages_taken(const struct tce_linux *lx);

/* Bytes of the largest block: PAGE_SIZE << MAX_PAGE_ORDER of Debian's configurations. */
#define TCE_PNV_BLOCK_MAX (UINT64_C(16) << 20)

/* --- opal.c: firmware calls and register stores -------------------------------------------- */

/* *ret_rc: what OPAL answered. args[0] is the bridge. */
TCE_MUST_USE int tce_pnv_opal(struct tce_linux_call *call, uint64_t token, const uint64_t *args,
			      unsigned nr_args, int64_t *ret_rc);

/* Reset the IODA tables of a bridge; complete: the bridge as well (kdump). */
TCE_MUST_USE int tce_pnv_reset_bridge(struct tce_linux_call *call, uint16_t phb, bool complete);

/* pnv_pci_ioda2_tce_invalidate_pe, pnv_pci_ioda2_tce_invalidate (one PE). */
TCE_MUST_USE int tce_pnv_invalidate_pe(struct tce_linux_call *call, const struct tce_pnv_pe *pe);
TCE_MUST_USE int tce_pnv_invalidate(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
				    const struct tce_iommu_table *tbl, uint64_t index,
				    uint64_t npages);

/* --- tce.c, tce_table.c: tables in memory -------------------------------------------------- */

/* pnv_pci_ioda2_get_table_size: bytes of a full table and its user copy; 0: impossible. */
uint64_t tce_pnv_table_size(const struct tce_linux *lx, const struct tce_window_request *request);

/*
 * pnv_pci_ioda2_table_alloc_pages: geometry and first level; user_copy: with one for VFIO. bus:
 * where the window starts. *ret_errno: 0, -EINVAL, -ENOMEM.
 */
struct tce_pnv_geometry {
	struct tce_window_request window;
	uint64_t bus; /* bytes */
	bool user_copy;
};
TCE_MUST_USE int tce_pnv_table_alloc(struct tce_linux_call *call,
				     const struct tce_pnv_geometry *geometry,
				     struct tce_iommu_table *tbl, int *ret_errno);
/* pnv_pci_ioda2_table_free_pages. */
TCE_MUST_USE int tce_pnv_table_free(struct tce_linux_call *call, struct tce_iommu_table *tbl);

/* More bits than an address below bit 59 has for them: the walk would go astray. */
bool tce_pnv_table_too_deep(const struct tce_iommu_table *tbl);

/*
 * Bytes of all its levels, user copy included; entries of its last level with permission; those of
 * them that lead to real page 0, where nothing is ever mapped.
 */
uint64_t tce_pnv_table_bytes(const struct tce_machine *machine, const struct tce_iommu_table *tbl);
uint64_t tce_pnv_table_nr_tces(const struct tce_machine *machine,
			       const struct tce_iommu_table *tbl);
uint64_t tce_pnv_table_nr_nowhere(const struct tce_machine *machine,
				  const struct tce_iommu_table *tbl);

/* pnv_ioda2_iommu_ops; ctx is the struct tce_linux_call. */
extern const struct tce_iommu_ops tce_pnv_ioda2_iommu_ops;

/* --- pe.c: PEs ----------------------------------------------------------------------------- */

struct tce_pnv_pe *tce_pnv_pe_at(const struct tce_state *st, const struct tce_linux *lx,
				 uint32_t i);
struct tce_pnv_pe *tce_pnv_pe_find(const struct tce_state *st, const struct tce_linux *lx,
				   uint32_t key);
/* pnv_ioda_get_pe: the PE of a device; NULL: none yet. */
struct tce_pnv_pe *tce_pnv_pe_of(const struct tce_state *st, const struct tce_linux *lx,
				 const struct tce_dev *dev);
/* Is it one of the devices that the PE's numbers cover? */
bool tce_pnv_pe_covers(const struct tce_state *st, const struct tce_linux *lx,
		       const struct tce_pnv_pe *pe, const struct tce_dev *dev);

struct tce_pnv_phb *tce_pnv_phb_find(const struct tce_linux *lx, uint16_t id);
TCE_MUST_USE int tce_pnv_phb_init(struct tce_linux_call *call, uint16_t id);
void tce_pnv_phb_forget(struct tce_linux_call *call, uint16_t id);

/* The PE for a device that has none: of its own, or of its bus. *ret_pe NULL: refused. */
TCE_MUST_USE int tce_pnv_pe_setup(struct tce_linux_call *call, const struct tce_dev *dev,
				  struct tce_pnv_pe **ret_pe);
/* pnv_ioda_release_pe, after its DMA was taken down. */
TCE_MUST_USE int tce_pnv_pe_release(struct tce_linux_call *call, struct tce_pnv_pe *pe);

/* --- dma.c: windows and bypass of a PE ----------------------------------------------------- */

/* pnv_pci_ioda_dma_dev_setup, pnv_pci_release_device. */
TCE_MUST_USE int tce_pnv_dev_setup(struct tce_linux_call *call, struct tce_linux_dev *dev);
TCE_MUST_USE int tce_pnv_dev_release(struct tce_linux_call *call, struct tce_linux_dev *dev);

/* pnv_ioda_setup_bus_dma: each device of the PE points to its table and knows the bypass. */
void tce_pnv_setup_bus_dma(struct tce_linux_call *call, const struct tce_pnv_pe *pe,
			   struct tce_iommu_table *tbl);

/* pnv_pci_ioda2_setup_default_config; *ret_errno: 0 or what the table's creation answered. */
TCE_MUST_USE int tce_pnv_setup_default_config(struct tce_linux_call *call, struct tce_pnv_pe *pe,
					      int *ret_errno);

/* pnv_pci_ioda2_set_bypass. */
TCE_MUST_USE int tce_pnv_set_bypass(struct tce_linux_call *call, struct tce_pnv_pe *pe,
				    bool enable);

/* pnv_pci_ioda2_set_window, _unset_window; *ret_errno may be an OPAL code, as in the kernel. */
TCE_MUST_USE int tce_pnv_set_window(struct tce_linux_call *call, struct tce_pnv_pe *pe,
				    unsigned num, struct tce_iommu_table *tbl, int *ret_errno);
TCE_MUST_USE int tce_pnv_unset_window(struct tce_linux_call *call, struct tce_pnv_pe *pe,
				      unsigned num, int *ret_errno);

/* The 64-bit table in TVE#0 goes (D17: only its memory is forgotten). */
TCE_MUST_USE int tce_pnv_drop_linear(struct tce_linux_call *call, struct tce_pnv_pe *pe);

/* memory_hotplug_max on a machine without ibm,dynamic-memory: the end of RAM. */
static inline uint64_t tce_pnv_hotplug_max(const struct tce_linux *lx)
{
	return tce_linux_dram_end(lx);
}

/* --- bypass.c ------------------------------------------------------------------------------ */

/* pnv_pci_ioda_iommu_bypass_supported. */
TCE_MUST_USE int tce_pnv_bypass_supported(struct tce_linux_call *call, struct tce_linux_dev *dev,
					  uint64_t mask, bool *ret_ok);

/* --- group.c ------------------------------------------------------------------------------- */

extern const struct tce_table_group_ops tce_pnv_group_ops;

/* The PE of a group. */
struct tce_pnv_pe *tce_pnv_pe_of_group(const struct tce_linux_call *call,
				       const struct tce_table_group *group);

#endif
