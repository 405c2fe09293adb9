/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linux/powernv/, tce.c, tce_table.c, pages.c and opal.c: the geometry of
 * tables, entries in memory, levels that are made and freed, and how bridges are told.
 */
#include <stdio.h>
#include <string.h>

#include "pnv_rig.h"
#include "testing.h"

#define OPS (&tce_pnv_ioda2_iommu_ops)

static struct pnv_rig rig;

/* A machine whose PE fd belongs to a user, so that any table can be put into its windows. */
static void set_up(const char *machine, const char *kernel)
{
	int refused;

	pnv_rig_init(&rig, machine);
	pnv_rig_do(&rig, pnv_rig_one_device);
	pnv_rig_do(&rig, kernel);
	assert_int_equal(tce_pnv_group_ops.take_ownership(
				 pnv_rig_call(&rig), pnv_rig_group(&rig, 0xfd), NULL, &refused),
			 0);
}

static int make(const struct tce_window_request *request, struct tce_iommu_table **ret_tbl)
{
	int refused = 1;

	assert_int_equal(tce_pnv_group_ops.create_table(pnv_rig_call(&rig),
							pnv_rig_group(&rig, 0xfd), request, ret_tbl,
							&refused),
			 0);
	return refused;
}

static struct tce_iommu_table *table(unsigned shift, uint64_t size, unsigned levels)
{
	const struct tce_window_request request = {0, shift, size, levels};
	struct tce_iommu_table *tbl;
	int refused = 1;

	assert_int_equal(make(&request, &tbl), 0);
	assert_int_equal(tce_pnv_group_ops.set_window(pnv_rig_call(&rig), pnv_rig_group(&rig, 0xfd),
						      0, tbl, &refused),
			 0);
	assert_int_equal(refused, 0);
	return tbl;
}

static void drop(struct tce_iommu_table *tbl)
{
	int refused;

	assert_int_equal(tce_pnv_group_ops.unset_window(pnv_rig_call(&rig),
							pnv_rig_group(&rig, 0xfd), 0, &refused),
			 0);
	assert_int_equal(tce_linux_table_put(pnv_rig_call(&rig), tbl), 0);
}

static uint64_t bytes_taken(void)
{
	const struct tce_powernv *pnv = tce_powernv_of(pnv_rig_call(&rig)->lx);
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < pnv->pages.nr; i++) {
		const struct tce_pnv_extent *extent = tce_vec_at(&pnv->pages, i, sizeof(*extent));

		bytes += extent->end - extent->start;
	}
	return bytes;
}

static int64_t set(const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages,
		   uint64_t addr, enum tce_dma_dir dir)
{
	struct tce_iommu_build what = {index, npages, addr, dir};
	int64_t rc = 99;

	assert_int_equal(OPS->set(pnv_rig_call(&rig), tbl, &what, &rc), 0);
	return rc;
}

static uint64_t get(const struct tce_iommu_table *tbl, uint64_t index)
{
	uint64_t tce = 99;

	assert_int_equal(OPS->get(pnv_rig_call(&rig), tbl, index, &tce), 0);
	return tce;
}

static void clear(const struct tce_iommu_table *tbl, uint64_t index, uint64_t npages)
{
	assert_int_equal(OPS->clear(pnv_rig_call(&rig), tbl, index, npages), 0);
}

/* --- geometry --------------------------------------------------------------------------------- */

