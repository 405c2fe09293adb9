/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel log beside the trace: Linux prints its query and create calls with arguments and
 * answers, also those that were refused, which leave no line in a trace. A kernel whose log was
 * kept is held to all of them.
 */
#include <string.h>

#include "predict.h"

static bool is_query_or_create(const struct tce_call *call)
{
	return !call->module && (call->kind == TCE_CALL_QUERY || call->kind == TCE_CALL_CREATE ||
				 call->kind == TCE_CALL_EMPTY_TABLE);
}

/* Calls for users are theirs. */
static bool is_printed(const struct tce_console_record *record)
{
	return (record->kind == TCE_CONSOLE_QUERY || record->kind == TCE_CONSOLE_CREATE) &&
	       !record->u.rtas.by_user;
}

static uint64_t buid_of(const struct tce_console_rtas *rtas)
{
	return (uint64_t)rtas->args[1] << 32 | rtas->args[2];
}

static bool same(const struct tce_call *call, const struct tce_console_record *record)
{
	const struct tce_console_rtas *rtas = &record->u.rtas;
	bool query = record->kind == TCE_CONSOLE_QUERY;

	if (query != (call->kind == TCE_CALL_QUERY) || call->liobn != buid_of(rtas) ||
	    (call->ioba != rtas->args[0] && !call->any_device) || call->ret != rtas->status)
		return false;
	if (query)
		return rtas->status != 0 ||
		       (call->count == rtas->windows && call->size == rtas->page_mask &&
			call->other == rtas->block);
	if (call->args[0] != rtas->args[3] || call->args[1] != rtas->args[4])
		return false;
	return rtas->status != 0 || (call->other == rtas->liobn && call->tce == rtas->addr);
}

/* The call as printed, for the difference. */
static struct tce_call call_of(const struct tce_console_record *record)
{
	const struct tce_console_rtas *rtas = &record->u.rtas;
	struct tce_call call = {.kind = TCE_CALL_QUERY, .liobn = buid_of(rtas)};

	call.ioba = rtas->args[0];
	call.ret = rtas->status;
	call.count = rtas->windows;
	call.size = rtas->page_mask;
	if (record->kind == TCE_CONSOLE_CREATE) {
		call.kind = TCE_CALL_CREATE;
		call.count = rtas->args[3] < 64 ? UINT64_C(1) << rtas->args[3] : 0;
		call.size = rtas->args[4] < 64 ? UINT64_C(1) << rtas->args[4] : 0;
		call.tce = rtas->addr;
	}
	return call;
}

/* The next predicted query or create of a kernel, at or after i. */
static uint32_t next_of(struct tce_predict *p, uint16_t kernel, uint32_t i)
{
	for (; i < p->predicted.nr; i++) {
		const struct tce_call *call = tce_calls_at(&p->predicted, i);

		if (call->kernel == kernel && is_query_or_create(call))
			break;
	}
	return i;
}

/* Both sides agree: a call that the trace does not show counts now. */
static void agree(struct tce_predict *p, const struct tce_call *call)
{
	if (!call->unseen)
		return;
	p->sum.unseen--;
	p->sum.setup_calls++;
	p->sum.predicted++;
}

/* --- the log, each line once, in order ------------------------------------------------------- */

/* Is this line there already? A log may be kept more than once. */
static bool is_known(const struct tce_predict *p, const struct tce_vec *log,
		     const struct tce_console_record *record)
{
	for (uint32_t i = log->nr; i > 0; i--) {
		const struct tce_console_record *other = tce_predict_console_at(
			p, *(const uint32_t *)tce_vec_at(log, i - 1, sizeof(uint32_t)));

		if (other->uptime_us == record->uptime_us && other->kind == record->kind &&
		    memcmp(other->u.rtas.args, record->u.rtas.args, sizeof(record->u.rtas.args)) ==
			    0)
			return true;
		if (other->uptime_us < record->uptime_us)
			return false;
	}
	return false;
}

