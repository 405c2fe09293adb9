/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LAZY storage, the writer's side: slots and entries of one reservation, as table_impl.h describes
 * them and under the protocol (a)-(d) there. Reading is in table_fast.h.
 */
#include "table_fast.h"

#include "base/bits.h"

#define BLOCK (UINT64_C(1) << TCE_BLOCK_LG2) /* entries of a block: of a directory slot */
#define TOP   (UINT64_C(1) << TCE_TOP_LG2)
#define GROUP (UINT64_C(1) << TCE_GROUP_LG2)
#define PAGE  UINT64_C(4096) /* alignment of the arrays, so that each can be given back */

static uint64_t round_up(uint64_t v, uint64_t to)
{
	return (v + to - 1) / to * to;
}

/* Where the arrays after the top slots lie: offsets from the header, and the size of it all. */
struct layout {
	uint64_t directory;
	uint64_t entries;
	uint64_t size;
};

static struct layout layout_of(uint64_t nr_entries)
{
	struct layout l;

	/* Whole blocks and whole top slots, so that filling one has no special end. */
	l.directory =
		round_up(TCE_LAZY_TOP + (nr_entries + TOP - 1) / TOP * sizeof(uint64_t), PAGE);
	l.entries = l.directory + (nr_entries + TOP - 1) / TOP * (TOP / BLOCK) * sizeof(uint64_t);
	l.size = l.entries + round_up(nr_entries, BLOCK) * sizeof(uint64_t);
	return l;
}

uint64_t tce_lazy_size(uint64_t nr_entries)
{
	return layout_of(nr_entries).size;
}

void tce_lazy_init(struct tce_table *table)
{
	struct layout l = layout_of(table->nr_entries);

	table->nr_lazy = table->nr_entries;
	table->lazy.directory = l.directory;
	table->lazy.entries = l.entries;
	table->lazy.size = l.size;
}

/* The slot of entries first, first + step ...; false when they have none. */
static bool slot_of(uint64_t first, uint64_t step, uint64_t *ret_slot)
{
	if (step != 0) {
		*ret_slot = first | TCE_SLOT_LINEAR;
		return (first & TCE_SLOT_LOW) == 0;
	}
	*ret_slot = first;
	return first != TCE_SLOT_BELOW && (first & TCE_SLOT_LOW) != TCE_SLOT_LINEAR;
}

/* The slot of the part of a run that begins offset entries into it. */
static uint64_t slot_part(const struct tce_table *table, uint64_t slot, uint64_t offset)
{
	if ((slot & TCE_SLOT_LOW) == TCE_SLOT_LINEAR)
		return slot + (offset << table->page_shift);
	return slot;
}

static uint64_t slot_step(const struct tce_table *table, uint64_t slot)
{
	return (slot & TCE_SLOT_LOW) == TCE_SLOT_LINEAR ? table->page_mask + 1 : 0;
}

static bool group_touched(const struct tce_table *table, uint64_t index)
{
	uint64_t group = index >> TCE_GROUP_LG2;

	return (tce_load_acquire(&table->touched[group / 64]) >> (group % 64) & 1) != 0;
}

/* Before the first slot of a group becomes non-zero. */
static void touch_group(struct tce_table *table, uint64_t index)
{
	uint64_t group = index >> TCE_GROUP_LG2;
	uint64_t *word = &table->touched[group / 64];
	uint64_t old = tce_load_own(word);
	uint64_t bits = old | UINT64_C(1) << (group % 64);

	if (bits != old)
		tce_store_release(word, bits);
}

static void untouch_group(struct tce_table *table, uint64_t index)
{
	uint64_t group = index >> TCE_GROUP_LG2;
	uint64_t *word = &table->touched[group / 64];

	tce_store_release(word, tce_load_own(word) & ~(UINT64_C(1) << (group % 64)));
}

/* Mapped entries of the whole block of index, whose top slot says "look below". */
static uint64_t block_mapped(const struct tce_table *table, uint64_t index)
{
	uint64_t slot = tce_load_own(tce_lazy_directory(table, index));
	uint64_t end = tce_stretch_end(table, index, TCE_BLOCK_LG2);
	uint64_t n = 0;

	if (slot != TCE_SLOT_BELOW)
		return tce_is_mapped(slot) ? end - index : 0;
	for (; index < end; index++)
		n += tce_is_mapped(tce_load_own(tce_lazy_entry(table, index)));
	return n;
}

/* Mapped entries of the whole top slot of index. */
static uint64_t top_mapped(const struct tce_table *table, uint64_t index)
{
	uint64_t slot = tce_load_own(tce_lazy_top(table, index));
	uint64_t end = tce_stretch_end(table, index, TCE_TOP_LG2);
	uint64_t n = 0;

	if (slot != TCE_SLOT_BELOW)
		return tce_is_mapped(slot) ? end - index : 0;
	for (; index < end; index += BLOCK)
		n += block_mapped(table, index);
	return n;
}

static void store_top(struct tce_table *table, uint64_t index, uint64_t slot)
{
	if (slot != 0)
		touch_group(table, index);
	tce_store_release(tce_lazy_top(table, index), slot);
}

