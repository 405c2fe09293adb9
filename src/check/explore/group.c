/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Batches between ranks: a word with the sender's error first, then records. Integers as the
 * machine has them: all ranks run the same program.
 */
#include "group.h"

#include <string.h>

#define BAG_LEAST 4096U
#define SENT_SIZE (UINT64_C(1) << 16) /* power of two */

/* A sighting under way; with exact, its stream follows. */
struct record {
	uint64_t fingerprint;
	uint64_t rank;
};

/* --- bags ------------------------------------------------------------------------------------ */

static int bag_reserve(const struct tce_mem *mem, struct tce_bag *bag, size_t size)
{
	size_t room = bag->room == 0 ? BAG_LEAST : bag->room;
	uint8_t *bytes;

	while (room < size)
		room *= 2;
	if (room == bag->room)
		return 0;
	bytes = tce_mem_new(mem, room);
	if (bytes == NULL)
		return -TCE_ERR_NOMEM;
	if (bag->size != 0)
		memcpy(bytes, bag->bytes, bag->size);
	tce_mem_free(mem, bag->bytes, bag->room);
	bag->bytes = bytes;
	bag->room = room;
	return 0;
}

static int bag_add(const struct tce_mem *mem, struct tce_bag *bag, const void *bytes, size_t size)
{
	int err = bag_reserve(mem, bag, bag->size + size);

	if (err != 0 || size == 0)
		return err;
	memcpy(bag->bytes + bag->size, bytes, size);
	bag->size += size;
	return 0;
}

/* Room for the word of the error is always there. */
static int bag_begin(const struct tce_mem *mem, struct tce_bag *bag)
{
	int64_t none = 0;

	bag->size = 0;
	return bag_add(mem, bag, &none, sizeof(none));
}

static void bag_close(struct tce_bag *bag, int err)
{
	int64_t word = err;

	if (err != 0)
		bag->size = sizeof(word);
	memcpy(bag->bytes, &word, sizeof(word));
}

static void bag_fini(const struct tce_mem *mem, struct tce_bag *bag)
{
	tce_mem_free(mem, bag->bytes, bag->room);
	memset(bag, 0, sizeof(*bag));
}

/* --- an actor's post ------------------------------------------------------------------------- */

int tce_post_init(struct tce_post *post, const struct tce_mem *mem,
		  const struct tce_explore_opts *opts)
{
	int err = 0;

	memset(post, 0, sizeof(*post));
	post->mem = mem;
	if (opts->group == NULL)
		return 0;
	post->bags = tce_mem_new(mem, opts->group->nr_ranks * sizeof(*post->bags));
	if (post->bags == NULL)
		return -TCE_ERR_NOMEM;
	post->nr = opts->group->nr_ranks;
	for (unsigned i = 0; err == 0 && i < post->nr; i++)
		err = bag_begin(mem, &post->bags[i]);
	if (err == 0 && !opts->exact) {
		post->sent = tce_mem_new(mem, SENT_SIZE * sizeof(*post->sent));
		err = post->sent == NULL ? -TCE_ERR_NOMEM : 0;
	}
	return err;
}

void tce_post_fini(struct tce_post *post)
{
	for (unsigned i = 0; i < post->nr; i++)
		bag_fini(post->mem, &post->bags[i]);
	if (post->bags != NULL)
		tce_mem_free(post->mem, post->bags, post->nr * sizeof(*post->bags));
	if (post->sent != NULL)
		tce_mem_free(post->mem, post->sent, SENT_SIZE * sizeof(*post->sent));
	memset(post, 0, sizeof(*post));
}

/* By the upper half: a store's slots go by the lower. */
static unsigned owner_of(uint64_t fingerprint, unsigned nr)
{
	return (unsigned)((fingerprint >> 32) * nr >> 32);
}

bool tce_post_has_sent(const struct tce_post *post, uint64_t fingerprint)
{
	return post->sent != NULL && post->sent[fingerprint & (SENT_SIZE - 1)] == fingerprint;
}

int tce_post_sighting(struct tce_post *post, const struct tce_sighting *sighting)
{
	struct tce_bag *bag = &post->bags[owner_of(sighting->fingerprint, post->nr)];
	struct record record = {sighting->fingerprint, sighting->rank};
	uint64_t size = sighting->size;
	int err;

	if (post->sent != NULL) {
		uint64_t *sent = &post->sent[sighting->fingerprint & (SENT_SIZE - 1)];

		if (*sent == sighting->fingerprint)
			return 0;
		*sent = sighting->fingerprint;
		return bag_add(post->mem, bag, &record, sizeof(record));
	}
	err = bag_add(post->mem, bag, &record, sizeof(record));
	if (err == 0)
		err = bag_add(post->mem, bag, &size, sizeof(size));
	if (err == 0)
		err = bag_add(post->mem, bag, sighting->stream, sighting->size);
	return err;
}

