/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/linux.h - which Linux: kernel versions as data. A kernel profile is a version, the features
 * that version has, and the defects that it really had; everything else of the Linux half is one
 * code that asks the profile.
 *
 * What is a feature, what is a defect?
 *   A FEATURE is something the kernel's authors meant: a capability or a policy, present from one
 *   release on. A kernel without it can still keep every rule (tce/check.h); it only offers less,
 *   or offers it differently. Features say how a kernel differs from its predecessor in the calls
 *   that it makes when nothing goes wrong.
 *   A DEFECT is something nobody meant: with it there is a reachable state in which a rule breaks
 *   (an entry lost, a window used that is gone, a call that never returns). Switched off, the same
 *   kernel, with the same features, keeps the rule. Named as in docs/bugs.md: A IODA2, B DDW on
 *   pseries, C VFIO, all historic and fixed; D latent: derived by reading or measured, not fixed.
 *   A change that does both (6.15: limited addressing, and DDW sizes) is a feature for what it adds
 *   and ends the defects that it cures.
 * Profile "fixed" has the newest features and no defect: the clean reference. Every other profile
 * is as its version was, the latent defects included: without those no recording would be matched.
 *
 * A stable kernel is its mainline release plus what was backported; a version that is not known
 * exactly is answered by the nearest older one, and the caller is told which.
 *
 * Life: profiles are values; no allocation. Threads: everything here is immutable.
 * Sources: Linux git, by the commits named; stable and Debian kernels as recorded.
 */
#ifndef TCE_LINUX_H
#define TCE_LINUX_H

#include <stdbool.h>

#include <tce/event.h>
#include <tce/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A kernel version as a number that sorts: 6.12.107 is TCE_KVER(6, 12, 107). */
#define TCE_KVER(major, minor, stable)                                                             \
	((uint32_t)(major) << 20 | (uint32_t)(minor) << 12 | (uint32_t)(stable))

/*
 * Features, oldest first: X(name, major, minor, commit, text), the first mainline release that has
 * it. "-": commit not known to us. There is none that a later release took away again.
 */
#define TCE_KERNEL_FEATURE_LIST(X)                                                                 \
	X(LINEAR_64BIT, 4, 13, "8e3f1b1d8255",                                                     \
	  "PHB3: devices that do not reach bit 59 get all RAM in a table of 256 MiB pages")        \
	X(HOTPLUG_MAX_NODES, 5, 0, "68c0449ea16d",                                                 \
	  "the largest address counts memory@ nodes too, until HOTPLUG_MAX_LRDR")                  \
	X(BYPASS_FLAG, 5, 1, "8617a5c5bc00",                                                       \
	  "direct DMA is a flag of the device, not other dma_map_ops")                             \
	X(BIG_DEFAULT_WINDOW, 5, 4, "201ed7f3266f",                                                \
	  "powernv: the default window covers RAM with the kernel's page size")                    \
	X(SPLIT_MULTITCE, 5, 6, "-", "H_PUT_TCE_INDIRECT and H_STUFF_TCE are separate features")   \
	X(PMEM_UPPER_BOUND, 5, 8, "54fc3c681ded",                                                  \
	  "with persistent memory a DDW of MAX_PHYSMEM_BITS is asked for")                         \
	X(GENERIC_BYPASS, 5, 9, "f1565c24b596",                                                    \
	  "direct DMA by dma_ops_bypass: the mask must reach all of memory")                       \
	X(BOUNDARY_ONES, 5, 10, "135ba11a77fd",                                                    \
	  "a device without segment boundary has none, not 4 GiB")                                 \
	X(QUERY_64BIT, 5, 10, "80f025123113", "six-cell answers of ibm,query-pe-dma-window")       \
	X(REMOVE_DEFAULT, 5, 10, "8c0d51592f6f",                                                   \
	  "the default window is removed when no window is left for a DDW")                        \
	X(PMEM_FALLBACK, 5, 11, "bf6e2d562bbc",                                                    \
	  "direct or mapped is decided for each buffer below bus_dma_limit")                       \
	X(LARGE_POOL_LAST, 5, 13, "fc5590fd56c9",                                                  \
	  "small requests try the large pool when all others failed")                              \
	X(DDW_LARGE_PAGES, 5, 13, "472724111f0f", "I/O pages of 32 to 256 MiB and 16 GiB")         \
	X(DYNAMIC_DDW, 5, 15, "381ceda88c4c",                                                      \
	  "a DDW too small for all memory is used with a table")                                   \
	X(DDW_2M, 5, 16, "387273118714", "2 MiB I/O pages")                                        \
	X(PMEM_NOT_DIRECT, 5, 16, "ad3976025b31",                                                  \
	  "one window and persistent memory: the DDW is dynamic")                                  \
	X(KDUMP_DDW, 6, 0, "b1fc44eaa9ba", "a kdump kernel uses an inherited DDW")                 \
	X(VFIO_REVOKES, 6, 1, "3dd59a7dcb88",                                                      \
	  "unbinding a group's last device ends its /dev/vfio file for good")                      \
	X(IOMMU_OPS, 6, 4, "a940904443e4", "IOMMU API for VFIO; pseries borrows existing tables")  \
	X(INHERIT_DDW, 6, 8, "09a3c1e46142",                                                       \
	  "of two inherited windows the DDW is used, until INHERIT_DEFAULT")                       \
	X(TABLE_GROUP_OPS, 6, 11, "f431a8cde7f1",                                                  \
	  "VFIO v2 on pseries: windows are made on request")                                       \
	X(HYBRID_DDW, 6, 11, "ff5163bb7000", "one DDW: RAM direct, above it a table")              \
	X(DDW_SLOT0, 6, 11, "aed6e4946ed9", "a DDW that replaced the default window is table 0")   \
	X(LIMITED_MODE, 6, 15, "67dfc11982f7", "masks of 33..63 bits ask for limited addressing")  \
	X(HOTPLUG_MAX_LRDR, 6, 15, "6aa989ab2bd0",                                                 \
	  "the largest address is ibm,lrdr-capacity, else the last LMB's")                         \
	X(DDW_SIZE_ROUNDED, 6, 15, "67dfc11982f7",                                                 \
	  "the largest block counts rounded up to 2^n, cut to the mask")                           \
	X(COHERENT_DIRECT, 7, 0, "1471c517cf7d",                                                   \
	  "coherent memory is direct for a bypass device with a limit")                            \
	X(LIMIT_ALWAYS, 7, 0, "1471c517cf7d",                                                      \
	  "a direct DDW always sets bus_dma_limit; a limit does not clear the bypass flag")        \
	X(INHERIT_DEFAULT, 7, 2, "-", "of two inherited windows the default one is used")