static void a_user_is_charged_for_a_full_table_twice(void **state)
{
	static const struct {
		struct tce_window_request request;
		uint64_t bytes;
	} want[] = {
		{{0, 12, UINT64_C(2) << 30, 1}, 0x800000},
		{{0, 12, UINT64_C(1) << 30, 1}, 0x400000},
		{{0, 16, UINT64_C(2) << 30, 1}, 0x80000},
		{{0, 24, UINT64_C(1) << 40, 1}, 0x100000},
		{{0, 16, UINT64_C(1) << 40, 1}, 0x10000000},
		{{0, 16, UINT64_C(1) << 40, 2}, 0x10020000},
		{{0, 16, UINT64_C(8) << 40, 3}, 0x80060000},
		{{0, 16, UINT64_C(64) << 40, 5}, UINT64_C(0x400260000)},
		{{0, 16, UINT64_C(1) << 40, 0}, 0},
		{{0, 16, UINT64_C(1) << 40, 6}, 0},
		{{0, 16, UINT64_C(3) << 40, 1}, 0},
		{{0, 16, 0, 1}, 0},
	};

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_int_equal(tce_pnv_table_size(pnv_rig_call(&rig)->lx, &want[i].request),
				 want[i].bytes);
	pnv_rig_fini(&rig);
}

/* As measured on 64K and 4K kernels. */
static void levels_that_take_too_many_bits_are_refused(void **state)
{
	static const struct {
		const char *kernel;
		struct tce_window_request request;
		int refused;
	} want[] = {
		{"boot kernel=6.12", {0, 16, UINT64_C(4) << 30, 2}, 0},
		{"boot kernel=6.12", {0, 16, UINT64_C(4) << 30, 3}, -TCE_EINVAL},
		{"boot kernel=6.12", {0, 12, UINT64_C(4) << 30, 3}, 0},
		{"boot kernel=6.12", {0, 12, UINT64_C(4) << 30, 4}, -TCE_EINVAL},
		{"boot kernel=6.12 page=4K", {0, 12, UINT64_C(4) << 30, 4}, 0},
		{"boot kernel=6.12 page=4K", {0, 12, UINT64_C(4) << 30, 5}, -TCE_EINVAL},
		{"boot kernel=6.12", {0, 16, UINT64_C(4) << 30, 0}, -TCE_EINVAL},
		{"boot kernel=6.12", {0, 16, UINT64_C(4) << 30, 6}, -TCE_EINVAL},
		{"boot kernel=6.12", {0, 16, UINT64_C(5) << 30, 1}, -TCE_EINVAL},
		{"boot kernel=6.12", {0, 12, UINT64_C(16) << 30, 1}, -TCE_ENOMEM},
		{"boot kernel=6.12", {0, 12, UINT64_C(8) << 30, 1}, 0},
		/* without the fixes */
		{"boot kernel=6.12 defect=A5", {0, 16, UINT64_C(4) << 30, 3}, 0},
		{"boot kernel=6.12", {0, 16, UINT64_C(1) << 40, 2}, 0},
		{"boot kernel=6.12 defect=A6", {0, 16, UINT64_C(1) << 40, 2}, -TCE_EINVAL},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct tce_iommu_table *tbl;

		set_up("machine powernv9 ram=4G", want[i].kernel);
		assert_int_equal(make(&want[i].request, &tbl), want[i].refused);
		if (want[i].refused == 0)
			assert_int_equal(tce_linux_table_put(pnv_rig_call(&rig), tbl), 0);
		assert_int_equal(bytes_taken(), 0);
		pnv_rig_fini(&rig);
	}
}

static void a_small_window_is_made_larger_than_asked_for(void **state)
{
	struct tce_iommu_table *tbl;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(16, 65536, 1);
	assert_int_equal(tbl->size << 16, 512 << 20);
	drop(tbl);
	pnv_rig_fini(&rig);
}

static void no_memory_for_the_user_copy_takes_nothing(void **state)
{
	const struct tce_window_request request = {0, 12, UINT64_C(2) << 30, 1};
	struct tce_iommu_table *tbl;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	pnv_rig_do(&rig, "fail alloc nth=2");
	assert_int_equal(make(&request, &tbl), -TCE_ENOMEM);
	assert_int_equal(bytes_taken(), 0);
	pnv_rig_fini(&rig);
}

/* --- entries ---------------------------------------------------------------------------------- */

