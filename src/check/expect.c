/* SPDX-License-Identifier: BSD-2-Clause */
/* Is an outcome as expected? */
#include <tce/run.h>

#include "machine/event_table.h"

static bool rule_broke(uint64_t rule, const struct tce_breach *breaches, unsigned nr_breaches)
{
	for (unsigned i = 0; i < nr_breaches; i++) {
		if ((uint64_t)breaches[i].rule == rule)
			return true;
	}
	return false;
}

bool tce_expect_met(const struct tce_expect *expect, const struct tce_event *event,
		    const struct tce_outcome *outcome, const struct tce_breach *breaches,
		    unsigned nr_breaches)
{
	const struct tce_answer *answer = &outcome->answer;
	bool ok = tce_outcome_ok(event->kind, outcome);
	uint64_t value = expect->value;

	switch (expect->kind) {
	case TCE_EXPECT_OK: return ok;
	case TCE_EXPECT_REFUSED: return !ok && outcome->abort == TCE_ABORT_NOT;
	case TCE_EXPECT_ERRNO: return outcome->err == -(int64_t)value;
	case TCE_EXPECT_MODE: return outcome->mode == value;
	case TCE_EXPECT_DMA: return outcome->dma.result == value;
	case TCE_EXPECT_ASTRAY: return outcome->misdirected;
	case TCE_EXPECT_ABORTS: return outcome->abort != TCE_ABORT_NOT;
	case TCE_EXPECT_STUCK: return outcome->no_progress;
	case TCE_EXPECT_HCALL: return answer->r3 == (int64_t)value;
	case TCE_EXPECT_STATUS: return answer->status == (int64_t)value;
	case TCE_EXPECT_OPAL: return outcome->opal == (int64_t)value;
	case TCE_EXPECT_RULE: return rule_broke(value, breaches, nr_breaches);
	case TCE_EXPECT_BUS: return ok && outcome->bus.v == value;
	case TCE_EXPECT_VALUE: return outcome->value == value;
	case TCE_EXPECT_RET: return outcome->ret == (int64_t)value;
	case TCE_EXPECT_LANDS:
		return outcome->dma.result == TCE_DMA_OK && outcome->dma.xlate.ra.v == value;
	case TCE_EXPECT_LOCKED: return outcome->locked == value;
	case TCE_EXPECT_CALLS: return outcome->nr_emitted == value;
	case TCE_EXPECT_CELL:
		return expect->index < answer->nr_rets && answer->rets[expect->index] == value;
	default: return false;
	}
}
