/* SPDX-License-Identifier: BSD-2-Clause */
/* Dynamic memory properties: v1 has 24 bytes a block, v2 has 24 bytes a set. */
#include "drmem.h"

#include <string.h>

#include "base/bits.h"
#include "machine.h"

#define ENTRY_BYTES 24U /* of both versions */
#define NO_AA       UINT32_MAX
#define DRC_LMB     UINT32_C(0x80000000)

void tce_drmem_reader_init(struct tce_drmem_reader *reader, const uint8_t *bytes, size_t len,
			   bool v2)
{
	memset(reader, 0, sizeof(*reader));
	reader->bytes = bytes;
	reader->len = len;
	reader->v2 = v2;
	reader->bad = len < 4;
	if (len < 4)
		return;
	reader->left = tce_be32_load(bytes);
	reader->at = 4;
}

/* v1: base, DRC, reserved, associativity, flags. v2: count, base, DRC, associativity, flags. */
static void entry_read(const uint8_t *entry, bool v2, struct tce_lmb_set *ret_set)
{
	ret_set->nr = v2 ? tce_be32_load(entry) : 1;
	ret_set->addr = tce_be64_load(entry + (v2 ? 4 : 0));
	ret_set->drc = tce_be32_load(entry + (v2 ? 12 : 8));
	ret_set->aa = tce_be32_load(entry + 16);
	ret_set->flags = tce_be32_load(entry + 20);
}

bool tce_drmem_next(struct tce_drmem_reader *reader, struct tce_lmb_set *ret_set)
{
	if (reader->left == 0 || reader->bad)
		return false;
	if (reader->len - reader->at < ENTRY_BYTES) {
		reader->bad = true;
		return false;
	}
	entry_read(reader->bytes + reader->at, reader->v2, ret_set);
	reader->at += ENTRY_BYTES;
	reader->left--;
	return true;
}

/* --- writing --- */

/* Bytes on their way into a buffer that may be too small. */
struct sink {
	uint8_t *bytes;
	size_t n;
	size_t at;
	uint32_t nr; /* entries so far */
};

static void put(struct sink *sink, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++, sink->at++) {
		if (sink->at < sink->n)
			sink->bytes[sink->at] = bytes[i];
	}
}

static void entry_write(struct sink *sink, const struct tce_lmb_set *set, bool v2)
{
	uint8_t entry[ENTRY_BYTES] = {0};

	if (v2)
		tce_be32_store(entry, set->nr);
	tce_be64_store(entry + (v2 ? 4 : 0), set->addr);
	tce_be32_store(entry + (v2 ? 12 : 8), set->drc);
	tce_be32_store(entry + 16, set->aa);
	tce_be32_store(entry + 20, set->flags);
	put(sink, entry, sizeof(entry));
	sink->nr++;
}

/* A run of memory as one set, or in v1 block by block. */
static void run_write(struct sink *sink, const struct tce_mem_run *run, uint64_t lmb, bool v2)
{
	bool boot = (run->flags & TCE_MEM_BOOT) != 0;
	struct tce_lmb_set set = {.addr = run->addr, .aa = boot ? NO_AA : 0};

	set.nr = (uint32_t)(run->size / lmb);
	set.drc = boot ? 0 : DRC_LMB | (uint32_t)(run->addr / lmb);
	if (boot)
		set.flags = TCE_LMB_RESERVED | TCE_LMB_DRC_INVALID;
	else if ((run->flags & TCE_MEM_PLUGGED) != 0)
		set.flags = TCE_LMB_ASSIGNED;
	else
		set.aa = NO_AA;
	if (v2) {
		entry_write(sink, &set, true);
		return;
	}
	for (uint64_t i = 0; i < run->size / lmb; i++) {
		entry_write(sink, &set, false);
		set.addr += lmb;
		set.drc += !boot;
	}
}

/* What a reader of the property can tell runs apart by. */
static unsigned told(const struct tce_mem_run *run)
{
	return run->flags & (TCE_MEM_PLUGGED | TCE_MEM_BOOT | TCE_MEM_DRC);
}

size_t tce_drmem_encode(const struct tce_state *st, bool v2, uint8_t *ret_bytes, size_t n)
{
	struct sink sink = {ret_bytes, n, 4, 0};
	const struct tce_mem_run *run = tce_mem_run_at(st, 0);
	uint8_t count[4];
	uint32_t i = 0;

	while (run != NULL) {
		struct tce_mem_run joined = *run;

		while ((run = tce_mem_run_at(st, ++i)) != NULL && told(run) == told(&joined) &&
		       run->addr == joined.addr + joined.size)
			joined.size += run->size;
		if ((joined.flags & TCE_MEM_DRC) != 0)
			run_write(&sink, &joined, st->memmap.lmb_size, v2);
	}
	if (sink.nr == 0)
		return 0;
	tce_be32_store(count, sink.nr);
	for (size_t k = 0; k < 4 && k < n; k++)
		ret_bytes[k] = count[k];
	return sink.at;
}
