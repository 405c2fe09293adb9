/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting and feeding QEMU. Nothing of it is in the file system: guest memory, the log and saved
 * states are anonymous files, the monitor is a socket pair, so nothing can be left behind.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/bits.h"

#include "guest.h"

#define RESET_SECONDS 20.0
#define MAX_ARGS      160
#define ARG_BYTES     256
/* Looks at the done counter before the processor is given up; then naps of 50 us. */
#define SPINS 2000

/* QEMU include/hw/ppc/spapr.h; PAPR "set-indicator" and QEMU hw/ppc/spapr_drc.c. */
#define RTAS_SET_INDICATOR  0x201aU
#define RTAS_CREATE_WINDOW  0x2027U
#define RTAS_REMOVE_WINDOW  0x2028U
#define RTAS_RESET_WINDOWS  0x2029U
#define DR_ISOLATION_STATE  9001U
#define DR_ALLOCATION_STATE 9003U
#define DR_PHB              0x20000000U

struct args {
	char *argv[MAX_ARGS + 1];
	char text[MAX_ARGS][ARG_BYTES];
	int n;
};

__attribute__((format(printf, 2, 3))) static void arg(struct args *args, const char *format, ...)
{
	va_list list;

	TCE_ASSERT(args->n < MAX_ARGS);
	va_start(list, format);
	vsnprintf(args->text[args->n], ARG_BYTES, format, list);
	va_end(list);
	args->argv[args->n] = args->text[args->n];
	args->argv[++args->n] = NULL;
}

/* ",name=value" of every property, or a -global for the bridge the machine brings itself. */
static void phb_args(struct args *args, const struct tce_qemu_phb *phb)
{
	static const char global[] = "spapr-pci-host-bridge";

	if (phb->index) {
		arg(args, "-device");
		arg(args,
		    "%s,index=%u,id=phb%u,ddw=%s,pgsz=0x%jx,dma_win_addr=0x%jx,dma_win_size=0x%jx,"
		    "dma64_win_addr=0x%jx",
		    global, phb->index, phb->index, phb->ddw ? "on" : "off", (uintmax_t)phb->pgsz,
		    (uintmax_t)phb->dma_win_addr, (uintmax_t)phb->dma_win_size,
		    (uintmax_t)phb->dma64_win_addr);
		return;
	}
	arg(args, "-global");
	arg(args, "%s.ddw=%s", global, phb->ddw ? "on" : "off");
	arg(args, "-global");
	arg(args, "%s.pgsz=0x%jx", global, (uintmax_t)phb->pgsz);
	arg(args, "-global");
	arg(args, "%s.dma_win_addr=0x%jx", global, (uintmax_t)phb->dma_win_addr);
	arg(args, "-global");
	arg(args, "%s.dma_win_size=0x%jx", global, (uintmax_t)phb->dma_win_size);
	arg(args, "-global");
	arg(args, "%s.dma64_win_addr=0x%jx", global, (uintmax_t)phb->dma64_win_addr);
}

static void device_args(struct args *args, const struct tce_qemu_config *config)
{
	for (unsigned i = 0; i < config->nr_phb; i++)
		phb_args(args, &config->phb[i]);
	for (unsigned i = 0; i < config->nr_vio; i++) {
		arg(args, "-device");
		arg(args, "%s,reg=0x%x", config->vio[i].lan ? "spapr-vlan" : "spapr-vscsi",
		    config->vio[i].unit);
	}
	for (unsigned d = 0; d < config->phb[0].nr_edu; d++) {
		arg(args, "-device");
		arg(args, "edu,bus=pci.0,addr=0x%x,dma_mask=0xffffffffffffffff", d + 1);
	}
}

