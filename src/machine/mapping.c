/* SPDX-License-Identifier: BSD-2-Clause */
/* Mapping slots: what drivers gave and were told. */
#include "mapping.h"

#include <string.h>

#include "base/assert.h"
#include "canon.h"
#include "machine.h"

#define MAP   sizeof(struct tce_mapping)
#define PIECE sizeof(struct tce_map_piece)

static struct tce_mapping *map_at(const struct tce_state *st, uint32_t i)
{
	return i < st->mappings.maps.nr ? tce_vec_at(&st->mappings.maps, i, MAP) : NULL;
}

const struct tce_mapping *tce_mapping_at(const struct tce_state *st, uint32_t i)
{
	return map_at(st, i);
}

static uint32_t position(const struct tce_state *st, uint16_t id)
{
	uint32_t low = 0;
	uint32_t high = st->mappings.maps.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (map_at(st, mid)->id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct tce_mapping *find(const struct tce_state *st, uint16_t id)
{
	struct tce_mapping *map = map_at(st, position(st, id));

	return map != NULL && map->id == id ? map : NULL;
}

const struct tce_mapping *tce_mapping_find(const struct tce_state *st, uint16_t id)
{
	return find(st, id);
}

const struct tce_map_piece *tce_mapping_in(const struct tce_state *st,
					   const struct tce_mapping *map)
{
	return map->nr_in > 1 ? tce_state_at(st, map->in) : &map->first_in;
}

const struct tce_map_piece *tce_mapping_out(const struct tce_state *st,
					    const struct tce_mapping *map)
{
	return map->nr_out > 1 ? tce_state_at(st, map->out) : &map->first_out;
}

static uint64_t total(const struct tce_map_piece *piece, uint32_t nr)
{
	uint64_t len = 0;

	for (uint32_t i = 0; i < nr; i++)
		len += piece[i].len;
	return len;
}

uint64_t tce_mapping_len(const struct tce_state *st, const struct tce_mapping *map)
{
	return total(tce_mapping_in(st, map), map->nr_in);
}

/* The address of byte offset in a list of pieces, and what is left of its piece. */
static bool locate(const struct tce_map_piece *piece, uint32_t nr, uint64_t offset,
		   uint64_t *ret_addr, uint64_t *ret_left)
{
	for (uint32_t i = 0; i < nr; i++) {
		if (offset < piece[i].len) {
			*ret_addr = piece[i].addr + offset;
			*ret_left = piece[i].len - offset;
			return true;
		}
		offset -= piece[i].len;
	}
	return false;
}

bool tce_mapping_byte(const struct tce_state *st, const struct tce_mapping *map, uint64_t offset,
		      uint64_t *ret_bus, uint64_t *ret_ra, uint64_t *ret_len)
{
	uint64_t in_left;
	uint64_t out_left;

	if (!locate(tce_mapping_in(st, map), map->nr_in, offset, ret_ra, &in_left) ||
	    !locate(tce_mapping_out(st, map), map->nr_out, offset, ret_bus, &out_left))
		return false;
	*ret_len = in_left < out_left ? in_left : out_left;
	return true;
}

/* --- changing --- */

static void pieces_free(struct tce_state *st, struct tce_mapping *map)
{
	tce_mem_free(&st->mem, tce_state_at(st, map->in), map->nr_in * PIECE);
	tce_mem_free(&st->mem, tce_state_at(st, map->out), map->nr_out * PIECE);
	map->in.grain = 0;
	map->out.grain = 0;
}

/* A copy of more than one piece; one piece is kept in the mapping itself. */
static int pieces_new(struct tce_state *st, const struct tce_map_piece *piece, uint32_t nr,
		      struct tce_ref *ret_ref)
{
	void *copy;

	ret_ref->grain = 0;
	if (nr == 1)
		return 0;
	copy = tce_mem_new(&st->mem, nr * PIECE);
	if (copy == NULL)
		return -TCE_ERR_NOMEM;
	memcpy(copy, piece, nr * PIECE);
	*ret_ref = tce_state_ref(st, copy);
	return 0;
}

/* The slot for id: a fresh one, or that of a mapping which is no longer live. Room is reserved. */
static struct tce_mapping *slot(struct tce_state *st, uint16_t id)
{
	struct tce_mapping *map = find(st, id);

	if (map != NULL)
		pieces_free(st, map);
	else
		map = tce_vec_insert(&st->mappings.maps, position(st, id), MAP);
	return map;
}

int tce_mapping_add(struct tce_state *st, const struct tce_mapping_opts *opts)
{
	struct tce_mapping *map = find(st, opts->id);
	struct tce_ref in;
	struct tce_ref out;

	TCE_ASSERT(opts->nr_in != 0 && opts->nr_out != 0);
	if (map != NULL && map->state == TCE_MAP_LIVE)
		return -TCE_ERR_EXISTS;
	if (tce_vec_reserve(&st->mappings.maps, &st->mem, MAP, 1) != 0 ||
	    pieces_new(st, opts->in, opts->nr_in, &in) != 0)
		return -TCE_ERR_NOMEM;
	if (pieces_new(st, opts->out, opts->nr_out, &out) != 0) {
		tce_mem_free(&st->mem, tce_state_at(st, in), opts->nr_in * PIECE);
		return -TCE_ERR_NOMEM;
	}
	map = slot(st, opts->id);
	map->id = opts->id;
	map->dev = opts->dev;
	map->type = (uint8_t)opts->type;
	map->dir = (uint8_t)opts->dir;
	map->state = TCE_MAP_LIVE;
	map->nr_in = opts->nr_in;
	map->nr_out = opts->nr_out;
	map->first_in = opts->in[0];
	map->first_out = opts->out[0];
	map->in = in;
	map->out = out;
	return 0;
}

void tce_mapping_set_state(struct tce_state *st, uint16_t id, enum tce_map_state state)
{
	struct tce_mapping *map = find(st, id);

	TCE_ASSERT(map != NULL);
	map->state = (uint8_t)state;
}

void tce_mappings_lose(struct tce_state *st)
{
	struct tce_mapping *map;

	for (uint32_t i = 0; (map = map_at(st, i)) != NULL; i++) {
		if (map->state == TCE_MAP_LIVE)
			map->state = TCE_MAP_LOST;
	}
}

void tce_mappings_clear(struct tce_state *st)
{
	struct tce_mapping *map;

	for (uint32_t i = 0; (map = map_at(st, i)) != NULL; i++)
		pieces_free(st, map);
	tce_vec_fini(&st->mappings.maps, &st->mem, MAP);
}

void tce_mappings_forget_dev(struct tce_state *st, uint16_t dev)
{
	for (uint32_t i = st->mappings.maps.nr; i > 0; i--) {
		struct tce_mapping *map = map_at(st, i - 1);

		if (map->dev != dev)
			continue;
		pieces_free(st, map);
		tce_vec_remove(&st->mappings.maps, i - 1, 1, MAP);
	}
}

/* --- the stream: by content, without ids, for nothing else refers to a mapping --- */

/* Order of two mappings of one device in the stream. Equal ones write the same bytes. */
static int compare(const struct tce_state *st, const struct tce_mapping *a,
		   const struct tce_mapping *b)
{
	const struct tce_map_piece *pa = tce_mapping_out(st, a);
	const struct tce_map_piece *pb = tce_mapping_out(st, b);
	uint32_t n = a->nr_out < b->nr_out ? a->nr_out : b->nr_out;

	if (a->state != b->state)
		return a->state < b->state ? -1 : 1;
	for (uint32_t i = 0; i < n; i++) {
		if (pa[i].addr != pb[i].addr)
			return pa[i].addr < pb[i].addr ? -1 : 1;
		if (pa[i].len != pb[i].len)
			return pa[i].len < pb[i].len ? -1 : 1;
	}
	if (a->nr_out != b->nr_out)
		return a->nr_out < b->nr_out ? -1 : 1;
	return a->id < b->id ? -1 : a->id > b->id;
}

/* The mapping of dev that comes next after prev (NULL: the first). */
static const struct tce_mapping *next_of(const struct tce_state *st, uint16_t dev,
					 const struct tce_mapping *prev)
{
	const struct tce_mapping *best = NULL;
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = map_at(st, i)) != NULL; i++) {
		if (map->dev == dev && (prev == NULL || compare(st, prev, map) < 0) &&
		    (best == NULL || compare(st, map, best) < 0))
			best = map;
	}
	return best;
}

