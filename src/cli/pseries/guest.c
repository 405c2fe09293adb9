/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pseries machine: its command line, requests, resets, plugs and saved states. Those are
 * anonymous files, as all of vm.h.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/bits.h"

#include "guest.h"

#define RESET_SECONDS 20.0

/* QEMU include/hw/ppc/spapr.h; PAPR "set-indicator" and QEMU hw/ppc/spapr_drc.c. */
#define RTAS_SET_INDICATOR  0x201aU
#define RTAS_CREATE_WINDOW  0x2027U
#define RTAS_REMOVE_WINDOW  0x2028U
#define RTAS_RESET_WINDOWS  0x2029U
#define DR_ISOLATION_STATE  9001U
#define DR_ALLOCATION_STATE 9003U
#define DR_PHB              0x20000000U

/* ",name=value" of every property, or a -global for the bridge the machine brings itself. */
static void phb_args(struct tce_vm_args *args, const struct tce_qemu_phb *phb)
{
	static const char global[] = "spapr-pci-host-bridge";

	if (phb->index) {
		tce_vm_arg(args, "-device");
		tce_vm_arg(args,
			   "%s,index=%u,id=phb%u,ddw=%s,pgsz=0x%jx,dma_win_addr=0x%jx,dma_win_size="
			   "0x%jx,"
			   "dma64_win_addr=0x%jx",
			   global, phb->index, phb->index, phb->ddw ? "on" : "off",
			   (uintmax_t)phb->pgsz, (uintmax_t)phb->dma_win_addr,
			   (uintmax_t)phb->dma_win_size, (uintmax_t)phb->dma64_win_addr);
		return;
	}
	tce_vm_arg(args, "-global");
	tce_vm_arg(args, "%s.ddw=%s", global, phb->ddw ? "on" : "off");
	tce_vm_arg(args, "-global");
	tce_vm_arg(args, "%s.pgsz=0x%jx", global, (uintmax_t)phb->pgsz);
	tce_vm_arg(args, "-global");
	tce_vm_arg(args, "%s.dma_win_addr=0x%jx", global, (uintmax_t)phb->dma_win_addr);
	tce_vm_arg(args, "-global");
	tce_vm_arg(args, "%s.dma_win_size=0x%jx", global, (uintmax_t)phb->dma_win_size);
	tce_vm_arg(args, "-global");
	tce_vm_arg(args, "%s.dma64_win_addr=0x%jx", global, (uintmax_t)phb->dma64_win_addr);
}

static void device_args(struct tce_vm_args *args, const struct tce_qemu_config *config)
{
	for (unsigned i = 0; i < config->nr_phb; i++)
		phb_args(args, &config->phb[i]);
	for (unsigned i = 0; i < config->nr_vio; i++) {
		tce_vm_arg(args, "-device");
		tce_vm_arg(args, "%s,reg=0x%x", config->vio[i].lan ? "spapr-vlan" : "spapr-vscsi",
			   config->vio[i].unit);
	}
	for (unsigned d = 0; d < config->phb[0].nr_edu; d++) {
		tce_vm_arg(args, "-device");
		tce_vm_arg(args, "edu,bus=pci.0,addr=0x%x,dma_mask=0xffffffffffffffff", d + 1);
	}
}

static void build_args(struct tce_vm_args *args, const struct tce_guest *guest, bool incoming)
{
	/* Mitigations TCG cannot give; without this QEMU refuses to start. */
	static const char machine[] =
		"pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,memory-backend=ram0";

	tce_vm_common_args(args, &guest->vm);
	tce_vm_arg(args, "-M");
	tce_vm_arg(args, "%s", machine);
	tce_vm_arg(args, "-nodefaults");
	tce_vm_arg(args, "-serial");
	tce_vm_arg(args, "none");
	tce_vm_arg(args, "-bios");
	tce_vm_arg(args, "%s", guest->opts.agent);
	/* Timers of devices run on counted instructions, hundreds of times faster than the wall. */
	if (guest->config.phb[0].nr_edu) {
		tce_vm_arg(args, "-icount");
		tce_vm_arg(args, "shift=10");
	}
	if (incoming) {
		tce_vm_arg(args, "-incoming");
		tce_vm_arg(args, "defer");
	}
	device_args(args, &guest->config);
}

