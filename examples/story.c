/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A regression test in a program: one story about DMA, acted out on the kernels before and after a
 * fix, with every rule held against the machine after every event.
 *
 * The story is text (tce-scenario(5)), as "tce explore" and "tce shrink" write it and as people put
 * it into mails: persistent memory far above RAM is turned into RAM while a device has a window in
 * which all memory is mapped in advance. Linux before 6.15 maps it there although it does not fit.
 *
 * Build: cc -std=c11 story.c $(pkg-config --cflags --libs libtce)
 */
#include <stdio.h>
#include <string.h>

#include <tce/scenario.h>

static const char text[] = "machine  pseries profile=papr-strict ram=64G\n"
			   "phb      phb0 ddw=yes windows=1 page-sizes=4K,64K,2M\n"
			   "pmem     pmem0 at=0x100000000000 size=1G\n"
			   "device   0001:00:01.0 name=nvme\n"
			   "boot     kernel=6.15\n"
			   "probe    nvme mask=64      -> direct\n"
			   "pmem     to-ram pmem0      -> ok\n";

struct telling {
	unsigned nr_calls;
	unsigned nr_refused;
};

/* Every event, those that the kernel emitted (its calls to the hypervisor) among them. */
static void count(void *ctx, unsigned step, unsigned depth, const struct tce_event *event,
		  const struct tce_outcome *outcome)
{
	struct telling *telling = ctx;

	(void)step;
	if (depth == 0 || tce_event_class(event->kind) != TCE_CLASS_BOUNDARY)
		return;
	telling->nr_calls++;
	telling->nr_refused += outcome->answer.refusal != TCE_REFUSED_NOT;
}

static void tell(const struct tce_scenario *scenario, const struct tce_run_result *result)
{
	const struct tce_story *story = tce_scenario_story(scenario);
	const struct tce_step *step = &story->steps[result->step];
	struct tce_names names = tce_scenario_names(scenario);
	char sentence[256];

	switch (result->verdict) {
	case TCE_RUN_PASS: printf("pass, %u events\n", result->nr_events); break;
	case TCE_RUN_UNEXPECTED:
		printf("line %u: not what was expected: %s\n", step->line, step->text);
		break;
	case TCE_RUN_BROKEN:
		tce_breach_text(&result->breach, &names, sentence, sizeof(sentence));
		printf("line %u: %s: %s\n", step->line, tce_rule(result->breach.rule)->id,
		       sentence);
		break;
	case TCE_RUN_IMPOSSIBLE:
		printf("line %u: %s\n", step->line, tce_strerror(result->err));
		break;
	}
}

/* 0: it could be acted out, whatever came of it. */
static int act(const char *kernel)
{
	struct tce_scenario_overrides overrides = {.kernel = kernel};
	struct telling telling = {.nr_calls = 0};
	struct tce_run_observer observer = {.ctx = &telling, .event = count};
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	struct tce_run_result result;
	int err;

	err = tce_scenario_parse(NULL, text, strlen(text), &overrides, &scenario, &error);
	if (err != 0) {
		printf("line %u, column %u: %s\n", error.line, error.column, error.text);
		return err;
	}
	err = tce_run(NULL, tce_scenario_story(scenario), &observer, &result);
	if (err == 0) {
		printf("Linux %s: ", kernel);
		tell(scenario, &result);
		printf("  %u calls to the hypervisor, %u refused\n", telling.nr_calls,
		       telling.nr_refused);
	}
	tce_scenario_free(scenario);
	return err;
}

int main(void)
{
	return act("6.14") != 0 || act("6.15") != 0;
}
