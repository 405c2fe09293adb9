/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of violations: for each rule that runs and explorations hold against a machine, at
 * least one story that breaks it when something is planted in it, and passes when nothing is. A
 * rule, or an invariant of the catalogue, without a row fails. Stories are acted out as tce run
 * does: every rule is looked at after every event.
 */
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>

#include "machine_rig.h"
#include "testing.h"

/* story: %s is where the plant goes. */
struct planted {
	enum tce_rule_id rule;
	const char *story;
	const char *plant;
};

#define STRICT  "machine pseries profile=papr-strict ram=1G max-ram=2G\n"
#define BRIDGE  "phb phb0 page-sizes=4K,64K\n"
#define NIC     "device 0000:00:01.0 name=nic\n"
#define TWO     "device 0000:00:01.0 name=nic\ndevice 0000:00:01.1 name=two\n"
#define BOOT    "boot kernel=fixed%s\n"
#define DEFAULT STRICT BRIDGE NIC "boot kernel=fixed\nprobe nic mask=32 -> default\n"
#define RING    "map nic single addr=0x100000 len=64K -> bus=0x30000000 as=ring\n"
#define PUT     "h_put_tce liobn=0x80000000 ioba=0x30002000 tce="
#define USER                                                                                       \
	"device 0000:00:00.0 phb=phb0 name=p0 type=root-port secondary-bus=1 "                     \
	"subordinate-bus=1\ndevice 0000:01:00.0 phb=phb0 name=one parent=p0\n"
#define PNV    "machine powernv9 ram=4G\nphb phb0\n" USER BOOT
#define HELD   "vfio open c1 type=v2\nvfio attach c1 group=one\n"
#define MEMORY "vfio register c1 vaddr=0x10000000 size=1M\n"

