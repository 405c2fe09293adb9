/* SPDX-License-Identifier: BSD-2-Clause */
/* The library's own error texts and version. */
#include <stdio.h>
#include <stdlib.h>

#include <tce/status.h>

#include "testing.h"

#define COUNT_ONE(name, value, text) +1

static void every_code_has_a_text_of_its_own_for_both_signs(void **state)
{
	int nr_codes = 0 TCE_ERR_LIST(COUNT_ONE);
	int a, b;

	(void)state;
	for (a = 0; a <= nr_codes; a++) {
		assert_string_equal(tce_strerror(a), tce_strerror(-a));
		assert_string_not_equal(tce_strerror(a), tce_strerror(nr_codes + 1));
		for (b = 0; b < a; b++)
			assert_string_not_equal(tce_strerror(a), tce_strerror(b));
	}
}

static void codes_beyond_the_list_are_unknown_and_not_null(void **state)
{
	(void)state;
	assert_string_equal(tce_strerror(12345), "unknown error");
	assert_string_equal(tce_strerror(-12345), "unknown error");
	assert_string_equal(tce_strerror(INT32_MIN), "unknown error");
}

static void the_version_is_the_one_of_the_headers(void **state)
{
	char text[32];

	(void)state;
	snprintf(text, sizeof(text), "%d.%d.%d", TCE_VERSION_MAJOR, TCE_VERSION_MINOR,
		 TCE_VERSION_PATCH);
	assert_string_equal(tce_version(), text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_text_of_its_own_for_both_signs),
		cmocka_unit_test(codes_beyond_the_list_are_unknown_and_not_null),
		cmocka_unit_test(the_version_is_the_one_of_the_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
