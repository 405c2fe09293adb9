/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory: boot RAM, the hot-pluggable range in LMBs, persistent memory. Ranges of equal state are
 * one run, so 64 TiB of LMBs cost 24 bytes until some are plugged.
 *
 * Who changes what: the platform plugs and unplugs (SETUP events); the operating system sets online
 * and offline and turns pmem into RAM (tce_memmap_set_online, tce_pmem_set_ram). A RESET leaves
 * what is plugged plugged and takes everything offline; BOOT puts all plugged memory online.
 */
#ifndef TCE_MACHINE_MEMMAP_H
#define TCE_MACHINE_MEMMAP_H

#include <tce/event.h>

#include "base/vec.h"

struct tce_machine;
struct tce_state;
struct tce_canon;

#define TCE_MEM_PLUGGED 0x01U /* the platform backs it */
#define TCE_MEM_ONLINE  0x02U /* the kernel uses it as System RAM */
#define TCE_MEM_BOOT    0x04U /* there at power-on, never unplugged; a memory@ node */
#define TCE_MEM_DRC     0x08U /* described by ibm,dynamic-memory */

/* A maximal range of equal flags. */
struct tce_mem_run {
	uint64_t addr; /* real bytes */
	uint64_t size;
	uint32_t flags; /* TCE_MEM_ */
};

struct tce_pmem {
	uint16_t id;
	bool ram; /* the kernel uses it as System RAM (daxctl reconfigure-device system-ram) */
	uint64_t addr;
	uint64_t size;
};

struct tce_memmap {
	uint64_t lmb_size;
	struct tce_vec runs; /* struct tce_mem_run, by address, not touching with equal flags */
	struct tce_vec pmem; /* struct tce_pmem, by id */
};

/* RAM [0, ram), hot-pluggable [ram, max_ram). -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_memmap_init(struct tce_state *st, uint64_t ram, uint64_t max_ram,
				 uint64_t lmb_size, bool drc);

/* The i-th run, NULL past the last. */
const struct tce_mem_run *tce_mem_run_at(const struct tce_state *st, uint32_t i);

/* Are all bytes memory of this machine (plugged, or persistent)? */
bool tce_memmap_backed(const struct tce_state *st, uint64_t addr, uint64_t size);

/* Do all bytes carry all of flags / does any byte carry any of flags? size 0: false. */
bool tce_memmap_all(const struct tce_state *st, uint64_t addr, uint64_t size, unsigned flags);
bool tce_memmap_any(const struct tce_state *st, uint64_t addr, uint64_t size, unsigned flags);

/*
 * The next stretch of online RAM (runs and pmem used as RAM) at or after from, lowest first, cut at
 * from. Stretches that touch are not joined across kinds. False: none.
 */
bool tce_memmap_next_online(const struct tce_state *st, uint64_t from, uint64_t *ret_addr,
			    uint64_t *ret_size);

/* End of the highest plugged byte of runs (Linux memblock_end_of_DRAM); pmem does not count. */
uint64_t tce_memmap_end(const struct tce_state *st);

/* End of the last LMB in ibm,dynamic-memory (Linux drmem_lmb_memory_max); 0: no such property. */
uint64_t tce_memmap_drmem_end(const struct tce_state *st);

/* The range is whole LMBs of the hot-pluggable range. */
bool tce_memmap_is_lmbs(const struct tce_state *st, uint64_t addr, uint64_t size);

/* The kernel's part. The range must be plugged. -TCE_ERR_NOMEM: nothing changed. */
TCE_MUST_USE int tce_memmap_set_online(struct tce_state *st, uint64_t addr, uint64_t size,
				       bool online);

/* All plugged memory on (BOOT) or off (RESET); pmem is no longer RAM. Cannot fail. */
void tce_memmap_set_all(struct tce_state *st, bool online);

const struct tce_pmem *tce_pmem_find(const struct tce_state *st, uint16_t id);
const struct tce_pmem *tce_pmem_at(const struct tce_state *st, uint32_t i);
void tce_pmem_set_ram(struct tce_state *st, uint16_t id, bool ram);

/* SETUP events, as in topology.h. *ret_errno: -EBUSY plugged already or still in use. */
TCE_MUST_USE int tce_memory_plug(struct tce_machine *machine, const struct tce_ev_memory *ev,
				 int *ret_errno);
TCE_MUST_USE int tce_memory_unplug(struct tce_machine *machine, const struct tce_ev_memory *ev,
				   int *ret_errno);
TCE_MUST_USE int tce_pmem_plug(struct tce_machine *machine, const struct tce_ev_pmem_plug *ev);

void tce_memmap_canon(const struct tce_state *st, struct tce_canon *canon);

#endif