static void what_may_be_written_may_be_read(void **state)
{
	struct tce_iommu_table *tbl;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(4) << 30, 1);
	assert_int_equal(set(tbl, 5, 1, 0x50000, TCE_DIR_TO_DEVICE), 0);
	assert_int_equal(get(tbl, 5), 0x50001);
	set(tbl, 6, 1, 0x60000, TCE_DIR_FROM_DEVICE);
	assert_int_equal(get(tbl, 6), 0x60003);
	set(tbl, 7, 2, 0x70000, TCE_DIR_BIDIRECTIONAL);
	assert_int_equal(get(tbl, 7), 0x70003);
	assert_int_equal(get(tbl, 8), 0x80003);
	clear(tbl, 5, 3);
	assert_int_equal(get(tbl, 7), 0);
	assert_int_equal(get(tbl, 8), 0x80003);
	drop(tbl);
	pnv_rig_fini(&rig);
}

static void levels_are_made_when_first_written_and_freed_with_the_table(void **state)
{
	struct tce_iommu_table *tbl;
	uint64_t top;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(12, UINT64_C(1) << 40, 3);
	top = bytes_taken();
	assert_int_equal(top, 2 * 0x10000); /* each copy's first level */
	assert_int_equal(get(tbl, 0x123456), 0);
	assert_int_equal(bytes_taken(), top);
	set(tbl, 0x123456, 1, 0x5000, TCE_DIR_TO_DEVICE);
	assert_int_equal(bytes_taken(), top + 2 * 0x10000);
	set(tbl, 0x123457, 1, 0x6000, TCE_DIR_TO_DEVICE);
	assert_int_equal(bytes_taken(), top + 2 * 0x10000);
	set(tbl, 0x1, 1, 0x7000, TCE_DIR_TO_DEVICE);
	assert_int_equal(bytes_taken(), top + 3 * 0x10000);
	assert_int_equal(get(tbl, 0x123456), 0x5001);
	assert_int_equal(tce_pnv_table_bytes(rig.rig.m, tbl), bytes_taken());
	assert_int_equal(tce_pnv_table_nr_tces(rig.rig.m, tbl), 3);
	clear(tbl, 0, tbl->size);
	assert_int_equal(tce_pnv_table_nr_tces(rig.rig.m, tbl), 0);
	drop(tbl);
	assert_int_equal(bytes_taken(), 0);
	pnv_rig_fini(&rig);
}

static void without_memory_for_a_level_nothing_is_set(void **state)
{
	static const char *const kernels[] = {"boot kernel=6.12 without=D34",
					      "boot kernel=6.12 defect=D34"};

	(void)state;
	for (unsigned bug = 0; bug < 2; bug++) {
		struct tce_iommu_table *tbl;

		set_up("machine powernv9 ram=4G", kernels[bug]);
		tbl = table(16, UINT64_C(1) << 40, 2);
		set(tbl, 0x1ffe, 1, 0x50000, TCE_DIR_TO_DEVICE);
		pnv_rig_do(&rig, "fail alloc nth=1");
		assert_int_equal(set(tbl, 0x1fff, 2, 0x60000, TCE_DIR_TO_DEVICE), -TCE_ENOMEM);
		assert_int_equal(rig.outcome.oops, bug);
		assert_int_equal(tce_linux_of(rig.rig.m)->crashed, bug);
		assert_int_equal(get(tbl, 0x1ffe), 0x50001);
		assert_int_equal(get(tbl, 0x1fff), bug ? 0x60001 : 0);
		pnv_rig_fini(&rig);
	}
}

