/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device trees: one is refused with one line, or gives a machine that can be built, and that is the
 * same machine after it was written as a scenario.
 */
#include <stdlib.h>
#include <string.h>

#include <tce/devtree.h>
#include <tce/scenario.h>

#define MAX_WRITTEN (1U << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

struct text {
	char *bytes;
	size_t n;
};

static int put(void *ctx, const char *bytes, size_t n)
{
	struct text *text = ctx;

	if (n > MAX_WRITTEN - text->n)
		return 1;
	memcpy(text->bytes + text->n, bytes, n);
	text->n += n;
	return 0;
}

static struct tce_machine *build(const struct tce_story *story)
{
	struct tce_machine *machine;
	struct tce_outcome outcome;

	check(tce_machine_new(NULL, &story->machine, &machine) == 0);
	for (unsigned i = 0; i < story->nr_steps; i++) {
		check(tce_machine_step(machine, &story->steps[i].event, &outcome) == 0);
		check(outcome.err == 0);
	}
	return machine;
}

static void write_back(const struct tce_devtree *devtree, const struct tce_machine *machine)
{
	struct tce_names names = tce_devtree_names(devtree);
	struct text text = {malloc(MAX_WRITTEN), 0};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_machine *back;

	check(text.bytes != NULL);
	if (tce_scenario_write(NULL, tce_devtree_story(devtree), &names, put, &text) == 0) {
		check(tce_scenario_parse(NULL, text.bytes, text.n, NULL, &scenario, &error) == 0);
		back = build(tce_scenario_story(scenario));
		check(tce_machine_equal(machine, back));
		tce_machine_free(back);
		tce_scenario_free(scenario);
	}
	free(text.bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tce_devtree_error error;
	struct tce_devtree *devtree;
	struct tce_machine *machine;
	int err = tce_devtree_read(data, size, NULL, &devtree, &error);

	if (err == -TCE_ERR_FORMAT)
		check(error.text[0] != '\0' && strchr(error.text, '\n') == NULL);
	if (err != 0)
		return 0;
	machine = build(tce_devtree_story(devtree));
	write_back(devtree, machine);
	tce_machine_free(machine);
	tce_devtree_free(devtree);
	return 0;
}
