/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules as a table: every one complete, ids stable and unlike each other. */
#include <ctype.h>
#include <string.h>

#include <tce/check.h>
#include <tce/linux.h>

#include "testing.h"

static void every_rule_is_complete(void **state)
{
	const struct tce_rule *rule;
	unsigned n = 0;

	(void)state;
	for (; (rule = tce_rule((enum tce_rule_id)n)) != NULL; n++) {
		assert_non_null(rule->id);
		assert_true(rule->checked_by != 0);
		assert_true(strlen(rule->holds) > 10);
		assert_true(strlen(rule->breaks) > 3);
		assert_non_null(rule->needs);
		assert_true(strlen(rule->story) > 40);
		assert_true(rule->story[strlen(rule->story) - 1] == '\n');
		assert_true(strlen(rule->source) > 10);
		assert_true(strlen(tce_severity_name(rule->severity)) >= 4);
	}
	assert_int_equal(n, TCE_NR_RULES);
}

static void bugs_are_known_defects(void **state)
{
	unsigned n = 0;

	(void)state;
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		const char *p = tce_rule((enum tce_rule_id)i)->bugs;

		while (*p != '\0') {
			size_t len = strcspn(p, " ");
			enum tce_defect defect;
			char id[8] = "";

			assert_true(len < sizeof(id));
			memcpy(id, p, len);
			if (tce_defect_find(id, &defect) != 0)
				fail_msg("%s names %s", tce_rule((enum tce_rule_id)i)->id, id);
			n++;
			p += len + (p[len] == ' ');
		}
	}
	assert_true(n > 50);
}

static void ids_are_small_letters_and_dashes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TCE_NR_RULES; i++)
		for (const char *p = tce_rule((enum tce_rule_id)i)->id; *p != '\0'; p++)
			assert_true(islower((unsigned char)*p) || *p == '-');
}

static void a_rule_is_found_by_its_id_only(void **state)
{
	enum tce_rule_id id;

	(void)state;
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		assert_true(tce_rule_find(tce_rule((enum tce_rule_id)i)->id, &id));
		assert_int_equal(id, i);
	}
	assert_false(tce_rule_find("dma-faul", &id));
	assert_false(tce_rule_find("", &id));
}

static void ids_are_the_names_of_their_enumerators(void **state)
{
	static const char *const names[] = {
#define NAME(name) #name,
		TCE_RULE_LIST(NAME)
#undef NAME
	};

	(void)state;
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		const char *id = tce_rule((enum tce_rule_id)i)->id;

		assert_int_equal(strlen(id), strlen(names[i]));
		for (size_t k = 0; id[k] != '\0'; k++)
			assert_int_equal(id[k] == '-' ? '_' : toupper((unsigned char)id[k]),
					 names[i][k]);
	}
}

static void the_rules_of_the_architecture_are_there(void **state)
{
	static const char *const ids[] = {
		"stale-table",
		"premap-coverage",
		"lost-tce",
		"leaked-tce",
		"reserved-range",
		"double-owner",
		"unbalanced-account",
		"window-mismatch",
		"devtree-mismatch",
		"window-too-small",
		"failed-call-changed-state",
		"unchecked-input",
		"no-progress",
		"dma-misdirected",
		"dma-after-unmap",
		"dma-fault",
	};
	enum tce_rule_id id;

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		assert_true(tce_rule_find(ids[i], &id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_complete),
		cmocka_unit_test(bugs_are_known_defects),
		cmocka_unit_test(ids_are_small_letters_and_dashes),
		cmocka_unit_test(a_rule_is_found_by_its_id_only),
		cmocka_unit_test(ids_are_the_names_of_their_enumerators),
		cmocka_unit_test(the_rules_of_the_architecture_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
