/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shortest story that still shows a difference: first the last steps alone, then without ever
 * smaller parts (delta debugging), then with plainer numbers on a plainer machine. Each attempt is
 * a fresh QEMU, a tenth of a second.
 */
#include <stdlib.h>
#include <string.h>

#include "story.h"

#define ATTEMPTS_MOST 600U

struct shrinker {
	const struct tce_live_opts *opts;
	struct tce_qemu_story *best;   /* known to show a difference, with its last step */
	struct tce_qemu_story attempt; /* room for as many steps */
	unsigned attempts;
};

/* Does the attempt show a difference? Then it becomes the best, up to that difference. */
static bool try_it(struct shrinker *s)
{
	struct tce_story_end end;
	struct tce_qemu_story swap;

	if (s->attempts++ >= ATTEMPTS_MOST || tce_child_interrupted())
		return false;
	tce_story_play(s->opts, &s->attempt, false, NULL, &end);
	if (end.state != TCE_SESSION_DIFFERENT || (end.diff.outlived && !s->opts->exact))
		return false;
	s->attempt.nr_ops = end.diff.op + 1;
	swap = *s->best;
	*s->best = s->attempt;
	s->attempt = swap;
	return true;
}

/* The attempt is the best without steps [from, to). */
static void cut_out(struct shrinker *s, size_t from, size_t to)
{
	const struct tce_qemu_story *best = s->best;

	s->attempt.config = best->config;
	memcpy(s->attempt.ops, best->ops, from * sizeof(best->ops[0]));
	memcpy(s->attempt.ops + from, best->ops + to, (best->nr_ops - to) * sizeof(best->ops[0]));
	s->attempt.nr_ops = best->nr_ops - (to - from);
}

static void copy_best(struct shrinker *s)
{
	cut_out(s, 0, 0);
}

/* The last n steps, for n twice as many each time. */
static void keep_tail(struct shrinker *s)
{
	for (size_t n = 1; n < s->best->nr_ops; n *= 2) {
		cut_out(s, 0, s->best->nr_ops - n);
		if (try_it(s))
			return;
	}
}

/* Leave parts out, never the last step; true when something went. */
static bool cut_parts(struct shrinker *s, size_t size)
{
	size_t before = s->best->nr_ops;
	size_t from = 0;

	while (from + size < s->best->nr_ops) {
		cut_out(s, from, from + size);
		if (!try_it(s))
			from += size;
	}
	return s->best->nr_ops < before;
}

static void cut_all_parts(struct shrinker *s)
{
	size_t size = s->best->nr_ops / 2;

	while (size) {
		if (!cut_parts(s, size) || size > s->best->nr_ops)
			size /= 2;
	}
}

/* A difference in a range becomes a difference in one entry. */
static void narrow_sweep(struct shrinker *s)
{
	struct tce_op *last;
	uint64_t half;

	for (;;) {
		copy_best(s);
		last = &s->attempt.ops[s->attempt.nr_ops - 1];
		if (last->kind != TCE_OP_SWEEP)
			return;
		if (last->sweep.count == 1)
			break;
		half = last->sweep.count / 2;
		last->sweep.count = half;
		if (try_it(s))
			continue;
		copy_best(s);
		last = &s->attempt.ops[s->attempt.nr_ops - 1];
		last->sweep.ioba += half * last->sweep.step;
		last->sweep.count -= half;
		if (!try_it(s))
			return;
	}
	*last = (struct tce_op){.kind = TCE_OP_HCALL,
				.hcall.token = TCE_H_GET_TCE,
				.hcall.args = {last->sweep.liobn, last->sweep.ioba}};
	try_it(s);
}

/* --- plainer numbers ---------------------------------------------------------------------- */

/* Try a value for one number of the attempt, which is a copy of the best. */
static void try_u64(struct shrinker *s, size_t op, size_t offset, uint64_t value)
{
	uint64_t was;
	uint8_t *at;

	if (op >= s->best->nr_ops)
		return; /* an earlier attempt ended before it */
	copy_best(s);
	at = (uint8_t *)&s->attempt.ops[op] + offset;
	memcpy(&was, at, sizeof(was));
	if (was == value)
		return;
	memcpy(at, &value, sizeof(value));
	try_it(s);
}