/* A process of QEMU on the guest's memory, up to a monitor that answers. */
static int start_process(struct tce_guest *guest, bool incoming, struct tce_fail *fail)
{
	struct tce_vm_args *args;
	int err;

	if (tce_vm_prepare(&guest->vm, fail) != 0)
		return -1;
	args = malloc(sizeof(*args));
	if (!args)
		return tce_fail(fail, "out of memory");
	build_args(args, guest, incoming);
	err = tce_vm_spawn(&guest->vm, args, fail);
	free(args);
	return err;
}

void tce_guest_init(struct tce_guest *guest)
{
	*guest = (struct tce_guest){.saved_fd = -1};
	tce_vm_init(&guest->vm, NULL, 0);
}

int tce_guest_start(struct tce_guest *guest, const struct tce_guest_opts *opts,
		    const struct tce_qemu_config *config, struct tce_fail *fail)
{
	enum tce_guest_end end;

	*guest = (struct tce_guest){.opts = *opts, .config = *config, .saved_fd = -1};
	tce_vm_init(&guest->vm, opts->qemu, opts->patience);
	guest->vm.mailbox = TCE_RING_MAILBOX;
	if (tce_vm_memory(&guest->vm, TCE_QEMU_RAM, TCE_RING_END, fail) != 0 ||
	    tce_vm_reserve(&guest->vm, 0, TCE_RING_END, fail) != 0 ||
	    start_process(guest, false, fail) != 0)
		return -1;
	end = tce_guest_wait_entry(guest, 0);
	return end == TCE_GUEST_DONE ? 0 : tce_guest_fail(guest, end, fail);
}

void tce_guest_stop(struct tce_guest *guest)
{
	tce_vm_stop(&guest->vm);
	if (guest->saved_fd >= 0)
		close(guest->saved_fd);
	guest->saved_fd = -1;
}

struct tce_ring_slot *tce_guest_slot(struct tce_guest *guest, uint64_t n)
{
	struct tce_ring_slot *slots = (struct tce_ring_slot *)(guest->vm.ram + TCE_RING_SLOTS);

	return &slots[n % TCE_RING_NR_SLOTS];
}

void *tce_guest_memory(struct tce_guest *guest, uint64_t address, size_t len)
{
	TCE_ASSERT(address <= TCE_RING_END && len <= TCE_RING_END - address);
	return guest->vm.ram + address;
}

void tce_guest_post(struct tce_guest *guest, uint64_t n)
{
	guest->posted += n;
	tce_vm_set_mail(&guest->vm, TCE_MAIL_POSTED, guest->posted);
}

uint64_t tce_guest_done(const struct tce_guest *guest)
{
	return tce_vm_mail(&guest->vm, TCE_MAIL_DONE);
}

uint64_t tce_guest_entries(const struct tce_guest *guest)
{
	return tce_vm_mail(&guest->vm, TCE_MAIL_ENTRIES);
}

enum tce_guest_end tce_guest_wait(struct tce_guest *guest, uint64_t n)
{
	return tce_vm_wait(&guest->vm, TCE_MAIL_DONE, n);
}

enum tce_guest_end tce_guest_wait_entry(struct tce_guest *guest, uint64_t entries)
{
	return tce_vm_wait(&guest->vm, TCE_MAIL_ENTRIES, entries + 1);
}

int tce_guest_fail(struct tce_guest *guest, enum tce_guest_end end, struct tce_fail *fail)
{
	return tce_vm_fail(&guest->vm, end, fail);
}

int tce_guest_reset(struct tce_guest *guest, struct tce_fail *fail)
{
	uint64_t entries = tce_guest_entries(guest);
	enum tce_guest_end end;

	if (tce_qmp_do(&guest->vm.qmp, "system_reset", NULL, NULL, 0, fail) != 0)
		return -1;
	end = tce_guest_wait_entry(guest, entries);
	return end == TCE_GUEST_DONE ? 0 : tce_guest_fail(guest, end, fail);
}

