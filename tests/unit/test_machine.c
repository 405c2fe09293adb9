/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/machine.h: life, copies, equality, what is refused when, going back without memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/canon.h"
#include "machine/event_table.h"
#include "machine_rig.h"
#include "testing.h"
#include "toy_os.h"

#define SMALL                                                                                      \
	"machine pseries ram=256M max-ram=1G\nphb phb0\n"                                          \
	"device 0000:00:01.0\ndevice 0000:00:02.0\npmem at=0x100000000000 size=1G name=pm\n"

static struct tce_machine *clone_of(const struct tce_machine *m)
{
	struct tce_machine *clone;

	assert_int_equal(tce_machine_clone(m, &clone), 0);
	return clone;
}

static void assert_same(const struct tce_machine *a, const struct tce_machine *b)
{
	assert_true(tce_machine_equal(a, b));
	assert_int_equal(tce_machine_hash(a), tce_machine_hash(b));
}

static void assert_differ(const struct tce_machine *a, const struct tce_machine *b)
{
	assert_false(tce_machine_equal(a, b));
	assert_int_not_equal(tce_machine_hash(a), tce_machine_hash(b));
}

/* An explorer copies these bytes for each transition. */
static void a_small_machine_is_small(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, SMALL "memory plug 256M 512M\nboot\nprobe 0000:00:01.0", true);
	print_message("1 bridge, 2 devices, 3 memory blocks, 1 pmem, probed: %zu + %zu bytes\n",
		      rig.m->arena->used, rig.m->platform->used);
	assert_in_range(tce_machine_image_size(rig.m), 1, 2560);
	machine_rig_fini(&rig);
}

static void options_out_of_range_are_refused(void **state)
{
	const struct tce_machine_opts good = {.papr = tce_papr_profile_find("qemu"),
					      .ram = 1 << 28,
					      .storage = TCE_STORAGE_COMPACT};
	struct tce_machine_opts bad[12];
	struct tce_machine *m;
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < 12; i++)
		bad[i] = good;
	bad[n++].platform = (enum tce_platform)7;
	bad[n++].papr = NULL;
	bad[n++].ram = 0;
	bad[n++].ram = 0x12345;
	bad[n++].ram = UINT64_C(1) << 60;
	bad[n++].max_ram = 1 << 27;
	bad[n++].max_ram = UINT64_C(1) << 60;
	bad[n++].lmb_size = 3 << 20;
	bad[n++].lmb_size = 4096;
	bad[n++].arena_size = 100;
	bad[n++].storage = (enum tce_table_storage)9;
	for (unsigned i = 0; i < n; i++)
		assert_int_equal(tce_machine_new(NULL, &bad[i], &m), -TCE_ERR_INVAL);
	assert_int_equal(tce_machine_new(NULL, &good, &m), 0);
	tce_machine_free(m);
	tce_machine_free(NULL);
}

static void a_clone_is_equal_and_then_goes_its_own_way(void **state)
{
	struct tce_machine *clone;
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, SMALL "boot\nprobe 0000:00:01.0", true);
	clone = clone_of(rig.m);
	assert_same(rig.m, clone);
	machine_rig_do(&rig, "map 0000:00:01.0 addr=0x3000 len=4K as=a -> ok bus=0x1000");
	assert_differ(rig.m, clone);
	assert_null(tce_mapping_find(clone->st, 0));
	tce_machine_free(clone);
	clone = clone_of(rig.m);
	machine_rig_fini(&rig);
	assert_non_null(tce_mapping_find(clone->st, 0)); /* nothing points into the original */
	tce_machine_free(clone);
}

