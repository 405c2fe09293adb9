/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A violation of each rule that is held against states, planted by hand in a machine that keeps all
 * of them: behind the kernel's back at the hypervisor, or in the kernel's own state. The rule finds
 * it, no other one does unless it is named here too, and it is gone when the plant is.
 */
#include <string.h>

#include <tce/linux.h>

#include "check/rules/state_rules.h"
#include "linux/pseries/pseries.h"
#include "machine_rig.h"
#include "testing.h"

#define MACHINE "machine pseries profile=papr-strict ram=1G max-ram=2G"
#define DIRECT  "phb phb0 page-sizes=4K,64K\n"
#define SMALL                                                                                      \
	"phb phb0 page-sizes=4K,64K block=16384 mmio32-start=0x80000000 mmio32-last=0xffffffff\n"
#define NIC     "device 0000:00:01.0 name=nic\nboot kernel=fixed\n"
#define RING    "map nic single addr=0x100000 len=64K -> as=ring\n"

#define R(name) (UINT64_C(1) << TCE_RULE_##name)

static void begin(struct machine_rig *rig, const char *text)
{
	machine_rig_init(rig, MACHINE, false);
	assert_int_equal(tce_linux_attach(rig->m), 0);
	machine_rig_do(rig, text);
	assert_int_equal(rig->nr_breaches, 0);
}

/* The rules that are broken now, as a set. */
static uint64_t broken(const struct machine_rig *rig)
{
	struct tce_breach breaches[TCE_BREACHES_MAX];
	unsigned nr = tce_check_machine(rig->m, NULL, NULL, breaches, TCE_BREACHES_MAX);
	uint64_t set = 0;

	assert_true(nr <= TCE_BREACHES_MAX);
	for (unsigned i = 0; i < nr; i++) {
		char text[256];

		assert_true(tce_breach_text(&breaches[i], NULL, text, sizeof(text)) > 20);
		assert_null(strchr(text, '{'));
		set |= UINT64_C(1) << breaches[i].rule;
	}
	return set;
}

static uint64_t of_event(const struct machine_rig *rig)
{
	uint64_t set = 0;

	for (unsigned i = 0; i < rig->nr_breaches; i++)
		set |= UINT64_C(1) << rig->breaches[i].rule;
	return set;
}

/* After setup all is well, after plant these rules break, after cure none. */
static void check_calls(const char *setup, const char *plant, uint64_t rules, const char *cure)
{
	struct machine_rig rig;

	begin(&rig, setup);
	machine_rig_do(&rig, plant);
	assert_true((of_event(&rig) & rules) == rules);
	assert_true((of_event(&rig) & ~rules) == 0);
	if (cure != NULL) {
		machine_rig_do(&rig, cure);
		assert_int_equal(rig.nr_breaches, 0);
	}
	machine_rig_fini(&rig);
}

/* --- behind the kernel's back ---------------------------------------------------------------- */

static void a_hole_in_a_direct_window_is_found(void **state)
{
	(void)state;
	check_calls(DIRECT NIC "probe nic mask=64 -> direct",
		    "h_stuff_tce liobn=0x80000001 ioba=0x800000020000000 count=1 -> ok",
		    R(PREMAP_COVERAGE),
		    "h_put_tce liobn=0x80000001 ioba=0x800000020000000 tce=0x20000003 -> ok");
	/* mapped, but to the wrong page; and read only */
	check_calls(DIRECT NIC "probe nic mask=64 -> direct",
		    "h_put_tce liobn=0x80000001 ioba=0x800000020000000 tce=0x20010003 -> ok",
		    R(PREMAP_COVERAGE), NULL);
	check_calls(DIRECT NIC "probe nic mask=64 -> direct",
		    "h_put_tce liobn=0x80000001 ioba=0x800000020000000 tce=0x20000001 -> ok",
		    R(PREMAP_COVERAGE), NULL);
}

static void memory_not_in_use_that_a_direct_window_maps_is_found(void **state)
{
	(void)state;
	check_calls(DIRECT NIC "probe nic mask=64 -> direct\nmemory plug at=0x40000000 size=256M",
		    "h_put_tce liobn=0x80000001 ioba=0x800000040000000 tce=0x40000003 -> ok",
		    R(PREMAP_COVERAGE),
		    "h_put_tce liobn=0x80000001 ioba=0x800000040000000 tce=0 -> ok");
}

static void an_entry_without_a_mapping_is_found(void **state)
{
	(void)state;
	check_calls(DIRECT NIC "probe nic mask=32 -> default\n" RING,
		    "h_put_tce liobn=0x80000000 ioba=0x5000 tce=0x5003 -> ok", R(LEAKED_TCE),
		    "h_put_tce liobn=0x80000000 ioba=0x5000 tce=0 -> ok");
}

