/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A running QEMU with our guest image inside, and the memory we share with it.
 *
 * Life: tce_guest_start -> slot, post, wait, reset, plug ... -> tce_guest_stop. After load the
 * process is another one; memory stays.
 *
 * Requests are numbered from 0 for ever; tce_guest_slot(n) may be filled while n is less than
 * TCE_RING_NR_SLOTS past the last one waited for.
 */
#ifndef TCE_CLI_PSERIES_GUEST_H
#define TCE_CLI_PSERIES_GUEST_H

#include "cli/vm/vm.h"

#include "config.h"
#include "ring.h"

#define TCE_GUEST_PATIENCE 20.0

struct tce_guest_opts {
	const char *qemu;  /* program */
	const char *agent; /* guest image */
	double patience;   /* seconds without progress that count as hanging */
};

struct tce_guest {
	struct tce_guest_opts opts;
	struct tce_qemu_config config; /* as it is now, plugged bridges included */
	struct tce_vm vm;              /* the first TCE_RING_END bytes of its memory are mapped */
	uint64_t posted;
	bool edu_swapped; /* edu devices want their registers the other way round, see edu.c */
	int saved_fd;     /* machine state of the last save; -1: none */
	uint64_t saved_posted;
	struct tce_qemu_config saved_config;
};

/* All int functions: 0, or -1 and *fail. config is copied. */
int tce_guest_start(struct tce_guest *guest, const struct tce_guest_opts *opts,
		    const struct tce_qemu_config *config, struct tce_fail *fail);

/* Nothing started yet; may be stopped. */
void tce_guest_init(struct tce_guest *guest);

/* Fine in any state, also after a failed start or twice. */
void tce_guest_stop(struct tce_guest *guest);

struct tce_ring_slot *tce_guest_slot(struct tce_guest *guest, uint64_t n);

/* Host address of len bytes of guest memory below TCE_RING_END. */
void *tce_guest_memory(struct tce_guest *guest, uint64_t address, size_t len);

/* Hand n more requests over; the slots from guest->posted on are filled. */
void tce_guest_post(struct tce_guest *guest, uint64_t n);

/* How many requests have been answered. */
uint64_t tce_guest_done(const struct tce_guest *guest);

/* Wait until the first n requests are answered. */
enum tce_guest_end tce_guest_wait(struct tce_guest *guest, uint64_t n);

/* One line on how it ended, for ends that are failures. */
int tce_guest_fail(struct tce_guest *guest, enum tce_guest_end end, struct tce_fail *fail);

/* How often the image was entered: once per power-on or reset. */
uint64_t tce_guest_entries(const struct tce_guest *guest);

/* Wait until it was entered more than entries times. */
enum tce_guest_end tce_guest_wait_entry(struct tce_guest *guest, uint64_t entries);

/* The following need all posted requests answered. */
int tce_guest_reset(struct tce_guest *guest, struct tce_fail *fail);
int tce_guest_plug(struct tce_guest *guest, const struct tce_qemu_phb *phb, struct tce_fail *fail);
int tce_guest_unplug(struct tce_guest *guest, unsigned index, struct tce_fail *fail);

/*
 * Which LIOBN a bridge gives out when both are free is the order of a hash table in QEMU: found out
 * by removing the default window, making one, and resetting the windows, which leaves the bridge as
 * it was at power-on. Sets phb->dyn_liobn_first.
 */
int tce_guest_probe(struct tce_guest *guest, struct tce_qemu_phb *phb, struct tce_fail *fail);

/* Keep the machine's state (not its memory); it runs on. */
int tce_guest_save(struct tce_guest *guest, struct tce_fail *fail);

/* A new process that goes on from the last save. */
int tce_guest_load(struct tce_guest *guest, struct tce_fail *fail);

#endif
