/* SPDX-License-Identifier: BSD-2-Clause */
#include "table_lockstep.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"

const struct table_calls table_calls_real = {
	.put = tce_table_put,
	.put_list = tce_table_put_list,
	.put_run = tce_table_put_run,
	.stuff = tce_table_stuff,
	.clear = tce_table_clear,
	.copy = tce_table_copy,
	.next_run = tce_table_next_run,
	.translate = tce_table_translate,
};

#define BLOCK      UINT64_C(512)
#define TOP        (BLOCK * BLOCK)
#define NR_MAX     (2 * TOP + 700) /* most entries of a twin */
#define SMALL      2048            /* tables up to this size are compared whole after every op */
#define LIST_MAX   2048
#define NR_TABLES  2
#define NR_DEFAULT 1100

/* Arguments of every kind but NEW: index, count, tce, style, style's position, access. */
enum op {
	OP_NEW, /* page shift, nr_entries */
	OP_PUT,
	OP_PUT_LIST,
	OP_PUT_RUN,
	OP_STUFF,
	OP_CLEAR,
	OP_COPY,
	OP_TRANSLATE,
	OP_RUN,
	NR_OPS
};

static const char *const op_name[NR_OPS] = {
	"new", "put", "put_list", "put_run", "stuff", "clear", "copy", "translate", "next_run",
};

/* How the content of a list follows from its first TCE. */
enum style {
	STYLE_LINEAR,
	STYLE_CONSTANT,
	STYLE_LINEAR_BROKEN, /* another value at the position */
	STYLE_CONSTANT_BROKEN,
	STYLE_MIXED,
	NR_STYLES
};

struct state {
	const struct table_calls *calls;
	uint64_t page;
	uint64_t nr;
	uint64_t *twin;
	uint64_t mapped;                    /* the twin's entries with a permission */
	struct tce_table *table[NR_TABLES]; /* LAZY, COMPACT */
	struct prop_failure *failure;
};

/* Note the first difference; always false. */
static bool differ(struct state *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(s->failure->text, sizeof(s->failure->text), format, args);
	va_end(args);
	return false;
}

bool table_naive_run(const uint64_t *entries, uint64_t nr, uint64_t page, uint64_t from,
		     struct tce_run *ret_run)
{
	struct tce_run run = {.index = from, .count = 1};

	while (run.index < nr && entries[run.index] == 0)
		run.index++;
	if (run.index >= nr)
		return false;
	run.first = entries[run.index];
	if (run.index + 1 < nr && entries[run.index + 1] == run.first + page)
		run.step = page;
	while (run.index + run.count < nr && entries[run.index + run.count] != 0 &&
	       entries[run.index + run.count] == run.first + run.count * run.step)
		run.count++;
	if (run.count == 1)
		run.step = 0;
	*ret_run = run;
	return true;
}

static bool compare_entries(struct state *s, uint64_t from, uint64_t end)
{
	unsigned t;
	uint64_t i;

	for (t = 0; t < NR_TABLES; t++)
		for (i = from; i < end && i < s->nr; i++)
			if (tce_table_get(s->table[t], i) != s->twin[i])
				return differ(s,
					      "table %u entry %" PRIu64 " is %" PRIx64
					      ", twin has %" PRIx64,
					      t, i, tce_table_get(s->table[t], i), s->twin[i]);
	return true;
}

static bool compare_counts(struct state *s)
{
	unsigned t;

	for (t = 0; t < NR_TABLES; t++)
		if (tce_table_nr_mapped(s->table[t]) != s->mapped)
			return differ(s, "table %u has %" PRIu64 " mapped, twin %" PRIu64, t,
				      tce_table_nr_mapped(s->table[t]), s->mapped);
	return true;
}

/* The run at from; *ret_next is where the following one may begin, nr_entries after the last. */
static bool compare_run(struct state *s, uint64_t from, uint64_t *ret_next)
{
	struct tce_run want = {.index = s->nr};
	struct tce_run got;
	bool more = table_naive_run(s->twin, s->nr, s->page, from, &want);
	unsigned t;

	for (t = 0; t < NR_TABLES; t++) {
		memset(&got, 0, sizeof(got));
		if (s->calls->next_run(s->table[t], from, &got) != more)
			return differ(s, "table %u from %" PRIu64 ": a run more or less", t, from);
		if (more && memcmp(&got, &want, sizeof(got)) != 0)
			return differ(s,
				      "table %u run at %" PRIu64 " is %" PRIu64 "+%" PRIu64
				      " %" PRIx64 " step %" PRIx64 ", twin %" PRIu64 "+%" PRIu64
				      " %" PRIx64 " step %" PRIx64,
				      t, from, got.index, got.count, got.first, got.step,
				      want.index, want.count, want.first, want.step);
	}
	*ret_next = want.index + want.count;
	return true;
}