static void copy_makes_one_machine_what_the_other_is(void **state)
{
	struct tce_machine *start;
	struct machine_rig other;
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, SMALL "boot\nprobe 0000:00:01.0", true);
	start = clone_of(rig.m);
	machine_rig_do(&rig, "map 0000:00:01.0 addr=0x3000 len=4K ; unmap m0 ; reboot");
	assert_int_equal(tce_machine_copy(rig.m, start), 0);
	assert_same(rig.m, start);
	machine_rig_do(&rig, "probe 0000:00:02.0\nmap 0000:00:02.0 addr=0x3000 len=4K as=m9 -> ok\n"
			     "dma 0000:00:02.0 read m9 -> ok"
			     /* callbacks lead to this machine: the list is read from its memory */
			     "\nh_put_tce_indirect liobn=0x80000000 ioba=0x100000 list-at=0x4000 "
			     "tces=0x7003,0x9003 -> ok");
	assert_int_equal(tce_machine_copy(rig.m, rig.m), 0);
	machine_rig_init(&other, "machine pseries ram=512M max-ram=1G", false);
	assert_int_equal(tce_machine_copy(rig.m, other.m), -TCE_ERR_INVAL);
	machine_rig_fini(&other);
	machine_rig_init(&other, "machine pseries ram=256M max-ram=1G storage=lazy", false);
	assert_int_equal(tce_machine_copy(rig.m, other.m), -TCE_ERR_INVAL);
	machine_rig_fini(&other);
	tce_machine_free(start);
	machine_rig_fini(&rig);
}

static void count_taps(void *ctx, unsigned depth, const struct tce_event *event,
		       const struct tce_outcome *outcome)
{
	unsigned *seen = ctx;

	(void)event;
	(void)outcome;
	seen[depth]++;
}

static void a_tap_stays_with_its_machine_and_counts_for_nothing(void **state)
{
	unsigned seen[4] = {0};
	struct tce_machine *clone;
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, SMALL, true);
	clone = clone_of(rig.m);
	tce_machine_set_tap(rig.m, count_taps, seen);
	assert_same(rig.m, clone);
	machine_rig_do(&rig, "boot ; probe 0000:00:01.0\nmap 0000:00:01.0 addr=0x3000 len=12K");
	assert_int_equal(seen[0], 3);
	assert_int_equal(seen[1], 1 + 3); /* the window; three pages */
	assert_int_equal(rig.outcome.nr_emitted, 3);
	assert_int_equal(tce_machine_copy(rig.m, clone), 0);
	machine_rig_do(&rig, "boot");
	assert_int_equal(seen[0], 4);
	tce_machine_free(clone);
	machine_rig_fini(&rig);
}

static void the_order_in_which_memory_was_taken_does_not_show(void **state)
{
	struct machine_rig a;
	struct machine_rig b;

	(void)state;
	machine_rig_init(&a,
			 "machine pseries ram=256M max-ram=1G\nphb phb0\nphb phb1\n"
			 "device 0000:00:01.0 phb=phb0\nproperty phb0 ibm,dma-window cells=1",
			 false);
	machine_rig_init(&b,
			 "machine pseries ram=256M max-ram=1G\nphb phb1\nphb phb5\nphb phb0\n"
			 "property phb0 ibm,dma-window cells=1,2,3,4,5,6,7,8,9\n"
			 "phb unplug phb5\nmemory plug 512M 256M\nmemory unplug 512M 256M\n"
			 "device 0000:00:01.0 phb=phb0\nproperty phb0 ibm,dma-window cells=1\n"
			 "h_put_tce liobn=0x80000000 ioba=0x5000 tce=3\n"
			 "h_put_tce liobn=0x80000000 ioba=0x5000 tce=0",
			 false);
	assert_int_not_equal(tce_machine_nr_events(a.m), tce_machine_nr_events(b.m));
	assert_same(a.m, b.m);
	machine_rig_fini(&a);
	machine_rig_fini(&b);
}

static void a_lazy_machine_clones_deeply(void **state)
{
	struct tce_machine *clone;
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=256M max-ram=1G storage=lazy\nphb phb0\nphb phb1\n"
			 "vio v unit=0x30\ndevice 0001:00:01.0 phb=phb1 own-pe\n"
			 "h_put_tce liobn=0x80000000 ioba=0x5000 tce=0x7003 -> ok\n"
			 "rtas create buid=0x800000020000000 page=64K window=2G -> ok\n"
			 "h_put_tce liobn=0x80000001 ioba=0x800000000000000 tce=0x10003 -> ok\n"
			 "rtas remove liobn=0x80000100 -> ok\n"
			 "rtas create buid=0x800000020000001 page=64K window=2G -> ok",
			 false);
	clone = clone_of(rig.m);
	assert_same(rig.m, clone);
	machine_rig_do(&rig, "h_put_tce liobn=0x80000001 ioba=0x800000000000000 tce=0x20003");
	assert_differ(rig.m, clone);
	machine_rig_fini(&rig);
	assert_int_equal(tce_table_get(tce_lpar_table(clone->lpar, 0x80000001), 0), 0x10003);
	tce_machine_free(clone);
}

