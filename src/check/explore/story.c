/* SPDX-License-Identifier: BSD-2-Clause */
/* Stories that grow event by event. */
#include "story.h"

#include <string.h>

#include "machine/event_table.h"

#define ROOM_LEAST 32U

void tce_draft_init(struct tce_draft *draft, const struct tce_mem *mem,
		    const struct tce_machine_opts *machine)
{
	memset(draft, 0, sizeof(*draft));
	draft->mem = mem;
	draft->story.machine = *machine;
}

/* --- what an event points to --- */

static size_t list_bytes(const struct tce_event *event)
{
	switch (event->kind) {
	case TCE_EV_MAP: return event->u.map.nr_sg * sizeof(*event->u.map.sg);
	case TCE_EV_H_PUT_TCE_INDIRECT:
		return event->u.h_indirect.list == NULL ? 0
							: (size_t)event->u.h_indirect.count *
								  sizeof(*event->u.h_indirect.list);
	default: return 0;
	}
}

static const void *list_of(const struct tce_event *event)
{
	return event->kind == TCE_EV_MAP ? (const void *)event->u.map.sg
					 : (const void *)event->u.h_indirect.list;
}

static void set_list(struct tce_event *event, const void *list)
{
	if (event->kind == TCE_EV_MAP)
		event->u.map.sg = list;
	else
		event->u.h_indirect.list = list;
}

void tce_draft_cut(struct tce_draft *draft, unsigned nr)
{
	while (draft->nr > nr) {
		struct tce_event *event = &draft->steps[--draft->nr].event;
		size_t bytes = list_bytes(event);

		if (bytes != 0)
			tce_mem_free(draft->mem, (void *)(uintptr_t)list_of(event), bytes);
	}
}

void tce_draft_fini(struct tce_draft *draft)
{
	tce_draft_cut(draft, 0);
	tce_mem_free(draft->mem, draft->steps, draft->room * sizeof(*draft->steps));
	tce_mem_free(draft->mem, draft->expects, draft->room * sizeof(*draft->expects));
	draft->steps = NULL;
	draft->expects = NULL;
	draft->room = 0;
}

/* --- growing --- */

static int reserve(struct tce_draft *draft)
{
	unsigned room = draft->room == 0 ? ROOM_LEAST : 2 * draft->room;
	struct tce_step *steps;
	struct tce_expect(*expects)[TCE_DRAFT_EXPECTS];

	if (draft->nr < draft->room)
		return 0;
	steps = tce_mem_new(draft->mem, room * sizeof(*steps));
	expects = tce_mem_new(draft->mem, room * sizeof(*expects));
	if (steps == NULL || expects == NULL) {
		tce_mem_free(draft->mem, steps, room * sizeof(*steps));
		tce_mem_free(draft->mem, expects, room * sizeof(*expects));
		return -TCE_ERR_NOMEM;
	}
	if (draft->nr != 0) {
		memcpy(steps, draft->steps, draft->nr * sizeof(*steps));
		memcpy(expects, draft->expects, draft->nr * sizeof(*expects));
	}
	tce_mem_free(draft->mem, draft->steps, draft->room * sizeof(*steps));
	tce_mem_free(draft->mem, draft->expects, draft->room * sizeof(*expects));
	draft->steps = steps;
	draft->expects = expects;
	draft->room = room;
	return 0;
}

int tce_draft_add(struct tce_draft *draft, const struct tce_event *event)
{
	size_t bytes = list_bytes(event);
	struct tce_step step = {.event = *event};
	void *list = NULL;
	int err = reserve(draft);

	if (err != 0)
		return err;
	if (bytes != 0) {
		list = tce_mem_new(draft->mem, bytes);
		if (list == NULL)
			return -TCE_ERR_NOMEM;
		memcpy(list, list_of(event), bytes);
		set_list(&step.event, list);
	}
	draft->steps[draft->nr++] = step;
	return 0;
}

static void expect(struct tce_draft *draft, unsigned at, enum tce_expect_kind kind, uint64_t value)
{
	struct tce_step *step = &draft->steps[at];

	if (step->nr_expects < TCE_DRAFT_EXPECTS)
		draft->expects[at][step->nr_expects++] =
			(struct tce_expect){.kind = kind, .value = value};
}

static enum tce_expect_kind dma_or_astray(const struct tce_outcome *outcome)
{
	return outcome->misdirected ? TCE_EXPECT_ASTRAY : TCE_EXPECT_DMA;
}

void tce_draft_expect_outcome(struct tce_draft *draft, unsigned at,
			      const struct tce_outcome *outcome)
{
	const struct tce_event *event = &draft->steps[at].event;

	if (outcome->abort != TCE_ABORT_NOT)
		expect(draft, at, TCE_EXPECT_ABORTS, 0);
	else if (outcome->no_progress)
		expect(draft, at, TCE_EXPECT_STUCK, 0);
	else if (event->kind == TCE_EV_DMA)
		expect(draft, at, dma_or_astray(outcome), outcome->dma.result);
	else if (tce_outcome_ok(event->kind, outcome))
		expect(draft, at, TCE_EXPECT_OK, 0);
	else if (outcome->err < 0 && tce_errno_name(outcome->err) != NULL)
		expect(draft, at, TCE_EXPECT_ERRNO, (uint64_t)-outcome->err);
	else
		expect(draft, at, TCE_EXPECT_REFUSED, 0);
}

void tce_draft_expect_rule(struct tce_draft *draft, unsigned at, enum tce_rule_id rule)
{
	for (unsigned i = 0; i < draft->steps[at].nr_expects; i++) {
		if (draft->expects[at][i].kind == TCE_EXPECT_RULE &&
		    draft->expects[at][i].value == rule)
			return;
	}
	expect(draft, at, TCE_EXPECT_RULE, rule);
}

void tce_draft_expect_only(struct tce_draft *draft, unsigned at, const struct tce_expect *expect)
{
	draft->expects[at][0] = *expect;
	draft->steps[at].nr_expects = 1;
}

const struct tce_story *tce_draft_story(struct tce_draft *draft)
{
	for (unsigned i = 0; i < draft->nr; i++)
		draft->steps[i].expects = draft->expects[i];
	draft->story.steps = draft->steps;
	draft->story.nr_steps = draft->nr;
	return &draft->story;
}