/* D18: from an entry inside a missing level on, the start of the next one is skipped. */
static void freeing_goes_on_behind_a_missing_level(void **state)
{
	static const char *const kernels[] = {"boot kernel=6.12 without=D18",
					      "boot kernel=6.12 defect=D18"};

	(void)state;
	for (unsigned bug = 0; bug < 2; bug++) {
		struct tce_iommu_table *tbl;

		set_up("machine powernv9 ram=4G", kernels[bug]);
		tbl = table(16, UINT64_C(1) << 40, 2);
		assert_int_equal(tbl->level_size, 0x2000);
		set(tbl, 0x2000, 2, 0x50000, TCE_DIR_TO_DEVICE);
		clear(tbl, 0x1ff0, 0x11);
		assert_int_equal(get(tbl, 0x2000), bug ? 0x50001 : 0);
		assert_int_equal(get(tbl, 0x2001), 0x60001);
		drop(tbl);
		pnv_rig_fini(&rig);
	}
}

/* Indirect entries that lead to each other, nowhere, or to memory of others. */
static void a_table_that_somebody_wrote_over_stops_the_kernel(void **state)
{
	static const uint64_t lies[] = {0x3, 0x5003, 0x7fffffff0003, 0x200003, 0xfffffffffffffffb};
	unsigned nr_crashed = 0;
	char line[96];

	(void)state;
	for (unsigned i = 0; i <= sizeof(lies) / sizeof(lies[0]); i++) {
		struct tce_iommu_table *tbl;
		uint64_t lie;

		set_up("machine powernv9 ram=4G", "boot kernel=6.12");
		tbl = table(12, UINT64_C(1) << 40, 3);
		set(tbl, 0x1, 1, 0x7000, TCE_DIR_TO_DEVICE);
		lie = i == 0 ? tbl->base | 3 : lies[i - 1];
		snprintf(line, sizeof(line), "tce-store at=0x%llx value=0x%llx words=4096",
			 (unsigned long long)tbl->base, (unsigned long long)lie);
		pnv_rig_do(&rig, line);
		tce_pnv_table_bytes(rig.rig.m, tbl);
		tce_pnv_table_nr_tces(rig.rig.m, tbl);
		set(tbl, 0x123456, 1, 0x5000, TCE_DIR_TO_DEVICE);
		clear(tbl, 0, 0x4000);
		drop(tbl);
		nr_crashed += tce_linux_of(rig.rig.m)->crashed;
		pnv_rig_fini(&rig);
	}
	assert_in_range(nr_crashed, 4, 6); /* what was cleared in time is no lie any more */
}

/* --- exchange --------------------------------------------------------------------------------- */

static int xchg(const struct tce_iommu_table *tbl, uint64_t index, struct tce_iommu_entry *entry)
{
	int refused = 1;

	assert_int_equal(OPS->xchg_no_kill(pnv_rig_call(&rig), tbl, index, entry, &refused), 0);
	return refused;
}

static void an_exchange_gives_the_old_entry_and_tells_no_bridge(void **state)
{
	struct tce_iommu_entry entry = {0x50000, TCE_DIR_FROM_DEVICE};
	struct tce_iommu_table *tbl;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(1) << 40, 2);
	pnv_rig_forget(&rig);
	assert_int_equal(xchg(tbl, 9, &entry), 0);
	assert_int_equal(entry.dir, TCE_DIR_NONE);
	assert_int_equal(get(tbl, 9), 0x50003);
	entry.addr = 0x60000;
	entry.dir = TCE_DIR_TO_DEVICE;
	assert_int_equal(xchg(tbl, 9, &entry), 0);
	assert_int_equal(entry.addr, 0x50000);
	assert_int_equal(entry.dir, TCE_DIR_BIDIRECTIONAL);
	entry.addr = 0;
	entry.dir = TCE_DIR_NONE;
	assert_int_equal(xchg(tbl, 9, &entry), 0);
	assert_int_equal(entry.dir, TCE_DIR_TO_DEVICE);
	assert_int_equal(get(tbl, 9), 0);
	assert_int_equal(pnv_rig_nr_opal(&rig, TCE_OPAL_PCI_TCE_KILL), 0);
	drop(tbl);
	pnv_rig_fini(&rig);
}

