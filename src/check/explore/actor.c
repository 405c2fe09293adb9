/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines that go where the search wants them, and what they look like there. */
#include "actor.h"

#include <string.h>

#include "base/assert.h"
#include "base/hash.h"
#include "check/live.h"
#include "check/rules/state_rules.h"
#include "machine/canon.h"

#define STREAM_LEAST ((size_t)16 << 10)
#define FRESH_LEAST  UINT64_C(4096)

/* --- starting stories ------------------------------------------------------------------------ */

static bool first_breach(const struct tce_machine *machine, uint64_t rules,
			 const struct tce_event *event, const struct tce_outcome *outcome,
			 bool known, struct tce_breach *ret_breach)
{
	struct tce_breach breaches[TCE_BREACHES_MAX];
	unsigned nr = tce_check_known(machine, event, outcome, known, breaches, TCE_BREACHES_MAX);

	for (unsigned i = 0; i < nr && i < TCE_BREACHES_MAX; i++) {
		if ((rules >> breaches[i].rule & 1) != 0) {
			*ret_breach = breaches[i];
			return true;
		}
	}
	return false;
}

/* May one stand for the other? Only what tells them apart may differ. */
static bool are_alike(const struct tce_dev *a, const struct tce_dev *b)
{
	return a->phb == b->phb && a->parent == b->parent && a->bus == b->bus &&
	       a->type == TCE_DEV_ENDPOINT && b->type == TCE_DEV_ENDPOINT &&
	       a->streaming_bits == b->streaming_bits && a->coherent_bits == b->coherent_bits &&
	       a->mmio64_only == b->mmio64_only && !a->own_pe && !b->own_pe && a->m64_count == 0 &&
	       b->m64_count == 0 && a->node.grain == 0 && b->node.grain == 0;
}

static bool is_above_another(const struct tce_state *st, uint16_t id)
{
	const struct tce_dev *dev;

	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		if (dev->parent == id)
			return true;
	}
	return false;
}

static void find_alike(struct tce_start *start, const struct tce_explore_opts *opts)
{
	const struct tce_state *st = tce_machine_state(start->machine);
	const struct tce_dev *dev;

	start->nr_alike = 0;
	if (opts->no_symmetry || tce_nr_devs(st) > TCE_ALIKE_MAX)
		return;
	for (uint32_t i = 0; (dev = tce_dev_at(st, i)) != NULL; i++) {
		start->alike[i] = dev->id;
		start->alike_class[i] = (uint8_t)i;
		for (uint32_t j = 0; j < i && !is_above_another(st, dev->id); j++) {
			if (are_alike(tce_dev_at(st, j), dev) &&
			    !is_above_another(st, start->alike[j])) {
				start->alike_class[i] = start->alike_class[j];
				break;
			}
		}
	}
	start->nr_alike = tce_nr_devs(st);
}

static int play(struct tce_start *start, uint64_t rules)
{
	const struct tce_story *story = start->story;
	struct tce_outcome outcome;
	int err = 0;

	while (err == 0 && !start->broken && start->nr_steps < story->nr_steps) {
		const struct tce_event *event = &story->steps[start->nr_steps].event;

		err = tce_machine_step(start->machine, event, &outcome);
		if (err == 0)
			start->broken = first_breach(start->machine, rules, event, &outcome, false,
						     &start->breach);
		start->nr_steps++;
	}
	return err == 0 || err == -TCE_ERR_NOMEM ? err : -TCE_ERR_INVAL;
}

#define MIB ((size_t)1 << 20)

/*
 * Each thread has a machine of each start. That is address space, not memory, but there may be a
 * limit to it: the more starts, the less for each, and still a thousand times what states take.
 */
static size_t arena_size(unsigned nr_starts)
{
	size_t size = 512 * MIB / nr_starts;

	return size < 4 * MIB ? 4 * MIB : size > 64 * MIB ? 64 * MIB : size;
}

