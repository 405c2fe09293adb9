/* SPDX-License-Identifier: BSD-2-Clause */
/* The naive twin: windows, plugging, DMA, migration. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, MAP_NORESERVE */
#include "naive_lpar.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

bool naive_is_qemu(const struct naive_lpar *n)
{
	return n->kind == NAIVE_QEMU_7 || n->kind == NAIVE_QEMU_10 || n->kind == NAIVE_KVM;
}

enum naive_kind naive_kind_of(const char *profile_name)
{
	if (strcmp(profile_name, "qemu-7.2") == 0)
		return NAIVE_QEMU_7;
	if (strncmp(profile_name, "qemu", 4) == 0)
		return NAIVE_QEMU_10;
	if (strcmp(profile_name, "kvm") == 0)
		return NAIVE_KVM;
	return strcmp(profile_name, "papr-2.13") == 0 ? NAIVE_LOPAR_LIMITED : NAIVE_LOPAR;
}

#define BLOCK 512U /* entries that share a touched mark */

static void *zeroes(uint64_t bytes)
{
	void *mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mem == MAP_FAILED)
		abort();
	return mem;
}

static void entries_new(struct naive_window *win)
{
	win->entries = zeroes(win->nr * 8);
	win->touched = zeroes(win->nr / BLOCK + 1);
	win->nr_mapped = 0;
}

static void entries_free(struct naive_window *win)
{
	munmap(win->entries, win->nr * 8);
	munmap(win->touched, win->nr / BLOCK + 1);
	win->entries = NULL;
	win->touched = NULL;
	win->nr_mapped = 0;
}

void naive_put(struct naive_window *win, uint64_t index, uint64_t tce)
{
	win->nr_mapped -= (win->entries[index] & 3) != 0;
	win->nr_mapped += (tce & 3) != 0;
	win->entries[index] = tce;
	win->touched[index / BLOCK] = 1;
}

/* The first index at or after from that may hold something; nr when there is none. */
static uint64_t next_touched(const struct naive_window *win, uint64_t from)
{
	uint64_t block = from / BLOCK;
	const uint8_t *next;

	if (from >= win->nr || win->touched[block])
		return from < win->nr ? from : win->nr;
	next = memchr(win->touched + block, 1, win->nr / BLOCK + 1 - block);
	return next == NULL ? win->nr : (uint64_t)(next - win->touched) * BLOCK;
}

void naive_clear(struct naive_window *win)
{
	if (win->nr == 0)
		return;
	entries_free(win);
	entries_new(win);
}

uint64_t naive_nr_set(const struct naive_window *win)
{
	uint64_t nr = 0;
	uint64_t i;

	for (i = next_touched(win, 0); i < win->nr; i = next_touched(win, i + 1))
		nr += win->entries[i] != 0;
	return nr;
}

void naive_open(struct naive_window *win, uint64_t start, unsigned shift, uint64_t nr)
{
	unsigned i;

	win->start = start;
	win->shift = shift;
	win->nr = nr;
	win->dma_start = start;
	win->dma_size = nr;
	for (i = 0; i < shift; i++) { /* doubled until it does not fit in 64 bits */
		if (win->dma_size >> 63 != 0) {
			win->dma_size = 0;
			break;
		}
		win->dma_size *= 2;
	}
	entries_new(win);
}

void naive_close(struct naive_lpar *n, struct naive_window *win)
{
	if (win->nr == 0)
		return;
	entries_free(win);
	win->start = 0;
	win->shift = 0;
	win->nr = 0;
	win->dma_start = 0;
	win->dma_size = 0;
	if (!naive_is_qemu(n))
		win->is_default = false;
}

void naive_default(struct naive_bus *bus)
{
	if (bus->default_nr == 0)
		return;
	naive_open(&bus->win[0], bus->opts.win_addr, 12, bus->default_nr);
	bus->win[0].is_default = !bus->vio;
}

void naive_die(struct naive_lpar *n, enum tce_abort cause, struct tce_answer *answer)
{
	n->dead = cause;
	memset(answer, 0, sizeof(*answer));
	answer->abort = cause;
}

