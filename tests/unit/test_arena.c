/* SPDX-License-Identifier: BSD-2-Clause */
/* The arena: pieces do not overlap, freed pieces come back, a copy is a clone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/mem.h"

#define BLOCK_SIZE 65536U

static int block_setup(void **state)
{
	return posix_memalign(state, TCE_ARENA_GRAIN, BLOCK_SIZE);
}

static int block_teardown(void **state)
{
	free(*state);
	return 0;
}

static void pieces_are_aligned_and_do_not_overlap(void **state)
{
	struct tce_arena *arena = tce_arena_init(*state, BLOCK_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	unsigned char *piece[64];
	size_t i, j;

	for (i = 0; i < 64; i++) {
		piece[i] = alloc.alloc(alloc.ctx, i * 7 + 1);
		assert_non_null(piece[i]);
		assert_int_equal((uintptr_t)piece[i] % TCE_ARENA_GRAIN, 0);
		memset(piece[i], (int)i, i * 7 + 1);
	}
	for (i = 0; i < 64; i++) {
		for (j = 0; j < i * 7 + 1; j++)
			assert_int_equal(piece[i][j], i);
	}
}

static void a_freed_piece_of_the_same_size_is_used_again(void **state)
{
	struct tce_arena *arena = tce_arena_init(*state, BLOCK_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	static const size_t sizes[] = {16, 100, 1024, 1040, 5000};
	size_t i;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		void *piece = alloc.alloc(alloc.ctx, sizes[i]);
		void *wall = alloc.alloc(alloc.ctx, 1); /* so that piece is not the last */
		size_t used = arena->used;

		assert_non_null(wall);
		alloc.free(alloc.ctx, piece, sizes[i]);
		assert_ptr_equal(alloc.alloc(alloc.ctx, sizes[i]), piece);
		assert_int_equal(arena->used, used);
	}
}

static void large_pieces_of_unlike_sizes_are_not_confused(void **state)
{
	struct tce_arena *arena = tce_arena_init(*state, BLOCK_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	char *small = alloc.alloc(alloc.ctx, 2000);
	char *large = alloc.alloc(alloc.ctx, 4000);

	assert_non_null(alloc.alloc(alloc.ctx, 1));
	alloc.free(alloc.ctx, large, 4000);
	alloc.free(alloc.ctx, small, 2000);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 4000), large);
	assert_ptr_equal(alloc.alloc(alloc.ctx, 2000), small);
}

static void freeing_the_last_piece_shortens_the_arena(void **state)
{
	struct tce_arena *arena = tce_arena_init(*state, BLOCK_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	size_t used = arena->used;

	alloc.free(alloc.ctx, alloc.alloc(alloc.ctx, 100), 100);
	assert_int_equal(arena->used, used);
}

static void a_full_arena_refuses_and_goes_on(void **state)
{
	struct tce_arena *arena = tce_arena_init(*state, BLOCK_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	size_t left = arena->capacity - arena->used;

	assert_null(alloc.alloc(alloc.ctx, left + 1));
	assert_null(alloc.alloc(alloc.ctx, SIZE_MAX));
	assert_null(alloc.alloc(alloc.ctx, SIZE_MAX - 1000));
	assert_non_null(alloc.alloc(alloc.ctx, left));
	assert_null(alloc.alloc(alloc.ctx, 1));
}

/* A chain of cells that refer to each other only by self-relative pointers. */
struct cell {
	struct tce_mem mem;
	struct tce_rptr next;
	unsigned value;
};

static void a_copied_arena_lives_on_its_own(void **state)
{
	struct tce_arena *arena = tce_arena_init(*state, BLOCK_SIZE);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct tce_mem mem;
	struct cell *first, *second, *copy;
	void *block = NULL;

	tce_mem_init(&mem, &alloc);
	first = tce_mem_new(&mem, sizeof(*first));
	second = tce_mem_new(&mem, sizeof(*second));
	assert_non_null(first);
	assert_non_null(second);
	tce_mem_init(&first->mem, &alloc);
	tce_rptr_set(&first->next, second);
	second->value = 1;

	assert_int_equal(posix_memalign(&block, TCE_ARENA_GRAIN, BLOCK_SIZE), 0);
	tce_arena_copy(tce_arena_init(block, BLOCK_SIZE), arena);
	copy = (struct cell *)((char *)block + ((char *)first - (char *)arena));
	second->value = 2;
	assert_int_equal(((struct cell *)tce_rptr_get(&copy->next))->value, 1);
	assert_ptr_equal(tce_mem_alloc(&copy->mem).ctx, block);
	assert_in_range((char *)tce_mem_new(&copy->mem, 8) - (char *)block, 0, BLOCK_SIZE);
	free(block);
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

#define WITH_BLOCK(f) cmocka_unit_test_setup_teardown(f, block_setup, block_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BLOCK(pieces_are_aligned_and_do_not_overlap),
		WITH_BLOCK(a_freed_piece_of_the_same_size_is_used_again),
		WITH_BLOCK(large_pieces_of_unlike_sizes_are_not_confused),
		WITH_BLOCK(freeing_the_last_piece_shortens_the_arena),
		WITH_BLOCK(a_full_arena_refuses_and_goes_on),
		WITH_BLOCK(a_copied_arena_lives_on_its_own),
		cmocka_unit_test(a_null_pointer_is_zero_and_stays_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
