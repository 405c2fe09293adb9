/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree of a PSERIES machine, as far as DMA windows go: the nodes that carry windows (one
 * for each host bridge, one for each device with a PE of its own or on the virtual bus), and their
 * properties as raw bytes, because kernels read and write them as bytes, also wrongly (D16).
 *
 * Sources: LoPAR 2.9 "Dynamic DMA Windows"; QEMU hw/ppc/spapr_pci.c spapr_dt_phb (layout of what
 * the platform writes); Linux arch/powerpc/platforms/pseries/iommu.c struct
 * dynamic_dma_window_prop.
 *
 * Memory (ibm,lrdr-capacity, ibm,dynamic-memory, pmem nodes) is in memmap.h and drmem.h.
 */
#ifndef TCE_MACHINE_DEVTREE_H
#define TCE_MACHINE_DEVTREE_H

#include <tce/event.h>

#include "base/arena.h"

struct tce_machine;
struct tce_state;
struct tce_canon;

/*
 * A node's number: a bridge's id, or TCE_NODE_DEV | a device's id. Numbers of nodes that went are
 * free for new ones, as pointers are in the kernel (D15).
 */
#define TCE_NODE_DEV  UINT32_C(0x10000)
#define TCE_NODE_NONE UINT32_MAX

/* Part of struct tce_phb or struct tce_dev_node; referred to by number. */
struct tce_node {
	struct tce_ref prop[TCE_NR_PROPS]; /* struct tce_prop_value; none: absent */
	struct tce_ref fw_window;          /* firmware's TCE_PROP_DMA_WINDOW when fixed */
	uint8_t fixed;                     /* bit n: PROPERTY said what firmware's prop n is */
	uint8_t addr_cells;                /* ibm,#dma-address-cells */
	uint8_t size_cells;                /* ibm,#dma-size-cells */
	uint8_t vio;                       /* on the virtual bus: no DDW */
};

/* The value of a property in the arena. */
struct tce_prop_value {
	uint32_t len;
	uint8_t byte[];
};

/* Device-tree name of a property: "ibm,dma-window" ...; static. */
const char *tce_prop_name(enum tce_prop prop);

/* By number; NULL: no such node. */
const struct tce_node *tce_node_find(const struct tce_state *st, uint32_t node);

/* The node whose windows a device uses: its own, its ancestors', its bridge's. dev must exist. */
uint32_t tce_node_of_dev(const struct tce_state *st, uint16_t dev);

/* Walk all nodes in order of number: the first >= from; TCE_NODE_NONE past the last. */
uint32_t tce_node_next(const struct tce_state *st, uint32_t from);

/* By what the LPAR knows its windows: BUID (a device's own PE: one of ours), VIO: unit address. */
uint64_t tce_node_buid(const struct tce_state *st, uint32_t node);

/* LIOBN of the window that its ibm,dma-window describes. */
uint64_t tce_node_liobn(const struct tce_state *st, uint32_t node);

/*
 * The bytes of a property, borrowed until it is changed; NULL: absent (*ret_len untouched).
 * An empty property is not NULL.
 */
const uint8_t *tce_node_prop(const struct tce_state *st, uint32_t node, enum tce_prop prop,
			     uint32_t *ret_len);

/* Set or replace; bytes may not point into the machine. -TCE_ERR_NOMEM: nothing changed. */
TCE_MUST_USE int tce_node_prop_set(struct tce_state *st, uint32_t node, enum tce_prop prop,
				   const uint8_t *bytes, uint32_t len);
void tce_node_prop_del(struct tce_state *st, uint32_t node, enum tce_prop prop);

/*
 * Copy one property of a node over another (ibm,dma-window -> saved and back). 0, also when from is
 * absent (to is then deleted); -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_node_prop_copy(struct tce_state *st, uint32_t node, enum tce_prop from,
				    enum tce_prop to);

/*
 * As firmware hands the node to a freshly started system: Linux's properties go, the default window
 * is described as the LPAR has it. RESET and DLPAR add do this. -TCE_ERR_NOMEM.
 */
TCE_MUST_USE int tce_node_rebuild(struct tce_machine *machine, uint32_t node);

/* CAS: only ibm,dma-window is written anew, from the LPAR's default window (size 0: it is gone). */
TCE_MUST_USE int tce_node_cas(struct tce_machine *machine, uint32_t node);

/* The PROPERTY event. -TCE_ERR_NOMEM: may be half done (step restores). */
TCE_MUST_USE int tce_node_fix(struct tce_state *st, uint32_t node,
			      const struct tce_ev_property *ev);

/* Free a node's property values. */
void tce_node_fini(struct tce_state *st, struct tce_node *node);

void tce_node_canon(const struct tce_state *st, uint32_t node, struct tce_canon *canon);

/* --- layouts --- */

/* ibm,dma-window: LIOBN, address, size in cells. */
struct tce_dma_window {
	uint32_t liobn;
	uint64_t addr; /* bus bytes */
	uint64_t size; /* bytes */
};

#define TCE_DMA_WINDOW_BYTES_MAX 36U

/*
 * Decode as Linux's of_parse_dma_window does: cells beyond 64 bits push the upper ones out. False:
 * the property is shorter than 1 + addr_cells + size_cells cells; what there is was read, the rest
 * is 0.
 */
bool tce_dma_window_decode(const uint8_t *bytes, uint32_t len, unsigned addr_cells,
			   unsigned size_cells, struct tce_dma_window *ret_window);

/* Encode as QEMU does; returns the length. Cell counts 1..4. */
uint32_t tce_dma_window_encode(const struct tce_dma_window *window, unsigned addr_cells,
			       unsigned size_cells, uint8_t ret_bytes[TCE_DMA_WINDOW_BYTES_MAX]);

/*
 * linux,direct64-ddr-window-info and linux,dma64-ddr-window-info: LIOBN at 0, 4 zero bytes, bus
 * start at 8, page shift at 16, window shift at 20; big-endian, 24 bytes.
 */
struct tce_ddw_prop {
	uint32_t liobn;
	uint64_t dma_base; /* bus bytes */
	uint32_t tce_shift;
	uint32_t window_shift;
};

#define TCE_DDW_PROP_BYTES 24U

void tce_ddw_prop_encode(const struct tce_ddw_prop *prop, uint8_t ret_bytes[TCE_DDW_PROP_BYTES]);
void tce_ddw_prop_decode(const uint8_t bytes[TCE_DDW_PROP_BYTES], struct tce_ddw_prop *ret_prop);

/* The index-th 32-bit cell of a property; false: it has no such cell. */
bool tce_prop_cell(const uint8_t *bytes, uint32_t len, unsigned index, uint32_t *ret_cell);

#endif