static void a_mapping_without_its_entry_is_found(void **state)
{
	(void)state;
	/* the third of sixteen */
	check_calls(DIRECT NIC "probe nic mask=32 -> default\n"
			       "map nic single addr=0x100000 len=64K -> bus=0x30000000 as=ring",
		    "h_put_tce liobn=0x80000000 ioba=0x30002000 tce=0 -> ok", R(LOST_TCE),
		    "h_put_tce liobn=0x80000000 ioba=0x30002000 tce=0x102003 -> ok");
	/* permission is not enough */
	check_calls(DIRECT NIC "probe nic mask=32 -> default\n" RING,
		    "h_put_tce liobn=0x80000000 ioba=0x30002000 tce=0x102001 -> ok", R(LOST_TCE),
		    NULL);
}

static void an_entry_that_leads_elsewhere_is_found(void **state)
{
	(void)state;
	check_calls(DIRECT NIC "probe nic mask=32 -> default\n" RING,
		    "h_put_tce liobn=0x80000000 ioba=0x30002000 tce=0x700003 -> ok",
		    R(TCE_OVERWRITTEN),
		    "h_put_tce liobn=0x80000000 ioba=0x30002000 tce=0x102003 -> ok");
}

static void windows_that_go_under_a_kernel_are_found(void **state)
{
	(void)state;
	check_calls(DIRECT NIC "probe nic mask=64 -> direct", "rtas remove liobn=0x80000001 -> ok",
		    R(WINDOW_REMOVED_LIVE) | R(WINDOW_MISMATCH) | R(DEVTREE_MISMATCH) |
			    R(WINDOW_TOO_SMALL),
		    NULL);
	check_calls(DIRECT NIC "probe nic mask=32 -> default\n" RING,
		    "rtas remove liobn=0x80000000 -> ok",
		    R(WINDOW_REMOVED_LIVE) | R(WINDOW_MISMATCH) | R(DEVTREE_MISMATCH) | R(LOST_TCE),
		    NULL);
	check_calls(DIRECT NIC "probe nic mask=32 -> default", "rtas remove liobn=0x80000000 -> ok",
		    R(WINDOW_MISMATCH) | R(DEVTREE_MISMATCH),
		    "rtas reset buid=0x800000020000000 -> ok");
}

static void an_entry_that_points_past_memory_is_found(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries profile=qemu ram=1G\nphb phb0", false);
	machine_rig_do(&rig, "h_put_tce liobn=0x80000000 ioba=0x5000 tce=0x3ffff003 -> ok");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_do(&rig, "h_put_tce liobn=0x80000000 ioba=0x6000 tce=0x40000003 -> ok "
			     "rule=tce-outside-ram");
	machine_rig_do(&rig, "h_put_tce liobn=0x80000000 ioba=0x6000 tce=0x40000000 -> ok");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_fini(&rig);
}

static void windows_over_each_other_are_found(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, "machine pseries profile=qemu ram=1G\nphb phb0", false);
	machine_rig_do(&rig, "rtas create buid=0x800000020000000 page=64K window=2G -> ok\n"
			     "rtas remove liobn=0x80000000 -> ok");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_do(&rig, "rtas create buid=0x800000020000000 page=64K window=2G -> ok "
			     "rule=window-overlap");
	machine_rig_do(&rig, "reset");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_fini(&rig);
}

/* --- in the kernel's own state --------------------------------------------------------------- */

static struct tce_linux *lx_of(const struct machine_rig *rig)
{
	return tce_linux_of(rig->m);
}

static struct tce_table_group *group_of(const struct machine_rig *rig)
{
	return tce_group_find(rig->m->st, lx_of(rig), 0);
}

static struct tce_linux_dev *nic_of(const struct machine_rig *rig)
{
	return tce_linux_dev_find(rig->m->st, lx_of(rig), 0);
}

static void pointers_to_wrong_tables_are_found(void **state)
{
	struct tce_iommu_table *tbl;
	struct tce_table_group *group;
	struct machine_rig rig;
	struct tce_ref slot;

	(void)state;
	begin(&rig, SMALL NIC "probe nic mask=64 -> dynamic");
	group = group_of(&rig);
	tbl = tce_group_table(rig.m->st, group, 0);
	tce_rptr_set(&nic_of(&rig)->dma.table, NULL);
	assert_true(broken(&rig) == R(STALE_TABLE));
	tce_rptr_set(&nic_of(&rig)->dma.table, tbl);
	assert_true(broken(&rig) == 0);
	tbl->refs = 0;
	assert_true((broken(&rig) & R(STALE_TABLE)) != 0);
	tbl->refs = 1;
	slot = group->table[0];
	group->table[0].grain = 0;
	assert_true(broken(&rig) == R(STALE_TABLE));
	group->table[0] = slot;
	tbl->has_map = false;
	assert_true(broken(&rig) == R(STALE_TABLE));
	tbl->has_map = true;
	assert_true(broken(&rig) == 0);
	machine_rig_fini(&rig);
}

