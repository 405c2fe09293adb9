/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading tables back. See contents.h. */
#include "contents.h"

/* Of a long range, this many entries at each end. */
#define RANGE_ENDS UINT64_C(512)

/* Steps between readings of whole tables, and the largest that is read wholly then. */
#define WHOLE_EVERY 20000U
#define WHOLE_MOST  (UINT64_C(1) << 19)

/* Of a table that is not read wholly: entries at each end, and strides through it. */
#define SAMPLE_ENDS    UINT64_C(4096)
#define SAMPLE_STRIDES UINT64_C(4093)

static int sweep(struct tce_session *session, uint64_t liobn, uint64_t ioba, uint64_t step,
		 uint64_t count)
{
	struct tce_op op = {.kind = TCE_OP_SWEEP};

	op.sweep.liobn = liobn;
	op.sweep.ioba = ioba;
	op.sweep.step = step;
	op.sweep.count = count;
	return tce_session_feed(session, &op);
}

static int read_ranges(struct tce_contents *contents, struct tce_session *session)
{
	for (unsigned i = 0; i < contents->nr_ranges; i++) {
		uint64_t page = UINT64_C(1) << contents->range[i].page_shift;
		uint64_t first = contents->range[i].ioba - page;
		uint64_t count = contents->range[i].count + 2;
		uint64_t liobn = contents->range[i].liobn;
		uint64_t head = count < 2 * RANGE_ENDS ? count : RANGE_ENDS;

		if (sweep(session, liobn, first, page, head) != 0)
			return -1;
		if (head < count && sweep(session, liobn, first + (count - RANGE_ENDS) * page, page,
					  RANGE_ENDS) != 0)
			return -1;
	}
	contents->nr_ranges = 0;
	return 0;
}

static int read_window(struct tce_session *session, const struct tce_window_info *w, uint64_t most)
{
	uint64_t page = UINT64_C(1) << w->page_shift;
	uint64_t stride = w->nr_entries / SAMPLE_STRIDES;

	if (w->nr_entries <= most)
		return sweep(session, w->liobn, w->start, page, w->nr_entries);
	if (sweep(session, w->liobn, w->start, page, SAMPLE_ENDS) != 0 ||
	    sweep(session, w->liobn, w->start + (w->nr_entries - SAMPLE_ENDS) * page, page,
		  SAMPLE_ENDS) != 0)
		return -1;
	return sweep(session, w->liobn, w->start, stride * page, SAMPLE_STRIDES);
}

int tce_contents_whole(struct tce_session *session, uint64_t most)
{
	struct tce_window_info w;
	uint64_t from = 0;

	while (tce_lpar_next_window(session->model.lpar, from, &w)) {
		if (w.nr_entries && read_window(session, &w, most) != 0)
			return -1;
		from = w.liobn + 1;
	}
	return 0;
}

/* May a window lose its contents by this step? */
static bool destroys(const struct tce_session *session, const struct tce_op *op)
{
	const struct tce_papr_profile *profile = session->model.profile;

	switch (op->kind) {
	case TCE_OP_RTAS: return op->rtas.token != tce_rtas_token(profile, TCE_RTAS_QUERY);
	case TCE_OP_RESET:
	case TCE_OP_UNPLUG:
	case TCE_OP_LOAD: return true;
	default: return false;
	}
}

int tce_contents_before(struct tce_contents *contents, struct tce_session *session,
			const struct tce_op *op)
{
	if (contents->nr_ranges == TCE_CONTENTS_RANGES || destroys(session, op))
		return read_ranges(contents, session);
	return 0;
}

static void touch(struct tce_contents *contents, const struct tce_session *session,
		  const struct tce_op *op)
{
	uint64_t stored = session->expect.answer.nr_stored;
	struct tce_window_info w;
	unsigned i = contents->nr_ranges;

	if (op->kind != TCE_OP_HCALL || !stored ||
	    tce_lpar_window(session->model.lpar, op->hcall.args[0], &w) != 0)
		return;
	contents->range[i].liobn = op->hcall.args[0];
	contents->range[i].ioba = op->hcall.args[1];
	contents->range[i].count = stored;
	contents->range[i].page_shift = w.page_shift;
	contents->nr_ranges++;
}

int tce_contents_after(struct tce_contents *contents, struct tce_session *session,
		       const struct tce_op *op)
{
	touch(contents, session, op);
	if (++contents->since_whole < WHOLE_EVERY)
		return 0;
	contents->since_whole = 0;
	return tce_contents_whole(session, WHOLE_MOST);
}
