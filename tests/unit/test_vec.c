/* SPDX-License-Identifier: BSD-2-Clause */
/* base/vec.h: growing arrays, on the heap and in an arena that is copied. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "testing.h"

#define ELEM sizeof(uint32_t)

static uint32_t value(const struct tce_vec *vec, uint32_t i)
{
	return *(uint32_t *)tce_vec_at(vec, i, ELEM);
}

static void insert(struct tce_vec *vec, const struct tce_mem *mem, uint32_t at, uint32_t v)
{
	assert_int_equal(tce_vec_reserve(vec, mem, ELEM, 1), 0);
	*(uint32_t *)tce_vec_insert(vec, at, ELEM) = v;
}

static void elements_stay_in_order_while_it_grows(void **state)
{
	struct tce_vec vec = {0};
	struct tce_mem mem;

	(void)state;
	tce_mem_init(&mem, NULL);
	for (uint32_t i = 0; i < 1000; i++)
		insert(&vec, &mem, i / 2, i);
	assert_int_equal(vec.nr, 1000);
	/* odd numbers were put before all that came earlier in the upper half, even ones after */
	for (uint32_t i = 0; i < 500; i++)
		assert_int_equal(value(&vec, i), 2 * i + 1);
	tce_vec_fini(&vec, &mem, ELEM);
	assert_int_equal(vec.nr, 0);
}

static void removing_closes_the_gap(void **state)
{
	struct tce_vec vec = {0};
	struct tce_mem mem;

	(void)state;
	tce_mem_init(&mem, NULL);
	for (uint32_t i = 0; i < 10; i++)
		insert(&vec, &mem, i, i);
	tce_vec_remove(&vec, 2, 3, ELEM);
	tce_vec_remove(&vec, 7, 0, ELEM);
	assert_int_equal(vec.nr, 7);
	assert_int_equal(value(&vec, 1), 1);
	assert_int_equal(value(&vec, 2), 5);
	assert_int_equal(value(&vec, 6), 9);
	tce_vec_fini(&vec, &mem, ELEM);
}

static void room_that_was_reserved_is_enough(void **state)
{
	struct tce_vec vec = {0};
	struct tce_mem mem;
	void *data;

	(void)state;
	tce_mem_init(&mem, NULL);
	assert_int_equal(tce_vec_reserve(&vec, &mem, ELEM, 100), 0);
	data = tce_rptr_get(&vec.data);
	for (uint32_t i = 0; i < 100; i++)
		*(uint32_t *)tce_vec_insert(&vec, 0, ELEM) = i;
	assert_ptr_equal(tce_rptr_get(&vec.data), data);
	tce_vec_fini(&vec, &mem, ELEM);
}

static void a_full_arena_leaves_it_as_it_was(void **state)
{
	struct tce_arena *arena = tce_arena_init(aligned_alloc(16, 512), 512);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct tce_vec vec = {0};
	struct tce_mem mem;
	uint32_t nr = 0;

	(void)state;
	tce_mem_init(&mem, &alloc);
	while (tce_vec_reserve(&vec, &mem, ELEM, 1) == 0)
		*(uint32_t *)tce_vec_insert(&vec, nr, ELEM) = nr, nr++;
	assert_int_equal(vec.nr, nr);
	assert_int_equal(tce_vec_reserve(&vec, &mem, ELEM, 1000000000), -TCE_ERR_NOMEM);
	for (uint32_t i = 0; i < nr; i++)
		assert_int_equal(value(&vec, i), i);
	free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_stay_in_order_while_it_grows),
		cmocka_unit_test(removing_closes_the_gap),
		cmocka_unit_test(room_that_was_reserved_is_enough),
		cmocka_unit_test(a_full_arena_leaves_it_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
