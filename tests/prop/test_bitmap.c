/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bitmap beside an array of bools: searches, counts, equality, FNV-1a, on heap and in arenas.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bitmap.h"
#include "prop.h"
#include "testing.h"

#define BITS_MAX  20000
#define ARENA_MAX (256 << 10)

enum op {
	OP_NEW,
	OP_SET,
	OP_CLEAR,
	OP_FILL,
	OP_SEARCH,
	NR_OPS
};

struct twin {
	struct tce_bitmap bitmap;
	bool used[BITS_MAX];
	uint64_t nr;
};

static void generate(void *ctx, struct prng *rng, struct prop_op *op, size_t i)
{
	uint64_t nr = i == 0 ? prng_between(rng, 1, BITS_MAX) : op->arg[0];

	(void)ctx;
	op += i;
	if (i == 0) {
		op->kind = OP_NEW;
		op->arg[0] = nr;
		return;
	}
	op->kind = (unsigned)prng_between(rng, OP_SET, OP_SEARCH);
	if (op->kind == OP_FILL && !prng_one_in(rng, 6))
		op->kind = OP_SET;
	op->arg[0] = prng_below(rng, nr);
	if (prng_one_in(rng, 3)) /* borders of words and chunks */
		op->arg[0] = op->arg[0] / 64 * 64 + (prng_one_in(rng, 2) ? 63 : 0);
	op->arg[1] = prng_any_size(rng, nr);
}

static void print(void *ctx, FILE *out, const struct prop_op *op)
{
	static const char *const name[] = {"new", "set", "clear", "fill", "search"};

	(void)ctx;
	fprintf(out, "%s %" PRIu64 " %" PRIu64, name[op->kind % NR_OPS], op->arg[0], op->arg[1]);
}

static bool wrong(struct prop_failure *failure, const char *what, uint64_t got, uint64_t want)
{
	snprintf(failure->text, sizeof(failure->text), "%s: %" PRIu64 ", twin %" PRIu64, what, got,
		 want);
	return false;
}

static uint64_t naive_next(const struct twin *t, bool value, uint64_t from, uint64_t end)
{
	while (from < end && t->used[from] != value)
		from++;
	return from;
}

static uint64_t naive_last_set(const struct twin *t, uint64_t from, uint64_t end)
{
	uint64_t i = end;

	while (i > from) {
		if (t->used[--i])
			return i;
	}
	return end;
}

static uint64_t naive_fnv(const struct twin *t)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325), i;
	uint8_t byte = 0;

	for (i = 0; i < t->nr; i++) {
		byte |= (uint8_t)(t->used[i] << (i % 8));
		if (i % 8 == 7 || i == t->nr - 1) {
			h = (h ^ byte) * UINT64_C(0x100000001b3);
			byte = 0;
		}
	}
	return h;
}

static bool searches_agree(const struct twin *t, uint64_t from, uint64_t end,
			   struct prop_failure *failure)
{
	uint64_t got, want;

	if (from > end)
		from = end;
	got = tce_bitmap_next_zero(&t->bitmap, from, end);
	want = naive_next(t, false, from, end);
	if (got != want)
		return wrong(failure, "next zero", got, want);
	got = tce_bitmap_next_set(&t->bitmap, from, end);
	want = naive_next(t, true, from, end);
	if (got != want)
		return wrong(failure, "next set", got, want);
	got = tce_bitmap_last_set(&t->bitmap, from, end);
	want = naive_last_set(t, from, end);
	if (got != want)
		return wrong(failure, "last set", got, want);
	return true;
}

static bool all_agree(const struct twin *t, struct prop_failure *failure)
{
	uint64_t i, count = 0;

	for (i = 0; i < t->nr; i++) {
		if (tce_bitmap_test(&t->bitmap, i) != t->used[i])
			return wrong(failure, "bit", i, t->used[i]);
		count += t->used[i];
	}
	if (t->bitmap.nr_set != count)
		return wrong(failure, "bits set", t->bitmap.nr_set, count);
	if (tce_bitmap_fnv1a(&t->bitmap) != naive_fnv(t))
		return wrong(failure, "fnv", tce_bitmap_fnv1a(&t->bitmap), naive_fnv(t));
	return searches_agree(t, 0, t->nr, failure);
}

