/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Replay, where a default window ends when nobody told. A trace never prints the size of a default
 * window (tce-trace(5)); without a device tree the profile's size is assumed, which is what QEMU
 * gives unless somebody set dma_win_size. Calls that contradict it are evidence, weighed so that no
 * single record can explain itself away:
 *
 *   an entry refused that should exist: possible in a smaller window, if nothing at or past it was
 *     ever accepted. It is believed if a second record says so, or if all that was accepted ends
 *     exactly at a power of two, as windows do; else it is a divergence, of its own line;
 *   an entry accepted past the end: possible in a larger window. A single one is a divergence; with
 *     the second the window is taken to be larger, up to the next power of two.
 *
 * Nothing is weighed where the size is known: there every difference is a divergence.
 */
#include "base/bits.h"
#include "replay.h"

/* A power of two below this is too common to mean anything: 1 MiB of 4 KiB pages. */
#define NATURAL_MIN 256U

static void remember(struct tce_replay *r, struct tce_evidence *e,
		     const struct tce_trace_record *rec, uint64_t index,
		     const struct tce_answer *answer)
{
	e->record = *rec;
	e->event = r->sum.events;
	e->index = index;
	e->answer = *answer;
}

/* The evidence was wrong: what it contradicts was a divergence all the time. */
static void convict(struct tce_replay *r, const struct tce_rwin *w, const struct tce_evidence *e)
{
	struct tce_divergence d = tce_replay_differs(r, w, TCE_DIFFERS_RET, (uint64_t)e->record.ret,
						     (uint64_t)e->answer.r3);

	d.event = e->event;
	d.line = e->record.line;
	d.record = e->record;
	d.refusal = e->answer.refusal;
	tce_replay_diverge(r, &d);
}

/* It was right: calls past the end of a smaller window than assumed. */
static void believe_refusals(struct tce_replay *r, const struct tce_rwin *w)
{
	const struct tce_extent *x = &w->extent;
	unsigned kept = x->nr_refused < TCE_REPLAY_EVIDENCE ? x->nr_refused : TCE_REPLAY_EVIDENCE;

	for (unsigned i = 0; i < kept; i++) {
		const struct tce_evidence *e = &x->refused[i];
		struct tce_finding f =
			tce_replay_found(r, TCE_RULE_HCALL_REFUSED, w, tce_rwin_ioba(w, e->index));

		f.event = e->event;
		f.line = e->record.line;
		f.last_line = e->record.line;
		f.lines[0] = e->record.line;
		f.call = e->record.kind;
		f.refusal = TCE_REFUSED_IOBA_PAST_END;
		tce_replay_report(r, &f);
	}
}

static bool is_natural_end(uint64_t end)
{
	return end >= NATURAL_MIN && tce_is_pow2(end);
}

void tce_extent_settle(struct tce_replay *r, struct tce_rwin *w)
{
	struct tce_extent *x = &w->extent;

	if (x->nr_beyond == 1)
		convict(r, w, &x->beyond);
	if (x->nr_refused == 1 && !is_natural_end(x->proven))
		convict(r, w, &x->refused[0]);
	else
		believe_refusals(r, w);
	x->nr_beyond = 0;
	x->nr_refused = 0;
}

void tce_extent_accepted(struct tce_replay *r, struct tce_rwin *w, uint64_t end)
{
	struct tce_extent *x = &w->extent;

	if (end <= x->proven)
		return;
	x->proven = end;
	if (x->nr_refused == 0 || end <= x->refused_from)
		return;
	for (unsigned i = 0; i < x->nr_refused && i < TCE_REPLAY_EVIDENCE; i++)
		convict(r, w, &x->refused[i]);
	x->nr_refused = 0;
}

bool tce_extent_refused(struct tce_replay *r, struct tce_rwin *w,
			const struct tce_trace_record *rec, uint64_t index,
			const struct tce_answer *answer)
{
	struct tce_extent *x = &w->extent;

	if (w->trust != TCE_TRUST_ASSUMED || rec->ret != TCE_H_PARAMETER || index < x->proven)
		return false;
	if (x->nr_refused == 0 || index < x->refused_from)
		x->refused_from = index;
	if (x->nr_refused < TCE_REPLAY_EVIDENCE)
		remember(r, &x->refused[x->nr_refused], rec, index, answer);
	x->nr_refused++;
	return true;
}

bool tce_extent_beyond(struct tce_replay *r, struct tce_rwin *w, const struct tce_trace_record *rec,
		       uint64_t index, const struct tce_answer *answer)
{
	struct tce_extent *x = &w->extent;

	if (w->trust != TCE_TRUST_ASSUMED || rec->ret != TCE_H_SUCCESS || index >> 31 != 0)
		return false;
	if (x->nr_beyond == 0)
		remember(r, &x->beyond, rec, index, answer);
	x->nr_beyond++;
	return true;
}
