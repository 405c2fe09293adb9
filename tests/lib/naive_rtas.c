/* SPDX-License-Identifier: BSD-2-Clause */
/* The naive twin's RTAS: blocks, DDW calls, VIO calls, resets. */
#include "naive_lpar.h"

#include <string.h>

static int refuse(struct tce_answer *a, int32_t status, enum tce_refusal why)
{
	memset(a, 0, sizeof(*a));
	a->refusal = why;
	a->status = status;
	a->nr_rets = 1;
	a->rets[0] = (uint32_t)status;
	return 0;
}

static int ok(struct tce_answer *a, uint32_t nr_rets)
{
	memset(a, 0, sizeof(*a));
	a->nr_rets = nr_rets;
	return 0;
}

static struct naive_bus *phb_of(struct naive_lpar *n, const struct tce_rtas_call *call)
{
	uint64_t buid = (uint64_t)call->args[1] << 32 | call->args[2];
	unsigned i;

	for (i = 0; i < NAIVE_BUSES; i++)
		if (n->bus[i].there && !n->bus[i].vio && n->bus[i].id == buid)
			return &n->bus[i];
	return NULL;
}

static unsigned active(const struct naive_bus *bus)
{
	return (bus->win[0].nr != 0) + (bus->win[1].nr != 0);
}

/* PowerVM sets a number of TCEs aside for the PE; created windows eat of it. QEMU says 2^37. */
static uint64_t block(const struct naive_lpar *n, const struct naive_bus *bus)
{
	uint64_t left = bus->opts.largest_block;
	unsigned w;

	if (naive_is_qemu(n))
		return left != 0 ? left : UINT64_C(0x2000000000);
	if (left == 0)
		left = 0x1000000;
	for (w = 0; w < 2; w++)
		if (!bus->win[w].is_default)
			left = left > bus->win[w].nr ? left - bus->win[w].nr : 0;
	return left;
}

static uint32_t page_mask(uint64_t shifts)
{
	static const unsigned shift[9] = {12, 16, 24, 25, 26, 27, 28, 34, 21};
	uint32_t mask = 0;
	unsigned i;

	for (i = 0; i < 9; i++)
		if ((shifts & UINT64_C(1) << shift[i]) != 0)
			mask += 1U << i;
	return mask;
}

static int query(struct naive_lpar *n, const struct tce_rtas_call *call, struct tce_answer *a)
{
	struct naive_bus *bus = phb_of(n, call);
	uint64_t left;

	if (call->nargs != 3)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	if (call->nret != 5 && call->nret != 6)
		return refuse(a, -3, TCE_REFUSED_RTAS_NRET);
	if (bus == NULL)
		return refuse(a, -3, TCE_REFUSED_BUID_UNKNOWN);
	if (bus->opts.no_ddw)
		return refuse(a, -3, TCE_REFUSED_DDW_OFF);
	if (call->nret == 6 && !naive_is_qemu(n) && bus->opts.no_extensions)
		return refuse(a, -3, TCE_REFUSED_RTAS_NRET);
	ok(a, call->nret);
	a->rets[1] = active(bus) < bus->opts.max_windows ? bus->opts.max_windows - active(bus) : 0;
	left = block(n, bus);
	if (call->nret == 6) {
		a->rets[2] = (uint32_t)(left >> 32);
		a->rets[3] = (uint32_t)left;
		a->rets[4] = page_mask(bus->opts.page_shifts);
	} else {
		if (naive_is_qemu(n) && bus->opts.largest_block == 0)
			left = 0x80000000;
		a->rets[2] = left > 0xffffffff ? 0xffffffff : (uint32_t)left;
		a->rets[3] = page_mask(bus->opts.page_shifts);
	}
	return 0;
}

static bool over_another(const struct naive_bus *bus, uint64_t start, uint64_t last)
{
	unsigned w;

	for (w = 0; w < 2; w++) {
		const struct naive_window *win = &bus->win[w];

		if (win->nr != 0 && win->dma_size != 0 && win->dma_start <= last &&
		    win->dma_start + (win->dma_size - 1) >= start)
			return true;
	}
	return false;
}

