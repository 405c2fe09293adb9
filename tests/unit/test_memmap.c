/* SPDX-License-Identifier: BSD-2-Clause */
/* machine/memmap.h: runs of memory, plugging, onlining, persistent memory. */
#include "machine_rig.h"
#include "testing.h"

#define M UINT64_C(0x100000)
#define G (1024 * M)

static const struct tce_state *st_of(const struct machine_rig *rig)
{
	return rig->m->st;
}

static unsigned nr_runs(const struct machine_rig *rig)
{
	unsigned n = 0;

	while (tce_mem_run_at(st_of(rig), n) != NULL)
		n++;
	return n;
}

static void a_fresh_map_is_two_runs_however_large(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=4G max-ram=64T", false);
	assert_int_equal(nr_runs(&rig), 2);
	assert_int_equal(tce_memmap_end(st_of(&rig)), 4 * G);
	assert_int_equal(tce_memmap_drmem_end(st_of(&rig)), 64 * 1024 * G);
	machine_rig_fini(&rig);
	machine_rig_init(&rig, "machine pseries ram=4G", false);
	assert_int_equal(nr_runs(&rig), 1);
	assert_int_equal(tce_memmap_drmem_end(st_of(&rig)), 0); /* no ibm,dynamic-memory */
	machine_rig_fini(&rig);
}

static void plugging_splits_runs_and_unplugging_joins_them(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1G max-ram=8G", false);
	machine_rig_do(&rig, "memory plug 2G 256M ; memory plug at=0x90000000 size=256M");
	assert_int_equal(nr_runs(&rig), 4);
	assert_true(tce_memmap_backed(st_of(&rig), 2 * G, 512 * M));
	assert_false(tce_memmap_backed(st_of(&rig), 2 * G, 512 * M + 1));
	assert_false(tce_memmap_backed(st_of(&rig), 1 * G, 2 * G));
	assert_int_equal(tce_memmap_end(st_of(&rig)), 2 * G + 512 * M);
	machine_rig_do(&rig, "memory plug 2G 256M -> EBUSY");
	machine_rig_do(&rig, "memory unplug 2G 512M");
	assert_int_equal(nr_runs(&rig), 2);
	machine_rig_fini(&rig);
}

static void only_whole_blocks_of_the_hot_pluggable_range_are_plugged(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1G max-ram=2G", false);
	assert_int_equal(machine_rig_try(&rig, "memory plug 0 256M"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory plug 2G 256M"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory plug 1G 128M"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory plug 0x48000000 256M"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory plug 0x70000000 512M"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory plug 1G 0"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory plug 1G 0xfffffffff0000000"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "memory unplug 1G 256M"), -TCE_ERR_NOENT);
	machine_rig_fini(&rig);
	machine_rig_init(&rig, "machine pseries ram=1G max-ram=2G lmb=16M", false);
	machine_rig_do(&rig, "memory plug 0x41000000 16M");
	machine_rig_fini(&rig);
}

static void memory_in_use_is_not_unplugged(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1G max-ram=2G", true);
	machine_rig_do(&rig, "boot ; memory plug 1G 512M ; memory online 1G 512M");
	machine_rig_do(&rig, "memory unplug 1G 256M -> EBUSY");
	machine_rig_do(&rig, "memory offline 1G 256M ; memory unplug 1G 256M -> ok");
	machine_rig_do(&rig, "memory unplug 0x50000000 256M -> EBUSY");
	machine_rig_fini(&rig);
}

static void boot_finds_plugged_memory_online_and_reset_takes_it_offline(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1G max-ram=2G\nmemory plug 1G 256M", true);
	assert_false(tce_memmap_any(st_of(&rig), 0, 2 * G, TCE_MEM_ONLINE));
	machine_rig_do(&rig, "boot");
	assert_true(tce_memmap_all(st_of(&rig), 0, G + 256 * M, TCE_MEM_ONLINE));
	assert_false(tce_memmap_any(st_of(&rig), G + 256 * M, G, TCE_MEM_ONLINE));
	machine_rig_do(&rig, "reset");
	assert_false(tce_memmap_any(st_of(&rig), 0, 2 * G, TCE_MEM_ONLINE));
	assert_true(tce_memmap_all(st_of(&rig), 0, G + 256 * M, TCE_MEM_PLUGGED));
	machine_rig_fini(&rig);
}

static void online_memory_is_walked_in_order_with_pmem_among_it(void **state)
{
	struct machine_rig rig;
	uint64_t addr;
	uint64_t size;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=1G max-ram=8G\n"
			 "pmem at=4G size=1G name=low\npmem high at=0x100000000000 size=1G\n"
			 "memory plug 6G 1G ; boot ; pmem to-ram low ; pmem to-ram high",
			 true);
	assert_true(tce_memmap_next_online(st_of(&rig), 0, &addr, &size));
	assert_true(addr == 0 && size == G);
	assert_true(tce_memmap_next_online(st_of(&rig), G, &addr, &size));
	assert_true(addr == 4 * G && size == G);
	assert_true(tce_memmap_next_online(st_of(&rig), 4 * G + M, &addr, &size));
	assert_true(addr == 4 * G + M && size == G - M);
	assert_true(tce_memmap_next_online(st_of(&rig), 5 * G, &addr, &size));
	assert_true(addr == 6 * G && size == G);
	assert_true(tce_memmap_next_online(st_of(&rig), 7 * G, &addr, &size));
	assert_true(addr == UINT64_C(1) << 44 && size == G);
	assert_false(tce_memmap_next_online(st_of(&rig), addr + size, &addr, &size));
	machine_rig_do(&rig, "reset");
	assert_false(tce_memmap_next_online(st_of(&rig), 0, &addr, &size));
	machine_rig_fini(&rig);
}

static void persistent_memory_overlaps_nothing(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=1G max-ram=4G\npmem a at=2G size=1G", false);
	assert_int_equal(machine_rig_try(&rig, "pmem b at=0 size=1G"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "pmem b at=0xbffff000 size=8K"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "pmem b at=5G size=0"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "pmem b at=0xfffffffffffff000 size=8K"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "pmem a at=5G size=1G"), -TCE_ERR_EXISTS);
	machine_rig_do(&rig, "memory plug 2G 256M -> EBUSY");
	machine_rig_do(&rig, "memory plug 3G 256M -> ok");
	assert_true(tce_memmap_backed(st_of(&rig), 2 * G, G));
	assert_true(tce_memmap_backed(st_of(&rig), 2 * G, G + 256 * M));
	assert_false(tce_memmap_backed(st_of(&rig), 2 * G, G + 256 * M + 1));
	machine_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_map_is_two_runs_however_large),
		cmocka_unit_test(plugging_splits_runs_and_unplugging_joins_them),
		cmocka_unit_test(only_whole_blocks_of_the_hot_pluggable_range_are_plugged),
		cmocka_unit_test(memory_in_use_is_not_unplugged),
		cmocka_unit_test(boot_finds_plugged_memory_online_and_reset_takes_it_offline),
		cmocka_unit_test(online_memory_is_walked_in_order_with_pmem_among_it),
		cmocka_unit_test(persistent_memory_overlaps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