/* A third table with the twin's content, put in another order and another way: same hash. */
static bool compare_rebuilt(struct state *s)
{
	struct tce_table_opts opts = {.page_shift = tce_table_page_shift(s->table[0]),
				      .nr_entries = s->nr};
	uint64_t hash = tce_table_hash(s->table[0]);
	struct tce_table *other;
	uint64_t i;
	bool same;

	if (tce_table_new(NULL, &opts, &other) != 0)
		return differ(s, "no memory");
	same = true;
	for (i = s->nr; same && i-- > 0;)
		same = s->twin[i] == 0 || tce_table_put(other, i, s->twin[i], NULL) == 0;
	same = same && tce_table_hash(other) == hash && tce_table_equal(other, s->table[0]) &&
	       tce_table_hash(s->table[1]) == hash && tce_table_equal(s->table[1], s->table[0]);
	if (same && tce_table_put(other, 0, s->twin[0] ^ TCE_WRITE, NULL) == 0)
		same = tce_table_hash(other) != hash && !tce_table_equal(other, s->table[0]);
	tce_table_free(other);
	return same || differ(s, "hash or equality does not follow the content");
}

static bool compare_all(struct state *s)
{
	uint64_t from = 0;

	if (!compare_entries(s, 0, s->nr))
		return false;
	while (from < s->nr)
		if (!compare_run(s, from, &from))
			return false;
	return compare_counts(s);
}

/* The stretch that an operation named, and what lies beside it. */
static bool compare_near(struct state *s, const struct prop_op *op)
{
	uint64_t from = op->arg[0] < s->nr ? op->arg[0] : s->nr;
	uint64_t end = op->arg[1] < s->nr - from ? from + op->arg[1] : s->nr;

	if (s->nr <= SMALL)
		return compare_all(s);
	from = from < BLOCK ? 0 : from - BLOCK;
	return compare_entries(s, from, end + BLOCK) && compare_counts(s) &&
	       compare_run(s, from, &from);
}

static void twin_put(struct state *s, uint64_t index, uint64_t tce)
{
	s->mapped -= (s->twin[index] & TCE_PERM) != 0;
	s->mapped += (tce & TCE_PERM) != 0;
	s->twin[index] = tce;
}

static void drop(struct state *s)
{
	unsigned t;

	for (t = 0; t < NR_TABLES; t++) {
		tce_table_free(s->table[t]);
		s->table[t] = NULL;
	}
	free(s->twin);
	s->twin = NULL;
}

static bool do_new(struct state *s, uint64_t page_shift, uint64_t nr)
{
	struct tce_table_opts opts = {.page_shift = (unsigned)(page_shift % 64), .nr_entries = nr};
	bool valid = opts.page_shift >= TCE_PAGE_SHIFT_MIN &&
		     opts.page_shift <= TCE_PAGE_SHIFT_MAX && nr != 0 && nr <= NR_MAX;
	unsigned t;

	drop(s);
	if (!valid)
		return do_new(s, TCE_PAGE_SHIFT_MIN, NR_DEFAULT);
	s->page = UINT64_C(1) << opts.page_shift;
	s->nr = nr;
	s->mapped = 0;
	s->twin = calloc(nr, sizeof(*s->twin));
	for (t = 0; t < NR_TABLES; t++) {
		opts.storage = t == 0 ? TCE_STORAGE_LAZY : TCE_STORAGE_COMPACT;
		if (tce_table_new(NULL, &opts, &s->table[t]) != 0)
			return differ(s, "no memory");
	}
	return s->twin != NULL || differ(s, "no memory");
}

