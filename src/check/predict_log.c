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

static bool is_printed(const struct tce_console_record *record)
{
	return record->kind == TCE_CONSOLE_QUERY || record->kind == TCE_CONSOLE_CREATE;
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
	    call->ioba != rtas->args[0] || call->ret != rtas->status)
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
static uint32_t next_of(const struct tce_predict *p, uint16_t kernel, uint32_t i)
{
	for (; i < p->predicted.nr; i++) {
		const struct tce_call *call = tce_vec_at(&p->predicted, i, sizeof(*call));

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

static int compare(struct tce_predict *p, uint32_t *at, uint16_t kernel,
		   const struct tce_console_record *record)
{
	struct tce_call printed = call_of(record);
	const struct tce_call *call;
	int err = 0;

	*at = next_of(p, kernel, *at);
	call = *at < p->predicted.nr ? tce_vec_at(&p->predicted, *at, sizeof(*call)) : NULL;
	if (call != NULL && same(call, record)) {
		agree(p, call);
		*at += 1;
		return 0;
	}
	if (call != NULL && call->unseen) {
		err = tce_predict_differ(p, TCE_PREDICT_MISSING, call);
		*at += 1;
	}
	p->sum.setup_calls++;
	return err != 0 ? err : tce_predict_differ(p, TCE_PREDICT_EXTRA, &printed);
}

/* Refused calls that the model makes and the kernel did not print. */
static int rest(struct tce_predict *p, uint32_t at, uint16_t kernel)
{
	int err = 0;

	for (at = next_of(p, kernel, at); err == 0 && at < p->predicted.nr;
	     at = next_of(p, kernel, at + 1)) {
		const struct tce_call *call = tce_vec_at(&p->predicted, at, sizeof(*call));

		if (call->unseen)
			err = tce_predict_differ(p, TCE_PREDICT_MISSING, call);
	}
	return err;
}

/* A log may be printed more than once: only the first time counts. */
static int check_kernel(struct tce_predict *p, uint16_t number)
{
	const struct tce_predict_kernel *kernel = tce_predict_kernel_at(p, number);
	uint64_t uptime = 0;
	uint32_t at = 0;
	bool any = false;
	int err = 0;

	for (uint32_t i = kernel->first; err == 0 && i < kernel->end; i++) {
		const struct tce_console_record *record = tce_predict_console_at(p, i);

		if (!is_printed(record))
			continue;
		if (record->uptime_us < uptime)
			break;
		uptime = record->uptime_us;
		any = true;
		err = compare(p, &at, number, record);
	}
	return err != 0 || !any ? err : rest(p, at, number);
}

int tce_predict_check_log(struct tce_predict *p)
{
	int err = 0;

	for (uint32_t i = 0; err == 0 && i < p->kernels.nr; i++)
		err = check_kernel(p, (uint16_t)i);
	return err;
}
