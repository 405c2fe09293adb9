/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The comparison. Recorded calls are walked once: one that is the next predicted call is matched;
 * one that firmware or a driver can have made is counted; what remains is a difference. After a
 * difference the two sides are brought together at the nearest call that they have in common.
 *
 * Calls in the windows of a PE that a user of VFIO has are his when they are not the kernel's next.
 * A driver's call is one in a window that Linux had a table for, and that maps what no driver has
 * mapped there, or unmaps what drivers have mapped. Firmware's are those before the kernel's first.
 */
#include <string.h>

#include "base/bitmap.h"
#include "base/bits.h"
#include "predict.h"

/* Marks of a window reach this far: entries. What lies beyond has none. */
#define MARKS_MAX (UINT64_C(1) << 28)
#define LOOK_MAX  4096U /* calls looked at to come together again */

/* Which entries of a window drivers or firmware have mapped. */
struct marks {
	uint64_t liobn;
	uint64_t start; /* bus bytes */
	unsigned shift;
	struct tce_bitmap *map;
};

struct matcher {
	struct tce_predict *p;
	uint32_t next;  /* predicted call that is expected */
	uint32_t group; /* and block that were matched last */
	uint32_t block;
	bool firmware;        /* no kernel has called yet */
	struct tce_vec marks; /* struct marks */
};

#define MARKS sizeof(struct marks)

static struct tce_call *predicted_at(struct tce_predict *p, uint32_t i)
{
	return tce_calls_at(&p->predicted, i);
}

/* --- marks ----------------------------------------------------------------------------------- */

static struct marks *marks_find(const struct matcher *m, uint64_t liobn)
{
	for (uint32_t i = 0; i < m->marks.nr; i++) {
		struct marks *marks = tce_vec_at(&m->marks, i, MARKS);

		if (marks->liobn == liobn)
			return marks;
	}
	return NULL;
}

static void marks_drop(struct matcher *m, struct marks *marks)
{
	if (marks->map != NULL) {
		tce_bitmap_fini(marks->map);
		tce_mem_free(&m->p->mem, marks->map, sizeof(*marks->map));
	}
	marks->map = NULL;
}

/* A window begins: nothing is mapped. */
static int marks_begin(struct matcher *m, uint64_t liobn, uint64_t start, unsigned shift)
{
	struct marks fresh = {.liobn = liobn, .start = start, .shift = shift};
	struct marks *marks = marks_find(m, liobn);

	if (marks == NULL)
		return tce_list_add(&m->marks, &m->p->mem, &fresh, MARKS);
	marks_drop(m, marks);
	*marks = fresh;
	return 0;
}

static void marks_fini(struct matcher *m)
{
	for (uint32_t i = 0; i < m->marks.nr; i++)
		marks_drop(m, tce_vec_at(&m->marks, i, MARKS));
	tce_vec_fini(&m->marks, &m->p->mem, MARKS);
}

/* The window's marks, made when they are needed first. */
static int marks_of(struct matcher *m, uint64_t liobn, struct marks **ret_marks)
{
	struct tce_alloc alloc = tce_mem_alloc(&m->p->mem);
	struct marks *marks = marks_find(m, liobn);
	int err = 0;

	if (marks == NULL)
		err = marks_begin(m, liobn, 0, 12);
	if (err != 0)
		return err;
	marks = marks_find(m, liobn);
	if (marks->map == NULL) {
		marks->map = tce_mem_new(&m->p->mem, sizeof(*marks->map));
		if (marks->map == NULL)
			return -TCE_ERR_NOMEM;
		err = tce_bitmap_init(marks->map, &alloc, MARKS_MAX);
	}
	*ret_marks = marks;
	return err;
}