static uint64_t list_tce(const struct state *s, const struct prop_op *op, uint64_t i)
{
	uint64_t linear = op->arg[2] + i * s->page;
	bool broken = i == op->arg[4];

	switch (op->arg[3] % NR_STYLES) {
	case STYLE_LINEAR: return linear;
	case STYLE_CONSTANT: return op->arg[2];
	case STYLE_LINEAR_BROKEN: return broken ? linear ^ s->page : linear;
	case STYLE_CONSTANT_BROKEN: return broken ? op->arg[2] ^ TCE_READ : op->arg[2];
	default: return i % 3 == 0 ? 0 : linear ^ (i * i * 37 % 11) << 12;
	}
}

/* Whether [index, index + count) lies inside, as the library must see it. */
static bool inside(const struct state *s, const struct prop_op *op)
{
	return op->arg[0] <= s->nr && op->arg[1] <= s->nr - op->arg[0];
}

/* Both answers must be what the range demands. */
static bool answered(struct state *s, const struct prop_op *op, unsigned t, int err)
{
	int want = inside(s, op) ? 0 : -TCE_ERR_INVAL;

	return err == want || differ(s, "table %u answers %d, not %d", t, err, want);
}

static bool do_put(struct state *s, const struct prop_op *op)
{
	int want = op->arg[0] < s->nr ? 0 : -TCE_ERR_INVAL;
	unsigned t;

	for (t = 0; t < NR_TABLES; t++) {
		uint64_t old = ~op->arg[2];
		int err = s->calls->put(s->table[t], op->arg[0], op->arg[2], &old);

		if (err != want)
			return differ(s, "table %u answers %d, not %d", t, err, want);
		if (err == 0 && old != s->twin[op->arg[0]])
			return differ(s, "table %u gives old %" PRIx64 ", twin %" PRIx64, t, old,
				      s->twin[op->arg[0]]);
	}
	if (want == 0)
		twin_put(s, op->arg[0], op->arg[2]);
	return true;
}

static bool do_put_list(struct state *s, const struct prop_op *op)
{
	struct prop_op cut = *op;
	struct tce_be64 list[LIST_MAX];
	unsigned t;
	uint64_t i;

	if (cut.arg[1] > LIST_MAX)
		cut.arg[1] = LIST_MAX;
	for (i = 0; i < cut.arg[1]; i++)
		tce_be64_set(&list[i], list_tce(s, op, i));
	for (t = 0; t < NR_TABLES; t++)
		if (!answered(s, &cut, t,
			      s->calls->put_list(s->table[t], cut.arg[0], list, cut.arg[1])))
			return false;
	for (i = 0; inside(s, &cut) && i < cut.arg[1]; i++)
		twin_put(s, cut.arg[0] + i, list_tce(s, op, i));
	return true;
}

static bool do_fill(struct state *s, const struct prop_op *op)
{
	uint64_t step = op->kind == OP_PUT_RUN ? s->page : 0;
	unsigned t;
	uint64_t i;

	for (t = 0; t < NR_TABLES; t++) {
		int err =
			op->kind == OP_PUT_RUN
				? s->calls->put_run(s->table[t], op->arg[0], op->arg[2], op->arg[1])
				: s->calls->stuff(s->table[t], op->arg[0], op->arg[2], op->arg[1]);

		if (!answered(s, op, t, err))
			return false;
	}
	for (i = 0; inside(s, op) && i < op->arg[1]; i++)
		twin_put(s, op->arg[0] + i, op->arg[2] + i * step);
	return true;
}

static bool do_clear(struct state *s)
{
	unsigned t;

	for (t = 0; t < NR_TABLES; t++)
		s->calls->clear(s->table[t]);
	memset(s->twin, 0, s->nr * sizeof(*s->twin));
	s->mapped = 0;
	return true;
}

/*
 * Copy each table over one of the same or the other storage that holds something else, and go on
 * with the copies.
 */
static bool do_copy(struct state *s, const struct prop_op *op)
{
	struct tce_table_opts opts = {.page_shift = tce_table_page_shift(s->table[0]),
				      .nr_entries = s->nr};
	struct tce_table *copy[NR_TABLES] = {NULL};
	bool cross = op->arg[3] % 2 != 0;
	uint64_t count = op->arg[1] < s->nr ? op->arg[1] : s->nr;
	unsigned t;

	for (t = 0; t < NR_TABLES; t++) {
		opts.storage = t == 0 ? TCE_STORAGE_LAZY : TCE_STORAGE_COMPACT;
		if (tce_table_new(NULL, &opts, &copy[t]) != 0 ||
		    tce_table_put_run(copy[t], s->nr - count, op->arg[2], count) != 0 ||
		    s->calls->copy(copy[t], s->table[cross ? 1 - t : t]) != 0) {
			differ(s, "table %u cannot be copied", t);
			break;
		}
	}
	for (t = 0; copy[NR_TABLES - 1] != NULL && t < NR_TABLES; t++) {
		struct tce_table *old = s->table[t];

		s->table[t] = copy[t];
		copy[t] = old;
	}
	for (t = 0; t < NR_TABLES; t++)
		tce_table_free(copy[t]);
	return s->failure->text[0] == '\0';
}

