/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * COMPACT storage: an array of runs, sorted by index, not overlapping, zeroes left out. Neighbours
 * that one formula gives are joined when they meet at the border of a change, so the array is as
 * short as the history of a table with a handful of mappings needs; nothing depends on its being
 * the shortest possible. It may live in an arena: the only reference to memory is self-relative.
 */
#include <string.h>

#include "table_impl.h"

#define CAPACITY_MIN 4U

static struct tce_run *runs_of(const struct tce_table *table)
{
	return tce_rptr_get(&table->compact.runs);
}

static uint64_t run_end(const struct tce_run *run)
{
	return run->index + run->count;
}

/* Number of runs that end at or before index: the position of the first that could hold it. */
static uint64_t runs_before(const struct tce_table *table, uint64_t index)
{
	const struct tce_run *runs = runs_of(table);
	uint64_t low = 0;
	uint64_t high = table->compact.nr_runs;

	while (low < high) {
		uint64_t mid = low + (high - low) / 2;

		if (run_end(&runs[mid]) <= index)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

uint64_t tce_compact_get(const struct tce_table *table, uint64_t index)
{
	const struct tce_run *run = runs_of(table);
	uint64_t i = runs_before(table, index);

	if (i == table->compact.nr_runs || run[i].index > index)
		return 0;
	return run[i].first + (index - run[i].index) * run[i].step;
}

/* Cut the entries before index off a run that reaches beyond it. */
static void run_drop_before(struct tce_run *run, uint64_t index)
{
	uint64_t n = index - run->index;

	run->index = index;
	run->count -= n;
	run->first += n * run->step;
}

void tce_compact_piece(const struct tce_table *table, uint64_t index, struct tce_run *ret_piece)
{
	const struct tce_run *runs = runs_of(table);
	uint64_t i = runs_before(table, index);
	uint64_t end = table->nr_entries;

	if (i < table->compact.nr_runs && runs[i].index <= index) {
		*ret_piece = runs[i];
		run_drop_before(ret_piece, index);
		tce_piece_cut(ret_piece);
		return;
	}
	if (i < table->compact.nr_runs)
		end = runs[i].index;
	*ret_piece = (struct tce_run){.index = index, .count = end - index};
}

static uint64_t run_mapped(const struct tce_run *run)
{
	return (run->first & TCE_PERM) != 0 ? run->count : 0;
}

/*
 * Join b to a, which it follows without a gap, when one formula gives both. Only a run of one entry
 * can change its formula.
 */
static bool run_join(struct tce_run *a, const struct tce_run *b, uint64_t page)
{
	uint64_t step = a->step;

	if (run_end(a) != b->index)
		return false;
	if (a->count == 1)
		step = b->first == a->first ? 0 : page;
	if (b->first != a->first + a->count * step || (b->count > 1 && b->step != step))
		return false;
	a->step = step;
	a->count += b->count;
	return true;
}

/* Join run i and the one after it, when both exist and it can be done. */
static void join_at(struct tce_table *table, uint64_t i)
{
	struct tce_run *runs = runs_of(table);
	uint64_t nr = table->compact.nr_runs;

	if (i + 1 >= nr || !run_join(&runs[i], &runs[i + 1], table->page_mask + 1))
		return;
	memmove(&runs[i + 1], &runs[i + 2], (nr - i - 2) * sizeof(*runs));
	table->compact.nr_runs--;
}

/* Replace the array by one for capacity runs, at least as many as there are. */
static int set_capacity(struct tce_table *table, uint64_t capacity)
{
	struct tce_run *old = runs_of(table);
	struct tce_run *runs;

	if (capacity > SIZE_MAX / sizeof(*runs))
		return -TCE_ERR_NOMEM;
	runs = tce_mem_new(&table->mem, (size_t)capacity * sizeof(*runs));
	if (runs == NULL)
		return -TCE_ERR_NOMEM;
	if (table->compact.nr_runs != 0)
		memcpy(runs, old, table->compact.nr_runs * sizeof(*runs));
	tce_mem_free(&table->mem, old, table->compact.capacity * sizeof(*runs));
	tce_rptr_set(&table->compact.runs, runs);
	table->compact.capacity = capacity;
	return 0;
}

static int ensure_capacity(struct tce_table *table, uint64_t needed)
{
	uint64_t capacity = 2 * table->compact.capacity;

	if (needed <= table->compact.capacity)
		return 0;
	if (capacity < CAPACITY_MIN)
		capacity = CAPACITY_MIN;
	return set_capacity(table, needed > capacity ? needed : capacity);
}

void tce_compact_clear(struct tce_table *table)
{
	tce_mem_free(&table->mem, runs_of(table), table->compact.capacity * sizeof(struct tce_run));
	tce_rptr_set(&table->compact.runs, NULL);
	table->compact.capacity = 0;
	table->compact.nr_runs = 0;
	table->nr_mapped = 0;
}

/* What a change of [index, end) does to the array. */
struct cut {
	uint64_t at; /* runs at..tail reach into the range */
	uint64_t tail;
	struct tce_run left;  /* the part of run at before the range, count 0: none */
	struct tce_run right; /* the part of run tail - 1 behind it */
	uint64_t nr_mapped;   /* entries in the range */
};

static struct cut cut_of(const struct tce_table *table, uint64_t index, uint64_t end)
{
	const struct tce_run *runs = runs_of(table);
	struct cut cut = {.at = runs_before(table, index)};

	for (cut.tail = cut.at; cut.tail < table->compact.nr_runs; cut.tail++) {
		struct tce_run inner = runs[cut.tail];

		if (inner.index >= end)
			break;
		if (inner.index < index) {
			cut.left = inner;
			cut.left.count = index - inner.index;
			run_drop_before(&inner, index);
		}
		if (run_end(&inner) > end) {
			cut.right = inner;
			run_drop_before(&cut.right, end);
			inner.count = end - inner.index;
		}
		cut.nr_mapped += run_mapped(&inner);
	}
	return cut;
}

/*
 * Make room for nr_new runs in place of what a cut takes out. *ret_new is where they belong. 0 or
 * -TCE_ERR_NOMEM; an exact or a growing array is never needed just to take out whole runs.
 */
static int splice(struct tce_table *table, const struct cut *cut, uint64_t nr_new,
		  struct tce_run **ret_new)
{
	uint64_t nr_kept = (cut->left.count != 0) + (cut->right.count != 0);
	uint64_t nr_tail = table->compact.nr_runs - cut->tail;
	uint64_t nr = cut->at + nr_kept + nr_new + nr_tail;
	int err = ensure_capacity(table, nr);
	struct tce_run *to;

	if (err != 0)
		return err;
	if (table->compact.capacity == 0) /* empty before and after */
		return 0;
	to = runs_of(table) + cut->at;
	memmove(to + nr_kept + nr_new, runs_of(table) + cut->tail, nr_tail * sizeof(*to));
	if (cut->left.count != 0)
		*to++ = cut->left;
	if (cut->right.count != 0)
		to[nr_new] = cut->right;
	table->compact.nr_runs = nr;
	table->nr_mapped -= cut->nr_mapped;
	*ret_new = to;
	return 0;
}

/* nr runs have been written at to: count them, and join them with their neighbours. */
static void spliced(struct tce_table *table, const struct tce_run *to, uint64_t nr)
{
	uint64_t at = (uint64_t)(to - runs_of(table));
	uint64_t i;

	for (i = 0; i < nr; i++)
		table->nr_mapped += run_mapped(&to[i]);
	if (nr != 0)
		join_at(table, at + nr - 1);
	if (nr != 0 && at != 0)
		join_at(table, at - 1);
	if (table->compact.nr_runs == 0)
		tce_compact_clear(table);
}

/* The run a table keeps for what a caller asked to store; false for zeroes, which it leaves out. */
static bool run_kept(const struct tce_run *run, struct tce_run *ret_kept)
{
	*ret_kept = *run;
	if (run->count == 1)
		ret_kept->step = 0;
	return ret_kept->first != 0 || ret_kept->step != 0;
}

int tce_compact_fill(struct tce_table *table, const struct tce_run *run)
{
	struct tce_run *to = NULL;
	struct tce_run kept;
	uint64_t nr = run_kept(run, &kept);
	struct cut cut;
	int err;

	if (run->count == 0)
		return 0;
	cut = cut_of(table, run->index, run_end(run));
	err = splice(table, &cut, nr, &to);
	if (err != 0)
		return err;
	if (nr != 0)
		*to = kept;
	spliced(table, to, nr);
	return 0;
}

/* Decode a list into the runs to keep; to NULL: count them only. */
static uint64_t list_runs(const struct tce_table *table, uint64_t index,
			  const struct tce_be64 *list, uint64_t count, struct tce_run *to)
{
	uint64_t nr = 0;
	uint64_t i;

	for (i = 0; i < count;) {
		struct tce_run run = tce_list_run(table, index + i, &list[i], count - i);

		i += run.count;
		if (run_kept(&run, &run)) {
			if (to != NULL)
				to[nr] = run;
			nr++;
		}
	}
	return nr;
}

int tce_compact_put_list(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
			 uint64_t count)
{
	uint64_t nr = list_runs(table, index, list, count, NULL);
	struct cut cut = cut_of(table, index, index + count);
	struct tce_run *to = NULL;
	int err = splice(table, &cut, nr, &to);

	if (err != 0)
		return err;
	list_runs(table, index, list, count, to);
	spliced(table, to, nr);
	return 0;
}

int tce_compact_copy(struct tce_table *dst, const struct tce_table *src)
{
	struct tce_run run = {.index = 0};
	struct tce_run *to;
	uint64_t from;
	uint64_t nr = 0;
	int err;

	for (from = 0; tce_table_next_run(src, from, &run); from = run.index + run.count)
		nr++;
	if (nr == 0) {
		tce_compact_clear(dst);
		return 0;
	}
	err = nr <= dst->compact.capacity ? 0 : set_capacity(dst, nr);
	if (err != 0)
		return err;
	to = runs_of(dst);
	for (from = 0; tce_table_next_run(src, from, &run); from = run.index + run.count)
		*to++ = run;
	dst->compact.nr_runs = nr;
	dst->nr_mapped = tce_table_nr_mapped(src);
	return 0;
}