static void an_image_is_the_state_and_nothing_else_is_taken(void **state)
{
	struct tce_machine *start;
	struct machine_rig rig;
	uint8_t *image;
	size_t size;

	(void)state;
	machine_rig_init(&rig, SMALL "boot\nprobe 0000:00:01.0", true);
	size = tce_machine_image_size(rig.m);
	image = malloc(size);
	assert_non_null(image);
	tce_machine_image_save(rig.m, image);
	start = clone_of(rig.m);
	machine_rig_do(&rig, "map 0000:00:01.0 addr=0x3000 len=4K ; reboot");
	assert_int_equal(tce_machine_image_load(rig.m, image, size), 0);
	assert_same(rig.m, start);
	assert_int_equal(tce_machine_image_load(rig.m, image, size - 1), -TCE_ERR_INVAL);
	assert_int_equal(tce_machine_image_load(rig.m, image, 10), -TCE_ERR_INVAL);
	memset(image + offsetof(struct tce_arena, used), 0xff, sizeof(size_t));
	assert_int_equal(tce_machine_image_load(rig.m, image, size), -TCE_ERR_INVAL);
	assert_same(rig.m, start);
	free(image);
	tce_machine_free(start);
	machine_rig_fini(&rig);
}

static void save_and_load_bring_everything_back_twice(void **state)
{
	struct tce_machine *saved;
	struct machine_rig rig;

	(void)state;
	machine_rig_init(
		&rig, SMALL "boot\nprobe 0000:00:01.0\nmap 0000:00:01.0 addr=0x3000 len=4K", true);
	assert_int_equal(machine_rig_try(&rig, "load"), -TCE_ERR_STATE);
	machine_rig_do(&rig, "save");
	saved = clone_of(rig.m);
	for (unsigned i = 0; i < 2; i++) {
		machine_rig_do(&rig, "unmap m0 ; map 0000:00:01.0 addr=0x9000 len=8K as=m0\n"
				     "memory plug 256M 256M ; memory online 256M 256M");
		assert_differ(rig.m, saved);
		machine_rig_do(&rig, "load");
		assert_same(rig.m, saved);
		machine_rig_do(&rig, "dma 0000:00:01.0 read m0 -> ok lands=0x3000");
		assert_int_equal(toy_os_probed(rig.m), 1);
	}
	machine_rig_do(&rig, "unmap m0 ; save ; reboot ; load");
	assert_int_equal(tce_mapping_find(rig.m->st, 0)->state, TCE_MAP_UNMAPPED);
	tce_machine_free(saved);
	machine_rig_fini(&rig);
}

/* recordings f-nvdimm-reboot-pgsz64k-*: what a failed create leaves behind is not in the guest. */
static void what_was_broken_in_the_hypervisor_stays_broken_over_load(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 SMALL "save\nrtas create buid=0x800000020000000 page=64K "
			       "window=2251799813685248 -> status=-1 rule=qemu-window-too-large",
			 true);
	machine_rig_do(&rig, "load");
	assert_int_equal(rig.nr_breaches, 1);
	machine_rig_do(&rig,
		       "reset\nrtas create buid=0x800000020000000 page=64K window=2G -> aborts");
	assert_int_equal(machine_rig_try(&rig, "reset"), -TCE_ERR_STATE);
	assert_int_equal(machine_rig_try(&rig, "phb phb7"), -TCE_ERR_STATE);
	machine_rig_fini(&rig);
}

