/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual machine monitor in small: how a program embeds libtce's hypervisor.
 *
 * The VMM lends its guest's memory to an LPAR, hands over every hypercall that its guest makes
 * (RTAS calls are hypercalls, too, with a block in guest memory), and asks the LPAR where each
 * access of a device goes. The guest is a script of the exits that a virtual CPU would cause: it
 * maps a page, gets itself a dynamic DMA window, maps all its memory with one list, makes a
 * mistake, is migrated, rebooted, and at last does what kills a real QEMU.
 *
 * Build: cc -std=c11 vmm.c $(pkg-config --cflags --libs libtce)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/papr.h>

#define RAM_BYTES   (UINT64_C(32) << 20)
#define BUFFER      UINT64_C(0x10000) /* where the guest's driver has its buffer */
#define LIST        UINT64_C(0x40000) /* a page for TCE lists */
#define RTAS_BLOCK  UINT64_C(0x50000)
#define DEFAULT_WIN UINT64_C(0x80000000) /* LIOBN */
#define QUERY       0x2026U
#define CREATE      0x2027U

struct vmm {
	const char *name;
	uint8_t *ram;
	struct tce_lpar *lpar;
	uint64_t buid;
	struct tce_dma_path device; /* behind that bridge */
	int dead;                   /* the hypervisor would have died of a call */
};

/* --- guest memory, as the LPAR reaches it --- */

static int inside(struct tce_ra ra, uint64_t n)
{
	return ra.v < RAM_BYTES && n <= RAM_BYTES - ra.v;
}

static int ram_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	struct vmm *vmm = ctx;

	if (!inside(ra, n))
		return -1;
	memcpy(buf, vmm->ram + ra.v, n);
	return 0;
}

static int ram_write(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	struct vmm *vmm = ctx;

	if (!inside(ra, n))
		return -1;
	memcpy(vmm->ram + ra.v, buf, n);
	return 0;
}

static int ram_is_ram(void *ctx, struct tce_ra ra, uint64_t n)
{
	(void)ctx;
	return inside(ra, n);
}

/* --- life of a VMM --- */

static void die(const char *what, int err)
{
	fprintf(stderr, "vmm: %s: %s\n", what, tce_strerror(err));
	exit(1);
}

/* A machine with one PCI host bridge, numbered as QEMU would. */
static void vmm_start(struct vmm *vmm, const char *name)
{
	struct tce_memory memory = {vmm, ram_read, ram_write, ram_is_ram};
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find("qemu"), .memory = &memory};
	struct tce_phb_opts phb;
	int err;

	vmm->name = name;
	vmm->dead = 0;
	vmm->ram = calloc(1, RAM_BYTES);
	if (vmm->ram == NULL)
		die("guest memory", -TCE_ERR_NOMEM);
	err = tce_lpar_new(&opts, &vmm->lpar);
	if (err != 0)
		die("new", err);
	tce_phb_opts_qemu(&phb, 0);
	vmm->buid = phb.buid;
	tce_dma_path_init(&vmm->device, vmm->lpar, vmm->buid);
	err = tce_lpar_phb_add(vmm->lpar, &phb);
	if (err != 0)
		die("phb_add", err);
}

static void vmm_stop(struct vmm *vmm)
{
	tce_lpar_free(vmm->lpar);
	free(vmm->ram);
}

/* The guest executed "sc 1": r3 is the token, r4.. are the arguments. What it finds in r3 then. */
static int64_t vmm_hypercall(struct vmm *vmm, uint64_t token, const uint64_t args[5])
{
	struct tce_answer answer;
	int err = tce_lpar_hcall(vmm->lpar, token, args, &answer);

	if (err != 0)
		die("hypercall", err);
	vmm->dead = answer.abort != TCE_ABORT_NOT;
	if (vmm->dead)
		printf("%s: dead: %s\n", vmm->name, tce_abort_text(answer.abort));
	else if (answer.refusal != TCE_REFUSED_NOT)
		printf("%s: refused: %s\n", vmm->name, tce_refusal_text(answer.refusal));
	return answer.r3;
}

