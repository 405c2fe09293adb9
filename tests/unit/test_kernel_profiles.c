/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/linux.h: finding a kernel by name, what it has, and the catalogue of defects. */
#include <stdio.h>
#include <string.h>

#include <tce/linux.h>

#include "testing.h"

static struct tce_kernel kernel_of(const char *version, bool exact)
{
	struct tce_kernel_match match;
	struct tce_kernel kernel;

	assert_int_equal(tce_kernel_find(version, &match), 0);
	assert_int_equal(match.exact, exact);
	assert_int_equal(tce_kernel_at(match.index, &kernel), 0);
	return kernel;
}

static void a_kernel_is(const char *version, const char *name, bool exact)
{
	struct tce_kernel kernel = kernel_of(version, exact);

	assert_string_equal(kernel.name, name);
}

static void known_versions_are_found_exactly(void **state)
{
	(void)state;
	a_kernel_is("4.10", "4.10", true);
	a_kernel_is("6.14", "6.14", true);
	a_kernel_is("6.14.0", "6.14", true);
	a_kernel_is("6.12.107", "6.12.107", true);
	a_kernel_is("6.12.107+deb13-powerpc64le-64k", "6.12.107", true);
	a_kernel_is("6.1.0-50-powerpc64le", "6.1.176", true);
	a_kernel_is("6.1.176-1", "6.1.176", true);
	a_kernel_is("7.2.13+deb14-powerpc64le", "7.2.13", true);
	a_kernel_is("7.3-powerpc64le", "7.3-rc7", true);
	a_kernel_is("7.3~rc7-1~exp1", "7.3-rc7", true);
	a_kernel_is("7.3-rc7", "7.3-rc7", true);
	a_kernel_is("fixed", "fixed", true);
}

static void unknown_versions_get_the_nearest_older_and_are_told_so(void **state)
{
	(void)state;
	a_kernel_is("6.14.3", "6.14", false);
	a_kernel_is("6.12.93", "6.12", false);
	a_kernel_is("6.12.106", "6.12.94", false);
	a_kernel_is("6.12.200", "6.12.107", false);
	a_kernel_is("6.1.180", "6.1.176", false);
	a_kernel_is("6.1.0-51-powerpc64le", "6.1", true); /* says 6.1.0 */
	a_kernel_is("9.9", "7.3-rc7", false);
	a_kernel_is("7.3.1", "7.3-rc7", false);
}

static void what_is_no_version_or_too_old_is_refused(void **state)
{
	static const char *const bad[] = {"",     "6",    "6.",       "six.one", "6.x",
					  "6.1.", "6.1k", "99999.1",  "6.999",   "fixed1",
					  "-6.1", "6..1", "6.1.99999"};
	struct tce_kernel_match match;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(tce_kernel_find(bad[i], &match), -TCE_ERR_FORMAT);
	assert_int_equal(tce_kernel_find("4.9", &match), -TCE_ERR_NOENT);
	assert_int_equal(tce_kernel_find("3.10.0-957.el7", &match), -TCE_ERR_NOENT);
}

static void the_name_tells_the_page_size_or_the_profile_does(void **state)
{
	struct tce_kernel_match match;

	(void)state;
	assert_int_equal(tce_kernel_find("6.12.107+deb13-powerpc64le-64k", &match), 0);
	assert_int_equal(match.page_shift, 16);
	assert_int_equal(tce_kernel_find("6.12.107+deb13-powerpc64le", &match), 0);
	assert_int_equal(match.page_shift, 12);
	assert_int_equal(tce_kernel_find("6.12.95+deb12-powerpc64le", &match), 0);
	assert_int_equal(match.page_shift, 12);
	assert_int_equal(tce_kernel_find("6.1.0-47-powerpc64le", &match), 0);
	assert_int_equal(match.page_shift, 16);
	assert_int_equal(tce_kernel_find("6.14", &match), 0);
	assert_int_equal(match.page_shift, 16);
	assert_int_equal(tce_kernel_find("6.14-4k", &match), 0);
	assert_int_equal(match.page_shift, 12);
}

static void profiles_go_from_oldest_to_newest_and_end_with_fixed(void **state)
{
	struct tce_kernel kernel;
	uint32_t before = 0;
	unsigned i, nr = 0;

	(void)state;
	while (tce_kernel_at(nr, &kernel) == 0)
		nr++;
	assert_in_range(nr, 50, 200);
	for (i = 0; i < nr; i++) {
		assert_int_equal(tce_kernel_at(i, &kernel), 0);
		assert_true(kernel.version > before || i == nr - 1);
		before = kernel.version;
	}
	assert_string_equal(kernel.name, "fixed");
	assert_int_equal(kernel.defects.word[0] | kernel.defects.word[1], 0);
	assert_int_equal(tce_kernel_at(nr, &kernel), -TCE_ERR_NOENT);
}

static void features_begin_with_their_release_and_stay(void **state)
{
	struct tce_kernel kernel, before = {.features = 0};
	unsigned i, f;

	(void)state;
	for (i = 0; tce_kernel_at(i, &kernel) == 0; i++) {
		for (f = 0; f < TCE_NR_KERNEL_FEATURES; f++) {
			uint32_t since = tce_kernel_feature_info((enum tce_kernel_feature)f)->since;

			if (kernel.version >= since)
				assert_true(tce_kernel_has(&kernel, (enum tce_kernel_feature)f));
		}
		if ((kernel.version & 0xfff) == 0 && (before.version & 0xfff) == 0)
			assert_int_equal(before.features & ~kernel.features, 0);
		before = kernel;
	}
	kernel = kernel_of("5.8", true);
	assert_false(tce_kernel_has(&kernel, TCE_KF_GENERIC_BYPASS));
	kernel = kernel_of("5.9", true);
	assert_true(tce_kernel_has(&kernel, TCE_KF_GENERIC_BYPASS));
}

