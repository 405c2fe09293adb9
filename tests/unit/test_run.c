/* SPDX-License-Identifier: BSD-2-Clause */
/* tce/run.h: stories acted out, verdicts, breaches that last and breaches that are new. */
#include <stdio.h>
#include <string.h>

#include <tce/scenario.h>

#include "check/rules/state_rules.h"
#include "machine_rig.h"
#include "testing.h"

#define M                                                                                          \
	"machine pseries profile=qemu ram=512M max-ram=1G\nphb phb0\ndevice 0000:00:01.0 "         \
	"name=nic\n"
#define TOO_LARGE "rtas create buid=0x800000020000000 page=64K window=2251799813685248"

struct seen {
	char text[2048];
};

static void note_event(void *ctx, unsigned step, unsigned depth, const struct tce_event *event,
		       const struct tce_outcome *outcome)
{
	struct seen *seen = ctx;
	size_t used = strlen(seen->text);

	(void)outcome;
	snprintf(seen->text + used, sizeof(seen->text) - used, "%u.%u %s\n", step, depth,
		 tce_event_verb(event->kind));
}

static void note_checked(void *ctx, unsigned step, const struct tce_machine *machine,
			 const struct tce_breach *breaches, unsigned nr_breaches)
{
	struct seen *seen = ctx;
	size_t used = strlen(seen->text);

	assert_non_null(tce_machine_lpar(machine));
	for (unsigned i = 0; i < nr_breaches; i++)
		snprintf(seen->text + used, sizeof(seen->text) - used, "%u ! %s\n", step,
			 tce_rule(breaches[i].rule)->id);
}

static struct tce_run_result play(const char *text, struct seen *seen)
{
	struct tce_run_observer observer = {seen, note_event, note_checked};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_run_result result;

	if (tce_scenario_parse(NULL, text, strlen(text), NULL, &scenario, &error) != 0)
		fail_msg("%u:%u: %s", error.line, error.column, error.text);
	assert_int_equal(tce_run(NULL, tce_scenario_story(scenario),
				 seen != NULL ? &observer : NULL, &result),
			 0);
	tce_scenario_free(scenario);
	return result;
}

static void a_story_passes_when_all_is_as_expected(void **state)
{
	struct seen seen = {""};
	struct tce_run_result result;

	(void)state;
	result = play(M "h_put_tce liobn=0x80000000 ioba=0 tce=3 -> ok\nreset", &seen);
	assert_int_equal(result.verdict, TCE_RUN_PASS);
	assert_int_equal(result.nr_events, 4);
	assert_true(result.broken_rules == 0);
	assert_string_equal(seen.text, "0.0 phb\n1.0 device\n2.0 h_put_tce\n3.0 reset\n");
}

static void the_first_expectation_that_is_not_met_ends_it(void **state)
{
	struct tce_run_result result =
		play(M "h_put_tce liobn=0x80000000 ioba=0 tce=3 -> ok r3=-4\nreset", NULL);

	(void)state;
	assert_int_equal(result.verdict, TCE_RUN_UNEXPECTED);
	assert_int_equal(result.step, 2);
	assert_int_equal(result.nr_events, 3);
	assert_int_equal(result.expect.kind, TCE_EXPECT_HCALL);
	assert_int_equal(result.outcome.answer.r3, 0);
}

static void what_the_machine_will_not_take_is_impossible(void **state)
{
	struct tce_run_result result = play(M "phb phb0\nreset", NULL);

	(void)state;
	assert_int_equal(result.verdict, TCE_RUN_IMPOSSIBLE);
	assert_int_equal(result.err, -TCE_ERR_EXISTS);
	assert_int_equal(result.step, 2);
}