static void clearing_where_no_level_is_makes_none(void **state)
{
	struct tce_iommu_entry entry = {0x1000, TCE_DIR_NONE};
	struct tce_iommu_table *tbl;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(1) << 40, 2);
	assert_int_equal(xchg(tbl, 9, &entry), 0);
	assert_int_equal(entry.dir, TCE_DIR_NONE);
	assert_int_equal(bytes_taken(), 2 * 0x10000);
	entry.dir = TCE_DIR_TO_DEVICE;
	pnv_rig_do(&rig, "fail alloc nth=1");
	assert_int_equal(xchg(tbl, 9, &entry), -TCE_ENOMEM);
	assert_int_equal(bytes_taken(), 2 * 0x10000);
	drop(tbl);
	pnv_rig_fini(&rig);
}

static void clearing_writes_no_permission_since_4_2(void **state)
{
	static const char *const kernels[] = {"boot kernel=6.12", "boot kernel=6.12 defect=A7"};

	(void)state;
	for (unsigned bug = 0; bug < 2; bug++) {
		struct tce_iommu_entry entry = {0x50000, TCE_DIR_BIDIRECTIONAL};
		struct tce_iommu_table *tbl;

		set_up("machine powernv9 ram=4G", kernels[bug]);
		tbl = table(16, UINT64_C(4) << 30, 1);
		xchg(tbl, 9, &entry);
		entry.addr = 0;
		entry.dir = TCE_DIR_NONE;
		xchg(tbl, 9, &entry);
		assert_int_equal(get(tbl, 9), bug);
		drop(tbl);
		pnv_rig_fini(&rig);
	}
}

/* A3: two CPUs fill the same empty indirect entry. */
static void the_loser_of_a_race_for_a_level_uses_the_winners(void **state)
{
	static const char *const kernels[] = {"boot kernel=6.12", "boot kernel=6.12 defect=A3"};

	(void)state;
	for (unsigned bug = 0; bug < 2; bug++) {
		struct tce_iommu_table *tbl;

		set_up("machine powernv9 ram=4G", kernels[bug]);
		tbl = table(16, UINT64_C(1) << 40, 2);
		set(tbl, 1, 1, 0x50000, TCE_DIR_TO_DEVICE);
		pnv_rig_do(&rig, "fail race nth=1");
		set(tbl, 2, 1, 0x60000, TCE_DIR_TO_DEVICE);
		assert_int_equal(get(tbl, 2), 0x60001);
		assert_int_equal(get(tbl, 1), bug ? 0 : 0x50001);
		assert_int_equal(bytes_taken() - tce_pnv_table_bytes(rig.rig.m, tbl),
				 bug ? 0x10000 : 0);
		pnv_rig_fini(&rig);
	}
}

static void the_user_copy_has_the_geometry_of_the_table(void **state)
{
	struct tce_iommu_table *tbl;
	uint64_t ra = 1, again = 2;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(1) << 40, 2);
	assert_int_equal(OPS->useraddrptr(pnv_rig_call(&rig), tbl, 0x2001, false, &ra), 0);
	assert_int_equal(ra, 0);
	assert_int_equal(OPS->useraddrptr(pnv_rig_call(&rig), tbl, 0x2001, true, &ra), 0);
	assert_int_equal(ra & 0xffff, 8);
	assert_int_equal(OPS->useraddrptr(pnv_rig_call(&rig), tbl, 0x2002, false, &again), 0);
	assert_int_equal(again, ra + 8);
	drop(tbl);
	assert_int_equal(bytes_taken(), 0);
	pnv_rig_fini(&rig);
}

/* --- bridges are told ------------------------------------------------------------------------- */

