/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device tree from a path: a flattened one in a file, that of a recording (FOLDER/machine.dtb),
 * or a folder with a file for each property, as /proc/device-tree is.
 */
#ifndef TCE_CLI_TREE_H
#define TCE_CLI_TREE_H

#include <stddef.h>

/* The flattened tree, for free(). NULL: said on stderr. */
void *tce_tree_load(const char *path, size_t *ret_n);

/* The kernel's command line, /chosen/bootargs, in a checked tree; "": none. Borrowed. */
const char *tce_tree_bootargs(const void *blob);

#endif