/* The entries of a call; false: none of them has marks. */
static bool entries_of(const struct marks *marks, const struct tce_call *call, uint64_t *ret_first,
		       uint64_t *ret_count)
{
	uint64_t rel = (call->ioba - marks->start) >> marks->shift;

	*ret_first = rel;
	*ret_count = call->kind == TCE_CALL_PUT ? 1 : call->count;
	return call->ioba >= marks->start && *ret_count != 0 && rel < MARKS_MAX &&
	       *ret_count <= MARKS_MAX - rel;
}

static bool all_marked(const struct marks *marks, uint64_t first, uint64_t count)
{
	return tce_bitmap_next_zero(marks->map, first, first + count) == first + count;
}

static bool none_marked(const struct marks *marks, uint64_t first, uint64_t count)
{
	return tce_bitmap_next_set(marks->map, first, first + count) == first + count;
}

/* --- who made a call ------------------------------------------------------------------------- */

static bool is_among(const struct tce_vec *names, uint64_t name)
{
	for (uint32_t i = 0; i < names->nr; i++) {
		if (*(const uint64_t *)tce_vec_at(names, i, sizeof(name)) == name)
			return true;
	}
	return false;
}

/* For a PE that VFIO has given to a user. */
static bool is_users(const struct matcher *m, const struct tce_call *call)
{
	return is_among(&m->p->users, call->liobn);
}

static bool maps(const struct tce_call *call)
{
	return call->tce != 0;
}

/* Calls that change what a driver, or firmware, has mapped: *ret_plausible it can have been one. */
static int map_or_unmap(struct matcher *m, const struct tce_call *call, bool *ret_plausible)
{
	struct marks *marks;
	uint64_t first, count;
	int err = marks_of(m, call->liobn, &marks);

	*ret_plausible = false;
	if (err != 0 || call->kind > TCE_CALL_STUFF || call->kind == TCE_CALL_GET ||
	    call->ret != 0 || !entries_of(marks, call, &first, &count))
		return err;
	if (maps(call)) {
		*ret_plausible = none_marked(marks, first, count);
		return *ret_plausible ? tce_bitmap_set(marks->map, first, count) : 0;
	}
	*ret_plausible = all_marked(marks, first, count);
	return *ret_plausible ? tce_bitmap_clear(marks->map, first, count) : 0;
}

/* What the kernel clears is nobody's any more. */
static int forget(struct matcher *m, const struct tce_call *call)
{
	struct marks *marks = marks_find(m, call->liobn);
	uint64_t first, count;

	if (call->kind > TCE_CALL_STUFF || marks == NULL || marks->map == NULL || maps(call) ||
	    !entries_of(marks, call, &first, &count))
		return 0;
	return tce_bitmap_clear(marks->map, first, count);
}

/* --- matching -------------------------------------------------------------------------------- */

static const struct tce_phb *bridge_of(const struct tce_predict *p, uint64_t buid)
{
	const struct tce_state *st = tce_machine_state(p->machine);
	const struct tce_phb *phb = NULL;

	for (uint32_t i = 0; (phb = tce_phb_at(st, i)) != NULL && phb->papr.buid != buid; i++)
		;
	return phb;
}

/* A user has the PE now: calls that name it or its windows may be his. */
static int note_user(struct tce_predict *p, uint64_t buid)
{
	const struct tce_phb *phb = bridge_of(p, buid);
	int err = 0;

	if (phb == NULL)
		return 0; /* gone since */
	for (unsigned i = 0; err == 0 && i < 2; i++)
		err = tce_list_add(&p->users, &p->mem, &phb->papr.liobn[i], sizeof(uint64_t));
	return err != 0 ? err : tce_list_add(&p->users, &p->mem, &buid, sizeof(buid));
}

static int pass_over(struct matcher *m, const struct tce_call *call)
{
	if (call->kind == TCE_CALL_TAKEN)
		return note_user(m->p, call->liobn);
	m->p->sum.unseen++;
	return 0;
}

