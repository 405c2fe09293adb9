/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is plugged: host bridges, PCI devices below them, virtual I/O devices. Records are sorted by
 * id; pointers to them are good until the next plug or unplug. Who drives a device is the operating
 * system's affair, not kept here.
 */
#ifndef TCE_MACHINE_TOPOLOGY_H
#define TCE_MACHINE_TOPOLOGY_H

#include <tce/event.h>

#include "base/arena.h"
#include "base/vec.h"
#include "devtree.h"

struct tce_phb {
	uint16_t id;
	uint8_t generation; /* POWERNV: enum tce_ioda_generation */
	bool big;
	bool no_ddw_properties;
	uint64_t mmio32_start;
	uint64_t mmio32_last;     /* inclusive; both 0: none */
	struct tce_phb_opts papr; /* PSERIES, as asked for */
	struct tce_node node;     /* PSERIES */
	struct tce_ref bridge;    /* POWERNV: struct tce_ioda */
};

struct tce_dev {
	uint16_t id;
	uint16_t phb;    /* TCE_NO_ID: VIO */
	uint16_t parent; /* TCE_NO_ID: none */
	uint8_t bus;
	uint8_t devfn;
	uint8_t type; /* enum tce_device_type */
	uint8_t secondary_bus;
	uint8_t subordinate_bus;
	uint8_t streaming_bits; /* 1..64 */
	uint8_t coherent_bits;
	bool mmio64_only;
	bool own_pe;
	uint8_t m64_count; /* POWERNV: 0: none */
	uint16_t m64_first;
	struct tce_ref node; /* struct tce_dev_node: own_pe on PSERIES, and VIO */
};

/* A device's own node, and by what the LPAR knows it. */
struct tce_dev_node {
	struct tce_node node;
	uint64_t buid; /* VIO: unit address */
	uint64_t liobn;
	uint64_t size; /* VIO: bytes of its window */
};

struct tce_topology {
	struct tce_vec phbs; /* struct tce_phb */
	struct tce_vec devs; /* struct tce_dev */
};

/* By id; NULL: not there. */
struct tce_phb *tce_phb_find(const struct tce_state *st, uint16_t id);
struct tce_dev *tce_dev_find(const struct tce_state *st, uint16_t id);

/* By position in order of id; NULL past the last. */
struct tce_phb *tce_phb_at(const struct tce_state *st, uint32_t i);
struct tce_dev *tce_dev_at(const struct tce_state *st, uint32_t i);
uint32_t tce_nr_phbs(const struct tce_state *st);
uint32_t tce_nr_devs(const struct tce_state *st);

/* The device on a bridge with this bus, device and function number; NULL: none. */
struct tce_dev *tce_dev_by_rid(const struct tce_state *st, uint16_t phb, uint16_t rid);

/*
 * The requester ID with which a device's DMA arrives at its host bridge: its own, or below a
 * PCIe-to-PCI bridge that bridge's secondary bus, function 0 (PCIe to PCI bridge spec, 2.3).
 */
uint16_t tce_dev_rid(const struct tce_state *st, const struct tce_dev *dev);

/* RTAS configuration address: bus << 16 | devfn << 8. */
static inline uint32_t tce_dev_config_addr(const struct tce_dev *dev)
{
	return (uint32_t)dev->bus << 16 | (uint32_t)dev->devfn << 8;
}

/*
 * The 32-bit MMIO range of a bridge that windows below 4 GiB must leave alone; false: it has none.
 */
static inline bool tce_phb_mmio32(const struct tce_phb *phb)
{
	return phb->mmio32_start != 0 || phb->mmio32_last != 0;
}

/*
 * SETUP events. Each checks everything first: -TCE_ERR_INVAL, -TCE_ERR_EXISTS, -TCE_ERR_NOENT,
 * -TCE_ERR_NOMEM and nothing happened, else 0; unplug answers -EBUSY in *ret_errno when something
 * below is still there.
 */
TCE_MUST_USE int tce_phb_plug(struct tce_machine *machine, const struct tce_ev_phb_plug *ev);
TCE_MUST_USE int tce_phb_unplug(struct tce_machine *machine, uint16_t id, int *ret_errno);
TCE_MUST_USE int tce_dev_plug(struct tce_machine *machine, const struct tce_ev_device_plug *ev);
TCE_MUST_USE int tce_dev_unplug(struct tce_machine *machine, uint16_t id, int *ret_errno);
TCE_MUST_USE int tce_vio_plug(struct tce_machine *machine, const struct tce_ev_vio_plug *ev);

/* The LPAR's bridge for a PSERIES PE: what tce_phb_plug and own_pe give to tce_lpar_phb_add. */
void tce_phb_lpar_opts(const struct tce_phb *phb, struct tce_phb_opts *ret_opts);
void tce_dev_lpar_opts(const struct tce_phb *phb, uint16_t dev, struct tce_phb_opts *ret_opts);

void tce_topology_canon(const struct tce_state *st, struct tce_canon *canon);

#endif