void naive_init(struct naive_lpar *n, enum naive_kind kind, const struct tce_memory *memory)
{
	memset(n, 0, sizeof(*n));
	n->kind = kind;
	n->memory = *memory;
}

static void bus_drop(struct naive_lpar *n, struct naive_bus *bus)
{
	naive_close(n, &bus->win[0]);
	naive_close(n, &bus->win[1]);
	memset(bus, 0, sizeof(*bus));
}

void naive_fini(struct naive_lpar *n)
{
	unsigned i;

	for (i = 0; i < NAIVE_BUSES; i++)
		bus_drop(n, &n->bus[i]);
}

struct naive_window *naive_find(struct naive_lpar *n, uint64_t liobn, struct naive_bus **ret_bus)
{
	unsigned i;
	unsigned w;

	for (i = 0; i < NAIVE_BUSES; i++) {
		for (w = 0; w < n->bus[i].nr_windows; w++) {
			if (!n->bus[i].there || n->bus[i].win[w].liobn != liobn)
				continue;
			if (ret_bus != NULL)
				*ret_bus = &n->bus[i];
			return &n->bus[i].win[w];
		}
	}
	return NULL;
}

static struct naive_bus *find_bus(struct naive_lpar *n, bool vio, uint64_t id)
{
	unsigned i;

	for (i = 0; i < NAIVE_BUSES; i++)
		if (n->bus[i].there && n->bus[i].vio == vio && n->bus[i].id == id)
			return &n->bus[i];
	return NULL;
}

static struct naive_bus *free_bus(struct naive_lpar *n)
{
	unsigned i;

	for (i = 0; i < NAIVE_BUSES; i++)
		if (!n->bus[i].there)
			return &n->bus[i];
	return NULL;
}

static void fill_in(const struct naive_lpar *n, struct tce_phb_opts *opts)
{
	bool qemu = naive_is_qemu(n);

	if (opts->page_shifts == 0)
		opts->page_shifts = qemu ? 0x1211000 : 0x211000;
	if (opts->win_size == 0)
		opts->win_size = 0x40000000;
	if (opts->dyn_win_addr == 0)
		opts->dyn_win_addr = UINT64_C(0x800000000000000);
	if (opts->max_windows == 0)
		opts->max_windows = opts->no_ddw ? 1 : 2;
}

int naive_phb_add(struct naive_lpar *n, const struct tce_phb_opts *opts)
{
	struct naive_bus *bus = free_bus(n);

	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (opts->buid == 0 || opts->liobn[0] == 0 || opts->liobn[0] > 0xffffffff)
		return -TCE_ERR_INVAL;
	if (!opts->no_ddw && (opts->liobn[1] == 0 || opts->liobn[1] > 0xffffffff ||
			      opts->liobn[1] == opts->liobn[0]))
		return -TCE_ERR_INVAL;
	if (opts->max_windows > (opts->no_ddw ? 1U : 2U))
		return -TCE_ERR_INVAL;
	if ((opts->page_shifts & 0xfff) != 0 || opts->page_shifts >> 35 != 0)
		return -TCE_ERR_INVAL;
	if (opts->win_size != 0 && opts->win_size < 4096)
		return -TCE_ERR_INVAL;
	if (find_bus(n, false, opts->buid) != NULL || naive_find(n, opts->liobn[0], NULL) != NULL)
		return -TCE_ERR_EXISTS;
	if (!opts->no_ddw && naive_find(n, opts->liobn[1], NULL) != NULL)
		return -TCE_ERR_EXISTS;
	if (bus == NULL)
		return -TCE_ERR_LIMIT;
	bus->there = true;
	bus->id = opts->buid;
	bus->opts = *opts;
	fill_in(n, &bus->opts);
	bus->nr_windows = opts->no_ddw ? 1 : 2;
	bus->win[0].liobn = opts->liobn[0];
	bus->win[1].liobn = opts->liobn[1];
	bus->default_nr = opts->no_default_window ? 0 : bus->opts.win_size / 4096;
	naive_default(bus);
	return 0;
}