int tce_guest_plug(struct tce_guest *guest, const struct tce_qemu_phb *phb, struct tce_fail *fail)
{
	char text[400];

	snprintf(text, sizeof(text),
		 "{\"driver\":\"spapr-pci-host-bridge\",\"index\":%u,\"id\":\"phb%u\",\"ddw\":%s,"
		 "\"pgsz\":%ju,\"dma_win_addr\":%ju,\"dma_win_size\":%ju,\"dma64_win_addr\":%ju}",
		 phb->index, phb->index, phb->ddw ? "true" : "false", (uintmax_t)phb->pgsz,
		 (uintmax_t)phb->dma_win_addr, (uintmax_t)phb->dma_win_size,
		 (uintmax_t)phb->dma64_win_addr);
	if (tce_qmp_do(&guest->vm.qmp, "device_add", text, NULL, 0, fail) != 0)
		return -1;
	tce_qemu_config_plug(&guest->config, phb);
	return 0;
}

/* An RTAS call of our own; the slot tells what came back. */
static struct tce_ring_slot *rtas(struct tce_guest *guest, const uint32_t *cells, size_t n,
				  struct tce_fail *fail)
{
	struct tce_ring_slot *slot = tce_guest_slot(guest, guest->posted);
	enum tce_guest_end end;

	memset(slot, 0, sizeof(*slot));
	slot->in[0] = TCE_H_RTAS;
	slot->in[1] = tce_ring_block_address(guest->posted);
	for (size_t i = 0; i < n; i++)
		tce_be32_store(slot->block + 4 * i, cells[i]);
	tce_guest_post(guest, 1);
	end = tce_guest_wait(guest, guest->posted);
	if (end == TCE_GUEST_DONE)
		return slot;
	tce_guest_fail(guest, end, fail);
	return NULL;
}

int tce_guest_probe(struct tce_guest *guest, struct tce_qemu_phb *phb, struct tce_fail *fail)
{
	const uint64_t buid = tce_qemu_buid(phb->index);
	const uint32_t high = (uint32_t)(buid >> 32);
	const uint32_t low = (uint32_t)buid;
	const uint32_t shift = (uint32_t)__builtin_ctzll(phb->pgsz);
	const uint32_t remove[] = {RTAS_REMOVE_WINDOW, 1, 1, 0x80000000 | phb->index << 8};
	const uint32_t create[] = {RTAS_CREATE_WINDOW, 5, 4, 0, high, low, shift, shift};
	const uint32_t reset[] = {RTAS_RESET_WINDOWS, 3, 1, 0, high, low};
	struct tce_ring_slot *slot;

	phb->dyn_liobn_first = false;
	if (!phb->ddw)
		return 0;
	if (!rtas(guest, remove, 4, fail))
		return -1;
	slot = rtas(guest, create, 8, fail);
	if (!slot)
		return -1;
	phb->dyn_liobn_first =
		tce_be32_load(slot->block + 32) == 0 && (tce_be32_load(slot->block + 36) & 1);
	return rtas(guest, reset, 6, fail) ? 0 : -1;
}

/* RTAS set-indicator, as a kernel does it when it lets a bridge go. The status does not matter. */
static int set_indicator(struct tce_guest *guest, uint32_t indicator, uint32_t connector,
			 struct tce_fail *fail)
{
	const uint32_t cells[] = {RTAS_SET_INDICATOR, 3, 1, indicator, connector, 0};

	return rtas(guest, cells, 6, fail) ? 0 : -1;
}

/*
 * QEMU asks the guest to let go of the bridge; we isolate and release it as a kernel would (PAPR
 * "Dynamic Reconfiguration"; not needed, and refused, for a bridge that was plugged since the last
 * reset). QEMU frees the tables after an RCU grace period, which under TCG may not come while the
 * processor runs (docs/findings/qemu-phb-replug-abort.md): so stop it until they are gone.
 */
int tce_guest_unplug(struct tce_guest *guest, unsigned index, struct tce_fail *fail)
{
	char id[16];
	char text[40];

	snprintf(id, sizeof(id), "phb%u", index);
	snprintf(text, sizeof(text), "{\"id\":\"%s\"}", id);
	tce_qmp_watch_deleted(&guest->vm.qmp, id);
	if (tce_qmp_do(&guest->vm.qmp, "device_del", text, NULL, 0, fail) != 0 ||
	    set_indicator(guest, DR_ISOLATION_STATE, DR_PHB | index, fail) != 0 ||
	    set_indicator(guest, DR_ALLOCATION_STATE, DR_PHB | index, fail) != 0 ||
	    tce_qmp_do(&guest->vm.qmp, "stop", NULL, NULL, 0, fail) != 0 ||
	    tce_qmp_await_deleted(&guest->vm.qmp, RESET_SECONDS, fail) != 0 ||
	    tce_qmp_do(&guest->vm.qmp, "cont", NULL, NULL, 0, fail) != 0)
		return -1;
	tce_qemu_config_unplug(&guest->config, index);
	return 0;
}

