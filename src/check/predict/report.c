/* SPDX-License-Identifier: BSD-2-Clause */
/* The difference as it is shown: calls that differ, a few that do not before and after them. */
#include <string.h>

#include "predict.h"

#define DIFF sizeof(struct tce_diff)

static int add(struct tce_predict *p, enum tce_predict_sign sign, const struct tce_call *call)
{
	struct tce_diff diff = {.sign = (uint8_t)sign, .nr = 1, .call = *call};

	return tce_list_add(&p->diff, &p->mem, &diff, DIFF);
}

int tce_predict_same(struct tce_predict *p, const struct tce_call *call)
{
	if (p->context_left != 0) {
		p->context_left--;
		return add(p, TCE_PREDICT_SAME, call);
	}
	if (p->nr_context == TCE_PREDICT_CONTEXT) {
		memmove(&p->context[0], &p->context[1],
			(TCE_PREDICT_CONTEXT - 1) * sizeof(p->context[0]));
		p->nr_context--;
	}
	p->context[p->nr_context++] = *call;
	return 0;
}

static int flush_context(struct tce_predict *p)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < p->nr_context; i++)
		err = add(p, TCE_PREDICT_SAME, &p->context[i]);
	p->nr_context = 0;
	return err;
}

/* One of many like it: the same call on the same window, one after the other. */
static bool joins(const struct tce_diff *last, enum tce_predict_sign sign,
		  const struct tce_call *call)
{
	return last->sign == sign && last->call.kind == call->kind &&
	       last->call.liobn == call->liobn && call->kind <= TCE_CALL_STUFF;
}

int tce_predict_differ(struct tce_predict *p, enum tce_predict_sign sign,
		       const struct tce_call *call)
{
	struct tce_diff *last = p->diff.nr == 0 ? NULL : tce_vec_at(&p->diff, p->diff.nr - 1, DIFF);
	int err;

	p->sum.missing += sign == TCE_PREDICT_MISSING;
	p->sum.extra += sign == TCE_PREDICT_EXTRA;
	p->context_left = TCE_PREDICT_CONTEXT;
	if (last != NULL && p->nr_context == 0 && joins(last, sign, call)) {
		last->nr++;
		return 0;
	}
	err = flush_context(p);
	p->sum.nr_differences++;
	return err != 0 ? err : add(p, sign, call);
}

bool tce_predict_difference(const struct tce_predict *p, uint64_t i,
			    struct tce_predict_line *ret_line)
{
	const struct tce_diff *diff;

	if (i >= p->diff.nr)
		return false;
	diff = tce_vec_at(&p->diff, (uint32_t)i, DIFF);
	ret_line->sign = (enum tce_predict_sign)diff->sign;
	ret_line->line = diff->call.line;
	ret_line->nr = diff->nr;
	tce_call_text(&diff->call, ret_line->text, sizeof(ret_line->text));
	return true;
}