static void build_args(struct args *args, const struct tce_guest *guest, bool incoming)
{
	/* Mitigations TCG cannot give; without this QEMU refuses to start. */
	static const char machine[] =
		"pseries,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,memory-backend=ram0";

	args->n = 0;
	arg(args, "%s", guest->opts.qemu);
	arg(args, "-M");
	arg(args, "%s", machine);
	arg(args, "-object");
	arg(args, "memory-backend-file,id=ram0,size=%ju,mem-path=/proc/self/fd/%d,share=on",
	    (uintmax_t)TCE_QEMU_RAM, guest->ram_fd);
	arg(args, "-m");
	arg(args, "%juM", (uintmax_t)(TCE_QEMU_RAM >> 20));
	arg(args, "-smp");
	arg(args, "1");
	arg(args, "-accel");
	arg(args, "tcg");
	arg(args, "-nodefaults");
	arg(args, "-display");
	arg(args, "none");
	arg(args, "-serial");
	arg(args, "none");
	arg(args, "-bios");
	arg(args, "%s", guest->opts.agent);
	arg(args, "-chardev");
	arg(args, "socket,id=qmp,fd=%d", guest->qmp.child_fd);
	arg(args, "-mon");
	arg(args, "chardev=qmp,mode=control");
	/* Timers of devices run on counted instructions, hundreds of times faster than the wall. */
	if (guest->config.phb[0].nr_edu) {
		arg(args, "-icount");
		arg(args, "shift=10");
	}
	if (incoming) {
		arg(args, "-incoming");
		arg(args, "defer");
	}
	device_args(args, &guest->config);
}

static int64_t mail(const struct tce_guest *guest, unsigned word)
{
	const uint64_t *box = (const uint64_t *)(guest->ram + TCE_RING_MAILBOX);

	return (int64_t)__atomic_load_n(&box[word], __ATOMIC_ACQUIRE);
}

static void set_mail(struct tce_guest *guest, unsigned word, uint64_t value)
{
	uint64_t *box = (uint64_t *)(guest->ram + TCE_RING_MAILBOX);

	__atomic_store_n(&box[word], value, __ATOMIC_RELEASE);
}

/* A process of QEMU on guest->ram_fd, up to a monitor that answers. */
static int start_process(struct tce_guest *guest, bool incoming, struct tce_fail *fail)
{
	struct args *args;
	char line[300];
	char end[80];
	int err;

	if (tce_qmp_open(&guest->qmp, fail) != 0)
		return -1;
	args = malloc(sizeof(*args));
	if (!args)
		return tce_fail(fail, "out of memory");
	build_args(args, guest, incoming);
	err = tce_child_start(&guest->child, args->argv,
			      (int[]){guest->ram_fd, guest->qmp.child_fd, -1}, fail);
	free(args);
	close(guest->qmp.child_fd);
	guest->qmp.child_fd = -1;
	if (err || tce_qmp_greet(&guest->qmp, guest->opts.patience, fail) == 0)
		return err;
	if (!tce_child_wait(&guest->child, 0.5))
		return tce_fail(fail, "%s hangs at its start", guest->opts.qemu);
	tce_child_last_line(&guest->child, line, sizeof(line));
	tce_child_end_text(&guest->child, end, sizeof(end));
	return tce_fail(fail, "%s dies at its start (%s)%s%s", guest->opts.qemu, end,
			line[0] ? ": " : "", line);
}

static int make_memory(struct tce_guest *guest, struct tce_fail *fail)
{
	void *ram;
	int err;

	guest->ram_fd = memfd_create("tce-qemu-ram", MFD_CLOEXEC);
	if (guest->ram_fd < 0 || ftruncate(guest->ram_fd, (off_t)TCE_QEMU_RAM) != 0)
		return tce_fail(fail, "no shared memory for the guest: %s", strerror(errno));
	/* What we write must be there, or a full memory would kill us with SIGBUS. */
	err = posix_fallocate(guest->ram_fd, 0, TCE_RING_END);
	if (err)
		return tce_fail(fail, "no shared memory for the guest: %s", strerror(err));
	ram = mmap(NULL, TCE_RING_END, PROT_READ | PROT_WRITE, MAP_SHARED, guest->ram_fd, 0);
	if (ram == MAP_FAILED)
		return tce_fail(fail, "no shared memory for the guest: %s", strerror(errno));
	guest->ram = ram;
	return 0;
}