static void bits_without_mappings_are_found(void **state)
{
	struct tce_iommu_table *tbl;
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC "probe nic mask=32 -> default\n" RING);
	tbl = tce_group_table(rig.m->st, group_of(&rig), 0);
	assert_int_equal(tce_bitmap_set(&tbl->map, 77, 1), 0);
	assert_true(broken(&rig) == R(LEAKED_TCE));
	assert_int_equal(tce_bitmap_clear(&tbl->map, 77, 1), 0);
	assert_true(broken(&rig) == 0);
	machine_rig_fini(&rig);
}

static void open_reservations_are_found(void **state)
{
	struct tce_iommu_table *tbl;
	struct machine_rig rig;

	(void)state;
	begin(&rig, "phb phb0 windows=1 page-sizes=4K,64K dyn-win-addr=0x40000000 block=0x8000 "
		    "mmio32-start=0x80000000 mmio32-last=0xbfffffff\n" NIC);
	tbl = tce_group_table(rig.m->st, group_of(&rig), 0);
	assert_int_equal(tce_bitmap_clear(&tbl->map, 0, 1), 0);
	assert_true(broken(&rig) == R(RESERVED_RANGE));
	assert_int_equal(tce_bitmap_set(&tbl->map, 0, 1), 0);
	machine_rig_do(&rig, "memory plug at=0x40000000 size=256M\nprobe nic mask=64");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_fini(&rig);
}

static void counts_that_do_not_balance_are_found(void **state)
{
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC);
	group_of(&rig)->lost_refs = 2;
	assert_true(broken(&rig) == R(UNBALANCED_ACCOUNT));
	machine_rig_fini(&rig);
}

static void a_pe_with_two_owners_is_found(void **state)
{
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC "probe nic mask=32 -> default");
	group_of(&rig)->owned = true;
	assert_true((broken(&rig) & R(DOUBLE_OWNER)) == 0);
	group_of(&rig)->owned = false;
	machine_rig_do(&rig, RING);
	group_of(&rig)->owned = true;
	assert_true((broken(&rig) & R(DOUBLE_OWNER)) != 0);
	group_of(&rig)->owned = false;
	machine_rig_do(&rig, "unmap ring\nset-mask nic mask=64 -> direct");
	group_of(&rig)->owned = true; /* with a direct window, a user reaches all of memory */
	assert_true((broken(&rig) & R(DOUBLE_OWNER)) != 0);
	machine_rig_fini(&rig);
}

static void windows_too_small_for_their_use_are_found(void **state)
{
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC "probe nic mask=64 -> direct");
	tce_pseries_window_at(lx_of(&rig), 0)->prop.window_shift = 30;
	assert_true(broken(&rig) == R(WINDOW_TOO_SMALL));
	tce_pseries_window_at(lx_of(&rig), 0)->prop.window_shift = 31;
	nic_of(&rig)->dma.dma_offset = UINT64_C(1) << 58;
	assert_true(broken(&rig) == R(WINDOW_TOO_SMALL));
	machine_rig_fini(&rig);
	begin(&rig, DIRECT "property phb0 ibm,ddw-applicable absent\n" NIC);
	group_of(&rig)->ddw.step = TCE_DDW_TOO_SMALL;
	assert_true(broken(&rig) == R(WINDOW_TOO_SMALL));
	machine_rig_fini(&rig);
}

static void blacklists_without_a_reason_are_found(void **state)
{
	struct tce_linux_call call;
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC);
	memset(&call, 0, sizeof(call));
	call.machine = rig.m;
	call.st = rig.m->st;
	call.lx = lx_of(&rig);
	assert_int_equal(tce_pseries_fail(&call, 0), 0);
	assert_true(broken(&rig) == R(WINDOW_MISMATCH));
	group_of(&rig)->ddw.step = TCE_DDW_QUERY; /* firmware's fault */
	assert_true(broken(&rig) == 0);
	group_of(&rig)->ddw.only_asked = true;
	assert_true(broken(&rig) == R(FAILED_CALL_CHANGED_STATE));
	group_of(&rig)->ddw.step = TCE_DDW_IN_USE;
	assert_true(broken(&rig) == R(RESERVED_RANGE));
	group_of(&rig)->ddw.step = TCE_DDW_NO_MMIO32;
	assert_true(broken(&rig) == R(FAILED_CALL_CHANGED_STATE));
	machine_rig_fini(&rig);
}

