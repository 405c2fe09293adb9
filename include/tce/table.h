/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/table.h - one TCE table: entry number -> 64-bit TCE, with the I/O page size they stand for.
 *
 * A table knows nothing of LIOBNs, bus offsets or devices; a window (tce/papr.h, tce/ioda.h) places
 * it on a bus. Entries are kept verbatim, all 64 bits: reserved bits come back as they were put.
 *
 * Life: new (all entries zero) -> put, stuff, get, translate ... -> free.
 *
 * Threads, storage LAZY: one writer; any number of readers (get, translate, nr_mapped, next_run,
 * and hash, equal and copy's src, which walk runs) without locks beside it. A reader sees each
 * entry either before or after a change, never a mixture or a step back; it sees the entries of one
 * put_list, stuff, clear or copy in no particular order. new and free are the writer's alone, and
 * no reader may be inside. Storage COMPACT: one thread.
 *
 * Cost: an empty table of any size is free. Linear runs (a direct-mapped window) and constant runs
 * cost 8 bytes per 512 entries, or per 262 144; the first irregular entry of an aligned block of
 * 512 makes that block cost 4 KiB, until clear or free. After new, storage LAZY never allocates
 * again. COMPACT costs a header and 32 bytes per run; a change moves the runs behind it.
 */
#ifndef TCE_TABLE_H
#define TCE_TABLE_H

#include <stdbool.h>

#include <tce/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Bits of a TCE (LoPAR 2.9, "TCE"; PHB3/PHB4 leaf entries are the same). IBM bits 0:51 are the real
 * page number, 62 and 63 the permissions. Permission 0 means: not mapped, whatever the rest holds.
 */
#define TCE_READ           UINT64_C(1) /* the device may read memory */
#define TCE_WRITE          UINT64_C(2) /* the device may write memory */
#define TCE_PERM           (TCE_READ | TCE_WRITE)

#define TCE_PAGE_SHIFT_MIN 12U
#define TCE_PAGE_SHIFT_MAX 34U

/* Most entries one table may have: 2^40, a window of 2^52 bytes in 4 KiB pages. */
#define TCE_TABLE_ENTRIES_MAX (UINT64_C(1) << 40)

struct tce_table;

enum tce_table_storage {
	TCE_STORAGE_LAZY,    /* addresses reserved at new, memory as touched; lock-free readers */
	TCE_STORAGE_COMPACT, /* a sorted array of runs; small, position independent, one thread */
};

struct tce_table_opts {
	unsigned page_shift; /* log2 of the I/O page in bytes, 12..34 */
	uint64_t nr_entries; /* 1..TCE_TABLE_ENTRIES_MAX; need not be a power of two */
	enum tce_table_storage storage;
};

/*
 * Make an all-zero table. alloc NULL: the default one. *ret_table is the caller's, for
 * tce_table_free. A LAZY table reserves some more than 8 bytes per entry; when alloc has no
 * reserve it is paid for at once. A table whose alloc is an arena goes along when the arena is
 * copied. 0; -TCE_ERR_INVAL page shift or count out of range; -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_table_new(const struct tce_alloc *alloc, const struct tce_table_opts *opts,
			       struct tce_table **ret_table);

/* Free it; NULL is fine. No reader may be inside. */
void tce_table_free(struct tce_table *table);

/* As given to new. */
unsigned tce_table_page_shift(const struct tce_table *table);
uint64_t tce_table_nr_entries(const struct tce_table *table);

/* Entries whose permission is not 0, kept up to date by every change: O(1). */
uint64_t tce_table_nr_mapped(const struct tce_table *table);

/* The TCE at index, verbatim; 0 past the end. Never allocates, never fails. */
uint64_t tce_table_get(const struct tce_table *table, uint64_t index);

/*
 * Store one TCE at index < nr_entries; one atomic store to readers. If ret_old is not NULL it gets
 * what was there. 0; -TCE_ERR_INVAL index; -TCE_ERR_NOMEM (COMPACT only; nothing changed).
 */
TCE_MUST_USE int tce_table_put(struct tce_table *table, uint64_t index, uint64_t tce,
			       uint64_t *ret_old);

/*
 * Store list[0..count) at index..: the body of H_PUT_TCE_INDIRECT. The whole range must lie inside;
 * list must not change meanwhile. A list that fills an aligned block of 512 entries with one run is
 * kept as that run.
 * 0, also for count 0; -TCE_ERR_INVAL range; -TCE_ERR_NOMEM (COMPACT only; nothing changed).
 */
TCE_MUST_USE int tce_table_put_list(struct tce_table *table, uint64_t index,
				    const struct tce_be64 *list, uint64_t count);

/*
 * Store first, first + page, first + 2 pages ...: a direct-mapped range. O(count / 262 144).
 * Returns as put_list.
 */
TCE_MUST_USE int tce_table_put_run(struct tce_table *table, uint64_t index, uint64_t first,
				   uint64_t count);

/* Store the same TCE count times: the body of H_STUFF_TCE; 0 clears. Returns as put_list. */
TCE_MUST_USE int tce_table_stuff(struct tce_table *table, uint64_t index, uint64_t tce,
				 uint64_t count);

/*
 * Everything back to zero, and the memory of it back to the system: with the default alloc at once,
 * else as far as its discard does so. O(what was touched). Readers may run beside it.
 */
void tce_table_clear(struct tce_table *table);

/*
 * A stretch of non-zero entries that one formula gives: entry index + i is first + i * step, with
 * step 0 (constant) or the page size (linear). A single entry has count 1 and step 0.
 */
struct tce_run {
	uint64_t index;
	uint64_t count;
	uint64_t first;
	uint64_t step;
};

/*
 * The first run at or after index from. False when only zeros follow.
 *
 * The rule, which the content alone decides: the run begins at the first non-zero entry e[i] with
 * i >= from. If e[i+1] equals e[i] it is constant, else if e[i+1] equals e[i] + page and is not 0
 * it is linear (sums modulo 2^64), else it is a single entry. It ends before the first entry that
 * its formula does not give, or that is 0, or at the end of the table. So two tables hold the same
 * entries exactly when walking both with from = index + count gives the same runs, however the
 * entries were put and whatever the storage.
 *
 * Beside a writer each entry of a run was so at some moment of the call.
 */
bool tce_table_next_run(const struct tce_table *table, uint64_t from, struct tce_run *ret_run);

/* 64-bit hash of geometry and entries (XXH3 over the runs): equal content, equal hash. */
uint64_t tce_table_hash(const struct tce_table *table);

/* Same geometry, same entries; how they are stored does not count. */
bool tce_table_equal(const struct tce_table *a, const struct tce_table *b);

/*
 * Make dst's entries those of src; the storages may differ. The caller is dst's writer; entries
 * that are the same in both never change for its readers. 0; -TCE_ERR_INVAL another geometry;
 * -TCE_ERR_NOMEM (dst is COMPACT; nothing changed).
 */
TCE_MUST_USE int tce_table_copy(struct tce_table *dst, const struct tce_table *src);

/*
 * One device access, as the hardware sees it (QEMU hw/ppc/spapr_iommu.c spapr_tce_translate_iommu;
 * PHB4 leaf rule): offset is relative to the start of the table's window, in bytes.
 */
struct tce_xlate {
	uint64_t tce;     /* the entry that decided; 0 past the end */
	struct tce_ra ra; /* where the access lands: page of the entry | offset in the page */
	unsigned perm;    /* TCE_READ | TCE_WRITE of the entry; 0: fault */
	unsigned page_shift;
};

/*
 * Translate. True when the entry allows all of access (TCE_READ, TCE_WRITE or both); false: fault.
 * *ret_xlate is written in both cases. An offset past the end is a fault with tce 0, perm 0.
 */
bool tce_table_translate(const struct tce_table *table, uint64_t offset, unsigned access,
			 struct tce_xlate *ret_xlate);

#ifdef __cplusplus
}
#endif
#endif
