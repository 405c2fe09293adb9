/* SPDX-License-Identifier: BSD-2-Clause */
/* The history of one bus address: tce replay --ioba ADDR. DMA lines in a row are one. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "check/words.h"
#include "report.h"

#define ITEMS_MAX 100000U /* of 64 bytes; what comes after is counted */

struct item {
	uint64_t line;
	uint64_t last_line;
	uint64_t count;
	uint64_t liobn;
	uint64_t tce;
	uint64_t known;
	int64_t ret;
	enum tce_trace_kind kind;
};

struct tce_history {
	uint64_t ioba;
	struct item *items;
	size_t nr;
	size_t room;
	uint64_t dropped;
};

struct tce_history *tce_history_new(uint64_t ioba)
{
	struct tce_history *h = calloc(1, sizeof(*h));

	if (h != NULL)
		h->ioba = ioba;
	return h;
}

void tce_history_free(struct tce_history *h)
{
	if (h != NULL)
		free(h->items);
	free(h);
}

static bool joins(const struct item *last, const struct tce_replay_touch *touch)
{
	return last->kind == TCE_TRACE_XLATE && touch->record->kind == TCE_TRACE_XLATE &&
	       last->liobn == touch->liobn && last->tce == touch->tce &&
	       last->known == touch->known;
}

static struct item *new_item(struct tce_history *h)
{
	struct item *items;
	size_t room;

	if (h->nr == h->room) {
		room = h->room == 0 ? 64 : h->room * 2;
		items = h->nr >= ITEMS_MAX ? NULL : realloc(h->items, room * sizeof(*items));
		if (items == NULL) {
			h->dropped++;
			return NULL;
		}
		h->items = items;
		h->room = room;
	}
	return &h->items[h->nr++];
}

void tce_history_add(void *history, const struct tce_replay_touch *touch)
{
	struct tce_history *h = history;
	struct item *item = h->nr == 0 ? NULL : &h->items[h->nr - 1];

	if (item != NULL && joins(item, touch)) {
		item->last_line = touch->record->line;
		item->count++;
		return;
	}
	item = new_item(h);
	if (item == NULL)
		return;
	memset(item, 0, sizeof(*item));
	item->line = touch->record->line;
	item->last_line = item->line;
	item->count = 1;
	item->liobn = touch->liobn;
	item->tce = touch->tce;
	item->known = touch->known;
	item->ret = touch->record->ret;
	item->kind = touch->record->kind;
}

static void print_item(const struct item *item)
{
	static const char *const names[] = {
		[TCE_TRACE_PUT] = "H_PUT_TCE",
		[TCE_TRACE_GET] = "H_GET_TCE",
		[TCE_TRACE_INDIRECT] = "H_PUT_TCE_INDIRECT",
		[TCE_TRACE_STUFF] = "H_STUFF_TCE",
		[TCE_TRACE_XLATE] = "DMA",
	};
	char text[160];
	struct tce_words w;

	tce_words_init(&w, text, sizeof(text));
	if (item->count > 1)
		tce_words_add(&w, "%" PRIu64 " times until line %" PRIu64 ", ", item->count,
			      item->last_line);
	if (item->ret != 0)
		tce_words_add(&w, "answered %" PRId64 ", ", item->ret);
	if (item->known == 0)
		tce_words_add(&w, "the TCE is not shown by the log");
	else if ((item->tce & TCE_PERM) == 0)
		tce_words_add(&w, "not mapped");
	else
		tce_words_add(&w, "mapped to 0x%" PRIx64 "%s%s", item->tce & ~TCE_PERM,
			      item->tce & TCE_READ ? " read" : "",
			      item->tce & TCE_WRITE ? " write" : "");
	printf("  %8" PRIu64 "  %8" PRIx64 "  %-18s  %s\n", item->line, item->liobn,
	       names[item->kind], text);
}

static bool covers(const struct tce_replay_window *w, uint64_t ioba)
{
	return w->size != 0 && ioba - w->start < w->size;
}

/* Windows that begin in (after, until], in order of lines; ends likewise. */
static void print_windows(const struct tce_replay *replay, uint64_t ioba, uint64_t after,
			  uint64_t until)
{
	const struct tce_replay_window *w;

	for (unsigned i = 0; (w = tce_replay_window(replay, i)) != NULL; i++) {
		if (!covers(w, ioba))
			continue;
		if (w->removed > after && w->removed <= until)
			printf("  %8" PRIu64 "  %8" PRIx64 "  window gone         by %s\n",
			       w->removed, w->liobn, tce_touch_text(w->end));
		if (w->created > after && w->created <= until)
			printf("  %8" PRIu64 "  %8" PRIx64 "  window made         entry %" PRIu64
			       "\n",
			       w->created, w->liobn, (ioba - w->start) >> w->page_shift);
	}
}

void tce_history_render(const struct tce_history *h, const struct tce_replay *replay)
{
	uint64_t line = 0;

	printf("\nhistory of bus address 0x%" PRIx64 "\n", h->ioba);
	for (size_t i = 0; i < h->nr; i++) {
		print_windows(replay, h->ioba, line, h->items[i].line);
		print_item(&h->items[i]);
		line = h->items[i].line;
	}
	print_windows(replay, h->ioba, line, UINT64_MAX);
	if (h->nr == 0)
		puts("  no call and no DMA touched it");
	if (h->dropped != 0)
		printf("  and %" PRIu64 " more\n", h->dropped);
}
