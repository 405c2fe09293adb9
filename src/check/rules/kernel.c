/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an event's outcome says of the kernel: it would never return, it used what it had freed, it
 * crashed, its calls were refused and it went on (no-progress, stale-table,
 * failed-call-changed-state, unbalanced-account, premap-coverage).
 */
#include "state_rules.h"

static void add(struct tce_check *check, enum tce_rule_id rule, const char *text)
{
	struct tce_breach breach = tce_breach_of(rule, text);

	breach.value[0] = (uint64_t)check->outcome->answer.r3;
	breach.value[1] = check->outcome->removed_live;
	tce_check_add(check, &breach);
}

static bool is_os_event(const struct tce_event *event)
{
	return event != NULL && (tce_event_class(event->kind) == TCE_CLASS_OS ||
				 tce_event_class(event->kind) == TCE_CLASS_VFIO);
}

/* A hypercall was refused for what it said, not because a failure was asked for. */
static bool was_refused(const struct tce_answer *answer)
{
	return answer->r3 != TCE_H_SUCCESS && answer->refusal != TCE_REFUSED_NOT;
}

static bool is_outside(enum tce_refusal why)
{
	return why == TCE_REFUSED_IOBA_PAST_END || why == TCE_REFUSED_RANGE_PAST_END ||
	       why == TCE_REFUSED_IOBA_BELOW;
}

/* Memory comes online, and is mapped where no window is. */
static bool is_online(const struct tce_event *event)
{
	return event->kind == TCE_EV_MEMORY_ONLINE || event->kind == TCE_EV_PMEM_TO_RAM;
}

/* A dynamic window may be made, and memory mapped in it. */
static bool is_mask(const struct tce_event *event)
{
	return event->kind == TCE_EV_PROBE || event->kind == TCE_EV_SET_MASK;
}

static void check_refusals(struct tce_check *check)
{
	const struct tce_outcome *outcome = check->outcome;

	if (outcome->nr_refused == 0 || outcome->answer.r3 == TCE_H_SUCCESS)
		return;
	if (is_online(check->event) && is_outside(outcome->answer.refusal))
		add(check, TCE_RULE_PREMAP_COVERAGE,
		    "memory that lies outside a direct window is mapped in it all the same: "
		    "refused, and the memory does not come online");
	else if (is_mask(check->event) && is_outside(outcome->answer.refusal))
		add(check, TCE_RULE_WINDOW_TOO_SMALL,
		    "the kernel made a window, and maps more in it than it holds: refused");
	else if (was_refused(&outcome->answer))
		add(check, TCE_RULE_HCALL_REFUSED,
		    "the hypervisor refused a TCE hypercall of the kernel");
	if (check->event->kind == TCE_EV_MAP && outcome->err == 0)
		add(check, TCE_RULE_FAILED_CALL_CHANGED_STATE,
		    "a TCE was refused, and the driver is told that its buffer is mapped");
}

void tce_rule_kernel(struct tce_check *check)
{
	const struct tce_outcome *outcome = check->outcome;

	if (outcome == NULL)
		return;
	if (outcome->no_progress)
		add(check, TCE_RULE_NO_PROGRESS, "the kernel loops here for ever");
	if (outcome->used_freed)
		add(check, TCE_RULE_STALE_TABLE, "the kernel used a table that it had freed");
	if (outcome->oops && !outcome->panic)
		add(check, TCE_RULE_FAILED_CALL_CHANGED_STATE,
		    "the kernel crashes here, where it should have failed");
	if (outcome->warned)
		add(check, TCE_RULE_UNBALANCED_ACCOUNT,
		    "the kernel gave back a reference that it did not hold");
	if (outcome->removed_live != 0)
		add(check, TCE_RULE_WINDOW_REMOVED_LIVE,
		    "{1} TCEs were still mapped in windows that were removed");
	if (is_os_event(check->event))
		check_refusals(check);
}
