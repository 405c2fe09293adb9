/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees that come packed, as a tar.gz of /sys/firmware/devicetree. */
#ifndef TCE_CLI_UNPACK_H
#define TCE_CLI_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * One flattened, for free(). NULL: said on stderr. tar(1) unpacks it into a folder that is removed
 * again.
 */
void *tce_tree_load_packed(const char *path, size_t *ret_n);

/* Does this folder hold a recording's tree: machine.dtb, or devicetree.tar.gz? */
bool tce_tree_is_recorded(const char *folder);

/* That tree, for free(). NULL: said on stderr. */
void *tce_tree_load_recorded(const char *folder, size_t *ret_n);

#endif