enum tce_kernel_feature {
#define TCE_KF_ENUM_(name, major, minor, commit, text) TCE_KF_##name,
	TCE_KERNEL_FEATURE_LIST(TCE_KF_ENUM_)
#undef TCE_KF_ENUM_
	TCE_NR_KERNEL_FEATURES
};

/*
 * Where a defect's switch is: both platforms' table and DMA API code, or one of the three others.
 */
enum tce_defect_half {
	TCE_HALF_DMA,
	TCE_HALF_PSERIES,
	TCE_HALF_POWERNV,
	TCE_HALF_VFIO,
};

/*
 * Defects: X(id, half, bad major, bad minor, fixed major, fixed minor, commit, why not, text).
 * Bad from the first release that had it (0, 0: since before 4.10) until, not including, the first
 * that has the fix (99, 0: never fixed; equal to "bad": only in release candidates). commit: of the
 * fix. why not: "" or the reason for which this model cannot bring it back.
 */
#define TCE_DEFECT_LIST(X)                                                                         \
	X(A1, POWERNV, 0, 0, 4, 11, "db08e1d53034", "",                                            \
	  "devices of a bus keep a freed table after their PE came back from a user")              \
	X(A2, POWERNV, 5, 0, 5, 3, "5636427d087a", "", "the same for a PE of a single device")     \
	X(A3, POWERNV, 4, 19, 5, 4, "56090a3902c8", "",                                            \
	  "two CPUs install the same missing table level, one is lost")                            \
	X(A4, POWERNV, 0, 0, 4, 18, "98fd72fe8252", "freeing host memory twice is not state here", \
	  "the pages of a table are freed twice")                                                  \
	X(A5, POWERNV, 0, 0, 4, 12, "7aafac11e308", "",                                            \
	  "more table levels are accepted than the address has bits for")                          \
	X(A6, POWERNV, 0, 0, 4, 18, "d3d4ffaae439", "",                                            \
	  "the size of a new window is checked against a limit derived from RAM")                  \
	X(A7, POWERNV, 0, 0, 4, 2, "10b35b2b7485", "",                                             \
	  "clearing an entry writes the read permission")                                          \
	X(A8, DMA, 0, 0, 4, 2, "b82c75bfbeb5", "",                                                 \
	  "a table is taken without locks, and bus page 0 is free afterwards")                     \
	X(A9, POWERNV, 5, 0, 5, 6, "-", "",                                                        \
	  "a single-device PE is never released: its count is off by one")                         \
	X(A10, POWERNV, 0, 0, 4, 14, "-", "",                                                      \
	  "a crash kernel's odd memory size makes the default window fail")                        \
	X(A11, DMA, 7, 0, 7, 0, "-", "",                                                           \
	  "coherent memory is direct wherever streaming is, whatever its mask")                    \
	X(B1, PSERIES, 0, 0, 6, 15, "6aa989ab2bd0", "",                                            \
	  "onlined memory outside the DDW is mapped all the same, and refused")                    \
	X(B2, PSERIES, 5, 15, 6, 5, "d61cd13e732c", "",                                            \
	  "onlining and offlining memory writes into dynamic windows")                             \
	X(B3, PSERIES, 5, 15, 6, 7, "3bf983e4e93c", "",                                            \
	  "a second probe takes a dynamic window for a direct one")                                \
	X(B4, PSERIES, 5, 15, 6, 4, "1f7aacc5eb9e", "",                                            \
	  "a device set up after the DDW gets the table of the removed window")                    \
	X(B5, DMA, 5, 16, 6, 4, "096339ab84f3", "",                                                \
	  "bus addresses lose the offset inside an I/O page larger than the kernel's")             \
	X(B6, PSERIES, 0, 0, 6, 4, "9d2ccf00bddc", "",                                             \
	  "more than 512 entries are cleared with one H_STUFF_TCE")                                \
	X(B7, PSERIES, 5, 11, 5, 13, "a9d2f9bb225f", "",                                           \
	  "with persistent memory the DDW is too small by its page size")                          \
	X(B8, PSERIES, 5, 10, 5, 16, "ad3976025b31", "",                                           \
	  "a single window is direct although persistent memory lies outside it")                  \
	X(B9, PSERIES, 5, 8, 5, 16, "2d33f5504490", "",                                            \
	  "with persistent memory only the largest DDW will do")                                   \
	X(B10, PSERIES, 5, 10, 5, 16, "92fe01b7c655", "",                                          \
	  "the default window is removed while it maps buffers")                                   \
	X(B11, PSERIES, 5, 15, 5, 16, "d853adc7adf6", "",                                          \
	  "no dynamic DDW below a bridge without 32-bit MMIO")                                     \
	X(B12, PSERIES, 5, 15, 6, 14, "8f70caad82e9", "",                                          \
	  "the MMIO range is reserved in bytes where entries are meant")                           \
	X(B13, DMA, 5, 15, 6, 0, "d80f6de9d601", "",                                               \
	  "an empty table at bus address 0 counts as in use")                                      \
	X(B14, PSERIES, 5, 10, 6, 0, "b1fc44eaa9ba", "",                                           \
	  "a crash kernel finds no window when the first kernel removed the default one")          \
	X(B15, PSERIES, 6, 0, 6, 11, "-", "", "removing a bridge puts a table that is not there")  \
	X(B16, PSERIES, 6, 0, 6, 8, "09a3c1e46142", "",                                            \
	  "a crash kernel's table for an SR-IOV function has no bitmap")                           \
	X(B17, PSERIES, 6, 0, 6, 9, "49a940dbdc31", "",                                            \
	  "a frozen PE without windows is dereferenced")                                           \
	X(B18, PSERIES, 0, 0, 3, 9, "61435690a9c7", "",                                            \
	  "a function retries the DDW while another one does I/O")                                 \
	X(B19, PSERIES, 0, 0, 4, 6, "8445a87f7092", "",                                            \
	  "without EEH the DDW query dereferences null")                                           \
	X(B20, PSERIES, 6, 4, 6, 8, "a5c57fd2e9bd", "",                                            \
	  "a bridge added later has no IOMMU groups")                                              \
	X(B21, PSERIES, 6, 7, 6, 8, "0846dd77c834", "",                                            \
	  "attaching the platform domain leaks a group reference")                                 \
	X(B22, DMA, 5, 9, 5, 9, "437ef802e0ad", "",                                                \
	  "the required mask is that of the table although the device can bypass it")              \
	X(B23, PSERIES, 4, 20, 5, 11, "bf6e2d562bbc", "",                                          \
	  "a device is direct although persistent memory lies outside its window")                 \
	X(B24, PSERIES, 5, 13, 5, 16, "41ee7232fa5f", "host allocators are not state here",        \
	  "a table's bitmap is freed by the wrong allocator")                                      \
	X(B25, PSERIES, 0, 0, 5, 10, "80f025123113", "",                                           \
	  "the six-cell query answer is read as five cells")                                       \
	X(B26, PSERIES, 0, 0, 3, 10, "c1703e85a79e", "one thread: nothing interrupts a call",      \
	  "an interrupt reuses the page of a half-built list of TCEs")                             \
	X(B27, PSERIES, 0, 0, 5, 0, "68c0449ea16d",                                                \
	  "memory@ nodes outside of the LMBs (GPU RAM) are not state here",                        \
	  "the DDW does not cover memory@ nodes added later")                                      \
	X(B28, PSERIES, 0, 0, 6, 15, "67dfc11982f7", "a missing feature: LIMITED_MODE",            \
	  "a mask of 33 to 63 bits gets only the default window")                                  \
	X(C1, VFIO, 0, 0, 6, 11, "4ba2fdff2eb1", "",                                               \
	  "a window is removed before its entries are cleared and unpinned")                       \
	X(C2, VFIO, 6, 11, 6, 14, "17391cb2613b", "", "a window that was never set is unset")      \
	X(C3, VFIO, 6, 11, 6, 16, "d36e3f11fe8b", "", "the user view of a table leaks")            \
	X(C4, VFIO, 6, 4, 6, 11, "6af67f2ddfcb", "", "the info call misreports a pseries group")   \
	X(C5, VFIO, 0, 0, 5, 5, "517ad4ae8aa9", "",                                                \
	  "closing a container with a busy registration never ends")                               \
	X(C6, VFIO, 0, 0, 4, 18, "76fa4975f3ed", "",                                               \
	  "an I/O page may be larger than the pinned page under it")                               \
	X(C7, VFIO, 4, 18, 5, 1, "42de7b9e2167", "", "the same for memory that is not huge pages") \
	X(C8, VFIO, 4, 10, 4, 11, "2da64d20a0b2", "",                                              \
	  "a failing create leaves the container locked")                                          \
	X(C9, VFIO, 0, 0, 5, 1, "eb9d7a62c386", "locks of the host are not state here",            \
	  "pinning under the list lock can deadlock")                                              \
	X(C10, VFIO, 5, 1, 5, 2, "-", "", "registering an overlapping region unpins garbage")      \
	X(C11, VFIO, 0, 0, 4, 20, "6e301a8e56e4", "",                                              \
	  "clearing an almost empty large window takes minutes")                                   \
	X(C12, VFIO, 5, 19, 6, 4, "a940904443e4", "",                                              \
	  "VFIO finds no IOMMU capabilities and refuses every group")                              \
	X(D1, DMA, 6, 11, 99, 0, "", "",                                                           \
	  "unmapping a dynamic handle of a hybrid window frees nothing")                           \
	X(D2, VFIO, 6, 11, 99, 0, "", "",                                                          \
	  "detaching one of several groups clears the table they share")                           \
	X(D3, VFIO, 0, 0, 99, 0, "", "", "the end of a mapping is not checked against the window") \
	X(D4, VFIO, 0, 0, 99, 0, "", "", "a refused address is answered with +1")                  \
	X(D5, VFIO, 0, 0, 99, 0, "", "", "unregistering a mapped region succeeds")                 \
	X(D6, VFIO, 0, 0, 99, 0, "", "one thread: no region goes while it is mapped",              \
	  "a half-done mapping is answered with 0")                                                \
	X(D7, VFIO, 0, 0, 99, 0, "", "", "a failed create leaves locked memory charged")           \
	X(D8, DMA, 0, 0, 99, 0, "", "", "a list element whose TCEs were refused keeps its pages")  \
	X(D9, PSERIES, 5, 10, 99, 0, "", "",                                                       \
	  "other functions keep the table of the removed default window")                          \
	X(D10, PSERIES, 6, 11, 99, 0, "", "",                                                      \
	  "a dynamic DDW that replaces the default window loses its table")                        \
	X(D11, PSERIES, 7, 2, 99, 0, "", "", "a PE without any window is dereferenced again")      \
	X(D12, PSERIES, 6, 15, 99, 0, "", "", "asking for the required mask can blacklist the PE") \
	X(D13, PSERIES, 0, 0, 99, 0, "", "",                                                       \
	  "the tail of memory that fills no I/O page is not mapped")                               \
	X(D14, PSERIES, 0, 0, 99, 0, "", "",                                                       \
	  "memory onlined while a window is made is not mapped in it")                             \
	X(D15, PSERIES, 3, 9, 99, 0, "", "",                                                       \
	  "the blacklist outlives the node, which may come back as another")                       \
	X(D16, PSERIES, 5, 10, 99, 0, "", "",                                                      \
	  "the 20-byte default window property is read as a 24-byte one")                          \
	X(D17, POWERNV, 4, 13, 99, 0, "", "",                                                      \
	  "the 64-bit table in TVE 0 is never freed and hides the default one")                    \
	X(D18, POWERNV, 4, 19, 99, 0, "", "", "freeing skips missing levels from the wrong start") \
	X(D19, VFIO, 0, 0, 99, 0, "", "", "a failing map leaves pages pinned or counted")          \
	X(D20, PSERIES, 0, 0, 99, 0, "", "",                                                       \
	  "a cancelled online clears windows that were never filled")                              \
	X(D21, DMA, 0, 0, 99, 0, "", "", "under a mask the allocator walks past its pool")         \
	X(D22, DMA, 0, 0, 99, 0, "", "", "a request longer than the segment boundary never ends")  \
	X(D23, PSERIES, 6, 15, 99, 0, "", "",                                                      \
	  "a block that is no power of two is asked for rounded up, and refused")                  \
	X(D24, DMA, 0, 0, 99, 0, "", "", "16 GiB pages overflow 32-bit arithmetic")                \
	X(D25, PSERIES, 0, 0, 99, 0, "", "", "a refused TCE is reported as mapped")                \
	X(D26, VFIO, 6, 11, 99, 0, "", "", "a window without user view is written through null")   \
	X(D27, PSERIES, 5, 10, 99, 0, "", "",                                                      \
	  "the only window spans persistent memory, which is neither mapped in it nor in a table") \
	X(D28, PSERIES, 5, 10, 99, 0, "", "",                                                      \
	  "a default window that firmware does not bring back is used all the same")               \
	X(D29, PSERIES, 5, 15, 99, 0, "", "", "no memory for the bitmap of a DDW goes unnoticed")  \
	X(D30, DMA, 5, 9, 99, 0, "", "",                                                           \
	  "the required mask of a direct device does not reach its window")                        \
	X(D31, PSERIES, 6, 15, 99, 0, "", "",                                                      \
	  "limited addressing resets a PE whose default window maps buffers")                      \
	X(D32, PSERIES, 5, 15, 99, 0, "", "",                                                      \
	  "the I/O page with the last byte of 32-bit MMIO is not reserved")                        \
	X(D33, PSERIES, 6, 0, 99, 0, "", "", "in an inherited DDW 32-bit MMIO is not reserved")    \
	X(D34, POWERNV, 4, 19, 99, 0, "", "",                                                      \
	  "no memory for a level of a table: its entry is written through null")                   \
	X(D35, POWERNV, 4, 11, 99, 0, "", "",                                                      \
	  "telling a bus of its new table tells devices that have a PE of their own, too")         \
	X(D36, PSERIES, 6, 11, 99, 0, "", "",                                                      \
	  "other functions have no table after their PE came back from a user")                    \
	X(D37, PSERIES, 6, 11, 99, 0, "", "",                                                      \
	  "of a user's two dynamic windows the wrong one is removed")                              \
	X(D38, PSERIES, 6, 11, 99, 0, "", "",                                                      \
	  "a PE whose default window does not come back keeps pointing to its user's table")       \
	X(D39, POWERNV, 6, 4, 99, 0, "", "",                                                       \
	  "a PE without default table goes to a user with its bypass window open")                 \
	X(D40, PSERIES, 6, 11, 99, 0, "", "",                                                      \
	  "a device stays direct when its direct window went to a user")                           \
	X(D41, PSERIES, 6, 15, 99, 0, "", "",                                                      \
	  "a DDW made for one function serves another whose mask does not reach it")               \
	X(D42, DMA, 5, 11, 99, 0, "", "",                                                          \
	  "a buffer below the limit of direct DMA is direct although the mask does not reach it")  \
	X(D43, VFIO, 0, 0, 99, 0, "", "",                                                          \
	  "memory that another container maps is never given back once its own container is gone") \
	X(D44, PSERIES, 6, 11, 99, 0, "", "",                                                      \
	  "a PE without default table goes to a user with its direct window open")

