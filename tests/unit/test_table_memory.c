/* SPDX-License-Identifier: BSD-2-Clause */
/* What a LAZY table costs in real memory: pages that are in core, of the region it lives in. */
#include <sys/mman.h>
#include <unistd.h>

#include <tce/table.h>

#include "base/mem.h"
#include "testing.h"

#define NR_TIB (UINT64_C(1) << 24) /* entries of 64 KiB for a TiB of memory */
#define KIB    UINT64_C(1024)

struct region {
	char *mem;
	size_t size;
};

static void *region_reserve(void *ctx, size_t size)
{
	struct region *region = ctx;

	region->size = size;
	region->mem = tce_alloc_default.reserve(NULL, size);
	return region->mem;
}

/* Bytes of the region that are in core. */
static uint64_t region_cost(const struct region *region)
{
	static unsigned char in_core[4096];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t step = page * sizeof(in_core);
	uint64_t n = 0;
	size_t at;
	size_t i;

	for (at = 0; at < region->size; at += step) {
		size_t size = region->size - at < step ? region->size - at : step;

		assert_int_equal(mincore(region->mem + at, size, in_core), 0);
		for (i = 0; i < (size + page - 1) / page; i++)
			n += in_core[i] & 1;
	}
	return n * page;
}

static struct tce_table *table_new(struct region *region, uint64_t nr_entries)
{
	struct tce_table_opts opts = {16, nr_entries, TCE_STORAGE_LAZY};
	struct tce_alloc alloc = tce_alloc_default;
	struct tce_table *table;

	if (test_is_emulated())
		test_skip("the pages of qemu-user are not those of the test");
	alloc.ctx = region;
	alloc.reserve = region_reserve;
	assert_int_equal(tce_table_new(&alloc, &opts, &table), 0);
	return table;
}

static void an_empty_window_costs_next_to_nothing_also_when_it_is_read(void **state)
{
	struct region region;
	struct tce_table *table = table_new(&region, UINT64_C(1) << 28);
	struct tce_run run;
	uint64_t i;

	(void)state;
	assert_in_range(region_cost(&region), 1, 8 * KIB);
	for (i = 0; i < tce_table_nr_entries(table); i += 4093 * 512)
		assert_int_equal(tce_table_get(table, i), 0);
	assert_false(tce_table_next_run(table, 0, &run));
	tce_table_free(table);
}

static void a_premapped_tib_costs_kilobytes_by_run_and_by_lists(void **state)
{
	struct region region;
	struct tce_table *table = table_new(&region, NR_TIB);
	struct tce_be64 list[512];
	uint64_t i;

	(void)state;
	assert_int_equal(tce_table_put_run(table, 0, TCE_PERM, NR_TIB), 0);
	assert_int_equal(tce_table_nr_mapped(table), NR_TIB);
	assert_in_range(region_cost(&region), 1, 16 * KIB);
	tce_table_clear(table);
	for (i = 0; i < NR_TIB; i++) {
		uint64_t tce = i << 16 | TCE_PERM;
		unsigned byte;

		for (byte = 0; byte < 8; byte++)
			list[i % 512].byte[byte] = (uint8_t)(tce >> (56 - 8 * byte));
		if (i % 512 == 511)
			assert_int_equal(tce_table_put_list(table, i - 511, list, 512), 0);
	}
	assert_int_equal(tce_table_nr_mapped(table), NR_TIB);
	assert_in_range(region_cost(&region), 1, 300 * KIB);
	/* One odd page costs its block and no more. */
	assert_int_equal(tce_table_put(table, 5000000, 0, NULL), 0);
	assert_in_range(region_cost(&region), 1, 312 * KIB);
	tce_table_free(table);
}

static void clear_gives_the_memory_of_entries_back(void **state)
{
	struct region region;
	struct tce_table *table = table_new(&region, NR_TIB);
	uint64_t full;
	uint64_t i;

	(void)state;
	for (i = 0; i < NR_TIB; i += 200)
		assert_int_equal(tce_table_put(table, i, (i * i) << 12 | TCE_PERM, NULL), 0);
	full = region_cost(&region);
	assert_true(full >= NR_TIB * 8);
	/* Also the memory of entries that a run has replaced meanwhile. */
	assert_int_equal(tce_table_stuff(table, 0, TCE_READ, NR_TIB / 2), 0);
	tce_table_clear(table);
	assert_in_range(region_cost(&region), 1, 200 * KIB);
	assert_int_equal(tce_table_get(table, 200), 0);
	tce_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_window_costs_next_to_nothing_also_when_it_is_read),
		cmocka_unit_test(a_premapped_tib_costs_kilobytes_by_run_and_by_lists),
		cmocka_unit_test(clear_gives_the_memory_of_entries_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
