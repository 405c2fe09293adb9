/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's machine protocol over a socket pair: one command at a time, events skipped.
 *
 * Life: tce_qmp_open gives our end and the child's -> QEMU starts with the child's end ->
 * tce_qmp_greet -> tce_qmp_do ... -> tce_qmp_close.
 */
#ifndef TCE_CLI_VM_QMP_H
#define TCE_CLI_VM_QMP_H

#include <stdbool.h>
#include <stddef.h>

#include "child.h"

struct tce_qmp {
	int fd;       /* ours; -1: closed */
	int child_fd; /* QEMU's; -1 once it has been handed over */
	char *buf;    /* bytes received and not yet used */
	size_t used;
	size_t size;
	const char *watch_device; /* whose DEVICE_DELETED is waited for; NULL: none */
	bool watch_seen;
};

/* All return 0, or -1 and *fail. */
int tce_qmp_open(struct tce_qmp *qmp, struct tce_fail *fail);
int tce_qmp_greet(struct tce_qmp *qmp, double seconds, struct tce_fail *fail);

/*
 * {"execute": command, "arguments": arguments}; arguments is JSON text or NULL. ret_text, when not
 * NULL, gets the value of "return" as JSON text, cut to size.
 */
int tce_qmp_do(struct tce_qmp *qmp, const char *command, const char *arguments, char *ret_text,
	       size_t size, struct tce_fail *fail);

/*
 * From now on take note of the DEVICE_DELETED event of the device with this id (kept by reference);
 * then wait for it.
 */
void tce_qmp_watch_deleted(struct tce_qmp *qmp, const char *id);
int tce_qmp_await_deleted(struct tce_qmp *qmp, double seconds, struct tce_fail *fail);

void tce_qmp_close(struct tce_qmp *qmp);

#endif
