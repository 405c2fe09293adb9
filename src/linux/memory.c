/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that the kernel takes into use and gives up: what the core of memory hotplug does around
 * its notifiers. Each memory block is one notification; a block is one LMB.
 *
 * Sources: Linux mm/memory_hotplug.c online_pages, offline_pages; arch/powerpc/platforms/pseries/
 * hotplug-memory.c dlpar_add_lmb, dlpar_remove_lmb; drivers/dax/kmem.c. Left out: memmap on memory,
 * migration, onlining policies.
 */
#include "base/assert.h"
#include "os.h"

#define RAM sizeof(struct tce_ram)

/* --- System RAM --------------------------------------------------------------------------- */

static struct tce_ram *ram_at(const struct tce_linux *lx, uint32_t i)
{
	return tce_vec_at(&lx->ram, i, RAM);
}

static uint32_t position(const struct tce_linux *lx, uint64_t addr)
{
	uint32_t low = 0;
	uint32_t high = lx->ram.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (ram_at(lx, mid)->addr < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint64_t tce_linux_dram_end(const struct tce_linux *lx)
{
	return lx->ram.nr == 0
		       ? 0
		       : ram_at(lx, lx->ram.nr - 1)->addr + ram_at(lx, lx->ram.nr - 1)->size;
}

static int ram_add(struct tce_linux_call *call, uint64_t addr, uint64_t size)
{
	struct tce_linux *lx = call->lx;
	struct tce_ram *ram;
	int err = tce_vec_reserve(&lx->ram, tce_machine_mem(call->machine), RAM, 1);

	if (err != 0)
		return err;
	ram = tce_vec_insert(&lx->ram, position(lx, addr), RAM);
	ram->addr = addr;
	ram->size = size;
	if (addr + size > lx->ram_end)
		lx->ram_end = addr + size;
	return 0;
}

/* Is it System RAM of one stretch? A crash kernel has only its own part of what is online. */
static bool ram_holds(const struct tce_linux *lx, uint64_t addr, uint64_t size)
{
	uint32_t i = position(lx, addr + 1);
	const struct tce_ram *ram = i == 0 ? NULL : ram_at(lx, i - 1);

	return ram != NULL && addr + size <= ram->addr + ram->size;
}

/* Take a range out of the one stretch that holds it. */
static int ram_remove(struct tce_linux_call *call, uint64_t addr, uint64_t size)
{
	struct tce_linux *lx = call->lx;
	uint32_t i = position(lx, addr + 1) - 1;
	struct tce_ram ram = *ram_at(lx, i);
	uint64_t end = addr + size;
	int err = 0;

	TCE_ASSERT(ram.addr <= addr && end <= ram.addr + ram.size);
	if (end < ram.addr + ram.size)
		err = ram_add(call, end, ram.addr + ram.size - end);
	if (err != 0)
		return err;
	ram_at(lx, i)->size = addr - ram.addr;
	if (ram.addr == addr)
		tce_vec_remove(&lx->ram, i, 1, RAM);
	return 0;
}

/* A stretch of boot memory: cut where another NUMA node begins. */
static int ram_add_pieces(struct tce_linux_call *call, uint64_t start, uint64_t end)
{
	const struct tce_machine_opts *opts = &call->machine->opts;
	int err = 0;

	for (unsigned i = 0; err == 0 && i < TCE_NODE_STARTS_MAX; i++) {
		uint64_t cut = opts->node_start[i];

		if (cut <= start || cut >= end)
			continue;
		err = ram_add(call, start, cut - start);
		start = cut;
	}
	return err != 0 || start == end ? err : ram_add(call, start, end - start);
}

int tce_linux_ram_init(struct tce_linux_call *call)
{
	uint64_t from = 0, addr, size, start = 0, end = 0;
	int err = 0;

	if (call->lx->kdump && call->st->boot.crash_mem != 0)
		return ram_add(call, 0, call->st->boot.crash_mem);
	while (err == 0 && tce_memmap_next_online(call->st, from, &addr, &size)) {
		if (addr != end) {
			err = ram_add_pieces(call, start, end);
			start = addr;
		}
		end = addr + size;
		from = end;
	}
	return err != 0 ? err : ram_add_pieces(call, start, end);
}

/* --- one block ---------------------------------------------------------------------------- */

static int notify(struct tce_linux_call *call, enum tce_memory_action action,
		  const struct tce_ev_memory *block, bool *ret_bad)
{
	*ret_bad = false;
	if (call->lx->platform->memory == NULL)
		return 0;
	return call->lx->platform->memory(call, action, block, ret_bad);
}

/* online_pages: a veto is taken back by CANCEL_ONLINE, whose answer nobody looks at. */
static int block_online(struct tce_linux_call *call, const struct tce_ev_memory *block,
			bool *ret_bad)
{
	bool ignored;
	int err = notify(call, TCE_MEMORY_GOING_ONLINE, block, ret_bad);

	if (err != 0 || !*ret_bad)
		return err;
	return notify(call, TCE_MEMORY_CANCEL_ONLINE, block, &ignored);
}

static int block_offline(struct tce_linux_call *call, const struct tce_ev_memory *block)
{
	bool ignored;

	return notify(call, TCE_MEMORY_OFFLINE, block, &ignored);
}

/* A page of the range belongs to a driver's buffer: it cannot be moved away. */
static bool is_pinned(const struct tce_linux_call *call, uint64_t addr, uint64_t size)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = tce_mapping_at(call->st, i)) != NULL; i++) {
		const struct tce_map_piece *in = tce_mapping_in(call->st, map);

		if (map->state != TCE_MAP_LIVE)
			continue;
		for (uint32_t j = 0; j < map->nr_in; j++) {
			if (in[j].addr < addr + size && addr < in[j].addr + in[j].len)
				return true;
		}
	}
	return false;
}

