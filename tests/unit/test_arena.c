/* SPDX-License-Identifier: BSD-2-Clause */
/* base/arena.h, and base/mem.h over it: pieces, reuse, and clones by copy. */
#include <stdlib.h>
#include <string.h>

#include <tce/table.h>

#include "base/arena.h"
#include "base/mem.h"
#include "prng.h"
#include "testing.h"

#define CAPACITY ((size_t)1 << 17)

static struct tce_arena *arena_new(size_t capacity)
{
	void *block = aligned_alloc(TCE_ARENA_GRAIN, capacity);

	assert_non_null(block);
	memset(block, 0xa5, capacity);
	return tce_arena_init(block, capacity);
}

static void pieces_are_aligned_and_do_not_overlap(void **state)
{
	struct tce_arena *arena = arena_new(CAPACITY);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	uint8_t *piece[40];
	size_t i;

	(void)state;
	for (i = 0; i < 40; i++) {
		piece[i] = alloc.alloc(alloc.ctx, i * 7 + 1);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % TCE_ARENA_GRAIN, 0);
		memset(piece[i], (int)i, i * 7 + 1);
	}
	for (i = 0; i < 40; i++) {
		assert_int_equal(piece[i][0], i);
		assert_int_equal(piece[i][i * 7], i);
	}
	free(arena);
}

static void freed_pieces_of_a_size_are_used_again(void **state)
{
	struct tce_arena *arena = arena_new(CAPACITY);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	void *small = alloc.alloc(alloc.ctx, 40);
	void *large = alloc.alloc(alloc.ctx, 5000);
	void *other = alloc.alloc(alloc.ctx, 6000);
	void *last = alloc.alloc(alloc.ctx, 16);
	size_t used = arena->used;

	(void)state;
	assert_non_null(last);
	alloc.free(alloc.ctx, small, 40);
	alloc.free(alloc.ctx, large, 5000);
	alloc.free(alloc.ctx, other, 6000);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 33), small); /* the same number of grains */
	assert_ptr_equal(alloc.alloc(alloc.ctx, 5000), large);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 6000), other);
	assert_int_equal(arena->used, used);
	alloc.free(alloc.ctx, last, 16);
	assert_int_equal(arena->used, used - 16);
	free(arena);
}

static void large_pieces_of_unlike_sizes_are_not_confused(void **state)
{
	struct tce_arena *arena = arena_new(CAPACITY);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	void *small = alloc.alloc(alloc.ctx, 2000);
	void *large = alloc.alloc(alloc.ctx, 4000);

	(void)state;
	assert_non_null(alloc.alloc(alloc.ctx, 1));
	alloc.free(alloc.ctx, large, 4000);
	alloc.free(alloc.ctx, small, 2000);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 4000), large);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 2000), small);
	free(arena);
}

static void a_null_pointer_is_zero_and_stays_null(void **state)
{
	struct tce_rptr p = {0};

	(void)state;
	assert_null(tce_rptr_get(&p));
	tce_rptr_set(&p, &p + 1);
	assert_ptr_equal(tce_rptr_get(&p), &p + 1);
	tce_rptr_set(&p, NULL);
	assert_int_equal(p.rel, 0);
}

static void a_full_arena_refuses_and_stays_usable(void **state)
{
	struct tce_arena *arena = arena_new(4096);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	size_t rest = arena->capacity - arena->used;
	void *all;

	(void)state;
	assert_null(alloc.alloc(alloc.ctx, rest + 1));
	assert_null(alloc.alloc(alloc.ctx, SIZE_MAX));
	assert_null(alloc.alloc(alloc.ctx, SIZE_MAX - 15));
	all = alloc.alloc(alloc.ctx, rest);
	assert_non_null(all);
	assert_null(alloc.alloc(alloc.ctx, 1));
	alloc.free(alloc.ctx, all, rest);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 1), all);
	free(arena);
}

static void memory_of_an_object_is_zero_also_when_it_is_reused(void **state)
{
	struct tce_arena *arena = arena_new(CAPACITY);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct tce_mem mem;
	static const uint8_t zeroes[100];
	void *p;

	(void)state;
	tce_mem_init(&mem, &alloc);
	p = tce_mem_new(&mem, 100);
	assert_memory_equal(p, zeroes, 100);
	memset(p, 0xff, 100);
	tce_mem_free(&mem, p, 100);
	p = tce_mem_reserve(&mem, 100);
	assert_memory_equal(p, zeroes, 100);
	tce_mem_discard(&mem, p, 100); /* an arena cannot give back: nothing happens */
	tce_mem_release(&mem, p, 100);
	tce_mem_free(&mem, NULL, 100);
	free(arena);
}

static struct tce_table *table_in(struct tce_arena *arena, enum tce_table_storage storage)
{
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct tce_table_opts opts = {.page_shift = 16, .nr_entries = 4096, .storage = storage};
	struct tce_table *table;

	assert_int_equal(tce_table_new(&alloc, &opts, &table), 0);
	return table;
}

static void change(struct tce_table *table, struct prng *rng)
{
	uint64_t index = prng_below(rng, 4000);

	assert_int_equal(tce_table_put_run(table, index, prng_next(rng), prng_below(rng, 90)), 0);
	assert_int_equal(tce_table_put(table, prng_below(rng, 4096), prng_next(rng), NULL), 0);
	assert_int_equal(tce_table_stuff(table, prng_below(rng, 4000), 0, 90), 0);
}

static void check_clone(enum tce_table_storage storage)
{
	struct tce_arena *arena = arena_new(CAPACITY);
	struct tce_arena *clone = arena_new(CAPACITY * 2);
	struct prng rng = prng_seeded(5);
	struct tce_table *table = table_in(arena, storage);
	struct tce_table *twin;
	uint64_t hash;
	int i;

	for (i = 0; i < 50; i++)
		change(table, &rng);
	hash = tce_table_hash(table);
	tce_arena_copy(clone, arena);
	assert_int_equal(clone->capacity, CAPACITY * 2);
	twin = (struct tce_table *)((char *)clone + ((char *)table - (char *)arena));
	assert_int_equal(tce_table_hash(twin), hash);
	for (i = 0; i < 50; i++)
		change(twin, &rng);
	assert_int_not_equal(tce_table_hash(twin), hash);
	assert_int_equal(tce_table_hash(table), hash);

	/* The original may vanish: nothing in the copy refers to it. */
	memset(arena, 0xa5, CAPACITY);
	free(arena);
	for (i = 0; i < 50; i++)
		change(twin, &rng);
	tce_table_free(twin);
	free(clone);
}

static void a_table_in_an_arena_lives_on_in_a_copy_and_both_go_their_ways(void **state)
{
	(void)state;
	check_clone(TCE_STORAGE_COMPACT);
	check_clone(TCE_STORAGE_LAZY);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_aligned_and_do_not_overlap),
		cmocka_unit_test(freed_pieces_of_a_size_are_used_again),
		cmocka_unit_test(large_pieces_of_unlike_sizes_are_not_confused),
		cmocka_unit_test(a_null_pointer_is_zero_and_stays_null),
		cmocka_unit_test(a_full_arena_refuses_and_stays_usable),
		cmocka_unit_test(memory_of_an_object_is_zero_also_when_it_is_reused),
		cmocka_unit_test(a_table_in_an_arena_lives_on_in_a_copy_and_both_go_their_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