enum tce_defect {
#define TCE_DEFECT_ENUM_(id, half, bmaj, bmin, fmaj, fmin, commit, why_not, text) TCE_DEFECT_##id,
	TCE_DEFECT_LIST(TCE_DEFECT_ENUM_)
#undef TCE_DEFECT_ENUM_
	TCE_NR_DEFECTS
};

struct tce_defect_info {
	const char *id;
	const char *text;    /* one clause */
	const char *commit;  /* of the fix; "-" unknown, "" not fixed */
	const char *why_not; /* "": the model can bring it back; else why it cannot */
	uint32_t first_bad;  /* TCE_KVER; 0: before 4.10 */
	uint32_t fixed_in;   /* TCE_KVER, first release without it; UINT32_MAX: none */
	enum tce_defect_half half;
};

/* The catalogue entry of a defect < TCE_NR_DEFECTS; static. */
const struct tce_defect_info *tce_defect_info(enum tce_defect defect);

/* By id, "B1" or "b1". 0 and *ret_defect; -TCE_ERR_NOENT. */
TCE_MUST_USE int tce_defect_find(const char *id, enum tce_defect *ret_defect);

static inline bool tce_defects_has(const struct tce_defects *set, enum tce_defect defect)
{
	return (set->word[(unsigned)defect / 64] >> ((unsigned)defect % 64) & 1) != 0;
}