/* Make the top slot of index say "look below"; what the table holds stays the same. */
static void open_top(struct tce_table *table, uint64_t index)
{
	uint64_t start = index & ~(TOP - 1);
	uint64_t slot = tce_load_own(tce_lazy_top(table, index));
	uint64_t *directory = tce_lazy_directory(table, start);
	uint64_t i;

	if (slot == TCE_SLOT_BELOW)
		return;
	for (i = 0; i < TOP / BLOCK; i++)
		tce_store_release(&directory[i], slot_part(table, slot, i * BLOCK));
	store_top(table, index, TCE_SLOT_BELOW);
}

/* Make entries count in the block of index; what the table holds stays the same. */
static void open_block(struct tce_table *table, uint64_t index)
{
	uint64_t *entry = tce_lazy_entry(table, index & ~(BLOCK - 1));
	uint64_t *directory = tce_lazy_directory(table, index);
	uint64_t slot;
	uint64_t i;

	open_top(table, index);
	slot = tce_load_own(directory);
	if (slot == TCE_SLOT_BELOW)
		return;
	for (i = 0; i < BLOCK; i++)
		tce_store_release(&entry[i], tce_slot_value(slot, i, table->page_shift));
	tce_store_release(directory, TCE_SLOT_BELOW);
}

static void set_top(struct tce_table *table, uint64_t index, uint64_t slot)
{
	uint64_t count = tce_stretch_end(table, index, TCE_TOP_LG2) - index;
	uint64_t old = top_mapped(table, index);

	store_top(table, index, slot);
	tce_table_mapped_add(table, (tce_is_mapped(slot) ? count : 0) - old);
}

static void set_block(struct tce_table *table, uint64_t index, uint64_t slot)
{
	uint64_t count = tce_stretch_end(table, index, TCE_BLOCK_LG2) - index;
	uint64_t old;

	open_top(table, index);
	old = block_mapped(table, index);
	tce_store_release(tce_lazy_directory(table, index), slot);
	tce_table_mapped_add(table, (tce_is_mapped(slot) ? count : 0) - old);
}

/*
 * How many entries from index on are known, without looking at entries, to hold what slot stands
 * for; 0: perhaps none. Keeps clearing of empty, and repeated filling of full, stretches cheap.
 */
static uint64_t already(const struct tce_table *table, uint64_t index, uint64_t slot)
{
	uint64_t here;

	if (slot == 0 && !group_touched(table, index))
		return tce_stretch_end(table, index, TCE_GROUP_LG2) - index;
	here = tce_load_own(tce_lazy_top(table, index));
	if (here != TCE_SLOT_BELOW) {
		if (slot_part(table, here, index & (TOP - 1)) != slot)
			return 0;
		return tce_stretch_end(table, index, TCE_TOP_LG2) - index;
	}
	here = tce_load_own(tce_lazy_directory(table, index));
	if (here == TCE_SLOT_BELOW || slot_part(table, here, index & (BLOCK - 1)) != slot)
		return 0;
	return tce_stretch_end(table, index, TCE_BLOCK_LG2) - index;
}

/* Store a run within one block, entry by entry. */
static void fill_entries(struct tce_table *table, const struct tce_run *run)
{
	uint64_t *entry = tce_lazy_entry(table, run->index);
	uint64_t mapped = tce_is_mapped(run->first) ? run->count : 0;
	uint64_t tce = run->first;
	uint64_t i;

	open_block(table, run->index);
	for (i = 0; i < run->count; i++, tce += run->step) {
		mapped -= tce_is_mapped(tce_load_own(&entry[i]));
		tce_store_release(&entry[i], tce);
	}
	tce_table_mapped_add(table, mapped);
}

/* Whether count entries from index on are all there are of the stretch of this size. */
static bool is_whole(const struct tce_table *table, uint64_t index, uint64_t count, unsigned lg2)
{
	return (index & tce_low_mask(lg2)) == 0 &&
	       count >= tce_stretch_end(table, index, lg2) - index;
}

/* Store the beginning of a run in the cheapest way; returns how many entries that were. */
static uint64_t fill_some(struct tce_table *table, const struct tce_run *run)
{
	struct tce_run part = *run;
	uint64_t slot;
	uint64_t n;

	if (slot_of(run->first, run->step, &slot)) {
		n = already(table, run->index, slot);
		if (n != 0)
			return n < run->count ? n : run->count;
		if (is_whole(table, run->index, run->count, TCE_TOP_LG2)) {
			set_top(table, run->index, slot);
			return tce_stretch_end(table, run->index, TCE_TOP_LG2) - run->index;
		}
		if (is_whole(table, run->index, run->count, TCE_BLOCK_LG2)) {
			set_block(table, run->index, slot);
			return tce_stretch_end(table, run->index, TCE_BLOCK_LG2) - run->index;
		}
	}
	n = tce_stretch_end(table, run->index, TCE_BLOCK_LG2) - run->index;
	if (part.count > n)
		part.count = n;
	fill_entries(table, &part);
	return part.count;
}

