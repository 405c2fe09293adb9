/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tce/machine.h - one whole machine: platform (tce/papr.h or tce/ioda.h), memory map, PCI topology,
 * device tree, and the operating system on it. tce_machine_step applies one event (tce/event.h).
 *
 * The machine reads no clock, no file, no environment and no random source: equal machines and
 * equal events give equal outcomes. It lives in one arena: a clone is a copy of its bytes, a hash
 * is a pass over its state.
 *
 * Life: tce_machine_new -> tce_linux_attach (tce/linux.h), tce_vfio_attach (tce/vfio.h) where
 * there is to be an operating system -> SETUP events -> BOOT -> events -> tce_machine_free; clone
 * and copy at any time. A machine without Linux takes SETUP and BOUNDARY events: the embedder is
 * its operating system. Machines as text: tce/scenario.h; from a device tree: tce/devtree.h.
 * Threads: one thread per machine; clones are independent.
 */
#ifndef TCE_MACHINE_H
#define TCE_MACHINE_H

#include <tce/event.h>

#ifdef __cplusplus
extern "C" {
#endif

struct tce_machine;

#define TCE_NODE_STARTS_MAX 15U

struct tce_machine_opts {
	enum tce_platform platform;
	const struct tce_papr_profile *papr; /* PSERIES */
	const char *ioda_profile;            /* POWERNV: "hardware", "qemu-pnv"; NULL: hardware */
	uint64_t ram;                        /* bytes of RAM at boot */
	uint64_t max_ram;                    /* bytes; 0: as ram; [ram, max_ram) is hot-pluggable */
	uint64_t lrdr_capacity;              /* top address in ibm,lrdr-capacity */
	bool has_lrdr;     /* lrdr_capacity counts, also 0 (QEMU 7.2); else max_ram */
	bool no_lrdr;      /* the property is absent */
	uint64_t lmb_size; /* bytes; 0: 256 MiB */
	/*
	 * Where RAM of another NUMA node begins inside [0, ram), ascending; 0: no more. Linux keeps
	 * what belongs to different nodes apart (memblock, /proc/iomem): it fills windows piece by
	 * piece.
	 */
	uint64_t node_start[TCE_NODE_STARTS_MAX];
	bool no_multitce;               /* hcall-multi-tce not offered */
	bool no_64bit_query;            /* ibm,ddw-extensions without six-cell query */
	bool has_limited_mode;          /* ibm,ddw-extensions offers limited addressing */
	enum tce_table_storage storage; /* COMPACT for explorers, LAZY for large machines */
	size_t arena_size;              /* bytes of address space; 0: 64 MiB */
};

/*
 * 0; -TCE_ERR_INVAL; -TCE_ERR_NOMEM. The machine has RAM and nothing else. alloc NULL: default.
 */
TCE_MUST_USE int tce_machine_new(const struct tce_alloc *alloc, const struct tce_machine_opts *opts,
				 struct tce_machine **ret_machine);
void tce_machine_free(struct tce_machine *machine);

/* A new machine equal to machine, without its tap. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_machine_clone(const struct tce_machine *machine,
				   struct tce_machine **ret_clone);

/*
 * Make dst what src is, without allocating, keeping dst's tap: both must have been made with the
 * same options (a clone and its origin) and COMPACT storage, else -TCE_ERR_INVAL.
 */
TCE_MUST_USE int tce_machine_copy(struct tce_machine *dst, const struct tce_machine *src);

/*
 * Would the two answer every event alike? Options, windows, tables, device tree, memory, mappings
 * and the operating system count; taps, counters and the history of allocations do not. Equal
 * machines have equal hashes.
 */
bool tce_machine_equal(const struct tce_machine *a, const struct tce_machine *b);
uint64_t tce_machine_hash(const struct tce_machine *machine);

/*
 * Sees each event after it was answered; depth 0: given to step, 1..: emitted on the way (so an
 * event's children come before it). The event and its arrays live only during the call.
 */
typedef void tce_tap_fn(void *ctx, unsigned depth, const struct tce_event *event,
			const struct tce_outcome *outcome);
void tce_machine_set_tap(struct tce_machine *machine, tce_tap_fn *tap, void *ctx);

/*
 * Apply one event. 0 and *ret_outcome, whatever the machine answered. Otherwise nothing happened:
 * -TCE_ERR_INVAL an id or a field out of range, -TCE_ERR_EXISTS an id in use, -TCE_ERR_NOENT an id
 * that is not there, -TCE_ERR_STATE not possible now (an OS event before BOOT, anything after an
 * abort), -TCE_ERR_UNSUPPORTED not modelled for this platform or no such half attached,
 * -TCE_ERR_NOMEM. With LAZY storage, where an operating system's event has reached the platform
 * already, and where an event of a driver needs more than half of the arena at once, NOMEM leaves
 * the event half done: then every later step is refused with -TCE_ERR_STATE.
 */
TCE_MUST_USE int tce_machine_step(struct tce_machine *machine, const struct tce_event *event,
				  struct tce_outcome *ret_outcome);

/* Events applied so far, emitted ones not counted. */
uint64_t tce_machine_nr_events(const struct tce_machine *machine);

/* The hypervisor of a PSERIES machine; NULL on POWERNV. Borrowed; look, do not change. */
const struct tce_lpar *tce_machine_lpar(const struct tce_machine *machine);

#ifdef __cplusplus
}
#endif
#endif
