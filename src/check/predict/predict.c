/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A prediction's life and what it is fed with: console records are kept, lines of the trace become
 * calls, or are kept because they tell of something that happened.
 */
#include <string.h>

#include "base/bits.h"
#include "predict.h"

#define DEFAULT_SHIFT 12U

/* DRC index: type in the top nibble, 2 bridge, 4 slot, 8 memory block. */
#define DRC_TYPE(index) ((index) >> 28)

int tce_predict_new(const struct tce_predict_opts *opts, struct tce_predict **ret_predict)
{
	struct tce_mem mem;
	struct tce_predict *p;

	tce_mem_init(&mem, opts->alloc);
	p = tce_mem_new(&mem, sizeof(*p));
	if (p == NULL)
		return -TCE_ERR_NOMEM;
	tce_mem_init(&p->mem, opts->alloc);
	p->opts = *opts;
	if (opts->cmdline != NULL)
		p->cmdline = *opts->cmdline;
	*ret_predict = p;
	return 0;
}

void tce_predict_free(struct tce_predict *p)
{
	struct tce_alloc alloc;
	struct tce_mem mem;

	if (p == NULL)
		return;
	for (uint32_t i = 0; i < p->kernels.nr; i++)
		tce_vec_fini(&tce_predict_kernel_at(p, i)->probes, &p->mem,
			     sizeof(struct tce_predict_probe));
	tce_vec_fini(&p->console, &p->mem, sizeof(struct tce_console_record));
	tce_vec_fini(&p->lines, &p->mem, sizeof(struct tce_recorded_line));
	tce_calls_fini(&p->recorded, &p->mem);
	tce_vec_fini(&p->shifts, &p->mem, sizeof(struct tce_shift));
	tce_vec_fini(&p->kernels, &p->mem, sizeof(struct tce_predict_kernel));
	tce_vec_fini(&p->acts, &p->mem, sizeof(struct tce_act));
	tce_calls_fini(&p->predicted, &p->mem);
	tce_vec_fini(&p->tables, &p->mem, sizeof(uint64_t));
	tce_vec_fini(&p->users, &p->mem, sizeof(uint64_t));
	tce_vec_fini(&p->diff, &p->mem, sizeof(struct tce_diff));
	tce_vec_fini(&p->wrong, &p->mem, sizeof(struct tce_predict_address));
	tce_machine_free(p->machine);
	alloc = tce_mem_alloc(&p->mem);
	tce_mem_init(&mem, &alloc);
	tce_mem_free(&mem, p, sizeof(*p));
}

/* --- feeding --------------------------------------------------------------------------------- */

int tce_predict_console(struct tce_predict *p, const struct tce_console_record *record)
{
	return tce_list_add(&p->console, &p->mem, record, sizeof(*record));
}

static struct tce_shift *shift_find(const struct tce_predict *p, uint64_t liobn)
{
	for (uint32_t i = 0; i < p->shifts.nr; i++) {
		struct tce_shift *shift = tce_vec_at(&p->shifts, i, sizeof(*shift));

		if (shift->liobn == liobn)
			return shift;
	}
	return NULL;
}

static unsigned shift_of(const struct tce_predict *p, uint64_t liobn)
{
	const struct tce_shift *shift = shift_find(p, liobn);

	return shift != NULL ? shift->shift : DEFAULT_SHIFT;
}

static int shift_set(struct tce_predict *p, uint64_t liobn, unsigned bits)
{
	struct tce_shift *shift = shift_find(p, liobn);
	struct tce_shift fresh = {liobn, bits};

	if (shift == NULL)
		return tce_list_add(&p->shifts, &p->mem, &fresh, sizeof(fresh));
	shift->shift = bits;
	return 0;
}

static int add_mark(struct tce_predict *p, enum tce_call_kind kind, uint64_t line, uint64_t liobn)
{
	struct tce_call mark = {.kind = (uint8_t)kind, .line = line, .liobn = liobn};

	return tce_calls_add(&p->recorded, &p->mem, &mark);
}

/*
 * Why was there a new table? A create and a reset call say so at once; a machine reset resets all
 * connectors, too; a bridge that is plugged is attached.
 */
static int settle(struct tce_predict *p, const struct tce_trace_record *next)
{
	bool drc = next != NULL && next->kind == TCE_TRACE_DRC;
	uint64_t line = p->pending_line;
	bool reset;

	if (line == 0)
		return 0;
	p->pending_line = 0;
	if (drc)
		reset = next->drc_event == TCE_DRC_RESET;
	else
		reset = p->pending_known && (next == NULL || (next->kind != TCE_TRACE_DDW_CREATE &&
							      next->kind != TCE_TRACE_DDW_RESET));
	return reset && !p->loading ? add_mark(p, TCE_CALL_MACHINE_RESET, line, 0) : 0;
}