int tce_guest_start(struct tce_guest *guest, const struct tce_guest_opts *opts,
		    const struct tce_qemu_config *config, struct tce_fail *fail)
{
	enum tce_guest_end end;

	*guest = (struct tce_guest){
		.opts = *opts, .config = *config, .ram_fd = -1, .saved_fd = -1, .child.log_fd = -1};
	guest->qmp.fd = guest->qmp.child_fd = -1;
	if (make_memory(guest, fail) != 0 || start_process(guest, false, fail) != 0)
		return -1;
	end = tce_guest_wait_entry(guest, 0);
	return end == TCE_GUEST_DONE ? 0 : tce_guest_fail(guest, end, fail);
}

static void stop_process(struct tce_guest *guest)
{
	tce_child_stop(&guest->child);
	tce_qmp_close(&guest->qmp);
}

void tce_guest_stop(struct tce_guest *guest)
{
	stop_process(guest);
	if (guest->ram)
		munmap(guest->ram, TCE_RING_END);
	if (guest->ram_fd >= 0)
		close(guest->ram_fd);
	if (guest->saved_fd >= 0)
		close(guest->saved_fd);
	guest->ram = NULL;
	guest->ram_fd = guest->saved_fd = -1;
}

struct tce_ring_slot *tce_guest_slot(struct tce_guest *guest, uint64_t n)
{
	struct tce_ring_slot *slots = (struct tce_ring_slot *)(guest->ram + TCE_RING_SLOTS);

	return &slots[n % TCE_RING_NR_SLOTS];
}

void *tce_guest_memory(struct tce_guest *guest, uint64_t address, size_t len)
{
	TCE_ASSERT(address <= TCE_RING_END && len <= TCE_RING_END - address);
	return guest->ram + address;
}

void tce_guest_post(struct tce_guest *guest, uint64_t n)
{
	guest->posted += n;
	set_mail(guest, TCE_MAIL_POSTED, guest->posted);
}

uint64_t tce_guest_done(const struct tce_guest *guest)
{
	return (uint64_t)mail(guest, TCE_MAIL_DONE);
}

uint64_t tce_guest_entries(const struct tce_guest *guest)
{
	return (uint64_t)mail(guest, TCE_MAIL_ENTRIES);
}

/* Wait until a word of the mailbox, which only grows, reaches value. */
static enum tce_guest_end wait_mail(struct tce_guest *guest, unsigned word, uint64_t value)
{
	uint64_t last = (uint64_t)mail(guest, word);
	double progress = tce_now();
	uint64_t now;

	for (unsigned i = 0;; i++) {
		now = (uint64_t)mail(guest, word);
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
		if (!tce_child_alive(&guest->child))
			return (uint64_t)mail(guest, word) >= value ? TCE_GUEST_DONE
								    : TCE_GUEST_DIED;
		if (mail(guest, TCE_MAIL_TRAP))
			return TCE_GUEST_TRAPPED;
		if (tce_child_interrupted())
			return TCE_GUEST_INTERRUPTED;
		if (tce_now() - progress > guest->opts.patience)
			return TCE_GUEST_HUNG;
	}
}

enum tce_guest_end tce_guest_wait(struct tce_guest *guest, uint64_t n)
{
	return wait_mail(guest, TCE_MAIL_DONE, n);
}

enum tce_guest_end tce_guest_wait_entry(struct tce_guest *guest, uint64_t entries)
{
	return wait_mail(guest, TCE_MAIL_ENTRIES, entries + 1);
}

int tce_guest_fail(struct tce_guest *guest, enum tce_guest_end end, struct tce_fail *fail)
{
	char text[80];
	char line[200];

	switch (end) {
	case TCE_GUEST_DIED:
		tce_child_end_text(&guest->child, text, sizeof(text));
		tce_child_last_line(&guest->child, line, sizeof(line));
		return tce_fail(fail, "%s died (%s)%s%s", guest->opts.qemu, text,
				line[0] ? ": " : "", line);
	case TCE_GUEST_HUNG:
		return tce_fail(fail, "%s hangs: no answer for %.0f s after request %ju",
				guest->opts.qemu, guest->opts.patience,
				(uintmax_t)tce_guest_done(guest));
	case TCE_GUEST_TRAPPED:
		return tce_fail(fail, "the guest image took an interrupt: vector 0x%jx at 0x%jx",
				(uintmax_t)(mail(guest, TCE_MAIL_TRAP) - 4),
				(uintmax_t)mail(guest, TCE_MAIL_SRR0));
	case TCE_GUEST_INTERRUPTED: return tce_fail(fail, "interrupted");
	case TCE_GUEST_DONE: break;
	}
	return 0;
}

