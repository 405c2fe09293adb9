/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A failing story made small: steps are left out, in ever smaller pieces, then what is left is made
 * plainer (parameters at their defaults, defects and options of the machine away), until nothing
 * can be left out without the failure going too. Every try is played from the beginning.
 */
#include <string.h>

#include <tce/explore.h>

#include "check/live.h"
#include "machine/event_table.h"
#include "player.h"

/* Among errors: the observer wants no more. */
#define ENOUGH 1

/* What must still happen, at the last event. */
struct aim {
	bool is_rule;
	enum tce_rule_id rule;
	struct tce_expect expect; /* not met */
	/*
	 * Switches without which the story does not fail: they stay, and a shorter one that fails
	 * without them, too, is another story.
	 */
	struct tce_defects needed;
};

struct tce_shrunk {
	struct tce_mem mem;
	struct tce_alloc alloc;
	struct aim aim;
	struct tce_draft best;
	tce_shrink_observer_fn *observer;
	void *ctx;
	unsigned nr_runs;
};

/* --- playing --------------------------------------------------------------------------------- */

static bool reaches(const struct aim *aim, const struct tce_player *player,
		    const struct tce_event *event, bool last)
{
	if (aim->is_rule)
		return tce_player_broke(player, aim->rule);
	return last && !tce_expect_met(&aim->expect, event, &player->outcome, player->fresh,
				       player->nr_fresh);
}

/*
 * Play until the aim is reached. *ret_nr: steps until then, the last one included; 0: never. A step
 * that the machine does not take ends it. Negative: -TCE_ERR_NOMEM.
 */
static int play(struct tce_shrunk *shrunk, const struct tce_story *story, unsigned *ret_nr)
{
	struct tce_player player = {0};
	int err = tce_live_machine(&shrunk->alloc, &story->machine, &player.machine);
	unsigned i;

	*ret_nr = 0;
	shrunk->nr_runs++;
	for (i = 0; err == 0 && i < story->nr_steps && *ret_nr == 0; i++) {
		const struct tce_event *event = &story->steps[i].event;

		err = tce_player_step(&player, event);
		if (err == 0 && reaches(&shrunk->aim, &player, event, i + 1 == story->nr_steps))
			*ret_nr = i + 1;
	}
	tce_machine_free(player.machine);
	return err == -TCE_ERR_NOMEM ? err : 0;
}

/* The same story on kernels without some of the switches. */
static int play_mended(struct tce_shrunk *shrunk, const struct tce_draft *draft,
		       const struct tce_defects *mended, unsigned *ret_nr)
{
	struct tce_draft copy;
	int err = 0;

	tce_draft_init(&copy, &shrunk->mem, &draft->story.machine);
	for (unsigned i = 0; err == 0 && i < draft->nr; i++) {
		struct tce_event event = draft->steps[i].event;

		if (event.kind == TCE_EV_BOOT || event.kind == TCE_EV_KEXEC) {
			event.u.boot.defects_on.word[0] &= ~mended->word[0];
			event.u.boot.defects_on.word[1] &= ~mended->word[1];
		}
		err = tce_draft_add(&copy, &event);
	}
	if (err == 0)
		err = play(shrunk, tce_draft_story(&copy), ret_nr);
	tce_draft_fini(&copy);
	return err;
}

static bool any_defect(const struct tce_defects *set)
{
	return (set->word[0] | set->word[1]) != 0;
}

/* Which switches does it need? */
static int find_needed(struct tce_shrunk *shrunk)
{
	int err = 0;

	for (unsigned d = 0; err == 0 && d < TCE_NR_DEFECTS; d++) {
		struct tce_defects one = {{0, 0}};
		unsigned nr = 1;

		for (unsigned i = 0; i < shrunk->best.nr; i++) {
			const struct tce_event *event = &shrunk->best.steps[i].event;

			if (event->kind == TCE_EV_BOOT &&
			    tce_defects_has(&event->u.boot.defects_on, (enum tce_defect)d))
				tce_defects_add(&one, (enum tce_defect)d);
		}
		if (any_defect(&one))
			err = play_mended(shrunk, &shrunk->best, &one, &nr);
		if (err == 0 && nr == 0)
			tce_defects_add(&shrunk->aim.needed, (enum tce_defect)d);
	}
	return err;
}

