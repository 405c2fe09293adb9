/* SPDX-License-Identifier: BSD-2-Clause */
/* Trace records back into text. */
#include "render_record.h"

#include <inttypes.h>

#include "check/words.h"

#define X64 "0x%" PRIx64

static void add_call(struct tce_words *w, const struct tce_trace_record *r)
{
	tce_words_add(w, " liobn=" X64 " ioba=" X64, r->liobn, r->ioba);
	switch (r->kind) {
	case TCE_TRACE_PUT: tce_words_add(w, " tce=" X64 " ret=%" PRId64, r->tce, r->ret); break;
	case TCE_TRACE_GET: tce_words_add(w, " ret=%" PRId64 " tce=" X64, r->ret, r->tce); break;
	case TCE_TRACE_INDIRECT:
		tce_words_add(w, " tcelist=" X64 " iobaN=" X64 " tceN=" X64 " ret=%" PRId64,
			      r->list, r->last, r->tce, r->ret);
		break;
	default:
		tce_words_add(w, " tcevalue=" X64 " npages=%" PRId64 " ret=%" PRId64, r->tce,
			      (int64_t)r->count, r->ret);
	}
}

static void add_migration(struct tce_words *w, const struct tce_trace_record *r)
{
	tce_words_add(w, " liobn=%" PRIx64, r->liobn);
	if (r->kind == TCE_TRACE_PRE_SAVE)
		tce_words_add(w, " %" PRIx64, r->nr_entries);
	else
		tce_words_add(w, " %" PRIx64 " => " X64, r->nr_before, r->nr_entries);
	tce_words_add(w, " bus_offset=" X64 " ps=%" PRIu32, r->start, r->page_shift);
}

static void add_ddw(struct tce_words *w, const struct tce_trace_record *r)
{
	tce_words_add(w, " buid=" X64 " addr=0x%" PRIx32, r->buid, r->cfg_addr);
	if (r->kind == TCE_TRACE_DDW_QUERY)
		tce_words_add(w,
			      ", %" PRIu32 " windows available, max window size=" X64
			      ", mask=0x%" PRIx32,
			      r->windows, r->max_size, r->page_mask);
	if (r->kind == TCE_TRACE_DDW_CREATE)
		tce_words_add(
			w, ", page size=" X64 ", requested=" X64 ", start addr=" X64 ", liobn=" X64,
			r->page_size, r->size, r->start, r->liobn);
}

void tce_record_text(const struct tce_trace_record *record, char *ret_text, size_t n)
{
	const struct tce_trace_record *r = record;
	struct tce_words w;

	tce_words_init(&w, ret_text, n);
	tce_words_add(&w, "%s", tce_trace_event_name(r));
	switch (r->kind) {
	case TCE_TRACE_PUT:
	case TCE_TRACE_GET:
	case TCE_TRACE_INDIRECT:
	case TCE_TRACE_STUFF: add_call(&w, r); break;
	case TCE_TRACE_XLATE:
		tce_words_add(&w,
			      " liobn=" X64 " " X64 " -> " X64 " perm=%" PRIu32 " mask=0x%" PRIx32,
			      r->liobn, r->ioba, r->tce, r->perm, r->mask);
		break;
	case TCE_TRACE_NEW_TABLE:
		tce_words_add(&w, " liobn=" X64 " table=%s fd=%" PRId32, r->liobn,
			      r->table_is_null ? "(nil)" : "...", r->fd);
		break;
	case TCE_TRACE_PRE_SAVE:
	case TCE_TRACE_POST_LOAD: add_migration(&w, r); break;
	case TCE_TRACE_DDW_REMOVE: tce_words_add(&w, " liobn=" X64, r->liobn); break;
	case TCE_TRACE_DDW_QUERY:
	case TCE_TRACE_DDW_CREATE:
	case TCE_TRACE_DDW_RESET: add_ddw(&w, r); break;
	default: break;
	}
}