/* Calls that leave no line are passed over. */
static int skip_unseen(struct matcher *m)
{
	int err = 0;

	while (err == 0 && m->next < m->p->predicted.nr && predicted_at(m->p, m->next)->unseen)
		err = pass_over(m, predicted_at(m->p, m->next++));
	return err;
}

static void count_match(struct matcher *m, const struct tce_call *predicted)
{
	struct tce_predict_summary *sum = &m->p->sum;

	if (predicted->module) {
		sum->module_calls++;
		sum->driver_calls++;
		return;
	}
	sum->setup_calls++;
	sum->predicted++;
}

static int matched(struct matcher *m, const struct tce_call *call)
{
	const struct tce_call *predicted = predicted_at(m->p, m->next);
	int err = tce_predict_same(m->p, call);

	count_match(m, predicted);
	m->p->sum.unordered += predicted->any_device && predicted->ioba != call->ioba;
	m->group = predicted->group;
	m->block = predicted->block;
	m->next++;
	m->firmware = false;
	if (err == 0)
		err = skip_unseen(m);
	return err != 0 ? err : forget(m, call);
}

/* --- blocks in any order --------------------------------------------------------------------- */

static uint32_t block_end(struct tce_predict *p, uint32_t at)
{
	const struct tce_call *first = predicted_at(p, at);
	uint32_t end = at + 1;

	while (end < p->predicted.nr && predicted_at(p, end)->group == first->group &&
	       predicted_at(p, end)->block == first->block)
		end++;
	return end;
}

/* Does the block begin with this call, but for calls that leave no line? */
static bool begins_with(struct tce_predict *p, uint32_t at, uint32_t end,
			const struct tce_call *call)
{
	while (at < end && predicted_at(p, at)->unseen)
		at++;
	return at < end && tce_call_same(predicted_at(p, at), call);
}

static void reverse(struct tce_predict *p, uint32_t from, uint32_t end)
{
	while (from + 1 < end) {
		struct tce_call *a = predicted_at(p, from++);
		struct tce_call *b = predicted_at(p, --end);
		struct tce_call swap = *a;

		*a = *b;
		*b = swap;
	}
}

/* [at, end) comes before what stands from the expected call on. */
static void bring_forward(struct matcher *m, uint32_t at, uint32_t end)
{
	reverse(m->p, m->next, at);
	reverse(m->p, at, end);
	reverse(m->p, m->next, end);
	for (uint32_t i = m->next; i < m->next + (end - at); i++)
		m->p->sum.unordered += !predicted_at(m->p, i)->unseen;
}

/*
 * Where the order of blocks is not told, as user space chose it or drivers probed side by side: the
 * one that comes now is brought forward. Blocks whose place is told keep it among each other, and a
 * block that has begun is finished first. False: no block begins with this call.
 */
static bool reorder(struct matcher *m, const struct tce_call *call)
{
	struct tce_predict *p = m->p;
	bool told_before = false;
	uint32_t group, end;

	if (m->next >= p->predicted.nr || predicted_at(p, m->next)->group == 0)
		return false;
	group = predicted_at(p, m->next)->group;
	if (m->group == group && m->block == predicted_at(p, m->next)->block)
		return false;
	for (uint32_t at = m->next; at < p->predicted.nr && predicted_at(p, at)->group == group;
	     at = end) {
		bool told = predicted_at(p, at)->told;

		end = block_end(p, at);
		if (!(told && told_before) && begins_with(p, at, end, call)) {
			bring_forward(m, at, end);
			return true;
		}
		told_before = told_before || told;
	}
	return false;
}

/* Where it is not told which device asks, it must be one of the bridge. */
static bool asker_exists(const struct tce_predict *p, const struct tce_call *predicted,
			 const struct tce_call *call)
{
	const struct tce_phb *phb;

	if (!predicted->any_device || predicted->ioba == call->ioba)
		return true;
	phb = bridge_of(p, call->liobn);
	return phb == NULL || tce_dev_by_rid(tce_machine_state(p->machine), phb->id,
					     (uint16_t)(call->ioba >> 8)) != NULL;
}

