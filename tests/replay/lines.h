/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of a trace as string literals, to be written one after the other. */
#ifndef LINES_H
#define LINES_H

#define START  "spapr_iommu_new_table liobn=0x80000000 table=0x1000 fd=-1\n"
#define START1 "spapr_iommu_new_table liobn=0x80000100 table=0x1000 fd=-1\n"
#define MADE   "spapr_iommu_new_table liobn=0x80000001 table=0x2000 fd=-1\n"
#define CREATE                                                                                     \
	MADE "spapr_iommu_ddw_create buid=0x800000020000000 addr=0x0, page size=0x10000, "         \
	     "requested=0x100000, start addr=0x800000000000000, liobn=0x80000001\n"
#define PUT(liobn, ioba, tce, ret)                                                                 \
	"spapr_iommu_pci_put liobn=" liobn " ioba=" ioba " tce=" tce " ret=" ret "\n"
#define GET(liobn, ioba, ret, tce)                                                                 \
	"spapr_iommu_pci_get liobn=" liobn " ioba=" ioba " ret=" ret " tce=" tce "\n"
#define STUFF(liobn, ioba, tce, n, ret)                                                            \
	"spapr_iommu_pci_stuff liobn=" liobn " ioba=" ioba " tcevalue=" tce " npages=" n           \
	" ret=" ret "\n"
#define INDIRECT(liobn, ioba, last, tce, ret)                                                      \
	"spapr_iommu_pci_indirect liobn=" liobn " ioba=" ioba " tcelist=0x5000 iobaN=" last        \
	" tceN=" tce " ret=" ret "\n"
#define DMA(liobn, addr, page, perm, mask)                                                         \
	"spapr_iommu_xlate liobn=" liobn " " addr " -> " page " perm=" perm " mask=" mask "\n"
#define QUERY(n, mask)                                                                             \
	"spapr_iommu_ddw_query buid=0x800000020000000 addr=0x0, " n                                \
	" windows available, max window size=0x80000000, mask=" mask "\n"
/* The machine was reset, and no call needs to show it. */
#define RESTART       START "spapr_drc_reset drc: 0x40000000\n"
#define REMOVE(liobn) "spapr_iommu_ddw_remove liobn=" liobn "\n"
#define RESET         "spapr_iommu_ddw_reset buid=0x800000020000000 addr=0x0\n"
#define DEF           "0x80000000"
#define DYN           "0x80000001"

#endif