static int add_line(struct tce_predict *p, struct tce_vec *log, uint32_t index)
{
	const struct tce_console_record *record = tce_predict_console_at(p, index);
	uint32_t at = log->nr;
	int err;

	if (is_known(p, log, record))
		return 0;
	err = tce_vec_reserve(log, &p->mem, sizeof(index), 1);
	if (err != 0)
		return err;
	while (at > 0 &&
	       tce_predict_console_at(p, *(uint32_t *)tce_vec_at(log, at - 1, sizeof(index)))
			       ->uptime_us > record->uptime_us)
		at--;
	*(uint32_t *)tce_vec_insert(log, at, sizeof(index)) = index;
	return 0;
}

/* *ret_whole: it goes back to the kernel's start. */
static int gather(struct tce_predict *p, const struct tce_predict_kernel *kernel,
		  struct tce_vec *log, bool *ret_whole)
{
	int err = 0;

	*ret_whole = false;
	for (uint32_t i = kernel->first; err == 0 && i < kernel->end; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (record->kind == TCE_CONSOLE_LOG && record->uptime_us == 0)
			*ret_whole = true;
		if (is_printed(record))
			err = add_line(p, log, i);
	}
	return err;
}

/* --- comparing ------------------------------------------------------------------------------- */

struct log_check {
	struct tce_predict *p;
	uint16_t kernel;
	uint32_t at; /* predicted: what stands before it is settled */
	bool whole;  /* what the log does not have was not called */
};

/* Up to end: refused calls that the kernel would have printed. Others are the trace's to judge. */
static int pass(struct log_check *c, uint32_t end)
{
	struct tce_predict *p = c->p;
	int err = 0;

	for (; err == 0 && (c->at = next_of(p, c->kernel, c->at)) < end; c->at++) {
		const struct tce_call *call = tce_calls_at(&p->predicted, c->at);

		if (call->unseen && c->whole)
			err = tce_predict_differ(p, TCE_PREDICT_MISSING, call);
	}
	return err;
}

/* A call that the trace shows was compared there. */
static bool is_traced(struct tce_predict *p, const struct tce_call *printed)
{
	for (uint32_t i = 0; printed->ret == 0 && i < p->recorded.nr; i++) {
		if (tce_call_same(tce_calls_at(&p->recorded, i), printed))
			return true;
	}
	return false;
}

static int compare(struct log_check *c, const struct tce_console_record *record)
{
	struct tce_predict *p = c->p;
	struct tce_call printed = call_of(record);
	const struct tce_call *call = NULL;
	uint32_t at = c->at;
	int err;

	while ((at = next_of(p, c->kernel, at)) < p->predicted.nr) {
		call = tce_calls_at(&p->predicted, at);
		if (same(call, record))
			break;
		at++;
	}
	if (at < p->predicted.nr) {
		err = pass(c, at);
		agree(p, call);
		c->at = at + 1;
		c->whole = true; /* from here on */
		return err;
	}
	if (is_traced(p, &printed))
		return 0;
	p->sum.setup_calls++;
	return tce_predict_differ(p, TCE_PREDICT_EXTRA, &printed);
}

static int check_kernel(struct tce_predict *p, uint16_t number)
{
	struct log_check c = {.p = p, .kernel = number};
	struct tce_vec log = {.nr = 0};
	int err = gather(p, tce_predict_kernel_at(p, number), &log, &c.whole);

	for (uint32_t i = 0; err == 0 && i < log.nr; i++)
		err = compare(&c, tce_predict_console_at(
					  p, *(uint32_t *)tce_vec_at(&log, i, sizeof(uint32_t))));
	if (err == 0 && log.nr != 0)
		err = pass(&c, p->predicted.nr);
	tce_vec_fini(&log, &p->mem, sizeof(uint32_t));
	return err;
}

int tce_predict_check_log(struct tce_predict *p)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->kernels.nr; i++)
		err = check_kernel(p, (uint16_t)i);
	return err;
}