static int created(struct naive_window *win, uint64_t start, unsigned shift, uint64_t nr,
		   struct tce_answer *a)
{
	naive_open(win, start, shift, nr);
	ok(a, 4);
	a->rets[1] = (uint32_t)win->liobn;
	a->rets[2] = (uint32_t)(start >> 32);
	a->rets[3] = (uint32_t)start;
	return 0;
}

/*
 * As measured on QEMU 7.2.22, 10.0.13 and 11.1.3. Shifts act modulo 64 on the x86-64 builds that
 * were measured.
 */
static int qemu_create(struct naive_lpar *n, struct naive_bus *bus, const uint32_t *args,
		       struct tce_answer *a)
{
	uint64_t start = active(bus) == 0 ? bus->opts.win_addr : bus->opts.dyn_win_addr;
	unsigned shift = args[3] % 64;
	struct naive_window *win = &bus->win[0];
	uint64_t nr;

	if ((bus->opts.page_shifts & UINT64_C(1) << shift) == 0)
		return refuse(a, -3, TCE_REFUSED_PAGE_SHIFT);
	if (args[4] < args[3])
		return refuse(a, -3, TCE_REFUSED_WINDOW_SHIFT);
	if (active(bus) >= bus->opts.max_windows)
		return refuse(a, -1, TCE_REFUSED_NO_WINDOW_LEFT);
	if (bus->win[0].nr != 0 ||
	    (bus->win[1].nr == 0 && (bus->opts.dyn_liobn_first || bus->win[1].liobn < win->liobn)))
		win = &bus->win[1];
	if (win->tainted) {
		naive_die(n, TCE_ABORT_REGION_TWICE, a);
		return 0;
	}
	nr = (uint32_t)(UINT64_C(1) << (args[4] - args[3]) % 64);
	if (nr == 0) {
		win->tainted = true;
		win->start = start;
		win->shift = shift;
		return refuse(a, -1, TCE_REFUSED_TOO_LARGE);
	}
	return created(win, start, shift, nr, a);
}

static int lopar_create(struct naive_lpar *n, struct naive_bus *bus, const uint32_t *args,
			struct tce_answer *a)
{
	struct naive_window *win = bus->win[1].nr == 0 ? &bus->win[1] : &bus->win[0];
	uint64_t start = bus->opts.win_addr;
	uint64_t nr;
	uint64_t last;

	if (args[3] > 63 || (bus->opts.page_shifts & UINT64_C(1) << args[3]) == 0)
		return refuse(a, -3, TCE_REFUSED_PAGE_SHIFT);
	if (args[4] < args[3])
		return refuse(a, -3, TCE_REFUSED_WINDOW_SHIFT);
	if (active(bus) >= bus->opts.max_windows)
		return refuse(a, -3, TCE_REFUSED_NO_WINDOW_LEFT);
	if (args[4] - args[3] > 40)
		return refuse(a, -3, TCE_REFUSED_TOO_LARGE);
	nr = UINT64_C(1) << (args[4] - args[3]);
	if (nr > block(n, bus))
		return refuse(a, -3, TCE_REFUSED_TOO_LARGE);
	if (win == &bus->win[1])
		start = bus->limited ? UINT64_C(0x100000000) : bus->opts.dyn_win_addr;
	if (args[4] > 63)
		return refuse(a, -3, TCE_REFUSED_OVERLAP);
	last = start + ((UINT64_C(1) << args[4]) - 1);
	if (last < start || over_another(bus, start, last))
		return refuse(a, -3, TCE_REFUSED_OVERLAP);
	win->is_default = false;
	return created(win, start, args[3], nr, a);
}

static int create(struct naive_lpar *n, const struct tce_rtas_call *call, struct tce_answer *a)
{
	struct naive_bus *bus = phb_of(n, call);

	if (call->nargs != 5)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	if (call->nret != 4)
		return refuse(a, -3, TCE_REFUSED_RTAS_NRET);
	if (bus == NULL)
		return refuse(a, -3, TCE_REFUSED_BUID_UNKNOWN);
	if (bus->opts.no_ddw)
		return refuse(a, -3, TCE_REFUSED_DDW_OFF);
	return naive_is_qemu(n) ? qemu_create(n, bus, call->args, a)
				: lopar_create(n, bus, call->args, a);
}