static void what_vfio_is_told_is_held_against_firmware(void **state)
{
	struct machine_rig rig;

	(void)state;
	begin(&rig, "phb phb0 page-sizes=4K,64K,16M\n" NIC);
	group_of(&rig)->pgsizes &= ~(UINT64_C(1) << 24);
	assert_true(broken(&rig) == R(WINDOW_TOO_SMALL));
	group_of(&rig)->info_filled = false;
	assert_true(broken(&rig) == R(DEVTREE_MISMATCH));
	group_of(&rig)->registered = false;
	assert_true(broken(&rig) == (R(DEVTREE_MISMATCH) | R(FAILED_CALL_CHANGED_STATE)));
	machine_rig_fini(&rig);
}

/* --- in what an event came to ---------------------------------------------------------------- */

static uint64_t of_outcome(const struct machine_rig *rig, const struct tce_event *event,
			   const struct tce_outcome *outcome)
{
	struct tce_breach breaches[TCE_BREACHES_MAX];
	unsigned nr = tce_check_machine(rig->m, event, outcome, breaches, TCE_BREACHES_MAX);
	uint64_t set = 0;

	for (unsigned i = 0; i < nr; i++)
		set |= UINT64_C(1) << breaches[i].rule;
	return set;
}

static void outcomes_that_must_not_be_are_found(void **state)
{
	struct tce_event event = {.kind = TCE_EV_MAP};
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC);
	assert_true(of_outcome(&rig, &event, &(struct tce_outcome){.err = -TCE_EIO}) == 0);
	assert_true(of_outcome(&rig, &event, &(struct tce_outcome){.no_progress = true}) ==
		    R(NO_PROGRESS));
	assert_true(of_outcome(&rig, &event, &(struct tce_outcome){.used_freed = true}) ==
		    R(STALE_TABLE));
	assert_true(of_outcome(&rig, &event, &(struct tce_outcome){.oops = true}) ==
		    R(FAILED_CALL_CHANGED_STATE));
	assert_true(of_outcome(&rig, &event, &(struct tce_outcome){.oops = true, .panic = true}) ==
		    0);
	assert_true(of_outcome(&rig, &event, &(struct tce_outcome){.warned = true}) ==
		    R(UNBALANCED_ACCOUNT));
	machine_rig_fini(&rig);
}

static void refusals_that_are_passed_over_are_found(void **state)
{
	struct tce_outcome outcome = {.nr_refused = 1, .answer = {.r3 = TCE_H_PARAMETER}};
	struct tce_event event = {.kind = TCE_EV_MAP};
	struct machine_rig rig;

	(void)state;
	begin(&rig, DIRECT NIC);
	assert_true(of_outcome(&rig, &event, &outcome) == R(FAILED_CALL_CHANGED_STATE));
	outcome.err = -TCE_EIO; /* a failure that was asked for */
	assert_true(of_outcome(&rig, &event, &outcome) == 0);
	outcome.answer.refusal = TCE_REFUSED_COUNT_LIMIT;
	assert_true(of_outcome(&rig, &event, &outcome) == R(HCALL_REFUSED));
	event.kind = TCE_EV_PMEM_TO_RAM;
	outcome.answer.refusal = TCE_REFUSED_IOBA_PAST_END;
	assert_true(of_outcome(&rig, &event, &outcome) == R(PREMAP_COVERAGE));
	machine_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hole_in_a_direct_window_is_found),
		cmocka_unit_test(memory_not_in_use_that_a_direct_window_maps_is_found),
		cmocka_unit_test(an_entry_without_a_mapping_is_found),
		cmocka_unit_test(a_mapping_without_its_entry_is_found),
		cmocka_unit_test(an_entry_that_leads_elsewhere_is_found),
		cmocka_unit_test(windows_that_go_under_a_kernel_are_found),
		cmocka_unit_test(an_entry_that_points_past_memory_is_found),
		cmocka_unit_test(windows_over_each_other_are_found),
		cmocka_unit_test(pointers_to_wrong_tables_are_found),
		cmocka_unit_test(bits_without_mappings_are_found),
		cmocka_unit_test(open_reservations_are_found),
		cmocka_unit_test(counts_that_do_not_balance_are_found),
		cmocka_unit_test(a_pe_with_two_owners_is_found),
		cmocka_unit_test(windows_too_small_for_their_use_are_found),
		cmocka_unit_test(blacklists_without_a_reason_are_found),
		cmocka_unit_test(what_vfio_is_told_is_held_against_firmware),
		cmocka_unit_test(outcomes_that_must_not_be_are_found),
		cmocka_unit_test(refusals_that_are_passed_over_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
