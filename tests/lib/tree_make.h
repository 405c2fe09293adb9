/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flattened device trees for tests, from text that looks like device tree source:
 *
 *	/ { model = "toy"; pci@1 { reg = <0x800 1>; compatible = "a", "b"; flag; } }
 *
 * Properties come before subnodes. Written without libfdt, which reads them.
 */
#ifndef TREE_MAKE_H
#define TREE_MAKE_H

#include <stddef.h>

/* The blob, for free(), and its length. Text that cannot be read stops the test. */
void *tree_make(const char *text, size_t *ret_n);

/* text with its only occurrence of old replaced, for free(). */
char *tree_edit(const char *text, const char *old, const char *new);

#endif