static const struct planted table[] = {
	/* where DMA goes */
	{TCE_RULE_DMA_FAULT, DEFAULT RING "%sdma nic write ring", PUT "0 -> rule=lost-tce\n"},
	{TCE_RULE_DMA_AFTER_UNMAP, DEFAULT RING "%sdma nic write ring", "unmap ring\n"},
	{TCE_RULE_DMA_MISDIRECTED, DEFAULT RING "%sdma nic write ring",
	 PUT "0x700003 -> rule=tce-overwritten\n"},
	/* TAB */
	{TCE_RULE_STALE_TABLE, STRICT "phb phb0 windows=1\n" TWO BOOT "probe nic mask=64",
	 " defect=D9"},
	{TCE_RULE_STALE_TABLE,
	 PNV HELD "vfio close c1\nprobe one mask=32\nmap one single addr=0x100000 len=64K as=m",
	 " defect=A1"},
	/* PRE */
	{TCE_RULE_PREMAP_COVERAGE,
	 "machine pseries profile=papr-strict ram=72M lmb=8M\nphb phb0 page-sizes=4K,16M\n" NIC BOOT
	 "probe nic mask=64",
	 " defect=D13"},
	/* ALLOC */
	{TCE_RULE_TCE_OVERWRITTEN, DEFAULT RING "%s", PUT "0x700003"},
	{TCE_RULE_LOST_TCE, DEFAULT RING "%s", PUT "0"},
	{TCE_RULE_LEAKED_TCE, DEFAULT "%s", "h_put_tce liobn=0x80000000 ioba=0x5000 tce=0x5003"},
	{TCE_RULE_WRONG_POOL,
	 STRICT BRIDGE NIC BOOT "probe nic mask=28\nmap nic single addr=0x100000 len=64K as=m",
	 " defect=D21"},
	/* RES */
	{TCE_RULE_RESERVED_RANGE,
	 STRICT "phb phb0 dyn-win-addr=0x20000000 block=256 windows=1 mmio32-start=0x20000000 "
		"mmio32-last=0x27ffffff\n" NIC BOOT "probe nic mask=64",
	 " defect=B12"},
	/* OWN */
	{TCE_RULE_DOUBLE_OWNER,
	 "machine powernv9 ram=4G\nphb phb0\nphb phb1\n" USER
	 "device 0001:00:00.0 phb=phb1 name=p1 type=root-port secondary-bus=1 subordinate-bus=1\n"
	 "device 0001:01:00.0 phb=phb1 name=two parent=p1\n" BOOT HELD
	 "vfio attach c1 group=two\n" MEMORY
	 "vfio map c1 vaddr=0x10000000 iova=0x10000 size=64K\nvfio unset-container group=one",
	 " defect=D2"},
	/* ACC */
	{TCE_RULE_UNBALANCED_ACCOUNT,
	 PNV HELD MEMORY "fail alloc nth=1\nvfio create c1 page-shift=16 size=1G levels=1",
	 " defect=D7"},
	{TCE_RULE_UNBALANCED_ACCOUNT,
	 STRICT "phb phb0 block=256 windows=1\n" NIC BOOT "probe nic mask=64", " defect=D10"},
	/* WIN */
	{TCE_RULE_WINDOW_MISMATCH, DEFAULT "%s", "rtas remove liobn=0x80000000"},
	{TCE_RULE_WINDOW_REMOVED_LIVE, DEFAULT RING "%s", "rtas remove liobn=0x80000000"},
	{TCE_RULE_WINDOW_OVERLAP,
	 "machine pseries profile=qemu ram=1G\nphb phb0\n%s"
	 "rtas create buid=0x800000020000000 page=64K window=2G",
	 "rtas create buid=0x800000020000000 page=64K window=2G\nrtas remove liobn=0x80000000\n"},
	{TCE_RULE_HCALL_REFUSED, STRICT BRIDGE NIC BOOT, " defect=B6"},
	/* DT */
	{TCE_RULE_DEVTREE_MISMATCH, STRICT BRIDGE NIC BOOT, " defect=C4"},
	/* SIZE */
	{TCE_RULE_WINDOW_TOO_SMALL,
	 "machine pseries profile=papr-strict ram=16G lmb=16G\n"
	 "phb phb0 page-sizes=4K,64K,16G\n" NIC BOOT,
	 " defect=D24"},
	{TCE_RULE_WINDOW_TOO_SMALL,
	 STRICT "phb phb0 windows=1\n" TWO BOOT "probe nic mask=64\nprobe two mask=48",
	 " defect=D41"},
	{TCE_RULE_NEEDLESS_REFUSAL, PNV HELD "vfio create c1 page-shift=16 size=64G levels=2",
	 " defect=A6"},
	{TCE_RULE_NEEDLESS_REFUSAL,
	 PNV "probe one streaming-mask=64 coherent-mask=40 coherent-first=yes\n"
	     "map one coherent addr=0x200000 len=64K as=m",
	 " defect=A11"},
	{TCE_RULE_NEEDLESS_REFUSAL, PNV "vfio bind group=one", " defect=C12"},
	{TCE_RULE_NEEDLESS_REFUSAL,
	 STRICT BRIDGE NIC BOOT "probe nic mask=64\nset-mask nic streaming mask=32\n"
				"map nic single addr=0x100000 len=64K as=m",
	 " defect=D42"},
	/* ERR */
	{TCE_RULE_FAILED_CALL_CHANGED_STATE, STRICT "phb phb0 default-window=no\n" NIC BOOT,
	 " defect=B17"},
	{TCE_RULE_FAILED_CALL_CHANGED_STATE,
	 PNV HELD MEMORY "vfio map c1 vaddr=0x10000000 iova=0x10800 size=64K", " defect=D4"},
	{TCE_RULE_FAILED_CALL_CHANGED_STATE, PNV HELD MEMORY "vfio unmap c1 iova=0x10800 size=64K",
	 " defect=D4"},
	/* VAL */
	{TCE_RULE_UNCHECKED_INPUT,
	 PNV HELD MEMORY "vfio create c1 page-shift=16 size=512M levels=1\n"
			 "vfio map c1 vaddr=0x10000000 iova=0x80000001fff0000 size=128K",
	 " defect=D3"},
	{TCE_RULE_TCE_OUTSIDE_RAM, "machine pseries profile=qemu ram=1G\nphb phb0\n%s",
	 "h_put_tce liobn=0x80000000 ioba=0x6000 tce=0x40000003"},
	{TCE_RULE_QEMU_WINDOW_TOO_LARGE, "machine pseries profile=qemu ram=1G\nphb phb0\n%s",
	 "rtas create buid=0x800000020000000 page=64K window=2251799813685248"},
	{TCE_RULE_QEMU_REMOVE_VIO,
	 "machine pseries profile=qemu-10.0 ram=1G\nphb phb0\nvio vio0 unit=0x71000003\n%s",
	 "rtas ibm,remove-pe-dma-window args=0x71000003"},
	/* LIVE */
	{TCE_RULE_NO_PROGRESS,
	 "machine pseries profile=papr-strict ram=6G max-ram=80G lmb=1G\nphb phb0 block=32768\n" NIC
		 BOOT "probe nic mask=64\nmap nic single addr=0 len=6G as=m",
	 " defect=D22"},
};