/* --- tries ----------------------------------------------------------------------------------- */

static int copy_steps(struct tce_draft *draft, const struct tce_draft *from, unsigned skip_from,
		      unsigned skip_to)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < from->nr; i++) {
		if (i < skip_from || i >= skip_to)
			err = tce_draft_add(draft, &from->steps[i].event);
	}
	return err;
}

static int tell(struct tce_shrunk *shrunk)
{
	return shrunk->observer != NULL &&
			       shrunk->observer(shrunk->ctx, shrunk->best.nr, shrunk->nr_runs)
		       ? ENOUGH
		       : 0;
}

/* Is the try as good? Then it is the best one now, and try is gone; else it is gone, too. */
static int judge(struct tce_shrunk *shrunk, struct tce_draft *try, bool *ret_good)
{
	unsigned nr;
	unsigned mended = 0;
	int err = play(shrunk, tce_draft_story(try), &nr);

	if (err == 0 && nr != 0 && any_defect(&shrunk->aim.needed))
		err = play_mended(shrunk, try, &shrunk->aim.needed, &mended);
	*ret_good = err == 0 && nr != 0 && mended == 0;
	if (!*ret_good) {
		tce_draft_fini(try);
		return err != 0 ? err : tell(shrunk);
	}
	tce_draft_cut(try, nr);
	tce_draft_fini(&shrunk->best);
	shrunk->best = *try;
	return tell(shrunk);
}

static int try_without(struct tce_shrunk *shrunk, unsigned from, unsigned to, bool *ret_good)
{
	struct tce_draft try;
	int err;

	tce_draft_init(&try, &shrunk->mem, &shrunk->best.story.machine);
	err = copy_steps(&try, &shrunk->best, from, to);
	if (err != 0) {
		tce_draft_fini(&try);
		return err;
	}
	return judge(shrunk, &try, ret_good);
}

/* Pieces of so many steps, the last ones first; never the very last. */
static int leave_out_pieces(struct tce_shrunk *shrunk, unsigned size, bool *ret_any)
{
	unsigned to = shrunk->best.nr - 1;
	int err = 0;

	while (err == 0 && to >= size) {
		bool good = false;

		err = try_without(shrunk, to - size, to, &good);
		*ret_any |= good;
		to -= good ? size : (size + 1) / 2;
		if (to > shrunk->best.nr - 1)
			to = shrunk->best.nr - 1;
	}
	return err;
}

static int leave_out(struct tce_shrunk *shrunk, bool *ret_any)
{
	int err = 0;

	for (unsigned size = shrunk->best.nr / 2; err == 0 && size != 0; size /= 2)
		err = leave_out_pieces(shrunk, size, ret_any);
	return err;
}

/* The best story with another event at a step. */
static int try_event(struct tce_shrunk *shrunk, unsigned at, const struct tce_event *event,
		     bool *ret_good)
{
	struct tce_draft try;
	int err = 0;

	tce_draft_init(&try, &shrunk->mem, &shrunk->best.story.machine);
	for (unsigned i = 0; err == 0 && i < shrunk->best.nr; i++)
		err = tce_draft_add(&try, i == at ? event : &shrunk->best.steps[i].event);
	if (err != 0) {
		tce_draft_fini(&try);
		return err;
	}
	return judge(shrunk, &try, ret_good);
}

static bool may_be_plainer(const struct tce_param *param)
{
	switch ((enum tce_param_type)param->type) {
	case TCE_P_REF:
	case TCE_P_NEW:
	case TCE_P_KERNEL: return false;
	case TCE_P_ENUM: return (param->flags & TCE_PARAM_KEYED) == 0;
	default: return tce_param_is_scalar(param);
	}
}