static void events_come_only_when_they_can(void **state)
{
	struct machine_rig rig;
	struct tce_event event = {.kind = (enum tce_event_kind)TCE_NR_EVENTS};
	struct tce_outcome outcome;

	(void)state;
	machine_rig_init(&rig, SMALL, false);
	assert_int_equal(tce_machine_step(rig.m, &event, &outcome), -TCE_ERR_INVAL);
	for (unsigned i = 0; i < TCE_NR_EVENTS; i++) {
		tce_event_init((enum tce_event_kind)i, &event);
		if (tce_event_class(event.kind) != TCE_CLASS_OS &&
		    tce_event_class(event.kind) != TCE_CLASS_VFIO)
			continue;
		if (event.kind == TCE_EV_SET_MASK)
			event.u.set_mask.streaming = true;
		assert_int_equal(tce_machine_step(rig.m, &event, &outcome), -TCE_ERR_UNSUPPORTED);
	}
	machine_rig_fini(&rig);
	machine_rig_init(&rig, SMALL, true);
	assert_int_equal(machine_rig_try(&rig, "probe 0000:00:01.0"), -TCE_ERR_STATE);
	assert_int_equal(machine_rig_try(&rig, "reboot"), -TCE_ERR_STATE);
	assert_int_equal(machine_rig_try(&rig, "kexec"), -TCE_ERR_STATE);
	machine_rig_do(&rig, "boot");
	assert_int_equal(machine_rig_try(&rig, "boot"), -TCE_ERR_STATE);
	assert_int_equal(toy_os_attach(rig.m), -TCE_ERR_EXISTS);
	assert_int_equal(machine_rig_try(&rig, "opal 44"), -TCE_ERR_UNSUPPORTED);
	assert_int_equal(machine_rig_try(&rig, "vfio open-container c1"), -TCE_ERR_UNSUPPORTED);
	machine_rig_do(&rig, "reset");
	assert_int_equal(machine_rig_try(&rig, "probe 0000:00:01.0"), -TCE_ERR_STATE);
	machine_rig_fini(&rig);
}

static void a_reboot_is_shutdown_reset_and_boot(void **state)
{
	unsigned seen[4] = {0};
	struct machine_rig rig;

	(void)state;
	machine_rig_init(
		&rig, SMALL "boot\nprobe 0000:00:01.0\nmap 0000:00:01.0 addr=0x3000 len=4K", true);
	tce_machine_set_tap(rig.m, count_taps, seen);
	machine_rig_do(&rig, "reboot");
	assert_int_equal(seen[1], 1);
	assert_int_equal(toy_os_boots(rig.m), 2);
	assert_int_equal(toy_os_probed(rig.m), 0);
	assert_null(tce_mapping_find(rig.m->st, 0));
	machine_rig_do(&rig, "h_get_tce liobn=0x80000000 ioba=0x1000 -> value=0\n"
			     "probe 0000:00:01.0 -> direct");
	machine_rig_fini(&rig);
}

static void kexec_loses_mappings_but_not_windows(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 SMALL "boot kernel=6.1\nprobe 0000:00:01.0\n"
			       "map 0000:00:01.0 addr=0x3000 len=4K as=old\n"
			       "map 0000:00:01.0 addr=0x5000 len=4K as=gone\nunmap gone\n"
			       "kexec kernel=6.12.107 kdump crash-mem=256M",
			 true);
	assert_int_equal(tce_mapping_find(rig.m->st, 0)->state, TCE_MAP_LOST);
	assert_int_equal(tce_mapping_find(rig.m->st, 1)->state, TCE_MAP_UNMAPPED);
	assert_int_equal(rig.m->st->boot.flags, TCE_BOOT_KDUMP);
	machine_rig_do(&rig, "dma 0000:00:01.0 write old -> ok lands=0x3000");
	assert_true(rig.outcome.map_gone);
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_do(&rig, "probe 0000:00:01.0\nmap 0000:00:01.0 addr=0x7000 len=4K as=gone");
	machine_rig_fini(&rig);
}

/* Each event that finds no memory leaves the machine as it was, wherever it was interrupted. */
static void out_of_memory_puts_the_machine_back(void **state)
{
	char line[160];
	unsigned refused = 0;

	(void)state;
	for (size_t arena = 4096; arena < 6200; arena += 48) {
		struct tce_machine *before;
		struct machine_rig rig;
		struct tce_event event;
		unsigned i = 0;

		snprintf(line, sizeof(line), "machine pseries ram=1G arena=%zu\nphb phb0", arena);
		machine_rig_init(&rig, line, true);
		machine_rig_do(&rig, "device 0000:00:01.0 phb=phb0\nboot\nprobe 0000:00:01.0");
		before = clone_of(rig.m);
		for (i = 0; i < 200; i++) {
			int err;

			snprintf(line, sizeof(line), "map 0000:00:01.0 addr=%u len=12K as=m%u",
				 0x10000 * (i + 1), i);
			machine_rig_event(&rig, line, &event);
			err = tce_machine_step(rig.m, &event, &rig.outcome);
			if (err != 0) {
				assert_int_equal(err, -TCE_ERR_NOMEM);
				assert_same(rig.m, before);
				refused++;
				break;
			}
			assert_int_equal(tce_machine_copy(before, rig.m), 0);
		}
		/* it goes on with what needs none */
		machine_rig_do(&rig, "unmap @0 -> ok\ndma 0000:00:01.0 read @1 -> ok");
		tce_machine_free(before);
		machine_rig_fini(&rig);
	}
	assert_in_range(refused, 10, 1000);
}

