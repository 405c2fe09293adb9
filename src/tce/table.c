/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table's public face: life, checks of ranges, and the choice between the two storages. What
 * the entries mean is LoPAR 2.9 "TCE"; the walk is one level here, since entries are addressed by
 * number.
 */
#include "table_fast.h"

static bool opts_valid(const struct tce_table_opts *opts)
{
	return opts->page_shift >= TCE_PAGE_SHIFT_MIN && opts->page_shift <= TCE_PAGE_SHIFT_MAX &&
	       opts->nr_entries >= 1 && opts->nr_entries <= TCE_TABLE_ENTRIES_MAX &&
	       (opts->storage == TCE_STORAGE_LAZY || opts->storage == TCE_STORAGE_COMPACT);
}

static struct tce_table *lazy_reserve(const struct tce_mem *mem, uint64_t nr_entries)
{
	uint64_t size = tce_lazy_size(nr_entries);

	return size > SIZE_MAX ? NULL : tce_mem_reserve(mem, (size_t)size);
}

int tce_table_new(const struct tce_alloc *alloc, const struct tce_table_opts *opts,
		  struct tce_table **ret_table)
{
	struct tce_table *table;
	struct tce_mem mem;

	if (!opts_valid(opts))
		return -TCE_ERR_INVAL;
	tce_mem_init(&mem, alloc);
	if (opts->storage == TCE_STORAGE_LAZY)
		table = lazy_reserve(&mem, opts->nr_entries);
	else
		table = tce_mem_new(&mem, sizeof(*table));
	if (table == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&table->mem, alloc);
	table->nr_entries = opts->nr_entries;
	table->page_shift = (uint8_t)opts->page_shift;
	table->page_mask = (UINT64_C(1) << opts->page_shift) - 1;
	table->storage = (uint8_t)opts->storage;
	if (opts->storage == TCE_STORAGE_LAZY)
		tce_lazy_init(table);
	*ret_table = table;
	return 0;
}

void tce_table_free(struct tce_table *table)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (table == NULL)
		return;
	alloc = tce_mem_alloc(&table->mem);
	tce_mem_init(&mem, &alloc);
	if (table->storage == TCE_STORAGE_LAZY) {
		tce_mem_release(&mem, table, (size_t)table->lazy.size);
		return;
	}
	tce_compact_clear(table);
	tce_mem_free(&mem, table, sizeof(*table));
}

unsigned tce_table_page_shift(const struct tce_table *table)
{
	return table->page_shift;
}

uint64_t tce_table_nr_entries(const struct tce_table *table)
{
	return table->nr_entries;
}

uint64_t tce_table_nr_mapped(const struct tce_table *table)
{
	return __atomic_load_n(&table->nr_mapped, __ATOMIC_RELAXED);
}

uint64_t tce_table_get_slow(const struct tce_table *table, uint64_t index)
{
	if (index >= table->nr_entries)
		return 0;
	if (table->storage == TCE_STORAGE_COMPACT)
		return tce_compact_get(table, index);
	return tce_lazy_get(table, index);
}

uint64_t tce_table_get(const struct tce_table *table, uint64_t index)
{
	return tce_table_get_fast(table, index);
}

bool tce_table_translate_slow(const struct tce_table *table, uint64_t offset, unsigned access,
			      struct tce_xlate *ret_xlate)
{
	uint64_t index = offset >> table->page_shift;
	bool allowed = tce_table_decide(table, offset, tce_table_get_slow(table, index), access,
					ret_xlate);

	return allowed && index < table->nr_entries;
}

bool tce_table_translate(const struct tce_table *table, uint64_t offset, unsigned access,
			 struct tce_xlate *ret_xlate)
{
	return tce_table_translate_fast(table, offset, access, ret_xlate);
}

int tce_table_put_slow(struct tce_table *table, uint64_t index, uint64_t tce, uint64_t *ret_old)
{
	struct tce_run run = {.index = index, .count = 1, .first = tce};
	uint64_t old = tce_table_get_slow(table, index);
	int err = 0;

	if (index >= table->nr_entries)
		return -TCE_ERR_INVAL;
	if (table->storage == TCE_STORAGE_COMPACT)
		err = tce_compact_fill(table, &run);
	else
		tce_lazy_put(table, index, tce);
	if (err == 0 && ret_old != NULL)
		*ret_old = old;
	return err;
}

int tce_table_put(struct tce_table *table, uint64_t index, uint64_t tce, uint64_t *ret_old)
{
	return tce_table_put_fast(table, index, tce, ret_old);
}

static bool range_inside(const struct tce_table *table, uint64_t index, uint64_t count)
{
	return index <= table->nr_entries && count <= table->nr_entries - index;
}

int tce_table_put_list(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
		       uint64_t count)
{
	if (!range_inside(table, index, count))
		return -TCE_ERR_INVAL;
	if (table->storage == TCE_STORAGE_COMPACT)
		return tce_compact_put_list(table, index, list, count);
	tce_lazy_put_list(table, index, list, count);
	return 0;
}

/* run lies inside the table. */
static int fill(struct tce_table *table, const struct tce_run *run)
{
	if (table->storage == TCE_STORAGE_COMPACT)
		return tce_compact_fill(table, run);
	tce_lazy_fill(table, run);
	return 0;
}

int tce_table_put_run(struct tce_table *table, uint64_t index, uint64_t first, uint64_t count)
{
	struct tce_run run = {index, count, first, table->page_mask + 1};

	return range_inside(table, index, count) ? fill(table, &run) : -TCE_ERR_INVAL;
}

int tce_table_stuff(struct tce_table *table, uint64_t index, uint64_t tce, uint64_t count)
{
	struct tce_run run = {index, count, tce, 0};

	return range_inside(table, index, count) ? fill(table, &run) : -TCE_ERR_INVAL;
}

void tce_table_clear(struct tce_table *table)
{
	if (table->storage == TCE_STORAGE_COMPACT)
		tce_compact_clear(table);
	else
		tce_lazy_clear(table);
}

/* Stretch by stretch, so that a reader never sees an entry zero that is zero in neither table. */
static void lazy_copy(struct tce_table *dst, const struct tce_table *src)
{
	struct tce_run run;
	uint64_t from = 0;

	while (tce_table_next_run(src, from, &run)) {
		struct tce_run gap = {.index = from, .count = run.index - from};

		tce_lazy_fill(dst, &gap);
		tce_lazy_fill(dst, &run);
		from = run.index + run.count;
	}
	run = (struct tce_run){.index = from, .count = src->nr_entries - from};
	tce_lazy_fill(dst, &run);
}

int tce_table_copy(struct tce_table *dst, const struct tce_table *src)
{
	if (dst->page_shift != src->page_shift || dst->nr_entries != src->nr_entries)
		return -TCE_ERR_INVAL;
	if (dst == src)
		return 0;
	if (dst->storage == TCE_STORAGE_COMPACT)
		return tce_compact_copy(dst, src);
	lazy_copy(dst, src);
	return 0;
}