static void apply(struct twin *t, const struct prop_op *op)
{
	uint64_t first = op->arg[0] % t->nr;
	uint64_t count = op->arg[1] < t->nr - first ? op->arg[1] : t->nr - first;
	bool value = op->kind == OP_SET || (op->kind == OP_FILL && op->arg[1] % 2 != 0);

	if (op->kind == OP_FILL) {
		tce_bitmap_fill(&t->bitmap, value);
		first = 0;
		count = t->nr;
	} else if (value) {
		assert_int_equal(tce_bitmap_set(&t->bitmap, first, count), 0);
	} else {
		assert_int_equal(tce_bitmap_clear(&t->bitmap, first, count), 0);
	}
	memset(&t->used[first], value, count);
}

static void renew(struct twin *t, const struct tce_alloc *alloc, uint64_t nr)
{
	tce_bitmap_fini(&t->bitmap);
	memset(t->used, 0, sizeof(t->used));
	t->nr = nr % BITS_MAX + 1;
	assert_int_equal(tce_bitmap_init(&t->bitmap, alloc, t->nr), 0);
}

static bool run_with(const struct tce_alloc *alloc, struct twin *t, const struct prop_op *ops,
		     size_t nr, struct prop_failure *failure)
{
	bool ok = true;
	size_t i;

	renew(t, alloc, 5000);
	for (i = 0; i < nr && ok; i++) {
		failure->at = i;
		if (ops[i].kind == OP_NEW)
			renew(t, alloc, ops[i].arg[0]);
		else if (ops[i].kind != OP_SEARCH)
			apply(t, &ops[i]);
		else
			ok = searches_agree(t, ops[i].arg[0] % t->nr, ops[i].arg[1] % (t->nr + 1),
					    failure);
		ok = ok && all_agree(t, failure);
	}
	return ok;
}

static bool run_on_heap(void *ctx, const struct prop_op *ops, size_t nr,
			struct prop_failure *failure)
{
	static struct twin twin;
	bool ok;

	(void)ctx;
	memset(&twin, 0, sizeof(twin));
	ok = run_with(NULL, &twin, ops, nr, failure);
	tce_bitmap_fini(&twin.bitmap);
	return ok;
}

/* The same in an arena; then the arena is copied and the copy must still be that bitmap. */
static bool run_in_arena(void *ctx, const struct prop_op *ops, size_t nr,
			 struct prop_failure *failure)
{
	static _Alignas(16) char block[ARENA_MAX], copy[ARENA_MAX];
	struct tce_arena *arena = tce_arena_init(block, sizeof(block));
	struct tce_alloc alloc = tce_arena_alloc(arena);
	struct twin *twin = alloc.alloc(alloc.ctx, sizeof(*twin)), *clone;
	bool ok;

	(void)ctx;
	memset(twin, 0, sizeof(*twin));
	ok = run_with(&alloc, twin, ops, nr, failure);
	tce_arena_copy(tce_arena_init(copy, sizeof(copy)), arena);
	clone = (struct twin *)(copy + ((char *)twin - block));
	tce_bitmap_fill(&twin->bitmap, true);
	return ok && all_agree(clone, failure);
}

static void searches_and_counts_are_those_of_an_array(void **state)
{
	struct prop prop = {.name = "bitmap",
			    .seed = 1,
			    .nr_seqs = 300,
			    .nr_ops = 30,
			    .generate = generate,
			    .run = run_on_heap,
			    .print = print};

	(void)state;
	assert_true(prop_check(&prop, NULL));
}

static void a_copied_arena_holds_the_same_bitmap(void **state)
{
	struct prop prop = {.name = "bitmap in an arena",
			    .seed = 77,
			    .nr_seqs = 100,
			    .nr_ops = 30,
			    .generate = generate,
			    .run = run_in_arena,
			    .print = print};

	(void)state;
	assert_true(prop_check(&prop, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches_and_counts_are_those_of_an_array),
		cmocka_unit_test(a_copied_arena_holds_the_same_bitmap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
