/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A QEMU process and the memory it shares with us, whatever machine it is: cli/pseries/guest.h
 * is the pseries machine, cli/powernv/machine.h the bare-metal ones.
 *
 * Life: tce_vm_init -> tce_vm_memory -> tce_vm_spawn -> tce_vm_wait ... -> tce_vm_stop. Nothing of
 * it is in the file system, so nothing can be left behind.
 *
 * Host and guest image talk through a mailbox of 64-bit words in the shared memory, see mail.h.
 */
#ifndef TCE_CLI_VM_VM_H
#define TCE_CLI_VM_VM_H

#include <stdint.h>

#include "child.h"
#include "qmp.h"

#define TCE_VM_MAX_ARGS  192
#define TCE_VM_ARG_BYTES 256

struct tce_vm {
	const char *program; /* QEMU */
	double patience;     /* seconds without progress that count as hanging */
	struct tce_child child;
	struct tce_qmp qmp;
	int ram_fd;
	uint64_t ram_size;
	uint8_t *ram; /* the first nr_mapped bytes of the guest's memory */
	size_t nr_mapped;
	uint64_t mailbox; /* its offset in there */
};

/* How a wait for the guest image ended. */
enum tce_guest_end {
	TCE_GUEST_DONE,        /* all answered */
	TCE_GUEST_DIED,        /* QEMU ended; the mailbox tells how far it came */
	TCE_GUEST_HUNG,        /* no progress for the patience we have */
	TCE_GUEST_TRAPPED,     /* the image took an interrupt it should not have */
	TCE_GUEST_INTERRUPTED, /* the user wants us to stop */
};

/* A command line that grows. */
struct tce_vm_args {
	char *argv[TCE_VM_MAX_ARGS + 1];
	char text[TCE_VM_MAX_ARGS][TCE_VM_ARG_BYTES];
	int n;
};

/* One more argument; there must be room. */
void tce_vm_arg(struct tce_vm_args *args, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The arguments every machine has: memory ("ram0"), monitor, one processor, no windows. */
void tce_vm_common_args(struct tce_vm_args *args, const struct tce_vm *vm);

/* program is kept; patience 0: 20 s. To be stopped from here on. */
void tce_vm_init(struct tce_vm *vm, const char *program, double patience);

/* Guest memory of ram_size bytes, of which we map the first nr_mapped. 0, or -1 and *fail. */
int tce_vm_memory(struct tce_vm *vm, uint64_t ram_size, size_t nr_mapped, struct tce_fail *fail);

/*
 * Allocate a range of it: what we write must be there, or a full memory would kill us with SIGBUS.
 * 0, or -1 and *fail.
 */
int tce_vm_reserve(struct tce_vm *vm, uint64_t start, uint64_t size, struct tce_fail *fail);

/* Open the monitor: the next arguments may name vm->qmp.child_fd. 0, or -1 and *fail. */
int tce_vm_prepare(struct tce_vm *vm, struct tce_fail *fail);

/* Start the prepared process, up to a monitor that answers. 0, or -1 and *fail. */
int tce_vm_spawn(struct tce_vm *vm, struct tce_vm_args *args, struct tce_fail *fail);

/* End the process; the memory stays. Fine in any state. */
void tce_vm_kill(struct tce_vm *vm);

/* End the process and let the memory go. Fine in any state, also twice. */
void tce_vm_stop(struct tce_vm *vm);

/* Words of the mailbox. */
uint64_t tce_vm_mail(const struct tce_vm *vm, unsigned word);
void tce_vm_set_mail(struct tce_vm *vm, unsigned word, uint64_t value);

/* Wait until a word of the mailbox, which only grows, reaches value. */
enum tce_guest_end tce_vm_wait(struct tce_vm *vm, unsigned word, uint64_t value);

/* One line on how it ended; -1 for ends that are failures, 0 for TCE_GUEST_DONE. */
int tce_vm_fail(struct tce_vm *vm, enum tce_guest_end end, struct tce_fail *fail);

#endif
