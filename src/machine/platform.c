/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform half of a machine: its hypervisor, and how that sees the partition's memory. Memory
 * has no content here: a page reads as zeroes, except the TCE list of the call that is being
 * answered.
 */
#include <string.h>

#include "base/bits.h"
#include "bridges.h"
#include "canon.h"
#include "machine.h"
#include "papr/lpar.h"

/* --- memory as the hypervisor reads it --- */

/* Entry i of the list in hand. */
static uint64_t list_entry(const struct tce_ev_h_indirect *list, uint64_t i)
{
	if (i >= list->count)
		return 0;
	return list->list != NULL ? tce_be64_get(&list->list[i]) : list->first + i * list->step;
}

/* n bytes of the list from byte offset on. */
static void list_read(const struct tce_ev_h_indirect *list, uint64_t offset, uint8_t *buf, size_t n)
{
	while (n != 0) {
		size_t skip = offset % 8;
		size_t piece = 8 - skip < n ? 8 - skip : n;
		uint8_t entry[8];

		tce_be64_store(entry, list_entry(list, offset / 8));
		memcpy(buf, entry + skip, piece);
		buf += piece;
		offset += piece;
		n -= piece;
	}
}

static int memory_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	const struct tce_machine *machine = ctx;
	const struct tce_ev_h_indirect *list = machine->list;

	if (!tce_memmap_backed(machine->st, ra.v, n))
		return 1;
	if (list != NULL && ra.v >= list->list_ra.v && ra.v - list->list_ra.v < list->count * 8)
		list_read(list, ra.v - list->list_ra.v, buf, n);
	else
		memset(buf, 0, n);
	return 0;
}

static int memory_write(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	const struct tce_machine *machine = ctx;

	(void)buf;
	return !tce_memmap_backed(machine->st, ra.v, n);
}

static int memory_is_ram(void *ctx, struct tce_ra ra, uint64_t n)
{
	const struct tce_machine *machine = ctx;

	return tce_memmap_backed(machine->st, ra.v, n);
}

static struct tce_memory memory_of(struct tce_machine *machine)
{
	struct tce_memory memory = {.ctx = machine,
				    .read = memory_read,
				    .write = memory_write,
				    .is_ram = memory_is_ram};

	return memory;
}

/* --- life --- */

static int lpar_new(struct tce_machine *machine)
{
	struct tce_memory memory = memory_of(machine);
	struct tce_alloc alloc = tce_machine_is_lazy(machine) ? tce_mem_alloc(&machine->heap)
							      : tce_arena_alloc(machine->platform);
	struct tce_lpar_opts opts = {.profile = machine->opts.papr,
				     .alloc = &alloc,
				     .memory = &memory,
				     .storage = machine->opts.storage};

	return tce_lpar_new(&opts, &machine->lpar);
}

int tce_platform_new(struct tce_machine *machine)
{
	return machine->opts.platform == TCE_PSERIES ? lpar_new(machine)
						     : tce_bridges_init(machine);
}

void tce_platform_free(struct tce_machine *machine)
{
	if (machine->words != NULL)
		tce_bridges_fini(machine);
	else if (tce_machine_is_lazy(machine))
		tce_lpar_free(machine->lpar);
}

void tce_platform_bind(struct tce_machine *machine)
{
	struct tce_memory memory = memory_of(machine);

	if (machine->lpar != NULL)
		tce_lpar_rebind(machine->lpar, &memory, NULL);
	else
		tce_bridges_bind(machine);
}

void tce_platform_copy(struct tce_machine *dst, const struct tce_machine *src)
{
	tce_arena_copy(dst->platform, src->platform);
	tce_platform_bind(dst);
}

static int lpar_clone(struct tce_machine *dst, const struct tce_machine *src)
{
	struct tce_memory memory = memory_of(dst);
	struct tce_alloc alloc = tce_mem_alloc(&dst->heap);
	struct tce_lpar *lpar;
	int err = tce_lpar_clone(src->lpar, &alloc, &memory, &lpar);

	if (err != 0)
		return err;
	tce_lpar_free(dst->lpar);
	dst->lpar = lpar;
	return 0;
}

int tce_platform_clone(struct tce_machine *dst, const struct tce_machine *src)
{
	if (tce_machine_is_lazy(src) && src->lpar != NULL)
		return lpar_clone(dst, src);
	tce_platform_copy(dst, src);
	return tce_machine_is_lazy(src) ? tce_table_copy(dst->words, src->words) : 0;
}

int tce_platform_reset(struct tce_machine *machine)
{
	int err;

	machine->touched = true;
	if (machine->lpar == NULL)
		return tce_bridges_reset(machine);
	err = tce_lpar_system_reset(machine->lpar);
	machine->st->dead = (uint8_t)tce_lpar_aborted(machine->lpar);
	return err;
}

/* --- equality, fingerprint, stream --- */

bool tce_platform_equal(const struct tce_machine *a, const struct tce_machine *b)
{
	return a->lpar == NULL ? tce_bridges_equal(a, b) : tce_lpar_equal(a->lpar, b->lpar);
}

uint64_t tce_platform_hash(const struct tce_machine *machine)
{
	return machine->lpar == NULL ? tce_bridges_hash(machine) : tce_lpar_hash(machine->lpar);
}

static void table_canon(const struct tce_window_info *info, const struct tce_table *table,
			struct tce_canon *canon)
{
	struct tce_run run;
	uint64_t from = 0;

	while (tce_table_next_run(table, from, &run)) {
		tce_canon_u8(canon, 1);
		tce_canon_bus(canon, info->start + (run.index << info->page_shift));
		tce_canon_u64(canon, run.count);
		tce_canon_u64(canon, run.first);
		tce_canon_u64(canon, run.step);
		from = run.index + run.count;
		if (from == info->nr_entries)
			break;
	}
	tce_canon_u8(canon, 0);
}

static void window_canon(const struct tce_lpar *lpar, const struct tce_window_info *info,
			 struct tce_canon *canon)
{
	const struct tce_table *table = tce_lpar_table(lpar, info->liobn);

	tce_canon_u64(canon, info->liobn);
	tce_canon_u64(canon, info->start);
	tce_canon_u64(canon, info->nr_entries);
	tce_canon_u32(canon, info->page_shift << 8 | (uint32_t)info->slot << 4 |
				     (uint32_t)info->bypass << 2 | (uint32_t)info->is_default << 1 |
				     info->tainted);
	if (table != NULL)
		table_canon(info, table, canon);
}

void tce_platform_canon(const struct tce_machine *machine, struct tce_canon *canon)
{
	struct tce_window_info info;
	uint64_t from = 0;

	if (machine->lpar == NULL) {
		tce_bridges_canon(machine, canon);
		return;
	}
	while (tce_lpar_next_window(machine->lpar, from, &info)) {
		window_canon(machine->lpar, &info, canon);
		from = info.liobn + 1;
	}
}
