/* SPDX-License-Identifier: BSD-2-Clause */
/* machine/topology.h: what may be plugged where, requester IDs, unplugging. */
#include <string.h>

#include "machine/canon.h"
#include "machine_rig.h"
#include "testing.h"
#include "toy_os.h"

static void bridges_get_qemus_numbers_unless_they_have_others(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=1G\nphb phb3\nphb name=slot buid=0x800000020000121 "
			 "liobn=0x10000121,0x70000121 page-sizes=4K,64K,2M windows=1",
			 false);
	assert_int_equal(tce_phb_find(rig.m->st, 3)->papr.buid, UINT64_C(0x800000020000003));
	assert_int_equal(tce_phb_find(rig.m->st, 3)->papr.liobn[1], 0x80000301);
	assert_int_equal(tce_phb_find(rig.m->st, 0)->papr.liobn[1], 0x70000121);
	assert_int_equal(tce_phb_find(rig.m->st, 0)->papr.page_shifts, 1 << 12 | 1 << 16 | 1 << 21);
	assert_null(tce_phb_find(rig.m->st, 1));
	assert_int_equal(machine_rig_try(&rig, "phb phb3"), -TCE_ERR_EXISTS);
	assert_int_equal(machine_rig_try(&rig, "phb phb9 buid=0x800000020000003"), -TCE_ERR_EXISTS);
	assert_int_equal(machine_rig_try(&rig, "phb phb9 liobn=0x80000301,0x5"), -TCE_ERR_EXISTS);
	assert_int_equal(machine_rig_try(&rig, "phb phb9 page-sizes=2K"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "phb phb9 mmio32-start=5 mmio32-last=4"),
			 -TCE_ERR_INVAL);
	assert_int_equal(tce_nr_phbs(rig.m->st), 2);
	machine_rig_fini(&rig);
}

static void devices_must_fit_where_they_are_plugged(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(
		&rig,
		"machine pseries ram=1G\nphb phb0\nphb phb1\n"
		"device 0000:00:01.0 phb=phb0 root-port secondary-bus=1 subordinate-bus=3\n"
		"device 0000:02:00.0 phb=phb0 parent=0000:00:01.0",
		false);
	/* no such bridge; taken; a bus that is not below the parent; a parent that is no bridge */
	assert_int_equal(machine_rig_try(&rig, "device 0000:00:05.0 phb=@7"), -TCE_ERR_NOENT);
	assert_int_equal(machine_rig_try(&rig, "device other at=00:01.0 phb=phb0"),
			 -TCE_ERR_EXISTS);
	assert_int_equal(machine_rig_try(&rig, "device 0000:00:01.0 phb=phb1"), -TCE_ERR_EXISTS);
	assert_int_equal(machine_rig_try(&rig, "device 0000:04:00.0 phb=phb0 parent=0000:00:01.0"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "device 0000:02:01.0 phb=phb0 parent=0000:02:00.0"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "device 0001:02:01.0 phb=phb1 parent=0000:00:01.0"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "device 0000:02:01.0 phb=phb0 parent=@99"),
			 -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "device 0000:00:06.0 phb=phb0 vf"), -TCE_ERR_INVAL);
	assert_int_equal(machine_rig_try(&rig, "device 0000:00:06.0 phb=phb0 root-port"),
			 -TCE_ERR_INVAL);
	machine_rig_do(&rig, "device 0001:00:01.0 phb=phb1 streaming-mask=40");
	assert_int_equal(tce_dev_find(rig.m->st, 2)->coherent_bits, 40);
	assert_ptr_equal(tce_dev_by_rid(rig.m->st, 1, 0x0008), tce_dev_find(rig.m->st, 2));
	machine_rig_fini(&rig);
}

static void requester_ids_are_rewritten_below_a_pci_bridge(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=1G\nphb phb0\n"
			 "device 0000:00:01.0 root-port secondary-bus=1 subordinate-bus=9\n"
			 "device 0000:01:02.3 parent=0000:00:01.0\n"
			 "device 0000:01:03.0 pci-bridge parent=0000:00:01.0 secondary-bus=4 "
			 "subordinate-bus=9\n"
			 "device 0000:04:07.1 parent=0000:01:03.0\n"
			 "device 0000:04:08.0 pci-bridge parent=0000:01:03.0 secondary-bus=5 "
			 "subordinate-bus=5\n"
			 "device 0000:05:00.0 parent=0000:04:08.0",
			 false);
	assert_int_equal(tce_dev_rid(rig.m->st, tce_dev_find(rig.m->st, 0)), 0x0008);
	assert_int_equal(tce_dev_rid(rig.m->st, tce_dev_find(rig.m->st, 1)), 0x0113);
	assert_int_equal(tce_dev_rid(rig.m->st, tce_dev_find(rig.m->st, 3)), 0x0400);
	/* the bridge nearest to the root complex rewrites last */
	assert_int_equal(tce_dev_rid(rig.m->st, tce_dev_find(rig.m->st, 5)), 0x0400);
	assert_int_equal(tce_dev_config_addr(tce_dev_find(rig.m->st, 1)), 0x00011300);
	machine_rig_fini(&rig);
}

