/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What rules want to know of the Linux half, as pure questions: whose table a bus address is in,
 * what the allocator should have handed out, where direct DMA goes. Only with check->lx.
 */
#ifndef TCE_CHECK_LINUX_VIEW_H
#define TCE_CHECK_LINUX_VIEW_H

#include "linux/pseries/pseries.h"
#include "state_rules.h"

static inline bool tce_view_is_pseries(const struct tce_check *check)
{
	return check->machine->opts.platform == TCE_PSERIES;
}

/* The group of a device; NULL: it is in none. */
const struct tce_table_group *tce_view_group(const struct tce_check *check,
					     const struct tce_linux_dev *dev);

/* A user has its PE. */
bool tce_view_is_owned(const struct tce_check *check, const struct tce_linux_dev *dev);

/* Does the table's window hold this bus address? */
bool tce_view_table_holds(const struct tce_iommu_table *tbl, uint64_t bus);

/* The table, of those of the device's group, whose window holds bus; NULL: direct, or none. */
const struct tce_iommu_table *tce_view_table_at(const struct tce_check *check, uint16_t dev,
						uint64_t bus);

/* I/O pages of this table that the live mappings of a group's devices account for. */
uint64_t tce_view_mapped_pages(const struct tce_check *check, const struct tce_table_group *group,
			       const struct tce_iommu_table *tbl);

/* Set bits of its bitmap that are reserved, not handed out. */
uint64_t tce_view_reserved(const struct tce_iommu_table *tbl);

/* Entries with permission among those the table's bitmap is for. */
uint64_t tce_view_nr_tces(const struct tce_check *check, const struct tce_iommu_table *tbl);

/* Does its coherent memory go to the bus without a table? */
bool tce_view_is_direct_coherent(const struct tce_check *check, const struct tce_linux_dev *dev);

/*
 * The end of the real memory, at most end, that DMA of this device goes to without a table, as a
 * driver that maps it would find out; 0: none.
 */
uint64_t tce_view_direct_end(const struct tce_check *check, const struct tce_linux_dev *dev,
			     uint64_t end);

#endif
