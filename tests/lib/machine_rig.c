/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario text in small bites. */
#include "machine_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "testing.h"
#include "toy_os.h"

static void append(struct machine_rig *rig, const char *text)
{
	size_t old = rig->text == NULL ? 0 : strlen(rig->text);
	char *longer = realloc(rig->text, old + strlen(text) + 2);

	assert_non_null(longer);
	snprintf(longer + old, strlen(text) + 2, "%s\n", text);
	rig->text = longer;
}

struct tce_scenario *machine_rig_parse(const char *text)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	int err = tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error);

	if (err != 0)
		fail_msg("line %u:%u: %s (%s) in\n%s", error.line, error.column, error.text,
			 tce_strerror(err), text);
	return scenario;
}

static void check_expects(const struct machine_rig *rig, const struct tce_step *step)
{
	for (unsigned i = 0; i < step->nr_expects; i++) {
		if (!tce_expect_met(&step->expects[i], &step->event, &rig->outcome, rig->breaches,
				    rig->nr_breaches))
			fail_msg("expectation %u of: %s", i + 1, step->text);
	}
}

static void apply(struct machine_rig *rig, const struct tce_step *step)
{
	int err = tce_machine_step(rig->m, &step->event, &rig->outcome);

	if (err != 0)
		fail_msg("%s: %s", tce_strerror(err), step->text);
	rig->nr_breaches = tce_check_machine(rig->m, &step->event, &rig->outcome, rig->breaches,
					     TCE_BREACHES_MAX);
	check_expects(rig, step);
}

/* Parse everything, act out what is new. */
static void act(struct machine_rig *rig)
{
	struct tce_scenario *scenario = machine_rig_parse(rig->text);
	const struct tce_story *story = tce_scenario_story(scenario);

	while (rig->nr_done < story->nr_steps)
		apply(rig, &story->steps[rig->nr_done++]);
	tce_scenario_free(scenario);
}

void machine_rig_init(struct machine_rig *rig, const char *text, bool toy)
{
	struct tce_scenario *scenario;

	memset(rig, 0, sizeof(*rig));
	append(rig, text);
	scenario = machine_rig_parse(rig->text);
	assert_int_equal(tce_machine_new(NULL, &tce_scenario_story(scenario)->machine, &rig->m), 0);
	tce_scenario_free(scenario);
	if (toy)
		assert_int_equal(toy_os_attach(rig->m), 0);
	act(rig);
}

void machine_rig_fini(struct machine_rig *rig)
{
	tce_machine_free(rig->m);
	free(rig->text);
}

void machine_rig_do(struct machine_rig *rig, const char *text)
{
	append(rig, text);
	act(rig);
}

void machine_rig_event(struct machine_rig *rig, const char *text, struct tce_event *ret_event)
{
	size_t old = strlen(rig->text);
	struct tce_scenario *scenario;
	const struct tce_story *story;

	append(rig, text);
	scenario = machine_rig_parse(rig->text);
	story = tce_scenario_story(scenario);
	assert_int_equal(story->nr_steps, rig->nr_done + 1);
	*ret_event = story->steps[rig->nr_done].event;
	tce_scenario_free(scenario);
	rig->text[old] = '\0';
}

int machine_rig_try(struct machine_rig *rig, const char *text)
{
	struct tce_outcome outcome;
	struct tce_event event;

	machine_rig_event(rig, text, &event);
	return tce_machine_step(rig->m, &event, &outcome);
}
