/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bundled recordings of VFIO calls (recordings/vfio) on our containers: every answer, output
 * and figure of locked memory; and with one rule of the kernel changed, how many calls differ.
 */
#include <stdio.h>
#include <string.h>

#include "recording.h"
#include "testing.h"
#include "vfio_text.h"

#define NR_RECORDINGS 13U

#ifndef RECORDINGS /* compiled by plant.py, by its full path */
#include "recording.c"

static const char *recordings(void)
{
	static const char here[] = __FILE__;
	static char root[1024];
	size_t top = strlen(here) - strlen("tests/replay/test_vfio.c");

	snprintf(root, sizeof(root), "%.*srecordings", (int)top, here);
	return root;
}
#define RECORDINGS recordings()
#endif

static void every_call_is_answered_as_recorded(void **state)
{
	struct recording r;
	uint64_t calls = 0;
	unsigned n = 0;

	(void)state;
	for (; recording_load_vfio(RECORDINGS, n, &r); n++) {
		struct vfio_replayed out;

		assert_int_equal(vfio_text_replay(r.text, r.size, NULL, NULL, &out), 0);
		if (out.first_diverged != 0)
			fail_msg("%s line %ju: %s", r.name, (uintmax_t)out.first_diverged,
				 out.text);
		if (out.first_damaged != 0)
			fail_msg("%s line %ju cannot be read", r.name,
				 (uintmax_t)out.first_damaged);
		assert_int_equal(out.sum.agreed, out.sum.events);
		assert_true(out.sum.kernel_exact);
		assert_true(out.sum.calls_failed < out.sum.calls);
		calls += out.sum.calls;
		recording_free(&r);
	}
	assert_int_equal(n, NR_RECORDINGS);
	assert_int_equal(calls, 27589);
}

/* The recording "v2-s1" with another kernel. */
static uint64_t diverged_with(const char *recording, const char *kernel)
{
	struct vfio_replayed out = {.lines = 0};
	struct recording r;
	bool found = false;

	for (unsigned n = 0; !found && recording_load_vfio(RECORDINGS, n, &r); n++) {
		found = strcmp(r.name, recording) == 0;
		if (found)
			assert_int_equal(vfio_text_replay(r.text, r.size, kernel, NULL, &out), 0);
		recording_free(&r);
	}
	assert_true(found);
	return out.sum.diverged;
}

static void a_kernel_without_defects_is_not_the_recorded_one(void **state)
{
	(void)state;
	assert_in_range(diverged_with("vfio/p9-612-64k-v2-s1", "fixed"), 300, 3000);
	assert_in_range(diverged_with("vfio/p9-612-64k-two-s1", "fixed"), 300, 2500);
}

/* What 6.1 and 6.12 do differently. */
static void kernels_are_told_apart(void **state)
{
	(void)state;
	assert_in_range(diverged_with("vfio/p9-612-64k-v1-s1", "6.1.176"), 100, 2500);
	assert_in_range(diverged_with("vfio/p9-612-64k-two-s1", "6.1.176"), 1, 2500);
	/* The same answers to the same v2 calls: only the injection of EEH errors differs. */
	assert_int_equal(diverged_with("vfio/p9-61-v2-s1", "6.12.107"), 0);
}

/* Since 6.1 a file dies with its group's last bound device. */
static void a_dead_file_is_the_same_on_each_kernel(void **state)
{
	(void)state;
	assert_int_equal(diverged_with("vfio/p9-612-64k-life-s1", "7.2.13"), 0);
	assert_int_equal(diverged_with("vfio/p9-612-64k-life-s1", "6.1.176"), 0);
	assert_int_equal(diverged_with("vfio/p9-72-64k-life-s4", "6.12.107"), 0);
	assert_true(diverged_with("vfio/p9-612-64k-life-s1", "6.0") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_is_answered_as_recorded),
		cmocka_unit_test(a_kernel_without_defects_is_not_the_recorded_one),
		cmocka_unit_test(kernels_are_told_apart),
		cmocka_unit_test(a_dead_file_is_the_same_on_each_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