/* Guest memory is shared between the processes, so it need not be in the saved state. */
static int ignore_shared(struct tce_guest *guest, struct tce_fail *fail)
{
	return tce_qmp_do(
		&guest->vm.qmp, "migrate-set-capabilities",
		"{\"capabilities\":[{\"capability\":\"x-ignore-shared\",\"state\":true}]}", NULL, 0,
		fail);
}

/* Wait until a migration in either direction has ended well. */
static int wait_migrated(struct tce_guest *guest, struct tce_fail *fail)
{
	double end = tce_now() + RESET_SECONDS;
	char text[2048];

	while (tce_now() < end) {
		if (tce_qmp_do(&guest->vm.qmp, "query-migrate", NULL, text, sizeof(text), fail) !=
		    0)
			return -1;
		if (strstr(text, "\"completed\""))
			return 0;
		if (strstr(text, "\"failed\""))
			return tce_fail(fail, "QEMU cannot save or load this machine");
		usleep(1000);
	}
	return tce_fail(fail, "QEMU hangs while it saves or loads");
}

/* QEMU says "completed" a moment before the machine is in the state that follows. */
static int wait_status(struct tce_guest *guest, const char *status, struct tce_fail *fail)
{
	double end = tce_now() + RESET_SECONDS;
	char text[512];

	while (tce_now() < end) {
		if (tce_qmp_do(&guest->vm.qmp, "query-status", NULL, text, sizeof(text), fail) != 0)
			return -1;
		if (strstr(text, status))
			return 0;
		usleep(1000);
	}
	return tce_fail(fail, "QEMU hangs after it has saved or loaded the machine");
}

int tce_guest_save(struct tce_guest *guest, struct tce_fail *fail)
{
	char text[120];

	if (guest->saved_fd >= 0)
		close(guest->saved_fd);
	guest->saved_fd = memfd_create("tce-qemu-saved", MFD_CLOEXEC);
	if (guest->saved_fd < 0)
		return tce_fail(fail, "no memory for a saved machine: %s", strerror(errno));
	snprintf(text, sizeof(text), "{\"uri\":\"exec:cat > /proc/%d/fd/%d\"}", (int)getpid(),
		 guest->saved_fd);
	if (ignore_shared(guest, fail) != 0 ||
	    tce_qmp_do(&guest->vm.qmp, "migrate", text, NULL, 0, fail) != 0 ||
	    wait_migrated(guest, fail) != 0 || wait_status(guest, "\"postmigrate\"", fail) != 0)
		return -1;
	guest->saved_posted = guest->posted;
	guest->saved_config = guest->config;
	return tce_qmp_do(&guest->vm.qmp, "cont", NULL, NULL, 0, fail);
}

int tce_guest_load(struct tce_guest *guest, struct tce_fail *fail)
{
	char text[120];

	TCE_ASSERT(guest->saved_fd >= 0);
	tce_vm_kill(&guest->vm);
	/* The image goes on with the counters in its registers: as they were when it was saved. */
	guest->config = guest->saved_config;
	guest->posted = guest->saved_posted;
	tce_vm_set_mail(&guest->vm, TCE_MAIL_POSTED, guest->posted);
	tce_vm_set_mail(&guest->vm, TCE_MAIL_DONE, guest->posted);
	snprintf(text, sizeof(text), "{\"uri\":\"exec:cat < /proc/%d/fd/%d\"}", (int)getpid(),
		 guest->saved_fd);
	if (start_process(guest, true, fail) != 0 || ignore_shared(guest, fail) != 0 ||
	    tce_qmp_do(&guest->vm.qmp, "migrate-incoming", text, NULL, 0, fail) != 0 ||
	    wait_migrated(guest, fail) != 0)
		return -1;
	return wait_status(guest, "\"running\"", fail);
}