static void nothing_is_unplugged_from_under_others(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig,
			 "machine pseries ram=1G\nphb phb0\n"
			 "device 0000:00:01.0 root-port secondary-bus=1 subordinate-bus=2\n"
			 "device 0000:01:00.0 parent=0000:00:01.0\nboot\nprobe 0000:01:00.0",
			 true);
	machine_rig_do(&rig, "phb-unplug phb0 -> EBUSY\ndevice-unplug 0000:00:01.0 -> EBUSY\n"
			     "device-unplug 0000:01:00.0 -> EBUSY\nreset\n"
			     "device-unplug 0000:01:00.0 -> ok\ndevice-unplug 0000:00:01.0 -> ok\n"
			     "phb-unplug phb0 -> ok");
	assert_int_equal(machine_rig_try(&rig, "phb-unplug phb0"), -TCE_ERR_NOENT);
	assert_int_equal(machine_rig_try(&rig, "device-unplug 0000:01:00.0"), -TCE_ERR_NOENT);
	assert_int_equal(machine_rig_try(&rig, "h_get_tce liobn=0x80000000 ioba=0"), 0);
	assert_int_equal(tce_nr_devs(rig.m->st), 0);
	machine_rig_do(&rig, "phb phb0 ; device 0000:01:00.0 phb=phb0");
	machine_rig_fini(&rig);
}

/* A canonical stream into memory. */
struct text {
	uint8_t byte[4096];
	size_t n;
};

static void keep(struct tce_canon *canon)
{
	struct text *text = canon->ctx;

	assert_true(text->n + canon->at <= sizeof(text->byte));
	memcpy(text->byte + text->n, canon->buf, canon->at);
	text->n += canon->at;
	canon->at = 0;
}

static void canon_of(const struct tce_machine *m, const uint16_t *order, bool rename,
		     struct text *ret_text)
{
	struct tce_canon canon;
	uint8_t buf[64];

	ret_text->n = 0;
	tce_canon_init(&canon, buf, sizeof(buf), keep, ret_text);
	canon.rename = rename;
	canon.order[TCE_CANON_DEV] = order;
	tce_machine_canon(m, &canon);
	tce_canon_end(&canon);
}

static bool same(const struct text *a, const struct text *b)
{
	return a->n == b->n && memcmp(a->byte, b->byte, a->n) == 0;
}

/* Two devices that are alike, one mapping each way round: one state, seen in both orders. */
static void states_that_differ_in_names_only_meet(void **state)
{
	static const uint16_t swapped[] = {1, 0};
	static const uint16_t plain[] = {0, 1};
	static const char start[] = "machine pseries ram=1G\nphb phb0\ndevice 0000:00:01.0\n"
				    "device 0000:00:02.0\nboot\nprobe 0000:00:01.0\n"
				    "probe 0000:00:02.0\nfail alloc 0";
	struct machine_rig a;
	struct machine_rig b;
	struct text ta;
	struct text tb;

	(void)state;
	machine_rig_init(&a, start, true);
	machine_rig_init(&b, start, true);
	machine_rig_do(&a, "map 0000:00:01.0 addr=0x3000 len=4K as=m5");
	machine_rig_do(&b, "map 0000:00:01.0 addr=0x3000 len=4K as=m0");
	canon_of(a.m, NULL, false, &ta);
	canon_of(b.m, NULL, false, &tb);
	assert_false(same(&ta, &tb)); /* other ids: other events are possible */
	canon_of(a.m, plain, true, &ta);
	canon_of(b.m, plain, true, &tb);
	assert_true(same(&ta, &tb));
	machine_rig_do(&a, "unmap m5 ; map 0000:00:02.0 addr=0x3000 len=8K as=m7");
	machine_rig_do(&b, "unmap m0 ; map 0000:00:01.0 addr=0x3000 len=8K as=m1");
	canon_of(a.m, plain, true, &ta);
	canon_of(b.m, plain, true, &tb);
	assert_false(same(&ta, &tb));
	machine_rig_fini(&a);
	machine_rig_fini(&b);
	/* which of two devices that are alike has the mapping */
	machine_rig_init(&a, start, true);
	machine_rig_init(&b, start, true);
	machine_rig_do(&a, "map 0000:00:01.0 addr=0x3000 len=8K as=m7");
	machine_rig_do(&b, "map 0000:00:02.0 addr=0x3000 len=8K as=m1");
	canon_of(a.m, plain, true, &ta);
	canon_of(b.m, plain, true, &tb);
	assert_false(same(&ta, &tb));
	canon_of(b.m, swapped, true, &tb);
	assert_true(same(&ta, &tb));
	machine_rig_fini(&a);
	machine_rig_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bridges_get_qemus_numbers_unless_they_have_others),
		cmocka_unit_test(devices_must_fit_where_they_are_plugged),
		cmocka_unit_test(requester_ids_are_rewritten_below_a_pci_bridge),
		cmocka_unit_test(nothing_is_unplugged_from_under_others),
		cmocka_unit_test(states_that_differ_in_names_only_meet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