int tce_start_init(struct tce_start *start, const struct tce_alloc *alloc,
		   const struct tce_explore_opts *opts, const struct tce_story *story,
		   uint64_t rules)
{
	struct tce_machine_opts machine = story->machine;
	int err;

	memset(start, 0, sizeof(*start));
	start->story = story;
	machine.storage = TCE_STORAGE_COMPACT;
	if (machine.arena_size == 0)
		machine.arena_size = arena_size(opts->nr_starts);
	err = tce_live_machine(alloc, &machine, &start->machine);
	if (err != 0)
		return err;
	tce_machine_set_undo(start->machine, false);
	err = play(start, rules);
	if (err != 0)
		return err;
	tce_alphabet_init(&start->alphabet, opts, story);
	find_alike(start, opts);
	return 0;
}

void tce_start_fini(struct tce_start *start)
{
	tce_machine_free(start->machine);
	start->machine = NULL;
}

/* --- life ------------------------------------------------------------------------------------ */

int tce_actor_init(struct tce_actor *actor, const struct tce_alloc *alloc,
		   const struct tce_explore_opts *opts, const struct tce_start *starts,
		   uint64_t rules)
{
	memset(actor, 0, sizeof(*actor));
	tce_mem_init(&actor->mem, alloc);
	actor->opts = opts;
	actor->starts = starts;
	actor->rules = rules;
	actor->stream_room = STREAM_LEAST;
	actor->fresh_room = FRESH_LEAST;
	memset(actor->best, 0xff, sizeof(actor->best));
	actor->machines =
		tce_mem_new(&actor->mem, (size_t)opts->nr_starts * sizeof(*actor->machines));
	actor->list = tce_mem_new(&actor->mem, sizeof(*actor->list));
	actor->before = tce_mem_new(&actor->mem, sizeof(*actor->before));
	actor->before_of = UINT64_MAX;
	actor->stream = tce_mem_new(&actor->mem, actor->stream_room);
	actor->other = tce_mem_new(&actor->mem, actor->stream_room);
	actor->fresh = tce_mem_new(&actor->mem, actor->fresh_room * sizeof(*actor->fresh));
	if (actor->machines == NULL || actor->list == NULL || actor->before == NULL ||
	    actor->stream == NULL || actor->other == NULL || actor->fresh == NULL)
		return -TCE_ERR_NOMEM;
	if (opts->method == TCE_EXPLORE_BREADTH && !opts->exact &&
	    tce_familiar_init(&actor->familiar, &actor->mem) != 0)
		return -TCE_ERR_NOMEM;
	return tce_post_init(&actor->post, &actor->mem, opts);
}

void tce_actor_fini(struct tce_actor *actor)
{
	const struct tce_mem *mem = &actor->mem;

	if (actor->opts == NULL)
		return;
	for (unsigned i = 0; actor->machines != NULL && i < actor->opts->nr_starts; i++)
		tce_machine_free(actor->machines[i]);
	for (unsigned i = 0; i <= TCE_EXPLORE_DEPTH_MAX; i++) {
		tce_mem_free(mem, actor->way[i].image, actor->way[i].room);
		tce_lines_fini(&actor->way[i].lines, mem);
	}
	tce_familiar_fini(&actor->familiar, mem);
	tce_mem_free(mem, actor->machines,
		     (size_t)actor->opts->nr_starts * sizeof(*actor->machines));
	tce_mem_free(mem, actor->list, sizeof(*actor->list));
	tce_mem_free(mem, actor->before, sizeof(*actor->before));
	tce_mem_free(mem, actor->stream, actor->stream_room);
	tce_mem_free(mem, actor->other, actor->stream_room);
	tce_mem_free(mem, actor->fresh, actor->fresh_room * sizeof(*actor->fresh));
	tce_post_fini(&actor->post);
}

int tce_actor_machine(struct tce_actor *actor, unsigned start, struct tce_machine **ret_machine)
{
	if (actor->machines[start] == NULL) {
		int err = tce_machine_clone(actor->starts[start].machine, &actor->machines[start]);

		if (err != 0)
			return err;
	}
	*ret_machine = actor->machines[start];
	return 0;
}