static void a_breach_counts_where_it_begins(void **state)
{
	struct seen seen = {""};
	struct tce_run_result result;

	(void)state;
	result = play(M TOO_LARGE "\nreset", NULL);
	assert_int_equal(result.verdict, TCE_RUN_BROKEN);
	assert_int_equal(result.breach.rule, TCE_RULE_QEMU_WINDOW_TOO_LARGE);
	assert_int_equal(result.step, 2);
	result = play(M TOO_LARGE " -> status=-1 rule qemu-window-too-large\nreset\nreset", &seen);
	assert_int_equal(result.verdict, TCE_RUN_PASS);
	assert_true(result.broken_rules == UINT64_C(1) << TCE_RULE_QEMU_WINDOW_TOO_LARGE);
	assert_string_equal(seen.text, "0.0 phb\n1.0 device\n2.0 rtas\n2 ! qemu-window-too-large\n"
				       "3.0 reset\n4.0 reset\n");
	/* a rule that is expected to break and does not */
	result = play(M "reset -> rule=dma-fault", NULL);
	assert_int_equal(result.verdict, TCE_RUN_UNEXPECTED);
	assert_int_equal(result.expect.kind, TCE_EXPECT_RULE);
}

static void an_abort_ends_the_story(void **state)
{
	struct tce_run_result result;

	(void)state;
	result = play(M TOO_LARGE " -> rule=qemu-window-too-large\nreset\n"
				  "rtas create buid=0x800000020000000 page=64K window=2G -> aborts "
				  "rule=qemu-window-too-large\nreset",
		      NULL);
	assert_int_equal(result.verdict, TCE_RUN_IMPOSSIBLE);
	assert_int_equal(result.err, -TCE_ERR_STATE);
	assert_int_equal(result.step, 5);
	assert_int_equal(result.abort, TCE_ABORT_REGION_TWICE);
}

static const char *name_of(void *ctx, enum tce_object object, uint16_t id)
{
	(void)ctx;
	return object == TCE_OBJ_DEV && id == 3 ? "nvme" : NULL;
}

static void breaches_are_sentences_with_names(void **state)
{
	struct tce_breach breach =
		tce_breach_of(TCE_RULE_DMA_FAULT, "{dev} and {map} at {0}, {1}{x}{");
	struct tce_breach other = breach;
	struct tce_names names = {.name = name_of};
	char text[64];

	(void)state;
	breach.dev = 3;
	breach.map = 7;
	breach.value[0] = 0xabc;
	assert_int_equal(tce_breach_text(&breach, &names, text, sizeof(text)),
			 strlen("nvme and m7 at abc, 0{"));
	assert_string_equal(text, "nvme and m7 at abc, 0{");
	assert_int_equal(tce_breach_text(&breach, NULL, text, 12), 26);
	assert_string_equal(text, "device 3 an");
	breach.node = TCE_NODE_DEV | 3;
	breach.text = "{node}";
	tce_breach_text(&breach, &names, text, sizeof(text));
	assert_string_equal(text, "nvme");
	assert_false(tce_breach_same(&breach, &other));
	other = breach;
	assert_true(tce_breach_same(&breach, &other));
	other.value[3] = 1;
	assert_false(tce_breach_same(&breach, &other));
}

/* I-DT: what the device tree tells of must be there. */
static void properties_without_windows_are_found(void **state)
{
	struct machine_rig rig;

	(void)state;
	machine_rig_init(&rig, M "boot\nprobe nic -> direct", true);
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_do(&rig, "rtas remove liobn=0x80000001 -> ok rule=devtree-mismatch");
	assert_int_equal(rig.nr_breaches, 1);
	machine_rig_do(&rig, "rtas create buid=0x800000020000000 page=16M window=2G -> ok "
			     "rule=devtree-mismatch");
	machine_rig_do(&rig, "rtas remove liobn=0x80000001\n"
			     "rtas create buid=0x800000020000000 page=64K window=2G -> ok");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_do(&rig, "rtas remove liobn=0x80000000 -> rule=devtree-mismatch\ncas");
	assert_int_equal(rig.nr_breaches, 0); /* size 0 says that it is gone */
	machine_rig_do(&rig, "reset");
	assert_int_equal(rig.nr_breaches, 0);
	machine_rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_story_passes_when_all_is_as_expected),
		cmocka_unit_test(the_first_expectation_that_is_not_met_ends_it),
		cmocka_unit_test(what_the_machine_will_not_take_is_impossible),
		cmocka_unit_test(a_breach_counts_where_it_begins),
		cmocka_unit_test(an_abort_ends_the_story),
		cmocka_unit_test(breaches_are_sentences_with_names),
		cmocka_unit_test(properties_without_windows_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
