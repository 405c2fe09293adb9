/* SPDX-License-Identifier: BSD-2-Clause */
/* A scenario's life, and what its reader is asked for. */
#include <string.h>

#include "parse.h"

static int scenario_new(const struct tce_alloc *alloc, struct tce_scenario **ret_scenario)
{
	struct tce_scenario *scenario;
	struct tce_alloc own;
	struct tce_mem mem;

	tce_mem_init(&mem, alloc);
	own = tce_mem_alloc(&mem);
	scenario = tce_mem_new(&mem, sizeof(*scenario));
	if (scenario == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&scenario->mem, &own);
	tce_pool_init(&scenario->pool, &own);
	tce_names_init(&scenario->names, &scenario->pool);
	*ret_scenario = scenario;
	return 0;
}

void tce_scenario_free(struct tce_scenario *scenario)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (scenario == NULL)
		return;
	tce_vec_fini(&scenario->steps, &scenario->mem, sizeof(struct tce_step));
	tce_pool_fini(&scenario->pool);
	alloc = tce_mem_alloc(&scenario->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, scenario, sizeof(*scenario));
}

int tce_scenario_parse(const struct tce_alloc *alloc, const char *text, size_t n,
		       const struct tce_scenario_overrides *overrides,
		       struct tce_scenario **ret_scenario, struct tce_scenario_error *ret_error)
{
	struct tce_reader reader = {.overrides = overrides, .error = ret_error};
	struct tce_scenario *scenario;
	int err;

	if (n > TCE_SCENARIO_BYTES_MAX)
		return -TCE_ERR_LIMIT;
	err = scenario_new(alloc, &scenario);
	if (err != 0)
		return err;
	reader.scenario = scenario;
	tce_lexer_init(&reader.lexer, text, n);
	err = tce_read_scenario(&reader);
	if (err != 0) {
		tce_scenario_free(scenario);
		return err;
	}
	scenario->story.steps = tce_rptr_get(&scenario->steps.data);
	scenario->story.nr_steps = scenario->steps.nr;
	*ret_scenario = scenario;
	return 0;
}

const struct tce_story *tce_scenario_story(const struct tce_scenario *scenario)
{
	return &scenario->story;
}

static const char *name_of(void *ctx, enum tce_object object, uint16_t id)
{
	return tce_names_of(ctx, object, id);
}

struct tce_names tce_scenario_names(const struct tce_scenario *scenario)
{
	struct tce_names names = {.ctx = (void *)(uintptr_t)&scenario->names, .name = name_of};

	return names;
}

const char *tce_scenario_remark(const struct tce_scenario *scenario, unsigned i)
{
	return i < scenario->nr_remarks ? scenario->remark[i] : NULL;
}
