/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scenario text: it is refused with a place and one line, or it can be written back so that it says
 * the same, and acted out as far as memory goes.
 */
#include <stdlib.h>
#include <string.h>

#include <tce/scenario.h>

#define MAX_STEPS   64U
#define MAX_WRITTEN (1U << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct text {
	char *bytes;
	size_t n;
};

static void text_init(struct text *text)
{
	text->bytes = malloc(MAX_WRITTEN);
	text->n = 0;
	if (text->bytes == NULL)
		abort();
}

static int put(void *ctx, const char *bytes, size_t n)
{
	struct text *text = ctx;

	if (n > MAX_WRITTEN - text->n)
		return 1;
	memcpy(text->bytes + text->n, bytes, n);
	text->n += n;
	return 0;
}

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_error(const struct tce_scenario_error *error, const uint8_t *data, size_t size)
{
	unsigned lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	check(error->line >= 1 && error->line <= lines && error->column >= 1);
	check(error->text[0] != '\0' && strchr(error->text, '\n') == NULL);
}

/* As text, once more as text: the same text. */
static void write_back(const struct tce_scenario *scenario)
{
	struct tce_names names = tce_scenario_names(scenario);
	struct tce_scenario_error error;
	struct tce_scenario *back;
	struct text first;
	struct text second;

	text_init(&first);
	text_init(&second);
	if (tce_scenario_write(NULL, tce_scenario_story(scenario), &names, put, &first) == 0) {
		check(tce_scenario_parse(NULL, first.bytes, first.n, NULL, &back, &error) == 0);
		names = tce_scenario_names(back);
		check(tce_scenario_write(NULL, tce_scenario_story(back), &names, put, &second) ==
		      0);
		check(first.n == second.n && memcmp(first.bytes, second.bytes, first.n) == 0);
		tce_scenario_free(back);
	}
	free(first.bytes);
	free(second.bytes);
}

static void act_out(const struct tce_scenario *scenario)
{
	const struct tce_story *story = tce_scenario_story(scenario);
	struct tce_run_result result;
	int err;

	if (story->nr_steps > MAX_STEPS || story->machine.arena_size > 64 << 20 ||
	    story->machine.storage != TCE_STORAGE_COMPACT)
		return;
	err = tce_run(NULL, story, NULL, &result);
	check(err == 0 || err == -TCE_ERR_INVAL || err == -TCE_ERR_NOMEM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tce_scenario_error error;
	struct tce_scenario *scenario;
	int err = tce_scenario_parse(NULL, (const char *)data, size, NULL, &scenario, &error);

	if (err == -TCE_ERR_FORMAT)
		check_error(&error, data, size);
	if (err != 0)
		return 0;
	write_back(scenario);
	act_out(scenario);
	tce_scenario_free(scenario);
	return 0;
}