void tce_lazy_fill(struct tce_table *table, const struct tce_run *run)
{
	struct tce_run rest = *run;

	while (rest.count != 0) {
		uint64_t n = fill_some(table, &rest);

		rest.index += n;
		rest.count -= n;
		rest.first += n * rest.step;
	}
}

/* In any block; an open one is served faster by tce_table_put_fast. */
void tce_lazy_put(struct tce_table *table, uint64_t index, uint64_t tce)
{
	uint64_t old = tce_lazy_get(table, index);

	if (old == tce)
		return;
	open_block(table, index);
	tce_store_release(tce_lazy_entry(table, index), tce);
	tce_table_mapped_add(table, (uint64_t)tce_is_mapped(tce) - (uint64_t)tce_is_mapped(old));
}

/* Store a list within one block, entry by entry. */
static void list_entries(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
			 uint64_t count)
{
	uint64_t *entry = tce_lazy_entry(table, index);
	uint64_t mapped = 0;
	uint64_t i;

	open_block(table, index);
	for (i = 0; i < count; i++) {
		uint64_t tce = tce_be64_get(&list[i]);

		mapped += tce_is_mapped(tce);
		mapped -= tce_is_mapped(tce_load_own(&entry[i]));
		tce_store_release(&entry[i], tce);
	}
	tce_table_mapped_add(table, mapped);
}

void tce_lazy_put_list(struct tce_table *table, uint64_t index, const struct tce_be64 *list,
		       uint64_t count)
{
	while (count != 0) {
		uint64_t n = tce_stretch_end(table, index, TCE_BLOCK_LG2) - index;
		struct tce_run run = {.count = 0};

		if (is_whole(table, index, count, TCE_BLOCK_LG2))
			run = tce_list_run(table, index, list, n);
		if (n > count)
			n = count;
		if (run.count == n)
			tce_lazy_fill(table, &run);
		else
			list_entries(table, index, list, n);
		index += n;
		list += n;
		count -= n;
	}
}

/*
 * Clear the group of index, its first entry. All that lies below its top slots may go then, also
 * what is left of blocks that were open before a run replaced them.
 */
static void clear_group(struct tce_table *table, uint64_t index)
{
	uint64_t end = tce_stretch_end(table, index, TCE_GROUP_LG2);
	uint64_t nr_blocks = round_up(end - index, BLOCK) / BLOCK;
	uint64_t i;

	for (i = index; i < end; i += TOP)
		tce_store_release(tce_lazy_top(table, i), 0);
	tce_mem_discard(&table->mem, tce_lazy_directory(table, index),
			nr_blocks * sizeof(uint64_t));
	tce_mem_discard(&table->mem, tce_lazy_entry(table, index),
			nr_blocks * BLOCK * sizeof(uint64_t));
	untouch_group(table, index);
}

void tce_lazy_clear(struct tce_table *table)
{
	uint64_t index;

	for (index = 0; index < table->nr_entries; index += GROUP)
		if (group_touched(table, index))
			clear_group(table, index);
	__atomic_store_n(&table->nr_mapped, 0, __ATOMIC_RELAXED);
}

/* A piece from a slot that is not "look below", offset entries into it. */
static void slot_piece(const struct tce_table *table, uint64_t slot, uint64_t offset,
		       struct tce_run *piece)
{
	piece->first = tce_slot_value(slot, offset, table->page_shift);
	piece->step = slot_step(table, slot);
}

/* A piece from entries of one block; piece->count is how many there are. */
static void entries_piece(const struct tce_table *table, struct tce_run *piece)
{
	const uint64_t *entry = tce_lazy_entry(table, piece->index);
	uint64_t n = 1;

	piece->first = tce_load_acquire(&entry[0]);
	piece->step = 0;
	if (piece->count > 1 && tce_load_acquire(&entry[1]) == piece->first + table->page_mask + 1)
		piece->step = table->page_mask + 1;
	while (n < piece->count && tce_load_acquire(&entry[n]) == piece->first + n * piece->step)
		n++;
	piece->count = n;
}

void tce_lazy_piece(const struct tce_table *table, uint64_t index, struct tce_run *ret_piece)
{
	uint64_t slot;

	ret_piece->index = index;
	ret_piece->first = 0;
	ret_piece->step = 0;
	if (!group_touched(table, index)) {
		ret_piece->count = tce_stretch_end(table, index, TCE_GROUP_LG2) - index;
		return;
	}
	ret_piece->count = tce_stretch_end(table, index, TCE_TOP_LG2) - index;
	slot = tce_load_acquire(tce_lazy_top(table, index));
	if (slot != TCE_SLOT_BELOW) {
		slot_piece(table, slot, index & (TOP - 1), ret_piece);
		tce_piece_cut(ret_piece);
		return;
	}
	ret_piece->count = tce_stretch_end(table, index, TCE_BLOCK_LG2) - index;
	slot = tce_load_acquire(tce_lazy_directory(table, index));
	if (slot != TCE_SLOT_BELOW)
		slot_piece(table, slot, index & (BLOCK - 1), ret_piece);
	else
		entries_piece(table, ret_piece);
	tce_piece_cut(ret_piece);
}