/* False: QEMU dies of it. */
static bool dma_reset(struct naive_lpar *n, struct naive_bus *bus, struct tce_answer *a)
{
	if (bus->win[0].tainted && bus->default_nr != 0) {
		naive_die(n, TCE_ABORT_REGION_TWICE, a);
		return false;
	}
	naive_close(n, &bus->win[0]);
	naive_close(n, &bus->win[1]);
	bus->limited = false;
	naive_default(bus);
	return true;
}

static int remove_window(struct naive_lpar *n, const struct tce_rtas_call *call,
			 struct tce_answer *a)
{
	struct naive_bus *bus = NULL;
	struct naive_window *win = naive_find(n, call->args[0], &bus);
	bool was_default;

	if (call->nargs != 1)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	if (call->nret != 1)
		return refuse(a, -3, TCE_REFUSED_RTAS_NRET);
	if (win == NULL)
		return refuse(a, -3, TCE_REFUSED_LIOBN_UNKNOWN);
	if (bus->vio && (n->kind == NAIVE_QEMU_10 || n->kind == NAIVE_KVM)) {
		naive_die(n, TCE_ABORT_REMOVE_VIO, a);
		return 0;
	}
	if (bus->vio)
		return refuse(a, -3, TCE_REFUSED_NOT_PCI);
	if (bus->opts.no_ddw)
		return refuse(a, -3, TCE_REFUSED_DDW_OFF);
	if (win->nr == 0)
		return refuse(a, -3, TCE_REFUSED_LIOBN_DISABLED);
	was_default = win->is_default;
	if (active(bus) == 1 && !was_default && bus->win[0].tainted && bus->default_nr != 0) {
		naive_die(n, TCE_ABORT_REGION_TWICE, a);
		return 0;
	}
	naive_close(n, win);
	if (active(bus) == 0 && !was_default)
		dma_reset(n, bus, a);
	return ok(a, 1);
}

static int reset(struct naive_lpar *n, const struct tce_rtas_call *call, struct tce_answer *a)
{
	struct naive_bus *bus = phb_of(n, call);

	if (call->nargs == 4 && n->kind != NAIVE_LOPAR_LIMITED)
		return refuse(a, -3, TCE_REFUSED_LIMITED_MODE);
	if (call->nargs != 3 && call->nargs != 4)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	if (call->nret != 1)
		return refuse(a, -3, TCE_REFUSED_RTAS_NRET);
	if (bus == NULL)
		return refuse(a, -3, TCE_REFUSED_BUID_UNKNOWN);
	if (bus->opts.no_ddw)
		return refuse(a, -3, TCE_REFUSED_DDW_OFF);
	if (bus->opts.no_extensions)
		return refuse(a, -3, TCE_REFUSED_RTAS_TOKEN);
	if (!dma_reset(n, bus, a))
		return 0;
	bus->limited = call->nargs == 4 && call->args[3] == 1;
	return ok(a, 1);
}

static int bypass(struct naive_lpar *n, const struct tce_rtas_call *call, struct tce_answer *a)
{
	unsigned i;

	if (call->nargs != 2)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	for (i = 0; i < NAIVE_BUSES; i++) {
		if (!n->bus[i].vio || n->bus[i].id != call->args[0])
			continue;
		n->bus[i].bypass = call->args[1] != 0;
		return ok(a, 1);
	}
	return refuse(a, -3, TCE_REFUSED_UNIT_UNKNOWN);
}

static int quiesce(struct naive_lpar *n, const struct tce_rtas_call *call, struct tce_answer *a)
{
	unsigned i;

	if (call->nargs != 0)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	for (i = 0; i < NAIVE_BUSES; i++)
		if (n->bus[i].vio)
			naive_clear(&n->bus[i].win[0]);
	return ok(a, 1);
}

int naive_system_reset(struct naive_lpar *n)
{
	struct tce_answer ignored;
	unsigned i;

	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	for (i = 0; i < NAIVE_BUSES; i++) {
		if (n->bus[i].there && n->bus[i].win[0].tainted && n->bus[i].default_nr != 0) {
			naive_die(n, TCE_ABORT_REGION_TWICE, &ignored);
			return 0;
		}
	}
	for (i = 0; i < NAIVE_BUSES; i++) {
		if (!n->bus[i].there)
			continue;
		n->bus[i].bypass = false;
		if (n->bus[i].vio)
			naive_clear(&n->bus[i].win[0]);
		else
			dma_reset(n, &n->bus[i], &ignored);
	}
	return 0;
}

