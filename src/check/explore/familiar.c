/* SPDX-License-Identifier: BSD-2-Clause */
#include "familiar.h"

#include <string.h>

#include "base/hash.h"

#define LINE 64

/* --- the table ------------------------------------------------------------------------------- */

int tce_familiar_init(struct tce_familiar *familiar, const struct tce_mem *mem)
{
	familiar->slot = tce_mem_new(mem, TCE_FAMILIAR_SLOTS * sizeof(*familiar->slot));
	return familiar->slot == NULL ? -TCE_ERR_NOMEM : 0;
}

void tce_familiar_fini(struct tce_familiar *familiar, const struct tce_mem *mem)
{
	tce_mem_free(mem, familiar->slot, TCE_FAMILIAR_SLOTS * sizeof(*familiar->slot));
	familiar->slot = NULL;
}

bool tce_familiar_find(const struct tce_familiar *familiar, uint64_t sum, uint64_t *ret_fingerprint)
{
	const struct tce_familiar_slot *slot = &familiar->slot[sum % TCE_FAMILIAR_SLOTS];

	if (sum == 0 || slot->sum != sum)
		return false;
	*ret_fingerprint = slot->fingerprint;
	return true;
}

void tce_familiar_note(struct tce_familiar *familiar, uint64_t sum, uint64_t fingerprint)
{
	familiar->slot[sum % TCE_FAMILIAR_SLOTS] = (struct tce_familiar_slot){sum, fingerprint};
}

/* --- lines ----------------------------------------------------------------------------------- */

static size_t nr_lines(size_t bytes)
{
	return (bytes + LINE - 1) / LINE;
}

/* Bytes of the line at from, of so many in all. */
static size_t line_size(size_t from, size_t bytes)
{
	return bytes - from < LINE ? bytes - from : LINE;
}

static uint64_t line_hash(const uint8_t *line, size_t size, unsigned part, size_t i)
{
	return tce_hash_bytes((uint64_t)part << 32 | i, line, size);
}

/* Two words at once, which every processor can. */
typedef uint64_t word_pair __attribute__((vector_size(16)));

static inline word_pair difference(const uint8_t *a, const uint8_t *b)
{
	word_pair of_a, of_b;

	memcpy(&of_a, a, sizeof(of_a));
	memcpy(&of_b, b, sizeof(of_b));
	return of_a ^ of_b;
}

/* All of a line. */
static inline bool same_line(const uint8_t *a, const uint8_t *b)
{
	word_pair differ = difference(a, b) | difference(a + 16, b + 16) |
			   difference(a + 32, b + 32) | difference(a + 48, b + 48);

	return (differ[0] | differ[1]) == 0;
}

int tce_lines_take(struct tce_lines *lines, const struct tce_mem *mem, uint64_t seed,
		   const struct tce_image *image)
{
	size_t nr = nr_lines(image->size[0]) + nr_lines(image->size[1]);
	uint64_t *hash = lines->hash;

	if (nr > lines->room) {
		hash = tce_mem_new(mem, 2 * nr * sizeof(*hash));
		if (hash == NULL)
			return -TCE_ERR_NOMEM;
		tce_lines_fini(lines, mem);
		lines->hash = hash;
		lines->room = 2 * nr;
	}
	lines->sum = tce_hash_u64(0, seed);
	for (unsigned part = 0; part < 2; part++) {
		size_t bytes = image->size[part];

		for (size_t i = 0; i * LINE < bytes; i++, hash++) {
			*hash = line_hash(image->part[part] + i * LINE, line_size(i * LINE, bytes),
					  part, i);
			lines->sum += *hash;
		}
	}
	return 0;
}

void tce_lines_fini(struct tce_lines *lines, const struct tce_mem *mem)
{
	tce_mem_free(mem, lines->hash, lines->room * sizeof(*lines->hash));
	lines->hash = NULL;
	lines->room = 0;
}

/* How the sum of one part changes. */
static uint64_t part_change(const uint64_t *hash, const struct tce_image *of,
			    const struct tce_image *image, unsigned part)
{
	const uint8_t *was = of->part[part];
	const uint8_t *is = image->part[part];
	size_t before = of->size[part];
	size_t now = image->size[part];
	size_t whole = (before < now ? before : now) / LINE; /* lines that both have all of */
	uint64_t change = 0;

	for (size_t i = 0; i < whole; i++) {
		if (!same_line(was + i * LINE, is + i * LINE))
			change += line_hash(is + i * LINE, LINE, part, i) - hash[i];
	}
	for (size_t i = whole; i < nr_lines(before); i++)
		change -= hash[i];
	for (size_t i = whole; i < nr_lines(now); i++)
		change += line_hash(is + i * LINE, line_size(i * LINE, now), part, i);
	return change;
}

uint64_t tce_lines_sum(const struct tce_lines *lines, const struct tce_image *of,
		       const struct tce_image *image)
{
	return lines->sum + part_change(lines->hash, of, image, 0) +
	       part_change(lines->hash + nr_lines(of->size[0]), of, image, 1);
}
