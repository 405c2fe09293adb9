/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that runs out at every point of a VFIO client's life: in a compact machine's arenas, for
 * all sizes up to the one that suffices; in a replay, the n-th request for all n. A call that has
 * no memory changes nothing.
 */
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>
#include <tce/scenario.h>
#include <tce/vfio.h>

#include "failalloc.h"
#include "machine/machine.h"
#include "testing.h"
#include "vfio_text.h"

static const char powernv[] =
	"machine powernv9 ram=1G storage=compact arena=%zu\n"
	"phb phb0\nphb phb1\n"
	"device 0000:00:01.0 phb=phb0 name=one\ndevice 0001:00:01.0 phb=phb1 name=two\n"
	"boot kernel=fixed\n"
	"vfio mmap vaddr=0x30000000000 size=16M start=0x10000000 levels=21\n"
	"vfio open c1 type=v2\nvfio attach c1 group=one\nvfio attach c1 group=two\n"
	"vfio register c1 vaddr=0x30000000000 size=1M\n"
	"vfio register c1 vaddr=0x30000200000 size=2M\n"
	"vfio map c1 vaddr=0x30000000000 iova=0x10000 size=256K\n"
	"vfio create c1 page-shift=16 size=1G levels=2\n"
	"vfio map c1 vaddr=0x30000200000 iova=0x800000000000000 size=1M\n"
	"vfio map c1 vaddr=0x30000000000 iova=0x800000000000000 size=64K\n"
	"vfio unmap c1 iova=0x10000 size=256K\n"
	"vfio get-device group=two\nvfio eeh c1 number=4\n"
	"vfio unset-container group=one\nvfio remove c1 start=0x800000000000000\n"
	"vfio unregister c1 vaddr=0x30000000000 size=1M\nvfio exit\n";

static const char pseries[] =
	"machine pseries profile=qemu-10.0 ram=1G storage=compact arena=%zu\n"
	"phb phb0 ddw=yes\ndevice 0000:00:01.0 phb=phb0 name=nic\n"
	"boot kernel=6.1 without=C12\n"
	"vfio open c1 type=v1\nvfio attach c1 group=nic\nvfio enable c1\n"
	"vfio map c1 vaddr=0x10000000 iova=0x10000 size=64K\n"
	"vfio map c1 vaddr=0x10010000 iova=0x10000 size=4K\n"
	"vfio unmap c1 iova=0x10000 size=16K\nvfio disable c1\nvfio close c1\nvfio exit\n";

static struct tce_scenario *story(const char *format, size_t arena)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	char text[4096];

	snprintf(text, sizeof(text), format, arena);
	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	return scenario;
}

/* All steps; false: one had no memory, and the machine is as it was before that. */
static bool live(struct tce_machine *m, const struct tce_story *told)
{
	for (unsigned i = 0; i < told->nr_steps; i++) {
		struct tce_machine *before;
		struct tce_outcome outcome;
		bool same;
		int err;

		if (tce_machine_clone(m, &before) != 0)
			return false;
		err = tce_machine_step(m, &told->steps[i].event, &outcome);
		same = tce_machine_equal(m, before) &&
		       tce_machine_hash(m) == tce_machine_hash(before);
		tce_machine_free(before);
		if (err == -TCE_ERR_NOMEM && !same)
			fail_msg("changed by: %s", told->steps[i].text);
		if (err == -TCE_ERR_NOMEM)
			return false;
		assert_int_equal(err, 0);
		assert_int_equal(outcome.err, 0);
	}
	return true;
}

static void sweep(const char *format, size_t step)
{
	unsigned nr_refused = 0;
	size_t arena = 4096;
	bool done = false;

	for (; !done; arena += step) {
		struct tce_scenario *scenario = story(format, arena);
		struct tce_machine *m;

		assert_int_equal(tce_machine_new(NULL, &tce_scenario_story(scenario)->machine, &m),
				 0);
		done = tce_linux_attach(m) == 0 && tce_vfio_attach(m) == 0 &&
		       live(m, tce_scenario_story(scenario));
		nr_refused += !done;
		tce_machine_free(m);
		tce_scenario_free(scenario);
	}
	print_message("enough: %zu bytes, too small: %u arenas\n", arena - step, nr_refused);
	assert_in_range(nr_refused, 10, 5000);
}

static void a_powernv_machine_without_memory_is_unchanged(void **state)
{
	(void)state;
	sweep(powernv, 16);
}

static void a_pseries_machine_without_memory_is_unchanged(void **state)
{
	(void)state;
	sweep(pseries, 16);
}

static const char recording[] =
	"# vfiorand format=1 mode=v2\n"
	"# kernel=6.12.107+deb13-powerpc64le-64k page_size=65536 compatible=qemu,powernv9\n"
	"# group A=2 device=0004:01:00.0\n"
	"# buffer A vaddr=0x200000000 size=0x100000 prot=rw\n"
	"# process 0\n"
	"1 openc c=0 -> 0 lck=0\n2 openg g=A -> 0 lck=0\n3 setc g=A c=0 -> 0 lck=0\n"
	"4 setiommu c=0 type=7 -> 0 lck=0\n"
	"5 reg c=0 vaddr=0x200000000 size=0x100000 flags=0 argsz=24 -> 0 lck=1024\n"
	"6 map c=0 vaddr=0x200000000 iova=0 size=0x10000 flags=3 argsz=32 -> 0 lck=9216\n"
	"7 closeg g=A -> 0 lck=0\n# process 0 exited\n# end ops=7\n";

static void each_request_of_a_replay_may_fail(void **state)
{
	struct vfio_replayed out;
	struct failalloc fa;
	uint64_t n = 0;
	int err;

	(void)state;
	do {
		struct tce_alloc alloc;

		failalloc_init(&fa, ++n);
		alloc = failalloc_alloc(&fa);
		err = vfio_text_replay(recording, sizeof(recording) - 1, NULL, &alloc, &out);
		assert_true(err == 0 || err == -TCE_ERR_NOMEM);
		failalloc_assert_empty(&fa);
	} while (err != 0 || fa.nr_asked >= n);
	assert_in_range(n, 4, 5000);
	assert_int_equal(out.sum.diverged, 0);
	assert_int_equal(out.sum.events, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_powernv_machine_without_memory_is_unchanged),
		cmocka_unit_test(a_pseries_machine_without_memory_is_unchanged),
		cmocka_unit_test(each_request_of_a_replay_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