int naive_dr_isolate(struct naive_lpar *n, uint64_t buid)
{
	struct tce_answer ignored;
	unsigned i;

	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	for (i = 0; i < NAIVE_BUSES; i++) {
		if (!n->bus[i].there || n->bus[i].vio || n->bus[i].id != buid)
			continue;
		if (!naive_is_qemu(n))
			dma_reset(n, &n->bus[i], &ignored);
		return 0;
	}
	return -TCE_ERR_NOENT;
}

static int reboot(struct naive_lpar *n, const struct tce_rtas_call *call, struct tce_answer *a)
{
	if (call->nargs != 0)
		return refuse(a, -3, TCE_REFUSED_RTAS_NARGS);
	if (call->nret != 1)
		return refuse(a, -3, TCE_REFUSED_RTAS_NRET);
	naive_system_reset(n);
	if (n->dead != TCE_ABORT_NOT) {
		naive_die(n, n->dead, a);
		return 0;
	}
	return ok(a, 1);
}

static int unknown(struct tce_answer *a)
{
	refuse(a, -3, TCE_REFUSED_RTAS_TOKEN);
	a->r3 = -4;
	return 0;
}

int naive_rtas(struct naive_lpar *n, const struct tce_rtas_call *call,
	       struct tce_answer *ret_answer)
{
	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	switch (call->call) {
	case TCE_RTAS_QUERY: return query(n, call, ret_answer);
	case TCE_RTAS_CREATE: return create(n, call, ret_answer);
	case TCE_RTAS_REMOVE: return remove_window(n, call, ret_answer);
	case TCE_RTAS_RESET: return reset(n, call, ret_answer);
	case TCE_RTAS_SET_TCE_BYPASS:
		return naive_is_qemu(n) ? bypass(n, call, ret_answer) : unknown(ret_answer);
	case TCE_RTAS_QUIESCE:
		return naive_is_qemu(n) ? quiesce(n, call, ret_answer) : unknown(ret_answer);
	case TCE_RTAS_SYSTEM_REBOOT: return reboot(n, call, ret_answer);
	default: return -TCE_ERR_INVAL;
	}
}

/* A byte at a time; what is not memory is 0. */
static uint32_t load_cell(const struct naive_lpar *n, uint64_t at)
{
	uint8_t b[4] = {0};
	unsigned i;

	for (i = 0; i < 4; i++)
		if (n->memory.read(n->memory.ctx, tce_ra((at << 4 >> 4) + i), &b[i], 1) != 0)
			return 0;
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void store_cell(const struct naive_lpar *n, uint64_t at, uint32_t v)
{
	unsigned i;

	for (i = 0; i < 4; i++) {
		uint8_t b = (uint8_t)(v >> (24 - 8 * i));

		n->memory.write(n->memory.ctx, tce_ra((at << 4 >> 4) + i), &b, 1);
	}
}

static int by_token(const struct naive_lpar *n, uint32_t token)
{
	static const uint32_t qemu[] = {0x2026, 0x2027, 0x2028, 0x2029, 0x2010, 0x2011, 0x2004};
	static const uint32_t lopar[] = {0x53, 0x54, 0x55, 0x56, 0, 0, 0x57};
	int i;

	for (i = 0; i < 7; i++)
		if (token != 0 && token == (naive_is_qemu(n) ? qemu[i] : lopar[i]))
			return i;
	return -1;
}

int naive_h_rtas(struct naive_lpar *n, uint64_t at, struct tce_answer *ret_answer)
{
	struct tce_rtas_call call = {0};
	int which = by_token(n, load_cell(n, at));
	uint32_t skip;
	uint32_t i;
	int err = 0;

	call.nargs = load_cell(n, at + 4);
	call.nret = load_cell(n, at + 8);
	for (i = 0; i < 8; i++)
		call.args[i] = load_cell(n, at + 12 + 4 * i);
	skip = 4 * call.nargs;
	call.call = (enum tce_rtas)(which < 0 ? 0 : which);
	if (which < 0)
		unknown(ret_answer);
	else
		err = naive_rtas(n, &call, ret_answer);
	for (i = 0; err == 0 && i < ret_answer->nr_rets; i++)
		store_cell(n, at + 12 + skip + 4 * i, ret_answer->rets[i]);
	return err;
}
