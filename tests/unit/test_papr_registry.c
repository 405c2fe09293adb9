/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers to objects: numbers that meet in one place, and what is left when some of them go. */
#include "papr/registry.h"
#include "prng.h"
#include "testing.h"

#define NR_KEYS 48U

struct fixture {
	struct tce_mem mem;
	struct papr_registry reg;
	uint64_t key[NR_KEYS];
	bool in[NR_KEYS];
};

static void fixture_open(struct fixture *f, uint64_t step)
{
	unsigned i;

	*f = (struct fixture){.in = {false}};
	tce_mem_init(&f->mem, NULL);
	assert_int_equal(tce_papr_registry_init(&f->reg, &f->mem), 0);
	for (i = 0; i < NR_KEYS; i++)
		f->key[i] = 1 + i * step;
}

/* Each number leads to its own place, or nowhere. */
static void all_found(const struct fixture *f)
{
	unsigned i;

	for (i = 0; i < NR_KEYS; i++)
		assert_ptr_equal(tce_papr_registry_find(&f->reg, f->key[i]),
				 f->in[i] ? &f->key[i] : NULL);
	assert_null(tce_papr_registry_find(&f->reg, 0));
	assert_null(tce_papr_registry_find(&f->reg, UINT64_MAX));
}

static void toggle(struct fixture *f, unsigned i)
{
	if (f->in[i]) {
		tce_papr_registry_remove(&f->reg, f->key[i]);
	} else {
		assert_int_equal(tce_papr_registry_reserve(&f->reg, &f->mem, 1), 0);
		tce_papr_registry_insert(&f->reg, f->key[i], &f->key[i]);
	}
	f->in[i] = !f->in[i];
}

static void every_number_is_found_while_others_come_and_go(void **state)
{
	static const uint64_t steps[] = {1, 2, 16, 128, 129, UINT64_C(1) << 40, 0x100000001};
	struct prng rng = prng_seeded(5);
	unsigned s;
	unsigned n;

	(void)state;
	for (s = 0; s < sizeof(steps) / sizeof(steps[0]); s++) {
		struct fixture f;

		fixture_open(&f, steps[s]);
		for (n = 0; n < 600; n++) {
			toggle(&f, (unsigned)prng_below(&rng, n < 300 ? NR_KEYS : 12));
			all_found(&f);
		}
		tce_papr_registry_fini(&f.reg, &f.mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_is_found_while_others_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
