/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that calls take: near edges, near each other, and seldom anything at all. */
#include "generator.h"

/* Entries a single call may store, so that no call takes long. */
#define STORES_MOST      UINT64_C(0x40000)

#define PICK(rng, array) ((array)[tce_rng_below(rng, sizeof(array) / sizeof((array)[0]))])

void tce_gen_remember(struct tce_generator *gen, uint64_t liobn, uint64_t ioba)
{
	unsigned i = gen->nr_recent < TCE_GEN_NR_RECENT
			     ? gen->nr_recent++
			     : (unsigned)tce_rng_below(&gen->rng, TCE_GEN_NR_RECENT);

	gen->recent[i].liobn = liobn;
	gen->recent[i].start = ioba;
}

/* Any window; an enabled one in most cases. NULL: there is none. */
const struct tce_window_info *tce_gen_window(struct tce_generator *gen)
{
	const struct tce_window_info *window = NULL;

	for (unsigned i = 0; i < 4 && gen->nr_windows; i++) {
		window = &gen->windows[tce_rng_below(&gen->rng, gen->nr_windows)];
		if (window->nr_entries || tce_rng_percent(&gen->rng, 10))
			break;
	}
	return window;
}

/* LIOBNs that nobody has, or that are one only when cut to 32 bits. */
static uint64_t odd_liobn(struct tce_generator *gen)
{
	const struct tce_window_info *window = tce_gen_window(gen);
	uint64_t liobn = window ? window->liobn : UINT64_C(0x80000000);

	switch (tce_rng_below(&gen->rng, 8)) {
	case 0: return 0;
	case 1: return liobn | UINT64_C(1) << (32 + tce_rng_below(&gen->rng, 32));
	case 2: return (uint64_t)(int64_t)(int32_t)liobn;
	case 3: return liobn + 2;
	case 4: return liobn ^ UINT64_C(0x80000000);
	case 5: return UINT64_C(0x80000000) | tce_rng_below(&gen->rng, 32) << 8;
	case 6: return UINT64_C(0x71000000) + tce_rng_below(&gen->rng, 8);
	default: return tce_rng_next(&gen->rng);
	}
}

uint64_t tce_gen_liobn(struct tce_generator *gen, const struct tce_window_info **ret_window)
{
	*ret_window = tce_gen_window(gen);
	if (!*ret_window || tce_rng_percent(&gen->rng, 4))
		return odd_liobn(gen);
	return (*ret_window)->liobn;
}

/* Addresses that belong to no window, or only just. */
static uint64_t odd_ioba(struct tce_generator *gen, const struct tce_window_info *window)
{
	uint64_t page = UINT64_C(1) << window->page_shift;
	uint64_t end = window->start + (window->nr_entries << window->page_shift);

	switch (tce_rng_below(&gen->rng, 11)) {
	case 0: return window->start - 1;
	case 1: return window->start - page;
	case 2: return end;
	case 3: return end - 1;
	case 4: return end + page - 1;
	case 5: return 0;
	case 6: return UINT64_MAX;
	case 7: return UINT64_C(1) << 63;
	case 8: return window->start ^ UINT64_C(0x800000000000000);
	case 9: return UINT64_C(1) << tce_rng_below(&gen->rng, 64);
	default: return tce_rng_next(&gen->rng);
	}
}

static uint64_t index_in(struct tce_generator *gen, uint64_t nr_entries)
{
	switch (tce_rng_below(&gen->rng, 8)) {
	case 0:
	case 1: return nr_entries - 1 - tce_rng_any_size(&gen->rng, nr_entries - 1);
	case 2: return tce_rng_below(&gen->rng, nr_entries);
	case 3: return tce_rng_below(&gen->rng, nr_entries < 64 ? nr_entries : 64);
	default: return tce_rng_any_size(&gen->rng, nr_entries - 1);
	}
}