#define NR_ROWS (sizeof(table) / sizeof(table[0]))

/* --- acting a row out ------------------------------------------------------------------------ */

static struct tce_run_result run(const struct planted *row, const char *plant)
{
	struct tce_scenario *scenario;
	struct tce_run_result result;
	char text[4096];
	int n;

	/* A format out of the table above, with one %s. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	n = snprintf(text, sizeof(text), row->story, plant);
#pragma GCC diagnostic pop
	assert_true(n > 0 && (size_t)n < sizeof(text));
	scenario = machine_rig_parse(text);
	assert_int_equal(tce_run(NULL, tce_scenario_story(scenario), NULL, &result), 0);
	if (result.verdict == TCE_RUN_UNEXPECTED || result.verdict == TCE_RUN_IMPOSSIBLE)
		fail_msg("step %u (%s) of:\n%s", result.step, tce_strerror(result.err), text);
	tce_scenario_free(scenario);
	return result;
}

static const char *id_of(const struct planted *row)
{
	return tce_rule(row->rule)->id;
}

static void what_is_planted_is_caught(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_ROWS; i++) {
		struct tce_run_result result = run(&table[i], table[i].plant);

		if ((result.broken_rules >> table[i].rule & 1) == 0)
			fail_msg("row %zu: %s is planted, and not caught", i, id_of(&table[i]));
	}
}

static void without_it_nothing_breaks(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_ROWS; i++) {
		struct tce_run_result result = run(&table[i], "");

		if (result.verdict != TCE_RUN_PASS || result.broken_rules != 0)
			fail_msg("row %zu: without the plant %s breaks", i,
				 tce_rule(result.breach.rule)->id);
	}
}

/* --- the table ------------------------------------------------------------------------------- */

static bool has_row(enum tce_rule_id rule)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		if (table[i].rule == rule)
			return true;
	}
	return false;
}

static void every_rule_has_a_row(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		const struct tce_rule *rule = tce_rule((enum tce_rule_id)i);
		bool runs = (rule->checked_by & (TCE_CHECKED_BY_RUN | TCE_CHECKED_BY_EXPLORE)) != 0;

		if (runs && !has_row((enum tce_rule_id)i))
			fail_msg("nothing is planted for rule %s", rule->id);
	}
}

static void every_invariant_has_a_row(void **state)
{
	static const char *const invariants[] = {"TAB", "PRE",  "ALLOC", "RES",  "OWN",
						 "ACC", "WIN",  "DT",    "SIZE", "ERR",
						 "VAL", "LIVE", "DMA"};

	(void)state;
	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++) {
		bool found = false;

		for (size_t k = 0; k < NR_ROWS; k++)
			found |= strcmp(tce_rule(table[k].rule)->invariant, invariants[i]) == 0;
		if (!found)
			fail_msg("nothing is planted for invariant %s", invariants[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_planted_is_caught),
		cmocka_unit_test(without_it_nothing_breaks),
		cmocka_unit_test(every_rule_has_a_row),
		cmocka_unit_test(every_invariant_has_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