static void map_canon(const struct tce_state *st, const struct tce_mapping *map,
		      struct tce_canon *canon)
{
	const struct tce_map_piece *in = tce_mapping_in(st, map);
	const struct tce_map_piece *out = tce_mapping_out(st, map);

	tce_canon_u32(canon,
		      1U << 24 | (uint32_t)map->state << 16 | (uint32_t)map->type << 8 | map->dir);
	tce_canon_u32(canon, map->nr_in);
	tce_canon_u32(canon, map->nr_out);
	for (uint32_t i = 0; i < map->nr_out; i++) {
		tce_canon_bus(canon, out[i].addr);
		tce_canon_u64(canon, out[i].len);
	}
	for (uint32_t i = 0; i < map->nr_in; i++) {
		tce_canon_u64(canon, in[i].addr);
		tce_canon_u64(canon, in[i].len);
	}
}

/* Exact: by id. */
static void canon_by_id(const struct tce_state *st, struct tce_canon *canon)
{
	const struct tce_mapping *map;

	for (uint32_t i = 0; (map = map_at(st, i)) != NULL; i++) {
		tce_canon_u32(canon, (uint32_t)map->id << 16 | map->dev);
		map_canon(st, map, canon);
	}
}

/* A stream that renames leaves out what was unmapped: whoever asks for it uses it no more. */
void tce_mappings_canon(const struct tce_state *st, struct tce_canon *canon)
{
	const struct tce_mapping *map;

	if (!canon->rename) {
		tce_canon_u32(canon, st->mappings.maps.nr);
		canon_by_id(st, canon);
		return;
	}
	for (uint32_t i = 0; i < tce_nr_devs(st); i++) {
		uint16_t dev = tce_canon_order(canon, TCE_CANON_DEV, i, tce_dev_at(st, i)->id);

		tce_canon_id(canon, TCE_CANON_DEV, dev);
		for (map = next_of(st, dev, NULL); map != NULL; map = next_of(st, dev, map)) {
			if (map->state != TCE_MAP_UNMAPPED)
				map_canon(st, map, canon);
		}
	}
}