static void without_the_promise_a_machine_is_lost(void **state)
{
	struct machine_rig rig;
	struct tce_event event;
	int err = 0;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=1G arena=4K\nphb phb0\ndevice 0000:00:01.0\n"
			 "boot\nprobe 0000:00:01.0",
			 true);
	tce_machine_set_undo(rig.m, false);
	machine_rig_event(&rig, "map 0000:00:01.0 addr=0x10000 len=12K", &event);
	while (err == 0) {
		err = tce_machine_step(rig.m, &event, &rig.outcome);
		event.u.map.map++;
		event.u.map.addr.v += 0x12000;
	}
	assert_int_equal(err, -TCE_ERR_NOMEM);
	assert_int_equal(machine_rig_try(&rig, "reset"), -TCE_ERR_STATE);
	machine_rig_fini(&rig);
}

static void large_machines_stay_compact(void **state)
{
	struct tce_machine *clone;
	struct machine_rig rig;
	struct tce_event event;
	struct tce_outcome outcome;

	(void)state;
	machine_rig_init(&rig, "machine pseries ram=64G max-ram=64T", false);
	for (uint16_t phb = 0; phb < 8; phb++) {
		tce_event_init(TCE_EV_PHB_PLUG, &event);
		event.u.phb_plug.phb = phb;
		assert_int_equal(tce_machine_step(rig.m, &event, &outcome), 0);
		for (uint16_t i = 0; i < 250; i++) {
			tce_event_init(TCE_EV_DEVICE_PLUG, &event);
			event.u.device_plug.dev = (uint16_t)(phb * 250 + i);
			event.u.device_plug.phb = phb;
			event.u.device_plug.devfn = (uint8_t)i;
			assert_int_equal(tce_machine_step(rig.m, &event, &outcome), 0);
		}
	}
	for (uint64_t at = 0; at < 64; at++) {
		tce_event_init(TCE_EV_MEMORY_PLUG, &event);
		event.u.memory.addr = (UINT64_C(100) << 30) + (at << 33);
		event.u.memory.size = UINT64_C(4) << 30;
		assert_int_equal(tce_machine_step(rig.m, &event, &outcome), 0);
	}
	clone = clone_of(rig.m);
	assert_same(rig.m, clone);
	assert_int_equal(tce_nr_devs(clone->st), 2000);
	assert_in_range(tce_machine_image_size(rig.m), 1, 200000);
	tce_machine_free(clone);
	machine_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_machine_is_small),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(a_clone_is_equal_and_then_goes_its_own_way),
		cmocka_unit_test(copy_makes_one_machine_what_the_other_is),
		cmocka_unit_test(a_tap_stays_with_its_machine_and_counts_for_nothing),
		cmocka_unit_test(the_order_in_which_memory_was_taken_does_not_show),
		cmocka_unit_test(a_lazy_machine_clones_deeply),
		cmocka_unit_test(an_image_is_the_state_and_nothing_else_is_taken),
		cmocka_unit_test(save_and_load_bring_everything_back_twice),
		cmocka_unit_test(what_was_broken_in_the_hypervisor_stays_broken_over_load),
		cmocka_unit_test(events_come_only_when_they_can),
		cmocka_unit_test(a_reboot_is_shutdown_reset_and_boot),
		cmocka_unit_test(kexec_loses_mappings_but_not_windows),
		cmocka_unit_test(out_of_memory_puts_the_machine_back),
		cmocka_unit_test(without_the_promise_a_machine_is_lost),
		cmocka_unit_test(large_machines_stay_compact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