/* --- going ----------------------------------------------------------------------------------- */

static int snapshot_reserve(struct tce_actor *actor, struct tce_snapshot *snapshot, size_t size)
{
	size_t room = size + size / 2;
	uint8_t *image;

	if (size <= snapshot->room)
		return 0;
	image = tce_mem_new(&actor->mem, room);
	if (image == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_free(&actor->mem, snapshot->image, snapshot->room);
	snapshot->image = image;
	snapshot->room = room;
	return 0;
}

int tce_actor_keep(struct tce_actor *actor, unsigned depth, uint64_t node)
{
	const struct tce_machine *machine = actor->machines[actor->start];
	struct tce_snapshot *snapshot = &actor->way[depth];
	struct tce_image image;
	int err;

	tce_machine_image(machine, &image);
	err = snapshot_reserve(actor, snapshot, image.size[0] + image.size[1]);
	if (err != 0)
		return err;
	tce_machine_image_save(machine, snapshot->image);
	snapshot->size = image.size[0] + image.size[1];
	snapshot->size_of_part[0] = image.size[0];
	snapshot->size_of_part[1] = image.size[1];
	snapshot->node = node;
	actor->nr_way = depth + 1;
	if (actor->familiar.slot == NULL)
		return 0;
	return tce_lines_take(&snapshot->lines, &actor->mem, actor->start, &image);
}

void tce_actor_back(struct tce_actor *actor, unsigned depth)
{
	const struct tce_snapshot *snapshot = &actor->way[depth];
	int err = tce_machine_image_load(actor->machines[actor->start], snapshot->image,
					 snapshot->size);

	TCE_ASSERT(err == 0);
}

int tce_actor_begin(struct tce_actor *actor, unsigned start, uint64_t node)
{
	struct tce_machine *machine;
	int err = tce_actor_machine(actor, start, &machine);

	if (err == 0)
		err = tce_machine_copy(machine, actor->starts[start].machine);
	actor->start = start;
	actor->nr_way = 0;
	return err != 0 ? err : tce_actor_keep(actor, 0, node);
}

static int letters(struct tce_actor *actor, struct tce_letter_list *list)
{
	tce_letters_of(&actor->starts[actor->start].alphabet, actor->machines[actor->start], list);
	return list->overflow ? -TCE_ERR_LIMIT : 0;
}

int tce_actor_letters(struct tce_actor *actor)
{
	return letters(actor, actor->list);
}

/* One step of a way that was gone before. */
static int go_on(struct tce_actor *actor, unsigned depth, uint64_t node, uint64_t rank)
{
	uint64_t letter = rank & ((1U << TCE_LETTER_BITS) - 1);
	uint64_t before = rank >> TCE_LETTER_BITS;
	struct tce_move move;
	int err = 0;

	tce_actor_back(actor, depth - 1);
	if (actor->before_of != before)
		err = letters(actor, actor->before);
	actor->before_of = err == 0 ? before : UINT64_MAX;
	if (err != 0)
		return err;
	TCE_ASSERT(letter < actor->before->nr);
	err = tce_actor_try(actor, &actor->before->event[letter], &move);
	TCE_ASSERT(err != 0 || move.possible);
	return err != 0 ? err : tce_actor_keep(actor, depth, node);
}

int tce_actor_go(struct tce_actor *actor, const struct tce_store *store, uint64_t node,
		 unsigned *ret_depth)
{
	uint64_t way[TCE_EXPLORE_DEPTH_MAX + 1];
	unsigned nr = 0;
	unsigned depth = 0;
	int err = 0;

	for (uint64_t at = node;; at = tce_store_rank(store, at) >> TCE_LETTER_BITS) {
		TCE_ASSERT(nr <= TCE_EXPLORE_DEPTH_MAX);
		way[nr++] = at;
		if (tce_store_rank(store, at) == TCE_RANK_START)
			break;
	}
	if (actor->nr_way == 0 || actor->way[0].node != way[nr - 1])
		err = tce_actor_begin(actor, (unsigned)way[nr - 1], way[nr - 1]);
	while (depth + 1 < nr && depth + 1 < actor->nr_way &&
	       actor->way[depth + 1].node == way[nr - 2 - depth])
		depth++;
	if (err == 0 && depth + 1 < nr)
		actor->nr_way = depth + 1;
	while (err == 0 && depth + 1 < nr) {
		uint64_t next = way[nr - 2 - depth];

		depth++;
		err = go_on(actor, depth, next, tce_store_rank(store, next));
	}
	if (err == 0)
		tce_actor_back(actor, depth);
	*ret_depth = depth;
	return err;
}

/* --- trying ---------------------------------------------------------------------------------- */

static int apply(struct tce_actor *actor, const struct tce_event *event, struct tce_move *ret_move)
{
	int err = tce_machine_step(actor->machines[actor->start], event, &ret_move->outcome);

	ret_move->possible = err == 0;
	ret_move->broken = false;
	return err == -TCE_ERR_NOMEM ? err : 0;
}

int tce_actor_try(struct tce_actor *actor, const struct tce_event *event, struct tce_move *ret_move)
{
	struct tce_state *st = tce_machine_state(actor->machines[actor->start]);
	uint64_t nr_events = st->nr_events;
	int err = apply(actor, event, ret_move);

	st->nr_events = nr_events;
	return err;
}

void tce_actor_judge(const struct tce_actor *actor, const struct tce_event *event, bool known,
		     struct tce_move *move)
{
	move->broken = first_breach(actor->machines[actor->start], actor->rules, event,
				    &move->outcome, known, &move->breach);
}

int tce_actor_step(struct tce_actor *actor, const struct tce_event *event,
		   struct tce_move *ret_move)
{
	int err = apply(actor, event, ret_move);

	if (err == 0 && ret_move->possible)
		tce_actor_judge(actor, event, false, ret_move);
	return err;
}

int tce_actor_note(struct tce_actor *actor, uint64_t slot)
{
	if (actor->nr_fresh == actor->fresh_room) {
		uint64_t room = 2 * actor->fresh_room;
		uint64_t *fresh = tce_mem_new(&actor->mem, room * sizeof(*fresh));

		if (fresh == NULL)
			return -TCE_ERR_NOMEM;
		memcpy(fresh, actor->fresh, actor->nr_fresh * sizeof(*fresh));
		tce_mem_free(&actor->mem, actor->fresh, actor->fresh_room * sizeof(*fresh));
		actor->fresh = fresh;
		actor->fresh_room = room;
	}
	actor->fresh[actor->nr_fresh++] = slot;
	return 0;
}

void tce_actor_note_breach(struct tce_actor *actor, enum tce_rule_id rule, uint64_t rank)
{
	if (rank < actor->best[rule])
		actor->best[rule] = rank;
}

/* --- familiar images ------------------------------------------------------------------------- */

bool tce_actor_knows(struct tce_actor *actor, unsigned depth, uint64_t *ret_fingerprint)
{
	const struct tce_snapshot *before = &actor->way[depth];
	struct tce_image of = {.part = {before->image, before->image + before->size_of_part[0]},
			       .size = {before->size_of_part[0], before->size_of_part[1]}};
	struct tce_image image;

	if (actor->familiar.slot == NULL)
		return false;
	tce_machine_image(actor->machines[actor->start], &image);
	actor->sum = tce_lines_sum(&before->lines, &of, &image);
	return tce_familiar_find(&actor->familiar, actor->sum, ret_fingerprint);
}

void tce_actor_remember(struct tce_actor *actor, uint64_t fingerprint)
{
	if (actor->familiar.slot != NULL)
		tce_familiar_note(&actor->familiar, actor->sum, fingerprint);
}

/* --- looking --------------------------------------------------------------------------------- */

/* The stream, which is in other, did not fit: larger buffers. */
static void stream_full(struct tce_canon *canon)
{
	struct tce_actor *actor = canon->ctx;
	size_t room = 2 * actor->stream_room;
	uint8_t *stream = tce_mem_new(&actor->mem, room);
	uint8_t *other = tce_mem_new(&actor->mem, room);

	if (stream == NULL || other == NULL) {
		tce_mem_free(&actor->mem, stream, room);
		tce_mem_free(&actor->mem, other, room);
		actor->no_memory = true;
		canon->at = 0;
		return;
	}
	memcpy(stream, actor->stream, actor->stream_room);
	memcpy(other, actor->other, actor->stream_room);
	tce_mem_free(&actor->mem, actor->stream, actor->stream_room);
	tce_mem_free(&actor->mem, actor->other, actor->stream_room);
	actor->stream = stream;
	actor->other = other;
	actor->stream_room = room;
	canon->buf = other;
	canon->size = room;
}

struct look {
	struct tce_actor *actor;
	struct tce_canon canon;
	uint16_t id[TCE_ALIKE_MAX]; /* devices that are there, by id, then as permuted */
	uint8_t class[TCE_ALIKE_MAX];
	unsigned nr;
	uint64_t fingerprint; /* smallest so far; 0: none */
};

/* Streams differ by where they began, and by which class stands where. */
static void look_once(struct look *look)
{
	struct tce_actor *actor = look->actor;
	struct tce_canon *canon = &look->canon;
	uint64_t hash;

	tce_canon_init(canon, actor->other, actor->stream_room, stream_full, actor);
	canon->rename = true;
	if (look->nr != 0)
		canon->order[TCE_CANON_DEV] = look->id;
	tce_canon_u32(canon, actor->start);
	for (unsigned i = 0; i < look->nr; i++)
		tce_canon_u8(canon, look->class[i]);
	tce_machine_canon(actor->machines[actor->start], canon);
	hash = tce_hash_bytes(0, canon->buf, canon->at);
	hash += hash == 0;
	if (look->fingerprint != 0 && look->fingerprint <= hash)
		return;
	look->fingerprint = hash;
	actor->other = actor->stream;
	actor->stream = canon->buf;
	actor->stream_size = canon->at;
}

static void swap_ids(struct look *look, unsigned a, unsigned b)
{
	uint16_t id = look->id[a];

	look->id[a] = look->id[b];
	look->id[b] = id;
}

/* All orders of devices from position at on that differ in devices that are alike. */
static void look_orders(struct look *look, unsigned at)
{
	if (at == look->nr) {
		look_once(look);
		return;
	}
	for (unsigned i = at; i < look->nr; i++) {
		if (look->class[i] != look->class[at])
			continue;
		swap_ids(look, at, i);
		look_orders(look, at + 1);
		swap_ids(look, at, i);
	}
}

static void collect_devices(const struct tce_start *start, const struct tce_state *st,
			    struct look *look)
{
	unsigned known = 0;
	const struct tce_dev *dev;

	for (uint32_t i = 0; start->nr_alike != 0 && (dev = tce_dev_at(st, i)) != NULL; i++) {
		while (known < start->nr_alike && start->alike[known] != dev->id)
			known++;
		if (known == start->nr_alike) {
			look->nr = 0; /* one that was not there at the start */
			return;
		}
		look->id[look->nr] = dev->id;
		look->class[look->nr++] = start->alike_class[known];
	}
}

int tce_actor_look(struct tce_actor *actor, uint64_t *ret_fingerprint)
{
	struct look look = {.actor = actor};

	collect_devices(&actor->starts[actor->start],
			tce_machine_state(actor->machines[actor->start]), &look);
	look_orders(&look, 0);
	*ret_fingerprint = look.fingerprint;
	return actor->no_memory ? -TCE_ERR_NOMEM : 0;
}