int tce_post_move(struct tce_post *to, struct tce_post *from)
{
	int err = 0;

	for (unsigned i = 0; err == 0 && i < to->nr; i++) {
		struct tce_bag *bag = &from->bags[i];

		err = bag_add(to->mem, &to->bags[i], bag->bytes + sizeof(int64_t),
			      bag->size - sizeof(int64_t));
		if (err == 0)
			bag->size = sizeof(int64_t);
	}
	return err;
}

/* --- a process of many ----------------------------------------------------------------------- */

int tce_crew_init(struct tce_crew *crew, const struct tce_alloc *alloc,
		  const struct tce_explore_group *group)
{
	memset(crew, 0, sizeof(*crew));
	tce_mem_init(&crew->mem, alloc);
	if (group == NULL)
		return 0;
	if (group->nr_ranks == 0 || group->rank >= group->nr_ranks || group->exchange == NULL)
		return -TCE_ERR_INVAL;
	crew->group = group;
	crew->out = tce_mem_new(&crew->mem, group->nr_ranks * sizeof(*crew->out));
	crew->in = tce_mem_new(&crew->mem, group->nr_ranks * sizeof(*crew->in));
	if (crew->out == NULL || crew->in == NULL)
		return -TCE_ERR_NOMEM;
	return bag_begin(&crew->mem, &crew->news);
}

void tce_crew_fini(struct tce_crew *crew)
{
	if (crew->group == NULL)
		return;
	tce_mem_free(&crew->mem, crew->out, crew->group->nr_ranks * sizeof(*crew->out));
	tce_mem_free(&crew->mem, crew->in, crew->group->nr_ranks * sizeof(*crew->in));
	tce_mem_free(&crew->mem, crew->fresh, crew->fresh_room * sizeof(*crew->fresh));
	bag_fini(&crew->mem, &crew->news);
}

void tce_crew_part(const struct tce_crew *crew, uint64_t *from, uint64_t *end)
{
	uint64_t nr = *end - *from;
	uint64_t first = *from;

	if (crew->group == NULL)
		return;
	*from = first + nr * crew->group->rank / crew->group->nr_ranks;
	*end = first + nr * (crew->group->rank + 1) / crew->group->nr_ranks;
}

/* Exchange out for in. The first error of any rank. */
static int exchange(struct tce_crew *crew)
{
	const struct tce_explore_group *group = crew->group;
	int err = group->exchange(group->ctx, crew->out, crew->in);

	crew->lost = err != 0;
	for (unsigned i = 0; err == 0 && i < group->nr_ranks; i++) {
		int64_t word;

		if (crew->in[i].size < sizeof(word))
			return -TCE_ERR_INVAL;
		memcpy(&word, crew->in[i].bytes, sizeof(word));
		err = (int)word;
	}
	return err;
}

/* The crew's own bag to all. */
static int exchange_news(struct tce_crew *crew, int err)
{
	bag_close(&crew->news, err);
	for (unsigned i = 0; i < crew->group->nr_ranks; i++)
		crew->out[i] = (struct tce_explore_batch){crew->news.bytes, crew->news.size};
	return exchange(crew);
}

/* What rank i sent, after the word of its error. */
static const uint8_t *received(const struct tce_crew *crew, unsigned i, size_t *ret_size)
{
	*ret_size = crew->in[i].size - sizeof(int64_t);
	return (const uint8_t *)crew->in[i].bytes + sizeof(int64_t);
}

/* --- sightings ------------------------------------------------------------------------------- */

int tce_crew_deliver(struct tce_crew *crew, struct tce_post *post, int err)
{
	for (unsigned i = 0; i < post->nr; i++) {
		struct tce_bag *bag = &post->bags[i];

		bag_close(bag, err);
		crew->out[i] = (struct tce_explore_batch){bag->bytes, bag->size};
		bag->size = sizeof(int64_t);
	}
	return exchange(crew);
}

/* The next sighting of what is left; NULL: cut short. */
static const uint8_t *read_sighting(const uint8_t *at, const uint8_t *end, bool exact,
				    struct tce_sighting *sighting)
{
	struct record record;
	uint64_t size = 0;

	if ((size_t)(end - at) < sizeof(record) + (exact ? sizeof(size) : 0))
		return NULL;
	memcpy(&record, at, sizeof(record));
	at += sizeof(record);
	if (exact) {
		memcpy(&size, at, sizeof(size));
		at += sizeof(size);
	}
	if ((size_t)(end - at) < size)
		return NULL;
	*sighting = (struct tce_sighting){record.fingerprint, record.rank, at, (size_t)size};
	return at + size;
}

