/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small operating system for tests of the machine: it makes a dynamic window at PROBE, maps
 * pages one by one, plugs memory, and keeps its state in the machine's arena as the real halves
 * do. Bus addresses are handed out upwards from 0x1000 in the default window.
 */
#ifndef TOY_OS_H
#define TOY_OS_H

#include <tce/machine.h>

/* Attach it in the place of the Linux half. As tce_machine_attach. */
int toy_os_attach(struct tce_machine *machine);

/* Boots so far, as the toy counts them; and devices that it has probed. */
unsigned toy_os_boots(const struct tce_machine *machine);
unsigned toy_os_probed(const struct tce_machine *machine);

#endif