int naive_phb_remove(struct naive_lpar *n, uint64_t buid)
{
	struct naive_bus *bus = find_bus(n, false, buid);

	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (bus == NULL)
		return -TCE_ERR_NOENT;
	bus_drop(n, bus);
	return 0;
}

int naive_vio_add(struct naive_lpar *n, const struct tce_vio_opts *opts)
{
	uint64_t liobn = opts->liobn == 0 ? opts->unit : opts->liobn;
	struct naive_bus *bus = free_bus(n);

	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (opts->unit == 0 || liobn > 0xffffffff || (opts->size != 0 && opts->size < 4096))
		return -TCE_ERR_INVAL;
	if (find_bus(n, true, opts->unit) != NULL || naive_find(n, liobn, NULL) != NULL)
		return -TCE_ERR_EXISTS;
	if (bus == NULL)
		return -TCE_ERR_LIMIT;
	bus->there = true;
	bus->vio = true;
	bus->id = opts->unit;
	bus->nr_windows = 1;
	bus->win[0].liobn = liobn;
	bus->default_nr = (opts->size == 0 ? 0x10000000 : opts->size) / 4096;
	naive_default(bus);
	return 0;
}

int naive_vio_remove(struct naive_lpar *n, uint64_t unit)
{
	struct naive_bus *bus = find_bus(n, true, unit);

	if (n->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	if (bus == NULL)
		return -TCE_ERR_NOENT;
	bus_drop(n, bus);
	return 0;
}

uint64_t naive_page(const struct naive_window *win)
{
	return UINT64_C(1) << win->shift;
}

static void dma_in(const struct naive_window *win, const struct tce_dma *dma,
		   struct tce_dma_out *out)
{
	uint64_t page = naive_page(win);
	uint64_t offset = dma->addr - win->dma_start;
	uint64_t tce = offset / page < win->nr ? win->entries[offset / page] : 0;

	out->liobn = win->liobn;
	out->xlate.tce = tce;
	out->xlate.perm = tce & 3;
	out->xlate.page_shift = win->shift;
	out->xlate.ra.v = tce / page * page + offset % page;
	out->result = (tce & dma->access) == dma->access ? TCE_DMA_OK : TCE_DMA_FAULT;
	if (offset / page >= win->nr)
		out->result = TCE_DMA_FAULT;
}

void naive_dma(const struct naive_lpar *n, const struct tce_dma *dma, struct tce_dma_out *ret_out)
{
	struct naive_bus *bus = find_bus((struct naive_lpar *)(uintptr_t)n, dma->vio, dma->bus);
	unsigned w;

	memset(ret_out, 0, sizeof(*ret_out));
	ret_out->result = TCE_DMA_NO_BUS;
	if (bus == NULL)
		return;
	if (bus->bypass) {
		ret_out->result = TCE_DMA_OK;
		ret_out->liobn = bus->win[0].liobn;
		ret_out->xlate.ra.v = dma->addr;
		ret_out->xlate.perm = 3;
		ret_out->xlate.page_shift = 12;
		return;
	}
	ret_out->result = TCE_DMA_NO_WINDOW;
	if (naive_is_qemu(n) && !bus->vio && dma->addr >> 12 == UINT64_C(1) << 30)
		ret_out->result = TCE_DMA_MSI;
	for (w = 0; w < 2; w++)
		if (bus->win[w].nr != 0 && dma->addr - bus->win[w].dma_start < bus->win[w].dma_size)
			dma_in(&bus->win[w], dma, ret_out); /* the last one counts */
}

__extension__ typedef unsigned __int128 wide;

/* The last byte of a window; one that reaches past 2^64 ends there. */
static uint64_t last_byte(const struct naive_window *win)
{
	wide end = (wide)win->start + (wide)win->nr * naive_page(win);

	if (win->nr == 0)
		return win->start - 1;
	return end >> 64 != 0 ? UINT64_MAX : (uint64_t)end - 1;
}

void naive_describe(const struct naive_bus *bus, const struct naive_window *win,
		    struct tce_window_info *ret_info)
{
	memset(ret_info, 0, sizeof(*ret_info));
	ret_info->liobn = win->liobn;
	ret_info->buid = bus->vio ? 0 : bus->id;
	ret_info->start = win->start;
	ret_info->last = last_byte(win);
	ret_info->nr_entries = win->nr;
	ret_info->page_shift = win->shift;
	ret_info->slot = win == &bus->win[1];
	ret_info->vio = bus->vio;
	ret_info->bypass = bus->bypass;
	ret_info->is_default = win->is_default;
	ret_info->tainted = win->tainted;
	ret_info->dma_start = win->dma_start;
	ret_info->dma_size = win->dma_size;
	ret_info->nr_mapped = win->nr_mapped;
}

/* --- migration --- */

static void entries_copy(struct naive_window *to, const struct naive_window *from)
{
	uint64_t i;

	for (i = next_touched(from, 0); i < from->nr; i = next_touched(from, i + 1))
		naive_put(to, i, from->entries[i]);
}

void naive_copy(struct naive_lpar *to, const struct naive_lpar *from)
{
	struct tce_memory memory = to->memory;
	unsigned i;
	unsigned w;

	naive_fini(to);
	*to = *from;
	to->memory = memory;
	for (i = 0; i < NAIVE_BUSES; i++) {
		for (w = 0; w < 2; w++) {
			struct naive_window *win = &to->bus[i].win[w];

			if (win->nr == 0)
				continue;
			entries_new(win);
			entries_copy(win, &from->bus[i].win[w]);
		}
	}
}

/* What migrating between two QEMU 7.2.22 showed. */
static void migrate_qemu(struct naive_lpar *n, struct naive_window *to,
			 const struct naive_window *from)
{
	bool sent = from->start != 0 || from->shift != 12;
	uint64_t start = sent ? from->start : to->start;
	unsigned shift = sent ? from->shift : to->shift;

	to->is_default = from->is_default;
	if (from->nr != to->nr) {
		bool was = to->nr != 0;

		naive_close(n, to);
		if (from->nr != 0)
			naive_open(to, start, shift, from->nr);
		if (from->nr != 0 || was)
			goto entries;
	}
	to->start = start;
	to->shift = shift;
	naive_clear(to);
entries:
	if (from->nr != 0)
		entries_copy(to, from);
}

static void migrate_exactly(struct naive_lpar *n, struct naive_window *to,
			    const struct naive_window *from)
{
	naive_close(n, to);
	to->is_default = from->is_default;
	if (from->nr == 0)
		return;
	naive_open(to, from->start, from->shift, from->nr);
	entries_copy(to, from);
}

int naive_migrate(struct naive_lpar *to, const struct naive_lpar *from)
{
	struct naive_lpar *source = (struct naive_lpar *)(uintptr_t)from;
	unsigned i;
	unsigned w;

	if (to->dead != TCE_ABORT_NOT || from->dead != TCE_ABORT_NOT)
		return -TCE_ERR_STATE;
	for (i = 0; i < NAIVE_BUSES; i++)
		for (w = 0; w < from->bus[i].nr_windows; w++)
			if (naive_find(to, from->bus[i].win[w].liobn, NULL) == NULL)
				return -TCE_ERR_NOENT;
	for (i = 0; i < NAIVE_BUSES; i++) {
		for (w = 0; w < to->bus[i].nr_windows; w++) {
			struct naive_window *win = &to->bus[i].win[w];
			struct naive_window *its = naive_find(source, win->liobn, NULL);

			if (its == NULL || !win->tainted || its->nr == 0)
				continue;
			to->dead = TCE_ABORT_REGION_TWICE;
			return 0;
		}
	}
	for (i = 0; i < NAIVE_BUSES; i++) {
		for (w = 0; w < to->bus[i].nr_windows; w++) {
			struct naive_window *win = &to->bus[i].win[w];
			struct naive_bus *bus;
			struct naive_window *its = naive_find(source, win->liobn, &bus);

			if (its == NULL)
				continue;
			if (naive_is_qemu(to))
				migrate_qemu(to, win, its);
			else
				migrate_exactly(to, win, its);
			to->bus[i].bypass = bus->bypass && to->bus[i].vio;
			to->bus[i].limited = bus->limited && !to->bus[i].vio;
		}
	}
	return 0;
}