/* A device moves n bytes: translated page by page, never further than its permission goes. */
static size_t vmm_dma(struct vmm *vmm, uint64_t addr, void *buf, size_t n, unsigned access)
{
	size_t done = 0;

	while (done < n) {
		struct tce_dma_out out;
		uint64_t rest;
		size_t piece;
		int failed;

		tce_dma_path_translate(&vmm->device, addr + done, access, &out);
		if (out.result != TCE_DMA_OK)
			break;
		rest = (UINT64_C(1) << out.xlate.page_shift) -
		       (out.xlate.ra.v & ((UINT64_C(1) << out.xlate.page_shift) - 1));
		piece = n - done < rest ? n - done : (size_t)rest;
		if (access == TCE_WRITE)
			failed = ram_write(vmm, out.xlate.ra, (char *)buf + done, piece);
		else
			failed = ram_read(vmm, out.xlate.ra, (char *)buf + done, piece);
		if (failed)
			break;
		done += piece;
	}
	return done;
}

/* --- the guest --- */

static void store32(struct vmm *vmm, uint64_t at, uint32_t v)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		vmm->ram[at + i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t load32(const struct vmm *vmm, uint64_t at)
{
	const uint8_t *b = vmm->ram + at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void store64(struct vmm *vmm, uint64_t at, uint64_t v)
{
	store32(vmm, at, (uint32_t)(v >> 32));
	store32(vmm, at + 4, (uint32_t)v);
}

static void guest_put(struct vmm *vmm, uint64_t liobn, uint64_t ioba, uint64_t tce)
{
	const uint64_t args[5] = {liobn, ioba, tce, 0, 0};
	int64_t r3 = vmm_hypercall(vmm, TCE_H_PUT_TCE, args);

	printf("guest: H_PUT_TCE %" PRIx64 " %" PRIx64 " %" PRIx64 " -> %" PRId64 "\n", liobn, ioba,
	       tce, r3);
}

/* An RTAS call about the bridge: its status; the other return cells stay in the block. */
static int32_t guest_rtas(struct vmm *vmm, uint32_t token, uint32_t nargs, uint32_t nret,
			  uint32_t arg3, uint32_t arg4)
{
	const uint32_t cells[] = {
		token, nargs, nret, 0, (uint32_t)(vmm->buid >> 32), (uint32_t)vmm->buid,
		arg3,  arg4};
	const uint64_t args[5] = {RTAS_BLOCK, 0, 0, 0, 0};
	unsigned i;

	for (i = 0; i < 3 + nargs; i++)
		store32(vmm, RTAS_BLOCK + 4 * i, cells[i]);
	(void)vmm_hypercall(vmm, TCE_H_RTAS, args);
	return (int32_t)load32(vmm, RTAS_BLOCK + 12 + 4 * nargs);
}

static void guest_query(struct vmm *vmm)
{
	int32_t status = guest_rtas(vmm, QUERY, 3, 6, 0, 0);
	uint64_t ret = RTAS_BLOCK + 12 + 4 * 3;

	printf("guest: query -> %d: %u windows left, largest block %x%08x, page sizes %x\n",
	       (int)status, load32(vmm, ret + 4), load32(vmm, ret + 8), load32(vmm, ret + 12),
	       load32(vmm, ret + 16));
}

/* Returns the window's start; its LIOBN goes to *liobn. */
static uint64_t guest_create(struct vmm *vmm, uint32_t page_shift, uint32_t window_shift,
			     uint64_t *liobn)
{
	uint64_t ret = RTAS_BLOCK + 12 + 4 * 5;
	int32_t status = guest_rtas(vmm, CREATE, 5, 4, page_shift, window_shift);
	uint64_t start = (uint64_t)load32(vmm, ret + 8) << 32 | load32(vmm, ret + 12);

	if (vmm->dead) {
		printf("guest: create 2^%u bytes in 2^%u pages never returns\n", window_shift,
		       page_shift);
		return 0;
	}
	printf("guest: create 2^%u bytes in 2^%u pages -> %d", window_shift, page_shift,
	       (int)status);
	if (status == 0)
		printf(": LIOBN %x at %" PRIx64, load32(vmm, ret + 4), start);
	printf("\n");
	*liobn = load32(vmm, ret + 4);
	return start;
}

/* All of memory, readable and writable, in pages of 64 KiB: 512 TCEs in one list. */
static void guest_map_memory(struct vmm *vmm, uint64_t liobn, uint64_t start)
{
	const uint64_t args[5] = {liobn, start, LIST, RAM_BYTES >> 16, 0};
	uint64_t i;

	for (i = 0; i < RAM_BYTES >> 16; i++)
		store64(vmm, LIST + 8 * i, i << 16 | TCE_READ | TCE_WRITE);
	printf("guest: H_PUT_TCE_INDIRECT %" PRIx64 " %" PRIx64 ", %" PRIu64 " TCEs -> %" PRId64
	       "\n",
	       liobn, start, args[3], vmm_hypercall(vmm, TCE_H_PUT_TCE_INDIRECT, args));
}

/* --- its device --- */

static void device_read(struct vmm *vmm, uint64_t addr)
{
	char text[64] = "";
	size_t n = vmm_dma(vmm, addr, text, 32, TCE_READ);

	printf("%s: device reads %zu bytes at %" PRIx64 ": \"%s\"\n", vmm->name, n, addr, text);
}

static void device_write(struct vmm *vmm, uint64_t addr, const char *text)
{
	char copy[64] = "";
	size_t n;

	strncpy(copy, text, sizeof(copy) - 1);
	n = vmm_dma(vmm, addr, copy, strlen(copy) + 1, TCE_WRITE);
	printf("%s: device writes %zu of %zu bytes at %" PRIx64 "\n", vmm->name, n,
	       strlen(copy) + 1, addr);
}

/* --- migration: through memory here, through a socket elsewhere --- */

struct wire {
	uint8_t bytes[65536];
	size_t size;
	size_t at;
};

static int wire_put(void *ctx, const void *buf, size_t n)
{
	struct wire *wire = ctx;

	if (n > sizeof(wire->bytes) - wire->size)
		return -1;
	memcpy(wire->bytes + wire->size, buf, n);
	wire->size += n;
	return 0;
}

static int wire_get(void *ctx, void *buf, size_t n)
{
	struct wire *wire = ctx;

	if (n > wire->size - wire->at)
		return -1;
	memcpy(buf, wire->bytes + wire->at, n);
	wire->at += n;
	return 0;
}

static void migrate(struct vmm *from, struct vmm *to)
{
	static struct wire wire;
	int err = tce_lpar_save(from->lpar, wire_put, &wire);

	if (err == 0)
		err = tce_lpar_load(to->lpar, wire_get, &wire);
	if (err != 0)
		die("migration", err);
	memcpy(to->ram, from->ram, RAM_BYTES);
	printf("%s -> %s: %zu bytes of windows and TCEs, machines are %s\n", from->name, to->name,
	       wire.size, tce_lpar_equal(from->lpar, to->lpar) ? "alike" : "different");
}

int main(void)
{
	struct vmm here;
	struct vmm there;
	uint64_t liobn;
	uint64_t start;
	int err;

	vmm_start(&here, "here");
	vmm_start(&there, "there");

	memcpy(here.ram + BUFFER, "hello from the guest", 21);
	guest_put(&here, DEFAULT_WIN, 0x1000, BUFFER | TCE_READ);
	device_read(&here, 0x1000);
	device_write(&here, 0x1000, "not allowed");
	guest_put(&here, DEFAULT_WIN, UINT64_C(1) << 30, BUFFER | TCE_READ);

	guest_query(&here);
	start = guest_create(&here, 16, 25, &liobn);
	guest_map_memory(&here, liobn, start);
	device_write(&here, start + BUFFER + 0xfff8, "across the end of a page");
	printf("guest: finds \"%s\" at %" PRIx64 "\n", (char *)here.ram + BUFFER + 0xfff8,
	       BUFFER + 0xfff8);

	migrate(&here, &there);
	device_read(&there, start + BUFFER);

	err = tce_lpar_system_reset(there.lpar);
	if (err != 0)
		die("reset", err);
	printf("there: rebooted\n");
	device_read(&there, start + BUFFER);

	(void)guest_create(&there, 16, 51, &liobn);
	(void)guest_create(&there, 16, 25, &liobn);
	printf("there: %s\n", tce_strerror(tce_lpar_system_reset(there.lpar)));

	vmm_stop(&here);
	vmm_stop(&there);
	return 0;
}