uint64_t tce_crew_nr_delivered(const struct tce_crew *crew, bool exact)
{
	size_t least = sizeof(struct record) + (exact ? sizeof(uint64_t) : 0);
	uint64_t nr = 0;

	for (unsigned i = 0; i < crew->group->nr_ranks; i++)
		nr += crew->in[i].size / least;
	return nr;
}

int tce_crew_put(const struct tce_crew *crew, unsigned from, struct tce_store *store,
		 tce_crew_new_fn *is_new, void *ctx)
{
	size_t size;
	const uint8_t *at = received(crew, from, &size);
	const uint8_t *end = at + size;
	int err = 0;

	while (err == 0 && at != end) {
		struct tce_sighting sighting;
		uint64_t slot;

		at = read_sighting(at, end, store->exact, &sighting);
		if (at == NULL)
			return -TCE_ERR_INVAL;
		err = tce_store_put(store, &sighting, &slot);
		if (err == TCE_STORE_NEW)
			err = is_new(ctx, slot);
		else if (err > 0)
			err = 0;
	}
	return err;
}

/* --- news ------------------------------------------------------------------------------------ */

/* What is sent of news before the new nodes. */
struct head {
	uint64_t transitions;
	uint64_t bytes;
	uint64_t best[TCE_NR_RULES];
};

static int write_news(struct tce_crew *crew, const struct tce_news *news)
{
	struct head head = {.transitions = news->transitions, .bytes = news->bytes};
	int err = bag_begin(&crew->mem, &crew->news);

	memcpy(head.best, news->best, sizeof(head.best));
	if (err == 0)
		err = bag_add(&crew->mem, &crew->news, &head, sizeof(head));
	if (err == 0)
		err = bag_add(&crew->mem, &crew->news, news->fresh,
			      news->nr_fresh * sizeof(*news->fresh));
	return err;
}

static int fresh_reserve(struct tce_crew *crew)
{
	uint64_t nr = 0;

	for (unsigned i = 0; i < crew->group->nr_ranks; i++)
		nr += crew->in[i].size / sizeof(*crew->fresh);
	if (nr <= crew->fresh_room)
		return 0;
	tce_mem_free(&crew->mem, crew->fresh, crew->fresh_room * sizeof(*crew->fresh));
	crew->fresh_room = 0;
	crew->fresh = tce_mem_new(&crew->mem, 2 * nr * sizeof(*crew->fresh));
	if (crew->fresh == NULL)
		return -TCE_ERR_NOMEM;
	crew->fresh_room = 2 * nr;
	return 0;
}

/* Add what a rank said to what all said. */
static int read_news(const struct tce_crew *crew, unsigned from, struct tce_news *news)
{
	size_t size;
	const uint8_t *at = received(crew, from, &size);
	struct head head;

	if (size < sizeof(head))
		return -TCE_ERR_INVAL;
	memcpy(&head, at, sizeof(head));
	news->transitions += head.transitions;
	news->bytes += head.bytes;
	for (unsigned i = 0; i < TCE_NR_RULES; i++) {
		if (head.best[i] < news->best[i])
			news->best[i] = head.best[i];
	}
	memcpy(news->fresh + news->nr_fresh, at + sizeof(head), size - sizeof(head));
	news->nr_fresh += (size - sizeof(head)) / sizeof(*news->fresh);
	return 0;
}

int tce_crew_tell(struct tce_crew *crew, struct tce_news *news, int err)
{
	if (err == 0)
		err = write_news(crew, news);
	err = exchange_news(crew, err);
	if (err == 0)
		err = fresh_reserve(crew);
	memset(news, 0, sizeof(*news));
	memset(news->best, 0xff, sizeof(news->best));
	news->fresh = crew->fresh;
	for (unsigned i = 0; err == 0 && i < crew->group->nr_ranks; i++)
		err = read_news(crew, i, news);
	return err;
}

int tce_crew_agree(struct tce_crew *crew, bool *stop, int err)
{
	uint8_t wish = *stop;

	if (crew->group == NULL || crew->lost || crew->news.bytes == NULL)
		return err;
	if (err == 0)
		err = bag_begin(&crew->mem, &crew->news);
	if (err == 0)
		err = bag_add(&crew->mem, &crew->news, &wish, sizeof(wish));
	err = exchange_news(crew, err);
	for (unsigned i = 0; err == 0 && i < crew->group->nr_ranks; i++) {
		size_t size;
		const uint8_t *at = received(crew, i, &size);

		*stop = *stop || (size != 0 && at[0] != 0);
	}
	return err;
}
