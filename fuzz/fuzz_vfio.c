/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VFIO calls: any bytes as ioctl structures, in any order, on containers of two groups; the first
 * two bytes choose platform and kernel. With the kernel "fixed", which has no defects, no rule may
 * break, whatever a client does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/linux.h>
#include <tce/run.h>
#include <tce/vfio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CALLS_MAX 400U
#define GROUPS    2U

struct fuzz {
	struct tce_machine *machine;
	const uint8_t *at;
	const uint8_t *end;
	uint8_t arg[40]; /* the structure that the client passes */
	bool fixed;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static uint8_t byte(struct fuzz *f)
{
	return f->at < f->end ? *f->at++ : 0;
}

/* --- the client's memory ------------------------------------------------------------------ */

/* Four buffers: small pages, a 16 MiB huge page, small pages of one huge block, read-only. */
static bool pin(void *ctx, uint16_t process, uint64_t vaddr, uint64_t max,
		struct tce_vfio_pages *ret_pages)
{
	uint64_t buffer = vaddr >> 32;

	(void)ctx;
	(void)process;
	if (buffer > 2 || (vaddr & UINT32_MAX) >= UINT64_C(64) << 20)
		return false;
	ret_pages->ra = tce_ra((buffer << 28) + (vaddr & UINT32_MAX) + (UINT64_C(64) << 20));
	ret_pages->nr = max < 16 ? max : 16;
	ret_pages->huge_shift = buffer == 1 ? 24 : 0;
	ret_pages->block_shift = buffer == 0 ? 0 : 24;
	return true;
}

static bool read_arg(void *ctx, uint16_t process, uint64_t vaddr, void *buf, size_t n)
{
	const struct fuzz *f = ctx;

	(void)process;
	if (vaddr != 0x1000 || n > sizeof(f->arg))
		return false;
	memcpy(buf, f->arg, n);
	return true;
}

static bool write_arg(void *ctx, uint16_t process, uint64_t vaddr, const void *buf, size_t n)
{
	(void)ctx;
	(void)process;
	(void)vaddr;
	(void)buf;
	return n <= 40;
}

/* --- the machine -------------------------------------------------------------------------- */

static void step(struct fuzz *f, const struct tce_event *event)
{
	struct tce_outcome outcome;
	int err = tce_machine_step(f->machine, event, &outcome);

	must(err == 0 || err == -TCE_ERR_STATE || err == -TCE_ERR_EXISTS || err == -TCE_ERR_INVAL ||
	     err == -TCE_ERR_NOENT || err == -TCE_ERR_NOMEM);
}

static void plug(struct fuzz *f, uint16_t group, bool powernv)
{
	struct tce_event event;

	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_PHB_PLUG;
	event.u.phb_plug.phb = group;
	event.u.phb_plug.generation = group == 0 ? TCE_IODA_PHB3 : TCE_IODA_PHB4;
	if (!powernv)
		tce_phb_opts_qemu(&event.u.phb_plug.papr, group);
	step(f, &event);
	memset(&event, 0, sizeof(event));
	event.kind = TCE_EV_DEVICE_PLUG;
	event.u.device_plug.dev = group;
	event.u.device_plug.phb = group;
	event.u.device_plug.parent = TCE_NO_ID;
	event.u.device_plug.devfn = 8;
	event.u.device_plug.own_pe = powernv && group == 1;
	step(f, &event);
}

static void boot(struct fuzz *f, uint8_t choice)
{
	struct tce_event event = {.kind = TCE_EV_BOOT};
	struct tce_kernel kernel;
	unsigned nr = 0;

	while (tce_kernel_at(nr, &kernel) == 0)
		nr++;
	event.u.boot.kernel = (uint16_t)(choice % nr);
	must(tce_kernel_at(event.u.boot.kernel, &kernel) == 0);
	f->fixed = strcmp(kernel.name, "fixed") == 0;
	if (!f->fixed) {
		tce_defects_add(&event.u.boot.defects_off, TCE_DEFECT_C12);
		event.u.boot.page_shift = (choice & 0x80U) != 0 ? 12 : 16;
	}
	step(f, &event);
}

static void machine_new(struct fuzz *f, const struct tce_vfio_client *client)
{
	bool powernv = (byte(f) & 1U) != 0;
	struct tce_machine_opts opts = {.platform = powernv ? TCE_POWERNV : TCE_PSERIES,
					.papr = tce_papr_profile_find("qemu"),
					.ram = UINT64_C(1) << 30,
					.storage = TCE_STORAGE_LAZY};

	must(tce_machine_new(NULL, &opts, &f->machine) == 0);
	must(tce_linux_attach(f->machine) == 0 && tce_vfio_attach(f->machine) == 0);
	must(tce_vfio_set_client(f->machine, client) == 0);
	for (uint16_t i = 0; i < GROUPS; i++)
		plug(f, i, powernv);
	boot(f, byte(f));
}

/* --- calls -------------------------------------------------------------------------------- */

/* Calls of groups and processes, as events. */
static void group_call(struct fuzz *f, uint8_t what)
{
	static const uint8_t ops[] = {
		TCE_VFIO_OPEN_CONTAINER,  TCE_VFIO_OPEN_GROUP,
		TCE_VFIO_SET_CONTAINER,   TCE_VFIO_BIND,
		TCE_VFIO_CLOSE_CONTAINER, TCE_VFIO_CLOSE_GROUP,
		TCE_VFIO_GROUP_STATUS,    TCE_VFIO_UNSET_CONTAINER,
		TCE_VFIO_GET_DEVICE,      TCE_VFIO_CLOSE_DEVICE,
		TCE_VFIO_UNBIND,          TCE_VFIO_EXIT,
		TCE_VFIO_RLIMIT,          TCE_VFIO_CAP,
		TCE_VFIO_SET_IOMMU,
	};
	struct tce_event event = {.kind = TCE_EV_VFIO};
	uint8_t who = byte(f);

	event.u.vfio.op = (enum tce_vfio_op)ops[what % sizeof(ops)];
	event.u.vfio.container = who & 1U;
	event.u.vfio.group = who >> 1 & 1U;
	event.u.vfio.process = who >> 2 & 1U;
	event.u.vfio.from_child = (who & 0xf0U) == 0xf0;
	event.u.vfio.number = what >= 0x40 ? 7 : 2;
	event.u.vfio.size = (uint64_t)byte(f) << 16;
	step(f, &event);
}

/* A 64-bit number from two bytes: something around a power of two, or a window's address. */
static uint64_t number(struct fuzz *f)
{
	uint8_t shift = byte(f);
	uint8_t what = byte(f);
	uint64_t value = UINT64_C(1) << (shift % 64);

	switch (what >> 6) {
	case 0: return value * (what & 7U);
	case 1: return value - (what & 1U);
	case 2: return (UINT64_C(1) << 59) + value * (what & 7U);
	default: return ((uint64_t)(shift & 3U) << 32) + ((uint64_t)(what & 0x3fU) << 16);
	}
}

static void container_call(struct fuzz *f, uint8_t what)
{
	struct tce_vfio_ioctl call = {.container = what & 1U, .process = what >> 1 & 1U};
	uint32_t argsz = 40, flags = byte(f);
	int64_t ret;
	int err;

	call.request = 0x3b00U | (uint32_t)(100 + byte(f) % 25);
	call.arg = flags == 0xff ? 8 : 0x1000;
	if (call.request == 0x3b66 || call.request == 0x3b65)
		call.arg = flags;
	for (size_t i = 8; i + 8 <= sizeof(f->arg); i += 8) {
		uint64_t v = number(f);

		memcpy(f->arg + i, &v, sizeof(v));
	}
	if (call.request == 0x3b77) { /* CREATE: page shift and levels that may be */
		uint32_t shift = 12U + 4U * (flags & 3U), levels = 1U + (flags >> 2 & 7U);

		memcpy(f->arg + 8, &shift, 4);
		memcpy(f->arg + 24, &levels, 4);
		flags = flags >= 0xf0 ? 1 : 0;
	}
	if ((flags & 0x80U) != 0)
		argsz = flags & 0x3fU;
	else
		flags &= 3U;
	memcpy(f->arg, &argsz, 4);
	memcpy(f->arg + 4, &flags, 4);
	err = tce_vfio_ioctl(f->machine, &call, &ret);
	must(err == 0 || err == -TCE_ERR_STATE || err == -TCE_ERR_NOMEM);
	must(err != 0 || ret > -4096);
}

/* Rules of containers and of who points where; a DMA may of course fail. */
static void hold_rules(const struct fuzz *f)
{
	struct tce_breach breaches[TCE_BREACHES_MAX];
	char text[256];
	unsigned nr;

	nr = tce_check_machine(f->machine, NULL, NULL, breaches, TCE_BREACHES_MAX);
	for (unsigned i = 0; f->fixed && i < nr && i < TCE_BREACHES_MAX; i++) {
		if (breaches[i].rule != TCE_RULE_UNBALANCED_ACCOUNT &&
		    breaches[i].rule != TCE_RULE_WINDOW_MISMATCH)
			continue;
		tce_breach_text(&breaches[i], NULL, text, sizeof(text));
		fprintf(stderr, "fuzz_vfio: %s\n", text);
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = data, .end = data + size};
	struct tce_vfio_client client = {
		.ctx = &f, .pin = pin, .read = read_arg, .write = write_arg};

	machine_new(&f, &client);
	for (unsigned i = 0; i < CALLS_MAX && f.at < f.end; i++) {
		uint8_t what = byte(&f);

		if (what < 0x60)
			group_call(&f, what);
		else
			container_call(&f, what);
		hold_rules(&f);
	}
	tce_machine_free(f.machine);
	return 0;
}
