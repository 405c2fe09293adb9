/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of reading a device tree. Each part of the tree has a file: memory.c,
 * pci.c (bridges and devices of both platforms), property.c, blob.c (life,
 * the root, the order of it all). Reading is tolerant where a kernel would be: what is missing is
 * assumed with a remark; what contradicts itself is refused.
 */
#ifndef TCE_FORMAT_DEVTREE_READ_H
#define TCE_FORMAT_DEVTREE_READ_H

#include <tce/devtree.h>

#include "base/pool.h"
#include "base/vec.h"
#include "format/scenario/names.h"

#define TCE_DEVTREE_REMARKS 32U
#define TCE_DEVTREE_DEPTH   24U /* bridges below bridges */

struct tce_devtree {
	struct tce_mem mem;
	struct tce_pool pool;
	struct tce_vec steps; /* struct tce_step */
	struct tce_story story;
	struct tce_name_table names;
	const char *remark[TCE_DEVTREE_REMARKS];
	unsigned nr_remarks;
};

/* Reading: as long as tce_devtree_read. */
struct tce_tree {
	struct tce_devtree *devtree;
	const void *blob; /* checked: fdt_check_full */
	const struct tce_devtree_opts *opts;
	struct tce_devtree_error *error;
	bool nomem;
	bool qemu;           /* "qemu,pseries" */
	bool has_extensions; /* of ibm,ddw-extensions the first was read */
	uint16_t nr_phbs;
	uint16_t nr_devs;
	uint16_t nr_pmems;
};

/* Cells of a property. */
struct tce_cells {
	const uint8_t *bytes;
	uint32_t len; /* bytes */
};

/* Complain about a node (negative: the tree). Always -TCE_ERR_FORMAT. */
int tce_tree_error(struct tce_tree *tree, int node, const char *text);

/* Note something assumed or left out. node negative: no path. */
void tce_tree_remark(struct tce_tree *tree, int node, const char *text);

/* A property; false: absent. */
bool tce_tree_prop(const struct tce_tree *tree, int node, const char *name,
		   struct tce_cells *ret_cells);

/* A property as firmware wrote it, though a kernel may be running. */
bool tce_tree_firmware_prop(const struct tce_tree *tree, int node, enum tce_prop prop,
			    struct tce_cells *ret_cells);

/* nr (1..4) cells from cell at on as one number, upper cells pushed out; false: not there. */
bool tce_cells_number(const struct tce_cells *cells, uint32_t at, unsigned nr,
		      uint64_t *ret_number);

/* A property of exactly one cell, or otherwise. */
uint32_t tce_tree_cell(const struct tce_tree *tree, int node, const char *name, uint32_t otherwise);

/* Is this one of the strings of a string list property? */
bool tce_tree_has_string(const struct tce_tree *tree, int node, const char *name,
			 const char *string);

/* Append an event. -TCE_ERR_LIMIT, -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_tree_add(struct tce_tree *tree, const struct tce_event *event);

/* The name of an object; a name that is taken already gets none. -TCE_ERR_NOMEM. */
TCE_MUST_USE int tce_tree_name(struct tce_tree *tree, enum tce_object object, uint16_t id,
			       const char *name);

/* --- the parts: machine options and events --------------------------------------------------- */

/* RAM, the hot-pluggable range, ibm,lrdr-capacity, then what is plugged and persistent memory. */
TCE_MUST_USE int tce_tree_memory_opts(struct tce_tree *tree);
TCE_MUST_USE int tce_tree_memory_events(struct tce_tree *tree);

/* A host bridge? *ret_generation is written for those of PowerNV. */
bool tce_tree_is_bridge(const struct tce_tree *tree, int node, unsigned *ret_generation);

/* All bridges with what is below them. */
TCE_MUST_USE int tce_tree_bridges(struct tce_tree *tree);

/* Virtual I/O devices with a window. */
TCE_MUST_USE int tce_tree_vio(struct tce_tree *tree);

/*
 * Is it a machine at all? On pseries, properties that differ from what the platform would write by
 * itself become PROPERTY events: the machine as read so far is made for that, and thrown away.
 */
TCE_MUST_USE int tce_tree_properties(struct tce_tree *tree);

#endif