/* --- LMBs --------------------------------------------------------------------------------- */

static int lmb_add(struct tce_linux_call *call, const struct tce_ev_memory *lmb, bool *ret_bad)
{
	int err = block_online(call, lmb, ret_bad);

	if (err == 0 && !*ret_bad)
		err = ram_add(call, lmb->addr, lmb->size);
	if (err == 0 && !*ret_bad)
		err = tce_memmap_set_online(call->st, lmb->addr, lmb->size, true);
	return err;
}

static int lmb_remove(struct tce_linux_call *call, const struct tce_ev_memory *lmb)
{
	int err = block_offline(call, lmb);

	if (err == 0)
		err = ram_remove(call, lmb->addr, lmb->size);
	if (err == 0)
		err = tce_memmap_set_online(call->st, lmb->addr, lmb->size, false);
	return err;
}

static struct tce_ev_memory lmb_of(const struct tce_linux_call *call, uint64_t addr)
{
	struct tce_ev_memory lmb = {addr, call->st->memmap.lmb_size};

	return lmb;
}

/* All LMBs or none: what was added before a veto is removed again. */
int tce_linux_memory_online(struct tce_linux_call *call, const struct tce_ev_memory *ev)
{
	struct tce_ev_memory lmb;
	uint64_t addr;
	bool bad = false;
	int err = 0;

	if (!tce_memmap_is_lmbs(call->st, ev->addr, ev->size) ||
	    !tce_memmap_all(call->st, ev->addr, ev->size, TCE_MEM_PLUGGED) ||
	    tce_memmap_any(call->st, ev->addr, ev->size, TCE_MEM_ONLINE)) {
		call->outcome->err = -TCE_EINVAL;
		return 0;
	}
	for (addr = ev->addr; err == 0 && addr < ev->addr + ev->size; addr += lmb.size) {
		lmb = lmb_of(call, addr);
		err = lmb_add(call, &lmb, &bad);
		if (bad)
			break;
	}
	if (err != 0 || !bad)
		return err;
	call->outcome->err = ev->size == lmb.size ? -TCE_EPERM : -TCE_EINVAL;
	while (err == 0 && addr > ev->addr) {
		addr -= lmb.size;
		lmb = lmb_of(call, addr);
		err = lmb_remove(call, &lmb);
	}
	return err;
}