static bool do_translate(struct state *s, const struct prop_op *op)
{
	unsigned access = (unsigned)op->arg[5];
	uint64_t index = op->arg[4] / s->page;
	uint64_t tce = index < s->nr ? s->twin[index] : 0;
	bool want = index < s->nr && (access & ~(unsigned)tce & TCE_PERM) == 0 &&
		    (access & ~(unsigned)TCE_PERM) == 0;
	struct tce_xlate xlate;
	unsigned t;

	for (t = 0; t < NR_TABLES; t++) {
		memset(&xlate, 0xff, sizeof(xlate));
		if (s->calls->translate(s->table[t], op->arg[4], access, &xlate) != want)
			return differ(s, "table %u: translate allows or refuses wrongly", t);
		if (xlate.tce != tce || xlate.perm != (tce & TCE_PERM) ||
		    xlate.page_shift != tce_log2_floor(s->page) ||
		    xlate.ra.v != (tce / s->page * s->page + op->arg[4] % s->page))
			return differ(s, "table %u: translate gives tce %" PRIx64 " ra %" PRIx64, t,
				      xlate.tce, xlate.ra.v);
	}
	return true;
}

static bool do_op(struct state *s, const struct prop_op *op)
{
	uint64_t next;

	switch (op->kind) {
	case OP_NEW: return do_new(s, op->arg[0], op->arg[1]);
	case OP_PUT: return do_put(s, op);
	case OP_PUT_LIST: return do_put_list(s, op);
	case OP_PUT_RUN:
	case OP_STUFF: return do_fill(s, op);
	case OP_CLEAR: return do_clear(s);
	case OP_COPY: return do_copy(s, op);
	case OP_TRANSLATE: return do_translate(s, op);
	default: return compare_run(s, op->arg[0], &next);
	}
}

static bool lockstep_run(void *ctx, const struct prop_op *ops, size_t nr,
			 struct prop_failure *ret_failure)
{
	struct state s = {.calls = ctx, .failure = ret_failure};
	bool ok;
	size_t i;

	ret_failure->text[0] = '\0';
	ret_failure->at = 0;
	ok = do_new(&s, TCE_PAGE_SHIFT_MIN, NR_DEFAULT);
	for (i = 0; ok && i < nr; i++) {
		ret_failure->at = i;
		ok = do_op(&s, &ops[i]) && compare_near(&s, &ops[i]);
	}
	ok = ok && compare_all(&s) && compare_rebuilt(&s);
	drop(&s);
	return ok;
}

/* A border to aim at: a block's, a top slot's, or the table's end; or just anywhere. */
static uint64_t any_index(struct prng *rng, uint64_t nr)
{
	uint64_t border;

	switch (prng_below(rng, 8)) {
	case 0: border = prng_below(rng, nr / TOP + 1) * TOP; break;
	case 1: border = nr / TOP * TOP - BLOCK; break;
	case 2: border = nr; break;
	case 3: return prng_any_size(rng, nr);
	case 4: return prng_one_in(rng, 4) ? prng_any_size(rng, UINT64_MAX) : 0;
	default: border = prng_below(rng, nr / BLOCK + 1) * BLOCK; break;
	}
	return prng_one_in(rng, 2) ? border : border + prng_below(rng, 5) - 2;
}

/* A count that ends at a border too, mostly inside the table. */
static uint64_t any_count(struct prng *rng, uint64_t nr, uint64_t index)
{
	uint64_t left = index < nr ? nr - index : 0;
	uint64_t count;

	switch (prng_below(rng, 8)) {
	case 0: count = BLOCK; break;
	case 1: count = BLOCK * prng_below(rng, 4) + prng_below(rng, 3); break;
	case 2: count = TOP; break;
	case 3: count = BLOCK - index % BLOCK + prng_below(rng, 3) - 1; break;
	case 4: count = TOP - index % TOP + prng_below(rng, 3) - 1; break;
	case 5: count = left; break;
	case 6: return prng_any_size(rng, UINT64_MAX);
	default: count = prng_below(rng, 20); break;
	}
	return count > left && !prng_one_in(rng, 10) ? prng_any_size(rng, left) : count;
}

