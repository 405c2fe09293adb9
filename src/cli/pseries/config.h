/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine that QEMU and the model are both built as: host bridges with their properties, and
 * virtual I/O devices. Plain data; a copy is a copy.
 */
#ifndef TCE_CLI_PSERIES_CONFIG_H
#define TCE_CLI_PSERIES_CONFIG_H

#include <stdbool.h>

#include <tce/papr.h>

#include "cli/vm/child.h"

#define TCE_QEMU_MAX_PHB 4U
#define TCE_QEMU_MAX_VIO 2U
#define TCE_QEMU_RAM     (UINT64_C(512) << 20)
#define TCE_QEMU_VIO_WIN (UINT64_C(256) << 20) /* QEMU hw/scsi/spapr_vscsi.c: rtce window */

/* A spapr-pci-host-bridge; the fields are QEMU's properties. */
struct tce_qemu_phb {
	unsigned index;
	bool ddw;
	bool dyn_liobn_first; /* measured, see tce_guest_probe */
	bool plugged;         /* added while the machine ran */
	unsigned nr_edu;      /* "edu" devices on its bus; only bridge 0, see guest.c */
	unsigned instance;    /* its number in QEMU's migration stream: one more than the last's */
	uint64_t pgsz;        /* bit n = page shift n */
	uint64_t dma_win_addr;
	uint64_t dma_win_size;
	uint64_t dma64_win_addr;
};

struct tce_qemu_vio {
	uint32_t unit;
	bool lan; /* spapr-vlan, whose hypercalls tell what DMA is allowed; else spapr-vscsi */
};

struct tce_qemu_config {
	struct tce_qemu_phb phb[TCE_QEMU_MAX_PHB]; /* [0] has index 0 and is always there */
	unsigned nr_phb;
	struct tce_qemu_vio vio[TCE_QEMU_MAX_VIO];
	unsigned nr_vio;
};

/* A bridge with QEMU's defaults. */
struct tce_qemu_phb tce_qemu_phb_default(unsigned index);

/* One bridge with defaults, no virtual I/O. */
void tce_qemu_config_init(struct tce_qemu_config *config);

/* The bridge with this index, NULL: none. */
struct tce_qemu_phb *tce_qemu_config_phb(struct tce_qemu_config *config, unsigned index);

/* Plug: there must be room. Unplug: it must be there. */
void tce_qemu_config_plug(struct tce_qemu_config *config, const struct tce_qemu_phb *phb);
void tce_qemu_config_unplug(struct tce_qemu_config *config, unsigned index);

/*
 * Can another QEMU load what this one saves? Not after a bridge was unplugged that others were
 * plugged after: QEMU numbers bridges in the order they came, and the new process has no such
 * numbers (docs/findings/qemu-phb-unplug-migration.md).
 */
bool tce_qemu_config_loadable(const struct tce_qemu_config *config);

uint64_t tce_qemu_buid(unsigned index);

/* The same machine as a model. memory is copied. 0, or -1 and *fail. */
int tce_qemu_config_model(const struct tce_qemu_config *config,
			  const struct tce_papr_profile *profile, const struct tce_memory *memory,
			  struct tce_lpar **ret_lpar, struct tce_fail *fail);

/* What tce_lpar_phb_add wants for a bridge. */
void tce_qemu_phb_opts(const struct tce_qemu_phb *phb, struct tce_phb_opts *ret_opts);

#endif
