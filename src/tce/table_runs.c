/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Content of a table independent of its storage: canonical runs, and what follows from them: hash,
 * comparison.
 */
#include <string.h>

#include "base/bits.h"
#include "base/hash.h"
#include "table_impl.h"

/* How many entries of a linear piece come before the first zero; its count when none is zero. */
static uint64_t before_zero(const struct tce_run *piece)
{
	unsigned shift = (unsigned)__builtin_ctzll(piece->step);
	uint64_t n;

	if ((piece->first & (piece->step - 1)) != 0)
		return piece->count;
	n = (0 - piece->first) >> shift;
	return n < piece->count ? n : piece->count;
}

void tce_piece_cut(struct tce_run *piece)
{
	if (piece->step != 0)
		piece->count = piece->first == 0 ? 1 : before_zero(piece);
	if (piece->count == 1)
		piece->step = 0;
}

struct tce_run tce_list_run(const struct tce_table *table, uint64_t index,
			    const struct tce_be64 *list, uint64_t count)
{
	struct tce_run run = {.index = index, .count = 1, .first = tce_be64_get(&list[0])};

	if (count > 1 && tce_be64_get(&list[1]) == run.first + table->page_mask + 1)
		run.step = table->page_mask + 1;
	while (run.count < count &&
	       tce_be64_get(&list[run.count]) == run.first + run.count * run.step)
		run.count++;
	if (run.count == 1)
		run.step = 0;
	return run;
}

static void piece_at(const struct tce_table *table, uint64_t index, struct tce_run *ret_piece)
{
	if (table->storage == TCE_STORAGE_LAZY)
		tce_lazy_piece(table, index, ret_piece);
	else
		tce_compact_piece(table, index, ret_piece);
}

/*
 * Append the piece that follows run, or its first entry, when the run's formula gives it. A run of
 * one entry takes the formula that its successor suggests. False: the run ends where it is.
 */
static bool run_extend(struct tce_run *run, const struct tce_run *piece, uint64_t page)
{
	uint64_t step = run->step;

	if (piece->first == 0)
		return false;
	if (run->count == 1)
		step = piece->first == run->first ? 0 : page;
	if (piece->first != run->first + run->count * step)
		return false;
	run->step = step;
	if (piece->count > 1 && piece->step != step) {
		run->count++;
		return false;
	}
	run->count += piece->count;
	return true;
}

bool tce_table_next_run(const struct tce_table *table, uint64_t from, struct tce_run *ret_run)
{
	struct tce_run run = {.index = from};
	struct tce_run piece;
	uint64_t end;

	while (run.index < table->nr_entries) {
		piece_at(table, run.index, &run);
		if (run.first != 0)
			break;
		run.index += run.count;
	}
	if (run.index >= table->nr_entries)
		return false;
	for (end = run.index + run.count; end < table->nr_entries; end = run.index + run.count) {
		piece_at(table, end, &piece);
		if (!run_extend(&run, &piece, table->page_mask + 1))
			break;
	}
	*ret_run = run;
	return true;
}

uint64_t tce_table_hash(const struct tce_table *table)
{
	uint64_t hash = tce_hash_u64(table->page_shift, table->nr_entries);
	struct tce_run run;
	uint64_t from = 0;

	while (tce_table_next_run(table, from, &run)) {
		hash = tce_hash_bytes(hash, &run, sizeof(run));
		from = run.index + run.count;
	}
	return hash;
}

bool tce_table_equal(const struct tce_table *a, const struct tce_table *b)
{
	struct tce_run run_a;
	struct tce_run run_b;
	uint64_t from = 0;

	if (a->page_shift != b->page_shift || a->nr_entries != b->nr_entries)
		return false;
	for (;;) {
		bool more = tce_table_next_run(a, from, &run_a);

		if (more != tce_table_next_run(b, from, &run_b))
			return false;
		if (!more)
			return true;
		if (memcmp(&run_a, &run_b, sizeof(run_a)) != 0)
			return false;
		from = run_a.index + run_a.count;
	}
}
