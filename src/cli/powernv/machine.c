/* SPDX-License-Identifier: BSD-2-Clause */
/* Starting and feeding a bare-metal machine. See machine.h. */
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"

#include "machine.h"

/* Skiboot under TCG takes five to ten seconds, more on a busy host. */
#define BOOT_SECONDS 120.0
#define FDT_SIZE     4U /* offset of the tree's size in its header */
#define FDT_MOST     (UINT64_C(1) << 20)

static const struct {
	const char *name;
	unsigned nr_bridges;
} kinds[] = {{"powernv8", 3}, {"powernv9", 6}, {"powernv10", 6}};

static unsigned bridges_of(const char *machine)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, machine) == 0)
			return kinds[i].nr_bridges;
	return 0;
}

bool tce_nv_machine_known(const char *name)
{
	return bridges_of(name) != 0;
}

/* No -nodefaults: it would leave out the bridges. */
static void build_args(struct tce_vm_args *args, const struct tce_vm *vm,
		       const struct tce_nv_machine_opts *opts)
{
	tce_vm_common_args(args, vm);
	tce_vm_arg(args, "-M");
	tce_vm_arg(args, "%s,memory-backend=ram0", opts->machine);
	tce_vm_arg(args, "-serial");
	tce_vm_arg(args, "null");
	tce_vm_arg(args, "-nic");
	tce_vm_arg(args, "none");
	tce_vm_arg(args, "-kernel");
	tce_vm_arg(args, "%s", opts->agent);
	for (unsigned bridge = 0; bridge < bridges_of(opts->machine); bridge++) {
		for (unsigned f = 0; f < TCE_NV_NR_EDU; f++) {
			tce_vm_arg(args, "-device");
			tce_vm_arg(args,
				   "edu,bus=pcie.%u,addr=0x0.%u,multifunction=on,"
				   "dma_mask=0xffffffffffffffff",
				   bridge, f);
		}
	}
}

static int start_process(struct tce_nv_machine *machine, const struct tce_nv_machine_opts *opts,
			 struct tce_fail *fail)
{
	struct tce_vm_args *args;
	int err;

	if (tce_vm_prepare(&machine->vm, fail) != 0)
		return -1;
	args = malloc(sizeof(*args));
	if (!args)
		return tce_fail(fail, "out of memory");
	build_args(args, &machine->vm, opts);
	err = tce_vm_spawn(&machine->vm, args, fail);
	free(args);
	return err;
}

/* Skiboot tells nothing while it boots: its patience is longer. */
static int await_image(struct tce_nv_machine *machine, struct tce_fail *fail)
{
	double patience = machine->vm.patience;
	enum tce_guest_end end;

	machine->vm.patience = patience > BOOT_SECONDS ? patience : BOOT_SECONDS;
	end = tce_vm_wait(&machine->vm, TCE_MAIL_MAGIC, TCE_NV_MAGIC);
	machine->vm.patience = patience;
	if (end == TCE_GUEST_HUNG)
		return tce_fail(fail, "skiboot has not started the guest image after %.0f s",
				BOOT_SECONDS);
	return tce_vm_fail(&machine->vm, end, fail);
}

static int read_tree(struct tce_nv_machine *machine, struct tce_fail *fail)
{
	uint64_t at = tce_vm_mail(&machine->vm, TCE_MAIL_FDT);
	const uint8_t *dtb;
	uint64_t size;

	if (at > TCE_NV_RAM - FDT_MOST)
		return tce_fail(fail, "the device tree is not in memory");
	dtb = machine->vm.ram + at;
	size = tce_be32_load(dtb + FDT_SIZE);
	if (size > FDT_MOST)
		return tce_fail(fail, "the device tree is too large");
	return tce_nv_tree_read(dtb, size, TCE_NV_START, TCE_NV_END, &machine->tree, fail);
}

void tce_nv_machine_init(struct tce_nv_machine *machine)
{
	*machine = (struct tce_nv_machine){.posted = 0};
	tce_vm_init(&machine->vm, NULL, 0);
}

int tce_nv_machine_start(struct tce_nv_machine *machine, const struct tce_nv_machine_opts *opts,
			 struct tce_fail *fail)
{
	struct tce_vm *vm = &machine->vm;

	tce_nv_machine_init(machine);
	tce_vm_init(vm, opts->qemu, opts->patience);
	vm->mailbox = TCE_NV_MAILBOX;
	if (tce_vm_memory(vm, TCE_NV_RAM, TCE_NV_RAM, fail) != 0 ||
	    tce_vm_reserve(vm, TCE_NV_START, TCE_NV_END - TCE_NV_START, fail) != 0 ||
	    start_process(machine, opts, fail) != 0 || await_image(machine, fail) != 0 ||
	    read_tree(machine, fail) != 0)
		return -1;
	tce_vm_set_mail(vm, TCE_NV_MAIL_OPAL_BASE, machine->tree.opal_base);
	tce_vm_set_mail(vm, TCE_NV_MAIL_OPAL_ENTRY, machine->tree.opal_entry);
	return 0;
}

void tce_nv_machine_stop(struct tce_nv_machine *machine)
{
	tce_vm_stop(&machine->vm);
}

struct tce_nv_slot *tce_nv_machine_slot(struct tce_nv_machine *machine, uint64_t n)
{
	struct tce_nv_slot *slots = (struct tce_nv_slot *)(void *)(machine->vm.ram + TCE_NV_SLOTS);

	return &slots[n % TCE_NV_NR_SLOTS];
}

void tce_nv_machine_post(struct tce_nv_machine *machine, uint64_t n)
{
	machine->posted += n;
	tce_vm_set_mail(&machine->vm, TCE_MAIL_POSTED, machine->posted);
}

enum tce_guest_end tce_nv_machine_wait(struct tce_nv_machine *machine, uint64_t n)
{
	return tce_vm_wait(&machine->vm, TCE_MAIL_DONE, n);
}

uint64_t tce_nv_machine_done(const struct tce_nv_machine *machine)
{
	return tce_vm_mail(&machine->vm, TCE_MAIL_DONE);
}

enum tce_guest_end tce_nv_machine_do(struct tce_nv_machine *machine, enum tce_nv_ring_op op,
				     uint64_t token, const uint64_t args[TCE_NV_NR_ARGS],
				     uint64_t ret_out[2])
{
	struct tce_nv_slot *slot = tce_nv_machine_slot(machine, machine->posted);
	enum tce_guest_end end;

	slot->op = op;
	slot->token = token;
	memcpy(slot->args, args, sizeof(slot->args));
	tce_nv_machine_post(machine, 1);
	end = tce_nv_machine_wait(machine, machine->posted);
	memcpy(ret_out, slot->out, sizeof(slot->out));
	return end;
}
