/* SPDX-License-Identifier: BSD-2-Clause */
/* The canonical stream: bytes of any length, and names by order of first appearance. */
#include "canon.h"

void tce_canon_bytes(struct tce_canon *canon, const void *p, size_t n)
{
	const uint8_t *from = p;

	while (n != 0) {
		size_t piece = n < canon->size ? n : canon->size;

		tce_canon_put(canon, from, piece);
		from += piece;
		n -= piece;
	}
}

void tce_canon_name(struct tce_canon *canon, enum tce_canon_kind kind, uint64_t v)
{
	struct tce_canon_names *names = &canon->names[kind];
	uint32_t i = 0;

	if (!canon->rename) {
		tce_canon_u64(canon, v);
		return;
	}
	while (i < names->nr && names->name[i] != v)
		i++;
	if (i == names->nr && names->nr < TCE_CANON_NAMES)
		names->name[names->nr++] = v;
	tce_canon_u32(canon, i);
	if (i == TCE_CANON_NAMES)
		tce_canon_u64(canon, v);
}
