/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings and divergences in words, for someone who reads logs but not this code. */
#include <inttypes.h>

#include <tce/check.h>

#include "words.h"

#define X64 "0x%" PRIx64
#define D64 "%" PRIu64

/* --- names ----------------------------------------------------------------------------------- */

const char *tce_touch_text(enum tce_touch_how how)
{
	static const char *const text[] = {
		[TCE_TOUCH_NEVER] = "nothing",
		[TCE_TOUCH_PUT] = "H_PUT_TCE",
		[TCE_TOUCH_INDIRECT] = "H_PUT_TCE_INDIRECT",
		[TCE_TOUCH_STUFF] = "H_STUFF_TCE",
		[TCE_TOUCH_LOAD] = "loading a saved machine",
		[TCE_TOUCH_REMOVE] = "ibm,remove-pe-dma-window",
		[TCE_TOUCH_RESET] = "ibm,reset-pe-dma-window",
		[TCE_TOUCH_REBOOT] = "the machine's reset",
		[TCE_TOUCH_UNPLUG] = "unplugging its bridge",
	};

	return text[how];
}

static const char *call_name(enum tce_trace_kind kind)
{
	switch (kind) {
	case TCE_TRACE_PUT: return "H_PUT_TCE";
	case TCE_TRACE_GET: return "H_GET_TCE";
	case TCE_TRACE_INDIRECT: return "H_PUT_TCE_INDIRECT";
	case TCE_TRACE_STUFF: return "H_STUFF_TCE";
	case TCE_TRACE_XLATE: return "DMA";
	case TCE_TRACE_NEW_TABLE: return "new_table";
	case TCE_TRACE_PRE_SAVE: return "save";
	case TCE_TRACE_POST_LOAD: return "load";
	case TCE_TRACE_DDW_QUERY: return "ibm,query-pe-dma-window";
	case TCE_TRACE_DDW_CREATE: return "ibm,create-pe-dma-window";
	case TCE_TRACE_DDW_REMOVE: return "ibm,remove-pe-dma-window";
	case TCE_TRACE_DDW_RESET: return "ibm,reset-pe-dma-window";
	default: return "event";
	}
}

static void add_window(struct tce_words *w, const struct tce_replay_window *win)
{
	tce_words_add(w, "window " X64, win->liobn);
	if (win->size == 0)
		return;
	tce_words_add(w, " (" X64 "..." X64 ", ", win->start, win->start + (win->size - 1));
	tce_words_add_size(w, UINT64_C(1) << win->page_shift);
	tce_words_add(w, " pages)");
}

static void add_plural(struct tce_words *w, uint64_t n, const char *one, const char *many)
{
	tce_words_add_count(w, n);
	tce_words_add(w, " %s", n == 1 ? one : many);
}

/* --- findings -------------------------------------------------------------------------------- */

static void dma_text(struct tce_words *w, const struct tce_finding *f)
{
	const struct tce_replay_window *win = &f->window;

	if (f->count == 1) {
		tce_words_add(w, "a device accessed bus " X64 " in ", f->addr);
	} else {
		add_plural(w, f->count, "device access", "device accesses");
		tce_words_add(w, " between bus " X64 " and " X64 " in ", f->addr_low, f->addr_high);
	}
	add_window(w, win);
	tce_words_add(w, f->count == 1 ? ", which was " : ", the first at " X64 ", which was ",
		      f->addr);
	if (win->size != 0 && f->addr - win->start >= win->size)
		tce_words_add(w, "past its end");
	else if (f->rule == TCE_RULE_DMA_AFTER_UNMAP)
		tce_words_add(w, "unmapped at line " D64 " by %s", f->since.line,
			      tce_touch_text(f->since.how));
	else if (f->since.how != TCE_TOUCH_NEVER)
		tce_words_add(w,
			      "never mapped since the system took over at line " D64
			      " (firmware had unmapped it at line " D64 ")",
			      f->other, f->since.line);
	else if (win->from_before)
		tce_words_add(w, "not mapped, and never since the recording began");
	else
		tce_words_add(w, "never mapped since the window was made at line " D64,
			      win->created);
}

