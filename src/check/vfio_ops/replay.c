/* SPDX-License-Identifier: BSD-2-Clause */
/* Replay of VFIO recordings: records in, results out. */
#include "replay.h"

#include <string.h>

#include "base/assert.h"

int tce_vfio_replay_new(const struct tce_vfio_replay_opts *opts,
			struct tce_vfio_replay **ret_replay)
{
	struct tce_vfio_replay *replay;
	struct tce_mem mem;

	tce_mem_init(&mem, opts->alloc);
	replay = tce_mem_new(&mem, sizeof(*replay));
	if (replay == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&replay->mem, opts->alloc);
	replay->opts = *opts;
	replay->caps.ipc_lock = true;
	replay->caps.memlock = UINT64_MAX;
	*ret_replay = replay;
	return 0;
}

void tce_vfio_replay_free(struct tce_vfio_replay *replay)
{
	if (replay == NULL)
		return;
	tce_machine_free(replay->machine);
	tce_mem_free(&replay->mem, replay, sizeof(*replay));
}

/* --- results ------------------------------------------------------------------------------ */

void tce_vfio_replay_compare(struct tce_vfio_replay *replay, enum tce_vfio_differs what,
			     uint64_t recorded, uint64_t model)
{
	struct tce_vfio_divergence *d = &replay->divergence[replay->sum.nr_divergences];

	if (recorded == model || replay->event_diverged)
		return;
	replay->event_diverged = true;
	if (replay->sum.nr_divergences == VFIO_DIVERGENCES_MAX)
		return;
	replay->sum.nr_divergences++;
	d->what = what;
	d->call = replay->call;
	d->event = replay->sum.events + 1;
	d->line = replay->line;
	d->n = replay->n;
	d->recorded = recorded;
	d->model = model;
}

static struct tce_vfio_finding *finding_of(struct tce_vfio_replay *replay, enum tce_rule_id rule)
{
	struct tce_vfio_finding *finding = replay->finding;

	for (unsigned i = 0; i < replay->sum.nr_findings; i++, finding++) {
		if (finding->rule == rule)
			return finding;
	}
	TCE_ASSERT(replay->sum.nr_findings < VFIO_FINDINGS_MAX);
	replay->sum.nr_findings++;
	finding->rule = rule;
	finding->event = replay->sum.events + 1;
	finding->line = replay->line;
	finding->n = replay->n;
	return finding;
}

void tce_vfio_replay_find(struct tce_vfio_replay *replay, enum tce_rule_id rule, uint64_t bytes)
{
	struct tce_vfio_finding *finding = finding_of(replay, rule);

	finding->count++;
	if (bytes > finding->bytes)
		finding->bytes = bytes;
}

static void event_begin(struct tce_vfio_replay *replay, const struct tce_vfio_record *record)
{
	bool is_call = record->kind == TCE_VFIO_LINE_CALL;

	replay->line = record->line;
	replay->n = is_call ? record->u.call.n : UINT64_MAX;
	replay->call = is_call ? record->u.call.kind : TCE_NR_VFIO_CALLS;
	replay->event_diverged = false;
}

static void event_end(struct tce_vfio_replay *replay)
{
	replay->sum.events++;
	if (replay->event_diverged)
		replay->sum.diverged++;
	else
		replay->sum.agreed++;
}

/* --- records ------------------------------------------------------------------------------ */

static void take_buffer(struct tce_vfio_replay *replay, const struct tce_vfio_buffer *buffer)
{
	if (replay->nr_buffers < TCE_VFIO_BUFFERS_MAX)
		replay->buffer[replay->nr_buffers++] = *buffer;
}

static void take_group(struct tce_vfio_replay *replay, const struct tce_vfio_group_line *group)
{
	if (replay->nr_groups < TCE_VFIO_GROUPS_MAX)
		replay->group[replay->nr_groups++] = *group;
}

/* Lines that claim nothing before the machine is there; true: this was one. */
static bool take_header(struct tce_vfio_replay *replay, const struct tce_vfio_record *record)
{
	switch (record->kind) {
	case TCE_VFIO_LINE_RUN:
		replay->run = record->u.run;
		replay->has_run = true;
		return true;
	case TCE_VFIO_LINE_KERNEL:
		replay->kernel = record->u.kernel;
		replay->has_kernel = true;
		return true;
	case TCE_VFIO_LINE_GROUP: take_group(replay, &record->u.group); return true;
	case TCE_VFIO_LINE_CAPS: replay->caps = record->u.caps; return true;
	case TCE_VFIO_LINE_BUFFER: take_buffer(replay, &record->u.buffer); return true;
	case TCE_VFIO_LINE_MISSING: replay->missing[record->u.missing - 'A'] = true; return true;
	default: return false;
	}
}

static int new_process(struct tce_vfio_replay *replay)
{
	int err = tce_vfio_replay_end_process(replay);

	memset(replay->missing, 0, sizeof(replay->missing));
	replay->sum.processes++;
	return err;
}

static void check_end(struct tce_vfio_replay *replay, uint64_t nr_calls)
{
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_NR_CALLS, nr_calls, replay->sum.calls);
}

static void check_session(struct tce_vfio_replay *replay, uint64_t locked)
{
	tce_vfio_replay_compare(replay, TCE_VFIO_DIFFERS_LOCKED, locked, replay->locked >> 10);
}

static int check_record(struct tce_vfio_replay *replay, const struct tce_vfio_record *record)
{
	switch (record->kind) {
	case TCE_VFIO_LINE_INFO: return tce_vfio_replay_info(replay, &record->u.info);
	case TCE_VFIO_LINE_CALL: return tce_vfio_replay_call(replay, &record->u.call);
	case TCE_VFIO_LINE_SESSION: check_session(replay, record->u.number); return 0;
	default: check_end(replay, record->u.number); return 0;
	}
}

int tce_vfio_replay_record(struct tce_vfio_replay *replay, const struct tce_vfio_record *record)
{
	int err = 0;

	replay->line = record->line;
	if (take_header(replay, record))
		return 0;
	if (replay->machine == NULL)
		err = tce_vfio_replay_build(replay);
	if (err != 0)
		return err;
	if (record->kind == TCE_VFIO_LINE_PROCESS)
		return new_process(replay);
	if (record->kind == TCE_VFIO_LINE_EXITED)
		return tce_vfio_replay_end_process(replay);
	if (replay->process_pending)
		err = tce_vfio_replay_begin_process(replay);
	if (err != 0)
		return err;
	event_begin(replay, record);
	err = check_record(replay, record);
	event_end(replay);
	return err;
}

void tce_vfio_replay_damaged(struct tce_vfio_replay *replay)
{
	replay->sum.damaged++;
}

void tce_vfio_replay_summary(const struct tce_vfio_replay *replay,
			     struct tce_vfio_summary *ret_summary)
{
	*ret_summary = replay->sum;
}

const struct tce_vfio_divergence *tce_vfio_replay_divergence(const struct tce_vfio_replay *replay,
							     unsigned i)
{
	return i < replay->sum.nr_divergences ? &replay->divergence[i] : NULL;
}

const struct tce_vfio_finding *tce_vfio_replay_finding(const struct tce_vfio_replay *replay,
						       unsigned i)
{
	return i < replay->sum.nr_findings ? &replay->finding[i] : NULL;
}
