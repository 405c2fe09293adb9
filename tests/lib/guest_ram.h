/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest's memory for tests: 64 MiB (or less) from real address 0, of which the first pages really
 * hold something; the rest reads as zero and swallows writes. Beyond there is nothing.
 */
#ifndef GUEST_RAM_H
#define GUEST_RAM_H

#include <tce/status.h>

#define GUEST_RAM_BYTES 0x6000U
#define GUEST_RAM_TOP   0x4000000U

struct guest_ram {
	uint8_t bytes[GUEST_RAM_BYTES];
	uint64_t top; /* first real address that is not memory; 0: GUEST_RAM_TOP */
};

/* Its face for an LPAR; valid as long as ram. */
struct tce_memory guest_ram_memory(struct guest_ram *ram);

/* Big-endian; at + size <= GUEST_RAM_BYTES. */
void guest_ram_set_u32(struct guest_ram *ram, uint64_t at, uint32_t v);
void guest_ram_set_u64(struct guest_ram *ram, uint64_t at, uint64_t v);
uint32_t guest_ram_u32(const struct guest_ram *ram, uint64_t at);

#endif
