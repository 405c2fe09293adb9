/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An LPAR in an arena is cloned by copying the arena. Then original and clone go their own ways,
 * and each must be what a machine is that went that way from the start.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "guest_ram.h"
#include "papr/lpar.h"
#include "papr_guest.h"
#include "prng.h"
#include "testing.h"

#define ARENA_BYTES (1U << 20)
#define BLOCKS      3U

struct machine {
	struct tce_arena *arena;
	struct tce_lpar *lpar;
};

static struct tce_lpar *lpar_new(const struct tce_alloc *alloc, const char *profile)
{
	struct tce_lpar_opts opts = {.profile = tce_papr_profile_find(profile),
				     .alloc = alloc,
				     .storage = TCE_STORAGE_COMPACT};
	struct tce_phb_opts phb;
	struct tce_lpar *lpar;

	tce_phb_opts_qemu(&phb, 0);
	assert_int_equal(tce_lpar_new(&opts, &lpar), 0);
	assert_int_equal(tce_lpar_phb_add(lpar, &phb), 0);
	return lpar;
}

static struct machine machine_new(const char *profile)
{
	struct machine m = {tce_arena_init(aligned_alloc(64, ARENA_BYTES), ARENA_BYTES), NULL};
	struct tce_alloc alloc = tce_arena_alloc(m.arena);

	m.lpar = lpar_new(&alloc, profile);
	return m;
}

static struct machine machine_clone(const struct machine *from)
{
	struct machine m = {tce_arena_init(aligned_alloc(64, ARENA_BYTES), ARENA_BYTES), NULL};

	tce_arena_copy(m.arena, from->arena);
	m.lpar = (struct tce_lpar *)((char *)m.arena + ((char *)from->lpar - (char *)from->arena));
	tce_lpar_rebind(m.lpar, NULL, NULL);
	return m;
}

static void machine_free(struct machine *m)
{
	tce_lpar_free(m->lpar);
	free(m->arena);
}

static void window_call(struct tce_lpar *lpar, struct prng *rng)
{
	struct tce_rtas_call call = {.call = (enum tce_rtas)prng_below(rng, 4)};
	struct tce_answer answer;

	call.nargs = call.call == TCE_RTAS_CREATE ? 5 : call.call == TCE_RTAS_REMOVE ? 1 : 3;
	call.nret = call.call == TCE_RTAS_CREATE ? 4 : call.call == TCE_RTAS_QUERY ? 6 : 1;
	call.args[1] = BUID >> 32;
	call.args[2] = (uint32_t)BUID + (uint32_t)prng_below(rng, 2);
	call.args[3] = prng_one_in(rng, 2) ? 16 : 12;
	call.args[4] = call.args[3] + (uint32_t)prng_below(rng, 12);
	if (call.call == TCE_RTAS_REMOVE)
		call.args[0] = (uint32_t)(L0 + prng_below(rng, 2));
	assert_int_equal(tce_lpar_rtas(lpar, &call, &answer), 0);
}

static void plug_call(struct tce_lpar *lpar, struct prng *rng)
{
	unsigned index = 1 + (unsigned)prng_below(rng, 3);
	struct tce_phb_opts phb;

	tce_phb_opts_qemu(&phb, index);
	if (prng_one_in(rng, 2))
		(void)!tce_lpar_phb_add(lpar, &phb);
	else
		(void)!tce_lpar_phb_remove(lpar, phb.buid);
}

