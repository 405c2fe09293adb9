/* SPDX-License-Identifier: BSD-2-Clause */
/* User addresses by entry, in chunks that come and go. */
#include "view.h"

#define CHUNK_SHIFT   6U
#define CHUNK_ENTRIES (1U << CHUNK_SHIFT)

struct chunk {
	uint64_t number; /* entries >> CHUNK_SHIFT */
	uint32_t nr;     /* that are not 0 */
	uint64_t ua[CHUNK_ENTRIES];
};

/* Key and place together, so that a search stays in the array. */
struct place {
	uint64_t number;
	struct tce_ref chunk;
};

static struct place *place_at(const struct tce_vfio_view *view, uint32_t i)
{
	return tce_vec_at(&view->chunks, i, sizeof(struct place));
}

/* Position of the first chunk with at least this number. */
static uint32_t position(const struct tce_vfio_view *view, uint64_t number)
{
	uint32_t low = 0;
	uint32_t high = view->chunks.nr;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (place_at(view, mid)->number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_at(const struct tce_vfio_view *view, uint32_t i, uint64_t number)
{
	return i < view->chunks.nr && place_at(view, i)->number == number;
}

static struct chunk *chunk_of(const struct tce_state *st, struct tce_vfio_view *view,
			      uint64_t entry)
{
	uint64_t number = entry >> CHUNK_SHIFT;

	if (!is_at(view, view->last, number)) {
		if (is_at(view, view->last + 1, number))
			view->last++;
		else
			view->last = position(view, number);
	}
	return is_at(view, view->last, number) ? tce_state_at(st, place_at(view, view->last)->chunk)
					       : NULL;
}

uint64_t tce_vfio_view_get(const struct tce_state *st, struct tce_vfio_view *view, uint64_t entry)
{
	const struct chunk *chunk = chunk_of(st, view, entry);

	return chunk == NULL ? 0 : chunk->ua[entry % CHUNK_ENTRIES];
}

uint64_t tce_vfio_view_peek(const struct tce_state *st, const struct tce_vfio_view *view,
			    uint64_t entry)
{
	uint64_t number = entry >> CHUNK_SHIFT;
	uint32_t i = position(view, number);
	const struct chunk *chunk =
		is_at(view, i, number) ? tce_state_at(st, place_at(view, i)->chunk) : NULL;

	return chunk == NULL ? 0 : chunk->ua[entry % CHUNK_ENTRIES];
}

uint64_t tce_vfio_view_peek_next(const struct tce_state *st, const struct tce_vfio_view *view,
				 uint64_t from)
{
	for (uint32_t i = position(view, from >> CHUNK_SHIFT); i < view->chunks.nr; i++) {
		const struct chunk *chunk = tce_state_at(st, place_at(view, i)->chunk);
		uint64_t first = chunk->number << CHUNK_SHIFT;

		for (uint64_t n = from > first ? from - first : 0; n < CHUNK_ENTRIES; n++) {
			if (chunk->ua[n] != 0)
				return first + n;
		}
	}
	return UINT64_MAX;
}

static int chunk_add(const struct tce_state *st, struct tce_vfio_view *view, uint64_t number,
		     struct chunk **ret_chunk)
{
	struct chunk *chunk;
	struct place *place;
	int err = tce_vec_reserve(&view->chunks, &st->mem, sizeof(*place), 1);

	if (err != 0)
		return err;
	chunk = tce_mem_new(&st->mem, sizeof(*chunk));
	if (chunk == NULL)
		return -TCE_ERR_NOMEM;
	chunk->number = number;
	view->last = position(view, number);
	place = tce_vec_insert(&view->chunks, view->last, sizeof(*place));
	place->number = number;
	place->chunk = tce_state_ref(st, chunk);
	*ret_chunk = chunk;
	return 0;
}

static void chunk_drop(const struct tce_state *st, struct tce_vfio_view *view, uint32_t i)
{
	struct chunk *chunk = tce_state_at(st, place_at(view, i)->chunk);

	tce_vec_remove(&view->chunks, i, 1, sizeof(struct place));
	tce_mem_free(&st->mem, chunk, sizeof(*chunk));
}

/* Chunk number has nothing in it any more: it stays, the one before it goes. */
static void chunk_emptied(const struct tce_state *st, struct tce_vfio_view *view, uint64_t number)
{
	uint32_t i = view->has_spare && view->spare != number ? position(view, view->spare) : 0;
	const struct chunk *chunk;

	if (view->has_spare && view->spare != number && is_at(view, i, view->spare)) {
		chunk = tce_state_at(st, place_at(view, i)->chunk);
		if (chunk->nr == 0)
			chunk_drop(st, view, i);
	}
	view->has_spare = true;
	view->spare = number;
}

int tce_vfio_view_set(const struct tce_state *st, struct tce_vfio_view *view, uint64_t entry,
		      uint64_t ua)
{
	struct chunk *chunk = chunk_of(st, view, entry);
	uint64_t *at;
	int err = 0;

	if (chunk == NULL && ua == 0)
		return 0;
	if (chunk == NULL)
		err = chunk_add(st, view, entry >> CHUNK_SHIFT, &chunk);
	if (err != 0)
		return err;
	at = &chunk->ua[entry % CHUNK_ENTRIES];
	chunk->nr += (uint32_t)(ua != 0) - (uint32_t)(*at != 0);
	view->nr += (uint64_t)(ua != 0) - (uint64_t)(*at != 0);
	*at = ua;
	if (chunk->nr == 0)
		chunk_emptied(st, view, chunk->number);
	return 0;
}

uint64_t tce_vfio_view_next(const struct tce_state *st, struct tce_vfio_view *view, uint64_t from)
{
	uint64_t first;

	if (chunk_of(st, view, from) != NULL)
		return from;
	if (view->last >= view->chunks.nr)
		return UINT64_MAX;
	first = place_at(view, view->last)->number << CHUNK_SHIFT;
	return first;
}

void tce_vfio_view_fini(const struct tce_state *st, struct tce_vfio_view *view)
{
	for (uint32_t i = 0; i < view->chunks.nr; i++)
		tce_mem_free(&st->mem, tce_state_at(st, place_at(view, i)->chunk),
			     sizeof(struct chunk));
	tce_vec_fini(&view->chunks, &st->mem, sizeof(struct place));
	view->last = 0;
	view->nr = 0;
	view->has_spare = false;
}