static void overwritten_text(struct tce_words *w, const struct tce_finding *f)
{
	uint64_t low = (UINT64_C(1) << f->window.page_shift) - 1;

	if (f->count > 1) {
		add_plural(w, f->count, "TCE", "TCEs");
		tce_words_add(w, " were overwritten while mapped; the first: ");
	}
	tce_words_add(w, "bus " X64 " in ", f->addr);
	add_window(w, &f->window);
	tce_words_add(w, " mapped page " X64 " since line " D64 " (%s), now page " X64 " by %s",
		      f->old_tce & ~low, f->since.line, tce_touch_text(f->since.how), f->tce & ~low,
		      call_name(f->call));
}

static void outside_text(struct tce_words *w, const struct tce_finding *f)
{
	if (f->count > 1) {
		add_plural(w, f->count, "TCE points", "TCEs point");
		tce_words_add(w, " past the end of all memory (" X64 "); the first: " X64, f->limit,
			      f->tce);
	} else {
		tce_words_add(w, "TCE " X64 " points past the end of all memory (" X64 ")", f->tce,
			      f->limit);
	}
	tce_words_add(w, " at bus " X64 " in ", f->addr);
	add_window(w, &f->window);
}

static void refused_why(struct tce_words *w, const struct tce_finding *f)
{
	switch (f->refusal) {
	case TCE_REFUSED_LIOBN_UNKNOWN:
	case TCE_REFUSED_LIOBN_DISABLED:
		if (f->since.how != TCE_TOUCH_NEVER)
			tce_words_add(w, "the window is gone since line " D64 " (%s)",
				      f->since.line, tce_touch_text(f->since.how));
		else if (f->refusal == TCE_REFUSED_LIOBN_DISABLED)
			tce_words_add(w, "no window was ever made with this LIOBN");
		else
			tce_words_add(w, "no bridge or device has this LIOBN");
		break;
	default: tce_words_add(w, "%s", tce_refusal_text(f->refusal));
	}
}

static bool is_about_range(enum tce_refusal why)
{
	return why == TCE_REFUSED_IOBA_BELOW || why == TCE_REFUSED_IOBA_PAST_END ||
	       why == TCE_REFUSED_RANGE_PAST_END;
}

static void refused_text(struct tce_words *w, const struct tce_finding *f)
{
	if (f->count == 1)
		tce_words_add(w, "%s refused at bus " X64, call_name(f->call), f->addr);
	else if (f->addr_low == f->addr_high)
		tce_words_add(w, D64 " hypercalls refused at bus " X64, f->count, f->addr);
	else
		tce_words_add(w, D64 " hypercalls refused between bus " X64 " and " X64, f->count,
			      f->addr_low, f->addr_high);
	tce_words_add(w, ", LIOBN " X64 ": ", f->window.liobn);
	refused_why(w, f);
	if (f->has_window && f->window.size != 0 && is_about_range(f->refusal))
		tce_words_add(w, ", which is " X64 "..." X64, f->window.start,
			      f->window.start + (f->window.size - 1));
}

static void live_text(struct tce_words *w, const struct tce_finding *f)
{
	bool reset = f->rule == TCE_RULE_WINDOW_RESET_LIVE;

	if (reset)
		tce_words_add(w, "at the machine's reset ");
	add_window(w, &f->window);
	tce_words_add(w, reset ? " had " : " went (%s) with ", tce_touch_text(f->since.how));
	add_plural(w, f->live, "TCE", "TCEs");
	tce_words_add(w, " mapped (");
	tce_words_add_size(w, f->live << f->window.page_shift);
	tce_words_add(w, ")");
	if (f->last_dma != 0)
		tce_words_add(w, ", last DMA at line " D64, f->last_dma);
	if (f->count > 1)
		tce_words_add(w, "; so again, " D64 " times in all", f->count);
}

