/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A short live run for tests/planted: 0 when QEMU and the model agree, 1 when they differ, 77 when
 * there is no QEMU. TCE_AGENT is the guest image. argv[1]: how many calls.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/pseries/live.h"
#include "cli/vm/find.h"

/* Many machines, each for a short time: every deep state comes early. */
#define CALLS       UINT64_C(120000)
#define EPOCH_CALLS UINT64_C(15000)

int main(int argc, char **argv)
{
	struct tce_live_opts opts = {.seed = 7, .calls = CALLS, .epoch_calls = EPOCH_CALLS};
	struct tce_qemu_version version;
	struct tce_live live;
	struct tce_fail fail;
	const char *env = getenv("QEMU");

	if (argc > 1)
		opts.calls = strtoull(argv[1], NULL, 0);
	opts.guest = (struct tce_guest_opts){.qemu = env && *env ? env : "qemu-system-ppc64",
					     .agent = getenv("TCE_AGENT"),
					     .patience = 60};
	if (tce_find_qemu_version(opts.guest.qemu, 10, &version, &fail) != 0)
		return 77;
	opts.profile = tce_find_profile(&version, &opts.exact, &fail);
	if (!opts.profile)
		return 77;
	tce_live_run(&opts, &live);
	if (live.state != TCE_SESSION_RUNNING)
		printf("after %llu calls: %s%s\n", (unsigned long long)live.calls, live.diff.text,
		       live.fail.text);
	tce_live_free(&live);
	return live.state != TCE_SESSION_RUNNING;
}
