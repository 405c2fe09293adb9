/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest_ram.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t top_of(const struct guest_ram *ram)
{
	return ram->top != 0 ? ram->top : GUEST_RAM_TOP;
}

/* What tce/status.h promises to the callbacks: 1..4096 bytes on one page. */
static void check_promise(struct tce_ra ra, size_t n)
{
	if (n >= 1 && n <= 4096 && ra.v % 4096 + n <= 4096)
		return;
	fprintf(stderr, "guest_ram: %zu bytes at 0x%llx asked for\n", n, (unsigned long long)ra.v);
	abort();
}

static int ram_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	struct guest_ram *ram = ctx;

	check_promise(ra, n);
	if (ra.v >= top_of(ram))
		return -1;
	if (ra.v < GUEST_RAM_BYTES)
		memcpy(buf, ram->bytes + ra.v, n);
	else
		memset(buf, 0, n);
	return 0;
}

static int ram_write(void *ctx, struct tce_ra ra, const void *buf, size_t n)
{
	struct guest_ram *ram = ctx;

	check_promise(ra, n);
	if (ra.v >= top_of(ram))
		return -1;
	if (ra.v < GUEST_RAM_BYTES)
		memcpy(ram->bytes + ra.v, buf, n);
	return 0;
}

static int ram_is_ram(void *ctx, struct tce_ra ra, uint64_t n)
{
	uint64_t top = top_of(ctx);

	return ra.v < top && n <= top - ra.v;
}

struct tce_memory guest_ram_memory(struct guest_ram *ram)
{
	struct tce_memory memory = {ram, ram_read, ram_write, ram_is_ram};

	return memory;
}

static void set(struct guest_ram *ram, uint64_t at, uint64_t v, unsigned size)
{
	unsigned i;

	if (at + size > GUEST_RAM_BYTES)
		abort();
	for (i = 0; i < size; i++)
		ram->bytes[at + i] = (uint8_t)(v >> (8 * (size - 1 - i)));
}

void guest_ram_set_u32(struct guest_ram *ram, uint64_t at, uint32_t v)
{
	set(ram, at, v, 4);
}

void guest_ram_set_u64(struct guest_ram *ram, uint64_t at, uint64_t v)
{
	set(ram, at, v, 8);
}

uint32_t guest_ram_u32(const struct guest_ram *ram, uint64_t at)
{
	const uint8_t *b = ram->bytes + at;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}