static void phb4_is_told_of_a_range_by_one_call(void **state)
{
	struct tce_iommu_table *tbl;
	const uint64_t *args;

	(void)state;
	set_up("machine powernv9 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(4) << 30, 1);
	pnv_rig_forget(&rig);
	set(tbl, 0x10, 5, 0x50000, TCE_DIR_TO_DEVICE);
	assert_int_equal(pnv_rig_nr_opal(&rig, TCE_OPAL_PCI_TCE_KILL), 1);
	args = pnv_rig_opal(&rig, TCE_OPAL_PCI_TCE_KILL, 0);
	assert_int_equal(args[1], 0);
	assert_int_equal(args[2], 0xfd);
	assert_int_equal(args[3], 0x10000);
	assert_int_equal(args[4], 0x100000);
	assert_int_equal(args[5], 5);
	drop(tbl);
	pnv_rig_fini(&rig);
}

static void phb3_is_told_of_each_page_by_a_store(void **state)
{
	struct tce_iommu_table *tbl;
	unsigned n = 0;

	(void)state;
	set_up("machine powernv8 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(4) << 30, 1);
	pnv_rig_forget(&rig);
	assert_int_equal(OPS->tce_kill(pnv_rig_call(&rig), tbl, 0x10, 3), 0);
	for (unsigned i = 0; i < rig.nr_calls; i++) {
		assert_int_equal(rig.calls[i].kind, TCE_EV_PHB_REGISTER);
		assert_int_equal(rig.calls[i].u.reg.offset, 0x210);
		assert_int_equal(rig.calls[i].u.reg.value,
				 UINT64_C(0x2000000000000000) | (0x10 + n++) << 16 | 0xfd);
	}
	assert_int_equal(n, 3);
	assert_int_equal(pnv_rig_nr_opal(&rig, TCE_OPAL_PCI_TCE_KILL), 0);
	drop(tbl);
	pnv_rig_fini(&rig);
}

/* recordings/powernv console-p8-61.phb3-hang */
static void phb3_told_of_no_page_at_address_0_never_ends(void **state)
{
	struct tce_iommu_table *tbl;

	(void)state;
	set_up("machine powernv8 ram=4G", "boot kernel=6.12");
	tbl = table(16, UINT64_C(4) << 30, 1);
	assert_int_equal(OPS->tce_kill(pnv_rig_call(&rig), tbl, 1, 0), 0);
	assert_false(rig.outcome.no_progress);
	assert_int_equal(OPS->tce_kill(pnv_rig_call(&rig), tbl, 0, 0), 0);
	assert_true(rig.outcome.no_progress);
	drop(tbl);
	pnv_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_user_is_charged_for_a_full_table_twice),
		cmocka_unit_test(levels_that_take_too_many_bits_are_refused),
		cmocka_unit_test(a_small_window_is_made_larger_than_asked_for),
		cmocka_unit_test(no_memory_for_the_user_copy_takes_nothing),
		cmocka_unit_test(what_may_be_written_may_be_read),
		cmocka_unit_test(levels_are_made_when_first_written_and_freed_with_the_table),
		cmocka_unit_test(without_memory_for_a_level_nothing_is_set),
		cmocka_unit_test(freeing_goes_on_behind_a_missing_level),
		cmocka_unit_test(a_table_that_somebody_wrote_over_stops_the_kernel),
		cmocka_unit_test(an_exchange_gives_the_old_entry_and_tells_no_bridge),
		cmocka_unit_test(clearing_where_no_level_is_makes_none),
		cmocka_unit_test(clearing_writes_no_permission_since_4_2),
		cmocka_unit_test(the_loser_of_a_race_for_a_level_uses_the_winners),
		cmocka_unit_test(the_user_copy_has_the_geometry_of_the_table),
		cmocka_unit_test(phb4_is_told_of_a_range_by_one_call),
		cmocka_unit_test(phb3_is_told_of_each_page_by_a_store),
		cmocka_unit_test(phb3_told_of_no_page_at_address_0_never_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
