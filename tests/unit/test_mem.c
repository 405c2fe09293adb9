/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of objects: the embedder's functions are used, and no others. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "testing.h"

/* An allocator that counts what is out, fills new memory with rubbish, and can be empty. */
struct counter {
	size_t out;
	size_t reserved;
	int empty;
};

static void *counter_alloc(void *ctx, size_t size)
{
	struct counter *counter = ctx;
	void *mem = counter->empty ? NULL : malloc(size);

	if (mem != NULL) {
		memset(mem, 0xa5, size);
		counter->out += size;
	}
	return mem;
}

static void counter_free(void *ctx, void *mem, size_t size)
{
	((struct counter *)ctx)->out -= size;
	free(mem);
}

static void *counter_reserve(void *ctx, size_t size)
{
	((struct counter *)ctx)->reserved += size;
	return calloc(1, size);
}

static void counter_release(void *ctx, void *mem, size_t size)
{
	((struct counter *)ctx)->reserved -= size;
	free(mem);
}

static struct tce_alloc counting(struct counter *counter, int with_reserve)
{
	struct tce_alloc alloc = {.ctx = counter, .alloc = counter_alloc, .free = counter_free};

	if (with_reserve) {
		alloc.reserve = counter_reserve;
		alloc.release = counter_release;
	}
	return alloc;
}

static void assert_all_zero(const unsigned char *mem, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		assert_int_equal(mem[i], 0);
}

static void new_memory_is_zero_and_goes_back_with_its_size(void **state)
{
	struct counter counter = {0};
	struct tce_alloc alloc = counting(&counter, 1);
	struct tce_mem mem;
	unsigned char *p;

	(void)state;
	tce_mem_init(&mem, &alloc);
	p = tce_mem_new(&mem, 300);
	assert_non_null(p);
	assert_all_zero(p, 300);
	assert_int_equal(counter.out, 300);
	tce_mem_free(&mem, p, 300);
	assert_int_equal(counter.out, 0);
}

static void an_empty_allocator_gives_null(void **state)
{
	struct counter counter = {.empty = 1};
	struct tce_alloc alloc = counting(&counter, 0);
	struct tce_mem mem;

	(void)state;
	tce_mem_init(&mem, &alloc);
	assert_null(tce_mem_new(&mem, 300));
	assert_null(tce_mem_reserve(&mem, 300));
}

static void freeing_null_does_nothing(void **state)
{
	struct counter counter = {0};
	struct tce_alloc alloc = counting(&counter, 1);
	struct tce_mem mem;

	(void)state;
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, NULL, 300);
	tce_mem_release(&mem, NULL, 300);
	assert_int_equal(counter.out, 0);
	assert_int_equal(counter.reserved, 0);
}

static void reserving_uses_the_reserve_function_where_there_is_one(void **state)
{
	struct counter counter = {0};
	struct tce_alloc alloc = counting(&counter, 1);
	struct tce_mem mem;
	void *p;

	(void)state;
	tce_mem_init(&mem, &alloc);
	p = tce_mem_reserve(&mem, 4096);
	assert_int_equal(counter.reserved, 4096);
	assert_int_equal(counter.out, 0);
	tce_mem_release(&mem, p, 4096);
	assert_int_equal(counter.reserved, 0);
}

static void reserving_falls_back_to_cleared_memory(void **state)
{
	struct counter counter = {0};
	struct tce_alloc alloc = counting(&counter, 0);
	struct tce_mem mem;
	void *p;

	(void)state;
	tce_mem_init(&mem, &alloc);
	p = tce_mem_reserve(&mem, 4096);
	assert_non_null(p);
	assert_all_zero(p, 4096);
	tce_mem_release(&mem, p, 4096);
	assert_int_equal(counter.out, 0);
}

static void without_an_allocator_memory_comes_from_the_system(void **state)
{
	struct tce_mem mem;
	unsigned char *p, *large;

	(void)state;
	tce_mem_init(&mem, NULL);
	p = tce_mem_new(&mem, 100);
	assert_non_null(p);
	assert_all_zero(p, 100);
	tce_mem_free(&mem, p, 100);
	large = tce_mem_reserve(&mem, (size_t)1 << 30);
	assert_non_null(large);
	assert_int_equal(large[(size_t)1 << 29], 0);
	large[(size_t)1 << 29] = 1;
	tce_mem_release(&mem, large, (size_t)1 << 30);
}

static void parts_of_an_object_get_the_allocator_of_the_whole(void **state)
{
	struct counter counter = {0};
	struct tce_alloc alloc = counting(&counter, 1);
	struct tce_alloc passed_on;
	struct tce_mem mem;

	(void)state;
	tce_mem_init(&mem, &alloc);
	assert_false(mem.in_arena);
	passed_on = tce_mem_alloc(&mem);
	assert_ptr_equal(passed_on.ctx, &counter);
	assert_true(passed_on.alloc == counter_alloc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(new_memory_is_zero_and_goes_back_with_its_size),
		cmocka_unit_test(an_empty_allocator_gives_null),
		cmocka_unit_test(freeing_null_does_nothing),
		cmocka_unit_test(reserving_uses_the_reserve_function_where_there_is_one),
		cmocka_unit_test(reserving_falls_back_to_cleared_memory),
		cmocka_unit_test(without_an_allocator_memory_comes_from_the_system),
		cmocka_unit_test(parts_of_an_object_get_the_allocator_of_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
