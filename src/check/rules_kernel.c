/* SPDX-License-Identifier: BSD-2-Clause */
/* What an event's outcome says of the kernel: it would never return, it used what it had freed. */
#include "state_rules.h"

void tce_rule_kernel(struct tce_check *check)
{
	struct tce_breach breach;

	if (check->outcome == NULL)
		return;
	if (check->outcome->no_progress) {
		breach = tce_breach_of(TCE_RULE_NO_PROGRESS, "the kernel loops here for ever");
		tce_check_add(check, &breach);
	}
	if (check->outcome->used_freed) {
		breach = tce_breach_of(TCE_RULE_STALE_TABLE,
				       "the kernel used a table that it had freed");
		tce_check_add(check, &breach);
	}
}