/*
 * Mostly what makes neighbours continue each other: TCEs of an identity mapping, or few constants.
 * Also reserved bits (0x958 and 0x6a8 are those of the slots), no permission, and the wrap at 2^64.
 */
static uint64_t any_tce(struct prng *rng, uint64_t index, unsigned page_shift)
{
	static const uint64_t odd[] = {
		0, 1, 2, 3, 0x1003, 0x958, 0x6a8, 0x16ab, 0x195b, 0x7fc, UINT64_MAX, 0xfff, 0x10959,
	};
	uint64_t base = prng_below(rng, 2) << 40;

	switch (prng_below(rng, 8)) {
	case 0: return odd[prng_below(rng, sizeof(odd) / sizeof(odd[0]))];
	case 1: return 0 - (prng_below(rng, 1200) << page_shift) + prng_below(rng, 4);
	case 2: return prng_next(rng);
	case 3: return base + (index << page_shift) + prng_below(rng, 4);
	case 4: return 0;
	default: return base + (index << page_shift) + TCE_PERM;
	}
}

static void generate_new(struct prng *rng, struct prop_op *op)
{
	static const unsigned shifts[] = {12, 12, 16, 21, 24, 28, 34};

	op->kind = OP_NEW;
	op->arg[0] = shifts[prng_below(rng, sizeof(shifts) / sizeof(shifts[0]))];
	if (prng_one_in(rng, 10))
		op->arg[1] = prng_between(rng, TOP - 3, NR_MAX);
	else
		op->arg[1] = prng_between(rng, 1, prng_one_in(rng, 3) ? 20 : 2000);
}

static void lockstep_generate(void *ctx, struct prng *rng, struct prop_op *ops, size_t i)
{
	unsigned page_shift = (unsigned)ops[0].arg[0];
	uint64_t nr = ops[0].arg[1];
	struct prop_op *op = &ops[i];

	(void)ctx;
	if (i == 0) {
		generate_new(rng, op);
		return;
	}
	op->kind = (unsigned)prng_between(rng, OP_PUT, OP_RUN);
	if ((op->kind == OP_CLEAR || op->kind == OP_TRANSLATE) && !prng_one_in(rng, 4))
		op->kind = OP_STUFF;
	op->arg[0] = any_index(rng, nr);
	op->arg[1] = any_count(rng, nr, op->arg[0]);
	op->arg[2] = any_tce(rng, op->arg[0], page_shift);
	if (prng_one_in(rng, 5)) /* what is there already, perhaps elsewhere */
		op->arg[2] = ops[prng_below(rng, i)].arg[2];
	op->arg[3] = prng_below(rng, NR_STYLES);
	op->arg[4] = prng_one_in(rng, 2) ? BLOCK - 1 - prng_below(rng, 2) : prng_below(rng, 20);
	op->arg[5] = prng_below(rng, 5);
	if (op->kind == OP_TRANSLATE)
		op->arg[4] = (any_index(rng, nr) << page_shift) + prng_next(rng) % 4097;
}

static void lockstep_print(void *ctx, FILE *out, const struct prop_op *op)
{
	(void)ctx;
	fprintf(out, "%s", op_name[op->kind]);
	if (op->kind == OP_NEW)
		fprintf(out, " page_shift=%" PRIu64 " nr_entries=%" PRIu64, op->arg[0], op->arg[1]);
	else
		fprintf(out,
			" index=%" PRIu64 " count=%" PRIu64 " tce=%" PRIx64 " style=%" PRIu64
			" at=%" PRIu64 " access=%" PRIu64,
			op->arg[0], op->arg[1], op->arg[2], op->arg[3], op->arg[4], op->arg[5]);
}

void table_lockstep_prop(struct prop *prop, const struct table_calls *calls)
{
	/* The property hands it back to run, which only reads it. */
	prop->ctx = (void *)(uintptr_t)calls;
	prop->generate = lockstep_generate;
	prop->run = lockstep_run;
	prop->print = lockstep_print;
}
