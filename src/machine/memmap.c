/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory map as sorted runs: splitting, merging, questions about ranges. */
#include "memmap.h"

#include "base/assert.h"
#include "canon.h"
#include "machine.h"

#define RUN sizeof(struct tce_mem_run)

static struct tce_mem_run *run_at(const struct tce_state *st, uint32_t i)
{
	return tce_vec_at(&st->memmap.runs, i, RUN);
}

static uint64_t run_end(const struct tce_mem_run *run)
{
	return run->addr + run->size;
}

const struct tce_mem_run *tce_mem_run_at(const struct tce_state *st, uint32_t i)
{
	return i < st->memmap.runs.nr ? run_at(st, i) : NULL;
}

/* Position of the first run that ends after addr. */
static uint32_t run_after(const struct tce_state *st, uint64_t addr)
{
	uint32_t low = 0;
	uint32_t high = st->memmap.runs.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (run_end(run_at(st, mid)) <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void append(struct tce_state *st, uint64_t addr, uint64_t size, unsigned flags)
{
	struct tce_mem_run *run = tce_vec_insert(&st->memmap.runs, st->memmap.runs.nr, RUN);

	run->addr = addr;
	run->size = size;
	run->flags = flags;
}

int tce_memmap_init(struct tce_state *st, uint64_t ram, uint64_t max_ram, uint64_t lmb_size,
		    bool drc)
{
	unsigned described = drc && max_ram > ram ? TCE_MEM_DRC : 0;
	int err = tce_vec_reserve(&st->memmap.runs, &st->mem, RUN, 2);

	if (err != 0)
		return err;
	st->memmap.lmb_size = lmb_size;
	append(st, 0, ram, TCE_MEM_PLUGGED | TCE_MEM_BOOT | described);
	if (max_ram > ram)
		append(st, ram, max_ram - ram, described);
	return 0;
}

/* Cut the run at position i at addr, which lies strictly inside; room must have been reserved. */
static void split(struct tce_state *st, uint32_t i, uint64_t addr)
{
	struct tce_mem_run *rest = tce_vec_insert(&st->memmap.runs, i + 1, RUN);
	struct tce_mem_run *run = run_at(st, i);

	*rest = *run;
	run->size = addr - run->addr;
	rest->size -= run->size;
	rest->addr = addr;
}

/* Join equal neighbours among positions [first, last]. */
static void join(struct tce_state *st, uint32_t first, uint32_t last)
{
	for (uint32_t i = last; i > first; i--) {
		struct tce_mem_run *left = run_at(st, i - 1);
		const struct tce_mem_run *right = run_at(st, i);

		if (run_end(left) == right->addr && left->flags == right->flags) {
			left->size += right->size;
			tce_vec_remove(&st->memmap.runs, i, 1, RUN);
		}
	}
}

/* flags = (flags & ~clear) | set in a range that runs cover. -TCE_ERR_NOMEM: nothing changed. */
static int change(struct tce_state *st, uint64_t addr, uint64_t size, unsigned clear, unsigned set)
{
	uint64_t end = addr + size;
	uint32_t first;
	uint32_t i;
	int err = tce_vec_reserve(&st->memmap.runs, &st->mem, RUN, 2);

	if (err != 0)
		return err;
	first = run_after(st, addr);
	if (run_at(st, first)->addr < addr)
		split(st, first++, addr);
	for (i = first; i < st->memmap.runs.nr && run_at(st, i)->addr < end; i++) {
		if (run_end(run_at(st, i)) > end)
			split(st, i, end);
		run_at(st, i)->flags = (run_at(st, i)->flags & ~clear) | set;
	}
	if (i == st->memmap.runs.nr)
		i--;
	join(st, first == 0 ? 0 : first - 1, i);
	return 0;
}

bool tce_memmap_all(const struct tce_state *st, uint64_t addr, uint64_t size, unsigned flags)
{
	uint64_t end = addr + size;

	if (size == 0 || end < addr)
		return false;
	for (uint32_t i = run_after(st, addr); i < st->memmap.runs.nr; i++) {
		const struct tce_mem_run *run = run_at(st, i);

		if (run->addr > addr || (run->flags & flags) != flags)
			return false;
		addr = run_end(run);
		if (addr >= end)
			return true;
	}
	return false;
}

bool tce_memmap_any(const struct tce_state *st, uint64_t addr, uint64_t size, unsigned flags)
{
	uint64_t end = addr + size < addr ? UINT64_MAX : addr + size;

	if (size == 0)
		return false;
	for (uint32_t i = run_after(st, addr); i < st->memmap.runs.nr; i++) {
		const struct tce_mem_run *run = run_at(st, i);

		if (run->addr >= end)
			return false;
		if ((run->flags & flags) != 0)
			return true;
	}
	return false;
}

/* The end of the plugged run or persistent memory that addr is in; addr: it is in none. */
static uint64_t backed_end(const struct tce_state *st, uint64_t addr)
{
	const struct tce_mem_run *run = tce_mem_run_at(st, run_after(st, addr));
	const struct tce_pmem *pmem;

	if (run != NULL && run->addr <= addr && (run->flags & TCE_MEM_PLUGGED) != 0)
		return run_end(run);
	for (uint32_t i = 0; (pmem = tce_pmem_at(st, i)) != NULL; i++) {
		if (addr - pmem->addr < pmem->size)
			return pmem->addr + pmem->size;
	}
	return addr;
}

/* Most questions are about the memory that the machine was started with: the first run. */
static bool is_in_first_run(const struct tce_state *st, uint64_t addr, uint64_t size)
{
	const struct tce_mem_run *run = tce_mem_run_at(st, 0);
	uint64_t skip;

	if (run == NULL || (run->flags & TCE_MEM_PLUGGED) == 0 || addr < run->addr)
		return false;
	skip = addr - run->addr;
	return skip < run->size && size <= run->size - skip && size != 0;
}

bool tce_memmap_backed(const struct tce_state *st, uint64_t addr, uint64_t size)
{
	uint64_t end = addr + size;

	if (is_in_first_run(st, addr, size))
		return true;
	if (size == 0 || end < addr)
		return false;
	while (addr < end) {
		uint64_t next = backed_end(st, addr);

		if (next == addr)
			return false;
		addr = next;
	}
	return true;
}

bool tce_memmap_next_online(const struct tce_state *st, uint64_t from, uint64_t *ret_addr,
			    uint64_t *ret_size)
{
	uint64_t best = UINT64_MAX;
	uint64_t end = 0;
	const struct tce_mem_run *run;
	const struct tce_pmem *pmem;

	for (uint32_t i = run_after(st, from); (run = tce_mem_run_at(st, i)) != NULL; i++) {
		if ((run->flags & TCE_MEM_ONLINE) != 0) {
			best = run->addr;
			end = run_end(run);
			break;
		}
	}
	for (uint32_t i = 0; (pmem = tce_pmem_at(st, i)) != NULL; i++) {
		if (pmem->ram && pmem->addr + pmem->size > from && pmem->addr < best) {
			best = pmem->addr;
			end = pmem->addr + pmem->size;
		}
	}
	if (end == 0)
		return false;
	*ret_addr = best < from ? from : best;
	*ret_size = end - *ret_addr;
	return true;
}

uint64_t tce_memmap_end(const struct tce_state *st)
{
	for (uint32_t i = st->memmap.runs.nr; i > 0; i--) {
		if ((run_at(st, i - 1)->flags & TCE_MEM_PLUGGED) != 0)
			return run_end(run_at(st, i - 1));
	}
	return 0;
}

uint64_t tce_memmap_drmem_end(const struct tce_state *st)
{
	for (uint32_t i = st->memmap.runs.nr; i > 0; i--) {
		if ((run_at(st, i - 1)->flags & TCE_MEM_DRC) != 0)
			return run_end(run_at(st, i - 1));
	}
	return 0;
}

bool tce_memmap_is_lmbs(const struct tce_state *st, uint64_t addr, uint64_t size)
{
	uint64_t lmb = st->memmap.lmb_size;

	return addr % lmb == 0 && size % lmb == 0 && tce_memmap_all(st, addr, size, TCE_MEM_DRC) &&
	       !tce_memmap_any(st, addr, size, TCE_MEM_BOOT);
}

int tce_memmap_set_online(struct tce_state *st, uint64_t addr, uint64_t size, bool online)
{
	TCE_ASSERT(tce_memmap_all(st, addr, size, TCE_MEM_PLUGGED));
	return change(st, addr, size, TCE_MEM_ONLINE, online ? TCE_MEM_ONLINE : 0);
}

void tce_memmap_set_all(struct tce_state *st, bool online)
{
	for (uint32_t i = 0; i < st->memmap.runs.nr; i++) {
		struct tce_mem_run *run = run_at(st, i);

		run->flags &= ~TCE_MEM_ONLINE;
		if (online && (run->flags & TCE_MEM_PLUGGED) != 0)
			run->flags |= TCE_MEM_ONLINE;
	}
	if (st->memmap.runs.nr != 0)
		join(st, 0, st->memmap.runs.nr - 1);
	for (uint32_t i = 0; i < st->memmap.pmem.nr; i++)
		((struct tce_pmem *)tce_vec_at(&st->memmap.pmem, i, sizeof(struct tce_pmem)))->ram =
			false;
}

/* --- persistent memory --- */

const struct tce_pmem *tce_pmem_at(const struct tce_state *st, uint32_t i)
{
	return i < st->memmap.pmem.nr ? tce_vec_at(&st->memmap.pmem, i, sizeof(struct tce_pmem))
				      : NULL;
}

static uint32_t pmem_position(const struct tce_state *st, uint16_t id)
{
	uint32_t i = 0;

	while (i < st->memmap.pmem.nr && tce_pmem_at(st, i)->id < id)
		i++;
	return i;
}

const struct tce_pmem *tce_pmem_find(const struct tce_state *st, uint16_t id)
{
	const struct tce_pmem *pmem = tce_pmem_at(st, pmem_position(st, id));

	return pmem != NULL && pmem->id == id ? pmem : NULL;
}

void tce_pmem_set_ram(struct tce_state *st, uint16_t id, bool ram)
{
	struct tce_pmem *pmem = tce_vec_at(&st->memmap.pmem, pmem_position(st, id), sizeof(*pmem));

	TCE_ASSERT(tce_pmem_find(st, id) == pmem);
	pmem->ram = ram;
}

/* --- SETUP events --- */

static bool pmem_overlaps(const struct tce_state *st, uint64_t addr, uint64_t size)
{
	const struct tce_pmem *pmem;

	for (uint32_t i = 0; (pmem = tce_pmem_at(st, i)) != NULL; i++) {
		if (addr < pmem->addr + pmem->size && pmem->addr < addr + size)
			return true;
	}
	return false;
}

int tce_memory_plug(struct tce_machine *machine, const struct tce_ev_memory *ev, int *ret_errno)
{
	struct tce_state *st = machine->st;

	if (!tce_memmap_is_lmbs(st, ev->addr, ev->size))
		return -TCE_ERR_INVAL;
	if (tce_memmap_any(st, ev->addr, ev->size, TCE_MEM_PLUGGED) ||
	    pmem_overlaps(st, ev->addr, ev->size)) {
		*ret_errno = -TCE_EBUSY;
		return 0;
	}
	return change(st, ev->addr, ev->size, 0, TCE_MEM_PLUGGED);
}

int tce_memory_unplug(struct tce_machine *machine, const struct tce_ev_memory *ev, int *ret_errno)
{
	struct tce_state *st = machine->st;

	if (!tce_memmap_is_lmbs(st, ev->addr, ev->size) ||
	    !tce_memmap_all(st, ev->addr, ev->size, TCE_MEM_PLUGGED))
		return -TCE_ERR_NOENT;
	if (tce_memmap_any(st, ev->addr, ev->size, TCE_MEM_ONLINE)) {
		*ret_errno = -TCE_EBUSY;
		return 0;
	}
	return change(st, ev->addr, ev->size, TCE_MEM_PLUGGED, 0);
}

int tce_pmem_plug(struct tce_machine *machine, const struct tce_ev_pmem_plug *ev)
{
	struct tce_state *st = machine->st;
	struct tce_pmem *pmem;
	int err;

	if (ev->pmem == TCE_NO_ID || ev->size == 0 || ev->addr + ev->size < ev->addr ||
	    tce_memmap_any(st, ev->addr, ev->size, TCE_MEM_PLUGGED) ||
	    pmem_overlaps(st, ev->addr, ev->size))
		return -TCE_ERR_INVAL;
	if (tce_pmem_find(st, ev->pmem) != NULL)
		return -TCE_ERR_EXISTS;
	err = tce_vec_reserve(&st->memmap.pmem, &st->mem, sizeof(*pmem), 1);
	if (err != 0)
		return err;
	pmem = tce_vec_insert(&st->memmap.pmem, pmem_position(st, ev->pmem), sizeof(*pmem));
	pmem->id = ev->pmem;
	pmem->addr = ev->addr;
	pmem->size = ev->size;
	return 0;
}

void tce_memmap_canon(const struct tce_state *st, struct tce_canon *canon)
{
	tce_canon_u32(canon, st->memmap.runs.nr);
	for (uint32_t i = 0; i < st->memmap.runs.nr; i++) {
		const struct tce_mem_run *run = run_at(st, i);

		tce_canon_u64(canon, run->addr);
		tce_canon_u64(canon, run->size);
		tce_canon_u8(canon, (uint8_t)run->flags);
	}
	tce_canon_u32(canon, st->memmap.pmem.nr);
	for (uint32_t i = 0; i < st->memmap.pmem.nr; i++) {
		uint16_t id = tce_canon_order(canon, TCE_CANON_PMEM, i, tce_pmem_at(st, i)->id);
		const struct tce_pmem *pmem = tce_pmem_find(st, id);

		tce_canon_id(canon, TCE_CANON_PMEM, id);
		tce_canon_u8(canon, pmem->ram);
		tce_canon_u64(canon, pmem->addr);
		tce_canon_u64(canon, pmem->size);
	}
}
