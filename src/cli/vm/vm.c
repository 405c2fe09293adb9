/* SPDX-License-Identifier: BSD-2-Clause */
/* A process, its memory and its mailbox. See vm.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"

#include "mail.h"
#include "vm.h"

#define PATIENCE_SECONDS 20.0
/* Looks at the mailbox before the processor is given up; then naps of 50 us. */
#define SPINS 2000

void tce_vm_arg(struct tce_vm_args *args, const char *format, ...)
{
	va_list list;

	TCE_ASSERT(args->n < TCE_VM_MAX_ARGS);
	va_start(list, format);
	vsnprintf(args->text[args->n], TCE_VM_ARG_BYTES, format, list);
	va_end(list);
	args->argv[args->n] = args->text[args->n];
	args->argv[++args->n] = NULL;
}

void tce_vm_common_args(struct tce_vm_args *args, const struct tce_vm *vm)
{
	args->n = 0;
	tce_vm_arg(args, "%s", vm->program);
	tce_vm_arg(args, "-object");
	tce_vm_arg(args, "memory-backend-file,id=ram0,size=%ju,mem-path=/proc/self/fd/%d,share=on",
		   (uintmax_t)vm->ram_size, vm->ram_fd);
	tce_vm_arg(args, "-m");
	tce_vm_arg(args, "%juM", (uintmax_t)(vm->ram_size >> 20));
	tce_vm_arg(args, "-smp");
	tce_vm_arg(args, "1");
	tce_vm_arg(args, "-accel");
	tce_vm_arg(args, "tcg");
	tce_vm_arg(args, "-display");
	tce_vm_arg(args, "none");
	tce_vm_arg(args, "-chardev");
	tce_vm_arg(args, "socket,id=qmp,fd=%d", vm->qmp.child_fd);
	tce_vm_arg(args, "-mon");
	tce_vm_arg(args, "chardev=qmp,mode=control");
}

void tce_vm_init(struct tce_vm *vm, const char *program, double patience)
{
	*vm = (struct tce_vm){.program = program,
			      .patience = patience > 0 ? patience : PATIENCE_SECONDS,
			      .ram_fd = -1,
			      .child.log_fd = -1,
			      .qmp = {.fd = -1, .child_fd = -1}};
}

int tce_vm_memory(struct tce_vm *vm, uint64_t ram_size, size_t nr_mapped, struct tce_fail *fail)
{
	void *ram;

	vm->ram_size = ram_size;
	vm->ram_fd = memfd_create("tce-qemu-ram", MFD_CLOEXEC);
	if (vm->ram_fd < 0 || ftruncate(vm->ram_fd, (off_t)ram_size) != 0)
		return tce_fail(fail, "no shared memory for the guest: %s", strerror(errno));
	ram = mmap(NULL, nr_mapped, PROT_READ | PROT_WRITE, MAP_SHARED, vm->ram_fd, 0);
	if (ram == MAP_FAILED)
		return tce_fail(fail, "no shared memory for the guest: %s", strerror(errno));
	vm->ram = ram;
	vm->nr_mapped = nr_mapped;
	return 0;
}

int tce_vm_reserve(struct tce_vm *vm, uint64_t start, uint64_t size, struct tce_fail *fail)
{
	int err = posix_fallocate(vm->ram_fd, (off_t)start, (off_t)size);

	return err ? tce_fail(fail, "no shared memory for the guest: %s", strerror(err)) : 0;
}

int tce_vm_prepare(struct tce_vm *vm, struct tce_fail *fail)
{
	return tce_qmp_open(&vm->qmp, fail);
}