static bool is_not_ours(const struct tce_linux_call *call, const struct tce_ev_memory *ev)
{
	for (uint64_t at = 0; at < ev->size; at += call->st->memmap.lmb_size) {
		if (!ram_holds(call->lx, ev->addr + at, call->st->memmap.lmb_size))
			return true;
	}
	return false;
}

int tce_linux_memory_offline(struct tce_linux_call *call, const struct tce_ev_memory *ev)
{
	int err = 0;

	if (!tce_memmap_is_lmbs(call->st, ev->addr, ev->size) ||
	    !tce_memmap_all(call->st, ev->addr, ev->size, TCE_MEM_ONLINE) ||
	    is_not_ours(call, ev)) {
		call->outcome->err = -TCE_EINVAL;
		return 0;
	}
	if (is_pinned(call, ev->addr, ev->size)) {
		call->outcome->err = -TCE_EBUSY;
		return 0;
	}
	for (uint64_t at = 0; err == 0 && at < ev->size; at += call->st->memmap.lmb_size) {
		struct tce_ev_memory lmb = lmb_of(call, ev->addr + at);

		err = lmb_remove(call, &lmb);
	}
	return err;
}

/* --- persistent memory as System RAM (daxctl reconfigure-device --mode=system-ram) --------- */

/* The whole blocks inside it; false: none. */
static bool kmem_range(const struct tce_linux_call *call, const struct tce_pmem *pmem,
		       struct tce_ev_memory *ret_range)
{
	uint64_t block = call->st->memmap.lmb_size;
	uint64_t start = (pmem->addr + block - 1) / block * block;
	uint64_t end = (pmem->addr + pmem->size) / block * block;

	ret_range->addr = start;
	ret_range->size = end > start ? end - start : 0;
	return end > start;
}

static int blocks_offline(struct tce_linux_call *call, uint64_t addr, uint64_t end)
{
	int err = 0;

	for (; err == 0 && addr < end; addr += call->st->memmap.lmb_size) {
		struct tce_ev_memory block = lmb_of(call, addr);

		err = block_offline(call, &block);
	}
	return err;
}

int tce_linux_pmem_to_ram(struct tce_linux_call *call, uint16_t id)
{
	const struct tce_pmem *pmem = tce_pmem_find(call->st, id);
	struct tce_ev_memory range, block;
	bool bad = false;
	uint64_t at = 0;
	int err;

	if (pmem == NULL)
		return -TCE_ERR_NOENT;
	if (pmem->ram || !kmem_range(call, pmem, &range)) {
		call->outcome->err = pmem->ram ? -TCE_EBUSY : -TCE_EINVAL;
		return 0;
	}
	err = ram_add(call, range.addr, range.size);
	for (; err == 0 && !bad && at < range.size; at += block.size) {
		block = lmb_of(call, range.addr + at);
		err = block_online(call, &block, &bad);
	}
	if (err == 0 && !bad) {
		tce_pmem_set_ram(call->st, id, true);
		return 0;
	}
	if (err == 0)
		err = blocks_offline(call, range.addr, range.addr + at - block.size);
	if (err == 0)
		err = ram_remove(call, range.addr, range.size);
	call->outcome->err = -TCE_EPERM;
	return err;
}

int tce_linux_pmem_from_ram(struct tce_linux_call *call, uint16_t id)
{
	const struct tce_pmem *pmem = tce_pmem_find(call->st, id);
	struct tce_ev_memory range;
	int err;

	if (pmem == NULL)
		return -TCE_ERR_NOENT;
	if (!pmem->ram || !kmem_range(call, pmem, &range)) {
		call->outcome->err = -TCE_EINVAL;
		return 0;
	}
	if (is_pinned(call, range.addr, range.size)) {
		call->outcome->err = -TCE_EBUSY;
		return 0;
	}
	err = blocks_offline(call, range.addr, range.addr + range.size);
	if (err == 0)
		err = ram_remove(call, range.addr, range.size);
	if (err == 0)
		tce_pmem_set_ram(call->st, id, false);
	return err;
}
