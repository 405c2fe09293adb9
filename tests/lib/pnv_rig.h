/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * powernv machines for tests: scenario text in small bites (machine_rig.h) with Linux attached, and
 * the kernel's and the bridge's state as tests ask for it. Bridges are phb0.., names are names.
 */
#ifndef PNV_RIG_H
#define PNV_RIG_H

#include "linux/powernv/powernv.h"
#include "machine_rig.h"

#define PNV_CALLS_MAX 4096

/* BOUNDARY events that the kernel caused since the last pnv_rig_forget. */
struct pnv_rig {
	struct machine_rig rig;
	struct tce_event calls[PNV_CALLS_MAX];
	unsigned nr_calls;
	struct tce_outcome outcome; /* of pnv_rig_call's calls */
	struct tce_linux_call call;
};

/* A machine line; nothing is plugged. */
void pnv_rig_init(struct pnv_rig *rig, const char *machine);
/* One bridge phb0 with a root port, and below it a device of each kind that the tests need: */
extern const char pnv_rig_one_device[];    /* port, dev (bus 1) */
extern const char pnv_rig_behind_bridge[]; /* port, bridge (bus 1), a, b, c (bus 2) */
void pnv_rig_fini(struct pnv_rig *rig);
void pnv_rig_do(struct pnv_rig *rig, const char *text);

/* For calling functions of src/linux directly. */
struct tce_linux_call *pnv_rig_call(struct pnv_rig *rig);

struct tce_linux_dev *pnv_rig_dev(struct pnv_rig *rig, uint8_t bus, uint8_t devfn);
struct tce_iommu_table *pnv_rig_base(struct pnv_rig *rig, uint8_t bus, uint8_t devfn);
/* By PE number on phb0. */
struct tce_pnv_pe *pnv_rig_pe(struct pnv_rig *rig, unsigned number);
struct tce_table_group *pnv_rig_group(struct pnv_rig *rig, unsigned number);
struct tce_iommu_table *pnv_rig_table(struct pnv_rig *rig, unsigned number, unsigned slot);
uint64_t pnv_rig_tve(struct pnv_rig *rig, unsigned index);
/* The PE of a RID by the bridge's RTT. */
unsigned pnv_rig_rtt(struct pnv_rig *rig, uint16_t rid);

void pnv_rig_forget(struct pnv_rig *rig);
/* How many of the calls were this OPAL call; the n-th of them from 0 (NULL: there is none). */
unsigned pnv_rig_nr_opal(const struct pnv_rig *rig, uint64_t token);
const uint64_t *pnv_rig_opal(const struct pnv_rig *rig, uint64_t token, unsigned n);

#endif