static int is_next(struct matcher *m, const struct tce_call *call, bool *ret_is)
{
	*ret_is = m->next < m->p->predicted.nr &&
		  tce_call_same(predicted_at(m->p, m->next), call) &&
		  asker_exists(m->p, predicted_at(m->p, m->next), call);
	if (*ret_is || !reorder(m, call))
		return 0;
	*ret_is = true;
	return skip_unseen(m);
}

/* What is predicted up to end is not there. */
static int miss(struct matcher *m, uint32_t end)
{
	int err = 0;

	for (; err == 0 && m->next < end; m->next++) {
		const struct tce_call *call = predicted_at(m->p, m->next);

		err = call->unseen ? pass_over(m, call)
				   : tce_predict_differ(m->p, TCE_PREDICT_MISSING, call);
	}
	return err;
}

/* A predicted call further on that this is: what lies between is missing. */
static int jump(struct matcher *m, const struct tce_call *call, bool *ret_found)
{
	struct tce_predict *p = m->p;
	uint32_t end = p->predicted.nr - m->next > LOOK_MAX ? m->next + LOOK_MAX : p->predicted.nr;
	uint32_t at = m->next;
	int err;

	while (at < end && !tce_call_same(predicted_at(p, at), call))
		at++;
	*ret_found = at < end;
	if (!*ret_found)
		return 0;
	err = miss(m, at);
	return err != 0 ? err : matched(m, call);
}

/* --- the walk -------------------------------------------------------------------------------- */

/* A LIOBN gets a table: nothing is mapped in it, whatever was before. */
static int begin_window(struct matcher *m, const struct tce_call *call)
{
	if (call->kind == TCE_CALL_CREATE)
		return marks_begin(m, call->other, call->tce, tce_log2_ceil(call->count));
	return marks_begin(m, call->liobn, 0, 12);
}

static int unexpected(struct matcher *m, const struct tce_call *call)
{
	struct tce_predict_summary *sum = &m->p->sum;
	bool found;
	int err = jump(m, call, &found);

	if (err != 0 || found)
		return err;
	sum->setup_calls++;
	return tce_predict_differ(m->p, TCE_PREDICT_EXTRA, call);
}

/* A call that is not the next one predicted: of firmware, of a user, of a driver, or nobody's. */
static int other(struct matcher *m, const struct tce_call *call)
{
	struct tce_predict_summary *sum = &m->p->sum;
	bool plausible = false;
	int err = 0;

	if (is_users(m, call)) {
		sum->driver_calls++;
		sum->user_calls++;
		return 0;
	}
	if (m->firmware || is_among(&m->p->tables, call->liobn))
		err = map_or_unmap(m, call, &plausible);
	if (err != 0 || !plausible)
		return err != 0 ? err : unexpected(m, call);
	if (m->firmware)
		sum->firmware_calls++;
	else
		sum->driver_calls++;
	return 0;
}

static int one(struct matcher *m, const struct tce_call *call)
{
	bool next;
	int err = 0;

	if (call->kind == TCE_CALL_MACHINE_RESET) {
		m->firmware = true;
		return 0;
	}
	if (call->kind == TCE_CALL_NEW_TABLE)
		return begin_window(m, call);
	if (call->kind == TCE_CALL_CREATE)
		err = begin_window(m, call);
	if (err == 0)
		err = is_next(m, call, &next);
	if (err != 0)
		return err;
	return next ? matched(m, call) : other(m, call);
}

int tce_predict_match(struct tce_predict *p)
{
	struct matcher m = {.p = p, .firmware = true};
	int err = skip_unseen(&m);

	for (uint32_t i = 0; err == 0 && i < p->recorded.nr; i++)
		err = one(&m, tce_calls_at(&p->recorded, i));
	if (err == 0)
		err = miss(&m, p->predicted.nr);
	marks_fini(&m);
	return err;
}
