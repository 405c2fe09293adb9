/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device trees: one is refused with one line, or gives a machine that can be built, that is the
 * same machine after it was written as a scenario, and that plans can be made of.
 */
#include <stdlib.h>
#include <string.h>

#include <tce/devtree.h>
#include <tce/plan.h>
#include <tce/scenario.h>

#define MAX_WRITTEN (1U << 20)
#define MAX_RAM     (UINT64_C(1) << 36) /* mapping more of it takes too long here */

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

/* All memory of all devices is accounted for, whatever the kernel. */
static void check_plan(const struct tce_plan *plan)
{
	const struct tce_plan_summary *sum = tce_plan_summary(plan);
	const struct tce_plan_dev *dev;
	char text[512];

	for (unsigned i = 0; (dev = tce_plan_dev_at(plan, i)) != NULL; i++) {
		for (unsigned j = 0; dev->has_driver && j < TCE_PLAN_NR_MEMORIES; j++) {
			uint64_t bytes = 0;

			for (unsigned way = 0; way < TCE_PLAN_NR_WAYS; way++)
				bytes += dev->trial.bytes[j][way];
			check(bytes == sum->memory[j] || dev->trial.died);
		}
	}
	for (unsigned i = 0; i < sum->nr_warnings; i++)
		tce_plan_warning_text(tce_plan_warning_at(plan, i), NULL, text, sizeof(text));
}

static void plan(const struct tce_story *story, const uint8_t *data, size_t size)
{
	struct tce_ev_boot boot = {.flags = data[size - 1] & TCE_BOOT_DISABLE_DDW};
	uint8_t masks[] = {64, 33};
	struct tce_plan_opts opts = {.story = story, .boot = &boot, .masks = masks, .nr_masks = 2};
	struct tce_kernel kernel;
	struct tce_plan *made;

	boot.kernel = data[size / 2];
	if (tce_kernel_at(boot.kernel, &kernel) != 0 || story->machine.ram > MAX_RAM ||
	    story->machine.platform != TCE_PSERIES)
		return;
	if (tce_plan_new(&opts, &made) != 0)
		return;
	check_plan(made);
	tce_plan_free(made);
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
	plan(tce_devtree_story(devtree), data, size);
	tce_machine_free(machine);
	tce_devtree_free(devtree);
	return 0;
}