static int plain_params(struct tce_shrunk *shrunk, unsigned at, bool *ret_any)
{
	const struct tce_event_desc *desc = tce_event_desc(shrunk->best.steps[at].event.kind);
	struct tce_event plain;
	int err = 0;

	tce_event_init(shrunk->best.steps[at].event.kind, &plain);
	for (unsigned i = 0; err == 0 && i < desc->nr_params && at < shrunk->best.nr; i++) {
		const struct tce_param *param = &desc->params[i];
		struct tce_event event = shrunk->best.steps[at].event;
		bool good = false;

		if (!may_be_plainer(param) ||
		    tce_param_get(param, &event) == tce_param_get(param, &plain))
			continue;
		tce_param_set(param, &event, tce_param_get(param, &plain));
		if (tce_event_valid(&event))
			err = try_event(shrunk, at, &event, &good);
		*ret_any |= good;
	}
	return err;
}

/* Defects that a kernel got besides its own, one by one. */
static int plain_kernel(struct tce_shrunk *shrunk, unsigned at, bool *ret_any)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < TCE_NR_DEFECTS && at < shrunk->best.nr; i++) {
		struct tce_event event = shrunk->best.steps[at].event;
		bool good = false;

		if (!tce_defects_has(&event.u.boot.defects_on, (enum tce_defect)i))
			continue;
		tce_defects_remove(&event.u.boot.defects_on, (enum tce_defect)i);
		err = try_event(shrunk, at, &event, &good);
		*ret_any |= good;
	}
	return err;
}

static int plain_steps(struct tce_shrunk *shrunk, bool *ret_any)
{
	int err = 0;

	for (unsigned at = 0; err == 0 && at < shrunk->best.nr; at++) {
		enum tce_event_kind kind = shrunk->best.steps[at].event.kind;

		err = plain_params(shrunk, at, ret_any);
		if (err == 0 && (kind == TCE_EV_BOOT || kind == TCE_EV_KEXEC))
			err = plain_kernel(shrunk, at, ret_any);
	}
	return err;
}

static int try_machine(struct tce_shrunk *shrunk, const struct tce_machine_opts *machine,
		       bool *ret_any)
{
	struct tce_draft try;
	bool good = false;
	int err;

	if (memcmp(machine, &shrunk->best.story.machine, sizeof(*machine)) == 0)
		return 0;
	tce_draft_init(&try, &shrunk->mem, machine);
	err = copy_steps(&try, &shrunk->best, 0, 0);
	if (err != 0) {
		tce_draft_fini(&try);
		return err;
	}
	err = judge(shrunk, &try, &good);
	*ret_any |= good;
	return err;
}

static int plain_machine(struct tce_shrunk *shrunk, bool *ret_any)
{
	struct tce_machine_opts machine = shrunk->best.story.machine;
	int err;

	machine.max_ram = 0;
	err = try_machine(shrunk, &machine, ret_any);
	machine = shrunk->best.story.machine;
	machine.has_limited_mode = false;
	if (err == 0)
		err = try_machine(shrunk, &machine, ret_any);
	machine = shrunk->best.story.machine;
	machine.no_multitce = false;
	machine.no_64bit_query = false;
	if (err == 0)
		err = try_machine(shrunk, &machine, ret_any);
	return err;
}

static int shrink(struct tce_shrunk *shrunk)
{
	bool any = true;
	int err = 0;

	while (err == 0 && any) {
		any = false;
		err = leave_out(shrunk, &any);
		if (err == 0)
			err = plain_machine(shrunk, &any);
		if (err == 0)
			err = plain_steps(shrunk, &any);
	}
	return err;
}

/* --- from a story to a story ----------------------------------------------------------------- */

/* The rule that the last step with such an expectation expects. */
static bool expected_rule(const struct tce_story *story, enum tce_rule_id *ret_rule)
{
	for (unsigned i = story->nr_steps; i > 0; i--) {
		const struct tce_step *step = &story->steps[i - 1];

		for (unsigned k = 0; k < step->nr_expects; k++) {
			if (step->expects[k].kind == TCE_EXPECT_RULE) {
				*ret_rule = (enum tce_rule_id)step->expects[k].value;
				return true;
			}
		}
	}
	return false;
}

