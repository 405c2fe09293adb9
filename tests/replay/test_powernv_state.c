/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of recorded powernv machines, field by field, and that the comparison is one: a field
 * that is changed, missing or made up is noticed.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pnv_state.h"
#include "testing.h"

static void each_recorded_machine_ends_in_its_state(void **test)
{
	glob_t found;

	(void)test;
	assert_int_equal(glob(RECORDINGS "/powernv/state-*.txt", 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 3);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text = test_file_text(found.gl_pathv[i]);
		struct pnv_comparison comparison;

		assert_true(pnv_state_check(text, found.gl_pathv[i], stdout, false, &comparison));
		assert_int_equal(comparison.differ, 0);
		assert_int_equal(comparison.fields, 393);
		free(text);
	}
	globfree(&found);
}

static void an_altered_recording_differs_where_it_was_altered(void **test)
{
	static const char *const edits[][2] = {
		{"PE#fc flags=4", "PE#fb flags=4"},
		{"flags=4 rid=200", "flags=2 rid=200"},
		{"rid=200 devices=3", "rid=200 devices=2"},
		{"bypass_enabled=1", "bypass_enabled=0"},
		{"level_size=2000", "level_size=4000"},
		{"reserved=8000..10000", "reserved=8000..20000"},
		{"poolsize=3000", "poolsize=4000"},
		{"kref=2", "kref=1"},
		{"dma_offset=800000000000000", "dma_offset=700000000000000"},
		{"iommu_table_base=c000000032f35800", "iommu_table_base=c000000032f39c00"},
		{"RTT from rid 0300: PE#ff", "RTT from rid 0300: PE#fc"},
		{"02505 TTA=28410000", "02506 TTA=28410000"},
		{"= 0000000001001080", "= 0000000002001080"},
		{"L1[0] = 0000000002320003", "L1[0] = 0000000002320001"},
		{"drv=e1000e hdr=0 ops=0xc00000000105e310 bypass=1",
		 "drv=e1000e hdr=0 ops=0xc00000000105e310 bypass=0"},
	};
	const char *path = RECORDINGS "/powernv/state-powernv9-6.1.txt";

	(void)test;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		char *text = test_file_text(path);
		char *at = strstr(text, edits[i][0]);
		struct pnv_comparison comparison;

		assert_non_null(at);
		assert_int_equal(strlen(edits[i][0]), strlen(edits[i][1]));
		memcpy(at, edits[i][1], strlen(edits[i][1]));
		assert_true(pnv_state_check(text, path, NULL, false, &comparison));
		if (comparison.differ == 0)
			fail_msg("%s is not noticed", edits[i][1]);
		free(text);
	}
}

static void a_device_that_is_left_out_is_missed(void **test)
{
	const char *path = RECORDINGS "/powernv/state-powernv9-6.1.txt";
	char *text = test_file_text(path);
	char *line = strstr(text, "\n0002:02:03.0");
	char *next = strchr(line + 1, '\n');
	struct pnv_comparison comparison;

	(void)test;
	memmove(line, next, strlen(next) + 1);
	assert_true(pnv_state_check(text, path, NULL, false, &comparison));
	assert_int_equal(comparison.differ, 1); /* devices=3 */
	free(text);
}

static void a_text_without_state_is_refused(void **test)
{
	struct pnv_comparison comparison;

	(void)test;
	assert_false(pnv_state_check("nothing\nhere", "x", NULL, false, &comparison));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_recorded_machine_ends_in_its_state),
		cmocka_unit_test(an_altered_recording_differs_where_it_was_altered),
		cmocka_unit_test(a_device_that_is_left_out_is_missed),
		cmocka_unit_test(a_text_without_state_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
