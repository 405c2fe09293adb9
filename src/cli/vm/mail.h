/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all guest images have in common: the words of the mailbox through which host and image talk,
 * and the hash of what they read. share/agent/ has the other half.
 */
#ifndef TCE_CLI_VM_MAIL_H
#define TCE_CLI_VM_MAIL_H

#include <stdint.h>

/* Words of the mailbox, as indexes of 8 bytes. */
enum {
	TCE_MAIL_MAGIC = 0,
	TCE_MAIL_ENTRIES = 1,
	TCE_MAIL_FDT = 2,
	TCE_MAIL_TRAP = 4,
	TCE_MAIL_SRR0 = 5,
	TCE_MAIL_POSTED = 8,
	TCE_MAIL_DONE = 16,
};

/* One step of the hash that the image computes over a sweep. */
static inline uint64_t tce_mail_hash(uint64_t h, uint64_t value)
{
	h = (h ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return h << 31 | h >> 33;
}

#endif