int tce_guest_reset(struct tce_guest *guest, struct tce_fail *fail)
{
	uint64_t entries = tce_guest_entries(guest);
	enum tce_guest_end end;

	if (tce_qmp_do(&guest->qmp, "system_reset", NULL, NULL, 0, fail) != 0)
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
	if (tce_qmp_do(&guest->qmp, "device_add", text, NULL, 0, fail) != 0)
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
	tce_qmp_watch_deleted(&guest->qmp, id);
	if (tce_qmp_do(&guest->qmp, "device_del", text, NULL, 0, fail) != 0 ||
	    set_indicator(guest, DR_ISOLATION_STATE, DR_PHB | index, fail) != 0 ||
	    set_indicator(guest, DR_ALLOCATION_STATE, DR_PHB | index, fail) != 0 ||
	    tce_qmp_do(&guest->qmp, "stop", NULL, NULL, 0, fail) != 0 ||
	    tce_qmp_await_deleted(&guest->qmp, RESET_SECONDS, fail) != 0 ||
	    tce_qmp_do(&guest->qmp, "cont", NULL, NULL, 0, fail) != 0)
		return -1;
	tce_qemu_config_unplug(&guest->config, index);
	return 0;
}

/* Guest memory is shared between the processes, so it need not be in the saved state. */
static int ignore_shared(struct tce_guest *guest, struct tce_fail *fail)
{
	return tce_qmp_do(
		&guest->qmp, "migrate-set-capabilities",
		"{\"capabilities\":[{\"capability\":\"x-ignore-shared\",\"state\":true}]}", NULL, 0,
		fail);
}

/* Wait until a migration in either direction has ended well. */
static int wait_migrated(struct tce_guest *guest, struct tce_fail *fail)
{
	double end = tce_now() + RESET_SECONDS;
	char text[2048];

	while (tce_now() < end) {
		if (tce_qmp_do(&guest->qmp, "query-migrate", NULL, text, sizeof(text), fail) != 0)
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
		if (tce_qmp_do(&guest->qmp, "query-status", NULL, text, sizeof(text), fail) != 0)
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
	    tce_qmp_do(&guest->qmp, "migrate", text, NULL, 0, fail) != 0 ||
	    wait_migrated(guest, fail) != 0 || wait_status(guest, "\"postmigrate\"", fail) != 0)
		return -1;
	guest->saved_posted = guest->posted;
	guest->saved_config = guest->config;
	return tce_qmp_do(&guest->qmp, "cont", NULL, NULL, 0, fail);
}

int tce_guest_load(struct tce_guest *guest, struct tce_fail *fail)
{
	char text[120];

	TCE_ASSERT(guest->saved_fd >= 0);
	stop_process(guest);
	/* The image goes on with the counters in its registers: as they were when it was saved. */
	guest->config = guest->saved_config;
	guest->posted = guest->saved_posted;
	set_mail(guest, TCE_MAIL_POSTED, guest->posted);
	set_mail(guest, TCE_MAIL_DONE, guest->posted);
	snprintf(text, sizeof(text), "{\"uri\":\"exec:cat < /proc/%d/fd/%d\"}", (int)getpid(),
		 guest->saved_fd);
	if (start_process(guest, true, fail) != 0 || ignore_shared(guest, fail) != 0 ||
	    tce_qmp_do(&guest->qmp, "migrate-incoming", text, NULL, 0, fail) != 0 ||
	    wait_migrated(guest, fail) != 0)
		return -1;
	return wait_status(guest, "\"running\"", fail);
}
