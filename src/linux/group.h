/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Table groups: the tables of one PE and what VFIO is told of it; and the life of a table, which
 * ends with its last reference although a device may still point to it.
 *
 * A table that is in no group any more but still matters is a stray: freed while a device points to
 * it (refs 0; whoever uses it is reported, rule stale-table), or never freed because its last
 * reference was lost (refs > 0, D10). Strays that nobody points to and that are free go for good.
 * Sources: Linux arch/powerpc/include/asm/iommu.h struct iommu_table_group; powernv/pci-ioda.c,
 * pseries/iommu.c as of 7.2.13.
 */
#ifndef TCE_LINUX_GROUP_H
#define TCE_LINUX_GROUP_H

#include "linux/pseries/ddw.h"
#include "os.h"

#define TCE_GROUP_TABLES 2U

struct tce_table_group {
	uint32_t key; /* the platform's: node of the device tree, or bridge and PE */
	struct tce_ref table[TCE_GROUP_TABLES]; /* struct tce_iommu_table: default, dynamic */
	struct tce_ref created; /* POWERNV: the default table, its creator's reference */
	uint64_t tce32_start;   /* bus bytes */
	uint64_t tce32_size;
	uint64_t pgsizes; /* bit n: page size 2^n */
	uint32_t max_dynamic_windows;
	uint32_t max_levels;
	uint16_t lost_refs; /* references to the IOMMU group that nobody will give back (B21) */
	bool info_filled;   /* the five above were asked of firmware */
	bool registered;    /* it has an IOMMU group */
	bool owned;         /* a user owns it: the kernel's DMA API has nothing here */
	struct tce_ddw_record ddw; /* pseries: what was decided last, for people; not state */
};

/* By key; NULL: none. By position in order of key. */
struct tce_table_group *tce_group_find(const struct tce_state *st, const struct tce_linux *lx,
				       uint32_t key);
struct tce_table_group *tce_group_at(const struct tce_state *st, const struct tce_linux *lx,
				     uint32_t i);

/* An empty group; the key must be new. */
TCE_MUST_USE int tce_group_add(struct tce_linux_call *call, uint32_t key,
			       struct tce_table_group **ret_group);
/* Gone, with a reference to each of its tables; its devices are in no group any more. */
TCE_MUST_USE int tce_group_remove(struct tce_linux_call *call, struct tce_table_group *group);

/* The table in a slot; NULL: none. */
struct tce_iommu_table *tce_group_table(const struct tce_state *st,
					const struct tce_table_group *group, unsigned slot);

/* An uninitialised table with one reference; it belongs to nobody yet. */
TCE_MUST_USE int tce_linux_table_new(struct tce_linux_call *call, struct tce_iommu_table **ret_tbl);

/* Put a table with its reference into an empty slot. */
void tce_group_set_table(struct tce_state *st, struct tce_table_group *group, unsigned slot,
			 struct tce_iommu_table *tbl);

/*
 * Empty a slot and give its reference back: iommu_tce_table_put. An empty slot stays empty. With
 * keep the reference is forgotten instead (D10).
 */
TCE_MUST_USE int tce_group_put_table(struct tce_linux_call *call, struct tce_table_group *group,
				     unsigned slot, bool keep);

/* Give one reference back of a table that is in no slot. */
TCE_MUST_USE int tce_linux_table_put(struct tce_linux_call *call, struct tce_iommu_table *tbl);

/* archdata.iommu_table_base; NULL: none. */
void tce_linux_dev_set_table(struct tce_linux_call *call, struct tce_linux_dev *dev,
			     struct tce_iommu_table *tbl);

/* The device points to a table that was freed. */
bool tce_linux_dev_table_is_freed(const struct tce_linux_dev *dev);

/* The kernel is gone: all groups, tables and strays. */
void tce_groups_drop(struct tce_state *st, struct tce_linux *lx);

/* The stream (machine/canon.h) of a table, a group (NULL: none), a device's pointer. */
void tce_linux_table_canon(const struct tce_iommu_table *tbl, struct tce_canon *canon);
void tce_group_canon(const struct tce_state *st, const struct tce_table_group *group,
		     struct tce_canon *canon);
void tce_linux_dev_table_canon(const struct tce_state *st, const struct tce_linux *lx,
			       const struct tce_linux_dev *dev, struct tce_canon *canon);

/*
 * What VFIO asks of a group: struct iommu_table_group_ops. *ret_errno: 0 or a negative errno as the
 * kernel function returns it. A kernel without an operation (6.1 has none on pseries) answers
 * -EPERM from take_ownership; whoever calls asks tce_linux_has first which generation it is.
 */
struct tce_window_request {
	unsigned num; /* slot */
	unsigned page_shift;
	uint64_t window_size; /* bytes */
	unsigned levels;
};

struct tce_table_group_ops {
	/* bytes to charge a user; 0: there is no such table */
	uint64_t (*get_table_size)(const struct tce_linux *lx,
				   const struct tce_window_request *request);

	/* *ret_tbl: with a reference of the caller's. */
	int (*create_table)(struct tce_linux_call *call, struct tce_table_group *group,
			    const struct tce_window_request *request,
			    struct tce_iommu_table **ret_tbl, int *ret_errno);
	int (*set_window)(struct tce_linux_call *call, struct tce_table_group *group, unsigned num,
			  struct tce_iommu_table *tbl, int *ret_errno);
	int (*unset_window)(struct tce_linux_call *call, struct tce_table_group *group,
			    unsigned num, int *ret_errno);

	/* Once for each device of the group, in order. */
	int (*take_ownership)(struct tce_linux_call *call, struct tce_table_group *group,
			      struct tce_linux_dev *dev, int *ret_errno);
	int (*release_ownership)(struct tce_linux_call *call, struct tce_table_group *group,
				 struct tce_linux_dev *dev);
};

/*
 * A group goes to a user all at once, as if VFIO had taken each of its devices. 0; -TCE_ERR_NOENT
 * no such group; -TCE_ERR_UNSUPPORTED this platform or kernel gives none away; codes of calls.
 */
TCE_MUST_USE int tce_linux_give_to_user(struct tce_machine *machine, uint32_t key);

/* The devices of a group, in order of id: the first with id >= from; NULL: no more. */
struct tce_linux_dev *tce_group_next_dev(const struct tce_state *st, const struct tce_linux *lx,
					 const struct tce_table_group *group, uint32_t from);

#endif