uint64_t tce_gen_ioba(struct tce_generator *gen, const struct tce_window_info *window)
{
	uint64_t low = 0;

	if (gen->nr_recent && tce_rng_percent(&gen->rng, 25))
		return gen->recent[tce_rng_below(&gen->rng, gen->nr_recent)].start +
		       (tce_rng_below(&gen->rng, 3) << (window ? window->page_shift : 12));
	if (!window || !window->nr_entries)
		return tce_rng_percent(&gen->rng, 50) ? 0
						      : tce_rng_next(&gen->rng) & ~UINT64_C(0xfff);
	if (tce_rng_percent(&gen->rng, 6))
		return odd_ioba(gen, window);
	if (tce_rng_percent(&gen->rng, 15))
		low = tce_rng_any_size(&gen->rng, (UINT64_C(1) << window->page_shift) - 1);
	return window->start + (index_in(gen, window->nr_entries) << window->page_shift) + low;
}

/* A page that the model keeps, or no memory at all. */
static uint64_t kept_page(struct tce_generator *gen)
{
	if (tce_rng_percent(&gen->rng, 10))
		return UINT64_C(0x7fff00000000) + (tce_rng_below(&gen->rng, 16) << 12);
	return TCE_RING_DMA + (tce_rng_below(&gen->rng, 64) << 12) +
	       (tce_rng_below(&gen->rng, 8) << 20);
}

uint64_t tce_gen_tce(struct tce_generator *gen)
{
	uint64_t perm =
		tce_rng_percent(&gen->rng, gen->dma ? 40 : 70) ? 3 : tce_rng_below(&gen->rng, 4);

	if (gen->dma)
		return kept_page(gen) | perm |
		       (tce_rng_percent(&gen->rng, 10) ? tce_rng_next(&gen->rng) & 0xffc : 0);
	switch (tce_rng_below(&gen->rng, 10)) {
	case 0: return 0;
	case 1: return tce_rng_next(&gen->rng);
	case 2: return perm;
	case 3: return UINT64_MAX;
	case 4: return UINT64_C(1) << tce_rng_below(&gen->rng, 64);
	default: return kept_page(gen) | perm;
	}
}

/* Entries from ioba to the end of the window, 0 when ioba is not in it. */
static uint64_t room_at(const struct tce_window_info *window, uint64_t ioba)
{
	uint64_t index = (ioba - window->start) >> window->page_shift;

	return index < window->nr_entries ? window->nr_entries - index : 0;
}

static uint64_t any_count(struct tce_generator *gen, uint64_t room, uint64_t nr_entries)
{
	static const uint64_t odd[] = {0, UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1, UINT64_MAX,
				       UINT64_C(1) << 63};

	switch (tce_rng_below(&gen->rng, 24)) {
	case 0: return PICK(&gen->rng, odd);
	case 1: return room;
	case 2: return room + 1;
	case 3: return room - 1;
	case 4: return nr_entries;
	case 5: return nr_entries + 1;
	case 6: return 511 + tce_rng_below(&gen->rng, 3);
	case 7: return tce_rng_any_size(&gen->rng, nr_entries + 1);
	case 8: return tce_rng_any_size(&gen->rng, 600);
	default: return 1 + tce_rng_any_size(&gen->rng, 40);
	}
}

/* A count of which most is what a call takes at all, and no call stores too many. */
uint64_t tce_gen_count(struct tce_generator *gen, const struct tce_window_info *window,
		       uint64_t ioba, uint64_t most)
{
	uint64_t room = window && window->nr_entries ? room_at(window, ioba) : 0;
	uint64_t nr_entries = window && window->nr_entries ? window->nr_entries : 512;
	uint64_t count = any_count(gen, room, nr_entries);
	uint64_t stores = count < room ? count : room;

	if (most > nr_entries)
		most = nr_entries;
	/* A large number of stores is fine now and then, a huge one never. */
	if (count <= most &&
	    (stores > STORES_MOST || (stores > 2048 && !tce_rng_percent(&gen->rng, 4))))
		count = 1 + tce_rng_any_size(&gen->rng, 64);
	return count;
}
