/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every bundled recording's device tree is read into a machine, which is compared with what another
 * reader (tce/facts.h) finds in the tree, and with itself written as a scenario and read back.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tce/devtree.h>
#include <tce/facts.h>
#include <tce/scenario.h>

#include "testing.h"

struct text {
	char *bytes;
	size_t n;
	size_t room;
};

static int put(void *ctx, const char *bytes, size_t n)
{
	struct text *text = ctx;

	if (text->room - text->n <= n) {
		text->room = 2 * text->room + n + 4096;
		text->bytes = realloc(text->bytes, text->room);
		assert_non_null(text->bytes);
	}
	memcpy(text->bytes + text->n, bytes, n);
	text->n += n;
	return 0;
}

static uint8_t blob[1 << 20];
static size_t blob_size;

static struct tce_devtree *read_file(const char *path)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	blob_size = fread(blob, 1, sizeof(blob), file);
	fclose(file);
	if (tce_devtree_read(blob, blob_size, NULL, &devtree, &error) != 0)
		fail_msg("%s: %s", path, error.text);
	return devtree;
}

/* All bundled trees. */
static void for_each_tree(void (*visit)(const char *path, const struct tce_devtree *devtree))
{
	glob_t found;

	if (glob(RECORDINGS "/*/*/machine.dtb", 0, NULL, &found) != 0)
		fail_msg("no device trees in " RECORDINGS);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct tce_devtree *devtree = read_file(found.gl_pathv[i]);

		visit(found.gl_pathv[i], devtree);
		tce_devtree_free(devtree);
	}
	globfree(&found);
}

static struct tce_machine *play(const char *path, const struct tce_story *story)
{
	struct tce_machine *machine;

	if (tce_machine_new(NULL, &story->machine, &machine) != 0)
		fail_msg("%s: no machine", path);
	for (unsigned i = 0; i < story->nr_steps; i++) {
		struct tce_outcome outcome;

		if (tce_machine_step(machine, &story->steps[i].event, &outcome) != 0 ||
		    outcome.err != 0)
			fail_msg("%s: event %u", path, i);
	}
	return machine;
}

static void assert_text_keeps(const char *path, const struct tce_devtree *devtree)
{
	struct tce_names names = tce_devtree_names(devtree);
	const struct tce_story *story = tce_devtree_story(devtree);
	struct text text = {.n = 0};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_machine *a;
	struct tce_machine *b;

	assert_int_equal(tce_scenario_write(NULL, story, &names, put, &text), 0);
	if (tce_scenario_parse(NULL, text.bytes, text.n, NULL, &scenario, &error) != 0)
		fail_msg("%s: %u:%u: %s", path, error.line, error.column, error.text);
	a = play(path, story);
	b = play(path, tce_scenario_story(scenario));
	if (!tce_machine_equal(a, b))
		fail_msg("%s: the text tells of another machine:\n%.*s", path, (int)text.n,
			 text.bytes);
	tce_machine_free(a);
	tce_machine_free(b);
	tce_scenario_free(scenario);
	free(text.bytes);
}

static void scenario_text_keeps_the_machines_of_all_trees(void **state)
{
	(void)state;
	for_each_tree(assert_text_keeps);
}

static bool has_pmem(const struct tce_story *story)
{
	for (unsigned i = 0; i < story->nr_steps; i++) {
		if (story->steps[i].event.kind == TCE_EV_PMEM_PLUG)
			return true;
	}
	return false;
}

static void assert_facts(const char *path, const struct tce_devtree *devtree)
{
	const struct tce_story *story = tce_devtree_story(devtree);
	struct tce_machine *machine = play(path, story);
	const struct tce_lpar *lpar = tce_machine_lpar(machine);
	struct tce_window_info info;
	struct tce_facts facts;

	assert_int_equal(tce_facts_read(blob, blob_size, &facts), 0);
	for (unsigned i = 0; lpar != NULL && i < facts.nr_windows; i++) {
		assert_int_equal(tce_lpar_window(lpar, facts.window[i].liobn, &info), 0);
		assert_int_equal(info.start, facts.window[i].start);
		assert_int_equal(info.last + 1 - info.start, facts.window[i].size);
	}
	assert_int_equal(story->machine.ram, facts.ram_end);
	assert_true(has_pmem(story) == facts.has_pmem);
	if (lpar != NULL)
		assert_true(facts.nr_windows != 0);
	tce_machine_free(machine);
}

static void two_readers_find_the_same_in_all_trees(void **state)
{
	(void)state;
	for_each_tree(assert_facts);
}

/* Firmware writes into these trees what the model writes too. */
static void assert_nothing_fixed(const char *path, const struct tce_devtree *devtree)
{
	const struct tce_story *story = tce_devtree_story(devtree);

	for (unsigned i = 0; i < story->nr_steps; i++) {
		if (story->steps[i].event.kind == TCE_EV_PROPERTY)
			fail_msg("%s: a property differs", path);
	}
}

static void the_model_writes_the_properties_that_qemu_wrote(void **state)
{
	(void)state;
	for_each_tree(assert_nothing_fixed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scenario_text_keeps_the_machines_of_all_trees),
		cmocka_unit_test(two_readers_find_the_same_in_all_trees),
		cmocka_unit_test(the_model_writes_the_properties_that_qemu_wrote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