static void plain_hcall(struct shrinker *s, size_t op)
{
	static const uint64_t tces[] = {0x3, 0x1003};
	const struct tce_op was = s->best->ops[op];
	uint64_t token = was.hcall.token;
	bool list = tce_op_has_list(&was);

#define FIELD(name) offsetof(struct tce_op, hcall.name)
	try_u64(s, op, FIELD(args[1]), was.hcall.args[1] & ~UINT64_C(0xfff));
	if (token == TCE_H_STUFF_TCE || token == TCE_H_PUT_TCE_INDIRECT) {
		try_u64(s, op, FIELD(args[3]), 2);
		try_u64(s, op, FIELD(args[3]), 1);
	}
	for (size_t i = 0; i < 2; i++) {
		if (token == TCE_H_PUT_TCE || token == TCE_H_STUFF_TCE)
			try_u64(s, op, FIELD(args[2]), tces[i]);
		if (list)
			try_u64(s, op, FIELD(values[0]), tces[i]);
	}
	if (list)
		try_u64(s, op, FIELD(step), 0);
#undef FIELD
	if (!list || was.hcall.nr_values == 1 || op >= s->best->nr_ops)
		return;
	copy_best(s);
	s->attempt.ops[op].hcall.nr_values = 1;
	try_it(s);
}

static void plain_rtas(struct shrinker *s, size_t op)
{
	struct tce_op_rtas was = s->best->ops[op].rtas;
	struct tce_op_rtas plain = was;

	plain.at = was.block == TCE_BLOCK_AT ? was.at : 0;
	if (was.nargs >= 3)
		plain.cells[0] = 0;
	if (was.block == TCE_BLOCK_SCRATCH && was.nargs <= TCE_OP_NR_CELLS)
		plain.block = TCE_BLOCK_SLOT;
	if (memcmp(&plain, &was, sizeof(was)) == 0)
		return;
	copy_best(s);
	s->attempt.ops[op].rtas = plain;
	try_it(s);
}

static void plain_machine(struct shrinker *s)
{
	for (unsigned i = 0; i < TCE_QEMU_MAX_PHB; i++) {
		copy_best(s);
		if (i >= s->attempt.config.nr_phb)
			break;
		s->attempt.config.phb[i] = tce_qemu_phb_default(s->attempt.config.phb[i].index);
		s->attempt.config.phb[i].nr_edu = s->best->config.phb[i].nr_edu;
		s->attempt.config.phb[i].instance = s->best->config.phb[i].instance;
		try_it(s);
	}
	while (s->best->config.nr_phb > 1) {
		copy_best(s);
		s->attempt.config.nr_phb--;
		if (!try_it(s))
			break;
	}
	while (s->best->config.nr_vio) {
		copy_best(s);
		s->attempt.config.nr_vio--;
		if (!try_it(s))
			break;
	}
}

static void plain_all(struct shrinker *s)
{
	plain_machine(s);
	for (size_t i = 0; i < s->best->nr_ops; i++) {
		if (s->best->ops[i].kind == TCE_OP_HCALL)
			plain_hcall(s, i);
		else if (s->best->ops[i].kind == TCE_OP_RTAS)
			plain_rtas(s, i);
	}
}

bool tce_story_shrink(const struct tce_live_opts *opts, struct tce_qemu_story *story)
{
	struct shrinker s = {.opts = opts, .best = story};
	bool came_again;

	s.attempt.ops = calloc(story->nr_ops, sizeof(story->ops[0]));
	if (!s.attempt.ops)
		return false;
	copy_best(&s);
	came_again = try_it(&s);
	if (came_again) {
		narrow_sweep(&s);
		keep_tail(&s);
		cut_all_parts(&s);
		narrow_sweep(&s);
		plain_all(&s);
		cut_all_parts(&s);
	}
	free(s.attempt.ops);
	return came_again;
}