static void overlap_text(struct tce_words *w, const struct tce_finding *f)
{
	add_window(w, &f->window);
	tce_words_add(w,
		      " lies over window " X64 " of line " D64
		      ": DMA goes to the one with LIOBN index 1 over its whole range",
		      f->other, f->since.line);
}

static void too_large_text(struct tce_words *w, const struct tce_finding *f)
{
	tce_words_add(w, "the guest asked for a window (LIOBN " X64 ") ", f->other);
	if (f->window_shift != 0) {
		tce_words_add(w, "of 2^%u bytes in ", f->window_shift);
		tce_words_add_size(w, UINT64_C(1) << f->page_shift);
		tce_words_add(w, " pages, 2^%u TCEs, ", f->window_shift - f->page_shift);
		if (f->pmem_reg != 0)
			tce_words_add(w,
				      "because the device tree has persistent memory "
				      "(ibm,pmemory@%" PRIx64 "), ",
				      f->pmem_reg);
	} else {
		tce_words_add(w, "whose number of TCEs is a multiple of 2^32, ");
	}
	tce_words_add(w,
		      "which QEMU counts as 0 in 32 bits: it answered -1 and kept half a window. "
		      "The guest fell back to window " X64 " (",
		      f->window.liobn);
	add_plural(w, f->window.puts, "TCE put", "TCEs put");
	tce_words_add(w, ")");
	if (f->aborted)
		tce_words_add(w,
			      ". The create at line " D64
			      " made QEMU abort: Assertion `!subregion->container' failed",
			      f->last_line);
	else
		tce_words_add(w, ". The next create, after a reboot too, makes QEMU abort");
	tce_words_add(w,
		      ". Ways out: offer 16M pages (pgsz), boot with disable_ddw=1, or a QEMU that "
		      "checks the size");
}

size_t tce_finding_text(const struct tce_finding *finding, char *ret_text, size_t n)
{
	struct tce_words w;

	tce_words_init(&w, ret_text, n);
	switch (finding->rule) {
	case TCE_RULE_DMA_FAULT:
	case TCE_RULE_DMA_AFTER_UNMAP: dma_text(&w, finding); break;
	case TCE_RULE_TCE_OVERWRITTEN: overwritten_text(&w, finding); break;
	case TCE_RULE_TCE_OUTSIDE_RAM: outside_text(&w, finding); break;
	case TCE_RULE_HCALL_REFUSED: refused_text(&w, finding); break;
	case TCE_RULE_WINDOW_REMOVED_LIVE:
	case TCE_RULE_WINDOW_RESET_LIVE: live_text(&w, finding); break;
	case TCE_RULE_WINDOW_OVERLAP: overlap_text(&w, finding); break;
	case TCE_RULE_QEMU_WINDOW_TOO_LARGE: too_large_text(&w, finding); break;
	default: tce_words_add(&w, "%s", tce_rule(finding->rule)->holds);
	}
	return w.len;
}

/* --- divergences ----------------------------------------------------------------------------- */

/* "(since line 8903)", and by what, where the model's knowledge has a line. */
static void add_since(struct tce_words *w, const struct tce_divergence *d)
{
	if (d->since.line == 0)
		return;
	tce_words_add(w, d->shown ? ", as DMA after line " D64 : ", as line " D64, d->since.line);
	if (d->since.how != TCE_TOUCH_NEVER)
		tce_words_add(w, " (%s)", tce_touch_text(d->since.how));
	tce_words_add(w, d->shown ? " showed it" : " left it");
}

static void ret_text(struct tce_words *w, const struct tce_divergence *d)
{
	tce_words_add(w, "%s answered %" PRId64 ", the model says %" PRId64,
		      call_name(d->record.kind), (int64_t)d->recorded, (int64_t)d->model);
	if (d->refusal != TCE_REFUSED_NOT)
		tce_words_add(w, ": %s", tce_refusal_text(d->refusal));
}

