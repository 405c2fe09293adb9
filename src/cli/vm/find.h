/* SPDX-License-Identifier: BSD-2-Clause */
/* What a run needs from the system: which QEMU this is, its profile, and our guest image. */
#ifndef TCE_CLI_VM_FIND_H
#define TCE_CLI_VM_FIND_H

#include <tce/papr.h>

#include "child.h"

struct tce_qemu_version {
	unsigned major;
	unsigned minor;
	unsigned micro;
	char text[64]; /* "7.2.22" */
};

/*
 * Ask the program, which may take patience seconds. 0, or -1 and *fail: no such program, not QEMU,
 * hangs, too old.
 */
int tce_find_qemu_version(const char *qemu, double patience, struct tce_qemu_version *ret_version,
			  struct tce_fail *fail);

/* Does it have this machine? 0, or -1 and *fail. */
int tce_find_machine(const char *qemu, double patience, const char *machine, struct tce_fail *fail);

/*
 * The profile measured on this version, or on the nearest older one; ret_exact: it is this very
 * version's. NULL and *fail: older than all.
 */
const struct tce_papr_profile *tce_find_profile(const struct tce_qemu_version *version,
						bool *ret_exact, struct tce_fail *fail);

/*
 * The guest image: chosen when not NULL, else the one of this name beside the program in a build
 * folder, else where it is installed. 0 and the path in buf, or -1 and *fail.
 */
int tce_find_agent(const char *chosen, const char *name, char *buf, size_t size,
		   struct tce_fail *fail);

#endif
