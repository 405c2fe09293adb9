/* SPDX-License-Identifier: BSD-2-Clause */
/* A machine with the operating systems that are modelled for it: what stories are acted out on. */
#ifndef TCE_CHECK_LIVE_H
#define TCE_CHECK_LIVE_H

#include <tce/machine.h>

/* As tce_machine_new; a platform that no Linux is modelled for runs without one. */
TCE_MUST_USE int tce_live_machine(const struct tce_alloc *alloc,
				  const struct tce_machine_opts *opts,
				  struct tce_machine **ret_machine);

#endif