/* What breaks a rule that is expected there may break others besides: the expected one counts. */
static enum tce_rule_id broken_rule(const struct tce_story *story,
				    const struct tce_run_result *result)
{
	const struct tce_step *step = &story->steps[result->step];

	for (unsigned i = 0; i < step->nr_expects; i++) {
		if (step->expects[i].kind == TCE_EXPECT_RULE &&
		    (result->broken_rules >> step->expects[i].value & 1) != 0)
			return (enum tce_rule_id)step->expects[i].value;
	}
	return result->breach.rule;
}

/* How does it fail? Steps after that do not count: *ret_nr are left. */
static int take_aim(struct tce_shrunk *shrunk, const struct tce_story *story, unsigned *ret_nr)
{
	struct tce_run_result result;
	int err = tce_run(&shrunk->alloc, story, NULL, &result);

	if (err != 0)
		return err;
	*ret_nr = story->nr_steps;
	switch (result.verdict) {
	case TCE_RUN_BROKEN:
		shrunk->aim.is_rule = true;
		shrunk->aim.rule = broken_rule(story, &result);
		break;
	case TCE_RUN_UNEXPECTED: shrunk->aim.expect = result.expect; break;
	case TCE_RUN_PASS:
		shrunk->aim.is_rule = expected_rule(story, &shrunk->aim.rule);
		return shrunk->aim.is_rule ? 0 : -TCE_ERR_NOENT;
	default: return -TCE_ERR_INVAL;
	}
	*ret_nr = result.step + 1;
	return 0;
}

/* What comes of each event is expected; of the last one, the failure. */
static int write_expectations(struct tce_shrunk *shrunk)
{
	struct tce_draft *best = &shrunk->best;
	int err = tce_player_tell(&shrunk->alloc, best, 0, shrunk->aim.rule);

	if (err == 0 && !shrunk->aim.is_rule)
		tce_draft_expect_only(best, best->nr - 1, &shrunk->aim.expect);
	return err;
}

static int run(struct tce_shrunk *shrunk, const struct tce_story *story)
{
	unsigned nr = 0;
	int err = take_aim(shrunk, story, &nr);

	tce_draft_init(&shrunk->best, &shrunk->mem, &story->machine);
	for (unsigned i = 0; err == 0 && i < nr; i++)
		err = tce_draft_add(&shrunk->best, &story->steps[i].event);
	if (err == 0)
		err = find_needed(shrunk);
	if (err == 0)
		err = shrink(shrunk);
	return err < 0 ? err : write_expectations(shrunk);
}

int tce_shrink(const struct tce_alloc *alloc, const struct tce_story *story,
	       tce_shrink_observer_fn *observer, void *ctx, struct tce_shrunk **ret_shrunk)
{
	struct tce_shrunk *shrunk;
	struct tce_mem mem;
	int err;

	tce_mem_init(&mem, alloc);
	shrunk = tce_mem_new(&mem, sizeof(*shrunk));
	if (shrunk == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&shrunk->mem, alloc);
	shrunk->alloc = tce_mem_alloc(&shrunk->mem);
	shrunk->observer = observer;
	shrunk->ctx = ctx;
	err = run(shrunk, story);
	if (err != 0) {
		tce_shrunk_free(shrunk);
		return err;
	}
	*ret_shrunk = shrunk;
	return 0;
}

void tce_shrunk_free(struct tce_shrunk *shrunk)
{
	if (shrunk == NULL)
		return;
	tce_draft_fini(&shrunk->best);
	tce_mem_free(&shrunk->mem, shrunk, sizeof(*shrunk));
}

const struct tce_story *tce_shrunk_story(struct tce_shrunk *shrunk)
{
	return tce_draft_story(&shrunk->best);
}