/* "the DMA's page is 0x1000, the model says 0x2000" and its like. */
static void plain_text(struct tce_words *w, const struct tce_divergence *d, const char *field)
{
	tce_words_add(w, "%s: %s is recorded as " X64 ", the model says " X64,
		      call_name(d->record.kind), field, d->recorded, d->model);
	add_since(w, d);
}

static const char *field_of(enum tce_differs what)
{
	switch (what) {
	case TCE_DIFFERS_TCE: return "the TCE";
	case TCE_DIFFERS_PAGE: return "the real page";
	case TCE_DIFFERS_PERM: return "the permission";
	case TCE_DIFFERS_MASK: return "the page size";
	case TCE_DIFFERS_ADDRESS: return "the address";
	case TCE_DIFFERS_COUNT: return "the number of entries";
	case TCE_DIFFERS_WINDOWS_LEFT: return "the number of windows left";
	case TCE_DIFFERS_PAGE_SIZES: return "the mask of page sizes";
	case TCE_DIFFERS_BLOCK: return "the largest block";
	case TCE_DIFFERS_LIOBN: return "the LIOBN";
	case TCE_DIFFERS_START: return "the bus address of the window";
	case TCE_DIFFERS_SIZE: return "the size of the window";
	default: return "a field";
	}
}

/* A create that is recorded as done; size is a page's or the window's. */
static void create_text(struct tce_words *w, const struct tce_divergence *d, const char *what)
{
	tce_words_add(w, "%s of a window with %s " X64 ", which %s", call_name(d->record.kind),
		      what, d->recorded,
		      d->model == 0 ? "is no power of two" : "the bridge does not offer");
}

static void window_text(struct tce_words *w, const struct tce_divergence *d)
{
	if (d->model == 0)
		tce_words_add(w, "DMA through LIOBN " X64 ", which has no window in the model",
			      d->recorded);
	else
		tce_words_add(w, "DMA through LIOBN " X64 ", the model sends this address to " X64,
			      d->recorded, d->model);
}

size_t tce_divergence_text(const struct tce_divergence *divergence, char *ret_buf, size_t n)
{
	const struct tce_divergence *d = divergence;
	struct tce_words w;

	tce_words_init(&w, ret_buf, n);
	switch (d->what) {
	case TCE_DIFFERS_RET: ret_text(&w, d); break;
	case TCE_DIFFERS_WINDOW: window_text(&w, d); break;
	case TCE_DIFFERS_FAMILY:
		tce_words_add(&w, "the event's name and LIOBN " X64 " do not belong together",
			      d->recorded);
		break;
	case TCE_DIFFERS_BUID:
		tce_words_add(&w, "%s: no bridge has BUID " X64, call_name(d->record.kind),
			      d->recorded);
		break;
	case TCE_DIFFERS_STATUS:
		tce_words_add(&w, "%s is recorded as done, the model answers %" PRId32 ": %s",
			      call_name(d->record.kind), (int32_t)d->model,
			      tce_refusal_text(d->refusal));
		break;
	case TCE_DIFFERS_TABLE:
		if (d->recorded == 0)
			tce_words_add(&w, "%s without the new table that comes before it",
				      call_name(d->record.kind));
		else
			tce_words_add(&w, "a table for LIOBN " X64 " appears that no call explains",
				      d->recorded);
		break;
	case TCE_DIFFERS_AFTER_ABORT:
		tce_words_add(&w, "the recording goes on, the model's hypervisor aborted");
		if (d->since.line != 0)
			tce_words_add(&w, " at line " D64, d->since.line);
		break;
	case TCE_DIFFERS_RESTORE:
		tce_words_add(&w,
			      "the model restored the default window before this, the recording "
			      "did not");
		break;
	case TCE_DIFFERS_PAGE_SIZES:
	case TCE_DIFFERS_SIZE:
		if (d->record.kind == TCE_TRACE_DDW_CREATE)
			create_text(&w, d, d->what == TCE_DIFFERS_SIZE ? "size" : "pages of size");
		else
			plain_text(&w, d, field_of(d->what));
		break;
	default: plain_text(&w, d, field_of(d->what)); break;
	}
	return w.len;
}