int tce_vm_spawn(struct tce_vm *vm, struct tce_vm_args *args, struct tce_fail *fail)
{
	char line[300];
	char end[80];
	int err;

	err = tce_child_start(&vm->child, args->argv, (int[]){vm->ram_fd, vm->qmp.child_fd, -1},
			      fail);
	close(vm->qmp.child_fd);
	vm->qmp.child_fd = -1;
	if (err || tce_qmp_greet(&vm->qmp, vm->patience, fail) == 0)
		return err;
	if (!tce_child_wait(&vm->child, 0.5))
		return tce_fail(fail, "%s hangs at its start", vm->program);
	tce_child_last_line(&vm->child, line, sizeof(line));
	tce_child_end_text(&vm->child, end, sizeof(end));
	return tce_fail(fail, "%s dies at its start (%s)%s%s", vm->program, end,
			line[0] ? ": " : "", line);
}

void tce_vm_kill(struct tce_vm *vm)
{
	tce_child_stop(&vm->child);
	tce_qmp_close(&vm->qmp);
}

void tce_vm_stop(struct tce_vm *vm)
{
	tce_vm_kill(vm);
	if (vm->ram)
		munmap(vm->ram, vm->nr_mapped);
	if (vm->ram_fd >= 0)
		close(vm->ram_fd);
	vm->ram = NULL;
	vm->ram_fd = -1;
}

static uint64_t *mailbox(const struct tce_vm *vm)
{
	return (uint64_t *)(void *)(vm->ram + vm->mailbox);
}

uint64_t tce_vm_mail(const struct tce_vm *vm, unsigned word)
{
	return __atomic_load_n(&mailbox(vm)[word], __ATOMIC_ACQUIRE);
}

void tce_vm_set_mail(struct tce_vm *vm, unsigned word, uint64_t value)
{
	__atomic_store_n(&mailbox(vm)[word], value, __ATOMIC_RELEASE);
}

enum tce_guest_end tce_vm_wait(struct tce_vm *vm, unsigned word, uint64_t value)
{
	uint64_t last = tce_vm_mail(vm, word);
	double progress = tce_now();
	uint64_t now;

	for (unsigned i = 0;; i++) {
		now = tce_vm_mail(vm, word);
		if (now >= value)
			return TCE_GUEST_DONE;
		if (i < SPINS)
			continue;
		usleep(50);
		if (i % 32)
			continue;
		if (now != last) {
			last = now;
			progress = tce_now();
		}
		if (!tce_child_alive(&vm->child))
			return tce_vm_mail(vm, word) >= value ? TCE_GUEST_DONE : TCE_GUEST_DIED;
		if (tce_vm_mail(vm, TCE_MAIL_TRAP))
			return TCE_GUEST_TRAPPED;
		if (tce_child_interrupted())
			return TCE_GUEST_INTERRUPTED;
		if (tce_now() - progress > vm->patience)
			return TCE_GUEST_HUNG;
	}
}

int tce_vm_fail(struct tce_vm *vm, enum tce_guest_end end, struct tce_fail *fail)
{
	char text[80];
	char line[200];

	switch (end) {
	case TCE_GUEST_DIED:
		tce_child_end_text(&vm->child, text, sizeof(text));
		tce_child_last_line(&vm->child, line, sizeof(line));
		return tce_fail(fail, "%s died (%s)%s%s", vm->program, text, line[0] ? ": " : "",
				line);
	case TCE_GUEST_HUNG:
		return tce_fail(fail, "%s hangs: no answer for %.0f s after request %ju",
				vm->program, vm->patience,
				(uintmax_t)tce_vm_mail(vm, TCE_MAIL_DONE));
	case TCE_GUEST_TRAPPED:
		return tce_fail(fail, "the guest image took an interrupt: vector 0x%jx at 0x%jx",
				(uintmax_t)(tce_vm_mail(vm, TCE_MAIL_TRAP) - 4),
				(uintmax_t)tce_vm_mail(vm, TCE_MAIL_SRR0));
	case TCE_GUEST_INTERRUPTED: return tce_fail(fail, "interrupted");
	case TCE_GUEST_DONE: break;
	}
	return 0;
}
