/* SPDX-License-Identifier: BSD-2-Clause */
/* machine/boundary.c: calls answered, faults injected, PEs below a bridge, what the tap sees. */
#include <stdio.h>
#include <string.h>

#include "machine_rig.h"
#include "testing.h"
#include "toy_os.h"

#define START "machine pseries ram=256M max-ram=1G\nphb phb0\ndevice 0000:00:01.0\n"

static void a_list_is_read_from_the_call_that_brings_it(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, START, false);
	machine_rig_do(&rig, "h_put_tce_indirect liobn=0x80000000 ioba=0x1000 list-at=0x8000 "
			     "tces=0x11003,0x55003,0x33001 -> ok\n"
			     "h_get_tce liobn=0x80000000 ioba=0x2000 -> value=0x55003\n"
			     "h_get_tce liobn=0x80000000 ioba=0x3000 -> value=0x33001");
	assert_int_equal(rig.outcome.answer.r3, 0);
	machine_rig_do(&rig, "h_put_tce_indirect liobn=0x80000000 ioba=0x100000 list-at=0x8000 "
			     "count=512 first=0x200003 step=4K -> ok\n"
			     "h_get_tce liobn=0x80000000 ioba=0x2ff000 -> value=0x3ff003\n"
			     "h_get_tce liobn=0x80000000 ioba=0x300000 -> value=0");
	/* the next call brings its own list; one outside memory cannot be read (QEMU: zeroes) */
	machine_rig_do(&rig, "h_put_tce_indirect liobn=0x80000000 ioba=0x1000 list-at=0x40000000 "
			     "tces=0x99003 -> ok\n"
			     "h_get_tce liobn=0x80000000 ioba=0x1000 -> value=0");
	machine_rig_fini(&rig);
	machine_rig_init(&rig, "machine pseries profile=papr-strict ram=256M\nphb phb0", false);
	machine_rig_do(&rig,
		       "h_put_tce_indirect liobn=0x80000000 ioba=0x1000 list-at=0x40000000 "
		       "tces=0x99003 -> refused H_PARAMETER\n"
		       "h_put_tce liobn=0x80000000 ioba=0x1000 tce=0x10000003 -> H_PARAMETER\n"
		       "h_put_tce liobn=0x80000000 ioba=0x1000 tce=0xffff003 -> ok");
	machine_rig_fini(&rig);
}

static void armed_faults_hit_the_nth_call_and_are_gone(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, START, true);
	machine_rig_do(&rig, "fail hcall 2 code=-16\n"
			     "h_put_tce liobn=0x80000000 ioba=0x1000 tce=0x7003 -> ok\n"
			     "h_put_tce liobn=0x80000000 ioba=0x2000 tce=0x7003 -> H_RESOURCE\n"
			     "h_get_tce liobn=0x80000000 ioba=0x2000 -> ok value=0");
	machine_rig_do(&rig,
		       "fail firmware 1 code=-2 ; boot\nprobe 0000:00:01.0 -> default status=-2");
	assert_int_equal(rig.outcome.nr_refused, 1);
	machine_rig_do(&rig, "rtas create buid=0x800000020000000 page=64K window=2G -> ok");
	machine_rig_do(&rig, "fail alloc 2\nmap 0000:00:01.0 addr=0x3000 len=4K as=a -> ok\n"
			     "map 0000:00:01.0 addr=0x3000 len=4K as=b -> ENOMEM\n"
			     "map 0000:00:01.0 addr=0x3000 len=4K as=b -> ok");
	/* a later one takes the place of an earlier one, 0 takes it away */
	machine_rig_do(&rig, "fail hcall 1 code=-4 ; fail hcall 0\n"
			     "h_get_tce liobn=0x80000000 ioba=0x1000 -> ok");
	assert_int_equal(machine_rig_try(&rig, "fail hcall 1"), -TCE_ERR_INVAL);
	machine_rig_fini(&rig);
}

static void a_pe_below_a_bridge_has_windows_of_its_own(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 START
			 "device 0000:00:02.0 own-pe name=vf\n"
			 "rtas query cfg=0x1000 buid=0x800000020000000 -> ok cell1=1\n"
			 "rtas create cfg=0x1000 buid=0x800000020000000 page=64K window=2G -> "
			 "ok cell1=0xa0000011\n"
			 "rtas query cfg=0x1000 buid=0x800000020000000 -> ok cell1=0\n"
			 "rtas query cfg=0x0800 buid=0x800000020000000 -> ok cell1=1\n"
			 "h_put_tce liobn=0xa0000010 ioba=0x1000 tce=0x7003\n"
			 "h_put_tce liobn=0x80000000 ioba=0x2000 tce=0x9003\n"
			 "dma vf read addr=0x1000 len=8 -> lands=0x7000\n"
			 "dma 0000:00:01.0 read addr=0x1000 len=8 -> fault\n"
			 "dma 0000:00:01.0 read addr=0x2000 len=8 -> lands=0x9000\n"
			 "dma vf read addr=0x2000 len=8 -> fault",
			 false);
	machine_rig_do(&rig, "device-unplug vf\nh_get_tce liobn=0xa0000010 ioba=0x1000 -> refused\n"
			     "device 0000:00:02.0 own-pe\n"
			     "h_get_tce liobn=0xa0000010 ioba=0x1000 -> ok value=0");
	machine_rig_fini(&rig);
}

static void a_system_reboot_call_resets_the_machine(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, START "boot\nprobe 0000:00:01.0\nrtas system-reboot", true);
	assert_int_equal(toy_os_probed(rig.m), 0);
	assert_int_equal(machine_rig_try(&rig, "probe 0000:00:01.0"), -TCE_ERR_STATE);
	machine_rig_do(&rig, "boot ; probe 0000:00:01.0 -> direct");
	machine_rig_fini(&rig);
}

/* The order of what a tap saw, as text. */
struct seen {
	char text[512];
};

static void note(void *ctx, unsigned depth, const struct tce_event *event,
		 const struct tce_outcome *outcome)
{
	struct seen *seen = ctx;
	size_t used = strlen(seen->text);

	(void)outcome;
	snprintf(seen->text + used, sizeof(seen->text) - used, "%u:%s ", depth,
		 tce_event_verb(event->kind));
}

static void the_tap_sees_children_before_their_parent(void **state)
{
	struct seen seen = {""};
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, START "boot", true);
	tce_machine_set_tap(rig.m, note, &seen);
	machine_rig_do(&rig, "probe 0000:00:01.0 ; reboot ; cas");
	assert_string_equal(seen.text, "1:rtas 0:probe 1:reset 0:reboot 0:cas ");
	machine_rig_fini(&rig);
}

static void the_first_refused_call_is_in_the_outcome(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=256M\nphb phb0 win-size=8K\n"
			 "device 0000:00:01.0\nboot\nprobe 0000:00:01.0",
			 true);
	machine_rig_do(&rig, "map 0000:00:01.0 addr=0x3000 len=12K -> ok H_PARAMETER calls=3");
	assert_int_equal(rig.outcome.nr_refused, 2);
	assert_int_equal(rig.outcome.answer.refusal, TCE_REFUSED_IOBA_PAST_END);
	machine_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_from_the_call_that_brings_it),
		cmocka_unit_test(armed_faults_hit_the_nth_call_and_are_gone),
		cmocka_unit_test(a_pe_below_a_bridge_has_windows_of_its_own),
		cmocka_unit_test(a_system_reboot_call_resets_the_machine),
		cmocka_unit_test(the_tap_sees_children_before_their_parent),
		cmocka_unit_test(the_first_refused_call_is_in_the_outcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