static inline void tce_defects_add(struct tce_defects *set, enum tce_defect defect)
{
	set->word[(unsigned)defect / 64] |= UINT64_C(1) << ((unsigned)defect % 64);
}

/* Every defect there is. */
static inline void tce_defects_add_all(struct tce_defects *set)
{
	for (unsigned i = 0; i < TCE_NR_DEFECTS; i++)
		tce_defects_add(set, (enum tce_defect)i);
}

static inline void tce_defects_remove(struct tce_defects *set, enum tce_defect defect)
{
	set->word[(unsigned)defect / 64] &= ~(UINT64_C(1) << ((unsigned)defect % 64));
}

/* A profile: plain data, may be copied anywhere. */
struct tce_kernel {
	char name[16];              /* "4.10", "6.12.107", "fixed" */
	uint32_t version;           /* TCE_KVER; "fixed": as the newest release */
	unsigned page_shift;        /* log2 of PAGE_SIZE: 16, or 12 where distributions use it */
	uint64_t features;          /* bit n: enum tce_kernel_feature n */
	struct tce_defects defects; /* that it has */
};

static inline bool tce_kernel_has(const struct tce_kernel *kernel, enum tce_kernel_feature feature)
{
	return (kernel->features >> (unsigned)feature & 1) != 0;
}