static void defects_are_there_from_their_first_bad_release_to_their_fix(void **state)
{
	struct tce_kernel kernel;

	(void)state;
	kernel = kernel_of("4.10", true);
	assert_true(tce_kernel_bug(&kernel, TCE_DEFECT_A1));
	kernel = kernel_of("4.11", true);
	assert_false(tce_kernel_bug(&kernel, TCE_DEFECT_A1));
	kernel = kernel_of("6.14", true);
	assert_true(tce_kernel_bug(&kernel, TCE_DEFECT_B1));
	assert_false(tce_kernel_bug(&kernel, TCE_DEFECT_B2));
	kernel = kernel_of("6.15", true);
	assert_false(tce_kernel_bug(&kernel, TCE_DEFECT_B1));
	kernel = kernel_of("5.14", true);
	assert_false(tce_kernel_bug(&kernel, TCE_DEFECT_B2));
	kernel = kernel_of("5.15", true);
	assert_true(tce_kernel_bug(&kernel, TCE_DEFECT_B2));
	kernel = kernel_of("7.0", true); /* only in its release candidates */
	assert_false(tce_kernel_bug(&kernel, TCE_DEFECT_A11));
}

static void stable_kernels_carry_what_was_backported(void **state)
{
	struct tce_kernel debian12 = kernel_of("6.1.176", true);
	struct tce_kernel later = kernel_of("6.1.192", true);
	struct tce_kernel debian13 = kernel_of("6.12.107", true);

	(void)state;
	assert_false(tce_kernel_bug(&debian12, TCE_DEFECT_B6));
	assert_true(tce_kernel_bug(&debian12, TCE_DEFECT_B2));
	assert_true(tce_kernel_has(&debian12, TCE_KF_INHERIT_DDW));
	assert_false(tce_kernel_has(&debian12, TCE_KF_INHERIT_DEFAULT));
	assert_true(tce_kernel_has(&later, TCE_KF_INHERIT_DEFAULT));
	assert_true(tce_kernel_bug(&later, TCE_DEFECT_D11));
	assert_true(tce_kernel_has(&debian13, TCE_KF_LIMITED_MODE));
	assert_false(tce_kernel_bug(&debian13, TCE_DEFECT_B1));
	assert_false(tce_kernel_has(&debian13, TCE_KF_LIMIT_ALWAYS));
}

static void every_defect_has_an_id_of_its_own_and_is_found_by_it(void **state)
{
	enum tce_defect found;
	unsigned i, nr[4] = {0};

	(void)state;
	for (i = 0; i < TCE_NR_DEFECTS; i++) {
		const struct tce_defect_info *info = tce_defect_info((enum tce_defect)i);

		assert_int_equal(tce_defect_find(info->id, &found), 0);
		assert_int_equal(found, i);
		assert_in_range(info->id[0], 'A', 'D');
		nr[info->id[0] - 'A']++;
		assert_true(info->first_bad <= info->fixed_in);
		assert_true(strlen(info->text) > 10);
		assert_int_equal(info->fixed_in == UINT32_MAX, info->id[0] == 'D');
	}
	assert_int_equal(nr[0], 11);
	assert_int_equal(nr[1], 28);
	assert_int_equal(nr[2], 12);
	assert_true(nr[3] >= 26); /* D27 and on are our own; there are no gaps */
	for (i = 1; i <= nr[3]; i++) {
		char id[8];

		snprintf(id, sizeof(id), "D%u", i);
		assert_int_equal(tce_defect_find(id, &found), 0);
	}
	assert_int_equal(tce_defect_find("b1", &found), 0);
	assert_int_equal(found, TCE_DEFECT_B1);
	assert_int_equal(tce_defect_find("B99", &found), -TCE_ERR_NOENT);
	assert_int_equal(tce_defect_find("", &found), -TCE_ERR_NOENT);
	assert_int_equal(tce_defect_find("B", &found), -TCE_ERR_NOENT);
}

static void a_set_of_defects_holds_those_of_both_words(void **state)
{
	struct tce_defects set = {{0, 0}};
	unsigned i;

	(void)state;
	for (i = 0; i < TCE_NR_DEFECTS; i++) {
		assert_false(tce_defects_has(&set, (enum tce_defect)i));
		tce_defects_add(&set, (enum tce_defect)i);
		assert_true(tce_defects_has(&set, (enum tce_defect)i));
	}
	tce_defects_remove(&set, TCE_DEFECT_D26);
	assert_false(tce_defects_has(&set, TCE_DEFECT_D26));
	assert_true(tce_defects_has(&set, TCE_DEFECT_D25));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_versions_are_found_exactly),
		cmocka_unit_test(unknown_versions_get_the_nearest_older_and_are_told_so),
		cmocka_unit_test(what_is_no_version_or_too_old_is_refused),
		cmocka_unit_test(the_name_tells_the_page_size_or_the_profile_does),
		cmocka_unit_test(profiles_go_from_oldest_to_newest_and_end_with_fixed),
		cmocka_unit_test(features_begin_with_their_release_and_stay),
		cmocka_unit_test(defects_are_there_from_their_first_bad_release_to_their_fix),
		cmocka_unit_test(stable_kernels_carry_what_was_backported),
		cmocka_unit_test(every_defect_has_an_id_of_its_own_and_is_found_by_it),
		cmocka_unit_test(a_set_of_defects_holds_those_of_both_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