/* One call; what it does depends on rng and the state only. */
static void act(struct tce_lpar *lpar, struct prng *rng)
{
	uint64_t liobn = L0 + prng_below(rng, 2);
	uint64_t base = prng_one_in(rng, 2) ? DYN : 0;
	struct tce_ioba ioba = tce_ioba(base + (prng_below(rng, 64) << 12));
	uint64_t tce = prng_below(rng, 256) << 12 | 3;
	struct tce_answer answer;

	switch (prng_below(rng, 8)) {
	case 0:
	case 1: window_call(lpar, rng); break;
	case 2: plug_call(lpar, rng); break;
	case 3:
		assert_int_equal(tce_lpar_h_stuff_tce(lpar, liobn, ioba, tce, 9, &answer), 0);
		break;
	case 4:
		if (prng_one_in(rng, 8))
			assert_int_equal(tce_lpar_system_reset(lpar), 0);
		break;
	default: assert_int_equal(tce_lpar_h_put_tce(lpar, liobn, ioba, tce, &answer), 0); break;
	}
}

static void act_often(struct tce_lpar *lpar, uint64_t seed, unsigned n)
{
	struct prng rng = prng_seeded(seed);

	while (n-- > 0)
		act(lpar, &rng);
}

/* On the heap, from the start, the same common way and then this one. */
static void is_what_it_would_be(const struct machine *m, const char *profile, uint64_t common,
				uint64_t own)
{
	struct tce_lpar *fresh = lpar_new(NULL, profile);

	act_often(fresh, common, 60);
	act_often(fresh, own, 60);
	assert_true(tce_lpar_equal(m->lpar, fresh));
	assert_int_equal(tce_lpar_hash(m->lpar), tce_lpar_hash(fresh));
	tce_lpar_free(fresh);
}

static void a_clone_goes_its_own_way(void **state)
{
	static const char *const profiles[] = {"qemu", "papr-strict"};
	uint64_t seed;

	(void)state;
	for (seed = 0; seed < 400; seed++) {
		const char *profile = profiles[seed % 2];
		struct machine m = machine_new(profile);
		struct machine clone;

		act_often(m.lpar, seed, 60);
		clone = machine_clone(&m);
		assert_true(tce_lpar_equal(m.lpar, clone.lpar));
		act_often(m.lpar, seed + 1000, 60);
		act_often(clone.lpar, seed + 2000, 60);
		is_what_it_would_be(&m, profile, seed, seed + 1000);
		is_what_it_would_be(&clone, profile, seed, seed + 2000);
		machine_free(&m);
		machine_free(&clone);
	}
}

static int nothing_read(void *ctx, struct tce_ra ra, void *buf, size_t n)
{
	(void)ra;
	(void)buf;
	(void)n;
	++*(unsigned *)ctx;
	return -1;
}

static void a_clone_asks_its_own_embedder(void **state)
{
	struct machine m = machine_new("qemu");
	unsigned of_first = 0;
	unsigned of_clone = 0;
	struct tce_memory memory = {&of_first, nothing_read, NULL, NULL};
	struct tce_answer answer;
	struct machine clone;

	(void)state;
	tce_lpar_rebind(m.lpar, &memory, NULL);
	clone = machine_clone(&m);
	memory.ctx = &of_clone;
	tce_lpar_rebind(clone.lpar, &memory, NULL);
	assert_int_equal(
		tce_lpar_h_put_tce_indirect(clone.lpar, L0, tce_ioba(0), tce_ra(0), 1, &answer), 0);
	assert_int_equal(of_first, 0);
	assert_int_equal(of_clone, 1);
	machine_free(&m);
	machine_free(&clone);
}

static void an_arena_gets_all_of_it_back(void **state)
{
	struct tce_arena *arena = tce_arena_init(aligned_alloc(64, ARENA_BYTES), ARENA_BYTES);
	struct tce_alloc alloc = tce_arena_alloc(arena);
	size_t most = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < 50; i++) {
		struct tce_lpar *lpar = lpar_new(&alloc, "qemu");

		act_often(lpar, 7, 200);
		tce_lpar_free(lpar);
		if (i == 1)
			most = arena->used;
		if (i > 1)
			assert_in_range(arena->used, 0, most);
	}
	free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clone_goes_its_own_way),
		cmocka_unit_test(a_clone_asks_its_own_embedder),
		cmocka_unit_test(an_arena_gets_all_of_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