static inline bool tce_kernel_bug(const struct tce_kernel *kernel, enum tce_defect defect)
{
	return tce_defects_has(&kernel->defects, defect);
}

/*
 * The index-th built-in profile, oldest first, "fixed" last; the index is what struct tce_ev_boot
 * names. 0; -TCE_ERR_NOENT past the last.
 */
TCE_MUST_USE int tce_kernel_at(unsigned index, struct tce_kernel *ret_kernel);

struct tce_kernel_match {
	unsigned index;      /* of the profile taken */
	bool exact;          /* it is the version asked for, or the recorded build of it */
	unsigned page_shift; /* as the name says ("-64k", "-4k"); else the profile's */
};

/*
 * The profile for a version as uname -r, a distribution or a person writes it: "6.14",
 * "6.12.107+deb13-powerpc64le-64k", "6.1.0-50-powerpc64le" (Debian's name for 6.1.176), "7.3-rc7",
 * "fixed". Unknown ones get the nearest older. 0; -TCE_ERR_FORMAT not a version; -TCE_ERR_NOENT
 * older than 4.10.
 */
TCE_MUST_USE int tce_kernel_find(const char *version, struct tce_kernel_match *ret_match);

/* Name, first release, commit and one clause of a feature < TCE_NR_KERNEL_FEATURES; static. */
struct tce_kernel_feature_info {
	const char *name;
	const char *commit;
	const char *text;
	uint32_t since; /* TCE_KVER */
};
const struct tce_kernel_feature_info *tce_kernel_feature_info(enum tce_kernel_feature feature);

struct tce_machine;

/*
 * Put Linux on a machine (tce/machine.h): from its BOOT on, events of class OS are answered. Which
 * kernel, and which of its defects, each BOOT and KEXEC says. 0; -TCE_ERR_EXISTS attached already;
 * -TCE_ERR_STATE after BOOT; -TCE_ERR_UNSUPPORTED not modelled for this platform; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_linux_attach(struct tce_machine *machine);

#ifdef __cplusplus
}
#endif
#endif