static int new_table(struct tce_predict *p, const struct tce_trace_record *record)
{
	int err;

	if (record->table_is_null)
		return add_mark(p, TCE_CALL_EMPTY_TABLE, record->line, record->liobn);
	p->pending_line = record->line;
	p->pending_known = shift_find(p, record->liobn) != NULL;
	err = shift_set(p, record->liobn, DEFAULT_SHIFT);
	return err != 0 ? err : add_mark(p, TCE_CALL_NEW_TABLE, record->line, record->liobn);
}

static bool is_call(enum tce_trace_kind kind)
{
	return kind <= TCE_TRACE_STUFF ||
	       (kind >= TCE_TRACE_DDW_QUERY && kind <= TCE_TRACE_DDW_RESET);
}

static int add_call(struct tce_predict *p, const struct tce_trace_record *record)
{
	struct tce_call call;
	int err = 0;

	if (record->kind == TCE_TRACE_DDW_CREATE)
		err = shift_set(p, record->liobn, tce_log2_ceil(record->page_size));
	if (err != 0 || !tce_call_recorded(record, shift_of(p, record->liobn), &call))
		return err;
	return tce_calls_add(&p->recorded, &p->mem, &call);
}

/* DRC events of connectors at start and reset are many and tell nothing. */
static bool is_wanted(const struct tce_recorded_line *line)
{
	const struct tce_trace_record *record = &line->record;

	if (line->has_msi)
		return true;
	switch (record->kind) {
	case TCE_TRACE_PRE_SAVE:
	case TCE_TRACE_POST_LOAD:
	case TCE_TRACE_CAS_CONTINUE: return true;
	case TCE_TRACE_DRC:
		return (DRC_TYPE(record->drc) == 2 || DRC_TYPE(record->drc) == 4 ||
			DRC_TYPE(record->drc) == 8) &&
		       (record->drc_event == TCE_DRC_SET_CONFIGURED ||
			record->drc_event == TCE_DRC_SET_ISOLATION);
	default: return false;
	}
}

int tce_predict_trace(struct tce_predict *p, const struct tce_recorded_line *line)
{
	const struct tce_trace_record *record = &line->record;
	int err = 0;

	if (!line->has_record)
		return is_wanted(line) ? tce_list_add(&p->lines, &p->mem, line, sizeof(*line)) : 0;
	if (record->kind == TCE_TRACE_NEW_TABLE)
		return new_table(p, record);
	err = settle(p, record);
	if (record->kind == TCE_TRACE_RUNSTATE)
		p->loading = record->state == TCE_RUNSTATE_RESTORE_VM;
	if (err == 0 && is_call(record->kind))
		return add_call(p, record);
	if (err == 0 && is_wanted(line))
		err = tce_list_add(&p->lines, &p->mem, line, sizeof(*line));
	return err;
}

/* --- results --------------------------------------------------------------------------------- */

static void judge(struct tce_predict *p)
{
	struct tce_predict_summary *sum = &p->sum;
	bool exact = sum->missing == 0 && sum->extra == 0 && p->wrong.nr == 0;

	if (sum->verdict != TCE_PREDICT_UNSUPPORTED)
		sum->verdict = exact ? TCE_PREDICT_EXACT : TCE_PREDICT_DIFFERS;
}

int tce_predict_finish(struct tce_predict *p)
{
	int err = settle(p, NULL);

	if (err == 0)
		err = tce_predict_find_kernels(p);
	if (err != 0 || p->sum.verdict == TCE_PREDICT_UNSUPPORTED)
		return err;
	err = tce_predict_write_script(p);
	if (err == 0)
		err = tce_predict_act_out(p);
	if (err == 0)
		err = tce_predict_match(p);
	if (err == 0)
		err = tce_predict_check_log(p);
	judge(p);
	return err;
}

void tce_predict_summary(const struct tce_predict *p, struct tce_predict_summary *ret_summary)
{
	*ret_summary = p->sum;
}

bool tce_predict_wrong_address(const struct tce_predict *p, uint64_t i,
			       struct tce_predict_address *ret_address)
{
	if (i >= p->wrong.nr)
		return false;
	memcpy(ret_address, tce_vec_at(&p->wrong, (uint32_t)i, sizeof(*ret_address)),
	       sizeof(*ret_address));
	return true;
}
