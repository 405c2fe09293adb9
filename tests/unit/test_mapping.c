/* SPDX-License-Identifier: BSD-2-Clause */
/* machine/mapping.h and machine/dma.c: what drivers believe, and where transfers go. */
#include "machine_rig.h"
#include "testing.h"

#define START "machine pseries ram=256M\nphb phb0\ndevice 0000:00:01.0 name=nic\nboot\nprobe nic\n"

static void add(struct machine_rig *rig, uint16_t id, const struct tce_map_piece *in,
		uint32_t nr_in, const struct tce_map_piece *out, uint32_t nr_out)
{
	struct tce_mapping_opts opts = {
		.id = id, .dev = 0, .in = in, .nr_in = nr_in, .out = out, .nr_out = nr_out};

	assert_int_equal(tce_mapping_add(rig->m->st, &opts), 0);
}

static void a_scatter_list_is_followed_byte_by_byte(void **state)
{
	const struct tce_map_piece in[] = {{0x10000, 0x1000}, {0x50000, 0x100}, {0x70000, 0x2000}};
	/* the first two were merged */
	const struct tce_map_piece out[] = {{0x3000, 0x1100}, {0x9000, 0x2000}};
	const struct tce_mapping *map;
	struct machine_rig rig;
	uint64_t bus;
	uint64_t ra;
	uint64_t len;

	(void)state;
	machine_rig_init(&rig, START, true);
	add(&rig, 4, in, 3, out, 2);
	map = tce_mapping_find(rig.m->st, 4);
	assert_int_equal(tce_mapping_len(rig.m->st, map), 0x3100);
	assert_true(tce_mapping_byte(rig.m->st, map, 0x10, &bus, &ra, &len));
	assert_true(bus == 0x3010 && ra == 0x10010 && len == 0xff0);
	assert_true(tce_mapping_byte(rig.m->st, map, 0x1004, &bus, &ra, &len));
	assert_true(bus == 0x4004 && ra == 0x50004 && len == 0xfc);
	assert_true(tce_mapping_byte(rig.m->st, map, 0x1100, &bus, &ra, &len));
	assert_true(bus == 0x9000 && ra == 0x70000 && len == 0x2000);
	assert_false(tce_mapping_byte(rig.m->st, map, 0x3100, &bus, &ra, &len));
	machine_rig_do(&rig, "h_put_tce liobn=0x80000000 ioba=0x3000 tce=0x10003\n"
			     "h_put_tce liobn=0x80000000 ioba=0x4000 tce=0x50003\n"
			     "h_put_tce liobn=0x80000000 ioba=0x9000 tce=0x70003\n"
			     "h_put_tce liobn=0x80000000 ioba=0xa000 tce=0x71003");
	machine_rig_do(&rig, "dma nic write @4 -> ok lands=0x71000");
	machine_rig_fini(&rig);
}

static void slots_are_used_again_when_they_are_free(void **state)
{
	const struct tce_map_piece pieces[] = {{0x1000, 0x1000}, {0x9000, 0x1000}};
	struct tce_mapping_opts opts = {
		.id = 2, .dev = 0, .in = pieces, .nr_in = 2, .out = pieces, .nr_out = 1};
	struct machine_rig rig;
	size_t used;

	(void)state;
	machine_rig_init(&rig, START, true);
	add(&rig, 2, pieces, 2, pieces, 2);
	assert_int_equal(tce_mapping_add(rig.m->st, &opts), -TCE_ERR_EXISTS);
	tce_mapping_set_state(rig.m->st, 2, TCE_MAP_UNMAPPED);
	used = rig.m->arena->used;
	for (unsigned i = 0; i < 100; i++) {
		add(&rig, 2, pieces, 2, pieces, 2);
		tce_mapping_set_state(rig.m->st, 2, TCE_MAP_LOST);
	}
	assert_in_range(rig.m->arena->used, used, used + 64);
	add(&rig, 1, pieces, 1, pieces, 1);
	assert_int_equal(tce_mapping_at(rig.m->st, 0)->id, 1);
	tce_mappings_forget_dev(rig.m->st, 0);
	assert_null(tce_mapping_at(rig.m->st, 0));
	machine_rig_fini(&rig);
}

