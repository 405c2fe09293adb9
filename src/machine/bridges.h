/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform of a POWERNV machine: host bridges in the platform's arena, and the words of memory
 * that they read TCE tables from. Memory has content only where TCE_STORE put some; all else is
 * zero.
 */
#ifndef TCE_MACHINE_BRIDGES_H
#define TCE_MACHINE_BRIDGES_H

#include <tce/ioda.h>

#include "machine.h"

/* The words, empty; the platform's arena is there. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_bridges_init(struct tce_machine *machine);
void tce_bridges_fini(struct tce_machine *machine);

/* A bridge for PHB_PLUG; *ret_ref in the platform's arena. -TCE_ERR_INVAL; -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_bridge_new(struct tce_machine *machine, const struct tce_ev_phb_plug *ev,
				struct tce_ref *ret_ref);
void tce_bridge_free(struct tce_machine *machine, struct tce_ref ref);

/* 32-bit MMIO of a bridge that the event leaves open: its kind's. */
void tce_bridge_mmio32(const struct tce_ev_phb_plug *ev, uint64_t *ret_start, uint64_t *ret_last);

/* The bridge of a POWERNV host bridge. */
struct tce_ioda *tce_bridge_of(const struct tce_machine *machine, const struct tce_phb *phb);

/* All bridges read this machine's memory (after a copy). */
void tce_bridges_bind(struct tce_machine *machine);

/* Each bridge as the firmware hands it to a kernel, memory without content. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_bridges_reset(struct tce_machine *machine);

/* An OPAL call of the kernel's; codes of tce_ioda_opal. */
TCE_MUST_USE int tce_bridges_opal(struct tce_machine *machine, const struct tce_ev_opal *ev,
				  struct tce_opal_answer *ret_answer);

/* A store; -TCE_ERR_INVAL: there is no memory. */
TCE_MUST_USE int tce_bridges_store(struct tce_machine *machine, const struct tce_ev_store *ev);

/* OPAL, TCE_STORE, PHB_REGISTER. */
TCE_MUST_USE int tce_bridges_answer(struct tce_machine *machine, const struct tce_event *event,
				    struct tce_outcome *outcome);

/* One piece of a DMA; which may freeze the PE. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_bridges_dma(struct tce_machine *machine, const struct tce_dev *dev,
				 uint64_t bus, unsigned access, struct tce_outcome *outcome);

bool tce_bridges_equal(const struct tce_machine *a, const struct tce_machine *b);
uint64_t tce_bridges_hash(const struct tce_machine *machine);
void tce_bridges_canon(const struct tce_machine *machine, struct tce_canon *canon);

#endif