static void transfers_are_cut_at_io_pages_and_compared(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 START "map nic addr=0x3800 len=8K as=a -> ok bus=0x1800\n"
			       "dma nic write a -> ok lands=0x5000\n"
			       "dma nic write a offset=0x7ff len=2 -> ok lands=0x4000\n"
			       "dma nic read a offset=0x1fff len=1 -> ok lands=0x57ff",
			 true);
	assert_int_equal(rig.outcome.want.v, 0x57ff);
	assert_int_equal(machine_rig_try(&rig, "dma nic read a offset=0x2000 len=1"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "dma nic read a offset=1 len=8K"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "dma nic read @7"), -TCE_ERR_NOENT);
	assert_int_equal(machine_rig_try(&rig, "dma @9 read a"), -TCE_ERR_NOENT);
	assert_int_equal(machine_rig_try(&rig, "dma nic read addr=0x1000"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "dma nic read addr=0xfffffffffffff000 len=8K"),
			 -TCE_ERR_INVAL);
	/* an entry in the middle points elsewhere: the transfer stops there */
	machine_rig_do(&rig, "h_put_tce liobn=0x80000000 ioba=0x2000 tce=0x99003\n"
			     "dma nic write a -> astray lands=0x99000 rule=dma-misdirected\n"
			     "dma nic write a len=0x800 -> ok\n"
			     "h_put_tce liobn=0x80000000 ioba=0x2000 tce=0x4001\n"
			     "dma nic read a -> ok\ndma nic write a -> fault rule=dma-fault");
	machine_rig_fini(&rig);
}

static void a_mapping_given_back_is_not_used(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 START "map nic addr=0x3000 len=4K as=a\nunmap a\n"
			       "dma nic write a -> fault rule=dma-after-unmap\n"
			       "dma nic write addr=0x1000 len=4 -> fault",
			 true);
	assert_int_equal(rig.nr_breaches, 0); /* nobody promised that address anything */
	machine_rig_do(&rig, "map nic addr=0x3000 len=4K to-device as=b\ndma nic write b -> ok");
	machine_rig_do(&rig, "h_put_tce liobn=0x80000000 ioba=0x2000 tce=0x3001\n"
			     "dma nic write b -> fault");
	assert_int_equal(rig.nr_breaches, 0); /* a device that writes what it may only read */
	machine_rig_fini(&rig);
}

static void a_virtual_device_has_its_own_window(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=256M\nvio veth unit=0x30000002 size=1M\n"
			 "h_put_tce liobn=0x30000002 ioba=0xff000 tce=0x8003 -> ok\n"
			 "h_put_tce liobn=0x30000002 ioba=0x100000 tce=0x8003 -> H_PARAMETER\n"
			 "dma veth write addr=0xff010 len=8 -> lands=0x8010\n"
			 "dma veth write addr=0x1000 len=8 -> fault\n"
			 "rtas ibm,set-tce-bypass args=0x30000002,1 -> ok\n"
			 "dma veth write addr=0x1000 len=8 -> lands=0x1000\n"
			 "rtas quiesce\nh_get_tce liobn=0x30000002 ioba=0xff000 -> value=0\n"
			 "device-unplug veth\nvio veth unit=0x30000002",
			 false);
	assert_int_equal(machine_rig_try(&rig, "vio other unit=0x30000002"), -TCE_ERR_EXISTS);
	machine_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scatter_list_is_followed_byte_by_byte),
		cmocka_unit_test(slots_are_used_again_when_they_are_free),
		cmocka_unit_test(transfers_are_cut_at_io_pages_and_compared),
		cmocka_unit_test(a_mapping_given_back_is_not_used),
		cmocka_unit_test(a_virtual_device_has_its_own_window),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
